"""The program's own timesheet with many entries, written by its own store."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from benchmarks.intervals import CLIENTS, PROJECTS, TAGS, Interval, client_of
from clockify_cli.domain.entry import LOCAL, EntryFields, Item, Kind
from clockify_cli.store.db.changes import Database


def write_timesheet(path: Path, intervals: Iterable[Interval]) -> None:
    """Write a timesheet to *path* in which each of *intervals* is a change of its own."""
    with closing(Database(path)) as db, db.transaction():
        ids: dict[str, str] = {}
        for interval in intervals:
            with db.change(LOCAL, verb="add", at=interval.end) as change:
                if not ids:
                    ids = _names()
                    for item in _items(ids):
                        change.create_item(item)
                change.create_entry(_fields(interval, ids))
                change.summary = interval.description


def _names() -> dict[str, str]:
    return {name: os.urandom(16).hex() for name in (*CLIENTS, *PROJECTS, *TAGS)}


def _items(ids: Mapping[str, str]) -> Iterable[Item]:
    kinds: tuple[tuple[Kind, tuple[str, ...]], ...] = (
        ("client", CLIENTS),
        ("project", PROJECTS),
        ("tag", TAGS),
    )
    for kind, names in kinds:
        for name in names:
            client = ids[client_of(name)] if kind == "project" else None
            yield Item(kind=kind, local_id=ids[name], workspace_id=LOCAL, name=name, client=client)


def _fields(interval: Interval, ids: Mapping[str, str]) -> EntryFields:
    return EntryFields(
        start=interval.start,
        end=interval.end,
        description=interval.description,
        project=ids[interval.project],
        tags=tuple(ids[tag] for tag in interval.tags),
    )
