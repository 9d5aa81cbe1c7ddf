"""Our own CSV, and any that a person writes with the same names of columns."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange import lines
from clockify_cli.domain.exchange.cells import unguard
from clockify_cli.domain.exchange.moments import read_instant
from clockify_cli.domain.exchange.rows import BadCell, ImportedEntry, WrongLine
from clockify_cli.domain.exchange.table import Row, Table

COLUMNS = {
    "id": ("id",),
    "localId": ("localid",),
    "start": ("start", "timeinterval.start"),
    "end": ("end", "timeinterval.end"),
    "description": ("description",),
    "client": ("client", "clientname"),
    "project": ("project", "projectname"),
    "task": ("task", "taskname"),
    "tags": ("tags",),
    "billable": ("billable",),
    "type": ("type",),
}


def is_own(table: Table) -> bool:
    """Whether *table* has the columns without which there is no entry."""
    return {"start", "end"} <= table.columns(COLUMNS).keys()


def read_own(table: Table, zone: ZoneInfo) -> tuple[list[ImportedEntry], list[WrongLine]]:
    """The entries of *table*; a time without an offset is of *zone*."""
    places = table.columns(COLUMNS)

    def read(row: Row) -> ImportedEntry:
        if ragged := table.ragged(row):
            raise BadCell(ragged)
        return _entry(row, lambda name: row.cells[places[name]] if name in places else "", zone)

    return lines.read_lines(table.rows, lambda row: row.line, read)


def _entry(row: Row, cell: Callable[[str], str], zone: ZoneInfo) -> ImportedEntry:
    if not cell("end").strip():
        raise BadCell("it has no end: a running timer is not imported")
    start = read_instant(cell("start").strip(), zone)
    end = read_instant(cell("end").strip(), zone)
    original = lines.ids((cell("id"), cell("localId")))
    lines.check_span(start, end, zone, recorded=bool(original))
    project = lines.name(unguard(cell("project")), "project")
    task = lines.name(unguard(cell("task")), "task")
    lines.check_task(task, project)
    return ImportedEntry(
        line=row.line,
        start=start,
        end=end,
        description=lines.description(unguard(cell("description"))),
        client=lines.name(unguard(cell("client")), "client"),
        project=project,
        task=task,
        tags=lines.tag_cell(cell("tags")),
        billable=lines.billable(cell("billable")),
        type=lines.entry_type(cell("type")),
        original=original,
    )
