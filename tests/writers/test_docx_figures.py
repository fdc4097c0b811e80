"""Figures in Word: frames, landscape pages, opening pages; photographs without a camera's notes."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image, ImageCms

from generator.diagnostics import Report
from generator.model import Asset, PageLayout, Publication
from generator.project import Project
from generator.rasters import cleaned
from generator.store import Store
from generator.writers import docx
from generator.writers.docx.draft import Copy
from tests.writers.docx_lint import lint
from tests.writers.test_docx import ROOT, article, parts, publication

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROJECT = Project(Path(tempfile.mkdtemp()))
LONG = "社工每周上门两次，问一问近况，看一看门窗和药盒，走之前把下次的日子写在日历上。" * 9


def made(made_of: Publication, copy: Copy = Copy.PLAIN) -> dict[str, bytes]:
    report = Report()
    data = docx.written(made_of, PROJECT, report, copy)
    assert report.diagnostics == []
    assert lint(data) == []
    return parts(data)


def document(made_of: Publication, copy: Copy = Copy.PLAIN) -> etree._Element:
    return etree.fromstring(made(made_of, copy)["word/document.xml"])


def holding(xhtml: str, **assets: Asset) -> Publication:
    whole = publication(article(f"<article>{xhtml}</article>", title="甲"))
    return replace(whole, assets={**whole.assets, **{asset.name: asset for asset in assets.values()}})


# ------------------------------------------------------------------ rasters


def photo(width: int = 480, height: int = 640, orientation: int = 1, **options: object) -> Asset:
    """A photograph as a telephone makes it: where, with what, a comment, a colour profile, another file behind it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "相机".encode().decode("latin-1"), orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 40.0, 1.0), 3: "E", 4: (104.0, 3.0, 9.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = io.BytesIO()
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    picture.save(buffer, "JPEG", exif=exif, comment=b"at home", icc_profile=profile, **options)
    data = buffer.getvalue() + b"GPS trailer"
    with Image.open(io.BytesIO(data)) as image:
        assert image.getexif().get_ifd(0x8825)[2] == (30.0, 40.0, 1.0)
    return Asset("photo.jpg", data, "image/jpeg", width, height)


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_photograph_leaves_without_its_place(options: dict[str, object]) -> None:
    asset = photo(**options)
    files = made(holding('<h1>甲</h1><figure class="picture"><img src="photo.jpg" alt="门"/></figure>', photo=asset))
    (sent,) = [data for name, data in files.items() if name.endswith(".jpg")]
    with Image.open(io.BytesIO(sent)) as image:
        assert not image.getexif()
        assert "comment" not in image.info
        assert image.info["icc_profile"]
    assert b"Exif" not in sent
    assert b"trailer" not in sent
    assert pixels(sent) == pixels(asset.data)


def test_a_photograph_that_only_exif_set_upright_stands_upright() -> None:
    sent = cleaned(photo(64, 48, orientation=6))
    assert (sent.width, sent.height) == (48, 64)
    with Image.open(io.BytesIO(sent.data)) as image:
        assert image.size == (48, 64)
        assert not image.getexif()


def test_a_png_keeps_its_looks_only() -> None:
    from PIL.PngImagePlugin import PngInfo

    said = PngInfo()
    said.add_text("Author", "somebody")
    said.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta/>")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    picture = Image.new("P", (8, 8))
    picture.save(buffer, "PNG", pnginfo=said, exif=exif, dpi=(300, 300), transparency=0)
    sent = cleaned(Asset("a.png", buffer.getvalue(), "image/png", 8, 8)).data
    with Image.open(io.BytesIO(sent)) as image:
        image.load()
        assert set(image.info) == {"dpi", "transparency"}
    assert b"somebody" not in sent
    assert b"eXIf" not in sent


@pytest.mark.parametrize("kind", ["image/jpeg", "image/png"])
@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\xffIHDR"])
def test_a_broken_photograph_is_reported(kind: str, data: bytes) -> None:
    report = Report()
    broken = Asset("photo.jpg", data, kind, 8, 8)
    docx.write(holding('<img src="photo.jpg" alt="坏图"/>', photo=broken), PROJECT, report)
    assert [d.code for d in report.diagnostics] == ["docx.unreadable_picture"]


# ------------------------------------------------------------------ frames


def frames(root: etree._Element) -> list[list[str]]:
    """The words of the paragraphs of every frame; paragraphs with the same properties next to each other are one."""
    found: list[tuple[dict[object, object], list[str]]] = []
    before = None
    for paragraph in root[0]:
        frame = paragraph.find(f"{W}pPr/{W}framePr")
        if frame is not None and not frame.get(W + "dropCap"):
            words = "".join(t.text or "" for t in paragraph.iter(W + "t"))
            if before is not None and found[-1][0] == dict(frame.attrib):
                found[-1][1].append(words)
            else:
                found.append((dict(frame.attrib), [words]))
        before = frame
    return [words for _, words in found]


def pictured(name: str, *, more: str = "", wide: bool = False) -> str:
    return (
        f'<figure class="picture{" wide" if wide else ""}"{more}><img src="{name}" alt="门"/>'
        "<figcaption>门口</figcaption></figure>"
    )


def test_a_portrait_stands_beside_the_text_with_its_caption() -> None:
    root = document(holding(f"<h1>甲</h1>{pictured('photo.jpg')}<p>{LONG}</p><p>{LONG}</p>", photo=photo()))
    assert frames(root) == [["", "门口"]]
    frame = next(f for f in root.iter(W + "framePr") if not f.get(W + "dropCap"))
    assert (frame.get(W + "xAlign"), frame.get(W + "wrap")) == ("right", "around")


@pytest.mark.parametrize("copy", [Copy.REVIEW, Copy.FORM])
def test_only_the_copy_to_read_has_frames(copy: Copy) -> None:
    text = f"<h1>甲</h1>{pictured('photo.jpg')}<p>{LONG}</p><p>{LONG}</p>"
    assert frames(document(holding(text, photo=photo()), copy)) == []


@pytest.mark.parametrize(
    "after",
    ["", "<p>短</p>", f"<h2>乙</h2><p>{LONG}</p>", f'<p>见<a class="ref" href="#fig">图1</a>。{LONG}</p><p>{LONG}</p>'],
    ids=["nothing", "a line", "a heading", "a reference"],
)
def test_a_portrait_stays_in_line_where_no_text_can_run_round_it(after: str) -> None:
    picture = pictured("photo.jpg", more=' id="fig"').replace(
        "<figcaption>", '<figcaption><span class="label">图1　</span>'
    )
    assert frames(document(holding(f"<h1>甲</h1>{picture}{after}", photo=photo()))) == []


def test_a_picture_across_the_columns_stands_at_the_foot_of_the_opening_page() -> None:
    wide = pictured("sample.svg", wide=True)
    root = document(holding(f'<h1>甲</h1><section class="columns"><p>一</p>{wide}<p>二</p></section>'))
    assert frames(root) == [["", "门口"]]
    frame = next(f for f in root.iter(W + "framePr") if not f.get(W + "dropCap"))
    assert (frame.get(W + "vAnchor"), frame.get(W + "yAlign")) == ("margin", "bottom")
    columns = [c.get(W + "num") for c in root.iter(W + "cols")]
    assert columns == [None, "2", None], "the columns go on as one"
    words = [t.text for t in root.iter(W + "t")]
    assert words.index("门口") < words.index("一"), "it holds on to the first paragraph of the columns"


@pytest.mark.parametrize(
    "before",
    [f"<p>{LONG * 5}</p>", '<p>一<span class="footnote" role="doc-footnote">注</span></p>', pictured("sample.svg")],
    ids=["far on", "footnotes", "another picture"],
)
def test_a_picture_across_the_columns_interrupts_them_elsewhere(before: str) -> None:
    wide = pictured("sample.svg", wide=True)
    root = document(holding(f'<h1>甲</h1><section class="columns">{before}{wide}<p>二</p></section>'))
    assert frames(root) == []
    assert [c.get(W + "num") for c in root.iter(W + "cols")] == [None, "2", None, "2", None]


# ------------------------------------------------------------------ landscape pages


def table(rows: int = 3, columns: int = 14) -> str:
    row = "<tr>" + "<td>登记卷数</td>" * columns + "</tr>"
    return (
        '<figure class="table landscape"><figcaption>全年登记</figcaption>'
        f'<table class="data"><tbody>{row * rows}</tbody></table><p class="table-note">注：按月。</p></figure>'
    )


def shapes(root: etree._Element) -> list[tuple[bool, str | None]]:
    found = []
    for section in root.iter(W + "sectPr"):
        size, kind = section.find(W + "pgSz"), section.find(W + "type")
        assert size is not None
        assert kind is not None
        turned = size.get(W + "orient") == "landscape"
        assert turned == (int(size.get(W + "w", "0")) > int(size.get(W + "h", "0")))
        found.append((turned, kind.get(W + "val")))
    return found


def test_a_wide_table_has_a_landscape_page_and_the_text_goes_on_upright() -> None:
    root = document(holding(f"<h1>甲</h1><p>一</p>{table()}<p>二</p>"))
    assert shapes(root) == [(False, "nextPage"), (True, "nextPage"), (False, "nextPage")]
    grid = sum(int(c.get(W + "w", "0")) for c in root.iter(W + "gridCol"))
    assert grid == round((285 - 25 - 24) * 1440 / 25.4), "as wide as the page is high"
    assert [n.get(W + "start") for n in root.iter(W + "pgNumType")] == ["1", None, None], "folios run on"
    for section in root.iter(W + "sectPr"):
        assert {r.get(W + "type") for r in section.findall(W + "headerReference")} >= {"even", "default"}


def test_a_heading_goes_with_its_landscape_table() -> None:
    root = document(holding(f"<h1>甲</h1><p>一</p><h2>登记</h2>{table()}<p>二</p>"))
    sections = [i for i, e in enumerate(root[0]) if e.find(f"{W}pPr/{W}sectPr") is not None]
    heading = next(i for i, e in enumerate(root[0]) if "登记" in "".join(t.text or "" for t in e.iter(W + "t")))
    assert sections[0] < heading < sections[1]


@pytest.mark.parametrize("last", [True, False])
def test_no_empty_page_follows_a_landscape_table(last: bool) -> None:
    first = article(f"<article><h1>甲</h1><p>一</p>{table()}</article>")
    pieces = [first] if last else [first, article("<article><h1>乙</h1><p>二</p></article>", 2)]
    assert [turned for turned, _ in shapes(document(publication(*pieces)))] == [False, True] + [False] * (not last)


# ------------------------------------------------------------------ opening pages


def book(**layout: object) -> Publication:
    text = '<article><h1>甲</h1><section class="columns"><p>一</p></section></article>'
    part = '<article><header class="part-header"><h1 class="part-title">编</h1></header></article>'
    whole = publication(article(part), article(text, 2), article("<article><h1>目录</h1></article>", 3, zone="front"))
    page = PageLayout(210, 285, 25, 24, 22, 20, 10.5, 18, **layout)  # type: ignore[arg-type]
    return replace(whole, layout=page)


def test_an_opening_page_has_its_folio_and_no_running_head() -> None:
    files = made(book(opening_heads=False))
    root = etree.fromstring(files["word/document.xml"])
    opening = [s.find(W + "titlePg") is not None for s in root.iter(W + "sectPr")]
    assert opening == [False, True, False, False, False], (
        "not the bare part, not the columns further down, not the front"
    )
    (section,) = [s for s in root.iter(W + "sectPr") if s.find(W + "titlePg") is not None]
    relations = etree.fromstring(files["word/_rels/document.xml.rels"])
    targets = {r.get("Id"): r.get("Target") for r in relations}
    own = {
        etree.QName(r).localname: etree.fromstring(
            files[f"word/{targets[r.get(next(k for k in r.attrib if str(k).endswith('}id')))]}"]
        )
        for r in section
        if r.get(W + "type") == "first"
    }
    assert not "".join(t.text or "" for t in own["headerReference"].iter(W + "t"))
    assert [(t.text or "").strip() for t in own["footerReference"].iter(W + "instrText")] == ["PAGE"]
    (place,) = own["footerReference"].iter(W + "jc")
    assert place.get(W + "val") == "center", "right on left and right-hand pages"


def test_where_openings_have_heads_no_first_page_is_different() -> None:
    assert not list(document(book()).iter(W + "titlePg"))


def test_the_samples_pass_the_lint(publications: dict[str, Publication]) -> None:
    project = Project(ROOT / "tests" / "sample")
    for whole in publications.values():
        for data in docx.write(whole, project, Report()).values():
            assert lint(data) == []


# ------------------------------------------------------------------ drawings kept for the next run


@pytest.mark.parametrize(("words", "kept"), [("", 1), ("<text>字</text>", 0)])
def test_a_drawing_is_kept_if_it_looks_alike_on_every_machine(words: str, kept: int, tmp_path: Path) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="9" height="9"/>{words}</svg>'
    drawn = Asset("图.svg", svg.encode(), "image/svg+xml")
    shown = holding('<h1>甲</h1><figure class="picture"><img src="图.svg" alt="方块"/></figure>', drawn=drawn)
    first = docx.write(shown, Project(tmp_path), Report(), Store(tmp_path / "store"))
    entries = list((tmp_path / "store").glob("*"))
    assert len(entries) == kept
    other = tmp_path / "other"
    other.mkdir()
    for entry in entries:
        (other / entry.name).write_bytes(entry.read_bytes()[:-1])  # torn: drawn anew
    assert docx.write(shown, Project(tmp_path), Report(), Store(other)) == first
