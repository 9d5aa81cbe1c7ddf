"""The time due, for people: how much, and how much is still to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.domain.targets import counted

if TYPE_CHECKING:
    from clockify_cli.domain.entry import TypeSeconds
    from clockify_cli.domain.targets import Target
    from clockify_cli.show.formats.json import JsonObject
    from clockify_cli.show.time_format import TimeFormat


def rest_text(target: Target, seconds: int, of_types: TypeSeconds, times: TimeFormat) -> str:
    """Return ``6:58 to go``, ``0:30 over`` or ``done`` for a total of *seconds* with *of_types*.

    All durations are as displayed. If the range is over: ``6:58 short``.
    """
    rest = times.displayed(target.seconds) - counted(seconds, of_types)
    if not rest:
        return "done"
    if rest < 0:
        return f"{times.length(-rest)} over"
    return f"{times.length(rest)} {'short' if target.past else 'to go'}"


def due_text(target: Target, seconds: int, of_types: TypeSeconds, times: TimeFormat) -> str:
    """Return ``due 16:00, 6:58 to go``."""
    rest = rest_text(target, seconds, of_types, times)
    return f"due {times.length(target.seconds)}, {rest}"


def target_json(target: Target, seconds: int, of_types: TypeSeconds) -> JsonObject:
    """Return the target for scripts, with the part of *seconds* that counts towards it."""
    done = counted(seconds, of_types)
    return {
        "dueSeconds": target.seconds,
        "countedSeconds": done,
        "averageSeconds": target.average(done),
        "workingDays": target.days,
        "workingDaysInRange": target.all_days,
    }
