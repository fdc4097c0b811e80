"""Build hook: compiles generator/locale/**/*.po to the .mo files gettext reads, for wheels and editable installs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> list[Path]:
    """Write every catalogue of a checkout beside its .po, atomically; the paths written."""
    written = []
    for source in sorted((root / "generator" / "locale").rglob("*.po")):
        target = source.with_suffix(".mo")
        part = target.with_name(f"{target.name}.{os.getpid()}")
        part.write_bytes(polib.pofile(str(source), encoding="utf-8").to_binary())
        os.replace(part, target)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the compiled catalogues, which git ignores, to what is built."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":  # ``version`` is "standard" or "editable"; an sdist carries the sources
            return
        root = Path(self.root)
        for path in compile_catalogues(root):
            build_data["artifacts"].append(path.relative_to(root).as_posix())
