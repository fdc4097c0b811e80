"""Column widths: short columns stay on one line, the rest is shared by how much the columns say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator.model import PageLayout
from generator.tables import fits_turned, measure, set_column_widths, spills, turns


def layout() -> PageLayout:
    return PageLayout(width=210, height=285, top=25, bottom=25, inner=22, outer=18, body_size=10.5, line_height=18)


def table(*rows: str, wrap: str = "article") -> etree._Element:
    """Rows of cells divided by ``|``; ``a:2×3`` spans two columns and three rows."""
    root = etree.Element(wrap)
    result = etree.SubElement(root, "table")
    body = etree.SubElement(result, "tbody")
    for row in rows:
        line = etree.SubElement(body, "tr")
        for cell in row.split("|"):
            words, _, spans = cell.partition(":")
            element = etree.SubElement(line, "td")
            element.text = words
            if spans:
                columns, _, lines = spans.partition("×")
                element.set("colspan", columns)
                element.set("rowspan", lines)
    return result


def widths(element: etree._Element) -> list[float]:
    set_column_widths(element, layout())
    return [float(col.get("data-width", "")) for col in element.iterfind("colgroup/col")]


def test_one_column_needs_no_widths() -> None:
    assert widths(table("甲", "乙")) == []


def test_widths_that_are_there_stay() -> None:
    element = table("甲|乙")
    group = etree.Element("colgroup")
    etree.SubElement(group, "col", {"data-width": "90"})
    element.insert(0, group)
    assert widths(element) == [90]


def test_columns_stand_before_everything_else() -> None:
    element = table("甲|乙")
    set_column_widths(element, layout())
    assert [child.tag for child in element] == ["colgroup", "tbody"]


def test_more_words_get_more_room() -> None:
    narrow, middle, wide = widths(table("序号|名称十个字的一栏啊啊|" + "很长的说明" * 20))
    assert narrow < middle < wide
    assert 5 < narrow < 15


def test_columns_alike_are_as_wide() -> None:
    first, second = widths(table("甲乙|丙丁", "甲|丁"))
    assert first == second == 50


def test_a_short_column_stays_on_one_line() -> None:
    """Of the printed measure the column gets at least what its longest cell needs."""
    room = (210 - 22 - 18) / 25.4 * 72 / (10.5 * 0.92)
    first, *_ = widths(table("七个汉字宽的字|" + "长" * 200 + "|" + "长" * 300))
    assert first / 100 * room >= 7


def test_merged_cells_do_not_widen_their_columns() -> None:
    plain = widths(table("甲|乙乙乙", "丙|丁丁丁"))
    merged = widths(table("一个跨两栏的很长很长的标题:2×1", "甲|乙乙乙", "丙|丁丁丁"))
    assert merged == plain


def test_cells_below_a_tall_one_count_in_their_own_column() -> None:
    tall = widths(table("甲:1×2|乙", "很长很长很长很长的一栏", "丙|丁"))
    assert tall[0] < tall[1]


def test_a_tall_and_wide_cell() -> None:
    assert len(widths(table("甲:2×2|乙", "丙", "丁|戊|己"))) == 3


@pytest.mark.parametrize(
    ("words", "width"), [("", 0), ("汉字", 2), ("汉a", 1.56), ("（）", 2), ("→", 1), ("ab", 1.12), ("“", 1)]
)
def test_measure(words: str, width: float) -> None:
    assert measure(words) == pytest.approx(width)


CELLS = st.text("汉字a1 ，", max_size=40).filter(lambda t: ":" not in t)


@given(st.integers(2, 7).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)))
def test_widths_fill_the_table(rows: list[list[str]]) -> None:
    result = widths(table(*("|".join(row) for row in rows)))
    assert len(result) == len(rows[0])
    assert sum(result) == pytest.approx(100, abs=0.1)
    assert min(result) > 0


# -- tables on their side ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("columns", "turned"), [(3, False), (10, False), (11, True), (15, True)])
def test_columns_that_do_not_hold_a_few_characters_turn_the_page(columns: int, turned: bool) -> None:
    assert turns(table("|".join(["社区社会工作"] * columns)), layout()) is turned


def test_many_narrow_columns_stay_upright() -> None:
    assert not turns(table("|".join("甲" * 20)), layout())


def test_what_says_what_is_drawn_neither_turns_nor_spreads_its_drawing() -> None:
    element = table("|".join(["社区社会工作"] * 15))
    assert turns(element, layout())
    assert spills(element, layout())
    element.set("class", "data equivalent")
    assert not turns(element, layout())
    assert not spills(element, layout())


@given(st.integers(1, 60))
def test_only_what_one_page_holds_is_turned(rows: int) -> None:
    """On a page of 170 mm across, more than some twenty rows of one line never fit, ten always do."""
    element = table(*["|".join(["登记"] * 12)] * rows)
    set_column_widths(element, layout())
    fits = fits_turned(element, layout())
    assert fits if rows <= 10 else not fits if rows > 24 else True
