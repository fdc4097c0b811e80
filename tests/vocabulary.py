"""Small trees for every element and class of the vocabulary, made from the vocabulary itself."""

from __future__ import annotations

from collections.abc import Iterator

from generator.tree import BLOCK, EMPTY, INLINE, VOCABULARY

#: Elements that only make sense inside others: their surroundings, with a gap for the element.
_AROUND = {
    "li": "<ul>{}</ul>",
    "dt": "<dl>{}<dd>释义</dd></dl>",
    "dd": "<dl><dt>名称</dt>{}</dl>",
    "figcaption": '<figure class="picture"><img src="{{picture}}" alt="示意图"/>{}</figure>',
    "colgroup": '<table class="data">{}<tbody><tr><td>单元格</td></tr></tbody></table>',
    "col": '<table class="data"><colgroup>{}</colgroup><tbody><tr><td>单元格</td></tr></tbody></table>',
    "thead": '<table class="data">{}<tbody><tr><td>单元格</td></tr></tbody></table>',
    "tbody": '<table class="data">{}</table>',
    "tr": '<table class="data"><tbody>{}</tbody></table>',
    "th": '<table class="data"><thead><tr>{}</tr></thead><tbody><tr><td>单元格</td></tr></tbody></table>',
    "td": '<table class="data"><tbody><tr><th scope="row">栏名</th>{}</tr></tbody></table>',
    "rt": "<p><ruby>堃{}</ruby></p>",
}

#: What elements hold whose content has a shape of its own.
_WITHIN = {
    "article": "<p>{}</p>",
    "ul": "<li>{}</li><li>第二项</li>",
    "ol": "<li>{}</li><li>第二项</li>",
    "dl": "<dt>名称</dt><dd>{}</dd>",
    "figure": '<img src="{{picture}}" alt="示意图"/><figcaption>{}</figcaption>',
    "table": "<thead><tr><th>栏目</th></tr></thead><tbody><tr><td>{}</td></tr></tbody>",
    "colgroup": '<col data-width="100"/>',
    "thead": "<tr><th>{}</th></tr>",
    "tbody": "<tr><td>{}</td></tr>",
    "tr": "<td>{}</td>",
    "ruby": "{}<rt>zì</rt>",
}

#: Attributes without which an element means nothing.
_ATTRIBUTES = {
    "img": ' src="{picture}" alt="示意图"',
    "a": ' href="#anchor"',
    "data": ' value="21"',
    "time": ' datetime="2023-12-29"',
    "col": ' data-width="100"',
}

_SPECIAL = {
    "figure.table": '<figure class="table" id="t-1"><figcaption><span class="label">表1　</span>{}</figcaption>'
    '<table class="data"><tbody><tr><td>单元格</td></tr></tbody></table></figure>',
    "nav.contents": '<nav class="contents" role="doc-toc"><ol><li class="contents-section">栏目</li>'
    '<li class="contents-entry" data-level="1"><a href="#anchor"><span class="contents-title">{}</span>'
    '<span class="contents-author">作者</span></a></li></ol></nav>',
    "nav.figures": '<figure class="picture" id="f-1"><img src="{{picture}}" alt="示意图"/><figcaption>'
    '<span class="label">图1　</span>题</figcaption></figure><nav class="figures"><ol><li class="contents-section">插图'
    '</li><li class="contents-entry" data-level="1"><a href="#f-1"><span class="contents-title">{}</span></a></li></ol>'
    "</nav>",
    "table.equivalent": '<figure class="picture"><img src="{{picture}}" alt="示意图：{0}"/><figcaption>题</figcaption>'
    '<table class="data equivalent"><tbody><tr><th scope="row">家人</th><td>{0}</td></tr></tbody></table></figure>',
    "a.page-ref": '<p>{}见第<a class="page-ref" href="#anchor"/>页</p>',
    "img.cover-art": '<header class="cover"><img class="cover-art" src="{{picture}}" alt="" role="presentation"/>'
    '<h1 class="cover-name">{}</h1></header>',
    "div.clause": '<div class="clause" data-level="1"><p><span class="label">第一条　</span>{}</p></div>',
    "span.blank": '<p>{}<span class="blank" data-width="6"/></p>',
    "span.footnote": '<p>正文<span class="footnote" role="doc-footnote">{}</span>。</p>',
}

#: Samples whose words are no text in print: they are those of the picture beside.
UNSEEN = frozenset({"table.equivalent"})

#: The picture that samples show.
PICTURE = "sample.svg"


def words(name: str) -> str:
    """The words that stand in the sample of this name and nowhere else in it."""
    return f"样文{name.replace('.', '之').replace('-', '')}终"


def _holds_text(element: str) -> bool:
    return VOCABULARY[element].holds is not EMPTY and element not in ("colgroup",)


def has_words(name: str) -> bool:
    """Whether the sample of this name shows its words: empty elements can't."""
    return name in _SPECIAL or _holds_text(name.partition(".")[0])


def _sample(element: str, name: str) -> str:
    kind = VOCABULARY[element]
    full = f"{element}.{name}" if name else element
    text = words(full)
    if full in _SPECIAL:
        return _SPECIAL[full].format(text).replace("{{", "{").replace("}}", "}").replace("{picture}", PICTURE)
    attributes = (f' class="{name}"' if name else "") + _ATTRIBUTES.get(element, "")
    if kind.holds is EMPTY or element == "colgroup":
        made = f"<{element}{attributes}/>" if kind.holds is EMPTY else f"<{element}>{_WITHIN[element]}</{element}>"
    else:
        default = "<p>{}</p>" if kind.holds is BLOCK else "{}"
        made = f"<{element}{attributes}>{_WITHIN.get(element, default).format(text)}</{element}>"
    if element in _AROUND:
        made = _AROUND[element].format(made)
    elif kind.group == INLINE:
        made = f"<p>前{made}后</p>"
    return made.replace("{{", "{").replace("}}", "}").replace("{picture}", PICTURE)


def _names() -> Iterator[tuple[str, str]]:
    for element, kind in VOCABULARY.items():
        yield element, ""
        for name in sorted(kind.classes):
            yield element, name


def samples() -> list[tuple[str, str]]:
    """One small article for every element and every class: (``p`` or ``p.lead``, its XHTML).

    Every article has a place ``anchor`` that references point to and may show the picture ``sample.svg``.
    """
    made = []
    for element, name in _names():
        full = f"{element}.{name}" if name else element
        inner = _sample(element, name)
        if element == "article":
            xhtml = inner.replace("<article", '<article id="anchor" data-kind="sample"', 1)
        else:
            xhtml = f'<article data-kind="sample"><h1 id="anchor">题名</h1>{inner}</article>'
        made.append((full, xhtml))
    return made
