"""What is looked for in finished files, in whatever way it is written down, and what a finding says of it."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import unquote_to_bytes

from generator.diagnostics import Text


class Match(Protocol):
    """A stretch of a text that is private: whose it is, and what of theirs (in an editor's words)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def ref(self) -> str: ...
    @property
    def what(self) -> str: ...


#: Finds what is private in a text.
Find = Callable[[str], Sequence[Match]]


class Secrets(Protocol):
    """Those who may not be known: finds any string of theirs, however it is spelt."""

    @property
    def state(self) -> str:
        """Differs whenever anything to be found does; tells nothing of it."""

    def find(self, words: str) -> Sequence[Match]: ...


Kind = Literal["roster", "identifier", "residue", "unread"]


@dataclass(frozen=True)
class Leak:
    """Where in a file something stands that may not leave the house; never what it is.

    ``what`` is what of the person ``ref`` it is, what rule an identifier meets, which ``residue`` of the making of
    the file there is, or why a part could not be read.
    """

    kind: Kind
    where: Text
    what: Text | str
    ref: str = ""


@dataclass(frozen=True)
class Piece:
    """Words in a file and where they are. ``loose`` ones overlap others, which say better where they are.

    ``inner`` ones are read by programs alone: numbers among them say nothing of anybody but whom a roster knows.
    """

    where: Text
    words: str
    loose: bool = False
    inner: bool = False


#: What a reader of files tells: words to be looked at, and what else there is to be said.
Told = Piece | Leak


class RefusedError(Exception):
    """A file that takes more work to read than any honest one."""


@dataclass
class Budget:
    """How much of a file is read before it is refused: bytes in all, pieces, files within files."""

    left: int = 600_000_000
    pieces: int = 3_000_000
    depth: int = 5
    files: int = 5_000

    def spend(self, amount: int) -> None:
        """Count so many bytes of work. Raises ``RefusedError`` if there were too many."""
        self.left -= amount + 64
        if self.left < 0:
            raise RefusedError


#: What stands between two texts that are looked at in one go: a word that no name has.
_BETWEEN = "\n龘\n"


def joined(parts: Iterable[str]) -> str:
    """Words from several places in one text: single characters may be parts of a name, all else begins anew."""
    said: list[str] = []
    for part in parts:
        if said:
            said.append(" " if len(said[-1].strip()) < _SHORT and len(part.strip()) < _SHORT else "\n")
        said.append(part)
    return "".join(said)


#: Words of fewer characters may be parts of a name.
_SHORT = 3


# -- ways of writing the same ----------------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\u\{?([0-9A-Fa-f]{4,6})\}?|\\U([0-9A-Fa-f]{8})")
_CSS = re.compile(r"\\([0-9A-Fa-f]{2,6})\s?")
_BYTES = re.compile(r"(?:\\x[0-9A-Fa-f]{2}|\\'[0-9A-Fa-f]{2}|\\[0-7]{3})+")
_RTF = re.compile(r"\\u(-?\d{3,6}) ?\??")
_OFFICE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}(?:\r?\n[ \t]*[A-Za-z0-9+/_-]{2,})*={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?(?:[0-9A-Fa-f]{2}(?:[ :,-]|, ?0x)?){4,}(?![0-9A-Za-z])")
_DOMAIN = re.compile(r"xn--([a-z0-9-]+)", re.I)
_UTF7 = re.compile(r"\+[A-Za-z0-9+/]{3,}-?")
_HZ = re.compile(r"~\{([!-~]{2,}?)~\}")
_FLOAT = re.compile(r"(?<![\d.])(\d)\.?(\d*)E\+?(\d{1,2})(?!\d)")
_WRONG = re.compile(r"[\u0080-\u00ff\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{4,}")
#: Of base64 that says something there are digits, or capitals within.
_MIXED = re.compile(r"\d|[a-z+/_-][A-Z]|=$")
#: Base64 as mail breaks it.
_WRAPPED = re.compile(r"[A-Za-z0-9+/]{60,}\r?\n")
_TURNED = re.compile(r"[\u202e\u202b\u2067\u200f]")
_HANZI = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPOKEN = re.compile(rf"[\x20-\x7e\s{_HANZI}\u3000-\u303f\uff00-\uffef·—–“”‘’…]+")
_PLAIN = re.compile(rf"[{_HANZI}\s\w\x20-\x7e\u3000-\u303f\uff00-\uffef·]+")


def forms(words: str, depth: int = 3) -> Iterator[str]:
    """A text, and what it says if it is escaped or encoded in any of the ways that files know."""
    seen = {words}
    yield words
    waiting = [words]
    for _ in range(depth):
        found: list[str] = []
        for text in waiting:
            for said in _decoded(text):
                if said and said not in seen:
                    seen.add(said)
                    found.append(said)
        yield from found
        waiting = found


def _decoded(text: str) -> Iterator[str]:
    """What the lines say that are written in one of the ways; lines that are not are left out."""
    coded = [line for line in text.split("\n") if _CODED.search(line)]
    for mark, decode in _WAYS if coded else ():
        if lines := [line for line in coded if mark.search(line)]:
            yield from decode("\n".join(lines))
    if _WRAPPED.search(text):
        yield from _base64(text)


def _percent(text: str) -> Iterator[str]:
    return _texts(unquote_to_bytes(text))


def _entities(text: str) -> Iterator[str]:
    yield html.unescape(text)


def _formula(text: str) -> Iterator[str]:
    yield text.replace('"&"', "")


def _escapes(text: str) -> Iterator[str]:
    yield _ESCAPE.sub(lambda m: _character(int(m[1] or m[2], 16)), text)
    yield _CSS.sub(lambda m: _character(int(m[1], 16)), text)
    yield _RTF.sub(lambda m: _character(int(m[1]) % 65536), text)
    if _BYTES.search(text):
        for code in ("utf-8", "gb18030"):
            yield _BYTES.sub(lambda m, code=code: _octets(m[0]).decode(code, "replace"), text)  # type: ignore[misc]


def _office(text: str) -> Iterator[str]:
    yield _OFFICE.sub(lambda m: _character(int(m[1], 16)), text)


def _quoted(text: str) -> Iterator[str]:
    return _texts(quopri.decodestring(text.encode("utf-8", "replace")))


def _domains(text: str) -> Iterator[str]:
    yield _DOMAIN.sub(_domain, text)


def _utf7(text: str) -> Iterator[str]:
    yield _UTF7.sub(lambda m: m[0].encode().decode("utf-7", "ignore"), text)


def _hz(text: str) -> Iterator[str]:
    yield _HZ.sub(lambda m: m[0].encode().decode("hz", "ignore"), text)


def _numbers(text: str) -> Iterator[str]:
    yield _FLOAT.sub(lambda m: m[1] + m[2].ljust(int(m[3]), "0"), text)


def _turned(text: str) -> Iterator[str]:
    yield "\n".join(line[::-1] for line in text.splitlines())


def _base64(text: str) -> Iterator[str]:
    yield _BETWEEN.join(said for m in _BASE64.finditer(text) if _MIXED.search(m[0]) for said in _of_base64(m[0]))


def _hexadecimal(text: str) -> Iterator[str]:
    yield _BETWEEN.join(said for m in _HEX.finditer(text) for said in _of_hex(m[0]))


def _character(code: int) -> str:
    return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else " "


def _octets(written: str) -> bytes:
    return bytes(
        int(hexadecimal or octal, 16 if hexadecimal else 8) & 255
        for hexadecimal, octal in re.findall(r"\\[x']([0-9A-Fa-f]{2})|\\([0-7]{3})", written)
    )


def _domain(match: re.Match[str]) -> str:
    try:
        return match[1].lower().encode().decode("punycode")
    except (UnicodeError, ValueError):
        return match[0]


def _misread(text: str) -> Iterator[str]:
    """What was read in the wrong encoding, read again."""
    for run in _WRONG.findall(text):
        for code in ("latin-1", "cp1252"):
            data = run.encode(code, "ignore")
            yield from (said for said in _texts(data) if _SPOKEN.fullmatch(said))


def _texts(data: bytes) -> Iterator[str]:
    """Bytes that are a text in an encoding of ours."""
    for code in ("utf-8", "gb18030"):
        try:
            yield data.decode(code)
            return
        except UnicodeDecodeError:
            continue
    yield data.decode("utf-8", "replace")


def _of_base64(token: str) -> Iterator[str]:
    bare = re.sub(r"[\s=]", "", token).replace("-", "+").replace("_", "/")
    for start in range(min(4, len(bare) - 5)):  # what stands before may belong to something else
        part = bare[start : start + (len(bare) - start) // 4 * 4] if start else bare
        try:
            data = base64.b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        yield from spoken(data)


def _of_hex(token: str) -> Iterator[str]:
    digits = re.sub(r"0x|[^0-9A-Fa-f]", "", token)
    if len(digits) % 2 == 0:
        yield from spoken(bytes.fromhex(digits))


def spoken(data: bytes) -> Iterator[str]:
    """What bytes say if all of them are words in some encoding; nothing for what is not."""
    for code in ("utf-8", "utf-16-le", "utf-16-be", "gbk"):
        if code.startswith("utf-16") and len(data) % 2:
            continue
        try:
            text = data.decode(code)
        except UnicodeDecodeError:
            continue
        text = text.strip("\ufeff\0")
        if text and _PLAIN.fullmatch(text):
            yield text


#: What a line must have to be written in a way, and what it then says.
_WAYS: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[str]]], ...] = (
    (re.compile(r"%[0-9A-Fa-f]{2}"), _percent),
    (re.compile(r"&#?\w{2,}"), _entities),
    (re.compile(r'"&"'), _formula),
    (re.compile(r"\\[uUxX0-9A-Fa-f']"), _escapes),
    (_OFFICE, _office),
    (re.compile(r"=[0-9A-Fa-f]{2}"), _quoted),
    (_DOMAIN, _domains),
    (_UTF7, _utf7),
    (_HZ, _hz),
    (_FLOAT, _numbers),
    (_TURNED, _turned),
    (_WRONG, _misread),
    (re.compile(r"[A-Za-z0-9+/_-]{6}"), _base64),
    (re.compile(r"(?:[0-9A-Fa-f]{2}[ :,-]?){4}"), _hexadecimal),
)


_CODED = re.compile("|".join(f"(?:{mark.pattern})" for mark, _ in _WAYS), re.I)


# -- the sieve -------------------------------------------------------------------------------------------------------

#: Characters that are looked at in one go.
_BATCH = 400_000


@dataclass
class Sieve:
    """Looks at words for what is private; the same words once."""

    find: Find
    kind: Kind = "roster"
    _clean: set[str] = field(default_factory=set)

    def sift(self, pieces: Iterable[Piece]) -> Iterator[Leak]:
        """Where something private stands, once for each place, person and thing."""
        found: dict[tuple[Text, str, str], Leak] = {}
        loose: list[Leak] = []
        shown = self.kind == "roster"
        for batch in _batches((p for p in pieces if shown or not (p.loose or p.inner)), self._clean):
            if self._is_clean(_BETWEEN.join(batch)):
                self._clean.update(batch)
                continue
            for words, places in batch.items():
                matches = self._matches(words)
                if not matches:
                    self._clean.add(words)
                for match, piece in ((m, p) for m in matches for p in places):
                    leak = Leak(self.kind, piece.where, match[1], match[0])
                    if piece.loose:
                        loose.append(leak)
                    else:
                        found.setdefault((piece.where, *match), leak)
        yield from found.values()
        known = {(leak.ref, leak.what) for leak in found.values()}
        for leak in loose:
            if (leak.ref, leak.what) not in known:
                known.add((leak.ref, leak.what))
                yield leak

    def _is_clean(self, words: str) -> bool:
        return not any(self.find(form) for form in self._forms(words))

    def _matches(self, words: str) -> list[tuple[str, str]]:
        return list(dict.fromkeys((m.ref, m.what) for form in self._forms(words) for m in self.find(form)))

    def _forms(self, words: str) -> Iterator[str]:
        return forms(words) if self.kind == "roster" else iter((words,))


def _batches(pieces: Iterable[Piece], clean: set[str]) -> Iterator[dict[str, list[Piece]]]:
    """Pieces by their words, many at a time; none whose words are known to be clean."""
    batch: dict[str, list[Piece]] = {}
    size = 0
    for piece in pieces:
        if len(piece.words) < 2 or piece.words in clean or not piece.words.strip():
            continue
        places = batch.setdefault(piece.words, [])
        if not places:
            size += len(piece.words)
        if len(places) < _PLACES:
            places.append(piece)
        if size > _BATCH:
            yield batch
            batch, size = {}, 0
    if batch:
        yield batch


#: So many places of the same words are told.
_PLACES = 20
