"""Tests of rounding: how it is written, what it makes of a duration, and how that is divided."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.rounding import (
    LEVELS,
    MODES,
    Rounding,
    Roundings,
    at_level,
    divided,
    parse_level,
    parse_rounding,
)
from clockify_cli.errors import TimeError, UsageError

MINUTE = 60


@pytest.mark.parametrize(
    ("text", "rounding"),
    [
        ("15m", Rounding(900)),
        ("6m", Rounding(360)),
        ("15m:nearest", Rounding(900)),
        ("15m:up", Rounding(900, "up")),
        ("15M:Down", Rounding(900, "down")),
        ("0:15:up", Rounding(900, "up")),
        ("0.25h:up", Rounding(900, "up")),
        ("1h", Rounding(3600)),
        ("24h", Rounding(86_400)),
        ("15m:up:day", Rounding(900, "up", "day")),
        ("15m:group", Rounding(900, "nearest", "group")),
        (" 1h30m : up ", Rounding(5400, "up")),
        ("none", None),
    ],
)
def test_a_rounding_is_read(text: str, rounding: Rounding | None) -> None:
    assert parse_rounding(text) == rounding


@pytest.mark.parametrize(
    "text",
    ["", "15", "up", "15m:", "15m:upp", "15m:up:up", "0m", "-15m", "25h", "15m:day:up", "1d"],
)
def test_what_is_not_a_rounding_is_quoted(text: str) -> None:
    with pytest.raises(TimeError) as refused:
        parse_rounding(text)
    assert f'"{text}"' in refused.value.message
    assert "6m:up" in refused.value.hint


def test_a_level_is_one_of_three() -> None:
    assert [parse_level(level) for level in ("entry", "Day", " group ")] == list(LEVELS)
    with pytest.raises(UsageError, match='cannot round by "week"'):
        parse_level("week")


def test_the_level_of_the_command_line_wins() -> None:
    assert at_level(Rounding(900, "up"), "day") == Rounding(900, "up", "day")
    assert at_level(Rounding(900, "up", "day"), None) == Rounding(900, "up", "day")
    assert at_level(None, "day") is None


@pytest.mark.parametrize(
    ("rounding", "seconds", "rounded"),
    [
        (Rounding(900), 0, 0),
        (Rounding(900), 449, 0),
        (Rounding(900), 450, 900),
        (Rounding(900), 1349, 900),
        (Rounding(900, "up"), 0, 0),
        (Rounding(900, "up"), 1, 900),
        (Rounding(900, "up"), 900, 900),
        (Rounding(900, "up"), 901, 1800),
        (Rounding(900, "down"), 899, 0),
        (Rounding(900, "down"), 1799, 900),
        (Rounding(15), 7, 0),
        (Rounding(15), 8, 15),
        (Rounding(1), 12_345, 12_345),
    ],
)
def test_a_length_is_rounded(rounding: Rounding, seconds: int, rounded: int) -> None:
    assert rounding.rounded(seconds) == rounded


@pytest.mark.parametrize(
    ("rounding", "name"),
    [
        (Rounding(900, "up"), "up to 15m by entry"),
        (Rounding(360, "nearest", "day"), "to the nearest 6m by day"),
        (Rounding(3600, "down", "group"), "down to 1h by group"),
        (Rounding(90), "to the nearest 90s by entry"),
        (Rounding(5400), "to the nearest 1h 30m by entry"),
    ],
)
def test_a_rounding_is_named(rounding: Rounding, name: str) -> None:
    assert rounding.name == name


def test_each_client_has_its_own_rounding_or_the_usual_one() -> None:
    found = Roundings(Rounding(900), {"acme": Rounding(360, "up"), "exact": None})
    assert found.of("acme") == Rounding(360, "up")
    assert found.of("exact") is None
    assert found.of("other") == found.of(None) == Rounding(900)
    assert found.any
    assert not Roundings().any
    assert not Roundings(None, {"exact": None}).any


steps = st.integers(1, 86_400)
lengths = st.integers(0, 10_000_000)


@given(st.builds(Rounding, steps, st.sampled_from(MODES)), lengths)
def test_a_rounded_length_is_the_multiple_that_its_mode_says(
    rounding: Rounding, seconds: int
) -> None:
    rounded = rounding.rounded(seconds)
    assert rounded % rounding.step == 0
    off = Fraction(rounded - seconds, rounding.step)
    low, high = {
        "nearest": (Fraction(-1, 2), Fraction(1, 2)),
        "up": (Fraction(0), Fraction(1)),
        "down": (Fraction(-1), Fraction(0)),
    }[rounding.mode]
    assert low <= off <= high
    if rounding.mode == "nearest":
        assert off != low
    else:
        assert abs(off) < 1


@given(lengths, st.lists(st.integers(0, 100_000), min_size=1, max_size=8), st.integers(1, 3600))
def test_what_is_divided_sums_to_the_whole_and_misses_each_share_by_less_than_a_step(
    units: int, weights: list[int], step: int
) -> None:
    whole = units * step
    parts = divided(whole, weights, step)
    assert sum(parts) == whole
    assert all(part % step == 0 and part >= 0 for part in parts)
    if sum(weights):
        shares = [Fraction(whole * weight, sum(weights)) for weight in weights]
        assert all(abs(part - share) < step for part, share in zip(parts, shares, strict=True))


@pytest.mark.parametrize(
    ("whole", "weights", "step", "parts"),
    [
        (900, [300, 600], 900, (0, 900)),
        (900, [450, 450], 900, (900, 0)),
        (2700, [1, 1, 1], 900, (900, 900, 900)),
        (0, [5, 5], 900, (0, 0)),
        (900, [0, 0], 900, (900, 0)),
        (10, [1, 1, 1], 1, (4, 3, 3)),
        (0, [], 900, ()),
    ],
)
def test_the_largest_remainders_get_what_is_left_over(
    whole: int, weights: list[int], step: int, parts: tuple[int, ...]
) -> None:
    assert divided(whole, weights, step) == parts


@given(st.text(max_size=12))
def test_any_text_is_a_rounding_or_refused(text: str) -> None:
    with suppress(TimeError):
        parse_rounding(text)
