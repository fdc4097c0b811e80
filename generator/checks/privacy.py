"""Can nobody who is served be recognised in what will be printed?

None of these findings can be accepted by ``ignores.yaml``, and none repeats what it found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.model import Record, Subject
from generator.privacy import identifiers, names
from generator.privacy.folding import fold
from generator.privacy.keeping import Held
from generator.privacy.lists import NotNames, Population, ages, not_names, population, years
from generator.privacy.roster import Match
from generator.reading import Passage, Reading
from generator.records.case import Case
from generator.records.edition import Volume
from generator.records.partner import Partner
from generator.records.person import Person
from generator.records.station import Station

#: How many signs stand in for what was found.
_MASK = "＊＊"

_FORMS = {
    "某": re.compile(r"[一-鿿]{1,2}某{1,2}[一-鿿]?"),
    "字母": re.compile(r"(?:[一-鿿]{0,4})[A-Z](?:[一-鿿]{0,2})"),
    "称谓": re.compile(r"[一-鿿]{1,8}"),
    "化名": re.compile(r"[一-鿿·A-Za-z]{1,12}"),
}


@dataclass(frozen=True, eq=False)
class Circle:
    """Whom a publication tells of, and what is known of those it must not name."""

    reading: Reading

    @cached_property
    def report(self) -> Report:
        return Report()

    @property
    def held(self) -> Held:
        return self.reading.held

    @cached_property
    def not_names(self) -> NotNames:
        return not_names(self.reading.project, self.report)

    @cached_property
    def population(self) -> Population:
        return population(self.reading.project, self.report)

    @cached_property
    def subjects(self) -> tuple[tuple[Record, int, Subject], ...]:
        """Everybody that printed records declare, each with its record and place in it."""
        return tuple((r, n, s) for r in self.reading.printed for n, s in enumerate(r.people))

    @cached_property
    def protected(self) -> tuple[tuple[Record, int, Subject], ...]:
        return tuple(found for found in self.subjects if found[2].protected)

    @cached_property
    def shown(self) -> Mapping[str, frozenset[str]]:
        """How each record calls those it declares."""
        return {r.id: frozenset(w for s in r.people for w in s.shown_as) for r in self.reading.printed}

    @cached_property
    def all_shown(self) -> frozenset[str]:
        return frozenset().union(*self.shown.values())

    @cached_property
    def known(self) -> frozenset[str]:
        """Names that are public: of staff, authors, makers of the publication, partners and stations."""
        records = self.reading.records
        found = {person.title for person in records.of(Person)}
        found |= {partner.title for partner in records.of(Partner)}
        found |= {word for station in records.of(Station) for word in (station.title, station.short_name)}
        found |= {
            s.shown_as[0] for r in self.reading.printed for s in r.people if not s.protected for _ in s.shown_as[:1]
        }
        for record in (*self.reading.printed, self.reading.edition):
            found |= {author.person for author in record.authors}
        return frozenset(found)

    @cached_property
    def contacts(self) -> str:
        """What offices give out of themselves, folded: telephones, addresses, mail boxes."""
        said: list[str] = []
        edition = self.reading.edition
        if isinstance(edition, Volume):
            head = edition.masthead
            said += [w for w in (head.address, head.phone, head.email, head.wechat) if w]
        said += [station.contact for station in self.reading.records.of(Station) if station.contact]
        return "\n".join(map(fold, said))

    @cached_property
    def betrayed(self) -> tuple[Diagnostic, ...]:
        """Where something of the roster stands."""
        return tuple(_betrayed(self))

    def is_told(self, span: Span) -> bool:
        """Whether it was said of this place already that something of the roster stands there."""
        return any(
            d.span.file == span.file and d.span.line == span.line
            and d.span.column < span.column + span.length and span.column < d.span.column + d.span.length
            for d in self.betrayed
        )  # fmt: skip

    @cached_property
    def has_minors(self) -> frozenset[str]:
        """Records that tell of children."""
        return frozenset(r.id for r, _, s in self.protected if s.minor)

    def can_be_published(self, subject: Subject, record: Record) -> bool:
        """Whether the roster has this person, or the public one of invented people if the record says it is made up."""
        return subject.ref in self.held.real or (record.illustrative and subject.ref in self.held.invented)


def _longest(matches: Sequence[Match]) -> Iterator[Match]:
    """Matches without those that are part of another of the same person: an address, without its door."""
    for one in matches:
        if not any(
            m is not one
            and m.ref == one.ref
            and m.start <= one.start
            and one.end <= m.end
            and (m.end - m.start, m.what) > (one.end - one.start, one.what)
            for m in matches
        ):
            yield one  # fmt: skip


def circle(reading: Reading) -> Circle:
    """The circle of a reading, which is worked out once."""
    found = reading.kept.get("circle")
    if not isinstance(found, Circle):
        found = reading.kept["circle"] = Circle(reading)
    return found


def draft(reading: Reading) -> Text | None:
    """Why an edition can't be more than a draft: nobody's real name is known, so none can be looked for.

    An edition that says of itself that it is an example needs only the public roster of invented people; unless there
    is a real one, too, that is locked.
    """
    found = circle(reading).held
    if found.why is None:
        return None
    if found.locked or not (reading.edition.illustrative and found.invented):
        return found.why
    return None


def lists(reading: Reading) -> Iterator[Diagnostic]:
    """The list of words that are no names and the counted population can be read."""
    there = circle(reading)
    _ = there.not_names, there.population
    yield from there.report.diagnostics


def in_roster(reading: Reading) -> Iterator[Diagnostic]:
    """Whoever is served and told of is in the roster: else nobody could look for the real name.

    Without any roster there is no publication, only a draft.
    """
    there = circle(reading)
    if draft(reading) is not None:
        return
    for record, number, subject in there.protected:
        if not there.can_be_published(subject, record):
            yield error(
                "privacy.not_in_roster",
                say("保密名册里没有代号“{ref}”，无法核对", ref=subject.ref),
                reading.records.origin(record).span(("涉及人物", number, "代号")),
                say("zhankan roster add {ref} 登记这个人；核对代号有没有写错", ref=subject.ref),
            )


def only_a_draft(reading: Reading) -> Iterator[Diagnostic]:
    """Without a roster nobody's real name can be looked for: what is built is marked as a draft on every page."""
    why = draft(reading)
    if why is not None:
        yield warning(
            "privacy.only_a_draft",
            say("{why}，只能出草稿，每页都印上“草稿”", why=why),
            reading.records.origin(reading.edition).span(("标题",)),
            say("zhankan roster init 建名册；样例性质的出版物写 示例: true，人物写进 content/style/sample-roster.yaml"),
        )


_BETRAYS: Mapping[str, tuple[str, Text]] = {
    "same": ("privacy.alias_is_name", say("这个称呼就是真实姓名")),
    "one_off": ("privacy.alias_one_off", say("这个称呼与真实姓名只差一个字")),
    "sounds": ("privacy.alias_sounds", say("这个称呼与真实姓名读音相同")),
    "contains": ("privacy.alias_contains", say("这个称呼含有真实姓名里的名")),
    "other": ("privacy.alias_of_other", say("这个称呼是名册里另一个人的姓名")),
}


def aliases(reading: Reading) -> Iterator[Diagnostic]:
    """What somebody is called gives the real name away neither by sign nor by sound, and is nobody else's name.

    A real name is printed of staff, volunteers and officials, of others with their consent to just that.
    """
    there = circle(reading)
    for record, number, subject in there.protected:
        origin = reading.records.origin(record)
        for place, shown in enumerate(subject.shown_as):
            span = origin.span(("涉及人物", number, "印作", place))
            hint = say("换一个不同姓、不同音、不同字的化名，文中一并改过来")
            if subject.shown_by == "本名":
                if subject.consent is None or not subject.consent.real_name:
                    yield error(
                        "privacy.real_name",
                        say("{role}不能用本名", role=subject.role),
                        origin.span(("涉及人物", number, "称呼方式")),
                        say("换成化名；本人同意印出本名的，在“同意”里写 本名: true"),
                    )
                continue
            if not _FORMS[subject.shown_by].fullmatch(shown):
                yield error(
                    "privacy.alias_form",
                    say("“{shown}”不像“{form}”的写法", shown=_MASK, form=subject.shown_by),
                    span,
                    say("某：李某；字母：案主Z；称谓：林女士、奶奶；化名：小禾"),
                )
            fault = there.held.secrets.betrays(subject.ref, shown) if there.held.secrets is not None else None
            if fault is not None:
                yield error(_BETRAYS[fault][0], _BETRAYS[fault][1], span, hint)


def clients_declared(reading: Reading) -> Iterator[Diagnostic]:
    """The person a case is about is declared, under the name the case prints."""
    for case in reading.printed:
        if not isinstance(case, Case):
            continue
        clients = [s for s in case.people if s.role == "服务对象"]
        if not any(case.client.alias in s.shown_as for s in clients):
            yield error(
                "privacy.client_undeclared",
                say("“涉及人物”里没有这位服务对象"),
                reading.records.origin(case).span(("服务对象", "化名")),
                say("在“涉及人物”里写一项：代号、角色: 服务对象、印作、称呼方式、同意"),
            )


#: （化名）, （十二岁，化名）, also after a closing quotation mark, or （均为化名） after several names.
_MARKED = re.compile(
    r"\s*[”’」』]?\s*(?:[（(][^（）()]{0,8}化名|"
    r"(?:[、，和与及]\s*[“‘]?[一-鿿·]{1,8}?[”’]?){1,6}\s*[（(]\s*[均皆都][为是]?化名)"
)
#: What stands over or before a pseudonym in a table.
_LABEL = re.compile(r"\s*[一-鿿]{0,4}化名\s*[：:]?\s*")


def marked_once(reading: Reading) -> Iterator[Diagnostic]:
    """Where a pseudonym is first used in a piece it is marked （化名）, or stands in a table that says so."""
    there = circle(reading)
    for record, _, subject in there.protected:
        if subject.shown_by != "化名":
            continue
        shown = subject.shown_as[0]
        labelled = False
        for passage in reading.by_record.get(record.id, ()):
            if passage.kind not in ("body", "cell", "caption", "note") or "contents" in passage.parts:
                continue
            labelled = passage.kind == "cell" and (labelled or _LABEL.fullmatch(passage.words) is not None)
            at = passage.words.find(shown)
            if at < 0:
                continue
            if not labelled and not _MARKED.match(passage.words, at + len(shown)):
                yield error(
                    "privacy.pseudonym_unmarked",
                    say("化名第一次出现，后面没有标“（化名）”"),
                    reading.span(passage, at, at + len(shown)),
                    say("写成 {shown}（化名）；以后再出现不必标", shown=_MASK),
                )
            break


def roster_strings(reading: Reading) -> Iterator[Diagnostic]:
    """Nothing the roster holds of anybody stands anywhere, however it is written: wide, traditional, spaced, spelt."""
    yield from circle(reading).betrayed


def _betrayed(there: Circle) -> Iterator[Diagnostic]:
    reading, secrets = there.reading, there.held.secrets
    if secrets is None:
        return
    told: dict[str, list[str]] = {}
    for record, _, subject in there.protected:
        told.setdefault(record.id, []).append(subject.ref)
    own = {(s.ref, fold(w)) for _, _, s in there.protected if s.shown_by == "本名" for w in s.shown_as}
    pages = {record_id: _Page(passages) for record_id, passages in reading.by_record.items()}
    matches = reading.found(f"roster {secrets.state}", secrets.find, [page.words for page in pages.values()])
    for (record_id, page), found in zip(pages.items(), matches, strict=True):
        for match in _longest(found):
            written = fold(page.words[match.start : match.end])
            if (match.ref, written) not in own and not page.excused(match, record_id, there):
                yield error(
                    "privacy.roster_match",
                    say("这里有保密名册里的内容：{what}", what=match.what),
                    page.span(match, reading),
                    say("换成化名或删去；若只是与名字相同的词，在 content/style/not-names.yaml 里写明记录和原句"),
                )
        for match in secrets.sounding(page.words, told.get(record_id, ())):
            if page.words[match.start : match.end] not in there.all_shown and not page.excused(match, record_id, there):
                yield error(
                    "privacy.sounds_like_name",
                    say("这几个字与文中服务对象的真实姓名读音相同"),
                    page.span(match, reading),
                    say("换一个说法；若只是同音的词，在 content/style/not-names.yaml 里写明记录和原句"),
                )


class _Page:
    """The passages of a record below each other: what begins in one and ends in the next is found as well."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self.words = "\n".join(p.words for p in passages)
        self._starts = [0, *accumulate(len(p.words) + 1 for p in passages)]

    def _at(self, place: int) -> tuple[Passage, int]:
        number = bisect_right(self._starts, place) - 1
        return self._passages[number], self._starts[number]

    def span(self, match: Match, reading: Reading) -> Span:
        """Where a match is written; of one that goes on in the next passage, where it begins."""
        passage, start = self._at(match.start)
        return reading.span(passage, match.start - start, min(match.end - start, len(passage.words)))

    def excused(self, match: Match, record: str, there: Circle) -> bool:
        """Whether somebody has looked at these words in their sentence and found them to be none of a name."""
        passage, _ = self._at(match.start)
        return there.not_names.excuses(self.words[match.start : match.end], record, passage.words)


_CHILD = re.compile(
    r"(?:该|一名|这名|那名|这个|一个|位|男|女)(?:学生|男孩|女孩|男生|女生|孩子|同学|学童|少年|儿童)|化名|某(?:某)?(?=[，。、的在说是])"
)


def identifying(reading: Reading) -> Iterator[Diagnostic]:
    """No numbers of persons, addresses to the door, birth dates, number plates, accounts; no child's school and class.

    未成年人保护法第一百零三条; 困境儿童个人信息保护工作办法. What offices give out of themselves may stand.
    """
    there = circle(reading)
    several = zip(reading.passages, reading.identified, strict=True)
    for passage, found in ((p, one) for p, some in several for one in some):
        words = passage.words[found.start : found.end]
        span = reading.span(passage, found.start, found.end)
        if (fold(words) and fold(words) in there.contacts) or there.is_told(span):
            continue
        if found.kind == "学校班级":
            if passage.record not in there.has_minors and not _CHILD.search(passage.words):
                continue
            yield error(
                "privacy.minor_school",
                say("写到未成年人，不能同时写出学校和年级、班级"),
                span,
                say("只写“学校”“小学阶段”一类，校名和班级都不写"),
            )
            continue
        yield error(
            "privacy.identifier",
            say("这里有能认出人的信息：{kind}", kind=found.kind),
            span,
            say("删去或改得更宽：住址只写到街道，日期只写到年代；单位公开的电话地址写在站点或版权页的字段里"),
        )


def named_people(reading: Reading) -> Iterator[Diagnostic]:
    """Whoever is named, or called 李某, 小王, 林女士, 案主Z, is declared; names of staff are those of people/."""
    there = circle(reading)
    if reading.records.faulty_types & {"person", "partner", "station"}:
        return  # whose names are known can't be told; what couldn't be read has been reported
    surnames = {name[0] for name in there.known if 2 <= len(name) <= 4}
    looked = [p for p in reading.passages if p.kind != "metadata" and "contents-author" not in p.parts]
    several = reading.found("names", names.find, [passage.words for passage in looked])
    for passage, some in zip(looked, several, strict=True):
        own = there.shown.get(passage.record, frozenset()) if passage.record != reading.edition.id else there.all_shown
        for found in some:
            words = passage.words[found.start : found.end]
            if _is_known(words, there.known | own) or there.not_names.allows(words, passage.record, passage.words):
                continue
            if words[0] in surnames and _AT_WORK.fullmatch(words[1:]):
                continue
            span = reading.span(passage, found.start, found.end)
            if there.is_told(span):
                continue
            full = found.kind in ("姓名", "化名")
            yield error(
                "privacy.undeclared_name" if full else "privacy.undeclared_person",
                say("这里像是一个人的姓名，没有申报") if full else say("这里称呼了一个人，没有申报"),
                reading.span(passage, found.start, found.end),
                say(
                    "写进这一篇的“涉及人物”；工作人员写进 content/people/；不是人名就写进 content/style/not-names.yaml"
                ),
            )


_AT_WORK = re.compile(
    r"(?:站长|主任|副主任|老师|督导|社工|书记|医生|教授|工|总|编辑|律师|局长|副局长|科长|处长|会长|院长|校长)"
)


def _is_known(words: str, known: frozenset[str]) -> bool:
    """Whether words are, hold or are held by what is known: 社工陈雨, 小禾奶奶."""
    plain = fold(words)
    return any(plain == (name := fold(one)) or (len(name) > 1 and (name in plain or plain in name)) for one in known)


_AGE = re.compile(
    r"(?<![0-9一二三四五六七八九十百至～~\-–—、])(\d{1,3}|[一二三四五六七八九十百]{1,4})(?:周)?岁(?!(?:及)?以[上下]|至|—|～|~|-|的?标准|组)"
)


def traits_declared(reading: Reading) -> Iterator[Diagnostic]:
    """What a piece gives away of people, an exact age or a rare condition, is declared and thus counted."""
    there = circle(reading)
    by_record: dict[str, list[Subject]] = {}
    for record, _, subject in there.protected:
        by_record.setdefault(record.id, []).append(subject)
    for record_id, subjects in by_record.items():
        bands = [a for s in subjects if s.traits and s.traits.age and (a := ages(s.traits.age))]
        declared = "".join(c for s in subjects if s.traits for c in s.traits.condition)
        for passage in reading.by_record.get(record_id, ()):
            for m in _AGE.finditer(passage.words):
                told = years(m[1])
                if not any(low <= told <= high for low, high in bands):
                    yield error(
                        "privacy.undeclared_trait",
                        say("写出了确切年龄，“特征”里的年龄段没有包括它"),
                        reading.span(passage, m.start(), m.end()),
                        say("改成“七十多岁”一类，或在“涉及人物”的“特征”里写上年龄段"),
                    )
            for m in identifiers.RARE.finditer(passage.words):
                if m[0] not in declared and not any(
                    c in m[0] for s in subjects if s.traits for c in s.traits.condition
                ):
                    yield error(
                        "privacy.undeclared_trait",
                        say("写到了很少见的情况，“特征”里的处境没有写它"),
                        reading.span(passage, m.start(), m.end()),
                        say("写得更宽一些；一定要写的，写进“特征”的“处境”，一起核算有多少人与他相像"),
                    )


def rare_combinations(reading: Reading) -> Iterator[Diagnostic]:
    """At least so many people share all that is told of somebody (K-anonymity, GB/T 37964—2019 annex D).

    Of a client it has to be told what the piece gives away. Counted in ``content/style/population.yaml`` and the
    roster; where nothing is known of a place, a place below the street or more than two conditions are too much.
    """
    there = circle(reading)
    known = there.held.secrets.traits() if there.held.secrets is not None else ()
    least = there.population.least
    for record, number, subject in there.protected:
        traits = subject.traits
        if traits is None and subject.role == "服务对象":
            yield error(
                "privacy.traits_missing",
                say("没有写文中透露了这个人的什么，无法核算有多少人与他相像"),
                reading.records.origin(record).span(("涉及人物", number)),
                say("写上“特征”：年龄段、性别、地点、处境，文中写到几项写几项"),
            )
        if traits is None:
            continue
        span = reading.records.origin(record).span(("涉及人物", number, "特征"), key=True)
        hint = say("写宽一些：年龄段放宽，地点往上一级，处境少写一项；文中也照着改")
        alike = there.population.count(traits, known)
        if alike is not None and alike < least:
            yield error(
                "privacy.rare_combination",
                say("这几项特征合在一起，服务人群里不到 {least} 人，认得出是谁", least=least),
                span,
                hint,
            )
        elif alike is None and (
            (traits.place and re.search(r"社区|村|小区|苑|组|院|楼", traits.place)) or len(traits.condition) > 2
        ):
            yield error(
                "privacy.rare_combination",
                say("没有这个地方的人数，这几项特征合在一起太细"),
                span,
                say("在 content/style/population.yaml 里写上这类人有多少，或写宽一些"),
            )
