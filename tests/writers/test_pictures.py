"""Pictures in finished files: no finer than they are shown, made once, looking the same, nothing of the camera."""

from __future__ import annotations

import math
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageChops, ImageDraw, ImageStat

from generator import rasters, tree
from generator.diagnostics import Report
from generator.model import Article, Asset, PageLayout, Publication
from generator.project import Project
from generator.store import NOWHERE, Store
from generator.theme import house
from generator.typesetting import profiles
from generator.workers import HERE
from generator.writers import docx, html, pdf

SCREEN, PRESS = "album.pdf", "album-印刷版.pdf"
#: Millimetres: what the pictures are shown at, as the text is so wide; a picture of 4 to 3 fits the height.
WIDTH = 60
#: Of 255: what two pictures may differ by on the average and look the same.
ALIKE = 3
EMU = 36000


def coded(image: Image.Image, form: str, **options: Any) -> bytes:
    data = BytesIO()
    image.save(data, form, **options)
    return data.getvalue()


def asset(name: str, image: Image.Image, **options: Any) -> Asset:
    form = "PNG" if name.endswith("png") else "JPEG"
    return Asset(name, coded(image, form, **options), f"image/{form.lower()}", *image.size)


def pattern(width: int = 4000, height: int = 3000) -> Image.Image:
    """Soft colours with stripes finer than any screen shows, and a corner by which its way up can be told."""
    down = Image.linear_gradient("L").resize((width, height))
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    stripes = Image.new("L", (2, 1), 100)
    stripes.putpixel((1, 0), 140)
    fine = Image.new("L", (width, 1))
    for left in range(0, width, 2):
        fine.paste(stripes, (left, 0))
    image = Image.merge("RGB", (across, down, fine.resize((width, height), Image.Resampling.NEAREST)))
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=(200, 60, 40))
    return image


def photograph(orientation: int = 1) -> Asset:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRETCAMERA", orientation
    return asset("photo.jpg", pattern(), quality=92, exif=exif, comment=b"SECRETHOME")


def code() -> Image.Image:
    """Black and white squares of ten pixels a side, as of a QR code."""
    noise = Image.effect_noise((80, 80), 200).point(lambda v: 255 * (v > 128))
    return noise.resize((800, 800), Image.Resampling.NEAREST).convert("1")


def album(*assets: Asset, said: str = "图") -> Publication:
    figures = "".join(f'<figure id="f{n}"><img src="{a.name}" alt="图"/></figure>' for n, a in enumerate(assets))
    body = tree.parse(f'<article id="a"><h1>图</h1><p>{said}</p>{figures}</article>')
    return Publication(
        "album", "anthology", "album", "图册", "", "zh-CN", PageLayout(WIDTH + 40, 160, 25, 22, 20, 20, 10, 18),
        (Article("a", "matter", "图", body),), {a.name: a for a in assets}, {"author": "样", "date": "2024-01-01"},
        house(),
    )  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def printed(publication: Publication, project: Project, store: Store = NOWHERE) -> dict[str, bytes]:
    report = Report()
    files = pdf.write(publication, project, report, HERE, store)
    assert [d for d in report.diagnostics if d.severity == "error"] == []
    assert [d for d in report.diagnostics if d.code == "preflight.low_resolution"] == []
    return files


def images(data: bytes) -> list[tuple[Image.Image, Any]]:
    """The pictures of a PDF, with their masks as alpha if they are for the screen, and the names in their entries."""
    found = []
    with pikepdf.open(BytesIO(data)) as document:
        masks = {o.SMask.objgen for o in document.objects if isinstance(o, pikepdf.Stream) and "/SMask" in o}
        for item in document.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image" and item.objgen not in masks:
                if item.ColorSpace == pikepdf.Name.DeviceCMYK and "/SMask" in item:
                    del item.SMask
                image = pikepdf.PdfImage(item).as_pil_image()
                image.load()
                entries = {k: str(v) for k, v in item.items() if isinstance(v, pikepdf.Name)}
                found.append((image, entries))
    return found


def image_of(data: bytes) -> Image.Image:
    ((image, _),) = images(data)
    return image


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures of which the second may be larger."""
    smaller = other.convert("RGB").resize(one.size, Image.Resampling.LANCZOS)
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), smaller)).mean)


@pytest.fixture
def scalings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes to which pictures were made."""
    sizes: list[tuple[int, int]] = []
    made = rasters.scaled

    def counted(image: Image.Image, size: tuple[int, int]) -> Image.Image | None:
        sizes.append(size)
        return made(image, size)

    monkeypatch.setattr(rasters, "scaled", counted)
    return sizes


# -- PDF -----------------------------------------------------------------------------------------------------


def size_at(dpi: int) -> tuple[int, int]:
    return math.ceil(WIDTH / 25.4 * dpi), math.ceil(WIDTH * 0.75 / 25.4 * dpi)


def test_a_photograph_has_the_pixels_it_is_shown_with(project: Project, store: Store) -> None:
    files = printed(album(photograph()), project, store)
    shown, pressed = image_of(files[SCREEN]), image_of(files[PRESS])
    assert (shown.size, shown.mode) == (size_at(150), "RGB")
    assert (pressed.size, pressed.mode) == (size_at(300), "CMYK")
    assert [entries["/Filter"] for d in files.values() for _, entries in images(d)] == ["/DCTDecode"] * 2
    assert difference(shown, pattern()) < ALIKE
    profile = profiles.find(project, Report())
    if profile is not None:  # the brightest colours can't be printed
        assert difference(profiles.in_colours(pressed, profile), pattern()) < 5 * ALIKE
    assert all(b"SECRET" not in data for data in files.values())


def test_a_cover_has_more_of_the_same_picture(project: Project) -> None:
    made = album(photograph())
    header = '<header class="cover"><img class="cover-art" src="photo.jpg" alt="" role="presentation"/></header>'
    cover = Article("c", "cover", "封", tree.parse(f'<article id="c">{header}</article>'), "cover")
    files = printed(replace(made, articles=(cover, *made.articles)), project)
    high = (made.layout.height + 2 * house().press.bleed) / 25.4
    for name, dpi in ((SCREEN, 150), (PRESS, 300)):
        smaller, larger = sorted(image.size for image, _ in images(files[name]))
        assert smaller == size_at(dpi)
        assert larger[1] in (math.ceil(high * dpi), math.ceil(high * dpi) + 1)


def test_an_edit_scales_nothing_anew(project: Project, store: Store, scalings: list[tuple[int, int]]) -> None:
    first = printed(album(photograph()), project, store)
    assert sorted(scalings) == [size_at(150), size_at(300)]
    scalings.clear()
    again = printed(album(photograph(), said="改了一个字"), project, store)
    assert scalings == []
    for name, data in first.items():
        assert image_of(again[name]).tobytes() == image_of(data).tobytes()
    printed(album(photograph(), said="又改"), project)
    assert len(scalings) == 2, "without a store it is made again"


def test_same_input_same_bytes_with_a_store_or_without(project: Project, store: Store) -> None:
    made = album(photograph(), asset("code.png", code()), asset("clear.png", clear()))
    kept = Store(store.folder / "other")
    files = [printed(made, project, store), printed(made, project), printed(made, project, kept)]
    assert files[0] == files[1] == files[2]


def test_the_whole_document_has_the_same_pictures(project: Project) -> None:
    made = album(photograph(), asset("clear.png", clear()), asset("inks.jpg", inked(), quality=90))
    whole = pdf.write_whole(made, project, Report())
    for name, data in printed(made, project).items():
        shown = [[(i.size, i.mode, i.tobytes()) for i, _ in images(d)] for d in (data, whole[name])]
        assert sorted(shown[0]) == sorted(shown[1])


def clear() -> Image.Image:
    """A red ring on nothing; where nothing is to be seen it is green."""
    image = Image.new("RGB", (2000, 1500), (0, 255, 0))
    ring = Image.new("L", image.size)
    for drawn, fill in ((image, (220, 30, 30)), (ring, 255)):
        ImageDraw.Draw(drawn).ellipse((200, 100, 1800, 1400), outline=fill, width=120)
    ImageDraw.Draw(image).rectangle((0, 0, 3, 1499), fill=(0, 200, 255))
    soft = Image.linear_gradient("L").resize(image.size)
    image.putalpha(ImageChops.lighter(ring, soft.point(lambda v: v // 8)))
    return image


def on_paper(image: Image.Image) -> Image.Image:
    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper.convert("RGB")


def test_a_mask_is_scaled_with_its_picture(project: Project, store: Store) -> None:
    gradient = Image.blend(pattern(2000, 1500), Image.effect_noise((2000, 1500), 40).convert("RGB"), 0.1)
    gradient.putalpha(clear().getchannel("A"))
    files = printed(album(asset("clear.png", gradient)), project, store)
    shown, pressed = image_of(files[SCREEN]), image_of(files[PRESS])
    assert (shown.size, shown.mode) == (size_at(150), "RGBA")
    assert difference(on_paper(shown), on_paper(gradient)) < ALIKE
    assert pressed.size == size_at(300)
    with pikepdf.open(BytesIO(files[PRESS])) as document:
        (mask,) = [o.SMask for o in document.objects if isinstance(o, pikepdf.Stream) and "/SMask" in o]
        assert (int(mask.Width), int(mask.Height)) == size_at(300)


def test_what_is_transparent_lends_no_colour_to_edges(project: Project) -> None:
    image = Image.effect_noise((2000, 1500), 8).convert("RGB").point(lambda v: min(255, v))
    red = Image.merge("RGB", [image.getchannel(0).point(lambda v: 120 + v // 2), *[Image.new("L", image.size, 20)] * 2])
    ring = clear().getchannel("A").point(lambda v: 255 if v > 128 else 0)
    mixed = Image.composite(red, Image.new("RGB", image.size, (0, 255, 0)), ring)
    mixed.putalpha(ring)
    shown = image_of(printed(album(asset("ring.png", mixed)), project)[SCREEN])
    assert shown.size == size_at(150)
    red, green, _ = on_paper(shown).split()
    assert red.getextrema() != (255, 255)
    assert ImageChops.subtract(green, red).getextrema()[1] <= 1  # type: ignore[operator]


def test_a_code_stays_lossless_and_sharp(project: Project, store: Store) -> None:
    image = code()
    files = printed(album(asset("code.png", image)), project, store)
    for data in files.values():
        ((shown, entries),) = images(data)
        assert entries["/Filter"] == "/FlateDecode"
        assert shown.size == (800, 800)
        assert shown.convert("L").tobytes() == image.convert("L").tobytes()
    assert rasters.scaled_size((430, 430), 0.2) is None, "also those that telephones save as JPEG"


def test_what_is_hardly_finer_stays_as_it_came(project: Project, scalings: list[tuple[int, int]]) -> None:
    """183 dpi on the screen; 300 to 440 dpi for print."""
    wide = math.ceil(WIDTH / 25.4 * 440)
    files = printed(album(asset("a.jpg", pattern(wide, wide * 3 // 4))), project)
    assert image_of(files[PRESS]).width == wide
    assert scalings == [image_of(files[SCREEN]).size]


def inked() -> Image.Image:
    bands = [band.resize((4000, 3000)) for band in (Image.linear_gradient("L"), Image.radial_gradient("L"))]
    return Image.merge("CMYK", (*bands, Image.new("L", (4000, 3000), 40), Image.new("L", (4000, 3000), 10)))


def test_a_picture_in_inks_keeps_them_in_print(project: Project, store: Store) -> None:
    files = printed(album(asset("inks.jpg", inked(), quality=92)), project, store)
    shown, pressed = image_of(files[SCREEN]), image_of(files[PRESS])
    assert (pressed.mode, pressed.size) == ("CMYK", size_at(300))
    expected = inked().resize(pressed.size, Image.Resampling.LANCZOS)
    assert max(ImageStat.Stat(ImageChops.difference(pressed, expected)).mean) < ALIKE
    assert (shown.mode, shown.size) == ("RGB", size_at(150))
    assert difference(shown, profiles.in_colours(inked(), profiles.find(project, Report()))) < ALIKE


def media(files: dict[str, bytes], ending: str) -> str:
    """The one picture of an ending; its name tells nothing."""
    (name,) = [name for name in files if name.endswith(f".{ending}")]
    return name


# -- web pages and Word --------------------------------------------------------------------------------------


def test_a_web_page_gets_no_more_than_it_shows(project: Project, store: Store, scalings: list[tuple[int, int]]) -> None:
    for _ in range(2):
        report = Report()
        files = html.write(album(photograph(), asset("code.png", code())), project, report, store)
        assert report.diagnostics == []
        with Image.open(BytesIO(files[media(files, "jpeg")])) as image:
            assert image.size == (1600, 1200)
            assert difference(image.convert("RGB"), pattern()) < ALIKE
        with Image.open(BytesIO(files[media(files, "png")])) as image:
            assert image.mode == "1"
    assert scalings == [(1600, 1200)], "the second time it is kept"
    assert all(b"SECRET" not in data for data in files.values())


def test_a_photograph_on_its_side_stands_upright_everywhere(project: Project, store: Store) -> None:
    turned = photograph(orientation=6)
    upright = pattern().transpose(Image.Transpose.ROTATE_270)
    written = html.write(album(turned), project, Report())
    page = written[media(written, "jpeg")]
    with Image.open(BytesIO(page)) as image:
        assert image.size == (1600, 2134)
        assert not image.getexif()
        assert difference(image.convert("RGB"), upright) < ALIKE
    shown = image_of(printed(album(turned), project, store)[SCREEN])
    assert shown.width < shown.height
    assert difference(shown, upright) < ALIKE


def test_a_broken_picture_is_no_part_of_a_web_page(project: Project) -> None:
    report = Report()
    html.write(album(Asset("a.jpg", b"\xff\xd8\xff", "image/jpeg", 8, 8)), project, report)
    assert [(d.code, d.severity) for d in report.diagnostics] == [("html.unreadable_picture", "error")]


def test_word_holds_no_more_than_it_prints(project: Project, store: Store, scalings: list[tuple[int, int]]) -> None:
    for _ in range(2):
        report = Report()
        (data,) = docx.write(album(photograph()), project, report, store).values()
        assert report.diagnostics == []
    assert len(scalings) == 1
    with zipfile.ZipFile(BytesIO(data)) as package:
        (name,) = [n for n in package.namelist() if n.startswith("word/media/")]
        sent, words = package.read(name), etree.fromstring(package.read("word/document.xml"))
    (extent,) = words.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent")
    with Image.open(BytesIO(sent)) as image:
        dots = image.width / (int(extent.get("cx", "0")) / EMU / 25.4)
        assert 219 < dots < 222
        assert difference(image.convert("RGB"), pattern()) < ALIKE
    assert b"SECRET" not in sent


@given(st.integers(1, 9000), st.integers(1, 9000), st.floats(0.01, 3))
def test_scaled_sizes(width: int, height: int, scale: float) -> None:
    """Never coarser than wanted, and by less than a pixel finer."""
    size = rasters.scaled_size((width, height), scale)
    if size is None:
        assert scale >= 1 or width * height <= 200_000
        return
    for before, after in zip((width, height), size, strict=True):
        assert before * scale - 0.01 <= after < before * scale + 1.01
        assert after <= before
