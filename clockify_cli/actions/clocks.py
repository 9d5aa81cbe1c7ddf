"""Whether this machine's clock can be trusted with the time of an entry."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
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


def now_unless_set_back(desk: Desk, running: TimeEntry) -> datetime:
    """Now; where the clock was set back to before *running* began, what it would say otherwise."""
    if running.start <= desk.now:
        return desk.now
    unset = _unset(desk, running)
    return desk.now if unset is None else max(desk.now, unset)


def set_back_text(desk: Desk, running: TimeEntry) -> str:
    """How far the clock was set back since *running* began, such as ``20 min``."""
    return _span(_drift(desk, running))


def _drift(desk: Desk, running: TimeEntry) -> float:
    """Seconds by which the wall clock went ahead since the start; 0 where nobody knows."""
    since = _since_start(desk, running)
    return 0.0 if since is None else desk.clock.wall() - since[0] - since[1]


def _unset(desk: Desk, running: TimeEntry) -> datetime | None:
    """What the wall clock would say now if nobody had set it since the start."""
    since = _since_start(desk, running)
    return None if since is None else datetime.fromtimestamp(int(sum(since)), UTC)


def _since_start(desk: Desk, running: TimeEntry) -> tuple[float, float] | None:
    """The wall clock at the start, and the seconds since; None where nobody knows."""
    text = journal.clock_of_start(desk.db, running.local_id)
    if text is None:
        return None
    then = json.loads(text)
    if not then["boot"] or then["boot"] != desk.clock.boot_id():
        return None
    return float(then["wall"]), float(desk.clock.boottime() - then["boottime"])


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
