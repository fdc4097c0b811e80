"""Text to set: reproducible Chinese prose with every mark, pair of marks and kind of number that makes lines hard."""

from __future__ import annotations

from itertools import product
from random import Random

WORDS = (
    "社工 社工站 社会工作 服务对象 老人 独居老人 儿童 留守儿童 家庭 社区 街道 小组 个案 走访 探访 台账 "
    "督导 评估 志愿者 居民 邻里 活动 资源 政策 机构 项目 困难 需要 支持 陪伴 信任 倾听 转介 记录 总结 "
    "反思 成效 目标 计划 过程 方法 经验 困境 能力 关系 生活 健康 安全 教育 就业 康复 救助 慰问 通知 会议 "
    "培训 标准 指标 在 和 与 对 把 被 为 从 到 让 他 她 我们 他们 大家 每周 每月 今年 去年 下午 门口 楼道 "
    "院子 食堂 学校 医院 已经 正在 继续 开始 完成 发现 组织 开展 参加 介绍 联系 帮助 说明 讨论 一起 慢慢 "
    "常常 的 了 着 过 也 都 还 就 才 不 很 更 最 有 是 说 做 看 听 想 走 坐 问 答 写 读 喆 堃 祎 璟 𠮷"
).split()
#: What is no Han: words, abbreviations, figures, dates, measures, clauses, names and amounts.
TERMS = (
    "Word",
    "PDF",
    "NGO",
    "email",
    "social work",
    "case management",
    "GDS-15",
    "Wi-Fi",
    "e-mail",
    "T/HYSW 001—2023",
    "GB/T 15834—2011",
    "U.S.A.",
    "2023年",
    "2023年12月",
    "2023年12月8日",
    "12月8日",
    "9:30",
    "15:00～16:30",
    "2021—2023年",
    "12.5%",
    "72.45％",
    "3‰",
    "37.2℃",
    "1,200元",
    "￥3,600",
    "1,234,567",
    "860人次",
    "40余节",
    "3万人",
    "第12条",
    "第3章",
    "第3期",
    "图1",
    "表2.1",
    "附件3",
    "5km",
    "20 kg",
    "1/3",
    "6+1",
    "A3",
    "①",
    "让·瓦尔让",
    "阿卜杜拉·买买提",
    "T恤",
    "卡拉OK",
    "《红楼梦》",
    "《社区·家园》",
    "Dr. Smith’s",
)
MARKS = "，。、；：！？“”‘’（）《》〈〉【】—…～·—/％℃"
#: Between clauses of prose, as often as prose has them.
_BETWEEN = ("，",) * 12 + ("、",) * 4 + ("；", "：", "——", "……", "～", "／", "！", "？")
_ENDS = ("。",) * 12 + ("！", "？", "……", "？！", "！！")
_ROUND = (("“", "”"),) * 5 + (
    ("‘", "’"),
    ("（", "）"),
    ("（", "）"),
    ("《", "》"),
    ("〈", "〉"),
    ("【", "】"),
    ("“‘", "’”"),
)


def paragraph(random: Random, length: int) -> str:
    """About ``length`` characters of prose, ended by a full stop."""
    parts: list[str] = []
    size = 0
    while size < length:
        piece = "".join(random.choice(WORDS) for _ in range(random.randint(1, 5)))
        if random.random() < 0.22:
            piece += random.choice(TERMS) + random.choice(WORDS)
        if random.random() < 0.18:
            before, after = random.choice(_ROUND)
            piece = before + piece + random.choice(("", "", "，" + random.choice(WORDS), "。", "？", "……")) + after
        piece += random.choice(_BETWEEN if random.random() < 0.8 else _ENDS)
        parts.append(piece)
        size += len(piece)
    parts[-1] = parts[-1].rstrip("，、；：—…～／！？。") + "。"
    return "".join(parts)


def pairs() -> list[str]:
    """Every mark after every other, between Han: what must neither collide nor fall apart."""
    doubled = {"—": "——", "…": "……"}
    made = ["的" + doubled.get(a, a) + doubled.get(b, b) + "在" for a, b in product(dict.fromkeys(MARKS), repeat=2)]
    return ["社工站".join(made[n : n + 40]) for n in range(0, len(made), 40)]


def prose(length: int, seed: int = 15834) -> list[str]:
    """Paragraphs of ``length`` characters together, always the same ones; pairs of marks come first."""
    random = Random(seed)
    found = pairs()
    size = sum(map(len, found))
    while size < length:
        found.append(paragraph(random, min(random.randint(20, 320), max(length - size, 8))))
        size += len(found[-1])
    return found
