"""SPAN: an interval between two points, as a person types it, alone or after a description."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from clockify_cli.domain.time.durations import format_duration
from clockify_cli.domain.time.points import (
    HALF_DAY,
    WHOLE_DAY,
    Fixed,
    Reading,
    WallTime,
    meant,
    minute_of,
    names_day,
    point_text,
    read_clock,
    read_point,
    resolve,
    unreadable,
)
from clockify_cli.domain.time.zones import (
    NO_TIME,
    ONE_DAY,
    ONE_SECOND,
    TimeContext,
    leftover,
    quoted,
)
from clockify_cli.errors import TimeError
from clockify_cli.values import dataclass

EXAMPLES = (
    "Spans look like 9-10:30, 9:00..10:30, yesterday 9-10:30 or -2h..-1h; `clockify help time`"
    " shows all forms."
)
LONG_OVER_MIDNIGHT = timedelta(hours=12)
LONG = timedelta(hours=24)
# The longest spans in words, such as `2026-11-23 9 pm .. 2026-11-24 1 am`.
MOST_WORDS = 8
# These only ever join two times; a hyphen also occurs in dates, offsets and words.
JOINERS = ("..", "–", "—")
BARE_TIMES = r"(?:(.+) )?([0-9]{1,4}) ?(?:\.\.|[-–—]) ?([0-9]{1,4})"
LEAST_DIGITS = 3
MERE_NUMBERS = r"([0-9]{1,9}) ?(?:\.\.|[-–—]) ?([0-9]{1,9})"


@dataclass(frozen=True, slots=True)
class Span:
    """From *start* to *end*, aware UTC in whole seconds; the end is later than the start."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.utcoffset() != NO_TIME or self.end.utcoffset() != NO_TIME:
            raise ValueError("a span needs points in UTC")
        if self.end == self.start:
            raise TimeError("the span has no length: it ends when it starts", EXAMPLES)
        if self.end < self.start:
            raise TimeError("the span ends before it starts", EXAMPLES)

    @property
    def seconds(self) -> int:
        """The elapsed seconds, regardless of clock changes."""
        return (self.end - self.start) // ONE_SECOND


def parse_span(text: str, ctx: TimeContext, *, day: date | None = None) -> Span:
    """Parse the SPAN *text*, which may be in the future; TimeError quotes what could not be read.

    If it names no day, it begins on *day* (local), else today.
    """
    span = _read_span(text, ctx, day)
    if span is None:
        raise _unreadable(text, ctx)
    return span


def split_words(words: Sequence[str], ctx: TimeContext) -> tuple[list[str], Span | None]:
    """Split off the longest run of last words that is a SPAN; None if there is none.

    A run looks like a SPAN if both sides of its `..` or `-` look like a TIME. Then it is a SPAN or
    a TimeError, never part of a description (`9-9`, `25:00-26:00`, `12-3pm`). Two bare numbers that
    are not both times of day stay words (`pages 25-26`). So do `COVID-19`, `mon-fri` and
    `2026-11-23`, and numbers that may be a telephone number or years (`555-1234`, `2024-2025`).
    """
    for first in range(max(0, len(words) - MOST_WORDS), len(words)):
        run = " ".join(words[first:])
        if _are_mere_numbers(run) or bare_times(run) is not None:
            continue
        if span := _read_span(run, ctx):
            return list(words[:first]), span
    return list(words), None


def _are_mere_numbers(text: str) -> bool:
    match = re.fullmatch(MERE_NUMBERS, text.strip())
    return match is not None and not all(is_clock(number) for number in match.groups())


def bare_times(text: str) -> tuple[str, str, str] | None:
    """Return two bare times of day, one of three or four digits, and the text before them.

    None for any other *text*: `9-17` is clearly a SPAN, and so is `930-10:30`.
    """
    match = re.fullmatch(BARE_TIMES, text.strip())
    if match is None:
        return None
    before, *numbers = match.groups(default="")
    if max(map(len, numbers)) < LEAST_DIGITS or not all(map(is_clock, numbers)):
        return None
    return before, numbers[0], numbers[1]


def is_clock(text: str) -> bool:
    """Return whether the lower-case *text* is a time of day."""
    try:
        return read_clock(text) is not None
    except TimeError:
        return False


def _read_span(text: str, ctx: TimeContext, day: date | None = None) -> Span | None:
    """Parse the SPAN *text*; None if no split gives two parts that look like points.

    TimeError if they do but make no span.
    """
    typed = " ".join(text.split())
    for left_text, right_text in _splits(typed):
        left, right = _reading(left_text, ctx), _reading(right_text, ctx)
        if left is None or right is None:
            continue
        if isinstance(left, TimeError):
            raise left
        if isinstance(right, TimeError):
            raise right
        return _between(left, right, typed, ctx, day)
    return None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Yield each way to split *text* into two points."""
    for joiner in JOINERS:
        if joiner in text:
            left, _, right = text.partition(joiner)
            yield left.strip(), right.strip()
            return
    # In `2026-11-23T09:30-03:00` the hyphen could begin an offset: such points need `..`.
    if re.search("[0-9][tT][0-9]", text):
        return
    for place, character in enumerate(text):
        if character == "-" and place:
            yield text[:place].strip(), text[place + 1 :].strip()


def _reading(text: str, ctx: TimeContext) -> Reading | TimeError | None:
    """Like `read_point`, but return the refusal: it counts only if the other side is a point."""
    try:
        return read_point(text, ctx)
    except TimeError as refusal:
        return refusal


def _between(
    left: Reading, right: Reading, text: str, ctx: TimeContext, day: date | None = None
) -> Span:
    _refuse_two_halves(left, right, text)
    start = resolve(left, ctx, day)
    end = resolve(right, ctx, _day_of_end(left, right, start, ctx))
    first, last = meant(left, start, ctx), meant(right, end, ctx, as_end=True)
    if first < last:
        return Span(first, last)
    if end == start:
        raise TimeError(f"{quoted(text)} has no length: it ends when it starts", EXAMPLES)
    if end < start:
        raise _ends_first(left, text, (start, end), ctx)
    return Span(start, end)


def _ends_first(
    left: Reading, text: str, ends: tuple[datetime, datetime], ctx: TimeContext
) -> TimeError:
    start, end = (point_text(instant, ctx) for instant in ends)
    message = f"{quoted(text)} ends before it starts: from {start} to {end}"
    # `23-now` just after midnight.
    if isinstance(left, WallTime) and not left.has_day:
        meant = f"yesterday {text}"
        return TimeError(message, f'Did you mean "{meant}"?', typed=text, meant=meant)
    return TimeError(message, EXAMPLES)


def _day_of_end(left: Reading, right: Reading, start: datetime, ctx: TimeContext) -> date:
    """Return the day of a second time without one: the first's, or the next if past midnight."""
    local = start.astimezone(ctx.zone)
    if isinstance(left, Fixed):
        day, begins = local.date(), local.hour * 3600 + local.minute * 60 + local.second
    else:
        # 24:00 belongs to the day that it ends.
        begins = left.clock.seconds
        day = local.date() - ONE_DAY if begins == WHOLE_DAY else local.date()
    if isinstance(right, WallTime) and right.clock.seconds < begins:
        day += ONE_DAY
    return day


def _refuse_two_halves(left: Reading, right: Reading, text: str) -> None:
    """Refuse `1-3pm`, whose first time may be before or after noon."""
    if isinstance(left, Fixed) or isinstance(right, Fixed):
        return
    if not (left.clock.may_be_afternoon and right.clock.half):
        return
    same_half = left.clock.seconds % HALF_DAY + (HALF_DAY if right.clock.half == "pm" else 0)
    if same_half != left.clock.seconds and same_half < right.clock.seconds:
        hours = (left.clock.seconds, same_half)
        readings = " or ".join(format_duration(value).rjust(5, "0") for value in hours)
        raise TimeError(
            f"{quoted(text)} can begin at {readings}", "Say am or pm on both sides, as in 1pm-3pm."
        )


def _unreadable(text: str, ctx: TimeContext) -> TimeError:
    if not text.strip():
        return TimeError("no span given", EXAMPLES)
    if any(joiner in text for joiner in JOINERS):
        return _unreadable_side(text, ctx)
    if read_point(text, ctx) or names_day(text, ctx):
        return TimeError(f"{quoted(text)} is one time, and a span needs two", EXAMPLES)
    if rest := leftover(text, lambda part: _read_span(part, ctx) is not None):
        return TimeError(f"cannot read {quoted(rest)} in the span {quoted(text)}", EXAMPLES)
    return TimeError(f"cannot read {quoted(text)} as a span", EXAMPLES)


def _unreadable_side(text: str, ctx: TimeContext) -> TimeError:
    """Return the refusal of the first side that is not a point."""
    left, right = next(_splits(text))
    return unreadable(left if read_point(left, ctx) is None else right, ctx, future=True)


def needs_yes(span: Span, ctx: TimeContext, *, typed: bool = True) -> str | None:
    """Return why *span* needs `--yes` to be recorded; None for an ordinary one.

    *typed*: the span is as it was typed, so that another day may have been meant.
    """
    # Measured as shown: seconds that nobody sees do not make a span too long.
    length = minute_of(span.end) - minute_of(span.start)
    if length > LONG:
        return f"the entry would last {format_duration(span.seconds)}, more than a day"
    if length > LONG_OVER_MIDNIGHT and _crosses_midnight(span, ctx):
        return _overnight(span, ctx)
    if span.end > ctx.now:
        return _ahead(span, ctx, typed)
    return None


def _overnight(span: Span, ctx: TimeContext) -> str:
    """Return ``from 13:00 to 12:00 the next day is 23 hours``: probably half a day was meant."""
    start, end = (at.astimezone(ctx.zone) for at in (span.start, span.end))
    next_day = "the next day" if end.date() - start.date() == ONE_DAY else f"on {end.date()}"
    hours, rest = divmod(span.seconds, 3600)
    length = f"{hours} hours" if not rest else format_duration(span.seconds)
    return f"from {start:%H:%M} to {end:%H:%M} {next_day} is {length}"


def _crosses_midnight(span: Span, ctx: TimeContext) -> bool:
    first = span.start.astimezone(ctx.zone).date()
    return (span.end - ONE_SECOND).astimezone(ctx.zone).date() > first


def _ahead(span: Span, ctx: TimeContext, typed: bool) -> str:
    reason = f"the entry would end in the future ({point_text(span.end, ctx)})"
    is_todays = span.start.astimezone(ctx.zone).date() == ctx.calendar_day
    return f'{reason}; did you mean "yesterday"?' if typed and is_todays else reason
