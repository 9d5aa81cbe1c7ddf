"""How clients, projects, tasks and tags are created, changed and deleted in Clockify."""

from __future__ import annotations

import json

from clockify_cli.errors import ClockifyError, NotFound, Unreachable
from clockify_cli.store import copying, sending
from clockify_cli.sync.courier import Courier
from clockify_cli.sync.events import Effects
from clockify_cli.sync.fingerprint import NameKey
from clockify_cli.sync.notes import FoundThere
from clockify_cli.sync.remote import (
    UNKNOWN,
    Applied,
    ItemBody,
    Outcome,
    Rejected,
    RemoteItem,
    Unknown,
)
from clockify_cli.sync.row import Row
from clockify_cli.sync.rows import Sendable

PAGE = 200
MOST_PAGES = 200


def send_create(courier: Courier, row: Row) -> Effects:
    """Create a name; one that exists there already is taken for it."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    body = _body(held)
    found: list[Outcome] = []

    def create() -> Outcome:
        outcome = courier.remote.create_item(workspace, kind, body, project_id=parent)
        if isinstance(outcome, Rejected) and "exist" in outcome.reason.lower():
            found.append(_existing(courier, row, held, outcome))
            return found[-1]
        return outcome

    sent = courier.send(row, "post", create)
    # One that was sent before may have been made by that.
    if row.attempts == 0 and found and isinstance(sent.outcome, Applied):
        courier.notes.append(FoundThere(held.stored.local_id or ""))
    return sent.effects


def _existing(courier: Courier, row: Row, held: Sendable, refused: Rejected) -> Outcome:
    """What became of a name that is there already, by itself or because an answer got lost."""
    try:
        found = find_name(courier, row, held)
    except ClockifyError as error:
        # Whether it is ours is asked again later: a person need not decide on that.
        return Unknown(f"{refused.reason} ({error.message})")
    return refused if found is None else Applied(item=found)


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
            courier.check_gone(workspace)
            courier.settle(row, "superseded: deleted in Clockify")
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
        reroute=lambda outcome: "archived" if isinstance(outcome, Applied) else "",
    )
    if sent.rerouted:
        courier.occupied.add(row.seq)
    return sent.effects


def _archived(there: RemoteItem) -> ItemBody:
    client = None if there.client_id == UNKNOWN else there.client_id
    return ItemBody(name=there.name, client_id=client, archived=True, extra=json.loads(there.extra))


def find_name(courier: Courier, row: Row, held: Sendable) -> RemoteItem | None:
    """The name of the row as Clockify has it, spelt just so; None where there is none.

    What another row made is that row's, though it be called the same: it waits to be renamed or
    deleted.

    Raises Unreachable where the list does not end as it should: then it proves nothing.
    """
    key = row.fp
    if not isinstance(key, NameKey) or (key.kind == "task" and key.parent is None):
        # What belongs to something that Clockify does not have is not there either.
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
                taken = copying.made_here(courier.db, held.stored.workspace, held.kind, item.id)
                return None if taken else item
        if listed.last:
            return None
    raise Unreachable("Clockify's list of names does not end", "`clockify sync` tries again.")


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
