"""A timesheet that is not the one last seen here: restored, copied, or from another machine.

What waits in it may have been sent since it was copied. What this machine knows of its timesheet
is therefore noted outside of it too, in the folder for state.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict
from pathlib import Path

from clockify_cli.errors import StoreError
from clockify_cli.paths import PRIVATE_FILE, private_folder
from clockify_cli.store import journal, meta, replica
from clockify_cli.store.connection import StoreConnection
from clockify_cli.sync.row import Instant

_MACHINE = "machine"
_MARK = "mark"
_FILE = "file "
_MOST = 1000
"""Characters that are read of the file."""


def machine_id() -> str:
    """What tells this machine (or container) from another; empty where nothing does."""
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            with open(path, encoding="ascii") as file:
                return file.read(64).strip()
        except (OSError, ValueError):
            continue
    return ""


def distrust_foreign(
    db: StoreConnection, note: Path, machine: str, now: Instant, own: int | None = None
) -> bool:
    """Make every open row UNKNOWN where this is not the timesheet last seen here.

    *note*: the file outside of the database; *machine*: as `machine_id` gives it; *own*: the change
    that this very command has acknowledged, if any. Whether it was so. Call it with the lock held,
    before anything is sent.
    """
    with db.transaction():
        known = meta.value(db, _MACHINE)
        moved = known is not None and known != machine
        other = not _fits(meta.value(db, _MARK), _file_number(db.path), note)
        if moved or other:
            journal.unsent_become_unknown(db, json.dumps(asdict(now)), own)
            replica.forget_all_fetched(db)
        if known != machine:
            meta.put(db, _MACHINE, machine)
    if moved or other:
        renew_mark(db, note)
    return moved or other


def renew_mark(db: StoreConnection, note: Path) -> None:
    """From now on a copy of the database made before is known as one.

    A kill at any point of this leaves a pair that still fits.
    """
    old, new = meta.value(db, _MARK), os.urandom(8).hex()
    file = _file_number(db.path)
    _write(note, [new, old or "", file])
    with db.transaction():
        meta.put(db, _MARK, new)
    _write(note, [new, file])


def _file_number(path: Path) -> str:
    """What tells the file at *path* from a copy of it that was put in its place with the note.

    Writing into a file, as `restore` does, leaves its number; a copy has another one, as a rule.
    """
    return f"{_FILE}{os.stat(path).st_ino}"


def _write(note: Path, marks: list[str]) -> None:
    private_folder(note.parent)
    fresh = note.with_name(f"{note.name}.new")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        # What a kill, or somebody else, left there is not written into: it may be no file.
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, flags, PRIVATE_FILE), "w", encoding="ascii") as file:
            json.dump(marks, file)
        os.replace(fresh, note)
    except OSError as error:
        raise StoreError(
            f"{note} cannot be written: {error.strerror or error}", "Move away what is there."
        ) from error


def _fits(mark: str | None, file: str, note: Path) -> bool:
    """Whether the database with *mark*, in the *file* of that number, is the one last seen here.

    One that has none, where there is no file either, has never sent anything. A file that cannot
    be understood proves nothing.
    """
    try:
        marks = _marks(note)
    except FileNotFoundError:
        return mark is None
    except (OSError, ValueError, RecursionError):
        return False
    files = [each for each in marks if each is not None and each.startswith(_FILE)]
    return mark in marks and (not files or file in files)


def _marks(note: Path) -> list[str | None]:
    """The marks in the file, one of which the database has."""
    # A pipe must not keep us waiting before its kind is known.
    number = os.open(note, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(number, encoding="ascii") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError(f"{note} is not a regular file")
        found = json.loads(file.read(_MOST))
    if not isinstance(found, list):
        raise ValueError(f"{note} holds no marks")
    return [mark or None for mark in found if isinstance(mark, str)]
