"""Which row may go out now: names first, each entity in order, the timer as one timeline. Pure."""

from __future__ import annotations

from clockify_cli.sync.engine import RULES, Rows, Rules
from clockify_cli.sync.fingerprint import clash
from clockify_cli.sync.row import DONE, STUCK, UNRESOLVED, Instant, Row, State


def next_row(rows: Rows, now: Instant, rules: Rules = RULES, *, eager: bool = False) -> Row | None:
    """The first row, in the order of acknowledgement, that may be sent at *now*.

    *eager*: a person asked, so rows that wait only because Clockify could not be reached a
    moment ago go too.
    """
    return next((row for row in rows if may_send(rows, row, now, rules, eager=eager)), None)


def may_send(
    rows: Rows, row: Row, now: Instant, rules: Rules = RULES, *, eager: bool = False
) -> bool:
    """Whether *row* may be sent at *now*, given what became of the *rows* before it."""
    if row.state is not State.PENDING or row.waits_for:
        return False
    if row.not_before > now.server and not eager:
        return False
    if row.kind in ("stop", "edit", "update", "delete") and row.server_id is None:
        return False
    return not (
        _held_by_entity(rows, row)
        or _held_by_timeline(rows, row)
        or (rules.one_per_fingerprint and _held_by_likeness(rows, row))
        or (rules.no_start_while_stopping and _held_by_stop(rows, row))
    )


def _held_by_entity(rows: Rows, row: Row) -> bool:
    return any(r.local_id == row.local_id and r.seq < row.seq and r.state not in DONE for r in rows)


def _held_by_timeline(rows: Rows, row: Row) -> bool:
    if not row.timeline:
        return False
    stuck = {r.local_id for r in rows if r.state in STUCK}
    return any(
        r.timeline and r.seq < row.seq and r.state not in DONE and r.local_id not in stuck
        for r in rows
    )


def _held_by_likeness(rows: Rows, row: Row) -> bool:
    """Two requests that make the same thing are never under way at once.

    Otherwise one of two rows could take the other's late result for its own, be resent, and
    then arrive late itself.
    """
    fp = row.fp
    return fp is not None and any(
        r.seq != row.seq and r.state in UNRESOLVED and r.fp is not None and clash(fp, r.fp)
        for r in rows
    )


def _held_by_stop(rows: Rows, row: Row) -> bool:
    """A stop that names no target and still lingers would stop the timer just started."""
    return row.kind == "start" and any(
        r.seq != row.seq and r.state in UNRESOLVED and r.method == "patch" for r in rows
    )
