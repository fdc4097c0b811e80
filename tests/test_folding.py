"""Rosters: what they hold is found however it is written, by the roster and by its hashes, which give nothing away."""

from __future__ import annotations

import json
import stat
from collections.abc import Sequence
from pathlib import Path

import opencc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.diagnostics import Report
from generator.model import Traits
from generator.privacy import keeping
from generator.privacy.folding import fold, folded, sounds, spellings
from generator.privacy.hashed import Hashes, hashes
from generator.privacy.lists import Group, Population, ages
from generator.privacy.roster import Entry, Roster

KEY = b"a key of more than sixteen bytes"
NAMES = ("梁素秋", "吕绿萍", "欧阳志坚", "单学敏", "韦巧云", "阿依古丽")
PHONE, CARD = "13912340001", "430122194806127029"
ROSTER = Roster(
    {
        f"C-{number}": Entry.model_validate(
            {"姓名": [name], "电话": [PHONE], "证件": [CARD], "住址": ["桥头街3栋1单元502"]}
        )
        if number == 0
        else Entry.model_validate({"姓名": [name], "别名": ["峰子"]} if number == 1 else {"姓名": [name]})
        for number, name in enumerate(NAMES)
    }
)
HASHES = Hashes(json.loads(json.dumps(hashes(ROSTER, KEY))), KEY)
BOTH = pytest.mark.parametrize("secrets", [ROSTER, HASHES], ids=["roster", "hashes"])

#: What a text is made of that holds nobody: no character of a name, no digit, no letter.
AROUND = st.text("社工站每天走访老街灯下门口，。“”（）：；　 \n、他们说好", max_size=30)
#: What may stand between two characters of a name and be passed over by its reader.
BETWEEN = st.text(" 　\u00a0\u200b\u200d\u2060\ufeff\u00ad·-*_，。、|\n", max_size=3)
_TRADITIONAL = opencc.OpenCC("s2t")


@st.composite
def disguised(draw: st.DrawFn, signs: Sequence[Sequence[str]]) -> str:
    """Signs, each in one of its forms, with something or nothing between them."""
    found = draw(st.sampled_from(signs[0]))
    for forms in signs[1:]:
        found += draw(BETWEEN) + draw(st.sampled_from(forms))
    return found


def forms(sign: str) -> tuple[str, ...]:
    return (sign, str(_TRADITIONAL.convert(sign)))


def digits(sign: str) -> tuple[str, ...]:
    return (sign, chr(ord(sign) + 0xFEE0), "〇一二三四五六七八九"[int(sign)], "零幺弍叁肆伍陆柒捌玖"[int(sign)])


@BOTH
@given(before=AROUND, after=AROUND, data=st.data())
def test_a_name_is_found_however_it_is_written(
    secrets: Roster | Hashes, before: str, after: str, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(NAMES) - 1))
    written = data.draw(disguised([forms(sign) for sign in NAMES[number]]))
    found = secrets.find(before + written + after)
    assert [(m.start, m.end, m.ref, m.what) for m in found] == [
        (len(before), len(before) + len(written), f"C-{number}", "姓名")
    ]


@BOTH
@given(before=AROUND, after=AROUND, data=st.data())
def test_a_number_is_found_however_it_is_written(
    secrets: Roster | Hashes, before: str, after: str, data: st.DataObject
) -> None:
    number, what = data.draw(st.sampled_from([(PHONE, "电话"), (CARD, "证件")]))
    written = data.draw(disguised([digits(sign) for sign in number]))
    found = secrets.find(before + written + after)
    assert (len(before), len(before) + len(written), "C-0", what) in [(m.start, m.end, m.ref, m.what) for m in found]


@BOTH
@given(st.text("社工站每天走访老街灯下门口，。“”（）：；　 \n、梁素吕绿欧阳志单学韦巧阿依古1390", max_size=60))
def test_nothing_is_found_where_nothing_is(secrets: Roster | Hashes, words: str) -> None:
    """Parts of names and of numbers are not what the roster holds."""
    plain = fold(words)
    if not any(name in plain for name in NAMES):
        assert list(secrets.find(words)) == []


@BOTH
@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("liangsuqiu", "C-0"), ("Liáng Sùqiū", "C-0"), ("SUQIU Liang", "C-0"), ("Liang Su-qiu", "C-0"),
        ("ｌｉａｎｇ ｓｕｑｉｕ", "C-0"), ("LvLvping", "C-1"), ("Lyu Lyuping", "C-1"), ("Lǚ Lǜpíng", "C-1"),
        ("Lu Luping", "C-1"), ("Ouyang Zhijian", "C-2"), ("Zhijian Ouyang", "C-2"), ("Shan Xuemin", "C-3"),
        ("Dan Xuemin", "C-3"), ("Chan Xuemin", "C-3"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_letters(secrets: Roster | Hashes, written: str, ref: str) -> None:
    words = f"见{written}。"
    assert [(m.start, m.end, m.ref) for m in secrets.find(words)] == [(1, 1 + len(written), ref)]
    assert list(secrets.find(f"x{written}")) == [] or written[0] > "z"


@BOTH
@pytest.mark.parametrize(
    "written", ["桥头街3栋1单元502", "３栋１单元５０２", "桥头街 3栋-1单元-502", "橋頭街3棟1單元502"]
)
def test_an_address_is_found_without_its_road(secrets: Roster | Hashes, written: str) -> None:
    assert "住址" in {m.what for m in secrets.find(f"她住{written}，")}


def test_long_strings_are_known_by_their_ends() -> None:
    one = Roster({"C-1": Entry.model_validate({"姓名": ["方秀珍"], "学校": ["荷源区第二实验学校小学部三年级2班"]})})
    for secrets in (one, Hashes(hashes(one, KEY), KEY)):
        assert [m.what for m in secrets.find("她在荷源区第二实验学校小学部三年级（2）班读书。")] == ["学校"]


@BOTH
@pytest.mark.parametrize(
    ("ref", "shown", "fault"),
    [
        ("C-0", "梁素秋", "same"), ("C-0", "樑 素秋", "same"), ("C-1", "峰子", "same"), ("C-0", "梁素春", "one_off"),
        ("C-0", "王素秋", "one_off"), ("C-0", "良苏丘", "sounds"), ("C-0", "liang suqiu", "sounds"),
        ("C-0", "Suqiu Liang", "sounds"), ("C-0", "素秋", "contains"), ("C-0", "素秋奶奶", "contains"),
        ("C-0", "吕绿萍", "other"), ("C-0", "峰子", "other"), ("C-0", "小禾", None), ("C-0", "李某", None),
        ("", "小禾", None), ("C-99", "小禾", None), ("C-99", "梁素秋", "other"), ("C-2", "志坚", "contains"),
    ],
)  # fmt: skip
def test_a_pseudonym_betrays(secrets: Roster | Hashes, ref: str, shown: str, fault: str | None) -> None:
    assert secrets.betrays(ref, shown) == fault


def test_what_only_sounds_alike_is_found_by_the_roster() -> None:
    found = ROSTER.sounding("那天良素秋来了，量速球也在。", ["C-0"])
    assert [(m.start, m.end) for m in found] == [(2, 5), (8, 11)]
    assert ROSTER.sounding("那天良素秋来了。", ["C-1"]) == []


# -- nothing is given away -----------------------------------------------------------------------------------


def test_hashes_hold_nothing_of_the_roster() -> None:
    told = json.dumps(hashes(ROSTER, KEY), ensure_ascii=False)
    for entry in ROSTER.people.values():
        for _, value in entry.strings():
            assert value not in told
            assert not any(spelling in told for spelling in spellings(value))
    assert KEY.decode() not in told
    for shown in (repr(ROSTER), repr(HASHES), repr(ROSTER.people), str(list(ROSTER.people.values()))):
        assert not any(name in shown for name in NAMES)


def test_hashes_of_another_key_find_nothing() -> None:
    assert list(Hashes(hashes(ROSTER, KEY), b"another key of sixteen").find("梁素秋13912340001")) == []


def test_the_state_tells_rosters_apart_and_nothing_else() -> None:
    other = Roster({**ROSTER.people, "C-9": Entry.model_validate({"姓名": ["方秀珍"]})})
    assert ROSTER.state == Roster(dict(ROSTER.people)).state != other.state


@given(words=st.text(max_size=300))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_encryption_round_trip(words: str, tmp_path: Path) -> None:
    path = tmp_path / "private" / "roster.age"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "keys" / "roster.key"))
        keeping.encrypt(words, path)
        assert keeping.decrypted(path) == words
        assert len(words) < 9 or words.encode() not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        patch.setenv("ZHANKAN_ROSTER_KEY_FILE", str(tmp_path / "keys" / "none.key"))
        with pytest.raises(keeping.LockedError):
            keeping.decrypted(path)


def test_faults_of_a_roster_are_told_without_what_it_holds() -> None:
    for text in (
        "人员: {C-1: {姓名: 梁素秋, 手机号: 1}}",
        "人员:\n\tC-1: 梁素秋",
        "人员: [梁素秋]",
        "梁素秋",
        "人员: {C-1: 梁素秋}",
    ):
        report = Report()
        assert keeping.read_people(text, "roster", report) is None
        assert {d.code for d in report.diagnostics} == {"privacy.roster_form"}
        assert "梁素秋" not in repr(report.diagnostics)


# -- folding, counting ---------------------------------------------------------------------------------------


@given(st.text(st.one_of(st.sampled_from("社工綠Ａ１①㍿ﬁé\u200b ，。"), st.characters(exclude_categories=("Cs",)))))
def test_folding_knows_where_everything_came_from(words: str) -> None:
    found = folded(words)
    assert fold(found.text) == found.text
    for place in range(len(found.text)):
        start, end = found.original(place, place + 1)
        assert found.text[place] in fold(words[start:end])


def test_surnames_have_readings_of_their_own() -> None:
    assert ("shan", "xue", "min") in sounds("单学敏")
    assert ("lv", "lv", "ping") in sounds("吕绿萍")
    assert "ouyangzhijian" in set(spellings("欧阳志坚"))
    assert sounds("A组") == sounds("很长的一串字") == frozenset()


@pytest.mark.parametrize(
    ("band", "years"),
    [
        ("70–79", (70, 79)), ("70-79岁", (70, 79)), ("83", (83, 83)), ("80多岁", (80, 89)), ("八十多岁", (80, 89)),
        ("九十岁上下", (87, 93)), ("60岁以上", (60, 130)), ("60+", (60, 130)), ("十二岁", (12, 12)), ("学龄儿童", None),
    ],
)  # fmt: skip
def test_ages(band: str, years: tuple[int, int] | None) -> None:
    assert ages(band) == years


@pytest.mark.parametrize(
    ("told", "known", "alike"),
    [
        ({}, [], 52),
        ({"年龄段": "80–84"}, [], 40),
        ({"年龄段": "80–89"}, [], 52),
        ({"年龄段": "83"}, [], 8),
        ({"性别": "男"}, [], 0),
        ({"处境": ["独居"]}, [], 52),
        ({"处境": ["独居", "失明"]}, [], 0),
        ({"地点": "荷源区荷西街道"}, [], 12),
        ({"地点": "别处"}, [], None),
        ({"地点": "别处"}, [{"地点": "别处"}] * 4, None),
        ({"地点": "别处"}, [{"地点": "别处"}] * 5, 5),
        ({"地点": "荷源区荷西街道"}, [{"地点": "荷源区荷西街道"}] * 5, 12),
    ],
)
def test_people_alike(told: dict[str, object], known: list[dict[str, object]], alike: int | None) -> None:
    groups = [
        {"地点": "荷源区", "年龄段": "80–84", "性别": "女", "处境": ["独居"], "人数": 40},
        {"地点": "荷源区荷西街道", "年龄段": "85–89", "性别": "女", "处境": ["独居"], "人数": 12},
    ]
    population = Population(groups=tuple(Group.model_validate(g) for g in groups))
    assert population.count(Traits.model_validate(told), [Traits.model_validate(k) for k in known]) == alike
