"""TIME: one point in time, as a person types it.

Parsing and resolving are two steps: the text becomes a `Fixed` instant or a `WallTime`, and only
then an instant in UTC, because the second time of a span takes its day from the first.

People see minutes. So a time typed without seconds means the instant within that minute at which a
neighbouring entry ends, or at which the running timer began.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone

from clockify_cli.domain.time.durations import read_duration
from clockify_cli.domain.time.zones import (
    NO_TIME,
    ONE_DAY,
    TimeContext,
    day_start_utc,
    leftover,
    quoted,
    resolve_local,
)
from clockify_cli.errors import TimeError
from clockify_cli.values import dataclass

EXAMPLES = (
    "Times look like 9:30, 9am, now, 15m ago, yesterday 17:00, mon 9:00 or 2026-11-23 09:30;"
    " `clockify help time` shows all forms."
)
AGO = " ago"
NINE = time(9)
MINUTE = timedelta(minutes=1)
Stretch = tuple[datetime, datetime | None]
"""The start and the end of a neighbouring entry; the end is None while it runs."""
DAY_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}
ISO = (
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[t ](?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?P<cut>[.,][0-9]{1,9})? ?(?P<offset>z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
BASIC_ISO = r"([0-9]{8})t([0-9]{4}|[0-9]{6})(z|[+-][0-9]{2}(?::?[0-9]{2})?)?"


@dataclass(frozen=True, slots=True)
class Fixed:
    """An instant (aware UTC) that needs no day: `now`, `15m ago`, `last`, ISO 8601 with a zone.

    *to_the_second*: it means exactly this second, not any instant of its minute.
    """

    at: datetime
    to_the_second: bool = True


@dataclass(frozen=True, slots=True)
class WallTime:
    """A time of day, on *day*, on the latest *weekday* (Monday = 0), or without a day."""

    clock: ClockTime
    day: date | None = None
    weekday: int | None = None

    @property
    def has_day(self) -> bool:
        return self.day is not None or self.weekday is not None


Reading = Fixed | WallTime


def parse_point(
    text: str,
    ctx: TimeContext,
    *,
    future: bool = False,
    earliest: datetime | None = None,
    as_end: bool = False,
) -> datetime:
    """Return the TIME *text* as aware UTC in whole seconds; *as_end*: it is the end of an entry.

    TimeError quotes what could not be read, and refuses the future unless *future* is set; it
    suggests no time before *earliest* (aware UTC).
    """
    reading = read_point(text, ctx)
    if reading is None:
        raise unreadable(text, ctx, future=future)
    at = resolve(reading, ctx)
    if at > ctx.now and not future:
        raise _lies_ahead(text, reading, at, ctx, earliest)
    return meant(reading, at, ctx, as_end=as_end)


def parse_point_near(
    text: str,
    ctx: TimeContext,
    day: date,
    *,
    after: datetime | None = None,
    future: bool = False,
    as_end: bool = False,
) -> datetime:
    """Like `parse_point`, but a time without a day is on *day* (local), not today.

    If that is not later than *after* (aware UTC), it is on the following day, unless that is in the
    future.
    """
    reading = read_point(text, ctx)
    if reading is None:
        raise unreadable(text, ctx, future=future)
    at = resolve(reading, ctx, day)
    if after is not None and isinstance(reading, WallTime) and not reading.has_day:
        # If only untyped seconds make it earlier, the time stays on its day.
        within = at < after and same_minute(at, after) and not reading.clock.to_the_second
        if at <= after and not within:
            later = resolve(reading, ctx, day + ONE_DAY)
            at = later if future or later <= ctx.now else at
    if at > ctx.now and not future:
        raise _lies_ahead(text, reading, at, ctx, after)
    return meant(reading, at, ctx, as_end=as_end)


def meant(reading: Reading, at: datetime, ctx: TimeContext, *, as_end: bool = False) -> datetime:
    """Return the instant that *reading*, resolved to *at*, means given the neighbouring entries."""
    if isinstance(reading, Fixed):
        exact = reading.to_the_second
    else:
        exact = reading.clock.to_the_second or (as_end and reading.clock.is_bound)
    if exact or ctx.meant is None:
        return at
    found = ctx.meant(at, as_end)
    return at if at <= ctx.now < found else found


def minute_of(at: datetime) -> datetime:
    """Return the beginning of the minute that is shown for *at*."""
    return at.replace(second=0)


def same_minute(one: datetime, other: datetime) -> bool:
    """Return whether both are shown as the same minute."""
    return minute_of(one) == minute_of(other)


def meant_start(at: datetime, nearby: Iterable[Stretch]) -> datetime:
    """Return the instant meant by the typed start *at*: the last neighbouring edge in its minute.

    Edges are the ends of *nearby* entries and the start of the running timer. Without one, *at*.
    """
    edges = (start if end is None else end for start, end in nearby)
    return max((edge for edge in edges if same_minute(edge, at)), default=at)


def meant_end(at: datetime, nearby: Iterable[Stretch]) -> datetime:
    """Return the instant meant by the typed end *at*; like `meant_start`.

    It is not after the start of an entry that begins in the same minute.
    """
    stretches = list(nearby)
    minute = minute_of(at)
    latest = min((start for start, _ in stretches if same_minute(start, at)), default=None)
    edges = [start for start, end in stretches if end is None and same_minute(start, at)]
    edges += [end for start, end in stretches if end and start < minute and same_minute(end, at)]
    if latest is None:
        return max(edges, default=at)
    return max((edge for edge in edges if edge <= latest), default=min(at, latest))


def start_after(at: datetime, nearby: Iterable[Stretch]) -> datetime:
    """Return *at*, a computed start, or a later end of a *nearby* entry in the same minute."""
    return max(at, *(end for _, end in nearby if end and same_minute(end, at)), at)


def end_before(at: datetime, nearby: Iterable[Stretch]) -> datetime:
    """Return *at*, a computed end, or an earlier start of a *nearby* entry in the same minute."""
    return min(at, *(start for start, _ in nearby if same_minute(start, at)), at)


def shown_apart(one: Stretch, other: Stretch) -> bool:
    """Return whether *one* and *other* do not overlap when shown to the minute."""
    (start, end), (start_2, end_2) = one, other
    return (end is not None and minute_of(end) <= minute_of(start_2)) or (
        end_2 is not None and minute_of(end_2) <= minute_of(start)
    )


def read_point(text: str, ctx: TimeContext) -> Reading | None:
    """Parse *text*; None if it does not look like a TIME.

    TimeError if it looks like one but is impossible, such as `25:00`.
    """
    typed = " ".join(text.split())
    if typed.lower() == "now":
        return Fixed(ctx.now)
    if typed.lower() == "last":
        if ctx.last_end is None:
            raise TimeError('"last" needs a finished entry, and none exists yet', EXAMPLES)
        return Fixed(ctx.last_end)
    return _read_past(typed, ctx) or _read_iso(typed) or _read_wall(typed, ctx)


def _read_past(typed: str, ctx: TimeContext) -> Fixed | None:
    if typed.lower().endswith(AGO):
        length = read_duration(typed[: -len(AGO)])
    elif typed.startswith("-"):
        length = read_duration(typed[1:])
    else:
        return None
    if not length:
        return None
    return Fixed(ctx.now - length, to_the_second=length % MINUTE != NO_TIME)


def _read_iso(typed: str) -> Reading | None:
    if match := re.fullmatch(BASIC_ISO, typed, re.IGNORECASE):
        date_text, clock_text, offset = match.groups(default="")
        parts = (clock_text[place : place + 2] for place in range(0, len(clock_text), 2))
        date_text = f"{date_text[:4]}-{date_text[4:6]}-{date_text[6:]}"
        return _read_iso(f"{date_text}t{':'.join(parts)}{offset}")
    match = re.fullmatch(ISO, typed, re.IGNORECASE)
    day = read_date(match["day"]) if match else None
    clock = read_clock(match["clock"]) if match else None
    if not (match and day and clock):
        return None
    if not match["offset"]:
        return WallTime(clock, day)
    zone = timezone(_offset_length(match["offset"], typed))
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    at = midnight + _clock_length(clock)
    checked_year(at.year, typed)
    return Fixed(at, to_the_second=clock.to_the_second)


def _offset_length(offset: str, text: str) -> timedelta:
    digits = "".join(character for character in offset if character in "0123456789")
    hours, minutes = int(digits[:2] or 0), int(digits[2:] or 0)
    if hours > 23 or minutes > 59:
        raise TimeError(f"{quoted(text)} has an offset that no zone has", "Write it as +01:00.")
    length = timedelta(hours=hours, minutes=minutes)
    return -length if offset.startswith("-") else length


def _read_wall(typed: str, ctx: TimeContext) -> WallTime | None:
    first, _, rest = typed.partition(" ")
    if (weekday := read_weekday(first)) is not None:
        clock = read_clock(rest)
        return WallTime(clock, weekday=weekday) if clock else None
    if day := _read_day(first, ctx):
        clock = read_clock(rest)
        return WallTime(clock, day) if clock else None
    clock = read_clock(typed)
    return WallTime(clock) if clock else None


def _read_day(word: str, ctx: TimeContext) -> date | None:
    if (days := DAY_WORDS.get(word.lower())) is not None:
        return ctx.calendar_day + days * ONE_DAY
    return read_date(word)


def resolve(reading: Reading, ctx: TimeContext, day: date | None = None) -> datetime:
    """Return the instant in UTC; a time without a day is on *day*, else today."""
    if isinstance(reading, Fixed):
        return reading.at
    if reading.weekday is None:
        return on_day(reading.clock, reading.day or day or ctx.calendar_day, ctx)
    latest = ctx.calendar_day - (ctx.calendar_day.weekday() - reading.weekday) % 7 * ONE_DAY
    at = on_day(reading.clock, latest, ctx)
    return at if at <= ctx.now else on_day(reading.clock, latest - 7 * ONE_DAY, ctx)


def on_day(clock: ClockTime, day: date, ctx: TimeContext) -> datetime:
    """Return the instant in UTC at which clocks in the user's zone show *clock* on *day*."""
    if clock.is_bound:
        return day_start_utc(day + ONE_DAY if clock.seconds else day, ctx.zone)
    return resolve_local(datetime.combine(day, time()) + _clock_length(clock), ctx.zone)


def _clock_length(clock: ClockTime) -> timedelta:
    return timedelta(seconds=clock.seconds)


def point_text(instant: datetime, ctx: TimeContext) -> str:
    """Return the aware *instant* for a person, such as `Tue 24 Nov 2026 09:30`."""
    local = instant.astimezone(ctx.zone)
    clock = local.time().isoformat("seconds" if local.second else "minutes")
    return f"{date_text(local.date())} {clock}"


def _lies_ahead(
    text: str, reading: Reading, at: datetime, ctx: TimeContext, earliest: datetime | None
) -> TimeError:
    now = ctx.local_now.time().isoformat("seconds" if same_minute(at, ctx.now) else "minutes")
    message = f"{quoted(text)} is {point_text(at, ctx)}, which is in the future (it is now {now})"
    if earliest is not None and at - ONE_DAY < earliest <= ctx.now:
        return TimeError(message, f"Give a time from {point_text(earliest, ctx)} to now.")
    if isinstance(reading, WallTime) and not reading.has_day:
        meant = f"yesterday {text.strip()}"
        return TimeError(message, f'Did you mean "{meant}"?', typed=text, meant=meant)
    return TimeError(message, f"Give a time up to now. {EXAMPLES}")


def unreadable(text: str, ctx: TimeContext, *, future: bool) -> TimeError:
    """Explain why *text*, which `read_point` could not read, is not a TIME.

    The example in the message is in the future only if *future* is set.
    """
    if not text.strip():
        return TimeError("no time given", EXAMPLES)
    if names_day(text, ctx):
        return _day_alone(text, ctx, future)
    if length := _length_text(text):
        # Most likely `--at 15m ago` without quotes.
        return TimeError(
            f"{quoted(text)} is a length, not a time",
            f'Put it in quotes, such as --at "{length} ago", or write -{length}.',
        )
    if rest := leftover(text, lambda part: bool(read_point(part, ctx) or names_day(part, ctx))):
        return TimeError(f"cannot read {quoted(rest)} in the time {quoted(text)}", EXAMPLES)
    return TimeError(f"cannot read {quoted(text)} as a time", EXAMPLES)


def _day_alone(text: str, ctx: TimeContext, future: bool) -> TimeError:
    """Return the error that *text* names only a day, with an example that adds a time."""
    day, clock = _read_day(text.strip(), ctx), "9:00"
    if not future and day is not None and day >= ctx.calendar_day:
        if day > ctx.calendar_day:
            return TimeError(
                f"{quoted(text)} is in the future", f"Give a time up to now. {EXAMPLES}"
            )
        clock = min(ctx.local_now.time(), NINE).isoformat("minutes").removeprefix("0")
    return TimeError(
        f"{quoted(text)} is a day without a time", f'Add a time, such as "{text.strip()} {clock}".'
    )


def _length_text(text: str) -> str:
    """Return *text* without spaces if it is a DURATION, else ""."""
    try:
        return "".join(text.split()) if read_duration(text) else ""
    except TimeError:
        return ""


def names_day(text: str, ctx: TimeContext) -> bool:
    """Return whether *text* is only a day, such as `mon`; TimeError for an impossible date."""
    word = text.strip()
    return read_weekday(word) is not None or _read_day(word, ctx) is not None


FIRST_YEAR = 1970
LAST_YEAR = 2100
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DATE_EXAMPLES = "Write dates as 2026-11-23."
ISO_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
YEAR_LAST = r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
YEAR_FIRST = r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})"


def read_weekday(word: str) -> int | None:
    """Return 0 (Monday) to 6 for `mon` and `monday` in any case; None for other words."""
    folded = word.lower()
    for number, name in enumerate(WEEKDAYS):
        if folded in (name, name[:3]):
            return number
    return None


def read_date(word: str) -> date | None:
    """Return the date that *word* spells; None if it does not look like one.

    TimeError for a date that does not exist, lies outside 1970 to 2100, or whose order of day and
    month is ambiguous.
    """
    if match := re.fullmatch(ISO_DATE, word):
        year, month, day = (int(part) for part in match.groups())
        return checked_date(year, month, day, word)
    if match := re.fullmatch(YEAR_LAST, word):
        first, second, year = (int(part) for part in match.groups())
        raise _other_order(word, _existing((year, second, first), (year, first, second)))
    if match := re.fullmatch(YEAR_FIRST, word):
        year, month, day = (int(part) for part in match.groups())
        raise _other_order(word, _existing((year, month, day)))
    return None


def checked_date(year: int, month: int, day: int, text: str) -> date:
    """Return the date, or raise a TimeError that says what is wrong with *text*."""
    checked_year(year, text)
    if not 1 <= month <= len(MONTHS):
        raise TimeError(f"{quoted(text)} is not a date: months go from 01 to 12", DATE_EXAMPLES)
    longest = days_in_month(year, month)
    if not 1 <= day <= longest:
        month_name = f"{MONTHS[month - 1]} {year}"
        raise TimeError(
            f"{quoted(text)} is not a date: {month_name} has {longest} days", DATE_EXAMPLES
        )
    return date(year, month, day)


def checked_year(year: int, text: str) -> int:
    """Return *year*, or raise a TimeError about *text* if it is not from 1970 to 2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise TimeError(
            f"{quoted(text)} is out of range: years go from {FIRST_YEAR} to {LAST_YEAR}",
            DATE_EXAMPLES,
        )
    return year


def days_in_month(year: int, month: int) -> int:
    """Return 28 to 31."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def _existing(*candidates: tuple[int, int, int]) -> list[str]:
    """Return the *candidates* (year, month, day) that exist, without repeats, as ISO text."""
    found: list[str] = []
    for year, month, day in candidates:
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= len(MONTHS):
            text = f"{year}-{month:02}-{day:02}"
            if 1 <= day <= days_in_month(year, month) and text not in found:
                found.append(text)
    return found


def _other_order(word: str, meant: list[str]) -> TimeError:
    hint = f"Write {' or '.join(meant)}." if meant else DATE_EXAMPLES
    if len(meant) > 1:
        return TimeError(f"{quoted(word)} can be read in two orders of day and month", hint)
    return TimeError(f"{quoted(word)} is not a date in a form that clockify reads", hint)


def date_text(day: date) -> str:
    """Return a date such as `Tue 24 Nov 2026`."""
    return f"{short_date_text(day)} {day.year}"


def short_date_text(day: date) -> str:
    """Return a date such as `Tue 24 Nov`."""
    return f"{weekday_text(day)} {day.day} {MONTHS[day.month - 1][:3]}"


def weekday_text(day: date) -> str:
    """Return a weekday such as `Tue`."""
    return WEEKDAYS[day.weekday()][:3].capitalize()


CLOCK_EXAMPLES = "Times of day look like 9, 930, 9:30, 09:30:15, 9am, noon or 24:00."
HALF_DAY = 12 * 3600
WHOLE_DAY = 24 * 3600
SHAPE = r"([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2}))?|([0-9]{2}))? ?([ap]m)?"


@dataclass(frozen=True, slots=True)
class ClockTime:
    """A time of day: *seconds* on the wall clock after midnight, 86400 for the end of the day.

    *half* is `am`, `pm` or empty, as typed. *is_bound*: the beginning or end of a day, which exists
    once even if a clock change skips or repeats midnight. *may_be_afternoon*: typed without `am`
    and `pm` in a form, such as `3`, that may mean 15:00. *to_the_second*: typed with seconds.
    """

    seconds: int
    half: str = ""
    is_bound: bool = False
    may_be_afternoon: bool = False
    to_the_second: bool = False


NAMED = {"noon": ClockTime(HALF_DAY), "midnight": ClockTime(0, is_bound=True)}


def read_clock(text: str) -> ClockTime | None:
    """Parse a time of day in any case; None if *text* does not look like one.

    TimeError for one that no clock shows, such as `25:00` or `9:60`.
    """
    folded = text.lower()
    if folded in NAMED:
        return NAMED[folded]
    if not (match := re.fullmatch(SHAPE, folded)):
        return None
    hour_text, minute_text, second_text, packed_minute, half = match.groups(default="")
    minute, second = _minutes_seconds(minute_text or packed_minute or "00", second_text, text)
    hour = _twelve_hours(int(hour_text), half, text) if half else int(hour_text)
    if hour > 24 or (hour == 24 and (minute or second)):
        raise _no_time_of_day(text, "the day ends at 24:00")
    return ClockTime(
        hour * 3600 + minute * 60 + second,
        half,
        is_bound=hour == 24,
        may_be_afternoon=not half and 1 <= hour <= 12 and not hour_text.startswith("0"),
        to_the_second=bool(second_text),
    )


def _minutes_seconds(minute: str, second: str, text: str) -> tuple[int, int]:
    if len(minute) != 2 or len(second) == 1:
        raise _no_time_of_day(text, "minutes and seconds have two digits")
    if int(minute) > 59:
        raise _no_time_of_day(text, "minutes go to 59")
    if int(second or 0) > 59:
        raise _no_time_of_day(text, "seconds go to 59")
    return int(minute), int(second or 0)


def _twelve_hours(hour: int, half: str, text: str) -> int:
    if not 1 <= hour <= 12:
        raise _no_time_of_day(text, f"with {half} hours go from 1 to 12")
    return hour % 12 + (12 if half == "pm" else 0)


def _no_time_of_day(text: str, why: str) -> TimeError:
    return TimeError(f"{quoted(text)} is not a time of day: {why}", CLOCK_EXAMPLES)
