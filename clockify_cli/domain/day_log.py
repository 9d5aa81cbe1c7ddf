"""The log grouped by day: the part of each entry that lies in each day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from clockify_cli.domain.entry import TimeEntry, TypeSeconds, irregular
from clockify_cli.domain.time.ranges import DayRange
from clockify_cli.domain.time.zones import local_day, local_days
from clockify_cli.values import dataclass, field


@dataclass(frozen=True, slots=True)
class DayLine:
    """The part of *entry* that lies in a day: *seconds* of the *whole*.

    *carried*: the entry is listed under an earlier day and continues on this one.
    """

    entry: TimeEntry
    seconds: int
    whole: int
    carried: bool = False

    @property
    def is_part(self) -> bool:
        """Whether more of the entry lies outside this day."""
        return self.seconds != self.whole


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """A local day, its lines oldest first, and the *seconds* that lie in it.

    *of_types* are the seconds in *seconds* of each type other than REGULAR. Both may include
    entries that have no line.
    """

    day: date
    seconds: int
    lines: tuple[DayLine, ...]
    of_types: TypeSeconds = field(default_factory=dict)

    @property
    def entries(self) -> tuple[TimeEntry, ...]:
        """The entries listed under this day."""
        return tuple(line.entry for line in self.lines if not line.carried)


@dataclass(frozen=True, slots=True)
class DayLog:
    """Days in ascending order and their totals; *of_types* as in `LoggedDay`.

    The totals may include days and entries that are not listed.
    """

    days: tuple[LoggedDay, ...]
    seconds: int
    billable_seconds: int
    of_types: TypeSeconds = field(default_factory=dict)

    @property
    def entries(self) -> tuple[TimeEntry, ...]:
        """Every entry once, oldest first."""
        return tuple(entry for day in self.days for entry in day.entries)


def by_day(entries: Iterable[TimeEntry], range_: DayRange, now: datetime) -> DayLog:
    """Return the days of *range_* on which *entries* (oldest first) have time or are listed.

    An entry is listed under the day on which it starts, or the first day of the range; on each
    later day that it reaches it is carried over. A running timer counts up to *now* (aware UTC).
    """
    days = tuple(each_day(entries, range_, now))
    lines = [line for day in days for line in day.lines]
    sums = type_sums(lines)
    return DayLog(
        days=days,
        seconds=sum(sums.values()),
        billable_seconds=sum(line.seconds for line in lines if line.entry.billable),
        of_types=irregular(sums),
    )


def each_day(entries: Iterable[TimeEntry], range_: DayRange, now: datetime) -> Iterator[LoggedDay]:
    """Yield the days of `by_day` one by one, so that memory does not grow with the range."""
    open_: dict[date, list[DayLine]] = {}
    current = range_.first
    begins, ends = range_.bounds_of(current)
    for entry in entries:
        if not begins <= entry.start < ends:
            first = local_day(max(entry.start, range_.start), range_.zone, range_.day_start)
            if first != current:
                # Entries are sorted by start, so nothing can be added to earlier days.
                for day in sorted(day for day in open_ if day < first):
                    yield _logged(day, open_.pop(day))
                current = first
                begins, ends = range_.bounds_of(current)
        for day, line in _lines(entry, current, (begins, ends), range_, now):
            open_.setdefault(day, []).append(line)
    for day in sorted(open_):
        yield _logged(day, open_[day])


def _lines(
    entry: TimeEntry,
    first: date,
    bounds: tuple[datetime, datetime],
    range_: DayRange,
    now: datetime,
) -> Iterable[tuple[date, DayLine]]:
    """Yield the days on which *entry* has time or is listed, from *first* (with *bounds*) on."""
    whole = entry.seconds(now)
    end = now if entry.end is None else entry.end
    if bounds[0] <= entry.start <= end <= bounds[1]:
        return [(first, DayLine(entry, whole, whole))]
    within = (range_.start, range_.end)
    split = local_days(entry.start, end, range_.zone, range_.day_start, within=within)
    seconds = {day: int((until - since).total_seconds()) for day, since, until in split}
    return [
        (day, DayLine(entry, seconds.get(day, 0), whole, carried=day != first))
        for day in sorted({first, *seconds})
    ]


def _logged(day: date, lines: list[DayLine]) -> LoggedDay:
    by_type = type_sums(lines)
    ordered = sorted(lines, key=lambda line: not line.carried)
    return LoggedDay(day, sum(by_type.values()), tuple(ordered), irregular(by_type))


def type_sums(lines: Iterable[DayLine]) -> TypeSeconds:
    """Return the seconds of each type in *lines*."""
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.entry.type] = sums.get(line.entry.type, 0) + line.seconds
    return sums
