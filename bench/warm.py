"""What is measured inside a process that stays: ``python bench/warm.py KIND FOLDER …`` works once per line it reads.

Each line it answers with the seconds from reading the line to files on disk. The first answer, to no line, says that
everything has been made once.

* ``watch FOLDER FORMAT …`` – ``zhankan watch`` without its waiting for the next save
* ``typst FOLDER`` – pandoc for the article whose number the line holds, then Typst's incremental compiler
* ``word FOLDER`` – the Word file of a publication; that it is loaded and composed anew after each line is not counted
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from installed import pandoc  # noqa: E402
from workspace import EDITION  # noqa: E402


def answer(seconds: float) -> None:
    print(seconds, flush=True)


def question() -> str:
    """The next line; the end of input ends the process."""
    line = sys.stdin.readline()
    if not line:
        raise SystemExit
    return line.strip()


def watch(root: Path, formats: Sequence[str]) -> None:
    from generator.diagnostics import Report
    from generator.project import Project
    from generator.watch import watch

    began = perf_counter()
    asked = False

    def pause(seconds: float) -> None:
        """The first look after a build waits for the line; the second, that files have come to rest, for nothing."""
        nonlocal asked, began
        if not asked:
            question()
            asked, began = True, perf_counter()

    def tell(saved: Sequence[str], report: Report, paths: Sequence[Path], seconds: float) -> None:
        nonlocal asked
        if report.diagnostics:
            raise SystemExit(f"{report.diagnostics[0]}")
        asked = False
        answer(perf_counter() - began)

    watch(Project(root), [EDITION], formats, tell, pause=pause)


def typst(root: Path) -> None:
    import typst

    compiler = typst.Compiler(str(root / "book-of-parts.typ"), root=str(root))

    def convert(name: str) -> None:
        source, target = (root / "articles" / f"{name}.{ending}" for ending in ("md", "typ"))
        subprocess.run(
            [pandoc(), source, "-t", "typst", "--template", root / "part.template", "-o", target], check=True
        )

    for source in sorted((root / "articles").glob("*.md")):
        convert(source.stem)
    compiler.compile(output=str(root / "parts.pdf"))
    answer(0)
    while True:
        number = int(question())
        began = perf_counter()
        convert(f"{number:03}")
        compiler.compile(output=str(root / "parts.pdf"))
        answer(perf_counter() - began)


def word(root: Path) -> None:
    from generator.compose import compose
    from generator.diagnostics import Report
    from generator.load import load
    from generator.project import Project
    from generator.records.edition import Edition
    from generator.writers import writer

    project, report = Project(root), Report()
    write = writer("docx")

    def written() -> float:
        records = load(project, report)
        edition = records[EDITION]
        assert isinstance(edition, Edition)
        publication = compose(edition, records, project, report)
        began = perf_counter()
        for name, data in write(publication, project, report).items():
            (root / name).write_bytes(data)
        return perf_counter() - began

    written()
    answer(0)
    while True:
        question()
        answer(written())


if __name__ == "__main__":
    kind, folder, *rest = sys.argv[1:]
    {
        "watch": lambda: watch(Path(folder), rest),
        "typst": lambda: typst(Path(folder)),
        "word": lambda: word(Path(folder)),
    }[kind]()
