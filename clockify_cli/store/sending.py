"""The journal as sync works through it: its open rows, and what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clockify_cli.store.connection import Record, StoreConnection
from clockify_cli.store.instants import moment_of
from clockify_cli.store.schema import OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRow:
    """A row that is not settled, and what Clockify calls its entity now (*server_id*).

    *before*, *after* and *payload* as in `snapshots`; *payload* is what goes out where that is no
    longer *after*. *at* (aware UTC) and *clock* are of the change. The rest is sync's own.
    """

    seq: int
    change: int
    at: datetime
    clock: str | None
    workspace: str
    entity: str
    kind: str
    local_id: str | None
    server_id: str | None
    before: str | None
    after: str | None
    base: str | None
    payload: str | None
    fp: str | None
    method: str | None
    state: str
    attempts: int
    first_send: str | None
    last_send: str | None
    seen_before: str
    not_before: float
    cleared: bool
    verdict: str

    @property
    def content(self) -> str | None:
        """What goes out; None for a deletion."""
        return self.payload or self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What sync notes of a row: its state and how it was sent."""

    seq: int
    state: str
    server_id: str | None
    fp: str | None
    method: str | None
    attempts: int
    first_send: str | None
    last_send: str | None
    seen_before: str
    not_before: float
    cleared: bool
    verdict: str


_SELECT = """
    SELECT j.seq, j.change, c.at, c.clock, j.workspace, j.entity, j.kind, j.local_id,
           CASE WHEN j.local_id IS NULL THEN j.server_id
                WHEN j.entity = 'entry' THEN e.server_id ELSE i.server_id END,
           j.before, j.after, j.base, j.payload, j.fp, j.method, j.state, j.attempts,
           j.first_send, j.last_send, j.seen_before, j.not_before, j.cleared, j.verdict
    FROM journal j
    JOIN change c ON c.id = j.change
    LEFT JOIN entry e ON e.local_id = j.local_id
    LEFT JOIN item i ON i.local_id = j.local_id
"""
_IS_OPEN = OPEN.replace("state", "j.state")


def open_rows(db: StoreConnection, account: str) -> list[OpenRow]:
    """The rows of *account* that are not settled, in the order of acknowledgement."""
    sql = f"{_SELECT} WHERE j.account = ? AND {_IS_OPEN} ORDER BY j.seq"
    return [_row(record) for record in db.each(sql, (account,))]


def open_row(db: StoreConnection, seq: int) -> OpenRow | None:
    """The row with the number *seq*, where it is not settled."""
    found = db.one(f"{_SELECT} WHERE j.seq = ? AND {_IS_OPEN}", (seq,))
    return None if found is None else _row(found)


def _row(record: Record) -> OpenRow:
    (
        seq,
        change,
        at,
        clock,
        workspace,
        entity,
        kind,
        local_id,
        server_id,
        before,
        after,
        base,
        payload,
        fp,
        method,
        state,
        attempts,
        first_send,
        last_send,
        seen_before,
        not_before,
        cleared,
        verdict,
    ) = record
    return OpenRow(
        seq=seq,
        change=change,
        at=moment_of(at),
        clock=clock,
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
        seen_before=seen_before,
        not_before=not_before,
        cleared=bool(cleared),
        verdict=verdict,
    )


def keep(db: StoreConnection, rows: Iterable[Standing]) -> None:
    """Note how *rows* stand."""
    for row in rows:
        db.run(
            """
            UPDATE journal SET state = ?, server_id = coalesce(?, server_id), fp = ?, method = ?,
                   attempts = ?, first_send = ?, last_send = ?, seen_before = ?, not_before = ?,
                   cleared = ?, verdict = ?
            WHERE seq = ?
            """,
            (
                row.state,
                row.server_id,
                row.fp,
                row.method,
                row.attempts,
                row.first_send,
                row.last_send,
                row.seen_before,
                row.not_before,
                int(row.cleared),
                row.verdict,
                row.seq,
            ),
        )


def merge_into(db: StoreConnection, seq: int, absorbed: Iterable[int], after: str | None) -> None:
    """The rows *absorbed* go out as part of row *seq*, which says *after* (None: as it is)."""
    if after is not None:
        db.run("UPDATE journal SET payload = ? WHERE seq = ?", (after, seq))
    drop(db, absorbed, f"merged into {seq}")


def drop(db: StoreConnection, seqs: Iterable[int], verdict: str) -> None:
    """The rows *seqs* are not sent."""
    db.run_many(
        "UPDATE journal SET state = 'DROPPED', verdict = ? WHERE seq = ?",
        [(verdict, seq) for seq in seqs],
    )


def rebase(db: StoreConnection, local_id: str, version: str) -> None:
    """Rows of the entity that still wait start from *version* of Clockify: it is our own."""
    db.run(
        f"UPDATE journal SET base = ? WHERE local_id = ? AND {OPEN}",
        (version, local_id),
    )


def rewrite(db: StoreConnection, seq: int, after: str) -> None:
    """Row *seq* says *after*: Clockify filled something in that was left to it."""
    db.run("UPDATE journal SET after = ? WHERE seq = ?", (after, seq))


def claimed(db: StoreConnection, workspace: str, server_ids: Iterable[str]) -> frozenset[str]:
    """Those of *server_ids* that belong to an entry with a row in the journal."""
    found = set()
    for server_id in server_ids:
        row = db.one(
            """
            SELECT 1 FROM entry e JOIN journal j ON j.local_id = e.local_id
            WHERE e.workspace = :workspace AND e.server_id = :id
            UNION ALL
            SELECT 1 FROM journal WHERE workspace = :workspace AND entity = 'entry'
            AND server_id = :id AND kind IN ('start', 'add', 'create')
            LIMIT 1
            """,
            {"workspace": workspace, "id": server_id},
        )
        if row is not None:
            found.add(server_id)
    return frozenset(found)


def resent(db: StoreConnection, account: str, since: float) -> list[tuple[str, str, str]]:
    """Entries that took more than one request: workspace, fingerprint, Clockify's id.

    Only those sent last after *since* (seconds since 1970).
    """
    return [
        (workspace, fp, server_id)
        for workspace, fp, server_id in db.each(
            """
            SELECT workspace, fp, server_id FROM journal
            WHERE account = ? AND state = 'APPLIED' AND attempts > 1 AND entity = 'entry'
            AND kind IN ('start', 'add') AND fp IS NOT NULL AND server_id IS NOT NULL
            AND json_extract(last_send, '$.wall') >= ?
            """,
            (account, since),
        )
    ]


def counts(db: StoreConnection, account: str | None) -> tuple[int, int]:
    """How many rows wait to be sent, and how many wait for a decision."""
    found = db.one(
        f"""
        SELECT count(*) FILTER (WHERE state NOT IN ('REJECTED', 'REVIEW')),
               count(*) FILTER (WHERE state IN ('REJECTED', 'REVIEW'))
        FROM journal WHERE account IS ? AND {OPEN}
        """,
        (account,),
    )
    return (0, 0) if found is None else (found[0], found[1])


def last_seq(db: StoreConnection) -> int:
    """The number of the newest row; 0 where there is none."""
    found = db.one("SELECT max(seq) FROM journal")
    return int(found[0] or 0) if found else 0


def version_seen(db: StoreConnection) -> int:
    """A number that changes when another process has written to the database."""
    found = db.one("PRAGMA data_version")
    return int(found[0]) if found else 0
