"""Versions of an entry as JSON text: what Clockify was seen to hold, to compare with later."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from clockify_cli.sync.fingerprint import comparable
from clockify_cli.sync.remote import EntryBody, RemoteEntry, RemoteItem

FIELDS = (
    "start",
    "end",
    "description",
    "project_id",
    "task_id",
    "tag_ids",
    "billable",
    "custom_fields",
    "type",
)
"""The fields of an entry that a change may set, by their names here."""

Values = dict[str, object]
"""A value for each of `FIELDS`, in a form in which equal means the same."""


def values_of(entry: RemoteEntry | EntryBody) -> Values:
    """What *entry* says, ready to be compared: seconds for times, tags without order."""
    return {
        "start": int(entry.start.timestamp() // 1),
        "end": None if entry.end is None else int(entry.end.timestamp() // 1),
        "description": comparable(entry.description),
        "project_id": entry.project_id,
        "task_id": entry.task_id,
        "tag_ids": sorted(entry.tag_ids),
        "billable": bool(entry.billable),
        "custom_fields": json.dumps(sorted(entry.custom_fields, key=lambda pair: pair[0])),
        "type": entry.type or "REGULAR",
    }


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
