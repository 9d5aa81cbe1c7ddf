"""JSON for scripts: Clockify's field names, plus our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import PLAIN, ProjectRef, Ref, plain_of
from clockify_cli.domain.time.durations import iso_duration

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import ChangeResult, Item, TimeEntry
    from clockify_cli.domain.money import Amount
    from clockify_cli.domain.status import Status
    from clockify_cli.errors import ClockifyError
    from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
JsonObject = dict[str, Json]


def dumps(document: Json, *, indent: int | None = None) -> str:
    r"""Return *document* in pure ASCII: controls and lone surrogates become ``\uXXXX``."""
    import json

    # DEL is ASCII, so it is not escaped by default; a terminal may act on it.
    return json.dumps(document, indent=indent, allow_nan=False).replace("\x7f", "\\u007f")


def array_lines(documents: Iterable[Json]) -> Iterable[str]:
    """Yield the lines of one JSON array with a line for each of *documents*."""
    opening = "["
    for document in documents:
        yield f"{opening}\n{dumps(document)}"
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def object_lines(documents: Iterable[Json]) -> Iterable[str]:
    """Yield a line for each of *documents*: newline-delimited JSON."""
    for document in documents:
        yield f"{dumps(document)}\n"


def utc_text(at: datetime) -> str:
    """Return *at* (aware UTC) as Clockify writes it: 2026-11-24T09:00:00Z."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def entry_json(entry: TimeEntry, now: datetime) -> JsonObject:
    """Return *entry* with Clockify's field names; a timer counts up to *now* (aware UTC)."""
    project, task = entry.project, entry.task
    client = project.client if project else None
    return {
        "id": entry.server_id,
        "localId": entry.local_id,
        **plain_of(entry),
        "projectId": project.server_id if project else None,
        "projectName": project.name if project else None,
        "clientName": client.name if client else None,
        "taskId": task.server_id if task else None,
        "taskName": task.name if task else None,
        "tagIds": [tag.server_id for tag in entry.tags if tag.server_id],
        "tags": [{"id": tag.server_id, "name": tag.name} for tag in entry.tags],
        "billable": entry.billable,
        "timeInterval": interval_json(entry),
        "durationSeconds": entry.seconds(now),
        "type": entry.type,
        "isLocked": entry.locked,
        "customFieldValues": custom_fields_json(entry),
        "workspaceId": entry.workspace_id,
        "userId": entry.user_id,
        "syncState": entry.sync_state,
    }


def favorite_json(entry: TimeEntry) -> JsonObject:
    """Return the favorite whose name is the id of *entry*: what it starts, without times."""
    shown = entry_json(entry, entry.start)
    kept = (*PLAIN, "projectId", "projectName", "clientName", "taskId", "taskName")
    more = ("tagIds", "tags", "billable", "type")
    return {"name": entry.local_id, **{key: shown[key] for key in (*kept, *more)}}


def interval_json(entry: TimeEntry) -> JsonObject:
    """Return start, end and duration; the last two are null while the timer runs."""
    end = entry.end
    return {
        "start": utc_text(entry.start),
        "end": utc_text(end) if end else None,
        "duration": iso_duration(entry.seconds(end)) if end else None,
    }


def custom_fields_json(entry: TimeEntry) -> Json:
    """Return the values of the custom fields, as the store keeps them."""
    import json

    values: Json = json.loads(entry.custom_fields)
    return values


def type_seconds_json(name: str, of_types: Mapping[str, Json]) -> JsonObject:
    """Return the irregular time in a total as the field *name*; empty if there is none."""
    return {name: dict(of_types)} if of_types else {}


def amounts_json(amounts: Iterable[Amount]) -> Json:
    """Return the amount in each currency, as a decimal."""
    return [{"currency": amount.currency, "amount": amount.text} for amount in amounts]


def status_json(view: Status) -> JsonObject:
    """Return the running timer and today's total."""
    entry = view.entry
    types = type_seconds_json("todayTypeSeconds", view.of_types)
    return {
        "running": entry is not None,
        "entry": entry_json(entry, view.as_of) if entry else None,
        "todaySeconds": view.today_seconds,
        **types,
        "dueSeconds": view.due_seconds,
        "pending": view.pending,
        **({"plannedEnd": utc_text(view.planned_end)} if view.planned_end else {}),
        "asOf": utc_text(view.copied or view.as_of),
    }


def item_json(row: ItemRow) -> JsonObject:
    """Return a client, project, task or tag with Clockify's field names."""
    item = row.item
    named: JsonObject = {"id": item.server_id, "localId": item.local_id, "name": item.name}
    if item.kind == "project":
        named["clientId"] = row.client.server_id if row.client else None
        named["clientName"] = row.client.name if row.client else None
        named["billable"] = item.billable
    if item.kind == "task":
        named["projectId"] = row.project.server_id if row.project else None
        named["projectName"] = row.project.name if row.project else None
        named["billable"] = item.billable
        named["status"] = "DONE" if item.archived else "ACTIVE"
    return {**named, "archived": item.archived, "workspaceId": item.workspace_id}


def _items_json(change: ChangeResult, items: Sequence[Item]) -> list[JsonObject]:
    """Return *items* of *change*, each with what it belongs to."""
    if not items:
        return []
    from clockify_cli.show.rows.list_rows import ItemRow

    known = {each.local_id: each for each in (*change.owners, *change.created, *change.matched)}
    clients = {id_: Ref(id_, each.server_id, each.name) for id_, each in known.items()}
    projects = {
        id_: ProjectRef(id_, each.server_id, each.name, clients.get(each.client or ""))
        for id_, each in known.items()
    }
    return [
        item_json(ItemRow(item, clients.get(item.client or ""), projects.get(item.project or "")))
        for item in items
    ]


def error_json(error: ClockifyError, warnings: Sequence[str] = ()) -> JsonObject:
    """Return an error for a script; details and *warnings* only if there are any."""
    said: JsonObject = {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "exit": error.exit_code,
    }
    if error.details:
        said["details"] = list(error.details)
    if warnings:
        said["warnings"] = list(warnings)
    return {"error": said}


def change_json(row: ChangeRow) -> JsonObject:
    """Return a change made here."""
    return {
        "number": row.number,
        "at": utc_text(row.at),
        "verb": row.verb,
        "summary": row.summary,
        "state": row.state,
        "undone": row.undone,
    }


def changed_json(change: ChangeResult, now: datetime) -> Json:
    """Return what a command that changed something prints: the result, or an array of several.

    Undo, redo and import also report what they did, because they may leave no result.
    """
    entries = [entry_json(entry, now) for entry in change.entries]
    created = _items_json(change, change.created)
    if change.verb in ("undo", "redo", "import", "send-local", "decide"):
        report: JsonObject = {
            "verb": change.verb,
            "changeId": change.change_id,
            "summary": change.summary,
            "dryRun": change.dry_run,
            "entries": entries,
            "created": created,
        }
        if change.verb == "send-local":
            report["matched"] = _items_json(change, change.matched)
        return report
    changed = _items_json(change, change.items)
    named = [*created, *_items_json(change, change.matched)]
    results = changed or (named if change.verb == "make" else entries)
    return results[0] if len(results) == 1 else results
