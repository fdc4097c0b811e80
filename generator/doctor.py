"""Is this machine able to set type? Probes that try the real thing, and the exact command that mends a fault."""

from __future__ import annotations

import contextlib
import io
import locale
import platform
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from generator.diagnostics import Report, Severity, Text, say
from generator.project import Project
from generator.theme import load_theme

_PYTHON = (3, 11)
_PANGO = 15000  # 1.50, as ``pango_version`` counts
_DISK = 500  # MB: prepared fonts, a build and the one before it

_ROLES: Mapping[str, Text] = {
    "Song": say("宋体"),
    "Hei": say("黑体"),
    "Kai": say("楷体"),
    "Fang": say("仿宋"),
    "Biaosong": say("小标宋"),
}

#: A page each, read back from a PDF: characters every role must have.
_PROBE = "社工站刊，永年。“关爱”——《巡访》2023 A"


class State(Enum):
    """Fine; works with a loss; must be mended."""

    GOOD = "good"
    WEAK = "weak"
    MISSING = "missing"


WORDS: Mapping[State, Text] = {State.GOOD: say("好"), State.WEAK: say("注意"), State.MISSING: say("缺")}


@dataclass(frozen=True)
class Finding:
    """What one probe found, and what to do."""

    state: State
    message: Text
    fix: Text | None = None


def examine(project: Project) -> Iterator[Finding]:
    """All findings, quick ones first; the slow ones (fonts) take a second or two."""
    yield python(sys.version_info[:2])
    yield encoding(locale.getpreferredencoding(False), bool(sys.flags.utf8_mode))
    yield writing(project.build)
    yield disk(shutil.disk_usage(_existing(project.root)).free)
    weasyprint, finding = libraries()
    yield finding
    if weasyprint is not None:
        yield from _fonts(weasyprint, project)
        yield press(project)
    yield office(shutil.which)


def python(version: tuple[int, ...]) -> Finding:
    shown = ".".join(map(str, version))
    if version < _PYTHON:
        wanted = ".".join(map(str, _PYTHON))
        return Finding(
            State.MISSING,
            say("Python 是 {version}，要 {wanted} 以上", version=shown, wanted=wanted),
            say("装新版 Python，再重装 zhankan：uv tool install --python 3.12 zhankan"),
        )
    return Finding(State.GOOD, say("Python {version}，{system}", version=shown, system=platform.system()))


def encoding(preferred: str, utf8_mode: bool) -> Finding:
    """Files we read and write are UTF-8 whatever this says; what other programs hand us is not."""
    if utf8_mode or preferred.lower().replace("-", "") == "utf8":
        return Finding(State.GOOD, say("文字编码 UTF-8"))
    fix = (
        say("运行 setx PYTHONUTF8 1，再开一个新的命令行窗口")
        if sys.platform == "win32"
        else say("在 ~/.profile 里加一行 export PYTHONUTF8=1，再重新登录")
    )
    return Finding(State.WEAK, say("系统的文字编码是 {encoding}，有些提示可能乱码", encoding=preferred), fix)


def writing(build: Path) -> Finding:
    """Whether finished files can be put into ``build``, by doing it."""
    folder = _existing(build)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".zhankan-"):
            pass
    except OSError as fault:
        return Finding(
            State.MISSING,
            say("不能在 {folder} 里写文件：{reason}", folder=str(folder), reason=fault.strerror or "?"),
            say("换一个自己有权写的文件夹，如“文档”下面，或改它的权限"),
        )
    return Finding(State.GOOD, say("可以往 {folder} 里写", folder=str(folder)))


def disk(free: int) -> Finding:
    """``free`` in bytes."""
    megabytes = free // 1_000_000
    if megabytes < _DISK:
        return Finding(
            State.WEAK, say("磁盘只剩 {free} MB", free=megabytes), say("清出 {wanted} MB 以上", wanted=_DISK)
        )
    return Finding(State.GOOD, say("磁盘还有 {free} MB", free=megabytes))


def libraries() -> tuple[Any, Finding]:
    """WeasyPrint, if it and Pango and HarfBuzz load, and the finding."""
    try:
        # it prints advice of its own, in English, about a missing library
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import weasyprint
            from weasyprint.text import ffi
    except ImportError as fault:
        return None, Finding(
            State.MISSING,
            say("没有装好 WeasyPrint（{name}）", name=fault.name or "weasyprint"),
            say("重装 zhankan：pip install --force-reinstall zhankan"),
        )
    except OSError as fault:
        return None, Finding(
            State.MISSING,
            say("缺少排版用的系统库，出不了 PDF（Word 和网页照出）：{reason}", reason=str(fault).splitlines()[0]),
            library_fix(sys.platform, shutil.which),
        )
    version = ffi.pango.pango_version()
    shown = f"{version // 10000}.{version // 100 % 100}.{version % 100}"
    if version < _PANGO:
        return weasyprint, Finding(
            State.MISSING,
            say("Pango 是 {version}，太旧，要 1.50 以上", version=shown),
            library_fix(sys.platform, shutil.which),
        )
    if getattr(ffi, "harfbuzz_subset", None) is None:
        return weasyprint, Finding(
            State.WEAK,
            say("缺 HarfBuzz-Subset，PDF 会大一些"),
            library_fix(sys.platform, shutil.which),
        )
    return weasyprint, Finding(
        State.GOOD, say("WeasyPrint {version}，Pango {pango}", version=weasyprint.__version__, pango=shown)
    )


_PACKAGES: Mapping[str, str] = {
    "apt-get": "sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf": "sudo dnf install -y pango harfbuzz",
    "pacman": "sudo pacman -S --noconfirm pango",
    "apk": "sudo apk add pango harfbuzz-subset",
    "zypper": "sudo zypper install -y libpango-1_0-0 libharfbuzz-subset0",
}


def library_fix(system: str, which: Callable[[str], str | None]) -> Text:
    """How to get Pango on ``system`` (as ``sys.platform``); ``which`` finds the package manager."""
    if system == "win32":
        return say(
            "在 PowerShell 运行 winget install MSYS2.MSYS2，再打开“MSYS2 UCRT64”运行 {command}，然后重开命令行窗口",
            command="pacman -S --noconfirm mingw-w64-ucrt-x86_64-pango",
        )
    if system == "darwin":
        return say(
            "运行 {command}；仍找不到就先运行 {path}",
            command="brew install pango",
            path='export DYLD_FALLBACK_LIBRARY_PATH="$(brew --prefix)/lib"',
        )
    manager = next((name for name in _PACKAGES if which(name)), "apt-get")
    return say("运行 {command}", command=_PACKAGES[manager])


def _fonts(weasyprint: Any, project: Project) -> Iterator[Finding]:
    """A page set in each role, and the fonts that are really in the PDF: a list of fonts proves nothing."""
    from generator.typesetting import fonts

    report = Report()
    try:
        css = fonts.css(project, report, load_theme(project, report).typefaces)
    except OSError as fault:
        yield Finding(
            State.MISSING,
            say("字体缓存 {folder} 写不进去：{reason}", folder=str(project.fonts), reason=fault.strerror or "?"),
            say("改它的权限，或把环境变量 ZHANKAN_CACHE 设成别的文件夹"),
        )
        return
    for d in report.sorted():
        yield Finding(State.MISSING if d.severity is Severity.ERROR else State.WEAK, d.message, d.hint)
    for role, found in zip(fonts.ROLES, probe(weasyprint, css, tuple(fonts.ROLES)), strict=True):
        name = _ROLES.get(role, role)
        if found.keys() == {role}:
            yield Finding(State.GOOD, say("{role}用的是 {font}", role=name, font="、".join(found.values())))
        elif f"font-family:{role};" in css:
            others = "、".join(sorted(font for key, font in found.items() if key != role))
            yield Finding(
                State.WEAK,
                say("{role}有缺字，由 {fonts} 补上", role=name, fonts=others),
                say("换一套字更全的字体，或把字体文件放进 content/style/fonts/"),
            )


def probe(weasyprint: Any, css: str, families: tuple[str, ...]) -> list[dict[str, str]]:
    """For each CSS family, the fonts that a PDF page set in it embeds: PDF name without its tag -> family."""
    import pypdfium2
    import pypdfium2.raw

    pages = "".join(f"<p style='break-after:page;font-family:{family}'>{_PROBE}</p>" for family in families)
    data = weasyprint.HTML(string=f"<html lang=zh-CN><style>{css}</style>{pages}").write_pdf()
    result = []
    with pypdfium2.PdfDocument(data) as document:
        for number in range(len(families)):
            names = {}
            for item in document[number].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                font = item.get_font()
                if font.is_embedded:
                    names[font.get_base_name().rpartition("+")[2]] = font.get_family_name()
            result.append(names)
    return result


def press(project: Project) -> Finding:
    """The profile that colours of the press file are reckoned by, where the hub names none."""
    from generator.typesetting import profiles

    report = Report()
    profile = profiles.find(project, report)
    if profile is None:
        (found,) = report.sorted()
        return Finding(State.WEAK, found.message, found.hint)
    return Finding(State.GOOD, say("印刷版的颜色按 {profile} 换算", profile=profile.description))


def office(which: Callable[[str], str | None]) -> Finding:
    """LibreOffice is only for looking at the Word files; nothing needs it."""
    if which("soffice") or which("libreoffice"):
        return Finding(State.GOOD, say("有 LibreOffice，可用来查看 Word 版"))
    return Finding(State.GOOD, say("没有 LibreOffice，不影响出刊；用 Word 或 WPS 查看 Word 版即可"))


def _existing(path: Path) -> Path:
    """The nearest folder at or above ``path`` that is there."""
    return next((p for p in (path, *path.parents) if p.is_dir()), Path.cwd())
