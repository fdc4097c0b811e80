"""The same article set by zhankan, Typst and Vivliostyle: equal page, measure, face and size; images and a table.

``python bench/peers/compare.py OUTPUT-FOLDER``; a peer that is not installed is left out, with the reason.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pypdfium2
from lxml import etree, html
from PIL import Image, ImageDraw

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from tests import galley  # noqa: E402
from tests.test_setting import NEVER_FIRST, NEVER_LAST, edge_error, han, western  # noqa: E402

#: Page (mm), size and line (pt); the measure is 34 em.
WIDTH, HEIGHT, SIZE, LINE, EMS = 170, 240, 10.5, 18, 34
SIDE = (WIDTH * 72 / 25.4 - EMS * SIZE) / 2
TOP = 62
FACE = "Noto Serif CJK SC"
ROUNDS = 3


@dataclass(frozen=True)
class MissingError(Exception):
    """A peer that can not be run here."""

    reason: str


def blocks() -> list[etree._Element]:
    """The article's headings, paragraphs, lists and tables."""
    import markdown

    text = markdown.markdown((HERE / "article.md").read_text(encoding="utf-8"), extensions=["tables"])
    return list(html.fragment_fromstring(text, create_parent="article"))


def texts(parts: list[etree._Element]) -> list[str]:
    """What is printed, a paragraph each; a row of a table counts as one."""
    found = []
    for block in parts:
        inner = block.findall("li") or block.findall(".//tr") or [block]
        for element in inner:
            cells = list(element) if element.tag == "tr" else [element]
            found.append(" ".join("".join(cell.itertext()).strip() for cell in cells))
    return found


def page_html(css: str, family: str) -> str:
    """The article as HTML for both engines that read it."""
    style = (
        f"@page{{size:{WIDTH}mm {HEIGHT}mm;margin:{TOP}pt {SIDE:.4f}pt}}"
        f"html{{font:{SIZE}pt/{LINE}pt {family};text-align:justify;line-break:strict}}"
        "body,article,h1,h2,p,ul,li,table{margin:0;padding:0}p{text-indent:2em}"
        f"h1,h2{{font-weight:700;text-align:left}}h1{{font-size:16pt;line-height:{2 * LINE}pt}}"
        f"h2{{font-size:12pt;line-height:{LINE}pt;margin:{LINE / 2}pt 0}}"
        "ul{padding-left:2em;list-style:disc}em{font-style:normal}"
        f"table{{width:100%;border-collapse:collapse;margin:{LINE / 2}pt 0}}"
        "table{border-top:1pt solid;border-bottom:1pt solid}"
        "th,td{padding:0 .5em;text-align:left;border-bottom:.3pt solid}" + css
    )
    body = "".join(etree.tostring(block, encoding="unicode", method="html") for block in blocks())
    head = f'<meta charset="utf-8"><title>样张</title><style>{style}</style>'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{head}</head><body><article>{body}</article></body></html>'


# -- the engines ---------------------------------------------------------------------------------------------


def zhankan(folder: Path) -> list[str]:
    from generator.diagnostics import Report
    from generator.project import Project
    from generator.typesetting import fonts

    faces = fonts.css(Project(ROOT, dt.date(2024, 4, 1)), Report())
    (folder / "zhankan.html").write_text(page_html(faces, "Song"), encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\nimport weasyprint\nfrom generator.typesetting import lines\n"
        "lines.install()\nweasyprint.HTML('zhankan.html').write_pdf('zhankan.pdf', pdf_variant='pdf/ua-1')"
    )
    return [sys.executable, "-c", script]


def typst(folder: Path) -> list[str]:
    if find_spec("typst") is None:
        raise MissingError("pip install typst")
    (folder / "typst.typ").write_text(_typst_source(), encoding="utf-8")
    script = (
        "import typst\ntypst.compile('typst.typ', output='typst.pdf', font_paths=['/usr/share/fonts/opentype/noto'])"
    )
    return [sys.executable, "-c", script]


def vivliostyle(folder: Path) -> list[str]:
    command, browser = shutil.which("vivliostyle"), shutil.which("chromium") or shutil.which("google-chrome")
    if command is None:
        raise MissingError("npm install @vivliostyle/cli, and its node_modules/.bin in PATH")
    if browser is None:
        raise MissingError("no Chromium in PATH")
    css = "html{text-autospace:normal;text-spacing-trim:normal;hanging-punctuation:none}"
    (folder / "vivliostyle.html").write_text(page_html(css, f"'{FACE}'"), encoding="utf-8")
    return [command, "build", "vivliostyle.html", "-o", "vivliostyle.pdf", "--executable-browser", browser,
            "--log-level", "silent"]  # fmt: skip


ENGINES: dict[str, Callable[[Path], list[str]]] = {"zhankan": zhankan, "typst": typst, "vivliostyle": vivliostyle}


def _typst_source() -> str:
    """The article in Typst's markup, with its own means for Chinese on."""
    rows = [
        f'#set page(width: {WIDTH}mm, height: {HEIGHT}mm, margin: (x: {SIDE:.4f}pt, y: {TOP}pt))',
        f'#set text(font: "{FACE}", size: {SIZE}pt, lang: "zh", region: "cn", cjk-latin-spacing: auto)',
        f"#set text(top-edge: 0.88em, bottom-edge: -0.12em)\n#set par(justify: true, leading: {LINE - SIZE}pt, "
        f"spacing: {LINE - SIZE}pt, first-line-indent: (amount: 2em, all: true), linebreaks: \"optimized\")",
        f"#show heading: set block(above: {LINE}pt, below: {LINE - 3}pt)",
        "#show heading.where(level: 1): set text(16pt)",
        "#show heading.where(level: 2): set text(12pt)",
        "#set list(indent: 0.8em, body-indent: 0.7em)",
        '#show emph: it => it.body',
    ]  # fmt: skip
    for block in blocks():
        if block.tag in ("h1", "h2"):
            rows.append(f"{'=' * int(block.tag[1])} {_typst_inline(block)}")
        elif block.tag == "ul":
            rows.append("\n".join(f"- {_typst_inline(item)}" for item in block.findall("li")))
        elif block.tag == "table":
            lines = block.findall(".//tr")
            cells = "".join(f"[{_typst_inline(cell)}], " for line in lines for cell in line)
            width = f"({'1fr, ' * len(lines[0])})"
            rows.append(f"#block(width: 100%, table(columns: {width}, stroke: (x: none, y: 0.4pt), {cells}))")
        else:
            rows.append(_typst_inline(block))
    return "\n\n".join(rows) + "\n"


def _typst_inline(element: etree._Element) -> str:
    def quoted(text: str | None) -> str:
        return re.sub(r"([\\#$*_@<>`\[\]~=+/-])", r"\\\1", text or "").strip("\n")

    found = [quoted(element.text)]
    for child in element:
        name = {"strong": "strong", "em": "emph"}[child.tag]
        found += [f"#{name}[{_typst_inline(child)}]", quoted(child.tail)]
    return "".join(found)


# -- measuring -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What one engine's PDF shows."""

    seconds: float
    pages: int
    kilobytes: float
    edges: list[float]
    gaps: list[float]
    widest: list[float]
    seams: list[float]
    forbidden: list[str]
    alone: int
    pdfium: str
    poppler: str


def judge(path: Path, seconds: float, paragraphs: list[str]) -> Verdict:
    data = path.read_bytes()
    pages = _named([[g for g in page if g.character not in "•‣"] for page in galley.glyphs(data)], paragraphs)
    rows = galley.rows(pages, paragraphs)
    body = [row for row in rows if abs(row.glyphs[0].size - SIZE) < 0.2 and len(paragraphs[row.paragraph]) > 30]
    full = [row for row in body if not row.last]
    right = SIDE + EMS * SIZE
    gaps, widest = [], []
    for row in full:
        found = [(b.left - a.right) / a.size for a, b in pairwise(row.glyphs) if han(a.character) and han(b.character)]
        gaps += found
        widest.append(max(found, default=0))
    seams = [
        (b.left - a.right) / a.size
        for row in body
        for a, b in pairwise(row.glyphs)
        if (han(a.character) and western(b.character)) or (western(a.character) and han(b.character))
    ]
    forbidden = [f"^{r.text[:4]}" for r in body if not r.first and r.text[0] in NEVER_FIRST]
    forbidden += [f"{r.text[-4:]}$" for r in full if r.text[-1] in NEVER_LAST]
    alone = sum(r.last and not r.first and sum(map(str.isalnum, r.text)) < 2 for r in body)
    document = pypdfium2.PdfDocument(data)
    pdfium = "\n".join(page.get_textpage().get_text_range() for page in document)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True)
    source = "\n".join(paragraphs)
    read = [galley.read_back(re.sub(r"[•‣] ?\s?", "", t).replace("\x02", "-").replace("\ufffe", "-"), source)
            for t in (pdfium, done.stdout)]  # fmt: skip
    return Verdict(
        seconds, len(pages), len(data) / 1024, [edge_error(row, right) for row in full], gaps, widest, seams, forbidden,
        alone, *read,
    )  # fmt: skip


def _named(pages: list[list[galley.Glyph]], paragraphs: list[str]) -> list[list[galley.Glyph]]:
    """Glyphs under the names they were set by: what some PDFs call them (⼈ for 人, ― for —) is judged as text."""
    wanted = "".join("".join(paragraphs).split())
    if sum(map(len, pages)) != len(wanted):
        return pages
    names = iter(wanted)
    return [[replace(glyph, character=name) for glyph, name in zip(page, names, strict=False)] for page in pages]


def run(name: str, command: list[str], folder: Path) -> float:
    """Median wall time of new processes, seconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        times.append(perf_counter() - start)
        if done.returncode:
            raise MissingError(f"{name} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return statistics.median(times)


def table(verdicts: dict[str, Verdict]) -> Iterator[str]:
    """The table, as Markdown."""
    yield "| | " + " | ".join(verdicts) + " |"
    yield "|---" * (len(verdicts) + 1) + "|"

    def row(title: str, value: Callable[[Verdict], str]) -> str:
        return f"| {title} | " + " | ".join(value(v) for v in verdicts.values()) + " |"

    def spread(values: list[float]) -> str:
        return f"{statistics.mean(values):.3f} / {statistics.pstdev(values):.3f} / {max(values):.3f}"

    yield row("full lines", lambda v: str(len(v.edges)))
    yield row("right edge, mean / largest deviation (pt)",
              lambda v: f"{statistics.mean(map(abs, v.edges)):.3f} / {max(map(abs, v.edges)):.3f}")  # fmt: skip
    yield row("gap between Han, mean / sd / max (em)", lambda v: spread(v.gaps))
    yield row("widest gap of a line, mean / sd / max (em)", lambda v: spread(v.widest))
    yield row("Han to Western, min / median / max (em)",
              lambda v: f"{min(v.seams):.3f} / {statistics.median(v.seams):.3f} / {max(v.seams):.3f}")  # fmt: skip
    yield row("forbidden line starts and ends", lambda v: f"{len(v.forbidden)} {' '.join(v.forbidden[:4])}".strip())
    yield row("last lines of one character", lambda v: str(v.alone))
    yield row("text read by PDFium", lambda v: v.pdfium.replace("|", "") or "equal")
    yield row("text read by Poppler", lambda v: v.poppler.replace("|", "") or "equal")
    yield row("pages", lambda v: str(v.pages))
    yield row("size (kB)", lambda v: f"{v.kilobytes:.0f}")
    yield row("time, new process (s)", lambda v: f"{v.seconds:.2f}")


def side_by_side(names: list[str], folder: Path) -> None:
    """One image a page, the engines next to each other."""
    documents = [pypdfium2.PdfDocument(folder / f"{name}.pdf") for name in names]
    for number in range(max(map(len, documents))):
        shots = [d[number].render(scale=1.6).to_pil() if number < len(d) else None for d in documents]
        width, height = next((s.size for s in shots if s is not None), (1, 1))
        sheet = Image.new("RGB", (len(shots) * width, height + 24), "white")
        for place, (name, shot) in enumerate(zip(names, shots, strict=True)):
            ImageDraw.Draw(sheet).text((place * width + 8, 6), name, "black")
            if shot is not None:
                sheet.paste(shot, (place * width, 24))
        sheet.save(folder / f"page-{number + 1}.png")


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    paragraphs = texts(blocks())
    verdicts = {}
    for name, prepare in ENGINES.items():
        try:
            seconds = run(name, prepare(folder), folder)
            verdicts[name] = judge(folder / f"{name}.pdf", seconds, paragraphs)
        except MissingError as missing:
            print(f"{name} left out: {missing.reason}", file=sys.stderr)
        except AssertionError as fault:
            print(f"{name} left out, its text differs: {fault}", file=sys.stderr)
    lines = "\n".join(table(verdicts))
    (folder / "table.md").write_text(lines + "\n", encoding="utf-8")
    side_by_side(list(verdicts), folder)
    print(lines, f"\n{escape(str(folder))}")


if __name__ == "__main__":
    main()
