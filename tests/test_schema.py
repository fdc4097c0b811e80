"""JSON Schemas and skeletons of every record type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from generator import schema
from generator.diagnostics import Report
from generator.load import FOLDERS, load
from generator.project import Project, samples
from generator.readers import READERS
from generator.records import RECORD_TYPES

TYPES = pytest.mark.parametrize("name", RECORD_TYPES)
DAY = dt.date(2024, 3, 5)


def properties(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every property anywhere in a schema, with its name."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()
        for value in node.values():
            yield from properties(value)
    elif isinstance(node, list):
        for value in node:
            yield from properties(value)


@TYPES
def test_every_property_speaks_chinese(name: str) -> None:
    for key, node in properties(schema.document(RECORD_TYPES[name])):
        assert not key.isascii() or key in ("ICS", "CCS"), key
        assert node["title"] == key
        assert node["description"]


@TYPES
def test_an_editor_sees_no_null_and_no_english_titles(name: str) -> None:
    text = str(schema.document(RECORD_TYPES[name]))
    assert "'null'" not in text
    assert "None" not in text
    assert "prefixItems" not in text
    refs = text.count("$ref")
    assert refs == text.count("'$ref': '#/$defs/fields'")


@TYPES
def test_required_is_what_the_model_requires_but_the_id(name: str) -> None:
    model = RECORD_TYPES[name]
    wanted = {info.alias for info in model.model_fields.values() if info.is_required()} - {"编号"}
    fields = schema.record(model)
    assert set(fields["required"]) == wanted
    assert {k for k, v in fields["properties"].items() if v["description"].endswith("（必填）")} == wanted


def test_items_require_nothing_because_common_fields_may_supply_it() -> None:
    several = schema.document(RECORD_TYPES["fact"])["else"]["then"]
    assert several["properties"]["条目"]["items"] == {"$ref": "#/$defs/fields"}
    assert several["required"] == ["条目"]


@TYPES
def test_the_samples_are_valid(name: str) -> None:
    """What ``check`` accepts, an editor doesn't underline."""
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft7Validator(schema.document(RECORD_TYPES[name]))
    yaml = pytest.importorskip("generator.readers.yamltext")
    for folder in (f for f, n in FOLDERS.items() if n == name):
        for path in sorted((samples() / folder).glob("*.yaml")):
            parsed = yaml.parse(path.read_text(encoding="utf-8"), path.name, Report())
            assert parsed is not None
            assert [f"{path.name}: {e.json_path}: {e.message}" for e in validator.iter_errors(parsed[0])] == []


@pytest.mark.parametrize(
    "faulty",
    [
        {"姓名": "甲", "身份": ["社工"]},
        {"姓名": "甲", "身份": ["司机"], "单位": "乙"},
        {"姓名": "甲", "身份": ["社工"], "单位": "乙", "职位": "丙"},
        [{"姓名": "甲"}],
        {"条目": {"姓名": "甲"}},
        {"共同": {"单位": "乙"}},
        {"条目": [], "单位": "乙"},
    ],
)
def test_faults_are_found(faulty: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    assert list(jsonschema.Draft7Validator(schema.document(RECORD_TYPES["person"])).iter_errors(faulty))


@TYPES
def test_a_skeleton_validates(name: str, tmp_path: Path) -> None:
    model = RECORD_TYPES[name]
    folder = next(f for f, n in FOLDERS.items() if n == name)
    path = tmp_path / "content" / folder / f"new{schema.suffix(model)}"
    path.parent.mkdir(parents=True)
    text = schema.skeleton(model, DAY)
    path.write_text(text, encoding="utf-8")
    report = Report()
    records = load(Project(tmp_path), report)
    assert [f"{d.span} {d.message}" for d in report.diagnostics] == []
    assert type(records["new"]) is model


@TYPES
def test_a_skeleton_names_every_field_required_ones_first(name: str) -> None:
    model = RECORD_TYPES[name]
    text = schema.skeleton(model, DAY)
    keys = [line.removeprefix("# ").partition(":")[0] for line in text.split("\n") if line and line[0] not in " -（"]
    fields = {info.alias for info in model.model_fields.values()}
    body = {"正文"} if schema.suffix(model) == ".md" else set()
    assert fields - body <= set(keys)
    written = [line.partition(":")[0] for line in text.split("\n") if line and line[0] not in " -（#"]
    assert set(written) == {info.alias for info in model.model_fields.values() if info.is_required()} - {"编号"} - body


def test_a_skeletons_comments_give_the_choices() -> None:
    text = schema.skeleton(RECORD_TYPES["person"], DAY)
    assert "身份:  # 可选：社工、督导、" in text
    assert "# 持证:  # 可选：助理社会工作师、" in text


@TYPES
def test_uncommented_skeletons_still_parse(name: str) -> None:
    """An editor who removes ``# `` before a field gets an empty field, not a broken file."""
    text = schema.skeleton(RECORD_TYPES[name], DAY)
    lines = [
        line.replace("# ", "", 1) if line.lstrip().startswith("# ") and ":" in line else line
        for line in text.split("\n")
    ]
    head = "\n".join(lines).removeprefix("---\n").partition("\n---\n")[0]
    report = Report()
    from generator.readers.yamltext import parse

    parsed = parse(head, "x.yaml", report)
    assert parsed is not None
    assert report.diagnostics == []


def test_suffixes_have_readers() -> None:
    assert {schema.suffix(model) for model in RECORD_TYPES.values()} == {".yaml", ".md"} <= READERS.keys()
