"""Whether the database is whole, for `doctor`: nothing is changed, made or brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from clockify_cli.store.damage import UNUSABLE, store_error
from clockify_cli.store.file import connect, journal_mode
from clockify_cli.store.schema import version_of
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Soundness:
    """*problem* is SQLite's first complaint, empty where it has none."""

    version: int
    journal_mode: str
    entries: int
    problem: str


def soundness(path: Path) -> Soundness:
    """What SQLite says of the existing file at *path*; StoreError where it cannot be opened."""
    try:
        with closing(connect(path)) as connection:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            mode = journal_mode(connection)
            count = connection.execute("SELECT count(*) FROM entry WHERE deleted = 0").fetchone()
            problem = "" if verdict == "ok" else verdict
            return Soundness(version_of(connection), mode, int(count[0]), problem)
    except UNUSABLE as error:
        raise store_error(path, error) from error


def sqlite_version() -> str:
    """The version of the SQLite library."""
    return sqlite3.sqlite_version
