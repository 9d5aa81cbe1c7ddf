"""Send all that waits and fetch what changed, because a person or cron asked for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.account import ask_again, signed_in
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.freshness import (
    FIRST,
    RECENT,
    Bounds,
    Progress,
    pull,
    pull_notes,
)
from clockify_cli.actions.sending import note_text, outcome_notes, push_now, tell_prompts
from clockify_cli.actions.wording import unreachable_text, until_text
from clockify_cli.domain.counting import agreeing, counted
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotSignedIn,
    StoreError,
    Unreachable,
    Waiting,
)
from clockify_cli.store import journal, replica
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.sync.pull import PullResult, What
    from clockify_cli.sync.push import PushResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What a sync came to. *problem*: what kept it from being complete, or is to be decided.

    Of those *waiting*, *lost* were sent and their answers got lost, and *copied* were perhaps sent
    before this timesheet was put back or copied; *settle* is how long a request may still arrive.
    *busy*: another process is sending what waits.
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


def sync(desk: Desk, *, accept_empty: bool = False, progress: Progress | None = None) -> Synced:
    """Push what waits, then pull what may have changed; once a day the user's settings too.

    Raises NotSignedIn.
    """
    signed_in(desk)
    if desk.account is None:
        raise NotSignedIn(
            "the workspace local is never sent", "`clockify workspaces use NAME` switches."
        )
    if desk.offline:
        raise Unreachable("nothing can be sent with --offline", "Leave it out.")
    pushed = push_now(desk, eager=True)
    pulled = None
    if pushed.stopped_why not in ("offline", "paused"):
        pulled = _pull(desk, accept_empty, progress)
    foreign = _fresh_account(desk) if pulled is not None and pulled.error is None else None
    tell_prompts(desk)
    waits = journal.waiting(desk.db, desk.account_key)
    notes = tuple(note_text(desk, note) for note in pushed.notes)
    return Synced(
        sent=len(pushed.applied),
        changed=pulled.changed if pulled else 0,
        deleted=pulled.deleted if pulled else 0,
        waiting=waits.pending,
        review=waits.review,
        lost=waits.lost,
        copied=waits.copied,
        busy=pushed.stopped_why == "locked",
        settle=desk.settings.sync_settle,
        notes=notes + (pull_notes(desk, pulled) if pulled else ()),
        problem=foreign or _problem(desk, pushed, pulled, waits.review),
    )


def send_waiting(desk: Desk) -> tuple[str, ...]:
    """Send what waited for the account that has just signed in; sentences about it.

    Raises what stands in the way.
    """
    if not journal.waiting(desk.db, desk.account_key).pending:
        return ()
    pushed = push_now(desk, eager=True)
    sent = len(pushed.applied)
    told = (f"{counted(sent, 'change')} that waited {agreeing(sent, 'was', 'were')} sent.",)
    return (told if sent else ()) + outcome_notes(desk, pushed)


def _pull(desk: Desk, accept_empty: bool, progress: Progress | None) -> PullResult:
    bounds = _window(desk)
    names = any(
        at is None or desk.now - at > desk.settings.fresh_names for at in _names_fetched(desk)
    )
    what: What = "both" if names or desk.refresh else "entries"
    return pull(desk, what, bounds, accept_empty=accept_empty, patient=True, progress=progress)


def _fresh_account(desk: Desk) -> KeyRefused | None:
    """Ask for the settings of the user where they are older than names may be.

    Old ones stay where Clockify cannot be asked; that the key is refused is to be told.
    """
    account = desk.account
    if account is not None and desk.is_recent(account.fetched) and not desk.refresh:
        return None
    try:
        ask_again(desk)
    except KeyRefused as refused:
        return refused
    except ClockifyError:
        return None
    return None


def _window(desk: Desk) -> Bounds:
    """A year where its older part was not looked at for a day; else what is newer alone."""
    year = (desk.now - FIRST, desk.now + FIRST)
    older = (year[0], desk.now - RECENT)
    fetched = replica.fetched_at(desk.db, desk.workspace, desk.user or "", "entries", older)
    known = fetched is not None and desk.now - fetched <= desk.settings.fresh_names
    return year if desk.refresh or not known else (desk.now - RECENT, year[1])


def _names_fetched(desk: Desk) -> list[datetime | None]:
    from clockify_cli.sync.replica import EVER

    return [
        replica.fetched_at(desk.db, desk.workspace, desk.user or "", kind, EVER)
        for kind in ("client", "project", "tag")
    ]


def _problem(
    desk: Desk, pushed: PushResult, pulled: PullResult | None, review: int
) -> ClockifyError | None:
    waits = f"{pushed.waiting} waiting" if pushed.waiting else "nothing is lost"
    match pushed.stopped_why:
        case "offline":
            return Unreachable(
                f"{unreachable_text(pushed.reason)} ({waits})",
                "What waits goes with the next command that reaches it.",
            )
        case "limit":
            until = until_text(pushed.until, desk.zone, desk.now) if pushed.until else "later"
            return LimitReached(
                f"the request limit is reached ({waits})", f"The rest can go at {until}."
            )
        case "paused":
            return KeyRefused(
                f"Clockify does not let it in: {pushed.reason.rstrip('.')}",
                "`clockify login` signs in again; nothing is lost.",
            )
        case "unsupported":
            return StoreError(
                "this file system has no locks, so nothing is sent from it",
                "CLOCKIFY_HOME=DIR chooses another.",
            )
        case "deadline":
            return Unreachable(f"Clockify took too long ({waits})", "`clockify sync` goes on.")
    if pulled is not None and pulled.error is not None:
        return pulled.error
    if review:
        return Waiting(
            f"{counted(review, 'change')} {agreeing(review, 'waits', 'wait')} for your decision",
            "`clockify queue` shows what can be done.",
        )
    return None
