"""Tests of the limit of thirty requests in any hour, of which five are reserved for writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.sync.guard import (
    HOUR,
    Allowed,
    ClosedUntil,
    allowed,
    bulk_now,
    closes_until,
    is_free,
    left,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def made(count: int) -> list[datetime]:
    """Return *count* requests, one a minute, the last one a minute ago."""
    return [NOW - MINUTE * n for n in range(count, 0, -1)]


@pytest.mark.parametrize(
    ("kind", "count", "free"),
    [("read", 24, True), ("read", 25, False), ("write", 29, True), ("write", 30, False)],
)
def test_reads_leave_the_last_five_of_thirty_to_writes(kind: str, count: int, free: bool) -> None:
    answer = allowed("read" if kind == "read" else "write", made(count), None, "FREE", NOW)
    assert isinstance(answer, Allowed) is free


@pytest.mark.parametrize(("count", "now"), [(0, 25), (10, 15), (25, 0), (29, 0), (30, 0)])
def test_the_writes_of_a_change_of_many_leave_five_to_timers(count: int, now: int) -> None:
    found = bulk_now(made(count), None, "FREE", NOW)

    assert found is not None
    assert found[0] == now
    assert isinstance(allowed("bulk", made(count), None, "FREE", NOW), Allowed) is (now > 0)
    # By then the oldest request that leaves no room for another is an hour old.
    times = [*made(count), *([NOW] * now)]
    assert found[1] == times[-25] + HOUR
    assert isinstance(allowed("bulk", times, None, "FREE", found[1]), Allowed)


def test_a_plan_without_a_limit_an_hour_has_none_for_many() -> None:
    assert bulk_now(made(30), None, "PRO", NOW) is None
    assert allowed("bulk", made(30), None, "PRO", NOW) == Allowed()


def test_a_closed_window_lets_none_of_many_pass() -> None:
    assert bulk_now([], NOW + MINUTE, "FREE", NOW) == (0, NOW + MINUTE)


def test_it_says_when_the_next_request_is_possible() -> None:
    assert allowed("write", made(30), None, "FREE", NOW) == ClosedUntil(NOW - 30 * MINUTE + HOUR)
    assert allowed("read", made(30), None, "FREE", NOW) == ClosedUntil(NOW - 25 * MINUTE + HOUR)


def test_a_request_an_hour_ago_counts_no_more() -> None:
    assert allowed("write", [NOW - HOUR] * 40, None, "FREE", NOW) == Allowed()


def test_a_plan_that_is_not_known_counts_as_free() -> None:
    assert is_free(None)
    assert isinstance(allowed("write", made(30), None, None, NOW), ClosedUntil)


def test_a_paid_plan_allows_fifty_a_second() -> None:
    assert allowed("read", made(59), None, "PRO", NOW) == Allowed()
    assert allowed("read", [NOW] * 50, None, "PRO", NOW) == ClosedUntil(NOW + timedelta(seconds=1))


@pytest.mark.parametrize("plan", ["FREE", "PRO", None])
def test_nothing_is_asked_while_the_window_is_closed(plan: str | None) -> None:
    until = NOW + MINUTE
    assert allowed("write", [], until, plan, NOW) == ClosedUntil(until)
    assert allowed("write", [], NOW, plan, NOW) == Allowed()


@pytest.mark.parametrize("plan", ["FREE", "PRO"])
def test_what_was_noted_before_the_clock_was_set_back_counts_no_more(plan: str) -> None:
    day = timedelta(days=1)
    assert allowed("read", [NOW + day] * 60, None, plan, NOW) == Allowed()
    assert allowed("read", [], NOW + day, plan, NOW) == Allowed()
    assert closes_until(None, [NOW + day], plan, NOW) == closes_until(None, [], plan, NOW)
    if plan == "FREE":
        assert left([NOW + day], NOW + day, plan, NOW) == 30


def test_a_request_that_another_process_noted_a_moment_later_counts() -> None:
    later = NOW + timedelta(seconds=10)
    assert isinstance(allowed("write", [later] * 30, None, "FREE", NOW), ClosedUntil)


def test_what_is_left_is_thirty_less_the_last_hour() -> None:
    assert left(made(12), None, "FREE", NOW) == 18
    assert left(made(40), None, "FREE", NOW) == 0
    assert left([], NOW + MINUTE, "FREE", NOW) == 0
    assert left(made(12), None, "PRO", NOW) is None


@pytest.mark.parametrize(
    ("after", "seconds"), [(90, 90), (0, 1), (-5, 1), (3600, 3600), (99_999_999, 3600)]
)
def test_clockify_may_close_the_window_for_an_hour_at_most(after: int, seconds: int) -> None:
    assert closes_until(after, made(3), "FREE", NOW) == NOW + timedelta(seconds=seconds)


def test_without_a_word_the_window_opens_when_the_oldest_request_is_an_hour_old() -> None:
    assert closes_until(None, made(20), "FREE", NOW) == NOW - 20 * MINUTE + HOUR
    assert closes_until(None, [], None, NOW) == NOW + HOUR
    assert closes_until(None, made(20), "PRO", NOW) == NOW + timedelta(seconds=1)


@given(st.lists(st.integers(0, 4 * 3600), max_size=120))
def test_no_rolling_hour_ever_holds_more_than_thirty(wishes: list[int]) -> None:
    sent: list[datetime] = []
    for second in sorted(wishes):
        now = NOW + timedelta(seconds=second)
        if allowed("write", sent, None, "FREE", now) == Allowed():
            sent.append(now)
    for at in sent:
        assert sum(at - HOUR < other <= at for other in sent) <= 30
