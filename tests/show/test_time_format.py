from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.show.samples import TIMES, at


@pytest.mark.parametrize(
    ("clock", "shown"),
    [("00:05", "12:05am"), ("09:02", "9:02am"), ("12:00", "12:00pm"), ("23:59", "11:59pm")],
)
def test_a_twelve_hour_clock_in_tables(clock: str, shown: str) -> None:
    assert replace(TIMES, clock="12").table_clock(at(24, clock)) == shown


def test_a_twenty_four_hour_clock_in_tables() -> None:
    assert TIMES.table_clock(at(24, "09:02")) == "09:02"
    assert TIMES.table_moment(at(24, "09:02")) == "2026-11-24 09:02"


def test_sentences_keep_to_twenty_four_hours() -> None:
    assert replace(TIMES, clock="12").clock_text(at(24, "21:30")) == "21:30"


def test_durations_follow_the_chosen_style() -> None:
    assert replace(TIMES, durations="clock").length(4380) == "1:13"
    assert replace(TIMES, durations="hm").length(4380) == "1h 13m"
    assert replace(TIMES, durations="decimal").length(4380) == "1.22"


def test_a_day_of_another_year_is_named_with_it() -> None:
    assert TIMES.day_text(date(2026, 1, 2)) == "Fri 2 Jan"
    assert TIMES.day_text(date(2025, 1, 2)) == "Thu 2 Jan 2025"


def test_today_is_the_date_on_the_wall_of_the_zone() -> None:
    assert replace(TIMES, now=at(24, "00:10")).today == date(2026, 11, 24)
