"""What was asked for after a row, once that row says something else or is not sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clockify_cli.store.journal import JournalRow
from clockify_cli.store.snapshots import carried
from clockify_cli.sync.row import DONE, State
from clockify_cli.sync.rows import content_of
from clockify_cli.values import replace


def later_than(rows: Sequence[JournalRow], seq: int) -> list[JournalRow]:
    """The *rows* of one thing after row *seq* that wait, or are part of one that does."""
    waiting = {row.seq for row in rows if row.seq >= seq and State(row.state) not in DONE}
    parts = {f"merged into {number}" for number in waiting}
    return [row for row in rows if row.seq > seq and (row.seq in waiting or row.verdict in parts)]


def following(rows: Iterable[JournalRow], now: str) -> Iterator[JournalRow]:
    """*rows* of one thing, oldest first, doing what they did: the first to *now*, then in turn."""
    was: str | None = None
    for row in rows:
        was = row.before or was
        after = row.after
        if after is not None and was is not None:
            after = carried(now, was, after)
        yield worded(replace(row, before=row.before and now), after)
        was, now = row.after or was, after or now


def worded(row: JournalRow, after: str | None) -> JournalRow:
    """*row* saying *after*; what is part of it does the same to that."""
    payload = row.payload
    if payload is not None and row.after is not None and after is not None:
        payload = carried(after, row.after, payload)
    return replace(row, after=after, payload=payload)


def is_idle(row: JournalRow) -> bool:
    """Whether there is nothing that *row* would change."""
    return row.before is not None and row.before == row.after == content_of(row)
