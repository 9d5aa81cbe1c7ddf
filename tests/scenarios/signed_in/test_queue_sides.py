"""Tests that the queue shows both sides, and that each command it offers works as shown."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.fake_clockify.records import Entry
from tests.scenarios.signed_in.bench import Bench

POST = {"method": "POST", "path": "/time-entries$"}


def rows_of(clockify: Bench) -> list[dict[str, Any]]:
    done = clockify("queue", "--json")
    assert done.requests == ()
    rows: list[dict[str, Any]] = done.json
    return rows


def names(row: dict[str, Any]) -> list[str]:
    return [each["name"] for each in row["decisions"]]


def chosen(clockify: Bench, row: dict[str, Any], name: str) -> None:
    """Run the command that *row* offers under *name*, exactly as shown."""
    (command,) = [each["command"] for each in row["decisions"] if each["name"] == name]
    program, *words = shlex.split(command)
    assert program == "clockify"
    clockify.ok(*words)


def conflicting(clockify: Bench) -> dict[str, Any]:
    """Change an entry's description here and at Clockify; return its row in the queue."""
    clockify.ok("add", "Write spec", "7-8")
    clockify.ok("edit", "last", "-d", "Ours", "--offline")
    (entry,) = clockify.fake.entries()
    clockify.fake.state.put(replace(entry, description="Theirs"))
    assert clockify("sync").code == 9
    (row,) = rows_of(clockify)
    return row


def test_a_change_that_was_never_sent_says_so_and_how_to_send_it_or_take_it_back(
    clockify: Bench,
) -> None:
    clockify.ok("add", "waits", "7-8", "--offline")
    (row,) = rows_of(clockify)
    assert row["sent"] == "never"
    assert row["here"]["description"] == "waits"
    assert row["clockify"] is None
    assert names(row) == ["send", "undo"]
    chosen(clockify, row, "undo")
    assert rows_of(clockify) == []
    assert clockify.local_copy() == []
    clockify.ok("add", "waits", "7-8", "--offline")
    (row,) = rows_of(clockify)
    chosen(clockify, row, "send")
    assert [each.description for each in clockify.fake.entries()] == ["waits"]


def test_a_lost_answer_says_when_it_is_looked_up(clockify: Bench) -> None:
    clockify.fake.fault("S3", match=POST)
    clockify.ok("add", "lost", "7-8")
    (row,) = rows_of(clockify)
    assert row["sent"] == "unanswered"
    assert row["here"]["description"] == "lost"
    assert row["clockify"] is None
    (look,) = row["decisions"]
    assert look["name"] == "check"
    assert "10:03" in look["effect"]
    clockify.time.passes(minutes=3)
    chosen(clockify, row, "check")
    assert [each.description for each in clockify.fake.entries()] == ["lost"]
    assert rows_of(clockify) == []


@pytest.mark.parametrize(("decision", "said"), [("retry", "Ours"), ("drop", "Theirs")])
def test_a_conflict_shows_both_sides_and_each_outcome_is_as_told(
    clockify: Bench, decision: str, said: str
) -> None:
    row = conflicting(clockify)
    assert row["here"]["description"] == "Ours"
    assert row["clockify"]["description"] == "Theirs"
    assert row["clockify"]["id"] == row["here"]["id"]
    assert row["clockify"]["timeInterval"] == row["here"]["timeInterval"]
    assert names(row) == ["retry", "drop"]
    chosen(clockify, row, decision)
    assert [each.description for each in clockify.fake.entries()] == [said]
    assert clockify.local_copy() == clockify.server_copy()
    assert rows_of(clockify) == []


def test_a_table_shows_both_sides_in_words(clockify: Bench) -> None:
    number = conflicting(clockify)["row"]
    fields = "here,clockify,decisions"
    (line,) = clockify("queue", "--fields", fields).out.splitlines()
    assert line.split("\t") == [
        "Ours, 2026-11-24 07:00–08:00",
        "Theirs, 2026-11-24 07:00–08:00",
        f"clockify queue retry {number}; clockify queue drop {number}",
    ]


def test_what_was_deleted_at_clockify_can_only_be_given_up_and_is_gone_here_then(
    clockify: Bench,
) -> None:
    clockify.ok("add", "Write spec", "7-8")
    clockify.ok("edit", "last", "-d", "Ours", "--offline")
    (entry,) = clockify.fake.entries()
    clockify.fake.delete(entry)
    assert clockify("sync").code == 9
    (row,) = rows_of(clockify)
    assert row["clockify"] is None
    assert names(row) == ["drop"]
    chosen(clockify, row, "drop")
    assert clockify.local_copy() == []
    assert rows_of(clockify) == []


def test_a_refused_entry_can_be_sent_again_changed_or_deleted(clockify: Bench) -> None:
    clockify.fake.add_custom_field("Ticket no", required=True)
    assert clockify("add", "refused", "7-8").code == 6
    (row,) = rows_of(clockify)
    assert row["sent"] == "refused"
    assert row["clockify"] is None
    assert names(row) == ["retry", "edit", "drop"]
    chosen(clockify, row, "drop")
    assert clockify.local_copy() == []


@pytest.mark.parametrize(("decision", "count"), [("adopt", 1), ("retry", 2), ("drop", 1)])
def test_what_may_have_arrived_names_the_entry_that_it_may_be(
    clockify: Bench, decision: str, count: int
) -> None:
    clockify.fake.fault("S6", match=POST)
    clockify.fake.fault("S12", {"method": "GET"})
    clockify.ok("add", "lost", "7-8")
    clockify.time.passes(minutes=3)
    (made,) = clockify.fake.state.all(Entry)
    clockify.fake.state.put(replace(made, description="edited there"))
    assert clockify("sync").code == 9
    (row,) = rows_of(clockify)
    assert row["sent"] == "unanswered"
    assert row["clockify"]["description"] == "edited there"
    assert names(row) == ["retry", "adopt", "drop"]
    chosen(clockify, row, decision)
    assert len(clockify.fake.entries()) == count
    assert rows_of(clockify) == []


def test_a_deletion_of_what_was_changed_there_can_go_ahead_or_be_given_up(
    clockify: Bench,
) -> None:
    clockify.ok("add", "Write spec", "7-8")
    clockify.ok("delete", "last", "--offline")
    (entry,) = clockify.fake.entries()
    clockify.fake.state.put(replace(entry, description="Theirs"))
    assert clockify("sync").code == 9
    (row,) = rows_of(clockify)
    assert row["here"] is None
    assert row["clockify"]["description"] == "Theirs"
    chosen(clockify, row, "drop")
    assert clockify.local_copy() == clockify.server_copy()
    assert [each.description for each in clockify.fake.entries()] == ["Theirs"]


def test_what_waits_behind_a_decision_offers_only_to_be_taken_back(clockify: Bench) -> None:
    number = conflicting(clockify)["row"]
    clockify.ok("edit", "last", "-d", "Later", "--offline")
    later = rows_of(clockify)[-1]
    assert later["row"] != number
    assert names(later) == ["undo"]


def test_a_renaming_shows_the_name_before_and_after(clockify: Bench) -> None:
    clockify.ok("clients", "add", "Acme")
    clockify.ok("clients", "rename", "Acme", "Acme Corp", "--offline")
    (row,) = rows_of(clockify)
    assert row["here"]["name"] == "Acme Corp"
    assert row["clockify"]["name"] == "Acme"


def test_a_stop_of_whatever_runs_has_nothing_here(clockify: Bench) -> None:
    start = datetime.fromtimestamp(clockify.time.true, UTC) - timedelta(hours=1)
    clockify.fake.add_entry(start, None, "on the phone")
    clockify.ok("stop", "--offline")
    (row,) = rows_of(clockify)
    assert row["here"] is None
    assert row["clockify"] is None
    done = clockify("queue", "--fields", "here,clockify")
    assert "any timer running in Clockify is to be stopped" in done.out
