"""Whether this machine's clock can be trusted with the time of an entry."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.desk import Desk
from clockify_cli.config.machine import machine_zone
from clockify_cli.domain.entry import TimeEntry
from clockify_cli.domain.time.zones import load_zone
from clockify_cli.errors import ClockifyError, StoreError, UsageError
from clockify_cli.store import journal, meta, replica

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NOTICEABLE = 2.0
"""Seconds by which a clock may gain or lose against the time since the machine started."""


def clock_reading(desk: Desk) -> str:
    """JSON text of the machine's clocks now: the wall, the time since it started, which start."""
    clock = desk.clock
    return json.dumps({"wall": clock.wall(), "boottime": clock.boottime(), "boot": clock.boot_id()})


def drift_notes(desk: Desk, running: TimeEntry) -> tuple[str, ...]:
    """A word about a wall clock that was set while *running* ran."""
    drift = _drift(desk, running)
    if abs(drift) <= NOTICEABLE:
        return ()
    way = "forward" if drift > 0 else "back"
    return (
        f"This machine's clock was set {way} by {_span(drift)} since the start; check the times.",
    )


def _drift(desk: Desk, running: TimeEntry) -> float:
    """Seconds by which the wall clock went ahead since the start; 0 where nobody knows."""
    text = journal.clock_of_start(desk.db, running.local_id)
    if text is None:
        return 0.0
    then, now = json.loads(text), json.loads(clock_reading(desk))
    if not then["boot"] or then["boot"] != now["boot"]:
        return 0.0
    wall, boottime = (now[name] - then[name] for name in ("wall", "boottime"))
    return float(wall - boottime)


def trust_now(desk: Desk) -> tuple[str, ...]:
    """A word where Clockify's clock differs from this machine's.

    Raises UsageError where it differs so much that "now" cannot be taken for granted.
    """
    if desk.account_key is None:
        return ()
    from clockify_cli.sync.gate import judge_skew, skew_of

    if not desk.db.read.in_transaction:
        compare_again(desk)
    skew = skew_of(desk.db, desk.account_key)
    verdict = judge_skew(skew)
    if verdict == "fine":
        return ()
    told = f"his machine's clock is {_span(skew)} {'behind' if skew > 0 else 'ahead of'} Clockify's"
    if verdict == "refuse":
        raise UsageError(
            f"t{told}",
            "Say when it was with --at TIME; or set the clock, and `clockify sync` compares again.",
            code="wrong-clock",
        )
    return (f"T{told}.",)


def compare_again(desk: Desk) -> None:
    """Ask Clockify once where the clock was too far off: it may have been set right since.

    Not within a transaction: the answer is noted whatever becomes of what is done next.
    """
    if desk.account_key is None or desk.offline:
        return
    from clockify_cli.sync.gate import judge_skew, skew_of

    if judge_skew(skew_of(desk.db, desk.account_key)) != "refuse":
        return
    from clockify_cli.actions.connecting import connect

    with suppress(ClockifyError):
        connect(desk).remote.user()


def distrust_later(desk: Desk) -> None:
    """Believe no copy to be fresh that was fetched later than now: the clock was set back since."""
    # Where the timesheet cannot be written, the copy is believed as before.
    with suppress(StoreError):
        replica.doubt_later(desk.db, desk.now)


def zone_notes(desk: Desk) -> tuple[str, ...]:
    """A word, once, about a machine whose zone is not that of the user's settings in Clockify."""
    settings = desk.settings
    if desk.account_key is None or settings.origin("tz").layer != "Clockify":
        return ()
    machine = machine_zone(desk.environ)
    pair = f"{machine} {settings.zone.key}"
    mark = f"zones:{desk.account_key}"
    if _same_zone(desk, load_zone(machine)) or meta.value(desk.db, mark) == pair:
        return ()
    with suppress(StoreError), desk.db.transaction():
        meta.put(desk.db, mark, pair)
    return (
        f"This machine is in {machine}, your Clockify settings say {settings.zone.key}: "
        f"times are {settings.zone.key}'s (`clockify config set tz {machine}` changes that).",
    )


def _same_zone(desk: Desk, machine: ZoneInfo) -> bool:
    """Whether both show the same time now and half a year from now."""
    moments = (desk.now, desk.now + timedelta(days=182))
    return all(
        moment.astimezone(machine).utcoffset() == moment.astimezone(desk.settings.zone).utcoffset()
        for moment in moments
    )


def _span(seconds: float) -> str:
    """``45 s``, ``12 min``, ``3 h``."""
    length = abs(seconds)
    if length < 120:
        return f"{length:.0f} s"
    return f"{length / 60:.0f} min" if length < 7200 else f"{length / 3600:.0f} h"
