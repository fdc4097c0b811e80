"""What an editor writes of a family, and the family it makes: couples, children, generations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pydantic import Field

from generator.model import Line, Part

#: How a couple stands; 复婚 is a couple divorced and married again to each other.
UNIONS = ("婚姻", "同居", "恋爱", "分居", "离异", "复婚")
#: How a child came to its parents; the tie goes from the parent to the child.
DESCENTS = ("亲子", "收养", "寄养")
#: Those of the emotional relations that go one way.
AIMED = ("虐待", "照顾")
Descent = Literal["亲子", "收养", "寄养"]


class Relative(Part):
    """One person of a genogram, or a pregnancy and what became of it."""

    id: Line = Field(alias="代号", description="图内代号，如 母、c1")
    label: str = Field("", alias="称呼", description="如 长子、秦奶奶；不写真名；孕产一项可不写")
    gender: Literal["男", "女", "不详"] = Field("不详", alias="性别", description="男、女或不详")
    age: Line | None = Field(None, alias="年龄", description="年龄段，如 80多岁、30–39、初二；已故的写终年")
    born: int | None = Field(None, alias="出生", description="出生年份", ge=1800, le=2100)
    died: int | None = Field(None, alias="卒", description="去世年份；写了就是已故", ge=1800, le=2100)
    dead: bool = Field(False, alias="已故", description="去世的写 是")
    client: bool = Field(False, alias="服务对象", description="服务对象写 是，图中用双线框")
    father: Line | None = Field(None, alias="父", description="生父的代号")
    mother: Line | None = Field(None, alias="母", description="生母的代号")
    adopted_by: tuple[Line, ...] = Field((), alias="收养", description="养父母的代号，如 [养父, 养母]")
    fostered_by: tuple[Line, ...] = Field((), alias="寄养", description="寄养家庭中父母的代号")
    twin: Line | None = Field(None, alias="同胎", description="双胞胎、多胞胎写同一个记号，如 甲")
    identical: bool = Field(False, alias="同卵", description="同卵双胞胎写 是")
    pregnancy: Literal["怀孕", "流产", "引产", "死产"] | None = Field(
        None, alias="孕产", description="怀孕、流产、引产、死产：不是人，按孕产的符号画"
    )
    note: Line | None = Field(None, alias="说明", description="几个字，如 在外务工、患病")

    @property
    def name(self) -> str:
        """What is printed: a pregnancy needs no name of its own."""
        return self.label.strip() or self.pregnancy or ""

    @property
    def gone(self) -> bool:
        return self.dead or self.died is not None


class Tie(Part):
    """One line of a genogram between two persons."""

    start: Line = Field(alias="从", description="成员代号；亲子、收养、寄养从父母起，虐待、照顾从施者起")
    end: Line = Field(alias="到", description="成员代号")
    kind: Literal[
        "婚姻", "同居", "恋爱", "分居", "离异", "复婚", "亲子", "收养", "寄养",
        "亲密", "很亲密", "疏远", "冲突", "亲密而冲突", "断绝", "虐待", "照顾",
    ] = Field(alias="关系", description="婚姻、同居、恋爱、分居、离异、复婚；亲子……；亲密、疏远、冲突……")  # fmt: skip


class Genogram(Part):
    """A family over generations. Of parents no union is told of, none is drawn but that they have children."""

    people: tuple[Relative, ...] = Field(alias="成员", min_length=1, description="同辈从长到幼")
    ties: tuple[Tie, ...] = Field((), alias="关系", description="夫妻、情感关系；几段婚姻按先后写")
    household: tuple[Line, ...] = Field((), alias="同住", description="住在一起的人的代号，图中用虚线圈起")


@dataclass(frozen=True)
class Child:
    id: str
    how: Descent


@dataclass(frozen=True)
class Couple:
    """One or two people and the children they have together. ``kind`` is None if nothing was said of it."""

    partners: tuple[str, ...]
    kind: str | None
    children: tuple[Child, ...]


def parents_of(genogram: Genogram) -> dict[str, dict[Descent, tuple[str, ...]]]:
    """Of every child: how it came to whom; the father first. Ids that nobody has are left out."""
    people = {p.id: p for p in genogram.people}
    found: dict[str, dict[Descent, tuple[str, ...]]] = {p.id: {} for p in genogram.people}

    def add(child: str, how: Descent, parent: str | None) -> None:
        if parent in people and child in people and parent not in found[child].get(how, ()):
            found[child][how] = (*found[child].get(how, ()), parent or "")

    for person in genogram.people:
        add(person.id, "亲子", person.father)
        add(person.id, "亲子", person.mother)
        for parent in person.adopted_by:
            add(person.id, "收养", parent)
        for parent in person.fostered_by:
            add(person.id, "寄养", parent)
    for tie in genogram.ties:
        for how in ("亲子", "收养", "寄养"):
            if tie.kind == how:
                add(tie.end, how, tie.start)
    for ways in found.values():
        for how, who in ways.items():
            ways[how] = tuple(sorted(who, key=lambda p: people[p].gender == "女"))
    return {child: {how: ways[how] for how in ("亲子", "收养", "寄养") if how in ways} for child, ways in found.items()}


@dataclass(frozen=True)
class Family:
    """A genogram in which every id is somebody's."""

    genogram: Genogram

    @cached_property
    def people(self) -> dict[str, Relative]:
        return {p.id: p for p in self.genogram.people}

    @cached_property
    def parents(self) -> dict[str, dict[Descent, tuple[str, ...]]]:
        return parents_of(self.genogram)

    @cached_property
    def bonds(self) -> tuple[Tie, ...]:
        """The emotional relations."""
        return tuple(t for t in self.genogram.ties if t.kind not in UNIONS and t.kind not in DESCENTS)

    @cached_property
    def couples(self) -> tuple[Couple, ...]:
        """In the order they were written, then parents of whom no union was written; the man first."""
        kinds: dict[frozenset[str], str | None] = {}
        for tie in self.genogram.ties:
            if tie.kind in UNIONS:
                kinds[frozenset((tie.start, tie.end))] = tie.kind
        children: dict[frozenset[str], list[Child]] = defaultdict(list)
        for child, ways in self.parents.items():
            for how, who in ways.items():
                kinds.setdefault(frozenset(who), None)
                children[frozenset(who)].append(Child(child, how))
        place = {id_: n for n, id_ in enumerate(self.people)}
        return tuple(
            Couple(
                tuple(sorted(pair, key=lambda p: (self.people[p].gender == "女", place[p]))),
                kind,
                tuple(self._by_age(children[pair])),
            )
            for pair, kind in kinds.items()
        )

    def _by_age(self, children: list[Child]) -> list[Child]:
        """Old to young if all years of birth are known, else as written; twins side by side."""
        born = [self.people[c.id].born for c in children]
        if all(born):
            children = sorted(children, key=lambda c: self.people[c.id].born or 0)
        first: dict[str, int] = {}
        for number, child in enumerate(children):
            first.setdefault(self.people[child.id].twin or "\0" + child.id, number)
        return sorted(children, key=lambda c: first[self.people[c.id].twin or "\0" + c.id])

    def couples_of(self, person: str) -> list[Couple]:
        return [c for c in self.couples if len(c.partners) == 2 and person in c.partners]

    @cached_property
    def forebears(self) -> dict[str, frozenset[str]]:
        """Everyone's ancestors, those who adopted among them; one's own in a cycle."""
        direct = {p: {q for who in ways.values() for q in who} for p, ways in self.parents.items()}
        found = {}
        for person in direct:
            seen: set[str] = set()
            todo = list(direct[person])
            while todo:
                if (one := todo.pop()) not in seen:
                    seen.add(one)
                    todo += direct[one]
            found[person] = frozenset(seen)
        return found

    @cached_property
    def rows(self) -> dict[str, int]:
        """The generation of each, the oldest 0: partners alike, children below their parents.

        Raises ``ValueError`` if that can't be: somebody is a partner of an own descendant.
        """
        rows = self._even()
        if rows is None:
            rows = self._longest()
        self._beside(rows)
        top = min(rows.values())
        return {p: row - top for p, row in rows.items()}

    @cached_property
    def kin(self) -> dict[str, list[tuple[str, int]]]:
        """Who is how many generations below whom, of partners, parents and children."""
        near: dict[str, list[tuple[str, int]]] = {p: [] for p in self.people}
        for couple in self.couples:
            for one in couple.partners:
                near[one] += [(other, 0) for other in couple.partners if other != one]
                for child in couple.children:
                    near[one].append((child.id, 1))
                    near[child.id].append((one, -1))
        return near

    @cached_property
    def branches(self) -> tuple[tuple[str, ...], ...]:
        """The people by kinship: those who are akin to each other or by marriage; the client's kin first."""
        seen: set[str] = set()
        found = []
        for start in sorted(self.people, key=lambda p: not self.people[p].client):
            if start not in seen:
                branch = [start]
                seen.add(start)
                for one in branch:
                    for other, _ in self.kin[one]:
                        if other not in seen:
                            seen.add(other)
                            branch.append(other)
                found.append(tuple(branch))
        return tuple(found)

    def _even(self) -> dict[str, int] | None:
        """Every child one row below every parent; None if there is no such order."""
        rows: dict[str, int] = {}
        for branch in self.branches:
            rows[branch[0]] = 0
            for one in branch:
                for other, step in self.kin[one]:
                    if rows.setdefault(other, rows[one] + step) != rows[one] + step:
                        return None
        return rows

    def _longest(self) -> dict[str, int]:
        """Every child at least one row below every parent, those without parents as low as their children let them."""
        rows = dict.fromkeys(self.people, 0)
        for turn in range(len(rows) + 2):
            before = dict(rows)
            for one, near in self.kin.items():
                for other, step in near:
                    if step >= 0:
                        rows[other] = max(rows[other], rows[one] + step)
            if rows == before:
                break
            if turn > len(rows):
                raise ValueError("a partner is a descendant")
        for _ in rows:
            for block in self._blocks():
                below = [rows[o] - 1 for one in block for o, step in self.kin[one] if step == 1]
                if below and not any(step == -1 for one in block for _, step in self.kin[one]):
                    for one in block:
                        rows[one] = min(below)
        return rows

    def _blocks(self) -> Iterator[set[str]]:
        """Those who must stand in one row: partners, and partners of partners."""
        seen: set[str] = set()
        for start in self.people:
            if start not in seen:
                block = [start]
                for one in block:
                    block += [o for o, step in self.kin[one] if step == 0 and o not in block]
                seen.update(block)
                yield set(block)

    def _beside(self, rows: dict[str, int]) -> None:
        """Those who are not akin stand in the row of whom they have to do with, else of the client."""
        settled = set(self.branches[0])
        for branch in self.branches[1:]:
            pairs = [(t.start, t.end) for t in self.bonds] + [(t.end, t.start) for t in self.bonds]
            anchor = next(((o, i) for o, i in pairs if o in settled and i in branch), (self.branches[0][0], branch[0]))
            shift = rows[anchor[0]] - rows[anchor[1]]
            for one in branch:
                rows[one] += shift
            settled.update(branch)
