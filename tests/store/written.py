"""What the tests of the store write: a morning in November 2026, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clockify_cli.domain.entry import LOCAL, REGULAR, EntryFields, Item, Kind
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import Record, StoreConnection
from clockify_cli.store.sync.accounts import account_key

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORKSPACE = "5f0000000000000000000001"
USER = "5f00000000000000000000aa"
ACCOUNT = account_key("https://api.clockify.me/api/v1", USER)


def at(hour: float, day: int = 24) -> datetime:
    """Return *hour* o'clock UTC on a day of November 2026."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def item(kind: Kind, name: str, *, workspace: str = LOCAL, **more: str | None) -> Item:
    """Return an item whose local id is its kind and name, padded to the usual length."""
    local_id = (kind + name).encode().hex().ljust(32, "0")[:32]
    return Item(
        kind=kind,
        local_id=local_id,
        workspace_id=workspace,
        name=name,
        client=more.get("client"),
        project=more.get("project"),
        server_id=more.get("server_id"),
    )


CLIENT = item("client", "Acme")
PROJECT = item("project", "Website", client=CLIENT.local_id)
OTHER = item("project", "Internal")
TASK = item("task", "Draft", project=PROJECT.local_id)
DEEP = item("tag", "deep")
SOON = item("tag", "soon")
CATALOGUE = (CLIENT, PROJECT, OTHER, TASK, DEEP, SOON)


def add(
    db: Database,
    start: datetime,
    end: datetime | None,
    description: str = "",
    *,
    project: str | None = None,
    task: str | None = None,
    tags: tuple[str, ...] = (),
    billable: bool = False,
    type: str = REGULAR,
    workspace: str = LOCAL,
) -> str:
    """Add one entry as a change of its own; return its local id."""
    fields = EntryFields(
        start=start,
        end=end,
        description=description,
        project=project,
        task=task,
        tags=tags,
        billable=billable,
        type=type,
    )
    signed_in = workspace != LOCAL
    with db.change(
        workspace,
        verb="add",
        at=NOW,
        account=ACCOUNT if signed_in else None,
        user=USER if signed_in else None,
    ) as change:
        change.summary = description
        return change.create_entry(fields)


def fill_catalogue(db: Database) -> None:
    """Add the names above, as one change."""
    with db.change(LOCAL, verb="make", at=NOW) as change:
        for one in CATALOGUE:
            change.create_item(one)


def content(db: StoreConnection) -> dict[str, list[Record]]:
    """Return all that a person can see: existing entries with their tags, and items."""
    return {
        "entries": db.all(
            """
            SELECT local_id, workspace, user, start, "end", description, project, task, billable,
                   custom_fields, type FROM entry WHERE deleted = 0 ORDER BY local_id
            """
        ),
        "tags": db.all(
            """
            SELECT entry, position, tag FROM entry_tag JOIN entry ON local_id = entry
            WHERE deleted = 0 ORDER BY entry, position
            """
        ),
        "items": db.all(
            """
            SELECT kind, local_id, name, client, project, billable, archived, extra
            FROM item WHERE deleted = 0 ORDER BY local_id
            """
        ),
    }


def everything(db: StoreConnection) -> dict[str, list[Record]]:
    """Return every row of every table."""
    tables = db.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return {name: db.all(f'SELECT * FROM "{name}"') for (name,) in tables}
