"""Carry out a person's decision on a row: send again, edit, adopt, or drop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.sync.journal import JournalRow
from clockify_cli.store.sync.replica import drop_entry, local_entry
from clockify_cli.store.timesheet.entities import (
    entry_of,
    entry_text,
    item_of,
    mark_entry_deleted,
    mark_item_deleted,
    stored_entry,
    stored_item,
    write_entry,
    write_item,
)
from clockify_cli.store.timesheet.held import as_held
from clockify_cli.sync.model.conflicts import DELETED_THERE, merged_version, version_of
from clockify_cli.sync.model.engine import step
from clockify_cli.sync.model.row import CREATES, PARTIAL, STUCK, Decided, Row, State
from clockify_cli.sync.model.rows import (
    after,
    content_of,
    following,
    is_idle,
    later_than,
    name_kind,
    outbox_row,
    standing,
    touches_of,
    waiting,
    worded,
)
from clockify_cli.sync.outbox import blocked, ids_in
from clockify_cli.sync.replica import Replica


def retry(db: StoreConnection, account: str, seq: int) -> None:
    """Send row *seq* again; a conflict is then decided in favour of the version here.

    This applies to Clockify's version known to the copy now, not to later changes there.

    Every function here raises NotFound if *account* has no such row, and UsageError if it does not
    need a decision.
    """
    with db.transaction():
        row = _against_theirs(db, _stuck(db, account, seq))
        journal.write(db, _decided(db, row, Decided(seq, "retry")))


def edit(db: StoreConnection, account: str, seq: int, fields: EntryFields) -> None:
    """Send row *seq* with *fields* instead, and change the entry here and later rows to match.

    Only differences between *fields* and the row's own values count.
    """
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.entity != "entry" or row.local_id is None or row.after is None:
            raise UsageError(f"row {seq} has no fields to edit", _CHOICES)
        said = replace(worded(_against_theirs(db, row), entry_text(fields)), fp=None)
        journal.write(db, _decided(db, said, Decided(seq, "retry")))
        rows = later_than(journal.rows_of(db, row.local_id), seq)
        _carry_on(db, row, row.local_id, entry_text(fields), rows)


def adopt(db: StoreConnection, account: str, seq: int, server_id: str) -> None:
    """Settle row *seq*: Clockify's *server_id* is what it made, or already has what it was to set.

    Also raises UsageError if another change of that entry or name is waiting here.
    """
    with db.transaction():
        row = _stuck(db, account, seq)
        if row.kind in PARTIAL and row.local_id is not None:
            _adopt_theirs(db, row, row.local_id, server_id)
            return
        if row.kind not in CREATES or row.local_id is None:
            raise UsageError(f"row {seq} does not create anything", _CHOICES)
        if replica.made_here(db, row.workspace, row.entity, server_id):
            raise UsageError(f"{server_id} was created by another row", _CHOICES)
        known = _known_as(db, row, server_id)
        if known is not None and journal.is_open(db, known):
            # The row's copy would replace it, and its own waiting rows would wait forever.
            raise UsageError(f"another change of {server_id} is waiting too", _CHOICES)
        version = replica.version_there(db, row.workspace, server_id)
        replica.give_id(db, row.workspace, row.entity, row.local_id, server_id)
        journal.settle(db, _decided(db, row, Decided(seq, "adopt", server_id)))
        if version is not None and row.entity == "entry":
            entry = version_of(version)
            Replica(db, row.workspace, entry.user_id).take(entry, row.local_id)
            now = _held(db, row.local_id, content_of(row) or "")
            journal.reword(db, replace(row, after=now, payload=None))
            _carry_on(
                db, row, row.local_id, now, later_than(journal.rows_of(db, row.local_id), seq)
            )


def _adopt_theirs(db: StoreConnection, row: JournalRow, local_id: str, server_id: str) -> None:
    """Accept Clockify's version of the entry instead of the one in *row*."""
    entry = stored_entry(db, local_id)
    if entry is None or entry.server_id != server_id:
        raise UsageError(f"{server_id} is not the entry that row {row.seq} changes", _CHOICES)
    agreed = replace(row, after=row.before, payload=None)
    journal.write(db, _decided(db, agreed, Decided(row.seq, "adopt", server_id)))
    _settle_without(db, row)
    journal.stand_no_more(db, row.change)


def drop(db: StoreConnection, account: str, seq: int) -> None:
    """Drop row *seq*: the copy gets Clockify's version, with the other waiting changes."""
    with db.transaction():
        row = _stuck(db, account, seq)
        journal.write(db, _decided(db, row, Decided(seq, "drop")))
        _settle_without(db, row, seq)
        if row.verdict == DELETED_THERE and row.local_id and not journal.is_open(db, row.local_id):
            drop_entry(db, row.local_id)


def _settle_without(db: StoreConnection, row: JournalRow, *given_up: int) -> None:
    """Let rows after *row* apply without it; *given_up* are rows to drop, perhaps *row* itself."""
    in_vain = [later.seq for later in _in_vain(db, row)]
    if row.kind not in CREATES:
        journal.part(db, in_vain)
    journal.give_up(db, (*given_up, *in_vain))
    if row.local_id is not None and row.kind != "mark":
        _do_without(db, row, row.local_id)


def behind(db: StoreConnection, account: str) -> dict[int, int]:
    """Map *account*'s rows that wait for a decision on another row to that row's number."""
    stored = [row for row in journal.open_rows(db, account) if row.local_id is not None]
    names = ids_in(db, stored)
    rows = tuple(outbox_row(row, names).row for row in stored)
    held = blocked(rows)
    stuck = [row for row in rows if row.state in STUCK]
    found: dict[int, int] = {}
    for row in rows:
        if row.seq in held and row not in stuck:
            first = next((other.seq for other in stuck if _holds(other, row)), None)
            found |= {} if first is None else {row.seq: first}
    return found


def _holds(stuck: Row, row: Row) -> bool:
    """Return whether *row* waits for the decision on *stuck*."""
    if stuck.local_id != row.local_id:
        return stuck.creates and stuck.local_id in row.waits_for
    return stuck.overlaps(row)


_CHOICES = "`clockify queue` lists the changes and what you can do."


def _known_as(db: StoreConnection, row: JournalRow, server_id: str) -> str | None:
    """Return the local id of Clockify's *server_id*, of the same kind as in *row*."""
    if row.entity == "entry":
        return local_entry(db, row.workspace, server_id)
    return replica.local_id_of(db, row.workspace, name_kind(row), server_id)


def _decided(db: StoreConnection, row: JournalRow, event: Decided) -> JournalRow:
    """Return *row* after the decision."""
    held = outbox_row(row, ids_in(db, [row]))
    (decided,), _ = step((held.row,), event)
    return standing(row, decided)


def _stuck(db: StoreConnection, account: str, seq: int) -> JournalRow:
    row = journal.get(db, seq)
    if row is None or row.account != account:
        raise NotFound(f"there is no row {seq} in the queue", _CHOICES)
    if State(row.state) not in STUCK:
        raise UsageError(f"row {seq} does not need a decision", _CHOICES)
    return row


def _against_theirs(db: StoreConnection, row: JournalRow) -> JournalRow:
    """Return *row* based on Clockify's version, which the person saw when asked to decide."""
    entry = None if row.local_id is None else stored_entry(db, row.local_id)
    if State(row.state) is not State.REVIEW or entry is None or entry.server is None:
        return row
    units = touches_of(row)
    if units is None or row.base is None:
        return replace(row, base=entry.server)
    return replace(row, base=merged_version(entry.server, row.base, units))


def _in_vain(db: StoreConnection, row: JournalRow) -> list[JournalRow]:
    """Return later rows of the same entry or name that make no sense once *row* is dropped.

    What was never made cannot be changed; what was never deleted need not be restored, and what was
    never changed need not be changed back.
    """
    rows = [] if row.local_id is None else journal.rows_of(db, row.local_id)
    unsent = (State.PENDING, *STUCK)
    later = [r for r in after(rows, row.seq) if State(r.state) in unsent]
    if row.kind in CREATES:
        return later
    if row.kind == "mark":
        return [r for r in later if r.kind == "mark" and r.before == row.after]
    if row.kind == "delete":
        return [r for r in later[:1] if r.kind in CREATES]
    over = {r.change for r in rows if r.seq == row.seq or r.verdict == journal.merged_into(row.seq)}
    units = touches_of(row) or frozenset()
    return [
        r
        for r in later
        if journal.took_back(db, r.change) in over and (touches_of(r) or frozenset()) <= units
    ]


def _do_without(db: StoreConnection, row: JournalRow, local_id: str) -> None:
    """Make the copy and the waiting rows as if *row* had never existed."""
    if row.kind in CREATES:
        mark_deleted = mark_entry_deleted if row.entity == "entry" else mark_item_deleted
        mark_deleted(db, local_id)
    elif row.before is not None:
        rows = journal.rows_of(db, local_id)
        earlier = [r for r in waiting(rows) if r not in later_than(rows, row.seq)]
        later = [_as_seen(row, r) for r in later_than(rows, row.seq)]
        if row.entity == "entry" and all(r.kind in PARTIAL for r in earlier):
            _carry_on(db, row, local_id, _held(db, local_id, row.before), [*earlier, *later])
        else:
            _carry_on(db, row, local_id, row.before, later)
        idle = [r.seq for r in later_than(journal.rows_of(db, local_id), row.seq) if is_idle(r)]
        journal.give_up(db, idle)


def _as_seen(refused: JournalRow, later: JournalRow) -> JournalRow:
    """Correct the base of *later*, made while *refused* kept its values here."""
    units = touches_of(refused)
    if units is None or later.base is None or State(refused.state) is not State.REJECTED:
        return later
    return replace(later, base=merged_version(refused.base, later.base, units))


def _held(db: StoreConnection, local_id: str, words: str) -> str:
    """Return Clockify's version of an entry, if known; else *words*."""
    entry = stored_entry(db, local_id)
    return words if entry is None else entry_text(as_held(db, entry, entry_of(words)))


def _carry_on(
    db: StoreConnection, row: JournalRow, local_id: str, now: str, rows: Iterable[JournalRow]
) -> None:
    """Apply the waiting *rows* to *now*, and set the copy to the result."""
    said: str | None = now
    for later in following(rows, now):
        journal.reword(db, later)
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
