"""Entries, a report, a timesheet and a bill as spreadsheets.

Dates and durations are real ones, totals are formulas stored with their values, and text that
begins with = stays text. A second sheet describes the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from clockify_cli.domain.entry import type_name
from clockify_cli.domain.report import CALENDAR
from clockify_cli.domain.terminal_text import clean_line
from clockify_cli.domain.timesheet import typed_rows
from clockify_cli.errors import UsageError, install_command
from clockify_cli.show.messages import TWICE
from clockify_cli.show.rows.bill_rows import LINES
from clockify_cli.show.rows.report_rows import report_rows

if TYPE_CHECKING:
    from clockify_cli.domain.bill import Bill
    from clockify_cli.domain.entry import TimeEntry
    from clockify_cli.domain.report import Group, Report
    from clockify_cli.domain.timesheet import Timesheet
    from clockify_cli.show.time_format import TimeFormat
    from clockify_cli.show.views import Cover

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_MOST_ROWS = 1_048_574
"""The rows of a sheet without its headings and totals."""
_MOST_IN_MEMORY = 5_000
"""Up to this many rows a sheet is made in memory, which is faster; larger ones are streamed."""
_FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)
"""The day from which spreadsheets count days."""
_LONGEST_TEXT = 32_767
"""The most characters in a cell."""
_TEXT_WIDTH, _NAME_WIDTH, _NUMBER_WIDTH = 40, 24, 11

_BILL_WIDTHS = (12, _TEXT_WIDTH, _NAME_WIDTH, _NAME_WIDTH, 10, 6, 11, 12, 10, 13, 13)
_QUANTITY, _PRICE, _AMOUNT = 4, 6, 7


class _Book:
    """A workbook in the making. *small*: it may be held in memory as a whole."""

    def __init__(self, title: str, made: datetime, *, small: bool = True) -> None:
        try:
            from xlsxwriter import Workbook
        except ImportError:
            raise UsageError(
                "spreadsheets need the package XlsxWriter, which is not installed",
                f"Install it: `{install_command('XlsxWriter')}`",
            ) from None
        self._file = BytesIO()
        # Text stays text: none of it may become a formula, a link or a number.
        plain = {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        how = {"in_memory": True} if small else {"constant_memory": True}
        self._book = Workbook(self._file, {**plain, **how})
        # A workbook has no time zone.
        created = made.replace(tzinfo=None)
        self._book.set_properties({"title": clean_line(title), "created": created})
        self._formats: dict[tuple[str, bool], Any] = {}

    def format(self, number: str = "", *, bold: bool = False) -> Any:
        """Return the cell format with the number format *number*."""
        key = (number, bold)
        if key not in self._formats:
            said = {"num_format": number} if number else {}
            self._formats[key] = self._book.add_format({**said, "bold": bold})
        return self._formats[key]

    def sheet(self, name: str, heads: Sequence[str | date], widths: Sequence[int]) -> Any:
        """Add a sheet whose *heads* stay visible when scrolling."""
        page = self._book.add_worksheet(name)
        page.freeze_panes(1, 0)
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            page.set_column(column, column, width)
            if isinstance(head, str):
                page.write_string(0, column, head, self.format(bold=True))
            else:
                page.write_datetime(0, column, head, self.format("ddd d mmm", bold=True))
        return page

    def about(self, cover: Cover, *notes: str) -> None:
        """Add the sheet that describes the others."""
        page = self._book.add_worksheet("About")
        page.set_column(0, 0, 14)
        page.set_column(1, 1, 60)
        details = (("Title", cover.title), ("Period", cover.period), *cover.details)
        notes_ = (("Note", note) for note in notes)
        for row, (label, text) in enumerate((*details, *notes_)):
            page.write_string(row, 0, clean_line(label), self.format(bold=True))
            page.write_string(row, 1, clean_line(text)[:_LONGEST_TEXT])

    def content(self) -> bytes:
        """Return the whole file."""
        self._book.close()
        return self._file.getvalue()


class _Lengths:
    """How durations are written: as fractions of a day, or as hours if *decimal*."""

    def __init__(self, *, decimal: bool = False, seconds: bool = False) -> None:
        self._unit = _HOUR if decimal else _DAY
        self.format = "0.00" if decimal else "[h]:mm:ss" if seconds else "[h]:mm"

    def value(self, seconds: int) -> float:
        """Return the value of a cell."""
        return seconds / self._unit


def _text(page: Any, row: int, column: int, text: str) -> None:
    page.write_string(row, column, clean_line(text)[:_LONGEST_TEXT])


def _day_number(moment: datetime) -> float:
    """Return *moment* as sheets store it: in days, by the wall clock."""
    return (moment.replace(tzinfo=UTC) - _FIRST_DAY).total_seconds() / _DAY


def _sum(column: int, last: int) -> str:
    """Return the formula for the sum of *column*, from below the heading to the row *last*."""
    from xlsxwriter.utility import xl_col_to_name

    letter = xl_col_to_name(column)
    return f"=SUM({letter}2:{letter}{last})"


# ── entries ──────────────────────────────────────────────────────────────────────────────────

_ENTRY_HEADS = (
    "Date",
    "Start",
    "End",
    "Duration",
    "Client",
    "Project",
    "Task",
    "Description",
    "Tags",
    "Billable",
    "Type",
)
_ENTRY_WIDTHS = (11, 17, 17, 10, 20, _NAME_WIDTH, _NAME_WIDTH, _TEXT_WIDTH, 20, 8, 10)
_DURATION = 3


def entries_sheet(entries: Sequence[TimeEntry], cover: Cover, times: TimeFormat) -> bytes:
    """Return a sheet of *entries*; a running timer counts up to now.

    Times show seconds if any entry needs them.
    """
    if len(entries) > _MOST_ROWS:
        raise UsageError(
            f"{len(entries)} entries are more than a spreadsheet holds ({_MOST_ROWS})",
            "Write a shorter range, or --format csv.",
        )
    seconds = any(
        entry.start.second or entry.seconds(times.now) % _MINUTE
        for entry in entries
        if not entry.running
    )
    book = _Book(cover.title, times.now, small=len(entries) <= _MOST_IN_MEMORY)
    page = book.sheet("Entries", _ENTRY_HEADS, _ENTRY_WIDTHS)
    clock = book.format(f"yyyy-mm-dd hh:mm{':ss' if seconds else ''}")
    lengths = _Lengths(seconds=seconds)
    day, length = book.format("yyyy-mm-dd"), book.format(lengths.format)
    for row, entry in enumerate(entries, 1):
        start = _day_number(times.local(entry.start))
        page.write_number(row, 0, start // 1, day)
        page.write_number(row, 1, start, clock)
        if entry.end is not None:
            page.write_number(row, 2, _day_number(times.local(entry.end)), clock)
        page.write_number(row, _DURATION, lengths.value(entry.seconds(times.now)), length)
        for column, text in enumerate(_entry_texts(entry), _DURATION + 1):
            _text(page, row, column, text)
    last = len(entries) + 1
    if entries:
        page.autofilter(0, 0, last - 1, len(_ENTRY_HEADS) - 1)
        _text(page, last, 0, "Total")
        total = sum(entry.seconds(times.now) for entry in entries)
        page.write_formula(
            last,
            _DURATION,
            _sum(_DURATION, last),
            book.format(lengths.format, bold=True),
            lengths.value(total),
        )
    running = any(entry.running for entry in entries)
    book.about(cover, *(["Counts the running timer up to now."] if running else []))
    return book.content()


def _entry_texts(entry: TimeEntry) -> Iterator[str]:
    project = entry.project
    yield project.client.name if project and project.client else ""
    yield project.name if project else ""
    yield entry.task.name if entry.task else ""
    yield entry.description
    yield ", ".join(tag.name for tag in entry.tags)
    yield "yes" if entry.billable else "no"
    yield type_name(entry.type)


# ── a report ─────────────────────────────────────────────────────────────────────────────────


def report_sheet(report: Report, cover: Cover, times: TimeFormat) -> bytes:
    """Return a row for each innermost group of *report* (as displayed).

    If these rows do not add up to the total, that is a plain number, and a note says why.
    """
    book = _Book(cover.title, times.now)
    lengths = _Lengths(decimal=times.durations == "decimal")
    columns = _report_columns(report, lengths)
    by = [name.capitalize() for name in report.by]
    heads = [*by, *(head for head, _, _ in columns)]
    widths = [_NAME_WIDTH] * len(by) + [_NUMBER_WIDTH] * len(columns)
    page = book.sheet("Report", heads, widths)
    rows = list(report_rows(report.groups))
    for number, row in enumerate(rows, 1):
        for column, group in enumerate(row.path):
            if group.dimension in CALENDAR and group.key:
                day = date.fromisoformat(group.key)
                page.write_datetime(number, column, day, book.format("yyyy-mm-dd"))
            else:
                _text(page, number, column, group.name)
        for column, (_, form, value) in enumerate(columns, len(by)):
            if (shown := value(row.group)) is not None:
                page.write_number(number, column, shown, book.format(form))
    last = len(rows) + 1
    if rows:
        page.autofilter(0, 0, last - 1, len(heads) - 1)
        _text(page, last, 0, "Total")
        for column, (_, form, value) in enumerate(columns, len(by)):
            bold, whole = book.format(form, bold=True), value(report)
            # An entry that is in two rows counts once in the total.
            if report.counts_twice or value is _count_of:
                page.write_number(last, column, whole, bold)
            else:
                page.write_formula(last, column, _sum(column, last), bold, whole)
    book.about(cover, *([TWICE] if report.counts_twice else []))
    return book.content()


def _count_of(node: Report | Group) -> int:
    return node.entry_count


def _report_columns(report: Report, lengths: _Lengths) -> list[tuple[str, str, Any]]:
    """Return the heading, number format and value of each number column."""
    columns: list[tuple[str, str, Any]] = []
    if report.measure.rounded:
        columns.append(("Rounded", lengths.format, lambda node: lengths.value(node.sums.rounded)))
    name = "Worked" if report.measure.rounded else "Time"
    columns += [
        (name, lengths.format, lambda node: lengths.value(node.seconds)),
        ("Billable", lengths.format, lambda node: lengths.value(node.billable_seconds)),
        ("Entries", "0", _count_of),
    ]
    for amount in report.sums.amounts:
        columns.append((f"Amount {amount.currency}", "0.00", _amount_in(amount.currency)))
    return columns


def _amount_in(currency: str) -> Any:
    def value(node: Report | Group) -> float | None:
        found = (each.cents / 100 for each in node.sums.amounts if each.currency == currency)
        return next(found, None)

    return value


# ── a timesheet ──────────────────────────────────────────────────────────────────────────────


def timesheet_sheet(
    worked: Timesheet, rounded: Timesheet | None, cover: Cover, times: TimeFormat
) -> bytes:
    """Return the grid of *rounded* if given, with a column for what was *worked*."""
    book = _Book(cover.title, times.now)
    from xlsxwriter.utility import xl_col_to_name

    shown = worked if rounded is None else rounded
    lengths = _Lengths(decimal=times.durations == "decimal")
    days = len(shown.days)
    more = ["Worked"] if rounded is not None else []
    page = book.sheet(
        "Timesheet",
        ["Project", *shown.days, "Total", *more],
        [_NAME_WIDTH + 8, *[_NUMBER_WIDTH] * (days + 1 + len(more))],
    )
    page.freeze_panes(1, 1)
    usual, bold = book.format(lengths.format), book.format(lengths.format, bold=True)
    number, last = 0, xl_col_to_name(days)
    for row, was in typed_rows(shown, worked):
        number += 1
        _text(page, number, 0, row.name)
        for column, seconds in enumerate(row.seconds, 1):
            if seconds:
                page.write_number(number, column, lengths.value(seconds), usual)
        formula = f"=SUM(B{number + 1}:{last}{number + 1})"
        page.write_formula(number, days + 1, formula, bold, lengths.value(row.total))
        if more:
            page.write_number(number, days + 2, lengths.value(was), usual)
    totals = [*shown.totals, shown.total, *([worked.total] if more else [])]
    if number:
        page.write_string(number + 1, 0, "Total", book.format(bold=True))
        for column, seconds in enumerate(totals, 1):
            formula = _sum(column, number + 1)
            page.write_formula(number + 1, column, formula, bold, lengths.value(seconds))
    book.about(cover)
    return book.content()


# ── a bill ───────────────────────────────────────────────────────────────────────────────────


def bill_sheet(bill: Bill) -> bytes:
    """Return the lines of *bill*; amounts and the total are formulas."""
    book = _Book(f"Bill {bill.ref}", bill.created)
    page = book.sheet("Bill", LINES.columns, _BILL_WIDTHS)
    number, day = book.format("0.00"), book.format("yyyy-mm-dd")
    bold, total = book.format(bold=True), book.format("0.00", bold=True)
    for row, line in enumerate(bill.lines, 1):
        for column, text in enumerate((bill.ref, line.description, line.project, line.task)):
            _text(page, row, column, text)
        page.write_number(row, _QUANTITY, line.quantity / 100, number)
        page.write_string(row, 5, "h")
        page.write_number(row, _PRICE, line.rate.cents / 100, number)
        formula = f"=ROUND(E{row + 1}*G{row + 1},2)"
        page.write_formula(row, _AMOUNT, formula, number, line.amount / 100)
        page.write_string(row, 8, line.rate.currency)
        page.write_datetime(row, 9, line.first, day)
        page.write_datetime(row, 10, line.last, day)
    last = len(bill.lines)
    page.write_string(last + 1, 1, "Total", bold)
    for column, value in ((_QUANTITY, bill.quantity), (_AMOUNT, bill.total.cents)):
        page.write_formula(last + 1, column, _sum(column, last + 1), total, value / 100)
    page.write_string(last + 1, 8, bill.currency, bold)
    return book.content()
