"""How an organisation tree is written: as fields, or as indented lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from generator.diagnostics import Text, say
from generator.model import Line, Part, Path

#: A deeper tree is no picture.
LEVELS = 6


def _as_unit(value: Any) -> Any:
    """A unit may be written as a line of the text form."""
    if not isinstance(value, str) or not (m := _LINE.fullmatch(" ".join(value.split()))) or m["side"]:
        return value
    return {key: said for key, (said, _) in _said(m).items()} or value


class Post(Part):
    """What stands at a unit's side: a group of advisers, a station of another kind."""

    name: Line = Field(alias="名称", description="如 区社会工作总站")
    note: Line | None = Field(None, alias="说明", description="做什么，几个字")
    count: Line | None = Field(None, alias="数量", description="这样的有多少：13、90个、N")


class Unit(Post):
    below: tuple[Annotated[Unit, BeforeValidator(_as_unit)], ...] = Field(
        (), alias="下级", description="下一级，逐个写"
    )
    beside: tuple[Annotated[Post, BeforeValidator(_as_unit)], ...] = Field((), alias="旁设", description="画在旁边的")


class Orgtree(Unit):
    """The unit at the top, and what is below."""


def walk(unit: Post, path: Path = (), level: int = 0) -> Iterator[tuple[Path, Post, int]]:
    yield path, unit, level
    if isinstance(unit, Unit):
        for key, posts in (("旁设", unit.beside), ("下级", unit.below)):
            for number, post in enumerate(posts):
                yield from walk(post, (*path, key, number), level + 1)


def counted(count: str) -> str:
    return f"×{count}" if count.isdecimal() or count == "N" else count


# -- as lines ----------------------------------------------------------------------------------------------

_TOP: Path = ()
#: Lines indented deeper than that are a slip, and not read.
_DEEPEST = 12
_TIMES = r"(?:[ \t]*×[ \t]*|[ \t]+[xX*][ \t]*(?=[\dN]))"
_LINE = re.compile(
    rf"(?P<side>旁(?:设)?[：:][ \t]*)?(?P<name>[^：:×]*?)"
    rf"(?:{_TIMES}(?P<early>[^：:\s]*)|[ \t]+(?P<plain>[余约近超]?\d[\d,.]*[万余多]*[个家所处支站室点人名户]))?[ \t]*"
    rf"(?:[：:][ \t]*(?P<note>.*?)(?:{_TIMES}(?P<late>\S+))?)?[ \t]*"
)


def _said(m: re.Match[str]) -> dict[str, tuple[str, tuple[int, int]]]:
    """Fields of a line, each with its place."""
    found = {}
    for key, names in (("名称", ("name",)), ("说明", ("note",)), ("数量", ("early", "plain", "late"))):
        for name in names:
            if m[name]:
                found[key] = (m[name], (m.start(name), m.end(name) - m.start(name)))
    return found


Slip = tuple[int, int, str, Text, Text]


def _fault(code: str, at: int, said: str, message: Text, hint: Text) -> Slip:
    return at, len(said), code, message, hint


def read(text: str) -> tuple[dict[str, Any], Mapping[Path, tuple[int, int]], list[Slip]]:
    """A tree written as lines: ``名称：说明 ×13``, what is below it indented, what is beside it begins with ``旁：``.

    Returns what :class:`Orgtree` validates, where each value stands (offset, length), and what is wrong with the lines.
    """
    root: dict[str, Any] = {}
    places: dict[Path, tuple[int, int]] = {}
    wrong: list[Slip] = []
    open_: list[tuple[int, dict[str, Any] | None, Path]] = []  # indent, values (None: nothing may be below), path
    offset = 0
    for line in text.splitlines(keepends=True):
        said = line.strip()
        start, offset = offset, offset + len(line)
        if not said or said.startswith("#"):
            continue
        at = start + line.index(said[0])
        indent = len(line[: at - start].replace("\t", "    ").replace("　", "  "))
        m = _LINE.fullmatch(said)
        values = _said(m) if m else {}
        if "名称" not in values:
            wrong.append(
                _fault(
                    "orgtree.nameless",
                    at,
                    said,
                    say("这一行没有名称", en="This line has no name"),
                    say("写成 名称：说明 ×13", en="A line is 名称：说明 ×13"),
                )
            )
            continue
        node: dict[str, Any] = {key: word for key, (word, _) in values.items()}
        side = bool(m and m["side"])
        deeper = open_ and indent > open_[-1][0]
        while open_ and open_[-1][0] >= indent:
            last = open_.pop()
            if open_ and open_[-1][0] < indent < last[0]:
                wrong.append(
                    _fault(
                        "orgtree.indent",
                        at,
                        said,
                        say("这一行的缩进与上面哪一级都不齐", en="This indent is that of no level"),
                        say("同一级的行，前面的空格一样多", en="Lines of one level have as many blanks before them"),
                    )
                )
        if not open_ and root:
            wrong.append(
                _fault(
                    "orgtree.two_tops",
                    at,
                    said,
                    say(
                        "“{name}”与最上面的一行并列，一张组织图只有一个最上级",
                        name=node["名称"],
                        en="“{name}” stands beside the first line, and a tree has one top",
                    ),
                    say("往右缩进，或分成两张图", en="Indent it, or make two figures"),
                )
            )
            open_.append((indent, {}, ("下级",)))
            continue
        if not open_:
            root, path = node, _TOP
            if side:
                wrong.append(
                    _fault(
                        "orgtree.side_of_none",
                        at,
                        said,
                        say("“旁：”上面没有单位", en="Nothing is above this 旁："),
                        say("先写单位，再缩进写它旁设的", en="Write the unit first, and this indented below it"),
                    )
                )
        else:
            parent, above = open_[-1][1], open_[-1][2]
            if parent is None:
                if deeper:
                    wrong.append(
                        _fault(
                            "orgtree.below_side",
                            at,
                            said,
                            say("旁设的下面不能再有下级", en="Nothing is below what is beside"),
                            say("改成下级，或写进它的说明", en="Write it below the unit itself, or into the note"),
                        )
                    )
                continue
            key = "旁设" if side else "下级"
            parent.setdefault(key, []).append(node)
            path = (*above, key, len(parent[key]) - 1)
        if len(open_) == _DEEPEST:
            wrong.append(
                _fault(
                    "orgtree.too_deep",
                    at,
                    said,
                    say(
                        "这是第 {level} 级，组织图最多 {most} 级",
                        level=_DEEPEST + 1,
                        most=LEVELS,
                        en="This is level {level}; a tree has {most} at most",
                    ),
                    say(
                        "分成两张：一张画上面几级，一张画下面几级",
                        en="Make one of the upper levels and one of the lower",
                    ),
                )
            )
            return root, places, wrong
        for field_, (_, (begin, length)) in values.items():
            places[(*path, field_)] = (at + begin, length)
        places.setdefault(path, (at, len(said)))
        open_.append((indent, None if side and path else node, path))
    return root, places, wrong
