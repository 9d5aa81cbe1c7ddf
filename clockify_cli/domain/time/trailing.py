"""A TIME or a day at the end of a description that contains no SPAN."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clockify_cli.domain.time.points import (
    DAY_WORDS,
    MONTHS,
    Reading,
    WallTime,
    names_day,
    read_point,
    read_weekday,
    resolve,
)
from clockify_cli.domain.time.zones import TimeContext, quoted
from clockify_cli.errors import TimeError

# The longest points in words, such as `2026-11-23 9:30 pm`.
MOST_WORDS = 4
# `23.11.`, `23.11.26`, `11/23`, and `23.11` if it cannot be a version: days whose order, year or
# language is unknown.
UNTOLD_DATE = r"[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{2})?|[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2})?"
DAY_AND_MONTH = r"(?:1[3-9]|2[0-9]|3[01])\.(?:0[1-9]|1[0-2])"
OTHER_WEEKDAYS = frozenset({"tues", "weds", "thur", "thurs"})
WHICH = frozenset({"last", "next", "this"})


def split_point(words: Sequence[str], ctx: TimeContext) -> tuple[list[str], str]:
    """Split off the longest run of last words that is a TIME, else "".

    TimeError if the last words may also be part of the description: a bare number (`Chapter 9`), a
    word such as `last`, or only a day.
    """
    for first in range(max(0, len(words) - MOST_WORDS), len(words)):
        run = " ".join(words[first:])
        reading = _reading(run, ctx)
        if reading is None:
            continue
        if not _unmistakable(run, reading):
            refuse_day(words, ctx)
            raise TimeError(
                f"{quoted(run)} can be a time or part of the description",
                f'Write --from "{run}" if it began then; -d takes any text as the description.',
            )
        refuse_day(words[:first], ctx)
        return list(words[:first]), run
    refuse_day(words, ctx)
    return list(words), ""


def past_time(words: Sequence[str], ctx: TimeContext) -> str:
    """Return the longest run of last words that is unmistakably a TIME up to now, else ""."""
    for first in range(max(0, len(words) - MOST_WORDS), len(words)):
        run = " ".join(words[first:])
        try:
            reading = read_point(run, ctx)
            if reading and _unmistakable(run, reading) and resolve(reading, ctx) <= ctx.now:
                return run
        except TimeError:
            continue
    return ""


def _reading(run: str, ctx: TimeContext) -> Reading | None:
    """Parse *run*; TimeError for `25:00`, None for `4567`, which is only a number."""
    try:
        return read_point(run, ctx)
    except TimeError:
        if ":" in run:
            raise
        return None


def _unmistakable(run: str, reading: Reading) -> bool:
    if isinstance(reading, WallTime) and (reading.has_day or reading.clock.half):
        return True
    return ":" in run or not run.isalnum()


def refuse_day(words: Sequence[str], ctx: TimeContext, after: Sequence[str] = ()) -> None:
    """Raise TimeError if *words* end with a day that does not belong to the time *after*."""
    day = _last_day(words, ctx) or _which_day(words, after)
    if day:
        raise TimeError(
            f"{quoted(day)} looks like a day, but is not understood here",
            'Give the day and time together, such as "2026-11-23 9:00" or "mon 9-10:30"; -d '
            "takes any text as the description.",
        )


def _last_day(words: Sequence[str], ctx: TimeContext) -> str:
    if not words:
        return ""
    last = words[-1].lower().rstrip(",;:")
    if re.fullmatch(f"{UNTOLD_DATE}|{DAY_AND_MONTH}", last):
        return words[-1]
    bare = last.rstrip(".")
    if bare in DAY_WORDS or bare in OTHER_WEEKDAYS or read_weekday(bare) is not None:
        return words[-1]
    return words[-1] if names_day(last, ctx) else _day_of_month(words)


def _day_of_month(words: Sequence[str]) -> str:
    """Return `23 Nov` or `Nov 23` at the end of *words*, else ""."""
    pair = [word.lower().rstrip(".,;:") for word in words[-2:]]
    for number, name in (pair, pair[::-1]) if len(pair) == 2 else ():
        is_number = re.fullmatch("[0-9]{1,2}(?:st|nd|rd|th)?", number)
        if is_number and any(name in (month.lower(), month[:3].lower()) for month in MONTHS):
            return " ".join(words[-2:])
    return ""


def _which_day(words: Sequence[str], after: Sequence[str]) -> str:
    """Return `last mon` if *words* end with `last` and *after* begins with `mon`, else ""."""
    if words and after and words[-1].lower() in WHICH and read_weekday(after[0]) is not None:
        return f"{words[-1]} {after[0]}"
    return ""
