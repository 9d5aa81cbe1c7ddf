"""What `doctor` reports about the account. It reads the local copy and sends no request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clockify_cli.actions.clockify.identity import account_values, identify
from clockify_cli.actions.context import unsent_text
from clockify_cli.clock import Clock
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import accounts, journal, replica
from clockify_cli.sync.guard import judge_skew, left_now, skew_of, sole_sender
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from clockify_cli.config.settings import Settings

RECENTLY = timedelta(hours=1)
REFUSED = 401
"""The HTTP status by which Clockify refuses a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """An account as the copy knows it.

    *skew*: seconds by which Clockify's clock was ahead of this computer's; *skewed* where that is
    too much. *synced*: as of when the copy holds the last hour, aware UTC. *left*: requests of
    this hour, None for no limit. *key_refused*: Clockify refused the key when it last answered.
    *zone* is the person's.
    """

    name: str
    email: str
    base_url: str
    workspace: str | None
    skew: float
    skewed: bool
    synced: datetime | None
    left: int | None
    waiting: int
    review: int
    key_refused: bool
    zone: ZoneInfo


def account_facts(
    path: Path, settings: Settings, environ: Mapping[str, str], clock: Clock
) -> AccountFacts | None:
    """The account that a run would work for; None without one. Raises what `identify` raises."""
    db = Database(path)
    try:
        identity = identify(db, settings, environ)
        account, workspace = identity.account, identity.workspace
        if account is None:
            return None
        now = clock.now()
        skew = skew_of(db, account.key)
        open_rows = journal.waiting(db, account.key)
        recent = (now - RECENTLY, now)
        return AccountFacts(
            name=account.name,
            email=account.email,
            base_url=account.base_url,
            workspace=workspace.name if workspace else None,
            skew=skew,
            skewed=judge_skew(skew) != "fine",
            synced=replica.fetched_at(db, identity.workspace_id, account.user_id, "entries", recent)
            if workspace
            else None,
            left=left_now(db, workspace.id, workspace.plan, now) if workspace else None,
            waiting=open_rows.pending,
            review=open_rows.review,
            key_refused=accounts.last_status(db, account.key) == REFUSED,
            zone=settings.with_account(account_values(account, workspace)).zone,
        )
    finally:
        db.close()


def unsent(path: Path) -> str:
    """That changes wait for accounts that are not in use, in a sentence; empty if none do."""
    db = Database(path)
    try:
        return unsent_text(sum(journal.strangers(db, None).values()))
    finally:
        db.close()


def can_lock(folder: Path) -> bool:
    """Whether a lock can be held in *folder*; tried beside the one that senders hold."""
    from tempfile import TemporaryDirectory

    # Taking that one, if only for a moment, would let a sender believe that its row is sent.
    with TemporaryDirectory(prefix=".lock-", dir=folder) as own, sole_sender(Path(own, "l")) as got:
        return got == "held"
