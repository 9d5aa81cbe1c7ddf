"""Finished entries: record, find and delete them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from clockify_cli.actions.context import AppContext, clock_text
from clockify_cli.actions.names.workspace_rules import (
    as_allowed,
    know_fields,
    refuse_by_hand,
    refuse_incomplete,
    refuse_locked,
    refuse_locked_time,
)
from clockify_cli.actions.tracking.entry_input import EntryInput, fill
from clockify_cli.actions.tracking.recording import (
    newlines_note,
    once_of,
    or_preview,
    recorded,
    settle_overlap,
    trust_now,
    unless_done,
    usually_billable,
    with_defaults,
)
from clockify_cli.domain.entry import NO_DESCRIPTION, ChangeResult, EntryFields, TimeEntry, counted
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.durations import parse_duration
from clockify_cli.domain.time.points import (
    MINUTE,
    end_before,
    parse_point,
    same_minute,
    start_after,
)
from clockify_cli.domain.time.ranges import parse_range
from clockify_cli.domain.time.spans import Span, needs_yes, split_words
from clockify_cli.domain.time.trailing import refuse_day, split_point
from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass, replace

SHORTEST_GAP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddEntry:
    """Past work. The span is at the end of *words*, or given by *start*, *end* and *length*.

    *start* and *end* are TIMEs and *length* a DURATION, as typed. If only *length* is given, a TIME
    at the end of *words* is its start. *gap*: it fills the latest gap of today. *dry_run*: nothing
    is stored; the result shows what would be done.
    """

    given: EntryInput
    words: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    length: str | None = None
    gap: bool = False
    overlap: bool = False
    adjust: bool = False
    yes: bool = False
    once: str | None = None
    dry_run: bool = False


def add(ctx: AppContext, request: AddEntry) -> ChangeResult:
    """Record past work; an overlap is refused unless it is allowed or trims others.

    Raises UsageError without exactly one span, and for a span that needs ``--yes`` and lacks it;
    Refused if the workspace forbids it or requires missing fields.
    """
    request = _with_start(ctx, request)
    span, given = _what(ctx, request)
    know_fields(ctx, given.custom)
    reason = needs_yes(span, ctx.time_context())
    if reason is not None and not request.yes:
        raise UsageError(reason, "`--yes` records it anyway.", code="needs-yes")
    return or_preview(lambda: unless_done(ctx, "add", lambda: _record(ctx, request, span, given)))


def _record(ctx: AppContext, request: AddEntry, span: Span, given: EntryInput) -> ChangeResult:
    words = (request.words, request.start, request.end, request.length, request.gap)
    notes = list(newlines_note(given.description))
    with recorded(ctx, "add", once_of(request.once, request.given.content, *words)) as record:
        if _ends_now(request):
            notes += trust_now(ctx)
        refuse_by_hand(ctx)
        refuse_locked_time(ctx, (span.start,))
        notes += settle_overlap(
            record,
            span.start,
            span.end,
            overlap=request.overlap,
            adjust=request.adjust,
            dry_run=request.dry_run,
        )
        base = EntryFields(start=span.start, end=span.end, billable=usually_billable(ctx, given))
        fields = fill(record.book(given.making), with_defaults(ctx, given), base)
        refuse_incomplete(ctx, fields)
        new = record.change.create_entry(fields)
        record.change.summary = fields.description
        if request.dry_run:
            record.preview((new,), notes=notes)
    return record.done((new,), notes=notes)


def _ends_now(request: AddEntry) -> bool:
    """Return whether only the current time determines the end."""
    return request.length is not None and request.start is None and request.end is None


def _with_start(ctx: AppContext, request: AddEntry) -> AddEntry:
    """Return *request* with the start at the end of its words, if it has only a length."""
    if not _ends_now(request) or not request.words:
        return request
    context = ctx.time_context()
    if split_words(request.words, context)[1] is not None:
        return request
    words, start = split_point(request.words, context)
    return replace(request, words=tuple(words), start=start or None)


def _what(ctx: AppContext, request: AddEntry) -> tuple[Span, EntryInput]:
    """Return the span, and the request with the remaining words as the description."""
    context = ctx.time_context()
    words, span = split_words(request.words, context)
    if span is not None:
        refuse_day(words, context, request.words[len(words) :])
    if span is not None and not (request.start is request.end is request.length is None):
        raise UsageError(
            "the time is given twice: in words and with --from, --to or --for",
            "Give one of the two; -d takes any text as the description.",
        )
    given = request.given
    if words:
        if given.description is not None:
            raise UsageError(
                "the description is given twice: in words and with -d", "Give one of the two."
            )
        given = replace(given, description=" ".join(words))
    if request.gap:
        if span or request.start or request.end or request.length:
            raise UsageError(
                "--gap cannot be combined with another time",
                "--gap already says when it was; leave out the other time.",
            )
        return last_gap(ctx), given
    if span is None:
        _refuse_unread(ctx, request)
        span = _typed_span(ctx, request)
    return span, given


def last_gap(ctx: AppContext) -> Span:
    """Return the latest gap of today (at least a minute) between or after entries.

    Raises NotFound if there is none.
    """
    today = parse_range((), ctx.time_context(), default="today")
    found = entries.in_range(ctx.db, ctx.workspace, ctx.user, today.start, min(today.end, ctx.now))
    reach: datetime | None = None
    gap: Span | None = None
    for one in found:
        if reach is not None and one.start - reach >= SHORTEST_GAP:
            gap = Span(reach, one.start)
        until = one.end or ctx.now
        reach = until if reach is None else max(reach, until)
    if reach is not None and ctx.now - reach >= SHORTEST_GAP:
        gap = Span(reach, ctx.now)
    if gap is None:
        raise NotFound(
            "no gap between today's entries", "`clockify add WORDS SPAN` says when it was."
        )
    return gap


def _refuse_unread(ctx: AppContext, request: AddEntry) -> None:
    """Refuse words that resemble a span if nothing else gives the time."""
    if request.start is request.end is request.length is None:
        from clockify_cli.domain.time.unread_span import refuse_unread

        refuse_unread(request.words, ctx.time_context())


def _typed_span(ctx: AppContext, request: AddEntry) -> Span:
    context = ctx.time_context()
    if None not in (request.start, request.end, request.length):
        raise UsageError("--from, --to and --for cannot be combined", "Give two of the three.")
    if request.length is None and None in (request.start, request.end):
        raise UsageError(
            "no time given",
            "Usage: clockify add [OPTIONS] [WORDS…] SPAN\nFor example: `clockify add Standup "
            "9-9:15`, or with `--from 9 --to 9:15`, `--from 9 --for 15m` or `--for 15m` (ending "
            "now).",
        )
    # The future is checked by `needs_yes`, as for a span in words.
    if request.start is None:
        now = end_before(ctx.now, ctx.nearby(ctx.now))
        end = now if request.end is None else _to(request.end, context)
        return _span(ctx, _start_before(ctx, end, request.length or ""), end)
    start = parse_point(request.start, context, future=True)
    if request.end is None:
        return _span(ctx, start, _end_after(ctx, start, request.length or ""))
    end = _to(request.end, context)
    if end <= start:
        # If resolving within the minute would leave no time, the times are taken as typed.
        plain = replace(context, meant=None)
        start, end = parse_point(request.start, plain, future=True), _to(request.end, plain)
    return _span(ctx, start, end)


def _to(text: str, context: TimeContext) -> datetime:
    return parse_point(text, context, future=True, as_end=True)


def _start_before(ctx: AppContext, end: datetime, text: str) -> datetime:
    """Return the start of *text* (a length) before *end*, after an entry ending that minute."""
    length = parse_duration(text)
    start = end - length
    return start if length % MINUTE else start_after(start, ctx.nearby(start))


def _end_after(ctx: AppContext, start: datetime, text: str) -> datetime:
    """Return the end of *text* (a length) after *start*, before an entry starting that minute."""
    length = parse_duration(text)
    end = start + length
    if length % MINUTE:
        return end
    end = end_before(end, ctx.nearby(end))
    return ctx.now if end > ctx.now and same_minute(end, ctx.now) else end


def _span(ctx: AppContext, start: datetime, end: datetime) -> Span:
    if end <= start:
        exact = same_minute(start, end)
        times = (clock_text(ctx, at, exact=exact) for at in (end, start))
        raise UsageError(
            "the end ({}) is not after the start ({})".format(*times), "Give --from before --to."
        )
    return Span(start, end)


def find(ctx: AppContext, text: str) -> TimeEntry:
    """Return the entry that *text* means: ``current``, ``last``, ``@N``, an id or unique tail."""
    if not text.strip():
        raise _which_entry()
    if text == "current":
        running = entries.running(ctx.db, ctx.workspace, ctx.user)
        if running is None:
            raise NotFound("no timer is running", "`clockify log` lists entries.")
        return running
    if text == "last":
        last = entries.last_finished(ctx.db, ctx.workspace, ctx.user, ctx.now)
        if last is None:
            raise NotFound("no finished entry yet", "`clockify log all` lists all entries.")
        return last
    if text.startswith("@"):
        return _numbered(ctx, text)
    return entries.find(ctx.db, ctx.workspace, text)


def _of_this_workspace(ctx: AppContext, entry: TimeEntry, text: str) -> TimeEntry:
    """Return *entry* if it is of this workspace and user; numbers apply to no other."""
    if (entry.workspace_id, entry.user_id) != (ctx.workspace, ctx.user):
        raise NotFound(
            f"{text} is an entry of another workspace", "`clockify log` shows the current numbers."
        )
    return entry


def _numbered(ctx: AppContext, text: str) -> TimeEntry:
    digits = text[1:]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        raise UsageError(
            f'"{quoted(text)}" is not the number of an entry, such as @1',
            "`clockify log` numbers the entries; @1 is the newest.",
        )
    from clockify_cli.store.timesheet import numbering

    local_id = numbering.resolve(ctx.db, ctx.session, int(digits))
    try:
        found = entries.get(ctx.db, local_id)
    except NotFound:
        raise _deleted(ctx, text, local_id) from None
    return _of_this_workspace(ctx, found, text)


def _deleted(ctx: AppContext, text: str, local_id: str) -> NotFound:
    """Return the error that the entry of the number *text* is deleted, and how to restore it."""
    from clockify_cli.store.timesheet import undo

    done = undo.history(ctx.db, ctx.workspace, local_id, 1)
    anew = "`clockify log` shows the current numbers."
    if not done or done[-1].verb not in ("delete", "cancel"):
        return NotFound(f"{text} was deleted since it was listed", anew)
    name = quoted(done[-1].summary or NO_DESCRIPTION)
    return NotFound(
        f"{text} ({name}) is already deleted",
        f"`clockify undo {done[-1].id}` brings it back; {anew}",
    )


def delete(ctx: AppContext, chosen: Sequence[TimeEntry]) -> ChangeResult:
    """Delete the *chosen* entries, all or none. Raises Refused if one of them is locked."""
    return as_allowed(ctx, lambda: _delete(ctx, chosen))


def _delete(ctx: AppContext, chosen: Sequence[TimeEntry]) -> ChangeResult:
    with recorded(ctx, "delete") as record:
        refuse_locked(ctx, chosen)
        for entry in chosen:
            record.change.delete_entry(entry.local_id, seen=entry.fields)
        record.change.summary = (
            chosen[0].description if len(chosen) == 1 else counted(len(chosen), "entry")
        )
    return record.done((), gone=chosen)


def find_all(ctx: AppContext, texts: Sequence[str]) -> tuple[TimeEntry, ...]:
    """Return the entries that *texts* mean, without repeats, in the order given."""
    if not texts:
        raise _which_entry()
    found = {entry.local_id: entry for entry in (find(ctx, text) for text in texts)}
    return tuple(found.values())


def _which_entry() -> UsageError:
    return UsageError("no entry given", "Give `last`, `@1`, or an id that `clockify log` shows.")
