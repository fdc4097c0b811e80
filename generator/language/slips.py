"""Errors of the hand: words written twice, one word taken for another that sounds or looks like it."""

# ruff: noqa: E501 - a pattern is read as a whole

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from generator.diagnostics import say
from generator.writing import Finding, Writing

# -- words written twice -------------------------------------------------------------------------------------

_TWICE = re.compile(r"([一-鿿]{2,5}?)\1")
#: What may be said twice: verbs (研究研究), degrees (非常非常), counts (一个一个), sounds, calls.
_SAID_TWICE = frozenset(
    "研究 讨论 商量 考虑 了解 休息 打扫 锻炼 认识 学习 体验 体会 感受 放松 收拾 整理 准备 练习 打听 打量 比较 比划 琢磨 "
    "合计 参考 参谋 请教 咨询 活动 溜达 走动 运动 热闹 凉快 高兴 暖和 快活 轻松 痛快 舒服 清醒 安静 精神 亲热 亲近 表示 "
    "介绍 说明 解释 商议 协商 沟通 交流 聊天 谈论 反省 反思 检查 检讨 调查 观察 观摩 尝试 试验 实践 锤炼 磨炼 调整 改进 "
    "改善 提高 提升 补充 修改 修理 修补 打理 料理 照顾 照看 照料 关心 帮助 帮忙 支持 鼓励 安慰 开导 劝说 劝导 教育 批评 "
    "表扬 夸奖 夸赞 庆祝 纪念 祝贺 欣赏 参观 游览 玩耍 娱乐 消遣 享受 品尝 品味 回忆 回味 思考 思索 思量 掂量 盘算 计算 "
    "核对 核实 清点 清理 打点 布置 装扮 打扮 梳洗 洗漱 冷静 沉淀 梳理 熟悉 适应 磨合 宣传 推广 推荐 联系 联络 接触 走访 "
    "看望 问候 慰问 陪伴 摆弄 摸索 探讨 探索 分析 总结 评论 评价 议论 唠叨 念叨 嘱咐 叮嘱 提醒 督促 催促 监督 指导 指点 "
    "辅导 疏导 治疗 调理 滋润 保养 保护 爱护 照应 张罗 打磨 操心 操练 演练 排练 见识 长进 开心 乐呵 伸展 舒展 按摩 揉捏 "
    "非常 特别 很多 好多 许多 真的 永远 一直 十分 多么 那么 这么 如此 无数 长长 深深 轻轻 悄悄 早早 好好 慢慢 常常 "
    "谢谢 再见 加油 恭喜 欢迎 好的 是的 可以 不是 不行 不要 没有 没事 来了 对了 算了 行了 好了 走了 快点 快来 拜拜 你好 "
    "对不 哪里 多少 什么 怎么 滴答 叮咚 叮当 哗啦 扑通 噼啪 咚咚 哈哈 呵呵 嘿嘿 嘻嘻 呜呜 咯咯 嘀嗒 咔嚓 吧嗒 轰隆 叽喳 "
    "宝贝 妈妈 爸爸 奶奶 爷爷 来来 往往".split()
)
_COUNT = re.compile("[一两几二三四五六七八九十半]")
#: The second word belongs to what follows: 服务服务对象, 一个个个性.
_JOINED = re.compile(
    r"(?:服务服务(?=对象|者|商|员|业)|管理管理(?=者|员|人员)|教育教育(?=者|家)|学习学习(?=型|者)|研究研究(?=所|院|生)|发展发展(?=中)|支持支持(?=者)|培训培训(?=师|者)|劳动劳动(?=者)|领导领导(?=者|干部)|志愿志愿(?=者|军))"
)
_BODY = re.compile("[筋手脚腰腿身关脑颈肩胳四头一嘛吧呀，。！？”、；]|$")
#: Characters that are not said twice: what may stand before and what may stand after where they are (目的的, 的的确确).
_ONCE = re.compile(
    "|".join(
        f"{twice}" + (f"(?<![{before}]{twice})" if before else "") + (f"(?![{after}])" if after else "")
        for twice, before, after in (
            ("的的", "目标打有", "确士哥卡"),
            ("了了", "不得", "解结断却望事无然"),
            ("是是", "于但还凡总只可要就算或老却正若也都既又便即先", "非"),
            ("在在", "现存实内所潜自外好", "处理"),
            ("和和", "暖温平缓柔总饱附共中讲随应调谐唱", "气美睦满乐风顺解平谐田缓善"),
            ("与与", "参给赠授干相", "会共时其"),
            ("于于", "", "老先女小大洋是"),
            ("将将", "即", "军领来士相"),
            ("被被", "", "子褥单套"),
            ("以及及", "", "时格早其"),
            ("也也", "", "门"),
            ("或或", "", ""),
            ("而而", "", "今立且"),
            ("之之", "随总反久广持取兼加", ""),
            ("着着", "沉执显附穿随板顽朝", "实急手力重装眼想陆落"),
        )
    )
)


def _repeated(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _TWICE.finditer(words):
        word, at = m[1], m.start()
        if (
            len(set(word)) == 1
            or _COUNT.search(word[:2])
            or word[-1] in "不没着了啊呀吧"
            or (word == words[m.end() : m.end() + len(word)] and len(word) < 3)
        ):
            continue
        if word in _SAID_TWICE and (word != "活动" or _BODY.match(words, m.end())):
            continue
        if _JOINED.match(words, at):
            continue
        if words[at - 1 : at] in ("“", "‘") and words[m.end() : m.end() + 1] in "”’！，。":
            continue  # a name, a call
        yield Finding(
            "slips.repeated",
            at,
            m.end(),
            say("“{word}”重复了", word=word),
            say("删去一个；有意重复就在中间加标点"),
            word,
        )
    for m in _ONCE.finditer(words):
        yield Finding(
            "slips.repeated",
            m.end() - 2,
            m.end(),
            say("“{word}”重复了", word=m[0][-1]),
            say("删去一个；有意重复就在中间加标点"),
            m[0][-1],
        )


# -- one word for another ------------------------------------------------------------------------------------

#: Wrong -> right; never right anywhere but in a text about mistakes.
_WRONG = dict(
    pair.split("→")
    for pair in (
        "帐号→账号 帐户→账户 帐目→账目 帐单→账单 台帐→台账 记帐→记账 建帐→建账 对帐→对账 结帐→结账 流水帐→流水账 "
        "布署→部署 必竞→毕竟 毕竞→毕竟 究竞→究竟 竟争→竞争 竟赛→竞赛 竟选→竞选 既使→即使 既便→即便 即然→既然 "
        "迫不急待→迫不及待 再接再励→再接再厉 一如继往→一如既往 一愁莫展→一筹莫展 渡假→度假 欢渡→欢度 度过难关→渡过难关 "
        "通迅→通讯 精减→精简 名符其实→名副其实 不径而走→不胫而走 莫明其妙→莫名其妙 走头无路→走投无路 穿流不息→川流不息 "
        "谈笑风声→谈笑风生 鼎立相助→鼎力相助 发韧→发轫 急燥→急躁 烦燥→烦躁 暴燥→暴躁 浮燥→浮躁 干躁→干燥 松驰→松弛 "
        "气慨→气概 重迭→重叠 脉博→脉搏 幅射→辐射 震憾→震撼 缺撼→缺憾 遗撼→遗憾 萎糜不振→萎靡不振 寒喧→寒暄 喧染→渲染 "
        "宣泻→宣泄 身分证→身份证 部份→部分 成份→成分 其它人→其他人 计画→计划 含盖→涵盖 志愿着→志愿者 残疾入→残疾人 "
        "老年入→老年人 末成年→未成年 末来→未来 周未→周末 末经→未经 教肓→教育 体肓→体育 培肓→培育 "
        "民证局→民政局 民政居→民政局 枢扭→枢纽 评佑→评估 关坏→关怀 走仿→走访 采仿→采访 辅异→辅导 疏异→疏导 领异→领导 "
        "指异→指导 倡异→倡导 心里辅导→心理辅导 心里健康→心理健康 心里疏导→心理疏导 心里咨询→心理咨询 心里援助→心理援助 "
        "心里素质→心理素质 心里支持→心理支持 招聘启示→招聘启事 招募启示→招募启事 征稿启示→征稿启事 征文启示→征文启事 "
        "检查院→检察院 交待→交代 图象→图像 录象→录像 坐谈会→座谈会 凭添→平添 水笼头→水龙头 撤消→撤销 按装→安装 "
        "家俱→家具 针炙→针灸 甘败下风→甘拜下风 自抱自弃→自暴自弃 天翻地复→天翻地覆 不记其数→不计其数 默守成规→墨守成规 "
        "一股作气→一鼓作气 金榜提名→金榜题名 饮鸠止渴→饮鸩止渴 世外桃园→世外桃源 食不裹腹→食不果腹 旁证博引→旁征博引 "
        "委屈求全→委曲求全 美仑美奂→美轮美奂 直接了当→直截了当 披星带月→披星戴月 圆桌会义→圆桌会议 园满→圆满 座落→坐落 "
        "社区志原者→社区志愿者 志原者→志愿者 志愿都→志愿者 公从号→公众号 公总号→公众号 微信公众好→微信公众号 "
        "社会公作→社会工作 社会工做→社会工作 社会工着→社会工作 服务队象→服务对象 服物对象→服务对象 个按→个案 小祖活动→小组活动 "
        "街到→街道 乡填→乡镇 五社连动→五社联动 五设联动→五社联动 三社连动→三社联动 社会工作都→社会工作者 "
        "入户走方→入户走访 留守儿蓝→留守儿童 困境儿竞→困境儿童 独居老入→独居老人 孤寡老入→孤寡老人 空巢老入→空巢老人 "
        "以经→已经 巳经→已经 己经→已经 做出贡献→作出贡献 做用→作用 座用→作用 反应情况→反映情况 反应问题→反映问题 "
        "反应诉求→反映诉求 反应意见→反映意见 融汇贯通→融会贯通 相形见拙→相形见绌 滥芋充数→滥竽充数 一诺千斤→一诺千金 "
        "出奇不意→出其不意 变本加利→变本加厉 脚塌实地→脚踏实地 脚蹋实地→脚踏实地 惮精竭虑→殚精竭虑 "
        "弹精竭虑→殚精竭虑 不落巢臼→不落窠臼 明查暗访→明察暗访 察颜观色→察言观色 英雄倍出→英雄辈出 人才倍出→人才辈出 "
        "神彩→神采 精采→精彩 兴高彩烈→兴高采烈 丰富多采→丰富多彩 无精打彩→无精打采 挖墙角→挖墙脚 拌脚石→绊脚石 "
        "有持无恐→有恃无恐 言简意骇→言简意赅 按步就班→按部就班 一幅对联→一副对联 棉薄之力→绵薄之力 蛛丝蚂迹→蛛丝马迹 "
        "重蹈复辙→重蹈覆辙 轻歌慢舞→轻歌曼舞 老俩口→老两口 俩个→两个 俩人份→两人份 兢兢业业地的→兢兢业业地 "
        "假设干→若干 旳→的 総→总"
    ).split()
)
#: Words that hold what may be wrong; wrong where the pattern matches; right.
_WHERE = (
    ("登陆", r"登陆(?=系统|平台|网站|网址|账号|帐号|公众号|小程序|页面|后台|邮箱|微信|APP|官网|手机)", "登录"),
    ("做为", r"(?<![叫看当称])做为(?![什人甚])", "作为"),
    ("一些列", r"一些列(?![车出入举为席])", "一系列"),
    ("额", r"(?<=[社街单部老工居孩我大重主镇民府织站室区员门童人道])额(?=(?:社|街|区|居|老|孩|工|服|活|人|儿|站|志|问|情|需|帮|关|支)[一-鿿])", None),
    ("按排", r"按排(?!队|列|名|序|水|污|放|行|班|期)", "安排"),
    ("好象", r"好象(?!征)", "好像"),
    ("帮组", r"帮组(?!织|建|装|成|长|团|合)", "帮助"),
    ("工作着", r"社会工作着(?!力|眼|手|重|陆|装|想|实)", "社会工作者"),
    ("千部", r"(?<![\d一二三四五六七八九十几数上百])千部(?!手|电|影|作|书|小|著)", "干部"),
    ("于部", r"于部(?!署|分|队|门|委|级|长|属|落|里|件|位|首|机|办)", "干部"),
    ("人名政府", r"人名政府", "人民政府"),
    ("民政俯", r"人民政俯", "人民政府"),
    ("社工战", r"社工战(?!“?疫|胜|略|友|线|士|斗|役)", "社工站"),
    ("服务战", r"(?<=[\u4e00-\u9fff])服务战(?!略|线|役|斗|士)", "服务站"),
    ("工作占", r"工作占(?=点|长|室|的)", "工作站"),
    ("连动", r"(?<![电手网])连动(?=机制|发展|服务|模式|效应)", "联动"),
    ("截止", r"截止(?=目前|到目前|今年|今日|今天|去年|上月|本月|发稿|\d{4}年|[12]?\d月)到?", "截至"),
    ("反应", r"反应(?=了(?:问题|情况|诉求|意见|民意|社情|困难|群众|居民))", "反映"),
    ("检查机关", r"检查机关(?=依法|提起|批准|公诉)", "检察机关"),
    ("己", r"(?<![自知律克利异各体贴一身特为由从与予舍损及推修人])己(?=经|有|被|于\d|在|将|达|开展|开始|完成|建|备案|形成|全部|累计|成立|成为|取得|实现|纳入|连续|超过|覆盖|向|基本|初步)", "已"),
    ("自已", r"(?<![各独亲私擅])自已(?!经|于|有|被|在|建|成|完|知|达|开|超|为)", "自己"),
    ("取的", r"取的(?=了|较|良好|优异|显著|突出|明显|圆满|一定|初步|成效|实效|进展|突破)", "取得"),
    ("获的", r"获的(?=了|较|一致|好评|群众|居民|荣誉|称号)", "获得"),
    ("觉的", r"(?<![感视听嗅味触直知错幻自睡午警])觉的(?=[一-鿿])", "觉得"),
    ("舍不的", r"舍不的", "舍不得"),
    ("值的", r"(?<![价产均数市总净残增])值的(?=注意|关注|学习|推广|肯定|信赖|称赞|期待|一提|我们|借鉴|珍惜|尊敬|骄傲)", "值得"),
    ("显的", r"(?<![明])显的(?=格外|更加|特别|尤为|有些|很|十分|非常|比较)", "显得"),
    ("的", r"的(?<=[高兴激动奋慨豪傲心激慰情意奈欣]的)(?=(?:说道?|告诉|表示|讲述|介绍道|笑了|笑着)[，：“])", "地"),
    ("的", r"的(?<=不断的|逐步的|日益的|尽快的|积极的|认真的|努力的|主动的|有效的|大力的)(?=(?:开展|推进|提升|提高|改善|完善|促进|推动|参与|加强|落实|组织|解决|帮助|引导)了)", "地"),
    ("以与", r"(?<=[一-鿿])以与(?!时俱|前|后|外|内|人|民|其|往)(?=[一-鿿])", "以及"),
    ("总那么", r"总那么(?=[一-鿿]?第|$|\n|规定|、)", "总则"),
    ("细那么", r"(?<=[实施细])细那么", "细则"),
    ("原那么", r"(?<![都便])原那么(?!多|大|好|高|远|想)", "原则"),
    ("效劳", r"效劳(?=对象|中心|站|窗口|体系|平台|项目|机构|质量|水平|内容|能力|工作|队|居民|群众|热线)", "服务"),
    ("根本", r"根本(?=公共服务|养老保险|医疗保险|情况如下|生活保障)", "基本"),
    ("的地得", r"的地得(?=[一-鿿])", None),
)  # fmt: skip
_SPUN = frozenset({"旳", "総", "假设干", "总那么", "细那么", "原那么", "效劳", "根本", "以与"})
_NOT_IN = {
    "己经": re.compile("[自知利律体贴异各]己经"),
    "个按": re.compile("个按[照时期需摩钮键月季次序揭]"),
    "街到": re.compile("[大上沿逛过小老]街到"),
    "其它人": re.compile("其它人[工为类造]"),
    "以经": re.compile("(?:加|予|给|可|能|足|得|借|用|难)以经|以经[济营验过费典常历受]"),
    "末来": re.compile("(?:周|月|年|期|岁|学)末来"),
    "周未": re.compile("周未[能到满及见]"),
    "做用": re.compile("做用[户人于来]"),
    "俩个": re.compile("俩个[子头儿性人]"),
    "指异": re.compile("指异[常地性]"),
    "采仿": re.compile("采仿[古真]"),
    "竟赛": re.compile("竟赛过"),
    "对帐": re.compile("对帐[篷子幕]"),
    "成份": re.compile("成份[额儿]"),
    "乡填": re.compile("乡填[写报补充]"),
    "干躁": re.compile("干躁[动狂]"),
    "部份": re.compile("部份[额]"),
    "记帐": re.compile("记帐[篷]"),
    "志愿都": re.compile("志愿都[有是在能会可要不已得很没]"),
    "社会工作都": re.compile("社会工作都[有是在能会可要不已得很没离需应]"),
    "老年入": re.compile("老年入[住院学会职园户党伍驻]"),
    "残疾入": re.compile("残疾入[学园住职]"),
    "末经": re.compile("[周月年期]末经"),
    "走仿": re.compile("走仿[真古生]"),
}


_Tree = dict[str, Any]


def _trie(wanted: list[str]) -> str:
    """A pattern that finds any of the words, the longest first, looking at each character once."""
    tree: _Tree = {}
    for word in wanted:
        node = tree
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}

    def pattern(node: _Tree) -> str:
        ways = [re.escape(c) + pattern(below) for c, below in node.items() if c]
        if not ways:
            return ""
        joined = ways[0] if len(ways) == 1 and "" not in node else f"(?:{'|'.join(ways)})"
        return f"{joined}?" if "" in node else joined

    return pattern(tree)


_WRONG_ONES = re.compile(_trie(list(_WRONG)))
_WRONG_WHERE = tuple((key, re.compile(pattern), right) for key, pattern, right in _WHERE)


def _confused(writing: Writing) -> Iterator[Finding]:
    words = writing.words
    for m in _WRONG_ONES.finditer(words):
        exception = _NOT_IN.get(m[0])
        if exception and any(
            e.start() <= m.start() < e.end() for e in exception.finditer(words, max(m.start() - 2, 0))
        ):
            continue
        yield _taken_for(m, _WRONG[m[0]])
    for key, pattern, right in _WRONG_WHERE:
        if key in words:
            for m in pattern.finditer(words):
                yield _taken_for(m, right)


def _taken_for(m: re.Match[str], right: str | None) -> Finding:
    word = m[0]
    if word in _SPUN:
        message, code = say("“{word}”像是被机器换过的词", word=word), "garbled.spun"
    else:
        message, code = say("“{word}”像是写错了", word=word), "slips.confused"
    hint = say("多半是“{right}”，核对后改", right=right) if right else say("核对后改")
    return Finding(code, m.start(), m.end(), message, hint, right)


RULES: tuple[tuple[frozenset[str], Callable[[Writing], Iterator[Finding]]], ...] = (
    (frozenset(), _repeated),
    (frozenset(), _confused),
)
