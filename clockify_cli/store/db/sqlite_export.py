"""Export the timesheet as a SQLite file, for dashboards and ad-hoc SQL.

SQLite itself copies from file to file, which saves the time and memory of Python values.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from clockify_cli.domain.bill import Bill
from clockify_cli.domain.entry import EntryFilter
from clockify_cli.domain.report import DayBounds
from clockify_cli.store.db.connection import StoreConnection, seconds_of
from clockify_cli.store.db.file import UNUSABLE, store_error
from clockify_cli.store.timesheet.entries import Condition, add_range, selection
from clockify_cli.values import dataclass

SCHEMA = "1"
"""The version of the tables below, kept in `meta`; adding a column does not change it."""

_TABLES = (
    """
    CREATE TABLE out.entries (
        id TEXT PRIMARY KEY, clockify_id TEXT, date TEXT NOT NULL, started TEXT NOT NULL,
        ended TEXT NOT NULL, seconds INTEGER NOT NULL, hours REAL NOT NULL, client TEXT,
        project TEXT, task TEXT, description TEXT NOT NULL, tags TEXT NOT NULL,
        billable INTEGER NOT NULL, type TEXT NOT NULL, workspace_id TEXT NOT NULL, user_id TEXT
    )
    """,
    """
    CREATE TABLE out.days (
        entry TEXT NOT NULL REFERENCES entries (id), date TEXT NOT NULL,
        seconds INTEGER NOT NULL, hours REAL NOT NULL, client TEXT, project TEXT, task TEXT,
        billable INTEGER NOT NULL, type TEXT NOT NULL
    )
    """,
    "CREATE TABLE out.meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    """
    CREATE TABLE out.bills (
        ref TEXT PRIMARY KEY, state TEXT NOT NULL, client TEXT, currency TEXT NOT NULL,
        total REAL NOT NULL, total_cents INTEGER NOT NULL, created TEXT NOT NULL,
        range_start TEXT, range_end TEXT NOT NULL, time_zone TEXT NOT NULL, corrects TEXT
    )
    """,
    """
    CREATE TABLE out.bill_lines (
        ref TEXT NOT NULL REFERENCES bills (ref), line INTEGER NOT NULL,
        description TEXT NOT NULL, project TEXT, task TEXT, quantity REAL NOT NULL,
        unit TEXT NOT NULL, unit_price REAL NOT NULL, amount REAL NOT NULL,
        amount_cents INTEGER NOT NULL, currency TEXT NOT NULL, seconds INTEGER NOT NULL,
        service_start TEXT NOT NULL, service_end TEXT NOT NULL, PRIMARY KEY (ref, line)
    )
    """,
    # A billed entry may be outside the range of this file.
    """
    CREATE TABLE out.bill_entries (
        ref TEXT NOT NULL, line INTEGER NOT NULL, entry TEXT NOT NULL,
        PRIMARY KEY (ref, line, entry), FOREIGN KEY (ref, line) REFERENCES bill_lines (ref, line)
    )
    """,
)

_DAYS = 'CREATE TEMP TABLE export_day (start INTEGER PRIMARY KEY, "end" INTEGER, date TEXT)'

_NAMES = """
    LEFT JOIN main.item p ON p.local_id = e.project
    LEFT JOIN main.item c ON c.local_id = p.client
    LEFT JOIN main.item t ON t.local_id = e.task
"""

# What began before the first day is listed under that day.
_FIRST_DAY = """
    coalesce((SELECT max(start) FROM export_day WHERE start <= e.start),
             (SELECT min(start) FROM export_day))
"""

_ENTRIES = f"""
    INSERT INTO out.entries
    SELECT e.local_id, e.server_id,
           (SELECT date FROM export_day WHERE start = {_FIRST_DAY}),
           strftime('%Y-%m-%dT%H:%M:%SZ', e.start, 'unixepoch'),
           strftime('%Y-%m-%dT%H:%M:%SZ', e."end", 'unixepoch'),
           e."end" - e.start, (e."end" - e.start) / 3600.0, c.name, p.name, t.name, e.description,
           (SELECT json_group_array(name) FROM (
               SELECT i.name FROM main.entry_tag g JOIN main.item i ON i.local_id = g.tag
               WHERE g.entry = e.local_id ORDER BY g.position)),
           e.billable, e.type, e.workspace, e.user
    FROM main.entry e {_NAMES}
    WHERE {{condition}} AND e."end" IS NOT NULL
    ORDER BY e.start, e.rowid
"""

_ENTRY_DAYS = f"""
    INSERT INTO out.days
    SELECT e.local_id, d.date, min(e."end", d."end") - max(e.start, d.start),
           (min(e."end", d."end") - max(e.start, d.start)) / 3600.0, c.name, p.name, t.name,
           e.billable, e.type
    FROM out.entries x
    CROSS JOIN main.entry e ON e.local_id = x.id
    CROSS JOIN export_day d ON d.start >= {_FIRST_DAY} AND d.start < max(e."end", e.start + 1)
    {_NAMES}
    ORDER BY x.rowid, d.start
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """The contents of the file: the finished entries that `each_in_range` yields.

    *days* are the local days of the range *start* to *end* (aware UTC); the table `days` contains
    the time in them. *about* becomes `meta`.
    """

    workspace: str
    user: str | None
    start: datetime
    end: datetime
    chosen: EntryFilter
    days: Iterable[DayBounds]
    bills: Iterable[Bill]
    about: Mapping[str, str]


def write(db: StoreConnection, path: Path, contents: Contents) -> tuple[int, int]:
    """Fill the empty file *path*; return the numbers of its entries and of running timers.

    Raises OSError if *path* cannot be written, StoreError if the timesheet cannot be read.
    """
    with _attached(db, path) as connection:
        for table in _TABLES:
            connection.execute(table)
        connection.executemany("INSERT INTO out.meta VALUES (?, ?)", contents.about.items())
        _write_bills(connection, contents.bills)
        connection.executemany(
            "INSERT INTO export_day VALUES (?, ?, ?)",
            ((seconds_of(a), seconds_of(b), day.isoformat()) for day, a, b in contents.days),
        )
        condition = _condition(db, contents)
        connection.execute(_ENTRIES.format(condition=condition.sql), condition.parameters)
        connection.execute(_ENTRY_DAYS)
        connection.execute("CREATE INDEX out.entries_started ON entries (started)")
        connection.execute("CREATE INDEX out.days_date ON days (date)")
        (written,) = connection.execute("SELECT count(*) FROM out.entries").fetchone()
        (running,) = connection.execute(
            f'SELECT count(*) FROM main.entry e WHERE {condition.sql} AND e."end" IS NULL',
            condition.parameters,
        ).fetchone()
        return int(written), int(running)


def _condition(db: StoreConnection, contents: Contents) -> Condition:
    condition = selection(db, contents.workspace, contents.user, contents.chosen)
    add_range(
        db, condition, contents.workspace, seconds_of(contents.start), seconds_of(contents.end)
    )
    return condition


@contextmanager
def _attached(db: StoreConnection, path: Path) -> Iterator[sqlite3.Connection]:
    """Open the timesheet with the file *path* attached as ``out``, in one transaction."""
    connection = db.read
    try:
        connection.execute("ATTACH ? AS out", (str(path),))
        # The file is renamed only when complete, so no journal is needed to repair it.
        connection.execute("PRAGMA out.journal_mode = OFF")
        connection.execute("PRAGMA out.synchronous = OFF")
        connection.execute(_DAYS)
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
    except UNUSABLE as error:
        raise _failure(db, error) from error
    finally:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            connection.execute("DROP TABLE IF EXISTS export_day")
            connection.execute("DETACH out")


_WRITING = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}


def _failure(db: StoreConnection, error: Exception) -> Exception:
    """Return *error* as an OSError if the new file caused it, else as a StoreError."""
    import os

    code = _WRITING.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return store_error(db.path, error) if code is None else OSError(code, os.strerror(code))


def _write_bills(connection: sqlite3.Connection, bills: Iterable[Bill]) -> None:
    for bill in bills:
        start = bill.range.start
        connection.execute(
            f"INSERT INTO out.bills VALUES ({', '.join('?' * 11)})",
            (
                bill.ref,
                bill.state,
                bill.client.name or None,
                bill.currency,
                bill.total.cents / 100,
                bill.total.cents,
                _text(bill.created),
                _text(start) if start else None,
                _text(bill.range.end),
                bill.range.time_zone,
                bill.corrects,
            ),
        )
        connection.executemany(
            f"INSERT INTO out.bill_lines VALUES ({', '.join('?' * 14)})", _line_rows(bill)
        )
        connection.executemany(
            "INSERT INTO out.bill_entries VALUES (?, ?, ?)",
            [
                (bill.ref, number, entry)
                for number, line in enumerate(bill.lines, 1)
                for entry in line.entries
            ],
        )


def _line_rows(bill: Bill) -> Iterator[tuple[object, ...]]:
    for number, line in enumerate(bill.lines, 1):
        yield (
            bill.ref,
            number,
            line.description,
            line.project or None,
            line.task or None,
            line.quantity / 100,
            "h",
            line.rate.cents / 100,
            line.amount / 100,
            line.amount,
            line.rate.currency,
            line.seconds,
            line.first.isoformat(),
            line.last.isoformat(),
        )


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
