"""Native charts: a drawn chart's data as Word's own chart, with the workbook in it that “edit data” opens."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from xml.sax.saxutils import escape

from generator.model import Chart
from generator.writers.docx.opc import stable

_NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_SHEET, _CATEGORIES, _VALUES = "数据", "项目", "数值"
#: Where the chart's part names its workbook.
WORKBOOK_ID = "rId1"

#: The gap between two bars against a bar (percent), type in hundredths of a point: as ``figures`` draws them.
_GAP, _SIZE = 74, 900
_QUIET = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"


def number_format(value: float, printed: str) -> str:
    """The number format that prints a value as ``printed`` (900 as ``0"余场"``); empty if there is none.

    A label that is the value in a format follows when the value is edited; words would go on saying what was.
    """
    found = re.search(r"\d[\d,]*(?:\.(\d+))?", printed)
    if found is None or float(found[0].replace(",", "")) != value or '"' in printed:
        return ""
    digits = ("#,##0" if "," in found[0] else "0") + ("." + "0" * len(found[1]) if found[1] else "")
    before, after = printed[: found.start()], printed[found.end() :]
    return f'"{before}"' * bool(before) + digits + f'"{after}"' * bool(after)


def xml(chart: Chart) -> bytes:
    """The chart's part; it names its workbook by the relationship ``WORKBOOK_ID``."""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMESPACES}>'
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/><c:style val="2"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{CHARTS[chart.kind](chart)}{_QUIET}</c:plotArea>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"{_QUIET}{_type('tx2')}"
        f'<c:externalData r:id="{WORKBOOK_ID}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


@lru_cache(maxsize=64)
def workbook(chart: Chart, day: dt.datetime) -> bytes:
    """The chart's data as a workbook made on a given day: names, values in their printed form."""
    import xlsxwriter  # most publications have no chart

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": day})
        sheet = book.add_worksheet(_SHEET)
        sheet.write_row(0, 0, [_CATEGORIES, _heading(chart)])
        for number, (label, value, printed) in enumerate(_rows(chart), 1):
            form = number_format(value, printed)
            sheet.write_string(number, 0, label)
            sheet.write_number(number, 1, value, book.add_format({"num_format": form}) if form else None)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 14)
    return stable(buffer.getvalue())


def _rows(chart: Chart) -> list[tuple[str, float, str]]:
    values = chart.series[0].values
    return [(label, v.amount, v.printed) for label, v in zip(chart.labels, values, strict=True) if v is not None]


def _heading(chart: Chart) -> str:
    return f"{_VALUES}（{chart.unit}）" if chart.unit else _VALUES


def _bars(chart: Chart) -> str:
    """Horizontal bars, the first row on top, each with its figure at its end; no axis of values, no legend."""
    return (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f"{_series(chart)}"
        f'<c:gapWidth val="{_GAP}"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:spPr><a:ln w="10800"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:ln></c:spPr>'
        f'{_type("tx2")}<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="t"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>'
        '<c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _series(chart: Chart) -> str:
    rows = _rows(chart)
    last = len(rows) + 1
    names = "".join(f'<c:pt idx="{n}"><c:v>{escape(label)}</c:v></c:pt>' for n, (label, _, _) in enumerate(rows))
    values = "".join(f'<c:pt idx="{n}"><c:v>{value:.15g}</c:v></c:pt>' for n, (_, value, _) in enumerate(rows))
    labels = "".join(_label(n, value, printed) for n, (_, value, printed) in enumerate(rows))
    count = f'<c:ptCount val="{len(rows)}"/>'
    return (
        f'<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>\'{_SHEET}\'!$B$1</c:f><c:strCache>'
        f'<c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(_heading(chart))}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        '<c:spPr><a:solidFill><a:schemeClr val="accent3"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"<c:dLbls>{labels}{_QUIET}{_type('accent1', bold=True)}{_SHOWN}</c:dLbls>"
        f"<c:cat><c:strRef><c:f>'{_SHEET}'!$A$2:$A${last}</c:f><c:strCache>{count}{names}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>'{_SHEET}'!$B$2:$B${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{count}{values}</c:numCache></c:numRef></c:val></c:ser>"
    )


_SHOWN = (
    '<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/>'
    '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)


def _label(number: int, value: float, printed: str) -> str:
    """The figure at the end of a bar: its value in its format, or where there is none, words."""
    form = number_format(value, printed)
    if form:
        said = f'<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/>'
    else:
        look = _look("accent1", bold=True)
        said = (
            f'<c:tx><c:rich><a:bodyPr wrap="none"/><a:p>'
            f"<a:pPr><a:defRPr{look}</a:defRPr></a:pPr>"
            f'<a:r><a:rPr lang="zh-CN"{look}</a:rPr><a:t>{escape(printed)}</a:t></a:r></a:p></c:rich></c:tx>'
        )
    return f'<c:dLbl><c:idx val="{number}"/>{said}{_QUIET}{_type("accent1", bold=True)}{_SHOWN}</c:dLbl>'


def _look(colour: str, *, bold: bool = False) -> str:
    """Attributes and content of run properties: 黑体 of a colour of the theme."""
    return (
        f' sz="{_SIZE}" b="{int(bold)}"><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'
    )


def _type(colour: str, *, bold: bool = False) -> str:
    return (
        '<c:txPr><a:bodyPr wrap="none"/><a:p>'
        f"<a:pPr><a:defRPr{_look(colour, bold=bold)}</a:defRPr></a:pPr>"
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


#: 图式 -> the plot area of Word's chart; a kind that is missing here stays a drawing.
CHARTS: Mapping[str, Callable[[Chart], str]] = {"条形图": _bars}
