"""The command line: both languages, exit codes, what goes where."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from generator import __version__, build, cli, inventory, messages, signoff
from generator.diagnostics import Report, Span, say, warning
from generator.project import LANGUAGES, Project
from generator.writers import ON_REQUEST, WRITERS

ROOT = Path(__file__).parent.parent
HAN = re.compile(r"[\u4e00-\u9fff]")

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in an empty folder, in Chinese unless told otherwise."""
    for name in ("ZHANKAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE", "ZHANKAN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def invoke(*args: str) -> Result:
        return CliRunner().invoke(cli.zhankan, list(args))

    return invoke


@pytest.fixture
def workspace(run: Run, tmp_path: Path) -> Path:
    """A workspace with one small example of each kind, and the current folder in it."""
    assert run("init", "--empty").exit_code == 0
    return tmp_path


def commands() -> list[list[str]]:
    return [[], *([name] for name in sorted(cli.zhankan.commands))]


# -- help ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", commands(), ids=lambda c: " ".join(c) or "zhankan")
def test_help_in_chinese(command: list[str], run: Run) -> None:
    result = run(*command, "--help")
    assert result.exit_code == 0
    for english in ("Usage", "Options", "Commands", "Show this", "arguments", "exit."):
        assert english not in result.output
    assert HAN.search(result.output)


@pytest.mark.parametrize("command", commands(), ids=lambda c: " ".join(c) or "zhankan")
def test_help_in_english(command: list[str], run: Run) -> None:
    result = run("--lang", "en", *command, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("Usage: zhankan")
    assert set(HAN.findall(result.output)) <= set("动态"), "only an example may be Chinese"


@pytest.mark.parametrize("command", commands(), ids=lambda c: " ".join(c) or "zhankan")
def test_every_command_option_and_argument_has_help(command: list[str]) -> None:
    subject: click.Command = cli.zhankan.commands[command[0]] if command else cli.zhankan
    assert subject.help
    for parameter in subject.params:
        assert isinstance(parameter, click.Option | click.Argument)
        assert parameter.help, parameter.name


@pytest.mark.parametrize("where", [("--lang=en", "--help"), ("--help", "--lang=en"), ("--help", "--lang", "en")])
def test_lang_counts_wherever_it_stands(where: Sequence[str], run: Run) -> None:
    assert run(*where).output.startswith("Usage:")


@pytest.mark.parametrize(
    ("environment", "start"),
    [
        ({"LANG": "en_GB.UTF-8"}, "Usage:"),
        ({"LANG": "C.UTF-8"}, "用法："),
        ({"LANG": "en_GB.UTF-8", "ZHANKAN_LANG": "zh"}, "用法："),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "用法："),
    ],
)
def test_language_of_the_environment(
    environment: dict[str, str], start: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run("--help").output.startswith(start)
    assert "LANGUAGE" not in os.environ


@pytest.mark.parametrize("command", commands(), ids=lambda c: " ".join(c) or "zhankan")
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_fits_a_terminal(command: list[str], language: str, run: Run) -> None:
    lines = run("--lang", language, *command, "--help").output.split("\n")
    assert max(map(messages.width, lines)) <= 80


def test_version(run: Run) -> None:
    assert run("--version").output == f"zhankan {__version__}\n"


def test_static_lists_agree_with_the_registries() -> None:
    """They are repeated in ``cli`` so that help needn't load the registries."""
    assert set(cli.FORMATS) == set(WRITERS) - ON_REQUEST
    assert tuple(inventory.TABLES) == cli.LISTS
    assert tuple(cli.STEPS) == signoff.STEPS


def test_help_loads_nothing_heavy() -> None:
    code = """
import sys
from generator.cli import zhankan
try:
    zhankan(["--help"])
except SystemExit:
    pass
heavy = {"pydantic", "weasyprint", "docx", "lxml", "jinja2", "yaml", "markdown", "fontTools"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


# -- usage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ("chek",),
        ("check", "--strikt"),
        ("check", "--format"),
        ("check", "--format", "xml"),
        ("check", "--strict=3"),
        ("new",),
        ("explain",),
        ("explain", "yaml.tabb"),
        ("explain", "qqqqqq"),
        ("list", "gossip"),
        ("init", "a", "b"),
        ("check", "qqqq"),
        ("--root", __file__, "check"),
    ],
    ids=" ".join,
)
def test_usage_errors_end_with_2_in_the_readers_language(args: tuple[str, ...], workspace: Path, run: Run) -> None:
    chinese = run(*args)
    assert chinese.exit_code == 2
    assert chinese.stdout == ""
    words = set(re.findall(r"[a-z]{2,}", chinese.stderr.lower()))
    assert not words & set(
        "usage try error no such missing invalid did you mean is not requires unexpected for".split()
    )
    english = run("--lang", "en", *args)
    assert english.exit_code == 2
    assert not HAN.search(english.stderr.replace("站", ""))


def test_a_misspelt_edition_gets_a_suggestion(workspace: Path, run: Run) -> None:
    assert "是不是“bulletin-2024-1”" in run("check", "buletin-2024-1").stderr
    assert "did you mean “bulletin-2024-1”" in run("--lang", "en", "check", "buletin-2024-1").stderr


@pytest.mark.parametrize("name", ["bulletin-2024-1", "示例区社会工作-2024年第1期", "示例区社会工作"])
def test_editions_by_id_file_name_or_title(
    name: str, workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []
    monkeypatch.setattr(build, "check", lambda project, editions, report: asked.append(editions))
    assert run("check", name).exit_code == 0
    assert asked == [["bulletin-2024-1"]]


def test_a_fault_that_hides_an_edition_is_shown(workspace: Path, run: Run) -> None:
    (workspace / "content/bulletins/bulletin-2024-1.yaml").write_text("标题：好", encoding="utf-8")
    result = run("check", "bulletin-2024-1")
    assert result.exit_code == 2
    assert "yaml.full_width_colon" in result.stderr


# -- commands --------------------------------------------------------------------------------------------


def test_check_of_faultless_content(workspace: Path, run: Run) -> None:
    result = run("check")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "没有发现问题\n", "")


def test_check_shows_faults_with_their_line(workspace: Path, run: Run) -> None:
    (workspace / "content/news/x.yaml").write_text("标题: 好\n站点：st-hub\n", encoding="utf-8")
    result = run("check")
    assert result.exit_code == 1
    assert "content/news/x.yaml:2:3" in result.stdout
    assert "2 | 站点：st-hub\n  |     ^^\n" in result.stdout
    assert result.stdout.endswith("1 个错误，0 个警告\n")


def test_check_as_json_is_one_document(workspace: Path, run: Run) -> None:
    assert json.loads(run("check", "--format", "json").stdout) == []
    (workspace / "content/news/x.yaml").write_text("标题：好\n", encoding="utf-8")
    result = run("--lang", "en", "check", "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout_bytes.decode("utf-8"))
    assert (found["code"], found["file"], found["line"]) == ("yaml.full_width_colon", "content/news/x.yaml", 1)
    assert found["message"].startswith("There is a Chinese colon")


def test_strict_promotes_warnings(workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubt(project: Project, editions: Sequence[str], report: Report) -> None:
        report.add(warning("yaml.hash", say("删掉一处"), Span("content")))

    monkeypatch.setattr(build, "check", doubt)
    relaxed, strict = run("check"), run("check", "--strict")
    assert (relaxed.exit_code, strict.exit_code) == (0, 1)
    assert "警告[yaml.hash]" in relaxed.stdout
    assert "错误[yaml.hash]" in strict.stdout


def test_build_gets_what_was_asked_and_prints_paths(workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def fake(
        project: Project,
        editions: Sequence[str],
        formats: Sequence[str],
        report: Report,
        progress: Callable[[str], None],
        **more: Any,
    ) -> list[Path]:
        asked.append((editions, formats))
        progress("排版")
        return [] if report.failed else [project.build / "a" / "甲.pdf"]

    monkeypatch.setattr(build, "build", fake)
    result = run("build", "--format", "pdf", "--format", "html")
    assert (result.exit_code, result.stdout) == (0, f"{Path('build/a/甲.pdf')}\n")
    assert result.stderr == "", "no progress where nobody watches"
    assert run("build").exit_code == 0
    assert asked == [([], ("pdf", "html")), ([], cli.FORMATS)]
    shown = run("build", "--diagnostics", "json")
    assert json.loads(shown.stdout) == []
    assert "甲.pdf" in shown.stderr


def test_build_with_faults(workspace: Path, run: Run) -> None:
    (workspace / "content/news/x.yaml").write_text("标题：好\n", encoding="utf-8")
    result = run("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "yaml.full_width_colon" in result.stderr
    assert not (workspace / "build").exists()


def test_a_strict_build_stops_at_a_warning(workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubtful(project: Any, editions: Any, formats: Any, report: Report, progress: Any, **more: Any) -> list[Path]:
        report.add(warning("yaml.hash", say("删掉一处"), Span("content")))
        return [] if report.failed else [project.build / "x.pdf"]

    monkeypatch.setattr(build, "build", doubtful)
    assert run("build").exit_code == 0
    strict = run("build", "--strict")
    assert (strict.exit_code, strict.stdout) == (1, "")


def test_init_then_new(workspace: Path, run: Run) -> None:
    assert (workspace / "README.md").is_file()
    result = run("new", "动态", "news-x")
    assert (result.exit_code, result.stdout) == (0, f"{Path('content/news/news-x.md')}\n")
    again = run("new", "动态", "news-x")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "workspace.exists" in again.stderr
    assert run("init").exit_code == 1


@pytest.mark.parametrize("what", cli.LISTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_the_samples_line_up(what: str, language: str, run: Run) -> None:
    result = run("--root", str(ROOT), "--lang", language, "list", what)
    assert result.exit_code == 0
    head, rule, *rows = result.stdout.rstrip("\n").split("\n")
    assert rows
    if language == "en":
        assert not HAN.search(head)
    starts = [m.start() for m in re.finditer(r"-+", rule)]
    for row in (head, *rows):
        cells = {0}
        at = 0
        for character in row:
            at += messages.width(character)
            cells.add(at)
        assert all(start in cells or start >= at for start in starts), "a column begins inside a character"


def test_list_of_facts(run: Run) -> None:
    output = run("--root", str(ROOT), "list", "facts").stdout
    assert re.search(r"^个案 +st-jinniu +2023 +21个 +content/facts/jinniu-2023\.yaml:\d+$", output, re.M)


def test_list_tells_that_something_is_left_out(workspace: Path, run: Run) -> None:
    (workspace / "content/people/x.yaml").write_text("姓名：好\n", encoding="utf-8")
    result = run("list", "people")
    assert "p-editor" in result.stdout
    assert "zhankan check" in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_explain(language: str, run: Run) -> None:
    result = run("--lang", language, "explain", "yaml.tab")
    assert result.exit_code == 0
    assert result.stdout.startswith("yaml.tab\n\n")
    assert len(result.stdout) > 60


def test_schema(workspace: Path, run: Run) -> None:
    shutil.rmtree(workspace / "schemas")
    result = run("schema")
    assert result.exit_code == 0
    assert (workspace / "schemas" / "case.json").is_file()
    assert str(Path("out") / "news.json") in run("schema", "--out", "out").stdout


def test_doctor(workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator import doctor

    fix = doctor.library_fix("linux", lambda name: None)
    findings = [doctor.python((3, 12)), doctor.Finding(doctor.State.MISSING, say("缺"), fix)]
    monkeypatch.setattr(doctor, "examine", lambda project: iter(findings))
    result = run("doctor")
    assert result.exit_code == 1
    assert result.stdout.startswith("[好] Python 3.12")
    assert "\n[缺] 缺\n       运行 sudo apt-get" in result.stdout


# -- ends ------------------------------------------------------------------------------------------------


def test_our_own_fault_is_admitted_without_quoting_content(
    workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "张三 13900000000"

    def broken(project: Any, editions: Any, report: Any) -> None:
        raise ValueError(secret)

    monkeypatch.setattr(build, "check", broken)
    for debug in ("", "1"):
        monkeypatch.setenv("ZHANKAN_DEBUG", debug)
        result = run("check")
        assert result.exit_code == 1
        assert result.stdout == ""
        assert "程序自身出错" in result.stderr
        assert "zhankan itself failed" in result.stderr
        assert "ValueError" in result.stderr
        assert "张三" not in result.stderr
        assert ("Traceback" in result.stderr or 'File "' in result.stderr) == (debug == "1")


@pytest.mark.parametrize(("language", "word"), [("zh", "已中断"), ("en", "Interrupted")])
def test_ctrl_c(language: str, word: str, workspace: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(project: Any, editions: Any, report: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(build, "check", interrupted)
    result = run("--lang", language, "check")
    assert result.exit_code == 130
    assert result.stderr.strip() == word


@pytest.mark.skipif(os.name != "posix", reason="pipes and signals of POSIX")
def test_a_broken_pipe_is_silent() -> None:
    command = f"{sys.executable} -m generator --root {ROOT} list facts | head -1"
    result = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    reader = subprocess.Popen(
        [sys.executable, "-m", "generator", "list", "facts"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reader.stdout is not None
    assert reader.stderr is not None
    reader.stdout.close()
    assert reader.stderr.read() == b""
    reader.stderr.close()
    assert reader.wait() in (0, 1, -signal.SIGPIPE)


def test_an_old_code_page_does_not_end_a_run(workspace: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(ROOT), "ZHANKAN_LANG": "zh"}
    result = subprocess.run(
        [sys.executable, "-m", "generator", "list"], cwd=workspace, capture_output=True, env=environment, check=True
    )
    assert b"station" in result.stdout


# -- one edition for each station --------------------------------------------------------------------------


@pytest.fixture
def stations(run: Run, tmp_path: Path) -> Path:
    """The small sample, and an edition for each of three stations."""
    for folder in ("sample", "stations"):
        shutil.copytree(ROOT / "tests" / folder / "content", tmp_path / "content", dirs_exist_ok=True)
    return tmp_path


def test_an_edition_for_each_station(stations: Path, run: Run) -> None:
    result = run("build", "--for-each", "station", "--format", "html", "--workers", "2")
    assert result.exit_code == 0
    assert result.stdout.split() == [f"build/yearly-st-{name}" for name in ("hedong", "hexi")]
    assert [line.split()[0] for line in result.stderr.splitlines()[:3]] == ["1/3", "2/3", "3/3"]
    assert "没有可登的稿件，没有出 1 册：yearly-st-henan" in result.stderr
    assert "出了 2 册，出错 0 册，没有稿件 1 册" in result.stderr
    (stations / "content" / "facts" / "hedong.yaml").unlink()
    faulty = run("build", "荷西站年报", "--for-each", "station")
    assert faulty.exit_code == 2
    faulty = run("build", "yearly", "--for-each", "station=荷东站,st-hexi", "--format", "html", "--diagnostics", "json")
    assert faulty.exit_code == 1
    found = json.loads(faulty.stdout)
    assert found
    assert {d["edition"] for d in found} == {"yearly-st-hedong"}
    assert "build/yearly-st-hexi" in faulty.stderr
    text = run("--lang", "en", "build", "yearly", "--for-each", "station=st-hedong", "--format", "html")
    assert text.exit_code == 1
    assert "1 with errors" in text.stderr
    assert "content/" in text.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build", "yearly"), "--for-each station"),
        (("watch", "yearly"), "--for-each station"),
        (("build", "heyuan-rule", "--for-each", "station"), "不是每站一册"),
        (("build", "--for-each", "person"), "station=编号"),
        (("build", "--for-each", "station=st-hexy"), "是不是“st-hexi”"),
        (("build", "--limit-time", "soon"), "120s"),
        (("build", "--limit-time", "-5s"), "120s"),
        (("build", "--limit-memory", "2 apples"), "512M"),
        (("build", "--for-each", "station", "--why"), "--why"),
    ],
)
def test_slips_in_asking_for_each_station(arguments: tuple[str, ...], words: str, stations: Path, run: Run) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr


@pytest.mark.parametrize(
    ("written", "seconds"), [("120s", 120), ("2m", 120), ("1.5m", 90), ("90", 90), ("0", 0), ("1h", 3600)]
)
def test_amounts(written: str, seconds: float) -> None:
    assert cli._amount(written, {"s": 1, "m": 60, "h": 3600, "": 1}, 7) == seconds
    assert cli._amount(None, {}, 7) == 7
