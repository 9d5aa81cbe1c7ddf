"""Tests of a person's decision on a single field, and of undoing it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from clockify_cli.errors import UsageError
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet.records import ChangeRecord
from clockify_cli.store.timesheet.undo import changes, redo, undo
from clockify_cli.sync import decide
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED, USER, WORKSPACE

OURS, THEIRS, FIRST = "ours", "theirs", "first"


@dataclass
class Asked:
    """An entry whose description both sides changed: *row* of *change* waits for a decision.

    *beside*: the change also made the entry billable, and that was sent.
    """

    home: Household
    entry: str
    change: int
    row: int
    beside: bool

    def said(self) -> tuple[str, str]:
        """Return the description here and at Clockify."""
        return self.home.entry(self.entry).description, self.home.there(self.entry).description

    def record(self) -> ChangeRecord:
        (found,) = [c for c in changes(self.home.db, WORKSPACE) if c.id == self.change]
        return found

    def undo(self, number: int | None = None) -> None:
        undo(self.home.db, WORKSPACE, number, at=self.home.now, account=KEY, user=USER)
        self.home.push()

    def settled(self) -> None:
        """Assert that nothing waits and both sides agree."""
        assert journal.open_rows(self.home.db, KEY) == []
        here, there = self.home.entry(self.entry), self.home.there(self.entry)
        assert (here.description, here.billable) == (there.description, there.billable)
        assert here.sync_state == "synced"


@pytest.fixture(params=["alone", "beside another field"])
def asked(request: pytest.FixtureRequest, home: Household) -> Asked:
    local_id = home.add(at("07:00"), at("07:30"), FIRST)
    home.push()
    home.clock.advance(3600)
    home.twin.web_edit(home.there(local_id).id, lambda there: replace(there, description=THEIRS))
    beside = request.param != "alone"
    home.edit(local_id, lambda f: replace(f, description=OURS, billable=beside))
    home.push()
    (row,) = journal.open_rows_of(home.db, local_id)
    assert row.state == "REVIEW"
    assert home.entry(local_id).sync_state == "review"
    return Asked(home, local_id, row.change, row.seq, beside)


def test_a_change_of_which_a_field_waits_is_in_review(asked: Asked) -> None:
    assert asked.record().state == "review"
    assert asked.said() == (OURS, THEIRS)
    assert asked.home.there(asked.entry).billable == asked.beside


def test_undo_after_retry_brings_back_what_the_web_said(asked: Asked) -> None:
    decide.retry(asked.home.db, KEY, asked.row)
    asked.home.push()
    assert asked.said() == (OURS, OURS)
    assert asked.record().state == "sent"
    asked.undo()
    assert asked.said() == (THEIRS, THEIRS)
    assert not asked.home.there(asked.entry).billable
    asked.settled()
    redo(asked.home.db, WORKSPACE, at=asked.home.now, account=KEY, user=USER)
    asked.home.push()
    assert asked.said() == (OURS, OURS)
    assert asked.home.there(asked.entry).billable == asked.beside
    asked.settled()


def test_undo_of_a_retry_that_was_not_sent_brings_back_what_the_web_said(asked: Asked) -> None:
    decide.retry(asked.home.db, KEY, asked.row)
    asked.undo()
    assert asked.said() == (THEIRS, THEIRS)
    asked.settled()


def test_undo_after_a_retry_that_was_refused_brings_back_what_the_web_said(asked: Asked) -> None:
    decide.retry(asked.home.db, KEY, asked.row)
    asked.home.twin.faults.append(REFUSED)
    asked.home.push()
    assert asked.home.entry(asked.entry).sync_state == "review"
    asked.undo()
    assert asked.said() == (THEIRS, THEIRS)
    asked.settled()


def test_undo_after_edit_brings_back_what_the_web_said(asked: Asked) -> None:
    said = replace(asked.home.entry(asked.entry).fields, description="better")
    decide.edit(asked.home.db, KEY, asked.row, said)
    asked.home.push()
    assert asked.said() == ("better", "better")
    asked.settled()
    asked.undo()
    assert asked.said() == (THEIRS, THEIRS)
    asked.settled()


def test_a_dropped_field_gives_way_and_undo_takes_back_the_rest(asked: Asked) -> None:
    decide.drop(asked.home.db, KEY, asked.row)
    assert asked.said() == (THEIRS, THEIRS)
    asked.settled()
    if asked.beside:
        assert asked.record().state == "sent"
        asked.undo(asked.change)
        assert asked.said() == (THEIRS, THEIRS)
        assert not asked.home.there(asked.entry).billable
        asked.settled()
    else:
        assert asked.record().state == "dropped"
        with pytest.raises(UsageError, match="nothing left to undo"):
            asked.undo(asked.change)


def test_an_adopted_field_gives_way_and_undo_takes_back_the_rest(asked: Asked) -> None:
    decide.adopt(asked.home.db, KEY, asked.row, asked.home.there(asked.entry).id)
    assert asked.said() == (THEIRS, THEIRS)
    assert asked.home.row(asked.row).state == "APPLIED"
    asked.settled()
    if asked.beside:
        asked.undo(asked.change)
        assert asked.said() == (THEIRS, THEIRS)
        assert not asked.home.there(asked.entry).billable
        asked.settled()
    else:
        with pytest.raises(UsageError, match="nothing left to undo"):
            asked.undo(asked.change)


def test_another_entry_is_not_adopted_for_a_field(asked: Asked) -> None:
    other = asked.home.twin.web_add(at("07:00"), at("07:30"), OURS)
    with pytest.raises(UsageError, match="not"):
        decide.adopt(asked.home.db, KEY, asked.row, other)
    assert asked.home.row(asked.row).state == "REVIEW"


def test_undo_while_a_field_waits_leaves_it_to_the_decision(asked: Asked) -> None:
    asked.undo()
    assert asked.said() == (THEIRS, THEIRS)
    assert not asked.home.there(asked.entry).billable
    decide.drop(asked.home.db, KEY, asked.row)
    asked.home.push()
    asked.settled()
    assert asked.said() == (THEIRS, THEIRS)


def test_undo_while_a_field_waits_holds_when_that_is_sent_on(asked: Asked) -> None:
    asked.undo()
    decide.retry(asked.home.db, KEY, asked.row)
    asked.home.push()
    asked.settled()
    assert asked.said() == (THEIRS, THEIRS)


def test_a_later_edit_of_another_field_is_taken_back_beside_what_waits(asked: Asked) -> None:
    home = asked.home
    home.edit(asked.entry, lambda f: replace(f, end=at("07:40")))
    home.push()
    asked.undo()
    assert home.there(asked.entry).end == home.entry(asked.entry).end == at("07:30")
    assert asked.said() == (OURS, THEIRS)


def test_of_a_later_edit_the_words_stay_when_the_field_is_dropped(asked: Asked) -> None:
    home = asked.home
    home.edit(asked.entry, lambda f: replace(f, end=at("07:40")))
    home.push()
    decide.drop(home.db, KEY, asked.row)
    assert home.there(asked.entry).end == home.entry(asked.entry).end == at("07:40")
    asked.settled()


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_what_a_refused_edit_has_hidden_is_not_overwritten_once_that_is_dropped(
    home: Household, act: str
) -> None:
    local_id = home.add(at("07:00"), at("07:30"), FIRST)
    home.push()
    home.edit(local_id, lambda f: replace(f, description=OURS))
    home.twin.faults.append(REFUSED)
    home.push()
    home.clock.advance(3600)
    home.twin.web_edit(home.there(local_id).id, lambda there: replace(there, description=THEIRS))
    home.pull()
    if act == "edit":
        home.edit(local_id, lambda f: replace(f, description="later"))
    else:
        home.delete(local_id)
    decide.drop(home.db, KEY, 2)
    home.push(waited=True)
    assert home.described() == [THEIRS]
    assert home.row(3).state == "REVIEW"


# ── deletions ────────────────────────────────────────────────────────────────────────────────


def test_undo_of_a_deletion_that_was_sent_on_brings_back_what_the_web_said(
    home: Household,
) -> None:
    local_id = home.add(at("07:00"), at("07:30"), FIRST)
    home.push()
    home.clock.advance(3600)
    home.twin.web_edit(home.there(local_id).id, lambda there: replace(there, description=THEIRS))
    home.delete(local_id)
    home.push()
    assert home.states() == ["APPLIED", "REVIEW"]
    decide.retry(home.db, KEY, 2)
    home.push()
    assert home.twin.held == {}
    undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
    home.push()
    assert home.entry(local_id).description == home.there(local_id).description == THEIRS


def test_undo_of_a_deletion_that_waits_brings_back_what_the_web_said(home: Household) -> None:
    local_id = home.add(at("07:00"), at("07:30"), FIRST)
    home.push()
    home.delete(local_id)
    home.twin.web_edit(home.there(local_id).id, lambda there: replace(there, description=THEIRS))
    home.pull()
    undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
    home.push()
    assert home.entry(local_id).description == home.there(local_id).description == THEIRS


# ── what was made, and was found edited ──────────────────────────────────────────────────────


def test_undo_of_an_adopted_addition_deletes_what_was_adopted(home: Household) -> None:
    home.twin.faults.append(REFUSED)
    local_id = home.add(at("08:00"), at("08:30"), OURS)
    home.push()
    made = home.twin.web_add(at("08:00"), at("08:30"), THEIRS)
    home.pull()
    decide.adopt(home.db, KEY, 1, made)
    assert home.entry(local_id).description == THEIRS
    undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
    home.push()
    assert home.twin.held == {}
