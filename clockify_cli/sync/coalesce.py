"""Changes of one thing that were never sent become one request, or none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clockify_cli.sync.row import Kind
from clockify_cli.values import dataclass

CHANGES_OF_NEW = frozenset({"edit", "stop", "update"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A row as far as merging goes.

    *before* and *after* are opaque: equal means the same content, None that there is nothing.
    *fresh*: no request was ever made for it. *held*: it waits for a decision on an earlier row.
    """

    seq: int
    kind: Kind
    local_id: str
    before: str | None
    after: str | None
    fresh: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """Rows *absorbed* count as part of row *seq*, which now says *after*; None: nothing goes out.

    Where nothing goes out, *seq* is among those that are done.
    """

    seq: int
    after: str | None
    absorbed: tuple[int, ...]
    sent: bool = True


def coalesce(drafts: Iterable[Draft]) -> tuple[Merge, ...]:
    """The merges that the open rows *drafts* (ascending) allow, each row in one at most."""
    by_thing: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_thing.setdefault(draft.local_id, []).append(draft)
    found = (merge for rows in by_thing.values() for merge in _merges(rows))
    return tuple(sorted(found, key=lambda merge: merge.seq))


def _merges(rows: Sequence[Draft]) -> Iterator[Merge]:
    rest = list(rows)
    while rest:
        taken, merge = _first(rest)
        if merge is not None:
            yield merge
        rest = rest[taken:]


def _first(rows: Sequence[Draft]) -> tuple[int, Merge | None]:
    """How many rows from the first on belong together, and what they come to."""
    head = rows[0]
    if not head.fresh:
        return 1, None
    if head.kind in ("start", "add", "create"):
        return _new(rows)
    if head.kind == "edit":
        return _edits(rows)
    if head.kind == "delete" and _comes_back(rows):
        return 2, Merge(head.seq, None, (rows[1].seq,), sent=False)
    return 1, None


def _new(rows: Sequence[Draft]) -> tuple[int, Merge | None]:
    run = _run(rows, CHANGES_OF_NEW)
    last = rows[run - 1]
    if run < len(rows) and rows[run].kind == "delete" and rows[run].fresh:
        absorbed = tuple(row.seq for row in rows[1 : run + 1])
        return run + 1, Merge(rows[0].seq, None, absorbed, sent=False)
    return run, _into_first(rows[:run], last.after)


def _edits(rows: Sequence[Draft]) -> tuple[int, Merge | None]:
    run = _run(rows, frozenset({"edit"}))
    if run < len(rows) and rows[run].kind == "delete" and rows[run].fresh:
        return run + 1, Merge(rows[run].seq, None, tuple(row.seq for row in rows[:run]))
    return run, _into_first(rows[:run], rows[run - 1].after)


def _run(rows: Sequence[Draft], kinds: frozenset[str]) -> int:
    length = 1
    while length < len(rows) and rows[length].kind in kinds and _goes_with(rows[0], rows[length]):
        length += 1
    return length


def _goes_with(head: Draft, row: Draft) -> bool:
    """Whether *row* may go out when *head* does: what is free to go waits for no decision."""
    return row.fresh and row.held == head.held


def _into_first(rows: Sequence[Draft], after: str | None) -> Merge | None:
    if len(rows) == 1:
        return None
    return Merge(rows[0].seq, after, tuple(row.seq for row in rows[1:]))


def _comes_back(rows: Sequence[Draft]) -> bool:
    """Whether a deletion was taken back before it went out."""
    return (
        len(rows) > 1
        and rows[1].fresh
        and rows[1].kind in ("start", "add", "create")
        and rows[1].after == rows[0].before
    )
