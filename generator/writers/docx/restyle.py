"""A hub's own Word styles in place of ours: taken by name, look for look, with what they are based on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from generator.readers.word import WordFile, named_styles
from generator.writers.docx.wordml import PARAGRAPH_ORDER, Element, add, find, make, q, twin, value

#: What every program has alike and no hub means: the roots of characters, lists and tables.
_ROOTS = {"character": "DefaultParagraphFont", "table": "TableNormal"}
_KEPT = frozenset((*_ROOTS.values(), "NoList"))

_STYLE_ORDER = (
    "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal "
    "personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"
).split()
_RUN_ORDER = (
    "rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint snapToGrid color spacing w kern "
    "position sz szCs highlight u effect bdr shd fitText vertAlign em"
).split()
#: Numbers, tab stops and outline levels belong to the text, frames and sections to no style of ours.
_OURS = ("framePr", "numPr", "tabs", "outlineLvl")
_LOOKS: Mapping[str, Sequence[str]] = {
    "pPr": [n for n in PARAGRAPH_ORDER if n not in (*_OURS, "pStyle", "divId", "cnfStyle", "rPr", "sectPr",
                                                    "pPrChange")],
    "rPr": _RUN_ORDER,
    "tblPr": ["tblStyleRowBandSize", "tblStyleColBandSize", "tblBorders", "shd", "tblCellMar"],
    "tcPr": ["tcBorders", "shd", "noWrap", "tcMar", "vAlign"],
}  # fmt: skip
_CONDITIONS = (
    "wholeTable firstRow lastRow firstCol lastCol band1Vert band2Vert band1Horz band2Horz neCell nwCell seCell swCell"
).split()
_LOOKS_OF = {"paragraph": ("pPr", "rPr"), "character": ("rPr",), "table": ("pPr", "rPr", "tblPr", "tcPr", "tblStylePr")}

#: Measures by their element, and the least and the most they may be.
_MEASURED = {"sz": (2, 800), "szCs": (2, 800), "kern": (0, 3276), "position": (-800, 800), "w": (1, 600)}
_MEASURES = frozenset(
    "before after line left right start end hanging firstLine firstLineChars leftChars rightChars startChars endChars "
    "hangingChars beforeLines afterLines".split()
)
_FARTHEST = 31680
_W = q("w:")


def restyle(styles: Element, hub: WordFile) -> None:
    """Give every style of ours whose name the hub's file has the hub's look; the others stay as they are.

    A style is found by its name or an alias, whatever its id. What it is based on comes along; its default
    and theme fonts are written out, theme colours are what the file says they come to. Numbering, tab stops and
    outline levels stay ours. Styles of ours that are based on the plainest style keep ours under them.
    """
    theirs = hub.part("styles")
    if theirs is not None:
        _Restyling(styles, theirs, hub.part("theme")).run()


class _Restyling:
    def __init__(self, styles: Element, theirs: Element, theme: Element | None) -> None:
        self._styles = styles
        self._fonts = _theme_fonts(theme)
        self._theirs = {key: s for s in theirs.findall(q("w:style")) if (key := value(s, name="styleId"))}
        self._defaults = {
            kind: _cleaned(find(theirs, f"w:docDefaults/w:{kind}Default/w:{kind}"), _LOOKS[kind], self._fonts)
            for kind in ("pPr", "rPr")
        }
        self._ours = {value(s, name="styleId"): s for s in styles.findall(q("w:style"))}
        named = named_styles(theirs)
        #: their id -> the id it has with us
        self._ids: dict[str, str] = {}
        #: our id -> the look it takes
        self._taken: dict[str, Element] = {}
        for key, style in self._ours.items():
            look = named.get((value(style, name="type"), value(style, "w:name").casefold()))
            if look is None:
                continue
            self._ids.setdefault(value(look, name="styleId"), key)
            if key not in _KEPT:
                self._taken[key] = look

    def run(self) -> None:
        if "Normal" in self._taken:
            self._keep_ours_under("Normal")
        for key, look in self._taken.items():
            style = self._ours[key]
            for kind in ("basedOn", "link"):
                _drop(style, kind)
            self._dress(style, look)
            for kind in ("link", "next"):
                wanted = self._ids.get(value(look, f"w:{kind}"), "")
                if wanted in self._ours and (kind == "next" or self._links_back(wanted, look)):
                    _put(style, make(kind, val=wanted))

    def _keep_ours_under(self, key: str) -> None:
        """What is based on a style that is taken, and is not taken itself, goes on resting on ours."""
        resting = [s for k, s in self._ours.items() if k not in self._taken and value(s, "w:basedOn") == key]
        if not resting:
            return
        base = twin(self._ours[key])
        base.attrib.pop(q("w:default"), "")
        base.set(q("w:customStyle"), "1")
        base.set(q("w:styleId"), self._fresh("House"))
        _put(base, make("name", val=self._fresh_name("站刊基准")))
        _drop(base, "qFormat")
        self._ours[key].addnext(base)
        for style in resting:
            _put(style, make("basedOn", val=value(base, name="styleId")))

    def _links_back(self, key: str, look: Element) -> bool:
        other = self._taken.get(key)
        return other is not None and value(other, "w:link") == value(look, name="styleId")

    def _dress(self, style: Element, look: Element) -> None:
        """Take off a style's look and put on theirs, upon what theirs is based on."""
        kind = value(style, name="type")
        kept = [twin(p) for name in _OURS if (p := find(style, f"w:pPr/w:{name}")) is not None]
        for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "tblStylePr"):
            _drop(style, name)
        based = self._base(look, kind)
        if based:
            _put(style, make("basedOn", val=based))
        for name in _LOOKS_OF[kind]:
            if name == "tblStylePr":
                parts = {value(part, name="type"): part for part in look.findall(q("w:tblStylePr"))}
                for part in (parts[kind] for kind in _CONDITIONS if kind in parts):
                    _put(style, self._conditional(part), several=True)
                continue
            put_on = _cleaned(find(look, f"w:{name}"), _LOOKS[name], self._fonts)
            if kind == "paragraph" and not based:
                put_on = _over(self._default(name), put_on, _LOOKS[name])
            if name == "pPr":
                for own in kept:
                    _put(put_on, own, PARAGRAPH_ORDER)
            if len(put_on):
                _put(style, put_on)

    def _default(self, name: str) -> Element:
        """What a style that is based on none rests on: their defaults, and under these Word's own."""
        if name != "rPr":
            return self._defaults[name]
        plain = make("rPr")
        add(plain, "rFonts", **dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), "Times New Roman"))
        add(plain, "sz", val=20)
        add(plain, "szCs", val=20)
        return _over(plain, self._defaults[name], _RUN_ORDER)

    def _conditional(self, part: Element) -> Element:
        made = make("tblStylePr", type=value(part, name="type"))
        for name in ("pPr", "rPr", "tblPr", "tcPr"):
            look = _cleaned(find(part, f"w:{name}"), _LOOKS[name], self._fonts)
            if len(look):
                made.append(look)
        return made

    def _base(self, look: Element, kind: str) -> str:
        """The id of what a look is based on; brings it along if it is none of ours."""
        key = value(look, "w:basedOn")
        base = self._theirs.get(key)
        if base is None or value(base, name="type") != kind or self._circular(look):
            return _ROOTS.get(kind, "")
        if key not in self._ids:
            self._ids[key] = self._fresh("Hub")
            made = etree.SubElement(self._styles, q("w:style"))
            made.set(q("w:type"), kind)
            made.set(q("w:customStyle"), "1")
            made.set(q("w:styleId"), self._ids[key])
            add(made, "name", val=self._fresh_name(value(base, "w:name") or "Hub"))
            add(made, "uiPriority", val=99)
            self._dress(made, base)
        return self._ids[key]

    def _circular(self, look: Element) -> bool:
        seen: set[str] = set()
        key = value(look, name="styleId")
        while key in self._theirs:
            if key in seen:
                return True
            seen.add(key)
            key = value(self._theirs[key], "w:basedOn")
        return False

    def _fresh(self, stem: str) -> str:
        used = {value(s, name="styleId").casefold() for s in self._styles.findall(q("w:style"))}
        used |= {i.casefold() for i in self._ids.values()}
        return next(i for n in range(1, len(used) + 2) if (i := f"{stem}{n}").casefold() not in used)

    def _fresh_name(self, name: str) -> str:
        used = {value(s, "w:name").casefold() for s in self._styles.findall(q("w:style"))}
        while name.casefold() in used:
            name += "＊"
        return name


def _drop(style: Element, name: str) -> None:
    for child in style.findall(q(f"w:{name}")):
        style.remove(child)


def _put(parent: Element, child: Element, order: Sequence[str] = _STYLE_ORDER, *, several: bool = False) -> None:
    """Put a child where the schema wants it, in place of one of its name or after others of it."""
    if not several:
        _drop(parent, etree.QName(child).localname)
    rank = order.index(etree.QName(child).localname)
    after = [c for c in parent if isinstance(c.tag, str) and order.index(etree.QName(c).localname) <= rank]
    if after:
        after[-1].addnext(child)
    else:
        parent.insert(0, child)


def _cleaned(look: Element | None, order: Sequence[str], fonts: Mapping[str, str]) -> Element:
    """The properties of ``look`` named in ``order``, in that order; nothing but WordprocessingML of plain values."""
    made = make(etree.QName(look).localname if look is not None else "pPr")
    for name in order:
        found = find(look, f"w:{name}")
        if found is not None and (plain := _plain(found, name, fonts)) is not None:
            made.append(plain)
    return made


def _plain(element: Element, name: str, fonts: Mapping[str, str]) -> Element | None:
    made = make(name)
    values = {str(k).removeprefix(_W): str(v) for k, v in element.attrib.items() if str(k).startswith(_W)}
    if name == "rFonts":
        values = _fonts(values, fonts)
    for key, told in values.items():
        if key.startswith(("theme", "rsid")):
            continue
        least = 1 if key == "line" else -_FARTHEST  # a line of no height would hide the text
        if key in _MEASURES and name in ("spacing", "ind") and not _within(told, least, _FARTHEST):
            continue
        if name in _MEASURED and not _within(told, *_MEASURED[name]):
            return None
        if name == "spacing" and key == "val" and not _within(told, -_FARTHEST, _FARTHEST):
            return None
        made.set(q(f"w:{key}"), told)
    for child in element:
        if isinstance(child.tag, str) and child.tag.startswith(_W):
            inner = _plain(child, etree.QName(child).localname, {})
            if inner is not None:
                made.append(inner)
    return made if len(made) or len(made.attrib) or not (len(element) or len(element.attrib)) else None


def _within(told: str, least: int, most: int) -> bool:
    return bool(re.fullmatch(r"-?\d{1,6}", told)) and least <= int(told) <= most


def _fonts(values: Mapping[str, str], theme: Mapping[str, str]) -> dict[str, str]:
    """Typefaces by name: a theme's face goes before one that is written beside it."""
    named = {k: v for k, v in values.items() if k in ("ascii", "hAnsi", "eastAsia", "cs")}
    for key, face in (
        ("asciiTheme", "ascii"),
        ("hAnsiTheme", "hAnsi"),
        ("eastAsiaTheme", "eastAsia"),
        ("cstheme", "cs"),
    ):
        if found := theme.get(values.get(key, "")):
            named[face] = found
    return named


def _theme_fonts(theme: Element | None) -> dict[str, str]:
    """``minorEastAsia`` and the like -> a typeface; that for Chinese may stand under its script."""
    fonts: dict[str, str] = {}
    if theme is None:
        return fonts
    for size in ("major", "minor"):
        scheme = next(theme.iter(f"{{*}}{size}Font"), None)
        if scheme is None:
            continue
        faces = {etree.QName(f).localname: f.get("typeface", "") for f in scheme.iter("{*}latin", "{*}ea", "{*}cs")}
        scripts = {f.get("script", ""): f.get("typeface", "") for f in scheme.iter("{*}font")}
        fonts |= {
            f"{size}Ascii": faces.get("latin", ""),
            f"{size}HAnsi": faces.get("latin", ""),
            f"{size}EastAsia": faces.get("ea", "") or scripts.get("Hans", ""),
            f"{size}Bidi": faces.get("cs", ""),
        }
    return {key: face for key, face in fonts.items() if face}


def _over(under: Element, upper: Element, order: Sequence[str]) -> Element:
    """Properties laid over others; of spacing, indents and typefaces each value on its own, as Word does."""
    result = twin(under)
    for child in upper:
        name = etree.QName(child).localname
        there = result.find(child.tag)
        if there is not None and name in ("spacing", "ind", "rFonts"):
            there.attrib.update(child.attrib)
        else:
            _put(result, twin(child), order)
    return result
