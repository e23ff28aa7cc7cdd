"""Every key of environments: what it may be, and what it is by default."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .defaults import defaults
from .markdown import code, page, plain, section, table
from .program import Program
from .said import Said

Schema = dict[str, Any]

TITLE = Said("Keys of environments", "환경의 키 전체")
INTRODUCTION = Said(
    """Every key that an [environment](../environments.md) may have, from `lab2048 schema environment`, with its value in
`environments/defaults.yaml`. "None" in a description is `null`. As a variable `app.replicas` is `LAB2048_SET_APP_REPLICAS`, as a flag
`--set app.replicas=3`.""",
    """[환경](../environments.md)에 쓸 수 있는 모든 키입니다. `lab2048 schema environment`의 내용에 `environments/defaults.yaml`의
기본값을 더했습니다. 설명은 프로그램의 영어 그대로이며, 설명의 "none"은 `null`입니다. `app.replicas`를 환경 변수로 지정하려면
`LAB2048_SET_APP_REPLICAS`, 옵션으로 지정하려면 `--set app.replicas=3`을 씁니다.""",
)
HEAD = Said("key|type|default|allowed|what", "키|형식|기본값|허용되는 값|설명(영어)")
OTHERS = Said("Keys at the top", "맨 위의 키")
TYPES = {
    "string": Said("text", "텍스트"),
    "integer": Said("whole number", "정수"),
    "number": Said("number", "숫자"),
    "boolean": Said("`true` or `false`", "`true` 또는 `false`"),
}
LIST = Said("list ({of})", "목록({of})")
MAP = Said("names, each with {of}", "이름과 값({of})의 맵")
OBJECT = Said("map", "맵")
OPTIONAL = Said("{type} or `null`", "{type} 또는 `null`")
OR = Said(" or ", " 또는 ")
RANGE = Said("{low} to {high}", "{low}~{high}")
FROM = Said("from {low}", "{low} 이상")


class Key(NamedTuple):
    """A key with its part of the schema."""

    name: str
    schema: Schema


def pages(program: Program, language: str, root: Path) -> dict[str, str]:
    """A table for each part of an environment."""
    schema = program.document("schema", "environment")
    values = defaults(root / "environments/defaults.yaml")
    keys = list(walk(schema, schema["properties"], ""))
    unknown = values.keys() - {key.name for key in keys}
    if unknown:
        raise SystemExit(f"defaults that the schema does not have: {', '.join(sorted(unknown))}")
    parts: dict[str, list[tuple[str, ...]]] = {}
    for key in keys:
        part = key.name.partition(".")[0] if "." in key.name else ""
        parts.setdefault(part, []).append(row(key, schema, values, language))
    head = HEAD.of(language).split("|")
    sections = [section(2, OTHERS.of(language), "top", table(head, parts.pop("", [])))]
    for name, rows in parts.items():
        what = schema["properties"][name].get("description", "")
        sections.append(section(2, f"`{name}`", name, plain(what), table(head, rows)))
    return {"reference/environment.md": page(TITLE.of(language), INTRODUCTION.of(language), *sections)}


def walk(schema: Schema, properties: Schema, prefix: str) -> Iterator[Key]:
    """All keys; those of the maps in a list are named `list[].key`."""
    for name, given in properties.items():
        found = {**resolved(schema, given), **given}
        if "properties" in found:
            yield from walk(schema, found["properties"], f"{prefix}{name}.")
            continue
        yield Key(prefix + name, found)
        for choice in choices(found):
            inner = resolved(schema, choice.get("items", {}))
            if "properties" in inner:
                yield from walk(schema, inner["properties"], f"{prefix}{name}[].")


def resolved(schema: Schema, part: Schema) -> Schema:
    """The definition that a part refers to, or the part itself."""
    reference = part.get("$ref")
    found: Schema = schema["$defs"][reference.rpartition("/")[2]] if reference else part
    return found


def choices(part: Schema) -> list[Schema]:
    """What a value may be; a part without alternatives is its only one."""
    found: list[Schema] = part.get("anyOf") or part.get("oneOf") or [part]
    return found


def row(key: Key, schema: Schema, values: dict[str, str], language: str) -> tuple[str, ...]:
    """A line of the table."""
    default = values.get(key.name)
    return (
        code(key.name),
        type_of(key.schema, schema, language),
        code(default) if default else "-",
        allowed(key.schema, language) or "-",
        plain(key.schema.get("description", "")),
    )


def is_word_beside_others(choice: Schema, part: Schema) -> bool:
    """Whether a choice is a word with a meaning of its own, beside values that are free."""
    return "const" in choice and any("const" not in other for other in choices(part))


def type_of(part: Schema, schema: Schema, language: str) -> str:
    """The types that a value may have, in words."""
    names: list[str] = []
    optional = False
    for choice in choices(part):
        if is_word_beside_others(choice, part):
            names.append(code(choice["const"]))
            continue
        kinds = choice.get("type", "string" if "const" in choice else "object")
        for kind in [kinds] if isinstance(kinds, str) else kinds:
            optional |= kind == "null"
            name = "" if kind == "null" else type_name(kind, choice, schema, language)
            if name and name not in names:
                names.append(name)
    text = OR.of(language).join(names)
    return OPTIONAL.of(language).format(type=text) if optional else text


def type_name(kind: str, choice: Schema, schema: Schema, language: str) -> str:
    """A type in words."""
    if kind == "array":
        return LIST.of(language).format(of=type_of(resolved(schema, choice["items"]), schema, language))
    if kind == "object":
        values = choice.get("additionalProperties")
        of = type_of(values, schema, language) if isinstance(values, dict) else ""
        return MAP.of(language).format(of=of) if of else OBJECT.of(language)
    return TYPES[kind].of(language)


def allowed(part: Schema, language: str) -> str:
    """The words and numbers that are allowed, where not all are."""
    found = []
    for choice in choices(part):
        if is_word_beside_others(choice, part):
            continue
        words = [choice["const"]] if "const" in choice else choice.get("enum", [])
        found += [code(str(word)) for word in words]
        low, high = choice.get("minimum"), choice.get("maximum")
        if high is not None:
            found.append(RANGE.of(language).format(low=low, high=high))
        elif low is not None:
            found.append(FROM.of(language).format(low=low))
    return ", ".join(found)
