"""What sync asks of the journal and writes to it besides the rows one by one."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime

from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.instants import moment_of, seconds_of
from clockify_cli.store.journal import SENT_BEFORE, JournalRow
from clockify_cli.store.schema import OPEN

GIVEN_UP = "dropped"
"""The verdict of a row that a person dropped."""


def entity_ids(db: StoreConnection, account: str) -> dict[str, str | None]:
    """What Clockify calls the entities of the open rows of *account*, by local id."""
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
    """What Clockify calls the names with *local_ids*; None for one that it does not have yet."""
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
    """What Clockify calls the entries with *local_ids* that it has; None for those that it gets."""
    return dict(
        db.all(
            f"""
            SELECT local_id, server_id FROM entry e
            WHERE local_id IN (SELECT value FROM json_each(?)) AND deleted = 0
            AND (server_id IS NOT NULL OR EXISTS (
                SELECT 1 FROM journal WHERE local_id = e.local_id AND {OPEN}))
            """,
            (json.dumps(sorted(local_ids)),),
        )
    )


def made_at(db: StoreConnection, change: int) -> datetime | None:
    """When the change was acknowledged, aware UTC."""
    found = db.one("SELECT at FROM change WHERE id = ?", (change,))
    return None if found is None else moment_of(found[0])


def merge(db: StoreConnection, seq: int, absorbed: Iterable[int], after: str | None) -> None:
    """The rows *absorbed* go out as part of row *seq*, which says *after* (None: as it does)."""
    if after is not None:
        db.run("UPDATE journal SET payload = ? WHERE seq = ?", (after, seq))
    absorbed = list(absorbed)
    drop(db, absorbed, f"merged into {seq}")
    # What was part of those is part of this one now.
    db.run_many(
        "UPDATE journal SET verdict = ? WHERE verdict = ?",
        [(f"merged into {seq}", f"merged into {one}") for one in absorbed],
    )


def part(db: StoreConnection, seqs: Iterable[int]) -> None:
    """What would have gone out as part of the rows *seqs* goes out by itself again."""
    db.run_many(
        "UPDATE journal SET state = 'PENDING', verdict = '', payload = NULL WHERE verdict = ?",
        [(f"merged into {seq}",) for seq in seqs],
    )


def drop(db: StoreConnection, seqs: Iterable[int], verdict: str) -> None:
    """The rows *seqs* are not sent."""
    db.run_many(
        "UPDATE journal SET state = 'DROPPED', verdict = ? WHERE seq = ?",
        [(verdict, seq) for seq in seqs],
    )


def give_up(db: StoreConnection, seqs: Iterable[int]) -> None:
    """A person drops the rows *seqs*, and what would have gone out as part of them.

    A change of which nothing is left no longer stands; what it took back stands again.
    """
    for seq in seqs:
        which = {"seq": seq, "part": f"merged into {seq}"}
        part = "seq = :seq OR verdict = :part"
        touched = db.all(f"SELECT DISTINCT change FROM journal WHERE {part}", which)
        db.run(
            f"UPDATE journal SET state = 'DROPPED', verdict = :verdict WHERE {part}",
            {"verdict": GIVEN_UP, **which},
        )
        for (change,) in touched:
            stand_no_more(db, change)


def stand_no_more(db: StoreConnection, change: int) -> None:
    """The change is over if nothing is left of it: it counts as undone by itself.

    That is where all of it was given up, or says by now what was there before.
    """
    sql = "SELECT 1 FROM journal WHERE change = ? AND verdict <> ? AND before IS NOT after"
    if db.one(sql, (change, GIVEN_UP)) is None:
        db.run("UPDATE change SET undone_by = NULL WHERE undone_by = ?", (change,))
        db.run("UPDATE change SET undone_by = id WHERE id = ?", (change,))


def reword(db: StoreConnection, row: JournalRow) -> None:
    """Row *row* is of the kind, says, found and was based on what is written in it."""
    db.run(
        "UPDATE journal SET kind = ?, before = ?, after = ?, payload = ?, base = ? WHERE seq = ?",
        (row.kind, row.before, row.after, row.payload, row.base, row.seq),
    )


def took_back(db: StoreConnection, change: int) -> int | None:
    """The number of the change that the undo or redo *change* took back."""
    found = db.one("SELECT undoes FROM change WHERE id = ?", (change,))
    return None if found is None else found[0]


def has_later(db: StoreConnection, local_id: str, seq: int) -> bool:
    """Whether something of the entity waits that was asked for after row *seq*."""
    sql = f"SELECT 1 FROM journal WHERE local_id = ? AND seq > ? AND {OPEN}"
    return db.one(sql, (local_id, seq)) is not None


def starts_later(
    db: StoreConnection, account: str, workspace: str, seq: int, moment: datetime
) -> bool:
    """Whether a timer that was started after row *seq* began at *moment*."""
    found = db.one(
        """
        SELECT 1 FROM journal WHERE account = ? AND workspace = ? AND seq > ? AND kind = 'start'
        AND json_extract(after, '$.start') = ?
        """,
        (account, workspace, seq, seconds_of(moment)),
    )
    return found is not None


def last_confirmed(db: StoreConnection, local_id: str) -> float | None:
    """The wall clock when the latest row of the entity that Clockify confirmed was sent."""
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
    """The numbers of the rows that are not settled."""
    return frozenset(seq for (seq,) in db.each(f"SELECT seq FROM journal WHERE {OPEN}"))


def applied(db: StoreConnection, local_id: str) -> list[int]:
    """The numbers of the rows of the entity that Clockify has done."""
    sql = "SELECT seq FROM journal WHERE local_id = ? AND state = 'APPLIED'"
    return [seq for (seq,) in db.each(sql, (local_id,))]


def first_unsettled(db: StoreConnection, account: str) -> int:
    """The number of the first row of *account* that may still be sent; of the next one if none."""
    sql = f"SELECT min(seq) FROM journal WHERE account = ? AND {OPEN}"
    found = db.one(sql, (account,))
    return last_seq(db) + 1 if found is None or found[0] is None else int(found[0])


def deleted_since(db: StoreConnection, server_id: str, seq: int) -> bool:
    """Whether row *seq* or a later one deletes the entry that Clockify calls *server_id*."""
    sql = "SELECT 1 FROM journal WHERE seq >= ? AND kind = 'delete' AND server_id = ?"
    return db.one(sql, (seq, server_id)) is not None


def large_changes(db: StoreConnection, changes: Collection[int], most: int) -> frozenset[int]:
    """Those of *changes* that have more than *most* rows, whatever became of these."""
    rows = db.all(
        """
        SELECT change FROM json_each(?) CROSS JOIN journal ON change = value
        GROUP BY change HAVING count(*) > ?
        """,
        (json.dumps(list(changes)), most),
    )
    return frozenset(change for (change,) in rows)


def last_seq(db: StoreConnection) -> int:
    """The number of the newest row that was ever made here; 0 where there was none."""
    found = db.one("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
    return 0 if found is None else int(found[0])


def unsent_become_unknown(db: StoreConnection, now: str, own: int | None) -> None:
    """Whatever is open, of any account, may have been sent by what this file was copied from.

    That holds for what waits for a decision too: it may have been made since. What the change
    *own* did cannot have been sent, as it was acknowledged just now, nor can anything have been
    before it was acknowledged: an hour is taken off that, as the clock may have been wrong. *now*:
    JSON text of this computer's clocks. A row of something that Clockify does not have yet waits
    for the row that makes it.
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


def outside_version(db: StoreConnection) -> int:
    """A number that changes when another process has written to the database."""
    found = db.one("PRAGMA data_version")
    return int(found[0]) if found else 0
