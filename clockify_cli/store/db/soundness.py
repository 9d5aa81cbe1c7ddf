"""Check the database for `doctor`, without changing anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from clockify_cli.store.db.file import UNUSABLE, connect, journal_mode, store_error
from clockify_cli.store.db.schema import version_of
from clockify_cli.values import dataclass

JSON_COLUMNS: Mapping[str, Sequence[str]] = {
    "entry": ("custom_fields", "server", "extra"),
    "item": ("server", "extra"),
    "change": ("clock",),
    "journal": (
        "before",
        "after",
        "base",
        "payload",
        "fp",
        "first_send",
        "last_send",
        "seen_before",
    ),
    "account": ("settings",),
    "workspace": ("settings", "extra"),
    "numbering": ("ids",),
    "bills": ("range", "terms", "asked"),
    "bill_lines": ("key",),
}
"""The columns of each table with JSON, which SQLite's own check does not look into."""


@dataclass(frozen=True, slots=True)
class Soundness:
    """*problem* is SQLite's first complaint, else the first invalid JSON; empty if all is well."""

    version: int
    journal_mode: str
    entries: int
    problem: str


def soundness(path: Path) -> Soundness:
    """Check the existing file at *path*; StoreError if it cannot be opened."""
    try:
        with closing(connect(path)) as connection:
            verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            mode = journal_mode(connection)
            count = connection.execute("SELECT count(*) FROM entry WHERE deleted = 0").fetchone()
            problem = _garbled(connection) if verdict == "ok" else verdict
            return Soundness(version_of(connection), mode, int(count[0]), problem)
    except UNUSABLE as error:
        raise store_error(path, error) from error


def _garbled(connection: sqlite3.Connection) -> str:
    """Return which table contains invalid JSON; empty if none does."""
    for table, columns in JSON_COLUMNS.items():
        wrong = " OR ".join(
            f"CASE WHEN json_valid({column}) THEN json_type({column}) NOT IN ('object', 'array')"
            f" ELSE {column} IS NOT NULL END"
            for column in columns
        )
        if connection.execute(f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1").fetchone():
            return f"something in its table {table} makes no sense"
    # Some facts are JSON, others are plain words.
    garbled = "SELECT 1 FROM meta WHERE substr(value, 1, 1) IN ('{', '[') AND NOT json_valid(value)"
    found = connection.execute(garbled).fetchone()
    return "something in its table meta makes no sense" if found else ""


def sqlite_version() -> str:
    """Return the version of the SQLite library."""
    return sqlite3.sqlite_version
