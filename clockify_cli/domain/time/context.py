"""What the words for times mean here and now: the clock, the zone, the user's week and days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clockify_cli.domain.time.zones import NO_TIME, local_day
from clockify_cli.values import dataclass

MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class TimeContext:
    """*now* is aware UTC in whole seconds; weekdays count from Monday = 0.

    *day_start*: how long after midnight a day of a RANGE begins. *last_end*: the end of the latest
    finished entry, for the word `last`. *is_workday*, where given, overrides *workdays*. *meant*
    gives the instant that a TIME typed without seconds means, and takes whether it is an end.
    """

    now: datetime
    zone: ZoneInfo
    week_start: int = 0
    day_start: timedelta = NO_TIME
    workdays: frozenset[int] = MONDAY_TO_FRIDAY
    last_end: datetime | None = None
    is_workday: Callable[[date], bool] | None = None
    meant: Callable[[datetime, bool], datetime] | None = None

    @property
    def local_now(self) -> datetime:
        """Now, in the user's zone."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The day that a RANGE means by `today`: the day before until *day_start* is reached."""
        return local_day(self.now, self.zone, self.day_start)

    @property
    def calendar_day(self) -> date:
        """The date on the wall, which is what a TIME means by `today`."""
        return self.local_now.date()

    def works_on(self, day: date) -> bool:
        """Whether *day* has working hours."""
        if self.is_workday is not None:
            return self.is_workday(day)
        return day.weekday() in self.workdays
