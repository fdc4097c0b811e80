"""What a printer would send a file back for: pictures, bleed, the number of pages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from PIL import Image

from generator.diagnostics import Diagnostic, Span, Text, say, warning
from generator.model import Printing
from generator.typesetting.page import POINTS
from generator.typesetting.separation import Placed

#: Dots an inch a picture needs at the size it is printed: twice the 150 lines of the usual screen.
RESOLUTION = 300
#: Pages of a book that is stitched through its back, above which it gapes and its inner pages grow narrow;
#: and of one that is glued, below which its back is too thin to hold.
_STITCHED_MOST, _GLUED_LEAST = 64, 40
#: Saddle stitching folds sheets of four pages into each other.
_SHEET = 4
#: Pixels a millimetre at which edges are looked at; millimetres of ink at an edge that are no accident.
_SCALE, _RUN = 2, 3
#: Pixels a point.
PIXELS = _SCALE / POINTS
#: A grey (0 … 255) that is paper.
_PAPER = 250


def check(
    placed: Iterable[Placed],
    bare: Sequence[Container[str]],
    file: str,
    names: Mapping[str, str],
    printing: Printing,
    condition: str,
    bleed: float,
) -> Iterator[Diagnostic]:
    """Warnings about the press file ``file`` with pictures ``placed`` and the ``bare`` edges of each page.

    ``names`` are the files of the pictures by the engine's names of them; ``condition`` is what colours of the
    screen were separated for; ``bleed`` is in millimetres.
    """
    yield from pictures(placed, file, names, condition)
    for edge in _EDGES:
        if pages := [number for number, edges in enumerate(bare, 1) if edge in edges]:
            yield _no_bleed(edge, pages, bleed, file)
    yield from binding(len(bare), printing, file)


# -- pictures ------------------------------------------------------------------------------------------------


def pictures(placed: Iterable[Placed], file: str, names: Mapping[str, str], condition: str) -> Iterator[Diagnostic]:
    """Pictures too coarse for their size, and those whose colours were made for a screen."""
    converted = set()
    for name, group in groupby(sorted(placed, key=lambda p: (p.name, p.resolution)), key=lambda p: p.name):
        worst = next(group)
        source = names.get(name, file)
        if worst.separated:
            converted.add(source)
        if round(worst.resolution) < RESOLUTION:
            width, height = (round(s / 25.4 * RESOLUTION) for s in worst.size)
            yield warning(
                "preflight.low_resolution",
                say(
                    "图片不够清楚：第 {page} 面（从封面数）印成 {width}×{height} 毫米，只有 {dpi} dpi，要 {wanted} dpi",
                    page=worst.page,
                    width=round(worst.size[0]),
                    height=round(worst.size[1]),
                    dpi=round(worst.resolution),
                    wanted=RESOLUTION,
                ),
                Span(source),
                say(
                    "换成 {width}×{height} 像素以上的原图（现在是 {had}×{has}），或者印小一些；放大像素没有用",
                    width=width,
                    height=height,
                    had=worst.pixels[0],
                    has=worst.pixels[1],
                ),
            )
    if converted:
        shown = sorted(converted)
        yield warning(
            "preflight.rgb_picture",
            say(
                "{count} 张图片是 RGB 的，印刷版里已按“{condition}”换成 CMYK：{names}",
                count=len(shown),
                condition=condition,
                names="、".join(shown),
            ),
            Span(file),
            say("鲜艳的蓝、绿、橙印出来会暗一些；要紧的图先看印刷厂的数码样，或请人在图像软件里转好再放进来"),
        )


# -- bleed ---------------------------------------------------------------------------------------------------

_EDGES: Mapping[str, Text] = {"left": say("左"), "top": say("上"), "right": say("右"), "bottom": say("下")}


#: Rows from the edge of a rendering: the outermost of the bleed, the outermost of the trim.
Rows = tuple[int, int]


def bare_edges(data: bytes) -> Iterator[list[str]]:
    """For each page the edges where something printed reaches the trim but not the edge of the bleed."""
    return (bare(image, rows) for image, rows in renderings(data))


def renderings(data: bytes) -> Iterator[tuple[Image.Image, Rows]]:
    """Each page in greys, ``PIXELS`` a point, and the rows that :func:`bare` looks at."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            image = page.render(scale=PIXELS, grayscale=True).to_pil()
            media, bleed, trim = (box[0] for box in (page.get_mediabox(), page.get_bleedbox(), page.get_trimbox()))
            yield image, (round((bleed - media) * PIXELS) + 1, round((trim - media) * PIXELS) + 1)


def bare(image: Image.Image, rows: Rows) -> list[str]:
    """The edges of a page where something printed reaches the trim but not the edge of the bleed."""
    outer, inner = rows
    width, height = image.size
    lines: Mapping[str, tuple[tuple[int, int, int, int], tuple[int, int, int, int]]] = {
        "left": ((outer, inner, outer + 1, height - inner), (inner, inner, inner + 1, height - inner)),
        "top": ((inner, outer, width - inner, outer + 1), (inner, inner, width - inner, inner + 1)),
        "right": (
            (width - outer - 1, inner, width - outer, height - inner),
            (width - inner - 1, inner, width - inner, height - inner),
        ),
        "bottom": (
            (inner, height - outer - 1, width - inner, height - outer),
            (inner, height - inner - 1, width - inner, height - inner),
        ),
    }
    return [edge for edge in _EDGES if outer < inner and _bare(*(image.crop(box) for box in lines[edge]))]


def _bare(outer: Image.Image, inner: Image.Image) -> bool:
    """Whether the line of the trim has ink on some millimetres with paper on the outermost of the bleed."""
    if inner.getextrema()[0] >= _PAPER:  # type: ignore[operator]
        return False
    lines = zip(outer.tobytes(), inner.tobytes(), strict=True)
    runs = groupby(inside < _PAPER <= outside for outside, inside in lines)
    return any(bare and sum(1 for _ in run) >= _RUN * _SCALE for bare, run in runs)


def _no_bleed(edge: str, pages: Sequence[int], bleed: float, file: str) -> Diagnostic:
    return warning(
        "preflight.no_bleed",
        say(
            "没有出血：第 {pages} 面（封面是第 1 面）{edge}边印到了裁切线，却没有伸到线外 {bleed} 毫米",
            pages="、".join(map(str, pages)),
            edge=_EDGES[edge],
            bleed=f"{bleed:g}",
        ),
        Span(file),
        say(
            "裁切稍有出入就会露白边：让图和底色伸到裁切线外 {bleed} 毫米，或者退到裁切线里 {bleed} 毫米以上",
            bleed=f"{bleed:g}",
        ),
    )


# -- binding -------------------------------------------------------------------------------------------------

#: What fills empty pages of a bulletin or a manual, by how many there are.
_FILLERS: Mapping[int, Text] = {
    1: say("投稿须知，或读者意见表"),
    2: say("投稿须知和读者意见表，或一幅服务地图"),
    3: say("投稿须知、读者意见表和服务地图，或空白记事页"),
}


def binding(pages: int, printing: Printing, file: str) -> Iterator[Diagnostic]:
    """Whether a book of so many pages, its four cover pages included, can be bound as the edition says."""
    if printing.binding == "骑马订":
        if over := pages % _SHEET:
            yield warning(
                "preflight.page_count",
                say(
                    "骑马订的页数要是 4 的倍数：现在连封面共 {pages} 面，多 {over} 面或缺 {missing} 面",
                    pages=pages,
                    over=over,
                    missing=_SHEET - over,
                ),
                Span(file),
                say(
                    "补 {missing} 面：{filler}；也可以删去 {over} 面。不补，印刷厂会在后面加白页",
                    missing=_SHEET - over,
                    filler=_FILLERS[_SHEET - over],
                    over=over,
                ),
            )
        if pages > _STITCHED_MOST:
            yield warning(
                "preflight.too_thick",
                say("骑马订有 {pages} 面，太厚：会翘、里面的页会被多裁", pages=pages),
                Span(file),
                say("超过 {most} 面改用胶装，或分成两册", most=_STITCHED_MOST),
            )
    elif printing.binding == "胶装" and pages < _GLUED_LEAST:
        yield warning(
            "preflight.too_thin",
            say("胶装只有 {pages} 面，书脊太薄，粘不牢", pages=pages),
            Span(file),
            say("少于 {least} 面用骑马订", least=_GLUED_LEAST),
        )
    yield from imprint(pages, printing, file)


#: Pages on the two sides of a sheet of 16开, which all trims of ours are: what 印张 is reckoned by.
_TO_A_SHEET = 16


def imprint(pages: int, printing: Printing, file: str) -> Iterator[Diagnostic]:
    """Whether 页数 and 印张 in the imprint are those of a book of so many pages, its four cover pages included."""
    if printing.pages is not None and printing.pages != pages:
        yield warning(
            "preflight.imprint_pages",
            say("版权页上印着 {said} 面，排出来连封面共 {pages} 面", said=printing.pages, pages=pages),
            Span(file),
            say("把“印刷”里的“页数”改成 {pages}，或删掉它不印", pages=pages),
        )
    sheets = (pages - _COVER) / _TO_A_SHEET
    if printing.sheets is not None and abs(printing.sheets - sheets) > _ROUNDED:
        yield warning(
            "preflight.imprint_sheets",
            say("版权页上印着 {said:g} 印张，排出来是 {sheets:g} 印张", said=printing.sheets, sheets=sheets),
            Span(file),
            say("印张是内文面数（不算封面4面）除以 16；把“印张”改成 {sheets:g}，或删掉它不印", sheets=sheets),
        )


#: Pages of a cover; what may be lost of 印张 by rounding to two places.
_COVER, _ROUNDED = 4, 0.006
