"""Editions of many stations: how many one core sets in a minute, what a second worker adds, whether memory stays flat.

``python bench/editions.py [--count 1000] [--workers 1 2] [--formats pdf]``; see bench/README.md for how to read it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

#: Words of a paragraph; the articles are as long as those of a small station's quarterly, two to three pages each.
_SENTENCES = (
    "社工每周上门两次，先听老人说，再把要办的事一件一件记下来。",
    "楼道里的灯坏了半年，居民、物业和社区坐到一张桌前，商量出轮流查看的办法。",
    "孩子放学后到站里写作业，志愿者陪着读半小时绘本，家长下班来接。",
    "巡访台账只记三样：今天看见什么，答应了什么，什么时候再来。",
    "残疾人互助小组第三次活动，七个人里有六个提前到了，自己摆好了椅子。",
    "谁家有难处，邻居先知道；谁家办成了事，也请邻居来看看。",
    "站里把一年的记录摊开，按季度比，才看出夏天独居老人最需要的是有人敲门。",
)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=1000)
    arguments.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    arguments.add_argument("--formats", nargs="+", default=["pdf"])
    arguments.add_argument("--every", type=int, default=0, help="editions between two looks at the memory; 0: a tenth")
    arguments.add_argument("--recycle", action="store_true", help="end workers after 250 editions, as the product does")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["ZHANKAN_CACHE"] = str(home / "cache")
        write(home / "content", asked.count)
        rates = {}
        for workers in asked.workers:
            rates[workers] = measure(home, asked.count, workers, tuple(asked.formats), asked.every, asked.recycle)
            shutil.rmtree(home / "build", ignore_errors=True)
        first = min(rates)
        for workers, rate in rates.items():
            if workers != first:
                efficiency = rate / rates[first] / workers * first
                print(
                    f"{workers} workers against {first}: {rate / rates[first]:.2f} times, efficiency {efficiency:.0%}"
                )


def measure(root: Path, count: int, workers: int, formats: tuple[str, ...], every: int, recycle: bool) -> float:
    """Build all; editions a minute from the first that is done, so that starting and loading stand apart."""
    from generator import fleet, lane
    from generator.diagnostics import Report
    from generator.project import Project

    if not recycle:
        lane.MOST = sys.maxsize
    step, moments = every or max(count // 10, 1), []
    seconds, peaks = 0.0, []
    print(f"\n{workers} worker(s), {count} editions, {', '.join(formats)}", flush=True)

    def tell(outcome: fleet.Outcome, done: int, _: int) -> None:
        nonlocal seconds
        moments.append(time.perf_counter())
        assert not outcome.failed, outcome.diagnostics
        seconds += outcome.processor
        if done > workers:
            peaks.append(outcome.memory)
        if done % step == 0:
            rate = 60 * (done - workers) / (moments[-1] - moments[workers - 1]) if done > workers else 0
            own = sum(resident(pid) for pid in children()) / 2**20
            most = max(peaks[-step:] or [0]) / 2**20
            print(f"{done:6}  {rate:6.0f} a minute  {own / workers:6.0f} MB a worker, {most:6.0f} at most", flush=True)

    def resident(pid: int) -> int:
        return lane.resident(pid) or 0

    begin, report = time.perf_counter(), Report()
    order = fleet.Order((), formats, for_each=True, workers=workers, limits=fleet.Limits(0, 0))
    done = fleet.build(Project(root, dt.date(2024, 4, 1)), order, report, tell)
    assert not report.failed, report.diagnostics
    total = time.perf_counter() - begin
    first, rest = moments[workers - 1] - begin, moments[-1] - moments[workers - 1]
    rate = 60 * (count - workers) / rest
    print(
        f"start, loading, first edition {first:.1f} s; the rest {rest:.1f} s; "
        f"switch {begin + total - moments[-1]:.1f} s; together {total:.1f} s\n"
        f"{rate:.0f} editions a minute, {rate / workers:.0f} a worker; {seconds / count:.3f} s of processor an edition"
    )
    assert len(done.folders) == count
    return rate


def children() -> list[int]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False)
    return [int(pid) for pid in said.stdout.split()]


def write(content: Path, count: int) -> None:
    """Records of so many stations, two news and two figures each, and the definition of their edition."""
    dice = random.Random(2024)
    for folder in ("stations", "news", "indicators", "facts", "bulletins"):
        (content / folder).mkdir(parents=True)
    stations = ["- {编号: st-hub, 标题: 示例省社会工作总站, 简称: 省总站, 层级: 省, 地区: 示例省}"]
    (content / "indicators" / "indicators.yaml").write_text(
        "- {编号: ind-visit, 标题: 走访, 站点: st-hub, 单位: 人次, 性质: 流量, 组: 走访, 口径: 上门一次记一人次}\n"
        "- {编号: ind-event, 标题: 活动, 站点: st-hub, 单位: 场, 性质: 流量, 组: 活动, 口径: 按场计}\n",
        encoding="utf-8",
    )
    for number in range(1, count + 1):
        station = f"st-{number:04}"
        stations.append(
            f"- {{编号: {station}, 标题: 示例县第{number}街道社会工作服务站, 简称: 第{number}站, 层级: 镇街站, "
            f"上级: st-hub, 地区: 示例县第{number}街道, 品牌: {{名称: 邻里茶座, 口号: 坐下来说}}}}"
        )
        (content / "facts" / f"{station}.yaml").write_text(
            f"共同: {{站点: {station}, 起: 2023-01-01, 止: 2023-12-31}}\n条目:\n"
            f"  - {{编号: f-visit-{number}, 指标: 走访, 值: {dice.randint(100, 2000)}}}\n"
            f"  - {{编号: f-event-{number}, 指标: 活动, 值: {dice.randint(10, 90)}}}\n",
            encoding="utf-8",
        )
        for month in (3, 9):
            paragraphs = ["".join(dice.choices(_SENTENCES, k=dice.randint(3, 5))) for _ in range(9)]
            (content / "news" / f"news-{number:04}-{month}.md").write_text(
                f"---\n标题: 第{number}站{month}月的门\n站点: {station}\n作者: [王敏]\n"
                f"事件: {{日期: 2023-{month:02}-08, 地点: 第{number}街道, 主办: 第{number}站}}\n---\n"
                "全年走访{走访@2023}，办活动{活动@2023}。\n\n" + "\n\n".join(paragraphs) + "\n",
                encoding="utf-8",
            )
    (content / "stations" / "stations.yaml").write_text("\n".join(stations) + "\n", encoding="utf-8")
    (content / "bulletins" / "yearly.yaml").write_text(_DEFINITION, encoding="utf-8")


_DEFINITION = """\
标题: "{站点.简称}年报"
每站一册: 镇街站
日期: 2024-01-10
年: 2023
期: 1
总期: 1
资料类型: 工作简报
职员: {编印单位: ["{站点}"]}
栏目:
  - {名称: 服务动态, 文章: ["{选:动态@2023}"]}
  - {名称: 数据看板}
数据看板:
  - {图式: 指标卡, 标题: 这一年, 数据: [走访@2023, 活动@2023]}
"""


if __name__ == "__main__":
    main()
