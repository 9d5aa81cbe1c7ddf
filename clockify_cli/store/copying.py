"""What sync asks of the copy, and how two copies of one thing become one."""

from __future__ import annotations

from datetime import datetime

from clockify_cli.domain.catalogue import Kind
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.instants import seconds_of
from clockify_cli.store.schema import OPEN


def entry_version(db: StoreConnection, local_id: str) -> str | None:
    """Clockify's version of the entry seen last, as JSON text."""
    found = db.one("SELECT server FROM entry WHERE local_id = ?", (local_id,))
    return None if found is None else found[0]


def version_there(db: StoreConnection, workspace: str, server_id: str) -> str | None:
    """The version seen last of what Clockify calls *server_id*, where the copy holds it."""
    found = db.one(
        "SELECT server FROM entry WHERE workspace = ? AND server_id = ?", (workspace, server_id)
    )
    return None if found is None else found[0]


def rates_there(db: StoreConnection, workspace: str, server_id: str) -> tuple[str | None, str]:
    """The version of an entry seen last, as `version_there`, and its rates as JSON text."""
    found = db.one(
        "SELECT server, extra FROM entry WHERE workspace = ? AND server_id = ?",
        (workspace, server_id),
    )
    return (None, "{}") if found is None else (found[0], found[1])


def holds(
    db: StoreConnection, workspace: str, server_id: str, version: str, extra: str | None
) -> bool:
    """Whether the copy holds that very version of a live entry; *extra* None: with any rates."""
    found = db.one(
        "SELECT server, extra, deleted FROM entry WHERE workspace = ? AND server_id = ?",
        (workspace, server_id),
    )
    return found is not None and found == (version, found[1] if extra is None else extra, 0)


def give_id(
    db: StoreConnection, workspace: str, entity: str, local_id: str, server_id: str
) -> None:
    """Clockify calls the entry or name *server_id*.

    A copy of the same thing that a pull brought meanwhile gives way to it.
    """
    if entity == "entry":
        _give_way_entry(db, workspace, local_id, server_id)
        db.run("UPDATE entry SET server_id = ? WHERE local_id = ?", (server_id, local_id))
    else:
        _give_way_item(db, workspace, entity, local_id, server_id)
        db.run("UPDATE item SET server_id = ? WHERE local_id = ?", (server_id, local_id))


def _give_way_entry(db: StoreConnection, workspace: str, local_id: str, server_id: str) -> None:
    other = db.one(
        "SELECT local_id FROM entry WHERE workspace = ? AND server_id = ? AND local_id <> ?",
        (workspace, server_id, local_id),
    )
    if other is not None:
        db.run("DELETE FROM entry_tag WHERE entry = ?", other)
        db.run("UPDATE bill_entries SET entry = ? WHERE entry = ?", (local_id, other[0]))
        db.run("DELETE FROM entry WHERE local_id = ?", other)


_MENTIONS = (
    ("entry", "project"),
    ("entry", "task"),
    ("entry_tag", "tag"),
    ("item", "client"),
    ("item", "project"),
)


def _give_way_item(
    db: StoreConnection, workspace: str, kind: str, local_id: str, server_id: str
) -> None:
    other = db.one(
        """
        SELECT local_id FROM item
        WHERE workspace = ? AND kind = ? AND server_id = ? AND local_id <> ?
        """,
        (workspace, kind, server_id, local_id),
    )
    if other is None:
        return
    # It happens seldom, and nothing else here has to do with bills.
    from clockify_cli.store.bills import rename_item

    for table, column in _MENTIONS:
        db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (local_id, other[0]))
    rename_item(db, other[0], local_id)
    db.run("DELETE FROM item WHERE local_id = ?", other)


def move_entry(db: StoreConnection, local_id: str, workspace: str, user: str | None) -> None:
    """The entry belongs to *user* in *workspace* from now on."""
    db.run(
        "UPDATE entry SET workspace = ?, user = ? WHERE local_id = ?", (workspace, user, local_id)
    )


def local_id_of(db: StoreConnection, workspace: str, kind: Kind, server_id: str) -> str | None:
    """The local id of the name that Clockify calls *server_id*, deleted or not."""
    found = db.one(
        "SELECT local_id FROM item WHERE workspace = ? AND kind = ? AND server_id = ?",
        (workspace, kind, server_id),
    )
    return None if found is None else str(found[0])


def unsent_name(
    db: StoreConnection,
    workspace: str,
    kind: Kind,
    name: str,
    client: str | None,
    project: str | None,
) -> str | None:
    """The local id of just that name where it was made here and Clockify has none for it yet.

    *client* (of a project) and *project* (of a task) are local ids.
    """
    found = db.one(
        """
        SELECT local_id FROM item
        WHERE workspace = ? AND kind = ? AND name = ? AND server_id IS NULL AND deleted = 0
        AND client IS ? AND project IS ?
        """,
        (workspace, kind, name, client, project),
    )
    return None if found is None else str(found[0])


def starting_within(
    db: StoreConnection, workspace: str, user: str, start: datetime, end: datetime
) -> dict[str, str]:
    """Live entries that Clockify has, that start from *start* to before *end*, and of which
    nothing waits: Clockify's id to local id."""
    return dict(
        db.all(
            f"""
            SELECT server_id, local_id FROM entry e
            WHERE workspace = ? AND user = ? AND start >= ? AND start < ? AND deleted = 0
            AND server_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM journal WHERE local_id = e.local_id AND {OPEN})
            """,
            (workspace, user, seconds_of(start), seconds_of(end)),
        )
    )


def running_elsewhere(
    db: StoreConnection, workspace: str, user: str, not_local_id: str
) -> str | None:
    """Clockify's id of a timer that the copy shows as running, other than *not_local_id*."""
    found = db.one(
        """
        SELECT server_id FROM entry
        WHERE workspace = ? AND user = ? AND deleted = 0 AND "end" IS NULL AND local_id <> ?
        AND server_id IS NOT NULL
        """,
        (workspace, user, not_local_id),
    )
    return None if found is None else str(found[0])


def still_runs(db: StoreConnection, account: str, workspace: str) -> bool:
    """Whether a timer ran at Clockify, as seen last, whose end waits here for a decision."""
    sql = f"""
        SELECT 1 FROM journal j JOIN entry e USING (local_id)
        WHERE j.account = ? AND j.workspace = ? AND {OPEN} AND j.state IN ('REJECTED', 'REVIEW')
        AND e.server_id IS NOT NULL AND json_extract(e.server, '$.end') IS NULL
    """
    return db.one(sql, (account, workspace)) is not None


def names_there(
    db: StoreConnection, workspace: str, kind: Kind, project: str | None = None
) -> dict[str, str]:
    """Live names that Clockify has: Clockify's id to local id; of *project* (tasks) alone."""
    return dict(
        db.all(
            f"""
            SELECT server_id, local_id FROM item i
            WHERE workspace = ? AND kind = ? AND server_id IS NOT NULL AND deleted = 0
            AND (? IS NULL OR project = ?)
            AND NOT EXISTS (SELECT 1 FROM journal WHERE local_id = i.local_id AND {OPEN})
            """,
            (workspace, kind, project, project),
        )
    )


def server_id_of(db: StoreConnection, local_id: str) -> str | None:
    """What Clockify calls the name with *local_id*."""
    found = db.one("SELECT server_id FROM item WHERE local_id = ?", (local_id,))
    return None if found is None else found[0]


def made_here(db: StoreConnection, workspace: str, entity: str, server_id: str) -> bool:
    """Whether a row of ours has made that entry or name."""
    sql = """
        SELECT 1 FROM journal WHERE workspace = ? AND entity = ? AND server_id = ?
        AND server_id IS NOT NULL AND kind IN ('start', 'add', 'create')
    """
    return db.one(sql, (workspace, entity, server_id)) is not None
