"""Time to write Word files against pandoc writing the same text to .docx: sides alternating, medians.

``python bench/word.py [--rounds 7]``; see bench/README.md for how to read the table. pandoc must be in ``PATH``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from generator.model import Publication

EDITIONS = ("jinniu-2023-3", "jinniu-2023-cases", "jinniu-guide")
PLAIN_TEXT = "plain-text"
_ARTICLES, _HEADINGS, _PARAGRAPHS, _SENTENCES = 62, 6, 2, 5


def main() -> None:
    from lxml import etree

    from generator import tree
    from generator.compose import compose
    from generator.diagnostics import Report
    from generator.load import load
    from generator.project import Project
    from generator.provenance import forget_sources
    from generator.records.edition import Edition
    from generator.writers import docx
    from generator.writers.docx.draft import Copy

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    rounds = arguments.parse_args().rounds
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise SystemExit("pandoc is not in PATH")
    project, report = Project(ROOT, dt.date(2024, 4, 1)), Report()
    records = load(project, report)

    def publications() -> Iterator[Publication]:
        for name in EDITIONS:
            edition = records[name]
            assert isinstance(edition, Edition)
            yield compose(edition, records, project, report)
        edition = records[EDITIONS[0]]
        assert isinstance(edition, Edition)
        yield plain_text(compose(edition, records, project, report))

    print(
        f"{'edition':20}{'characters':>11}{'first':>9}{'writer':>9}{'process':>9}{'pandoc':>9}",
        " writer/pandoc  process/pandoc",
    )
    with tempfile.TemporaryDirectory() as folder:
        hub = Path(folder) / "hub"
        shutil.copytree(ROOT / "content", hub / "content")
        project = replace(project, root=hub)  # where no drawings are kept from earlier
        for publication in publications():
            name = publication.id
            bodies = [deepcopy(a.body) for a in publication.articles]
            for body in bodies:
                forget_sources(body)
                for picture in list(body.iter("img")):  # pandoc is spared the pictures
                    picture.getparent().remove(picture)  # type: ignore[union-attr]
            source, target = Path(folder) / f"{name}.html", Path(folder) / f"{name}.docx"
            html = "".join(etree.tostring(body, encoding="unicode", method="html") for body in bodies)
            source.write_text(f"<!DOCTYPE html><title>{name}</title>{html}", encoding="utf-8")
            ours = [sys.executable, "-m", "generator", "--root", str(hub), "build", name, "--format", "docx"]
            theirs = [pandoc, "--toc", "-f", "html", str(source), "-o", str(target)]
            sides: dict[str, Callable[[], float]] = {
                "writer": lambda publication=publication: _here(  # type: ignore[misc]
                    lambda: docx.written(publication, project, Report(), Copy.PLAIN)
                ),
                "pandoc": lambda theirs=theirs: _elsewhere(theirs),  # type: ignore[misc]
            }
            if name in EDITIONS:

                def process(ours: list[str] = ours) -> float:
                    shutil.rmtree(hub / "build", ignore_errors=True)
                    return _elsewhere(ours)

                sides["process"] = process
            first = sides["writer"]()
            times: dict[str, list[float]] = {side: [] for side in sides}
            for _ in range(rounds):
                for side, run in sides.items():
                    times[side].append(run())
            middle = {side: median(taken) for side, taken in times.items()}
            characters = sum(len(tree.text(body)) for body in bodies)
            whole = f"{middle['process']:8.2f}s" if "process" in middle else f"{'–':>9}"
            ratio = f"{middle['process'] / middle['pandoc']:16.2f}" if "process" in middle else f"{'–':>16}"
            print(
                f"{name:20}{characters:11,}{first:8.3f}s{middle['writer']:8.3f}s{whole}{middle['pandoc']:8.2f}s"
                f"{middle['writer'] / middle['pandoc']:15.2f}{ratio}"
            )


def plain_text(publication: Publication) -> Publication:
    """The issue with articles of plain text in place of its own: headings, paragraphs and a table each."""
    from generator import tree

    words = "".join(tree.text(p) for a in publication.articles for p in a.body.iter("p"))
    sentences = [f"{s.strip()}。" for s in words.split("。") if 40 < len(s) < 90]
    chance = Random(7)
    model = next(a for a in publication.articles if a.kind == "essay")
    rows = [[f"指标{n}", *(str(chance.randint(1, 199)) for _ in range(3))] for n in range(1, 6)]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    articles = []
    for number in range(1, _ARTICLES + 1):
        text = "".join(
            f"<h2>第{part}节</h2>"
            + "".join(f"<p>{escape(''.join(chance.sample(sentences, _SENTENCES)))}</p>" for _ in range(_PARAGRAPHS))
            for part in range(1, _HEADINGS + 1)
        )
        body = tree.parse(
            f'<article id="plain-{number}"><header class="article-header"><h1>第{number}篇</h1></header>'
            f'<section class="columns">{text}<table><tbody>{table}</tbody></table></section></article>'
        )
        articles.append(replace(model, id=f"plain-{number}", title=f"第{number}篇", body=body))
    return replace(publication, id=PLAIN_TEXT, articles=tuple(articles))


def _here(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _elsewhere(command: list[str]) -> float:
    """Processor time of a process with its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
