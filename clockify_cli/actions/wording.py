"""How actions refer to entries and times in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import (
    LOCAL,
    SENDABLE,
    EntryFields,
    TimeEntry,
    agreeing,
    counted,
    type_name,
)
from clockify_cli.domain.names import quoted
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.errors import ClockifyError, LimitReached

if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext


def describe(entry: TimeEntry) -> str:
    """What *entry* is called in a sentence."""
    project = entry.project.label if entry.project else ""
    return " · ".join(part for part in (quoted(entry.description), project) if part) or "the entry"


def describe_span(entry: TimeEntry, ctx: AppContext, *, exact: bool = False) -> str:
    """``2026-11-24 09:00–10:30`` in the user's zone; the end left open while it runs.

    *exact*: with the seconds, where there are any.
    """
    start = offset_text(entry.start, ctx.zone)
    if entry.end is None:
        length = 19 if exact and entry.start.second else 16
        return f"{start[:10]} {start[11:length]}–…"
    end = offset_text(entry.end, ctx.zone)
    length = 19 if exact and (entry.start.second or entry.end.second) else 16
    last = end[11:length] if end[:10] == start[:10] else f"{end[:10]} {end[11:length]}"
    return f"{start[:10]} {start[11:length]}–{last}"


def clock_text(ctx: AppContext, at: datetime, *, exact: bool = False) -> str:
    """``10:30`` today, else with the date before it; in the user's zone. *exact*: with seconds."""
    return _clock_text(at, ctx.zone, ctx.now, exact=exact)


def _clock_text(at: datetime, zone: tzinfo, now: datetime, *, exact: bool = False) -> str:
    local = at.astimezone(zone)
    clock = local.time().isoformat("seconds" if exact else "minutes")
    is_today = local.date() == now.astimezone(zone).date()
    return clock if is_today else f"{local:%Y-%m-%d} {clock}"


def until_text(at: datetime, zone: tzinfo, now: datetime) -> str:
    """As `clock_text`, of the next whole minute: by then *at* is past."""
    return _clock_text(at + timedelta(seconds=-at.timestamp() % 60), zone, now)


def message_of(error: ClockifyError, zone: tzinfo, now: datetime) -> str:
    """What *error* says, and until when the limit is reached where it is about that."""
    if isinstance(error, LimitReached) and error.until is not None:
        return f"{error.message} until {until_text(error.until, zone, now)}"
    return error.message


def kept_notes(
    workspace: str, entries: Iterable[TimeEntry] | Iterable[EntryFields]
) -> tuple[str, ...]:
    """That some of *entries*, new in *workspace*, are never sent, if there are any such."""
    kept = [entry.type for entry in entries if entry.type not in SENDABLE]
    if not kept or workspace == LOCAL:
        return ()
    types = " or ".join(dict.fromkeys(map(type_name, kept)))
    stay = f"{counted(len(kept), 'entry')} {agreeing(len(kept), 'stays', 'stay')}"
    return (f"{stay} on this computer: Clockify's API does not accept {types}.",)


def unsent_text(count: int) -> str:
    """That *count* changes wait for an account that is not in use; empty for none."""
    if not count:
        return ""
    waits = agreeing(count, "waits", "wait")
    return f"{counted(count, 'change')} for Clockify still {waits} (`clockify queue`)."


def unreachable_text(reason: str) -> str:
    """That Clockify cannot be reached and why: *reason* may be such a sentence itself."""
    told = "Clockify can't be reached: "
    return told + reason.removeprefix(told).rstrip(".")
