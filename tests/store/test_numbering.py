"""Tests of the numbers in lists."""

from __future__ import annotations

import pytest

from clockify_cli.errors import NotFound
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import numbering


def test_a_number_is_that_of_the_last_list_of_its_session(db: Database) -> None:
    numbering.remember(db, "tty1", ["new", "old"])
    numbering.remember(db, "tty2", ["other"])
    assert numbering.resolve(db, "tty1", 1) == "new"
    assert numbering.resolve(db, "tty1", 2) == "old"
    numbering.remember(db, "tty1", ["newer", "new"])
    assert numbering.resolve(db, "tty1", 2) == "new"
    assert numbering.resolve(db, "tty2", 1) == "other"


@pytest.mark.parametrize("number", [-1, 0, 3, 10**9])
def test_a_number_beyond_the_list_names_nothing(db: Database, number: int) -> None:
    numbering.remember(db, "tty1", ["new", "old"])
    with pytest.raises(NotFound, match="the last list had 2"):
        numbering.resolve(db, "tty1", number)


def test_without_a_list_there_are_no_numbers(db: Database) -> None:
    with pytest.raises(NotFound, match="no @1: nothing has been listed"):
        numbering.resolve(db, "tty1", 1)


def test_the_same_list_again_writes_nothing(db: Database) -> None:
    numbering.remember(db, "tty1", ["a"])
    before = db.read.total_changes
    numbering.remember(db, "tty1", ["a"])
    assert db.read.total_changes == before


def test_old_sessions_are_forgotten(db: Database) -> None:
    for number in range(numbering.KEPT_SESSIONS + 1):
        numbering.remember(db, f"tty{number}", ["a"])
    assert db.one("SELECT count(*) FROM numbering") == (numbering.KEPT_SESSIONS,)
    with pytest.raises(NotFound):
        numbering.resolve(db, "tty0", 1)
