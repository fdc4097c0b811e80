"""Laying out one run of articles: what a process of its own does, with its style sheet and fonts kept warm."""

from __future__ import annotations

import gc
import logging
import re
import shutil
import traceback
import warnings
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

from generator import collector, limits, rasters, store
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.model import Asset, PageLayout
from generator.store import NOWHERE, Store
from generator.typesetting import cutting, engine, lines
from generator.typesetting.fragment import Fragment, Side, kept
from generator.typesetting.profiles import Inks, Profile
from generator.writers.pdf.markup import ASSET

#: Drawings are lettered in the publication's own Hei, whatever this machine has.
_OWN_FONT = re.compile(rb"font-family=(?:\"[^\"]*\"|'[^']*')")


@dataclass(frozen=True)
class Style:
    """What all runs of a publication are set with: rules, font files, the press's profile and the ink of text.

    ``digest`` stands for the rest.
    """

    digest: str
    css: str = field(compare=False)
    files: tuple[Path, ...] = field(compare=False)
    profile: Profile | None = field(compare=False)
    text: str = field(compare=False)
    layout: PageLayout = field(compare=False)

    @classmethod
    def of(cls, css: str, files: tuple[Path, ...], profile: Profile | None, text: str, layout: PageLayout) -> Style:
        """A style with its digest."""
        fonts = [f"{path.name} {path.stat().st_size}" for path in files]
        grounds: list[str | bytes] = [css, *fonts, profile.data if profile else b"", text, repr(layout)]
        return cls(store.key(grounds), css, files, profile, text, layout)


@dataclass(frozen=True)
class Task:
    """A run to lay out: its HTML and pictures, the side it begins on.

    In diagnostics ``file`` is where it is written, or what it is made into, and ``titles`` are those of its articles.

    ``catalogued`` asks for what the whole file says of itself (identifier, date, program). ``colophons`` are ids of
    what is to stand at the foot of the last page. ``store`` keeps pictures.
    """

    name: str
    html: str
    assets: tuple[Asset, ...]
    style: Style
    file: str
    titles: str
    side: Side = "right"
    catalogued: str | None = None
    colophons: tuple[str, ...] = ()
    store: Store = NOWHERE

    def key(self) -> str:
        """The name of the fragment this makes: a hash of everything it depends on."""
        pictures = [part for asset in self.assets for part in (asset.name, asset.media_type, asset.data)]
        said = (self.name, self.side, self.catalogued, self.colophons)
        return store.key([self.html, self.style.digest, repr(said), *pictures])


def lay_out(task: Task) -> tuple[bytes | None, list[Diagnostic]]:
    """The fragment of a run as it is kept, and what is wrong with it; no fragment if that is an error."""
    report = Report()
    try:
        setter = _setter(task.style)
    except OSError as fault:
        return None, [_library_missing(fault)]
    try:
        with limits.at_most(_PATIENCE + len(task.html) / _A_SECOND), limits.confined(*_rooms(task, setter)):
            fragment = setter.fragment(task, report)
    except limits.TOO_MUCH as fault:
        return None, [_endless(task, fault)]
    except Exception as fault:  # WeasyPrint and what it stands on raise whatever comes; others' articles go on
        return None, [_broke(task, fault)]
    if fragment is None:
        return None, report.diagnostics
    return kept(fragment), report.diagnostics


#: Seconds of processor time that a run may take, and characters of HTML for which it may take one more.
_PATIENCE, _A_SECOND = 50, 200_000


def _rooms(task: Task, setter: _Setter) -> tuple[list[Path], list[Path]]:
    """The files that laying out a run reads and writes."""
    kept = {file.parent for file in task.style.files}  # fonts of the machine's own that were used are put there
    kept.add(Path(setter.fonts._folder))  # WeasyPrint's copies of fonts
    if task.store is not NOWHERE:
        kept.add(task.store.folder)
    return [], sorted(kept)


def _endless(task: Task, fault: BaseException) -> Diagnostic:
    memory = not isinstance(fault, limits.SpentError)
    message = (
        say("“{titles}”太复杂，排到一半内存或层次不够用了", titles=task.titles)
        if memory
        else say("“{titles}”排了很久也排不完，停了下来", titles=task.titles)
    )
    hint = say("看这一篇有没有特别长的表格、特别复杂的图；拆成几份再试。别的文章没有受影响")
    return error("pdf.endless", message, Span(task.file), hint)


def _broke(task: Task, fault: Exception) -> Diagnostic:
    """The word about a run that WeasyPrint fails at: where it failed, never what its message quotes from content."""
    if isinstance(fault, limits.DeniedError) or type(fault).__name__ == "FatalURLFetchingError":
        event = fault.event if isinstance(fault, limits.DeniedError) else "fetch"
        message = say("“{titles}”里有内容想读别处的文件或上网（{event}），拦下了", titles=task.titles, event=event)
        return error("pdf.denied", message, Span(task.file), say("看这一篇最近加的图和链接；来路不明的先拿掉"))
    last = traceback.extract_tb(fault.__traceback__)[-1]
    how = f"{type(fault).__name__}, {Path(last.filename).parent.name}/{Path(last.filename).name}:{last.lineno}"
    message = say("排“{titles}”时排版引擎出错：{how}", titles=task.titles, how=how)
    hint = say("看这一篇最近加的图、表；找不出就把这一行报给维护的人。别的文章没有受影响")
    return error("pdf.engine_failed", message, Span(task.file), hint)


def _library_missing(fault: OSError) -> Diagnostic:
    return error(
        "pdf.library_missing",
        say("缺少排版用的系统库：{reason}", reason=str(fault).splitlines()[0]),
        Span("WeasyPrint"),
        say("运行 zhankan doctor，照它说的安装"),
    )


class _Setter:
    """WeasyPrint with a style sheet: fonts and rules are read once a process."""

    def __init__(self, style: Style) -> None:
        weasyprint = engine.load()
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        lines.install()
        cutting.install()
        self.faces = style.files
        self.weasyprint = weasyprint
        self.fonts, self.counters = FontConfiguration(), CounterStyle()
        self.css = self.sheet(style.css)
        self.inks = Inks(style.profile, style.text)
        self.files = cutting.Files(style.files)
        # at the end of a process WeasyPrint leaves its copies of the fonts behind
        weakref.finalize(self, shutil.rmtree, str(self.fonts._folder), ignore_errors=True)
        gc.collect()
        gc.freeze()  # what is here stays: collecting after each fragment need not walk it

    def sheet(self, css: str) -> Any:
        return self.weasyprint.CSS(
            string=css,
            font_config=self.fonts,
            counter_style=self.counters,
            url_fetcher=fetcher(self.weasyprint, {}, self.faces),
        )

    def fragment(self, task: Task, report: Report) -> Fragment | None:
        sides = cutting.Sides(cutting.stand_in(task.html), task.side)
        served = fetcher(self.weasyprint, {asset.name: asset for asset in task.assets}, (), task.store)

        def render(more: Sequence[Any] = ()) -> Any:
            html = _html(self.weasyprint, task.html, served)
            html.sides = sides
            return html.render(
                stylesheets=[self.css, *more],
                font_config=self.fonts,
                counter_style=self.counters,
                pdf_variant="pdf/a-3a",
            )

        with logged(report, task.file, task.titles), collector.stopped():
            rendered = render([self.sheet("html{break-before:left}")] if task.side == "left" else [])
            pages = rendered.pages[: len(sides.leaves)]
            if settled := settle_colophons(pages, task.colophons, task.style.layout):
                rendered = render([self.sheet(settled)])
            fragment = cutting.cut(
                rendered, sides, task.name, self.files, self.inks, catalogued=task.catalogued, store=task.store
            )
        return None if report.failed else fragment


@lru_cache(maxsize=4)
def _setter(style: Style) -> _Setter:
    return _Setter(style)


def _html(weasyprint: Any, words: str, fetch: Any) -> Any:
    """A document that is well-formed XML: Python's parser of HTML takes ten times as long."""
    html = weasyprint.HTML.__new__(weasyprint.HTML)
    html.base_url, html.url_fetcher, html.media_type = ASSET, fetch, "print"
    html.wrapper_element = weasyprint.cssselect2.ElementWrapper.from_html_root(
        ElementTree.fromstring(words), content_language=None
    )
    html.etree_element = html.wrapper_element.etree_element
    return html


def settle_colophons(pages: Sequence[Any], identifiers: Sequence[str], layout: PageLayout) -> str:
    """Rules that bring a colophon (版记) from the end of the text to the foot of the last, even page.

    Where the text leaves no room for it there, it stands on an even page of its own, which like a blank
    one before it has no number (GB/T 9704—2012 7.4, 7.5).
    """
    for identifier in identifiers:
        for number, sheet in enumerate(pages, 1):
            if identifier in sheet.anchors:
                _, top, _, bottom = (px * 25.4 / 96 for px in sheet.anchors[identifier])
                alone = number % 2 == 1 or top < layout.top + 0.1
                if alone:
                    top, bottom = layout.top, layout.top + bottom - top
                rule = f"position:relative;top:{layout.height - layout.bottom - bottom:.3f}mm"
                return f"[id='{identifier}']{{{rule}{';page:bare;break-before:left' if alone else ''}}}"
    return ""


def fetcher(weasyprint: Any, assets: Mapping[str, Asset], fonts: Sequence[Path] = (), store: Store = NOWHERE) -> Any:
    """Serves the publication's own assets and the font files of its style, by their names, and nothing else.

    Whatever else is asked for ends the work: WeasyPrint leaves out what it can't fetch, and goes on.
    """
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    known = frozenset(path.as_uri() for path in fonts)

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith(ASSET):
                asset = assets.get(unquote(url[len(ASSET) :]))
                if asset is None:
                    raise FatalURLFetchingError(url)
                return URLFetcherResponse(url, _served(asset, store), {"Content-Type": asset.media_type})
            if url in known:
                return super().fetch(url, headers)
            raise FatalURLFetchingError(url)

    return Fetcher(allowed_protocols={"file"}, allow_redirects=False)


def _served(asset: Asset, store: Store) -> bytes:
    """Photographs upright and with nothing of the camera: the engine would code those with EXIF anew, and coarsely."""
    if asset.name.endswith(".svg"):
        return _OWN_FONT.sub(rb'font-family="Hei"', asset.data)
    try:
        return rasters.cleaned(asset, store).data
    except ValueError:  # cut short: the engine shows what there is
        return asset.data


class _Collector(logging.Handler):
    def __init__(self, report: Report, file: str, titles: str) -> None:
        super().__init__(logging.WARNING)
        self.report, self.file, self.titles = report, file, titles

    def emit(self, record: logging.LogRecord) -> None:
        said = " ".join(record.getMessage()[:200].split())
        message = say("排“{titles}”时排版引擎报告：{message}", titles=self.titles, message=said)
        self.report.add(error("pdf.engine", message, Span(self.file)))


@contextmanager
def logged(report: Report, file: str, titles: str) -> Iterator[None]:
    """What WeasyPrint or fontTools would log becomes an error: a silent substitution is a fault."""
    collector = _Collector(report, file, titles)
    loggers = [logging.getLogger(n) for n in ("weasyprint", "fontTools")]
    kept = [(lg.propagate, lg.level) for lg in loggers]
    for logger in loggers:
        logger.addHandler(collector)
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its sRGB profile open
            yield
    finally:
        for logger, (propagate, level) in zip(loggers, kept, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagate
            logger.setLevel(level)
