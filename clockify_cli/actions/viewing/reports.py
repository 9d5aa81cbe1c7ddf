"""Totals: the report of a range, and the timesheet of a week or a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from clockify_cli.actions.clockify.freshness import Copy, fresh_entries
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.domain.entry import EntryFilter
from clockify_cli.domain.report import (
    CALENDAR,
    DIMENSIONS,
    DayBounds,
    Dimension,
    Group,
    Report,
    calendar_name,
    largest_first,
    period_start,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.ranges import DayRange, parse_range
from clockify_cli.domain.time.zones import day_start_utc
from clockify_cli.domain.timesheet import TIMESHEET_BY, Timesheet
from clockify_cli.domain.timesheet import timesheet as grid_of
from clockify_cli.errors import TimeError, UsageError
from clockify_cli.store.timesheet import entries, totals
from clockify_cli.store.timesheet.totals import Measuring
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.domain.targets import Target

WEEK, LONGEST_MONTH = 7, 31
DAY, WORKDAY = 86_400, 8 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """A RANGE in words, a FILTER, and the dimensions *by* as ``project,day``.

    *empty*: days without time are groups too. *sort* is ``time``, the largest first, or ``name``;
    days are always in order. *round* and *round_by* say how time is rounded, by default as
    configured; *amounts*: also show prices. *target* is the DURATION due on a working day, by
    default as configured.
    """

    words: tuple[str, ...] = ()
    by: str | None = None
    chosen: FilterInput = EVERYTHING
    empty: bool = False
    sort: Literal["time", "name"] = "time"
    round: str | None = None
    round_by: str | None = None
    amounts: bool = False
    target: str | None = None


@dataclass(frozen=True, slots=True)
class RangeReport:
    """The *report* of the local days of *range*, and the *copy* that it was read from.

    *rounding* describes the rounding in words; empty without rounding. *notes* are sentences about
    missing amounts. *target* is what is due in the range; None if nothing is.
    """

    range: DayRange
    report: Report
    copy: Copy
    rounding: str = ""
    notes: tuple[str, ...] = ()
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimesheetInput:
    """A RANGE in words, a FILTER, and how rows are sorted and time is rounded (`ReportInput`)."""

    words: tuple[str, ...] = ()
    chosen: FilterInput = EVERYTHING
    sort: Literal["time", "name"] = "name"
    round: str | None = None
    round_by: str | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """The *timesheet* of the days of *range*, and the *copy* that it was read from.

    *rounded* is the same with rounded times, and *rounding* says how; None without rounding.
    """

    range: DayRange
    timesheet: Timesheet
    copy: Copy
    rounded: Timesheet | None = None
    rounding: str = ""


def report(ctx: AppContext, given: ReportInput) -> RangeReport:
    """Return the totals of a range; a running timer counts up to now."""
    by, daily = dimensions(given.by), _daily(given.target)
    range_ = parse_range(given.words, ctx.time_context(), default="week")
    copy = fresh_entries(ctx, range_.start, range_.end)
    range_ = _known(ctx, range_)
    chosen = entry_filter(ctx, given.chosen)
    measuring = _measuring(ctx, given.round, given.round_by, priced=given.amounts)
    found = report_of(ctx, range_, by, chosen, measuring)
    notes = _unrated_notes(ctx, range_, found, chosen, measuring)
    if given.amounts and found.seconds and not found.billable_seconds:
        notes += (
            "Nothing in this range is billable. `clockify edit ENTRY -b` makes an entry billable.",
        )
    if given.empty:
        if "day" not in by:
            raise UsageError(
                "--empty needs --by day",
                "For example: --by day --empty, or --by project,day --empty",
            )
        found = replace(found, groups=_every_day(found.groups, by, range_))
    if given.sort == "time":
        found = replace(found, groups=largest_first(found.groups))
    rounding = _rounding_text(ctx, measuring) if measuring else ""
    due = _target(ctx, range_, given.chosen, daily)
    return RangeReport(range_, found, copy, rounding, notes, due)


def _daily(text: str | None) -> int | None:
    """Parse the seconds due on a working day; TimeError if *text* is not valid."""
    if text is None:
        return None
    from clockify_cli.domain.time.durations import parse_duration

    seconds = int(parse_duration(text).total_seconds())
    if seconds > DAY:
        raise TimeError(
            f"--target {quoted(text)} is more than a day",
            "Give the time due each working day: --target 8h",
        )
    return seconds


def _target(
    ctx: AppContext, range_: DayRange, chosen: FilterInput, daily: int | None
) -> Target | None:
    """Return what is due in *range_*: as requested, else as configured if no filter is set."""
    if daily is not None:
        works_on = ctx.time_context().works_on
        return target_of(ctx, range_, lambda day: daily if works_on(day) else 0, given=True)
    return due_in(ctx, range_) if chosen == EVERYTHING else None


def full_bar(ctx: AppContext, range_: DayRange, found: Report) -> int:
    """Return the seconds that a full bar means in a chart of *found*, over *range_*.

    It is half the working time of the range, by the settings or 8 hours a working day; for a chart
    by day, week or month, one and a half times that of the longest unit. It is doubled until the
    longest bar fits.
    """
    works_on = ctx.time_context().works_on
    due: dict[date, int] = {}
    outer = found.by[0] if found.by else "project"
    for day in _known(ctx, range_).days():
        seconds = ctx.due_on(day) if ctx.settings.hours else WORKDAY * works_on(day)
        first = period_start(outer, day, ctx.settings.week_start) if outer in CALENDAR else day
        due[first] = due.get(first, 0) + seconds
    full = max(due.values()) * 3 // 2 if outer in CALENDAR else sum(due.values()) // 2
    full = full or WORKDAY
    rounded = found.measure.rounded
    longest = max((g.sums.rounded if rounded else g.seconds for g in found.groups), default=0)
    while full < longest:
        full *= 2
    return full


def colors(ctx: AppContext) -> dict[str, str]:
    """Return the colours of projects, as ``#0b83d9``: by local id and by Clockify's id."""
    return totals.project_colors(ctx.db, ctx.workspace)


def due_in(ctx: AppContext, range_: DayRange) -> Target | None:
    """Return what the settings require in *range_* up to today; None if nothing."""
    if not ctx.settings.hours or range_.is_all:
        return None
    found = target_of(ctx, range_, ctx.due_on)
    return found if found.days else None


def target_of(
    ctx: AppContext, range_: DayRange, due_on: Callable[[date], int], *, given: bool = False
) -> Target:
    """Return what is due in *range_* if *due_on* returns it for each day."""
    from clockify_cli.domain.targets import target

    return target(range_.days(), ctx.time_context().today, due_on, given=given)


def _measuring(
    ctx: AppContext, round_: str | None, round_by: str | None, *, priced: bool = False
) -> Measuring | None:
    """Return how time is rounded and priced; None if neither was requested."""
    if not (round_ or round_by or ctx.settings.roundings or priced):
        return None
    from clockify_cli.actions.billing import pricing

    return pricing.measuring(ctx, round_, round_by, priced=priced)


def _rounding_text(ctx: AppContext, measuring: Measuring) -> str:
    from clockify_cli.actions.billing import pricing

    return pricing.rounding_text(ctx, measuring.roundings)


def _unrated_notes(
    ctx: AppContext,
    range_: DayRange,
    found: Report,
    chosen: EntryFilter,
    measuring: Measuring | None,
) -> tuple[str, ...]:
    """Return which billable entries of the report have no rate."""
    if measuring is None or not found.unrated[0]:
        return ()
    from clockify_cli.actions.billing import pricing

    return pricing.unrated_notes(ctx, range_, found, chosen, measuring)


def lengths(
    ctx: AppContext, given: ReportInput, range_: DayRange, unit: Dimension
) -> tuple[Report, list[date]]:
    """Return the time worked by calendar *unit*, and the first day of each unit in *range_*.

    The entries are those of the requested report, from the local copy.
    """
    week_start = ctx.settings.week_start
    firsts = dict.fromkeys(period_start(unit, day, week_start) for day in range_.days())
    return report_of(ctx, range_, (unit,), entry_filter(ctx, given.chosen)), list(firsts)


def report_of(
    ctx: AppContext,
    range_: DayRange,
    by: Sequence[Dimension],
    chosen: EntryFilter,
    measuring: Measuring | None = None,
) -> Report:
    """Return the totals of the *chosen* entries in *range_*, from the local copy."""
    return totals.report(
        ctx.db,
        ctx.workspace,
        day_bounds(ctx, range_),
        by,
        chosen,
        now=ctx.now,
        user=ctx.user,
        week_start=ctx.settings.week_start,
        measuring=measuring,
    )


def _every_day(
    groups: tuple[Group, ...], by: tuple[Dimension, ...], range_: DayRange
) -> tuple[Group, ...]:
    """Return *groups* (of the first dimension in *by*) with a group for each day of the range."""
    if by[0] != "day":
        return tuple(replace(g, groups=_every_day(g.groups, by[1:], range_)) for g in groups)
    there = {group.key: group for group in groups}
    keys = [day.isoformat() for day in range_.days()]
    return tuple(there.get(key) or _empty_day(key) for key in keys)


def _empty_day(key: str) -> Group:
    name = calendar_name("day", date.fromisoformat(key))
    return Group(dimension="day", key=key, name=name, seconds=0, billable_seconds=0, entry_count=0)


def dimensions(text: str | None) -> tuple[Dimension, ...]:
    """Parse ``project,day`` into dimensions; UsageError suggests the nearest to an unknown one."""
    if text is None:
        return ("project",)
    names = [name for name in map(str.strip, text.lower().split(",")) if name]
    if not names or len(set(names)) < len(names):
        raise UsageError(
            "--by has a dimension twice" if names else "--by has no dimension",
            f"For example: --by client,project. Dimensions: {', '.join(DIMENSIONS)}.",
        )
    return tuple(_dimension(name) for name in names)


def _dimension(name: str) -> Dimension:
    from clockify_cli.domain.names import near

    for dimension in DIMENSIONS:
        if dimension == name:
            return dimension
    nearest = near(name, DIMENSIONS)
    meant = f"Did you mean {' or '.join(nearest)}?\n" if nearest else ""
    raise UsageError(
        f'"{quoted(name)}" is not a dimension', f"{meant}Dimensions: {', '.join(DIMENSIONS)}."
    )


def _known(ctx: AppContext, range_: DayRange) -> DayRange:
    """Return *range_*; if it covers all time, only the days from the first to the last entry.

    Entries beyond the years that a range can name do not extend it.
    """
    if not range_.is_all:
        return range_
    context = ctx.time_context()
    oldest = entries.first_start(ctx.db, ctx.workspace, ctx.user)
    newest = entries.last_instant(ctx.db, ctx.workspace, ctx.user, ctx.now)
    first = range_.day_of(oldest) if oldest else context.today
    last = range_.day_of(newest) if newest else context.today
    return replace(range_, first=first, last=max(first, last))


def day_bounds(ctx: AppContext, range_: DayRange) -> list[DayBounds]:
    """Return each day of *range_* with its bounds; for all time, from first to last entry."""
    range_ = _known(ctx, range_)
    days = list(range_.days())
    starts = [day_start_utc(day, range_.zone, range_.day_start) for day in days]
    return list(zip(days, starts, [*starts[1:], range_.end], strict=True))


def timesheet(ctx: AppContext, given: TimesheetInput) -> Grid:
    """Return a week or a month as a grid of projects and days; a day means its week."""
    range_ = _sheet_range(ctx, given.words)
    days = list(range_.days())
    copy = fresh_entries(ctx, range_.start, range_.end)
    chosen = entry_filter(ctx, given.chosen)
    measuring = _measuring(ctx, given.round, given.round_by)
    found = report_of(ctx, range_, TIMESHEET_BY, chosen, measuring)
    if given.sort == "time":
        found = replace(found, groups=largest_first(found.groups))
    worked = grid_of(found, days)
    if measuring is None:
        return Grid(range_, worked, copy)
    rounded = grid_of(found, days, rounded=True)
    return Grid(range_, worked, copy, rounded, _rounding_text(ctx, measuring))


def _sheet_range(ctx: AppContext, words: Sequence[str]) -> DayRange:
    """Return the days of a timesheet; TimeError if they are more than a month."""
    range_ = parse_range(words, ctx.time_context(), default="week")
    if range_.first == range_.last:
        offset = (range_.first.weekday() - ctx.settings.week_start) % WEEK
        first = range_.first - timedelta(days=offset)
        return replace(range_, first=first, last=first + timedelta(days=WEEK - 1), kind="week")
    if range_.is_all or (range_.last - range_.first).days >= LONGEST_MONTH:
        raise TimeError(
            f"{range_.name()} is longer than a month",
            "For example: `clockify timesheet last week`, or `clockify timesheet 2026-W47`",
        )
    return range_
