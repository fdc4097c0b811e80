"""The outside world as a build sees it."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from generator.project import Project, files

PARTS = st.lists(st.sampled_from(["a", "b", "a-b", "a.b", "甲", ".c", "~$d"]), min_size=1, max_size=4)


@given(st.lists(PARTS, max_size=12))
def test_files_are_found_in_the_order_of_their_paths(tmp_path_factory: object, places: list[list[str]]) -> None:
    root = tmp_path_factory.mktemp("files")  # type: ignore[attr-defined]
    for parts in places:
        path = root.joinpath(*parts[:-1], f"{parts[-1]}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    every = [path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file()]
    seen = [path for path in every if not any(part.startswith((".", "~$")) for part in path.parts)]
    assert [name for name, _ in files(root, hidden=True)] == [path.as_posix() for path in every]
    assert [name for name, _ in files(root)] == [path.as_posix() for path in seen]
    assert [Path(entry.path) for _, entry in files(root)] == [root / path for path in seen]


def test_links_to_files_are_followed_and_those_to_folders_are_not(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").write_text("a", "utf-8")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "file").symlink_to(tmp_path / "there" / "a")
    (tmp_path / "here" / "folder").symlink_to(tmp_path / "there")
    (tmp_path / "here" / "nowhere").symlink_to(tmp_path / "nothing")
    assert [name for name, _ in files(tmp_path / "here")] == ["file"]
    assert list(files(tmp_path / "nothing")) == []
    assert list(files(tmp_path / "there" / "a")) == []


def test_a_hub_brings_fonts_and_profiles_of_its_own_first(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.font_folders[0] == tmp_path / "content" / "style" / "fonts"
    assert project.profile_folders[0] == tmp_path / "content" / "style"
    assert all(os.path.isabs(folder) for folder in (*project.font_folders, *project.profile_folders))
