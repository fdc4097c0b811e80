"""Theme: the house's colours, fonts, sizes and pages, overlaid with what a hub's own file changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from generator.diagnostics import Report, error, say
from generator.load import validated
from generator.model import Origin, Theme
from generator.project import Project, templates
from generator.readers.text import read_text
from generator.readers.yamltext import parse

_FILE = "style/theme.yaml"


@cache
def house() -> Theme:
    """The theme every hub starts from: ``templates/house/theme.yaml``."""
    return Theme.model_validate(_house_values())


def load_theme(project: Project, report: Report) -> Theme:
    """The hub's theme; the house's where the hub's file can't be used, which is reported."""
    path = project.content / _FILE
    if not path.is_file():
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
    return validated(values, Theme, origin, report, onto=_house_values()) or house()


def recolour(text: str, theme: Theme) -> str:
    """Drawings and style parts made in the house's colours (#rrggbb, or rrggbb in upper case), in the theme's."""
    for name, colour in house().colours.model_dump().items():
        wanted = getattr(theme.colours, name)
        if wanted != colour:
            text = text.replace(colour, wanted).replace(colour[1:].upper(), wanted[1:].upper())
    return text


@cache
def _house_text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _house_values() -> Mapping[str, Any]:
    parsed = parse(_house_text(templates() / "house" / "theme.yaml"), "theme.yaml", Report())
    assert parsed is not None
    values: Mapping[str, Any] = parsed[0]
    return values
