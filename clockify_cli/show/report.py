"""A report and a timesheet for people: groups with their totals, projects by days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import type_name
from clockify_cli.domain.time.dates import date_text, short_date_text, weekday_text
from clockify_cli.show.tables import Cell, Line, Piece, Renderer, percent
from clockify_cli.show.widths import Column, Layout, Need, in_room, lay_out, need_of

if TYPE_CHECKING:
    from clockify_cli.domain.report import Group, Report
    from clockify_cli.domain.timesheet import Timesheet, TimesheetRow
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_INDENT = "  "
_GROUPS = (Column("names", gap=3), Column(to_right=True), Column(style="faint", to_right=True))
_WIDEST_SHARE = Need(len("100 %"))
_LEAST_NAME = 14
_GAPS = (2, 1)
"""Between the columns of a timesheet: as many as leave the names whole, else the fewest."""


def report_table(screen: Screen, report: Report, name: str, times: TimeFormat) -> None:
    """Draw *report*, whose range is called *name*, as wide as its names need."""
    renderer = Renderer(screen)
    lines = [*_title(renderer, name, times), []]
    if report.groups:
        lines += _groups(renderer, report, times)
    else:
        lines.append(renderer.line(("Nothing was tracked.", "")))
    if _counts_twice(report.groups, report.seconds):
        note = "An entry with several tags counts for each of them."
        lines.append(renderer.line((note, "faint")))
    if report.running:
        lines.append(_running_note(renderer, times))
    renderer.write(lines)


def _title(renderer: Renderer, name: str, times: TimeFormat) -> Iterator[Line]:
    first, *dates = name.split(" · ")
    pieces = [(first, "head"), *((part, "") for part in dates), (times.zone.key, "faint")]
    return renderer.in_a_row([(renderer.cell(text), style) for text, style in pieces])


def _running_note(renderer: Renderer, times: TimeFormat) -> Line:
    """That a timer still runs, and until when it is counted."""
    now = times.table_clock(times.now)
    return renderer.line((f"Counts the running timer up to {now}.", "faint"))


def _groups(renderer: Renderer, report: Report, times: TimeFormat) -> Iterator[Line]:
    one_year = _is_one_year(report, times)
    groups = list(_walk(report.groups))
    rows: list[tuple[Cell, Cell, Cell]] = []
    names, lengths = ["Total"], [times.length(report.seconds)]
    for depth, group in groups:
        name = _INDENT * depth + renderer.cell(_name(group, one_year))
        length = times.length(group.seconds)
        names.append(name)
        lengths.append(length)
        share = percent(group.seconds, report.seconds) if depth == 0 else ""
        rows.append(
            ((name, "project"), (length, "length"), share) if depth == 0 else (name, length, share)
        )
    needs = [
        need_of(_GROUPS[0], names, renderer.mark),
        need_of(_GROUPS[1], lengths, renderer.mark),
        _WIDEST_SHARE,
    ]
    layout = in_room(_GROUPS, needs, renderer.screen.width)
    for (depth, group), (first, *folded) in zip(groups, renderer.rows(layout, rows), strict=True):
        # Below its type a group need not say of which it is.
        of_it = "" if "type" in report.by[: depth + 1] else times.of_it(group.of_types)
        yield from renderer.beside(first, [(of_it, "faint")])
        yield from folded
    rule = renderer.screen.letters("─") * (layout.widths[0] + _GROUPS[0].gap + layout.widths[1])
    yield renderer.line((rule, "faint"))
    sums: list[tuple[Cell, Cell, Cell]] = [(("Total", "head"), (lengths[0], "head"), "")]
    billable = f"billable {times.length(report.billable_seconds)}"
    shown = "" if times.is_nothing(report.billable_seconds) else billable
    for (total,) in renderer.rows(layout, sums):
        of_it = times.of_it(report.of_types)
        yield from renderer.beside(total, [(of_it, ""), (shown, "billable")])


def _counts_twice(groups: Sequence[Group], seconds: int) -> bool:
    """Whether anywhere the tags do not come to the *seconds* of what they divide."""
    by_tag = any(group.dimension == "tag" for group in groups)
    if by_tag and sum(group.seconds for group in groups) != seconds:
        return True
    return any(_counts_twice(group.groups, group.seconds) for group in groups)


def _walk(groups: Sequence[Group], depth: int = 0) -> Iterator[tuple[int, Group]]:
    """Each group with its depth, before those within it."""
    for group in groups:
        yield depth, group
        yield from _walk(group.groups, depth + 1)


def _is_one_year(report: Report, times: TimeFormat) -> bool:
    """Whether every day of the report is of this year, which then need not be said."""
    days = [
        date.fromisoformat(group.key)
        for _, group in _walk(report.groups)
        if group.dimension == "day" and group.key
    ]
    return all(day.year == times.today.year for day in days)


def _name(group: Group, one_year: bool) -> str:
    if group.dimension != "day" or group.key is None:
        return group.name
    day = date.fromisoformat(group.key)
    return short_date_text(day) if one_year else date_text(day)


def timesheet_table(
    screen: Screen, sheet: Timesheet, name: str, times: TimeFormat, workdays: frozenset[int]
) -> None:
    """Draw *sheet*, whose week is called *name*; *workdays* count from Monday = 0.

    It is a grid of projects by days, or a list where the screen is too narrow for one. A working
    day without time shows a dot, another day nothing. A project has a row of its own for what is
    not regular time, and the sums say how much of them that is.
    """
    renderer = Renderer(screen)
    rows = [typed for row in sheet.rows for typed in row.by_type()]
    cells = _Cells(renderer, sheet, times, workdays)
    table = [
        cells.styled("head", renderer.cell(name), [*map(_day_head, sheet.days), "Sum"]),
        *(cells.project(row) for row in rows),
        cells.styled("head", "Sum", cells.of(sheet.totals, sheet.total)),
        *(
            cells.styled("faint", f"of it {type_name(type_)}", cells.of(days, sum(days), ""))
            for type_, days in sheet.of_types.items()
        ),
    ]
    layout = _grid_layout(renderer, table)
    if layout.is_tight(0) or layout.widths[0] < min(_LEAST_NAME, layout.needs[0].columns):
        table = list(cells.listed(renderer.cell(name), rows))
        layout = _list_layout(renderer, table)
    lines = renderer.table(layout, table)
    if sheet.running:
        lines.append(_running_note(renderer, times))
    renderer.write(lines)


class _Cells:
    """The cells of *sheet*: a name and the lengths beside it, each with a style."""

    def __init__(
        self, renderer: Renderer, sheet: Timesheet, times: TimeFormat, workdays: frozenset[int]
    ) -> None:
        self._renderer = renderer
        self._sheet = sheet
        self._times = times
        self._dots = [
            renderer.screen.letters("·") if day.weekday() in workdays else "" for day in sheet.days
        ]

    def of(self, seconds: Sequence[int], total: int, nothing: str | None = None) -> list[str]:
        """The lengths on each day and their sum; *nothing* for days without time, else a dot."""
        dots = self._dots if nothing is None else [nothing] * len(seconds)
        shown = [
            self._times.length(length) if length else dot
            for length, dot in zip(seconds, dots, strict=True)
        ]
        return [*shown, self._times.length(total)]

    def styled(self, style: str, name: str, texts: Sequence[str]) -> list[Piece]:
        """A row of one *style*."""
        return [(text, style) for text in (name, *texts)]

    def project(self, row: TimesheetRow) -> list[Piece]:
        """The row of a project in the grid."""
        *days, total = self.of(row.seconds, row.total)
        name = (self._renderer.cell(row.name), "project")
        return [name, *((day, "") for day in days), (total, "length")]

    def listed(self, name: str, rows: Sequence[TimesheetRow]) -> Iterator[list[Piece]]:
        """Each project with its sum, and under it the days on which it has time."""
        length = self._times.length
        yield self.styled("head", name, [""])
        for row in rows:
            yield self.styled("project", self._renderer.cell(row.name), [length(row.total)])
            for day, seconds in zip(self._sheet.days, row.seconds, strict=True):
                if seconds:
                    yield self.styled("", f"{_INDENT}{_day_head(day)}", [length(seconds)])
        yield self.styled("head", "Sum", [length(self._sheet.total)])
        for type_, days in self._sheet.of_types.items():
            yield self.styled("faint", f"of it {type_name(type_)}", [length(sum(days))])


def _day_head(day: date) -> str:
    return f"{weekday_text(day)} {day.day}"


def _grid_layout(renderer: Renderer, table: Sequence[Sequence[Piece]]) -> Layout:
    """The days as far from each other as leaves the names whole, or as close as can be."""
    texts = [[text for text, _ in row] for row in table]
    for gap in _GAPS:
        day = Column(to_right=True, gap=gap)
        columns = [Column("names", gap=gap), *[day] * (len(table[0]) - 1)]
        layout = lay_out(columns, texts, renderer.screen.width, renderer.mark)
        if layout.widths[0] == layout.needs[0].columns:
            break
    return layout


def _list_layout(renderer: Renderer, table: Sequence[Sequence[Piece]]) -> Layout:
    columns = [Column("names", gap=1), Column(to_right=True)]
    texts = [[text for text, _ in row] for row in table]
    layout = lay_out(columns, texts, renderer.screen.width, renderer.mark)
    layout.widths[0] += renderer.screen.width - layout.total
    return layout
