"""Tests that many entries written at once give the same rows as each written separately."""

from __future__ import annotations

import json
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.entry import LOCAL, PLAIN, TYPES, EntryFields, plain_of
from clockify_cli.errors import StoreError
from clockify_cli.store.db.changes import Change, Database
from clockify_cli.store.db.connection import Record, maybe_seconds, seconds_of
from clockify_cli.store.timesheet import undo
from clockify_cli.store.timesheet.entities import carried, entry_of, entry_text, touched
from tests.store.written import (
    ACCOUNT,
    DEEP,
    NOW,
    OTHER,
    PROJECT,
    SOON,
    TASK,
    USER,
    WORKSPACE,
    add,
    at,
    everything,
    fill_catalogue,
)


class One(NamedTuple):
    fields: EntryFields
    local_id: str


New = list[One]

ENTRIES = st.builds(
    EntryFields,
    start=st.integers(0, 86_399).map(lambda second: at(0) + timedelta(seconds=second)),
    end=st.none() | st.integers(0, 86_399).map(lambda second: at(24) + timedelta(seconds=second)),
    description=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    project=st.sampled_from([None, PROJECT.local_id, OTHER.local_id]),
    task=st.sampled_from([None, TASK.local_id]),
    tags=st.sampled_from([(), (DEEP.local_id,), (SOON.local_id, DEEP.local_id)]),
    billable=st.booleans(),
    custom_fields=st.sampled_from(["[]", '[{"customFieldId":"a","value":"\\"ü"}]']),
    type=st.sampled_from(TYPES),
)


def one_by_one(change: Change, new: New) -> None:
    for fields, local_id in new:
        change.create_entry(fields, local_id)


def at_once(change: Change, new: New) -> None:
    change.create_entries(new)


def rows_of(db: Database) -> dict[str, list[Record]]:
    """Return every row of every table, without the random ids of operations, which differ."""
    found = everything(db)
    columns = [name for (name,) in db.all("SELECT name FROM pragma_table_info('journal')")]
    place = columns.index("op_id")
    rows = [tuple(row) for row in found["journal"]]
    assert len({row[place] for row in rows}) == len(rows)
    assert all(len(str(row[place])) == 32 for row in rows)
    return {**found, "journal": [(*row[:place], *row[place + 1 :]) for row in rows]}


def changing(db: Database, workspace: str, verb: str) -> AbstractContextManager[Change]:
    account, user = (ACCOUNT, USER) if workspace != LOCAL else (None, None)
    return db.change(workspace, verb=verb, at=NOW, account=account, user=user)


@pytest.mark.parametrize("workspace", [LOCAL, WORKSPACE])
@settings(max_examples=12, deadline=None)
@given(said=st.lists(ENTRIES, max_size=6), buried=st.sets(st.integers(0, 5)))
def test_what_is_written_at_once_is_what_is_written_one_by_one(
    workspace: str, said: list[EntryFields], buried: set[int]
) -> None:
    new = [One(fields, f"{number:032x}") for number, fields in enumerate(said)]
    # Some existed before and are deleted: they return with their ids.
    gone = [One(replace(new[one][0], description="before"), new[one][1])
            for one in sorted(buried) if one < len(new)]  # fmt: skip
    states = []
    for write in (one_by_one, at_once):
        with TemporaryDirectory() as folder, Database(Path(folder) / "timesheet.db") as db:
            fill_catalogue(db)
            with changing(db, workspace, "add") as change:
                one_by_one(change, gone)
            with changing(db, workspace, "delete") as change:
                for _, local_id in gone:
                    change.delete_entry(local_id)
            with changing(db, workspace, "import") as change:
                write(change, new)
                change.summary = "many"
            imported = rows_of(db)
            if new:
                undo.undo(db, workspace, at=NOW, user=None if workspace == LOCAL else USER)
            states.append((imported, rows_of(db)))

    assert states[0] == states[1]


@pytest.mark.parametrize("fault", ["full disk", "twice the same id", "raised after it"])
def test_what_fails_among_many_leaves_nothing(db: Database, fault: str) -> None:
    add(db, at(9), at(10))
    before = everything(db)
    pages = db.one("PRAGMA page_count")
    assert pages is not None
    if fault == "full disk":
        db.run(f"PRAGMA max_page_count = {pages[0]}")
    fields = EntryFields(start=at(9), end=at(10), description="x" * 500)
    ids = [f"{number:032x}" for number in range(2000)]
    if fault == "twice the same id":
        ids[-1] = ids[0]

    def fail() -> None:
        with db.change(LOCAL, verb="import", at=NOW) as change:
            change.create_entries([One(fields, local_id) for local_id in ids])
            raise ZeroDivisionError

    with pytest.raises((StoreError, sqlite3.IntegrityError, ZeroDivisionError)):
        fail()
    assert everything(db) == before


@settings(max_examples=100, deadline=None)
@given(fields=ENTRIES)
def test_an_entry_as_text_is_compact_json_in_the_order_of_its_names(fields: EntryFields) -> None:
    said = {
        "start": seconds_of(fields.start),
        "end": maybe_seconds(fields.end),
        **plain_of(fields),
        "project": fields.project,
        "task": fields.task,
        "tags": list(fields.tags),
        "billable": fields.billable,
        "customFields": fields.custom_fields,
        "type": fields.type,
    }
    plain = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert entry_text(fields) == plain
    assert entry_of(entry_text(fields)) == fields


@pytest.mark.parametrize("name", PLAIN)
def test_a_text_of_before_a_field_was_added_says_its_default(name: str) -> None:
    fields = EntryFields(start=at(9), end=None)
    text = entry_text(fields)
    said = json.loads(text)
    del said[name]
    old = json.dumps(said)
    assert entry_of(old) == fields
    assert touched(old, text) == frozenset()
    changed = entry_text(replace(fields, **{name: "said"}))  # type: ignore[arg-type]
    assert touched(old, changed) == {name}
    assert carried(old, text, changed) == changed
