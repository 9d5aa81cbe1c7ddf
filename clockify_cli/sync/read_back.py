"""Finding out what became of requests whose answers got lost."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.errors import NotFound, Unreachable
from clockify_cli.store import journal, replica
from clockify_cli.sync.courier import Courier
from clockify_cli.sync.events import (
    AlsoThere,
    Effect,
    EntryRead,
    Event,
    Listed,
    NameRead,
    ReadBack,
    ReadEntry,
    ReadName,
)
from clockify_cli.sync.gate import skew_of
from clockify_cli.sync.matching import Listing
from clockify_cli.sync.notes import AlsoThere as AlsoThereNote
from clockify_cli.sync.remote import Remote, RemoteEntry, RemoteItem, Window
from clockify_cli.sync.row import Row, State
from clockify_cli.sync.sending import find_name, parent_of
from clockify_cli.values import replace

PAGE = 200
MOST_PAGES = 200
# Clockify reads a window as wall clock in the account's zone: so far from UTC it may be meant.
MOST_SHIFTED = timedelta(hours=14)
FEW = 3
"""So many entries may vanish at once before an empty list looks like a fault."""


def ask(courier: Courier, question: Effect) -> Row | None:
    """Ask one *question* of the engine, and commit the answer; the row that it is about.

    Raises what a read raises; the row then stays as it is.
    """
    if not isinstance(question, ReadBack | ReadEntry | ReadName):
        return None
    row = courier.outbox.row(question.seq)
    if row is None:
        return None
    event, entry, item = _read(courier, row, question)
    with courier.db.transaction():
        effects = courier.outbox.step(event)
        after = courier.outbox.row(row.seq)
        if after is not None and after.state is State.APPLIED:
            _keep(courier, after, entry, item, event)
    for effect in effects:
        if isinstance(effect, AlsoThere):
            courier.notes.append(AlsoThereNote(row.local_id, effect.ids))
    return row


def _read(
    courier: Courier, row: Row, question: ReadBack | ReadEntry | ReadName
) -> tuple[Event, RemoteEntry | None, RemoteItem | None]:
    held = courier.outbox.held(row.seq)
    asked = courier.instant()
    if row.kind == "mark":
        # No entry tells whether it is marked; doing it again comes to the same.
        return EntryRead(row.seq, None, asked), None, None
    if isinstance(question, ReadName):
        item = find_name(courier, row, held)
        return NameRead(row.seq, item, asked), None, item
    if isinstance(question, ReadBack):
        return _listed(courier, row, question.window), None, None
    if held.stored.entity == "entry":
        read = courier.just_read.pop(row.server_id or "", None)
        if read is not None:
            return EntryRead(row.seq, *read), read[0], None
        entry = courier.read_entry(row, held)
        return EntryRead(row.seq, entry, asked), entry, None
    item = read_item(courier, row)
    return EntryRead(row.seq, item, asked), None, item


def read_item(courier: Courier, row: Row) -> RemoteItem | None:
    """The name that the row changes, as Clockify holds it; None where it is gone."""
    held = courier.outbox.held(row.seq)
    kind, parent = held.kind, parent_of(courier, held)
    try:
        return courier.remote.item(
            held.stored.workspace, kind, row.server_id or "", project_id=parent
        )
    except NotFound:
        courier.check_gone(held.stored.workspace)
        return None


def _listed(courier: Courier, row: Row, window: Window) -> Listed:
    workspace = courier.outbox.held(row.seq).stored.workspace
    asked = courier.instant()
    entries = entries_within(courier.remote, workspace, courier.account.user_id, window)
    running = courier.remote.running(workspace, courier.account.user_id)
    if running is not None and all(entry.id != running.id for entry in entries):
        entries = (*entries, running)
    if not entries:
        _refuse_empty(courier, workspace, window)
    claimed = journal.claimed(courier.db, workspace, [entry.id for entry in entries])
    # The answers have told what time it is at Clockify.
    skew = skew_of(courier.db, courier.account.key)
    asked = replace(asked, server=asked.wall + skew)
    return Listed(row.seq, Listing(entries, True, asked), claimed)


def _refuse_empty(courier: Courier, workspace: str, window: Window) -> None:
    """Raise Unreachable where an empty list contradicts what was known to be there.

    To believe it would mean to send again, and to double, all that waits.
    """
    user = courier.account.user_id
    surely = (window.start + MOST_SHIFTED, window.end - MOST_SHIFTED)
    known = replica.starting_within(courier.db, workspace, user, *surely)
    for server_id in tuple(known)[:FEW]:
        try:
            courier.remote.entry(workspace, server_id)
        except NotFound:
            continue
        raise Unreachable(
            "Clockify lists no entries where it has some", "`clockify sync` asks again."
        )
    if len(known) > FEW:
        raise Unreachable(
            "all entries of those days are suddenly gone in Clockify",
            "If that is right: `clockify sync --accept-empty`.",
        )


def entries_within(
    remote: Remote, workspace: str, user: str, window: Window
) -> tuple[RemoteEntry, ...]:
    """All entries of *user* that Clockify lists for *window*, page by page to the end.

    Raises Unreachable where the list does not end as it should: then it proves nothing.
    """
    found: dict[str, RemoteEntry] = {}
    for page in range(1, MOST_PAGES + 1):
        listed = remote.entries(workspace, user, window, page=page, page_size=PAGE)
        new = {entry.id: entry for entry in listed.items if entry.user_id == user}
        if listed.items and new.keys() <= found.keys() and new:
            break
        found |= new
        if listed.last:
            return tuple(found.values())
    raise Unreachable("Clockify's list of entries does not end", "`clockify sync` tries again.")


def _keep(
    courier: Courier,
    row: Row,
    entry: RemoteEntry | None,
    item: RemoteItem | None,
    event: Event,
) -> None:
    """What was found is what Clockify holds."""
    if isinstance(event, Listed):
        found = (e for e in event.listing.entries if e.id == row.server_id)
        entry = next(found, None)
    if entry is not None or item is not None:
        courier.absorb(row.seq, entry, item)
    elif row.kind == "delete" and row.entity == "entry":
        courier.gone(courier.outbox.held(row.seq).stored)
