from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.exchange.moments import Moments, read_clock, read_length
from clockify_cli.domain.exchange.rows import BadCell
from clockify_cli.errors import UsageError

from .files import BERLIN, read, report, utc

HOUR = 3600


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("09:30", 9, 30),
        ("9:30", 9, 30),
        ("9.30", 9, 30),
        ("09.30.00", 9, 30),
        ("9:30 AM", 9, 30),
        ("9:30\u202fAM", 9, 30),
        ("9:30\u00a0PM", 21, 30),
        ("9:30:00 a.m.", 9, 30),
        ("9:30:00\u00a0p.\u00a0m.", 21, 30),
        ("\u200e9:30 pm", 21, 30),
        ("12:30 AM", 0, 30),
        ("12:30 PM", 12, 30),
        ("24:00", 24, 0),
        ("9h30", 9, 30),
        ("09 h 30", 9, 30),
        ("09:30 Uhr", 9, 30),
    ],
)
def test_a_time_of_day_is_read_as_files_write_it(text: str, hour: int, minute: int) -> None:
    assert read_clock(text) == (timedelta(hours=hour, minutes=minute), None)


def test_the_short_way_to_a_usual_time_leads_where_the_long_one_does() -> None:
    moments = Moments(BERLIN)
    midnight = moments.at("2026-11-23", "24:00") - timedelta(days=1)
    for hour in range(26):
        for rest in (":00", ":59", ":07:31", ":60", ":5", ":00:61"):
            for half in ("", " AM", " pm", "PM", " Am", " x"):
                clock = f"{hour:02}{rest}{half}"
                try:
                    since, _ = read_clock(clock)
                except BadCell:
                    with pytest.raises(BadCell):
                        moments.at("2026-11-23", clock)
                else:
                    assert moments.at("2026-11-23", clock) == midnight + since, clock


@pytest.mark.parametrize(
    "text", ["24:01", "9:60", "13:00 PM", "0:30 AM", "9", "", "9:3", "9:30.00"]
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        read_clock(text)


@pytest.mark.parametrize(
    ("text", "seconds", "off"),
    [
        ("01:15:00", 1.25 * HOUR, 0),
        ("1:15", 1.25 * HOUR, 59),
        ("1.25", 1.25 * HOUR, 36),
        ("1,25", 1.25 * HOUR, 36),
        ("1,5", 1.5 * HOUR, 360),
        ("8", 8 * HOUR, 0),
        ("1h 15m", 1.25 * HOUR, 0),
        ("1h15", 1.25 * HOUR, 59),
        ("PT1H15M", 1.25 * HOUR, 0),
        ("18:25 min", 18 * 60 + 25, 0),
        ("4500s", 1.25 * HOUR, 0),
    ],
)
def test_a_duration_is_read_as_files_write_it(text: str, seconds: float, off: int) -> None:
    length = read_length(text)

    assert length is not None
    assert (length.seconds, length.off) == (seconds, off)


@pytest.mark.parametrize("text", ["", "-1:00", "soon", "1:75", "1.2.3", "-4500s"])
def test_what_is_no_duration_tells_nothing(text: str) -> None:
    assert read_length(text) is None


def test_a_whole_number_has_a_unit_only_where_hours_are_written() -> None:
    assert read_length("90", bare_hours=False) is None


@pytest.mark.parametrize(
    ("start", "end", "length", "first", "last"),
    [
        ("02:15", "02:30", "1:15", 0.25, 1.5),
        ("02:15", "02:30", "1.25", 0.25, 1.5),
        ("02:15", "02:30", "1,25", 0.25, 1.5),
        ("02:15", "03:30", "1:15", 1.25, 2.5),
        ("02:15", "03:30", "2.25", 0.25, 2.5),
        ("01:30", "02:30", "2h", -0.5, 1.5),
    ],
)
def test_a_duration_settles_an_hour_that_a_clock_change_repeats(
    start: str, end: str, length: str, first: float, last: float
) -> None:
    text = report(("2026-10-25", start, "2026-10-25", end, f'"{length}"'))

    (row,) = read(text).rows

    midnight = utc(25, 0, month=10)
    assert (row.start, row.end) == (
        midnight + timedelta(hours=first),
        midnight + timedelta(hours=last),
    )


@pytest.mark.parametrize(
    ("length", "end"), [("1:00", utc(25, 1, 0, month=10)), ("2.5", utc(25, 2, 30, month=10))]
)
def test_a_start_and_a_length_reach_over_a_clock_change(length: str, end: datetime) -> None:
    text = f"Start Date,Start Time,Duration (h)\n2026-10-25,02:00,{length}\n"
    text = text.replace("02:00,", "02:00:00+02:00,")

    (row,) = read(text).rows

    assert (row.start, row.end) == (utc(25, 0, month=10), end)


def test_the_seconds_of_our_own_csv_settle_it_too() -> None:
    (row,) = read("start,end,seconds\n2026-10-25 02:15,2026-10-25 02:30,4500\n").rows

    assert (row.start, row.end) == (utc(25, 0, 15, month=10), utc(25, 1, 30, month=10))


def test_times_win_over_durations_that_differ_which_is_said() -> None:
    text = report(
        ("2026-11-23", "09:02", "2026-11-23", "10:04", "01:00:00"),
        ("2026-11-23", "11:00", "2026-11-23", "11:30", "0:30"),
        ("2026-11-23", "12:02:10", "2026-11-23", "12:30:00", "00:30:00"),
    )

    file = read(text)

    assert [int((row.end - row.start).total_seconds()) for row in file.rows] == [3720, 1800, 1670]
    assert "Used the start and end where the duration differs: lines 2 and 4." in file.notes


@pytest.mark.parametrize(
    ("lengths", "differs"),
    [
        ("1:00:00,1.00", False),
        ("1.5 of an hour,1.00", False),
        ("1.5 of an hour,", True),
        (",1.00", False),
        (",", False),
        (" , ", False),
        (",0.0416666666666667", True),
    ],
)
def test_a_duration_that_cannot_be_read_differs_from_the_times(lengths: str, differs: bool) -> None:
    head = "start,end,Duration (h),Duration (decimal)"
    file = read(f"{head}\n2026-11-23 09:00,2026-11-23 10:00,{lengths}\n")

    assert any("duration differs" in note for note in file.notes) == differs


@pytest.mark.parametrize(("length", "differs"), [("3600", False), ("3600000", True)])
def test_a_duration_that_is_only_a_number_may_be_seconds(length: str, differs: bool) -> None:
    file = read(f"start,end,duration\n2026-11-23 09:00,2026-11-23 10:00,{length}\n")

    assert any("duration differs" in note for note in file.notes) == differs


def test_an_end_without_a_day_is_on_the_day_of_the_start_or_the_next() -> None:
    rows = read(
        "Start Date,Start Time,End Time\n2026-11-23,09:00,10:00\n2026-11-23,23:30,00:30\n"
    ).rows

    assert [row.end for row in rows] == [utc(23, 9), utc(23, 23, 30)]


@pytest.mark.parametrize(
    "day", ["2026-11-23 00:00:00", "2026/11/23", "23-11-2026", "11/23/2026 0:00"]
)
def test_a_day_is_read_as_spreadsheets_write_it(day: str) -> None:
    (row,) = read(report((day, "09:00", day, "10:00"))).rows

    assert row.start == utc(23, 8)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("24.11.2026 9:00", "24.11.2026 10:30"),
        ("24.11.2026 9:00:00", "24.11.2026 10:30:00"),
        ("24/11/2026, 09:00", "24/11/2026, 10:30"),
        ("11/24/2026 9:00 AM", "11/24/2026 10:30 AM"),
        ("11/24/2026, 9:00:00\u202fAM", "11/24/2026, 10:30:00\u202fAM"),
        ("2026/11/24 9:00", "2026/11/24 10:30"),
        ("2026-11-24 09:00 AM", "2026-11-24 10:30 AM"),
        ("2026.11.24. 9:00", "2026.11.24. 10:30"),
        ("24-11-2026T09:00", "24-11-2026T10:30"),
        ("2026-11-24 08:00:00 UTC", "2026-11-24 09:30:00 UTC"),
        ("2026-11-24 09:00:00 +0100", "2026-11-24 10:30:00 +0100"),
        ("2026-11-24 09:00:00 +0100 CET", "2026-11-24 10:30:00 +0100 CET"),
    ],
)
def test_day_and_time_in_one_cell_are_read_as_spreadsheets_write_them(start: str, end: str) -> None:
    (row,) = read(f'description,start,end\nx,"{start}","{end}"\n').rows

    assert (row.start, row.end) == (utc(24, 8), utc(24, 9, 30))


def test_the_order_of_such_cells_is_that_of_the_whole_column() -> None:
    text = "start,end\n02.03.2026 9:00,02.03.2026 10:00\n24.03.2026 9:00,24.03.2026 10:00\n"

    assert read(text).rows[0].start == utc(2, 8, month=3)


def test_an_order_of_such_cells_that_nothing_settles_is_asked_for() -> None:
    text = "start,end\n02.03.2026 9:00,02.03.2026 10:00\n"

    with pytest.raises(UsageError) as caught:
        read(text)
    assert caught.value.hint == (
        "`--dates dmy` reads it as 2 March 2026.\n`--dates mdy` reads it as 3 February 2026."
    )
    file = read(text, dates="mdy")
    assert (file.rows[0].start, file.notes) == (utc(3, 8, month=2), ())


def test_a_repeated_hour_in_such_a_cell_is_settled_by_the_duration() -> None:
    (row,) = read("start,end,duration\n25.10.2026 2:15,25.10.2026 2:30,1:15\n").rows

    assert (row.start, row.end) == (utc(25, 0, 15, month=10), utc(25, 1, 30, month=10))


def test_a_spreadsheets_number_of_a_moment_is_refused_with_what_it_means() -> None:
    with pytest.raises(UsageError) as caught:
        read("start,end\n46314.375,46314.4166666667\n")

    assert caught.value.details[0].endswith(
        "2026-11-24T09:00:00+01:00; it is how spreadsheets store 19 October 2026 09:00"
    )


@pytest.mark.parametrize(
    ("day", "clock", "why"),
    [
        ("46314", "09:00", "is not a date (day, month, year); it is how spreadsheets store 19 Oct"),
        ("2026-10-19", "0.375", '"0.375" is not a time of day; it is how spreadsheets store 09:00'),
        ("2026-10-19", "0,427083333333333", "it is how spreadsheets store 10:15"),
    ],
)
def test_the_numbers_of_a_spreadsheet_are_refused_with_what_they_mean(
    day: str, clock: str, why: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(report((day, f'"{clock}"', "2026-10-19", "15:00")))

    assert why in caught.value.details[0]


_DAYS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001 (a wall clock)


@given(_DAYS)
def test_the_quick_way_to_utc_is_the_right_one(wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    moments = Moments(BERLIN)

    read = moments.at(wall.date().isoformat(), wall.time().isoformat())
    instant = moments.instant(f"{wall.isoformat()}")

    assert read == instant
    first, second = (wall.replace(tzinfo=BERLIN, fold=fold).astimezone(UTC) for fold in (0, 1))
    assert read.replace(tzinfo=read.tzinfo or BERLIN) in (first, second)
    if read.tzinfo is not None:
        assert first == second == read
