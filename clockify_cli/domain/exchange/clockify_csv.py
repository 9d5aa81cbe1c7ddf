"""The CSV of Clockify's detailed report, whose dates and times look as its user wanted them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange import lines
from clockify_cli.domain.exchange.cells import unguard
from clockify_cli.domain.exchange.moments import find_order, read_day, read_time, to_utc
from clockify_cli.domain.exchange.rows import BadCell, DateOrder, ImportedEntry, WrongLine
from clockify_cli.domain.exchange.table import Row, Table
from clockify_cli.errors import UsageError

COLUMNS = {
    "start date": ("start date",),
    "start time": ("start time",),
    "end date": ("end date",),
    "end time": ("end time",),
    "duration": ("duration (h)",),
    "description": ("description",),
    "client": ("client",),
    "project": ("project",),
    "task": ("task",),
    "tags": ("tags", "tag"),
    "billable": ("billable",),
    "user": ("email", "user"),
}
NEEDED = ("start date", "start time", "end date", "end time")


def is_clockify(table: Table) -> bool:
    """Whether *table* is a detailed report of Clockify: other trackers have no ``Duration (h)``."""
    return {*NEEDED, "duration"} <= table.columns(COLUMNS).keys()


def read_clockify(
    table: Table, zone: ZoneInfo, order: DateOrder | None
) -> tuple[list[ImportedEntry], list[WrongLine]]:
    """The entries of *table*, its times of *zone*, its dates in *order* or in the one they show.

    UsageError where the dates leave two orders open, and for the time of several people.
    """
    places = table.columns(COLUMNS)
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise UsageError(
            f"no detailed report of Clockify: it has no column {', '.join(missing)}",
            "Export Reports > Detailed as CSV.",
        )
    whole = [row for row in table.rows if not table.ragged(row)]
    _one_person(whole, places.get("user"))
    dates = (
        row.cells[places[name]].strip() for row in whole for name in ("start date", "end date")
    )
    chosen = order or find_order(dates)

    def read(row: Row) -> ImportedEntry:
        if ragged := table.ragged(row):
            raise BadCell(ragged)

        def cell(name: str) -> str:
            return row.cells[places[name]] if name in places else ""

        return _entry(row, cell, zone, chosen)

    return lines.read_lines(table.rows, lambda row: row.line, read)


def _one_person(rows: list[Row], place: int | None) -> None:
    if place is None:
        return
    people = sorted({row.cells[place].strip() for row in rows} - {""})
    if len(people) > 1:
        raise UsageError(
            f"the report holds the time of {len(people)} people",
            "Filter it by yourself in Clockify, and export it again.",
            details=tuple(people[:10]),
        )


def _entry(row: Row, cell: Callable[[str], str], zone: ZoneInfo, order: DateOrder) -> ImportedEntry:
    start, end = _span(cell, zone, order)
    lines.check_span(start, end, zone, recorded=True)
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
    )


def _span(
    cell: Callable[[str], str], zone: ZoneInfo, order: DateOrder
) -> tuple[datetime, datetime]:
    if not cell("end time").strip():
        raise BadCell("it has no end: a running timer is not imported")
    start = _moment(cell("start date").strip(), cell("start time").strip(), order)
    end = _moment(cell("end date").strip(), cell("end time").strip(), order)
    starts, ends = _readings(start, zone), _readings(end, zone)
    if len(starts) == len(ends) == 1:
        return to_utc(start, zone), to_utc(end, zone)
    # Over a clock change the duration, which is of real time, tells which reading is meant.
    length = _duration(cell("duration").strip())
    fitting = [(one, other) for one in starts for other in ends if other - one == length]
    return fitting[0] if len(fitting) == 1 else (to_utc(start, zone), to_utc(end, zone))


def _moment(day: str, clock: str, order: DateOrder) -> datetime:
    return datetime.combine(read_day(day, order), read_time(clock))


def _readings(read: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants that *read* may be: one, two where the clocks went back, none if skipped."""
    if read.tzinfo is not None:
        return (read.astimezone(UTC),)
    first, second = (read.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return (first,)
    return (first, second) if first < second else ()


def _duration(text: str) -> timedelta | None:
    match = re.fullmatch(r"(\d{1,5}):(\d{2}):(\d{2})", text, re.ASCII)
    if not match:
        return None
    hours, minutes, seconds = map(int, match.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
