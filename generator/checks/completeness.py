"""Is the work that a piece tells of professionally complete: goals, evaluation, theories, scales, comments, lengths?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from generator import tree
from generator.diagnostics import Diagnostic, error, say, warning
from generator.model import Path, Publication, Record, Records, texts
from generator.reading import Reading
from generator.records.activity import Activity
from generator.records.case import Case, Comment, Measure, Outcome
from generator.records.edition import Anthology, Bulletin, Volume
from generator.records.group import Group
from generator.records.news import News
from generator.records.operation import Operation

R = TypeVar("R", bound=Record)


def _printed(publication: Publication, records: Records, model: type[R]) -> Iterator[R]:
    """The pieces of a type that a publication prints."""
    ids: dict[str, None] = {}
    for article in publication.articles:
        ids.update(dict.fromkeys(filter(None, (article.record, *(entry.id for entry in article.entries)))))
    for identifier in ids:
        record = records.get(identifier)
        if isinstance(record, model):
            yield record


# -- cases ------------------------------------------------------------------------------------------------------------


def evaluated(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A case that is published is evaluated: every goal has a result, every result a goal, and a text sums up
    (MZ/T 094—2017: 评估; 湖北、河南案例评选的“完整性”).
    """  # fmt: skip
    for case in _printed(publication, records, Case):
        origin = records.origin(case)
        goals = {goal.id for goal in case.goals.items}
        rated = {outcome.goal for outcome in case.outcome}
        for number, goal in enumerate(case.goals.items):
            if goal.id not in rated:
                yield error(
                    "completeness.goal_unrated",
                    say("分目标“{goal}”没有评估达成了没有", goal=goal.id),
                    origin.span(("目标", "分目标", number, "代号")),
                    say("在“成效”里加一条，目标写 {goal}；没有达成也要写", goal=goal.id),
                )
        for number, outcome in enumerate(case.outcome):
            if outcome.goal not in goals:
                yield error(
                    "completeness.unknown_goal",
                    say("“成效”里的“{goal}”不是这个个案的分目标", goal=outcome.goal),
                    origin.span(("成效", number, "目标")),
                    say("写分目标的代号：{goals}", goals="、".join(goal.id for goal in case.goals.items)),
                )
        if not case.evaluation:
            yield error(
                "completeness.not_evaluated",
                say("个案没有总结评估的文字"),
                origin.span(("成效",), key=True),
                say("补上“评估:”：目标达成得怎样、前后测说明什么、服务对象怎么说、还有什么不足"),
            )


def measurable(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Every goal says what it is measured by and what value is aimed at (SMART)."""
    for case in _printed(publication, records, Case):
        for number, goal in enumerate(case.goals.items):
            lacking = [name for name, value in (("衡量", goal.measure), ("目标值", goal.target)) if not value]
            if lacking:
                yield warning(
                    "completeness.goal_unmeasured",
                    say("分目标“{goal}”没有写{names}", goal=goal.id, names="、".join(lacking)),
                    records.origin(case).span(("目标", "分目标", number, "代号")),
                    say("写明用什么衡量、做到多少算达成，如 衡量: 外出次数, 目标值: 每周2次"),
                )


_KIND_OF_THEORY = re.compile(r"[（(][^（）()]*[）)]|(?:理论|视角|模式|疗法|取向|学说|治疗法|方法|模型)$")
_THEORY = re.compile(r"([\u4e00-\u9fff]{2,8}?)(?:理论|视角|模式|疗法|取向|学说)")


def theories_return(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A theory that a plan names comes back by its name where the work is evaluated or thought over (理论贯穿)."""
    for record in _printed(publication, records, Record):
        if isinstance(record, Case):
            after = _afterwards(record.outcome, record.evaluation, record.reflection)
            for number, theory in enumerate(record.theories):
                at = records.origin(record).span(("理论", number, "名称"))
                names = [theory.name, *re.findall(r"[（(]([^（）()]+)[）)]", theory.name)]
                stems = {_KIND_OF_THEORY.sub("", _KIND_OF_THEORY.sub("", name)) or name for name in names}
                returns = any(stem in after for stem in stems)
                if not returns or (theory.used_in and not {"评估", "反思"} & {*theory.used_in}):
                    yield warning(
                        "completeness.theory_lost",
                        say("“{theory}”在评估和反思里没有再出现", theory=theory.name)
                        if not returns
                        else say("“{theory}”的“用于”里没有评估，也没有反思", theory=theory.name),
                        at,
                        say("在评估或反思里写它说对了什么、说错了什么，或者删掉没有用到的理论"),
                    )
        elif isinstance(record, Group) and record.theory:
            after = _afterwards(record.outcome, record.evaluation, record.reflection)
            stems = {m[1][-2:] for m in _THEORY.finditer(record.theory)}
            if stems and not any(stem in after for stem in stems):
                yield warning(
                    "completeness.theory_lost",
                    say("小组用的理论在评估和反思里没有再出现"),
                    records.origin(record).span(("理论",), key=True),
                    say("在评估或反思里写它说对了什么、说错了什么，或者删掉没有用到的理论"),
                )


def _afterwards(outcome: Sequence[Outcome], *words: str | None) -> str:
    return "\n".join((*(o.evidence for o in outcome), *filter(None, words)))


# -- scales -----------------------------------------------------------------------------------------------------------


def scales(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """A scale has its range, both scores in it, and the two days in order, not before the service began."""
    for record in _printed(publication, records, Record):
        if not isinstance(record, Case | Group):
            continue
        origin = records.origin(record)
        for number, measure in enumerate(record.measures):
            at: Path = ("测量", number)
            if measure.range is None:
                yield warning(
                    "completeness.scale_range",
                    say("“{scale}”没有写范围", scale=measure.scale),
                    origin.span((*at, "量表")),
                    say("补上“范围: [最低分, 最高分]”，读者才知道分数是高是低"),
                )
            elif measure.range[0] >= measure.range[1]:
                yield error(
                    "completeness.scale_order",
                    say("“{scale}”的范围要先写最低分，再写最高分", scale=measure.scale),
                    origin.span((*at, "范围")),
                    say("如 范围: [0, 15]"),
                )
            else:
                for name, score in (("前测", measure.pre), ("后测", measure.post)):
                    if not measure.range[0] <= score <= measure.range[1]:
                        yield error(
                            "completeness.score_range",
                            say("“{scale}”的{name} {score:g} 不在 {low:g}～{high:g} 之间", scale=measure.scale,
                                name=name, score=score, low=measure.range[0], high=measure.range[1]),
                            origin.span((*at, name)),
                            say("核对分数和量表的范围"),
                        )  # fmt: skip
            began = record.opened if isinstance(record, Case) else None
            if len(measure.dates) != 2:
                yield warning(
                    "completeness.scale_dates",
                    say("“{scale}”没有写前测、后测两个日子", scale=measure.scale),
                    origin.span((*at, "日期" if measure.dates else "量表")),
                    say("补上“日期: [前测日, 后测日]”"),
                )
            elif measure.dates[0] >= measure.dates[1] or (began is not None and measure.dates[0] < began):
                yield error(
                    "completeness.scale_date_order",
                    say("“{scale}”的前测日要早于后测日，也不早于接案", scale=measure.scale),
                    origin.span((*at, "日期")),
                    say("核对日期"),
                )


_BETTER = re.compile(
    r"(?<![没未不无难少])(?<!没有)(?<!未见)(?<!并未)(?<!尚未)(?<!不见)(?:改善|好转|提升|提高|进步|缓解|减轻|见效|向好|转好)"
)
_MOVED = re.compile(
    r"(?:由|从|自)(?:前测的?)?\s*([0-9]+(?:\.[0-9]+)?)\s*分?[^0-9。；，]{0,6}?"
    r"(升|提高|提升|增|涨|上升|降|下降|减|回落)[^0-9。；，]{0,4}([0-9]+(?:\.[0-9]+)?)"
)
_UP = frozenset(("升", "提高", "提升", "增", "涨", "上升"))
_SENTENCES = re.compile(r"[^。！？；\n]+")


def improvement(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """What became worse by its scale, or stayed, is not called better; what went up is not said to go down."""
    for record in _printed(publication, records, Record):
        if not isinstance(record, Case | Group):
            continue
        origin = records.origin(record)
        worse = [m for m in record.measures if not _is_better(m)]
        for path, words in texts(record.model_dump(by_alias=True, include={"outcome", "evaluation", "reflection"})):
            for sentence in _SENTENCES.finditer(words):
                for move in _MOVED.finditer(sentence[0]):
                    if float(move[1]) != float(move[3]) and (move[2] in _UP) != (float(move[1]) < float(move[3])):
                        yield error(
                            "completeness.score_direction",
                            say("数从 {one} 到 {other}，却写“{word}”", one=move[1], other=move[3], word=move[2]),
                            origin.locate(path, words, sentence.start() + move.start(), len(move[0])),
                            say("核对数字和升降"),
                        )
                for measure in worse:
                    found = _BETTER.search(sentence[0]) if _named(measure, sentence[0]) else None
                    if found:
                        yield error(
                            "completeness.worse_called_better",
                            say("“{scale}”由 {pre:g} 到 {post:g}，{direction}，不能说“{word}”", scale=measure.scale,
                                pre=measure.pre, post=measure.post, direction=measure.direction, word=found[0]),
                            origin.locate(path, words, sentence.start() + found.start(), len(found[0])),
                            say("照实写变差或没有变，并说明可能的原因；是方向写反了就改“方向”"),
                        )  # fmt: skip
        for number, outcome in enumerate(record.outcome):
            for measure in worse:
                if outcome.rating in ("完全达成", "大部分达成") and _named(measure, outcome.evidence):
                    yield error(
                        "completeness.worse_called_better",
                        say("“{scale}”由 {pre:g} 到 {post:g}，{direction}，不能说“{word}”", scale=measure.scale,
                            pre=measure.pre, post=measure.post, direction=measure.direction, word=outcome.rating),
                        origin.span(("成效", number, "达成")),
                        say("照实写变差或没有变，并说明可能的原因；是方向写反了就改“方向”"),
                    )  # fmt: skip


def _is_better(measure: Measure) -> bool:
    return measure.post < measure.pre if measure.direction == "越低越好" else measure.post > measure.pre


def _named(measure: Measure, words: str) -> bool:
    """Whether words speak of a scale: by its name, or what stands before its brackets."""
    short = re.split(r"[（(]", measure.scale)[0].strip()
    return short in words or (len(short) > 4 and short.removesuffix("均分").removesuffix("量表") in words)


# -- groups, activities, news -----------------------------------------------------------------------------------------

_STAGES = ("筹备", "形成", "转折", "成熟", "结束")


def groups(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Meetings of a group are numbered without gaps, their stages and days go forward, no more come than are members,
    and every objective is evaluated (MZ/T 095—2017).
    """  # fmt: skip
    for group in _printed(publication, records, Group):
        origin = records.origin(group)
        for number, session in enumerate(group.sessions):
            if session.no != number + 1:
                yield error(
                    "completeness.session_number",
                    say("第 {place} 个节次写成第 {no} 节", place=number + 1, no=session.no),
                    origin.span(("节次", number, "节")),
                    say("节次从1起连着编；漏了一节就补上"),
                )
                break
        for number, session in enumerate(group.sessions):
            if session.attendance > group.members.actual:
                yield error(
                    "completeness.attendance",
                    say("第 {no} 节出席 {there} 人，多于组员 {members} 人", no=session.no, there=session.attendance,
                        members=group.members.actual),
                    origin.span(("节次", number, "出席")),
                    say("核对出席和“实际人数”；志愿者和工作人员不算"),
                )  # fmt: skip
        for number, (one, other) in enumerate(pairwise(group.sessions), 1):
            if _STAGES.index(other.stage) < _STAGES.index(one.stage):
                yield error(
                    "completeness.stage_order",
                    say("第 {no} 节从{before}退回到{after}阶段", no=other.no, before=one.stage, after=other.stage),
                    origin.span(("节次", number, "阶段")),
                    say("阶段的次序是 筹备、形成、转折、成熟、结束"),
                )
            if one.date and other.date and other.date < one.date:
                yield error(
                    "completeness.session_dates",
                    say("第 {no} 节的日期早于上一节", no=other.no),
                    origin.span(("节次", number, "日期")),
                    say("核对两节的日期"),
                )
        if len(group.outcome) < len(group.objectives):
            yield error(
                "completeness.goal_unrated",
                say(
                    "小组有 {goals} 个目标，只评估了 {rated} 个", goals=len(group.objectives), rated=len(group.outcome)
                ),
                origin.span(("成效",) if group.outcome else ("目标",), key=True),
                say("在“成效”里逐个写达成了没有和证据"),
            )
        if not group.evaluation:
            yield error(
                "completeness.not_evaluated",
                say("小组没有总结评估的文字"),
                origin.span(("成效",), key=True),
                say("补上“评估:”"),
            )


def activities(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """An activity says how many took part, and what they said of it."""
    for activity in _printed(publication, records, Activity):
        origin = records.origin(activity)
        if activity.participants is None:
            yield warning(
                "completeness.no_participants",
                say("活动没有写参加的人次"),
                origin.span(("人次",)),
                say("补上“人次:”，按签到统计"),
            )
        if activity.feedback is None:
            yield warning(
                "completeness.no_feedback",
                say("活动没有写参加的人怎么说"),
                origin.span(("反馈",)),
                say("补上“反馈:”：问了几份、满意度、一两句原话"),
            )
        if activity.until is not None and activity.until < activity.date:
            yield error(
                "completeness.activity_dates",
                say("活动结束的日子早于开始"),
                origin.span(("至",)),
                say("核对两个日期"),
            )


_ACTORS = re.compile(r"站|社工|社区|居委会|志愿者|街道|学校|机构|督导|老师|居民|孩子|老人|同学|民政")
#: Days: a quarter, and a month to edit and print.
_LATE = 120
#: Verbs and results: what was done, and what came of it.
_DEEDS = re.compile(r"[了着过]|开展|举行|举办|召开|组织|参加|完成|启动|发布|走访|完工|入选|获|讨论|商量|教|学")


def news(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """News answer who, what, when and where, and are news: no older than the quarter, and not of days to come."""
    edition = records[publication.id]
    if not isinstance(edition, Volume):
        return
    issued = edition.printing.date or edition.date
    for item in _printed(publication, records, News):
        origin = records.origin(item)
        words = f"{item.title}{item.kicker or ''}{item.lead or ''}{item.body}"
        lacking = [
            name
            for name, told in (
                ("谁", _ACTORS.search(words)),
                ("做了什么", _DEEDS.search((item.lead or "") + item.body)),
            )
            if told is None
        ]
        if lacking:
            yield warning(
                "completeness.five_w",
                say("动态没有交代{names}", names="、".join(lacking)),
                origin.span(("正文",)),
                say("导语或第一段写清什么时候、在哪里、谁、做了什么、结果怎样"),
            )
        if issued is not None and item.event.date > issued:
            yield error(
                "completeness.news_ahead",
                say("动态写的是出版以后的事"),
                origin.span(("事件", "日期")),
                say("核对事件日期和出版物的日期"),
            )
        elif (
            issued is not None
            and edition.legal_type == "内部资料"
            and isinstance(edition, Bulletin)
            and (issued - item.event.date).days > _LATE
        ):
            yield warning(
                "completeness.news_old",
                say("动态已经过去 {days} 天，不是本季的事", days=(issued - item.event.date).days),
                origin.span(("事件", "日期")),
                say("换一条近的，或改写成回顾，放进 经验分享"),
            )


# -- what an edition asks for -----------------------------------------------------------------------------------------


def comments(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Where an edition asks for 督导点评 or 专家点评 (要求: 点评), every case has one, and not by its author."""
    edition = records[publication.id]
    if not isinstance(edition, Volume):
        return
    for record in _printed(publication, records, Record):
        if not isinstance(record, Case | Group | Activity | Operation):
            continue
        given: Mapping[str, Comment | None] = {"督导点评": record.supervisor_comment, "专家点评": record.expert_comment}
        origin = records.origin(record)
        for wanted in edition.wanted.comments:
            if given[wanted] is None:
                yield error(
                    "completeness.no_comment",
                    say("《{title}》还没有{name}", title=record.title, name=wanted),
                    origin.span((wanted,)),
                    say("约点评人写 200–400 字；这份出版物不要求，就改它的“要求: 点评”"),
                )
        for name, comment in given.items():
            if comment is not None and any(comment.by == author.person for author in record.authors):
                yield error(
                    "completeness.own_comment",
                    say("作者不能给自己写{name}", name=name),
                    origin.span((name, "点评人")),
                    say("请别的督导或专家点评"),
                )


#: Usual lengths in 字 of a column or a kind of piece (约稿通例): least and most.
_LENGTHS: Mapping[str, tuple[int, int]] = {
    "卷首语": (600, 800), "要闻": (500, 900), "服务动态": (300, 800), "站点风采": (800, 1200),
    "经验分享": (1200, 2200), "案例鉴赏": (2000, 3500), "督导专栏": (1000, 1500), "人物": (600, 1000),
    "政策速递": (100, 200), "投稿须知": (300, 500),
    "案例": (3000, 5000), "小组": (3000, 5000), "社区活动": (3000, 5000), "建设运营案例": (3000, 5000),
    "督导点评": (200, 400), "专家点评": (200, 400), "摘要": (0, 200),
}  # fmt: skip
#: What is so much shorter or longer is still let pass.
_TOLERANCE = 0.1
_KINDS: Mapping[type[Record], str] = {
    Case: "案例", Group: "小组", Activity: "社区活动", Operation: "建设运营案例",
}  # fmt: skip
_WESTERN = re.compile(r"[A-Za-z0-9]+(?:[.,:'’%+&/\-–][A-Za-z0-9]+)*")
_BESIDE = frozenset(("cover", "contents", "contributors", "figures", "imprint", "title-page", "back-cover", "part"))
_MARKUP = re.compile(r"[*_`#>|\\]|\[\^[^\]]*\]|\{#[^}]*\}|^图(?:题|源)[:：].*$", re.M)


def characters(words: str) -> int:
    """字数 as editors count it: a Han character or a mark is one, a Western word or a number is one, space is none."""
    return len("".join(words.split())) - sum(len(found) - 1 for found in _WESTERN.findall(words))


def lengths(reading: Reading) -> Iterator[Diagnostic]:
    """Every piece is about as long as the edition asks for (要求: 字数), or as is usual in an internal publication."""
    edition, records = reading.edition, reading.records
    if not isinstance(edition, Bulletin | Anthology):
        return
    wanted: Mapping[str, tuple[int, ...]] = edition.wanted.lengths  # type: ignore[assignment]
    usual = _LENGTHS if edition.legal_type == "内部资料" else {}
    everything = wanted.get("全部")

    def limits(kind: str) -> tuple[int, ...] | None:
        return wanted.get(kind) or everything or usual.get(kind)

    for record, kind, article in _kinds(reading.publication, records):
        if (most := limits(kind)) is None:
            continue
        count = sum(
            characters(passage.words)
            for passage in reading.by_record.get(record.id, ())
            if passage.article == article and passage.kind in ("body", "heading", "cell", "caption", "note")
        )
        if count and (found := _unlike(count, *most)):
            yield warning(
                "completeness.length",
                say("《{title}》{count} 字，{kind}一般 {least}–{most} 字", title=record.title, count=count, kind=kind,
                    least=most[0], most=most[1]),
                records.origin(record).span(("标题",)),
                say("删一些，或分成两篇；确要这么长，在出版物的“要求: 字数”里改")
                if found > 0
                else say("补上事实和细节；确是短文，在出版物的“要求: 字数”里改"),
            )  # fmt: skip
        for name in ("督导点评", "专家点评"):
            comment = getattr(record, "supervisor_comment" if name == "督导点评" else "expert_comment", None)
            most_ = limits(name)
            if isinstance(comment, Comment) and most_ is not None:
                said = characters(_MARKUP.sub("", comment.text))
                if _unlike(said, *most_):
                    yield warning(
                        "completeness.length",
                        say("{name} {count} 字，一般 {least}–{most} 字", name=name, count=said, least=most_[0],
                            most=most_[1]),
                        records.origin(record).span((name, "正文"), key=True),
                        say("请点评人增删；确要这么长，在出版物的“要求: 字数”里改"),
                    )  # fmt: skip
        summary = limits("摘要")
        if record.summary and summary and _unlike(characters(record.summary), *summary):
            yield warning(
                "completeness.length",
                say("{name} {count} 字，一般 {least}–{most} 字", name="摘要", count=characters(record.summary),
                    least=summary[0], most=summary[1]),
                records.origin(record).span(("摘要",)),
                say("摘要写清问题、做法、结果，不超过 200 字"),
            )  # fmt: skip


def _kinds(publication: Publication, records: Records) -> Iterator[tuple[Record, str, str]]:
    """Every piece with the column or kind its length is usual for, and the article it stands in."""
    edition = records[publication.id]
    for article in publication.articles:
        if article.kind in _BESIDE:
            continue
        for identifier in dict.fromkeys((article.record, *(entry.id for entry in article.entries))):
            record = records.get(identifier)
            if record is not None and record is not edition:
                kind = article.section if isinstance(edition, Bulletin) else _KINDS.get(type(record), "")
                yield record, kind, article.id


def _unlike(count: int, least: int, most: int) -> int:
    """-1 if a text is too short, 1 if it is too long, by more than the tolerance."""
    return -1 if count < least * (1 - _TOLERANCE) else 1 if count > most * (1 + _TOLERANCE) else 0


# -- pictures ---------------------------------------------------------------------------------------------------------


def pictures(reading: Reading) -> Iterator[Diagnostic]:
    """Every picture of a piece has a caption, a credit and words for who can't see it; drawings made from data need
    neither caption nor credit.
    """  # fmt: skip
    for article in reading.publication.articles:
        for image in article.body.iter("img"):
            name = image.get("src") or ""
            asset = reading.publication.assets.get(name)
            if image.get("role") == "presentation" or name.startswith("figure-") or (asset and asset.chart):
                continue
            figure = next((e for e in image.iterancestors("figure")), None)
            if figure is None:
                continue
            caption = figure.find("figcaption")
            credit = None
            words = ""
            if caption is not None:
                credit = next((s for s in caption.iter("span") if "credit" in tree.classes(s)), None)
                words = tree.text(caption).replace(tree.text(credit) if credit is not None else "", "").strip()
            lacking = [
                label
                for label, there in (
                    ("图题", words),
                    ("图源", credit is not None and tree.text(credit).strip()),
                    ("文字说明", (image.get("alt") or "").strip()),
                )
                if not there
            ]
            if lacking:
                record = reading.records.get(article.record)
                above = (reading.records.get(e.get("id")) for e in image.iterancestors())
                record = next((r for r in above if r is not None), record)
                owner = record or reading.edition
                path, value, at = next(
                    ((p, v, v.index(name)) for p, v in texts(owner.model_dump(by_alias=True)) if name in v),
                    ((), "", 0),
                )
                origin = reading.records.origin(owner)
                yield warning(
                    "completeness.picture",
                    say("图片 {name} 缺{lacking}", name=name, lacking="、".join(lacking)),
                    origin.locate(path, value, at, len(name)) if path else origin.span(),
                    say("在图下面写“图题：……”和“图源：……”两行，方括号里写看不见的人要知道的：![谁在做什么](图.jpg)"),
                )


# -- records ----------------------------------------------------------------------------------------------------------

#: Verdicts on people, in place of which stands what was seen and heard (MZ/T 094—2017: 客观记录).
_VERDICTS = re.compile(
    r"不配合|态度(?:恶劣|很差|不好|蛮横)|无理取闹|胡搅蛮缠|不讲(?:道)?理|素质(?:低|差)|(?:性格|脾气)(?:古怪|怪异|暴躁|很怪)|"
    r"不可理喻|不知好歹|不思进取|好吃懒做|游手好闲|油盐不进|死要面子|蛮横|自私自利|愚昧|矫情|顽固不化|思想落后|"
    r"懒惰|小题大做|疑神疑鬼|神经质|破罐破摔|不听劝|屡教不改"
)
_NOT_SAID = re.compile(r"(?:不是|并非|不等于|不写|不记|不说|而不是|不能说|不要说|不该说|标签|所谓)[^，。；]{0,10}$")


def verdicts(publication: Publication, records: Records) -> Iterator[Diagnostic]:
    """Records of meetings say what was seen and heard, not what one thinks of people: “沉默约15分钟”, not “不配合”."""
    for record in _printed(publication, records, Record):
        if not isinstance(record, Case | Group):
            continue
        kept = {"sessions"}
        for path, words in texts(record.model_dump(by_alias=True, include=kept)):
            for found in _VERDICTS.finditer(words):
                before = words[: found.start()]
                if before.count("“") > before.count("”") or _NOT_SAID.search(before):
                    continue
                yield warning(
                    "completeness.verdict",
                    say("“{word}”是评判，不是看到的事", word=found[0]),
                    records.origin(record).locate(path, words, found.start(), len(found[0])),
                    say("写看到、听到的：做了什么动作、说了什么话、过了多久"),
                )
