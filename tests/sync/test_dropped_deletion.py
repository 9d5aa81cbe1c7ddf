"""Tests that a dropped deletion of something restored leaves exactly that, as it is here."""

from __future__ import annotations

from dataclasses import replace

from clockify_cli.store.timesheet import entities
from clockify_cli.store.timesheet.undo import redo, undo
from clockify_cli.sync import decide
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED, USER, WORKSPACE


def take_back(home: Household) -> None:
    undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)


def lost_deletion(home: Household) -> str:
    """Delete an entry, lose the request, and undo the deletion."""
    local_id = home.add(at("08:00"), at("08:30"), "write")
    home.push()
    home.delete(local_id)
    home.twin.faults.append("lost")
    home.push()
    take_back(home)
    return local_id


def refuse_what_waits(home: Household) -> None:
    home.clock.advance(121)
    home.twin.faults.append(REFUSED)
    home.push()


def test_an_entry_is_not_made_again_where_its_deletion_was_dropped(home: Household) -> None:
    local_id = lost_deletion(home)
    refuse_what_waits(home)
    decide.drop(home.db, KEY, 2)
    home.push()
    assert home.states() == ["APPLIED", "DROPPED", "DROPPED"]
    assert list(home.twin.held) == [home.entry(local_id).server_id]


def test_what_was_edited_after_it_came_back_is_sent_all_the_same(home: Household) -> None:
    local_id = lost_deletion(home)
    home.edit(local_id, lambda fields: replace(fields, description="review"))
    refuse_what_waits(home)
    decide.drop(home.db, KEY, 2)
    home.push()
    assert [held.description for held in home.twin.held.values()] == ["review"]
    assert home.entry(local_id).description == "review"


def test_a_name_whose_deletion_was_dropped_is_the_one_that_is_there(home: Household) -> None:
    tag = home.name("tag", "deep")
    home.push()
    take_back(home)
    home.twin.faults.append("lost")
    home.push()
    redo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
    refuse_what_waits(home)
    decide.drop(home.db, KEY, 2)
    home.push()
    assert home.states() == ["APPLIED", "DROPPED", "DROPPED"]
    assert list(home.twin.names) == [entities.get(home.db, tag).server_id]
