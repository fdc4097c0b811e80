"""Readers: a file's text -> raw records with line and column marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.diagnostics import Report
from generator.readers import markdown, yaml
from generator.readers.raw import Raw

#: Suffix of a content file -> its reader: ``read(text, name for messages, report)``.
READERS: Mapping[str, Callable[[str, str, Report], list[Raw]]] = {
    ".yaml": yaml.read,
    ".yml": yaml.read,
    ".md": markdown.read,
}

__all__ = ["READERS", "Raw"]
