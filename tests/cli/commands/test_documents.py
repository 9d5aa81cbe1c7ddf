"""Tests of pages and spreadsheets from `log`, `report` and `timesheet`, and of other files."""

from __future__ import annotations

import io
import json
import sys
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from clockify_cli.__main__ import main
from tests.cli.conftest import TEN, Clockify, prepared
from tests.run_at import SetClock

COMMANDS = ("log", "report", "timesheet")


@prepared
def filled(clockify: Clockify) -> Clockify:
    clockify("add", "Spec & more", "8-9:30", "-p", "Acme/Café", "-g", "deep", "-b")
    clockify("add", "=1+1", "yesterday 23:30..24:00", "-p", "Internal")
    clockify("config", "set", "rate", "95EUR")
    return clockify


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_and_a_spreadsheet_are_named_by_the_ending(
    filled: Clockify, home: Path, command: str
) -> None:
    for name, begins in (("x.html", b"<!DOCTYPE html>"), ("x.xlsx", b"PK")):
        done = filled(command, "week", "-o", name)
        assert (done.code, done.out, done.err) == (0, "", f"Wrote {name}.\n")
        assert (home / name).read_bytes().startswith(begins)
    assert not list(home.glob(".clockify-*"))


@pytest.mark.parametrize("command", COMMANDS)
def test_other_formats_go_into_a_file_as_they_go_to_the_screen(
    filled: Clockify, home: Path, command: str
) -> None:
    for format_, ending in (("json", "json"), ("csv", "csv"), ("markdown", "md"), ("table", "")):
        filled(command, "week", "--format", format_, "-o", f"x.{ending}", "--force")
        said = filled(command, "week", "--format", format_).out
        assert (home / f"x.{ending}").read_bytes().decode() == said
    assert filled(command, "week", "-o", "y.csv").code == 0
    assert (home / "y.csv").read_bytes().decode() == filled(command, "week", "--format", "csv").out


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("report -o x.ics", "which is not a format of `report`"),
        ("report -o x.pdf", "Write x.html, and print it to a PDF from a browser."),
        ("report --format ics", "--format ics is not a format of `report`"),
        ("report --format html -o x.xlsx", "contradicts the ending"),
        ("report --format xlsx", "cannot be written to the screen"),
        ("report --format html --total", "--total cannot be combined with --format html"),
        ("log --format html --fields id", "--fields cannot be combined with --format html"),
        ("timesheet -o no/x.html", "does not exist"),
        ("log -o x.txt", "ends in .txt"),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_left(
    filled: Clockify, home: Path, line: str, problem: str
) -> None:
    done = filled(*line.split())

    assert done.code == 2
    assert problem in done.err
    assert [path.name for path in home.iterdir()] == ["clockify"]


def test_a_file_is_replaced_only_when_asked(filled: Clockify, home: Path) -> None:
    (home / "x.html").write_text("mine")

    assert filled("report", "-o", "x.html").code == 2
    assert (home / "x.html").read_text() == "mine"
    assert filled("report", "-o", "x.html", "--force").code == 0


def test_nothing_to_report_leaves_no_file_where_that_was_asked_for(
    clockify: Clockify, home: Path
) -> None:
    done = clockify("report", "yesterday", "--if-any", "-o", "x.html")

    assert (done.code, done.out, done.err) == (0, "", "")
    assert not (home / "x.html").exists()


def test_a_page_says_its_period_filter_rounding_and_amounts(filled: Clockify) -> None:
    page = filled(
        "report", "week", "-c", "Acme", "--billable", "--round", "1h:up", "--amounts",
        "--format", "html",
    ).out  # fmt: skip

    assert "<dd>client Acme, billable</dd>" in page
    assert "<dd>Up to 1h by entry</dd>" in page
    assert "Week 48 · Mon 23 – Sun 29 Nov 2026" in page
    assert "190.00" in page
    assert "Internal" not in page


def test_a_page_says_a_target_that_was_asked_for_and_no_other(filled: Clockify) -> None:
    filled("config", "set", "hours", "mon-fri 8h")

    assert "<dt>Target</dt>" not in filled("report", "week", "--format", "html").out
    page = filled("report", "week", "--target", "4h", "--format", "html").out
    assert "<dd>8:00 for 2 of 5 working days, 6:00 to go</dd>" in page


def test_a_page_counts_the_days_of_the_whole_range(filled: Clockify) -> None:
    page = filled("report", "week", "--format", "html").out
    assert page.count("<rect x=") == 7
    assert "Mon 23 Nov 2026: 0:30" in page
    assert filled("report", "quarter", "--format", "html").out.count("the week of") >= 13


def test_a_page_for_a_mail_is_ascii_where_the_output_takes_no_more(
    filled: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)

    assert main(["report", "week", "--format", "html"], clock=SetClock(TEN)) == 0

    stream.flush()
    assert b"Caf&#233;" in written.getvalue()
    assert b"\\x" not in written.getvalue()


def test_spreadsheets_sum_to_what_is_shown(filled: Clockify, home: Path) -> None:
    filled("report", "week", "--amounts", "-o", "r.xlsx")
    filled("timesheet", "week", "-o", "t.xlsx")
    filled("export", "month", "-o", "e.xlsx")
    filled("log", "week", "-o", "l.xlsx")

    def last(name: str) -> tuple[object, ...]:
        book = openpyxl.load_workbook(home / name, data_only=True)
        *_, row = book[book.sheetnames[0]].iter_rows(values_only=True)
        return tuple(row)

    assert last("r.xlsx")[1] == timedelta(hours=2)
    assert last("r.xlsx")[-1] == 142.5
    assert last("t.xlsx")[-1] == timedelta(hours=2)
    assert last("e.xlsx")[3] == last("l.xlsx")[3] == timedelta(hours=2)


def test_a_log_is_a_calendar_too(filled: Clockify) -> None:
    calendar = filled("log", "week", "--format", "ics").out

    assert calendar.count("BEGIN:VEVENT") == len(json.loads(filled("log", "week", "--json").out))
    assert "SUMMARY:Spec & more" in calendar
