"""What has not changed is not set again; what has is, and says why."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import build as build_module
from generator.build import build
from generator.cache import Cache, changes, grounds, key
from generator.diagnostics import Diagnostic, Report, Span, Text, error, say, warning
from generator.model import Asset, Publication
from generator.project import Project
from generator.store import Store

SAMPLE = Path(__file__).parent / "sample" / "content"
SAID = [
    warning("a.b", say("{n}处“{what}”", n=3, what=say("脚注")), Span("x.md", 3, 1, 2), say("改")),
    error("a.c", say("错", en="wrong"), Span("y")),
]


@pytest.fixture
def hub(tmp_path: Path) -> Project:
    shutil.copytree(SAMPLE, tmp_path / "content")
    return Project(tmp_path)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The editions and formats that writers were asked for."""
    asked: list[tuple[str, str]] = []
    real = build_module.begin

    def begin(format_: str) -> Callable[..., Any]:
        def begun(publication: Publication, *given: Any) -> Callable[[], Any]:
            asked.append((publication.id, format_))
            return real(format_)(publication, *given)

        return begun

    monkeypatch.setattr(build_module, "begin", begin)
    return asked


def run(project: Project, *formats: str) -> tuple[dict[str, bytes], dict[tuple[str, str], list[str]]]:
    """The finished files, and for every edition and format why it was made again."""
    told: dict[tuple[str, str], list[str]] = {}
    report = Report()
    build(
        project, ["heyuan-cases", "heyuan-rule"], formats or ("html", "docx"), report,
        why=lambda publication, format_, reasons: told.update({(publication.id, format_): [str(r) for r in reasons]}),
    )  # fmt: skip
    assert not report.failed
    root = (project.build / ".current").resolve()
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}, told


def test_nothing_changed_asks_no_writer(hub: Project, made: list[tuple[str, str]]) -> None:
    first, told = run(hub)
    assert set(map(tuple, told.values())) == {("第一次出",)}
    made.clear()
    second, told = run(hub)
    assert (made, second) == ([], first)
    assert set(map(tuple, told.values())) == {()}


def test_one_article_changed_makes_its_edition_again(hub: Project, made: list[tuple[str, str]]) -> None:
    run(hub)
    made.clear()
    path = hub.content / "cases" / "case-door.yaml"
    path.write_text(path.read_text("utf-8").replace("爱听戏", "爱听川戏"), "utf-8")
    files, told = run(hub)
    assert made == [("heyuan-cases", "html"), ("heyuan-cases", "docx")]
    assert told["heyuan-cases", "docx"] == ["文章 重新打开的门（case-door）改了"]
    assert told["heyuan-rule", "docx"] == []
    assert "爱听川戏".encode() in files["heyuan-cases/html/case-door.html"]


def test_a_new_format_is_made_alone(hub: Project, made: list[tuple[str, str]]) -> None:
    run(hub, "html")
    made.clear()
    run(hub, "html", "docx")
    assert made == [("heyuan-cases", "docx"), ("heyuan-rule", "docx")]


def test_going_back_finds_the_old_files(hub: Project, made: list[tuple[str, str]]) -> None:
    before, _ = run(hub)
    path = hub.content / "cases" / "case-door.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("爱听戏", "爱听川戏"), "utf-8")
    run(hub)
    path.write_text(text, "utf-8")
    made.clear()
    assert run(hub)[0] == before
    assert made == []


@pytest.mark.parametrize("harm", ["cut", "garbage", "gone", "other"])
def test_a_damaged_entry_is_made_anew(hub: Project, made: list[tuple[str, str]], harm: str) -> None:
    before, _ = run(hub)
    for path in (hub.build / ".cache").glob("*.zip"):
        data = path.read_bytes()
        match harm:
            case "cut":
                path.write_bytes(data[: len(data) // 2])
            case "garbage":
                path.write_bytes(data[:200] + b"?" * 50 + data[250:])
            case "gone":
                path.unlink()
            case "other":
                path.write_bytes(b"PK")
    made.clear()
    assert run(hub)[0] == before
    assert len(made) == 4


def test_a_cache_that_cannot_be_written_only_costs_time(hub: Project, made: list[tuple[str, str]]) -> None:
    hub.build.mkdir()
    (hub.build / ".cache").write_text("不是文件夹")
    files, _ = run(hub)
    assert files
    assert run(hub)[0] == files


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda p: replace(p, title="新名"), "书名和版权信息改了", id="title"),
        pytest.param(lambda p: replace(p, layout=replace(p.layout, body_size=9.5)), "版式改了", id="layout"),
        pytest.param(lambda p: replace(p, articles=p.articles[:-1]), "去掉文章", id="article gone"),
        pytest.param(
            lambda p: replace(p, assets={**p.assets, "n.svg": Asset("n.svg", b"<svg/>", "image/svg+xml")}),
            "新加图片 n.svg", id="new picture",
        ),
    ],
)  # fmt: skip
def test_every_ground_counts(
    publications: dict[str, Publication], sample: Project, change: object, reason: str
) -> None:
    publication = publications["heyuan-cases"]
    old, new = (grounds(p, sample, "html") for p in (publication, change(publication)))  # type: ignore[operator]
    assert key(old) != key(new)
    assert [str(r)[: len(reason)] for r in changes(old, new)] == [reason]


def test_templates_styles_and_fonts_are_grounds(hub: Project, publications: dict[str, Publication]) -> None:
    publication = publications["heyuan-cases"]
    before = grounds(publication, hub, "pdf")
    (hub.content / "style").mkdir(exist_ok=True)
    (hub.content / "style" / "theme.yaml").write_text("印前: {出血: 5}\n", "utf-8")
    assert [str(r) for r in changes(before, grounds(publication, hub, "pdf"))] == ["样式文件改了"]
    assert "machine" in before
    assert "machine" not in grounds(publication, hub, "docx")


def test_what_was_said_is_said_again(tmp_path: Path) -> None:
    store = Cache(Store(tmp_path))
    store.put("k", {"a/b.html": b"1", "c.pdf": b"\0"}, SAID)
    assert store.get("k") == ({"a/b.html": b"1", "c.pdf": b"\0"}, SAID)


_TEXTS = st.recursive(
    st.builds(lambda t, n: say(t, n=n), st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=5))),
    lambda inner: st.builds(lambda t: say("{t}", t=t), inner),
    max_leaves=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.builds(warning, st.just("a.b"), _TEXTS, st.builds(Span, st.text(max_size=5)), st.none() | _TEXTS)))
def test_any_diagnostic_survives(tmp_path: Path, said: list[Diagnostic]) -> None:
    store = Cache(Store(tmp_path))
    store.put("k", {}, said)
    assert store.get("k") == ({}, said)
    assert all(isinstance(d.message, Text) for d in said)


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number, name in enumerate("abc"):
        store.put(name, b"1" * 1000)
        os.utime(tmp_path / name, (number, number))
    assert store.get("a") == b"1" * 1000  # used just now
    store.sweep(2500)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "c"]
