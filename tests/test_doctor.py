"""``doctor``: each probe's verdict, and the fix it names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator import doctor, messages
from generator.doctor import State
from generator.project import Project


def weasyprint() -> object:
    module, finding = doctor.libraries()
    if module is None:
        pytest.skip(str(finding.message))
    return module


@pytest.mark.parametrize(("version", "state"), [((3, 10), State.MISSING), ((3, 11), State.GOOD), ((3, 14), State.GOOD)])
def test_python(version: tuple[int, ...], state: State) -> None:
    assert doctor.python(version).state is state


@pytest.mark.parametrize(
    ("preferred", "utf8_mode", "state"),
    [
        ("UTF-8", False, State.GOOD),
        ("utf8", False, State.GOOD),
        ("cp936", True, State.GOOD),
        ("cp936", False, State.WEAK),
    ],
)
def test_encoding(preferred: str, utf8_mode: bool, state: State) -> None:
    finding = doctor.encoding(preferred, utf8_mode)
    assert finding.state is state
    assert (finding.fix is None) == (state is State.GOOD)


def test_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    assert doctor.writing(tmp_path / "build").state is State.GOOD
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_writing_where_one_may_not(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    finding = doctor.writing(tmp_path / "build")
    tmp_path.chmod(0o700)
    assert finding.state is State.MISSING


def test_writing_reports_the_systems_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryDirectory", refuse)
    finding = doctor.writing(tmp_path)
    assert finding.state is State.MISSING
    assert "Permission denied" in str(finding.message)


def test_disk() -> None:
    assert doctor.disk(10**10).state is State.GOOD
    assert doctor.disk(10**8).state is State.WEAK


@pytest.mark.parametrize(
    ("system", "manager", "command"),
    [
        ("linux", "apt-get", "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
        ("linux", "dnf", "dnf install -y pango"),
        ("linux", "pacman", "pacman -S --noconfirm pango"),
        ("linux", "none of them", "apt-get install"),
        ("darwin", "brew", "brew install pango"),
        ("win32", "winget", "winget install MSYS2.MSYS2"),
        ("win32", "winget", "pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_fix_is_a_command_to_paste(system: str, manager: str, command: str, language: str) -> None:
    fix = doctor.library_fix(system, lambda name: name if name == manager else None)
    assert command in messages.translate(fix, language)


def test_a_missing_library_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins
    import sys

    real = builtins.__import__

    def failing(name: str, *args: object, **kwargs: object) -> object:
        if name == "weasyprint":
            print("-----\nWeasyPrint could not import some external libraries.")
            raise OSError("cannot load library 'libpango-1.0-0': not found\nmore")
        return real(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", failing)
    module, finding = doctor.libraries()
    assert module is None
    assert finding.state is State.MISSING
    assert "libpango" in str(finding.message)
    assert finding.fix is not None


def test_libraries_print_nothing_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.libraries()
    assert capsys.readouterr() == ("", "")


def test_office() -> None:
    assert doctor.office(lambda name: None).state is State.GOOD
    assert str(doctor.office(lambda name: name).message).startswith("有")


def test_probe_tells_a_font_from_its_stand_in() -> None:
    """A family nobody has is set in something else, and only the PDF shows it."""
    (found,) = doctor.probe(weasyprint(), "", ("no-such-font-anywhere",))
    assert "no-such-font-anywhere" not in found


def test_all_roles_are_really_embedded(tmp_path: Path) -> None:
    weasyprint()
    from generator.diagnostics import Report
    from generator.typesetting import fonts

    project = Project(tmp_path)
    report = Report()
    css = fonts.css(project, report)
    if report.diagnostics:
        pytest.skip("this machine lacks fonts")
    for role, found in zip(fonts.ROLES, doctor.probe(weasyprint(), css, tuple(fonts.ROLES)), strict=True):
        assert found.keys() == {role}


def test_a_font_without_chinese_is_found_out(tmp_path: Path) -> None:
    from generator.typesetting import fonts

    latin = fonts.installed(Project(tmp_path)).get("dejavusans.ttf")
    if latin is None:
        pytest.skip("DejaVu Sans is not here")
    css = f"@font-face{{font-family:Song;src:url('{latin.as_uri()}')}}"
    (found,) = doctor.probe(weasyprint(), css, ("Song",))
    assert found.keys() - {"Song"}


def test_examine_asks_everything_and_speaks_both_languages(tmp_path: Path) -> None:
    findings = list(doctor.examine(Project(tmp_path)))
    assert len(findings) >= 6
    for finding in findings:
        for language in ("zh", "en"):
            assert messages.translate(finding.message, language)
        assert (finding.fix is not None) == (finding.state is not State.GOOD)
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    weasyprint()
    from generator.typesetting import fonts

    if not fonts.installed(Project(tmp_path)):
        pytest.skip("this machine has no fonts")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("ZHANKAN_CACHE", str(tmp_path / "file"))
    findings = list(doctor.examine(Project(tmp_path)))
    assert any("ZHANKAN_CACHE" in str(f.fix) for f in findings if f.state is State.MISSING)
