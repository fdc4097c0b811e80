"""Texts and unknown bytes: in any encoding of ours, in mail, in RTF, in runs within what is no text."""

from __future__ import annotations

import base64
import binascii
import codecs
import email
import email.policy
import re
import zlib
from collections.abc import Iterator

from generator.diagnostics import Text, say
from generator.privacy.leaks.sieve import Leak, Piece, Told

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffe\uffff]")
_SIGN = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_UTF8 = re.compile(rb"(?:%s){2,}+[\x20-\x7e]*+|(?:[\x20-\x7e\t]|%s){4,}+" % (_SIGN, _SIGN))
_WIDE = re.compile(r"[\x20-\x7e\u00b7\u2010-\u2027\u3000-\u303f\u3400-\u9fff\uff00-\uffee]{2,}+")
_CHINESE = re.compile(rb"[\x80-\xfe\x20-\x7e]{4,}+")
#: Bytes looked at together; what shrinks no further than this is packed already, and says nothing as it stands.
_BLOCK, _PACKED = 4096, 0.97
#: Files that stand in a text as base64: what they begin with.
_CARRIED = re.compile(
    r"(?:JVBERi0|UEsDB|/9j/|iVBORw0KGgo|0M8R4KGx|H4sI|R0lGOD|UklGR)[A-Za-z0-9+/]*(?:\s{1,3}[A-Za-z0-9+/]+)*={0,2}"
)
_RTF_WORD = re.compile(r"\\\*|\\[a-z]+-?\d* ?|[{}\r\n]")
_HEX_FILE = re.compile(r"(?:[0-9a-fA-F]{2}\s*){64,}+")
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z-]+: [^\n]*\r?\n(?:[ \t][^\n]*\n)*){2}")

#: A local path names the account of whoever made the file.
_PATH = re.compile(
    r"[A-Za-z]:[\\/]+(?:Users|Documents and Settings)[\\/]|file:///?\w|/(?:Users|home)/\w|\\\\[\w.-]+\\\w"
)


#: Two to four characters that end as no institution does, or Western letters; and what programs write by themselves.
_PERSON = re.compile(r"[\u3400-\u9fff·]{2,4}(?<![站社会局心院部处科室办所校园厅司队组])|[A-Za-z][A-Za-z .'_@-]*")
_NOBODY = re.compile(
    r"(?:zhankan|weasyprint|reportlab|python-docx|openpyxl|xlsxwriter|libreoffice|microsoft( office)?( user)?|"
    r"apache poi|wps( office)?|un-named|unknown|anonymous|unspecified|user|)\W*[\d.]*",
    re.I,
)


def is_person(signed: str) -> bool:
    """Whether a property that says who made a file is somebody's name, or the name of their account."""
    return _PERSON.fullmatch(signed) is not None and _NOBODY.fullmatch(signed) is None


def has_path(words: str) -> bool:
    """Whether a path of somebody's machine stands in a text."""
    return _PATH.search(words) is not None


def text(data: bytes) -> str | None:
    """Bytes as the text they are; nothing if they are none."""
    for mark, code in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(code)
            except UnicodeDecodeError:
                return None
    for code in _candidates(data):
        try:
            said = data.decode(code)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.search(said):
            return said
    return None


def _candidates(data: bytes) -> Iterator[str]:
    head = data[:4096]
    if b"\0" in head:
        if len(data) % 4 == 0 and head[1::4].count(0) + head[2::4].count(0) > len(head) // 3:
            yield from ("utf-32-le", "utf-32-be")
        if len(data) % 2 == 0:
            yield from ("utf-16-le", "utf-16-be") if head[1::2].count(0) >= head[::2].count(0) else ("utf-16-be",)
        return
    yield "utf-8"
    yield "gb18030"
    yield "big5"
    if len(data) % 2 == 0 and all(0x4E <= byte <= 0x9F for byte in head[1::2]):
        yield "utf-16-le"
    if len(data) % 2 == 0 and all(0x4E <= byte <= 0x9F for byte in head[::2]):
        yield "utf-16-be"


def others(data: bytes) -> Iterator[str]:
    """What the same bytes say in encodings less likely."""
    if data.isascii():
        return
    for code in ("gb18030", "big5", "utf-16-le", "utf-16-be"):
        if code.startswith("utf-16") and len(data) % 2:
            continue
        try:
            said = data.decode(code)
        except UnicodeDecodeError:
            continue
        if _WIDE.fullmatch(said):
            yield said


def strings(data: bytes) -> Iterator[str]:
    """Runs of words in bytes that are no text."""
    yield from (run.decode("utf-8", "ignore") for run in _UTF8.findall(data))
    for block in _open_blocks(data):
        for start in (0, 1):
            for code in ("utf-16-le", "utf-16-be"):
                yield from _WIDE.findall(block[start:].decode(code, "replace"))
        for run in _CHINESE.findall(block):
            if not run.isascii():
                yield run.decode("gb18030", "replace")
                yield run[1:].decode("gb18030", "replace")
                yield run.decode("big5", "replace")


def _open_blocks(data: bytes) -> Iterator[bytes]:
    """The stretches that are not packed, whole ones where they follow each other."""
    kept: list[bytes] = []
    for start in range(0, len(data), _BLOCK):
        block = data[start : start + _BLOCK]
        if len(block) < 512 or len(zlib.compress(block, 1)) < _PACKED * len(block):
            kept.append(block)
        elif kept:
            yield b"".join(kept)
            kept = []
    if kept:
        yield b"".join(kept)


def read_text(words: str, where: Text) -> Iterator[Told]:
    """A text, as a whole and line by line."""
    yield Piece(where, words, loose=True)
    for number, line in enumerate(words.splitlines(), 1):
        if len(line) > 1:
            yield Piece(say("{place}第{line}行", place=where, line=number), line)
    if words.lstrip().startswith("{\\rtf"):
        yield Piece(where, _RTF_WORD.sub("", _unescaped(words)), loose=True)
    if has_path(words):
        yield Leak("residue", where, say("本机的文件路径"))


def _unescaped(words: str) -> str:
    words = re.sub(
        r"(?:\\'[0-9a-fA-F]{2})+",
        lambda m: bytes.fromhex(m[0].replace("\\'", "")).decode("gb18030", "replace"),
        words,
    )
    return re.sub(r"\\u(-?\d{1,6}) ?(?:\?|\\'[0-9a-f]{2})?", lambda m: chr(int(m[1]) % 65536), words)


def carried(words: str) -> Iterator[bytes]:
    """Files that stand in a text as base64 or as digits."""
    for m in _CARRIED.finditer(words):
        bare = re.sub(r"\s", "", m[0]).rstrip("=")
        try:
            yield base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + "=" * (-len(bare) % 4))
        except (binascii.Error, ValueError):
            continue
    if words.lstrip().startswith("{\\rtf"):
        for m in _HEX_FILE.finditer(words):
            digits = re.sub(r"\s", "", m[0])
            yield bytes.fromhex(digits[: len(digits) // 2 * 2])


def is_mail(data: bytes) -> bool:
    """Whether bytes are a message (RFC 5322), or a web page saved as one."""
    return _MAIL.match(data) is not None and re.search(rb"(?im)^(mime-version|message-id|received):", data) is not None


def mail(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The head and the parts of a message, decoded: name and bytes."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for number, part in enumerate(message.walk()):
        head = "\n".join(f"{name}: {value}" for name, value in part.items())
        yield "head", head.encode("utf-8", "replace")
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield part.get_filename() or f"part{number}", content
