"""The copy of what Clockify holds: entries and names as a pull or an answer brings them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from clockify_cli.domain.catalogue import Item, Kind
from clockify_cli.domain.entry import EntryFields
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.entities import (
    bury_entry,
    bury_item,
    insert_entry,
    insert_item,
    new_local_id,
    stored_entry,
    stored_item,
    write_entry,
    write_item,
)
from clockify_cli.store.instants import moment_of, seconds_of
from clockify_cli.store.schema import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEntry:
    """An entry as Clockify holds it, in our own ids. *version*: JSON text to compare with later.

    *extra*: JSON text of rates.
    """

    server_id: str
    user: str
    fields: EntryFields
    version: str
    locked: bool = False
    extra: str = "{}"


def known_entry(
    db: StoreConnection, workspace: str, server_id: str
) -> tuple[str, str | None] | None:
    """The local id of what Clockify calls *server_id*, and the version of it seen last."""
    found = db.one(
        "SELECT local_id, server FROM entry WHERE workspace = ? AND server_id = ?",
        (workspace, server_id),
    )
    return None if found is None else (found[0], found[1])


def has_open_rows(db: StoreConnection, local_id: str) -> bool:
    """Whether something of the entity still waits."""
    return (
        db.one(f"SELECT 1 FROM journal WHERE local_id = ? AND {OPEN} LIMIT 1", (local_id,))
        is not None
    )


def put_entry(
    db: StoreConnection, workspace: str, held: HeldEntry, local_id: str | None = None
) -> str:
    """The copy holds *held* from now on, as *local_id* where given; its local id.

    What was changed here and still waits keeps its words; only the version seen is noted.
    """
    if local_id is None:
        known = known_entry(db, workspace, held.server_id)
        local_id = new_local_id() if known is None else known[0]
    stored = stored_entry(db, local_id)
    if stored is None:
        insert_entry(db, local_id, workspace, held.user, held.fields)
    elif not has_open_rows(db, local_id) and (stored.deleted or stored.fields != held.fields):
        write_entry(db, local_id, held.fields)
    db.run(
        """
        UPDATE entry SET server_id = ?, user = ?, server = ?, locked = ?, extra = ?
        WHERE local_id = ?
        """,
        (held.server_id, held.user, held.version, int(held.locked), held.extra, local_id),
    )
    return local_id


def note_version(db: StoreConnection, local_id: str, version: str) -> None:
    """Clockify's version of the entry seen last is *version*."""
    db.run("UPDATE entry SET server = ? WHERE local_id = ?", (version, local_id))


def put_item(db: StoreConnection, item: Item, local_id: str | None = None) -> str:
    """The copy holds *item* (known by its server id) from now on; its local id."""
    local_id = local_id or local_id_of(db, item.workspace_id, item.kind, item.server_id or "")
    local_id = local_id or item.local_id
    stored = stored_item(db, item.kind, local_id)
    if stored is None:
        insert_item(db, item)
        return item.local_id
    if not has_open_rows(db, local_id):
        write_item(db, replace(item, local_id=local_id))
    db.run("UPDATE item SET server_id = ? WHERE local_id = ?", (item.server_id, local_id))
    return local_id


def local_id_of(db: StoreConnection, workspace: str, kind: Kind, server_id: str) -> str | None:
    """The local id of the name that Clockify calls *server_id*, deleted or not."""
    found = db.one(
        "SELECT local_id FROM item WHERE workspace = ? AND kind = ? AND server_id = ?",
        (workspace, kind, server_id),
    )
    return None if found is None else str(found[0])


def server_ids(db: StoreConnection, local_ids: Collection[str]) -> dict[str, str | None]:
    """What Clockify calls the names with *local_ids*; None for one that it does not have yet."""
    found: dict[str, str | None] = {}
    for local_id in local_ids:
        row = db.one("SELECT server_id FROM item WHERE local_id = ?", (local_id,))
        found[local_id] = None if row is None else row[0]
    return found


def unsent_names(
    db: StoreConnection, workspace: str, kind: Kind, name: str
) -> list[tuple[str, str | None, str | None]]:
    """Names made here that Clockify does not have yet: local id, client, project."""
    return [
        (local_id, client, project)
        for local_id, client, project in db.each(
            """
            SELECT local_id, client, project FROM item
            WHERE workspace = ? AND kind = ? AND name = ? AND server_id IS NULL AND deleted = 0
            """,
            (workspace, kind, name),
        )
    ]


def set_server_id(
    db: StoreConnection, workspace: str, entity: str, local_id: str, server_id: str | None
) -> None:
    """Clockify calls the entry or name *server_id*; None: it has it no more.

    A copy of the same thing that a pull brought meanwhile gives way.
    """
    if entity == "entry":
        _give_way_entry(db, workspace, local_id, server_id)
        db.run("UPDATE entry SET server_id = ? WHERE local_id = ?", (server_id, local_id))
    else:
        _give_way_item(db, workspace, entity, local_id, server_id)
        db.run("UPDATE item SET server_id = ? WHERE local_id = ?", (server_id, local_id))


def _give_way_entry(
    db: StoreConnection, workspace: str, local_id: str, server_id: str | None
) -> None:
    other = None if server_id is None else known_entry(db, workspace, server_id)
    if other is not None and other[0] != local_id:
        db.run("DELETE FROM entry_tag WHERE entry = ?", (other[0],))
        db.run("DELETE FROM entry WHERE local_id = ?", (other[0],))


def _give_way_item(
    db: StoreConnection, workspace: str, kind: str, local_id: str, server_id: str | None
) -> None:
    found = server_id and db.one(
        "SELECT local_id FROM item WHERE workspace = ? AND kind = ? AND server_id = ?",
        (workspace, kind, server_id),
    )
    if not found or found[0] == local_id:
        return
    other = found[0]
    for table, column in (
        ("entry", "project"),
        ("entry", "task"),
        ("entry_tag", "tag"),
        ("item", "client"),
        ("item", "project"),
    ):
        db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (local_id, other))
    db.run("DELETE FROM item WHERE local_id = ?", (other,))


def synced_within(
    db: StoreConnection, workspace: str, user: str, start: datetime, end: datetime
) -> list[tuple[str, str]]:
    """Live entries that Clockify has and that start from *start* to before *end*, nothing of them
    waiting: local id and Clockify's id."""
    return [
        (local_id, server_id)
        for local_id, server_id in db.each(
            f"""
            SELECT local_id, server_id FROM entry e
            WHERE workspace = ? AND user = ? AND start >= ? AND start < ? AND deleted = 0
            AND server_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM journal WHERE local_id = e.local_id AND {OPEN})
            """,
            (workspace, user, seconds_of(start), seconds_of(end)),
        )
    ]


def any_synced(db: StoreConnection, workspace: str, user: str) -> bool:
    """Whether the copy holds any entry of *user* that Clockify has."""
    return (
        db.one(
            """
            SELECT 1 FROM entry WHERE workspace = ? AND user = ? AND deleted = 0
            AND server_id IS NOT NULL LIMIT 1
            """,
            (workspace, user),
        )
        is not None
    )


def gone(db: StoreConnection, entity: str, local_ids: Iterable[str]) -> None:
    """Clockify holds the entries or names no more."""
    for local_id in local_ids:
        if entity == "entry":
            bury_entry(db, local_id)
            db.run("UPDATE entry SET server_id = NULL WHERE local_id = ?", (local_id,))
        else:
            bury_item(db, local_id)


def items_with_server_id(
    db: StoreConnection, workspace: str, kind: Kind, project: str | None = None
) -> dict[str, str]:
    """Live names that Clockify has: Clockify's id to local id; tasks of *project* alone."""
    return dict(
        db.all(
            """
            SELECT server_id, local_id FROM item
            WHERE workspace = ? AND kind = ? AND server_id IS NOT NULL AND deleted = 0
            AND (? IS NULL OR project = ?)
            """,
            (workspace, kind, project, project),
        )
    )


def note_fetched(
    db: StoreConnection,
    workspace: str,
    user: str,
    what: str,
    start: datetime,
    end: datetime,
    at: datetime,
) -> None:
    """The copy of *what* from *start* to *end* is as of *at*; narrower ones are forgotten."""
    db.run(
        """
        DELETE FROM replica WHERE workspace = ? AND user = ? AND what = ?
        AND start >= ? AND "end" <= ? AND fetched <= ?
        """,
        (workspace, user, what, seconds_of(start), seconds_of(end), seconds_of(at)),
    )
    db.run(
        "INSERT OR REPLACE INTO replica VALUES (?, ?, ?, ?, ?, ?)",
        (workspace, user, what, seconds_of(start), seconds_of(end), seconds_of(at)),
    )


def fetched_at(
    db: StoreConnection, workspace: str, user: str, what: str, start: datetime, end: datetime
) -> datetime | None:
    """As of when the copy of *what* holds all from *start* to *end*; None: not at all."""
    found = db.one(
        """
        SELECT max(fetched) FROM replica
        WHERE workspace = ? AND user = ? AND what = ? AND start <= ? AND "end" >= ?
        """,
        (workspace, user, what, seconds_of(start), seconds_of(end)),
    )
    return None if found is None or found[0] is None else moment_of(found[0])
