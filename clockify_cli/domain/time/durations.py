"""DURATION: `90m`, `1h30m`, `1:30`, `1.5h`, `PT1H30M`, `45s`; and durations as text."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

from clockify_cli.domain.time.zones import quoted
from clockify_cli.errors import TimeError

DurationStyle = Literal["clock", "hm", "decimal"]

EXAMPLES = "Durations look like 90m, 1h30m, 1:30, 1.5h, 45s or PT1H30M."
LONGEST_HOURS = 999
HOUR = 3600
MINUTE = 60
UNIT_SECONDS = {"h": HOUR, "m": MINUTE, "s": 1}

# Patterns stay text: the re module compiles and caches each at its first use, so a command that
# reads no duration pays nothing.
CLOCK = r"([0-9]{1,9}):([0-9]{1,2})(?::([0-9]{1,2}))?"
UNITS = r"(?=[0-9])(?:([0-9]{1,9}) ?h)? ?(?:([0-9]{1,9}) ?m)? ?(?:([0-9]{1,9}) ?s)?"
DECIMAL = r"([0-9]{1,9})\.([0-9]{1,9}) ?([hms])"
ISO = r"pt(?=[0-9])(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?"


def parse_duration(text: str) -> timedelta:
    """Parse a DURATION: whole seconds, more than zero, at most 999 hours; else TimeError."""
    duration = read_duration(text)
    if duration is None:
        raise _unreadable(text)
    return duration


def parse_signed_duration(text: str) -> timedelta:
    """Parse a DURATION with an optional `+` or `-` before it."""
    text = text.strip()
    length = parse_duration(text[1:] if text[:1] in ("+", "-") else text)
    return -length if text.startswith("-") else length


def read_duration(text: str) -> timedelta | None:
    """Like `parse_duration`, but return None for text that does not look like a DURATION at all."""
    folded = " ".join(text.lower().split())
    seconds = _clock_seconds(folded, text)
    if seconds is None and (match := re.fullmatch(UNITS, folded)):
        seconds = _parts_seconds(match, text)
    if seconds is None:
        seconds = _decimal_seconds(folded, text)
    if seconds is None and (match := re.fullmatch(ISO, folded)):
        seconds = _sum_parts(match)
    return None if seconds is None else _within_limits(seconds, text)


def _clock_seconds(folded: str, text: str) -> int | None:
    if not (match := re.fullmatch(CLOCK, folded)):
        return None
    if any(len(part) != 2 for part in match.groups()[1:] if part):
        raise TimeError(
            f"{quoted(text)} is not a duration: minutes and seconds have two digits", EXAMPLES
        )
    return _parts_seconds(match, text)


def _parts_seconds(match: re.Match[str], text: str) -> int:
    hours, minutes, seconds = match.groups()
    if hours and minutes and int(minutes) >= MINUTE:
        raise TimeError(
            f"{quoted(text)} is not a duration: minutes go to 59 where there are hours", EXAMPLES
        )
    if (hours or minutes) and seconds and int(seconds) >= MINUTE:
        raise TimeError(
            f"{quoted(text)} is not a duration: seconds go to 59 where there are hours or minutes",
            EXAMPLES,
        )
    return _sum_parts(match)


def _sum_parts(match: re.Match[str]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * HOUR + minutes * MINUTE + seconds


def _decimal_seconds(folded: str, text: str) -> int | None:
    if not (match := re.fullmatch(DECIMAL, folded)):
        return None
    whole, part, unit = match.groups()
    # Whole numbers only: as a binary fraction, 0.1h would not be exactly six minutes.
    scale: int = 10 ** len(part)
    seconds, rest = divmod(int(whole + part) * UNIT_SECONDS[unit], scale)
    if rest:
        raise TimeError(f"{quoted(text)} is not a whole number of seconds", EXAMPLES)
    return seconds


def _within_limits(seconds: int, text: str) -> timedelta:
    if not seconds:
        raise TimeError(f"{quoted(text)} is not longer than zero", EXAMPLES)
    if seconds > LONGEST_HOURS * HOUR:
        raise TimeError(f"{quoted(text)} is too long: {LONGEST_HOURS} hours at most", EXAMPLES)
    return timedelta(seconds=seconds)


def _unreadable(text: str) -> TimeError:
    folded = text.strip().lower()
    if folded.startswith("-"):
        return TimeError(f"{quoted(text)} is negative, which a duration cannot be", EXAMPLES)
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", folded):
        return TimeError(f"{quoted(text)} has no unit", f"Add h, m or s. {EXAMPLES}")
    if re.fullmatch(r"[0-9.]+ ?d(ays?)?", folded):
        return TimeError(
            f"{quoted(text)} counts days, which differ in length", "Give hours, such as 24h."
        )
    return TimeError(f"cannot read {quoted(text)} as a duration", EXAMPLES)


def iso_duration(seconds: int) -> str:
    """Return *seconds* (not negative) as ISO 8601, such as PT1H30M; PT0S for 0."""
    hours, minutes, rest = seconds // HOUR, seconds % HOUR // MINUTE, seconds % MINUTE
    parts = ((hours, "H"), (minutes, "M"), (rest, "S"))
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")


DISPLAY_UNITS: dict[DurationStyle, int] = {"clock": MINUTE, "hm": MINUTE, "decimal": HOUR // 100}
"""The seconds in the smallest unit of each style."""


def displayed(seconds: int, style: DurationStyle) -> int:
    """Return the seconds (a multiple of the style's unit) that `format_duration` shows."""
    unit = DISPLAY_UNITS[style]
    return (seconds + (unit // 2 if style == "decimal" else 0)) // unit * unit


def format_duration(seconds: int, style: DurationStyle = "clock") -> str:
    """Format *seconds*: clock `1:13`, hm `1h 13m` (both cut to the minute), decimal `1.22`.

    Decimal is hours, rounded to the nearest hundredth. Negative lengths get a leading minus.
    """
    length = abs(seconds)
    if style == "decimal":
        hundredths = (length * 100 + HOUR // 2) // HOUR
        shown = f"{hundredths // 100}.{hundredths % 100:02}"
    else:
        shown = _hours_minutes(length // HOUR, length % HOUR // MINUTE, style)
    is_zero = not shown.strip("0:.hm ")
    return f"-{shown}" if seconds < 0 and not is_zero else shown


def _hours_minutes(hours: int, minutes: int, style: DurationStyle) -> str:
    if style == "clock":
        return f"{hours}:{minutes:02}"
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m"
