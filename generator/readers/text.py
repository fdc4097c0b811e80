"""Bytes of a content file -> text, or one clear word about why not."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say
from generator.project import read_file

#: A record larger than this is not a record (bytes).
LARGEST = 1_000_000

#: A line of more characters is none that somebody wrote.
LONGEST = 100_000

#: Turn what follows round, so that people read something else than programs do (Unicode UAX #9, UTS #55).
_TURNING = "\u061c\u202a-\u202e\u2066-\u2069"
#: Have no meaning of their own: each machine shows something else, or a box.
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"
#: Characters nobody types on purpose: these, and what is not allowed in XML or YAML, or taken by them for a line end.
CONTROL = re.compile(f"[{_UNSEEN}{_TURNING}{_PRIVATE}]")


def read_text(path: Path, file: str, report: Report) -> str | None:
    r"""The text of a UTF-8 file without byte-order mark and with ``\n`` line ends; None after a report."""
    try:
        data = read_file(path, LARGEST)
    except OSError as fault:
        report.add(unreadable(file, fault))
        return None
    if len(data) > LARGEST:
        report.add(
            error(
                "reader.too_large", say("文件超过 1 MB，不像一份稿件"), Span(file), say("图片放进 media/，长稿拆成几份")
            )
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        report.add(
            error(
                "reader.not_utf8",
                _guess(data),
                Span(file, line, 1),
                say("用记事本打开，“另存为”时编码选 UTF-8，再保存"),
            )
        )
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    before = len(report.diagnostics)
    if len(text) > LONGEST:
        for number, written in enumerate(text.split("\n"), 1):
            if len(written) > LONGEST:
                report.add(long_line(Span(file, number, 1), len(written)))
    if CONTROL.search(text):
        found = ((n, m) for n, written in enumerate(text.split("\n"), 1) if (m := CONTROL.search(written)))
        for number, m in islice(found, _TOLD):
            report.add(control_character(Span(file, number, m.start() + 1), m[0]))
    return text if len(report.diagnostics) == before else None


#: Lines of one file that are told of.
_TOLD = 50


def long_line(span: Span, count: int) -> Diagnostic:
    """The word about a line or paragraph without end."""
    message = say("这一段不断行，有 {count} 个字符", count=count)
    return error("reader.long_line", message, span, say("不像人写的稿子；拆成几段，每段最多两万字"))


def unreadable(file: str, fault: OSError) -> Diagnostic:
    """The word about a file that the system doesn't hand out."""
    return error(
        "reader.unreadable",
        say("读不了这个文件：{reason}", reason=fault.strerror or "?"),
        Span(file),
        say("看看文件是否被别的程序占用、有没有读取权限"),
    )


def control_character(span: Span, character: str) -> Diagnostic:
    """The word about a character of ``CONTROL``."""
    code = f"U+{ord(character):04X}"
    if re.match(f"[{_TURNING}]", character):
        message = say("这里有一个看不见的改变文字方向的字符（{code}），眼睛看到的和程序读到的不是一回事", code=code)
        return error("reader.turning_character", message, span, say("删掉这一行重新输入；来路不明的稿子先问清楚"))
    if re.match(f"[{_PRIVATE}]", character):
        message = say("这里有一个自造字（{code}），换一台电脑就不是它了", code=code)
        return error("reader.private_character", message, span, say("多半是从别处粘来的符号或造字：换成通用的字"))
    return error("yaml.control_character", say("文件里有看不见的控制字符"), span, say("删掉这一行重新输入"))


def _guess(data: bytes) -> Text:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return say("文件是 UTF-16 编码，应为 UTF-8")
    try:
        data.decode("gb18030" if b"\0" not in data else "ascii")
    except UnicodeDecodeError:
        return say("文件不是 UTF-8 编码的文字")
    return say("文件像是 GBK（ANSI）编码，应为 UTF-8")
