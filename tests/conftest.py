"""What every test needs."""

from __future__ import annotations

import datetime as dt
import difflib
import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Publication
from generator.project import Project
from generator.records.edition import Edition

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests" / "sample"
GOLDEN = ROOT / "tests" / "golden"
TODAY = dt.date(2024, 4, 1)

# How long an example takes depends on the machine, and on what else it does.
settings.register_profile("zhankan", deadline=None)
settings.load_profile("zhankan")


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """The catalogues as they stand in the .po files, as the build hook compiles them."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    hook.compile_catalogues(ROOT)


# -- the sample and its goldens ------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the files in tests/golden; show the diff")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The diffs of rewritten goldens, also those made by workers."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "golden":
                terminalreporter.section(report.nodeid)
                terminalreporter.write_line(value)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with ``tests/golden/<name>``, or rewrite it under ``--update-golden``."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        old = path.read_text(encoding="utf-8") if path.is_file() else ""
        if text == old:
            return
        diff = "".join(
            difflib.unified_diff(old.splitlines(True), text.splitlines(True), f"golden/{name}", f"now/{name}", n=1)
        )
        if not request.config.getoption("--update-golden"):
            pytest.fail(f"{diff}\nif this is what you want: pytest --update-golden", pytrace=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        request.node.user_properties.append(("golden", diff))

    return compare


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[..., Project]:
    """Make a workspace of one's own: the sample, with the files of ``overlays`` laid over it."""

    def make(*overlays: Path) -> Project:
        root = tmp_path / "workspace"
        for folder in (SAMPLE, *overlays):
            shutil.copytree(folder, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("build", "expected.txt"))
        return Project(root, TODAY)

    return make


@pytest.fixture(scope="session")
def sample() -> Project:
    """The sample where it stands: for reading only."""
    return Project(SAMPLE, TODAY)


@pytest.fixture(scope="session")
def publications(sample: Project) -> dict[str, Publication]:
    """Every edition of the sample, composed; a fault in it fails whatever test asks first."""
    report = Report()
    records = load(sample, report)
    composed = {e.id: compose(e, records, sample, report) for e in records if isinstance(e, Edition)}
    assert report.diagnostics == []
    return composed
