"""Tests of a restored backup: what became of its rows since is found, and nothing is redone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from clockify_cli.store.db.connection import put_meta
from clockify_cli.sync import decide
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED
from tests.sync.virtual_clock import BOTH_CLOCKS

pytestmark = BOTH_CLOCKS

SETTLED = 121.0


@pytest.fixture
def used(home: Household) -> Household:
    """A household that has sent something, so that a copy of its timesheet is recognized."""
    home.add(at("05:00"), at("05:30"), "Warm")
    home.push()
    return home


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup"


def put_back(home: Household, backup: Path) -> None:
    home.clock.advance(600)
    home.restored(backup)


def later_syncs(home: Household) -> None:
    """Sync until no request can be under way any more."""
    for _ in range(3):
        home.push(waited=True, eager=True)
        home.pull()
        home.clock.advance(SETTLED)


def on_another_machine(home: Household) -> None:
    put_meta(home.db, "machine", "another")


# ── a pull before it is known what became of them ────────────────────────────────────────────


def test_a_pull_leaves_what_was_sent_after_the_backup_to_reading_back(
    used: Household, backup: Path
) -> None:
    local_id = used.add(at("08:00"), at("08:30"), "Standup")
    used.copied(backup)
    used.push()
    put_back(used, backup)
    used.twin.read_faults.append("lost")
    used.push(waited=True)
    used.pull()
    later_syncs(used)
    assert used.described() == ["Standup", "Warm"]
    assert used.there(local_id).description == "Standup"


def test_a_timer_that_was_started_and_stopped_after_the_backup_is_asked_about(
    used: Household, backup: Path
) -> None:
    used.start("Timer")
    used.copied(backup)
    used.push()
    used.clock.advance(600)
    used.stop()
    used.push()
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Timer", "Warm"]
    assert used.states() == ["APPLIED", "REVIEW"]


def test_what_was_sent_after_the_backup_and_edited_there_is_asked_about(
    used: Household, backup: Path
) -> None:
    local_id = used.add(at("08:00"), at("08:30"), "Standup")
    used.copied(backup)
    used.push()
    made = used.there(local_id).id
    used.twin.web_edit(made, lambda e: replace(e, description="Daily"))
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Daily", "Warm"]
    assert made in used.row(2).verdict


# ── rows whose way was begun before the copy ─────────────────────────────────────────────────


def start_that_got_no_further_than_its_stop(home: Household) -> None:
    """End the running timer, after which the command's time is used up."""
    home.twin.meanwhile = lambda: home.clock.advance(10)
    home.start("Important")
    assert home.spent(home.push) == ["PATCH"]
    home.twin.meanwhile = lambda: None
    home.clock.advance(300)


def test_a_start_that_had_its_stop_before_the_copy_goes_out(used: Household) -> None:
    start_that_got_no_further_than_its_stop(used)
    used.stop()
    assert used.spent(lambda: used.push(deadline=0)) == []
    assert used.states() == ["APPLIED", "PENDING", "DROPPED"]
    on_another_machine(used)
    later_syncs(used)
    assert used.described() == ["Important", "Warm"]


def test_a_start_that_had_its_stop_before_the_backup_and_went_out_since_is_not_sent_again(
    used: Household, backup: Path
) -> None:
    start_that_got_no_further_than_its_stop(used)
    used.copied(backup)
    used.push(waited=True)
    used.clock.advance(300)
    used.stop()
    used.push()
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Important", "Warm"]
    assert used.states() == ["APPLIED", "REVIEW"]


def test_a_task_of_a_project_that_was_not_sent_either_stops_nothing(used: Household) -> None:
    project = used.name("project", "Website")
    used.name("task", "Design", project=project)
    used.add(at("08:00"), at("08:30"), "Work", project=project)
    on_another_machine(used)
    later_syncs(used)
    assert sorted(item.name for item in used.twin.names.values()) == ["Design", "Website"]
    assert used.described() == ["Warm", "Work"]


def test_an_edit_that_names_what_clockify_does_not_have_yet_goes_out_after_it(
    used: Household,
) -> None:
    local_id = used.add(at("08:00"), at("08:30"), "Standup")
    used.push()
    tag = used.name("tag", "deep")
    used.edit(local_id, lambda f: replace(f, tags=(tag,)))
    on_another_machine(used)
    later_syncs(used)
    assert len(used.there(local_id).tag_ids) == 1
    assert set(used.states()) == {"APPLIED"}


# ── rows that waited for a decision ──────────────────────────────────────────────────────────


def test_what_was_refused_before_the_backup_and_sent_on_since_is_found(
    used: Household, backup: Path
) -> None:
    used.twin.faults.append(REFUSED)
    used.add(at("08:00"), at("08:30"), "Standup")
    used.push()
    assert used.row(2).state == "REJECTED"
    used.copied(backup)
    decide.retry(used.db, KEY, 2)
    used.push(waited=True)
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Standup", "Warm"]
    assert used.states() == ["APPLIED", "APPLIED"]


def test_what_was_asked_about_before_the_backup_and_sent_on_since_is_found(
    used: Household, backup: Path
) -> None:
    used.start("Mine")
    used.twin.web_add(at("09:00"), None, "on the phone")
    used.clock.advance(300)
    used.push(waited=True)
    assert used.row(2).state == "REVIEW"
    used.copied(backup)
    decide.retry(used.db, KEY, 2)
    used.push(waited=True)
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Mine", "Warm", "on the phone"]
    assert used.states() == ["APPLIED", "APPLIED"]


# ── a backup that is made while rows are sent ────────────────────────────────────────────────


def test_a_backup_made_during_a_sending_that_was_interrupted_is_known_as_a_copy(
    used: Household, backup: Path
) -> None:
    for hour in range(5, 9):
        used.add(at(f"0{hour}:00"), at(f"0{hour}:30"), f"at {hour}")
    sent = iter(range(4))

    def meanwhile() -> None:
        match next(sent):
            case 1:
                used.copied(backup)
            case 3:
                raise KeyboardInterrupt

    used.twin.meanwhile = meanwhile
    with pytest.raises(KeyboardInterrupt):
        used.push()
    used.twin.meanwhile = lambda: None
    put_back(used, backup)
    later_syncs(used)
    assert used.described() == ["Warm", "at 5", "at 6", "at 7", "at 8"]
