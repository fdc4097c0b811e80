"""The XMP packet of a PDF: which standards the file says it meets."""

from __future__ import annotations

import pikepdf
from lxml import etree

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Namespaces in which a file names the standard it meets.
_STANDARDS = ("http://www.aiim.org/pdfa/ns/id/", "http://www.aiim.org/pdfua/ns/id/", "http://www.npes.org/pdfx/ns/id/")


def declare(pdf: pikepdf.Pdf, descriptions: str, *, alone: bool = False) -> None:
    """Add ``<rdf:Description>`` elements to the packet; ``alone`` first takes out the standards it named before.

    A property said anew takes the place of the old one. The stream is saved without a filter, as PDF/X wants it.
    """
    packet = etree.fromstring(pdf.Root.Metadata.read_bytes())
    rdf = next(packet.iter(f"{{{_RDF}}}RDF"))
    added = etree.fromstring(f'<rdf:RDF xmlns:rdf="{_RDF}">{descriptions}</rdf:RDF>')
    new = {child.tag for description in added for child in description}
    for old in list(rdf):
        said = {child.tag for child in old}.union(map(str, old.attrib))
        if said & new or (alone and any(etree.QName(name).namespace in _STANDARDS for name in said)):
            rdf.remove(old)
    rdf.extend(added)
    stream = pdf.make_stream(
        b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        + etree.tostring(packet, encoding="utf-8")
        + b'\n<?xpacket end="r"?>'
    )
    stream.Type, stream.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    pdf.Root.Metadata = stream
