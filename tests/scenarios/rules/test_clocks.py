"""Tests that an untrustworthy clock is reported and not used for the time of an entry."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.scenarios.rules.test_required import history
from tests.scenarios.signed_in.bench import Bench


@pytest.fixture
def clockify(workspace: Bench) -> Bench:
    workspace.login()
    return workspace


def test_a_clock_that_was_set_while_the_timer_ran_is_said_at_stop(clockify: Bench) -> None:
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=30)
    clockify.time.off = 3

    stopped = clockify.ok("stop")

    assert "clock was set forward by 3 s" in stopped.err


@pytest.mark.parametrize("boots", [1, 2])
def test_a_clock_that_agrees_or_belongs_to_another_boot_is_not_spoken_of(
    clockify: Bench, boots: int
) -> None:
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=30)
    if boots > 1:
        clockify.time.restarts()
    clockify.time.off = 2 if boots == 1 else 20

    assert clockify.ok("stop").err == ""


def test_a_clock_half_a_minute_off_is_warned_of(clockify: Bench) -> None:
    clockify.time.off = -45
    clockify.ok("sync")

    started = clockify.ok("start", "Spec")

    assert re.fullmatch("This computer's clock is 4[56] s behind Clockify's.\n", started.err)


@pytest.mark.parametrize("words", [("start", "Spec"), ("add", "Call", "--for", "5m"), ("resume",)])
def test_a_clock_minutes_off_is_no_now(clockify: Bench, words: tuple[str, ...]) -> None:
    clockify.ok("add", "Old", "6-7")
    clockify.time.off = 600
    clockify.ok("sync")

    refused = clockify(*words, "--json")

    assert (refused.code, refused.error["code"]) == (2, "wrong-clock")
    assert "--at TIME" in refused.error["hint"]
    assert refused.error["message"] == "this computer's clock is 10 min ahead of Clockify's"
    assert history(clockify) == 1


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_timer_that_began_after_now_stops_after_the_time_that_it_ran(
    workspace: Bench, signed_in: bool
) -> None:
    clockify = workspace
    if signed_in:
        clockify.login()
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=10)
    clockify.time.off = -20 * 60.0
    refused = clockify("stop")
    assert refused.code == 2
    assert "clock was set back by 20 min since" in refused.err
    assert "`clockify stop --at 10:10:00`" in refused.err
    assert "clockify stop --at 10:10:00" in clockify("start", "Next").err
    assert clockify("stop", "--at", "10:11").code == 2
    done = clockify.ok("stop", "--at", "10:10:00")
    assert "10:00–10:10" in done.out
    if signed_in:
        assert clockify.local_copy() == clockify.server_copy()


def test_a_timer_that_began_after_now_before_a_restart_is_not_guessed_at(clockify: Bench) -> None:
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=10)
    clockify.time.off = -20 * 60.0
    clockify.time.restarts()
    refused = clockify("stop")
    assert refused.code == 2
    assert "clockify cancel" in refused.err
    assert "--at" not in refused.err


def test_a_copy_of_before_the_clock_was_set_back_is_not_fresh(workspace: Bench) -> None:
    clockify = workspace
    clockify.time.off = 30 * 86_400.0
    clockify.login()
    clockify.time.off = 0.0
    clockify.time.passes(hours=3)
    told = clockify.ok("log", "--offline").err
    assert "From an old local copy: the clock of this computer was set back" in told
    ended = clockify.time.now()
    clockify.fake.add_entry(ended - timedelta(hours=1), ended, "Phone")
    assert "Phone" in clockify.ok("log").out
    assert clockify.ok("log").sent == []


def test_a_timer_does_not_stop_by_a_clock_minutes_off_but_at_a_time_that_is_told(
    clockify: Bench,
) -> None:
    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=30)
    clockify.time.off = -600
    clockify.ok("sync")

    assert clockify("stop").code == 2
    assert clockify("stop", "--at", "10:15").code == 0


def test_a_clock_that_was_set_right_is_trusted_after_the_next_answer(clockify: Bench) -> None:
    clockify.time.off = 600
    clockify.ok("sync")
    clockify.time.off = 0
    clockify.ok("sync")

    assert clockify.ok("start", "Spec").err == ""


def test_a_clock_that_was_set_right_is_trusted_at_once_where_clockify_can_be_asked(
    clockify: Bench,
) -> None:
    clockify.time.off = 600
    clockify.ok("sync")
    clockify.time.off = 0
    clockify.fake.refuse()
    assert clockify("start", "Spec").code == 2
    clockify.fake.accept_again()
    assert clockify("start", "Spec", "--offline").code == 2

    assert clockify.ok("start", "Spec").err == ""


def test_a_timer_of_over_a_day_is_not_ended_by_another_start(clockify: Bench) -> None:
    clockify.ok("start", "Forgotten")
    clockify.time.passes(hours=25)

    refused = clockify("start", "Spec")

    assert refused.code == 2
    assert "`clockify stop --at TIME`" in refused.err
    assert history(clockify) == 1


def test_a_machine_in_another_zone_is_named_once(clockify: Bench) -> None:
    first = clockify.ok("status", TZ="Asia/Kathmandu")
    second = clockify.ok("status", TZ="Asia/Kathmandu")
    elsewhere = clockify.ok("status", TZ="America/New_York")

    assert "in Asia/Kathmandu, your Clockify settings say Europe/Berlin" in first.err
    assert second.err == ""
    assert "America/New_York" in elsewhere.err


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/Paris"])
def test_a_machine_that_shows_the_same_time_is_not_spoken_of(clockify: Bench, zone: str) -> None:
    assert clockify.ok("status", TZ=zone).err == ""


def test_a_zone_that_the_person_chose_is_not_spoken_of(clockify: Bench) -> None:
    assert clockify.ok("status", TZ="Asia/Kathmandu", CLOCKIFY_TZ="UTC").err == ""
    assert clockify.ok("status", "--tz", "UTC", TZ="Asia/Kathmandu").err == ""
