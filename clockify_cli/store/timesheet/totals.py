"""Sums of time. SQL sums entries within one day; the rest is returned entry by entry.

The caller's bounds take clock changes and days that begin after midnight into account, so SQL sees
only instants.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import ALL, REGULAR, EntryFilter
from clockify_cli.domain.measured import Kind, Measure
from clockify_cli.domain.report import (
    CALENDAR,
    NO_MEASURE,
    UNMEASURED,
    Contribution,
    DayBounds,
    Dimension,
    Label,
    Labels,
    Part,
    Report,
    build,
)
from clockify_cli.store.db.connection import Record, StoreConnection, moment_of, seconds_of
from clockify_cli.store.timesheet.entries import Condition, add_range, selection
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.domain.money import Rates
    from clockify_cli.domain.rounding import Rounding, Roundings

# Clients are looked up by project after summing, not for each entry.
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

_PRICED = ("e.project", "e.task", "e.billable", "e.extra")
"""The columns that determine the price of time, whatever the dimensions."""

_COLOR = "#[0-9a-fA-F]{6}"

_ITEMS: frozenset[Dimension] = frozenset({"client", "project", "task", "tag"})

_BUCKETS = """
    WITH bucket (number, start, "end") AS MATERIALIZED (
        SELECT key, json_extract(value, '$[0]'), json_extract(value, '$[1]')
        FROM json_each(:buckets)
    )
"""


@dataclass(frozen=True, slots=True)
class Measuring:
    """How time is rounded and priced for a report, with everything looked up in advance.

    *clients* maps projects to clients, by local ids. *outdated* are entries whose own rate no
    longer applies, *currency* is that of rates without one.
    """

    measure: Measure
    roundings: Roundings
    rates: Rates
    clients: Mapping[str | None, str | None]
    outdated: tuple[str, ...] = ()
    currency: str = ""

    @property
    def each(self) -> set[Rounding | None]:
        """All roundings in use."""
        return {self.roundings.usual, *self.roundings.clients.values()}

    @property
    def by_day(self) -> bool:
        """Whether rounding needs the seconds of each day."""
        return any(rounding is not None and rounding.by == "day" for rounding in self.each)


@dataclass(frozen=True, slots=True)
class _Day:
    """A bucket: a local day, or the whole range if no calendar dimension is used; in seconds."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    """The entries that *whole* selects, to be summed by *columns* in *buckets*.

    If time is measured, all of them have the same rounding.
    """

    db: StoreConnection
    whole: Condition
    buckets: list[_Day]
    columns: list[Dimension]
    measuring: Measuring | None = None
    rounding: Rounding | None = None

    @property
    def selected(self) -> list[str]:
        """The expressions read from each entry besides its time."""
        named = [_COLUMNS[column] for column in self.columns]
        return [*named, *self._priced()] if self.prices else named

    @property
    def prices(self) -> bool:
        """Whether prices are requested."""
        return self.measuring is not None and self.measuring.measure.priced

    def _priced(self) -> Iterator[str]:
        yield from _PRICED[:-1]
        outdated = self.measuring.outdated if self.measuring else ()
        if not outdated:
            yield _PRICED[-1]
            return
        yield (
            "CASE WHEN e.local_id IN (SELECT value FROM json_each(:outdated))"
            f" THEN '{{}}' ELSE {_PRICED[-1]} END"
        )

    @property
    def by_entry(self) -> str:
        """The SQL for the sum of the lengths, each entry rounded by itself."""
        length = 'e."end" - e.start'
        if self.rounding is None or self.rounding.by != "entry":
            return f"sum({length})"
        return f"sum(({length} + :added) / :step * :step)"

    @property
    def parameters(self) -> dict[str, object]:
        """The values of all parameters used above."""
        bounds = [(bucket.start, bucket.end) for bucket in self.buckets]
        found = {**self.whole.parameters, "buckets": json.dumps(bounds)}
        if self.measuring and self.measuring.outdated:
            found["outdated"] = json.dumps(self.measuring.outdated)
        if self.rounding is not None:
            found |= {"added": self.rounding.added, "step": self.rounding.step}
        return found

    def kind(self, found: Sequence[str | None]) -> Kind:
        """Return how time with the `_PRICED` columns *found* is rounded and priced."""
        if self.measuring is None:
            return UNMEASURED
        if not self.prices:
            return Kind(self.rounding)
        project, task, billable, extra = found
        if not billable:
            return Kind(self.rounding)
        from clockify_cli.store.timesheet.rates import own_rate

        own = own_rate(extra or "{}", self.measuring.currency)
        return Kind(self.rounding, True, self.measuring.rates.of(own, task, project))


def report(
    db: StoreConnection,
    workspace: str,
    days: Sequence[DayBounds],
    by: Sequence[Dimension],
    chosen: EntryFilter = ALL,
    *,
    now: datetime,
    user: str | None = None,
    week_start: int = 0,
    measuring: Measuring | None = None,
) -> Report:
    """Return the totals of *days* (at least one, in order, without gaps).

    A running timer counts to *now* (aware UTC). *user*: whose entries count; None: all.
    *measuring*: how they are rounded and priced, if requested.
    """
    by_day = not CALENDAR.isdisjoint(by) or (measuring is not None and measuring.by_day)
    buckets = _buckets(days, by_day=by_day)
    # Every total lists irregular time separately, whatever its dimensions.
    columns = [dimension for dimension in _COLUMNS if dimension in by or dimension == "type"]
    whole = selection(db, workspace, user, chosen)
    found: list[Contribution] = []
    with db.making_sense("an entry in it"):
        for query in _queries(db, whole, buckets, columns, measuring):
            found += _sums(query)
            found += _crossing(query, seconds_of(now))
            found += _reaching_in(query, workspace, seconds_of(now))
    if "client" in by:
        found = _with_clients(db, workspace, found)
    labels = _labels(db, workspace, by, found)
    bounds = (days[0][1], days[-1][2])
    measure = NO_MEASURE if measuring is None else measuring.measure
    return build(bounds, by, found, labels, week_start=week_start, measure=measure)


def _queries(
    db: StoreConnection,
    whole: Condition,
    buckets: list[_Day],
    columns: list[Dimension],
    measuring: Measuring | None,
) -> Iterator[_Query]:
    """Yield one query for all entries, or one for those of each rounding."""
    if measuring is None:
        yield _Query(db=db, whole=whole, buckets=buckets, columns=columns)
        return
    for rounding in measuring.each:
        yield _Query(
            db=db,
            whole=_rounded_alike(whole, measuring, rounding),
            buckets=buckets,
            columns=columns,
            measuring=measuring,
            rounding=rounding,
        )


def _rounded_alike(whole: Condition, measuring: Measuring, rounding: Rounding | None) -> Condition:
    """Restrict *whole* to entries of projects whose time *rounding* applies to."""
    roundings = measuring.roundings
    found = Condition([*whole.parts], {**whole.parameters})
    if not roundings.clients:
        return found
    usual = roundings.of(None) == rounding
    others = [
        project
        for project, client in measuring.clients.items()
        if (roundings.of(client) == rounding) != usual
    ]
    listed = "e.project IN (SELECT value FROM json_each(:projects))"
    found.add(
        f"(e.project IS NULL OR NOT {listed})" if usual else listed, projects=json.dumps(others)
    )
    return found


def seconds_by_type(
    db: StoreConnection,
    workspace: str,
    start: datetime,
    end: datetime,
    chosen: EntryFilter = ALL,
    *,
    now: datetime,
    user: str | None = None,
) -> dict[str, int]:
    """Return the seconds between *start* and *end* by type, a running timer up to *now*.

    Types without time are left out.
    """
    condition = selection(db, workspace, user, chosen)
    add_range(db, condition, workspace, seconds_of(start), seconds_of(end))
    length = 'max(0, min(coalesce(e."end", :now), :range_end) - max(e.start, :range_start))'
    rows = db.all(
        f"SELECT e.type, sum({length}) FROM entry e WHERE {condition.sql} GROUP BY 1",
        {**condition.parameters, "now": seconds_of(now)},
    )
    return {type_: seconds for type_, seconds in rows if seconds}


_USED: dict[str, str] = {
    "project": "e.project FROM entry e",
    "task": "e.task FROM entry e",
    "client": "p.client FROM entry e JOIN item p ON p.local_id = e.project",
    "tag": "t.tag FROM entry_tag t JOIN entry e ON e.local_id = t.entry",
}


def last_used(
    db: StoreConnection,
    workspace: str,
    kind: str,
    *,
    now: datetime,
    user: str | None = None,
) -> dict[str, datetime]:
    """Return when the latest entry of each name of *kind* began (not after *now*), by local id."""
    condition = selection(db, workspace, user)
    condition.add("e.start <= :now", now=seconds_of(now))
    with db.making_sense("an entry in it"):
        return {
            name: moment_of(start)
            for start, name in db.each(
                f"SELECT max(e.start), {_USED[kind]} WHERE {condition.sql} GROUP BY 2",
                condition.parameters,
            )
            if name is not None
        }


def _buckets(days: Sequence[DayBounds], *, by_day: bool) -> list[_Day]:
    if not by_day:
        return [_Day(days[0][0], seconds_of(days[0][1]), seconds_of(days[-1][2]))]
    return [_Day(day, seconds_of(start), seconds_of(end)) for day, start, end in days]


def _sums(query: _Query) -> Iterator[Contribution]:
    """Yield the sums of entries within one bucket."""
    selected = query.selected
    grouped = "".join(f", {5 + n}" for n in range(len(selected)))
    records = query.db.each(
        f"""
        {_BUCKETS}
        SELECT b.number, sum(e."end" - e.start), sum((e."end" - e.start) * e.billable),
               {query.by_entry}, {"".join(f"{each}, " for each in selected)} count(*)
        FROM bucket b CROSS JOIN entry e
        WHERE {query.whole.sql} AND e.start >= b.start AND e.start < b."end"
          AND e."end" <= b."end" AND e."end" > e.start
        GROUP BY 1{grouped}
        """,
        query.parameters,
    )
    for bucket, seconds, billable_seconds, by_entry, *keys, count in records:
        part = Part(query.buckets[bucket].day, seconds, billable_seconds, by_entry)
        yield _contribution(query, (part,), count, keys)


def _crossing(query: _Query, now: int) -> Iterator[Contribution]:
    """Yield each entry that begins in a bucket and ends after it, or still runs."""
    records = query.db.each(
        f"""
        {_BUCKETS}
        SELECT e.start, e.billable, {"".join(f"{each}, " for each in query.selected)} e."end"
        FROM bucket b CROSS JOIN entry e
        WHERE {query.whole.sql} AND e.start >= b.start AND e.start < b."end"
          AND (e."end" > b."end" OR e."end" IS NULL)
        """,
        query.parameters,
    )
    yield from _divided(query, records, now)


def _reaching_in(query: _Query, workspace: str, now: int) -> Iterator[Contribution]:
    """Yield each entry that begins before the first bucket and extends into it."""
    first = query.buckets[0].start
    condition = Condition([*query.whole.parts], query.parameters)
    add_range(query.db, condition, workspace, first, first)
    records = query.db.each(
        f"""
        SELECT e.start, e.billable, {"".join(f"{each}, " for each in query.selected)} e."end"
        FROM entry e WHERE {condition.sql}
        """,
        condition.parameters,
    )
    yield from _divided(query, records, now)


def _divided(query: _Query, records: Iterator[Record], now: int) -> Iterator[Contribution]:
    for start, billable, *keys, end in records:
        parts = _parts(query.buckets, start, now if end is None else end, billable)
        if parts:
            rounded = _rounded_parts(parts, query.rounding)
            yield _contribution(query, rounded, 1, keys, running=end is None)


def _rounded_parts(parts: tuple[Part, ...], rounding: Rounding | None) -> tuple[Part, ...]:
    """Round one entry as a whole, and divide it among *parts* in whole steps."""
    seconds = [part.seconds for part in parts]
    if rounding is None or rounding.by != "entry":
        return tuple(replace(part, by_entry=part.seconds) for part in parts)
    from clockify_cli.domain.rounding import divided

    shares = divided(rounding.rounded(sum(seconds)), seconds, rounding.step)
    return tuple(replace(part, by_entry=share) for part, share in zip(parts, shares, strict=True))


def _contribution(
    query: _Query,
    parts: tuple[Part, ...],
    count: int,
    found: list[str | None],
    *,
    running: bool = False,
) -> Contribution:
    columns = query.columns
    named: dict[str, str | None] = dict(zip(columns, found, strict=False))
    tags = named.pop("tag", None)
    type_ = named.pop("type") or REGULAR
    return Contribution(
        parts=parts,
        count=count,
        type=type_,
        running=running,
        keys=named,
        tags=tuple(tags.split()) if tags else (),
        kind=query.kind(found[len(columns) :]),
    )


def _parts(buckets: list[_Day], start: int, end: int, billable: int) -> tuple[Part, ...]:
    """Return the seconds from *start* to *end* in each bucket; *billable* is 0 or 1."""
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
    from clockify_cli.store.timesheet.rates import clients_of_projects

    client_of = clients_of_projects(db, workspace)
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


def project_colors(db: StoreConnection, workspace: str) -> dict[str, str]:
    """Return the colours of projects, as ``#0b83d9``: by local id and by Clockify's id."""
    rows = db.each(
        """
        SELECT local_id, server_id, json_extract(extra, '$.color') FROM item
        WHERE workspace = ? AND kind = 'project' AND json_valid(extra)
        """,
        (workspace,),
    )
    import re

    found = {}
    for local_id, server_id, color in rows:
        if isinstance(color, str) and re.fullmatch(_COLOR, color):
            found[local_id] = color.lower()
            if server_id is not None:
                found[server_id] = color.lower()
    return found
