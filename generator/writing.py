"""A text as it is written: its words without markup, where each stands, and what was found in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from generator.diagnostics import Severity, Text
from generator.fences import blanked

#: Stands in the words for what prints words of its own: a figure, a reference, an address of the web.
OBJECT = "\ufffc"
#: Han characters, as a character class's inside.
HAN = "〇㐀-䶿一-鿿"

_ADDRESS = r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_OBJECT = re.compile(_ADDRESS + r"|\{[^{}\n]*\}", re.A)
_ADDRESSES = re.compile(_ADDRESS, re.A)
#: What Markdown takes for itself at the head of a line.
_LEAD = re.compile(
    r"^(?:(?P<rule>[ >]*\|?[ ]*:?-{3,}[-:| ]*$)|(?P<lead>[ >]*(?:(?:[-*+]|\d+\.)[ ]+)*"
    r"(?:\#{1,6}[ ]+|\[![^\]\n]*\][ ]*|(?:图题|表题|图源|表注|图注)[：:]|\[\^[^\]\n]+\]:[ ]*)?))",
    re.M,
)
#: What it takes for itself elsewhere; the groups say what becomes of it.
_MARKUP = re.compile(
    r"""
    (?=[\x20`{}!\[\]|*_\\])(?:
    (?P<form>[ ]*\{(?:\#[^{}\n]*|横排|通栏)\})
  | (?P<role>\{[^{}\n]*\}|`[^`\n]*`)
  | (?P<picture>!\[)
  | (?P<target>\]\([^)\n]*\))
  | (?P<call>\[\^[^\]\n]+\])
  | (?P<cell>[ ]*\|[ ]*)
  | (?P<opening>\[(?=[^\[\]\n]*\]\())
  | (?P<run_in>(?<=[。：！？])\*\*[ ])
  | (?P<emphasis>\*+|(?<!\w)_+(?=\S)|(?<=\S)_+(?!\w)|\\(?=[^\w\s]))
    )""",
    re.X,
)
_HEADING = re.compile(r"#{1,6} |(?:图题|表题)[：:]")
#: A line that begins a block of its own, not a line that goes on.
_BLOCK = re.compile(r"[ >]*(?:$|[-*+] |\d+\. |#|\||>|!\[|(?:图题|表题|图源|表注|图注)[：:]|\[\^)")


@dataclass(frozen=True)
class Finding:
    """A fault in the words ``[start:end]`` of a text; ``fix`` as in a diagnostic."""

    code: str
    start: int
    end: int
    message: Text
    hint: Text
    fix: str | None = None
    severity: Severity = Severity.WARNING


class Writing:
    """The words of one field. Paragraphs, cells and items are set apart by a line end.

    Of a Markdown text the markup is left out; ``headings`` are the stretches that are headings or captions, ``apart``
    are the beginnings of items, quotations and the like.
    """

    def __init__(self, text: str, *, markdown: bool = False, heading: bool = False) -> None:
        self.text = text
        self._runs: list[tuple[int, int]] = [(0, 0)]
        self.headings: list[tuple[int, int]] = []
        self.apart: frozenset[int] = frozenset()
        if markdown:
            self.words = self._read(text)
        else:
            self.words = self._plain(text)
            if heading:
                self.headings = [(0, len(self.words))]

    @cached_property
    def characters(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Start and end of every line of the words that has any."""
        found, start = [], 0
        for line in self.words.split("\n"):
            if line:
                found.append((start, start + len(line)))
            start += len(line) + 1
        return found

    def paragraph(self, at: int) -> tuple[int, int]:
        """The paragraph around a place."""
        end = self.words.find("\n", at)
        return self.words.rfind("\n", 0, at) + 1, end if end >= 0 else len(self.words)

    def place(self, start: int, end: int) -> tuple[int, int, bool]:
        """Where in the text the words ``[start:end]`` stand, and whether nothing else stands among them."""
        first = self._at(start)
        last = self._at(end - 1) + 1 if end > start else first
        return first, last, self.text[first:last] == self.words[start:end]

    @cached_property
    def _begins(self) -> list[int]:
        return [at for at, _ in self._runs]

    @cached_property
    def _sources(self) -> list[int]:
        return [source for _, source in self._runs]

    def _at(self, place: int) -> int:
        at, source = self._runs[max(bisect_right(self._begins, place) - 1, 0)]
        return source + place - at

    def _plain(self, text: str) -> str:
        if "/" not in text and "@" not in text and "{" not in text and "www." not in text:
            return text
        return self._pieced(text, ((m.start(), m.end(), OBJECT) for m in _OBJECT.finditer(text)))

    def _pieced(self, text: str, taken: object) -> str:
        pieces: list[str] = []
        length = end = 0
        for start, stop, put in taken:  # type: ignore[attr-defined]
            pieces += (text[end:start], put)
            length += start - end
            if put:
                self._runs.append((length, start))
            length += len(put)
            self._runs.append((length, stop))
            end = stop
        pieces.append(text[end:])
        return "".join(pieces)

    def _read(self, text: str) -> str:
        if "```" in text or "~~~" in text:  # what a figure is drawn from is no prose
            text = blanked(text, "\n")
        taken: list[tuple[int, int, str]] = []
        headings: list[int] = []
        apart: list[int] = []
        for m in _LEAD.finditer(text):
            start, end = m.span()
            written = m[0]
            if m.lastgroup == "lead" and _HEADING.search(written):
                headings.append(end)
            elif written.strip():
                apart.append(end)
            if start and not _BLOCK.match(text, start) and not _ends_block(text, start - 1):
                taken.append((start - 1, end, ""))  # a line that goes on
            elif written:
                taken.append((start, end, ""))
        if "://" in text or "@" in text or "www." in text:
            taken += ((m.start(), m.end(), OBJECT) for m in _ADDRESSES.finditer(text))
        taken += ((m.start(), m.end(), _put(m, text)) for m in _MARKUP.finditer(text))
        taken = _apart(sorted(taken))
        words = self._pieced(text, taken)
        self.apart = frozenset(self._words_at(source, words) for source in apart)
        for source in headings:
            at = self._words_at(source, words)
            end = words.find("\n", at)
            self.headings.append((at, end if end >= 0 else len(words)))
        return words

    def _words_at(self, source: int, words: str) -> int:
        """Where in the words a place of the text that is not markup stands."""
        at, start = self._runs[max(bisect_right(self._sources, source) - 1, 0)]
        return min(at + source - start, len(words))


def _put(m: re.Match[str], text: str) -> str:
    """What stands in the words for a piece of markup."""
    kind = m.lastgroup
    if kind == "role":
        return OBJECT
    if kind in ("cell", "picture"):
        return "\n"
    if kind == "target":
        return "\n" if text.rfind("![", 0, m.start()) > text.rfind("](", 0, m.start()) else ""
    return ""


def _apart(taken: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Pieces that don't overlap, of those that do the first; ``taken`` is sorted."""
    kept: list[tuple[int, int, str]] = []
    for piece in taken:
        if not kept or piece[0] >= kept[-1][1]:
            kept.append(piece)
    return kept


def _ends_block(text: str, end: int) -> bool:
    """Whether the line that ends here is blank, a heading, a row of a table or a caption: nothing goes on after it."""
    line = text[text.rfind("\n", 0, end) + 1 : end].lstrip(" >")
    return not line.strip() or line.startswith(("#", "|", "![", "图题", "表题", "图源", "表注", "图注", "[!"))
