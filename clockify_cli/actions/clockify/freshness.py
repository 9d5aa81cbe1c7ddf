"""Update the local copy before reading, if it is older than allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.context import (
    AppContext,
    clock_text,
    message_of,
)
from clockify_cli.errors import ClockifyError, KeyRefused, LimitReached
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.entry import Item, Kind
    from clockify_cli.sync.pull import PullResult, What


RECENT = timedelta(days=35)
"""Earlier entries seldom change, so reports usually fetch only newer ones again."""

MOST_PARTS = 3
"""Further gaps are fetched together with the last of these, including what lies between."""

LITTLE = 500
"""Up to this many entries between two gaps are fetched again rather than in two requests."""

FIRST = timedelta(days=366)
"""How far the first copy reaches into the past and the future."""

LARGE_PAGE = 2000
"""The page size if all entries are wanted."""

WHOLE_DEADLINES = 6.0
"""How many deadlines a person waits after asking for everything."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)

Bounds = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Copy:
    """The state of the local copy: *as_of* is when the part that may still change was fetched.

    *notes* are sentences for the person.
    """

    as_of: datetime | None
    notes: tuple[str, ...] = ()


def fresh_entries(
    ctx: AppContext, start: datetime, end: datetime, *, whole: bool = False, closely: bool = False
) -> Copy:
    """Update the local copy of the entries between *start* and *end* (aware UTC), if possible.

    Waiting changes are sent first. If Clockify cannot answer, an old or partial copy is used; if
    there is no copy of this time at all, or part of it is missing and the *whole* is needed, the
    error is raised (Unreachable, LimitReached, NotSignedIn). *closely*: old parts must be as fresh
    as new ones, and any error is raised.
    """
    if ctx.account is None:
        return Copy(ctx.now)
    bounds = (max(start, BEGINNING), min(end, FAR))
    parts = () if ctx.offline else _stale_parts(ctx, bounds, closely=closely)
    if not parts:
        return _copy(ctx, bounds, ())
    try:
        notes = (*send_first(ctx), *_fetch(ctx, parts))
    except ClockifyError as error:
        if closely:
            raise
        return _without_clockify(ctx, bounds, error, whole=whole)
    return _copy(ctx, bounds, notes)


def _fetch(ctx: AppContext, parts: Sequence[Bounds]) -> tuple[str, ...]:
    """Fetch the entries of *parts* within one deadline. Raises the error that prevented it."""
    until = ctx.clock.boottime() + ctx.settings.sync_deadline.total_seconds()
    notes: tuple[str, ...] = ()
    for part in parts:
        result = pull(ctx, "entries", part, until=until)
        if result.error is not None:
            raise result.error
        notes += pull_notes(ctx, result)
    return notes


def fresh_timer(ctx: AppContext) -> Copy:
    """Ask Clockify for the running timer. Raises the error that prevented it."""
    if ctx.account is None or ctx.offline:
        return Copy(None)
    from clockify_cli.actions.clockify.identity import connected
    from clockify_cli.sync.pull import refresh_timer

    notes = send_first(ctx)
    connection, account = connected(ctx)
    result = refresh_timer(ctx.db, connection.remote, account, ctx.workspace, ctx.clock)
    if result.error is not None:
        raise result.error
    return Copy(ctx.now, (*notes, *pull_notes(ctx, result)))


def timer_copy(ctx: AppContext) -> Copy:
    """Return the state of the copy of the running timer; sends no request."""
    if ctx.account is None:
        return Copy(None)
    from clockify_cli.sync.replica import EVER, TIMER

    as_of = replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", TIMER, EVER)
    if as_of is None:
        return Copy(
            None, ("Nothing has been fetched from Clockify yet. `clockify sync` fetches it.",)
        )
    old = ctx.now - as_of > ctx.settings.fresh_entries
    return Copy(as_of, age_note(ctx, as_of) if old else ())


def send_first(ctx: AppContext) -> tuple[str, ...]:
    """Send what waits before anything is read; return sentences about it."""
    if not journal.waiting(ctx.db, ctx.account_key).pending:
        return ()
    from clockify_cli.actions.clockify.sending import outcome_notes, push_now

    return outcome_notes(ctx, push_now(ctx))


def _stale_parts(ctx: AppContext, bounds: Bounds, *, closely: bool) -> tuple[Bounds, ...]:
    """Return the parts of *bounds* that have to be fetched, the newest first."""
    if ctx.refresh:
        return (bounds,)
    if closely:
        return _joined(ctx, _lacking(ctx, bounds, ctx.now - ctx.settings.fresh_entries))
    split = ctx.now - RECENT
    newer = (max(bounds[0], split), bounds[1])
    older = (bounds[0], min(bounds[1], split))
    parts: list[Bounds] = []
    if older[0] < older[1]:
        seldom = newer[0] >= newer[1]
        parts += _lacking(ctx, older, ctx.now - ctx.settings.fresh_names if seldom else None)
    if newer[0] < newer[1]:
        since = ctx.now - ctx.settings.fresh_entries
        if _lacking(ctx, newer, since):
            wanted = _lacking(ctx, _widened(ctx, newer), since)
            parts.append((wanted[0][0], wanted[-1][1]))
    return _joined(ctx, parts)


def _joined(ctx: AppContext, parts: Sequence[Bounds]) -> tuple[Bounds, ...]:
    """Return the ascending *parts* newest first; parts with little between them are joined."""
    joined: list[Bounds] = []
    for part in parts:
        if joined and (len(joined) == MOST_PARTS or _little_between(ctx, joined[-1], part)):
            joined[-1] = (joined[-1][0], part[1])
        else:
            joined.append(part)
    return tuple(reversed(joined))


def _little_between(ctx: AppContext, before: Bounds, after: Bounds) -> bool:
    count = entries.count_in_range(ctx.db, ctx.workspace, ctx.user, before[1], after[0])
    return count <= LITTLE


def _widened(ctx: AppContext, newer: Bounds) -> Bounds:
    """Return all recent time if requests are scarce, so that one serves the next commands too."""
    from clockify_cli.sync.guard import is_free

    workspace = ctx.identity.workspace
    if workspace is not None and not is_free(workspace.plan):
        return newer
    return ctx.now - RECENT, max(newer[1], ctx.now + RECENT)


def _lacking(ctx: AppContext, bounds: Bounds, since: datetime | None = None) -> list[Bounds]:
    user = ctx.user or ""
    return replica.lacking(ctx.db, ctx.workspace, user, "entries", bounds, since)


def _fetched(ctx: AppContext, bounds: Bounds) -> datetime | None:
    return replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", "entries", bounds)


def _without_clockify(
    ctx: AppContext, bounds: Bounds, error: ClockifyError, *, whole: bool
) -> Copy:
    limited = isinstance(error, LimitReached)
    if ctx.refresh:
        error.hint = "Without --refresh, your local copy is shown." if limited else error.hint
        raise error
    gaps = _lacking(ctx, bounds)
    # The store may have entries of that time even if it was never fetched.
    stored = entries.count_in_range(ctx.db, ctx.workspace, ctx.user, *bounds)
    if gaps and (whole or (gaps == [bounds] and not stored)):
        error.hint = "\n".join(filter(None, ("" if limited else error.hint, _held(ctx))))
        raise error
    return _copy(ctx, bounds, sentences_of(ctx, error))


def _held(ctx: AppContext) -> str:
    """Return a sentence on what the local copy can answer instead."""
    since = replica.held_since(ctx.db, ctx.workspace, ctx.user or "", "entries", ctx.now)
    # A copy since the beginning holds everything: its first day would say nothing.
    if since is None or since <= BEGINNING:
        return "`--offline` shows your local copy."
    day = since.astimezone(ctx.zone).date()
    return f"Your local copy goes back to {day}; `--offline` shows that part."


def entries_copy(ctx: AppContext, start: datetime, end: datetime) -> Copy:
    """Return the state of the copy of the entries from *start* to *end*; sends no request."""
    if ctx.account is None:
        return Copy(ctx.now)
    return _copy(ctx, (max(start, BEGINNING), min(end, FAR)), ())


def _copy(ctx: AppContext, bounds: Bounds, notes: tuple[str, ...]) -> Copy:
    whole = _fetched(ctx, bounds)
    recent = (max(bounds[0], ctx.now - RECENT), min(bounds[1], ctx.now + FIRST))
    as_of = _fetched(ctx, recent) if recent[0] < recent[1] else whole
    notes += _age_notes(ctx, bounds, recent)
    if whole is None:
        notes += _incomplete(ctx, bounds)
    return Copy(as_of, notes)


def _age_notes(ctx: AppContext, bounds: Bounds, recent: Bounds) -> tuple[str, ...]:
    """Return a note if the copy, or the part of it that exists, is older than allowed."""
    user = ctx.user or ""
    of = (ctx.db, ctx.workspace, user, "entries")
    seldom = recent[0] >= recent[1]
    held = None if seldom else replica.oldest_part(*of, recent)
    if held is not None:
        return age_note(ctx, held) if ctx.now - held > ctx.settings.fresh_entries else ()
    held = replica.oldest_part(*of, bounds)
    old = held is not None and ctx.now - held > ctx.settings.fresh_names
    return age_note(ctx, held) if old else ()


def _incomplete(ctx: AppContext, bounds: Bounds) -> tuple[str, ...]:
    """Return a note on unfetched parts of *bounds*; future parts only if nothing was fetched."""
    gaps = _lacking(ctx, bounds)
    sentences = [_gap_text(ctx, bounds, gap) for gap in gaps if gap[0] <= ctx.now or gap == bounds]
    if not sentences:
        return ()
    way = "; leave out --offline to fetch it" if ctx.offline else ""
    return (f"Not fetched from Clockify yet: {', '.join(sentences)}{way}.",)


def _gap_text(ctx: AppContext, bounds: Bounds, gap: Bounds) -> str:
    since, until = (clock_text(ctx, moment) for moment in gap)
    if gap == bounds:
        return "all of this range"
    if gap[0] == bounds[0]:
        return f"before {until}"
    return f"from {since} on" if gap[1] == bounds[1] else f"{since} to {until}"


Progress = Callable[[int], None]
"""Called with the number of entries received so far."""


def pull(
    ctx: AppContext,
    what: What,
    bounds: Bounds,
    *,
    accept_empty: bool = False,
    patient: bool = False,
    until: float | None = None,
    enough: datetime | None = None,
    progress: Progress | None = None,
) -> PullResult:
    """Fetch *what*: names (with the workspace's rules) or the entries of *bounds*.

    Of entries before *enough*, only a few pages are fetched.

    It stops at the deadline of the command, and at *until* (a boottime) if given; for a *patient*
    person it continues six times as long. Raises NotSignedIn or KeyRefused if there is no usable
    key; other errors are in the result.
    """
    from clockify_cli.actions.clockify.identity import connected
    from clockify_cli.sync.model.remote import Window
    from clockify_cli.sync.pull import PAGE, PullOptions, refresh

    connection, account = connected(ctx)
    if patient:
        connection.wait(WHOLE_DEADLINES)
    left = connection.left()
    result = refresh(
        ctx.db,
        connection.remote,
        account,
        ctx.workspace,
        ctx.clock,
        what,
        Window(start=bounds[0], end=bounds[1]),
        PullOptions(
            deadline=left if until is None else min(left, until - ctx.clock.boottime()),
            tries=3 if patient else 1,
            accept_empty=accept_empty,
            enough=enough,
            page_size=PAGE if enough is None else LARGE_PAGE,
        ),
        limit=connection.limit,
        progress=progress,
    )
    if result.changed or result.deleted:
        from clockify_cli.actions.clockify.sending import tell_prompts

        tell_prompts(ctx)
    if what != "entries" and result.error is None:
        from clockify_cli.actions.clockify.workspace_refresh import refresh_workspace

        refresh_workspace(ctx)
    return result


def pull_notes(ctx: AppContext, result: PullResult) -> tuple[str, ...]:
    """Return sentences about anything odd in a pull."""
    from clockify_cli.actions.clockify.sending import note_text

    sentences = [note_text(ctx, note) for note in result.notes]
    if result.stopped_why == "empty":
        sentences.append(
            "Clockify now lists no entries at all, so nothing was deleted here. If that is right, "
            "run `clockify sync --accept-empty`."
        )
    return tuple(sentences)


def first_copy(ctx: AppContext, progress: Progress | None = None) -> PullResult:
    """Fetch names and entries: everything, if few entries are older than a year."""
    bounds, enough = (BEGINNING, ctx.now + FIRST), ctx.now - FIRST
    return pull(ctx, "both", bounds, patient=True, enough=enough, progress=progress)


def reaches_back(ctx: AppContext) -> datetime | None:
    """Return since when the copy is complete; None if it contains everything."""
    if not _lacking(ctx, (BEGINNING, ctx.now)):
        return None
    since = replica.held_since(ctx.db, ctx.workspace, ctx.user or "", "entries", ctx.now)
    return since or ctx.now


def age_note(ctx: AppContext, fetched: datetime | None) -> tuple[str, ...]:
    """Return a note about the age of a copy *fetched* then; empty if it never was."""
    if fetched is None:
        return ()
    if fetched == replica.LONG_AGO:
        return (
            "From an old local copy: the clock of this computer was set back after it was fetched.",
        )
    return (f"From your local copy of {clock_text(ctx, fetched)}.",)


def sentence_of(ctx: AppContext, error: ClockifyError) -> str:
    """Return the message of *error* as a full sentence."""
    message = message_of(error, ctx.zone, ctx.now)
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."


def reported_sentence(ctx: AppContext, error: ClockifyError) -> str:
    """Like `sentence_of`, for a note that is shown: nothing explains *error* again in this run."""
    ctx.reported.add(error.code)
    return sentence_of(ctx, error)


def sentences_of(ctx: AppContext, error: ClockifyError) -> tuple[str, ...]:
    """Like `sentence_of`; for a refused key, with what to do about it."""
    sentence = sentence_of(ctx, error)
    return (sentence, error.hint) if isinstance(error, KeyRefused) else (sentence,)


RETRIED_NAMES = timedelta(seconds=60)
"""An unknown name is worth a request, but not twice within this time."""

LISTED: tuple[Kind, ...] = ("client", "project", "tag")


def learn_names(ctx: AppContext, project: str | None) -> bool:
    """Fetch the tasks of *project*, else all names that have lists; return whether it worked."""
    if ctx.account is None or ctx.offline:
        return False
    from clockify_cli.actions.clockify.workspace_refresh import pull_names
    from clockify_cli.actions.names.workspace_rules import tell_refused_key

    try:
        result = (
            pull_names(ctx, "task", project) if project else pull(ctx, "names", (BEGINNING, FAR))
        )
    except ClockifyError as error:
        tell_refused_key(ctx, error)
        return False
    if result.error is not None:
        tell_refused_key(ctx, result.error)
    return result.error is None


def fresh_names(ctx: AppContext, kind: Kind, project: str | None = None) -> Copy:
    """Update the local copy of the names of *kind*, as `fresh_entries` does for entries.

    Clockify lists tasks only by *project* (local id): without one, the copy is not updated.
    """
    if ctx.account is None:
        return Copy(ctx.now)
    if kind == "task" and project is None:
        return _tasks_copy(ctx)
    what = kind if project is None else f"task {project}"
    fetched = names_fetched(ctx, what)
    fresh = fetched is not None and ctx.now - fetched <= ctx.settings.fresh_names
    if ctx.offline or (fresh and not ctx.refresh):
        return Copy(fetched, () if fresh else age_note(ctx, fetched))
    from clockify_cli.actions.clockify.workspace_refresh import pull_names

    try:
        notes = send_first(ctx)
        error = pull_names(ctx, kind, project).error
    except ClockifyError as failure:
        error = failure
    if error is None:
        return Copy(ctx.now, notes)
    if ctx.refresh or fetched is None:
        raise error
    return Copy(fetched, (*sentences_of(ctx, error), *age_note(ctx, fetched)))


def _tasks_copy(ctx: AppContext) -> Copy:
    fetched = replica.oldest_tasks(ctx.db, ctx.workspace, ctx.user or "")
    fresh = fetched is None or ctx.now - fetched <= ctx.settings.fresh_names
    return Copy(fetched, () if fresh else age_note(ctx, fetched))


def names_fetched(ctx: AppContext, what: str) -> datetime | None:
    """Return when *what* was fetched: a kind, or ``task PROJECT`` (a local id)."""
    return replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", what, (BEGINNING, FAR))


def tasks_known(ctx: AppContext, project: str) -> bool:
    """Return whether all tasks of *project* (local id) are known: fetched, or only made here."""
    if ctx.account is None or entities.get(ctx.db, project).server_id is None:
        return True
    return names_fetched(ctx, f"task {project}") is not None


def projects_without_tasks(ctx: AppContext) -> list[Item]:
    """Return the active projects whose tasks were never fetched; each project has its own list."""
    if ctx.account is None:
        return []
    projects = entities.items(ctx.db, ctx.workspace, "project", archived=False)
    there = [item for item in projects if item.server_id is not None]
    return [item for item in there if not names_fetched(ctx, f"task {item.local_id}")]


def names_worth_asking(ctx: AppContext) -> bool:
    """Return whether asking Clockify for names may find one that is unknown here."""
    if ctx.account is None or ctx.offline:
        return False
    seen = [names_fetched(ctx, kind) for kind in LISTED]
    return any(at is None or ctx.now - at > RETRIED_NAMES for at in seen)
