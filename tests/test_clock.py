"""Tests of how the program reads the machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from clockify_cli.clock import SystemClock


def test_now_is_aware_utc_in_whole_seconds_and_of_this_moment() -> None:
    now = SystemClock().now()
    assert (now.tzinfo, now.microsecond) == (UTC, 0)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_time_since_boot_goes_on_while_it_sleeps() -> None:
    clock = SystemClock()
    before = clock.boottime()
    clock.sleep(0.01)
    assert clock.boottime() - before >= 0.01
    assert abs(clock.wall() - time.time()) < 60


def test_one_boot_has_one_name() -> None:
    assert SystemClock().boot_id() == SystemClock().boot_id()
