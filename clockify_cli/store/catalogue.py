"""Clients, projects, tasks and tags as values."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.custom_fields import CustomField
from clockify_cli.errors import NotFound
from clockify_cli.store import meta
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.entities import ITEM_COLUMNS, item_from
from clockify_cli.store.instants import moment_of, seconds_of
from clockify_cli.values import dataclass

_SELECT = f"SELECT {ITEM_COLUMNS} FROM item i WHERE i.deleted = 0"


def items(
    db: StoreConnection,
    workspace: str,
    kind: Kind,
    archived: bool | None = None,
    *,
    project: str | None = None,
) -> list[Item]:
    """The items of *kind* by name; *archived* None means both, *project* keeps its tasks."""
    sql = f"{_SELECT} AND i.workspace = :workspace AND i.kind = :kind"
    if archived is not None:
        sql += " AND i.archived = :archived"
    if project is not None:
        sql += " AND i.project = :project"
    values = {"workspace": workspace, "kind": kind, "archived": archived, "project": project}
    return [item_from(record) for record in db.each(f"{sql} ORDER BY i.name, i.local_id", values)]


def get(db: StoreConnection, local_id: str) -> Item:
    """The item with *local_id*. Raises NotFound where it is deleted or never was."""
    found = db.one(f"{_SELECT} AND i.local_id = ?", (local_id,))
    if found is None:
        raise NotFound(f"there is no {local_id} in the catalogue")
    return item_from(found)


def by_name(db: StoreConnection, workspace: str, kind: Kind, name: str) -> list[Item]:
    """The items of *kind* called exactly *name*: one for tags and clients, more for the rest."""
    rows = db.each(
        f"{_SELECT} AND i.workspace = ? AND i.kind = ? AND i.name = ? ORDER BY i.local_id",
        (workspace, kind, name),
    )
    return [item_from(record) for record in rows]


def names(db: StoreConnection, workspace: str, kind: Kind) -> list[str]:
    """The names in use, for completion: each once, in order, none that is archived."""
    rows = db.each(
        """
        SELECT DISTINCT name FROM item
        WHERE deleted = 0 AND workspace = ? AND kind = ? AND archived = 0 ORDER BY name
        """,
        (workspace, kind),
    )
    return [name for (name,) in rows]


@dataclass(frozen=True, slots=True)
class KnownFields:
    """The fields of a workspace; *fetched* is aware UTC, None where they were never listed."""

    fields: tuple[CustomField, ...] = ()
    fetched: datetime | None = None


def known_fields(db: StoreConnection, workspace: str) -> KnownFields:
    """What is known of the custom fields of *workspace*."""
    text = meta.value(db, _key(workspace))
    if text is None:
        return KnownFields()
    said = json.loads(text)
    fields = tuple(
        CustomField(**{**one, "allowed": tuple(one["allowed"])}) for one in said["fields"]
    )
    return KnownFields(fields, moment_of(said["fetched"]))


def save_fields(
    db: StoreConnection, workspace: str, fields: Iterable[CustomField], fetched: datetime
) -> None:
    """The workspace has exactly *fields*, as of *fetched* (aware UTC)."""
    rows = [
        {
            "id": field.id,
            "name": field.name,
            "type": field.type,
            "required": field.required,
            "allowed": field.allowed,
            "filled": field.filled,
        }
        for field in fields
    ]
    said = {"fetched": seconds_of(fetched), "fields": rows}
    with db.transaction():
        meta.put(db, _key(workspace), json.dumps(said, separators=(",", ":")))


def _key(workspace: str) -> str:
    return f"fields:{workspace}"
