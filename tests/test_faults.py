"""Whole commands survive the fault of any step and kill -9 at any step: all is old, or all is new, and nothing lies.

SQLite's way: the N-th step fails, N = 1, 2, … until a run is untouched. ``tests/faults.py`` does it, step by step with
a stride of 1; here strides take a part of the steps, each kind of fault another one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.cli import zhankan
from tests.redpen import RedPen

ROOT = Path(__file__).parent.parent
TINY = Path(__file__).parent / "hostile" / "workspace"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="fork")


def survived(base: Path, change: Path, fault: str, stride: int, *command: str) -> int:
    """Let steps of a command fail; how many attempts that took."""
    given = [sys.executable, "-W", "ignore", "-m", "tests.faults", str(base), str(change), fault, str(stride), *command]
    run = subprocess.run(given, capture_output=True, text=True, timeout=600, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout)
    assert told["wrong"] == []
    return int(told["tries"])


def built(base: Path, *command: str) -> None:
    shutil.copytree(TINY, base)
    done = CliRunner().invoke(zhankan, ["--root", str(base), "build", *command])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("fault", "stride"), [("kill", 4), ("ENOSPC", 5), ("EIO", 7), ("EACCES", 6)])
def test_a_build(fault: str, stride: int, tmp_path: Path) -> None:
    base, change = tmp_path / "base", tmp_path / "change" / "content" / "articles"
    built(base, "--format", "html")
    change.mkdir(parents=True)
    words = (TINY / "content" / "articles" / "art-a.md").read_text("utf-8").replace("第一次没有", "第一次就")
    (change / "art-a.md").write_text(words, "utf-8")
    assert survived(base, tmp_path / "change", fault, stride, "build", "--format", "html") > 90 // stride


@pytest.mark.parametrize(("fault", "stride"), [("kill", 3), ("ENOSPC", 4)])
def test_taking_over_a_review(fault: str, stride: int, tmp_path: Path) -> None:
    base, change = tmp_path / "base", tmp_path / "change"
    built(base, "--format", "docx", "--review")
    sent = next(base.glob("build/book/*-审阅版*.docx"))
    pen = RedPen(sent.read_bytes())
    pen.replace(pen.paragraph("第一次没有开门"), "没有开门", "没人应门")
    pen.replace(pen.paragraph("先看台账"), "两人同行", "两人一起")
    change.mkdir()
    (change / "back.docx").write_bytes(pen.save())
    shutil.rmtree(base / "build")
    assert survived(base, change, fault, stride, "review", str(tmp_path / "scratch" / "back.docx"), "--apply") > 10
