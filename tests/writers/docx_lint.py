"""Faults of a Word file that no public validator reports, though Word stumbles over them."""

from __future__ import annotations

import collections
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_TEXT = {_W + name for name in ("t", "delText", "instrText", "delInstrText")}
_BLOCKS = {_W + name for name in ("p", "tbl", "sdt")}


def lint(data: bytes) -> list[str]:
    """Everything found wrong, one sentence each."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        roots = {
            name: etree.fromstring(archive.read(name))
            for name in set(names)
            if re.fullmatch(r"word/(charts/)?[^/]+\.xml", name)
        }
        relations = {
            name: etree.fromstring(archive.read(name))
            for name in set(names)
            if re.fullmatch(r"(.*/)?_rels/.*\.rels", name)
        }
    found = [f"{name}: twice in the package" for name, n in _count(x.lower() for x in names) if n > 1]
    for name, root in sorted(roots.items()):
        found += [f"{name}: {fault}" for fault in _part(root)]
    found += _across(roots)
    found += _related(names, roots, relations)
    found += _first_pages(roots["word/document.xml"])
    return found


def _count(values: Iterator[str] | list[str]) -> list[tuple[str, int]]:
    return list(collections.Counter(values).items())


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        if isinstance(element.tag, str):
            yield element


def _part(root: etree._Element) -> Iterator[str]:
    starts = [e.get(_W + "id") for e in root.iter(_W + "bookmarkStart")]
    ends = [e.get(_W + "id") for e in root.iter(_W + "bookmarkEnd")]
    if sorted(map(str, starts)) != sorted(map(str, ends)):
        yield "bookmarks do not pair"
    depth = 0
    for element in _elements(root):
        if element.tag == _W + "fldChar":
            depth += {"begin": 1, "end": -1}.get(element.get(_W + "fldCharType", ""), 0)
            if depth < 0:
                yield "a field ends that never began"
        elif element.tag == _W + "tc":
            blocks = [child for child in element if child.tag in _BLOCKS]
            if not blocks or blocks[-1].tag == _W + "tbl":
                yield "a cell does not end in a paragraph"
        elif element.tag == _W + "tr" and element.find(_W + "tc") is None:
            yield "a row without cells"
        elif element.tag == _W + "t" and any(a.tag == _W + "del" for a in element.iterancestors()):
            yield "plain text in a deletion"
        for text, owner in ((element.text, element), (element.tail, element.getparent())):
            if text and text.strip() and owner is not None and str(owner.tag).startswith(_W) and owner.tag not in _TEXT:
                yield f"stray text in {etree.QName(owner).localname}"
    if depth:
        yield "a field never ends"
    ignorable = (root.get(_MC + "Ignorable") or "").split()
    for prefix in ignorable:
        if prefix not in root.nsmap:
            yield f"ignorable prefix {prefix} is not declared"
    if any(key.startswith(_W14) for e in _elements(root) for key in map(str, e.attrib)) and not any(
        root.nsmap.get(prefix) == _W14[1:-1] for prefix in ignorable
    ):
        yield "w14 is used but not ignorable"


def _across(roots: dict[str, etree._Element]) -> Iterator[str]:
    """Faults that concern the file as a whole: ids, names, references."""
    everything = [e for root in roots.values() for e in _elements(root)]
    bookmarks = [e.get(_W + "name", "") for e in everything if e.tag == _W + "bookmarkStart"]
    controls = [e for e in everything if e.tag == _W + "sdtPr"]
    for what, values in (
        ("drawing id", [e.get("id", "") for e in everything if e.tag == _WP + "docPr"]),
        ("bookmark name", [name.lower() for name in bookmarks]),
        ("content control id", [e.get(_W + "val", "") for s in controls for e in s.findall(_W + "id")]),
        ("paragraph id", [e.get(_W14 + "paraId", "") for e in everything if e.get(_W14 + "paraId")]),
    ):
        yield from (f"{what} {value} is used {n} times" for value, n in _count(values) if n > 1)
    yield from (f"bookmark name {name} is longer than 40" for name in bookmarks if len(name) > 40)
    yield from (f"bookmark name {name} is none" for name in bookmarks if not re.fullmatch(r"[^\W\d]\w*|_\w+", name))
    known = set(bookmarks)
    for element in everything:
        if element.tag == _W + "hyperlink" and element.get(_W + "anchor") not in (None, *known):
            yield f"link to the missing bookmark {element.get(_W + 'anchor')}"
        if element.tag == _W + "instrText":
            wanted = re.match(r"\s*(?:REF|PAGEREF|NOTEREF)\s+(\S+)", element.text or "")
            if wanted and wanted[1] not in known:
                yield f"field refers to the missing bookmark {wanted[1]}"
    yield from _numbers(roots, everything)
    yield from _styles(roots)


def _related(names: list[str], roots: dict[str, etree._Element], relations: dict[str, etree._Element]) -> Iterator[str]:
    """Relationships that lead nowhere, ids that no relationship has, charts without their workbook."""
    known: dict[str, dict[str, str]] = {}
    for name, root in sorted(relations.items()):
        folder, _, file = name.rpartition("_rels/")
        owner = folder + file.removesuffix(".rels")
        known[owner] = {}
        for relation in root:
            target = relation.get("Target", "")
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
                if target not in names:
                    yield f"{owner}: {relation.get('Id')} leads to the missing part {target}"
            known[owner][relation.get("Id", "")] = target
    for name, root in sorted(roots.items()):
        for element in _elements(root):
            for key, value in element.attrib.items():
                if str(key).startswith(_R) and value not in known.get(name, {}):
                    yield f"{name}: no relationship {value}"
        if root.tag == _C + "chartSpace":
            data = root.find(_C + "externalData")
            if data is None or not known.get(name, {}).get(data.get(_R + "id", ""), "").endswith(".xlsx"):
                yield f"{name}: a chart without its workbook"
            if any(int(axis.get("val", "0")) < 1 for axis in root.iter(_C + "axId")):
                yield f"{name}: an axis id that is not positive"


def _first_pages(document: etree._Element) -> Iterator[str]:
    """Sections whose first page is different, but has no head or foot; or that have one nobody will see."""
    for section in document.iter(_W + "sectPr"):
        different = section.find(_W + "titlePg") is not None
        for kind in ("headerReference", "footerReference"):
            own = any(r.get(_W + "type") == "first" for r in section.findall(_W + kind))
            if different and not own:
                yield f"a different first page without its {kind}"
            if own and not different:
                yield f"a {kind} for a first page that is not different"
        kind_of = section.find(_W + "type")
        if different and kind_of is not None and kind_of.get(_W + "val") == "continuous":
            yield "a different first page in the middle of a page"


def _numbers(roots: dict[str, etree._Element], everything: list[etree._Element]) -> Iterator[str]:
    numbering = roots.get("word/numbering.xml")
    nums = {n.get(_W + "numId"): n for n in numbering.iter(_W + "num")} if numbering is not None else {}
    abstracts = {a.get(_W + "abstractNumId"): a for a in numbering.iter(_W + "abstractNum")} if nums else {}
    levels = {
        key: {x.get(_W + "ilvl"): x for x in abstracts[_val(num, "abstractNumId")].iter(_W + "lvl")}
        for key, num in nums.items()
        if _val(num, "abstractNumId") in abstracts
    }
    for num in nums.values():
        if (abstract := _val(num, "abstractNumId")) not in abstracts:
            yield f"abstract numbering {abstract} is not defined"
    for element in everything:
        if element.tag != _W + "numId" or (key := element.get(_W + "val")) == "0":
            continue
        level = _val(element.getparent(), "ilvl") or "0"
        if key not in nums:
            yield f"numbering {key} is not defined"
        elif key in levels and level not in levels[key]:
            yield f"numbering {key} has no level {level}"
    styles = {s.get(_W + "styleId"): s for s in roots["word/styles.xml"].iter(_W + "style")}
    bound = [(a, x, s.get(_W + "val")) for a in abstracts.values() for x in a for s in x.findall(_W + "pStyle")]
    yield from (f"style {name} is bound to {n} levels" for name, n in _count([str(s) for *_, s in bound]) if n > 1)
    for abstract_, level_, name in bound:
        reference = styles[name].find(f"{_W}pPr/{_W}numPr") if name in styles else None
        num_ = nums.get(_val(reference, "numId"))
        same = num_ is not None and _val(num_, "abstractNumId") == abstract_.get(_W + "abstractNumId")
        if not same or (_val(reference, "ilvl") or "0") != level_.get(_W + "ilvl"):
            yield f"a level names style {name}, which does not name it back"


def _val(element: etree._Element | None, name: str) -> str | None:
    found = element.find(_W + name) if element is not None else None
    return found.get(_W + "val") if found is not None else None


def _styles(roots: dict[str, etree._Element]) -> Iterator[str]:
    known = {s.get(_W + "styleId") for s in roots["word/styles.xml"].iter(_W + "style")}
    for name, root in sorted(roots.items()):
        for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next"):
            for element in root.iter(_W + kind):
                if element.get(_W + "val") not in known:
                    yield f"{name}: style {element.get(_W + 'val')} is not defined"
