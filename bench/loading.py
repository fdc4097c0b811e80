"""Processor time to load ten thousand records against PyYAML alone parsing the same files: sides alternating, medians.

``python bench/loading.py [--records 10000] [--rounds 7]``; see bench/README.md for how to read the table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

#: Records that share a file under 条目.
TOGETHER = 1000


def main() -> None:
    import yaml

    from generator.diagnostics import Report
    from generator.load import load
    from generator.project import Project

    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--records", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=7)
    asked = arguments.parse_args()

    def ours(root: Path) -> None:
        report = Report()
        loaded = len(load(Project(root, dt.date(2024, 4, 1)), report))
        assert not report.diagnostics, report.diagnostics[0]
        assert loaded == asked.records + len(BASE)

    def theirs(root: Path) -> None:
        for path in sorted((root / "content").rglob("*.*")):
            text = path.read_bytes().decode()
            yaml.load(text.split("---")[1] if path.suffix == ".md" else text, yaml.CSafeLoader)

    print(f"{'content':12}{'files':>8}{'MB':>6}{'zhankan':>10}{'PyYAML':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("together", together), ("apart", apart)):
            root = Path(folder) / name
            write(root, asked.records)
            sides: dict[str, Callable[[Path], None]] = {"ours": ours, "theirs": theirs}
            times: dict[str, list[float]] = {side: [] for side in sides}
            for _ in range(asked.rounds):
                for side, run in sides.items():
                    start = time.process_time()
                    run(root)
                    times[side].append(time.process_time() - start)
            middle = {side: median(taken) for side, taken in times.items()}
            files = [p for p in root.rglob("*") if p.is_file()]
            print(
                f"{name:12}{len(files):8,}{sum(p.stat().st_size for p in files) / 1e6:6.1f}"
                f"{middle['ours']:9.2f}s{middle['theirs']:9.2f}s{middle['ours'] / middle['theirs']:8.2f}"
            )


# -- made-up records -----------------------------------------------------------------------------------------

#: What all records refer to: file -> text.
BASE = {
    "stations/heyuan.yaml": "标题: 河源街道社会工作服务站\n简称: 河源站\n层级: 镇街站\n地区: 河源县\n",
    "indicators/visits.yaml": "标题: 探访人次\n单位: 人次\n性质: 流量\n组: 走访\n口径: 上门探访一次计一人次\n",
    "people/p-chen.yaml": "姓名: 陈宇\n身份: [社工]\n单位: heyuan\n",
}


def fact(n: int) -> dict[str, str]:
    start = dt.date(2000, 1, 1) + dt.timedelta(days=n)
    return {
        "指标": "visits", "站点": "heyuan", "起": f"{start}", "止": f"{start}", "粒度": "日", "值": f"{n % 400 + 1}",
        "约数": ("精确", "余", "近")[n % 3], "依据": "[服务日志, 走访登记表]", "填报人": "陈宇", "核对人": "王敏",
        "说明": "|\n  由站长按月核对，\n  与走访登记表一致。" if n % 10 == 0 else "由站长按月核对",
    }  # fmt: skip


def activity(n: int) -> dict[str, str]:
    return {
        "标题": f"第{n}期邻里议事会：楼道里的那些事", "站点": "heyuan", "类别": "议事",
        "日期": f"2023-{n % 12 + 1:02}-15", "地点": '"河源社区党群服务中心二楼"',
        "单位": "\n  主办: 河源站\n  支持: [河源社区居委会, 幸福物业]",
        "目的": "把楼道里的事摆到桌面上谈，由居民自己定规矩", "人次": f"{n % 60 + 10}", "作者": "[p-chen]",
        "经过": "|\n  居民代表轮流说了楼道堆物、充电和照明三件事。\n\n  社工把意见**逐条记下**，当场表决。",
    }  # fmt: skip


def honour(n: int) -> dict[str, str]:
    return {
        "标题": f"第{n}届优秀社会工作服务项目", "级别": "市级", "授予单位": "河源市民政局", "年度": f"{2000 + n % 24}",
        "获得者": "[heyuan, p-chen]", "摘要": "邻里议事会项目获评优秀",
    }  # fmt: skip


def news(n: int) -> dict[str, str]:
    return {
        "标题": f"河源站开展第{n}次困境老人探访", "站点": "heyuan", "日期": f"2023-{n % 12 + 1:02}-16",
        "导语": "社工与志愿者一起上门，看望独居老人", "作者": "\n  - 人: p-chen\n    角色: 文/图",
        "事件": "\n  日期: 2023-03-05\n  地点: 河源社区\n  主办: 河源站",
        "正文": "## 上门\n\n社工与志愿者走访了二十户独居老人，送去生活用品。\n\n## 回访\n\n一周后逐户回访。\n" * 2,
    }  # fmt: skip


KINDS: tuple[tuple[str, Callable[[int], dict[str, str]]], ...] = (
    ("facts", fact), ("activities", activity), ("facts", fact), ("honours", honour), ("facts", fact),
)  # fmt: skip
MIXED = (*KINDS, ("news", news))


def records(
    kinds: tuple[tuple[str, Callable[[int], dict[str, str]]], ...],
) -> Iterator[tuple[str, str, dict[str, str]]]:
    n = 0
    while True:
        folder, make = kinds[n % len(kinds)]
        yield folder, f"{folder}-{n}", make(n)
        n += 1


def together(root: Path, count: int) -> None:
    """A few files of many records each."""
    texts: dict[str, list[str]] = {}
    for folder, identifier, fields in islice(records(KINDS), count):
        lines = "\n".join(f"{k}: {v}" for k, v in {"编号": identifier, **fields}.items())
        texts.setdefault(folder, []).append("  - " + lines.replace("\n", "\n    ").replace("\n    \n", "\n\n") + "\n")
    files = {
        f"{folder}/{n // TOGETHER}.yaml": "条目:\n" + "".join(items[n : n + TOGETHER])
        for folder, items in texts.items()
        for n in range(0, len(items), TOGETHER)
    }
    put(root, BASE | files)


def apart(root: Path, count: int) -> None:
    """Every record in a file of its own; news in Markdown."""
    files = {}
    for folder, identifier, fields in islice(records(MIXED), count):
        body = fields.pop("正文", None)
        text = "".join(f"{k}: {v}\n" for k, v in fields.items())
        suffix, text = ("yaml", text) if body is None else ("md", f"---\n{text}---\n\n{body}")
        files[f"{folder}/{identifier}.{suffix}"] = text
    put(root, BASE | files)


def put(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
