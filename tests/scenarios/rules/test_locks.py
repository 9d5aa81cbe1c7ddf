"""Tests that what the workspace forbids is refused before it is acknowledged."""

from __future__ import annotations

import pytest

from tests.scenarios.rules.conftest import SignedIn
from tests.scenarios.rules.test_required import history

NOVEMBER = "2026-11-20T00:00:00Z"


@pytest.mark.parametrize(
    "words",
    [
        ("add", "Late", "2026-11-19 8:00..9:00"),
        ("start", "Late", "--at", "2026-11-19 8:00"),
        ("delete", "last"),
        ("resume", "--at", "2026-11-19 8:00"),
    ],
)
def test_locked_time_is_not_changed_by_a_member(member: SignedIn, words: tuple[str, ...]) -> None:
    clockify = member()
    clockify.fake.add_entry("2026-11-18T08:00:00Z", "2026-11-18T09:00:00Z", "Old")
    clockify.fake.set_settings(lockTimeEntries=NOVEMBER)
    clockify.ok("sync", "--refresh")

    done = clockify(*words)

    assert done.code == 6, done.err
    assert "locked" in done.err
    assert history(clockify) == 0
    assert not [request for request in done.requests if request.method != "GET"]
    assert [entry.description for entry in clockify.fake.entries()] == ["Old"]


def test_a_merge_changes_nothing_where_one_entry_is_locked(member: SignedIn) -> None:
    clockify = member()
    fake = clockify.fake
    old, new = fake.add_project("Lihgthouse"), fake.add_project("Lighthouse")
    for day in ("18", "23"):
        fake.add_entry(
            f"2026-11-{day}T08:00:00Z", f"2026-11-{day}T09:00:00Z", "Spec", project_id=old.id
        )
    fake.set_settings(lockTimeEntries=NOVEMBER)
    clockify.ok("sync", "--refresh")
    clockify.ok("log", "all")

    done = clockify("projects", "merge", "Lihgthouse", "Lighthouse", "--yes")

    assert done.code == 6, done.err
    assert history(clockify) == 0
    assert {entry.project_id for entry in fake.entries()} == {old.id} != {new.id}


@pytest.mark.parametrize("words", [("undo",), ("undo", "1")])
def test_what_was_locked_since_is_not_taken_back(member: SignedIn, words: tuple[str, ...]) -> None:
    clockify = member()
    clockify.ok("add", "Old", "2026-11-19 8:00..9:00")
    clockify.fake.set_settings(lockTimeEntries=NOVEMBER)
    clockify.ok("sync", "--refresh")

    done = clockify(*words)

    assert (done.code, history(clockify)) == (6, 1)
    assert [entry.description for entry in clockify.fake.entries()] == ["Old"]


def test_time_after_the_lock_is_free(member: SignedIn) -> None:
    clockify = member(lockTimeEntries=NOVEMBER)

    clockify.ok("add", "Now", "8-9")
    clockify.ok("delete", "last")

    assert clockify.fake.entries() == []


def test_an_owner_is_known_after_two_requests_at_most_and_may(signed_in: SignedIn) -> None:
    clockify = signed_in(lockTimeEntries=NOVEMBER)

    first = clockify.ok("add", "Late", "2026-11-19 8:00..9:00")
    second = clockify.ok("add", "Later", "2026-11-19 9:00..10:00")

    assert [request.method for request in first.requests] == ["GET", "POST"]
    assert [request.method for request in second.requests] == ["POST"]


def test_who_cannot_be_asked_about_counts_as_a_member(signed_in: SignedIn) -> None:
    clockify = signed_in(lockTimeEntries=NOVEMBER)

    assert clockify("add", "Late", "2026-11-19 8:00..9:00", "--offline").code == 6


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("add", "8-9"), ""),
        (("start", "--at", "8"), ""),
        (("resume", "--at", "8"), ""),
        (("import", "-"), "start,end\n2026-11-24 08:00,2026-11-24 08:30\n"),
    ],
)
def test_where_the_timer_alone_counts_nothing_is_recorded_by_hand(
    signed_in: SignedIn, words: tuple[str, ...], typed: str
) -> None:
    clockify = signed_in()
    clockify.ok("add", "Old", "6-7")
    clockify.fake.set_settings(timeTrackingMode="STOPWATCH_ONLY")
    clockify.ok("workspaces", "--refresh")

    done = clockify(*words, "--json", typed=typed)

    assert (done.code, done.error["code"]) == (6, "stopwatch-only")
    assert history(clockify) == 1


def test_where_the_timer_alone_counts_the_timer_works(signed_in: SignedIn) -> None:
    clockify = signed_in(timeTrackingMode="STOPWATCH_ONLY")

    clockify.ok("start", "Spec")
    clockify.time.passes(minutes=5)
    clockify.ok("stop")

    assert clockify.server_copy() == clockify.local_copy()


def test_a_timer_that_ran_offline_is_sent_as_a_timer(signed_in: SignedIn) -> None:
    clockify = signed_in(timeTrackingMode="STOPWATCH_ONLY")
    clockify.ok("start", "Spec", "--offline")
    clockify.time.passes(minutes=20)
    clockify.ok("stop", "--offline")
    clockify.time.passes(minutes=20)

    done = clockify.ok("sync")

    assert next(sent for sent in done.sent if not sent.startswith("GET")) == "POST time-entries"
    assert clockify.server_copy() == clockify.local_copy()
    assert len(clockify.fake.entries()) == 1


def test_a_refusal_for_being_by_hand_concerns_that_entry_alone(signed_in: SignedIn) -> None:
    clockify = signed_in()
    clockify.fake.set_settings(timeTrackingMode="STOPWATCH_ONLY")

    refused = clockify("add", "8-9")
    clockify.ok("start", "Spec")

    assert refused.code == 6
    assert [entry.description for entry in clockify.fake.running()] == ["Spec"]


@pytest.mark.parametrize(
    "words",
    [("projects", "add", "New"), ("start", "-p", "New", "--create"), ("clients", "add", "New")],
)
def test_names_that_only_admins_make_are_refused_to_a_member(
    member: SignedIn, words: tuple[str, ...]
) -> None:
    clockify = member(entityCreationPermissions={"whoCanCreateProjectsAndClients": "ADMINS"})

    done = clockify(*words, "--json")

    assert (done.code, done.error["code"]) == (6, "not-allowed")
    assert history(clockify) == 0


def test_names_that_only_admins_make_are_made_by_an_owner(signed_in: SignedIn) -> None:
    clockify = signed_in(entityCreationPermissions={"whoCanCreateProjectsAndClients": "ADMINS"})

    clockify.ok("projects", "add", "New")
