"""Content controls of Word: places to fill in, in a document that is locked around them."""

from __future__ import annotations

from lxml import etree

from generator.writers.docx.forms import Control, Kind
from generator.writers.docx.measure import ems
from generator.writers.docx.wordml import Element, add, add_text, find, make, q

#: The style of what stands in a control until it is filled in.
_PLACEHOLDER = "PlaceholderText"
#: Shown where something is to be written or chosen, the longest that has room.
_PROMPTS = {Kind.DATE: ("请选日期", "日期"), Kind.CHOICE: ("请选", "选"), Kind.NUMBER: ("请选", "选")}
_WRITE = ("请填写", "填写", "填")
#: The glyphs of a check box and the face that has them.
_CHECKED, _UNCHECKED, _GLYPHS = "2611", "2610", "Segoe UI Symbol"


def prompt(control: Control, room: float) -> str:
    """What asks for an answer, in at most ``room`` ems."""
    prompts = _PROMPTS.get(control.kind, _WRITE)
    return next((p for p in prompts if ems(p) <= room), prompts[-1])


def padded(control: Control, room: float) -> str:
    """The same in the middle of a line to write on of ``room`` ems, so that the text around it stays in place."""
    words = prompt(control, room)
    spaces = max(0, round((room - ems(words)) * 4))
    return "\u00a0" * (spaces // 2) + words + "\u00a0" * (spaces - spaces // 2)


def fill_cell(paragraph: Element, control: Control, room: float) -> None:
    """Append a control to the paragraph of a cell that has ``room`` ems."""
    run = add(paragraph, "r")
    add_text(run, prompt(control, room))
    enclose(run, control)


def enclose(run: Element, control: Control, *, asks: bool = True) -> None:
    """Put a run that stands in a paragraph into a control; the run ``asks`` for an answer or is one."""
    parent = run.getparent()
    assert parent is not None
    control_element = make("sdt")
    parent.replace(run, control_element)
    properties = add(control_element, "sdtPr")
    underline = find(run, "w:rPr/w:u")
    if underline is not None:
        add(add(properties, "rPr"), "u", val="single")
    add(properties, "alias", val=control.title)
    add(properties, "tag", val=control.tag)
    add(properties, "id", val=control.identity)
    add(properties, "lock", val="sdtLocked")
    if asks:
        add(properties, "showingPlcHdr")
        _style(run)
    _kind(properties, control)
    add(control_element, "sdtContent").append(run)


def _style(run: Element) -> None:
    look = run.find(q("w:rPr"))
    if look is None:
        look = make("rPr")
        run.insert(0, look)
    for old in look.findall(q("w:rStyle")):
        look.remove(old)
    look.insert(0, make("rStyle", val=_PLACEHOLDER))


def _kind(properties: Element, control: Control) -> None:
    if control.kind is Kind.CHECK:
        box = etree.SubElement(properties, q("w14:checkbox"))
        for name, values in (
            ("checked", {"val": "0"}),
            ("checkedState", {"val": _CHECKED, "font": _GLYPHS}),
            ("uncheckedState", {"val": _UNCHECKED, "font": _GLYPHS}),
        ):
            state = etree.SubElement(box, q(f"w14:{name}"))
            for key, value in values.items():
                state.set(q(f"w14:{key}"), value)
    elif control.kind is Kind.DATE:
        date = add(properties, "date")
        add(date, "dateFormat", val="yyyy年M月d日")
        add(date, "lid", val="zh-CN")
        add(date, "storeMappedDataAs", val="dateTime")
        add(date, "calendar", val="gregorian")
    elif control.options:
        choice = add(properties, "comboBox" if control.kind is Kind.NUMBER else "dropDownList")
        for option in dict.fromkeys(control.options):
            add(choice, "listItem", displayText=option, value=option)
    else:
        add(properties, "text", multiLine=1 if control.kind is Kind.LINES else None)
