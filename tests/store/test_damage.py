"""Tests that damage is reported in one line with the next step, and never read as data."""

from __future__ import annotations

import random
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from clockify_cli.domain.entry import LOCAL
from clockify_cli.errors import ClockifyError, StoreError
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.file import store_error
from clockify_cli.store.glance import glance
from clockify_cli.store.timesheet import entities, entries, totals, undo
from tests.store.test_glance import PLAIN
from tests.store.test_totals import days
from tests.store.written import NOW, PROJECT, add, at, content, fill_catalogue

PAGE = 4096


@pytest.fixture
def used(path: Path) -> bytes:
    """Return the bytes of a timesheet with some work in it."""
    with Database(path) as db:
        fill_catalogue(db)
        for hour in range(12):
            add(db, at(hour), at(hour + 1), f"work {hour}", project=PROJECT.local_id)
        undo.undo(db, LOCAL, at=NOW)
    return path.read_bytes()


def use(db: Database) -> None:
    """Read in every way, and write once."""
    split = days(NOW.date(), NOW.date())
    entries.in_range(db, LOCAL, None, at(0), at(24))
    entries.running(db, LOCAL)
    entries.last_end(db, LOCAL, None, NOW)
    totals.report(db, LOCAL, split, ("project", "day"), now=NOW)
    totals.report(db, LOCAL, split, ("tag", "client", "description"), now=NOW)
    entities.items(db, LOCAL, "project")
    undo.history(db, LOCAL)
    with suppress(ClockifyError):
        undo.redo(db, LOCAL, at=NOW)
    add(db, at(20), at(21), "more")


def mutated(original: bytes, dice: random.Random) -> bytes:
    """Return *original* with a random kind of damage."""
    kind = dice.randrange(4)
    if kind == 0:
        return original[: dice.randrange(1, len(original))]
    broken = bytearray(original)
    where = dice.randrange(len(broken))
    if kind == 1:
        broken[where : where + PAGE] = bytes(len(broken[where : where + PAGE]))
    elif kind == 2:
        broken[where : where + 16] = dice.randbytes(16)
    else:
        broken[where] ^= 1 << dice.randrange(8)
    return bytes(broken)


def told_of(path: Path) -> StoreError | None:
    """Return what using the file at *path* raises, or None."""
    with Database(path) as db:
        try:
            use(db)
        except StoreError as error:
            return error
    return None


@pytest.mark.parametrize("count", [40, pytest.param(400, marks=pytest.mark.long)])
def test_damaged_files_give_an_answer_or_one_clear_error(
    path: Path, used: bytes, count: int
) -> None:
    dice = random.Random(20261124)
    files = {"timesheet.db", "timesheet.db-wal", "timesheet.db-shm"}
    errors = []
    for _ in range(count):
        for name in files:
            path.with_name(name).unlink(missing_ok=True)
        path.write_bytes(mutated(used, dice))
        error = told_of(path)
        if error is not None:
            errors.append(error)
        with suppress(StoreError):
            glance(str(path), PLAIN)
        assert {found.name for found in path.parent.iterdir()} <= files
    assert len(errors) > count // 4
    for error in errors:
        assert str(path) in error.message
        assert "\n" not in error.message
        assert error.hint


@pytest.mark.parametrize("pages", range(1, 12))
def test_a_file_cut_at_a_page_is_damaged_and_stays_as_it_is(
    path: Path, used: bytes, pages: int
) -> None:
    path.write_bytes(used[: pages * PAGE])
    with Database(path) as db, pytest.raises(StoreError, match="damaged"):
        use(db)
    assert path.read_bytes() == used[: pages * PAGE]


FULL = """
import resource, signal, sys
from pathlib import Path
from clockify_cli.errors import StoreError
from clockify_cli.store.db.changes import Database
from tests.store.written import add, at
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
with Database(Path(sys.argv[1])) as db:
    for n in range(400):
        try:
            print("kept", add(db, at(9), at(10), "x" * 500), flush=True)
        except StoreError as error:
            print("told", error.message, "|", error.hint, flush=True)
            break
"""


@pytest.mark.parametrize("room", [150_000, 200_000, 300_001])
def test_what_was_acknowledged_on_a_disk_that_fills_up_is_there(path: Path, room: int) -> None:
    with Database(path) as db:
        fill_catalogue(db)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(room)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    kept = {line.split()[1] for line in told if line.startswith("kept")}
    assert told[-1].startswith(f"told the timesheet {path} cannot be")
    with Database(path) as db:
        assert db.one("PRAGMA integrity_check") == ("ok",)
        there = {entry.local_id for entry in entries.in_range(db, LOCAL, None, at(0), at(24))}
    assert there == kept


@pytest.mark.parametrize("room", [0, 1, 4096, 20_000])
def test_a_disk_without_room_for_a_first_timesheet_leaves_none(path: Path, room: int) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(room)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.splitlines()
    assert told[-1].startswith(f"told the timesheet {path}"), told
    assert list(path.parent.iterdir()) == []


def locked(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=0)) as one:
        one.execute("BEGIN IMMEDIATE")
        with closing(sqlite3.connect(path, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")


def missing_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as one:
        one.execute("SELECT * FROM nowhere")


def unreadable_text(path: Path) -> None:
    with closing(sqlite3.connect(path)) as one:
        one.execute("SELECT CAST(x'ff' AS TEXT)").fetchone()


@pytest.mark.parametrize(
    ("act", "said"),
    [(locked, "in use"), (missing_table, "damaged"), (unreadable_text, "damaged")],
)
def test_each_cause_has_its_sentence(
    path: Path, used: bytes, act: Callable[[Path], None], said: str
) -> None:
    assert used
    with pytest.raises(sqlite3.Error) as raised:
        act(path)
    told = store_error(path, raised.value)
    assert said in told.message
    assert told.hint


def test_a_lost_log_loses_no_older_work(path: Path, used: bytes) -> None:
    with Database(path) as db:
        before = content(db)
        assert before["entries"]
    assert path.read_bytes()[:16] == used[:16]
    with Database(path) as db:
        assert content(db) == before
