"""Which fields the rows of each command have, and which of them a pipe gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.show.as_json import (
    Json,
    change_json,
    custom_fields_json,
    entry_json,
    interval_json,
    item_json,
    setting_json,
    status_json,
)
from clockify_cli.show.records import Field, RowShape

if TYPE_CHECKING:
    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.show.list_rows import ChangeRow, ItemRow, SettingRow
    from clockify_cli.show.log_view import EntryRow
    from clockify_cli.show.look import Look
    from clockify_cli.show.views import StatusView

Row = TypeVar("Row")


def _tags_json(entry: TimeEntry, look: Look) -> Json:
    return entry_json(entry, look.now)["tags"]


def _tag_ids(entry: TimeEntry, _: Look) -> tuple[str, ...]:
    return tuple(tag.server_id for tag in entry.tags if tag.server_id)


_TIME_ENTRY: tuple[Field[TimeEntry], ...] = (
    Field("id", "text", lambda entry, _: entry.key, lambda entry, _: entry.server_id),
    Field("localId", "text", lambda entry, _: entry.local_id),
    Field("start", "moment", lambda entry, _: entry.start),
    Field("end", "moment", lambda entry, _: entry.end),
    Field("duration", "length", lambda entry, look: entry.seconds(look.now)),
    Field("elapsed", "length", lambda entry, look: entry.seconds(look.now)),
    Field("seconds", "number", lambda entry, look: entry.seconds(look.now)),
    Field("durationSeconds", "number", lambda entry, look: entry.seconds(look.now)),
    Field("timeInterval", "json", lambda entry, _: interval_json(entry)),
    Field("date", "text", lambda entry, look: look.local(entry.start).date().isoformat()),
    Field("client", "text", lambda entry, _: _client_name(entry)),
    Field("clientName", "text", lambda entry, _: _client_name(entry)),
    Field("project", "text", lambda entry, _: entry.project.label if entry.project else None),
    Field("projectId", "text", lambda entry, _: entry.project.server_id if entry.project else None),
    Field("projectName", "text", lambda entry, _: entry.project.name if entry.project else None),
    Field("task", "text", lambda entry, _: entry.task.name if entry.task else None),
    Field("taskId", "text", lambda entry, _: entry.task.server_id if entry.task else None),
    Field("taskName", "text", lambda entry, _: entry.task.name if entry.task else None),
    Field("description", "text", lambda entry, _: entry.description),
    Field("tags", "names", lambda entry, _: tuple(tag.name for tag in entry.tags), _tags_json),
    Field("tagIds", "names", _tag_ids),
    Field("billable", "flag", lambda entry, _: entry.billable),
    Field("type", "text", lambda entry, _: entry.type),
    Field("isLocked", "flag", lambda entry, _: entry.locked),
    Field("customFieldValues", "json", lambda entry, _: custom_fields_json(entry)),
    Field("workspaceId", "text", lambda entry, _: entry.workspace_id),
    Field("userId", "text", lambda entry, _: entry.user_id),
    Field("syncState", "text", lambda entry, _: entry.sync_state),
    Field("state", "text", lambda entry, _: entry.sync_state),
)


def _client_name(entry: TimeEntry) -> str | None:
    client = entry.project.client if entry.project else None
    return client.name if client else None


def _of_entry(entry_of: Callable[[Row], TimeEntry | None]) -> tuple[Field[Row], ...]:
    """The fields of a time entry as fields of a row that holds one, or None."""
    return tuple(_lift(field, entry_of) for field in _TIME_ENTRY)


def _lift(field: Field[TimeEntry], entry_of: Callable[[Row], TimeEntry | None]) -> Field[Row]:
    inner = field.data

    def value(row: Row, look: Look) -> object:
        entry = entry_of(row)
        return None if entry is None else field.value(entry, look)

    def data(row: Row, look: Look) -> Json:
        entry = entry_of(row)
        return None if entry is None or inner is None else inner(entry, look)

    return Field(field.name, field.kind, value, data if inner else None)


ENTRIES: RowShape[EntryRow] = RowShape(
    fields=(
        *_of_entry(lambda row: row.entry),
        Field("number", "number", lambda row, _: row.number),
    ),
    columns=(
        "id",
        "start",
        "end",
        "seconds",
        "project",
        "task",
        "description",
        "tags",
        "billable",
        "state",
    ),
    written=(
        "id",
        "start",
        "end",
        "duration",
        "project",
        "task",
        "description",
        "tags",
        "billable",
        "state",
    ),
    document=lambda row, look: entry_json(row.entry, look.now),
)

EXPORT_COLUMNS = (
    "id",
    "start",
    "end",
    "seconds",
    "clientName",
    "projectName",
    "taskName",
    "description",
    "tags",
    "billable",
    "type",
)
"""What a file needs so that reading it gives the same entries again."""

STATUS: RowShape[StatusView] = RowShape(
    fields=(
        Field("running", "flag", lambda view, _: view.entry is not None),
        Field("todaySeconds", "number", lambda view, _: view.today_seconds),
        Field("today", "length", lambda view, _: view.today_seconds),
        Field("dueSeconds", "number", lambda view, _: view.due_seconds),
        Field("pending", "number", lambda view, _: view.pending),
        Field("asOf", "moment", lambda view, _: view.as_of),
        *_of_entry(lambda view: view.entry),
    ),
    columns=("running", "id", "start", "seconds", "project", "description", "todaySeconds"),
    written=("running", "id", "start", "duration", "project", "description", "today"),
    document=lambda view, _: status_json(view),
)

_ITEM_START: tuple[Field[ItemRow], ...] = (
    Field("id", "text", lambda row, _: row.item.key, lambda row, _: row.item.server_id),
    Field("localId", "text", lambda row, _: row.item.local_id),
    Field("name", "text", lambda row, _: row.item.name),
)
_ITEM_END: tuple[Field[ItemRow], ...] = (
    Field("archived", "flag", lambda row, _: row.item.archived),
    Field("workspaceId", "text", lambda row, _: row.item.workspace_id),
)
_BILLABLE: Field[ItemRow] = Field("billable", "flag", lambda row, _: row.item.billable)


def _item_document(row: ItemRow, _: Look) -> Json:
    return item_json(row)


CLIENTS: RowShape[ItemRow] = RowShape(
    fields=(*_ITEM_START, *_ITEM_END),
    columns=("id", "name", "archived"),
    document=_item_document,
)
TAGS = CLIENTS

PROJECTS: RowShape[ItemRow] = RowShape(
    fields=(
        *_ITEM_START,
        Field("project", "text", lambda row, _: row.label),
        Field("client", "text", lambda row, _: row.client.name if row.client else None),
        Field("clientId", "text", lambda row, _: row.client.server_id if row.client else None),
        Field("clientName", "text", lambda row, _: row.client.name if row.client else None),
        _BILLABLE,
        *_ITEM_END,
    ),
    columns=("id", "name", "client", "billable", "archived"),
    document=_item_document,
)

TASKS: RowShape[ItemRow] = RowShape(
    fields=(
        *_ITEM_START,
        Field("project", "text", lambda row, _: row.project.label if row.project else None),
        Field("projectId", "text", lambda row, _: row.project.server_id if row.project else None),
        Field("projectName", "text", lambda row, _: row.project.name if row.project else None),
        _BILLABLE,
        Field("status", "text", lambda row, _: "DONE" if row.item.archived else "ACTIVE"),
        *_ITEM_END,
    ),
    columns=("id", "name", "project", "billable", "archived"),
    document=_item_document,
)

CHANGES: RowShape[ChangeRow] = RowShape(
    fields=(
        Field("number", "number", lambda row, _: row.number),
        Field("at", "moment", lambda row, _: row.at),
        Field("verb", "text", lambda row, _: row.verb),
        Field("summary", "text", lambda row, _: row.summary),
        Field("state", "text", lambda row, _: row.state),
        Field("undone", "flag", lambda row, _: row.undone),
    ),
    columns=("number", "at", "verb", "summary", "state", "undone"),
    document=lambda row, _: change_json(row),
)

SETTINGS: RowShape[SettingRow] = RowShape(
    fields=(
        Field("key", "text", lambda row, _: row.key),
        Field("value", "text", lambda row, _: row.value),
        Field("origin", "text", lambda row, _: row.origin),
    ),
    columns=("key", "value", "origin"),
    document=lambda row, _: setting_json(row),
)
