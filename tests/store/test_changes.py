"""Tests of a change: entity and journal row are written together or not at all, once per key."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from clockify_cli.domain.entry import LOCAL, EntryFields
from clockify_cli.errors import NotFound, StoreError, UsageError
from clockify_cli.store.db.changes import AlreadyDone, Database
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet import entries, undo
from clockify_cli.store.timesheet.entities import entry_of, entry_text
from tests.store.written import (
    ACCOUNT,
    CLIENT,
    DEEP,
    NOW,
    OTHER,
    PROJECT,
    SOON,
    USER,
    WORKSPACE,
    add,
    at,
    everything,
    fill_catalogue,
    item,
)

FIELDS = EntryFields(start=at(9), end=at(10), description="Write spec")


def test_an_entry_is_written_with_its_row(db: Database) -> None:
    local_id = add(db, at(9), at(10), "Write spec")
    (row,) = journal.rows_of(db, local_id)
    assert (row.entity, row.kind, row.state, row.before) == ("entry", "add", "LOCAL", None)
    assert row.after is not None
    assert entry_of(row.after) == FIELDS
    assert entries.get(db, local_id).fields == FIELDS


def test_a_running_entry_is_a_start(db: Database) -> None:
    (row,) = journal.rows_of(db, add(db, at(9), None))
    assert row.kind == "start"


def test_in_an_account_a_row_waits_to_be_sent_and_the_entry_is_the_users(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    (row,) = journal.open_rows(db, ACCOUNT)
    assert (row.local_id, row.state, row.workspace) == (local_id, "PENDING", WORKSPACE)
    entry = entries.get(db, local_id)
    assert (entry.user_id, entry.sync_state) == (USER, "pending")


def test_an_update_keeps_what_was_there_before(db: Database) -> None:
    fill_catalogue(db)
    local_id = add(db, at(9), at(10), "a", project=PROJECT.local_id, tags=(DEEP.local_id,))
    before = entries.get(db, local_id).fields
    after = replace(before, description="b", tags=(SOON.local_id, DEEP.local_id))
    with db.change(LOCAL, verb="edit", at=NOW) as change:
        change.update_entry(local_id, after)
    row = journal.rows_of(db, local_id)[-1]
    assert (row.before, row.after) == (entry_text(before), entry_text(after))
    assert [tag.name for tag in entries.get(db, local_id).tags] == ["soon", "deep"]


def test_what_changes_nothing_leaves_no_trace(db: Database) -> None:
    local_id = add(db, at(9), at(10))
    fields = entries.get(db, local_id).fields
    before = len(undo.changes(db, LOCAL))
    with db.change(LOCAL, verb="edit", at=NOW) as change:
        change.update_entry(local_id, fields)
    assert len(undo.changes(db, LOCAL)) == before


def test_an_exception_inside_a_change_leaves_nothing(db: Database) -> None:
    fill_catalogue(db)
    kept = add(db, at(9), at(10), tags=(DEEP.local_id,))
    before = everything(db)

    def all_and_fail() -> None:
        with db.change(LOCAL, verb="all", at=NOW) as change:
            change.create_item(item("tag", "new"))
            change.update_item(replace(PROJECT, name="Renamed"))
            change.create_entry(FIELDS)
            change.update_entry(kept, replace(FIELDS, tags=(SOON.local_id,)))
            change.delete_entry(kept)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        all_and_fail()
    assert everything(db) == before


def test_a_full_disk_in_the_middle_of_a_change_leaves_nothing(db: Database) -> None:
    add(db, at(9), at(10))
    before = everything(db)
    pages = db.one("PRAGMA page_count")
    assert pages is not None
    db.run(f"PRAGMA max_page_count = {pages[0]}")

    def too_much() -> None:
        with db.change(LOCAL, verb="add", at=NOW) as change:
            for _ in range(2000):
                change.create_entry(replace(FIELDS, description="x" * 500))

    with pytest.raises(StoreError, match="disk is full"):
        too_much()
    assert everything(db) == before


def test_a_deleted_entry_is_in_no_list_and_comes_back_under_its_id(db: Database) -> None:
    local_id = add(db, at(9), at(10), "Write spec")
    with db.change(LOCAL, verb="delete", at=NOW) as change:
        change.delete_entry(local_id)
    with pytest.raises(NotFound):
        entries.get(db, local_id)
    assert entries.in_range(db, LOCAL, None, at(0), at(24)) == []
    with db.change(LOCAL, verb="add", at=NOW) as change:
        assert change.create_entry(FIELDS, local_id) == local_id
    assert entries.get(db, local_id).fields == FIELDS


def test_an_entry_that_is_not_there_cannot_be_changed(db: Database) -> None:
    with pytest.raises(NotFound), db.change(LOCAL, verb="edit", at=NOW) as change:
        change.update_entry("f" * 32, FIELDS)


def test_a_name_that_is_not_there_cannot_be_deleted(db: Database) -> None:
    with pytest.raises(NotFound), db.change(LOCAL, verb="delete", at=NOW) as change:
        change.delete_item("tag", "f" * 32)


def test_items_have_rows_of_their_kind(db: Database) -> None:
    with db.change(LOCAL, verb="make", at=NOW) as change:
        change.create_item(CLIENT)
        change.update_item(replace(CLIENT, archived=True))
        change.update_item(replace(CLIENT, archived=True))
        change.delete_item("client", CLIENT.local_id)
    rows = journal.rows_of(db, CLIENT.local_id)
    assert [(row.entity, row.kind) for row in rows] == [
        ("client", "create"),
        ("client", "update"),
        ("client", "delete"),
    ]


def test_a_stop_of_whatever_runs_has_no_entity(db: Database) -> None:
    with db.change(WORKSPACE, verb="stop", at=NOW, account=ACCOUNT, user=USER) as change:
        change.stop_any(at(10))
    (row,) = journal.open_rows(db, ACCOUNT)
    assert (row.kind, row.local_id, row.after) == ("stop_any", None, '{"end":1795514400}')


def once(db: Database, key: str, content: str, fields: EntryFields = FIELDS) -> str:
    with db.change(LOCAL, verb="add", at=NOW, once=(key, content)) as change:
        return change.create_entry(fields)


def test_the_same_key_and_content_is_done_already(db: Database) -> None:
    local_id = once(db, "standup", "hash")
    with pytest.raises(AlreadyDone) as raised:
        once(db, "standup", "hash")
    (change,) = undo.changes(db, LOCAL)
    assert (raised.value.change_id, raised.value.local_ids) == (change.id, (local_id,))


def test_what_was_done_under_a_key_and_deleted_since_is_still_done(db: Database) -> None:
    local_id = once(db, "standup", "hash")
    with db.change(LOCAL, verb="delete", at=NOW) as change:
        change.delete_entry(local_id)
    with pytest.raises(AlreadyDone) as raised:
        once(db, "standup", "hash")
    assert raised.value.local_ids == ()


def test_the_same_key_with_other_content_is_refused(db: Database) -> None:
    once(db, "standup", "hash")
    with pytest.raises(UsageError, match="used for something else before"):
        once(db, "standup", "other")
    assert len(undo.changes(db, LOCAL)) == 1


def test_a_key_counts_within_its_workspace(db: Database) -> None:
    once(db, "standup", "hash")
    with db.change(WORKSPACE, verb="add", at=NOW, account=ACCOUNT, once=("standup", "hash")) as c:
        c.create_entry(FIELDS)
    assert len(undo.changes(db, WORKSPACE)) == 1


def test_a_key_counts_where_its_entry_was_moved_to(db: Database) -> None:
    local_id = once(db, "standup", "hash")
    with db.transaction():
        replica.move_entry(db, local_id, WORKSPACE, USER)
    with (
        pytest.raises(AlreadyDone) as raised,
        db.change(WORKSPACE, verb="add", at=NOW, account=ACCOUNT, once=("standup", "hash")),
    ):
        pass
    assert raised.value.local_ids == (local_id,)


@pytest.mark.parametrize("key", ["", "  ", "x" * 201, "a\nb"])
def test_an_unusable_key_is_refused(db: Database, key: str) -> None:
    with pytest.raises(UsageError, match="printable"):
        once(db, key, "hash")


def test_a_key_is_free_again_when_its_change_failed(db: Database) -> None:
    with pytest.raises(StoreError):
        once(db, "k", "h", replace(FIELDS, description="\ud800"))
    assert once(db, "k", "h")


WRITER = """
import sys
from pathlib import Path
from clockify_cli.store.db.changes import Database
from tests.store.written import add, at
for n in range(20):
    with Database(Path(sys.argv[1])) as db:
        print(add(db, at(9), at(10), f"{sys.argv[2]} {n}"))
"""


def test_eight_processes_at_once_lose_nothing_even_while_the_file_is_made(path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(n)], stdout=subprocess.PIPE, text=True
        )
        for n in range(8)
    ]
    acknowledged = {line for w in writers for line in w.communicate()[0].split()}
    assert [writer.returncode for writer in writers] == [0] * 8
    with Database(path) as db:
        there = {entry.local_id for entry in entries.in_range(db, LOCAL, None, at(0), at(24))}
        assert db.one("PRAGMA integrity_check") == ("ok",)
    assert len(there) == 160
    assert there == acknowledged


def test_text_that_is_no_text_is_refused(db: Database) -> None:
    with pytest.raises(StoreError, match="cannot hold"):
        add(db, at(9), at(10), "a\ud800b")
    assert undo.changes(db, LOCAL) == []


def test_a_transaction_within_another_is_part_of_it(db: Database) -> None:
    def inner_and_fail() -> None:
        with db.transaction():
            with db.transaction():
                db.run("INSERT INTO meta (key, value) VALUES ('a', 'b')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        inner_and_fail()
    assert db.all("SELECT * FROM meta") == []


def test_a_transaction_holds_off_other_writers_before_it_has_written(db: Database) -> None:
    with (
        db.transaction(),
        closing(sqlite3.connect(db.path, timeout=0)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_a_change_can_be_summed_up(db: Database) -> None:
    fill_catalogue(db)
    add(db, at(9), at(10), "Write spec", project=OTHER.local_id)
    assert undo.changes(db, LOCAL)[-1].summary == "Write spec"
