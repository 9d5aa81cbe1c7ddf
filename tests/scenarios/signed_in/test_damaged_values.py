"""Tests with damaged values in a timesheet that SQLite can still read."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from clockify_cli.store.db.soundness import JSON_COLUMNS
from tests.scenarios.signed_in.bench import Bench, Preparations

COMMANDS = (
    ("status",),
    ("log",),
    ("report",),
    ("start", "more"),
    ("stop",),
    ("undo",),
    ("sync",),
    ("queue",),
    ("whoami",),
    ("projects",),
    ("bill", "list"),
    ("bill", "check"),
    ("export", "--format", "json"),
)
COLUMNS = [(table, column) for table, columns in JSON_COLUMNS.items() for column in columns]
COLUMNS.append(("meta", "value"))


def garble(clockify: Bench, table: str, column: str) -> None:
    """Damage what *column* contains."""
    database = clockify.home / "clockify" / "data" / "timesheet.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        if table == "numbering":
            connection.execute("INSERT OR IGNORE INTO numbering VALUES ('x', 0, '[]')")
        spoilt = f"replace(coalesce({column}, '{{'), '\":', '\"#') || '\"'"
        if table == "meta":
            spoilt = f"CASE WHEN value LIKE '{{%' THEN {spoilt} ELSE value END"
        told = connection.execute(f"UPDATE {table} SET {column} = {spoilt}")
        assert told.rowcount > 0


def used(clockify: Bench) -> None:
    clockify.ok("add", "Standup", "8-9", "-p", "Acme/Website", "-b", "--create")
    clockify.ok("config", "set", "rate", "95EUR")
    clockify.ok("bill", "new", "-c", "Acme", "--ref", "41")
    clockify.fake.refuse()
    clockify.ok("start", "unsent")
    clockify.fake.accept_again()


@pytest.mark.parametrize(
    ("table", "column", "commands"),
    [
        # Each column gets a third of the commands, the next one a different third.
        *((*column, COMMANDS[number % 3 :: 3]) for number, column in enumerate(COLUMNS)),
        *(pytest.param(*column, COMMANDS, marks=pytest.mark.long) for column in COLUMNS),
    ],
    ids=lambda value: value if isinstance(value, str) else str(len(value)),
)
def test_it_is_told_as_damage_and_never_as_unexpected(
    clockify: Bench,
    preparations: Preparations,
    table: str,
    column: str,
    commands: tuple[tuple[str, ...], ...],
) -> None:
    preparations.take(clockify, used)
    clockify.strict = False
    for command in commands:
        garble(clockify, table, column)
        done = clockify(*command)
        assert "unexpected" not in done.err, command
        if done.code == 1:
            assert "timesheet.db" in done.err
            assert "is damaged" in done.err
            assert "`clockify restore FILE`" in done.err
            assert "`clockify doctor`" in done.err
    checked = clockify("doctor")
    assert (checked.code, checked.err) == (9, "")
    assert f"something in its table {table} makes no sense" in checked.out


def test_what_this_program_writes_is_sound(clockify: Bench) -> None:
    used(clockify)
    clockify.ok("log")
    assert "sound" in clockify.ok("doctor").out
