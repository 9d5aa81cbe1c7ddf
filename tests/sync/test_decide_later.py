"""Tests that changes made after a dropped or corrected change keep their effect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import entities
from clockify_cli.store.timesheet.undo import changes, redo, undo
from clockify_cli.sync import decide
from clockify_cli.sync.model.remote import Rejected
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED, USER, WORKSPACE


def take_back(home: Household, number: int | None = None) -> None:
    undo(home.db, WORKSPACE, number, at=home.now, account=KEY, user=USER)


def do_again(home: Household) -> None:
    redo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)


def refused(home: Household) -> None:
    home.twin.faults.append(REFUSED)
    home.push(eager=True)


def known(home: Household, words: str = "write") -> str:
    """Create an entry that Clockify holds."""
    local_id = home.add(at("08:00"), at("08:30"), words)
    home.push()
    return local_id


def called(home: Household, local_id: str, words: str) -> None:
    home.edit(local_id, lambda fields: replace(fields, description=words))


def billed(fields: EntryFields) -> EntryFields:
    return replace(fields, billable=True)


def refused_edit(home: Household) -> str:
    """Rename an entry to ``review``, which Clockify refuses; that is change 2."""
    local_id = known(home)
    called(home, local_id, "review")
    refused(home)
    return local_id


def in_agreement(home: Household, local_id: str) -> None:
    assert not journal.is_open(home.db, local_id)
    here, there = home.entry(local_id).fields, home.there(local_id)
    assert (here.end, here.description, here.billable) == (
        there.end,
        there.description,
        there.billable,
    )


def test_a_deletion_undone_after_the_refused_stop_was_dropped_brings_the_timer_back(
    home: Household,
) -> None:
    local_id = home.start("write")
    home.push()
    home.clock.advance(60)
    home.stop()
    refused(home)
    home.delete(local_id)
    decide.drop(home.db, KEY, 2)
    take_back(home)
    assert home.entry(local_id).fields.end is None
    in_agreement(home, local_id)


def test_an_edit_after_a_dropped_one_keeps_its_own_words_alone(home: Household) -> None:
    local_id = refused_edit(home)
    home.edit(local_id, billed)
    decide.drop(home.db, KEY, 2)
    assert home.entry(local_id).description == "write"
    assert home.entry(local_id).fields.billable
    take_back(home)
    in_agreement(home, local_id)


def test_an_edit_after_a_dropped_one_is_sent_and_then_taken_back(home: Household) -> None:
    local_id = refused_edit(home)
    home.edit(local_id, billed)
    decide.drop(home.db, KEY, 2)
    home.push()
    in_agreement(home, local_id)
    take_back(home)
    home.push()
    in_agreement(home, local_id)
    assert not home.entry(local_id).fields.billable


def test_edits_that_wait_merged_behind_a_dropped_one_are_taken_back_one_by_one(
    home: Household,
) -> None:
    local_id = refused_edit(home)
    called(home, local_id, "call")
    called(home, local_id, "walk")
    home.push()
    assert home.states() == ["APPLIED", "REJECTED", "PENDING", "DROPPED"]
    decide.drop(home.db, KEY, 2)
    assert home.entry(local_id).description == "walk"
    take_back(home)
    assert home.entry(local_id).description == "call"
    take_back(home)
    assert home.entry(local_id).description == "write"
    home.push()
    in_agreement(home, local_id)


def test_an_edit_merged_into_a_deletion_behind_a_dropped_one_comes_back_with_it(
    home: Household,
) -> None:
    local_id = refused_edit(home)
    home.edit(local_id, billed)
    home.delete(local_id)
    home.push()
    decide.drop(home.db, KEY, 2)
    assert [change.state for change in changes(home.db, WORKSPACE)][1:] == [
        "dropped",
        "waiting",
        "waiting",
    ]
    take_back(home)
    assert (home.entry(local_id).description, home.entry(local_id).fields.billable) == (
        "write",
        True,
    )
    home.push()
    in_agreement(home, local_id)


def test_an_edit_to_what_clockify_holds_is_given_up_with_the_one_before(home: Household) -> None:
    local_id = refused_edit(home)
    called(home, local_id, "write")
    decide.drop(home.db, KEY, 2)
    assert home.states() == ["APPLIED", "DROPPED", "DROPPED"]
    in_agreement(home, local_id)


def test_an_entry_made_again_after_a_dropped_edit_does_not_say_its_words(home: Household) -> None:
    local_id = refused_edit(home)
    home.delete(local_id)
    home.push()
    take_back(home)
    do_again(home)
    decide.drop(home.db, KEY, 2)
    take_back(home)
    assert home.entry(local_id).description == "write"
    home.push()
    in_agreement(home, local_id)


def test_a_conflict_dropped_after_it_was_undone_gives_way_to_what_is_there(
    home: Household,
) -> None:
    local_id = known(home)
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, description="theirs"))
    home.clock.advance(3600)
    called(home, local_id, "ours")
    home.push()
    take_back(home)
    decide.drop(home.db, KEY, 2)
    home.push()
    assert home.there(local_id).description == home.entry(local_id).description == "theirs"


def test_a_refused_edit_undone_gives_way_to_what_was_changed_there(home: Household) -> None:
    local_id = refused_edit(home)
    home.twin.web_edit(home.there(local_id).id, lambda e: replace(e, billable=True))
    home.clock.advance(3600)
    home.pull()
    take_back(home)
    in_agreement(home, local_id)


def test_a_name_changed_after_a_dropped_rename_goes_by_its_old_name(home: Household) -> None:
    project = home.name("project", "old")
    home.push()
    home.rename(project, "new")
    refused(home)
    with home.change("archive") as change:
        change.update_item(replace(entities.get(home.db, project), archived=True))
    decide.drop(home.db, KEY, 2)
    home.push()
    (there,) = home.twin.names.values()
    assert (there.name, there.archived) == ("old", True)
    here = entities.get(home.db, project)
    assert (here.name, here.archived) == ("old", True)


def test_undo_passes_over_what_was_dropped(home: Household) -> None:
    local_id = refused_edit(home)
    decide.drop(home.db, KEY, 2)
    take_back(home)
    with pytest.raises(NotFound):
        home.entry(local_id)


def test_what_was_dropped_cannot_be_taken_back_by_its_number(home: Household) -> None:
    refused_edit(home)
    decide.drop(home.db, KEY, 2)
    with pytest.raises(UsageError, match="change 2 has nothing left to undo"):
        take_back(home, 2)


def test_of_a_change_partly_dropped_the_rest_is_taken_back(home: Household) -> None:
    first = home.start("write")
    home.push()
    home.clock.advance(60)
    second = home.start("call")
    refused(home)
    decide.drop(home.db, KEY, 2)
    take_back(home)
    home.push()
    with pytest.raises(NotFound):
        home.entry(second)
    in_agreement(home, first)


def test_a_change_stands_again_where_its_undo_was_dropped(home: Household) -> None:
    local_id = known(home)
    take_back(home)
    refused(home)
    decide.drop(home.db, KEY, 2)
    assert [change.undone for change in changes(home.db, WORKSPACE)] == [False, False]
    with pytest.raises(NotFound):
        do_again(home)
    take_back(home)
    home.push()
    with pytest.raises(NotFound):
        home.entry(local_id)
    assert home.twin.held == {}


def test_history_calls_dropped_what_was_dropped_merged(home: Household) -> None:
    local_id = known(home)
    called(home, local_id, "review")
    called(home, local_id, "call")
    refused(home)
    decide.drop(home.db, KEY, 2)
    made = changes(home.db, WORKSPACE)
    assert [(change.state, change.undone) for change in made] == [
        ("sent", False),
        ("dropped", False),
        ("dropped", False),
    ]
    in_agreement(home, local_id)


def test_a_refused_addition_edited_behind_which_others_wait_takes_them_along(
    home: Household,
) -> None:
    home.twin.refusal = Rejected(400, 400, "not so")
    local_id = home.add(at("08:00"), at("08:30"), "write")
    home.push()
    home.twin.refusal = None
    home.edit(local_id, billed)
    fields = replace(home.entry(local_id).fields, description="call", billable=False)
    decide.edit(home.db, KEY, 1, fields)
    assert home.entry(local_id).fields.billable
    home.push()
    assert home.there(local_id).description == "call"
    in_agreement(home, local_id)


def test_an_edited_row_leaves_a_later_deletion_standing(home: Household) -> None:
    local_id = refused_edit(home)
    fields = home.entry(local_id).fields
    home.delete(local_id)
    decide.edit(home.db, KEY, 2, replace(fields, description="call"))
    with pytest.raises(NotFound):
        home.entry(local_id)
    home.push()
    assert home.twin.held == {}


def test_a_start_merged_with_its_stop_keeps_its_end_when_edited(home: Household) -> None:
    home.name("project", "in the way")
    local_id = home.start("write")
    home.clock.advance(60)
    home.stop()
    home.twin.refusal = Rejected(400, 400, "not so")
    home.push(eager=True)
    home.twin.refusal = None
    row = home.row(2)
    assert row.after is not None
    from clockify_cli.store.timesheet.entities import entry_of

    decide.edit(home.db, KEY, 2, replace(entry_of(row.after), description="call"))
    home.push()
    assert home.entry(local_id).fields.end == at("09:01")
    in_agreement(home, local_id)
    take_back(home)
    home.push()
    assert home.there(local_id).end is None


def test_what_was_done_to_an_adopted_entry_is_taken_back_to_what_is_there(
    home: Household,
) -> None:
    home.twin.refusal = Rejected(400, 400, "not so")
    local_id = home.add(at("08:00"), at("08:30"), "write")
    home.push()
    home.twin.refusal = None
    home.edit(local_id, billed)
    made = home.twin.web_add(at("08:00"), at("08:30"), "written")
    home.pull()
    decide.adopt(home.db, KEY, 1, made)
    assert home.entry(local_id).description == "written"
    take_back(home)
    in_agreement(home, local_id)
