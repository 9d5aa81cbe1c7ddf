"""Timesheets prepared for a command, and what can be seen in one afterwards.

The database is read with plain SQLite: a proof must not rest on the code that it proves.
"""

from __future__ import annotations

import json
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.crash.trace import Program

Words = tuple[str, ...]

_BEGUN: tuple[Words, ...] = (
    ("add", "Breakfast", "2025-01-06", "8-9"),
    ("add", "Stand-up", "2025-01-06", "9-9:15", "-p", "Acme/Website", "-g", "daily"),
    ("start", "Mail", "-p", "Acme/Website"),
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A *command*, the commands that prepare its timesheet, and what is *typed*.

    *sql* is what only the passing of time would do to that timesheet.
    """

    command: Words
    before: tuple[Words, ...] = _BEGUN
    typed: str = ""
    sql: str = ""


_LISTED: tuple[Words, ...] = (*_BEGUN, ("log", "all"))
"""Its entries have numbers; @3 is the oldest."""

_BILLABLE: tuple[Words, ...] = (
    *_BEGUN,
    ("config", "set", "rate", "95EUR"),
    ("edit", "last", "-b"),
)


def _file(rows: int) -> str:
    """Return a file with this many entries, enough to fill several pages."""
    lines = (
        f"2024-01-{1 + row // 20:02d} {row % 20:02d}:00,2024-01-{1 + row // 20:02d}"
        f" {row % 20:02d}:30,Row {row:03d} {'x' * 60},Moved,deep"
        for row in range(rows)
    )
    return "\n".join(("start,end,description,project,tags", *lines, ""))


PLANNED = ("start", "Mail", "--at", "30m ago", "--for", "31m")
HAS_COME = "UPDATE meta SET value = value - 1200 WHERE key LIKE 'planned end:%'"
"""The planned end of a timer becomes twenty minutes earlier."""

SCENARIOS = {
    "first": Scenario(("start", "Write", "spec", "-p", "Acme/Website", "-g", "deep"), ()),
    "start": Scenario(("start", "Write", "spec", "-p", "Acme/Website", "-g", "deep")),
    "stop": Scenario(("stop", "-d", "Mail answered", "-g", "daily")),
    "add": Scenario(("add", "Review", "2025-01-06", "10-11", "-p", "Acme/Shop", "-g", "daily")),
    "delete": Scenario(("delete", "last")),
    "undo": Scenario(("undo",)),
    "planned-end": Scenario(("status",), (PLANNED,), sql=HAS_COME),
    "import": Scenario(("import", "-"), typed=_file(200)),
    "edit-many": Scenario(("edit", "--range", "2025-01", "-p", "Acme/Website", "-b", "--yes")),
    "split": Scenario(
        ("split", "@3", "--at", "2025-01-06 8:20", "--at", "2025-01-06 8:40"), _LISTED
    ),
    "cut": Scenario(("cut", "@3", "2025-01-06", "8:20-8:40"), _LISTED),
    "join": Scenario(("join", "@3", "@2", "--yes"), _LISTED),
    "adjust": Scenario(("add", "Call", "2025-01-06", "8:30-9:05", "--adjust")),
    "merge": Scenario(
        ("projects", "merge", "Acme/Shop", "Acme/Website", "--archive", "--yes"),
        (*_BEGUN, ("add", "Review", "2025-01-06", "10-11", "-p", "Acme/Shop", "-g", "daily")),
    ),
    "rename": Scenario(("tags", "rename", "daily", "every day")),
    "bill": Scenario(("bill", "new", "2025-01", "-c", "Acme", "--ref", "41"), _BILLABLE),
    "bill-void": Scenario(
        ("bill", "void", "41"),
        (*_BILLABLE, ("bill", "new", "2025-01", "-c", "Acme", "--ref", "41")),
    ),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person would find in a timesheet: existing entries and names, bills, every change.

    *details* of an entry: its content, whether it is billable, and its times if that day is past.
    """

    entries: tuple[tuple[str, str, bool], ...] = ()
    names: tuple[tuple[str, str, bool], ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    details: tuple[tuple[str, bool, str], ...] = ()
    bills: tuple[tuple[str, str, int], ...] = ()


EMPTY = Seen()


def database(home: Path) -> Path:
    return home / "data" / "timesheet.db"


def prepare(program: Program, scenario: Scenario) -> None:
    """Prepare the timesheet of *program* for the command of *scenario*."""
    for words in scenario.before:
        run = program.run(*words)
        assert run.code == 0, run
    if scenario.sql:
        with closing(sqlite3.connect(database(program.home))) as db, db:
            db.execute(scenario.sql)


def seen(home: Path) -> Seen:
    """Return the contents of the timesheet; assert that it is sound and matches its journal."""
    if not database(home).exists():
        return EMPTY
    with closing(sqlite3.connect(database(home))) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        _assert_journal_agrees(db)
        entries = db.execute(
            """
            SELECT e.description, coalesce(p.name, ''), e."end" IS NULL
            FROM entry e LEFT JOIN item p ON p.local_id = e.project
            WHERE e.deleted = 0 ORDER BY e.start, e.description
            """
        )
        names = db.execute(
            "SELECT kind, name, archived FROM item WHERE deleted = 0 ORDER BY kind, name"
        )
        changes = db.execute("SELECT kind, verb, summary FROM change ORDER BY id")
        details = db.execute(
            """
            SELECT description, billable, CASE WHEN "end" < unixepoch('2025-02-01')
                THEN datetime(start, 'unixepoch') || ' ' || datetime("end", 'unixepoch')
                ELSE '' END
            FROM entry WHERE deleted = 0 ORDER BY start, description
            """
        )
        bills = db.execute(
            """
            SELECT ref, state,
                   (SELECT count(*) FROM bill_entries WHERE bill = bills.id AND live = 1)
            FROM bills WHERE state <> 'undone' ORDER BY ref
            """
        )
        return Seen(
            tuple((text, project, bool(running)) for text, project, running in entries),
            tuple((kind, name, bool(archived)) for kind, name, archived in names),
            tuple(changes),
            tuple((text, bool(billable), times) for text, billable, times in details),
            tuple(bills),
        )


def _assert_journal_agrees(db: sqlite3.Connection) -> None:
    """Assert that replaying the journal gives the entries, and that every change has a row."""
    played: dict[str, str | None] = {}
    for local_id, after in db.execute(
        "SELECT local_id, after FROM journal WHERE entity = 'entry' ORDER BY seq"
    ):
        played[local_id] = after and json.loads(after)["description"]
    stored = db.execute("SELECT local_id, description, deleted FROM entry")
    assert {key: None if gone else text for key, text, gone in stored} == played
    orphans = "SELECT id FROM change WHERE id NOT IN (SELECT change FROM journal)"
    assert db.execute(orphans).fetchall() == []


def assert_private(home: Path) -> None:
    """Assert that every folder is 0700 and every file 0600."""
    if not home.exists():
        return
    for path in (home, *home.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def files(home: Path) -> set[str]:
    """Return the name of each existing file."""
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}
