"""Imposition: sheets folded, gathered, cut and read again give the book; boxes, bleed, creep and marks are measured."""

from __future__ import annotations

from io import BytesIO
from itertools import groupby, pairwise

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.typesetting.imposition import Forme, Side, Slot, creep, flat, folded, impose, padded
from generator.typesetting.sheet import ROOM
from tests.book import AT, BLEED, HEIGHT, POINTS, WIDTH, book, numbers, pixels

WHITE = (255, 255, 255)
FORME = Forme(WIDTH, HEIGHT, 2, 1, folded=True)
EDGE = BLEED + ROOM


def blank_slugs(sides: int) -> bytes:
    """Lettering without words."""
    pdf = pikepdf.new()
    for _ in range(sides):
        pdf.add_blank_page(page_size=(100, 11))
    buffer = BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def saddle(pages: int, **options: object) -> bytes:
    sides = folded(padded(range(pages), 4, closing=False))
    return impose(
        book(pages),
        sides,
        FORME,
        FORME.with_room(BLEED),
        slugs=blank_slugs(len(sides)),
        **options,  # type: ignore[arg-type]
    )


# -- order ---------------------------------------------------------------------------------------------------


def read(sides: list[Side]) -> list[Slot]:
    """Fold every sheet, put those of a signature into each other, gather the signatures, turn the leaves."""
    pages: list[Slot] = []
    for _, signature in groupby(sides, key=lambda side: side.signature):
        sheets = list(zip(*[iter(signature)] * 2, strict=True))
        for front, back in sheets:
            assert not front.back
            assert back.back
            assert front.sheet == back.sheet
            pages += [front.pages[1], back.pages[0]]
        for front, back in reversed(sheets):
            pages += [back.pages[1], front.pages[0]]
    return pages


@given(st.integers(1, 300), st.none() | st.integers(1, 12), st.booleans())
def test_folded_and_gathered_it_reads_from_first_to_last(count: int, sheets: int | None, closing: bool) -> None:
    slots = padded(range(count), 4, closing=closing)
    sides = folded(slots, sheets)
    assert read(sides) == slots
    assert [page for page in slots if page is not None] == list(range(count))
    assert len(slots) == -(-count // 4) * 4
    assert sorted(p for s in sides for p in s.pages if p is not None) == list(range(count))
    assert [side.sheet for side in sides] == [n for n in range(1, len(slots) // 4 + 1) for _ in range(2)]


@given(st.integers(2, 300))
def test_blanks_come_before_the_back_cover(count: int) -> None:
    slots = padded(range(count), 4, closing=True)
    assert slots[-1] == count - 1
    assert slots[: count - 1] == list(range(count - 1))


def test_the_order_of_ten_pages() -> None:
    """The worked example of every handbook: 12·1, 2·11, 10·3, 4·9, 8·5, 6·7."""
    sides = folded(padded(range(12), 4, closing=False))
    assert [tuple(p + 1 for p in side.pages if p is not None) for side in sides] == [
        (12, 1), (2, 11), (10, 3), (4, 9), (8, 5), (6, 7),
    ]  # fmt: skip
    assert [side.outside for side in sides] == [0, 0, 1, 1, 2, 2]


@given(st.integers(1, 100), st.integers(1, 12))
def test_signatures_are_full_but_the_last_but_one(total: int, sheets: int) -> None:
    sides = folded(list(range(4 * total)), sheets)
    sizes = [len(list(group)) // 2 for _, group in groupby(sides, key=lambda side: side.signature)]
    assert sum(sizes) == total
    short = [place for place, size in enumerate(sizes) if size < sheets]
    assert short in ([], [max(len(sizes) - 2, 0)])


@given(st.integers(1, 200), st.sampled_from([(2, 1), (2, 2), (3, 2), (4, 2)]), st.booleans())
def test_cut_apart_it_reads_from_first_to_last(count: int, grid: tuple[int, int], duplex: bool) -> None:
    columns, rows = grid
    sides = flat(range(count), columns, rows, duplex=duplex)
    pages: list[Slot] = []
    if duplex:
        for front, back in zip(*[iter(sides)] * 2, strict=True):
            for slot, page in enumerate(front.pages):
                row, column = divmod(slot, columns)
                pages += [page, back.pages[row * columns + columns - 1 - column]]  # turned over left to right
    else:
        pages = [page for side in sides for page in side.pages]
    assert pages[:count] == list(range(count))
    assert set(pages[count:]) <= {None}


# -- sheets --------------------------------------------------------------------------------------------------


def test_pages_stand_where_they_belong_and_move_towards_the_spine() -> None:
    thickness = 0.5
    sheets = numbers(saddle(12, thickness=thickness))
    assert [sorted(sheet) for sheet in sheets] == [[1, 12], [2, 11], [3, 10], [4, 9], [5, 8], [6, 7]]
    for number, (left, right) in enumerate([(12, 1), (2, 11), (10, 3), (4, 9), (8, 5), (6, 7)]):
        moved = thickness * (number // 2)
        assert sheets[number][left][0] - sheets[0][12][0] == pytest.approx(moved, abs=0.02)
        assert sheets[number][right][0] - sheets[0][1][0] == pytest.approx(-moved, abs=0.02)
        assert sheets[number][left][1] == pytest.approx(EDGE + AT[1], abs=0.02)
    assert sheets[0][12][0] == pytest.approx(EDGE + AT[0], abs=0.02)
    assert sheets[0][1][0] - sheets[0][12][0] == pytest.approx(WIDTH, abs=0.02)


@given(st.integers(1, 60), st.floats(0.03, 0.4))
def test_creep_is_a_leaf_for_each_sheet_around(total: int, thickness: float) -> None:
    sides = folded(list(range(4 * total)))
    assert [creep(side, thickness) for side in sides[::2]] == [k * thickness for k in range(total)]


@pytest.mark.parametrize("thickness", [0.0, 1.5])
def test_nothing_crosses_the_fold_and_bleed_ends_where_it_should(thickness: float) -> None:
    data = saddle(12, thickness=thickness)
    fold = EDGE + WIDTH
    for sheet in range(6):
        at = pixels(data, sheet)
        moved = thickness * (sheet // 2)
        left, right = at(EDGE + 5, EDGE + 5), at(fold + 5, EDGE + 5)
        assert left != right
        assert {at(fold - 0.3, y) for y in (EDGE + 1, EDGE + 50)} == {left}
        assert {at(fold + 0.3, y) for y in (EDGE + 1, EDGE + 50)} == {right}
        assert at(EDGE + moved - BLEED + 0.3, EDGE + 20) == left  # its bleed, where the knife will cut
        assert at(EDGE + moved - BLEED - 0.3, EDGE + 20) == WHITE
        assert at(EDGE + 10, EDGE - BLEED + 0.3) == left
        assert at(EDGE + 10, EDGE - BLEED - 0.3) == WHITE


def test_boxes() -> None:
    with pikepdf.open(BytesIO(saddle(8))) as pdf:
        for page in pdf.pages:
            boxes = [[float(v) / POINTS for v in page[k].as_list()] for k in ("/MediaBox", "/BleedBox", "/TrimBox")]
            for found, out in zip(boxes, (EDGE, BLEED, 0), strict=True):
                wanted = [EDGE - out] * 2 + [EDGE + 2 * WIDTH + out, EDGE + HEIGHT + out]
                assert found == pytest.approx(wanted, abs=0.01)


def test_marks_stand_outside_the_bleed_on_every_plate() -> None:
    data = saddle(4)
    at = pixels(data, 0, 8)
    for x in (EDGE, EDGE + 2 * WIDTH):
        for y in (EDGE - BLEED - 3, EDGE + HEIGHT + BLEED + 3):
            assert at(x, y) != WHITE
    assert at(EDGE - BLEED - 3, EDGE) != WHITE
    assert at(EDGE + 2 * WIDTH + BLEED + 3, EDGE + HEIGHT) != WHITE
    dashes = [at(EDGE + WIDTH, EDGE - BLEED - y / 10) != WHITE for y in range(6, 55)]
    assert {True, False} == set(dashes)
    near = [at(EDGE + dx, EDGE - BLEED - 0.25) for dx in (-0.1, 0, 0.1)]
    assert set(near) == {WHITE}
    with pikepdf.open(BytesIO(data)) as pdf:
        space = pdf.pages[0].Resources.ColorSpace.All
        assert [str(v) for v in space.as_list()[:3]] == ["/Separation", "/All", "/DeviceGray"]
        operators = [str(i.operator) for i in pikepdf.parse_content_stream(pdf.pages[0])]
        assert not {"g", "rg", "k", "G", "RG", "K"} & set(operators)


def test_colours_and_what_the_file_says_of_itself_are_kept() -> None:
    with pikepdf.open(BytesIO(saddle(8))) as pdf:
        assert str(pdf.docinfo["/Title"]) == "样书"
        assert pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes() == b"profile"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
            assert "pdfuaid:part" not in metadata
        assert "/StructTreeRoot" not in pdf.Root
        assert "/MarkInfo" not in pdf.Root
        form = pdf.pages[0].Resources.XObject.S0
        assert b" k" in form.read_bytes()


def test_collating_marks_step_down_the_backs() -> None:
    """On the fold of the outermost sheet of each signature, each below the one before, within the trim."""
    forme = Forme(WIDTH, HEIGHT, 2, 1, 6, folded=True)
    sides = folded(list(range(64)), 2)
    data = impose(book(64), sides, forme, forme.with_room(BLEED), slugs=blank_slugs(len(sides)))
    fold, tops = EDGE + WIDTH + 3, []
    for number, side in enumerate(sides):
        at = pixels(data, number)
        dark = [y for y in range(int(EDGE), int(EDGE + HEIGHT)) if at(fold, y + 0.5) == (0, 0, 0)]
        assert bool(dark) is (side.outside == 0 and not side.back)
        tops += dark[-1:]
    assert len(tops) == 8
    steps = [a - b for a, b in pairwise(tops)]
    assert set(steps[:6]) == {8}


def test_milled_pages_keep_clear_of_the_fold() -> None:
    forme = Forme(WIDTH, HEIGHT, 2, 1, 6, folded=True)
    data = impose(book(4), folded(list(range(4))), forme, forme.with_room(BLEED))
    places = numbers(data)[0]
    assert places[1][0] - places[4][0] == pytest.approx(WIDTH + 6, abs=0.02)
    at = pixels(data, 0)
    assert at(EDGE + WIDTH + 2.5, EDGE + 20) == at(EDGE + 5, EDGE + 20)  # bleed into what is milled off


@pytest.mark.parametrize(("columns", "rows"), [(2, 1), (2, 2), (3, 2), (4, 2)])
def test_pages_side_by_side(columns: int, rows: int) -> None:
    forme = Forme(WIDTH, HEIGHT, columns, rows, 6)
    many = columns * rows
    sides = flat(range(many + 1), columns, rows, duplex=False)
    first, second = numbers(impose(book(many + 1), sides, forme, forme.with_room(BLEED), slugs=blank_slugs(2)))
    assert sorted(first) == list(range(1, many + 1))
    assert list(second) == [many + 1]
    for page, (x, y) in first.items():
        row, column = divmod(page - 1, columns)
        assert x == pytest.approx(first[1][0] + column * (WIDTH + 6), abs=0.02)
        assert y == pytest.approx(first[1][1] - row * (HEIGHT + 6), abs=0.02)


@pytest.mark.parametrize("upside_down", [False, True])
def test_the_other_page_of_a_leaf_lies_behind_it(upside_down: bool) -> None:
    """Turned over its side edge the back is as it is; turned over its top edge it is upside down."""
    forme = Forme(WIDTH, HEIGHT, 2, 2, 6)
    size = (200.0, 250.0)
    data = impose(
        book(8), flat(range(8), 2, 2, duplex=True), forme, size, slugs=blank_slugs(2), upside_down_backs=upside_down
    )
    front, back = numbers(data)
    assert sorted(front) == [1, 3, 5, 7]
    assert sorted(back) == [2, 4, 6, 8]
    for page, (x, y) in front.items():
        seen = size[0] - (x - AT[0] + WIDTH) + AT[0]  # where its other page has its number, seen from the back
        wanted = (size[0] - seen, size[1] - y) if upside_down else (seen, y)
        assert back[page + 1] == pytest.approx(wanted, abs=0.02)


def test_shrunk_pages_keep_their_proportions() -> None:
    forme = Forme(WIDTH, HEIGHT, 2, 1, 0)
    data = impose(book(2), flat(range(2), 2, 1, duplex=False), forme, (WIDTH, HEIGHT / 2), scale=0.5)
    places = numbers(data)[0]
    assert places[2][0] - places[1][0] == pytest.approx(WIDTH / 2, abs=0.02)
    assert places[1] == pytest.approx((AT[0] / 2, AT[1] / 2), abs=0.02)


def test_pages_with_a_media_box_alone_end_at_their_edge() -> None:
    data = impose(book(4, bleed=0), folded(list(range(4))), FORME, FORME.with_room(0), slugs=blank_slugs(2))
    at = pixels(data, 0)
    assert at(ROOM + 0.3, 40) != WHITE
    assert at(ROOM - 0.3, 40) == WHITE


def test_twice_the_same_bytes() -> None:
    assert saddle(20, thickness=0.1) == saddle(20, thickness=0.1)
