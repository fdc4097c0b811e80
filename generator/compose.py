"""Records and an edition -> Publication: templates make one tree an article; then numbers and references."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from lxml import etree
from markupsafe import Markup

from generator import __version__, drawings, figures, limits, provenance, rasters, signoff, tree, wording
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say
from generator.facts import Facts, interval_of, plain, printed
from generator.fences import asked, missing, of_flaw
from generator.figures.genogram import ties_of
from generator.memory import FORGETFUL, Memory, same
from generator.model import (
    Article,
    Asked,
    Asset,
    Chart,
    Entry,
    Markdown,
    PageLayout,
    Part,
    Printing,
    Publication,
    Record,
    Records,
    Reference,
    Value,
    marked,
    value_at,
)
from generator.numbering import (
    LISTS,
    SCHEMES,
    Counts,
    Target,
    chinese,
    first_of,
    list_figures,
    number_clauses,
    number_figures,
    referred_to,
    resolve,
    targets,
)
from generator.plotting import Plot, before_and_after, noted, plot, told_apart
from generator.printed import issues_of
from generator.project import Project, files, read_file
from generator.prose import Place, Rendered, Renderer
from generator.provenance import Source, TracingEnvironment, source_of
from generator.publications import PUBLICATION_TYPES, Piece, PublicationType
from generator.publications.piece import printed_name
from generator.records.case import Case, Measure
from generator.records.chart import ChartBlock, Dashboard
from generator.records.edition import Edition
from generator.records.fact import Fact, Indicator
from generator.records.honour import Honour
from generator.records.partner import Partner
from generator.records.person import Person
from generator.records.photo import Photo
from generator.records.policy import Policy
from generator.records.station import Station
from generator.store import NOWHERE, Store, key, tree_of
from generator.tables import set_column_widths, spills, turns
from generator.theme import load_theme, recolour
from generator.vector import Drawing, Room

#: What a template's own mistakes raise.
_TEMPLATE_FAULTS = (jinja2.TemplateError, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)

_MEDIA_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}

#: Seconds of processor time that an article may take to be composed; a long one takes one.
_PATIENCE = 30

#: Stands for a picture that can't be shown.
_BLANK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>'

#: What compiled templates may take on disk, in bytes.
_COMPILED = 10_000_000

#: Types of record that are named elsewhere and never printed as pieces.
_REFERRED_TO = (Person, Partner, Indicator, Fact, Honour, Photo)


def publication_type(edition: Edition) -> PublicationType:
    """The publication type of an edition."""
    return next(t for t in PUBLICATION_TYPES.values() if type(edition) is t.record)


def compose(
    edition: Edition,
    records: Records,
    project: Project,
    report: Report,
    prose: Renderer | None = None,
    memory: Memory = FORGETFUL,
) -> Publication:
    """The publication of an edition. Faults are reported; what can be shown is still composed.

    What ``prose``, from :func:`check_prose`, has rendered and reported is not rendered again. An article for which
    ``memory`` knows that everything it was made of is the same is the same object; nobody changes it.
    """
    return _Composer(edition, records, project, report, prose, memory).publication()


def check_prose(
    records: Records, project: Project, report: Report, memory: Memory = FORGETFUL, store: Store = NOWHERE
) -> Renderer:
    """Report what is wrong in every Markdown field, printed in an edition or not; the renderer, for composing.

    What ``memory`` or ``store`` know is not rendered again.
    """
    renderer = _renderer(records, project, report)
    context = _Context.of(records, renderer, memory)
    for record in records:
        if isinstance(record, Edition) and record.for_each:
            continue  # it is prose once it has been filled in for a station
        name, grounds = ("prose", record.id), (record, records.origin(record))
        known: _Texts | None = memory.get(name, grounds)
        if known is None or not known.stands(context):
            texts = [(words, _place(record, path, records)) for path, words in marked(record, Markdown)]
            known = memory.put(name, grounds, _rendered(texts, renderer, context, store))
        for text, place, rendered in known.rendered:
            renderer.know(text, place, rendered)
    return renderer


def _renderer(records: Records, project: Project, report: Report) -> Renderer:
    return Renderer(records, Facts(records), _media(project), report)


@dataclass(frozen=True)
class _Context:
    """What prose may depend on beside itself, each one object as long as it is the same."""

    facts: tuple[Any, ...]
    media: tuple[str, ...]

    @classmethod
    def of(cls, records: Records, prose: Renderer, memory: Memory) -> _Context:
        facts = (*records.of(Fact), *records.of(Indicator), *records.of(Station), records.faulty_types)
        return cls(memory.one("facts", facts), memory.one("media", tuple(prose.media)))

    @cached_property
    def digest(self) -> Mapping[str, str]:
        """What another process knows them by."""
        facts = [repr(fact) for fact in self.facts[:-1]]
        return {"facts": key([*facts, *sorted(self.facts[-1])]), "media": key(self.media)}


@dataclass(frozen=True)
class _Texts:
    """The texts of a record with their places and what they have become in a context."""

    rendered: tuple[tuple[str, Place, Rendered], ...]
    context: _Context

    def stands(self, context: _Context) -> bool:
        """Whether they become the same in a context."""
        counts = any(rendered.counts for *_, rendered in self.rendered)
        shows = any(rendered.shows for *_, rendered in self.rendered)
        return not (counts and context.facts is not self.context.facts) and not (
            shows and context.media is not self.context.media
        )


def _rendered(texts: Sequence[tuple[str, Place]], renderer: Renderer, context: _Context, store: Store) -> _Texts:
    """Texts rendered, or taken from the store, which keeps those in which nothing is wrong."""
    if not texts or store is NOWHERE:
        return _Texts(tuple((text, place, renderer.made(text, place)) for text, place in texts), context)
    name = f"prose-{key(repr((text, place.source, place.station, place.written)) for text, place in texts)}"
    kept = _kept(store.get(name), context)
    if kept is None or len(kept) != len(texts):
        kept = [renderer.made(text, place) for text, place in texts]
        if not any(rendered.diagnostics for rendered in kept):
            counts, shows = any(r.counts for r in kept), any(r.shows for r in kept)
            said = {
                "facts": context.digest["facts"] if counts else "",
                "media": context.digest["media"] if shows else "",
                "texts": [[r.blocks, sorted(r.pictures), r.counts, r.shows] for r in kept],
            }
            store.put(name, json.dumps(said, ensure_ascii=False).encode())
    return _Texts(tuple((text, place, r) for (text, place), r in zip(texts, kept, strict=True)), context)


def _kept(data: bytes | None, context: _Context) -> list[Rendered] | None:
    """Rendered texts from the store; None if there are none that are whole and of this context."""
    if data is None:
        return None
    try:
        said = json.loads(data)
        if any(said[kind] and said[kind] != context.digest[kind] for kind in ("facts", "media")):
            return None
        found = []
        for blocks, pictures, counts, shows in said["texts"]:
            etree.fromstring(f"<div>{''.join(blocks)}</div>")
            found.append(Rendered(tuple(blocks), frozenset(pictures), (), bool(counts), bool(shows)))
        return found
    except (ValueError, TypeError, LookupError, AttributeError, etree.XMLSyntaxError):
        return None


@dataclass(frozen=True, eq=False)
class _Body:
    """An article's tree as its template printed it, never changed, and what came of printing it.

    ``asked`` are the records it was asked of (None: all), as told in ``told``; ``facts`` and ``media`` those of the
    context if they were looked into. ``captioned``: it has figures to number.
    """

    tree: etree._Element
    diagnostics: tuple[Diagnostic, ...]
    prose: tuple[tuple[str, Place, Rendered], ...]
    pictures: frozenset[str]
    assets: tuple[Asset, ...]
    asked: frozenset[str] | None
    told: tuple[Any, ...]
    facts: tuple[Any, ...] | None
    media: tuple[str, ...] | None
    captioned: bool


@dataclass(frozen=True, eq=False)
class _Numbered:
    """What a numbered article has for the others: lines of contents and lists, ids, what may be referred to.

    ``before`` and ``counts`` are the numbers given without and with its own, ``listing`` whether its figures are
    listed; ``references`` are the ids it refers to.
    """

    before: Counts | None
    listing: bool

    entries: tuple[Entry, ...]
    figures: tuple[Entry, ...]
    ids: tuple[str, ...]
    targets: Mapping[str, Target]
    references: tuple[str, ...]
    counts: Counts


def _station_of(owner: Record) -> str | None:
    """The station that stands in for one that a figure doesn't name."""
    return owner.id if isinstance(owner, Station) else owner.station


def _place(record: Record, path: tuple[str | int, ...], records: Records) -> Place:
    station = record.id if isinstance(record, Station) else record.station
    return Place(records.origin(record), record.id, path, station)


class _Composer:
    def __init__(
        self,
        edition: Edition,
        records: Records,
        project: Project,
        report: Report,
        prose: Renderer | None,
        memory: Memory,
    ) -> None:
        self.edition, self.records, self.project, self.report = edition, Asked(records), project, report
        self.type = publication_type(edition)
        self.theme = load_theme(project, report)
        self.prose = prose.anew() if prose is not None else _renderer(records, project, report)
        self.memory, self.context = memory, _Context.of(records, self.prose, memory)
        #: trees numbered in this run
        self.trees: dict[str, etree._Element] = {}
        self._looked: set[str] = set()
        self.used: set[str] = set()
        self.assets: dict[str, Asset] = {}
        self.layout = self.type.layout(edition, self.theme)
        folders = [project.templates / self.type.templates, project.templates / "house"]
        templates = memory.made("templates", memory.now, lambda: tree_of(project.templates)) if memory.keeps else ""
        self.grounds = (edition, records.origin(edition), self.theme, self.layout, templates)
        records = self.records
        self.jinja = TracingEnvironment(
            records,
            loader=jinja2.FileSystemLoader(folders),
            bytecode_cache=_Compiled(Store(project.compiled)),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.jinja.globals.update(
            edition=edition,
            text=self.text,
            name=lambda reference: printed_name(reference, records),
            record_of=records.get,
            chinese=chinese,
            day=wording.day,
            days=wording.days,
            when=wording.when,
            sentence=wording.sentence,
            picture=self.picture,
            document=self.document,
            appendices=self.appendices,
            change_of=self.change_of,
            credits_of=self.credits_of,
            paired=wording.paired,
            figures_of=self.figures_of,
            cards_of=self.cards_of,
            notes_of=self.notes_of,
            listed=self.listed,
            corrections=self.corrections,
            charted=self.charted,
            diagram=self.diagram,
            measured=self.measured,
            ecomap_of=Case.surroundings,
            charts=tuple(figures.CHARTS),
            names_of=self.names_of,
            leaders_of=lambda group: self.names_of([a.person for a in group.leaders]),
            staff_line=self.staff_line,
            ties_of=ties_of,
            session_title=wording.session_title,
            goal_items=lambda case: case.goals.items,
        )

    def publication(self) -> Publication:
        pieces = list(self.type.pieces(self.edition, self.records))
        bodies: dict[str, _Body] = {}
        numbered: dict[str, _Numbered] = {}
        counts: Counts = {}
        listing = any(piece.kind == "figures" for piece in pieces)
        late = {"contents", "figures", "cover", "contributors"}  # they print what the others settle
        for piece in pieces:
            if piece.kind not in late:
                body = bodies[piece.id] = self.body(piece, {})
                found = numbered[piece.id] = self.numbered(piece, body, counts if body.captioned else None, listing)
                counts = found.counts if body.captioned else counts
        pieces = [replace(p, entries=numbered[p.id].entries) if p.depth else p for p in pieces]
        entries = [entry for piece in pieces for entry in piece.entries]
        titles = {e.id: e.title for e in entries} | {p.id: p.title for p in pieces if p.entries}
        settled: dict[str, Any] = {"entries": entries, "titles": titles, "credits": self.contributors(pieces)}
        if listing:
            figures_ = [figure for found in numbered.values() for figure in found.figures]
            settled["figure_entries"] = sorted(figures_, key=lambda figure: LISTS.index(figure.section))
            pieces = [p for p in pieces if p.kind != "figures" or settled["figure_entries"]]
        for piece in pieces:
            if piece.kind in late:
                bodies[piece.id] = self.body(piece, settled)
                numbered[piece.id] = self.numbered(piece, bodies[piece.id], None, listing=False)
        known = first_of(numbered[p.id].targets for p in pieces)
        articles = tuple(self.article(p, bodies[p.id], numbered[p.id], known, titles) for p in pieces)
        if len(ids := [i for p in pieces for i in numbered[p.id].ids]) > len(set(ids)):
            self.unique_ids([article.body for article in articles])
        for name in sorted(self.used):
            self.asset(name)
        p = self.edition.printing
        return Publication(
            id=self.edition.id,
            kind=self.type.templates,
            name=self.edition.name or self.edition.id,
            title=self.edition.title,
            series=self.type.series(self.edition),
            language="zh-CN",
            layout=self.layout,
            articles=articles,
            assets=self.assets,
            metadata=self.metadata(),
            theme=self.theme,
            printing=Printing(p.binding, p.paper, p.thickness, p.cover_paper, p.pages, p.sheets),
            released=signoff.is_released(self.edition, self.records),
            memory=self.memory,
        )

    def metadata(self) -> Mapping[str, str]:
        edition = self.edition
        day = edition.printing.date or edition.date or dt.date(getattr(edition, "year", 2000), 12, 31)
        return {
            "author": self.names_of(self.type.publishers(edition, self.records)),
            "subject": edition.subtitle or self.type.series(edition),
            "keywords": "，".join(edition.tags),
            "date": day.isoformat(),
        }

    # -- one article ---------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        self._looked.add("facts")
        return self.prose.facts

    @property
    def media(self) -> Mapping[str, FilePath]:
        self._looked.add("media")
        return self.prose.media

    def body(self, piece: Piece, more: Mapping[str, Any]) -> _Body:
        """One article's tree from its template; the one that is known if all it was printed of is the same."""
        name, grounds = ("body", self.edition.id, piece.id), (*self.grounds, _said(piece), more)
        body: _Body | None = self.memory.get(name, grounds)
        if body is None or not self.stands(body):
            body = self.memory.put(name, grounds, self.printed(piece, more))
        self.report.extend(body.diagnostics)
        self.used |= body.pictures.union(*(rendered.pictures for *_, rendered in body.prose))
        self.assets |= {asset.name: asset for asset in body.assets}
        return body

    def stands(self, body: _Body) -> bool:
        """Whether what a body was asked of says the same today."""
        return (
            same(body.told, self.records.told(body.asked))
            and (body.facts is None or body.facts is self.context.facts)
            and (body.media is None or body.media is self.context.media)
            and all(same(self.prose.check(text, place), rendered) for text, place, rendered in body.prose)
        )

    def printed(self, piece: Piece, more: Mapping[str, Any]) -> _Body:
        """One article's tree as its template prints it now."""
        self.records.forget()
        self._looked.clear()
        said, self.report = self.report, Report()
        used, self.used = self.used, set()
        assets, self.assets = self.assets, {}
        given, self.prose.given = self.prose.given, []
        for value in _said(piece):
            for record in value if isinstance(value, tuple) else (value,):
                if isinstance(record, Record):
                    self.records.origin(record)
        try:
            root, asked = self.watched_root(piece, more), self.records.asked
            return _Body(
                root,
                tuple(self.report.diagnostics),
                tuple(self.prose.given),
                frozenset(self.used),
                tuple(self.assets.values()),
                asked,
                self.records.told(asked),
                self.context.facts if "facts" in self._looked else None,
                self.context.media if "media" in self._looked else None,
                root.find(".//figcaption") is not None,
            )
        finally:
            self.report, self.used, self.assets, self.prose.given = said, used, assets, given

    def numbered(self, piece: Piece, body: _Body, counts: Counts | None, listing: bool) -> _Numbered:
        """What an article has for the others once its figures are numbered from ``counts`` on, None for not at all."""
        name, grounds = ("numbered", self.edition.id, piece.id), (body, _said(piece), counts, listing)
        known: _Numbered | None = self.memory.get(name, grounds)
        if known is not None:
            return known
        tree_ = self.trees[piece.id] = deepcopy(body.tree)
        return self.memory.put(name, grounds, _numbered(piece, tree_, counts, listing))

    def article(
        self, piece: Piece, body: _Body, numbered: _Numbered, known: Mapping[str, Target], titles: Mapping[str, str]
    ) -> Article:
        """An article with its references filled in and its tables laid out."""
        answers = tuple((known.get(i), titles.get(i)) for i in numbered.references)
        name, grounds = ("article", self.edition.id, piece.id), (body, numbered, _said(piece), answers, self.layout)
        article: Article | None = self.memory.get(name, grounds)
        if article is not None:
            return article
        tree_ = self.trees.pop(piece.id, None)
        if tree_ is None:  # its references alone print something else now
            tree_ = deepcopy(body.tree)
            _numbered(piece, tree_, numbered.before, numbered.listing)
        if self.lacks_pieces:  # what is missing may be what is referred to
            found = list(resolve([tree_], titles, self.records.faulty | {r.id for r in self.records}, (), known))
        else:
            found = list(resolve([tree_], titles, self.records.faulty, self.records, known))
        self.report.extend(found)
        _turn_tables(tree_, self.layout)
        _free_wide_tables(tree_, self.layout)
        _spread_pull_quotes(tree_)
        _lead_with_picture(tree_)
        for table in tree_.iter("table"):
            set_column_widths(table, self.layout)
        record = piece.record.id if piece.record else None
        article = Article(piece.id, piece.kind, piece.title, tree_, piece.zone, piece.section, record, piece.entries)
        if not found and all(target is not None for target, _ in answers):
            self.memory.put(name, grounds, article)
        return article

    def watched_root(self, piece: Piece, more: Mapping[str, Any]) -> etree._Element:
        try:
            with limits.at_most(_PATIENCE):
                return self.root(piece, more)
        except limits.TOO_MUCH:
            record = piece.record or self.edition
            message = say("《{title}》编排了很久也排不完", title=piece.title or piece.id)
            hint = say("看这一篇有没有特别长的表格、特别多的条目")
            self.report.add(error("compose.endless", message, self.records.origin(record).span(), hint))
            return _empty(piece)

    def root(self, piece: Piece, more: Mapping[str, Any]) -> etree._Element:
        template = f"{piece.kind}.xhtml"
        defaults: dict[str, Any] = {
            "columns": False,
            "note": None,
            "number": None,
            "entries": [],
            "titles": {},
            "credits": [],
        }
        context = {**defaults, "piece": piece, "record": piece.record, **piece.data, **more}
        span = Span(f"templates/{self.type.templates}/{template}")
        try:
            loaded = self.jinja.get_template(template)
            span = Span(self.template_name(loaded.filename))
            root = tree.parse(loaded.render(context))
            self.jinja.settle(root)
            self.illustrate(root)
        except jinja2.TemplateNotFound as fault:
            if piece.record is not None and fault.name == template and type(piece.record) in _REFERRED_TO:
                self.report.add(self.unprintable(piece.record))
                return _empty(piece)
            span = self.template_span(fault) or span
            self.report.add(error("template.missing", say("缺少版面模板 {name}", name=fault.name or template), span))
            return _empty(piece)
        except jinja2.TemplateSyntaxError as fault:
            span = Span(self.template_name(fault.filename or template), fault.lineno, 1)
            self.report.add(error("template.syntax", say("模板写法有误：{reason}", reason=fault.message or ""), span))
            return _empty(piece)
        except _TEMPLATE_FAULTS as fault:
            span = self.template_span(fault) or span
            self.report.add(error("template.failed", say("模板出错：{reason}", reason=str(fault)), span))
            return _empty(piece)
        except etree.XMLSyntaxError as fault:
            self.report.add(
                error("template.not_xml", say("模板写出的不是合规的 XHTML：{reason}", reason=fault.msg or ""), span)
            )
            return _empty(piece)
        _tidy(root)
        self.report.extend(tree.faults(root, span, _TEMPORARY))
        return root

    def template_name(self, filename: str | None) -> str:
        """A template's file as messages print it."""
        return f"templates/{FilePath(filename or '').relative_to(self.project.templates).as_posix()}"

    def template_span(self, fault: BaseException) -> Span | None:
        """The innermost line of a template that an exception passed through."""
        span, trace = None, fault.__traceback__
        while trace is not None:
            filename = trace.tb_frame.f_code.co_filename
            if filename.endswith(".xhtml"):
                span = Span(self.template_name(filename), trace.tb_lineno, 1)
            trace = trace.tb_next
        return span

    @cached_property
    def lacks_pieces(self) -> bool:
        """Whether the edition lists something that can't be printed, which has been reported."""
        listed = [self.records.get(value) for _, value in marked(self.edition, Reference)]
        return any(record is None or type(record) in _REFERRED_TO for record in listed)

    def unprintable(self, record: Record) -> Diagnostic:
        """A record stands where this publication has no layout for its type."""
        place = next((path for path, value in marked(self.edition, Reference) if value == record.id), ())
        return error(
            "compose.unprintable",
            say(
                "{type}“{id}”不能登在这里",
                type=record.type_name,
                id=record.id,
                en="{type} “{id}” can't stand here",
            ),
            self.records.origin(self.edition).span(place),
            say("换一篇文章、动态、案例或站点", en="Name an article, news, case or station instead"),
        )

    # -- what templates may call -------------------------------------------------------------------------

    def text(self, record: Record, *path: str | int, shift: int = 0) -> Markup:
        """The Markdown field at ``path`` (Chinese keys) of a record, as blocks."""
        value = value_at(record, path)
        if value is None:
            return Markup("")
        return Markup("\n".join(self.prose.words(value, _place(record, path, self.records), shift=shift)))

    def document(self, record: Policy, key: str = "正文") -> Markup:
        """A document's text with numbered clauses."""
        value = value_at(record, (key,))
        if value is None:
            return Markup("")
        blocks = self.prose.render(value, _place(record, (key,), self.records))
        return _markup(number_clauses(blocks, SCHEMES[record.numbering or "指引"]))

    def appendices(self, record: Policy) -> list[dict[str, Any]]:
        """A document's appendices with their labels, numbered by its scheme."""
        scheme = SCHEMES[record.numbering or "指引"]
        result = []
        for index, appendix in enumerate(record.appendices):
            letter = chr(65 + index) if scheme.dotted else ""
            place = _place(record, ("附录", index, "正文"), self.records)
            blocks = self.prose.render(appendix.body, place, shift=0 if scheme.dotted else 1)
            if scheme.dotted:
                blocks = number_clauses(blocks, scheme, letter)
                for block in blocks:
                    if block.tag in _SHIFTED:
                        block.tag = _SHIFTED[block.tag]
            result.append(
                {
                    "appendix": appendix,
                    "label": _appendix_label(scheme, index, record),
                    "letter": letter,
                    "body": _markup(blocks),
                }
            )
        return result

    def picture(self, name: str | None) -> str:
        """The name of a media file, made an asset; reported if it isn't there."""
        if name is None:
            return ""
        if name not in self.media:
            origin = self.records.origin(self.edition)
            self.report.add(
                error(
                    "compose.picture_missing",
                    say("content/media/ 里没有图片“{name}”", name=name),
                    origin.span(("封面", "图")),
                    say("把图片放进 content/media/，只收 SVG、PNG、JPEG"),
                )
            )
            return ""
        self.used.add(name)
        return name

    def figure_of(self, spec: str, owner: Record, *path: str | int) -> dict[str, Any] | None:
        """A fact for a data page: label, value, printed forms; reported at ``path`` of the page's owner if unknown."""
        fact = self.facts.find(spec, _station_of(owner))
        if isinstance(fact, Text):
            if self.facts.incomplete:
                return None
            origin = self.records.origin(owner)
            self.report.add(
                error("compose.unbound_figure", fact, origin.span(path), say("zhankan list facts 列出全部事实"))
            )
            return None
        return self._shown(fact)

    def change_of(self, figure: Mapping[str, Any], how: str) -> dict[str, Any] | None:
        """How a fact stands against the period before (``how``: 同比, 环比), in words that are true; None if unknown.

        Between figures that are approximate nothing is reckoned: the earlier one is printed as it is.
        """
        fact = self.facts.all[figure["id"]]
        before = self.facts.earlier(fact, how)
        if before is None:
            return None
        against = "较上年" if how == "同比" else "较上期"
        grown = self.facts.growth(fact, before)
        unsure = interval_of(fact).overlaps(interval_of(before))
        mark = "" if unsure else "▲" if fact.value > before.value else "▼"
        ids = f"{fact.id} {before.id}"
        if isinstance(grown, Text):
            said = {"against": f"{against[1:]}", "words": self.facts.print(before), "mark": mark, "facts": before.id}
            return {**said, "value": plain(before.value)}
        size = next((r for digits in (1, 2) if (r := round(abs(grown), digits))), None)
        unit = "个百分点" if self.facts.of(fact).unit == "%" else "%"
        words = f"{'增' if grown > 0 else '减'}{size.normalize():f}{unit}" if size else f"{'基本' if grown else ''}持平"
        mark = mark if size else ""
        return {"against": against, "words": words, "mark": mark, "facts": ids, "value": f"{grown:f}"}

    def _shown(self, fact: Fact) -> dict[str, Any]:
        """A fact as data pages show it."""
        indicator = self.facts.of(fact)
        return {
            "id": fact.id,
            "label": indicator.title,
            "value": plain(fact.value),
            "number": printed(fact.value, fact.qualifier, "", grouped=False),
            "unit": indicator.unit,
            "printed": self.facts.print(fact),
            "amount": fact.value,
            "station": printed_name(fact.station, self.records),
            "period": wording.days(fact.start, fact.end),
            "definition": indicator.definition,
        }

    def cards_of(self, specs: tuple[str, ...], owner: Record, *path: str | int) -> list[dict[str, Any]]:
        """The facts that key figures show, each named by what tells it from the others."""
        found = self.figures_of(specs, owner, *path)
        shown = [self.facts.all[f["id"]] for f in found]
        names = told_apart(shown, self.facts, self.records, _station_of(owner))
        return [{**figure, "label": name} for figure, name in zip(found, names, strict=True)]

    def figures_of(self, specs: tuple[str, ...], owner: Record, *path: str | int) -> list[dict[str, Any]]:
        """The facts that ``specs`` name, unknown ones reported and left out."""
        found = (self.figure_of(spec, owner, *path, number) for number, spec in enumerate(specs))
        return [f for f in found if f is not None]

    def notes_of(self, shown: Sequence[Mapping[str, Any]]) -> list[str]:
        """What is noted below key figures: their period if it is one, what each counts, where they come from."""
        found = [self.facts.all[f["id"]] for f in shown]
        return list(noted([self.facts.of(f) for f in found], [(f.start, f.end) for f in found], found, self.records))

    def listed(self, ids: Sequence[str], type_name: str, owner: Record, *path: str | int) -> list[Record]:
        """The records of a list of ids; one that is missing or of another type is reported at ``path``."""
        found = []
        for number, identifier in enumerate(ids):
            record = self.records.get(identifier)
            if record is not None and record.type_name == type_name:
                found.append(record)
                continue
            if identifier in self.records.faulty:
                continue
            known = [r.id for r in self.records if r.type_name == type_name]
            close = difflib.get_close_matches(identifier, known, 1, 0.6)
            self.report.add(
                error(
                    "compose.unknown_listed",
                    say("没有编号为“{id}”的{type}", id=identifier, type=type_name),
                    self.records.origin(owner).span((*path, number)),
                    say("是不是“{word}”？", word=close[0]) if close else say("zhankan list 列出全部编号"),
                )
            )
        return found

    def corrections(self, ids: Sequence[str], owner: Record, *path: str | int) -> list[dict[str, Any]]:
        """Corrected facts beside what they correct, and where that was printed; what corrects nothing is reported."""
        found = []
        for number, identifier in enumerate(ids):
            now = self.facts.all.get(identifier)
            old = self.facts.all.get(now.supersedes or "") if now is not None else None
            if now is None or old is None:
                self.report.add(
                    error(
                        "compose.no_correction",
                        say(
                            "“{id}”不是更正别的事实的事实", en="“{id}” is no fact that corrects another", id=identifier
                        ),
                        self.records.origin(owner).span((*path, number)),
                        say("写更正后的事实的编号；它的“更正”写原来那条", en="Give the id of the fact that has a 更正"),
                    )
                )
                continue
            issues = "、".join(issues_of(old.id, self.records, self.project))
            found.append({"now": self._shown(now), "old": self._shown(old), "issues": issues})
        return found

    # -- figures -----------------------------------------------------------------------------------------

    def charted(self, block: Dashboard, owner: Record, *path: str | int) -> Markup:
        """A chart of a data page, with its title; what is wrong is reported at ``path`` of the page's owner."""
        plotted, flaws = plot(block.kind, block, self.facts, self.records, _station_of(owner))
        origin = self.records.origin(owner)
        self.report.extend(of_flaw(flaw, origin.span((*path, *flaw.path))) for flaw in flaws)
        if plotted is None:
            return Markup("")
        if plotted.missing:
            self.report.add(missing(plotted.missing, origin.span((*path, "数据"))))
        title, note = (str(Source(origin.file, owner.id, (*path, key))) for key in ("标题", "说明"))
        figure = etree.Element("figure", {"class": "chart"})
        image = etree.SubElement(figure, "img")
        etree.SubElement(figure, "figcaption", {"data-source": title}).text = block.title
        self.draw_chart(image, plotted, block.note, note)
        return _markup([figure])

    def diagram(self, kind: str, data: Part | None) -> dict[str, Any] | None:
        """A diagram of what a record says: its pictures, and whether it goes over all columns.

        What is wrong with the data has been reported by ``checks``; then, and if there is none, there is no picture.
        """
        if data is None or any(True for _ in figures.DIAGRAMS[kind].flaws(data)):
            return None
        return self.shown(figures.DIAGRAMS[kind].draw(data, self.room))

    def measured(self, measures: Sequence[Measure]) -> dict[str, Any] | None:
        """Scales before and after, drawn; None if there are none, or they can't be drawn, which is no fault."""
        if not measures:
            return None
        chart = before_and_after(measures)
        if any(True for _ in figures.CHARTS[chart.kind].flaws(chart)):
            return None
        return self.shown(figures.CHARTS[chart.kind].draw(chart, self.room), chart)

    def shown(self, drawing: Drawing, chart: Chart | None = None) -> dict[str, Any]:
        """A drawing as pictures of the publication."""
        parent = etree.Element("figure")
        self.put(drawing, etree.SubElement(parent, "img"), chart)
        return {"pictures": _markup(list(parent)), "wide": self.is_wide(drawing)}

    def is_wide(self, drawing: Drawing) -> bool:
        return self.layout.columns > 1 and any(sheet.width > self.room.column + 0.5 for sheet in drawing.sheets)

    def put(self, drawing: Drawing, image: etree._Element, chart: Chart | None) -> None:
        """Give a picture its drawing, and its figure more pictures if there are more sheets."""
        for number, sheet in enumerate(drawing.sheets):
            svg = recolour(sheet.svg, self.theme)
            name = f"figure-{hashlib.sha256(svg.encode()).hexdigest()[:12]}.svg"
            self.assets[name] = Asset(name, svg.encode(), "image/svg+xml", chart=chart)
            if number:
                image.addnext(etree.Element("img"))
                image = image.getnext()  # type: ignore[assignment]  # it has just been put there
            image.set("src", name)
            image.set("alt", f"（续图，第{number + 1}页）" if number else drawing.words)

    def draw_chart(self, image: etree._Element, plotted: Plot, note: str | None, source: str = "") -> None:
        """Draw a chart; the figure it stands in has its values as a table, and its notes.

        ``source`` is where ``note`` is written, if not in the field that the figure stands in.
        """
        figure = image.getparent()
        assert figure is not None
        chart = plotted.chart
        drawing = figures.CHARTS[chart.kind].draw(chart, self.room)
        self.put(drawing, image, chart)
        for drawn in figure.iter("img"):
            drawn.set("data-source", "")
        if plotted.subject:
            image.set("alt", f"{plotted.subject}。{drawing.words}")
        figure.set("class", f"chart drawn{' wide' if self.is_wide(drawing) else ''}")
        figure.append(_equivalent(_rows_of(chart)))
        figure.append(_noted(plotted.notes, note, source))

    def illustrate(self, root: etree._Element) -> None:
        """Draw what texts ask for."""
        for image in list(root.iter("img")):
            figure = image.getparent()
            if "data-figure" not in image.attrib or figure is None:
                continue
            written = str(image.attrib.pop("data-figure"))
            if not written:  # it has been told what is wrong
                image.attrib.update({"src": self.blank(), "alt": ""})
                continue
            kind, data, station = asked(written)
            if isinstance(data, ChartBlock):
                plotted, _ = plot(kind, data, self.facts, self.records, station)
                if plotted is None:
                    image.attrib.update({"src": self.blank(), "alt": ""})
                else:
                    self.draw_chart(image, plotted, data.note)
                continue
            drawing = figures.DIAGRAMS[kind].draw(data, self.room)
            self.put(drawing, image, None)
            figure.set("class", f"picture drawn{' wide' if self.is_wide(drawing) else ''}")
            if drawing.table:
                figure.append(_equivalent(drawing.table))

    def blank(self) -> str:
        """The name of a picture of nothing, for what can't be drawn."""
        name = "figure-none.svg"
        self.assets[name] = Asset(name, _BLANK, "image/svg+xml")
        return name

    @cached_property
    def room(self) -> Room:
        """Where figures may stand on this edition's pages."""
        page = self.layout
        across = page.columns * page.measure + (page.columns - 1) * page.gap
        beside = _LINES_BESIDE * page.line_height / _POINTS
        return Room(page.measure, across, page.height - page.top - page.bottom - beside)

    def names_of(self, references: Sequence[str]) -> str:
        """Printed names joined by 、."""
        return "、".join(printed_name(r, self.records) for r in references)

    def staff_line(self, station: Station) -> str:
        """A station's staff as one line: name, post, certificate."""
        parts = []
        for member in station.staff:
            words = [member.role] + ([member.cert] if member.cert != "无" else [])
            parts.append(f"{printed_name(member.person, self.records)}（{'，'.join(words)}）")
        return "、".join(parts)

    def credits_of(self, record: Record) -> list[dict[str, Any]]:
        """A byline's groups: a role, the names that share it, their unit if they have one in common."""
        groups: dict[str, dict[str, Any]] = {}
        for author in record.authors:
            known = self.records.get(author.person)
            org = author.org or getattr(known, "org", None)
            group = groups.setdefault(author.role, {"role": author.role, "names": [], "orgs": []})
            group["names"].append(printed_name(author.person, self.records))
            group["orgs"].append(printed_name(org, self.records) if org else "")
        shown: set[str] = set()
        for group in groups.values():
            orgs = set(group.pop("orgs"))
            group["org"] = org if len(orgs) == 1 and (org := orgs.pop()) not in shown else ""
            shown.add(group["org"])
        return list(groups.values())

    # -- the publication as a whole ----------------------------------------------------------------------

    def contributors(self, pieces: list[Piece]) -> list[dict[str, Any]]:
        """Everyone named in a byline, with the pieces they made, in order of first appearance."""
        people: dict[str, dict[str, Any]] = {}
        for piece in pieces:
            shown = [piece.record] if piece.record else list(piece.data.get("items", ()))
            for record in shown:
                for byline in record.authors:
                    person = people.setdefault(
                        byline.person, {"name": printed_name(byline.person, self.records), "org": "", "works": []}
                    )
                    known = self.records.get(byline.person)
                    org = byline.org or getattr(known, "org", None)
                    person["org"] = printed_name(org, self.records) if org else ""
                    if record.id not in [w["id"] for w in person["works"]]:
                        person["works"].append({"id": record.id, "title": record.title, "role": byline.role})
        return list(people.values())

    def asset(self, name: str) -> None:
        path = self.media[name]
        span = Span(self.project.relative(path))
        try:
            data = read_file(path, rasters.LARGEST)
        except OSError as fault:
            message = say("读不了图片：{reason}", reason=fault.strerror or "?")
            self.report.add(error("compose.picture_unreadable", message, span))
            return
        known: Asset | None = self.memory.get(("asset", name), data)
        if known is not None:
            self.assets[name] = known
            return
        asset = Asset(name, data, _MEDIA_TYPES[path.suffix.lower()])
        if asset.media_type == "image/svg+xml":
            found: list[Diagnostic] = drawings.faults(data, span.file)
        else:
            examined = rasters.examined(asset, span, Store(self.project.pictures))
            asset, found = (examined, []) if isinstance(examined, Asset) else (asset, [examined])
        self.report.extend(found)
        if found:  # it can't be shown: nothing must open it
            self.assets[name] = Asset(name, _BLANK, "image/svg+xml")
        else:
            self.assets[name] = self.memory.put(("asset", name), data, asset)

    def unique_ids(self, trees: list[etree._Element]) -> None:
        seen: dict[str, str] = {}
        for body in trees:
            for element in body.iter():
                identifier = element.get("id") if isinstance(element.tag, str) else None
                if not identifier:
                    continue
                if identifier in seen:
                    source = source_of(element)
                    self.report.add(
                        error(
                            "compose.duplicate_anchor",
                            say("“{id}”在这份出版物里用了两次", id=identifier),
                            Span(source.partition("#")[0] or self.edition.id),
                            say("图、表、条款的 {{#编号}} 各用各的"),
                        )
                    )
                seen[identifier] = ""


def _rows_of(chart: Chart) -> list[list[str | Value]]:
    """A chart's values, a row a label, below their heads."""
    head = ["项目", *(series.name or "数值" for series in chart.series), *(["目标"] if any(chart.targets) else [])]
    columns = [s.values for s in chart.series] + ([chart.targets] if any(chart.targets) else [])
    return [[*head], *([label, *(c[n] or "—" for c in columns)] for n, label in enumerate(chart.labels))]


def _equivalent(rows: Sequence[Sequence[str | Value]]) -> etree._Element:
    """What a drawing says as a table, its head first, for those who don't see it."""
    table = etree.Element("table", {"class": "data equivalent"})
    for part, some in (("thead", rows[:1]), ("tbody", rows[1:])):
        body = etree.SubElement(table, part)
        for cells in some:
            row = etree.SubElement(body, "tr")
            for place, cell in enumerate(cells):
                is_head = part == "thead" or not place
                holder = etree.SubElement(row, "th" if is_head else "td")
                if is_head:
                    holder.set("scope", "col" if part == "thead" else "row")
                if isinstance(cell, Value) and cell.facts:
                    said = {"value": plain(cell.amount), "data-fact": " ".join(cell.facts)}
                    holder = etree.SubElement(holder, "data", said)
                holder.text = cell.printed if isinstance(cell, Value) else cell
    return table


def _noted(made: Sequence[str], written: str | None, source: str) -> etree._Element:
    """What is noted below a chart; what was not written but made has no source."""
    note = etree.Element("p", {"class": "table-note"})
    of_facts = etree.SubElement(note, "span", {"data-source": ""})
    of_facts.text = "。".join(n.rstrip("。") for n in made) + "。"
    if written and source:
        etree.SubElement(note, "span", {"data-source": source}).text = f"{written.rstrip('。')}。"
    elif written:
        of_facts.tail = f"{written.rstrip('。')}。"
    return note


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates in a store of this user; whatever is wrong with an entry makes it no entry."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        made_by = [FilePath(module.__file__ or "").stat().st_mtime_ns for module in (provenance, jinja2)]
        return hashlib.sha256(repr((name, filename, __version__, made_by)).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        compiled = self._store.get(bucket.key)
        try:
            if compiled is not None:
                bucket.bytecode_from_string(compiled)
        except (EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._store.put(bucket.key, bucket.bytecode_to_string())
        self._store.sweep(_COMPILED)


#: Points in a millimetre; lines that caption and notes of a figure as high as a page may take.
_POINTS, _LINES_BESIDE = 72 / 25.4, 5
#: Kinds of article that a picture leads.
_LED = frozenset({"portrait", "headlines"})
#: Characters of a paragraph that may stand across the columns.
_FEW = 90
_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
_SHIFTED = {"h2": "h3", "h3": "h4", "h4": "h5"}


def _said(piece: Piece) -> tuple[Any, ...]:
    """All that a piece says."""
    data = [x for name, value in piece.data.items() for x in (name, tuple(value) if isinstance(value, list) else value)]
    said = (piece.id, piece.kind, piece.title, piece.zone, piece.section, piece.record, piece.entries, piece.depth)
    return (*said, *data)


def _numbered(piece: Piece, tree_: etree._Element, before: Counts | None, listing: bool) -> _Numbered:
    """Number an article's figures, and give ids to what lists point to."""
    counts = dict(before or {})
    if before is not None:
        number_figures([tree_], counts)
    entries = _entries(piece, tree_) if piece.depth else piece.entries
    lines = tuple(list_figures([tree_])) if listing else ()
    ids = tuple(i for element in tree_.iter() if isinstance(element.tag, str) and (i := element.get("id")))
    return _Numbered(before, listing, entries, lines, ids, targets(tree_), tuple(referred_to(tree_)), counts)


def _appendix_label(scheme: Any, index: int, record: Policy) -> str:
    label = scheme.appendix(index + 1)
    return label if scheme.dotted or len(record.appendices) > 1 else "附件"


def _media(project: Project) -> dict[str, FilePath]:
    """The pictures of content/media/ by their names below it; what a link fetches from elsewhere is none."""
    try:
        found = files(project.media)
    except OSError:  # which ``load`` has reported
        return {}
    return {
        name: path
        for name, entry in found
        if (path := FilePath(entry.path)).suffix.lower() in _MEDIA_TYPES
        and not (entry.is_symlink() and not project.holds(path))
    }


def _markup(blocks: list[etree._Element]) -> Markup:
    return Markup("\n".join(etree.tostring(b, encoding="unicode", with_tail=False) for b in blocks))


def _entries(piece: Piece, body: etree._Element) -> tuple[Entry, ...]:
    """Lines of the contents from a piece's headings down to ``depth``, appendices included."""
    entries: list[Entry] = []
    for heading in body.iter("h1", "h2", "h3"):
        level = int(heading.tag[1])
        if level > piece.depth or (level == 1 and piece.depth > 1):
            continue
        owner = heading
        if level == 1:
            owner = body
        elif not heading.get("id"):
            heading.set("id", f"{piece.id}-{len(entries) + 1}")
        parent = heading.getparent()
        if parent is not None and "attachment" in tree.classes(parent) and parent.get("id"):
            owner = parent
        entries.append(Entry(owner.get("id") or piece.id, tree.text(heading, notes=False).strip(), level=level))
    return tuple(entries)


def _tidy(root: etree._Element) -> None:
    """Drop white space that only lays templates out: between blocks, and at the edges of blocks of text."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        kind = tree.VOCABULARY.get(element.tag)
        if kind is None:
            continue
        blocks = kind.holds is tree.BLOCK or any(
            tree.VOCABULARY[c.tag].group is tree.BLOCK for c in element if c.tag in tree.VOCABULARY
        )
        if blocks:
            if element.text is not None and not element.text.strip():
                element.text = None
            for child in element:
                if child.tail is not None and not child.tail.strip():
                    child.tail = None
        elif kind.group is tree.BLOCK:
            element.text = (element.text or "").lstrip() or None
            if len(element):
                element[-1].tail = (element[-1].tail or "").rstrip() or None
            elif element.text:
                element.text = element.text.rstrip()


#: What numbering and references take away again.
_TEMPORARY = frozenset({"data-cite", "data-role", "data-at", "data-letter"})


def _turn_tables(body: etree._Element, layout: PageLayout) -> None:
    """Tables too wide for the page are read with the page turned, as those that the editor has asked it for."""
    for figure in body.iter("figure"):
        table = figure.find("table") if "drawn" not in tree.classes(figure) else None
        if table is not None and "landscape" not in tree.classes(figure) and turns(table, layout):
            figure.set("class", f"{figure.get('class', '')} landscape".strip())


def _free_wide_tables(body: etree._Element, layout: PageLayout) -> None:
    """Take tables and drawings too wide for half a page out of ``section.columns``, which goes on below them."""
    for section in list(body.iter("section")):
        if "columns" not in tree.classes(section):
            continue
        parent = section.getparent()
        assert parent is not None
        current = section
        for child in list(section):
            if _is_wide(child, layout):
                follower = etree.Element("section", {"class": section.get("class", "")})
                position = parent.index(current)
                for later in list(child.itersiblings()):
                    follower.append(later)
                child.set("class", f"{child.get('class', '')} wide".strip())
                moved = [child]
                for above in child.itersiblings(preceding=True):  # its heading goes with it, and a line below that
                    if not (above.tag in _HEADINGS or (len(moved) == 1 and _introduces(above))):
                        break
                    moved.insert(0, above)
                parent[position + 1 : position + 1] = [*moved, *([follower] if len(follower) else [])]
                if not len(current):
                    parent.remove(current)
                current = follower


def _is_wide(child: etree._Element, layout: PageLayout) -> bool:
    table, named = child.find("table"), tree.classes(child)
    if "drawn" in named:
        return "wide" in named
    return table is not None and ("landscape" in named or spills(table, layout))


def _introduces(block: etree._Element) -> bool:
    """A paragraph of a line or two right below a heading."""
    above = block.getprevious()
    short = block.tag == "p" and len(tree.text(block, notes=False)) <= _FEW
    return short and above is not None and above.tag in _HEADINGS


def _lead_with_picture(body: etree._Element) -> None:
    """A portrait, and the headlines' first item, open with their first picture, as wide as the page."""
    section = body.find("section[@class='columns']")
    if body.get("data-kind") not in _LED or section is None:
        return
    first = section if section.find("section") is None else section[0]
    figure = next((f for f in first.iterfind("figure") if f.find("img") is not None), None)
    if figure is not None:
        figure.set("class", f"{figure.get('class', '')} wide".strip())
        section.addprevious(figure)


def _spread_pull_quotes(body: etree._Element) -> None:
    """A pull quote given after a text moves into the middle of it, between two paragraphs."""
    for quote in body.iter("aside"):
        section = quote.getparent()
        if "pull-quote" not in tree.classes(quote) or section is None or section.tag != "section":
            continue
        places = [
            n
            for n, child in enumerate(section)
            if child.tag == "p" and n and section[n - 1].tag == "p" and n < section.index(quote)
        ]
        if places and section.index(quote) == len(section) - 1:
            section.insert(places[len(places) // 2], quote)


def _empty(piece: Piece) -> etree._Element:
    return etree.Element("article", {"id": piece.id, "data-kind": piece.kind})
