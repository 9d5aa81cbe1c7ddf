"""The copy of the names: brought up to date before it is read, or where a name is not known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.asked import UnknownName
from clockify_cli.actions.attempt import Recovery, Result, attempt
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.freshness import (
    BEGINNING,
    FAR,
    Copy,
    age_note,
    pull,
    send_first,
    sentences_of,
)
from clockify_cli.actions.wording import clock_text
from clockify_cli.actions.workspace_rules import tell_refused_key
from clockify_cli.errors import ClockifyError, NotFound, NothingRuns
from clockify_cli.store import catalogue, replica

if TYPE_CHECKING:
    from clockify_cli.domain.catalogue import Kind
    from clockify_cli.sync.pull import PullResult

RETRIED_NAMES = timedelta(seconds=60)
"""A name that is not known is worth a request, but not twice within so long."""

LISTED: tuple[Kind, ...] = ("client", "project", "tag")


def with_names(ctx: AppContext, act: Callable[[], Result]) -> Result:
    """What *act* does; where it does not know a name, once more after Clockify was asked."""
    return attempt(ctx, act, stale_names(ctx))


def stale_names(ctx: AppContext) -> Recovery:
    """A name that is not known here is looked for at Clockify: once, and once for each project.

    Where Clockify cannot be asked, the error says how old the copy is that does not hold the name.
    """
    asked: set[str | None] = set()

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, NotFound) or isinstance(error, NothingRuns):
            return False
        project = error.project if isinstance(error, UnknownName) else None
        worth = project is not None or names_worth_asking(ctx)
        if project in asked or not worth or not _learn(ctx, project):
            _tell_age(ctx, error)
            return False
        asked.add(project)
        return True

    return recover


def _tell_age(ctx: AppContext, error: NotFound) -> None:
    """Add to *error* the time of the copy where that is old: Clockify may have the name."""
    if ctx.account is None or not isinstance(error, UnknownName) or not error.key:
        return
    seen = [names_fetched(ctx, kind) for kind in LISTED]
    known = [at for at in seen if at is not None]
    if len(known) < len(seen):
        error.message += ", and not all names have been fetched from Clockify yet"
    elif ctx.now - min(known) > RETRIED_NAMES:
        error.message += f" in the local copy of {clock_text(ctx, min(known))}"


def _learn(ctx: AppContext, project: str | None) -> bool:
    """Whether names could be fetched: the tasks of *project*, else everything that has a list."""
    if ctx.account is None or ctx.offline:
        return False
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
    """Make the copy of the names of *kind* fresh, as `fresh_entries` does for entries.

    Tasks have a list for each *project* (local id) alone: without one, the copy is as it is.
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
    """As of when the copy has the names of *what*: a kind, or ``task PROJECT`` (a local id)."""
    return replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", what, (BEGINNING, FAR))


def tasks_known(ctx: AppContext, project: str) -> bool:
    """Whether the tasks of *project* (local id) were ever fetched, or are all of here."""
    if ctx.account is None or catalogue.get(ctx.db, project).server_id is None:
        return True
    return names_fetched(ctx, f"task {project}") is not None


def pull_names(ctx: AppContext, kind: Kind, project: str | None = None) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (a local id)."""
    from clockify_cli.actions.connecting import connect
    from clockify_cli.sync.courier import Account
    from clockify_cli.sync.pull import PullOptions, refresh_names

    connection = connect(ctx)
    assert ctx.account is not None  # noqa: S101 (connect has raised NotSignedIn otherwise)
    account = Account(key=ctx.account.key, user_id=ctx.account.user_id)
    return refresh_names(
        ctx.db,
        connection.remote,
        account,
        ctx.workspace,
        ctx.clock,
        kind,
        project,
        PullOptions(deadline=connection.left()),
        limit=connection.limit,
    )


def names_worth_asking(ctx: AppContext) -> bool:
    """Whether asking Clockify for names may bring one that is not known here."""
    if ctx.account is None or ctx.offline:
        return False
    seen = [names_fetched(ctx, kind) for kind in LISTED]
    return any(at is None or ctx.now - at > RETRIED_NAMES for at in seen)
