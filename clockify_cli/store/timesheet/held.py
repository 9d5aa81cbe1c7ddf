"""The last known version of an entry in Clockify, with local ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from clockify_cli.domain.entry import EntryFields, Kind, plain_in
from clockify_cli.store.db.connection import StoreConnection, maybe_moment, moment_of
from clockify_cli.store.sync.replica import local_id_of
from clockify_cli.store.timesheet.entities import StoredEntry
from clockify_cli.values import replace

T = TypeVar("T")


def as_held(db: StoreConnection, entry: StoredEntry, words: EntryFields) -> EntryFields:
    """Return *entry* as last seen in Clockify; equivalent values stay as spelt in *words*.

    If no version was seen, or one of its names is no longer known, *words* are used.
    """
    if entry.server is None:
        return words
    theirs = _fields(db, entry.workspace_id, json.loads(entry.server), words)
    return replace(
        theirs,
        description=_spelt(words.description, theirs.description, str.split),
        tags=_spelt(words.tags, theirs.tags, frozenset),
        custom_fields=_spelt(words.custom_fields, theirs.custom_fields, _by_id),
    )


def _fields(
    db: StoreConnection, workspace: str, said: dict[str, Any], words: EntryFields
) -> EntryFields:
    def known(kind: Kind, server_id: str | None, otherwise: str | None) -> str | None:
        found = local_id_of(db, workspace, kind, server_id) if server_id else None
        return found or (otherwise if server_id else None)

    tags = [known("tag", tag, None) for tag in said["tags"]]
    custom = [{"customFieldId": id_, "value": value} for id_, value in said["customFields"]]
    return EntryFields(
        start=moment_of(said["start"]),
        end=maybe_moment(said["end"]),
        **plain_in(said),
        project=known("project", said["project"], words.project),
        task=known("task", said["task"], words.task),
        tags=tuple(tag for tag in tags if tag),
        billable=bool(said["billable"]),
        custom_fields=json.dumps(custom, ensure_ascii=False, separators=(",", ":")),
        type=said["type"] or words.type,
    )


def _spelt(ours: T, theirs: T, meaning: Callable[[T], object]) -> T:
    return ours if meaning(ours) == meaning(theirs) else theirs


def _by_id(custom_fields: str) -> list[str]:
    return sorted(json.dumps(one, sort_keys=True) for one in json.loads(custom_fields))
