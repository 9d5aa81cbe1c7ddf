"""Times as files write them, to UTC."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from clockify_cli.domain.exchange.rows import BadCell, DateOrder
from clockify_cli.domain.names import quoted
from clockify_cli.domain.time.zones import resolve_local
from clockify_cli.errors import TimeError, UsageError

FIRST_YEAR, LAST_YEAR = 1970, 2100
DATE_ORDERS = "Say --dates dmy or --dates mdy (24/11/2026 or 11/24/2026)."

_ORDERED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_SHORT_HOUR = re.compile(r"^(\d{4}-\d\d-\d\d[Tt ])(\d:)", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:([AaPp])\.?[Mm]\.?)?\s*([Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 date and time in UTC, cut to the second; of *zone* where it has no offset.

    RFC 3339 allows its letters in lower case too.
    BadCell for anything else and for local times that a clock change skips or repeats.
    """
    # People write 9:00 where the standard wants 09:00.
    padded = _SHORT_HOUR.sub(r"\g<1>0\2", text)
    try:
        if len(padded) < 16:
            raise ValueError(text)
        read = datetime.fromisoformat(padded.upper())
    except ValueError:
        raise BadCell(
            f'"{quoted(text)}" is no date and time such as 2026-11-24 09:00 or'
            " 2026-11-24T09:00:00+01:00"
        ) from None
    return to_utc(read.replace(microsecond=0), zone)


def to_utc(read: datetime, zone: ZoneInfo) -> datetime:
    """*read*, of *zone* where it is naive, in UTC; BadCell outside 1970 to 2100."""
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise BadCell(f"the year {read.year} is not within {FIRST_YEAR} to {LAST_YEAR}")
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    try:
        return resolve_local(read, zone)
    except TimeError as error:
        readings = " or ".join(line.split()[0] for line in error.details)
        raise BadCell(f"{error.message}: {readings}?") from None


def find_order(dates: Iterable[str]) -> DateOrder:
    """The order of day, month and year in all of *dates*, where only one is possible.

    UsageError where both are and they differ. Dates that have no such order are passed over.
    """
    day_first = month_first = True
    doubtful = ""
    for text in dates:
        if not (match := _ORDERED.fullmatch(text)):
            continue
        first, second = int(match[1]), int(match[3])
        day_first &= second <= 12
        month_first &= first <= 12
        if first != second:
            doubtful = doubtful or text
    if day_first and month_first and doubtful:
        raise UsageError(
            f'"{quoted(doubtful)}" may be day or month first, and no other line tells',
            DATE_ORDERS,
            code="date-order",
        )
    if not day_first and not month_first:
        raise UsageError("some dates have the day first and some the month", DATE_ORDERS)
    return "dmy" if day_first else "mdy"


@lru_cache(maxsize=4096)
def read_day(text: str, order: DateOrder) -> date:
    """A date in *order*, or year first, which is always understood; BadCell for any other."""
    try:
        if match := _ORDERED.fullmatch(text):
            if order == "ymd":
                raise ValueError(text)
            first, second, year = int(match[1]), int(match[3]), int(match[4])
            day, month = (first, second) if order == "dmy" else (second, first)
            return date(year, month, day)
        return date.fromisoformat(text.replace("/", "-").replace(".", "-"))
    except ValueError:
        raise BadCell(f'"{quoted(text)}" is no date ({_NAMES[order]})') from None


_NAMES: dict[DateOrder, str] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}


@lru_cache(maxsize=4096)
def read_time(text: str) -> time:
    """A time of day in 12 or 24 hours, with its offset if it has one; BadCell for any other."""
    match = _CLOCK.fullmatch(text)
    if not match:
        raise BadCell(f'"{quoted(text)}" is no time of day')
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    try:
        if match[4]:
            if not 1 <= hour <= 12:
                raise ValueError(text)
            hour = hour % 12 + (12 if match[4] in "Pp" else 0)
        offset = (
            datetime.fromisoformat(f"2000-01-01T00:00{match[5].upper()}").tzinfo
            if match[5]
            else None
        )
        return time(hour, minute, second, tzinfo=offset)
    except ValueError:
        raise BadCell(f'"{quoted(text)}" is no time of day') from None
