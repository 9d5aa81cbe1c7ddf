"""What the person has set in Clockify: the zone, the days of the week that are worked."""

from __future__ import annotations

import pytest

from tests.fake_clockify.records import User
from tests.scenarios.signed_in.bench import Bench


def set_zone(clockify: Bench, zone: str) -> None:
    """Have the user's settings at Clockify name *zone*."""
    user = clockify.fake.get(User, clockify.fake.user_id)
    clockify.fake.change(user, zone=zone)


NO_ZONES = (
    "Europe/Kyivv",
    "+02:00",
    "europe/berlin",
    "Asia",
    "../../etc/passwd",
    "UTC\x00",
    "Z" * 5000,
)


@pytest.mark.parametrize("zone", NO_ZONES, ids=lambda zone: ascii(zone[:20]))
def test_a_zone_that_this_machine_does_not_know_is_warned_of_and_the_machines_holds(
    stranger: Bench, zone: str
) -> None:
    set_zone(stranger, zone)
    assert stranger.login().err.count("warning") == 1
    stranger.ok("start", "Write spec", "--at", "9:00")
    for words in ("status", "log", "report", "whoami", "stop --at 9:30"):
        done = stranger.ok(*words.split())
        assert done.err.count("no zone") == 1, words
        assert "`clockify config set tz ZONE`" in done.err
    assert stranger.ok("whoami", "--json").json["timeZone"] == "Europe/Berlin"
    assert [each.start for each in stranger.fake.entries()] == [int(stranger.time.true) - 60 * 60]
    assert stranger("doctor").code == 0


def test_a_zone_of_the_persons_own_makes_that_of_clockify_nobodys_business(
    stranger: Bench,
) -> None:
    set_zone(stranger, "Europe/Kyivv")
    stranger.login()
    assert stranger.ok("status", "--tz", "UTC").err == ""
    assert stranger.ok("status", CLOCKIFY_TZ="UTC").err == ""
    stranger.ok("config", "set", "tz", "Europe/Kyiv")
    assert stranger.ok("status").err == ""


@pytest.mark.parametrize("days", ["[MONDAY", "[" * 100_000, "[{}]", "MONDAY"], ids=lambda d: d[:8])
def test_working_days_that_make_no_sense_are_as_not_told(stranger: Bench, days: str) -> None:
    stranger.fake.set_settings(workingDays=days)
    stranger.login()
    stranger.ok("log", "workday")
