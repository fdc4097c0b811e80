"""Folding: texts brought to one form, so that a name is known again however it was written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import product

#: Marks that end what is being said: a short name is not looked for across them.
_STOPS = frozenset("，。；：！？、,.;:!?\n…")
#: Stands for such a mark; no character, so no text holds it.
ENDED = "\ufdd6"

#: Signs that people write for a digit (GB/T 15835; the last are those of ledgers and of dictation by voice).
_DIGITS = {
    sign: str(value)
    for value, signs in enumerate(
        ("〇零○ＯОo", "一壹弌幺么", "二贰弍兩两", "三叁弎", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
} | {"O": "0", "l": "1", "I": "1"}  # fmt: skip


@dataclass(frozen=True)
class Folded:
    """A text folded by a table: what each of its characters becomes."""

    words: str
    table: Mapping[int, str] = field(repr=False)

    @cached_property
    def text(self) -> str:
        return self.words.translate(self.table)

    @cached_property
    def places(self) -> Sequence[int]:
        """For every character of the folded text, where it came from."""
        return [place for place, sign in enumerate(self.words) for _ in self.table[ord(sign)]]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that a stretch of the folded text came from."""
        return self.places[start], self.places[end - 1] + 1


class _Table(dict[int, str]):
    """What a character becomes by a rule; worked out when it first occurs."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = rule

    def __missing__(self, code: int) -> str:
        self[code] = found = self._rule(chr(code))
        return found


def _open(sign: str) -> str:
    return "".join(_plain(c) for c in unicodedata.normalize("NFKC", sign))


def _closed(sign: str) -> str:
    return _open(sign) or (ENDED if sign in _STOPS else "")


def _digit(sign: str) -> str:
    plain = _open(sign)
    return _DIGITS.get(sign) or _DIGITS.get(plain, plain)


def _letter(sign: str) -> str:
    plain = _open(sign)
    return plain if plain.isascii() and plain.isalpha() else ""


_OPEN, _CLOSED, _DIGIT, _LETTER = map(_Table, (_open, _closed, _digit, _letter))


def _plain(sign: str) -> str:
    """One character without width, case, accents and variant form; nothing for what is no letter or digit."""
    if "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf":
        return simplified(sign)
    base = unicodedata.normalize("NFD", sign)[:1].lower()
    return base if base and unicodedata.category(base)[0] in "LN" else ""


@cache
def simplified(sign: str) -> str:
    """A character in its simplified form."""
    return str(_converter().convert(sign))[:1]


@cache
def _converter():  # type: ignore[no-untyped-def]
    import opencc  # what folds nothing needn't load it

    return opencc.OpenCC("t2s")


def folded(words: str, *, stops: bool = False) -> Folded:
    """Words without width, case, accents, spaces, marks and invisible signs, in simplified characters.

    With ``stops`` a sentence's marks are kept as one sign, so that nothing is found across them.
    """
    return Folded(words, _CLOSED if stops else _OPEN)


def fold(words: str) -> str:
    """The text of :func:`folded`."""
    return words.translate(_OPEN)


def numbered(words: str) -> Folded:
    """Digits however they are written – 138, １３８, 一三八, 幺三八, l38 – and letters; marks and spaces dropped."""
    return Folded(words, _DIGIT)


def lettered(words: str) -> Folded:
    """The Latin letters of a text, small and without accents."""
    return Folded(words, _LETTER)


@cache
def readings(sign: str) -> frozenset[str]:
    """How a character may be read, in plain letters: 单 -> dan, shan, chan; ü is v."""
    from pypinyin.pinyin_dict import pinyin_dict

    said = pinyin_dict.get(ord(sign), "") if len(sign) == 1 else ""
    return frozenset(_letters(r) for r in said.split(",") if r)


#: Readings that a character has as a surname alone.
_AS_SURNAME = dict(
    pair.split("=")
    for pair in (
        "尉=yu 万=mo 俟=qi 令=ling 单=shan 解=xie 仇=qiu 查=zha 区=ou 朴=piao 任=ren 盖=ge 曾=zeng 乐=yue 缪=miao "
        "洗=xian 冼=xian 翟=zhai 覃=qin 秘=bi 逄=pang 召=shao 折=she 种=chong 黑=he 员=yun 牟=mou 谌=chen"
    ).split()
)


def _letters(said: str) -> str:
    plain = unicodedata.normalize("NFD", said.replace("ü", "v").replace("ǖ", "v").replace("ǘ", "v").replace("ǚ", "v")
                                  .replace("ǜ", "v"))  # fmt: skip
    return "".join(c for c in plain if "a" <= c <= "z")


def sounds(name: str) -> frozenset[tuple[str, ...]]:
    """The ways a name of Han characters may be read, syllable by syllable; empty for what is none, or too long."""
    if not 2 <= len(name) <= 4:
        return frozenset()
    several = [
        readings(sign) | ({_AS_SURNAME[sign]} if number == 0 and sign in _AS_SURNAME else set())
        for number, sign in enumerate(name)
    ]
    if not all(several) or any(len(s) > 6 for s in several):
        return frozenset()
    return frozenset(product(*several))


def spellings(name: str) -> Iterator[str]:
    """A name in Latin letters as people write it, marks and spaces aside: surname first, surname last."""
    for said in sorted(sounds(name)):
        for form in {said, tuple("yu" if s == "v" else s.replace("v", "yu") if s[:1] in "ln" else s for s in said),
                     tuple(s.replace("v", "u") for s in said)}:  # fmt: skip
            yield "".join(form)
            yield "".join((*form[1:], form[0]))
            if len(form) == 4:
                yield "".join((*form[2:], *form[:2]))


@cache
def homophones() -> Mapping[str, str]:
    """Every syllable -> the characters that may be read so."""
    from pypinyin.pinyin_dict import pinyin_dict

    found: dict[str, list[str]] = {}
    for code in pinyin_dict:
        if 0x4E00 <= code <= 0x9FFF:
            for said in readings(chr(code)):
                found.setdefault(said, []).append(chr(code))
    return {said: "".join(signs) for said, signs in found.items()}
