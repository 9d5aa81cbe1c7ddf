"""A week or month as a grid of projects and days, made from a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from operator import attrgetter

from clockify_cli.domain.entry import REGULAR, type_name
from clockify_cli.domain.report import Dimension, Group, Report, period_start
from clockify_cli.values import dataclass, field, replace

TIMESHEET_BY: tuple[Dimension, ...] = ("project", "type", "day")
"""The dimensions of the report that a timesheet is made of."""


Days = tuple[int, ...]
"""Seconds on each day of the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesheetRow:
    """One project: its seconds on each day of the grid, and their sum.

    *key* is the project's id, None for time without a project. *of_types* are the seconds in
    *seconds* of each type other than REGULAR, by day. *worked* is the exact *total* before it was
    rounded for display, None if it was not.
    """

    key: str | None
    name: str
    seconds: Days
    total: int
    of_types: Mapping[str, Days] = field(default_factory=dict)
    worked: int | None = None

    def by_type(self) -> tuple[TimesheetRow, ...]:
        """Return one row for each type in this row, named with the type unless it is REGULAR."""
        regular = self.of_type(REGULAR)
        apart = tuple(map(self.of_type, self.of_types))
        return apart if apart and not any(regular.seconds) else (regular, *apart)

    def of_type(self, type_: str) -> TimesheetRow:
        """Return the time of *type_* in this row, named with the type unless it is REGULAR."""
        if type_ == REGULAR:
            days = tuple(
                whole - sum(days[number] for days in self.of_types.values())
                for number, whole in enumerate(self.seconds)
            )
            return replace(self, seconds=days, total=sum(days), of_types={})
        days = self.of_types.get(type_, (0,) * len(self.seconds))
        name = f"{self.name} ({type_name(type_)})"
        return replace(self, name=name, seconds=days, total=sum(days), of_types={type_: days})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timesheet:
    """The grid; *totals* are the seconds of each column, *total* the seconds of all.

    A column is one day, or extends from it to the day at the same position in *ends*. *of_types* as
    in `TimesheetRow`.
    """

    days: tuple[date, ...]
    rows: tuple[TimesheetRow, ...]
    totals: Days
    total: int
    running: bool = False
    of_types: Mapping[str, Days] = field(default_factory=dict)
    ends: tuple[date, ...] = ()

    @property
    def columns(self) -> tuple[tuple[date, date], ...]:
        """The first and the last day of each column."""
        return tuple(zip(self.days, self.ends or self.days, strict=True))


def typed_rows(shown: Timesheet, worked: Timesheet) -> Iterator[tuple[TimesheetRow, int]]:
    """Yield a row of *shown* for each project and type of time, and the seconds *worked* in it."""
    for row, was in zip(shown.rows, worked.rows, strict=True):
        for typed in was.by_type():
            yield row.of_type(next(iter(typed.of_types), REGULAR)), typed.total


def timesheet(report: Report, days: Sequence[date], *, rounded: bool = False) -> Timesheet:
    """Return the grid of *report*, which is by `TIMESHEET_BY`, with a column for each of *days*.

    *rounded*: use its rounded time, else the time as worked.
    """
    seconds_of = attrgetter("sums.rounded" if rounded else "seconds")
    rows = tuple(_row(group, days, seconds_of) for group in report.groups)
    return Timesheet(
        days=tuple(days),
        rows=rows,
        totals=_sum((row.seconds for row in rows), days),
        total=seconds_of(report),
        running=report.running,
        of_types={
            type_: _sum((row.of_types.get(type_, ()) for row in rows), days)
            for type_ in report.of_types
        },
    )


def _row(
    project: Group, days: Sequence[date], seconds_of: Callable[[Report | Group], int]
) -> TimesheetRow:
    by_type = {
        group.key or REGULAR: _on_days(group.groups, days, seconds_of) for group in project.groups
    }
    return TimesheetRow(
        key=project.key,
        name=project.name,
        seconds=_sum(by_type.values(), days),
        total=seconds_of(project),
        of_types={type_: by_type[type_] for type_ in project.of_types},
    )


def _on_days(
    groups: Iterable[Group], days: Sequence[date], seconds_of: Callable[[Report | Group], int]
) -> Days:
    seconds = {group.key: seconds_of(group) for group in groups}
    return tuple(seconds.get(day.isoformat(), 0) for day in days)


def _sum(rows: Iterable[Days], days: Sequence[date]) -> Days:
    totals = [0] * len(days)
    for row in rows:
        for number, seconds in enumerate(row):
            totals[number] += seconds
    return tuple(totals)


def in_weeks(sheet: Timesheet, week_start: int = 0) -> Timesheet:
    """Return *sheet* with a column for each week; weeks begin on *week_start*, 0 for Monday."""
    weeks: dict[date, list[int]] = {}
    for number, day in enumerate(sheet.days):
        weeks.setdefault(period_start("week", day, week_start), []).append(number)

    def summed(days: Days) -> Days:
        return tuple(sum(days[number] for number in numbers) for numbers in weeks.values())

    def typed(of_types: Mapping[str, Days]) -> Mapping[str, Days]:
        return {type_: summed(days) for type_, days in of_types.items()}

    return replace(
        sheet,
        days=tuple(sheet.days[numbers[0]] for numbers in weeks.values()),
        ends=tuple(sheet.days[numbers[-1]] for numbers in weeks.values()),
        rows=tuple(
            replace(row, seconds=summed(row.seconds), of_types=typed(row.of_types))
            for row in sheet.rows
        ),
        totals=summed(sheet.totals),
        of_types=typed(sheet.of_types),
    )


def has_working_day(column: tuple[date, date], workdays: frozenset[int]) -> bool:
    """Return whether a day of *column* is one of *workdays*, which count from Monday = 0."""
    first, last = column
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return any(day.weekday() in workdays for day in days)
