"""What can't be true of a family, or not be drawn."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from generator.diagnostics import say
from generator.figures.genogram.family import DESCENTS, UNIONS, Family, Genogram, Relative
from generator.model import Path
from generator.vector import Flaw

#: Nobody has a child at a younger age; longer words are told in the text.
YOUNGEST, LONGEST_NAME, LONGEST_AGE, LONGEST_NOTE, OLDEST = 12, 12, 10, 16, 125

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN = re.compile(r"[零〇一二两三四五六七八九十百]+")
_RANGE = re.compile(r"(\d{1,3})(?:岁)?(?:-|–|—|~|～|至|到)(\d{1,3})(?:周)?(?:岁)?(?:之间)?")
_PLAIN = re.compile(
    r"(约|大约|近|将近|不到)?(\d{1,3})(多|余|来|几)?(?:周)?(岁|个月|月龄|月|旬|天)?(多|余|以上|以下|上下|左右|出头)?"
)
#: Words of age, as wide as they may be meant.
_WORDS = {
    "婴儿": (0, 3), "幼儿": (0, 7), "幼儿园": (2, 8), "学龄前": (0, 8), "学前": (0, 8), "小学": (5, 16),
    "初中": (10, 19),
    "初一": (10, 17), "初二": (11, 18), "初三": (12, 19), "高中": (13, 22), "高一": (13, 20), "高二": (14, 21),
    "高三": (15, 23), "学龄": (5, 19), "少年": (8, 19), "儿童": (0, 19), "未成年": (0, 18), "大学": (14, 40),
    "青年": (13, 46), "中年": (30, 67), "老年": (50, 130), "高龄": (70, 130), "成年": (18, 130),
}  # fmt: skip


def _arabic(match: re.Match[str]) -> str:
    """八十五 -> 85, 一百零二 -> 102."""
    total, digit = 0, 0
    for character in match[0]:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[character]
    return str(total + digit)


def years(age: str | None) -> tuple[float, float] | None:
    """What an age band may mean at most: [from, to) in years; None if that is not certain."""
    words = (age or "").replace(" ", "")
    for word, band in _WORDS.items():
        if words.removesuffix("人").removesuffix("生").removesuffix("儿童") == word or words == word:
            return band
    if words.startswith("小学"):
        return _WORDS["小学"]
    words = _HAN.sub(_arabic, words)
    if match := _RANGE.fullmatch(words):
        low, high = int(match[1]), int(match[2]) + 1
        return (low, high) if low < high else None
    if not (match := _PLAIN.fullmatch(words)):
        return None
    about, value, more, unit, tail = match[1], int(match[2]), match[3], match[4], match[5]
    if unit in ("个月", "月龄", "月", "天"):
        return (0, 4)
    if unit == "旬":
        value *= 10
        more = more or "多"
    if tail == "以上":
        return (value, 130)
    if tail == "以下" or about == "不到":
        return (0, value + 1) if tail == "以下" else (max(0, value - 10), value)
    if about or tail in ("上下", "左右"):
        return (max(0, value - 6), value + 6)
    if tail == "出头":
        return (value, value + 5)
    if more or tail:
        return (value, value + (10 if value % 10 == 0 else 2))
    return (value, value + 1)


def faults(genogram: Genogram) -> Iterator[Flaw]:
    """Everything that is wrong with a family but that there is no room for it."""
    broken = [*_ids(genogram), *_ties(genogram)]
    yield from broken
    yield from _members(genogram)
    if not any(p.client for p in genogram.people):
        yield Flaw(
            "genogram.no_client",
            ("成员",),
            say("家系图没有标明谁是服务对象", en="The genogram doesn't say who is served"),
            say("在这一位成员里写：服务对象: 是", en="Write 服务对象: 是 with that person"),
        )
    if any(flaw.code == "genogram.duplicate_id" for flaw in broken):
        return  # whose child or partner somebody is can't be told
    sound, numbers = _without(genogram, {flaw.path[:2] for flaw in broken}, {flaw.path for flaw in broken})
    family = Family(sound)
    for check in (_parents, _ages, _twins, _household, _generations):
        for flaw in check(family):
            kind, *rest = flaw.path
            if kind in numbers and rest and isinstance(rest[0], int):
                flaw = replace(flaw, path=(kind, numbers[kind][rest[0]], *rest[1:]))
            yield flaw


def _without(
    genogram: Genogram, broken: set[Path], references_: set[Path]
) -> tuple[Genogram, dict[str | int, list[int]]]:
    """A genogram without the ties and ids in which something is wrong, and the numbers of those that are left."""
    ties = [n for n in range(len(genogram.ties)) if ("关系", n) not in broken]
    household = [n for n in range(len(genogram.household)) if ("同住", n) not in broken]
    people = []
    for number, person in enumerate(genogram.people):
        lost: dict[str, object] = {
            field: None for field, key in (("father", "父"), ("mother", "母")) if ("成员", number, key) in references_
        }
        for field, key, ids in (("adopted_by", "收养", person.adopted_by), ("fostered_by", "寄养", person.fostered_by)):
            lost[field] = tuple(id_ for n, id_ in enumerate(ids) if ("成员", number, key, n) not in references_)
        people.append(person.model_copy(update=lost))
    sound = genogram.model_copy(
        update={
            "people": tuple(people),
            "ties": tuple(genogram.ties[n] for n in ties),
            "household": tuple(genogram.household[n] for n in household),
        }
    )
    return sound, {"关系": ties, "同住": household}


def references(genogram: Genogram) -> Iterator[tuple[Path, str]]:
    """Every id that stands for somebody, and where."""
    for number, person in enumerate(genogram.people):
        for key, id_ in (("父", person.father), ("母", person.mother)):
            if id_:
                yield ("成员", number, key), id_
        for key, ids in (("收养", person.adopted_by), ("寄养", person.fostered_by)):
            yield from ((("成员", number, key, place), id_) for place, id_ in enumerate(ids))
    for number, tie in enumerate(genogram.ties):
        yield ("关系", number, "从"), tie.start
        yield ("关系", number, "到"), tie.end
    yield from ((("同住", number), id_) for number, id_ in enumerate(genogram.household))


def _ids(genogram: Genogram) -> Iterator[Flaw]:
    seen: set[str] = set()
    for number, person in enumerate(genogram.people):
        if person.id in seen:
            yield Flaw(
                "genogram.duplicate_id",
                ("成员", number, "代号"),
                say("两位成员的代号都是“{id}”", id=person.id, en="Two members have the id “{id}”"),
                say("给其中一位换一个代号", en="Give one of them another id"),
            )
        seen.add(person.id)
    for path, id_ in references(genogram):
        if id_ not in seen:
            yield Flaw(
                "genogram.unknown_person",
                path,
                say("成员里没有代号“{id}”", id=id_, en="No member has the id “{id}”"),
                say("先在“成员”里写这个人，或改正代号", en="Add the person under 成员, or correct the id"),
            )
        elif path[0] == "成员" and id_ == genogram.people[int(path[1])].id:
            yield Flaw(
                "genogram.self_tie",
                path,
                say("“{id}”成了自己的父母", id=id_, en="“{id}” is a parent of their own"),
                say("改正代号", en="Correct the id"),
            )


def _ties(genogram: Genogram) -> Iterator[Flaw]:
    said: dict[tuple[frozenset[str], str], tuple[int, str]] = {}
    for number, tie in enumerate(genogram.ties):
        if tie.start == tie.end:
            yield Flaw(
                "genogram.self_tie",
                ("关系", number),
                say("关系的两端是同一个人“{id}”", id=tie.start, en="Both ends of a tie are “{id}”"),
                say("改正“从”或“到”", en="Correct 从 or 到"),
            )
            continue
        sort = "union" if tie.kind in UNIONS else "descent" if tie.kind in DESCENTS else "bond"
        if sort == "bond" and tie.kind in ("虐待", "照顾"):
            sort = tie.kind + tie.start  # one may be close to whom one cares for
        earlier = said.setdefault((frozenset((tie.start, tie.end)), sort), (number, tie.kind))
        if earlier[0] != number:
            yield Flaw(
                "genogram.contradiction",
                ("关系", number, "关系"),
                say(
                    "这两个人之间已写了“{earlier}”，又写“{now}”",
                    earlier=earlier[1],
                    now=tie.kind,
                    en="The two are already tied by {earlier}, and now by {now}",
                ),
                say(
                    "两个人之间只写现在的一种：离异后又结婚写“复婚”，又亲近又吵写“亲密而冲突”",
                    en="Say one of them: 复婚 for a couple married again, 亲密而冲突 for close and hostile",
                ),
            )


def _members(genogram: Genogram) -> Iterator[Flaw]:
    for number, person in enumerate(genogram.people):
        path: Path = ("成员", number)
        if not person.name:
            yield Flaw(
                "genogram.no_label",
                path,
                say("成员“{id}”没有称呼", id=person.id, en="The member “{id}” has no name to print"),
                say("写上称呼，如 长子、外婆；不写真名", en="Write 称呼, such as 长子; no real name"),
            )
        for key, words, most in (
            ("称呼", person.label, LONGEST_NAME),
            ("年龄", person.age or "", LONGEST_AGE),
            ("说明", person.note or "", LONGEST_NOTE),
        ):
            if len(words) > most:
                yield Flaw(
                    "genogram.too_long",
                    (*path, key),
                    say("{key}有 {count} 字，图上最多 {most} 字", key=key, count=len(words), most=most,
                        en="{key} has {count} characters, a genogram takes {most}"),
                    say("缩短，详情写进正文", en="Shorten it, and tell the rest in the text"),
                )  # fmt: skip
        yield from _lifetime(person, path)


def _lifetime(person: Relative, path: Path) -> Iterator[Flaw]:
    if (band := years(person.age)) and band[0] > OLDEST:
        yield Flaw(
            "genogram.years",
            (*path, "年龄"),
            say("“{name}”的年龄过了 {most} 岁", name=person.name, most=OLDEST,
                en="“{name}” is older than {most} years"),
            say("核对年龄", en="Check 年龄"),
        )  # fmt: skip
    if person.born is None or person.died is None:
        return
    lived = person.died - person.born
    if lived < 0 or lived > OLDEST or (band and (band[1] < lived - 1 or band[0] > lived + 1)):
        yield Flaw(
            "genogram.years",
            (*path, "卒"),
            say("“{name}”的出生、去世年份或年龄对不上", name=person.name, en="Years and age of “{name}” don't agree"),
            say("核对出生、卒、年龄；已故的人年龄写终年", en="Check 出生, 卒 and 年龄, the age at death"),
        )


def _parents(family: Family) -> Iterator[Flaw]:
    place = {id_: n for n, id_ in enumerate(family.people)}
    for child, ways in family.parents.items():
        twice = [p for p, count in Counter(q for who in ways.values() for q in who).items() if count > 1]
        if twice:
            yield Flaw(
                "genogram.contradiction",
                ("成员", place[child]),
                say("“{parent}”既是“{child}”的生父母又是养父母或寄养父母", parent=family.people[twice[0]].name,
                    child=family.people[child].name, en="“{parent}” is a parent of “{child}” in two ways"),
                say("只写一种；继父（母）收养的，“收养”里只写继父（母）",
                    en="Say one; of a step-parent who adopts, only that one"),
            )  # fmt: skip
        for how, who in ways.items():
            if len(who) > 2:
                yield Flaw(
                    "genogram.too_many_parents",
                    ("成员", place[child]),
                    say(
                        "“{name}”有 {count} 位父母（{how}）", name=family.people[child].name, count=len(who), how=how,
                        en="“{name}” has {count} parents ({how})",
                    ),
                    say("最多两位；继父母不写亲子，写与生父（母）的婚姻",
                        en="Two at most; a step-parent is the partner of a parent"),
                )  # fmt: skip
            for parent in who:
                if family.people[parent].pregnancy:
                    yield Flaw(
                        "genogram.no_parent",
                        ("成员", place[child]),
                        say("“{name}”的父母写成了孕产记录", name=family.people[child].name,
                            en="A parent of “{name}” is a pregnancy"),
                        say("改正父母的代号", en="Correct the parent's id"),
                    )  # fmt: skip
    for number, person in enumerate(family.genogram.people):
        for key, id_, other in (("父", person.father, "女"), ("母", person.mother, "男")):
            if id_ and family.people[id_].gender == other:
                yield Flaw(
                    "genogram.parent_sex",
                    ("成员", number, key),
                    say(
                        "“{key}”写的是一位性别为{sex}的成员",
                        key=key,
                        sex=other,
                        en="{key} is a member whose 性别 is {sex}",
                    ),
                    say(
                        "改正代号或性别；同性父母用“关系: 亲子”写",
                        en="Correct it; parents of one sex are told by 亲子 ties",
                    ),
                )
    for number, tie in enumerate(family.genogram.ties):
        if tie.kind in UNIONS and any(family.people[p].pregnancy for p in (tie.start, tie.end)):
            yield Flaw(
                "genogram.no_parent",
                ("关系", number),
                say("孕产记录不能有婚姻关系", en="A pregnancy has no partner"),
                say("改正代号", en="Correct the id"),
            )


def _ages(family: Family) -> Iterator[Flaw]:
    """Only what is certainly wrong; an age of the dead is that at death and says nothing of now."""
    place = {id_: n for n, id_ in enumerate(family.people)}
    for child, ways in family.parents.items():
        young = family.people[child]
        for how, who in ways.items():
            least = YOUNGEST if how == "亲子" else 0
            for parent in who:
                old = family.people[parent]
                wrong = ""
                ours, theirs = years(young.age), years(old.age)
                if ours and theirs and not (young.gone or old.gone or young.pregnancy) and theirs[1] - ours[0] <= least:
                    wrong = "年龄" if theirs[1] - ours[0] <= 0 or not least else "年龄差"
                if how == "亲子" and not (young.gone or old.gone) and _pupil(young) and _pupil(old):
                    wrong = "年龄"
                if young.born and old.born and young.born - old.born < least:
                    wrong = "出生"
                late = 1 if old.gender != "女" else 0
                if how == "亲子" and young.born and old.died and young.born > old.died + late:
                    wrong = "卒"
                if wrong:
                    key = "出生" if wrong in ("出生", "卒") else "年龄"
                    yield Flaw(
                        "genogram.too_young_parent",
                        ("成员", place[child], key),
                        say("“{child}”与“{parent}”的年龄做不成子女与父母（不足 {least} 岁之差，或生在父母去世之后）",
                            child=young.name, parent=old.name, least=least or 1,
                            en="“{child}” can't be a child of “{parent}”: under {least} years apart, or born too late"),
                        say("核对两人的年龄，或亲子的方向：从父母到子女",
                            en="Check both ages, and that the tie goes from parent to child"),
                    )  # fmt: skip


def _pupil(person: Relative) -> bool:
    return re.match(r"小学|初[中一二三]|高[中一二三]", (person.age or "").strip()) is not None


def _twins(family: Family) -> Iterator[Flaw]:
    place = {id_: n for n, id_ in enumerate(family.people)}
    groups: dict[str, list[Relative]] = defaultdict(list)
    for person in family.genogram.people:
        if person.twin:
            groups[person.twin].append(person)
        elif person.identical:
            groups["\0" + person.id].append(person)
    for people in groups.values():
        first = family.parents[people[0].id].get("亲子", ())
        ages = [band for p in people if (band := years(p.age)) and not p.gone]
        births = [p.born for p in people if p.born]
        wrong = (
            len(people) < 2
            or not first
            or any(family.parents[p.id].get("亲子", ()) != first for p in people)
            or (births and max(births) - min(births) > 1)
            or any(a[1] < b[0] or b[1] < a[0] for a, b in itertools.combinations(ages, 2))
            or (any(p.identical for p in people) and len({p.gender for p in people} - {"不详"}) > 1)
        )
        if wrong:
            yield Flaw(
                "genogram.twins",
                ("成员", place[people[-1].id], "同胎" if people[-1].twin else "同卵"),
                say("“{name}”的同胎写得不对", name=people[-1].name, en="The twins of “{name}” can't be"),
                say("同胎的至少两人，生父母、年龄相同；同卵的性别也相同",
                    en="Twins are two or more with the same parents and age; identical ones of one sex"),
            )  # fmt: skip


def _household(family: Family) -> Iterator[Flaw]:
    ids = family.genogram.household
    twice = {id_ for id_, count in Counter(ids).items() if count > 1}
    for number, id_ in enumerate(ids):
        person = family.people[id_]
        if person.gone or person.pregnancy in ("流产", "引产", "死产"):
            yield Flaw(
                "genogram.household",
                ("同住", number),
                say("“{name}”已故，不在同住的人里", name=person.name, en="“{name}” is dead and lives with nobody"),
                say("从“同住”里去掉", en="Take the id out of 同住"),
            )
        elif id_ in twice and id_ in ids[:number]:
            yield Flaw(
                "genogram.household",
                ("同住", number),
                say("“{name}”在同住里写了两次", name=person.name, en="“{name}” stands twice in 同住"),
                say("去掉一个", en="Take one out"),
            )


def _generations(family: Family) -> Iterator[Flaw]:
    place = {id_: n for n, id_ in enumerate(family.people)}
    cycle = [p for p in family.people if p in family.forebears[p]]
    if cycle:
        yield Flaw(
            "genogram.cycle",
            ("成员", place[cycle[0]]),
            say("“{name}”成了自己的祖先", name=family.people[cycle[0]].name,
                en="“{name}” is an ancestor of their own"),
            say("核对父、母和亲子的方向：从父母到子女", en="Check parents; ties go from parent to child"),
        )  # fmt: skip
        return
    try:
        _ = family.rows
    except ValueError:
        mixed = next(
            (n for n, t in enumerate(family.genogram.ties) if t.kind in UNIONS and _direct(family, t.start, t.end)),
            None,
        )
        yield Flaw(
            "genogram.generations",
            ("关系", mixed) if mixed is not None else ("成员",),
            say(
                "夫妻两人是直系血亲，或辈分绕成了圈，排不出辈分",
                en="Partners descend from each other; generations can't be told",
            ),
            say("核对婚姻和亲子两端的代号", en="Check the ids of unions and of parents"),
        )


def _direct(family: Family, one: str, other: str) -> bool:
    return one in family.forebears[other] or other in family.forebears[one]
