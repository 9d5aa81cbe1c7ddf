"""The journal's rows as sync needs them: what is to be sent, and what became of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from clockify_cli.store.connection import Record, StoreConnection
from clockify_cli.store.schema import OPEN
from clockify_cli.values import dataclass, replace

CREATING = ("start", "add", "create")
"""Kinds of rows that give the entity its id at Clockify."""

SENT_BEFORE = "perhaps sent before"
"""The verdict on what waited in a timesheet that was put back or copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One row, column by column; *before* and *after* are JSON text as in `snapshots`.

    *first_send* and *last_send* are JSON text of the clocks then, with the key ``wall``;
    *not_before* is in seconds of Clockify's time. What a column means to the protocol is said in
    :mod:`clockify_cli.sync.row`.
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
class Waiting:
    """How many rows are not settled yet (*pending*) and wait for a decision (*review*).

    Of those pending, *lost* were sent, and nobody knows what became of them, and *copied* were
    perhaps sent before this timesheet was put back or copied.
    """

    pending: int
    review: int
    lost: int = 0
    copied: int = 0


_SELECT = """
    SELECT seq, op_id, change, account, workspace, entity, kind, local_id, server_id, before,
           after, base, payload, fp, method, state, attempts, first_send, last_send, seen_before,
           not_before, cleared, verdict
    FROM journal
"""


def open_rows(db: StoreConnection, account: str) -> list[JournalRow]:
    """The rows of *account* that are not settled, in the order of acknowledgement.

    That is by change: a part of one that was set apart has a later number than changes after it.
    """
    sql = f"{_SELECT} WHERE account = ? AND {OPEN} ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (account,))]


def unresolved(db: StoreConnection, workspace: str) -> list[JournalRow]:
    """Rows about *workspace*, of any account, that may be under way."""
    sql = f"{_SELECT} WHERE {OPEN} AND state IN ('SENDING', 'UNKNOWN') AND workspace = ?"
    return [_row(r) for r in db.each(sql, (workspace,))]


def get(db: StoreConnection, seq: int) -> JournalRow | None:
    """The row with that number."""
    found = db.one(f"{_SELECT} WHERE seq = ?", (seq,))
    return None if found is None else _row(found)


def rows_of(db: StoreConnection, local_id: str) -> list[JournalRow]:
    """Every row of the entity with *local_id*, in the order of acknowledgement."""
    sql = f"{_SELECT} WHERE local_id = ? ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (local_id,))]


def open_rows_of(db: StoreConnection, local_id: str) -> list[JournalRow]:
    """The rows of the entity that are not settled, of any account."""
    sql = f"{_SELECT} WHERE local_id = ? AND {OPEN} ORDER BY change, seq"
    return [_row(r) for r in db.each(sql, (local_id,))]


def clock_of_start(db: StoreConnection, local_id: str) -> str | None:
    """JSON text of the machine's clocks when the timer with *local_id* was started here."""
    found = db.one(
        """
        SELECT clock FROM journal JOIN change ON change.id = journal.change
        WHERE local_id = ? AND journal.kind = 'start' ORDER BY seq DESC LIMIT 1
        """,
        (local_id,),
    )
    return None if found is None else found[0]


def sent_again(db: StoreConnection, account: str, since: float) -> list[JournalRow]:
    """The creates that took more than one sending, the last at *since* (wall clock) or later."""
    sql = f"""
        {_SELECT} WHERE account = ? AND state = 'APPLIED' AND attempts > 1
        AND kind IN {CREATING} AND json_extract(last_send, '$.wall') >= ? ORDER BY seq
    """
    return [_row(r) for r in db.each(sql, (account, since))]


def looked_for(db: StoreConnection, account: str, since: float) -> list[JournalRow]:
    """The adds and starts that were done although an answer got lost; *since* as `sent_again`."""
    sql = f"""
        {_SELECT} WHERE account = ? AND state = 'APPLIED' AND entity = 'entry'
        AND kind IN {CREATING} AND (attempts > 1 OR verdict = 'read back')
        AND json_extract(last_send, '$.wall') >= ? ORDER BY seq
    """
    return [_row(r) for r in db.each(sql, (account, since))]


def waiting(db: StoreConnection, account: str | None, workspace: str | None = None) -> Waiting:
    """The open rows of *account*, of one *workspace* or of all."""
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
    return Waiting(total - review, review, lost - copied, copied)


def unsent(db: StoreConnection, change: int) -> list[str]:
    """The states of the rows, not yet sent or not confirmed, that carry what *change* did.

    What waits for a decision is not among them.
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
    """How many open rows belong to other accounts than *account*: they stay with theirs."""
    sql = f"""
        SELECT account, count(*) FROM journal
        WHERE {OPEN} AND account IS NOT :account AND account IS NOT NULL GROUP BY account
    """
    return dict(db.all(sql, {"account": account}))


def behind_another(db: StoreConnection, change: int) -> bool:
    """Whether an entity of *change* has an open row of another account, which goes first."""
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
    """Whether the entity with *local_id* has a row that is not settled."""
    return db.one(f"SELECT 1 FROM journal WHERE local_id = ? AND {OPEN}", (local_id,)) is not None


def claimed(db: StoreConnection, workspace: str, server_ids: Iterable[str]) -> frozenset[str]:
    """Those of *server_ids* that a row has made, or that belong to an entry known here."""
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
    """A further row of the change that *row* names, saying the same as that; its number."""
    seq = db.run(
        """
        INSERT INTO journal (op_id, change, account, workspace, entity, kind, local_id, before,
                             state)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            os.urandom(16).hex(),
            row.change,
            row.account,
            row.workspace,
            row.entity,
            row.kind,
            row.local_id,
            row.before,
            row.state,
        ),
    )
    write(db, replace(row, seq=seq))
    return seq


def write(db: StoreConnection, row: JournalRow) -> None:
    """What sync may change of *row*: all but whose it is, what was asked for and in what order."""
    db.run(
        """
        UPDATE journal SET local_id = ?, server_id = ?, after = ?, base = ?, payload = ?, fp = ?,
            method = ?, state = ?, attempts = ?, first_send = ?, last_send = ?, seen_before = ?,
            not_before = ?, cleared = ?, verdict = ?
        WHERE seq = ?
        """,
        (
            row.local_id,
            row.server_id,
            row.after,
            row.base,
            row.payload,
            row.fp,
            row.method,
            row.state,
            row.attempts,
            row.first_send,
            row.last_send,
            json.dumps(row.seen_before),
            row.not_before,
            int(row.cleared),
            row.verdict,
            row.seq,
        ),
    )


def settle(db: StoreConnection, row: JournalRow, server: str | None = None) -> None:
    """Write *row*, and carry what became of it to its entity, in one transaction.

    *server* is JSON text of Clockify's version, where an answer held one. An applied create gives
    the entity its id at Clockify; an applied delete takes the id away, so that an undo makes a
    new one.
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
    """The REFs of the bills that the entries of a change are on."""
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
    seq, op_id, change, account, workspace, entity, kind, local_id, *rest = record
    server_id, before, after, base, payload, fp, method, state, attempts, *sent = rest
    first_send, last_send, seen_before, not_before, cleared, verdict = sent
    return JournalRow(
        seq=seq,
        op_id=op_id,
        change=change,
        account=account,
        workspace=workspace,
        entity=entity,
        kind=kind,
        local_id=local_id,
        server_id=server_id,
        before=before,
        after=after,
        base=base,
        payload=payload,
        fp=fp,
        method=method,
        state=state,
        attempts=attempts,
        first_send=first_send,
        last_send=last_send,
        seen_before=tuple(json.loads(seen_before)),
        not_before=not_before,
        cleared=bool(cleared),
        verdict=verdict,
    )
