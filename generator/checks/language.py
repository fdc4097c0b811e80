"""How a text is written: punctuation, numerals, slips, garbling; the words the house and the hub have agreed on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from generator.diagnostics import Diagnostic, Report, Severity, Span, Text, say
from generator.language import DIGITS, GARBLING, PUNCTUATION, SLIPS, found
from generator.model import Markdown, Origin, Path, Records, marked, texts
from generator.reading import Passage, Reading
from generator.records.edition import Edition
from generator.records.person import Person
from generator.terms import Term, Terms, any_of, load_terms
from generator.writing import HAN, Finding, Writing

_RULES = (*PUNCTUATION, *SLIPS, *GARBLING, *DIGITS)
#: Fields whose text is read as a heading.
_TITLES = frozenset({"标题", "副标题", "引题", "小标题"})
#: Fields that nobody reads as Chinese: names of files, what is torn into lines, what is kept for the record alone.
_UNREAD = frozenset({"编号", "文件名", "书名分行", "涉及人物", "网址", "媒体", "审校"})
_SPOKEN = re.compile(f"[{HAN}\u0100-\uffff]")


def writing(records: Records) -> Iterator[Diagnostic]:
    """Every text is written as GB/T 15834—2011 and GB/T 15835—2011 want it, without slips, without garbled stretches.

    Records that no edition prints are looked at too: what is wrong with them is mended before they are chosen.
    """
    clean: set[tuple[str, bool, bool]] = set()
    for record in records:
        origin = records.origin(record)
        prose = {path for path, _ in marked(record, Markdown)}
        for path, value in texts(record.model_dump(by_alias=True, exclude={"people"})):
            if not _SPOKEN.search(value) or not _UNREAD.isdisjoint(path):
                continue
            key = value, path in prose, path[-1] in _TITLES
            if key in clean:
                continue
            text = Writing(value, markdown=key[1], heading=key[2])
            findings = list(found(text, _RULES))
            if not findings:
                clean.add(key)
            for finding in findings:
                yield _diagnostic(finding, text, origin, path)


def _diagnostic(finding: Finding, text: Writing, origin: Origin, path: Path) -> Diagnostic:
    start, end, whole = text.place(finding.start, finding.end)
    span = _located(origin, path, text.text, start, end)
    fix = finding.fix if whole and _is_exact(origin, path, text.text, start, end) else None
    return Diagnostic(finding.code, finding.severity, finding.message, span, finding.hint, fix)


def _located(origin: Origin, path: Path, value: str, start: int, end: int) -> Span:
    """The place of a stretch, to its last character as written: between quotes one may be written as two."""
    span = origin.locate(path, value, start, max(end - start, 1))
    mark, _ = origin.mark(path)
    if end - start > 1 and mark is not None and mark.runs:
        last = origin.locate(path, value, end, 1) if end < len(value) else origin.locate(path, value, end - 1, 1)
        if last.line == span.line:
            return replace(span, length=max(last.column - span.column + (end == len(value)), 1))
    return span


def _is_exact(origin: Origin, path: Path, value: str, start: int, end: int) -> bool:
    """Whether a stretch of a value is a stretch of one line of the file."""
    mark, exact = origin.mark(path)
    if mark is None or not exact:
        return False
    if mark.runs:  # a folded line's end reads as a space
        return end >= len(value) or origin.locate(path, value, start).line == origin.locate(path, value, end).line
    return bool(mark.text_line) or "\n" not in value


def lettering(reading: Reading) -> Iterator[Diagnostic]:
    """The words in drawings are written as well as those in texts (GB/T 15834—2011, GB/T 15835—2011)."""
    for passage in reading.passages:
        if passage.kind == "picture" and _SPOKEN.search(passage.words):
            for f in found(Writing(passage.words), _RULES):
                yield Diagnostic(f.code, f.severity, f.message, reading.span(passage, f.start, f.end), f.hint)


# -- words agreed upon ---------------------------------------------------------------------------------------


def wording(reading: Reading) -> Iterator[Diagnostic]:
    """Words are used as ``templates/house/terms.yaml`` and the hub's ``content/style/terms.yaml`` want them.

    Respectful and lawful terms, one spelling for one thing, a short form after the full one, lists in their order, one
    post for one name. Names of institutions, titles of works and quotations are left as they are.
    """
    report = Report()
    terms = load_terms(reading.project, report)
    yield from report.diagnostics
    yield from _avoided(reading, terms)
    yield from _avoided_elsewhere(reading, terms)
    yield from _alike(reading, terms)
    yield from _short_forms(reading, terms)
    yield from _defined_once(reading)
    yield from _in_order(reading, terms)
    yield from _posts(reading, terms)


_QUOTED = re.compile(r"“[^”\n]*”|‘[^’\n]*’|《[^》\n]*》|「[^」\n]*」")
#: A word before this is part of an institution's name.
_INSTITUTION = re.compile(
    r"(?:(?:服务|关爱|康复|教育|养护|护理|救助|福利|社会|工作|志愿|专科|培训|托养|治疗|防治|职业|特殊|中心|联合|技术|事务|强制|人)){0,4}"
    r"(?:医院|学校|中心|协会|学会|基金会|联合会|委员会|福利院|研究所|大学|学院|公司|纪念馆|村|街|路|法|条例)"
)


def _avoided(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    pattern = terms.pattern
    for passage in reading.passages:
        for m in pattern.finditer(passage.words):
            if _is_meant(terms.avoided[m[0]], m, passage.words):
                span = reading.span(passage, *m.span())
                certain = span.length == len(m[0]) and passage.drawn is None and not passage.is_bound(*m.span())
                yield _about(span, terms.avoided[m[0]], m[0], certain=certain)


def _avoided_elsewhere(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    """The same in records that this edition doesn't print: they are mended before they are chosen."""
    pattern = terms.pattern
    for record in reading.records:
        if record.id in reading.by_record or isinstance(record, Edition):
            continue
        origin = reading.records.origin(record)
        for path, value in texts(record.model_dump(by_alias=True, exclude={"people"})):
            for m in pattern.finditer(value) if _UNREAD.isdisjoint(path) else ():
                if _is_meant(terms.avoided[m[0]], m, value):
                    span = _located(origin, path, value, *m.span())
                    certain = _is_exact(origin, path, value, *m.span())
                    yield _about(span, terms.avoided[m[0]], m[0], certain=certain)


def _is_meant(term: Term, m: re.Match[str], words: str) -> bool:
    """Whether a word stands for itself, not in a quotation or a name, and is not part of another word."""
    if not term.quoted and any(a <= m.start() and m.end() <= b for a, b in (q.span() for q in _QUOTED.finditer(words))):
        return False
    return not _excepted(term, m, words) and not _INSTITUTION.match(words, m.end())


def _excepted(term: Term, m: re.Match[str], words: str) -> bool:
    return any(
        e.start() <= m.start() and m.end() <= e.end()
        for e in any_of(term.but).finditer(words, max(m.start() - 12, 0), m.end() + 12)
    )


def _about(span: Span, term: Term, word: str, *, certain: bool) -> Diagnostic:
    message = (
        say("不用“{word}”：{reason}", word=word, reason=term.reason) if term.reason else say("不用“{word}”", word=word)
    )
    return Diagnostic(
        "terms.avoid" if term.rule == "不用" else "terms.instead",
        Severity.ERROR if term.severity == "错误" else Severity.WARNING,
        message,
        span,
        _instead(term),
        term.instead if certain and term.rule == "替换" else None,
    )


def _instead(term: Term) -> Text:
    if term.instead and term.source:
        return say("改用“{word}”（{source}）", word=term.instead, source=term.source)
    if term.instead:
        return say("改用“{word}”", word=term.instead)
    if term.source:
        return say("换个说法（{source}）", source=term.source)
    return say("换个说法；确实要用，在 content/style/terms.yaml 里写“规则: 允许”")


def _alike(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    """Of several spellings of one thing an edition uses one: the one wanted, or the one used most."""
    for term in terms.alike:
        words = tuple(dict.fromkeys((*term.words, *((term.instead,) if term.instead else ()))))
        pattern = any_of(words)
        uses: dict[str, list[tuple[Passage, int]]] = defaultdict(list)
        for passage in reading.passages:
            if passage.kind in ("head", "metadata"):
                continue
            for m in pattern.finditer(passage.words):
                if not _excepted(term, m, passage.words):
                    uses[m[0]].append((passage, m.start()))
        if len(uses) < 2:
            continue
        wanted = term.instead or max(uses, key=lambda w: (len(uses[w]), -words.index(w)))
        for word in sorted(uses.keys() - {wanted}):
            for passage, start in uses[word]:
                if any(a <= start < b for a, b in (q.span() for q in _QUOTED.finditer(passage.words))) and (
                    passage.words[max(start - 1, 0)] not in "“‘"
                ):
                    continue
                span = reading.span(passage, start, start + len(word))
                message = say("这份出版物里别处写“{wanted}”，这里写“{word}”", wanted=wanted, word=word)
                fix = wanted if span.length == len(word) and not passage.is_bound(start, start + len(word)) else None
                yield Diagnostic("terms.varying", _level(term), message, span, _one_form(wanted), fix)


def _one_form(wanted: str) -> Text:
    return say("统一写成“{word}”", word=wanted)


def _level(term: Term) -> Severity:
    return Severity.ERROR if term.severity == "错误" else Severity.WARNING


def _short_forms(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    """A short form is used after the full form has been read, in each edition."""
    for term in terms.short:
        assert term.full is not None
        assert term.short is not None
        pattern = any_of((term.full, term.short, *term.but))
        for passage in reading.passages:
            if passage.kind not in ("body", "cell", "caption", "note"):
                continue
            m = next((m for m in pattern.finditer(passage.words) if m[0] not in term.but), None)
            if m is None:
                continue
            if m[0] == term.short and term.full not in passage.words:
                span = reading.span(passage, m.start(), m.end())
                message = say("“{short}”第一次出现时还没有写过全称“{full}”", short=term.short, full=term.full)
                hint = say("先写“{full}（以下简称{short}）”", full=term.full, short=term.short)
                yield Diagnostic("terms.before_full", _level(term), message, span, hint)
            break


_DEFINED = re.compile(r"（(?:以下|下文|下)?(?:统)?简称(?:为)?[：:]?[“《‘]?([^“”《》‘’（）\n]{1,16})[”》’]?）")


def _defined_once(reading: Reading) -> Iterator[Diagnostic]:
    """Within a piece a short form is introduced once, for one thing, before it is used."""
    seen: dict[tuple[str, str], Passage] = {}
    by_article: dict[str, list[Passage]] = defaultdict(list)
    for passage in reading.passages:
        if passage.kind in ("body", "cell", "note") and passage.article:
            by_article[passage.article].append(passage)
    for article, passages in by_article.items():
        for passage in passages:
            if "简称" not in passage.words:
                continue
            for m in _DEFINED.finditer(passage.words):
                key = article, m[1]
                if key in seen and (passage.words, passage.kind) != (seen[key].words, seen[key].kind):
                    message = say("简称“{short}”前面已经交代过", short=m[1])
                    span = reading.span(passage, m.start(), m.end())
                    hint = say("后面直接用简称，删去这一处括注")
                    yield Diagnostic("terms.defined_twice", Severity.WARNING, message, span, hint)
                seen[key] = passage


_JOINTS = re.compile("[、和与及]|以及")
_CLAUSE = re.compile(r"[^，。；：！？\n“”（）《》]+")


def _in_order(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    """What is listed together stands in the order agreed upon."""
    for term in terms.order:
        needed = 3 if len(term.words) > 4 else 2
        pattern = any_of(term.words)
        place = {word: n for n, word in enumerate(term.words)}
        for passage in reading.passages:
            if passage.kind in ("head", "metadata") or "、" not in passage.words:
                continue
            if len(set(pattern.findall(passage.words))) < needed:
                continue
            for clause in _CLAUSE.finditer(passage.words):
                items = _listed(clause[0], term.words)
                run: list[tuple[str, int]] = []
                for item in (*items, None):
                    if item is not None:
                        run.append(item)
                        continue
                    wrong = next(((a, b) for a, b in pairwise(run) if place[a[0]] > place[b[0]]), None)
                    if len(run) >= needed and wrong:
                        start = clause.start() + run[0][1]
                        end = clause.start() + run[-1][1] + len(run[-1][0])
                        message = say("次序不对：“{first}”应在“{last}”后面", first=wrong[0][0], last=wrong[1][0])
                        hint = say("照“{words}”的先后写", words="、".join(term.words))
                        yield Diagnostic("terms.order", _level(term), message, reading.span(passage, start, end), hint)
                    run = []


def _listed(clause: str, words: tuple[str, ...]) -> list[tuple[str, int] | None]:
    """The items of a list that are such words, with their places; None for any other item."""
    found: list[tuple[str, int] | None] = []
    start = 0
    pieces = [*((m.start(), m.end()) for m in _JOINTS.finditer(clause)), (len(clause), len(clause))]
    for number, (end, following) in enumerate(pieces):
        item = clause[start:end]
        last = number == len(pieces) - 1
        word = next(
            (
                w
                for w in sorted(words, key=len, reverse=True)
                if item == w or (number == 0 and item.endswith(w)) or (last and number and item.startswith(w))
            ),
            None,
        )
        found.append((word, start + (len(item) - len(word) if number == 0 else 0)) if word else None)
        start = following
    return found


_POST = re.compile(
    r"(?:党组|党委|党工委|总支|支部)?(?:常务)?(?:副)?(?:书记|局长|处长|科长|主任|站长|会长|秘书长|理事长|院长|校长|园长|部长|厅长|区长|市长|县长|镇长|乡长|州长|主席|总干事)$"
)


def _posts(reading: Reading, terms: Terms) -> Iterator[Diagnostic]:
    """One name has one post throughout an edition: the one agreed upon, or the one written most."""
    agreed = {term.name: term for term in terms.posts if term.name}
    names = {*agreed, *(r.title for r in reading.records.of(Person) if 2 <= len(r.title) <= 4)}
    if not names:
        return
    pattern = any_of(tuple(sorted(names)))
    uses: dict[str, list[tuple[Passage, int, int, str]]] = defaultdict(list)
    for passage in reading.passages:
        if passage.kind in ("head", "metadata"):
            continue
        for m in pattern.finditer(passage.words):
            before = passage.words[max(m.start() - 12, 0) : m.start()]
            if title := _POST.search(before):
                uses[m[0]].append((passage, m.start() - len(title[0]), m.end(), title[0]))
    for name, said in sorted(uses.items()):
        counts = Counter(post for *_, post in said)
        if name in agreed:
            allowed = agreed[name].post
            wrong = {p for p in counts if not any(a.endswith(p) and not a.endswith("副" + p) for a in allowed)}
            wanted = "、".join(allowed)
        else:
            bases = {post: post.replace("副", "").replace("常务", "") for post in counts}
            wanted = max(counts, key=lambda p: (counts[p], p))
            wrong = {p for p in counts if p != wanted and bases[p] == bases[wanted]}
        for passage, start, end, post in said:
            if post in wrong:
                message = say("“{name}”的职务别处是“{wanted}”，这里是“{post}”", name=name, wanted=wanted, post=post)
                yield Diagnostic(
                    "terms.post", Severity.WARNING, message, reading.span(passage, start, end),
                    say("核对后统一；任职变动就改 content/style/terms.yaml"),
                )  # fmt: skip
