"""Turn JSON entries into a table: from the API, a report, `export` or another client.

Objects within an entry become columns with dotted names (``timeInterval.start``, ``project.name``),
so the same headings work as in a CSV file. Tags become two columns, names and ids. An entry with
something else than text in a text field becomes a fault.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clockify_cli.domain.exchange.cells import join_names
from clockify_cli.domain.exchange.dialects import day_place, is_sheet
from clockify_cli.domain.exchange.rows import MOST_ROWS, BadCell, read_each
from clockify_cli.domain.exchange.table import Table, TableRow
from clockify_cli.domain.exchange.vocabulary import (
    CUSTOM,
    START,
    START_DATE,
    START_TIME,
    TAG_PAIRS,
    field_of,
    word_key,
)
from clockify_cli.domain.names import is_id
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError

JSON_HINT = "`clockify export --format json` shows what an array of entries looks like."
_DEEPEST = 4
_WORK = {"project", "client", "task", "description"}
_FLAGS = ("billable", "isbillable", "break", "isbreak")
_CUSTOM = ("customFieldValues", "customFields")
_LENGTHS = ("duration", "timeinterval.duration")
_INTERVAL = "timeinterval"

JsonObject = dict[str, Any]
Cells = dict[str, str]


def looks_like_json(text: str) -> bool:
    """Return whether *text* begins like a JSON array or object."""
    return text.lstrip()[:1] in ("[", "{")


def read_objects(document: object) -> tuple[Table, int]:
    """Return the entries in *document* as a table, numbered from 1, and a report's total count.

    UsageError if it contains no array of entries. A single object counts as one entry.
    """
    items, counted = _entries(document)
    if len(items) > MOST_ROWS:
        raise UsageError(f"the file has more than {MOST_ROWS} entries", "Import it in parts.")
    rows, faults = read_each(enumerate(items, 1), _cells)
    header = dict.fromkeys(name for _, cells in rows for name in cells)
    if day_place(tuple(header)) is not None:
        # Entries of a day may also have fields for times of day, which say nothing.
        filled = {name for _, cells in rows for name, cell in cells.items() if cell}
        header = {name: None for name in header if name in filled}

    def each() -> Iterator[TableRow]:
        return ((number, [cells.get(name, "") for name in header]) for number, cells in rows)

    return Table(tuple(header), each, faults=faults, guarded=False), counted


def parsed(text: str) -> object:
    """Parse *text* as JSON, or as one document per line (returned as an array); else UsageError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (lines := _lines(text)):
            return lines
        raise UsageError(
            f"the JSON is not valid at line {error.lineno}, column {error.colno}: {error.msg}",
            JSON_HINT,
        ) from None
    except (RecursionError, ValueError):
        raise UsageError(
            "the JSON is nested too deeply or holds an endless number", JSON_HINT
        ) from None


def _lines(text: str) -> list[object]:
    """Return the documents in *text*, one per line; empty if any line is not a document."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (RecursionError, ValueError):
        return []


def _entries(document: object) -> tuple[list[object], int]:
    if isinstance(document, list):
        return _inner(document) or document, 0
    if not isinstance(document, dict):
        raise UsageError("the JSON is not an array of entries", JSON_HINT)
    found = list(_arrays(document))
    # An envelope may also have a start and an end, but nothing that was worked on.
    if _is_entry(document) and (not found or _WORK.intersection(map(field_of, document))):
        return [document], 0
    if len(found) == 1:
        return found[0], _count(document)
    if found:
        raise UsageError(
            "the JSON holds several arrays of entries", "Give a file with one of them."
        )
    raise UsageError("the JSON holds no time entries", JSON_HINT)


def _inner(document: list[object]) -> list[object]:
    """Return the entries that objects of *document* group by their work, each with that work."""
    if any(map(_is_entry, document)):
        return []
    return [
        {**{name: value for name, value in group.items() if value is not found}, **one}
        for group in document
        if isinstance(group, dict)
        for found in group.values()
        if isinstance(found, list) and any(map(_is_entry, found))
        for one in found
        if isinstance(one, dict)
    ]


def _is_entry(item: object) -> bool:
    """Return whether *item* has a start, or the times of an entry in a nested object, or a day and
    a length beside something that was worked on."""
    if not isinstance(item, dict):
        return False
    fields = set(map(field_of, item))
    timed = bool(fields & {START, START_DATE, START_TIME}) or _INTERVAL in map(word_key, item)
    return timed or (bool(fields & _WORK) and is_sheet(tuple(item)))


def _arrays(document: JsonObject, depth: int = 0) -> Iterator[list[object]]:
    """Yield the arrays of entries anywhere in *document*; also an empty one of a report."""
    for name, value in document.items():
        if isinstance(value, list):
            if any(map(_is_entry, value)) or (not value and word_key(name) == "timeentries"):
                yield value
        elif isinstance(value, dict) and depth < _DEEPEST:
            yield from _arrays(value, depth + 1)


def _count(document: JsonObject) -> int:
    """Return how many entries the totals of a report count; the file may contain only one page."""
    totals = document.get("totals")
    first = totals[0] if isinstance(totals, list) and totals else None
    count = first.get("entriesCount") if isinstance(first, dict) else None
    return count if isinstance(count, int) else 0


def _cells(item: object) -> Cells:
    if not isinstance(item, dict):
        raise BadCell("it is not a JSON object")
    for name, value in item.items():
        if word_key(name) == _INTERVAL and not isinstance(value, dict):
            raise BadCell(f'it has no "{name}"')
    return dict(_flat(item, ""))


def _flat(item: JsonObject, before: str) -> Iterator[tuple[str, str]]:
    for key, value in item.items():
        name = f"{before}{key}"
        if not before and field_of(key) == "tags":
            yield from _tags(name, value)
        elif name in _CUSTOM and isinstance(value, list):
            yield from _custom_values(value)
        elif isinstance(value, dict) and before.count(".") < _DEEPEST:
            yield from _flat(value, f"{name}.")
        elif isinstance(value, (dict, list)):
            yield name, _listed(name, value)
        else:
            yield name, _scalar(name, value)


def _custom_values(given: list[object]) -> Iterator[tuple[str, str]]:
    """Yield the custom fields that have a value, as one cell."""
    found = [_custom_value(one) for one in given]
    filled = [one for one in found if one[2] not in (None, "", [])]
    if filled:
        yield CUSTOM, json.dumps(filled)


def _custom_value(given: object) -> tuple[str, str, object]:
    if not isinstance(given, dict):
        raise BadCell("a custom field is not a JSON object")
    id_, name = given.get("customFieldId") or "", given.get("name") or ""
    if not isinstance(id_, str) or not isinstance(name, str) or not (id_ or name):
        raise BadCell("a custom field has no id and no name")
    return id_.lower(), name, given.get("value")


def _scalar(name: str, value: object) -> str:
    if value is None:
        return ""
    if name.lower() in _FLAGS and not _is_flag(value):
        raise BadCell(f'"{name}" is neither true nor false')
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(name, value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool) or value in ("true", "false")


def _number(name: str, value: object) -> str:
    """Return a number as text if it is a duration in seconds; no other field is a number."""
    if word_key(name) in _LENGTHS:
        return f"{value}s"
    if name.rpartition(".")[2] in _TEXTS:
        raise BadCell(f'"{name.rpartition(".")[2]}" is not text')
    return str(value)


_TEXTS = frozenset(
    {
        *("client", "clientName", "project", "projectName", "task", "taskName", "name"),
        *("description", "start", "end", "localId", "type"),
    }
)
"""The last parts of field names whose value is text or null."""


def _listed(name: str, value: object) -> str:
    """Return an array as a cell: ids as a list; of others only that it is not empty."""
    if (
        word_key(name) == "tagids"
        and isinstance(value, list)
        and all(isinstance(id_, str) for id_ in value)
    ):
        return " ".join(value)
    return json.dumps(value) if value else ""


def _tags(name: str, given: object) -> Iterator[tuple[str, str]]:
    """Yield the names and the ids in the array *name* of tags, as two cells.

    A missing name is the id. A text is passed on like a cell of a table.
    """
    if isinstance(given, str):
        yield name, given
        return
    if given is not None and not isinstance(given, list):
        raise BadCell(f'"{quoted(name)}" is not an array')
    pairs = [_tag(tag) for tag in given or ()]
    yield name, join_names(name or id_ for name, id_ in pairs)
    if any(id_ for _, id_ in pairs):
        yield TAG_PAIRS, " ".join(id_ or "-" for _, id_ in pairs)


def _tag(tag: object) -> tuple[str, str]:
    if isinstance(tag, str):
        return ("", tag) if is_id(tag) else (tag, "")
    found = {word_key(name): value for name, value in tag.items()} if isinstance(tag, dict) else {}
    named, id_ = found.get("name"), found.get("id") or ""
    if not isinstance(named, str) and not (named is None and isinstance(id_, str) and id_):
        raise BadCell('a tag has no "name"')
    return named or "", id_ if isinstance(id_, str) else ""


def written_list(text: str) -> list[object] | None:
    """Return the list that a program wrote as *text*, in JSON or in Python; None if it is not one.

    Only texts and objects are read; nothing is computed.
    """
    import ast

    for parse in (json.loads, ast.literal_eval):
        try:
            found = parse(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, list) and all(isinstance(one, (str, dict)) for one in found):
            return found
    return None


def tag_pairs(given: list[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and the ids of a list of tags; no ids if none has one."""
    pairs = [_tag(tag) for tag in given]
    names = tuple(name or id_ for name, id_ in pairs)
    return names, tuple(id_ for _, id_ in pairs) if any(id_ for _, id_ in pairs) else ()
