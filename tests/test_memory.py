"""Memory: after whatever edits, what is taken again is what would be made anew, places of messages included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from generator import build as build_module
from generator.cache import grounds
from generator.diagnostics import Diagnostic, Report
from generator.load import load
from generator.memory import BUILDS, FORGETFUL, Memory, same
from generator.model import Publication
from generator.project import Project
from generator.prose import Place, Renderer
from generator.records.edition import Edition
from generator.store import NOWHERE, Store
from generator.writers.pdf import markup

STATIONS = Path(__file__).parent / "stations"


def editions(project: Project) -> list[str]:
    return [record.id for record in load(project, Report()) if isinstance(record, Edition)]


def made(project: Project, memory: Memory = FORGETFUL, store: Store = NOWHERE) -> tuple[list[Publication], Report]:
    """Every edition, those of each station too."""
    report = Report()
    memory.turn()
    return build_module._publications(project, editions(project), report, memory, store), report


def shown(publication: Publication, project: Project) -> Iterator[object]:
    """All that a writer could see of a publication, and what the PDF writer makes of it."""
    for article in publication.articles:
        yield article.id, article.kind, article.title, article.zone, article.section, article.record, article.entries
        yield etree.tostring(article.body)
    yield publication.id, publication.name, publication.title, publication.series, publication.layout
    yield dict(publication.assets), dict(publication.metadata), publication.theme, publication.printing
    yield grounds(publication, project, "html")
    runs = markup.runs(publication)
    numbers = {identifier: 7 for run in runs for identifier in run.identifiers}
    for run in runs:
        yield run.name, run.zone, run.identifiers, run.targets, run.colophons, run.pictures
        for known in ({}, numbers):
            yield markup.part(publication, run, known, first=run is runs[0])


def seen(result: tuple[list[Publication], Report], project: Project) -> tuple[list[list[object]], list[Diagnostic]]:
    return [list(shown(publication, project)) for publication in result[0]], result[1].sorted()


# -- edits ---------------------------------------------------------------------------------------------------

_WORDS = (
    "每周都去", "见{文:case-door}。", "见{图:fig-steps}。", "见{表:tbl-words}。", "走访{走访@2023@st-hexi}。",
    "{和:走访@2023}", "![台阶](steps.svg)", "![没有](none.png)", "**重**", "<b>", "[^注]", "：", "# ",
    "{页:art-preface}", "“", "2023", "{#here}",
)  # fmt: skip


class Editor:
    """Somebody who changes a workspace in any way, and now and then takes a change back."""

    def __init__(self, project: Project, seed: int) -> None:
        self.content, self.random = project.content, Random(seed)
        self.original = {path: path.read_bytes() for path in self.files()}

    def files(self) -> list[Path]:
        return sorted(path for path in self.content.rglob("*") if path.suffix in (".yaml", ".md", ".svg"))

    def act(self) -> str:
        acts: list[Callable[[], str]] = [
            self.sentence, self.sentence, self.sentence, self.shift, self.figure, self.title, self.rename, self.line,
            self.remove, self.add, self.picture, self.theme, self.ignore, self.restore, self.restore, self.restore_all,
        ]  # fmt: skip
        return self.random.choice(acts)()

    def records(self) -> list[Path]:
        return [path for path in self.files() if path.suffix != ".svg" and path.parent.name != "style"]

    def change(self, path: Path, changed: Callable[[list[str]], object]) -> str:
        lines = path.read_text("utf-8").split("\n")
        changed(lines)
        path.write_text("\n".join(lines), "utf-8")
        return path.name

    def sentence(self) -> str:
        """Words put into a line, or in place of some of it."""

        def changed(lines: list[str]) -> None:
            number = self.random.choice([n for n, line in enumerate(lines) if len(line) > 8] or [0])
            line = lines[number]
            at = self.random.randrange(len(line) // 2, len(line) + 1)
            lines[number] = line[:at] + self.random.choice(_WORDS) + line[at + self.random.randrange(3) :]

        return self.change(self.random.choice(self.records()), changed)

    def shift(self) -> str:
        """A blank line more: what is below stands elsewhere."""
        path = self.random.choice(self.records())
        return self.change(path, lambda lines: lines.insert(self.random.randrange(len(lines) + 1), ""))

    def figure(self) -> str:
        def changed(lines: list[str]) -> None:
            number = self.random.choice([n for n, line in enumerate(lines) if "值:" in line])
            lines[number] = lines[number].replace("值: ", f"值: {self.random.randrange(9)}", 1)

        path = self.content / "facts" / "facts.yaml"
        return self.change(path, changed) if path.is_file() and "值:" in path.read_text("utf-8") else ""

    def title(self) -> str:
        """A title, a printed name, an id or a date: what others print or name."""

        def changed(lines: list[str]) -> None:
            keys = ("标题:", "简称:", "姓名:", "编号:", "日期:", "站点:", "作者:", "状态:")
            found = [n for n, line in enumerate(lines) if any(key in line for key in keys)]
            if found:
                number = self.random.choice(found)
                lines[number] = lines[number].rstrip() + self.random.choice(("甲", "1", "-x", ""))

        return self.change(self.random.choice(self.records()), changed)

    def rename(self) -> str:
        """Another id for a record, wherever it is written."""
        old = self.random.choice(("case-door", "art-preface", "op-ledger", "p-linan", "fig-steps", "st-hexi"))
        for path in self.records():
            path.write_text(path.read_text("utf-8").replace(old, f"{old}-{self.random.randrange(2)}"), "utf-8")
        return old

    def line(self) -> str:
        """A line lost or doubled."""

        def changed(lines: list[str]) -> None:
            number = self.random.randrange(len(lines))
            lines[number : number + 1] = [lines[number]] * self.random.choice((0, 2))

        return self.change(self.random.choice(self.records()), changed)

    def remove(self) -> str:
        path = self.random.choice(self.files())
        path.unlink()
        return path.name

    def add(self) -> str:
        path = self.content / "articles" / f"new-{self.random.randrange(3)}.md"
        words = "".join(self.random.choices(_WORDS, k=3))
        path.write_text(f"---\n标题: 新\n体裁: 经验\n站点: st-hexi\n日期: 2023-05-01\n---\n\n去了。{words}\n", "utf-8")
        return path.name

    def picture(self) -> str:
        path = self.content / "media" / self.random.choice(("steps.svg", "none.png", "more.svg"))
        height = self.random.randrange(10, 90)
        path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 {height}"/>', "utf-8")
        return path.name

    def theme(self) -> str:
        path = self.content / "style" / "theme.yaml"
        path.parent.mkdir(exist_ok=True)
        colour = self.random.choice(("#102030", "#405060"))
        path.write_text(
            f'颜色: {{主色: "{colour}"}}\n版面: {{案例集: {{天头: {self.random.randrange(20, 30)}}}}}\n', "utf-8"
        )
        return path.name

    def ignore(self) -> str:
        path = self.content / "style" / "ignores.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text("- {代码: prose.note_missing, 文件: content/cases/case-door.yaml, 理由: 试}\n", "utf-8")
        return path.name

    def restore(self) -> str:
        path = self.random.choice(list(self.original))
        path.write_bytes(self.original[path])
        return f"{path.name} restored"

    def restore_all(self) -> str:
        for path in self.files():
            if path not in self.original:
                path.unlink()
        for path, data in self.original.items():
            path.write_bytes(data)
        return "all restored"


@pytest.mark.parametrize("seed", range(3))
def test_after_whatever_edits_all_is_as_if_made_anew(seed: int, workspace: Callable[..., Project]) -> None:
    project = workspace(STATIONS)
    editor, memory, store = Editor(project, seed), Memory(), Store(project.build / ".cache")
    done: list[str] = []
    for _ in range(12):
        anew = seen(made(project), project)
        assert seen(made(project, memory), project) == anew, done
        assert seen(made(project, FORGETFUL, store), project) == anew, done
        done.append(editor.act())


@pytest.mark.parametrize(
    ("file", "old", "new", "article", "words"),
    [
        ("cases/case-door.yaml", "标题: 重新打开的门", "标题: 打开的门", "art-ledger", "《打开的门》"),
        ("articles/articles.yaml", "    ## 三个习惯", "    {图:fig-steps}\n\n    ## 三个习惯", "art-ledger", "图2"),
        ("people/people.yaml", "姓名: 林安", "姓名: 林安平", "art-ledger", "林安平"),
        ("people/people.yaml", "姓名: 林安", "姓名: 林安平", "contributors", "林安平"),
        ("articles/articles.yaml", "标题: 走访怎样记", "标题: 走访怎样写", "contents", "走访怎样写"),
        ("facts/facts.yaml", "值: 40,", "值: 41,", "column-7", "41余节"),
        (
            "stations/stations.yaml",
            "标题: 荷西街道社会工作服务站",
            "标题: 荷西街道社工站",
            "column-7",
            "荷西街道社工站",
        ),
    ],
)
def test_what_others_print_changes_where_it_is_printed(
    file: str, old: str, new: str, article: str, words: str, workspace: Callable[..., Project]
) -> None:
    project, memory = workspace(), Memory()
    first, _ = made(project, memory)
    assert words not in "".join(next(a for a in first[0].articles if a.id == article).body.itertext())
    path = project.content / file
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    again, report = made(project, memory)
    assert report.diagnostics == []
    assert words in "".join(next(a for a in again[0].articles if a.id == article).body.itertext())
    assert seen((again, report), project) == seen(made(project), project)


def test_a_table_more_renumbers_those_after_it(workspace: Callable[..., Project]) -> None:
    """Also where only a reference to one of them is printed."""
    project, memory = workspace(), Memory()
    case = project.content / "cases" / "case-door.yaml"
    case.write_text(case.read_text("utf-8").replace("在于没有人", "（{表:tbl-words}）在于没有人"), "utf-8")
    made(project, memory)
    articles = project.content / "articles" / "articles.yaml"
    table = "|\n    表题：先有的\n\n    | 甲 | 乙 |\n    |---|---|\n    | 1 | 2 |\n\n    这本书里"
    articles.write_text(articles.read_text("utf-8").replace("这本书里", table), "utf-8")
    again = made(project, memory)
    anthology = next(p for p in again[0] if p.id == "heyuan-cases")
    body = next(a for a in anthology.articles if a.id == "case-door").body
    assert "（表2）" in "".join(body.itertext())
    assert seen(again, project) == seen(made(project), project)


# -- it is worth it ------------------------------------------------------------------------------------------


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The records of which texts were rendered."""
    found: list[str] = []
    real = Renderer._render

    def render(self: Renderer, text: str, place: Place) -> list[etree._Element]:
        found.append(place.record)
        return real(self, text, place)

    monkeypatch.setattr(Renderer, "_render", render)
    return found


def test_an_edited_sentence_makes_its_own_article_anew_and_no_other(
    workspace: Callable[..., Project], rendered: list[str]
) -> None:
    project, memory = workspace(), Memory()
    before, _ = made(project, memory)
    rendered.clear()
    path = project.content / "cases" / "case-door.yaml"
    path.write_text(path.read_text("utf-8").replace("爱听戏", "爱听川戏"), "utf-8")
    after, report = made(project, memory)
    assert report.diagnostics == []
    assert set(rendered) == {"case-door"}
    changed = {
        new.id
        for old_one, new_one in zip(before, after, strict=True)
        for old, new in zip(old_one.articles, new_one.articles, strict=True)
        if old is not new
    }
    assert changed == {"case-door"}


def test_a_new_process_renders_what_was_edited(workspace: Callable[..., Project], rendered: list[str]) -> None:
    project = workspace()
    store = Store(project.build / ".cache")
    made(project, FORGETFUL, store)
    assert rendered
    rendered.clear()
    made(project, FORGETFUL, store)
    assert rendered == []
    path = project.content / "facts" / "facts.yaml"
    path.write_text(path.read_text("utf-8").replace("值: ", "值: 1", 1), "utf-8")
    made(project, FORGETFUL, store)
    assert "case-door" not in rendered  # it prints no figure
    assert "art-glossary" not in rendered
    assert rendered


def test_prose_is_kept_once_a_build_has_no_fault(workspace: Callable[..., Project], rendered: list[str]) -> None:
    project = workspace()
    path = project.content / "cases" / "case-door.yaml"
    words = path.read_text("utf-8")
    path.write_text(words.replace("爱听戏", "爱听<b>戏"), "utf-8")
    assert build_module.build(project, ["heyuan-rule"], ["html"], Report()) == []
    assert not project.build.exists()
    path.write_text(words, "utf-8")
    assert build_module.build(project, ["heyuan-rule"], ["html"], Report())
    rendered.clear()
    assert build_module.build(project, ["heyuan-cases"], ["html"], Report())
    assert rendered == []


@pytest.mark.parametrize(
    "spoil", [b"", b"garbage", b"null", b'{"facts": "", "media": "", "texts": [[["<p>"], [], 0, 0]]}']
)
def test_an_entry_that_is_no_entry_is_made_again(spoil: bytes, workspace: Callable[..., Project]) -> None:
    project = workspace()
    store = Store(project.build / ".cache")
    anew = seen(made(project, FORGETFUL, store), project)
    entries = list((project.build / ".cache").glob("prose-*"))
    assert entries
    for path in entries:
        path.write_bytes(spoil)
    assert seen(made(project, FORGETFUL, store), project) == anew
    for path in entries:
        store.put(path.name, spoil)
    assert seen(made(project, FORGETFUL, store), project) == anew


# -- the object ----------------------------------------------------------------------------------------------


def test_what_builds_had_no_use_for_is_forgotten() -> None:
    memory = Memory()
    memory.put("a", 1, "x")
    memory.put("b", 1, "y")
    for _ in range(BUILDS):
        memory.turn()
        assert memory.get("a", 1) == "x"
    memory.turn()
    assert memory.get("b", 1) is None
    assert len(memory) == 1


def test_other_grounds_are_no_grounds() -> None:
    memory = Memory()
    memory.put("a", (1, 0.0), "x")
    assert memory.get("a", (1, 0.0)) == "x"
    assert memory.get("a", (1, -0.0)) is None
    assert memory.get("a", (True, 0.0)) is None
    FORGETFUL.put("a", 1, "x")
    assert FORGETFUL.get("a", 1) is None


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda below: st.lists(below) | st.tuples(below, below) | st.dictionaries(st.text(), below),
)


@given(values, values)
def test_the_same_is_what_is_written_alike(one: object, other: object) -> None:
    assert same(one, other) == (repr(one) == repr(other))
