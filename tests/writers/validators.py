"""The public validators of Word files, each skipped with a reason where it is not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.conftest import ROOT


def audit(paths: Iterable[Path]) -> None:
    """openxml-audit finds nothing."""
    found = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    validator = found.OpenXmlValidator()
    assert {p.name: errors for p in paths if (errors := validator.validate(str(p)).errors)} == {}


def integrity(paths: Iterable[Path]) -> None:
    """ooxml-integrity finds nothing."""
    command = _command("ooxml-integrity", Path(sys.executable).parent)
    for path in paths:
        done = subprocess.run([command, "check", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def sdk(paths: Iterable[Path]) -> None:
    """Microsoft's Open XML SDK finds nothing."""
    command = _command("ooxml-validator", ROOT / "node_modules" / ".bin")
    for path in paths:
        done = subprocess.run([command, str(path)], capture_output=True, text=True, check=False)
        assert json.loads(done.stdout)["errors"] == [], path.name


def _command(name: str, folder: Path) -> str:
    command = shutil.which(name, path=f"{folder}{os.pathsep}{os.environ['PATH']}")
    if command is None:
        pytest.skip(f"{name} is not installed")
    return command
