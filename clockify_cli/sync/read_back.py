"""Find out what became of requests whose answers were lost."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.errors import NotFound, Unreachable
from clockify_cli.store.sync import journal, replica
from clockify_cli.sync.guard import skew_of
from clockify_cli.sync.model.engine import PossibleDuplicate
from clockify_cli.sync.model.remote import Remote, RemoteEntry, RemoteItem, Window
from clockify_cli.sync.model.row import (
    AlsoThere,
    Effect,
    EntryRead,
    Event,
    Listed,
    Listing,
    NameRead,
    ReadBack,
    ReadEntry,
    ReadName,
    Row,
    State,
)
from clockify_cli.sync.row_sender import RowSender
from clockify_cli.sync.sending import find_name, parent_of
from clockify_cli.values import replace

PAGE = 200
MOST_PAGES = 200
# Clockify reads a window as wall clock in the account's zone, up to this far from UTC.
MOST_SHIFTED = timedelta(hours=14)
FEW = 3
"""If more entries vanish at once than this, an empty list looks wrong."""


def ask(sender: RowSender, question: Effect) -> Row | None:
    """Answer one *question* of the engine, and commit the result; return the row.

    Raises the errors of reads; the row then stays as it is.
    """
    if not isinstance(question, ReadBack | ReadEntry | ReadName):
        return None
    row = sender.outbox.row(question.seq)
    if row is None:
        return None
    event, entry, item = _read(sender, row, question)
    with sender.db.transaction():
        effects = sender.outbox.step(event)
        after = sender.outbox.row(row.seq)
        if after is not None and after.state is State.APPLIED:
            _keep(sender, after, entry, item, event)
    for effect in effects:
        if isinstance(effect, AlsoThere):
            sender.notes.append(PossibleDuplicate(row.local_id, effect.ids))
    return row


def _read(
    sender: RowSender, row: Row, question: ReadBack | ReadEntry | ReadName
) -> tuple[Event, RemoteEntry | None, RemoteItem | None]:
    held = sender.outbox.held(row.seq)
    read_at = sender.instant()
    if row.kind == "mark":
        # Entries do not show whether they are marked; marking them again is harmless.
        return EntryRead(row.seq, None, read_at), None, None
    if isinstance(question, ReadName):
        item = find_name(sender, row, held)
        return NameRead(row.seq, item, read_at), None, item
    if isinstance(question, ReadBack):
        return _listed(sender, row, question.window), None, None
    if held.stored.entity == "entry":
        read = sender.just_read.pop(row.server_id or "", None)
        if read is not None:
            return EntryRead(row.seq, *read), read[0], None
        entry = sender.read_entry(row, held)
        return EntryRead(row.seq, entry, read_at), entry, None
    item = read_item(sender, row)
    return EntryRead(row.seq, item, read_at), None, item


def read_item(sender: RowSender, row: Row) -> RemoteItem | None:
    """Return the name that the row changes, as Clockify has it; None if it is deleted."""
    held = sender.outbox.held(row.seq)
    kind, parent = held.kind, parent_of(sender, held)
    try:
        return sender.remote.item(
            held.stored.workspace, kind, row.server_id or "", project_id=parent
        )
    except NotFound:
        sender.check_gone(held.stored.workspace)
        return None


def _listed(sender: RowSender, row: Row, window: Window) -> Listed:
    workspace = sender.outbox.held(row.seq).stored.workspace
    read_at = sender.instant()
    entries = entries_within(sender.remote, workspace, sender.account.user_id, window)
    running = sender.remote.running(workspace, sender.account.user_id)
    if running is not None and all(entry.id != running.id for entry in entries):
        entries = (*entries, running)
    if not entries:
        _refuse_empty(sender, workspace, window)
    claimed = journal.claimed(sender.db, workspace, [entry.id for entry in entries])
    # The answers have shown Clockify's current time.
    skew = skew_of(sender.db, sender.account.key)
    read_at = replace(read_at, server=read_at.wall + skew)
    return Listed(row.seq, Listing(entries, True, read_at), claimed)


def _refuse_empty(sender: RowSender, workspace: str, window: Window) -> None:
    """Raise Unreachable if an empty list contradicts the known entries.

    Believing it would send all waiting rows again, and duplicate them.
    """
    user = sender.account.user_id
    surely = (window.start + MOST_SHIFTED, window.end - MOST_SHIFTED)
    known = replica.starting_within(sender.db, workspace, user, *surely)
    for server_id in tuple(known)[:FEW]:
        try:
            sender.remote.entry(workspace, server_id)
        except NotFound:
            continue
        raise Unreachable(
            "Clockify lists no entries where there were some", "`clockify sync` asks again."
        )
    if len(known) > FEW:
        raise Unreachable(
            "all entries of those days have suddenly disappeared from Clockify",
            "If that is right: `clockify sync --accept-empty`.",
        )


def entries_within(
    remote: Remote, workspace: str, user: str, window: Window
) -> tuple[RemoteEntry, ...]:
    """Return all entries of *user* that Clockify lists for *window*, page by page.

    Raises Unreachable if the list does not end as it should: then it proves nothing.
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
    raise Unreachable("Clockify's list of entries never ended", "`clockify sync` tries again.")


def _keep(
    sender: RowSender, row: Row, entry: RemoteEntry | None, item: RemoteItem | None, event: Event
) -> None:
    """Store the version that was found in Clockify."""
    if isinstance(event, Listed):
        found = (e for e in event.listing.entries if e.id == row.server_id)
        entry = next(found, None)
    if entry is not None or item is not None:
        sender.absorb(row.seq, entry, item)
    elif row.kind == "delete" and row.entity == "entry":
        sender.gone(sender.outbox.held(row.seq).stored)
