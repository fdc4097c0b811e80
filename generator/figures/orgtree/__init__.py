"""Organisation trees: units below units with posts at their side, as boxes, lists and grids of names (组织图)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from generator.diagnostics import say
from generator.figures.orgtree.arranged import LEAST, SCALES, Face, best, laid, line_height, run_width
from generator.figures.orgtree.written import LEVELS, Orgtree, Post, Unit, counted, read, walk
from generator.model import Path
from generator.vector import (
    ACCENT,
    KEY,
    LEADING,
    MAIN,
    MIDDLE,
    RULE,
    SHADES,
    TINT,
    WARM,
    WHITE,
    Drawing,
    Flaw,
    Pen,
    Room,
)

__all__ = ["Orgtree", "draw", "flaws", "read"]

#: More is a list, not a picture. A name of more characters is a sentence.
UNITS, BESIDE, NAME, NOTE = 130, 6, 24, 40
_COUNT = re.compile(r"[1-9]\d{0,5}|N|[余约近超]?[1-9][\d,.]{0,7}万?[余多]?[一-鿿]{0,2}[余多]?")


def flaws(data: Unit) -> Iterator[Flaw]:
    """Why a tree can't be drawn; its size is judged last, of data that have no other flaw."""
    found = [flaw for path, unit, level in walk(data) for flaw in _flaws(path, unit, level)]
    many = sum(1 for _ in walk(data))
    if many > UNITS:
        found.append(
            Flaw(
                "orgtree.too_many", (),
                say("{count} 个单位太多，一张组织图最多 {most} 个", count=many, most=UNITS,
                    en="{count} units are too many: an organisation tree has {most} at most"),
                say("同类的合成一个，写上数量，如“社区社工室 ×90”",
                    en="Put those of a kind together with their number, such as 社区社工室 ×90"),
            )
        )  # fmt: skip
    if many == 1 and not found:
        found.append(
            Flaw(
                "orgtree.alone", ("名称",),
                say("只有“{name}”一个，没有下级也没有旁设", name=data.name,
                    en="“{name}” is alone: nothing is below or beside it"),
                say("在它下面缩进写下级", en="Write what is below it, indented"),
            )
        )  # fmt: skip
    if not found and not any(laid(data, LEAST, scale, LEAST.page, any_=True) for scale in reversed(SCALES)):
        found.append(
            Flaw(
                "orgtree.too_large", (),
                say("这张组织图一页放不下", en="This tree does not fit on a page"),
                say("名称写短些，去掉说明，同类的合成一个写上数量，或分成几张",
                    en="Shorten names, leave out notes, put those of a kind together, or make several figures"),
            )
        )  # fmt: skip
    yield from found


def _flaws(path: Path, unit: Post, level: int) -> Iterator[Flaw]:
    for key, said, most in (("名称", unit.name, NAME), ("说明", unit.note, NOTE)):
        if said is not None and not said.strip():
            yield Flaw(
                "orgtree.blank", (*path, key), say("“{key}”是空的", key=key, en="“{key}” is blank"),
                say("写上字，或删掉这一项", en="Write something, or leave it out"),
            )  # fmt: skip
        elif said is not None and len(said) > most:
            yield Flaw(
                "orgtree.too_long", (*path, key),
                say("“{key}”有 {count} 个字，图里最多 {most} 个", key=key, count=len(said), most=most,
                    en="“{key}” has {count} characters; the figure takes {most}"),
                say("写短些，详细的放到正文里", en="Shorten it; details belong in the text"),
            )  # fmt: skip
    if unit.count is not None and not _COUNT.fullmatch(unit.count):
        yield Flaw(
            "orgtree.count", (*path, "数量"), say("“{count}”不是数量", count=unit.count, en="“{count}” is no number"),
            say("写 13、90个、1,000余个 这样的数，或 N", en="Such as 13, 90个, 1,000余个, or N"),
        )  # fmt: skip
    if level == LEVELS:
        yield Flaw(
            "orgtree.too_deep", (*path, "名称"),
            say("这是第 {level} 级，组织图最多 {most} 级", level=level + 1, most=LEVELS,
                en="This is level {level}; a tree has {most} at most"),
            say("分成两张：一张画上面几级，一张画下面几级", en="Make one of the upper levels and one of the lower"),
        )  # fmt: skip
    if not isinstance(unit, Unit):
        return
    if len(unit.beside) > BESIDE:
        yield Flaw(
            "orgtree.too_many_beside", (*path, "旁设", BESIDE),
            say("“{name}”旁设 {count} 个，最多 {most} 个", name=unit.name, count=len(unit.beside), most=BESIDE,
                en="{count} stand beside “{name}”; {most} at most"),
            say("合并几个，或改成下级", en="Put some together, or write them below it"),
        )  # fmt: skip
    first: dict[str, Path] = {}
    for key, posts in (("旁设", unit.beside), ("下级", unit.below)):
        for number, post in enumerate(posts):
            if post.name in first:
                yield Flaw(
                    "orgtree.same_name", (*path, key, number, "名称"),
                    say("“{unit}”里有两个“{name}”", unit=unit.name, name=post.name,
                        en="There are two “{name}” at “{unit}”"),
                    say("删掉一个，改成不同的名字，或合成一个写上数量",
                        en="Leave one out, tell them apart, or write one with their number"),
                )  # fmt: skip
            first.setdefault(post.name, path)


# -- drawing -----------------------------------------------------------------------------------------------


def draw(data: Unit, room: Room) -> Drawing:
    """The tree in the arrangement that fits best; in less room than any page has it keeps its least size."""
    art = best(data, room) or best(data, replace(LEAST, height=1000.0))
    assert art is not None, "data with flaws"
    left, right = art.ends
    dx, dy, pen = 0.3 - left, 0.3, Pen()
    for points, side in art.lines:
        moved = [(x + dx, y + dy) for x, y in points]
        if side:
            pen.line(*moved, stroke=ACCENT, line=0.3, dash="1.1 0.7")
        else:
            pen.line(*moved, stroke=MAIN, line=0.35)
    for x, y, width, height in art.grounds:
        pen.rect(x + dx, y + dy, width, height, fill=TINT, round=0.8)
    for x, y, width, height, face in art.faces:
        _draw(pen, x + dx, y + dy, width, height, face)
    return Drawing((pen.sheet(right - left + 0.6, art.bottom + 1.6),), "组织图：" + "".join(_words(data)))


#: Ground, edge, its weight, dash.
_LOOKS: Mapping[str, tuple[str, str, float, str]] = {
    "0": (KEY, "", 0.0, ""),
    "1": (SHADES[2], "", 0.0, ""),
    "2": (WHITE, MAIN, 0.35, ""),
    "3": (WHITE, RULE, 0.3, ""),
    "side": (WARM, ACCENT, 0.3, "1.1 0.7"),
}


def _draw(pen: Pen, x: float, y: float, width: float, height: float, face: Face) -> None:
    item = face.look == "item"
    if not item:
        ground, edge, weight, dash = _LOOKS[face.look]
        if face.many:  # one of a pile
            pen.rect(x + 0.9, y + 0.9, width, height, fill=WHITE, stroke=ACCENT if dash else MAIN, line=0.25, round=0.8)
        pen.rect(x, y, width, height, fill=ground, stroke=edge, line=weight, dash=dash, round=0.8)
    baseline = y + (height - sum(map(line_height, face.lines))) / 2
    for line in face.lines:
        at = x if item else x + (width - run_width(line)) / 2
        size = line[0].size
        for run in line:
            pen.text(at, baseline + size * (LEADING / 2 + MIDDLE), run.words, run.size, bold=run.bold, fill=run.fill)
            at += run.width + size * 0.5
        baseline += line_height(line)


def _words(unit: Unit, *, deep: bool = False) -> Iterator[str]:
    if unit.below or unit.beside:
        parts = [
            word + "、".join(map(_called, posts))
            for word, posts in (("下设", unit.below), ("旁设", unit.beside))
            if posts
        ]
        yield f"{unit.name if deep else _called(unit)}{'；'.join(parts)}。"
    for child in unit.below:
        yield from _words(child, deep=True)


def _called(post: Post) -> str:
    more = "，".join(word for word in (counted(post.count) if post.count else "", post.note or "") if word)
    return f"{post.name}（{more}）" if more else post.name
