"""Tests of the copy of what Clockify holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.sync.replica import Known, PulledEntry
from clockify_cli.store.timesheet import entities, entries
from tests.store.written import NOW, USER, WORKSPACE, add, at, item

PULLED = PulledEntry(
    workspace_id=WORKSPACE,
    user_id=USER,
    server_id="64a687e29ae1f428e7ebe303",
    fields=EntryFields(start=at(9), end=at(10), description="a"),
    server='{"v": 1}',
)


def test_an_entry_is_carried_over_without_a_journal_row(db: Database) -> None:
    local_id = replica.put_entry(db, replace(PULLED, locked=True))
    entry = entries.get(db, local_id)
    assert (entry.fields, entry.server_id) == (PULLED.fields, PULLED.server_id)
    assert (entry.locked, entry.sync_state, entry.user_id) == (True, "synced", USER)
    assert journal.rows_of(db, local_id) == []


def test_an_entry_known_already_keeps_its_local_id(db: Database) -> None:
    local_id = replica.put_entry(db, PULLED)
    later = replace(PULLED, fields=replace(PULLED.fields, description="b"), server='{"v": 2}')
    assert replica.put_entry(db, later) == local_id
    assert entries.get(db, local_id).description == "b"


def test_an_entry_made_here_is_adopted_under_its_own_id(db: Database) -> None:
    local_id = add(db, at(9), at(10), "a", workspace=WORKSPACE)
    assert replica.put_entry(db, PULLED, local_id) == local_id
    assert entries.get(db, local_id).server_id == PULLED.server_id


def test_seeing_a_version_leaves_what_is_said_here(db: Database) -> None:
    local_id = add(db, at(9), at(10), "mine", workspace=WORKSPACE)
    replica.see_entry(db, local_id, PULLED)
    entry = entries.get(db, local_id)
    assert (entry.description, entry.server_id) == ("mine", PULLED.server_id)


def test_what_clockify_has_no_more_is_gone_and_its_id_forgotten(db: Database) -> None:
    local_id = replica.put_entry(db, PULLED)
    replica.drop_entry(db, local_id)
    with pytest.raises(NotFound):
        entries.get(db, local_id)
    assert replica.local_entry(db, WORKSPACE, PULLED.server_id) is None


def test_known_entries_are_those_of_the_user_in_the_window(db: Database) -> None:
    local_id = replica.put_entry(db, PULLED)
    replica.put_entry(db, replace(PULLED, server_id="b" * 24, user_id="somebody"))
    far = replace(PULLED.fields, start=at(9, day=1), end=at(10, day=1))
    replica.put_entry(db, replace(PULLED, server_id="c" * 24, fields=far))
    add(db, at(9), at(10), "unsent", workspace=WORKSPACE)
    found = replica.known_entries(db, WORKSPACE, USER, at(0), at(24))
    assert found == [Known(PULLED.server_id, local_id, '{"v": 1}')]


def test_a_name_is_carried_over_and_renamed_under_its_local_id(db: Database) -> None:
    tag = item("tag", "deep", workspace=WORKSPACE, server_id="d" * 24)
    assert replica.put_item(db, tag, "{}") == tag.local_id
    renamed = replace(tag, local_id="e" * 32, name="deeper", archived=True)
    assert replica.put_item(db, renamed, "{}") == tag.local_id
    assert entities.get(db, tag.local_id) == replace(tag, name="deeper", archived=True)


def test_a_name_that_is_gone_is_still_read_in_entries(db: Database) -> None:
    tag = item("tag", "deep", workspace=WORKSPACE, server_id="d" * 24)
    local_id = replica.put_item(db, tag, "{}")
    fields = replace(PULLED.fields, tags=(local_id,))
    entry = replica.put_entry(db, replace(PULLED, fields=fields))
    replica.drop_item(db, local_id)
    assert entities.items(db, WORKSPACE, "tag") == []
    assert [ref.name for ref in entries.get(db, entry).tags] == ["deep"]


def window(first: float, last: float) -> tuple[datetime, datetime]:
    return at(first), at(last)


def note(db: Database, first: float, last: float, fetched: datetime) -> None:
    replica.note_fetched(db, WORKSPACE, USER, "entries", window(first, last), fetched)


def age(db: Database, first: float, last: float) -> datetime | None:
    return replica.fetched_at(db, WORKSPACE, USER, "entries", window(first, last))


def test_a_window_is_as_old_as_the_oldest_part_that_it_needs(db: Database) -> None:
    minute = timedelta(minutes=1)
    note(db, 0, 12, NOW - 30 * minute)
    note(db, 8, 16, NOW - 5 * minute)
    assert age(db, 9, 16) == NOW - 5 * minute
    assert age(db, 7, 10) == NOW - 30 * minute
    assert age(db, 0, 16) == NOW - 30 * minute
    assert age(db, 0, 17) is None
    note(db, 0, 24, NOW)
    assert age(db, 0, 17) == NOW
    assert db.one("SELECT count(*) FROM replica") == (1,)


def test_what_was_fetched_by_a_clock_set_back_since_is_held_and_old(db: Database) -> None:
    day = timedelta(days=1)
    note(db, 0, 12, NOW + day)
    note(db, 12, 24, NOW)
    replica.doubt_later(db, NOW)
    assert age(db, 0, 12) == replica.LONG_AGO
    assert age(db, 12, 24) == NOW
    note(db, 0, 24, NOW)
    assert age(db, 0, 24) == NOW


def test_a_copy_of_something_else_is_not_meant(db: Database) -> None:
    note(db, 0, 24, NOW)
    assert replica.fetched_at(db, WORKSPACE, USER, "tag", window(0, 24)) is None
    assert replica.fetched_at(db, "other", USER, "entries", window(0, 24)) is None


def test_the_gaps_of_a_window_are_what_was_never_fetched_or_not_lately(db: Database) -> None:
    minute = timedelta(minutes=1)
    note(db, 2, 6, NOW - 30 * minute)
    note(db, 8, 10, NOW - 5 * minute)
    note(db, 9, 12, NOW - 40 * minute)

    def gaps(first: float, last: float, since: datetime | None = None) -> list[object]:
        found = replica.lacking(db, WORKSPACE, USER, "entries", window(first, last), since)
        return list(found)

    assert gaps(0, 24) == [window(0, 2), window(6, 8), window(12, 24)]
    assert gaps(3, 5) == []
    assert gaps(3, 12, NOW - 10 * minute) == [window(3, 8), window(10, 12)]
