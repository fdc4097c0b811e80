"""Where printed words come from: ``data-source`` on the tree's elements, and templates that leave it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from generator.model import Part, Path, Record, Records
from generator.tree import classes

_OPEN, _AFTER, _CLOSE = "\ufdd3", "\ufdd4", "\ufdd5"  # no characters: no text of a record holds them
_MARKED = re.compile(f"{_OPEN}(\\d+){_AFTER}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Source:
    """A field of a record: the record's file and id, and the field's path of Chinese keys.

    As text ``content/cases/a.yaml#a:过程.0.过程``, which is what ``data-source`` holds.
    """

    file: str
    record: str
    path: Path

    def __str__(self) -> str:
        return f"{self.file}#{self.record}:{'.'.join(map(str, self.path))}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The source that a text names; raises ``ValueError`` if it names none."""
        file, hash_, rest = text.partition("#")
        record, colon, path = rest.partition(":")
        if not (hash_ and colon and path):
            raise ValueError(text)
        return cls(file, record, tuple(int(step) if step.isdecimal() else step for step in path.split(".")))


def source_of(element: etree._Element) -> str:
    """The source of an element's words: its own or that of the nearest element around it; empty if there is none."""
    return next((s for e in (element, *element.iterancestors()) if (s := e.get("data-source"))), "")


class Sourced(str):
    """Words as they stand in a field."""

    source: Source

    def __new__(cls, words: str, source: Source) -> Self:
        made = super().__new__(cls, words)
        made.source = source
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (str(self),)  # another process prints words, and doesn't ask where they stand


class TracingEnvironment(ImmutableSandboxedEnvironment):
    """Templates in which every text that is printed as it stands in a record carries its place to :meth:`settle`."""

    def __init__(self, records: Records, **options: Any) -> None:
        super().__init__(finalize=self._mark, **options)
        self._records = records
        #: parts of records by identity; the records live as long as this environment
        self._places: dict[int, tuple[Record, Path]] = {}
        self._printed: list[Source] = []

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As the sandbox gives it; texts of records know their source."""
        value = super().getattr(obj, attribute)
        if isinstance(obj, Part) and isinstance(value, str | tuple):
            return self._sourced(obj, attribute, value)
        return value

    def _sourced(self, part: Part, attribute: str, value: str | tuple[Any, ...]) -> Any:
        if isinstance(part, Record) and id(part) not in self._places:
            self._places.update((id(p), (part, path)) for p, path in _parts(part, ()))
        place, info = self._places.get(id(part)), type(part).model_fields.get(attribute)
        if place is None or info is None or place[0].id not in self._records:
            return value
        record, path = place
        here = (*path, info.alias or attribute)
        file = self._records.origin(record).file
        if isinstance(value, str):
            return Sourced(value, Source(file, record.id, here))
        return tuple(
            Sourced(item, Source(file, record.id, (*here, number))) if isinstance(item, str) else item
            for number, item in enumerate(value)
        )

    def _mark(self, value: Any) -> Any:
        if not isinstance(value, Sourced):
            return value
        self._printed.append(value.source)
        return Markup(f"{_OPEN}{len(self._printed) - 1}{_AFTER}{escape(value)}{_CLOSE}")

    def settle(self, root: etree._Element) -> None:
        """Turn the marks in a rendered tree into ``data-source``, on spans where other words stand beside."""
        for element in list(root.iter()):
            if not isinstance(element.tag, str):
                continue
            for name in [n for n, value in element.attrib.items() if _OPEN in value]:
                element.set(name, _MARKED.sub(r"\2", element.get(name, "")))
            if any(_OPEN in text for _, text in _slots(element)):
                self._settle(element)
        self._printed.clear()

    def _settle(self, element: etree._Element) -> None:
        slots = [(child, text) for child, text in _slots(element) if text.strip()]
        only = all("label" in classes(child) for child in element) and len(slots) == 1
        if only and (m := _MARKED.fullmatch(slots[0][1].strip())) and not element.get("data-source"):
            _put(element, slots[0][0], m[2])
            element.set("data-source", str(self._printed[int(m[1])]))
            return
        for child, text in slots:
            spans: list[etree._Element] = []
            end = 0
            for m in _MARKED.finditer(text):
                span = etree.Element("span", {"data-source": str(self._printed[int(m[1])])})
                span.text = m[2]
                if spans:
                    spans[-1].tail = text[end : m.start()]
                else:
                    _put(element, child, text[: m.start()])
                spans.append(span)
                end = m.end()
            if spans:
                spans[-1].tail = text[end:]
                place = 0 if child is None else element.index(child) + 1
                element[place:place] = spans


def _parts(part: Part, path: Path) -> Iterator[tuple[Part, Path]]:
    """A part and all parts in it, with their paths of Chinese keys."""
    yield part, path
    for name, info in type(part).model_fields.items():
        value = getattr(part, name)
        key = info.alias or name
        if isinstance(value, Part):
            yield from _parts(value, (*path, key))
        elif isinstance(value, tuple):
            for number, item in enumerate(value):
                if isinstance(item, Part):
                    yield from _parts(item, (*path, key, number))


def _slots(element: etree._Element) -> Iterator[tuple[etree._Element | None, str]]:
    """An element's own texts: before its first child (None) and after each child."""
    yield None, element.text or ""
    for child in element:
        yield child, child.tail or ""


def _put(element: etree._Element, child: etree._Element | None, text: str) -> None:
    if child is None:
        element.text = text
    else:
        child.tail = text


def forget_sources(root: etree._Element) -> None:
    """Take sources off a tree, and the spans that served nothing else."""
    for element in list(root.iter()):
        if isinstance(element.tag, str) and "data-source" in element.attrib:
            del element.attrib["data-source"]
            if element.tag == "span":
                _unwrap(element)


def join_sources(root: etree._Element) -> None:
    """Take off the spans that only say where their words come from; blocks keep their sources."""
    for element in list(root.iter("span")):
        if list(element.attrib) == ["data-source"]:
            del element.attrib["data-source"]
            _unwrap(element)


def _unwrap(element: etree._Element) -> None:
    """Put what a span without attributes holds in its place."""
    parent, before = element.getparent(), element.getprevious()
    if element.attrib or parent is None:
        return
    children = list(element)
    _put(parent, before, ((before.tail if before is not None else parent.text) or "") + (element.text or ""))
    place = parent.index(element)
    tail = element.tail or ""
    element.tail = None
    parent[place : place + 1] = children
    last = children[-1] if children else before
    _put(parent, last, ((last.tail if last is not None else parent.text) or "") + tail)
