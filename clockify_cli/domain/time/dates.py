"""Days as people write them: ISO dates, names of weekdays; and a day as text for people."""

from __future__ import annotations

import re
from datetime import date, timedelta

from clockify_cli.domain.time.zones import quoted
from clockify_cli.errors import TimeError

FIRST_YEAR = 1970
LAST_YEAR = 2100
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
EXAMPLES = "Write dates as 2026-11-23."
ISO_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
YEAR_LAST = r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})"
YEAR_FIRST = r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})"


def read_weekday(word: str) -> int | None:
    """Monday = 0 for `mon` and `monday` in any case; None for other words."""
    folded = word.lower()
    for number, name in enumerate(WEEKDAYS):
        if folded in (name, name[:3]):
            return number
    return None


def read_date(word: str) -> date | None:
    """The date that *word* writes; None if it does not look like one.

    TimeError for a date that does not exist, lies outside 1970 to 2100, or whose order of day and
    month is anybody's guess.
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
    """The date, or a TimeError that says of *text* what is wrong with it."""
    checked_year(year, text)
    if not 1 <= month <= len(MONTHS):
        raise TimeError(f"{quoted(text)} is not a date: months go from 01 to 12", EXAMPLES)
    longest = days_in_month(year, month)
    if not 1 <= day <= longest:
        month_name = f"{MONTHS[month - 1]} {year}"
        raise TimeError(f"{quoted(text)} is not a date: {month_name} has {longest} days", EXAMPLES)
    return date(year, month, day)


def checked_year(year: int, text: str) -> int:
    """*year*, or a TimeError about *text* if it is not from 1970 to 2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise TimeError(
            f"{quoted(text)} is out of reach: years go from {FIRST_YEAR} to {LAST_YEAR}", EXAMPLES
        )
    return year


def days_in_month(year: int, month: int) -> int:
    """28 to 31."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def _existing(*candidates: tuple[int, int, int]) -> list[str]:
    """Those of *candidates* (year, month, day) that are dates, each once, as ISO text."""
    found: list[str] = []
    for year, month, day in candidates:
        if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= len(MONTHS):
            text = f"{year}-{month:02}-{day:02}"
            if 1 <= day <= days_in_month(year, month) and text not in found:
                found.append(text)
    return found


def _other_order(word: str, meant: list[str]) -> TimeError:
    hint = f"Write {' or '.join(meant)}." if meant else EXAMPLES
    if len(meant) > 1:
        return TimeError(f"{quoted(word)} can be read in two orders of day and month", hint)
    return TimeError(f"{quoted(word)} is not how a date is written here", hint)


def date_text(day: date) -> str:
    """Such as `Tue 24 Nov 2026`."""
    return f"{short_date_text(day)} {day.year}"


def short_date_text(day: date) -> str:
    """Such as `Tue 24 Nov`."""
    return f"{weekday_text(day)} {day.day} {MONTHS[day.month - 1][:3]}"


def weekday_text(day: date) -> str:
    """Such as `Tue`."""
    return WEEKDAYS[day.weekday()][:3].capitalize()
