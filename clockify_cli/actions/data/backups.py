"""Back up the whole timesheet, restore a backup, and undo a restore."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from clockify_cli.errors import ClockifyError, NotFound, StoreError, UsageError
from clockify_cli.paths import private_folder
from clockify_cli.store.db.backups import (
    LONGEST_SHOWN,
    Contents,
    PutBack,
    back_up,
    contents_of,
    kept_by,
    put_back,
    running_in,
)
from clockify_cli.store.db.schema import APPLICATION_ID
from clockify_cli.store.timesheet import undo as journal
from clockify_cli.sync.guard import sole_sender
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.paths import Paths
    from clockify_cli.store.timesheet.records import ChangeRecord

_SQLITE = b"SQLite format 3\0"
_MADE_BY, _HEAD = 68, 72
"""The bytes of a database file's header that name the program, from and to."""


def save(paths: Paths, target: Path, *, replace: bool = False) -> Contents:
    """Copy the timesheet into *target*.

    Raises NotFound if there is none yet, StoreError if it cannot be copied.
    """
    if not os.path.exists(paths.database):
        raise NotFound("nothing has been tracked yet", "`clockify start` starts a timer.")
    if target.parent == paths.backups:
        private_folder(paths.backups)
    return back_up(paths.database, target, replace=replace)


def inspect(file: Path) -> Contents:
    """Return what the backup *file* contains.

    Raises UsageError if it cannot be read or is not a timesheet, StoreError if it is damaged.
    """
    if not _is_timesheet(file):
        raise UsageError(
            f'"{str(file)[:LONGEST_SHOWN]}" is not a clockify-cli timesheet',
            "Give a file made by `clockify backup`; `clockify import` reads other files.",
        )
    return contents_of(file)


def _is_timesheet(file: Path) -> bool:
    """Return whether *file* has the header of an SQLite database of this program."""
    try:
        # Opening a pipe would block until somebody writes to it.
        if not stat.S_ISREG(file.stat().st_mode):
            raise UsageError(f'"{file}" is not a file', "Give a file made by `clockify backup`.")
        with open(file, "rb") as opened:
            head = opened.read(_HEAD)
    except OSError as error:
        raise UsageError(
            f'"{str(file)[:LONGEST_SHOWN]}" cannot be read: {error.strerror or error}',
            "Give a file made by `clockify backup`.",
        ) from error
    return head.startswith(_SQLITE) and head[_MADE_BY:] == APPLICATION_ID.to_bytes(4, "big")


def restore(paths: Paths, file: Path, at: datetime, summary: str) -> Path:
    """Replace the timesheet by *file* while nobody sends; return where the old one is kept.

    It is a change, made *at* that moment (aware UTC); `history` shows *summary* for it.
    """
    private_folder(paths.data)
    return _put_back(paths, file, PutBack(at=at, summary=summary))


def _put_back(paths: Paths, file: Path, record: PutBack) -> Path:
    with sole_sender(paths.lock) as held:
        if held == "busy":
            raise StoreError(
                "another clockify process is sending right now", "Try again in a moment."
            )
        return put_back(file, paths.database, paths.backups, record)


@dataclass(frozen=True, slots=True)
class Replaced:
    """The timesheet that a change replaced, and that can be put back.

    *undid*: the number, in *file*, of the change that was taken back with it, if any. *runs*: what
    runs in it but not in the present one.
    """

    file: Path
    undid: int | None
    runs: tuple[str, ...]


def replaced_by(ctx: AppContext, target: ChangeRecord) -> Replaced:
    """Return the timesheet that *target* replaced.

    Raises UsageError if it no longer exists, or if the present one has later changes that only it
    contains.
    """
    since = journal.standing_since(ctx.db, target.id)
    if since is not None:
        stands = since.kind != "undo" and since.undone_by is None
        raise UsageError(
            f"{target.named} cannot be undone: {since.named} came later and would be lost",
            f"Undo that change first: `clockify undo {since.id}`."
            if stands
            else "Send that change first: `clockify sync`.",
            code="changed-since",
        )
    name, undid = kept_by(ctx.db, target.id)
    file = ctx.paths.backups / name
    try:
        contents_of(file)
        there, here = running_in(file), running_in(ctx.paths.database)
    except ClockifyError as error:
        raise UsageError(
            f"{target.named} cannot be undone: {error.message}",
            f"`clockify restore FILE` restores another backup. {journal.OTHERS}",
        ) from error
    runs = tuple(label for key, label in there.items() if key not in here)
    return Replaced(file, undid, runs)


def take_back(
    ctx: AppContext, target: ChangeRecord, replaced: Replaced, kind: Literal["undo", "redo"]
) -> tuple[int, Path]:
    """Put back what *target* replaced; return the change's number and where the other is kept."""
    ctx.db.close()
    record = PutBack(at=ctx.now, kind=kind, of=target, undid=replaced.undid)
    kept = _put_back(ctx.paths, replaced.file, record)
    return journal.changes(ctx.db, journal.EVERYWHERE, 1)[-1].id, kept


def tell_prompts(paths: Paths, environ: Mapping[str, str]) -> None:
    """Update the prompt files from the timesheet that is there now."""
    from clockify_cli.actions.clockify.sending import write_prompts
    from clockify_cli.store.db.changes import Database

    with Database(paths.database, create=False) as db:
        write_prompts(db, paths, environ)
