"""Breaking a paragraph as a whole: arithmetic of lines, and the rules of CLREQ and GB/T 15834 on characters."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.typesetting import clreq
from generator.typesetting.breaking import INFINITE, Line, Material, break_lines

EM = 10.0


def material(text: str) -> Material:
    """A paragraph set in squares: Han and marks one em, anything else half; marks half blank."""
    count = len(text)
    forbidden = clreq.no_breaks(text)
    closing = [c in clreq.CLOSING for c in text]
    opening = [c in clreq.OPENING for c in text]
    western = [clreq.is_western(c) for c in text]
    gap = [0.0] * count
    give = [0.0] * count
    for i in range(count - 1):
        if closing[i] and closing[i + 1]:
            gap[i] = -EM / 2
        elif closing[i]:
            give[i] = EM / 4
    return Material(
        advance=[EM / 2 if w or c == " " else EM for w, c in zip(western, text, strict=True)],
        gap=gap,
        give=give,
        take=[0.0] * count,
        stretch=[not (i + 1 < count and western[i] and western[i + 1]) for i in range(count)],
        lead=[EM / 2 if o else 0.0 for o in opening],
        tail=[EM / 2 if c else 0.0 for c in closing],
        most={},
        price=[
            0.0 if i and i not in forbidden and not (western[i] and western[i - 1]) else INFINITE for i in range(count)
        ],
        blank=[c == " " for c in text],
        solid=[clreq.is_han(c) or c.isalnum() for c in text],
        em=EM,
    )


def width(m: Material, line: Line) -> float:
    return sum(m.advance[line.start : line.end]) + sum(line.after) - line.lead


def lines_of(text: str, measure: float, *, indent: float = 0.0, justify: bool = True) -> list[Line]:
    lines = break_lines(material(text), [measure - indent, measure], justify=justify)
    assert lines is not None
    return lines


han = st.text(alphabet="社工站点服务人次活动居民老人儿童的了在是，。、；：“”（）2023AB ", min_size=1, max_size=160)


@given(text=han.map(str.strip).filter(bool), measure=st.integers(12, 40).map(lambda n: n * EM))
def test_lines_hold_the_whole_paragraph_in_order(text: str, measure: float) -> None:
    lines = break_lines(material(text), [measure - 2 * EM, measure], justify=True)
    if lines is None:  # some unbreakable run is longer than a line
        return
    assert lines[0].start == 0
    assert lines[-1].following == len(text)
    for line, following in pairwise(lines):
        assert line.following == following.start
        assert not text[line.end : line.following].strip()


@given(text=han.map(str.strip).filter(bool), measure=st.integers(12, 40).map(lambda n: n * EM))
def test_full_lines_end_at_the_measure(text: str, measure: float) -> None:
    m = material(text)
    lines = break_lines(m, [measure], justify=True)
    for line in (lines or [])[:-1]:
        if any(m.stretch[line.start : line.end - 1]) or width(m, line) > measure:
            assert width(m, line) == pytest.approx(measure, abs=0.11)


@given(text=han.map(str.strip).filter(bool), measure=st.integers(12, 40).map(lambda n: n * EM))
def test_no_line_starts_or_ends_with_a_forbidden_mark(text: str, measure: float) -> None:
    for line in (break_lines(material(text), [measure], justify=True) or [])[1:]:
        assert text[line.start] not in clreq.CLOSING
        assert text[line.start - 1] not in clreq.OPENING


def test_marks_are_squeezed_before_gaps_are_stretched() -> None:
    """推入 before 推出: ten em hold eleven characters if two marks may give a quarter each and the last its half."""
    text = "一二，三四五，六七八九。十一二三四五六七八九十"
    lines = lines_of(text, 11 * EM)
    assert text[lines[0].start : lines[0].end] == "一二，三四五，六七八九。"
    assert min(lines[0].after) < 0


def test_a_closing_mark_at_the_end_is_half_an_em_wide() -> None:
    """GB/T 15834—2011 5.1.10."""
    lines = lines_of("一二三四五六七八九。" + "十" * 8, 9.5 * EM)
    assert lines[0].end == 10
    assert lines[0].after[-1] == -EM / 2


def test_an_opening_mark_at_the_start_loses_its_half() -> None:
    lines = lines_of("一二三四五六七八九十“一二三四五六七八九十一二”", 10 * EM)
    assert [line.start for line in lines][1] == 10
    assert lines[1].lead == EM / 2


def test_the_last_line_is_never_one_character() -> None:
    """孤字不成行."""
    lines = lines_of("一" * 20 + "二。", 10 * EM)
    last = lines[-1]
    assert sum(clreq.is_han(c) for c in ("一" * 20 + "二。")[last.start : last.end]) > 1


def test_breaks_are_chosen_together() -> None:
    """No line is stretched by more than a fifth of an em where another choice of breaks avoids it."""
    text = "在社会工作服务站里ABCDEFGHIJ工作的人都知道访问老人之前要先看台账再敲门然后坐下来慢慢说话不要急着问问题。"
    m = material(text)
    for line in lines_of(text, 18 * EM)[:-1]:
        grown = [a for a, s in zip(line.after, m.stretch[line.start : line.end], strict=True) if s]
        assert max(grown) < 0.2 * EM


def test_a_justified_last_line_fills_the_measure() -> None:
    """均排 (labels of an imprint)."""
    m = material("主编")
    (line,) = break_lines(m, [5 * EM], justify=True, last=True) or []
    assert width(m, line) == pytest.approx(5 * EM)


def test_what_can_not_fit_is_left_alone() -> None:
    assert break_lines(material("A" * 50), [10 * EM], justify=True) is None


def test_a_paragraph_may_go_on_from_the_middle() -> None:
    text = "一二三四五六七八九十" * 4
    lines = break_lines(material(text), [10 * EM], justify=True, start=20)
    assert lines is not None
    assert (lines[0].start, lines[-1].following) == (20, 40)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("见第12条规定", ["第12条"]),
        ("2023年12月8日起", ["2023年12月8日"]),
        ("占72.45%以上", ["72.45%"]),
        ("按GB/T 1.1—2020编写", ["GB/T 1.1—2020"]),
        ("他说——好", ["——"]),
        ("等等……好", ["……"]),
        ("时间9:30开始", ["9:30"]),
    ],
)
def test_runs_that_stay_whole(text: str, whole: list[str]) -> None:
    assert [text[a:b] for a, b in clreq.whole_runs(text)] == whole
    for start, end in clreq.whole_runs(text):
        inside = clreq.no_breaks(text) & set(range(start + 1, end))
        assert len(inside) >= end - start - 3


@pytest.mark.parametrize("mark", ["，", "。", "”", "）", "》", "—", "…", "～", "·", "%", "／"])
def test_marks_that_never_start_a_line(mark: str) -> None:
    assert 1 in clreq.no_breaks(f"字{mark}字")


@pytest.mark.parametrize("mark", ["“", "（", "《", "￥", "☐"])
def test_marks_that_never_end_a_line(mark: str) -> None:
    assert 2 in clreq.no_breaks(f"字{mark}字")


def test_western_letters_are_told_from_marks() -> None:
    assert all(clreq.is_western(c) for c in "Az09éΩ")
    assert not any(clreq.is_western(c) for c in "字，。 -—“")


def worth(m: Material, lines: list[Line], rooms: list[float]) -> float:
    """What a choice of lines costs, reckoned line by line from its definition."""
    total = 0.0
    for number, line in enumerate(lines):
        room = rooms[min(number, len(rooms) - 1)]
        final = line.end - 1
        natural = sum(m.advance[line.start : line.end]) + sum(m.gap[line.start : final])
        slack = room - natural + m.lead[line.start] + m.tail[final]
        give, take = sum(m.give[line.start : final]), sum(m.take[line.start : final])
        gaps = sum(m.stretch[line.start : final])
        if slack < 0:
            total += 12 * (slack / give) ** 2 if give else 0
        elif line.following < len(m.advance) and slack <= take:
            total += 8 * (slack / take) ** 2 if take else 0
        elif line.following < len(m.advance):
            each = (slack - take) / gaps / m.em if gaps else 0
            total += 10 + 60 * (each / 0.1) ** 2 + (4000 * (each / 0.2) ** 2 if each > 0.2 else 0)
            total += 0 if gaps else 1e4 - 10 + 1e6 * (slack / room) ** 2
        elif line.start and sum(m.solid[line.start : line.end]) == 1:
            total += 5000
        total += m.price[line.following] if line.following < len(m.advance) else 0
    return total


@given(
    text=st.text(alphabet="社工站点服务，。（）“”23A ", min_size=1, max_size=16).map(str.strip).filter(bool),
    rooms=st.lists(st.integers(4, 7).map(lambda n: n * EM), min_size=1, max_size=3),
)
def test_no_other_choice_of_breaks_is_better(text: str, rooms: list[float]) -> None:
    """Against every way to break a short paragraph, beside a float or not."""
    m = material(text)
    lines = break_lines(m, rooms, justify=True)
    every = list(choices(m, rooms, 0, 0))
    assert (lines is None) == (not every)
    if lines is not None:
        assert worth(m, lines, rooms) <= min(worth(m, other, rooms) for other in every) + 1e-6


def choices(m: Material, rooms: list[float], start: int, number: int) -> Iterator[list[Line]]:
    """Every way to set a paragraph from ``start`` on in lines that fit."""
    count = len(m.advance)
    if start == count:
        yield []
        return
    room = rooms[min(number, len(rooms) - 1)]
    for end in range(start + 1, count + 1):
        if end < count and m.price[end] == INFINITE:
            continue
        stop = end
        while stop > start + 1 and m.blank[stop - 1]:
            stop -= 1
        natural = sum(m.advance[start:stop]) + sum(m.gap[start : stop - 1]) - m.lead[start] - m.tail[stop - 1]
        if natural - sum(m.give[start : stop - 1]) <= room + 0.1:
            for rest in choices(m, rooms, end, number + 1):
                yield [Line(start, stop, end, (), 0.0), *rest]
