"""Tests of a person's decisions on rows that wait for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.sync import decide
from clockify_cli.sync.model.remote import Rejected
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED, USER, WORKSPACE


def refused(home: Household) -> str:
    home.twin.refusal = Rejected(400, 400, "project is required")
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.refusal = None
    return local_id


def conflict(home: Household) -> str:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, description="Theirs"))
    home.clock.advance(3600)
    home.edit(local_id, lambda f: replace(f, description="Ours"))
    home.push()
    return local_id


def test_a_refused_row_can_be_sent_again(home: Household) -> None:
    local_id = refused(home)
    decide.retry(home.db, KEY, 1)
    home.push()
    assert home.there(local_id).description == "Standup"


def test_a_refused_row_can_be_sent_edited(home: Household) -> None:
    local_id = refused(home)
    fields = replace(home.entry(local_id).fields, description="Daily")
    decide.edit(home.db, KEY, 1, fields)
    home.push()
    assert home.there(local_id).description == "Daily"
    assert home.entry(local_id).description == "Daily"


def test_a_dropped_addition_is_gone_with_all_that_was_done_to_it(home: Household) -> None:
    local_id = refused(home)
    home.edit(local_id, lambda f: replace(f, description="Daily"))
    decide.drop(home.db, KEY, 1)
    assert home.states() == ["DROPPED", "DROPPED"]
    with pytest.raises(NotFound):
        home.entry(local_id)
    assert home.spent(home.push) == []


def test_a_conflict_sent_again_is_decided_for_what_is_here(home: Household) -> None:
    local_id = conflict(home)
    decide.retry(home.db, KEY, 2)
    home.push()
    assert home.there(local_id).description == "Ours"


def test_a_dropped_edit_gives_way_to_what_is_there(home: Household) -> None:
    local_id = conflict(home)
    decide.drop(home.db, KEY, 2)
    assert home.entry(local_id).description == "Theirs"
    assert home.entry(local_id).sync_state == "synced"


def test_a_dropped_deletion_brings_the_entry_back(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, description="Theirs"))
    home.clock.advance(3600)
    home.delete(local_id)
    home.push()
    decide.drop(home.db, KEY, 2)
    assert home.entry(local_id).description == "Theirs"


def test_a_deletion_sent_again_deletes_what_changed(home: Household) -> None:
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, description="Theirs"))
    home.clock.advance(3600)
    home.delete(local_id)
    home.push()
    decide.retry(home.db, KEY, 2)
    home.push()
    assert home.twin.held == {}


def test_an_old_start_sent_again_ends_the_timer_that_runs(home: Household) -> None:
    other = home.twin.web_add(at("08:30"), None, "on the phone")
    local_id = home.start("Write")
    home.clock.advance(13 * 3600)
    home.push()
    decide.retry(home.db, KEY, 1)
    home.push()
    assert home.twin.held[other].end == at("09:00")
    assert home.there(local_id).end is None


@pytest.mark.parametrize("fault", ["offline", "refused", "limited"])
def test_an_old_start_sent_again_is_not_asked_about_twice_though_it_cannot_be_sent_at_once(
    home: Household, fault: str
) -> None:
    other = home.twin.web_add(at("08:30"), None, "on the phone")
    local_id = home.start("Write")
    home.clock.advance(13 * 3600)
    home.push()
    decide.retry(home.db, KEY, 1)
    home.twin.faults.append(fault)
    home.push()
    home.clock.advance(3601)
    home.push()
    assert home.twin.held[other].end == at("09:00")
    assert home.there(local_id).end is None


def test_an_entry_found_by_the_person_is_adopted_and_there_once(home: Household) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = 5.0
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(10)
    home.twin.deliver()
    (made,) = home.twin.held
    home.twin.web_edit(made, lambda e: replace(e, description="edited"))
    home.clock.advance(121)
    assert home.push().review == 1
    home.pull()
    decide.adopt(home.db, KEY, 1, made)
    home.pull()
    found = entries.in_range(home.db, WORKSPACE, USER, at("00:00"), at("23:59"))
    assert [(e.local_id, e.description) for e in found] == [(local_id, "edited")]


def test_an_entry_of_which_a_change_waits_cannot_be_adopted(home: Household) -> None:
    local_id = refused(home)
    made = home.twin.web_add(at("08:00"), at("08:30"), "Standup")
    home.pull()
    (theirs,) = [
        e
        for e in entries.in_range(home.db, WORKSPACE, USER, at("00:00"), at("23:00"))
        if e.server_id == made
    ]
    home.delete(theirs.local_id)
    with pytest.raises(UsageError, match=f"another change of {made} is waiting"):
        decide.adopt(home.db, KEY, 1, made)
    home.clock.advance(600)
    home.push()
    assert home.states() == ["REJECTED", "APPLIED"]
    assert home.entry(local_id).sync_state == "review"


def test_what_another_row_made_cannot_be_adopted(home: Household) -> None:
    local_id = home.add(at("07:00"), at("07:30"))
    home.push()
    refused(home)
    with pytest.raises(UsageError):
        decide.adopt(home.db, KEY, 2, home.there(local_id).id)


def test_only_a_row_that_waits_for_it_can_be_decided_on(home: Household) -> None:
    home.add(at("07:00"), at("07:30"))
    with pytest.raises(UsageError):
        decide.drop(home.db, KEY, 1)
    with pytest.raises(NotFound):
        decide.drop(home.db, KEY, 99)
    with pytest.raises(NotFound):
        decide.drop(home.db, "somebody else", 1)


def test_a_dropped_rename_gives_the_old_name_back(home: Household) -> None:
    tag = home.name("tag", "deep")
    home.push()
    home.twin.names.clear()
    home.rename(tag, "deeper")
    home.push()
    assert home.states() == ["APPLIED", "REJECTED"]
    decide.drop(home.db, KEY, 2)
    assert entities.get(home.db, tag).name == "deep"


def test_a_timer_whose_stop_was_refused_and_dropped_ended_where_the_next_began(
    home: Household,
) -> None:
    first = home.start("Write")
    home.push()
    home.clock.advance(60)
    home.start("Call")
    home.twin.faults.append(REFUSED)
    home.push()
    assert home.states() == ["APPLIED", "REJECTED", "APPLIED"]
    decide.drop(home.db, KEY, 2)
    assert home.there(first).end == home.entry(first).end == at("09:01")


@pytest.mark.parametrize("fault", ["", "unanswered"])
def test_a_refused_stop_sent_again_keeps_its_end_though_the_next_timer_cut_it_off(
    home: Household, fault: str
) -> None:
    first = home.start("Write")
    home.push()
    home.clock.advance(60)
    home.stop()
    home.twin.faults.append(REFUSED)
    home.push()
    home.clock.advance(3600)
    home.start("Call")
    home.twin.faults.append(fault)
    home.push()
    home.clock.advance(121)
    home.push()
    assert home.there(first).end == at("10:01")
    decide.retry(home.db, KEY, 2)
    home.push()
    assert home.there(first).end == home.entry(first).end == at("09:01")
