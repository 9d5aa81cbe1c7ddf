"""Five years of work, identical except for the day on which they end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

YEARS = 5
QUIET_MONTH_ENTRIES = 200
CLIENTS = tuple(f"Client {letter}" for letter in "ABCDEFGH")
PROJECTS = tuple(f"Project {number:02}" for number in range(40))
TAGS = ("deep", "meeting", "review", "travel", "support", "writing")
WORK = ("Write spec", "Review", "Planning", "Stand-up", "Fix", "Mail", "Research", "Release")


@dataclass(frozen=True, slots=True)
class Interval:
    """A piece of work; *start* and *end* are aware UTC in whole seconds."""

    start: datetime
    end: datetime
    description: str
    project: str
    tags: tuple[str, ...]


def client_of(project: str) -> str:
    """Return the client of *project*."""
    return CLIENTS[PROJECTS.index(project) % len(CLIENTS)]


def quiet_month(today: date) -> date:
    """Return the first day of the month, some time before *today*, that has 200 entries."""
    month = today.replace(day=1)
    for _ in range(4):
        month = (month - timedelta(days=1)).replace(day=1)
    return month


def five_years(today: date, count: int) -> Iterator[Interval]:
    """Yield *count* intervals over the five years before *today* (UTC), ascending, no overlaps.

    The month of `quiet_month` has 200 of them, as for somebody with a few entries a day; all other
    days have equal numbers.
    """
    dice = random.Random(2026)
    quiet = quiet_month(today)
    days = [today - timedelta(days=back) for back in range(YEARS * 365, 0, -1)]
    few = [day for day in days if day.replace(day=1) == quiet and 2 <= day.day <= 26]
    full = [day for day in days if day.replace(day=1) != quiet]
    shares = dict(zip(few, _even(QUIET_MONTH_ENTRIES, len(few)), strict=True))
    shares |= zip(full, _even(count - QUIET_MONTH_ENTRIES, len(full)), strict=True)
    for day in days:
        yield from _day(day, shares.get(day, 0), dice)


def _even(count: int, parts: int) -> list[int]:
    """Divide *count* into *parts* numbers that differ by at most one."""
    return [(part + 1) * count // parts - part * count // parts for part in range(parts)]


def _day(day: date, count: int, dice: random.Random) -> Iterator[Interval]:
    if not count:
        return
    step = timedelta(hours=14) // count
    for number in range(count):
        start = datetime.combine(day, time(7), UTC) + number * step
        start = start.replace(microsecond=0)
        length = int(step.total_seconds() * dice.uniform(0.5, 1)) - 1
        yield Interval(
            start,
            start + timedelta(seconds=length),
            f"{dice.choice(WORK)} {dice.randrange(60)}",
            dice.choice(PROJECTS),
            tuple(dice.sample(TAGS, dice.choice((0, 1, 1, 2)))),
        )
