"""How times are shown to people: time zone, 12 or 24 hours, style of durations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from clockify_cli.domain.entry import type_name
from clockify_cli.domain.time.durations import DurationStyle, displayed, format_duration
from clockify_cli.domain.time.zones import local_time
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.entry import TypeSeconds

ClockStyle = Literal["12", "24"]


def offset_if_repeated(local: datetime) -> str:
    """Return ``+01:00`` if a clock change repeats the time of day of *local*; else empty."""
    repeated = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return local.isoformat(timespec="minutes")[16:] if repeated else ""


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How to show times; *now* is aware UTC in whole seconds, *clock* applies only to tables."""

    now: datetime
    zone: ZoneInfo
    clock: ClockStyle = "24"
    durations: DurationStyle = "clock"

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.astimezone(self.zone).date()

    def local(self, at: datetime) -> datetime:
        """Return the aware *at* in the zone of this format."""
        return local_time(at, self.zone)

    def length(self, seconds: int) -> str:
        """Return *seconds* in the duration style of this format."""
        return format_duration(seconds, self.durations)

    def displayed(self, seconds: int) -> int:
        """Return the seconds that the text for *seconds* shows."""
        return displayed(seconds, self.durations)

    def of_it(self, of_types: TypeSeconds) -> str:
        """Return ``of it break 0:30, time off 8:00``: the irregular time in a total."""
        named = (f"{type_name(type_)} {self.length(of_types[type_])}" for type_ in of_types)
        return f"of it {', '.join(named)}" if of_types else ""

    def is_nothing(self, seconds: int) -> bool:
        """Return whether *seconds* would be shown as zero."""
        return self.length(seconds) == self.length(0)

    def table_clock(self, at: datetime) -> str:
        """Return the time of day of *at* in a table: ``09:02``, or ``9:02am`` (12-hour clock)."""
        return self.clock_of(self.local(at))

    def clock_of(self, local: datetime) -> str:
        """Like `table_clock`, for a moment that is already *local*."""
        if self.clock == "24":
            return f"{local.hour:02}:{local.minute:02}"
        return f"{local.hour % 12 or 12}:{local.minute:02}{'am' if local.hour < 12 else 'pm'}"

    def table_moment(self, at: datetime) -> str:
        """Return the date and the time of day of *at* in a table."""
        return f"{self.local(at).date().isoformat()} {self.table_clock(at)}"

    def list_moment(self, at: datetime) -> str:
        """Return the day and time of *at* in a list of changes: ``Mon 23 Nov 09:02``."""
        return f"{self.day_text(self.local(at).date())} {self.table_clock(at)}"

    def clock_text(self, at: datetime) -> str:
        """Return ``09:02``; with its offset if a clock change repeats that time."""
        local = self.local(at)
        return f"{local:%H:%M}{offset_if_repeated(local)}"

    def moment_text(self, at: datetime) -> str:
        """Return the time of day of *at*, with its date unless it is today."""
        return self._with_date(at, self.today)

    def span_text(self, start: datetime, end: datetime) -> str:
        """Return ``09:02–10:15``, with a date before each end if it is not obvious."""
        first = self.moment_text(start)
        return f"{first}–{self._with_date(end, self.local(start).date())}"

    def day_text(self, day: date) -> str:
        """Return ``Mon 23 Nov``, with the year unless it is the current one."""
        from clockify_cli.domain.time.points import date_text, short_date_text

        return short_date_text(day) if day.year == self.today.year else date_text(day)

    def _with_date(self, at: datetime, known: date) -> str:
        day = self.local(at).date()
        clock = self.clock_text(at)
        return clock if day == known else f"{self.day_text(day)} {clock}"
