"""The timesheet as a grid of projects by days; a list where the screen is too narrow for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from clockify_cli.domain.columns import width
from clockify_cli.domain.entry import type_name
from clockify_cli.domain.time.dates import weekday_text
from clockify_cli.show.paint import Line, cell, fitted, fitted_label, paint
from clockify_cli.show.report_table import running_note
from clockify_cli.show.terminal_text import right

if TYPE_CHECKING:
    from datetime import date

    from clockify_cli.domain.timesheet import Timesheet, TimesheetRow
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_LEAST_NAME = 14
_GAPS = (2, 1)
"""Between the columns: as many as leave the names whole, else the fewest."""


def timesheet_grid(
    screen: Screen, sheet: Timesheet, name: str, times: TimeFormat, workdays: frozenset[int]
) -> None:
    """Draw *sheet*, whose week is called *name*; *workdays* count from Monday = 0.

    A working day without time shows a dot, another day nothing. A project has a row of its own for
    what is not regular time, and the sums say how much of them that is.
    """
    week = cell(screen, name)
    rows = [typed for row in sheet.rows for typed in row.by_type()]
    table = [
        [_day_head(day) for day in sheet.days] + ["Sum"],
        *[_cells(screen, sheet, row.seconds, row.total, times, workdays) for row in rows],
        _cells(screen, sheet, sheet.totals, sheet.total, times, workdays),
        *[
            _cells(screen, sheet, days, sum(days), times, frozenset())
            for days in sheet.of_types.values()
        ],
    ]
    names = [cell(screen, row.name) for row in rows]
    sums = ["Sum", *(f"of it {type_name(type_)}" for type_ in sheet.of_types)]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    needed = max(map(width, [week, *sums, *names]))
    gap = next((g for g in _GAPS if needed + _taken(widths, g) <= screen.width), _GAPS[-1])
    room = min(needed, screen.width - _taken(widths, gap))
    if room < min(_LEAST_NAME, needed):
        lines = list(_as_list(screen, sheet, week, rows, times))
    else:
        labels = [fitted_label(screen, text, room) for text in (week, *names, *sums)]
        lines = list(_as_grid(labels, table, widths, gap, len(sheet.of_types)))
    if sheet.running:
        lines.append(running_note(times))
    paint(screen, lines)


def _taken(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * len(widths)


def _day_head(day: date) -> str:
    return f"{weekday_text(day)} {day.day}"


def _cells(
    screen: Screen,
    sheet: Timesheet,
    seconds: Sequence[int],
    total: int,
    times: TimeFormat,
    workdays: frozenset[int],
) -> list[str]:
    dots = (screen.letters("·") if day.weekday() in workdays else "" for day in sheet.days)
    cells = zip(seconds, dots, strict=True)
    return [times.length(length) if length else dot for length, dot in cells] + [
        times.length(total)
    ]


def _as_grid(
    labels: Sequence[str],
    table: Sequence[Sequence[str]],
    widths: Sequence[int],
    gap: int,
    types: int,
) -> Iterator[Line]:
    """The lines of *table*; the last *types* of them divide the sums above them."""
    sums = len(table) - 1 - types
    for number, (label, row) in enumerate(zip(labels, table, strict=True)):
        cells = [right(text, columns + gap) for text, columns in zip(row, widths, strict=True)]
        if number in (0, sums):
            yield [(label + "".join(cells), "head")]
        elif number > sums:
            yield [(label + "".join(cells), "faint")]
        else:
            yield [(label, "project"), ("".join(cells[:-1]), ""), (cells[-1], "length")]


def _as_list(
    screen: Screen, sheet: Timesheet, week: str, rows: Sequence[TimesheetRow], times: TimeFormat
) -> Iterator[Line]:
    """Each project with its sum, and under it the days on which it has time."""

    def line(label: str, seconds: int) -> str:
        length = times.length(seconds)
        return fitted_label(screen, label, screen.width - width(length) - 1) + " " + length

    yield [(fitted(screen, week, screen.width), "head")]
    for row in rows:
        yield [(line(cell(screen, row.name), row.total), "project")]
        for day, seconds in zip(sheet.days, row.seconds, strict=True):
            if seconds:
                yield [(line(f"  {_day_head(day)}", seconds), "")]
    yield [(line("Sum", sheet.total), "head")]
    for type_, days in sheet.of_types.items():
        yield [(line(f"of it {type_name(type_)}", sum(days)), "faint")]
