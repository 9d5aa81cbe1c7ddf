"""Compute the results of moving, splitting, cutting, joining and trimming entries. Pure.

Times are aware UTC. Nothing here knows the store: an entry is its id and its fields, and the result
is a `Plan`. A running timer has no end, and no operation stops it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from clockify_cli.domain.entry import CONTENT, EntryFields
from clockify_cli.domain.time.points import minute_of
from clockify_cli.errors import UsageError
from clockify_cli.values import dataclass, replace

FIELD_NAMES = {"custom_fields": "custom fields"}


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry as it is now: its local id and its fields."""

    local_id: str
    fields: EntryFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The writes to make: *updated* entries, *created* ones, and the ids of *deleted* ones."""

    updated: tuple[Placed, ...] = ()
    created: tuple[EntryFields, ...] = ()
    deleted: tuple[str, ...] = ()


class WouldVanish(UsageError):
    """The entry *entry* would have no time left."""

    code = "would-vanish"

    def __init__(self, message: str, hint: str, entry: Placed) -> None:
        super().__init__(message, hint)
        self.entry = entry


class TimerRuns(UsageError):
    """A change of the end or the length of a timer that is still running."""


class NoTimeLeft(UsageError):
    """An entry would end at *end*, which is not after its *start*."""

    def __init__(self, start: datetime, end: datetime) -> None:
        super().__init__("the end is not after the start", "Give an end that is later.")
        self.start, self.end = start, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The requested changes of an entry's times; None if not requested.

    *length* is the new length, *by* is added to the length (or subtracted if negative), *shift*
    moves both ends. *length* counts from the start, unless only the end was given.
    """

    start: datetime | None = None
    end: datetime | None = None
    length: timedelta | None = None
    by: timedelta | None = None
    shift: timedelta | None = None


def moved(fields: EntryFields, times: Times) -> EntryFields:
    """Return *fields* with *times* applied.

    Raises UsageError for options that contradict each other, for an end that is not after the start
    (unless the entry had no length before), and for a length or an end given to a running timer.
    """
    _refuse_contradiction(times)
    if fields.end is None:
        return _moved_timer(fields, times)
    start, end = times.start or fields.start, times.end or fields.end
    if times.shift is not None:
        start, end = fields.start + times.shift, fields.end + times.shift
    if times.length is not None:
        if times.end is not None and times.start is None:
            start = end - times.length
        else:
            end = start + times.length
    if times.by is not None:
        end += times.by
    # A timer that was stopped in the second in which it began has no length to lose.
    if end < start or (end == start and fields.end > fields.start):
        raise NoTimeLeft(start, end)
    return replace(fields, start=start, end=end)


def _refuse_contradiction(times: Times) -> None:
    if times.shift is not None and times != Times(shift=times.shift):
        raise UsageError(
            "--shift cannot be combined with another time option",
            "--shift moves the start and the end together.",
        )
    if times.by is not None and (times.end is not None or times.length is not None):
        raise UsageError("--by cannot be combined with --end or --for", "Give one of the two.")
    if None not in (times.start, times.end, times.length):
        raise UsageError("--start, --end and --for cannot be combined", "Give two of the three.")


def _moved_timer(fields: EntryFields, times: Times) -> EntryFields:
    if times.by is not None:
        raise TimerRuns(
            "--by changes the length, and this timer is still running",
            "Use --start to change when it began.",
        )
    if times.end is not None or times.length is not None:
        option = "--end" if times.end is not None else "--for"
        raise TimerRuns(
            f"{option} would stop the timer, which is still running",
            "`clockify stop` stops it now. Use --start to change when it began.",
        )
    return replace(fields, start=(times.start or fields.start) + (times.shift or timedelta()))


def split(entry: Placed, points: Sequence[datetime], now: datetime) -> Plan:
    """Divide *entry* at each of *points*; the parts touch and keep every field.

    Of a finished entry the first part keeps its id, of a running timer the last part. Raises
    UsageError for a point that is not inside the entry (up to *now* while it runs).
    """
    cuts = sorted(set(points))
    until = entry.fields.end or now
    for at in cuts:
        if not entry.fields.start < at < until:
            raise UsageError(
                "an entry can only be split between its start and its end",
                "Give a time in between.",
            )
    if not cuts:
        raise UsageError("no time to split at was given", "Give one or more --at TIME.")
    starts = [entry.fields.start, *cuts]
    ends: list[datetime | None] = [*cuts, entry.fields.end]
    parts = [
        replace(entry.fields, start=start, end=end) for start, end in zip(starts, ends, strict=True)
    ]
    return _divided(entry, parts)


def _divided(entry: Placed, parts: Sequence[EntryFields]) -> Plan:
    """Replace *entry* by *parts*: a running part keeps its id, else the first part does."""
    kept = len(parts) - 1 if parts[-1].end is None else 0
    others = tuple(part for place, part in enumerate(parts) if place != kept)
    return Plan(updated=(Placed(entry.local_id, parts[kept]),), created=others)


def cut(entry: Placed, start: datetime, end: datetime, now: datetime) -> Plan:
    """Remove the time from *start* to *end* from *entry*.

    Raises UsageError if the entry has no time in that span, WouldVanish if nothing would be left. A
    running timer continues after *end*, which is not after *now*.
    """
    fields = entry.fields
    until = fields.end or now
    if end <= fields.start or start >= until:
        raise UsageError(
            "the time to cut is outside the entry",
            "`clockify log` lists the entries with their times and numbers.",
        )
    if fields.end is None and end > now:
        raise UsageError(
            "the timer is still running: only time up to now can be cut out of it",
            "Give an end up to now, such as `clockify cut current 12-12:30`.",
        )
    parts = []
    if fields.start < start:
        parts.append(replace(fields, end=start))
    if fields.end is None or end < fields.end:
        parts.append(replace(fields, start=end))
    if not parts:
        raise WouldVanish(
            "that would cut out the whole entry", "`clockify delete ENTRY` removes it.", entry
        )
    return _divided(entry, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A reason not to join entries without asking: a *gap* from *start* to *end*, or a *field* that
    differs."""

    kind: Literal["gap", "field"]
    field: str = ""
    start: datetime | None = None
    end: datetime | None = None


def obstacles(entries: Sequence[Placed]) -> tuple[Obstacle, ...]:
    """Return the obstacles to joining *entries*: gaps between them, and fields that differ."""
    ordered = _in_order(entries)
    found = []
    reach = ordered[0].fields.end
    for entry in ordered[1:]:
        # A gap within a minute is never shown.
        if reach is not None and minute_of(entry.fields.start) > reach:
            found.append(Obstacle(kind="gap", start=reach, end=entry.fields.start))
        if reach is not None:
            reach = None if entry.fields.end is None else max(reach, entry.fields.end)
    first = ordered[0].fields
    for name in CONTENT:
        if any(_said(entry.fields, name) != _said(first, name) for entry in ordered[1:]):
            found.append(Obstacle(kind="field", field=FIELD_NAMES.get(name, name)))
    return tuple(found)


def _said(fields: EntryFields, name: str) -> object:
    value = getattr(fields, name)
    return frozenset(value) if name == "tags" else value


def join(entries: Sequence[Placed]) -> Plan:
    """Return one entry over all the time of *entries*, gaps included, with the fields of the first.

    The first one keeps its id, unless another is running: then that one does. Raises UsageError for
    fewer than two entries.
    """
    if len({entry.local_id for entry in entries}) < 2:
        raise UsageError(
            "`clockify join` needs two or more entries", "For example: `clockify join @2 @1`"
        )
    ordered = _in_order(entries)
    running = [entry for entry in ordered if entry.fields.end is None]
    ends = [entry.fields.end for entry in ordered if entry.fields.end is not None]
    whole = replace(ordered[0].fields, end=None if running else max(ends))
    kept = running[0] if running else ordered[0]
    gone = tuple(entry.local_id for entry in ordered if entry is not kept)
    return Plan(updated=(Placed(kept.local_id, whole),), deleted=gone)


def _in_order(entries: Sequence[Placed]) -> list[Placed]:
    return sorted(entries, key=lambda entry: (entry.fields.start, entry.local_id))


def trimmed(
    neighbours: Iterable[Placed], start: datetime, end: datetime | None
) -> tuple[Placed, ...]:
    """Return *neighbours* that overlap the time from *start* to *end*, trimmed to touch it.

    No *end* means a running timer, which has no upper bound. Raises WouldVanish for a neighbour
    that would have no time left, or that extends beyond both ends.
    """
    found = []
    for entry in neighbours:
        fields = entry.fields
        before = fields.start < start
        after = end is not None and (fields.end is None or fields.end > end)
        if (fields.end is not None and fields.end <= start) or (
            end is not None and fields.start >= end
        ):
            continue
        if before and after:
            raise WouldVanish(
                "that is inside another entry, which cannot be trimmed on both sides",
                "`clockify cut ENTRY SPAN` makes room in it first.",
                entry,
            )
        if not before and not after:
            raise WouldVanish(
                "another entry would be left with no time",
                "`clockify delete ENTRY` removes that one first.",
                entry,
            )
        part = replace(fields, end=start) if before else replace(fields, start=end or start)
        found.append(Placed(entry.local_id, part))
    return tuple(found)
