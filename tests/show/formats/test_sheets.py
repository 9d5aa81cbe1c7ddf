"""Tests of spreadsheets, read by another program: real dates and durations, formulas as totals."""

from __future__ import annotations

import io
import shlex
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest

from clockify_cli.domain.entry import BREAK
from clockify_cli.domain.measured import Measure, Sums
from clockify_cli.domain.money import Amount
from clockify_cli.errors import UsageError
from clockify_cli.show.formats import sheets
from clockify_cli.show.formats.sheets import entries_sheet, report_sheet, timesheet_sheet
from clockify_cli.show.messages import TWICE
from clockify_cli.show.views import Cover
from tests.show.formats.test_page import HOUR, group, report
from tests.show.samples import DAYS, DEEP, SPEC, STANDUP, TIMES, entry, week_sheet

COVER = Cover("Time report", "Week 48", (("Person", "Ann"),))
FORMULA = '=HYPERLINK("http://evil.example","x")'


def local(text: str) -> datetime:
    """Return a time as a spreadsheet has it, without a zone."""
    return datetime.fromisoformat(text)


def rows(content: bytes, name: str, *, computed: bool = False) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=computed)
    return list(book[name].iter_rows(values_only=True))


def sheet(content: bytes, name: str) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))[name]


def test_an_entry_has_real_times_and_the_total_is_a_formula_with_its_value() -> None:
    content = entries_sheet([SPEC, entry(24, "13:00", "14:30", "Call", None)], COVER, TIMES)

    head, first, second, total = rows(content, "Entries")
    assert head[:5] == ("Date", "Start", "End", "Duration", "Client")
    assert first == (
        local("2026-11-24T00:00"),
        local("2026-11-24T09:02"),
        local("2026-11-24T10:15"),
        timedelta(hours=1, minutes=13),
        "Acme",
        "Website",
        "",
        "Write spec",
        "deep",
        "yes",
        "regular",
    )
    assert second[3:9] == (timedelta(hours=1, minutes=30), "", "", "", "Call", "")
    assert (total[0], total[3]) == ("Total", "=SUM(D2:D3)")
    assert rows(content, "Entries", computed=True)[-1][3] == timedelta(hours=2, minutes=43)
    page = sheet(content, "Entries")
    assert (page["D2"].number_format, page["A2"].number_format) == ("[h]:mm", "yyyy-mm-dd")
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:K3"
    assert rows(content, "About")[:3] == [
        ("Title", "Time report"),
        ("Period", "Week 48"),
        ("Person", "Ann"),
    ]


def test_seconds_are_shown_where_any_entry_has_some() -> None:
    odd = replace(SPEC, start=SPEC.start + timedelta(seconds=7))

    page = sheet(entries_sheet([SPEC, odd], COVER, TIMES), "Entries")

    assert page["D2"].number_format == "[h]:mm:ss"
    assert page["B3"].number_format == "yyyy-mm-dd hh:mm:ss"
    assert page["D3"].value == timedelta(hours=1, minutes=12, seconds=53)


def test_a_running_timer_counts_up_to_now_and_that_is_said() -> None:
    content = entries_sheet([STANDUP], COVER, TIMES)

    assert rows(content, "Entries")[1][2:4] == (None, timedelta(minutes=4))
    assert rows(content, "About")[-1] == ("Note", "Counts the running timer up to now.")


@pytest.mark.parametrize("text", [FORMULA, "+1", "http://evil.example", "a\x1b[31m", "x" * 40_000])
def test_a_text_is_a_text_and_nothing_else(text: str) -> None:
    hostile = replace(SPEC, description=text, tags=(replace(DEEP, name=text),))

    page = sheet(entries_sheet([hostile], replace(COVER, title=text), TIMES), "Entries")

    for cell in (page["H2"], page["I2"]):
        assert (cell.data_type, cell.hyperlink) == ("s", None)
        assert cell.value.startswith(text[:1])
        assert "\x1b" not in cell.value


def test_more_entries_than_a_sheet_has_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MOST_ROWS", 1)

    with pytest.raises(UsageError, match="2 entries are more than a spreadsheet holds"):
        entries_sheet([SPEC, SPEC], COVER, TIMES)


def test_a_report_has_a_row_for_each_innermost_group() -> None:
    inner = group("Draft", 3 * HOUR, dimension="task")
    measured = report(
        group("Website", 3 * HOUR, inner),
        replace(group("App", 1800), sums=Sums(2700)),
        by=("project", "task"),
        measure=Measure(rounded=True, priced=True),
        sums=Sums(3 * HOUR + 3600, (Amount(28500, "EUR"),)),
    )
    measured = replace(measured, groups=(measured.groups[0], replace(measured.groups[1])))

    content = report_sheet(measured, COVER, TIMES)

    assert rows(content, "Report", computed=True) == [
        ("Project", "Task", "Rounded", "Worked", "Billable", "Entries", "Amount EUR"),
        ("Website", "Draft", timedelta(hours=3, minutes=15), *[timedelta(hours=3)] * 2, 1, 285),
        ("App", None, timedelta(minutes=45), *[timedelta(minutes=30)] * 2, 1, None),
        ("Total", None, timedelta(hours=4), *[timedelta(hours=3, minutes=30)] * 2, 2, 285),
    ]
    assert rows(content, "Report")[-1][2:] == (
        "=SUM(C2:C3)",
        "=SUM(D2:D3)",
        "=SUM(E2:E3)",
        2,
        "=SUM(G2:G3)",
    )
    assert sheet(content, "Report")["C2"].number_format == "[h]:mm"


def test_days_are_dates_and_decimal_durations_are_hours() -> None:
    days = [
        replace(group("", 5400, dimension="day"), key=day.isoformat(), name="") for day in DAYS[:2]
    ]

    content = report_sheet(report(*days, by=("day",)), COVER, replace(TIMES, durations="decimal"))

    assert [row[:2] for row in rows(content, "Report")] == [
        ("Day", "Time"),
        (local("2026-11-23T00:00"), 1.5),
        (local("2026-11-24T00:00"), 1.5),
        ("Total", "=SUM(B2:B3)"),
    ]
    assert sheet(content, "Report")["B2"].number_format == "0.00"


def test_where_tags_count_twice_the_total_is_the_number_itself() -> None:
    tagged = [group(name, HOUR, dimension="tag") for name in ("a", "b")]

    content = report_sheet(report(*tagged, by=("tag",), seconds=HOUR), COVER, TIMES)

    assert rows(content, "Report")[-1][:2] == ("Total", timedelta(hours=1))
    assert rows(content, "About")[-1] == ("Note", TWICE)


def test_a_timesheet_sums_its_rows_and_columns_by_formulas() -> None:
    grid = week_sheet()

    content = timesheet_sheet(grid, None, COVER, TIMES)

    head, *body, total = rows(content, "Timesheet")
    assert head[1] == local("2026-11-23T00:00")
    assert len(body) == len(grid.rows)
    assert body[0][-1] == "=SUM(B2:H2)"
    assert total[1] == f"=SUM(B2:B{len(body) + 1})"
    *_, computed = rows(content, "Timesheet", computed=True)
    assert computed[-1] == timedelta(seconds=grid.total)
    assert sheet(content, "Timesheet").freeze_panes == "B2"


def test_a_break_has_a_row_of_its_own_beside_what_was_worked() -> None:
    grid = week_sheet()
    first = grid.rows[0]
    days = tuple(600 if seconds else 0 for seconds in first.seconds)
    mixed = replace(grid, rows=(replace(first, of_types={BREAK: days}), *grid.rows[1:]))

    body = rows(timesheet_sheet(mixed, mixed, COVER, TIMES), "Timesheet", computed=True)

    assert body[0][-2:] == ("Total", "Worked")
    assert body[2][0] == f"{first.name} (break)"
    assert body[1][-1] + body[2][-1] == timedelta(seconds=first.total)


def test_columns_have_letters_beyond_z() -> None:
    sums = [sheets._sum(column, 9) for column in (0, 25, 26, 32, 701, 702)]
    assert [text.removeprefix("=SUM(").partition("2:")[0] for text in sums] == [
        "A",
        "Z",
        "AA",
        "AG",
        "ZZ",
        "AAA",
    ]


def test_without_the_library_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)

    with pytest.raises(UsageError) as error:
        entries_sheet([SPEC], COVER, TIMES)

    assert f"{shlex.quote(sys.executable)} -m pip install XlsxWriter" in str(error.value.hint)
