"""Bills: lines made from entries, corrections, and what has changed since.

Quantities are in hundredths of an hour, amounts in whole cents. An issued bill is frozen: to find
changes, the entries as they were then are compared with the entries as they are now.
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
from clockify_cli.values import dataclass, replace

BillState = Literal["live", "void"]
Marked = Literal["", "yes", "waiting", "refused"]
"""Whether Clockify has marked the entries of a bill as invoiced."""
DEFAULT_BY: tuple[Dimension, ...] = ("project", "task")
HOURS = "Hours"
"""The name of a line whose entries have no name in any dimension of the bill."""


@dataclass(frozen=True, slots=True)
class Named:
    """A client, project or task: its local id and its name at that time; both empty for none."""

    id: str | None = None
    name: str = ""

    def same(self, other: Named) -> bool:
        """Return whether both are the same, even if renamed, or copied to a new workspace."""
        return self.id == other.id or (bool(self.name) and fold(self.name) == fold(other.name))


NOBODY = Named()


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The facts of an entry that a bill needs.

    *start* and *end* are aware UTC, *day* is the local day on which the entry starts. *rate* is
    None if no rate is known.
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
        """The whole seconds of work."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the lines of a bill are made: grouped *by*, rounded, weeks starting on *week_start*."""

    by: tuple[Dimension, ...] = DEFAULT_BY
    rounding: Rounding | None = None
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a line: its number (from 1) on the bill with the id *bill*."""

    bill: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: *quantity* hundredths of an hour at *rate* cost *amount* cents.

    *key* identifies the line: entries with the same key share one. *seconds* were worked. *first*
    and *last* are the local days of service. A line that *takes_off* another has negative numbers.
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
        """Return whether both lines bill the same hours, price, days and entries."""
        return (
            (self.quantity, self.rate, self.amount, self.seconds)
            == (other.quantity, other.rate, other.amount, other.seconds)
            and (self.first, self.last) == (other.first, other.last)
            and frozenset(self.entries) == frozenset(other.entries)
        )

    def taken_off(self, place: Place) -> Line:
        """Return the line that cancels this one, which is at *place*."""
        return replace(
            self,
            quantity=-self.quantity,
            amount=-self.amount,
            seconds=-self.seconds,
            takes_off=place,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRange:
    """The time that a bill covers, in aware UTC; its days are local days of *time_zone*.

    Days begin *day_start* after midnight. If *start* is None, it covers all work finished before
    *end*.
    """

    start: datetime | None
    end: datetime
    time_zone: str
    day_start: timedelta = timedelta()

    @property
    def days(self) -> tuple[date | None, date]:
        """The first local day (None without a start) and the last."""
        zone = ZoneInfo(self.time_zone)
        first = None if self.start is None else local_day(self.start, zone, self.day_start)
        return first, local_day(self.end - timedelta(seconds=1), zone, self.day_start)

    def covers(self, start: datetime) -> bool:
        """Return whether an entry on a bill of this range still belongs there with this *start*."""
        return (self.start is None or self.start <= start) and start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill as it was issued. *corrects* is the REF of the bill that it corrects.

    *marked* is the current state in Clockify.
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
    """Return the lines of *work*, all of which must have a rate, in their order on the bill."""
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
        description=" · ".join(filter(None, (_name(group[0], by, terms) for by in terms.by)))
        or HOURS,
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
    """Return the seconds of *group*, which becomes one line, rounded as the terms say."""
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


def _name(one: Work, by: Dimension, terms: Terms) -> str:
    if by in CALENDAR:
        return calendar_name(by, period_start(by, one.day, terms.week_start))
    named = {"client": one.client, "project": one.project, "task": one.task}.get(by)
    return named.name if named is not None else _value(one, by, terms) or ""


def _order(one: Work, terms: Terms) -> list[tuple[bool, str]]:
    """Return a sort key: names alphabetically, days in calendar order, missing values last."""
    found = []
    for by in terms.by:
        value = _value(one, by, terms)
        name = value if by in CALENDAR else _name(one, by, terms).casefold()
        found.append((value is None, name or ""))
    return found


def _shared(names: Sequence[Named]) -> str:
    """Return the name that all of *names* share; empty if they differ."""
    return names[0].name if all(one.id == names[0].id for one in names) else ""


def corrected(standing: Mapping[Place, Line], now: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines of a correction, which cancel those of *standing* that differ from *now*.

    *standing* are the lines that no other line has cancelled yet. Each cancellation is followed by
    its replacement, and new lines come last. Empty if nothing has changed.
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
    """An entry that differs from its record on the bill *ref*.

    *then* is None for a new entry, *now* for one that no longer exists; *why* says what changed.
    """

    ref: str
    what: Found
    then: Work | None
    now: Work | None
    why: str

    @property
    def work(self) -> Work:
        """The entry as it is now; if it no longer exists, as it was then."""
        found = self.now or self.then
        assert found is not None  # noqa: S101 (one of them is always there)
        return found


def changes_in(then: Work, now: Work, client: Named, covered: bool) -> str:
    """Describe what changed in an entry billed to *client*; empty if nothing did.

    *covered*: the range of the bill still includes it. A changed description alone does not count.
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
    for what, old, new in (("project", then.project, now.project), ("task", then.task, now.task)):
        if not old.same(new):
            found.append(f"{what} {old.name or 'none'} became {new.name or 'none'}")
    return ", ".join(found)


def _length(seconds: int) -> str:
    """Format to the minute, or to the second if only the seconds differ."""
    shown = format_duration(seconds)
    return f"{shown}:{seconds % 60:02}" if seconds % 60 else shown


def still_billed(now: Work, bill: Bill) -> bool:
    """Return whether an entry that is on *bill* still belongs there."""
    covered = bill.range.covers(now.start)
    return now.billable and covered and now.client.same(bill.client) and now.seconds > 0


def rate_then(then: Work, now: Work) -> Rate | None:
    """Return the rate of *now*: the rate of *then* if project and task are still the same."""
    same = then.project.same(now.project) and then.task.same(now.task)
    return then.rate if same else now.rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSum:
    """The unbilled work for *client*; *oldest* is the start of its oldest entry (aware UTC).

    *unrated* counts the entries without a rate.
    """

    client: Named
    count: int
    seconds: int
    amounts: tuple[Amount, ...]
    unrated: int
    oldest: datetime
