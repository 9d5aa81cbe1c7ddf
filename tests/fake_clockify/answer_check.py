"""Checks an answer against the vendor's description together with the table of presence."""

from __future__ import annotations

from functools import cache
from typing import Any

# The library has no types of its own.
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.fake_clockify.presence import (
    ANSWERS,
    BESIDES,
    HYDRATED_INSTEAD_OF_IDS,
    HYDRATED_PERHAPS,
    OTHERWISE,
    PRESENCE,
)
from tests.fake_clockify.spec import Operation, description

Schema = dict[str, Any]
REF = "#/components/schemas/"
HYDRATED = "hydrated"


def faults_in(operation: Operation, document: Any, *, hydrated: bool = False) -> list[str]:
    """Return a sentence for each thing wrong with the answer of *operation*."""
    validator = _validator(operation.name, operation.family, hydrated)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@cache
def _validator(name: str, family: str, hydrated: bool) -> Draft202012Validator:
    operations = description()[family]["operations"]
    answer: Schema = next(each["answer"] for each in operations if each["operation"] == name)
    if name in ANSWERS:
        answer = {"$ref": REF + ANSWERS[name][0]}
    if hydrated and name in ("getTimeEntries", "getTimeEntry", "replaceMany"):
        entry = {"$ref": REF + HYDRATED}
        answer = entry if name == "getTimeEntry" else {"type": "array", "items": entry}
    return Draft202012Validator({**answer, "components": {"schemas": answer_schemas(family)}})


@cache
def answer_schemas(family: str) -> dict[str, Schema]:
    """Return the described schemas in the form that an answer must fulfil."""
    schemas = description()[family]["schemas"]
    made = {name: _strict(name, schema) for name, schema in schemas.items()}
    if "TimeEntryDtoV1" in made:
        made[HYDRATED] = _hydrated(made["TimeEntryWithRatesDtoV1"])
    return made


def _strict(name: str, schema: Schema) -> Schema:
    if "oneOf" in schema:
        word: Schema = schema["oneOf"][0]
        return word
    lines = {
        field: line.rule
        for line in PRESENCE
        if line.schema == name
        for field in line.fields.split()
    }
    properties = dict(schema.get("properties", {}))
    properties |= {field: told for field, (told, _) in OTHERWISE.get(name, {}).items()}
    strict = {field: _property(told, lines.get(field)) for field, told in properties.items()}
    strict |= {field: told for field, (told, _) in BESIDES.get(name, {}).items()}
    return {
        "type": "object",
        "properties": strict,
        "required": [field for field, rule in lines.items() if rule != "optional"],
        "additionalProperties": False,
    }


def _property(told: Schema, rule: str | None) -> Schema:
    if told.get("type") == "object" and "properties" not in told:
        # A bare "object" is any value: a custom field may hold a word, a number or a list.
        return {} if rule == "nullable" else {"not": {"type": "null"}}
    return {"anyOf": [told, {"type": "null"}]} if rule == "nullable" else told


def _hydrated(entry: Schema) -> Schema:
    """Return an entry with objects in place of ids (README: Entries)."""
    kept = {
        field: told
        for field, told in entry["properties"].items()
        if field not in HYDRATED_INSTEAD_OF_IDS
    }
    kept["project"] = {"anyOf": [{"$ref": REF + "ProjectDtoImplV1"}, {"type": "null"}]}
    kept["task"] = {"anyOf": [{"$ref": REF + "TaskDtoV1"}, {"type": "null"}]}
    kept["tags"] = {"type": "array", "items": {"$ref": REF + "TagDtoV1"}}
    return {**entry, "properties": kept, "required": sorted(set(kept) - set(HYDRATED_PERHAPS))}
