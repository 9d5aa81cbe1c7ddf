"""What to do where Clockify no longer holds what the person saw. Pure; never guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from clockify_cli.domain.entry import SENDABLE, type_name
from clockify_cli.store.snapshots import CUSTOM
from clockify_cli.sync.fingerprint import Fingerprint, matches, of_entry
from clockify_cli.sync.remote import EntryBody, RemoteEntry
from clockify_cli.sync.versions import (
    Values,
    differing,
    ordered,
    unit_of,
    units_of,
    values_of,
    with_fields,
)
from clockify_cli.values import dataclass, replace

DELETED_THERE = "it was deleted in Clockify"
"""Why a change of an entry that is gone there waits for a decision."""

OLD_START = timedelta(hours=12)
"""A start of longer ago than this ends no timer that was started elsewhere without a word."""


@dataclass(frozen=True, slots=True)
class Held:
    """Of a change of an entry only the person can decide on *units* (`versions.unit_of`)."""

    units: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Proceed:
    """Send it; *body* where a whole entry goes out, without what is *held*."""

    body: EntryBody | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Superseded:
    """There is nothing to send any more; *verdict* says why, *entry* is what Clockify holds.

    What is *held* is not part of that.
    """

    verdict: str
    entry: RemoteEntry | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing of it goes out: only the person can decide, on each part of it that is *held*."""

    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Adopt:
    """Clockify holds just this already."""

    entry: RemoteEntry


@dataclass(frozen=True, slots=True)
class EndFirst:
    """The timer *entry* has to be ended by *body* before."""

    entry: RemoteEntry
    body: EntryBody


@dataclass(frozen=True, slots=True)
class EndItself:
    """A later timer runs: this one is sent as having ended at *end*."""

    end: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Only the person can decide."""

    reason: str


Started = Proceed | Adopt | EndFirst | EndItself | Review
Ended = Proceed | Superseded | Review
Edited = Proceed | Superseded | Undecided | Review


def parts_of(decided: Proceed | Superseded | Undecided) -> tuple[Held, ...]:
    """What becomes a row of its own; of a change that is held as a whole the first part stays."""
    return decided.held[1:] if isinstance(decided, Undecided) else decided.held


def body_of(entry: RemoteEntry) -> EntryBody:
    """Every field of *entry*, as a whole entry is sent."""
    return EntryBody(
        start=entry.start,
        end=entry.end,
        description=entry.description,
        project_id=entry.project_id,
        task_id=entry.task_id,
        tag_ids=entry.tag_ids,
        billable=entry.billable,
        custom_fields=entry.custom_fields,
        type=entry.type,
    )


def starting(
    body: EntryBody,
    fp: Fingerprint,
    running: RemoteEntry | None,
    now: datetime,
    *,
    retry_requested: bool = False,
    stopped: bool = False,
    ours: bool = False,
) -> Started:
    """What a start that may have been waiting does, given what runs at Clockify at *now*.

    *retry_requested*: the person was asked already and said yes. *stopped*: it ended here since.
    *ours*: what runs was started from here, so before this one where it has not ended here since.
    """
    if running is None:
        return Proceed(body)
    if matches(fp, of_entry(running)) and not ours:
        return Adopt(running)
    if running.start > body.start:
        return EndItself(running.start)
    if running.start == body.start and stopped:
        return EndItself(running.start)
    if running.start == body.start and not (retry_requested or ours):
        return Review("another timer was started at the same second")
    if now - body.start > OLD_START and not retry_requested:
        return Review(f"it was started over 12 hours ago, and {_called(running)} runs")
    return EndFirst(running, replace(body_of(running), end=body.start))


def stopping(
    end: datetime, entry: RemoteEntry | None, *, began: datetime | None = None, cut: bool = False
) -> Ended:
    """What a stop at *end* does to *entry* as Clockify holds it; None: it is gone there.

    *began*: its start as the person saw it: one that ends in the second in which it began lasts no
    time, as meant. *cut*: it ended there only because a later timer of ours began while this stop
    had to wait.
    """
    if entry is None:
        return Superseded("superseded: deleted in Clockify")
    if entry.end is not None and (entry.end == end or not cut):
        if entry.end == end:
            return Superseded("read back", entry)
        ended = f"superseded: ended there at {entry.end:%Y-%m-%d %H:%M:%S} UTC"
        return Superseded(f"{ended}, here at {end:%H:%M:%S} UTC", entry)
    if end < entry.start or end == entry.start != began:
        return Review("it would end before it began: a clock was set back")
    return Proceed(replace(body_of(entry), end=end))


def stopping_any(
    end: datetime, running: RemoteEntry | None, *, started_after: bool = False
) -> Ended:
    """What a stop at *end* of whatever ran does, given what runs now.

    *started_after*: what runs was started from here, after the stop.
    """
    if running is None:
        return Superseded("superseded: nothing ran")
    if running.start > end or (running.start == end and started_after):
        return Superseded(f"superseded: {_called(running)} was started later")
    return Proceed(replace(body_of(running), end=end))


def editing(
    base: Values | None,
    wanted: Mapping[str, object],
    ours: EntryBody,
    fresh: RemoteEntry | None,
    *,
    stop: Ended | None = None,
) -> Edited:
    """An edit that sets the fields *wanted* (as compared) to what *ours* says, merged per field.

    Where both sides changed the same, that is held, and all else goes out. *base*: what the person
    saw; None: as it was sent first, so nothing can have changed unseen. *stop*: what `stopping`
    says of the end, where it is a stop that sets more than that.
    """
    if fresh is None:
        return Review(DELETED_THERE)
    missing = {name for name in wanted if values_of(fresh).get(name) != wanted[name]}
    if stop is not None:
        missing -= {"end"}
    held = _changed_twice(base, values_of(fresh), missing)
    if isinstance(stop, Review):
        held.insert(0, Held(frozenset({"end"}), stop.reason))
    if isinstance(stop, Proceed):
        missing |= {"end"}
    if missing and fresh.type not in SENDABLE:
        return Review(f"it is {type_name(fresh.type)} at Clockify, which lets nothing change it")
    missing = _without(missing, held)
    merged = with_fields(body_of(fresh), ours, missing)
    times = missing & {"start", "end"}
    if times and _is_backward(merged) and not _as_meant(merged, ours):
        held.append(Held(frozenset(times), "it would end before it begins"))
        merged = with_fields(body_of(fresh), ours, missing := missing - times)
    if missing:
        return Proceed(merged, tuple(held))
    if isinstance(stop, Superseded):
        return replace(stop, held=tuple(held))
    if held and not _without(set(wanted), held):
        return Undecided(tuple(held))
    return Superseded("read back", fresh, tuple(held))


def _changed_twice(base: Values | None, there: Values, missing: Collection[str]) -> list[Held]:
    """What of the fields *missing* at Clockify was changed there too, since *base*."""
    if base is None:
        return []
    theirs = units_of(differing(base, there))
    both = [name for name in ordered(missing) if unit_of(name) in theirs]
    return [
        Held(
            frozenset({unit}),
            f"changed at Clockify too: {_spoken_all(n for n in both if unit_of(n) == unit)}",
        )
        for unit in dict.fromkeys(map(unit_of, both))
    ]


def _without(names: set[str], held: Iterable[Held]) -> set[str]:
    units = frozenset[str]().union(*(each.units for each in held))
    return {name for name in names if unit_of(name) not in units}


def _is_backward(body: EntryBody) -> bool:
    return body.end is not None and body.end <= body.start


def _as_meant(merged: EntryBody, ours: EntryBody) -> bool:
    """Whether what lasts no time does so here as well."""
    return (merged.start, merged.end) == (ours.start, ours.end)


def running_again(again: Proceed, fresh: RemoteEntry, running: RemoteEntry | None) -> Edited:
    """An entry that has ended, *fresh*, runs on, given what else runs: there is one timer."""
    if running is None or again.body is None:
        return again
    reason = f"it would run on, and {_called(running)} runs"
    held = (*again.held, Held(frozenset({"end"}), reason))
    ended = replace(again.body, end=fresh.end)
    if not differing(values_of(ended), values_of(fresh)):
        return Undecided(held)
    return Proceed(ended, held)


def deleting(base: Values | None, fresh: RemoteEntry | None) -> Ended:
    """A deletion: what changed unseen is never deleted."""
    if fresh is None:
        return Superseded("superseded: deleted in Clockify")
    if base is not None and values_of(fresh) != base:
        changed = differing(base, values_of(fresh))
        return Review(f"changed at Clockify since: {_spoken_all(changed)}")
    return Proceed()


def _called(entry: RemoteEntry) -> str:
    return f'"{entry.description}"' if entry.description else "another timer"


def _spoken_all(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(_spoken, names)))


def _spoken(name: str) -> str:
    if name.startswith(CUSTOM):
        return CUSTOM.strip()
    return name.removesuffix("_id").removesuffix("_ids").replace("_", " ").replace("tag", "tags")
