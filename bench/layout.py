"""Layout time of the typesetting layer against plain WeasyPrint: same HTML, a new process a run, sides alternating.

``python bench/layout.py [--rounds 5] [--profile] [NAME …]``; see bench/README.md for how to read the table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EDITIONS = ("jinniu-2023-cases", "jinniu-2023-3")
PLAIN_TEXT = "plain-text"
_ARTICLES, _CHARACTERS = 62, 245_000


def documents(names: list[str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Each document as a file that a child process reads: its HTML and its assets."""
    from generator.compose import compose
    from generator.diagnostics import Report
    from generator.load import load
    from generator.project import Project
    from generator.records.edition import Edition
    from generator.typesetting import fonts
    from generator.writers import pdf

    project, report = Project(ROOT, dt.date(2024, 4, 1)), Report()
    records = load(project, report)
    for edition in (r for r in records if isinstance(r, Edition) and r.id in names):
        publication = compose(edition, records, project, report)
        html = _document(lambda publication=publication: pdf.write_whole(publication, project, report))
        yield edition.id, _save(folder / edition.id, html, dict(publication.assets))
    if PLAIN_TEXT in names:
        yield PLAIN_TEXT, _save(folder / PLAIN_TEXT, plain_text(fonts.css(project, report)), {})


def _document(write: Callable[[], object]) -> str:
    """The HTML that the writer would hand to WeasyPrint, whole."""
    from generator.writers.pdf import markup

    original, made = markup.document, []

    def keep(*given: Any) -> str:
        made.append(original(*given))
        return "<html><title>-</title></html>"

    with mock.patch.object(markup, "document", keep):
        write()
    return made[0]


def plain_text(faces: str) -> str:
    """245,000 characters in 62 articles, one column, nothing but headings and paragraphs."""
    from tests import specimen

    random = Random(62)
    articles = []
    for number in range(1, _ARTICLES + 1):
        words, size = [f"<article><h1>案例{number}：社区关爱服务实践</h1>"], 0
        while size < _CHARACTERS / _ARTICLES:
            text = specimen.paragraph(random, random.randint(60, 320))
            words.append(f"<p>{text}</p>")
            size += len(text)
        articles.append("".join(words) + "</article>")
    css = (
        "@page{size:A4;margin:25mm 28mm}html{font:10.5pt/18pt Song}p{text-indent:2em;text-align:justify;margin:0;"
        "orphans:2;widows:2}h1{font:700 16pt/36pt Song;margin:0;break-after:avoid}article{break-before:page}"
    )
    return f'<html lang="zh-CN"><title>文</title><style>{faces}{css}</style><body>{"".join(articles)}</body></html>'


def _save(path: Path, html: str, assets: dict[str, object]) -> Path:
    path.write_bytes(pickle.dumps((html, assets)))
    return path


def measure(path: Path, side: str, profile: str = "") -> tuple[float, float, int]:
    """Seconds of processor time for layout and for writing, and pages, in a new process."""
    command = [sys.executable, __file__, "--child", str(path), side, profile]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise SystemExit(done.stderr)
    layout, write, pages = done.stdout.split()[-3:]
    return float(layout), float(write), int(pages)


def child(path: Path, side: str, profile: str) -> None:
    """One run: print seconds of layout, seconds of writing, pages. Imports are not counted."""
    import logging
    from time import process_time

    import weasyprint

    from generator.typesetting import lines
    from generator.writers.pdf import setting

    logging.disable()
    html, assets = pickle.loads(path.read_bytes())
    if side == "ours":
        lines.install()
    source = weasyprint.HTML(string=html, base_url="asset:", url_fetcher=setting.fetcher(weasyprint, assets))
    start = process_time()
    if profile:
        import cProfile

        watch = cProfile.Profile()
        watch.runcall(source.render, pdf_variant="pdf/ua-1")
        watch.dump_stats(profile)
        print(process_time() - start, 0, 0)
        return
    document = source.render(pdf_variant="pdf/ua-1")
    laid = process_time()
    document.write_pdf(pdf_variant="pdf/ua-1")
    print(laid - start, process_time() - laid, len(document.pages))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=[*EDITIONS, PLAIN_TEXT])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", metavar="FOLDER", help="write cProfile files of both sides there instead")
    options = parser.parse_args()
    sides = ("ours", "plain")
    with tempfile.TemporaryDirectory() as folder:
        made = list(documents(options.names, Path(folder)))
        if options.profile:
            for name, path in made:
                for side in sides:
                    measure(path, side, str(Path(options.profile) / f"{name}-{side}.prof"))
            return
        print(f"{'document':20}{'layout s':>17}{'ratio':>7}{'(min–max)':>13}{'writing s':>17}{'ratio':>7}{'pages':>11}")
        print(f"{'':20}{'ours':>9}{'plain':>8}{'':20}{'ours':>9}{'plain':>8}{'':7}{'ours':>6}{'plain':>6}")
        for name, path in made:
            runs: dict[str, list[tuple[float, float, int]]] = {side: [] for side in sides}
            for number in range(options.rounds):
                for side in sides if number % 2 else sides[::-1]:
                    runs[side].append(measure(path, side))
            ours, plain = ([median(run[n] for run in runs[side]) for n in (0, 1)] for side in sides)
            each = [a[0] / b[0] for a, b in zip(runs["ours"], runs["plain"], strict=True)]
            print(
                f"{name:20}{ours[0]:9.2f}{plain[0]:8.2f}{ours[0] / plain[0]:7.2f}{min(each):8.2f}–{max(each):.2f}"
                f"{ours[1]:9.2f}{plain[1]:8.2f}{ours[1] / plain[1]:7.2f}{runs['ours'][0][2]:6}{runs['plain'][0][2]:6}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else "")
    else:
        main()
