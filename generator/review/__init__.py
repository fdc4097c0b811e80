"""Review copies that come back: what was changed, by whom, and what that means for the records."""

from __future__ import annotations

import difflib
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from generator import limits
from generator.compose import publication_type
from generator.diagnostics import Report, Span, error, say, warning
from generator.load import load
from generator.project import Project
from generator.readers.text import unreadable
from generator.records.edition import Edition
from generator.review.matching import fates
from generator.review.patching import Patcher, across_records, manuscript
from generator.review.returned import read_returned
from generator.review.telling import Finding, findings

__all__ = ["Finding", "Review", "apply", "review"]


@dataclass
class Review:
    """A returned file read: of which edition, what was found, and the files of content/ as they would become."""

    edition: str
    title: str
    revision: str
    #: the content has not changed since the file was sent
    current: bool
    findings: list[Finding] = field(default_factory=list)
    #: file of the workspace -> its text as it is on disk now, and with what can be taken over
    patched: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: something in the file forbids taking anything over
    refused: bool = False

    @property
    def patch(self) -> str:
        """A unified diff of all files, which ``patch -p1`` and ``git apply`` take."""
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for file, (old, new) in sorted(self.patched.items())
            for line in difflib.unified_diff(_lines(old), _lines(new), f"a/{_named(file)}", f"b/{_named(file)}")
        )


def _lines(text: str) -> list[str]:
    """Lines as ``patch`` counts them: other characters that Unicode calls line ends are none."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _named(file: str) -> str:
    """A file's name in a patch, which ends at the first space unless a tab follows."""
    return f"{file}\t" if " " in file else file


def review(
    project: Project, path: FilePath, report: Report, *, edition: str = "", untracked: bool = False
) -> Review | None:
    """Read a returned review copy against what was sent and what the records say now; None after a report.

    Nothing is written. ``edition`` names the edition if the file lost it; with ``untracked``, changes that nobody
    tracked are taken over too. What can't be taken over is reported: conflicts with records that were changed
    meanwhile, and edits that only a person can make.
    """
    returned = read_returned(path, path.name, report)
    if returned is None:
        return None
    if not returned.is_ours and not edition:
        hint = say("审阅版由 zhankan build --review 生成；若确是它改来的，用 --edition 写明是哪一份")
        report.add(error("review.not_ours", say("这不是本工具出的审阅版"), Span(path.name), hint))
        return None
    quiet = Report()
    records = load(project, quiet)
    name = edition or returned.edition
    found = records.get(name)
    if not isinstance(found, Edition):
        message = say("工作区里没有这份审阅版的出版物“{id}”", id=name or "?")
        report.add(error("review.no_edition", message, Span(path.name), say("zhankan list editions 列出全部出版物")))
        return None
    if quiet.failed:
        report.extend(d for d in quiet.diagnostics)
        return None
    known = Report()
    now = manuscript(project, records, found, known)
    sent = returned.sent
    if sent is None:
        message = say("文件丢了发出时的底稿，只能拿现在的稿件比对")
        report.add(
            warning("review.base_lost", message, Span(path.name), say("请对方用 Word 或 WPS 改，不要转存成别的格式"))
        )
        if untracked and returned.revision != now.revision:
            message = say("文件丢了发出时的底稿，发出后稿件又改过，分不清没留痕迹的改动是谁的")
            hint = say("去掉 --untracked 再读，这些改动会列出来，手工改")
            report.add(error("review.base_gone", message, Span(path.name), hint))
            return None
        sent = now
    title = f"{found.title}　{publication_type(found).series(found)}".strip("　")
    result = Review(found.id, title, returned.revision or sent.revision, sent.revision == now.revision)
    every = fates(sent, returned.paragraphs)
    result.findings = list(findings(every, returned, records))
    report.extend(across_records(every, records))
    if report.failed:
        result.refused = True
        return result
    limits.sweep()
    try:
        result.patched = Patcher(project, records, found, now, report, known=known, untracked=untracked).patched(every)
    except OSError as fault:
        report.add(unreadable("content", fault))
        result.refused = True
    return result


def apply(project: Project, result: Review) -> None:
    """Write the files of a review; each is complete or untouched. Raises ``OSError``."""
    for file, (_, new) in sorted(result.patched.items()):
        path = project.root / file
        aside = path.with_name(f".{path.name}.new")
        try:
            aside.write_text(new, encoding="utf-8", newline="")
            shutil.copymode(path, aside)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
