"""Tests of favorites."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import favorites

FIELDS = EntryFields(
    start=datetime(2026, 11, 24, 9, tzinfo=UTC),
    end=None,
    description="Stand-up",
    project="p" * 32,
    tags=("t" * 32,),
    billable=True,
    type="BREAK",
)


def test_a_favorite_comes_back_with_every_field_but_the_times(db: Database) -> None:
    favorites.put(db, "local", favorites.of_fields("Daily", FIELDS))
    found = favorites.get(db, "local", "daily")
    assert found.name == "Daily"
    assert EntryFields(start=FIELDS.start, end=None, **found.fields) == FIELDS  # type: ignore[arg-type]


def test_a_name_is_one_favorite_whatever_its_case(db: Database) -> None:
    favorites.put(db, "local", favorites.of_fields("Daily", FIELDS))
    favorites.put(db, "local", favorites.of_fields("DAILY", FIELDS))
    favorites.put(db, "w" * 24, favorites.of_fields("daily", FIELDS))
    assert [one.name for one in favorites.every(db, "local")] == ["DAILY"]


def test_a_favorite_that_is_removed_is_gone(db: Database) -> None:
    favorites.put(db, "local", favorites.of_fields("Daily", FIELDS))
    assert favorites.remove(db, "local", "daily").name == "Daily"
    with pytest.raises(NotFound):
        favorites.get(db, "local", "Daily")
