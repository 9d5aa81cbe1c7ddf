"""The database file: how it is created, and what is checked before it is used.

The file is private from its first byte, and it appears under its name complete or not at all, so an
empty or half-written one always means damage and never "a new user".
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from clockify_cli.errors import StoreError
from clockify_cli.paths import PRIVATE_FILE, foreign, private_folder
from clockify_cli.store.db.schema import (
    APPLICATION_ID,
    MIGRATIONS,
    OBJECTS,
    Step,
    upgrade,
    version_of,
)

BUSY_SECONDS = 10.0

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "ncpfs", "lustre"}
)
_LEFTOVERS = ("", "-journal", "-wal", "-shm")
_UNMAPPED = {
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "locking protocol": sqlite3.SQLITE_PROTOCOL,
    "unable to open database file": sqlite3.SQLITE_CANTOPEN,
    "attempt to write a readonly database": sqlite3.SQLITE_READONLY,
}
"""SQLite's messages if it cannot map shared memory, with their codes."""
_OTHERS = frozenset(_UNMAPPED.values()) - {sqlite3.SQLITE_IOERR}
_MAPPING = frozenset(
    {sqlite3.SQLITE_IOERR, *(sqlite3.SQLITE_IOERR | n << 8 for n in range(18, 22))}
)
"""Extended codes of errors with shared memory: opening, sizing, locking and mapping it."""
_WITH_LOG = b"\x02\x02"
"""Two bytes in the header of a file with a write-ahead log."""
SECOND = 1.0


def open_database(
    path: Path, *, create: bool, steps: Sequence[Step] = MIGRATIONS
) -> sqlite3.Connection:
    """Open the timesheet at *path*, with its schema up to date.

    Missing: created if *create* is set, else StoreError. Damaged, somebody else's, or of a newer
    program: StoreError, and the file is unchanged.
    """
    try:
        if not _exists(path):
            _make(path, create, steps)
        _check_file(path)
        return _connect_checked(path, steps)
    except UNUSABLE as error:
        raise store_error(path, error) from error
    except OSError as error:
        raise StoreError(
            f"the timesheet {path} cannot be used: {error.strerror or error}",
            "Its folder must be yours and writable; CLOCKIFY_HOME=DIR chooses another.",
        ) from error


def connect(path: Path) -> sqlite3.Connection:
    """Connect to an existing file, with all settings that a connection needs.

    A file in a place where its write-ahead log cannot be used is kept without one from then on.
    """
    try:
        return _explained(_opened(path))
    except sqlite3.OperationalError as error:
        if not (no_shared_memory(error) and give_up_log(path)):
            raise
        return _explained(_opened(path))


def _opened(path: Path, seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw", timeout=seconds, isolation_level=None, uri=True
    )


def _explained(connection: sqlite3.Connection) -> sqlite3.Connection:
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        # Without a write-ahead log, the folder has to be flushed as well.
        waits = "FULL" if journal_mode(connection) == "wal" else "EXTRA"
        connection.execute(f"PRAGMA synchronous = {waits}")
        if sys.platform == "darwin":
            connection.execute("PRAGMA fullfsync = 1")
    except BaseException:
        connection.close()
        raise
    return connection


def no_shared_memory(error: BaseException | None) -> bool:
    """Return whether *error* may mean that the write-ahead log has no shared memory.

    It is in a file that processes map into memory, which 9p, vboxsf, FUSE and some containers
    refuse, each with its own error.
    """
    if not isinstance(error, sqlite3.OperationalError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return str(error) in _UNMAPPED
    # A full or broken disk does not count: shared memory itself must have failed.
    return code in _MAPPING if code & 0xFF == sqlite3.SQLITE_IOERR else code & 0xFF in _OTHERS


def give_up_log(path: Path) -> bool:
    """Keep the file at *path* without a write-ahead log, including the log's contents.

    Returns whether it had one and no longer does. Nothing changes while others use the file.
    """
    try:
        if not _has_log(path):
            return False
        with closing(_opened(path, SECOND)) as connection:
            # If it is alone, SQLite keeps what processes would share in its own memory.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
            if mode == "delete":
                with suppress(OSError):
                    path.with_name(f"{path.name}-shm").unlink()
            return bool(mode == "delete")
    except (OSError, sqlite3.Error):
        return False


def use_log(path: Path) -> None:
    """Give the file at *path* a write-ahead log, if its file system allows one."""
    if on_network(path.parent):
        return
    try:
        with closing(_opened(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            # Shared memory is needed only from the first transaction on.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if not (no_shared_memory(error) and (give_up_log(path) or not _has_log(path))):
            raise


def _has_log(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:20] == _WITH_LOG


def journal_mode(connection: sqlite3.Connection) -> str:
    """Return ``wal``, or ``delete`` on a file system without shared memory."""
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def _exists(path: Path) -> bool:
    return os.path.lexists(path)


def _make(path: Path, create: bool, steps: Sequence[Step]) -> None:
    if not create:
        raise StoreError(f"the timesheet {path} does not exist", "`clockify start` starts a timer.")
    private_folder(path.parent)
    with _sole_maker(path.parent):
        if not _exists(path):
            _write_new(path, steps)


@contextmanager
def _sole_maker(folder: Path) -> Iterator[None]:
    """Keep other processes from creating the database at the same time, if locks exist."""
    if os.name == "nt":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems cannot lock folders: there the person has to avoid two first
        # commands at the same moment.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_new(path: Path, steps: Sequence[Step]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    _clear(fresh)
    create_private(fresh)
    try:
        with closing(connect(fresh)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            upgrade(connection, steps)
            connection.execute("COMMIT")
        # Not earlier: SQLite does not report if closing cannot empty the write-ahead log into the
        # file, and the log is not renamed with it.
        use_log(fresh)
        os.rename(fresh, path)
    finally:
        _clear(fresh)


def _clear(fresh: Path) -> None:
    """Remove what a killed creator left behind; it never had the name of a database."""
    for ending in _LEFTOVERS:
        fresh.with_name(f"{fresh.name}{ending}").unlink(missing_ok=True)


def create_private(path: Path) -> None:
    """Create an empty file that nobody else may read, whatever the umask; it must not exist."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        if os.name != "nt":
            # A umask may also remove the owner's permissions.
            os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def on_network(folder: Path) -> bool:
    """Return whether *folder* is on a network file system, as far as the system says."""
    try:
        with open("/proc/self/mounts", encoding="utf-8", errors="replace") as mounts:
            found = [line.split()[1:3] for line in mounts]
    except OSError:
        return False
    real = os.path.realpath(folder)
    around = [
        (len(place), kind)
        for place, kind in found
        if real == place or real.startswith(place.rstrip("/") + "/")
    ]
    return bool(around) and max(around)[1] in _NETWORK


def _check_file(path: Path) -> None:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(
            f"{path} is not a regular file", "Move it away, or find out who put it there."
        )
    if foreign(found) or foreign(path.parent.stat()):
        raise StoreError(
            f"the timesheet {path} belongs to another user, or its folder does",
            "Run clockify as its owner, or choose another folder: CLOCKIFY_HOME=DIR.",
        )
    if found.st_size == 0:
        raise damaged(path, "the file is empty")


def _connect_checked(path: Path, steps: Sequence[Step]) -> sqlite3.Connection:
    connection = connect(path)
    try:
        _check_origin(path, connection, len(steps))
        if version_of(connection) < len(steps):
            _migrate(path, connection, steps)
        if steps is MIGRATIONS:
            check_objects(path, connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _check_origin(path: Path, connection: sqlite3.Connection, newest: int) -> None:
    made_by = connection.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(connection)
    if made_by != APPLICATION_ID or version < 1:
        raise StoreError(f"{path} is not a clockify-cli timesheet", DAMAGED_HINT)
    if version > newest:
        raise StoreError(
            f"the timesheet {path} was made by a newer version of clockify-cli",
            "Update clockify-cli. Nothing was changed.",
        )


def check_objects(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse triggers and views, which would run somebody else's SQL with our statements."""
    names = {
        str(name)
        for (name,) in connection.execute("SELECT name FROM sqlite_schema")
        if not str(name).startswith("sqlite_")
    }
    if names - OBJECTS:
        raise damaged(path, f"it contains something unknown ({min(names - OBJECTS)})")
    if OBJECTS - names:
        raise damaged(path, f"something is missing ({min(OBJECTS - names)})")


def _migrate(path: Path, connection: sqlite3.Connection, steps: Sequence[Step]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)
        if version < len(steps):
            _back_up_before(path, version)
            upgrade(connection, steps)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _back_up_before(path: Path, version: int) -> None:
    folder = path.parent / "backups"
    private_folder(folder)
    number = 1
    while _exists(target := folder / f"{path.stem}-version-{version}-{number}.db"):
        number += 1
    with closing(connect(path)) as source:
        copy_database(source, target)


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """Write a consistent copy of the open database *source* to the new, private file *target*."""
    create_private(target)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        # Only one file: with a write-ahead log, every reader would leave two more beside it.
        copy.execute("PRAGMA journal_mode = DELETE")


DAMAGED_HINT = (
    "Nothing was changed. `clockify doctor` says what is wrong; `clockify restore FILE` restores "
    "a backup."
)

_REASONS = {
    sqlite3.SQLITE_BUSY: (
        "has been in use by another process for too long",
        "Try again. Nothing was changed.",
    ),
    sqlite3.SQLITE_FULL: (
        "cannot be written: the disk is full",
        "Free some space. Nothing was changed.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written: the disk answered with an error",
        "Is it full, or a quota reached? Nothing was changed; `clockify doctor` checks the file.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: it or its folder is read-only",
        "Make both writable, or choose another folder with CLOCKIFY_HOME=DIR.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Its folder must be readable and writable; CLOCKIFY_HOME=DIR chooses another folder.",
    ),
    sqlite3.SQLITE_PERM: ("cannot be opened: permission denied", "Look at its mode and owner."),
    sqlite3.SQLITE_NOMEM: ("needs more memory than is available", "Try again."),
    sqlite3.SQLITE_NOTADB: ("is not a database, or it is damaged", DAMAGED_HINT),
}


UNUSABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged database raises: SQLite quotes its bytes, which may not be text."""

NONSENSE = (TypeError, ValueError, OverflowError, OSError, KeyError, AttributeError, IndexError)
"""What readable but wrong values raise, such as after a flipped bit."""


def store_error(path: object, error: Exception) -> StoreError:
    """Return a StoreError for *error*, one of `UNUSABLE`, with the next step."""
    # The low byte is the primary code; errors about undecodable text have none.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    reason, hint = _REASONS.get(code, ("is damaged", DAMAGED_HINT))
    return StoreError(f"the timesheet {path} {reason}", hint)


def damaged(path: object, what: str) -> StoreError:
    """Return the error that the database at *path* is damaged; *what* ends the sentence."""
    return StoreError(f"the timesheet {path} is damaged: {what}", DAMAGED_HINT)
