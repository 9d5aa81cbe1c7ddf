"""Tests that rules behind a refusal are fetched again: once, and not again for ten minutes."""

from __future__ import annotations

import pytest

from tests.fake_clockify.records import CustomField, Project
from tests.scenarios.rules.conftest import SignedIn
from tests.scenarios.signed_in.bench import Bench


def methods(clockify: Bench, *args: str, code: int = 0) -> list[str]:
    done = clockify(*args)
    assert done.code == code, done.err
    return done.sent


def test_a_rule_that_was_lifted_does_not_go_on_refusing(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    clockify.time.passes(minutes=20)
    clockify.fake.set_settings(forceProjects=False)
    assert methods(clockify, "add", "8-9") == ["GET workspaces", "POST time-entries"]


def test_a_rule_that_holds_costs_one_request_in_ten_minutes(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    clockify.time.passes(minutes=20)
    assert methods(clockify, "add", "8-9", code=6) == ["GET workspaces"]
    clockify.time.passes(minutes=10)
    assert methods(clockify, "add", "8-9", code=6) == []
    clockify.time.passes(minutes=1)
    clockify.fake.set_settings(forceProjects=False)
    assert methods(clockify, "add", "8-9") == ["GET workspaces", "POST time-entries"]


def test_offline_a_rule_holds_as_it_is_known(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True)
    clockify.time.passes(minutes=20)
    assert methods(clockify, "add", "8-9", "--offline", code=6) == []


def test_a_lock_that_was_lifted_does_not_go_on_refusing(member: SignedIn) -> None:
    clockify = member(lockTimeEntries="2026-11-23T23:00:00Z")
    assert clockify("add", "late", "yesterday", "8-9").code == 6
    clockify.time.passes(minutes=20)
    clockify.fake.set_settings(lockTimeEntries=None)
    clockify.ok("add", "late", "yesterday", "8-9")
    assert len(clockify.server_copy()) == 1


def test_an_entry_that_is_locked_no_longer_can_be_changed(member: SignedIn) -> None:
    clockify = member()
    clockify.ok("add", "Old", "yesterday", "7-8")
    clockify.fake.set_settings(lockTimeEntries="2026-11-23T23:00:00Z")
    clockify.ok("sync", "--refresh")
    assert clockify("delete", "last").code == 6
    clockify.time.passes(minutes=20)
    clockify.fake.set_settings(lockTimeEntries=None)
    clockify.ok("delete", "last")
    assert clockify.fake.entries() == []


def test_time_by_hand_is_taken_once_the_workspace_takes_it(signed_in: SignedIn) -> None:
    clockify = signed_in(timeTrackingMode="STOPWATCH_ONLY")
    clockify.time.passes(minutes=20)
    clockify.fake.set_settings(timeTrackingMode="DEFAULT")
    assert methods(clockify, "add", "8-9") == ["GET workspaces", "POST time-entries"]


def test_a_custom_field_that_is_required_no_longer_does_not_go_on_refusing(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.add_custom_field("Ticket no", required=True)
    clockify.ok("sync", "--refresh")
    clockify.time.passes(minutes=20)
    (field,) = list(clockify.fake.state.all(CustomField))
    clockify.fake.change(field, required=False)
    assert methods(clockify, "add", "8-9") == ["GET custom-fields", "POST time-entries"]


def test_after_a_refusal_the_rule_is_known_and_how_to_complete_the_entry(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.set_settings(forceProjects=True)
    done = clockify("add", "Spec", "8-9")
    assert done.code == 6
    assert done.sent == ["POST time-entries", "GET workspaces"]
    assert "`clockify queue edit 1 -p NAME`" in done.err
    assert methods(clockify, "add", "Other", "9-9:30", code=6) == []
    clockify.ok("queue", "edit", "1", "-p", "Website")
    assert clockify.local_copy() == clockify.server_copy()


def test_a_second_refusal_for_the_same_reason_asks_nothing_more_for_ten_minutes(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.set_settings(forceProjects=True)
    assert clockify("add", "Spec", "8-9").code == 6
    for _ in range(2):
        assert methods(clockify, "queue", "retry", "1", code=6) == ["POST time-entries"]
    clockify.time.passes(minutes=11)
    assert methods(clockify, "queue", "retry", "1", code=6) == [
        "POST time-entries",
        "GET workspaces",
    ]


def test_a_project_that_is_gone_at_clockify_is_known_to_be_gone_after_the_refusal(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    (project,) = [each for each in clockify.fake.state.all(Project) if each.name == "Website"]
    clockify.fake.delete(project)
    done = clockify("add", "Spec", "8-9", "-p", "Website")
    assert done.code == 6
    assert done.sent == ["POST time-entries", "GET projects"]
    assert "Website" not in clockify.ok("projects", "list", "--offline").out


@pytest.mark.parametrize("rule", ["forceProjects", "forceTags"])
def test_a_refusal_names_the_timer_before_and_not_the_new_one(
    signed_in: SignedIn, rule: str
) -> None:
    clockify = signed_in()
    clockify.ok("start", "The old one")
    clockify.time.passes(minutes=5)
    clockify.fake.set_settings(**{rule: True})
    done = clockify("start", "The new one", "-p", "Website", "-g", "deep")
    assert done.code == 6
    assert "the first to stop The old one, 2026-11-24 10:00" in done.err


def test_a_refusal_names_the_timer_that_was_started_elsewhere(signed_in: SignedIn) -> None:
    clockify = signed_in()
    clockify.fake.add_entry(clockify.time.now(), description="On the phone")
    clockify.ok("sync")
    clockify.fake.set_settings(forceProjects=True)
    clockify.time.passes(minutes=30)
    done = clockify("start", "Here", "-p", "Website")
    assert done.code == 6
    assert "On the phone" in done.err


def test_a_key_that_was_revoked_is_told_by_every_command_in_one_request(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.ok("add", "Old", "7-8")
    clockify.ok("add", "waits", "5-6", "--offline")
    clockify.time.passes(minutes=30)
    clockify.fake.revoke_key(clockify.fake.key)
    for words in (
        ("log",),
        ("report",),
        ("status", "--refresh"),
        ("projects", "--refresh"),
        ("sync",),
        ("start", "X"),
        ("stop",),
        ("cancel",),
        ("delete", "last"),
        ("workspaces", "--refresh"),
        ("whoami", "--refresh"),
        ("add", "Y", "4-5", "-p", "Nope"),
        ("clients", "add", "Q"),
    ):
        done = clockify(*words)
        assert len(done.requests) == 1, words
        assert "revoked" in done.err, words
        assert "clockify login" in done.err, words
