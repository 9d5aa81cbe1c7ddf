"""Sums of time. What lies within one day is summed by SQL; the rest comes entry by entry.

Clock changes and days that begin later than midnight are in the bounds that the caller gives, so
that SQL sees instants alone.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from clockify_cli.domain.entry import REGULAR
from clockify_cli.domain.filters import ALL, EntryFilter
from clockify_cli.domain.report import (
    CALENDAR,
    Contribution,
    DayBounds,
    Dimension,
    Label,
    Labels,
    Part,
    Report,
    build,
)
from clockify_cli.store.conditions import Condition, add_range, selection
from clockify_cli.store.connection import Record, StoreConnection
from clockify_cli.store.instants import seconds_of
from clockify_cli.values import dataclass, replace

# A client is looked up by its project once the sums are made, not for each entry.
_COLUMNS: dict[Dimension, str] = {
    "client": "e.project",
    "project": "e.project",
    "task": "e.task",
    "tag": "(SELECT group_concat(tag, ' ') FROM entry_tag WHERE entry = e.local_id)",
    "user": "e.user",
    "description": "e.description",
    "type": "e.type",
    "billable": "CASE WHEN e.billable THEN 'true' ELSE 'false' END",
}

_ITEMS: frozenset[Dimension] = frozenset({"client", "project", "task", "tag"})

_BUCKETS = """
    WITH bucket (number, start, "end") AS MATERIALIZED (
        SELECT key, json_extract(value, '$[0]'), json_extract(value, '$[1]')
        FROM json_each(:buckets)
    )
"""


@dataclass(frozen=True, slots=True)
class _Day:
    """A bucket: a local day, or a whole range where no calendar is asked for; in seconds."""

    day: date
    start: int
    end: int


def report(
    db: StoreConnection,
    workspace: str,
    days: Sequence[DayBounds],
    by: Sequence[Dimension],
    chosen: EntryFilter = ALL,
    *,
    now: datetime,
    users: Sequence[str | None] = (),
    week_start: int = 0,
) -> Report:
    """The totals of *days* (at least one, in order, each beginning where the last one ends).

    A running timer counts to *now* (aware UTC). *users*: whose entries count; all where empty.
    """
    buckets = _buckets(days, by)
    # What is not regular is told apart in each total, whatever it is divided by.
    columns = [dimension for dimension in _COLUMNS if dimension in by or dimension == "type"]
    whole = selection(db, workspace, users, chosen)
    with db.making_sense("an entry in it"):
        found = [
            *_sums(db, whole, buckets, columns),
            *_crossing(db, whole, buckets, columns, seconds_of(now)),
            *_reaching_in(db, workspace, whole, buckets, columns, seconds_of(now)),
        ]
    if "client" in by:
        found = _with_clients(db, workspace, found)
    labels = _labels(db, workspace, by, found)
    return build((days[0][1], days[-1][2]), by, found, labels, week_start=week_start)


def seconds_by_type(
    db: StoreConnection,
    workspace: str,
    start: datetime,
    end: datetime,
    chosen: EntryFilter = ALL,
    *,
    now: datetime,
    users: Sequence[str | None] = (),
) -> dict[str, int]:
    """The seconds of all entries between *start* and *end* by type, a running timer up to *now*.

    A type without time is left out.
    """
    condition = selection(db, workspace, users, chosen)
    add_range(db, condition, workspace, seconds_of(start), seconds_of(end))
    length = 'max(0, min(coalesce(e."end", :now), :range_end) - max(e.start, :range_start))'
    rows = db.all(
        f"SELECT e.type, sum({length}) FROM entry e WHERE {condition.sql} GROUP BY 1",
        {**condition.parameters, "now": seconds_of(now)},
    )
    return {type_: seconds for type_, seconds in rows if seconds}


def _buckets(days: Sequence[DayBounds], by: Sequence[Dimension]) -> list[_Day]:
    if CALENDAR.isdisjoint(by):
        return [_Day(days[0][0], seconds_of(days[0][1]), seconds_of(days[-1][2]))]
    return [_Day(day, seconds_of(start), seconds_of(end)) for day, start, end in days]


def _sums(
    db: StoreConnection, whole: Condition, buckets: list[_Day], columns: list[Dimension]
) -> Iterator[Contribution]:
    """Of the entries that lie within one bucket."""
    grouped = "".join(f", {4 + n}" for n in range(len(columns)))
    records = db.each(
        f"""
        {_BUCKETS}
        SELECT b.number, sum(e."end" - e.start), sum((e."end" - e.start) * e.billable),
               {_selected("count(*)", columns)}
        FROM bucket b CROSS JOIN entry e
        WHERE {whole.sql} AND e.start >= b.start AND e.start < b."end"
          AND e."end" <= b."end" AND e."end" > e.start
        GROUP BY 1{grouped}
        """,
        {**whole.parameters, "buckets": _bounds_text(buckets)},
    )
    for bucket, seconds, billable_seconds, *keys, count in records:
        part = Part(buckets[bucket].day, seconds, billable_seconds)
        yield _contribution((part,), count, columns, keys)


def _crossing(
    db: StoreConnection,
    whole: Condition,
    buckets: list[_Day],
    columns: list[Dimension],
    now: int,
) -> Iterator[Contribution]:
    """Each of the entries that begin in a bucket and end after it, or still run."""
    records = db.each(
        f"""
        {_BUCKETS}
        SELECT e.start, e.billable, {_selected('e."end"', columns)}
        FROM bucket b CROSS JOIN entry e
        WHERE {whole.sql} AND e.start >= b.start AND e.start < b."end"
          AND (e."end" > b."end" OR e."end" IS NULL)
        """,
        {**whole.parameters, "buckets": _bounds_text(buckets)},
    )
    yield from _divided(records, buckets, columns, now)


def _reaching_in(
    db: StoreConnection,
    workspace: str,
    whole: Condition,
    buckets: list[_Day],
    columns: list[Dimension],
    now: int,
) -> Iterator[Contribution]:
    """Each of the entries that begin before the first bucket and have time in it."""
    first = buckets[0].start
    condition = Condition([*whole.parts], {**whole.parameters})
    add_range(db, condition, workspace, first, first)
    records = db.each(
        f"""
        SELECT e.start, e.billable, {_selected('e."end"', columns)} FROM entry e
        WHERE {condition.sql}
        """,
        condition.parameters,
    )
    yield from _divided(records, buckets, columns, now)


def _divided(
    records: Iterator[Record], buckets: list[_Day], columns: list[Dimension], now: int
) -> Iterator[Contribution]:
    for start, billable, *keys, end in records:
        parts = _parts(buckets, start, now if end is None else end, billable)
        if parts:
            yield _contribution(parts, 1, columns, keys, running=end is None)


def _selected(last: str, columns: list[Dimension]) -> str:
    return ", ".join([*(_COLUMNS[column] for column in columns), last])


def _bounds_text(buckets: list[_Day]) -> str:
    return json.dumps([[bucket.start, bucket.end] for bucket in buckets])


def _contribution(
    parts: tuple[Part, ...],
    count: int,
    columns: list[Dimension],
    keys: list[str | None],
    *,
    running: bool = False,
) -> Contribution:
    named: dict[str, str | None] = dict(zip(columns, keys, strict=True))
    tags = named.pop("tag", None)
    type_ = named.pop("type") or REGULAR
    return Contribution(
        parts=parts,
        count=count,
        type=type_,
        running=running,
        keys=named,
        tags=tuple(tags.split()) if tags else (),
    )


def _parts(buckets: list[_Day], start: int, end: int, billable: int) -> tuple[Part, ...]:
    """The seconds from *start* to *end* in each bucket that has any of them; *billable* 0 or 1."""
    position = max(0, bisect_right(buckets, start, key=lambda bucket: bucket.start) - 1)
    found = []
    while position < len(buckets) and buckets[position].start < end:
        bucket = buckets[position]
        seconds = min(end, bucket.end) - max(start, bucket.start)
        if seconds > 0:
            found.append(Part(bucket.day, seconds, seconds * billable))
        position += 1
    return tuple(found)


def _with_clients(
    db: StoreConnection, workspace: str, found: list[Contribution]
) -> list[Contribution]:
    rows = db.each(
        "SELECT local_id, client FROM item WHERE workspace = ? AND kind = 'project'", (workspace,)
    )
    client_of: dict[str | None, str | None] = dict(rows)
    return [
        replace(one, keys={**one.keys, "client": client_of.get(one.keys["client"])})
        for one in found
    ]


def _labels(
    db: StoreConnection, workspace: str, by: Sequence[Dimension], found: list[Contribution]
) -> Labels:
    named = {key for one in found for key in (*one.keys.values(), *one.tags) if key}
    labels = {}
    if not _ITEMS.isdisjoint(by):
        labels = _item_labels(db, workspace, named)
    if "user" in by:
        for user, name in db.each("SELECT user_id, name FROM account"):
            labels[user] = Label(user, name)
    return labels


def _item_labels(db: StoreConnection, workspace: str, named: set[str]) -> dict[str, Label]:
    rows = db.each(
        """
        SELECT i.local_id, coalesce(i.server_id, i.local_id), i.name, c.name
        FROM item i LEFT JOIN item c ON c.local_id = i.client
        WHERE i.workspace = ?
        """,
        (workspace,),
    )
    return {
        local_id: Label(key, f"{client} / {name}" if client else name, name)
        for local_id, key, name, client in rows
        if local_id in named
    }
