"""Clients, projects, tasks and tags as values."""

from __future__ import annotations

from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.errors import NotFound
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.entities import ITEM_COLUMNS, item_from

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
