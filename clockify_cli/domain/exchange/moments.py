"""Times and durations as files write them; times become UTC.

A time that a clock change makes ambiguous stays naive until the duration beside it decides
(`Moments.settle`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange.rows import BadCell, DateOrder
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.durations import read_duration
from clockify_cli.domain.time.zones import resolve_local
from clockify_cli.errors import TimeError, UsageError

FIRST_YEAR, LAST_YEAR = 1970, 2100
DATE_ORDERS = "Give --dates dmy or --dates mdy (24/11/2026 or 11/24/2026)."
ONE_DAY = timedelta(days=1)

_ORDERED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})\.?", re.ASCII)
# Spreadsheets write a day as its midnight.
_MIDNIGHT = re.compile(r"[T ]0?0:00(?::00(?:\.0+)?)?\Z", re.ASCII)
_DATED = re.compile(
    r"(\d{1,2}([/.-])\d{1,2}\2\d{4}|\d{4}([/.-])\d{1,2}\3\d{1,2}\3?)(?:,? |[Tt])(\d.*)", re.ASCII
)
# As in 2026-11-24 09:00:00 UTC, or +0100 CET.
_ZONE = re.compile(r"(?<=\d)(?: ?(?:UTC|GMT)| ([+-]\d{2}:?\d{2})(?: [A-Z]{2,5})?)\Z", re.ASCII)
_SHORT_HOUR = re.compile(r"^(\d{4}-\d\d-\d\d[Tt ])(\d:)", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2})([:.]| ?[Hh] ?)(\d{2})(?:\2(\d{2})(?:[.,]\d+)?)?\s?(?:([AaPp])\.?\s?[Mm]\.?|Uhr)?"
    r"\s?([Zz]|[+-]\d{2}:\d{2})?",
    re.ASCII,
)
_INVISIBLE = str.maketrans("", "", "\u200b\u200e\u200f\u2060\ufeff")


def spaced(text: str) -> str:
    """Return *text* with plain spaces instead of other kinds, and without invisible marks."""
    if text.isascii():
        return text.strip()
    return " ".join(text.translate(_INVISIBLE).split())


class Moments:
    """Parses the times of a file; those without an offset are in *zone*.

    Its methods return aware UTC in whole seconds, or naive times if a clock change makes them
    ambiguous. BadCell for text that cannot be read or is outside 1970 to 2100.
    """

    def __init__(self, zone: ZoneInfo, order: DateOrder = "ymd") -> None:
        self._zone = zone
        self._order = order
        self._bases: dict[date, datetime | None] = {}
        self._days: dict[str, tuple[date, datetime | None]] = {}

    def instant(self, text: str) -> datetime:
        """Parse an ISO 8601 date and time, cut to the second; RFC 3339's letters in either case.

        Also a day and a time of day as spreadsheets write them, such as 24.11.2026 9:00.
        """
        read = _iso(text) or _iso(_as_standard(text))
        if read is None:
            return self._dated(text)
        if not FIRST_YEAR <= read.year <= LAST_YEAR:
            raise _wrong_year(read.year)
        if read.microsecond:
            read = read.replace(microsecond=0)
        if read.tzinfo is not None:
            return read.astimezone(UTC)
        base = self._base(read.date())
        if base is None:
            return read
        return base + timedelta(hours=read.hour, minutes=read.minute, seconds=read.second)

    def at(self, day: str, clock: str) -> datetime:
        """Parse the time of day *clock* on *day*, both as the file writes them."""
        known = self._days.get(day)
        if known is None:
            read = read_day(spaced(day), self._order)
            if not FIRST_YEAR <= read.year <= LAST_YEAR:
                raise _wrong_year(read.year)
            known = self._days[day] = (read, self._base(read))
        found, base = known
        if base is not None and (seconds := _plain_clock(clock)) is not None:
            return base + timedelta(0, seconds)
        since, offset = read_clock(clock)
        if offset is not None:
            return datetime.combine(found, time(), offset).astimezone(UTC) + since
        return datetime.combine(found, time()) + since if base is None else base + since

    def _dated(self, text: str) -> datetime:
        if match := _DATED.fullmatch(spaced(text)):
            with suppress(BadCell):
                return self.at(match[1], match[4])
        raise BadCell(
            f'"{quoted(text)}" is not a date and time such as 2026-11-24 09:00 or'
            f" 2026-11-24T09:00:00+01:00{_stored_moment(text)}"
        )

    def settle(
        self, start: datetime, end: datetime, length: Length | None
    ) -> tuple[datetime, datetime]:
        """Return *start* and *end* in UTC; if one is ambiguous, *length* (elapsed time) decides.

        BadCell if it does not, and for local times that a clock change skips.
        """
        if start.tzinfo is not None and end.tzinfo is not None:
            return start, end
        fitting = [
            (one, other)
            for one in self._readings(start)
            for other in self._readings(end)
            if length is not None and length.fits((other - one).total_seconds())
        ]
        return fitting[0] if len(fitting) == 1 else (self.only(start), self.only(end))

    def only(self, read: datetime) -> datetime:
        """Return *read* in UTC; BadCell if a clock change skips or repeats it."""
        if read.tzinfo is not None:
            return read
        try:
            return resolve_local(read, self._zone)
        except TimeError as error:
            readings = " or ".join(line.split()[0] for line in error.details)
            raise BadCell(f"{error.message}: {readings}?") from None

    def _readings(self, read: datetime) -> tuple[datetime, ...]:
        """Return the possible instants of *read*: one, two if clocks went back, none if skipped."""
        if read.tzinfo is not None:
            return (read,)
        first, second = (
            read.replace(tzinfo=self._zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        if first == second:
            return (first,)
        return (first, second) if first < second else ()

    def _base(self, day: date) -> datetime | None:
        """Return when *day* begins, in UTC; None if clocks change on it or on an adjacent day."""
        if day not in self._bases:
            noons = (datetime.combine(day + ONE_DAY * step, time(12)) for step in (-1, 0, 1))
            offsets = {noon.replace(tzinfo=self._zone).utcoffset() for noon in noons}
            offset = offsets.pop()
            self._bases[day] = (
                None if offsets or offset is None else datetime.combine(day, time(), UTC) - offset
            )
        return self._bases[day]


class Length:
    """A duration of *seconds*, with the tolerance given by how precisely it is written."""

    __slots__ = ("off", "seconds")

    def __init__(self, seconds: int, off: int) -> None:
        self.seconds = seconds
        self.off = off

    def agrees(self, other: Length) -> bool:
        """Return whether both can be the same duration, each as precise as it is written."""
        return abs(self.seconds - other.seconds) <= self.off + other.off

    def fits(self, seconds: float) -> bool:
        """Return whether a span of *seconds* agrees with this duration."""
        return abs(seconds - self.seconds) <= self.off


def _iso(text: str) -> datetime | None:
    """Parse an ISO 8601 date and time, at least to the minute; None for other text."""
    try:
        return datetime.fromisoformat(text) if len(text) >= 16 else None
    except ValueError:
        return None


def _as_standard(text: str) -> str:
    # People write 9:00 where the standard requires 09:00, and a space before the offset.
    padded = _SHORT_HOUR.sub(r"\g<1>0\2", spaced(text))
    return _ZONE.sub(lambda match: match[1] or "+00:00", padded).upper()


def dated_day(text: str) -> str:
    """Return the day in *text*, a day with a time of day after it; empty for other text."""
    match = _DATED.fullmatch(spaced(text))
    return match[1] if match else ""


def _wrong_year(year: int) -> BadCell:
    return BadCell(f"the year {year} is not within {FIRST_YEAR} to {LAST_YEAR}")


def possible_orders(dates: Iterable[str]) -> tuple[bool, bool, str]:
    """Return whether *dates* can all be day first, whether month first, and an ambiguous date.

    Dates that are not written in such an order are ignored.
    """
    day_first = month_first = True
    doubtful = ""
    for text in dates:
        if not (match := _ORDERED.fullmatch(day_of(text))):
            continue
        first, second = int(match[1]), int(match[3])
        day_first &= second <= 12
        month_first &= first <= 12
        if first != second:
            doubtful = doubtful or text
    return day_first, month_first, doubtful


def find_order(dates: Iterable[str], others: Iterable[Iterable[str]] = ()) -> DateOrder:
    """Return the only possible order of day, month and year in *dates*.

    If they leave two orders possible, the first of *others* (more dates of the same file) that
    decides is used. UsageError if none does, and for both orders in one file.
    """
    day_first, month_first, doubtful = possible_orders(dates)
    if not day_first and not month_first:
        raise UsageError("some dates have the day first and some the month", DATE_ORDERS)
    if day_first and month_first and doubtful:
        for more in others:
            day_first, month_first, _ = possible_orders(more)
            if day_first != month_first:
                break
        else:
            raise UsageError(
                f'"{quoted(doubtful)}" could be day or month first, and no other line settles it',
                _both_readings(doubtful),
                code="date-order",
            )
    return "dmy" if day_first else "mdy"


def _both_readings(text: str) -> str:
    """Return a line for each order, with the date that *text* then means."""
    readings = (("dmy", read_day(text, "dmy")), ("mdy", read_day(text, "mdy")))
    return "\n".join(
        f"`--dates {order}` reads it as {day.day} {day:%B %Y}." for order, day in readings
    )


def day_of(text: str) -> str:
    """Return *text* without a midnight after the day."""
    return _MIDNIGHT.sub("", spaced(text))


@lru_cache(maxsize=4096)
def read_day(text: str, order: DateOrder) -> date:
    """Parse a date in *order*, or year first, which is always accepted; else BadCell."""
    bare = day_of(text)
    try:
        if match := _ORDERED.fullmatch(bare):
            if order == "ymd":
                raise ValueError(text)
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            day, month = (first, second) if order == "dmy" else (second, first)
            return date(year, month, day)
        if match := _YEAR_FIRST.fullmatch(bare):
            return date(int(match[1]), int(match[3]), int(match[4]))
        return date.fromisoformat(bare)
    except ValueError:
        stored = _stored_day(bare)
        raise BadCell(f'"{quoted(text)}" is not a date ({_NAMES[order]}){stored}') from None


def _stored_day(text: str) -> str:
    """Return what *text* means if it is a spreadsheet's number of a day, to end a sentence."""
    if len(text) != 5 or not text.isdecimal():
        return ""
    day = date(1899, 12, 30) + ONE_DAY * int(text)
    return f"; it is how spreadsheets store {day.day} {day:%B %Y}"


def _stored_clock(text: str) -> str:
    """Return what *text* means if it is a spreadsheet's fraction of a day, to end a sentence."""
    if not _FRACTION.fullmatch(text):
        return ""
    minutes = round(float(text.replace(",", ".")) * 24 * 60)
    return f"; it is how spreadsheets store {minutes // 60:02}:{minutes % 60:02}"


def _stored_moment(text: str) -> str:
    """Return what *text* means if it is a spreadsheet's number of a moment, to end a sentence."""
    day, _, part = text.replace(",", ".").partition(".")
    stored, clock = _stored_day(day), _stored_clock(f"0.{part}")
    return f"{stored} {clock[-len('09:00') :]}" if stored and clock else ""


_FRACTION = re.compile(r"0[.,]\d{1,20}", re.ASCII)
_NAMES: dict[DateOrder, str] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}


@lru_cache(maxsize=65536)
def is_clock(text: str) -> bool:
    """Return whether *text* is written as a time of day."""
    return _CLOCK.fullmatch(spaced(text)) is not None


_MINUTE = {f"{minute:02}": minute * 60 for minute in range(60)}
_SECOND = {f"{second:02}": second for second in range(60)}
_MORNING = {f"{hour:02}": hour % 12 * 3600 for hour in range(1, 13)}
_EVENING = {hour: seconds + 12 * 3600 for hour, seconds in _MORNING.items()}
_HOUR = {
    "": {f"{hour:02}": hour * 3600 for hour in range(24)},
    **dict.fromkeys((" AM", " am"), _MORNING),
    **dict.fromkeys((" PM", " pm"), _EVENING),
}
"""The seconds from midnight to each hour as written, by what follows the time of day."""


def _plain_clock(clock: str) -> int | None:
    """Return the seconds since midnight of 09:30, 09:30:00 or 09:30:00 AM; None for other forms.

    A fast path for the forms in most files, which have too many different times for a cache.
    """
    try:
        if clock[2] != ":":
            return None
        if clock[5:6] != ":":
            return _HOUR[clock[5:]][clock[:2]] + _MINUTE[clock[3:5]]
        return _HOUR[clock[8:]][clock[:2]] + _MINUTE[clock[3:5]] + _SECOND[clock[6:8]]
    except (IndexError, KeyError):
        return None


def read_clock(text: str) -> tuple[timedelta, tzinfo | None]:
    """Parse a 12-hour or 24-hour time of day: the time since midnight, and its offset if any.

    24:00 is the end of the day. BadCell for any other text.
    """
    match = _CLOCK.fullmatch(spaced(text))
    hour = int(match[1]) if match else -1
    if match and match[5]:
        hour = hour % 12 + (12 if match[5] in "Pp" else 0) if 1 <= hour <= 12 else -1
    minute, second = (int(match[3]), int(match[4] or 0)) if match else (0, 0)
    since = timedelta(hours=hour, minutes=minute, seconds=second)
    if match and text.strip()[:2] == "0." and not match[4]:
        # More likely a spreadsheet's fraction of a day, such as 0.25, than a time after midnight.
        hour = -1
    if match is None or hour < 0 or minute > 59 or second > 59 or since > ONE_DAY:
        raise BadCell(f'"{quoted(text)}" is not a time of day{_stored_clock(text.strip())}')
    try:
        offset = match[6] and datetime.fromisoformat(f"2000-01-01T00:00{match[6].upper()}").tzinfo
    except ValueError:
        raise BadCell(f'"{quoted(text)}" is not a time of day') from None
    return since, offset or None


_HOURS = re.compile(r"(\d{1,5})(?:[.,](\d{1,6}))?", re.ASCII)
_CLOCKED = re.compile(r"(\d{1,5})(?::| ?[Hh] ?)([0-5]\d)(?::([0-5]\d)(?:[.,]\d+)?)?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,4}):([0-5]\d) min", re.ASCII)


@lru_cache(maxsize=65536)
def read_seconds(text: str) -> Length | None:
    """Parse a number of seconds; None for other text."""
    bare = text.strip()
    return Length(int(bare), 0) if bare.isascii() and bare.isdigit() else None


@lru_cache(maxsize=65536)
def read_length(text: str, *, bare_hours: bool = True) -> Length | None:
    """Parse a duration: 1:30:00, 1:30, 1.50 or 1,5 hours, 1h 30m, PT1H30M; None for other text.

    A number without a fraction counts as hours if *bare_hours* is set, else it is not read.
    """
    bare = spaced(text)
    if match := _CLOCKED.fullmatch(bare):
        hours, minutes, seconds = int(match[1]), int(match[2]), match[3]
        # A duration without seconds was cut or rounded to the minute.
        return Length(hours * 3600 + minutes * 60 + int(seconds or 0), 0 if seconds else 59)
    if (match := _HOURS.fullmatch(bare)) and (match[2] or bare_hours):
        part = match[2] or ""
        whole = int(match[1] + part) * 3600
        scale = 10 ** len(part)
        return Length((whole + scale // 2) // scale, 3600 // scale if part else 0)
    if match := _MINUTES.fullmatch(bare):
        return Length(int(match[1]) * 60 + int(match[2]), 0)
    try:
        found = read_duration(bare)
    except TimeError:
        return Length(0, 0) if bare.upper() == "PT0S" else None
    return None if found is None else Length(int(found.total_seconds()), 0)
