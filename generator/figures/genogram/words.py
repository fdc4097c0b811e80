"""A genogram in words: generation by generation, and a table of who is who to whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.figures.genogram.family import DESCENTS, UNIONS, Couple, Family, Genogram, Relative, parents_of

_GENERATIONS = "一二三四五六七八九十"
_UNION_WORDS = {
    "婚姻": "为夫妻", "同居": "同居", "恋爱": "恋爱", "分居": "分居", "离异": "离异", "复婚": "离异后复婚",
}  # fmt: skip
_BOND_WORDS = {"断绝": "断绝往来", "亲密而冲突": "又亲密又冲突"}
_CHILD_WORDS = {"亲子": "的", "收养": "收养的", "寄养": "照管的寄养"}


def ties_of(genogram: Genogram, person: str) -> str:
    """What a genogram says of one person's ties, in words: 父亲、母亲之女；与次子疏远."""
    people = {p.id: p for p in genogram.people}
    me = people[person]
    said = []
    known = tuple(t for t in genogram.ties if {t.start, t.end} <= people.keys())
    for how, who in parents_of(genogram)[person].items():
        names = "、".join(people[p].name for p in who)
        if how == "亲子":
            said.append(names + {"男": "之子", "女": "之女"}.get(me.gender, "的子女"))
        else:
            said.append(f"{'由' if how == '收养' else '寄养在'}{names}{'收养' if how == '收养' else '家'}")
    for couple in Family(genogram.model_copy(update={"ties": known})).couples:
        if couple.kind is None and len(couple.partners) == 2 and person in couple.partners:
            other = people[couple.partners[couple.partners[0] == person]].name
            said += [f"与{other}{had}" for had in _had(couple, people)]
    if me.twin:
        same = "、".join(p.name for p in genogram.people if p.twin == me.twin and p.id != me.id)
        said.append(f"与{same}{'同卵' if me.identical else ''}同胎")
    for tie in known:
        if person not in (tie.start, tie.end) or tie.kind in DESCENTS:
            continue
        other = people[tie.end if person == tie.start else tie.start].name
        if tie.kind in ("虐待", "照顾"):
            said.append(
                f"{tie.kind}{other}"
                if person == tie.start
                else f"{'受' if tie.kind == '照顾' else '遭'}{other}{tie.kind}"
            )
        elif tie.kind == "婚姻" and me.gender == people[tie.end if person == tie.start else tie.start].gender != "不详":
            said.append(f"与{other}为伴侣")
        else:
            said.append(f"与{other}{_UNION_WORDS.get(tie.kind) or _BOND_WORDS.get(tie.kind, tie.kind)}")
    if person in genogram.household:
        rest = "、".join(people[p].name for p in genogram.household if p != person and p in people)
        said.append(f"与{rest}同住" if rest else "独自居住")
    return "；".join(said)


def _had(couple: Couple, people: Mapping[str, Relative]) -> Iterator[str]:
    """What children two people have of whose union nothing was told: 育有长女、次子."""
    born = [people[c.id] for c in couple.children if c.how == "亲子"]
    parts = [("育有", [p.name for p in born if not p.pregnancy])]
    parts += [("的孕产：", [p.name for p in born if p.pregnancy])]
    parts += [(f"{how}", [people[c.id].name for c in couple.children if c.how == how]) for how in DESCENTS[1:]]
    yield from (f"{what}{'、'.join(names)}" for what, names in parts if names)


def table(genogram: Genogram) -> tuple[tuple[str, ...], ...]:
    """成员、性别、年龄、与家人的关系, one row a person."""
    rows = [("成员", "性别", "年龄", "与家人的关系")]
    for person in genogram.people:
        marks = [
            m for m, is_so in (("服务对象", person.client), ("已故", person.gone)) if is_so and m not in person.name
        ]
        if person.pregnancy and person.pregnancy != person.name:
            marks.append(person.pregnancy)
        name = person.name + (f"（{'，'.join(marks)}）" if marks else "")
        lived = [person.age] if person.age else []
        lived += [f"{person.born}年生"] if person.born else []
        lived += [f"{person.died}年卒"] if person.died else []
        ties = "；".join(w for w in (ties_of(genogram, person.id), person.note) if w)
        rows.append(
            (name, "" if person.pregnancy and person.gender == "不详" else person.gender, "，".join(lived), ties)
        )
    return tuple(rows)


def words(family: Family) -> str:
    """The whole figure in a paragraph."""
    people = family.people
    rows = max(family.rows.values()) + 1
    said = [f"家系图：{'两' if rows == 2 else _GENERATIONS[rows - 1]}代。"]
    for row in range(rows):
        here = "；".join(_who(family, id_) for id_ in people if family.rows[id_] == row)
        said.append(f"第{_GENERATIONS[row]}代：{here}。" if rows > 1 else f"{here}。")
    unions = []
    for couple in family.couples:
        if len(couple.partners) == 2 and couple.kind:
            a, b = (people[p] for p in couple.partners)
            alike = a.gender == b.gender != "不详" and couple.kind == "婚姻"
            unions.append(f"{a.name}与{b.name}{'为伴侣' if alike else _UNION_WORDS[couple.kind]}")
    children = []
    for couple in family.couples:
        names = "与".join(people[p].name for p in couple.partners)
        if couple.kind is None and len(couple.partners) == 2:
            children += [names + had for had in _had(couple, people)]
            continue
        for how in DESCENTS:
            mine = [people[c.id].name for c in couple.children if c.how == how]
            if mine:
                children.append(f"{names}{_CHILD_WORDS[how]}子女：{'、'.join(mine)}")
    births: dict[str, list[str]] = {}
    for person in people.values():
        if person.twin:
            births.setdefault(person.twin, []).append(person.id)
    for born in births.values():
        alike = all(people[i].identical for i in born)
        children.append(f"{'、'.join(people[i].name for i in born)}{'同卵' if alike else ''}同胎")
    bonds = []
    for tie in family.bonds:
        one, other = people[tie.start].name, people[tie.end].name
        aimed = tie.kind in ("虐待", "照顾")
        bonds.append(f"{one}{tie.kind}{other}" if aimed else f"{one}与{other}{_BOND_WORDS.get(tie.kind, tie.kind)}")
    for head, parts in (("婚姻与伴侣", unions), ("子女", children), ("关系", bonds)):
        if parts:
            said.append(f"{head}：{'；'.join(parts)}。")
    if family.genogram.household:
        said.append(f"同住：{'、'.join(people[i].name for i in family.genogram.household)}。")
    return "".join(said)


def _who(family: Family, id_: str) -> str:
    person = family.people[id_]
    marks: list[str] = [person.gender] if not person.pregnancy or person.gender != "不详" else []
    if person.pregnancy and person.pregnancy != person.name:
        marks.append(person.pregnancy)
    marks += [person.age] if person.age else []
    marks += [f"{person.born}年生"] if person.born else []
    marks += [f"{person.died}年卒"] if person.died else ["已故"] if person.dead else []
    marks += ["服务对象"] if person.client else []
    marks += [person.note] if person.note else []
    return person.name + (f"（{'，'.join(marks)}）" if marks else "")


assert set(_UNION_WORDS) == set(UNIONS)
