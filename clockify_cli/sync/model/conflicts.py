"""What to do when Clockify no longer has what the person saw. Pure; never guesses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from clockify_cli.domain.entry import PLAIN, SENT_TYPES, plain_in, plain_of, type_name
from clockify_cli.store.timesheet.entities import CUSTOM
from clockify_cli.sync.model.remote import EntryBody, RemoteEntry, RemoteItem
from clockify_cli.sync.model.row import Fingerprint, comparable, matches, of_entry
from clockify_cli.values import dataclass, fields, replace

DELETED_THERE = "it was deleted in Clockify"
"""Why a change of an entry deleted in Clockify needs a decision."""

OLD_START = timedelta(hours=12)
"""A start older than this does not silently end a timer that was started elsewhere."""


@dataclass(frozen=True, slots=True)
class Held:
    """Some *units* (`unit_of`) of a change need a decision by the person."""

    units: frozenset[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Proceed:
    """Send it; *body* is the whole entry to send, if any, without what is *held*."""

    body: EntryBody | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Superseded:
    """Nothing needs to be sent; *verdict* says why, *entry* is what Clockify has.

    This does not include what is *held*.
    """

    verdict: str
    entry: RemoteEntry | None = None
    held: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing can be sent: every part needs a decision and is *held*."""

    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Adopt:
    """Clockify already has exactly this entry."""

    entry: RemoteEntry


@dataclass(frozen=True, slots=True)
class EndFirst:
    """The timer *entry* has to be ended by sending *body* first."""

    entry: RemoteEntry
    body: EntryBody


@dataclass(frozen=True, slots=True)
class EndItself:
    """A later timer runs: this one is sent as ended at *end*."""

    end: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Only the person can decide."""

    reason: str


Started = Proceed | Adopt | EndFirst | EndItself | Review
Ended = Proceed | Superseded | Review
Edited = Proceed | Superseded | Undecided | Review


def parts_of(decided: Proceed | Superseded | Undecided) -> tuple[Held, ...]:
    """Return the parts that become rows of their own; an undecided row keeps its first part."""
    return decided.held[1:] if isinstance(decided, Undecided) else decided.held


def body_of(entry: RemoteEntry) -> EntryBody:
    """Return every field of *entry*, as for sending a whole entry."""
    return EntryBody(**{each.name: getattr(entry, each.name) for each in fields(EntryBody)})


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
    """Decide about a start that may have waited, given what runs in Clockify at *now*.

    *retry_requested*: the person was asked and agreed. *stopped*: it has ended here since. *ours*:
    the running timer was started here, so before this one, unless that has ended here.
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
        return Review(f"it was started over 12 hours ago, and {_called(running)} is running")
    return EndFirst(running, replace(body_of(running), end=body.start))


def stopping(
    end: datetime, entry: RemoteEntry | None, *, began: datetime | None = None, cut: bool = False
) -> Ended:
    """Decide about a stop at *end* of *entry* as Clockify has it; None: it is deleted there.

    *began*: its start as the person saw it; ending in that second means an entry without length.
    *cut*: it ended there only because a later timer of ours began while this stop had to wait.
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
    """Decide about a stop at *end* of whatever ran, given what runs now.

    *started_after*: the running timer was started here, after the stop.
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
    """Merge an edit field by field: the fields *wanted* get their values from *ours*.

    Fields that both sides changed are held, and the rest is sent. *base*: what the person saw;
    None: it is as first sent, so nothing can have changed unseen. *stop*: the result of `stopping`
    for the end, if it is a stop that sets more than the end.
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
    if missing and fresh.type not in SENT_TYPES:
        return Review(f"it is {type_name(fresh.type)} in Clockify, which allows no changes")
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
    """Return the *missing* fields that Clockify has also changed since *base*."""
    if base is None:
        return []
    theirs = units_of(differing(base, there))
    both = [name for name in ordered(missing) if unit_of(name) in theirs]
    return [
        Held(
            frozenset({unit}),
            f"changed in Clockify too: {_spoken_all(n for n in both if unit_of(n) == unit)}",
        )
        for unit in dict.fromkeys(map(unit_of, both))
    ]


def _without(names: set[str], held: Iterable[Held]) -> set[str]:
    units = frozenset[str]().union(*(each.units for each in held))
    return {name for name in names if unit_of(name) not in units}


def _is_backward(body: EntryBody) -> bool:
    return body.end is not None and body.end <= body.start


def _as_meant(merged: EntryBody, ours: EntryBody) -> bool:
    """Return whether the entry has no length here either."""
    return (merged.start, merged.end) == (ours.start, ours.end)


def running_again(again: Proceed, fresh: RemoteEntry, running: RemoteEntry | None) -> Edited:
    """Let the ended entry *fresh* run again, unless another timer runs: there is only one."""
    if running is None or again.body is None:
        return again
    reason = f"it would keep running, and {_called(running)} is running"
    held = (*again.held, Held(frozenset({"end"}), reason))
    ended = replace(again.body, end=fresh.end)
    if not differing(values_of(ended), values_of(fresh)):
        return Undecided(held)
    return Proceed(ended, held)


def deleting(base: Values | None, fresh: RemoteEntry | None) -> Ended:
    """Decide about a deletion: an entry that changed unseen is never deleted."""
    if fresh is None:
        return Superseded("superseded: deleted in Clockify")
    if base is not None and values_of(fresh) != base:
        changed = differing(base, values_of(fresh))
        return Review(f"changed in Clockify since: {_spoken_all(changed)}")
    return Proceed()


def _called(entry: RemoteEntry) -> str:
    return f'"{entry.description}"' if entry.description else "another timer"


def _spoken_all(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(_spoken, names)))


def _spoken(name: str) -> str:
    if name.startswith(CUSTOM):
        return CUSTOM.strip()
    return name.removesuffix("_id").removesuffix("_ids").replace("_", " ").replace("tag", "tags")


FIELDS = ("start", "end", *PLAIN, "project_id", "task_id", "tag_ids", "billable", "type")
"""The fields of every entry that a change may set, by their names here, in addition to custom
fields, which are called `CUSTOM` and their id."""

Values = dict[str, object]
"""A value for each field, in a form in which equal means the same."""

UNITS = {"project_id": "project", "task_id": "project", "task": "project", "tag_ids": "tags"}
"""A task belongs to its project, so both are decided on together."""

Sent = TypeVar("Sent", EntryBody, RemoteEntry)


def unit_of(field: str) -> str:
    """Return the unit of *field* (named as here or in the journal) for conflicts."""
    return UNITS.get(field, field)


def units_of(fields: Iterable[str]) -> frozenset[str]:
    """Return the units of all *fields*."""
    return frozenset(map(unit_of, fields))


def values_of(entry: EntryBody) -> Values:
    """Return the values of *entry* for comparison: seconds for times, tags without order."""
    values: Values = {
        "start": int(entry.start.timestamp() // 1),
        "end": None if entry.end is None else int(entry.end.timestamp() // 1),
        **plain_of(entry),
        "description": comparable(entry.description),
        "project_id": entry.project_id,
        "task_id": entry.task_id,
        "tag_ids": sorted(entry.tag_ids),
        "billable": bool(entry.billable),
        "type": entry.type or "REGULAR",
    }
    for id_, value in entry.custom_fields:
        if value is not None:
            values[f"{CUSTOM}{id_}"] = json.dumps(value, sort_keys=True)
    return values


def differing(one: Values, other: Values) -> list[str]:
    """Return the fields in which *one* and *other* differ, in the order of `FIELDS`."""
    return ordered(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def ordered(fields: Iterable[str]) -> list[str]:
    """Return *fields* in the order of `FIELDS`, custom ones last."""
    given = set(fields)
    return [*(name for name in FIELDS if name in given), *sorted(given - set(FIELDS))]


def with_fields(entry: Sent, said: EntryBody, fields: Collection[str]) -> Sent:
    """Return *entry* with the *fields* of *said*."""
    plain = {name: getattr(said, name) for name in FIELDS if name in fields}
    ids = {name.removeprefix(CUSTOM) for name in fields if name.startswith(CUSTOM)}
    return replace(entry, custom_fields=_custom_with(entry, said, ids), **plain)


def _custom_with(
    entry: EntryBody, said: EntryBody, ids: Collection[str]
) -> tuple[tuple[str, object], ...]:
    """Return the custom fields of *entry*, with those in *ids* taken from *said*."""
    theirs = {id_: value for id_, value in said.custom_fields if id_ in ids}
    ours = {id_: value for id_, value in entry.custom_fields if id_ not in ids or id_ in theirs}
    return tuple((ours | theirs).items())


def merged_version(known: str | None, now: str, kept: Collection[str]) -> str:
    """Return the version *now* with the units *kept* from *known*, if there is one."""
    if known is None or not kept:
        return now
    custom = {name for name in kept if name.startswith(CUSTOM)}
    fields = {*custom, *(name for name in FIELDS if unit_of(name) in kept)}
    return version_text(with_fields(version_of(now), version_of(known), fields))


def version_text(entry: RemoteEntry) -> str:
    """Return *entry* as text that `version_of` reads back."""
    return json.dumps(
        {
            "id": entry.id,
            "user": entry.user_id,
            "workspace": entry.workspace_id,
            "start": int(entry.start.timestamp()),
            "end": None if entry.end is None else int(entry.end.timestamp()),
            **plain_of(entry),
            "project": entry.project_id,
            "task": entry.task_id,
            "tags": list(entry.tag_ids),
            "billable": entry.billable,
            "customFields": [list(pair) for pair in entry.custom_fields],
            "type": entry.type,
            "locked": entry.locked,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def version_of(text: str) -> RemoteEntry:
    """Read the entry that `version_text` wrote, without rates."""
    said = json.loads(text)
    return RemoteEntry(
        id=said["id"],
        user_id=said["user"],
        workspace_id=said["workspace"],
        start=datetime.fromtimestamp(said["start"], UTC),
        end=None if said["end"] is None else datetime.fromtimestamp(said["end"], UTC),
        **plain_in(said),
        project_id=said["project"],
        task_id=said["task"],
        tag_ids=tuple(said["tags"]),
        billable=said["billable"],
        custom_fields=tuple((pair[0], pair[1]) for pair in said["customFields"]),
        type=said["type"],
        locked=said["locked"],
        rated=False,
    )


NO_RATES = "{}"


def rates_text(entry: RemoteEntry) -> str:
    """Return the rates of *entry* as JSON: ``{"hourlyRate": {"amount", "currency"}, …}``."""
    rates = {"hourlyRate": entry.hourly_rate, "costRate": entry.cost_rate}
    return json.dumps(
        {
            name: {"amount": rate[0], "currency": rate[1]}
            for name, rate in rates.items()
            if rate is not None
        },
        separators=(",", ":"),
    )


def item_values(item: RemoteItem) -> Values:
    """Return the values of a name that a change may set, for comparison."""
    return {"name": item.name, "archived": item.archived}
