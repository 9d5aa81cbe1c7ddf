"""Which part of a window has been covered by pages of entries, newest first.

If the list is interrupted, its complete pages still count: the part they cover is noted as fetched,
and the next pull asks only for the older part. Entries of the copy that they lack are deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import replica
from clockify_cli.sync.model.remote import RemoteEntry, Window
from clockify_cli.values import dataclass, field

SECOND = timedelta(seconds=1)


@dataclass(slots=True, kw_only=True)
class Coverage:
    """The progress through *user*'s entries in *window*; its first page was read at *read_at*.

    *reached* is the end of the part not yet covered; *lacking*: the copy left out some of the
    received entries. Callers have a transaction open for every call that writes.
    """

    db: StoreConnection
    workspace: str
    user: str
    window: Window
    read_at: datetime
    reached: datetime
    deleted: int = 0
    lacking: bool = False
    _seen: set[str] = field(default_factory=set)
    _deleted: dict[str, str] = field(default_factory=dict)
    _oldest: datetime | None = None
    _in_order: bool = True

    @property
    def listed(self) -> int:
        """The number of entries received."""
        return len(self._seen)

    def back(self, server_id: str) -> str | None:
        """Return the local id of an entry that seemed deleted on an earlier page: it was moved."""
        local_id = self._deleted.pop(server_id, None)
        self.deleted -= local_id is not None
        return local_id

    def came(
        self, items: Sequence[RemoteEntry], *, last: bool, spare: Callable[[str], bool]
    ) -> None:
        """Note a complete page that the copy has stored; *last*: there are no more pages."""
        new = [entry for entry in items if entry.id not in self._seen]
        # A list in another order proves nothing until its end.
        starts = [e.start for e in new]
        self._in_order &= starts == sorted(starts, reverse=True)
        self._in_order &= self._oldest is None or all(e.start <= self._oldest for e in new)
        self._seen.update(entry.id for entry in new)
        self._oldest = min((e.start for e in new), default=self._oldest)
        if last:
            self._cover(self.window.start, spare)
        elif self._in_order and self._oldest is not None:
            # Further entries of the same second may be on the next page.
            self._cover(max(self._oldest + SECOND, self.window.start), spare)

    def _cover(self, start: datetime, spare: Callable[[str], bool]) -> None:
        if start >= self.reached:
            return
        known = replica.starting_within(self.db, self.workspace, self.user, start, self.reached)
        for server_id in known.keys() - self._seen:
            if spare(known[server_id]):
                continue
            replica.drop_entry(self.db, known[server_id])
            self._deleted[server_id] = known[server_id]
            self.deleted += 1
        self.reached = start
        if self.lacking:
            # Otherwise entries that were left out would be fetched only once the part is old.
            return
        whole = (start, self.window.end)
        replica.note_fetched(self.db, self.workspace, self.user, "entries", whole, self.read_at)
