"""The peers, where they are on this machine; whatever is missing is left out of a comparison, with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version


class MissingError(Exception):
    """A peer that can not be run here, and why."""


@cache
def pandoc() -> str:
    """The pandoc of the bench requirements, or else the one in PATH."""
    try:
        import pypandoc

        return str(pypandoc.get_pandoc_path())
    except (ImportError, OSError):
        return _program("pandoc")


def typst() -> str:
    """The version of Typst's Python package."""
    try:
        return version("typst")
    except PackageNotFoundError:
        raise MissingError("the package typst is not installed (requirements-bench.txt)") from None


def chromium() -> list[str]:
    """Chromium without a window; the sandbox is for users other than root."""
    found = _program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return [found, "--headless=new", "--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def libreoffice() -> str:
    return _program("soffice", "libreoffice")


def versions() -> str:
    """What was measured against what, for the line below the table."""
    found = [f"WeasyPrint {version('weasyprint')}"]
    asked = {
        "pandoc": lambda: _said([pandoc(), "--version"]).split()[1],
        "typst": typst,
        "Chromium": lambda: _said([*chromium(), "--version"]).split()[1],
        "LibreOffice": lambda: _said([libreoffice(), "--version"]).split()[1],
    }
    for name, ask in asked.items():
        try:
            found.append(f"{name} {ask()}")
        except MissingError:
            found.append(f"no {name}")
    return ", ".join(found)


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise MissingError(f"{names[0]} is not in PATH")
    return found


def _said(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
