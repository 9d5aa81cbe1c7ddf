"""Tests of finding entries: the running one, by id, in a range, in conflict, the latest."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from clockify_cli.domain.entry import (
    LOCAL,
    TYPES,
    Choice,
    EntryFilter,
    TimeEntry,
    searchable,
)
from clockify_cli.errors import Ambiguous, NotFound, StoreError
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import entries
from tests.store.written import (
    CLIENT,
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
    fill_catalogue,
)


def texts(found: list[TimeEntry]) -> list[str]:
    return [entry.description for entry in found]


def test_an_entry_comes_with_its_names(db: Database) -> None:
    fill_catalogue(db)
    local_id = add(
        db,
        at(9),
        at(10),
        "Write spec",
        project=PROJECT.local_id,
        task=TASK.local_id,
        tags=(SOON.local_id, DEEP.local_id),
        billable=True,
    )
    entry = entries.get(db, local_id)
    assert entry.project is not None
    assert entry.task is not None
    assert (entry.project.label, entry.task.name) == ("Acme / Website", "Draft")
    assert [tag.name for tag in entry.tags] == ["soon", "deep"]
    assert (entry.start, entry.end, entry.billable) == (at(9), at(10), True)
    assert (entry.workspace_id, entry.sync_state, entry.key) == (LOCAL, "local", local_id)


def test_nothing_runs_in_an_empty_timesheet(db: Database) -> None:
    assert entries.running(db, LOCAL) is None
    assert entries.last_finished(db, LOCAL, None, NOW) is None
    assert entries.last_end(db, LOCAL, None, NOW) is None
    assert entries.first_start(db, LOCAL) is None
    assert entries.last_instant(db, LOCAL, None, NOW) is None


def test_the_running_timer_is_that_of_the_workspace_and_the_user(db: Database) -> None:
    add(db, at(9), None, "mine", workspace=WORKSPACE)
    assert entries.running(db, LOCAL) is None
    assert entries.running(db, WORKSPACE, "5f00000000000000000000bb") is None
    found = entries.running(db, WORKSPACE, USER)
    assert found is not None
    assert found.description == "mine"


def test_an_entry_is_found_by_either_id_and_by_a_tail(db: Database) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    server_id = "64a687e29ae1f428e7ebe303"
    db.run("UPDATE entry SET server_id = ?", (server_id,))
    for text in (local_id, server_id, server_id.upper(), local_id[-4:], server_id[-6:]):
        assert entries.find(db, WORKSPACE, text).local_id == local_id


@pytest.mark.parametrize("text", ["", "abc", "zzzz", "ab%d", "____", "f" * 32, "' OR 1=1 --"])
def test_what_names_no_entry_says_so(db: Database, text: str) -> None:
    add(db, at(9), at(10))
    with pytest.raises(NotFound, match="no entry"):
        entries.find(db, LOCAL, text)


def test_a_tail_is_as_long_as_no_other_id_ends_in(db: Database) -> None:
    ends = ("0a1b2c", "0b1b2c", "ff1b2c", "123456")
    for start in range(len(ends)):
        add(db, at(start + 1), at(start + 2))
    made = db.all("SELECT local_id FROM entry ORDER BY start")
    for (old,), end in zip(made, ends, strict=True):
        db.run("UPDATE entry SET local_id = ? WHERE local_id = ?", (f"{'0' * 26}{end}", old))
    server = f"{'5' * 18}ff1b2c"
    db.run("UPDATE entry SET server_id = ? WHERE local_id LIKE '%ff1b2c'", (server,))
    found = entries.in_range(db, LOCAL, None, at(0), at(24))
    named = entries.tails(db, found)
    assert sorted(named.values()) == ["3456", "a1b2c", "b1b2c", "f1b2c"]
    assert {entries.find(db, LOCAL, tail).local_id: tail for tail in named.values()} == named


def test_a_tail_of_two_entries_lists_both_with_whole_ids(db: Database) -> None:
    ids = ["1" * 28 + "abcd", "2" * 28 + "abcd"]
    for number, local_id in enumerate(ids):
        made = add(db, at(9 + number), at(10 + number))
        db.run("UPDATE entry SET local_id = ? WHERE local_id = ?", (local_id, made))
    with pytest.raises(Ambiguous) as raised:
        entries.find(db, LOCAL, "abcd")
    assert all(any(id_ in line for line in raised.value.details) for id_ in ids)


def test_last_is_the_latest_started_of_the_finished_and_not_of_the_future(db: Database) -> None:
    add(db, at(8), at(11), "long")
    add(db, at(9), at(10), "latest started")
    add(db, at(10.5), None, "running")
    add(db, at(13), at(14), "future")
    found = entries.last_finished(db, LOCAL, None, NOW)
    assert found is not None
    assert found.description == "latest started"
    assert entries.last_end(db, LOCAL, None, NOW) == at(11)


def test_the_last_end_may_be_that_of_an_entry_of_several_days(db: Database) -> None:
    add(db, at(0, day=10), at(11.5), "two weeks")
    add(db, at(9), at(10), "short")
    assert entries.last_end(db, LOCAL, None, NOW) == at(11.5)


def test_a_range_holds_what_has_time_in_it(db: Database) -> None:
    add(db, at(0, day=1), at(9.5), "from long before")
    add(db, at(23, day=23), at(9), "until its start")
    add(db, at(23, day=23), at(9.25), "over midnight")
    add(db, at(9.5), at(10), "within")
    add(db, at(10.5), at(10.5), "without length")
    add(db, at(10.75), at(12), "beyond its end")
    add(db, at(11), at(12), "from its end")
    found = entries.in_range(db, LOCAL, None, at(9), at(11))
    assert texts(found) == [
        "from long before",
        "over midnight",
        "within",
        "without length",
        "beyond its end",
    ]
    assert entries.count_in_range(db, LOCAL, None, at(9), at(11)) == len(found)


def test_a_timer_that_runs_for_weeks_is_in_every_range_since(db: Database) -> None:
    add(db, at(0, day=1), None, "forgotten")
    assert texts(entries.in_range(db, LOCAL, None, at(9), at(11))) == ["forgotten"]


def test_a_limit_keeps_the_newest_in_ascending_order(db: Database) -> None:
    for hour in range(5):
        add(db, at(hour), at(hour + 1), str(hour))
    assert texts(entries.in_range(db, LOCAL, None, at(0), at(5), limit=2)) == ["3", "4"]
    assert texts(entries.newest(db, LOCAL, None, 2)) == ["4", "3"]


def test_entries_of_the_same_second_keep_the_order_of_their_making(db: Database) -> None:
    for text in "abc":
        add(db, at(9), at(10), text)
    assert texts(entries.in_range(db, LOCAL, None, at(0), at(24))) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (at(8), at(9), []),
        (at(8), at(9.01), ["a"]),
        (at(9.5), at(9.6), ["a"]),
        (at(10), at(10.5), []),
        (at(10.6), at(12), ["runs"]),
        (at(8), None, ["a", "runs"]),
        (at(9.5), None, ["a", "runs"]),
        (at(10), None, ["runs"]),
        (at(23, day=30), at(24, day=30), ["runs"]),
    ],
)
def test_overlaps_share_time_and_not_only_a_bound(
    db: Database, start: datetime, end: datetime | None, expected: list[str]
) -> None:
    add(db, at(9), at(10), "a")
    add(db, at(10.25), at(10.25), "without length")
    add(db, at(10.5), None, "runs")
    assert texts(entries.overlapping(db, LOCAL, None, start, end)) == expected


def test_an_entry_does_not_overlap_itself(db: Database) -> None:
    local_id = add(db, at(9), at(10))
    assert entries.overlapping(db, LOCAL, None, at(9), at(10), [local_id]) == []


def test_the_bounds_of_all_time_include_what_runs(db: Database) -> None:
    add(db, at(9), at(10))
    add(db, at(11), None)
    assert entries.first_start(db, LOCAL) == at(9)
    assert entries.last_instant(db, LOCAL, None, NOW) == NOW


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], "synced"),
        (["APPLIED", "DROPPED"], "synced"),
        (["APPLIED", "UNKNOWN"], "pending"),
        (["PENDING", "REJECTED"], "review"),
        (["REVIEW"], "review"),
    ],
)
def test_the_sync_state_is_that_of_the_least_settled_row(
    db: Database, states: list[str], expected: str
) -> None:
    local_id = add(db, at(9), at(10), workspace=WORKSPACE)
    for number, state in enumerate(states):
        db.run(
            """
            INSERT INTO journal (op_id, change, workspace, entity, kind, local_id, state)
            VALUES (?, 1, ?, 'entry', 'edit', ?, ?)
            """,
            (str(number), WORKSPACE, local_id, state),
        )
    first = journal.get(db, 1)
    assert first is not None
    journal.write(db, replace(first, state="APPLIED"))
    assert entries.get(db, local_id).sync_state == expected


def test_an_entry_that_makes_no_sense_is_damage(db: Database) -> None:
    local_id = add(db, at(9), at(10))
    db.run("UPDATE entry SET start = ?", (2**60,))
    with pytest.raises(StoreError, match="damaged"):
        entries.get(db, local_id)


def some_filter(dice: random.Random) -> EntryFilter:
    def choice(*ids: str | None) -> Choice:
        def few() -> frozenset[str | None]:
            return frozenset(id_ for id_ in (*ids, None) if dice.random() < 0.3)

        return Choice(few(), few())

    return EntryFilter(
        clients=choice(CLIENT.local_id),
        projects=choice(PROJECT.local_id, OTHER.local_id),
        tasks=choice(TASK.local_id),
        tags=choice(DEEP.local_id, SOON.local_id),
        types=choice(*TYPES) if dice.random() < 0.3 else Choice(),
        search=choice("SPEC", "ä", "100%", "a_b", "'") if dice.random() < 0.5 else Choice(),
        billable=dice.choice([None, None, True, False]),
    )


def allows(choice: Choice, ids: set[str]) -> bool:
    """Return whether *choice* lets an entry with *ids* pass, by its definition."""
    has: set[str | None] = {*ids} or {None}
    return (not choice.any_of or bool(has & choice.any_of)) and not has & choice.none_of


def passes(chosen: EntryFilter, entry: TimeEntry) -> bool:
    """Return whether *entry* passes *chosen*, by its definition."""
    client = entry.project.client if entry.project else None
    said = searchable(entry.description)

    def found(texts: frozenset[str | None]) -> bool:
        return any(not said if text is None else searchable(text) in said for text in texts)

    return (
        allows(chosen.clients, {client.local_id} if client else set())
        and allows(chosen.projects, {entry.project.local_id} if entry.project else set())
        and allows(chosen.tasks, {entry.task.local_id} if entry.task else set())
        and allows(chosen.tags, {tag.local_id for tag in entry.tags})
        and allows(chosen.types, {entry.type})
        and (chosen.billable is None or entry.billable == chosen.billable)
        and (not chosen.search.any_of or found(chosen.search.any_of))
        and not found(chosen.search.none_of)
    )


@pytest.mark.parametrize(
    ("choice", "ids", "passed"),
    [
        (Choice(), set(), True),
        (Choice(any_of=frozenset({"a", "b"})), {"b", "c"}, True),
        (Choice(any_of=frozenset({"a"})), {"c"}, False),
        (Choice(any_of=frozenset({None})), set(), True),
        (Choice(any_of=frozenset({None})), {"a"}, False),
        (Choice(none_of=frozenset({"a"})), {"a", "b"}, False),
        (Choice(none_of=frozenset({"a"})), set(), True),
        (Choice(none_of=frozenset({None})), set(), False),
        (Choice(any_of=frozenset({"a"}), none_of=frozenset({"b"})), {"a", "b"}, False),
    ],
)
def test_any_of_what_is_named_and_none_of_what_is_excluded(
    db: Database, choice: Choice, ids: set[str], passed: bool
) -> None:
    add(db, at(9), at(10), tags=tuple(ids))
    chosen = EntryFilter(tags=choice)
    assert entries.count_in_range(db, LOCAL, None, at(0), at(24), chosen) == passed
    assert allows(choice, ids) is passed


def test_a_filter_in_sql_lets_through_what_its_definition_does(db: Database) -> None:
    fill_catalogue(db)
    dice = random.Random(1)
    for number in range(60):
        add(
            db,
            at(0) + timedelta(minutes=number),
            at(1) + timedelta(minutes=number),
            dice.choice(["Write Spec", "ÄRGER", "100% done", "100 done", "a_b", "axb", "it's", ""]),
            project=dice.choice([None, PROJECT.local_id, OTHER.local_id]),
            task=dice.choice([None, TASK.local_id]),
            tags=tuple(t.local_id for t in (DEEP, SOON) if dice.random() < 0.5),
            billable=dice.random() < 0.5,
            type=dice.choice(TYPES),
        )
    whole = entries.in_range(db, LOCAL, None, at(0), at(24))
    sizes = set()
    for _ in range(300):
        chosen = some_filter(dice)
        found = entries.in_range(db, LOCAL, None, at(0), at(24), chosen)
        assert found == [entry for entry in whole if passes(chosen, entry)], chosen
        sizes.add(len(found))
    assert len(sizes) > 10
