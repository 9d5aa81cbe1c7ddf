"""The running timer for a shell prompt, and the file for prompts that start no program.

It imports only what a prompt needs. Only this module decides which workspace is active; the rest of
the program uses it too.
"""

from __future__ import annotations

import os
import sqlite3
import stat

from clockify_cli.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any, TypeVar

    from clockify_cli.plain_settings import PlainSettings

    Result = TypeVar("Result")
    Ask = Callable[[str, Mapping[str, object]], tuple[Any, ...] | None]
    """Returns the first row of the answer to a query, or None."""


BUSY_SECONDS = 1.0
LOCAL = "local"
PLANNED = "planned end:"
"""The prefix of the meta key with a timer's planned end; its local id follows."""

_RUNNING = """
    SELECT e.start, e.description,
           (SELECT CASE WHEN c.name IS NULL THEN p.name ELSE c.name || ' / ' || p.name END
            FROM item p LEFT JOIN item c ON c.local_id = p.client WHERE p.local_id = e.project),
           (SELECT CAST(value AS INTEGER) FROM meta WHERE key = :planned || e.local_id)
    FROM entry e
    WHERE e.deleted = 0 AND e."end" IS NULL AND e.workspace = :workspace
      AND (:user IS NULL OR e.user = :user)
    ORDER BY e.start DESC, e.rowid DESC LIMIT 1
"""

_ACCOUNT = """
    SELECT a.key, a.user_id FROM meta m JOIN account a ON a.key = m.value WHERE m.key = :mark
"""

_OPEN = """
    w.account = :account AND NOT EXISTS (
        SELECT 1 FROM meta, json_each(meta.value) AS lost
        WHERE meta.key = 'lost workspaces:' || :account AND lost.value = w.id)
"""

_NAMED = f"""
    SELECT min(id), count(*) FROM (
        SELECT id FROM workspace w WHERE w.account = :account AND w.id = :named
        UNION
        SELECT id FROM workspace w WHERE w.name = :named AND {_OPEN} AND NOT EXISTS (
            SELECT 1 FROM workspace o WHERE o.account = :account AND o.id = :named))
"""

_CHOSEN_THERE = f"""
    SELECT w.id FROM workspace w JOIN account a ON a.key = w.account WHERE {_OPEN}
    ORDER BY w.id IS json_extract(a.settings, '$.activeWorkspace') DESC, w.name, w.id LIMIT 1
"""


class Unsure(Exception):
    """Finding the active workspace needs more than a look at the timesheet."""


def profile_mark(profile: str) -> str:
    """Return the meta key for the account of *profile*."""
    return f"account:{profile}"


def key_mark(base_url: str, key: str) -> str:
    """Return the meta key for the owner of *key* at *base_url*; it does not reveal the key."""
    import hashlib

    return f"key:{hashlib.sha256(f'{base_url} {key}'.encode()).hexdigest()[:40]}"


def lost_key(account: str) -> str:
    """Return the meta key for the workspaces that *account* (its key) no longer has."""
    return f"lost workspaces:{account}"


def workspace_of(ask: Ask, account: str, named: str | None) -> str | None:
    """Return the id of *account*'s (its key) workspace with exactly the name or id *named*.

    Without a name it is the account's active workspace in Clockify, else its first. None if the
    name needs interpretation, or if there is no such workspace.
    """
    if named is None:
        found = ask(_CHOSEN_THERE, {"account": account})
        return None if found is None else str(found[0])
    found = ask(_NAMED, {"account": account, "named": named})
    return str(found[0]) if found is not None and found[1] == 1 else None


def account_of(ask: Ask, mark: str) -> tuple[str, str] | None:
    """Return the account's key and the user's id stored under *mark*, or None."""
    found = ask(_ACCOUNT, {"mark": mark})
    return None if found is None else (str(found[0]), str(found[1]))


def active(ask: Ask, settings: PlainSettings) -> tuple[str, str | None]:
    """Return the active workspace and its user (None in ``local``), as *settings* say.

    Raises NotPlain, and Unsure if more than a look is needed.
    """
    named, mark = settings.workspace(), _mark(settings)
    account = None if named == LOCAL else account_of(ask, mark)
    if account is None:
        if named != LOCAL and (settings.key() or settings.keeps_key()):
            raise Unsure
        return LOCAL, None
    workspace = workspace_of(ask, account[0], named)
    if workspace is None:
        raise Unsure
    return workspace, account[1]


def _mark(settings: PlainSettings) -> str:
    if key := settings.key():
        return key_mark(settings.base(), key)
    settings.refuse_other_address()
    return profile_mark(settings.profile)


def glance(path: str, settings: PlainSettings, now: int = 0) -> tuple[int, str] | None:
    """Return the start (seconds since 1970) and the label of the running timer, or None.

    The label is the description, else the project, else empty. Raises as `active`, and Unsure for a
    timer whose planned end is before *now*. A missing file means no timer and is not created; one
    that cannot be read raises StoreError.
    """
    with Reader(path) as ask:
        workspace, user = active(ask, settings)
        found = ask(_RUNNING, {"workspace": workspace, "user": user, "planned": PLANNED})
    if found is None:
        return None
    start, description, project, end = found
    if end is not None and end <= now:
        raise Unsure
    return start, description or project or ""


class Reader:
    """Queries the timesheet at *path*; a missing one is not created and answers nothing.

    Raises StoreError if it exists but cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Ask:
        if os.path.lexists(self._path):
            _check_file(self._path)
            self._connection = self._tried(lambda: connect(self._path))
        return self._ask

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def _ask(self, sql: str, values: Mapping[str, object]) -> tuple[Any, ...] | None:
        connection = self._connection
        if connection is None:
            return None
        found: tuple[Any, ...] | None = self._tried(
            lambda: connection.execute(sql, values).fetchone()
        )
        return found

    def _tried(self, act: Callable[[], Result]) -> Result:
        try:
            return act()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            from clockify_cli.store.db.file import store_error

            raise store_error(self._path, error) from error


def _check_file(path: str) -> None:
    try:
        found = os.lstat(path)
    except OSError as error:
        raise StoreError(f"the timesheet {path} cannot be used: {error.strerror}") from error
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(
            f"{path} is not a regular file", "Move it away, or find out who put it there."
        )
    if found.st_size == 0:
        from clockify_cli.store.db.file import damaged

        raise damaged(path, "the file is empty")


def connect(path: str) -> sqlite3.Connection:
    """Connect to the existing file at *path*; wait only as long as a prompt may."""
    connection = sqlite3.connect(_address(path), timeout=BUSY_SECONDS, uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _address(path: str) -> str:
    # Written by hand: urllib.parse costs a prompt more than the query does. mode=rw creates no
    # database, and unlike mode=ro removes the log that reading needs.
    for char in "%?#":
        path = path.replace(char, f"%{ord(char):02X}")
    return f"file:{path}?mode=rw"


_LENGTH = " 123:45"
"""What a prompt adds to the label of a timer forgotten for days."""


def write_prompt_file(path: Path, start: int | None, label: str = "") -> None:
    """Write ``START<TAB>LABEL`` to *path*, or an empty file if *start* is None (no timer).

    *start* is in seconds since 1970. The file is replaced in one step, and only if it changes;
    unprintable characters become spaces, and a label is cut if it would make a prompt too long.
    Raises OSError or StoreError.
    """
    from clockify_cli.domain.terminal_text import PROMPT_COLUMNS, cut, width
    from clockify_cli.paths import private_folder, sweep
    from clockify_cli.store.db.file import create_private

    shown = "".join(char if char.isprintable() else " " for char in label)
    shown = cut(shown, PROMPT_COLUMNS - width(_LENGTH))
    line = "" if start is None else f"{start}\t{shown}\n"
    if _says(path, line):
        return
    private_folder(path.parent)
    sweep(path.parent, f"{path.name}.", ".new")
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    create_private(fresh)
    try:
        # "r+" does not create the file: a file created here could be readable by others.
        with fresh.open("r+", encoding="utf-8", errors="replace") as file:
            file.write(line)
        os.replace(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _says(path: Path, line: str) -> bool:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return False
        return path.read_text(encoding="utf-8", errors="replace") == line
    except FileNotFoundError:
        return False
