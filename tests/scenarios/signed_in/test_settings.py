"""Tests that a signed-in person sees the settings that are in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fake_clockify.records import User
from tests.scenarios.signed_in.bench import Bench
from tests.scenarios.signed_in.test_damaged_values import garble

UTC = {"TZ": "Etc/UTC"}


@pytest.fixture
def clockify(stranger: Bench) -> Bench:
    """Signed in with weeks that begin on Sunday and a 12-hour clock."""
    user = stranger.fake.get(User, stranger.fake.user_id)
    stranger.fake.change(user, week_start="SUNDAY", time_format="HOUR12")
    stranger.login()
    return stranger


def listed(clockify: Bench, **environ: str) -> dict[str, tuple[str, str]]:
    """Return what `config list` shows: values and origins by key."""
    done = clockify.ok("config", "list", **UTC, **environ)
    assert done.requests == ()
    return {key: (value, origin) for key, value, origin in map(_cells, done.out.splitlines())}


def _cells(line: str) -> list[str]:
    return line.split("\t")


def test_the_settings_of_the_account_are_listed_as_clockifys(clockify: Bench) -> None:
    found = listed(clockify)
    assert found["tz"] == ("Europe/Berlin", "Clockify")
    assert found["week-start"] == ("sunday", "Clockify")
    assert found["clock"] == ("12", "Clockify")
    assert clockify.ok("config", "get", "tz", **UTC).out == "Europe/Berlin\n"
    told = clockify.ok("config", "get", "tz", "--json", **UTC).json
    assert told == {"key": "tz", "value": "Europe/Berlin", "origin": "Clockify"}
    assert "Europe/Berlin (from Clockify)" in clockify.ok("doctor", **UTC).out


def test_what_is_stronger_than_the_account_is_listed_as_it_was(clockify: Bench) -> None:
    assert listed(clockify, CLOCKIFY_TZ="Asia/Tokyo")["tz"][1] == "environment CLOCKIFY_TZ"
    clockify.ok("config", "set", "week-start", "monday")
    value, origin = listed(clockify)["week-start"]
    assert (value, origin.partition(" /")[0]) == ("monday", "config file")


def test_a_person_who_is_signed_in_has_one_zone_in_the_workspace_local_too(
    clockify: Bench,
) -> None:
    clockify.ok("workspaces", "use", "local")
    assert listed(clockify)["tz"] == ("Europe/Berlin", "Clockify")
    assert "10:00" in clockify.ok("start", "here", **UTC).out
    clockify.ok("logout")
    assert listed(clockify)["tz"] == ("Etc/UTC", "machine")


def test_a_workspace_that_is_gone_takes_no_setting_along(clockify: Bench) -> None:
    clockify.ok("config", "set", "workspace", "Gone")
    assert listed(clockify)["tz"] == ("Europe/Berlin", "Clockify")


def _into_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BROKEN: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "no database": lambda path: path.write_bytes(b"text" * 2000),
    "a folder": _into_a_folder,
}


@pytest.mark.parametrize("how", BROKEN)
def test_settings_are_shown_where_the_timesheet_cannot_be_read(clockify: Bench, how: str) -> None:
    database = clockify.home / "clockify" / "data" / "timesheet.db"
    BROKEN[how](database)
    assert listed(clockify)["tz"] == ("Etc/UTC", "machine")
    assert clockify.ok("config", "get", "tz", **UTC).out == "Etc/UTC\n"
    assert database.exists() is (how != "missing")


@pytest.mark.parametrize(("table", "column"), [("account", "settings"), ("workspace", "settings")])
def test_settings_are_shown_where_the_accounts_make_no_sense(
    clockify: Bench, table: str, column: str
) -> None:
    garble(clockify, table, column)
    assert listed(clockify)["tz"] == ("Etc/UTC", "machine")
