"""方格图: every station the same square, its value in words and in one of five shades."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generator.model import Chart
from generator.vector import SHADES
from tests.figures.charted import chart, charts, codes, said, seen, value, values
from tests.figures.seen import words

SIX = chart("方格图", "甲站 乙站 丙站 丁站 戊站 己站", ("", values(0, 20, 55, 78, 100, None, printed="{}场")))


def test_names_values_unit_and_bounds_are_printed() -> None:
    for drawing in seen(SIX):
        assert {"甲站", "0", "55", "100", "—", "单位：场", "— 无数据", "20", "80"} <= {
            w.words for w in words(drawing.sheets[0].svg)
        }
        assert drawing.words == "方格图：甲站0场；乙站20场；丙站55场；丁站78场；戊站100场；己站无数据。"
        assert drawing.table[1] == ("甲站", "0场")


def test_five_shades_from_nought_to_a_round_bound() -> None:
    svg = seen(SIX)[0].sheets[0].svg
    fills = re.findall(r'<rect [^>]*fill="(#\w+)"', svg)
    assert fills[:6] == [SHADES[0], SHADES[1], SHADES[2], SHADES[3], SHADES[4], SHADES[0]]
    assert fills[6:] == list(SHADES)


def test_what_is_unknown_has_a_broken_edge() -> None:
    svg = seen(SIX)[0].sheets[0].svg
    assert svg.count("stroke-dasharray") == 1


def test_values_far_from_nought_have_bounds_of_their_own() -> None:
    high = chart("方格图", "甲 乙 丙", ("", values(88, 93, 97, printed="{}%")))
    assert "889092949698" in said(seen(high)[0])
    few = chart("方格图", "甲 乙 丙", ("", values(0, 1, 2, printed="{}个")))
    assert said(seen(few)[0]).endswith("0123单位：个")
    assert said(seen(chart("方格图", "甲 乙", ("", values(0, 0))))[0]).endswith("01单位：个")


def test_places_are_kept_to_each_other() -> None:
    laid = replace(SIX, places=((3, 3), (3, 4), (4, 2), (4, 3), (4, 4), (5, 3)))
    for drawing in seen(laid):
        at = {w.words: w.box for w in words(drawing.sheets[0].svg)}
        assert abs(at["甲站"].left - at["丁站"].left) < 0.05
        assert abs(at["甲站"].top - at["乙站"].top) < 0.05
        assert at["丙站"].right < at["丁站"].left
        assert at["甲站"].bottom < at["丁站"].top


def test_without_places_they_stand_in_their_order() -> None:
    at = [w.box for w in words(seen(SIX)[0].sheets[0].svg) if w.words.endswith("站")]
    assert at == sorted(at, key=lambda box: (round(box.top), box.left))


def test_many_fit() -> None:
    forty = Chart(
        "方格图",
        "",
        tuple(f"第{n}社区服务室" for n in range(40)),
        (replace(SIX.series[0], values=tuple(value(n * 317.0, "{}余人次") for n in range(40))),),
    )
    assert codes(forty) == []
    seen(forty)


def test_flaws() -> None:
    assert codes(SIX) == []
    assert codes(chart("方格图", "甲", ("", values(1)))) == ["figure.too_few"]
    assert codes(chart("方格图", " ".join(map(str, range(41))), ("", values(*range(41))))) == ["figure.too_many"]
    assert codes(chart("方格图", "甲 乙", ("一", values(1, 2)), ("二", values(1, 2)))) == ["figure.too_many"]
    assert codes(chart("方格图", "甲 甲", ("", values(1, 2)))) == ["figure.label_twice"]
    assert codes(chart("方格图", "甲 乙", ("", values(None, None)))) == ["figure.no_value"]
    assert codes(chart("方格图", "甲 乙", ("", values(-1, 2)))) == ["figure.negative"]
    assert codes(replace(chart("方格图", "甲 乙", ("", values(1, 2))), places=((1, 2), (1, 2)))) == [
        "figure.place_twice"
    ]
    assert codes(replace(chart("方格图", "甲 乙", ("", values(1, 2))), places=((1, 1), (1, 99)))) == ["figure.no_room"]
    assert codes(replace(chart("方格图", "甲 乙", ("", values(1, 2))), labels=("甲", " "))) == ["figure.label_missing"]


@settings(max_examples=40)
@given(st.data())
def test_any_tiles_are_drawn_well(data: st.DataObject) -> None:
    any_chart = data.draw(charts("方格图", (2, 40), (1, 1)))
    if data.draw(st.booleans()):
        count = len(any_chart.labels)
        place = st.tuples(st.integers(1, 8), st.integers(1, 8))
        any_chart = replace(
            any_chart, places=tuple(data.draw(st.lists(place, min_size=count, max_size=count, unique=True)))
        )
    assume(not codes(any_chart))
    seen(any_chart)
