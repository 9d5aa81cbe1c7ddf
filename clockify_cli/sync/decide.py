"""A person's word on rows that wait for it: send again, edit, adopt what is there, or drop."""

from __future__ import annotations

from dataclasses import replace

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store import copying, journal, sending
from clockify_cli.store import replica as stored_replica
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.entities import bury_entry, bury_item, stored_item, write_entry, write_item
from clockify_cli.store.journal import JournalRow
from clockify_cli.store.snapshots import entry_of, entry_text, item_of
from clockify_cli.sync.engine import step
from clockify_cli.sync.events import Decided
from clockify_cli.sync.replica import Replica
from clockify_cli.sync.row import CREATES, STUCK, State
from clockify_cli.sync.rows import name_kind, names_in, sendable, standing
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
    """Send row *seq* saying *fields* instead; the entry here says so too."""
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.entity != "entry" or row.local_id is None or row.after is None:
            raise UsageError(f"row {seq} has no fields to edit", _CHOICES)
        write_entry(db, row.local_id, fields)
        said = replace(row, after=entry_text(fields), payload=None, fp=None)
        journal.write(db, _decided(db, said, Decided(seq, "retry")))


def adopt(db: StoreConnection, account: str, seq: int, server_id: str) -> None:
    """What Clockify calls *server_id* is what row *seq* made."""
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.kind not in CREATES or row.local_id is None:
            raise UsageError(f"row {seq} makes nothing that could be there", _CHOICES)
        if copying.made_here(db, row.workspace, row.entity, server_id):
            raise UsageError(f"{server_id} was made by another row", _CHOICES)
        version = copying.version_there(db, row.workspace, server_id)
        copying.give_id(db, row.workspace, row.entity, row.local_id, server_id)
        journal.settle(db, _decided(db, row, Decided(seq, "adopt", server_id)))
        if version is not None and row.entity == "entry":
            entry = version_of(version)
            Replica(db, row.workspace, entry.user_id).take(entry, row.local_id)


def drop(db: StoreConnection, account: str, seq: int) -> None:
    """Do not send row *seq*: the copy says again what Clockify holds."""
    with db.transaction():
        row = _stuck(db, account, seq)
        journal.write(db, _decided(db, row, Decided(seq, "drop")))
        in_vain = [later.seq for later in _in_vain(db, row)]
        sending.drop(db, in_vain, "dropped")
        if row.kind == "delete":
            sending.part(db, in_vain)
        if row.local_id is not None and not journal.is_open(db, row.local_id):
            _take_back(db, row, row.local_id)


_CHOICES = "`clockify queue` shows what waits and what can be decided."


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

    What was never made cannot be changed; what was never deleted need not be made again.
    """
    rows = [] if row.local_id is None else journal.rows_of(db, row.local_id)
    unsent = (State.PENDING, *STUCK)
    later = [r for r in rows if r.seq > row.seq and State(r.state) in unsent]
    if row.kind in CREATES:
        return later
    again = [r for r in later[:1] if r.kind in CREATES]
    return again if row.kind == "delete" else []


def _take_back(db: StoreConnection, row: JournalRow, local_id: str) -> None:
    if row.entity == "entry":
        _take_back_entry(db, row, local_id)
    else:
        _take_back_item(db, row, local_id)


def _take_back_entry(db: StoreConnection, row: JournalRow, local_id: str) -> None:
    version = copying.entry_version(db, local_id)
    if row.kind in CREATES:
        bury_entry(db, local_id)
    elif version is not None:
        entry = version_of(version)
        stored_replica.put_entry(
            db, Replica(db, row.workspace, entry.user_id).pulled(entry), local_id
        )
    elif row.before is not None:
        write_entry(db, local_id, entry_of(row.before))


def _take_back_item(db: StoreConnection, row: JournalRow, local_id: str) -> None:
    kind = name_kind(row)
    stored = stored_item(db, kind, local_id)
    if row.kind in CREATES:
        bury_item(db, local_id)
    elif row.before is not None and stored is not None:
        item = item_of(row.before, kind, local_id, row.workspace, stored.item.server_id)
        write_item(db, item)
