"""The rate limiter before every request: counts it in the ledger, and stops what exceeds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from clockify_cli.clock import Clock
from clockify_cli.errors import LimitReached
from clockify_cli.store import ledger, meta
from clockify_cli.store.connection import StoreConnection
from clockify_cli.sync.budget import (
    HOUR,
    Allowed,
    ClosedUntil,
    Purpose,
    allowed,
    bulk_now,
    closes_until,
    left,
    span_of,
)
from clockify_cli.sync.row import Instant

TOO_MANY = 429
SHORT = timedelta(seconds=1)
NOTICEABLE = 2.0
"""Seconds by which this computer's clock has to differ before it is noted."""


class LedgerLimiter:
    """Requests of *account* in the workspaces whose plan *plan_of* tells.

    *serves* says what the requests are for: a read that decides what became of a write serves
    that write. *workspace* is charged with requests that concern none.
    """

    def __init__(
        self,
        db: StoreConnection,
        clock: Clock,
        *,
        account: str,
        workspace: str,
        plan_of: Callable[[str], str | None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._account = account
        self._workspace = workspace
        self._plan_of = plan_of
        self._number = 0
        self._charged = workspace
        self.serves: Purpose = "read"

    def before(self, method: str, path: str, workspace: str | None) -> None:
        """Note the request. Raises LimitReached, with the time, where it may not be made."""
        self._charged = workspace or self._workspace
        kind: Purpose = "read" if method == "GET" and self.serves == "read" else "write"
        self._pause(kind)
        now = self._clock.now()
        with self._db.transaction():
            verdict = verdict_now(self._db, self._charged, self._plan_of(self._charged), kind, now)
            if isinstance(verdict, ClosedUntil):
                raise limit_reached(verdict.when)
            self._number = ledger.record(self._db, now, self._account, self._charged, method, path)

    def _pause(self, kind: Purpose) -> None:
        """Wait where the limit is one of requests a second."""
        plan = self._plan_of(self._charged)
        verdict = verdict_now(self._db, self._charged, plan, kind, self._clock.now())
        if isinstance(verdict, ClosedUntil) and is_short(verdict, self._clock.now()):
            self._clock.sleep(verdict.when.timestamp() - self._clock.wall())

    def after(
        self,
        method: str,  # noqa: ARG002 (the ledger has it from before)
        path: str,  # noqa: ARG002
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None:
        """Note what came of it, and until when nothing passes where it closed the window.

        Status 0: it never left.
        """
        until = None
        with self._db.transaction():
            if status == 0:
                ledger.forget(self._db, self._number)
            elif status is not None:
                ledger.answered(self._db, self._number, status)
            if status == TOO_MANY:
                until = self._close(retry_after)
            if server_time is not None:
                self._compare(server_time)
        return until

    def _close(self, retry_after: int | None) -> datetime:
        now = self._clock.now()
        times = ledger.times(self._db, self._charged, now - HOUR)
        until = closes_until(retry_after, times, self._plan_of(self._charged), now)
        ledger.close_window(self._db, self._charged, until)
        return until

    def _compare(self, server_time: datetime) -> None:
        skew = server_time.timestamp() - self._clock.wall()
        # Clockify tells whole seconds: half a second is the middle of what it can mean.
        if abs(skew + 0.5 - skew_of(self._db, self._account)) > NOTICEABLE:
            meta.put(self._db, _skew_key(self._account), f"{skew + 0.5:.1f}")


def verdict_now(
    db: StoreConnection,
    workspace: str,
    plan: str | None,
    kind: Purpose,
    now: datetime,
) -> Allowed | ClosedUntil:
    """Whether a request for *workspace* may be made: Allowed or ClosedUntil."""
    times = ledger.times(db, workspace, now - span_of(plan))
    return allowed(kind, times, ledger.closed_until(db, workspace), plan, now)


def is_short(closed: ClosedUntil, now: datetime) -> bool:
    """Whether it is sooner waited for than said."""
    return closed.when - now <= SHORT


def left_now(db: StoreConnection, workspace: str, plan: str | None, now: datetime) -> int | None:
    """Requests left in this hour, at most; None where the plan has no such limit."""
    times = ledger.times(db, workspace, now - HOUR)
    return left(times, ledger.closed_until(db, workspace), plan, now)


def bulk_left_now(
    db: StoreConnection, workspace: str, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """How many writes of a change of many may be made, and from when on the next; `bulk_now`."""
    times = ledger.times(db, workspace, now - HOUR)
    return bulk_now(times, ledger.closed_until(db, workspace), plan, now)


def limit_reached(until: datetime) -> LimitReached:
    """The error that says when the next request is possible."""
    return LimitReached(
        "the request limit is reached",
        "Until then your local copy is used, and your changes are sent later.",
        until=until,
    )


def skew_of(db: StoreConnection, account: str) -> float:
    """Seconds by which Clockify's clock was ahead of this computer's when it last answered."""
    found = meta.value(db, _skew_key(account))
    return float(found) if found else 0.0


def instant(db: StoreConnection, account: str, clock: Clock) -> Instant:
    """This moment, on the three clocks."""
    wall = clock.wall()
    return Instant(wall + skew_of(db, account), wall, clock.boottime(), clock.boot_id())


WARN_SKEW = timedelta(seconds=30)
REFUSE_SKEW = timedelta(minutes=5)


def judge_skew(skew: float) -> Literal["fine", "warn", "refuse"]:
    """What to make of a clock that differs by *skew* seconds, for a time that is meant as now."""
    if abs(skew) > REFUSE_SKEW.total_seconds():
        return "refuse"
    return "warn" if abs(skew) > WARN_SKEW.total_seconds() else "fine"


def _skew_key(account: str) -> str:
    return f"skew:{account}"
