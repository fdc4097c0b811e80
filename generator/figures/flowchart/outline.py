"""A procedure written as indented text -> the values of a flowchart, and where each of them stands.

::

    泳道：申请人、社工、站长              who does it; if said, the flowchart has columns (optional, first line)
    受理（预估）：3个工作日内完成    @社工  a step: name, ： and note, @ and who does it
    《服务协议》                        a document: all of the name in 《》
    是否接案？ 站长审批      @站长        a question: up to the ？; what follows is its note
      否：存档：说明理由 → 结束           its answers, indented; a step may follow the ：, a place to go on at the →
      须转介 → 转介
      是：                              or steps, indented below the answer
        接案
        计划
    同时：                              what is done at the same time, each indented on a line of its own
      链接资源
      心理疏导
    评估                               what doesn't go elsewhere leads to the next line further out
    → 计划                              all that comes from above goes to 计划

``→ 结束`` ends wherever it stands. ``A → B → C`` are a step A, a step B and a way to C; if a text is but one such line
C is a step, too. Tabs count as four columns, ideographic spaces as two. Numbers (1. （一） ① 第一步：), bullets, other
arrows (-> => ➝), half-width marks are taken as what they stand for; lines that begin with # are left out. A number is
a name to go to where no name is (→ 3).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.diagnostics import Text, say
from generator.model import Path

#: Offset, length, code, message, hint.
Slip = tuple[int, int, str, Text, Text]

#: More lines, or lines in one another, are not read.
MOST_LINES, DEEPEST = 300, 24

_NUMERALS = "一二三四五六七八九十"
_ARROW = re.compile(r"\s*(?:[→➝➔➜➞➡⇒⟶⟹]\ufe0f?|[-—–=－＝﹣]+[>＞])\s*")
_MARK = re.compile(
    rf"(?:[-–—*+•·●○▪■◆►－](?![-–—>=＞])\s*"
    rf"|(?P<dotted>\d{{1,2}})[.．、)）](?!\d)\s*"
    rf"|[（(](?P<bracketed>\d{{1,2}}|[{_NUMERALS}]{{1,3}})[)）]\s*"
    rf"|(?P<han>[{_NUMERALS}]{{1,3}})、(?![{_NUMERALS}])\s*"
    rf"|(?P<circled>[①-⑳])\s*"
    rf"|第(?P<step>\d{{1,2}}|[{_NUMERALS}]{{1,3}})步\s*[:：、.，,]\s*)"
)
#: Signs that stand for an arrow only with blanks on both sides, the last not behind a 《.
_ANGLE = re.compile(r"(?<!\S)[>＞»](?=\s)|(?<=[ \t])》(?=[ \t])")
_LANE = re.compile(r"[@＠]\s*([^\s@＠：:，,。；;→]+)")
_LANES = re.compile(r"泳道\s*[：:]\s*(?=\S)")
_PARALLEL = re.compile(r"(?:同时|并行|分头|同步)(?:进行|办理|开展|推进)?\s*[：:]?")
_BACK = re.compile(r"(?:返回|退回|回到|转到|转至|转入|跳到|进入|到)\s*")
_NUMBER = re.compile(rf"(?:第|步骤)?[（(]?(\d{{1,2}}|[{_NUMERALS}]{{1,3}}|[①-⑳])[)）]?步?")
_STRIPPED = " \t\u3000\r。；;，,、"
_OPEN, _CLOSE = "（(《〈“「『【〔[", "）)》〉”」』】〕]"


def plain(name: str) -> str:
    """A name as it is compared: without spaces, marks that quote or end it, and widths of characters."""
    return re.sub(r"[\s《》“”\"'「」『』]+", "", unicodedata.normalize("NFKC", name)).rstrip("?。;,、.:").casefold()


def named(name: str) -> str:
    """The same, a question told from a step of its name."""
    return plain(name) + "?" * (name.rstrip()[-1:] in ("?", "？"))


def _arabic(numeral: str) -> int:
    folded = unicodedata.normalize("NFKC", numeral)
    if folded.isdecimal():
        return int(folded)
    tens, ten, ones = folded.partition("十")
    if not ten:
        return _NUMERALS.index(folded[0]) + 1
    return (_NUMERALS.index(tens[0]) + 1 if tens else 1) * 10 + (_NUMERALS.index(ones[0]) + 1 if ones else 0)


@dataclass(frozen=True)
class _Piece:
    """Words of the text, where they stand."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def cut(self, low: int, high: int | None = None, strip: str = _STRIPPED) -> _Piece:
        part = self.text[low:high]
        lead = len(part) - len(part.lstrip(strip))
        return _Piece(part.strip(strip), self.start + low + lead)

    def find(self, marks: str) -> int:
        """The first of some marks that is in no brackets and between no digits; -1 if there is none."""
        depth = 0
        for n, character in enumerate(self.text):
            if character in _OPEN:
                depth += 1
            elif character in _CLOSE:
                depth = max(depth - 1, 0)
            elif character in marks and not depth and not re.match(r"\d.\d", self.text[max(n - 1, 0) : n + 2]):
                return n
        return -1


@dataclass
class _Row:
    """A line without its number, and the lines indented below it."""

    words: _Piece
    number: int | None
    blanks: str
    below: list[_Row] = field(default_factory=list)


@dataclass(frozen=True)
class _End:
    """What still leads nowhere: a step, by one of its answers if it asks."""

    step: int
    answer: _Piece | None = None


class _Reading:
    def __init__(self, text: str, names: frozenset[str]) -> None:
        self.text, self.names = text, names
        self.slips: list[Slip] = []
        self.places: dict[Path, tuple[int, int]] = {}
        self.steps: list[dict[str, Any]] = []
        self.lanes: list[str] = []
        self.defined: list[str] = []
        self.numbers: dict[int, list[int]] = {}
        self.goals: list[tuple[Path, dict[str, Any], _Piece]] = []
        self.last: _Piece | None = None
        rows = self._rows()
        if self.slips:  # which line belongs to which is not known
            return
        self.single = len(rows) == 1 and not rows[0].below
        for end in self._block(rows, []):
            self._finish(end)
        self._resolve()
        if not self.slips:
            self._again()

    # -- lines

    def _rows(self) -> list[_Row]:
        rows: list[_Row] = []
        open_: list[tuple[int, list[_Row]]] = [(-1, rows)]
        at = 0
        for line in self.text.split("\n"):
            start, at = at, at + len(line) + 1
            words = _Piece(line, start).cut(0, strip=" \t\u3000\r\ufeff")
            if not words.text or words.text.startswith("#"):
                continue
            if not rows and not self.lanes and (m := _LANES.match(words.text)):
                self._listed(words.cut(m.end()))
                continue
            indent = _indent(line[: words.start - start])
            row = _Row(*_unnumbered(words), line[: words.start - start])
            popped = False
            while len(open_) > 1 and open_[-1][0] > indent:
                open_.pop()
                popped = True
            if open_[-1][0] == indent:
                open_[-1][1].append(row)
            elif len(open_) == 1 and not popped:
                rows.append(row)
                open_.append((indent, rows))
            else:
                if popped:
                    self.slips.append(
                        _fault(
                            "flowchart.outdent",
                            words,
                            say("这一行的缩进和上面哪一层都不一样", en="This line is indented as none above"),
                            say("与同一层的行左边对齐", en="Align it with the lines it belongs to"),
                        )
                    )
                    if len(open_) == 1:
                        open_.append((indent, rows))
                        rows.append(row)
                        continue
                below = open_[-1][1][-1].below
                below.append(row)
                open_.append((indent, below))
                if len(open_) > DEEPEST:
                    self.slips.append(
                        _fault(
                            "flowchart.too_deep",
                            words,
                            say("缩进到了第 {level} 层", level=DEEPEST, en="This line is {level} levels deep"),
                            say("把后面的判断另画一张图", en="Draw the later decisions as a figure of their own"),
                        )
                    )
                    return rows
        return rows

    def _listed(self, words: _Piece) -> None:
        for m in re.finditer(r"[^、，,;；/|｜\s\u3000]+", words.text):
            self.places["泳道", len(self.lanes)] = (words.start + m.start(), len(m[0]))
            self.lanes.append(m[0])

    # -- steps

    def _block(self, rows: Sequence[_Row], ends: list[_End]) -> list[_End]:
        """Lines of one level, one after the other; returns what leads nowhere yet."""
        for row in rows:
            if _PARALLEL.fullmatch(row.words.text) and (row.below or row.words.text[-1] in "：:"):
                ends = self._parallel(row, ends)
            else:
                ends = self._line(row, ends)
        return ends

    def _line(self, row: _Row, ends: list[_End], goes_on: bool = False) -> list[_End]:
        """A line with steps; ``goes_on`` if lines below it are what comes next."""
        first = len(self.steps)
        arrow = _ARROW.match(row.words.text)
        if arrow and not ends and arrow.end() < len(row.words.text):
            self.slips.append(
                _fault(
                    "flowchart.jump_from_nowhere",
                    row.words,
                    say("这个箭头前面没有要走过来的步骤", en="Nothing comes to this arrow"),
                    say(
                        "上一步已经结束或已指向别处，删去这一行",
                        en="What is above ends or leads elsewhere; take it out",
                    ),
                )
            )
        ends = self._chain(row.words, ends, row.number)
        if self._asks(first):
            return self._answers(len(self.steps) - 1, row.below)
        if row.below and goes_on:
            return self._block(row.below, ends)
        if row.below:
            self.slips.append(
                _fault(
                    "flowchart.indented",
                    row.below[0].words,
                    say("这一行缩进了，可上一行不是提问", en="This line is indented, but the one above asks nothing"),
                    say(
                        "平常的步骤左边对齐；上一行若是判断，名称末尾写“？”；同时办的，上面写“同时：”",
                        en="Align steps; a decision ends with ？, what is done at the same time has 同时： above it",
                    ),
                )
            )
            return self._block(row.below, ends)
        return ends

    def _asks(self, first: int) -> bool:
        return len(self.steps) > first and self.steps[-1]["类别"] == "判断"

    def _chain(self, words: _Piece, ends: list[_End], number: int | None = None, inline: bool = False) -> list[_End]:
        """Steps and ways between arrows."""
        parts, at = [], 0
        for m in _ARROW.finditer(words.text):
            parts.append(words.cut(at, m.start()))
            at = m.end()
        parts.append(words.cut(at))
        for n, part in enumerate(parts):
            final = n + 1 == len(parts)
            if n and not part.text:
                arrow = words.cut(max(part.start - words.start - 2, 0))
                self.slips.append(
                    _fault(
                        "flowchart.arrow_bare",
                        arrow,
                        say("箭头后面没有写去哪一步", en="The arrow leads nowhere"),
                        say("写上那一步的名称", en="Write the name of a step behind it"),
                    )
                )
                return []
            if not part.text:
                continue
            if n and self._unanswered(part, ends):
                return []
            if n or inline:
                part, number = _numbered(part)
            if n and final and not self.single:
                return self._goto(part, ends)
            if n and named(_name(part).text) in self.names:
                self.slips.append(_fault("flowchart.jump_goes_on", part,
                    say("“{name}”另有一行，指过去以后不能再接着写", name=_name(part).text,
                        en="“{name}” has a line of its own; nothing can follow it here"),
                    say("写到“→ {name}”为止", name=_name(part).text, en="Stop at “→ {name}”"),
                ))  # fmt: skip
                return []
            ends = self._step(part, ends, number, defining=n == 0, inline=inline and n == 0)
        return ends

    def _unanswered(self, words: _Piece, ends: list[_End]) -> bool:
        """Whether an arrow comes from a question itself."""
        if not ends or ends[-1].answer is not None or self.steps[ends[-1].step]["类别"] != "判断":
            return False
        self.slips.append(_fault("flowchart.question_goes", words,
            say("提问后面不能直接写箭头", en="No arrow can follow a question"),
            say("答案另起一行，缩进写在问题下面，如“否 → {name}”", name=words.text,
                en="Write answers below it, indented, such as 否 → {name}"),
        ))  # fmt: skip
        return True

    def _goto(self, words: _Piece, ends: list[_End]) -> list[_End]:
        lane = _LANE.search(words.text)
        if lane:
            self._stray(words)
            words = words.cut(0, lane.start())
        for end in ends:
            self._way(end, words.text, words)
        return []

    def _way(self, end: _End, to: str, words: _Piece | None) -> None:
        ways = self.steps[end.step]["下一步"]
        path: Path = ("步骤", end.step, "下一步", len(ways))
        way: dict[str, Any] = {"到": to}
        place = words or end.answer or self._place(end.step)
        self.places[*path, "到"] = (place.start, len(place.text))
        if end.answer is not None:
            way["条件"] = end.answer.text
            self.places[*path, "条件"] = (end.answer.start, len(end.answer.text))
        if words is not None:
            self.goals.append(((*path, "到"), way, words))
        ways.append(way)

    def _place(self, step: int) -> _Piece:
        offset, length = self.places["步骤", step, "名称"]
        return _Piece(self.text[offset : offset + length], offset)

    def _stray(self, words: _Piece) -> None:
        self.slips.append(
            _fault(
                "flowchart.stray_lane",
                words,
                say("“@”的位置不对", en="@ stands where no step is"),
                say(
                    "写成“步骤：说明 @谁”，@ 后面只写谁来办", en="Write 步骤：说明 @who, and nothing else behind the @"
                ),
            )
        )

    def _step(self, words: _Piece, ends: list[_End], number: int | None, *, defining: bool, inline: bool
    ) -> list[_End]:  # fmt: skip
        lane, rest = None, words
        if m := _LANE.search(words.text):
            lane = _Piece(m[1], words.start + m.start(1))
            rest, tail = words.cut(0, m.start()), words.cut(m.end(), strip=_STRIPPED + "：:")
            if tail.text and (_name(rest).text != rest.text or _LANE.search(tail.text)):
                self._stray(tail)
        name = _name(rest)
        note = rest.cut(name.end - rest.start, strip=_STRIPPED + "：:")
        if m and not note.text:
            note = tail
        if not plain(name.text):
            self.slips.append(_fault("flowchart.no_name", words, say("这一步没有名称", en="This step has no name"),
                       say("写几个字说明做什么", en="Say in a few words what is done")))  # fmt: skip
            return ends
        here = len(self.steps)
        if inline and not note.text and named(name.text) in self.names:
            self.slips.append(_fault("flowchart.jump_or_step", name,
                say("“{name}”另有一行，这里是指过去，还是再做一次？", name=name.text,
                    en="“{name}” has a line of its own: is it meant, or done once more?"),
                say("指过去写“→ {name}”；再做一次的换个名称", name=name.text,
                    en="Write “→ {name}” to go there; else give it another name"),
            ))  # fmt: skip
        if defining and not inline:
            self.defined.append(named(name.text))
        if name.text[-1] in "？?":
            kind = "判断"
        elif re.fullmatch(r"《[^《》]+》", name.text):
            kind = "文书"
        else:
            kind = {"开始": "开始", "结束": "结束", "流程结束": "结束"}.get(plain(name.text), "步骤")
        step: dict[str, Any] = {"代号": f"#{here + 1}", "名称": name.text, "类别": kind, "下一步": []}
        for key, piece in (("名称", name), ("说明", note), ("泳道", lane)):
            if piece is not None and piece.text:
                step[key] = piece.text
                self.places["步骤", here, key] = (piece.start, len(piece.text))
        self.steps.append(step)
        if number is not None:
            self.numbers.setdefault(number, []).append(here)
        for end in ends:
            self._way(end, step["代号"], None)
        return [] if kind == "结束" else [_End(here)]

    def _answers(self, asking: int, rows: Sequence[_Row]) -> list[_End]:
        """The answers below a question."""
        loose: list[_End] = []
        if len(rows) == 1 and rows[0].below and _nearly(rows[0].blanks, rows[0].below[0].blanks):
            self.slips.append(
                _fault(
                    "flowchart.outdent",
                    rows[0].below[0].words,
                    say("这一行没有与上面的答案对齐", en="This line is not aligned with the answer above"),
                    say(
                        "同一个问题的答案左边对齐：前面的空格一样多，不混用制表符",
                        en="Answers to one question begin in one column: as many blanks, no tabs among them",
                    ),
                )
            )
            return []
        for row in rows:
            words = row.words
            colon, arrow = words.find("：:"), _ARROW.search(words.text)
            stop = min([n for n in (colon, arrow.start() if arrow else -1) if n >= 0], default=len(words.text))
            answer = words.cut(0, stop)
            rest = words.cut(stop + (stop == colon), strip=" \t\u3000\r")
            if _LANE.search(answer.text):
                self._stray(answer)
            if not answer.text:
                self.slips.append(_fault("flowchart.answer_missing", words,
                           say("问题下面的这一行没有写答案", en="This line below a question gives no answer"),
                           say("写成“是：……”或“否 → ……”", en="Write 是：… or 否 → …")))  # fmt: skip
                continue
            first = len(self.steps)
            ends = [_End(asking, answer)]
            if rest.text:
                ends = self._chain(rest, ends, inline=True)
            if self._asks(first):
                loose += self._answers(len(self.steps) - 1, row.below)
            else:
                loose += self._block(row.below, ends)
        return loose

    def _parallel(self, row: _Row, ends: list[_End]) -> list[_End]:
        """What is done at the same time after one step."""
        if len(ends) != 1 or ends[0].answer is not None or len(row.below) < 2:
            self.slips.append(
                _fault(
                    "flowchart.parallel_alone",
                    row.words,
                    say(
                        "“同时”前面要有一步，下面要有两行以上",
                        en="同时 follows a step and has two lines below it at least",
                    ),
                    say("先写一步（如“分工”），再写“同时：”", en="Write a step first, such as 分工, then 同时："),
                )
            )
        loose: list[_End] = []
        for below in row.below:
            loose += self._line(below, list(ends), goes_on=True)
        return loose

    # -- ends

    def _finish(self, end: _End) -> None:
        if end.answer is not None:
            self.slips.append(_fault("flowchart.leads_nowhere", end.answer,
                say("答案“{answer}”后面没有步骤", answer=end.answer.text, en="Nothing follows the answer “{answer}”"),
                say("写“{answer} → 结束”，或写明去哪一步", answer=end.answer.text,
                    en="Write {answer} → 结束, or where it leads"),
            ))  # fmt: skip
        elif end.step and self.steps[end.step]["类别"] == "步骤":
            self.steps[end.step]["类别"] = "结束"

    def _resolve(self) -> None:
        """Names of steps that ways lead to: with other words before them, by number, or the end that goes unsaid."""
        known = {plain(step["名称"]) for step in self.steps}
        implicit: list[dict[str, Any]] = []
        for path, way, words in self.goals:
            name = plain(words.text)
            if name in known:
                continue
            ahead = _BACK.match(words.text)
            number = _NUMBER.fullmatch(words.text)
            if ahead and plain(words.text[ahead.end() :]) in known:
                way["到"] = words.text[ahead.end() :]
                self.places[path] = (words.start + ahead.end(), len(words.text) - ahead.end())
            elif number and len(self.numbers.get(_arabic(number[1]), ())) == 1:
                way["到"] = f"#{self.numbers[_arabic(number[1])][0] + 1}"
            elif name in ("结束", "流程结束"):
                implicit.append(way)
                if len(implicit) == 1:
                    self.places["步骤", len(self.steps), "名称"] = (words.start, len(words.text))
                way["到"] = f"#{len(self.steps) + 1}"
        if implicit:
            self.steps.append({"代号": f"#{len(self.steps) + 1}", "名称": "结束", "类别": "结束", "下一步": []})

    def _again(self) -> None:
        """Steps that come after one of the same name."""
        first: dict[str, list[int]] = {}
        ids = {step["代号"]: n for n, step in enumerate(self.steps)}
        for n, step in enumerate(self.steps):
            first.setdefault(named(step["名称"]), []).append(n)
        for same in first.values():
            for before, here in itertools.combinations(same, 2):
                if self.steps[here]["类别"] != "结束" and self._leads(ids, before, here):
                    name = self._place(here)
                    self.slips.append(_fault("flowchart.same_name", name,
                        say("两步同名：“{name}”", name=name.text, en="Two steps are called “{name}”"),
                        say("要回到前面那一步就写“→ {name}”；真是再做一次，换个名称", name=name.text,
                            en="Write “→ {name}” to go back to it; give what is done once more another name"),
                    ))  # fmt: skip
                    break

    def _leads(self, ids: Mapping[str, int], before: int, here: int) -> bool:
        """Whether lines that go down lead from a step to another."""
        reached = {before}
        for n in range(before, here):
            if n in reached:
                reached |= {ids.get(way["到"], -1) for way in self.steps[n]["下一步"]}
        return here in reached

    def values(self) -> dict[str, Any]:
        return {"步骤": self.steps, **({"泳道": self.lanes} if self.lanes else {})}


def _fault(code: str, words: _Piece, message: Text, hint: Text) -> Slip:
    return words.start, max(len(words.text), 1), code, message, hint


def _nearly(one: str, other: str) -> bool:
    """Whether blanks before two lines seem meant to be the same."""
    return abs(_indent(one) - _indent(other)) == 1 or ("\t" in one) != ("\t" in other)


def _indent(space: str) -> int:
    columns = 0
    for character in space:
        columns += {"\t": 4 - columns % 4, "\u3000": 2}.get(character, 1)
    return columns


def _unnumbered(words: _Piece) -> tuple[_Piece, int | None]:
    m = _MARK.match(words.text)
    if m is None or m.end() == len(words.text):
        return words, None
    numeral = next((group for group in m.groups() if group), None)
    rest, inner = _unnumbered(words.cut(m.end(), strip=" \t\u3000\r")) if numeral is None else (
        words.cut(m.end(), strip=" \t\u3000\r"), None)  # fmt: skip
    return rest, _arabic(numeral) if numeral else inner


def _numbered(words: _Piece) -> tuple[_Piece, int | None]:
    """Words within a line without their number; what else may begin a line stays."""
    rest, number = _unnumbered(words)
    return (words, None) if number is None else (rest, number)


def _name(words: _Piece) -> _Piece:
    """The name a step begins with: up to its ？ or its ：."""
    asking, colon = words.find("？?"), words.find("：:")
    if asking >= 0 and (colon < 0 or asking < colon):
        return words.cut(0, asking + 1)
    return words.cut(0, colon if colon >= 0 else None)


def read(text: str) -> tuple[dict[str, Any], Mapping[Path, tuple[int, int]], list[Slip]]:
    """Values for the model of a flowchart, where each stands in the text (offset, length), and slips of writing."""
    lines = [m.end() for m in re.finditer(r"(?<![^\n])[^\S\n]*(?=\S)", text)]
    if len(lines) > MOST_LINES:
        message = say("{count} 行太多，一张流程图最多 {most} 行", count=len(lines), most=MOST_LINES,
                      en="{count} lines are too many; a flowchart has at most {most}")  # fmt: skip
        hint = say("分成几张，一张总图、几张分图", en="Make several: one of the whole, others of its parts")
        return {"步骤": []}, {}, [(lines[MOST_LINES], 1, "flowchart.too_many", message, hint)]
    text = "\n".join(_ANGLE.sub(lambda m: "→" if m[0] != "》" or "《" not in m.string else m[0], line)
                     for line in text.split("\n"))  # fmt: skip
    first = _Reading(text, frozenset())
    found = _Reading(text, frozenset(first.defined))
    return found.values(), found.places, sorted(found.slips, key=lambda slip: slip[:3])
