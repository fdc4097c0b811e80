"""The mark of a draft across every page, as Word draws one: lettering in a shape that the headers hold."""

from __future__ import annotations

from functools import cache
from xml.sax.saxutils import quoteattr

from lxml import etree

from generator.model import DRAFT_MARK
from generator.writers.docx.wordml import NAMESPACES, Element, twin

_VML, _OFFICE = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"
#: What lettering on a line is (ECMA-376-4, 19.1.2.20; preset 136, as Word writes it).
_KIND = (
    '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">'
    '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
    '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>'
    '<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/>'
    '<v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
    '<v:path textpathok="t" o:connecttype="custom" o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" '
    'o:connectangles="270,180,90,0"/><v:textpath on="t" fitshape="t"/>'
    '<v:handles><v:h position="#0,bottomRight" xrange="6629,14971"/></v:handles>'
    '<o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
)


def mark(number: int, *, above: bool = False) -> Element:
    """A run that holds the mark; ``number`` tells shapes apart. ``above`` lies over what else is on the page."""
    return twin(_run(number, above))


@cache
def _run(number: int, above: bool) -> Element:
    layer = 251658752 if above else -251658752
    return etree.fromstring(
        f'<w:r xmlns:w="{NAMESPACES["w"]}" xmlns:v="{_VML}" xmlns:o="{_OFFICE}"><w:rPr><w:noProof/></w:rPr><w:pict>'
        f'{_KIND}<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{2048 + number}" '
        'type="#_x0000_t136" alt="" style="position:absolute;margin-left:0;margin-top:0;width:440pt;height:34pt;'
        f"rotation:315;z-index:{layer};mso-position-horizontal:center;mso-position-horizontal-relative:page;"
        'mso-position-vertical:center;mso-position-vertical-relative:page" o:allowincell="f" fillcolor="#b0b0b0" '
        f'stroked="f"><v:fill opacity=".6"/><v:textpath style="font-family:&quot;SimHei&quot;;font-size:1pt" '
        f"string={quoteattr(DRAFT_MARK)}/></v:shape></w:pict></w:r>"
    )
