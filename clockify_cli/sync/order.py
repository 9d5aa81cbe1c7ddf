"""Which row may go out now: names first, each entity in order, the timer as one timeline. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from clockify_cli.sync.engine import RULES, Rows, Rules
from clockify_cli.sync.fingerprint import clash
from clockify_cli.sync.row import DONE, STUCK, UNRESOLVED, Instant, Row, State
from clockify_cli.values import dataclass


def next_row(
    rows: Rows,
    now: Instant,
    rules: Rules = RULES,
    *,
    eager: bool = False,
    shut: Collection[int] = (),
) -> Row | None:
    """The first row, in the order of acknowledgement, that may be sent at *now*.

    *eager*: a person asked, so rows that wait only because Clockify could not be reached a
    moment ago go too. *shut*: rows that are passed over, but hold back what comes after them.
    """
    queue = _Queue.of(rows)
    free = (row for row in rows if row.seq not in shut)
    return next((row for row in free if queue.lets(row, now, rules, eager=eager)), None)


def free_rows(
    rows: Rows, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> tuple[Row, ...]:
    """All rows that may be sent at *now*, each as if it were the only one to go."""
    queue = _Queue.of(rows)
    return tuple(row for row in rows if queue.lets(row, now, rules, eager=eager))


def may_send(
    rows: Rows, row: Row, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> bool:
    """Whether *row* may be sent at *now*, given what became of the other *rows*."""
    return _Queue.of(rows).lets(row, now, rules, eager=eager)


ALL = None
"""Stands for everything about a thing, where units of an entry are asked for."""

Units = frozenset[str] | None


def blocked(rows: Rows) -> dict[int, Units]:
    """What of *rows* goes nowhere before a person decides: by number the units that are held.

    That is what is stuck, and what would change the same after it or names what is stuck itself.
    """
    found: dict[int, Units] = {}
    by_thing: dict[str, list[Units]] = {}
    names: set[str] = set()
    for row in sorted(rows, key=lambda row: row.entity == "entry"):
        earlier = by_thing.setdefault(row.local_id, [])
        held = _held(row, earlier, names)
        if held is ALL or held or row.state in STUCK:
            found[row.seq] = held
            if row.kind != "mark":
                # Each says all of what it is about: one that was refused holds up no other.
                earlier.append(held)
            if row.creates and row.entity != "entry":
                names.add(row.local_id)
    return found


def _held(row: Row, earlier: Sequence[Units], names: set[str]) -> Units:
    """Which units of *row* are held, where *earlier* rows hold those and *names* do not come."""
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
    """The units that are held of rows of which the rest could go out, by the rows' numbers."""
    held = blocked(rows)
    return {
        row.seq: units
        for row in rows
        if row.state is State.PENDING and (units := held.get(row.seq)) and units != row.touches
    }


@dataclass(frozen=True, slots=True)
class _Queue:
    """What can hold a row back.

    *held*: the numbers of the rows that wait for a decision, in part at least. *first*: the number
    of the first row of each entity that is neither done nor held as a whole; *timer*: of the first
    such row of the timeline; *unresolved*: rows under way, perhaps.
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
            or (rules.one_per_fingerprint and self._likeness(row))
            or (rules.no_start_while_stopping and self._stop(row))
        )

    def _likeness(self, row: Row) -> bool:
        """Two requests that make the same thing are never under way at once.

        Otherwise one of two rows could take the other's late result for its own, be resent, and
        then arrive late itself.
        """
        fp = row.fp
        return fp is not None and any(
            r.seq != row.seq and r.fp is not None and clash(fp, r.fp) for r in self.unresolved
        )

    def _stop(self, row: Row) -> bool:
        """A stop that names no target and still lingers would stop the timer just started."""
        return row.kind == "start" and any(
            r.seq != row.seq and r.method == "patch" for r in self.unresolved
        )


def _is_held(row: Row, held: Mapping[int, Units]) -> bool:
    """Whether nothing of *row* could go out."""
    return row.seq in held and held[row.seq] in (ALL, row.touches)
