"""Tests of requests whose answer was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.sync.model.engine import PossibleDuplicate
from tests.examples import thinned
from tests.sync.household import Household, at
from tests.sync.twin import Killed
from tests.sync.virtual_clock import BOTH_CLOCKS

pytestmark = BOTH_CLOCKS

SETTLED = 121.0


def test_an_entry_whose_answer_got_lost_is_adopted_and_not_sent_again(home: Household) -> None:
    home.twin.faults.append("unanswered")
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    assert len(home.twin.held) == 1
    assert home.entry(local_id).server_id == next(iter(home.twin.held))
    assert home.states() == ["APPLIED"]


def test_an_entry_that_never_arrived_is_sent_again_once_that_is_sure(home: Household) -> None:
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    assert home.states() == ["UNKNOWN"]
    home.clock.advance(60)
    assert "POST" not in home.spent(home.push)
    home.clock.advance(60)
    home.push()
    assert len(home.twin.held) == 1
    assert home.states() == ["APPLIED"]


@pytest.mark.parametrize("lateness", [30.0, 90.0, 119.0])
def test_an_entry_that_arrives_late_is_there_once(home: Household, lateness: float) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = lateness
    home.add(at("08:00"), at("08:30"), "Standup")
    for _ in range(6):
        home.push()
        home.clock.advance(40)
    assert len(home.twin.held) == 1
    assert home.states() == ["APPLIED"]


def test_an_entry_that_arrives_later_than_can_be_is_reported(home: Household) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = 180.0
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(SETTLED)
    home.push()
    home.clock.advance(SETTLED)
    (note,) = home.pull().notes
    assert len(home.twin.held) == 2
    assert isinstance(note, PossibleDuplicate)
    assert note.entry == local_id
    assert len(note.ids) == 1


def test_a_process_killed_after_it_sent_leaves_a_row_that_is_read_back(home: Household) -> None:
    home.twin.faults.append("killed")
    home.add(at("08:00"), at("08:30"), "Standup")
    with pytest.raises(Killed):
        home.push()
    assert home.states() == ["SENDING"]
    home.push()
    assert home.states() == ["APPLIED"]
    assert len(home.twin.held) == 1


def test_a_process_killed_before_it_sent_sends_after_the_settle_time(home: Household) -> None:
    home.twin.faults.append("killed-before")
    home.add(at("08:00"), at("08:30"), "Standup")
    with pytest.raises(Killed):
        home.push()
    home.push()
    assert home.twin.held == {}
    home.clock.advance(SETTLED)
    home.push()
    assert len(home.twin.held) == 1


def test_the_window_is_wide_enough_for_the_farthest_zone(home: Household) -> None:
    for hours in (-12, 14):
        home.twin.zone = hours * (at("09:00") - at("08:00"))
        home.twin.faults.append("unanswered")
        home.add(at("08:00"), at("08:30"), f"zone {hours}")
        home.push()
    assert home.states() == ["APPLIED", "APPLIED"]


def test_a_read_back_that_fails_decides_nothing(home: Household) -> None:
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(SETTLED)
    home.twin.read_faults.append("lost")
    result = home.push()
    assert result.stopped_why == "offline"
    assert home.states() == ["UNKNOWN"]


def test_an_incomplete_list_decides_nothing(home: Household) -> None:
    home.twin.page_cap = 2
    for n in range(5):
        home.twin.web_add(at(f"0{n}:00"), at(f"0{n}:30"))
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(SETTLED)
    home.twin.read_faults.extend(["", "lost"])
    home.push()
    assert home.states() == ["UNKNOWN"]


def test_a_short_page_is_not_the_end_of_a_list(home: Household) -> None:
    home.twin.page_cap = 2
    home.twin.faults.append("unanswered")
    home.add(at("03:00"), at("03:30"), "Early")
    for n in range(4, 9):
        home.twin.web_add(at(f"0{n}:00"), at(f"0{n}:30"))
    home.push()
    assert home.states() == ["APPLIED"]


def test_an_entry_edited_before_it_was_read_back_waits_for_a_decision(home: Household) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = 5.0
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(10)
    home.twin.deliver()
    (made,) = home.twin.held
    home.twin.web_edit(made, lambda e: replace(e, description="edited"))
    home.pull()
    home.clock.advance(SETTLED)
    result = home.push()
    assert result.review == 1
    assert made in result.reviewed[0].verdict
    assert len(home.twin.held) == 1


def test_two_entries_that_are_alike_are_both_there(home: Household) -> None:
    home.twin.faults.extend(["lost", "unanswered"])
    for _ in range(2):
        home.add(at("08:00"), at("08:30"), "Standup")
    for _ in range(4):
        home.push()
        home.clock.advance(SETTLED)
    assert len(home.twin.held) == 2
    assert home.states() == ["APPLIED", "APPLIED"]


def test_one_like_it_from_before_is_not_taken_for_it(home: Household) -> None:
    home.twin.web_add(at("08:00"), at("08:30"), "Standup")
    home.pull()
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    assert home.states() == ["UNKNOWN"]
    home.clock.advance(SETTLED)
    home.push()
    assert len(home.twin.held) == 2


def test_no_timer_starts_while_a_stop_may_still_linger(home: Household) -> None:
    home.start("One")
    home.push()
    home.clock.advance(60)
    home.twin.faults.append("late")
    home.twin.lateness = 50.0
    second = home.start("Two")
    home.push()
    assert home.states() == ["APPLIED", "UNKNOWN", "PENDING"]
    for _ in range(4):
        home.clock.advance(45)
        home.push()
    assert home.there(second).end is None
    assert home.states() == ["APPLIED", "APPLIED", "APPLIED"]


def test_a_stop_that_acted_is_seen_and_the_next_timer_starts_at_once(home: Household) -> None:
    home.start("One")
    home.push()
    home.clock.advance(60)
    home.twin.faults.append("unanswered")
    home.start("Two")
    home.push()
    assert home.states() == ["APPLIED", "APPLIED", "APPLIED"]
    assert sorted(e.description for e in home.twin.held.values()) == ["One", "Two"]


@pytest.mark.parametrize("fault", thinned(["unanswered", "late", "lost"], 2))
@pytest.mark.parametrize("what", ["edit", "delete", "stop", "stop any", "start", "name", "rename"])
def test_every_kind_of_change_comes_to_its_end_once(home: Household, what: str, fault: str) -> None:
    home.twin.lateness = 50.0
    local_id = home.start("Write") if what == "stop" else home.add(at("08:00"), at("08:30"), "A")
    tag = home.name("tag", "deep")
    home.push()
    if what == "stop any":
        home.twin.web_add(at("08:50"), None, "phone")
    home.clock.advance(30)
    before = len(home.twin.commits)
    _do(home, what, local_id, tag)
    home.twin.faults.append(fault)
    for _ in range(5):
        home.push()
        home.clock.advance(100)
    assert set(home.states()) == {"APPLIED"}
    _check(home, what, local_id, tag, before)


def _do(home: Household, what: str, local_id: str, tag: str) -> None:
    if what == "edit":
        home.edit(local_id, lambda f: replace(f, description="B"))
    elif what == "delete":
        home.delete(local_id)
    elif what in ("stop", "stop any"):
        home.stop()
    elif what == "start":
        home.start("Next")
    elif what == "name":
        home.name("tag", "shallow")
    else:
        home.rename(tag, "deeper")


def _check(home: Household, what: str, local_id: str, tag: str, before: int) -> None:
    entries = list(home.twin.held.values())
    made = [c for c in home.twin.commits[before:] if c.operation == "create"]
    if what == "edit":
        assert home.there(local_id).description == "B"
    elif what == "delete":
        assert entries == []
    elif what in ("stop", "stop any"):
        assert all(e.end is not None for e in entries)
        assert max(e.end for e in entries if e.end) == at("2026-11-24 09:00:30")
    elif what == "start":
        assert [e.description for e in entries if e.end is None] == ["Next"]
    else:
        names = sorted(n.name for n in home.twin.names.values())
        assert names == (["deep", "shallow"] if what == "name" else ["deeper"])
    assert len(made) == (1 if what in ("start", "name") else 0)


def test_a_clock_that_was_set_forward_resends_nothing_early(home: Household) -> None:
    home.twin.faults.append("late")
    home.twin.lateness = 1e9
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.wall_seconds += 86_400
    home.clock.boot_seconds += 30
    home.push()
    assert home.states() == ["UNKNOWN"]


def test_a_clock_that_was_set_back_before_a_restart_resends_nothing(home: Household) -> None:
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.advance(SETTLED)
    home.clock.reboot()
    home.clock.wall_seconds -= 3600
    home.push()
    assert home.states() == ["UNKNOWN"]
    home.clock.advance(2 * 3600)
    home.push()
    assert home.states() == ["APPLIED"]


def test_a_machine_that_starts_again_after_weeks_finds_out_within_minutes(home: Household) -> None:
    home.clock.boot_seconds = 3_000_000.0
    home.twin.faults.append("lost")
    home.add(at("08:00"), at("08:30"), "Standup")
    home.push()
    home.clock.reboot()
    home.clock.advance(SETTLED)
    home.push()
    assert home.states() == ["APPLIED"]
