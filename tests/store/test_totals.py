"""Tests of sums in SQL, against sums entry by entry."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from clockify_cli.domain.entry import (
    ALL,
    LOCAL,
    REGULAR,
    TYPES,
    Choice,
    EntryFilter,
    Ref,
    TimeEntry,
)
from clockify_cli.domain.report import (
    CALENDAR,
    DIMENSIONS,
    Dimension,
    Group,
    Report,
    period_start,
)
from clockify_cli.domain.time.zones import local_days
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import accounts
from clockify_cli.store.timesheet import entries, totals
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
    fill_catalogue,
)

BERLIN = ZoneInfo("Europe/Berlin")
Days = list[tuple[date, datetime, datetime]]
Sums = dict[tuple[str | None, ...], tuple[int, int, int, dict[str, int]]]


def days(first: date, last: date, zone: ZoneInfo = BERLIN) -> Days:
    """Return the local days from *first* to *last*, both included."""
    start = datetime(first.year, first.month, first.day, tzinfo=zone)
    after = last + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=zone)
    return list(local_days(start, end, zone))


def shown_id(ref: Ref) -> str:
    """Return Clockify's id of *ref* if it has one, else the local one."""
    return ref.server_id or ref.local_id


def keys(entry: TimeEntry, dimension: Dimension, day: date) -> list[str | None]:
    """Return the groups of *dimension* that contain the part of *entry* on *day*."""
    project = entry.project
    one = {
        "client": shown_id(project.client) if project and project.client else None,
        "project": shown_id(project) if project else None,
        "task": shown_id(entry.task) if entry.task else None,
        "user": entry.user_id,
        "description": entry.description or None,
        "billable": "true" if entry.billable else "false",
        "type": entry.type,
    }
    if dimension in CALENDAR:
        return [period_start(dimension, day).isoformat()]
    if dimension == "tag":
        return [shown_id(tag) for tag in entry.tags] or [None]
    return [one[dimension]]


def expected(found: Sequence[TimeEntry], split: Days, by: Sequence[Dimension]) -> Sums:
    """Return every group on every level by its path: seconds, billable ones, entries, by type."""
    sums: dict[tuple[str | None, ...], list[tuple[str, int, int, str]]] = {}
    for entry in found:
        for day, start, end in split:
            until = min(end, entry.end or NOW)
            seconds = int((until - max(start, entry.start)).total_seconds())
            if seconds <= 0:
                continue
            paths: list[tuple[str | None, ...]] = [()]
            level = [()] if not by else paths
            for dimension in by:
                level = [(*p, key) for p in level for key in keys(entry, dimension, day)]
                paths = paths + level
            for path in paths:
                part = (entry.local_id, seconds, seconds if entry.billable else 0, entry.type)
                sums.setdefault(path, []).append(part)
    return {
        path: (
            sum(p[1] for p in parts),
            sum(p[2] for p in parts),
            len({p[0] for p in parts}),
            {
                type_: seconds
                for type_ in TYPES
                if type_ != REGULAR and (seconds := sum(p[1] for p in parts if p[3] == type_))
            },
        )
        for path, parts in sums.items()
    }


def sums_of(one: Report | Group) -> tuple[int, int, int, dict[str, int]]:
    return (one.seconds, one.billable_seconds, one.entry_count, dict(one.of_types))


def flat(groups: Sequence[Group], above: tuple[str | None, ...] = ()) -> Sums:
    found: Sums = {}
    for group in groups:
        path = (*above, group.key)
        found[path] = sums_of(group)
        found.update(flat(group.groups, path))
    return found


def check(db: Database, split: Days, by: Sequence[Dimension], chosen: EntryFilter = ALL) -> None:
    report = totals.report(db, LOCAL, split, by, chosen, now=NOW)
    whole = entries.in_range(db, LOCAL, None, split[0][1], split[-1][2], chosen)
    wanted = expected(whole, split, by)
    assert sums_of(report) == wanted.pop((), (0, 0, 0, {}))
    assert flat(report.groups) == wanted


@pytest.fixture
def month(db: Database) -> Database:
    """Create a November 2026 with everything that makes sums hard."""
    fill_catalogue(db)
    dice = random.Random(7)
    moment = at(0, day=1) - timedelta(days=8)
    while moment < NOW - timedelta(hours=20):
        length = dice.choice([1, 60, 900, 3600, 7200, 30_000, 100_000, 400_000])
        add(
            db,
            moment,
            moment + timedelta(seconds=length),
            dice.choice(["", "a", "b"]),
            project=dice.choice([None, PROJECT.local_id, OTHER.local_id]),
            task=dice.choice([None, TASK.local_id]),
            tags=dice.choice([(), (DEEP.local_id,), (SOON.local_id, DEEP.local_id)]),
            billable=dice.random() < 0.5,
            type=dice.choice(TYPES),
        )
        moment += timedelta(seconds=dice.randrange(1, 40_000))
    add(db, at(9), at(9), "without length")
    add(db, at(11), None, "running", tags=(DEEP.local_id,))
    return db


def test_every_dimension_alone_sums_to_what_the_entries_say(month: Database) -> None:
    split = days(date(2026, 11, 1), date(2026, 11, 30))
    for dimension in DIMENSIONS:
        check(month, split, (dimension,))
    check(month, split, ())


def test_any_nesting_sums_to_what_the_entries_say(month: Database) -> None:
    dice = random.Random(3)
    for _ in range(60):
        first = date(2026, 10, 20) + timedelta(days=dice.randrange(40))
        split = days(first, first + timedelta(days=dice.randrange(20)))
        check(month, split, dice.sample(DIMENSIONS, dice.randrange(1, 5)))


def test_a_filter_holds_for_sums_too(month: Database) -> None:
    split = days(date(2026, 11, 1), date(2026, 11, 30))
    for chosen in (
        EntryFilter(projects=Choice(any_of=frozenset({PROJECT.local_id}))),
        EntryFilter(tags=Choice(none_of=frozenset({DEEP.local_id, None}))),
        EntryFilter(search=Choice(any_of=frozenset({"A"})), billable=True),
        EntryFilter(search=Choice(none_of=frozenset({"A", None}))),
        EntryFilter(types=Choice(any_of=frozenset({"BREAK", "HOLIDAY"}))),
        EntryFilter(types=Choice(none_of=frozenset({"BREAK"}))),
    ):
        check(month, split, ("day", "tag"), chosen)


def test_a_day_of_25_hours_counts_25(db: Database) -> None:
    add(db, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC))
    split = days(date(2026, 10, 25), date(2026, 10, 25))
    assert totals.report(db, LOCAL, split, ("day",), now=NOW).seconds == 25 * 3600


def test_an_entry_counts_in_full_under_each_tag_and_once_in_the_total(db: Database) -> None:
    fill_catalogue(db)
    add(db, at(9), at(10), project=PROJECT.local_id, tags=(DEEP.local_id, SOON.local_id))
    split = days(date(2026, 11, 24), date(2026, 11, 24))
    report = totals.report(db, LOCAL, split, ("project", "tag"), now=NOW)
    (project,) = report.groups
    assert (report.seconds, report.entry_count) == (3600, 1)
    assert (project.name, project.seconds, project.entry_count) == ("Acme / Website", 3600, 1)
    assert [(g.name, g.seconds) for g in project.groups] == [("deep", 3600), ("soon", 3600)]


def test_an_entry_over_midnight_counts_once_above_the_days(db: Database) -> None:
    add(db, at(22, day=23), at(1))
    split = days(date(2026, 11, 23), date(2026, 11, 24), ZoneInfo("UTC"))
    report = totals.report(db, LOCAL, split, ("project", "day"), now=NOW)
    (none,) = report.groups
    assert (none.key, none.name, none.entry_count) == (None, "(no project)", 1)
    assert [(g.key, g.seconds, g.entry_count) for g in none.groups] == [
        ("2026-11-23", 7200, 1),
        ("2026-11-24", 3600, 1),
    ]


def test_a_running_timer_counts_up_to_now_and_is_said(db: Database) -> None:
    add(db, at(11), None)
    split = days(date(2026, 11, 24), date(2026, 11, 24))
    report = totals.report(db, LOCAL, split, ("day",), now=NOW)
    assert (report.seconds, report.running) == (3600, True)
    earlier = days(date(2026, 11, 22), date(2026, 11, 23))
    assert totals.report(db, LOCAL, earlier, ("day",), now=NOW).running is False


def test_a_timer_of_the_future_counts_nothing(db: Database) -> None:
    add(db, at(13), None)
    split = days(date(2026, 11, 24), date(2026, 11, 24))
    report = totals.report(db, LOCAL, split, ("day",), now=NOW)
    assert (report.seconds, report.entry_count, report.running) == (0, 0, False)
    assert totals.seconds_by_type(db, LOCAL, at(0), at(24), now=NOW) == {}


def test_groups_have_clockifys_id_where_there_is_one(db: Database) -> None:
    fill_catalogue(db)
    add(db, at(9), at(10), project=PROJECT.local_id)
    add(db, at(10), at(11), project=OTHER.local_id)
    db.run("UPDATE item SET server_id = 'abc' WHERE local_id = ?", (PROJECT.local_id,))
    split = days(date(2026, 11, 24), date(2026, 11, 24))
    report = totals.report(db, LOCAL, split, ("project",), now=NOW)
    assert [group.key for group in report.groups] == ["abc", OTHER.local_id]


def test_users_are_called_by_name_and_can_be_chosen(db: Database) -> None:
    add(db, at(9), at(10), workspace=WORKSPACE)
    accounts.save_account(
        db,
        accounts.Account(
            base_url="https://api.clockify.me/api/v1",
            user_id=USER,
            name="Ada",
            email="ada@example.org",
            settings="{}",
            fetched=NOW,
        ),
    )
    assert accounts.account(db, ACCOUNT) is not None
    split = days(date(2026, 11, 24), date(2026, 11, 24))
    report = totals.report(db, WORKSPACE, split, ("user",), now=NOW, user=USER)
    assert [(group.key, group.name) for group in report.groups] == [(USER, "Ada")]
    other = totals.report(db, WORKSPACE, split, ("user",), now=NOW, user="x")
    assert other.groups == ()


def test_seconds_in_a_span_are_those_of_the_parts_within(month: Database) -> None:
    dice = random.Random(5)
    for _ in range(50):
        start = at(0, day=1) + timedelta(seconds=dice.randrange(20 * 86_400))
        end = start + timedelta(seconds=dice.randrange(1, 5 * 86_400))
        whole = entries.in_range(month, LOCAL, None, start, end)
        wanted = sum(
            max(0, int((min(end, e.end or NOW) - max(start, e.start)).total_seconds()))
            for e in whole
        )
        found = totals.seconds_by_type(month, LOCAL, start, end, now=NOW)
        assert sum(found.values()) == wanted
