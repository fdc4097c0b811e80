"""Word files from outside are opened in one guarded place: what is wrong is one message, and nothing raises."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.diagnostics import Report
from generator.readers import word
from generator.readers.word import WordFile, open_word, read_word

_EXTERNAL = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="{target}" TargetMode="External"/></Relationships>'
)


def good() -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("正文")
    document.save(buffer)
    return buffer.getvalue()


GOOD = good()


def changed(change: Callable[[dict[str, bytes]], object], data: bytes = GOOD) -> bytes:
    """A Word file with other members."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def replaced(part: str, old: str, new: str) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        assert old.encode() in members[part]
        members[part] = members[part].replace(old.encode(), new.encode(), 1)

    return changed(change)


def with_x(data: bytes) -> bytes:
    """A Word file with one more part."""
    return changed(lambda members: members.update({"word/x.xml": data}))


def linked(kind: str, target: str, part: str = "word/_rels/document.xml.rels") -> bytes:
    return replaced(part, "</Relationships>", _EXTERNAL.format(kind=kind, target=target))


def doubled() -> bytes:
    buffer = io.BytesIO(GOOD)
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("word/document.xml", "<a/>")
    return buffer.getvalue()


def overlapping() -> bytes:
    """Many names for the same compressed bytes: small before it is inflated, huge after."""
    data = changed(lambda m: m.update({f"word/x{n}.xml": b"" for n in range(40)} | {"word/big.xml": b"<a/>" * 10_000}))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        big, others = archive.getinfo("word/big.xml"), [m for m in archive.infolist() if "/x" in m.filename]
        for member in others:
            member.header_offset, member.CRC = big.header_offset, big.CRC
            member.compress_size, member.file_size = big.compress_size, big.file_size
        start = archive.start_dir
        buffer = io.BytesIO(data[:start])
        buffer.seek(start)
        rewritten = zipfile.ZipFile.__new__(zipfile.ZipFile)
        rewritten.__dict__.update(archive.__dict__, fp=buffer, mode="w", _didModify=True)
        rewritten._write_end_record()  # type: ignore[attr-defined]
        rewritten.fp = None
    return buffer.getvalue()


def opened(data: bytes) -> tuple[WordFile | None, list[str]]:
    report = Report()
    found = open_word(data, "a.docx", report)
    return found, [f"{d.code} {d.message}" for d in report.diagnostics]


def test_parts_are_found_by_what_they_are() -> None:
    found, said = opened(GOOD)
    assert said == []
    assert found is not None
    assert "".join(found.document.itertext()).strip() == "正文"
    styles = found.part("styles")
    assert styles is not None
    assert styles.tag.endswith("}styles")
    assert "word/document.xml" in found.names
    assert found.part("comments") is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "word.not_word"),
        ("工作报告".encode(), "word.not_word"),
        (b"%PDF-1.7", "word.not_word"),
        (b"{\\rtf1 }", "word.old_format"),
        (word._OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "word.old_format"),
        (word._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "word.encrypted"),
        (GOOD[:-200], "word.damaged"),
        (GOOD[:3000] + b"\0" * 50 + GOOD[3050:], "word.damaged"),
        (changed(dict.clear), "word.not_word"),
        (changed(lambda m: m.pop("[Content_Types].xml")), "word.not_word"),
        (changed(lambda m: m.pop("_rels/.rels")), "word.not_word"),
        (changed(lambda m: m.pop("word/document.xml")), "word.damaged"),
        (changed(lambda m: m.update({"word/document.xml": b"<w:document>"})), "word.damaged"),
        (with_x(b"\xff\xfe\x00"), "word.damaged"),
        (with_x(b"<a>" * 400 + b"</a>" * 400), "word.damaged"),
        (with_x(b" " * 3_000_000 + b"<a/>"), "word.bomb"),
        (changed(lambda m: m.update({f"word/media/{n}.png": b"" for n in range(6000)})), "word.bomb"),
        (with_x(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "word.entities"),
        (with_x('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16")), "word.entities"),
        (replaced("[Content_Types].xml", "openxmlformats-officedocument.wordprocessingml.document.main+xml",
                  "ms-word.document.macroEnabled.main+xml"), "word.macros"),
        (changed(lambda m: m.update({"word/vbaProject.bin": b"\0"})), "word.macros"),
        (replaced("[Content_Types].xml", "wordprocessingml.document.main", "spreadsheetml.sheet"), "word.not_word"),
        (linked("attachedTemplate", "http://example.org/x.dotm"), "word.external"),
        (linked("attachedTemplate", "\\\\server\\share\\x.dotm"), "word.external"),
        (linked("attachedTemplate", "file://server/share/x.dotm"), "word.external"),
        (linked("image", "https://example.org/x.png"), "word.external"),
        (linked("image", "file:///C:/x.png"), "word.external"),
        (linked("oleObject", "file:///C:/book.xlsx"), "word.external"),
        (linked("image", "http://[::bad", "_rels/.rels"), "word.external"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_message(data: bytes, code: str) -> None:
    found, said = opened(data)
    assert found is None
    assert [line.partition(" ")[0] for line in said] == [code]


def test_names_that_occur_twice_and_bytes_used_twice_are_refused() -> None:
    assert opened(doubled())[1][0].startswith("word.damaged")
    assert opened(overlapping())[1][0].startswith("word.damaged")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://example.org/"),
        ("attachedTemplate", "Normal.dotm"),
        ("attachedTemplate", "file:///C:\\Users\\a\\Templates\\b.dotx"),
    ],
)
def test_links_for_a_reader_and_templates_of_the_own_computer_do_no_harm(kind: str, target: str) -> None:
    assert opened(linked(kind, target))[1] == []


def test_a_message_names_the_host_and_no_more() -> None:
    assert opened(linked("image", "https://user:pass@example.org/a/b.png?token=1"))[1] == [
        "word.external Word 文件要从别处取链接的图片：example.org"
    ]
    assert opened(linked("image", "file:///C:/Users/zhang/a.png"))[1] == [
        "word.external Word 文件要从别处取链接的图片：a.png"
    ]


def test_a_file_that_is_not_there_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Report()
    assert read_word(tmp_path / "a.docx", "a.docx", report) is None
    (tmp_path / "b.docx").write_bytes(GOOD)
    assert read_word(tmp_path / "b.docx", "b.docx", report) is not None
    monkeypatch.setattr(word, "LARGEST", 1000)
    assert read_word(tmp_path / "b.docx", "b.docx", report) is None
    assert [d.code for d in report.diagnostics] == ["reader.unreadable", "word.too_large"]


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", word._OLE]))
def test_any_bytes_are_answered(data: bytes, head: bytes) -> None:
    found, said = opened(head + data)
    assert found is None
    assert len(said) == 1


@given(st.integers(0, 2**32), st.integers(1, 12), st.booleans())
def test_any_damage_is_answered(seed: int, times: int, cut: bool) -> None:
    chance = random.Random(seed)
    data = bytearray(GOOD)
    for _ in range(times):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if cut:
        del data[chance.randrange(len(data)) :]
    found, said = opened(bytes(data))
    assert (found is None) == (len(said) == 1)


@given(st.sampled_from(sorted(zipfile.ZipFile(io.BytesIO(GOOD)).namelist())), st.integers(0, 2**32))
def test_any_damage_inside_is_answered(name: str, seed: int) -> None:
    def change(members: dict[str, bytes]) -> None:
        chance = random.Random(seed)
        data = bytearray(members[name])
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.randrange(256)
        members[name] = bytes(data)

    found, said = opened(changed(change))
    assert (found is None) == (len(said) == 1)
