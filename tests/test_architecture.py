"""The architecture page in ``generator``'s docstring is true: its modules exist and import only from lines above."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import generator

PACKAGE = Path(generator.__file__).parent
#: Names in the first column of the table of the docstring.
ROOMS = re.findall(r"^([a-z_]+)/? {2,}\S", (generator.__doc__ or "").partition("\n======")[2], flags=re.M)


def modules() -> list[Path]:
    return [p for p in PACKAGE.rglob("*.py") if "starter" not in p.parts and "_data" not in p.parts]


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Rooms of the package that a module imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "generator":
            names = [f"generator.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        else:
            continue
        found |= {n.split(".")[1] for n in names if n.startswith("generator.")}
    return found - {"__version__"}


def test_the_page_names_every_room() -> None:
    there = {room(p) for p in modules()} - {"__init__", "__main__"}
    assert set(ROOMS) == there


def test_rooms_import_only_from_above() -> None:
    order = {name: place for place, name in enumerate(ROOMS)}
    wrong = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in modules()
        if room(path) in order
        for name in imported(path)
        if name in order and name != room(path) and order[name] >= order[room(path)]
    ]
    assert wrong == []
