"""Copies of the whole timesheet, and one put back in its place."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from clockify_cli.errors import ClockifyError, NotFound, StoreError, UsageError
from clockify_cli.paths import private_folder
from clockify_cli.store.damage import NONSENSE, UNUSABLE, store_error
from clockify_cli.store.file import check_objects, connect, copy_database, on_network
from clockify_cli.store.instants import maybe_moment
from clockify_cli.store.schema import APPLICATION_ID, MIGRATIONS, version_of
from clockify_cli.values import dataclass

_RUNNING_BY_ITSELF = "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index')"


LONGEST_SHOWN = 255
"""Characters of a path in a message; longer ones are a mistake anyway."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a timesheet holds: live entries, and when the first and the last of them began."""

    entries: int
    first: datetime | None
    last: datetime | None


def contents_of(path: Path) -> Contents:
    """What the timesheet at *path* holds.

    Raises StoreError or UsageError where it is none, or is damaged.
    """
    try:
        with closing(_open(path)) as connection:
            _check(path, connection)
            found = connection.execute(
                "SELECT count(*), min(start), max(start) FROM entry WHERE deleted = 0"
            ).fetchone()
            return Contents(int(found[0]), maybe_moment(found[1]), maybe_moment(found[2]))
    except (*UNUSABLE, *NONSENSE) as error:
        raise store_error(path, error) from error


def _open(path: Path) -> sqlite3.Connection:
    try:
        found = path.stat()
    except OSError as error:
        raise NotFound(
            f"there is no file {str(path)[:LONGEST_SHOWN]}",
            "`clockify doctor` says where the timesheet is.",
        ) from error
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{path} is no file", "Name a file that `clockify backup` made.")
    # A backup may lie where nothing can be written beside it.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", isolation_level=None, uri=True
    )
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(f"{path} is no timesheet of this program", "Nothing was changed.")
    if version_of(connection) < 1:
        raise UsageError(
            f"{path} is no timesheet of this program: it has no schema", "Use another backup."
        )
    if version_of(connection) > len(MIGRATIONS):
        raise StoreError(
            f"{path} was made by a newer version of clockify-cli", "Update clockify-cli first."
        )
    if connection.execute(_RUNNING_BY_ITSELF).fetchone() is not None:
        raise StoreError(
            f"{path} holds SQL that would run by itself and is not of this program",
            "Use another backup.",
        )
    if version_of(connection) == len(MIGRATIONS):
        check_objects(path, connection)
    verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if verdict != "ok":
        raise StoreError(f"{path} is damaged: {verdict}", "Use another backup.")


def back_up(path: Path, target: Path, *, replace: bool = False) -> Contents:
    """Put a consistent copy of the timesheet at *path* into *target*, for its owner alone.

    Raises UsageError where *target* is there already and *replace* does not say so, or where
    nothing can be written.
    """
    fresh = target.with_name(f".clockify-{os.getpid()}.new")
    try:
        if os.path.lexists(target) and not replace:
            raise UsageError(f"{target} is there already", "`--force` replaces it.")
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


def put_back(file: Path, path: Path, backups: Path) -> Path | None:
    """Make the timesheet at *path* what *file* holds; where the present one is kept, if any.

    A sound timesheet is replaced in one transaction, so that whoever reads meanwhile sees the old
    or the new one. A damaged one is moved aside as it is.
    """
    contents_of(file)
    kept = _keep_present(path, backups)
    try:
        if path.exists():
            with closing(_open(file)) as source, closing(connect(path)) as live:
                source.backup(live)
        else:
            private_folder(path.parent)
            with closing(_open(file)) as source:
                copy_database(source, path)
        if not on_network(path.parent):
            with closing(connect(path)) as live:
                live.execute("PRAGMA journal_mode = WAL")
    except UNUSABLE as error:
        raise store_error(path, error) from error
    return kept


def _keep_present(path: Path, backups: Path) -> Path | None:
    if not os.path.lexists(path):
        return None
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
