"""Cross references whose printed words are numbers that Word counts, or a title: REF fields in place of links."""

from __future__ import annotations

import re

from generator.writers.docx.draft import Draft
from generator.writers.docx.wordml import Element, add_field, add_text, q, twin, value

_NUMERAL = re.compile("[0-9A-Za-z一二三四五六七八九十百千零]")

#: Literal words, or a number and the name of the bookmark on its paragraph.
_Piece = str | tuple[str, str]


def resolve(draft: Draft) -> None:
    """Put fields in place of the links whose words follow from what they point to; the others stay links."""
    bookmarked = {
        value(start, name="name"): paragraph
        for paragraph in draft.numbers.given
        for start in paragraph.iterchildren(q("w:bookmarkStart"))
    }
    starts: dict[str, Element] = {}
    if draft.references.titles:
        for start in draft.package.body.iter(q("w:bookmarkStart")):
            starts.setdefault(value(start, name="name"), start)
    for link, target in draft.references.cited:
        runs = list(link)
        printed = "".join(t.text or "" for t in link.iter(q("w:t")))
        if not runs or any(run.tag != q("w:r") for run in runs):
            continue
        title = draft.references.titles.get(target)
        if title is not None and printed == f"《{_words(starts[title])}》":
            _replace(link, ["《", (printed[1:-1], f"REF {title} \\h"), "》"])
        elif (paragraph := bookmarked.get(draft.references.name(target))) is not None:
            pieces = _pieces(draft, printed, paragraph)
            if pieces is not None:
                _replace(link, pieces)


def _words(start: Element) -> str:
    """The text in a bookmark round the words of a heading; none if there is more than text."""
    words = ""
    for sibling in start.itersiblings():
        if sibling.tag == q("w:bookmarkEnd") and value(sibling, name="id") == value(start, name="id"):
            break
        if sibling.tag == q("w:r"):
            if any(child.tag not in (q("w:rPr"), q("w:t")) for child in sibling):
                return ""
            words += "".join(t.text or "" for t in sibling.iter(q("w:t")))
    return words


def _pieces(draft: Draft, printed: str, paragraph: Element) -> list[_Piece] | None:
    """A citation such as 第七条第（二）项 as words and numbers, that of the paragraph last; None if a numeral is over.

    A number is printed without its last full stop (ISO/IEC 29500-1, 17.16.5.51, ``n``).
    """
    pieces: list[_Piece] = []
    for place in _chain(draft, paragraph):
        number = draft.numbers.given[place].shown.rstrip(".")
        before, found, after = printed.rpartition(number)
        if not found or _NUMERAL.search(after):
            if not pieces:
                return None
            continue
        pieces[:0] = [(number, f"REF {_bookmark(draft, place)} \\n \\h"), *filter(None, [after])]
        printed = before
    return None if _NUMERAL.search(printed) else [*filter(None, [printed]), *pieces]


def _chain(draft: Draft, paragraph: Element) -> list[Element]:
    """A numbered paragraph and those of the levels above that it stands under, the nearest first."""
    given = draft.numbers.given
    own, chain = given[paragraph], [paragraph]
    before = list(given)[: list(given).index(paragraph)]
    level = own.level
    for place in reversed(before):
        if given[place].numbering == own.numbering and given[place].level < level:
            chain.append(place)
            level = given[place].level
    return chain


def _bookmark(draft: Draft, paragraph: Element) -> str:
    """The name of a bookmark on a numbered paragraph, a new one if there is none."""
    start = paragraph.find(q("w:bookmarkStart"))
    if start is not None:
        return value(start, name="name")
    content = [child for child in paragraph if child.tag != q("w:pPr")]
    place = list(draft.numbers.given).index(paragraph)
    return draft.references.mark(f"number:{place}", content[0], content[-1])


def _replace(link: Element, pieces: list[_Piece]) -> None:
    """Put words and fields, which look as it does, in place of a link."""
    holder = link.makeelement(link.tag)
    for piece in pieces:
        if isinstance(piece, str):
            holder.append(_run(piece, link[0]))
        else:
            add_field(holder, f"{piece[1]} \\* MERGEFORMAT", [_run(piece[0], link[0])])
    for element in list(holder):
        link.addprevious(element)
    parent = link.getparent()
    assert parent is not None
    parent.remove(link)


def _run(text: str, model: Element) -> Element:
    """A run that looks, and comes from where, another does."""
    run = twin(model)
    for old in run.findall(q("w:t")):
        run.remove(old)
    add_text(run, text)
    return run
