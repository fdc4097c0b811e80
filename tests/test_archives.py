"""Zip files from outside are read under caps, or refused before anything swells."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.archives import Caps, RefusedArchiveError, open_archive


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def refused(data: bytes, caps: Caps | None = None) -> str:
    with pytest.raises(RefusedArchiveError) as told:
        open_archive(data, caps or Caps())
    return told.value.fault


def test_what_is_in_order_is_read() -> None:
    archive = open_archive(packed({"a.xml": b"<a/>", "b/c.txt": b"", "b/d.xml": b"d" * 500_000}))
    assert archive.names == archive.wanted == ("a.xml", "b/c.txt", "b/d.xml")
    assert [archive.read(name) for name in archive.names] == [b"<a/>", b"", b"d" * 500_000]


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "C:/a", "..\\a", "a\\..\\..\\b", "\\\\host\\a"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert refused(packed({name: b""})) == "bomb"


@pytest.mark.parametrize(
    "caps",
    [Caps(archive=100), Caps(members=2), Caps(member=40_000), Caps(whole=60_000), Caps(ratio_from=1_000, ratio=10)],
)
def test_caps_hold(caps: Caps) -> None:
    data = packed({str(n): b"x" * (n * 25_000) for n in range(3)})
    assert refused(data, caps) == "bomb"
    open_archive(data)


def test_members_that_are_not_wanted_are_not_weighed_and_not_read() -> None:
    data = packed({"a.bmp": b"\xff" * 30_000_000, "a.xml": b"<a/>"})
    assert refused(data) == "bomb"
    archive = open_archive(data, wanted=lambda name: name.endswith(".xml"))
    assert archive.wanted == ("a.xml",)
    with pytest.raises(KeyError):
        archive.read("a.bmp")


def test_a_size_that_lies_swells_nothing() -> None:
    data = bytearray(packed({"a.xml": b"x" * 200_000_000}))
    for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[at : at + 4] = (500_000).to_bytes(4, "little")
    archive = open_archive(bytes(data))
    tracemalloc.start()
    with pytest.raises(RefusedArchiveError, match="damaged"):
        archive.read("a.xml")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_other_kinds_of_packing_are_refused() -> None:
    assert refused(packed({"a": b"a"}, zipfile.ZIP_LZMA)) == "damaged"
    locked = bytearray(packed({"a": b"a"}))
    for at in (locked.index(b"PK\x03\x04") + 6, locked.index(b"PK\x01\x02") + 8):
        locked[at] |= 1
    assert refused(bytes(locked)) == "encrypted"


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18]))
def test_any_bytes_are_answered(data: bytes, beside: bytes) -> None:
    for whole in (data + beside, beside + data):
        try:
            archive = open_archive(whole)
            for name in archive.names:
                archive.read(name)
        except RefusedArchiveError:
            pass
