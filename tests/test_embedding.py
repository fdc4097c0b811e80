"""Fonts for a whole file: bases whose identifiers are glyph numbers, subsets that are the base's, three renderers."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.recordingPen import DecomposingRecordingPen, RecordingPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageFilter

from generator import tree
from generator.diagnostics import Report
from generator.model import Article, PageLayout, Publication
from generator.project import Project
from generator.theme import house
from generator.typesetting import embedding, fonts
from generator.writers import pdf

ROLES = ("Song", "Hei", "Kai")
RARE = "㐂𠮷"
#: Of the everyday characters, so many are looked at one by one.
_SAMPLE = 300


def source(path: Path) -> Path:
    """The face that a base was made of."""
    return path.with_name(path.name.replace(path.stem[path.stem.rindex("-") :], ""))


@pytest.fixture(scope="module", params=[False, True], ids=["base", "whole"])
def files(request: pytest.FixtureRequest, sample: Project) -> list[Path]:
    """The font files of the everyday roles."""
    found = fonts.faces(sample, Report(), characters=frozenset(map(ord, RARE if request.param else "社")))
    return list(dict.fromkeys(path for role in ROLES for _, path in found[role]))


def outline(font: TTFont, name: str) -> Any:
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    return pen.value


def some(codes: set[int]) -> list[int]:
    listed = sorted(codes & embedding.REPERTOIRE)
    chosen = random.Random(8).sample(listed, min(_SAMPLE, len(listed)))
    return sorted({*chosen, *map(ord, "0123456789—…。，“”Ag")} & codes)


def test_bases_have_glyph_numbers_for_identifiers_and_one_dictionary(files: list[Path]) -> None:
    keyed = 0
    for path in files:
        with TTFont(path, lazy=True) as font:
            if "CFF " not in font:
                continue
            keyed += 1
            top = font["CFF "].cff.topDictIndex[0]
            assert hasattr(top, "ROS")
            assert [int(name[3:]) for name in top.charset[1:]] == list(range(1, len(top.charset)))
            assert len(top.charset) == font["maxp"].numGlyphs
            assert len(top.FDArray) == 1
    assert keyed, "Song and Hei have CFF outlines here"


def test_bases_have_the_outlines_widths_and_features_of_their_source(files: list[Path]) -> None:
    for path in files:
        with TTFont(path, lazy=True) as base, TTFont(source(path), lazy=True) as origin:
            cmap, known = base.getBestCmap(), origin.getBestCmap()
            everyday = embedding.REPERTOIRE if "-base" in path.name else set(known)
            assert set(cmap) == set(known) & everyday
            assert {c: base["hmtx"][n] for c, n in cmap.items()} == {c: origin["hmtx"][known[c]] for c in cmap}
            for table in ("GSUB", "GPOS"):
                assert tags(base, table) == tags(origin, table)
            for code in some(set(cmap)):
                assert outline(base, cmap[code]) == outline(origin, known[code]), chr(code)
            for code in some(set(cmap)):
                width = getattr(base.getGlyphSet()[cmap[code]], "width", None)
                assert width == origin["hmtx"][known[code]][0]


def tags(font: TTFont, table: str) -> set[str]:
    """The features of a table, but those that only concern characters a base has not."""
    if table not in font:
        return set()
    wanted = {"locl", "vert", "vrt2", "palt", "halt", "kern", "chws", "pwid", "hwid", "fwid"}
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord} & wanted


def test_a_base_is_made_the_same_every_time(files: list[Path], tmp_path: Path) -> None:
    path = next(p for p in files if "Kai" in p.name or p.suffix == ".otf")
    face = tmp_path / source(path).name
    shutil.copy(source(path), face)
    made = embedding.base(face, whole="-whole" in path.name)
    assert made.read_bytes() == path.read_bytes()
    assert {p.name for p in tmp_path.iterdir()} == {face.name, made.name}


def test_a_base_that_cannot_be_written_is_told(sample: Project, tmp_path: Path) -> None:
    face = tmp_path / "a.otf"
    path = fonts.faces(sample, Report(), characters=frozenset())["Hei"][0][1]
    shutil.copy(source(path), face)
    (tmp_path / f".{os.getpid()}-a-base{embedding._VERSION}.otf").mkdir()
    with pytest.raises(OSError, match="directory"):
        embedding.base(face, whole=False)


# -- what is in the file -------------------------------------------------------------------------------------


def publication(words: str) -> Publication:
    body = (
        f'<article id="a"><h1>{words[:12]}</h1><p>{words}</p><p><strong>{words}</strong></p><blockquote><p>{words}</p>'
        f'</blockquote><table class="data"><tbody><tr><th scope="row">{words[:9]}</th><td>{words[9:30]}</td></tr>'
        "</tbody></table></article>"
    )
    return Publication(
        "face", "anthology", "face", "字", "", "zh-CN", PageLayout(150, 200, 20, 20, 20, 20, 12, 20),
        (Article("a", "matter", "字", tree.parse(body)),), {}, {"author": "样", "date": "2024-01-01"}, house(),
    )  # fmt: skip


WORDS = (
    "社工每周上门，“坐下来”说话（记2023年12月29日）——把看见的一件件记下来……走访21人次，ABC GDS-15得分降了½；"
    "饕餮鼎镬、鼎鬲。"
)


@pytest.fixture(scope="module", params=[WORDS, WORDS + RARE * 6], ids=["base", "whole"])
def written(request: pytest.FixtureRequest, sample: Project) -> dict[str, bytes]:
    report = Report()
    files = pdf.write(publication(request.param), sample, report)
    assert not report.failed, report.diagnostics
    return files


def embedded(data: bytes) -> Iterator[tuple[str, pikepdf.Object, dict[int, float]]]:
    """Each font of a file: its name, its descriptor, its widths by identifier."""
    with pikepdf.open(BytesIO(data)) as file:
        seen = {font.objgen: font for page in file.pages for font in page.Resources.Font.values()}
        for font in seen.values():
            below = font.DescendantFonts[0]
            widths: dict[int, float] = {}
            given = list(below.W)
            while given:
                first = int(given.pop(0))
                if isinstance(given[0], pikepdf.Array):
                    widths.update({first + n: float(w) for n, w in enumerate(given.pop(0))})
                else:
                    last, width = int(given.pop(0)), float(given.pop(0))
                    widths.update(dict.fromkeys(range(first, last + 1), width))
            yield str(font.BaseFont), below, widths


def test_embedded_glyphs_are_those_of_the_base(written: dict[str, bytes], sample: Project) -> None:
    """Outlines and widths, by the number that pages name them by."""
    rare = any(c in text(written["face.pdf"]) for c in RARE)
    found = fonts.faces(sample, Report(), characters=frozenset(map(ord, RARE if rare else "社")))
    bases = {(role, weight >= 600): path for role, each in found.items() for weight, path in each}
    looked = 0
    for data in written.values():
        for name, below, widths in embedded(data):
            role, _, bold = name.partition("+")[2].partition("-")
            descriptor = below.FontDescriptor
            with TTFont(bases[role, bool(bold)], lazy=True) as base:
                order, scale = base.getGlyphOrder(), 1000 / base["head"].unitsPerEm
                if "/FontFile3" in descriptor:
                    assert descriptor.FontFile3.Subtype == "/CIDFontType0C"
                    assert below.Subtype == "/CIDFontType0"
                    cff = CFFFontSet()
                    cff.decompile(BytesIO(descriptor.FontFile3.read_bytes()), None)
                    strings = cff[0].CharStrings
                    identifiers = {int(glyph[3:]) for glyph in cff[0].charset if glyph != ".notdef"}
                    assert len(cff[0].FDArray) == 1
                else:
                    assert below.Subtype == "/CIDFontType2"
                    assert below.get("/CIDToGIDMap", "/Identity") == "/Identity"
                    small = TTFont(BytesIO(descriptor.FontFile2.read_bytes()), lazy=True)
                    identifiers = {
                        n for n, glyph in enumerate(small.getGlyphOrder()) if small["glyf"][glyph].numberOfContours
                    }
                assert {n for n in widths if outline(base, order[n])} <= identifiers | {0}
                for number, width in widths.items():
                    assert width == pytest.approx(base["hmtx"][order[number]][0] * scale, abs=1), (name, number)
                    if "/FontFile3" in descriptor:
                        glyph = strings[f"cid{number:05d}" if number else ".notdef"]
                        pen = RecordingPen()
                        glyph.draw(pen)
                        assert pen.value == outline(base, order[number])
                        assert glyph.width * scale == pytest.approx(width, abs=1)
                    else:
                        assert outline(small, small.getGlyphOrder()[number]) == outline(base, order[number])
                        assert small["hmtx"][small.getGlyphOrder()[number]][0] == base["hmtx"][order[number]][0]
                    looked += 1
    assert looked > 200


def text(data: bytes) -> str:
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))


# -- renderers -----------------------------------------------------------------------------------------------

_DPI = 150


def poppler(path: Path) -> Image.Image:
    made = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", str(_DPI), "-gray", "-singlefile", "-png", path, made], check=True)
    return Image.open(made.with_suffix(".png")).convert("L")


def ghostscript(path: Path) -> Image.Image:
    made = path.with_suffix(".gs.png")
    options = ["-sDEVICE=pnggray", f"-r{_DPI}", "-dTextAlphaBits=4", "-dGraphicsAlphaBits=4", "-dLastPage=1"]
    subprocess.run(["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", *options, f"-sOutputFile={made}", path], check=True)
    return Image.open(made).convert("L")


def pdfium(path: Path) -> Image.Image:
    return pypdfium2.PdfDocument(path)[0].render(scale=_DPI / 72).to_pil().convert("L")  # type: ignore[no-any-return]


def strays(one: Image.Image, other: Image.Image) -> int:
    """Pixels of ink in one picture with none at hand in the other: strokes that only one renderer drew."""
    light, dark = 200, 90
    count = 0
    for mine, its in ((one, other), (other, one)):
        ink = mine.point(lambda v: 255 if v < dark else 0)
        paper = its.filter(ImageFilter.MinFilter(5)).point(lambda v: 255 if v > light else 0)
        count += ImageChops.multiply(ink, paper).histogram()[255]
    return count


@pytest.mark.parametrize(
    ("command", "renderer"), [("pdftoppm", poppler), ("gs", ghostscript)], ids=["poppler", "ghostscript"]
)
@pytest.mark.parametrize("name", ["face.pdf", "face-印刷版.pdf"])
def test_renderers_agree(name: str, command: str, renderer: Any, written: dict[str, bytes], tmp_path: Path) -> None:
    """Where identifiers and glyphs are mixed up, some show the right characters and some show boxes."""
    if shutil.which(command) is None:
        pytest.skip(f"{command} is not installed")
    path = tmp_path / "face.pdf"
    with pikepdf.open(BytesIO(written[name])) as file:
        for page in file.pages:
            page.CropBox = page.TrimBox
            page.MediaBox = page.TrimBox
        file.save(path)
    one, other = pdfium(path), renderer(path).resize(pdfium(path).size)
    ink = one.point(lambda v: 255 if v < 90 else 0).histogram()[255]
    assert ink > 10_000, "there is something to see"
    assert strays(one, other) <= ink / 500


def test_strays_are_seen(sample: Project, tmp_path: Path) -> None:
    pictures = []
    for number, words in enumerate((WORDS[:40], WORDS[1:41])):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(pdf.write(publication(words), sample, Report())["face.pdf"])
        pictures.append(pdfium(path))
    assert strays(*pictures) > 1000
    assert strays(pictures[0], ImageChops.offset(pictures[0], 1, 1)) < 5
