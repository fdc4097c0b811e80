"""Watching: every save builds again what it changed, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from generator.diagnostics import Report
from generator.project import Project
from generator.watch import next_save, snapshot, watch

SAMPLE = Path(__file__).parent / "sample" / "content"


@pytest.fixture
def hub(tmp_path: Path) -> Project:
    shutil.copytree(SAMPLE, tmp_path / "content")
    return Project(tmp_path)


def write(path: Path, text: str, when: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (when, when))


def acts(*steps: Callable[[], object] | None) -> Callable[[float], object]:
    """A pause in which somebody does the next thing; after the last one Ctrl+C."""
    left: Iterator[Callable[[], object] | None] = iter(steps)

    def pause(seconds: float) -> object:
        assert seconds > 0
        try:
            step = next(left)
        except StopIteration:
            raise KeyboardInterrupt from None
        return step() if step else None

    return pause


def test_every_save_builds_again(hub: Project) -> None:
    case = hub.content / "cases" / "case-door.yaml"
    text = case.read_text("utf-8")
    told: list[tuple[list[str], bool, int]] = []
    reasons: list[tuple[str, list[str]]] = []

    def tell(saved: Sequence[str], report: Report, paths: Sequence[Path], seconds: float) -> None:
        assert seconds > 0
        told.append((list(saved), report.failed, len(paths)))

    pause = acts(
        None,
        lambda: write(case, text.replace("爱听戏", "爱听川戏"), 1),
        None,
        lambda: write(case, text.replace("标题: ", "标题："), 2),
        None,
        lambda: write(case, text, 3),
        None,
    )
    with pytest.raises(KeyboardInterrupt):
        watch(
            hub, ["heyuan-cases", "heyuan-rule"], ["html"], tell,
            lambda publication, format_, why: reasons.append((publication.id, [str(w) for w in why])), pause,
        )  # fmt: skip
    file = ["content/cases/case-door.yaml"]
    assert told == [([], False, 2), (file, False, 2), (file, True, 0), (file, False, 2)]
    changed = "文章 重新打开的门（case-door）改了"
    assert reasons == [
        ("heyuan-cases", ["第一次出"]), ("heyuan-rule", ["第一次出"]),
        ("heyuan-cases", [changed]), ("heyuan-rule", []),
        ("heyuan-cases", []), ("heyuan-rule", []),  # as it was at first: kept
    ]  # fmt: skip
    assert "爱听戏" in (hub.build / "heyuan-cases" / "html" / "case-door.html").read_text("utf-8")


def test_a_file_still_being_written_is_waited_for(hub: Project) -> None:
    new = hub.content / "news" / "a.md"
    pause = acts(lambda: write(new, "一", 1), lambda: write(new, "一二", 2), lambda: write(new, "一二三", 3), None)
    found, state = next_save(hub, snapshot(hub), pause)
    assert found == ["content/news/a.md"]
    assert state == snapshot(hub)


def test_what_programs_write_aside_is_no_save(hub: Project) -> None:
    seen = snapshot(hub)
    for name in ("~$a.docx", ".a.md.swp"):
        (hub.content / "news" / name).write_text("x")
    assert snapshot(hub) == seen
    (hub.content / "news" / "news-visit.md").unlink()
    assert snapshot(hub).keys() ^ seen.keys() == {"content/news/news-visit.md"}
