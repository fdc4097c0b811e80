"""A build of which nothing has changed is told again without being run – and is run if anything has."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from generator import build, cli, stamp
from generator.diagnostics import Span, say, warning
from generator.project import Project
from generator.stamp import Outcome, Stamp
from generator.store import Store

ROOT = Path(__file__).parent.parent
NEWS = "content/news/news-opening.md"
#: Where html is written: nothing else is needed here, and it is the fastest.
PAGE = "build/bulletin-2024-1/html/index.html"


class Hub:
    """A workspace on which builds are run; ``built`` counts those that were not only told again."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.built = root, 0
        self.during: Callable[[], object] = lambda: None
        real = build.build

        def counted(*args: Any, **more: Any) -> list[Path]:
            self.built += 1
            paths = real(*args, **more)
            self.during()
            return paths

        monkeypatch.setattr(build, "build", counted)

    def run(self, *options: str, lang: str = "zh") -> Result:
        command = ["--lang", lang, "--root", str(self.root), "build", "--format", "html", *options]
        return CliRunner().invoke(cli.zhankan, command)

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A small workspace, built once, in which there is something to warn of."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "hub"
    assert CliRunner().invoke(cli.zhankan, ["init", "--empty", str(root)]).exit_code == 0
    hub = Hub(root, monkeypatch)
    hub.edit(NEWS, "请把这一篇换成自己站点的动态。", "请把这一篇换成：\n- 自己站点的动态")
    result = hub.run()
    assert (result.exit_code, hub.built) == (0, 1)
    assert "prose.needs_blank_line" in result.stderr
    return hub


# -- told again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "lang"),
    [((), "zh"), ((), "en"), (("--why",), "zh"), (("--why", "--diagnostics", "json"), "en")],
    ids=str,
)
def test_what_is_told_again_is_what_a_run_would_say(hub: Hub, options: Sequence[str], lang: str) -> None:
    told = hub.run(*options, lang=lang)
    assert hub.built == 1
    for path in (hub.root / "build" / ".cache").glob("stamp-*"):
        path.unlink()
    run = hub.run(*options, lang=lang)
    assert hub.built == 2
    assert (told.exit_code, told.stdout, told.stderr) == (run.exit_code, run.stdout, run.stderr)
    assert "prose.needs_blank_line" in told.output


def test_progress_is_told_again(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(cli, "_progress", lines.append)
    hub.run()
    assert (hub.built, len(lines)) == (1, 1)


def test_nothing_heavy_is_loaded_to_tell_again(hub: Hub) -> None:
    code = f"""
import sys
from generator.cli import zhankan
try:
    zhankan(["--root", {str(hub.root)!r}, "build", "--format", "html"])
except SystemExit as end:
    assert not end.code
assert "generator.stamp" in sys.modules
heavy = {{"pydantic", "weasyprint", "docx", "lxml", "jinja2", "yaml", "markdown", "PIL", "importlib.metadata"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    # the libraries that may be loaded are found by where Python looks for them, so that is as it was
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def test_each_way_of_asking_has_a_stamp_of_its_own(hub: Hub) -> None:
    hub.run("bulletin-2024-1")
    assert hub.built == 2
    hub.run()
    hub.run("bulletin-2024-1")
    assert hub.built == 2


def test_a_file_that_is_written_again_as_it_was_changes_nothing(hub: Hub) -> None:
    for name in (NEWS, PAGE):
        path = hub.root / name
        data = path.read_bytes()
        path.unlink()
        path.write_bytes(data)
    hub.run()
    assert hub.built == 1


def test_a_hub_that_has_moved_is_told_where_its_files_are(hub: Hub, tmp_path: Path) -> None:
    hub.root = hub.root.rename(tmp_path / "moved")
    assert "moved/build/bulletin-2024-1/html/index.html" in hub.run().stdout
    assert hub.built == 1


# -- run again -------------------------------------------------------------------------------------------------


def same_size_and_time(hub: Hub) -> None:
    path = hub.root / NEWS
    state = path.stat()
    hub.edit(NEWS, "编辑会", "编写会")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (state.st_size, state.st_mtime_ns)


def swap_outputs(hub: Hub) -> None:
    (hub.root / PAGE).write_text("", "utf-8")


CHANGES: dict[str, Callable[[Hub], object]] = {
    "a byte of content": lambda hub: hub.edit(NEWS, "编辑会", "编写会"),
    "a byte of content, size and time as before": same_size_and_time,
    "a file more": lambda hub: (hub.root / "content/people/p-new.yaml").write_text(
        "姓名: 新\n身份: 社工\n单位: st-hub\n", "utf-8"
    ),
    "a file less": lambda hub: (hub.root / NEWS).unlink(),
    "a picture": lambda hub: [(hub.root / "content/media").mkdir(exist_ok=True),
                              (hub.root / "content/media/x.svg").write_text("<svg/>", "utf-8")],
    "an accepted finding": lambda hub: [
        (hub.root / "content/style").mkdir(exist_ok=True),
        (hub.root / "content/style/ignores.yaml").write_text(
            f"- {{代码: prose.needs_blank_line, 文件: {NEWS}, 理由: 试}}\n", "utf-8"
        ),
    ],
    "an output gone": lambda hub: (hub.root / PAGE).unlink(),
    "an output written over": swap_outputs,
    "all outputs gone": lambda hub: (hub.root / "build/.current").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("grain", [0, stamp._GRAIN], ids=["by state", "by hash"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_seen(hub: Hub, change: str, grain: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamp, "_GRAIN", grain)
    hub.run()
    assert hub.built == 1
    CHANGES[change](hub)
    hub.run()
    assert hub.built == 2


@pytest.mark.parametrize("options", [("--format", "docx"), ("--strict",), ("--review",), ("bulletin-2024-1",)], ids=str)
def test_what_is_asked_for_otherwise_is_run(hub: Hub, options: Sequence[str]) -> None:
    code = hub.run(*options).exit_code
    assert hub.built == 2
    assert code == (1 if options == ("--strict",) else 0)  # its warning is an error then


def test_the_machine_and_the_program(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts, templates = tmp_path / "fonts", tmp_path / "templates"
    fonts.mkdir()
    monkeypatch.setattr(Project, "font_folders", property(lambda self: (fonts,)))
    hub.run()
    assert hub.built == 2
    (fonts / "Song.ttf").write_bytes(b"x")
    hub.run()
    assert hub.built == 3
    monkeypatch.setattr(stamp, "_libraries", lambda: iter(["weasyprint-71.0.dist-info 1"]))
    hub.run()
    assert hub.built == 4
    monkeypatch.setattr(sys, "version", "3.99")
    hub.run()
    assert hub.built == 5
    hub.run()
    assert hub.built == 5
    package = tmp_path / "generator"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.setattr(stamp, "__file__", str(package / "stamp.py"))
    hub.run()
    assert hub.built == 6
    (package / "__init__.py").write_text("__version__ = '9'", "utf-8")
    hub.run()
    assert hub.built == 7
    templates.mkdir()
    monkeypatch.setattr(Project, "templates", property(lambda self: templates))
    assert Stamp(Project(hub.root), {"format": "html"}).outcome() is None


def test_every_installed_library_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "lib" / "weasyprint-70.0.dist-info"
    folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "lib"), str(tmp_path / "nowhere")])
    before = list(stamp._libraries())
    folder.rename(folder.with_name("weasyprint-70.1.dist-info"))
    assert [line.split()[0] for line in before] == ["weasyprint-70.0.dist-info"]
    assert list(stamp._libraries()) != before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"bulletin-2024-1", b"bulletin-2024-2"),
        lambda data: b"{}",
        lambda data: {},
        lambda data: [1],
        lambda data: resealed(data, "made", None),
        lambda data: resealed(data, "told", 3),
        lambda data: resealed(data, "diagnostics", [{"code": "x"}]),
        lambda data: resealed(data, "files", []),
        lambda data: resealed(data, "files", {"content/news/news-opening.md": [1, 2, 3, 4]}),
    ],
)
def test_an_odd_stamp_is_none(hub: Hub, spoil: Callable[[bytes], object]) -> None:
    """Bytes are no whole entry; another value is one."""
    (path,) = (hub.root / "build" / ".cache").glob("stamp-*")
    odd = spoil(path.read_bytes())
    if isinstance(odd, bytes):
        path.write_bytes(odd)
    else:
        Store(path.parent).put(path.name, json.dumps(odd).encode())
    assert hub.run().exit_code == 0
    assert hub.built == 2
    hub.run()
    assert hub.built == 2


def resealed(data: bytes, name: str, value: object) -> dict[str, Any]:
    """What a stamp says, with one of its values replaced."""
    state = json.loads(data[32:])
    assert name in state
    return {**state, name: value}


def test_a_build_that_failed_leaves_no_stamp(hub: Hub) -> None:
    hub.edit(NEWS, "标题: ", "标题：")
    first, second = hub.run(), hub.run()
    assert (first.exit_code, first.output) == (1, second.output)
    assert hub.built == 3


def test_content_that_is_saved_while_it_is_built_is_built_again(hub: Hub) -> None:
    hub.edit(NEWS, "编辑会", "编写会")
    hub.during = lambda: hub.edit(NEWS, "编写会", "编审会")
    hub.run()
    hub.during = lambda: None
    hub.run()
    assert hub.built == 3


def test_two_builds_at_once_do_not_mix(hub: Hub) -> None:
    """What is remembered are the files that were made, not those that stand there when it is."""
    hub.edit(NEWS, "编辑会", "编写会")
    hub.during = lambda: swap_outputs(hub)
    hub.run()
    hub.during = lambda: None
    hub.run()
    assert hub.built == 3
    assert (hub.root / PAGE).stat().st_size


def test_a_build_folder_that_cannot_be_written_to(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError

    monkeypatch.setattr(Path, "replace", full)
    hub.edit(NEWS, "编辑会", "编写会")
    assert hub.run().exit_code == 0
    assert hub.run().exit_code == 0
    assert hub.built == 3


# -- the day, and files -----------------------------------------------------------------------------------------


def test_the_day_counts_for_a_consent_may_run_out(tmp_path: Path) -> None:
    def ask(day: int) -> Stamp:
        return Stamp(Project(tmp_path, dt.date(2024, 4, day)), {})

    first = ask(1)
    first.note(SimpleNamespace(id="a", metadata={"date": "2024-04-01"}, draft=None), {})
    first.keep(Outcome([], [], []))
    assert ask(1).outcome() == Outcome([], [], [])
    assert ask(2).outcome() is None


@pytest.mark.parametrize("value", [dt.date(2024, 4, 1), ("a", "b"), Path("x")], ids=str)
def test_what_cannot_be_said_again_as_it_was_is_not_remembered(tmp_path: Path, value: object) -> None:
    doubt = warning("a.b", say("甲 {x}", x=value), Span("x"))
    Stamp(Project(tmp_path), {}).keep(Outcome([doubt], [], []))
    assert Stamp(Project(tmp_path), {}).outcome() is None


def test_a_file_is_read_again_only_if_it_may_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "content" / "a.yaml"
    path.parent.mkdir()
    path.write_text("a", "utf-8")
    hashed: list[bytes] = []
    real = stamp._sha

    def sha(data: bytes) -> str:
        hashed.append(data)
        return real(data)

    Stamp(Project(tmp_path), {}).keep(Outcome([], [], []))
    monkeypatch.setattr(stamp, "_sha", sha)
    assert Stamp(Project(tmp_path), {}).outcome() is not None
    assert b"a" in hashed, "it was written a moment ago"
    now = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10 * stamp._GRAIN)
    assert Stamp(Project(tmp_path), {}).outcome() is not None
    hashed.clear()
    assert Stamp(Project(tmp_path), {}).outcome() is not None
    assert b"a" not in hashed


def test_an_unreadable_file_of_content_leaves_no_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.yaml").write_text("a", "utf-8")

    def unreadable(path: Path) -> bytes:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", unreadable)
        Stamp(Project(tmp_path), {}).keep(Outcome([], [], []))
    assert Stamp(Project(tmp_path), {}).outcome() is None
