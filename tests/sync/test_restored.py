"""Tests that a timesheet other than the one last seen here checks Clockify before sending."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clockify_cli.errors import StoreError
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.sync.guard import renew_mark
from tests.sync.household import Household, at
from tests.sync.virtual_clock import BOTH_CLOCKS

pytestmark = BOTH_CLOCKS


def test_rows_that_were_sent_after_the_backup_are_found_and_not_sent_again(
    home: Household, tmp_path: Path
) -> None:
    home.add(at("07:00"), at("07:30"), "before")
    home.push()
    local_id = home.add(at("08:00"), at("08:30"), "Standup")
    home.copied(tmp_path / "backup")
    home.push()
    home.clock.advance(3600)
    home.restored(tmp_path / "backup")
    home.add(at("09:00"), at("09:30"), "after")
    home.push()
    home.clock.advance(121)
    home.push()
    assert sorted(e.description for e in home.twin.held.values()) == ["Standup", "after", "before"]
    assert home.there(local_id).description == "Standup"
    assert set(home.states()) == {"APPLIED"}


def test_rows_that_were_not_sent_after_the_backup_go_out_once_that_is_sure(
    home: Household, tmp_path: Path
) -> None:
    home.add(at("07:00"), at("07:30"), "before")
    home.push()
    home.add(at("08:00"), at("08:30"), "Standup")
    home.copied(tmp_path / "backup")
    home.twin.faults.append("offline")
    home.push()
    home.restored(tmp_path / "backup")
    home.push()
    assert len(home.twin.held) == 1
    home.clock.advance(121)
    home.push()
    assert len(home.twin.held) == 2


def test_a_timesheet_of_another_machine_is_distrusted(home: Household) -> None:
    home.pull()
    home.push()
    home.add(at("08:00"), at("08:30"), "Standup")
    put_meta(home.db, "machine", "another")
    home.push(waited=True)
    assert home.states() == ["UNKNOWN"]
    assert home.db.all("SELECT * FROM replica") == []


def test_what_a_command_has_acknowledged_itself_is_in_no_copy_and_is_sent(home: Household) -> None:
    home.push()
    home.add(at("08:00"), at("08:30"), "waits")
    home.add(at("09:00"), at("09:30"), "just now")
    put_meta(home.db, "machine", "another")
    home.push()
    assert home.states() == ["UNKNOWN", "APPLIED"]


def test_rows_of_every_account_are_distrusted_at_once(home: Household) -> None:
    home.push()
    home.add(at("08:00"), at("08:30"), "of another profile")
    home.db.run("UPDATE journal SET account = 'another'")
    home.add(at("09:00"), at("09:30"), "Standup")
    put_meta(home.db, "machine", "another")
    home.push(waited=True)
    assert home.states() == ["UNKNOWN", "UNKNOWN"]


def test_an_edit_sent_after_the_backup_is_not_made_again(home: Household, tmp_path: Path) -> None:
    from dataclasses import replace

    local_id = home.add(at("07:00"), at("07:30"), "before")
    home.push()
    home.edit(local_id, lambda f: replace(f, description="after"))
    home.copied(tmp_path / "backup")
    home.push()
    home.restored(tmp_path / "backup")
    assert "PUT" not in home.spent(home.push)
    assert home.states() == ["APPLIED", "APPLIED"]


@pytest.mark.parametrize("lost", ["second mark", "database"])
def test_a_kill_while_the_mark_is_renewed_leaves_a_pair_that_fits(
    home: Household, tmp_path: Path, lost: str
) -> None:
    note = tmp_path / "data-state" / "sync.json"
    home.add(at("07:00"), at("07:30"))
    home.push()
    old = meta_value(home.db, "mark")
    if lost == "database":
        note.write_text(json.dumps(["new", old]))
    else:
        put_meta(home.db, "mark", "new")
        note.write_text(json.dumps(["new", old]))
    home.add(at("08:00"), at("08:30"))
    home.push()
    assert home.states() == ["APPLIED", "APPLIED"]


def spoil(note: Path, how: str) -> None:
    note.unlink()
    match how:
        case "pipe":
            os.mkfifo(note)
        case "dangling link":
            note.symlink_to("nowhere")
        case "missing":
            pass
        case text:
            note.write_bytes(text.encode())


@pytest.mark.parametrize(
    "how",
    ["missing", "pipe", "dangling link", "", "{}", "[" * 999, "[1", "1" * 900, "\0", "é", "[]"],
)
def test_without_a_note_that_can_be_understood_a_timesheet_is_distrusted_once(
    home: Household, tmp_path: Path, how: str
) -> None:
    note = tmp_path / "data-state" / "sync.json"
    home.add(at("07:00"), at("07:30"), "before")
    home.push()
    home.add(at("08:00"), at("08:30"), "Standup")
    spoil(note, how)
    home.push(waited=True)
    assert home.states() == ["APPLIED", "UNKNOWN"]
    home.clock.advance(121)
    home.push()
    home.add(at("09:00"), at("09:30"), "after")
    home.push()
    assert home.states() == ["APPLIED"] * 3
    assert sorted(e.description for e in home.twin.held.values()) == ["Standup", "after", "before"]


def test_where_no_note_can_be_written_nothing_is_sent_and_the_place_is_named(
    home: Household, tmp_path: Path
) -> None:
    note = tmp_path / "data-state" / "sync.json"
    home.push()
    home.add(at("08:00"), at("08:30"), "Standup")
    spoil_with_folder(note)
    with pytest.raises(StoreError, match=r"sync\.json cannot be written"):
        home.push()
    assert not home.twin.held
    note.rmdir()
    home.clock.advance(121)
    home.push()
    home.clock.advance(121)
    home.push()
    assert home.states() == ["APPLIED"]


def spoil_with_folder(note: Path) -> None:
    note.unlink(missing_ok=True)
    note.mkdir(parents=True, exist_ok=True)


@pytest.mark.parametrize("kind", ["pipe", "file"])
def test_what_lies_where_the_note_is_written_does_not_stop_it(
    home: Household, tmp_path: Path, kind: str
) -> None:
    note = tmp_path / "elsewhere" / "sync.json"
    note.parent.mkdir(0o700)
    fresh = note.with_name("sync.json.new")
    os.mkfifo(fresh) if kind == "pipe" else fresh.write_text("half")
    renew_mark(home.db, note)
    assert json.loads(note.read_text())[:1] == [meta_value(home.db, "mark")]


def test_the_note_is_private_and_nothing_is_left_beside_it(home: Household, tmp_path: Path) -> None:
    note = tmp_path / "elsewhere" / "sync.json"
    renew_mark(home.db, note)
    assert note.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in note.parent.iterdir()] == ["sync.json"]


def test_a_timesheet_that_is_put_back_with_its_note_is_distrusted(
    home: Household, tmp_path: Path
) -> None:
    home.add(at("07:00"), at("07:30"), "before")
    home.push()
    home.add(at("08:00"), at("08:30"), "Standup")
    snapshot = tmp_path / "snapshot"
    home.copied(snapshot)
    note = tmp_path / "data-state" / "sync.json"
    noted = note.read_bytes()
    home.push()
    # While the old file exists, the other one has a different inode number.
    home.db.close()
    home.db.path.rename(tmp_path / "old")
    snapshot.rename(home.db.path)
    note.write_bytes(noted)
    home.push(waited=True)
    assert home.states() == ["APPLIED", "APPLIED"]
    assert len(home.twin.held) == 2
