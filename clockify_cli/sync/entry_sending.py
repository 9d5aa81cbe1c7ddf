"""How entries are added, edited and deleted at Clockify."""

from __future__ import annotations

from clockify_cli.sync.conflicts import Proceed, deleting, editing
from clockify_cli.sync.courier import Courier
from clockify_cli.sync.events import Effects
from clockify_cli.sync.remote import Applied, EntryBody
from clockify_cli.sync.row import Row


def send_add(courier: Courier, row: Row) -> Effects:
    """Record an entry that has ended."""
    held = courier.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    return courier.send(row, "post", lambda: courier.remote.create_entry(workspace, body)).effects


def send_edit(courier: Courier, row: Row) -> Effects:
    """Change fields of an entry; what else it holds at Clockify stays as it is there.

    It is read first, however fresh the copy: what is sent replaces all that is there.
    """
    held = courier.outbox.held(row.seq)
    if not isinstance(held.body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    fresh = courier.read_entry(row, held)
    decided = editing(courier.base_of(held), dict(row.wanted), held.body, fresh)
    return courier.carry_out(row, held, decided, fresh)


def send_delete(courier: Courier, row: Row) -> Effects:
    """Delete an entry, unless it was changed since the person saw it."""
    held = courier.outbox.held(row.seq)
    fresh = courier.fresh_version(held) or courier.read_entry(row, held)
    decided = deleting(courier.base_of(held), fresh)
    if isinstance(decided, Proceed):
        return _delete(courier, row, held.stored.workspace)
    return courier.carry_out(row, held, decided, fresh)


def _delete(courier: Courier, row: Row, workspace: str) -> Effects:
    id_ = row.server_id or ""
    sent = courier.send(
        row,
        "delete",
        lambda: courier.remote.delete_entry(workspace, id_),
        mend=lambda outcome: courier.mend_gone(row, outcome),
    )
    if isinstance(sent.outcome, Applied):
        courier.gone(courier.outbox.held(row.seq).stored)
    return sent.effects
