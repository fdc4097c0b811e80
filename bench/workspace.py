"""The text that is measured: a workspace of any number of case articles, and the same words for the peers.

``python bench/workspace.py FOLDER [--articles 62]`` writes it, ``--edit N`` changes a sentence of article N in every
form. The same command always writes the same bytes.

::

    FOLDER/content/            records and one anthology (``EDITION``), each article on a new page
    FOLDER/articles/001.md …   the same articles in Markdown, for pandoc
    FOLDER/book.html           the same as one HTML document, for WeasyPrint and Chromium
    FOLDER/book.template       what pandoc wraps round Typst's markup
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from generator.privacy import names  # noqa: E402 – the folder above is known only now

EDITION = "bench"
TITLE = "社工站建设运营案例汇编"
#: Characters of one article: 62 of them have 245,000.
CHARACTERS = 3_952
#: Articles in a part (编) of the anthology.
_PART = 31

#: Page and type of the anthology on A4 (templates/house/theme.yaml), which the peers are given too: mm and pt.
TOP, BOTTOM, SIDES, SIZE, LINE = 25, 24.5, 43.3, 10.5, 18
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"


# -- words ---------------------------------------------------------------------------------------------------

_SENTENCE = re.compile(r"[\u4e00-\u9fff][\u4e00-\u9fff0-9A-Za-z，、；：“”‘’（）《》—…·％%～]{13,88}。”?")
_COUNT = re.compile(r"[百千万]余|[百千万][人户家]|\d{2,}(?!年)|\d[\d.]*(?:人次|张|份|[%分])")
_LABEL = re.compile(r"^[\s>-]*(?:\S+: +)?(?![表图][题注源])")
_PAIRS = ("“”", "‘’", "（）", "《》")
_TOPICS = (
    "独居老人探访 困境儿童陪伴 残障家庭支持 流动人口融入 低保复核 社区议事 "
    "志愿队伍培育 楼道互助 站点值守 督导带教 档案整理 资源链接"
).split()
_PLACES = "荷源 青桥 双柳 东塘 金沙 文昌 桂林 黄泥 石桥 南苑 新园 西门".split()
_ROWS = "入户走访 个案服务 小组活动 社区活动 资源链接 督导培训".split()
_SECTIONS = ("概况", "问题", "做法", "成效", "经验", "反思")


@cache
def sentences() -> tuple[str, ...]:
    """Every whole sentence of the sample content that holds no markup: prose as it is really written."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "content").rglob("*")):
        if path.suffix not in (".md", ".yaml"):
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            for sentence in re.findall(r"[^。]+。”?", _LABEL.sub("", line)):
                if _COUNT.search(sentence) or "简称" in sentence or names.find(sentence):
                    continue  # a figure is true, and somebody known, in their own article only
                if _SENTENCE.fullmatch(sentence) and all(sentence.count(a) == sentence.count(b) for a, b in _PAIRS):
                    found[sentence] = None
    return tuple(found)


@cache
def _openings() -> tuple[str, ...]:
    """Sentences whose first clause can be made bold."""
    return tuple(s for s in sentences() if re.match(r"[\u4e00-\u9fff]{4,16}，", s))


@dataclass(frozen=True)
class Table:
    """A table of facts; the first row is its head."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class List:
    items: tuple[str, ...]
    ordered: bool = False


#: A paragraph is a text, with ``**`` round what is bold and ``[words](address)`` for a link.
Block = str | List | Table


@dataclass(frozen=True)
class Article:
    """One case: its sections by the names of the record's fields; the practices (做法) have titles of their own."""

    number: int
    title: str
    place: str
    unit: str
    summary: str
    keywords: tuple[str, ...]
    sections: Mapping[str, tuple[Block, ...]]
    practices: tuple[tuple[str, tuple[Block, ...]], ...]

    @property
    def name(self) -> str:
        return f"{self.number:03}"


class _Pen:
    """Writes an article of a given length."""

    def __init__(self, random: Random, paragraphs: int, length: int) -> None:
        self.random, self.share, self.spare = random, length / paragraphs, 0.0

    def paragraph(self) -> str:
        """As many sentences as come nearest to an equal share of the article, with what was left over before."""
        words, due = "", self.share + self.spare
        while len(words) < due - 18:
            words += self.random.choice(sentences())
        self.spare = due - len(words)
        return words

    def item(self) -> str:
        sentence = self.random.choice(_openings())
        clause, rest = sentence.split("，", 1)
        return f"**{clause}**，{rest}"


def article(number: int, edits: int = 0) -> Article:
    """Article ``number`` (from 1) after so many edits, each of which puts another sentence in place of one."""
    random = Random(number)
    pen = _Pen(random, 17, CHARACTERS - 615)
    place = _PLACES[number % len(_PLACES)]
    topics = tuple(random.sample(_TOPICS, 4))
    address = f"https://example.org/stations/{number:03}"
    rows = tuple((row, *(str(random.randint(3, 480)) for _ in range(3))) for row in _ROWS)
    practices = [[pen.paragraph() for _ in range(3)] for _ in range(3)]
    if edits:
        old, *rest = re.findall(r"[^。]+。”?", practices[1][1])
        others = [sentence for sentence in sentences() if sentence != old]
        practices[1][1] = "".join([others[(97 * number + edits) % len(others)], *rest])
    return Article(
        number,
        f"{place}街道社工站{topics[0]}实践之{number}",
        f"示例市{place}街道",
        f"示例市{place}街道社会工作服务站",
        "".join(random.choice(sentences()) for _ in range(3)),
        topics,
        {
            "概况": (pen.paragraph(), f"{pen.paragraph()}站点资料见[示例社工站名录]({address})。"),
            "问题": (pen.paragraph(), List(tuple(pen.item() for _ in range(3)))),
            "成效": (
                pen.paragraph(),
                Table(f"{place}社工站三个季度的服务量", (("项目", "一季度", "二季度", "三季度"), *rows)),
                pen.paragraph(),
            ),
            "经验": (List(tuple(pen.item() for _ in range(3)), ordered=True), pen.paragraph()),
            "反思": (f"{pen.item()}{pen.paragraph()}", pen.paragraph()),
        },
        tuple((f"{topic}的做法", tuple(text)) for topic, text in zip(topics[1:], practices, strict=True)),
    )


# -- as records ----------------------------------------------------------------------------------------------


def record(article: Article) -> str:
    """The article as a record of content/operations/."""
    lines = [
        f"标题: {article.title}",
        "站点: st-bench",
        "日期: 2024-03-01",
        "作者: [p-bench]",
        "示例: true",
        f"地区: {article.place}",
        f"实施单位: {article.unit}",
        f"关键词: [{', '.join(article.keywords)}]",
        f"摘要: {article.summary}",
        f"数字说明: [{{文: {_table(article)}, 理由: 表中是随机数，只供测量排版}}]",
    ]
    for name in _SECTIONS:
        if name == "做法":
            lines.append("做法:")
            for title, blocks in article.practices:
                lines += [f"  - 标题: {title}", "    正文: |", *_indented(blocks, 6, article)]
        else:
            lines += [f"{name}: |", *_indented(article.sections[name], 2, article)]
    return "\n".join(lines) + "\n"


def _table(article: Article) -> str:
    """The title of the article's table."""
    return next(b.title for blocks in article.sections.values() for b in blocks if isinstance(b, Table))


def _indented(blocks: tuple[Block, ...], indent: int, article: Article) -> Iterator[str]:
    for number, block in enumerate(blocks):
        if number:
            yield ""
        if isinstance(block, Table):
            yield f"{' ' * indent}表题：{block.title} {{#tbl-{article.name}}}"
            yield ""
        for line in _markdown(block):
            yield " " * indent + line


def _markdown(block: Block) -> list[str]:
    match block:
        case Table():
            head, *rows = (f"| {' | '.join(row)} |" for row in block.rows)
            return [head, "|---" + "|--:" * (len(block.rows[0]) - 1) + "|", *rows]
        case List():
            return [f"{f'{n}.' if block.ordered else '-'} {item}" for n, item in enumerate(block.items, 1)]
        case _:
            return [block]


def _edition(articles: int) -> str:
    parts = []
    for first in range(1, articles + 1, _PART):
        numbers = range(first, min(first + _PART, articles + 1))
        cases = ", ".join(f"op-{n:03}" for n in numbers)
        parts.append(f"  - 标题: 案例{numbers[0]}至{numbers[-1]}\n    案例: [{cases}]\n")
    return (
        f"编号: {EDITION}\n标题: {TITLE}\n副标题: 示例\n年: 2024\n站点: st-bench\n日期: 2024-03-29\n示例: true\n"
        f"资料类型: 电子版\n印刷: {{开本: 210×297}}\n职员:\n  编印单位: [示例区社会工作总站]\n  主编: [p-bench]\n"
        f"编写说明: bench-about\n编:\n{''.join(parts)}"
    )


_RECORDS = {
    "stations/st-bench.yaml": "标题: 示例区社会工作总站\n简称: 示例区总站\n层级: 区县总站\n地区: 示例市示例区\n"
    "简介: 示例区社会工作总站统筹全区街道社工站。\n示例: true\n",
    "style/sample-roster.yaml": "人员:\n  C-0: {姓名: 计示范}\n",
    "people/p-bench.yaml": "姓名: 示例编辑\n身份: [编辑]\n单位: st-bench\n职务: 总站编辑\n示例: true\n",
    "articles/bench-about.md": "---\n标题: 编写说明\n体裁: 编写说明\n站点: st-bench\n日期: 2024-03-29\n"
    "作者: [p-bench]\n示例: true\n---\n\n本册文字由测试程序从样例稿件中抽句拼成，只用来量排版的快慢。\n",
}


# -- for the peers -------------------------------------------------------------------------------------------


def _headed(article: Article) -> Iterator[tuple[int, str, tuple[Block, ...]]]:
    """Level, heading and blocks of each section, as the anthology prints them."""
    names = ("基本概况", "面对的问题", "主要做法", "工作成效", "经验与推广价值", "反思")
    for number, field, name in zip("一二三四五六", _SECTIONS, names, strict=True):
        yield 2, f"{number}、{name}", article.sections.get(field, ())
        if field == "做法":
            for count, (title, blocks) in zip("一二三", article.practices, strict=True):
                yield 3, f"（{count}）{title}", blocks


def _preliminaries(article: Article) -> tuple[str, ...]:
    return (
        "文／示例编辑",
        f"实施单位　{article.unit}　地区　{article.place}　案例类别　建设运营",
        f"**摘要**　{article.summary}",
        f"**关键词**　{'；'.join(article.keywords)}",
    )


def markdown(article: Article) -> str:
    """The article for pandoc."""
    parts = [f"# {article.title}", *_preliminaries(article)]
    for level, heading, blocks in _headed(article):
        parts.append(f"{'#' * level} {heading}")
        for block in blocks:
            parts.append("\n".join(_markdown(block)))
            if isinstance(block, Table):
                parts.append(f": {block.title}")
    return "\n\n".join(parts) + "\n\n"


def html(article: Article) -> str:
    """The article for engines that read HTML."""
    parts = [f'<article><h1 id="a{article.name}">{article.title}</h1>']
    parts += [f"<p>{_inline(text)}</p>" for text in _preliminaries(article)]
    for level, heading, blocks in _headed(article):
        parts.append(f"<h{level}>{heading}</h{level}>")
        parts += map(_html, blocks)
    return "".join(parts) + "</article>\n"


def _html(block: Block) -> str:
    match block:
        case Table():
            head, *rows = block.rows
            columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
            lines = (f'<th scope="row">{name}</th>' + "".join(f"<td>{n}</td>" for n in cells) for name, *cells in rows)
            body = "".join(f"<tr>{line}</tr>" for line in lines)
            caption = f"<caption>{block.title}</caption>"
            return f"<table>{caption}<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
        case List():
            tag = "ol" if block.ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_inline(item)}</li>' for item in block.items)}</{tag}>"
        case _:
            return f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    text = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escape(text, quote=False))
    return re.sub(r"\[(.+?)\]\((.+?)\)", r'<a href="\2">\1</a>', text)


_CSS = f"""
@page {{ size: A4; margin: {TOP}mm {SIDES / 2}mm {BOTTOM}mm; @bottom-center {{ content: counter(page) }} }}
html {{ font: {SIZE}pt/{LINE}pt "{SERIF}" }}
body, p, ul, ol, h1, h2, h3, table, nav {{ margin: 0; padding: 0 }}
p {{ text-indent: 2em; text-align: justify; orphans: 2; widows: 2 }}
h1, h2, h3, strong, th, caption {{ font-family: "{SANS}"; font-weight: 700 }}
h1, h2, h3 {{ break-after: avoid }}
h1 {{ font-size: 24pt; line-height: 36pt; margin-bottom: {LINE}pt }}
h2 {{ font-size: 14pt; margin: 27pt 0 9pt }} h3 {{ font-size: 12pt; margin: 13pt 0 5pt }}
article, nav {{ break-before: page }}
ul, ol {{ padding-left: 2em }} li {{ text-align: justify }}
table {{ width: 100%; table-layout: fixed; border-collapse: collapse; font-size: 9pt; line-height: 13.5pt;
  margin: 9pt 0; border-top: 1pt solid; border-bottom: 1pt solid }}
caption {{ text-align: left; line-height: {LINE}pt }}
th, td {{ padding: 2.5pt 4.5pt; text-align: left }} td {{ text-align: right }}
thead th {{ border-bottom: .5pt solid }} tbody th {{ font-weight: 400 }}
a {{ color: inherit; text-decoration: none }}
nav li {{ list-style: none }} nav a::after {{ content: "　" target-counter(attr(href), page) }}
"""


def book(articles: list[Article]) -> str:
    """All articles as one HTML document, contents first."""
    entries = "".join(f'<li><a href="#a{a.name}">{a.title}</a></li>' for a in articles)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{TITLE}</title><style>{_CSS}</style>'
        f"</head><body><nav><h1>目录</h1><ol>{entries}</ol></nav>\n{''.join(map(html, articles))}</body></html>\n"
    )


#: Typst with its own means for Chinese on, on the same page; ``$body$`` is pandoc's.
TYPST = f"""#set document(title: "{TITLE}")
#set page(paper: "a4", margin: (x: {SIDES / 2}mm, top: {TOP}mm, bottom: {BOTTOM}mm), numbering: "1")
#set text(font: "{SERIF}", size: {SIZE}pt, lang: "zh", region: "cn", cjk-latin-spacing: auto)
#set text(top-edge: 0.88em, bottom-edge: -0.12em)
#set par(justify: true, linebreaks: "optimized", first-line-indent: (amount: 2em, all: true))
#set par(leading: {LINE - SIZE}pt, spacing: {LINE - SIZE}pt)
#show heading: set text(font: "{SANS}")
#show heading: set block(above: {LINE}pt, below: {LINE - 3}pt)
#show heading.where(level: 1): set text(24pt)
#show heading.where(level: 1): it => {{ pagebreak(weak: true); it }}
#show heading.where(level: 2): set text(14pt)
#show heading.where(level: 3): set text(12pt)
#show strong: set text(font: "{SANS}")
#show figure.where(kind: table): set figure.caption(position: top)
#show table: set text(9pt)
#let horizontalrule = line(length: 100%)
#outline(depth: 1)
"""


# -- the workspace -------------------------------------------------------------------------------------------


class Workspace:
    """The folder of one text in all its forms. How often each article was edited is kept in it."""

    def __init__(self, root: Path, articles: int = 62) -> None:
        self.root = root
        self._state = root / "edits.json"
        if self._state.is_file():
            state = json.loads(self._state.read_text(encoding="utf-8"))
            articles, self._edits = state["articles"], {int(n): count for n, count in state["edits"].items()}
        else:
            self._edits = {}
        self.articles = articles

    def article(self, number: int) -> Article:
        return article(number, self._edits.get(number, 0))

    def write(self) -> Workspace:
        """Write everything as it is after the edits made so far."""
        for name, text in _RECORDS.items():
            self._save(f"content/{name}", text)
        self._save(f"content/anthologies/{EDITION}.yaml", _edition(self.articles))
        self._save("book.template", f"{TYPST}\n$body$\n")
        # what pandoc does for one article does not hold the settings: the including file does
        self._save("part.template", "#let horizontalrule = line(length: 100%)\n$body$\n")
        includes = "\n".join(f'#include "articles/{n:03}.typ"' for n in range(1, self.articles + 1))
        self._save("book-of-parts.typ", f"{TYPST}\n{includes}\n")
        for number in range(1, self.articles + 1):
            self._write_article(number)
        self._write_rest()
        return self

    def edit(self, number: int) -> None:
        """Change one sentence of an article, in every form; another one at every call."""
        self._edits[number] = self._edits.get(number, 0) + 1
        self._write_article(number)
        self._write_rest()

    def _write_article(self, number: int) -> None:
        this = self.article(number)
        self._save(f"content/operations/op-{this.name}.yaml", record(this))
        self._save(f"articles/{this.name}.md", markdown(this))

    def _write_rest(self) -> None:
        self._save("book.html", book([self.article(n) for n in range(1, self.articles + 1)]))
        self._save(self._state.name, json.dumps({"articles": self.articles, "edits": self._edits}))

    def _save(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=62)
    parser.add_argument("--edit", type=int, metavar="N", help="change a sentence of article N in what is there")
    options = parser.parse_args()
    workspace = Workspace(options.folder, options.articles)
    if options.edit:
        workspace.edit(options.edit)
    else:
        workspace.write()


if __name__ == "__main__":
    main()
