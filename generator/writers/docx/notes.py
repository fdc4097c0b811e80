"""Footnotes: the notes part, and the marks in the text that call them."""

from __future__ import annotations

from generator.writers.docx.wordml import Element, add, add_paragraph, add_text, make


class Notes:
    """The footnotes of one file, numbered as they come; Word prints ①, ② … anew on each page."""

    def __init__(self, part: Element) -> None:
        self._part = part
        self._count = 0

    def call(self) -> tuple[Element, Element]:
        """A run that calls a new footnote, and the note's paragraph, waiting for its text."""
        self._count += 1
        run = make("r")
        add(add(run, "rPr"), "rStyle", val="FootnoteReference")
        add(run, "footnoteReference", id=self._count)
        note = add(self._part, "footnote", id=self._count)
        paragraph = add_paragraph(note, "FootnoteText")
        mark = add(paragraph, "r")
        add(add(mark, "rPr"), "rStyle", val="FootnoteReference")
        add(mark, "footnoteRef")
        add_text(add(paragraph, "r"), " ")
        return run, paragraph
