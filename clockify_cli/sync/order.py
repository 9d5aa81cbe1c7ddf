"""Which row may go out now: names first, each entity in order, the timer as one timeline. Pure."""

from __future__ import annotations

from collections.abc import Collection

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


def may_send(
    rows: Rows, row: Row, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> bool:
    """Whether *row* may be sent at *now*, given what became of the other *rows*."""
    return _Queue.of(rows).lets(row, now, rules, eager=eager)


@dataclass(frozen=True, slots=True)
class _Queue:
    """What can hold a row back.

    *first*: the number of the first row of each entity that is not done; *timer*: of the first
    such row of the timeline that is not stuck itself; *unresolved*: rows under way, perhaps.
    """

    first: dict[str, int]
    timer: int | None
    unresolved: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Rows) -> _Queue:
        first: dict[str, int] = {}
        for row in rows:
            if row.state not in DONE:
                first.setdefault(row.local_id, row.seq)
        stuck = {row.local_id for row in rows if row.state in STUCK}
        timer = (
            row.seq
            for row in rows
            if row.timeline and row.state not in DONE and row.local_id not in stuck
        )
        return cls(first, next(timer, None), tuple(r for r in rows if r.state in UNRESOLVED))

    def lets(self, row: Row, now: Instant, rules: Rules, *, eager: bool) -> bool:
        if row.state is not State.PENDING or row.waits_for:
            return False
        if row.not_before > now.server and not eager:
            return False
        if row.kind in ("stop", "edit", "update", "delete") and row.server_id is None:
            return False
        return not (
            self.first[row.local_id] < row.seq
            or (row.timeline and self.timer is not None and self.timer < row.seq)
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
