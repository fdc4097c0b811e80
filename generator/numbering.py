"""Numbers the model gives: clauses, figures, tables and what references to them print.

Writers copy them, so PDF, Word and web agree.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from generator.diagnostics import Diagnostic, Text, error, say
from generator.model import Entry
from generator.prose import span_of
from generator.tree import classes, text

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")


def chinese(value: int) -> str:
    """1 … 9999 in Chinese numerals as clauses write them: 十, 二十一, 一百零三."""
    if not 1 <= value <= 9999:
        raise ValueError(value)
    figures = str(value)
    written = ""
    for place, figure in enumerate(figures):
        power = len(figures) - place - 1
        if figure != "0":
            written += _DIGITS[int(figure)] + _PLACES[power]
        elif written and not written.endswith("零") and int(figures[place:]):
            written += "零"
    return written.removeprefix("一") if 10 <= value < 20 else written


def circled(value: int) -> str:
    """①…⑳ for small numbers."""
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else f"({value})"


@dataclass(frozen=True)
class Level:
    """One level of a scheme: its label, what a reference to it prints, and whether it never restarts."""

    label: Callable[[int], str]
    cite: Callable[[int], str]
    running: bool = False
    #: references to this level and below begin anew here instead of with the levels above
    absolute: bool = False


@dataclass(frozen=True)
class Scheme:
    """How a family of documents numbers headings (h2, h3, h4) and items (ordered lists, outermost first)."""

    headings: tuple[Level, ...]
    items: tuple[Level, ...]
    dotted: bool = False
    appendix: Callable[[int], str] = lambda n: f"附件{n}"


def _letter(value: int) -> str:
    return chr(96 + value) if value <= 26 else f"z{value - 26}"


_CHAPTERS = (
    Level(lambda n: f"第{chinese(n)}章　", lambda n: f"第{chinese(n)}章", absolute=True),
    Level(lambda n: f"第{chinese(n)}节　", lambda n: f"第{chinese(n)}节"),
)
_ARTICLES = (
    Level(lambda n: f"第{chinese(n)}条　", lambda n: f"第{chinese(n)}条", running=True, absolute=True),
    Level(lambda n: f"（{chinese(n)}）", lambda n: f"第（{chinese(n)}）项"),
    Level(lambda n: f"{n}. ", lambda n: f"第{n}目"),
)

#: 编号体例 -> scheme. 办法 and 制度: 条 runs through the document; 标准: GB/T 1.1-2020; 指引: GB/T 9704-2012.
SCHEMES: Mapping[str, Scheme] = {
    "指引": Scheme(
        (
            Level(lambda n: f"{chinese(n)}、", lambda n: f"第{chinese(n)}部分", absolute=True),
            Level(lambda n: f"（{chinese(n)}）", lambda n: f"（{chinese(n)}）"),
        ),
        (
            Level(lambda n: f"{n}. ", lambda n: f"第{n}项"),
            Level(lambda n: f"（{n}）", lambda n: f"第（{n}）目"),
        ),
    ),
    "办法": Scheme(_CHAPTERS, _ARTICLES),
    "制度": Scheme(_CHAPTERS, _ARTICLES),
    "标准": Scheme(
        (),
        (
            Level(lambda n: f"{_letter(n)}）", lambda n: f" {_letter(n)}）"),
            Level(lambda n: f"{n}）", lambda n: f"{n}）"),
        ),
        dotted=True,
        appendix=lambda n: f"附录{chr(64 + n)}",
    ),
}


@dataclass
class _State:
    counts: dict[int, int] = field(default_factory=dict)
    running: dict[int, int] = field(default_factory=dict)
    cites: dict[int, str] = field(default_factory=dict)
    prefix: str = ""


def number_clauses(blocks: Sequence[etree._Element], scheme: Scheme, prefix: str = "") -> list[etree._Element]:
    """Give headings their labels and turn ordered lists into ``div.clause``; the blocks in order.

    ``prefix`` is an appendix's letter in a standard (A gives A.1). What a reference to a numbered place
    prints is left on it as ``data-cite`` for :func:`resolve`.
    """
    state = _State(prefix=prefix)
    result: list[etree._Element] = []
    for block in blocks:
        if block.tag in ("h2", "h3", "h4", "h5"):
            result.append(_number_heading(block, int(block.tag[1]) - 2, scheme, state))
        elif block.tag == "ol":
            result.extend(_number_items(block, 0, scheme, state))
        else:
            result.append(block)
    return result


def _number_heading(block: etree._Element, level: int, scheme: Scheme, state: _State) -> etree._Element:
    if not scheme.dotted and level >= len(scheme.headings):
        return block
    state.counts = {k: v for k, v in state.counts.items() if k <= level}
    state.counts[level] = state.counts.get(level, 0) + 1
    number = state.counts[level]
    if scheme.dotted:
        path = [state.prefix] if state.prefix else []
        path += [str(state.counts.get(n, 1)) for n in range(level + 1)]
        label, cite = ".".join(path) + "　", ".".join(path)
        if len(path) == 1:
            cite = f"第{cite}章"  # GB/T 1.1-2020: 第3章, but 3.1
        state.cites = {0: cite}
        if text(block).rstrip().endswith(("。", "；", "：")):
            block.tag = "p"  # 无标题条 (GB/T 1.1-2020 7.4)
            block.set("class", "clause-text")
    else:
        rule = scheme.headings[level]
        label = rule.label(number)
        above = "" if rule.absolute else state.cites.get(level - 1, "")
        cite = above + rule.cite(number)
        state.cites = {k: v for k, v in state.cites.items() if k < level} | {level: cite}
    _label(block, label)
    block.set("data-cite", cite)
    return block


def _number_items(block: etree._Element, depth: int, scheme: Scheme, state: _State) -> Iterator[etree._Element]:
    if depth >= len(scheme.items):
        yield block
        return
    rule = scheme.items[depth]
    start = state.running.get(depth, 0) if rule.running else 0
    parent_cite = state.cites.get(_ITEM + depth - 1, "") if depth else _heading_cite(state)
    for number, item in enumerate(block, start + 1):
        clause = etree.Element("div", {"class": "clause", "data-level": str(depth + 1)})
        for name in ("id", "data-source"):
            if value := item.get(name) or (block.get(name) if name == "data-source" else None):
                clause.set(name, value)
        cite = ("" if rule.absolute else parent_cite) + rule.cite(number)
        clause.set("data-cite", cite)
        state.cites[_ITEM + depth] = cite
        for child in _paragraphs(item):
            if child.tag == "ol":
                for deeper in _number_items(child, depth + 1, scheme, state):
                    clause.append(deeper)
            else:
                clause.append(child)
        if not len(clause) or clause[0].tag != "p":
            clause.insert(0, etree.Element("p"))
        _label(clause[0], rule.label(number))
        if rule.running:
            state.running[depth] = number
        yield clause


_ITEM = 100


def _heading_cite(state: _State) -> str:
    return state.cites[max(k for k in state.cites if k < _ITEM)] if any(k < _ITEM for k in state.cites) else ""


def _paragraphs(item: etree._Element) -> list[etree._Element]:
    """The children of a list item, its loose text made a paragraph."""
    blocks: list[etree._Element] = []
    paragraph = etree.Element("p")
    paragraph.text = item.text
    for child in list(item):
        if child.tag in ("p", "ol", "ul", "figure", "aside", "blockquote"):
            if (paragraph.text or "").strip() or len(paragraph):
                blocks.append(paragraph)
            paragraph = etree.Element("p")
            paragraph.text, child.tail = child.tail, None
            blocks.append(child)
        else:
            paragraph.append(child)
    if (paragraph.text or "").strip() or len(paragraph):
        blocks.append(paragraph)
    return blocks


def _label(block: etree._Element, words: str) -> None:
    label = etree.Element("span", {"class": "label"})
    label.text, label.tail, block.text = words, (block.text or "").lstrip(), None
    block.insert(0, label)


#: How many figures of a kind have been numbered in the body ("") or the appendix of a letter.
Counts = dict[tuple[str, str], int]


def number_figures(articles: Sequence[etree._Element], counts: Counts | None = None) -> None:
    """图1, 图2 … and 表1, 表2 … through the whole publication; in a lettered appendix 图A.1, 表A.1.

    Only captioned figures are numbered. ``section.attachment`` may carry ``data-letter``. ``counts`` are those of the
    articles before, and are counted on.
    """
    counts = {} if counts is None else counts
    for article in articles:
        for figure in article.iter("figure"):
            caption = figure.find("figcaption")
            if caption is None or not text(caption).strip() or _only_credit(caption):
                continue
            kind = "表" if "table" in classes(figure) else "图"
            letter = next(
                (a.get("data-letter", "") for a in figure.iterancestors("section") if a.get("data-letter")), ""
            )
            counts[kind, letter] = counts.get((kind, letter), 0) + 1
            number = f"{letter}.{counts[kind, letter]}" if letter else str(counts[kind, letter])
            _label(caption, f"{kind}{number}　")
            figure.set("data-cite", f"{kind}{number}")


#: What a list of figures has one after the other.
LISTS = ("插图", "表格")


def list_figures(articles: Sequence[etree._Element]) -> Iterator[Entry]:
    """Lines of a list of the numbered figures and, after them, tables; one without an id is given one."""
    for section, kind in zip(LISTS, "图表", strict=True):
        for figure in (f for article in articles for f in article.iter("figure")):
            cite, caption = figure.get("data-cite", ""), figure.find("figcaption")
            if not cite.startswith(kind) or caption is None:
                continue
            if not figure.get("id"):
                figure.set("id", f"{'figure' if kind == '图' else 'table'}-{cite[1:]}")  # ASCII, for links
            caption = deepcopy(caption)
            for credit in caption.iterfind("span"):
                if "credit" in classes(credit):
                    credit.text = None
            words = text(caption, notes=False)
            yield Entry(figure.get("id", ""), " ".join(words.split(" ")).strip(), section=section)


def _only_credit(caption: etree._Element) -> bool:
    return not (caption.text or "").strip() and all("credit" in classes(c) for c in caption)


@dataclass(frozen=True)
class Target:
    """A place with an id: the role of references that print its number, and what they print."""

    role: str = ""
    cite: str | None = None


def targets(article: etree._Element) -> dict[str, Target]:
    """The places of a numbered article that references may point to; of two with one id the first."""
    found: dict[str, Target] = {}
    for element in article.iter():
        identifier = element.get("id") if isinstance(element.tag, str) else None
        if identifier and identifier not in found:
            cite = element.get("data-cite")
            found[identifier] = Target() if cite is None else Target(_kind_of(element, cite), cite)
    return found


def first_of(given: Iterable[Mapping[str, Target]]) -> dict[str, Target]:
    """The targets of several articles; of two with one id the first."""
    found: dict[str, Target] = {}
    for each in given:
        for identifier, target in each.items():
            found.setdefault(identifier, target)
    return found


def referred_to(article: etree._Element) -> Iterator[str]:
    """The ids that the cross references of an article name."""
    for reference in article.iter("a"):
        if reference.get("data-role") is not None and reference.get("data-at") is not None:
            yield (reference.get("href") or "")[1:]


def resolve(
    articles: Sequence[etree._Element],
    titles: Mapping[str, str],
    faulty: Container[str] = (),
    elsewhere: Container[str] = (),
    known: Mapping[str, Target] | None = None,
) -> Iterator[Diagnostic]:
    """Fill every cross reference with what it prints; report those without a target.

    ``titles`` gives the printed title of each article or item by id, for 《题名》. Nothing is said of
    ``faulty`` ids, whose own fault has been reported; ``elsewhere`` are records this edition doesn't print.
    ``known`` are the targets of the whole publication if these are not all its articles.
    """
    if known is None:
        known = first_of(targets(article) for article in articles)
    for article in articles:
        for reference in article.iter("a"):
            role, mark = reference.get("data-role"), reference.get("data-at")
            if role is None or mark is None:
                continue
            identifier = (reference.get("href") or "")[1:]
            target = known.get(identifier)
            if target is None:
                reference.text = "？"
                if identifier in elsewhere:
                    yield error(
                        "reference.not_in_edition",
                        say("“{id}”不在这份出版物里，引用不到", id=identifier),
                        span_of(mark),
                        say("把它加进栏目，或删去这处引用"),
                    )
                elif identifier not in faulty:
                    yield error(
                        "reference.dangling",
                        say("没有编号为“{id}”的{kind}可引用", id=identifier, kind=_KINDS[role]),
                        span_of(mark),
                        _suggest(identifier, known),
                    )
                continue
            if role == "页":
                continue
            cite = titles.get(identifier) if role == "文" else target.cite
            if cite is None or role not in ("文", target.role):
                yield error(
                    "reference.wrong_kind",
                    say("“{id}”不是可以用 {{{role}:}} 引用的{kind}", id=identifier, role=role, kind=_KINDS[role]),
                    span_of(mark),
                    say("图表要有图题、表题才有号；条款要在有编号的文件里"),
                )
                reference.text = "？"
                continue
            reference.text = f"《{cite}》" if role == "文" else cite
    for article in articles:
        etree.strip_attributes(article, "data-role", "data-at", "data-cite", "data-letter")


def _kind_of(target: etree._Element, cite: str) -> str:
    """The role that may point to a numbered place."""
    if target.tag == "figure":
        return cite[0]
    return "附录" if "attachment" in classes(target) else "条"


_KINDS = {"图": "图", "表": "表", "条": "条款", "附录": "附录", "文": "文章", "页": "内容"}


def _suggest(identifier: str, known: Mapping[str, object]) -> Text:
    close = difflib.get_close_matches(identifier, list(known), 1, 0.6)
    return (
        say("是不是“{word}”？", word=close[0])
        if close
        else say("在目标后面写 {{#{id}}}，或改正这里的编号", id=identifier)
    )
