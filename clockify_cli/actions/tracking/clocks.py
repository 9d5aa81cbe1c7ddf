"""Whether this computer's clock can be trusted with the time of an entry."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext
from clockify_cli.config.settings import machine_zone
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.domain.time.zones import load_zone
from clockify_cli.errors import ClockifyError, StoreError, UsageError
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.sync import journal, replica

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NOTICEABLE = 2.0
"""Seconds by which a clock may gain or lose against the time since the machine started."""


def clock_reading(ctx: AppContext) -> str:
    """JSON text of the machine's clocks now: the wall, the time since it started, which start."""
    clock = ctx.clock
    return json.dumps({"wall": clock.wall(), "boottime": clock.boottime(), "boot": clock.boot_id()})


def drift_notes(ctx: AppContext, running: TimeEntry) -> tuple[str, ...]:
    """A note about a wall clock that was set while *running* ran."""
    drift = _drift(ctx, running)
    if abs(drift) <= NOTICEABLE:
        return ()
    way = "forward" if drift > 0 else "back"
    return (
        f"This computer's clock was set {way} by {_span(drift)} since the timer started; check "
        "the times.",
    )


def now_unless_set_back(ctx: AppContext, running: TimeEntry) -> datetime:
    """Now; where the clock was set back to before *running* began, what it would say otherwise."""
    if running.start <= ctx.now:
        return ctx.now
    unset = _unset(ctx, running)
    return ctx.now if unset is None else max(ctx.now, unset)


def set_back_text(ctx: AppContext, running: TimeEntry) -> str:
    """How far the clock was set back since *running* began, such as ``20 min``."""
    return _span(_drift(ctx, running))


def _drift(ctx: AppContext, running: TimeEntry) -> float:
    """Seconds by which the wall clock went ahead since the start; 0 if nobody knows."""
    since = _since_start(ctx, running)
    return 0.0 if since is None else ctx.clock.wall() - since[0] - since[1]


def _unset(ctx: AppContext, running: TimeEntry) -> datetime | None:
    """What the wall clock would say now if nobody had set it since the start."""
    since = _since_start(ctx, running)
    return None if since is None else datetime.fromtimestamp(int(sum(since)), UTC)


def _since_start(ctx: AppContext, running: TimeEntry) -> tuple[float, float] | None:
    """The wall clock at the start, and the seconds since; None if nobody knows."""
    text = journal.clock_of_start(ctx.db, running.local_id)
    if text is None:
        return None
    then = json.loads(text)
    if not then["boot"] or then["boot"] != ctx.clock.boot_id():
        return None
    return float(then["wall"]), float(ctx.clock.boottime() - then["boottime"])


def trust_now(ctx: AppContext) -> tuple[str, ...]:
    """A word where Clockify's clock differs from this machine's.

    Raises UsageError if it differs so much that "now" cannot be taken for granted.
    """
    if ctx.account_key is None:
        return ()
    from clockify_cli.sync.guard import judge_skew, skew_of

    if not ctx.db.read.in_transaction:
        compare_again(ctx)
    skew = skew_of(ctx.db, ctx.account_key)
    verdict = judge_skew(skew)
    if verdict == "fine":
        return ()
    told = (
        f"his computer's clock is {_span(skew)} {'behind' if skew > 0 else 'ahead of'} Clockify's"
    )
    if verdict == "refuse":
        raise UsageError(
            f"t{told}",
            "Give the time with --at TIME, or correct the clock and run `clockify sync`.",
            code="wrong-clock",
        )
    return (f"T{told}.",)


def compare_again(ctx: AppContext) -> None:
    """Ask Clockify once where the clock was too far off: it may have been set right since.

    Not within a transaction: the answer is noted whatever becomes of what is done next.
    """
    if ctx.account_key is None or ctx.offline:
        return
    from clockify_cli.sync.guard import judge_skew, skew_of

    if judge_skew(skew_of(ctx.db, ctx.account_key)) != "refuse":
        return
    from clockify_cli.actions.clockify.identity import connect

    with suppress(ClockifyError):
        connect(ctx).remote.user()


def distrust_later(ctx: AppContext) -> None:
    """Believe no copy to be fresh that was fetched later than now: the clock was set back since."""
    # Where the timesheet cannot be written, the copy is believed as before.
    with suppress(StoreError):
        replica.doubt_later(ctx.db, ctx.now)


def zone_notes(ctx: AppContext) -> tuple[str, ...]:
    """A word, once, about a machine whose zone is not that of the user's settings in Clockify."""
    settings = ctx.settings
    if ctx.account_key is None or settings.origin("tz").layer != "Clockify":
        return ()
    machine = machine_zone(ctx.environ)
    pair = f"{machine} {settings.zone.key}"
    mark = f"zones:{ctx.account_key}"
    if _same_zone(ctx, load_zone(machine)) or meta_value(ctx.db, mark) == pair:
        return ()
    with suppress(StoreError), ctx.db.transaction():
        put_meta(ctx.db, mark, pair)
    return (
        f"This computer is in {machine}, your Clockify settings say {settings.zone.key}: "
        f"times are {settings.zone.key}'s (`clockify config set tz {machine}` changes that).",
    )


def _same_zone(ctx: AppContext, machine: ZoneInfo) -> bool:
    """Whether both show the same time now and half a year from now."""
    moments = (ctx.now, ctx.now + timedelta(days=182))
    return all(
        moment.astimezone(machine).utcoffset() == moment.astimezone(ctx.settings.zone).utcoffset()
        for moment in moments
    )


def _span(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h``."""
    length = abs(seconds)
    if length < 120:
        return f"{length:.0f} s"
    return f"{length / 60:.0f} min" if length < 7200 else f"{length / 3600:.0f} h"
