"""Small type beside and between pages: lines that name a sheet, titles that run down a spine."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from html import escape
from io import BytesIO
from itertools import groupby

import pikepdf

from generator.numbering import chinese
from generator.typesetting import lines as justified
from generator.typesetting.page import POINTS
from generator.typesetting.sheet import SLUG_HEIGHT

#: From the edge of a spine that is folded here or a little beside to its type; from head and foot. Millimetres.
SAFE, MARGIN = 1.0, 14.0
#: The largest type of a spine, points; issue and publisher are set this much smaller than the title.
_LARGEST, _SMALLER = 22.0, 0.78
#: A character and the space to the next one; two parts of a line. In ems.
_PITCH, _GAP = 1.08, 1.4


def slugs(words: Sequence[str], width: float, css: str) -> bytes:
    """A PDF with a line of 6 pt to a page, ``width`` × ``SLUG_HEIGHT`` millimetres; ``css`` brings the fonts."""
    return _pdf(
        f"{css}\n@page{{size:{width:.2f}mm {SLUG_HEIGHT}mm;margin:0}}"
        "p{margin:0;font:6pt/8pt Hei;white-space:nowrap;break-after:page}",
        "".join(f"<p>{escape(line)}</p>" for line in words),
    )


def spine(title: str, issue: str, publisher: str, size: tuple[float, float], css: str) -> bytes:
    """The lettering of a spine of ``size`` (width, height) millimetres, as a page to be turned by a quarter.

    Characters stand upright one below the other, Latin runs along the spine; numbers of the issue are in
    Chinese numerals. Title and issue at the head, publisher at the foot (GB/T 11668—1989).
    """
    width, height = size
    upper = _length(title) + _SMALLER * (_length(numerals(issue)) + _GAP if issue else 0)
    lower = _SMALLER * _length(publisher)
    points = min(_LARGEST, (width - 2 * SAFE) * POINTS, (height - 2 * MARGIN) * POINTS / (upper + lower + _GAP))
    small = points * _SMALLER
    style = (
        f"{css}\n@page{{size:{height:.2f}mm {width:.2f}mm;margin:0}}"
        "body{margin:0}"
        "p{margin:0;position:absolute;white-space:nowrap}"
        "i{display:inline-block;width:1em;height:1em;line-height:1;text-align:center;font-style:normal;"
        f"transform:rotate(-90deg);margin-right:{_PITCH - 1:.2f}em;font-feature-settings:'vert'}}"
        "b{display:inline-block;white-space:pre;font-weight:inherit;line-height:1;margin:0 .12em 0 .04em;"
        "transform:rotate(0)}"
        f".t{{font:700 {points:.2f}pt/1 Song;left:{MARGIN}mm;top:{_middle(width, points):.3f}mm}}"
        f".s{{font:{small:.2f}pt/1 Hei;top:{_middle(width, small):.3f}mm}}"
        f".n{{left:{MARGIN + (_length(title) * points + _GAP * small) / POINTS:.3f}mm}}.p{{right:{MARGIN}mm}}"
    )
    parts = [("t", title), ("s n", numerals(issue)), ("s p", publisher)]
    return _pdf(style, "".join(f'<p class="{name}">{_upright(words)}</p>' for name, words in parts if words))


def numerals(words: str) -> str:
    """Numbers as vertical Chinese has them: 2023年第12期 becomes 二〇二三年第十二期; beside Latin they stay."""
    if re.search(r"[A-Za-z]", words):
        return words
    return re.sub(r"\d+", lambda number: _numeral(number[0]), words)


def _numeral(figures: str) -> str:
    if len(figures) < 4 and int(figures):
        return chinese(int(figures))
    return figures.translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def _upright(words: str) -> str:
    """Characters that stand upright in boxes of their own; the rest as it runs.

    That is in boxes too, or it would be drawn, and read, before all of them.
    """
    return "".join(
        "".join(f"<i>{escape(c)}</i>" for c in run) if wide else f"<b>{escape(''.join(run))}</b>"
        for wide, run in groupby(words, _is_wide)
    )


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WFA"


def _length(words: str) -> float:
    """In ems, on the safe side."""
    return sum(_PITCH if _is_wide(c) else 0.65 for c in words)


def _middle(width: float, points: float) -> float:
    return (width - points / POINTS) / 2


def _pdf(style: str, body: str) -> bytes:
    import weasyprint

    justified.install()  # or bytes would differ with what else this process has set
    html = f'<!DOCTYPE html><html lang="zh-CN"><style>{style}</style><body>{body}</body></html>'
    with pikepdf.open(BytesIO(weasyprint.HTML(string=html).write_pdf())) as pdf:
        _tag_fonts(pdf, hashlib.sha256(html.encode()).digest())
        buffer = BytesIO()
        pdf.save(buffer, static_id=True)
    return buffer.getvalue()


def _tag_fonts(pdf: pikepdf.Pdf, digest: bytes) -> None:
    """Subset tags of their own (ISO 32000-1, 9.6.4): the pages these go on have other subsets of the same fonts.

    WeasyPrint's tag is the same for all subsets of a font, and a device that keeps fonts by name would mix them up.
    """
    tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary):
            for key in ("/BaseFont", "/FontName"):
                if key in item and str(item[key])[7:8] == "+":
                    item[key] = pikepdf.Name(f"/{tag}{str(item[key])[7:]}")
