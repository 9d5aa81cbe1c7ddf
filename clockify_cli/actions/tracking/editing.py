"""Change existing entries: edit, split, cut and join them, and trim neighbors."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta

from clockify_cli.actions.clockify.freshness import fresh_entries
from clockify_cli.actions.context import AppContext, clock_text, describe, describe_span
from clockify_cli.actions.names.workspace_rules import (
    as_allowed,
    know_fields,
    refuse_by_hand,
    refuse_incomplete,
    refuse_locked,
    refuse_locked_time,
    rules_of,
)
from clockify_cli.actions.tracking.entry_input import NOTHING, EntryInput, Making, NameBook, fill
from clockify_cli.actions.tracking.recording import (
    TAIL_LENGTH,
    PreviewOnly,
    Record,
    make_room,
    newlines_note,
    or_preview,
    recorded,
    refuse_both,
    refuse_overlap,
    room_notes,
)
from clockify_cli.actions.viewing.filtering import EVERYTHING, FilterInput, entry_filter
from clockify_cli.domain.editing import (
    NoTimeLeft,
    Obstacle,
    Placed,
    Plan,
    TimerRuns,
    Times,
    cut,
    join,
    moved,
    obstacles,
    split,
)
from clockify_cli.domain.entry import ChangeResult, EntryFields, TimeEntry, Verb, counted
from clockify_cli.domain.time.durations import parse_duration, parse_signed_duration
from clockify_cli.domain.time.points import (
    MINUTE,
    end_before,
    parse_point_near,
    same_minute,
    start_after,
)
from clockify_cli.domain.time.ranges import DayRange, parse_range
from clockify_cli.domain.time.spans import Span, needs_yes, parse_span
from clockify_cli.domain.time.zones import ONE_DAY
from clockify_cli.errors import ClockifyError, NotFound, TimeError, UsageError
from clockify_cli.store.db.changes import changed_meanwhile
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.values import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class EditEntries:
    """The changes to make to entries; fields that are not given keep their values.

    *start* and *end* are TIMEs, *length* a DURATION, *by* and *shift* signed DURATIONs, all as
    typed. *adjust* trims neighbours, *overlap* leaves an overlap. *seconds_seen*: the previous
    times were shown with seconds.
    """

    given: EntryInput
    start: str | None = None
    end: str | None = None
    length: str | None = None
    by: str | None = None
    shift: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    overlap: bool = False
    adjust: bool = False
    yes: bool = False
    dry_run: bool = False
    seconds_seen: bool = False

    @property
    def times_named(self) -> bool:
        """Whether a time is to change."""
        named = (self.start, self.end, self.length, self.by, self.shift)
        return any(text is not None for text in named)

    @property
    def named(self) -> tuple[str, ...]:
        """The fields to change, other than times."""
        retagged = (*self.add_tags, *self.remove_tags) and self.given.tags is None
        return (*self.given.named, *(("tags",) if retagged else ()))

    @property
    def empty(self) -> bool:
        """Whether nothing is to change."""
        named = self.times_named or self.add_tags or self.remove_tags
        return self.given.empty and not named


def entries_of(ctx: AppContext, range_: str, chosen: FilterInput) -> tuple[TimeEntry, ...]:
    """Return the entries that start in the RANGE *range_* and pass *chosen*. Raises NotFound."""
    found = _starting(ctx, parse_range(range_.split(), ctx.time_context(), default="today"), chosen)
    if not found:
        raise NotFound(
            "no entries in this range match", f"`clockify log {range_}` lists its entries."
        )
    return found


def days_of(ctx: AppContext, words: str) -> tuple[DayRange, tuple[TimeEntry, ...]]:
    """Return the RANGE *words*, and the entries that start in it, oldest first."""
    range_ = parse_range(words.split(), ctx.time_context(), default="today")
    return range_, _starting(ctx, range_, EVERYTHING)


def _starting(ctx: AppContext, range_: DayRange, chosen: FilterInput) -> tuple[TimeEntry, ...]:
    bounds = (range_.start, range_.end)
    fresh_entries(ctx, *bounds, whole=True)
    found = entries.in_range(
        ctx.db, ctx.workspace, ctx.user, *bounds, entry_filter(ctx, chosen), None
    )
    return tuple(entry for entry in found if entry.start >= range_.start)


def names_to_choose(ctx: AppContext) -> tuple[list[str], list[str]]:
    """Return each active project as ``CLIENT/PROJECT``, and each active tag, for an edited text."""
    clients = {item.local_id: item.name for item in entities.items(ctx.db, ctx.workspace, "client")}
    projects = entities.items(ctx.db, ctx.workspace, "project", False)
    tags = entities.items(ctx.db, ctx.workspace, "tag", False)
    labels = (
        f"{clients[item.client]}/{item.name}" if item.client in clients else item.name
        for item in projects
    )
    return sorted(labels, key=str.casefold), sorted((tag.name for tag in tags), key=str.casefold)


def edit(ctx: AppContext, chosen: Sequence[TimeEntry], request: EditEntries) -> ChangeResult:
    """Change the *chosen* entries as *request* says, all or none; return those that differ.

    Raises UsageError for times that contradict each other and for an overlap that was not allowed,
    and Refused if the workspace forbids it.
    """
    if len(chosen) > 1 and (request.start or request.end):
        tails = " ".join(entry.key[-TAIL_LENGTH:] for entry in chosen[:MOST_NAMED])
        raise UsageError(
            f"--start and --end change one entry, and you gave {len(chosen)}",
            f"`clockify edit {tails} --shift 15m --yes` moves several entries, here by 15 minutes."
            if len(chosen) <= MOST_NAMED
            else "Use --shift, such as --shift 15m, to move several entries.",
        )
    refuse_both(overlap=request.overlap, adjust=request.adjust)
    know_fields(ctx, request.given.custom)
    return or_preview(lambda: _edit(ctx, chosen, request))


def _edit(ctx: AppContext, chosen: Sequence[TimeEntry], request: EditEntries) -> ChangeResult:
    with recorded(ctx, "edit") as record:
        if len(chosen) == 1 and not request.seconds_seen:
            # The requested values apply even if another command has just changed the entry.
            chosen = [entries.get(ctx.db, chosen[0].local_id)]
        refuse_locked(ctx, chosen)
        book = record.book(request.given.making)
        record.named = request.named
        wanted = [(entry, _edited(ctx, book, entry, request)) for entry in chosen]
        wanted = [(entry, fields) for entry, fields in wanted if fields != entry.fields]
        if not wanted:
            same = tuple(chosen)
            raise PreviewOnly(
                ChangeResult(verb="edit", entries=same, named=request.named, already=True)
            )
        placed = [Placed(entry.local_id, fields) for entry, fields in wanted]
        _check(ctx, [entry for entry, _ in wanted], placed, yes=request.yes)
        room: tuple[Placed, ...] = ()
        if request.times_named and not request.overlap:
            room = make_room(record, placed, adjust=request.adjust)
        for entry, fields in wanted:
            record.change.update_entry(entry.local_id, fields, seen=entry.fields)
        record.change.summary = _summary(placed)
        local_ids = [new.local_id for new in placed]
        notes = (
            *newlines_note(request.given.description),
            *room_notes(ctx, room, dry_run=request.dry_run),
        )
        if request.dry_run:
            record.preview(local_ids, notes=notes)
    return record.done(local_ids, notes=notes)


def _summary(placed: Sequence[Placed]) -> str:
    return placed[0].fields.description if len(placed) == 1 else counted(len(placed), "entry")


def _edited(ctx: AppContext, book: NameBook, entry: TimeEntry, request: EditEntries) -> EntryFields:
    """Return the fields of *entry* with the requested changes."""
    with _offering_other(ctx, entry, request):
        at = _moved(ctx, entry, request)
    fields = fill(book, request.given, at)
    if request.given.billable is None:
        # New entries take their project's default; existing ones keep their value.
        fields = replace(fields, billable=entry.billable)
    if request.add_tags or request.remove_tags:
        gone = {tag.local_id for tag in book.known_tags(request.remove_tags)}
        added = [tag.local_id for tag in book.tags(request.add_tags)]
        kept = [tag for tag in dict.fromkeys((*fields.tags, *added)) if tag not in gone]
        fields = replace(fields, tags=tuple(kept))
    return fields


@contextmanager
def _offering_other(ctx: AppContext, entry: TimeEntry, request: EditEntries) -> Iterator[None]:
    """Name the option that was meant, in an error about a DURATION with a sign that was given as a
    TIME and about a change of the end of a timer."""
    try:
        yield
    except TimerRuns as error:
        error.hint = _for_timer(ctx, entry, request) or error.hint
        raise
    except UsageError as error:
        for option, said, verb in (
            ("--by", request.end, "changes its length"),
            ("--shift", request.start, "moves its start and end"),
        ):
            if said is not None and entry.end is not None and _is_signed(said):
                tail = entry.key[-TAIL_LENGTH:]
                error.hint = f"`clockify edit {tail} {option} {said.strip()}` {verb}."
                break
        raise


def _for_timer(ctx: AppContext, entry: TimeEntry, request: EditEntries) -> str:
    """Return what changes the running timer *entry* as *request* wants; empty if unclear."""
    starts = "Use --start to change when it began."
    if request.end is not None and not _is_signed(request.end):
        return f"`clockify stop --at {shlex.quote(request.end)}` stops it then. {starts}"
    with suppress(TimeError):
        if request.length is not None:
            end = entry.start + parse_duration(request.length)
            if end <= ctx.now:
                return f"`clockify stop --at {_typed(ctx, end)}` stops it then. {starts}"
        elif request.by is not None:
            start = entry.start - parse_signed_duration(request.by)
            if start <= ctx.now:
                return f"`clockify edit current --start {_typed(ctx, start)}` changes its start."
    return ""


def _typed(ctx: AppContext, at: datetime) -> str:
    """Return *at* as it can be typed, with its seconds if it has any."""
    return shlex.quote(clock_text(ctx, at, exact=bool(at.second)))


def _is_signed(text: str) -> bool:
    """Return whether *text* is a DURATION with a sign before it."""
    with suppress(TimeError):
        return text.strip()[:1] in ("+", "-") and parse_signed_duration(text) is not None
    return False


def _moved(ctx: AppContext, entry: TimeEntry, request: EditEntries) -> EntryFields:
    """Return *entry* with the requested times; untyped seconds of neighbours cause no overlap."""
    times = _times(ctx, entry, request)
    try:
        fields = moved(entry.fields, times)
    except NoTimeLeft as error:
        start, end = error.start, error.end
        exact = same_minute(start, end)
        texts = (clock_text(ctx, at, exact=exact) for at in (end, start))
        error.message = "the end ({}) is not after the start ({})".format(*texts)
        if times.start is not None and times.end is None:
            error.hint = (
                "Give an --end that is later, or move both with --shift, such as --shift 24h."
            )
        raise
    length = times.length if times.length is not None else times.by
    if length is None or length % MINUTE or fields.end is None or request.overlap:
        return fields
    own = (entry.local_id,)
    if times.end is not None:
        start = start_after(fields.start, ctx.nearby(fields.start, own))
        return replace(fields, start=start) if start < fields.end else fields
    end = end_before(fields.end, ctx.nearby(fields.end, own))
    return replace(fields, end=end) if fields.start < end else fields


def _times(ctx: AppContext, entry: TimeEntry, request: EditEntries) -> Times:
    start = end = None
    day = local_day_of(ctx, entry)
    own = (entry.local_id,)
    context = ctx.time_context(without=own) if request.seconds_seen else ctx.time_context(entry)
    if request.start is not None:
        start = parse_point_near(request.start, context, day, future=request.yes)
    if request.end is not None:
        after = start or entry.start
        end = parse_point_near(
            request.end, context, day, after=after, future=request.yes, as_end=True
        )
    return Times(
        start=start,
        end=end,
        length=None if request.length is None else parse_duration(request.length),
        by=None if request.by is None else parse_signed_duration(request.by),
        shift=None if request.shift is None else parse_signed_duration(request.shift),
    )


def local_day_of(ctx: AppContext, entry: TimeEntry) -> date:
    """Return the local day on which *entry* began: times typed without a day are on that day."""
    return entry.start.astimezone(ctx.zone).date()


def _check(
    ctx: AppContext, before: Sequence[TimeEntry], after: Sequence[Placed], *, yes: bool
) -> None:
    """Refuse a start in the future, locked time, and a span that needs ``--yes``."""
    for old, new in zip(before, after, strict=True):
        fields = new.fields
        if (old.start, old.end) == (fields.start, fields.end):
            continue
        refuse_locked_time(ctx, (fields.start,))
        if fields.end is None:
            if fields.start > ctx.now:
                exact = same_minute(fields.start, ctx.now)
                text = clock_text(ctx, fields.start, exact=exact)
                raise UsageError(
                    f"the timer would start in the future ({text})",
                    "Give --start a time up to now.",
                )
            continue
        # An entry without length takes no time, so it needs no confirmation.
        if fields.start == fields.end:
            continue
        # A duration that was accepted before needs no second confirmation.
        if old.end is not None and fields.end <= ctx.now and _length(fields) <= _length(old):
            continue
        span = Span(fields.start, fields.end)
        reason = needs_yes(span, ctx.time_context(), typed=False)
        if reason is not None and not yes:
            raise UsageError(reason, "`--yes` changes it anyway.", code="needs-yes")
    for old, new in zip(before, after, strict=True):
        if old.end is not None and new.fields != old.fields:
            refuse_incomplete(ctx, new.fields)


def _length(fields: EntryFields | TimeEntry) -> timedelta:
    return (fields.end or fields.start) - fields.start


MOST_NAMED = 5
"""The most entries that a suggested command names."""


def split_entry(
    ctx: AppContext, entry: TimeEntry, points: Sequence[str], *, dry_run: bool = False
) -> ChangeResult:
    """Divide *entry* at each of *points* (TIMEs as typed, on the entry's own day)."""
    day = local_day_of(ctx, entry)
    # Nothing else starts or ends at a split point, so its time is taken as typed.
    context = replace(ctx.time_context(), meant=None)
    at = [parse_point_near(text, context, day, after=entry.start) for text in points]

    def plan() -> Plan:
        try:
            return split(placed_of(entry), at, ctx.now)
        except UsageError as error:
            if middle := _middle(ctx, entry):
                line = f"`clockify split {entry.key[-TAIL_LENGTH:]} --at {middle}`"
                error.hint = f"Give a time in between, such as {line}."
            raise

    return _planned(ctx, "split", entry, plan, dry_run=dry_run)


def _middle(ctx: AppContext, entry: TimeEntry) -> str:
    """Return the middle of *entry*, to the minute if that is inside; empty if nothing is inside."""
    middle = entry.start + ((entry.end or ctx.now) - entry.start) // 2
    middle = middle.replace(microsecond=0)
    if middle <= entry.start:
        return ""
    minute = middle.replace(second=0)
    local = (minute if minute > entry.start else middle).astimezone(ctx.zone)
    return local.time().isoformat("minutes" if minute > entry.start else "seconds")


def cut_entry(
    ctx: AppContext, entry: TimeEntry, text: str, *, dry_run: bool = False
) -> ChangeResult:
    """Cut the SPAN *text* (on the entry's own day) out of *entry*."""
    day = local_day_of(ctx, entry)
    context = replace(ctx.time_context(), meant=_own_ends(entry))
    span = parse_span(text, context, day=day)
    if span.end <= entry.start:
        # In an entry over midnight, an early hour belongs to its second day.
        span = parse_span(text, context, day=day + ONE_DAY)
    return _planned(
        ctx,
        "cut",
        entry,
        lambda: cut(placed_of(entry), span.start, span.end, ctx.now),
        dry_run=dry_run,
    )


def _own_ends(entry: TimeEntry) -> Callable[[datetime, bool], datetime]:
    """Return how a time without seconds is resolved within *entry*: to its own displayed ends."""

    def meant(at: datetime, as_end: bool) -> datetime:
        own = entry.end if as_end else entry.start
        return own if own is not None and same_minute(own, at) else at

    return meant


def placed_of(entry: TimeEntry) -> Placed:
    """Return *entry* in the form that the editing rules use."""
    return Placed(entry.local_id, entry.fields)


def _planned(
    ctx: AppContext, verb: Verb, entry: TimeEntry, plan: Callable[[], Plan], *, dry_run: bool
) -> ChangeResult:
    try:
        found = plan()
    except UsageError as error:
        span = describe_span(entry, ctx, exact=True)
        error.details = (*error.details, f"{span}  {describe(entry)}")
        raise
    return _performed(ctx, verb, (entry,), found, dry_run=dry_run)


def _performed(
    ctx: AppContext, verb: Verb, chosen: Sequence[TimeEntry], plan: Plan, *, dry_run: bool
) -> ChangeResult:
    def perform() -> ChangeResult:
        return _perform(ctx, verb, chosen, plan, dry_run=dry_run)

    return or_preview(lambda: as_allowed(ctx, perform))


def _refuse_changed(ctx: AppContext, seen: Sequence[TimeEntry]) -> None:
    """Raise UsageError if one of the entries has changed since it was *seen*."""
    for entry in seen:
        now = entries.get(ctx.db, entry.local_id)
        if now.fields != entry.fields:
            raise changed_meanwhile(now.fields)


def _perform(
    ctx: AppContext, verb: Verb, chosen: Sequence[TimeEntry], plan: Plan, *, dry_run: bool
) -> ChangeResult:
    with recorded(ctx, verb) as record:
        refuse_locked(ctx, chosen)
        _refuse_changed(ctx, chosen)
        if any(fields.end is not None for fields in plan.created):
            refuse_by_hand(ctx)
        for fields in plan.created:
            if fields.end is not None:
                refuse_incomplete(ctx, fields)
        for new in plan.updated:
            record.change.update_entry(new.local_id, new.fields)
        made = [record.change.create_entry(fields) for fields in plan.created]
        for local_id, fields in zip(made, plan.created, strict=True):
            if fields.end is None:
                # The part that keeps running also keeps the planned end.
                entries.plan_end(ctx.db, local_id, entries.planned_end(ctx.db, chosen[0]))
        for local_id in plan.deleted:
            record.change.delete_entry(local_id)
        record.change.summary = chosen[0].description
        parts = [(new.fields.start, new.local_id) for new in plan.updated]
        parts += [(new.start, local_id) for new, local_id in zip(plan.created, made, strict=True)]
        local_ids = [local_id for _, local_id in sorted(parts, key=lambda part: part[0])]
        gone = [entry for entry in chosen if entry.local_id in plan.deleted]
        if dry_run:
            record.preview(local_ids, removed=gone)
    return record.done(local_ids, removed=gone)


def join_entries(
    ctx: AppContext, chosen: Sequence[TimeEntry], *, yes: bool, dry_run: bool = False
) -> ChangeResult:
    """Join the *chosen* entries into one with the fields of the first.

    Raises UsageError naming each gap and each field that differs, unless *yes* accepts them.
    *dry_run*: nothing is stored; the result shows what would be done.
    """
    placed = [placed_of(entry) for entry in chosen]
    plan = join(placed)
    found = obstacles(placed)
    if found and not yes:
        raise UsageError(
            "these entries differ or do not touch",
            "`--yes` joins them anyway: it fills gaps and keeps the fields of the first entry.",
            details=tuple(_obstacle_text(ctx, one) for one in found),
            code="needs-yes",
        )
    own = tuple(entry.local_id for entry in chosen)
    (whole,) = plan.updated
    with ctx.db.transaction():
        refuse_overlap(ctx, whole.fields.start, whole.fields.end, without=own)
    return _performed(ctx, "join", chosen, plan, dry_run=dry_run)


def _obstacle_text(ctx: AppContext, obstacle: Obstacle) -> str:
    if obstacle.kind == "field":
        return f"{obstacle.field} {'differ' if obstacle.field == 'tags' else 'differs'}"
    assert obstacle.start is not None and obstacle.end is not None  # noqa: S101, PT018
    return f"gap {clock_text(ctx, obstacle.start)}–{clock_text(ctx, obstacle.end)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedLine:
    """A line of a day's text: the new values of *entry*, or of a new entry if that is None.

    *number* is the number of the line. *span* is None if the times of *entry* were not changed.
    """

    number: int
    given: EntryInput
    span: Span | None
    entry: TimeEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditDays:
    """The result of editing days as text; *making*: which names may be created for it."""

    lines: tuple[EditedLine, ...] = ()
    deleted: tuple[TimeEntry, ...] = ()
    making: Making = NOTHING
    overlap: bool = False
    adjust: bool = False
    yes: bool = False
    dry_run: bool = False


def edit_days(ctx: AppContext, request: EditDays) -> ChangeResult:
    """Add, change and delete entries as the lines say, all or nothing; one `undo` reverts it.

    Raises as `edit`, with the line in the message.
    """
    for line in request.lines:
        know_fields(ctx, line.given.custom)
        reason = needs_yes(line.span, ctx.time_context()) if line.span is not None else None
        if reason is not None and not request.yes:
            raise UsageError(
                f"line {line.number}: {reason}", "`--yes` accepts it anyway.", code="needs-yes"
            )
    return or_preview(lambda: _edit_days(ctx, request))


def _edit_days(ctx: AppContext, request: EditDays) -> ChangeResult:
    with recorded(ctx, "edit") as record:
        known = [line.entry for line in request.lines if line.entry is not None]
        refuse_locked(ctx, (*known, *request.deleted))
        for entry in request.deleted:
            record.change.delete_entry(entry.local_id, seen=entry.fields)
        book = record.book(request.making)
        placed = []
        for line in request.lines:
            with _naming(line.number):
                placed.append((line, _written(ctx, record, book, line)))
        refuse_both(overlap=request.overlap, adjust=request.adjust)
        room = () if request.overlap else _room_of_days(record, placed, adjust=request.adjust)
        record.change.summary = counted(len(placed) + len(request.deleted), "entry")
        added = frozenset(local_id for line, local_id in placed if line.entry is None)
        local_ids = [local_id for _, local_id in placed]
        notes = room_notes(ctx, room, dry_run=request.dry_run)
        if request.dry_run:
            record.preview(local_ids, removed=request.deleted, added=added, notes=notes)
    return record.done(local_ids, removed=request.deleted, added=added, notes=notes)


def _room_of_days(
    record: Record, placed: Sequence[tuple[EditedLine, str]], *, adjust: bool
) -> tuple[Placed, ...]:
    """Refuse overlaps of the lines whose times are new; with *adjust*, trim other entries.

    Returns the trimmed entries as they are then.
    """
    ctx = record.ctx
    timed = [(line, line.span, local_id) for line, local_id in placed if line.span is not None]
    own = [local_id for _, _, local_id in timed]
    room: dict[str, Placed] = {}
    for line, span, local_id in timed if adjust else ():
        new = Placed(local_id, EntryFields(start=span.start, end=span.end))
        with _naming(line.number):
            trimmed_ = make_room(record, (new,), adjust=True, without=own)
        room |= {part.local_id: part for part in trimmed_}
    for line, span, local_id in timed:
        with _naming(line.number):
            refuse_overlap(ctx, span.start, span.end, without=(local_id,))
    return tuple(room.values())


def _written(ctx: AppContext, record: Record, book: NameBook, line: EditedLine) -> str:
    """Write the entry of *line*; return its local id."""
    if line.entry is not None:
        base = line.entry.fields
    else:
        base = EntryFields(start=ctx.now, end=None, billable=rules_of(ctx).billable)
        refuse_by_hand(ctx)
    if line.span is not None:
        base = replace(base, start=line.span.start, end=line.span.end)
    refuse_locked_time(ctx, (base.start,))
    fields = fill(book, line.given, base)
    refuse_incomplete(ctx, fields)
    if line.entry is None:
        return record.change.create_entry(fields)
    record.change.update_entry(line.entry.local_id, fields, seen=line.entry.fields)
    return line.entry.local_id


@contextmanager
def _naming(number: int) -> Iterator[None]:
    """Add the line *number* of the text to any error in the block."""
    try:
        yield
    except ClockifyError as error:
        error.message = f"line {number}: {error.message}"
        raise
