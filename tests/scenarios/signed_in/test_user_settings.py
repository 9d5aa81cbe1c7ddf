"""Tests of the person's settings in Clockify: the zone and the working days."""

from __future__ import annotations

import pytest

from tests.fake_clockify.records import User
from tests.scenarios.signed_in.bench import Bench


def set_zone(clockify: Bench, zone: str) -> None:
    """Let the user's settings at Clockify name *zone*."""
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


QUICK_ZONES = ("Europe/Kyivv", "../../etc/passwd", "UTC\x00")


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param(zone, marks=() if zone in QUICK_ZONES else pytest.mark.long)
        for zone in NO_ZONES
    ],
    ids=lambda zone: ascii(zone[:20]),
)
def test_a_zone_that_this_machine_does_not_know_is_warned_of_and_the_machines_holds(
    stranger: Bench, zone: str
) -> None:
    set_zone(stranger, zone)
    assert stranger.login().err.count("warning") == 1
    stranger.ok("start", "Write spec", "--at", "9:00")
    for words in ("status", "log", "report", "whoami", "stop --at 9:30"):
        done = stranger.ok(*words.split())
        assert done.err.count("not in the time zone database") == 1, words
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


def zone_of(clockify: Bench) -> str:
    return str(clockify.ok("whoami", "--json").json["timeZone"])


def test_whoami_shows_the_settings_that_it_has_just_asked_for(clockify: Bench) -> None:
    set_zone(clockify, "Asia/Tokyo")
    done = clockify.ok("whoami", "--refresh")
    assert done.sent == ["GET user"]
    assert "Asia/Tokyo" in done.out
    assert "As of      18:00" in done.out
    assert clockify.ok("whoami", "--refresh", "--tz", "UTC", "--json").json["timeZone"] == "UTC"
    assert clockify.ok("whoami", "--refresh", "--json", CLOCKIFY_TZ="UTC").json["timeZone"] == "UTC"


def test_whoami_warns_of_a_zone_that_it_has_just_heard_of(clockify: Bench) -> None:
    set_zone(clockify, "Europe/Kyivv")
    assert clockify.ok("whoami", "--refresh").err.count("not in the time zone database") == 1
    assert clockify.ok("whoami", "--refresh").err.count("not in the time zone database") == 1


def test_sync_asks_for_the_settings_of_the_user_where_they_are_a_day_old(clockify: Bench) -> None:
    set_zone(clockify, "Asia/Tokyo")
    clockify.time.passes(hours=23)
    assert "GET user" not in clockify.ok("sync").sent
    assert zone_of(clockify) == "Europe/Berlin"
    clockify.time.passes(hours=2)
    assert clockify.ok("sync").sent.count("GET user") == 1
    assert zone_of(clockify) == "Asia/Tokyo"
    assert "GET user" not in clockify.ok("sync").sent


def test_sync_asks_for_the_settings_of_the_user_where_it_is_told_to(clockify: Bench) -> None:
    user = clockify.fake.get(User, clockify.fake.user_id)
    clockify.fake.change(user, week_start="SUNDAY", time_format="HOUR12")
    assert clockify.ok("sync", "--refresh").sent.count("GET user") == 1
    week = clockify.ok("report", "week", "--json").json["range"]
    assert week["start"].startswith("2026-11-22")


def test_the_workspace_stays_where_another_becomes_the_active_one_in_the_web_app(
    stranger: Bench,
) -> None:
    fake = stranger.fake
    environ = {"CLOCKIFY_API_KEY": fake.key, "CLOCKIFY_API_URL": fake.url}
    club = fake.add_workspace("Club")
    fake.add_member(fake.user_id, club.id)
    stranger.ok("add", "One", "7-8", **environ)
    fake.change(fake.get(User, fake.user_id), active_workspace=club.id)
    stranger.ok("sync", "--refresh", **environ)
    stranger.ok("add", "Two", "8-9", **environ)
    assert [each.description for each in fake.entries()] == ["Two", "One"]


def test_a_sync_that_cannot_ask_for_the_settings_does_the_rest(clockify: Bench) -> None:
    clockify.fake.fault("S13", {"path": "/user$"}, times=None)
    clockify.fake.add_entry("2026-11-24T07:00:00Z", "2026-11-24T08:00:00Z", "on the web")
    clockify.time.passes(hours=25)
    clockify.ok("sync")
    assert "on the web" in clockify.ok("log", "2026-11-24", "--offline").out


@pytest.mark.parametrize("words", ["whoami --refresh", "sync --refresh"])
def test_a_key_that_has_become_another_users_sends_nothing_more(
    clockify: Bench, words: str
) -> None:
    fake = clockify.fake
    eve = fake.add_user("Eve", role="WORKSPACE_ADMIN")
    ada = fake.change(fake.get(User, fake.user_id), key="0123456789abcdef0123456789abcdef")
    fake.change(eve, key=fake.key)
    done = clockify(*words.split())
    assert done.code == 4
    assert "the API key belongs to Eve, but this timesheet to Ada Lovelace" in done.err
    assert clockify("start", "Write spec").sent == ["GET user"]
    assert fake.entries(user=eve.id) == fake.entries(user=ada.id) == []
    assert "Ada" in clockify.ok("whoami").out
