"""Time to write Word files against pandoc writing the same text to .docx: sides alternating, medians.

``python bench/word.py [--rounds 7]``; see bench/README.md for how to read the table. pandoc must be in ``PATH``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

EDITIONS = ("jinniu-2023-3", "jinniu-2023-cases", "jinniu-guide")


def main() -> None:
    from lxml import etree

    from generator import tree
    from generator.compose import compose
    from generator.diagnostics import Report
    from generator.load import load
    from generator.project import Project
    from generator.provenance import forget_sources
    from generator.records.edition import Edition
    from generator.writers import docx
    from generator.writers.docx.draft import Copy

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=7)
    rounds = arguments.parse_args().rounds
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise SystemExit("pandoc is not in PATH")
    project, report = Project(ROOT, dt.date(2024, 4, 1)), Report()
    records = load(project, report)
    print(f"{'edition':20}{'characters':>11}{'writer':>9}{'process':>9}{'pandoc':>9}  writer/pandoc  process/pandoc")
    with tempfile.TemporaryDirectory() as folder:
        for name in EDITIONS:
            edition = records[name]
            assert isinstance(edition, Edition)
            publication = compose(edition, records, project, report)
            bodies = [deepcopy(a.body) for a in publication.articles]
            for body in bodies:
                forget_sources(body)
                for picture in list(body.iter("img")):  # pandoc is spared the pictures
                    picture.getparent().remove(picture)  # type: ignore[union-attr]
            source, target = Path(folder) / f"{name}.html", Path(folder) / f"{name}.docx"
            html = "".join(etree.tostring(body, encoding="unicode", method="html") for body in bodies)
            source.write_text(f"<!DOCTYPE html><title>{name}</title>{html}", encoding="utf-8")
            hub = str(workspace(Path(folder) / f"{name}-hub"))
            ours = [sys.executable, "-m", "generator", "--root", hub, "build", name, "--format", "docx"]
            sides: dict[str, Callable[[], object]] = {
                "writer": lambda publication=publication: docx.written(publication, project, Report(), Copy.PLAIN),
                "process": lambda ours=ours: subprocess.run(ours, cwd=ROOT, check=True, capture_output=True),
                "pandoc": lambda source=source, target=target: subprocess.run(
                    [pandoc, "--toc", "-f", "html", str(source), "-o", str(target)], check=True, capture_output=True
                ),
            }
            times: dict[str, list[float]] = {side: [] for side in sides}
            for _ in range(rounds):
                for side, run in sides.items():
                    start = time.perf_counter()
                    run()
                    times[side].append(time.perf_counter() - start)
            middle = {side: median(taken) for side, taken in times.items()}
            characters = sum(len(tree.text(body)) for body in bodies)
            print(
                f"{name:20}{characters:11,}{middle['writer']:8.2f}s{middle['process']:8.2f}s{middle['pandoc']:8.2f}s"
                f"{middle['writer'] / middle['pandoc']:15.2f}{middle['process'] / middle['pandoc']:16.2f}"
            )


def workspace(root: Path) -> Path:
    shutil.copytree(ROOT / "content", root / "content")
    return root


if __name__ == "__main__":
    main()
