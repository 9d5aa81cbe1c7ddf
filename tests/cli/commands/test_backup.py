"""Tests of `clockify backup` and `clockify restore`."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify, Terminal


def test_a_backup_comes_back_after_more_was_tracked(clockify: Clockify, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    clockify("add", "One", "8-9")
    assert clockify("backup", copy).out == f"Copied 1 entry to {copy}.\n"
    clockify("add", "Two", "7-8")
    looked = clockify("restore", copy, "--dry-run")
    assert looked.out.startswith("Would restore 1 entry")
    assert len(json.loads(clockify("log", "all", "--json").out)) == 2
    done = clockify("restore", copy, "--yes")
    assert (done.code, done.out) == (
        0,
        f"Restored 1 entry (2026-11-24 to 2026-11-24) from {copy}.\n",
    )
    assert "The previous timesheet is kept in" in done.err
    (entry,) = json.loads(clockify("log", "all", "--json").out)
    assert entry["description"] == "One"


def test_nothing_is_put_back_unasked(clockify: Clockify, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    clockify("add", "One", "8-9")
    clockify("backup", copy)
    done = clockify("restore", copy)
    assert done.code == 2
    assert done.err.splitlines() == [
        "error: cannot ask without a terminal",
        "  Replace the timesheet with 1 entry (2026-11-24 to 2026-11-24)?",
        f"Nothing was changed. `clockify restore {copy} --yes` skips the question.",
    ]


def test_a_backup_without_a_name_lies_beside_the_timesheet(clockify: Clockify, home: Path) -> None:
    clockify("add", "One", "8-9")
    told = json.loads(clockify("backup", "--json").out)
    assert told["entries"] == 1
    assert Path(told["file"]).parent == next(home.rglob("backups"))
    assert clockify("backup", told["file"]).code == 2


def test_the_timesheet_itself_and_a_folder_are_no_place_for_a_backup(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "One", "8-9")
    database = next(home.rglob("timesheet.db"))
    assert clockify("backup", str(database), "--force").code == 2
    assert clockify("backup", str(home)).code == 2


def test_what_is_no_backup_is_named_and_changes_nothing(clockify: Clockify, tmp_path: Path) -> None:
    clockify("add", "One", "8-9")
    other = tmp_path / "other.db"
    other.write_text("no database at all")
    foreign, empty = tmp_path / "foreign.db", tmp_path / "empty.db"
    with closing(sqlite3.connect(foreign)) as made:
        made.execute("CREATE TABLE t (c)")
    empty.touch()
    os.mkfifo(tmp_path / "pipe")
    for file in (other, foreign, empty, tmp_path / "pipe", tmp_path / "missing.db", tmp_path):
        done = clockify("restore", str(file), "--yes")
        assert done.code == 2
        assert str(file) in done.err
        assert "made by `clockify backup`" in done.err
    assert len(json.loads(clockify("log", "all", "--json").out)) == 1


def test_a_damaged_backup_is_no_wrong_usage(clockify: Clockify, tmp_path: Path) -> None:
    clockify("add", "One", "8-9")
    copy = tmp_path / "copy.db"
    clockify("backup", str(copy))
    copy.write_bytes(copy.read_bytes()[:5000])
    assert clockify("restore", str(copy), "--yes").code == 1


def test_a_backup_and_an_import_that_are_missing_are_refused_alike(
    clockify: Clockify, tmp_path: Path
) -> None:
    for words in (("restore", "--yes"), ("import",)):
        done = clockify(*words, str(tmp_path / "missing"))
        assert done.code == 2
        assert "cannot be read: No such file" in done.err


def test_without_a_timesheet_there_is_nothing_to_copy(clockify: Clockify, home: Path) -> None:
    done = clockify("backup")
    assert done.code == 3
    assert "nothing has been tracked yet" in done.err
    assert not list(home.rglob("backups"))


def test_a_place_where_nothing_can_be_written_is_named(clockify: Clockify, tmp_path: Path) -> None:
    clockify("add", "One", "8-9")
    for name, reason in (
        (tmp_path / "no" / "folder.db", "does not exist"),
        (tmp_path / ("a" * 300), "cannot be written"),
    ):
        done = clockify("backup", str(name))
        assert done.code == 2
        assert reason in done.err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pipe", "is not a regular file"),
        ("", "Copied 1 entry"),
        ("clockify/data/timesheet.db-wal", "own files"),
        ("clockify/state/timer", "own files"),
        ("clockify/data/backups/mine.db", "Copied 1 entry"),
        ("copy.db", "Copied 1 entry to copy.db."),
    ],
)
def test_a_backup_replaces_nothing_but_a_file(
    clockify: Clockify, home: Path, name: str, message: str
) -> None:
    clockify("add", "One", "8-9")
    os.mkfifo(home / "pipe")
    (home / "clockify" / "state").mkdir(mode=0o700, exist_ok=True)
    (home / "clockify" / "data" / "backups").mkdir(mode=0o700)
    (home / "copy.db").touch()
    done = clockify("backup", name, "--force")
    assert message in done.out + done.err
    assert done.code == (0 if done.out else 2)
    assert stat.S_ISFIFO((home / "pipe").stat().st_mode)
    assert not (home / "-").exists()


def test_the_file_is_named_with_or_without_its_option(clockify: Clockify, home: Path) -> None:
    clockify("add", "One", "8-9")

    assert clockify("backup", "-o", "copy.db").out == "Copied 1 entry to copy.db.\n"
    assert (home / "copy.db").exists()
    assert clockify("backup", "--output", "copy.db").code == 2
    assert clockify("backup", "-o", "copy.db", "--force").code == 0
    assert clockify("backup", "other.db", "-o", "copy.db").code == 2
    assert not (home / "other.db").exists()


def descriptions(clockify: Clockify) -> list[str]:
    """Return the description of each entry, oldest first."""
    return [entry["description"] for entry in json.loads(clockify("log", "all", "--json").out)]


@pytest.fixture
def restored(clockify: Clockify, tmp_path: Path) -> Clockify:
    """Track One and Two, then restore a copy that contains only One."""
    copy = str(tmp_path / "copy.db")
    clockify("add", "One", "8-9")
    clockify("backup", copy)
    clockify("add", "Two", "7-8")
    clockify("restore", copy, "--yes")
    assert descriptions(clockify) == ["One"]
    return clockify


def test_an_undo_takes_the_restore_back_and_a_redo_repeats_it(restored: Clockify) -> None:
    done = restored("undo")
    assert (done.code, done.out) == (
        0,
        "Undone: restore 1 entry (2026-11-24 to 2026-11-24) from copy.db\n",
    )
    assert descriptions(restored) == ["Two", "One"]
    assert restored("redo").out.startswith("Redone: restore 1 entry")
    assert descriptions(restored) == ["One"]
    assert restored("undo").code == 0
    assert descriptions(restored) == ["Two", "One"]
    # Both timesheets are back with their own history: the next change to undo is Two's.
    assert restored("undo").out.startswith("Undone: add Two")
    assert descriptions(restored) == ["One"]


def test_history_tells_of_a_restore_and_of_its_undo_in_every_workspace(restored: Clockify) -> None:
    told = [row.split("\t") for row in restored("history").out.splitlines()]
    assert [(row[2], row[5]) for row in told] == [("add", "false"), ("restore", "false")]
    restored("undo")
    told = [row.split("\t") for row in restored("history").out.splitlines()]
    assert [(row[2], row[5]) for row in told] == [
        ("add", "false"),
        ("add", "false"),
        ("restore", "true"),
        ("undo", "false"),
    ]


def test_a_restore_is_not_taken_back_with_what_came_later(restored: Clockify) -> None:
    restored("add", "Three", "6-7")
    number = restored("undo", "--list").out.splitlines()[-1].split("\t")[0]
    restored("undo", "--dry-run")
    listed = [row.split("\t") for row in restored("undo", "--list").out.splitlines()]
    assert [row[2] for row in listed] == ["add", "add"]
    refused = restored("undo", "2")
    assert refused.code == 2
    assert "change 2 (restore 1 entry" in refused.err
    assert f"change {number} (add Three) came later" in refused.err
    assert f"`clockify undo {number}`" in refused.err
    assert restored("undo").out.startswith("Undone: add Three")
    assert restored("undo").out.startswith("Undone: restore")
    assert descriptions(restored) == ["Two", "One"]


def test_a_restore_whose_kept_copy_is_gone_is_refused_and_nothing_older_is_undone(
    restored: Clockify, home: Path
) -> None:
    for kept in home.rglob("timesheet-before-restore-*.db"):
        kept.unlink()
    done = restored("undo")
    assert done.code == 2
    assert "before-restore-1.db" in done.err
    assert "`clockify undo --list`" in done.err
    assert descriptions(restored) == ["One"]
    (row,) = restored("undo", "--list").out.splitlines()
    assert row.split("\t")[2:4] == ["add", "One"]


def test_a_look_at_the_undo_of_a_restore_changes_nothing(restored: Clockify, home: Path) -> None:
    before = sorted(home.rglob("*.db"))
    done = restored("undo", "--dry-run")
    assert (done.code, done.out.split()[:3]) == (0, ["Would", "undo:", "restore"])
    assert descriptions(restored) == ["One"]
    assert sorted(home.rglob("*.db")) == before


def test_a_backup_is_put_back_where_nothing_was_tracked_yet(
    clockify: Clockify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = str(tmp_path / "copy.db")
    clockify("add", "One", "8-9")
    clockify("backup", copy)
    monkeypatch.setenv("CLOCKIFY_HOME", str(tmp_path / "new"))
    looked = clockify("restore", copy, "--dry-run")
    assert (looked.code, looked.out.split()[:3]) == (0, ["Would", "restore", "1"])
    assert not (tmp_path / "new").exists()
    done = clockify("restore", copy, "--yes", "--json")
    assert (done.code, json.loads(done.out)["kept"]) == (0, None)
    assert descriptions(clockify) == ["One"]
    assert clockify("undo").code == 0
    assert descriptions(clockify) == []
    assert clockify("redo").code == 0
    assert descriptions(clockify) == ["One"]


def test_the_days_of_a_backup_are_local_days(
    clockify: Clockify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    copy = str(tmp_path / "copy.db")
    clockify("add", "Early", "2026-11-24 7:00..8:00")
    clockify("backup", copy)
    done = clockify("restore", copy, "--dry-run")
    assert "1 entry (2026-11-24 to 2026-11-24)" in done.out


def test_a_restore_and_its_undo_reach_the_prompt_file(
    clockify: Clockify, tmp_path: Path, home: Path
) -> None:
    copy, prompt = str(tmp_path / "copy.db"), home / "clockify" / "state" / "timer"
    clockify("start", "One")
    clockify("backup", copy)
    clockify("stop", "--yes")
    clockify("restore", copy, "--yes")
    assert prompt.read_text().endswith("\tOne\n")
    clockify("undo")
    assert prompt.read_text() == ""


def test_a_numbered_restore_that_brings_a_timer_back_is_asked_about(
    clockify: Clockify, tmp_path: Path
) -> None:
    copy = str(tmp_path / "copy.db")
    clockify("add", "One", "8-9")
    clockify("backup", copy)
    clockify("start", "Two")
    clockify("restore", copy, "--yes")
    number = clockify("undo", "--list").out.splitlines()[-1].split("\t")[0]
    done = clockify("undo", number)
    assert done.code == 2
    assert "Two" in done.err
    assert descriptions(clockify) == ["One"]
    assert clockify("undo", number, "--yes").code == 0
    assert descriptions(clockify) == ["One", "Two"]


def test_a_backup_goes_into_a_pipe_and_can_be_restored(
    clockify: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockify("add", "One", "8-9")
    pipe = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", pipe)
        for words in (("-",), ("-o", "-")):
            pipe.seek(0)
            done = clockify("backup", *words)
            assert (done.code, done.err) == (0, "Copied 1 entry to standard output.\n")

    (home / "copy.db").write_bytes(pipe.buffer.getvalue())
    clockify("add", "Two", "9-9:30")
    assert clockify("restore", "copy.db", "--yes").code == 0
    assert "Two" not in clockify("log").out


def test_a_backup_never_goes_to_a_terminal_and_is_no_json(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockify("add", "One", "8-9")
    assert clockify("backup", "-", "--json").code == 2
    screen = Terminal()
    monkeypatch.setattr(sys, "stdout", screen)
    done = clockify("backup", "-")
    assert done.code == 2
    assert "clockify backup timesheet.db" in done.err
    assert screen.getvalue() == ""
