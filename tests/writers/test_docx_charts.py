"""What is drawn from data, in Word: charts of its own for every kind, heat tables, drawings with their tables."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from generator import figures
from generator.diagnostics import Report
from generator.facts import printed
from generator.model import Asset, Chart, Publication, Scale, Series, Value
from generator.vector import Room
from generator.writers import docx
from generator.writers.docx import charts
from generator.writers.docx.charts import CHARTS, number_format
from generator.writers.docx.draft import Copy
from generator.writers.docx.wordml import EMU
from tests.writers import validators
from tests.writers.test_docx import article, publication
from tests.writers.test_docx_figures import PROJECT, document, holding, made

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

ROWS = (("社区活动", 900.0, "900余场"), ("小组活动", 300.0, "约300场"), ("服务群众", 240000.0, "24万余人次"))
STATIONS = ("荷花池街道社工站", "茶店子街道社工站", "驷马桥街道社工站", "沙河源街道社工站")
MONTHS = tuple(f"{n}月" for n in range(1, 13))
DAY = dt.datetime(2024, 1, 1)
#: Millimetres of a column of text and of a page.
NARROW, WIDE = 79.0, 166.0
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}mm" height="{1}mm">'
    '<rect width="{0}" height="{1}"/></svg>'
)


def series(name: str, *values: float | str | None, unit: str = "") -> Series:
    """A series of amounts, of printed forms (whose first figure is the amount), and of what isn't known."""
    made_of = []
    for value in values:
        if isinstance(value, str):
            made_of.append(Value(float(re.findall(r"[\d.]+", value)[0]), value))
        else:
            made_of.append(None if value is None else Value(float(value), f"{value:g}{unit}"))
    return Series(name, tuple(made_of))


def bars(rows: Sequence[tuple[str, float, str]], unit: str = "") -> Chart:
    labels, values = tuple(label for label, *_ in rows), tuple(Value(amount, said) for _, amount, said in rows)
    return Chart("条形图", unit, labels, (Series("", values),))


FIELDS = tuple(
    series(name, *row, unit="次")
    for name, *row in (
        ("个案", 21, 30, 18, 12), ("小组", 60, 45, 52, 38), ("社区活动", 120, 90, "140余次", 76),
        ("探访", 230, 180, 160, 0), ("咨询", 88, 120, 64, 30), ("志愿服务", 40, 22, None, 6),
    )
)  # fmt: skip
GOALS = (Value(1500, "1500人次"), None, Value(700, "700人次"), Value(600, "600人次"))
SCALES = (Scale(0, 27, False), Scale(20, 80, False), Scale(0, 10, True))
SCORES = (series("前测", 18, 62, 3, unit="分"), series("后测", 9, 48, 7, unit="分"))
YEARS = (
    series("2023年", 1200, 980, "760余人次", None, unit="人次"),
    series("2024年", 1350, 1010, 700, 420, unit="人次"),
)
QUARTERS = tuple(
    series(name, *range(n * 10, n * 10 + 40, 10), unit="场")
    for n, name in enumerate(("第一季度", "第二季度", "第三季度"), 1)
)
HEAT = Chart(
    "热力表",
    "",
    STATIONS,
    (series("个案", 100, 80, 21, 0), series("小组", 5, None, 1, 3), series("空", 0, 0, None, 0)),
)
MULTIPLES = Chart("小多图", "场", STATIONS, QUARTERS)
MANY = Chart(
    "小多图",
    "场",
    tuple(f"第{n}站" for n in range(13)),
    (series("1月", *range(13), unit="场"), series("2月", *range(100, 113), unit="场")),
)

#: A chart of every kind, of some several.
KINDS = {
    "条形图": bars(ROWS),
    "条形图，两组": Chart("条形图", "人次", STATIONS, YEARS),
    "柱形图": Chart("柱形图", "场", MONTHS, (series("", *range(5, 16), None, unit="场"),)),
    "柱形图，两组": Chart("柱形图", "人次", STATIONS, YEARS),
    "堆叠条形图": Chart("堆叠条形图", "次", STATIONS, FIELDS),
    "百分比条形图": Chart("百分比条形图", "次", STATIONS, FIELDS),
    "目标完成图": Chart("目标完成图", "人次", STATIONS, (replace(YEARS[0], name=""),), targets=GOALS),
    "小多图": charts.panels(MULTIPLES)[1],
    "图标图": Chart("图标图", "人", ("儿童", "老人"), (series("", 3000, "450余人", unit="人"),)),
    "方格图": Chart("方格图", "场", STATIONS, (series("", 1, 2, 3, 4, unit="场"),)),
    "前后测图": Chart("前后测图", "分", ("抑郁自评", "焦虑自评", "生活满意度"), SCORES, scales=SCALES),
    "雷达图": Chart("雷达图", "分", ("健康", "家庭", "社会"), SCORES, scales=(Scale(0, 80, True),) * 3),
    "折线图": Chart("折线图", "人次", STATIONS, YEARS),
    "折线图，六组": Chart("折线图", "次", STATIONS, FIELDS),
}


#: Kinds that are drawn in per cent of something; what they are worked out from stands in the sheet behind them.
IN_PER_CENT = ("目标完成图", "百分比条形图", "前后测图", "雷达图")


def drawn(chart: Chart | None, number: int = 1, width: float = 79, height: float = 40) -> Asset:
    return Asset(f"figure-{number}.svg", SVG.format(width, height).encode(), "image/svg+xml", chart=chart)


def equivalent(chart: Chart) -> str:
    def cell(value: Value | None) -> str:
        return f'<td class="number">{"—" if value is None else value.printed}</td>'

    head = "".join(f'<th scope="col">{s.name or "数值"}</th>' for s in chart.series)
    rows = "".join(
        f'<tr><th scope="row">{label}</th>{"".join(cell(s.values[n]) for s in chart.series)}</tr>'
        for n, label in enumerate(chart.labels)
    )
    return (
        f'<table class="data equivalent"><thead><tr><th scope="col">站点</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def figure(assets: Iterable[Asset], table: str = "") -> str:
    shown = "".join(f'<img src="{asset.name}" alt="一张图"/>' for asset in assets)
    return f'<figure class="chart">{shown}<figcaption>图题</figcaption>{table}<p class="table-note">注</p></figure>'


def showing(*assets: Asset, table: str = "") -> Publication:
    return holding(f"<h1>甲</h1>{figure(assets, table)}", **{f"a{n}": asset for n, asset in enumerate(assets)})


def xml(chart: Chart, width: float = WIDE) -> etree._Element:
    return etree.fromstring(charts.xml(chart, width))


def sheet(data: bytes) -> dict[str, tuple[str, str]]:
    """What “edit data” shows: cell -> its value and, for a number, its format."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        words = [
            "".join(t.text or "" for t in s.iter(SHEET + "t"))
            for s in etree.fromstring(book.read("xl/sharedStrings.xml")).iter(SHEET + "si")
        ]
        looks = etree.fromstring(book.read("xl/styles.xml"))
        forms = {f.get("numFmtId"): f.get("formatCode", "") for f in looks.iter(SHEET + "numFmt")}
        used = looks.find(SHEET + "cellXfs")
        assert used is not None
        styles = [forms.get(style.get("numFmtId"), "") for style in used]
        names = [s.get("name") for s in etree.fromstring(book.read("xl/workbook.xml")).iter(SHEET + "sheet")]
        assert names == ["数据"]
        cells = etree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(SHEET + "c")
        return {
            cell.get("r", ""): (
                words[int(cell.findtext(SHEET + "v", ""))] if cell.get("t") == "s" else cell.findtext(SHEET + "v", ""),
                styles[int(cell.get("s", "0"))],
            )
            for cell in cells
        }


def said(form: str, value: float) -> str:
    """A value as a number format prints it."""
    literal = re.sub(r'"([^"]*)"', r"\1", form)
    digits = re.search(r"(#,##)?0(?:\.(0+))?", literal)
    assert digits is not None
    return literal.replace(digits[0], f"{value:{',' if digits[1] else ''}.{len(digits[2] or '')}f}", 1)


def cells(reference: str) -> list[str]:
    """``'数据'!$B$2:$B$4`` -> B2, B3, B4."""
    found = re.fullmatch(r"'数据'!\$([A-Z])\$(\d+)(?::\$\1\$(\d+))?", reference)
    assert found is not None, reference
    return [f"{found[1]}{n}" for n in range(int(found[2]), int(found[3] or found[2]) + 1)]


def cached(part: etree._Element) -> tuple[list[str], dict[int, str]]:
    """The cells a part of a series means, and what it says stands in them."""
    count = part.find(f".//{C}ptCount")
    assert count is not None
    meant = cells(part.findtext(f".//{C}f", ""))
    assert int(count.get("val", "")) == len(meant)
    return meant, {int(p.get("idx", "")): p.findtext(C + "v", "") for p in part.iter(C + "pt")}


def labelled(found: etree._Element) -> list[str]:
    """What the labels of a series print, in its order."""
    labels = found.find(C + "dLbls")
    if labels is None:
        return []
    common = labels.find(C + "numFmt")
    own = {label.findtext(f"{C}idx") or label[0].get("val", ""): label for label in labels.iter(C + "dLbl")}
    printed_ = []
    for index, value in cached(found.find(C + "val"))[1].items():  # type: ignore[arg-type]
        label = own.get(str(index))
        form = common if label is None else label.find(C + "numFmt")
        if form is not None:
            printed_.append(said(form.get("formatCode", ""), float(value)))
        elif label is not None and label.find(C + "delete") is None:
            printed_.append("".join(t.text or "" for t in label.iter(A + "t")))
    return printed_


# ------------------------------------------------------------------ every kind


def test_every_figure_drawn_from_data_has_its_chart() -> None:
    assert set(figures.CHARTS) <= {*CHARTS, "热力表"}, "a heat table is a table"
    assert {chart.kind for chart in KINDS.values()} == set(CHARTS)


@pytest.mark.parametrize("name", KINDS)
def test_a_chart_draws_what_its_workbook_says(name: str) -> None:
    files = made(showing(drawn(KINDS[name])))
    chart = etree.fromstring(files["word/charts/chart1.xml"])
    (book,) = [data for file, data in files.items() if file.endswith(".xlsx")]
    assert not [file for file in files if file.startswith("word/media/")]
    edited = sheet(book)
    worked_out = KINDS[name].kind in IN_PER_CENT and name != "雷达图"
    drawn_ = set()
    for found in chart.iter(C + "ser"):
        for part in ("tx", "cat", "val"):
            element = found.find(C + part)
            assert element is not None
            meant, shown = cached(element)
            drawn_ |= set(meant)
            for number, cell in enumerate(meant):
                told = edited.get(cell, ("", ""))[0]
                assert shown.get(number, "") == told or float(shown[number]) == float(told)
    assert worked_out or set(edited) - {"A1"} <= drawn_, "nothing is in the sheet that isn't drawn"
    assert [int(a.get("val", "")) for a in chart.iter(C + "axId")] == [1, 2, 1, 2]


@pytest.mark.parametrize("name", [name for name in KINDS if name not in IN_PER_CENT[:3]])
def test_the_workbook_has_all_values_in_their_printed_form(name: str) -> None:
    chart = KINDS[name]
    files = made(showing(drawn(chart)))
    edited = sheet(next(data for file, data in files.items() if file.endswith(".xlsx")))
    numbers = sorted(
        (float(value), said(form, float(value)) if form else "") for cell, (value, form) in edited.items()
        if cell[0] != "A" and cell[1:] != "1"
    )  # fmt: skip
    values = [v for column in (*(s.values for s in chart.series), chart.targets) for v in column if v is not None]
    assert numbers == sorted(
        (v.amount, v.printed if not v.printed.isdigit() else "") for v in values if v.printed != "24万余人次"
    ) + [(v.amount, "") for v in values if v.printed == "24万余人次"]
    names = {edited[cell][0] for cell in edited if cell[0] == "A" and cell != "A1"}
    heads = {edited[cell][0] for cell in edited if cell[1:] == "1"}
    assert all(any(label in told for told in names | heads) for label in chart.labels)
    assert all(any(s.name in told for told in names | heads) for s in chart.series)


def has_axis(chart: etree._Element) -> bool:
    """Whether values can be read off an axis."""
    (hidden,) = [axis.find(C + "delete") for axis in chart.iter(C + "valAx")]
    assert hidden is not None
    return hidden.get("val") == "0"


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", KINDS)
def test_every_value_is_printed_or_there_is_an_axis(name: str, width: float) -> None:
    chart = xml(KINDS[name], width)
    for found in chart.iter(C + "ser"):
        values = cached(found.find(C + "val"))[1]  # type: ignore[arg-type]
        positive = [v for v in values.values() if float(v)]
        if name != "小多图":
            assert has_axis(chart) or len(labelled(found)) >= len(positive)
    assert has_axis(chart) == bool(list(chart.iter(C + "majorGridlines")))


#: How light colours of the theme are, of 100.
LIGHT = {"accent1": 30, "accent2": 59, "accent3": 41, "accent4": 42, "accent5": 34, "bg2": 95, "tx2": 13}


def fill(series_: etree._Element) -> tuple[str, float]:
    """The pattern a series is filled with, and how light it is in grey."""
    filled = series_.find(f"{C}spPr")[0]  # type: ignore[index]
    colour = next(filled.iter(A + "schemeClr"), None)
    if filled.tag != A + "solidFill" or colour is None:
        return filled.get("prst", "none"), 0.0
    light = float(LIGHT[colour.get("val", "")])
    for change in colour:
        part = int(change.get("val", "")) / 1000
        light = light * part / 100 if change.tag == A + "lumMod" else light + part
    return "", light


def alike(one: tuple[str, float], other: tuple[str, float]) -> bool:
    return one[0] == other[0] and abs(one[1] - other[1]) < 25


@pytest.mark.parametrize("name", KINDS)
def test_series_are_told_apart_in_grey_and_named(name: str) -> None:
    chart = xml(KINDS[name])
    several = list(chart.iter(C + "ser"))
    looks = [
        (
            etree.tostring(s.find(f"{C}spPr")[0]) if s.find(f"{C}marker") is None else b"",  # type: ignore[index]
            *(e.get("val") for e in (*s.iterfind(f"{C}spPr//{A}prstDash"), *s.iterfind(f"{C}marker/{C}symbol"))),
        )
        for s in several
    ]
    assert len(set(looks)) == len(several)
    legend = chart.find(f"{C}chart/{C}legend")
    assert (legend is not None) == (len(several) > 1)
    if legend is not None:
        lines = several[0].find(C + "marker") is not None
        assert legend.find(C + "legendPos").get("val") == "b"  # type: ignore[union-attr]
        assert not any(alike(*two) for two in itertools.pairwise(map(fill, several)) if not lines)
    assert not list(chart.iter(A + "srgbClr")), "colours are the theme's"
    assert {e.get("typeface") for e in chart.iter(A + "ea")} == {"+mj-ea"}
    assert {e.get("sz") for e in chart.iter(A + "defRPr", A + "rPr")} == {"900"}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind across the page and in a column, a heat table, a drawing with its table."""
    assets = [drawn(chart, n) for n, chart in enumerate(KINDS.values())]
    assets.append(drawn(MULTIPLES, 97))
    heat, plain = drawn(HEAT, 98), drawn(None, 99)
    whole = "".join(figure([asset]) for asset in assets)
    whole += figure([heat], equivalent(HEAT)) + figure([plain], equivalent(HEAT))
    text = f'<h1>甲</h1>{whole}<section class="columns">{whole}</section>'
    path = tmp_path_factory.mktemp("charts") / "charts.docx"
    files = docx.write(holding(text, **{a.name: a for a in (*assets, heat, plain)}), PROJECT, Report())
    path.write_bytes(next(iter(files.values())))
    return path


@pytest.mark.parametrize("validate", [validators.audit, validators.integrity, validators.sdk])
def test_every_kind_is_valid(validate: Callable[[Iterable[Path]], None], file: Path) -> None:
    validate([file])


#: Words that XML, a formula or a number format might take for their own.
_WORDS = st.text("站点甲乙<&>\"'=+@1 　（）", min_size=1, max_size=12)


@st.composite
def any_chart(draw: st.DrawFn) -> Chart:
    labels = tuple(f"{word}{n}" for n, word in enumerate(draw(st.lists(_WORDS, min_size=1, max_size=14))))
    amounts = st.one_of(st.none(), st.integers(0, 10**7), st.floats(0, 1000).map(lambda x: round(x, 1)))

    def values() -> tuple[Value | None, ...]:
        found = draw(st.lists(amounts, min_size=len(labels), max_size=len(labels)))
        return tuple(
            None if a is None else Value(float(a), f"{a}{draw(st.sampled_from(['', '余人次', '人次']))}") for a in found
        )

    return Chart(
        draw(st.sampled_from(sorted(CHARTS))),
        draw(st.sampled_from(["", "人次", "%"])),
        labels,
        tuple(Series(draw(_WORDS), values()) for _ in range(draw(st.integers(1, 6)))),
        values() if draw(st.booleans()) else (),
        tuple(Scale(0, draw(st.integers(1, 3)) * 10, True) for _ in labels) if draw(st.booleans()) else (),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_chart(), st.sampled_from([NARROW, WIDE]))
def test_any_chart_can_be_drawn_and_edited(chart: Chart, width: float) -> None:
    root = xml(chart, width)
    edited = sheet(charts.workbook(chart, DAY))
    for found in root.iter(C + "ser"):
        for part in ("tx", "cat", "val"):
            meant, shown = cached(found.find(C + part))  # type: ignore[arg-type]
            assert {meant[n] for n in shown} == {cell for cell in meant if cell in edited}
    assert charts.height(chart, width) > 0
    assert charts.xml(chart, width) == charts.xml(replace(chart), width)


# ------------------------------------------------------------------ what each kind says


def plots(chart: Chart, width: float = WIDE) -> list[str]:
    return [etree.QName(e).localname for e in xml(chart, width).iter() if str(e.tag).endswith("Chart")]


def option(root: etree._Element, name: str) -> str:
    found = next(root.iter(C + name))
    return found.get("val", "")


def test_bars_stand_in_the_order_of_the_drawing() -> None:
    chart = xml(bars(ROWS))
    assert [v.text for v in chart.iterfind(f".//{C}cat//{C}v")] == [label for label, _, _ in ROWS]
    assert [float(v.text or "") for v in chart.iterfind(f".//{C}val//{C}v")] == [value for _, value, _ in ROWS]
    assert option(chart, "orientation") == "maxMin", "the first row on top"


def test_a_chart_prints_figures_in_their_true_form() -> None:
    chart = xml(bars(ROWS))
    formats = [n.get("formatCode") for label in chart.iter(C + "dLbl") for n in label.findall(C + "numFmt")]
    assert formats == ['0"余场"', '"约"0"场"']
    assert [t.text for t in chart.iter(A + "t")] == ["24万余人次"], "what no format can print stands as words"


def test_a_form_that_all_values_share_is_that_of_the_series() -> None:
    """So that a row that is added is printed alike."""
    chart = xml(KINDS["方格图"])
    labels = next(chart.iter(C + "dLbls"))
    assert not labels.findall(C + "dLbl")
    assert labels.find(C + "numFmt").get("formatCode") == '0"场"'  # type: ignore[union-attr]


def test_what_is_not_known_is_a_gap() -> None:
    chart = xml(KINDS["折线图"])
    assert option(chart, "dispBlanksAs") == "gap"
    first = next(chart.iter(C + "val"))
    assert list(cached(first)[1]) == [0, 1, 2]
    assert len(cached(first)[0]) == 4


def test_the_unit_of_several_series_is_said_once() -> None:
    chart = xml(KINDS["柱形图，两组"])
    assert "".join(t.text or "" for t in chart.find(f"{C}chart/{C}title").iter(A + "t")) == "单位：人次"  # type: ignore[union-attr]
    assert labelled(next(chart.iter(C + "ser"))) == ["1200", "980", "760余"]
    assert xml(KINDS["方格图"]).find(f"{C}chart/{C}title") is None


def names(chart: etree._Element) -> list[str]:
    """The labels of a chart."""
    return list(cached(next(chart.iter(C + "cat")))[1].values())


def test_what_was_done_is_drawn_in_per_cent_of_its_target() -> None:
    """Figures of any size beside each other: 24万余 beside 9."""
    done = (Value(209270, "209270人次"), Value(9, "9个"), Value(159, "159个"), None, Value(0, "0场"), Value(7, "7次"))
    aims = (Value(20500, "20500人次"), None, Value(160, "160个"), Value(5, "5场"), Value(50, "50场"), Value(4, "4次"))
    chart = Chart("目标完成图", "", tuple("甲乙丙丁戊己"), (Series("", done),), targets=aims)
    root = xml(chart)
    reached, aim = root.iter(C + "ser")
    assert labelled(reached) == ["完成目标的10.2倍 »", "完成99.4%", "完成0%", "完成175%"], (
        "the first goes on beyond the axis"
    )
    assert names(root)[:4] == [
        "甲\n209270人次／目标20500人次", "乙\n9个（未设目标）", "丙\n159个／目标160个", "丁\n— 无数据／目标5场",
    ]  # fmt: skip
    assert set(cached(aim.find(C + "val"))[1].values()) == {"100"}  # type: ignore[arg-type]
    assert (option(root, "min"), option(root, "max")) == ("0", "200")
    assert list(cached(aim.find(C + "val"))[1]) == [0, 2, 4, 5], "no empty bar where nothing is planned"  # type: ignore[arg-type]


def test_a_share_follows_what_it_is_worked_out_from() -> None:
    with zipfile.ZipFile(io.BytesIO(charts.workbook(KINDS["目标完成图"], DAY))) as book:
        page = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    formulas = {c.get("r"): c.findtext(SHEET + "f") for c in page.iter(SHEET + "c") if c.find(SHEET + "f") is not None}
    assert formulas == {"B2": "D2/E2*100", "B4": "D4/E4*100"}
    for kind, first in (("百分比条形图", "H2/SUM(H2:M2)*100"), ("前后测图", "D2/F2*100")):
        with zipfile.ZipFile(io.BytesIO(charts.workbook(KINDS[kind], DAY))) as book:
            page = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        assert next(page.iter(SHEET + "f")).text == first


def test_figures_on_the_way_to_targets_stand_on_their_bars_or_beside() -> None:
    done = (Value(95, "95场"), Value(3, "3场"))
    chart = xml(Chart("目标完成图", "", ("甲", "乙"), (Series("", done),), targets=(Value(100, "100场"),) * 2))
    places = [(e.getparent().find(C + "idx"), e.get("val")) for e in chart.iter(C + "dLblPos")]  # type: ignore[union-attr]
    assert [(i.get("val") if i is not None else "", place) for i, place in places] == [("0", "inBase"), ("", "outEnd")]


def test_parts_of_a_hundred_print_per_cent_and_their_sum() -> None:
    root = xml(KINDS["百分比条形图"])
    shares = [labelled(s) for s in root.iter(C + "ser")]
    assert shares[3][0] == "41%"
    assert all(share.endswith("%") for column in shares for share in column)
    assert names(root) == [
        f"{STATIONS[0]}\n共559次", f"{STATIONS[1]}\n共487次", f"{STATIONS[2]}\n共434余次（不全）",
        f"{STATIONS[3]}\n共162次",
    ]  # fmt: skip
    assert names(xml(KINDS["堆叠条形图"]))[0] == f"{STATIONS[0]}\n559次"


def test_targets_are_empty_bars_around_what_was_done() -> None:
    chart = xml(KINDS["目标完成图"])
    assert [s.findtext(f"{C}tx//{C}v") for s in chart.iter(C + "ser")] == ["完成率（%）", "目标（100%）"]
    assert option(chart, "overlap") == "100"
    aim = list(chart.iter(C + "ser"))[1]
    assert aim.find(f"{C}spPr/{A}noFill") is not None
    assert aim.find(f"{C}spPr/{A}ln/{A}solidFill") is not None


@pytest.mark.parametrize(("kind", "grouping"), [("堆叠条形图", "stacked"), ("百分比条形图", "percentStacked")])
def test_parts_stand_end_to_end(kind: str, grouping: str) -> None:
    chart = xml(KINDS[kind])
    assert (option(chart, "grouping"), option(chart, "overlap")) == (grouping, "100")
    assert option(chart, "gapWidth") != "0"


def test_a_part_too_small_for_its_figure_has_none() -> None:
    small = Chart("堆叠条形图", "次", ("甲",), (series("大", 1000, unit="次"), series("小", 2, unit="次")))
    large = Chart("堆叠条形图", "次", ("甲",), (series("大", 1000, unit="次"), series("小", 900, unit="次")))
    assert [labelled(s) for s in xml(small).iter(C + "ser")] == [["1000"], []]
    assert has_axis(xml(small))
    assert [labelled(s) for s in xml(large).iter(C + "ser")] == [["1000"], ["900"]]
    assert not has_axis(xml(large))


def test_figures_over_narrow_columns_are_turned_and_over_narrower_ones_left_to_an_axis() -> None:
    few = KINDS["柱形图，两组"]
    many = Chart("柱形图", "场", MONTHS, tuple(series(str(y), *range(100, 112), unit="场") for y in range(3)))
    turned = [
        {b.get("rot") for s in xml(chart, width).iter(C + "dLbls") for b in s.iter(A + "bodyPr")}
        for chart, width in ((few, WIDE), (few, NARROW), (many, NARROW))
    ]
    assert turned == [{None}, {"-5400000"}, set()]


def test_small_multiples_are_charts_beside_each_other_on_one_scale() -> None:
    files = made(showing(drawn(MULTIPLES), table=equivalent(MULTIPLES)))
    root = etree.fromstring(files["word/document.xml"])
    (table,) = root.iter(W + "tbl")
    assert [len(list(row.iter(WP + "inline"))) for row in table.iter(W + "tr")] == [2, 2]
    heads = ["".join(t.text or "" for t in p.iter(W + "t")) for p in table.iter(W + "p")]
    assert [head for head in heads if head] == list(STATIONS)
    assert next(e.get("descr") for e in table.iter(WP + "docPr")) == (
        f"{STATIONS[0]}：第一季度10场；第二季度20场；第三季度30场"
    )
    parts_ = [etree.fromstring(data) for name, data in sorted(files.items()) if name.startswith("word/charts/chart")]
    assert len(parts_) == len(STATIONS)
    assert len({option(part, "max") for part in parts_}) == 1
    assert [labelled(next(part.iter(C + "ser"))) for part in parts_] == [
        ["10", "20", "30"], ["20", "30", "40"], ["30", "40", "50"], ["40", "50", "60"],
    ]  # fmt: skip
    assert "单位：场　各图比例相同" in "".join(root.itertext())
    assert made(showing(drawn(MULTIPLES), table=equivalent(MULTIPLES))) == files


def test_small_multiples_of_many_periods_are_charts() -> None:
    months = tuple(series(month, n, 20 - n, unit="场") for n, month in enumerate(MONTHS))
    files = made(showing(drawn(Chart("小多图", "场", STATIONS[:2], months))))
    assert len([name for name in files if name.startswith("word/charts/chart")]) == 2
    assert not [name for name in files if name.startswith("word/media/")]


def test_many_small_multiples_are_a_table_on_one_scale() -> None:
    root = document(showing(drawn(MANY), table=equivalent(MANY)))
    assert not list(root.iter(WP + "inline"))
    rows = [["".join(t.text or "" for t in c.iter(W + "t")) for c in r.iter(W + "tc")] for r in root.iter(W + "tr")]
    assert rows[:2] == [["单位：场", "1月", "2月"], ["第0站", "0", "100"]]
    assert {first for _, first, _ in grounds(root)} == {""}, "all are small against the second month"
    assert len({second for *_, second in grounds(root)}) == 1


def test_a_panel_of_many_periods_prints_its_largest_and_its_last_where_that_covers_nothing() -> None:
    def printed_of(*values: int) -> list[str]:
        months = tuple(series(month, value, value) for month, value in zip(MONTHS, values, strict=True))
        return labelled(next(xml(charts.panels(Chart("小多图", "", ("甲", "乙"), months))[0], 54).iter(C + "ser")))

    assert printed_of(150, 900, 110, *range(200, 209)) == ["900", "208"]
    assert printed_of(150, 900, 110, *range(209, 200, -1)) == ["900"]


def test_a_panel_without_any_value_can_be_drawn() -> None:
    empty = Chart("小多图", "", ("甲", "乙"), (series("1月", None, None), series("2月", None, 3)))
    first, second = charts.panels(empty)
    assert labelled(next(xml(first).iter(C + "ser"))) == []
    assert labelled(next(xml(second).iter(C + "ser"))) == ["3"]


@pytest.mark.parametrize("broad", [HEAT, MANY], ids=["heat", "multiples"])
def test_what_needs_the_page_s_width_never_stands_beside_another(broad: Chart) -> None:
    assets = [drawn(bars(ROWS), 1), drawn(broad, 2), drawn(bars(ROWS), 3), drawn(bars(ROWS), 4), drawn(bars(ROWS), 5)]
    text = "".join(figure([a], equivalent(a.chart) if a.chart else "") for a in assets)
    whole = publication(article(f"<article>{text}</article>", title="甲"))
    whole = replace(
        whole,
        articles=tuple(replace(a, kind="dashboard") for a in whole.articles),
        assets={**whole.assets, **{a.name: a for a in assets}},
    )
    widths = [width for width, _ in extents(document(whole)) if width > 60]
    assert len(widths) == 4
    assert widths[0] > 150, "before it one stands alone"
    assert max(widths[1:3]) < 90, "two beside each other"
    assert widths[3] > 150


def test_scores_on_scales_that_differ_say_what_they_are_measured_on() -> None:
    chart = xml(KINDS["前后测图"])
    assert next(iter(cached(next(chart.iter(C + "cat")))[1].values())) == "抑郁自评（0～27，越低越好）"
    assert plots(KINDS["前后测图"]) == ["barChart"]
    marks = replace(KINDS["雷达图"], scales=tuple(Scale(0, full, True) for full in (20, 30, 80)))
    assert plots(marks) == ["barChart"], "a net of them would say nothing"
    assert names(xml(marks)) == ["健康", "家庭", "社会"]
    assert [labelled(s) for s in xml(marks).iter(C + "ser")] == [["18/20", "62/30", "3/80"], ["9/20", "48/30", "7/80"]]
    drawn_ = cached(next(xml(marks).iter(C + "val")))[1]
    assert [round(float(v)) for v in drawn_.values()] == [90, 207, 4], "per cent of full marks"


def test_a_net_is_drawn_on_its_scale() -> None:
    chart = xml(KINDS["雷达图"])
    assert plots(KINDS["雷达图"]) == ["radarChart"]
    assert (option(chart, "max"), option(chart, "min")) == ("80", "0")


def test_two_lines_have_their_figures_on_either_side() -> None:
    chart = xml(KINDS["折线图"])
    places = [{p.get("val") for p in s.iter(C + "dLblPos")} for s in chart.iter(C + "ser")]
    assert places == [{"b"}, {"t"}], "the higher line's above"


def test_long_lines_print_their_first_last_largest_and_smallest() -> None:
    values = [300 + (n * 7) % 24 for n in range(24)]
    values[6], values[15] = 900, 20
    chart = xml(Chart("折线图", "人次", tuple(f"{n}" for n in range(24)), (series("", *values, unit="人次"),)))
    assert labelled(next(chart.iter(C + "ser"))) == ["300人次", "900人次", "20人次", f"{values[-1]}人次"]
    assert has_axis(chart)
    for found in xml(KINDS["折线图，六组"]).iter(C + "ser"):
        assert len(labelled(found)) <= 2, "of many lines the last and the largest"


@given(
    st.one_of(st.integers(0, 10**9), st.decimals(0, 10**6, places=2, allow_nan=False)),
    st.sampled_from(["", "余", "约", "近", "不少于", "多"]),
    st.sampled_from(["", "场", "人次", "万元", "%"]),
)
def test_a_number_format_prints_what_was_printed(value: float, qualifier: str, unit: str) -> None:
    shown = printed(float(value), qualifier, unit)
    form = number_format(float(value), shown)
    if form:
        assert said(form, float(value)) == shown


# ------------------------------------------------------------------ size


def extents(root: etree._Element) -> list[tuple[float, float]]:
    """Width and height of the pictures and charts in line, in millimetres."""
    return [
        (round(int(e.get("cx", "0")) / EMU, 1), round(int(e.get("cy", "0")) / EMU, 1))
        for inline in root.iter(WP + "inline")
        for e in inline.findall(WP + "extent")
    ]


def test_a_chart_is_as_high_as_its_labels_need() -> None:
    two, ten = bars(ROWS[:2]), bars([(f"第{n}站", 1.0, "1场") for n in range(10)])
    heights = [extents(document(showing(drawn(chart))))[0][1] for chart in (two, ten)]
    assert heights[1] - heights[0] == pytest.approx(8 * 7.6, abs=0.2)
    long = bars([(f"第{n}站" * 20, 1.0, "1场") for n in range(2)])
    assert charts.height(long, NARROW) > charts.height(two, NARROW)
    assert charts.height(KINDS["条形图，两组"], WIDE) > charts.height(KINDS["方格图"], WIDE)


def test_a_chart_is_no_higher_than_its_page() -> None:
    ((_, height),) = extents(document(showing(drawn(bars([(f"第{n}站", 1.0, "1场") for n in range(60)])))))
    assert height < 285 - 25 - 24


@pytest.mark.parametrize(
    ("width", "height", "shown"),
    [(40, 30, (40, 30)), (336, 100, (168, 50)), (100, 480, (45.2, 217.1))],
    ids=["as it is", "too wide", "too high"],
)
def test_what_is_drawn_keeps_its_size(width: float, height: float, shown: tuple[float, float]) -> None:
    (size,) = extents(document(showing(drawn(None, width=width, height=height))))
    assert size == pytest.approx(shown, rel=0.02)


# ------------------------------------------------------------------ tables that say what is drawn


def styles(root: etree._Element) -> list[str]:
    return [p.get(W + "val", "") for p in root.iter(W + "pStyle")]


def test_a_table_says_under_a_drawing_what_it_says() -> None:
    told = KINDS["条形图，两组"]
    root = document(showing(drawn(None), table=equivalent(told)))
    found = styles(root)
    assert found[1:5] == ["Picture", "Caption", "EquivalentHead", "EquivalentHead"]
    assert {"EquivalentLabel", "EquivalentText"} <= set(found)
    (table,) = root.iter(W + "tbl")
    assert "760余人次" in [t.text for t in table.iter(W + "t")]
    kept = [p.find(f"{W}pPr/{W}keepNext") is not None for p in root[0].iter(W + "p")]
    names = [p.find(f"{W}pPr/{W}pStyle").get(W + "val") for p in root[0].iter(W + "p")]  # type: ignore[union-attr]
    assert all(kept[names.index("Picture") : names.index("TableNote")]), "picture, caption, table and note in one"


def test_it_is_smaller_than_other_tables() -> None:
    files = made(showing(drawn(None), table=equivalent(KINDS["方格图"])))
    sizes = {
        s.get(W + "styleId"): int(s.find(f"{W}rPr/{W}sz").get(W + "val", "0"))  # type: ignore[union-attr]
        for s in etree.fromstring(files["word/styles.xml"]).iter(W + "style")
        if s.find(f"{W}rPr/{W}sz") is not None
    }
    assert sizes["EquivalentText"] < sizes["TableText"]


@pytest.mark.parametrize("name", ["条形图", "雷达图"])
def test_a_chart_of_word_s_own_needs_no_table(name: str) -> None:
    root = document(showing(drawn(KINDS[name]), table=equivalent(KINDS[name])))
    assert not list(root.iter(W + "tbl"))
    assert styles(root)[1:] == ["Picture", "Caption", "TableNote"]


def test_the_note_under_a_table_stays_with_it() -> None:
    rows = "<tr><td>甲</td></tr>" * 20
    table = (
        f'<figure class="table"><table class="data"><tbody>{rows}</tbody></table><p class="table-note">注</p></figure>'
    )
    last = list(document(holding(f"<h1>甲</h1>{table}")).iter(W + "tr"))[-1]
    assert last.find(f".//{W}keepNext") is not None


def grounds(root: etree._Element) -> list[list[str]]:
    """The fills of the cells of a table's body."""
    return [
        [
            shade.get(W + "fill", "") if (shade := cell.find(f"{W}tcPr/{W}shd")) is not None else ""
            for cell in row.iter(W + "tc")
        ]
        for row in list(root.iter(W + "tr"))[1:]
    ]


def test_a_heat_table_is_a_table_with_five_grounds() -> None:
    files = made(showing(drawn(HEAT), table=equivalent(HEAT)))
    assert not [name for name in files if "media/" in name or "charts/" in name]
    root = etree.fromstring(files["word/document.xml"])
    assert styles(root)[1:3] == ["Caption", "EquivalentHead"]
    found = grounds(root)
    (_, fifth, *_), (_, fourth, *_), (_, second, *_), (*_, third, _) = found
    assert found == [["", fifth, fifth, ""], ["", fourth, "", ""], ["", second, "", ""], ["", "", third, ""]]
    lightness = [int(colour[:2], 16) for colour in (second, third, fourth, fifth)]
    assert lightness == sorted(set(lightness), reverse=True), "more is darker"
    assert lightness[-1] > 120, "words on it can be read"


def test_sums_of_a_heat_table_have_no_ground() -> None:
    table = equivalent(HEAT).replace(
        "</tbody>", '<tr><th scope="row">合计</th><td>200</td><td>9</td><td>0</td></tr></tbody>'
    )
    last = list(document(showing(drawn(HEAT), table=table)).iter(W + "tr"))[-1]
    assert last.find(f".//{W}shd") is None


# ------------------------------------------------------------------ drawings of several pages


def test_a_drawing_of_several_pages_has_its_caption_under_the_last() -> None:
    pages = [drawn(None, n, 150, height) for n, height in ((1, 230), (2, 230), (3, 90))]
    root = document(showing(*pages, table=equivalent(HEAT)))
    assert styles(root)[1:5] == ["Picture", "Picture", "Picture", "Caption"]
    kept = [p.find(f"{W}pPr/{W}keepNext") is not None for p in root[0].iterchildren(W + "p")][1:5]
    assert kept == [False, False, True, True], "pages can't stand together"
    assert [h for _, h in extents(root)] == pytest.approx([217.1, 217.1, 90], rel=0.01)


@pytest.mark.parametrize("more", [figure([drawn(None), drawn(None, 2)]), figure([drawn(None)], equivalent(HEAT))])
def test_neither_several_pages_nor_tables_stand_in_frames(more: str) -> None:
    wide = more.replace('class="chart"', 'class="chart wide"')
    text = f'<h1>甲</h1><section class="columns"><p>一</p>{wide}<p>二</p></section>'
    root = document(holding(text, a=drawn(None), b=drawn(None, 2)))
    assert not list(root.iter(W + "framePr"))


# ------------------------------------------------------------------ in the file


def test_the_data_of_a_chart_can_be_edited() -> None:
    asset = drawn(bars(ROWS))
    files = made(holding("<h1>看板</h1>" + figure([asset]) * 2, chart=asset))
    books = sorted(n for n in files if n.endswith(".xlsx"))
    assert len(books) == 2
    with zipfile.ZipFile(io.BytesIO(files[books[0]])) as book:
        assert {e.date_time for e in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2023-12-29" in book.read("docProps/core.xml")
    assert sheet(files[books[0]]) == {
        "A1": ("项目", ""), "B1": ("数值", ""), "A2": ("社区活动", ""), "B2": ("900", '0"余场"'),
        "A3": ("小组活动", ""), "B3": ("300", '"约"0"场"'), "A4": ("服务群众", ""), "B4": ("240000", ""),
    }  # fmt: skip


def test_targets_stand_in_the_sheet() -> None:
    edited = sheet(charts.workbook(KINDS["目标完成图"], DAY))
    assert [edited[cell][0] for cell in ("A1", "B1", "C1", "D1", "E1")] == [
        "项目", "完成率（%）", "目标（100%）", "实际", "目标",
    ]  # fmt: skip
    assert (edited["B2"], edited["C2"]) == (("80", '"完成"0"%"'), ("100", ""))
    assert (edited["D4"], edited["E4"]) == (("760", '0"余人次"'), ("700", '0"人次"'))
    assert not {"B5", "C3", "E3"} & set(edited)


def test_a_formula_in_a_name_is_a_name() -> None:
    chart = Chart("条形图", "", ("=1+1",), (series("=2+2", 5), series("@甲", 6)))
    edited = sheet(charts.workbook(chart, DAY))
    assert [edited[cell][0] for cell in ("A2", "B1", "C1")] == ["=1+1", "=2+2", "@甲"]


def test_a_chart_is_described_and_numbered() -> None:
    chart = bars(ROWS)
    drawing = figures.CHARTS["条形图"].draw(chart, Room(82, 170, 240))
    asset = drawn(chart)
    text = figure([asset]).replace("一张图", drawing.words) * 2
    described = list(document(holding(text, chart=asset)).iter(WP + "docPr"))
    assert [e.get("id") for e in described] == ["1", "2"]
    assert {e.get("descr") for e in described} == {"条形图：社区活动900余场；小组活动约300场；服务群众24万余人次。"}


def test_a_review_copy_has_native_charts_too() -> None:
    assert "word/charts/chart1.xml" in made(showing(drawn(bars(ROWS))), Copy.REVIEW)


def test_two_writes_of_charts_give_the_same_bytes() -> None:
    assets = [drawn(chart, n) for n, chart in enumerate(KINDS.values())]
    whole = holding("".join(figure([asset]) for asset in assets), **{a.name: a for a in assets})
    first = docx.write(whole, PROJECT, Report())
    charts.workbook.cache_clear()
    assert docx.write(whole, PROJECT, Report()) == first


def test_charts_of_an_edition_keep_what_they_were_drawn_from(publications: dict[str, Publication]) -> None:
    described = {
        str(image.get("src")): str(image.get("alt"))
        for whole in publications.values()
        for article in whole.articles
        for image in article.body.iter("img")
    }
    shown = [a for whole in publications.values() for a in whole.assets.values() if a.chart is not None]
    assert shown
    for asset in shown:
        assert asset.chart is not None
        words = described[asset.name]
        assert all(label in words for label in asset.chart.labels)
        assert all(v.printed in words for s in asset.chart.series for v in s.values if v is not None)
