"""After a change is stored: send what is waiting, and describe the outcome."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext, clock_text, describe, message_of, until_text
from clockify_cli.domain.entry import LOCAL, ChangeResult, TimeEntry, agreeing, counted, type_name
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import (
    Ambiguous,
    ClockifyError,
    Interrupted,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
    Waiting,
)
from clockify_cli.store.db.connection import meta_value
from clockify_cli.store.glance import profile_mark, write_prompt_file
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.values import replace

if TYPE_CHECKING:
    from clockify_cli.domain.entry import Item
    from clockify_cli.paths import Paths
    from clockify_cli.store.db.changes import Database
    from clockify_cli.sync.model.engine import Note, OtherType
    from clockify_cli.sync.push import PushOptions, PushResult

ANSWER_LOST = "Clockify did not answer; `clockify sync` checks whether it arrived"
PERHAPS_SENT = "may have been sent before this timesheet was copied; `clockify sync` checks that"

KEPT_TEXT = "the last requests of this hour are kept for timers"

ENOUGH = 0.1
"""The part of the deadline within which Clockify can be expected to answer."""


_SHOWN_AFTER = ("bill", "decide", "import", "send-local", "void")
"""Verbs whose result is known only after Clockify's answer, or is shown by their command."""

JUST_READ = timedelta(seconds=30)
"""A timer that was read this recently is surely still running."""

_NO_OTHER_WORK = ("start", "add", "resume", "import", "make", "send-local")
"""Verbs that do not change billed entries, or nothing about them that a bill contains."""


def _billed_notes(ctx: AppContext, change: ChangeResult) -> tuple[str, ...]:
    """Return notes that *change* touched billed entries."""
    if change.change_id is None or change.verb in _NO_OTHER_WORK:
        return ()
    refs = journal.billed(ctx.db, change.change_id)
    what = "The changed entry" if len(change.entries) > 1 else "This entry"
    return tuple(
        f"{what} is on bill {quoted(ref)}: `clockify bill check {quoted(ref)}` shows what that "
        "changes."
        for ref in refs
    )


def finished(ctx: AppContext, change: ChangeResult) -> ChangeResult:
    """Send what waits after committing *change*; return it with its entries as they are then.

    The change is kept whatever happens to the sending; errors of sending are not raised.
    """
    result: PushResult | None = None
    notes: tuple[str, ...] = ()
    problem: ClockifyError | None = None
    change = replace(change, notes=change.notes + _billed_notes(ctx, change))
    if ctx.account is not None:
        result, notes, problem = _sent(ctx, change)
    tell_prompts(ctx)
    if result is None:
        owners = _owners(ctx, (*change.items, *change.created))
        return replace(change, owners=owners, notes=change.notes + notes, problem=problem)
    from clockify_cli.sync.model.engine import EndedThere, FoundThere, StoppedOther

    happened = result.notes
    # For each timer that was to be stopped, the one that was stopped instead.
    others = {note.meant: note.stopped for note in happened if isinstance(note, StoppedOther)}
    meant = others if change.verb == "stop" else {}
    stopped, items = change.stopped, tuple(_item_as_now(ctx, item) for item in change.items)
    names = [_item_as_now(ctx, item) for item in change.created]
    there = {note.item for note in happened if isinstance(note, FoundThere)}
    return replace(
        change,
        entries=tuple(_as_now(ctx, entry, meant) for entry in change.entries),
        stopped=_as_now(ctx, stopped, others) if stopped else None,
        ended_before=frozenset(note.entry for note in happened if isinstance(note, EndedThere)),
        created=tuple(item for item in names if item.local_id not in there),
        matched=(*change.matched, *(item for item in names if item.local_id in there)),
        items=items,
        owners=_owners(ctx, (*items, *names)),
        notes=change.notes + notes,
        problem=problem,
    )


def _as_now(ctx: AppContext, entry: TimeEntry, instead: Mapping[str, str]) -> TimeEntry:
    return entries.known(ctx.db, instead.get(entry.local_id, entry.local_id)) or entry


def _owners(ctx: AppContext, items: Sequence[Item]) -> tuple[Item, ...]:
    """Return what *items* belong to: their clients and projects, and those projects' clients."""
    found: dict[str, Item] = {}
    left = list(items)
    for item in left:
        for local_id in {item.client, item.project} - {None, *found}:
            if owner := entities.known(ctx.db, local_id):
                found[owner.local_id] = owner
                left.append(owner)
    return tuple(found.values())


def _item_as_now(ctx: AppContext, item: Item) -> Item:
    return entities.known(ctx.db, item.local_id) or item


def _sent(
    ctx: AppContext, change: ChangeResult
) -> tuple[PushResult | None, tuple[str, ...], ClockifyError | None]:
    if ctx.offline:
        return None, (f"Saved, not sent because of --offline ({_waiting(ctx)}).",), None
    try:
        if ctx.announce is not None and _is_certain(ctx, change):
            ctx.announce(change)
        if change.change_id is not None:
            tell_cost(ctx, len(journal.unsent(ctx.db, change.change_id)))
        result = push_now(ctx, change=change.change_id)
    except ClockifyError as error:
        message = message_of(error, ctx.zone, ctx.now)
        why = f"Saved, but not sent: {message} ({_waiting(ctx)})."
        return None, (why, *((error.hint,) if error.hint else ())), None
    except KeyboardInterrupt:
        return (
            None,
            (),
            Interrupted(
                "interrupted while sending; the change is saved",
                "`clockify sync` checks whether it arrived.",
            ),
        )
    made = {item.local_id for item in change.created}
    notes = outcome_notes(ctx, result, change.change_id, made=made)
    return result, notes, problem_of(ctx, result, change.change_id)


def tell_cost(ctx: AppContext, changes: int) -> None:
    """Report how many of the hour's requests sending *changes* will cost, before any is sent."""
    from clockify_cli.sync.guard import KEPT_FOR_WRITES, bulk_left_now, left_now

    if ctx.account is None or ctx.offline or changes <= KEPT_FOR_WRITES:
        return
    workspace = ctx.identity.workspace
    plan = workspace.plan if workspace else None
    bulk = bulk_left_now(ctx.db, ctx.workspace, plan, ctx.now)
    if bulk is None:
        return
    count, then = bulk
    there = left_now(ctx.db, ctx.workspace, plan, ctx.now)
    cost = f"Sending {changes} changes to Clockify takes about {changes} requests; {there} are left"
    later = f"from {until_text(then, ctx.zone, ctx.now)} on"
    if changes <= count:
        ctx.inform(f"{cost} this hour.")
    elif count:
        ctx.inform(
            f"{cost} this hour, {KEPT_FOR_WRITES} of them kept for timers: about {count} go now and"
            f" `clockify sync` sends the rest {later}."
        )
    else:
        kept = ", kept for timers" if there else ""
        ctx.inform(f"{cost} this hour{kept}. `clockify sync` sends the changes {later}.")


def _is_certain(ctx: AppContext, change: ChangeResult) -> bool:
    """Return whether the result of *change* is certain before Clockify has answered.

    A timer that was started elsewhere may have been stopped there, and another may run.
    """
    if change.verb != "stop":
        return change.verb not in _SHOWN_AFTER
    return bool(change.entries) and all(
        journal.clock_of_start(ctx.db, entry.local_id) is not None or _just_read(ctx)
        for entry in change.entries
    )


def _just_read(ctx: AppContext) -> bool:
    """Return whether the running timer was read from Clockify a moment ago."""
    from clockify_cli.store.sync import replica
    from clockify_cli.sync.replica import EVER, TIMER

    read = replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", TIMER, EVER)
    return read is not None and timedelta() <= ctx.now - read <= JUST_READ


def push_now(ctx: AppContext, *, eager: bool = False, change: int | None = None) -> PushResult:
    """Send what waits for the context's account; *change* was made by this command.

    Raises NotSignedIn, KeyRefused, Unreachable.
    """
    from clockify_cli.actions.clockify.identity import connected
    from clockify_cli.sync.push import push

    connection, account = connected(ctx)
    result = push(
        ctx.db,
        connection.remote,
        account,
        ctx.clock,
        ctx.paths.lock,
        push_options(ctx, connection.left(), eager=eager, change=change),
        note=ctx.paths.state / "sync.json",
        limiter=connection.limiter,
        limit=connection.limit,
    )
    if result.rejected:
        from clockify_cli.actions.clockify.refusals import learn_from

        learn_from(ctx, result.rejected)
    return result


def push_options(ctx: AppContext, left: float, *, eager: bool, change: int | None) -> PushOptions:
    """Return how long sending may take and what it may trust, according to the settings.

    *left*: seconds until the deadline of the command. If Clockify has no time to answer, not
    sending is better than losing the answer.
    """
    from clockify_cli.sync.push import PushOptions

    whole = ctx.settings.sync_deadline.total_seconds()
    return PushOptions(
        deadline=left if left >= ENOUGH * whole else 0.0,
        settle=ctx.settings.sync_settle.total_seconds(),
        fresh=timedelta() if ctx.refresh else ctx.settings.fresh_entries,
        eager=eager,
        change=change,
    )


def outcome_notes(
    ctx: AppContext, result: PushResult, change_id: int | None = None, *, made: Collection[str] = ()
) -> tuple[str, ...]:
    """Return sentences about what waits and what turned out differently.

    *change_id* is the command's own change, whose waiting is reported differently from that of
    others. Names that it *made* are not mentioned again.
    """
    said = _other_type(result, change_id)
    notes = [
        note_text(ctx, note)
        for note in result.notes
        if note is not said and getattr(note, "item", None) not in made
    ]
    own = [] if change_id is None else journal.unsent(ctx.db, change_id)
    if own:
        why = _why_waiting(ctx, result, own, change_id)
        notes.append(f"Saved. {why[0].upper()}{why[1:]} ({_waiting(ctx)}).")
    elif result.waiting:
        waits = f"{agreeing(result.waiting, 'waits', 'wait')} (`clockify queue`)"
        count = counted(result.waiting, "change" if change_id is None else "other change")
        notes.append(f"{count} still {waits}: {_why_waiting(ctx, result, own, None)}.")
    if result.stopped_why == "paused":
        notes.append(refusal_hint(result))
    return tuple(notes)


def refusal_text(result: PushResult) -> str:
    """Return what Clockify said when it refused the key or denied access."""
    what = "denied access" if result.denied else "rejected the API key"
    return f"Clockify {what}: {result.reason.rstrip('.')}"


def refusal_hint(result: PushResult) -> str:
    """Return what to do after `refusal_text`."""
    if result.denied:
        return "`clockify sync` tries again; an admin of the workspace can give you access."
    return "Sign in again with `clockify login`; nothing is lost."


def _why_waiting(
    ctx: AppContext, result: PushResult, own: Sequence[str], change_id: int | None
) -> str:
    if result.stopped_why in ("offline", "deadline") and "UNKNOWN" in own:
        # It was sent before the problem that stopped the rest.
        return ANSWER_LOST
    match result.stopped_why:
        case "offline" if Unreachable.code in ctx.reported:
            return "the next command that reaches Clockify sends this"
        case "offline":
            return "Clockify can't be reached; the next command that reaches it sends this"
        case "limit":
            return _limit_text(ctx, result.until, kept=result.kept)
        case "locked":
            return "another clockify process is sending, and will send this too"
        case "paused":
            return refusal_text(result)
        case "deadline":
            return "Clockify took too long; the rest will be sent later"
        case "unsupported":
            return "nothing can be sent: this file system has no file locks"
        case None:
            return _why_not_yet(ctx, result, own, change_id)


def _limit_text(ctx: AppContext, until: datetime | None, *, kept: bool = False) -> str:
    if kept and until:
        time = until_text(until, ctx.zone, ctx.now)
        return f"{KEPT_TEXT}; `clockify sync` sends the rest from {time} on"
    after = f" after {until_text(until, ctx.zone, ctx.now)}" if until else " later"
    sends = f"`clockify sync`{after} sends the rest"
    return sends if LimitReached.code in ctx.reported else f"the request limit is reached; {sends}"


def _closed_until(ctx: AppContext) -> datetime | None:
    """Return until when the request limit blocks sending; None if it does not."""
    from clockify_cli.sync.guard import ClosedUntil, verdict_now

    workspace = ctx.identity.workspace
    plan = workspace.plan if workspace else None
    verdict = verdict_now(ctx.db, ctx.workspace, plan, "write", ctx.now)
    return verdict.when if isinstance(verdict, ClosedUntil) else None


def _why_not_yet(
    ctx: AppContext, result: PushResult, own: Sequence[str], change_id: int | None
) -> str:
    """Return why rows wait although nothing stopped the sending; *own* are the change's states."""
    if change_id is not None and journal.behind_another(ctx.db, change_id):
        return "the change is waiting for an older change of another account"
    if until := _closed_until(ctx):
        return _limit_text(ctx, until)
    waits = journal.waiting(ctx.db, ctx.account_key)
    if waits.lost or waits.copied:
        older = own and set(own) == {"PENDING"}
        if waits.lost:
            return (
                f"the change is waiting for an older one: {ANSWER_LOST}" if older else ANSWER_LOST
            )
        return (
            f"{'the change is waiting for an older one, which' if older else 'it'} {PERHAPS_SENT}"
        )
    if result.review:
        return "the change is waiting behind another that needs your decision"
    return "Clockify couldn't be reached a moment ago; a later command sends this"


def _waiting(ctx: AppContext) -> str:
    count = journal.waiting(ctx.db, ctx.account_key).pending
    return f"{count} waiting, `clockify queue`"


def note_text(ctx: AppContext, note: Note) -> str:
    """Return *note* as a sentence with absolute local times."""
    from clockify_cli.domain.time.points import same_minute
    from clockify_cli.sync.model.engine import (
        DeletedThere,
        EndedByLater,
        EndedForStart,
        EndedThere,
        FoundThere,
        NothingToStop,
        OtherType,
        PossibleDuplicate,
        StoppedOther,
    )

    match note:
        case StoppedOther(meant, stopped):
            return (
                f"Stopped {_called(ctx, stopped)} instead: it had been started elsewhere. "
                f"{_state(ctx, meant)}."
            )
        case FoundThere(item):
            named = entities.get(ctx.db, item)
            return f"Found {named.kind} {quoted(named.name)} in Clockify, where it already existed."
        case EndedForStart(ended, _, at):
            return f"{_called(ctx, ended)}, started elsewhere, ended at {clock_text(ctx, at)}."
        case EndedByLater(entry, at):
            return (
                f"{_called(ctx, entry)} ends at {clock_text(ctx, at)}: a timer started elsewhere "
                "after that is running."
            )
        case EndedThere(entry, here, there):
            exact = same_minute(there, here)
            kept, dropped = (clock_text(ctx, at, exact=exact) for at in (there, here))
            return (
                f"{_called(ctx, entry)} had already ended in Clockify, at {kept}; kept that time, "
                f"not {dropped}."
            )
        case DeletedThere(description, start, end):
            span = f"{clock_text(ctx, start)}–{clock_text(ctx, end)}"
            return (
                f"{quoted(description) or 'A timer'}, {span}, was deleted in Clockify before it "
                "was stopped, so nothing is recorded (`clockify add` records it again)."
            )
        case NothingToStop(at):
            return (
                f"No timer was running in Clockify at {clock_text(ctx, at)}; nothing was stopped."
            )
        case OtherType(entry, _, here, there):
            return (
                f"Clockify recorded {_called(ctx, entry)} as {type_name(there)}, not as "
                f"{type_name(here)}: this workspace may not allow breaks."
            )
        case PossibleDuplicate(entry, ids):
            which = _called(ctx, entry) if entry else "an entry"
            return (
                f"Clockify has {which} more than once; it may have been recorded twice: "
                f"{', '.join(ids)} (`clockify queue`)."
            )


def _called(ctx: AppContext, local_id: str) -> str:
    entry = entries.known(ctx.db, local_id)
    return describe(entry) if entry else "a deleted entry"


def _state(ctx: AppContext, local_id: str) -> str:
    entry = entries.known(ctx.db, local_id)
    if entry is None:
        return "The timer you meant is gone"
    when = f"ended at {clock_text(ctx, entry.end)}" if entry.end else "is still running"
    return f"{describe(entry)} {when}"


def _other_type(result: PushResult, change_id: int | None) -> OtherType | None:
    """Return the note that Clockify stored an entry of *change_id* with another type."""
    from clockify_cli.sync.model.engine import OtherType

    for note in result.notes:
        if isinstance(note, OtherType) and note.change == change_id:
            return note
    return None


def problem_of(ctx: AppContext, result: PushResult, change_id: int | None) -> ClockifyError | None:
    """Return an error if Clockify refused part of the change *change_id* or it needs a decision."""
    refused = [row for row in result.rejected if row.change == change_id]
    if refused:
        from clockify_cli.actions.clockify.refusals import refusal_of

        return refusal_of(ctx, refused)
    due = [row.verdict for row in result.reviewed if row.change == change_id]
    if due:
        return Waiting(
            f"this change needs your decision: {'; '.join(dict.fromkeys(due))}",
            "`clockify queue` shows what you can do.",
        )
    if mistaken := _other_type(result, change_id):
        return Refused(
            note_text(ctx, mistaken).rstrip("."), "`clockify undo` undoes it.", code="no-breaks"
        )
    return None


def tell_prompts(ctx: AppContext) -> None:
    """Write the running timer to the prompt files; failures are ignored."""
    write_prompts(ctx.db, ctx.paths, ctx.environ, ctx.settings.profile)


def write_prompts(
    db: Database, paths: Paths, environ: Mapping[str, str], profile: str | None = None
) -> None:
    """Write the prompt file of *profile*, and update every existing one.

    The workspace of the configuration counts, not that of this run, because the line outlives this
    run's environment and is shown in every folder.
    """
    for each in {*([profile] if profile else ()), *paths.prompt_profiles()}:
        # The change is recorded: a failing prompt file must not make the command fail.
        with suppress(OSError, ClockifyError):
            running = _configured_timer(db, paths, environ, each)
            start = int(running.start.timestamp()) if running else None
            label = (running.description or describe(running)) if running else ""
            write_prompt_file(paths.prompt_file(each), start, label)


def _configured_timer(
    db: Database, paths: Paths, environ: Mapping[str, str], profile: str
) -> TimeEntry | None:
    """Return the running timer of the workspace that the configuration of *profile* names."""
    from clockify_cli.actions.clockify.identity import choose_workspace
    from clockify_cli.plain_settings import NotPlain, PlainSettings

    try:
        named = PlainSettings(environ, profile, None).configured_workspace()
    except NotPlain:
        from clockify_cli.config.files import configured_workspace

        named = configured_workspace(paths.config_file, profile)
    key = meta_value(db, profile_mark(profile))
    account = accounts.account(db, key) if key and named != LOCAL else None
    if account is None:
        return entries.running(db, LOCAL)
    try:
        workspace = choose_workspace(db, account, named)
    except (NotFound, Ambiguous):
        return None
    return entries.running(db, workspace.id, account.user_id)


def reload(ctx: AppContext, local_ids: Sequence[str]) -> tuple[TimeEntry, ...]:
    """Return the entries with *local_ids* that still exist."""
    return tuple(filter(None, (entries.known(ctx.db, local_id) for local_id in local_ids)))
