"""Copies of the whole timesheet, and one put back."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.errors import StoreError, UsageError
from clockify_cli.paths import private_folder
from clockify_cli.store.backups import LONGEST_SHOWN, Contents, back_up, contents_of, put_back
from clockify_cli.store.schema import APPLICATION_ID
from clockify_cli.sync.lock import sole_sender

if TYPE_CHECKING:
    from clockify_cli.paths import Paths

_SQLITE = b"SQLite format 3\0"
_MADE_BY, _HEAD = 68, 72
"""Where the header of a database file names the program, and where that ends."""


def save(paths: Paths, target: Path, *, replace: bool = False) -> Contents:
    """Copy the timesheet into *target*. Raises StoreError where that cannot be."""
    if not os.path.exists(paths.database):
        raise StoreError("there is no timesheet yet", "`clockify start` begins one.")
    if target.parent == paths.backups:
        private_folder(paths.backups)
    return back_up(paths.database, target, replace=replace)


def inspect(file: Path) -> Contents:
    """What the backup *file* holds.

    Raises UsageError where it cannot be read or is no timesheet, StoreError where it is damaged.
    """
    if not _is_timesheet(file):
        raise UsageError(
            f"{str(file)[:LONGEST_SHOWN]} is no timesheet of this program",
            "Name a file that `clockify backup` made; `clockify import` reads others.",
        )
    return contents_of(file)


def _is_timesheet(file: Path) -> bool:
    """Whether *file* begins as SQLite's files do and says that it is of this program."""
    try:
        # Opening a pipe would wait for somebody to write into it.
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f"{file} is no file", "Name a file that `clockify backup` made.")
        with open(file, "rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise UsageError(
            f"{str(file)[:LONGEST_SHOWN]} cannot be read: {error.strerror or error}",
            "Name a file that `clockify backup` made.",
        ) from error
    return head.startswith(_SQLITE) and head[_MADE_BY:] == APPLICATION_ID.to_bytes(4, "big")


def restore(paths: Paths, file: Path) -> Path | None:
    """Put *file* in place of the timesheet while nobody sends; where the old one is kept."""
    with sole_sender(paths.lock) as held:
        if held == "busy":
            raise StoreError("another clockify is sending just now", "Try again in a moment.")
        return put_back(file, paths.database, paths.backups)
