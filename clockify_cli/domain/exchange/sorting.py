"""Decide which rows of a file are new, so that none is recorded twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Generic, TypeVar
from unicodedata import normalize

from clockify_cli.domain.entry import PLAIN, EntryFields
from clockify_cli.domain.exchange.vocabulary import OTHERS
from clockify_cli.values import dataclass

_Row = TypeVar("_Row")
SECONDS = "seconds"
COMPARED = frozenset({SECONDS, *PLAIN, "project", "task", "tags", "billable", "type"})
"""What is compared of two entries, besides the minutes in which they start and end."""


@dataclass(frozen=True, slots=True)
class Sorted(Generic[_Row]):
    """The *new* rows in order; how many are already *here*; how many the file *repeats*."""

    new: tuple[_Row, ...]
    here: int
    repeats: int


def fingerprint(fields: EntryFields, said: Container[str] = COMPARED) -> Hashable:
    """Return the identity of an entry without an id: everything that a person sees of it.

    Descriptions are compared in NFC, trimmed, with single spaces; tags regardless of order. Only
    the times and those fields of `COMPARED` that the file has (*said*) count.
    """
    return (
        compared_time(fields.start, said),
        fields.end and compared_time(fields.end, said),
        "description" in said and " ".join(normalize("NFC", fields.description).split()),
        "project" in said and fields.project,
        "task" in said and fields.task,
        "tags" in said and frozenset(fields.tags),
        "billable" in said and fields.billable,
        "type" in said and fields.type,
        *(name in said and getattr(fields, name) for name in OTHERS),
    )


def compared_time(at: datetime, said: Container[str] = COMPARED) -> datetime:
    """Return *at* for a comparison: cut to its minute if the file has no seconds."""
    return at if SECONDS in said else at.replace(second=0)


def sort_out(
    rows: Sequence[_Row],
    print_of: Callable[[_Row], Hashable],
    ids_of: Callable[[_Row], tuple[str, ...]],
    known: Mapping[str, str],
    held: Iterable[tuple[str, Hashable]],
) -> Sorted[_Row]:
    """Separate new *rows* from those that the store already has.

    *known* maps ids that the store knows, Clockify's and local, to local ids; *held* are the local
    ids and fingerprints of the store's entries in that time. A row is already here if one of its
    ids is known, or if an entry has its fingerprint that no other row has claimed. A row that
    shares an id with an earlier one repeats it; equal rows without ids are separate entries.
    """
    claimed = {known[id_] for row in rows for id_ in ids_of(row) if id_ in known} if known else ()
    free = Counter(print_ for local_id, print_ in held if local_id not in claimed)
    new: list[_Row] = []
    seen: set[str] = set()
    here = repeats = 0
    for row in rows:
        ids = ids_of(row)
        if not seen.isdisjoint(ids):
            repeats += 1
            continue
        seen.update(ids)
        if known and any(id_ in known for id_ in ids):
            here += 1
        elif free and free[print_ := print_of(row)]:
            free[print_] -= 1
            here += 1
        else:
            new.append(row)
    return Sorted(tuple(new), here, repeats)


def sharing_times(
    rows: Sequence[_Row],
    found: Sorted[_Row],
    span_of: Callable[[_Row], Hashable],
    held: Iterable[Hashable],
) -> tuple[_Row, ...]:
    """Return the new ones of *rows* that have the times of a stored entry which no other row has.

    *held* are the times of the stored entries. A row may be such an entry with other fields.
    """
    free = Counter(held)
    if not free:
        return ()
    new = Counter(map(span_of, found.new))
    free -= Counter(map(span_of, rows)) - new
    return tuple(row for row in found.new if free[span_of(row)] > 0)
