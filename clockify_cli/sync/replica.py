"""Write Clockify's values into the replica: map its ids to ours, and learn new names."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from clockify_cli.domain.entry import EntryFields, Item, Kind, plain_of
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.sync.replica import PulledEntry
from clockify_cli.store.timesheet.entities import (
    entry_of,
    entry_text,
    new_local_id,
    stored_entry,
    stored_item,
    write_entry,
)
from clockify_cli.sync.model.conflicts import (
    NO_RATES,
    merged_version,
    rates_text,
    version_of,
    version_text,
)
from clockify_cli.sync.model.remote import UNKNOWN, RemoteEntry, RemoteItem
from clockify_cli.sync.model.row import State
from clockify_cli.sync.model.rows import following, is_idle, touches_of, waiting
from clockify_cli.values import dataclass, field, replace

TIMER = "timer"
"""The running timer as *what* in `note_fetched`; it has no window."""

EVER = (datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(253_402_300_799, UTC))
NOT_LEARNT = '{"learnt":false}'
"""The *extra* of a name of which only Clockify's id is known yet."""


@dataclass(slots=True)
class Replica:
    """The copy of *user*'s entries and of all names in *workspace*.

    These describe the journal when Clockify was asked: *newest* is the number of its last row,
    *first* that of the first unsettled row, *waited* those of all such rows. Call every method
    except `asking` in a transaction of *db*.
    """

    db: StoreConnection
    workspace: str
    user: str
    newest: int = sys.maxsize
    first: int = sys.maxsize
    waited: frozenset[int] = frozenset()
    _known: dict[tuple[Kind, str], str] = field(default_factory=dict)

    @classmethod
    def asking(cls, db: StoreConnection, account: str, workspace: str, user: str) -> Replica:
        """Return the copy for a request of *account*; call it before sending the request."""
        with db.transaction():
            first = journal.first_unsettled(db, account)
            return cls(db, workspace, user, journal.last_seq(db), first, journal.open_seqs(db))

    def take(self, entry: RemoteEntry, local_id: str | None = None) -> str:
        """Store *entry* in the copy, as *local_id* if given; return its local id.

        Fields with waiting changes keep their local values.
        """
        for item in _clients_first(entry.items):
            self.learn(item)
        known = local_id or replica.local_entry(self.db, self.workspace, entry.id)
        pulled = self.pulled(entry)
        if known is None or not journal.is_open(self.db, known):
            return replica.put_entry(self.db, pulled, known)
        replica.see_entry(self.db, known, pulled)
        self._take_around(known, pulled)
        return known

    def _take_around(self, local_id: str, pulled: PulledEntry) -> None:
        """Set the copy to *pulled* with the waiting changes on top.

        Fields that no change here touches count as seen; the others stay as the person saw them,
        until they decide. Rows in REVIEW that would change nothing any more are settled.
        """
        rows = waiting(journal.rows_of(self.db, local_id))
        stored = stored_entry(self.db, local_id)
        if stored is None or any(row.kind in journal.CREATING for row in rows):
            return
        ours = frozenset[str]().union(*(touches_of(row) or () for row in rows))
        said: str | None = entry_text(pulled.fields)
        for row in following(rows, entry_text(pulled.fields)):
            if row.kind == "delete":
                base = row.base
            else:
                base = merged_version(row.base, pulled.server, ours)
            journal.reword(self.db, replace(row, base=base))
            if State(row.state) is State.REVIEW and is_idle(row):
                journal.write(self.db, replace(row, state="APPLIED", verdict="read back"))
            said = row.after
        if said is not None and not stored.deleted:
            write_entry(self.db, local_id, entry_of(said))

    def is_new(self, entry: RemoteEntry) -> bool:
        """Return whether the copy does not have *entry* at all."""
        return replica.local_entry(self.db, self.workspace, entry.id) is None

    def is_as_known(self, entry: RemoteEntry) -> bool:
        """Return whether the copy already has exactly this version of *entry*."""
        rates = rates_text(entry) if entry.rated else None
        return replica.holds(self.db, self.workspace, entry.id, version_text(entry), rates)

    def is_older(self, entry: RemoteEntry) -> bool:
        """Return whether *entry* may have been listed before Clockify carried out a row of ours."""
        known = replica.local_entry(self.db, self.workspace, entry.id)
        if known is None:
            return journal.deleted_since(self.db, entry.id, self.first)
        return self.has_moved(known)

    def has_moved(self, local_id: str) -> bool:
        """Return whether Clockify has carried out a row of the entry since it was asked.

        Judged by row numbers, never by a clock, which may be set in between.
        """
        done = journal.applied(self.db, local_id)
        return any(seq > self.newest or seq in self.waited for seq in done)

    def pulled(self, entry: RemoteEntry) -> PulledEntry:
        """Return *entry* with local ids."""
        return PulledEntry(
            workspace_id=self.workspace,
            user_id=entry.user_id,
            server_id=entry.id,
            fields=self.fields(entry),
            server=version_text(entry),
            locked=entry.locked,
            extra=rates_text(entry) if entry.rated else self._known_rates(entry),
        )

    def _known_rates(self, entry: RemoteEntry) -> str:
        """Return the rates that Clockify sent with *entry* before, if its project and task are the
        same."""
        version, rates = replica.rates_there(self.db, self.workspace, entry.id)
        if version is None or rates == NO_RATES:
            return NO_RATES
        was = version_of(version)
        same = (was.project_id, was.task_id) == (entry.project_id, entry.task_id)
        return rates if same else NO_RATES

    def fields(self, entry: RemoteEntry) -> EntryFields:
        """Return the fields of *entry* with local ids."""
        project = self._local("project", entry.project_id, None)
        return EntryFields(
            start=entry.start,
            end=entry.end,
            **plain_of(entry),
            project=project,
            task=self._local("task", entry.task_id, project),
            tags=tuple(filter(None, (self._local("tag", tag, None) for tag in entry.tag_ids))),
            billable=entry.billable,
            custom_fields=json.dumps(
                [{"customFieldId": id_, "value": value} for id_, value in entry.custom_fields],
                ensure_ascii=False,
                separators=(",", ":"),
            ),
            type=entry.type,
        )

    def learn(self, item: RemoteItem, known: str | None = None) -> str:
        """Store the name *item* in the copy, as *known* if given; return its local id."""
        client = self._client(item)
        project = self._local("project", item.project_id, None)
        local_id = known or self._id_for(item, client, project)
        stored = stored_item(self.db, item.kind, local_id)
        if item.client_id == UNKNOWN and stored is not None:
            client = stored.item.client
        if item.project_id is None and stored is not None:
            project = stored.item.project
        self._known[item.kind, item.id] = local_id
        if stored is not None and journal.is_open(self.db, local_id):
            return local_id
        held = Item(
            kind=item.kind,
            local_id=local_id,
            workspace_id=self.workspace,
            server_id=item.id,
            name=item.name,
            client=client,
            project=project,
            billable=item.billable,
            archived=item.archived,
            extra=item.extra,
        )
        if stored is None or stored.deleted or stored.item != held:
            replica.put_item(self.db, held, item.extra)
        return local_id

    def _id_for(self, item: RemoteItem, client: str | None, project: str | None) -> str:
        known = replica.local_id_of(self.db, self.workspace, item.kind, item.id)
        if known is not None:
            return known
        ours = replica.unsent_name(self.db, self.workspace, item.kind, item.name, client, project)
        if ours is None:
            return new_local_id()
        # Made both here and there: it is one name, which its row will find by name.
        if not journal.is_open(self.db, ours):
            replica.give_id(self.db, self.workspace, item.kind, ours, item.id)
        return ours

    def _client(self, item: RemoteItem) -> str | None:
        client_id = None if item.client_id == UNKNOWN else item.client_id
        if not client_id:
            return None
        known = replica.local_id_of(self.db, self.workspace, "client", client_id)
        if known is None and item.client_name:
            return self.learn(RemoteItem(kind="client", id=client_id, name=item.client_name))
        return self._local("client", client_id, None)

    def _local(self, kind: Kind, server_id: str | None, project: str | None) -> str | None:
        """Return our id of a name; an unknown one is stored with only Clockify's id for now."""
        if not server_id:
            return None
        if (kind, server_id) not in self._known:
            found = replica.local_id_of(self.db, self.workspace, kind, server_id)
            self._known[kind, server_id] = found or self._not_learnt(kind, server_id, project)
        return self._known[kind, server_id]

    def _not_learnt(self, kind: Kind, server_id: str, project: str | None) -> str:
        item = Item(
            kind=kind,
            local_id=new_local_id(),
            workspace_id=self.workspace,
            server_id=server_id,
            name=server_id,
            project=project,
            extra=NOT_LEARNT,
        )
        return replica.put_item(self.db, item, NOT_LEARNT)


def _clients_first(items: Iterable[RemoteItem]) -> list[RemoteItem]:
    order: dict[str, int] = {"client": 0, "project": 1, "task": 2, "tag": 3}
    return sorted(items, key=lambda item: order[item.kind])
