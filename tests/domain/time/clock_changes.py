"""Every clock change of a zone, found only from its offsets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STEP = timedelta(hours=12)
SECOND = timedelta(seconds=1)
FROM = datetime(2020, 1, 1, tzinfo=UTC)
TO = datetime(2036, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """*at* is the first instant, in UTC, with the offset *after*."""

    zone: ZoneInfo
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def step(self) -> timedelta:
        """How far the clock jumps; negative if it goes back."""
        return self.after - self.before

    @property
    def wall_before(self) -> datetime:
        """What the clock would show at the change without it."""
        return self.at.replace(tzinfo=None) + self.before

    @property
    def wall_after(self) -> datetime:
        """What the clock shows at the change."""
        return self.at.replace(tzinfo=None) + self.after


def clock_changes(zone: ZoneInfo, start: datetime = FROM, end: datetime = TO) -> list[ClockChange]:
    """Return all clock changes between *start* and *end* (aware), in order."""
    return list(_clock_changes(zone, start, end))


def _clock_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[ClockChange]:
    while start < end:
        if _offset(start, zone) != _offset(start + STEP, zone):
            at = _first_after(start, start + STEP, zone)
            yield ClockChange(zone, at, _offset(at - SECOND, zone), _offset(at, zone))
        start += STEP


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _first_after(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    old = _offset(low, zone)
    while high - low > SECOND:
        middle = low + (high - low) // 2 // SECOND * SECOND
        if _offset(middle, zone) == old:
            low = middle
        else:
            high = middle
    return high
