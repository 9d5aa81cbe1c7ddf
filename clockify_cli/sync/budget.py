"""How many requests may still be made. Pure: the times of those made come from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from clockify_cli.values import dataclass

Purpose = Literal["read", "write", "bulk"]
"""What a request is for; *bulk*: one of the many writes of one change, which no timer waits for."""

HOUR = timedelta(hours=1)
FREE_LIMIT = 30
KEPT_FOR_WRITES = 5
"""What reads leave of the thirty, and changes of many entries leave to timers."""
PAID_LIMIT = 50
"""A second."""

AHEAD = timedelta(minutes=1)
"""By so much others may be ahead that note a request at once; later than that lies no request:
the clock was set back since."""

FREE_PLANS = frozenset({"FREE", "SELF_HOSTED_FREE"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """The request may be made."""


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """The request may not be made before *when* (aware UTC)."""

    when: datetime


def is_free(plan: str | None) -> bool:
    """Whether the plan allows 30 requests an hour only; a plan that is not known counts as such."""
    return plan is None or plan.upper() in FREE_PLANS


def span_of(plan: str | None) -> timedelta:
    """How far back requests count."""
    return HOUR if is_free(plan) else timedelta(seconds=1)


def allowed(
    kind: Purpose,
    times: Sequence[datetime],
    closed_until: datetime | None,
    plan: str | None,
    now: datetime,
) -> Allowed | ClosedUntil:
    """Whether a request may be made at *now*.

    *times*: when those before were made (ascending, aware UTC; an hour back is enough).
    *closed_until*: what an answer "too many requests" led to.
    """
    if closed_until is not None and _is_closed(closed_until, now):
        return ClosedUntil(closed_until)
    span, limit = span_of(plan), FREE_LIMIT if is_free(plan) else PAID_LIMIT
    if is_free(plan) and kind != "write":
        limit -= KEPT_FOR_WRITES
    recent = _recent(times, span, now)
    if len(recent) < limit:
        return Allowed()
    return ClosedUntil(recent[-limit] + span)


def left(
    times: Sequence[datetime], closed_until: datetime | None, plan: str | None, now: datetime
) -> int | None:
    """Requests left in this hour, at most (others share the same thirty); None: no such limit."""
    if not is_free(plan):
        return None
    if closed_until is not None and _is_closed(closed_until, now):
        return 0
    return max(0, FREE_LIMIT - len(_recent(times, HOUR, now)))


def bulk_now(
    times: Sequence[datetime], closed_until: datetime | None, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """How many writes of a change of many may be made at *now*, and from when on the next one.

    None: the plan has no such limit.
    """
    there = left(times, closed_until, plan, now)
    if there is None:
        return None
    count = max(0, there - KEPT_FOR_WRITES)
    after = allowed("bulk", [*times, *([now] * count)], closed_until, plan, now)
    return count, after.when if isinstance(after, ClosedUntil) else now


def closes_until(
    retry_after: int | None, times: Sequence[datetime], plan: str | None, now: datetime
) -> datetime:
    """Until when to ask nothing after Clockify said that it was too much.

    *retry_after*: seconds, where it said; an hour at most. Where it did not say: until the
    oldest request of the last hour (of a paid plan: second) is that old.
    """
    if retry_after is not None:
        return now + min(max(timedelta(seconds=retry_after), timedelta(seconds=1)), HOUR)
    span = span_of(plan)
    recent = _recent(times, span, now)
    return (min(recent) if recent else now) + span


def _is_closed(until: datetime, now: datetime) -> bool:
    """Whether nothing may be asked; nobody closes a window for over an hour."""
    return now < until <= now + HOUR + AHEAD


def _recent(times: Sequence[datetime], span: timedelta, now: datetime) -> list[datetime]:
    """Those of *times* that count towards a limit in *span*."""
    return [at for at in times if now - span < at <= now + min(span, AHEAD)]
