"""The vendor's description: the operations, and whether a request conforms to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.fake_clockify.answers import invalid

DESCRIPTION = Path(__file__).with_name("description.json")
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}
RANGES = {"int32": 2**31, "int64": 2**63}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the description, with its path as a pattern."""

    name: str
    method: str
    path: str
    pattern: re.Pattern[str]
    query: tuple[dict[str, Any], ...]
    status: int
    body: dict[str, Any] | None
    answer: dict[str, Any] | None
    family: str


@cache
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return loaded


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(
            each["operation"],
            each["method"],
            each["path"],
            re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each["path"])),
            tuple(each["query"]),
            each["status"],
            each.get("body"),
            each.get("answer"),
            family,
        )
        for family, part in description().items()
        for each in part["operations"]
    )


def routed(family: str, path: str) -> list[tuple[Operation, dict[str, str]]]:
    """Return every operation of *family* at *path* (from `/v1` on), with the path's values."""
    found = ((each, each.pattern.fullmatch(path)) for each in operations() if each.family == family)
    return [(each, match.groupdict()) for each, match in found if match]


def read_query(operation: Operation, sent: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the query in the described types, without parameters that were not sent."""
    values: dict[str, Any] = {}
    for parameter in operation.query:
        name, schema = parameter["name"], parameter["schema"]
        texts = [value for key, value in sent if key == name]
        if texts:
            values[name] = _typed(name, schema, texts)
        elif parameter["required"]:
            raise invalid(f"Required request parameter '{name}' is not present")
    return values


def _typed(name: str, schema: dict[str, Any], texts: list[str]) -> Any:
    if schema["type"] == "array":
        return [part for text in texts for part in text.split(",") if part]
    value: Any = texts[-1]
    if schema["type"] == "integer":
        if not re.fullmatch(r"-?\d{1,10}", value):
            raise invalid(f"{name}: '{value}' is not an integer")
        value = int(value)
    elif schema["type"] == "boolean":
        if value not in ("true", "false"):
            raise invalid(f"{name}: '{value}' is not a boolean")
        value = value == "true"
    _refuse_first(faults_of(schema, value, name, "api"))
    return value


def check_body(operation: Operation, document: Any) -> None:
    """Refuse *document* with a 400 if it violates the description."""
    if operation.body is not None:
        _refuse_first(faults_of(operation.body, document, "body", operation.family))


def _refuse_first(faults: Iterator[str]) -> None:
    for fault in faults:
        raise invalid(fault)


def unknown_fields(operation: Operation, document: Any) -> list[str]:
    """Return top-level properties of the body that the description does not know."""
    schema = resolve(operation.body or {}, operation.family)
    rows = document if isinstance(document, list) else [document]
    if schema.get("type") == "array":
        schema = resolve(schema["items"], operation.family)
    known = schema.get("properties", {})
    return sorted({key for row in rows if isinstance(row, dict) for key in row if key not in known})


def resolve(schema: dict[str, Any], family: str) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = description()[family]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return found


def faults_of(schema: dict[str, Any], value: Any, where: str, family: str) -> Iterator[str]:
    """Yield a sentence for each thing in *value* that violates *schema*."""
    schema = resolve(schema, family)
    if "oneOf" in schema:
        schema = schema["oneOf"][0]
    kind = schema.get("type")
    if kind == "object" and "properties" not in schema:
        # A bare "object" is any value at all: its examples in the description are words.
        return
    if kind and not _is(kind, value):
        yield f"{where}: {json.dumps(value)[:80]} is not of type {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where}: {value!r} is not one of {schema['enum']}"
    if isinstance(value, str):
        yield from _text_faults(schema, value, where)
    elif isinstance(value, list):
        yield from _list_faults(schema, value, where, family)
    elif isinstance(value, dict):
        yield from _object_faults(schema, value, where, family)
    elif not isinstance(value, bool):
        yield from _number_faults(schema, value, where)


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, TYPES[kind])


def _text_faults(schema: dict[str, Any], value: str, where: str) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{where}: shorter than {schema['minLength']}"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{where}: longer than {schema['maxLength']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where}: does not match {schema['pattern']}"
    if schema.get("format") == "date-time" and not is_instant(value):
        yield f"{where}: {value[:40]!r} is not in yyyy-MM-ddThh:mm:ssZ format"
    if schema.get("format") == "email" and not EMAIL.fullmatch(value):
        yield f"{where}: {value[:80]!r} is not an email address"


def is_instant(text: str) -> bool:
    """Return whether *text* is an RFC 3339 date and time with an offset."""
    if not DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number_faults(schema: dict[str, Any], value: float, where: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{where}: less than {schema['minimum']}"
    limit = RANGES.get(schema.get("format", ""))
    if limit is not None and not -limit <= value < limit:
        yield f"{where}: outside of {schema['format']}"


def _list_faults(
    schema: dict[str, Any], value: list[Any], where: str, family: str
) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{where}: fewer than {schema['minItems']} items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{where}: more than {schema['maxItems']} items"
    if schema.get("uniqueItems") and len({json.dumps(each) for each in value}) < len(value):
        yield f"{where}: items repeat"
    for index, each in enumerate(value):
        yield from faults_of(schema["items"], each, f"{where}[{index}]", family)


def _object_faults(
    schema: dict[str, Any], value: dict[str, Any], where: str, family: str
) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{where}.{name}: is required"
    for name, sub in schema.get("properties", {}).items():
        if name in value:
            yield from faults_of(sub, value[name], f"{where}.{name}", family)
