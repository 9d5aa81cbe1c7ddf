"""Before reading: bring the copy up to date where it is older than it may be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.actions.asked import UnknownName
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.sending import note_text, outcome_notes, push_now, tell_prompts
from clockify_cli.actions.wording import clock_text, message_of
from clockify_cli.errors import ClockifyError, NotFound
from clockify_cli.store import journal, replica
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.catalogue import Kind
    from clockify_cli.sync.pull import PullResult, What

RECENT = timedelta(days=35)
"""What lies further back changes seldom: a report asks again for what is newer alone."""

FIRST = timedelta(days=366)
"""How far back, and ahead, the first copy reaches."""

PATIENCE = 6.0
"""How many deadlines a person waits who asked for all that there is."""

RETRIED_NAMES = timedelta(seconds=60)
"""A name that is not known is worth a request, but not twice within so long."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)

Bounds = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Copy:
    """How good the copy is: *as_of* when it was fetched, None without an account.

    *notes* are sentences for the person.
    """

    as_of: datetime | None = None
    notes: tuple[str, ...] = ()


def fresh_entries(desk: Desk, start: datetime, end: datetime) -> Copy:
    """Make the copy of the entries between *start* and *end* (aware UTC) fresh, if that can be.

    What waits is sent on the way. An old copy answers where Clockify cannot; one that never held
    this time raises what stands in the way (Unreachable, LimitReached, NotSignedIn).
    """
    if desk.account is None:
        return Copy()
    bounds = (max(start, BEGINNING), min(end, FAR))
    wanted = None if desk.offline else _stale_part(desk, bounds)
    if wanted is None:
        return _copy(desk, bounds, ())
    try:
        notes = _send_first(desk)
        result = pull(desk, "entries", wanted)
    except ClockifyError as error:
        return _without_clockify(desk, bounds, error)
    if result.error is not None:
        return _without_clockify(desk, bounds, result.error)
    return _copy(desk, bounds, (*notes, *pull_notes(desk, result)))


def fresh_timer(desk: Desk) -> Copy:
    """Ask Clockify what runs now. Raises what stands in the way."""
    if desk.account is None or desk.offline:
        return Copy()
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import refresh_timer

    notes = _send_first(desk)
    connection = connect(desk)
    account = Account(key=desk.account.key, user_id=desk.account.user_id)
    result = refresh_timer(desk.db, connection.remote, account, desk.workspace, desk.clock)
    if result.error is not None:
        raise result.error
    return Copy(desk.now, (*notes, *pull_notes(desk, result)))


def timer_copy(desk: Desk) -> Copy:
    """How good the copy of the running timer is; nothing is asked."""
    if desk.account is None:
        return Copy()
    from clockify_cli.sync.replica import EVER, TIMER

    as_of = replica.fetched_at(desk.db, desk.workspace, desk.user or "", TIMER, EVER)
    if as_of is None:
        return Copy()
    old = desk.now - as_of > desk.settings.fresh_entries
    return Copy(as_of, (f"From the copy of {clock_text(desk, as_of)}.",) if old else ())


def _send_first(desk: Desk) -> tuple[str, ...]:
    if not journal.waiting(desk.db, desk.account_key).pending:
        return ()
    return outcome_notes(desk, push_now(desk))


def _stale_part(desk: Desk, bounds: Bounds) -> Bounds | None:
    """The part of *bounds* that has to be fetched; None where the copy is fresh enough."""
    if desk.refresh:
        return bounds
    split = desk.now - RECENT
    newer = (max(bounds[0], split), bounds[1])
    older = (bounds[0], min(bounds[1], split))
    if older[0] < older[1]:
        fetched = _fetched(desk, older)
        seldom = newer[0] >= newer[1] and fetched is not None
        if fetched is None or (seldom and desk.now - fetched > desk.settings.fresh_names):
            return bounds
    if newer[0] < newer[1]:
        fetched = _fetched(desk, newer)
        if fetched is None or desk.now - fetched > desk.settings.fresh_entries:
            return _widened(desk, newer)
    return None


def _widened(desk: Desk, newer: Bounds) -> Bounds:
    """All that is recent where requests are few, so that one serves the next commands too."""
    from clockify_cli.sync.budget import is_free

    workspace = desk.identity.workspace
    if workspace is not None and not is_free(workspace.plan):
        return newer
    return desk.now - RECENT, max(newer[1], desk.now + RECENT)


def _fetched(desk: Desk, bounds: Bounds) -> datetime | None:
    return replica.fetched_at(desk.db, desk.workspace, desk.user or "", "entries", bounds)


def _without_clockify(desk: Desk, bounds: Bounds, error: ClockifyError) -> Copy:
    if desk.refresh:
        raise error
    if _fetched(desk, bounds) is None:
        error.hint = "\n".join(filter(None, (error.hint, _held(desk))))
        raise error
    return _copy(desk, bounds, (_sentence(desk, error),))


def _held(desk: Desk) -> str:
    """What the copy can answer with instead, in a sentence."""
    since = replica.held_since(desk.db, desk.workspace, desk.user or "", "entries", desk.now)
    if since is None:
        return "`--offline` shows what is here."
    day = since.astimezone(desk.zone).date()
    return f"The copy reaches back to {day}; `--offline` shows what it holds of this."


def _copy(desk: Desk, bounds: Bounds, notes: tuple[str, ...]) -> Copy:
    as_of = _fetched(desk, bounds)
    recent = (max(bounds[0], desk.now - RECENT), bounds[1])
    newest = _fetched(desk, recent) if recent[0] < recent[1] else as_of
    limit = desk.settings.fresh_entries if recent[0] < recent[1] else desk.settings.fresh_names
    if newest is None:
        notes += ("Clockify was not asked for all of this time yet: `clockify log --refresh`.",)
    elif desk.now - newest > limit:
        notes += _age(desk, newest)
    return Copy(as_of, notes)


Progress = Callable[[int], None]
"""Told how many entries have come in."""


def pull(
    desk: Desk,
    what: What,
    bounds: Bounds,
    *,
    accept_empty: bool = False,
    patient: bool = False,
    progress: Progress | None = None,
) -> PullResult:
    """Fetch *what*; entries of *bounds*, and with the names what the workspace demands.

    It ends with the deadline for sending, but for a *patient* person as long as it gets on, six
    times that.
    Raises NotSignedIn or KeyRefused for the key alone.
    """
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import PullOptions, refresh
    from clockify_cli.sync.remote import Window

    account = desk.account
    connection = connect(desk)
    assert account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    result = refresh(
        desk.db,
        connection.remote,
        Account(key=account.key, user_id=account.user_id),
        desk.workspace,
        desk.clock,
        what,
        Window(start=bounds[0], end=bounds[1]),
        PullOptions(
            deadline=connection.longest * (PATIENCE if patient else 1),
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


Result = TypeVar("Result")


def with_names(desk: Desk, act: Callable[[], Result]) -> Result:
    """What *act* does; where it does not know a name, once more after Clockify was asked."""
    try:
        return act()
    except NotFound as error:
        if not names_worth_asking(desk) and getattr(error, "project", None) is None:
            raise
        if not _learn(desk, error):
            raise
        return act()


def _learn(desk: Desk, missing: NotFound) -> bool:
    """Whether names could be fetched: the tasks of a project, else everything that has a list."""
    if desk.account is None or desk.offline:
        return False
    project = missing.project if isinstance(missing, UnknownName) else None
    try:
        result = (
            pull_names(desk, "task", project) if project else pull(desk, "names", (BEGINNING, FAR))
        )
    except ClockifyError:
        return False
    return result.error is None


def fresh_names(desk: Desk, kind: Kind, project: str | None = None) -> Copy:
    """Make the copy of the names of *kind* fresh, as `fresh_entries` does for entries.

    Tasks have a list for each *project* (local id) alone: without one, the copy is as it is.
    """
    if desk.account is None or (kind == "task" and project is None):
        return Copy()
    what = kind if project is None else f"task {project}"
    fetched = names_fetched(desk, what)
    fresh = fetched is not None and desk.now - fetched <= desk.settings.fresh_names
    if desk.offline or (fresh and not desk.refresh):
        return Copy(fetched, () if fresh else _age(desk, fetched))
    try:
        notes = _send_first(desk)
        error = pull_names(desk, kind, project).error
    except ClockifyError as failure:
        error = failure
    if error is None:
        return Copy(desk.now, notes)
    if desk.refresh or fetched is None:
        raise error
    return Copy(fetched, (_sentence(desk, error), *_age(desk, fetched)))


def names_fetched(desk: Desk, what: str) -> datetime | None:
    """As of when the copy has the names of *what*: a kind, or ``task PROJECT`` (a local id)."""
    return replica.fetched_at(desk.db, desk.workspace, desk.user or "", what, (BEGINNING, FAR))


def _age(desk: Desk, fetched: datetime | None) -> tuple[str, ...]:
    return () if fetched is None else (f"From the copy of {clock_text(desk, fetched)}.",)


def _sentence(desk: Desk, error: ClockifyError) -> str:
    message = message_of(error, desk.zone, desk.now)
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."


def pull_names(desk: Desk, kind: Kind, project: str | None = None) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (a local id)."""
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import refresh_names

    connection = connect(desk)
    assert desk.account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    account = Account(key=desk.account.key, user_id=desk.account.user_id)
    return refresh_names(
        desk.db, connection.remote, account, desk.workspace, desk.clock, kind, project
    )


def names_worth_asking(desk: Desk) -> bool:
    """Whether asking Clockify for names may bring one that is not known here."""
    if desk.account is None or desk.offline:
        return False
    seen = [names_fetched(desk, kind) for kind in ("client", "project", "tag")]
    return any(at is None or desk.now - at > RETRIED_NAMES for at in seen)
