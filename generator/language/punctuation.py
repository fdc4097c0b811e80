"""Punctuation to GB/T 15834—2011, its numbers of clauses in the comments."""

# ruff: noqa: E501 - a pattern is read as a whole

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generator.diagnostics import Severity, say
from generator.writing import HAN, OBJECT, Finding, Writing

_H = rf"[{HAN}]"
#: What makes a mark beside it one of Chinese text.
_BEFORE = rf"[{HAN}”’）》】〉%％℃{OBJECT}]"
_AFTER = rf"[{HAN}“‘（《【〈]"
_STOPS = "，、。；：！？"
_FULL = str.maketrans(",.;:!?()", "，。；：！？（）")
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"

# -- half-width marks (4.1–4.9: the marks' forms) ------------------------------------------------------------

_HALF = re.compile(
    rf"(?<={_BEFORE})[,;!?](?![,.;:!?，、。；：！？])"
    rf"|(?<={_BEFORE}):(?!//|[,.;:!?，、。；：！？])"
    rf"|(?<=[\w)\]]),(?={_AFTER})|(?<=[A-Za-z0-9)\]])[;!?:](?={_AFTER})"
    rf"|(?<=[{HAN}”’）》】%％])\.(?=$|[\s”’）{HAN}“《])",
    re.M,
)
#: Small and half-width forms, and what is put in by angle brackets.
_SMALL = {
    "､": "、",
    "｡": "。",
    "﹐": "，",
    "﹑": "、",
    "﹒": "。",
    "﹔": "；",
    "﹕": "：",
    "﹖": "？",
    "﹗": "！",
    "．": "。",
}
_SMALL_ONES = re.compile(rf"[､｡﹐﹑﹔﹕﹖﹗]|[﹒．](?<={_H}.)(?={_H}|$|\n)")
_ANGLES = re.compile(
    rf"(?:<<|＜＜)([^<>＜＞《》\n]*{_H}[^<>＜＞《》\n]*)(?:>>|＞＞)|《([^<>＜＞《》\n]*)(?:>>|＞＞)|(?:<<|＜＜)([^<>＜＞《》\n]*)》"
)
_BRACKETS = re.compile(r"\(([^()（）\n]*)\)|\(([^()（）\n]*)）|（([^()（）\n]*)\)")
_NUMBERED = re.compile(r"\d{1,2}|[a-zA-Z]|[ivx]{1,4}")
_ANNOTATION = re.compile(rf"[a-zü{_TONED}]{{1,7}}|[ㄅ-ㄯˇˊˋ˙]+")
_FOREIGN = "阿埃艾安奥巴班保贝本比彼波伯布查达戴丹德迪丁杜顿多恩尔法菲费冯弗福盖戈格古哈海赫亨霍基吉加杰卡凯康考科克肯拉莱兰劳勒雷里丽利列林鲁路伦罗洛马玛麦曼梅门蒙米密莫姆纳娜南内尼诺欧帕潘佩皮普齐奇乔切琼让热荣萨塞森莎史斯丝舒苏索塔泰坦特托瓦万韦维温沃乌伍西希夏谢辛休雅亚耶伊英尤约扎詹朱佐"
_NAME = re.compile(rf"[{_FOREIGN}]{{2,6}}$")


def _half_width(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _HALF.finditer(words):
        mark = m[0]
        full = mark.translate(_FULL)
        before, after = words[max(m.start() - 6, 0) : m.start()], words[m.end() : m.end() + 6]
        if mark == ".":
            line = writing.paragraph(m.start())[0]
            if re.fullmatch(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?", words[line : m.start()]):
                full = "、"  # 4.5.3.3
            elif re.search(rf"[{_FOREIGN}]{{2}}$", before) and re.match(rf"[{_FOREIGN}]{{2}}", after):
                continue  # a foreign name: the rule of 间隔号
        if mark == ";" and re.search(r"&#?\w{1,5}$", before):
            continue  # &nbsp; and its like: garbled.mojibake
        if mark == "," and before[-1:].isdigit() and after[:1].isdigit():
            continue
        yield Finding(
            "punctuation.half_width",
            m.start(),
            m.end(),
            say("中文里用了半角的“{mark}”", mark=mark),
            say("改成全角的“{full}”", full=full),
            full,
        )
    for m in _ANGLES.finditer(words):
        inside = next(g for g in m.groups() if g is not None)
        yield Finding(
            "punctuation.half_width",
            m.start(),
            m.end(),
            say("书名号写成了“{words}”", words=m[0][:2] if m[0][0] != "《" else m[0][-2:]),
            say("改成“《 》”"),
            f"《{inside}》",
        )
    for m in _BRACKETS.finditer(words):
        inside = next(g for g in m.groups() if g is not None)
        han = bool(re.search(_H, inside))
        beside = bool(re.search(_H, words[max(m.start() - 1, 0) : m.start()] + words[m.end() : m.end() + 1]))
        odd = m[1] is None
        if not (han or beside or odd) or (odd and not (han or beside)):
            continue
        if not odd and _ANNOTATION.fullmatch(inside):
            continue  # a reading left in by a converter: garbled.annotation
        if not odd and _NUMBERED.fullmatch(inside):
            continue  # (1), (a): numbers of items
        if len(inside) > 120:
            continue
        yield Finding(
            "punctuation.half_width",
            m.start(),
            m.end(),
            say("中文里用了半角括号"),
            say("改成全角的“（ ）”"),
            f"（{inside}）",
        )


def _small(writing: Writing) -> Iterator[Finding]:
    for m in _SMALL_ONES.finditer(writing.words):
        full = _SMALL[m[0]]
        if m[0] in "．﹒" and _NAME_POINT.match(writing.words, m.start()):
            continue
        yield Finding(
            "punctuation.half_width",
            m.start(),
            m.end(),
            say("中文里用了半角的“{mark}”", mark=m[0]),
            say("改成全角的“{full}”", full=full),
            full,
        )


# -- quotation marks (4.8) -----------------------------------------------------------------------------------

_STRAIGHT = re.compile(r'["＂]')
_CORNER = re.compile(r"「([^「」\n]*)」|『([^『』\n]*)』|〝([^〝〞\n]*)〞")
_APOSTROPHES = re.compile(rf"(?<![A-Za-z0-9])'([^'\n]*{_H}[^'\n]*)'(?![A-Za-z])")


def _straight(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for first, last in writing.paragraphs:
        marks = [m.start() for m in _STRAIGHT.finditer(words, first, last)]
        if len(marks) % 2:  # a sign of inches has no other half
            marks = [at for at in marks if not words[first:at][-1:].isdigit()]
        if not re.search(_H, words[first:last]):
            continue
        for begin, end in zip(marks[::2], marks[1::2], strict=False):
            inside = words[begin + 1 : end]
            outer = words.count("“", first, begin) > words.count("”", first, begin)
            left, right = ("‘", "’") if outer else ("“", "”")
            yield _quoted(begin, end + 1, inside, left, right)
        if len(marks) % 2:
            yield Finding(
                "punctuation.unpaired",
                marks[-1],
                marks[-1] + 1,
                say("{name}不成对：{mark} 没有另一半", name=_NAMES["“"], mark=words[marks[-1]]),
                say("补上另一半，或删去；中文用“ ”"),
                severity=Severity.ERROR,
            )
    for m in _CORNER.finditer(words):
        left, right = ("“", "”") if m[2] is None else ("‘", "’")
        yield _quoted(m.start(), m.end(), m[0][1:-1], left, right)
    for m in _APOSTROPHES.finditer(words):
        first = writing.paragraph(m.start())[0]
        outer = words.count("“", first, m.start()) > words.count("”", first, m.start())
        left, right = ("‘", "’") if outer else ("“", "”")
        yield _quoted(m.start(), m.end(), m[1], left, right)


def _quoted(start: int, end: int, inside: str, left: str, right: str) -> Finding:
    return Finding(
        "punctuation.straight_quotes",
        start,
        end,
        say("引号要用“ ”，里面再引用‘ ’"),
        say("改成弯引号"),
        f"{left}{inside}{right}",
    )


# -- pairs (4.8, 4.9, 4.15) ----------------------------------------------------------------------------------

_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "［": "］"}
_ENDS = {right: left for left, right in _PAIRS.items()}
_MARKS = re.compile(r"[“”‘’（）()《》〈〉【】〔〕［］\n]")
_ROUND = {"(": "（", ")": "）"}
#: What a number of an item may be before its lone bracket: 1), a), 一）.
_ITEM = re.compile(r"(?:^|[\s；;，,。：:、（(])(?:\d{1,2}|[a-zA-Z]|[一二三四五六七八九十]{1,2}|[①-⑳])$")
_NAMES = {"“": say("引号"), "‘": say("引号"), "《": say("书名号"), "〈": say("书名号")}


def _pairs(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    open_: list[tuple[str, int]] = []
    nested: list[Finding] = []
    carried = False
    for m in _MARKS.finditer(words):
        at, mark = m.start(), _ROUND.get(m[0], m[0])
        if mark == "\n":
            if not open_:
                yield from nested
                nested.clear()
            elif open_[0][0] == "“" and len(open_) == 1 and words.startswith("“", _next(words, at)):
                open_.clear()  # 4.8.3.5: each paragraph of a quotation begins with a mark, the last alone ends with one
                carried = True
            elif not (carried and words.startswith("“", _next(words, at))):
                for left, place in open_:
                    yield _alone(left, place, words)
                open_.clear()
                nested.clear()
            continue
        if mark in _PAIRS:
            if mark == "‘" and re.match(r"\d0", words[at + 1 : at + 3]):
                continue
            open_.append((mark, at))
            continue
        left = _ENDS[mark]
        if mark == "’" and re.search(r"[A-Za-z]$", words[max(at - 1, 0) : at]) and "‘" not in {o[0] for o in open_}:
            continue  # an apostrophe
        if mark == "）" and not any(o[0] == "（" for o in open_):
            if _ITEM.search(words[max(at - 3, 0) : at]) or (
                words[max(at - 3, 0) : at].lstrip("\n").isalnum() and (at < 3 or "\n" in words[at - 3 : at])
            ):
                continue
            if m[0] == ")" and not re.search(_H, words[max(at - 1, 0) : at + 2]):
                continue
        if open_ and open_[-1][0] == left:
            _, begin = open_.pop()
            nested += _nesting(words, left, begin, at, [o[0] for o in open_])
        elif any(o[0] == left for o in open_):
            while open_ and open_[-1][0] != left:
                inner, place = open_.pop()
                yield _alone(inner, place, words)
            if open_:
                open_.pop()
        else:
            yield _alone(mark, at, words)
    for left, place in open_:
        yield _alone(left, place, words)
    if not open_:
        yield from nested


def _next(words: str, at: int) -> int:
    """Where the next paragraph begins after a line end."""
    while at < len(words) and words[at] in "\n 　":
        at += 1
    return at


def _alone(mark: str, at: int, words: str) -> Finding:
    left = _ENDS.get(mark, mark)
    return Finding(
        "punctuation.unpaired",
        at,
        at + 1,
        say("{name}不成对：{mark} 没有另一半", name=_NAMES.get(left, say("括号")), mark=words[at]),
        say("补上另一半，或删去多余的"),
        severity=Severity.ERROR,
    )


def _nesting(words: str, left: str, begin: int, end: int, around: list[str]) -> Iterator[Finding]:
    inside = words[begin + 1 : end]
    quotes = [mark for mark in around if mark in "“‘"]
    if left == "“" and quotes and quotes[-1] == "“" and not set("“”‘’") & set(inside):
        wanted = "‘’"
    elif left == "‘" and not quotes and re.search(_H, inside) and not set("“”‘’") & set(inside):
        wanted = "“”"
    elif left == "《" and around and around[-1] == "《" and not set("《》〈〉") & set(inside):
        wanted = "〈〉"
    else:
        return
    yield Finding(
        "punctuation.nesting",
        begin,
        end + 1,
        say("{name}外层、里层用反了", name=_NAMES[left]),
        say("外层用“ ”《 》，里层用‘ ’〈 〉"),
        f"{wanted[0]}{inside}{wanted[1]}",
    )


# -- marks beside marks --------------------------------------------------------------------------------------

_BETWEEN = re.compile("、(?:(?<=》、)(?=《)|(?<=”、)(?=“)|(?<=’、)(?=‘))")


def _between(writing: Writing) -> Iterator[Finding]:
    for m in _BETWEEN.finditer(writing.words):
        yield Finding(
            "punctuation.between_quotes",
            m.start(),
            m.end(),
            say("并列的引号或书名号之间不用顿号"),
            say("删去顿号（GB/T 15834—2011 第4.5.3.5条）"),
            "",
        )


_RUN = re.compile(rf"(?<=[\w”’）》】%％{OBJECT}])[，、。；：！？,;:!?]{{2,}}(?![.…])")
_RANK = "、，：；。！？"
_ALLOWED = re.compile(r"[！？!?]{1,3}")


def _doubled(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _RUN.finditer(words):
        run = m[0]
        full = run.translate(_FULL)
        if full.isascii() or re.fullmatch("。{3,}", run):
            continue
        if run.isascii() and not re.search(_H, words[max(m.start() - 1, 0) : m.start()] + words[m.end() : m.end() + 1]):
            continue
        if _ALLOWED.fullmatch(run) and full in ("！！", "！！！", "？？", "？？？", "？！"):
            continue  # 4.2.3.3, 4.3.3.2 and 4.3.3.3
        fix = "？！" if set(full) == {"！", "？"} else max(full.lstrip("，") or "，", key=_RANK.index)
        yield Finding(
            "punctuation.doubled",
            m.start(),
            m.end(),
            say("标点叠用：“{run}”", run=run),
            say("只留一个：“{mark}”", mark=fix),
            fix,
            Severity.ERROR,
        )


_MISPLACED = re.compile(rf"[（《〈【〔][{_STOPS}](?!…)|[“‘\n][，、；：](?={_H})")


def _misplaced(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    places = [m.start() + 1 for m in _MISPLACED.finditer(words)]
    if re.match(rf"[，、。；：]{_H}", words):
        places.append(0)
    for at in places:
        yield Finding(
            "punctuation.misplaced",
            at,
            at + 1,
            say("“{mark}”不能在段首，也不能紧跟在前引号、前括号后面", mark=words[at]),
            say("删去，或补上前面丢掉的字（GB/T 15834—2011 第5.1.1条）"),
        )


# -- 省略号, 破折号, 连接号, 间隔号 ----------------------------------------------------------------------------------

_DOTS = re.compile(r"[.。·⋯…](?:(?<=…)…*\.*|(?<=⋯)⋯*|(?<=\.)\.{2,}|(?<=。)。{2,}|(?<=·)·{2,})")
_DOTS_AND_SO_ON = re.compile(rf"、[{HAN}A-Za-z0-9“”《》]{{1,16}}(?:(……)(?:等等?|什么的)(?=[{_STOPS}{HAN}])|等等?(……))")


def _ellipsis(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _DOTS.finditer(words):
        run = m[0]
        if run in ("……", "…………"):  # 4.11.2, 5.1.5
            continue
        around = words[max(m.start() - 1, 0) : m.start()] + words[m.end() : m.end() + 1]
        if not (re.search(rf"[{HAN}“”\"，。！？]", around) or run[0] == "。") or len(run) > 6:
            continue
        yield Finding(
            "punctuation.ellipsis",
            m.start(),
            m.end(),
            say("省略号写成了“{run}”", run=run[:6]),
            say("省略号是六个点“……”，占两个字（GB/T 15834—2011 第4.11.2条）"),
            "……",
        )
    for m in _DOTS_AND_SO_ON.finditer(words) if "……" in words else ():
        group = 1 if m[1] else 2
        yield Finding(
            "punctuation.ellipsis",
            m.start(group),
            m.end(group),
            say("省略号和“等”不能同时用"),
            say("删去省略号（GB/T 15834—2011 附录A.9.2）"),
            "",
        )


_DASHES = re.compile(
    rf"(?<=[{HAN}”》），。！？])(?:-{{2,}}|—{{2,}}-+|—{{3,}}|–+|―+|─+|ー+|－{{2,}}|—-|-—)(?=[{HAN}“《（])"
)


def _dash(writing: Writing) -> Iterator[Finding]:
    for m in _DASHES.finditer(writing.words):
        run = m[0]
        alone = run in "–―─ー"
        yield Finding(
            "punctuation.dash",
            m.start(),
            m.end(),
            say("破折号写成了“{run}”", run=run[:4]),
            say("破折号是“——”，占两个字，中间不断开；连接两地、两时用一字线“—”"),
            None if alone and len(run) == 1 and run != "ー" else "——",
        )


_UNITS = "余?(?:人次|人|名|位|个|元|万|亿|岁|户|家|天|次|场|件|套|本|册|篇|份|组|级|分钟|小时|倍|公里|千米|米|平方米|公斤|斤|吨|瓶|箱|支|间|所|处|项|类|种|条|步|页|字|％|%)"
_SPANS = "(?:学年|年|月|日|周|季度|届|章|条|期|时|点)"
_RANGE = re.compile(
    rf"(?<![A-Za-z0-9_.．\-–—/～~])(\d{{1,6}}(?:\.\d+)?)[ ]?([-–~∼˜－〜]|—(?=\d+(?:\.\d+)?{_UNITS}(?!年|月|日))|--)[ ]?"
    rf"(\d{{1,6}}(?:\.\d+)?)(?=({_SPANS})|{_UNITS})"
)
_PERCENT = re.compile(r"(?<![A-Za-z0-9_.\-–—/～~])(\d+(?:\.\d+)?)%[ ]?[-–~－〜][ ]?(?=\d+(?:\.\d+)?%)")
_WEEKDAYS = re.compile(r"(?<=[周期][一二三四五六日])[-–~](?=(?:周|星期)?[一二三四五六日])")


def _connector(writing: Writing) -> Iterator[Finding]:
    for m in _RANGE.finditer(writing.words):
        if m[2] == "—" and m[4] is None:
            continue  # 一字线 between numbers is used too (GB/T 15835—2011, 5.1.3)
        mark = "—" if m[4] else "～"
        if m[2] == mark:
            continue
        share = "%" if writing.words.startswith(("%", "％"), m.end()) else ""
        yield _connected(m.start(), m.end(), mark, f"{m[1]}{share}{mark}{m[3]}")
    for m in _PERCENT.finditer(writing.words):
        yield _connected(m.start(), m.end(), "～", f"{m[1]}%～")
    for m in _WEEKDAYS.finditer(writing.words):
        yield _connected(m.start(), m.end(), "—", "—")


def _connected(start: int, end: int, mark: str, fix: str) -> Finding:
    return Finding(
        "punctuation.connector",
        start,
        end,
        say("起止之间的连接号要用“{mark}”", mark=mark),
        say("时间、地域的起止用一字线“—”，数值范围用浪纹线“～”（GB/T 15834—2011 第4.13.3条）"),
        fix,
    )


_POINTS = re.compile(rf"(?<={_H})[•・∙‧⋅･‥](?={_H})")
_NAME_POINT = re.compile(rf"(?<=[{_FOREIGN}]{{2}})[.．](?=[{_FOREIGN}]{{2}})")
_DAY = re.compile(
    r"(?<![\d.])((?:1[0-2]|[1-9]))[.．]((?:[12]\d|3[01]|[1-9]))(?=[”’]?(?:国际)?(?:消费者权益|禁毒|国家宪法|宪法|汶川|学雷锋|志愿者日|防灾减灾|国家公祭|芦山))"
)


def _interpunct(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for pattern in (_POINTS, _NAME_POINT):
        for m in pattern.finditer(words):
            yield _pointed(m.start(), m.end(), "·")
    for m in _DAY.finditer(words):
        yield _pointed(m.start(), m.end(), f"{m[1]}·{m[2]}")


def _pointed(start: int, end: int, fix: str) -> Finding:
    return Finding(
        "punctuation.interpunct",
        start,
        end,
        say("间隔号要用“·”"),
        say("人名、月日专名中间用间隔号“·”（GB/T 15834—2011 第4.14.3条）"),
        fix,
    )


# -- ends of headings, of quotations, of brackets ------------------------------------------------------------


def _heading_end(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for start, end in writing.headings:
        line = words[start:end].rstrip()
        if line.endswith(("。", "，", "、", "；", "：", ".", ",")) and not line.endswith(("..", "。。")):
            at = start + len(line) - 1
            if len(line) > 25 or re.search("[，；。！？应宜须]", line[:-1]):
                continue  # sentences or the clause of a standard, no title
            yield Finding(
                "punctuation.heading_end",
                at,
                at + 1,
                say("标题、图题末尾不用“{mark}”", mark=line[-1]),
                say("删去（GB/T 15834—2011 附录A.1）"),
                "",
            )


_STOP_IN_QUOTE = re.compile(r"([。！？])([”’])(?:([。])|([，、；]))")
_STOP_OUT = re.compile(rf"(?:说|道|表示|指出|认为|强调|写道|问|回答|告诉[{HAN}]{{1,4}})：“([^“”\n]{{6,}})”。")
_ANSWER = re.compile("(?:说|道|回答|答|问|喊)：“([^“”，。！？…—\n]{1,40})”。")
_STOP_IN_BRACKET = re.compile(r"（(?<![。！？”…]（)([^（）\n]{2,80})。）(?=[。，；、])")


def _stops(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _STOP_IN_QUOTE.finditer(words):
        if m[4] and m[1] != "。":
            continue  # “好吗？”，
        fix = f"{m[1]}{m[2]}" if m[3] else f"{m[2]}{m[4]}"
        yield _stopped(m.start(), m.end(), fix)
    for m in _STOP_OUT.finditer(words):
        inside = m[1]
        if inside[-1] in "。！？…—，、" or not re.search("[，。；]", inside):
            continue
        yield _stopped(m.end(1), m.end(), "。”")
    for m in _ANSWER.finditer(words):
        yield _stopped(m.end(1), m.end(), "。”")
    for m in _STOP_IN_BRACKET.finditer(words):
        if "。" not in m[1]:
            yield _stopped(m.end(1), m.end(1) + 2, "）")


def _stopped(start: int, end: int, fix: str) -> Finding:
    return Finding(
        "punctuation.quote_stop",
        start,
        end,
        say("句末点号在引号、括号的里外放错了或放了两个"),
        say("完整引用，点号在引号里；当作一句话的成分，点号在引号外；不重复（GB/T 15834—2011 第4.8条、第4.9条）"),
        fix,
    )


# -- 顿号 in approximate numbers, 冒号 -----------------------------------------------------------------------------

_ADJACENT = re.compile(
    r"(?:一、[二两]|二、三|两、三|三、[四五]|四、五|五、六|六、七|七、八|八、九)"
    r"(?=[十百千万]|个(?!月份)|名|位|次|天|岁|人(?!称)|户|里|米|公里|分钟|小时|只|斤|元|件|场|处|间|篇|封|棵|张|把|顿|碗|辆|句|遍|趟|步)"
)
_LONGER = frozenset("第、十百千一二三四五六七八九〇零年月初周")


def _adjacent(writing: Writing) -> Iterator[Finding]:
    for m in _ADJACENT.finditer(writing.words):
        if m.start() == writing.paragraph(m.start())[0] or writing.words[m.start() - 1] in _LONGER:
            continue  # 二、三个方面: the number of a section
        yield Finding(
            "punctuation.approximate",
            m.start(),
            m.end(),
            say("相邻两个数连用表示概数，中间不用顿号"),
            say("写成“三四个”（GB/T 15834—2011 第4.5.3.4条）"),
            m[0].replace("、", ""),
        )


_SENTENCE = re.compile(r"[^。！？；\n]+")
_QUOTED = re.compile(r"“[^“”\n]*”|（[^（）\n]*）|《[^《》\n]*》")
_LEADING = re.compile(r"(?:说|道|指出|表示|认为|强调|要求|提出|如下|包括|原因是|结果是|有)：")


def _colons(writing: Writing) -> Iterator[Finding]:
    if writing.words.count("：") < 2:
        return

    def blank(quoted: re.Match[str]) -> str:
        """As long as the quotation, and ending a sentence if that does."""
        return " " * (len(quoted[0]) - 1) + ("。" if quoted[0][-2] in "。！？…" else " ")

    for m in _SENTENCE.finditer(_QUOTED.sub(blank, writing.words)):
        bare = m[0]
        if bare.count("：") < 2:
            continue
        first = _LEADING.search(bare)
        second = bare.find("：", first.end()) if first else -1
        if first is None or second < 0 or re.search(r"[\d ]$", bare[:second]) or "——" in bare[first.end() : second]:
            continue
        yield Finding(
            "punctuation.colon",
            m.start() + second,
            m.start() + second + 1,
            say("一句话里套用了两个冒号"),
            say("后一个改成逗号，或另起一句（GB/T 15834—2011 第4.7.3.5条）"),
        )


# -- spaces, full-width letters, what can't be seen ----------------------------------------------------------

_SPACES = re.compile(
    rf"(?<=[{HAN}{_STOPS}”》）])[ \u00a0\u3000]+(?=[{HAN}“《（{_STOPS}])"
    rf"|(?<=[{HAN}{_STOPS}”》）])[ \u00a0]+(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])[ \u00a0]+(?=[{HAN}“《（{_STOPS}])"
)
_INDENT = re.compile(r"^[ \u3000]*\u3000+", re.M)
_SENTENCE_MARKS = re.compile("[，。；！？]")
_FORM = re.compile(r"[☐□☑☒■○●◯√✓✔]|_{2,}|…{3,}|：[ \u3000]|／ | / ")
_BYLINE = re.compile(r"（[^（）]*(?:记者|通讯员|供稿|作者|编辑|摄影|文/|图/|整理|文字|审核)[^（）]*）")
_NUMBER = re.compile(
    r"[一二三四五六七八九十]+、?|\d+(?:\.\d+)*[.、]?|[（(][一二三四五六七八九十\d]+[）)]|第[一二三四五六七八九十百\d]+[章节条款项编]|附录[A-Z一二三]?"
)
_SPACED = re.compile(rf"(?:(?<![{HAN}]){_H}[ \u3000]){{3,}}{_H}(?![{HAN}])")


def _spaces(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    if "\u3000" in words:
        for m in _INDENT.finditer(words):
            if m.end() < len(words) and words[m.end()] != "\n":
                yield _space(m.start(), m.end(), say("段首不手打空格"), say("段首缩进由排版负责"))
    for first, last in writing.paragraphs:
        line = words[first:last]
        if (" " not in line and "\u3000" not in line and "\u00a0" not in line) or _FORM.search(line):
            continue
        if not _SENTENCE_MARKS.search(line) or (line.startswith(("　", " ")) and "。" not in line):
            continue
        spaced = [m.span() for m in _SPACED.finditer(words, first, last)]
        titles = [m.span() for m in re.finditer(r"“[^“”，。\n]*”|《[^《》\n]*》", line)]
        titles += [m.span() for m in _BYLINE.finditer(line.translate(_FULL))]
        for m in _SPACES.finditer(words, first, last):
            if any(a <= m.start() - first < b for a, b in titles) or any(a <= m.start() < b for a, b in spaced):
                continue  # 《家书 第二辑》; garbled.spaced
            if _NUMBER.fullmatch(words, first, m.start()):
                continue  # the number of an item
            yield _space(m.start(), m.end(), say("文字中间有多余的空格"), say("删去；中西文之间的空隙由排版负责"))


def _space(start: int, end: int, message: object, hint: object) -> Finding:
    return Finding("punctuation.space", start, end, message, hint, "")  # type: ignore[arg-type]


_WIDE = re.compile(r"[０-９Ａ-Ｚａ-ｚ]+(?:[．][０-９]+)?")


def _full_width(writing: Writing) -> Iterator[Finding]:
    for m in _WIDE.finditer(writing.words):
        fix = "".join(chr(ord(c) - 0xFEE0) for c in m[0])
        yield Finding(
            "punctuation.full_width",
            m.start(),
            m.end(),
            say("数字、字母用了全角"),
            say("改成半角"),
            fix,
        )


_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
_ODD_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_INVISIBLE = re.compile(rf"[{_UNSEEN}]+|[{_ODD_SPACES}]+")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]")


def _invisible(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _INVISIBLE.finditer(words):
        around = words[max(m.start() - 1, 0) : m.start()], words[m.end() : m.end() + 1]
        if m[0] == "\u200d" and _EMOJI.match(around[0]):
            continue  # joins two pictographs
        latin = all(re.match(r"[!-~]", c) for c in around)
        fix = " " if m[0][0] in _ODD_SPACES and latin else ""
        yield Finding(
            "punctuation.invisible",
            m.start(),
            m.end(),
            say("有看不见的字符（零宽字符或不换行空格）"),
            say("多是从网页或 Word 带来的，删去"),
            fix,
            Severity.ERROR,
        )


_YEAR_BRACKETS = re.compile(rf"(?<={_H})([\[［【(（〔])((?:19|20)\d\d)([\]］】)）〕])(?=(?:第)?\d{{1,5}}号)")


def _year_brackets(writing: Writing) -> Iterator[Finding]:
    for m in _YEAR_BRACKETS.finditer(writing.words):
        if m[1] == "〔" and m[3] == "〕":
            continue
        yield Finding(
            "punctuation.year_brackets",
            m.start(),
            m.end(),
            say("发文字号的年份要用六角括号"),
            say("写成“〔2023〕12号”（GB/T 9704—2012 第7.2.5条）"),
            f"〔{m[2]}〕",
        )


def _rule(
    needs: str, rule: Callable[[Writing], Iterator[Finding]]
) -> tuple[frozenset[str], Callable[[Writing], Iterator[Finding]]]:
    return frozenset(needs), rule


RULES = (
    _rule("[［【(（〔", _year_brackets),
    _rule(_UNSEEN + _ODD_SPACES, _invisible),
    _rule(",.;:!?()<>＜＞", _half_width),
    _rule("".join(_SMALL), _small),
    _rule("\"＂'「『〝", _straight),
    _rule("“”‘’（）()《》〈〉【】〔〕［］", _pairs),
    _rule("、", _between),
    _rule(_STOPS, _doubled),
    _rule(_STOPS, _misplaced),
    _rule(".。…⋯·", _ellipsis),
    _rule("-—–―─ー－", _dash),
    _rule("-–~∼˜－〜—", _connector),
    _rule("•・∙‧⋅･‥.．", _interpunct),
    _rule("。，、；：.,", _heading_end),
    _rule("”’）", _stops),
    _rule("、", _adjacent),
    _rule("：", _colons),
    _rule(" \u3000\u00a0", _spaces),
    _rule(
        "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ",
        _full_width,
    ),
)
