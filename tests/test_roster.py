"""The private roster from the command line: it is kept encrypted, opened by one key, and nothing of it is ever told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator import cli
from generator.diagnostics import Report
from generator.privacy import keeping
from generator.privacy.hashed import Hashes
from generator.project import Project

Run = Callable[..., Result]

NAME, PHONE = "欧阳雪莹", "13912345678"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run the command in a workspace of its own, with a key of its own."""
    (tmp_path / "hub").mkdir()
    monkeypatch.chdir(tmp_path / "hub")
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "keys" / "roster.key"))
    for name in ("ZHANKAN_ROSTER_KEY", "ZHANKAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, said: str = "") -> Result:
        return CliRunner().invoke(cli.zhankan, ["roster", *arguments], input=said)

    return invoke


@pytest.fixture
def roster(run: Run) -> Run:
    assert run("init").exit_code == 0
    assert run("add", "C-1", said=f"{NAME}\n莹莹；雪儿\n\n{PHONE}\n\n\n\n\n").exit_code == 0
    return run


def held() -> keeping.Held:
    report = Report()
    found = keeping.held(Project(Path.cwd()), report)
    assert not report.diagnostics
    return found


def test_what_is_added_is_found(roster: Run) -> None:
    assert roster("list").output == "C-1\n"
    secrets = held().secrets
    assert secrets is not None
    assert [(m.start, m.end, m.what) for m in secrets.find(f"打给{PHONE}找雪儿")] == [(2, 13, "电话"), (14, 16, "别名")]


def test_on_disk_nothing_can_be_read(roster: Run, tmp_path: Path) -> None:
    told = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(told) == 2
    for data in told:
        for secret in (NAME, PHONE, "莹莹", "C-1"):
            assert secret.encode() not in data
    assert keeping.roster_file(Project(Path.cwd())).stat().st_mode & 0o077 == 0
    assert keeping.key_file().stat().st_mode & 0o077 == 0


def test_without_the_key_it_stays_locked(roster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "nowhere"))
    result = roster("list")
    assert result.exit_code == 1
    assert "roster.locked" in result.output
    found = held()
    assert found.secrets is None
    assert str(found.why) == "保密名册锁着：这台机器上没有打开它的钥匙"


def test_adding_again_adds_to_what_is_known(roster: Run) -> None:
    assert roster("add", "C-1", said="欧阳莹\n\n\n\n\n\n\n\n").exit_code == 0
    secrets = held().secrets
    assert secrets is not None
    assert {m.what for m in secrets.find(f"{NAME}，又名欧阳莹，{PHONE}")} == {"姓名", "电话"}


def test_nobody_is_added_without_a_name(roster: Run) -> None:
    result = roster("add", "C-2", said="\n\n\n\n\n\n\n\n")
    assert (result.exit_code, "roster.no_name" in result.output) == (1, True)
    assert roster("list").output == "C-1\n"


def test_a_second_init_leaves_the_roster_alone(roster: Run) -> None:
    assert roster("init").exit_code == 1
    assert roster("list").output == "C-1\n"


def test_removing(roster: Run) -> None:
    assert roster("remove", "C-9").exit_code == 1
    assert roster("remove", "C-1").exit_code == 0
    assert roster("list").output.strip() == ""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_is_taken_in_whole_or_not_at_all(roster: Run, encoding: str) -> None:
    Path("a.csv").write_text("代号,姓名,电话,没用的\nC-2,贾宝珠,13700000001；13700000002,x\n", encoding)
    assert roster("import", "a.csv").exit_code == 0
    assert roster("list").output == "C-1\nC-2\n"
    Path("b.csv").write_text("代号,姓名\nC-3,甄士隐\n,没有代号\nC-4,\n", encoding)
    result = roster("import", "b.csv")
    assert result.exit_code == 1
    assert [line for line in ("第 3 行", "第 4 行") if line in result.output] == ["第 3 行", "第 4 行"]
    assert "甄士隐" not in result.output
    assert roster("list").output == "C-1\nC-2\n"


def test_a_table_without_the_columns_is_refused(roster: Run) -> None:
    Path("a.csv").write_text("name\n某某\n", "utf-8")
    assert "roster.table" in roster("import", "a.csv").output
    assert "roster.table" in roster("import", "nowhere.csv").output


def editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str) -> None:
    script = tmp_path / "editor.py"
    script.write_text(
        f"import sys, pathlib\np = pathlib.Path(sys.argv[1])\nt = p.read_text('utf-8')\n{code}\n", "utf-8"
    )
    import sys

    monkeypatch.setenv("VISUAL", f"{sys.executable} {script}")


def test_editing(roster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "where"
    code = f"pathlib.Path({str(seen)!r}).write_text(str(p)); p.write_text(t.replace('雪儿', '小莹子'), 'utf-8')"
    editor(monkeypatch, tmp_path, code)
    assert roster("edit").exit_code == 0
    assert not Path(seen.read_text()).exists()
    secrets = held().secrets
    assert secrets is not None
    assert [len(secrets.find(words)) for words in ("雪儿", "小莹子")] == [0, 1]


def test_what_was_spoilt_in_the_editor_is_not_kept_nor_told(
    roster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor(monkeypatch, tmp_path, "p.write_text(t.replace('姓名:', '姓:'), 'utf-8')")
    result = roster("edit", said="n\n")
    assert result.exit_code == 1
    assert "privacy.roster_form" in result.output
    assert not any(secret in result.output for secret in (NAME, PHONE, "莹莹"))
    assert roster("list").output == "C-1\n"


def test_hashes_check_and_do_not_know(roster: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = roster("hashes").output.strip().splitlines()[-1]
    text = Path("content/style/roster.hashes").read_text("utf-8")
    assert not any(secret in text for secret in (NAME, PHONE, "莹莹", "ouyang"))
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "nowhere"))
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY", key)
    secrets = held().secrets
    assert isinstance(secrets, Hashes)
    assert [m.what for m in secrets.find(f"{NAME} Ouyang Xueying 1 3 9-1234-5678")] == ["姓名", "姓名", "电话"]
    assert held().why is None
    monkeypatch.setenv("ZHANKAN_ROSTER_KEY", "0" * 64)
    report = Report()
    assert keeping.held(Project(Path.cwd()), report).secrets is None
    assert [d.code for d in report.diagnostics] == ["privacy.roster_unreadable"]
    data = json.loads(text)
    assert set(data["people"]) == {"C-1"}


@pytest.mark.parametrize("action", ["add", "remove", "import"])
def test_what_is_meant_must_be_said(roster: Run, action: str) -> None:
    assert roster(action).exit_code == 2


@pytest.mark.parametrize("action", ["add", "edit", "list", "remove", "import", "hashes"])
def test_first_there_must_be_a_roster(run: Run, action: str) -> None:
    what = ("x",) if action in ("add", "remove", "import") else ()
    result = run(action, *what, said="甲\n" * 8)
    assert (result.exit_code, "roster.missing" in result.output) == (1, True)
