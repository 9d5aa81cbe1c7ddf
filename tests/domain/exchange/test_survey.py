"""Tests of lines with sums, and of the order of dates that the rest of a file shows."""

from __future__ import annotations

import pytest

from clockify_cli.errors import UsageError

from .files import read, report, utc

NINE_TO_TEN = ("2026-11-23", "09:00", "2026-11-23", "10:00")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("Total,,,,,,,,,,,,,02:00:00,2.00,,100.00", id="Clockify's"),
        pytest.param("Summe,,,,,,,,,,,,,02:00,2.00,,", id="a spreadsheet's"),
        pytest.param(",,,,,,,,,,,,,02:00:00,2.00,,", id="without a word"),
        pytest.param(",,,,,,,,,,,,Total:,02:00:00,2.00,,", id="beside the sum"),
        pytest.param(",,,,,,,,,Gesamt,,,,02:00:00,2.00,,", id="where the date is"),
        pytest.param("Total (1 entry)", id="a short line"),
        pytest.param("Website Total,,,,,,,,,,,,,02:00:00,2.00,,", id="of a project"),
        pytest.param("Razem,,,,,,,,,,,,,,,,1 234.50 PLN", id="of money"),
        pytest.param("Total,,,,,,,,,,,,,,,€85.00,", id="with a sign of money"),
    ],
)
def test_a_line_of_sums_is_passed_over_and_said(line: str) -> None:
    file = read(report(NINE_TO_TEN) + line + "\r\n")

    assert [row.line for row in file.rows] == [2]
    assert file.notes[0] == "Skipped line 3: sums, not entries."


def test_lines_of_sums_are_all_named() -> None:
    file = read(report(NINE_TO_TEN) + "Subtotal,,,,,,,,,,,,,1:00,1.00,,\r\n" * 2)

    assert file.notes[0] == "Skipped lines 3 and 4: sums, not entries."


def test_a_project_that_is_called_like_a_sum_has_its_entries() -> None:
    (row,) = read(report(NINE_TO_TEN).replace("Website", "Total")).rows

    assert row.project == "Total"


@pytest.mark.parametrize(
    "line",
    [
        "Website,Acme,Talk,,,,,,,,,,,01:00:00,1.00,,",
        ",,Write spec,,,,,,,,,,,01:00:00,1.00,,",
    ],
)
def test_a_line_with_words_and_no_time_is_no_sum(line: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(report(NINE_TO_TEN) + line + "\r\n")

    assert caught.value.details == ("line 3: it has no start date",)


# ── the order of dates ───────────────────────────────────────────────────────────────────────

OPEN = ("05/11/2026", "09:00", "05/11/2026", "10:00")


def with_column(heading: str, cell: str) -> str:
    head, row = report(OPEN).splitlines()
    return f"{head},{heading}\n{row},{cell}\n"


@pytest.mark.parametrize(
    ("heading", "cell", "month", "day"),
    [
        ("Date of creation", "26/11/2026", 11, 5),
        ("Date of creation", "11/26/2026", 5, 11),
        ("Erstellungsdatum", "26.11.2026", 11, 5),
        ("Date de création", "26/11/2026 10:22", 11, 5),
        ("Fecha de creación", "26/11/2026", 11, 5),
    ],
)
def test_when_rows_were_made_tells_the_order(heading: str, cell: str, month: int, day: int) -> None:
    (row,) = read(with_column(heading, cell)).rows

    assert row.start == utc(day, 7 if month == 5 else 8, month=month)


def test_other_dates_do_not_tell_the_order() -> None:
    with pytest.raises(UsageError, match="could be day or month first"):
        read(with_column("Due", "26/11/2026"))


def test_the_length_of_an_entry_over_midnight_tells_the_order() -> None:
    text = report(("05/11/2026", "23:00", "06/11/2026", "01:00", "02:00:00"))

    (row,) = read(text).rows

    assert (row.start, row.end) == (utc(5, 22), utc(6, 0))
    other = report(("11/05/2026", "23:00", "11/06/2026", "01:00", "02:00:00"))
    assert read(other).rows == read(text).rows


def test_the_order_that_a_person_gives_is_not_overruled() -> None:
    (row,) = read(with_column("Date of creation", "26/11/2026"), dates="mdy").rows

    assert row.start == utc(11, 7, month=5)


def test_headings_may_have_a_title_above_them() -> None:
    file = read("Detailed report,,,\n01/11/2026 - 30/11/2026,,,\n" + report(NINE_TO_TEN))

    assert [row.line for row in file.rows] == [4]
    assert file.notes[0] == "Skipped 2 lines above the headings."


def test_what_a_report_holds_and_an_entry_does_not_is_named_if_it_says_anything() -> None:
    head, row = report(NINE_TO_TEN).replace(",0.00,0.00", ",,").splitlines()

    assert read(f"{head},Approved by\n{row},\n").notes == ()
    assert read(f"{head},Approved by\n{row},Bo\n").notes == (
        'Not imported: the column "Approved by".',
    )
