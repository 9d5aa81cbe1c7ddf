"""Time zones, and conversion between local time and UTC around clock changes.

zoneinfo silently maps a skipped or repeated local time to some instant. Here such a time is either
refused with both readings (a point that a person typed) or settled by a rule that never fails (the
bounds of a day).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clockify_cli.domain import terminal_text
from clockify_cli.errors import TimeError
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
NO_TIME = timedelta(0)


def load_zone(name: str) -> ZoneInfo:
    """Return the zone *name* in the time zone database; TimeError suggests the nearest names."""
    if name.strip():
        try:
            return ZoneInfo(name)
        # A folder of the database (`Europe`) or an overlong name raises OSError.
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    meant, hint = _near_zone(name)
    raise TimeError(f"unknown time zone {quoted(name)}", hint, typed=name, meant=meant)


def _near_zone(name: str) -> tuple[str, str]:
    """Return the zone of the city *name*, or empty; and a hint on that zone or on similar ones."""
    from zoneinfo import available_timezones

    known = sorted(available_timezones())
    city = name.replace(" ", "_").lower()
    for each in known:
        if each.lower().rpartition("/")[2] == city:
            return each, f"Did you mean {each}?"
    return "", did_you_mean(
        name, known, most=1
    ) or "Time zones have names such as Europe/Berlin, America/New_York or UTC."


def resolve_local(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, of the wall clock time *naive* in *zone*.

    TimeError gives both readings if a clock change skips or repeats that time.
    """
    first, second = _both_readings(naive, zone)
    if first == second:
        return first
    clock, day, where = _clock_text(naive), naive.date().isoformat(), zone.key
    readings = sorted((first, second))
    if first < second:
        happens = f"{clock} happens twice on {day} in {where} (the clocks go back)"
    else:
        happens = f"{clock} does not exist on {day} in {where} (the clocks go forward)"
    before, after = (typed_text(reading, zone) for reading in readings)
    raise TimeError(
        happens, "Type the one you mean.", details=(f"{before}   before", f"{after}   after")
    )


def _both_readings(naive: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return *naive* read with the offsets before and after a clock change, in UTC; usually equal.

    Of a repeated time the first is the earlier one, of a skipped time the later one.
    """
    local = naive.replace(tzinfo=zone, fold=0)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _clock_text(moment: datetime) -> str:
    return moment.time().isoformat("seconds" if moment.second else "minutes")


def day_start_utc(day: date, zone: ZoneInfo, day_start: timedelta = NO_TIME) -> datetime:
    """Return the instant, in UTC, at which the local *day* begins, *day_start* after midnight.

    If that time is skipped, the first instant after the gap counts; if it is repeated, the first of
    the two. Never fails.
    """
    first, second = _both_readings(datetime.combine(day, time()) + day_start, zone)
    return _clock_change(second, first, zone) if second < first else first


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant with the offset of *after*, given one clock change between both."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > ONE_SECOND:
        middle = before + timedelta(seconds=(after - before) // ONE_SECOND // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def local_day(instant: datetime, zone: ZoneInfo, day_start: timedelta = NO_TIME) -> date:
    """Return the local day whose bounds contain the aware *instant*."""
    day = (instant.astimezone(zone) - day_start).date()
    # A clock set back across the bound shows the old date again after the new day has begun.
    while day_start_utc(day + ONE_DAY, zone, day_start) <= instant:
        day += ONE_DAY
    return day


def local_days(
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
    day_start: timedelta = NO_TIME,
    *,
    within: tuple[datetime, datetime] | None = None,
) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the parts of *start* to *end* (aware) by local day: the day, and its bounds in UTC.

    The parts are in order, none is empty, and they sum to the whole, over any clock change. If
    *within* is given, only the time between these two instants is divided: near the ends of the
    calendar, local dates overflow.
    """
    if within is not None:
        start, end = max(start, within[0]), min(end, within[1])
        if end <= start:
            return
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    day = local_day(start, zone, day_start)
    while start < end:
        day += ONE_DAY
        bound = min(end, day_start_utc(day, zone, day_start))
        if start < bound:
            yield day - ONE_DAY, start, bound
            start = bound


def local_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the aware *instant* in *zone*; in UTC if the local time is outside the calendar."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant.astimezone(UTC)


def offset_text(instant: datetime, zone: ZoneInfo) -> str:
    """Return the aware *instant* in *zone* as RFC 3339, such as 2026-11-24T09:00:00+01:00."""
    return _local_for_text(instant, zone).isoformat(timespec="seconds")


def typed_text(instant: datetime, zone: ZoneInfo) -> str:
    """Like `offset_text`, for a person to type: without seconds if they are zero."""
    local = _local_for_text(instant, zone)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def _local_for_text(instant: datetime, zone: ZoneInfo) -> datetime:
    local = local_time(instant, zone)
    # RFC 3339 has no seconds in an offset (Monrovia had them until 1972): UTC loses nothing.
    offset = local.utcoffset() or NO_TIME
    return instant.astimezone(UTC) if offset % timedelta(minutes=1) else local


MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class TimeContext:
    """What TIME and RANGE depend on: *now* (aware UTC in whole seconds), the zone, and settings.

    Weekdays count from Monday = 0. *day_start*: how long after midnight a day of a RANGE begins.
    *last_end*: the end of the latest finished entry, for the word `last`. *is_workday*, if given,
    overrides *workdays*. *meant* takes the instant of a TIME typed without seconds and whether it
    is an end, and returns the instant that it means.
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
        """The meaning of `today` in a RANGE: until *day_start*, still the previous day."""
        return local_day(self.now, self.zone, self.day_start)

    @property
    def calendar_day(self) -> date:
        """The calendar date, the meaning of `today` in a TIME."""
        return self.local_now.date()

    def works_on(self, day: date) -> bool:
        """Return whether *day* is a working day."""
        if self.is_workday is not None:
            return self.is_workday(day)
        return day.weekday() in self.workdays


def quoted(text: str) -> str:
    """Return *text* in double quotes, cut as other quotes are; output cleans it."""
    return f'"{terminal_text.quoted(text)}"'


def did_you_mean(word: str, known: Iterable[str], most: int = 3) -> str:
    """Return a question that names up to *most* of *known* that resemble *word*, else ""."""
    # Only needed for a refusal, and slow to import.
    from difflib import get_close_matches

    by_folded = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_folded, n=most, cutoff=0.6)
    names = [by_folded[name] for name in near]
    return f"Did you mean {' or '.join(names)}?" if names else ""


def leftover(text: str, understood: Callable[[str], bool]) -> str:
    """Return the words of *text* besides its longest beginning, else end, that is understood.

    Empty if no part is understood.
    """
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        if understood(" ".join(words[:count])):
            return " ".join(words[count:])
        if understood(" ".join(words[-count:])):
            return " ".join(words[:-count])
    return ""
