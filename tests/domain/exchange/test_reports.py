from __future__ import annotations

import pytest

from clockify_cli.domain.exchange.rows import DateOrder
from clockify_cli.errors import UsageError

from .files import CLOCKIFY, read, report, utc


def test_a_detailed_report_is_recognised_and_read() -> None:
    file = read(report(("11/23/2026", "09:00:00 AM", "11/23/2026", "01:30:00 PM")))

    assert file.source == "clockify"
    (row,) = file.rows
    assert (row.start, row.end) == (utc(23, 8), utc(23, 12, 30))
    assert (row.client, row.project, row.task) == ("Acme", "Website", "Draft")
    assert (row.description, row.tags, row.billable) == ("Write spec", ("deep", "ai"), True)
    assert (row.line, row.original) == (2, ())


@pytest.mark.parametrize("day", ["11/23/2026", "23/11/2026", "2026-11-23", "23.11.2026"])
@pytest.mark.parametrize("clock", ["14:05:00", "14:05", "02:05:00 PM", "2:05pm", "02:05:00 p.m."])
def test_every_form_of_dates_and_times_is_the_same_moment(day: str, clock: str) -> None:
    (row,) = read(report((day, clock, day, "15:05:00"))).rows

    assert row.start == utc(23, 13, 5)


def test_noon_and_midnight_by_a_12_hour_clock() -> None:
    (row,) = read(report(("11/23/2026", "12:00:00 AM", "11/23/2026", "12:00:00 PM"))).rows

    assert (row.start, row.end) == (utc(22, 23), utc(23, 11))


def test_one_line_that_tells_the_order_tells_it_for_all() -> None:
    rows = read(
        report(
            ("02/03/2026", "09:00", "02/03/2026", "10:00"),
            ("23/03/2026", "09:00", "23/03/2026", "10:00"),
        )
    ).rows

    assert [row.start for row in rows] == [utc(2, 8, month=3), utc(23, 8, month=3)]


def test_an_order_that_no_line_tells_is_asked_for() -> None:
    text = report(("02/03/2026", "09:00", "02/03/2026", "10:00"))

    with pytest.raises(UsageError) as caught:
        read(text)

    assert caught.value.message == (
        '"02/03/2026" could be day or month first, and no other line settles it'
    )
    assert caught.value.hint == (
        "`--dates dmy` reads it as 2 March 2026.\n`--dates mdy` reads it as 3 February 2026."
    )


@pytest.mark.parametrize(("dates", "month", "day"), [("dmy", 3, 2), ("mdy", 2, 3)])
def test_an_order_that_was_given_is_taken(dates: DateOrder, month: int, day: int) -> None:
    (row,) = read(report(("02/03/2026", "09:00", "02/03/2026", "10:00")), dates=dates).rows

    assert row.start == utc(day, 8, month=month)


def test_the_same_day_and_month_need_no_order() -> None:
    (row,) = read(report(("03/03/2026", "09:00", "03/03/2026", "10:00"))).rows

    assert row.start == utc(3, 8, month=3)


def test_a_line_against_the_order_that_was_given_is_named() -> None:
    text = report(("23/03/2026", "09:00", "23/03/2026", "10:00"))

    with pytest.raises(UsageError) as caught:
        read(text, dates="mdy")

    assert caught.value.details == ('line 2: "23/03/2026" is not a date (month, day, year)',)


def test_a_file_with_both_orders_is_refused() -> None:
    text = report(
        ("23/03/2026", "09:00", "23/03/2026", "10:00"),
        ("03/23/2026", "09:00", "03/23/2026", "10:00"),
    )

    with pytest.raises(UsageError, match="some dates have the day first"):
        read(text)


@pytest.mark.parametrize(
    ("start", "end", "length", "hours"),
    [
        ("02:30:00", "04:00:00", "01:30:00", (1.5, 3)),
        ("02:30:00", "04:00:00", "02:30:00", (0.5, 3)),
        ("02:15:00", "02:45:00", "01:30:00", (0.25, 1.75)),
    ],
)
def test_the_duration_tells_a_repeated_hour(
    start: str, end: str, length: str, hours: tuple[float, float]
) -> None:
    (row,) = read(report(("2026-10-25", start, "2026-10-25", end, length))).rows

    midnight = utc(25, 0, month=10)
    assert (row.start - midnight).total_seconds() == hours[0] * 3600
    assert (row.end - midnight).total_seconds() == hours[1] * 3600


@pytest.mark.parametrize(
    ("start", "end", "length", "why"),
    [
        ("02:10:00", "02:20:00", "00:10:00", "happens twice"),
        ("02:30:00", "04:00:00", "", "happens twice"),
    ],
)
def test_a_repeated_hour_that_the_duration_leaves_open_is_refused(
    start: str, end: str, length: str, why: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(report(("2026-10-25", start, "2026-10-25", end, length)))

    assert why in caught.value.details[0]
    assert "2026-10-25T02:" in caught.value.details[0]


def test_a_skipped_time_is_refused_and_one_with_its_offset_taken() -> None:
    with pytest.raises(UsageError) as caught:
        read(report(("2026-03-29", "02:30:00", "2026-03-29", "04:00:00")))
    assert "does not exist" in caught.value.details[0]

    (row,) = read(report(("2026-10-25", "02:30:00+01:00", "2026-10-25", "04:00:00"))).rows
    assert row.start == utc(25, 1, 30, month=10)


@pytest.mark.parametrize("clock", ["25:00:00", "13:00 PM", "0:00 AM", "9", "noon", "٩:٠٠"])
def test_what_no_clock_shows_is_refused(clock: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(report(("2026-11-23", clock, "2026-11-23", "15:00")))

    assert "is not a time of day" in caught.value.details[0]


def test_a_running_timer_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        read(report(("2026-11-23", "09:00", "", "")))

    assert "no end" in caught.value.details[0]


def test_an_entry_of_no_length_is_taken_as_clockify_recorded_it() -> None:
    assert len(read(report(("2026-11-23", "09:00", "2026-11-23", "09:00"))).rows) == 1


def test_the_time_of_two_people_is_refused_with_their_names() -> None:
    text = report(("2026-11-23", "09:00", "2026-11-23", "10:00"))
    both = text + text.splitlines()[1].replace("ann@", "bob@") + "\r\n"

    with pytest.raises(UsageError) as caught:
        read(both)

    assert caught.value.message == "the report holds the time of 2 people"
    assert caught.value.details == ("ann@example.com", "bob@example.com")


def test_the_columns_that_are_missing_are_named_where_clockify_was_said() -> None:
    with pytest.raises(UsageError, match="no column start time, end date, end time"):
        read("Start Date\n2026-11-23\n", source="clockify")


def test_another_trackers_report_is_read_by_its_columns_and_not_taken_for_clockifys() -> None:
    row = ("2026-11-23", "09:00:00", "2026-11-23", "10:00:00")

    file = read(report(row).replace("Duration (h)", "Duration"))

    assert (file.source, file.rows[0].start, file.rows[0].end) == ("csv", utc(23, 8), utc(23, 9))


SUMS = [
    "Project,Client,Description,Time (h),Time (decimal)\nSite,North,,10:00:00,10.00\n",
    "User,Project,Duration (h)\nAda,Site,2:00:00\n",
    'Project,Client,"Mon, Oct 12","Tue, Oct 13",Total\nSite,North,1:00,2:00,3:00\n',
    "Projekt;Kunde;12.10.;13.10.;Summe\nSite;North;1:00;2:00;3:00\n",
]


@pytest.mark.parametrize("text", SUMS)
def test_a_report_of_sums_is_told_from_one_of_entries(text: str) -> None:
    with pytest.raises(UsageError, match="has totals but no entries") as caught:
        read(text)
    assert "Reports > Detailed" in caught.value.hint


@pytest.mark.parametrize(
    ("word", "type_"), [("Férié", "HOLIDAY"), ("Ferie", "TIME_OFF"), ("FÉRIÉ", "HOLIDAY")]
)
def test_an_accent_tells_two_types_apart(word: str, type_: str) -> None:
    file = read(f"start,end,Type\n2026-11-23 08:00,2026-11-23 09:00,{word}\n")
    assert [row.type for row in file.rows] == [type_]


def test_a_column_of_types_that_names_none_can_be_left_out() -> None:
    head = CLOCKIFY.replace("Group", "Type")
    row = "Site,North,x,,Ada,Bug,,,Yes,2026-10-15,09:00,2026-10-15,10:00,1:00,1.00,,"
    with pytest.raises(UsageError, match='"Type" is not understood') as caught:
        read(f"{head}\n{row}\n")
    assert caught.value.hint == "`--column skip=Type` leaves it out."
    assert len(read(f"{head}\n{row}\n", columns=("skip=Type",)).rows) == 1
