"""What is promised around the program: dependencies, lock files, the wheel, the READMEs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import click
import pytest

from generator import cli
from generator.project import samples, templates

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
#: Lock file -> the dependency groups it holds; all but the benchmarks' hold the program's own dependencies too.
LOCKS = {"requirements.txt": ("build",), "requirements-dev.txt": ("build", "dev"), "requirements-bench.txt": ("bench",)}
READMES = ("README.md", "README.zh-CN.md")


def _name(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _imports(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.partition(".")[0])
    return modules


def test_what_the_program_imports_is_declared() -> None:
    """A package that merely happens to be installed would be missing on the next machine."""
    extras = PROJECT["project"]["optional-dependencies"].values()
    declared = {_name(r) for r in (*PROJECT["project"]["dependencies"], *(r for extra in extras for r in extra))}
    owners = packages_distributions()
    imported = set().union(*map(_imports, (ROOT / "generator").rglob("*.py")))
    # pydantic-core and markupsafe are parts of pydantic and jinja2 that these speak of in their own interfaces
    foreign = imported - sys.stdlib_module_names - {"generator", "pydantic_core", "markupsafe"}
    assert {m for m in foreign if not declared & {_name(d) for d in owners.get(m, [m])}} == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_all_hashes_and_no_place(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    pinned = set(re.findall(r"^([\w.-]+)==", text, re.M))
    wanted = [name for group in LOCKS[lock] for name in PROJECT["dependency-groups"][group]]
    if "build" in LOCKS[lock]:
        wanted += PROJECT["project"]["dependencies"]
    cluster = {_name(r) for r in PROJECT["project"]["optional-dependencies"]["cluster"]}
    assert (cluster & {_name(p) for p in pinned}) == (cluster if "dev" in LOCKS[lock] else set()), "only for clusters"
    assert {_name(r) for r in wanted} - {_name(p) for p in pinned} == set()
    assert re.findall(r"^[\w.-]+==.*(?<!\\)$", text, re.M) == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links|^[^#\n]* @ ", text, re.M) == []


def test_the_wheel_is_complete(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("zhankan-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder, place in ((templates(), "templates"), (samples(), "content")):
        files = [p.relative_to(folder) for p in folder.rglob("*") if p.is_file() and p.name != ".DS_Store"]
        assert {f"generator/_data/{place}/{p.as_posix()}" for p in files} - inside == set()
    assert "generator/locale/en/LC_MESSAGES/zhankan.mo" in inside
    assert not [name for name in inside if name.startswith(("tests/", "bench/"))]


@pytest.mark.parametrize("readme", READMES)
def test_readme_names_every_command_and_its_options(readme: str) -> None:
    assert isinstance(cli.zhankan, click.Group)
    rows = re.findall(r"^\| `zhankan (\w+)([^\n]*?)` \|", (ROOT / readme).read_text("utf-8"), re.M)
    documented = {command: set(re.findall(r"--[\w-]+", rest)) for command, rest in rows}
    known = {
        name: {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
        for name, command in cli.zhankan.commands.items()
    }
    assert documented == known


@pytest.mark.parametrize("readme", READMES)
def test_readme_points_at_what_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    links = [t for t in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in t]
    assert [t for t in links if not (ROOT / t).exists()] == []
