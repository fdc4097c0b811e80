"""Which paragraph of a returned file is which of those sent, and what was done to it.

Tracked changes keep what they replace, so the words *before* them are those that were sent: a paragraph found by
its bookmark is checked against them, and where bookmarks are gone the words alone find it. Where the words before
the tracked changes are others than those sent, somebody changed them without tracking.
"""

from __future__ import annotations

import difflib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from generator.writers.docx.manuscript import OBJECT, Manuscript, Paragraph, Revision, Sent, has_words, is_ours

#: In the words of an edit: here a new paragraph begins.
BREAK = "\u2029"
#: Two paragraphs are the same one, edited, if more than this part of their words is alike.
_ALIKE = 0.6


@dataclass(frozen=True)
class Edit:
    """Words ``start`` to ``end`` of a paragraph as it was sent give place to ``words``."""

    start: int
    end: int
    words: str
    by: Revision | None = None
    #: a new paragraph in it is of another style than the one it stands beside
    odd: bool = False

    @property
    def tracked(self) -> bool:
        return self.by is not None


def edited(words: str, edits: Sequence[Edit]) -> str:
    """Words with edits made; what several people put in at one place stays in its order."""
    made, at = "", 0
    for edit in sorted(edits, key=lambda e: e.start):
        made += words[at : edit.start] + edit.words
        at = max(at, edit.end)
    return made + words[at:]


@dataclass
class Fate:
    """What became of a paragraph that was sent."""

    sent: Sent
    edits: list[Edit] = field(default_factory=list)
    deleted: bool = False
    #: who took the end of the paragraph out, so that the next one follows on the same line
    joined: Revision | None = None
    #: who took the whole paragraph out; None if nobody says so
    by: Revision | None = None
    #: where it went to: a paragraph among the words put in at this one
    moved: Sent | None = None
    #: ids of the comments on it, with the words they are made on
    comments: dict[str, str] = field(default_factory=dict)
    #: who put a picture in after it, or took one out
    pictures: list[Revision] = field(default_factory=list)
    #: notes put in with a call in this paragraph
    notes: list[tuple[str, Revision | None]] = field(default_factory=list)

    @property
    def tracked(self) -> list[Edit]:
        return [e for e in self.edits if e.tracked]

    @property
    def untracked(self) -> list[Edit]:
        return [e for e in self.edits if not e.tracked]

    @property
    def touched(self) -> bool:
        return bool(self.edits or self.deleted or self.joined or self.pictures or self.notes)


@dataclass
class _Group:
    """Paragraphs of the returned file that were one when it was sent."""

    members: list[Paragraph]
    sent: Sent | None = None
    #: nobody sent it, and by its style it belongs to the paragraph after it
    leads: bool = False

    @property
    def before(self) -> str:
        return "".join(p.before for p in self.members)

    @property
    def after(self) -> str:
        return "".join(p.after for p in self.members)


def fates(manuscript: Manuscript, returned: Sequence[Paragraph]) -> list[Fate]:
    """The fate of every paragraph that was sent, in the order they were sent in.

    Paragraphs that nobody sent are words put in at the end of the one before them (or at the start of the first).
    """
    every = list(_groups(returned))
    groups = [g for g in every if has_words(g.before) or has_words(g.after)]
    _find(manuscript, groups)
    _displace(manuscript, groups)
    every = _by_style(every)
    found = {s.name: Fate(s) for s in manuscript.paragraphs}
    callers = {call: g.sent.name for g in groups if g.sent for m in g.members for call in m.calls}
    seen: set[str] = set()
    last: Fate | None = None
    style = ""
    early: list[_Group] = []
    for group in every:
        if group.sent is None:
            near = last or next(iter(found.values()), None)
            if near is not None:
                _remark(near, group)
            if not (has_words(group.before) or has_words(group.after)):
                hands = [p.inserted or p.deleted for m in group.members for p in m.pieces if OBJECT in p.text]
                if near is not None:
                    near.pictures += dict.fromkeys(by for by in hands if by is not None)
            elif group.members[0].note:
                caller = callers.get(group.members[0].note_id, "")
                home = found[caller] if caller else near
                if home is not None:
                    home.notes.append((group.after, _by(group)))
            elif last is None or group.leads:
                early.append(group)
            else:
                odd = group.members[0].style != style
                last.edits.append(Edit(len(last.sent.text), len(last.sent.text), BREAK + group.after, _by(group), odd))
            continue
        fate = found[group.sent.name]
        seen.add(group.sent.name)
        _settle(fate, group)
        for lone in early:
            fate.edits.insert(0, Edit(0, 0, lone.after + BREAK, _by(lone)))
        early, last, style = [], fate, _kept(group).style
    for fate in found.values():
        if fate.sent.name not in seen:
            fate.deleted = True
    ordered = list(found.values())
    _straighten(ordered)
    _empty(ordered)
    _pair_moves(ordered, returned)
    return ordered


def _by(group: _Group) -> Revision | None:
    """Who put in a paragraph that was not sent; None if its words were not tracked."""
    return next((p.inserted for m in group.members for p in m.pieces if p.inserted), None) if not group.before else None


def _groups(returned: Sequence[Paragraph]) -> Iterator[_Group]:
    """Paragraphs as they were before the tracked changes: an end that was put in did not part them."""
    members: list[Paragraph] = []
    for paragraph in returned:
        if paragraph.generated:
            continue
        members.append(paragraph)
        if not paragraph.end_inserted:
            yield _Group(members)
            members = []
    if members:
        yield _Group(members)


# -- which is which ----------------------------------------------------------------------------------------------


def _find(manuscript: Manuscript, groups: Sequence[_Group]) -> None:
    """Tell every group that was sent which one it is: by its bookmarks, else by its words."""
    by_name = {s.name: s for s in manuscript.paragraphs}
    taken: set[str] = set()
    for group in groups:
        named = [by_name[n] for m in group.members for n in m.names if is_ours(n) and n in by_name]
        named = [s for s in dict.fromkeys(named) if s.name not in taken]
        if named and group.before:  # a paragraph taken out untracked leaves its bookmark to the next one
            group.sent = named[0] if len(named) == 1 else max(named, key=lambda s: _likeness(s.text, group.before))
            taken.add(group.sent.name)
    _find_by_words([s for s in manuscript.paragraphs if s.name not in taken], [g for g in groups if _lost(g)])


def _kept(group: _Group) -> Paragraph:
    """The paragraph of a group that holds most of what was sent."""
    return max(group.members, key=lambda p: len(p.before))


def _by_style(groups: Sequence[_Group]) -> list[_Group]:
    """Put new paragraphs beside that neighbour whose style they have: an item with the items of its level.

    Word and LibreOffice tie what was put in to the paragraph after it or to the one before it, as it was typed.
    """
    result: list[_Group] = []
    worded = [g for g in groups if has_words(g.before) or has_words(g.after)]
    after = dict(zip(map(id, worded), worded[1:], strict=False))
    for group in groups:
        previous = next((g for g in reversed(result) if g.sent), None)
        while group.sent and not has_words(group.members[0].before) and _is_of(group.members[0], previous, group):
            result.append(_Group([group.members.pop(0)]))
        result.append(group)
        follower = after.get(id(group))
        if group.sent and not has_words(group.members[-1].before) and _is_of(group.members[-1], follower, group):
            lone = group.members.pop()
            group.members[-1].end_inserted, group.members[-1].end_deleted = None, lone.end_deleted
            result.append(_Group([lone], leads=True))
        elif group.sent is None and previous and _is_of(group.members[0], follower, previous):
            group.leads = True
    return result


def _is_of(new: Paragraph, other: _Group | None, here: _Group) -> bool:
    """Whether a new paragraph that stands ``here`` is by its style a neighbour of the other group instead."""
    if other is None or other.sent is None or here.sent is None:
        return False
    same_record = other.sent.source.partition(":")[0] == here.sent.source.partition(":")[0] != ""
    return same_record and has_words(new.after) and _kept(other).style == new.style != _kept(here).style


def _likeness(one: str, other: str) -> float:
    return 1.0 if one == other else difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _displace(manuscript: Manuscript, groups: Sequence[_Group]) -> None:
    """A paragraph that stands elsewhere now, though nobody tracked it, was taken out there and put in here."""
    order = {s.name: n for n, s in enumerate(manuscript.paragraphs)}
    placed = [(order[g.sent.name], g) for g in groups if g.sent and not g.members[0].note]
    ends: list[int] = []  # the longest run of paragraphs that kept their order, found by patience sorting
    runs: list[list[int]] = []
    for place, (number, _) in enumerate(placed):
        length = bisect_left(ends, number)
        ends[length : length + 1] = [number]
        runs[length : length + 1] = [[*(runs[length - 1] if length else ()), place]]
    kept = set(runs[-1]) if runs else set()
    for place, (_, group) in enumerate(placed):
        if place not in kept:
            group.sent = None


def is_alike(one: str, other: str) -> bool:
    """Whether two paragraphs are the same one, edited."""
    return _likeness(one, other) > _ALIKE


def _lost(group: _Group) -> bool:
    return group.sent is None and bool(group.before.strip())


def _find_by_words(sent: Sequence[Sent], groups: Sequence[_Group]) -> None:
    """Pair what is left in order: first what is equal, then between those what is alike."""
    blocks = difflib.SequenceMatcher(
        None, [s.text for s in sent], [g.before for g in groups], autojunk=False
    ).get_matching_blocks()
    here, there = 0, 0
    for block in blocks:
        _pair_alike(sent[here : block.a], groups[there : block.b])
        for step in range(block.size):
            groups[block.b + step].sent = sent[block.a + step]
        here, there = block.a + block.size, block.b + block.size


def _pair_alike(sent: Sequence[Sent], groups: Sequence[_Group]) -> None:
    left = list(sent)
    for group in groups:
        best, likeness = None, _ALIKE
        for candidate in left:
            matcher = difflib.SequenceMatcher(None, candidate.text, group.before, autojunk=False)
            if matcher.quick_ratio() > likeness and (ratio := matcher.ratio()) > likeness:
                best, likeness = candidate, ratio
        if best is not None:
            group.sent = best
            left.remove(best)


# -- what was done to it -----------------------------------------------------------------------------------------


def _settle(fate: Fate, group: _Group) -> None:
    sent = fate.sent.text
    steps = _steps(sent, group.before) if group.before != sent else [(0, 0, len(sent))]
    if group.before != sent:
        fate.edits += _untracked(sent, group.before)
    offset = 0
    style = _kept(group).style
    for number, paragraph in enumerate(group.members):
        is_new = not has_words(paragraph.before)
        for piece in paragraph.pieces:
            length = len(piece.text)
            if piece.inserted is None and piece.deleted is None:
                offset += length
            elif piece.deleted is None:
                place = _sent_offset(steps, offset)
                fate.edits.append(Edit(place, place, piece.text, piece.inserted, is_new and paragraph.style != style))
            elif piece.inserted is None:
                start, end = _sent_offset(steps, offset), _sent_offset(steps, offset + length)
                fate.edits.append(Edit(start, end, "", piece.deleted))
                offset += length
        if number < len(group.members) - 1 and paragraph.end_inserted:
            place = _sent_offset(steps, offset)
            fate.edits.append(Edit(place, place, BREAK, paragraph.end_inserted))
    _remark(fate, group)
    fate.joined = group.members[-1].end_deleted
    fate.edits = _together(fate.edits)
    whole = next((p.deleted for m in group.members for p in m.pieces if p.deleted), None)
    if group.before and not group.after and fate.joined:
        fate.deleted, fate.by, fate.joined, fate.edits = True, whole, None, fate.untracked


def _remark(fate: Fate, group: _Group) -> None:
    """Hand comments to a paragraph, with the words they are made on."""
    for paragraph in group.members:
        for piece in paragraph.pieces:
            for comment in piece.comments if not (piece.inserted and piece.deleted) else ():
                fate.comments[comment] = fate.comments.get(comment, "") + piece.text
        for comment in paragraph.comments:
            fate.comments.setdefault(comment, "")


def _untracked(sent: str, before: str) -> Iterator[Edit]:
    for tag, a, b, c, d in difflib.SequenceMatcher(None, sent, before, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(a, b, before[c:d])


def _steps(sent: str, before: str) -> list[tuple[int, int, int]]:
    """Where runs of equal words stand in ``before`` and in ``sent``, and how long they are."""
    blocks = difflib.SequenceMatcher(None, sent, before, autojunk=False).get_matching_blocks()
    return [(block.b, block.a, block.size) for block in blocks]


def _sent_offset(steps: Sequence[tuple[int, int, int]], offset: int) -> int:
    """The place in the words sent that an offset in the words before tracked changes stands for."""
    place = 0
    for there, here, size in steps:
        if offset < there:
            break
        place = here + min(offset - there, size)
    return place


def _together(edits: list[Edit]) -> list[Edit]:
    """Edits in order; one that takes words out where another puts words in is one edit."""
    result: list[Edit] = []
    for edit in sorted(edits, key=lambda e: e.start):
        last = result[-1] if result else None
        touching = last is not None and last.end == edit.start and last.tracked == edit.tracked
        if last is not None and touching and (last.by is None or edit.by is None or last.by.author == edit.by.author):
            result[-1] = Edit(
                last.start, max(last.end, edit.end), last.words + edit.words, last.by, last.odd or edit.odd
            )
        else:
            result.append(edit)
    return result


def _straighten(ordered: Sequence[Fate]) -> None:
    """A paragraph whose words were taken out together with the end before it was taken out as a whole."""
    for fate, following in pairwise(ordered):
        emptied = [e for e in following.tracked if (e.start, e.end, e.words) == (0, len(following.sent.text), "")]
        if fate.joined and not following.joined and emptied and not following.deleted:
            following.deleted, following.by, following.edits = True, emptied[0].by, following.untracked
            fate.joined = None


def _empty(ordered: Sequence[Fate]) -> None:
    """A paragraph all of whose words were taken out was taken out, though its end still stands."""
    for fate in ordered:
        if len(fate.edits) == 1 and (fate.edits[0].start, fate.edits[0].end) == (0, len(fate.sent.text)):
            fate.edits = [replace(fate.edits[0], words=fate.edits[0].words.strip(BREAK))]  # others stand in its place
        alike = len({e.tracked for e in fate.edits}) == 1
        if alike and not (fate.deleted or fate.joined or has_words(edited(fate.sent.text, fate.edits).strip(BREAK))):
            fate.deleted, fate.by, fate.edits = True, fate.edits[0].by, []


def _pair_moves(ordered: Sequence[Fate], returned: Sequence[Paragraph]) -> None:
    """A paragraph taken out here and put in there was moved, whether the program says so or the words do."""
    gone = [f for f in ordered if f.deleted]
    put_in = {word.strip() for f in ordered for e in f.edits for word in e.words.split(BREAK) if word.strip()}
    brought = {p.moved_to: p.after.strip() for p in returned if p.moved_to}
    for paragraph in returned:
        words = brought.get(paragraph.moved_from, "")
        if paragraph.moved_from and words:
            for fate in gone:
                if fate.sent.text.strip() == paragraph.before.strip() and fate.moved is None and words in put_in:
                    fate.moved = fate.sent
    for fate in gone:
        if fate.sent.text.strip() in put_in and len(fate.sent.text) > 1:
            fate.moved = fate.sent
