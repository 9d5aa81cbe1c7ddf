"""For a day after a repeated request, check that Clockify has its result only once."""

from __future__ import annotations

from clockify_cli.clock import Clock
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import journal, replica
from clockify_cli.sync.model.engine import PossibleDuplicate
from clockify_cli.sync.model.remote import RemoteEntry
from clockify_cli.sync.model.row import Fingerprint, matches, of_entry
from clockify_cli.sync.model.rows import fingerprint_of
from clockify_cli.values import dataclass, field

DAY = 86_400.0


@dataclass(slots=True)
class Duplicates:
    """Entries that look like one that was sent more than once, collected from a listing."""

    db: StoreConnection
    workspace: str
    watched: list[tuple[Fingerprint, str | None, str]]
    """Fingerprint, local id and Clockify's id of each row that took more than one request."""
    seen: dict[str, set[str]] = field(default_factory=dict)

    def look_at(self, entry: RemoteEntry) -> None:
        """Note *entry* if it looks like a watched one."""
        held = of_entry(entry) if self.watched else None
        for fp, _, server_id in self.watched:
            if held is not None and entry.id != server_id and matches(fp, held):
                self.seen.setdefault(server_id, set()).add(entry.id)

    def found(self) -> list[PossibleDuplicate]:
        """Return the collected entries that none of our rows explains."""
        notes = []
        for _, local_id, server_id in self.watched:
            ids = self.seen.get(server_id, set())
            strangers = sorted(
                id_ for id_ in ids if not replica.made_here(self.db, self.workspace, "entry", id_)
            )
            if strangers:
                notes.append(PossibleDuplicate(local_id, tuple(strangers)))
        return notes


def duplicates_among(db: StoreConnection, account: str, workspace: str, clock: Clock) -> Duplicates:
    """Return what to watch for in a listing of *workspace*."""
    rows = journal.sent_again(db, account, clock.wall() - DAY)
    watched = [
        (fingerprint_of(row.fp), row.local_id, row.server_id)
        for row in rows
        if row.workspace == workspace and row.fp is not None and row.server_id is not None
    ]
    return Duplicates(db, workspace, watched)
