"""The only way to change anything: the entity and its journal row in one transaction.

A committed change is acknowledged. In an account's workspace its rows are also what sync has to
send; in the workspace ``local`` nothing is ever sent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Literal

from clockify_cli.domain.entry import LOCAL, SENT_TYPES, EntryFields, Item, Kind, type_name
from clockify_cli.errors import NotFound, Refused, UsageError
from clockify_cli.store.db.connection import StoreConnection, seconds_of
from clockify_cli.store.timesheet.entities import (
    NewEntry,
    StoredEntry,
    StoredItem,
    carried,
    entry_of,
    entry_text,
    insert_entries,
    insert_entry,
    insert_item,
    insert_tags,
    item_of,
    item_text,
    known,
    known_rows,
    mark_entry_deleted,
    mark_item_deleted,
    new_local_id,
    stop_text,
    stored_entry,
    stored_item,
    touched,
    write_entry,
    write_item,
)
from clockify_cli.values import dataclass, replace

ChangeKind = Literal["do", "undo", "redo"]
MAX_ONCE_KEY = 200
MANY_KIB = 10240
"""Page cache while writing many rows, whose ids are spread over all indexes, in KiB."""

REPORTED = 1000
"""Progress is reported after this many rows."""

_INSERT_ROW = """
    INSERT INTO journal (op_id, change, account, workspace, entity, kind, local_id,
                         server_id, before, after, base, state)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    """


_INSERT_NEW = """
    INSERT INTO journal (entity, op_id, change, account, workspace, kind, local_id, after, state)
    VALUES ('entry', ?, ?, ?, ?, ?, ?, ?, ?)
    """


class AlreadyDone(Exception):
    """The same change was made before with the same ``--once`` key; nothing was done now.

    *change_id* is that change, *local_ids* its entries that still exist.
    """

    def __init__(self, change_id: int, local_ids: tuple[str, ...]) -> None:
        super().__init__(f"done before, as change {change_id}")
        self.change_id = change_id
        self.local_ids = local_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes a change, in which workspace, and when (aware UTC).

    *account* is a key from :func:`clockify_cli.store.sync.accounts.account_key`, *user* the
    Clockify id that owns new entries; both None in ``local``. *clock* is JSON text of this
    computer's clocks at *at*.
    """

    workspace: str
    account: str | None
    user: str | None
    at: datetime
    clock: str | None = None


class Change:
    """A change in progress: everything written through it is committed together."""

    def __init__(self, db: StoreConnection, maker: Maker, id_: int) -> None:
        self._db = db
        self._maker = maker
        self.id = id_
        self.summary = ""
        """The text that `history` shows for it."""
        self.rows = 0
        """The number of its journal rows so far."""

    @property
    def maker(self) -> Maker:
        """Who makes it."""
        return self._maker

    def join(self, other: int) -> None:
        """Make the rows written so far part of the change *other*, to be undone with it."""
        self._db.run("UPDATE journal SET change = ? WHERE change = ?", (other, self.id))
        self.rows = 0

    def create_entry(self, fields: EntryFields, local_id: str | None = None) -> str:
        """Create an entry, or restore a deleted one with its *local_id*; return its id."""
        local_id = local_id or new_local_id()
        before = stored_entry(self._db, local_id)
        if before is None:
            maker = self._maker
            insert_entry(self._db, local_id, maker.workspace, maker.user, fields)
        else:
            write_entry(self._db, local_id, fields)
        kind = "start" if fields.end is None else "add"
        self._row("entry", kind, local_id, after=entry_text(fields), sent=fields.type in SENT_TYPES)
        return local_id

    def create_entries(
        self, new: Sequence[NewEntry], tell: Callable[[float], None] = lambda _: None
    ) -> None:
        """Like `create_entry` for each of *new*, in order, but much faster.

        *tell* is called from time to time with the finished fraction, from 0 to 1.
        """
        self._db.run(f"PRAGMA cache_size = -{MANY_KIB}")
        known = known_rows(self._db, (one.local_id for one in new))
        fresh = [one for one in new if one.local_id not in known] if known else new
        for some, part in _in_parts(fresh):
            insert_entries(self._db, self._maker.workspace, self._maker.user, some)
            tell(part / 2)
        insert_tags(self._db, fresh)
        for one in new if known else ():
            if one.local_id in known:
                write_entry(self._db, one.local_id, one.fields)
        self._add_rows(new, lambda part: tell((1 + part) / 2))

    def _add_rows(self, new: Sequence[NewEntry], tell: Callable[[float], None]) -> None:
        """Add the journal rows of *new* entries; *tell* gets the finished fraction."""
        same = (self.id, self._maker.account, self._maker.workspace)
        sent, kept = self._state(True), self._state(False)
        first = 0
        for some, part in _in_parts(new):
            rows = [
                (
                    op_id,
                    *same,
                    "start" if one.fields.end is None else "add",
                    one.local_id,
                    entry_text(one.fields),
                    sent if one.fields.type in SENT_TYPES else kept,
                )
                for op_id, one in zip(_op_ids(first, len(some), len(new)), some, strict=True)
            ]
            self._db.run_many(_INSERT_NEW, rows)
            first += len(some)
            tell(part)
        self.rows += len(new)

    def update_entry(
        self,
        local_id: str,
        fields: EntryFields,
        kind: Literal["edit", "stop"] = "edit",
        *,
        seen: EntryFields | None = None,
    ) -> None:
        """Set the entry to *fields*; nothing is written if it is equal already.

        *seen* is the version that *fields* were made from: what another command has changed since
        then stays. Raises UsageError if both changed the same fields, and if an entry that is never
        sent would become one that is, or the reverse; Refused for a type that only Clockify can
        change.
        """
        before = self._changeable_entry(local_id)
        fields = fields if seen is None else _onto(before.fields, seen, fields)
        if before.fields == fields:
            return
        sent = self._is_sent(before.fields)
        if self._is_sent(fields) != sent:
            raise UsageError(
                "time off and holidays cannot become work or breaks, or the other way around",
                "`clockify delete` removes the entry; `clockify add` records another.",
            )
        write_entry(self._db, local_id, fields)
        self._row(
            "entry",
            kind,
            local_id,
            before=entry_text(before.fields),
            after=entry_text(fields),
            server_id=before.server_id,
            base=before.server,
            sent=sent,
        )

    def delete_entry(self, local_id: str, *, seen: EntryFields | None = None) -> None:
        """Delete the entry; an undo restores it with the same id.

        *seen* is the version known to the caller; UsageError if the entry has changed since. Raises
        Refused as `update_entry`.
        """
        before = self._changeable_entry(local_id)
        if seen is not None and touched(entry_text(seen), entry_text(before.fields)):
            raise changed_meanwhile(before.fields)
        mark_entry_deleted(self._db, local_id)
        self._row(
            "entry",
            "delete",
            local_id,
            before=entry_text(before.fields),
            server_id=before.server_id,
            base=before.server,
            sent=self._is_sent(before.fields),
        )

    def stop_any(self, end: datetime) -> None:
        """Record that whatever runs in Clockify ends at *end*; no running entry is known here."""
        self._row("entry", "stop_any", None, after=stop_text(end))

    def withdraw_stop(self, given: str | None) -> None:
        """Withdraw the unsent `stop_any` whose row has the text *given*."""
        self._row("entry", "stop_any", None, before=given)

    def create_item(self, item: Item) -> None:
        """Create a client, project, task or tag, or restore a deleted one."""
        if stored_item(self._db, item.kind, item.local_id) is None:
            insert_item(self._db, item)
        else:
            write_item(self._db, item)
        self._row(item.kind, "create", item.local_id, after=item_text(item))

    def update_item(self, item: Item, *, seen: Item | None = None) -> None:
        """Set the item to *item*; nothing is written if it is equal already.

        *seen*: as for `update_entry`, the version that *item* was made from. A client deleted
        since is left out, as Clockify would refuse it.
        """
        before = self._live_item(item.kind, item.local_id)
        item = item if seen is None else _item_onto(before.item, seen, item)
        if item.client and self._maker.workspace != LOCAL and not known(self._db, item.client):
            item = replace(item, client=None)
        if item_text(before.item) == item_text(item):
            return
        write_item(self._db, item)
        self._row(
            item.kind,
            "update",
            item.local_id,
            before=item_text(before.item),
            after=item_text(item),
            server_id=before.item.server_id,
            base=before.server,
        )

    def delete_item(self, kind: Kind, local_id: str) -> None:
        """Delete the item from the catalogue; entries keep its name."""
        before = self._live_item(kind, local_id)
        mark_item_deleted(self._db, local_id)
        self._row(
            kind,
            "delete",
            local_id,
            before=item_text(before.item),
            server_id=before.item.server_id,
            base=before.server,
        )

    def keep_bill(self, bill_id: str, before: str | None, after: str | None) -> None:
        """Record a bill's change of state (JSON text); it is not sent, as Clockify has no bills."""
        self._row("bill", "bill", bill_id, before=before, after=after, sent=False)

    def mark(self, bill_id: str, before: str, after: str) -> int:
        """Record that a bill's entries are invoiced in Clockify, or no longer (JSON text).

        Returns the number of its journal row.
        """
        return self._row("bill", "mark", bill_id, before=before, after=after)

    def _live_entry(self, local_id: str) -> StoredEntry:
        found = stored_entry(self._db, local_id)
        if found is None or found.deleted or found.workspace_id != self._maker.workspace:
            raise NotFound(f"there is no entry {local_id}", "`clockify log` lists them.")
        return found

    def _changeable_entry(self, local_id: str) -> StoredEntry:
        found = self._live_entry(local_id)
        if found.server_id is not None and not self._is_sent(found.fields):
            text, what = found.fields.description[:80], type_name(found.fields.type)
            name = f'"{text}"' if text else "the entry"
            raise Refused(
                f"{name} is {what}: only Clockify's website can change it",
                "Change it there, then run `clockify sync`.",
                code="not-changeable",
            )
        return found

    def _is_sent(self, fields: EntryFields) -> bool:
        """Return whether an entry with *fields* would be sent, if its workspace is."""
        return fields.type in SENT_TYPES or self._maker.workspace == LOCAL

    def _live_item(self, kind: Kind, local_id: str) -> StoredItem:
        found = stored_item(self._db, kind, local_id)
        if found is None or found.deleted:
            raise NotFound(f"there is no {kind} {local_id}", f"`clockify {kind}s` lists them.")
        return found

    def _row(
        self,
        entity: str,
        kind: str,
        local_id: str | None,
        *,
        before: str | None = None,
        after: str | None = None,
        server_id: str | None = None,
        base: str | None = None,
        sent: bool = True,
    ) -> int:
        maker = self._maker
        self.rows += 1
        return self._db.run(
            _INSERT_ROW,
            (
                os.urandom(16).hex(),
                self.id,
                maker.account,
                maker.workspace,
                entity,
                kind,
                local_id,
                server_id,
                before,
                after,
                base,
                self._state(sent),
            ),
        )

    def _state(self, sent: bool) -> str:
        return "PENDING" if sent and self._maker.workspace != LOCAL else "LOCAL"


_TOGETHER = (frozenset({"start", "end"}), frozenset({"project", "task"}))
"""Fields that only make sense together."""


def changed_meanwhile(now: EntryFields) -> UsageError:
    """Return the error that an entry, now *now*, was changed after a person had seen it."""
    text = now.description[:80]
    return _changed(f'"{text}"' if text else "the entry")


def _changed(name: str) -> UsageError:
    return UsageError(
        f"{name} was changed in the meantime, by another command or in Clockify; nothing was done",
        "Run the command again to change it as it is now.",
        code="changed-meanwhile",
    )


def _item_onto(now: Item, seen: Item, wanted: Item) -> Item:
    """Like `_onto`, for a name."""
    was, there, ours = item_text(seen), item_text(now), item_text(wanted)
    if there == was:
        return wanted
    both = touched(was, ours) & touched(was, there)
    if not touched(there, ours).isdisjoint(both):
        raise _changed(f'{now.kind} "{now.name}"')
    text = carried(there, was, ours)
    return item_of(text, now.kind, now.local_id, now.workspace_id, now.server_id)


def _onto(now: EntryFields, seen: EntryFields, wanted: EntryFields) -> EntryFields:
    """Apply to *now* what was changed from *seen* to *wanted*."""
    if now == seen:
        return wanted
    was, there, ours = entry_text(seen), entry_text(now), entry_text(wanted)
    mine, theirs = touched(was, ours), touched(was, there)
    both = any(mine & fields and theirs & fields for fields in _TOGETHER)
    if both or not touched(there, ours).isdisjoint(mine & theirs):
        raise changed_meanwhile(now)
    return entry_of(carried(there, was, ours))


def _in_parts(new: Sequence[NewEntry]) -> Iterator[tuple[Sequence[NewEntry], float]]:
    """Yield all of *new* in order, some at a time, each with the fraction that is then finished."""
    for first in range(0, len(new), REPORTED):
        yield new[first : first + REPORTED], min(1.0, (first + REPORTED) / len(new))


def _op_ids(first: int, count: int, total: int) -> list[str]:
    """Return *count* of *total* random ids in ascending order, from the one numbered *first* on.

    Sorted ids are adjacent in the index, which makes writing faster: each begins with the beginning
    of its own part of all numbers, and ends with 96 random bits.
    """
    ends = os.urandom(12 * count).hex()
    return [
        f"{((first + number) << 32) // total:08x}{ends[24 * number : 24 * number + 24]}"
        for number in range(count)
    ]


@contextmanager
def changing(
    db: StoreConnection,
    maker: Maker,
    verb: str,
    *,
    once: tuple[str, str] | None = None,
    kind: ChangeKind = "do",
    undoes: int | None = None,
) -> Iterator[Change]:
    """Make a change in one transaction: everything is kept, or nothing if an error is raised.

    A change that writes nothing leaves no trace. *once* is a key and a hash of the content: the
    same pair again raises `AlreadyDone`, the key with another hash UsageError.
    """
    with db.transaction():
        _check_once(db, maker.workspace, once)
        id_ = db.run(
            """
            INSERT INTO change (workspace, account, at, verb, kind, undoes, once_key, once_hash,
                                clock)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            (
                maker.workspace,
                maker.account,
                seconds_of(maker.at),
                verb,
                kind,
                undoes,
                *(once or (None, None)),
                maker.clock,
            ),
        )
        change = Change(db, maker, id_)
        yield change
        if change.rows:
            db.run("UPDATE change SET summary = ? WHERE id = ?", (change.summary, id_))
        else:
            db.run("DELETE FROM change WHERE id = ?", (id_,))


def void(db: StoreConnection, change_id: int, summary: str = "nothing ran") -> None:
    """Mark the change as having done nothing, as *summary* says: there is nothing to undo."""
    db.run("UPDATE change SET undone_by = id, summary = ? WHERE id = ?", (summary, change_id))


def _check_once(db: StoreConnection, workspace: str, once: tuple[str, str] | None) -> None:
    if once is None:
        return
    key, content = once
    if not key.strip() or len(key) > MAX_ONCE_KEY or not key.isprintable():
        raise UsageError(
            f"a --once key must have 1 to {MAX_ONCE_KEY} printable characters",
            "Use a name such as standup-2026-11-24.",
        )
    # What was recorded without an account and moved since is in the account's workspace.
    found = db.one(
        """
        SELECT id, once_hash FROM change c
        WHERE workspace IN (:workspace, :local) AND once_key = :key AND (
            workspace = :workspace OR EXISTS (
                SELECT 1 FROM journal JOIN entry e USING (local_id)
                WHERE change = c.id AND entity = 'entry' AND e.workspace = :workspace))
        ORDER BY workspace = :workspace DESC
        """,
        {"key": key, "workspace": workspace, "local": LOCAL},
    )
    if found is None:
        return
    change_id, before = found
    if before != content:
        raise UsageError(
            f'the --once key "{key}" was used for something else before (change {change_id})',
            "Choose another key, or repeat exactly the same command.",
        )
    raise AlreadyDone(change_id, _entries_of(db, change_id))


def _entries_of(db: StoreConnection, change_id: int) -> tuple[str, ...]:
    rows = db.all(
        """
        SELECT local_id FROM journal JOIN entry USING (local_id)
        WHERE change = ? AND entity = 'entry' AND deleted = 0
        GROUP BY local_id ORDER BY min(seq)
        """,
        (change_id,),
    )
    return tuple(local_id for (local_id,) in rows)


class Database(StoreConnection):
    """The timesheet at a path: queries, transactions, and changes recorded in the journal."""

    def change(
        self,
        workspace: str,
        *,
        verb: str,
        at: datetime,
        account: str | None = None,
        user: str | None = None,
        once: tuple[str, str] | None = None,
        clock: str | None = None,
    ) -> AbstractContextManager[Change]:
        """Change *workspace* in one transaction; see `changing` and `Maker`."""
        return changing(
            self,
            Maker(workspace=workspace, account=account, user=user, at=at, clock=clock),
            verb,
            once=once,
        )
