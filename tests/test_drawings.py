"""Plain drawings pass, whatever an editor's program writes of them; nothing makes the reader itself stumble."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import drawings
from generator.drawings import faults

ROOT = Path(__file__).parent.parent
OWN = sorted(path for folder in ("content", "templates", "tests/sample") for path in (ROOT / folder).rglob("*.svg"))


def drawn(inner: str) -> bytes:
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 60">'
    return f"{head}{inner}</svg>".encode()


def codes(data: bytes) -> list[str]:
    return [d.code for d in faults(data, "a.svg")]


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_own_drawings_pass(path: Path) -> None:
    assert codes(path.read_bytes()) == []


@pytest.mark.parametrize(
    "inner",
    [
        '<g style="fill:none;stroke:#1f5a54;stroke-width:.5px;stroke-linejoin:round"><path d="M1,2l3-4.5h1e1z"/></g>',
        '<g transform="matrix(1 0 0 1 2 3) rotate(-45, 1, 2) scale(.5)"><ellipse cx="1" cy="2" rx="3" ry="4"/></g>',
        '<defs><linearGradient id="a" x1="0%" x2="100%"><stop offset=".5" stop-color="rgb(1, 2, 3)"/></linearGradient>'
        '</defs><rect fill="url(#a)" width="1" height="1"/><rect style="fill: url( #a ) none" width="1" height="1"/>',
        '<linearGradient id="a"><stop stop-color="#fff"/></linearGradient><radialGradient id="b" xlink:href="#a"/>',
        '<defs><marker id="m" orient="auto" refX="3"><path d="M0 0L3 1.5L0 3z"/></marker></defs>'
        '<polyline points="1,2 3,4 5,6" marker-end="url(#m)" stroke-dasharray="2 1"/>',
        '<clipPath id="c"><circle r="9"/></clipPath><g clip-path="url(#c)"><rect width="9" height="9"/></g>',
        '<defs><g id="p"><circle r="1"/><rect width="2" height="2"/></g></defs><use href="#p" x="3"/><use href="#p"/>',
        '<text x="1 2 3" font-family="\'Noto Sans SC\', serif" xml:space="preserve">甲<tspan dy="1">乙</tspan></text>',
        "<title>图</title><desc>说明</desc><!-- 注 --><rect width='1' height='1' opacity='.5'/>",
    ],
)  # fmt: skip
def test_plain_drawings_pass(inner: str) -> None:
    assert codes(drawn(inner)) == []


def test_a_fault_names_its_line_and_element() -> None:
    (found,) = faults(drawn("\n<g>\n  <script>a()</script></g>"), "content/media/a.svg")
    assert str(found.span) == "content/media/a.svg:3:3"
    assert found.span.length == len("<script")
    assert "<script>" in str(found.message)


def test_faults_without_end_are_not_all_told() -> None:
    assert codes(drawn("<script/>" * 5_000)) == ["drawing.element"] * 20


_NAMES = st.sampled_from(sorted(drawings._ELEMENTS | {"script", "image", "style", "a", "x"}))
_KEYS = st.sampled_from(sorted(drawings._ATTRIBUTES.keys() | {"style", "transform", "onload", "filter"}))
_VALUES = st.one_of(
    st.sampled_from(["url(#a)", "#a", "none", "1e999", "0", "-1", "1 2 3", "M0 0L9 9", "rotate(4)", "fill:url(//a)"]),
    st.text("0123456789eE.-+, %()#aMLz;:/", max_size=40),
)  # fmt: skip


@given(st.lists(st.tuples(_NAMES, st.dictionaries(_KEYS, _VALUES, max_size=4), st.booleans()), max_size=12))
def test_any_drawing_is_answered(elements: list[tuple[str, dict[str, str], bool]]) -> None:
    inner, open_ = "", []
    for name, given_, stays in elements:
        inner += f"<{name} " + " ".join(f'{k}="{v}"' for k, v in given_.items()) + (">" if stays else "/>")
        open_ += [name] if stays else []
    found = codes(drawn(inner + "".join(f"</{name}>" for name in reversed(open_))))
    assert all(code.startswith("drawing.") for code in found)
    live = any(name in ("script", "image", "style", "a", "x") for name, *_ in elements)
    assert found or not live


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_answered(data: bytes, within: bool) -> None:
    assert all(code.startswith("drawing.") for code in codes(drawn("").replace(b"</svg>", data) if within else data))
