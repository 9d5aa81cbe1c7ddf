"""Tests of the database file: private from the start, complete or absent, never taken for empty."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from clockify_cli.domain.entry import ALL
from clockify_cli.errors import StoreError
from clockify_cli.store.db import file, schema
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.file import give_up_log, use_log
from clockify_cli.store.db.soundness import soundness
from clockify_cli.store.timesheet import entries
from tests.store.written import add, at, content

NEWER = (*schema.MIGRATIONS, ("CREATE TABLE later (id INTEGER) STRICT",))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "umask",
    [
        *(0o000, 0o022, 0o077),
        pytest.param(
            0o777,
            marks=pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: one locks oneself out"),
        ),
    ],
)
def test_files_and_folder_are_private_under_any_umask(path: Path, umask: int) -> None:
    path.parent.parent.mkdir()
    before = os.umask(umask)
    try:
        with Database(path) as db:
            add(db, at(9), at(10))
            modes = {found.name: mode(found) for found in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {
        "timesheet.db": 0o600,
        "timesheet.db-wal": 0o600,
        "timesheet.db-shm": 0o600,
    }
    assert mode(path.parent) & 0o077 == 0


def test_nothing_is_left_of_the_making(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]


def test_leftovers_of_a_maker_that_was_killed_are_cleared(path: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o700)
    for ending in ("", "-wal", "-journal"):
        (path.parent / f"timesheet.db.new{ending}").write_bytes(b"half")
    with Database(path) as db:
        add(db, at(9), at(10))
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]


def test_a_write_waits_for_the_disk(db: Database) -> None:
    assert db.one("PRAGMA synchronous") == (2,)
    assert db.one("PRAGMA journal_mode") == ("wal",)
    assert db.one("PRAGMA trusted_schema") == (0,)


def test_without_a_log_the_folder_is_flushed_too(path: Path) -> None:
    with Database(path) as db:
        db.read.execute("PRAGMA journal_mode = DELETE")
    with Database(path) as db:
        assert db.one("PRAGMA synchronous") == (3,)


def test_a_file_that_need_not_be_there_is_not_made(path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        _ = Database(path, create=False).read
    assert not path.parent.exists()


def broken(path: Path, content: bytes) -> StoreError:
    """Return the error for a database with *content*, which must stay as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    with pytest.raises(StoreError) as raised:
        _ = Database(path).read
    assert path.read_bytes() == content
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]
    assert str(path) in raised.value.message
    return raised.value


def test_an_empty_file_is_damage_and_not_a_new_timesheet(path: Path) -> None:
    error = broken(path, b"")
    assert "empty" in error.message
    assert "clockify restore" in error.hint


@pytest.mark.parametrize(
    "content", [b"hello\n", b"#!/bin/sh\n" * 1000, b"\0" * 8192], ids=["short", "script", "zeros"]
)
def test_what_is_no_database_is_named_and_left_alone(path: Path, content: bytes) -> None:
    assert "clockify doctor" in broken(path, content).hint


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o700)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE entry (id)")
        other.commit()
    error = broken(path, path.read_bytes())
    assert "not a clockify-cli timesheet" in error.message


def test_a_newer_schema_asks_for_a_newer_program(path: Path) -> None:
    with Database(path) as db:
        db.run("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version of clockify-cli"):
        _ = Database(path).read


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE extra (x)",
    ],
)
def test_a_planted_trigger_view_or_table_is_refused_before_it_can_act(
    path: Path, planted: str
) -> None:
    with Database(path) as db:
        kept = add(db, at(9), at(10))
        db.run(planted)
    with pytest.raises(StoreError, match="something unknown"):
        add(Database(path), at(10), at(11))
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("SELECT local_id FROM entry").fetchall() == [(kept,)]


def test_a_missing_table_is_damage(path: Path) -> None:
    with Database(path) as db:
        db.run("DROP TABLE ledger")
    with pytest.raises(StoreError, match="missing"):
        _ = Database(path).read


def test_a_symbolic_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    with Database(tmp_path / "elsewhere" / "timesheet.db") as db:
        add(db, at(9), at(10))
    path.parent.mkdir(parents=True, mode=0o700)
    path.symlink_to(tmp_path / "elsewhere" / "timesheet.db")
    with pytest.raises(StoreError, match="not a regular file"):
        _ = Database(path).read


def test_a_folder_in_its_place_is_named(path: Path) -> None:
    path.mkdir(parents=True, mode=0o700)
    with pytest.raises(StoreError, match="not a regular file"):
        _ = Database(path).read


AS_NOBODY = """
import os, sys
from pathlib import Path
from clockify_cli.errors import StoreError
from clockify_cli.store.db.changes import Database
from tests.store.written import add, at
# Everything is imported by now: the interpreter may lie where nobody else may read.
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
try:
    add(Database(Path(sys.argv[1])), at(9), at(10))
except StoreError as error:
    print(error.message, "|", error.hint)
"""


def said_to_nobody(path: Path) -> str:
    """Return the error that a user without rights gets; for root, nothing is read-only."""
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    told = subprocess.run(
        [sys.executable, "-c", AS_NOBODY, str(path)], capture_output=True, text=True, check=True
    )
    return told.stdout


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Yield a timesheet that another user can reach, outside the folders that pytest closes."""
    with tempfile.TemporaryDirectory(prefix="street-") as name:
        home = Path(name) / "home"
        for folder in (home.parent, home):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        yield home / "data" / "timesheet.db"


def test_somebody_elses_timesheet_is_refused(open_path: Path) -> None:
    with Database(open_path) as db:
        add(db, at(9), at(10))
    open_path.parent.parent.chmod(0o755)
    open_path.parent.chmod(0o755)
    open_path.chmod(0o644)
    assert "belongs to another user" in said_to_nobody(open_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT ROOT: no chown")
def test_a_read_only_folder_is_said_and_nothing_is_acknowledged(open_path: Path) -> None:
    with Database(open_path) as db:
        kept = add(db, at(9), at(10))
    os.chown(open_path, 65534, 65534)
    os.chown(open_path.parent, 65534, 65534)
    os.chmod(open_path.parent.parent, 0o755)
    os.chmod(open_path.parent, 0o555)
    told = said_to_nobody(open_path)
    assert str(open_path) in told
    assert "writable" in told
    with closing(sqlite3.connect(open_path)) as raw:
        assert raw.execute("SELECT local_id FROM entry").fetchall() == [(kept,)]


def test_a_migration_keeps_a_private_backup_of_the_old_version(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Database(path) as db:
        add(db, at(9), at(10), "before")
        before = content(db)
    with closing(file.open_database(path, create=False, steps=NEWER)) as upgraded:
        assert schema.version_of(upgraded) == len(NEWER)
        assert upgraded.execute("SELECT count(*) FROM later").fetchone() == (0,)
    (backup,) = (path.parent / "backups").iterdir()
    assert mode(backup) == 0o600
    assert mode(backup.parent) == 0o700
    with Database(backup) as kept:
        assert content(kept) == before


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
        before = content(db)
    steps = (*NEWER, ("CREATE TABLE later (id)",))
    with pytest.raises(StoreError):
        file.open_database(path, create=False, steps=steps)
    with Database(path) as db:
        assert content(db) == before
        assert schema.version_of(db.read) == len(schema.MIGRATIONS)


def test_a_second_migration_keeps_the_first_backup(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
    for _ in range(2):
        file.open_database(path, create=False, steps=NEWER).close()
        with closing(sqlite3.connect(path)) as raw:
            raw.execute("DROP TABLE later")
            raw.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")
    assert len(list((path.parent / "backups").iterdir())) == 2


def test_a_network_file_system_is_known_by_its_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file.on_network(tmp_path) is False
    monkeypatch.setattr(file, "_NETWORK", frozenset(_kind_of(tmp_path)))
    assert file.on_network(tmp_path) is True
    with Database(tmp_path / "data" / "timesheet.db") as db:
        assert db.one("PRAGMA journal_mode") == ("delete",)


def _kind_of(folder: Path) -> set[str]:
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    kinds = {line.split()[1]: line.split()[2] for line in mounts}
    around = [p for p in map(str, (folder, *folder.parents)) if p in kinds]
    return {kinds[around[0]]}


class Unmapped(sqlite3.Connection):
    """A connection on a file system without memory that processes can share."""

    told: ClassVar[tuple[str, int | None]]

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith("PRAGMA locking_mode"):
            self.alone = True
        with_log = not sql.startswith("PRAGMA") or "journal_mode" in sql
        if with_log and not getattr(self, "alone", False) and self._has_log():
            message, code = self.told
            error = sqlite3.OperationalError(message)
            if code is not None:
                error.sqlite_errorcode = code
            raise error
        return super().execute(sql, parameters)

    def _has_log(self) -> bool:
        file = super().execute("PRAGMA database_list").fetchone()[2]
        return Path(file).read_bytes()[18:20] == b"\x02\x02"


@pytest.fixture(
    params=[
        ("disk I/O error", sqlite3.SQLITE_IOERR_SHMMAP),
        ("locking protocol", sqlite3.SQLITE_PROTOCOL),
        ("unable to open database file", sqlite3.SQLITE_CANTOPEN),
        ("disk I/O error", None),
    ],
    ids=lambda told: f"{told[0]}-{told[1]}",
)
def unmapped(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function after whose call no shared memory can be mapped."""

    def begin() -> None:
        monkeypatch.setattr(Unmapped, "told", request.param, raising=False)
        plain = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", partial(plain, factory=Unmapped))

    return begin


def test_a_timesheet_is_made_where_no_memory_can_be_shared(
    path: Path, unmapped: Callable[[], None]
) -> None:
    unmapped()
    with Database(path) as db:
        add(db, at(9), at(10))
        assert db.one("PRAGMA journal_mode") == ("delete",)
        assert db.one("PRAGMA synchronous") == (3,)
    with Database(path) as db:
        assert len(entries.every(db, "local", None, ALL)) == 1
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]


def test_a_timesheet_that_moved_there_keeps_what_its_log_holds(
    path: Path, unmapped: Callable[[], None]
) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
        # As after a crash: the log exists, and is not yet in the file.
        for ending in ("", "-wal"):
            copy = path.with_name(f"kept.db{ending}")
            copy.write_bytes(path.with_name(f"timesheet.db{ending}").read_bytes())
            copy.chmod(0o600)
    unmapped()
    with Database(path.with_name("kept.db")) as db:
        assert len(entries.every(db, "local", None, ALL)) == 1
        add(db, at(10), at(11))
        assert db.one("PRAGMA journal_mode") == ("delete",)


def test_a_shared_file_that_cannot_be_written_is_done_without(path: Path) -> None:
    """SQLite can read next to a folder with that name, and fails at the first write."""
    with Database(path) as db:
        add(db, at(9), at(10))
    path.with_name("timesheet.db-shm").mkdir()
    with Database(path) as db:
        add(db, at(10), at(11))
        assert len(entries.every(db, "local", None, ALL)) == 2
        assert db.one("PRAGMA journal_mode") == ("delete",)


def test_the_log_stays_while_others_use_it(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
        assert not give_up_log(path)
        add(db, at(10), at(11))
        assert db.one("PRAGMA journal_mode") == ("wal",)


def test_a_restore_ends_without_a_log_there(path: Path, unmapped: Callable[[], None]) -> None:
    with Database(path) as db:
        add(db, at(9), at(10))
    unmapped()
    use_log(path)
    with Database(path) as db:
        assert db.one("PRAGMA journal_mode") == ("delete",)


def test_a_row_that_was_to_be_sent_again_is_known_as_that_in_the_next_version() -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        schema.upgrade(raw, schema.MIGRATIONS[:4])
        raw.execute(
            "INSERT INTO journal (op_id, change, workspace, entity, kind, state, verdict)"
            " VALUES ('a', 1, 'w', 'entry', 'add', 'PENDING', 'by your word')"
        )
        schema.upgrade(raw)
        assert raw.execute("SELECT verdict FROM journal").fetchone() == ("retry requested",)


STATES = ("LOCAL", "APPLIED", "DROPPED", "PENDING", "SENDING", "UNKNOWN", "REJECTED", "REVIEW")


def fill_journal(raw: sqlite3.Connection) -> None:
    """Add a row in each state, and one that is removed again."""
    raw.executemany(
        "INSERT INTO journal (op_id, change, account, workspace, entity, kind, local_id, after,"
        " server_id, state, attempts, not_before) VALUES (?, 1, 'a', 'w', 'entry', 'add', ?, '{}',"
        " ?, ?, 2, 0.5)",
        [(f"op-{state}", f"id-{state}", f"server-{state}", state) for state in STATES],
    )
    raw.execute(
        "INSERT INTO journal (op_id, change, workspace, entity, kind, state)"
        " VALUES ('gone', 2, 'w', 'entry', 'edit', 'LOCAL')"
    )
    raw.execute("DELETE FROM journal WHERE op_id = 'gone'")


def test_the_journal_of_an_earlier_version_keeps_its_rows_and_their_numbers() -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        schema.upgrade(raw, schema.MIGRATIONS[:5])
        fill_journal(raw)
        before = raw.execute("SELECT * FROM journal ORDER BY seq").fetchall()
        schema.upgrade(raw)
        assert raw.execute("SELECT * FROM journal ORDER BY seq").fetchall() == before
        assert len(before) == len(STATES)
        row = "INSERT INTO journal (op_id, change, workspace, entity, kind, state) VALUES"
        # The number of the removed row is not given again.
        added = raw.execute(f"{row} ('new', 3, 'w', 'entry', 'edit', 'LOCAL')")
        assert added.lastrowid == before[-1][0] + 2
        for wrong in (
            "('op-LOCAL', 3, 'w', 'entry', 'edit', 'LOCAL')",
            "('other', 3, 'w', 'entry', 'edit', 'ELSEWHERE')",
        ):
            with pytest.raises(sqlite3.IntegrityError):
                raw.execute(f"{row} {wrong}")
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_an_empty_journal_of_an_earlier_version_goes_on_with_its_numbers() -> None:
    with closing(sqlite3.connect(":memory:")) as raw:
        schema.upgrade(raw, schema.MIGRATIONS[:5])
        fill_journal(raw)
        raw.execute("DELETE FROM journal")
        schema.upgrade(raw)
        added = raw.execute(
            "INSERT INTO journal (op_id, change, workspace, entity, kind, state)"
            " VALUES ('new', 3, 'w', 'entry', 'edit', 'LOCAL')"
        )
        assert added.lastrowid == len(STATES) + 2


@pytest.mark.parametrize("index", ["journal_open", "journal_queue"])
def test_rows_that_are_not_settled_are_found_in_an_index(index: str) -> None:
    column = {"journal_open": "local_id", "journal_queue": "account"}[index]
    with closing(sqlite3.connect(":memory:")) as raw:
        schema.upgrade(raw)
        fill_journal(raw)
        sql = f"SELECT state FROM journal WHERE {column} >= '' AND {schema.OPEN}"
        assert {state for (state,) in raw.execute(sql)} == set(STATES[3:])
        (plan,) = raw.execute(f"EXPLAIN QUERY PLAN {sql}")
        assert index in plan[3]


def test_a_timesheet_of_an_earlier_version_is_copied_and_then_used(path: Path) -> None:
    earlier = schema.MIGRATIONS[:5]
    file.open_database(path, create=True, steps=earlier).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        fill_journal(raw)
        before = raw.execute("SELECT * FROM journal ORDER BY seq").fetchall()
    with Database(path) as db:
        assert db.all("SELECT * FROM journal ORDER BY seq") == before
        add(db, at(9), at(10))
        assert soundness(path).problem == ""
    (backup,) = (path.parent / "backups").iterdir()
    with closing(sqlite3.connect(backup)) as raw:
        assert schema.version_of(raw) == len(earlier)
        assert raw.execute("SELECT * FROM journal ORDER BY seq").fetchall() == before
