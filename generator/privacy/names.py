"""Names: what looks like the name of a person, or like a way of calling one, in a text.

A net under declaration, never the gate itself: names that are also words can't be told from them by anybody, and what
is declared needn't be found. It errs to the side of finding; what it takes for a name and is none goes on a list.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

from generator.privacy.folding import homophones, readings, simplified

Kind = Literal["姓名", "化名", "某", "小称", "称谓", "字母"]


@dataclass(frozen=True)
class Named:
    """A stretch of a text (in characters) that calls somebody, and how it does."""

    start: int
    end: int
    kind: Kind


#: The hundred most common, by which a name is known at once.
_COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_FURTHER = frozenset(
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌"
    "费纪靳盛童欧甄项曲成游阳裴席卫"
    "查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫佘冀娄鞠司寇连宫宗丰蒲蔺冷匡阚褚吉苟屠瞿晏喻代"
    "古骆闻商米缪骈池尚艾仇封党刁"
    "蓝麦谌宣练卓燕荣应臧原元权奚储伏明虞戚谈占辜巩平和水皮从敖邬阙隆丘全岑巴郎浦敬桑井巫花幸国海云扈楼仲邰符蒙仝揭"
    "冼湛粟苑麻米滕荆阎逯冶蹇鄢"
    "昝乜郗禤缑曲璩荀訾邸鄯庾佴哈笪谯隗隽雍邴麹郏郄郅桓胥和怀蒯藏益桂仵佘佀苑迟逯佟钮郁言竹么问初来习厉步计衣逄亓仉"
    "母贝那帅后索展农沙乐简鹿朴双禹"
)
_DOUBLE = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
    "公孙 慕容 仲孙 钟离 长孙 宇文 "
    "司徒 鲜于 司空 令狐 拓跋 呼延 轩辕 完颜 百里 东郭 南门 西门 第五 纳兰 叶赫 那拉".split()
)
_SURNAMES = _COMMON | _FURTHER
#: Surnames that stand alone in a sentence as words of another kind more often than as names.
_WORDS = frozenset("钱左谈时楼和于向从时单全有那后么问来成应常还关何代连明国华海水花平安方文石金高白江路车马毛万易"
                   "计步言党后占应强原元边阳余管从权展农沙乐简双"
                   "尚司项包章温谈左古查解房官商云平米母言初宫宁位席阴净植")  # fmt: skip

_GIVEN = frozenset(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉萍红金玲芬芝莲梅琴凤香珍珠翠云燕荣淑惠莉雪琳洁婷倩颖欣怡佳"
    "思雨梦瑶嘉慧雯菲蕾薇晶莹璐瑾瑜"
    "琪彤萌涵轩宇浩然子豪俊逸泽昊晨博文睿哲辰铭熙健鑫凯斌彬波辉鹏飞龙虎峰林森海江河川山岩石松柏槐楠梓桐栋梁志建国庆"
    "民生保卫东南北春夏秋冬福禄寿喜贵财发"
    "富有德仁义礼智信忠孝廉洪清源润泉沛滨淼旭阳光亮照耀晖曦日升月星宝贝康宁安顺利祥瑞和祖宗绍继承先宪宏弘伯仲叔季元"
    "亨贞正直立功成业勤俭良善美好佩芸若"
    "诗书画琪琦珊瑚玮璇玥珂珏瑛琼芷芙芹菊蓉蓓蔓薛萱茜茹莎莺婉妍姝姗娇媛嫣婕妮娅娥婵媚小大长永世家邦振兴学敬尊尚友朋"
    "胜凡超越群卓立言青蓝紫丹彩虹绮锦绣"
    "素贤兆培树根水火土木全占元守坤乾冠宇轶远航程鸿翔腾跃骏驰奇伦纯朴诚实毅力坚恒达运通连璧环佐佑启迪展卿君如意新光"
    "荣贵银铁钢铜柱宽厚广义仲伍柳桃李杏"
    "满堂怀远茂盛昌隆盈丰余庆才艺忆念悦乐琰晓晴朗岚霖霏露雷震霆风帆帅威武彪雄力壮炎炳灿烁炜焕煜烨垚钰锋锐钧镇鉴衡权"
    "舟楚瀚浚澜淇渊涌湘漪滢溪瑞珍"
    "妹弟姐花囡玺丫毛蛋狗柱栓锁拴成来运得旺仕任仪伊依俪倪允兵冬凌勋勉化千升协南厚可叶向君吉同品唯园圆坚城培基堃增士"
    "夏奎奕妙姣娣孟宜宣容富尔屹岳峻崇巍川"
    "巧帝平年延强彦征心必怡恩悟惜情慈成才抒敦斐方昆昕映时昱晋景暄曼月朝本权杉来松构枫柔栩桦梨棋榕正步毓沁沐沙治泓波"
    "洲浦涓淳添温湛溢滔漫炫焱煊熠爱牧玄"
    "玫珑珞珩琛瑄瑗璋瓒甜田甲益盛盼真祎祯禾秋稳竹笑筠筱策米粒红纪绍维缘美翊耘聪胤臣航艺节芊苑苗苡茵荃荔荷莘菁菡萌萍"
    "蓝蔚薪虹蝶衍裕西言誉谦豫贝贺赫路轩辛辰"
    "迎迅逢道遥邦郁采钦铃锦镜长闻陶雁雄雅雨霄青静非韬韵颂颐颜飒香馨骄骥高鲁鹤麒麟黎默鼎齐龄蕊娣彬焱"
    "仙凰娴娣媚婧婵娓茗荟芮芃苒蓁葳蕊藜裳诺谊赋跃迅邦途铎铮锟闯陌隽霓骞骋骐鲲鸣鸾鹃鹊麓胜进耀"
)
#: What no given name has, and what none of one character has.
_NEVER = frozenset(
    "的了在是不就都而及与着或个这那你我他她它们里很到说去没自己么吗吧呢啊哦被把给让从将往由时为其此每各所只才又再还"
    "更最已曾可能须些样种件条次趟双只间层座辆台篇册份"
    "也有会要地对以之应该张口岁分秒角块两斤吨度几半做且但却因则即使虽尽跟比等否找问谈听吃喝走跑坐站住带拿买卖租借"
    "读讲帮陪接收办社区街县省室员者女男幼厂局处科"
)
_NEVER_ALONE = _NEVER | frozenset(
    "上下外也要会看得地对向以之应该遍部本名位年月日号点元公里米零一二三四五六七八九十百千万亿第多少作用于并同若非无"
    "有叫想进出起过放打送教写发开关建设道村镇乡市中心队组工"
    "人们老童儿家院校会议座活动服务项目政策资源需求问题情况能力方法方式内容程结果前后左右大小新旧好坏真假高低长短来"
    "回时间"
)

_ROLES = (
    "教师 校医 督学 楼管 门卫 管理员 辅导员 心理老师 指导老师 指导员 带领者 协作者 见习社工 实习社工 驻校社工 站员 "
    "社工员 社工助理 负责人 网友 球友 工友 战友 社工 志愿者 主任 副主任 书记 副书记 站长 副站长 督导 督导员 组员 "
    "组长 居民 邻居 老师 医生 护士 律师 记者 通讯员 队长 会长 副会长 秘书长 理事长 同学 学员 "
    "老人 老党员 党员 楼长 楼栋长 网格员 调解员 护理员 照料员 代表 干事 干部 局长 副局长 科长 处长 部长 县长 区长 "
    "镇长 乡长 市长 院长 校长 园长 教授 副教授 讲师 博士 主席 "
    "经理 总监 总经理 负责人 创始人 工程师 民警 警官 辅警 司机 师傅 裁缝 店主 老板 房东 保安 保洁 厨师 家长 学生 "
    "儿子 女儿 丈夫 妻子 老伴 孙子 孙女 外孙 外孙女 儿媳 女婿 父亲 母亲 爸爸 妈妈 "
    "奶奶 爷爷 哥哥 姐姐 弟弟 妹妹 侄子 侄女 表哥 表姐 闺蜜 室友 病友 搭档 同事 编辑 责编 摄影 作者 供稿 撰稿 图 "
    "文 主编 校对 主持人 讲师 嘉宾 专家 案主 服务对象 受助人 求助人 求助者 来访者 监护人 "
    "患者 病人 租户 住户 户主 村民 村医 支书 主任委员 委员 会计 出纳 木匠 电工 店员 快递员 外卖员 保育员 营养师 "
    "康复师 理事 监事 会员 骨干 带头人 能人 名叫 叫做 叫 名为 姓名 化名 名字 联系人 经办人 填表人 记录人 签名 "
    "社工师 实习生 帮扶人 走访人 困难户 低保户 "
    "五保户 军属 烈属 老兵 退役军人 残疾人 青年 小伙 小伙子 姑娘 女孩 男孩 女童 男童 孩子 少年 大学生 研究生 志愿 "
    "义工 巡访员 助理 专员 主管 中医 药师 心理咨询师 咨询师"
).split()
_ROLE = re.compile(f'(?:{"|".join(sorted(_ROLES, key=len, reverse=True))})[：:“"（(]?$')
#: What is said after a name: what only a person does, has, or suffers.
_SAYS = re.compile(
    r"[（(]\s*(?:化名|[男女右左中前后][，,）)一二三四]?)|[，,、：:\s（(]*(?:男|女)[，,、；;）)\s]|"
    r"(?:还|又|也|便|就|则|却|边|才|笑着|哭着|感慨地?|高兴地|激动地|主动|常常?|总|每天|今天|昨天|现在|终于|第一次|"
    r"一边|一直|慢慢|渐渐|突然|后来|当时|[^，。；]{0,3}地)?"
    r"(?:对[^，。]{1,8}|向[^，。]{1,8}|在[^，。]{1,8}[上中里时会后前]|和[^，。]{1,6}|跟[^，。]{1,6}|与[^，。]{1,6})?"
    r"(?:介绍|表示|说|告诉|坦言|认为|回忆|感慨|坚持|提出|强调|指出|分享|道|问|答|笑|哭|哽咽|坦陈|透露|讲述|写道|叹|"
    r"反映|主持|带领|带着|组织|陪|牵头|入户|上门|"
    r"今年|现年|[一二三四五六七八九十\d]{1,3}岁|[八九七六五四][十有]|独居|患|家住|住[在进院]|来自|出生|一家|接过|"
    r"接了|插了|写下|帮着|[拉握拄端抱拿背提推]着|担任|获|荣获|被评|被诊断|被送|被家|确诊|丧偶|离异|"
    r"失独|失聪|失明|失业|耳背|先天|辍学|退学|休学|寄养|寄住|出院|残疾|瘫痪|卧床|去世|走了|低着?头|头也不|红了眼|"
    r"眼眶|流泪|沉默|摇头|点头|摆手|塞给|递给|递来|拿出|打开门|开了门|"
    r"听见|听不|听得|看见|看着|听课|不敢|不肯|不愿|愿意|想要|觉得|害怕|担心|喜欢|习惯|学会|报名|加入|成为|当上|"
    r"由[^，。]{1,6}(?:抚养|照[顾料看]|代[为养]|带大)|先后|外向|内向|性格|"
    r"是(?:一[名位个]|家里|班里|村里|社区|我|他|她|独生|孤儿|孤寡|留守|低保|五保|个)|"
    r"女士|先生|老师|主任|书记|站长|医生|同志|同学|社工(?![站室服机组总团队人专岗点师协体事工员实院学岗介参行业与在和们])|大姐|阿姨|奶奶|爷爷|婆婆|大爷|老人(?![之协食中院组们活日服乐大学])|夫妇|夫妻|母子|母女|"
    r"父子|父女|一家|姐妹|兄弟|"
    r"的(?:妈|爸|父|母|奶|爷|儿|女|丈夫|妻|哥|姐|弟|妹|外|孙|班主任|老师|室友|同学|同事|邻居|家|病|腿|手|眼|脸|背|"
    r"膝盖|头发|床|视力|听力|身体|情绪|心|话|故事|情况|个案|残疾证|低保|身份证|户口|老伴|"
    r"笔记|日记|照片|画|作业|书包|房间|生活|案例|需求))"
)
_LEFT = re.compile(
    r"(?:告诉|鼓励|陪[同伴着]|探望|看望|探视|慰问|邀请|联系[到上]|推荐|拜访|采访|安慰|劝说?|说服|搀着?|扶着|"
    r"[递交还塞转送留]给|[拉握抱望看带领]着|"
    r"[想提问说]起|提到|[遇碰][到见]|引导|转介|[感]谢|叮嘱|表扬|开导|照[顾料看]|收养|抚养|[岁来村壁里]的|^|"
    r"[，。；：！？、”》“‘「（(《\s·/,:;]|和|与|及|由|找到|见到|看到|邀请|对|向|给|请|为|是|陪|帮|让|跟|到|认识|联系|"
    r"听|记得|问|叫|当|据|经)$"
)
_RIGHT = re.compile(r"[，。；：！？、”’」）)》\s·/,:;]|$|[的在和与及等为是从把被将对向给到又也还就都不没有]|老|一")

_TITLES = (
    "女士|先生|小姐|太太|夫人|阿姨|叔叔|大叔|伯伯|伯母|大伯|老伯|大爷|大娘|大妈|夫妇|氏夫妇|家姐妹|家兄弟|家两兄弟|"
    "家两姐妹|家夫妇|阿公|阿婆|家婆|娘娘|阿姆|阿爹|阿爸|阿妈|老爹|大哥|大姐|大嫂|嫂子|奶奶|爷爷|婆婆|公公|姥姥|"
    "姥爷|外婆|外公|孃孃|嬢嬢|娭毑|爹爹|婶婶|大婶|"
    "老师|同学|老太太|老太|老汉|老爷子|老先生|老人家|老人|老师傅|师傅|医生|大夫|护士|护士长|警官|律师|教授|博士|"
    "主任|副主任|书记|站长|院长|校长|队长|班长|组长|会长|局长|科长|"
    "处长|经理|老板|同志|社工|督导|某|家长|妈妈|爸爸|妈|爸|父|母|婆|伯|叔|姨|婶|嫂|姐|哥|爷|奶|爹|娘|总|工|老"
)
_TITLE = re.compile(rf"(?:{_TITLES})")
_TITLE_SIGNS = frozenset(title[0] for title in _TITLES.split("|"))
_SOME = frozenset("某*＊×xXO○〇Ｏ□Ｘ")
_MASK = re.compile(r"[*＊×xX○〇ＸO□]{1,2}")
_DOTTED = re.compile(r"(?<![一-鿿])?[一-鿿]{2,7}[·•・‧][一-鿿]{2,8}(?:[·•・‧][一-鿿]{1,8})?")
#: What names of the minorities are made of, as they are written in Han characters.
_FOREIGN_PARTS = (
    "古丽 古力 买提 吐尔逊 吐逊 卓玛 扎西 次仁 旺姆 拉姆 央金 格桑 其其格 格日勒 "
    "巴雅尔 巴图 阿卜杜 阿不都 艾合 热合曼 依布拉 努尔 阿依 帕提 古丽娜 麦麦提 木合 "
    "哈孜 达瓦 多吉 旺堆 罗布 白玛 德吉 曲珍 卓嘎 阿呷 阿嘎 日史 伍呷 尔古 吉克 "
    "沙马 阿米"
).split()
_FOREIGN = re.compile(rf"[一-鿿]{{0,3}}(?:{'|'.join(_FOREIGN_PARTS)})[一-鿿]{{0,3}}")
_LETTER = re.compile(
    r"(?:案主|个案对象|对象|服务对象|组员|学生|老人|居民|来访者|个案|当事人|求助者|同学|患者|女士|男孩|女孩|小|阿|"
    r"老|儿童|家长|村民|受访者|被访者)\s?([A-Z](?:某)?\d?)(?![A-Za-z0-9.+\-])|"
    r"(?:案主|服务对象|个案对象|当事人|来访者|求助者)([甲乙丙丁])(?=[，。、（的在说是对和与有])|"
    r"(?:^|(?<=[，。；：“]))([A-Z](?:\.[A-Z])?\.?\d?)(?=[，,]\s?[男女][，,]|[在对说把和与](?:访谈|社工|一|他|她))|"
    r"(?<![A-Za-z0-9.+\-])([A-Z])(?=(?:女士|先生|同学|某|奶奶|爷爷|老人|阿姨|叔叔|大爷|婆婆|小姐|姐|哥|君|妈妈|"
    r"爸爸|家长|小朋友|案主|老师))"
)
_CAPITAL = re.compile(r"[A-Z]")
_ALIAS = re.compile(r"([一-鿿·A-Za-z]{1,8})(?:（|\()\s*(?:化名|均?为化名|化名，下同|昵称)")
_HAN = re.compile(r"[一-鿿]")
#: Twice the same sign, as children and pets are called.
_TWICE = re.compile(
    r"([娜婷莉丽萍敏乐朵豆果糖妞蕾浩轩涵彤萌琪佳晨阳洋亮强军芳玲燕霞妮囡欢多贝圆悦瑶琳莹晶雯倩颖媛娟芸茜诺辰鹏飞龙"
    r"壮毛蛋雪霏薇依冉可童])\1"
)
_TWICE_WORDS = frozenset(
    "洋洋 阳阳 圆圆 欢欢 多多 强强 飞飞 亮亮 可可 依依 冉冉 毛毛 悦悦 壮壮 雪雪 莹莹 晶晶 霏霏 童童 果果 糖糖 龙龙 "
    "豆豆 乐乐 朵朵".split()
)
_NICK = frozenset("小老阿大")


def find(words: str) -> tuple[Named, ...]:
    """All in a text that looks like a name or calls somebody, in order; the longest where several overlap."""
    if not _HAN.search(words):
        return tuple(_spelt(words))
    view = _View(words)
    found = [*_marked(view.text), *_by_words(view.text), *_spelt(view.text), *_in_bylines(view.text)]
    found.sort(key=lambda n: (n.start, -n.end))
    kept: list[Named] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return tuple(Named(view.places[n.start], view.places[n.end - 1] + 1, n.kind) for n in kept)


#: Spaces between characters of a name that is set apart, and invisible signs.
_APART = re.compile(
    r"(?<=[一-鿿])[ \u3000\u00a0]+(?=[一-鿿](?:[ \u3000\u00a0，。、：”’）)·]|$))|[\u200b-\u200f\u2060\ufeff\u00ad]|"
    rf"(?:(?<=^[{''.join(sorted(_SURNAMES))}])|(?<=[，。：；、\s][{''.join(sorted(_SURNAMES))}]))[ "
    rf"\u3000\u00a0]+(?=[一-鿿])"
)


class _View:
    """A text in simplified characters, names that are set apart closed up, and where each character stood."""

    def __init__(self, words: str) -> None:
        gaps = list(_APART.finditer(words))
        self.places: Sequence[int] = range(len(words))
        if gaps:
            out = {place for m in gaps for place in range(m.start(), m.end())}
            self.places = [place for place in self.places if place not in out]
            words = "".join(words[place] for place in self.places)
        self.text = words.translate(_PLAIN)


class _Plain(dict[int, str]):
    """A character simplified, a wide letter made narrow; worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        plain = chr(code - 0xFEE0) if "Ａ" <= sign <= "ｚ" else simplified(sign) if sign >= "\u2e80" else sign
        self[code] = plain
        return plain


_PLAIN = _Plain()


@cache
def _surnames_spelt() -> frozenset[str]:
    return frozenset(said.capitalize() for sign in _SURNAMES for said in readings(sign))


_SPELT = re.compile(
    r"(?<![A-Za-z])([A-Z][a-z]{1,5})[ \u00a0]+([A-Z][a-z]+(?:[-'][A-Za-z]?[a-z]+| [A-Z][a-z]+)?)(?![A-Za-z])"
)


def _spelt(words: str) -> Iterator[Named]:
    """Names in Latin letters: Wang Xiuying."""
    for m in _SPELT.finditer(words):
        if m[1] in _surnames_spelt() and _is_spelt(m[2].lower()):
            yield Named(m.start(), m.end(), "姓名")


def _is_spelt(letters: str) -> bool:
    parts = homophones()
    plain = re.sub(r"[-' ]", "", letters)
    return plain in parts or any(plain[:n] in parts and plain[n:] in parts for n in range(1, len(plain)))


_BYLINE = re.compile(
    r"(?:通讯员|记者|供稿|撰稿|撰写|执笔|整理|口述|讲述|编译|设计|绘图|摄影|供图|作者|责任编辑|责编|编辑|校对|审核|文\s*/\s*图|图\s*/\s*文|文字|图片|"
    r"(?<![一-鿿])[图文])\s*[:：/／ \u3000]\s*"
    r"((?:[一-鿿]{2,12}(?:社区|街道|站|中心|学校|学院|机构|局|会)\s*)?(?:[一-鿿]{2,4}(?![一-鿿])[ 、\u3000]*){1,6})"
)
_OFFICE = re.compile(r"(?:社区|街道|站|中心|部|组|局|会|室|处|科|所|校|院)$")


_SIGNED = re.compile(r"[（(]\s*([一-鿿]{2,4})\s+(?:整理|供稿|撰稿|口述|编译|摄影?|文|图|绘)\s*[）)]")


def _in_bylines(words: str) -> Iterator[Named]:
    """Names where a piece says who made it."""
    for m in _SIGNED.finditer(words):
        if m[1][0] in _SURNAMES and not _OFFICE.search(m[1]):
            yield Named(m.start(1), m.end(1), "姓名")
    for m in _BYLINE.finditer(words):
        for one in re.finditer(r"(?<![一-鿿])[一-鿿]{2,4}(?![一-鿿])", m[1]):
            if (one[0][0] in _SURNAMES or one[0][:2] in _DOUBLE) and not _OFFICE.search(one[0]):
                yield Named(m.start(1) + one.start(), m.start(1) + one.end(), "姓名")


def _marked(words: str) -> Iterator[Named]:
    """What shows itself by a mark or a letter."""
    if "化名" in words or "昵称" in words:
        for m in _ALIAS.finditer(words):
            tokens = _cut(m[1])
            if tokens and tokens[-1] in ("称呼", "对象", "姓名", "名字", "名称", "人物", "均"):
                continue
            last = len(tokens[-1]) if tokens else 0
            start = m.end(1) - max(min(last + (len(tokens[-2]) if len(tokens) > 1 and last == 1 else 0), len(m[1])), 1)
            yield Named(start, m.end(1), "化名")
    if "·" in words or "•" in words or "・" in words or "‧" in words:
        for m in _DOTTED.finditer(words):
            if not any(_is_said(part) for part in re.split("[·•・‧]", m[0])):
                yield Named(m.start(), m.end(), "姓名")
    for m in _FOREIGN.finditer(words) if any(part in words for part in _FOREIGN_PARTS) else ():
        if len(m[0]) >= 3:
            yield Named(m.start(), m.end(), "姓名")
    for m in _LETTER.finditer(words) if _CAPITAL.search(words) or "甲" in words or "乙" in words else ():
        group = next(n for n in (1, 2, 3, 4) if m[n])
        yield Named(m.start(group), m.end(group), "字母")
    for m in _TWICE.finditer(words):
        before, after = words[: m.start()], words[m.end() :]
        evident = _SAYS.match(after) or _ROLE.search(before)
        if evident or (m[0] not in _TWICE_WORDS and _LEFT.search(before) and _RIGHT.match(after)):
            yield Named(m.start(), m.end(), "小称")


def _is_said(part: str) -> bool:
    """Whether words of the dictionary make up what stands beside a dot, as in 五社联动·益路童行."""
    tokens = _cut(part)
    return bool(set(part) & set("一二三四五六七八九十")) or all(
        len(t) > 1 and _tag(t) not in ("nr", "nz", "nrt") for t in tokens
    )


@cache
def _jieba():  # type: ignore[no-untyped-def]
    import rjieba  # whoever checks nothing needn't load its dictionary

    return rjieba.Jieba()


def _cut(words: str) -> list[str]:
    return list(_jieba().cut(words, False))


@cache
def _tag(word: str) -> str:
    return str(_jieba().tag(word, False)[0][1])


def _by_words(words: str) -> Iterator[Named]:
    """Names by how a sentence falls into words: what no word holds together may be a name."""
    tokens = _cut(words)
    ends = list(accumulate(map(len, tokens)))
    there = frozenset(ends)
    start = 0
    for n, end in enumerate(ends):
        first = words[start]
        if first in _SURNAMES or words[start : start + 2] in _DOUBLE:
            yield from _from(words, start, tokens, ends, there, n)
        if first in _NICK and (stop := _nick_end(tokens, n, words, start)):
            yield Named(start, stop, "小称")
        start = end


def _from(
    words: str, start: int, tokens: Sequence[str], ends: Sequence[int], there: frozenset[int], n: int
) -> Iterator[Named]:
    """What calls somebody and begins with the surname that stands here."""
    surname = words[start : start + 2] if words[start : start + 2] in _DOUBLE else words[start]
    after = start + len(surname)
    follows = words[after : after + 1]
    if follows in _SOME and (length := _some(surname, words[after : after + 24])) is not None:
        yield Named(start, after + length, "某")
        return
    best: tuple[float, int] | None = None
    for end in (after + 1, after + 2):
        given = words[after:end]
        if end not in there or len(given) < end - after or not _NEVER.isdisjoint(given) or given in _KIN:
            continue
        last = bisect_right(ends, end)
        following = tokens[last] if last < len(tokens) else ""
        score = _score(surname, given, tokens[n:last], following, words, start, end)
        if score >= 3 and (best is None or (score, end) > best):
            best = score, end
    if best is not None:
        titled = _TITLE.match(words, best[1])
        called = titled is not None and len(titled[0]) > 1 and titled[0] not in _CALLINGS
        yield Named(start, titled.end() if titled is not None and called else best[1], "姓名")
    elif follows in _TITLE_SIGNS and (end_ := _titled(surname, words, start, after)) is not None:
        yield Named(start, end_, "称谓")


def _some(surname: str, rest: str) -> int | None:
    """How many characters of 某, 某某, 某英 or of a mask follow a surname."""
    if m := _MASK.match(rest):
        follows = rest[m.end() : m.end() + 1]
        if (surname in _WORDS and rest[0] not in "*＊") or (rest[0] in "xXO〇" and re.match(r"[A-Za-z〇]", follows)):
            return None
        return m.end() + (1 if follows in _GIVEN and len(m[0]) == 1 else 0)
    if not rest.startswith("某") or _NO_ONE.match(rest):
        return None
    if rest.startswith("某某"):
        return 2
    if surname in "于和向从对由单":
        return None
    return 2 if rest[1:2] in _GIVEN and _RIGHT.match(rest[2:3] or "，") else 1


_NO_ONE = re.compile(
    r"某{1,2}(?:社区|街道|村|镇|乡|县|市|区|小区|学校|单位|公司|机构|站|局|路|些|种|个|项|次|年|月|日|位|一|方面|"
    r"地|天|时|"
    r"高校|大学|医院|企业|部门|小学|中学|省|组织|项目|活动)"
)


def _score(surname: str, given: str, tokens: Sequence[str], following: str, words: str, start: int, end: int) -> float:
    """How much speaks for a name: how the words fall, the surname, the given name, what stands before and after."""
    if (
        surname + given in _NO_NAMES
        or (surname in _WORDS and surname + given[0] in _NO_NAMES)
        or surname + given in _ROLES
        or not all(map(_HAN.fullmatch, given))
    ):
        return 0
    before, after = words[max(0, start - 7) : start], words[end : end + 16]
    fitting = sum(sign in _GIVEN for sign in given)
    common = surname in _COMMON or len(surname) == 2
    doubtful = surname in _WORDS
    left = 2.0 if _ROLE.search(before) else 0.6 if _LEFT.search(before) else 0.0
    if len(tokens[0]) == 2 < len(surname + given) and (tokens[0] in _ROLES or (doubtful and (left < 2 or fitting < 2))):
        return 0  # 方言时, 孙子来
    certain = surname == "于" and left == 2 and fitting == len(given)
    if surname in _FUNCTION and not certain and (len(given) == 1 or fitting < 2 or len(tokens) < 3):
        return 0
    if before.endswith("越") or (len(tokens[0]) == 2 and len(surname) == 1 and given[-1] in "和来好对成"):
        return 0  # 越高越好, 陈述和
    right = _right(after, following, words[end : end + 1])
    if (
        len(given) == 1
        and given in _NEVER_ALONE
        and left + right < 3.5
        and not (left and given not in "中上下里外前后内时间" and _PERSON.match(after))
    ):
        return 0
    if len(tokens) == 1 and _jieba().has_word(tokens[0]):  # one word of the dictionary
        return _word_score(tokens[0], given, common, fitting, doubtful, left, right, after)
    single = all(len(token) == 1 for token in tokens)
    score = 2.4 if len(surname) == 2 else 1.0 if common else 0.6
    score -= doubtful * (0.5 if single and len(given) == 2 else 1.0)
    if len(given) == 2:
        if len(tokens[0]) == 2 and len(surname) == 1 and (given[1] not in _GIVEN or given[0] == "家"):
            return 0  # 朱红色, 陈家湾
        score += 0.6 * fitting + (1.2 if single else 0.6 if any(len(t) == 1 for t in tokens[1:]) else 0.0)
        if len(tokens) == 2 and len(tokens[1]) == 2:  # 刘小雨: the given name is a word
            score += 0.8 if _tag(tokens[1]) == "nr" else 0.4 if fitting == 2 else -0.8
    else:
        score += 1.0 if fitting else -0.7
        score += 0.4 * (_tag(given) in ("nr", "nrt", "zg", "j"))
    if fitting == 0:
        score -= 0.8
    if not common and not doubtful and len(tokens[0]) == 1 and fitting == len(given) and _tag(surname) == "nr":
        score += 0.3
    if surname in given:
        score -= 1.0
    if before.endswith("的"):
        score += 0.2
    if doubtful and left < 2 and fitting < 2:
        score -= 0.3
    return score + left + right


#: What a list or a portrait of one person goes on with: 男，二十六岁.
_OF_ONE = re.compile(r"[，,、（(\s]+(?:男|女)[，,、；;）)\s]")


def _right(after: str, following: str, sign: str) -> float:
    """How much of what comes after a name is what comes after names."""
    if _OF_ONE.match(after):
        return 2.5
    if _SAYS.match(after) or _PERSON.match(after):
        return 1.5
    if not sign or _RIGHT.match(sign) or (following and _tag(following)[0] in "vdtpcu"):
        return 0.5
    return -0.3


def _word_score(
    word: str, given: str, common: bool, fitting: int, doubtful: bool, left: float, right: float, after: str
) -> float:
    """How much speaks for a name that is a word of the dictionary, too."""
    if left >= 0.6 and right == 1.5 and _PERSON.match(after) and word[0] not in _FUNCTION:
        return 3.0
    if _tag(word) == "nr" and not (len(word) == 3 and word[2] in _PLACES):
        return (1.5 if len(word) == 3 else 0.4) + common + 0.5 * fitting - doubtful + left + right
    return 0.0


#: What nobody says but of a person: after it even a word of the dictionary is a name.
_PERSON = re.compile(
    r"[（(]\s*化名|[，,、（(\s]*(?:男|女)[，,、；;）)\s]|今年[一二三四五六七八九十\d]|现年|"
    r"[一二三四五六七八九十\d]{2,3}岁|说(?!明|法|服|话|得)|告诉|坦言|回忆|"
    r"[和与跟](?:妹妹|弟弟|哥哥|姐姐|妻子|丈夫|前[妻夫]|老伴|儿子|女儿|儿媳|母亲|父亲|妈妈|爸爸|奶奶|爷爷|外婆|"
    r"外公|婆婆|公公|同学)|因(?:病|丧偶|车祸|家暴|离[婚异]|失[业恋独]|残|欠)|酗酒|[曾多][^，。]{0,4}(?:割腕|"
    r"自[杀残伤])|年[逾过近]|"
    r"[，、](?:低保|五保|残疾|孤儿)|最[怕爱不喜]|不[肯敢爱]|沉默|[塞递送][给过]|今年|刚[满过上]|如今|生于|丧偶|"
    r"笑了|哭了|低着头|头也|拉着|握着|塞给|递给|提出了?[一二三四五六七八九十几]|先天|患|被诊断|确诊|辍学|丧偶|耳背|"
    r"独居(?!老|的老|高)|"
    r"由[^，。]{1,6}(?:抚养|照[顾料看]|代[为养])|是(?:家里|班里|村里|独生|孤儿|孤寡)|外向|内向|"
    r"的(?:妈妈|爸爸|奶奶|爷爷|父亲|母亲|丈夫|妻子|儿子|女儿|班主任|视力|听力|残疾证|床头|病情|腿|眼睛)|女士|先生|"
    r"阿姨|一句话也|时，[她他]"
)


#: What places, callings and colours end in, and few names.
_PLACES = frozenset(
    "岛湖园道路街村镇营工周色桥湾沟坪寺庙宫殿府寨口店庄屯乡县市区城堡坊家井塔榜节会社族派奖杯式法论戏月树墙"
)
#: Surnames that join or place words, and words that look like names.
_FUNCTION = frozenset("和于向从时全有那后么问来应还代连对让当谈")
_NO_NAMES = frozenset(
    "陈述 楼栋 楼道 楼上 孙子 孙女 孙儿 孙媳 孙辈 曾孙 高龄 应当 代表 康复 申请 申请人 张贴 马甲 荣誉榜 成长 成效 "
    "成员 成立 平安 安全 文明 和谐 方便 方案 方法 方式 方向 温暖 高兴 高效 高度 高温 高中 "
    "常见 常住 常年 常态 余人 余名 于是 向前 时常 时间 何时 全年 全程 项目 单位 关爱 关心 关注 关怀 金额 白天 黄昏 "
    "石榴 马上 周末 周边 周期 严格 "
    "安排 安置 计划 计算 应对 应急 明确 明显 华侨 海报 水平 江边 古镇 满意 万余 毛病 车辆 党员 党建 党群 强化 强调 "
    "解决 充分 丰富".split()
)


def _titled(surname: str, words: str, start: int, after: int) -> int | None:
    """林女士, 王大爷: where a surname with how one is spoken to ends; None if it is none."""
    m = _TITLE.match(words, after)
    if m is None:
        return None
    before, follows = words[max(0, start - 1) : start], words[m.end() : m.end() + 1]
    whole = words[start : m.end()]
    if surname in _FUNCTION and not (m[0] in _KIN and before in ("", "，", "。", "“", "；")):
        return None
    if m[0] in _CALLINGS and follows and follows in _OFFICES:
        return None  # 金沙社工站, 白云老人之家
    if (
        follows == "们"
        or whole in ("敬老", "爱老", "养老", "尊老")
        or (_jieba().has_word(whole) and _tag(whole) != "nr")
    ):
        return None
    if len(m[0]) == 1:
        if (surname in _WORDS and surname not in "安何方") or m[0] in "总工父母爸妈娘爹某":
            return None
        return m.end() if not follows or _AFTER_KIN.match(follows) else None
    if surname in _WORDS and before not in _BEFORE_TITLE:
        return None
    return m.end()


#: Callings that are parts of the names of offices, too.
_CALLINGS = frozenset("社工 督导 老人 家长 老师 同学".split())
_OFFICES = frozenset("站室服机组总团队人专岗点师协体事工员实院学介参行业之食中活日乐大评培")
#: How one is spoken to by those who know one.
_KIN = frozenset("大妈 大爷 大娘 大叔 大哥 大姐 阿姨 奶奶 爷爷 婆婆 叔叔 伯伯 女士 先生".split())
_AFTER_KIN = re.compile(r"[，。、；：！？”）的在是说和与家又也就都从把给对拉笑今耳走来听每爱帮不没会想]")
_BEFORE_TITLE = frozenset(["", *"，。；：！？“（、 请找为对陪是"])


def _nick_end(tokens: Sequence[str], n: int, words: str, start: int) -> int | None:
    """小王, 老李, 阿珍, 大刘, 老周头: where it ends."""
    token, name = tokens[n], words[start + 1 : start + 2]
    if not name or not _HAN.fullmatch(name) or (name in _NEVER_ALONE and name not in _COMMON) or len(token) > 2:
        return None
    if len(token) == 1 and (n + 1 == len(tokens) or len(tokens[n + 1]) > 1):
        return None
    if len(token) == 2 and _tag(token) not in ("nr", "nz") and token not in _NICKNAMES and name not in _COMMON:
        return None
    end = start + 2
    if token[0] == "老" and words[end : end + 1] in ("头", "汉", "爹", "伯") and name in _COMMON:
        return end + 1
    before, after = words[max(0, start - 7) : start], words[end : end + 16]
    if name in _COMMON:
        score = 1.6 if name not in _WORDS else 0.8
    elif (name in _SURNAMES and name not in _WORDS) or name in _GIVEN:
        score = 1.2 if token[0] in "小阿" else 0.8
    else:
        score = 0.4
    score -= 0.5 * (token[0] == "大")
    last = n + 2 if len(token) == 1 else n + 1
    right = _right(after, tokens[last] if last < len(tokens) else "", words[end : end + 1])
    if len(token) == 2 and name in _WORDS and right < 1.5 and token not in _NICKNAMES:
        return None  # 一笔小钱
    score += right if right > 0 else -0.4
    score += (
        1.5
        if _ROLE.search(before)
        else 0.6
        if re.search("(?:[都叫]他?她?|的|”)$", before) or _LEFT.search(before)
        else 0.0
    )
    score += 0.4 * (_tag(name) == "nr")
    if token[0] == "阿" and name in _GIVEN and right > 0:
        return end
    if name not in _COMMON and right < 1.5 and not (_ROLE.search(before) or _LEFT.search(before)):
        score -= 0.8  # 下着小雨
    return end if score >= 1.7 and token + name not in _SEASONS else None


_SEASONS = frozenset(
    "阿婆 阿公 阿姨 阿爹 阿妈 阿爸 阿哥 阿姐 "
    "小雪 小寒 小暑 小满 大雪 大寒 大暑 小年 老家 小康 大成 大同 大兴 大庆 大理 阿里".split()
)
_NICKNAMES = frozenset("小明 小红 小刚 小丽 小芳 小强 小华 小军 小龙 小宇 小杰 小雨 小雪 小燕 小玲 小英 小梅 小兰 "
                       "小云 小霞 小莉 小敏 小静 小娟 小婷 小辉 小峰 小东 小林 小文 "
                       "小天 小月 小星 小美 小芬 小凤 小花 小海 小松 小禾 小北 小西 小南 小乐 小安 小宝 小虎 小豆 "
                       "小王 小李 小张 小刘 小陈 小杨 小赵 小黄 小周 小吴 阿珍 阿强 阿芳 阿明 阿英 阿美 阿梅 阿玲 "
                       "老王 老李 老张 老刘 老陈 老杨 老赵 老黄 老周 老吴 老徐 老孙".split())  # fmt: skip
