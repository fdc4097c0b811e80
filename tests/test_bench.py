"""The text of the benchmarks is a fault-free workspace, and the same words in every form."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest
from lxml import html

from bench.workspace import EDITION, Workspace, article, sentences
from bench.workspace import html as written
from generator.build import check
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.project import Project
from generator.records.edition import Edition
from generator.tree import text

ARTICLES = 33  # more than one part holds


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path, ARTICLES).write()


def _files(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def _solid(words: str) -> str:
    return re.sub(r"\s", "", words)


def test_the_workspace_has_no_fault(workspace: Workspace) -> None:
    report = Report()
    check(Project(workspace.root, dt.date(2024, 4, 1)), [], report)
    assert report.diagnostics == []


def test_it_is_always_the_same(workspace: Workspace, tmp_path: Path) -> None:
    again = Workspace(tmp_path / "again", ARTICLES).write()
    assert _files(again.root) == {n: d for n, d in _files(workspace.root).items() if not n.startswith("again/")}


def test_62_articles_have_the_characters_they_are_said_to_have() -> None:
    printed = [html.fromstring(written(article(number))).text_content() for number in range(1, 63)]
    assert sum(len(_solid(words)) for words in printed) == pytest.approx(245_000, rel=0.01)


def test_the_peers_are_given_what_the_anthology_prints(workspace: Workspace) -> None:
    project, report = Project(workspace.root, dt.date(2024, 4, 1)), Report()
    records = load(project, report)
    edition = records[EDITION]
    assert isinstance(edition, Edition)
    printed = {a.id: _solid(text(a.body)) for a in compose(edition, records, project, report).articles}
    for number in (1, ARTICLES):
        page = html.fromstring(written(article(number)))
        ours = printed[f"op-{number:03}"]
        markdown = _solid((workspace.root / "articles" / f"{number:03}.md").read_text("utf-8").replace("**", ""))
        blocks = [b for b in page.iter("h1", "h2", "h3", "p", "li", "caption", "th", "td") if not b.findall("p")]
        assert len(blocks) > 60
        for block in blocks:
            words = _solid(block.text_content())
            assert re.sub(r"\[(.+?)\]\(.+?\)", r"\1", markdown).count(words), words
            if "实施单位" not in words:  # a table of its own in the anthology
                assert words in ours, words


def test_an_edit_changes_one_sentence_in_every_form(workspace: Workspace) -> None:
    root = workspace.root
    known = set(sentences())
    for _ in range(2):
        before = _files(root)
        workspace.edit(7)
        after = _files(root)
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"content/operations/op-007.yaml", "articles/007.md", "book.html", "edits.json"}
        for name in changed - {"edits.json"}:
            old, new = (Counter(re.findall(r"[^。>\s]+。”?", files[name].decode())) for files in (before, after))
            gone, come = old - new, new - old
            assert gone.total() == come.total() == 1
            assert come.keys() <= known


def test_a_folder_keeps_its_edits(workspace: Workspace) -> None:
    workspace.edit(3)
    before = _files(workspace.root)
    Workspace(workspace.root).write()
    assert _files(workspace.root) == before
