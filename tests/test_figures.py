"""Every false figure is found where it stands; what is true, and what is no statistic, is left alone."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from generator.build import check as check_everything
from generator.checks import figures
from generator.compose import compose
from generator.diagnostics import Report, Severity
from generator.load import load
from generator.project import Project
from generator.quantities import find
from generator.reading import Passage, Reading
from generator.records.edition import Edition
from generator.tally import Figure, Tally
from tests.conftest import TODAY
from tests.figures_book import hub, read

FAULTS = {"differs", "unit", "stale", "unbound"}

#: What editors write, and all of it is true.
TRUE: tuple[str, ...] = (
    "2023年，荷源区各站累计巡访特殊困难人群25075人次，比上年多走了不少路。",
    "全年关爱巡访25,000余人次，个案服务21个、小组活动300余场、社区活动900场，服务群众24万余人次。",
    "总站开展实地督导13次，覆盖全区街道。志愿者培训80余场，注册志愿者1583名，志愿服务时长13.1万小时。",
    "全区已建成街道社工站13个、社区社工室90个，站点覆盖率72.45%，服务满意度97.5%。",
    "需求调研共发放调研问卷1844份，其中荷西站发放505份。",
    "公众号全年发布服务信息130余条，累计阅读8000余次。链接慈善资源4500多万元，捐赠儿童绘本2400本。",
    "2022年，全区关爱巡访21300人次；2023年达到25075人次，同比增长17.7%。",
    "2023年上半年关爱巡访12040人次，下半年关爱巡访13035人次。",
    "去年个案16个，今年个案21个，同比增长31.25%。",
    "13个街道社工站、90个社区社工室全部参与，巡访2.5万人次。",
    "2023年社区活动900场，比上年的800场增长12.5%。",
    "荷西站全年关爱巡访3180人次，个案6个；全区小组47个。",
    "近1600名志愿者参与，志愿服务时长超过13万小时。",
    "巡访对象1463人，关爱巡访25075人次。",
)

TRUE += (
    "荷西站巡访3180人次，占全区的12.7%。",
    "两年累计关爱巡访46375人次，全年个案比上年增加5个。",
    "巡访人次由2022年的21300增加到25075。",
    "个案、小组、社区活动分别为21个、47个和900场。",
    "关爱巡访两万五千余人次，服务满意度达九成以上。",
    "2023年1—6月，关爱巡访12040人次；今年上半年，关爱巡访12040人次。",
    "全年发放绘本二千四百本，13个街道社工站全部达标。",
)

#: Figures that are no statistics, or are told in a story of the hub.
QUIET = (
    "一位老人敲了三次门，等了两三分钟，站里只有2把椅子。",
    "他今年81岁，2019年3月搬来，住在8号楼3单元，每周2次到站里来。",
    "依据荷民〔2023〕12号文件第三条，按“1+8+N”体系推进“一站一品”“五社联动”。",
    "1. 先听；2. 再问。附件1、表2、图3和第4次记录都在档案里。",
    "电话028-1234 5678，热线12345，每天9:00—17:30开放，面积约120平方米。",
    "社工站3.0版，H5页面，T/HYSW 001—2023，GB/T 15835—2011。",
    "活动从上午9时到11点半，走了1.5公里，花了35元。",
    "一个人、一件事、一起做；千家万户，百姓的事，三番五次地跑，五颜六色的伞。",
    "十来位老人的画贴满了墙。",
    "“15分钟养老服务圈”里，有“1235N”模式，也有“六点半课堂”。",
    "满意的人说得最多的一句话是：再来一次。",
)

#: What is written, the code it must be told by, and the words that are pointed at.
FALSE: tuple[tuple[str, str, str], ...] = (
    ("2023年，各站累计关爱巡访25175人次。", "figures.differs", "25175人次"),
    ("2023年，各站累计关爱巡访26,000余人次。", "figures.differs", "26,000余人次"),
    ("全区关爱巡访3万余人次，走得更细了。", "figures.differs", "3万余人次"),
    ("关爱巡访2.6万人次，比上年多。", "figures.differs", "2.6万人次"),
    ("全年关爱巡访近25000人次。", "figures.differs", "近25000人次"),
    ("关爱巡访超过26000人次。", "figures.differs", "超过26000人次"),
    ("关爱巡访约3万人次。", "figures.differs", "约3万人次"),
    ("关爱巡访25,075人，都记在台账里。", "figures.unit_differs", "25,075人"),
    ("关爱巡访25075户，都记在台账里。", "figures.unit_differs", "25075户"),
    ("2022年，全区关爱巡访25075人次。", "figures.stale_period", "25075人次"),
    ("2023年，全区关爱巡访21300人次。", "figures.stale_period", "21300人次"),
    ("2023年上半年，全区关爱巡访25075人次。", "figures.stale_period", "25075人次"),
    ("2023年下半年，全区关爱巡访12040人次。", "figures.stale_period", "12040人次"),
    ("荷西站全年关爱巡访25075人次。", "figures.differs", "25075人次"),
    ("荷西站关爱巡访3810人次，荷东站也在学。", "figures.differs", "3810人次"),
    ("个案服务12个，都已结案。", "figures.differs", "12个"),
    ("全区开展个案服务21场。", "figures.unit_differs", "21场"),
    ("全区开展个案服务21人次。", "figures.unit_differs", "21人次"),
    ("2023年个案16个，稳中有升。", "figures.stale_period", "16个"),
    ("小组活动400余场，组员说收获不小。", "figures.differs", "400余场"),
    ("小组活动350余场，组员说收获不小。", "figures.differs", "350余场"),
    ("小组活动300余个，组员说收获不小。", "figures.unit_differs", "300余个"),
    ("小组活动300余节，组员说收获不小。", "figures.unit_differs", "300余节"),
    ("共开展小组47场，人人有收获。", "figures.unit_differs", "47场"),
    ("全区共开展小组74个。", "figures.differs", "74个"),
    ("社区活动不足900场。", "figures.differs", "不足900场"),
    ("社区活动800场，比往年多。", "figures.stale_period", "800场"),
    ("社区活动900次，比往年多。", "figures.unit_differs", "900次"),
    ("服务群众42万余人次。", "figures.differs", "42万余人次"),
    ("服务群众24万余人，口碑很好。", "figures.unit_differs", "24万余人"),
    ("服务群众240万余人次。", "figures.differs", "240万余人次"),
    ("服务群众２５万余人次。", "figures.differs", "２５万余人次"),
    ("服务群众二十五万余人次。", "figures.differs", "二十五万余人次"),
    ("志愿者培训八十五余场。", "figures.differs", "八十五余场"),
    ("志愿者培训90余场，个个讲得生动。", "figures.differs", "90余场"),
    ("志愿者培训80余次，个个讲得生动。", "figures.unit_differs", "80余次"),
    ("注册志愿者1853名。", "figures.differs", "1853名"),
    ("注册志愿者1583名，其中骨干300名、队员800名、学员383名，另有退出的另计。", "figures.parts_in_sentence", "1583名"),
    ("志愿服务时长31.1万小时。", "figures.differs", "31.1万小时"),
    ("志愿服务时长13.2万小时。", "figures.differs", "13.2万小时"),
    ("儿童绘本4200本，送进社区。", "figures.differs", "4200本"),
    ("儿童绘本2400册，送进社区。", "figures.unit_differs", "2400册"),
    ("发放调研问卷1848份。", "figures.differs", "1848份"),
    ("调研问卷1844份，其中荷西站发放550份。", "figures.differs", "550份"),
    ("发布服务信息230余条。", "figures.differs", "230余条"),
    ("发布服务信息130余篇。", "figures.unit_differs", "130余篇"),
    ("推文累计阅读9000余次。", "figures.differs", "9000余次"),
    ("开展实地督导31次。", "figures.differs", "31次"),
    ("开展实地督导13场。", "figures.unit_differs", "13场"),
    ("链接慈善资源5400多万元。", "figures.differs", "5400多万元"),
    ("链接慈善资源4500多元。", "figures.differs", "4500多元"),
    ("建成街道社工站15个。", "figures.differs", "15个"),
    ("13个街道社工站、19个社区社工室都已建成。", "figures.differs", "19个"),
    ("站点覆盖率74.25%。", "figures.differs", "74.25%"),
    ("服务满意度99.5%。", "figures.differs", "99.5%"),
    ("2023年关爱巡访25075人次，同比增长27.7%。", "figures.differs", "27.7%"),
    ("2023年关爱巡访25075人次，同比下降17.7%。", "figures.differs", "17.7%"),
    ("2023年社区活动900场，比上年增长15.2%。", "figures.differs", "15.2%"),
    ("2023年个案21个，同比翻一番。", "figures.differs", "一番"),
    ("全年办讲座127场，来的人不少。", "figures.unbound", "127场"),
    ("全区共有护理员856名。", "figures.unbound", "856名"),
    ("全年投入经费368000元。", "figures.unbound", "368000元"),
    ("参加的老人占68.3%。", "figures.unbound", "68.3%"),
    ("巡访对象1643人。", "figures.differs", "1643人"),
    ("巡访对象1463人次。", "figures.unit_differs", "1463人次"),
    ("全区巡访对象一千六百余人。", "figures.differs", "一千六百余人"),
    ("全区共走访困难家庭312户，个案21个。", "figures.unbound", "312户"),
    ("| 项目 | 数量（人次） |\n|---|--:|\n| 关爱巡访 | 25057 |", "figures.differs", "25057"),
    ("> [!数据] 一年\n> 关爱巡访25705人次。", "figures.differs", "25705人次"),
    (
        "总数见表。\n\n表题：全年关爱巡访25750人次\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |",
        "figures.differs",
        "25750人次",
    ),
    ("一句话[^1]。\n\n[^1]: 全年关爱巡访27055人次。", "figures.differs", "27055人次"),
    ("发放问卷900份，其中东片302份、西片295份、南片313份。", "figures.parts_in_sentence", "900份"),
    ("超过{关爱巡访@2023}。", "figures.differs", "{关爱巡访@2023}"),
    ("2022年，关爱巡访{关爱巡访@2023}。", "figures.stale_period", "{关爱巡访@2023}"),
    ("{关爱巡访@2023|数}户次。", "figures.unit_differs", "{关爱巡访@2023|数}"),
)


#: Parts beside a total that is not their sum, or shares that are not a hundred; and the same in order.
SUMS = (
    ("男12人、女15人，共28人。", "男12人、女15人，共27人。"),
    ("发放900份，其中东302份、西295份、南313份。", "发放910份，其中东302份、西295份、南313份。"),
    ("参加的30人，其中老人13人、孩子18人。", "参加的30人，其中老人13人、孩子5人。"),
    ("老人占60%，孩子占45%。", "老人占60%，孩子占35%。"),
    ("老人占33.3%、孩子占33.3%、其他占30.4%。", "老人占33.3%、孩子占33.3%、其他占33.3%。"),
    (
        "表题：来的人\n\n| 人 | 数 |\n|---|--:|\n| 老人 | 13 |\n| 孩子 | 18 |\n| 合计 | 30 |",
        "表题：来的人\n\n| 人 | 数 |\n|---|--:|\n| 老人 | 13 |\n| 孩子 | 18 |\n| 合计 | 31 |",
    ),
    (
        "全区持证100人，包括助理80人、中级15人、高级6人。",
        "全区持证101人，包括助理80人、中级15人、高级6人，其中新增3人。",
    ),
    ("约300人，包括老人120人、孩子230人。", "300余人，包括老人120余人、孩子180多人。"),
)


@pytest.mark.parametrize(("wrong", "right"), SUMS)
def test_parts_add_up(wrong: str, right: str, tmp_path: Path) -> None:
    told = {n: list(figures.parts(read(hub(tmp_path / n, {"a": text})))) for n, text in (("w", wrong), ("r", right))}
    assert [d.code for d in told["w"]] == ["figures.parts_in_sentence"]
    assert told["r"] == []


FALSE += (
    ("与2022年相比，关爱巡访人次增长了12%。", "figures.differs", "12%"),
    ("个案较上年翻了一番。", "figures.differs", "一番"),
    ("荷西站巡访3180人次，占全区的45%。", "figures.differs", "45%"),
    ("两年累计关爱巡访46735人次。", "figures.differs", "46735人次"),
    ("全年个案比上年增加8个。", "figures.differs", "8个"),
    ("巡访人次由2022年的21300增加到25057。", "figures.differs", "25057"),
    ("个案、小组、社区活动分别为21个、74个和900场。", "figures.differs", "74个"),
    ("2023年1—6月，关爱巡访25075人次。", "figures.stale_period", "25075人次"),
    ("13家街道社工站全部达标。", "figures.unit_differs", "13家"),
    ("第一季度个案5个。", "figures.unbound", "5个"),
)


@pytest.fixture(scope="module")
def true_reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read(hub(tmp_path_factory.mktemp("true"), {f"n{n:03}": text for n, text in enumerate(TRUE)}))


def prose(reading: Reading) -> list[Passage]:
    return [p for p in reading.passages if p.kind == "body" and any("正文" in s for *_, s in p.sources)]


def test_true_texts_are_left_alone(tmp_path: Path) -> None:
    project = hub(tmp_path, {f"n{n:03}": text for n, text in enumerate((*TRUE, *QUIET))})
    report = Report()
    check_everything(project, (), report)
    assert [f"{d.span} {d.message}" for d in report.sorted() if d.code.startswith(("figures.", "facts."))] == []


def test_true_figures_are_known_for_what_they_are(true_reading: Reading) -> None:
    """Silence is no proof: every figure of the true texts was found to agree with a fact."""
    found = [f for f in Tally(true_reading).figures if f.quantity is not None and f.quantity.kind != "duration"]
    assert len(found) >= 36
    assert {f.verdict for f in found} == {"agrees"}


def test_contradictions_are_found_in_their_place(tmp_path: Path) -> None:
    assert len(FALSE) >= 60
    project = hub(tmp_path, {f"n{n:03}": text for n, (text, *_) in enumerate(FALSE)})
    report = Report()
    check_everything(project, (), report)
    told: dict[str, set[tuple[str, str]]] = {}
    for d in (d for d in report.sorted() if d.code.startswith("figures.")):
        line = (project.root / d.span.file).read_text("utf-8").split("\n")[d.span.line - 1]
        words = line[d.span.column - 1 : d.span.column - 1 + d.span.length]
        told.setdefault(Path(d.span.file).stem, set()).add((d.code, words))
        if d.code != "figures.parts_in_sentence":
            assert d.severity is Severity.ERROR
    missed = [
        (text, told.get(f"n{n:03}"))
        for n, (text, code, words) in enumerate(FALSE)
        if (code, words) not in told.get(f"n{n:03}", set())
    ]
    assert missed == []


def test_a_wrong_digit_is_found(true_reading: Reading) -> None:
    """One digit of a figure changed: of hundreds, all but those that are still true are found.

    25,070余, 20万余, 100余, 4000多万 are looser than 25,075, 24万余, 130余, 4500多万, but not false.
    """
    known = Tally(true_reading).known
    dice = random.Random(20231231)
    changed = missed = 0
    for passage in prose(true_reading):
        for quantity in find(passage.words):
            for at in range(quantity.start, quantity.end):
                if quantity.kind in ("year", "date", "ordinal") or not passage.words[at].isdecimal():
                    continue
                others = [d for d in "123456789" if d != passage.words[at]]
                for digit in dice.sample(others, 4):
                    words = passage.words[:at] + digit + passage.words[at + 1 :]
                    changed += 1
                    missed += not _found(true_reading, known, replace(passage, words=words))
    assert changed >= 500
    assert missed <= changed // 100


def _found(reading: Reading, known: object, passage: Passage) -> bool:
    alone = Reading(reading.publication, reading.records, reading.project)
    alone.__dict__["passages"] = (passage,)
    tally = Tally(alone)
    tally.__dict__["known"] = known
    return any(f.verdict in FAULTS for f in tally.figures)


# -- the same in two places; the reason given; what is bound ---------------------------------------------------


def of(tmp_path: Path, texts: dict[str, str], extra: dict[str, str] | None = None) -> list[tuple[str, str]]:
    reading = read(hub(tmp_path, texts, extra))
    return [(d.code, str(d.message)) for d in (*figures.true(reading), *figures.parts(reading))]


NOTE = "数字说明:\n  - {文: "


def test_two_articles_that_differ_name_each_other(tmp_path: Path) -> None:
    notes = {
        n: f"{NOTE}{w}, 理由: 据2021年的老台账，没有记成事实}}\n" for n, w in (("x", "个案9个"), ("y", "个案服务8个"))
    }
    found = of(tmp_path, {"x": "2021年，个案9个。", "y": "2021年，个案服务8个。"}, notes)
    assert [code for code, _ in found] == ["figures.disagree"]
    assert "content/news/x.md" in found[0][1]


def test_two_articles_may_say_it_more_or_less_exactly(tmp_path: Path) -> None:
    notes = {
        n: f"{NOTE}{w}, 理由: 据2021年的老台账，没有记成事实}}\n" for n, w in (("x", "个案108个"), ("y", "个案100余个"))
    }
    assert of(tmp_path, {"x": "2021年，个案108个。", "y": "2021年，个案100余个。"}, notes) == []


def test_an_article_of_another_edition_is_compared_too(tmp_path: Path) -> None:
    notes = {
        n: f"{NOTE}{w}, 理由: 据2021年的老台账，没有记成事实}}\n" for n, w in (("x", "个案9个"), ("y", "个案服务8个"))
    }
    project = hub(tmp_path, {"x": "2021年，个案9个。", "y": "2021年，个案服务8个。"}, notes)
    issue = project.content / "bulletins" / "b.yaml"
    issue.write_text(issue.read_text("utf-8").replace("[x, y]", "[x]"), "utf-8")
    found = list(figures.true(read(project)))
    assert [d.code for d in found] == ["figures.disagree"]
    assert "content/news/y.md" in str(found[0].message)


def test_a_reason_lets_a_figure_be_printed(tmp_path: Path) -> None:
    text = "全年办讲座127场，来了8560人。"
    assert [code for code, _ in of(tmp_path / "1", {"a": text})] == ["figures.unbound"] * 2
    note = f"{NOTE}讲座127场, 理由: 据街道文化站年报}}\n"
    assert [code for code, _ in of(tmp_path / "2", {"a": text}, {"a": note})] == ["figures.unbound"]


def test_a_reason_for_nothing_is_a_fault(tmp_path: Path) -> None:
    reason = "理由: 据街道文化站年报}"
    note = f"{NOTE}128场, {reason}\n  - {{文: 讲座127场, 理由: 略}}\n  - {{文: 办讲座, {reason}\n"
    found = [code for code, _ in of(tmp_path, {"a": "全年办讲座127场。"}, {"a": note})]
    assert sorted(found) == ["figures.note_unused", "figures.note_unused", "figures.reason_missing"]


def figure(tmp_path: Path, text: str) -> Figure:
    (found,) = (f for f in Tally(read(hub(tmp_path, {"a": text}))).figures if f.passage.record == "a")
    return found


def test_what_is_printed_from_facts_is_bound(tmp_path: Path) -> None:
    assert figure(tmp_path, "全年{关爱巡访@2023|余}。").verdict == "bound"


def test_a_table_has_its_unit_in_its_head(tmp_path: Path) -> None:
    text = "| 项目 | 数量（人次） |\n|---|--:|\n| 关爱巡访 | {0} |"
    assert figure(tmp_path / "1", text.format(25075)).verdict == "agrees"
    assert figure(tmp_path / "2", text.format(25175)).verdict == "differs"


def test_what_drawings_say_of_facts_is_no_sum() -> None:
    """Their alternative texts list value after value; none of them is the total of those behind it."""
    project = Project(Path(__file__).parent.parent, TODAY)
    records = load(project, Report())
    edition = records["chengxi-2023-data"]
    assert isinstance(edition, Edition)
    reading = Reading(compose(edition, records, project, Report()), records, project)
    assert any(p.kind == "alt" and "1742" in p.words for p in reading.passages)
    assert list(figures.parts(reading)) == []
