"""PDF: what pages say, what stands in any object, whether used or not, and what was there before."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from generator.diagnostics import Text, say
from generator.privacy.leaks import glyphs, pictures, plain
from generator.privacy.leaks.glyphs import Drawn, Font
from generator.privacy.leaks.sieve import Budget, Leak, Piece, RefusedError, Told

#: What a string stands for by the key before it (ISO 32000-1), in an editor's words.
_KEYS: Mapping[bytes, Text] = {
    **dict.fromkeys((b"Title",), say("标题或书签")),
    **dict.fromkeys((b"Author", b"Creator", b"Producer", b"Subject", b"Keywords"), say("文件属性")),
    b"Alt": say("替代文字"),
    b"ActualText": say("替换文字"),
    b"E": say("缩写的全称"),
    b"Lang": say("语言标记"),
    b"URI": say("链接"),
    b"Contents": say("批注或链接的说明"),
    **dict.fromkeys((b"Subj", b"RC", b"NM"), say("批注")),
    **dict.fromkeys((b"T", b"TU", b"TM"), say("批注的作者或表单的域名")),
    **dict.fromkeys((b"V", b"DV", b"Opt", b"CA", b"AC"), say("表单的值")),
    **dict.fromkeys((b"F", b"UF", b"Desc", b"EF"), say("附件的名字")),
    b"JS": say("脚本"),
    b"Name": say("图层的名字"),
    b"P": say("页码"),
    **dict.fromkeys((b"D", b"Dest", b"Names", b"Limits"), say("链接目标的名字")),
    b"PieceInfo": say("编辑软件的私有数据"),
}
_ELSEWHERE = say("文件里别的字符串")

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_NAMED = re.compile(rb"/([^\s()<>\[\]{}/%]{2,})")
_KEYED = re.compile(rb"(?:/([A-Za-z][\w.#-]*)\s*)?(" + glyphs.STRING.pattern + rb")", re.S)
_OBJECT = re.compile(rb"(\d{1,8})\s+(\d{1,5})\s+obj\b")
#: Objects, and the tables that say where they are.
_WITHIN = re.compile(rb"\d+\s+\d+\s+obj\b.*?endobj|\d{10} \d{5} [nf]|endstream\s+endobj", re.S)
_LONG = re.compile(rb"(?<![\d.])\d{7,}(?![\d.])")
_REMARK = re.compile(rb"%[^\r\n]*")
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONTENT = re.compile(rb"(?<![^\s\])>])(?:BT|Tj|TJ|Do|BDC|EMC)(?=\s|$)")
_REVISION = re.compile(rb"%%EOF")
#: Ways of compressing that we undo ourselves; all others are pikepdf's.
_FLATE = re.compile(rb"/Filter\s*(?:\[\s*)?/(?:FlateDecode|Fl)\s*(?:\]|/(?![A-Z0-9a-z]*(?:Decode|85|Hex))|>>|\s)")
_FILTERED = re.compile(rb"/Filter\s*[/\[]|/F\s*/")
#: Of a drawing without words no larger part than this is anything but numbers.
_LETTERS = 0.4
#: No stream swells to more, and no more than so many earlier states are read.
_MOST, _STATES = 200_000_000, 40

_NOTES = re.compile(
    rb"/Subtype\s*/(Text|FreeText|Popup|Highlight|Underline|StrikeOut|Squiggly|Ink|Stamp|Caret|Line|Square|Circle|"
    rb"Polygon|PolyLine|Sound|Movie|Screen|3D|RichMedia|Redact|FileAttachment)(?![A-Za-z])"
)
_RESIDUES: tuple[tuple[re.Pattern[bytes], Text], ...] = (
    (re.compile(rb"/JavaScript(?![A-Za-z])|/JS\s*[(<\d]"), say("脚本")),
    (re.compile(rb"/EmbeddedFiles?(?![A-Za-z])|/EF\s*(?:<<|\d)"), say("附件")),
    (_NOTES, say("批注")),
    (re.compile(rb"/S\s*/(?:Launch|GoTo[RE]|SubmitForm|ImportData|Rendition)(?![A-Za-z])"), say("指向文件以外的动作")),
    (re.compile(rb"/PieceInfo(?![A-Za-z])"), say("编辑软件的私有数据")),
    (re.compile(rb"/OFF\s*\[\s*\d"), say("隐藏的图层")),
    (re.compile(rb"/XFA(?![A-Za-z])"), say("XFA 表单")),
)  # fmt: skip
_HEAD = re.compile(rb"/(?:Author|Manager)\s*(" + glyphs.STRING.pattern + rb")", re.S)
_URI = re.compile(r"(?:https?|mailto|tel):|#|[^:]*$", re.I)


def is_pdf(data: bytes) -> bool:
    """Whether bytes are a PDF, as readers take it."""
    return b"%PDF-" in data[:1024]


def read(data: bytes, where: Text | None, budget: Budget) -> Iterator[Told | tuple[Text, bytes]]:
    """All that stands in a PDF; names and bytes are further files. Raises ``RefusedError`` if it can't be read."""
    yield from _File(data, where, budget).told()


@dataclass
class _File:
    data: bytes
    where: Text | None
    budget: Budget
    #: streams whose words were read with the fonts of their page: number and generation
    done: set[tuple[int, int]] = field(default_factory=set)
    every: dict[bytes, Font] = field(default_factory=dict)
    known: dict[tuple[int, int], Font] = field(default_factory=dict)
    residues: dict[Text, None] = field(default_factory=dict)
    pages: dict[int, int] = field(default_factory=dict)

    def at(self, place: Text) -> Text:
        return place if self.where is None else say("{place}里的{part}", place=self.where, part=place)

    def residue(self, what: Text) -> None:
        self.residues[what] = None

    def told(self) -> Iterator[Told | tuple[Text, bytes]]:
        try:
            pdf = pikepdf.open(BytesIO(self.data))
        except (pikepdf.PdfError, ValueError, RuntimeError) as fault:
            raise RefusedError from fault
        with pdf:
            if pdf.is_encrypted:
                self.residue(say("密码或权限限制"))
                opened = BytesIO()
                pdf.save(opened, encryption=False, preserve_pdfa=False)
                yield from _File(opened.getvalue(), self.where, self.budget, residues=self.residues).told()
                return
            yield from self.drawn(pdf)
            yield from self.objects(pdf)
        yield from self.revisions()
        for what in self.residues:
            yield Leak("residue", self.where or say("文件"), what)

    # -- pages

    def drawn(self, pdf: pikepdf.Pdf) -> Iterator[Told]:
        unread: list[int] = []
        for number, page in enumerate(pdf.pages, 1):
            place = self.at(say("第{page}页", page=number))
            for note in page.obj.get("/Annots", ()) if isinstance(page.obj.get("/Annots"), pikepdf.Array) else ():
                self.pages[note.objgen[0]] = number
            contents = page.obj.get("/Contents")
            listed: list[Any] = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
            streams = [s for s in listed if isinstance(s, pikepdf.Stream)]
            content = b"\n".join(map(self.content, streams))
            self.done.update(s.objgen for s in streams)
            found = glyphs.drawn(content, self.fonts(_inherited(page.obj)))
            yield from self.words(found, place)
            if found.unknown:
                unread.append(number)
        if unread:
            yield from self.by_another(unread)

    def content(self, stream: Any) -> bytes:
        try:
            data: bytes = stream.read_bytes()
        except (pikepdf.PdfError, RuntimeError):
            return b""
        self.budget.spend(len(data))
        return data

    def words(self, found: Drawn, place: Text) -> Iterator[Told]:
        if found.unseen:
            self.residue(say("看不见的文字"))
        for number, words in enumerate(dict.fromkeys(glyphs.flows(found.runs))):
            yield Piece(place, words, loose=number > 0)
        for run in found.runs:
            if sum(c.isdigit() for c in run.words) > 4:
                yield Piece(place, run.words)
        joined: list[str] = []
        for each in found.instead:
            for key, string in _KEYED.findall(each):
                words = next(_said(glyphs.octets(string)), "")
                joined.append(words)
                yield Piece(say("{place}的{part}", place=place, part=_KEYS.get(key, _ELSEWHERE)), words)
        if len(joined) > 1:
            yield Piece(say("{place}的{part}", place=place, part=_KEYS[b"ActualText"]), "".join(joined))

    def by_another(self, pages: list[int]) -> Iterator[Told]:
        """Pages in a font without a map, as PDFium reads them; what it can't read either is told."""
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(self.data) as document:
                for number in pages[:5000]:
                    words = document[number - 1].get_textpage().get_text_range()
                    self.budget.spend(len(words) * 10)
                    place = self.at(say("第{page}页", page=number))
                    yield Piece(place, words)
                    # what stands between marks and digits may mean anything
                    if not words.strip() or sum(c in "\ufffd\ufffe\0" or "\ue000" <= c < "\uf900" for c in words) > 2:
                        yield Leak("unread", place, say("字体没有说明哪个字形是哪个字"))
        except pypdfium2.PdfiumError as fault:
            raise RefusedError from fault

    def fonts(self, resources: Any) -> dict[bytes, Font]:
        listed = resources.get("/Font") if resources is not None else None
        if not isinstance(listed, pikepdf.Dictionary):
            return {}
        found: dict[bytes, Font] = {}
        for name, each in listed.items():
            if not isinstance(each, pikepdf.Dictionary):
                continue
            key = each.objgen
            if key == (0, 0) or key not in self.known:
                made = glyphs.font(each, self.budget)
                self.known[key] = made
            else:
                made = self.known[key]
            found[name[1:].encode()] = made
            self.every.setdefault(name[1:].encode(), made)
        return found

    # -- objects

    def objects(self, pdf: pikepdf.Pdf) -> Iterator[Told | tuple[Text, bytes]]:
        """Every string and stream of the file as it lies on the disk."""
        position = 0
        outside: list[bytes] = []
        for start in _STREAM.finditer(self.data):
            if start.start() < position:
                continue
            head = self.data[position : start.start()]
            end = self.data.find(b"endstream", start.end())
            end = len(self.data) if end < 0 else end
            outside.append(head)
            place = 0
            for m in _OBJECT.finditer(head):
                place = m.start()
            key = _number(head[place:])
            yield from self.stream(pdf, key, head[place:], self.data[start.end() : end])
            position = end
        outside.append(self.data[position:])
        top = b"\n".join(outside)
        self.budget.spend(len(top))
        yield from self.strings(top, _places(top))
        for remark in _REMARK.findall(glyphs.STRING.sub(b"", top)):
            yield from (Piece(self.at(say("源代码里的注释")), said) for said in _said(remark))
        yield from self.between(_WITHIN.sub(b" ", top))

    def between(self, rest: bytes) -> Iterator[Told]:
        """What stands before, between and behind the objects."""
        place = self.at(say("文件首尾和对象之间"))
        for words in (*_said(rest), *(plain.strings(rest) if not rest.isascii() else ())):
            yield Piece(place, words, inner=True)

    def stream(
        self, pdf: pikepdf.Pdf, key: tuple[int, int], head: bytes, raw: bytes
    ) -> Iterator[Told | tuple[Text, bytes]]:
        if re.search(rb"/Type\s*/XRef(?![A-Za-z])", head):
            return
        picture = re.search(rb"/Subtype\s*/Image(?![A-Za-z])", head) is not None
        place = self.at(say("图片")) if picture else self.at(say("数据流 {number}", number=key[0]))
        if picture:
            if pictures.is_picture(raw):
                yield place, raw
            return
        data = self.decoded(pdf, key, head, raw)
        if data is None:
            yield Leak("unread", place, say("压缩方式读不了"))
            return
        self.budget.spend(len(data))
        if re.search(rb"/Type\s*/ObjStm(?![A-Za-z])", head):
            yield from self.strings(data, _listed(data, head))
        elif b"begincmap" in data[:2000]:
            yield from (Piece(place, said) for said in _said(re.sub(rb"<[^>]*>", b"", data)))
        elif data[36:40] == b"acsp":
            yield from pictures.profile(data, place)
        elif _is_font(data):
            yield from (Piece(self.at(say("字体")), said, inner=True) for said in _font_names(data))
        elif re.search(rb"/Type\s*/Metadata(?![A-Za-z])", head) or data.lstrip()[:5] in (b"<?xpa", b"<x:xm"):
            yield from self.packet(data)
        elif re.search(rb"/Type\s*/EmbeddedFile(?![A-Za-z])", head):
            self.residue(say("附件"))
            yield self.at(say("附件")), data
        elif _CONTENT.search(data):
            if key in self.done:
                return
            found = glyphs.drawn(data, self.own(pdf, key))
            yield from self.words(found, self.at(say("图形或批注的外观")))
            yield from self.strings(data, [])
        elif len(data.translate(None, b"0123456789.- \r\n")) < len(data) * _LETTERS:  # paths, tables of functions
            yield from (Piece(place, said, inner=True) for said in _said(data))
        else:
            yield place, data

    def own(self, pdf: pikepdf.Pdf, key: tuple[int, int]) -> dict[bytes, Font]:
        """The fonts of a stream that is no page; those of the pages under names that it doesn't explain."""
        try:
            stream = pdf.get_object(key)
        except (pikepdf.PdfError, ValueError, IndexError):
            return self.every
        resources = stream.get("/Resources") if isinstance(stream, pikepdf.Stream) else None
        return {**self.every, **self.fonts(resources)}

    def decoded(self, pdf: pikepdf.Pdf, key: tuple[int, int], head: bytes, raw: bytes) -> bytes | None:
        if not _FILTERED.search(head):
            return raw
        if _FLATE.search(head) and not re.search(rb"/Predictor\s*(?!1\b)\d", head):
            try:
                return zlib.decompressobj().decompress(raw, _MOST)
            except zlib.error:
                pass
        try:
            stream = pdf.get_object(key)
            if isinstance(stream, pikepdf.Stream) and stream.read_raw_bytes()[:64] == raw[:64]:
                return bytes(stream.read_bytes())
        except (pikepdf.PdfError, ValueError, RuntimeError, IndexError):
            pass
        return _decoded(head, raw)

    def strings(self, data: bytes, places: list[tuple[int, int]]) -> Iterator[Told]:
        """Strings, names and long numbers in the text of objects; ``places`` say where which object begins."""
        for pattern, what in _RESIDUES:
            if what not in self.residues and pattern.search(data):
                self.residue(what)
        for (string,) in (m.groups() for m in _HEAD.finditer(data)):
            said = next(_said(glyphs.octets(string)), "")
            if plain.is_person(said):
                yield Leak("residue", self.at(say("文件属性")), say("个人署名（{name}）", name="Author"))
        starts = [start for start, _ in places]
        for m in _KEYED.finditer(data):
            key, string = m[1], m[2]
            if len(string) < 4:
                continue
            part = _KEYS.get(key, _ELSEWHERE)
            number = places[bisect_right(starts, m.start()) - 1][1] if places and key in _ON_PAGES else 0
            if number in self.pages:
                part = say("第{page}页的{part}", page=self.pages[number], part=part)
            place = self.at(part)
            for words in _said(glyphs.octets(string)):
                yield Piece(place, words)
                if plain.has_path(words):
                    self.residue(say("本机的文件路径"))
                if key == b"URI" and not _URI.match(words):
                    self.residue(say("指向本机或局域网的链接"))
        named = b"\n".join(set(_NAMED.findall(data)))
        if b"#" in named:
            named = _HASH.sub(lambda m: bytes.fromhex(m[1].decode()), named)
        yield from (Piece(self.at(say("内部名称")), said, inner=True) for said in _said(named))
        if long := set(_LONG.findall(data)):
            yield Piece(self.at(say("数字")), b"\n".join(long).decode(), inner=True)

    def packet(self, data: bytes) -> Iterator[Told | tuple[Text, bytes]]:
        """An XMP packet (ISO 16684-1)."""
        place = self.at(say("文件属性（XMP）"))
        yield place, data
        for said in re.findall(rb"<dc:creator>.*?<rdf:li[^>]*>(.*?)</rdf:li>", data[:100_000], re.S):
            name = said.decode("utf-8", "replace").strip()
            if plain.is_person(name):
                yield Leak("residue", place, say("个人署名（{name}）", name="dc:creator"))

    # -- what was there before

    def revisions(self) -> Iterator[Told]:
        """Pages as they were before the file was changed, which readers can bring back (ISO 32000-1, 7.5.6)."""
        ends = [m.end() for m in _REVISION.finditer(self.data)]
        ends = [end for end in ends if self.data[end:].strip()]
        if b"/Linearized" in self.data[:1024]:
            ends = ends[1:]
        if not ends:
            return
        self.residue(say("改动以前的内容"))
        for number, end in enumerate(ends[:_STATES], 1):
            earlier = _File(self.data[:end], say("第{number}次改动以前", number=number), self.budget)
            try:
                with pikepdf.open(BytesIO(earlier.data)) as pdf:
                    yield from earlier.drawn(pdf)
            except (pikepdf.PdfError, ValueError, RuntimeError, RefusedError):
                continue


_ON_PAGES = frozenset((b"URI", b"Contents", b"T", b"TU", b"V", b"RC", b"Subj", b"NM", b"Title", b"D", b"Dest"))


def _inherited(page: Any) -> Any:
    """The resources of a page, or those of the nearest node above that has any."""
    for _ in range(100):
        if page is None or "/Resources" in page:
            break
        page = page.get("/Parent")
    return page.get("/Resources") if page is not None else None


def _number(head: bytes) -> tuple[int, int]:
    m = _OBJECT.match(head)
    return (int(m[1]), int(m[2])) if m else (0, 0)


def _places(top: bytes) -> list[tuple[int, int]]:
    return [(0, 0), *((m.start(), int(m[1])) for m in _OBJECT.finditer(top))]


def _listed(data: bytes, head: bytes) -> list[tuple[int, int]]:
    """Where which object of a stream of objects begins (ISO 32000-1, 7.5.7)."""
    first = re.search(rb"/First\s+(\d+)", head)
    start = int(first[1]) if first else 0
    values = [int(v) for v in data[:start].split() if v.isdigit()]
    return [
        (0, 0),
        *sorted((start + offset, number) for number, offset in zip(values[::2], values[1::2], strict=False)),
    ]


def _said(data: bytes) -> Iterator[str]:
    """What a string says: a text string of PDF (ISO 32000-1, 7.9.2.2), or what other programs put in its place."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        text = data.decode("utf-16", "replace")
        yield re.sub("\x1b[^\x1b]*\x1b", "", text)
        return
    if data.isascii():
        yield data.decode("ascii")
        if b"\0" in data:
            yield from plain.strings(data)
        return
    if data.startswith(b"\xef\xbb\xbf"):
        yield data[3:].decode("utf-8", "replace")
        return
    yield data.decode("latin-1")
    text_ = plain.text(data)
    if text_ is not None:
        yield text_
    yield from plain.others(data)


def _decoded(head: bytes, raw: bytes) -> bytes | None:
    """Data whose object is used no longer, in the ways of coding that Python knows."""
    import base64

    named = re.search(rb"/Filter\s*(\[[^\]]*\]|/\w+)", head)
    for name in re.findall(rb"/(\w+)", named[1]) if named else ():
        try:
            if name in (b"FlateDecode", b"Fl"):
                raw = zlib.decompressobj().decompress(raw, _MOST)
            elif name in (b"ASCIIHexDecode", b"AHx"):
                digits = re.sub(rb"[^0-9A-Fa-f]", b"", raw.partition(b">")[0])
                raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
            elif name in (b"ASCII85Decode", b"A85"):
                raw = base64.a85decode(raw.partition(b"~>")[0].removeprefix(b"<~"))
            else:
                return None
        except (zlib.error, ValueError):
            return None
    return raw


def _is_font(data: bytes) -> bool:
    return data.startswith((b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"%!PS-AdobeFont", b"%!FontType", b"\1\0\4"))


def _font_names(data: bytes) -> Iterator[str]:
    """The words in a font file: its names, not its outlines."""
    if data.startswith(b"%!"):
        yield data.partition(b"eexec")[0].decode("latin-1")
    elif data.startswith(b"\1\0\4"):
        yield from plain.strings(data[:2000])
    else:
        for number in range(min(int.from_bytes(data[4:6], "big"), 60)):
            entry = data[12 + 16 * number : 28 + 16 * number]
            if entry[:4] in (b"name", b"meta", b"CFF ", b"SVG ") or not entry[:4].strip().isalnum():
                start, length = int.from_bytes(entry[8:12], "big"), int.from_bytes(entry[12:16], "big")
                length = min(length, 2000 if entry[:4] == b"CFF " else 200_000)
                yield from plain.strings(data[start : start + length])
