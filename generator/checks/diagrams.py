"""Diagrams that records ask for: whether what is said can be drawn."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic
from generator.fences import of_flaw
from generator.figures import DIAGRAMS
from generator.model import Records
from generator.records.case import Case


def drawable(records: Records) -> Iterator[Diagnostic]:
    """家系图、生态图照写的画得出来：人都在，长幼、父母说得通，系统不重复。

    画不出来的图不画，改好以前不能出版。各种毛病的说明见它们各自的代码，如 genogram.cycle。
    """
    for case in records.of(Case):
        origin = records.origin(case)
        if case.genogram is not None:
            for flaw in DIAGRAMS["家系图"].flaws(case.genogram):
                yield of_flaw(flaw, origin.span(("家系图", *flaw.path)))
        surroundings = case.surroundings()
        if surroundings is not None:
            for flaw in DIAGRAMS["生态图"].flaws(surroundings):
                within = flaw.path[1:] if flaw.path[:1] == ("系统",) else ()
                yield of_flaw(flaw, origin.span(("生态图", *within)))
