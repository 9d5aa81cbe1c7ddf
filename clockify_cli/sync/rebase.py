"""What rows of one thing say on top of something else: without a row, or over what Clockify holds.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clockify_cli.store.journal import JournalRow
from clockify_cli.store.snapshots import carried, touched, with_fields
from clockify_cli.sync.row import DONE, UNRESOLVED, State, kind_of_part
from clockify_cli.sync.rows import content_of, touches_of
from clockify_cli.sync.versions import unit_of
from clockify_cli.values import replace

_KEPT = {*UNRESOLVED, State.REJECTED}
"""States in which it is not known yet, or known to be refused, what became of a row."""


def waiting(rows: Sequence[JournalRow]) -> list[JournalRow]:
    """Those of the *rows* of one thing, oldest first, that wait or are part of one that does."""
    open_ = {row.seq for row in rows if State(row.state) not in DONE}
    parts = {f"merged into {number}" for number in open_}
    return [row for row in rows if row.seq in open_ or row.verdict in parts]


def later_than(rows: Sequence[JournalRow], seq: int) -> list[JournalRow]:
    """As `waiting`, of what was asked for after row *seq*."""
    later = after(rows, seq)
    own = [row for row in rows if row.seq == seq]
    return [row for row in waiting([*own, *later]) if row.seq != seq]


def after(rows: Sequence[JournalRow], seq: int) -> list[JournalRow]:
    """The *rows* of one thing, oldest first, that come after row *seq*."""
    index = next(i for i, row in enumerate(rows) if row.seq == seq)
    return list(rows[index + 1 :])


def following(rows: Iterable[JournalRow], now: str) -> Iterator[JournalRow]:
    """*rows* of one thing, oldest first, rewritten so that each does to *now* what it did before.

    The first starts from *now*, each other from what the one before it left.
    """
    was: str | None = None
    for row in rows:
        was = row.before or was
        before, after = row.before and now, row.after
        if after is not None and was is not None:
            after = carried(now, was, after)
            if before is not None and State(row.state) in _KEPT:
                # What it was to do stays, though Clockify may hold just that at the moment.
                before = carried(now, row.after or "", was)
        yield worded(replace(row, before=before), after)
        was, now = row.after or was, after or now


def worded(row: JournalRow, after: str | None) -> JournalRow:
    """*row* saying *after*; what is part of it does the same to that."""
    payload = row.payload
    if payload is not None and row.after is not None and after is not None:
        payload = carried(after, row.after, payload)
    return replace(row, after=after, payload=payload)


def together(head: JournalRow, later: Iterable[JournalRow]) -> str:
    """What *head* says once it does what the rows *later* than it do, too."""
    content = content_of(head) or ""
    for row in later:
        if row.before is not None and row.after is not None:
            content = carried(content, row.before, content_of(row) or row.after)
    return content


def is_idle(row: JournalRow) -> bool:
    """Whether there is nothing that *row* would change."""
    return row.before is not None and row.before == row.after == content_of(row)


def apart(row: JournalRow, parts: Sequence[frozenset[str]]) -> list[JournalRow]:
    """The edit or stop *row* without *parts*, then each of those as a row that was never sent.

    *parts*: units of the entry. Each row starts from what the one before it leaves.
    """
    if row.before is None or row.after is None:
        raise ValueError(f"row {row.seq} is not an edit")
    held = frozenset[str]().union(*parts)
    rest = (touches_of(row) or frozenset()) - held
    first = replace(
        row,
        kind=kind_of_part(row.kind, rest),
        after=_only(row.before, row.after, rest),
        payload=row.payload and _only(row.before, row.payload, rest),
    )
    found, now, content = [first], content_of(first) or row.before, content_of(row) or row.after
    for units in parts:
        after = _only(now, content, units)
        found.append(_never_sent(row, kind_of_part(row.kind, units), now, after))
        now = after
    return found


def _only(was: str, after: str, units: frozenset[str]) -> str:
    """*was*, but what *after* says of *units*."""
    return with_fields(was, after, [f for f in touched(was, after) if unit_of(f) in units])


def _never_sent(row: JournalRow, kind: str, before: str, after: str) -> JournalRow:
    return replace(
        row,
        kind=kind,
        before=before,
        after=after,
        payload=None,
        fp=None,
        method=None,
        attempts=0,
        first_send=None,
        last_send=None,
        seen_before=(),
        not_before=0.0,
        cleared=False,
        verdict="",
    )
