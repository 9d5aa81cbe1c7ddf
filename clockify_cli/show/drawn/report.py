"""A report for people: groups with their totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import counted as counted_text
from clockify_cli.domain.measured import added
from clockify_cli.domain.report import NO_MEASURE, Group, calendar_name, period_start
from clockify_cli.domain.targets import counted
from clockify_cli.domain.terminal_text import capitalized, wrapped
from clockify_cli.domain.time.points import date_text, short_date_text
from clockify_cli.show.drawn.charts import CALENDAR_DAYS, LEAST_BAR, WIDEST_BAR, bar, calendar
from clockify_cli.show.drawn.tables import Cell, Line, Piece, Renderer, percent, pieces_of
from clockify_cli.show.drawn.widths import Column, Layout, Need, in_room, need_of
from clockify_cli.show.messages import TWICE
from clockify_cli.show.target import due_text, rest_text
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.domain.report import Report
    from clockify_cli.domain.targets import Target
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

_INDENT = "  "
_NAME = Column("names", gap=3)
_SHARE = "100 %"
NO_COLORS: Mapping[str, str] = {}
_LEAST_NAME = 14


@dataclass(frozen=True, slots=True)
class Chart:
    """The seconds of a *full* bar; in a calendar of *days*, those of a full day."""

    full: int
    days: Sequence[date] = ()
    week_start: int = 0

    def is_calendar(self, report: Report) -> bool:
        """Return whether *report* is drawn as a calendar of days."""
        return report.by == ("day",) and len(self.days) > CALENDAR_DAYS


def report_table(
    screen: Screen,
    report: Report,
    name: str,
    times: TimeFormat,
    rounding: str = "",
    target: Target | None = None,
    *,
    colors: Mapping[str, str] = NO_COLORS,
    chart: Chart | None = None,
) -> None:
    """Draw *report*, whose range is called *name*, as wide as its names need.

    *rounding* describes how its time is rounded, *target* what is due in the range. *colors* are
    those of projects, by id. With a *chart* each group has a bar; many days become a calendar.
    """
    renderer = Renderer(screen)
    lines = [*_title(renderer, name, times, rounding), []]
    if report.groups and chart is not None and chart.is_calendar(report):
        lines += _calendar(renderer, report, times, chart)
        report, chart = _by_month(report), None
    if report.groups:
        lines += _Groups(renderer, report, times, target, colors, chart).lines()
    else:
        lines.append(renderer.line(("Nothing was tracked.", "")))
        if target is not None:
            due = due_text(target, 0, {}, times)
            lines.append(renderer.line((f"{capitalized(due)} {_days(target)}", "")))
    if report.counts_twice:
        lines.append(renderer.line((TWICE, "faint")))
    if report.running:
        lines.append(running_note(renderer, times))
    renderer.write(lines)


def _title(renderer: Renderer, name: str, times: TimeFormat, rounding: str = "") -> Iterator[Line]:
    first, *dates = name.split(" · ")
    pieces = [(first, "head"), *((part, "") for part in dates), (times.zone.key, "faint")]
    yield from renderer.in_a_row([(renderer.cell(text), style) for text, style in pieces])
    yield from rounding_lines(renderer, rounding)


def rounding_lines(renderer: Renderer, rounding: str) -> Iterator[Line]:
    """Yield a line on how time is rounded, if it is."""
    if rounding:
        text = renderer.cell(f"Rounded {rounding}")
        yield from (renderer.line((part, "")) for part in wrapped(text, renderer.screen.width))


def running_note(renderer: Renderer, times: TimeFormat) -> Line:
    """Return a note that a timer is still running, and until when it is counted."""
    now = times.table_clock(times.now)
    return renderer.line((f"Counts the running timer up to {now}.", "faint"))


class _Groups:
    """The groups of *report* as a table: names, times, shares and amounts.

    Worked time is beside rounded time. If the numbers leave the names too little room, the share is
    left out; if that is not enough, each name takes its own line.
    """

    def __init__(
        self,
        renderer: Renderer,
        report: Report,
        times: TimeFormat,
        target: Target | None,
        colors: Mapping[str, str],
        chart: Chart | None,
    ) -> None:
        self._renderer = renderer
        self._report = report
        self._times = times
        self._target = target
        self._colors = colors
        self._chart = chart
        self._bar = 1 + len(self._heads_of_time()) if chart is not None else None
        self._measured = report.measure != NO_MEASURE
        self._currencies = [amount.currency for amount in report.sums.amounts]
        groups = list(_walk(report.groups))
        one_year = _is_one_year(report, times)
        self._named = [
            (_INDENT * depth + renderer.cell(_name(group, one_year)), depth, group)
            for depth, group in groups
        ]
        self._rows = [self._cells(group, depth) for depth, group in groups]
        self._total = [(text, "head" if text else "") for text, _ in self._cells(report, None)]
        self._layout = self._laid_out()
        if chart is not None:
            self._add_bars(chart)

    def _cells(self, node: Report | Group, depth: int | None) -> list[Piece]:
        """Return the cells after the name of a group at *depth*; None for the total."""
        length, style = self._times.length, "length" if depth == 0 else ""
        cells = [(length(node.seconds), style)]
        if self._report.measure.rounded:
            cells = [(length(node.sums.rounded), style), (length(node.seconds), "faint")]
        share = percent(self._counted(node), self._counted(self._report)) if depth == 0 else ""
        amounts = {amount.currency: amount.text for amount in node.sums.amounts}
        return [
            *cells,
            *([("", "")] if self._chart is not None else []),
            (share, "faint"),
            *((amounts.get(currency, ""), "") for currency in self._currencies),
        ]

    def _counted(self, node: Report | Group) -> int:
        """Return the seconds of which shares are computed: rounded time if there is any."""
        return node.sums.rounded if self._report.measure.rounded else node.seconds

    def _heads(self) -> list[str]:
        bar = [] if self._chart is None else [""]
        return [*self._heads_of_time(), *bar, "", *self._currencies]

    def _heads_of_time(self) -> list[str]:
        return ["Rounded", "Worked"] if self._report.measure.rounded else ["Time"]

    def _laid_out(self) -> Layout:
        share = len(self._heads()) - 1 - len(self._currencies)
        heads = self._heads() if self._measured else []
        below = list(self._below())
        rows = [*self._rows, self._total, *(cells for _, cells, _ in below)]
        texts = [[text for text, _ in row] for row in rows]
        columns = [_NAME, *(Column(to_right=True) for _ in self._total)]
        names = ["Total", *(name for name, _, _ in below), *(name for name, _, _ in self._named)]
        needs = [need_of(_NAME, names, self._renderer.mark)]
        for at, cells in enumerate(zip(*texts, strict=True)):
            head = [heads[at]] if heads else []
            needs.append(need_of(columns[at + 1], [*cells, *head], self._renderer.mark))
        needs[share + 1] = Need(len(_SHARE))
        room = self._renderer.screen.width
        if self._bar is not None:
            columns[self._bar] = Column(gap=2)
            needs[self._bar] = Need(self._bar_room(columns, needs, room))
        layout = in_room(columns, needs, room)
        gives_way = self._measured or self._bar is not None
        if gives_way and layout.widths[0] < needs[0].columns:
            needs[share + 1] = Need(0)
            layout = in_room(columns, needs, room)
        if gives_way and layout.widths[0] < min(_LEAST_NAME, needs[0].columns):
            layout = in_room(columns, [Need(0), *needs[1:]], room, indent=len(_INDENT))
        return layout

    def _bar_room(self, columns: Sequence[Column], needs: Sequence[Need], room: int) -> int:
        """Return the columns left for bars beside the others."""
        at = self._bar or 0
        others = sum(need.columns + column.gap for need, column in zip(needs, columns, strict=True))
        left = room - (others - needs[at].columns - columns[-1].gap)
        return min(max(left, LEAST_BAR), WIDEST_BAR)

    def _add_bars(self, chart: Chart) -> None:
        """Put the bar of each group into its row."""
        at = self._bar or 0
        style = "project"
        for (_, depth, group), cells in zip(self._named, self._rows, strict=True):
            if depth == 0 or group.dimension == "project":
                style = self._style(group) or "project"
            text = bar(
                self._renderer.screen, self._counted(group), chart.full, self._layout.widths[at]
            )
            cells[at - 1] = (text, style)

    def _style(self, group: Group) -> str:
        """Return the colour of a project that has one; other groups have no style."""
        if group.dimension != "project" or group.key is None:
            return ""
        return self._colors.get(group.key, "")

    @property
    def _stacked(self) -> bool:
        """Whether each name takes its own line."""
        return not self._layout.widths[0]

    def lines(self) -> Iterator[Line]:
        """Yield the table with its total."""
        renderer, layout, report = self._renderer, self._layout, self._report
        if self._measured:
            heads: list[Cell] = [(text, "faint") for text in ["", *self._heads()]]
            yield from renderer.table(layout, [heads])
        rows: list[list[Cell]] = [
            [(name, self._style(group) or ("project" if depth == 0 else "")), *cells]
            for (name, depth, group), cells in zip(self._named, self._rows, strict=True)
        ]
        drawn = zip(self._named, rows, renderer.rows(layout, rows), strict=True)
        for (_, depth, group), (name, *_), (first, *folded) in drawn:
            # Below its type, a group need not repeat it.
            said = "type" in report.by[: depth + 1]
            of_it = "" if said else self._times.of_it(group.of_types)
            if self._stacked:
                yield from self._alone(name)
            yield from renderer.beside(first, [(of_it, "faint")])
            yield from folded
        yield renderer.line((renderer.screen.letters("─") * self._rule(), "faint"))
        yield from self._sums()

    def _alone(self, name: Cell) -> Iterator[Line]:
        """Yield the lines of a *name* that is not beside its numbers."""
        (text, style), *_ = pieces_of(name)
        parts = wrapped(text, self._renderer.screen.width)
        yield from (self._renderer.line((part, style)) for part in parts)

    def _rule(self) -> int:
        layout = self._layout
        if self._measured:
            return min(layout.total, self._renderer.screen.width)
        return layout.widths[0] + layout.columns[0].gap + layout.widths[1]

    def _sums(self) -> Iterator[Line]:
        report, times = self._report, self._times
        if self._stacked:
            yield from self._alone(("Total", "head"))
        billable = f"billable {times.length(report.billable_seconds)}"
        if report.measure.rounded:
            billable += f" of {times.length(report.seconds)} worked"
        billable += f" ({percent(report.billable_seconds, report.seconds)})"
        shown = "" if times.is_nothing(report.billable_seconds) else billable
        for total in self._renderer.table(self._layout, [[("Total", "head"), *self._total]]):
            of_it = times.of_it(report.of_types)
            yield from self._renderer.beside(total, [(of_it, ""), (shown, "billable")])
        if self._chart is not None:
            full = self._times.length(self._chart.full)
            yield self._renderer.line((f"A full bar is {full}.", "faint"))
        for name, cells, text in self._below():
            if self._stacked:
                yield from self._alone((name, ""))
            for line in self._renderer.table(self._layout, [[(name, ""), *cells]]):
                yield from self._renderer.beside(line, [(text, "faint")])

    def _below(self) -> Iterator[tuple[str, list[Piece], str]]:
        """Yield the target and the average per working day: name, cells, and text after them."""
        if self._target is None:
            return
        target, report, times = self._target, self._report, self._times
        rest = rest_text(target, report.seconds, report.of_types, times)
        name = "Target" if target.given else "Due"
        yield name, self._in_worked(target.seconds), f"{rest} {_days(target)}"
        if target.days > 1:
            average = target.average(counted(report.seconds, report.of_types))
            yield "Average", self._in_worked(average), "a working day"

    def _in_worked(self, seconds: int) -> list[Piece]:
        """Return cells with *seconds* in the column of worked time; the others are empty."""
        cells = [("", "") for _ in self._total]
        cells[1 if self._report.measure.rounded else 0] = (self._times.length(seconds), "")
        return cells


def _days(target: Target) -> str:
    """Return ``(2 of 5 working days)``, or only their number if all are over."""
    if target.days == target.all_days:
        return f"({counted_text(target.days, 'working day')})"
    return f"({target.days} of {counted_text(target.all_days, 'working day')})"


def _calendar(
    renderer: Renderer, report: Report, times: TimeFormat, chart: Chart
) -> Iterator[Line]:
    seconds = {
        date.fromisoformat(group.key): group.sums.rounded or group.seconds
        for group in report.groups
        if group.key
    }
    yield from calendar(renderer, seconds, chart.days, chart.full // 2, times, chart.week_start)
    yield []


def _by_month(report: Report) -> Report:
    """Group *report*, which is by day, by month."""
    months: dict[date, list[Group]] = {}
    for group in report.groups:
        if group.key:
            first = period_start("month", date.fromisoformat(group.key))
            months.setdefault(first, []).append(group)
    groups = tuple(_month(first, days) for first, days in months.items())
    return replace(report, by=("month",), groups=groups)


def _month(first: date, days: Sequence[Group]) -> Group:
    types: Counter[str] = Counter()
    for day in days:
        types.update(day.of_types)
    return Group(
        dimension="month",
        key=first.isoformat(),
        name=calendar_name("month", first),
        seconds=sum(day.seconds for day in days),
        billable_seconds=sum(day.billable_seconds for day in days),
        entry_count=sum(day.entry_count for day in days),
        of_types=types,
        sums=added(day.sums for day in days),
    )


def _walk(groups: Sequence[Group], depth: int = 0) -> Iterator[tuple[int, Group]]:
    """Yield each group with its depth, before the groups within it."""
    for group in groups:
        yield depth, group
        yield from _walk(group.groups, depth + 1)


def _is_one_year(report: Report, times: TimeFormat) -> bool:
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
