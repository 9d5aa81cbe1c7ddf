"""The copy of the names: brought up to date before it is read, or where a name is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.actions.asked import UnknownName
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.freshness import (
    BEGINNING,
    FAR,
    Copy,
    age_note,
    pull,
    send_first,
    sentence_of,
)
from clockify_cli.actions.wording import clock_text
from clockify_cli.errors import ClockifyError, NotFound, NothingRuns
from clockify_cli.store import replica

if TYPE_CHECKING:
    from clockify_cli.domain.catalogue import Kind
    from clockify_cli.sync.pull import PullResult

RETRIED_NAMES = timedelta(seconds=60)
"""A name that is not known is worth a request, but not twice within so long."""

LISTED: tuple[Kind, ...] = ("client", "project", "tag")

Result = TypeVar("Result")


def with_names(desk: Desk, act: Callable[[], Result]) -> Result:
    """What *act* does; where it does not know a name, once more after Clockify was asked.

    Where Clockify cannot be asked, the error says how old the copy is that does not hold the name.
    """
    try:
        return act()
    except NothingRuns:
        raise
    except NotFound as error:
        if desk.acknowledged:
            raise
        if not names_worth_asking(desk) and getattr(error, "project", None) is None:
            raise _of_copy(desk, error) from None
        if not _learn(desk, error):
            raise _of_copy(desk, error) from None
        return act()


def _of_copy(desk: Desk, error: NotFound) -> NotFound:
    """*error*, with the time of the copy where that is old: Clockify may have the name."""
    if desk.account is None or not isinstance(error, UnknownName):
        return error
    seen = [names_fetched(desk, kind) for kind in LISTED]
    known = [at for at in seen if at is not None]
    if len(known) < len(seen):
        error.message += ", and not all names were fetched from Clockify yet"
    elif desk.now - min(known) > RETRIED_NAMES:
        error.message += f" in the copy of {clock_text(desk, min(known))}"
    return error


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
        return Copy(desk.now)
    what = kind if project is None else f"task {project}"
    fetched = names_fetched(desk, what)
    fresh = fetched is not None and desk.now - fetched <= desk.settings.fresh_names
    if desk.offline or (fresh and not desk.refresh):
        return Copy(fetched, () if fresh else age_note(desk, fetched))
    try:
        notes = send_first(desk)
        error = pull_names(desk, kind, project).error
    except ClockifyError as failure:
        error = failure
    if error is None:
        return Copy(desk.now, notes)
    if desk.refresh or fetched is None:
        raise error
    return Copy(fetched, (sentence_of(desk, error), *age_note(desk, fetched)))


def names_fetched(desk: Desk, what: str) -> datetime | None:
    """As of when the copy has the names of *what*: a kind, or ``task PROJECT`` (a local id)."""
    return replica.fetched_at(desk.db, desk.workspace, desk.user or "", what, (BEGINNING, FAR))


def pull_names(desk: Desk, kind: Kind, project: str | None = None) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (a local id)."""
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import PullOptions, refresh_names

    connection = connect(desk)
    assert desk.account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    account = Account(key=desk.account.key, user_id=desk.account.user_id)
    return refresh_names(
        desk.db,
        connection.remote,
        account,
        desk.workspace,
        desk.clock,
        kind,
        project,
        PullOptions(deadline=connection.left()),
        limit=connection.limit,
    )


def names_worth_asking(desk: Desk) -> bool:
    """Whether asking Clockify for names may bring one that is not known here."""
    if desk.account is None or desk.offline:
        return False
    seen = [names_fetched(desk, kind) for kind in LISTED]
    return any(at is None or desk.now - at > RETRIED_NAMES for at in seen)
