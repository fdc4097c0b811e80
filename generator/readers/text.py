"""Bytes of a content file -> text, or one clear word about why not."""

from __future__ import annotations

import re
from pathlib import Path

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say

#: A record larger than this is not a record (bytes).
LARGEST = 1_000_000

#: Characters nobody types on purpose: not allowed in XML or YAML, or taken by them for a line end.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def read_text(path: Path, file: str, report: Report) -> str | None:
    r"""The text of a UTF-8 file without byte-order mark and with ``\n`` line ends; None after a report."""
    try:
        data = path.read_bytes()
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
    if not CONTROL.search(text):
        return text
    for number, written in enumerate(text.split("\n"), 1):
        if m := CONTROL.search(written):
            report.add(control_character(Span(file, number, m.start() + 1)))
    return None


def unreadable(file: str, fault: OSError) -> Diagnostic:
    """The word about a file that the system doesn't hand out."""
    return error(
        "reader.unreadable",
        say("读不了这个文件：{reason}", reason=fault.strerror or "?"),
        Span(file),
        say("看看文件是否被别的程序占用、有没有读取权限"),
    )


def control_character(span: Span) -> Diagnostic:
    """The word about a character of ``CONTROL``."""
    return error("yaml.control_character", say("文件里有看不见的控制字符"), span, say("删掉这一行重新输入"))


def _guess(data: bytes) -> Text:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return say("文件是 UTF-16 编码，应为 UTF-8")
    try:
        data.decode("gb18030" if b"\0" not in data else "ascii")
    except UnicodeDecodeError:
        return say("文件不是 UTF-8 编码的文字")
    return say("文件像是 GBK（ANSI）编码，应为 UTF-8")
