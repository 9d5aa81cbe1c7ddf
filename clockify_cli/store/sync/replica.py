"""The replica: what Clockify has, stored without journal rows, and how fresh it is.

Call these within one ``db.transaction()`` for a whole answer. The caller decides whether unsent
changes may be overwritten (`journal.is_open`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from clockify_cli.domain.entry import EntryFields, Item, Kind
from clockify_cli.store.db.connection import StoreConnection, maybe_moment, moment_of, seconds_of
from clockify_cli.store.db.schema import OPEN
from clockify_cli.store.timesheet.entities import (
    insert_entry,
    insert_item,
    new_local_id,
    write_entry,
    write_item,
)
from clockify_cli.store.timesheet.entries import add_range, selection
from clockify_cli.values import dataclass, replace

LONG_AGO = moment_of(0)
"""The age of a copy of unknown age."""

ABREAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledEntry:
    """An entry as Clockify has it, with local ids for its names.

    *server* and *extra* are JSON text: its version for later merges, and its rates.
    """

    workspace_id: str
    user_id: str
    server_id: str
    fields: EntryFields
    server: str
    locked: bool = False
    extra: str = "{}"


@dataclass(frozen=True, slots=True)
class Known:
    """An entry of the copy that Clockify had when it was last asked."""

    server_id: str
    local_id: str
    server: str | None


def put_entry(db: StoreConnection, pulled: PulledEntry, local_id: str | None = None) -> str:
    """Store *pulled* in the copy, under *local_id* if it is known here; return its id."""
    local_id = local_id or local_entry(db, pulled.workspace_id, pulled.server_id)
    if local_id is None:
        local_id = new_local_id()
        insert_entry(db, local_id, pulled.workspace_id, pulled.user_id, pulled.fields)
    else:
        write_entry(db, local_id, pulled.fields)
    see_entry(db, local_id, pulled)
    return local_id


def see_entry(db: StoreConnection, local_id: str, pulled: PulledEntry) -> None:
    """Store Clockify's version of an entry, without changing the entry here."""
    db.run(
        """
        UPDATE entry SET user = ?, server_id = ?, server = ?, locked = ?, extra = ?
        WHERE local_id = ?
        """,
        (
            pulled.user_id,
            pulled.server_id,
            pulled.server,
            int(pulled.locked),
            pulled.extra,
            local_id,
        ),
    )


def drop_entry(db: StoreConnection, local_id: str) -> None:
    """Delete an entry that Clockify no longer has."""
    db.run(
        "UPDATE entry SET deleted = 1, server_id = NULL, server = NULL WHERE local_id = ?",
        (local_id,),
    )


def local_entry(db: StoreConnection, workspace: str, server_id: str) -> str | None:
    """Return the local id of Clockify's entry *server_id*, even if it is deleted here."""
    return db.text(
        "SELECT local_id FROM entry WHERE workspace = ? AND server_id = ?", (workspace, server_id)
    )


def known_entries(
    db: StoreConnection, workspace: str, user: str, start: datetime, end: datetime
) -> list[Known]:
    """Return *user*'s entries with time in the window that Clockify had when last asked."""
    condition = selection(db, workspace, user)
    add_range(db, condition, workspace, seconds_of(start), seconds_of(end))
    rows = db.each(
        f"""
        SELECT e.server_id, e.local_id, e.server FROM entry e
        WHERE {condition.sql} AND e.server_id IS NOT NULL
        """,
        condition.parameters,
    )
    return [Known(*record) for record in rows]


def put_item(db: StoreConnection, item: Item, server: str) -> str:
    """Store *item* in the copy; return its local id.

    *item.server_id* identifies it; *item.local_id* is used only if it is not known yet.
    """
    local_id = local_id_of(db, item.workspace_id, item.kind, item.server_id or "")
    if local_id is None:
        insert_item(db, item)
        local_id = item.local_id
    else:
        write_item(db, replace(item, local_id=local_id))
    see_item(db, local_id, item.server_id, server)
    return local_id


def see_item(db: StoreConnection, local_id: str, server_id: str | None, server: str | None) -> None:
    """Store Clockify's id and version of an item, without changing the item here."""
    db.run(
        "UPDATE item SET server_id = ?, server = ? WHERE local_id = ?",
        (server_id, server, local_id),
    )


def drop_item(db: StoreConnection, local_id: str) -> None:
    """Delete an item that Clockify no longer has; entries keep its name and id."""
    db.run("UPDATE item SET deleted = 1, server = NULL WHERE local_id = ?", (local_id,))


def note_fetched(
    db: StoreConnection,
    workspace: str,
    user: str,
    what: str,
    window: tuple[datetime, datetime],
    fetched: datetime,
) -> None:
    """Note that *what* (``entries``, or a kind of names) in *window* is as of *fetched*."""
    start, end = seconds_of(window[0]), seconds_of(window[1])
    with db.transaction():
        db.run(
            """
            DELETE FROM replica WHERE workspace = ? AND user = ? AND what = ?
            AND start >= ? AND "end" <= ? AND fetched <= ?
            """,
            (workspace, user, what, start, end, seconds_of(fetched)),
        )
        db.run(
            "INSERT OR REPLACE INTO replica VALUES (?, ?, ?, ?, ?, ?)",
            (workspace, user, what, start, end, seconds_of(fetched)),
        )


def fetched_at(
    db: StoreConnection, workspace: str, user: str, what: str, window: tuple[datetime, datetime]
) -> datetime | None:
    """Return when all of *window* was last fetched; None if a part never was."""
    gaps = [(seconds_of(window[0]), seconds_of(window[1]))]
    for start, end, fetched in _newest_first(db, workspace, user, what):
        gaps = [part for gap in gaps for part in _without(gap, start, end)]
        if not gaps:
            return moment_of(fetched)
    return None


def oldest_part(
    db: StoreConnection, workspace: str, user: str, what: str, window: tuple[datetime, datetime]
) -> datetime | None:
    """Return when the oldest fetched part of *window* was fetched; None if no part was."""
    gaps = [(seconds_of(window[0]), seconds_of(window[1]))]
    oldest: int | None = None
    for start, end, fetched in _newest_first(db, workspace, user, what):
        left = [part for gap in gaps for part in _without(gap, start, end)]
        if left != gaps:
            gaps, oldest = left, fetched
    return maybe_moment(oldest)


def oldest_tasks(db: StoreConnection, workspace: str, user: str) -> datetime | None:
    """Return when the oldest list of tasks was fetched; each project has its own."""
    sql = "SELECT min(fetched) FROM replica WHERE workspace = ? AND user = ? AND what LIKE 'task %'"
    return maybe_moment(db.number(sql, (workspace, user)))


def lacking(
    db: StoreConnection,
    workspace: str,
    user: str,
    what: str,
    window: tuple[datetime, datetime],
    since: datetime | None = None,
) -> list[tuple[datetime, datetime]]:
    """Return the parts of *window* never fetched, or not *since* then; the oldest first."""
    gaps = [(seconds_of(window[0]), seconds_of(window[1]))]
    for start, end, fetched in _newest_first(db, workspace, user, what):
        if since is not None and fetched < seconds_of(since):
            break
        gaps = [part for gap in gaps for part in _without(gap, start, end)]
    return [(moment_of(start), moment_of(end)) for start, end in sorted(gaps)]


def _newest_first(
    db: StoreConnection, workspace: str, user: str, what: str
) -> list[tuple[int, int, int]]:
    return db.all(
        """
        SELECT start, "end", fetched FROM replica
        WHERE workspace = ? AND user = ? AND what = ? ORDER BY fetched DESC
        """,
        (workspace, user, what),
    )


def held_since(
    db: StoreConnection, workspace: str, user: str, what: str, moment: datetime
) -> datetime | None:
    """Return since when *what* is complete up to *moment*; None if it is not.

    Both are aware UTC.
    """
    rows = db.all(
        """
        SELECT start, "end" FROM replica
        WHERE workspace = ? AND user = ? AND what = ? ORDER BY "end" DESC
        """,
        (workspace, user, what),
    )
    reached = seconds_of(moment)
    for start, end in rows:
        if start < reached <= end:
            reached = start
    return moment_of(reached) if reached < seconds_of(moment) else None


def doubt_later(db: StoreConnection, now: datetime) -> None:
    """Treat what was fetched after *now* as from `LONG_AGO`: the clock was set back since.

    A small tolerance allows for processes that fetch at the same time.
    """
    ahead = (seconds_of(now + ABREAST),)
    if db.one("SELECT 1 FROM replica WHERE fetched > ? LIMIT 1", ahead) is not None:
        with db.transaction():
            db.run("UPDATE replica SET fetched = 0 WHERE fetched > ?", ahead)


def doubt_workspace(db: StoreConnection, workspace: str) -> None:
    """Treat the whole copy of *workspace* as old: something was changed without it."""
    db.run("UPDATE replica SET fetched = 0 WHERE workspace = ?", (workspace,))


def forget_all_fetched(db: StoreConnection) -> None:
    """Treat every copy as not fetched."""
    db.run("DELETE FROM replica")


def _without(gap: tuple[int, int], start: int, end: int) -> list[tuple[int, int]]:
    """Return what is left of *gap* outside *start* to *end*."""
    before, after = (gap[0], min(gap[1], start)), (max(gap[0], end), gap[1])
    return [part for part in (before, after) if part[0] < part[1]]


def entry_version(db: StoreConnection, local_id: str) -> str | None:
    """Return the last known version of the entry in Clockify, as JSON text."""
    return db.text("SELECT server FROM entry WHERE local_id = ?", (local_id,))


def version_there(db: StoreConnection, workspace: str, server_id: str) -> str | None:
    """Return the last known version of Clockify's *server_id*, if the copy has it."""
    return db.text(
        "SELECT server FROM entry WHERE workspace = ? AND server_id = ?", (workspace, server_id)
    )


def rates_there(db: StoreConnection, workspace: str, server_id: str) -> tuple[str | None, str]:
    """Return the last known version of an entry, like `version_there`, and its rates (JSON)."""
    found = db.one(
        "SELECT server, extra FROM entry WHERE workspace = ? AND server_id = ?",
        (workspace, server_id),
    )
    return (None, "{}") if found is None else (found[0], found[1])


def holds(
    db: StoreConnection, workspace: str, server_id: str, version: str, extra: str | None
) -> bool:
    """Return whether the copy has exactly this version; *extra* None: with any rates."""
    found = db.one(
        "SELECT server, extra, deleted FROM entry WHERE workspace = ? AND server_id = ?",
        (workspace, server_id),
    )
    return found is not None and found == (version, found[1] if extra is None else extra, 0)


def give_id(
    db: StoreConnection, workspace: str, entity: str, local_id: str, server_id: str
) -> None:
    """Give the entry or name its id in Clockify.

    A second copy of it that a pull has brought in the meantime is removed.
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
    # This is rare, and nothing else here needs bills.
    from clockify_cli.store.timesheet.bills import rename_item

    for table, column in _MENTIONS:
        db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (local_id, other[0]))
    rename_item(db, other[0], local_id)
    db.run("DELETE FROM item WHERE local_id = ?", other)


def move_entry(db: StoreConnection, local_id: str, workspace: str, user: str | None) -> None:
    """Move the entry to *user* in *workspace*."""
    db.run(
        "UPDATE entry SET workspace = ?, user = ? WHERE local_id = ?", (workspace, user, local_id)
    )


def local_id_of(db: StoreConnection, workspace: str, kind: Kind, server_id: str) -> str | None:
    """Return the local id of Clockify's name *server_id*, even if it is deleted."""
    return db.text(
        "SELECT local_id FROM item WHERE workspace = ? AND kind = ? AND server_id = ?",
        (workspace, kind, server_id),
    )


def unsent_name(
    db: StoreConnection,
    workspace: str,
    kind: Kind,
    name: str,
    client: str | None,
    project: str | None,
) -> str | None:
    """Return the local id of exactly this name, if it was made here and not yet sent.

    *client* (of a project) and *project* (of a task) are local ids.
    """
    return db.text(
        """
        SELECT local_id FROM item
        WHERE workspace = ? AND kind = ? AND name = ? AND server_id IS NULL AND deleted = 0
        AND client IS ? AND project IS ?
        """,
        (workspace, kind, name, client, project),
    )


def starting_within(
    db: StoreConnection, workspace: str, user: str, start: datetime, end: datetime
) -> dict[str, str]:
    """Return entries in Clockify that start from *start* to before *end* and have no open row, as
    Clockify's id to local id."""
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
    """Return Clockify's id of a running timer in the copy other than *not_local_id*."""
    return db.text(
        """
        SELECT server_id FROM entry
        WHERE workspace = ? AND user = ? AND deleted = 0 AND "end" IS NULL AND local_id <> ?
        AND server_id IS NOT NULL
        """,
        (workspace, user, not_local_id),
    )


def still_runs(db: StoreConnection, account: str, workspace: str) -> bool:
    """Return whether a timer was last seen running in Clockify whose end needs a decision here."""
    sql = f"""
        SELECT 1 FROM journal j JOIN entry e USING (local_id)
        WHERE j.account = ? AND j.workspace = ? AND {OPEN} AND j.state IN ('REJECTED', 'REVIEW')
        AND e.server_id IS NOT NULL AND json_extract(e.server, '$.end') IS NULL
    """
    return db.one(sql, (account, workspace)) is not None


def names_there(
    db: StoreConnection, workspace: str, kind: Kind, project: str | None = None
) -> dict[str, str]:
    """Return names in Clockify, as its id to local id; *project* restricts tasks."""
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
    """Return Clockify's id of the name with *local_id*."""
    return db.text("SELECT server_id FROM item WHERE local_id = ?", (local_id,))


def made_here(db: StoreConnection, workspace: str, entity: str, server_id: str) -> bool:
    """Return whether a row of ours has made that entry or name."""
    sql = """
        SELECT 1 FROM journal WHERE workspace = ? AND entity = ? AND server_id = ?
        AND server_id IS NOT NULL AND kind IN ('start', 'add', 'create')
    """
    return db.one(sql, (workspace, entity, server_id)) is not None
