"""Plates: what binding and paper make of an edition's PDF – sheets, spine, cover wrap – and what is said if not."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from generator import cli
from generator.diagnostics import Report
from generator.load import load
from generator.model import Article, Printing, Publication, Records
from generator.prepress import SIZES, Job, impose, size
from generator.project import Project
from generator.typesetting import lettering, paper, wrap
from generator.typesetting.sheet import ROOM
from tests.book import AT, BLEED, HEIGHT, POINTS, WIDTH, book, numbers, pixels

EDGE = BLEED + ROOM
PLAIN = Job()
DARK, LIGHT = (0.9, 0.5, 0.6, 0.4), (0.0, 0.05, 0.1, 0.0)

Made = Callable[..., tuple[dict[str, bytes], list[str]]]


@pytest.fixture(scope="module")
def records(sample: Project) -> Records:
    return load(sample, Report())


@pytest.fixture
def made(publications: dict[str, Publication], records: Records, sample: Project) -> Made:
    """Impose a book of so many pages as an edition printed so; its files by their endings, and the codes reported."""

    def make(pages: int, printing: Printing, job: Job = PLAIN, data: bytes | None = None, **changes: Any) -> Any:
        publication = replace(publications["heyuan-2024-1"], printing=printing, **changes)
        report = Report()
        files = {f"{publication.name}.pdf": data or book(pages)}
        found = impose(publication, files, records, sample, job, report)
        names = {name.removeprefix(f"{publication.name}-").removesuffix(".pdf"): data for name, data in found.items()}
        return names, [d.code for d in report.sorted()]

    return make


def characters(data: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """What stands on a page in the order of its text: each character with where it begins, in millimetres."""
    text = pypdfium2.PdfDocument(data)[page].get_textpage()
    found = []
    for place in range(text.count_chars()):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text.raw, place, x, y)
        character = chr(pdfium.FPDFText_GetUnicode(text.raw, place))
        if character.strip():
            found.append((character, x.value / POINTS, y.value / POINTS))
    return found


GLUED = Printing("胶装", "80克双胶纸")
STITCHED = Printing("骑马订", "80克双胶纸")


# -- paper ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stock", "thickness"),
    [
        ("80克双胶纸", 0.1), ("80g 双胶纸", 0.1), ("双胶纸 80 克", 0.1), ("80g/m²胶版纸", 0.1), ("80gsm双胶", 0.1),
        ("157克铜版纸", 0.13345), ("128克双铜纸", 0.1088), ("105g哑粉纸", 0.105), ("70克轻型纸", 0.119),
        ("250克白卡纸", 0.325), ("80克羊皮纸", None), ("双胶纸", None), ("", None), ("80克", None),
    ],
)  # fmt: skip
def test_stocks(stock: str, thickness: float | None) -> None:
    assert paper.leaf(stock) == (thickness if thickness is None else pytest.approx(thickness))


def test_rules_of_thumb() -> None:
    """Printers reckon a leaf of offset paper g/1000 + 0.02 mm, gloss coated g/1000 − 0.02, matt g/1000."""
    for stock, thumb in (("80克双胶纸", 0.1), ("128克铜版纸", 0.108), ("157克铜版纸", 0.137), ("128克哑粉纸", 0.128)):
        assert paper.leaf(stock) == pytest.approx(thumb, rel=0.1)


def test_what_is_listed_is_known() -> None:
    for listed in paper.known().split("、"):
        weights, kind = listed.split("克")
        for weight in weights.split("/"):
            assert paper.leaf(f"{weight}克{kind}")


@given(st.integers(1, 500), st.floats(0.03, 0.4), st.floats(0.1, 0.5))
def test_a_spine_is_leaves_and_cover_and_glue(leaves: int, leaf: float, cover: float) -> None:
    width = wrap.spine_width(leaves, leaf, cover)
    assert width == pytest.approx(leaves * leaf + 2 * cover + 0.3, abs=0.051)
    assert round(width, 1) == width


# -- what is made of which binding ---------------------------------------------------------------------------


def test_stitched_the_cover_is_the_outermost_sheet(made: Made) -> None:
    files, found = made(10, STITCHED)
    assert found == []
    sheets = numbers(files["拼版"])
    assert [sorted(sheet) for sheet in sheets] == [[1, 10], [2], [3], [4, 9], [5, 8], [6, 7]]
    assert sheets[0][10][0] < sheets[0][1][0]
    assert [sorted(sheet) for sheet in numbers(files["封面展开"])] == [[1, 10], [2, 9]]


def test_creep_follows_the_paper(made: Made) -> None:
    for printing, leaf in ((STITCHED, 0.1), (Printing("骑马订", "80克双胶纸", 0.25), 0.25)):
        sheets = numbers(made(16, printing)[0]["拼版"])
        assert sheets[6][10][0] - sheets[0][16][0] == pytest.approx(3 * leaf, abs=0.01)


def test_glued_the_block_is_gathered_and_the_cover_goes_round_it(made: Made) -> None:
    files, found = made(44, GLUED)
    assert found == []
    sheets = numbers(files["拼版"])
    assert [sorted(s) for s in sheets[:2]] == [[3, 18], [4, 17]]
    assert sorted(p for s in sheets for p in s) == list(range(3, 43))
    assert sheets[0][3][0] - sheets[0][18][0] == pytest.approx(WIDTH + 6, abs=0.01)  # 3 mm a page to be milled off
    outside, inside = numbers(files["封面展开"])
    spine = 20 * 0.1 + 2 * 0.17 + 0.3
    assert outside[44] == pytest.approx((EDGE + AT[0], EDGE + AT[1]), abs=0.02)
    assert outside[1][0] - outside[44][0] == pytest.approx(WIDTH + round(spine, 1), abs=0.02)
    assert inside[43][0] - inside[2][0] == pytest.approx(WIDTH + round(spine, 1), abs=0.02)
    with pikepdf.open(BytesIO(files["封面展开"])) as pdf:
        trim = [float(v) / POINTS for v in pdf.pages[0].trimbox.as_list()]
    assert trim == pytest.approx([EDGE, EDGE, EDGE + 2 * WIDTH + round(spine, 1), EDGE + HEIGHT], abs=0.01)


@pytest.mark.parametrize(
    ("printing", "spine"),
    [
        (Printing("胶装", "80克双胶纸"), 2.6),
        (Printing("平订", "100克轻型纸"), 4.0),
        (Printing("胶装", "80克双胶纸", 0.2), 4.6),
        (Printing("胶装", "羊皮纸", 0.2, "250克白卡纸"), 5.0),
    ],
)
def test_the_width_of_a_spine(printing: Printing, spine: float, made: Made) -> None:
    outside = numbers(made(44, printing)[0]["封面展开"])[0]
    assert outside[1][0] - outside[44][0] - WIDTH == pytest.approx(spine, abs=0.02)


def test_without_a_cover_there_is_nothing_to_wrap(made: Made, publications: dict[str, Publication]) -> None:
    articles: tuple[Article, ...] = publications["heyuan-2024-1"].articles[1:-1]
    files, found = made(6, GLUED, articles=articles)
    assert found == []
    assert list(files) == ["拼版"]
    assert sorted(p for sheet in numbers(files["拼版"]) for p in sheet) == [1, 2, 3, 4, 5, 6]


def test_the_press_file_goes_before(publications: dict[str, Publication], records: Records, sample: Project) -> None:
    publication = replace(publications["heyuan-2024-1"], printing=STITCHED)
    files = {f"{publication.name}.pdf": book(4, bleed=0), f"{publication.name}-印刷版.pdf": book(8)}
    found = impose(publication, files, records, sample, Job(), Report())
    assert [sorted(s) for s in numbers(found[f"{publication.name}-拼版.pdf"])] == [[1, 8], [2, 7], [3, 6], [4, 5]]


def test_each_sheet_says_what_it_is(made: Made) -> None:
    data = made(44, GLUED)[0]["拼版"]
    texts = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data)]
    assert "第1帖" in texts[0]
    assert "第1张正面" in texts[0]
    assert "第1张背面" in texts[1]
    assert "第3帖" in texts[-1]
    assert "第10张背面" in texts[-1]
    with pikepdf.open(BytesIO(data)) as pdf:
        forms = pdf.pages[0].Resources.XObject
        slug = forms[sorted(forms.keys())[-1]]
        assert slug.read_bytes().startswith(b"/All cs 1 scn")
        colours = {str(i.operator) for i in pikepdf.parse_content_stream(slug)} & {"g", "rg", "k", "scn"}
        assert colours == {"scn"}


def test_subsets_of_a_font_have_tags_of_their_own(made: Made) -> None:
    """Two fonts of one name in a file, and a device that keeps fonts by name mixes up their glyphs."""
    leaf = Printing("胶装", None, 0.4)
    with pikepdf.open(BytesIO(made(44, leaf)[0]["封面展开"])) as pdf:
        names = [str(o.FontName) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
    assert len(names) == 3
    assert len(set(names)) == len(names)


# -- the spine -----------------------------------------------------------------------------------------------


def test_lettering_of_a_spine_reads_downwards(made: Made) -> None:
    files, _ = made(
        44, Printing("胶装", None, 0.4), title="敲门的人", series="2024年第1期", metadata={"author": "荷源社工站"}
    )
    fold = EDGE + WIDTH
    spine = 20 * 0.4 + 0.34 + 0.3
    found = [c for c in characters(files["封面展开"]) if fold < c[1] < fold + spine and c[2] > EDGE]
    assert "".join(c[0] for c in found) == "敲门的人二〇二四年第一期荷源社工站"
    heights = [c[2] for c in found]
    assert heights == sorted(heights, reverse=True)
    assert EDGE < heights[-1] < heights[0] < EDGE + HEIGHT
    page = pypdfium2.PdfDocument(files["封面展开"])[0]
    text = page.get_textpage()
    for place in range(text.count_chars()):
        if chr(pdfium.FPDFText_GetUnicode(text.raw, place)) in "敲门的人二〇四年第一期荷源社工站":
            left, bottom, right, _ = (v / POINTS for v in text.get_charbox(place))
            if left > fold and bottom > EDGE and right < fold + spine + 5:
                assert left > fold + lettering.SAFE - 0.2
                assert right < fold + spine - lettering.SAFE + 0.2


@pytest.mark.parametrize(("leaf", "lettered"), [(0.215, False), (0.218, True)])
def test_a_spine_bears_lettering_from_five_millimetres_up(leaf: float, lettered: bool, made: Made) -> None:
    files, found = made(44, Printing("胶装", None, leaf), title="敲门的人")
    assert found == []
    words = pypdfium2.PdfDocument(files["封面展开"])[0].get_textpage().get_text_range()
    assert ("书脊 5 毫米" in words) is lettered
    assert len(re.findall("敲", words)) == 1 + lettered  # the line that names the sheet says it too


@pytest.mark.parametrize("words", ["敲门的人", "敲门100问（试行）", "A Guide to the Station", "书名很长" * 12])
def test_whatever_stands_on_a_spine_fits_it(words: str, made: Made) -> None:
    files, _ = made(
        44, Printing("胶装", None, 0.4), title=words, series="2024年第12期", metadata={"author": "荷源社工站"}
    )
    fold = EDGE + WIDTH
    found = [c for c in characters(files["封面展开"]) if fold < c[1] < fold + 8.6 and c[2] > EDGE]
    assert "".join(c[0] for c in found) == words.replace(" ", "") + "二〇二四年第十二期荷源社工站"
    heights = [c[2] for c in found]
    assert heights == sorted(heights, reverse=True)
    assert EDGE + 5 < heights[-1] < heights[0] < EDGE + HEIGHT - 5


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("2023年第3期", "二〇二三年第三期"), ("2024年第12期", "二〇二四年第十二期"), ("2023年度", "二〇二三年度"),
        ("荷源区案例集", "荷源区案例集"), ("T/HYSW 001—2023", "T/HYSW 001—2023"), ("第10版", "第十版"), ("", ""),
    ],
)  # fmt: skip
def test_numerals(words: str, written: str) -> None:
    assert lettering.numerals(words) == written


@pytest.mark.parametrize(
    ("front", "back", "ground", "ink"),
    [
        (LIGHT, DARK, LIGHT, "dark"),
        (DARK, LIGHT, DARK, "light"),
    ],
    ids=["light front", "dark front"],
)
def test_a_spine_goes_on_from_the_front_cover(front: Any, back: Any, ground: Any, ink: str, made: Made) -> None:
    data = book(44, colours=lambda page: {0: front, 43: back}.get(page, (0, 0, 0, 0)))
    wrapped = made(44, Printing("胶装", None, 0.4), data=data)[0]["封面展开"]
    at = pixels(wrapped, 0)
    fold = EDGE + WIDTH
    cover = at(fold + 8.6 + 5, EDGE + 5)
    assert {at(fold + x, y) for x in (0.3, 8.3) for y in (EDGE - 2.7, EDGE + 5, EDGE + HEIGHT + 2.7)} == {cover}
    assert at(fold - 0.3, EDGE + 5) == at(EDGE + 5, EDGE + 5) != cover
    letters = {at(fold + x / 10, y / 10) for x in range(20, 70) for y in range(300, 700)}
    assert ((0, 0, 0) in letters, (255, 255, 255) in letters) == (ink == "dark", ink == "light")


def test_a_spine_goes_on_from_the_back_where_the_front_is_a_picture() -> None:
    data = book(8, colours=lambda page: DARK)
    with pikepdf.open(BytesIO(data)) as pdf:
        cover = pdf.pages[0]
        drawn = cover.Contents.read_bytes() + b" 1 0 0 0 k 0 100 40 60 re f 0 0 1 0 k 0 200 40 60 re f"
        cover.Contents = pdf.make_stream(drawn)
        buffer = BytesIO()
        pdf.save(buffer)
    assert wrap.ground(data) == wrap.Ground(True, True)
    assert wrap.ground(buffer.getvalue()) == wrap.Ground(False, True)


def test_nothing_of_ours_brings_rgb_into_a_cmyk_file(made: Made) -> None:
    """PDF/X-4 wants DeviceRGB nowhere where inks are CMYK (ISO 15930-7, 6.2.4)."""
    for data in made(44, Printing("胶装", None, 0.4))[0].values():
        with pikepdf.open(BytesIO(data)) as pdf:
            forms = [o for o in pdf.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Form"]
            for content in [*pdf.pages, *forms]:
                operators = {str(i.operator) for i in pikepdf.parse_content_stream(content)}
                assert not operators & {"rg", "RG"}
            assert len(forms) > len(pdf.pages)


def test_what_is_drawn_out_over_the_spine_is_not_read_twice(made: Made) -> None:
    words = (
        pypdfium2.PdfDocument(made(44, Printing("胶装", None, 0.4))[0]["封面展开"])[0].get_textpage().get_text_range()
    )
    assert words.count("p1.") == words.count("p44.") == 1


# -- sheets --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [*SIZES, "auto", "450x320", "444×597", "sra3"])
def test_sizes(words: str) -> None:
    found = size(words)
    assert found is None if words == "auto" else isinstance(found, tuple)


@pytest.mark.parametrize("words", ["A9", "", "450", "450x", "x320", "1x2"])
def test_no_sizes(words: str) -> None:
    assert "SRA3" in str(size(words))


def test_a_sheet_is_turned_as_the_pages_want_it(made: Made) -> None:
    for job in (
        Job(sheet=(120, 200)),
        Job(sheet=(200, 120)),
        Job(sheet=(200, 199)),
        Job(layout="4", sheet=(250, 220), gutter=0),
    ):
        files, found = made(8, STITCHED, job)
        assert found == []
        with pikepdf.open(BytesIO(files["拼版"])) as pdf:
            width, height = (float(v) / POINTS for v in pdf.pages[0].mediabox.as_list()[2:])
        assert (width > height) is (job.layout is None)


def test_a_sheet_too_small_makes_nothing(made: Made) -> None:
    files, found = made(8, STITCHED, Job(sheet=(100, 100)))
    assert files == {}
    assert found == ["impose.sheet_too_small"]


def test_a_sheet_too_small_names_both_sizes_and_the_field(
    publications: dict[str, Publication], records: Records, sample: Project
) -> None:
    publication = replace(publications["heyuan-2024-1"], printing=STITCHED)
    report = Report()
    impose(publication, {f"{publication.name}.pdf": book(8)}, records, sample, Job(sheet=(100, 100)), report)
    (fault,) = report.diagnostics
    assert "120×90" in str(fault.message)
    assert "138×108" in str(fault.hint)
    assert str(fault.span).startswith("content/bulletins/heyuan-2024-1.yaml:13:")


def test_pages_are_shrunk_only_if_asked(made: Made) -> None:
    job = Job(sheet=(60, 45), fit=True)
    sheets = numbers(made(8, STITCHED, job)[0]["拼版"])
    assert sheets[0][1][0] - sheets[0][8][0] == pytest.approx(WIDTH / 2, abs=0.1)
    roomy = numbers(made(8, STITCHED, Job(sheet=(300, 200), fit=True))[0]["拼版"])
    assert roomy[0][1][0] - roomy[0][8][0] == pytest.approx(WIDTH, abs=0.02)


def test_without_room_there_are_no_marks(made: Made) -> None:
    files, found = made(8, STITCHED, Job(sheet=(2 * WIDTH, HEIGHT)))
    assert found == ["impose.no_room_for_marks"]
    assert "第1张" not in pypdfium2.PdfDocument(files["拼版"])[0].get_textpage().get_text_range()
    assert made(8, STITCHED, Job(sheet=(2 * WIDTH, HEIGHT)), data=book(8, bleed=0))[1] == []


@pytest.mark.parametrize(("edge", "turned"), [(None, False), ("short", False), ("long", True)])
def test_an_office_printer_that_turns_the_long_edge_of_a_lying_sheet(edge: Any, turned: bool, made: Made) -> None:
    sheets = numbers(made(8, STITCHED, Job(duplex=edge))[0]["拼版"])
    assert (sheets[1][2][0] > sheets[1][7][0]) is turned
    assert sheets[0][8][0] < sheets[0][1][0]


# -- what is missing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printing", "job", "codes"),
    [
        (Printing(), Job(), ["impose.no_binding"]),
        (Printing(), Job(layout="saddle"), []),
        (Printing(), Job(layout="2"), []),
        (Printing("胶装"), Job(), ["impose.no_paper"]),
        (Printing("骑马订"), Job(), ["impose.no_paper"]),
        (Printing("骑马订"), Job(layout="2"), []),
        (Printing("胶装"), Job(layout="2"), ["impose.no_paper"]),
        (Printing("胶装", "羊皮纸"), Job(), ["impose.unknown_paper"]),
        (Printing("胶装", "羊皮纸", None, "金箔"), Job(), ["impose.unknown_paper"] * 2),
        (Printing("胶装", "羊皮纸", 0.2), Job(), []),
    ],
)
def test_what_must_be_known(printing: Printing, job: Job, codes: list[str], made: Made) -> None:
    files, found = made(8, printing, job)
    assert found == codes
    assert bool(files) is not bool(codes)


def test_twice_the_same_bytes(made: Made) -> None:
    leaf = Printing("胶装", None, 0.4)
    assert made(44, leaf) == made(44, leaf)


# -- the command ---------------------------------------------------------------------------------------------


def test_the_command(workspace: Callable[..., Project], tmp_path: Path) -> None:
    """Beside the PDF and what other formats made; a later build takes sheets away that no longer hold."""
    project = workspace()
    bulletin = project.content / "bulletins" / "heyuan-2024-1.yaml"
    plain = bulletin.read_text("utf-8")

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli.zhankan, ["--root", str(project.root), "--lang", "zh", *arguments])

    def there() -> list[str]:
        return sorted(p.name for p in (project.build / "heyuan-2024-1").iterdir())

    assert run("build", "heyuan-2024-1", "--format", "html").exit_code == 0
    refused = run("impose", "heyuan-2024-1")
    assert refused.exit_code == 1
    assert "impose.no_binding" in refused.stderr
    assert there() == ["html"]
    bulletin.write_text(plain.replace("开本: 210×285", "开本: 210×285, 装订: 骑马订, 用纸: 80克双胶纸"), "utf-8")
    done = run("impose", "heyuan-2024-1", "--sheet", "SRA3")
    assert (done.exit_code, "错误[" in done.stderr) == (0, False)
    (name,) = (n.removesuffix("-拼版.pdf") for n in there() if n.endswith("-拼版.pdf"))
    made = [f"{name}.pdf", f"{name}-印刷版.pdf", f"{name}-拼版.pdf", f"{name}-封面展开.pdf"]
    assert there() == sorted([*made, "html"])
    assert [Path(line).name for line in done.stdout.splitlines()] == made
    with (
        pikepdf.open(project.build / "heyuan-2024-1" / f"{name}.pdf") as pages,
        pikepdf.open(project.build / "heyuan-2024-1" / f"{name}-拼版.pdf") as sheets,
    ):
        assert len(sheets.pages) == -(-len(pages.pages) // 4) * 2
        assert [float(v) / POINTS for v in sheets.pages[0].mediabox.as_list()[2:]] == pytest.approx([450, 320], abs=0.1)
    assert run("build", "heyuan-2024-1", "--format", "pdf").exit_code == 0
    assert there() == sorted([f"{name}.pdf", f"{name}-印刷版.pdf", "html"])


@pytest.mark.parametrize("arguments", [["impose"], ["impose", "x", "--sheet", "A9"], ["impose", "x", "--layout", "3"]])
def test_wrong_usage(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli.zhankan, ["--lang", "en", *arguments])
    assert result.exit_code == 2
    assert not re.search(r"[\u4e00-\u9fff]", result.stderr)
