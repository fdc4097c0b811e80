"""What WeasyPrint works out anew for every box, worked out once for boxes of one style and one containing block."""

from __future__ import annotations

import copy
import sys
from typing import Any

#: Module and name of what is replaced, wherever in the layout it is called from.
TOUCHED = (
    ("weasyprint.layout.percent", "resolve_percentages"),
    ("weasyprint.layout.background", "layout_box_backgrounds"),
    ("weasyprint", "HTML._ua_stylesheets"),
)

_SIDES = ("top", "right", "bottom", "left")
#: What :func:`resolve_percentages` sets.
_USED = (
    *(f"{edge}_{side}" for edge in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_width" for side in _SIDES),
    *(f"{least}{axis}" for least in ("", "min_", "max_") for axis in ("width", "height")),
)
#: The corners of a box that has no round ones.
_SQUARE = {f"border_{end}_{side}_radius": (0, 0) for end in ("top", "bottom") for side in ("left", "right")}
#: Pseudo-elements that the engine's own sheet gives to every element, though few have them.
_SELDOM = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})


def install() -> None:
    """Replace the functions; a second call does nothing. Raises ``AttributeError`` if WeasyPrint has moved them."""
    import weasyprint
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout import background, percent

    resolve, backgrounds = percent.resolve_percentages, background.layout_box_backgrounds
    if getattr(resolve, "remembers", False):
        return

    def resolve_percentages(box: Any, containing_block: Any) -> None:
        """Used lengths depend on the style and the containing block alone.

        Items of a grid or flex box are measured with styles that change, borders of tables may be joined.
        """
        if isinstance(containing_block, boxes.Box):
            containing_block = containing_block.width, containing_block.height
        style = box.style
        if (
            isinstance(box, boxes.PageBox)
            or box.is_flex_item
            or box.is_grid_item
            or style["border_collapse"] == "collapse"
        ):
            resolve(box, containing_block)
            return
        known = style.__dict__.setdefault("used_lengths", {})
        found = known.get(containing_block)
        if found is None:
            resolve(box, containing_block)
            known[containing_block] = {name: getattr(box, name) for name in _USED}
        else:
            box.__dict__.update(found)

    def layout_box_backgrounds(
        page: Any, box: Any, get_image_from_uri: Any, layout_children: bool = True, style: Any = None
    ) -> None:
        """Most boxes have no background, no picture for a border and no round corner."""
        if style is not None or box is page or "bare" not in box.style.__dict__:
            backgrounds(page, box, get_image_from_uri, layout_children, style)
            if style is None and box is not page and _is_bare(box):
                box.style.bare = True
            return
        box.__dict__.update(_SQUARE)
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, get_image_from_uri)
        box.background = None

    resolve_percentages.remembers = True  # type: ignore[attr-defined]
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.layout") and getattr(module, "resolve_percentages", None) is resolve:
            module.resolve_percentages = resolve_percentages  # type: ignore[attr-defined]
    background.layout_box_backgrounds = layout_box_backgrounds
    sheets = [_sparing(sheet) for sheet in weasyprint.HTML._ua_stylesheets(None)]
    original = weasyprint.HTML._ua_stylesheets
    weasyprint.HTML._ua_stylesheets = lambda self, forms=False: original(self, forms) if forms else sheets


def _is_bare(box: Any) -> bool:
    return (
        box.background is None
        and box.style["border_image_source"][0] == box.style["mask_border_source"][0] == "none"
        and all(getattr(box, corner) == (0, 0) for corner in _SQUARE)
    )


def _sparing(sheet: Any) -> Any:
    """A sheet of the engine's whose rules for notes hold for notes alone, and those for markers for list items."""
    sheet = copy.copy(sheet)
    matcher = sheet.matcher = copy.copy(sheet.matcher)
    kept: list[Any] = []
    notes: list[Any] = []
    markers: list[Any] = []
    for rule in matcher.other_selectors:
        pseudo = rule[3]
        (notes if pseudo in _SELDOM else markers if pseudo == "marker" else kept).append(rule)
    matcher.other_selectors = kept
    matcher.class_selectors = {**matcher.class_selectors, "footnote": notes}
    names = matcher.lower_local_name_selectors
    matcher.lower_local_name_selectors = {**names, "li": [*names.get("li", ()), *markers]}
    return sheet
