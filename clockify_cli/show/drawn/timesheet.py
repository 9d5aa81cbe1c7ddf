"""A timesheet for people: a grid of projects by days or weeks, or a list on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import type_name
from clockify_cli.domain.time.points import weekday_text
from clockify_cli.domain.timesheet import has_working_day, in_weeks, typed_rows
from clockify_cli.show.drawn.report import NO_COLORS, rounding_lines, running_note
from clockify_cli.show.drawn.tables import Piece, Renderer
from clockify_cli.show.drawn.widths import Column, Layout, cut_typed, lay_out
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.timesheet import Timesheet, TimesheetRow
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_INDENT = "  "
_LEAST_NAME = 14
_GAPS = (2, 1)
"""Columns between the columns of a timesheet; the smaller gap is used if names were cut."""
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Drawn:
    """A timesheet as *worked*; if there is a *rounded* one it is shown, and *rounding* says how.

    Both are rounded for display.
    """

    worked: Timesheet
    rounded: Timesheet | None = None
    rounding: str = ""

    @property
    def shown(self) -> Timesheet:
        """The timesheet in the cells."""
        return self.worked if self.rounded is None else self.rounded

    def in_weeks(self, week_start: int) -> Drawn:
        """Return the same with a column for each week."""
        rounded = self.rounded and in_weeks(self.rounded, week_start)
        return Drawn(in_weeks(self.worked, week_start), rounded, self.rounding)

    def rows(self) -> Iterator[tuple[TimesheetRow, int]]:
        """Return a row for each project and type of time, and the seconds worked in it."""
        return typed_rows(self.shown, self.worked)


def timesheet_table(
    screen: Screen,
    drawn: Drawn,
    name: str,
    times: TimeFormat,
    workdays: frozenset[int],
    *,
    week_start: int = 0,
    colors: Mapping[str, str] = NO_COLORS,
) -> None:
    """Draw *drawn*, whose range is called *name*; *workdays* count from Monday = 0.

    *colors* are those of projects, by id.

    It is a grid of projects by days; by weeks if it is longer than a week and too wide for the
    screen; or a list if that is too wide as well. A working day without time shows a dot, another
    day nothing. Irregular time of a project has its own row, and the sums show how much of them it
    is.
    """
    renderer = Renderer(screen)
    for each in _ways(drawn, week_start):
        cells = _Cells(renderer, each, times, workdays, colors)
        table = list(cells.grid(renderer.cell(name)))
        layout = _grid_layout(renderer, table)
        least = min(_LEAST_NAME, layout.needs[0].columns)
        if not layout.is_tight(0) and layout.widths[0] >= least and layout.total <= screen.width:
            break
    else:
        table = list(cells.listed(renderer.cell(name)))
        layout = _list_layout(renderer, table)
    lines = [*rounding_lines(renderer, drawn.rounding), *renderer.table(layout, table)]
    if drawn.worked.running:
        lines.append(running_note(renderer, times))
    renderer.write(lines)


def _ways(drawn: Drawn, week_start: int) -> Iterator[Drawn]:
    """Yield *drawn* by days, and by weeks if it has more than one."""
    yield drawn
    if len(drawn.worked.days) > _WEEK:
        yield drawn.in_weeks(week_start)


class _Cells:
    """The cells of *drawn*: a name and the lengths beside it, each with a style."""

    def __init__(
        self,
        renderer: Renderer,
        drawn: Drawn,
        times: TimeFormat,
        workdays: frozenset[int],
        colors: Mapping[str, str],
    ) -> None:
        self._colors = colors
        self._renderer = renderer
        self._drawn = drawn
        self._sheet = drawn.shown
        self._length = times.length
        dot = renderer.screen.letters("·")
        columns = self._sheet.columns
        self._dots = [dot if has_working_day(column, workdays) else "" for column in columns]
        self._heads = [_column_head(column) for column in columns]

    def grid(self, name: str) -> Iterator[list[Piece]]:
        """Yield the rows of the grid, which is called *name*."""
        drawn, sheet = self._drawn, self._sheet
        worked = [] if drawn.rounded is None else ["Worked"]
        yield self._styled("head", name, [*map(self._renderer.cell, self._heads), "Sum", *worked])
        for row, seconds in drawn.rows():
            *days, total = self._of(row.seconds, row.total)
            name_ = (self._renderer.cell(row.name), self._style(row))
            more = [(text, "faint") for text in self._worked(seconds)]
            yield [name_, *((day, "") for day in days), (total, "length"), *more]
        sums = self._of(sheet.totals, sheet.total)
        yield self._styled("head", "Sum", [*sums, *self._worked(drawn.worked.total)])
        for type_, days_ in sheet.of_types.items():
            more_ = self._worked(sum(drawn.worked.of_types[type_]))
            texts = [*self._of(days_, sum(days_), ""), *more_]
            yield self._styled("faint", f"of it {type_name(type_)}", texts)
        if drawn.rounded is not None:
            texts = self._of(drawn.worked.totals, drawn.worked.total, "")
            yield self._styled("faint", "Worked", [*texts, ""])

    def _style(self, row: TimesheetRow) -> str:
        return self._colors.get(row.key or "", "project")

    def _of(self, seconds: Sequence[int], total: int, nothing: str | None = None) -> list[str]:
        """Return the lengths in each column and their sum; *nothing* (else a dot) for no time."""
        dots = self._dots if nothing is None else [nothing] * len(seconds)
        shown = [
            self._length(length) if length else dot
            for length, dot in zip(seconds, dots, strict=True)
        ]
        return [*shown, self._length(total)]

    def _worked(self, seconds: int) -> list[str]:
        """Return the worked *seconds* of a row, if rounded ones are shown."""
        return [] if self._drawn.rounded is None else [self._length(seconds)]

    def _styled(self, style: str, name: str, texts: Sequence[str]) -> list[Piece]:
        return [(text, style) for text in (name, *texts)]

    def listed(self, name: str) -> Iterator[list[Piece]]:
        """Yield each project with its sum, and below it the columns in which it has time."""
        drawn, length = self._drawn, self._length
        heads = [""] if drawn.rounded is None else ["Rounded", "Worked"]
        yield self._styled("head", name, heads)
        for row, seconds in drawn.rows():
            label = self._renderer.cell(row.name)
            yield self._styled(self._style(row), label, [length(row.total), *self._worked(seconds)])
            for head, seconds_ in zip(self._heads, row.seconds, strict=True):
                if seconds_:
                    texts = [length(seconds_), *("" for _ in heads[1:])]
                    yield self._styled("", f"{_INDENT}{self._renderer.cell(head)}", texts)
        total = self._sheet.total
        yield self._styled("head", "Sum", [length(total), *self._worked(drawn.worked.total)])
        for type_, days in self._sheet.of_types.items():
            more = self._worked(sum(drawn.worked.of_types[type_]))
            yield self._styled("faint", f"of it {type_name(type_)}", [length(sum(days)), *more])


def _column_head(column: tuple[date, date]) -> str:
    """Return ``Mon 23``, or ``23–29`` for more than a day."""
    first, last = column
    return f"{weekday_text(first)} {first.day}" if first == last else f"{first.day}–{last.day}"


def _grid_layout(renderer: Renderer, table: Sequence[Sequence[Piece]]) -> Layout:
    """Lay out the days with a wide gap if the names stay whole, else with a narrow one."""
    texts = [[text for text, _ in row] for row in table]
    for gap in _GAPS:
        day = Column(to_right=True, gap=gap)
        names = Column("names", gap=gap, cut=cut_typed)
        layout = lay_out(
            [names, *[day] * (len(table[0]) - 1)], texts, renderer.screen.width, renderer.mark
        )
        if layout.widths[0] == layout.needs[0].columns:
            break
    return layout


def _list_layout(renderer: Renderer, table: Sequence[Sequence[Piece]]) -> Layout:
    numbers = len(table[0]) - 1
    columns = [Column("names", gap=1, cut=cut_typed), *[Column(to_right=True)] * numbers]
    texts = [[text for text, _ in row] for row in table]
    layout = lay_out(columns, texts, renderer.screen.width, renderer.mark)
    layout.widths[0] += max(0, renderer.screen.width - layout.total)
    return layout
