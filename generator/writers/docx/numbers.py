"""Numbers that Word counts itself: labels of the tree become levels of Word's numberings, followed as Word counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from generator.numbering import chinese
from generator.writers.docx.package import Package
from generator.writers.docx.wordml import Element, add, find, make, properties, put_property, q, twin, value

#: What a level's number is written in: Word's name (ISO/IEC 29500-1, 17.18.59), and the numerals it takes.
_NUMERALS = {
    "chineseCountingThousand": "[一二三四五六七八九十百千零]+",
    "decimal": "[1-9][0-9]*",
    "lowerLetter": "[a-z]",
    "upperLetter": "[A-Z]",
}
_HAN, _FIGURES, _LOWER, _UPPER = _NUMERALS

#: 无标题条 stand on the levels of the headings of a standard (GB/T 1.1-2020, 7.4).
_UNTITLED = "ClauseText"


@dataclass(frozen=True)
class Level:
    """A level of a numbering: the style on it, its number (``%1`` is the first level's), what comes after it.

    ``after``: ``space``; nothing; or ``text``, which stays in the paragraph. A gap is never part of the number, for
    references to the number would print it. A ``small`` number is set at half its heading's size.
    """

    style: str
    text: str
    numerals: str
    after: str = ""
    untitled: bool = False
    small: bool = False


def _dotted(numerals: str, head: str = "") -> tuple[Level, ...]:
    """1, 1.1, 1.1.1 … of a standard or of its annex, and the lists below them."""
    paths = [".".join(f"%{n}" for n in range(1, depth + 1)) for depth in range(1, 5)]
    after = "text" if head else "space"
    return (
        Level("Heading2", head + paths[0], numerals, after, not head),
        *(Level(f"Heading{n}", path, _FIGURES, "space", True) for n, path in enumerate(paths[1:], 3)),
        Level("Clause1", "%5）", _LOWER),
        Level("Clause2", "%6）", _FIGURES),
    )


#: Every numbering we know, on the house's styles; a label that fits no level of them stays text.
NUMBERINGS: Mapping[str, tuple[Level, ...]] = {
    "divisions": (Level("PartNumber", "第%1编", _HAN),),
    "cases": (Level("Heading1", "案例%1", _HAN, "space", small=True),),
    "chapters": (Level("Heading2", "第%1章", _HAN, "space"), Level("Heading3", "第%2节", _HAN, "space")),
    "articles": (
        Level("Clause1", "第%1条", _HAN, "space"),
        Level("Clause2", "（%2）", _HAN),
        Level("Clause3", "%3.", _FIGURES, "space"),
    ),
    "parts": (
        Level("Heading2", "%1、", _HAN),
        Level("Heading3", "（%2）", _HAN),
        Level("Clause1", "%3.", _FIGURES, "space"),
        Level("Clause2", "（%4）", _FIGURES),
    ),
    "standard": _dotted(_FIGURES),
    "annexes": _dotted(_UPPER, "附录"),
    "attachments": (Level("Heading2", "附件%1", _FIGURES, "space"),),
}

#: Ids of our abstract numberings begin here, above those of numbering.xml.
_FIRST = 11


@dataclass
class _Count:
    """How far one numbering has counted, and the ``w:num`` that each of its levels goes on with."""

    abstract: int
    base: int
    nums: list[int]
    reached: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Number:
    """What a paragraph has been given: its numbering and level, and the number as Word prints it."""

    numbering: str
    level: int
    num: int
    shown: str
    after: str


class Numbers:
    """Gives paragraphs their numbers in the order of the document.

    Word has one counter for all ``w:num`` of an abstract numbering; one with a ``startOverride`` begins anew where it
    is used first. A number after a higher level begins with 1; a level that has been passed over counts as 1.
    """

    def __init__(self, package: Package) -> None:
        self._package = package
        self._numberings = {
            name: tuple(replace(level, style=package.heading(level.style)) for level in levels)
            for name, levels in NUMBERINGS.items()
        }
        self._counts: dict[str, _Count] = {}
        self._none = 0
        self.given: dict[Element, Number] = {}
        #: The paragraphs of headings and the like by their elements in the tree.
        self.paragraphs: dict[Element, Element] = {}

    def give(self, paragraph: Element, label: str, owner: Element) -> str:
        """Number an empty paragraph so that Word prints ``label``; returns what of it must stand as text."""
        style = value(paragraph, "w:pPr/w:pStyle")
        for name, level, match in sorted(self._fitting(style, label), key=lambda f: self._recency(f[0])):
            shape = self._numberings[name][level]
            number = self._count(name, level, [_worth(g) for g in match.groups()])
            if number is None:
                continue
            self.given[paragraph] = Number(name, level, number, match[0], shape.after)
            self.paragraphs[owner] = paragraph
            put_property(paragraph, _reference(level, number))
            if style != shape.style:
                put_property(paragraph, self._indent(style))
            return label[match.end() :] if shape.after == "text" else ""
        return label

    def _fitting(self, style: str, label: str) -> Iterator[tuple[str, int, re.Match[str]]]:
        """The levels that a style may stand on and whose number begins the label."""
        for name, levels in self._numberings.items():
            for place, level in enumerate(levels):
                if style != level.style and not (style == _UNTITLED and level.untitled):
                    continue
                match = _pattern(name, place).match(label)
                if match is not None and (level.after == "text" or not label[match.end() :].strip()):
                    yield name, place, match

    def of(self, owner: Element | None) -> Number | None:
        """The number of the paragraph that an element of the tree became."""
        return self.given.get(self.paragraphs[owner]) if owner is not None and owner in self.paragraphs else None

    def _recency(self, name: str) -> int:
        """Numberings used last come first."""
        return -list(self._counts).index(name) if name in self._counts else 1

    def _count(self, name: str, level: int, values: list[int]) -> int | None:
        """Count on to ``values[-1]`` on a level; gives the ``w:num`` to use, None if the levels above are others."""
        reached = self._counts[name].reached if name in self._counts else []
        above = [*reached[:level], *[1] * (level - len(reached))]
        if not values[-1] or (values[:-1] and values[:-1] != above):
            return None
        count = self._counts.pop(name, None) or self._open(name)
        self._counts[name] = count  # the last used is last
        due = reached[level] + 1 if level < len(reached) else 1
        if values[-1] != due:
            count.nums[level] = self._package.new_list(count.abstract, level, values[-1])
        count.nums[level + 1 :] = [count.nums[level]] * (len(count.nums) - level - 1)
        count.reached = [*above, values[-1]]
        return count.nums[level]

    def _open(self, name: str) -> _Count:
        """Add a numbering to the file, with the ``w:num`` that styles are bound to."""
        identity, levels = _FIRST + list(NUMBERINGS).index(name), self._numberings[name]
        sizes = [self._package.metrics[level.style].size for level in levels]
        drawn = [
            _level(place, level, self._indent(level.style), size)
            for place, (level, size) in enumerate(zip(levels, sizes, strict=True))
        ]
        base = _add(self._package.numbering, identity, drawn)
        return _Count(identity, base, [base] * len(levels))

    def _indent(self, style: str) -> Element:
        """The indent of a style: a paragraph whose numbering is its own takes the level's instead of its style's."""
        while style:
            found = self._package.style(style)
            indent = find(found, "w:pPr/w:ind")
            if indent is not None:
                return twin(indent)
            style = value(found, "w:basedOn")
        return make("ind", left=0, firstLine=0)

    def bind(self) -> None:
        """Bind levels to the styles whose paragraphs they mostly number, so that a new one is counted in.

        Paragraphs that belong to their style's own count then need no numbering of their own; those of such a style
        that have no number say so.
        """
        if not self.given:
            return
        told = q("w:val")
        named = [(style.get(told, ""), style) for style in self._package.body.iter(q("w:pStyle"))]
        bound = self._bound(Counter(name for name, _ in named))
        for style, (name, level) in bound.items():
            self._bind(style, name, level)
        for style, element in named:
            if style not in bound:
                continue
            paragraph = element.getparent().getparent()  # type: ignore[union-attr]
            assert paragraph is not None
            number = self.given.get(paragraph)
            if number is None:
                if find(paragraph, "w:pPr/w:numPr") is None:
                    self._unnumber(paragraph, style)
            elif (number.numbering, number.level) == bound[style] and number.num == self._counts[number.numbering].base:
                own = properties(paragraph)
                own.remove(own.find(q("w:numPr")))  # type: ignore[arg-type]

    def _unnumber(self, paragraph: Element, style: str) -> None:
        """Take the number of its style from a paragraph: by a numbering that prints none, which no validator minds."""
        if not self._none:
            self._none = _add(self._package.numbering, _FIRST - 1, [_level(0, Level("", "", "none"), make("ind"), 0)])
        put_property(paragraph, _reference(0, self._none))
        if find(paragraph, "w:pPr/w:ind") is None:
            put_property(paragraph, self._indent(style))

    def _bound(self, styles: Counter[str]) -> dict[str, tuple[str, int]]:
        """Style -> numbering and level; the numbering used most has the first choice. ``styles`` are counted."""
        used = Counter((n.numbering, value(p, "w:pPr/w:pStyle")) for p, n in self.given.items())
        weight = Counter(n.numbering for n in self.given.values())
        bound: dict[str, tuple[str, int]] = {}
        for name, _ in weight.most_common():
            for place, level in enumerate(self._numberings[name]):
                if level.style not in bound and 2 * used[name, level.style] >= styles[level.style]:
                    bound[level.style] = (name, place)
        return bound

    def _bind(self, style: str, name: str, level: int) -> None:
        count = self._counts[name]
        drawn = next(a for a in self._package.numbering if value(a, name="abstractNumId") == str(count.abstract))
        text = drawn.findall(q("w:lvl"))[level].find(q("w:suff"))
        text.addprevious(make("pStyle", val=style))  # type: ignore[union-attr]
        _set_in_style(self._package.style(style), _reference(level, count.base))
        for other in self._package.styles.iterchildren(q("w:style")):
            if value(other, "w:basedOn") == style and find(other, "w:pPr/w:numPr") is None:
                _set_in_style(other, _reference(0, 0))


def _level(place: int, level: Level, indent: Element, size: float) -> Element:
    """A level as ``w:lvl``; ``size`` is that of its style in points."""
    drawn = make("lvl", ilvl=place)
    add(drawn, "start", val=1)
    add(drawn, "numFmt", val=level.numerals)
    add(drawn, "suff", val="space" if level.after == "space" else "nothing")
    add(drawn, "lvlText", val=level.text)
    add(drawn, "lvlJc", val="left")
    add(drawn, "pPr").append(indent)
    if level.after == "space" and not level.text.endswith("."):
        # a space is half an em wide in a Chinese face, a quarter in a Latin one
        look = add(drawn, "rPr")
        add(look, "rFonts", ascii="黑体", hAnsi="黑体", hint="eastAsia")
        if level.small:
            add(look, "spacing", val=40)
            add(look, "sz", val=round(size))
            add(look, "szCs", val=round(size))
    return drawn


def _add(numbering: Element, identity: int, levels: list[Element]) -> int:
    """Add an abstract numbering and the first ``w:num`` of it, whose id is returned."""
    abstract = make("abstractNum", abstractNumId=identity)
    add(abstract, "nsid", val=f"5A4B{identity:04X}")
    add(abstract, "multiLevelType", val="multilevel")
    add(abstract, "tmpl", val=f"5A4C{identity:04X}")
    abstract.extend(levels)
    next(numbering.iterchildren(q("w:num"))).addprevious(abstract)
    base = len(numbering.findall(q("w:num"))) + 1
    add(add(numbering, "num", numId=base), "abstractNumId", val=identity)
    return base


@cache
def _pattern(name: str, place: int) -> re.Pattern[str]:
    """What a level's number looks like, a group for each level in it."""
    levels = NUMBERINGS[name]
    pieces = re.split(r"%(\d)", levels[place].text)
    written = (
        f"({_NUMERALS[levels[int(piece) - 1].numerals]})" if odd % 2 else re.escape(piece)
        for odd, piece in enumerate(pieces)
    )
    return re.compile("".join(written))


@cache
def _worth(numeral: str) -> int:
    """What a numeral of any kind counts; 0 if it is none."""
    if numeral.isascii():
        return int(numeral) if numeral.isdigit() else ord(numeral.lower()) - 96
    return next((n for n in range(1, 1000) if chinese(n) == numeral), 0)


def _reference(level: int, num: int) -> Element:
    """``w:numPr``; number 0 is none."""
    reference = make("numPr")
    if num:
        add(reference, "ilvl", val=level)
    add(reference, "numId", val=num)
    return reference


def _set_in_style(style: Element, reference: Element) -> None:
    """Put a numbering into a style, at the place the schema wants it."""
    if style.find(q("w:pPr")) is None:
        look = style.find(q("w:rPr"))
        made = make("pPr")
        (style.append if look is None else look.addprevious)(made)
    put_property(style, reference)
