"""What an answer has to show before a write counts as done.

Each function returns the check of one kind of write: it makes Applied of a reply, or raises
Malformed where the reply does not show that just this was done. A proof too strict costs one
reading back; one too lax would lose an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from clockify_cli.api.replies import Reply
from clockify_cli.api.wire import (
    Malformed,
    as_object,
    id_of,
    read_entry,
    read_item,
    same_text,
)
from clockify_cli.domain.catalogue import Kind
from clockify_cli.sync.remote import Applied, EntryBody, ItemBody, RemoteEntry
from clockify_cli.values import replace

Proof = Callable[[Reply], Applied]


def created(workspace: str, body: EntryBody) -> Proof:
    """The reply is an entry of *workspace* with the start, end and description sent.

    What else it says may differ: Clockify fills in projects, tags and billable by itself.
    """

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.workspace_id == workspace, "the entry is of another workspace")
        _same_content(entry, body)
        _require(body.end is None or _same_moment(entry.end, body.end), "the end is another")
        return Applied(entry=entry, server_time=reply.server_time)

    return prove


def replaced(entry_id: str, body: EntryBody) -> Proof:
    """The reply is that very entry with the start, end (or none) and description sent."""

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.id == entry_id, "the entry is another")
        _same_content(entry, body)
        _require(_same_moment(entry.end, body.end), "the end is another")
        return Applied(entry=entry, server_time=reply.server_time)

    return prove


def replaced_in(entry_id: str, body: EntryBody) -> Proof:
    """The reply is a list that holds that very entry once, as `replaced` wants it."""

    def prove(reply: Reply) -> Applied:
        listed = reply.document if isinstance(reply.document, list) else []
        mine = [one for one in listed if isinstance(one, dict) and one.get("id") == entry_id]
        _require(len(mine) == 1, "the entry is not in the list")
        return replaced(entry_id, body)(replace(reply, document=mine[0]))

    return prove


def stopped(user: str, end: datetime) -> Proof:
    """The reply is an entry of *user* that ends at *end*."""

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.user_id == user, "the entry is somebody else's")
        _require(_same_moment(entry.end, end), "the end is another")
        return Applied(entry=entry, server_time=reply.server_time)

    return prove


def deleted(deleted_id: str) -> Proof:
    """No content, as Clockify answers for entries, or the deleted thing itself, as for names."""

    def prove(reply: Reply) -> Applied:
        if reply.status != 204:
            found = id_of(as_object(reply.document), "id")
            _require(found == deleted_id, "another thing was deleted")
        return Applied(server_time=reply.server_time)

    return prove


def marked(reply: Reply) -> Applied:
    """The reply is empty, as Clockify's is, or holds something: nothing of it is described."""
    held = isinstance(reply.document, dict | list) and reply.document
    _require(reply.empty or bool(held), "it holds nothing")
    return Applied(server_time=reply.server_time)


def item_created(kind: Kind, body: ItemBody, project_id: str | None) -> Proof:
    """The reply is an item of the name sent, a task one of the project too."""

    def prove(reply: Reply) -> Applied:
        item = read_item(kind)(reply.document)
        _require(same_text(item.name, body.name or ""), "the name is another")
        _require(item.project_id in (None, project_id), "the task is of another project")
        return Applied(item=item, server_time=reply.server_time)

    return prove


def item_replaced(kind: Kind, item_id: str, body: ItemBody) -> Proof:
    """The reply is that very item, with the name and the state of archive that were sent."""

    def prove(reply: Reply) -> Applied:
        item = read_item(kind)(reply.document)
        _require(item.id == item_id, "the thing is another")
        _require(body.name is None or same_text(item.name, body.name), "the name is another")
        _require(body.archived in (None, item.archived), "it is not archived as asked")
        return Applied(item=item, server_time=reply.server_time)

    return prove


def _same_content(entry: RemoteEntry, body: EntryBody) -> None:
    _require(_same_moment(entry.start, body.start), "the start is another")
    _require(same_text(entry.description, body.description), "the description is another")


def _same_moment(one: datetime | None, other: datetime | None) -> bool:
    """Whether two instants are the same second; two missing ones are."""
    if one is None or other is None:
        return one is other
    return one == other.astimezone(UTC).replace(microsecond=0)


def _require(shown: bool, otherwise: str) -> None:
    if not shown:
        raise Malformed(otherwise)
