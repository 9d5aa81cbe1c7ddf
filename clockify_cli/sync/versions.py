"""Versions of an entry, field by field: to compare, to merge, and as the JSON text that is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import TypeVar

from clockify_cli.store.snapshots import CUSTOM
from clockify_cli.sync.fingerprint import comparable
from clockify_cli.sync.remote import EntryBody, RemoteEntry, RemoteItem
from clockify_cli.values import replace

FIELDS = (
    "start",
    "end",
    "description",
    "project_id",
    "task_id",
    "tag_ids",
    "billable",
    "type",
)
"""The fields of every entry that a change may set, by their names here; custom fields come on top,
each called `CUSTOM` and its id."""

Values = dict[str, object]
"""A value for each field, in a form in which equal means the same."""

UNITS = {"project_id": "project", "task_id": "project", "task": "project", "tag_ids": "tags"}
"""A task belongs to its project: what sets either is decided on together."""

Sent = TypeVar("Sent", EntryBody, RemoteEntry)


def unit_of(field: str) -> str:
    """What *field* (as here or as in the journal) is part of when two sides changed an entry."""
    return UNITS.get(field, field)


def units_of(fields: Iterable[str]) -> frozenset[str]:
    """The units of all *fields*."""
    return frozenset(map(unit_of, fields))


def values_of(entry: RemoteEntry | EntryBody) -> Values:
    """What *entry* says, ready to be compared: seconds for times, tags without order."""
    values: Values = {
        "start": int(entry.start.timestamp() // 1),
        "end": None if entry.end is None else int(entry.end.timestamp() // 1),
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
    """The fields in which *one* and *other* differ, in the order of `FIELDS`."""
    return ordered(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def ordered(fields: Iterable[str]) -> list[str]:
    """*fields* in the order of `FIELDS`, custom ones last."""
    given = set(fields)
    return [*(name for name in FIELDS if name in given), *sorted(given - set(FIELDS))]


def with_fields(entry: Sent, said: EntryBody | RemoteEntry, fields: Collection[str]) -> Sent:
    """*entry* with what *said* says of *fields*."""
    plain = {name: getattr(said, name) for name in FIELDS if name in fields}
    ids = {name.removeprefix(CUSTOM) for name in fields if name.startswith(CUSTOM)}
    return replace(entry, custom_fields=_custom_with(entry, said, ids), **plain)


def _custom_with(
    entry: EntryBody | RemoteEntry, said: EntryBody | RemoteEntry, ids: Collection[str]
) -> tuple[tuple[str, object], ...]:
    """The custom fields of *entry*, those with *ids* as *said* has them."""
    theirs = {id_: value for id_, value in said.custom_fields if id_ in ids}
    ours = {id_: value for id_, value in entry.custom_fields if id_ not in ids or id_ in theirs}
    return tuple((ours | theirs).items())


def merged_version(known: str | None, now: str, kept: Collection[str]) -> str:
    """The version *now*, but with the units *kept* as in *known*, where there is one."""
    if known is None or not kept:
        return now
    custom = {name for name in kept if name.startswith(CUSTOM)}
    fields = {*custom, *(name for name in FIELDS if unit_of(name) in kept)}
    return version_text(with_fields(version_of(now), version_of(known), fields))


def version_text(entry: RemoteEntry) -> str:
    """*entry* as text that `version_of` reads back."""
    return json.dumps(
        {
            "id": entry.id,
            "user": entry.user_id,
            "workspace": entry.workspace_id,
            "start": int(entry.start.timestamp()),
            "end": None if entry.end is None else int(entry.end.timestamp()),
            "description": entry.description,
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
    """The entry that `version_text` wrote, without rates."""
    said = json.loads(text)
    return RemoteEntry(
        id=said["id"],
        user_id=said["user"],
        workspace_id=said["workspace"],
        start=datetime.fromtimestamp(said["start"], UTC),
        end=None if said["end"] is None else datetime.fromtimestamp(said["end"], UTC),
        description=said["description"],
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
    """The rates of *entry* as JSON text: ``{"hourlyRate": {"amount", "currency"}, …}``."""
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
    """What a change of a name may set, ready to be compared."""
    return {"name": item.name, "archived": item.archived}
