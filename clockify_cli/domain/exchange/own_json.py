"""Our own JSON: an array of entries with Clockify's names of fields."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange import lines
from clockify_cli.domain.exchange.moments import read_instant
from clockify_cli.domain.exchange.rows import MOST_ROWS, BadCell, ImportedEntry, WrongLine
from clockify_cli.errors import UsageError

_HINT = "`clockify export --format json` shows what an array of entries looks like."

JsonObject = dict[str, Any]


def looks_like_json(text: str) -> bool:
    """Whether *text* begins as a JSON array or object does."""
    return text.lstrip()[:1] in ("[", "{")


def read_json(text: str, zone: ZoneInfo) -> tuple[list[ImportedEntry], list[WrongLine]]:
    """The entries in *text*; UsageError where it is no array of them. A lone object counts as one.

    The numbers of lines are those of the entries, from 1.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UsageError(
            f"the JSON is not sound at line {error.lineno}, column {error.colno}: {error.msg}",
            _HINT,
        ) from None
    except (RecursionError, ValueError):
        raise UsageError(
            "the JSON is nested too deeply or holds an endless number", _HINT
        ) from None
    items = [document] if isinstance(document, dict) else document
    if not isinstance(items, list):
        raise UsageError("the JSON is no array of entries", _HINT)
    if len(items) > MOST_ROWS:
        raise UsageError(f"the file has more than {MOST_ROWS} entries", "Import it in parts.")
    return lines.read_lines(
        enumerate(items, 1), lambda numbered: numbered[0], lambda numbered: _entry(*numbered, zone)
    )


def _entry(number: int, item: object, zone: ZoneInfo) -> ImportedEntry:
    if not isinstance(item, dict):
        raise BadCell("it is no JSON object")
    interval = item.get("timeInterval")
    if not isinstance(interval, dict):
        raise BadCell('it has no "timeInterval"')
    if interval.get("end") is None:
        raise BadCell("it has no end: a running timer is not imported")
    start = read_instant(_text(interval, "start"), zone)
    end = read_instant(_text(interval, "end"), zone)
    original = lines.ids((_text(item, "id"), _text(item, "localId")))
    lines.check_span(start, end, zone, recorded=bool(original))
    project = lines.name(_text(item, "projectName"), "project")
    task = lines.name(_text(item, "taskName"), "task")
    lines.check_task(task, project)
    return ImportedEntry(
        line=number,
        start=start,
        end=end,
        description=lines.description(_text(item, "description")),
        client=lines.name(_text(item, "clientName"), "client"),
        project=project,
        task=task,
        tags=lines.tags(_tag_names(item)),
        billable=_billable(item),
        type=lines.entry_type(_text(item, "type")),
        original=original,
    )


def _text(item: JsonObject, field: str) -> str:
    value = item.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadCell(f'"{field}" is no text')
    return value


def _billable(item: JsonObject) -> bool | None:
    value = item.get("billable")
    if value is not None and not isinstance(value, bool):
        raise BadCell('"billable" is neither true nor false')
    return value


def _tag_names(item: JsonObject) -> list[str]:
    given = item.get("tags") or []
    if not isinstance(given, list):
        raise BadCell('"tags" is no array')
    return [_tag_name(tag) for tag in given]


def _tag_name(tag: object) -> str:
    named = tag.get("name") if isinstance(tag, dict) else tag
    if not isinstance(named, str):
        raise BadCell('a tag has no "name"')
    return named
