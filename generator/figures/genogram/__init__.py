"""Genograms (家系图) after McGoldrick, Gerson and Petry: a family over generations, and how its people stand.

``family`` is what an editor writes and what it makes; ``faults`` what can't be; ``order`` who stands beside whom;
``placing``, ``lines``, ``bonds`` and ``household`` where everything lies; ``ink`` and ``words`` what is handed on.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import say
from generator.figures.genogram.family import Family, Genogram, Relative, Tie
from generator.figures.genogram.faults import faults
from generator.figures.genogram.ink import key_height, sheet
from generator.figures.genogram.order import Web
from generator.figures.genogram.placing import Plan, plans
from generator.figures.genogram.words import table, ties_of, words
from generator.vector import Drawing, Flaw, Room

__all__ = ["Genogram", "Relative", "Tie", "draw", "flaws", "ties_of"]

#: More people are a register; a family that is wider or higher than the narrowest page (mm) does not fit everywhere.
MOST, NARROWEST, LOWEST = 60, 141.0, 225.0


def flaws(genogram: Genogram) -> Iterator[Flaw]:
    """Everything that is wrong with a family, or that no page has room for."""
    found = list(faults(genogram))
    yield from found
    if len(genogram.people) > MOST:
        yield Flaw(
            "genogram.too_many",
            ("成员",),
            say("{count} 人太多，一张家系图最多 {most} 人", count=len(genogram.people), most=MOST,
                en="{count} people are too many, a genogram takes {most}"),
            say("只画与服务有关的三四代人", en="Draw the three or four generations that matter"),
        )  # fmt: skip
    elif not found and _plan(Family(genogram), Room(NARROWEST, NARROWEST, LOWEST)) is None:
        yield Flaw(
            "genogram.too_large",
            ("成员",),
            say("同一代的人太多，或代数太多，一页放不下", en="A generation has too many people, or there are too many"),
            say("删去关系不大的旁系，缩短称呼和说明", en="Leave out distant relatives, shorten names and notes"),
        )


def draw(genogram: Genogram, room: Room) -> Drawing:
    """The family in rows, generation by generation."""
    family = Family(genogram)
    plan = _plan(family, room)
    if plan is None:
        raise ValueError("a genogram with flaws is not drawn")
    return Drawing((sheet(plan),), words(family), table(genogram))


def _plan(family: Family, room: Room) -> Plan | None:
    web = Web(family)
    plan = plans(web, web.arrange(), (room.column, room.page))
    return plan if plan is not None and plan.height + key_height(plan) <= room.height else None
