"""Chinese lines in WeasyPrint 70: each paragraph is shaped once, broken as a whole, and handed over line by line.

WeasyPrint by itself stretches only spaces (Han lines stay ragged), shapes every line several times and
knows neither squeezed marks nor the gap between Han and Western. :func:`install` replaces six of its
private functions, ``TOUCHED``, ``alike`` some more; a test fails when an upgrade moves one. What is not plain
running text (preserved white space, boxes of unknown width in it) is left to WeasyPrint.

Body text stands on a grid: where a style sheet says ``--grid: <top>``, the first baseline of every paragraph
is put on the lines that are a line height of the root apart, counted from ``<top>`` (px below the page's edge).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from generator import collector
from generator.typesetting import alike, drawing
from generator.typesetting.breaking import Line, Material, break_lines
from generator.typesetting.drawing import Piece
from generator.typesetting.material import material
from generator.typesetting.shaping import Glyphs, Shaper

#: Module and name of what is replaced.
TOUCHED = (
    ("weasyprint.layout.inline", "split_text_box"),
    ("weasyprint.layout.inline", "justify_line"),
    ("weasyprint.layout.block", "iter_line_boxes"),
    ("weasyprint.draw", "draw_text"),
    ("weasyprint.draw.text", "draw_first_line"),
    ("weasyprint.document", "Document._render"),
)

#: What is called as it is.
USED = (
    ("weasyprint.layout.inline", "_adjust_line_height"),
    ("weasyprint.layout.inline", "line_box_verticality"),
    ("weasyprint.layout.inline", "text_align"),
    ("weasyprint.layout.float", "avoid_collisions"),
    ("weasyprint.layout.percent", "resolve_percentages"),
    ("weasyprint.layout.percent", "resolve_one_percentage"),
    ("weasyprint.text.line_break", "Layout"),
    ("weasyprint.text.line_break", "get_log_attrs"),
    ("weasyprint.text.line_break", "line_size"),
    ("weasyprint.text.line_break", "strut"),
)

#: What is set in lines of like length.
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "figcaption"})
#: A text box has no edges of its own.
_BARE = {
    f"{edge}_{side}{'_width' if edge == 'border' else ''}": 0
    for edge in ("margin", "padding", "border")
    for side in ("top", "right", "bottom", "left")
}
#: Lines are planned this much short of the measure (px), so that rounding never overfills one.
_SAFETY = 0.01
#: A line moves up to the grid rather than down if it is no more than this much of a line away.
_UP = 0.3


@dataclass
class _Plan:
    """A paragraph: its material, its text boxes with the position of their first character, its lines once chosen.

    ``lines`` are kept by rooms and start; ``padding`` is what inline boxes add to the advances of their first
    and last characters. ``simple``: nothing in it but text boxes and inline boxes without edges of their own.
    """

    material: Material
    glyphs: dict[int, Glyphs]
    simple: bool
    padding: dict[int, float] = field(default_factory=dict)
    lines: dict[tuple[tuple[float, ...], int], list[Line] | None] = field(default_factory=dict)
    current: list[Line] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def take(self, lines: list[Line]) -> None:
        """Use these lines until others are chosen."""
        self.current, self.starts = lines, [line.start for line in lines]

    def line_at(self, position: int) -> Line | None:
        """The line in use that holds a character."""
        index = bisect_right(self.starts, position) - 1
        if index < 0 or position >= self.current[index].following:
            return None
        return self.current[index]


@dataclass(frozen=True)
class _Known:
    """The plan of a line box, if it has one, and the children it and the inline boxes ``below`` had then."""

    plan: _Plan | None
    children: Any
    below: list[tuple[Any, Any]]


def install() -> None:
    """Replace the functions; a second call does nothing. Raises ``AttributeError`` if WeasyPrint has moved them."""
    from weasyprint import document, draw
    from weasyprint.draw import text
    from weasyprint.layout import block, inline

    if getattr(inline.split_text_box, "sets_chinese", False):
        return
    alike.install()
    hooks = _Hooks()

    def split_text_box(context: Any, box: Any, available_width: Any, skip: Any, is_line_start: bool = True) -> Any:
        return hooks.split_text_box(context, box, available_width, skip, is_line_start)

    split_text_box.sets_chinese = True  # type: ignore[attr-defined]
    inline.split_text_box = split_text_box
    inline.justify_line = hooks.justify_line
    block.iter_line_boxes = hooks.iter_line_boxes
    draw.draw_text = hooks.draw_text
    text.draw_first_line = hooks.draw_first_line
    document.Document._render = classmethod(lambda cls, *given, **named: hooks.render(cls, *given, **named))


class _Hooks:
    def __init__(self) -> None:
        from weasyprint import document, draw
        from weasyprint.draw import text
        from weasyprint.formatting_structure import boxes
        from weasyprint.layout import block, inline
        from weasyprint.layout.float import avoid_collisions
        from weasyprint.layout.percent import resolve_one_percentage, resolve_percentages
        from weasyprint.text import line_break
        from weasyprint.text.ffi import FROM_UNITS, ffi, pango

        self.boxes, self.line_break, self.inline, self.ffi, self.pango = boxes, line_break, inline, ffi, pango
        self.from_units, self.avoid_collisions = FROM_UNITS, avoid_collisions
        self.resolve_percentages, self.resolve_one_percentage = resolve_percentages, resolve_one_percentage
        self.original_split, self.original_lines = inline.split_text_box, block.iter_line_boxes
        self.original_draw, self.original_justify = draw.draw_text, inline.justify_line
        self.original_first_line = text.draw_first_line
        self.original_render = document.Document._render.__func__
        self.shaper = Shaper()
        self.blanks: dict[tuple[Any, ...], tuple[float, float]] = {}

    # -- what WeasyPrint calls ---------------------------------------------------------------------------

    def render(self, document: Any, *arguments: Any, **named: Any) -> Any:
        """Lay out without the cyclic collector."""
        with collector.stopped():
            return self.original_render(document, *arguments, **named)

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
        """Plan the lines of ``box``; hand them over, or let WeasyPrint ask for them one by one."""
        plan = None
        if not (first_letter_style or first_line_style):
            plan = self.plan(box, containing_block)
        if (moved := self.on_grid(box, position_y)) != position_y:
            for shape in context.excluded_shapes:
                if shape.position_y == position_y:  # a first letter that floats goes along with its line
                    shape.translate(0, moved - position_y)
            for placed in absolute_boxes or ():
                if placed.position_y == position_y and str(placed.element_tag).endswith(("::marker", "::before")):
                    placed.translate(0, moved - position_y)  # the bullet goes along with the item's first line
            position_y = moved
        if plan is not None:
            self.resolve_percentages(box, containing_block)
            box.text_indent = 0
            if skip_stack is None:
                self.resolve_one_percentage(box, "text_indent", containing_block.width)
            start = self.position(box, skip_stack, plan)
            rooms = self.rooms(context, box, position_y, containing_block)
            lines = self.lines(plan, rooms, box, start)
            plan.take(lines or [])
            if lines and plan.simple and not beside(context, position_y):
                return self.finished_lines(box, plan, lines, position_y, containing_block)
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
        if plan is None or available_width is None or not box.style["font_size"]:
            return self.original_split(context, box, available_width, skip, is_line_start)
        length = len(box.text)
        taken = len(box.text.encode()[:skip].decode()) if skip else 0
        if taken == length:
            return None, None, False
        begin = box.base + taken
        line = plan.line_at(begin)
        if line is None:
            return self.original_split(context, box, available_width, skip, is_line_start)
        close = box.base + length
        end = min(line.end, close)
        resume = None
        if line.following <= close and line.following < len(plan.material.advance):
            resume = len(box.text[: line.following - box.base].encode())
        if end <= begin:
            return None, resume, False
        return self.piece(box, plan, line, begin, end), resume, False

    def justify_line(self, context: Any, line: Any, extra_width: Any) -> None:
        """Leave a planned line as it is: WeasyPrint would lay out its spaces, and lose its gaps, anew."""
        if not any(isinstance(getattr(b, "pango_layout", None), Piece) for b in line.descendants()):
            self.original_justify(context, line, extra_width)

    def draw_text(self, stream: Any, textbox: Any, *rest: Any) -> None:
        """Draw a text box, and the dots or lines below it."""
        self.original_draw(stream, textbox, *rest)
        if isinstance(textbox.pango_layout, Piece):
            drawing.underline(stream, textbox)

    def draw_first_line(self, stream: Any, textbox: Any, overflow: Any, ellipsis: Any, matrix: Any) -> Any:
        """Show the glyphs of a piece where they were planned."""
        if not isinstance(textbox.pango_layout, Piece):
            return self.original_first_line(stream, textbox, overflow, ellipsis, matrix)
        drawing.show(stream, textbox, matrix, self.from_units, self.pango)
        return []

    # -- the grid ----------------------------------------------------------------------------------------

    def on_grid(self, box: Any, position_y: float) -> float:
        """Where the first line of a paragraph stands so that its baseline is on the grid.

        Lines as high as the grid's are moved; of higher ones, as titles have, only whole numbers of lines are
        asked of the style sheet.
        """
        tokens = box.style["__grid"]
        top = getattr(tokens[-1], "value", None) if tokens else None
        if not isinstance(top, float | int):
            return position_y
        pitch, below = self.line_break.strut(box.style.root_style)
        height, baseline = self.line_break.strut(box.style)
        if abs(height - pitch) > 0.01 * pitch:
            return position_y
        shift: float = (top + below - position_y - baseline) % pitch
        return position_y + (shift - pitch if shift > (1 - _UP) * pitch else shift)

    # -- choosing lines ----------------------------------------------------------------------------------

    def rooms(self, context: Any, box: Any, position_y: float, containing_block: Any) -> tuple[float, ...]:
        """How wide each line may be, the last for all that follow: what floats beside and the indent leave."""
        measure = containing_block.width - _SAFETY
        height, _ = self.line_break.strut(box.style)
        widths: list[float] = []
        if beside(context, position_y):
            bottom = max(shape.position_y + shape.margin_height() for shape in context.excluded_shapes)
            box.position_y, box.width, box.height = position_y, 0, height
            while box.position_y < bottom:
                widths.append(self.avoid_collisions(context, box, containing_block, outer=False)[2] - _SAFETY)
                box.position_y += height
        widths.append(measure)
        if box.text_indent:
            widths = [widths[0] - box.text_indent, *(widths[1:] or [measure])]
        return tuple(widths)

    def lines(self, plan: _Plan, rooms: tuple[float, ...], box: Any, start: int) -> list[Line] | None:
        """The lines from ``start`` on, chosen once for the same rooms."""
        key = (rooms, start)
        if key not in plan.lines:
            justify = box.style["text_align_all"] == "justify"
            last = box.style["text_align_last"] == "justify"
            balance = box.element_tag in _HEADINGS and not justify
            tried = (
                break_lines(m, rooms, justify=justify, last=last, balance=balance, start=start)
                for m in plan.material.ever_looser()
            )
            plan.lines[key] = next((found for found in tried if found is not None), None)
        return plan.lines[key]

    # -- finished lines ----------------------------------------------------------------------------------

    def finished_lines(
        self, box: Any, plan: _Plan, lines: list[Line], position_y: float, containing_block: Any
    ) -> Iterator[tuple[Any, Any]]:
        """Line boxes of a simple paragraph and where each next one resumes, as WeasyPrint would make them."""
        left, width = containing_block.content_box_x(), containing_block.width
        count = len(plan.material.advance)
        for line in lines:
            box.position_x, box.position_y = left, position_y
            closing = line.following == count
            made = self.parent(box, plan, line, left + box.text_indent, closing)
            full = not closing and box.style["text_align_all"] == "justify"
            offset = 0 if full else self.inline.text_align(None, made, width, last=closing)
            bottom, top = self.inline.line_box_verticality(made)
            made.baseline = -top
            made.position_y = top
            made.height = bottom - top
            made.margin_top = made.margin_bottom = 0
            made.translate(offset, position_y - top)
            made.position_y = position_y
            yield made, None if closing else self.skip_stack(box, line.following)
            position_y += made.height
            box.text_indent = 0

    def parent(self, box: Any, plan: _Plan, line: Line, x: float, closing: bool) -> Any:
        """A line or inline box with what the line holds of its children, from ``x`` on."""
        children: list[Any] = []
        start = x
        for child in box.children:
            begin, end = max(child.base, line.start), min(child.until, line.end)
            child.position_y = box.position_y
            if begin < end:
                if isinstance(child, self.boxes.TextBox):
                    part = self.piece(child, plan, line, begin, end)
                    part.position_x = x
                else:
                    part = self.parent(child, plan, line, x, closing)
                x += part.width
            elif child.base == child.until and (line.start <= child.base < line.following or closing):
                if child.base < line.start:
                    continue
                part = self.parent(child, plan, line, x, closing)
            else:
                continue
            children.append(part)
        made = box.copy_with_children(children)
        if not isinstance(box, self.boxes.LineBox):
            made.position_x = start
        made.width = x - made.position_x
        self.inline._adjust_line_height(made)
        return made

    def piece(self, box: Any, plan: _Plan, line: Line, begin: int, end: int) -> Any:
        """The part of a text box from one character of the paragraph to another."""
        glyphs = plan.glyphs[box.base]
        after = line.after[begin - line.start : end - line.start]
        lead = line.lead if begin == line.start else 0.0
        part = box.copy_with_text(box.text[begin - box.base : end - box.base])
        part.width = sum(plan.material.advance[begin:end]) + sum(after) - lead
        if plan.padding:
            part.width -= sum(plan.padding.get(i, 0.0) for i in range(begin, end))
        part.pango_layout = Piece(glyphs, begin - box.base, end - box.base, after, lead)
        part.height = glyphs.height
        line_height, _ = self.line_break.strut(box.style)
        part.margin_top = part.margin_bottom = (line_height - glyphs.height) / 2
        part.baseline = glyphs.baseline + part.margin_top
        return part

    def skip_stack(self, box: Any, position: int) -> dict[int, Any]:
        """Where in the children of ``box`` the character at ``position`` stands, as WeasyPrint writes it."""
        for index, child in enumerate(box.children):
            if child.base <= position < child.until:
                if isinstance(child, self.boxes.TextBox):
                    taken = position - child.base
                    return {index: {len(child.text[:taken].encode()): None} if taken else None}
                if position == child.base:
                    return {index: None}
                return {index: self.skip_stack(child, position)}
        raise AssertionError("a line resumes outside its paragraph")

    # -- planning ----------------------------------------------------------------------------------------

    def plan(self, box: Any, containing_block: Any) -> _Plan | None:
        """The paragraph of a line box, made once; None if it is not plain running Chinese text.

        Made anew when the children are: generated page numbers become known only in a second pass.
        """
        known: _Known | None = getattr(box, "paragraph", None)
        if known is None or box.children is not known.children or any(b.children is not c for b, c in known.below):
            paragraph = _Paragraph()
            plan = self.make_plan(box, paragraph, containing_block)
            known = box.paragraph = _Known(plan, box.children, paragraph.parents)
        return known.plan

    def make_plan(self, box: Any, paragraph: _Paragraph, containing_block: Any) -> _Plan | None:
        style = box.style
        if not (style["lang"] or "").startswith("zh") or style["direction"] != "ltr" or not style["font_size"]:
            return None
        if style["text_align_all"] not in ("justify", "start", "left", "center", "end", "right"):
            return None
        if not self.gather(box, paragraph, containing_block):
            return None
        text = "".join(piece.text for piece in paragraph.pieces)
        if not text.strip():
            return None
        advances: list[float] = []
        sizes: list[float] = []
        styles: list[Any] = []
        spacing: list[float] = []
        glyphs: dict[int, Glyphs] = {}
        for piece in paragraph.pieces:
            shaped = self.shaper.shape(piece.style, piece.text)
            if shaped is None:
                return None
            glyphs[len(advances)] = shaped
            advances += shaped.advances()
            sizes += [piece.style["font_size"]] * len(piece.text)
            styles += [piece.style] * len(piece.text)
            spaced = piece.style["letter_spacing"]
            spacing += [0.0 if spaced == "normal" else spaced] * len(piece.text)
        for position, amount in paragraph.padding.items():
            if position < len(advances):
                advances[position] += amount
        attributes = self.line_break.get_log_attrs(text, style["lang"])
        plan = _Plan(
            material(
                text,
                advances,
                sizes,
                spacing,
                style["font_size"],
                lambda i: self.blank(text[i], styles[i], sizes[i]),
                lambda i: bool(attributes[i].is_line_break),
                paragraph.bound,
                cells=any(token.value == "none" for token in style["__text_spacing"]),
            ),
            glyphs,
            paragraph.simple,
            paragraph.padding,
        )
        for piece in paragraph.pieces:
            piece.planned = plan
        return plan

    def gather(self, box: Any, into: _Paragraph, block: Any) -> bool:
        """Collect the text boxes below ``box``; false if there is anything else in the flow.

        Every box learns its place in the paragraph: ``base``, and ``until`` where what follows begins.
        """
        boxes = self.boxes
        box.base = into.length
        for child in box.children:
            if not child.is_in_normal_flow():
                into.simple = False
                if child.is_floated():
                    return False
                continue
            style = child.style
            if isinstance(child, boxes.TextBox):
                if style["white_space"] != "normal" or not style["font_size"] or "\n" in child.text:
                    return False
                if style["text_transform"] != "none" or style["word_spacing"]:
                    return False
                child.__dict__.update(_BARE)
                child.base = into.length
                into.pieces.append(child)
                into.length += len(child.text)
                child.until = into.length
                if (child.element_tag or "").endswith("::footnote-call"):
                    into.bound.update(range(child.base, child.until))  # a note's mark stays with what it notes
            elif isinstance(child, boxes.InlineBox) and not child.is_leader:
                self.resolve_percentages(child, block)
                into.parents.append((child, child.children))
                if not self.gather(child, into, block):
                    return False
                left = _number(child.padding_left) + _number(child.margin_left) + _number(child.border_left_width)
                right = _number(child.padding_right) + _number(child.margin_right) + _number(child.border_right_width)
                if left or right:
                    if child.base == child.until:
                        return False
                    into.simple = False
                    into.padding[child.base] = into.padding.get(child.base, 0.0) + left
                    into.padding[child.until - 1] = into.padding.get(child.until - 1, 0.0) + right
                if style["position"] != "static":
                    into.simple = False
                if child.element_tag == "ruby":
                    into.bound.update(range(child.base + 1, child.until))
                elif child.element_tag == "sup":
                    into.bound.update(range(child.base, child.until))
            else:
                return False
        box.until = into.length
        return True

    def position(self, box: Any, skip_stack: Any, plan: _Plan) -> int:
        """The character at which a skip stack resumes."""
        if skip_stack is None:
            return 0
        while True:
            ((index, deeper),) = skip_stack.items()
            if isinstance(box, self.boxes.TextBox):
                return int(box.base) + len(box.text.encode()[: index or 0].decode())
            if index >= len(box.children):
                return len(plan.material.advance)
            box = box.children[index]
            if deeper is None:
                return int(getattr(box, "base", 0))
            skip_stack = deeper

    def blank(self, character: str, style: Any, size: float) -> tuple[float, float]:
        """Blank before and after the ink of a full-width mark, up to half an em, in px; 0 for a narrow one."""
        key = (character, *style["font_family"], style["font_weight"])
        if key not in self.blanks:
            layout = self.line_break.Layout(style)
            layout.set_text(character)
            line, _ = layout.get_first_line()
            ink, logical = self.ffi.new("PangoRectangle *"), self.ffi.new("PangoRectangle *")
            self.pango.pango_layout_line_get_extents(line, ink, logical)
            em = size / self.from_units
            left = right = 0.0
            if logical.width / em >= 0.9:
                left = min(max(ink.x / em - 0.02, 0.0), 0.5)
                right = min(max((logical.width - ink.x - ink.width) / em - 0.02, 0.0), 0.5)
            self.blanks[key] = (left if left > 0.25 else 0.0, right if right > 0.25 else 0.0)
        before, after = self.blanks[key]
        return before * size, after * size


@dataclass
class _Paragraph:
    """What ``gather`` finds: text boxes in order, inline edges, characters that no line may begin with."""

    pieces: list[Any] = field(default_factory=list)
    parents: list[tuple[Any, Any]] = field(default_factory=list)
    length: int = 0
    simple: bool = True
    padding: dict[int, float] = field(default_factory=dict)
    bound: set[int] = field(default_factory=set)


def beside(context: Any, position_y: float) -> bool:
    """Whether a float reaches below ``position_y``."""
    return any(shape.position_y + shape.margin_height() > position_y for shape in context.excluded_shapes)


def _number(value: Any) -> float:
    return 0.0 if value == "auto" else float(value)
