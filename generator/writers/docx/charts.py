"""Native charts: a drawn chart's data as Word's own chart, with the workbook in it that “edit data” opens.

A chart prints its values as they are printed elsewhere; where one has no room, an axis says them. Series are told
apart in grey, too: by hatching, dashes and the shapes of markers.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from generator import charting
from generator.charting import graded
from generator.figures import bullets, stacked
from generator.model import Chart, Scale, Series, Value
from generator.vector import broken, measure
from generator.writers.docx.opc import stable

_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SHEET, _CATEGORIES, _VALUES, _ACTUAL, _TARGET = "数据", "项目", "数值", "实际", "目标"
_SHARE, _TARGET_LINE, _FULL = "完成率（%）", "目标（100%）", "满分"
#: Where the chart's part names its workbook.
WORKBOOK_ID = "rId1"

#: Type in hundredths of a point and in millimetres, and from one line of it to the next.
_SIZE, _EM, _LINE = 900, 9 / 72 * 25.4, 4.2
#: Millimetres that a bar is high, from one group of bars to the next; that a legend takes beside its lines, a key in it
#: beside its words, the unit, an axis.
_BAR, _APART, _LEGEND, _KEY, _TITLE, _AXIS = 4.4, 3.2, 3.5, 9.0, 6.0, 5.5
#: That each of several bars beside each other is high, the per cent of it between them; a bar on the way to a target.
_BARS_BESIDE, _BETWEEN, _TRACK = 4.8, 12, 5.2
#: What is printed behind the figure of a bar that goes on beyond the end of the axis.
_BEYOND = "»"
#: The part of the width that names beside bars take at most, and that a group of columns takes of its place.
_NAMES, _GROUP = 0.36, 0.8
#: So many figures on a line can all be read; so many small multiples are charts (an office shows some twenty in a file
#: as they are), more are a table; millimetres that one is high, and its scale against the largest column.
_FEW, PANELS, _PANEL, _ABOVE = 12, 6, 30.0, 1.25
_QUIET = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


# ------------------------------------------------------------------ the data


@dataclass(frozen=True)
class _Data:
    """What the sheet holds: labels down, series across. ``unit`` is said once if the values don't say it.

    Of what is drawn in per cent, ``basis`` are the figures it is worked out from, which stand in the sheet behind it;
    ``formulas`` say how, by series and label.
    """

    corner: str
    labels: tuple[str, ...]
    columns: tuple[Series, ...]
    unit: str = ""
    basis: tuple[Series, ...] = ()
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def several(self) -> bool:
        return len(self.columns) > 1

    def said(self, value: Value) -> str:
        """A value as it is printed, without a unit that is said once."""
        short = value.printed.removesuffix(self.unit) if self.unit else value.printed
        return short if re.search(r"\d", short) else value.printed

    @property
    def amounts(self) -> list[float]:
        return [value.amount for column in self.columns for value in column.values if value is not None]


@lru_cache(maxsize=64)
def _data(chart: Chart) -> _Data:
    series = list(chart.series)
    labels = chart.labels
    if _is_of_targets(chart):
        return _of_targets(chart)
    if chart.kind == "百分比条形图":
        return _of_shares(chart)
    if _is_on_scales(chart):
        return _of_full_marks(chart)
    if chart.kind == "堆叠条形图":
        labels = tuple(f"{label}\n{stacked.whole(chart, n)}" for n, label in enumerate(labels))
    if chart.scales and chart.kind == "前后测图":
        labels = tuple(_on_scale(*pair) for pair in zip(labels, chart.scales, strict=True))
    if chart.targets:
        series = [Series(s.name or _ACTUAL, s.values) for s in series] + [Series(_TARGET, chart.targets)]
    once = chart.unit if len(series) > 1 and chart.unit not in ("%", "‰") else ""
    if len(series) == 1:
        name = series[0].name or _VALUES
        series = [Series(f"{name}（{chart.unit}）" if chart.unit else name, series[0].values)]
    named = tuple(Series(s.name or f"{_VALUES}{n}", s.values) for n, s in enumerate(series, 1))
    return _Data(f"{_CATEGORIES}（单位：{once}）" if once else _CATEGORIES, labels, named, once)


def _is_of_targets(chart: Chart) -> bool:
    """Whether a chart says what part of its targets was done."""
    return chart.kind == "目标完成图" and len(chart.series) == 1 and any(chart.targets)


def _of_targets(chart: Chart) -> _Data:
    """Per cent of the targets, which are a hundred; what was done and planned stands below each label."""
    labels, shares, formulas = [], [], {}
    for n, label in enumerate(chart.labels):
        below, ratio, share = bullets.said(chart, n)
        unplanned = "" if chart.targets[n] else f"（{bullets.UNPLANNED}）"
        labels.append(f"{label}\n{below.replace(' / ', '／')}{unplanned}")
        shares.append(None if ratio is None else Value(ratio * 100, f"{bullets.DONE}{share}"))
        formulas[0, n] = f"=D{n + 2}/E{n + 2}*100"
    aims = tuple(None if share is None else Value(100.0, "100") for share in shares)
    basis = (Series(chart.series[0].name or _ACTUAL, chart.series[0].values), Series(_TARGET, chart.targets))
    columns = (Series(_SHARE, tuple(shares)), Series(_TARGET_LINE, aims))
    return _Data(_CATEGORIES, tuple(labels), columns, basis=basis, formulas=formulas)


def _of_shares(chart: Chart) -> _Data:
    """Per cent of the sum of each label, which stands below it."""
    unit, count = charting.unit(chart), len(chart.series)
    first, last = _letter(count), _letter(2 * count - 1)
    labels, formulas, printed = [], {}, stacked.shares(chart)
    rows: list[list[Value | None]] = []
    for n, label in enumerate(chart.labels):
        values = [one.values[n] for one in chart.series]
        whole = sum(value.amount for value in values if value is not None)
        labels.append(f"{label}\n{stacked.whole(chart, n)}")
        rows.append(
            [
                Value(value.amount / whole * 100, share) if value is not None and whole else None
                for value, share in zip(values, printed[n], strict=True)
            ]
        )
        for place in range(count):
            formulas[place, n] = f"={_letter(count + place)}{n + 2}/SUM({first}{n + 2}:{last}{n + 2})*100"
    names = [one.name or f"{_VALUES}{n}" for n, one in enumerate(chart.series, 1)]
    return _Data(
        _CATEGORIES,
        tuple(labels),
        tuple(Series(name, tuple(values)) for name, values in zip(names, zip(*rows, strict=True), strict=True)),
        basis=tuple(
            Series(f"{name}（{unit or _VALUES}）", one.values) for name, one in zip(names, chart.series, strict=True)
        ),
        formulas=formulas,
    )


def _is_on_scales(chart: Chart) -> bool:
    """Whether values are measured on scales that differ, so that their lengths mean nothing side by side."""
    return len(set(chart.scales)) > 1 and all(scale.high > scale.low for scale in chart.scales)


def _of_full_marks(chart: Chart) -> _Data:
    """Per cent of the way from the low to the high end of each scale."""
    unit, count = charting.unit(chart), len(chart.series)
    named = chart.kind == "前后测图"
    columns, formulas = [], {}
    for place, one in enumerate(chart.series):
        values: list[Value | None] = []
        for n, (value, scale) in enumerate(zip(one.values, chart.scales, strict=True)):
            share = (value.amount - scale.low) / (scale.high - scale.low) * 100 if value is not None else 0.0
            full = "" if named else f"/{charting.counted(scale.high)}"
            values.append(Value(share, charting.bare(value.printed, unit) + full) if value is not None else None)
            score, high = f"{_letter(count + place)}{n + 2}", f"{_letter(2 * count)}{n + 2}"
            low = f"{scale.low:.15g}"
            formulas[place, n] = f"=({score}-{low})/({high}-{low})*100" if scale.low else f"={score}/{high}*100"
        columns.append(Series(f"{one.name}得分率（%）" if count == 1 else one.name or _VALUES, tuple(values)))
    full_marks = tuple(Value(scale.high, f"{scale.high:g}") for scale in chart.scales)
    pairs = zip(chart.labels, chart.scales, strict=True)
    return _Data(
        _CATEGORIES,
        tuple(_on_scale(*pair) for pair in pairs) if named else chart.labels,
        tuple(columns),
        basis=(*(Series(f"{one.name}得分", one.values) for one in chart.series), Series(_FULL, full_marks)),
        formulas=formulas,
    )


def _letter(place: int) -> str:
    """The sheet's column of a series."""
    return chr(ord("B") + place)


def _on_scale(label: str, scale: Scale) -> str:
    """A label with what its values are measured on, without which they can't be compared."""
    return f"{label}（{scale.low:g}～{scale.high:g}，越{'高' if scale.rising else '低'}越好）"


def number_format(value: float, printed: str) -> str:
    """The number format that prints a value as ``printed`` (900 as ``0"余场"``); empty if there is none.

    A label that is the value in a format follows when the value is edited; words would go on saying what was.
    """
    found = re.search(r"\d[\d,]*(?:\.(\d+))?", printed)
    if found is None or '"' in printed:
        return ""
    digit = Decimal(1).scaleb(-len(found[1] or ""))
    if Decimal(repr(value)).quantize(digit, ROUND_HALF_UP) != Decimal(found[0].replace(",", "")):
        return ""
    digits = ("#,##0" if "," in found[0] else "0") + ("." + "0" * len(found[1]) if found[1] else "")
    before, after = printed[: found.start()], printed[found.end() :]
    return f'"{before}"' * bool(before) + digits + f'"{after}"' * bool(after)


@lru_cache(maxsize=64)
def workbook(chart: Chart, day: dt.datetime) -> bytes:
    """The chart's data as a workbook made on a given day: labels, series, targets; values in their printed form."""
    import xlsxwriter  # most publications have no chart

    data, buffer = _data(chart), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": day})
        sheet = book.add_worksheet(_SHEET)
        columns = (*data.columns, *data.basis)
        lines = book.add_format({"text_wrap": True}) if any("\n" in label for label in data.labels) else None
        for row, label in enumerate([data.corner, *data.labels]):
            sheet.write_string(row, 0, label, lines)
        for place, column in enumerate(columns, 1):
            sheet.write_string(0, place, column.name)
        for row in range(1, len(data.labels) + 1):
            for place, column in enumerate(columns):
                if (value := column.values[row - 1]) is not None:
                    form = number_format(value.amount, value.printed)
                    look = book.add_format({"num_format": form}) if form else None
                    if formula := data.formulas.get((place, row - 1), ""):
                        sheet.write_formula(row, place + 1, formula, look, f"{value.amount:.15g}")
                    else:
                        sheet.write_number(row, place + 1, value.amount, look)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(columns), 14)
    return stable(buffer.getvalue())


# ------------------------------------------------------------------ how series look


@dataclass(frozen=True)
class _Look:
    """How a series looks: as an area its fill and edge, and the colour of words in it; as a line colour and dash."""

    fill: str
    edge: str
    colour: str
    dash: str
    marker: str
    words: str = "tx2"
    hollow: bool = False

    @property
    def area(self) -> str:
        return f"<c:spPr>{self.fill}{_stroke(self.edge, 6350)}</c:spPr>"

    @property
    def line(self) -> str:
        return (
            f"<c:spPr>{_stroke(self.colour, 22225, self.dash)}</c:spPr>"
            f'<c:marker><c:symbol val="{self.marker}"/><c:size val="6"/><c:spPr>'
            f"{_solid('bg1' if self.hollow else self.colour)}{_stroke(self.colour, 12700)}</c:spPr></c:marker>"
        )


def _solid(colour: str, share: int = 100) -> str:
    """A colour of the theme, so many percent of it, the rest white."""
    light = f'<a:lumMod val="{share}000"/><a:lumOff val="{100 - share}000"/>' if share < 100 else ""
    return f'<a:solidFill><a:schemeClr val="{colour}">{light}</a:schemeClr></a:solidFill>'


def _hatched(pattern: str, colour: str, ground: str) -> str:
    return (
        f'<a:pattFill prst="{pattern}"><a:fgClr><a:schemeClr val="{colour}"/></a:fgClr>'
        f'<a:bgClr><a:schemeClr val="{ground}"/></a:bgClr></a:pattFill>'
    )


def _stroke(colour: str, width: int, dash: str = "") -> str:
    """An outline so many EMU wide."""
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{width}">{_solid(colour)}{dashed}</a:ln>'


#: A series alone, and several: as ``vector.TONES`` and lines have them, no two that follow each other alike in grey.
_ALONE = _Look(_solid("accent3"), "accent3", "accent1", "solid", "circle", "bg1")
_LOOKS = (
    _Look(_solid("accent1"), "accent1", "accent1", "solid", "circle", "bg1"),
    _Look(_solid("accent5", 40), "accent5", "accent4", "dash", "circle", hollow=True),
    _Look(_hatched("wdUpDiag", "bg1", "accent2"), "accent2", "accent5", "sysDot", "square"),
    _Look(_solid("accent3", 12), "accent1", "accent2", "lgDashDot", "square", hollow=True),
    _Look(_hatched("wdDnDiag", "bg1", "accent5"), "accent5", "accent3", "lgDash", "diamond"),
    _Look(_hatched("diagCross", "accent4", "bg2"), "accent4", "tx2", "sysDash", "x"),
)
#: What is to be reached: an empty bar beside that of what was reached.
_AIM = _Look("<a:noFill/>", "tx2", "tx2", "sysDash", "dash")


def _looks(data: _Data) -> list[_Look]:
    """How each series looks."""
    if not data.several:
        return [_ALONE]
    done = [column for column in data.columns if column.name != _TARGET]
    looks = iter(graded(done, _LOOKS * math.ceil(len(done) / len(_LOOKS))))
    return [_AIM if column.name == _TARGET else next(looks) for column in data.columns]


# ------------------------------------------------------------------ words


def _face(colour: str, *, bold: bool = False) -> str:
    """Attributes and content of run properties: 黑体 of a colour of the theme."""
    return f' sz="{_SIZE}" b="{int(bold)}">{_solid(colour)}<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'


def _type(colour: str, *, bold: bool = False, turned: bool = False, wrapped: bool = False) -> str:
    turn = ' rot="-5400000" vert="horz"' if turned else ' rot="0" vert="horz"' if wrapped else ""
    return (
        f'<c:txPr><a:bodyPr{turn} wrap="{"square" if wrapped else "none"}"/><a:p>'
        f"<a:pPr><a:defRPr{_face(colour, bold=bold)}</a:defRPr></a:pPr>"
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _rich(words: str, colour: str, *, bold: bool = False, turned: bool = False) -> str:
    """Words that don't follow the data."""
    face = _face(colour, bold=bold)
    turn = ' rot="-5400000" vert="horz"' if turned else ""
    return (
        f'<c:tx><c:rich><a:bodyPr{turn} wrap="none"/><a:p><a:pPr><a:defRPr{face}</a:defRPr></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN"{face}</a:rPr><a:t>{escape(words)}</a:t></a:r></a:p></c:rich></c:tx>'
    )


#: At the foot of a bar, on it.
_INSIDE = "inBase"


@dataclass(frozen=True)
class _Labels:
    """Where the values of a series are printed (``dLblPos``) and how; ``shown`` tells for which labels."""

    place: str = ""
    colour: str = "accent1"
    turned: bool = False
    boxed: bool = False
    shown: Sequence[bool] = ()
    #: Where each stands, if they don't stand alike.
    places: Sequence[str] = ()

    def xml(self, data: _Data, column: Series) -> str:
        if self.shown and not any(self.shown):
            return ""
        values = list(enumerate(column.values))
        forms = {number_format(v.amount, data.said(v)) for _, v in values if v is not None}
        common = forms.pop() if len(forms) == 1 else ""
        parts = []
        for number, value in values:
            if value is None:
                continue
            if self.shown and not self.shown[number]:
                parts.append(f'<c:dLbl><c:idx val="{number}"/><c:delete val="1"/></c:dLbl>')
            elif not common or (self.places and self.places[number] != self.place):
                own = replace(self, place=self.places[number]) if self.places else self
                own = replace(own, colour="bg1") if own.place == _INSIDE else own
                parts.append(f'<c:dLbl><c:idx val="{number}"/>{own._said(value, data)}{own._look}</c:dLbl>')
        return f"<c:dLbls>{''.join(parts)}{_format(common) if common else ''}{self._look}</c:dLbls>"

    def _said(self, value: Value, data: _Data) -> str:
        """The value in its format, or where there is none, words."""
        form = number_format(value.amount, data.said(value))
        return _format(form) if form else _rich(data.said(value), self.colour, bold=True, turned=self.turned)

    @property
    def _look(self) -> str:
        ground = f"<c:spPr>{_solid('bg1')}<a:ln><a:noFill/></a:ln></c:spPr>" if self.boxed else _QUIET
        position = f'<c:dLblPos val="{self.place}"/>' if self.place else ""
        return (
            f'{ground}{_type(self.colour, bold=True, turned=self.turned)}{position}<c:showLegendKey val="0"/>'
            '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
            '<c:showBubbleSize val="0"/>'
        )


def _format(code: str) -> str:
    return f'<c:numFmt formatCode={quoteattr(code)} sourceLinked="0"/>'


# ------------------------------------------------------------------ series and axes


def _series(data: _Data, place: int, look: str, labels: _Labels, *, bars: bool = False, lines: bool = False) -> str:
    """One series with what the sheet says of it, for a chart of bars, lines or neither."""
    column, letter, last = data.columns[place], _letter(place), len(data.labels) + 1
    names = "".join(f'<c:pt idx="{n}"><c:v>{escape(label)}</c:v></c:pt>' for n, label in enumerate(data.labels))
    values = "".join(
        f'<c:pt idx="{n}"><c:v>{value.amount:.15g}</c:v></c:pt>'
        for n, value in enumerate(column.values)
        if value is not None
    )
    count = f'<c:ptCount val="{len(data.labels)}"/>'
    invert, smooth = '<c:invertIfNegative val="0"/>' * bars, '<c:smooth val="0"/>' * lines
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>\'{_SHEET}\'!${letter}$1</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(column.name)}</c:v></c:pt></c:strCache>'
        f"</c:strRef></c:tx>{look}{invert}{labels.xml(data, column)}"
        f"<c:cat><c:strRef><c:f>'{_SHEET}'!$A$2:$A${last}</c:f><c:strCache>{count}{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>'{_SHEET}'!${letter}$2:${letter}${last}</c:f><c:numCache>"
        f"<c:formatCode>General</c:formatCode>{count}{values}</c:numCache></c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


_TICKS = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
#: A line that is there to measure by, not to be looked at.
_FAINT = (
    '<c:spPr><a:ln w="6350"><a:solidFill><a:schemeClr val="accent5"><a:lumMod val="40000"/><a:lumOff val="60000"/>'
    "</a:schemeClr></a:solidFill></a:ln></c:spPr>"
)
_GRID = f"<c:majorGridlines>{_FAINT}</c:majorGridlines>"


def _names_axis(place: str, *, downwards: bool = False, every: int = 1) -> str:
    """The axis of labels, at the left (``l``), the first on top if ``downwards``, or at the bottom (``b``).

    ``every`` is how many labels there are to each that is printed.
    """
    skipped = f'<c:tickLblSkip val="{every}"/>' if every > 1 else ""
    direction = "maxMin" if downwards else "minMax"
    return (
        f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{direction}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place}"/><c:numFmt formatCode="General" sourceLinked="0"/>{_TICKS}'
        f"<c:spPr>{_stroke('tx2', 10800)}</c:spPr>{_type('tx2', wrapped=True)}"
        '<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/>'
        f'{skipped}<c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _values_axis(
    data: _Data, place: str, *, shown: bool, percent: bool = False, scale: Scale | None = None, spokes: bool = False,
    step: float = 0.0,
) -> str:  # fmt: skip
    """The axis of values, from nought or what they are measured on; not to be seen where they are printed.

    ``step`` is that of an axis of per cent up to the scale's end, whose figures go no further than a hundred.
    """
    low = scale.low if scale else 0.0
    least = f'<c:min val="{low:.15g}"/>' if min(data.amounts, default=0.0) >= low else ""
    most = '<c:max val="1"/>' if percent else f'<c:max val="{scale.high:.15g}"/>' if scale else ""
    ticks = _TICKS.replace("nextTo", "none") if spokes and not data.several else _TICKS  # its values are printed
    parted = step or (0.25 if percent else 0.0) or ((scale.high - scale.low) / 5 if scale else 0.0)
    unit = f'<c:majorUnit val="{parted:.15g}"/>' if parted > 0 else ""
    form = (
        '[>100]"";0"%"'
        if step
        else "0%"
        if percent
        else "#,##0"
        if all(a.is_integer() for a in map(float, data.amounts))
        else "General"
    )
    crosses = "max" if place == "b" else "autoZero"  # below bars that go downwards
    return (
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>{most}{least}</c:scaling>'
        f'<c:delete val="{int(not shown)}"/><c:axPos val="{place}"/>{_GRID if shown else ""}{_format(form)}{ticks}'
        f"{_FAINT if spokes else '<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>'}{_type('accent5', wrapped=True)}"
        f'<c:crossAx val="1"/><c:crosses val="{crosses}"/><c:crossBetween val="between"/>{unit}</c:valAx>'
    )


_AXES = '<c:axId val="1"/><c:axId val="2"/>'


def _bar_chart(series: str, direction: str, grouping: str, gap: float, overlap: int = 0) -> str:
    """``gap`` is that between groups, in bars."""
    lap = f'<c:overlap val="{overlap}"/>' if overlap else ""
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{round(gap * 100)}"/>{lap}{_AXES}</c:barChart>'
    )


# ------------------------------------------------------------------ kinds of charts


def _bars(data: _Data, width: float, scale: Scale | None) -> str:
    """Horizontal bars, the first label on top, each with its figure at its end; an axis only for per cent."""
    labels = _Labels("outEnd")
    series = "".join(_series(data, n, look.area, labels, bars=True) for n, look in enumerate(_looks(data)))
    thick, lap = (_BAR, 0) if not data.several else (_BARS_BESIDE, -_BETWEEN)
    axis = (
        _values_axis(data, "b", shown=True, scale=Scale(0, 118, True), step=25)
        if data.basis
        else _values_axis(data, "t", shown=False)
    )
    return _bar_chart(series, "bar", "clustered", _APART / thick, lap) + _names_axis("l", downwards=True) + axis


def _targets(data: _Data, width: float, scale: Scale | None) -> str:
    """Bars of per cent in empty ones of a hundred; figures on the bars that have room for them, else beside."""
    done, aim = data.columns
    furthest = max((value.amount for value in done.values if value is not None), default=0.0)
    most = next((end for end in (100.0, 125.0, 150.0) if furthest <= end), 200.0)
    room = (width - _widest_name(data, width) - 8) / most
    places, told = [], []
    for value in done.values:
        beyond = value is not None and value.amount > most
        told.append(Value(value.amount, f"{value.printed} {_BEYOND}") if value is not None and beyond else value)
        needed = measure(value.printed, _EM, bold=True) + 3.0 if value is not None else 0.0
        fits = value is not None and min(value.amount, most) * room >= needed
        places.append(_INSIDE if fits else "outEnd")
    drawn = replace(data, columns=(replace(done, values=tuple(told)), aim))
    series = _series(drawn, 0, _ALONE.area, _Labels("outEnd", places=places), bars=True)
    frame = f"<c:spPr>{_AIM.fill}{_stroke(_AIM.edge, 15875)}</c:spPr>"
    series += _series(drawn, 1, frame, _Labels(shown=[False]), bars=True)
    return (
        _bar_chart(series, "bar", "clustered", max(_row(data, width, 1) - _TRACK, 1.6) / _TRACK, 100)
        + _names_axis("l", downwards=True)
        + _values_axis(data, "b", shown=True, scale=Scale(0, most, True), step=50)
    )


def _targets_height(data: _Data, width: float) -> float:
    return _row(data, width, 1) * len(data.labels) + _around(data, width) + _AXIS


def _widest_name(data: _Data, width: float) -> float:
    """Millimetres that the names beside bars take."""
    return max(measure(line, _EM) for label in data.labels for line in broken(label, width * _NAMES, _EM))


def _row(data: _Data, width: float, bars: int) -> float:
    """Millimetres from one group of so many bars to the next, whose names may have several lines."""
    lines = max(len(broken(label, width * _NAMES, _EM)) for label in data.labels)
    thick = _BAR if bars == 1 else _BARS_BESIDE * (1 + _BETWEEN / 100)
    return max(bars * thick + _APART, lines * _LINE + 1.6)


def _around(data: _Data, width: float) -> float:
    """Millimetres that legend and unit take."""
    keys = sum(measure(column.name, _EM) + _KEY for column in data.columns)
    legend = _LEGEND + _LINE * math.ceil(keys / width) if data.several else 0.0
    return 2.0 + legend + _TITLE * bool(data.unit)


def _bars_height(data: _Data, width: float) -> float:
    axis = _AXIS if data.basis else 0.0
    return _row(data, width, len(data.columns)) * len(data.labels) + _around(data, width) + axis


def _stacked(data: _Data, width: float, *, whole: bool) -> str:
    """Bars of parts, as long as their sums or, if ``whole``, all alike; figures in the parts that have room."""
    room = width - _widest_name(data, width) - 8
    sums = [
        sum(v.amount for column in data.columns if (v := column.values[row]) is not None)
        for row in range(len(data.labels))
    ]
    longest = max(sums, default=0.0)
    series, missing = "", False
    for number, (column, look) in enumerate(zip(data.columns, _looks(data), strict=True)):
        shown = []
        for value, total in zip(column.values, sums, strict=True):
            base = total if whole else longest
            wide = value.amount / base * room if value is not None and base else 0.0
            fits = value is not None and wide >= measure(data.said(value), _EM, bold=True) + 0.6
            missing |= not fits and value is not None and value.amount != 0
            shown.append(fits)
        labels = _Labels("ctr", look.words, boxed="pattFill" in look.fill, shown=shown)
        series += _series(data, number, look.area, labels, bars=True)
    return (
        _bar_chart(series, "bar", "percentStacked" if whole else "stacked", 0.5, 100)
        + _names_axis("l", downwards=True)
        + _values_axis(data, "b", shown=whole or missing, percent=whole)
    )


def _stacked_height(data: _Data, width: float) -> float:
    return _row(data, width, 1) * len(data.labels) + _around(data, width) + _AXIS


def _columns(data: _Data, width: float, scale: Scale | None) -> str:
    """Upright columns with their figures on top; turned where they are too narrow, on an axis where even that fails."""
    each = (width - 6) / len(data.labels) * _GROUP / len(data.columns)
    widest = max((measure(data.said(v), _EM, bold=True) for c in data.columns for v in c.values if v), default=0.0)
    printed, turned = each >= _EM, widest > each
    labels = _Labels("outEnd", turned=turned) if printed else _Labels(shown=[False])
    series = "".join(_series(data, n, look.area, labels, bars=True) for n, look in enumerate(_looks(data)))
    return (
        _bar_chart(series, "col", "clustered", len(data.columns) * (1 - _GROUP) / _GROUP if data.several else 0.74)
        + _names_axis("b")
        + _values_axis(data, "l", shown=not printed)
    )


def _rise(width: float) -> float:
    """Millimetres that an upright chart is high without what stands around it."""
    return min(max(width * 0.45, 48.0), 72.0)


def _upright_height(data: _Data, width: float) -> float:
    return _rise(width) + _around(data, width)


def _lines(data: _Data, width: float, scale: Scale | None) -> str:
    """Lines with markers, broken where nothing is known, with all their figures or the first, last, largest, smallest.

    Those without all have an axis.
    """
    each = (width - 6) / len(data.labels)
    widest = max((measure(data.said(v), _EM, bold=True) for c in data.columns for v in c.values if v), default=0.0)
    printed = len(data.columns) <= 2 and len(data.labels) <= _FEW and widest <= each * 0.9
    means = [sum(v.amount for v in c.values if v) for c in data.columns]
    above = [own == max(means) and number == means.index(own) for number, own in enumerate(means)]
    lines = [column.values for column in data.columns]
    chosen = _told(data, lines, each, _rise(width))
    series = ""
    for number, look in enumerate(_looks(data)):
        place = "t" if above[number] else "b"
        if printed and not data.several:
            labels = _Labels(place, places=[_side(lines[number], n) for n in range(len(data.labels))])
        elif printed:
            labels = _Labels(place)
        else:
            sides = chosen[number]
            labels = _Labels(
                place,
                boxed=data.several,
                shown=[n in sides for n in range(len(data.labels))],
                places=[sides.get(n, place) for n in range(len(data.labels))],
            )
        series += _series(data, number, look.line, labels, lines=True)
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>{_AXES}'
        f"</c:lineChart>{_names_axis('b', every=_every(data, each))}{_values_axis(data, 'l', shown=not printed)}"
    )


def _side(values: Sequence[Value | None], n: int) -> str:
    """The side of a point on which its line isn't: below where the line comes down to it and rises again."""
    near = [value.amount for value in (*values[max(n - 1, 0) : n], *values[n + 1 : n + 2]) if value is not None]
    own = values[n]
    return "b" if near and own is not None and sum(near) / len(near) > own.amount else "t"


def _told(data: _Data, lines: Sequence[Sequence[Value | None]], each: float, rise: float) -> list[dict[int, str]]:
    """For each line which of its last, largest, smallest and first figures find room, and on which side of it.

    Of more than two lines, which cross, the last and the largest only.
    """
    most = max(data.amounts, default=0.0) or 1.0
    wanted: list[tuple[int, int, int]] = []
    for number, values in enumerate(lines):
        known = [(v.amount, n) for n, v in enumerate(values) if v is not None]
        if known:
            largest, smallest = max(known, key=lambda pair: pair[0]), min(known, key=lambda pair: pair[0])
            found = (known[-1], largest, smallest, known[0])
            wanted += [(rank, number, n) for rank, (_, n) in enumerate(found[: 2 if len(lines) > 2 else 4])]
    taken: list[tuple[float, float, float]] = []
    chosen: list[dict[int, str]] = [{} for _ in lines]
    for _, number, n in sorted(wanted):
        value, side = lines[number][n], _side(lines[number], n)
        if value is None or n in chosen[number]:
            continue
        side = "t" if rise * value.amount / most < _LINE * 1.5 else side  # not on the axis
        wide = measure(data.said(value), _EM, bold=True) + 1.0
        x, y = each * (n + 0.5), rise * value.amount / most + (_LINE if side == "t" else -_LINE) * 0.8
        if all(abs(x - one) >= (wide + other) / 2 or abs(y - high) >= _LINE for one, high, other in taken):
            taken.append((x, y, wide))
            chosen[number][n] = side
    return chosen


def _every(data: _Data, each: float) -> int:
    """Of how many labels under a chart one is printed, where there are many and not all find room in a line."""
    widest = max(measure(label, _EM) for label in data.labels) + 1.0
    return math.ceil(widest / each) if len(data.labels) > _FEW / 2 else 1


def _panel(data: _Data, width: float, scale: Scale | None) -> str:
    """One of small multiples: columns on the scale of all."""
    each = (width - 4) / len(data.labels)
    known = [(value.amount, n) for n, value in enumerate(data.columns[0].values) if value is not None]
    shown = [n in _clear(data, known, each) for n in range(len(data.labels))]
    series = _series(data, 0, _ALONE.area, _Labels("outEnd", shown=shown), bars=True)
    return (
        _bar_chart(series, "col", "clustered", 0.4)
        + _names_axis("b", every=_every(data, each))
        + _values_axis(data, "l", shown=False, scale=scale)
    )


def _clear(data: _Data, known: Sequence[tuple[float, int]], each: float) -> list[int]:
    """The columns whose figures are printed: all if there is room, else the largest, and the last if it covers none."""
    if not known:
        return []
    if all(v is None or measure(data.said(v), _EM, bold=True) <= each for v in data.columns[0].values):
        return [n for _, n in known]
    largest, (amount, last) = max(known, key=lambda pair: (pair[0], -pair[1]))[1], known[-1]
    values = data.columns[0].values
    needed = [(measure(data.said(v), _EM, bold=True) if (v := values[n]) else 0.0) for n in (largest, last)]
    covered = math.ceil((needed[1] / each - 0.7) / 2)
    free = all(other <= amount for other, n in known if last - covered <= n < last)
    apart = abs(largest - last) * each >= sum(needed) / 2 + 1.0
    return [largest, last] if free and apart else [largest]


def _panel_height(data: _Data, width: float) -> float:
    return _PANEL


def _radar(data: _Data, width: float, scale: Scale | None) -> str:
    """A net of scores on one scale."""
    alone = _Labels() if not data.several else _Labels(shown=[False])
    series = "".join(_series(data, n, look.line, alone) for n, look in enumerate(_looks(data)))
    return (
        f'<c:radarChart><c:radarStyle val="marker"/><c:varyColors val="0"/>{series}{_AXES}</c:radarChart>'
        f"{_names_axis('b')}{_values_axis(data, 'l', shown=True, scale=scale, spokes=True)}"
    )


def _radar_height(data: _Data, width: float) -> float:
    return min(max(width * 0.75, 60.0), 92.0) + _around(data, width)


@dataclass(frozen=True)
class Form:
    """A kind of Word's charts: its plot area for data and a width, on a scale if there is one; the height it needs."""

    plot: Callable[[_Data, float, Scale | None], str]
    height: Callable[[_Data, float], float]


_BARS = Form(_bars, _bars_height)
_COLUMNS = Form(_columns, _upright_height)

#: 图式 -> Word's chart; a kind that is missing here stays a drawing.
CHARTS: Mapping[str, Form] = {
    "条形图": _BARS,
    "图标图": _BARS,
    "方格图": _BARS,
    "目标完成图": Form(_targets, _targets_height),
    "前后测图": _BARS,
    "柱形图": _COLUMNS,
    "小多图": Form(_panel, _panel_height),
    "堆叠条形图": Form(lambda data, width, _: _stacked(data, width, whole=False), _stacked_height),
    "百分比条形图": Form(lambda data, width, _: _stacked(data, width, whole=True), _stacked_height),
    "折线图": Form(_lines, _upright_height),
    "雷达图": Form(_radar, _radar_height),
}


def is_native(chart: Chart | None) -> bool:
    """Whether Word has a chart for what a figure shows."""
    return chart is not None and chart.kind in CHARTS and not is_table(chart)


def is_table(chart: Chart) -> bool:
    """Whether a table with grounds says best what a figure shows; one of its small multiples is a chart."""
    return chart.kind == "热力表" or (chart.kind == "小多图" and not chart.scales and len(chart.labels) > PANELS)


def panels(chart: Chart) -> tuple[Chart, ...]:
    """Small multiples one by one, all on one scale, their values without the unit; others as they are."""
    if chart.kind != "小多图" or chart.scales:
        return (chart,)
    unit = charting.unit(chart)
    largest = max((v.amount for one in chart.series for v in one.values if v is not None), default=0.0)
    periods = tuple(one.name for one in chart.series)
    found = []
    for n, label in enumerate(chart.labels):
        values = [one.values[n] for one in chart.series]
        bare = (replace(v, printed=charting.bare(v.printed, unit)) if v is not None else None for v in values)
        scale = Scale(0.0, (largest or 1.0) * _ABOVE, True)
        found.append(Chart(chart.kind, unit, periods, (Series(label, tuple(bare)),), scales=(scale,) * len(periods)))
    return tuple(found)


def _form(chart: Chart, width: float) -> Form:
    """The form of a chart. A net of scores on scales that differ would say nothing: they are bars of per cent."""
    if chart.kind == "目标完成图" and not _is_of_targets(chart):
        return _BARS
    return _BARS if len(set(chart.scales)) > 1 else CHARTS[chart.kind]


def height(chart: Chart, width: float) -> float:
    """Millimetres that a chart so wide is high."""
    return _form(chart, width).height(_data(chart), width)


def xml(chart: Chart, width: float) -> bytes:
    """The part of a chart so many millimetres wide; it names its workbook by the relationship ``WORKBOOK_ID``."""
    data = _data(chart)
    form = _form(chart, width)
    plot = form.plot(data, width, chart.scales[0] if chart.scales else None)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMESPACES}>'
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/><c:style val="2"/>'
        f"<c:chart>{_title(data)}<c:plotArea>{_layout(data, form, width)}{plot}{_QUIET}</c:plotArea>{_legend(data)}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_QUIET}{_type('tx2')}"
        f'<c:externalData r:id="{WORKBOOK_ID}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _layout(data: _Data, form: Form, width: float) -> str:
    """Where bars on the way to their targets stand, whose long names would take their room; others as Word has them."""
    if form.plot is not _targets:
        return "<c:layout/>"
    left = (_widest_name(data, width) + 6.0) / width
    high = _row(data, width, 1) * len(data.labels) / (form.height(data, width) + 1.0)
    return (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.4f}"/><c:y val="0.01"/><c:w val="{0.97 - left:.4f}"/><c:h val="{high - 0.01:.4f}"/>'
        "</c:manualLayout></c:layout>"
    )


def _title(data: _Data) -> str:
    """The unit over the chart, at the left; its title stands in its caption."""
    if not data.unit:
        return '<c:autoTitleDeleted val="1"/>'
    return (
        f"<c:title>{_rich(f'单位：{data.unit}', 'accent5')}<c:layout><c:manualLayout>"
        '<c:xMode val="edge"/><c:yMode val="edge"/><c:x val="0.005"/><c:y val="0.005"/></c:manualLayout></c:layout>'
        f'<c:overlay val="0"/>{_QUIET}</c:title><c:autoTitleDeleted val="0"/>'
    )


def _legend(data: _Data) -> str:
    if not data.several:
        return ""
    return f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_QUIET}{_type("tx2")}</c:legend>'
