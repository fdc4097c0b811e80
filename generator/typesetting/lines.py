"""Chinese lines in WeasyPrint 70: each paragraph is shaped once, broken as a whole, and handed over line by line.

WeasyPrint by itself stretches only spaces (Han lines stay ragged), shapes every line several times and
knows neither squeezed marks nor the gap between Han and Western. :func:`install` replaces four of its
private functions, ``TOUCHED``; a test fails when an upgrade moves one. What is not plain running text
(floats beside it, preserved white space, boxes of unknown width in it) is left to WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from generator.typesetting import clreq
from generator.typesetting.breaking import Line, Material, break_lines

#: Module and name of what is replaced.
TOUCHED = (
    ("weasyprint.layout.inline", "split_text_box"),
    ("weasyprint.layout.inline", "justify_line"),
    ("weasyprint.layout.block", "iter_line_boxes"),
    ("weasyprint.draw", "draw_text"),
)

#: Lines are planned this much short of the measure (px), so that rounding never overfills one.
_SAFETY = 0.01
#: A gap of this much (em) reads as a space to programs that extract text.
_SEEN = 0.05


@dataclass
class _Box:
    """A text box of a paragraph: where it starts in the paragraph, and its shape."""

    base: int
    height: float
    baseline: float
    decoration: dict[str, Any]


@dataclass
class _Plan:
    """A paragraph: its material, its boxes by id, and its lines by (measure, first measure, start).

    ``padding`` is what inline boxes add to the advances of their first and last characters.
    """

    material: Material
    boxes: dict[int, _Box]
    padding: dict[int, float] = field(default_factory=dict)
    lines: dict[tuple[float, float, int], dict[int, Line] | None] = field(default_factory=dict)
    current: dict[int, Line] | None = None


def install() -> None:
    """Replace the functions; a second call does nothing. Raises ``AttributeError`` if WeasyPrint has moved them."""
    from weasyprint import draw
    from weasyprint.layout import block, inline

    if getattr(inline.split_text_box, "sets_chinese", False):
        return
    hooks = _Hooks()

    def split_text_box(context: Any, box: Any, available_width: Any, skip: Any, is_line_start: bool = True) -> Any:
        return hooks.split_text_box(context, box, available_width, skip, is_line_start)

    split_text_box.sets_chinese = True  # type: ignore[attr-defined]
    inline.split_text_box = split_text_box
    inline.justify_line = hooks.justify_line
    block.iter_line_boxes = hooks.iter_line_boxes
    draw.draw_text = hooks.draw_text


class _Hooks:
    def __init__(self) -> None:
        from weasyprint import draw
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout import block, inline
        from weasyprint.layout.percent import resolve_one_percentage, resolve_percentages
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango

        self.boxes, self.line_break, self.ffi, self.pango = boxes, line_break, ffi, pango
        self.from_units, self.to_units = FROM_UNITS, TO_UNITS
        self.resolve_percentages, self.resolve_one_percentage = resolve_percentages, resolve_one_percentage
        self.original_split, self.original_lines = inline.split_text_box, block.iter_line_boxes
        self.original_draw, self.original_justify = draw.draw_text, inline.justify_line
        self.blanks: dict[tuple[Any, ...], tuple[float, float]] = {}
        self.layout_class = self._layout_class()

    # -- what WeasyPrint calls ---------------------------------------------------------------------------

    def iter_line_boxes(
        self,
        context: Any,
        box: Any,
        position_y: Any,
        bottom_space: Any,
        skip_stack: Any,
        containing_block: Any,
        absolute_boxes: Any,
        fixed_boxes: Any,
        first_letter_style: Any,
        first_line_style: Any,
    ) -> Any:
        """Plan the lines of ``box``, then let WeasyPrint ask for them one by one."""
        plan = None
        if not (context.excluded_shapes or first_letter_style or first_line_style):
            plan = self.plan(box, containing_block)
        if plan is not None:
            self.resolve_percentages(box, containing_block)
            indent = 0.0
            if skip_stack is None:
                self.resolve_one_percentage(box, "text_indent", containing_block.width)
                indent = box.text_indent
            start = self.position(box, skip_stack, plan)
            measure = containing_block.width - _SAFETY
            key = (measure, measure - indent, start)
            if key not in plan.lines:
                lines = break_lines(
                    plan.material,
                    measure - indent,
                    measure,
                    justify=box.style["text_align_all"] == "justify",
                    last=box.style["text_align_last"] == "justify",
                    start=start,
                )
                plan.lines[key] = {line.start: line for line in lines} if lines is not None else None
            plan.current = plan.lines[key]
        return self.original_lines(
            context,
            box,
            position_y,
            bottom_space,
            skip_stack,
            containing_block,
            absolute_boxes,
            fixed_boxes,
            first_letter_style,
            first_line_style,
        )

    def split_text_box(self, context: Any, box: Any, available_width: Any, skip: Any, is_line_start: bool) -> Any:
        """The part of ``box`` that the planned line holds; WeasyPrint's own answer where nothing is planned."""
        plan: _Plan | None = getattr(box, "planned", None)
        if plan is None or plan.current is None or available_width is None:
            return self.original_split(context, box, available_width, skip, is_line_start)
        shape = plan.boxes[id_of(box)]
        data = box.text.encode()
        if not data[skip:]:
            return None, None, False
        begin = shape.base + len(data[:skip].decode())
        line = self.line_at(plan.current, begin)
        if line is None:
            return self.original_split(context, box, available_width, skip, is_line_start)
        close = shape.base + len(box.text)
        end = min(line.end, close)
        resume = None
        if line.following <= close and line.following < len(plan.material.advance):
            resume = len(box.text[: line.following - shape.base].encode())
        if end <= begin:
            return None, resume, False
        words = box.text[begin - shape.base : end - shape.base]
        after = line.after[begin - line.start : end - line.start]
        lead = line.lead if begin == line.start else 0.0
        part = box.copy_with_text(words)
        part.width = sum(plan.material.advance[begin:end]) + sum(after) - lead
        part.width -= sum(plan.padding.get(i, 0.0) for i in range(begin, end)) if plan.padding else 0.0
        part.pango_layout = self.layout_class(words, box.style, after, lead, shape.decoration)
        part.height = shape.height
        line_height, _ = self.line_break.strut(box.style)
        part.margin_top = part.margin_bottom = (line_height - shape.height) / 2
        part.baseline = shape.baseline + part.margin_top
        return part, resume, False

    def justify_line(self, context: Any, line: Any, extra_width: Any) -> None:
        """Leave a planned line as it is: WeasyPrint would lay out its spaces, and lose its gaps, anew."""
        if not any(isinstance(getattr(b, "pango_layout", None), self.layout_class) for b in line.descendants()):
            self.original_justify(context, line, extra_width)

    def draw_text(self, stream: Any, textbox: Any, *rest: Any) -> None:
        """Draw a text box; where gaps were widened, say what its text is.

        Readers take a gap of a tenth of an em for a space; /ActualText (ISO 32000-1 14.9.4) keeps copied
        and searched text as it was written.
        """
        after: Sequence[float] = getattr(textbox.pango_layout, "after", ())
        wide = max(after, default=0.0) > _SEEN * textbox.style["font_size"]
        if wide:
            words = textbox.text.encode("utf-16-be").hex().upper()
            stream.begin_marked_content("Span", f"<</ActualText <FEFF{words}>>>")
        self.original_draw(stream, textbox, *rest)
        if wide:
            stream.end_marked_content()

    @staticmethod
    def line_at(lines: dict[int, Line], begin: int) -> Line | None:
        """The planned line that holds the character at ``begin``."""
        position = begin
        while position >= 0:
            line = lines.get(position)
            if line is not None:
                return line if begin < line.following else None
            position -= 1
        return None

    # -- planning ----------------------------------------------------------------------------------------

    def plan(self, box: Any, containing_block: Any) -> _Plan | None:
        """The paragraph of a line box, made once; None if it is not plain running Chinese text."""
        if not hasattr(box, "paragraph"):
            box.paragraph = self.make_plan(box, containing_block)
        plan: _Plan | None = box.paragraph
        return plan

    def make_plan(self, box: Any, containing_block: Any) -> _Plan | None:
        style = box.style
        if not (style["lang"] or "").startswith("zh") or style["direction"] != "ltr" or not style["font_size"]:
            return None
        if style["text_align_all"] not in ("justify", "start", "left", "center", "end", "right"):
            return None
        pieces: list[tuple[Any, str]] = []
        padding: dict[int, float] = {}
        if not self.gather(box, pieces, padding, containing_block):
            return None
        text = "".join(words for _, words in pieces)
        if not text.strip():
            return None
        advances: list[float] = []
        sizes: list[float] = []
        styles: list[Any] = []
        shapes: dict[int, _Box] = {}
        plan = _Plan(Material((), (), (), (), (), (), (), (), (), (), 0), shapes)
        base = 0
        bound: set[int] = set()  # a note's mark stays with what it is a note to
        for piece, words in pieces:
            if (piece.element_tag or "").endswith("::footnote-call"):
                bound.update(range(base, base + len(words)))
            shaped = self.shape(piece, words)
            if shaped is None:
                return None
            widths, height, baseline, decoration = shaped
            advances += widths
            sizes += [piece.style["font_size"]] * len(words)
            styles += [piece.style] * len(words)
            shapes[base] = _Box(base, height, baseline, decoration)
            piece.planned, piece.plan_id = plan, base
            base += len(words)
        for position, amount in padding.items():
            if position < len(advances):
                advances[position] += amount
        plan.material = self.material(text, advances, sizes, styles, style["font_size"], style["lang"], bound)
        plan.padding = padding
        return plan

    def gather(self, box: Any, pieces: list[tuple[Any, str]], padding: dict[int, float], block: Any) -> bool:
        """Collect the text boxes below ``box``; false if there is anything else in the flow."""
        boxes = self.boxes
        for child in box.children:
            if not child.is_in_normal_flow():
                if child.is_floated():
                    return False
                continue
            if isinstance(child, boxes.TextBox):
                style = child.style
                if style["white_space"] != "normal" or not style["font_size"] or "\n" in child.text:
                    return False
                if style["text_transform"] != "none" or style["word_spacing"]:
                    return False
                pieces.append((child, child.text))
            elif isinstance(child, boxes.InlineBox) and not child.is_leader:
                self.resolve_percentages(child, block)
                begin = sum(len(words) for _, words in pieces)
                if not self.gather(child, pieces, padding, block):
                    return False
                end = sum(len(words) for _, words in pieces)
                left = _number(child.padding_left) + _number(child.margin_left) + _number(child.border_left_width)
                right = _number(child.padding_right) + _number(child.margin_right) + _number(child.border_right_width)
                if (left or right) and begin == end:
                    return False
                if left:
                    padding[begin] = padding.get(begin, 0.0) + left
                if right:
                    padding[end - 1] = padding.get(end - 1, 0.0) + right
            else:
                return False
        return True

    def shape(self, box: Any, words: str) -> tuple[list[float], float, float, dict[str, Any]] | None:
        """Width of every character of a text box, its line's height and baseline; None if shaping is not simple."""
        layout = self.line_break.Layout(box.style)
        layout.set_text(words)
        line, index = layout.get_first_line()
        if index is not None:
            return None
        _, height = self.line_break.line_size(line, box.style)
        baseline = self.pango.pango_layout_get_baseline(layout.layout) * self.from_units
        by_byte: dict[int, float] = {}
        run = line.runs[0] if line.runs != self.ffi.NULL else self.ffi.NULL
        while run != self.ffi.NULL:
            item, run = run.data, run.next
            if item.item.analysis.level % 2:
                return None
            glyphs = item.glyphs
            for i in range(glyphs.num_glyphs):
                place = item.item.offset + glyphs.log_clusters[i]
                by_byte[place] = by_byte.get(place, 0.0) + glyphs.glyphs[i].geometry.width * self.from_units
        widths, place = [], 0
        for character in words:
            widths.append(by_byte.get(place, 0.0))
            place += len(character.encode())
        decoration = {
            name: getattr(layout, name, None)
            for name in (
                "ascent",
                "underline_position",
                "strikethrough_position",
                "underline_thickness",
                "strikethrough_thickness",
            )
        }
        return widths, height, baseline, decoration

    def position(self, box: Any, skip_stack: Any, plan: _Plan) -> int:
        """The character at which a skip stack resumes."""
        if skip_stack is None:
            return 0
        while True:
            ((index, deeper),) = skip_stack.items()
            if isinstance(box, self.boxes.TextBox):
                return int(plan.boxes[id_of(box)].base) + len(box.text.encode()[: index or 0].decode())
            if index >= len(box.children):
                return len(plan.material.advance)
            box = box.children[index]
            if deeper is None:
                return self.first_position(box, plan)
            skip_stack = deeper

    def first_position(self, box: Any, plan: _Plan) -> int:
        if isinstance(box, self.boxes.TextBox):
            return plan.boxes[id_of(box)].base
        for child in getattr(box, "children", ()):
            if child.is_in_normal_flow():
                return self.first_position(child, plan)
        return 0

    def material(
        self,
        text: str,
        advances: list[float],
        sizes: list[float],
        styles: list[Any],
        em: float,
        lang: str,
        bound: set[int],
    ) -> Material:
        """What gives, takes and falls away at each character of a paragraph; no break before ``bound``."""
        count = len(text)
        gap, give, take = [0.0] * count, [0.0] * count, [0.0] * count
        stretch, lead, tail = [False] * count, [0.0] * count, [0.0] * count
        solid = [clreq.is_han(c) or c.isalnum() for c in text]
        blank = [c == " " for c in text]
        forbidden, tight = clreq.no_breaks(text) | bound, clreq.tight(text)
        attributes = self.line_break.get_log_attrs(text, lang)
        may_break = [bool(i and attributes[i].is_line_break and i not in forbidden) for i in range(count)]
        for i, character in enumerate(text):
            if character in clreq.CLOSING:
                tail[i] = self.blank(character, styles[i])[1] * sizes[i]
            elif character in clreq.OPENING:
                lead[i] = self.blank(character, styles[i])[0] * sizes[i]
        for i in range(count - 1):
            before, after, size = text[i], text[i + 1], sizes[i]
            if before == " ":
                give[i], take[i] = size * 0.08, size * 0.25
                stretch[i] = True
                continue
            if after == " ":
                continue
            closes, opens = tail[i], lead[i + 1]
            if closes and after in clreq.CLOSING:
                gap[i] = -closes
            elif closes and opens:
                gap[i] = -min(closes, opens)
            elif before in clreq.OPENING and opens:
                gap[i] = -opens
            elif closes:
                give[i] = closes * (0.5 if before not in "。！？" else 0.3)
            elif opens:
                give[i] = opens * 0.5
            to_western = clreq.is_han(before) and clreq.is_western(after)
            mixed = to_western or (clreq.is_western(before) and clreq.is_han(after))
            if mixed and i + 1 not in tight:
                gap[i], give[i], take[i] = size / 4, size / 6, size / 8
            western = before.isascii() and after.isascii()
            stretch[i] = not western and i + 1 not in tight and advances[i + 1] > 0
        return Material(advances, gap, give, take, stretch, lead, tail, may_break, blank, solid, em)

    def blank(self, character: str, style: Any) -> tuple[float, float]:
        """Blank before and after the ink of a full-width mark, up to half an em, in em; 0 for a narrow one."""
        key = (character, *style["font_family"], style["font_weight"])
        if key not in self.blanks:
            layout = self.line_break.Layout(style)
            layout.set_text(character)
            line, _ = layout.get_first_line()
            ink, logical = self.ffi.new("PangoRectangle *"), self.ffi.new("PangoRectangle *")
            self.pango.pango_layout_line_get_extents(line, ink, logical)
            size = style["font_size"] / self.from_units
            width = logical.width / size
            if width < 0.9:
                self.blanks[key] = (0.0, 0.0)
            else:
                left = min(max(ink.x / size - 0.02, 0.0), 0.5)
                right = min(max((logical.width - ink.x - ink.width) / size - 0.02, 0.0), 0.5)
                self.blanks[key] = (left if left > 0.25 else 0.0, right if right > 0.25 else 0.0)
        return self.blanks[key]

    # -- drawing -----------------------------------------------------------------------------------------

    def _layout_class(self) -> type:
        """A Pango layout that is made only when it is drawn, with the widths that were planned."""
        line_break, pango, ffi, units = self.line_break, self.pango, self.ffi, self.to_units

        class PlannedLayout(line_break.Layout):  # type: ignore[misc, name-defined]
            def __init__(self, text: str, style: Any, after: Any, lead: float, decoration: dict[str, Any]) -> None:
                self.justification_spacing, self.max_width, self.first_line_direction = 0, None, 0
                self.text, self.after, self.lead = text, after, lead
                for name, value in decoration.items():
                    setattr(self, name, value)

            def deactivate(self) -> None:
                for name in ("layout", "language", "style"):
                    if hasattr(self, name):
                        delattr(self, name)

            def reactivate(self, style: Any) -> None:
                words = self.text
                super().reactivate(style)
                added, place = {}, 0
                for character, amount in zip(words, self.after, strict=False):
                    if amount:
                        added[place] = amount
                    place += len(character.encode())
                if not added and not self.lead:
                    return
                pango.pango_layout_set_single_paragraph_mode(self.layout, True)
                line = pango.pango_layout_get_line_readonly(self.layout, 0)
                run, first = (line.runs[0] if line.runs != ffi.NULL else ffi.NULL), True
                while run != ffi.NULL:
                    item, run = run.data, run.next
                    glyphs, count = item.glyphs, item.glyphs.num_glyphs
                    for i in range(count):
                        geometry = glyphs.glyphs[i].geometry
                        if first and self.lead:
                            geometry.width -= int(self.lead * units)
                            geometry.x_offset -= int(self.lead * units)
                        first = False
                        here = glyphs.log_clusters[i]
                        if i == count - 1 or glyphs.log_clusters[i + 1] != here:
                            end = item.item.length if i == count - 1 else glyphs.log_clusters[i + 1]
                            amount = sum(
                                added.get(p, 0.0) for p in range(item.item.offset + here, item.item.offset + end)
                            )
                            if amount:
                                geometry.width += round(amount * units)

        return PlannedLayout


def id_of(box: Any) -> int:
    """The key of a text box in its plan; copies of a box keep it."""
    return int(box.plan_id)


def _number(value: Any) -> float:
    return 0.0 if value == "auto" else float(value)
