"""Makes a finished file a review copy: tracking on, paragraphs named, and inside it what was sent."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from xml.sax.saxutils import escape

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from generator.model import Publication
from generator.writers.docx import manuscript, opc
from generator.writers.docx.package import Package
from generator.writers.docx.wordml import Element, make, q

_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_ITEMS = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
#: Custom properties are of this set; the name is the same for every Office document.
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def revision(publication: Publication) -> str:
    """Twelve letters that differ when anything the edition prints differs."""
    digest = hashlib.sha256()
    for article in publication.articles:
        digest.update(etree.tostring(article.body, method="c14n"))
    return digest.hexdigest()[:12]


def send(package: Package, edition: str, state: str, articles: Mapping[Element, str]) -> manuscript.Manuscript:
    """Turn the file into a review copy of a state (:func:`revision`) of an edition.

    ``articles`` tells the article of every element of the body.
    """
    notes = _articles_of_notes(package, articles)

    def article_of(paragraph: Element) -> str:
        for element in (paragraph, *paragraph.iterancestors()):
            if element in articles:
                return articles[element]
            if element.tag == q("w:footnote"):
                return notes.get(element.get(q("w:id"), ""), "")
        return ""

    roots = {"document": package.document, "footnotes": package.footnotes}
    sent = manuscript.sign(roots, edition, state, article_of)
    package.settings.insert(_place_of_tracking(package.settings), make("trackRevisions"))
    _add_custom_xml(package, manuscript.to_xml(sent))
    _add_properties(package, {"zhankan.edition": sent.edition, "zhankan.revision": sent.revision})
    return sent


def _articles_of_notes(package: Package, articles: Mapping[Element, str]) -> dict[str, str]:
    return {
        call.get(q("w:id"), ""): article
        for element, article in articles.items()
        for call in element.iter(q("w:footnoteReference"))
    }


def _place_of_tracking(settings: Element) -> int:
    """``trackRevisions`` stands before ``defaultTabStop`` and what follows it (ECMA-376 17.15.1.78)."""
    return next(n for n, child in enumerate(settings) if child.tag == q("w:defaultTabStop"))


def _add_custom_xml(package: Package, data: bytes) -> None:
    identity = str(uuid.uuid5(uuid.NAMESPACE_URL, hashlib.sha256(data).hexdigest())).upper()
    properties = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem ds:itemID="{{{identity}}}" '
        f'xmlns:ds="{_ITEMS}"><ds:schemaRefs><ds:schemaRef ds:uri="{manuscript.NAMESPACE}"/></ds:schemaRefs>'
        "</ds:datastoreItem>"
    )
    item = opc.part("/customXml/item1.xml", CT.XML, data)
    described = opc.part("/customXml/itemProps1.xml", CT.OFC_CUSTOM_XML_PROPERTIES, properties.encode())
    opc.relate(item, RT.CUSTOM_XML_PROPS, described)
    opc.relate(package.part, RT.CUSTOM_XML, item)


def _add_properties(package: Package, values: Mapping[str, str]) -> None:
    listed = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{escape(name)}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    data = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">{listed}</Properties>'
    )
    part = opc.part("/docProps/custom.xml", CT.OFC_CUSTOM_PROPERTIES, data.encode())
    opc.relate(package.opc, RT.CUSTOM_PROPERTIES, part)
