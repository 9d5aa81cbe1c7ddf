"""The running timer for a shell prompt: one query, and nothing imported that it does not need."""

from __future__ import annotations

import os
import sqlite3
import stat

from clockify_cli.errors import StoreError
from clockify_cli.store.damage import UNUSABLE, damaged, store_error

BUSY_SECONDS = 1.0

_QUERY = """
    SELECT e.start, e.description,
           (SELECT CASE WHEN c.name IS NULL THEN p.name ELSE c.name || ' / ' || p.name END
            FROM item p LEFT JOIN item c ON c.local_id = p.client WHERE p.local_id = e.project)
    FROM entry e
    WHERE e.deleted = 0 AND e."end" IS NULL
      AND e.workspace = coalesce(?, (SELECT value FROM meta WHERE key = ?), 'local')
    ORDER BY e.start DESC LIMIT 1
"""


def glance(
    path: str, workspace: str | None = None, profile: str = "default"
) -> tuple[int, str] | None:
    """The start (seconds since 1970) and the label of the running timer; None where none runs.

    The label is the description, else the project, else empty. *workspace* None means the active
    one of *profile*. A missing file is no timer and stays missing; one that cannot be read raises
    StoreError.
    """
    if not os.path.lexists(path):
        return None
    _check_file(path)
    try:
        found = _ask(path, (workspace, active_workspace_key(profile)))
    except UNUSABLE as error:
        raise store_error(path, error) from error
    if found is None:
        return None
    start, description, project = found
    return start, description or project or ""


def _check_file(path: str) -> None:
    try:
        found = os.lstat(path)
    except OSError as error:
        raise StoreError(f"the timesheet {path} cannot be used: {error.strerror}") from error
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is no regular file", "Move it away, or look who put it there.")
    if found.st_size == 0:
        raise damaged(path, "the file is empty")


def active_workspace_key(profile: str) -> str:
    """The key in the table ``meta`` under which the active workspace of *profile* stands."""
    return f"workspace:{profile}"


def connect(path: str) -> sqlite3.Connection:
    """A connection to the existing file at *path* that waits only as long as a prompt may."""
    connection = sqlite3.connect(_address(path), timeout=BUSY_SECONDS, uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _ask(path: str, parameters: tuple[str | None, str]) -> tuple[int, str, str | None] | None:
    connection = connect(path)
    try:
        answer: tuple[int, str, str | None] | None = connection.execute(
            _QUERY, parameters
        ).fetchone()
        return answer
    finally:
        connection.close()


def _address(path: str) -> str:
    # Written out by hand: urllib.parse costs a prompt more than the query does. mode=rw makes no
    # database, and unlike mode=ro takes away the log that reading needs.
    for char in "%?#":
        path = path.replace(char, f"%{ord(char):02X}")
    return f"file:{path}?mode=rw"
