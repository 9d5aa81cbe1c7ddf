"""Store bills. Each is made, voided or corrected in one transaction; its content never changes.

An entry is billed by its row in `bill_entries` with `live` set: the bill is active and no active
correction has cancelled its line. The database itself prevents billing an entry twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from clockify_cli.domain.bill import (
    Bill,
    BillRange,
    Line,
    Marked,
    Named,
    Place,
    Terms,
    Work,
)
from clockify_cli.domain.money import Rate
from clockify_cli.domain.rounding import Rounding
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.db.changes import Change
from clockify_cli.store.db.connection import (
    Record,
    StoreConnection,
    maybe_moment,
    maybe_seconds,
    moment_of,
    seconds_of,
)
from clockify_cli.store.db.schema import OPEN
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet.entities import Marking, mark_of, mark_text
from clockify_cli.values import dataclass

UNDONE = "undone"
"""The state of a bill whose creation was undone: as if it had never existed."""

_BILL = """
    SELECT b.id, b.ref, b.state, b.client, b.client_name, b.currency, b.range, b.terms, b.created,
           r.ref, b.asked
    FROM bills b LEFT JOIN bills r ON r.id = b.corrects
"""

_LINE = """
    SELECT l.bill, l.number, l.key, l.description, l.project, l.task, l.quantity, l.unit_price,
           l.amount, l.currency, l.seconds, l.service_start, l.service_end, l.off_bill,
           l.off_number,
           (SELECT json_group_array(entry) FROM (
               SELECT entry FROM bill_entries
               WHERE bill = coalesce(l.off_bill, l.bill) AND line = coalesce(l.off_number, l.number)
               ORDER BY start, entry))
    FROM bill_lines l
"""

_WORK = """
    SELECT w.entry, w.start, w."end", w.day, w.client, w.client_name, w.project, w.project_name,
           w.task, w.task_name, w.description, w.type, w.rate, w.currency
    FROM bill_entries w
"""

# The first bill of a correction's chain, with all bills that correct it.
_CHAIN = "SELECT id FROM bills WHERE id = :root OR corrects = :root"

_IS_LIVE = """
    (SELECT state FROM bills WHERE id = w.bill) = 'live'
    AND coalesce((SELECT state FROM bills WHERE id = w.taken_by), '') <> 'live'
"""


@dataclass(frozen=True, slots=True)
class StoredBill:
    """A *bill*, and JSON text of the request (*given*) when it was made."""

    bill: Bill
    given: str


def by_ref(db: StoreConnection, workspace: str, user: str | None, ref: str) -> StoredBill | None:
    """Return the bill called *ref*, active or void, or None."""
    found = db.one(f"{_BILL} WHERE {_OWN} AND b.ref = :ref", _mine(workspace, user, ref=ref))
    return None if found is None else _stored(db, found)


def by_id(db: StoreConnection, bill_id: str) -> StoredBill:
    """Return the bill with that id, active or void. Raises NotFound."""
    found = db.one(f"{_BILL} WHERE b.id = ? AND b.state <> 'undone'", (bill_id,))
    if found is None:
        raise NotFound("that bill no longer exists", "`clockify bill list` lists the bills.")
    return _stored(db, found)


def get(db: StoreConnection, workspace: str, user: str | None, ref: str) -> Bill:
    """Return the bill called *ref*. Raises NotFound."""
    found = by_ref(db, workspace, user, ref)
    if found is None:
        raise NotFound(f'no bill named "{ref}"', "`clockify bill list` lists the bills.")
    return found.bill


def every(db: StoreConnection, workspace: str, user: str | None) -> list[Bill]:
    """Return all bills, active and void, in the order in which they were made."""
    found = db.all(f"{_BILL} WHERE {_OWN} ORDER BY b.rowid", _mine(workspace, user))
    return [_stored(db, record).bill for record in found]


def root_of(db: StoreConnection, bill_id: str) -> str:
    """Return the id of the first bill of the chain of *bill_id*, which may be its own."""
    return db.text("SELECT coalesce(corrects, id) FROM bills WHERE id = ?", (bill_id,)) or bill_id


def standing(db: StoreConnection, root: str) -> dict[Place, Line]:
    """Return the lines of the bill *root* and its corrections that no other cancels, in order."""
    records = db.each(
        f"""
        {_LINE} JOIN bills b ON b.id = l.bill
        WHERE l.bill IN ({_CHAIN}) AND b.state = 'live' AND l.off_bill IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM bill_lines o JOIN bills t ON t.id = o.bill
            WHERE o.off_bill = l.bill AND o.off_number = l.number AND t.state = 'live')
        ORDER BY b.rowid, l.number
        """,
        {"root": root},
    )
    return {Place(record[0], record[1]): _line(record) for record in records}


def billed(db: StoreConnection, root: str) -> dict[str, Work]:
    """Return each entry as billed by the bill *root* and its corrections, by local id."""
    records = db.each(
        f"{_WORK} WHERE w.bill IN ({_CHAIN}) AND w.live = 1 ORDER BY w.start, w.entry",
        {"root": root},
    )
    with db.making_sense("a bill in it"):
        return {record[0]: _work(record) for record in records}


def make(
    db: StoreConnection,
    change: Change,
    bill: Bill,
    work: Mapping[str, Work],
    *,
    root: str | None,
    given: str,
) -> None:
    """Store *bill*, which bills *work* (by local ids), within *change*.

    *root*: the id of the bill that it corrects. Raises UsageError if the REF is taken or an entry
    is on another active bill.
    """
    maker = change.maker
    if by_ref(db, maker.workspace, maker.user, bill.ref) is not None:
        raise UsageError(f'bill "{bill.ref}" already exists', "Choose another --ref.")
    db.run(
        """
        INSERT INTO bills (id, workspace, user, ref, state, client, client_name, currency, range,
                           terms, asked, corrects, created)
        VALUES (?, ?, ?, ?, 'undone', ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            bill.id,
            maker.workspace,
            maker.user,
            bill.ref,
            bill.client.id,
            bill.client.name,
            bill.currency,
            _range_text(bill.range),
            _terms_text(bill.terms),
            given,
            root,
            seconds_of(bill.created),
        ),
    )
    db.run_many(
        f"INSERT INTO bill_lines VALUES ({', '.join('?' * 15)})",
        [_line_row(bill.id, number, line) for number, line in enumerate(bill.lines, 1)],
    )
    db.run_many(
        f"INSERT INTO bill_entries VALUES ({', '.join('?' * 18)})",
        [
            _work_row(bill.id, number, work[entry])
            for number, line in enumerate(bill.lines, 1)
            if line.takes_off is None
            for entry in line.entries
        ],
    )
    change_state(db, change, bill.id, "live")


def change_state(db: StoreConnection, change: Change, bill_id: str, state: str) -> None:
    """Set the bill to *state* within *change*, so that an undo reverts it.

    Raises UsageError if that would bill an entry twice, cancel a line twice, or leave a correction
    without the bill it corrects.
    """
    before = state_now(db, bill_id)
    (ref,) = db.one("SELECT ref FROM bills WHERE id = ?", (bill_id,)) or ("",)
    if state == "live":
        _check_revived(db, bill_id, ref)
    else:
        _check_not_corrected(db, bill_id, ref)
    try:
        db.run("UPDATE bills SET state = ? WHERE id = ?", (state, bill_id))
    except sqlite3.IntegrityError:
        raise UsageError(
            f'another bill "{ref}" has been made meanwhile', "`clockify bill list` lists the bills."
        ) from None
    if state == "live":
        db.run(
            """
            UPDATE bill_entries SET taken_by = :bill WHERE (bill, line) IN (
                SELECT off_bill, off_number FROM bill_lines WHERE bill = :bill)
            """,
            {"bill": bill_id},
        )
    _settle(db, root_of(db, bill_id), ref)
    change.keep_bill(bill_id, _state_text(ref, before), _state_text(ref, state))


@dataclass(frozen=True, slots=True)
class Mark:
    """A journal row with which a bill marks *entries* (local ids) as invoiced, or not.

    *unsent*: it certainly has not reached Clockify.
    """

    seq: int
    change: int
    entries: tuple[str, ...]
    invoiced: bool
    state: str
    unsent: bool

    @property
    def is_open(self) -> bool:
        """Whether it has not been carried out yet."""
        return self.state != "APPLIED"

    @property
    def is_stuck(self) -> bool:
        """Whether it needs a person's decision."""
        return self.state in ("REJECTED", "REVIEW")


def marks(db: StoreConnection, bill_ids: Iterable[str]) -> list[Mark]:
    """Return the bills' marks that were neither taken back nor dropped, the oldest first."""
    records = db.each(
        """
        SELECT seq, change, after, state, attempts FROM journal
        WHERE local_id IN (SELECT value FROM json_each(?)) AND kind = 'mark' AND state <> 'DROPPED'
        ORDER BY change, seq
        """,
        (json.dumps(list(bill_ids)),),
    )
    first: dict[tuple[str, ...], bool] = {}
    last: dict[tuple[str, ...], Mark] = {}
    for seq, change, after, state, attempts in records:
        with db.making_sense("the journal"):
            said = mark_of(after)
        unsent = state in ("PENDING", "REJECTED") and not attempts
        last[said.entries] = Mark(seq, change, said.entries, said.invoiced, state, unsent)
        first.setdefault(said.entries, said.invoiced)
    standing_ = (mark for entries, mark in last.items() if mark.invoiced == first[entries])
    return sorted(standing_, key=lambda mark: (mark.change, mark.seq))


def marked_of(found: Collection[Mark]) -> Marked:
    """Return the combined state of the marks of one bill."""
    states = {("refused" if each.is_stuck else "waiting") for each in found if each.is_open}
    if "refused" in states:
        return "refused"
    if states:
        return "waiting"
    return "yes" if found else ""


def marked_in_chain(db: StoreConnection, root: str) -> frozenset[str]:
    """Return the entries (local ids) that the bill *root* and its corrections have marked."""
    chain = [bill for (bill,) in db.each(_CHAIN, {"root": root})]
    found: set[str] = set()
    for mark in marks(db, chain):
        found = found | set(mark.entries) if mark.invoiced else found - set(mark.entries)
    return frozenset(found)


def mark(change: Change, bill: Bill, entries: Iterable[str], *, invoiced: bool) -> int | None:
    """Mark the *entries* of *bill* as *invoiced* in Clockify, or no longer.

    Returns the number of the journal row; None if there are no entries.
    """
    named = tuple(sorted(entries))
    before, after = (mark_text(Marking(bill.ref, said, named)) for said in (not invoiced, invoiced))
    return change.mark(bill.id, before, after) if named else None


def unmark(db: StoreConnection, change: Change, bill: Bill) -> bool:
    """Take back the marks of *bill*; return whether Clockify has to be told."""
    tells = False
    for each in reversed(marks(db, (bill.id,))):
        seq = mark(change, bill, each.entries, invoiced=not each.invoiced)
        if each.unsent and seq is not None:
            journal.drop(db, (each.seq, seq), "undone")
        else:
            tells = True
    return tells


def mark_again(db: StoreConnection, change: Change, entries: Iterable[str]) -> None:
    """Mark *entries* (local ids) again if they were marked, as they get new ids in Clockify."""
    back = set(entries)
    live = "SELECT DISTINCT bill FROM bill_entries WHERE live = 1 AND entry IN"
    found = db.all(f"{live} (SELECT value FROM json_each(?))", (json.dumps(list(back)),))
    marked_by: dict[str, str] = {}
    for root in dict.fromkeys(root_of(db, bill) for (bill,) in found):
        for (bill,) in db.all(_CHAIN, {"root": root}):
            for each in marks(db, (bill,)):
                for entry in back.intersection(() if each.is_open else each.entries):
                    marked_by[entry] = bill if each.invoiced else ""
    for bill in sorted(set(marked_by.values()) - {""}):
        again = [entry for entry, by in marked_by.items() if by == bill]
        mark(change, by_id(db, bill).bill, again, invoiced=True)


def unmarking(db: StoreConnection, workspace: str) -> frozenset[str]:
    """Return the entries (local ids) with an open row that marks them as not invoiced."""
    records = db.each(
        f"""
        SELECT e.value FROM journal, json_each(after, '$.entries') e
        WHERE workspace = ? AND kind = 'mark' AND {OPEN} AND NOT json_extract(after, '$.invoiced')
        """,
        (workspace,),
    )
    return frozenset(entry for (entry,) in records)


def local_ids(db: StoreConnection, workspace: str, server_ids: Iterable[str]) -> frozenset[str]:
    """Return the local ids of Clockify's entries *server_ids* that are here."""
    records = db.each(
        """
        SELECT local_id FROM entry
        WHERE workspace = ? AND server_id IN (SELECT value FROM json_each(?))
        """,
        (workspace, json.dumps(list(server_ids))),
    )
    return frozenset(local_id for (local_id,) in records)


def state_now(db: StoreConnection, bill_id: str) -> str:
    """Return a bill's state: ``live``, ``void`` or `UNDONE`, which also means no such bill."""
    return db.text("SELECT state FROM bills WHERE id = ?", (bill_id,)) or UNDONE


def move(
    db: StoreConnection, workspace: str, to: str, user: str | None, ids: Mapping[str, str]
) -> None:
    """Move the bills of *workspace* to *user* in the workspace *to*, like their entries.

    *ids* maps the local ids of clients, projects and tasks here to those there. A bill whose REF is
    already used there is not moved.
    """
    for old, new in ids.items():
        rename_item(db, old, new)
    db.run(
        "UPDATE OR IGNORE bills SET workspace = ?, user = ? WHERE workspace = ?",
        (to, user, workspace),
    )


_MENTIONS = (
    ("bills", "client"),
    ("bill_entries", "client"),
    ("bill_entries", "project"),
    ("bill_entries", "task"),
)
_MENTIONED_IN = (("bills", "asked"), ("bill_lines", "key"))


def rename_item(db: StoreConnection, old: str, new: str) -> None:
    """Replace the client, project or task *old* by *new* (local ids) in all bills."""
    if db.one("SELECT 1 FROM bills LIMIT 1") is None or old == new:
        return
    for table, column in _MENTIONS:
        db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, old))
    for table, column in _MENTIONED_IN:
        db.run(
            f"UPDATE {table} SET {column} = replace({column}, ?1, ?2) WHERE instr({column}, ?1)",
            (old, new),
        )


def _check_revived(db: StoreConnection, bill_id: str, ref: str) -> None:
    """Raise UsageError if what the bill corrects has changed since."""
    lost = db.one(
        """
        SELECT coalesce(t.ref, r.ref) FROM bills b
        LEFT JOIN bills r ON r.id = b.corrects
        LEFT JOIN bill_lines l ON l.bill = b.id AND l.off_bill IS NOT NULL
        LEFT JOIN bills o ON o.id = l.off_bill
        LEFT JOIN bill_lines a ON a.off_bill = l.off_bill AND a.off_number = l.off_number
             AND a.bill <> b.id AND (SELECT state FROM bills WHERE id = a.bill) = 'live'
        LEFT JOIN bills t ON t.id = a.bill
        WHERE b.id = ? AND (r.state <> 'live' OR o.state <> 'live' OR t.id IS NOT NULL)
        """,
        (bill_id,),
    )
    if lost is not None:
        raise UsageError(
            f'bill "{ref}" cannot be restored: what it corrects has changed since (bill '
            f'"{lost[0]}")',
            "`clockify bill list` lists the bills.",
            code="changed-since",
        )


def _check_not_corrected(db: StoreConnection, bill_id: str, ref: str) -> None:
    """Raise UsageError if the bill has an active correction."""
    found = db.one(
        """
        SELECT ref FROM bills WHERE state = 'live' AND id <> :bill AND (
            corrects = :bill OR id IN (SELECT bill FROM bill_lines WHERE off_bill = :bill))
        ORDER BY rowid DESC
        """,
        {"bill": bill_id},
    )
    if found is not None:
        raise UsageError(
            f'bill "{ref}" is corrected by bill "{found[0]}"',
            f"Void that one first: `clockify bill void {found[0]}`.",
            code="corrected",
        )


def _settle(db: StoreConnection, root: str, ref: str) -> None:
    """Update which entries of the chain of *root* are billed, by their bills' states."""
    db.run(
        f"""
        UPDATE bill_entries AS w SET live = 0
        WHERE w.bill IN ({_CHAIN}) AND w.live = 1 AND NOT ({_IS_LIVE})
        """,
        {"root": root},
    )
    try:
        db.run(
            f"""
            UPDATE bill_entries AS w SET live = 1
            WHERE w.bill IN ({_CHAIN}) AND w.live = 0 AND {_IS_LIVE}
            """,
            {"root": root},
        )
    except sqlite3.IntegrityError:
        raise _billed_elsewhere(db, root, ref) from None


def _billed_elsewhere(db: StoreConnection, root: str, ref: str) -> UsageError:
    other = db.one(
        f"""
        SELECT b.ref, o.entry FROM bill_entries w
        JOIN bill_entries o ON o.entry = w.entry AND o.live = 1 AND o.bill NOT IN ({_CHAIN})
        JOIN bills b ON b.id = o.bill
        WHERE w.bill IN ({_CHAIN}) AND w.live = 0 AND {_IS_LIVE}
        """,
        {"root": root},
    )
    name, entry = other or ("another", "of it")
    return UsageError(
        f'bill "{ref}" would bill entry {entry} a second time: it is on bill "{name}"',
        f"`clockify bill show {name}` shows that bill.",
        code="billed",
    )


_OWN = "b.workspace = :workspace AND b.user IS :user AND b.state <> 'undone'"


def _mine(workspace: str, user: str | None, **more: object) -> dict[str, object]:
    return {"workspace": workspace, "user": user, **more}


def _stored(db: StoreConnection, record: Record) -> StoredBill:
    id_, ref, state, client, client_name, currency, range_, terms, created, corrects, given = record
    lines = f"{_LINE} WHERE l.bill = ? ORDER BY l.number"
    with db.making_sense("a bill in it"):
        return StoredBill(
            Bill(
                id=id_,
                ref=ref,
                state="live" if state == "live" else "void",
                client=Named(client, client_name),
                currency=currency,
                range=_range(json.loads(range_)),
                terms=_terms(json.loads(terms)),
                created=moment_of(created),
                lines=tuple(map(_line, db.each(lines, (id_,)))),
                corrects=corrects,
                marked=marked_of(marks(db, (id_,))),
            ),
            given,
        )


def _line(record: Record) -> Line:
    (_, _, key, description, project, task, quantity, price, amount, currency, seconds, first, last,
     off_bill, off_number, entries) = record  # fmt: skip
    return Line(
        key=key,
        description=description,
        project=project,
        task=task,
        quantity=quantity,
        rate=Rate(price, currency),
        amount=amount,
        seconds=seconds,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        entries=tuple(json.loads(entries)),
        takes_off=Place(off_bill, off_number) if off_bill else None,
    )


def _line_row(bill_id: str, number: int, line: Line) -> tuple[object, ...]:
    off = line.takes_off
    return (
        bill_id,
        number,
        line.key,
        line.description,
        line.project,
        line.task,
        line.quantity,
        line.rate.cents,
        line.amount,
        line.rate.currency,
        line.seconds,
        line.first.isoformat(),
        line.last.isoformat(),
        off.bill if off else None,
        off.number if off else None,
    )


def _work(record: Record) -> Work:
    (entry, start, end, day, client, client_name, project, project_name, task, task_name,
     description, type_, rate, currency) = record  # fmt: skip
    return Work(
        entry=entry,
        start=moment_of(start),
        end=moment_of(end),
        day=date.fromisoformat(day),
        client=Named(client, client_name),
        project=Named(project, project_name),
        task=Named(task, task_name),
        description=description,
        type=type_,
        rate=Rate(rate, currency),
    )


def _work_row(bill_id: str, line: int, work: Work) -> tuple[object, ...]:
    rate = work.rate
    assert rate is not None  # noqa: S101 (nothing without a rate is billed)
    return (
        bill_id,
        line,
        work.entry,
        0,
        None,
        seconds_of(work.start),
        seconds_of(work.end),
        work.day.isoformat(),
        work.client.id,
        work.client.name,
        work.project.id,
        work.project.name,
        work.task.id,
        work.task.name,
        work.description,
        work.type,
        rate.cents,
        rate.currency,
    )


def _range_text(covered: BillRange) -> str:
    return json.dumps(
        {
            "start": maybe_seconds(covered.start),
            "end": seconds_of(covered.end),
            "timeZone": covered.time_zone,
            "dayStart": int(covered.day_start.total_seconds()),
        }
    )


def _range(said: dict[str, Any]) -> BillRange:
    return BillRange(
        start=maybe_moment(said["start"]),
        end=moment_of(said["end"]),
        time_zone=said["timeZone"],
        day_start=timedelta(seconds=said["dayStart"]),
    )


def _terms_text(terms: Terms) -> str:
    rounding = terms.rounding
    said = [rounding.step, rounding.mode, rounding.by] if rounding else None
    return json.dumps({"by": terms.by, "rounding": said, "weekStart": terms.week_start})


def _terms(said: dict[str, Any]) -> Terms:
    return Terms(
        by=tuple(said["by"]),
        rounding=Rounding(*said["rounding"]) if said["rounding"] else None,
        week_start=said["weekStart"],
    )


def _state_text(ref: str, state: str) -> str | None:
    """Return a state as the journal stores it; None for an undone bill."""
    if state == UNDONE:
        return None
    return json.dumps({"name": ref, "state": state}, ensure_ascii=False, sort_keys=True)


def state_of(text: str | None) -> str:
    """Return the state that the journal stores as *text*."""
    return UNDONE if text is None else str(json.loads(text)["state"])
