"""RANGE: whole local days, such as `today`, `last week`, `2026-Q4` or `2026-11-01..`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from clockify_cli.domain.time import points
from clockify_cli.domain.time.zones import (
    NO_TIME,
    ONE_DAY,
    TimeContext,
    day_start_utc,
    did_you_mean,
    leftover,
    local_day,
    quoted,
)
from clockify_cli.errors import TimeError
from clockify_cli.values import dataclass

RangeKind = Literal["day", "week", "month", "quarter", "year", "days", "all"]

EXAMPLES = (
    "Ranges look like today, last week, 7d, mon, 2026-11, 2026-Q4, 2026-W47 or"
    " 2026-11-01..2026-11-15; `clockify help time` shows all forms."
)
FIRST_DAY = date(points.FIRST_YEAR, 1, 1)
LAST_DAY = date(points.LAST_YEAR, 12, 31)
PERIODS: dict[str, RangeKind] = {
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
}
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
WORDS = (
    "today",
    "yesterday",
    "workday",
    "last workday",
    *PERIODS,
    *(f"last {period}" for period in PERIODS),
    *points.WEEKDAYS,
    "all",
)
# If there is no working day within a year, the settings name none.
LONGEST_SEARCH = 366


@dataclass(frozen=True, slots=True)
class DayRange:
    """The local days *first* to *last*, both included, in *zone*, each beginning *day_start* after
    midnight. *kind* is the kind of range that was requested; it decides the name."""

    first: date
    last: date
    zone: ZoneInfo
    day_start: timedelta = NO_TIME
    kind: RangeKind = "days"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise TimeError(f"the range ends on {self.last} before it begins on {self.first}")

    @property
    def is_all(self) -> bool:
        """Whether the range has no bounds."""
        return self.kind == "all"

    @property
    def start(self) -> datetime:
        """The instant, in UTC, at which the first day begins."""
        return day_start_utc(self.first, self.zone, self.day_start)

    @property
    def end(self) -> datetime:
        """The instant, in UTC, at which the last day ends; exclusive."""
        return day_start_utc(self.last + ONE_DAY, self.zone, self.day_start)

    def bounds_of(self, day: date) -> tuple[datetime, datetime]:
        """Return the instants, in UTC, at which *day* begins and ends."""
        return (
            day_start_utc(day, self.zone, self.day_start),
            day_start_utc(day + ONE_DAY, self.zone, self.day_start),
        )

    def day_of(self, instant: datetime) -> date:
        """Return the day that contains the aware *instant*; outside the range, its nearest day."""
        if instant < self.start:
            return self.first
        if instant >= self.end:
            return self.last
        return local_day(instant, self.zone, self.day_start)

    def days(self) -> Iterator[date]:
        """Yield each day in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + number * ONE_DAY

    def name(self) -> str:
        """The name for people, such as `Week 48 · Mon 23 – Sun 29 Nov 2026`."""
        match self.kind:
            case "all":
                return "All time"
            case "year":
                return str(self.first.year)
            case "quarter":
                return f"Q{(self.first.month + 2) // 3} {self.first.year} · {self._dates_text()}"
            case "month":
                return f"{points.MONTHS[self.first.month - 1]} {self.first.year}"
            case "week":
                # The fourth day decides: the ISO week that contains it contains most of this week.
                number = (self.first + 3 * ONE_DAY).isocalendar().week
                return f"Week {number} · {self._dates_text()}"
        return self._dates_text()

    def _dates_text(self) -> str:
        first, last = self.first, self.last
        if first == last:
            return points.date_text(first)
        if first.year != last.year:
            begins = points.date_text(first)
        elif first.month != last.month:
            begins = points.short_date_text(first)
        else:
            begins = f"{points.weekday_text(first)} {first.day}"
        return f"{begins} – {points.date_text(last)}"


def parse_range(words: str | Sequence[str], ctx: TimeContext, *, default: str) -> DayRange:
    """Parse the RANGE in *words*, which may be split at spaces; *default* if there are none.

    TimeError quotes what could not be read and suggests the nearest word.
    """
    text = " ".join((words if isinstance(words, str) else " ".join(words)).split())
    if words and not text:
        raise TimeError("no range given", EXAMPLES)
    text = text or default
    if ".." in text:
        return _read_bounds(text, ctx)
    found = _read_range(text, ctx)
    if found is None:
        raise _unreadable(text, ctx)
    return found


def _read_bounds(text: str, ctx: TimeContext) -> DayRange:
    first_text, _, last_text = (part.strip() for part in text.partition(".."))
    if not first_text:
        raise TimeError(f"{quoted(text)} has no first day", f"Give a first day. {EXAMPLES}")
    first = _bound(first_text, ctx)
    last = _bound(last_text, ctx) if last_text else _days(ctx.today, ctx.today, ctx)
    if last.last < first.first:
        hint, meant = _turned(first_text, last_text, first.first, last.last)
        ends = f"from {points.date_text(first.first)} to {points.date_text(last.last)}"
        message = f"{quoted(text)} ends before it begins: {ends}"
        raise TimeError(message, hint, typed=text, meant=meant)
    return _days(first.first, last.last, ctx)


def _turned(first_text: str, last_text: str, first: date, last: date) -> tuple[str, str]:
    """Return a hint on what a range that ends before it begins probably meant, and that range.

    The range is empty if that is unclear.
    """
    if not last_text:
        return EXAMPLES, ""
    if points.read_weekday(first_text.lower()) is None:
        meant = f"{last_text}..{first_text}"
        return f"Did you mean {meant}?", meant
    # A weekday is today or the latest one before: on a Monday, Friday is three days earlier.
    weeks = (first - last).days // 7 + 1
    meant = f"{first - weeks * 7 * ONE_DAY}..{last}"
    return f"A weekday is the latest one, or today. Did you mean {meant}?", meant


def _bound(text: str, ctx: TimeContext) -> DayRange:
    found = _read_range(text, ctx)
    if found is None or found.is_all:
        raise _unreadable(text, ctx)
    return found


def _read_range(text: str, ctx: TimeContext) -> DayRange | None:
    """Parse a RANGE without `..`, in any case; None if it does not look like one."""
    readers: tuple[Callable[[str, TimeContext], DayRange | None], ...] = (
        _read_day,
        _read_period,
        _read_number_of_days,
        _read_calendar,
    )
    for read in readers:
        if found := read(text, ctx):
            return found
    return _days(FIRST_DAY, LAST_DAY, ctx, "all") if text.lower() == "all" else None


def _days(first: date, last: date, ctx: TimeContext, kind: RangeKind = "days") -> DayRange:
    return DayRange(first, last, ctx.zone, ctx.day_start, kind)


def _one_day(day: date, ctx: TimeContext) -> DayRange:
    return _days(day, day, ctx, "day")


def _read_day(text: str, ctx: TimeContext) -> DayRange | None:
    today, folded = ctx.today, text.lower()
    if folded == "today":
        return _one_day(today, ctx)
    if folded == "yesterday":
        return _one_day(today - ONE_DAY, ctx)
    if folded == "workday":
        return _one_day(_latest_workday(today, ctx), ctx)
    if folded == "last workday":
        return _one_day(_latest_workday(today - ONE_DAY, ctx), ctx)
    if (weekday := points.read_weekday(folded)) is not None:
        return _one_day(today - (today.weekday() - weekday) % 7 * ONE_DAY, ctx)
    day = points.read_date(text)
    return _one_day(day, ctx) if day else None


def _latest_workday(day: date, ctx: TimeContext) -> date:
    for back in range(LONGEST_SEARCH):
        if ctx.works_on(day - back * ONE_DAY):
            return day - back * ONE_DAY
    raise TimeError(
        "no day has working hours", "Set working days: `clockify config set workdays mon-fri`"
    )


def _read_period(text: str, ctx: TimeContext) -> DayRange | None:
    folded = text.lower()
    name = folded.removeprefix("last ")
    if name not in PERIODS:
        return None
    steps = -1 if name != folded else 0
    if name == "week":
        begins = ctx.today - (ctx.today.weekday() - ctx.week_start) % 7 * ONE_DAY
        return _week(begins + steps * 7 * ONE_DAY, ctx)
    months = MONTHS_OF[name]
    first_month = (ctx.today.month - 1) // months * months + 1
    return _months(ctx.today.replace(month=first_month, day=1), steps, PERIODS[name], ctx)


def _week(first: date, ctx: TimeContext) -> DayRange:
    # The first and the last week may extend beyond the supported years.
    last = min(first + 6 * ONE_DAY, LAST_DAY)
    return _days(max(first, FIRST_DAY), last, ctx, "week")


def _months(first: date, steps: int, kind: RangeKind, ctx: TimeContext) -> DayRange:
    """Return the month, quarter or year that begins on *first*, moved by *steps* of its length."""
    # Importing it costs as much as a bare interpreter start; days and weeks do not need it.
    from dateutil.relativedelta import relativedelta

    length = relativedelta(months=MONTHS_OF[kind])
    begins = first + steps * length
    return _days(begins, begins + length - ONE_DAY, ctx, kind)


def _read_number_of_days(text: str, ctx: TimeContext) -> DayRange | None:
    if not (match := re.fullmatch(r"([0-9]{1,9}) ?[dD]", text)):
        return None
    count = int(match[1])
    longest = (ctx.today - FIRST_DAY).days + 1
    if not 1 <= count <= longest:
        raise TimeError(f"{quoted(text)} is not a range: days go from 1d to {longest}d", EXAMPLES)
    return _days(ctx.today - (count - 1) * ONE_DAY, ctx.today, ctx)


def _read_calendar(text: str, ctx: TimeContext) -> DayRange | None:
    """Parse `2026`, `2026-11`, `2026-Q4`, `2026-W47`."""
    if not (match := re.fullmatch(r"([0-9]{4})(?:-([qQwW]?)([0-9]{1,2}))?", text)):
        return None
    year = points.checked_year(int(match[1]), text)
    if match[3] is None:
        return _months(date(year, 1, 1), 0, "year", ctx)
    number, kind = int(match[3]), match[2].lower()
    if kind == "q":
        return _quarter(year, number, text, ctx)
    if kind == "w":
        return _iso_week(year, number, text, ctx)
    if not 1 <= number <= 12 or len(match[3]) != 2:
        raise TimeError(f"{quoted(text)} is not a month: months go from 01 to 12", EXAMPLES)
    return _months(date(year, number, 1), 0, "month", ctx)


def _quarter(year: int, number: int, text: str, ctx: TimeContext) -> DayRange:
    if not 1 <= number <= 4:
        raise TimeError(f"{quoted(text)} is not a quarter: quarters go from Q1 to Q4", EXAMPLES)
    return _months(date(year, number * 3 - 2, 1), 0, "quarter", ctx)


def _iso_week(year: int, number: int, text: str, ctx: TimeContext) -> DayRange:
    # 28 December is always in the last ISO week of its year.
    longest = date(year, 12, 28).isocalendar().week
    if not 1 <= number <= longest:
        raise TimeError(f"{quoted(text)} is not a week: {year} has W01 to W{longest}", EXAMPLES)
    return _week(date.fromisocalendar(year, number, 1), ctx)


def _unreadable(text: str, ctx: TimeContext) -> TimeError:
    rest = leftover(text, lambda part: _read_range(part, ctx) is not None)
    if rest:
        message = f"cannot read {quoted(rest)} in the range {quoted(text)}"
    else:
        message = f"cannot read {quoted(text)} as a range"
    near = _meant(text.lower(), ctx)
    hint = f"Did you mean {near}?" if near else did_you_mean(text, WORDS) or EXAMPLES
    return TimeError(message, hint, typed=text, meant=near)


def _meant(folded: str, ctx: TimeContext) -> str:
    """Return the supported spelling of a range that people often write differently, or ""."""
    words = folded.split()
    rest = " ".join(words[1:])
    if words and words[0] in ("this", "last", "past", "current") and rest:
        if rest in PERIODS or re.fullmatch(r"[0-9]{1,5} ?d", rest):
            return rest.replace(" ", "")
        # `last mon` could also mean `last month`.
        if words[0] in ("this", "last") and rest in points.WEEKDAYS:
            return rest
    if match := re.fullmatch(r"(?:(?:last|past) )?([0-9]{1,5}) days?", folded):
        return f"{match[1]}d"
    return _month_meant([word for word in words if word not in ("this", "last")], ctx)


def _month_meant(words: list[str], ctx: TimeContext) -> str:
    """Return `2026-11` for `november` (the latest that has begun), `nov 2026` and `2026 nov`."""
    numbers = [number for number, name in enumerate(points.MONTHS, 1) if _names(words, name)]
    years = [int(word) for word in words if re.fullmatch(r"(?:19|20)[0-9]{2}", word)]
    if len(numbers) != 1 or len(years) + 1 != len(words):
        return ""
    latest = ctx.today.year - (numbers[0] > ctx.today.month)
    return f"{(years or [latest])[0]}-{numbers[0]:02}"


def _names(words: list[str], month: str) -> bool:
    folded = month.lower()
    return any(word.rstrip(".") in (folded, folded[:3]) for word in words)
