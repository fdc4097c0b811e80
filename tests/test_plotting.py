"""Charts chosen by indicator, period and station: what stands beside what, in what words, and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from generator.facts import Facts
from generator.model import Chart, Origin, Record, Records, Value
from generator.plotting import Plot, before_and_after, plot, short_period
from generator.records.case import Measure
from generator.records.chart import ChartBlock
from generator.records.fact import Fact, Indicator
from generator.records.station import Station
from generator.vector import Flaw

_IDS = {"走访": "visit", "个案": "case", "小组": "group"}
MONTHS = [f"{n}月" for n in range(1, 13)]


def _indicator(identifier: str, title: str, unit: str, definition: str) -> Indicator:
    said = {"编号": identifier, "标题": title, "单位": unit, "性质": "流量", "组": "甲", "口径": definition}
    return Indicator.model_validate(said)


def _station(identifier: str, name: str, parent: str | None) -> Station:
    rank = "镇街站" if parent else "区县总站"
    said = {"编号": identifier, "标题": f"{name}社工站", "简称": name, "层级": rank, "地区": "甲区"}
    return Station.model_validate(said | ({"上级": parent} if parent else {}))


def _fact(indicator: str, start: str, end: str, station: str, value: float, **more: Any) -> Fact:
    identifier = f"f-{_IDS[indicator]}-{start}-{end}-{station}"
    said = {"编号": identifier, "指标": indicator, "起": start, "止": end, "站点": station, "值": value, **more}
    return Fact.model_validate(said)


def _hub() -> Records:
    found: list[Record] = [
        _indicator("visit", "走访", "人次", "上门一次记一人次"),
        _indicator("case", "个案", "个", "按个案计"),
        _indicator("group", "小组", "个", "按组计"),
        _station("hub", "总站", None),
        *(_station(f"s{n}", name, "hub") for n, name in enumerate(("东站", "西站", "南站"), 1)),
        _station("other", "外站", None),
    ]
    for n, value in enumerate((120, 300, 90), 1):
        found.append(_fact("走访", "2023-01-01", "2023-12-31", f"s{n}", value, 目标值=200))
        found.append(_fact("个案", "2023-01-01", "2023-12-31", f"s{n}", n, 约数="余" if n == 2 else "精确"))
    found += [
        _fact("走访", f"2023-{m:02}-01", f"2023-{m:02}-{28 if m == 2 else 30 if m in (4, 6, 9, 11) else 31}", "hub", m)
        for m in range(1, 13)
        if m != 8
    ]
    found.append(_fact("小组", "2023-01-01", "2023-12-31", "s1", 6))
    found.append(_fact("走访", "2022-01-01", "2022-12-31", "s1", 100))
    found.append(_fact("走访", "2022-01-01", "2022-01-31", "hub", 12))
    parts = [{"项": "养老", "值": 200}, {"项": "儿童", "值": 310}]
    found.append(_fact("走访", "2023-01-01", "2023-12-31", "hub", 510, 分项=parts, 来源={"媒体": "甲日报"}))
    return Records({r.id: r for r in found}, {r.id: Origin(f"{r.id}.yaml", {}) for r in found})


HUB = _hub()


def made(kind: str, station: str | None = "hub", **block: Any) -> tuple[Plot | None, list[Flaw]]:
    return plot(kind, ChartBlock.model_validate(block), Facts(HUB), HUB, station)


def chart(kind: str, **block: Any) -> Chart:
    plotted, flaws = made(kind, **block)
    assert flaws == []
    assert plotted is not None
    return plotted.chart


def printed(values: tuple[Value | None, ...]) -> list[str | None]:
    return [v.printed if v is not None else None for v in values]


def test_stations_of_a_rank_stand_in_the_order_of_their_files() -> None:
    bars = chart("条形图", 数据=["走访@2023"], 站点=["镇街站"])
    assert bars.labels == ("东站", "西站", "南站")
    assert printed(bars.series[0].values) == ["120人次", "300人次", "90人次"]
    assert bars.unit == "人次"
    assert bars.series[0].values[0] == Value(120, "120人次", ("f-visit-2023-01-01-2023-12-31-s1",))


def test_and_in_the_order_of_one_file() -> None:
    """s2 before s1 in the file they share."""
    origins = {r.id: HUB.origin(r) for r in HUB}
    origins |= {f"s{n}": Origin("stations.yaml", {}, ("条目", place)) for n, place in ((1, 1), (2, 0), (3, 10))}
    records = Records({r.id: r for r in HUB}, origins)
    block = ChartBlock.model_validate({"数据": ["走访@2023"], "站点": ["镇街站"]})
    plotted, _ = plot("条形图", block, Facts(records), records, "hub")
    assert plotted is not None
    assert plotted.chart.labels == ("西站", "东站", "南站")


def test_scores_of_two_years_have_the_full_marks_of_their_figures() -> None:
    """The target of either year does; what the block says goes first."""
    full = {"行政": 15.0, "财务": 15.0, "服务": 40.0, "评价": 20.0, "创新": 10.0}
    found: list[Record] = [_indicator(f"i{n}", name, "分", "得分") for n, name in enumerate(full)]
    found.append(_station("hub", "总站", None))
    for name, marks in full.items():
        for year in ("2022", "2023"):
            said = {
                "编号": f"f-{len(found)}",
                "指标": name,
                "起": f"{year}-01-01",
                "止": f"{year}-12-31",
                "站点": "hub",
            }
            found.append(Fact.model_validate(said | {"值": marks / 2} | ({"目标值": marks} if year == "2023" else {})))
    records = Records({r.id: r for r in found}, {r.id: Origin("a.yaml", {}) for r in found})
    for said, wanted in (({}, [*full.values()]), ({"满分": 100}, [100.0] * 5)):
        block = ChartBlock.model_validate({"数据": [*full], "时段": ["2022", "2023"]} | said)
        plotted, flaws = plot("雷达图", block, Facts(records), records, "hub")
        assert flaws == []
        assert plotted is not None
        assert [s.name for s in plotted.chart.series] == ["2022年", "2023年"]
        assert [scale.high for scale in plotted.chart.scales] == wanted


def test_or_by_value() -> None:
    assert chart("条形图", 数据=["走访@2023"], 站点=["镇街站"], 排序="数值").labels == ("西站", "东站", "南站")


def test_two_years_beside_each_other() -> None:
    bars = chart("条形图", 数据=["走访"], 时段=["2022", "2023"], 站点=["s1", "s2"])
    assert bars.labels == ("东站", "西站")
    assert [(s.name, printed(s.values)) for s in bars.series] == [
        ("2022年", ["100人次", None]),
        ("2023年", ["120人次", "300人次"]),
    ]


def test_years_are_laid_over_each_other() -> None:
    drawn = chart("折线图", 数据=["走访"], 时段=["2023各月", "2022各月"], 按年=True)
    assert drawn.labels == tuple(MONTHS)
    assert [s.name for s in drawn.series] == ["2022年", "2023年"]
    assert printed(drawn.series[0].values)[:2] == ["12", None]
    assert printed(drawn.series[1].values)[:2] == ["1", "2"]


def test_missing_months_are_gaps_and_told() -> None:
    plotted, flaws = made("条形图", 数据=["走访"], 时段=["2023各月"])
    assert flaws == []
    assert plotted is not None
    assert list(plotted.chart.labels) == MONTHS
    assert printed(plotted.chart.series[0].values)[6:9] == ["7人次", None, "9人次"]
    assert plotted.missing == ("总站　走访　8月",)


def test_notes_say_unit_period_definition_and_source() -> None:
    plotted, _ = made("条形图", 数据=["走访@2023"])
    assert plotted is not None
    assert plotted.notes == ("统计时段：2023年", "口径：上门一次记一人次", "来源：甲日报")
    plotted, _ = made("条形图", 数据=["小组@2023@s1", "个案@2023@s1"], 来源="台账")
    assert plotted is not None
    assert plotted.notes[2:] == ("口径：小组，按组计；个案，按个案计", "来源：台账")
    assert plotted.notes[0] == "站点：东站"  # not the page's own
    assert plotted.subject == "东站"
    assert plotted.chart.labels == ("小组", "个案")
    assert plotted.chart.unit == "个"


def test_what_is_approximate_stays_so() -> None:
    bars = chart("条形图", 数据=["个案@2023@s1", "个案@2023@s2"])
    assert printed(bars.series[0].values) == ["1个", "2余个"]


def test_parts_are_segments() -> None:
    block = {"数据": ["走访@2023"], "分项": True}
    plotted, flaws = made("条形图", **block)
    assert flaws == []
    assert plotted is not None
    assert [(s.name, printed(s.values)) for s in plotted.chart.series] == [("养老", ["200"]), ("儿童", ["310"])]
    assert plotted.notes[0] == "统计时段：2023年"


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"数据": ["走访"]}, [("figure.unbound", ("数据", 0))]),
        ({"数据": ["个案@2023@s1", "走仿@2023"]}, [("figure.unbound", ("数据", 1))]),
        ({"数据": ["走访@2021"]}, [("figure.unbound", ("数据", 0))]),
        ({"数据": ["走访@2023"], "时段": ["2023"]}, [("figure.period_twice", ("数据", 0))]),
        ({"数据": ["走访"], "时段": ["二〇二三"]}, [("figure.period", ("时段", 0))]),
        ({"数据": ["走访@2023"], "站点": ["s9"]}, [("figure.unknown_station", ("站点", 0))]),
        ({"数据": ["走访@2023"], "站点": ["村社区室"]}, [("figure.no_stations", ("站点", 0))]),
        ({"数据": ["走访@2020"], "站点": ["镇街站"]}, [("figure.no_facts", ("数据",))]),
        ({"数据": ["走访@2023@s1"], "分项": True}, [("figure.no_parts", ("数据",))]),
        (
            {"数据": ["走访", "个案"], "时段": ["2022", "2023"], "站点": ["镇街站"]},
            [("figure.too_many_ways", ("数据",))],
        ),
        ({"数据": ["走访"], "时段": ["1000-2023各年"]}, [("figure.too_many_facts", ("数据",))]),
    ],
)
def test_what_is_wrong_is_told_in_its_place(block: dict[str, Any], told: list[tuple[str, Any]]) -> None:
    plotted, flaws = made("条形图", **block)
    assert plotted is None
    assert [(f.code, f.path) for f in flaws] == told


def test_without_a_station_everybody_is_below() -> None:
    plotted, flaws = made("条形图", station=None, 数据=["走访@2023"], 站点=["镇街站"])
    assert flaws == []
    assert plotted is not None
    assert plotted.chart.labels == ("东站", "西站", "南站")


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("2023", "2023年"),
        ("2023Q3", "第三季度"),
        ("2023H1", "上半年"),
        ("2023-06", "6月"),
        ("2023-06-05", "2023年6月5日"),
        ("2023-06..2023-08", "2023年6月—8月"),
    ],
)
def test_periods_are_short(written: str, short: str) -> None:
    from generator.facts import period

    days = period(written)
    assert days is not None
    assert short_period(days, with_year=False) == short


def test_before_and_after_keep_each_scale_to_itself() -> None:
    scales = [
        Measure.model_validate({"量表": "GDS-15", "范围": [0, 15], "方向": "越低越好", "前测": 9, "后测": 4}),
        Measure.model_validate({"量表": "LSNS-6", "方向": "越高越好", "前测": 7.5, "后测": 12}),
    ]
    drawn = before_and_after(scales)
    assert [(s.low, s.high, s.rising) for s in drawn.scales] == [(0, 15, False), (0, 12, True)]
    assert [printed(s.values) for s in drawn.series] == [["9", "7.5"], ["4", "12"]]
