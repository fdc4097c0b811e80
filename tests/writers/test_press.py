"""The PDF for the press: boxes and marks, inks, pictures, what PDF/X-4 asks, what a printer would send back.

No free validator knows PDF/X-4: :func:`test_pdf_x_4` goes through the rules of ISO 15930-7 that bear on what we
write, reading the finished file with pikepdf.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageChops, ImageCms, ImageStat

from generator import tree
from generator.diagnostics import Report
from generator.model import Article, Asset, PageLayout, Printing, Publication
from generator.project import Project
from generator.theme import house
from generator.typesetting import preflight, profiles
from generator.typesetting.page import POINTS
from generator.typesetting.profiles import BLACK, MOST_INK, Inks, Profile
from generator.writers import pdf

EDITIONS = ("heyuan-2024-1", "heyuan-cases", "heyuan-guide", "heyuan-rule", "heyuan-standard")
PRESS = "-印刷版.pdf"
#: From the trim, in millimetres.
BLEED, MARGIN = house().press.bleed, 10


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def profile(sample: Project) -> Profile:
    found = profiles.find(sample, Report())
    if found is None:
        pytest.skip("no ICC profile of a press on this machine")
    return found


@pytest.fixture
def screen(edition: str, printed: dict[str, dict[str, bytes]]) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(next(d for n, d in printed[edition].items() if not n.endswith(PRESS))))


@pytest.fixture
def press(edition: str, printed: dict[str, dict[str, bytes]], profile: Profile) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(next(d for n, d in printed[edition].items() if n.endswith(PRESS))))


def box(page: pikepdf.Page, name: str) -> list[float]:
    return [float(v) for v in page[name]]


# -- boxes and marks -----------------------------------------------------------------------------------------


def test_boxes(edition: str, press: pikepdf.Pdf, publications: dict[str, Publication]) -> None:
    layout = publications[edition].layout
    trim = [0, 0, layout.width * POINTS, layout.height * POINTS]
    for page in press.pages:
        assert box(page, "/TrimBox") == pytest.approx(trim, abs=0.01)
        for name, beyond in (("/BleedBox", BLEED), ("/MediaBox", MARGIN)):
            by = beyond * POINTS
            assert box(page, name) == pytest.approx([-by, -by, trim[2] + by, trim[3] + by], abs=0.01)
        assert not {"/CropBox", "/ArtBox"} & set(page.keys())


def rings(data: bytes, number: int) -> tuple[Image.Image, Image.Image]:
    """A page rendered: what lies between trim and bleed, and what beyond the bleed, all else white."""
    scale = 4  # pixels a millimetre
    image = pypdfium2.PdfDocument(data)[number].render(scale=scale / POINTS, grayscale=True).to_pil()

    def blank(picture: Image.Image, millimetres: float) -> Image.Image:
        edge = round(millimetres * scale)
        hole = Image.new("L", (picture.width - 2 * edge, picture.height - 2 * edge), 255)
        picture = picture.copy()
        picture.paste(hole, (edge, edge))
        return picture

    outside = blank(image, MARGIN - BLEED - 0.25)
    inside = blank(ImageChops.lighter(image, ImageChops.invert(blank_mask(image, MARGIN - BLEED, scale))), MARGIN)
    return inside, outside


def blank_mask(image: Image.Image, millimetres: float, scale: int) -> Image.Image:
    """White within ``millimetres`` of the edges' inside, black around."""
    edge = round(millimetres * scale)
    mask = Image.new("L", image.size, 0)
    mask.paste(255, (edge, edge, image.width - edge, image.height - edge))
    return mask


def test_marks_stand_wholly_outside_the_bleed(printed: dict[str, dict[str, bytes]], profile: Profile) -> None:
    """On a page of text nothing is printed in the bleed; at each corner and side there is a mark beyond it."""
    data = printed["heyuan-rule"]["heyuan-rule-印刷版.pdf"]
    inside, outside = rings(data, 2)
    assert inside.getextrema() == (255, 255)
    width, height = outside.size
    for left, top in [(x, y) for x in (0, 1, 2) for y in (0, 1, 2) if (x, y) != (1, 1)]:
        part = outside.crop((left * width // 3, top * height // 3, (left + 1) * width // 3, (top + 1) * height // 3))
        assert part.getextrema()[0] < 128, (left, top)  # type: ignore[operator]


def test_a_cover_runs_to_the_edge_of_the_bleed(printed: dict[str, dict[str, bytes]], profile: Profile) -> None:
    data = printed["heyuan-guide"]["heyuan-guide-印刷版.pdf"]
    inside, _ = rings(data, len(pypdfium2.PdfDocument(data)) - 1)
    for place in [(7.5, 100), (100, 7.5)]:
        assert inside.getpixel(tuple(round(v * 4) for v in place)) < 250, place  # type: ignore[arg-type, operator]
    assert list(preflight.bare_edges(data)) == [[]] * len(pypdfium2.PdfDocument(data))


def test_marks_are_on_all_plates(press: pikepdf.Pdf) -> None:
    for page in press.pages:
        drawn = list(pikepdf.parse_content_stream(page.Contents[0]))
        colours = [(str(i.operator), [str(o) for o in i.operands]) for i in drawn if str(i.operator) in ("CS", "SCN")]
        assert colours == [("CS", ["/Registration"]), ("SCN", ["1"])]
        family, ink, alternate, tint = page.Resources.ColorSpace.Registration
        assert [str(v) for v in (family, ink, alternate)] == ["/Separation", "/All", "/DeviceCMYK"]
        assert [float(v) for v in tint.C1] == [1, 1, 1, 1]


# -- inks ----------------------------------------------------------------------------------------------------


def contents(document: pikepdf.Pdf) -> Iterator[Any]:
    """Everything that holds drawing operators."""
    yield from document.pages
    for item in document.objects:
        if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or "/PatternType" in item):
            yield item


def colours(document: pikepdf.Pdf) -> Iterator[tuple[str, tuple[float, ...]]]:
    for holder in contents(document):
        for instruction in pikepdf.parse_content_stream(holder):
            operator = str(instruction.operator)
            if operator.lower() in ("g", "rg", "k", "cs", "sc", "scn"):
                names = [str(o) for o in instruction.operands if isinstance(o, pikepdf.Name)]
                numbers = tuple(float(o) for o in instruction.operands if not isinstance(o, pikepdf.Name))  # type: ignore[arg-type]
                yield " ".join([operator, *names]), numbers


def spaces(document: pikepdf.Pdf) -> Iterator[str]:
    """Spaces of pictures, gradients, groups and resources."""
    for item in document.objects:
        if not isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for key in ("/ColorSpace", "/CS"):
            space = item.get(key)
            if isinstance(space, pikepdf.Dictionary):
                yield from (str(s if isinstance(s, pikepdf.Name) else s[0]) for s in space.values())
            elif space is not None:
                yield str(space if isinstance(space, pikepdf.Name) else space[0])
        group = item.get("/Group")
        if isinstance(group, pikepdf.Dictionary) and "/CS" in group:
            yield str(group.CS if isinstance(group.CS, pikepdf.Name) else group.CS[0])
        for state in dict(item.get("/Shading", pikepdf.Dictionary()).items()).values() if "/Shading" in item else ():
            if isinstance(state, pikepdf.Dictionary) and "/ColorSpace" in state:
                yield str(state.ColorSpace if isinstance(state.ColorSpace, pikepdf.Name) else state.ColorSpace[0])


def check_inks(document: pikepdf.Pdf) -> None:
    for operator, numbers in colours(document):
        assert operator in ("k", "K", "g", "G", "CS /Registration", "SCN", "cs /Pattern") or "scn /" in operator
        if operator in ("k", "K"):
            assert sum(numbers) <= MOST_INK / 100 + 1e-6
            assert all(round(v * 100) == pytest.approx(v * 100, abs=1e-6) for v in numbers)
    assert set(spaces(document)) <= {"/DeviceCMYK", "/DeviceGray", "/Separation", "/Lab"}


def test_nothing_is_left_in_the_colours_of_a_screen(press: pikepdf.Pdf) -> None:
    check_inks(press)
    assert not {operator for operator, _ in colours(press)} & {"g", "G"}


def shown(document: pikepdf.Pdf) -> list[tuple[str, tuple[float, ...], list[Any]]]:
    """Every piece of text in order: its place and font, its colour, its glyphs."""
    found = []
    for holder in document.pages:
        stack, colour, font, place = [], (), "", ""
        for i in pikepdf.parse_content_stream(holder):
            operator, operands = str(i.operator), [str(o) for o in i.operands]
            if operator == "q":
                stack.append(colour)
            elif operator == "Q":
                colour = stack.pop()
            elif operator in ("rg", "k"):
                colour = tuple(float(o) for o in operands)
            elif operator == "Tf":
                font = " ".join(operands)
            elif operator == "Tm":
                place = " ".join(operands)
            elif operator == "TJ":
                run: Any = i.operands[0]
                glyphs = [bytes(o) if isinstance(o, pikepdf.String) else float(o) for o in run]
                found.append((f"{font} {place}", colour, glyphs))
    return found


def test_text_is_the_same_and_black_text_is_black_ink(screen: pikepdf.Pdf, press: pikepdf.Pdf) -> None:
    """Same glyphs, same place; the inks of text have black alone, the darkest of it solid."""
    before, after = shown(screen), shown(press)
    assert [(place, glyphs) for place, _, glyphs in after] == [(place, glyphs) for place, _, glyphs in before]
    inks = {rgb: ink for (_, rgb, _), (_, ink, _) in zip(before, after, strict=True)}
    dark = {rgb: ink for rgb, ink in inks.items() if max(rgb) < 0.25 and max(rgb) - min(rgb) < 0.12}
    grey = {rgb: ink for rgb, ink in inks.items() if max(rgb) < 0.47 and max(rgb) - min(rgb) < 0.12}
    assert dark
    assert set(dark.values()) == {(0, 0, 0, 1)}
    assert all(ink[:3] == (0, 0, 0) and ink[3] > 0.5 for ink in grey.values())


def test_black_text_overprints_and_nothing_else_does(press: pikepdf.Pdf) -> None:
    """White text would vanish."""
    seen = 0
    for page in press.pages:
        stack, state = [], ((), False)
        for i in pikepdf.parse_content_stream(page):
            operator, (colour, over) = str(i.operator), state
            if operator == "q":
                stack.append(state)
            elif operator == "Q":
                state = stack.pop()
            elif operator == "k":
                state = tuple(float(o) for o in i.operands), over  # type: ignore[arg-type]
            elif operator == "gs" and "/OP" in (named := page.Resources.ExtGState[i.operands[0]]):
                state = colour, bool(named.OP)
            elif operator in ("TJ", "f", "f*", "B", "S", "Do"):
                assert over == (operator == "TJ" and colour == (0, 0, 0, 1))
                seen += over
    assert seen


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_is_printable(rgb: tuple[int, int, int]) -> None:
    for inks in INKS:
        ink = inks.ink(*(v / 255 for v in rgb))
        assert all(isinstance(v, int) and 0 <= v <= 100 for v in ink)
        assert sum(ink) <= MOST_INK
        if len(set(rgb)) == 1:
            assert ink[:3] == (0, 0, 0)


def _every_inks() -> list[Inks]:
    found = profiles.find(Project(Path("nowhere")), Report())
    return [Inks(None), *([Inks(found)] if found else [])]


INKS = _every_inks()


@pytest.mark.parametrize("inks", INKS)
def test_greys_keep_their_order(inks: Inks) -> None:
    ramp = [inks.ink(v / 255, v / 255, v / 255)[3] for v in range(256)]
    assert ramp == sorted(ramp, reverse=True)
    assert (ramp[0], ramp[255]) == (100, 0)


@pytest.mark.parametrize("colour", ["1b2329", "23303a", "24323a", "14302c", "000000"])
@pytest.mark.parametrize("inks", INKS)
def test_inks_of_text_are_black(inks: Inks, colour: str) -> None:
    assert inks.ink(*(int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4))) == BLACK


def test_what_text_is_set_in_is_black_whatever_the_theme(profile: Profile) -> None:
    assert Inks(profile, "#1a2a6c").ink(0x1A / 255, 0x2A / 255, 0x6C / 255) == BLACK
    assert Inks(profile).ink(0x1A / 255, 0x2A / 255, 0x6C / 255) != BLACK


def test_teal_stays_teal(profile: Profile) -> None:
    cyan, magenta, yellow, black = Inks(profile).ink(0x1F / 255, 0x5A / 255, 0x54 / 255)
    assert cyan > yellow > magenta
    assert black < 50


# -- pictures, gradients, transparency -----------------------------------------------------------------------

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 40" width="80mm" height="40mm">
<defs><linearGradient id="a" gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="80" y2="0">
<stop offset="0" stop-color="#d9822b"/><stop offset=".4" stop-color="#1f5a54"/><stop offset="1" stop-color="#fff"/>
</linearGradient><radialGradient id="b" gradientUnits="userSpaceOnUse" cx="20" cy="20" r="15">
<stop offset="0" stop-color="#333"/><stop offset="1" stop-color="#fff" stop-opacity=".2"/></radialGradient>
<mask id="m"><rect width="80" height="40" fill="#fff"/><circle cx="40" cy="20" r="9" fill="#808080"/></mask>
<pattern id="p" patternUnits="userSpaceOnUse" width="4" height="4"><rect width="2" height="2" fill="#a33"/></pattern>
</defs><rect width="80" height="20" fill="url(#a)"/><circle cx="20" cy="20" r="15" fill="url(#b)"/>
<g opacity=".5"><rect x="30" y="5" width="20" height="30" fill="#2e7d74"/><text x="32" y="20">字</text></g>
<rect x="50" y="22" width="20" height="15" fill="#c00" mask="url(#m)"/>
<rect x="5" y="30" width="20" height="8" fill="url(#p)" stroke="#333"/></svg>"""


def jpeg(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "JPEG", quality=90)
    return data.getvalue()


def png(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def ramp(width: int, height: int) -> Image.Image:
    down = Image.linear_gradient("L")
    bands = [band.resize((width, height)) for band in (down.rotate(90), down, Image.new("L", (1, 1), 90))]
    return Image.merge("RGB", bands)


def pictures() -> dict[str, Asset]:
    clear = ramp(400, 200).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((400, 200)))
    scan = Image.linear_gradient("L").resize((4000, 2000)).convert("RGB")
    made = {
        "照片 一.jpg": (jpeg(ramp(300, 150)), "image/jpeg", 300, 150),
        "scan.png": (png(scan), "image/png", 4000, 2000),
        "grey.jpg": (jpeg(scan.convert("L").resize((2000, 1000))), "image/jpeg", 2000, 1000),
        "clear.png": (png(clear), "image/png", 400, 200),
        "cmyk.jpg": (jpeg(Image.new("CMYK", (2000, 1000), (200, 20, 90, 10))), "image/jpeg", 2000, 1000),
        "art.svg": (DRAWING.encode(), "image/svg+xml", 0, 0),
    }
    return {name: Asset(name, *rest) for name, rest in made.items()}


@pytest.fixture(scope="module")
def album(sample: Project) -> tuple[dict[str, bytes], Report]:
    """A page of every kind of picture, one of them on a cover."""
    body = "".join(
        f'<figure id="f{n}"><img src="{name}" alt="图"/><figcaption>图</figcaption></figure>'
        for n, name in enumerate(pictures())
    )
    cover = (
        '<article id="c"><header class="cover"><img class="cover-art" src="照片 一.jpg" alt="" role="presentation"/>'
        '<h1 class="cover-name">封面</h1></header></article>'
    )
    articles = (
        Article("c", "cover", "封", tree.parse(cover), zone="cover"),
        Article("a", "matter", "图", tree.parse(f'<article id="a"><h1>图</h1>{body}</article>')),
    )
    publication = Publication(
        "album", "anthology", "album", "图册", "", "zh-CN", PageLayout(170, 240, 25, 22, 21, 23, 10.5, 18), articles,
        pictures(), {"author": "样", "date": "2024-01-01"}, house(),
    )  # fmt: skip
    report = Report()
    return pdf.write(publication, sample, report), report


def test_pictures_gradients_and_masks_have_inks_only(album: tuple[dict[str, bytes], Report], profile: Profile) -> None:
    check_inks(pikepdf.open(BytesIO(album[0]["album" + PRESS])))


@pytest.fixture
def images(album: tuple[dict[str, bytes], Report], profile: Profile) -> Iterator[list[Any]]:
    with pikepdf.open(BytesIO(album[0]["album" + PRESS])) as document:
        yield [o for o in document.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"]


def test_pictures_are_separated(images: list[Any]) -> None:
    """Colour in four inks, grey in black alone whatever it was stored as; transparency kept."""
    by_width: dict[int, list[Any]] = {}
    for image in images:
        by_width.setdefault(int(image.Width), []).append(image)
    (photograph,) = by_width[300]
    assert str(photograph.ColorSpace) == "/DeviceCMYK"
    clear = next(i for i in by_width[400] if "/SMask" in i)
    assert str(clear.ColorSpace) == "/DeviceCMYK"
    assert str(clear.SMask.ColorSpace) == "/DeviceGray"
    grey = [i for i in images if str(i.ColorSpace) == "/DeviceGray" and int(i.Width) != 400]
    assert len(grey) == 2
    assert any(int(i.Width) == 2000 and str(i.ColorSpace) == "/DeviceCMYK" for i in images), "was in inks already"


def test_a_scan_is_made_no_finer_than_print_shows(images: list[Any]) -> None:
    finest = max(int(i.Width) for i in images if str(i.ColorSpace) == "/DeviceGray")
    assert 126 / 25.4 * 300 < finest < 4000


def test_photographs_keep_their_quality(images: list[Any]) -> None:
    """4:4:4, quality 92 or better: finest coefficients are divided by little."""
    (photograph,) = [i for i in images if int(i.Width) == 300]
    with Image.open(BytesIO(photograph.read_raw_bytes())) as image:
        assert image.quantization[0][0] <= 3  # type: ignore[attr-defined]
        assert {(h, v) for _, h, v, _ in image.layer} == {(1, 1)}  # type: ignore[attr-defined]


def test_album_is_reported(album: tuple[dict[str, bytes], Report], profile: Profile) -> None:
    found = {(d.code, d.span.file) for d in album[1].diagnostics}
    assert found == {
        ("preflight.low_resolution", "content/media/照片 一.jpg"),
        ("preflight.low_resolution", "content/media/clear.png"),
        ("preflight.rgb_picture", "album" + PRESS),
    }
    (rgb,) = [str(d.message) for d in album[1].diagnostics if d.code == "preflight.rgb_picture"]
    assert re.findall(r"content/media/[^、]+", rgb) == ["content/media/clear.png", "content/media/照片 一.jpg"]
    (coarse,) = [d for d in album[1].diagnostics if d.span.file.endswith("一.jpg")]
    # the cover with its bleed is 176 × 246 mm, and the picture, twice as wide as high, is cut at its sides
    assert "492×246 毫米，只有 15 dpi" in str(coarse.message)
    assert "5811×2906 像素" in str(coarse.hint)


@pytest.mark.parametrize("standard", ["3a", "ua1"])
def test_the_album_is_archived_and_accessible(standard: str, album: tuple[dict[str, bytes], Report]) -> None:
    page = pytest.importorskip("page", reason="page-validation is not installed")
    report = page.validate_pdf_bytes(album[0]["album.pdf"], profile=standard)
    assert [(f.rule_id, f.message) for f in report.failures] == []


# -- PDF/X-4 -------------------------------------------------------------------------------------------------


def test_pdf_x_4(press: pikepdf.Pdf, profile: Profile) -> None:
    check_x_4(press, profile)


def test_the_album_is_pdf_x_4(album: tuple[dict[str, bytes], Report], profile: Profile) -> None:
    check_x_4(pikepdf.open(BytesIO(album[0]["album" + PRESS])), profile)


def check_x_4(document: pikepdf.Pdf, profile: Profile) -> None:
    root, info = document.Root, document.docinfo
    # identification, metadata: in a stream without filters, in step with the information dictionary
    assert document.pdf_version == "1.6"
    assert "/Filter" not in root.Metadata
    packet = etree.fromstring(root.Metadata.read_bytes())
    said = {etree.QName(e).localname: e.text for e in packet.iter() if isinstance(e.tag, str) and not len(e)}
    said |= {etree.QName(k).localname: v for e in packet.iter() for k, v in e.attrib.items()}  # type: ignore[misc]
    every = [e.tag for d in packet.iter("{*}Description") for e in d]
    every += [str(k) for d in packet.iter("{*}Description") for k in d.attrib if not str(k).endswith("about")]
    assert len(every) == len(set(every)), "nothing is said twice"
    assert said["GTS_PDFXVersion"] == "PDF/X-4" == str(info["/GTS_PDFXVersion"])
    assert said["Trapped"] == "False"
    assert str(info["/Trapped"]) == "/False"
    for name in ("CreateDate", "ModifyDate", "MetadataDate", "DocumentID", "VersionID", "RenditionClass"):
        assert said[name], name
    assert str(info["/CreationDate"]) == "D:" + str(said["CreateDate"]).replace("-", "")
    assert str(info["/Title"])
    assert "part" not in said, "claims nothing else"
    assert len(document.trailer.ID) == 2
    # output intent
    (intent,) = root.OutputIntents
    assert str(intent.S) == "/GTS_PDFX"
    assert str(intent.OutputConditionIdentifier)
    assert str(intent.Info) == profile.description
    assert intent.DestOutputProfile.read_bytes() == profile.data
    assert int(intent.DestOutputProfile.N) == 4
    # nothing that acts, or that stands on a printed page without being printed
    assert not {"/AcroForm", "/OpenAction", "/AA", "/JavaScript", "/Names", "/Outlines", "/OCProperties"} & set(root)
    assert not document.is_encrypted
    for page in document.pages:
        assert not {"/Annots", "/AA", "/PresSteps", "/CropBox", "/ArtBox"} & set(page.keys())
        media, bleed, trim = (box(page, name) for name in ("/MediaBox", "/BleedBox", "/TrimBox"))
        assert media[0] <= bleed[0] <= trim[0]
        assert media[3] >= bleed[3] >= trim[3]
    for item in document.objects:
        if isinstance(item, pikepdf.Stream):
            assert "/F" not in item, "no data outside the file"
            assert "LZW" not in str(item.get("/Filter"))
            assert item.get("/Subtype") not in ("/PS",)
            assert not {"/OPI", "/Ref", "/Alternates", "/PS"} & set(item.keys())
        if isinstance(item, pikepdf.Dictionary):
            assert not {"/TR", "/HTP"} & set(item.keys())
            if item.get("/Type") == "/FontDescriptor":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys())


# -- others see it too ---------------------------------------------------------------------------------------


def poppler(data: bytes, folder: Path) -> list[Image.Image]:
    (folder / "x.pdf").write_bytes(data)
    done = subprocess.run(
        ["pdftoppm", "-r", "36", "-png", "x.pdf", "x"], cwd=folder, check=True, capture_output=True, timeout=300
    )
    assert done.stderr == b""
    return [Image.open(p).convert("RGB") for p in sorted(folder.glob("x-*.png"))]


def ghostscript(data: bytes, folder: Path) -> list[Image.Image]:
    (folder / "x.pdf").write_bytes(data)
    options = "-q -dNOPAUSE -dBATCH -dSAFER -sDEVICE=png16m -dGraphicsAlphaBits=4 -dTextAlphaBits=4 -r36".split()
    done = subprocess.run(
        ["gs", *options, "-o", "x-%03d.png", "x.pdf"], cwd=folder, check=True, capture_output=True, timeout=300
    )
    assert done.stdout + done.stderr == b""
    return [Image.open(p).convert("RGB") for p in sorted(folder.glob("x-*.png"))]


@pytest.mark.parametrize(("program", "render"), [("pdftoppm", poppler), ("gs", ghostscript)])
@pytest.mark.parametrize("name", ["heyuan-rule", "album"])
def test_press_and_screen_look_alike(
    program: str,
    render: Callable[[bytes, Path], list[Image.Image]],
    name: str,
    printed: dict[str, dict[str, bytes]],
    album: tuple[dict[str, bytes], Report],
    profile: Profile,
    tmp_path: Path,
) -> None:
    """Each page within its trim; colours of a press are duller, by little on the average."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    files = album[0] if name == "album" else printed[name]
    pages = []
    for ending in (".pdf", PRESS):
        (tmp_path / ending).mkdir()
        pages.append(render(files[name + ending], tmp_path / ending))
    edge = round(MARGIN / 25.4 * 36)
    for seen, pressed in zip(*pages, strict=True):
        cut = pressed.crop((edge, edge, edge + seen.width, edge + seen.height))
        difference = ImageStat.Stat(ImageChops.difference(seen, cut).convert("L")).mean[0]
        assert difference < (25 if name == "album" else 8)
        assert seen.convert("L").getextrema() != (255, 255) or cut.convert("L").getextrema() == (255, 255)


def test_the_theme_sets_the_bleed(publications: dict[str, Publication], sample: Project, profile: Profile) -> None:
    theme = house().model_copy(update={"press": house().press.model_copy(update={"bleed": 5.0})})
    files = pdf.write(replace(publications["heyuan-guide"], theme=theme), sample, Report())
    document = pikepdf.open(BytesIO(files["heyuan-guide" + PRESS]))
    page = document.pages[0]
    assert [box(page, n)[0] / POINTS for n in ("/BleedBox", "/MediaBox")] == pytest.approx([-5, -12], abs=0.01)


# -- profiles ------------------------------------------------------------------------------------------------


def test_the_hub_names_a_profile(workspace: Callable[..., Project], profile: Profile) -> None:
    project, report = workspace(), Report()
    (project.content / "style").mkdir(exist_ok=True)
    (project.content / "style" / "Our Printer.icc").write_bytes(profile.data)
    for name in ("Our Printer.icc", "our printer"):
        found = profiles.find(project, report, name)
        assert found is not None
        assert (found.name, found.condition) == ("Our Printer.icc", "")
    assert report.diagnostics == []


def test_a_named_profile_must_be_there_and_of_a_press(workspace: Callable[..., Project]) -> None:
    project, report = workspace(), Report()
    (project.content / "style").mkdir(exist_ok=True)
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (project.content / "style" / "screen.icc").write_bytes(screen)
    assert profiles.find(project, report, "screen.icc") is None
    assert profiles.find(project, report, "none.icc") is None
    assert [(d.code, d.span.file, d.severity) for d in report.diagnostics] == [
        ("profile.unfit", "content/style/screen.icc", "error"),
        ("profile.not_found", "none.icc", "error"),
    ]


def test_without_any_profile_the_file_claims_nothing(
    publications: dict[str, Publication], sample: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "directories", lambda project: iter(()))
    report = Report()
    files = pdf.write(publications["heyuan-rule"], sample, report)
    assert [(d.code, d.severity) for d in report.diagnostics] == [("profile.missing", "warning")]
    document = pikepdf.open(BytesIO(files["heyuan-rule" + PRESS]))
    check_inks(document)
    assert "/OutputIntents" not in document.Root
    assert b"PDF/X" not in document.Root.Metadata.read_bytes()
    assert "/GTS_PDFXVersion" not in document.docinfo
    assert box(document.pages[0], "/BleedBox")[0] == pytest.approx(-BLEED * POINTS, abs=0.01)


# -- preflight -----------------------------------------------------------------------------------------------


def sheet(*rectangles: tuple[float, float, float, float]) -> bytes:
    """A press file of one page, 100 × 100 mm, with black rectangles (left, bottom, width, height; from the trim)."""
    document = pikepdf.new()
    side = (100 + 2 * MARGIN) * POINTS
    document.add_blank_page(page_size=(side, side))
    drawn = []
    for left, bottom, width, height in rectangles:
        numbers = (left + MARGIN, bottom + MARGIN, width, height)
        drawn.append(" ".join(f"{v * POINTS:.3f}" for v in numbers) + " re f")
    document.pages[0].Contents = document.make_stream("\n".join(drawn).encode())
    page = document.pages[0]
    for name, out in (("/BleedBox", MARGIN - BLEED), ("/TrimBox", MARGIN)):
        page[name] = pikepdf.Array([v * POINTS for v in (out, out, 100 + 2 * MARGIN - out, 100 + 2 * MARGIN - out)])
    data = BytesIO()
    document.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("rectangle", "edges"),
    [
        ((10, 10, 80, 80), []),
        ((-3, -3, 106, 106), []),
        ((-3, -3, 106, 50), []),
        ((0, 0, 100, 100), ["left", "top", "right", "bottom"]),
        ((0, 20, 30, 30), ["left"]),
        ((40, 60, 30, 40), ["top"]),
        ((70, -3, 30, 50), ["right"]),
        ((-3, 0, 106, 30), ["bottom"]),
        ((-1, 20, 30, 30), ["left"]),
        ((2, 2, 96, 96), []),
    ],
)
def test_missing_bleed(rectangle: tuple[float, float, float, float], edges: list[str]) -> None:
    assert list(preflight.bare_edges(sheet(rectangle))) == [edges]


@pytest.mark.parametrize(
    ("bound", "pages", "codes"),
    [
        (None, 41, []),
        ("平订", 41, []),
        ("骑马订", 40, []),
        ("骑马订", 64, []),
        ("骑马订", 42, ["preflight.page_count"]),
        ("骑马订", 68, ["preflight.too_thick"]),
        ("骑马订", 70, ["preflight.page_count", "preflight.too_thick"]),
        ("胶装", 122, []),
        ("胶装", 40, []),
        ("胶装", 38, ["preflight.too_thin"]),
    ],
)
def test_binding(bound: str | None, pages: int, codes: list[str]) -> None:
    assert [d.code for d in preflight.binding(pages, Printing(bound), "x.pdf")] == codes


@pytest.mark.parametrize(("pages", "over", "missing"), [(41, 1, 3), (42, 2, 2), (43, 3, 1)])
def test_pages_to_fill(pages: int, over: int, missing: int) -> None:
    (found,) = preflight.binding(pages, Printing("骑马订"), "x.pdf")
    assert f"共 {pages} 面，多 {over} 面或缺 {missing} 面" in str(found.message)
    assert str(found.hint).startswith(f"补 {missing} 面：投稿须知")


def test_page_count_is_of_the_whole_book(sample: Project) -> None:
    """Covers included: three pages are one short of a sheet folded once."""
    page = '<article data-kind="cover"><header class="cover"><p class="cover-slogan">语</p></header></article>'
    pages = tuple(Article(f"p-{n}", "cover", "题", tree.parse(page), "cover") for n in range(3))
    bound = Publication(
        "p", "anthology", "p", "题", "", "zh-CN", PageLayout(170, 240, 25, 22, 21, 23, 10.5, 18), pages, {},
        {"date": "2024-01-01"}, house(), Printing("骑马订"),
    )  # fmt: skip
    report = Report()
    assert len(pypdfium2.PdfDocument(pdf.write(bound, sample, report)["p.pdf"])) == 3
    assert [d.code for d in report.diagnostics] == ["preflight.page_count"]
    assert "共 3 面" in str(report.diagnostics[0].message)
