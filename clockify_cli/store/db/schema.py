"""The tables, in numbered migrations that new and old databases go through alike.

Times are whole seconds since 1970 in UTC, local ids 32 hex digits, Clockify's ids 24. Columns that
contain JSON say so. `workspace` is ``local`` or one of Clockify's ids. There are no foreign keys
between tables, because rows of a pulled copy arrive in any order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

APPLICATION_ID = 0x436C6B79
"""Marks a file as this program's timesheet ("Clky")."""

Step = tuple[str, ...]

_SETTLED = ("LOCAL", "APPLIED", "DROPPED")
_UNSETTLED = ("PENDING", "SENDING", "UNKNOWN", "REJECTED", "REVIEW")


def _is_one_of(states: Sequence[str]) -> str:
    return "(" + " OR ".join(f"state = '{state}'" for state in states) + ")"


OPEN = _is_one_of(_UNSETTLED)
"""Journal rows that are not settled. Partial indexes apply if a query repeats these words."""

_ENTRIES = (
    # server: JSON of the last known version in Clockify. extra: JSON of rates.
    """
    CREATE TABLE entry (
        local_id TEXT PRIMARY KEY,
        workspace TEXT NOT NULL,
        user TEXT,
        server_id TEXT,
        start INTEGER NOT NULL,
        "end" INTEGER,
        description TEXT NOT NULL,
        project TEXT,
        task TEXT,
        billable INTEGER NOT NULL,
        custom_fields TEXT NOT NULL,
        type TEXT NOT NULL,
        locked INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0,
        server TEXT,
        extra TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    # See `_TYPE_IN_SUMS`.
    """
    CREATE INDEX entry_time
    ON entry (workspace, start, "end", project, billable, user, deleted)
    WHERE deleted = 0
    """,
    # The few that can extend into a range from more than a day before it.
    """
    CREATE INDEX entry_long ON entry (workspace, start) WHERE deleted = 0 AND "end" - start > 86400
    """,
    """
    CREATE INDEX entry_running ON entry (workspace, start) WHERE deleted = 0 AND "end" IS NULL
    """,
    """
    CREATE UNIQUE INDEX entry_server ON entry (workspace, server_id) WHERE server_id IS NOT NULL
    """,
    """
    CREATE INDEX entry_project ON entry (project) WHERE project IS NOT NULL
    """,
    """
    CREATE INDEX entry_task ON entry (task) WHERE task IS NOT NULL
    """,
    """
    CREATE TABLE entry_tag (
        entry TEXT NOT NULL,
        position INTEGER NOT NULL,
        tag TEXT NOT NULL,
        PRIMARY KEY (entry, position)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX entry_tag_tag ON entry_tag (tag)",
)

_CATALOGUE = (
    """
    CREATE TABLE item (
        local_id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        workspace TEXT NOT NULL,
        server_id TEXT,
        name TEXT NOT NULL,
        client TEXT,
        project TEXT,
        billable INTEGER,
        archived INTEGER NOT NULL DEFAULT 0,
        deleted INTEGER NOT NULL DEFAULT 0,
        server TEXT,
        extra TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    "CREATE INDEX item_name ON item (workspace, kind, name, server_id) WHERE deleted = 0",
    "CREATE INDEX item_client ON item (client) WHERE client IS NOT NULL",
    "CREATE INDEX item_project ON item (project) WHERE project IS NOT NULL",
    """
    CREATE UNIQUE INDEX item_server ON item (workspace, kind, server_id)
    WHERE server_id IS NOT NULL
    """,
)


def _journal(settled: str, unsettled: str) -> Step:
    """Return the statements for the journal; each of the conditions is for some of its states.

    before, after: JSON of the entity. base: JSON of Clockify's version that the person saw.
    payload: JSON of what was sent. fp: identifies the result of a create. first_send, last_send:
    JSON of the clocks. seen_before: JSON list of ids that matched before the first send.
    """
    return (
        f"""
        CREATE TABLE journal (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            op_id TEXT NOT NULL UNIQUE,
            change INTEGER NOT NULL,
            account TEXT,
            workspace TEXT NOT NULL,
            entity TEXT NOT NULL,
            kind TEXT NOT NULL,
            local_id TEXT,
            server_id TEXT,
            before TEXT,
            after TEXT,
            base TEXT,
            payload TEXT,
            fp TEXT,
            method TEXT,
            state TEXT NOT NULL CHECK ({settled} OR {unsettled}),
            attempts INTEGER NOT NULL DEFAULT 0,
            first_send TEXT,
            last_send TEXT,
            seen_before TEXT NOT NULL DEFAULT '[]',
            not_before REAL NOT NULL DEFAULT 0,
            cleared INTEGER NOT NULL DEFAULT 0,
            verdict TEXT NOT NULL DEFAULT ''
        ) STRICT
        """,
        "CREATE INDEX journal_change ON journal (change)",
        "CREATE INDEX journal_entity ON journal (local_id, seq)",
        f"CREATE INDEX journal_open ON journal (local_id, state) WHERE {unsettled}",
        f"CREATE INDEX journal_queue ON journal (account, seq) WHERE {unsettled}",
        """
        CREATE UNIQUE INDEX journal_made ON journal (workspace, entity, server_id)
        WHERE server_id IS NOT NULL AND kind IN ('start', 'add', 'create')
        """,
    )


_JOURNAL = (
    # kind: do, undo or redo. undoes: the change that an undo or a redo takes back. clock: JSON of
    # this computer's clocks when the change was made.
    """
    CREATE TABLE change (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL,
        account TEXT,
        at INTEGER NOT NULL,
        verb TEXT NOT NULL,
        summary TEXT NOT NULL DEFAULT '',
        kind TEXT NOT NULL DEFAULT 'do',
        undoes INTEGER,
        undone_by INTEGER,
        once_key TEXT,
        once_hash TEXT,
        clock TEXT
    ) STRICT
    """,
    "CREATE INDEX change_workspace ON change (workspace, id)",
    """
    CREATE UNIQUE INDEX change_once ON change (workspace, once_key) WHERE once_key IS NOT NULL
    """,
    *_journal(f"state IN {_SETTLED}", f"state IN {_UNSETTLED}"),
)

_ACCOUNTS = (
    """
    CREATE TABLE account (
        key TEXT PRIMARY KEY,
        base_url TEXT NOT NULL,
        user_id TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        settings TEXT NOT NULL,
        fetched INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE workspace (
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        plan TEXT,
        settings TEXT NOT NULL,
        extra TEXT NOT NULL,
        fetched INTEGER NOT NULL,
        PRIMARY KEY (account, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Which part of Clockify's data the copy contains, and as of when.
    """
    CREATE TABLE replica (
        workspace TEXT NOT NULL,
        user TEXT NOT NULL,
        what TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        fetched INTEGER NOT NULL,
        PRIMARY KEY (workspace, user, what, start, "end")
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE ledger (
        id INTEGER PRIMARY KEY,
        at REAL NOT NULL,
        account TEXT,
        workspace TEXT NOT NULL,
        method TEXT NOT NULL,
        path TEXT NOT NULL,
        status INTEGER
    ) STRICT
    """,
    "CREATE INDEX ledger_window ON ledger (workspace, at)",
    """
    CREATE TABLE closed_window (
        workspace TEXT PRIMARY KEY,
        until REAL NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # ids: JSON list of local ids, the newest first, so that number 1 is its first.
    """
    CREATE TABLE numbering (
        session TEXT PRIMARY KEY,
        made INTEGER NOT NULL,
        ids TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)

# A covering index for sums by project: a year is read from it alone.
_TYPE_IN_SUMS = (
    "DROP INDEX entry_time",
    """
    CREATE INDEX entry_time
    ON entry (workspace, start, "end", project, billable, user, deleted, type)
    WHERE deleted = 0
    """,
)

_FAVORITES = (
    # folded: the name for comparison. fields: JSON of an entry's fields, except its times.
    """
    CREATE TABLE favorite (
        workspace TEXT NOT NULL,
        folded TEXT NOT NULL,
        name TEXT NOT NULL,
        fields TEXT NOT NULL,
        PRIMARY KEY (workspace, folded)
    ) STRICT, WITHOUT ROWID
    """,
)

_BILLS = (
    # state: undone means as if never made. range, terms and asked are JSON: what it covers, how its
    # lines were made, and the request. corrects: the first bill of its chain.
    """
    CREATE TABLE bills (
        id TEXT PRIMARY KEY,
        workspace TEXT NOT NULL,
        user TEXT,
        ref TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('live', 'void', 'undone')),
        client TEXT,
        client_name TEXT NOT NULL,
        currency TEXT NOT NULL,
        range TEXT NOT NULL,
        terms TEXT NOT NULL,
        asked TEXT NOT NULL,
        corrects TEXT,
        created INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX bills_ref ON bills (workspace, coalesce(user, ''), ref)
    WHERE state <> 'undone'
    """,
    "CREATE INDEX bills_corrects ON bills (corrects) WHERE corrects IS NOT NULL",
    # quantity: hundredths of an hour. unit_price, amount: cents. off_bill, off_number: the line
    # that this one cancels.
    """
    CREATE TABLE bill_lines (
        bill TEXT NOT NULL,
        number INTEGER NOT NULL,
        key TEXT NOT NULL,
        description TEXT NOT NULL,
        project TEXT NOT NULL,
        task TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        unit_price INTEGER NOT NULL,
        amount INTEGER NOT NULL,
        currency TEXT NOT NULL,
        seconds INTEGER NOT NULL,
        service_start TEXT NOT NULL,
        service_end TEXT NOT NULL,
        off_bill TEXT,
        off_number INTEGER,
        PRIMARY KEY (bill, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX bill_lines_off ON bill_lines (off_bill, off_number) WHERE off_bill IS NOT NULL",
    # The content of each entry. live: it is billed by this row. taken_by: the correction that
    # cancelled its line.
    """
    CREATE TABLE bill_entries (
        bill TEXT NOT NULL,
        line INTEGER NOT NULL,
        entry TEXT NOT NULL,
        live INTEGER NOT NULL CHECK (live IN (0, 1)),
        taken_by TEXT,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        day TEXT NOT NULL,
        client TEXT,
        client_name TEXT NOT NULL,
        project TEXT,
        project_name TEXT NOT NULL,
        task TEXT,
        task_name TEXT NOT NULL,
        description TEXT NOT NULL,
        type TEXT NOT NULL,
        rate INTEGER NOT NULL,
        currency TEXT NOT NULL,
        PRIMARY KEY (bill, line, entry)
    ) STRICT, WITHOUT ROWID
    """,
    # However bills are made, no entry is on two of them.
    "CREATE UNIQUE INDEX bill_entries_live ON bill_entries (entry) WHERE live = 1",
)

_UNBILLED = (
    # Unbilled time is summed in the order of this index, without reading the entries.
    """
    CREATE INDEX entry_billable
    ON entry (workspace, project, task, extra, user, start, "end", local_id)
    WHERE deleted = 0 AND billable = 1 AND "end" IS NOT NULL
    """,
    # Earlier versions used other words for rows that a person sent again.
    "UPDATE journal SET verdict = 'retry requested' WHERE verdict = 'by your ' || 'word'",
)

_TABLE, *_INDEXES = _journal(_is_one_of(_SETTLED), OPEN)
# For a list after IN, SQLite makes a temporary table for each row that it checks.
_QUICK_TO_CHECK = (
    "ALTER TABLE journal RENAME TO earlier_journal",
    _TABLE,
    "INSERT INTO journal SELECT * FROM earlier_journal",
    # No number of a row is ever given again.
    "DELETE FROM sqlite_sequence WHERE name = 'journal'",
    "UPDATE sqlite_sequence SET name = 'journal' WHERE name = 'earlier_journal'",
    "DROP TABLE earlier_journal",
    *_INDEXES,
)

MIGRATIONS: Sequence[Step] = (
    _ENTRIES + _CATALOGUE + _JOURNAL + _ACCOUNTS,
    _TYPE_IN_SUMS,
    _FAVORITES,
    _BILLS,
    _UNBILLED,
    _QUICK_TO_CHECK,
)
"""Step *n* (counted from 0) upgrades a database of version *n* to version *n* + 1."""

OBJECTS = frozenset(
    statement.split()[2 if " UNIQUE " not in statement else 3]
    for step in MIGRATIONS
    for statement in step
    if statement.split()[0] == "CREATE"
)
"""The names of all tables and indexes of the current version."""


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the schema in the file; 0 if it has none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def upgrade(connection: sqlite3.Connection, steps: Sequence[Step] = MIGRATIONS) -> None:
    """Upgrade the schema to the current version; *connection* is in a write transaction."""
    for step in steps[version_of(connection) :]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(steps)}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
