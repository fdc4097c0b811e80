"""Printed words and the field they stand in: which character is which, what an edit does to the field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from generator.diagnostics import Text, say
from generator.provenance import Source
from generator.review.matching import BREAK, Edit, edited
from generator.writers.docx.manuscript import OBJECT

#: What Markdown and our own marks add to the words that are printed (prose.py).
_MARKS = re.compile(
    r"""
      \{[^{}\n]+\}                              # a role: what it prints stands elsewhere
    | ^\[\^[^\]\n]+\]:[ \t]*                    # the head of a note
    | \[\^[^\]\n]+\]                            # a note's call
    | !\[[^\]\n]*\]\([^)\n]*\)                  # a picture
    | \]\([^)\n]*\) | \[(?=[^\]\n]*\]\()        # a link's brackets and address
    | \[![^\]\n]*\]                             # the name of a callout
    | ^[ >]*(?:(?:[-*+]|\d+\.)[ ]+)+(?:\[[ xX]\][ ])?  # a list item's mark
    | ^[ >]*\#+[ ]+                             # a heading's mark
    | ^[ ]*>[ >]*                               # a quotation's mark
    | ^[ >]*(?:表题|图题|图源|表注)[：:][ ]*
    | ^[ >]*\|?[ ]*:?-{3,}[-:| ]*$              # the line below a table's head
    | \*+ | \| | \\(?=[!-/:-@\[-`{-~])
    """,
    re.M | re.X,
)
_NOTE = re.compile(r"^\[\^[^\]\n]+\]:[^\n]*(?:\n(?: {4}|\t)[^\n]*)*", re.M)
_CHUNK = re.compile(r"\S+")
#: A run of fewer characters than this is only looked for so far ahead: it may stand anywhere.
_SHORT, _NEAR = 4, 60

_ITEM = re.compile(r"(?P<lead>[ >]*)(?P<mark>[-*+]|(?P<number>\d+)\.)(?P<gap> +)(?P<box>\[[ xX]\] )?")
_QUOTE = re.compile(r"[ ]*(?:>[ ]?)+")
_HEADING = re.compile(r"[ >]*#+ ")
_TABLE = re.compile(r"[ >]*\|")


@dataclass
class Slot:
    """Words of one field in one printed paragraph, with the edits to them (offsets in the words)."""

    source: Source
    words: str
    note: bool = False
    #: the paragraph it stands in, by its bookmark, and where in its words
    paragraph: str = ""
    offset: int = 0
    edits: list[Edit] = field(default_factory=list)
    deleted: bool = False
    #: the next slot of the field follows on the same line
    joined: bool = False
    #: paragraphs that are put in as they stand in a field, by their words
    moved: dict[str, str] = field(default_factory=dict)
    places: list[int | None] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        return bool(self.edits or self.deleted or self.joined)

    def untouched(self) -> Slot:
        """The same words without the edits."""
        return replace(self, edits=[], deleted=False, joined=False)

    def leave(self) -> None:
        """Forget the edits: a person makes them."""
        self.edits, self.deleted, self.joined = [], False, False

    @property
    def after(self) -> list[str]:
        """The words with the edits made, a paragraph each."""
        words = BREAK.join(e.words for e in self.edits) if self.deleted else edited(self.words, self.edits)
        return words.split(BREAK)


class Reasons:
    """Why a person must make an edit in the records."""

    BOUND = say("改到了由数据、引用或图表印出的字，去改它们所在的记录")
    LAYOUT = say("这是版式自己印的字，稿件里没有")
    OBJECT = say("插进了图、域或换行，在稿件里写")
    COMPLICATED = say("改动交错，或写法特别，对照 Word 手工改")
    PICTURE = say("图有增删或更换，在稿件里改")
    NOTE = say("加了脚注，在稿件里写")
    SHARED = say("这句写在“共同”里，几条记录都用它，在稿件里改")
    ELSEWHERE = say("移动的另一头没能写进去，这一头也没有动")
    LEVEL = say("新加一段的样式与旁边的条目不同，不知道是哪一级，在稿件里写")
    ONE_LINE = say("这个字段写成一行，分段要先在稿件里改写成“字段: |”加多行")
    TABLE = say("表格加行、拆行、删行，在稿件里改")
    ALONE = say("整个字段删空了，在稿件里删")
    BRACKETS = say("这条记录或这个列表写在一行的括号里，先改写成一行一项")


class ByHandError(Exception):
    """An edit that only a person can make in the records, and why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def align(value: str, slots: Sequence[Slot], *, markdown: bool) -> None:
    """Give every character of the slots its place in the field's value (None: it is not written there)."""
    if not markdown:
        for slot in slots:
            slot.places = _follow(value, slot.words)
        return
    notes = [m.span() for m in _NOTE.finditer(value)]
    body = _blanked(value, notes)
    for group, text in (([s for s in slots if not s.note], body), ([s for s in slots if s.note], _rest(value, notes))):
        _align(text, group)


def _follow(value: str, words: str) -> list[int | None]:
    """Places of the words in a value that differs from them by white space only."""
    places: list[int | None] = []
    at = 0
    for character in words:
        while at < len(value) and value[at] != character and value[at].isspace():
            at += 1
        matches = at < len(value) and (value[at] == character or (character == " " and value[at].isspace()))
        places.append(at if matches else None)
        at += matches
    return places


def _blanked(value: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        value = value[:start] + re.sub(r"[^\n]", " ", value[start:end]) + value[end:]
    return value


def _rest(value: str, spans: Sequence[tuple[int, int]]) -> str:
    """The value with everything but the notes blanked."""
    ends = [0, *(end for _, end in spans)]
    starts = [*(start for start, _ in spans), len(value)]
    return _blanked(value, list(zip(ends, starts, strict=True)))


def _align(text: str, slots: Sequence[Slot]) -> None:
    masked = _MARKS.sub(lambda m: " " * len(m[0]), text)
    printed = "\0".join(slot.words for slot in slots)
    places: list[int | None] = [None] * len(printed)
    at = 0
    for chunk in _CHUNK.finditer(masked):
        found = printed.find(chunk[0], at)
        if found < 0 or (len(chunk[0]) < _SHORT and found - at > _NEAR):
            continue
        places[found : found + len(chunk[0])] = range(chunk.start(), chunk.end())
        at = found + len(chunk[0])
    start = 0
    for slot in slots:
        slot.places = places[start : start + len(slot.words)]
        start += len(slot.words) + 1
    for slot in slots:
        for n, place in enumerate(slot.places):  # a space that is printed as it stands
            if place is None and slot.words[n] == " " and n and (before := slot.places[n - 1]) is not None:
                slot.places[n] = before + 1 if text[before + 1 : before + 2] == " " else None


# -- edits of the value --------------------------------------------------------------------------------------------

Change = tuple[int, int, str]


def changes(value: str, slots: Sequence[Slot], *, markdown: bool) -> list[Change]:
    """What to replace in the value, ``(start, end, words)``, last first; raises :class:`ByHandError`."""
    result: list[Change] = []
    joined_on = False
    for number, slot in enumerate(slots):
        if joined_on and slot.deleted and not any(e.words for e in slot.edits):
            continue  # what the joint spans is taken out with it
        joined_on = slot.joined
        if slot.deleted:
            result.append(_removal(value, slot, [s for s in slots if s is not slot]))
            if any(e.words for e in slot.edits):
                raise ByHandError(Reasons.COMPLICATED)
            continue
        for edit in slot.edits:
            result += _edit(value, slot, edit, markdown=markdown)
        if slot.joined:
            between = list(takewhile(lambda s: s.deleted, slots[number + 1 :]))
            following = next(iter(slots[number + 1 + len(between) :]), None)
            result.append(_joint(value, slot, following, between))
    result = sorted(result, key=lambda c: c[:2])[::-1]  # of two at one place the first is put in last
    for later, earlier in pairwise(result):
        if earlier[1] > later[0]:
            raise ByHandError(Reasons.COMPLICATED)
    return result


def untouchable(value: str, slots: Sequence[Slot], *, markdown: bool) -> list[tuple[Slot, Text]]:
    """The slots whose edits can't be made, each with the reason; those joined to one another stand or fall together."""
    found: list[tuple[Slot, Text]] = []
    for chain in chains(slots):
        alone = [slot if any(slot is s for s in chain) else slot.untouched() for slot in slots]
        try:
            changes(value, alone, markdown=markdown)
        except ByHandError as fault:
            found += [(slot, fault.reason) for slot in chain if slot.touched]
    return found


def chains(slots: Sequence[Slot]) -> Iterator[list[Slot]]:
    """Slots that are joined to one another, with what is taken out between them; most stand alone."""
    chain: list[Slot] = []
    for slot in slots:
        chain.append(slot)
        if not (slot.joined or (slot.deleted and len(chain) > 1)):
            yield chain
            chain = []
    if chain:
        yield chain


def _edit(value: str, slot: Slot, edit: Edit, *, markdown: bool) -> list[Change]:
    if OBJECT in edit.words or "\n" in edit.words or "\t" in edit.words:
        raise ByHandError(Reasons.OBJECT)
    start = _place_of(value, slot, edit)
    words = _written(value, slot, edit, start, markdown=markdown)
    if edit.start == edit.end:
        return [(start, start, words)]
    places = slot.places[edit.start : edit.end]
    known = [p for p in places if p is not None]
    if len(known) < len([c for c in slot.words[edit.start : edit.end] if not c.isspace()]):
        raise ByHandError(Reasons.BOUND)
    first, last = known[0], known[-1] + 1
    inside = value[first:last]
    if not markdown or not (inside.count("**") % 2 or _MARKS.sub("", inside) != inside):
        return [(first, last, words)]
    if inside.count("**") % 2 == 0 and not re.search(r"[\[\]{}|!]", inside):
        return [(first, last, words)]
    runs: list[list[int]] = []
    for place in known:  # marks between the words stay, for they belong to others too
        if runs and place == runs[-1][1]:
            runs[-1][1] = place + 1
        else:
            runs.append([place, place + 1])
    return [(a, b, words if number == 0 else "") for number, (a, b) in enumerate(runs)]


def _place_of(value: str, slot: Slot, edit: Edit) -> int:
    """Where in the value an edit begins."""
    if edit.start < edit.end and (place := slot.places[edit.start]) is not None:
        return place
    before = slot.places[edit.start - 1] if edit.start else None
    if before is not None:
        return before + 1
    after = slot.places[edit.start] if edit.start < len(slot.places) else None
    if after is None:
        raise ByHandError(Reasons.BOUND)
    if edit.words.endswith(BREAK) and _HEADING.match(_line(value, after)):
        return value.rfind("\n", 0, after) + 1
    return after


def _line(value: str, place: int) -> str:
    """The line of the value that a place is in, up to that place."""
    return value[value.rfind("\n", 0, place) + 1 : place]


def _written(value: str, slot: Slot, edit: Edit, place: int, *, markdown: bool) -> str:
    """Words as they are written in the field; new paragraphs as the place wants them."""
    if not markdown:
        if BREAK in edit.words:
            raise ByHandError(Reasons.COMPLICATED)
        return edit.words
    pieces = edit.words.split(BREAK)
    raw = [slot.moved.get(piece.strip()) for piece in pieces]
    line = _line(value, place)
    # space around a new paragraph is the typist's indent, not text
    pieces = [p.lstrip() if n else p for n, p in enumerate(pieces)]
    pieces = [p.rstrip() if n < len(pieces) - 1 else p for n, p in enumerate(pieces)]
    begins = [n > 0 or not _MARKS.sub("", line).strip() for n in range(len(pieces))]
    pieces = [
        known if known is not None else _escaped(p, begins=b) for p, known, b in zip(pieces, raw, begins, strict=True)
    ]
    if len(pieces) > 1 and _TABLE.match(line):
        raise ByHandError(Reasons.TABLE)
    between = _break(value, place)
    if edit.odd and len(pieces) > 1 and between.strip(" \n"):
        raise ByHandError(Reasons.LEVEL)
    return between.join(pieces)


def _escaped(words: str, *, begins: bool) -> str:
    """Words as Markdown prints them; at the beginning of a paragraph more is special."""
    words = re.sub(r"([*\[\]|])", r"\\\1", words)
    return re.sub(r"^(\d+(?=\.)|(?=[-+#>]))", r"\1\\", words) if begins else words


def _break(value: str, place: int) -> str:
    """What parts two paragraphs, or two items of a list, at a place."""
    end = value.find("\n", place)
    lines = value[: end if end >= 0 else len(value)].split("\n")
    for line in reversed(lines):  # a paragraph may go on over several lines
        if not line.strip():
            break
        if item := _ITEM.match(line):
            mark = f"{int(item['number']) + 1}." if item["number"] else item["mark"]
            box = "[ ] " if item["box"] else ""
            return f"\n{item['lead']}{mark}{item['gap']}{box}"
        if quote := _QUOTE.match(line):
            return f"\n{quote[0].rstrip()}\n{quote[0].rstrip()} "
    return "\n\n"


def _removal(value: str, slot: Slot, others: Sequence[Slot]) -> Change:
    """The lines of a paragraph or list item, with the blank line that parts it from what follows."""
    known = [p for p in slot.places if p is not None]
    if not known:
        raise ByHandError(Reasons.BOUND)
    start = value.rfind("\n", 0, known[0]) + 1
    end = value.find("\n", known[-1])
    end = len(value) if end < 0 else end
    if _TABLE.match(value[start:end]):
        raise ByHandError(Reasons.TABLE)
    if any(p is not None and start <= p < end for other in others for p in other.places):
        raise ByHandError(Reasons.COMPLICATED)
    while end < len(value) and value[end] == "\n" and (value[end + 1 : end + 2] == "\n" or end + 1 == len(value)):
        end += 1
    if end == len(value) and value.endswith("\n"):
        end -= 1  # the end of the last line stays: the next field's line begins behind it
    if value[end:].strip():
        end += 1  # the line's own end
    elif start:
        start = len(value[:start].rstrip("\n "))
    if not value[:start].strip() and not value[end:].strip():
        raise ByHandError(Reasons.ALONE)
    return start, end, ""


def _joint(value: str, slot: Slot, following: Slot | None, between: Sequence[Slot]) -> Change:
    last = next((p for p in reversed(slot.places) if p is not None), None)
    first = next((p for p in following.places if p is not None), None) if following is not None else None
    if last is None or first is None or slot.places[-1] is None or following is None or following.places[0] is None:
        raise ByHandError(Reasons.BOUND)
    gone = {p for s in between for p in s.places}
    left = "".join(c if place not in gone else " " for place, c in enumerate(value[last + 1 : first], last + 1))
    if _MARKS.sub("", left).strip(" >\n"):
        raise ByHandError(Reasons.COMPLICATED)
    return last + 1, first, ""


def raw_paragraph(value: str, slot: Slot) -> str:
    """A paragraph as it is written in the field, without the mark of a list item: what moves with it."""
    known = [p for p in slot.places if p is not None]
    if not known:
        return slot.words
    start = value.rfind("\n", 0, known[0]) + 1
    end = value.find("\n", known[-1])
    text = value[start : end if end >= 0 else len(value)]
    return re.sub(r"\n[ >]*", "\n", _ITEM.sub("", text, count=1) if _ITEM.match(text) else text)
