"""The tree of a report, built from sums instead of single entries.

A contribution is a sum over entries that have the same values in all requested dimensions (or one
entry that crosses the boundary of a day, with its parts by day). Each group counts a contribution
once, whichever of its children count it: an entry with two tags counts in full under both and once
in the total.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from clockify_cli.domain.entry import REGULAR, TypeSeconds, irregular, type_name, type_place
from clockify_cli.domain.measured import Kind, Measure, Sums, Tally, added, tallied
from clockify_cli.domain.time.points import MONTHS, date_text
from clockify_cli.values import dataclass, field, replace

Dimension = Literal[
    "day",
    "week",
    "month",
    "client",
    "project",
    "task",
    "tag",
    "user",
    "description",
    "billable",
    "type",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
CALENDAR: frozenset[Dimension] = frozenset({"day", "week", "month"})

DayBounds = tuple[date, datetime, datetime]
"""A local day, its start and its end (aware UTC)."""

_NOTHING = {
    "client": "(no client)",
    "project": "(no project)",
    "task": "(no task)",
    "tag": "(no tag)",
    "user": "(you)",
    "description": "(no description)",
}


UNMEASURED = Kind()
NO_MEASURE = Measure()
NOTHING = Sums()


@dataclass(frozen=True, slots=True)
class Part:
    """The seconds of a contribution that lie in a local *day*, and how many are billable.

    *by_entry* is the same time with each entry rounded by itself; equal to *seconds* without
    rounding.
    """

    day: date
    seconds: int
    billable_seconds: int
    by_entry: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """The sum of *count* entries with the same *keys*.

    *keys* holds a local id, a text or None ("none") for each requested dimension except those of
    the calendar, ``tag`` and ``type``; *tags* are local ids. *type* is Clockify's name. *running*:
    counted up to now. *kind* says how it is rounded and priced, if requested.
    """

    parts: tuple[Part, ...]
    count: int
    type: str = REGULAR
    running: bool = False
    keys: Mapping[str, str | None] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    kind: Kind = UNMEASURED


@dataclass(frozen=True, slots=True)
class Label:
    """How a client, project, task, tag or user is shown: its id for scripts, and its name.

    *alone* is the name of a project without its client's.
    """

    key: str
    name: str
    alone: str = ""


Labels = Mapping[str, Label]
"""Labels by local id (for a user, by Clockify's id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One line of a report and the groups that it divides into.

    *key* is an id, an ISO date (the first day of a week or month), a description, Clockify's name
    for a type, ``true`` or ``false``; None for "none". *entry_count* counts each entry with time
    here once. *of_types* are the seconds in *seconds* of each type other than REGULAR. *sums* are
    its rounded time and amounts, if measured. *whole* is a project's name with its client, if
    *name* omits the client because an outer group shows it.
    """

    dimension: Dimension
    key: str | None
    name: str
    seconds: int
    billable_seconds: int
    entry_count: int
    groups: tuple[Group, ...] = ()
    of_types: TypeSeconds = field(default_factory=dict)
    sums: Sums = NOTHING
    whole: str = ""

    @property
    def full_name(self) -> str:
        """The name to use outside the surrounding groups."""
        return self.whole or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Totals of the time from *start* to *end* (aware UTC), by the dimensions *by*, outer first.

    *running*: it includes a running timer, counted up to the moment of the report. *of_types* and
    *sums* as in `Group`; *measure* says what *sums* hold. *unrated* is the number of billable
    entries without a rate, and their seconds.
    """

    start: datetime
    end: datetime
    by: tuple[Dimension, ...]
    seconds: int
    billable_seconds: int
    entry_count: int
    groups: tuple[Group, ...]
    running: bool = False
    of_types: TypeSeconds = field(default_factory=dict)
    measure: Measure = NO_MEASURE
    sums: Sums = NOTHING
    unrated: tuple[int, int] = (0, 0)

    @property
    def counts_twice(self) -> bool:
        """Whether on any level tag groups do not add up to the seconds above them."""
        return _counts_twice(self.groups, self.seconds)


def _counts_twice(groups: Sequence[Group], seconds: int) -> bool:
    by_tag = any(group.dimension == "tag" for group in groups)
    if by_tag and sum(group.seconds for group in groups) != seconds:
        return True
    return any(_counts_twice(group.groups, group.seconds) for group in groups)


@dataclass(slots=True)
class _Node:
    seconds: int = 0
    billable_seconds: int = 0
    entry_count: int = 0
    of_types: dict[str, int] = field(default_factory=dict)
    children: dict[str | None, _Node] = field(default_factory=dict)
    tally: Tally | None = None
    sums: Sums = NOTHING

    def count(self, contribution: Contribution, parts: Sequence[Part]) -> None:
        """Add to the tally of an innermost group."""
        if self.tally is None:
            self.tally = Tally()
        for part in parts:
            self.tally.add(contribution.kind, part.day, part.seconds, part.by_entry)

    def take(self, contribution: Contribution, parts: Sequence[Part]) -> None:
        self.entry_count += contribution.count
        for part in parts:
            self.seconds += part.seconds
            self.billable_seconds += part.billable_seconds
        if contribution.type != REGULAR:
            seconds = sum(part.seconds for part in parts)
            self.of_types[contribution.type] = self.of_types.get(contribution.type, 0) + seconds


def build(
    bounds: tuple[datetime, datetime],
    by: Sequence[Dimension],
    contributions: Iterable[Contribution],
    labels: Labels,
    *,
    week_start: int = 0,
    measure: Measure = NO_MEASURE,
) -> Report:
    """Return the report of *contributions*, groups in ascending order, "none" last.

    *bounds* are aware UTC; *week_start* is 0 for Monday to 6 for Sunday.
    """
    found = list(contributions)
    whole = _tree(found, tuple(by), week_start, measure)
    if measure != NO_MEASURE:
        _measure(whole, tuple(by), _without_tags(found, by, week_start, measure))
    return Report(
        start=bounds[0],
        end=bounds[1],
        by=tuple(by),
        seconds=whole.seconds,
        billable_seconds=whole.billable_seconds,
        entry_count=whole.entry_count,
        groups=_groups(whole, tuple(by), (), labels),
        running=any(contribution.running for contribution in found),
        of_types=irregular(whole.of_types),
        measure=measure,
        sums=whole.sums,
        unrated=_unrated(found) if measure.priced else (0, 0),
    )


def _unrated(contributions: Iterable[Contribution]) -> tuple[int, int]:
    """Return the number and the seconds of the billable entries without a rate."""
    count = seconds = 0
    for one in contributions:
        if one.kind.billable and one.kind.rate is None:
            count += one.count
            seconds += sum(part.seconds for part in one.parts)
    return count, seconds


def _tree(
    contributions: Iterable[Contribution],
    by: tuple[Dimension, ...],
    week_start: int,
    measure: Measure,
) -> _Node:
    whole = _Node()
    measured = measure != NO_MEASURE
    for contribution in contributions:
        _add(whole, contribution, contribution.parts, by, week_start, measured=measured)
    return whole


def _without_tags(
    contributions: Sequence[Contribution],
    by: Sequence[Dimension],
    week_start: int,
    measure: Measure,
) -> _Node | None:
    """Build the same tree without tags, so that entries count once.

    None if groups of tags count every entry once anyway: what is rounded then adds up as it is.
    """
    if "tag" not in by or all(len(each.tags) < 2 for each in contributions):
        return None
    others = tuple(dimension for dimension in by if dimension != "tag")
    twin = _tree(contributions, others, week_start, measure)
    _measure(twin, others, None)
    return twin


def _measure(node: _Node, by: tuple[Dimension, ...], twin: _Node | None) -> None:
    """Sum up *node* and its groups; above tags, take the sums of *twin*, which has no tags."""
    below_tag = bool(by) and by[0] == "tag"
    for key, child in node.children.items():
        alike = None if twin is None or below_tag else twin.children.get(key)
        _measure(child, by[1:], alike)
    if twin is not None:
        node.sums = twin.sums
    elif by:
        node.sums = added(child.sums for child in node.children.values())
    elif node.tally is not None:
        node.sums = tallied(node.tally)


def _add(
    node: _Node,
    contribution: Contribution,
    parts: Sequence[Part],
    by: tuple[Dimension, ...],
    week_start: int,
    *,
    measured: bool,
) -> None:
    node.take(contribution, parts)
    if not by:
        if measured:
            node.count(contribution, parts)
        return
    for key, shared in _divide(contribution, parts, by[0], week_start):
        child = node.children.get(key)
        if child is None:
            child = node.children[key] = _Node()
        _add(child, contribution, shared, by[1:], week_start, measured=measured)


def _divide(
    contribution: Contribution, parts: Sequence[Part], dimension: Dimension, week_start: int
) -> Iterable[tuple[str | None, Sequence[Part]]]:
    """Return the groups of *dimension* that count *contribution*, each with the parts it counts."""
    if dimension in CALENDAR:
        return _by_calendar(parts, lambda day: period_start(dimension, day, week_start))
    if dimension == "tag":
        return [(tag, parts) for tag in contribution.tags or (None,)]
    if dimension == "type":
        return [(contribution.type, parts)]
    return [(contribution.keys[dimension] or None, parts)]


def _by_calendar(
    parts: Sequence[Part], period: Callable[[date], date]
) -> Iterable[tuple[str, Sequence[Part]]]:
    if len(parts) == 1:
        return [(period(parts[0].day).isoformat(), parts)]
    found: dict[date, list[Part]] = {}
    for part in parts:
        found.setdefault(period(part.day), []).append(part)
    return [(first.isoformat(), shared) for first, shared in found.items()]


def period_start(dimension: Dimension, day: date, week_start: int = 0) -> date:
    """Return the first day of the day, week or month that contains *day*."""
    if dimension == "month":
        return day.replace(day=1)
    if dimension == "week":
        return day - timedelta(days=(day.weekday() - week_start) % 7)
    return day


def _groups(
    node: _Node, by: tuple[Dimension, ...], outer: tuple[Dimension, ...], labels: Labels
) -> tuple[Group, ...]:
    if not by:
        return ()
    dimension = by[0]
    found = [
        Group(
            dimension=dimension,
            key=label.key if label else None,
            name=_shown(dimension, label, outer),
            seconds=child.seconds,
            billable_seconds=child.billable_seconds,
            entry_count=child.entry_count,
            groups=_groups(child, by[1:], (*outer, dimension), labels),
            of_types=irregular(child.of_types),
            sums=child.sums,
            whole=label.name if label else "",
        )
        for key, child in node.children.items()
        for label in [_label(dimension, key, labels)]
    ]
    return tuple(sorted(found, key=_order))


def largest_first(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Sort *groups*, on all levels, by their (rounded) time; days stay in calendar order."""
    inner = [replace(group, groups=largest_first(group.groups)) for group in groups]
    if groups and groups[0].dimension in CALENDAR:
        return tuple(inner)
    return tuple(sorted(inner, key=lambda group: (-group.sums.rounded, -group.seconds)))


def _label(dimension: Dimension, key: str | None, labels: Labels) -> Label | None:
    if key is None:
        return None
    if dimension in CALENDAR:
        return Label(key, calendar_name(dimension, date.fromisoformat(key)))
    if dimension == "billable":
        return Label(key, "billable" if key == "true" else "not billable")
    if dimension == "type":
        return Label(key, type_name(key))
    if dimension == "description":
        return Label(key, key)
    return labels.get(key, Label(key, key))


def _shown(dimension: Dimension, label: Label | None, outer: tuple[Dimension, ...]) -> str:
    if label is None:
        return _NOTHING[dimension]
    if dimension == "project" and "client" in outer:
        return label.alone or label.name
    return label.name


def calendar_name(dimension: Dimension, first: date) -> str:
    """Return the name of the day, week or month that begins with *first*.

    A week that does not begin on a Monday has the number of the ISO week that contains most of it.
    """
    if dimension == "month":
        return f"{MONTHS[first.month - 1][:3]} {first.year}"
    if dimension == "week":
        return f"Week {(first + timedelta(days=3)).isocalendar().week}"
    return date_text(first)


def _order(group: Group) -> tuple[bool, str, str]:
    if group.dimension in CALENDAR or group.key is None:
        return (group.key is None, group.key or "", "")
    if group.dimension == "type":
        place, word = type_place(group.key)
        return (False, str(place), word)
    return (False, group.name.casefold(), group.key)
