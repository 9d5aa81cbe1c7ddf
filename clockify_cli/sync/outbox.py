"""The open rows of one account while its sender works through them.

Only the holder of the lock has one. Other processes may add rows, and decide on those that are
stuck, at any moment: each step looks first whether the database was written to from outside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from clockify_cli.domain.rules import read_rules
from clockify_cli.store import accounts, copying, journal, sending
from clockify_cli.store.connection import StoreConnection
from clockify_cli.store.snapshots import entry_of
from clockify_cli.sync.coalesce import Draft, Merge, coalesce
from clockify_cli.sync.engine import Rows, Rules, step
from clockify_cli.sync.events import Began, Effects, Event, Found, OwnerDied, Part, Parted
from clockify_cli.sync.order import blocked, free_rows, held_parts, may_send, next_row
from clockify_cli.sync.rebase import apart, together
from clockify_cli.sync.row import DONE, Instant, Row, State
from clockify_cli.sync.rows import (
    Ids,
    Sendable,
    content_of,
    kind_of,
    marked_in,
    names_in,
    sendable,
    standing,
)
from clockify_cli.values import dataclass, field, replace

_NEVER = -1

Apart = tuple[frozenset[str], Literal[State.PENDING, State.REVIEW, State.REJECTED], str]
"""Units of an entry that are set apart, the state in which they wait, and why."""


@dataclass(slots=True)
class Outbox:
    """The rows as the engine sees them, each kept in the journal as soon as it changes."""

    db: StoreConnection
    account: str
    rules: Rules
    rows: Rows = ()
    _held: dict[int, Sendable] = field(default_factory=dict)
    _version: int = _NEVER
    _looked_at: Sendable | None = None

    def take_over(self) -> list[int]:
        """Begin: whoever was sending is gone, and what was never sent is merged.

        The rows that can never be sent, which now wait for a decision.
        """
        with self.db.transaction():
            self._catch_up()
            rows, _ = step(self.rows, OwnerDied(), self.rules)
            self._keep(rows)
            return [seq for row in self._waiting_in_vain() for seq in self._in_vain(*row)]

    def _waiting_in_vain(self) -> list[tuple[Row, frozenset[str]]]:
        """Rows that use a name which no row will ever bring to Clockify; what they use it for."""
        coming = {row.local_id for row in self.rows if row.creates and row.state not in DONE}
        return [
            (row, frozenset(unit for unit, name in row.needs if name not in coming))
            for row in self.rows
            if row.state is State.PENDING and row.waits_for - coming
        ]

    def _in_vain(self, row: Row, units: frozenset[str]) -> list[int]:
        why = "a name in it is not at Clockify"
        if row.touches is not None and row.touches - units:
            return self.part(row.seq, [(units, State.REVIEW, why)])
        self.step(Found(row.seq, State.REVIEW, why))
        return [row.seq]

    def held(self, seq: int) -> Sendable:
        """Row *seq* with what it would send."""
        return self._held[seq]

    def next(
        self,
        now: Instant,
        *,
        eager: bool,
        shut: Collection[str] = (),
        passed_over: Collection[int] = (),
    ) -> Row | None:
        """The row that may be sent at *now*: how it stands is what is decided on from here on.

        Nothing is sent to the workspaces that are *shut*, nor of the rows *passed_over*.
        """
        with self.db.transaction():
            self._catch_up()
        passed = {*self.of_workspaces(shut), *passed_over}
        row = next_row(self.rows, now, self.rules, eager=eager, shut=passed)
        self._looked_at = None if row is None else self._held[row.seq]
        return row

    def of_workspaces(self, workspaces: Collection[str]) -> list[int]:
        """The numbers of the rows about one of *workspaces*."""
        if not workspaces:
            return []
        return [seq for seq, held in self._held.items() if held.stored.workspace in workspaces]

    def is_as_looked_at(self, seq: int) -> bool:
        """Whether nobody has changed row *seq* since `next` gave it; call within a transaction.

        Another process may have added to it meanwhile what makes something else of it: a timer
        that was stopped is an entry, and ends nothing that runs.
        """
        self._catch_up()
        held = self._held.get(seq)
        return held is not None and held == self._looked_at

    def begin(self, event: Began, *, eager: bool) -> bool:
        """Commit that a row goes out now; False where it may not, after all."""
        with self.db.transaction():
            as_decided = self.is_as_looked_at(event.seq)
            row = self.row(event.seq)
            if (
                row is None
                or not as_decided
                or not may_send(self.rows, row, event.at, self.rules, eager=eager)
            ):
                return False
            rows, _ = step(self.rows, event, self.rules)
            self._keep(rows)
            return True

    def free(self, now: Instant, *, eager: bool) -> tuple[Row, ...]:
        """The rows that may be sent at *now*, each as if it were the only one to go."""
        with self.db.transaction():
            self._catch_up()
        return free_rows(self.rows, now, self.rules, eager=eager)

    def begin_together(
        self, events: Sequence[Began], looked_at: Mapping[int, Sendable], *, eager: bool
    ) -> list[int]:
        """Commit that rows go out now with one request; the numbers of those that may.

        Each has to be as it was *looked_at* when that was decided.
        """
        begun = []
        with self.db.transaction():
            self._catch_up()
            for event in events:
                self._looked_at = looked_at[event.seq]
                if self.begin(event, eager=eager):
                    begun.append(event.seq)
        return begun

    def part(self, seq: int, parts: Sequence[Apart]) -> list[int]:
        """Set *parts* of row *seq* apart, each as a row of its own; their numbers.

        Call it within a transaction.
        """
        made = self._divide(seq, parts)
        self.reread()
        self._catch_up()
        return made

    def _divide(self, seq: int, parts: Sequence[Apart]) -> list[int]:
        stored = self._held[seq].stored
        rest, *pieces = apart(stored, [units for units, _, _ in parts])
        made = [
            Part(journal.insert(self.db, piece), units, state, why)
            for piece, (units, state, why) in zip(pieces, parts, strict=True)
        ]
        rows, _ = step(self.rows, Parted(seq, tuple(made)), self.rules)
        by_seq = {row.seq: row for row in rows}
        for piece, part in zip(pieces, made, strict=True):
            journal.write(self.db, standing(replace(piece, seq=part.seq), by_seq[part.seq]))
        journal.write(self.db, standing(rest, by_seq[seq]))
        sending.reword(self.db, rest)
        return [part.seq for part in made]

    def look_again(self, seq: int) -> Row | None:
        """Row *seq* after what was decided on it was written down; call within a transaction.

        What is decided from here on is decided on that.
        """
        self._catch_up()
        self._looked_at = self._held.get(seq)
        return self.row(seq)

    def step(self, event: Event) -> Effects:
        """Commit what *event* makes of the rows; nothing where its row was settled meanwhile."""
        with self.db.transaction():
            self._catch_up()
            if not isinstance(event, OwnerDied) and self.row(event.seq) is None:
                return ()
            rows, effects = step(self.rows, event, self.rules)
            self._keep(rows)
        return effects

    def row(self, seq: int) -> Row | None:
        """How row *seq* stands; None where it is settled and no longer held."""
        return next((r for r in self.rows if r.seq == seq), None)

    def reread(self) -> None:
        """Something that the rows depend on was written: read them again before the next step."""
        self._version = _NEVER

    def _catch_up(self) -> None:
        version = sending.outside_version(self.db)
        if version == self._version:
            return
        self._hold(journal.open_rows(self.db, self.account))
        if self._merge():
            self._hold(journal.open_rows(self.db, self.account))
        if held := held_parts(self.rows):
            for seq, units in held.items():
                self._divide(seq, [(units, State.PENDING, "")])
            self._hold(journal.open_rows(self.db, self.account))
        self._version = version

    def _hold(self, stored: Iterable[journal.JournalRow]) -> None:
        stored = list(stored)
        entities = sending.entity_ids(self.db, self.account)
        names = ids_in(self.db, stored)
        self._held = {row.seq: sendable(_named(row, entities), names) for row in stored}
        self.rows = tuple(held.row for held in self._held.values())

    def _merge(self) -> bool:
        rows = {seq: h.stored for seq, h in self._held.items() if h.stored.local_id is not None}
        held = blocked(self.rows)
        found = coalesce(_draft(row, held=row.seq in held) for row in rows.values())
        merges = [merge for merge in found if not self._is_by_hand(rows[merge.seq], merge)]
        for merge in merges:
            self._apply(merge, rows)
        return bool(merges)

    def _is_by_hand(self, row: journal.JournalRow, merge: Merge) -> bool:
        """Whether it makes of a timer a whole entry, where the workspace takes timers alone."""
        if row.kind != "start" or not merge.sent or merge.after is None:
            return False
        if entry_of(merge.after).end is None:
            return False
        workspace = accounts.workspace(self.db, self.account, row.workspace)
        return workspace is not None and read_rules(workspace.settings).stopwatch

    def _apply(self, merge: Merge, rows: Mapping[int, journal.JournalRow]) -> None:
        head = rows[merge.seq]
        if merge.sent:
            absorbed = [rows[seq] for seq in merge.absorbed]
            after = None if merge.after is None else together(head, absorbed)
            sending.merge(self.db, merge.seq, merge.absorbed, after)
        else:
            if head.kind == "delete":
                # What would have gone out with the deletion still holds without it.
                sending.part(self.db, [merge.seq])
            sending.drop(self.db, (merge.seq, *merge.absorbed), "nothing to send")

    def _keep(self, rows: Rows) -> None:
        before = {row.seq: row for row in self.rows}
        self.rows = rows
        for row in rows:
            # The engine gives back the very row where nothing changed.
            if row is not before[row.seq]:
                self._keep_row(row)

    def _keep_row(self, row: Row) -> None:
        held = self._held[row.seq]
        stored = standing(held.stored, row)
        if row.state is State.APPLIED and row.creates and row.server_id and stored.local_id:
            copying.give_id(
                self.db, stored.workspace, stored.entity, stored.local_id, row.server_id
            )
        journal.settle(self.db, stored)
        self._held[row.seq] = Sendable(row, stored, held.body)
        if row.state in DONE and self._others_depend_on(row):
            self.reread()

    def _others_depend_on(self, row: Row) -> bool:
        return any(
            other.seq != row.seq
            and other.state not in DONE
            and (other.local_id == row.local_id or row.local_id in other.waits_for)
            for other in self.rows
        )


def ids_in(db: StoreConnection, rows: Collection[journal.JournalRow]) -> Ids:
    """What Clockify calls the names in *rows*, and the entries that they mark."""
    entries = marked_in(rows)
    there = sending.entries_there(db, entries) if entries else {}
    return {**sending.name_ids(db, names_in(rows)), **there}


def _named(row: journal.JournalRow, entities: dict[str, str | None]) -> journal.JournalRow:
    """*row* with what Clockify calls its entity now, except where it is the row's own making."""
    if row.local_id is None or row.kind in journal.CREATING:
        return row
    return replace(row, server_id=entities.get(row.local_id))


def _draft(row: journal.JournalRow, *, held: bool) -> Draft:
    return Draft(
        seq=row.seq,
        kind=kind_of(row),
        local_id=row.local_id or "",
        before=row.before,
        after=content_of(row),
        # A start may have tried to end what runs; of the entry itself nothing was sent.
        fresh=row.state == "PENDING" and row.attempts == 0,
        held=held,
    )
