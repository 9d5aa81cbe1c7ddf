"""`sync`: send everything that is waiting, and fetch what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.account import ask_again
from clockify_cli.actions.clockify.freshness import (
    FIRST,
    LISTED,
    RECENT,
    Bounds,
    Progress,
    names_fetched,
    pull,
    pull_notes,
)
from clockify_cli.actions.clockify.identity import signed_in
from clockify_cli.actions.clockify.sending import (
    KEPT_TEXT,
    note_text,
    outcome_notes,
    push_now,
    refusal_hint,
    refusal_text,
    tell_cost,
    tell_prompts,
)
from clockify_cli.actions.context import AppContext, unreachable_text, until_text
from clockify_cli.domain.entry import agreeing, counted
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotSignedIn,
    StoreError,
    Unreachable,
    Waiting,
)
from clockify_cli.store.sync import journal, replica
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.sync.pull import PullResult, What
    from clockify_cli.sync.push import PushResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """The result of a sync. *problem*: why it is not complete, or what needs a decision.

    Of the *waiting* rows, *lost* were sent but their answers were lost, and *copied* may have been
    sent before this timesheet was restored or copied; *settle* is how long a request may still
    arrive. *busy*: another process is sending.
    """

    sent: int
    changed: int
    deleted: int
    waiting: int
    review: int
    lost: int
    copied: int
    busy: bool
    settle: timedelta
    notes: tuple[str, ...]
    problem: ClockifyError | None


def sync(
    ctx: AppContext, *, accept_empty: bool = False, progress: Progress | None = None
) -> Synced:
    """Push what waits, then pull what may have changed; once a day also the user's settings.

    Raises NotSignedIn.
    """
    signed_in(ctx)
    if ctx.account is None:
        raise NotSignedIn(
            "the workspace local is never sent",
            "`clockify workspaces use NAME` switches to another.",
        )
    if ctx.offline:
        raise Unreachable("--offline sends nothing", "Leave out --offline: `clockify sync`")
    pushed = push_now(ctx, eager=True)
    pulled = None
    if pushed.stopped_why not in ("offline", "paused"):
        pulled = _pull(ctx, accept_empty, progress)
    foreign = _fresh_account(ctx) if pulled is not None and pulled.error is None else None
    tell_prompts(ctx)
    waits = journal.waiting(ctx.db, ctx.account_key)
    notes = tuple(note_text(ctx, note) for note in pushed.notes)
    return Synced(
        sent=len(pushed.applied),
        changed=pulled.changed if pulled else 0,
        deleted=pulled.deleted if pulled else 0,
        waiting=waits.pending,
        review=waits.review,
        lost=waits.lost,
        copied=waits.copied,
        busy=pushed.stopped_why == "locked",
        settle=ctx.settings.sync_settle,
        notes=notes + (pull_notes(ctx, pulled) if pulled else ()),
        problem=foreign or _problem(ctx, pushed, pulled, waits.review),
    )


def send_waiting(ctx: AppContext) -> tuple[str, ...]:
    """Send what waited for the account that has just signed in; return sentences about it.

    Raises the error that prevented it.
    """
    waiting = journal.waiting(ctx.db, ctx.account_key).pending
    if not waiting:
        return ()
    tell_cost(ctx, waiting)
    pushed = push_now(ctx, eager=True)
    sent = len(pushed.applied)
    sentences = (f"Sent {counted(sent, 'change')} that had been waiting.",)
    return (sentences if sent else ()) + outcome_notes(ctx, pushed)


def _pull(ctx: AppContext, accept_empty: bool, progress: Progress | None) -> PullResult:
    bounds = _window(ctx)
    fetched = [names_fetched(ctx, kind) for kind in LISTED]
    names = any(at is None or ctx.now - at > ctx.settings.fresh_names for at in fetched)
    what: What = "both" if names or ctx.refresh else "entries"
    return pull(ctx, what, bounds, accept_empty=accept_empty, patient=True, progress=progress)


def _fresh_account(ctx: AppContext) -> KeyRefused | None:
    """Fetch the user's settings if they are older than names may be.

    Old settings are kept if Clockify cannot be asked; a refused key is returned to be reported.
    """
    account = ctx.account
    if account is not None and ctx.is_recent(account.fetched) and not ctx.refresh:
        return None
    try:
        ask_again(ctx)
    except KeyRefused as refused:
        return refused
    except ClockifyError:
        return None
    return None


def _window(ctx: AppContext) -> Bounds:
    """Return a year if its older part was not fetched for a day; else only recent time."""
    year = (ctx.now - FIRST, ctx.now + FIRST)
    older = (year[0], ctx.now - RECENT)
    fetched = replica.fetched_at(ctx.db, ctx.workspace, ctx.user or "", "entries", older)
    known = fetched is not None and ctx.now - fetched <= ctx.settings.fresh_names
    return year if ctx.refresh or not known else (ctx.now - RECENT, year[1])


def _problem(
    ctx: AppContext, pushed: PushResult, pulled: PullResult | None, review: int
) -> ClockifyError | None:
    waits = f"{pushed.waiting} waiting to be sent" if pushed.waiting else "nothing is lost"
    match pushed.stopped_why:
        case "offline":
            return Unreachable(
                f"{unreachable_text(pushed.reason)} ({waits})",
                "The next command that reaches Clockify sends the rest.",
            )
        case "limit":
            until = until_text(pushed.until, ctx.zone, ctx.now) if pushed.until else "later"
            why = KEPT_TEXT if pushed.kept else "the request limit is reached"
            return LimitReached(
                f"{why} ({waits})", f"`clockify sync` after {until} sends the rest."
            )
        case "paused":
            return KeyRefused(refusal_text(pushed), refusal_hint(pushed))
        case "unsupported":
            return StoreError(
                "nothing can be sent: this file system has no file locks",
                "CLOCKIFY_HOME=DIR chooses another folder.",
            )
        case "deadline":
            return Unreachable(f"Clockify took too long ({waits})", "`clockify sync` continues.")
    if pulled is not None and pulled.error is not None:
        return pulled.error
    if review:
        return Waiting(
            f"{counted(review, 'change')} {agreeing(review, 'needs', 'need')} your decision",
            "`clockify queue` shows what you can do.",
        )
    return None
