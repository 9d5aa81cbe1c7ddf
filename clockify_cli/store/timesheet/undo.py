"""Undo and redo, which are changes like any other.

For each journal row of a change, an undo writes the row that leads from *after* to *before*. It is
refused if an entity no longer has the state that the change left: something later would be lost.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from clockify_cli.domain.entry import KINDS, NO_DESCRIPTION, Kind
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store.db.changes import Change, ChangeKind, Maker, changing
from clockify_cli.store.db.connection import Record, StoreConnection, moment_of
from clockify_cli.store.db.schema import OPEN
from clockify_cli.store.sync.journal import GIVEN_UP, drop, is_open, merged_into, open_rows_of, part
from clockify_cli.store.timesheet.entities import (
    carried,
    entry_of,
    entry_text,
    in_use,
    item_of,
    item_text,
    stop_end,
    stored_entry,
    stored_item,
    touched,
    write_entry,
)
from clockify_cli.store.timesheet.held import as_held
from clockify_cli.store.timesheet.records import ChangeRecord, RowRecord, TakenBack
from clockify_cli.values import fields, replace

_KINDS: dict[str, Kind] = {kind: kind for kind in KINDS}
_RECORDED = tuple(column.name for column in fields(ChangeRecord) if column.name != "rows")

OTHERS = "`clockify undo --list` lists the changes that can be undone."

FINAL = "send-local"
"""The verb of the change that moved entries out of the workspace ``local``."""

EVERYWHERE = "*"
"""The workspace of a change of the whole timesheet: a restored backup."""

# Newest first by number: the plus keeps SQLite from using the index of workspaces and sorting.
_HERE = f"+workspace IN (:ws, '{EVERYWHERE}')"

_OWN = "(account IS NULL OR account GLOB :user || ' *')"

_SELECT = """
    SELECT id, workspace, account, at, verb, summary, kind, undoes, undone_by FROM change
"""


def changes(db: StoreConnection, workspace: str, limit: int = 20) -> list[ChangeRecord]:
    """Return the latest *limit* changes of *workspace*, oldest first, including undo and redo."""
    sql = f"{_SELECT} WHERE {_HERE} ORDER BY id DESC LIMIT :limit"
    rows = db.all(sql, {"ws": workspace, "limit": limit})
    return [_record(db, found) for found in reversed(rows)]


def history(
    db: StoreConnection, workspace: str, local_id: str | None = None, limit: int = 1000
) -> list[ChangeRecord]:
    """Return what was done, oldest first: to the entity with *local_id*, or to anything."""
    if local_id is None:
        return changes(db, workspace, limit)
    sql = f"""
        {_SELECT} WHERE workspace = ?
        AND id IN (SELECT change FROM journal WHERE local_id = ?) ORDER BY id DESC LIMIT ?
    """
    return [_record(db, found) for found in reversed(db.all(sql, (workspace, local_id, limit)))]


def get(db: StoreConnection, workspace: str, change_id: int) -> ChangeRecord:
    """Return the change with that number. Raises NotFound."""
    sql = f"{_SELECT} WHERE {_HERE} AND id = :id"
    found = db.one(sql, {"ws": workspace, "id": change_id})
    if found is None:
        hint = "`clockify undo --list` lists the numbers."
        row = db.one(f"SELECT change FROM journal WHERE seq = ? AND {OPEN}", (change_id,))
        if row is not None:
            hint = (
                f"{change_id} is a row of `clockify queue`; `clockify undo {row[0]}` undoes its"
                " change."
            )
        raise NotFound(f"there is no change {change_id}", hint)
    return _record(db, found)


def undo(
    db: StoreConnection,
    workspace: str,
    change_id: int | None = None,
    *,
    at: datetime,
    account: str | None = None,
    user: str | None = None,
) -> TakenBack:
    """Take back the user's latest change that still counts, or the one numbered *change_id*.

    Raises NotFound if there is nothing to undo, UsageError if something later touched the same
    entry or name.
    """
    maker = Maker(workspace=workspace, account=account, user=user, at=at)
    with db.transaction():
        target = _to_undo(db, workspace, user, change_id)
        return _take_back(db, maker, target, "undo")


def redo(
    db: StoreConnection,
    workspace: str,
    *,
    at: datetime,
    account: str | None = None,
    user: str | None = None,
) -> TakenBack:
    """Redo what the latest undo took back; after a new change there is nothing to redo.

    Raises NotFound if there is nothing to redo, UsageError as `undo`.
    """
    maker = Maker(workspace=workspace, account=account, user=user, at=at)
    with db.transaction():
        return _take_back(db, maker, _to_redo(db, workspace, user), "redo")


def wanted(
    db: StoreConnection,
    workspace: str,
    kind: Literal["undo", "redo"],
    change_id: int | None = None,
    *,
    user: str | None = None,
) -> ChangeRecord:
    """Return the change that an undo or redo would take back. Raises as they do."""
    if kind == "undo":
        return _to_undo(db, workspace, user, change_id)
    return _to_redo(db, workspace, user)


def standing_since(db: StoreConnection, change_id: int) -> ChangeRecord | None:
    """Return the first change after *change_id*, in any workspace, that counts or is unsent."""
    found = db.one(
        f"""
        {_SELECT} WHERE id > :id AND (
            (kind <> 'undo' AND undone_by IS NULL)
            OR EXISTS (SELECT 1 FROM journal WHERE change = change.id AND {OPEN}))
        ORDER BY id LIMIT 1
        """,
        {"id": change_id},
    )
    return None if found is None else _record(db, found)


def passed_over(db: StoreConnection, target: ChangeRecord) -> bool:
    """Return whether the undo *target* took back a change that was not the latest one."""
    found = db.one(
        f"""
        SELECT 1 FROM change WHERE {_HERE} AND id > :of AND id < :undo AND kind <> 'undo'
        AND (undone_by IS NULL OR undone_by > :undo) LIMIT 1
        """,
        {"ws": target.workspace_id, "of": target.undoes, "undo": target.id},
    )
    return found is not None


def _to_redo(db: StoreConnection, workspace: str, user: str | None) -> ChangeRecord:
    since = f"SELECT max(id) FROM change WHERE {_HERE} AND {_OWN} AND kind = 'do'"
    found = _latest(db, workspace, user, f"kind = 'undo' AND id > coalesce(({since}), 0)")
    if found is None:
        raise NotFound("nothing to redo", "`clockify history` shows what was done.")
    return found


def _to_undo(
    db: StoreConnection, workspace: str, user: str | None, change_id: int | None
) -> ChangeRecord:
    if change_id is not None:
        return _undoable(get(db, workspace, change_id), user)
    found = _latest(db, workspace, user, "kind <> 'undo'")
    if found is None:
        raise NotFound("nothing to undo", "`clockify history` shows what was done.")
    return found


def _latest(
    db: StoreConnection, workspace: str, user: str | None, which: str
) -> ChangeRecord | None:
    found = db.one(
        f"""
        {_SELECT} WHERE {_HERE} AND {_OWN} AND {which} AND undone_by IS NULL
        ORDER BY id DESC LIMIT 1
        """,
        {"ws": workspace, "user": user},
    )
    return None if found is None else _record(db, found)


def _undoable(target: ChangeRecord, user: str | None) -> ChangeRecord:
    if target.account is not None and not target.account.startswith(f"{user} "):
        raise UsageError(
            f"change {target.id} was made by another user of this workspace",
            "The profile that it was made with can take it back: `--profile NAME`.",
        )
    if target.void:
        raise UsageError(
            f"change {target.id} has nothing left to undo",
            "`clockify history` shows what was done.",
        )
    if target.undone_by is not None:
        raise UsageError(
            f"change {target.id} is already undone (by change {target.undone_by})",
            "`clockify redo` redoes the last undone change.",
        )
    if target.kind == "undo":
        raise UsageError(f"change {target.id} is an undo", "`clockify redo` reverses an undo.")
    return target


def _take_back(
    db: StoreConnection, maker: Maker, target: ChangeRecord, kind: ChangeKind
) -> TakenBack:
    if target.verb == FINAL:
        raise UsageError(
            f"{target.named} sent entries from `local`, and that cannot be undone",
            f"`clockify delete` removes entries. {OTHERS}",
        )
    # Dropped rows have left nothing.
    rows = [row for row in reversed(target.rows) if row.verdict != GIVEN_UP]
    # A name made after the entry that uses it must also be removed after it.
    rows.sort(key=lambda row: row.entity != "entry" and row.before is None)
    with changing(db, maker, kind, kind=kind, undoes=target.id) as change:
        change.summary = target.label
        with db.making_sense("the journal"):
            inverted = [row for row in rows if _invert(db, change, target, row)]
        if not inverted:
            raise UsageError(f"undoing {target.named} would change nothing", OTHERS)
        db.run("UPDATE change SET undone_by = ? WHERE id = ?", (change.id, target.id))
    _cancel_unsent(db, target.id, inverted, get(db, target.workspace_id, change.id).rows)
    _mark_again(db, change, inverted)
    return TakenBack(get(db, maker.workspace, change.id), get(db, maker.workspace, target.id))


def _invert(db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord) -> bool:
    """Take *row* back; return whether that changed anything."""
    before = change.rows
    if row.local_id is None:
        _invert_unknown(db, change, target, row)
    elif row.entity == "entry":
        _invert_entry(db, change, target, row, row.local_id)
    elif row.kind == "mark":
        change.mark(row.local_id, row.after or "", row.before or "")
    elif row.entity == "bill":
        _invert_bill(db, change, target, row, row.local_id)
    else:
        _invert_item(db, change, target, row, row.local_id)
    return change.rows > before


def _invert_unknown(
    db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord
) -> None:
    """Take back the stop of a timer unknown here: unsent, or of one that is known by now."""
    if row.before is not None:
        change.stop_any(stop_end(row.before))
    elif row.unsent:
        change.withdraw_stop(row.after)
    else:
        _run_again(db, change, target, row)


def _run_again(db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord) -> None:
    found = db.one(
        "SELECT local_id FROM entry WHERE workspace = ? AND server_id = ? AND deleted = 0",
        (target.workspace_id, row.server_id),
    )
    stored = stored_entry(db, found[0]) if found else None
    if stored is None or row.after is None:
        raise UsageError(
            f"{target.named} stopped a timer that is not known here",
            "Start it again with `clockify resume`, after `clockify sync`.",
        )
    if stored.fields.end != stop_end(row.after):
        raise _changed_since(db, target, replace(row, local_id=stored.local_id))
    _refuse_second_timer(db, target, stored.local_id)
    change.update_entry(stored.local_id, replace(stored.fields, end=None))


def _invert_entry(
    db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord, local_id: str
) -> None:
    stored = stored_entry(db, local_id)
    now = None if stored is None or stored.deleted else entry_text(stored.fields)
    moved = stored is not None and stored.workspace_id != target.workspace_id
    if not _stands(row, now) or moved:
        raise _changed_since(db, target, row)
    if row.before is None:
        change.delete_entry(local_id)
        return
    fields = entry_of(row.before)
    if now is not None and row.after is not None:
        # Fields that it did not touch stay as they are, whoever changed them since.
        fields = entry_of(carried(now, row.after, row.before))
    ran = now is not None and entry_of(now).end is None
    if fields.end is None and not ran:
        _refuse_second_timer(db, target, local_id)
    if row.after is None:
        change.create_entry(fields, local_id)
    else:
        change.update_entry(local_id, fields, "stop" if ran and fields.end else "edit")


def _stands(row: RowRecord, now: str | None) -> bool:
    """Return whether an entry, now *now*, still has all values that *row* set."""
    if now is None or row.before is None or row.after is None:
        return now == row.after
    return touched(row.before, row.after).isdisjoint(touched(now, row.after))


def _refuse_second_timer(db: StoreConnection, target: ChangeRecord, local_id: str) -> None:
    other = db.one(
        """
        SELECT description FROM entry WHERE workspace = ? AND deleted = 0 AND "end" IS NULL
        AND local_id <> ? AND user IS (SELECT user FROM entry WHERE local_id = ?)
        """,
        (target.workspace_id, local_id, local_id),
    )
    if other is not None:
        raise UsageError(
            f"undoing {target.named} would start a second timer: "
            f"{quoted(other[0]) or NO_DESCRIPTION} runs",
            f"Stop that timer first: `clockify stop`, then `clockify undo {target.id}`.",
            code="changed-since",
        )


def _invert_bill(
    db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord, bill_id: str
) -> None:
    from clockify_cli.store.timesheet import bills

    if bills.state_now(db, bill_id) != bills.state_of(row.after):
        raise _changed_since(db, target, row)
    bills.change_state(db, change, bill_id, bills.state_of(row.before))


def _invert_item(
    db: StoreConnection, change: Change, target: ChangeRecord, row: RowRecord, local_id: str
) -> None:
    kind = _KINDS[row.entity]
    stored = stored_item(db, kind, local_id)
    now = None if stored is None or stored.deleted else item_text(stored.item)
    # A redone deletion also deletes a name that entries use.
    kept = row.before is None and target.kind != "undo" and in_use(db, local_id)
    if now != row.after or kept:
        raise _changed_since(db, target, row)
    if row.before is None:
        change.delete_item(kind, local_id)
        return
    if row.after is None and row.server_id and not row.unsent and target.kind != "undo":
        named = item_of(row.before, kind, local_id, target.workspace_id, None).name
        again = f"`clockify {kind}s add {shlex.quote(named)}` adds" if kind != "task" else "Add"
        raise UsageError(
            f"{target.named} cannot be undone: Clockify has deleted the {kind} for good",
            f"{again} a new one; `clockify undo --list` lists what can be undone.",
            code="final",
        )
    server_id = stored.item.server_id if stored else None
    item = item_of(row.before, kind, local_id, target.workspace_id, server_id)
    if row.after is None:
        change.create_item(item)
    else:
        change.update_item(item)


def _changed_since(db: StoreConnection, target: ChangeRecord, row: RowRecord) -> UsageError:
    later = db.one(
        """
        SELECT max(change) FROM journal
        WHERE change > :change AND NOT (state = 'DROPPED' AND verdict = 'dropped')
            AND (local_id = :id OR (:entity <> 'entry' AND (before LIKE :mention ESCAPE '\\'
                                        OR after LIKE :mention ESCAPE '\\')))
        """,
        {
            "change": target.id,
            "id": row.local_id,
            "entity": row.entity,
            "mention": f"%{row.local_id}%",
        },
    )
    what = f"{target.named} cannot be undone"
    if later and later[0]:
        by = get(db, target.workspace_id, later[0])
        return UsageError(
            f"{what}: its {row.entity} has been changed since, by {by.named}",
            f"Undo that change first: `clockify undo {by.id}`."
            if by.kind != "undo" and by.undone_by is None and by.verb != FINAL
            else OTHERS,
            code="changed-since",
        )
    used = row.before is None and in_use(db, row.local_id or "")
    why = "is in use" if used else "has been changed since, in Clockify"
    return UsageError(f"{what}: its {row.entity} {why}", OTHERS, code="changed-since")


def _cancel_unsent(
    db: StoreConnection, change: int, rows: Sequence[RowRecord], opposite: Sequence[RowRecord]
) -> None:
    """Drop unsent rows of *change* together with the rows that take them back.

    If the entity was unchanged since, unsent rows in between are dropped too.
    """
    for row, inverse in zip(rows, opposite, strict=True):
        if not row.unsent:
            continue
        if _sent_since(db, change, row):
            # Taking it back has to be sent: a later edit that was sent contained all of the entry.
            drop(db, (row.seq,), "undone")
        elif inverse.before == row.after:
            # Edits merged into a deletion still apply without it.
            part(db, [row.seq] if row.kind == "delete" else [])
            db.run(
                """
                UPDATE journal SET state = 'DROPPED', verdict = 'undone'
                WHERE seq IN (:row, :inverse)
                OR (local_id = :id AND (change, seq) > (:change, :row)
                    AND (state = 'REJECTED' OR (state = 'PENDING' AND attempts = 0)))
                """,
                {"row": row.seq, "inverse": inverse.seq, "id": row.local_id, "change": change},
            )
        elif _is_alone(db, change, row, inverse):
            drop(db, (row.seq, inverse.seq), "undone")
        if row.entity == "entry" and row.local_id is not None:
            _agree(db, row.local_id)


def _mark_again(db: StoreConnection, change: Change, inverted: Sequence[RowRecord]) -> None:
    """Mark entries as invoiced again if undoing their deletion gives them new ids."""
    back = [row.local_id for row in inverted if row.entity == "entry" and row.after is None]
    anew = [local_id for local_id in back if local_id is not None and is_open(db, local_id)]
    if anew:
        from clockify_cli.store.timesheet import bills

        bills.mark_again(db, change, anew)


def _sent_since(db: StoreConnection, change: int, row: RowRecord) -> bool:
    """Return whether a later row that was sent may have changed what Clockify refused in *row*.

    A later edit may contain what was refused; a later mark decides about the same entries.
    """
    if row.kind == "mark":
        same = """
            kind = 'mark' AND EXISTS (
                SELECT 1 FROM json_each(journal.after, '$.entries') AS later
                JOIN json_each(:after, '$.entries') AS refused ON refused.value = later.value)
            """
    elif row.entity == "entry":
        same = "local_id = :id"
    else:
        return False
    return bool(
        db.one(
            f"""
            SELECT 1 FROM journal WHERE (change, seq) > (:change, :seq)
            AND attempts > 0 AND state IN ('SENDING', 'UNKNOWN', 'APPLIED') AND {same}
            """,
            {"id": row.local_id, "change": change, "seq": row.seq, "after": row.after},
        )
    )


def _is_alone(db: StoreConnection, change: int, row: RowRecord, inverse: RowRecord) -> bool:
    """Return whether no other open row is merged into *row* or touches its fields."""
    if row.before is None or row.after is None or row.local_id is None:
        return False
    fields = touched(row.before, row.after)
    return not any(
        each.before is None
        or each.after is None
        or not fields.isdisjoint(touched(each.before, each.payload or each.after))
        for each in open_rows_of(db, row.local_id)
        if (each.change, each.seq) > (change, row.seq) and each.seq != inverse.seq
    ) and not db.one("SELECT 1 FROM journal WHERE verdict = ?", (merged_into(row.seq),))


def _agree(db: StoreConnection, local_id: str) -> None:
    """Set the entry to Clockify's version if no row of it is open any more.

    It may have changed: while a row was open, the entry kept its local values.
    """
    entry = stored_entry(db, local_id)
    if entry is None or entry.deleted or is_open(db, local_id):
        return
    held = as_held(db, entry, entry.fields)
    if held != entry.fields:
        write_entry(db, local_id, held)


def _record(db: StoreConnection, found: Record) -> ChangeRecord:
    said = dict(zip(_RECORDED, found, strict=True))
    with db.making_sense("the journal"):
        said["at"] = moment_of(said["at"])
    return ChangeRecord(**said, rows=_rows(db, said["id"]))


def _rows(db: StoreConnection, change_id: int) -> tuple[RowRecord, ...]:
    # A merged row is sent when the row it was merged into is.
    found = db.each(
        """
        SELECT seq, entity, kind, local_id, server_id, before, after, state, attempts, verdict,
               CASE WHEN verdict LIKE 'merged into %' THEN
                    (SELECT state FROM journal m WHERE m.seq = CAST(substr(j.verdict, 13) AS INT))
               ELSE state END
        FROM journal j WHERE change = ? ORDER BY seq
        """,
        (change_id,),
    )
    return tuple(RowRecord(*row) for row in found)
