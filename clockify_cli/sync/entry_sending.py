"""How entries are added, edited and deleted in Clockify."""

from __future__ import annotations

from clockify_cli.store import sending
from clockify_cli.sync.conflicts import Proceed, deleting, editing, running_again
from clockify_cli.sync.courier import Courier
from clockify_cli.sync.events import Effects
from clockify_cli.sync.remote import Applied, EntryBody, MarkBody, RemoteEntry
from clockify_cli.sync.row import Row
from clockify_cli.sync.rows import Sendable


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
    if isinstance(decided, Proceed) and fresh is not None and _reopens(decided.body, fresh):
        decided = running_again(decided, fresh, _what_runs(courier, row, held))
    return courier.carry_out(row, held, decided, fresh)


def _reopens(body: EntryBody | None, fresh: RemoteEntry) -> bool:
    """Whether what has ended runs on: the undo of a stop."""
    return body is not None and body.end is None and fresh.end is not None


def _what_runs(courier: Courier, row: Row, held: Sendable) -> RemoteEntry | None:
    """The timer at Clockify, unless the copy is fresh: then nothing ran when this was asked for."""
    workspace = held.stored.workspace
    if courier.live(held.stored, row) and courier.timer_known(workspace):
        return None
    return courier.remote.running(workspace, courier.account.user_id)


def send_delete(courier: Courier, row: Row) -> Effects:
    """Delete an entry, unless it was changed since the person saw it.

    Who takes a change back means nothing but that change: then the entry is always read first.
    """
    held = courier.outbox.held(row.seq)
    undoing = sending.took_back(courier.db, held.stored.change) is not None
    fresh = None if undoing else courier.fresh_version(held)
    fresh = fresh or courier.read_entry(row, held)
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
        reroute=lambda outcome: courier.reroute_gone(row, outcome),
    )
    if isinstance(sent.outcome, Applied):
        courier.gone(courier.outbox.held(row.seq).stored)
    return sent.effects


def send_mark(courier: Courier, row: Row) -> Effects:
    """Mark the entries of a bill as invoiced, or not any more, with one request."""
    held = courier.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, MarkBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    if not body.ids:
        courier.settle(row, "superseded: none of the entries is at Clockify")
        return ()
    return courier.send(
        row, "put", lambda: courier.remote.mark_invoiced(workspace, body), absorb=False
    ).effects
