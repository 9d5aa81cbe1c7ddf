"""The open rows of one account, while its sender works through them.

Only the holder of the lock has an outbox. Other processes may add rows, and decide on stuck ones,
at any moment: each step first checks whether another process has written to the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from clockify_cli.domain.workspace import read_rules
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import accounts, journal, replica
from clockify_cli.store.timesheet.entities import entry_of
from clockify_cli.sync.model.engine import RULES, Rows, Rules, step
from clockify_cli.sync.model.row import (
    DONE,
    STUCK,
    UNRESOLVED,
    Began,
    Effects,
    Event,
    Found,
    Instant,
    OwnerDied,
    Part,
    Parted,
    Row,
    State,
    clash,
)
from clockify_cli.sync.model.rows import (
    Ids,
    OutboxRow,
    apart,
    content_of,
    following,
    later_than,
    marked_in,
    names_in,
    outbox_row,
    standing,
    together,
    without,
)
from clockify_cli.values import dataclass, field, replace

_NEVER = -1

Apart = tuple[frozenset[str], Literal[State.PENDING, State.REVIEW, State.REJECTED], str]
"""The units of an entry to split off, the state in which they wait, and why."""


@dataclass(slots=True)
class Outbox:
    """The rows as the engine sees them; every change is stored in the journal at once."""

    db: StoreConnection
    account: str
    rules: Rules
    rows: Rows = ()
    _held: dict[int, OutboxRow] = field(default_factory=dict)
    _version: int = _NEVER
    _looked_at: OutboxRow | None = None

    def take_over(self) -> list[int]:
        """Take over from a dead sender, and merge rows that were never sent.

        Returns the rows that can never be sent, which now need a decision.
        """
        with self.db.transaction():
            self._catch_up()
            rows, _ = step(self.rows, OwnerDied(), self.rules)
            self._keep(rows)
            return [seq for row in self._waiting_in_vain() for seq in self._in_vain(*row)]

    def _waiting_in_vain(self) -> list[tuple[Row, frozenset[str]]]:
        """Return rows with names that no row will ever create, and the units of these names."""
        coming = {row.local_id for row in self.rows if row.creates and row.state not in DONE}
        return [
            (row, frozenset(unit for unit, name in row.needs if name not in coming))
            for row in self.rows
            if row.state is State.PENDING and row.waits_for - coming
        ]

    def _in_vain(self, row: Row, units: frozenset[str]) -> list[int]:
        why = "a name in it is not in Clockify"
        if row.touches is not None and row.touches - units:
            return self.part(row.seq, [(units, State.REVIEW, why)])
        self.step(Found(row.seq, State.REVIEW, why))
        return [row.seq]

    def held(self, seq: int) -> OutboxRow:
        """Return row *seq* with what it would send."""
        return self._held[seq]

    def next(
        self,
        now: Instant,
        *,
        eager: bool,
        shut: Collection[str] = (),
        passed_over: Collection[int] = (),
    ) -> Row | None:
        """Return a row that may be sent at *now*; later steps check that it has not changed.

        Rows of the *shut* workspaces and rows *passed_over* are left out.
        """
        with self.db.transaction():
            self._catch_up()
        passed = {*self.of_workspaces(shut), *passed_over}
        row = next_row(self.rows, now, self.rules, eager=eager, shut=passed)
        self._looked_at = None if row is None else self._held[row.seq]
        return row

    def of_workspaces(self, workspaces: Collection[str]) -> list[int]:
        """Return the numbers of the rows about *workspaces*."""
        if not workspaces:
            return []
        return [seq for seq, held in self._held.items() if held.stored.workspace in workspaces]

    def is_as_looked_at(self, seq: int) -> bool:
        """Return whether row *seq* is unchanged since `next` returned it; call in a transaction.

        Another process may have changed its meaning since: a timer that was stopped in between is
        an entry, and ends no running timer.
        """
        self._catch_up()
        held = self._held.get(seq)
        return held is not None and held == self._looked_at

    def begin(self, event: Began, *, eager: bool) -> bool:
        """Commit that a row is sent now; False if it may not be after all."""
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
        """Return the rows that may be sent at *now*, each considered by itself."""
        with self.db.transaction():
            self._catch_up()
        return free_rows(self.rows, now, self.rules, eager=eager)

    def begin_together(
        self, events: Sequence[Began], looked_at: Mapping[int, OutboxRow], *, eager: bool
    ) -> list[int]:
        """Commit that rows are sent with one request; return the numbers of those that may be.

        Each must still be as it was in *looked_at*, when that was decided.
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
        """Split *parts* off row *seq* as rows of their own; return their numbers.

        Call it in a transaction.
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
        journal.reword(self.db, rest)
        self._follow(rest, frozenset[str]().union(*(units for units, _, _ in parts)))
        return [part.seq for part in made]

    def _follow(self, rest: journal.JournalRow, units: frozenset[str]) -> None:
        """Let later rows of the entry follow on *rest*, of which *units* were split off.

        What was merged into it would otherwise make the changes of its parts again.
        """
        rows = journal.rows_of(self.db, rest.local_id or "")
        merged = journal.merged_into(rest.seq)
        rows = [without(row, units) if row.verdict == merged else row for row in rows]
        later = [rest, *later_than(rows, rest.seq)]
        for row in following(later, rest.before or ""):
            journal.reword(self.db, row)

    def look_again(self, seq: int) -> Row | None:
        """Return row *seq* as stored after a decision; call in a transaction.

        Further decisions are based on it.
        """
        self._catch_up()
        self._looked_at = self._held.get(seq)
        return self.row(seq)

    def step(self, event: Event) -> Effects:
        """Commit the effect of *event* on the rows; nothing if its row has been settled."""
        with self.db.transaction():
            self._catch_up()
            if not isinstance(event, OwnerDied) and self.row(event.seq) is None:
                return ()
            rows, effects = step(self.rows, event, self.rules)
            self._keep(rows)
        return effects

    def row(self, seq: int) -> Row | None:
        """Return row *seq*; None if it is settled and no longer held."""
        return next((r for r in self.rows if r.seq == seq), None)

    def reread(self) -> None:
        """Reread the rows before the next step, because something they depend on was written."""
        self._version = _NEVER

    def _catch_up(self) -> None:
        version = self.db.version()
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
        entities = journal.entity_ids(self.db, self.account)
        names = ids_in(self.db, stored)
        self._held = {row.seq: outbox_row(_named(row, entities), names) for row in stored}
        self.rows = tuple(held.row for held in self._held.values())

    def _merge(self) -> bool:
        rows = {seq: h.stored for seq, h in self._held.items() if h.stored.local_id is not None}
        held = blocked(self.rows)
        found = coalesce(rows.values(), held)
        merges = [merge for merge in found if not self._is_by_hand(rows[merge.seq], merge)]
        for merge in merges:
            self._apply(merge, rows)
        return bool(merges)

    def _is_by_hand(self, row: journal.JournalRow, merge: Merge) -> bool:
        """Return whether it would send a timer as a whole entry to a workspace that allows only
        timers."""
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
            after = None
            if merge.after is not None:
                after = together(head, [*absorbed, *self._merged_later(head, absorbed[0])])
            journal.merge(self.db, merge.seq, merge.absorbed, after)
        else:
            if head.kind == "delete":
                # Edits merged into a deletion still apply without it.
                journal.part(self.db, [merge.seq])
            journal.drop(self.db, (merge.seq, *merge.absorbed), "nothing to send")

    def _merged_later(
        self, head: journal.JournalRow, first: journal.JournalRow
    ) -> list[journal.JournalRow]:
        """Return the rows merged into *head* that were acknowledged after *first*.

        A part split off from an earlier change can be absorbed after them, and must not win.
        """
        return [
            row
            for row in journal.rows_of(self.db, head.local_id or "")
            if row.verdict == journal.merged_into(head.seq)
            and (row.change, row.seq) > (first.change, first.seq)
        ]

    def _keep(self, rows: Rows) -> None:
        before = {row.seq: row for row in self.rows}
        self.rows = rows
        for row in rows:
            # The engine returns the same object if nothing changed.
            if row is not before[row.seq]:
                self._keep_row(row)

    def _keep_row(self, row: Row) -> None:
        held = self._held[row.seq]
        stored = standing(held.stored, row)
        if row.state is State.APPLIED and row.creates and row.server_id and stored.local_id:
            replica.give_id(
                self.db, stored.workspace, stored.entity, stored.local_id, row.server_id
            )
        journal.settle(self.db, stored)
        self._held[row.seq] = OutboxRow(row, stored, held.body)
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
    """Return Clockify's ids of the names in *rows*, and of the entries that they mark."""
    entries = marked_in(rows)
    there = journal.entries_there(db, entries) if entries else {}
    return {**journal.name_ids(db, names_in(rows)), **there}


def _named(row: journal.JournalRow, entities: dict[str, str | None]) -> journal.JournalRow:
    """Return *row* with Clockify's current id of its entity, unless the row itself makes it."""
    if row.local_id is None or row.kind in journal.CREATING:
        return row
    return replace(row, server_id=entities.get(row.local_id))


def next_row(
    rows: Rows,
    now: Instant,
    rules: Rules = RULES,
    *,
    eager: bool = False,
    shut: Collection[int] = (),
) -> Row | None:
    """Return the first row, in the order of acknowledgement, that may be sent at *now*.

    *eager*: a person asked, so rows that wait only because Clockify could not be reached a moment
    ago are sent too. *shut*: rows to skip; they still hold back later rows.
    """
    queue = _Queue.of(rows)
    free = (row for row in rows if row.seq not in shut)
    return next((row for row in free if queue.lets(row, now, rules, eager=eager)), None)


def free_rows(
    rows: Rows, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> tuple[Row, ...]:
    """Return all rows that may be sent at *now*, each considered by itself."""
    queue = _Queue.of(rows)
    return tuple(row for row in rows if queue.lets(row, now, rules, eager=eager))


def may_send(
    rows: Rows, row: Row, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> bool:
    """Return whether *row* may be sent at *now*, given the states of the other *rows*."""
    return _Queue.of(rows).lets(row, now, rules, eager=eager)


ALL = None
"""Means everything about an entity, in place of units of an entry."""

Units = frozenset[str] | None


def blocked(rows: Rows) -> dict[int, Units]:
    """Return the units of *rows* that cannot be sent before a person decides, by number.

    These are stuck rows, later rows that change the same units, and rows with a name that is stuck.
    """
    found: dict[int, Units] = {}
    by_thing: dict[str, list[Units]] = {}
    names: set[str] = set()
    # An entry may need names, and a mark needs entries.
    for row in sorted(rows, key=lambda row: (row.kind == "mark", row.entity == "entry")):
        earlier = by_thing.setdefault(row.local_id, [])
        held = _held(row, earlier, names)
        if held is ALL or held or row.state in STUCK:
            found[row.seq] = held
            if row.kind != "mark":
                # A mark is complete in itself: a refused one holds up no other.
                earlier.append(held)
            if row.creates:
                names.add(row.local_id)
    return found


def _held(row: Row, earlier: Sequence[Units], names: set[str]) -> Units:
    """Return the units of *row* that are held by *earlier* rows or by stuck *names*."""
    if row.state in STUCK:
        return row.touches
    if row.state is not State.PENDING:
        return frozenset()
    if row.touches is ALL:
        return ALL if earlier or row.waits_for & names else frozenset()
    held = {unit for unit, name in row.needs if name in names}
    for units in earlier:
        held |= row.touches if units is ALL else row.touches & units
    return frozenset(held)


def held_parts(rows: Rows) -> dict[int, frozenset[str]]:
    """Return the held units of rows whose other units could be sent, by number."""
    held = blocked(rows)
    return {
        row.seq: units
        for row in rows
        if row.state is State.PENDING and (units := held.get(row.seq)) and units != row.touches
    }


@dataclass(frozen=True, slots=True)
class _Queue:
    """Everything that can hold a row back.

    *held*: the numbers of rows that need a decision, at least in part. *first*: the number of the
    first row of each entity that is neither done nor held as a whole; *timer*: that of the first
    such row of the timeline; *unresolved*: rows that may be under way.
    """

    held: Collection[int]
    first: dict[str, int]
    timer: int | None
    unresolved: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Rows) -> _Queue:
        first: dict[str, int] = {}
        held = blocked(rows)
        moving = [row for row in rows if row.state not in DONE and not _is_held(row, held)]
        for row in moving:
            first.setdefault(row.local_id, row.seq)
        timer = next((row.seq for row in moving if row.timeline), None)
        return cls(held, first, timer, tuple(r for r in rows if r.state in UNRESOLVED))

    def lets(self, row: Row, now: Instant, rules: Rules, *, eager: bool) -> bool:
        if row.state is not State.PENDING or row.waits_for:
            return False
        if row.not_before > now.server and not eager:
            return False
        if row.kind in ("stop", "edit", "update", "delete") and row.server_id is None:
            return False
        return not (
            row.seq in self.held
            or self.first.get(row.local_id) != row.seq
            or (row.timeline and self.timer != row.seq)
            or self._under_way(row)
            or (rules.one_per_fingerprint and self._likeness(row))
            or (rules.no_start_while_stopping and self._stop(row))
        )

    def _under_way(self, row: Row) -> bool:
        """A change replaces the whole entry, so it waits while any other change of it may arrive.

        A person may have asked for an earlier row again after a later one was sent.
        """
        return any(r.seq != row.seq and r.local_id == row.local_id for r in self.unresolved)

    def _likeness(self, row: Row) -> bool:
        """Rule G: two requests that make the same thing are never under way at once.

        Otherwise one of two rows could take the other's late result for its own, be sent again, and
        then arrive late itself.
        """
        fp = row.fp
        return fp is not None and any(
            r.seq != row.seq and r.fp is not None and clash(fp, r.fp) for r in self.unresolved
        )

    def _stop(self, row: Row) -> bool:
        """Rule H: a stop without a target that arrives late would stop the timer just started."""
        return row.kind == "start" and any(
            r.seq != row.seq and r.method == "patch" for r in self.unresolved
        )


def _is_held(row: Row, held: Mapping[int, Units]) -> bool:
    """Return whether no part of *row* could be sent."""
    return row.seq in held and held[row.seq] in (ALL, row.touches)


CHANGES_OF_NEW = frozenset({"edit", "stop", "update"})


@dataclass(frozen=True, slots=True)
class Merge:
    """The rows *absorbed* are merged into row *seq*, which becomes *after*.

    Without *sent*, nothing is sent, and row *seq* is done as well.
    """

    seq: int
    after: str | None
    absorbed: tuple[int, ...]
    sent: bool = True


def coalesce(rows: Iterable[journal.JournalRow], held: Collection[int] = ()) -> tuple[Merge, ...]:
    """Return the merges among the open *rows* (ascending); each row is in at most one.

    *held* are the numbers of rows that wait for a decision on an earlier row. Contents are only
    compared: equal means the same, None that there is nothing.
    """
    by_thing: dict[str | None, list[journal.JournalRow]] = {}
    for row in rows:
        by_thing.setdefault(row.local_id, []).append(row)
    found = (merge for each in by_thing.values() for merge in _merges(each, held))
    return tuple(sorted(found, key=lambda merge: merge.seq))


Stored = Sequence[journal.JournalRow]


def _merges(rows: Stored, held: Collection[int]) -> Iterator[Merge]:
    rest = list(rows)
    while rest:
        taken, merge = _first(rest, held)
        if merge is not None:
            yield merge
        rest = rest[taken:]


def _unsent(row: journal.JournalRow) -> bool:
    """Return whether no request was ever made for *row*.

    A start may have tried to end another timer; nothing of the entry itself was sent.
    """
    return row.state == "PENDING" and row.attempts == 0


def _first(rows: Stored, held: Collection[int]) -> tuple[int, Merge | None]:
    """Return how many rows from the first on belong together, and the merge, if any."""
    head = rows[0]
    if not _unsent(head):
        return 1, None
    if head.kind in ("start", "add", "create"):
        return _new(rows, held)
    if head.kind == "edit":
        return _edits(rows, held)
    if head.kind == "delete" and _comes_back(rows):
        return 2, Merge(head.seq, None, (rows[1].seq,), sent=False)
    return 1, None


def _new(rows: Stored, held: Collection[int]) -> tuple[int, Merge | None]:
    run = _run(rows, CHANGES_OF_NEW, held)
    if run < len(rows) and rows[run].kind == "delete" and _unsent(rows[run]):
        absorbed = tuple(row.seq for row in rows[1 : run + 1])
        return run + 1, Merge(rows[0].seq, None, absorbed, sent=False)
    return run, _into_first(rows[:run])


def _edits(rows: Stored, held: Collection[int]) -> tuple[int, Merge | None]:
    run = _run(rows, frozenset({"edit"}), held)
    if run < len(rows) and rows[run].kind == "delete" and _unsent(rows[run]):
        return run + 1, Merge(rows[run].seq, None, tuple(row.seq for row in rows[:run]))
    return run, _into_first(rows[:run])


def _run(rows: Stored, kinds: frozenset[str], held: Collection[int]) -> int:
    """Return how many rows from the first on may be sent with it, the others being of *kinds*.

    Free rows do not wait for a decision.
    """
    length, first = 1, rows[0].seq in held
    for row in rows[1:]:
        if row.kind not in kinds or not _unsent(row) or (row.seq in held) != first:
            break
        if row.base != rows[0].base:
            # Whether somebody else changed a field is judged by the version that its author saw.
            break
        length += 1
    return length


def _into_first(rows: Stored) -> Merge | None:
    if len(rows) == 1:
        return None
    return Merge(rows[0].seq, content_of(rows[-1]), tuple(row.seq for row in rows[1:]))


def _comes_back(rows: Stored) -> bool:
    """Return whether a deletion was taken back before it was sent."""
    return (
        len(rows) > 1
        and _unsent(rows[1])
        and rows[1].kind in ("start", "add", "create")
        and content_of(rows[1]) == rows[0].before
    )
