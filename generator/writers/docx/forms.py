"""What of a publication waits to be filled in, and with what: read off its words before anything is written.

Every blank, every box and every cell of a form that is empty or ends in a colon becomes a :class:`Control`.

* ``□`` is a check box, options of a single choice included, so that the printed form keeps its words; where the label
  or the line says 单选 (or 选一项), the options become one list.
* A blank or cell is a date if its label says so (日期, 受理时间; not 日期与时段); three blanks with 年, 月, 日 are one.
* An empty cell of a column 自评 or 得分 is a list from 0 to the 分值 or 满分 of its row; where a note of the table
  speaks of 小数, numbers may be typed into it too. Totals and rows of more than twenty points are typed.
* What is signed or sealed (签字, 签名, 盖章) stays blank for the pen.
* Cells over half the table or about 情况, 意见 and the like take several lines, all others one.
* A table or list with a ticked box has been filled in, and a station's profile reports: they stay as they are.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from lxml import etree

from generator import tree
from generator.model import Publication
from generator.writers.docx.grid import Cell, grid_of, is_empty, rows_of, to_fill_in
from generator.writers.docx.wordml import Element, twin


class Kind(Enum):
    """How something is filled in."""

    TEXT = auto()
    LINES = auto()
    DATE = auto()
    CHECK = auto()
    CHOICE = auto()
    NUMBER = auto()


@dataclass(frozen=True)
class Control:
    """One place to fill in: its name for people, its name for programs, its number in the file.

    ``tag`` begins with ``f:``, has at most 64 characters and depends on the form's words alone. ``options`` are those
    of a CHOICE or a NUMBER.
    """

    kind: Kind
    title: str
    tag: str
    identity: int
    options: tuple[str, ...] = ()


Controls = Mapping[Element, Control]

#: Word's limit for the title and the tag of a content control.
_LONGEST = 64
#: A blank of so many ems is for several lines; a column of this share of its table too.
_LONG_BLANK, _WIDE_COLUMN = 16, 45.0
#: More points than these are typed, not chosen.
_MOST_POINTS = 20

_PEN = re.compile("签名|签字|签章|盖章|签收人|公章|手印")
_DATE = re.compile(
    "[^与和及、或]*(?:日期|年月日|(?:受理|填表|接案|结案|开案|签订|签署|登记|申请|报送|评估|检查|成立|建站|出生|入户|走访|回访)时间)"
)
_LINES = re.compile("情况|意见|说明|理由|原因|经过|内容|评价|建议|措施|小结|总结|原话|事由")
_SINGLE = re.compile("单选|选一项|任选其一|只选一")
_SCORED = re.compile("(?:自评|得分|他评|打分)分?$")
_POINTS = re.compile("分值|满分")
_TOTAL = re.compile("合计|总分|小计|总计")
#: Heads that say nothing of their column.
_PLAIN_HEADS = frozenset(("填写内容", "内容", "填写", "信息", "登记内容"))

_CUT = re.compile(r"[\s\u3000，。；、：:,;（）()“”]+")
_JOINING = frozenset(("", "至", "到", "和", "或"))


@dataclass(frozen=True)
class _Where:
    """What a cell's neighbours say of it."""

    row: str = ""
    column: str = ""
    wide: bool = False
    waits: bool = False
    points: int = 0
    typed: bool = False

    @property
    def words(self) -> str:
        """What names the cell itself, not its line."""
        return self.column or self.row


_NOWHERE = _Where()


def prepared(publication: Publication) -> tuple[Publication, Controls]:
    """The publication with the blanks of a date and the boxes of a single choice made one blank, and its controls.

    The words stay the same. Without controls there is nothing to fill in.
    """
    plan = _Plan()
    articles = []
    for article in publication.articles:
        body = twin(article.body)
        plan.article(body, article.id)
        articles.append(replace(article, body=body))
    return replace(publication, articles=tuple(articles)), plan.controls


class _Plan:
    def __init__(self) -> None:
        self.controls: dict[Element, Control] = {}
        self._tags: set[str] = set()
        self._identities: set[int] = set()
        self._form = ""

    def article(self, body: Element, identity: str) -> None:
        _gather(body)
        cells: dict[Element, _Where] = {}
        for table in body.iter("table"):
            if not _is_settled(table):
                cells.update(_cells(table))
        for element in list(body.iter()):
            if not isinstance(element.tag, str):
                continue
            if element is body or "attachment" in element.get("class", "").split():
                self._form = element.get("id") or identity
            where = cells.get(element, _NOWHERE)
            if where.waits:
                self._cell(element, where)
            tokens = list(_tokens(element)) if len(element) and _holds_words(element) else []
            if any(not isinstance(t, str) for t in tokens) and not _is_settled(element):
                around = next((cells[a] for a in (element, *element.iterancestors()) if a in cells), _NOWHERE)
                self._line(element, tokens, around)

    def _cell(self, cell: Element, where: _Where) -> None:
        said = _label(tree.text(cell, notes=False))
        if any(_PEN.search(words) for words in (where.row, where.column, said)):
            return
        names = (where.row, where.column, said)
        if where.points:
            self._add(cell, Kind.NUMBER, names, tuple(map(str, range(where.points + 1))), typed=where.typed)
        elif _DATE.fullmatch(where.words):
            self._add(cell, Kind.DATE, names)
        else:
            several = where.wide or bool(_LINES.search(where.words))
            self._add(cell, Kind.LINES if several else Kind.TEXT, names)

    def _line(self, block: Element, tokens: list[str | Element], where: _Where) -> None:
        """The blanks and boxes of a paragraph, a list item or a cell."""
        label = group = ""
        for place, token in enumerate(tokens):
            if isinstance(token, str):
                continue
            before, after = _beside(tokens, place - 1), _beside(tokens, place + 1)
            if "box" in tree.classes(token):
                opens = before.rstrip().endswith(("：", ":"))
                if opens or (place < 2 and before):
                    group = _label(before)
                option = _CUT.split(after.strip())[0][:20]
                self._add(token, Kind.CHECK, (where.row, where.column, group, option))
                continue
            said = _label(before)
            following = _CUT.split(after)[0][:6]
            if said not in _JOINING:
                label = said
            elif not label:
                label = following
            if not before.rstrip().endswith(("：", ":")) and len(said) <= 2 and following and not is_gathered(token):
                label = f"{'' if said in _JOINING else said}…{following}"
            self._blank(token, label, where)

    def _blank(self, blank: Element, label: str, where: _Where) -> None:
        names = (where.row, where.column, label)
        dated = bool(_DATE.fullmatch(label or where.words))
        options = tuple(_options(blank))
        if options:
            self._add(blank, Kind.CHOICE, names, options)
        elif is_gathered(blank) or dated:
            self._add(blank, Kind.DATE, names)
        elif not any(_PEN.search(words) for words in names):
            long = float(blank.get("data-width") or 0) >= _LONG_BLANK
            self._add(blank, Kind.LINES if long else Kind.TEXT, names)

    def _add(
        self, element: Element, kind: Kind, names: Iterable[str], options: tuple[str, ...] = (), *, typed: bool = False
    ) -> None:
        parts = list(dict.fromkeys(name for name in names if name)) or ["填空"]
        tag = _within(f"f:{self._form}." + ".".join(re.sub(r"[\s\u3000.：:]+", "", part) for part in parts))
        title = "：".join(parts)
        count = 1
        while (numbered := _within(tag, f"#{count}" if count > 1 else "")) in self._tags:
            count += 1
        self._tags.add(numbered)
        if count > 1:
            title = f"{title[: _LONGEST - 5]}（{count}）"
        if kind is Kind.NUMBER and not typed:
            kind = Kind.CHOICE
        self.controls[element] = Control(kind, title[:_LONGEST], numbered, self._identity(numbered), options)

    def _identity(self, tag: str) -> int:
        """A number of 31 bits that depends on the tag alone, but for a tag that fell on another's."""
        number, more = 0, ""
        while number == 0 or number in self._identities:
            number = int.from_bytes(hashlib.sha256((tag + more).encode()).digest()[:4], "big") & 0x7FFFFFFF
            more += "+"
        self._identities.add(number)
        return number


def _within(tag: str, ending: str = "") -> str:
    """A tag short enough for Word; what is cut off is told by a digest."""
    if len(tag) + len(ending) <= _LONGEST:
        return tag + ending
    digest = hashlib.sha256(tag.encode()).hexdigest()[:8]
    return f"{tag[: _LONGEST - len(ending) - 9]}~{digest}{ending}"


# ------------------------------------------------------------------ words around a blank


def _holds_words(element: Element) -> bool:
    """Whether an element holds a line of text: it is a block, and its own or its inline children's words are one."""
    kind = tree.VOCABULARY.get(str(element.tag))
    return kind is not None and kind.group == tree.BLOCK


def _tokens(block: Element) -> Iterator[str | Element]:
    """The words of a block between its blanks and boxes, and these; what stands in blocks inside is theirs."""
    words = block.text or ""
    for child in block:
        names = tree.classes(child)
        if names & {"blank", "box"}:
            yield words
            yield child
            words = ""
        elif "footnote" not in names and not _holds_words(child):
            for token in _tokens(child):
                if isinstance(token, str):
                    words += token
                else:
                    yield words
                    yield token
                    words = ""
        words += child.tail or ""
    yield words


def _beside(tokens: list[str | Element], place: int) -> str:
    found = tokens[place] if 0 <= place < len(tokens) else ""
    return found if isinstance(found, str) else ""


def _label(words: str) -> str:
    """The last word before a blank: what follows a mark or a space, without its colon and a remark in brackets."""
    words = words.rstrip("\u3000 \t\n：:")
    words = re.sub(r"（[^（）]*）$", "", words)
    return _CUT.split(words)[-1][-12:] if words else ""


def _is_settled(element: Element) -> bool:
    """Whether what it belongs to has been filled in, or reports what is."""
    around = [element, *element.iterancestors()]
    if any("profile" in tree.classes(a) for a in around):
        return True
    holder = next((a for a in around if a.tag in ("table", "ul", "ol")), element)
    return any("box-checked" in tree.classes(span) for span in holder.iter("span"))


# ------------------------------------------------------------------ several blanks that are one


def _gather(body: Element) -> None:
    """Make one blank of a date's three and of a single choice's boxes; give listed things to tick their box."""
    for item in body.iter("li"):
        above = item.getparent()
        if above is not None and "checklist" in tree.classes(above) and not _is_settled(item):
            _give_box(item)
    for blank in list(body.iter("span")):
        if "blank" in tree.classes(blank) and blank.getparent() is not None:
            _gather_date(blank)
    for block in list(body.iter("p", "td", "th", "li", "dd")):
        if len(block) > 1 and not _is_settled(block):
            _gather_choice(block)


def _give_box(item: Element) -> None:
    if any("box" in tree.classes(span) for span in item.iter("span")):
        return
    holder = item[0] if len(item) and item[0].tag == "p" and not (item.text or "").strip() else item
    box = etree.Element("span", {"class": "box"})
    box.text, box.tail, holder.text = "☐", holder.text, None
    holder.insert(0, box)


def _gather_date(year: Element) -> None:
    month, day = year.getnext(), None
    if month is not None:
        day = month.getnext()
    if (
        day is None
        or month is None
        or not all("blank" in tree.classes(e) and not tree.text(e) for e in (year, month, day))
    ):
        return
    end = re.match(r"\s*日", day.tail or "")
    if (year.tail or "").strip() == "年" and (month.tail or "").strip() == "月" and end:
        _wrap(year, day, end[0])


def _gather_choice(block: Element) -> None:
    boxes = [e for e in block if "box" in tree.classes(e)]
    if len(boxes) < 2 or list(block)[block.index(boxes[0]) : block.index(boxes[-1]) + 1] != boxes:
        return
    row = block.getparent() if block.tag in ("td", "th") else None
    beside = "" if row is None else "".join(tree.text(c) for c in row if c is not block and not len(c))
    if not _SINGLE.search(beside + tree.text(block)) or "：" in "".join(b.tail or "" for b in boxes[:-1]):
        return
    last = re.match(r"\s*[^\s\u3000，。；（]*", boxes[-1].tail or "")
    _wrap(boxes[0], boxes[-1], last[0] if last else "")


def is_gathered(blank: Element) -> bool:
    """Whether a blank is made of several, or of boxes."""
    return any(tree.classes(child) & {"blank", "box"} for child in blank)


def _wrap(first: Element, last: Element, ending: str) -> None:
    """Put siblings, the words between them and ``ending`` after them into a blank of their own."""
    parent = first.getparent()
    assert parent is not None
    start, end = parent.index(first), parent.index(last)
    members = list(parent)[start : end + 1]
    rest = (last.tail or "")[len(ending) :]
    whole = etree.Element("span", {"class": "blank"})
    parent.insert(start, whole)
    for member in members:
        whole.append(member)
    last.tail, whole.tail = ending, rest


def _options(blank: Element) -> Iterator[str]:
    for box in blank:
        if "box" in tree.classes(box) and (option := " ".join((box.tail or "").replace("\u3000", " ").split())):
            yield option


# ------------------------------------------------------------------ tables


def _cells(table: Element) -> Iterator[tuple[Element, _Where]]:
    """Every cell of a table with what its neighbours say of it."""
    rows = rows_of(table)
    grid, columns = grid_of(rows)
    heads = _heads(table, grid, columns)
    kinds = tree.classes(table)
    form = "form" in kinds or ("score" not in kinds and to_fill_in(rows))
    fits = form or bool(kinds & {"score", "checklist"})
    shares = [float(c.get("data-width") or 0) for c in table.iter("col")]
    points = next((n for n, head in heads.items() if _POINTS.search(head)), None)
    typed = "小数" in _notes(table)
    for line in grid:
        for cell in line:
            if cell.element is None:
                continue
            head = heads.get(cell.column, "") if cell.span == 1 and cell.element.tag == "td" else ""
            row = _row_label(line, cell, named=bool(heads))
            share = sum(shares[cell.column : cell.column + cell.span])
            wide = (cell.span > 1 and columns > 2) or share >= _WIDE_COLUMN
            waits = fits and _waits(line, cell, row or head, form=form)
            most = _most(line, points) if _SCORED.search(head) and not _TOTAL.search(row) else 0
            yield cell.element, _Where(row, head, wide, waits, most if waits else 0, typed)


def _heads(table: Element, grid: list[list[Cell]], columns: int) -> dict[int, str]:
    """The heads of columns, if every column has one that tells it from the others."""
    if table.find("thead") is None or not grid:
        return {}
    names = {c.column: _said(c.element) for c in grid[0] if c.element is not None and c.span == 1}
    said = [n for n in names.values() if n]
    if len(said) < columns or len(set(said)) < columns or _PLAIN_HEADS & set(said):
        return {}
    return names


def _said(cell: Element | None) -> str:
    return "" if cell is None else "".join(tree.text(cell, notes=False).split())


def _row_label(line: list[Cell], cell: Cell, *, named: bool) -> str:
    """What a row is about: under heads, the first cell that is its own; else the nearest label on the left."""
    left = [c for c in line if c.element is not None and c.column < cell.column and _is_label(c.element, named=named)]
    own = [c for c in left if not c.merge] if named else [c for c in left[::-1] if not _asks_beside(line, c)]
    chosen = (own or left)[:1]
    return _said(chosen[0].element).rstrip("：:")[:40] if chosen else ""


def _is_label(cell: Element, *, named: bool) -> bool:
    """Whether a cell names others: it has words, no boxes, and no blanks if labels and blanks alternate."""
    taken = {"box", "box-checked"} if named else {"box", "box-checked", "blank"}
    return bool(_said(cell)) and not any(tree.classes(span) & taken for span in cell.iter("span"))


def _waits(line: list[Cell], cell: Cell, label: str, *, form: bool) -> bool:
    """Whether something is to be written into a cell: it is empty, or ends where an answer should begin."""
    assert cell.element is not None
    if is_empty(cell.element):
        return bool(label) and (cell.element.tag == "td" or form)
    return form and not len(cell.element) and _asks_beside(line, cell)


def _asks_beside(line: list[Cell], cell: Cell) -> bool:
    """Whether a cell asks for an answer in itself, there being no empty cell beside it."""
    right = next((c.element for c in line if c.column == cell.column + cell.span), None)
    return cell.element is not None and _asks(cell.element) and (right is None or _asks(right))


def _asks(cell: Element) -> bool:
    return _said(cell).endswith(("：", ":"))


def _most(line: list[Cell], points: int | None) -> int:
    """The points a row is worth, if they are few enough to choose from."""
    said = next((_said(c.element) for c in line if c.column == points), "")
    found = re.fullmatch(r"(\d{1,3})分?", said)
    return int(found[1]) if found and int(found[1]) <= _MOST_POINTS else 0


def _notes(table: Element) -> str:
    """The notes below a table."""
    holder = table.getparent() if table.getparent() is not None else table
    assert holder is not None
    inside = [e for e in holder.iter("p") if "table-note" in tree.classes(e)] if holder.tag == "figure" else []
    after = (holder if holder.tag == "figure" else table).getnext()
    if after is not None and "table-note" in tree.classes(after):
        inside.append(after)
    return "".join(map(tree.text, inside))
