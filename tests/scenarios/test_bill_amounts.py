"""Tests of the amounts on bills, against tables made by hand; the same in every format."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Clockify
from tests.cli.test_bill import Page

Row = tuple[str, str, str, str]
"""A line's label, hours, price and amount."""


def _added(clockify: Clockify, *entries: str) -> None:
    """Add entries written ``Client/Project span``, all billable."""
    for number, entry in enumerate(entries):
        label, _, span = entry.partition(" ")
        done = clockify("add", f"Work {number}", *span.split(), "-p", label, "-b", "--create")
        assert done.code == 0, done.err


def _rates(clockify: Clockify, **rates: str) -> None:
    for name, rate in rates.items():
        key = "rate" if name == "all" else f"rate.{name.replace('_', '/')}"
        assert clockify("config", "set", key, rate).code == 0


def bill(clockify: Clockify, home: Path, ref: str, *args: str) -> tuple[list[Row], str]:
    """Return the rows and the total of a new bill, after checking that all formats agree."""
    done = clockify("bill", "new", "--ref", ref, *args, "--json")
    assert done.code == 0, done.err
    document = json.loads(done.out)
    rows = [
        (line["description"], line["quantity"], line["unitPrice"], line["amount"])
        for line in document["lines"]
    ]
    total = document["total"]
    for _, quantity, price, amount in rows:
        exact = Decimal(quantity) * Decimal(price)
        assert abs(exact - Decimal(amount)) <= Decimal("0.005")
        assert exact.copy_abs() <= Decimal(amount).copy_abs() + Decimal("0.00499")
    assert sum(Decimal(amount) for *_, amount in rows) == Decimal(total)
    assert _in_csv(clockify, ref) == rows
    assert _in_html(clockify, home, ref) == (rows, f"{total} {document['currency']}")
    assert _in_sheet(clockify, home, ref) == ([_numbers(row) for row in rows], Decimal(total))
    return rows, total


def _numbers(row: Row) -> tuple[Any, ...]:
    return row[0], *map(Decimal, row[1:])


def _in_csv(clockify: Clockify, ref: str) -> list[Row]:
    text = clockify("bill", "show", ref, "--format", "csv").out
    return [
        (row["description"], row["quantity"], row["unit_price"], row["amount"])
        for row in csv.DictReader(io.StringIO(text))
    ]


def _in_html(clockify: Clockify, home: Path, ref: str) -> tuple[list[Row], str]:
    assert clockify("bill", "show", ref, "-o", f"{ref}.html").code == 0
    page = Page((home / f"{ref}.html").read_text())
    rows = [(cells[0], *cells[-3:]) for cells in page.rows]
    total = " ".join(page.total.split()[-2:])
    return [(text, *(each.replace("\u2212", "-") for each in rest)) for text, *rest in rows], total  # type: ignore[misc]


def _in_sheet(clockify: Clockify, home: Path, ref: str) -> tuple[list[Any], Decimal]:
    openpyxl = pytest.importorskip("openpyxl")
    assert clockify("bill", "show", ref, "-o", f"{ref}.xlsx").code == 0
    sheet = openpyxl.load_workbook(home / f"{ref}.xlsx", data_only=True)["Bill"]
    *lines, last = list(sheet.iter_rows(min_row=2, values_only=True))
    return [_numbers((row[1], *map(str, (row[4], row[6], row[7])))) for row in lines], Decimal(
        str(last[7])
    )


WORK = ("Acme/Web yesterday 8:00-8:07", "Acme/Web yesterday 9:00-9:20", "Acme/Web 6:00-6:31")
"""58 minutes: 27 on Monday, 31 on Tuesday."""


@pytest.mark.parametrize(
    ("how", "hours", "amount"),
    [
        ((), "0.97", "92.15"),
        (("--round", "15m:up"), "1.50", "142.50"),
        (("--round", "15m:up", "--round-by", "day"), "1.25", "118.75"),
        (("--round", "15m:up", "--round-by", "group"), "1.00", "95.00"),
        (("--round", "15m"), "0.75", "71.25"),
        (("--round", "6m:down"), "0.90", "85.50"),
    ],
)
def test_hours_are_rounded_by_entry_day_and_group(
    clockify: Clockify, home: Path, how: tuple[str, ...], hours: str, amount: str
) -> None:
    _rates(clockify, all="95EUR")
    _added(clockify, *WORK)
    assert bill(clockify, home, "41", "-c", "Acme", *how) == (
        [("Web", hours, "95.00", amount)],
        amount,
    )


@pytest.mark.parametrize(
    ("span", "rate", "hours", "amount"),
    [
        ("8:00-8:30", "33.33EUR", "0.50", "16.67"),  # 16.665
        ("8:00-8:09", "33.30EUR", "0.15", "5.00"),  # 4.995
        ("8:00-8:03", "0.10EUR", "0.05", "0.01"),  # 0.005
        ("8:00-8:03", "0.09EUR", "0.05", "0.00"),  # 0.0045
        ("8:00:00-8:00:18", "100EUR", "0.01", "1.00"),  # 0.005 h
        ("8:00:00-8:00:17", "100EUR", "0.00", "0.00"),  # 0.0047 h
        ("8:00-8:20", "95EUR", "0.33", "31.35"),  # not 31.67
        ("8:00-8:01", "999999999.99EUR", "0.02", "20000000.00"),  # 19999999.9998
    ],
)
def test_half_a_cent_and_half_a_hundredth_go_up(
    clockify: Clockify, home: Path, span: str, rate: str, hours: str, amount: str
) -> None:
    _rates(clockify, all=rate)
    _added(clockify, f"Acme/Web {span}")
    price = f"{Decimal(rate.removesuffix('EUR')):.2f}"
    assert bill(clockify, home, "41", "-c", "Acme") == ([("Web", hours, price, amount)], amount)


def test_each_project_has_its_rate_and_each_currency_its_bill(
    clockify: Clockify, home: Path
) -> None:
    _rates(clockify, all="60EUR", Acme="90EUR", Acme_App="120.50EUR", Acme_Old="70USD")
    _added(
        clockify,
        "Acme/Web 6:00-7:00",
        "Acme/App 7:00-7:30",
        "Acme/Old 8:00-8:15",
        "Beta/Site 8:30-9:00",
    )
    both = clockify("bill", "new", "--ref", "41", "-c", "Acme", "--json")
    assert json.loads(both.err)["error"]["code"] == "currencies"
    euros = bill(clockify, home, "41", "-c", "Acme", "--currency", "EUR")
    assert euros == (
        [("App", "0.50", "120.50", "60.25"), ("Web", "1.00", "90.00", "90.00")],
        "150.25",
    )
    assert bill(clockify, home, "42", "-c", "Acme") == (
        [("Old", "0.25", "70.00", "17.50")],
        "17.50",
    )
    assert bill(clockify, home, "43", "-c", "Beta") == (
        [("Site", "0.50", "60.00", "30.00")],
        "30.00",
    )


def test_a_rate_that_changed_holds_for_what_is_billed_from_then_on(
    clockify: Clockify, home: Path
) -> None:
    _rates(clockify, all="95EUR")
    _added(clockify, "Acme/Web yesterday 8:00-9:00", "Acme/App yesterday 10:00-10:20")
    first = bill(clockify, home, "41", "-c", "Acme")
    assert first == (
        [("App", "0.33", "95.00", "31.35"), ("Web", "1.00", "95.00", "95.00")],
        "126.35",
    )
    _rates(clockify, all="101.50EUR")
    _added(clockify, "Acme/Web 6:00-8:00")
    assert clockify("bill", "check", "41").code == 9
    second = bill(clockify, home, "42", "-c", "Acme")
    assert second == ([("Web", "2.00", "101.50", "203.00")], "203.00")
    assert clockify("bill", "check").code == 0
    # Twenty more minutes of billed work have the price of that time.
    app = json.loads(clockify("log", "all", "-p", "App", "--json").out)[0]["localId"]
    assert clockify("edit", app, "--for", "40m").code == 0
    correction = bill(clockify, home, "41-K", "--correct", "41")
    assert correction == (
        [("App", "-0.33", "95.00", "-31.35"), ("App", "0.67", "95.00", "63.65")],
        "32.30",
    )
