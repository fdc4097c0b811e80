"""A procedure (流程) as data: its steps, decisions, lanes, where each way leads, and what is wrong with it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from generator.diagnostics import say
from generator.figures.flowchart.outline import named, plain
from generator.model import Line, Part, Path
from generator.vector import Flaw, measure

#: More than these are no picture: steps, ways out of a step, lanes; and characters of what is written in them.
MOST_STEPS, MOST_WAYS, MOST_LANES = 60, 5, 6
LONGEST = {"名称": 30, "说明": 60, "条件": 12, "泳道": 10}


def _as_ways(value: Any) -> Any:
    """A way may be written as the name of where it leads."""
    if isinstance(value, str | int):
        value = [value]
    if isinstance(value, dict):
        value = [value]
    if isinstance(value, list | tuple):
        return [{"到": way} if isinstance(way, str | int) else way for way in value]
    return value


class Way(Part):
    to: Line = Field(alias="到", description="下一步的代号或名称")
    answer: Line | None = Field(None, alias="条件", description="判断的答案，如 是、否、须转介")


class Step(Part):
    id: Line | None = Field(None, alias="代号", description="别处写“下一步”时用；不写就用名称")
    name: Line = Field(alias="名称")
    note: Line | None = Field(None, alias="说明", description="时限、表单、要点")
    kind: Literal["开始", "步骤", "判断", "文书", "结束"] = Field("步骤", alias="类别")
    lane: Line | None = Field(None, alias="泳道", description="谁来办")
    ways: Annotated[tuple[Way, ...] | None, BeforeValidator(_as_ways)] = Field(
        None, alias="下一步", description="代号或名称；判断写 {到, 条件}；几个没有条件的同时办"
    )


class Flowchart(Part):
    """Steps in order; if none says what comes next, each leads to the one below it."""

    steps: tuple[Step, ...] = Field(alias="步骤", min_length=1)
    lanes: tuple[Line, ...] = Field((), alias="泳道", description="从左到右；写了就分栏画")


@dataclass(frozen=True)
class Lead:
    """A way found: where from, where to, its answer, where it is written."""

    source: int
    target: int
    answer: str
    path: Path


@dataclass(frozen=True)
class Found:
    ways: tuple[Lead, ...]
    flaws: tuple[Flaw, ...]


def follow(chart: Flowchart) -> Found:
    """Where every way leads, and what is wrong with it."""
    steps = chart.steps
    ids: dict[str, list[int]] = {}
    names: dict[str, list[int]] = {}
    for n, step in enumerate(steps):
        if step.id:
            ids.setdefault(plain(step.id), []).append(n)
        names.setdefault(plain(step.name), []).append(n)
    ways: list[Lead] = []
    flaws: list[Flaw] = []
    unsaid = all(step.ways is None for step in steps)
    for n, step in enumerate(steps):
        path: Path = ("步骤", n, "下一步")
        last = n + 1 == len(steps)
        if step.ways is None and step.kind != "结束" and not last:
            if unsaid:
                ways.append(Lead(n, n + 1, "", ("步骤", n)))
            else:
                flaws.append(
                    Flaw(
                        "flowchart.next_missing",
                        ("步骤", n),
                        say("没有写“{name}”的下一步", name=step.name, en="It is not said what comes after “{name}”"),
                        say(
                            "写 下一步: 代号；到此为止的写 类别: 结束",
                            en="Write 下一步: with where it leads; 类别: 结束 where it ends",
                        ),
                    )
                )
        for k, way in enumerate(step.ways or ()):
            here = (*path, k, "到")
            found = ids.get(plain(way.to)) or names.get(plain(way.to)) or []
            if len(found) > 1:  # 接案？ and 接案
                found = [m for m in found if named(steps[m].name) == named(way.to)] or found
            if len(found) != 1:
                flaws.append(_lost(way.to, len(found), here, [other.name for other in steps]))
            elif found[0] == n:
                flaws.append(
                    Flaw(
                        "flowchart.itself",
                        here,
                        say("“{name}”的下一步是它自己", name=step.name, en="“{name}” leads to itself"),
                        say("写清楚回到哪一步", en="Say which step it goes back to"),
                    )
                )
            else:
                ways.append(Lead(n, found[0], way.answer or "", here))
    return Found(tuple(ways), tuple(flaws))


def _lost(name: str, found: int, path: Path, names: Sequence[str]) -> Flaw:
    if found:
        return Flaw(
            "flowchart.ambiguous",
            path,
            say("有 {count} 步都叫“{name}”，不知道去哪一步", count=found, name=name,
                en="{count} steps are called “{name}”"),
            say("给它们不同的名称", en="Give them different names"),
        )  # fmt: skip
    return Flaw(
        "flowchart.unknown",
        path,
        say("没有叫“{name}”的步骤", name=name, en="No step is called “{name}”"),
        say("是不是“{name}”？", name=close[0], en="Is it “{name}”?")
        if (close := difflib.get_close_matches(name[:60], names, 1, 0.7))
        else say(
            "核对名称；新的一步要自己占一行，再从这里指过去", en="Check its name; a new step has a line of its own"
        ),
    )


def flaws(chart: Flowchart) -> Iterator[Flaw]:
    """Why a flowchart can't be drawn, or can't be meant."""
    found = follow(chart)
    said = [*_lengths(chart), *_lanes(chart), *_answers(chart, found.ways), *found.flaws]
    if not found.flaws and not any(flaw.code in ("flowchart.too_many", "flowchart.few_answers") for flaw in said):
        said += _ends(chart, found.ways)
    yield from said


def _lengths(chart: Flowchart) -> Iterator[Flaw]:
    texts: list[tuple[Path, str, str]] = [(("泳道", n), "泳道", lane) for n, lane in enumerate(chart.lanes)]
    for n, step in enumerate(chart.steps):
        texts += [(("步骤", n, key), key, value or "") for key, value in (("说明", step.note), ("泳道", step.lane))]
        texts.append((("步骤", n, "名称"), "名称", step.name))
        texts += [(("步骤", n, "下一步", k, "条件"), "条件", way.answer or "") for k, way in enumerate(step.ways or ())]
    for path, key, words in texts:
        if measure(words) > LONGEST[key]:
            yield Flaw(
                "flowchart.too_long",
                path,
                say("{key}太长：“{words}”", key=key, words=words, en="Too long for {key}: “{words}”"),
                say("最多 {most} 个字；细节写进正文", most=LONGEST[key],
                    en="At most {most} characters; details belong in the text"),
            )  # fmt: skip
        if key == "名称" and not plain(words):
            yield Flaw(
                "flowchart.no_name",
                path,
                say("这一步没有名称", en="This step has no name"),
                say("写几个字说明做什么", en="Say in a few words what is done"),
            )
    if len(chart.steps) > MOST_STEPS:
        yield Flaw(
            "flowchart.too_many",
            ("步骤", MOST_STEPS),
            say("{count} 步太多，一张流程图最多 {most} 步", count=len(chart.steps), most=MOST_STEPS,
                en="{count} steps are too many; a flowchart has at most {most}"),
            say("分成几张，一张总图、几张分图", en="Make several: one of the whole, others of its parts"),
        )  # fmt: skip
    for n, step in enumerate(chart.steps):
        if len(step.ways or ()) > MOST_WAYS:
            yield Flaw(
                "flowchart.too_many_ways",
                ("步骤", n, "下一步", MOST_WAYS),
                say("“{name}”有 {count} 条去路，最多 {most} 条", name=step.name, count=len(step.ways or ()),
                    most=MOST_WAYS, en="“{name}” has {count} ways out, at most {most} are drawn"),
                say("分成两次判断", en="Decide in two steps"),
            )  # fmt: skip


def columns(chart: Flowchart) -> tuple[str, ...]:
    """The lanes drawn as columns: those listed, or those of the steps if every step has one."""
    if chart.lanes:
        return chart.lanes
    inner = [step for step in chart.steps if step.kind not in ("开始", "结束")]
    if not inner or any(step.lane is None for step in inner):
        return ()
    lanes = tuple(dict.fromkeys(step.lane for step in chart.steps if step.lane))
    return lanes if len(lanes) > 1 else ()


def _lanes(chart: Flowchart) -> Iterator[Flaw]:
    lanes = columns(chart)
    inner = [step for step in chart.steps if step.kind not in ("开始", "结束")]
    written = {step.lane for step in inner} | {step.lane for step in chart.steps if step.lane}
    strange = not written <= set(chart.lanes)  # a slip leaves its lane unused
    if chart.lanes and inner and all(step.lane is None for step in chart.steps):
        yield Flaw(
            "flowchart.lane_missing",
            ("泳道", 0),
            say("写了泳道，可是没有一步写了归哪条", en="Lanes are listed, but no step says in which it is"),
            say(
                "在每一步末尾写 @ 和谁来办，如 @{lane}；不分栏就删去“泳道”",
                lane=chart.lanes[0],
                en="End each step with @ and who does it, such as @{lane}; or take 泳道 out",
            ),
        )
        return
    if len(lanes) > MOST_LANES:
        yield Flaw(
            "flowchart.too_many_lanes",
            ("泳道", MOST_LANES) if chart.lanes else (),
            say("{count} 条泳道太多，最多 {most} 条", count=len(lanes), most=MOST_LANES,
                en="{count} lanes are too many, at most {most} are drawn"),
            say("把职责相近的合成一条", en="Put those with like tasks together"),
        )  # fmt: skip
    for n, lane in enumerate(chart.lanes):
        if lane in chart.lanes[:n]:
            yield Flaw(
                "flowchart.lane_twice",
                ("泳道", n),
                say("泳道“{lane}”写了两次", lane=lane, en="The lane “{lane}” is listed twice"),
                say("删去一个", en="Take one out"),
            )
        elif not strange and not any(step.lane == lane for step in chart.steps):
            yield Flaw(
                "flowchart.lane_unused",
                ("泳道", n),
                say("泳道“{lane}”里没有步骤", lane=lane, en="No step is in the lane “{lane}”"),
                say("把它从“泳道”里删去，或写明哪一步归它", en="Take it out, or say which steps are its"),
            )
    for n, step in enumerate(chart.steps):
        if chart.lanes and step.lane is None and step.kind not in ("开始", "结束"):
            yield Flaw(
                "flowchart.lane_missing",
                ("步骤", n, "名称"),
                say("没有写“{name}”归哪条泳道", name=step.name, en="It is not said in which lane “{name}” is"),
                say("末尾写 @{lane}（写成字段的，写 泳道: {lane}）", lane=meant[0], en="End it with @{lane}")
                if (meant := [lane for lane in chart.lanes if lane in (step.note or "")])
                else say("补上泳道：{lanes}", lanes="、".join(chart.lanes), en="Add its lane: {lanes}"),
            )
        elif chart.lanes and step.lane is not None and step.lane not in chart.lanes:
            yield Flaw(
                "flowchart.lane_unknown",
                ("步骤", n, "泳道"),
                say("泳道里没有“{lane}”", lane=step.lane, en="There is no lane “{lane}”"),
                say("是不是“{lane}”？", lane=close[0], en="Is it “{lane}”?")
                if (close := difflib.get_close_matches(step.lane, chart.lanes, 1, 0.4))
                else say(
                    "可写：{lanes}；或把它加进“泳道”", lanes="、".join(chart.lanes), en="There are {lanes}; or list it"
                ),
            )


def _answers(chart: Flowchart, ways: Sequence[Lead]) -> Iterator[Flaw]:
    for n, step in enumerate(chart.steps):
        written = step.ways or ()
        path: Path = ("步骤", n, "下一步")
        if step.kind == "结束" and written:
            yield Flaw(
                "flowchart.after_end",
                (*path, 0, "到"),
                say("“{name}”已经结束，后面又有一步", name=step.name, en="Something follows the end “{name}”"),
                say("去掉下一步，或把类别改为步骤", en="Take out what follows, or make it a step"),
            )
        if step.kind == "判断" and len(written) < 2:
            yield Flaw(
                "flowchart.few_answers",
                ("步骤", n, "名称"),
                say("“{name}”只有 {count} 个答案", name=step.name, count=len(written),
                    en="“{name}” has {count} answers"),
                say("判断至少有两个答案，每个答案另起一行，缩进写在问题下面", en="A decision has two answers at least, "
                    "each on a line of its own, indented below the question"),
            )  # fmt: skip
        seen: dict[str, int] = {}
        goals: set[int] = set()
        for k, way in enumerate(written):
            answer = plain(way.answer or "")
            if step.kind == "判断" and not answer:
                yield Flaw(
                    "flowchart.answer_missing",
                    (*path, k, "到"),
                    say("“{name}”去“{to}”没有写条件", name=step.name, to=way.to,
                        en="“{name}” leads to “{to}” on no condition"),
                    say("写 条件: 是（或别的答案）", en="Write 条件: with the answer"),
                )  # fmt: skip
            elif step.kind == "判断" and answer in seen:
                yield Flaw(
                    "flowchart.answer_twice",
                    (*path, k, "条件"),
                    say("答案“{answer}”写了两次", answer=way.answer, en="The answer “{answer}” is given twice"),
                    say("一个答案只能去一处", en="An answer leads to one place"),
                )
            elif step.kind != "判断" and answer:
                yield Flaw(
                    "flowchart.not_decision",
                    (*path, k, "条件"),
                    say("“{name}”不是判断，却写了条件“{answer}”", name=step.name, answer=way.answer,
                        en="“{name}” is no decision, but has the condition “{answer}”"),
                    say("写 类别: 判断；不要条件的就删去", en="Write 类别: 判断, or take the condition out"),
                )  # fmt: skip
            seen[answer] = k
            goal = next((w.target for w in ways if w.path == (*path, k, "到")), -1)
            if step.kind != "判断" and goal in goals:
                yield Flaw(
                    "flowchart.way_twice",
                    (*path, k, "到"),
                    say("“{name}”去“{to}”写了两次", name=step.name, to=way.to, en="“{name}” leads to “{to}” twice"),
                    say("删去一个", en="Take one out"),
                )
            if goal >= 0:
                goals.add(goal)


def starts(chart: Flowchart) -> tuple[int, ...]:
    return tuple(n for n, step in enumerate(chart.steps) if step.kind == "开始") or (0,)


def _reached(first: Sequence[int], ways: Mapping[int, Sequence[int]]) -> set[int]:
    seen: set[int] = set()
    stack = list(first)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += ways.get(node, ())
    return seen


def _ends(chart: Flowchart, ways: Sequence[Lead]) -> Iterator[Flaw]:
    """Steps that nothing leads to, and those that lead to no end."""
    ahead: dict[int, list[int]] = {}
    behind: dict[int, list[int]] = {}
    for way in ways:
        ahead.setdefault(way.source, []).append(way.target)
        behind.setdefault(way.target, []).append(way.source)
    reached = _reached(starts(chart), ahead)
    met = set(reached)
    for n, step in enumerate(chart.steps):
        if n not in met:
            met |= _reached([n], ahead)
            yield Flaw(
                "flowchart.unreached",
                ("步骤", n, "名称"),
                say("没有哪一步会走到“{name}”", name=step.name, en="No step leads to “{name}”"),
                say("从前面某一步指过来，或删去它", en="Lead to it from a step before, or take it out"),
            )
    ending = _reached([n for n in range(len(chart.steps)) if not ahead.get(n)], behind)
    stuck = [n for n in range(len(chart.steps)) if n in reached and n not in ending]
    if stuck:
        yield Flaw(
            "flowchart.endless",
            ("步骤", stuck[0], "名称"),
            say("从“{name}”起一直绕圈，走不到结束", name=chart.steps[stuck[0]].name,
                en="From “{name}” on it goes round and round and never ends"),
            say("给其中一个判断加一个通向结束的答案", en="Give a decision in it an answer that leads to an end"),
        )  # fmt: skip
