"""Ways of hiding words in a Word, Excel or PowerPoint file, in a page of the web, a picture, a text."""

from __future__ import annotations

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from PIL import Image, PngImagePlugin

from tests.privacy.stand_in import NAME

Way = Callable[[str], bytes]
WAYS: dict[str, Way] = {}
W = nsdecls("w")


def way(make: Way) -> Way:
    WAYS[make.__name__.removeprefix("_")] = make
    return make


def saved(document: Any) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def body(xml: str) -> bytes:
    """A file whose body has this inside a paragraph."""
    document = Document()
    paragraph = document.add_paragraph("甲")
    for element in parse_xml(f'<w:p {W} xmlns:r="http://r" {nsdecls("wp", "a")}>{xml}</w:p>'):
        paragraph._p.append(element)
    return saved(document)


def parts(changes: Mapping[str, bytes | str | Callable[[bytes], bytes]], of: bytes | None = None) -> bytes:
    """A file with parts added or changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(of or saved(Document()))) as source, zipfile.ZipFile(made, "w") as target:
        names = source.namelist()
        for name in names:
            data = source.read(name)
            change = changes.get(name)
            target.writestr(name, change(data) if callable(change) else data if change is None else change)
        for name in changes.keys() - set(names):
            change = changes[name]
            assert not callable(change)
            target.writestr(name, change)
    return made.getvalue()


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def inside(name: str, write: Callable[[str], str]) -> Way:
    return lambda s: parts({name: write(s)})


def bodies(write: Callable[[str], str]) -> Way:
    return lambda s: body(write(s))


BY = 'w:id="1" w:author="x" w:date="2024-01-01T00:00:00Z"'

WAYS |= {
    "runs": bodies(lambda s: "".join(run(c, "<w:b/>") for c in s)),
    "hidden text": bodies(lambda s: run(s, "<w:vanish/>")),
    "white text": bodies(lambda s: run(s, '<w:color w:val="FFFFFF"/>')),
    "tabs between": bodies(lambda s: "<w:r>" + "<w:tab/>".join(f"<w:t>{c}</w:t>" for c in s) + "</w:r>"),
    "deleted": bodies(lambda s: f"<w:del {BY}><w:r><w:delText>{s}</w:delText></w:r></w:del>"),
    "inserted": bodies(lambda s: f"<w:ins {BY}>{run(s)}</w:ins>"),
    "moved": bodies(lambda s: f"<w:moveFrom {BY}>{run(s)}</w:moveFrom>"),
    "deleted from the middle": bodies(
        lambda s: run(s[:1]) + f"<w:del {BY}><w:r><w:delText>甲</w:delText></w:r></w:del>" + run(s[1:])
    ),
    "inserted in the middle": bodies(
        lambda s: run(s[:1]).replace("w:t>", "w:t>") + f"<w:ins {BY}>{run('甲')}</w:ins>" + run(s[1:])
    ),
    "author of a change": bodies(lambda s: f'<w:ins w:id="1" w:author="{s}">{run("甲")}</w:ins>'),
    "field code": bodies(
        lambda s: "".join(f"<w:r><w:instrText>{c}</w:instrText></w:r>" for c in ("HYPERLINK ", s[:1], s[1:]))
    ),
    "simple field": bodies(lambda s: f'<w:fldSimple w:instr="QUOTE {s}">{run("甲")}</w:fldSimple>'),
    "bookmark": bodies(lambda s: f'<w:bookmarkStart w:id="7" w:name="{s}"/><w:bookmarkEnd w:id="7"/>'),
    "ruby": bodies(
        lambda s: "".join(
            f"<w:r><w:ruby><w:rt>{run('yin')}</w:rt><w:rubyBase>{run(c)}</w:rubyBase></w:ruby></w:r>" for c in s
        )
    ),
    "symbols": bodies(lambda s: "".join(f'<w:r><w:sym w:font="宋体" w:char="{ord(c):04X}"/></w:r>' for c in s)),
    "content control": bodies(
        lambda s: f'<w:sdt><w:sdtPr><w:alias w:val="{s}"/><w:tag w:val="t"/></w:sdtPr><w:sdtContent/></w:sdt>'
    ),
    "tooltip of a link": bodies(lambda s: f'<w:hyperlink w:anchor="a" w:tooltip="{s}">{run("甲")}</w:hyperlink>'),
    "alternative text": bodies(
        lambda s: f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{s}"/></wp:inline></w:drawing></w:r>'
    ),
    "name of a picture": bodies(
        lambda s: f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="{s}.jpg"/></wp:inline></w:drawing></w:r>'
    ),
    "text box": bodies(
        lambda s: f"<w:r><w:pict><w:txbxContent><w:p>{run(s[:2])}{run(s[2:])}</w:p></w:txbxContent></w:pict></w:r>"
    ),
    "VML": bodies(
        lambda s: (
            '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="'
            f'{s}"/></v:shape></w:pict></w:r>'
        )
    ),
    "remark in the source": lambda s: parts(
        {"word/document.xml": lambda d: d.replace(b"<w:body>", f"<w:body><!-- {s} -->".encode())}
    ),
    "header": inside("word/header1.xml", lambda s: f"<w:hdr {W}><w:p>{run(s)}</w:p></w:hdr>"),
    "footer": inside("word/footer1.xml", lambda s: f"<w:ftr {W}><w:p>{run(s)}</w:p></w:ftr>"),
    "footnote": inside("word/footnotes.xml", lambda s: f"<w:footnotes {W}><w:p>{run(s)}</w:p></w:footnotes>"),
    "comment": inside(
        "word/comments.xml",
        lambda s: f'<w:comments {W}><w:comment w:id="1" w:author="x"><w:p>{run(s)}</w:p></w:comment></w:comments>',
    ),
    "author of a comment": inside(
        "word/comments.xml", lambda s: f'<w:comments {W}><w:comment w:id="1" w:author="{s}"/></w:comments>'
    ),
    "people": inside(
        "word/people.xml", lambda s: f'<w15:people xmlns:w15="x"><w15:person w15:author="{s}"/></w15:people>'
    ),
    "document variable": inside(
        "word/settings.xml",
        lambda s: f'<w:settings {W}><w:docVars><w:docVar w:name="a" w:val="{s}"/></w:docVars></w:settings>',
    ),
    "custom property": inside(
        "docProps/custom.xml",
        lambda s: f"<Properties xmlns:vt='v'><property name='a'><vt:lpwstr>{s}</vt:lpwstr></property></Properties>",
    ),
    "company": inside("docProps/app.xml", lambda s: f"<Properties><Company>{s}</Company></Properties>"),
    "custom XML": inside("customXml/item9.xml", lambda s: f"<a><b c='{s}'/></a>"),
    "custom XML in UTF-16": lambda s: parts(
        {"customXml/item9.xml": f'<?xml version="1.0" encoding="UTF-16"?><a>{s}</a>'.encode("utf-16")}
    ),
    "glossary": inside(
        "word/glossary/document.xml", lambda s: f"<w:glossaryDocument {W}><w:p>{run(s)}</w:p></w:glossaryDocument>"
    ),
    "name of a style": inside(
        "word/styles.xml", lambda s: f'<w:styles {W}><w:style><w:name w:val="{s}"/></w:style></w:styles>'
    ),
    "link": inside(
        "word/_rels/document.xml.rels",
        lambda s: (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
            f'Id="r1" Type="t/hyperlink" Target="https://example.org/{quote(s)}" TargetMode="External"/></Relationships>'  # noqa: E501
        ),
    ),
    "SmartArt": inside(
        "word/diagrams/data1.xml",
        lambda s: f'<d xmlns:a="a"><a:p><a:r><a:t>{s[:1]}</a:t></a:r><a:r><a:t>{s[1:]}</a:t></a:r></a:p></d>',
    ),
    "chart": inside(
        "word/charts/chart1.xml", lambda s: f'<c xmlns:c="c"><c:cat><c:pt><c:v>{s}</c:v></c:pt></c:cat></c>'
    ),
    "name of a part": lambda s: parts({f"word/media/{s}.bin": b"x"}),
    "font name": inside("word/fontTable.xml", lambda s: f'<w:fonts {W}><w:font w:name="{s}"/></w:fonts>'),
    "custom interface": inside("customUI/customUI.xml", lambda s: f'<ui><button label="{s}"/></ui>'),
    "ink": inside("word/ink/ink1.xml", lambda s: f"<ink><annotation>{s}</annotation></ink>"),
    "OLE object": lambda s: parts(
        {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + s.encode("utf-16-le")}
    ),
    "OLE object in GBK": lambda s: parts(
        {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + s.encode("gbk") + b"\0"}
    ),
    "Word in Word": lambda s: parts({"word/embeddings/a.docx": body(run(s))}),
    "nested in a nested zip": lambda s: parts({"word/embeddings/a.docx": parts({"a.docx": body(run(s))})}),
    "PNG text": lambda s: parts({"word/media/image1.png": png(s)}),
    "JPEG comment": lambda s: parts({"word/media/image1.jpeg": jpeg(comment=s.encode())}),
    "thumbnail": lambda s: parts({"docProps/thumbnail.jpeg": jpeg(exif=exif(s))}),
    "behind a picture": lambda s: parts({"word/media/image1.jpeg": jpeg() + parts({"a.txt": s.encode()})}),
    "drawing": lambda s: parts({"word/media/a.svg": f"<svg xmlns='s'><metadata>{s}</metadata></svg>".encode()}),
    "zip comment": lambda s: commented(s.encode()),
    "mail merge": inside(
        "word/settings.xml",
        lambda s: f'<w:settings {W}><w:mailMerge><w:query w:val="SELECT {s}"/></w:mailMerge></w:settings>',
    ),
    "web page chunk": lambda s: parts({"word/afchunk.mht": mht(s)}),
    "RTF chunk": lambda s: parts({"word/afchunk.rtf": rtf(s)}),
}


def exif(s: str) -> Image.Exif:
    made = Image.Exif()
    made[0x010E] = "x"
    made[0x9C9D] = s.encode("utf-16-le")
    return made


def jpeg(**options: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "JPEG", **options)
    return made.getvalue()


def png(s: str, *, packed: bool = True) -> bytes:
    made, info = io.BytesIO(), PngImagePlugin.PngInfo()
    info.add_itxt("Comment", s, zip=packed)
    Image.new("RGB", (8, 8), "red").save(made, "PNG", pnginfo=info)
    return made.getvalue()


def commented(comment: bytes) -> bytes:
    made = io.BytesIO(saved(Document()))
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = comment
    return made.getvalue()


def mht(s: str) -> bytes:
    return (
        "From: x\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=gb2312\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n<html>"
        + "".join(f"={byte:02X}" for byte in s.encode("gb18030"))
        + "</html>\r\n"
    ).encode()


def rtf(s: str) -> bytes:
    return ("{\\rtf1\\ansicpg936 " + "".join(f"\\'{byte:02x}" for byte in s.encode("gb18030")) + "}").encode()


@way
def _table_column(s: str) -> bytes:
    document = Document()
    table = document.add_table(len(s), 2)
    for number, character in enumerate(s):
        table.cell(number, 0).text, table.cell(number, 1).text = character, "甲"
    return saved(document)


@way
def _table_row(s: str) -> bytes:
    document = Document()
    table = document.add_table(1, len(s))
    for number, character in enumerate(s):
        table.cell(0, number).text = character
    return saved(document)


@way
def _core_property(s: str) -> bytes:
    document = Document()
    document.core_properties.keywords = s
    return saved(document)


@way
def _deleted_member(s: str) -> bytes:
    """A part that the list of parts names no longer."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packed.compress(s.encode()) + packed.flush()
    head = struct.pack(
        "<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(s.encode()), len(data), len(s.encode()), 1, 0
    )
    made = saved(Document())
    begin = struct.unpack_from("<I", made, made.rindex(b"PK\5\6") + 16)[0]
    lost = head + b"a" + data
    end = bytearray(made[begin:])
    struct.pack_into("<I", end, end.rindex(b"PK\5\6") + 16, begin + len(lost))
    return made[:begin] + lost + bytes(end)


@way
def _extra_field(s: str) -> bytes:
    made = io.BytesIO(saved(Document()))
    with zipfile.ZipFile(made, "a") as archive:
        entry = zipfile.ZipInfo("a.txt")
        content = s.encode()
        entry.extra = struct.pack("<HH", 0x7777, len(content)) + content
        archive.writestr(entry, b"x")
    return made.getvalue()


# -- Excel, PowerPoint, EPUB


def office(files: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


X = "xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
WAYS |= {
    "cell in pieces": lambda s: office(
        {"xl/sharedStrings.xml": f"<sst {X}><si>{''.join(f'<r><t>{c}</t></r>' for c in s)}</si></sst>"}
    ),
    "defined name": lambda s: office(
        {"xl/workbook.xml": f"<workbook {X}><definedName name='{s}'>A1</definedName></workbook>"}
    ),
    "formula": lambda s: office(
        {"xl/worksheets/sheet1.xml": f"<w {X}><c><f>{'&amp;'.join(f'&quot;{c}&quot;' for c in s)}</f></c></w>"}
    ),
    "name of a sheet": lambda s: office(
        {"xl/workbook.xml": f"<workbook {X}><sheets><sheet name='{s}'/></sheets></workbook>"}
    ),
    "escaped cell": lambda s: office(
        {"xl/sharedStrings.xml": f"<sst {X}><si><t>{''.join(f'_x{ord(c):04X}_' for c in s)}</t></si></sst>"}
    ),
    "pivot table": lambda s: office({"xl/pivotCache/pivotCacheDefinition1.xml": f"<p><s v='{s}'/></p>"}),
    "notes of a slide": lambda s: office(
        {
            "ppt/notesSlides/n1.xml": f"<p xmlns:a='a'><a:p><a:r><a:t>{s[:1]}</a:t></a:r><a:r><a:t>{s[1:]}</a:t></a:r></a:p></p>"  # noqa: E501
        }
    ),
    "EPUB": lambda s: office({"OEBPS/a.xhtml": f"<html><body><p>{'<b/>'.join(s)}</p></body></html>"}),
    "EPUB metadata": lambda s: office({"OEBPS/a.opf": f"<package><dc:creator xmlns:dc='d'>{s}</dc:creator></package>"}),
}


# -- pages, pictures, texts


def html(write: Callable[[str], str]) -> Way:
    return lambda s: f"<!DOCTYPE html><html><head></head><body>{write(s)}</body></html>".encode()


def swapped(data: bytes) -> str:
    return data.decode("latin-1")


WAYS |= {
    "html spans": html(lambda s: "".join(f"<span>{c}</span>" for c in s)),
    "html ruby": html(lambda s: "<ruby>" + "".join(f"{c}<rt>yin</rt>" for c in s) + "</ruby>"),
    "html remark": html(lambda s: f"<!-- {s} -->"),
    "html attribute": html(lambda s: f"<p data-x='{s}'>甲</p>"),
    "html entities": html(lambda s: "".join(f"&#x{ord(c):x};" for c in s)),
    "html meta": html(lambda s: f"<meta name=author content='{s}'>"),
    "html script": html(lambda s: f"<script>var a = {json.dumps(s)}</script>"),
    "html JSON-LD": html(lambda s: f'<script type="application/ld+json">{json.dumps({"author": s})}</script>'),
    "html style": html(lambda s: "<style>p::after { content: '" + "".join(f"\\{ord(c):x} " for c in s) + "' }</style>"),
    "html data": html(lambda s: f"<a href='data:text/plain;base64,{base64.b64encode(s.encode()).decode()}'>甲</a>"),
    "html carried Word": html(lambda s: f"<a href='data:x;base64,{base64.b64encode(body(run(s))).decode()}'>甲</a>"),
    "html comments between": html(lambda s: "<!---->".join(s)),
    "html zero width": html(lambda s: "\u200b".join(s)),
    "svg text": lambda s: (
        f"<svg xmlns='http://www.w3.org/2000/svg'><text>{''.join(f'<tspan>{c}</tspan>' for c in s)}</text></svg>".encode()  # noqa: E501
    ),
    "svg title": lambda s: f"<svg xmlns='http://www.w3.org/2000/svg'><title>{s}</title></svg>".encode("utf-16"),
    "jpeg comment": lambda s: jpeg(comment=s.encode("gbk")),
    "jpeg exif": lambda s: jpeg(exif=exif(s)),
    "jpeg xmp": lambda s: jpeg(xmp=f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{s}</x:xmpmeta>".encode()),
    "png text": lambda s: png(s),
    "png plain text": lambda s: png(s, packed=False),
    "png tail": lambda s: png("甲") + s.encode(),
    "png profile": lambda s: profiled(s),
    "gif comment": lambda s: gif(s),
    "utf-8": lambda s: s.encode(),
    "utf-16": lambda s: s.encode("utf-16"),
    "utf-16 without a mark": lambda s: f"name: {s}\n".encode("utf-16-be"),
    "gb18030": lambda s: f"姓名：{s}".encode("gb18030"),
    "csv": lambda s: f"1,{','.join(s)}\n".encode(),
    "json": lambda s: json.dumps({"a": s}).encode(),
    "base64": lambda s: base64.encodebytes(b"x" * 50 + s.encode()),
    "base64 of GBK": lambda s: b"token " + base64.b64encode(s.encode("gbk")),
    "hex": lambda s: s.encode().hex().encode(),
    "percent GBK": lambda s: quote(s.encode("gbk")).encode(),
    "python bytes": lambda s: repr(s.encode()).encode(),
    "misread": lambda s: swapped(s.encode()).encode(),
    "utf-7": lambda s: s.encode("utf-7"),
    "rtf": rtf,
    "mail": mht,
    "turned": lambda s: f"\u202e{s[::-1]}".encode(),
    "spaced": lambda s: " · ".join(s).encode(),
    "unknown bytes": lambda s: b"\0\1\2\3" * 30 + s.encode() + b"\0\xff\xfe" * 9,
    "unknown bytes in GBK": lambda s: b"\0\1\2\3" * 30 + s.encode("gbk") + b"\0\xff" * 9,
}


def profiled(s: str) -> bytes:
    from PIL import ImageCms

    made = io.BytesIO()
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    record = b"mluc" + bytes(4) + struct.pack(">IIHHII", 1, 12, 0x7A68, 0x434E, 2 * len(s), 28) + s.encode("utf-16-be")
    struct.pack_into(">4sII", profile, 132, b"desc", len(profile), len(record))
    profile += record
    Image.new("RGB", (8, 8), "red").save(made, "PNG", icc_profile=bytes(profile))
    return made.getvalue()


def gif(s: str) -> bytes:
    made = io.BytesIO()
    Image.new("P", (8, 8)).save(made, "GIF", comment=s.encode())
    return made.getvalue()


def made(name: str, words: str = NAME) -> bytes:
    return WAYS[name](words)
