from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.time.durations import (
    DurationStyle,
    format_duration,
    iso_duration,
    parse_duration,
    parse_signed_duration,
)
from tests.domain.time.setting import refusal

LONGEST = 999 * 3600
lengths = st.integers(1, LONGEST)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90m", 5400),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("1 h 30 m", 5400),
        ("1H30M", 5400),
        ("1:30", 5400),
        ("01:30", 5400),
        ("1:30:15", 5415),
        ("0:04", 240),
        ("1.5h", 5400),
        ("0.1h", 360),
        ("1.5 h", 5400),
        ("1.5m", 90),
        ("2h", 7200),
        ("45s", 45),
        ("90s", 90),
        ("1m30s", 90),
        ("1h30s", 3630),
        ("PT1H30M", 5400),
        ("pt90m", 5400),
        ("PT45S", 45),
        ("999h", LONGEST),
        (" 90m ", 5400),
    ],
)
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "cannot read", id="empty"),
        pytest.param("soon", 'cannot read "soon"', id="word"),
        pytest.param("0", "no unit", id="bare-zero"),
        pytest.param("0m", "not longer than zero", id="zero-minutes"),
        pytest.param("0:00", "not longer than zero", id="zero-clock"),
        pytest.param("PT0S", "not longer than zero", id="zero-iso"),
        pytest.param("1.5", "no unit", id="bare-decimal"),
        pytest.param("90", "no unit", id="bare-number"),
        pytest.param("-15m", "negative", id="negative"),
        pytest.param("1:75", "minutes go to 59", id="minutes-over-59"),
        pytest.param("1h75m", "minutes go to 59", id="unit-minutes-over-59"),
        pytest.param("1m75s", "seconds go to 59", id="seconds-over-59"),
        pytest.param("1:5", "two digits", id="one-digit-minutes"),
        pytest.param("1:30:5", "two digits", id="one-digit-seconds"),
        pytest.param("1e9h", "cannot read", id="exponent"),
        pytest.param("1000h", "999 hours at most", id="too-long"),
        pytest.param("999:00:01", "999 hours at most", id="a-second-too-long"),
        pytest.param("9" * 400, "no unit", id="400-digits"),
        pytest.param("9" * 400 + "h", "cannot read", id="400-digit-hours"),
        pytest.param("1d", "days", id="days"),
        pytest.param("1.5h30m", "cannot read", id="decimal-and-more"),
        pytest.param("30m1h", "cannot read", id="wrong-order"),
        pytest.param("1h30", "cannot read", id="unit-missing"),
        pytest.param("1h30m x", "cannot read", id="left-over"),
        pytest.param("0.0001h", "whole number of seconds", id="part-of-a-second"),
        pytest.param("0.5s", "whole number of seconds", id="half-a-second"),
        pytest.param("٩m", "cannot read", id="arabic-digits"),
        pytest.param("PT", "cannot read", id="empty-iso"),
        pytest.param("90m\0", "cannot read", id="nul"),
    ],
)
def test_what_is_no_duration_is_refused_and_says_why(text: str, says: str) -> None:
    error = refusal(lambda: parse_duration(text))
    assert says in error.message
    assert len(error.message) < 160
    assert error.hint


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("+15m", 900), ("-15m", -900), ("15m", 900), ("-1:30", -5400), ("+ 1h", 3600)],
)
def test_a_signed_duration_is_read(text: str, seconds: int) -> None:
    assert parse_signed_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "+", "-", "--15m", "+-15m", "-0m", "15"])
def test_what_is_no_signed_duration_is_refused(text: str) -> None:
    refusal(lambda: parse_signed_duration(text))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "PT0S"), (45, "PT45S"), (5400, "PT1H30M"), (3600, "PT1H"), (3661, "PT1H1M1S")],
)
def test_a_duration_is_written_as_iso_8601(seconds: int, text: str) -> None:
    assert iso_duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "style", "text"),
    [
        (4380, "clock", "1:13"),
        (4439, "clock", "1:13"),
        (0, "clock", "0:00"),
        (59, "clock", "0:00"),
        (360000, "clock", "100:00"),
        (-4380, "clock", "-1:13"),
        (-30, "clock", "0:00"),
        (4380, "hm", "1h 13m"),
        (3900, "hm", "1h 05m"),
        (7200, "hm", "2h 00m"),
        (240, "hm", "4m"),
        (0, "hm", "0m"),
        (-3900, "hm", "-1h 05m"),
        (-30, "hm", "0m"),
        (4380, "decimal", "1.22"),
        (5400, "decimal", "1.50"),
        (18, "decimal", "0.01"),
        (17, "decimal", "0.00"),
        (-17, "decimal", "0.00"),
        (-5400, "decimal", "-1.50"),
    ],
)
def test_a_duration_is_written_for_people(seconds: int, style: DurationStyle, text: str) -> None:
    assert format_duration(seconds, style) == text


@given(lengths)
def test_iso_text_is_read_back_as_the_same(seconds: int) -> None:
    assert parse_duration(iso_duration(seconds)) == timedelta(seconds=seconds)


@given(st.integers(60, LONGEST), st.sampled_from(["clock", "hm"]))
def test_clock_and_hm_are_read_back_as_the_same_whole_minutes(
    seconds: int, style: DurationStyle
) -> None:
    read = parse_duration(format_duration(seconds, style))
    assert read == timedelta(seconds=seconds - seconds % 60)


@given(lengths.map(lambda seconds: max(seconds // 36, 1) * 36))
def test_decimal_hours_are_read_back_as_the_same_where_exact(seconds: int) -> None:
    assert parse_duration(format_duration(seconds, "decimal") + "h") == timedelta(seconds=seconds)
