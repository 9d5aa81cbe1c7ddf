"""Read the timesheet: the log by day, and the running timer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.freshness import fresh_entries, fresh_timer, timer_copy
from clockify_cli.actions.context import AppContext, unsent_text
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.domain.entry import EntryFilter, TimeEntry, irregular
from clockify_cli.domain.time.ranges import DayRange, parse_range
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import entries, numbering, totals
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from clockify_cli.domain.day_log import DayLog
    from clockify_cli.domain.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class LogInput:
    """The entries to list: a RANGE in words, a FILTER, and the newest *limit* of them."""

    words: tuple[str, ...] = ()
    chosen: FilterInput = EVERYTHING
    limit: int | None = None

    @property
    def streams(self) -> bool:
        """Whether `log_stream` can list them: nothing but range and filter chooses among them."""
        return self == LogInput(words=self.words, chosen=self.chosen)


@dataclass(frozen=True, slots=True)
class ListedLog:
    """The *log* of the days of *range*; *left_out* counts entries hidden by a limit."""

    range: DayRange
    log: DayLog
    left_out: int
    pending: int = 0
    review: int = 0
    notes: tuple[str, ...] = ()
    """Sentences about the local copy that this was read from."""


def log(ctx: AppContext, given: LogInput) -> ListedLog:
    """Return the entries with time in a range, by day, as `by_day` groups them.

    Sums count only time within the range, including entries hidden by the limit. A running timer
    counts up to now.
    """
    range_ = parse_range(given.words, ctx.time_context(), default="today")
    bounds = (range_.start, range_.end)
    copy = fresh_entries(ctx, *bounds)
    chosen = entry_filter(ctx, given.chosen)
    found = entries.in_range(ctx.db, ctx.workspace, ctx.user, *bounds, chosen, given.limit)
    left_out = 0
    if given.limit is not None and len(found) == given.limit:
        total = entries.count_in_range(ctx.db, ctx.workspace, ctx.user, *bounds, chosen)
        left_out = total - len(found)
    waits = journal.waiting(ctx.db, ctx.account_key, ctx.workspace)
    from clockify_cli.domain.day_log import by_day

    listed = by_day(found, range_, ctx.now)
    return ListedLog(
        range=range_,
        log=_with_hidden(ctx, range_, listed, chosen) if left_out else listed,
        left_out=left_out,
        pending=waits.pending,
        review=waits.review,
        notes=copy.notes,
    )


@dataclass(frozen=True, slots=True)
class LogStream:
    """The entries with time in the days of *range*, oldest first; can be iterated repeatedly.

    *pending*, *review* and *notes* as in `ListedLog`.
    """

    range: DayRange
    entries: Callable[[], Iterator[TimeEntry]]
    pending: int = 0
    review: int = 0
    notes: tuple[str, ...] = ()


def log_stream(ctx: AppContext, given: LogInput) -> LogStream:
    """Return what `log` lists, without a limit, for repeated iteration one by one."""
    range_ = parse_range(given.words, ctx.time_context(), default="today")
    bounds = (range_.start, range_.end)
    copy = fresh_entries(ctx, *bounds)
    chosen = entry_filter(ctx, given.chosen)
    waits = journal.waiting(ctx.db, ctx.account_key, ctx.workspace)
    return LogStream(
        range=range_,
        entries=lambda: entries.each_in_range(ctx.db, ctx.workspace, ctx.user, *bounds, chosen),
        pending=waits.pending,
        review=waits.review,
        notes=copy.notes,
    )


def remember_numbers(ctx: AppContext, oldest_first: Sequence[str]) -> None:
    """Number these local ids in this session: ``@1`` is the last one, and so on."""
    numbering.remember(ctx.db, ctx.session, oldest_first[::-1])


def number(ctx: AppContext, listed: ListedLog) -> None:
    """Number the entries of *listed* in this session: ``@1`` is the newest, and so on."""
    remember_numbers(ctx, [entry.local_id for entry in listed.log.entries])


def _with_hidden(ctx: AppContext, range_: DayRange, listed: DayLog, chosen: EntryFilter) -> DayLog:
    """Return *listed* with the totals of all entries, including those its limit hides."""
    from clockify_cli.actions.viewing.reports import report_of

    whole = report_of(ctx, range_, ("day",), chosen)
    of_day = {group.key: group for group in whole.groups}
    return replace(
        listed,
        days=tuple(
            replace(day, seconds=group.seconds, of_types=group.of_types)
            if (group := of_day.get(day.day.isoformat()))
            else day
            for day in listed.days
        ),
        seconds=whole.seconds,
        billable_seconds=whole.billable_seconds,
        of_types=whole.of_types,
    )


def now(ctx: AppContext) -> Status:
    """Return the running timer and today's total, counting the timer up to now.

    Clockify is asked only if the context requests it.
    """
    from clockify_cli.domain.status import Status

    copy = fresh_timer(ctx) if ctx.refresh else timer_copy(ctx)
    today = parse_range("today", ctx.time_context(), default="today")
    found = totals.seconds_by_type(
        ctx.db,
        ctx.workspace,
        today.start,
        today.end,
        now=ctx.now,
        user=ctx.user,
    )
    waits = journal.waiting(ctx.db, ctx.account_key, ctx.workspace)
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    return Status(
        entry=running,
        today_seconds=sum(found.values()),
        as_of=ctx.now,
        due_seconds=ctx.due_on(today.first) if ctx.settings.hours else None,
        pending=waits.pending,
        review=waits.review,
        copied=copy.as_of,
        planned_end=entries.planned_end(ctx.db, running) if running else None,
        of_types=irregular(found),
        notes=copy.notes,
    )


def unsent(ctx: AppContext) -> tuple[str, ...]:
    """Return a note on changes waiting for Clockify, if the run uses ``local``."""
    if ctx.account is not None:
        return ()
    text = unsent_text(sum(journal.strangers(ctx.db, None).values()))
    return (text,) if text else ()


def anything(ctx: AppContext) -> bool:
    """Return whether the workspace has any entry."""
    return entries.first_start(ctx.db, ctx.workspace, ctx.user) is not None
