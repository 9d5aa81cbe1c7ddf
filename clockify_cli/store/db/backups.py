"""Copy the whole timesheet, and put a copy in its place."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from clockify_cli.errors import ClockifyError, NotFound, StoreError, UsageError
from clockify_cli.paths import private_folder
from clockify_cli.store.db.changes import ChangeKind
from clockify_cli.store.db.connection import StoreConnection, maybe_moment, meta_value, seconds_of
from clockify_cli.store.db.file import (
    NONSENSE,
    UNUSABLE,
    check_objects,
    connect,
    copy_database,
    open_database,
    store_error,
    use_log,
)
from clockify_cli.store.db.schema import APPLICATION_ID, MIGRATIONS, upgrade, version_of
from clockify_cli.store.timesheet.records import ChangeRecord
from clockify_cli.store.timesheet.undo import EVERYWHERE
from clockify_cli.values import dataclass

_RUNNING_BY_ITSELF = "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index')"


LONGEST_SHOWN = 255
"""The most characters of a path in a message."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a timesheet: its entries, and when the first and the last began."""

    entries: int
    first: datetime | None
    last: datetime | None


def contents_of(path: Path) -> Contents:
    """Return the contents of the timesheet at *path*.

    Raises StoreError or UsageError if it is not a timesheet, or is damaged.
    """
    with _reading(path) as connection:
        _check(path, connection)
        found = connection.execute(
            "SELECT count(*), min(start), max(start) FROM entry WHERE deleted = 0"
        ).fetchone()
        return Contents(int(found[0]), maybe_moment(found[1]), maybe_moment(found[2]))


def running_in(path: Path) -> dict[str, str]:
    """Return the descriptions of the timers running in the timesheet at *path*, by local id."""
    with _reading(path) as connection:
        return dict(
            connection.execute(
                'SELECT local_id, description FROM entry WHERE deleted = 0 AND "end" IS NULL'
            )
        )


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(_open(path)) as connection:
            yield connection
    except (*UNUSABLE, *NONSENSE) as error:
        raise store_error(path, error) from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        found = path.stat()
    except OSError as error:
        raise NotFound(
            f"{str(path)[:LONGEST_SHOWN]} does not exist",
            "`clockify doctor` says where the timesheet is.",
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{path} is not a file", "Give a file made by `clockify backup`.")
    # A backup may be in a folder where SQLite cannot create its files.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", isolation_level=None, uri=True
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is not a clockify-cli timesheet", "Nothing was changed.")
    if version_of(connection) < 1:
        raise UsageError(
            f"{path} is not a clockify-cli timesheet: it has no schema", "Use another backup."
        )
    if version_of(connection) > len(MIGRATIONS):
        raise StoreError(
            f"{path} was made by a newer version of clockify-cli", "Update clockify-cli first."
        )
    if connection.execute(_RUNNING_BY_ITSELF).fetchone() is not None:
        raise StoreError(
            f"{path} contains SQL that would run by itself and is not clockify-cli's",
            "Use another backup.",
        )
    if version_of(connection) == len(MIGRATIONS):
        check_objects(path, connection)
    verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        raise StoreError(f"{path} is damaged: {verdict}", "Use another backup.")


def back_up(path: Path, target: Path, *, replace: bool = False) -> Contents:
    """Write a consistent copy of the timesheet at *path* to *target*, private to its owner.

    Raises UsageError if *target* exists and *replace* is not set, or if nothing can be written.
    """
    fresh = target.with_name(f".clockify-{os.getpid()}.new")
    try:
        if os.path.lexists(target) and not replace:
            raise UsageError(f"{target} already exists", "`--force` replaces it.")
        with closing(connect(path)) as source:
            copy_database(source, fresh)
        os.replace(fresh, target)
    except UNUSABLE as error:
        raise store_error(path, error) from error
    except OSError as error:
        raise UsageError(
            f"{str(target)[:LONGEST_SHOWN]} cannot be written: {error.strerror or error}",
            "Name another file.",
        ) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return contents_of(target)


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack:
    """The change recorded in a timesheet that replaces another.

    *summary* says what is put back, *at* when (aware UTC). If this takes a change back, *of* is
    that change, and *undid* the one that it had taken back, in the timesheet put back.
    """

    at: datetime
    summary: str = ""
    kind: ChangeKind = "do"
    of: ChangeRecord | None = None
    undid: int | None = None


def put_back(file: Path, path: Path, backups: Path, record: PutBack) -> Path:
    """Replace the timesheet at *path* by *file*; return where the present one is kept.

    A sound timesheet is replaced in one transaction, so that concurrent readers see the old or the
    new one, including the change that *record* describes. A damaged one is moved aside unchanged.
    If there is none, an empty one is kept.
    """
    contents_of(file)
    private_folder(path.parent)
    kept = _keep_present(path, backups)
    fresh = path.with_name(f"{path.name}.restored-{os.getpid()}")
    try:
        with closing(_open(file)) as source:
            copy_database(source, fresh)
        with closing(connect(fresh)) as prepared:
            _record(prepared, record, kept.name)
            if path.exists():
                with closing(connect(path)) as live:
                    prepared.backup(live)
            else:
                copy_database(prepared, path)
        use_log(path)
    except UNUSABLE as error:
        raise store_error(path, error) from error
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
    return kept


def kept_by(db: StoreConnection, change_id: int) -> tuple[str, int | None]:
    """Return the name of the file with the timesheet that the change *change_id* replaced.

    Also returns the number, in that file, of the change that was taken back with it, or None.
    """
    name, undid = json.loads(meta_value(db, _kept_key(change_id)) or '["", null]')
    return name, undid


def _kept_key(change_id: int) -> str:
    return f"kept:{change_id}"


def _record(connection: sqlite3.Connection, record: PutBack, kept: str) -> None:
    """Record the replacement in the timesheet that is put back, so that it can be undone.

    A change that is taken back is newer than this timesheet, so it is added to it.
    """
    connection.execute("BEGIN IMMEDIATE")
    upgrade(connection)
    undoes = None
    if (of := record.of) is not None:
        undoes = _add(connection, of.at, of.verb, of.kind, of.summary, record.undid)
    verb = "restore" if of is None else record.kind
    summary = record.summary if of is None else of.label
    id_ = _add(connection, record.at, verb, record.kind, summary, undoes)
    mark = "UPDATE change SET undone_by = ? WHERE id = ?"
    connection.execute(mark, (id_, undoes))
    connection.execute(mark, (undoes, record.undid))
    connection.execute(
        "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
        (_kept_key(id_), json.dumps([kept, of.id if of is not None else None])),
    )
    connection.execute("COMMIT")


def _add(
    connection: sqlite3.Connection,
    at: datetime,
    verb: str,
    kind: ChangeKind,
    summary: str,
    undoes: int | None,
) -> int:
    done = connection.execute(
        """
        INSERT INTO change (workspace, at, verb, kind, summary, undoes) VALUES (?, ?, ?, ?, ?, ?)
        """,
        (EVERYWHERE, seconds_of(at), verb, kind, summary, undoes),
    )
    return done.lastrowid or 0


def _keep_present(path: Path, backups: Path) -> Path:
    if not os.path.lexists(path):
        open_database(path, create=True).close()
    private_folder(backups)
    try:
        contents_of(path)
    except ClockifyError:
        kept = _unused(backups, "damaged")
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if os.path.lexists(part):
                os.rename(part, kept.with_name(kept.name + ending))
        return kept
    kept = _unused(backups, "before-restore")
    back_up(path, kept)
    return kept


def _unused(folder: Path, word: str) -> Path:
    number = 1
    while os.path.lexists(found := folder / f"timesheet-{word}-{number}.db"):
        number += 1
    return found
