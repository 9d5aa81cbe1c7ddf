"""Copies of the whole timesheet, and one put back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.errors import StoreError
from clockify_cli.paths import private_folder
from clockify_cli.store.backups import Contents, back_up, contents_of, put_back
from clockify_cli.sync.lock import sole_sender

if TYPE_CHECKING:
    from clockify_cli.paths import Paths


def save(paths: Paths, target: Path, *, replace: bool = False) -> Contents:
    """Copy the timesheet into *target*. Raises StoreError where that cannot be."""
    if not paths.database.exists():
        raise StoreError("there is no timesheet yet", "`clockify start` begins one.")
    if target.parent == paths.backups:
        private_folder(paths.backups)
    return back_up(paths.database, target, replace=replace)


def inspect(file: Path) -> Contents:
    """What the backup *file* holds. Raises StoreError where it is none."""
    return contents_of(file)


def restore(paths: Paths, file: Path) -> Path | None:
    """Put *file* in place of the timesheet while nobody sends; where the old one is kept."""
    with sole_sender(paths.lock) as held:
        if held == "busy":
            raise StoreError("another clockify is sending just now", "Try again in a moment.")
        return put_back(file, paths.database, paths.backups)
