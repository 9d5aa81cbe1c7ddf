"""Times of day: `9`, `930`, `0930`, `9:30`, `09:30:15`, `9am`, `9:30pm`, `noon`, `midnight`."""

from __future__ import annotations

import re

from clockify_cli.domain.time.zones import quoted
from clockify_cli.errors import TimeError
from clockify_cli.values import dataclass

EXAMPLES = "Times of day look like 9, 930, 9:30, 09:30:15, 9am, noon or 24:00."
HALF_DAY = 12 * 3600
WHOLE_DAY = 24 * 3600
SHAPE = r"([0-9]{1,2})(?::([0-9]{1,2})(?::([0-9]{1,2}))?|([0-9]{2}))? ?([ap]m)?"


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: *seconds* on the wall clock after midnight, 86400 for the end of the day.

    *half* is `am`, `pm` or empty as it was typed. *is_bound*: the bound of a day itself, which
    exists once even where a clock change skips or repeats midnight. *may_be_afternoon*: typed
    without `am` and `pm`, such as `3`, in a way that leaves 15:00 thinkable. *to_the_second*: typed
    with seconds.
    """

    seconds: int
    half: str = ""
    is_bound: bool = False
    may_be_afternoon: bool = False
    to_the_second: bool = False


NAMED = {"noon": Clock(HALF_DAY), "midnight": Clock(0, is_bound=True)}


def read_clock(text: str) -> Clock | None:
    """The time of day that *text* is, in any case; None if it does not look like one.

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
    return Clock(
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
    return TimeError(f"{quoted(text)} is not a time of day: {why}", EXAMPLES)
