"""Horizontal bars with direct labels: figures of one unit side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

FONT = "Hei, 'Noto Sans CJK SC', 'Source Han Sans SC', SimHei, sans-serif"


def draw(rows: Sequence[tuple[str, float, str]], width: float = 160) -> tuple[str, str]:
    """SVG (units: millimetres) and words for ``(label, value, printed value)`` rows, in the order given.

    Bars are proportional to their values; the longest takes the room that labels and figures leave.
    Raises ``ValueError`` for no rows or a negative value.
    """
    if not rows or any(value < 0 for _, value, _ in rows):
        raise ValueError("bars need at least one row and no negative value")
    size, pitch, bar = 3.2, 8.0, 4.6
    label_width = max(_measure(label) for label, _, _ in rows) * size + 3
    figure_width = max(_measure(text) for _, _, text in rows) * size + 3
    room = width - label_width - figure_width
    longest = max(value for _, value, _ in rows) or 1
    height = len(rows) * pitch + 1
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}mm" '
        f'height="{height:g}mm" font-family="{FONT}" font-size="{size}">'
    ]
    for number, (label, value, text) in enumerate(rows):
        middle = number * pitch + pitch / 2
        base, top = f'y="{middle + 1.15:.2f}"', f'x="{label_width:.2f}" y="{middle - bar / 2:.2f}"'
        left, right = escape(label, quote=False), escape(text, quote=False)
        length = max(room * value / longest, 0.4)
        parts.append(
            f'<text x="{label_width - 2:.2f}" {base} text-anchor="end" fill="#23303a">{left}</text>'
            f'<rect {top} width="{room:.2f}" height="{bar}" fill="#eef3f1"/>'
            f'<rect {top} width="{length:.2f}" height="{bar}" fill="#2e7d74"/>'
            f'<text x="{label_width + length + 1.5:.2f}" {base} fill="#1f5a54" font-weight="bold">{right}</text>'
        )
    parts.append(f'<path d="M{label_width:.2f} 0V{height:g}" stroke="#23303a" stroke-width="0.3"/></svg>')
    words = "条形图：" + "；".join(f"{label}{text}" for label, _, text in rows) + "。"
    return "".join(parts), words


def _measure(text: str) -> float:
    """Width in em: a Han character is one, anything else a little over half."""
    return sum(1.0 if ord(c) > 0x2E7F else 0.58 for c in text)
