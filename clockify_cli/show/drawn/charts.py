"""Charts for people: bars, a calendar of days, and a day on an hour axis.

Bars use only full and half blocks, because finer ones break when they are pasted. On an ASCII
screen, ``#`` replaces both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.domain.report import period_start
from clockify_cli.domain.terminal_text import left, right, width
from clockify_cli.domain.time.points import MONTHS, date_text, weekday_text
from clockify_cli.show.drawn.tables import Line, Piece, Renderer
from clockify_cli.show.drawn.widths import cut_typed
from clockify_cli.show.messages import type_mark
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

LEAST_BAR, WIDEST_BAR = 8, 50
CALENDAR_DAYS = 62
"""A report by day with more days than this is drawn as a calendar."""

Bounds = Callable[[date], tuple[datetime, datetime]]
"""The instants at which a local day begins and ends."""

_FULL, _HALF = "█", "▌"
_DAY, _WEEK = timedelta(days=1), 7
_DAY_LABEL = 5
_HOUR = 3600
_USUAL_HOURS = (8, 18)
_PER_CELL = (450, 600, 900, 1200, 1800, 3600, 7200, 14_400)
"""The possible lengths of a cell of the hour axis, in seconds."""
_LEAST_LABEL, _GAP = 12, 2


def bar(screen: Screen, seconds: int, full: int, cells: int) -> str:
    """Return a bar for *seconds*, if *full* seconds fill *cells*; at least one mark unless 0."""
    if seconds <= 0:
        return ""
    if not screen.unicode:
        return "#" * min(max(round(cells * seconds / full), 1), cells)
    halves = min(max(round(2 * cells * seconds / full), 1), 2 * cells)
    return _FULL * (halves // 2) + _HALF * (halves % 2)


def calendar(
    renderer: Renderer,
    seconds: Mapping[date, int],
    days: Sequence[date],
    much: int,
    times: TimeFormat,
    week_start: int = 0,
) -> Iterator[Line]:
    """Draw the consecutive *days* as a calendar with a column for each week.

    *seconds* are those of each day; a day with *much* or more is drawn full.
    """
    last = min(days[-1], max(times.today, *seconds))
    nothing, some, full = ("·", _HALF, _FULL) if renderer.screen.unicode else (".", "+", "#")

    def cell(day: date) -> str:
        if not days[0] <= day <= last:
            return " "
        length = seconds.get(day, 0)
        return nothing if not length else full if length >= much else some

    for weeks in _blocks(days, renderer.screen.width, week_start):
        apart = " " if 2 * len(weeks) + _DAY_LABEL <= renderer.screen.width else ""
        yield renderer.line((_month_heads(weeks, days, 1 + len(apart)), "faint"))
        for number in range(_WEEK):
            row = apart.join(cell(week + number * _DAY) for week in weeks).rstrip(" ")
            name = left(weekday_text(weeks[0] + number * _DAY), _DAY_LABEL)
            yield renderer.line((name, "faint"), (row, "billable"))
        yield []
    limit = times.length(much)
    legend = [f"{some} less than {limit}", f"{full} {limit} or more", f"{nothing} nothing"]
    first = renderer.line((legend[0], "faint"))
    yield from renderer.beside(first, [(text, "faint") for text in legend[1:]])


def _blocks(days: Sequence[date], columns: int, week_start: int) -> Iterator[list[date]]:
    """Yield the first days of the weeks to draw side by side: all, or as many of a year as fit."""
    first = period_start("week", days[0], week_start)
    count = (days[-1] - first).days // _WEEK + 1
    weeks = [first + number * _WEEK * _DAY for number in range(count)]
    room = max(columns - _DAY_LABEL, 1)
    if len(weeks) <= room and len(weeks) <= 54:
        yield weeks
        return
    by_year: dict[int, list[date]] = {}
    for week in weeks:
        # A week belongs to the year that has most of its days.
        by_year.setdefault((week + 3 * _DAY).year, []).append(week)
    for of_year in by_year.values():
        for at in range(0, len(of_year), room):
            yield of_year[at : at + room]


def _month_heads(weeks: Sequence[date], days: Sequence[date], columns: int) -> str:
    """Return the year, and month names above the weeks in which they begin, *columns* per week."""
    head = str((weeks[0] + 3 * _DAY).year)
    room = _DAY_LABEL + columns * len(weeks)
    for number, week in enumerate(weeks):
        last = min(week + 6 * _DAY, days[-1])
        at = _DAY_LABEL + columns * number
        name = MONTHS[last.month - 1][:3]
        if (number == 0 or last.day <= _WEEK) and len(head) < at and at + len(name) <= room:
            head = left(head, at) + name
    return head


@dataclass(frozen=True, slots=True)
class _Lane:
    """The spans of a project on one day, in seconds since it began, and their sum."""

    label: str
    style: str
    spans: tuple[tuple[int, int], ...]
    seconds: int
    running: bool


@dataclass(frozen=True, slots=True)
class _Axis:
    """A time axis from *first* to *last* (seconds since a day began), *per_cell* seconds a cell."""

    first: int
    last: int
    per_cell: int

    @property
    def cells(self) -> int:
        """The number of cells."""
        return -(-(self.last - self.first) // self.per_cell)

    def at(self, offset: int) -> int:
        """Return the cell that contains *offset*."""
        return min(max((offset - self.first) // self.per_cell, 0), self.cells - 1)


def day_charts(
    renderer: Renderer, view: LogView, times: TimeFormat, bounds: Bounds, colors: Mapping[str, str]
) -> Iterator[Line]:
    """Draw each day of *view* on a common hour axis, with a lane for each project.

    *colors* are those of projects, by local id.
    """
    days = [
        (day, bounds(day.day), _lanes(renderer, day, bounds(day.day), times, colors))
        for day in view.days
    ]
    lanes_ = [lane for *_, lanes in days for lane in lanes]
    label, length = _columns(renderer, lanes_, [day for day, *_ in days], times)
    room = renderer.screen.width - label - length - 2 * _GAP
    offsets = [offset for lane in lanes_ for span in lane.spans for offset in span]
    begins = days[0][1][0] if days else times.now
    axis = _axis(offsets, times.local(begins).hour, room)
    for day, (start, end), lanes in days:
        now = int((times.now - start).total_seconds()) if start <= times.now < end else None
        yield from _DayChart(renderer, axis, label, length, times).lines(day, start, lanes, now)


def _lanes(
    renderer: Renderer,
    day: LogDay,
    bounds: tuple[datetime, datetime],
    times: TimeFormat,
    colors: Mapping[str, str],
) -> list[_Lane]:
    """Return the lanes of *day*, in the order in which they begin."""
    found: dict[tuple[str, str], list[EntryRow]] = {}
    for row in sorted(day.rows, key=lambda row: row.entry.start):
        project = row.entry.project.local_id if row.entry.project else ""
        found.setdefault((project, row.entry.type), []).append(row)
    lanes = []
    for (project, _), rows in found.items():
        spans = (_span(row.entry, bounds, times.now) for row in rows)
        seconds = (
            row.entry.seconds(times.now) if row.seconds is None else row.seconds for row in rows
        )
        lanes.append(
            _Lane(
                label=renderer.cell(_lane_label(rows[0].entry)),
                style=colors.get(project, "project"),
                spans=tuple(span for span in spans if span[0] < span[1]),
                seconds=sum(seconds),
                running=any(row.entry.running for row in rows),
            )
        )
    return lanes


def _lane_label(entry: TimeEntry) -> str:
    name = entry.project.label if entry.project else "(no project)"
    mark = type_mark(entry)
    return f"{name} ({mark})" if mark else name


def _span(entry: TimeEntry, bounds: tuple[datetime, datetime], now: datetime) -> tuple[int, int]:
    """Return the bounds of *entry* within the day *bounds*, in seconds since the day began."""
    start, end = bounds
    first, last = max(entry.start, start), min(now if entry.end is None else entry.end, end)
    return int((first - start).total_seconds()), int((last - start).total_seconds())


def _columns(
    renderer: Renderer, lanes: Sequence[_Lane], days: Sequence[LogDay], times: TimeFormat
) -> tuple[int, int]:
    """Return the widths of the labels and of the lengths."""
    widest = max((width(lane.label) for lane in lanes), default=0)
    most = max(renderer.screen.width // 3, _LEAST_LABEL)
    # The gaps can be no longer than the time from the first span to the last.
    offsets = [offset for lane in lanes for span in lane.spans for offset in span] or [0]
    spread = max(offsets) - min(offsets)
    seconds = [*(lane.seconds for lane in lanes), *(day.seconds for day in days), spread]
    lengths = (width(times.length(each)) for each in seconds)
    return min(max(widest, _LEAST_LABEL), most), max(lengths, default=0)


def _axis(offsets: Sequence[int], first_hour: int, room: int) -> _Axis:
    """Return an axis for *offsets* and the hours of a usual day, in at most *room* cells."""
    usual = [max(hour - first_hour, 0) * _HOUR for hour in _USUAL_HOURS]
    first = min([*offsets, usual[0]]) // _HOUR * _HOUR
    last = -(-max([*offsets, usual[1], first + _HOUR]) // _HOUR) * _HOUR
    for per_cell in _PER_CELL:
        if last - first <= per_cell * room:
            break
    return _Axis(first, last, per_cell)


@dataclass(frozen=True, slots=True)
class _DayChart:
    """Draws a day on *axis*, between labels and lengths of fixed widths."""

    renderer: Renderer
    axis: _Axis
    label: int
    length: int
    times: TimeFormat

    def lines(
        self, day: LogDay, start: datetime, lanes: Sequence[_Lane], now: int | None
    ) -> Iterator[Line]:
        """Yield the heading, the axis, the lanes, the gaps, and a mark at *now*."""
        line, times = self.renderer.line, self.times
        name = date_text(day.day)
        total = right(times.length(day.seconds), self._columns - width(name))
        yield line((name, "head"), (total, "head"))
        yield line((" " * (self.label + _GAP) + self._hours(start), "faint"))
        for lane in lanes:
            yield self._lane(lane, now)
        yield from self._gaps(lanes, now)
        if now is not None:
            yield self._now(now)
        yield []

    @property
    def _columns(self) -> int:
        return self.label + _GAP + self.axis.cells + _GAP + self.length

    def _hours(self, start: datetime) -> str:
        """Return the hours of the day that began at *start*, spaced so that they can be read."""
        axis, text, apart = self.axis, "", 1
        while apart * _HOUR < 4 * axis.per_cell:
            apart *= 2
        for offset in range(axis.first, axis.last, apart * _HOUR):
            local = self.times.local(start + timedelta(seconds=offset))
            name = str(local.hour)
            if self.times.clock == "12":
                name = f"{local.hour % 12 or 12}{'am' if local.hour < 12 else 'pm'}"
            text = left(text, (offset - axis.first) // axis.per_cell) + name
        return text

    def _lane(self, lane: _Lane, now: int | None) -> Line:
        label = cut_typed(lane.label, self.label, self.renderer.mark)
        pieces: list[Piece] = [(left(label, self.label + _GAP), "")]
        pieces += self._with_now(_cells(lane.spans, self.axis), lane.style, now)
        length = right(self.times.length(lane.seconds), self.length)
        pieces += [(" " * _GAP + length, "length")]
        if lane.running:
            pieces.append((self.renderer.screen.letters(" ●"), "running"))
        return self.renderer.line(*pieces)

    def _with_now(self, cells: str, style: str, now: int | None) -> Iterator[Piece]:
        """Yield *cells* in *style*, with a mark at *now* if that cell is empty."""
        if not self.renderer.screen.unicode:
            cells = cells.replace(_FULL, "#").replace(_HALF, "#")
        at = None if now is None else self.axis.at(now)
        if at is None or cells[at] != " ":
            yield cells, style
            return
        yield cells[:at], style
        yield self.renderer.screen.letters("│"), "faint"
        yield cells[at + 1 :], style

    def _gaps(self, lanes: Sequence[_Lane], now: int | None) -> Iterator[Line]:
        """Yield a lane with the gaps between the first entry and the last, or now."""
        spans = sorted(span for lane in lanes for span in lane.spans)
        if not spans:
            return
        last = max([end for _, end in spans] + ([] if now is None else [now]))
        gaps, until = [], spans[0][0]
        for start, end in [*spans, (last, last)]:
            if start > until:
                gaps.append((until, start))
            until = max(until, end)
        seconds = sum(end - start for start, end in gaps)
        if self.times.is_nothing(seconds):
            return
        dots = _cells(gaps, self.axis).replace(_FULL, "·").replace(_HALF, "·")
        text = left("no entry", self.label + _GAP) + dots + " " * _GAP
        length = right(self.times.length(seconds), self.length)
        yield self.renderer.line((self.renderer.screen.letters(text + length), "faint"))

    def _now(self, now: int) -> Line:
        at = self.label + _GAP + self.axis.at(now)
        text = f"^ now {self.times.table_clock(self.times.now)}"
        if at + width(text) > self.renderer.screen.width:
            text = f"now {self.times.table_clock(self.times.now)} ^"
            at -= width(text) - 1
        return self.renderer.line((" " * at + text, "faint"))


def _cells(spans: Sequence[tuple[int, int]], axis: _Axis) -> str:
    """Draw *spans* into the cells of *axis*: full, half or empty; each span is visible."""
    halves = [False] * (2 * axis.cells)
    for start, end in spans:
        first = round(2 * (start - axis.first) / axis.per_cell)
        last = max(round(2 * (end - axis.first) / axis.per_cell), first + 1)
        for half in range(max(first, 0), min(last, len(halves))):
            halves[half] = True
    pairs = zip(halves[::2], halves[1::2], strict=True)
    # No block in use fills only the second half of a cell, so the whole cell is filled.
    return "".join(_FULL if second else _HALF if first else " " for first, second in pairs)
