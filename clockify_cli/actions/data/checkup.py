"""The facts that `doctor` reports about the account. Reads the local copy, sends no request."""

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
"""The HTTP status with which Clockify refuses a key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSummary:
    """An account as the local copy knows it.

    *skew*: seconds by which Clockify's clock was ahead of this computer's; *skewed*: that is too
    much. *synced*: since when the copy of the last hour is valid, aware UTC. *left*: requests of
    this hour, None for no limit. *key_refused*: Clockify refused the key in its last answer. *zone*
    is the person's.
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


def account_summary(
    path: Path, settings: Settings, environ: Mapping[str, str], clock: Clock
) -> AccountSummary | None:
    """Return the account that a run would use; None without one. Raises as `identify`."""
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
        return AccountSummary(
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
    """Return a sentence that changes wait for accounts not in use; empty if none do."""
    db = Database(path)
    try:
        return unsent_text(sum(journal.strangers(db, None).values()))
    finally:
        db.close()


def can_lock(folder: Path) -> bool:
    """Return whether a lock can be held in *folder*, tried on another file than the senders'."""
    from tempfile import TemporaryDirectory

    # Holding the senders' lock, even briefly, would make a sender leave its row to us.
    with TemporaryDirectory(prefix=".lock-", dir=folder) as own, sole_sender(Path(own, "l")) as got:
        return got == "held"
