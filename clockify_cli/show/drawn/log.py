"""The log by day: a heading with the day's total, one line for each entry, a summary line.

Each day is drawn as its own table, with widths common to all days: one table with thousands of rows
would take seconds and much memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import NO_DESCRIPTION
from clockify_cli.domain.terminal_text import cut, right, width
from clockify_cli.domain.time.durations import DISPLAY_UNITS
from clockify_cli.domain.time.points import date_text, short_date_text, weekday_text
from clockify_cli.show.drawn.tables import Cell, Line, Piece, Renderer, percent, pieces_width
from clockify_cli.show.drawn.widths import (
    WIDEST_GAPS,
    Column,
    Layout,
    Need,
    in_room,
    most,
    need_of_counts,
)
from clockify_cli.show.messages import type_mark, work_label
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from datetime import date, datetime

    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.show.drawn.charts import Bounds
    from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat

NO_COLORS: Mapping[str, str] = {}
NARROW = 64
"""On a narrower screen an entry takes two lines."""

_USUAL, _WIDEST_HEAD = 80, 100
_INDENT, _GAP = 2, 2
_LEAST_DESCRIPTION, _LEAST_TAGS = 12, 6
_NUMBER, _SPAN, _LENGTH, _PROJECT, _DESCRIPTION, _NOTES = range(6)
_COLUMNS = (
    Column(style="faint", to_right=True),
    Column(),
    Column(style="length", to_right=True),
    Column("names", "project", gap=3),
    Column("text", least=20),
    Column("marks"),
)
_FIRST_LINE, _SECOND_LINE = (_NUMBER, _SPAN, _LENGTH, _DESCRIPTION), (_PROJECT, _NOTES)


@dataclass(frozen=True, slots=True)
class _Notes:
    """The end of an entry's line: its *tags*, ``$``, and marks such as "running".

    *color* is that of its project; empty if it has none.
    """

    tags: str
    billable: bool
    marks: Sequence[Piece]
    color: str = ""

    def pieces(self, dollar: bool) -> list[Piece]:
        """Return these notes; *dollar* reserves a column even if ``$`` is missing."""
        pieces: list[Piece] = [(self.tags, "tag")] if self.tags else []
        if dollar or self.billable:
            pieces.append(("$" if self.billable else " ", "billable"))
        pieces += self.marks
        return [
            (f" {text}", style) if n else (text, style) for n, (text, style) in enumerate(pieces)
        ]


_Texts = tuple[str, str, str, str, str]
"""An entry's texts in the order of the columns, without the notes."""
_Entry = tuple[_Texts, _Notes]


def log_chart(
    screen: Screen, view: LogView, times: TimeFormat, bounds: Bounds, colors: Mapping[str, str]
) -> None:
    """Draw the days of *view* on an hour axis; *colors* are those of projects, by local id."""
    from clockify_cli.show.drawn.charts import day_charts

    renderer = Renderer(screen)
    renderer.write(
        [*day_charts(renderer, view, times, bounds, colors), *_footer(renderer, view, times)]
    )


def log_table(
    screen: Screen, view: LogView, times: TimeFormat, colors: Mapping[str, str] = NO_COLORS
) -> None:
    """Draw *view*, no wider than its text needs and the screen allows.

    *colors* are those of projects, by local id.
    """
    log_in_pieces(screen, view.days, lambda: view, times, colors)


def log_in_pieces(
    screen: Screen,
    worked: Iterable[LogDay],
    shown: Callable[[], LogView],
    times: TimeFormat,
    colors: Mapping[str, str] = NO_COLORS,
) -> None:
    """Draw the log from *shown* day by day, after measuring all days as they were *worked*.

    Neither is kept, so that memory does not grow with the log.
    """
    renderer = Renderer(screen)
    texts = _EntryTexts(renderer, times, colors)
    measured = _Measured(renderer, times, texts)
    for day in worked:
        measured.add(day)
    layout = _LogLayout(renderer, measured)
    view = shown()
    for day in view.days:
        rows = [texts.of(row, day.day) for row in day.rows]
        renderer.write([*layout.head(day, times), *layout.lines(rows), []])
    renderer.write(_footer(renderer, view, times))


class _EntryTexts:
    """The texts of entries; names are cleaned once and shared by all entries."""

    def __init__(self, renderer: Renderer, times: TimeFormat, colors: Mapping[str, str]) -> None:
        self._renderer = renderer
        self._times = times
        self._colors = colors
        self._clean = cache(renderer.cell)

    def of(self, row: EntryRow, day: date) -> _Entry:
        """Return the texts of *row* on *day*."""
        entry = row.entry
        color = self._colors.get(entry.project.local_id, "") if entry.project else ""
        texts = (
            "" if row.number is None else f"@{row.number}",
            self.span(entry, day),
            row.length(self._times),
            self.label(entry),
            self._renderer.cell(entry.description or NO_DESCRIPTION),
        )
        return texts, _Notes(self.tags(entry), entry.billable, _marks(self._renderer, row), color)

    def span(self, entry: TimeEntry, day: date) -> str:
        """Return when *entry* began and ended."""
        return self._renderer.screen.letters(_span(entry.start, entry.end, day, self._times))

    def label(self, entry: TimeEntry) -> str:
        """Return the project with its client and the task."""
        return self._clean(work_label(entry))

    def tags(self, entry: TimeEntry) -> str:
        """Return the tags as one text."""
        return self._clean(" ".join([f"#{tag.name}" for tag in entry.tags])) if entry.tags else ""


class _Measured:
    """The widths of the texts of a log: for each column, how often each width occurs."""

    def __init__(self, renderer: Renderer, times: TimeFormat, texts: _EntryTexts) -> None:
        self._renderer = renderer
        self._times = times
        self._texts = texts
        self._unit = DISPLAY_UNITS[times.durations]
        self._counts: list[Counter[int]] = [Counter() for _ in range(_NOTES)]
        self._labels: set[str] = set()
        self._notes: Counter[tuple[int, bool, int]] = Counter()
        self._width_of = cache(lambda seconds: width(times.length(seconds)))
        self.described = 0

    def add(self, day: LogDay) -> None:
        """Measure the entries of *day*."""
        for row in day.rows:
            entry = row.entry
            label = self._texts.label(entry)
            self._labels.add(label)
            description = self._renderer.cell(entry.description or NO_DESCRIPTION)
            if entry.description:
                self.described = max(self.described, width(description))
            widths = (
                0 if row.number is None else len(str(row.number)) + 1,
                width(self._texts.span(entry, day.day)),
                self._length_width(row),
                width(label),
                width(description),
            )
            for counts, columns in zip(self._counts, widths, strict=True):
                counts[columns] += 1
            marks = _marks(self._renderer, row)
            columns = sum(width(text) + 1 for text, _ in marks) - 1 if marks else 0
            self._notes[width(self._texts.tags(entry)), entry.billable, columns] += 1

    def _length_width(self, row: EntryRow) -> int:
        """Return the width of the length, which may be rounded up to one unit more for display."""
        seconds, whole = row.seconds, row.whole
        if seconds is None or whole is None:
            return width(row.length(self._times))
        part = self._columns_of(seconds)
        return part if seconds == whole else part + len(" of ") + self._columns_of(whole)

    def _columns_of(self, seconds: int) -> int:
        return self._width_of(-(-seconds // self._unit) * self._unit)

    @property
    def dollar(self) -> bool:
        """Whether any entry is billable."""
        return any(billable for _, billable, _ in self._notes)

    def needs(self) -> list[Need]:
        """Return what each column needs."""
        mark = self._renderer.mark
        found = [
            need_of_counts(column, counts, self._labels, mark)
            for column, counts in zip(_COLUMNS[:_NOTES], self._counts, strict=True)
        ]
        # The words for a missing description may be shortened before anything else.
        columns = found[_DESCRIPTION].columns
        least = min(columns, self.described, _COLUMNS[_DESCRIPTION].least)
        found[_DESCRIPTION] = Need(columns, "text", lambda: least)
        return [*found, self._notes_need()]

    def _notes_need(self) -> Need:
        """Return what the notes need; ``$`` has its own column if any entry is billable."""
        widths: Counter[int] = Counter()
        least = 0
        for (tags, billable, marks), count in self._notes.items():
            dollar = 1 if self.dollar or billable else 0
            parts = [part for part in (tags, dollar, marks) if part]
            columns = sum(parts) + len(parts) - 1 if parts else 0
            widths[columns] += count
            least = max(least, 1 + (1 + marks if marks else 0))
        least += _LEAST_TAGS
        columns = most(widths, WIDEST_GAPS["marks"])
        return Need(columns, "marks", lambda: min(columns, least))


def _marks(renderer: Renderer, row: EntryRow) -> list[Piece]:
    entry, marks = row.entry, []
    if type_ := type_mark(entry):
        marks.append((renderer.cell(type_), "warning"))
    if entry.running:
        marks.append((renderer.screen.letters("● running"), "running"))
    elif entry.sync_state == "review":
        marks.append(("! review", "warning"))
    return marks


def _span(start: datetime, end: datetime | None, day: date, times: TimeFormat) -> str:
    """Return ``09:00–10:30``; a time not on *day* gets as much of its date as needed."""
    # Align one-digit hours with two-digit ones.
    begin = right(_on(start, day, times), 7 if times.clock == "12" else 5)
    return f"{begin}–{_on(end, day, times) if end else '…'}"


def _on(at: datetime, day: date, times: TimeFormat) -> str:
    moment = times.local(at)
    local, clock = moment.date(), times.clock_of(moment)
    if local == day:
        return clock
    name = f"{weekday_text(local)} {local.day}"
    # Only as much of the date as distinguishes it from one near the heading of the day.
    if local.year != day.year:
        name = date_text(local)
    elif local.month != day.month:
        name = short_date_text(local)
    return f"{name} {clock}"


class _LogLayout:
    """The positions of the columns, for entries as they were *measured*."""

    def __init__(self, renderer: Renderer, measured: _Measured) -> None:
        self._renderer = renderer
        self._dollar = measured.dollar
        needs = measured.needs()
        room = renderer.screen.width
        one = in_room(_COLUMNS, needs, room, indent=_INDENT)
        least = min(measured.described, _LEAST_DESCRIPTION)
        if room < NARROW or one.is_tight(_PROJECT) or one.widths[_DESCRIPTION] < least:
            indent = needs[_NUMBER].columns + _GAP if needs[_NUMBER].columns else _GAP
            self._lines: tuple[tuple[Sequence[int], Layout], ...] = (
                (_FIRST_LINE, _part(_FIRST_LINE, needs, room, 0)),
                (_SECOND_LINE, _part(_SECOND_LINE, needs, room, indent)),
            )
            self._columns = room
        else:
            self._lines = ((range(len(_COLUMNS)), one),)
            self._columns = min(room, max(_USUAL, one.total))
        # The notes are aligned to the right.
        last = self._lines[-1][1]
        if last.widths[-1]:
            last.widths[-1] += self._columns - last.total

    def lines(self, entries: Sequence[_Entry]) -> Iterator[Line]:
        """Yield the lines of a day's entries: one for each, or two on a narrow screen."""
        if not entries:
            return
        parts = []
        for shown, layout in self._lines:
            room = layout.widths[-1]
            cells = [[self._cell(entry, at, room) for at in shown] for entry in entries]
            parts.append(self._renderer.rows(layout, cells))
        for first, *more in zip(*parts, strict=True):
            yield from first
            yield from (line for lines in more for line in lines if line)

    def _cell(self, entry: _Entry, at: int, room: int) -> Cell:
        texts, notes = entry
        if at == _PROJECT and notes.color:
            return texts[at], notes.color
        return texts[at] if at < _NOTES else self._noted(notes, room)

    def _noted(self, notes: _Notes, room: int) -> list[Piece]:
        """Align *notes* to the right in *room* columns; the tags are cut first."""
        pieces = notes.pieces(self._dollar)
        excess = pieces_width(pieces) - room
        if excess > 0 and notes.tags:
            keep = max(width(notes.tags) - excess, 0)
            pieces[0] = (cut(notes.tags, keep, mark=self._renderer.mark), "tag")
        return [(" " * (room - pieces_width(pieces)), ""), *pieces]

    def head(self, day: LogDay, times: TimeFormat) -> Iterator[Line]:
        """Yield the date on the left and the total on the right, with the irregular part of it."""
        columns = min(self._columns, _WIDEST_HEAD)
        name, total = date_text(day.day), times.length(day.seconds)
        of_it = times.of_it(day.of_types)
        room = columns - width(name)
        line = self._renderer.line
        if of_it and width(of_it) + width(total) + 2 * _GAP <= room:
            shown = right(of_it, room - width(total) - _GAP) + " " * _GAP
            yield line((name, "head"), (shown, "faint"), (total, "head"))
            return
        yield line((name, "head"), (right(total, room), "head"))
        if of_it:
            yield line((right(of_it, columns), "faint"))


def _part(shown: Sequence[int], needs: Sequence[Need], room: int, indent: int) -> Layout:
    columns = [_COLUMNS[at] for at in shown]
    return in_room(columns, [needs[at] for at in shown], room, indent=indent)


def _footer(renderer: Renderer, view: LogView, times: TimeFormat) -> Iterator[Line]:
    """Yield the totals of the range and what waits: on one line, or one line for each."""
    if view.left_out:
        hidden = f"{view.left_out} earlier not shown (--limit)"
        yield from renderer.in_a_row([(hidden, "faint"), ("the totals count them", "faint")])
    # The headings of the days show the dates of a named range.
    name = view.name.partition(" · ")[0]
    parts: list[Piece] = [(renderer.cell(f"{name}: {times.length(view.seconds)}"), "head")]
    if view.of_types:
        parts.append((times.of_it(view.of_types), ""))
    if not times.is_nothing(view.billable_seconds):
        share = percent(view.billable_seconds, view.seconds)
        parts.append((f"billable {times.length(view.billable_seconds)} ({share})", "head"))
    if view.target is not None:
        from clockify_cli.show.target import due_text

        parts.append((due_text(view.target, view.seconds, view.of_types, times), ""))
    if view.waiting:
        parts.append((f"{view.waiting} waiting to be sent", ""))
    if view.review:
        parts.append((f"{view.review} needing your decision", "warning"))
    yield from renderer.in_a_row(parts)
