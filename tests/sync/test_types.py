"""Tests of sending breaks, and of types that Clockify does not accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import Refused, UsageError
from clockify_cli.sync.model.engine import OtherType
from tests.sync.household import Household, at

NOON = at("08:00"), at("08:30")
SETTLED = 121.0


def record(home: Household, type_: str) -> str:
    """Create a finished entry of that type; return its local id."""
    fields = EntryFields(start=NOON[0], end=NOON[1], description="Lunch", type=type_)
    with home.change("add") as change:
        return change.create_entry(fields)


def described(text: str) -> Callable[[EntryFields], EntryFields]:
    return lambda fields: replace(fields, description=text)


def of_type(type_: str) -> Callable[[EntryFields], EntryFields]:
    return lambda fields: replace(fields, type=type_)


# ── a break stays a break ────────────────────────────────────────────────────────────────────


def test_a_break_that_was_started_and_stopped_unsent_is_one_request_of_a_break(
    home: Household,
) -> None:
    local_id = home.start("Tea")
    home.edit(local_id, of_type("BREAK"))
    home.clock.advance(600)
    home.stop()
    assert home.spent(home.push) == ["POST"]
    assert (home.there(local_id).type, home.entry(local_id).type) == ("BREAK", "BREAK")


def test_an_edit_leaves_the_type_that_clockify_has(home: Household) -> None:
    local_id = record(home, "BREAK")
    home.push()
    home.edit(local_id, described("Late lunch"))
    home.push()
    there = home.there(local_id)
    assert (there.type, there.description) == ("BREAK", "Late lunch")


def test_a_timer_that_becomes_a_break_while_it_runs_is_stopped_as_one(home: Household) -> None:
    local_id = home.start("Tea")
    home.push()
    home.edit(local_id, of_type("BREAK"))
    home.push()
    home.clock.advance(600)
    home.stop()
    home.push()
    there = home.there(local_id)
    assert (there.type, there.end, home.entry(local_id).type) == ("BREAK", home.now, "BREAK")


# ── a lost answer ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("ours", "theirs"), [("BREAK", "REGULAR"), ("REGULAR", "BREAK")])
def test_reading_back_takes_no_break_for_work_nor_work_for_a_break(
    home: Household, ours: str, theirs: str
) -> None:
    home.twin.faults.append("lost")
    local_id = record(home, ours)
    home.push()
    other = home.twin.web_add(*NOON, "Lunch", type=theirs)
    home.clock.advance(SETTLED)
    home.push(waited=True)
    assert home.states() == ["REVIEW"]
    assert home.entry(local_id).server_id is None
    assert list(home.twin.held) == [other]


@pytest.mark.parametrize("type_", ["BREAK", "REGULAR"])
def test_reading_back_finds_what_was_sent(home: Household, type_: str) -> None:
    home.twin.faults.append("unanswered")
    local_id = record(home, type_)
    home.push()
    home.clock.advance(SETTLED)
    home.push(waited=True)
    assert home.states() == ["APPLIED"]
    assert home.there(local_id).type == type_
    assert len(home.twin.held) == 1


def test_a_break_and_work_of_the_same_time_and_words_are_two(home: Household) -> None:
    first, second = record(home, "BREAK"), record(home, "REGULAR")
    home.push()
    assert (home.there(first).type, home.there(second).type) == ("BREAK", "REGULAR")
    assert len(home.twin.held) == 2


def test_a_break_that_clockify_keeps_as_regular_time_is_told(home: Household) -> None:
    home.twin.breaks = False
    local_id = record(home, "BREAK")
    result = home.push()
    (change,) = home.db.one("SELECT id FROM change") or (0,)
    assert result.notes == (OtherType(local_id, change, "BREAK", "REGULAR"),)
    assert home.entry(local_id).type == "REGULAR"


# ── time off and holidays ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("type_", ["TIME_OFF", "HOLIDAY"])
def test_what_clockify_does_not_take_stays_here_and_can_be_changed(
    home: Household, type_: str
) -> None:
    local_id = record(home, type_)
    home.edit(local_id, described("Away"))
    assert home.spent(home.push) == []
    home.pull()
    entry = home.entry(local_id)
    assert (entry.type, entry.description, entry.sync_state) == (type_, "Away", "local")
    home.delete(local_id)
    assert home.spent(home.push) == []
    assert home.states() == ["LOCAL"] * 3
    assert home.twin.held == {}


@pytest.mark.parametrize(("was", "wanted"), [("TIME_OFF", "BREAK"), ("REGULAR", "HOLIDAY")])
def test_what_is_sent_and_what_is_not_never_become_each_other(
    home: Household, was: str, wanted: str
) -> None:
    local_id = record(home, was)
    with pytest.raises(UsageError, match="cannot become"):
        home.edit(local_id, of_type(wanted))
    assert home.entry(local_id).type == was


@pytest.mark.parametrize("type_", ["TIME_OFF", "HOLIDAY", "SOMETHING_NEW"])
def test_what_clockify_keeps_to_itself_refuses_changes(home: Household, type_: str) -> None:
    home.twin.web_add(*NOON, "Leave", type=type_)
    home.pull()
    ((local_id,),) = home.db.all("SELECT local_id FROM entry")
    with pytest.raises(Refused):
        home.edit(local_id, described("Work"))
    with pytest.raises(Refused):
        home.delete(local_id)
    entry = home.entry(local_id)
    assert (entry.type, entry.description, entry.sync_state) == (type_, "Leave", "synced")
    assert home.states() == []


def test_an_edit_of_what_has_become_time_off_meanwhile_waits_for_a_decision(
    home: Household,
) -> None:
    local_id = record(home, "REGULAR")
    home.push()
    home.twin.web_edit(home.there(local_id).id, lambda entry: replace(entry, type="TIME_OFF"))
    home.clock.advance(3600)
    home.edit(local_id, described("Ours"))
    result = home.push()
    assert [row.verdict for row in result.reviewed] == [
        "it is time off in Clockify, which allows no changes"
    ]
    assert home.there(local_id).type == "TIME_OFF"
