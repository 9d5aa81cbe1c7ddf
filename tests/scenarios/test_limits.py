"""Tests of messages at the request limit, which use the person's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, Preparations, another, bench, sign_in


@pytest.fixture
def spent(tmp_path: Path, preparations: Preparations) -> Iterator[Bench]:
    """Signed in to a Free workspace at 10 o'clock in Berlin, with no reads left this hour."""
    with bench(tmp_path, plan="FREE", page_cap=1) as clockify:
        # So many that the first copy leaves out the oldest.
        for number in range(9):
            start = clockify.time.now() - timedelta(days=366, minutes=10 * number)
            clockify.fake.add_entry(start, start + timedelta(minutes=5), "Old")
        preparations.take(clockify, spend)
        yield clockify


def spend(clockify: Bench) -> None:
    clockify.login()
    while clockify("log", "--refresh").code == 0:
        assert len(clockify.fake.requests) <= 30


def test_a_limit_says_until_when_in_the_zone_of_the_person(spent: Bench) -> None:
    done = spent("log", "--refresh", CLOCKIFY_TZ="Asia/Tokyo")
    assert done.code == 8
    assert "request limit is reached until 19:00" in done.err
    assert "UTC" not in done.err
    error = spent("log", "--refresh", "--json", CLOCKIFY_TZ="Asia/Tokyo").error
    assert "until 19:00" in error["message"]


def test_a_range_that_was_never_fetched_says_what_the_copy_holds(spent: Bench) -> None:
    done = spent("log", "2020")
    assert done.code == 8
    assert (
        "Your local copy goes back to 2025-11-23; `clockify log 2020 --offline` shows" in done.err
    )
    assert spent("log", "2020", "--offline").code == 0


def test_whoami_says_that_what_is_left_is_for_changes(spent: Bench) -> None:
    assert "at most 5 left, kept for changes; more at 11:00" in spent.ok("whoami").out


def test_sync_says_once_what_waits(spent: Bench) -> None:
    spent.fake.refuse()
    spent.ok("add", "Standup", "--for", "5m")
    done = spent("sync")
    assert done.code == 7
    assert (done.out + done.err).count("waiting") == 1


def test_a_name_that_an_old_copy_does_not_hold_is_told_with_its_time(spent: Bench) -> None:
    spent.time.passes(minutes=20)
    for words in (("start", "x", "-p", "New1"), ("start", "x", "-p", "New1", "--offline")):
        done = spent(*words)
        assert done.code == 3
        assert 'no project named "New1" in the local copy of 10:00' in done.err


def test_a_name_that_clockify_has_not_is_told_without_a_time(spent: Bench) -> None:
    spent.time.passes(hours=2)
    assert "in the copy" not in spent("start", "x", "-p", "New1").err


def test_a_limit_met_at_the_first_login_stands_for_that_key_alone(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as stranger:
        stranger.fake.fault("S11", {"path": "/user$"}, retry_after="3600")
        for _ in range(2):
            done = sign_in(stranger, stranger.fake.key)
            assert done.code == 8
            assert "Sign in again after that" in done.err
        assert len(stranger.fake.requests) == 1
        with another(stranger) as other:
            assert sign_in(stranger, other.key, url=other.url).code == 0


def test_a_quiet_sync_at_the_limit_with_nothing_waiting_says_nothing(spent: Bench) -> None:
    done = spent("sync", "-q")
    assert (done.code, done.out, done.err) == (8, "", "")
    assert "request limit" in spent("sync").err
    spent.fake.fault("S11", {}, times=None)
    spent.ok("add", "Standup", "--for", "5m")
    done = spent("sync", "-q")
    assert done.code == 8
    assert "1 waiting" in done.err


def running_there(clockify: Bench) -> None:
    """A timer was started elsewhere, and no requests are left."""
    clockify.fake.add_entry(clockify.time.now(), description="On the phone")
    clockify.time.passes(minutes=10)
    clockify.fake.fault("S11", {}, times=None)


@pytest.mark.parametrize("words", [("stop",), ("stop", "-d", "Done"), ("cancel",)])
def test_stop_and_cancel_at_the_limit_say_the_limit(spent: Bench, words: tuple[str, ...]) -> None:
    running_there(spent)
    done = spent(*words)
    assert done.code == (8 if words == ("cancel",) else 0)
    assert "request limit" in done.err
    assert re.search("(until|after) 11:", done.err)


def test_a_report_by_user_says_that_it_is_of_ones_own_entries(spent: Bench) -> None:
    done = spent.ok("report", "--by", "user")
    assert "only your own entries" in done.err
    assert "your own" not in spent.ok("report").err
