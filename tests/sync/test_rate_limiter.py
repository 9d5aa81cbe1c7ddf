"""Tests that the gate counts every request for all processes, and stops those over the limit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clockify_cli.errors import LimitReached
from clockify_cli.store.sync import accounts
from clockify_cli.sync.guard import judge_skew, left_now, skew_of
from tests.sync.household import KEY, Household
from tests.sync.twin import WORKSPACE


def test_a_request_counts_from_the_moment_before_it_leaves(home: Household) -> None:
    home.limiter.before("POST", "/x", WORKSPACE)
    assert left_now(home.db, WORKSPACE, "FREE", home.now) == 29


def test_a_request_that_never_left_does_not_count(home: Household) -> None:
    home.limiter.before("POST", "/x", WORKSPACE)
    home.limiter.after("POST", "/x", 0, None, None)
    assert left_now(home.db, WORKSPACE, "FREE", home.now) == 30


def test_what_concerns_no_workspace_is_charged_to_the_active_one(home: Household) -> None:
    home.limiter.before("GET", "/user", None)
    assert left_now(home.db, WORKSPACE, "FREE", home.now) == 29


def test_the_last_five_are_for_writes_and_for_reads_that_serve_them(home: Household) -> None:
    home.twin.plan = "FREE"
    for _ in range(25):
        home.limiter.before("GET", "/x", WORKSPACE)
    with pytest.raises(LimitReached):
        home.limiter.before("GET", "/x", WORKSPACE)
    home.limiter.serves = "write"
    home.limiter.before("GET", "/x", WORKSPACE)
    home.limiter.serves = "read"
    for _ in range(4):
        home.limiter.before("PUT", "/x", WORKSPACE)
    with pytest.raises(LimitReached) as caught:
        home.limiter.before("PUT", "/x", WORKSPACE)
    assert f"{caught.value.until:%H:%M:%S %Z}" == "10:00:00 UTC"


@pytest.mark.parametrize(("after", "seconds"), [(90, 90), (None, 3600)])
def test_a_429_closes_the_window(home: Household, after: int | None, seconds: int) -> None:
    home.twin.plan = "FREE"
    home.limiter.before("GET", "/x", WORKSPACE)
    home.limiter.after("GET", "/x", 429, after, None)
    until = home.now + timedelta(seconds=seconds)
    assert accounts.closed_until(home.db, WORKSPACE) == until


def test_a_paid_plan_waits_for_the_next_second(home: Household) -> None:
    before = home.clock.wall()
    for _ in range(120):
        home.limiter.before("GET", "/x", WORKSPACE)
    assert home.clock.wall() - before == 2.0


def test_the_clock_of_clockify_is_compared_with_ours(home: Household) -> None:
    assert skew_of(home.db, KEY) == 0.0
    home.limiter.before("GET", "/x", WORKSPACE)
    home.limiter.after("GET", "/x", 200, None, home.now + timedelta(hours=1))
    assert abs(skew_of(home.db, KEY) - 3600) <= 1


@pytest.mark.parametrize(
    ("skew", "judged"),
    [(0.0, "fine"), (-30.0, "fine"), (31.0, "warn"), (300.0, "warn"), (-301.0, "refuse")],
)
def test_a_clock_that_is_off_is_told_or_refused(skew: float, judged: str) -> None:
    assert judge_skew(skew) == judged
