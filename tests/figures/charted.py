"""What is asked of a chart of any kind: in every room nothing collides, nothing is left out, no byte changes."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import strategies as st

from generator import figures
from generator.charting import parted
from generator.model import Chart, Series, Value
from generator.vector import Drawing, Room
from tests.figures.seen import collisions, size, well_formed, words

#: The column, all columns and the text of a bulletin, a book, A4.
ROOMS = (Room(79, 165, 235), Room(141, 141, 247), Room(156, 156, 225))

NAMES = st.text(st.sampled_from("社工站服务街道儿童老年个案甲乙丙（）、·AWgi18 "), min_size=1, max_size=9)
PRINTED = st.sampled_from(["{}", "{}场", "{}余人次", "约{}", "{}%", "不少于{}户次", "{}万元"])
AMOUNTS = st.one_of(
    st.integers(0, 99).map(float), st.integers(0, 99999).map(float), st.floats(0, 5).map(lambda x: round(x, 2))
)


def value(amount: float, printed: str = "{}") -> Value:
    return Value(amount, printed.format(f"{amount:.10g}"))


def values(*amounts: float | None, printed: str = "{}") -> tuple[Value | None, ...]:
    return tuple(None if amount is None else value(amount, printed) for amount in amounts)


def chart(kind: str, labels: str, *series: tuple[str, tuple[Value | None, ...]], unit: str = "") -> Chart:
    """``labels`` are parted by spaces; values that are printed without a unit, and given none, are so many 个."""
    counted = [v.printed for _, row in series for v in row if v is not None]
    return Chart(
        kind,
        unit or ("个" if all(parted(one)[1] == "" for one in counted) else ""),
        tuple(labels.split()),
        tuple(Series(name, row) for name, row in series),
    )


def codes(chart: Chart) -> list[str]:
    return [flaw.code for flaw in figures.CHARTS[chart.kind].flaws(chart)]


def seen(chart: Chart) -> list[Drawing]:
    """The drawings of a chart without flaws in all rooms, looked at."""
    kind = figures.CHARTS[chart.kind]
    drawings = []
    for room in ROOMS:
        drawing = kind.draw(chart, room)
        (sheet,) = drawing.sheets
        assert sheet == kind.draw(chart, room).sheets[0]
        well_formed(sheet.svg)
        assert collisions(sheet.svg) == []
        assert min(map(float, re.findall(r'font-size="([0-9.]+)"', sheet.svg))) >= 2.2
        box = size(sheet.svg)
        assert box.right <= room.page + 0.01
        assert box.bottom <= room.height + 0.01
        assert all(label.strip() in drawing.words for label in chart.labels)
        assert all(v.printed in drawing.words for s in chart.series for v in s.values if v is not None)
        drawings.append(drawing)
    return drawings


def said(drawing: Drawing) -> str:
    """All the words on a sheet, one after the other, lines joined."""
    return "".join(word.words for word in words(drawing.sheets[0].svg))


@st.composite
def charts(
    draw: st.DrawFn,
    kind: str,
    labels: tuple[int, int],
    series: tuple[int, int],
    amounts: st.SearchStrategy[float] = AMOUNTS,
    names: st.SearchStrategy[str] = NAMES,
) -> Chart:
    """Charts of a kind, most of them without flaws."""
    count, rows = draw(st.integers(*labels)), draw(st.integers(*series))
    named = draw(st.lists(names, min_size=count, max_size=count, unique_by=str.strip))
    groups = draw(st.lists(names, min_size=rows, max_size=rows, unique_by=str.strip))
    made = []
    for group in groups:
        form = draw(PRINTED)
        cells = draw(st.lists(st.one_of(st.none(), amounts, amounts, amounts), min_size=count, max_size=count))
        made.append(Series(group if rows > 1 else "", values(*cells, printed=form)))
    return Chart(kind, "", tuple(named), tuple(made))


def alike(made: Chart, printed: str) -> Chart:
    """The chart with all its values printed in one form."""
    return replace(
        made,
        unit="" if parted(printed.format(1))[1] else "个",
        series=tuple(
            replace(one, values=tuple(v and value(v.amount, printed) for v in one.values)) for one in made.series
        ),
    )
