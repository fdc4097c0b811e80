"""PDF through WeasyPrint: runs of articles are laid out apart, kept, and put together for screen and press."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Container, Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote

from lxml import etree

from generator import __version__, collector
from generator.diagnostics import Diagnostic, Report, Span, error, say
from generator.model import DRAFT_MARK, Publication
from generator.project import Project
from generator.provenance import source_of
from generator.store import NOWHERE, Store
from generator.typesetting import (
    assembly,
    engine,
    fonts,
    lines,
    marking,
    notes,
    page,
    preflight,
    press,
    profiles,
    screen,
)
from generator.typesetting.fragment import ELSEWHERE, Fragment, Side, read
from generator.typesetting.profiles import Inks
from generator.typesetting.separation import Placed
from generator.workers import HERE, Lost, Pending, Workers
from generator.writers.pdf import markup, setting
from generator.writers.pdf.markup import ASSET, FORMS, Run
from generator.writers.pdf.setting import Style, Task

#: Rounds in which numbers of pages that are printed in the text must settle.
_ROUNDS = 6
#: No publication has so many pages.
_MANY = 10_000
#: White space between blocks of a tree.
_BLANKS = frozenset(map(ord, "\n\t "))
#: In a document that counts its pages itself, numbers are looked up.
_LOOKED_UP = """
a.page-ref::after { content: target-counter(attr(href), page) }
a.page-ref.to-front::after { content: target-counter(attr(href), page, lower-roman) }
.paged::after { content: target-counter(attr(data-href), page) }
.paged.to-front::after { content: target-counter(attr(data-href), page, lower-roman) }
"""


def write(
    publication: Publication, project: Project, report: Report, workers: Workers = HERE, store: Store = NOWHERE
) -> dict[str, bytes]:
    """One layout, two files.

    ``{name}.pdf`` is for the screen: tagged, with outline, links, language and metadata, PDF/A-3a and PDF/UA-1.
    ``{name}-印刷版.pdf`` is for the press: with bleed and marks, in its inks, PDF/X-4; looked over for what a
    printer would send back.
    """
    return begin(publication, project, report, workers, store).finish()


def begin(publication: Publication, project: Project, report: Report, workers: Workers, store: Store) -> Setting:
    """Hand over what can be laid out already; ``finish`` of what is returned makes the files."""
    return Setting(publication, project, report, workers, store)


class Setting:
    """A publication being set: its runs, the fragments there are, and those that are being made."""

    def __init__(
        self, publication: Publication, project: Project, report: Report, workers: Workers, store: Store
    ) -> None:
        self.publication, self.project, self.report = publication, project, report
        self.workers, self.store = workers, store
        self.fragments: dict[str, Fragment] = {}
        self.made: dict[str, str] = {}
        self.sides: dict[str, Side] = {}
        self.begun: tuple[list[Task], Pending[Task, tuple[bytes | None, list[Diagnostic]]]] | None = None
        style = _style(publication, project, report)
        if style is None:
            self.runs: list[Run] = []
            return
        self.style, self.runs = style, markup.runs(publication)
        self.numbers = self.remembered()
        self.submit([run for run in self.runs if not run.targets or self.numbers.keys() >= run.targets])

    def finish(self) -> dict[str, bytes]:
        """The files, or nothing if an error was reported."""
        if not self.runs:
            return {}
        self.collect()
        for number in range(_ROUNDS):
            if self.report.failed or not (open_ := self.unsettled(all_=number > 0)):
                break
            self.submit(open_)
            self.collect()
        else:
            self.report.add(_unsettled(self.unsettled(all_=True), f"{self.publication.name}.pdf"))
        if self.report.failed:
            return {}
        fragments = [self.fragments[run.name] for run in self.runs]
        book = assembly.places(fragments)
        numbers = assembly.numbers(fragments, book)
        self.report.extend(_dead_links(fragments, numbers, f"{self.publication.name}.pdf"))
        if self.report.failed:
            return {}
        self.remember(numbers)
        draft = self.publication.draft is not None
        mark = marking.outline(self.style.files, DRAFT_MARK) if draft else None
        made = {
            self.publication.file(".pdf"): assembly.screen(fragments, book, mark),
            self.publication.file(".pdf", "印刷版"): assembly.printed(fragments, book, mark),
        }
        self.look_over(fragments, book)
        return made

    # -- fragments

    def submit(self, runs: Sequence[Run]) -> None:
        """Take from the store what is there; have the rest made, longest first."""
        lacking: list[Task] = []
        for run in runs:
            task = self.task(run)
            key = task.key()
            if self.made.get(run.name) == key:
                continue
            self.made[run.name] = key
            try:
                self.fragments[run.name] = _kept(self.store, key)
                continue
            except KeyError:
                pass
            lacking.append(task)
        lacking.sort(key=lambda task: -len(task.html))
        if lacking:
            self.begun = lacking, self.workers.begin(setting.lay_out, lacking)

    def collect(self) -> None:
        if self.begun is None:
            return
        (tasks, pending), self.begun = self.begun, None
        for task, result in zip(tasks, pending.results(), strict=True):
            if isinstance(result, Lost):
                self.report.add(_lost(task))
                continue
            data, found = result
            self.report.extend(d for d in found if d not in self.report.diagnostics)  # a missing library is one fault
            if data is not None:
                self.fragments[task.name] = read(data)
                if not found:
                    self.store.put(self.made[task.name], data)

    def task(self, run: Run) -> Task:
        publication = self.publication
        first = run is self.runs[0]
        words = markup.part(publication, run, self.numbers, first=first)
        date = publication.metadata.get("date") or self.project.today.isoformat()
        return Task(
            run.name,
            words,
            tuple(asset for name, asset in sorted(publication.assets.items()) if name in run.pictures),
            self.style,
            run.file or f"{publication.name}.pdf",
            "、".join(run.titles) or publication.title,
            self.sides.get(run.name, "right"),
            f"{publication.id} {date} zhankan {__version__}" if first else None,
            run.colophons,
            self.store,
        )

    def unsettled(self, *, all_: bool) -> list[Run]:
        """The runs that were not made yet, or print numbers of pages or stand on sides which are not those known now.

        At first those of the body alone: its numbers don't depend on what is before it.
        """
        known = [run for run in self.runs if run.name in self.fragments]
        fragments = [self.fragments[run.name] for run in known]
        book = assembly.places(fragments)
        self.numbers = assembly.numbers(fragments, book)
        for place in book:
            if place.leaf == 0 and fragments[place.fragment].sided:
                self.sides[known[place.fragment].name] = place.side
        lacking = [run for run in self.runs if run.name not in self.fragments]
        if not all_ and (body := [run for run in lacking if run.zone == "body"]):
            return body
        return [
            run for run in self.runs
            if run.name not in self.fragments
            or ((run.targets or run.name in self.sides) and self.task(run).key() != self.made[run.name])
        ]  # fmt: skip

    # -- numbers of the last time: a guess that saves a round

    @property
    def _note(self) -> str:
        return f"{self.publication.id}.numbers"

    def remembered(self) -> dict[str, int]:
        try:
            found = json.loads(self.store.get(self._note) or b"{}")
            return {str(name): number for name, number in found.items() if type(number) is int and 0 < number < _MANY}
        except (ValueError, AttributeError, RecursionError):
            return {}

    def remember(self, numbers: dict[str, int]) -> None:
        if numbers != self.remembered():
            self.store.put(self._note, json.dumps(numbers, ensure_ascii=False).encode())

    # -- for the printer

    def look_over(self, fragments: Sequence[Fragment], book: Sequence[assembly.Place]) -> None:
        publication, theme = self.publication, self.publication.theme
        profile = self.style.profile
        placed: list[Placed] = []
        bare: list[tuple[str, ...]] = []
        for number, place in enumerate(book, 1):
            if place.leaf is None:
                bare.append(())
                continue
            fragment = fragments[place.fragment]
            bare.append(fragment.leaves[place.leaf].bare[place.side == "left"])
            placed += [p.on(number) for p in fragment.pictures if p.page == place.leaf + 1]
        file = publication.file(".pdf", "印刷版")
        condition = profile.description if profile else "—"
        names, bleed = _pictures(publication, self.project), theme.press.bleed
        self.report.extend(preflight.check(placed, bare, file, names, publication.printing, condition, bleed))


def write_whole(publication: Publication, project: Project, report: Report) -> dict[str, bytes]:
    """The same files from one document that WeasyPrint lays out, numbers and writes itself: what tests compare with."""
    style = _style(publication, project, report)
    if style is None:
        return {}
    weasyprint = engine.load()
    lines.install()
    profile = style.profile
    runs = markup.runs(publication)
    words = markup.document(publication, runs, style.css + _LOOKED_UP)
    source = weasyprint.HTML(
        string=words, base_url=ASSET, url_fetcher=setting.fetcher(weasyprint, publication.assets, style.files)
    )
    colophons = [i for run in runs for i in run.colophons]
    with setting.logged(report, f"{publication.name}.pdf", publication.title), collector.stopped():
        rendered = source.render(pdf_variant="pdf/a-3a")
        if settled := setting.settle_colophons(rendered.pages, colophons, publication.layout):
            rendered = source.render(stylesheets=[weasyprint.CSS(string=settled)], pdf_variant="pdf/a-3a")
        notes.renumber(rendered)
        bled = rendered.write_pdf(
            pdf_variant="pdf/a-3a", pdf_identifier=publication.id.encode(), finisher=screen.spare_spans
        )
    if report.failed:
        return {}
    date = publication.metadata.get("date") or project.today.isoformat()
    inks = Inks(profile, publication.theme.colours.ink)
    printed = press.make(bled, inks, identifier=publication.id, date=date, creator=f"zhankan {__version__}")
    return {
        f"{publication.name}.pdf": screen.make(bled, profile, printed.pictures),
        f"{publication.name}-印刷版.pdf": printed.data,
    }


@lru_cache(maxsize=512)
def _kept(store: Store, key: str) -> Fragment:
    """The fragment under a key, which says all it depends on. Raises ``KeyError`` if none is there whole."""
    data = store.get(key)
    if data is None:
        raise KeyError(key)
    try:
        return read(data)
    except ValueError as fault:
        raise KeyError(key) from fault


def _style(publication: Publication, project: Project, report: Report) -> Style | None:
    """Rules and fonts of a publication; nothing if WeasyPrint, a font or a character is missing."""
    before = len(report.diagnostics)
    theme = publication.theme
    profile = profiles.find(project, report, theme.press.profile)
    sheets = [
        page.css(publication.layout, theme.press.bleed),
        (project.templates / "house" / "print.css").read_text(encoding="utf-8"),
        (project.templates / publication.kind / "print.css").read_text(encoding="utf-8"),
    ]
    printed = frozenset().union(*(_characters(article.body) for article in publication.articles))
    found = fonts.faces(project, report, theme.typefaces, fonts.named(sheets), printed)
    if not any(d.severity == "error" for d in report.diagnostics[before:]):
        known = fonts.characters(project, theme.typefaces)
        report.extend(_missing_characters(publication, known, project))
    if any(d.severity == "error" for d in report.diagnostics[before:]):
        return None
    css = fonts.rules(found) + page.themed("\n".join(sheets), theme)
    files = tuple(dict.fromkeys(path for each in found.values() for _, path in each))
    return Style.of(css, files, profile, theme.colours.ink, publication.layout)


def _unsettled(runs: Sequence[Run], file: str) -> Diagnostic:
    return error(
        "pdf.numbers_unsettled",
        say("页码排不定：“{names}”里印着页码，页码一改，页数又跟着变", names="、".join(run.name for run in runs)),
        Span(file),
        say("在这几篇里增减一两句话，或去掉一处“见第…页”"),
    )


def _dead_links(fragments: Sequence[Fragment], anchors: Container[str], file: str) -> Iterator[Diagnostic]:
    for link in (link for fragment in fragments for link in fragment.links):
        target = link.target.removeprefix(ELSEWHERE)
        if target not in anchors and (not link.external or target != link.target):
            yield error("pdf.dead_link", say("指向“{name}”的链接没有去处", name=target), Span(file))


def _lost(task: Task) -> Diagnostic:
    return error(
        "pdf.process_lost",
        say("排“{name}”时，排版进程三次意外退出", name=task.titles),
        Span(task.file),
        say("多半是内存不够：关掉别的程序，换小一些的图片再试；别的文章没有受影响"),
    )


def _pictures(publication: Publication, project: Project) -> dict[str, str]:
    """What WeasyPrint calls a picture, by its address (with smoothing or without) -> its file, as messages print it."""
    return {
        f"i{hashlib.md5(quote(ASSET + name, safe=':/').encode(), usedforsecurity=False).hexdigest()}{smooth}": (
            project.relative(project.media / name)
        )
        for name in publication.assets
        for smooth in (0, 1)
    }


def _missing_characters(publication: Publication, known: frozenset[int], project: Project) -> Iterator[Diagnostic]:
    """Characters that no face of ours has, each once for every text it stands in: they would come out as boxes."""
    for article in publication.articles:
        if _characters(article.body) <= known:
            continue
        for element in article.body.iter():
            words = "".join(_own_texts(element))
            lacking = sorted({c for c in words if ord(FORMS.get(c, c)[0]) not in known and _is_printed(c)})
            if not lacking:
                continue
            source = source_of(element)
            for character in lacking:
                yield error(
                    "fonts.missing_character",
                    say("没有一种字体有“{character}”（U+{code:04X}）", character=character, code=ord(character)),
                    _place(project, source, character) or Span(f"{publication.name}.pdf"),
                    say(
                        "换一个通用的写法；确是人名地名用字，就把有这个字的字体放进 content/style/fonts/ 并写进版式文件"
                    ),
                )


def _characters(body: etree._Element) -> frozenset[int]:
    """The code points of what is printed of a tree; those of white space among them, which need no glyph."""
    words = "".join(FORMS.get(str(text), str(text)) for text in body.itertext())
    return frozenset(map(ord, set(words))) - _BLANKS


def _own_texts(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    yield from (child.tail or "" for child in element)


def _is_printed(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp", "Mn")


def _place(project: Project, source: str, character: str) -> Span | None:
    """Where a character first stands in the file that ``data-source`` names."""
    file = source.partition("#")[0]
    path = project.root / file
    if not file or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    offset = text.find(character)
    if offset < 0:
        return Span(file)
    return Span(file, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
