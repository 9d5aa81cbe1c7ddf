"""What is in the timesheet: the log of days, and what runs now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.filtering import EVERYTHING, AskedFilter, entry_filter
from clockify_cli.actions.freshness import fresh_entries, fresh_timer, timer_copy
from clockify_cli.actions.wording import unsent_text
from clockify_cli.domain.entry import TimeEntry, TypeSeconds, irregular
from clockify_cli.domain.filters import EntryFilter
from clockify_cli.domain.time.ranges import DayRange, parse_range
from clockify_cli.domain.time.zones import local_day, local_days
from clockify_cli.store import entries, journal, numbering, totals
from clockify_cli.values import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLog:
    """Which entries: a RANGE in words, a FILTER, and the newest *limit* of them."""

    words: tuple[str, ...] = ()
    chosen: AskedFilter = EVERYTHING
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A local day with the *entries* listed under it and the *seconds* that lie in it.

    *of_types* are the seconds of each type but REGULAR that *seconds* contain.
    """

    day: date
    seconds: int
    entries: tuple[TimeEntry, ...]
    of_types: TypeSeconds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listing:
    """The days of *range* that have entries, ascending; *left_out* counts what the limit hid.

    *of_types* as in `ListedDay`.
    """

    range: DayRange
    days: tuple[ListedDay, ...]
    seconds: int
    billable_seconds: int
    left_out: int
    pending: int = 0
    review: int = 0
    notes: tuple[str, ...] = ()
    """Sentences about the copy that this was read from."""
    of_types: TypeSeconds = field(default_factory=dict)

    @property
    def entries(self) -> tuple[TimeEntry, ...]:
        """Every entry once, oldest first."""
        return tuple(entry for day in self.days for entry in day.entries)


def log(ctx: AppContext, asked: AskedLog) -> Listing:
    """The entries with time in a range, by day.

    An entry stands under the local day on which it starts, or the first day of the range; seconds
    count only what lies within the range, day by day, entries that the limit hides too. A running
    timer counts up to now.
    """
    range_ = parse_range(asked.words, ctx.time_context(), default="today")
    bounds = (range_.start, range_.end)
    copy = fresh_entries(ctx, *bounds)
    chosen = entry_filter(ctx, asked.chosen)
    found = entries.in_range(ctx.db, ctx.workspace, ctx.user, *bounds, chosen, asked.limit)
    left_out = 0
    if asked.limit is not None and len(found) == asked.limit:
        total = entries.count_in_range(ctx.db, ctx.workspace, ctx.user, *bounds, chosen)
        left_out = total - len(found)
    waits = journal.waiting(ctx.db, ctx.account_key, ctx.workspace)
    listed = _by_day(ctx, range_, found, left_out)
    return replace(
        _with_hidden(ctx, listed, chosen) if left_out else listed,
        pending=waits.pending,
        review=waits.review,
        notes=copy.notes,
    )


def number(ctx: AppContext, listed: Listing) -> None:
    """From now on ``@1`` of this session is the newest entry of *listed*, and so on."""
    ids = [entry.local_id for entry in reversed(listed.entries)]
    numbering.remember(ctx.db, ctx.session, ids)


def _with_hidden(ctx: AppContext, listed: Listing, chosen: EntryFilter) -> Listing:
    """*listed* with the totals of all entries, those too that its limit hides."""
    from clockify_cli.actions.reports import report_of

    whole = report_of(ctx, listed.range, ("day",), chosen)
    of_day = {group.key: group for group in whole.groups}
    days = tuple(
        replace(day, seconds=group.seconds, of_types=group.of_types)
        if (group := of_day.get(day.day.isoformat()))
        else day
        for day in listed.days
    )
    return replace(
        listed,
        days=days,
        seconds=whole.seconds,
        billable_seconds=whole.billable_seconds,
        of_types=whole.of_types,
    )


def _by_day(
    ctx: AppContext, range_: DayRange, found: Sequence[TimeEntry], left_out: int
) -> Listing:
    bounds = (range_.start, range_.end)
    listed: dict[date, list[TimeEntry]] = {}
    seconds: dict[date, dict[str, int]] = {}
    billable = 0
    for entry in found:
        day = local_day(max(entry.start, bounds[0]), ctx.zone, range_.day_start)
        listed.setdefault(day, []).append(entry)
        end = ctx.now if entry.end is None else entry.end
        split = local_days(entry.start, end, ctx.zone, range_.day_start, within=bounds)
        for of_day, since, until in split:
            part = int((until - since).total_seconds())
            by_type = seconds.setdefault(of_day, {})
            by_type[entry.type] = by_type.get(entry.type, 0) + part
            billable += part if entry.billable else 0
    days = tuple(
        ListedDay(
            day,
            sum(by_type.values()),
            tuple(listed.get(day, ())),
            irregular(by_type),
        )
        for day in sorted(listed.keys() | seconds.keys())
        for by_type in [seconds.get(day, {})]
    )
    whole: dict[str, int] = {}
    for by_type in seconds.values():
        for type_, part in by_type.items():
            whole[type_] = whole.get(type_, 0) + part
    return Listing(range_, days, sum(whole.values()), billable, left_out, of_types=irregular(whole))


@dataclass(frozen=True, slots=True)
class Now:
    """What runs, and the seconds of today so far; *of_types* as in `ListedDay`."""

    entry: TimeEntry | None
    today_seconds: int
    pending: int = 0
    review: int = 0
    notes: tuple[str, ...] = ()
    as_of: datetime | None = None
    of_types: TypeSeconds = field(default_factory=dict)


def now(ctx: AppContext) -> Now:
    """The running timer and today's total, the timer counted up to now.

    Clockify is asked only where the context says so.
    """
    copy = fresh_timer(ctx) if ctx.refresh else timer_copy(ctx)
    today = parse_range("today", ctx.time_context(), default="today")
    found = totals.seconds_by_type(
        ctx.db,
        ctx.workspace,
        today.start,
        today.end,
        now=ctx.now,
        users=(ctx.user,) if ctx.user else (),
    )
    waits = journal.waiting(ctx.db, ctx.account_key, ctx.workspace)
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    return Now(
        entry=running,
        today_seconds=sum(found.values()),
        pending=waits.pending,
        review=waits.review,
        notes=copy.notes,
        as_of=copy.as_of,
        of_types=irregular(found),
    )


def unsent(ctx: AppContext) -> tuple[str, ...]:
    """That changes wait for Clockify which ``local``, where nothing does, would not show."""
    if ctx.account is not None:
        return ()
    text = unsent_text(sum(journal.strangers(ctx.db, None).values()))
    return (text,) if text else ()


def anything(ctx: AppContext) -> bool:
    """Whether the workspace holds any entry."""
    return entries.first_start(ctx.db, ctx.workspace, ctx.user) is not None
