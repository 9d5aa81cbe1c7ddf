"""The week as a grid: projects by days, made from a report by project and day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clockify_cli.domain.report import Dimension, Report
from clockify_cli.values import dataclass

TIMESHEET_BY: tuple[Dimension, ...] = ("project", "day")
"""The dimensions of the report that a timesheet is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesheetRow:
    """One project: its seconds on each day of the grid, and their sum.

    *key* is the project's id, None for time without a project.
    """

    key: str | None
    name: str
    seconds: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timesheet:
    """The grid; *totals* are the seconds of each day, *total* those of all."""

    days: tuple[date, ...]
    rows: tuple[TimesheetRow, ...]
    totals: tuple[int, ...]
    total: int
    running: bool = False


def timesheet(report: Report, days: Sequence[date]) -> Timesheet:
    """The grid of *report*, which is by `TIMESHEET_BY`, with a column for each of *days*."""
    rows = tuple(
        TimesheetRow(
            key=group.key,
            name=group.name,
            seconds=_on_days({part.key: part.seconds for part in group.groups}, days),
            total=group.seconds,
        )
        for group in report.groups
    )
    return Timesheet(
        days=tuple(days),
        rows=rows,
        totals=tuple(sum(row.seconds[n] for row in rows) for n in range(len(days))),
        total=report.seconds,
        running=report.running,
    )


def _on_days(seconds: dict[str | None, int], days: Sequence[date]) -> tuple[int, ...]:
    return tuple(seconds.get(day.isoformat(), 0) for day in days)
