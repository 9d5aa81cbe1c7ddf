"""How clients, projects, tasks and tags are created, changed and deleted at Clockify."""

from __future__ import annotations

import json

from clockify_cli.errors import NotFound
from clockify_cli.store import sending
from clockify_cli.sync.courier import Courier
from clockify_cli.sync.events import Effects, NameRead
from clockify_cli.sync.fingerprint import NameKey
from clockify_cli.sync.remote import UNKNOWN, Applied, ItemBody, Rejected, RemoteItem
from clockify_cli.sync.row import Row
from clockify_cli.sync.rows import Sendable

PAGE = 200
MOST_PAGES = 200


def send_create(courier: Courier, row: Row) -> Effects:
    """Create a name; one that exists there already is taken for it."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    body = _body(held)
    sent = courier.send(
        row,
        "post",
        lambda: courier.remote.create_item(workspace, kind, body, project_id=parent),
    )
    if isinstance(sent.outcome, Rejected) and "exist" in sent.outcome.reason.lower():
        asked = courier.instant()
        found = find_name(courier, row, held)
        with courier.db.transaction():
            courier.outbox.step(NameRead(row.seq, found, asked))
            if found is not None:
                courier.absorb(row.seq, None, found)
    return sent.effects


def send_update(courier: Courier, row: Row) -> Effects:
    """Rename a name, or archive it, or bring it back."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    body, id_ = _body(held), row.server_id or ""
    return courier.send(
        row,
        "put",
        lambda: courier.remote.replace_item(workspace, kind, id_, body, project_id=parent),
    ).effects


def send_delete_name(courier: Courier, row: Row) -> Effects:
    """Delete a name; Clockify wants it archived before."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    id_ = row.server_id or ""
    if row.seq not in courier.occupied:
        try:
            there = courier.remote.item(workspace, kind, id_, project_id=parent)
        except NotFound:
            courier.check_user()
            courier.settle(row, "superseded: deleted at Clockify")
            return ()
        if not there.archived:
            return _archive_first(courier, row, there, parent)
    return courier.send(
        row,
        "delete",
        lambda: courier.remote.delete_item(workspace, kind, id_, project_id=parent),
    ).effects


def _archive_first(courier: Courier, row: Row, there: RemoteItem, parent: str | None) -> Effects:
    workspace = courier.outbox.held(row.seq).stored.workspace
    sent = courier.send(
        row,
        "put",
        lambda: courier.remote.replace_item(
            workspace, there.kind, there.id, _archived(there), project_id=parent
        ),
        absorb=False,
        mend=lambda outcome: "archived" if isinstance(outcome, Applied) else "",
    )
    if sent.mended:
        courier.occupied.add(row.seq)
    return sent.effects


def _archived(there: RemoteItem) -> ItemBody:
    client = None if there.client_id == UNKNOWN else there.client_id
    return ItemBody(name=there.name, client_id=client, archived=True, extra=json.loads(there.extra))


def find_name(courier: Courier, row: Row, held: Sendable) -> RemoteItem | None:
    """The name of the row as Clockify has it, spelt just so; None where there is none."""
    key = row.fp
    if not isinstance(key, NameKey):
        return None
    client = held.body.client_id if isinstance(held.body, ItemBody) else None
    for page in range(1, MOST_PAGES + 1):
        listed = courier.remote.items(
            held.stored.workspace,
            held.kind,
            page=page,
            page_size=PAGE,
            project_id=key.parent,
            name=key.name,
        )
        for item in listed.items:
            if item.name == key.name and _same_client(item, client):
                return item
        if listed.last:
            break
    return None


def _same_client(item: RemoteItem, client: str | None) -> bool:
    return item.kind != "project" or item.client_id in (UNKNOWN, client)


def _body(held: Sendable) -> ItemBody:
    if not isinstance(held.body, ItemBody):
        raise ValueError(f"row {held.row.seq} has nothing to send")
    return held.body


def parent_of(courier: Courier, held: Sendable) -> str | None:
    """Clockify's id of the project that a task belongs to."""
    if held.stored.entity != "task":
        return None
    text = held.stored.payload or held.stored.after or held.stored.before or "{}"
    project = json.loads(text).get("project")
    return sending.name_ids(courier.db, [project])[project] if project else None
