"""Where a span of time and the entries there are overlap."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from clockify_cli.domain.entry import TimeEntry
from clockify_cli.values import dataclass

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Overlap:
    """The part of a span, from *start* to *end* (aware UTC), that *entry* has too."""

    entry: TimeEntry
    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """How long the shared part is; at least 1."""
        return int((self.end - self.start).total_seconds())


def overlaps(
    start: datetime, end: datetime | None, entries: Iterable[TimeEntry]
) -> tuple[Overlap, ...]:
    """What *entries* share with the span from *start* to *end* (aware UTC), ascending.

    No end, in the span or in an entry, means that it goes on: a running timer overlaps whatever
    comes after its start. Touching ends share nothing.
    """
    found = []
    for entry in entries:
        first = max(start, entry.start)
        until = min(end or FOREVER, entry.end or FOREVER)
        if first < until:
            found.append(Overlap(entry, first, until))
    return tuple(sorted(found, key=lambda overlap: (overlap.start, overlap.entry.local_id)))
