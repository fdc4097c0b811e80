"""Certain mendings of diagnostics, put into the files of content/: each file complete and readable, or untouched."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from generator.build import check
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.model import leaves
from generator.project import Project
from generator.readers import READERS
from generator.review.files import as_on_disk

#: Mending one fault may bring another to light; more rounds than this mean that two rules disagree.
_ROUNDS = 12
#: Characters (CJK extension B) of which some surely stand in no text that is mended.
_SELDOM = range(0x20000, 0x2A6E0)


@dataclass(frozen=True)
class Change:
    """One line of a file, as it is and as it would be."""

    file: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Fixed:
    """The files that change: their text on disk now and then, with line ends and all; and what was mended."""

    files: Mapping[str, tuple[str, str]]
    count: int

    def changes(self) -> Iterator[Change]:
        """The lines that change, in the order of files and lines; a mending never makes or takes away a line."""
        for file, (old, new) in sorted(self.files.items()):
            pairs = zip(old.splitlines(), new.splitlines(), strict=True)
            yield from (Change(file, n, a, b) for n, (a, b) in enumerate(pairs, 1) if a != b)


def fix(project: Project, editions: Sequence[str], report: Report) -> Fixed:
    """What mending all that can be mended for certain would make of the files; nothing is written.

    ``report`` gets what is left to say afterwards. Mending is tried on a copy, again and again until nothing is left.
    """
    with tempfile.TemporaryDirectory(prefix="zhankan-") as name:
        copy = _copied(project, Path(name))
        refused: set[tuple[str, int, str]] = set()
        count = 0
        for _ in range(_ROUNDS):
            found = Report()
            check(copy, editions, found)
            wanted = [
                d for d in found.sorted() if d.fix is not None and (d.span.file, d.span.line, d.code) not in refused
            ]
            done = 0
            for file, fixes in _by_file(wanted).items():
                kept = mend(copy.root / file, file, fixes)
                done += kept
                if not kept:
                    refused |= {(d.span.file, d.span.line, d.code) for d in fixes}
            count += done
            if not done:
                break
        report.extend(found.diagnostics)
        return Fixed(dict(_differences(project, copy)), count)


def write(project: Project, fixed: Fixed, report: Report) -> None:
    """Write the files; each is complete or untouched. What can't be written is reported."""
    for file, (old, new) in sorted(fixed.files.items()):
        path = project.root / file
        aside = path.with_name(f".{path.name}.new")
        try:
            if path.read_bytes() != old.encode():
                message = say("这个文件刚刚被改过，没有动它")
                report.add(error("fix.changed", message, Span(file), say("再运行一次 zhankan check --fix")))
                continue
            aside.write_bytes(new.encode())
            shutil.copymode(path, aside)
            aside.replace(path)
        except OSError as fault:
            message = say("写不进去：{reason}", reason=fault.strerror or "?")
            report.add(error("fix.unwritable", message, Span(file), say("看看文件夹有没有写权限、磁盘满没满")))
        finally:
            aside.unlink(missing_ok=True)


def _copied(project: Project, root: Path) -> Project:
    """The workspace at another place, so that checks see it mended; files that aren't mended are the same ones."""

    def linked(source: str, target: str) -> str:
        if Path(source).suffix.lower() in READERS:
            return shutil.copyfile(source, target)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
        return target

    if project.content.is_dir():
        shutil.copytree(project.content, root / "content", copy_function=linked)
    private = project.root / "private"
    if private.is_dir():
        (root / "private").symlink_to(private, target_is_directory=True)
    return replace(project, root=root)


def _differences(project: Project, copy: Project) -> Iterator[tuple[str, tuple[str, str]]]:
    for path in sorted(copy.content.rglob("*")):
        if path.suffix.lower() not in READERS or not path.is_file():
            continue
        file = copy.relative(path)
        old, new = (project.root / file).read_bytes(), path.read_bytes()
        if old != new:
            yield file, (old.decode(), new.decode())


def _by_file(diagnostics: Iterable[Diagnostic]) -> Mapping[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for d in diagnostics:
        if d.span.file.lower().endswith(tuple(READERS)) and d.span.line:
            found.setdefault(d.span.file, []).append(d)
    return found


def mend(path: Path, file: str, diagnostics: Sequence[Diagnostic]) -> int:
    """Put into one file the fixes that don't overlap and leave it readable; how many that are."""
    raw = path.read_bytes().decode()
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    edits = _apart(text, diagnostics)
    together = _changed(text, file, edits)
    if together is None:
        kept: list[tuple[int, int, str]] = []
        for edit in edits:
            if _changed(text, file, [*kept, edit]) is not None:
                kept.append(edit)
        edits, together = kept, _changed(text, file, kept)
    if not edits or together is None or together == text:
        return 0
    path.write_bytes(as_on_disk(raw, text, together).encode())
    return len(edits)


def _apart(text: str, diagnostics: Sequence[Diagnostic]) -> list[tuple[int, int, str]]:
    """Start, end and words of the fixes, of those that overlap the first; the others come in the next round."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    edits: list[tuple[int, int, str]] = []
    for d in diagnostics:
        assert d.fix is not None
        if d.span.line >= len(starts):
            continue
        start = starts[d.span.line - 1] + d.span.column - 1
        end = start + d.span.length
        if end < starts[d.span.line] and "\n" not in d.fix and (not edits or start >= edits[-1][1]):
            edits.append((start, end, d.fix))
    return edits


def _changed(text: str, file: str, edits: Sequence[tuple[int, int, str]]) -> str | None:
    """The text with the edits made, each written as its place wants it; None if that can't be done.

    What a reader makes of the result is what it made of the text before, but for the edits: first with signs of no
    other use in their place, which no writing of YAML minds, then with the words.
    """
    if not edits:
        return text
    signs = list(islice((sign for sign in map(chr, _SELDOM) if sign not in text), len(edits)))
    if len(signs) < len(edits):
        return None
    before = _values(text, file)
    signed = _values(_put(text, [(a, b, sign) for (a, b, _), sign in zip(edits, signs, strict=True)]), file)
    if before is None or signed is None or before.keys() != signed.keys():
        return None
    expected = {}
    for path, value in signed.items():
        if not _reads(value, before[path], [(sign, text[a:b]) for (a, b, _), sign in zip(edits, signs, strict=True)]):
            return None
        for (*_, words), sign in zip(edits, signs, strict=True):
            value = value.replace(sign, words)
        expected[path] = value
    for write_ in (str, _escaped, _doubled):
        new = _put(text, [(a, b, write_(words)) for a, b, words in edits])
        if _values(new, file) == expected:
            return new
    return None


def _reads(value: str, before: str, written: Sequence[tuple[str, str]]) -> bool:
    """Whether a value is what it was before, once what stood in the file stands for the signs again."""
    for sign, words in written:
        if sign not in value:
            continue
        start = value.index(sign)
        meant = next((m for m in (words, *_unescaped(words)) if before.startswith(m, start)), None)
        if meant is None:
            return False
        value = value.replace(sign, meant)
    return value == before


def _escaped(words: str) -> str:
    """Words as a scalar of YAML between double quotes has them."""
    return json.dumps(words, ensure_ascii=False)[1:-1]


def _doubled(words: str) -> str:
    """Words as a scalar of YAML between single quotes has them."""
    return words.replace("'", "''")


def _unescaped(written: str) -> Iterator[str]:
    """What written words mean between double quotes, and between single ones."""
    with suppress(ValueError):
        yield str(json.loads(f'"{written}"'))
    yield written.replace("''", "'")


def _put(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    for start, end, words in sorted(edits, reverse=True):
        text = text[:start] + words + text[end:]
    return text


def _values(text: str, file: str) -> dict[tuple[object, ...], str] | None:
    """Every single value that a reader takes from a file, with its path; None if there is a fault in it."""
    report = Report()
    raws = READERS[Path(file).suffix.lower()](text, file, report)
    if report.failed:
        return None
    found: dict[tuple[object, ...], str] = {}
    for number, raw in enumerate(raws):
        found |= {(number, *path): str(value) for path, value in leaves(raw.data)}
        if raw.body is not None:
            found[number, "", "body"] = raw.body[0]
    return found
