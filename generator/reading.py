"""Reading: a publication as its readers meet it, every run of words it shows or carries, and where each was written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

from lxml import etree

from generator.diagnostics import Span
from generator.fences import FENCE
from generator.model import Article, Asset, Publication, Record, Records, texts, value_at
from generator.privacy import identifiers
from generator.privacy.identifiers import Identifier
from generator.privacy.keeping import NOTHING, Held
from generator.project import Project
from generator.provenance import Source
from generator.quantities import Quantity, find
from generator.records.edition import Edition
from generator.tree import VOCABULARY, classes, text

T = TypeVar("T")

#: What a run of words is to its reader. ``head`` is what running heads, bookmarks and lists of contents repeat;
#: ``metadata`` what only a file's properties show; ``picture`` the lettering of a drawing.
Kind = Literal["body", "heading", "cell", "caption", "note", "alt", "head", "metadata", "picture"]

_KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5"), "heading"),
    **dict.fromkeys(("td", "th", "dd", "dt"), "cell"),
    "figcaption": "caption",
}
_INLINE = frozenset(name for name, kind in VOCABULARY.items() if kind.group == "inline")
#: Inline, and yet read apart from the words around.
_APART = frozenset({"footnote", "contents-author"})
_SVG = "image/svg+xml"
#: Between two characters of printed words a source in Markdown may hold these.
_MARKUP = re.compile(r"[\s*_`\\#>|]|\{[^{}\n]*\}|\[\^[^\]\n]*\]|\]\([^)\n]*\)|[\[\]]|&\w+;")


@dataclass(frozen=True)
class Passage:
    """Words that are read in one go: a paragraph, a cell, a caption, an alternative text, a property of the file.

    ``sources`` says for stretches of the words (start, end in characters) which field they stand in, as
    ``data-source`` does; ``bound`` which stretches were printed from which facts. ``record`` is the id of the record
    they belong to, the edition's own for what belongs to none. ``parts`` are the classes of all elements around them.
    """

    words: str
    kind: Kind
    article: str
    record: str
    sources: tuple[tuple[int, int, str], ...] = ()
    bound: tuple[tuple[int, int, tuple[str, ...]], ...] = ()
    parts: frozenset[str] = frozenset()
    #: for lettering of a drawing: its file and line
    drawn: Span | None = None
    #: for a cell: the words of the heads of its row and of its column, and the title of its table
    heads: tuple[str, str, str] = ("", "", "")

    def is_bound(self, start: int, end: int) -> bool:
        """Whether a stretch touches words that were printed from a fact."""
        return any(start < stop and begin < end for begin, stop, _ in self.bound)


@dataclass(frozen=True, eq=False)
class Reading:
    """A publication with all its passages, and the rosters there are; what checks of words look at."""

    publication: Publication
    records: Records
    project: Project
    held: Held = NOTHING
    #: what checks have worked out of this reading, for the others
    kept: dict[str, object] = field(default_factory=dict, repr=False)
    _values: dict[str, tuple[Record, Source, str] | None] = field(default_factory=dict, repr=False)
    _quantities: dict[str, tuple[Quantity, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def edition(self) -> Edition:
        edition = self.records[self.publication.id]
        assert isinstance(edition, Edition)
        return edition

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every text a reader can reach, in reading order; then running heads, properties, lettering of drawings."""
        found: list[Passage] = []
        for article in self.publication.articles:
            found += _Walk(article, self.records, self.publication.id).passages()
        found += self._heads()
        for asset in self.publication.assets.values():
            if asset.media_type == _SVG:
                found += _lettering(asset, self.publication.id)
        return tuple(found)

    def quantities(self, passage: Passage) -> tuple[Quantity, ...]:
        """The figures in a passage, found once."""
        words = passage.words
        if words not in self._quantities:
            self._quantities[words] = find(words)
        return self._quantities[words]

    @cached_property
    def by_record(self) -> Mapping[str, tuple[Passage, ...]]:
        """The passages of each record that has any."""
        found: dict[str, list[Passage]] = {}
        for passage in self.passages:
            found.setdefault(passage.record, []).append(passage)
        return {record: tuple(passages) for record, passages in found.items()}

    @cached_property
    def printed(self) -> tuple[Record, ...]:
        """The records of which something is printed as pieces of their own, in reading order; not the edition."""
        ids: dict[str, None] = {}
        for article in self.publication.articles:
            ids.update(dict.fromkeys(filter(None, (article.record, *(entry.id for entry in article.entries)))))
        ids.update(dict.fromkeys(self.by_record))
        ids.pop(self.publication.id, None)
        return tuple(record for i in ids if (record := self.records.get(i)) is not None)

    @cached_property
    def identified(self) -> tuple[tuple[Identifier, ...], ...]:
        """For each passage what singles somebody out in it: numbers, addresses to the door."""
        return tuple(self.found("identifiers", identifiers.find, [p.words for p in self.passages]))

    def found(self, name: str, find: Callable[[str], T], texts: Iterable[str]) -> list[T]:
        """What a search finds in each of these texts; the same words are searched once, over many builds."""
        place = ("found", self.publication.id, name)
        known: Mapping[str, T] = self.publication.memory.get(place, ()) or {}
        told: dict[str, T] = {}
        found = []
        for words in texts:
            if words not in told:
                told[words] = known[words] if words in known else find(words)
            found.append(told[words])
        self.publication.memory.put(place, (), told)
        return found

    def span(self, passage: Passage, start: int, end: int) -> Span:
        """Where in ``content/`` the words ``passage.words[start:end]`` are written, as exactly as can be told."""
        if passage.drawn is not None:
            return passage.drawn
        words = passage.words[start:end]
        for begin, stop, source in passage.sources:
            if begin <= start < stop or (begin <= end - 1 < stop):
                place = self._value(source)
                if place is None:
                    continue
                record, where, value = place
                origin = self.records.origin(record)
                offset = _find(value, passage.words[begin:stop], start - begin, min(end, stop) - begin)
                if offset is None:
                    return origin.span(where.path)
                return origin.locate(where.path, value, offset[0], max(offset[1] - offset[0], 1))
        return self._unsourced(passage, words)

    def _unsourced(self, passage: Passage, words: str) -> Span:
        """Words no field was named for: where their record or the edition has them, or else the record as a whole."""
        for record in filter(None, (self.records.get(passage.record), self.edition)):
            for path, value in texts(record.model_dump(by_alias=True)):
                if words and words in value:
                    return self.records.origin(record).locate(path, value, value.index(words), len(words))
        return self.records.origin(self.records.get(passage.record) or self.edition).span()

    def _value(self, source: str) -> tuple[Record, Source, str] | None:
        if source not in self._values:
            self._values[source] = self._looked_up(source)
        return self._values[source]

    def _looked_up(self, source: str) -> tuple[Record, Source, str] | None:
        try:
            where = Source.parse(source)
            record = self.records.get(where.record)
            value = value_at(record, where.path) if record is not None else None
        except (ValueError, IndexError):
            return None
        return (record, where, value) if record is not None and isinstance(value, str) else None

    def _heads(self) -> Iterator[Passage]:
        publication, edition = self.publication, self.publication.id

        def own(words: str, kind: Kind, path: str = "") -> Passage:
            source = str(Source(self.records.origin(self.edition).file, edition, (path,))) if path else ""
            return Passage(words, kind, "", edition, ((0, len(words), source),) if source else ())

        yield own(publication.title, "head", "标题")
        yield own(publication.series, "head")
        yield own(publication.name, "metadata", "文件名" if self.edition.name else "编号")
        seen: set[str] = set()
        for article in publication.articles:
            for words, record in ((article.section, None), (article.title, article.record)):
                if words and words not in seen:
                    seen.add(words)
                    yield Passage(words, "head", article.id, record or edition)
        for name, words in publication.metadata.items():
            if words and name != "date":
                yield own(words, "metadata", {"keywords": "标签", "subject": "副标题"}.get(name, ""))


class _Walk:
    """Takes an article's tree apart into passages."""

    def __init__(self, article: Article, records: Records, edition: str) -> None:
        self._article, self._records, self._edition = article, records, edition
        self._found: list[Passage] = []
        self._begin("body", article.record or edition, frozenset())

    def passages(self) -> list[Passage]:
        self._block(self._article.body, "", self._article.record or self._edition, frozenset(), "body")
        return self._found

    def _begin(self, kind: Kind, record: str, parts: frozenset[str]) -> None:
        self._words: list[str] = []
        self._heads = ("", "", "")
        self._length = 0
        self._sources: list[tuple[int, int, str]] = []
        self._bound: list[tuple[int, int, tuple[str, ...]]] = []
        self._kind, self._record, self._parts = kind, record, parts

    def _end(self) -> None:
        words = "".join(self._words)
        if words.strip():
            named = next((s.partition("#")[2].partition(":")[0] for *_, s in self._sources if s), "")
            record = named if named in self._records else self._record
            self._found.append(
                Passage(
                    words,
                    self._kind,
                    self._article.id,
                    record,
                    tuple(self._sources),
                    tuple(self._bound),
                    self._parts,
                    heads=self._heads,
                )
            )

    def _block(self, element: etree._Element, source: str, record: str, parts: frozenset[str], kind: Kind) -> None:
        source = element.get("data-source", source)  # empty: nobody wrote it, it was made of facts
        identifier = element.get("id")
        if identifier and identifier in self._records:
            record = identifier
        parts |= classes(element)
        kind = _KINDS.get(element.tag, kind)
        if element.tag == "img":
            self._alone(element.get("alt") or "", "alt", source, record, parts)
            return
        self._begin(kind, record, parts)
        if element.tag == "td":
            self._heads = _heads(element)
        self._say(element.text, source)
        for child in element:
            if child.tag in _INLINE:
                self._inline(child, source)
            else:
                self._end()
                self._block(child, source, record, parts, kind)
                self._begin(kind, record, parts)
            self._say(child.tail, source)
        self._end()
        self._begin(kind, record, parts)

    def _inline(self, element: etree._Element, source: str) -> None:
        source = element.get("data-source") or source
        names = classes(element)
        if element.tag == "rt":
            return
        if names & _APART:
            around = dict(self.__dict__)
            self._begin("note" if "footnote" in names else self._kind, self._record, self._parts | names)
            self._inlines(element, "" if "contents-author" in names else source)
            self._end()
            self.__dict__.update(around)
            return
        start = self._length
        href = element.get("href") or ""
        if href.startswith(("http://", "https://", "mailto:")):
            self._alone_inside(href, source)
        if element.tag == "a" and href.startswith("#") and href[1:] in self._records and not source:
            record = self._records[href[1:]]
            source = str(Source(self._records.origin(record).file, record.id, ("标题",)))
        self._inlines(element, source)
        if element.tag == "data":
            self._bound.append((start, self._length, tuple((element.get("data-fact") or "").split())))

    def _inlines(self, element: etree._Element, source: str) -> None:
        self._say(element.text, source)
        for child in element:
            self._inline(child, source)
            self._say(child.tail, source)

    def _alone_inside(self, words: str, source: str) -> None:
        sources = ((0, len(words), source),) if source else ()
        self._found.append(Passage(words, "metadata", self._article.id, self._record, sources, (), self._parts))

    def _alone(self, words: str, kind: Kind, source: str, record: str, parts: frozenset[str]) -> None:
        if words.strip():
            sources = ((0, len(words), source),) if source else ()
            self._found.append(Passage(words, kind, self._article.id, record, sources, (), parts))

    def _say(self, words: str | None, source: str) -> None:
        if not words:
            return
        start, self._length = self._length, self._length + len(words)
        self._words.append(words)
        if not source:
            return
        if self._sources and self._sources[-1][1:] == (start, source):
            self._sources[-1] = (self._sources[-1][0], self._length, source)
        else:
            self._sources.append((start, self._length, source))


def _heads(cell: etree._Element) -> tuple[str, str, str]:
    """The words of the first cell of a cell's row, of the head of its column, and of the title of its table."""
    row = cell.getparent()
    title = next((text(f) for e in cell.iterancestors("figure") if (f := e.find("figcaption")) is not None), "")
    if row is None or row[0] is cell:
        return "", "", title
    after = sum(int(other.get("colspan") or 1) for other in cell.itersiblings())
    table = next(row.iterancestors("table"), None)
    head = table.find("thead/tr") if table is not None else None
    for name in reversed(head) if head is not None else ():  # from the end: cells joined to a row above are missing
        after -= int(name.get("colspan") or 1)
        if after < 0:
            return text(row[0]), text(name), title
    return text(row[0]), "", title


def _lettering(asset: Asset, edition: str) -> Iterator[Passage]:
    """The words in a drawing that was not made from data; titles and descriptions too."""
    if asset.chart is not None or asset.name.startswith("figure-"):
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(asset.data, parser)
    except etree.XMLSyntaxError:
        return
    for element in root.iter("{*}text", "{*}title", "{*}desc"):
        words = "".join(map(str, element.itertext()))
        if words.strip():
            line = element.sourceline
            drawn = Span(f"content/media/{asset.name}", line if isinstance(line, int) else 1, 1)
            yield Passage(words, "picture", "", edition, drawn=drawn)


def _find(value: str, printed: str, start: int, end: int) -> tuple[int, int] | None:
    """Where in a field's text the stretch ``printed[start:end]`` of what was printed of it stands.

    Markup and white space are passed over on both sides; as much of what stands around is asked for as there is.
    """
    source, places = _condensed(value)
    if not source:
        return None
    wanted = _bare(printed[max(start, 0) : end])
    if not wanted:
        return None
    for around in (40, 16, 8, 4, 0):
        before, after = _bare(printed[max(0, start - around) : max(start, 0)]), _bare(printed[end : end + around])
        found = source.find(before + wanted + after)
        if found >= 0:
            first = found + len(before)
            return places[first], places[first + len(wanted) - 1] + 1
        for sought, lead in ((before + wanted, len(before)), (wanted + after, 0)):
            found = source.find(sought)
            if around and found >= 0:
                first = found + lead
                return places[first], places[first + len(wanted) - 1] + 1
    return None


def _condensed(value: str) -> tuple[str, list[int]]:
    """A text without markup and white space, and where each character that is left stands."""
    kept: list[str] = []
    places: list[int] = []
    end = 0
    figures = [(m.start(), m.end()) for m in FENCE.finditer(value)] if "```" in value or "~~~" in value else []
    marks = [m for m in _MARKUP.finditer(value) if not (m[0][0] == "{" and _lies_in(m.start(), figures))]
    for m in (*marks, None):
        stop = m.start() if m is not None else len(value)
        kept.append(value[end:stop])
        places.extend(range(end, stop))
        end = m.end() if m is not None else stop
    return "".join(kept), places


def _lies_in(place: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in stretches)


def _bare(words: str) -> str:
    return _MARKUP.sub("", words)
