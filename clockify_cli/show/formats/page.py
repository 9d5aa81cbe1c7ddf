"""Reports, logs, timesheets and bills as HTML pages: one file, no scripts, no requests.

Jinja fills in the templates and escapes every text; unprintable characters are made visible first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.domain.apportion import largest_remainders
from clockify_cli.domain.entry import NO_DESCRIPTION, type_name
from clockify_cli.domain.money import decimal_text, half_up
from clockify_cli.domain.terminal_text import clean_line
from clockify_cli.domain.time.points import date_text, weekday_text
from clockify_cli.domain.timesheet import typed_rows
from clockify_cli.show.formats.day_chart import day_chart
from clockify_cli.show.messages import TWICE, type_mark, work_label
from clockify_cli.show.views import Cover
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from datetime import date

    from clockify_cli.domain.bill import Bill, Line
    from clockify_cli.domain.report import Dimension, Group, Report
    from clockify_cli.domain.timesheet import Timesheet
    from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
    from clockify_cli.show.time_format import TimeFormat

_TEMPLATES = Path(__file__).with_name("templates")
NO_COLORS: Mapping[str, str] = {}
_DEEPEST = 3
_MOST = 62
"""The most columns that can still be distinguished."""
_WHOLE = 1000
"""The width of a bar for 100 %."""
_UNITS = {"clock": "hours and minutes", "hm": "hours and minutes", "decimal": "hours"}


def _render(template: str, cover: Cover, values: Mapping[str, object], notes: list[str]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(template).render(cover=cover, notes=notes, **values)


def _visible(value: object) -> object:
    """Return *value* for a template: text without control characters, on one line."""
    # Leave text alone that is already escaped.
    return clean_line(value) if type(value) is str else value


# ── a report ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Row:
    """A group at a *depth*; *share* is the width of its bar, None for no bar.

    The *percent* of all rows with a bar add up to 100. *color* as in `_swatch`.
    """

    name: str
    depth: int
    cells: tuple[str, ...]
    share: int | None
    percent: str
    color: str | None = None

    @property
    def outer(self) -> bool:
        """Whether it is outermost, not within another group."""
        return self.depth == 0


def report_page(
    report: Report,
    cover: Cover,
    times: TimeFormat,
    lengths: tuple[Dimension, Sequence[tuple[date, int]]],
    colors: Mapping[str, str] = NO_COLORS,
) -> str:
    """Return the page of *report* (as displayed); *lengths* is its time by a calendar unit.

    *colors* are those of projects (``#0b83d9``), by id.
    """
    cells = _Cells(report, times, colors)
    title = "Worked time" if report.measure.rounded else "Time"
    chart = day_chart(title, *lengths, times)
    notes = [f"{times.of_it(report.of_types).capitalize()}."] if report.of_types else []
    if report.counts_twice:
        notes.append(TWICE)
    if report.running:
        notes.append(_running_note(times))
    count, seconds = report.unrated
    if count:
        notes.append(f"{times.length(seconds)} of billable time has no rate and is in no amount.")
    values = {
        "sums": list(cells.sums()),
        "chart": chart,
        "heading": f"Time by {', then '.join(report.by)}",
        "caption": cells.caption(),
        "first": report.by[0].capitalize(),
        "heads": cells.heads(),
        "rows": list(cells.rows(report.groups)),
        "total": cells.of(report),
    }
    return _render("report.html", cover, values, notes)


class _Cells:
    """The numbers of *report* as texts."""

    def __init__(self, report: Report, times: TimeFormat, colors: Mapping[str, str]) -> None:
        self._report = report
        self._colors = colors
        self._times = times
        self._rounded = report.measure.rounded
        self._currencies = [amount.currency for amount in report.sums.amounts]

    def counted(self, node: Report | Group) -> int:
        """Return the seconds shown first: rounded, if time is rounded."""
        return node.sums.rounded if self._rounded else node.seconds

    def sums(self) -> Iterator[tuple[str, str]]:
        """Yield the totals, each with its name."""
        report, length = self._report, self._times.length
        yield ("Total, rounded" if self._rounded else "Total"), length(self.counted(report))
        if self._rounded:
            yield "Worked", length(report.seconds)
        if not self._times.is_nothing(report.billable_seconds):
            yield (
                ("Billable, worked" if self._rounded else "Billable"),
                length(report.billable_seconds),
            )
        for amount in report.sums.amounts:
            yield f"Amount in {amount.currency}", amount.text

    def heads(self) -> list[str]:
        """Return the headings of the number columns."""
        return [*(["Rounded", "Worked"] if self._rounded else ["Time"]), *self._currencies]

    def caption(self) -> str:
        """Return a caption that says what the numbers are."""
        text = f"Time in {_UNITS[self._times.durations]}"
        return f"{text}, amounts in {' and '.join(self._currencies)}" if self._currencies else text

    def of(self, node: Report | Group) -> tuple[str, ...]:
        """Return the numbers of *node*."""
        amounts = {amount.currency: amount.text for amount in node.sums.amounts}
        worked = [node.seconds] if self._rounded else []
        lengths = [self._times.length(each) for each in (self.counted(node), *worked)]
        return (*lengths, *(amounts.get(each, "") for each in self._currencies))

    def _shares(self, groups: Sequence[Group]) -> list[tuple[int | None, str]]:
        """Return the width of each bar, and the percentage it stands for."""
        whole = self.counted(self._report)
        if not whole:
            return [(None, "")] * len(groups)
        parts = [self.counted(group) for group in groups]
        hundredths = [half_up(100 * part, whole) for part in parts]
        if sum(parts) == whole:
            hundredths = largest_remainders(100, [100 * part for part in parts], whole)
        return [
            (half_up(_WHOLE * part, whole), f"{percent} %")
            for part, percent in zip(parts, hundredths, strict=True)
        ]

    def rows(self, groups: Sequence[Group], depth: int = 0) -> Iterator[_Row]:
        """Yield *groups* and the groups within them, each group before its own."""
        shares = self._shares(groups) if depth == 0 else [(None, "")] * len(groups)
        for group, (share, percent) in zip(groups, shares, strict=True):
            yield _Row(
                _name(group),
                min(depth, _DEEPEST),
                self.of(group),
                share,
                percent,
                _swatch(self._colors, group.key) if group.dimension == "project" else None,
            )
            yield from self.rows(group.groups, depth + 1)


def _swatch(colors: Mapping[str, str], project: str | None) -> str | None:
    """Return the colour of *project*: empty if it has none, None if no project has one."""
    return colors.get(project or "", "") if colors else None


def _name(group: Group) -> str:
    from datetime import date as day_of

    if group.dimension == "week" and group.key:
        return f"{group.name}, from {date_text(day_of.fromisoformat(group.key))}"
    return group.name


def calendar_unit(days: int) -> Dimension:
    """Return the calendar unit in which *days* are drawn."""
    return "day" if days <= _MOST else "week" if days <= _MOST * 7 else "month"


def _running_note(times: TimeFormat) -> str:
    return f"Counts the running timer up to {times.table_moment(times.now)}."


# ── a log ────────────────────────────────────────────────────────────────────────────────────


def log_page(
    view: LogView, cover: Cover, times: TimeFormat, colors: Mapping[str, str] = NO_COLORS
) -> str:
    """Return the page of *view*, with a part for each day; *colors* are by project local id."""
    below = [times.of_it(view.of_types)] if view.of_types else []
    if not times.is_nothing(view.billable_seconds):
        below.append(f"billable {times.length(view.billable_seconds)}")
    notes = []
    if view.left_out:
        notes.append(f"{view.left_out} earlier entries are not shown; the totals count them.")
    if any(row.entry.running for row in view.rows):
        notes.append(_running_note(times))
    values = {
        "days": [_day(day, times, colors) for day in view.days],
        "caption": "Entries by day; an entry over midnight is in both days.",
        "total": times.length(view.seconds),
        "below": ", ".join(below),
    }
    return _render("log.html", cover, values, notes)


def _day(day: LogDay, times: TimeFormat, colors: Mapping[str, str]) -> dict[str, object]:
    return {
        "name": date_text(day.day),
        "length": times.length(day.seconds),
        "of_it": times.of_it(day.of_types),
        "rows": [_logged(row, times, colors) for row in day.rows],
    }


def _logged(row: EntryRow, times: TimeFormat, colors: Mapping[str, str]) -> dict[str, str | None]:
    entry = row.entry
    end = times.table_clock(entry.end) if entry.end else "now"
    description = entry.description or NO_DESCRIPTION
    mark = type_mark(entry)
    return {
        "span": f"{times.table_clock(entry.start)}–{end}",
        "length": row.length(times),
        "project": work_label(entry),
        "color": _swatch(colors, entry.project.local_id if entry.project else None),
        "description": f"{description} ({mark})" if mark else description,
        "tags": ", ".join(tag.name for tag in entry.tags),
        "billable": "yes" if entry.billable else "",
    }


# ── a timesheet ──────────────────────────────────────────────────────────────────────────────


def timesheet_page(
    worked: Timesheet,
    rounded: Timesheet | None,
    cover: Cover,
    times: TimeFormat,
    colors: Mapping[str, str] = NO_COLORS,
) -> str:
    """Return the grid of *rounded* if given, with a column for what was *worked*.

    *colors* are those of projects, by id.
    """
    shown = worked if rounded is None else rounded

    def cells(seconds: Sequence[int], total: int, was: int) -> list[str]:
        lengths = [times.length(each) if each else "" for each in seconds]
        return [*lengths, times.length(total), *([times.length(was)] if rounded else [])]

    rows = []
    for row, seconds in typed_rows(shown, worked):
        texts = cells(row.seconds, row.total, seconds)
        rows.append({"name": row.name, "color": _swatch(colors, row.key), "cells": texts})
    sums = [_sum("Total", cells(shown.totals, shown.total, worked.total))]
    for type_, days in shown.of_types.items():
        was_days = worked.of_types.get(type_, ())
        sums.append(_sum(f"of it {type_name(type_)}", cells(days, sum(days), sum(was_days))))
    values = {
        "caption": f"Time in {_UNITS[times.durations]}",
        "heads": [
            *(f"{weekday_text(day)} {day.day}" for day in shown.days),
            "Total",
            *(["Worked"] if rounded else []),
        ],
        "rows": rows,
        "sums": sums,
    }
    notes = [_running_note(times)] if worked.running else []
    return _render("timesheet.html", cover, values, notes)


def _sum(name: str, cells: list[str]) -> dict[str, object]:
    return {"name": name, "color": None, "cells": cells}


# ── a bill ───────────────────────────────────────────────────────────────────────────────────


def bill_page(bill: Bill, times: TimeFormat) -> str:
    """Return the page of *bill*: the client, the days, the lines and the total."""
    details = [("For", bill.client.name)] if bill.client.name else []
    if bill.lines:
        first = min(line.first for line in bill.lines)
        last = max(line.last for line in bill.lines)
        details.append(("Service", _days(first, last)))
    details.append(("Made on", f"{times.local(bill.created):%Y-%m-%d}"))
    if bill.corrects:
        details.append(("Corrects", f"bill {bill.corrects}"))
    if bill.state == "void":
        details.append(("State", "void"))
    values = {
        "currency": bill.currency,
        "lines": [_billed(line) for line in bill.lines],
        "quantity": decimal_text(bill.quantity),
        "total": f"{bill.total.text} {bill.currency}",
    }
    return _render("bill.html", Cover(f"Bill {bill.ref}", "", tuple(details)), values, [])


def _billed(line: Line) -> dict[str, str]:
    return {
        "description": line.description,
        "days": _days(line.first, line.last),
        "quantity": line.quantity_text,
        "price": line.price_text,
        "amount": line.amount_text,
    }


def _days(first: date, last: date) -> str:
    return f"{first}" if first == last else f"{first} to {last}"
