"""Markdown of one field -> blocks of the tree, with figures bound to facts and places kept for messages.

Python-Markdown parses; what is ours – captions, callouts, roles, notes, joined Han lines – is added here.
Roles are lifted out of the text before Markdown sees it, so nothing inside them is taken for markup, and
each keeps its exact place in the source.
"""

from __future__ import annotations

import copy
import difflib
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath

import markdown
from lxml import etree
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.util import AtomicString

from generator import fences, limits
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.facts import FORMS, Facts, number, plain, printed
from generator.model import Origin, Path, Records
from generator.provenance import Source
from generator.readers.text import CONTROL
from generator.records.fact import Fact
from generator.tree import classes
from generator.tree import text as words_of

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"  # no characters: of ``CONTROL``, so no text holds them
_ROLE = re.compile(r"\{(?P<role>[^{}\n]+)\}")
_TOKEN = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
#: What is lifted out of a text: figures and roles.
_LIFTED = re.compile(f"{fences.FENCE.pattern}|{_ROLE.pattern}", re.M)
#: A figure and blank lines before the words that belong to it.
_APART = re.compile(f"({_OPEN}\\d+{_CLOSE})\\n+(?=[ \\t]*图[题源][：:])")
_HTML = re.compile(r"<(?!https?://|mailto:)(?:/?[A-Za-z][^>\n]*>|!--)")
_NOTE_DEFINITION = re.compile(r"^\[\^([^\]\n]+)\]:[ \t]*(.*(?:\n(?: {4}|\t).*)*)", re.M)
_NOTE_CALL = re.compile(r"\[\^([^\]\n]+)\](?!:)")
_CALLOUT_HEAD = re.compile(r"^(> ?\[![^\n]*)$", re.M)  # its words are a paragraph of their own
_QUOTES_APART = re.compile(r"^(>[^\n]*\n)\n+(?=>)", re.M)  # Markdown would join two quotations
_BREAK = "\ufdd2"
_TARGET = re.compile(r"\]\(\s*<?([^\s)>]*)")
#: Where a link may lead: a host of the web, or a letter box.
_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]|$)|mailto:[^\s@/]+@[^\s@/]+$", re.I)
_NO_ALT = re.compile(r"(!\[)\s*\]\(")
_TOP_HEADING = re.compile(r"^[ >]*(?:(?:[-*+]|\d+\.) +)*(#)(?!#)", re.M)
_CALLOUT_NAME = re.compile(r"\[!([^\]\n]+)\]")
_TABLE_TITLE = re.compile(r"^[ >]*(?:(?:[-*+]|\d+\.) +)*(表题[：:][^\n]*)", re.M)
#: What a title may ask for its table or picture -> the class that says so.
_FORMS = {("表题", "横排"): "landscape", ("图题", "通栏"): "wide"}
_ANCHOR = re.compile(r"#\s*([\w.-]+)")
_GLUED_BLOCK = re.compile(r"^(?! |[-*+] |\d+\. |>|\||#|[^\S\n]*$)[^\n]+\n((?:[-*+] |\d+\. |\|)[^\n]*)", re.M)
_UNDERSCORE_STRONG = re.compile(r"__[^_\n]+__")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\u3000-\u303f“”‘’…—·\U00020000-\U0003ffff]"
_WIDE_CHAR = re.compile(_WIDE)

#: Callout name in ``> [!名]`` -> class of the ``aside``.
CALLOUTS: Mapping[str, str] = {
    "提示": "tip",
    "注意": "caution",
    "督导手记": "supervision",
    "知识链接": "link",
    "案例": "example",
    "数据": "data",
    "金句": "pull-quote",
}

#: Cross-reference roles: what kind of target each may point to (None: any).
REFERENCES = ("图", "表", "条", "附录", "文", "页")


@dataclass(frozen=True)
class Place:
    """Where the text being rendered stands: its record's origin and id, the field's path, the record's station."""

    origin: Origin
    record: str
    path: Path
    station: str | None

    @property
    def written(self) -> str:
        """All that places in the text are reckoned from."""
        return repr((self.origin.file, self.origin.mark(self.path), bool(self.origin.marks)))

    @cached_property
    def source(self) -> str:
        return str(Source(self.origin.file, self.record, self.path))


class _Sought:
    """Finds again in the source what Markdown has made something of: each place once, in order."""

    def __init__(self, text: str, place: Place) -> None:
        self.text, self.place = text, place
        self._found: set[int] = set()

    def span(self, pattern: re.Pattern[str], words: str | None = None) -> Span:
        """The next place where group 1 of ``pattern`` is ``words``; the whole field if there is none."""
        for m in pattern.finditer(self.text) if len(self._found) < _MOST_FOUND else ():
            if m.start(1) not in self._found and words in (None, m[1]):
                self._found.add(m.start(1))
                return self.place.origin.locate(self.place.path, self.text, m.start(1), len(m[1]) or 1)
        return self.place.origin.span(self.place.path)


@dataclass(frozen=True)
class Rendered:
    """What a text has become: its blocks as XML, the pictures they show, what is wrong with it.

    Beside the text and its place it depends on the facts if it ``counts``, and on what is in media/ if it ``shows``.
    """

    blocks: tuple[str, ...]
    pictures: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    counts: bool
    shows: bool


#: What one text may have before it is parsed: characters of a paragraph, of the line of a table and lines of a block;
#: opening brackets in a paragraph, which the parser tries with all that follow; quotations and lists in each other;
#: columns and cells of a table. Faults of it that are told of.
_MOST_CELLS = 20_000
_LONGEST, _MOST_LINES, _MOST_BRACKETS, _DEEPEST, _MOST_COLUMNS, _MOST_FOUND = 20_000, 3_000, 500, 12, 60, 300
#: Seconds of processor time that one text may take; one of a hundred thousand characters takes one.
_PATIENCE = 20
_BLOCK = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.M)
_RULE = re.compile(r"[ >]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
_LEAD = re.compile(r"(?: {4}|\t| {0,3}(?:>|(?:[-*+]|\d{1,9}\.)[ \t]))*")
_STEP = re.compile(r" {4}|\t|>|(?:[-*+]|\d{1,9}\.)[ \t]")


def _without_overdone(text: str, place: Place, report: Report) -> str:
    """The text with blanks where somebody wrote what Markdown would take minutes or all memory to parse, each told."""
    kept = text

    def add(code: str, message: Text, hint: Text, start: int) -> None:
        nonlocal kept
        report.add(error(code, message, place.origin.locate(place.path, text, start, 1), hint))
        kept = kept[:start] + re.sub(r"[^\n]", " ", written) + kept[start + len(written) :]

    for block in _BLOCK.finditer(text):
        written, start = block[0], block.start()
        lines = written.split("\n")
        is_table = any(_RULE.fullmatch(line) for line in lines[:2])
        longest = max(map(len, lines)) if is_table else len(written)
        if longest > _LONGEST:
            message = say("这一段有 {count} 个字，没有分段", count=longest)
            add("prose.long_paragraph", message, say("空一行分成几段，每段不超过 {most} 字", most=_LONGEST), start)
        elif len(lines) > _MOST_LINES or (is_table and written.count("|") > _MOST_CELLS):
            message = say("这里一连 {count} 行没有空行", count=len(lines))
            add("prose.long_block", message, say("空一行分成几块；特别长的表格拆成几张"), start)
        elif max((line.count("[") for line in lines) if is_table else (written.count("["),)) > _MOST_BRACKETS:
            message = say("这一段有几百个“[”")
            add("prose.too_many_brackets", message, say("不像正文；真要印方括号就用“〔〕”或“【】”"), start)
        elif is_table and max(line.count("|") for line in lines) > _MOST_COLUMNS:
            message = say("这张表有 {count} 列", count=max(line.count("|") for line in lines))
            add("prose.wide_table", message, say("印不下：拆成几张表，每张不超过 {most} 列", most=_MOST_COLUMNS), start)
        elif max(len(_STEP.findall(_LEAD.match(line)[0])) for line in lines) > _DEEPEST:  # type: ignore[index]
            message = say("引用和列表一层套一层，超过 {most} 层", most=_DEEPEST)
            add("prose.too_deep", message, say("少套几层；用小标题分开"), start)
    return kept


class Renderer:
    """Renders Markdown fields; notes in ``given`` what it gave out, and for which text at which place.

    A text is rendered, and what is wrong in it reported, once for this renderer and all made of it by :meth:`anew`.
    """

    def __init__(self, records: Records, facts: Facts, media: Mapping[str, FilePath], report: Report) -> None:
        self.records, self.report = records, Report()
        self.given: list[tuple[str, Place, Rendered]] = []
        self._facts, self._media, self._told = facts, media, report
        self._counts = self._shows = False
        self._shown: set[str] = set()
        self._rendered: dict[tuple[str, str, str | None], Rendered] = {}
        self._roles: list[ET.Element] = []
        self._notes: dict[str, str] = {}
        self._figures: list[str] = []
        self._markdown = markdown.Markdown(
            extensions=[TableExtension(), SaneListExtension()], output_format="xhtml", tab_length=4
        )
        for registry, names in (
            (self._markdown.preprocessors, ("html_block",)),
            (self._markdown.parser.blockprocessors, ("code", "setextheader", "reference")),
            (self._markdown.inlinePatterns, ("html", "entity", "backtick", "automail", "linebreak")),
            (
                self._markdown.inlinePatterns,
                ("reference", "image_reference", "short_reference", "short_image_ref"),
            ),
        ):
            for name in names:
                registry.deregister(name)
        self._markdown.inlinePatterns.register(_RoleProcessor(_TOKEN.pattern, self._roles), "role", 190)
        self._markdown.inlinePatterns.register(_NoteProcessor(_NOTE_CALL.pattern, self._notes), "note", 200)

    @property
    def facts(self) -> Facts:
        self._counts = True
        return self._facts

    @property
    def media(self) -> Mapping[str, FilePath]:
        self._shows = True
        return self._media

    @property
    def used(self) -> frozenset[str]:
        """The pictures that are shown by what was given out."""
        return frozenset().union(*(rendered.pictures for *_, rendered in self.given))

    def anew(self) -> Renderer:
        """A renderer that has rendered what this one has, and has given out nothing."""
        other = copy.copy(self)
        other.given = []
        return other

    def render(self, text: str, place: Place, *, shift: int = 0) -> list[etree._Element]:
        """The blocks of a Markdown text; ``shift`` lowers its headings (2 turns ``##`` into h4)."""
        return [_lowered(etree.fromstring(block, _PARSER), shift) for block in self.give(text, place).blocks]

    def words(self, text: str, place: Place, *, shift: int = 0) -> list[str]:
        """The blocks as XML; only those that may have a heading to lower are looked into."""
        return [
            etree.tostring(_lowered(etree.fromstring(block, _PARSER), shift), encoding="unicode")
            if shift and "<h" in block
            else block
            for block in self.give(text, place).blocks
        ]

    def give(self, text: str, place: Place) -> Rendered:
        """What a Markdown text has become, noted as given out."""
        rendered = self.check(text, place)
        self.given.append((text, place, rendered))
        return rendered

    def check(self, text: str, place: Place) -> Rendered:
        """Report what is wrong in a Markdown text; what it has become is kept for :meth:`render`."""
        key = text, place.source, place.station
        if key not in self._rendered:
            self.know(text, place, self.made(text, place))
        return self._rendered[key]

    def know(self, text: str, place: Place, rendered: Rendered) -> None:
        """Keep what a text has become as if it were rendered now."""
        self._rendered[text, place.source, place.station] = rendered
        self._told.extend(rendered.diagnostics)

    def made(self, text: str, place: Place) -> Rendered:
        """What a text becomes; nothing is reported, nor kept."""
        self._shown.clear()
        self.report.diagnostics.clear()
        self._counts = self._shows = False
        try:
            with limits.at_most(_PATIENCE):
                blocks = self._render(text, place)
        except limits.TOO_MUCH:
            message, hint = say("这段正文的标记排了很久也理不清"), say("拆成几段；把其中的 * _ [ ] 检查一遍")
            self.report.add(error("prose.endless", message, place.origin.span(place.path), hint))
            blocks = []
        return Rendered(
            tuple(etree.tostring(block, encoding="unicode", with_tail=False) for block in blocks),
            frozenset(self._shown),
            tuple(self.report.diagnostics[:_MOST_FOUND]),
            self._counts,
            self._shows,
        )

    def _render(self, text: str, place: Place) -> list[etree._Element]:
        self._roles.clear()
        self._notes.clear()
        self._figures.clear()
        text = CONTROL.sub(" ", text)
        text = _without_overdone(text, place, self.report)
        self.report.extend(
            fences.unclosed(text, lambda start, length: place.origin.locate(place.path, text, start, length))
        )
        self._examine(fences.blanked(text), place)
        text = fences.cut(text)
        source = _LIFTED.sub(lambda m: self._fence(m, text, place) if m["fence"] else self._role(m, text, place), text)
        source = _APART.sub(r"\1\n", source)
        source = source.replace("&", "&amp;")
        source = _NOTE_DEFINITION.sub(self._keep_note, source)
        source = _CALLOUT_HEAD.sub(r"\1\n>", source)
        source = _QUOTES_APART.sub(rf"\1\n{_BREAK}\n\n", source)
        try:
            html = self._markdown.reset().convert(source)
            root = etree.fromstring(f"<div>{html}</div>", _PARSER)
        except (RecursionError, etree.XMLSyntaxError):
            message, hint = (
                say("这段正文的标记读不懂"),
                say("把其中的 * _ [ ] ( ) ! < > 检查一遍，不作标记的前面加反斜杠"),
            )
            self.report.add(error("prose.unreadable", message, place.origin.span(place.path), hint))
            return []
        _join_lines(root)
        sought = _Sought(text, place)
        self._check_targets(root, sought)
        blocks = list(self._blocks(root, sought))
        for block in blocks:
            block.set("data-source", place.source)
            _drop_kept_ends(block)
        return blocks

    # -- what Markdown does not see ----------------------------------------------------------------------

    def _examine(self, text: str, place: Place) -> None:
        def at(start: int, length: int) -> Span:
            return place.origin.locate(place.path, text, start, length)

        for m in _HTML.finditer(text):
            self.report.add(
                error(
                    "prose.raw_html",
                    say("正文里不收 HTML 标签 {tag}", tag=m[0]),
                    at(m.start(), len(m[0])),
                    say("用 Markdown 的写法；只想印出尖括号就用《》或〈〉"),
                )
            )
        for m in _GLUED_BLOCK.finditer(text):
            self.report.add(
                warning(
                    "prose.needs_blank_line",
                    say("列表或表格前面要空一行，否则会接在上一段后面"),
                    at(m.start(1), len(m[1])),
                    say("在这一行前面加一个空行"),
                )
            )
        for m in _UNDERSCORE_STRONG.finditer(_ROLE.sub(lambda r: " " * len(r[0]), text)):
            self.report.add(
                warning("prose.underscores", say("加重请用 **文字**，不用下划线"), at(m.start(), len(m[0])))
            )
        defined = {m[1] for m in _NOTE_DEFINITION.finditer(text)}
        for m in _NOTE_CALL.finditer(text):
            if m[1] not in defined:
                self.report.add(
                    error(
                        "prose.note_missing",
                        say("脚注“{name}”没有注文", name=m[1]),
                        at(m.start(), len(m[0])),
                        say("另起一段写 [^{name}]: 注文", name=m[1]),
                    )
                )
        called = {m[1] for m in _NOTE_CALL.finditer(text)}
        for m in _NOTE_DEFINITION.finditer(text):
            if m[1] not in called:
                self.report.add(
                    warning("prose.note_unused", say("脚注“{name}”没有被引用", name=m[1]), at(m.start(), len(m[1]) + 4))
                )

    def _check_targets(self, root: etree._Element, sought: _Sought) -> None:
        """Links lead to the web, pictures are there and have words; what else Markdown wrote is taken off."""
        for element in list(root.iter("a")):
            if element.get("data-role") is not None:
                continue
            target = element.get("href", "")
            element.attrib.clear()
            element.set("href", target)
            if not _ADDRESS.match(target):
                self.report.add(
                    error(
                        "prose.link",
                        say("链接“{target}”不是网址", target=target),
                        sought.span(_TARGET, target),
                        say("网址以 https:// 开头；引用文章、图表用 {{文:编号}}、{{图:编号}}"),
                    )
                )
                element.tag = "span"
                element.attrib.clear()
        for element in root.iter("img"):
            if (drawn := element.get("data-figure")) is not None:
                element.set("data-figure", self._figures[int(drawn)])
                continue
            name, words = element.get("src", ""), " ".join(element.get("alt", "").split())
            element.attrib.clear()
            element.attrib.update({"src": name, "alt": words})
            span = sought.span(_TARGET, name)
            if not words:
                self.report.add(
                    error(
                        "prose.no_alt",
                        say("图片没有替代文字"),
                        sought.span(_NO_ALT),
                        say("在方括号里写一句话，说给看不见图的人听"),
                    )
                )
            if name in self.media:
                self._shown.add(name)
                continue
            close = difflib.get_close_matches(name, list(self.media), 1, 0.6)
            self.report.add(
                error(
                    "prose.picture_missing",
                    say("content/media/ 里没有图片“{name}”", name=name),
                    span,
                    say("是不是“{word}”？", word=close[0])
                    if close
                    else say("把图片放进 content/media/，只收 SVG、PNG、JPEG"),
                )
            )

    def _keep_note(self, m: re.Match[str]) -> str:
        self._notes[m[1]] = re.sub(r"\n(?: {4}|\t)", "\n", m[2])
        return "\n" * m[0].count("\n")

    def _fence(self, m: re.Match[str], text: str, place: Place) -> str:
        """A figure that is drawn when it is known how wide a page is; its picture says what."""

        def at(start: int, length: int) -> Span:
            return place.origin.locate(place.path, text, start, length)

        self._figures.append(fences.read(m, lambda: self.facts, self.records, place.station, at, self.report))
        self._roles.append(ET.Element("img", {"data-figure": str(len(self._figures) - 1)}))
        return f"\n\n{_OPEN}{len(self._roles) - 1}{_CLOSE}\n\n"

    # -- roles -------------------------------------------------------------------------------------------

    def _role(self, m: re.Match[str], text: str, place: Place) -> str:
        span = place.origin.locate(place.path, text, m.start(), len(m[0]))
        line = text[text.rfind("\n", 0, m.start()) + 1 : m.start()].lstrip()
        if form := _FORMS.get((line[:2], m["role"].strip())):
            self._roles.append(ET.Element("span", {"data-form": form}))
            return f"{_OPEN}{len(self._roles) - 1}{_CLOSE}"
        element = self._role_element(m["role"].strip().replace("\\|", "|"), place, span)  # \| as tables want it
        if isinstance(element, Text):
            code, hint = "prose.unknown_role", None
            figure = "@" in m["role"] or m["role"].startswith(("数", "和"))
            if figure:
                code, hint = "prose.unbound_figure", say("zhankan list facts 列出全部事实")
            if not (figure and self.facts.incomplete):
                self.report.add(error(code, element, span, hint))
            element = ET.Element("span")
            element.text = m[0]
        for part in element.iter():  # its words are no markup, nor an entity
            part.text = AtomicString(_escaped(part.text)) if part.text else None
            part.attrib.update({k: _escaped(v) for k, v in part.attrib.items()})
        self._roles.append(element)
        return f"{_OPEN}{len(self._roles) - 1}{_CLOSE}"

    def _role_element(self, role: str, place: Place, span: Span) -> ET.Element | Text:
        if anchor := _ANCHOR.fullmatch(role):
            return ET.Element("span", {"data-anchor": anchor[1]})
        if role in ("框", "勾"):
            element = ET.Element("span", {"class": "box" if role == "框" else "box-checked"})
            element.text = "☐" if role == "框" else "☑"
            return element
        name, colon, rest = role.replace("：", ":", 1).partition(":")
        name, rest = name.strip(), rest.strip()
        if colon and name in REFERENCES:
            kind = "page-ref" if name == "页" else "ref"
            return ET.Element("a", {"class": kind, "href": f"#{rest}", "data-role": name, "data-at": _at(span)})
        if colon and name in _TEXT_ROLES:
            return _TEXT_ROLES[name](rest)
        if colon and name == "数":
            fact = self.facts.all.get(rest)
            if fact is None or self.facts.indicator(fact.indicator) is None:
                return say("没有编号为“{id}”的事实", id=rest)
            return self._figure(fact, "", place)
        if colon and name == "和":
            return self._sum(rest, place)
        if "@" in role:
            spec, _, form = role.partition("|")
            found = self.facts.find(spec, place.station)
            return found if isinstance(found, Text) else self._figure(found, form.strip(), place)
        return say("不认识的写法“{role}”", role="{" + role + "}")

    def _figure(self, fact: Fact, form: str, place: Place) -> ET.Element | Text:
        unit = self.facts.of(fact).unit
        name, colon, rest = form.replace("：", ":", 1).partition(":")
        if form in ("同比", "环比"):
            return self._growth(fact, form)
        if colon and name.strip() in ("占比", "倍"):
            other = self.facts.find(rest.strip(), place.station)
            return other if isinstance(other, Text) else self._against(fact, other, name.strip())
        if form not in ("", "数", "值", *FORMS):
            return say(
                "数字的印法有“数”（不带单位）、“值”（不带单位和余）、“余”“万”“约”“近”、“同比”“环比”、"
                "“占比:…”“倍:…”，没有“{form}”",
                en="A figure is printed as “数” (no unit), “值” (no unit, no 余), “余”, “万”, “约”, “近”, “同比”,"
                " “环比”, “占比:…”, “倍:…”; there is no “{form}”",
                form=form,
            )
        element = ET.Element("data", {"value": plain(fact.value), "data-fact": fact.id})
        if form == "值":
            element.text = number(fact.value, unit=unit)
        elif form in FORMS:
            words = self.facts.form(fact, form)
            if isinstance(words, Text):
                return words
            element.text = words
        else:
            element.text = printed(fact.value, fact.qualifier, unit)
            if form == "数":
                element.text = element.text.removesuffix(unit)
        return element

    def _growth(self, fact: Fact, how: str) -> ET.Element | Text:
        """同比增长12.5%, 环比下降3.2%, 同比持平; of a ratio in 百分点."""
        other = self.facts.earlier(fact, how)
        if other is None:
            return say(
                "没有前一时段的事实，算不出{how}",
                en="There is no fact of the period before: no {how} can be reckoned",
                how=how,
            )
        grown = self.facts.growth(fact, other)
        if isinstance(grown, Text):
            return grown
        ratio = self.facts.of(fact).unit == "%"
        size = next((r for d in (1, 2) if (r := round(abs(grown), d))), None)
        element = ET.Element("data", {"value": f"{grown:f}", "data-fact": f"{fact.id} {other.id}"})
        words = ("提高" if ratio else "增长") if grown > 0 else "下降"
        digits = f"{size.normalize():f}" if size is not None else ""
        element.text = (
            f"{how}{'基本' if grown else ''}持平"
            if size is None
            else f"{how}{words}{digits}{'个百分点' if ratio else '%'}"
        )
        return element

    def _against(self, fact: Fact, other: Fact, how: str) -> ET.Element | Text:
        """What part of another fact this one is (45.2%), or how many times another (1.5倍)."""
        if how == "占比":
            share = self.facts.share(fact, other)
        else:
            share = self.facts.growth(fact, other)
            if not isinstance(share, Text) and self.facts.of(fact).unit != self.facts.of(other).unit:
                share = say("单位不同，算不出倍数", en="Different units are no multiple of each other")
        if isinstance(share, Text):
            return share
        times = share / 100 + 1 if how == "倍" else share
        element = ET.Element("data", {"value": f"{times:f}", "data-fact": f"{fact.id} {other.id}"})
        element.text = f"{round(times, 1).normalize():f}{'倍' if how == '倍' else '%'}"
        return element

    def _sum(self, specs: str, place: Place) -> ET.Element | Text:
        facts = []
        for spec in re.split(r"[+＋]", specs):
            fact = self.facts.find(spec.strip(), place.station)
            if isinstance(fact, Text):
                return fact
            facts.append(fact)
        total = self.facts.total(facts)
        if isinstance(total, Text):
            return total
        element = ET.Element(
            "data",
            {
                "value": plain(total.value),
                "data-fact": " ".join(f.id for f in facts),
            },
        )
        element.text = printed(total.value, total.qualifier, total.unit)
        return element

    # -- blocks ------------------------------------------------------------------------------------------

    def _blocks(self, parent: etree._Element, sought: _Sought) -> Iterator[etree._Element]:
        """The children of ``parent`` as blocks of the vocabulary."""
        waiting: etree._Element | None = None  # a table's title waiting for its table
        title_span = Span(sought.place.origin.file)
        last_table: etree._Element | None = None
        for block in [*parent, None]:
            if waiting is not None and (block is None or block.tag != "table"):
                self.report.add(
                    error(
                        "prose.title_without_table",
                        say("“表题：”下面没有表格"),
                        title_span,
                        say("表题单独一行，空一行，再写表格"),
                    )
                )
                _lift_form(waiting, waiting)
                yield waiting
                waiting = None
            if block is None:
                break
            block.tail = None
            if block.tag == "p":
                if block.text == _BREAK:
                    last_table = None
                    continue
                _lift_anchor(block)
                start = (block.text or "").lstrip()
                if start.startswith(("表题：", "表题:")):
                    waiting = _strip_prefix(block, 3)
                    title_span = sought.span(_TABLE_TITLE)
                    continue
                if start.startswith(("表注：", "表注:")) and last_table is not None:
                    note = _strip_prefix(block, 3)
                    note.set("class", "table-note")
                    note.text = "注：" + (note.text or "")
                    last_table.append(note)
                    continue
                last_table = None
                for made in _paragraph(block):
                    _lift_form(made, made)
                    yield made
            elif block.tag == "table":
                figure = _table(block, waiting)
                waiting, last_table = None, figure
                yield figure
            elif block.tag == "blockquote":
                last_table = None
                yield self._quotation(block, sought)
            elif block.tag in ("ul", "ol"):
                last_table = None
                self._list(block, sought)
                yield block
            elif re.fullmatch(r"h[1-6]", block.tag):
                last_table = None
                _lift_anchor(block)
                level = int(block.tag[1])
                if level == 1:
                    self.report.add(
                        error(
                            "prose.top_heading",
                            say("正文里不用一级标题“# ”"),
                            sought.span(_TOP_HEADING),
                            say("标题写在“标题:”里，正文从“## ”开始"),
                        )
                    )
                block.tag = f"h{min(max(level, 2), 5)}"
                yield block
            else:
                last_table = None
                yield block

    def _quotation(self, block: etree._Element, sought: _Sought) -> etree._Element:
        first = block[0] if len(block) else None
        m = re.match(r"\s*\[!([^\]\n]+)\][ \t]*([^\n]*)\n?", first.text or "") if first is not None else None
        if first is not None and m:
            kind = CALLOUTS.get(m[1])
            if kind is None:
                close = difflib.get_close_matches(m[1], CALLOUTS, 1, 0.3)
                self.report.add(
                    error(
                        "prose.unknown_callout",
                        say("没有“{name}”这种提示框", name=m[1]),
                        sought.span(_CALLOUT_NAME, m[1]),
                        say("是不是“{word}”？", word=close[0])
                        if close
                        else say("可选：{known}", known="、".join(CALLOUTS)),
                    )
                )
                kind = "tip"
            first.text = (first.text or "")[m.end() :].lstrip("\n")
            aside = etree.Element("aside", {"class": f"callout {kind}" if kind != "pull-quote" else kind})
            if kind != "pull-quote":
                title = etree.SubElement(aside, "p", {"class": "callout-title"})
                title.text = m[2].strip() or m[1]
            elif m[2].strip():
                first.text = m[2].strip() + (first.text or "")
            if not (first.text or "").strip() and not len(first):
                block.remove(first)
            if m[2].strip() and kind != "pull-quote" and not len(block):
                block.append(first)
                first.text, title_text = m[2].strip(), m[1]
                aside[0].text = title_text
            for child in self._blocks(block, sought):
                aside.append(child)
            _attribute(aside)
            return aside
        quote = etree.Element("blockquote")
        for child in self._blocks(block, sought):
            quote.append(child)
        _attribute(quote)
        return quote

    def _list(self, block: etree._Element, sought: _Sought) -> None:
        block.text = None
        for item in block:
            item.tail = None
            _lift_anchor(item)
            holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
            if m := re.match(r"\s*\[([ xX])\] ", holder.text or ""):
                checked = m[1] != " "
                box = etree.Element("span", {"class": "box-checked" if checked else "box"})
                box.text, box.tail = "☑" if checked else "☐", (holder.text or "")[m.end() :]
                holder.text = None
                holder.insert(0, box)
                block.set("class", "checklist")
            if any(child.tag in _BLOCK_TAGS or child.tag == "img" for child in item):
                blocks = _wrap_loose_text(item)
                for child in list(item):
                    item.remove(child)
                item.text = None
                shell = etree.Element("div")
                shell.extend(blocks)
                for child in self._blocks(shell, sought):
                    item.append(child)


class _RoleProcessor(InlineProcessor):
    """Puts a role's element back where its token stands."""

    def __init__(self, pattern: str, roles: list[ET.Element]) -> None:
        super().__init__(pattern)
        self.roles = roles

    def handleMatch(  # type: ignore[override]  # noqa: N802 – Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int]:
        return copy.deepcopy(self.roles[int(m[1])]), m.start(0), m.end(0)  # a note may be called twice


class _NoteProcessor(InlineProcessor):
    """Puts a footnote's text at its call."""

    def __init__(self, pattern: str, notes: dict[str, str]) -> None:
        super().__init__(pattern)
        self.notes = notes

    def handleMatch(  # type: ignore[override]  # noqa: N802 – Python-Markdown's name
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element, int, int]:
        element = ET.Element("span", {"class": "footnote", "role": "doc-footnote"})
        element.text = self.notes.get(m[1], m[0])
        return element, m.start(0), m.end(0)


def _ruby(rest: str) -> ET.Element | Text:
    base, bar, reading = rest.partition("|")
    if not (base and bar and reading):
        return say("注音写成 {form}", form="{注音:字|zì}")
    element = ET.Element("ruby")
    element.text = base
    ET.SubElement(element, "rt").text = reading
    return element


def _span(name: str) -> Callable[[str], ET.Element | Text]:
    def role(rest: str) -> ET.Element | Text:
        element = ET.Element("span", {"class": name})
        element.text = rest
        return element

    return role


def _blank(rest: str) -> ET.Element | Text:
    if not rest.isdecimal() or not 1 <= int(rest) <= 60:
        return say("填空写成 {form}，数字是字宽，1 到 60", form="{空:8}")
    return ET.Element("span", {"class": "blank", "data-width": rest})


_TEXT_ROLES: Mapping[str, Callable[[str], ET.Element | Text]] = {
    "注音": _ruby,
    "重": _span("dots"),
    "专名": _span("proper-name"),
    "书名": _span("work-title"),
    "空": _blank,
}
_BLOCK_TAGS = frozenset({"p", "ul", "ol", "table", "blockquote", "h2", "h3", "h4", "h5", "h6"})


def _lowered(block: etree._Element, shift: int) -> etree._Element:
    """A block whose headings stand ``shift`` levels lower, h5 being the lowest."""
    if shift:
        for heading in block.iter("h2", "h3", "h4", "h5"):
            heading.tag = f"h{min(int(heading.tag[1]) + shift, 5)}"
    return block


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;")


def _at(span: Span) -> str:
    return f"{span.file}|{span.line}|{span.column}|{span.length}"


def span_of(mark: str) -> Span:
    """The place that a reference element remembers in ``data-at``."""
    file, line, column, length = mark.rsplit("|", 3)
    return Span(file, int(line), int(column), int(length))


def _wrap_loose_text(item: etree._Element) -> list[etree._Element]:
    """Children of a list item with its leading loose text put into a paragraph."""
    blocks: list[etree._Element] = []
    paragraph = etree.Element("p")
    paragraph.text = item.text
    for child in item:
        if child.tag in _BLOCK_TAGS:
            if (paragraph.text or "").strip() or len(paragraph):
                blocks.append(paragraph)
            tail, child.tail = child.tail, None
            blocks.append(child)
            paragraph = etree.Element("p")
            paragraph.text = tail
        else:
            paragraph.append(child)
    if (paragraph.text or "").strip() or len(paragraph):
        blocks.append(paragraph)
    return blocks


def _lift_anchor(block: etree._Element) -> None:
    """``{#id}`` anywhere in a block's own text becomes the block's id."""
    for anchor in block.findall(".//span[@data-anchor]"):
        nearest: etree._Element | None = anchor.getparent()
        while nearest is not None and nearest.tag not in ("li", "p", "h2", "h3", "h4", "h5", "h6", "td", "th"):
            nearest = nearest.getparent()
        parent = nearest.getparent() if nearest is not None and nearest.tag == "p" else None
        if parent is not None and parent.tag == "li" and parent[0] is nearest:
            nearest = parent
        (nearest if nearest is not None else block).set("id", anchor.get("data-anchor", ""))
        _remove_keeping_tail(anchor)


def _lift_form(figure: etree._Element, title: etree._Element) -> None:
    """``{横排}`` in a table's title and ``{通栏}`` in a picture's become classes; without a figure, nothing."""
    for form in title.findall(".//span[@data-form]"):
        if figure.tag == "figure":
            figure.set("class", f"{figure.get('class')} {form.get('data-form')}")
        _remove_keeping_tail(form)


def _remove_keeping_tail(element: etree._Element) -> None:
    parent, before = element.getparent(), element.getprevious()
    assert parent is not None
    tail = element.tail or ""
    if before is not None:
        before.tail = ((before.tail or "") + tail).rstrip() if not tail.strip() else (before.tail or "") + tail
    else:
        parent.text = ((parent.text or "") + tail).rstrip() if not tail.strip() else (parent.text or "") + tail
    parent.remove(element)


def _strip_prefix(block: etree._Element, length: int) -> etree._Element:
    block.text = (block.text or "").lstrip()[length:].lstrip()
    return block


def _lines(block: etree._Element) -> list[etree._Element]:
    """A paragraph split at its kept line ends (see ``_join_lines``) into one element a line."""
    lines = [etree.Element("p")]

    def put(text: str | None) -> None:
        for number_, piece in enumerate((text or "").split("\u2028")):
            if number_:
                lines.append(etree.Element("p"))
            line = lines[-1]
            if len(line):
                line[-1].tail = (line[-1].tail or "") + piece
            else:
                line.text = (line.text or "") + piece

    put(block.text)
    for child in list(block):
        tail, child.tail = child.tail, None
        lines[-1].append(child)
        put(tail)
    return lines


def _paragraph(block: etree._Element) -> list[etree._Element]:
    """A paragraph with its pictures, which stand alone, and their 图题, 图源 lines taken out as ``figure``."""
    if block.find("img") is None:
        return [block]
    blocks: list[etree._Element] = []
    for line in _lines(block):
        start = (line.text or "").lstrip()
        if blocks and blocks[-1].tag == "figure" and start.startswith(("图题：", "图题:", "图源：", "图源:")):
            _add_caption(blocks[-1], line)
            continue
        words = etree.Element("p")
        words.text = line.text
        for child in list(line):
            if child.tag != "img":
                words.append(child)
                continue
            tail, child.tail = child.tail, None
            figure = etree.Element("figure", {"class": "picture"})
            figure.append(child)
            blocks += [words, figure] if words_of(words).strip() else [figure]
            words = etree.Element("p")
            words.text = tail
        if words_of(words).strip():
            blocks.append(words)
    if identifier := block.get("id"):
        next(b for b in blocks if b.tag == "figure").set("id", identifier)
    return blocks


def _add_caption(figure: etree._Element, line: etree._Element) -> None:
    caption = figure.find("figcaption")
    is_title = (line.text or "").lstrip().startswith("图题")
    line = _strip_prefix(line, 3)
    if caption is None:
        caption = etree.SubElement(figure, "figcaption")
    if is_title:
        line.tag = "figcaption"
        _lift_form(figure, line)
        line.extend(list(caption))
        figure.replace(caption, line)
        return
    credit = etree.Element("span", {"class": "credit"})
    credit.text = f"（图／{words_of(line).strip()}）"
    if len(caption):
        caption[-1].tail = (caption[-1].tail or "").rstrip()
    else:
        caption.text = (caption.text or "").rstrip()
    caption.append(credit)


def _table(table: etree._Element, title: etree._Element | None) -> etree._Element:
    """A Markdown table as ``figure.table``: merged cells, number columns, its caption first."""
    figure = etree.Element("figure", {"class": "table"})
    if title is not None:
        title.tag = "figcaption"
        _lift_form(figure, title)
        if identifier := title.attrib.pop("id", ""):
            figure.set("id", identifier)
        figure.append(title)
    for element in table.iter():
        if isinstance(element.tag, str):
            if element.tag not in ("td", "th"):
                _drop_blank_text(element)
            style = element.attrib.pop("style", "")
            if "right" in style:
                element.set("class", "number")
    head = table.find("thead")
    if head is not None and not words_of(head).strip():
        table.remove(head)
    _lift_anchor(table)
    _merge_cells(table)
    table.set("class", _table_class(table))
    heads = [words_of(cell) for cell in table.iterfind("thead/tr/th")]
    if len(heads) < 2 or len(set(heads)) < len(heads):  # no column heads, or the same pair twice: a form
        _label_rows(table)
    if head is not None:
        for cell in table.iterfind("thead/tr/th"):
            cell.set("scope", "col")
    figure.append(table)
    return figure


def _drop_blank_text(element: etree._Element) -> None:
    if element.text is not None and not element.text.strip():
        element.text = None
    for child in element:
        child.tail = None


def _label_rows(table: etree._Element) -> None:
    """In a form every second cell, from the first, says what to write beside it."""
    for row in table.iterfind("tbody/tr"):
        cells = list(row)
        for cell in cells[::2]:
            fields = [e for e in cell.iter("span") if classes(e) & {"box", "box-checked", "blank"}]
            if words_of(cell).strip() and not fields:
                cell.tag = "th"
                cell.set("scope", "row" if len(cells) > 1 else "col")


def _merge_cells(table: etree._Element) -> None:
    """``^`` joins a cell to the one above, ``<`` to the one on its left."""
    for part in table:
        above: dict[int, etree._Element] = {}
        for row in list(part):
            cells = list(row)
            marks = [(c.text or "").strip() if not len(c) else "" for c in cells]
            raised = {
                id(owner)
                for owner in set(above.values())
                if all(marks[n] == "^" for n, cell in above.items() if cell is owner and n < len(cells))
            }
            left: etree._Element | None = None
            for column, cell in enumerate(cells):
                owner = above.get(column)
                if owner is not None and id(owner) in raised:
                    if owner is not left:
                        owner.set("rowspan", str(int(owner.get("rowspan", "1")) + 1))
                    row.remove(cell)
                    left = owner
                elif marks[column] == "<" and left is not None and left.getparent() is row:
                    left.set("colspan", str(int(left.get("colspan", "1")) + 1))
                    row.remove(cell)
                    above[column] = left
                else:
                    above[column] = left = cell


def _table_class(table: etree._Element) -> str:
    head = "".join(words_of(c) + "|" for c in table.iterfind("thead/tr/th"))
    cells = table.findall("tbody/tr/td")
    if "分值" in head and ("得分" in head or "自评" in head):
        return "score"
    if any(c.find(".//span[@class='box']") is not None for c in cells):
        return "checklist"
    empty = [c for c in cells if not words_of(c).strip() and not len(c)]
    return "form" if cells and len(empty) >= len(cells) * 0.3 else "data"


def _attribute(block: etree._Element) -> None:
    """A last line ``—— 某人`` of a quotation becomes its attribution."""
    if not len(block) or block[-1].tag != "p":
        return
    last = block[-1]
    lines = _lines(last)
    ending = (lines[-1].text or "").lstrip()
    if ending.startswith("——"):
        attribution = lines.pop()
        attribution.set("class", "attribution")
        attribution.text = "——" + ending.removeprefix("——").lstrip()
        position = block.index(last)
        block.remove(last)
        if lines:
            block.insert(position, _joined(lines))
        block.append(attribution)


def _joined(lines: list[etree._Element]) -> etree._Element:
    first = lines[0]
    for line in lines[1:]:
        if len(first):
            first[-1].tail = (first[-1].tail or "") + (line.text or "")
        else:
            first.text = (first.text or "") + (line.text or "")
        for child in list(line):
            first.append(child)
    return first


_GAP = re.compile(r" *\n *| +")
_KEPT = re.compile(r" *\n[ \u3000]*(?=(?:图题|图源)[:：]|——)")


def _drop_kept_ends(block: etree._Element) -> None:
    for element in block.iter():
        if element.text:
            element.text = element.text.replace("\u2028", "")
        if element.tail:
            element.tail = element.tail.replace("\u2028", "")


def _join_lines(root: etree._Element) -> None:
    """Line ends and spaces inside a paragraph: nothing between Han characters (CLREQ has no gap there).

    Before 图题：, 图源： and —— the end is kept as U+2028 for ``_lines``.
    """
    ordered: list[tuple[etree._Element, str, str]] = []

    def visit(element: etree._Element) -> None:
        if element.text:
            ordered.append((element, "text", element.text))
        for child in element:
            visit(child)
            if child.tail:
                ordered.append((child, "tail", child.tail))

    visit(root)
    afters = [""]  # the character that follows each text, found from behind
    for *_, value in reversed(ordered):
        afters.append(value.lstrip(" \n")[:1] or afters[-1])
    last = ""
    for (element, attribute, written), after in zip(ordered, reversed(afters[:-1]), strict=True):
        before, last = last, written.rstrip(" \n")[-1:] or last
        if not _GAP.search(written) or element.tag in ("table", "thead", "tbody", "tr"):
            continue
        value = _KEPT.sub("\u2028", written)

        def gap(m: re.Match[str], value: str = value, before: str = before, after: str = after) -> str:
            left = value[m.start() - 1] if m.start() else before
            right = value[m.end()] if m.end() < len(value) else after
            sides = bool(_WIDE_CHAR.match(left)) + bool(_WIDE_CHAR.match(right))
            if "\n" in m[0]:
                return "" if sides or not left or not right else " "
            return "" if sides == 2 else m[0]

        setattr(element, attribute, _GAP.sub(gap, value))
