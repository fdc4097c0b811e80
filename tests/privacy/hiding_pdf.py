"""Ways of hiding words in a PDF: each makes a file that says nothing else of them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from urllib.parse import quote

import pikepdf
from docx import Document
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from tests.privacy.stand_in import NAME

Way = Callable[[str], bytes]
WAYS: dict[str, Way] = {}


def way(make: Way) -> Way:
    WAYS[make.__name__.removeprefix("_")] = make
    return make


def new() -> pikepdf.Pdf:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].Resources = Dictionary(Font=Dictionary())
    return pdf


def saved(pdf: pikepdf.Pdf, **options: object) -> bytes:
    made = io.BytesIO()
    pdf.save(made, **options)  # type: ignore[arg-type]
    return made.getvalue()


def font(pdf: pikepdf.Pdf, words: str) -> Dictionary:
    """A font whose codes are the places of the characters in ``words``, from 1."""
    lines = [f"<{n:04x}> <{c.encode('utf-16-be').hex()}>" for n, c in enumerate(words, 1)]
    cmap = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    cmap += f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar endcmap"
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/Song"),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
    )  # fmt: skip
    made = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/Song"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(below)]), ToUnicode=pdf.make_stream(cmap.encode()),
    )  # fmt: skip
    return pdf.make_indirect(made)


def page(pdf: pikepdf.Pdf, content: str | bytes, words: str = "") -> pikepdf.Pdf:
    """Set the content of the first page, with a font F of the characters of ``words``."""
    if words:
        pdf.pages[0].Resources.Font.F = font(pdf, words)
    pdf.pages[0].Contents = pdf.make_stream(content.encode() if isinstance(content, str) else content)
    return pdf


def codes(words: str) -> list[str]:
    return [f"{n:04x}" for n in range(1, len(words) + 1)]


def text(words: str, before: str = "", after: str = "") -> bytes:
    return saved(page(new(), f"{before} BT /F 12 Tf 72 700 Td <{''.join(codes(words))}> Tj ET {after}", words))


# -- on the page


@way
def _plain(s: str) -> bytes:
    return text(s)


@way
def _invisible(s: str) -> bytes:
    return text(s, "3 Tr")


@way
def _white(s: str) -> bytes:
    return text(s, "1 1 1 rg")


@way
def _off_page(s: str) -> bytes:
    return saved(page(new(), f"BT /F 12 Tf -900 -700 Td <{''.join(codes(s))}> Tj ET", s))


@way
def _tiny(s: str) -> bytes:
    return saved(page(new(), f"BT /F 0.01 Tf 72 700 Td <{''.join(codes(s))}> Tj ET", s))


@way
def _clipped(s: str) -> bytes:
    return text(s, "q 0 0 1 1 re W n", "Q")


@way
def _covered(s: str) -> bytes:
    return text(s, "", "0 g 60 690 200 40 re f")


@way
def _rotated(s: str) -> bytes:
    drawn = "".join(f"0.6 0.8 -0.8 0.6 {100 + 7 * n} {200 + 9 * n} Tm <{c}> Tj " for n, c in enumerate(codes(s)))
    return saved(page(new(), f"BT /F 12 Tf {drawn} ET", s))


@way
def _spaced(s: str) -> bytes:
    return saved(page(new(), f"BT /F 12 Tf 72 700 Td [{' -5000 '.join(f'<{c}>' for c in codes(s))}] TJ ET", s))


@way
def _single_glyphs_in_disorder(s: str) -> bytes:
    order = [*range(len(s))][::2] + [*range(len(s))][1::2]
    drawn = "".join(f"1 0 0 1 {72 + 13 * n} 700 Tm <{codes(s)[n]}> Tj " for n in order)
    return saved(page(new(), f"BT /F 12 Tf {drawn} ET", s))


@way
def _from_right_to_left(s: str) -> bytes:
    drawn = "".join(f"1 0 0 1 {300 - 13 * n} 700 Tm <{c}> Tj " for n, c in reversed([*enumerate(codes(s))]))
    return saved(page(new(), f"BT /F 12 Tf {drawn} ET", s))


@way
def _vertical(s: str) -> bytes:
    """A column, drawn line by line beside a column of other words."""
    other = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃"[: len(s)]
    both = s + other
    drawn = "".join(
        f"1 0 0 1 72 {700 - 14 * n} Tm <{n + 1:04x}> Tj 1 0 0 1 92 {700 - 14 * n} Tm <{n + 1 + len(s):04x}> Tj "
        for n in range(len(s))
    )
    return saved(page(new(), f"BT /F 12 Tf {drawn} ET", both))


@way
def _staggered(s: str) -> bytes:
    order = [*range(len(s))][1::2] + [*range(len(s))][::2]
    drawn = "".join(f"1 0 0 1 {72 + 13 * n} {700 + n % 2 * 3} Tm <{codes(s)[n]}> Tj " for n in order)
    return saved(page(new(), f"BT /F 12 Tf {drawn} ET", s))


@way
def _broken_line(s: str) -> bytes:
    half = len(s) // 2
    a, b = "".join(codes(s)[:half]), "".join(codes(s)[half:])
    return saved(page(new(), f"BT /F 12 Tf 14 TL 500 700 Td <{a}> Tj T* <{b}> Tj ET", s))


@way
def _two_streams(s: str) -> bytes:
    pdf = page(new(), "", s)
    half = len(s) // 2
    pdf.pages[0].Contents = Array([
        pdf.make_stream(f"BT /F 12 Tf 72 700 Td <{''.join(codes(s)[:half])}> Tj".encode()),
        pdf.make_stream(f"<{''.join(codes(s)[half:])}> Tj ET".encode()),
    ])  # fmt: skip
    return saved(pdf)


@way
def _form_xobject(s: str) -> bytes:
    pdf = page(new(), "/X Do")
    form = pdf.make_stream(f"BT /F 12 Tf <{''.join(codes(s))}> Tj ET".encode())
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 100])
    form.Resources = Dictionary(Font=Dictionary(F=font(pdf, s)))
    pdf.pages[0].Resources.XObject = Dictionary(X=form)
    return saved(pdf)


@way
def _pattern(s: str) -> bytes:
    pdf = page(new(), "/Pattern cs /P scn 0 0 9 9 re f")
    tile = pdf.make_stream(f"BT /F 12 Tf <{''.join(codes(s))}> Tj ET".encode())
    tile.PatternType, tile.PaintType, tile.TilingType = 1, 1, 1
    tile.BBox, tile.XStep, tile.YStep = Array([0, 0, 9, 9]), 9, 9
    tile.Resources = Dictionary(Font=Dictionary(F=font(pdf, s)))
    pdf.pages[0].Resources.Pattern = Dictionary(P=tile)
    return saved(pdf)


@way
def _hidden_layer(s: str) -> bytes:
    pdf = page(new(), f"/OC /L BDC BT /F 12 Tf <{''.join(codes(s))}> Tj ET EMC", s)
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("x")))
    pdf.pages[0].Resources.Properties = Dictionary(L=layer)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    return saved(pdf)


@way
def _layer_name(s: str) -> bytes:
    pdf = new()
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String(s)))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary())
    return saved(pdf)


def encoded(encoding: str) -> pikepdf.Pdf:
    """A file with a font of no map, whose codes are in a named encoding."""
    pdf = new()
    system = Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=2)
    below = Dictionary(Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), CIDSystemInfo=system)
    pdf.pages[0].Resources.Font.F = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light"), Encoding=Name(encoding),
        DescendantFonts=Array([pdf.make_indirect(below)]),
    )  # fmt: skip
    return pdf


@way
def _chinese_encoding(s: str) -> bytes:
    pdf = encoded("/UniGB-UCS2-H")
    return saved(page(pdf, f"BT /F 12 Tf <{s.encode('utf-16-be').hex()}> Tj ET"))


@way
def _gbk_encoding(s: str) -> bytes:
    pdf = encoded("/GBK-EUC-H")
    return saved(page(pdf, f"BT /F 12 Tf <{s.encode('gbk').hex()}> Tj ET"))


@way
def _actual_text(s: str) -> bytes:
    return saved(page(new(), f"/Span <</ActualText <FEFF{s.encode('utf-16-be').hex()}>>> BDC 0 0 9 9 re f EMC"))


@way
def _actual_text_in_pieces(s: str) -> bytes:
    spans = "".join(f"/Span <</ActualText <FEFF{c.encode('utf-16-be').hex()}>>> BDC 0 0 9 9 re f EMC " for c in s)
    return saved(page(new(), spans))


@way
def _properties_by_name(s: str) -> bytes:
    pdf = page(new(), "/Span /M BDC 0 0 9 9 re f EMC")
    pdf.pages[0].Resources.Properties = Dictionary(M=Dictionary(ActualText=String(s)))
    return saved(pdf)


@way
def _remark_in_a_page(s: str) -> bytes:
    return saved(page(new(), b"0 0 9 9 re f % " + s.encode() + b"\n"))


# -- in the structure


def structure(key: str) -> Way:
    def make(s: str) -> bytes:
        pdf = new()
        element = pdf.make_indirect(Dictionary({"/Type": Name.StructElem, "/S": Name.Figure, key: String(s)}))
        pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element])))
        return saved(pdf)

    return make


WAYS |= {f"structure {key[1:]}": structure(key) for key in ("/Alt", "/ActualText", "/E", "/T", "/Lang", "/ID")}


@way
def _outline(s: str) -> bytes:
    pdf = new()
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(s, 0))
    return saved(pdf)


@way
def _page_label(s: str) -> bytes:
    pdf = new()
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(P=String(s))]))
    return saved(pdf)


@way
def _destination(s: str) -> bytes:
    pdf = new()
    names = Array([String(s), Array([pdf.pages[0].obj, Name.Fit])])
    pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=names)))
    return saved(pdf)


@way
def _destination_name(s: str) -> bytes:
    pdf = new()
    pdf.Root.Dests = Dictionary({"/" + s: Array([pdf.pages[0].obj, Name.Fit])})
    return saved(pdf)


@way
def _thread(s: str) -> bytes:
    pdf = new()
    pdf.Root.Threads = Array([pdf.make_indirect(Dictionary(Type=Name.Thread, I=Dictionary(Title=String(s))))])
    return saved(pdf)


@way
def _piece_info(s: str) -> bytes:
    pdf = new()
    pdf.pages[0].PieceInfo = Dictionary(App=Dictionary(Private=Dictionary(Who=String(s))))
    return saved(pdf)


@way
def _preference(s: str) -> bytes:
    pdf = new()
    pdf.Root.ViewerPreferences = Dictionary(Direction=Name("/" + s))
    return saved(pdf)


@way
def _font_name(s: str) -> bytes:
    pdf = new()
    pdf.pages[0].Resources.Font.F = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/" + s))
    return saved(pdf)


@way
def _remark_in_a_map(s: str) -> bytes:
    pdf = page(new(), "", "甲")
    pdf.pages[0].Resources.Font.F.ToUnicode = pdf.make_stream(b"% " + s.encode() + b"\nbegincmap\nendcmap")
    return saved(pdf)


# -- properties


def information(key: str, encoding: str = "") -> Way:
    def make(s: str) -> bytes:
        pdf = new()
        pdf.docinfo[key] = String(s.encode(encoding)) if encoding else String(s)
        return saved(pdf)

    return make


WAYS |= {f"information {key[1:]}": information(key) for key in ("/Title", "/Author", "/Subject", "/Keywords", "/Who")}
WAYS["information GBK"] = information("/Title", "gbk")
WAYS["information UTF-8"] = information("/Title", "utf-8-sig")


@way
def _xmp(s: str) -> bytes:
    pdf = new()
    with pdf.open_metadata() as meta:
        meta["dc:description"] = s
    return saved(pdf)


@way
def _xmp_of_an_object(s: str) -> bytes:
    pdf = new()
    packet = f'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><a>&#{ord(s[0])};{s[1:]}</a></x:xmpmeta>'
    stream = pdf.make_stream(packet.encode("utf-16"))
    stream.Type, stream.Subtype = Name.Metadata, Name.XML
    pdf.pages[0].Metadata = stream
    return saved(pdf)


# -- links and notes


def note(**entries: object) -> Way:
    def make(s: str) -> bytes:
        pdf = new()
        given = {f"/{key}": String(s) if value is None else value for key, value in entries.items()}
        made = Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9]), **given})
        pdf.pages[0].Annots = Array([pdf.make_indirect(made)])
        if made.Subtype == Name.Widget:
            pdf.Root.AcroForm = Dictionary(Fields=pdf.pages[0].Annots)
        return saved(pdf)

    return make


WAYS |= {
    "note": note(Subtype=Name.Text, Contents=None),
    "author of a note": note(Subtype=Name.Text, T=None),
    "subject of a note": note(Subtype=Name.Text, Subj=None),
    "rich text of a note": note(Subtype=Name.FreeText, RC=None),
    "words over a stamp": note(Subtype=Name.Redact, OverlayText=None),
    "words of a link": note(Subtype=Name.Link, Contents=None),
    "value of a field": note(Subtype=Name.Widget, FT=Name.Tx, V=None),
    "former value of a field": note(Subtype=Name.Widget, FT=Name.Tx, DV=None),
    "name of a field": note(Subtype=Name.Widget, FT=Name.Tx, T=None),
    "tip of a field": note(Subtype=Name.Widget, FT=Name.Tx, TU=None),
}


@way
def _choice(s: str) -> bytes:
    return note(Subtype=Name.Widget, FT=Name.Ch, Opt=Array([String("甲"), Array([String("b"), String(s)])]))(s)


@way
def _percent_link(s: str) -> bytes:
    address = String("https://example.org/?q=" + quote(s))
    return note(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=address))(s)


@way
def _link_twice_encoded(s: str) -> bytes:
    address = String("https://example.org/?q=" + quote(quote(s.encode("gbk"))))
    return note(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=address))(s)


@way
def _domain(s: str) -> bytes:
    address = String(f"https://{s.encode('idna').decode()}.cn/")
    return note(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=address))(s)


@way
def _appearance(s: str) -> bytes:
    pdf = new()
    form = pdf.make_stream(f"BT /F 12 Tf <{''.join(codes(s))}> Tj ET".encode())
    form.Subtype, form.BBox = Name.Form, Array([0, 0, 9, 9])
    form.Resources = Dictionary(Font=Dictionary(F=font(pdf, s)))
    stamp = Dictionary(Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([0, 0, 9, 9]), AP=Dictionary(N=form))
    pdf.pages[0].Annots = Array([pdf.make_indirect(stamp)])
    return saved(pdf)


@way
def _script(s: str) -> bytes:
    pdf = new()
    escaped = "".join(f"\\u{ord(c):04x}" for c in s)
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pdf.make_stream(f'app.alert("{escaped}")'.encode()))
    return saved(pdf)


# -- files in it


def attached(name: str, content: Callable[[str], bytes]) -> Way:
    def make(s: str) -> bytes:
        pdf = new()
        pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content(s), filename=name)
        return saved(pdf)

    return make


def word(s: str) -> bytes:
    document, made = Document(), io.BytesIO()
    document.add_paragraph(s)
    document.save(made)
    return made.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def photograph(s: str, **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "JPEG", **options)  # type: ignore[arg-type]
    return made.getvalue()


WAYS |= {
    "attached text": attached("a.txt", lambda s: s.encode("gb18030")),
    "attached UTF-16": attached("a.txt", lambda s: s.encode("utf-16")),
    "attached Word": attached("a.docx", word),
    "attached zip in zip": attached("a.zip", lambda s: zipped("b.zip", zipped("c.txt", s.encode()))),
    "attached PDF": attached("a.pdf", text),
    "attached picture": attached("a.jpg", lambda s: photograph(s, comment=s.encode())),
    "attached gzip": attached("a.gz", lambda s: __import__("gzip").compress(s.encode())),
}


@way
def _name_of_an_attachment(s: str) -> bytes:
    pdf = new()
    pdf.attachments[f"{s}.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename=f"{s}.txt")
    return saved(pdf)


@way
def _attachment_as_a_note(s: str) -> bytes:
    pdf = new()
    file = pdf.make_stream(s.encode())
    file.Type = Name.EmbeddedFile
    spec = Dictionary(Type=Name.Filespec, F=String("a"), EF=Dictionary(F=file))
    made = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=spec)
    pdf.pages[0].Annots = Array([pdf.make_indirect(made)])
    return saved(pdf)


@way
def _comment_of_a_picture(s: str) -> bytes:
    pdf = page(new(), "/X Do")
    picture = Stream(pdf, photograph(s, comment=s.encode()))
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 8, 8
    picture.ColorSpace, picture.BitsPerComponent, picture.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    pdf.pages[0].Resources.XObject = Dictionary(X=picture)
    return saved(pdf)


@way
def _exif_of_a_picture(s: str) -> bytes:
    exif = Image.Exif()
    exif[0x9C9B] = s.encode("utf-16-le")
    pdf = page(new(), "/X Do")
    picture = Stream(pdf, photograph(s, exif=exif))
    picture.Type, picture.Subtype, picture.Width, picture.Height = Name.XObject, Name.Image, 8, 8
    picture.ColorSpace, picture.BitsPerComponent, picture.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    pdf.pages[0].Resources.XObject = Dictionary(X=picture)
    return saved(pdf)


# -- what nobody refers to


@way
def _unreferenced(s: str) -> bytes:
    return saved(new()).replace(b"\nxref", f"\n99 0 obj\n<FEFF{s.encode('utf-16-be').hex()}>\nendobj\nxref".encode())


@way
def _unreferenced_stream(s: str) -> bytes:
    data = zlib.compress(f"({s})".encode())
    lost = b"\n99 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n" % len(data) + data + b"\nendstream\nendobj"
    return saved(new()).replace(b"\nxref", lost + b"\nxref")


@way
def _remark_in_the_file(s: str) -> bytes:
    return saved(new()).replace(b"\nxref", b"\n% " + s.encode() + b"\nxref")


@way
def _before_the_file(s: str) -> bytes:
    return s.encode() + b"\n" + saved(new())


@way
def _behind_the_file(s: str) -> bytes:
    return saved(new()) + b"\n" + s.encode("gb18030") + b"\n"


@way
def _earlier_page(s: str) -> bytes:
    """A page that was emptied by an update behind the file."""
    before = text(s)
    with pikepdf.open(io.BytesIO(before)) as pdf:
        page_, pages = pdf.pages[0].obj, pdf.Root.Pages
        number, parent, root = page_.objgen[0], pages.objgen[0], pdf.Root.objgen[0]
        size = int(pdf.trailer.Size)
    start = before.rindex(b"startxref") + 10
    last = int(before[start:].split()[0])
    update = f"{number} 0 obj\n<</Type/Page/Parent {parent} 0 R/MediaBox[0 0 9 9]>>\nendobj\n".encode()
    place = len(before) + len(update)
    update += (
        f"xref\n{number} 1\n{len(before):010d} 00000 n \ntrailer\n"
        f"<</Size {size}/Root {root} 0 R/Prev {last}>>\nstartxref\n{place}\n%%EOF\n"
    ).encode()
    return before + update


@way
def _object_streams(s: str) -> bytes:
    with pikepdf.open(io.BytesIO(structure("/Alt")(s))) as pdf:
        return saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@way
def _encrypted(s: str) -> bytes:
    with pikepdf.open(io.BytesIO(text(s))) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner="x", user=""))


@way
def _number(s: str) -> bytes:
    """Long digits as a number of PDF."""
    pdf = new()
    pdf.Root.X = int(s) if s.isdigit() else String(s)
    return saved(pdf)


@way
def _octal_string(s: str) -> bytes:
    octal = "".join(f"\\{byte:03o}" for byte in b"\xfe\xff" + s.encode("utf-16-be"))
    return saved(new()).replace(b"\nxref", f"\n99 0 obj\n({octal})\nendobj\nxref".encode())


@way
def _other_filters(s: str) -> bytes:
    pdf = page(new(), "")
    pdf.pages[0].Resources.Font.F = font(pdf, s)
    content = f"BT /F 12 Tf <{''.join(codes(s))}> Tj ET".encode().hex().encode() + b">"
    pdf.pages[0].Contents = Stream(pdf, content, Filter=Name.ASCIIHexDecode)
    return saved(pdf, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@cache
def made(name: str, words: str = NAME) -> bytes:
    return WAYS[name](words)


EVERY: Mapping[str, Way] = WAYS
