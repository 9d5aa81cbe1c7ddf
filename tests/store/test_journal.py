"""Tests of the journal as sync uses it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.domain.entry import LOCAL
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import journal
from clockify_cli.store.sync.journal import JournalRow, Unsettled
from clockify_cli.store.timesheet import entities, entries
from tests.store.written import ACCOUNT, NOW, USER, WORKSPACE, add, at, item

OTHER_ACCOUNT = "5f00000000000000000000bb https://api.clockify.me/api/v1"
SERVER_ID = "64a687e29ae1f428e7ebe303"


def row(db: Database, seq: int) -> JournalRow:
    found = journal.get(db, seq)
    assert found is not None
    return found


def test_what_sync_writes_is_what_it_reads_again(db: Database) -> None:
    add(db, at(9), at(10), workspace=WORKSPACE)
    written = replace(
        row(db, 1),
        state="UNKNOWN",
        attempts=2,
        payload='{"start": 1}',
        fp='["a"]',
        method="post",
        first_send='{"wall": 1.5}',
        last_send='{"wall": 2.5}',
        seen_before=("a", "b"),
        not_before=12.5,
        cleared=True,
        verdict="waits",
    )
    journal.write(db, written)
    assert row(db, 1) == written
    assert journal.get(db, 99) is None


def test_whose_a_row_is_and_what_was_asked_for_never_change(db: Database) -> None:
    add(db, at(9), at(10), workspace=WORKSPACE)
    before = row(db, 1)
    journal.write(db, replace(before, account=None, workspace="x", kind="edit", op_id="x"))
    assert row(db, 1) == before


def test_open_rows_are_those_of_the_account_in_order(db: Database) -> None:
    first, second = (add(db, at(h), at(h + 1), workspace=WORKSPACE) for h in (9, 10))
    add(db, at(11), at(12))
    assert [r.local_id for r in journal.open_rows(db, ACCOUNT)] == [first, second]
    journal.write(db, replace(row(db, 1), state="APPLIED"))
    assert [r.local_id for r in journal.open_rows(db, ACCOUNT)] == [second]
    assert journal.open_rows(db, OTHER_ACCOUNT) == []
    assert journal.is_open(db, second) is True
    assert journal.is_open(db, first) is False


def test_waiting_rows_are_counted_apart_from_those_to_decide(db: Database) -> None:
    for hour in range(4):
        add(db, at(hour), at(hour + 1), workspace=WORKSPACE)
    for seq, state in enumerate(["APPLIED", "UNKNOWN", "REVIEW"], start=1):
        journal.write(db, replace(row(db, seq), state=state))
    assert journal.waiting(db, ACCOUNT) == Unsettled(pending=2, review=1, lost=1)
    assert journal.waiting(db, ACCOUNT, WORKSPACE) == Unsettled(2, 1, 1)
    assert journal.waiting(db, ACCOUNT, LOCAL) == Unsettled(0, 0)
    assert journal.waiting(db, None) == Unsettled(0, 0)


def test_rows_of_another_account_are_told_and_stay_its_own(db: Database) -> None:
    add(db, at(9), at(10), workspace=WORKSPACE)
    add(db, at(10), at(11))
    assert journal.strangers(db, OTHER_ACCOUNT) == {ACCOUNT: 1}
    assert journal.strangers(db, ACCOUNT) == {}


def test_an_applied_create_gives_the_entry_its_id_at_clockify(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    journal.settle(db, replace(row(db, 1), state="APPLIED", server_id=SERVER_ID), '{"v": 1}')
    entry = entries.get(db, local_id)
    assert (entry.server_id, entry.sync_state, entry.key) == (SERVER_ID, "synced", SERVER_ID)
    assert db.one("SELECT server FROM entry") == ('{"v": 1}',)


def test_an_applied_create_gives_a_name_its_id_too(db: Database) -> None:
    tag = item("tag", "deep", workspace=WORKSPACE)
    with db.change(WORKSPACE, verb="make", at=NOW, account=ACCOUNT, user=USER) as change:
        change.create_item(tag)
    journal.settle(db, replace(row(db, 1), state="APPLIED", server_id=SERVER_ID))
    assert entities.get(db, tag.local_id) == replace(tag, server_id=SERVER_ID)


def test_an_applied_edit_moves_the_base_of_later_merges(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    journal.settle(db, replace(row(db, 1), state="APPLIED", server_id=SERVER_ID), '{"v": 1}')
    fields = replace(entries.get(db, local_id).fields, description="b")
    with db.change(WORKSPACE, verb="edit", at=NOW, account=ACCOUNT, user=USER) as change:
        change.update_entry(local_id, fields)
    edit = row(db, 2)
    assert (edit.server_id, edit.base) == (SERVER_ID, '{"v": 1}')
    journal.settle(db, replace(edit, state="APPLIED"), '{"v": 2}')
    assert db.one("SELECT server FROM entry") == ('{"v": 2}',)


def test_what_is_not_applied_leaves_the_entry_as_it_is(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    journal.settle(db, replace(row(db, 1), state="UNKNOWN", server_id=SERVER_ID), "{}")
    assert entries.get(db, local_id).server_id is None


def test_two_rows_never_claim_the_same_entry(db: Database) -> None:
    import sqlite3

    for hour in (9, 10):
        add(db, at(hour), at(hour + 1), workspace=WORKSPACE)
    journal.settle(db, replace(row(db, 1), state="APPLIED", server_id=SERVER_ID))
    with pytest.raises(sqlite3.IntegrityError):
        journal.settle(db, replace(row(db, 2), state="APPLIED", server_id=SERVER_ID))
    assert row(db, 2).state == "PENDING"


def test_claimed_ids_are_known_even_after_the_entry_is_gone(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    journal.settle(db, replace(row(db, 1), state="APPLIED", server_id=SERVER_ID))
    with db.change(WORKSPACE, verb="delete", at=NOW, account=ACCOUNT, user=USER) as change:
        change.delete_entry(local_id)
    journal.settle(db, replace(row(db, 2), state="APPLIED"))
    assert entries_known(db) == 0
    assert journal.claimed(db, WORKSPACE, [SERVER_ID, "6" * 24]) == {SERVER_ID}
    assert journal.claimed(db, LOCAL, [SERVER_ID]) == frozenset()


def entries_known(db: Database) -> int:
    found = db.one("SELECT count(*) FROM entry WHERE server_id IS NOT NULL")
    assert found is not None
    return int(found[0])


def test_creates_that_were_sent_again_are_looked_at_for_a_while(db: Database) -> None:
    for hour in (9, 10, 11):
        add(db, at(hour), at(hour + 1), workspace=WORKSPACE)
    for seq, (attempts, wall) in enumerate([(1, 100.0), (2, 100.0), (2, 10.0)], start=1):
        sent = replace(row(db, seq), state="APPLIED", attempts=attempts)
        journal.write(db, replace(sent, last_send=f'{{"wall": {wall}}}'))
    assert [r.seq for r in journal.sent_again(db, ACCOUNT, 50.0)] == [2]
