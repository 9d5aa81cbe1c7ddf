"""Tests of what Clockify holds of an entry, in our own words if they mean the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify_cli.domain.entry import EntryFields, Item, Kind
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet.entities import StoredEntry, insert_item
from clockify_cli.store.timesheet.held import as_held

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
WORDS = EntryFields(
    start=START,
    end=None,
    description="two  spaces",
    project="p",
    tags=("b", "a"),
    custom_fields='[{"customFieldId":"2","value":1},{"customFieldId":"1","value":null}]',
)
SAME = {
    "start": int(START.timestamp()),
    "end": None,
    "description": "two spaces",
    "project": "P",
    "task": None,
    "tags": ["A", "B"],
    "billable": False,
    "customFields": [["1", None], ["2", 1]],
    "type": None,
}


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = Database(tmp_path / "timesheet.db")
    with db.transaction():
        named: list[tuple[Kind, str]] = [("project", "p"), ("tag", "a"), ("tag", "b")]
        for kind, name in named:
            insert_item(
                db,
                Item(
                    kind=kind,
                    local_id=name,
                    workspace_id="w",
                    server_id=name.upper(),
                    name=name,
                ),
            )
    return db


def entry(**said: object) -> StoredEntry:
    return StoredEntry(
        local_id="e",
        workspace_id="w",
        user_id="u",
        server_id="E",
        fields=WORDS,
        deleted=False,
        server=json.dumps(SAME | said),
    )


def test_what_means_the_same_stays_as_it_was_worded(db: Database) -> None:
    assert as_held(db, entry(), WORDS) == WORDS


def test_what_differs_is_taken_from_clockify(db: Database) -> None:
    held = as_held(db, entry(description="other", tags=["A"], end=1_900_000_000), WORDS)
    end = datetime.fromtimestamp(1_900_000_000, UTC)
    assert held == replace(WORDS, description="other", tags=("a",), end=end)


def test_a_name_that_is_not_known_any_more_is_not_lost(db: Database) -> None:
    assert as_held(db, entry(project="gone"), WORDS).project == "p"
    assert as_held(db, entry(project=None), WORDS).project is None


def test_where_nothing_was_seen_the_words_count(db: Database) -> None:
    assert as_held(db, replace(entry(), server=None), WORDS) == WORDS
