"""What leaves the house: looked through before the switch; drafts marked; hostile files refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from generator import build as build_module
from generator.build import build, written
from generator.diagnostics import Report
from generator.model import DRAFT_MARK, Publication
from generator.privacy import outgoing
from generator.privacy.keeping import Held
from generator.privacy.leaks import scan
from generator.privacy.roster import Entry, Roster
from generator.project import Project
from generator.store import Store
from tests.privacy import hiding_pdf
from tests.privacy.stand_in import NAME, ROSTER


def test_a_leak_is_refused_and_the_old_set_stays(
    workspace: Callable[..., Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = workspace()
    assert build(project, ["heyuan-2024-1"], ["html"], Report())
    before = {p: p.read_bytes() for p in (project.build / "heyuan-2024-1").rglob("*") if p.is_file()}
    known = Roster({"C-9": Entry(names=("荷源社会",))})
    held, asked = build_module.keeping.held, []

    def found_later(project: Project, report: Report) -> Held:  # as if a writer had put in what no record says
        asked.append(project)
        return held(project, report) if len(asked) == 1 else Held(known, frozenset(), frozenset(), None)

    monkeypatch.setattr(build_module.keeping, "held", found_later)
    report = Report()
    assert build(project, ["heyuan-2024-1"], ["html"], report) == []
    assert {d.code for d in report.diagnostics} >= {"privacy.leak"}
    assert before == {p: p.read_bytes() for p in (project.build / "heyuan-2024-1").rglob("*") if p.is_file()}
    assert not any("荷源社会" in str(d.message) for d in report.diagnostics)


def test_a_clean_file_is_opened_once_a_roster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    read = outgoing.read
    monkeypatch.setattr(outgoing, "read", lambda name, *rest: opened.append(name) or read(name, *rest))
    files, store = {"a.txt": "社会工作".encode(), "b.txt": NAME.encode()}, Store(tmp_path)
    for roster in (ROSTER, ROSTER, Roster({"C-9": Entry(names=("某某某",))})):
        found = list(outgoing.look_through(files, roster, store))
        assert [d.code for d in found] == ["privacy.leak"] * (roster is ROSTER)
    assert opened == ["a.txt", "b.txt", "b.txt", "a.txt", "b.txt"]


def test_a_draft_is_marked_on_every_page(publications: dict[str, Publication], sample: Project) -> None:
    draft = replace(publications["heyuan-2024-1"], draft="x")
    files = written(sample, draft, "pdf", Report())
    assert len(files) == 2
    for name, data in files.items():
        assert name.endswith("-草稿.pdf")
        with pikepdf.open(io.BytesIO(data)) as pdf:
            assert all(b"/Subtype/Watermark" in page.Contents[-1].read_bytes() for page in pdf.pages)
    for name, data in written(sample, draft, "docx", Report()).items():
        assert name.endswith("-草稿.docx")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            heads = [archive.read(n).decode() for n in archive.namelist() if n.startswith("word/header")]
        assert heads
        assert all(DRAFT_MARK in head for head in heads)
    pages = written(sample, draft, "html", Report())
    assert all(DRAFT_MARK in data.decode() for name, data in pages.items() if name.endswith(".html"))
    assert all(name.startswith("html-草稿/") for name in pages)


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n" + b"(" * 100_000,
        b"%PDF-1.7 1 0 obj<</Length 9>>stream\n" + bytes(2000),
        hiding_pdf.made("plain")[:700],
        hiding_pdf.zipped("a.txt", bytes(30_000_000)),
        b"PK\x03\x04" + bytes(100),
        b"Rar!\x1a\x07\x00" + bytes(100),
        b"7z\xbc\xaf\x27\x1c" + bytes(100),
        b'<!DOCTYPE a [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><a>&b;</a>',
        hiding_pdf.zipped("word/document.xml", b"<a><b>"),
    ],
)
def test_what_cannot_be_read_is_refused(data: bytes) -> None:
    assert "unread" in {leak.kind for leak in scan("x", data, ROSTER)}


@pytest.mark.parametrize("data", [b"<" * 200_000, b"{" * 200_000, b"\\" * 200_000, b"=A" * 100_000, bytes(500_000)])
def test_odd_bytes_end_the_scan_in_time(data: bytes) -> None:
    assert not [leak for leak in scan("x", data, ROSTER) if leak.kind == "roster"]


def test_a_name_in_a_file_name_is_not_repeated() -> None:
    found = list(outgoing.scan({f"{NAME}.txt": b"x"}, ROSTER))
    assert [d.code for d in found] == ["privacy.leak"]
    assert NAME not in repr(found)
