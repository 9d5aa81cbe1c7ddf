"""Tests of a copy of the whole timesheet, and of restoring one."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from clockify_cli.errors import StoreError, UsageError
from clockify_cli.store.db.backups import PutBack, back_up, contents_of, put_back
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.schema import MIGRATIONS
from clockify_cli.store.timesheet import entries
from tests.store.written import NOW, add, at

NOTED = PutBack(at=NOW, summary="a copy")


def ids(path: Path) -> list[str]:
    with Database(path) as db:
        return [entry.local_id for entry in entries.newest(db, "local", None, 10)]


def test_a_copy_holds_what_was_there_and_is_one_private_file(db: Database, tmp_path: Path) -> None:
    add(db, at(9), at(10))
    target = tmp_path / "copy.db"
    assert back_up(db.path, target).entries == 1
    add(db, at(11), at(12))
    assert contents_of(target).first == at(9)
    assert contents_of(target).entries == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*copy*")] == ["copy.db"]


def test_a_copy_does_not_replace_a_file_unasked(db: Database, tmp_path: Path) -> None:
    add(db, at(9), at(10))
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(UsageError, match="already exists"):
        back_up(db.path, target)
    assert target.read_text() == "precious"
    back_up(db.path, target, replace=True)
    assert contents_of(target).entries == 1


def test_what_was_copied_comes_back_and_what_was_there_is_kept(
    db: Database, tmp_path: Path
) -> None:
    first = add(db, at(9), at(10))
    target = tmp_path / "copy.db"
    back_up(db.path, target)
    second = add(db, at(11), at(12))
    path = db.path
    db.close()
    kept = put_back(target, path, tmp_path / "backups", NOTED)
    assert ids(path) == [first]
    assert kept is not None
    assert contents_of(kept).entries == 2
    assert put_back(kept, path, tmp_path / "backups", NOTED) is not None
    assert ids(path) == [second, first]


def test_a_damaged_timesheet_is_moved_aside_as_it_is(db: Database, tmp_path: Path) -> None:
    first = add(db, at(9), at(10))
    target = tmp_path / "copy.db"
    back_up(db.path, target)
    path = db.path
    db.close()
    path.write_text("no database at all")
    kept = put_back(target, path, tmp_path / "backups", NOTED)
    assert kept is not None
    assert kept.read_text() == "no database at all"
    assert ids(path) == [first]
    with Database(path) as again:
        assert again.one("PRAGMA journal_mode") == ("wal",)


@pytest.mark.parametrize("text", ["", "no database at all"], ids=["empty", "text"])
def test_what_is_no_timesheet_is_never_put_back(db: Database, tmp_path: Path, text: str) -> None:
    first = add(db, at(9), at(10))
    other = tmp_path / "other.db"
    other.write_text(text)
    path = db.path
    db.close()
    with pytest.raises(StoreError, match=r"other\.db"):
        put_back(other, path, tmp_path / "backups", NOTED)
    assert ids(path) == [first]
    assert not (tmp_path / "backups").exists()


@pytest.mark.parametrize("version", [0, -5])
def test_a_schema_that_no_command_opens_is_not_put_back(
    db: Database, tmp_path: Path, version: int
) -> None:
    first = add(db, at(9), at(10))
    path, copy = db.path, tmp_path / "copy.db"
    back_up(path, copy)
    db.close()
    set_version(copy, version)
    with pytest.raises(UsageError, match="not a clockify-cli timesheet"):
        put_back(copy, path, tmp_path / "backups", NOTED)
    assert ids(path) == [first]
    set_version(path, version)
    set_version(copy, len(MIGRATIONS))
    kept = put_back(copy, path, tmp_path / "backups", NOTED)
    assert kept is not None
    assert "damaged" in kept.name
    assert ids(path) == [first]


def test_what_stands_in_the_place_of_the_timesheet_is_moved_aside(
    db: Database, tmp_path: Path
) -> None:
    first = add(db, at(9), at(10))
    path, copy = db.path, tmp_path / "copy.db"
    back_up(path, copy)
    db.close()
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    kept = put_back(copy, path, tmp_path / "backups", NOTED)
    assert kept is not None
    assert kept.is_symlink()
    assert ids(path) == [first]


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
