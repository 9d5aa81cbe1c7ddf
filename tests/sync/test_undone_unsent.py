"""Tests that undoing what was never sent leaves nothing waiting and nothing wrong at Clockify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from clockify_cli.store.timesheet.undo import undo
from tests.sync.household import KEY, Household
from tests.sync.twin import USER, WORKSPACE, Killed, Twin
from tests.sync.virtual_clock import VirtualClock


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Household]:
    clock = VirtualClock()
    found = Household(tmp_path / "data", clock, Twin(clock, plan="PRO"))
    yield found
    found.db.close()


def take_back(home: Household, times: int) -> None:
    for _ in range(times):
        undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)


def settled(home: Household) -> None:
    for _ in range(3):
        home.clock.advance(121)
        result = home.push(eager=True)
    assert (result.waiting, result.review) == (0, 0)


def test_a_timer_merged_with_its_stop_and_then_undone_leaves_nothing(home: Household) -> None:
    home.name("project", "in the way")
    home.start("write")
    home.clock.advance(1)
    home.stop()
    home.twin.faults.append("killed")
    with pytest.raises(Killed):
        home.push(eager=True)
    take_back(home, 2)
    settled(home)
    assert home.twin.held == {}


def test_edits_merged_and_then_undone_leave_what_was_there(home: Household) -> None:
    start = home.now - timedelta(hours=2)
    entry = home.add(start, start + timedelta(hours=1), "first")
    settled(home)
    home.edit(entry, lambda fields: replace(fields, description="second"))
    home.edit(entry, lambda fields: replace(fields, description="third"))
    home.twin.faults.append("offline")
    home.push(eager=True)
    take_back(home, 2)
    settled(home)
    assert home.entry(entry).description == "first"
    assert [held.description for held in home.twin.held.values()] == ["first"]


def test_an_edit_merged_into_a_deletion_is_sent_once_that_is_undone(home: Household) -> None:
    start = home.now - timedelta(hours=2)
    entry = home.add(start, start + timedelta(hours=1), "first")
    settled(home)
    home.edit(entry, lambda fields: replace(fields, description="second"))
    home.edit(entry, lambda fields: replace(fields, description="third"))
    home.delete(entry)
    home.twin.faults.append("offline")
    home.push(eager=True)
    take_back(home, 2)
    settled(home)
    assert home.entry(entry).description == "second"
    assert [held.description for held in home.twin.held.values()] == ["second"]


def test_what_was_changed_there_meanwhile_is_here_once_an_unsent_change_is_undone(
    home: Household,
) -> None:
    entry = home.add(home.now - timedelta(hours=2), home.now - timedelta(hours=1), "first")
    settled(home)
    home.edit(entry, lambda fields: replace(fields, description="second"))
    home.twin.web_edit(home.there(entry).id, lambda there: replace(there, description="theirs"))
    home.pull()
    take_back(home, 1)
    settled(home)
    home.pull()
    assert home.entry(entry).description == "theirs"


def test_a_refused_stop_that_a_later_edit_brought_along_is_taken_back_there_too(
    home: Household,
) -> None:
    first = home.start("write")
    home.push(eager=True)
    home.clock.advance(1)
    home.start("write")
    home.edit(first, lambda fields: replace(fields, description="draft"))
    home.twin.faults.append("not taken")
    home.push(eager=True)
    assert [held.end is None for held in home.twin.held.values()] == [False, True]
    take_back(home, 1)
    home.twin.faults.append("killed-before")
    with pytest.raises(Killed):
        home.push(eager=True)
    take_back(home, 1)
    settled(home)
    assert [(held.description, held.end) for held in home.twin.held.values()] == [("write", None)]
