"""What Word prints before paragraphs: numbers counted from the parts of a file, as ISO/IEC 29500-1, 17.9 says.

Of all ``w:num`` of one abstract numbering there is one count; a ``startOverride`` works where its ``w:num`` is used
first.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SUFFIXES = {"tab": "\t", "space": " ", "nothing": ""}


#: Lists whose marks are no words of ours.
_LISTS = {"ListNumber", "ListBullet", "Steps", "KeyPoints", "Checklist"}


def said(root: etree._Element) -> str:
    """The words of a part; a reading after the word that it stands above."""
    root = copy.deepcopy(root)
    for ruby in root.iter(W + "ruby"):
        ruby.append(ruby.find(W + "rt"))  # type: ignore[arg-type]
    return "".join(t.text or "" for t in root.iter(W + "t"))


def paragraphs(made: Mapping[str, etree._Element]) -> list[tuple[etree._Element, str]]:
    """The paragraphs of a file's body and their words as Word prints them, with the numbers it counts."""
    numbering = Numbering(made["word/document.xml"], made["word/numbering.xml"], made["word/styles.xml"])
    return [
        (p, ("" if _value(p, "pPr/pStyle") in _LISTS else number + gap) + said(p))
        for p, number, gap in numbering.numbers()
    ]


def printed(made: Mapping[str, etree._Element]) -> str:
    """All words of a file's body as Word prints them."""
    return "".join(words for _, words in paragraphs(made))


def _han(number: int) -> str:
    """chineseCountingThousand up to 9999: 十, 十一, 二十, 一百零三, 一百一十."""
    if number < 20:
        return ("十" if number >= 10 else "") + "零一二三四五六七八九"[number % 10] * (number % 10 > 0)
    text = "".join(
        "零一二三四五六七八九"[int(d)] + u for d, u in zip(f"{number:04}", ("千", "百", "十", ""), strict=True)
    )
    text = re.sub("零[千百十]", "零", text)
    return re.sub("零+", "零", text).strip("零")


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "chineseCountingThousand": _han,
    "lowerLetter": lambda n: chr(96 + (n - 1) % 26 + 1) * ((n - 1) // 26 + 1),
    "upperLetter": lambda n: chr(64 + (n - 1) % 26 + 1) * ((n - 1) // 26 + 1),
    "none": lambda n: "",
}


def _value(element: etree._Element | None, path: str) -> str | None:
    found = element.find("/".join(W + name for name in path.split("/"))) if element is not None else None
    return found.get(W + "val") if found is not None else None


@dataclass
class Numbering:
    """The numbering of a file, ready to count the paragraphs of its body."""

    document: etree._Element
    numbering: etree._Element
    styles: etree._Element
    _reached: dict[str, list[int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def numbers(self) -> Iterator[tuple[etree._Element, str, str]]:
        """Each paragraph of the body with its number and what stands between number and text."""
        styles = {s.get(W + "styleId"): s for s in self.styles.iter(W + "style")}
        nums = {n.get(W + "numId"): n for n in self.numbering.iter(W + "num")}
        abstracts = {a.get(W + "abstractNumId"): a for a in self.numbering.iter(W + "abstractNum")}
        self._reached.clear()
        self._begun.clear()
        for paragraph in self.document.iter(W + "p"):
            num, level = self._of(paragraph, styles)
            if num in (None, "0"):
                yield paragraph, "", ""
                continue
            abstract = abstracts[_value(nums[num], "abstractNumId")]
            yield paragraph, *self._count(nums[num], abstract, level)

    def _of(self, paragraph: etree._Element, styles: Mapping[str | None, etree._Element]) -> tuple[str | None, int]:
        place: etree._Element | None = paragraph
        key = _value(paragraph, "pPr/pStyle")
        while place is not None:
            num = _value(place, "pPr/numPr/numId")
            if num is not None:
                return num, int(_value(place, "pPr/numPr/ilvl") or 0)
            place = styles.get(key)
            key = _value(place, "basedOn")
        return None, 0

    def _count(self, num: etree._Element, abstract: etree._Element, level: int) -> tuple[str, str]:
        levels = {int(x.get(W + "ilvl", "0")): x for x in abstract.iter(W + "lvl")}
        key, identity = abstract.get(W + "abstractNumId", ""), num.get(W + "numId", "")
        before = self._reached.get(key, [])
        now = [before[n] if n < len(before) else self._start(levels[n]) for n in range(level)]
        overrides = {o.get(W + "ilvl"): _value(o, "startOverride") for o in num.iter(W + "lvlOverride")}
        override = overrides.get(str(level))
        if override is not None and identity not in self._begun:
            self._begun.add(identity)
            now.append(int(override))
        elif level < len(before):
            now.append(before[level] + 1)
        else:
            now.append(int(override) if override is not None else self._start(levels[level]))
        self._reached[key] = now
        drawn = levels[level]

        def put(match: re.Match[str]) -> str:
            place = int(match[1]) - 1
            return _FORMATS[_value(levels[place], "numFmt") or "decimal"](now[place])

        if _value(drawn, "numFmt") == "bullet":
            return "", ""
        return re.sub(r"%(\d)", put, _value(drawn, "lvlText") or ""), _SUFFIXES[_value(drawn, "suff") or "tab"]

    @staticmethod
    def _start(level: etree._Element) -> int:
        return int(_value(level, "start") or 1)
