"""Wording rules as data: the house's, overlaid with the hub's own ``content/style/terms.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from pydantic import Field

from generator.diagnostics import Report, error, say
from generator.load import validated
from generator.model import Line, Origin, Part
from generator.project import Project, templates
from generator.readers.text import read_text
from generator.readers.yamltext import parse

_FILE = "style/terms.yaml"


class Term(Part):
    """A rule. What each kind wants is told in ``docs/authoring.zh-CN.md``."""

    rule: Literal["不用", "替换", "统一", "简称", "顺序", "职务", "允许"] = Field(alias="规则")
    words: tuple[Line, ...] = Field((), alias="词", description="管的词；“统一”列各种写法，“顺序”照先后列")
    instead: Line | None = Field(None, alias="改用", description="应当写成的词")
    full: Line | None = Field(None, alias="全称", description="规则是“简称”时写")
    short: Line | None = Field(None, alias="简称", description="规则是“简称”时写")
    name: Line | None = Field(None, alias="姓名", description="规则是“职务”时写")
    post: tuple[Line, ...] = Field((), alias="职务", description="这个人现在的职务，可写几个")
    reason: Line | None = Field(None, alias="理由", description="为什么，一句话")
    source: Line | None = Field(None, alias="依据", description="文件或标准")
    but: tuple[Line, ...] = Field((), alias="除外", description="含有这个词而不算的词")
    quoted: bool = Field(False, alias="引文也查", description="引号、书名号里面也查；不写就不查")
    severity: Literal["错误", "警告"] = Field("警告", alias="程度")


@dataclass(frozen=True)
class Terms:
    """All rules that hold for a hub."""

    avoided: Mapping[str, Term] = field(default_factory=dict)
    alike: tuple[Term, ...] = ()
    short: tuple[Term, ...] = ()
    order: tuple[Term, ...] = ()
    posts: tuple[Term, ...] = ()

    @property
    def pattern(self) -> re.Pattern[str]:
        """Finds every word that is to be avoided, the longest first."""
        return any_of(tuple(self.avoided))


@cache
def any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern that finds any of the words, the longest first; nothing for none."""
    longest = sorted(words, key=len, reverse=True)
    by_first: dict[str, list[str]] = {}
    for word in longest:
        by_first.setdefault(word[0], []).append(word)
    ways = [re.escape(c) + (f"(?:{'|'.join(re.escape(w[1:]) for w in ws)})") for c, ws in by_first.items()]
    return re.compile("|".join(ways) or r"(?!)")


def load_terms(project: Project, report: Report) -> Terms:
    """The rules of the house and of the hub; entries that can't be used are reported, and left out."""
    path = project.content / _FILE
    if not path.is_file():
        return _house()
    file = project.relative(path)
    text = read_text(path, file, report)
    parsed = parse(text, file, report) if text is not None else None
    if parsed is None or parsed[0] is None:
        return _house()
    return _overlaid(_house_entries(), _entries(*parsed, file, report))


def _entries(values: Any, marks: Any, file: str, report: Report) -> list[Term]:
    if not isinstance(values, list):
        hint = say("每条写 规则、词、改用、理由，前面加“- ”")
        report.add(error("terms.form", say("用词规则要写成列表"), Origin(file, marks).span(), hint))
        return []
    found = []
    for number, value in enumerate(values):
        origin = Origin(file, marks, (number,))
        if not isinstance(value, dict):
            hint = say("每条写 规则、词、改用、理由，前面加“- ”")
            report.add(error("terms.form", say("这一条不是用词规则"), origin.span(), hint))
            continue
        term = validated(value, Term, origin, report, onto={})
        if term is not None and not _lacks(term, origin, report):
            found.append(term)
    return found


def _lacks(term: Term, origin: Origin, report: Report) -> bool:
    """Report what a rule of its kind needs and does not say."""
    needed: tuple[tuple[str, object], ...] = {
        "不用": (("词", term.words), ("理由", term.reason)),
        "替换": (("词", term.words), ("改用", term.instead)),
        "统一": (("词", term.words[1:] or term.instead),),
        "简称": (("全称", term.full), ("简称", term.short)),
        "顺序": (("词", term.words[1:]),),
        "职务": (("姓名", term.name), ("职务", term.post)),
        "允许": (("词", term.words),),
    }[term.rule]
    for name, value in needed:
        if not value:
            message = say("“{rule}”这种规则要写明“{name}”", rule=term.rule, name=name)
            hint = say("“统一”“顺序”至少列两个词；其余照 docs/authoring.zh-CN.md 的例子写")
            report.add(error("terms.incomplete", message, origin.span(), hint))
            return True
    if term.rule == "替换" and term.instead in term.words:
        message = say("“{word}”改成它自己，等于没有规则", word=term.instead)
        report.add(error("terms.incomplete", message, origin.span(("改用",)), say("核对“词”和“改用”")))
        return True
    return False


def _overlaid(house: Sequence[Term], hub: Sequence[Term]) -> Terms:
    avoided: dict[str, Term] = {}
    others: dict[tuple[str, str], Term] = {}
    for term in (*house, *hub):
        if term.rule in ("不用", "替换"):
            avoided.update(dict.fromkeys(term.words, term))
        elif term.rule == "允许":
            for word in term.words:
                avoided.pop(word, None)
                others = {key: t for key, t in others.items() if word not in t.words}
        else:
            others[term.rule, term.short or term.name or term.words[0]] = term

    def of(rule: str) -> tuple[Term, ...]:
        return tuple(t for t in others.values() if t.rule == rule)

    return Terms(avoided, of("统一"), of("简称"), of("顺序"), of("职务"))


@cache
def _house() -> Terms:
    return _overlaid(_house_entries(), ())


@cache
def _house_entries() -> tuple[Term, ...]:
    text = (templates() / "house" / "terms.yaml").read_text(encoding="utf-8")
    report = Report()
    parsed = parse(text, "terms.yaml", report)
    assert parsed is not None
    entries = _entries(*parsed, "terms.yaml", report)
    assert not report.diagnostics, [str(d.message) for d in report.diagnostics]
    return tuple(entries)
