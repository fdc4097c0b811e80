"""What an internal publication may not say of itself, and all that only sounds like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from generator.checks import imprint, law
from generator.checks.completeness import characters
from generator.compose import compose
from generator.diagnostics import Report
from generator.load import load
from generator.model import Printing, Publication
from generator.project import Project
from generator.reading import Reading
from generator.records.edition import Edition
from generator.typesetting import preflight

QUIET = """
从全年工作报告看，本报告期内走访增加。
三年级孩子在样本刊登之前先读一遍。
版本刊印时改了两处。
日本报道过类似的社区茶座。
社工基本报销了交通费，原本报名的二十人都来了。
本报告由总站编写。
本报名表由社区收存。
她每天看《慈善公益报》，剪下里面的文章。
站长读《中国社会工作》杂志已有五年。
据《贵州日报》报道，当地建了二百个站。
中国日报网记者来站采访，拍了照片。
（据中国日报网）
《四川日报》记者李明随队走访，写下一篇通讯。
据《华西都市报》报道：“本报记者在现场看到，老人们排着队领绘本。”
《慈善公益报》刊登了他的文章：“本刊推荐这一做法。”
多家媒体记者到场。
小记者们采访了站里的社工。
在记者节那天，孩子们采访了老兵。
民政局召开记者会，答记者问。
一位记者走进社工站，问了两个小时。
电视台记者从门外走进来。
日报写三行，周报写一页，月报交总站。
工作汇报、季度汇报各一次。
社工每周一报送周报。
刊登的稿件要写明站点。
报刊亭旁的便民角开了门。
图书馆订了八种报刊和杂志，供居民阅读。
社工帮老人订阅了一份报纸。
欢迎订阅公众号之外，请各站订购办公用品按制度办理。
居民义卖的手工皂定价5元，全部捐出。
物业费定价机制由业主大会商定。
绘本每本售价25元，由基金会捐赠240本。
社工讲解怎样识别虚假广告。
不要轻信“扫码购买”的保健品，遇到可疑链接先问社工。
志愿者清理楼道里的小广告。
社区播放反诈公益广告。
本资料不刊登广告，不收版面费。
投稿、刊用均不收费。
警惕以“特价优惠”为名的推销，谨防受骗。
活动得到一家爱心企业赞助饮用水。
设立了冠名慈善基金，用于助学。
特约通讯员王敏供稿。
招商银行的志愿者教老人用手机银行。
街道招商引资成效明显。
活动由社区居委会主办，荷西站承办，辖区学校协办。
社工教老人在手机上扫码购买车票。
陈奶奶学会了扫码购买地铁票。
站里二维码贴在门口，扫码就能填写意见。
社工提醒老人，扫码购买前先问问家人。
“金牛社工”公众号全年发布服务信息。
公众号推文240篇，浏览8万次。
区里购买服务，三年投入265万元。
参考文献：某某：《社会工作导论》，ISBN 978-7-0000-0000-0。
ISO 9001和CN Tower都是例子。
刊物里的短名由各站自定。
他从报社退休，常给孩子讲办报的事。
她向报社记者反映过这件事。
媒体以《一盏灯》为题刊发报道，记者在文中写下了那晚的情形。
本期十二篇稿件来自六个站点。
本书的编写得到多家单位帮助。
法律讲座讲了保健品广告里的陷阱。
民警提醒：不要相信“内部订购热线”。
自我刊登的启事由本人负责。
当日报告站长，当天本报备案的事项不得漏报。
忘我报国的老兵走进课堂。
市里的日本刊物展开放了。
""".strip().split("\n")

LOUD = [
    ("law.self_name", "本刊自创刊以来得到各站支持。"),
    ("law.self_name", "来稿请寄本刊编辑部。"),
    ("law.self_name", "本报讯 荷西站昨日开展义诊。"),
    ("law.self_name", "欢迎各站向我刊投稿。"),
    ("law.self_name", "本杂志每季一期。"),
    ("law.self_name", "办刊以来，本刊登载案例三十篇。"),
    ("law.reporter", "本报记者 皮磊"),
    ("law.reporter", "（记者 何明华 通讯员 邱芬芳 安忠芳）"),
    ("law.reporter", "■ 本刊记者 张三"),
    ("law.reporter", "文/图 记者 李四"),
    ("law.reporter", "记者走进荷西站，看见门口排着长队。"),
    ("law.reporter", "近日，记者从区民政局获悉，新站将于年底开门。"),
    ("law.reporter", "记者：王五"),
    ("law.reporter", "本站记者王敏报道"),
    ("law.reporter", "特约记者 赵六"),
    ("law.price", "本资料每册定价12元。"),
    ("law.price", "欢迎订阅，全年四期。"),
    ("law.price", "征订启事"),
    ("law.price", "订阅热线：028-12345678"),
    ("law.price", "作者须交纳版面费200元。"),
    ("law.price", "定价：10元/册"),
    ("law.advertisement", "广告招商热线：028-12345678"),
    ("law.advertisement", "本期由某某药业赞助出版。"),
    ("law.advertisement", "承接各类广告"),
    ("law.advertisement", "广告"),
    ("law.advertisement", "本栏目由某某养老公司特约刊出"),
    ("law.advertisement", "赞助单位：某某公司"),
    ("law.advertisement", "请长按二维码下单购买同款轮椅"),
    ("law.advertisement", "扫码购买，立减20元"),
    ("law.advertisement", "诚招代理"),
    ("law.advertisement", "独家冠名：某某集团"),
    ("law.advertisement", "欢迎刊登广告"),
    ("law.cohost", "本资料由某某公司协办。"),
    ("law.public_channel", "本资料电子版请到公众号下载。"),
    ("law.public_channel", "欢迎转发本期内容"),
]

HOUSE = [
    ("law.number", "邮发代号：62-123"),
    ("law.number", "CN51-1234/C"),
    ("law.number", "ISSN 1000-1234"),
    ("law.price", "定价：10.00元"),
    ("law.price", "零售价 8元"),
    ("law.cohost", "协办：某某公司"),
]


def found(text: str, *, house: bool = False, reprinted: bool = False) -> list[str]:
    return [rule.code for rule, *_ in law.breaches(text, house=house, reprinted=reprinted)]


@pytest.mark.parametrize("text", QUIET)
def test_what_only_sounds_like_it_is_quiet(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("code", "text"), LOUD)
def test_what_is_forbidden_is_found(code: str, text: str) -> None:
    assert code in found(text)
    assert code in found(f"站里的事情很多。{text}")


@pytest.mark.parametrize(("code", "text"), HOUSE)
def test_the_editors_own_pages_are_looked_at_more_closely(code: str, text: str) -> None:
    assert code in found(text, house=True)


def test_a_reprint_may_have_its_reporters() -> None:
    text = "（记者 何明华 通讯员 邱芬芳）"
    assert found(text) == ["law.reporter"]
    assert found(text, reprinted=True) == []


# -- cover and imprint as they are printed ----------------------------------------------------------------------------


def reading(sample: Project, kinds: frozenset[str]) -> Reading:
    """The bulletin of the sample without its pages of these kinds."""
    records = load(sample, Report())
    edition = records["heyuan-2024-1"]
    assert isinstance(edition, Edition)
    whole = compose(edition, records, sample, Report())
    return Reading(replace(whole, articles=tuple(a for a in whole.articles if a.kind not in kinds)), records, sample)


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        (frozenset[str](), 0),
        (frozenset({"cover"}), 2),  # the permit number and the line of the law stand on the cover or nowhere
        (frozenset({"imprint"}), 4),  # recipients, printer, date, copies stand nowhere else
        (frozenset({"back-cover"}), 0),
    ],
)
def test_what_the_law_wants_is_looked_for_in_print(sample: Project, without: frozenset[str], missing: int) -> None:
    said = [d.code for d in imprint.required_items(reading(sample, without))]
    assert said == ["imprint.not_printed"] * missing


def test_an_edition_is_a_proof_until_it_is_released(publications: dict[str, Publication]) -> None:
    assert not any(publication.released for publication in publications.values())


# -- what is counted --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("社工来了。", 5),
        ("社工 来了。\n", 5),
        ("全年走访1,844人次", 7),
        ("用GDS-15量表，得9.5分。", 9),
        ("A home visit in 2023", 5),
        ("", 0),
        ("“五社联动”——好！", 10),
    ],
)
def test_characters_are_counted_as_editors_do(text: str, count: int) -> None:
    assert characters(text) == count


@pytest.mark.parametrize(
    ("printing", "codes"),
    [
        (Printing(), []),
        (Printing(pages=36, sheets=2), []),
        (Printing(pages=32), ["preflight.imprint_pages"]),
        (Printing(sheets=2.25), ["preflight.imprint_sheets"]),
        (Printing(binding="骑马订", pages=36, sheets=2.0), []),
    ],
)
def test_the_imprint_agrees_with_the_pages(printing: Printing, codes: list[str]) -> None:
    assert [d.code for d in preflight.binding(36, printing, "书.pdf")] == codes
