from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.time.points import (
    date_text,
    days_in_month,
    read_date,
    read_weekday,
    short_date_text,
)
from tests.domain.time.setting import refusal


@pytest.mark.parametrize(
    ("word", "number"),
    [("mon", 0), ("Tue", 1), ("WEDNESDAY", 2), ("sun", 6), ("m", None), ("tues", None), ("", None)],
)
def test_a_weekday_is_known_by_its_name_or_three_letters(word: str, number: int | None) -> None:
    assert read_weekday(word) == number


@pytest.mark.parametrize("word", ["1.2.3", "2026", "2026-11", "16/9", "2026-11-23x", "١٩٧٠-٠١-٠١"])
def test_what_does_not_look_like_a_date_is_left_alone(word: str) -> None:
    assert read_date(word) is None


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        pytest.param("02/03/2026", "Write 2026-03-02 or 2026-02-03.", id="both-orders"),
        pytest.param("23.11.2026", "Write 2026-11-23.", id="day-first"),
        pytest.param("11/23/2026", "Write 2026-11-23.", id="month-first"),
        pytest.param("5/5/2026", "Write 2026-05-05.", id="same-in-both"),
        pytest.param("2026-3-2", "Write 2026-03-02.", id="short"),
        pytest.param("31/31/2026", "Write dates as 2026-11-23.", id="neither"),
    ],
)
def test_a_date_in_another_order_is_refused_with_the_dates_that_it_can_mean(
    word: str, hint: str
) -> None:
    assert refusal(lambda: read_date(word)).hint == hint


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_every_date_is_read_from_its_iso_text(day: date) -> None:
    assert read_date(day.isoformat()) == day


@given(st.dates(date(1970, 1, 1), date(2100, 12, 31)))
def test_a_month_is_as_long_as_its_last_day_says(day: date) -> None:
    last = day.replace(day=days_in_month(day.year, day.month))
    assert (last + timedelta(days=1)).day == 1


def test_a_day_is_written_for_people() -> None:
    assert date_text(date(2026, 11, 4)) == "Wed 4 Nov 2026"
    assert short_date_text(date(2026, 11, 4)) == "Wed 4 Nov"
