"""A person's word on rows that wait for it: send again, edit, adopt what is there, or drop."""

from __future__ import annotations

from dataclasses import replace

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store import copying, journal, sending
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.entities import (
    bury_entry,
    bury_item,
    stored_entry,
    stored_item,
    write_entry,
    write_item,
)
from clockify_cli.store.held import as_held
from clockify_cli.store.journal import JournalRow
from clockify_cli.store.replica import local_entry
from clockify_cli.store.snapshots import entry_of, entry_text, item_of
from clockify_cli.sync.engine import step
from clockify_cli.sync.events import Decided
from clockify_cli.sync.later import following, is_idle, later_than, worded
from clockify_cli.sync.replica import Replica
from clockify_cli.sync.row import CREATES, DONE, STUCK, State
from clockify_cli.sync.rows import content_of, name_kind, names_in, sendable, standing
from clockify_cli.sync.versions import version_of


def retry(db: StoreConnection, account: str, seq: int) -> None:
    """Send row *seq* again, as it is; a conflict is then decided in favour of what is here.

    Every function here raises NotFound where *account* has no such row, and UsageError where it
    does not wait for a decision.
    """
    with db.transaction():
        row = _stuck(db, account, seq)
        journal.write(db, _decided(db, row, Decided(seq, "retry")))


def edit(db: StoreConnection, account: str, seq: int, fields: EntryFields) -> None:
    """Send row *seq* saying *fields* instead; the entry here says so too, with what came later.

    Only what differs between *fields* and what the row said itself counts.
    """
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.entity != "entry" or row.local_id is None or row.after is None:
            raise UsageError(f"row {seq} has no fields to edit", _CHOICES)
        said = replace(worded(row, entry_text(fields)), fp=None)
        journal.write(db, _decided(db, said, Decided(seq, "retry")))
        _carry_on(db, row, row.local_id, entry_text(fields))


def adopt(db: StoreConnection, account: str, seq: int, server_id: str) -> None:
    """What Clockify calls *server_id* is what row *seq* made.

    Raises UsageError, too, where a change of what is called so here waits.
    """
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.kind not in CREATES or row.local_id is None:
            raise UsageError(f"row {seq} makes nothing that could be there", _CHOICES)
        if copying.made_here(db, row.workspace, row.entity, server_id):
            raise UsageError(f"{server_id} was made by another row", _CHOICES)
        known = _known_as(db, row, server_id)
        if known is not None and journal.is_open(db, known):
            # Its copy would give way to the row's, and what waits of it would wait for ever.
            raise UsageError(f"a change of {server_id} waits itself", _CHOICES)
        version = copying.version_there(db, row.workspace, server_id)
        copying.give_id(db, row.workspace, row.entity, row.local_id, server_id)
        journal.settle(db, _decided(db, row, Decided(seq, "adopt", server_id)))
        if version is not None and row.entity == "entry":
            entry = version_of(version)
            Replica(db, row.workspace, entry.user_id).take(entry, row.local_id)
            _carry_on(db, row, row.local_id, _held(db, row.local_id, content_of(row) or ""))


def drop(db: StoreConnection, account: str, seq: int) -> None:
    """Do not send row *seq*: the copy says what Clockify holds, with what else waits."""
    with db.transaction():
        row = _stuck(db, account, seq)
        journal.write(db, _decided(db, row, Decided(seq, "drop")))
        in_vain = [later.seq for later in _in_vain(db, row)]
        if row.kind not in CREATES:
            sending.part(db, in_vain)
        sending.give_up(db, (seq, *in_vain))
        if row.local_id is not None:
            _do_without(db, row, row.local_id)


_CHOICES = "`clockify queue` shows what waits and what can be decided."


def _known_as(db: StoreConnection, row: JournalRow, server_id: str) -> str | None:
    """The local id of what Clockify calls *server_id*, a thing like that of *row*."""
    if row.entity == "entry":
        return local_entry(db, row.workspace, server_id)
    return copying.local_id_of(db, row.workspace, name_kind(row), server_id)


def _decided(db: StoreConnection, row: JournalRow, event: Decided) -> JournalRow:
    """*row* after the decision."""
    held = sendable(row, sending.name_ids(db, names_in([row])))
    (decided,), _ = step((held.row,), event)
    return standing(row, decided)


def _stuck(db: StoreConnection, account: str, seq: int) -> JournalRow:
    row = journal.get(db, seq)
    if row is None or row.account != account:
        raise NotFound(f"there is no row {seq} in the queue", _CHOICES)
    if State(row.state) not in STUCK:
        raise UsageError(f"row {seq} does not wait for a decision", _CHOICES)
    return row


def _in_vain(db: StoreConnection, row: JournalRow) -> list[JournalRow]:
    """Rows of the same thing that can mean nothing once *row* is dropped.

    What was never made cannot be changed; what was never deleted need not be made again, and what
    was never changed need not be changed back.
    """
    rows = [] if row.local_id is None else journal.rows_of(db, row.local_id)
    unsent = (State.PENDING, *STUCK)
    later = [r for r in rows if r.seq > row.seq and State(r.state) in unsent]
    if row.kind in CREATES:
        return later
    if row.kind == "delete":
        return [r for r in later[:1] if r.kind in CREATES]
    over = {r.change for r in rows if r.seq == row.seq or r.verdict == f"merged into {row.seq}"}
    return [r for r in later if sending.took_back(db, r.change) in over]


def _do_without(db: StoreConnection, row: JournalRow, local_id: str) -> None:
    """The copy, and the rows that wait, are as if *row* had not been."""
    if row.kind in CREATES:
        bury = bury_entry if row.entity == "entry" else bury_item
        bury(db, local_id)
    elif row.before is not None:
        rows = journal.rows_of(db, local_id)
        waits = any(r.seq < row.seq and State(r.state) not in DONE for r in rows)
        held = row.entity == "entry" and not waits
        _carry_on(db, row, local_id, _held(db, local_id, row.before) if held else row.before)
        idle = [r.seq for r in later_than(journal.rows_of(db, local_id), row.seq) if is_idle(r)]
        sending.give_up(db, idle)


def _held(db: StoreConnection, local_id: str, words: str) -> str:
    """What Clockify holds of an entry, as far as is known; else *words*."""
    entry = stored_entry(db, local_id)
    return words if entry is None else entry_text(as_held(db, entry, entry_of(words)))


def _carry_on(db: StoreConnection, row: JournalRow, local_id: str, now: str) -> None:
    """What waits after *row* finds *now*; the copy says what comes of that."""
    said: str | None = now
    for later in following(later_than(journal.rows_of(db, local_id), row.seq), now):
        sending.reword(db, later)
        said = later.after
    if said is None:
        return
    if row.entity == "entry":
        write_entry(db, local_id, entry_of(said))
        return
    kind = name_kind(row)
    stored = stored_item(db, kind, local_id)
    server_id = None if stored is None else stored.item.server_id
    write_item(db, item_of(said, kind, local_id, row.workspace, server_id))
