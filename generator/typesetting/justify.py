"""Chinese justification for WeasyPrint 70, which by itself stretches only spaces (measured: Han lines stay ragged).

Three of its private functions are replaced by :func:`install`; ``TOUCHED`` lists them, and a test fails
when an upgrade moves one.

* ``text-align: justify`` stretches the gaps between Han characters too (CLREQ 3.2.6 拉伸处理): spaces
  first, up to a quarter em, then every gap evenly.
* A closing mark at the end of a line is half an em wide (GB/T 15834—2011 5.1.10): it may stick out by
  that half, so a line takes in one more character before it is stretched.
* An opening mark at the start of a line loses its leading half.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

#: Module and name of what is replaced.
TOUCHED = (
    ("weasyprint.layout.inline", "split_first_line"),
    ("weasyprint.layout.inline", "justify_line"),
    ("weasyprint.text.line_break", "Layout.reactivate"),
)

_OPENING = frozenset("“‘（《〈「『【〔〖［｛")
_CLOSING = frozenset("”’）》〉」』】〕〗］｝，。、；：！？．")
_UNBROKEN = frozenset({("—", "—"), ("…", "…"), ("⸺", "⸺")})
_TIGHT_TO_LATIN = frozenset("—～·/")
_INVISIBLE = frozenset("\u200b\u2060")

#: A line that would need wider gaps than this (em) is left short: a hole is worse than a ragged end.
_WIDEST_GAP = 0.35

_installed = False


def install() -> None:
    """Replace the functions; a second call does nothing. Raises ``ImportError`` if WeasyPrint has moved them."""
    global _installed
    if _installed:
        return
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import inline
    from weasyprint.text import line_break
    from weasyprint.text.ffi import TO_UNITS, ffi, pango

    split, justify, reactivate = inline.split_first_line, inline.justify_line, line_break.Layout.reactivate
    widths: dict[tuple[Any, ...], bool] = {}

    def is_wide(character: str, style: Any) -> bool:
        key = (character, *style["font_family"], style["font_weight"])
        if key not in widths:
            layout = line_break.Layout(style)
            layout.set_text(character)
            width, _ = line_break.line_size(layout.get_first_line()[0], style)
            widths[key] = width > 0.9 * style["font_size"]
        return widths[key]

    def ends_closed(text: str, length: int, style: Any) -> bool:
        line = text.encode()[:length].decode().rstrip(" ")
        return bool(line) and line[-1] in _CLOSING and is_wide(line[-1], style)

    def split_first_line(
        text: str,
        style: Any,
        context: Any,
        max_width: Any,
        spacing: Any,
        is_line_start: bool = True,
        minimum: bool = False,
    ) -> Any:
        def run(width: Any) -> Any:
            return split(text, style, context, width, spacing, is_line_start, minimum)

        if (
            max_width is None
            or max_width == float("inf")
            or minimum
            or not (style["lang"] or "").startswith("zh")
            or style["text_align_all"] != "justify"
            or style["white_space"] != "normal"
        ):
            return run(max_width)
        half = style["font_size"] / 2
        lead = half if is_line_start and text[:1] in _OPENING and is_wide(text[0], style) else 0
        layout, length, resume, width, height, baseline = run(max_width + lead)
        if resume is not None:
            longer = run(max_width + lead + half)
            if (
                longer[1] > length
                and ends_closed(text, longer[1], style)
                and longer[3] - half - lead <= max_width + 0.01
            ):
                layout, length, resume, width, height, baseline = longer
                layout.closing_half = half
                width -= half
            elif ends_closed(text, length, style):
                layout.closing_half = half
                width -= half
        if lead:
            layout.opening_half = lead
            width -= lead
        return layout, length, resume, width, height, baseline

    def leaves(box: Any) -> Iterator[Any]:
        if isinstance(box, boxes.LineBox | boxes.InlineBox):
            for child in box.children:
                if child.is_in_normal_flow():
                    yield from leaves(child)
        else:
            yield box

    def justify_line(context: Any, line: Any, extra: float) -> Any:
        if not (line.style["lang"] or "").startswith("zh"):
            return justify(context, line, extra)
        row: list[tuple[Any, int | None, str]] = []
        for box in leaves(line):
            if isinstance(box, boxes.TextBox):
                row.extend((box, i, c) for i, c in enumerate(box.text) if c not in _INVISIBLE)
            else:
                row.append((box, None, "字"))
        if len(row) < 2:
            return None
        box, index, character = row[-1]
        if index is not None and character in _CLOSING and is_wide(character, box.style):
            if not getattr(box.pango_layout, "closing_half", 0):
                extra += box.style["font_size"] / 2
        stretched = _stretch([c for _, _, c in row], extra, line.style["font_size"])
        by_box: dict[int, dict[int | None, float]] = {}
        for position, amount in stretched.items():
            box, index, _ = row[position]
            by_box.setdefault(id(box), {})[index] = amount
        shift(line, by_box, 0)
        return None

    def shift(box: Any, by_box: dict[int, dict[int | None, float]], x: float) -> float:
        if isinstance(box, boxes.TextBox):
            box.position_x += x
            gaps = by_box.get(id(box))
            if gaps:
                at_byte, position = {}, 0
                for index, character in enumerate(box.text):
                    if index in gaps:
                        at_byte[position] = gaps[index]
                    position += len(character.encode())
                box.pango_layout.stretched = at_byte
                total = sum(gaps.values())
                box.width += total
                x += total
        elif isinstance(box, boxes.LineBox | boxes.InlineBox):
            box.position_x += x
            before = x
            for child in box.children:
                if child.is_in_normal_flow():
                    x = shift(child, by_box, x)
            box.width += x - before
        else:
            box.translate(x, 0)
            x += sum(by_box.get(id(box), {}).values())
        return x

    def draw_again(self: Any, style: Any) -> None:
        """Put the decided widths into the glyphs that are about to be drawn."""
        reactivate(self, style)
        stretched, lead = getattr(self, "stretched", None), getattr(self, "opening_half", 0)
        if not stretched and not lead:
            return
        pango.pango_layout_set_single_paragraph_mode(self.layout, True)
        line = pango.pango_layout_get_line_readonly(self.layout, 0)
        run, first = line.runs, True
        run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
        while run != ffi.NULL:
            item, run = run.data, run.next
            glyphs, count = item.glyphs, item.glyphs.num_glyphs
            for i in range(count):
                glyph = glyphs.glyphs[i]
                if first and lead:
                    glyph.geometry.width -= int(lead * TO_UNITS)
                    glyph.geometry.x_offset -= int(lead * TO_UNITS)
                first = False
                last = i == count - 1
                if stretched and (last or glyphs.log_clusters[i + 1] != glyphs.log_clusters[i]):
                    start = item.item.offset + glyphs.log_clusters[i]
                    end = item.item.offset + (item.item.length if last else glyphs.log_clusters[i + 1])
                    amount = sum(v for position, v in stretched.items() if start <= position < end)
                    if amount:
                        glyph.geometry.width += int(amount * TO_UNITS)

    inline.split_first_line = split_first_line
    inline.justify_line = justify_line
    line_break.Layout.reactivate = draw_again
    _installed = True


def _stretch(characters: list[str], extra: float, em: float) -> dict[int, float]:
    """What to add after each character (by position) so that a line grows by ``extra``; nothing if too much."""
    spaces, gaps = [], []
    for position, (before, after) in enumerate(zip(characters, characters[1:], strict=False)):
        if before in " \u00a0":
            spaces.append(position)
        elif after not in " \u00a0" and (_is_han(before) or _is_han(after)) and not _unbroken(before, after):
            gaps.append(position)
    amounts: dict[int, float] = {}
    if spaces:
        each = min(extra / len(spaces), em / 4 if gaps else extra)
        amounts = dict.fromkeys(spaces, each)
        extra -= each * len(spaces)
    if gaps and extra > 0:
        each = extra / (len(gaps) + len(spaces))
        if each > em * _WIDEST_GAP:
            return {}
        for position in (*gaps, *spaces):
            amounts[position] = amounts.get(position, 0.0) + each
    return amounts


def _unbroken(before: str, after: str) -> bool:
    return (
        (before, after) in _UNBROKEN
        or (before in _TIGHT_TO_LATIN and after.isascii())
        or (after in _TIGHT_TO_LATIN and before.isascii())
    )


def _is_han(character: str) -> bool:
    point = ord(character)
    return (
        0x2E80 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0xFE30 <= point <= 0xFE4F
        or 0xFF00 <= point <= 0xFF60
        or 0x20000 <= point <= 0x3FFFF
        or character in "“”‘’—…·⸺①②③④⑤⑥⑦⑧⑨⑩"
    )
