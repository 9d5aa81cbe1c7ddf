"""List, undo and redo changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Literal

from clockify_cli.actions.clockify.sending import finished, reload, tell_prompts
from clockify_cli.actions.context import AppContext
from clockify_cli.actions.names.workspace_rules import as_allowed, refuse_locked_time
from clockify_cli.domain.entry import NO_DESCRIPTION, ChangeResult, TimeEntry
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import NotFound, Refused, UsageError
from clockify_cli.store.timesheet import undo as journal
from clockify_cli.store.timesheet.entities import entry_of, name_of
from clockify_cli.store.timesheet.records import ChangeRecord, TakenBack
from clockify_cli.values import dataclass, replace

Kind = Literal["undo", "redo"]
OTHERS = journal.OTHERS


class RunsAgain(UsageError):
    """Taking this back would restart a timer, and nobody has allowed that."""

    code = "runs-again"

    def __init__(self, target: ChangeRecord, kind: str, timer: str) -> None:
        line = f"clockify {kind} {target.id}" if kind == "undo" else f"clockify {kind}"
        super().__init__(
            f"{kind}ing {target.named} would restart the timer {timer}",
            f"`{line} --yes` restarts the timer; `{line} --dry-run` shows what would happen.",
        )
        self.question = f"{kind.capitalize()} {target.named} and restart the timer {timer}?"


class _NotKept(Exception):
    """Rolls a transaction back and returns what it would have done."""

    def __init__(self, back: TakenBack) -> None:
        super().__init__()
        self.back = back


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """The change to take back: *number*, or the latest. *yes*: a timer may restart.

    *dry_run*: nothing is stored; the result shows what would be done.
    """

    number: int | None = None
    yes: bool = False
    dry_run: bool = False


LATEST = TakeBack()


def undo(ctx: AppContext, given: TakeBack = LATEST) -> ChangeResult:
    """Take back the last change, or the one with a number.

    Raises NotFound, UsageError, and Refused if it touched time that the workspace has locked since;
    RunsAgain if a change given by number stopped a timer.
    """
    target = journal.wanted(ctx.db, ctx.workspace, "undo", given.number, user=ctx.user)
    # The latest change is what the person has just done: taking that back surprises nobody.
    may_run = given.yes or given.number is None
    return _back(ctx, target, "undo", replace(given, yes=may_run))


def redo(ctx: AppContext, given: TakeBack = LATEST) -> ChangeResult:
    """Redo what the last undo took back.

    Raises as `undo`; RunsAgain if that undo was of a change given by number.
    """
    target = journal.wanted(ctx.db, ctx.workspace, "redo", user=ctx.user)
    may_run = given.yes or not journal.passed_over(ctx.db, target)
    return _back(ctx, target, "redo", replace(given, yes=may_run))


def _back(ctx: AppContext, target: ChangeRecord, kind: Kind, given: TakeBack) -> ChangeResult:
    if target.workspace_id == journal.EVERYWHERE:
        return _other_timesheet(ctx, target, kind, given)
    back = as_allowed(ctx, lambda: _taken_back(ctx, target, kind, given))
    change = ChangeResult(
        verb=kind,
        entries=() if given.dry_run else reload(ctx, back.change.entries),
        change_id=None if given.dry_run else back.change.id,
        summary=back.of.label,
        dry_run=given.dry_run,
        notes=_names_with_it(back),
    )
    return change if given.dry_run else finished(ctx, change)


def _taken_back(ctx: AppContext, target: ChangeRecord, kind: Kind, given: TakeBack) -> TakenBack:
    """Take back *target*; roll back if that touches locked time or would restart a timer."""
    act = journal.undo if kind == "undo" else journal.redo
    number = {"change_id": target.id} if kind == "undo" else {}
    try:
        with ctx.db.transaction():
            back = act(
                ctx.db, ctx.workspace, at=ctx.now, account=ctx.account_key, user=ctx.user, **number
            )
            refuse_locked_time(ctx, _starts(back.change))
            if given.dry_run:
                raise _NotKept(back)
            if not given.yes and (timer := _runs_again(back)) is not None:
                raise RunsAgain(target, kind, timer)
            return back
    except _NotKept as looked:
        return looked.back


def _other_timesheet(
    ctx: AppContext, target: ChangeRecord, kind: Kind, given: TakeBack
) -> ChangeResult:
    """Put back the timesheet that *target* replaced."""
    from clockify_cli.actions.data import backups

    replaced = backups.replaced_by(ctx, target)
    if replaced.runs and not (given.yes or given.dry_run):
        raise RunsAgain(target, kind, replaced.runs[0] or NO_DESCRIPTION)
    if given.dry_run:
        return ChangeResult(verb=kind, summary=target.label, dry_run=True)
    number, kept = backups.take_back(ctx, target, replaced, kind)
    tell_prompts(ctx)
    note = f"The previous timesheet is kept in {kept}."
    return ChangeResult(verb=kind, summary=target.label, change_id=number, notes=(note,))


def _runs_again(back: TakenBack) -> str | None:
    """Return the name of the timer that restarts because of *back*; None for none."""
    for row in back.change.rows:
        if row.local_id is None:
            # The stop of a timer unknown here was withdrawn.
            if row.after is None:
                return "a timer that was started elsewhere"
        elif row.entity == "entry" and row.after is not None:
            after = entry_of(row.after)
            ran = row.before is not None and entry_of(row.before).end is None
            if after.end is None and not ran:
                return quoted(after.description) or NO_DESCRIPTION
    return None


def _starts(change: ChangeRecord) -> Iterator[datetime]:
    """Yield the starts of the entries that *change* touched, before and after it."""
    for row in change.rows:
        if row.entity == "entry" and row.local_id is not None:
            yield from (entry_of(text).start for text in (row.before, row.after) if text)


def _names_with_it(back: TakenBack) -> tuple[str, ...]:
    """Return notes on names that were removed or restored along with an entry."""
    rows = [row for row in back.change.rows if row.local_id is not None]
    if all(row.entity != "entry" for row in rows):
        return ()
    gone = [_named(row.entity, row.before) for row in rows if row.before and not row.after]
    again = [_named(row.entity, row.after) for row in rows if row.after and not row.before]
    lists = (("Also removed", gone), ("Also restored", again))
    return tuple(
        f"{which}: {', '.join(filter(None, names))}." for which, names in lists if any(names)
    )


def _named(entity: str, snapshot: str) -> str:
    """Return ``project Website``; empty for an entry."""
    return "" if entity == "entry" else f"{entity} {name_of(snapshot)}"


def undoable(ctx: AppContext, limit: int) -> list[ChangeRecord]:
    """Return the latest *limit* changes that `undo` can take back one by one, oldest first."""
    made = journal.changes(ctx.db, ctx.workspace, limit * 3)
    standing = (each for each in reversed(made) if each.kind != "undo" and each.undone_by is None)
    return list(islice((each for each in standing if _goes_back(ctx, each)), limit))[::-1]


def _goes_back(ctx: AppContext, change: ChangeRecord) -> bool:
    """Return whether *change* can be taken back now."""
    given = TakeBack(number=change.id, dry_run=True)
    try:
        if change.workspace_id == journal.EVERYWHERE:
            _other_timesheet(ctx, change, "undo", given)
        else:
            _taken_back(ctx, change, "undo", given)
    except (NotFound, UsageError, Refused):
        return False
    return True


def history(ctx: AppContext, entry: TimeEntry | None, limit: int) -> list[ChangeRecord]:
    """Return the changes of *entry*, or all changes, oldest first."""
    local_id = entry.local_id if entry else None
    return journal.history(ctx.db, ctx.workspace, local_id, limit)
