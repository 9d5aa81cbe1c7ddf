"""The week as a grid: projects by days, made from a report by project and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from clockify_cli.domain.entry import REGULAR, type_name
from clockify_cli.domain.report import Dimension, Group, Report
from clockify_cli.values import dataclass, field, replace

TIMESHEET_BY: tuple[Dimension, ...] = ("project", "type", "day")
"""The dimensions of the report that a timesheet is made of."""


Days = tuple[int, ...]
"""Seconds on each day of the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesheetRow:
    """One project: its seconds on each day of the grid, and their sum.

    *key* is the project's id, None for time without a project. *of_types* are the seconds on each
    day of each type but REGULAR that *seconds* contain. *worked* is what *total* was before it was
    made to add up for display, None where it was not.
    """

    key: str | None
    name: str
    seconds: Days
    total: int
    of_types: Mapping[str, Days] = field(default_factory=dict)
    worked: int | None = None

    def by_type(self) -> tuple[TimesheetRow, ...]:
        """A row for each type that this one has time of, called by it unless it is REGULAR."""
        regular = tuple(
            whole - sum(days[number] for days in self.of_types.values())
            for number, whole in enumerate(self.seconds)
        )
        apart = tuple(
            replace(
                self,
                name=f"{self.name} ({type_name(type_)})",
                seconds=days,
                total=sum(days),
                of_types={type_: days},
            )
            for type_, days in self.of_types.items()
        )
        if apart and not any(regular):
            return apart
        return (replace(self, seconds=regular, total=sum(regular), of_types={}), *apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timesheet:
    """The grid; *totals* are the seconds of each day, *total* those of all.

    *of_types* as in `TimesheetRow`.
    """

    days: tuple[date, ...]
    rows: tuple[TimesheetRow, ...]
    totals: Days
    total: int
    running: bool = False
    of_types: Mapping[str, Days] = field(default_factory=dict)


def timesheet(report: Report, days: Sequence[date]) -> Timesheet:
    """The grid of *report*, which is by `TIMESHEET_BY`, with a column for each of *days*."""
    rows = tuple(_row(group, days) for group in report.groups)
    return Timesheet(
        days=tuple(days),
        rows=rows,
        totals=_sum((row.seconds for row in rows), days),
        total=report.seconds,
        running=report.running,
        of_types={
            type_: _sum((row.of_types.get(type_, ()) for row in rows), days)
            for type_ in report.of_types
        },
    )


def _row(project: Group, days: Sequence[date]) -> TimesheetRow:
    by_type = {group.key or REGULAR: _on_days(group.groups, days) for group in project.groups}
    return TimesheetRow(
        key=project.key,
        name=project.name,
        seconds=_sum(by_type.values(), days),
        total=project.seconds,
        of_types={type_: by_type[type_] for type_ in project.of_types},
    )


def _on_days(groups: Iterable[Group], days: Sequence[date]) -> Days:
    seconds = {group.key: group.seconds for group in groups}
    return tuple(seconds.get(day.isoformat(), 0) for day in days)


def _sum(rows: Iterable[Days], days: Sequence[date]) -> Days:
    totals = [0] * len(days)
    for row in rows:
        for number, seconds in enumerate(row):
            totals[number] += seconds
    return tuple(totals)
