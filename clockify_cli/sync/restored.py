"""A timesheet that is not the one last seen here: restored, copied, or from another machine.

What waits in it may have been sent since it was copied. What this machine knows of its timesheet
is therefore noted outside of it too, in the folder for state.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from clockify_cli.errors import StoreError
from clockify_cli.paths import PRIVATE_FILE
from clockify_cli.store import meta, sending
from clockify_cli.store.connection import StoreConnection
from clockify_cli.sync.row import Instant

_MACHINE = "machine"
_SEQ = "seq"


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
    db: StoreConnection, account: str, note: Path, machine: str, now: Instant
) -> bool:
    """Make every unsent row UNKNOWN where this is not the timesheet last seen here.

    *note*: the file outside of the database; *machine*: as `machine_id` gives it. Whether it was
    so. Call it with the lock held, before anything is sent.
    """
    with db.transaction():
        known = meta.value(db, _MACHINE)
        moved = known is not None and known != machine
        older = _noted(note) > sending.last_seq(db)
        if moved or older:
            sending.unsent_become_unknown(db, account, json.dumps(asdict(now)))
        if known != machine:
            meta.put(db, _MACHINE, machine)
    remember(db, note)
    return moved or older


def remember(db: StoreConnection, note: Path) -> None:
    """Note outside of the database how far it has come."""
    seq = sending.last_seq(db)
    if seq == _noted(note):
        return
    fresh = note.with_name(f"{note.name}.new")
    flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        descriptor = os.open(fresh, flags, PRIVATE_FILE)
        with open(descriptor, "w", encoding="ascii") as file:
            json.dump({_SEQ: seq}, file)
        os.replace(fresh, note)
    except OSError as error:
        raise StoreError(f"{note} cannot be written: {error.strerror or error}") from error


def _noted(note: Path) -> int:
    """The number in the file; 0 where there is none that can be read."""
    try:
        with open(note, encoding="ascii") as file:
            found = json.loads(file.read(1000))
        return int(found[_SEQ])
    except (OSError, ValueError, KeyError, TypeError):
        return 0
