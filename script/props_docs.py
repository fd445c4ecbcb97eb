"""docs/props.md and docs/props.zh.md: every prop of s.yaml as tables, made of schema/props.json and schema/zh.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
REFERENCE = "\\$\\{"
KINDS = ("service", "function", "trigger", "customDomain")


@dataclass(frozen=True)
class Words:
    """What a page says besides the props, in one language."""

    head: str
    titles: Mapping[str, str]
    of_type: str
    columns: tuple[str, ...]
    text: str = "text"
    whole: str = "whole number"
    number: str = "number"
    flag: str = "true, false"
    mapping: str = "mapping"
    any: str = "any"
    scalar: str = "text, number or switch"
    list_of: str = "list of {}"
    map_of: str = "map of {}"
    multiple: str = "multiple of {}"
    alternative: str = " or "


ENGLISH = Words(
    head="""# Props

[中文](props.zh.md)

Everything that s.yaml may say below `props`, besides `region`, `endpoint` and `state`. This page is made of the schema
by `script/generate`; `★` marks what must be there. A number or a switch may be written as text (`"128"`, `"true"`), and
any value may be one reference (`${…}`). A default is what FC, or the predecessor of this component, takes where s.yaml
is silent: it is given when something is created and is not owned afterwards. The last column is the name in FC's API
(2021-04-06) where it is another one.
""",
    titles={"service": "service", "function": "function", "trigger": "triggers[]", "customDomain": "customDomains[]"},
    of_type="{} of type {}",
    columns=("Prop", "Values", "Default", "Meaning", "API"),
)
CHINESE = Words(
    head="""# 属性

[English](props.md)

除 `region`、`endpoint` 和 `state` 之外，s.yaml 的 `props` 下可以写的全部内容。
本页由 `script/generate` 根据 schema 生成；`★` 表示必填。
数字和开关可以写成文本（`"128"`、`"true"`），任何值都可以是一个引用（`${…}`）。
默认值是 s.yaml 没写时函数计算（或原 `fc` 组件）采用的值：只在创建时给出，之后不归本项目所有。
最后一列是函数计算 API（2021-04-06）中的名字，相同时省略。
""",
    titles={"service": "service", "function": "function", "trigger": "triggers[]", "customDomain": "customDomains[]"},
    of_type="{}，类型 {}",
    columns=("属性", "取值", "默认值", "含义", "API"),
    text="文本",
    whole="整数",
    number="数字",
    flag="true、false",
    mapping="映射",
    any="任意",
    scalar="文本、数字或开关",
    list_of="{}的列表",
    map_of="{}的映射",
    multiple="{} 的倍数",
    alternative="或",
)


def page(schema: Schema, words: Words, translate: Mapping[str, str] | None = None) -> str:
    """One page. Raises `KeyError` for a description that has no translation."""
    sections = [words.head]
    for kind, of, rows in _tables(schema):
        title = words.titles[kind] if of is None else words.of_type.format(words.titles[kind], of)
        sections.append(_section(title, rows, words, translate))
    return "\n".join(sections)


def without_translation(schema: Schema, translate: Mapping[str, str]) -> list[str]:
    """Returns every description that a page shows and that has no translation, once."""
    shown = (row.schema.get("description", "") for _, _, rows in _tables(schema) for row in rows)
    return [text for text in dict.fromkeys(shown) if text and text not in translate]


def _tables(schema: Schema) -> Iterator[tuple[str, str | None, list[Row]]]:
    """Yields the rows of each kind and, where its config depends on a type, of each type."""
    for kind in KINDS:
        whole = schema["definitions"][kind]
        yield kind, None, list(_rows(whole, "", ""))
        for branch in whole.get("allOf", ()):
            rows = _rows(branch["then"]["properties"]["config"], "config", "triggerConfig")
            yield kind, branch["if"]["properties"]["type"]["const"], list(rows)


@dataclass(frozen=True)
class Row:
    path: str
    needed: bool
    schema: Schema
    api: str


def _rows(schema: Schema, place: str, api: str) -> Iterator[Row]:
    for branch in (schema, *schema.get("anyOf", ())):
        for name, below in branch.get("properties", {}).items():
            path, named = _joined(place, name), _api(below, api, name)
            yield Row(path, name in branch.get("required", ()), below, named)
            yield from _rows(below, path, named)
        if isinstance(branch.get("items"), Mapping):
            yield from _rows(branch["items"], f"{place}[]", f"{api}[]")


def _api(schema: Schema, parent: str, name: str) -> str:
    """The API's name: said by the schema, or the prop's own below its parent's. An operation is no parent."""
    said = str(schema.get("$comment", "")).removeprefix("API: ")
    if said:
        return said
    return name if parent[:1].isupper() else _joined(parent, name)


def _joined(parent: str, name: str) -> str:
    return f"{parent}.{name}" if parent else name


def _section(title: str, rows: list[Row], words: Words, translate: Mapping[str, str] | None) -> str:
    lines = [f"## {title}", "", _line(words.columns), _line("---" for _ in words.columns)]
    for row in rows:
        meaning = row.schema.get("description", "")
        lines.append(
            _line(
                (
                    f"`{row.path}`{' ★' if row.needed else ''}",
                    _values(row.schema, words),
                    f"`{_shown(row.schema['default'])}`" if "default" in row.schema else "",
                    meaning if translate is None or not meaning else translate[meaning],
                    "" if row.api == row.path else _code(row.api),
                )
            )
        )
    return "\n".join((*lines, ""))


def _line(cells: Any) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _code(name: str) -> str:
    return name if " " in name else f"`{name}`"


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _values(schema: Schema, words: Words) -> str:
    branches = [part for part in schema.get("anyOf", (schema,)) if part.get("type") != "null"]
    first, *others = branches
    kept = [first, *(part for part in others if "pattern" not in part)]  # the rest is the same, written as text
    if {part.get("type") for part in kept} == {"string", "number", "boolean"}:
        return words.scalar
    return words.alternative.join(dict.fromkeys(_one(part, words) for part in kept))


def _one(schema: Schema, words: Words) -> str:
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    match schema.get("type"):
        case "object":
            inner = schema.get("additionalProperties")
            return words.map_of.format(_values(inner, words)) if isinstance(inner, Mapping) else words.mapping
        case "array":
            return words.list_of.format(_values(schema["items"], words))
        case "boolean":
            return words.flag
        case "integer" | "number" as kind:
            return _range(schema, words.whole if kind == "integer" else words.number, words)
        case "string":
            return words.text
    return words.any


def _range(schema: Schema, kind: str, words: Words) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    parts = [kind]
    if low is not None or high is not None:
        parts.append(f"≥ {low}" if high is None else f"≤ {high}" if low is None else f"{low}–{high}")
    if "multipleOf" in schema:
        parts.append(words.multiple.format(schema["multipleOf"]))
    return ", ".join(parts)
