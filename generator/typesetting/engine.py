"""WeasyPrint, imported in half the time: what it looks for is found at once, what it never needs here comes later."""

from __future__ import annotations

import ctypes.util
import importlib
import os
import shutil
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

#: Modules of fontTools that serve fonts we don't have (variable ones) or machines without HarfBuzz's subsetter:
#: a fifth of the time to import WeasyPrint.
_LATER = ("fontTools.subset", "fontTools.varLib.instancer")

#: Pango takes Western words and figures among Chinese ones to be in the language of whoever runs it (LANGUAGE), and
#: a font may have figures of other widths for each: the same text would break elsewhere on another machine.
_WESTERN = "en"


@cache
def load() -> Any:
    """The module ``weasyprint``. Raises ``OSError`` if one of its libraries is missing."""
    os.environ["PANGO_LANGUAGE"] = _WESTERN
    _put_off()
    try:
        with _libraries_found_at_once():
            return importlib.import_module("weasyprint")
    except OSError:  # a library may be where only a compiler looks
        return importlib.import_module("weasyprint")


def ready() -> None:
    """Load it ahead of time; what is missing is said when it is used."""
    with suppress(OSError):
        load()


class _Later(types.ModuleType):
    """Stands for a module until one of its functions is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*given: Any, **named: Any) -> Any:
            for module in _LATER:
                if isinstance(sys.modules.get(module), _Later):
                    del sys.modules[module]
            return getattr(importlib.import_module(self.__name__), name)(*given, **named)

        return call


def _put_off() -> None:
    for name in _LATER:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)
            package, _, short = name.rpartition(".")
            if package == "fontTools":
                setattr(importlib.import_module(package), short, sys.modules[name])


@contextmanager
def _libraries_found_at_once() -> Iterator[None]:
    """Ask the linker once what there is: ``find_library`` asks it, and a compiler, for each of two dozen names."""
    ldconfig = shutil.which("ldconfig") or shutil.which("ldconfig", path="/sbin:/usr/sbin")
    listed = ""
    if sys.platform == "linux" and ldconfig:
        listed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True, check=False).stdout
    names = [words[0] for line in listed.splitlines() if "=>" in line and (words := line.split())]
    if not names:
        yield
        return
    original = ctypes.util.find_library
    ctypes.util.find_library = lambda name: next((n for n in names if n.startswith(f"lib{name}.")), None)
    try:
        yield
    finally:
        ctypes.util.find_library = original
