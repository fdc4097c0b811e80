"""Time to draw each figure, against what general tools take for one like it: matplotlib's bars, Graphviz' dot.

``python bench/figures.py [--rounds 20]``: sides alternating, medians, all in one run. Peers are used where they are
installed (``pip install matplotlib``; ``dot`` in PATH) and left out by name where they are not.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

LABELS = ("总站", "河东站", "河西站", "城南站", "城北站", "新桥站", "书院站", "柳荫站")
AMOUNTS = (120, 84, 66, 481, 230, 142, 98, 260)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=20)
    asked = arguments.parse_args()
    ours, theirs, missing = figures(), *peers()
    spent: dict[str, list[float]] = {}
    for _ in range(asked.rounds):
        for name, run in (*ours.items(), *theirs.items()):
            start = time.perf_counter()
            run()
            spent.setdefault(name, []).append(time.perf_counter() - start)
    print("| figure | median, ms | least, ms |", "|---|--:|--:|", sep="\n")
    for name, times in spent.items():
        print(f"| {name} | {median(times) * 1000:.2f} | {min(times) * 1000:.2f} |")
    for ours_name, peer in (("条形图", "matplotlib, bars"), ("流程图", "dot, layout alone")):
        if ours_name in spent and peer in spent:
            print(f"{ours_name} / {peer}: {median(spent[ours_name]) / median(spent[peer]):.3f}")
    for name in missing:
        print(f"not installed: {name}")


def figures() -> dict[str, Callable[[], object]]:
    """One of each kind: charts of eight stations, diagrams as the manual for editors shows them."""
    from generator.figures import CHARTS, DIAGRAMS
    from generator.model import Chart, Scale, Series, Value
    from generator.vector import Room

    room = Room(79, 165, 235)
    values = tuple(Value(a, f"{a}人次") for a in AMOUNTS)
    made: dict[str, Callable[[], object]] = {}
    for kind, of in CHARTS.items():
        scales = tuple(Scale(0, 500, True) for _ in LABELS)
        many = kind not in ("条形图", "目标完成图", "图标图", "方格图", "雷达图")
        series = (Series("前测", values), Series("后测", values)) if many else (Series("", values),)
        targets = values if kind == "目标完成图" else ()
        chart = Chart(kind, "人次", LABELS, series, targets, scales if kind in ("雷达图", "前后测图") else ())
        if not any(True for _ in of.flaws(chart)):
            made[kind] = lambda of=of, chart=chart: of.draw(chart, room)  # type: ignore[misc]
    for kind, text in examples().items():
        diagram = DIAGRAMS[kind]
        values_, _, slips = diagram.read(text) if diagram.read is not None else (parsed(text), {}, [])
        if not slips:
            data = diagram.model.model_validate(values_)
            made[kind] = lambda diagram=diagram, data=data: diagram.draw(data, room)  # type: ignore[misc]
    return made


def parsed(text: str) -> dict[str, object]:
    from generator.diagnostics import Report
    from generator.readers.yamltext import parse

    found = parse(text, "", Report())
    assert found is not None
    return dict(found[0])


def examples() -> dict[str, str]:
    """The first example of each diagram in the manual for editors."""
    from generator.fences import FENCE
    from generator.figures import DIAGRAMS

    manual = ROOT / "docs" / "figures.zh-CN.md"
    found: dict[str, str] = {}
    for example in re.findall(r"^````markdown\n(.*?)^````$", manual.read_text("utf-8"), re.M | re.S):
        for m in FENCE.finditer(example):
            if m["kind"] in DIAGRAMS:
                found.setdefault(m["kind"], m["inside"])
    return found


def peers() -> tuple[dict[str, Callable[[], object]], list[str]]:
    theirs: dict[str, Callable[[], object]] = {}
    missing = []
    try:
        import matplotlib

        matplotlib.use("svg")
        from matplotlib.figure import Figure

        def bars() -> None:
            figure = Figure(figsize=(6, 3.4))
            axes = figure.subplots()
            axes.bar_label(axes.barh(LABELS, AMOUNTS))
            figure.savefig(io.BytesIO(), format="svg", metadata={"Date": None})

        theirs["matplotlib, bars"] = bars
    except ImportError:
        missing.append("matplotlib")
    if dot := shutil.which("dot"):
        graph = "digraph{a->b;b->c;c->d;c->e;d->f;f->c;e->g}"
        theirs["dot, layout alone"] = lambda: subprocess.run([dot, "-Tjson"], input=graph.encode(), capture_output=True)
    else:
        missing.append("dot")
    return theirs, missing


if __name__ == "__main__":
    main()
