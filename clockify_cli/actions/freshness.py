"""Before reading: bring the copy up to date where it is older than it may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.desk import Desk
from clockify_cli.actions.sending import note_text, outcome_notes, push_now, tell_prompts
from clockify_cli.actions.wording import clock_text, message_of
from clockify_cli.errors import ClockifyError
from clockify_cli.store import entries, journal, replica
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.sync.pull import PullResult, What

RECENT = timedelta(days=35)
"""What lies further back changes seldom: a report asks again for what is newer alone."""

MOST_PARTS = 3
"""More gaps than that are fetched as one, with what lies between."""

LITTLE = 500
"""So many entries are sooner fetched once more than left out by another request."""

FIRST = timedelta(days=366)
"""How far back, and ahead, the first copy reaches."""

PATIENCE = 6.0
"""How many deadlines a person waits who asked for all that there is."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)

Bounds = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Copy:
    """How good the copy is: *as_of* when what may still change in it was fetched.

    *notes* are sentences for the person.
    """

    as_of: datetime | None
    notes: tuple[str, ...] = ()


def fresh_entries(desk: Desk, start: datetime, end: datetime) -> Copy:
    """Make the copy of the entries between *start* and *end* (aware UTC) fresh, if that can be.

    What waits is sent on the way. An old copy answers where Clockify cannot; one that never held
    this time raises what stands in the way (Unreachable, LimitReached, NotSignedIn).
    """
    if desk.account is None:
        return Copy(desk.now)
    bounds = (max(start, BEGINNING), min(end, FAR))
    parts = () if desk.offline else _stale_parts(desk, bounds)
    if not parts:
        return _copy(desk, bounds, ())
    try:
        notes = (*send_first(desk), *_fetch(desk, parts))
    except ClockifyError as error:
        return _without_clockify(desk, bounds, error)
    return _copy(desk, bounds, notes)


def _fetch(desk: Desk, parts: Sequence[Bounds]) -> tuple[str, ...]:
    """Fetch the entries of *parts* within one deadline. Raises what stands in the way."""
    until = desk.clock.boottime() + desk.settings.sync_deadline.total_seconds()
    notes: tuple[str, ...] = ()
    for part in parts:
        result = pull(desk, "entries", part, until=until)
        if result.error is not None:
            raise result.error
        notes += pull_notes(desk, result)
    return notes


def fresh_timer(desk: Desk) -> Copy:
    """Ask Clockify what runs now. Raises what stands in the way."""
    if desk.account is None or desk.offline:
        return Copy(None)
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import refresh_timer

    notes = send_first(desk)
    connection = connect(desk)
    account = Account(key=desk.account.key, user_id=desk.account.user_id)
    result = refresh_timer(desk.db, connection.remote, account, desk.workspace, desk.clock)
    if result.error is not None:
        raise result.error
    return Copy(desk.now, (*notes, *pull_notes(desk, result)))


def timer_copy(desk: Desk) -> Copy:
    """How good the copy of the running timer is; nothing is asked."""
    if desk.account is None:
        return Copy(None)
    from clockify_cli.sync.replica import EVER, TIMER

    as_of = replica.fetched_at(desk.db, desk.workspace, desk.user or "", TIMER, EVER)
    if as_of is None:
        return Copy(None, ("Nothing was fetched from Clockify yet: `clockify sync` does that.",))
    old = desk.now - as_of > desk.settings.fresh_entries
    return Copy(as_of, age_note(desk, as_of) if old else ())


def send_first(desk: Desk) -> tuple[str, ...]:
    """Send what waits before anything is read; sentences about it."""
    if not journal.waiting(desk.db, desk.account_key).pending:
        return ()
    return outcome_notes(desk, push_now(desk))


def _stale_parts(desk: Desk, bounds: Bounds) -> tuple[Bounds, ...]:
    """The parts of *bounds* that have to be fetched, the newest first."""
    if desk.refresh:
        return (bounds,)
    split = desk.now - RECENT
    newer = (max(bounds[0], split), bounds[1])
    older = (bounds[0], min(bounds[1], split))
    parts: list[Bounds] = []
    if older[0] < older[1]:
        seldom = newer[0] >= newer[1]
        parts += _lacking(desk, older, desk.now - desk.settings.fresh_names if seldom else None)
    if newer[0] < newer[1]:
        since = desk.now - desk.settings.fresh_entries
        if _lacking(desk, newer, since):
            wanted = _lacking(desk, _widened(desk, newer), since)
            parts.append((wanted[0][0], wanted[-1][1]))
    return _joined(desk, parts)


def _joined(desk: Desk, parts: Sequence[Bounds]) -> tuple[Bounds, ...]:
    """*parts*, which ascend, the newest first; as one where little lies between."""
    joined: list[Bounds] = []
    for part in parts:
        if joined and (len(joined) == MOST_PARTS or _little_between(desk, joined[-1], part)):
            joined[-1] = (joined[-1][0], part[1])
        else:
            joined.append(part)
    return tuple(reversed(joined))


def _little_between(desk: Desk, before: Bounds, after: Bounds) -> bool:
    count = entries.count_in_range(desk.db, desk.workspace, desk.user, before[1], after[0])
    return count <= LITTLE


def _widened(desk: Desk, newer: Bounds) -> Bounds:
    """All that is recent where requests are few, so that one serves the next commands too."""
    from clockify_cli.sync.budget import is_free

    workspace = desk.identity.workspace
    if workspace is not None and not is_free(workspace.plan):
        return newer
    return desk.now - RECENT, max(newer[1], desk.now + RECENT)


def _lacking(desk: Desk, bounds: Bounds, since: datetime | None = None) -> list[Bounds]:
    user = desk.user or ""
    return replica.lacking(desk.db, desk.workspace, user, "entries", bounds, since)


def _fetched(desk: Desk, bounds: Bounds) -> datetime | None:
    return replica.fetched_at(desk.db, desk.workspace, desk.user or "", "entries", bounds)


def _without_clockify(desk: Desk, bounds: Bounds, error: ClockifyError) -> Copy:
    if desk.refresh:
        raise error
    if _fetched(desk, bounds) is None:
        error.hint = "\n".join(filter(None, (error.hint, _held(desk))))
        raise error
    return _copy(desk, bounds, (sentence_of(desk, error),))


def _held(desk: Desk) -> str:
    """What the copy can answer with instead, in a sentence."""
    since = replica.held_since(desk.db, desk.workspace, desk.user or "", "entries", desk.now)
    if since is None:
        return "`--offline` shows what is here."
    day = since.astimezone(desk.zone).date()
    return f"The copy reaches back to {day}; `--offline` shows what it holds of this."


def _copy(desk: Desk, bounds: Bounds, notes: tuple[str, ...]) -> Copy:
    whole = _fetched(desk, bounds)
    recent = (max(bounds[0], desk.now - RECENT), min(bounds[1], desk.now + FIRST))
    as_of = _fetched(desk, recent) if recent[0] < recent[1] else whole
    limit = desk.settings.fresh_entries if recent[0] < recent[1] else desk.settings.fresh_names
    if as_of is not None and desk.now - as_of > limit:
        notes += age_note(desk, as_of)
    if whole is None:
        notes += _incomplete(desk, bounds)
    return Copy(as_of, notes)


def _incomplete(desk: Desk, bounds: Bounds) -> tuple[str, ...]:
    """What of *bounds* was never fetched, in a sentence; of what lies ahead only if that is all."""
    gaps = _lacking(desk, bounds)
    told = [_gap_text(desk, bounds, gap) for gap in gaps if gap[0] <= desk.now or gap == bounds]
    if not told:
        return ()
    way = "; the same without --offline fetches it" if desk.offline else ""
    return (f"Not fetched from Clockify yet: {', '.join(told)}{way}.",)


def _gap_text(desk: Desk, bounds: Bounds, gap: Bounds) -> str:
    since, until = (clock_text(desk, moment) for moment in gap)
    if gap == bounds:
        return "all of this time"
    if gap[0] == bounds[0]:
        return f"what is before {until}"
    return f"what is from {since} on" if gap[1] == bounds[1] else f"{since} to {until}"


Progress = Callable[[int], None]
"""Told how many entries have come in."""


def pull(
    desk: Desk,
    what: What,
    bounds: Bounds,
    *,
    accept_empty: bool = False,
    patient: bool = False,
    until: float | None = None,
    progress: Progress | None = None,
) -> PullResult:
    """Fetch *what*; entries of *bounds*, and with the names what the workspace demands.

    It ends with the one deadline of the command, and at *until* (a boottime) where that is told;
    for a *patient* person it goes on six times as long.
    Raises NotSignedIn or KeyRefused for the key alone.
    """
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import PullOptions, refresh
    from clockify_cli.sync.remote import Window

    account = desk.account
    connection = connect(desk)
    assert account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    if patient:
        connection.wait(PATIENCE)
    left = connection.left()
    result = refresh(
        desk.db,
        connection.remote,
        Account(key=account.key, user_id=account.user_id),
        desk.workspace,
        desk.clock,
        what,
        Window(start=bounds[0], end=bounds[1]),
        PullOptions(
            deadline=left if until is None else min(left, until - desk.clock.boottime()),
            tries=3 if patient else 1,
            accept_empty=accept_empty,
        ),
        limit=connection.limit,
        progress=progress,
    )
    if result.changed or result.deleted:
        tell_prompts(desk)
    if what != "entries" and result.error is None:
        from clockify_cli.actions.facts import fresh_facts

        fresh_facts(desk)
    return result


def pull_notes(desk: Desk, result: PullResult) -> tuple[str, ...]:
    """Sentences about what a pull found odd."""
    told = [note_text(desk, note) for note in result.notes]
    if result.stopped_why == "empty":
        told.append(
            "Clockify lists no entry at all where there were some; nothing was deleted here. "
            "If that is right: `clockify sync --accept-empty`."
        )
    return tuple(told)


def first_copy(desk: Desk, progress: Progress | None = None) -> PullResult:
    """Fetch the names and the entries of a year: what a new account needs to work at once."""
    bounds = (desk.now - FIRST, desk.now + FIRST)
    return pull(desk, "both", bounds, patient=True, progress=progress)


def age_note(desk: Desk, fetched: datetime | None) -> tuple[str, ...]:
    """A word about how old a copy is that was *fetched* then; none where it never was."""
    if fetched is None:
        return ()
    if fetched == replica.LONG_AGO:
        return ("From an old copy: the clock of this machine was set back since it was fetched.",)
    return (f"From the copy of {clock_text(desk, fetched)}.",)


def sentence_of(desk: Desk, error: ClockifyError) -> str:
    """What *error* says, as a sentence of its own."""
    message = message_of(error, desk.zone, desk.now)
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."
