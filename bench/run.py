"""``make bench``: zhankan against its peers, the same words, in one run; bench/README.md says how to read the tables.

``python bench/run.py [--rounds 5] [--quick] [--markdown]``
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import installed
import pypdfium2
from installed import MissingError
from measuring import Memory, Processes, Warm, calm, limit, machine, watching
from workspace import EDITION, Workspace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

SMALL, LARGE = 62, 248
#: Rounds of the large publication, of the rounds asked for: a round of it takes minutes.
_LARGE_ROUNDS = 0.6


@dataclass
class Job:
    """One thing that is done again and again; ``run(n)`` does it the n-th time and returns its seconds.

    ``files`` are what it makes; ``changes`` whether they must be others, or the same, after a run (None: either).
    """

    name: str
    runner: Processes | Warm
    run: Callable[[int], float]
    files: Sequence[Path]
    prepare: Callable[[int], object] = lambda n: None
    changes: bool | None = None
    seconds: list[float] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def once(self, number: int) -> float:
        """Prepare, do it, and see that it did what it is measured for."""
        self.prepare(number)
        before = self._content()
        seconds = self.run(number)
        after = self._content()
        if not after or (self.changes is not None and self.changes != (before != after)):
            raise RuntimeError(
                f"{self.name}: its files {'did not change' if self.changes else 'are not what they were'}"
            )
        return seconds

    def _content(self) -> str:
        return "".join(hashlib.sha256(p.read_bytes()).hexdigest() for p in self.files if p.is_file())

    @property
    def median(self) -> float:
        return median(self.seconds)

    def sizes(self) -> list[float]:
        """Megabytes of each file or folder it makes."""
        return [sum(p.stat().st_size for p in _below(path)) / 1e6 for path in self.files]

    def pages(self) -> int | None:
        """Pages of its PDF, or of the first of them."""
        pdf = next((path for path in self.files if path.suffix == ".pdf"), None)
        return len(pypdfium2.PdfDocument(pdf)) if pdf else None


def _below(path: Path) -> list[Path]:
    return [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]


# -- the jobs ------------------------------------------------------------------------------------------------

COLD_ALL, COLD_PDF = "zhankan, cold: PDF + Word + HTML", "zhankan, cold: PDF"
EDITED, UNCHANGED = "zhankan, one article edited: PDF", "zhankan, nothing changed: PDF"
EDITED_ALL, UNCHANGED_ALL = "zhankan, one article edited: all", "zhankan, nothing changed: all"
WATCHED, WATCHED_ALL, WORD = "zhankan, watching: PDF", "zhankan, watching: all", "zhankan, Word in process"
TYPST, DOCX, WEASYPRINT = "pandoc → typst → PDF", "pandoc → docx", "plain WeasyPrint"
CHROMIUM, LIBREOFFICE = "Chromium", "pandoc → docx → LibreOffice → PDF"
TYPST_WATCHED = "pandoc (one article) + typst incremental"
LARGE_COLD, LARGE_WEASYPRINT = f"zhankan, {LARGE} articles, cold: PDF", f"plain WeasyPrint, {LARGE} articles"
EDITIONS = "Editions of stations"


def _zhankan(root: Path, *formats: str) -> list[list[str]]:
    options = [part for format_ in formats for part in ("--format", format_)]
    return [[sys.executable, "-m", "generator", "--root", str(root), "build", EDITION, *options]]


def _built(root: Path, *formats: str) -> list[Path]:
    folder = root / "build" / EDITION
    made = {
        "pdf": [folder / f"{EDITION}.pdf", folder / f"{EDITION}-印刷版.pdf"],
        "docx": [folder / f"{EDITION}.docx"],
        "html": [folder / "html"],
    }
    return [path for format_ in formats or made for path in made[format_]]


def _cold(name: str, root: Path, articles: int, *formats: str) -> Job:
    """Without finished files and without any that are kept; the fonts have been prepared by the first run of all."""
    Workspace(root, articles).write()
    processes = Processes()
    return Job(
        name,
        processes,
        lambda n: processes.run(_zhankan(root, *formats), root),
        _built(root, *formats),
        lambda n: shutil.rmtree(root / "build", ignore_errors=True),
    )


def _process(name: str, folder: Path, result: str, *commands: list[str]) -> Job:
    processes = Processes()
    return Job(name, processes, lambda n: processes.run(list(commands), folder), [folder / result])


def _edited(workspace: Workspace, number: int) -> int:
    """Edit an article, another one at every call; which it was."""
    article = 1 + number * 17 % workspace.articles
    workspace.edit(article)
    return article


def _again(root: Path, *formats: str) -> Iterator[Job]:
    """A new process after an edit, and one after none."""
    workspace, processes = Workspace(root, SMALL).write(), Processes()

    def run(number: int) -> float:
        return processes.run(_zhankan(root, *formats), root)

    run(0)
    edited, unchanged = (EDITED, UNCHANGED) if formats else (EDITED_ALL, UNCHANGED_ALL)
    files = _built(root, *formats)
    yield Job(edited, processes, run, files, lambda n: _edited(workspace, n), changes=True)
    yield Job(unchanged, processes, run, files, changes=False)


def _warm(name: str, root: Path, kind: str, *arguments: str, files: Sequence[Path]) -> Job:
    """In a process that stays; every run after an edit."""
    workspace = Workspace(root, SMALL).write()
    warm = Warm([kind, str(root), *arguments])
    numbers: dict[int, int] = {}

    def edit(number: int) -> None:
        numbers[number] = _edited(workspace, number)

    return Job(name, warm, lambda n: warm.run(str(numbers[n])), files, edit, changes=True)


def _typst_command(source: str, target: str) -> list[str]:
    installed.typst()
    return [sys.executable, "-c", f"import typst; typst.compile({source!r}, output={target!r})"]


def _weasyprint(name: str, root: Path) -> Job:
    command = [sys.executable, "-m", "weasyprint", "--quiet", "--pdf-variant", "pdf/ua-1"]
    return _process(name, root, "weasyprint.pdf", [*command, "book.html", "weasyprint.pdf"])


def _chromium(root: Path) -> Job:
    profile = f"--user-data-dir={root / 'chromium'}"
    options = ["--no-pdf-header-footer", "--generate-pdf-document-outline", "--print-to-pdf=chromium.pdf"]
    return _process(CHROMIUM, root, "chromium.pdf", [*installed.chromium(), profile, *options, "book.html"])


def _libreoffice(root: Path, sources: Sequence[str]) -> Job:
    profile = f"-env:UserInstallation={(root / 'libreoffice').as_uri()}"
    return _process(
        LIBREOFFICE,
        root,
        "text.pdf",
        [installed.pandoc(), "--toc", *sources, "-o", "text.docx"],
        [installed.libreoffice(), profile, "--headless", "--convert-to", "pdf", "text.docx"],
    )


def small(folder: Path) -> Iterator[Callable[[], Job | Iterator[Job]]]:
    """The jobs of 245,000 characters; each call makes one, or raises ``MissingError``."""
    peers = folder / "peers"
    Workspace(peers, SMALL).write()
    sources = [f"articles/{n:03}.md" for n in range(1, SMALL + 1)]
    typeset = ["--template", "book.template", "-t", "typst", "-o", "book.typ"]

    yield lambda: _cold(COLD_ALL, folder / "cold-all", SMALL)
    yield lambda: _cold(COLD_PDF, folder / "cold-pdf", SMALL, "pdf")
    yield lambda: _process(
        TYPST, peers, "typst.pdf", [installed.pandoc(), *sources, *typeset], _typst_command("book.typ", "typst.pdf")
    )
    yield lambda: _process(DOCX, peers, "pandoc.docx", [installed.pandoc(), "--toc", *sources, "-o", "pandoc.docx"])
    yield lambda: _weasyprint(WEASYPRINT, peers)
    yield lambda: _chromium(peers)
    yield lambda: _libreoffice(peers, sources)
    yield lambda: _again(folder / "again-pdf", "pdf")
    yield lambda: _again(folder / "again-all")
    watched, typst = folder / "watched", folder / "typst"
    yield lambda: _warm(WATCHED, watched, "watch", "pdf", files=_built(watched, "pdf"))
    yield lambda: _warm(
        WATCHED_ALL, folder / "watched-all", "watch", "pdf", "docx", "html", files=_built(folder / "watched-all")
    )

    def incremental() -> Job:
        installed.typst(), installed.pandoc()
        return _warm(TYPST_WATCHED, typst, "typst", files=[typst / "parts.pdf"])

    yield incremental
    yield lambda: _warm(WORD, folder / "word", "word", files=[folder / "word" / f"{EDITION}.docx"])


def large(folder: Path) -> Iterator[Callable[[], Job]]:
    """The jobs of a publication four times as long."""
    yield lambda: _cold(LARGE_COLD, folder / "large", LARGE, "pdf")
    yield lambda: _weasyprint(LARGE_WEASYPRINT, folder / "large")


def measure(makers: Iterator[Callable[[], Job | Iterator[Job]]], rounds: int, patience: float, found: Found) -> None:
    """One run of every job that is not timed, for its memory; then rounds, each job once a round, to and fro."""
    jobs: list[Job] = []
    _tell("preparing")
    for make in makers:
        try:
            made = make()
            jobs += [made] if isinstance(made, Job) else list(made)
        except MissingError as missing:
            found.left_out.append(str(missing))
    for job in list(jobs):
        _tell(f"first run: {job.name}")
        try:
            with watching(job.runner) as job.memory:
                job.once(0)
        except RuntimeError as fault:
            if job.name.startswith("zhankan"):
                raise
            jobs.remove(job)
            found.left_out.append(str(fault))
    for number in range(1, rounds + 1):
        for job in jobs if number % 2 else reversed(jobs):
            found.runs += 1
            found.busy += not calm(patience)
            job.seconds.append(job.once(number))
            _tell(f"round {number} of {rounds}: {job.name} {job.seconds[-1]:.2f} s")
    for job in jobs:
        if isinstance(job.runner, Warm):
            job.runner.close()
        found.jobs[job.name] = job


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# -- the tables ----------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What came of it. ``busy`` of the timed ``runs`` began while the machine was doing something else."""

    jobs: dict[str, Job] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    runs: int = 0
    busy: int = 0
    editions: str = ""


@dataclass(frozen=True)
class Row:
    """A job against the jobs of a peer, and at most what share of the peer's time it shall take."""

    title: str
    job: str
    against: tuple[str, ...]
    target: float | None


ROWS = (
    Row("cold build, PDF + Word + HTML", COLD_ALL, (TYPST, DOCX), 1.0),
    Row("cold PDF", COLD_PDF, (WEASYPRINT,), 0.35),
    Row("one article edited, new process", EDITED, (TYPST,), 0.5),
    Row("one article edited, watching", WATCHED, (TYPST_WATCHED,), 0.4),
    Row("nothing changed, new process", UNCHANGED, (TYPST,), 0.1),
    Row("Word alone, in process", WORD, (DOCX,), 0.15),
    Row(f"{LARGE} articles, cold PDF", LARGE_COLD, (LARGE_WEASYPRINT,), 0.3),
)
FURTHER = (
    Row("cold PDF", COLD_PDF, (TYPST,), None),
    Row("cold PDF", COLD_PDF, (CHROMIUM,), None),
    Row("cold PDF", COLD_PDF, (LIBREOFFICE,), None),
    Row("one article edited, new process, all formats", EDITED_ALL, (TYPST, DOCX), None),
    Row("one article edited, watching, all formats", WATCHED_ALL, (TYPST_WATCHED,), None),
    Row("nothing changed, new process, all formats", UNCHANGED_ALL, (TYPST, DOCX), None),
)


def tables(found: Found, about: str) -> Iterator[str]:
    """Markdown: the targets, further comparisons, every job; then the machine."""
    yield "| job | against | at most | reached | min–max | ours, s | theirs, s | |"
    yield "|---|---|--:|--:|--:|--:|--:|---|"
    for row in ROWS:
        yield _row(row, found)
    yield _size_row(found)
    yield _memory_row(found)
    yield _editions_row(found)
    yield ""
    yield "| further | against | | ratio | min–max | ours, s | theirs, s | |"
    yield "|---|---|--:|--:|--:|--:|--:|---|"
    for row in FURTHER:
        yield _row(row, found)
    yield ""
    yield "| every job | median, s | min–max | peak, MB | largest process, MB | files, MB | pages |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for job in found.jobs.values():
        sizes = " + ".join(f"{size:.2f}" for size in job.sizes())
        yield (
            f"| {job.name} | {job.median:.2f} | {min(job.seconds):.2f}–{max(job.seconds):.2f} | {job.memory.tree:.0f} "
            f"| {job.memory.largest:.0f} | {sizes} | {job.pages() or '–'} |"
        )
    if found.editions:
        yield f"\n{EDITIONS}:\n\n```text\n{found.editions.strip()}\n```"
    yield ""
    yield about
    if found.left_out:
        yield f"Left out: {'; '.join(dict.fromkeys(found.left_out))}."


def _row(row: Row, found: Found) -> str:
    head = f"| {row.title} | {' plus '.join(row.against)} | {_number(row.target)} |"
    if not {row.job, *row.against} <= found.jobs.keys():
        return f"{head} – | – | – | – | not run |"
    job, peers = found.jobs[row.job], [found.jobs[name] for name in row.against]
    theirs = [sum(seconds) for seconds in zip(*(peer.seconds for peer in peers), strict=True)]
    ratios = [a / b for a, b in zip(job.seconds, theirs, strict=True)]
    ratio = job.median / median(theirs)
    return (
        f"{head} **{ratio:.2f}** | {min(ratios):.2f}–{max(ratios):.2f} | {job.median:.2f} | {median(theirs):.2f} "
        f"| {_verdict(ratio, row.target)} |"
    )


def _size_row(found: Found) -> str:
    head = f"| file size, tagged PDF | {WEASYPRINT} | 0.80 |"
    if not {COLD_PDF, WEASYPRINT} <= found.jobs.keys():
        return f"{head} – | – | – | – | not run |"
    ours, theirs = found.jobs[COLD_PDF].sizes()[0], found.jobs[WEASYPRINT].sizes()[0]
    return f"{head} **{ours / theirs:.2f}** | | {ours:.2f} MB | {theirs:.2f} MB | {_verdict(ours / theirs, 0.8)} |"


def _memory_row(found: Found) -> str:
    head = f"| largest process, {LARGE} articles | {SMALL} articles | flat |"
    if not {COLD_PDF, LARGE_COLD} <= found.jobs.keys():
        return f"{head} – | – | – | – | not run |"
    many, few = found.jobs[LARGE_COLD].memory.largest, found.jobs[COLD_PDF].memory.largest
    return f"{head} **{many / few:.2f}** | | {many:.0f} MB | {few:.0f} MB | |"


def _editions_row(found: Found) -> str:
    head = f"| {EDITIONS}, parallel efficiency | one core × 2 | at least 0.90 |"
    percent = re.search(r"efficiency (\d+)%", found.editions)
    if percent is None:
        return f"{head} – | – | – | – | not run |"
    efficiency = int(percent[1]) / 100
    return f"{head} **{efficiency:.2f}** | | | | {'reached' if efficiency >= 0.9 else 'missed'} |"


def _number(target: float | None) -> str:
    return "" if target is None else f"{target:.2f}"


def _verdict(ratio: float, target: float | None) -> str:
    return "" if target is None else "reached" if ratio <= target else "missed"


def about(cores: int, rounds: int, found: Found) -> str:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    calmness = (
        f"{found.busy} of {found.runs} runs began on a busy machine"
        if found.busy
        else "every run began on an idle machine"
    )
    return (
        f"{dt.date.today().isoformat()}, commit {commit.stdout.strip() or 'unknown'}, rounds: {rounds}; {calmness}.\n"
        f"{machine(cores)}.\n{installed.versions()}."
    )


# -- the readme ----------------------------------------------------------------------------------------------

_RESULTS = re.compile(r"(<!-- results -->\n).*(<!-- end of results -->)", re.S)


def publish(text: str) -> None:
    """Put the tables between the markers of bench/README.md."""
    readme = HERE / "README.md"
    old = readme.read_text(encoding="utf-8")
    readme.write_text(_RESULTS.sub(lambda m: f"{m[1]}\n{text}\n\n{m[2]}", old), encoding="utf-8")


def editions(count: int) -> str:
    """What bench/editions.py prints for so many; ``efficiency 93%`` in it is two workers against twice one."""
    script = HERE / "editions.py"
    if not script.is_file():
        raise MissingError(f"{EDITIONS}: there is no bench/editions.py")
    _tell(EDITIONS)
    return subprocess.run(
        [sys.executable, str(script), "--count", str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cores", type=int, default=2, help="how many of the machine's cores to use (2)")
    parser.add_argument(
        "--patience", type=float, default=15, help="seconds to wait for an idle machine before a run (15)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="one round, without the large publication and the editions"
    )
    parser.add_argument("--editions", type=int, default=1000, metavar="COUNT", help="editions of stations (1000)")
    parser.add_argument("--markdown", action="store_true", help="write the tables into bench/README.md")
    options = parser.parse_args()
    rounds = 1 if options.quick else options.rounds
    cores, found = limit(options.cores), Found()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        measure(small(Path(folder)), rounds, options.patience, found)
        if not options.quick:
            measure(large(Path(folder)), max(1, round(rounds * _LARGE_ROUNDS)), options.patience, found)
            try:
                found.editions = editions(options.editions)
            except MissingError as missing:
                found.left_out.append(str(missing))
        text = "\n".join(tables(found, about(cores, rounds, found)))
    print(text)
    if options.markdown:
        publish(text)


if __name__ == "__main__":
    main()
