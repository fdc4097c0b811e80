"""Every Word file of the sample editions: sound for all validators, and the same words as in print."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from generator import tree
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication
from generator.project import Project
from generator.records.edition import Edition
from generator.writers import writer
from generator.writers.docx.charts import is_native
from tests.conftest import ROOT
from tests.writers import validators
from tests.writers.docx_lint import lint
from tests.writers.word_numbers import printed

WORKSPACE = Project(ROOT, dt.date(2024, 4, 1))
EDITIONS = sorted(r.id for r in load(WORKSPACE, Report()) if isinstance(r, Edition))
#: Elements that hold words.
_LEAVES = ("p", "h1", "h2", "h3", "h4", "h5", "li", "td", "th", "dt", "dd", "figcaption")


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> tuple[Publication, dict[str, bytes]]:
    """An edition and all its Word files: to edit, to fill in, to be corrected."""
    records, report = load(WORKSPACE, Report()), Report()
    found = records[request.param]
    assert isinstance(found, Edition)
    publication = compose(found, records, WORKSPACE, report)
    files = {k: v for name in ("docx", "review") for k, v in writer(name)(publication, WORKSPACE, report).items()}
    assert report.diagnostics == []
    return publication, files


@pytest.fixture(scope="module")
def written(edition: tuple[Publication, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("word")
    for name, data in edition[1].items():
        (folder / name).write_bytes(data)
    return sorted(folder.iterdir())


def test_own_lint_is_content(edition: tuple[Publication, dict[str, bytes]]) -> None:
    assert {name: lint(data) for name, data in edition[1].items() if lint(data)} == {}


def test_openxml_audit_is_content(written: list[Path]) -> None:
    validators.audit(written)


def test_ooxml_integrity_is_content(written: list[Path]) -> None:
    validators.integrity(written)


def test_open_xml_sdk_is_content(written: list[Path]) -> None:
    validators.sdk(written)


def test_word_says_what_is_printed(edition: tuple[Publication, dict[str, bytes]]) -> None:
    """Every line of the tree stands in every Word file with its number; what a native chart says, in the chart."""
    publication, files = edition
    for name, data in files.items():
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            made = {n: etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith(".xml")}
        said = _tight(printed(made))
        leaves = [
            e
            for a in publication.articles
            for e in a.body.iter(*_LEAVES)
            if _is_leaf(e) and not _charted(e, publication)
        ]
        if name.endswith("填写版.docx"):  # where a pen would write stands what to do
            leaves = [e for e in leaves if e.find(".//span[@class='blank']") is None]
        missing = [words for e in leaves if (words := _tight(tree.text(e, notes=False))) not in said]
        assert missing == [], name


def _is_leaf(element: etree._Element) -> bool:
    """Whether an element holds words of its own that no page number stands among."""
    listed = any(tree.classes(a) & {"contents", "figures"} for a in element.iterancestors())
    blocks = any(tree.VOCABULARY[str(e.tag)].group is tree.BLOCK for e in element.iterdescendants())
    return not listed and not blocks and element.find(".//a[@class='page-ref']") is None


def _charted(element: etree._Element, publication: Publication) -> bool:
    """Whether an element is part of a table that says what a chart of Word's own says."""
    figure = next((e.getparent() for e in element.iterancestors("table") if "equivalent" in tree.classes(e)), None)
    picture = figure.find("img") if figure is not None else None
    asset = publication.assets.get(picture.get("src", "")) if picture is not None else None
    return asset is not None and is_native(asset.chart)


def _tight(words: str) -> str:
    return re.sub(r"[\s\u200b]", "", words)
