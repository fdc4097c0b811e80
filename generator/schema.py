"""Record types -> JSON Schema for an editor's YAML plug-in, and the skeleton a new record starts from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from generator.model import Record

Schema = dict[str, Any]

#: The draft yaml-language-server knows best.
DRAFT = "http://json-schema.org/draft-07/schema#"

_BODY = "正文"


def document(model: type[Record]) -> Schema:
    """The schema of a file of records: one record, a list of them, or ``共同`` and ``条目``.

    Under ``条目`` nothing is required, because ``共同`` may supply it; ``zhankan check`` has the last word.
    """
    fields = record(model)
    required = fields.pop("required", [])
    loose = {"$ref": "#/$defs/fields"}
    strict = {"allOf": [loose], "required": required}
    several = {
        "type": "object",
        "properties": {
            "共同": {**loose, "title": "共同", "description": "各条都有的字段，写一次"},
            "条目": {"type": "array", "items": loose, "title": "条目", "description": "每条记录前写“- ”"},
        },
        "required": ["条目"],
        "additionalProperties": False,
    }
    return {
        "$schema": DRAFT,
        "title": model.type_name,
        "description": model.__doc__ or model.type_name,
        "$defs": {"fields": fields},
        "if": {"type": "array"},
        "then": {"items": strict},
        "else": {
            "if": {"anyOf": [{"required": ["条目"]}, {"required": ["共同"]}]},
            "then": several,
            "else": strict,
        },
    }


def record(model: type[Record]) -> Schema:
    """The schema of one record under its Chinese keys, every part written out in place."""
    raw = model.model_json_schema(by_alias=True)
    raw["required"].remove("编号")  # the file's name stands in
    fields = _resolve(raw, raw.get("$defs", {}))
    kind = {"enum": [model.type_name], "title": "类型", "description": f"{model.type_name}（放在自己的文件夹里可不写）"}
    return {
        "type": "object",
        "properties": {"类型": kind, **fields["properties"]},
        "required": fields["required"],
        "additionalProperties": False,
    }


def _resolve(node: Schema, parts: dict[str, Schema]) -> Schema:
    """A node as an editor should see it: no references, no null, the values the loader takes."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        part = _resolve(parts[name], parts)
        part.pop("title", None)
        part.pop("description", None)
        merged = part | {k: v for k, v in node.items() if k not in ("$ref", "default")}
        # a byline may be the name alone
        return {"anyOf": [{"type": "string", "minLength": 1}, merged]} if name == "Byline" else merged
    node = {k: v for k, v in node.items() if k != "$defs" and not (k == "default" and (v is None or v == []))}
    if "anyOf" in node:
        kinds = [_resolve(kind, parts) for kind in node.pop("anyOf") if kind.get("type") != "null"]
        return (kinds[0] if len(kinds) == 1 else {"anyOf": kinds}) | node
    if "properties" in node:
        required = node.get("required", [])
        node["properties"] = {
            key: _described(key, _resolve(value, parts), key in required) for key, value in node["properties"].items()
        }
    if "prefixItems" in node:
        node["items"] = [_resolve(item, parts) for item in node.pop("prefixItems")]
    elif "items" in node:
        node["items"] = _resolve(node["items"], parts)
        if _scalar(node["items"]):
            words: Schema = {k: node.pop(k) for k in ("title", "description", "default") if k in node}
            node = {"anyOf": [node, node["items"]]} | words  # a list of one may be the value alone
    elif node.get("type") == "boolean":
        node = {"enum": [True, False, "是", "否"]} | {k: v for k, v in node.items() if k != "type"}
    elif node.get("type") == "string" and "enum" not in node and "format" not in node:
        node["type"] = ["string", "number"]  # a title such as 2023
    return node


def _scalar(node: Schema) -> bool:
    return "properties" not in node and (node.get("type") != "array")


def _described(key: str, node: Schema, required: bool) -> Schema:
    words = node.get("description") or key
    return node | {"title": key, "description": f"{words}（必填）" if required else words}


# -- skeletons -------------------------------------------------------------------------------------------


def skeleton(model: type[Record], today: dt.date) -> str:
    """The text of a file for one new record: required fields with examples that validate, then the rest as comments.

    Markdown if the record is mainly a text (a required 正文), else YAML.
    """
    fields = record(model)
    del fields["properties"]["类型"]  # the folder says it
    text = fields["properties"].get(_BODY) if _BODY in fields["required"] else None
    if text is not None:
        fields["required"].remove(_BODY)
        del fields["properties"][_BODY]
    lines = list(_fields(fields, today, 0))
    if text is None:
        return "\n".join([f"# {model.type_name}。以 # 开头的行可不写；要写就去掉 # 和后面的空格", *lines]) + "\n"
    guide = text["description"].replace("（必填）", "")
    body = f"（在这里写正文{'' if guide == _BODY else '：' + guide}）"
    return "\n".join(["---", "# 以 # 开头的行可不写；要写就去掉 # 和后面的空格", *lines, "---", body]) + "\n"


def suffix(model: type[Record]) -> str:
    """The suffix of the file that :func:`skeleton` fills."""
    return ".md" if _BODY in record(model)["required"] else ".yaml"


def _fields(node: Schema, today: dt.date, depth: int) -> Iterator[str]:
    """Lines of a group of fields; if none is required the first is written, for an empty group is a fault."""
    indent = "  " * depth
    properties = node["properties"]
    required = node.get("required", [])
    for key in required or list(properties)[:1]:
        yield from _field(key, properties[key], today, depth)
    for key, value in properties.items():
        if key not in required and (required or key != next(iter(properties))):
            yield f"{indent}# {key}:  # {_note(key, value)}".removesuffix(f"  # {key}")


def _field(key: str, node: Schema, today: dt.date, depth: int) -> Iterator[str]:
    indent = "  " * depth
    note = _note(key, node)
    comment = f"  # {note}" if note != key else ""
    node = node.get("anyOf", [node])[0]
    if "properties" in node:
        yield f"{indent}{key}:{comment}"
        yield from _fields(node, today, depth + 1)
    elif node.get("type") == "array":
        yield f"{indent}{key}:{comment}"
        item = node["items"]
        item = item["anyOf"][0] if "anyOf" in item else item
        if "properties" in item:
            first, *rest = _fields(item, today, depth + 2)
            yield f"{indent}  - {first.strip()}"
            yield from rest
        else:
            yield f"{indent}  - {_example(key, item, today)}"
    else:
        yield f"{indent}{key}: {_example(key, node, today)}{comment}"


def _example(key: str, node: Schema, today: dt.date) -> str:
    if node.get("enum") == [True, False, "是", "否"]:
        return "false"
    if "enum" in node:
        return str(node["enum"][0])
    if node.get("format") == "date":
        return today.isoformat()
    if node.get("type") in ("integer", "number"):
        return str(today.year) if key in ("年", "年度") else str(max(int(node.get("minimum", 1)), 1))
    return "a1" if "pattern" in node else f"（填写{key}）"


def _note(key: str, node: Schema) -> str:
    """What the comment beside a field says: its description, then its choices."""
    words = str(node["description"].removesuffix("（必填）"))
    kinds = [node, *node.get("anyOf", [])]
    kinds += [kind["items"] for kind in kinds if isinstance(kind.get("items"), dict)]
    choices = next((kind["enum"] for kind in kinds if "enum" in kind), None)
    if choices is None or "true" in words:
        return words
    listed = "true 或 false" if True in choices else "、".join(choices)
    return f"可选：{listed}" if words == key or words.startswith(str(choices[0])) else f"{words}。可选：{listed}"
