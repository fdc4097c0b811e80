"""A hub with facts of two years, and what its editors write of them: the true, the false, the borderline."""

from __future__ import annotations

from pathlib import Path

from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.project import Project
from generator.reading import Reading
from generator.records.edition import Edition
from tests.conftest import TODAY

#: indicator: title, unit, kind, aliases
INDICATORS = (
    ("visits", "关爱巡访", "人次", "流量", "巡访人次"),
    ("visited", "巡访人数", "人", "人数", "巡访对象"),
    ("cases", "个案", "个", "流量", "个案服务"),
    ("sessions", "小组活动", "场", "流量", ""),
    ("groups", "小组", "个", "流量", ""),
    ("events", "社区活动", "场", "流量", ""),
    ("served", "服务群众", "人次", "流量", ""),
    ("trained", "志愿者培训", "场", "流量", ""),
    ("volunteers", "志愿者", "名", "人数", "注册志愿者"),
    ("hours", "志愿服务时长", "小时", "流量", "服务时长"),
    ("books", "绘本捐赠", "本", "流量", "儿童绘本"),
    ("forms", "调研问卷", "份", "流量", ""),
    ("posts", "公众号推文", "条", "流量", "服务信息"),
    ("reads", "推文阅读", "次", "流量", "累计阅读"),
    ("guide", "实地督导", "次", "流量", ""),
    ("money", "慈善资源", "万元", "金额", "链接慈善资源"),
    ("hubs", "街道社工站", "个", "存量", ""),
    ("rooms", "社区社工室", "个", "存量", ""),
    ("quality", "服务满意度", "%", "比率", ""),
    ("cover", "站点覆盖率", "%", "比率", "覆盖率"),
)

#: indicator, station, period, value, qualifier
FACTS = (
    ("关爱巡访", "st-heyuan", "2022", 21300, ""),
    ("关爱巡访", "st-heyuan", "2023", 25075, ""),
    ("关爱巡访", "st-heyuan", "2023H1", 12040, ""),
    ("关爱巡访", "st-heyuan", "2023H2", 13035, ""),
    ("关爱巡访", "st-hexi", "2023", 3180, ""),
    ("巡访人数", "st-heyuan", "2023", 1463, ""),
    ("个案", "st-heyuan", "2022", 16, ""),
    ("个案", "st-heyuan", "2023", 21, ""),
    ("个案", "st-hexi", "2023", 6, ""),
    ("小组活动", "st-heyuan", "2023", 300, "余"),
    ("小组", "st-heyuan", "2023", 47, ""),
    ("社区活动", "st-heyuan", "2022", 800, ""),
    ("社区活动", "st-heyuan", "2023", 900, ""),
    ("服务群众", "st-heyuan", "2023", 240000, "余"),
    ("志愿者培训", "st-heyuan", "2023", 80, "余"),
    ("志愿者", "st-heyuan", "2023", 1583, ""),
    ("志愿服务时长", "st-heyuan", "2023", 131000, ""),
    ("绘本捐赠", "st-heyuan", "2023", 2400, ""),
    ("调研问卷", "st-heyuan", "2023", 1844, ""),
    ("调研问卷", "st-hexi", "2023", 505, ""),
    ("公众号推文", "st-heyuan", "2023", 130, "余"),
    ("推文阅读", "st-heyuan", "2023", 8000, "余"),
    ("实地督导", "st-heyuan", "2023", 13, ""),
    ("慈善资源", "st-heyuan", "2023", 4500, "多"),
    ("街道社工站", "st-heyuan", "2023", 13, ""),
    ("社区社工室", "st-heyuan", "2023", 90, ""),
    ("服务满意度", "st-heyuan", "2023", 97.5, ""),
    ("站点覆盖率", "st-heyuan", "2023", 72.45, ""),
)

_DAYS = {
    "2022": ("01-01", "12-31"),
    "2023": ("01-01", "12-31"),
    "2023H1": ("01-01", "06-30"),
    "2023H2": ("07-01", "12-31"),
}


def _facts() -> str:
    lines = ["条目:"]
    for ident, title, unit, kind, alias in INDICATORS:
        names = f", 别名: [{alias}]" if alias else ""
        lines.append(
            f'  - {{编号: ind-{ident}-b, 类型: 指标, 标题: {title}, 单位: "{unit}", 性质: {kind}, '
            f"组: 甲, 口径: 按台账记{names}}}"
        )
    for number, (name, station, period, value, qualifier) in enumerate(FACTS):
        start, end = (f"{period[:4]}-{day}" for day in _DAYS[period])
        about = f", 约数: {qualifier}" if qualifier else ""
        lines.append(
            f"  - {{编号: f-b-{number}, 指标: {name}, 站点: {station}, 起: {start}, 止: {end}, 值: {value}{about}}}"
        )
    return "\n".join(lines) + "\n"


def hub(root: Path, texts: dict[str, str], extra: dict[str, str] | None = None) -> Project:
    """A workspace whose one bulletin prints each text as a news item; ``extra`` are lines of front matter."""
    content = root / "content"
    for folder in ("stations", "facts", "news", "bulletins", "style"):
        (content / folder).mkdir(parents=True, exist_ok=True)
    (content / "style" / "sample-roster.yaml").write_text("人员:\n  C-0: {姓名: 计示范}\n", encoding="utf-8")
    (content / "stations" / "s.yaml").write_text(
        "条目:\n"
        "  - {编号: st-heyuan, 标题: 荷源区社会工作总站, 简称: 荷源总站, 层级: 区县总站, 地区: 荷源区}\n"
        "  - {编号: st-hexi, 标题: 荷西街道社工站, 简称: 荷西站, 层级: 镇街站, 上级: st-heyuan, 地区: 荷西街道}\n"
        "  - {编号: st-hedong, 标题: 荷东街道社工站, 简称: 荷东站, 层级: 镇街站, 上级: st-heyuan, 地区: 荷东街道}\n",
        encoding="utf-8",
    )
    (content / "facts" / "f.yaml").write_text(_facts(), encoding="utf-8")
    for name, text in texts.items():
        head = (extra or {}).get(name, "")
        (content / "news" / f"{name}.md").write_text(
            "---\n标题: 一件事\n站点: st-heyuan\n作者: [何一]\n"
            "事件: {日期: 2023-12-20, 地点: 荷源, 主办: 荷源总站}\n日期: 2023-12-20\n"
            f"{head}---\n{text}\n",
            encoding="utf-8",
        )
    items = ", ".join(texts)
    (content / "bulletins" / "b.yaml").write_text(
        "标题: 荷源社会工作\n示例: true\n日期: 2023-12-29\n年: 2023\n期: 4\n总期: 4\n资料类型: 工作简报\n"
        "发送对象: [荷源区民政局]\n"
        "职员: {编印单位: [st-heyuan]}\n"
        f"栏目:\n  - {{名称: 要闻, 文章: [{items}]}}\n",
        encoding="utf-8",
    )
    return Project(root, TODAY)


def read(project: Project) -> Reading:
    report = Report()
    records = load(project, report)
    assert report.diagnostics == [], [str(d.message) + str(d.span) for d in report.diagnostics]
    edition = records["b"]
    assert isinstance(edition, Edition)
    return Reading(compose(edition, records, project, report), records, project)
