"""Tests of many edits in one request: the cost, and that each is made once whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.sync.model.remote import Rejected
from tests.sync.household import Household, at
from tests.sync.twin import REFUSED, Killed

MINUTE = timedelta(minutes=1)


def recorded(home: Household, count: int) -> list[str]:
    """Create entries that Clockify has, with nothing waiting."""
    ids = [
        home.add(at("08:00") + n * MINUTE, at("08:01") + n * MINUTE, f"Work {n}")
        for n in range(count)
    ]
    home.push()
    home.clock.advance(600)
    return ids


def billed(fields: EntryFields) -> EntryFields:
    return replace(fields, billable=not fields.billable, description=f"{fields.description}!")


def edited(home: Household, ids: list[str]) -> None:
    from clockify_cli.store.timesheet import entries

    with home.change("edit") as change:
        for local_id in ids:
            change.update_entry(local_id, billed(entries.get(home.db, local_id).fields))


def assert_done(home: Household, ids: list[str]) -> None:
    """Assert that each entry was changed exactly once."""
    assert set(home.states()) <= {"APPLIED", "DROPPED"}
    for local_id in ids:
        there = home.there(local_id)
        assert there.description == home.entry(local_id).description
        assert there.description.endswith("!")
        assert not there.description.endswith("!!")
        assert there.billable == home.entry(local_id).billable
    assert len(home.twin.held) == len(ids)


def test_fifty_entries_are_read_with_one_request_and_changed_with_another(home: Household) -> None:
    ids = recorded(home, 50)
    edited(home, ids)
    assert home.spent(home.push) == ["GET", "PUT"]
    assert_done(home, ids)
    assert home.spent(home.push) == []


def test_two_entries_are_changed_one_by_one(home: Household) -> None:
    ids = recorded(home, 2)
    edited(home, ids)
    assert home.spent(home.push) == ["GET", "PUT", "GET", "PUT"]
    assert_done(home, ids)


@pytest.mark.parametrize(
    "fault", ["offline", "lost", "unanswered", "late", "limited", "refused", REFUSED]
)
def test_whatever_becomes_of_the_request_each_entry_is_changed_once(
    home: Household, fault: str
) -> None:
    ids = recorded(home, 8)
    edited(home, ids)
    home.twin.faults.append(fault)
    home.push()
    for _ in range(4):
        home.clock.advance(200)
        home.push(eager=True)
    assert_done(home, ids)


@pytest.mark.parametrize("fault", ["killed", "killed-before"])
def test_killed_while_it_is_sent_each_entry_is_changed_once(home: Household, fault: str) -> None:
    ids = recorded(home, 8)
    edited(home, ids)
    home.twin.faults.append(fault)
    with pytest.raises(Killed):
        home.push()
    for _ in range(3):
        home.clock.advance(200)
        home.push(eager=True)
    assert_done(home, ids)


def test_a_lost_answer_is_looked_up_for_all_with_one_request(home: Household) -> None:
    ids = recorded(home, 20)
    edited(home, ids)
    home.twin.faults.append("unanswered")
    assert home.spent(home.push) == ["GET", "PUT", "GET"]
    assert_done(home, ids)


def test_an_entry_that_clockify_refuses_is_found_and_the_others_are_changed(
    home: Household,
) -> None:
    ids = recorded(home, 40)
    edited(home, ids)
    bad = home.there(ids[17]).id
    put_together, put_alone = home.twin.replace_entries, home.twin.replace_entry
    refused = Rejected(400, 400, "this one is locked")

    def together(workspace: str, user: str, bodies: dict) -> dict:  # type: ignore[type-arg]
        if bad in bodies:
            home.twin.put_refusal = refused
        try:
            return dict(put_together(workspace, user, bodies))
        finally:
            home.twin.put_refusal = None

    def alone(workspace: str, entry_id: str, body: object) -> object:
        return refused if entry_id == bad else put_alone(workspace, entry_id, body)  # type: ignore[arg-type]

    home.twin.replace_entries = together  # type: ignore[method-assign,assignment]
    home.twin.replace_entry = alone  # type: ignore[method-assign,assignment]
    sent = home.spent(home.push)
    assert len(sent) <= 24
    rejected = [seq for seq, state in enumerate(home.states(), 1) if state == "REJECTED"]
    assert len(rejected) == 1
    others = [local_id for n, local_id in enumerate(ids) if n != 17]
    assert all(home.there(local_id).description.endswith("!") for local_id in others)


def test_what_was_changed_there_meanwhile_is_merged_and_a_conflict_is_asked_about_alone(
    home: Household,
) -> None:
    ids = recorded(home, 10)
    edited(home, ids)
    merged, clashing = home.there(ids[2]).id, home.there(ids[5]).id
    home.twin.web_edit(merged, lambda e: replace(e, end=at("08:04")))
    home.twin.web_edit(clashing, lambda e: replace(e, description="Theirs"))
    home.push()
    assert home.there(ids[2]).end == home.entry(ids[2]).end
    assert home.there(ids[2]).description == "Work 2!"
    assert home.there(ids[5]).description == "Theirs"
    assert home.states().count("REVIEW") == 1
    assert all(home.there(local_id).billable for local_id in ids) or not any(
        home.there(local_id).billable for local_id in ids
    )


def test_what_is_deleted_there_or_runs_is_settled_by_itself(home: Household) -> None:
    ids = recorded(home, 6)
    edited(home, ids)
    home.twin.web_delete(home.there(ids[0]).id)
    home.push()
    assert home.states().count("REVIEW") == 1
    assert all(home.there(local_id).description.endswith("!") for local_id in ids[1:])


def of_a_project(home: Household, count: int) -> list[str]:
    """Create entries with a project and a task at Clockify."""
    project = home.name("project", "Website")
    ids = [
        home.add(at("08:00") + n * MINUTE, at("08:01") + n * MINUTE, f"Work {n}", project=project)
        for n in range(count)
    ]
    home.push()
    home.clock.advance(600)
    return ids


def clear_project(home: Household, ids: list[str]) -> None:
    from clockify_cli.store.timesheet import entries

    with home.change("edit") as change:
        for local_id in ids:
            fields = replace(billed(entries.get(home.db, local_id).fields), project=None)
            change.update_entry(local_id, fields)


def test_a_field_of_fifty_entries_is_cleared_with_one_request(home: Household) -> None:
    ids = of_a_project(home, 50)
    clear_project(home, ids)
    assert home.spent(home.push) == ["GET", "PUT"]
    assert [home.there(local_id).project_id for local_id in ids] == [None] * 50
    assert_done(home, ids)


@pytest.mark.parametrize("fault", [None, "unanswered", "lost"])
def test_where_a_request_for_many_clears_nothing_each_is_cleared_by_itself(
    home: Household, fault: str | None
) -> None:
    home.twin.bulk_merges = True
    ids = of_a_project(home, 6)
    clear_project(home, ids)
    if fault:
        home.twin.faults.append(fault)
    home.push()
    for _ in range(4):
        home.clock.advance(200)
        home.push(eager=True)
    assert [home.there(local_id).project_id for local_id in ids] == [None] * 6
    assert_done(home, ids)
