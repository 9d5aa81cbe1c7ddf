"""What was changed here, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.sending import finished, reload
from clockify_cli.actions.workspace_rules import as_allowed, refuse_locked_time
from clockify_cli.domain.change import Changed, Verb
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.store import undo as journal
from clockify_cli.store.records import ChangeRecord, TakenBack
from clockify_cli.store.snapshots import entry_of, name_of


def undo(ctx: AppContext, number: int | None = None) -> Changed:
    """Take back the last change, or the one with *number*.

    Raises NotFound, UsageError, and Refused where it touched what the workspace has locked since.
    """

    def take_back() -> TakenBack:
        return journal.undo(
            ctx.db, ctx.workspace, number, at=ctx.now, account=ctx.account_key, user=ctx.user
        )

    return _changed(ctx, "undo", _unless_locked(ctx, take_back))


def redo(ctx: AppContext) -> Changed:
    """Do again what the last undo took back; raises as `undo`."""

    def do_again() -> TakenBack:
        return journal.redo(
            ctx.db, ctx.workspace, at=ctx.now, account=ctx.account_key, user=ctx.user
        )

    return _changed(ctx, "redo", _unless_locked(ctx, do_again))


def _unless_locked(ctx: AppContext, act: Callable[[], TakenBack]) -> TakenBack:
    """What *act* takes back; nothing is, where a row of it is about locked time."""

    def checked() -> TakenBack:
        with ctx.db.transaction():
            back = act()
            refuse_locked_time(ctx, _starts(back.change))
        return back

    return as_allowed(ctx, checked)


def _starts(change: ChangeRecord) -> Iterator[datetime]:
    """When the entries that *change* touched started, before it and after."""
    for row in change.rows:
        if row.entity == "entry" and row.local_id is not None:
            yield from (entry_of(text).start for text in (row.before, row.after) if text)


def _changed(ctx: AppContext, verb: Verb, back: TakenBack) -> Changed:
    change = Changed(
        verb=verb,
        entries=reload(ctx, back.change.entries),
        change_id=back.change.id,
        summary=back.of.told,
        notes=_names_with_it(back),
    )
    return finished(ctx, change)


def _names_with_it(back: TakenBack) -> tuple[str, ...]:
    """Which names went or came back along with an entry."""
    rows = [row for row in back.change.rows if row.local_id is not None]
    if all(row.entity != "entry" for row in rows):
        return ()
    gone = [_named(row.entity, row.before) for row in rows if row.before and not row.after]
    again = [_named(row.entity, row.after) for row in rows if row.after and not row.before]
    told = (("Gone too", gone), ("Back too", again))
    return tuple(
        f"{which}: {', '.join(filter(None, names))}." for which, names in told if any(names)
    )


def _named(entity: str, snapshot: str) -> str:
    """``project Website``; nothing for an entry."""
    return "" if entity == "entry" else f"{entity} {name_of(snapshot)}"


def undoable(ctx: AppContext, limit: int) -> list[ChangeRecord]:
    """The latest *limit* changes that `undo` can take back, oldest first."""
    made = journal.changes(ctx.db, ctx.workspace, limit * 3)
    return [change for change in made if change.kind != "undo" and change.undone_by is None][
        -limit:
    ]


def history(ctx: AppContext, entry: TimeEntry | None, limit: int) -> list[ChangeRecord]:
    """What was done, oldest first: to *entry*, or to anything."""
    local_id = entry.local_id if entry else None
    return journal.history(ctx.db, ctx.workspace, local_id, limit)
