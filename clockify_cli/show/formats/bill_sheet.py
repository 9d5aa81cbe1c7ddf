"""A bill as a spreadsheet: real numbers and dates, amounts and the total as formulas."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from clockify_cli.errors import UsageError
from clockify_cli.show.terminal_text import clean_line

if TYPE_CHECKING:
    from clockify_cli.domain.bill import Bill

HEADS = (
    "ref",
    "description",
    "project",
    "task",
    "quantity",
    "unit",
    "unit_price",
    "amount",
    "currency",
    "service_start",
    "service_end",
)
_WIDTHS = (12, 40, 24, 24, 10, 6, 11, 12, 10, 13, 13)
_QUANTITY, _PRICE, _AMOUNT = 4, 6, 7


def sheet(bill: Bill) -> bytes:
    """The file; UsageError where the library that writes it is not installed."""
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise UsageError(
            "spreadsheets need the package XlsxWriter, which is not installed",
            "Install it: pip install 'clockify-cli[xlsx]'.",
        ) from None
    file = BytesIO()
    # A text that begins with = stays a text, and one that looks like an address no link.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(file, {**plain, "in_memory": True})
    book.set_properties({"title": clean_line(f"Bill {bill.ref}"), "created": bill.created})
    _write(book, bill)
    book.close()
    return file.getvalue()


def _write(book: Any, bill: Bill) -> None:
    page = book.add_worksheet("Bill")
    bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    total = book.add_format({"bold": True, "num_format": "0.00"})
    page.freeze_panes(1, 0)
    page.write_row(0, 0, HEADS, bold)
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    for row, line in enumerate(bill.lines, 1):
        for column, text in enumerate((bill.ref, line.description, line.project, line.task)):
            page.write_string(row, column, clean_line(text))
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
        letter = "ABCDEFGHIJK"[column]
        formula = f"=SUM({letter}2:{letter}{last + 1})"
        page.write_formula(last + 1, column, formula, total, value / 100)
    page.write_string(last + 1, 8, bill.currency, bold)
