"""Bills: lines made from entries, corrections, and what has changed since.

A quantity is hundredths of an hour, an amount whole cents. What a bill says is frozen: later
questions are answered by comparing what entries said then with what they say now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from clockify_cli.domain.money import Amount, Rate, decimal_text, hundredths, line_price
from clockify_cli.domain.names import fold
from clockify_cli.domain.report import CALENDAR, Dimension, calendar_name, period_start
from clockify_cli.domain.rounding import Rounding
from clockify_cli.domain.time.durations import format_duration
from clockify_cli.domain.time.zones import local_day
from clockify_cli.values import dataclass

BillState = Literal["live", "void"]
Marked = Literal["", "yes", "waiting", "refused"]
"""Whether Clockify was told that the entries of a bill are invoiced."""
DEFAULT_BY: tuple[Dimension, ...] = ("project", "task")
HOURS = "Hours"
"""What a line is called whose entries name nothing that it is divided by."""


@dataclass(frozen=True, slots=True)
class Named:
    """A client, project or task: our own id, and its name as it was then; neither for none."""

    id: str | None = None
    name: str = ""

    def same(self, other: Named) -> bool:
        """Whether both are one thing: renamed, or moved under an equal name with its workspace."""
        return self.id == other.id or (bool(self.name) and fold(self.name) == fold(other.name))


NOBODY = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an entry says of work that can be billed.

    *start* and *end* are aware UTC, *day* is the local day on which it starts. *rate* is None
    where there is none.
    """

    entry: str
    start: datetime
    end: datetime
    day: date
    client: Named = NOBODY
    project: Named = NOBODY
    task: Named = NOBODY
    description: str = ""
    type: str = "REGULAR"
    billable: bool = True
    rate: Rate | None = None

    @property
    def seconds(self) -> int:
        """Whole seconds of work."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the lines of a bill are made: divided *by*, rounded, with weeks from *week_start*."""

    by: tuple[Dimension, ...] = DEFAULT_BY
    rounding: Rounding | None = None
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its number (from 1) on the bill with the id *bill*."""

    bill: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: *quantity* hundredths of an hour at *rate* cost *amount* cents.

    *key* is the same for what belongs on one line. *seconds* were worked. *first* and *last* are
    the local days of service. A line that *takes_off* another has its numbers below zero.
    """

    key: str
    description: str
    project: str
    task: str
    quantity: int
    rate: Rate
    amount: int
    seconds: int
    first: date
    last: date
    entries: tuple[str, ...]
    takes_off: Place | None = None

    @property
    def quantity_text(self) -> str:
        """The hours as a decimal."""
        return decimal_text(self.quantity)

    @property
    def price_text(self) -> str:
        """The unit price as a decimal."""
        return decimal_text(self.rate.cents)

    @property
    def amount_text(self) -> str:
        """The amount as a decimal."""
        return decimal_text(self.amount)

    def says(self, other: Line) -> bool:
        """Whether both lines bill the same: hours, price, days and entries."""
        return (
            (self.quantity, self.rate, self.amount, self.seconds)
            == (other.quantity, other.rate, other.amount, other.seconds)
            and (self.first, self.last) == (other.first, other.last)
            and frozenset(self.entries) == frozenset(other.entries)
        )

    def taken_off(self, place: Place) -> Line:
        """The line that takes this one, which stands at *place*, off again."""
        return Line(
            key=self.key,
            description=self.description,
            project=self.project,
            task=self.task,
            quantity=-self.quantity,
            rate=self.rate,
            amount=-self.amount,
            seconds=-self.seconds,
            first=self.first,
            last=self.last,
            entries=self.entries,
            takes_off=place,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRange:
    """The time that a bill covers, aware UTC; its days are those of the zone *time_zone*.

    They begin *day_start* after midnight. *start* None: all that was finished before *end*.
    """

    start: datetime | None
    end: datetime
    time_zone: str
    day_start: timedelta = timedelta()

    @property
    def days(self) -> tuple[date | None, date]:
        """Its first local day, None if it has no start, and its last."""
        zone = ZoneInfo(self.time_zone)
        first = None if self.start is None else local_day(self.start, zone, self.day_start)
        return first, local_day(self.end - timedelta(seconds=1), zone, self.day_start)

    def covers(self, start: datetime) -> bool:
        """Whether an entry on a bill of this range still belongs there if it starts at *start*."""
        return (self.start is None or self.start <= start) and start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as it was made. *corrects* is the REF of the bill that it corrects.

    *marked* is how things are in Clockify now.
    """

    id: str
    ref: str
    state: BillState
    client: Named
    currency: str
    range: BillRange
    terms: Terms
    created: datetime
    lines: tuple[Line, ...]
    corrects: str | None = None
    marked: Marked = ""

    @property
    def total(self) -> Amount:
        """The sum of its lines."""
        return Amount(sum(line.amount for line in self.lines), self.currency)

    @property
    def quantity(self) -> int:
        """The hundredths of an hour of its lines."""
        return sum(line.quantity for line in self.lines)


def lines_of(work: Iterable[Work], terms: Terms) -> tuple[Line, ...]:
    """The lines of *work*, all of which has a rate, in the order in which they are listed."""
    grouped: dict[str, list[Work]] = {}
    for one in sorted(work, key=lambda one: (one.start, one.entry)):
        grouped.setdefault(_key(one, terms), []).append(one)
    found = [(_order(group[0], terms), _line(key, group, terms)) for key, group in grouped.items()]
    return tuple(line for _, line in sorted(found, key=lambda pair: (pair[0], pair[1].key)))


def _line(key: str, group: Sequence[Work], terms: Terms) -> Line:
    rate = group[0].rate
    assert rate is not None  # noqa: S101 (nothing without a rate is billed)
    quantity = hundredths(_rounded(group, terms.rounding))
    return Line(
        key=key,
        description=" · ".join(filter(None, _names(group[0], terms))) or HOURS,
        project=_shared([one.project for one in group]),
        task=_shared([one.task for one in group]),
        quantity=quantity,
        rate=rate,
        amount=line_price(quantity, rate),
        seconds=sum(one.seconds for one in group),
        first=min(one.day for one in group),
        last=max(one.day for one in group),
        entries=tuple(one.entry for one in group),
    )


def _rounded(group: Sequence[Work], rounding: Rounding | None) -> int:
    """The seconds of *group*, which is one line, rounded as asked."""
    if rounding is None:
        return sum(one.seconds for one in group)
    if rounding.by == "entry":
        return sum(rounding.rounded(one.seconds) for one in group)
    if rounding.by == "group":
        return rounding.rounded(sum(one.seconds for one in group))
    days: dict[date, int] = {}
    for one in group:
        days[one.day] = days.get(one.day, 0) + one.seconds
    return sum(rounding.rounded(seconds) for seconds in days.values())


def _key(one: Work, terms: Terms) -> str:
    rate = one.rate
    price = None if rate is None else [rate.cents, rate.currency]
    return json.dumps([[_value(one, by, terms) for by in terms.by], price], ensure_ascii=False)


def _value(one: Work, by: Dimension, terms: Terms) -> str | None:
    if by in CALENDAR:
        return period_start(by, one.day, terms.week_start).isoformat()
    named = {"client": one.client, "project": one.project, "task": one.task}.get(by)
    if named is not None:
        return named.id
    return {"description": one.description, "type": one.type}.get(by) or None


def _names(one: Work, terms: Terms) -> list[str]:
    return [_name(one, by, terms) for by in terms.by]


def _name(one: Work, by: Dimension, terms: Terms) -> str:
    if by in CALENDAR:
        return calendar_name(by, period_start(by, one.day, terms.week_start))
    named = {"client": one.client, "project": one.project, "task": one.task}.get(by)
    return named.name if named is not None else _value(one, by, terms) or ""


def _order(one: Work, terms: Terms) -> list[tuple[bool, str]]:
    """By name, days in their order, what has none last."""
    found = []
    for by in terms.by:
        value = _value(one, by, terms)
        name = value if by in CALENDAR else _name(one, by, terms).casefold()
        found.append((value is None, name or ""))
    return found


def _shared(names: Sequence[Named]) -> str:
    """The name that all of *names* are; empty if they differ."""
    return names[0].name if all(one.id == names[0].id for one in names) else ""


def corrected(standing: Mapping[Place, Line], now: Sequence[Line]) -> tuple[Line, ...]:
    """What a correction bills: of the lines *standing* those that differ from *now* are taken off.

    *standing* are the lines that no other line has taken off yet. Each is followed by the line
    that takes its place; what is new comes last. Nothing if all is unchanged.
    """
    fresh = {line.key: line for line in now}
    found: list[Line] = []
    for place, old in standing.items():
        new = fresh.pop(old.key, None)
        if new is None or not new.says(old):
            found.append(old.taken_off(place))
            found.extend([new] if new else [])
    return (*found, *fresh.values())


Found = Literal["changed", "vanished", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An entry that is no longer as the bill *ref* has it.

    *then* is None for one that is new, *now* for one that vanished; *why* says what changed.
    """

    ref: str
    what: Found
    then: Work | None
    now: Work | None
    why: str

    @property
    def work(self) -> Work:
        """What the entry says now, or said then."""
        found = self.now or self.then
        assert found is not None  # noqa: S101 (one of them is always there)
        return found


def changes_in(then: Work, now: Work, client: Named, covered: bool) -> str:
    """What differs of an entry that is billed to *client*, in words; empty if nothing does.

    *covered*: the bill's range still holds it. A text that changed is nothing to bill.
    """
    found = []
    if not now.billable:
        found.append("is not billable any more")
    if not now.client.same(client):
        found.append(f"belongs to {now.client.name or 'no client'} now")
    elif not covered:
        found.append(f"is outside the bill's range now ({now.day})")
    elif then.day != now.day:
        found.append(f"moved from {then.day} to {now.day}")
    if then.seconds != now.seconds:
        found.append(f"{_length(then.seconds)} became {_length(now.seconds)}")
    for what, old, new in (
        ("project", then.project, now.project),
        ("task", then.task, now.task),
    ):
        if not old.same(new):
            found.append(f"{what} {old.name or 'none'} became {new.name or 'none'}")
    return ", ".join(found)


def _length(seconds: int) -> str:
    """To the minute, and to the second where that is what differs."""
    shown = format_duration(seconds)
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown


def still_billed(now: Work, bill: Bill) -> bool:
    """Whether an entry that is on *bill* still belongs there."""
    covered = bill.range.covers(now.start)
    return now.billable and covered and now.client.same(bill.client) and now.seconds > 0


def rate_then(then: Work, now: Work) -> Rate | None:
    """The rate of *now*: that of *then* where it is still the same work."""
    same = then.project.same(now.project) and then.task.same(now.task)
    return then.rate if same else now.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSum:
    """What is not billed yet to *client*: *oldest* is the start of its oldest entry (aware UTC).

    *unrated* counts the entries that have no rate.
    """

    client: Named
    count: int
    seconds: int
    amounts: tuple[Amount, ...]
    unrated: int
    oldest: datetime
