"""Theme: the house's colours, fonts, sizes and pages, overlaid with what a hub's own file changes."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from generator.diagnostics import Report, Span, Text, error, say
from generator.load import validated
from generator.model import Origin, Theme
from generator.project import Project, templates
from generator.project import files as own_files
from generator.readers.text import read_text
from generator.readers.word import WordFile, named_styles, read_word
from generator.readers.yamltext import parse
from generator.vector import SHADES, shades

_FILE = "style/theme.yaml"
_WORD = "Word 样式"


@cache
def house() -> Theme:
    """The theme every hub starts from: ``templates/house/theme.yaml``."""
    return Theme.model_validate(_house_values())


def load_theme(project: Project, report: Report) -> Theme:
    """The hub's theme; the house's where the hub's file can't be used, which is reported."""
    path = project.content / _FILE
    if not path.is_file() or not project.holds(path):  # a link that leads out is reported by ``load``
        return house()
    file = project.relative(path)
    text = read_text(path, file, report)
    parsed = parse(text, file, report) if text is not None else None
    if parsed is None or parsed[0] is None:
        return house()
    values, marks = parsed
    origin = Origin(file, marks)
    if not isinstance(values, dict):
        report.add(
            error("theme.form", say("版式文件要写成字段"), origin.span(), say("照 颜色、字体、版面、印前 分组写"))
        )
        return house()
    theme = validated(values, Theme, origin, report, onto=_house_values()) or house()
    hub_styles(project, theme, report, origin.span((_WORD,)))
    return theme


def hub_styles(project: Project, theme: Theme, report: Report, span: Span | None = None) -> WordFile | None:
    """The Word file whose styles the hub wants, opened; None if it names none, or after a report.

    It stands in ``content/style/``, ``span`` being where it is named. Some style of ours must be in it.
    """
    wanted = theme.word_styles
    if wanted is None:
        return None
    folder = project.content / "style"
    try:
        own = [Path(entry.path) for _, entry in own_files(folder)]
    except OSError:  # which ``load`` has reported
        return None
    files = {_comparable(path.name): path for path in own if project.holds(path)}
    found = files.get(_comparable(wanted))
    if found is None:
        near = difflib.get_close_matches(_comparable(wanted), files, 1, 0.5)
        hint = say("是不是“{word}”？", word=files[near[0]].name) if near else say("放进 content/style/，文件名照写")
        message = say("content/style/ 里没有“{name}”", name=wanted)
        report.add(error("theme.no_word_file", message, span or Span(f"content/{_FILE}"), hint))
        return None
    file = project.relative(found)
    opened = read_word(found, file, report)
    if opened is None:
        return None
    styles = opened.part("styles")
    if styles is None:
        report.add(error("theme.no_word_styles", say("Word 文件里没有样式"), Span(file), _make_one()))
        return None
    if not named_styles(styles).keys() & _house_styles():
        message = say("Word 文件里没有一个样式与站刊的同名")
        report.add(error("theme.foreign_word_styles", message, Span(file), _make_one()))
        return None
    return opened


def _comparable(name: str) -> str:
    """A file's name as every system compares it: some write 样 and accents in parts, some don't heed the case."""
    return unicodedata.normalize("NFC", name).casefold()


def _make_one() -> Text:
    return say("最省事的做法：拿排好的 Word 版，改里面的“标题 1”“正文文本”“表格正文”等样式，存进 content/style/")


@cache
def _house_styles() -> frozenset[tuple[str, str]]:
    """Type and name of each style of ours, but for those that every Word file has."""
    part = etree.parse(templates() / "house" / "word" / "word" / "styles.xml").getroot()
    everywhere = {"normal", "default paragraph font", "normal table", "no list"}
    return frozenset(key for key in named_styles(part) if key[1] not in everywhere)


def recolour(text: str, theme: Theme) -> str:
    """Drawings and style parts made in the house's colours (#rrggbb, or rrggbb in upper case), in the theme's."""
    for name, colour in house().colours.model_dump().items():
        wanted = getattr(theme.colours, name)
        if wanted != colour:
            text = text.replace(colour, wanted).replace(colour[1:].upper(), wanted[1:].upper())
    for shade, wanted in zip(SHADES[1:], shades(theme.colours.key)[1:], strict=True):
        text = text.replace(shade, wanted)
    return text


@cache
def _house_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _house_values() -> Mapping[str, Any]:
    parsed = parse(_house_text(templates() / "house" / "theme.yaml"), "theme.yaml", Report())
    assert parsed is not None
    values: Mapping[str, Any] = parsed[0]
    return values
