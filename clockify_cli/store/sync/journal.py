"""Journal rows as sync needs them: what is to be sent, and the outcome."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable
from datetime import datetime

from clockify_cli.store.db.connection import Record, StoreConnection, maybe_moment, seconds_of
from clockify_cli.store.db.schema import OPEN
from clockify_cli.values import dataclass, fields, replace

CREATING = ("start", "add", "create")
"""Kinds of rows that give the entity its id in Clockify."""

SENT_BEFORE = "perhaps sent before"
"""The verdict of open rows in a timesheet that was restored or copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One row, column by column; *before* and *after* are JSON text as `entities` writes it.

    *first_send* and *last_send* are JSON text of the clocks at that time, with the key ``wall``;
    *not_before* is in seconds of Clockify's time. The meaning of the columns in the protocol is in
    :mod:`clockify_cli.sync.model.row`.
    """

    seq: int
    op_id: str
    change: int
    account: str | None
    workspace: str
    entity: str
    kind: str
    local_id: str | None
    server_id: str | None = None
    before: str | None = None
    after: str | None = None
    base: str | None = None
    payload: str | None = None
    fp: str | None = None
    method: str | None = None
    state: str = "PENDING"
    attempts: int = 0
    first_send: str | None = None
    last_send: str | None = None
    seen_before: tuple[str, ...] = ()
    not_before: float = 0.0
    cleared: bool = False
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How many rows are not settled yet (*pending*) or need a decision (*review*).

    Of the pending ones, *lost* were sent with an unknown outcome, and *copied* may have been sent
    before this timesheet was restored or copied.
    """

    pending: int
    review: int
    lost: int = 0
    copied: int = 0


_COLUMNS = tuple(column.name for column in fields(JournalRow))
_OUTCOME = (
    *("local_id", "server_id", "after", "base", "payload", "fp", "method", "state", "attempts"),
    *("first_send", "last_send", "seen_before", "not_before", "cleared", "verdict"),
)
"""What sync may change of a row: not its owner, request or order."""

_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM journal"
_UPDATE = f"UPDATE journal SET {', '.join(f'{name} = ?' for name in _OUTCOME)} WHERE seq = ?"


def open_rows(db: StoreConnection, account: str) -> list[JournalRow]:
    """Return the rows of *account* that are not settled, in the order of acknowledgement.

    That is the order of changes: a row split off from a change may have a higher number than later
    changes.
    """
    sql = f"{_SELECT} WHERE account = ? AND {OPEN} ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (account,))]


def unresolved(db: StoreConnection, workspace: str) -> list[JournalRow]:
    """Return rows about *workspace*, of any account, that may be under way."""
    sql = f"{_SELECT} WHERE {OPEN} AND state IN ('SENDING', 'UNKNOWN') AND workspace = ?"
    return [_row(r) for r in db.each(sql, (workspace,))]


def get(db: StoreConnection, seq: int) -> JournalRow | None:
    """Return the row with that number."""
    found = db.one(f"{_SELECT} WHERE seq = ?", (seq,))
    return None if found is None else _row(found)


def rows_of(db: StoreConnection, local_id: str) -> list[JournalRow]:
    """Return every row of the entity with *local_id*, in the order of acknowledgement."""
    sql = f"{_SELECT} WHERE local_id = ? ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (local_id,))]


def open_rows_of(db: StoreConnection, local_id: str) -> list[JournalRow]:
    """Return the rows of the entity that are not settled, of any account."""
    sql = f"{_SELECT} WHERE local_id = ? AND {OPEN} ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (local_id,))]


def clock_of_start(db: StoreConnection, local_id: str) -> str | None:
    """Return JSON text of the machine's clocks when the timer *local_id* was started here."""
    return db.text(
        """
        SELECT clock FROM journal JOIN change ON change.id = journal.change
        WHERE local_id = ? AND journal.kind = 'start' ORDER BY seq DESC LIMIT 1
        """,
        (local_id,),
    )


def sent_again(db: StoreConnection, account: str, since: float) -> list[JournalRow]:
    """Return the creates sent more than once, last at *since* (wall clock) or later."""
    sql = f"""
        {_SELECT} WHERE account = ? AND state = 'APPLIED' AND attempts > 1
        AND kind IN {CREATING} AND json_extract(last_send, '$.wall') >= ? ORDER BY seq
    """
    return [_row(r) for r in db.each(sql, (account, since))]


def looked_for(db: StoreConnection, account: str, since: float) -> list[JournalRow]:
    """Return the adds and starts that succeeded despite a lost answer; *since* as `sent_again`."""
    sql = f"""
        {_SELECT} WHERE account = ? AND state = 'APPLIED' AND entity = 'entry'
        AND kind IN {CREATING} AND (attempts > 1 OR verdict = 'read back')
        AND json_extract(last_send, '$.wall') >= ? ORDER BY seq
    """
    return [_row(r) for r in db.each(sql, (account, since))]


def waiting(db: StoreConnection, account: str | None, workspace: str | None = None) -> Unsettled:
    """Count the open rows of *account*, in one *workspace* or in all."""
    found = db.one(
        f"""
        SELECT count(*), coalesce(sum(state IN ('REJECTED', 'REVIEW')), 0),
               coalesce(sum(state IN ('SENDING', 'UNKNOWN')), 0),
               coalesce(sum(state = 'UNKNOWN' AND verdict = :copied), 0) FROM journal
        WHERE account IS :account AND {OPEN} AND (:workspace IS NULL OR workspace = :workspace)
        """,
        {"account": account, "workspace": workspace, "copied": SENT_BEFORE},
    )
    total, review, lost, copied = found or (0, 0, 0, 0)
    return Unsettled(total - review, review, lost - copied, copied)


def unsent(db: StoreConnection, change: int) -> list[str]:
    """Return the states of the unsent or unconfirmed rows that carry out *change*.

    Rows that need a decision are left out.
    """
    rows = db.all(
        f"""
        SELECT state FROM journal j WHERE {OPEN} AND state NOT IN ('REJECTED', 'REVIEW')
        AND (change = :change OR EXISTS (
            SELECT 1 FROM journal m WHERE m.change = :change AND m.local_id = j.local_id
            AND m.verdict = 'merged into ' || j.seq))
        ORDER BY seq
        """,
        {"change": change},
    )
    return [state for (state,) in rows]


def strangers(db: StoreConnection, account: str | None) -> dict[str, int]:
    """Return how many open rows belong to accounts other than *account*, by account."""
    sql = f"""
        SELECT account, count(*) FROM journal
        WHERE {OPEN} AND account IS NOT :account AND account IS NOT NULL GROUP BY account
    """
    return dict(db.all(sql, {"account": account}))


def behind_another(db: StoreConnection, change: int) -> bool:
    """Return whether an entity of *change* has an open row of another account, which goes first."""
    found = db.one(
        f"""
        SELECT 1 FROM journal j WHERE {OPEN} AND EXISTS (
            SELECT 1 FROM journal own WHERE own.change = ?
            AND own.local_id = j.local_id AND own.account IS NOT j.account)
        """,
        (change,),
    )
    return found is not None


def is_open(db: StoreConnection, local_id: str) -> bool:
    """Return whether the entity with *local_id* has a row that is not settled."""
    return db.one(f"SELECT 1 FROM journal WHERE local_id = ? AND {OPEN}", (local_id,)) is not None


def claimed(db: StoreConnection, workspace: str, server_ids: Iterable[str]) -> frozenset[str]:
    """Return the *server_ids* that a row has made, or that belong to an entry known here."""
    rows = db.all(
        """
        SELECT value FROM json_each(:ids)
        WHERE value IN (SELECT server_id FROM entry WHERE workspace = :ws)
           OR value IN (SELECT server_id FROM journal WHERE workspace = :ws
                        AND entity = 'entry' AND kind IN ('start', 'add')
                        AND server_id IS NOT NULL)
        """,
        {"ids": json.dumps(list(server_ids)), "ws": workspace},
    )
    return frozenset(id_ for (id_,) in rows)


def insert(db: StoreConnection, row: JournalRow) -> int:
    """Insert another row of the change of *row*, with the same content; return its number."""
    own = ("change", "account", "workspace", "entity", "kind", "before", "state")
    seq = db.run(
        f"INSERT INTO journal (op_id, {', '.join(own)}) VALUES (?{', ?' * len(own)})",
        (os.urandom(16).hex(), *(getattr(row, name) for name in own)),
    )
    write(db, replace(row, seq=seq))
    return seq


def write(db: StoreConnection, row: JournalRow) -> None:
    """Store what sync may change of *row*: not its owner, request or order."""
    values = {name: getattr(row, name) for name in _OUTCOME}
    values["seen_before"] = json.dumps(row.seen_before)
    db.run(_UPDATE, (*values.values(), row.seq))


def settle(db: StoreConnection, row: JournalRow, server: str | None = None) -> None:
    """Store *row*, and apply the outcome to its entity, in one transaction.

    *server* is JSON text of Clockify's version, if an answer contained one. An applied create gives
    the entity its id in Clockify; an applied delete removes the id, so that an undo makes a new
    one.
    """
    with db.transaction():
        write(db, row)
        if row.state == "APPLIED" and row.local_id is not None:
            _carry_over(db, row, server)


def _carry_over(db: StoreConnection, row: JournalRow, server: str | None) -> None:
    table = "entry" if row.entity == "entry" else "item"
    if row.kind == "delete":
        sql = f"UPDATE {table} SET server_id = NULL, server = NULL WHERE local_id = ?"
        db.run(sql, (row.local_id,))
    elif row.kind in CREATING and row.server_id is not None:
        sql = f"UPDATE {table} SET server_id = ?, server = coalesce(?, server) WHERE local_id = ?"
        db.run(sql, (row.server_id, server, row.local_id))
    elif server is not None:
        db.run(f"UPDATE {table} SET server = ? WHERE local_id = ?", (server, row.local_id))


def billed(db: StoreConnection, change_id: int) -> list[str]:
    """Return the REFs of the bills that the entries of a change are on."""
    rows = db.each(
        """
        SELECT DISTINCT b.ref FROM journal j
        JOIN bill_entries w ON w.entry = j.local_id AND w.live = 1
        JOIN bills b ON b.id = w.bill
        WHERE j.change = ? AND j.entity = 'entry' ORDER BY b.rowid
        """,
        (change_id,),
    )
    return [ref for (ref,) in rows]


def _row(record: Record) -> JournalRow:
    said = dict(zip(_COLUMNS, record, strict=True))
    said["seen_before"] = tuple(json.loads(said["seen_before"]))
    said["cleared"] = bool(said["cleared"])
    return JournalRow(**said)


GIVEN_UP = "dropped"
"""The verdict of a row that a person dropped."""


def entity_ids(db: StoreConnection, account: str) -> dict[str, str | None]:
    """Return Clockify's ids of the entities in the open rows of *account*, by local id."""
    return dict(
        db.all(
            f"""
            SELECT j.local_id, coalesce(e.server_id, i.server_id) FROM journal j
            LEFT JOIN entry e ON e.local_id = j.local_id
            LEFT JOIN item i ON i.local_id = j.local_id
            WHERE j.account = ? AND {OPEN} AND j.local_id IS NOT NULL
            """,
            (account,),
        )
    )


def name_ids(db: StoreConnection, local_ids: Collection[str]) -> dict[str, str | None]:
    """Return Clockify's ids of the names with *local_ids*; None if it does not have one yet."""
    found: dict[str, str | None] = dict(
        db.all(
            """
            SELECT local_id, server_id FROM item
            WHERE local_id IN (SELECT value FROM json_each(?))
            """,
            (json.dumps(list(local_ids)),),
        )
    )
    return {local_id: found.get(local_id) for local_id in local_ids}


def entries_there(db: StoreConnection, local_ids: Collection[str]) -> dict[str, str | None]:
    """Return Clockify's ids of the entries with *local_ids*; None if it will get them.

    A deleted entry that is restored gets a new id, whatever became of the deletion.
    """
    return dict(
        db.all(
            f"""
            SELECT local_id, CASE WHEN EXISTS (
                SELECT 1 FROM journal WHERE local_id = e.local_id AND {OPEN} AND kind IN {CREATING})
                THEN NULL ELSE server_id END
            FROM entry e
            WHERE local_id IN (SELECT value FROM json_each(?)) AND deleted = 0
            AND (server_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM journal WHERE local_id = e.local_id AND {OPEN}))
            """,
            (json.dumps(sorted(local_ids)),),
        )
    )


def marked_since(db: StoreConnection, row: JournalRow) -> frozenset[str]:
    """Return the entries (Clockify's ids) of the mark *row* that a later mark overrides."""
    records = db.each(
        """
        SELECT e.server_id FROM journal j, json_each(j.after, '$.entries') marked
        JOIN entry e ON e.local_id = marked.value
        WHERE j.account IS :account AND j.workspace = :workspace AND j.kind = 'mark'
        AND j.state = 'APPLIED' AND (j.change, j.seq) > (:change, :seq)
        AND e.server_id IS NOT NULL
        """,
        {"account": row.account, "workspace": row.workspace, "change": row.change, "seq": row.seq},
    )
    return frozenset(server_id for (server_id,) in records)


def made_at(db: StoreConnection, change: int) -> datetime | None:
    """Return when the change was acknowledged, aware UTC."""
    return maybe_moment(db.number("SELECT at FROM change WHERE id = ?", (change,)))


def merged_into(seq: int) -> str:
    """Return the verdict on a row that was merged into row *seq*."""
    return f"merged into {seq}"


def merge(db: StoreConnection, seq: int, absorbed: Iterable[int], after: str | None) -> None:
    """Merge the rows *absorbed* into row *seq*, which becomes *after* (None: unchanged)."""
    if after is not None:
        db.run("UPDATE journal SET payload = ? WHERE seq = ?", (after, seq))
    absorbed = list(absorbed)
    drop(db, absorbed, merged_into(seq))
    # Rows that were merged into those are now part of this one.
    db.run_many(
        "UPDATE journal SET verdict = ? WHERE verdict = ?",
        [(merged_into(seq), merged_into(one)) for one in absorbed],
    )


def part(db: StoreConnection, seqs: Iterable[int]) -> None:
    """Make rows that were merged into *seqs* separate again."""
    db.run_many(
        "UPDATE journal SET state = 'PENDING', verdict = '', payload = NULL WHERE verdict = ?",
        [(merged_into(seq),) for seq in seqs],
    )


def drop(db: StoreConnection, seqs: Iterable[int], verdict: str) -> None:
    """Mark the rows *seqs* as not to be sent."""
    db.run_many(
        "UPDATE journal SET state = 'DROPPED', verdict = ? WHERE seq = ?",
        [(verdict, seq) for seq in seqs],
    )


def give_up(db: StoreConnection, seqs: Iterable[int]) -> None:
    """Drop the rows *seqs* and those merged into them, as a person decided.

    A change with nothing left no longer counts; what it took back counts again.
    """
    for seq in seqs:
        which = {"seq": seq, "part": merged_into(seq)}
        part = "seq = :seq OR verdict = :part"
        touched = db.all(f"SELECT DISTINCT change FROM journal WHERE {part}", which)
        db.run(
            f"UPDATE journal SET state = 'DROPPED', verdict = :verdict WHERE {part}",
            {"verdict": GIVEN_UP, **which},
        )
        for (change,) in touched:
            stand_no_more(db, change)


def stand_no_more(db: StoreConnection, change: int) -> None:
    """Mark the change as undone by itself if nothing is left of it.

    That is so if all its rows were dropped, or make no difference any more.
    """
    sql = "SELECT 1 FROM journal WHERE change = ? AND verdict <> ? AND before IS NOT after"
    if db.one(sql, (change, GIVEN_UP)) is None:
        db.run("UPDATE change SET undone_by = NULL WHERE undone_by = ?", (change,))
        db.run("UPDATE change SET undone_by = id WHERE id = ?", (change,))


def reword(db: StoreConnection, row: JournalRow) -> None:
    """Store the kind, content and base of *row*."""
    db.run(
        "UPDATE journal SET kind = ?, before = ?, after = ?, payload = ?, base = ? WHERE seq = ?",
        (row.kind, row.before, row.after, row.payload, row.base, row.seq),
    )


def took_back(db: StoreConnection, change: int) -> int | None:
    """Return the number of the change that the undo or redo *change* took back."""
    return db.number("SELECT undoes FROM change WHERE id = ?", (change,))


def has_later(db: StoreConnection, local_id: str, seq: int) -> bool:
    """Return whether the entity has an open row later than *seq*."""
    sql = f"SELECT 1 FROM journal WHERE local_id = ? AND seq > ? AND {OPEN}"
    return db.one(sql, (local_id, seq)) is not None


def starts_later(
    db: StoreConnection, account: str, workspace: str, seq: int, moment: datetime
) -> bool:
    """Return whether a timer started by a row after *seq* began at *moment*."""
    found = db.one(
        """
        SELECT 1 FROM journal WHERE account = ? AND workspace = ? AND seq > ? AND kind = 'start'
        AND json_extract(after, '$.start') = ?
        """,
        (account, workspace, seq, seconds_of(moment)),
    )
    return found is not None


def last_confirmed(db: StoreConnection, local_id: str) -> float | None:
    """Return when (wall clock) the entity's last confirmed row was sent."""
    found = db.one(
        """
        SELECT json_extract(last_send, '$.wall') FROM journal
        WHERE local_id = ? AND state = 'APPLIED' AND last_send IS NOT NULL
        ORDER BY seq DESC LIMIT 1
        """,
        (local_id,),
    )
    return None if found is None else float(found[0])


def open_seqs(db: StoreConnection) -> frozenset[int]:
    """Return the numbers of the rows that are not settled."""
    return frozenset(seq for (seq,) in db.each(f"SELECT seq FROM journal WHERE {OPEN}"))


def applied(db: StoreConnection, local_id: str) -> list[int]:
    """Return the numbers of the entity's rows that Clockify has carried out."""
    sql = "SELECT seq FROM journal WHERE local_id = ? AND state = 'APPLIED'"
    return [seq for (seq,) in db.each(sql, (local_id,))]


def first_unsettled(db: StoreConnection, account: str) -> int:
    """Return the number of *account*'s first open row, else the next number."""
    sql = f"SELECT min(seq) FROM journal WHERE account = ? AND {OPEN}"
    first = db.number(sql, (account,))
    return last_seq(db) + 1 if first is None else first


def deleted_since(db: StoreConnection, server_id: str, seq: int) -> bool:
    """Return whether row *seq* or a later one deletes the entry with this id in Clockify."""
    sql = "SELECT 1 FROM journal WHERE seq >= ? AND kind = 'delete' AND server_id = ?"
    return db.one(sql, (seq, server_id)) is not None


def large_changes(db: StoreConnection, changes: Collection[int], most: int) -> frozenset[int]:
    """Return the *changes* with more than *most* rows, whatever the rows' states."""
    rows = db.all(
        """
        SELECT change FROM json_each(?) CROSS JOIN journal ON change = value
        GROUP BY change HAVING count(*) > ?
        """,
        (json.dumps(list(changes)), most),
    )
    return frozenset(change for (change,) in rows)


def last_seq(db: StoreConnection) -> int:
    """Return the number of the newest row ever made here; 0 if there was none."""
    return db.number("SELECT seq FROM sqlite_sequence WHERE name = 'journal'") or 0


def unsent_become_unknown(db: StoreConnection, now: str, own: int | None) -> None:
    """Mark open rows of all accounts as perhaps sent by the original of this copied file.

    This includes rows that need a decision, which may have been decided since. It excludes the
    change *own*, which was acknowledged just now, and rows about something that Clockify does not
    have yet, which wait for the row that makes it. The first sending is assumed to be an hour
    before the acknowledgement, because the clock may have been wrong. *now*: JSON text of this
    computer's clocks.
    """
    db.run(
        f"""
        UPDATE journal AS j SET state = 'UNKNOWN', attempts = max(attempts, 1), method = NULL,
            cleared = 0,
            first_send = coalesce(first_send, (
                SELECT json_object('server', at - 3600, 'wall', at, 'boot', 0, 'boot_id', 'unknown')
                FROM change WHERE id = j.change)),
            last_send = :now,
            verdict = :verdict
        WHERE account IS NOT NULL AND {OPEN} AND (change IS NOT :own OR attempts > 0)
        AND (kind IN ('start', 'add', 'create', 'stop_any', 'mark')
             OR EXISTS (SELECT 1 FROM entry WHERE local_id = j.local_id AND server_id IS NOT NULL)
             OR EXISTS (SELECT 1 FROM item WHERE local_id = j.local_id AND server_id IS NOT NULL))
        """,
        {"now": now, "own": own, "verdict": SENT_BEFORE},
    )
