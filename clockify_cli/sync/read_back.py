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
# Clockify reads a window as wall clock in the account's zone: so far from UTC it may be meant.
MOST_SHIFTED = timedelta(hours=14)
FEW = 3
"""So many entries may vanish at once before an empty list looks like a fault."""


def ask(sender: RowSender, question: Effect) -> Row | None:
    """Ask one *question* of the engine, and commit the answer; the row that it is about.

    Raises what a read raises; the row then stays as it is.
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
    asked = sender.instant()
    if row.kind == "mark":
        # No entry tells whether it is marked; doing it again comes to the same.
        return EntryRead(row.seq, None, asked), None, None
    if isinstance(question, ReadName):
        item = find_name(sender, row, held)
        return NameRead(row.seq, item, asked), None, item
    if isinstance(question, ReadBack):
        return _listed(sender, row, question.window), None, None
    if held.stored.entity == "entry":
        read = sender.just_read.pop(row.server_id or "", None)
        if read is not None:
            return EntryRead(row.seq, *read), read[0], None
        entry = sender.read_entry(row, held)
        return EntryRead(row.seq, entry, asked), entry, None
    item = read_item(sender, row)
    return EntryRead(row.seq, item, asked), None, item


def read_item(sender: RowSender, row: Row) -> RemoteItem | None:
    """The name that the row changes, as Clockify holds it; None if it is gone."""
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
    asked = sender.instant()
    entries = entries_within(sender.remote, workspace, sender.account.user_id, window)
    running = sender.remote.running(workspace, sender.account.user_id)
    if running is not None and all(entry.id != running.id for entry in entries):
        entries = (*entries, running)
    if not entries:
        _refuse_empty(sender, workspace, window)
    claimed = journal.claimed(sender.db, workspace, [entry.id for entry in entries])
    # The answers have told what time it is in Clockify.
    skew = skew_of(sender.db, sender.account.key)
    asked = replace(asked, server=asked.wall + skew)
    return Listed(row.seq, Listing(entries, True, asked), claimed)


def _refuse_empty(sender: RowSender, workspace: str, window: Window) -> None:
    """Raise Unreachable if an empty list contradicts what was known to be there.

    To believe it would mean to send again, and to double, all that waits.
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
    """All entries of *user* that Clockify lists for *window*, page by page to the end.

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
    sender: RowSender,
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
        sender.absorb(row.seq, entry, item)
    elif row.kind == "delete" and row.entity == "entry":
        sender.gone(sender.outbox.held(row.seq).stored)
