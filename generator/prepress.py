"""What a printer's plates are made from: pages imposed on sheets, and the cover wrap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.model import Publication, Records
from generator.project import Project
from generator.typesetting import fonts, imposition, lettering, paper, wrap
from generator.typesetting.imposition import Forme, Side
from generator.typesetting.sheet import Sheets

Layout = Literal["saddle", "signatures", "2", "4", "6", "8"]
Size = tuple[float, float]

#: Sheets by name, in millimetres; the Chinese ones are 正度 787 × 1092 and 大度 889 × 1194 cut in four or two.
SIZES: Mapping[str, Size] = {
    "A4": (210, 297),
    "A3": (297, 420),
    "A2": (420, 594),
    "SRA4": (225, 320),
    "SRA3": (320, 450),
    "SRA2": (450, 640),
    "正度四开": (393, 546),
    "正度对开": (546, 787),
    "大度四开": (444, 597),
    "大度对开": (597, 889),
}

#: Columns and rows of pages that are not folded, on a sheet that lies.
_GRIDS: Mapping[str, tuple[int, int]] = {"2": (2, 1), "4": (2, 2), "6": (3, 2), "8": (4, 2)}
#: Sheets to a signature: sixteen pages.
_SIGNATURE = 4
#: What is milled off each page's spine edge before it is glued (胶装铣背), millimetres.
_MILLED = 3.0
_COVER_PAPER = "200克铜版纸"


@dataclass(frozen=True)
class Job:
    """How to impose. ``layout`` None follows the binding; ``sheet`` None is as large as need be.

    ``signature`` is in sheets, ``gutter`` in millimetres (None: as much as the bleeds need); ``fit`` makes
    pages smaller if they are too large; ``duplex`` is the edge over which an office printer turns the paper.
    """

    layout: Layout | None = None
    sheet: Size | None = None
    signature: int = _SIGNATURE
    gutter: float | None = None
    fit: bool = False
    duplex: Literal["long", "short"] | None = None


def size(words: str) -> Size | Text | None:
    """A sheet by its name or as ``450x320``; None for ``auto``; or what to say of words that are neither."""
    wanted = words.casefold()
    if wanted == "auto":
        return None
    for name, sides in SIZES.items():
        if name.casefold() == wanted:
            return sides
    if found := _DIMENSIONS.fullmatch(wanted):
        return float(found[1]), float(found[2])
    known = "、".join(name for name in SIZES if name.isascii())
    return say("没有“{sheet}”这种纸；写 auto、宽x高（毫米）或：{known}", sheet=words, known=known)


_DIMENSIONS = re.compile(r"(\d{2,4}(?:\.\d+)?)[x×*](\d{2,4}(?:\.\d+)?)")


def impose(
    publication: Publication, files: Mapping[str, bytes], records: Records, project: Project, job: Job, report: Report
) -> dict[str, bytes]:
    """``{name}-拼版.pdf`` and, where the binding is known and there is a cover, ``{name}-封面展开.pdf``.

    Made from the press file if there is one, else from the PDF. What is missing to do so is reported.
    """
    data = files.get(publication.file(".pdf", "印刷版")) or files[publication.file(".pdf")]
    return _Prepress(publication, data, records, project, job, report).files()


class _Prepress:
    def __init__(
        self,
        publication: Publication,
        data: bytes,
        records: Records,
        project: Project,
        job: Job,
        report: Report,
    ) -> None:
        self.publication, self.data, self.job, self.report = publication, data, job, report
        self.records, self.project = records, project
        self.binding = publication.printing.binding
        self.layout = job.layout or ("saddle" if self.binding == "骑马订" else "signatures" if self.binding else None)
        pages = Sheets(data)
        self.count, self.trim, self.bleed = len(pages), pages.trim, pages.bleed
        kinds = [article.kind for article in publication.articles]
        #: Whether the first and the last page are those of a cover, which is printed by itself when it has a spine.
        self.covered = kinds[:1] == ["cover"] and kinds[-1:] == ["back-cover"] and self.count % 2 == 0

    def files(self) -> dict[str, bytes]:
        before = len(self.report.diagnostics)
        if self.layout is None:
            self.report.add(
                error(
                    "impose.no_binding",
                    say("没有写怎样装订，不知道该怎样拼版"),
                    self._span("装订"),
                    say("在“印刷”里写“装订: 骑马订”“装订: 胶装”或“装订: 平订”；只想在办公室打印，用 --layout 指定"),
                )
            )
            return {}
        wrapped = self.covered and self.binding is not None
        spined = wrapped and self.binding != "骑马订"
        folded = self.layout in ("saddle", "signatures")
        leaf = self._leaf() if folded or spined else 0.0
        cover = self._cover_leaf() if spined else 0.0
        css = fonts.css(self.project, self.report, self.publication.theme.typefaces)
        if any(d.severity == "error" for d in self.report.diagnostics[before:]):
            return {}
        assert leaf is not None
        assert cover is not None
        sheets = self._sheets(leaf, css)
        if sheets is None:
            return {}
        made = {self.publication.file(".pdf", "拼版"): sheets}
        if wrapped:
            leaves = -(-len(self._block()) // 4) * 2
            spine = wrap.spine_width(leaves, leaf, cover) if spined else 0.0
            made[self.publication.file(".pdf", "封面展开")] = self._wrap(spine, css)
        return made

    # -- sheets ------------------------------------------------------------------------------------------

    def _block(self) -> list[int]:
        """The pages between the covers, or all if there are none."""
        return list(range(2, self.count - 2)) if self.covered else list(range(self.count))

    def _sheets(self, leaf: float, css: str) -> bytes | None:
        """Imposed pages; None if the sheet is too small for them."""
        forme = self._forme()
        size, scale = self._size(forme)
        if scale < 1 and not self.job.fit:
            self.report.add(self._too_small(forme, size))
            return None
        sides = self._sides(forme)
        needed = forme.with_room(self.bleed)
        roomy = needed[0] * scale <= size[0] + 0.01 and needed[1] * scale <= size[1] + 0.01
        if not roomy and (self.bleed or max(size[0] - forme.size[0] * scale, size[1] - forme.size[1] * scale) > 1):
            self.report.add(
                warning(
                    "impose.no_room_for_marks",
                    say("纸上放不下出血和裁切标记，拼版里没有画标记"),
                    self._span("开本"),
                    say("要裁切就换大一些的纸，至少 {size} 毫米；办公室打印不用管", size=_dimensions(needed)),
                )
            )
        lying = size[0] > size[1]
        return imposition.impose(
            self.data,
            sides,
            forme,
            size,
            scale=scale,
            thickness=leaf,
            slugs=lettering.slugs([self._slug(side) for side in sides], forme.size[0] * scale, css) if roomy else None,
            upside_down_backs=self.job.duplex is not None and (self.job.duplex == "long") == lying,
        )

    def _forme(self) -> Forme:
        width, height = self.trim.width, self.trim.height
        if (grid := _GRIDS.get(self.layout or "")) is not None:
            columns, rows = grid
            gutter = 2 * self.bleed if self.job.gutter is None else self.job.gutter
            return Forme(width, height, columns, rows, gutter)
        milled = _MILLED if self.layout == "signatures" and self.binding == "胶装" else 0.0
        return Forme(width, height, 2, 1, 2 * milled if self.job.gutter is None else self.job.gutter, folded=True)

    def _sides(self, forme: Forme) -> list[Side]:
        every = range(self.count)
        if self.layout in _GRIDS:
            return imposition.flat(every, forme.columns, forme.rows, duplex=self.job.duplex is not None)
        if self.layout == "saddle":
            closing = [article.kind for article in self.publication.articles][-1:] == ["back-cover"]
            return imposition.folded(imposition.padded(every, 4, closing=closing))
        return imposition.folded(imposition.padded(self._block(), 4, closing=False), self.job.signature)

    def _size(self, forme: Forme) -> tuple[Size, float]:
        """The sheet, turned as the forme wants it, and the scale at which the forme goes on it."""
        if self.job.sheet is None:
            return forme.with_room(self.bleed), 1.0
        turned = (self.job.sheet, self.job.sheet[::-1])
        lying = forme.size[0] > forme.size[1]
        scales = [(min(1.0, s[0] / forme.size[0], s[1] / forme.size[1]), s) for s in turned]
        scale, size = max(scales, key=lambda found: (round(found[0], 4), (found[1][0] > found[1][1]) is lying))
        return size, 1.0 if scale > 1 - 1e-3 else scale

    def _too_small(self, forme: Forme, size: Size) -> Diagnostic:
        return error(
            "impose.sheet_too_small",
            say("{sheet} 毫米的纸拼不下，至少要 {size} 毫米", sheet=_dimensions(size), size=_dimensions(forme.size)),
            self._span("开本"),
            say(
                "换大一些的纸；要出血和裁切标记就用 {size} 毫米以上；或加 --fit 缩小",
                size=_dimensions(forme.with_room(self.bleed)),
            ),
        )

    # -- cover -------------------------------------------------------------------------------------------

    def _wrap(self, spine: float, css: str) -> bytes:
        publication, ground = self.publication, wrap.ground(self.data)
        words = None
        if spine >= wrap.LETTERED:
            words = lettering.spine(
                publication.title,
                publication.series,
                publication.metadata.get("author", ""),
                (spine, self.trim.height),
                css,
            )
        width = f"　书脊 {spine:g} 毫米" if spine else ""
        slugs = [f"{self._title()}　封面展开　{side}{width}" for side in ("外面", "里面")]
        return wrap.wrap(
            self.data,
            spine,
            ground,
            slugs=lettering.slugs(slugs, 2 * self.trim.width, css),
            lettering=words,
        )

    # -- paper -------------------------------------------------------------------------------------------

    def _leaf(self) -> float | None:
        """The thickness of a leaf of the body; None, and reported, if it can't be known."""
        printing = self.publication.printing
        if printing.thickness is not None:
            return printing.thickness
        if printing.paper is None and self.binding is None:  # a booklet for the office
            return 0.0
        if printing.paper is None:
            self.report.add(
                error(
                    "impose.no_paper",
                    say("没有写内文用什么纸，算不出书脊和折叠的爬移"),
                    self._span("用纸"),
                    say("在“印刷”里写“用纸: 80克双胶纸”，或写“纸厚”（一张纸的毫米数）"),
                )
            )
            return None
        return self._thickness(printing.paper, "用纸")

    def _cover_leaf(self) -> float | None:
        return self._thickness(self.publication.printing.cover_paper or _COVER_PAPER, "封面用纸")

    def _thickness(self, stock: str, field: str) -> float | None:
        leaf = paper.leaf(stock)
        if leaf is None:
            self.report.add(
                error(
                    "impose.unknown_paper",
                    say("不知道“{stock}”有多厚", stock=stock),
                    self._span(field),
                    say(
                        "写成克重加纸名，认得的有：{known}；内文是别的纸，就写“纸厚”（一张纸的毫米数）",
                        known=paper.known(),
                    ),
                )
            )
        return leaf

    # -- words -------------------------------------------------------------------------------------------

    def _slug(self, side: Side) -> str:
        pages = "　".join("空白" if page is None else str(page + 1) for page in side.pages)
        signature = f"　第{side.signature}帖" if side.signature else ""
        face = "背面" if side.back else "正面"
        return f"{self._title()}{signature}　第{side.sheet}张{face}　页 {pages}"

    def _title(self) -> str:
        return f"{self.publication.title}　{self.publication.series}".strip()

    def _span(self, field: str) -> Span:
        record = self.records.get(self.publication.id)
        return self.records.origin(record).span(("印刷", field)) if record is not None else Span(self.publication.id)


def _dimensions(size: Size) -> str:
    """As one writes it: width × height, whole millimetres, rounded up."""
    return "×".join(str(int(-(-(side - 1e-6) // 1))) for side in size)
