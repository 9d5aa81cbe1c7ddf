"""Tests of what `doctor` reports about the account, without a request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.signed_in.bench import Bench


@pytest.fixture
def clockify(workspace: Bench) -> Bench:
    workspace.login()
    return workspace


def checks(clockify: Bench) -> dict[str, Any]:
    done = clockify("doctor", "--json")
    assert done.requests == ()
    return {check["name"]: check for check in done.json["checks"]}


def test_a_sound_account_is_told_with_its_host_copy_and_budget(clockify: Bench) -> None:
    found = checks(clockify)

    assert f"Ada Lovelace (ada@example.com) at {clockify.fake.url}" in found["account"]["message"]
    assert found["key"]["message"] == (
        "from the configuration file, which only you can read; not checked (no request was sent)"
    )
    assert found["lock"]["state"] == "ok"
    assert found["clock"]["message"] == "agrees with Clockify's"
    assert found["sync"]["message"] == (
        "local copy of 2026-11-24 10:00, no request limit,"
        " 0 waiting to be sent, 0 needing your decision"
    )
    assert clockify("doctor").code == 0
    data = clockify.home / "clockify" / "data"
    assert [path.name for path in data.iterdir()] == ["timesheet.db"]


def test_a_key_that_others_can_read_is_bad(clockify: Bench) -> None:
    clockify.config_file().chmod(0o644)

    assert checks(clockify)["key"]["hint"] == f"chmod 600 '{clockify.config_file()}'"
    assert clockify("doctor").code == 9


def test_a_clock_that_is_off_and_a_row_to_decide_on_are_bad(clockify: Bench) -> None:
    clockify.fake.add_custom_field("Ticket no", required=True)
    clockify("add", "8-9")
    clockify.time.off = 90
    clockify("sync")

    found = checks(clockify)

    assert (found["clock"]["state"], found["sync"]["state"]) == ("bad", "bad")
    assert "ahead of Clockify's" in found["clock"]["message"]
    assert "1 needing your decision" in found["sync"]["message"]


def test_who_is_not_signed_in_is_told_how(workspace: Bench) -> None:
    workspace.ok("add", "8-9")

    assert checks(workspace)["account"]["message"] == "none: `clockify login` signs in"


def test_a_key_that_was_refused_when_last_asked_is_bad(clockify: Bench) -> None:
    clockify.fake.revoke_key(clockify.fake.key)
    clockify("log", "--refresh")

    assert checks(clockify)["key"]["message"] == "Clockify rejected the key when last asked"
    assert clockify("doctor").code == 9


def test_a_lock_that_is_no_file_is_bad_and_nothing_is_lost(clockify: Bench) -> None:
    lock = clockify.home / "clockify" / "data" / "sync.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()

    found = checks(clockify)

    assert found["lock"]["state"] == "bad"
    assert found["lock"]["hint"] == "Move it away."
    clockify.strict = False
    assert clockify("add", "8-9").code == 0
    refused = clockify("sync")
    assert refused.code == 1
    assert "Move away what is there" in refused.err
    lock.rmdir()
    clockify.strict = True
    assert clockify("sync").code == 0
    assert clockify.local_copy() == clockify.server_copy()


def test_a_key_in_a_folder_that_others_can_write_is_not_used(clockify: Bench) -> None:
    clockify.config_file().parent.chmod(0o777)

    refused = clockify("sync")

    assert refused.code == 4
    assert f"chmod 700 {clockify.config_file().parent}" in refused.err
    assert refused.requests == ()
    assert clockify("doctor").code == 9


def test_the_key_of_another_profile_is_not_that_of_this_one(clockify: Bench) -> None:
    where = ("--api-url", clockify.fake.url, "--with-key", "--profile", "side")
    clockify.ok("login", *where, typed=clockify.fake.key)
    clockify.ok("logout")
    none = "none: everything stays on this computer"

    assert checks(clockify)["key"]["message"] == none
    for named in ({"CLOCKIFY_PROFILE": "nobody"}, {"CLOCKIFY_PROFILE": "no body"}):
        found = {one["name"]: one for one in clockify("doctor", "--json", **named).json["checks"]}
        assert found["key"]["message"] == none
    side = clockify("doctor", CLOCKIFY_PROFILE="side")
    assert "from the configuration file" in side.out


def test_a_key_of_any_profile_that_others_can_read_is_bad(clockify: Bench) -> None:
    clockify.ok("config", "set", "clock", "24", "--profile", "side")
    clockify.config_file().chmod(0o644)

    done = clockify("doctor", "--profile", "side")

    assert done.code == 9
    assert f"chmod 600 '{clockify.config_file()}'" in done.out
