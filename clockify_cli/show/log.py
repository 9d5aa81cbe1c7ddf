"""The log by day: a head with the day's total, a line for each entry, a line that sums up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clockify_cli.domain.change import NO_DESCRIPTION
from clockify_cli.domain.columns import width
from clockify_cli.domain.time.dates import date_text, short_date_text, weekday_text
from clockify_cli.show.messages import type_mark, work_label
from clockify_cli.show.paint import (
    Ink,
    Line,
    Piece,
    cell,
    fitted,
    fitted_label,
    in_a_row,
    line_width,
    paint,
    percent,
    shrink,
)
from clockify_cli.show.screen import Screen
from clockify_cli.show.terminal_text import right
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from datetime import date, datetime

    from clockify_cli.show.log_view import EntryRow, LogDay, LogView

NARROW = 64
"""Below this many columns an entry takes two lines."""

_USUAL = 80
_INDENT, _GAP, _WIDE_GAP = 2, 2, 3


@dataclass(frozen=True, slots=True)
class _Cells:
    """The text of one entry's columns, as the screen can show it."""

    number: str
    span: str
    length: str
    project: str
    description: str
    tags: str
    billable: bool
    type: str
    mark: str
    mark_ink: Ink

    def notes(self, dollar: bool) -> list[Piece]:
        """Tags, ``$``, the type and what is special.

        *dollar* keeps a column for a ``$`` that is missing.
        """
        pieces: list[Piece] = [(self.tags, "tag")] if self.tags else []
        if dollar:
            pieces.append(("$" if self.billable else " ", "billable"))
        if self.type:
            pieces.append((self.type, "warning"))
        if self.mark:
            pieces.append((self.mark, self.mark_ink))
        spaced: list[Piece] = []
        for piece in pieces:
            spaced += [(" ", ""), piece]
        return spaced[1:]


def log_table(screen: Screen, view: LogView, times: TimeFormat) -> None:
    """Draw *view*: no wider than its text needs, nor than the screen."""
    days = [(day, [_cells(screen, row, day.day, times) for row in day.rows]) for day in view.days]
    every = [cells for _, rows in days for cells in rows]
    layout = _Layout.of(screen, every)
    lines: list[Line] = []
    for day, rows in days:
        lines.extend(_day_head(day, layout.columns, times))
        for cells in rows:
            lines.extend(layout.lines(cells))
        lines.append(())
    lines.extend(_footer(screen, view, times))
    paint(screen, lines)


def _cells(screen: Screen, row: EntryRow, day: date, times: TimeFormat) -> _Cells:
    entry = row.entry
    mark, ink = _mark(row)
    return _Cells(
        number="" if row.number is None else f"@{row.number}",
        span=screen.letters(_span(entry.start, entry.end, day, times)),
        length=_length(row, times),
        project=cell(screen, work_label(entry)),
        description=cell(screen, entry.description or NO_DESCRIPTION),
        tags=cell(screen, " ".join(f"#{tag.name}" for tag in entry.tags)),
        billable=entry.billable,
        type=cell(screen, type_mark(entry)),
        mark=screen.letters(mark),
        mark_ink=ink,
    )


def _length(row: EntryRow, times: TimeFormat) -> str:
    """``1:00``, or ``1:00 of 2:30`` where more of the entry lies in other days."""
    if row.seconds is None or row.whole is None:
        return times.length(row.entry.seconds(times.now))
    part, whole = times.length(row.seconds), times.length(row.whole)
    return part if part == whole else f"{part} of {whole}"


def _mark(row: EntryRow) -> tuple[str, Ink]:
    if row.entry.running:
        return "● running", "running"
    return ("! review", "warning") if row.entry.sync_state == "review" else ("", "")


def _span(start: datetime, end: datetime | None, day: date, times: TimeFormat) -> str:
    """``09:00–10:30``; what is not on *day* comes with its weekday, its month or year if other."""
    # Hours of one digit stand under those of two.
    begin = right(_on(start, day, times), 7 if times.clock == "12" else 5)
    return f"{begin}–{_on(end, day, times) if end else '…'}"


def _on(at: datetime, day: date, times: TimeFormat) -> str:
    local = times.local(at).date()
    clock = times.table_clock(at)
    if local == day:
        return clock
    name = f"{weekday_text(local)} {local.day}"
    # As much of the date as tells it from one near the head of the day.
    if local.year != day.year:
        name = date_text(local)
    elif local.month != day.month:
        name = short_date_text(local)
    return f"{name} {clock}"


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each column stands; *project* is 0 where no entry has one."""

    screen: Screen
    columns: int
    number: int
    span: int
    length: int
    project: int
    description: int
    notes: int
    dollar: bool

    @classmethod
    def of(cls, screen: Screen, every: list[_Cells]) -> _Layout:
        """The layout that fits *every* entry on *screen*."""
        dollar = any(cells.billable for cells in every)
        number = max((width(cells.number) for cells in every), default=0)
        span = max((width(cells.span) for cells in every), default=0)
        length = max((width(cells.length) for cells in every), default=0)
        project = max((width(cells.project) for cells in every), default=0)
        description = max((width(cells.description) for cells in every), default=0)
        notes = max((line_width(cells.notes(dollar)) for cells in every), default=0)
        fixed = _INDENT + (number + _GAP if number else 0) + span + _GAP + length + _GAP
        gaps = (_WIDE_GAP if project else 0) + _GAP
        needed = fixed + project + description + notes + gaps
        columns = min(screen.width, max(_USUAL, needed))
        project, description, notes = shrink([project, description, notes], columns - fixed - gaps)
        return cls(screen, columns, number, span, length, project, description, notes, dollar)

    def lines(self, cells: _Cells) -> Iterator[Line]:
        """One line for an entry; two on a narrow screen."""
        yield from self._two_lines(cells) if self.columns < NARROW else [self._one_line(cells)]

    def _start(self, cells: _Cells, indent: int) -> list[Piece]:
        pieces: list[Piece] = [(" " * indent, "")]
        if self.number:
            pieces.append((right(cells.number, self.number) + " " * _GAP, "faint"))
        pieces.append((fitted(self.screen, cells.span, self.span) + " " * _GAP, ""))
        pieces.append((right(cells.length, self.length) + " " * _GAP, "length"))
        return pieces

    def _one_line(self, cells: _Cells) -> Line:
        pieces = self._start(cells, _INDENT)
        if self.project:
            project = fitted_label(self.screen, cells.project, self.project)
            pieces.append((project + " " * _WIDE_GAP, "project"))
        notes = self._notes(cells, self.notes)
        room = self.columns - line_width(pieces) - line_width(notes) - (_GAP if notes else 0)
        pieces.append((fitted(self.screen, cells.description, room), ""))
        return [*pieces, (" " * _GAP, ""), *notes] if notes else pieces

    def _two_lines(self, cells: _Cells) -> Iterator[Line]:
        start = self._start(cells, 0)
        room = self.columns - line_width(start)
        yield [*start, (fitted(self.screen, cells.description, max(room, 1)), "")]
        indent = self.number + _GAP if self.number else _GAP
        notes = self._notes(cells, self.columns // 2)
        room = self.columns - indent - line_width(notes) - (1 if notes else 0)
        project = fitted_label(self.screen, cells.project, room)
        if cells.project or notes:
            yield [(" " * indent, ""), (project + " ", "project"), *notes]

    def _notes(self, cells: _Cells, room: int) -> list[Piece]:
        """The notes in at most *room* columns: the tags are cut first."""
        notes = cells.notes(self.dollar)
        excess = line_width(notes) - room
        if excess > 0 and cells.tags:
            keep = max(width(cells.tags) - excess, 0)
            notes[0] = (fitted(self.screen, cells.tags, keep), "tag")
        return notes if any(text.strip() for text, _ in notes) else []


def _day_head(day: LogDay, columns: int, times: TimeFormat) -> Iterator[Line]:
    name = date_text(day.day)
    total = times.length(day.seconds)
    of_it = times.of_it(day.of_types)
    room = columns - width(name)
    beside = bool(of_it) and width(of_it) + width(total) + 2 * _GAP <= room
    if beside:
        yield [
            (name, "head"),
            (right(of_it, room - width(total) - _GAP) + " " * _GAP, "faint"),
            (total, "head"),
        ]
        return
    yield [(name, "head"), (right(total, room), "head")]
    if of_it:
        yield [(right(of_it, columns), "faint")]


def _footer(screen: Screen, view: LogView, times: TimeFormat) -> Iterator[Line]:
    """What the range comes to and what waits: on one line, or a line for each part."""
    if view.left_out:
        hidden = f"{view.left_out} earlier not shown (--limit)"
        yield from in_a_row(screen, [(hidden, "faint"), ("the totals count them", "faint")])
    # The dates of a named range stand in the heads of its days.
    name = view.name.partition(" · ")[0]
    parts: list[Piece] = [(cell(screen, f"{name}: {times.length(view.seconds)}"), "head")]
    if view.of_types:
        parts.append((times.of_it(view.of_types), ""))
    if not times.is_nothing(view.billable_seconds):
        share = percent(view.billable_seconds, view.seconds)
        parts.append((f"billable {times.length(view.billable_seconds)} ({share})", "head"))
    if view.waiting:
        parts.append((f"{view.waiting} waiting to be sent", ""))
    if view.review:
        parts.append((f"{view.review} waiting for your decision", "warning"))
    yield from in_a_row(screen, parts)
