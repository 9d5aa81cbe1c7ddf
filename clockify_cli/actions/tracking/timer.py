"""The timer: start, stop, cancel and resume it."""

from __future__ import annotations

import shlex
from contextlib import suppress
from datetime import datetime, timedelta

from clockify_cli.actions.context import AppContext, clock_text, describe, describe_span
from clockify_cli.actions.names.workspace_rules import (
    as_allowed,
    incomplete_notes,
    know_fields,
    refuse_by_hand,
    refuse_incomplete,
    refuse_incomplete_timer,
    refuse_locked,
    refuse_locked_time,
    rules_of,
)
from clockify_cli.actions.tracking.entry_input import EntryInput, fill
from clockify_cli.actions.tracking.recording import (
    Once,
    Record,
    drift_notes,
    newlines_note,
    now_unless_set_back,
    once_of,
    or_preview,
    recorded,
    refuse_both,
    set_back_text,
    settle_overlap,
    trust_now,
    unless_done,
    usually_billable,
    with_defaults,
)
from clockify_cli.domain.entry import (
    SENT_TYPES,
    ChangeResult,
    EntryFields,
    TimeEntry,
    Verb,
    type_name,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.durations import parse_duration
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    NothingRuns,
    Unreachable,
    UsageError,
)
from clockify_cli.store.db import changes
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass, replace

LONG = timedelta(hours=12)
TOO_LONG = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTimer:
    """The arguments of `start`: *at* is a TIME as typed (None: now).

    *overlap* leaves what the timer would overlap, *adjust* trims it. *length* is a DURATION as
    typed: the first command after it ends the timer there. *fav* is the name of a favorite to start
    with. *whole*: refuse a timer that lacks required fields, instead of a note about it. *ended* is
    the TIME as typed at which a forgotten timer ended; *asking*: a person can be asked.
    """

    given: EntryInput
    at: str | None = None
    ended: str | None = None
    asking: bool = False
    length: str | None = None
    overlap: bool = False
    adjust: bool = False
    once: str | None = None
    fav: str | None = None
    whole: bool = False


class BeganLater(UsageError):
    """A timer was to begin at *at*, before *running* did; perhaps *running* began then.

    *typed* is the TIME.
    """

    code = "began-later"

    def __init__(self, ctx: AppContext, running: TimeEntry, at: datetime, typed: str) -> None:
        super().__init__(
            f'"{quoted(typed)}" is before {describe(running)} started ({_since(ctx, running, at)})',
            f"`clockify edit current --start {shlex.quote(typed)}` moves the start of the running "
            "timer; `clockify cancel` discards that timer.",
        )
        self.running = running
        self.at = at


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimer:
    """The arguments of `stop`: *at* is a TIME as typed (None: now).

    *yes* stops even a timer of over 24 hours. *asking*: a person can be asked when a timer of over
    12 hours ended; *ended* is the answer.
    """

    given: EntryInput
    at: str | None = None
    ended: str | None = None
    yes: bool = False
    asking: bool = False


class EndWanted(UsageError):
    """The timer ran so long that a person should say when it ended.

    *proposed* is the time (aware UTC) of the last known activity.
    """

    code = "long-timer"

    def __init__(self, message: str, hint: str, proposed: datetime | None) -> None:
        super().__init__(message, hint)
        self.proposed = proposed


def start(ctx: AppContext, request: StartTimer) -> ChangeResult:
    """Start a timer; a running one is stopped at the same instant.

    Raises UsageError if *at* is before the running timer began or within another entry, and Refused
    if the workspace forbids it.
    """
    at = _instant(ctx, request.at)
    once = once_of(request.once, "start", request.given.content, *_times(request), request.fav)
    know_fields(ctx, request.given.custom)
    if request.fav is not None:
        from clockify_cli.store.timesheet import favorites

        favorite = favorites.get(ctx.db, ctx.workspace, request.fav)
        base = favorites.fields_at(favorite, at)
    else:
        request = replace(request, given=with_defaults(ctx, request.given))
        base = EntryFields(start=at, end=None, billable=usually_billable(ctx, request.given))
    return unless_done(ctx, "start", lambda: _begin(ctx, request, base, "start", once))


def resume(ctx: AppContext, entry: TimeEntry, request: StartTimer) -> ChangeResult:
    """Start a timer with the fields of *entry*, changed as requested.

    Raises as `start`, and UsageError for time off and holidays, which no timer records.
    """
    if entry.running:
        raise UsageError(f"{describe(entry)} is already running", "`clockify status` shows it.")
    if entry.type not in SENT_TYPES:
        raise UsageError(
            f"{describe(entry)} is {type_name(entry.type)}, which a timer cannot record",
            "`clockify start` starts a timer for something else.",
        )
    at = _instant(ctx, request.at)
    know_fields(ctx, request.given.custom)
    base = replace(entry.fields, start=at, end=None)
    once = once_of(request.once, "resume", request.given.content, *_times(request))
    return unless_done(ctx, "resume", lambda: _begin(ctx, request, base, "resume", once))


def _times(request: StartTimer) -> tuple[str | None, ...]:
    """Return the times of *request* as typed."""
    return (request.at,) if request.length is None else (request.at, request.length)


def _planned(ctx: AppContext, request: StartTimer, start: datetime) -> datetime | None:
    """Return the planned end of the timer that starts at *start*; UsageError if it has passed."""
    if request.length is None:
        return None
    end = start + parse_duration(request.length)
    if end <= ctx.now:
        since = shlex.quote(clock_text(ctx, start))
        raise UsageError(
            f"a timer of {request.length} from {clock_text(ctx, start)} would have ended at "
            f"{clock_text(ctx, end)}",
            f"`clockify add WORDS --from {since} --for {shlex.quote(request.length)}` "
            "records that time.",
        )
    return end


def _begin(
    ctx: AppContext, request: StartTimer, base: EntryFields, verb: Verb, once: Once | None
) -> ChangeResult:
    notes = list(newlines_note(request.given.description))
    planned = _planned(ctx, request, base.start)
    with recorded(ctx, verb, once) as record:
        notes += _refuse_start(ctx, request.at, base.start)
        running = entries.running(ctx.db, ctx.workspace, ctx.user)
        if request.at is not None:
            refuse_both(overlap=request.overlap, adjust=request.adjust)
            _refuse_earlier(ctx, running, request.at, base.start)
            notes += settle_overlap(
                record,
                base.start,
                ctx.now,
                overlap=request.overlap,
                adjust=request.adjust,
                without=(running.local_id,) if running else (),
            )
        if running is not None:
            notes += _end_for_another(record, running, request, base.start)
        book = record.book(request.given.making)
        fields = fill(book, request.given, base)
        book.refuse_archived(fields)
        if request.whole:
            refuse_incomplete(ctx, fields)
        new = record.change.create_entry(fields)
        record.change.summary = fields.description
        if planned is not None:
            entries.plan_end(ctx.db, new, planned)
            notes.append(f"The first command after {clock_text(ctx, planned)} ends it there.")
    notes += incomplete_notes(ctx, fields)
    if running is not None and running.start == base.start:
        return record.done((new,), removed=(running,), notes=notes)
    return record.done((new,), stopped=running, notes=notes)


def _refuse_earlier(ctx: AppContext, running: TimeEntry | None, typed: str, at: datetime) -> None:
    """Raise if *at* (*typed* by the person) is before the start of the *running* timer."""
    if running is not None and at < running.start:
        _refuse_set_back(ctx, running, at)
        raise BeganLater(ctx, running, at, typed)


def _end_for_another(
    record: Record, running: TimeEntry, request: StartTimer, at: datetime
) -> tuple[str, ...]:
    """End *running* because *request* starts another timer at *at*; return notes.

    A timer that would have no time left is removed.
    """
    ctx = record.ctx
    _refuse_before(ctx, running, at)
    refuse_locked(ctx, (running,))
    if running.start == at:
        record.change.delete_entry(running.local_id)
        return (f"{describe(running)} was removed: the new timer starts at the same time.",)
    end = _forgotten_end(ctx, running, request) or at
    refuse_incomplete_timer(ctx, running)
    record.change.update_entry(running.local_id, replace(running.fields, end=end), kind="stop")
    return (*drift_notes(ctx, running), *_long_notes(running, end))


def _forgotten_end(ctx: AppContext, running: TimeEntry, request: StartTimer) -> datetime | None:
    """Return when *running* ended, if *request* says so; EndWanted if the person should say."""
    if request.ended is not None:
        return _said_end(ctx, running, request.ended)
    if request.at is None:
        _refuse_long(
            ctx,
            running,
            asking=request.asking,
            hint="Stop it first and say when it ended: `clockify stop --at TIME`.",
        )
    return None


def _said_end(ctx: AppContext, running: TimeEntry, text: str) -> datetime:
    """Parse the TIME *text* at which *running* ended; EndWanted if that is impossible.

    Without a day it is the first such time after the start: the timer was probably forgotten then.
    """
    from clockify_cli.domain.time.points import parse_point_near

    context = replace(ctx.time_context(), now=now_unless_set_back(ctx, running))
    day = running.start.astimezone(ctx.zone).date()
    try:
        end = parse_point_near(text, context, day, after=running.start, as_end=True)
        _refuse_before(ctx, running, end)
    except UsageError as error:
        raise EndWanted(error.message, error.hint, None) from None
    return end


def _long_notes(stopped: TimeEntry, end: datetime) -> tuple[str, ...]:
    """Return a note about a timer stopped at *end* that was probably forgotten."""
    if end - stopped.start <= LONG:
        return ()
    return (
        f"{describe(stopped)} ran for over 12 hours. `clockify edit last --end TIME` corrects when"
        " it ended.",
    )


def _refuse_start(ctx: AppContext, typed: str | None, start: datetime) -> tuple[str, ...]:
    """Raise if a timer may not begin at *start*; return notes on the clock. *typed* is the TIME."""
    if typed is None:
        return trust_now(ctx)
    refuse_by_hand(ctx)
    refuse_locked_time(ctx, (start,))
    return ()


def end_planned(ctx: AppContext) -> ChangeResult | None:
    """End the running timer if its planned end has passed; None if not.

    Raises Refused if the workspace forbids it: then the timer keeps running.
    """
    if _due(ctx) is None:
        return None
    done = as_allowed(ctx, lambda: _end_planned(ctx))
    # The command that follows makes its own change, if any.
    ctx.acknowledged = False
    return done


def _due(ctx: AppContext) -> tuple[TimeEntry, datetime] | None:
    """Return the running timer and its planned end, if that has passed."""
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    end = None if running is None else entries.planned_end(ctx.db, running)
    return None if running is None or end is None or end > ctx.now else (running, end)


def _end_planned(ctx: AppContext) -> ChangeResult | None:
    with recorded(ctx, "stop") as record:
        due = _due(ctx)
        if due is None:
            # Another command has ended it since this one looked.
            return None
        running, end = due
        refuse_locked(ctx, (running,))
        refuse_incomplete_timer(ctx, running)
        record.change.update_entry(running.local_id, replace(running.fields, end=end), kind="stop")
        entries.plan_end(ctx.db, running.local_id, None)
        record.change.summary = running.description
    return record.done((running.local_id,))


def stop(ctx: AppContext, request: StopTimer) -> ChangeResult:
    """Stop the running timer and complete its fields as requested.

    Raises NothingRuns, UsageError if *at* is before its start or if it ran too long to be stopped
    without asking, and Refused if the workspace forbids it.
    """
    at, request = _stopped_at(ctx, request)
    know_fields(ctx, request.given.custom)
    notes: tuple[str, ...] = ()
    if request.at is None and (due := _due(ctx)):
        at = due[1]
        notes = (f"It was planned to end at {clock_text(ctx, at)}.",)
    if _none_known(ctx) and (rules_of(ctx).demands or not request.given.empty):
        notes += _learnt(ctx)
    if _none_known(ctx):
        with suppress(_BegunMeanwhile):
            return _stop_unknown(ctx, request, at)
    change = _stop_known(ctx, request, at)
    _refuse_gone(ctx, change)
    return replace(change, notes=(*notes, *change.notes))


def _stopped_at(ctx: AppContext, request: StopTimer) -> tuple[datetime, StopTimer]:
    """Return when the timer stops, and *request* with that time if the person was asked."""
    if request.ended is not None:
        running = entries.running(ctx.db, ctx.workspace, ctx.user)
        if running is not None:
            return _said_end(ctx, running, request.ended), replace(request, at=request.ended)
    return _end(ctx, request.at), request


ELSEWHERE = "It had been started elsewhere."


def _learnt(ctx: AppContext) -> tuple[str, ...]:
    """Ask Clockify what runs, if the fields or the end depend on it; return notes.

    If Clockify cannot be asked, the timer is stopped anyway.
    """
    from clockify_cli.actions.clockify.freshness import fresh_timer

    # A refused key is reported with the stop itself.
    with suppress(Unreachable, LimitReached, KeyRefused):
        fresh_timer(ctx)
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    elsewhere = running is not None and not journal.rows_of(ctx.db, running.local_id)
    return (ELSEWHERE,) if elsewhere else ()


class _BegunMeanwhile(Exception):
    """Another command has started a timer since this one looked."""


def _stop_known(ctx: AppContext, request: StopTimer, at: datetime) -> ChangeResult:
    notes = list(newlines_note(request.given.description))
    with recorded(ctx, "stop") as record:
        running = _running(ctx)
        _refuse_before(ctx, running, at)
        if request.at is None:
            notes += trust_now(ctx)
        notes += drift_notes(ctx, running)
        if request.at is None and not request.yes:
            _refuse_long(
                ctx,
                running,
                asking=request.asking,
                hint="Say when it ended with --at TIME, or stop it now with --yes.",
            )
        refuse_locked(ctx, (running,))
        ended = replace(running.fields, end=at)
        fields = fill(record.book(request.given.making), request.given, ended)
        record.named = request.given.named
        refuse_incomplete(ctx, fields)
        record.change.update_entry(running.local_id, fields, kind="stop")
        record.change.summary = fields.description
        planned = entries.planned_end(ctx.db, running)
        if planned is not None and planned <= at:
            # An undo lets it keep running.
            entries.plan_end(ctx.db, running.local_id, None)
    return record.done((running.local_id,), notes=(*notes, *_long_notes(running, at)))


def _refuse_long(ctx: AppContext, running: TimeEntry, *, asking: bool, hint: str) -> None:
    """Raise EndWanted if *running* is too long to be stopped now without asking."""
    length = ctx.now - running.start
    if length <= (LONG if asking else TOO_LONG):
        return
    hours = 24 if length > TOO_LONG else 12
    raise EndWanted(
        f"{describe(running)} has been running for over {hours} hours, "
        f"since {describe_span(running, ctx)[:16]}",
        hint,
        _last_known(ctx, running),
    )


def _last_known(ctx: AppContext, running: TimeEntry) -> datetime | None:
    """Return when the last change was made here, or the last entry ended, during *running*."""
    from clockify_cli.store.timesheet import undo

    found = [change.at for change in undo.history(ctx.db, ctx.workspace, limit=2)]
    found.append(entries.last_end(ctx.db, ctx.workspace, ctx.user, ctx.now) or running.start)
    # The stop itself is the latest of these changes.
    return max((at for at in found if running.start < at < ctx.now), default=None)


def _refuse_gone(ctx: AppContext, change: ChangeResult) -> None:
    """Raise NothingRuns if the stopped entry turned out to be deleted in Clockify."""
    (stopped,) = change.entries
    try:
        entries.get(ctx.db, stopped.local_id)
    except NotFound:
        if change.change_id is not None:
            gone = f"{describe(stopped)}, which was deleted in Clockify"
            changes.void(ctx.db, change.change_id, gone)
        span = describe_span(stopped, ctx)
        raise NothingRuns(
            f"{describe(stopped)}, {span}, was deleted in Clockify, so nothing was stopped",
            "`clockify add` records it again.",
        ) from None


def _none_known(ctx: AppContext) -> bool:
    """Return whether a timer unknown here may be running in Clockify."""
    return ctx.account is not None and (entries.running(ctx.db, ctx.workspace, ctx.user) is None)


def _stop_unknown(ctx: AppContext, request: StopTimer, at: datetime) -> ChangeResult:
    """Stop whatever runs in Clockify: no timer is known here, but one may have begun elsewhere."""
    doubts = trust_now(ctx) if request.at is None else ()
    with recorded(ctx, "stop") as record:
        if not _none_known(ctx):
            raise _BegunMeanwhile
        record.change.stop_any(at)
        record.change.summary = "whatever runs"
    change = record.done(())
    from clockify_cli.store.timesheet import undo

    row = undo.get(ctx.db, ctx.workspace, record.change.id).rows[0]
    if row.verdict.startswith("superseded"):
        changes.void(ctx.db, record.change.id)
        raise _nothing_runs()
    if row.state != "APPLIED" or row.server_id is None:
        note = (
            "No timer is known here; any timer running in Clockify will be stopped as of "
            f"{clock_text(ctx, at)}."
        )
        if not request.given.empty:
            note += " The other fields you gave are not recorded."
        return replace(change, notes=(note, *doubts, *change.notes))
    stopped = entries.find(ctx.db, ctx.workspace, row.server_id)
    notes = (ELSEWHERE, *doubts, *change.notes)
    if request.given.empty:
        return replace(change, entries=(stopped,), notes=notes)
    try:
        return _completed(ctx, request, stopped, notes)
    except ClockifyError as error:
        # The timer is stopped, even if completing its fields fails.
        return replace(change, entries=(stopped,), notes=notes, problem=error)


def _completed(
    ctx: AppContext, request: StopTimer, stopped: TimeEntry, notes: tuple[str, ...]
) -> ChangeResult:
    with recorded(ctx, "stop") as record:
        fields = fill(record.book(request.given.making), request.given, stopped.fields)
        record.named = request.given.named
        record.change.update_entry(stopped.local_id, fields, seen=stopped.fields)
        record.change.summary = fields.description
    return record.done((stopped.local_id,), notes=notes)


def cancel(ctx: AppContext, *, dry_run: bool = False) -> ChangeResult:
    """Discard the running timer; with *dry_run* only return which one. Raises NothingRuns."""
    if _none_known(ctx):
        from clockify_cli.actions.clockify.freshness import fresh_timer

        fresh_timer(ctx)
    return or_preview(lambda: as_allowed(ctx, lambda: _cancel_known(ctx, dry_run=dry_run)))


def _cancel_known(ctx: AppContext, *, dry_run: bool) -> ChangeResult:
    with recorded(ctx, "cancel") as record:
        running = _running(ctx)
        refuse_locked(ctx, (running,))
        record.change.delete_entry(running.local_id)
        record.change.summary = running.description
        if dry_run:
            record.preview((), gone=(running,))
    return record.done((), gone=(running,))


def _running(ctx: AppContext) -> TimeEntry:
    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    if running is None:
        raise _nothing_runs()
    return running


def _nothing_runs() -> NothingRuns:
    return NothingRuns(
        "no timer is running", "`clockify start` starts a timer; `clockify add` records past work."
    )


def _refuse_before(ctx: AppContext, running: TimeEntry, at: datetime) -> None:
    if at < running.start:
        _refuse_set_back(ctx, running, at)
        raise UsageError(
            f"{describe(running)} started at {_since(ctx, running, at)}, after the time you gave",
            "Give a later time, or discard the timer: `clockify cancel`.",
        )


def _refuse_set_back(ctx: AppContext, running: TimeEntry, at: datetime) -> None:
    """Raise if *at* is before *running* began because the machine's clock was set back."""
    if at < running.start:
        by_now = now_unless_set_back(ctx, running)
        if ctx.now < running.start <= by_now:
            ended = by_now.astimezone(ctx.zone)
            raise UsageError(
                f"{describe(running)} has been running since {describe_span(running, ctx)[:16]}, "
                f"and this computer's clock was set back by {set_back_text(ctx, running)} since",
                f"`clockify stop --at {ended:%H:%M:%S}` ends it after the time it ran; `clockify "
                "cancel` discards it.",
                code="wrong-clock",
            )


def _since(ctx: AppContext, running: TimeEntry, at: datetime) -> str:
    """Return when *running* began, with seconds if *at* is in the same minute."""
    from clockify_cli.domain.time.points import same_minute

    return clock_text(ctx, running.start, exact=same_minute(running.start, at))


def _end(ctx: AppContext, text: str | None) -> datetime:
    """Return the end that *text* means; suggested times are not before the timer's start.

    If the clock was set back to before the start, it may be as far in the future as the timer ran.
    """
    if text is None:
        return ctx.now
    from clockify_cli.domain.time.points import parse_point

    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    if running is None:
        return parse_point(text, ctx.time_context(), as_end=True)
    context = replace(ctx.time_context(), now=now_unless_set_back(ctx, running))
    return parse_point(text, context, earliest=running.start, as_end=True)


def _instant(ctx: AppContext, text: str | None) -> datetime:
    if text is None:
        return ctx.now
    from clockify_cli.domain.time.points import parse_point

    return parse_point(text, ctx.time_context())
