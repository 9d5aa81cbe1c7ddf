from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.time.points import read_clock


@given(st.integers(0, 86399))
def test_every_time_of_day_is_read_from_its_digits(seconds: int) -> None:
    hour, minute, second = seconds // 3600, seconds // 60 % 60, seconds % 60
    clock = read_clock(f"{hour}:{minute:02}:{second:02}")
    assert clock is not None
    assert clock.seconds == seconds
    packed = read_clock(f"{hour:02}{minute:02}")
    assert packed is not None
    assert packed.seconds == seconds - second


@pytest.mark.parametrize(
    ("text", "hour"),
    [("12am", 0), ("1am", 1), ("11am", 11), ("12pm", 12), ("1pm", 13), ("11pm", 23)],
)
def test_twelve_hours_are_counted_from_twelve(text: str, hour: int) -> None:
    clock = read_clock(text)
    assert clock is not None
    assert clock.seconds == hour * 3600


@pytest.mark.parametrize("text", ["midnight", "24:00", "24"])
def test_the_bounds_of_a_day_are_marked(text: str) -> None:
    clock = read_clock(text)
    assert clock is not None
    assert clock.is_bound


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("3", True), ("12", True), ("3:30", True), ("03", False), ("13", False), ("3pm", False)],
)
def test_a_bare_hour_up_to_twelve_may_be_meant_for_the_afternoon(text: str, may_be: bool) -> None:
    clock = read_clock(text)
    assert clock is not None
    assert clock.may_be_afternoon is may_be


@pytest.mark.parametrize(
    "text", ["", "9.30", "9h", "nine", "9:", ":30", "12345", "9:30:15:00", "a"]
)
def test_what_does_not_look_like_a_time_of_day_is_left_alone(text: str) -> None:
    assert read_clock(text) is None
