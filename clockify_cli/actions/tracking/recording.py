"""How every action writes its change: check the clock, store, then send."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from clockify_cli.actions.clockify.sending import finished
from clockify_cli.actions.context import AppContext, clock_text, describe, describe_span
from clockify_cli.actions.names.workspace_rules import forbidden_kinds, refuse_locked, rules_of
from clockify_cli.actions.tracking.entry_input import (
    NOTHING,
    EntryInput,
    Making,
    NameBook,
    Named,
    clean_description,
)
from clockify_cli.config.settings import machine_zone
from clockify_cli.domain.entry import BREAK, ChangeResult, EntryFields, Item, TimeEntry, Verb
from clockify_cli.domain.time.zones import load_zone
from clockify_cli.errors import ClockifyError, StoreError, UsageError
from clockify_cli.store.db.changes import AlreadyDone, Change
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from clockify_cli.domain.editing import Placed


_BEGINNINGS: tuple[Verb, ...] = ("start", "resume")
_OF_NOW: tuple[Verb, ...] = ("start", "resume", "stop", "add")
Once = tuple[str, str]
"""A ``--once`` key and a digest of the request made with it."""


def once_of(key: str | None, *content: object) -> Once | None:
    """Return *key* with the digest of *content*; None without a key."""
    if key is None:
        return None
    import hashlib

    return key, hashlib.sha256(repr(content).encode("utf-8", "surrogatepass")).hexdigest()


def unless_done(ctx: AppContext, verb: Verb, act: Callable[[], ChangeResult]) -> ChangeResult:
    """Return the result of *act*, or of the earlier command with the same ``--once`` key."""
    try:
        return act()
    except AlreadyDone as done:
        return ChangeResult(
            verb=verb,
            entries=tuple(entries.get(ctx.db, local_id) for local_id in done.local_ids),
            created=_made(ctx, done.change_id) if verb == "make" else (),
            change_id=done.change_id,
            already=True,
        )


def _made(ctx: AppContext, change_id: int) -> tuple[Item, ...]:
    """Return the names that a change made and that still exist."""
    from clockify_cli.store.timesheet import entities, undo

    rows = undo.get(ctx.db, ctx.workspace, change_id).rows
    return tuple(filter(None, (entities.known(ctx.db, row.local_id) for row in rows)))


class PreviewOnly(Exception):
    """Ends a dry run and rolls it back. *change* is what would have been done."""

    def __init__(self, change: ChangeResult) -> None:
        super().__init__("a dry run")
        self.change = change


def or_preview(act: Callable[[], ChangeResult]) -> ChangeResult:
    """Return the result of *act*, or of its dry run (`Record.preview`)."""
    try:
        return act()
    except PreviewOnly as preview:
        return preview.change


def _tasks_known(ctx: AppContext, project: str) -> bool:
    from clockify_cli.actions.clockify.freshness import tasks_known

    return tasks_known(ctx, project)


@dataclass(slots=True)
class Record:
    """One change while it is being written; *named* are the fields that it sets, as typed."""

    ctx: AppContext
    verb: Verb
    change: Change
    names: NameBook | None = None
    named: tuple[str, ...] = ()

    def book(self, making: Making = NOTHING) -> NameBook:
        """Return the names of the workspace; names created with it belong to this change."""
        ctx = self.ctx
        self.names = NameBook(
            ctx.db,
            ctx.workspace,
            self.change,
            making,
            forbidden_kinds(ctx),
            partial(_tasks_known, ctx),
        )
        return self.names

    def done(
        self,
        local_ids: Sequence[str],
        *,
        stopped: TimeEntry | None = None,
        notes: Sequence[str] = (),
        made: Sequence[Item] = (),
        items: Sequence[Item] = (),
        gone: Sequence[TimeEntry] = (),
        removed: Sequence[TimeEntry] = (),
        added: frozenset[str] = frozenset(),
    ) -> ChangeResult:
        """Send what waits, if possible, and return the result of the change.

        *made* are names created outside its book, *items* the names that it is about; *gone* the
        entries it was to delete, *removed* others it deleted, *added* (local ids) others it made.
        """
        change = ChangeResult(
            verb=self.verb,
            entries=(*map(self._as_written, local_ids), *gone),
            removed=tuple(removed),
            added=added,
            stopped=self._as_written(stopped.local_id) if stopped else None,
            items=tuple(items),
            created=(*(self.names.created if self.names else ()), *made),
            named=self.named,
            change_id=self.change.id,
            summary=self.change.summary,
            notes=tuple(notes),
        )
        return finished(self.ctx, change)

    def preview(
        self,
        local_ids: Sequence[str],
        *,
        notes: Sequence[str] = (),
        gone: Sequence[TimeEntry] = (),
        removed: Sequence[TimeEntry] = (),
        added: frozenset[str] = frozenset(),
    ) -> NoReturn:
        """End a dry run by raising PreviewOnly, so that nothing is stored; see `done`."""
        raise PreviewOnly(
            ChangeResult(
                verb=self.verb,
                entries=(*map(self._as_written, local_ids), *gone),
                removed=tuple(removed),
                added=added,
                created=tuple(self.names.created if self.names else ()),
                named=self.named,
                notes=tuple(notes),
                dry_run=True,
            )
        )

    def _as_written(self, local_id: str) -> TimeEntry:
        """Return the entry as this change left it, even if another process has deleted it since."""
        return entries.get(self.ctx.db, local_id, even_deleted=True)


@contextmanager
def recorded(ctx: AppContext, verb: Verb, once: Once | None = None) -> Iterator[Record]:
    """Open one transaction for all changes of an action; its commit is the acknowledgement."""
    if verb in _OF_NOW:
        compare_again(ctx)
    with ctx.db.change(
        ctx.workspace,
        account=ctx.account_key,
        user=ctx.user,
        verb=verb,
        at=ctx.now,
        once=once,
        clock=clock_reading(ctx) if verb in _BEGINNINGS else None,
    ) as change:
        yield Record(ctx, verb, change)
    ctx.acknowledged = True


def with_defaults(ctx: AppContext, given: EntryInput) -> EntryInput:
    """Return *given* with the defaults for new entries from configuration and project file.

    The defaults are for work and do not apply to breaks.
    """
    if given.type == BREAK:
        return given
    settings = ctx.settings
    usual_project = given.project is None
    usual_task = usual_project and given.task is None
    described = given.description is not None
    fields: dict[Named, tuple[bool, object]] = {
        "project": (usual_project, settings.default_project),
        "task": (usual_task, settings.default_task),
        "tags": (given.tags is None, settings.default_tags or None),
    }
    return replace(
        given,
        description=given.description if described else settings.default_description,
        project=settings.default_project if usual_project else given.project,
        task=settings.default_task if usual_task else given.task,
        tags=given.tags if given.tags is not None else settings.default_tags or None,
        billable=given.billable if given.billable is not None else settings.default_billable,
        usual=tuple(
            (named, _setting_text(ctx, f"default.{named}"))
            for named, (taken, value) in fields.items()
            if taken and value is not None
        ),
    )


def _setting_text(ctx: AppContext, key: str) -> str:
    """Return the setting *key* and where it is set, for a message."""
    where = ctx.settings.origin(key).where
    return f"{key} ({where})" if where else key


def usually_billable(ctx: AppContext, given: EntryInput) -> bool:
    """Return whether a new entry is billable if no person, task or project decides."""
    return rules_of(ctx).billable and given.type != BREAK


def refuse_overlap(
    ctx: AppContext, start: datetime, end: datetime | None, *, without: Sequence[str] = ()
) -> None:
    """Raise UsageError if other entries overlap the span from *start* to *end* (aware UTC)."""
    around = entries.overlapping(ctx.db, ctx.workspace, ctx.user, start, end, without)
    # A timer counts only up to now and does not overlap a span in the future.
    found = [entry for entry in around if not (start >= ctx.now and entry.running)]
    # An entry without length takes no time.
    if not found or start == end:
        return
    from clockify_cli.domain.time.points import shown_apart

    shown = found[:5]
    hidden = [shown_apart((start, end), (entry.start, entry.end)) for entry in shown]
    details = [
        f"{describe_span(entry, ctx, exact=exact)}  {describe(entry)}"
        for entry, exact in zip(shown, hidden, strict=True)
    ]
    if any(hidden):
        until = "…" if end is None else clock_text(ctx, end, exact=True)
        details.append(f"{clock_text(ctx, start, exact=True)}–{until}  (the time you gave)")
    if len(found) > len(shown):
        details.append(f"and {len(found) - len(shown)} more")
    raise UsageError(
        f"this overlaps {len(found)} entries" if len(found) > 1 else "this overlaps an entry",
        f"`--overlap` keeps {'all' if len(found) > 1 else 'both'}; `--adjust` trims the other "
        f"{'entries' if len(found) > 1 else 'entry'}.",
        details=tuple(details),
        code="overlap",
    )


def refuse_both(*, overlap: bool, adjust: bool) -> None:
    """Raise UsageError if both leaving and trimming an overlap were requested."""
    if overlap and adjust:
        raise UsageError("--overlap and --adjust cannot be combined", "Give one of the two.")


def settle_overlap(
    record: Record,
    start: datetime,
    end: datetime,
    *,
    overlap: bool,
    adjust: bool,
    without: Sequence[str] = (),
    dry_run: bool = False,
) -> tuple[str, ...]:
    """Refuse, leave or trim overlaps with the span from *start* to *end* (aware UTC).

    Returns sentences about trimmed entries. *without*: local ids that do not count.
    """
    refuse_both(overlap=overlap, adjust=adjust)
    if overlap:
        return ()
    if not adjust:
        refuse_overlap(record.ctx, start, end, without=without)
        return ()
    from clockify_cli.domain.editing import Placed

    new = Placed("", EntryFields(start=start, end=end))
    room = make_room(record, (new,), adjust=True, without=without)
    return room_notes(record.ctx, room, dry_run=dry_run)


def newlines_note(description: str | None) -> tuple[str, ...]:
    """Return a note about line breaks that became spaces in *description*."""
    if description is None or not clean_description(description)[1]:
        return ()
    return ("Line breaks in the description became spaces.",)


NOTICEABLE = 2.0
"""Seconds by which the clock may deviate from the time since boot without a note."""


def clock_reading(ctx: AppContext) -> str:
    """Return JSON text of the machine's clocks: wall, time since boot, and the boot's id."""
    clock = ctx.clock
    return json.dumps({"wall": clock.wall(), "boottime": clock.boottime(), "boot": clock.boot_id()})


def drift_notes(ctx: AppContext, running: TimeEntry) -> tuple[str, ...]:
    """Return a note about a wall clock that was set while *running* ran."""
    drift = _drift(ctx, running)
    if abs(drift) <= NOTICEABLE:
        return ()
    way = "forward" if drift > 0 else "back"
    return (
        f"This computer's clock was set {way} by {_span(drift)} since the timer started; check "
        "the times.",
    )


def now_unless_set_back(ctx: AppContext, running: TimeEntry) -> datetime:
    """Return now; if the clock was set back to before *running* began, the time otherwise."""
    if running.start <= ctx.now:
        return ctx.now
    unset = _unset(ctx, running)
    return ctx.now if unset is None else max(ctx.now, unset)


def set_back_text(ctx: AppContext, running: TimeEntry) -> str:
    """Return how far the clock was set back since *running* began, such as ``20 min``."""
    return _span(_drift(ctx, running))


def _drift(ctx: AppContext, running: TimeEntry) -> float:
    """Return the seconds by which the wall clock was set ahead since the start; 0 if unknown."""
    since = _since_start(ctx, running)
    return 0.0 if since is None else ctx.clock.wall() - since[0] - since[1]


def _unset(ctx: AppContext, running: TimeEntry) -> datetime | None:
    """Return what the wall clock would show now if it had not been set since the start."""
    since = _since_start(ctx, running)
    return None if since is None else datetime.fromtimestamp(int(sum(since)), UTC)


def _since_start(ctx: AppContext, running: TimeEntry) -> tuple[float, float] | None:
    """Return the wall clock at the start, and the seconds since; None if unknown."""
    text = journal.clock_of_start(ctx.db, running.local_id)
    if text is None:
        return None
    then = json.loads(text)
    if not then["boot"] or then["boot"] != ctx.clock.boot_id():
        return None
    return float(then["wall"]), float(ctx.clock.boottime() - then["boottime"])


def trust_now(ctx: AppContext) -> tuple[str, ...]:
    """Return a note if Clockify's clock differs from this machine's.

    Raises UsageError if it differs so much that "now" cannot be trusted.
    """
    if ctx.account_key is None:
        return ()
    from clockify_cli.sync.guard import judge_skew, skew_of

    if not ctx.db.read.in_transaction:
        compare_again(ctx)
    skew = skew_of(ctx.db, ctx.account_key)
    verdict = judge_skew(skew)
    if verdict == "fine":
        return ()
    sentence = (
        f"his computer's clock is {_span(skew)} {'behind' if skew > 0 else 'ahead of'} Clockify's"
    )
    if verdict == "refuse":
        raise UsageError(
            f"t{sentence}",
            "Give the time with --at TIME, or correct the clock and run `clockify sync`.",
            code="wrong-clock",
        )
    return (f"T{sentence}.",)


def compare_again(ctx: AppContext) -> None:
    """If the clock was too far off, ask Clockify once more: it may have been corrected.

    Not in a transaction, so that the answer is stored whatever happens next.
    """
    if ctx.account_key is None or ctx.offline:
        return
    from clockify_cli.sync.guard import judge_skew, skew_of

    if judge_skew(skew_of(ctx.db, ctx.account_key)) != "refuse":
        return
    from clockify_cli.actions.clockify.identity import connect

    with suppress(ClockifyError):
        connect(ctx).remote.user()


def distrust_later(ctx: AppContext) -> None:
    """Treat copies fetched later than now as old: the clock has been set back since."""
    # If the timesheet cannot be written, the copies are trusted as before.
    with suppress(StoreError):
        replica.doubt_later(ctx.db, ctx.now)


def zone_notes(ctx: AppContext) -> tuple[str, ...]:
    """Return a note, once, if this machine's zone differs from the user's Clockify settings."""
    settings = ctx.settings
    if ctx.account_key is None or settings.origin("tz").layer != "Clockify":
        return ()
    machine = machine_zone(ctx.environ)
    pair = f"{machine} {settings.zone.key}"
    mark = f"zones:{ctx.account_key}"
    if _same_zone(ctx, load_zone(machine)) or meta_value(ctx.db, mark) == pair:
        return ()
    with suppress(StoreError), ctx.db.transaction():
        put_meta(ctx.db, mark, pair)
    return (
        f"This computer is in {machine}, your Clockify settings say {settings.zone.key}: "
        f"times are {settings.zone.key}'s (`clockify config set tz {machine}` changes that).",
    )


def _same_zone(ctx: AppContext, machine: ZoneInfo) -> bool:
    """Return whether both have the same offset now and half a year from now."""
    moments = (ctx.now, ctx.now + timedelta(days=182))
    return all(
        moment.astimezone(machine).utcoffset() == moment.astimezone(ctx.settings.zone).utcoffset()
        for moment in moments
    )


def _span(seconds: float) -> str:
    """Return ``45 s``, ``12 min``, ``3 h``."""
    length = abs(seconds)
    if length < 120:
        return f"{length:.0f} s"
    return f"{length / 60:.0f} min" if length < 7200 else f"{length / 3600:.0f} h"


def make_room(
    record: Record, placed: Sequence[Placed], *, adjust: bool, without: Sequence[str] = ()
) -> tuple[Placed, ...]:
    """Refuse overlaps of *placed* with other entries; with *adjust*, trim the others.

    Returns the trimmed entries as they are then. Entries in *placed* do not count, nor do those
    with local ids in *without*.
    """
    from clockify_cli.domain.editing import Placed

    ctx = record.ctx
    own = (*without, *(new.local_id for new in placed))
    trimmings: dict[str, Placed] = {}
    for new in placed:
        start, end = new.fields.start, new.fields.end
        if not adjust:
            refuse_overlap(ctx, start, end, without=own)
            continue
        near = entries.overlapping(ctx.db, ctx.workspace, ctx.user, start, end)
        others = [
            trimmings.get(entry.local_id, Placed(entry.local_id, entry.fields))
            for entry in near
            if entry.local_id not in own
        ]
        trimmings |= {part.local_id: part for part in _trimmed(ctx, others, start, end)}
    refuse_locked(ctx, [entries.get(ctx.db, local_id) for local_id in trimmings])
    for part in trimmings.values():
        record.change.update_entry(part.local_id, part.fields)
    return tuple(trimmings.values())


TAIL_LENGTH = 8
"""The number of id characters that name an entry in a suggested command."""


def _trimmed(
    ctx: AppContext, others: Sequence[Placed], start: datetime, end: datetime | None
) -> tuple[Placed, ...]:
    from clockify_cli.domain.editing import WouldVanish, trimmed

    try:
        return trimmed(others, start, end)
    except WouldVanish as error:
        entry = entries.get(ctx.db, error.entry.local_id)
        span = describe_span(entry, ctx, exact=True)
        error.details = (*error.details, f"{span}  {describe(entry)}")
        error.hint = error.hint.replace("ENTRY", entry.key[-TAIL_LENGTH:])
        raise


def room_notes(
    ctx: AppContext, room: Sequence[Placed], *, dry_run: bool = False
) -> tuple[str, ...]:
    """Return a sentence for each neighbour that was (or would be) trimmed, with its new times."""
    found = (entries.get(ctx.db, part.local_id) for part in room)
    verb, now = ("Would trim", "to") if dry_run else ("Trimmed", "now")
    return tuple(f"{verb} {describe(entry)}: {now} {describe_span(entry, ctx)}." for entry in found)
