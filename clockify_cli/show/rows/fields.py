"""The fields of each kind of row, which ones a pipe gets, and how each is formatted.

The names are used in ``--fields`` and in the headings of CSV and Markdown. They are the JSON names
of the row, plus a few for the same values as a person reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Literal, TypeVar, cast

from clockify_cli.domain.entry import PLAIN, PlainFields
from clockify_cli.domain.exchange.cells import guard, join_names
from clockify_cli.domain.terminal_text import clean, clean_line, quoted
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.errors import UsageError
from clockify_cli.show.formats.json import (
    Json,
    change_json,
    custom_fields_json,
    dumps,
    entry_json,
    favorite_json,
    interval_json,
    item_json,
    status_json,
)
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.entry import Kind, TimeEntry
    from clockify_cli.domain.status import Status
    from clockify_cli.show.drawn.log_view import EntryRow
    from clockify_cli.show.rows.list_rows import ChangeRow, ItemRow

AnyRow = TypeVar("AnyRow")

FieldKind = Literal["text", "number", "flag", "moment", "length", "names", "json"]
"""How a value is shown. *moment* is aware UTC, *length* whole seconds; any may be None."""


@dataclass(frozen=True, slots=True)
class Field(Generic[AnyRow]):
    """One field of a row. *data* returns the JSON value if that differs from *value*.

    *missing* is shown to a person if there is no value, such as ``(no project)``.
    """

    name: str
    kind: FieldKind
    value: Callable[[AnyRow, TimeFormat], object]
    data: Callable[[AnyRow, TimeFormat], Json] | None = None
    missing: Callable[[AnyRow], str] | None = None

    @property
    def numeric(self) -> bool:
        """Whether its column is right-aligned."""
        return self.kind in ("number", "length")


@dataclass(frozen=True, slots=True)
class RowSchema(Generic[AnyRow]):
    """A kind of row: its *fields*, the default fields, and the whole row as JSON.

    *written* are the *columns* of a document (CSV, Markdown), with lengths formatted for people.
    """

    fields: tuple[Field[AnyRow], ...]
    columns: Sequence[str]
    document: Callable[[AnyRow, TimeFormat], Json]
    written: Sequence[str] = ()

    def default_fields(self) -> tuple[Field[AnyRow], ...]:
        """The fields of a row in a pipe or a table."""
        return self._named(self.columns)

    def written_fields(self) -> tuple[Field[AnyRow], ...]:
        """The fields of a row in CSV or Markdown."""
        return self._named(self.written or self.columns)

    def pick(self, names: Sequence[str]) -> tuple[Field[AnyRow], ...]:
        """Return the fields called *names*, in order; UsageError suggests a similar known name."""
        known = {field.name for field in self.fields}
        for name in names:
            if name not in known:
                raise self._unknown(name)
        return self._named(names)

    def as_json(
        self, row: AnyRow, times: TimeFormat, fields: Sequence[Field[AnyRow]] | None
    ) -> Json:
        """Return the chosen *fields* of *row* as an object, in that order; None: all of it."""
        if not fields:
            return self.document(row, times)
        return {field.name: json_value(field, row, times) for field in fields}

    def _named(self, names: Sequence[str]) -> tuple[Field[AnyRow], ...]:
        by_name = {field.name: field for field in self.fields}
        return tuple(by_name[name] for name in names)

    def _unknown(self, name: str) -> UsageError:
        from clockify_cli.domain.names import near

        names = [field.name for field in self.fields]
        nearest = near(name, names)
        meant = f"Did you mean {' or '.join(nearest)}?\n" if nearest else ""
        return UsageError(f'no field named "{quoted(name)}"', f"{meant}Fields: {', '.join(names)}.")


def split_fields(text: str) -> list[str]:
    """Return the names in ``A,B``; UsageError if there is none."""
    names = [name for name in map(str.strip, text.split(",")) if name]
    if not names:
        raise UsageError("no field is named", "Write --fields start,duration,description.")
    return names


def tsv_cell(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Return the value for a script: RFC 3339, whole seconds, raw ids; no tabs or line breaks."""
    value = field.value(row, times)
    if field.kind == "length":
        return "" if value is None else str(value)
    return clean_line(_plain(field.kind, value, times))


def csv_cell(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Return the value for a spreadsheet: as in TSV, with durations as *times* writes them."""
    text = clean(_for_people(field, row, times))
    return guard(text) if field.kind in ("text", "names", "json") else text


def human_cell(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Return the value for a person to read in a table, on one line and clean."""
    value = field.value(row, times)
    if isinstance(value, datetime):
        return times.table_moment(value)
    if field.kind == "flag":
        return "" if value is None else "yes" if value else "no"
    return clean_line(_for_people(field, row, times))


def human_value(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Return the value for a person's own text: like `human_cell`, with a date only if not today.

    Empty if there is no value and no word for that.
    """
    value = field.value(row, times)
    if isinstance(value, datetime):
        return times.moment_text(value)
    if value is None and field.missing is None:
        return ""
    return human_cell(field, row, times)


def markdown_cell(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Like `human_cell`, by a 24-hour clock."""
    value = field.value(row, times)
    if isinstance(value, datetime):
        return f"{times.local(value):%Y-%m-%d %H:%M}"
    return human_cell(field, row, times)


def json_value(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> Json:
    """Return the value for JSON; moments are RFC 3339 with offset, lengths whole seconds."""
    if field.data is not None:
        return field.data(row, times)
    value = field.value(row, times)
    if isinstance(value, datetime):
        return offset_text(value, times.zone)
    return list(value) if isinstance(value, tuple) else cast(Json, value)


def _for_people(field: Field[AnyRow], row: AnyRow, times: TimeFormat) -> str:
    """Return the value as text, or the field's word for a missing value."""
    value = field.value(row, times)
    if value is None and field.missing is not None:
        return field.missing(row)
    return _plain(field.kind, value, times)


def _plain(kind: FieldKind, value: object, times: TimeFormat) -> str:
    """Return *value* as text that is not cleaned yet; empty for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return offset_text(value, times.zone)
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "length":
        return times.length(cast(int, value))
    if kind == "names":
        return join_names(cast(tuple[str, ...], value))
    return dumps(cast(Json, value)) if kind == "json" else str(value)


def _plain_field(name: str) -> Field[TimeEntry]:
    return Field(
        name, _KINDS[type(getattr(PlainFields(), name))], lambda entry, _: getattr(entry, name)
    )


_KINDS: dict[type, FieldKind] = {str: "text", bool: "flag", int: "number"}
_TIME_ENTRY: tuple[Field[TimeEntry], ...] = (
    Field("id", "text", lambda entry, _: entry.key, lambda entry, _: entry.server_id),
    Field("localId", "text", lambda entry, _: entry.local_id),
    Field("start", "moment", lambda entry, _: entry.start),
    Field("end", "moment", lambda entry, _: entry.end),
    Field("duration", "length", lambda entry, times: entry.seconds(times.now)),
    Field("elapsed", "length", lambda entry, times: entry.seconds(times.now)),
    Field("seconds", "number", lambda entry, times: entry.seconds(times.now)),
    Field("durationSeconds", "number", lambda entry, times: entry.seconds(times.now)),
    Field("timeInterval", "json", lambda entry, _: interval_json(entry)),
    Field("date", "text", lambda entry, times: times.local(entry.start).date().isoformat()),
    Field("client", "text", lambda entry, _: _client_name(entry)),
    Field("clientName", "text", lambda entry, _: _client_name(entry)),
    Field("project", "text", lambda entry, _: entry.project.label if entry.project else None),
    Field("projectId", "text", lambda entry, _: entry.project.server_id if entry.project else None),
    Field("projectName", "text", lambda entry, _: entry.project.name if entry.project else None),
    Field("task", "text", lambda entry, _: entry.task.name if entry.task else None),
    Field("taskId", "text", lambda entry, _: entry.task.server_id if entry.task else None),
    Field("taskName", "text", lambda entry, _: entry.task.name if entry.task else None),
    *map(_plain_field, PLAIN),
    Field(
        "tags",
        "names",
        lambda entry, _: tuple(tag.name for tag in entry.tags),
        lambda entry, times: entry_json(entry, times.now)["tags"],
    ),
    Field(
        "tagIds",
        "names",
        lambda entry, _: tuple(tag.server_id for tag in entry.tags if tag.server_id),
    ),
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


def _of_entry(entry_of: Callable[[AnyRow], TimeEntry | None]) -> tuple[Field[AnyRow], ...]:
    """Return the fields of a time entry as fields of a row that holds one, or None."""
    return tuple(_lift(field, entry_of) for field in _TIME_ENTRY)


def _lift(field: Field[TimeEntry], entry_of: Callable[[AnyRow], TimeEntry | None]) -> Field[AnyRow]:
    inner = field.data

    def value(row: AnyRow, times: TimeFormat) -> object:
        entry = entry_of(row)
        return None if entry is None else field.value(entry, times)

    def data(row: AnyRow, times: TimeFormat) -> Json:
        entry = entry_of(row)
        return None if entry is None or inner is None else inner(entry, times)

    return Field(field.name, field.kind, value, data if inner else None)


ENTRIES: RowSchema[EntryRow] = RowSchema(
    fields=(
        *_of_entry(lambda row: row.entry),
        Field("number", "number", lambda row, _: row.number),
    ),
    columns=split_fields("id,start,end,seconds,project,task,description,tags,billable,state"),
    written=split_fields("id,start,end,duration,project,task,description,tags,billable,state,type"),
    document=lambda row, times: entry_json(row.entry, times.now),
)

RECENT: RowSchema[EntryRow] = RowSchema(
    fields=ENTRIES.fields,
    columns=("number", "project", "task", "description", "tags", "billable", "start"),
    document=lambda row, times: {"number": row.number, **entry_json(row.entry, times.now)},
)
FAVORITES: RowSchema[EntryRow] = RowSchema(
    fields=(Field("name", "text", lambda row, _: row.entry.local_id), *ENTRIES.fields),
    columns=("name", "project", "task", "description", "tags", "billable"),
    document=lambda row, _: favorite_json(row.entry),
)

EXPORT_COLUMNS = split_fields(
    "id,start,end,seconds,clientName,projectName,taskName,description,tags,billable,type"
)
"""The columns that a file needs so that reading it restores the same entries."""

STATUS: RowSchema[Status] = RowSchema(
    fields=(
        Field("running", "flag", lambda view, _: view.entry is not None),
        Field("todaySeconds", "number", lambda view, _: view.today_seconds),
        Field("today", "length", lambda view, _: view.today_seconds),
        Field("dueSeconds", "number", lambda view, _: view.due_seconds),
        Field("pending", "number", lambda view, _: view.pending),
        Field("asOf", "moment", lambda view, _: view.as_of),
        Field("plannedEnd", "moment", lambda view, _: view.planned_end),
        Field("left", "length", lambda view, _: view.left),
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


def _item_document(row: ItemRow, _: TimeFormat) -> Json:
    return item_json(row)


CLIENTS: RowSchema[ItemRow] = RowSchema(
    fields=(*_ITEM_START, *_ITEM_END), columns=("id", "name", "archived"), document=_item_document
)

PROJECTS: RowSchema[ItemRow] = RowSchema(
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

TASKS: RowSchema[ItemRow] = RowSchema(
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

CATALOGUE: Mapping[Kind, RowSchema[ItemRow]] = {
    "client": CLIENTS,
    "project": PROJECTS,
    "task": TASKS,
    "tag": CLIENTS,
}

CHANGES: RowSchema[ChangeRow] = RowSchema(
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
