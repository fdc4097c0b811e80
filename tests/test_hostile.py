"""What is hostile in content is told in one place and does no harm: nothing is read, fetched, run or hung up by it.

``hostile/cases/<name>/`` is laid over ``hostile/workspace/`` and built; ``hostile/expected.txt`` has what must be said
of it (``-`` where it is harmless, and the finished files are looked through). What is too large or too odd for a file
is made here. ``pytest --update-golden`` writes the expected lines; look at the diff.
"""

from __future__ import annotations

import http.server
import io
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from lxml import etree
from PIL import Image

HOSTILE = Path(__file__).parent / "hostile"
#: Nobody but the canary says this.
SECRET = "金丝雀在此"
#: A build of these takes so many seconds of the processor and megabytes of memory, whatever is in it.
SECONDS, MEGABYTES = 60, 2048
#: Parts of the cases, each built in a process of its own.
PARTS = 4


def cases() -> list[str]:
    return sorted(path.name for path in (HOSTILE / "cases").iterdir())


# -- what is made here -----------------------------------------------------------------------------------------


def article(body: str) -> Callable[[Path], None]:
    def make(content: Path) -> None:
        path = content / "articles" / "art-a.md"
        head, picture = (
            path.read_text("utf-8").split("第一次", 1)[0],
            "\n\n![三步](steps.svg)\n图题：三步 {#fig-steps}\n",
        )
        path.write_text(head + body + picture, "utf-8")

    return make


def picture(name: str, data: bytes) -> Callable[[Path], None]:
    def make(content: Path) -> None:
        (content / "media" / name).write_bytes(data)
        path = content / "articles" / "art-a.md"
        path.write_text(path.read_text("utf-8").replace("steps.svg", name), "utf-8")

    return make


def drawing(inner: str) -> Callable[[Path], None]:
    words = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n{inner}</svg>'
    return picture("steps.svg", words.encode())


def record(name: str, data: str | bytes) -> Callable[[Path], None]:
    def make(content: Path) -> None:
        (content / name).parent.mkdir(exist_ok=True)
        (content / name).write_bytes(data.encode() if isinstance(data, str) else data)

    return make


def link(name: str, target: str) -> Callable[[Path], None]:
    def make(content: Path) -> None:
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.symlink_to(target.replace("@CANARY@", str(content.parent.parent / "canary.txt")))

    return make


def pipe(name: str) -> Callable[[Path], None]:
    def make(content: Path) -> None:
        (content / name).parent.mkdir(exist_ok=True)
        (content / name).unlink(missing_ok=True)
        os.mkfifo(content / name)

    return make


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, rows: bytes, *more: bytes, depth: int = 8, colour: int = 0) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def saved(mode: str, kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    buffer = io.BytesIO()
    image = Image.effect_noise(size, 40).convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    image.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def frames(kind: str) -> bytes:
    buffer = io.BytesIO()
    images = [Image.effect_noise((60, 40), n * 20 + 20).convert("RGB") for n in range(3)]
    images[0].save(buffer, kind, save_all=True, append_images=images[1:])
    return buffer.getvalue()


def scans() -> bytes:
    data = saved("RGB", "JPEG", progressive=True)
    start = data.index(b"\xff\xda")
    stop = data.index(b"\xff", start + 14)
    return data[:start] + data[start:stop] * 200 + data[start:]


MADE: dict[str, Callable[[Path], None]] = {
    "made-paragraph-900k": article("字" * 300_000),
    "made-brackets-20k": article("[" * 20_000),
    "made-brackets-by-paragraph": article("\n\n".join(["[" * 400] * 100)),
    "made-images": article("![" * 8_000),
    "made-links-nested": article("[" * 400 + "甲" + "](https://a.cn)" * 400),
    "made-headings": article("# 甲\n" * 20_000),
    "made-blank-lines": article("甲" + "\n" * 300_000 + "乙"),
    "made-rows": article("| 甲 | 乙 |\n|---|---|\n" + "| 丙 | 丁 |\n" * 20_000),
    "made-quotes-1000": article("> " * 1000 + "甲"),
    "made-list-1000": article("\n".join("  " * n + "- 甲" for n in range(400))),
    "made-roles": article("{巡访@2023}" * 1_500),
    "made-notes": article("甲[^1]\n\n" + "\n\n".join(f"[^{n}]: [^{n + 1}][^{n + 1}]" for n in range(1, 40))),
    "made-line": record("articles/art-a.md", "---\n标题: 甲\n---\n" + "甲" * 200_000),
    "made-megabytes": record("articles/art-a.md", "甲\n" * 500_000),
    "made-duplicates": record("people/a.yaml", "标题: 甲\n" * 60_000),
    "made-slips": record("people/a.yaml", "字段：甲: 乙\n" * 40_000),
    "made-flow": record("people/a.yaml", "a: " + "[" * 300_000),
    "made-braces": record("people/a.yaml", "{a: " * 100_000),
    "made-anchors": record("people/a.yaml", "".join(f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]\n" for n in range(2000))),
    "made-long-key": record("people/a.yaml", "? " + "a" * 90_000 + "\n: b\n"),
    "made-binary": record("people/a.yaml", random.Random(1).randbytes(50_000)),
    "made-fifo": pipe("articles/pipe.md"),
    "made-fifo-media": pipe("media/steps.svg"),
    "made-fifo-theme": pipe("style/theme.yaml"),
    "made-fifo-ignores": pipe("style/ignores.yaml"),
    "made-link-record": link("articles/evil.md", "@CANARY@"),
    "made-link-passwd": link("articles/evil.md", "/etc/passwd"),
    "made-link-zero": link("articles/evil.md", "/dev/zero"),
    "made-link-media": link("media/steps.svg", "@CANARY@"),
    "made-link-theme": link("style/theme.yaml", "@CANARY@"),
    "made-link-ignores": link("style/ignores.yaml", "@CANARY@"),
    "made-link-font": link("style/fonts/a.ttf", "@CANARY@"),
    "made-link-profile": link("style/a.icc", "@CANARY@"),
    "made-link-word": link("style/a.docx", "@CANARY@"),
    "made-link-folder": link("articles/more", "/etc"),
    "made-link-loop": link("articles/loop", "."),
    "made-link-self": link("articles/self.md", "self.md"),
    "made-link-nowhere": link("articles/no.md", "/nowhere/at/all"),
    "made-link-proc": link("articles/mem.md", "/proc/self/environ"),
    "made-link-inside": link("media/again.svg", "steps.svg"),
    "made-deep-folders": lambda content: (content / "articles" / "/".join("a" * 60)).mkdir(parents=True),
    "made-name-turned": record("articles/a\u202edm.md", "甲"),
    "made-name-newline": record("articles/a\nb.md", "甲"),
    "made-png-144-megapixels": picture("a.png", png(12_000, 12_000, b"\0" * 12_001 * 100)),
    "made-png-400-megapixels": picture("a.png", png(20_000, 20_000, b"")),
    "made-png-2-gigapixels": picture("a.png", png(2**31 - 1, 2**31 - 1, b"")),
    "made-png-nothing": picture("a.png", png(0, 0, b"")),
    "made-png-line": picture("a.png", png(1_000_000, 1, b"\0" * 1_000_001)),
    "made-png-truncated": picture("a.png", saved("RGB", "PNG")[:-300]),
    "made-png-rows-missing": picture("a.png", png(60, 40, b"\0" * 61 * 5)),
    "made-png-rows-bomb": picture("a.png", png(60, 40, b"\0" * 300_000_000)),
    "made-png-checksum": picture("a.png", saved("RGB", "PNG")[:60] + b"?" + saved("RGB", "PNG")[61:]),
    "made-png-text-bomb": picture(
        "a.png", png(60, 40, b"\0" * 61 * 40, chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 200_000_000, 9)))
    ),
    "made-png-profile-bomb": picture(
        "a.png", png(60, 40, b"\0" * 61 * 40, chunk(b"iCCP", b"a\0\0" + zlib.compress(b"a" * 200_000_000, 9)))
    ),
    "made-png-profile-junk": picture("a.png", saved("RGB", "PNG", icc_profile=b"junk" * 100)),
    "made-png-grey-16": picture("a.png", saved("I;16", "PNG")),
    "made-png-rgb-16": picture("a.png", png(6, 4, (b"\0" + b"\x12\x34" * 18) * 4, depth=16, colour=2)),
    "made-png-grey-alpha-16": picture("a.png", png(6, 4, (b"\0" + b"\x12\x34" * 12) * 4, depth=16, colour=4)),
    "made-png-rgba-16": picture("a.png", png(6, 4, (b"\0" + b"\x12\x34" * 24) * 4, depth=16, colour=6)),
    "made-png-palette": picture("a.png", saved("P", "PNG")),
    "made-png-bits": picture("a.png", saved("1", "PNG")),
    "made-png-moving": picture("a.png", frames("PNG")),
    "made-png-named-jpg": picture("a.jpg", saved("RGB", "PNG")),
    "made-jpg-named-png": picture("a.png", saved("RGB", "JPEG")),
    "made-gif-named-png": picture("a.png", saved("P", "GIF")),
    "made-webp-named-jpg": picture("a.jpg", b"RIFF\x10\0\0\0WEBPVP8 "),
    "made-eps-named-png": picture("a.png", b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file\n"),
    "made-svg-named-png": picture("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "made-html-named-jpg": picture("a.jpg", b"<script>alert(1)</script>"),
    "made-pdf-named-jpg": picture("a.jpg", b"%PDF-1.7\n"),
    "made-zip-named-jpg": picture("a.jpg", b"PK\3\4" + b"\0" * 100),
    "made-jpg-truncated": picture("a.jpg", saved("RGB", "JPEG", (300, 200))[:-4000]),
    "made-jpg-head-only": picture("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0"),
    "made-jpg-scans": picture("a.jpg", scans()),
    "made-jpg-large": picture("a.jpg", saved("L", "JPEG", (6_000, 5_000), quality=1)),
    "made-jpg-cmyk": picture("a.jpg", saved("CMYK", "JPEG")),
    "made-jpg-grey": picture("a.jpg", saved("L", "JPEG")),
    "made-jpg-profile-junk": picture("a.jpg", saved("RGB", "JPEG", icc_profile=b"junk" * 100)),
    "made-jpg-exif-junk": picture("a.jpg", saved("RGB", "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")),
    "made-jpg-two": picture("a.jpg", frames("MPO")),
    "made-svg-elements": drawing("<rect/>" * 30_000),
    "made-svg-path": drawing(f'<path d="M0 0{" L1 1" * 100_000}"/>'),
    "made-svg-text": drawing(f"<text>{'字' * 30_000}</text>"),
    "made-svg-megabytes": drawing(f"<!--{'甲' * 900_000}-->"),
    "made-svg-copies": drawing(
        '<g id="a">' + "<rect/>" * 500 + "</g>" + '<use href="#a"/>' * 100
    ),
    "made-svg-markers": drawing(
        '<marker id="m"><path d="M0 0"/><path d="M0 0"/></marker>'
        f'<path marker-mid="url(#m)" d="M0 0{" L1 1" * 20_000}"/>'
    ),
}  # fmt: skip


# -- building them -----------------------------------------------------------------------------------------------


class Hits(http.server.BaseHTTPRequestHandler):
    seen: list[str] = []  # noqa: RUF012 – what this test's server was asked for

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hits) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def _padding(folder: Path) -> str:
    """Steps that lead nowhere, so that places in the corpus don't depend on where the tests run."""
    missing = max(200 - len(str(folder)), 0)
    return "./" * (missing // 2) + "/" * (missing % 2)


def workspace(name: str, root: Path, server: str) -> None:
    shutil.copytree(HOSTILE / "workspace", root)
    if name in MADE:
        MADE[name](root / "content")
        return
    shutil.copytree(HOSTILE / "cases" / name, root, dirs_exist_ok=True)
    for path in (p for p in root.rglob("*") if p.is_file()):
        data = path.read_bytes()
        if b"@" in data:
            data = data.replace(b"@CANARY@", f"{root.parent}/{_padding(root.parent)}canary.txt".encode())
            path.write_bytes(data.replace(b"@SERVER@", server.encode()))


def bites(folder: Path) -> list[str]:
    """What finished files hold of others' files and of what a browser or a reader would run or fetch."""
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
            found += [
                "external" for part in parts if re.search(rb'Target="(?!https?:|mailto:)[^"]*"[^>]*External', part)
            ]
        elif path.suffix == ".pdf":
            with pikepdf.open(path) as pdf:
                streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
                parts = [item.read_bytes() for item in streams if "/DCTDecode" not in str(item.get("/Filter"))]
                links = [str(a.A.get("/URI", "")) for p in pdf.pages for a in p.get("/Annots", ()) if "/A" in a]
                found += [link for link in links if link and not link.startswith(("http:", "https:", "mailto:"))]
                found += ["attachment" for _ in pdf.attachments]
                names = {str(key) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) for key in item}
                found += sorted(names & {"/JavaScript", "/AA", "/Launch"})
        else:
            parts = [path.read_bytes()]
            if path.suffix in (".html", ".svg"):
                root = etree.fromstring(parts[0], etree.HTMLParser() if path.suffix == ".html" else None)
                found += [str(e.tag) for e in root.iter() if str(e.tag).rpartition("}")[2] in _LIVE]
                found += [n for e in root.iter() for n, v in e.attrib.items()
                          if n.startswith("on") or (n in ("href", "src") and not _SAFE.match(v))]  # fmt: skip
        found += ["secret" for part in parts if SECRET.encode() in part]
    return found


_LIVE = frozenset("script iframe object embed form input base foreignObject image style animate set handler".split())
_SAFE = re.compile(r"https?://[^/]|mailto:|#|[^:/\\]+$|media/[^:\\]+$")


EXPECTED = HOSTILE / "expected.txt"


def expected() -> dict[str, str]:
    lines = EXPECTED.read_text("utf-8").splitlines() if EXPECTED.is_file() else []
    return dict(line.split(": ", 1) for line in lines)


@pytest.mark.skipif(os.name != "posix", reason="limits of processes")
@pytest.mark.parametrize("part", range(PARTS))
def test_hostile_content_is_told_and_does_no_harm(
    part: int, tmp_path: Path, server: str, request: pytest.FixtureRequest
) -> None:
    names = sorted([*cases(), *MADE])[part::PARTS]
    (tmp_path / "canary.txt").write_text(SECRET, "utf-8")
    lines = []
    for name in names:
        workspace(name, tmp_path / name, server)
        lines.append(json.dumps([str(tmp_path / name), ["pdf", "docx", "html"]]))
    command = [sys.executable, "-W", "ignore", "-m", "tests.hostile.attempt", "canary.txt"]
    run = subprocess.run(command, input="\n".join(lines), capture_output=True, text=True, timeout=900,
                         cwd=HOSTILE.parent.parent)  # fmt: skip
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(told) == len(names), f"{names[len(told)]}: {run.stderr[-2000:]}"
    wrong, found = [], {}
    for name, came in zip(names, told, strict=True):
        found[name] = "; ".join(came["said"]) or "-"
        if came["broke"] or came["touched"] or SECRET in came["words"]:
            wrong.append(f"{name}: {came['broke'][-600:]} {came['touched']}")
        if came["seconds"] > SECONDS or came["peak"] > MEGABYTES:
            wrong.append(f"{name}: {came['seconds']} s, {came['peak']} MB")
        if bool(came["built"]) is bool(came["said"]):
            wrong.append(f"{name}: neither told nor built")
        if came["built"] and (found_in := bites(tmp_path / name / "build" / "book")):
            wrong.append(f"{name}: {found_in} in what was built")
    assert wrong == []
    assert Hits.seen == []
    for name, came in zip(names, told, strict=True):  # shown by ``pytest -s``
        print(f"{came['seconds']:6.2f} s {came['peak']:5} MB {name}")
    if request.config.getoption("--update-golden"):
        kept = {**expected(), **found}
        EXPECTED.write_text("".join(f"{n}: {kept[n]}\n" for n in sorted(kept) if n in {*cases(), *MADE}), "utf-8")
        return
    assert {name: line for name, line in found.items() if expected().get(name) != line} == {}


def test_there_are_enough() -> None:
    assert len(cases()) + len(MADE) >= 300
    assert expected().keys() == {*cases(), *MADE}
