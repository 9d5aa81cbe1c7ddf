"""One row, one request, one verdict: what all kinds of sending share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clockify_cli.clock import Clock
from clockify_cli.errors import KeyRefused, NotFound
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import accounts, journal, replica
from clockify_cli.store.sync import replica as fetched
from clockify_cli.store.sync.accounts import Account
from clockify_cli.store.timesheet.entities import carried, entry_text, item_text, stored_item
from clockify_cli.sync.guard import instant
from clockify_cli.sync.model.conflicts import (
    Edited,
    Proceed,
    Review,
    Superseded,
    Undecided,
    Values,
    differing,
    merged_version,
    parts_of,
    units_of,
    values_of,
    version_of,
    version_text,
)
from clockify_cli.sync.model.engine import DeletedThere, EndedThere, Note, NothingToStop, OtherType
from clockify_cli.sync.model.remote import (
    Applied,
    EntryBody,
    Outcome,
    Rejected,
    Remote,
    RemoteEntry,
    RemoteItem,
    Unknown,
)
from clockify_cli.sync.model.row import (
    DONE,
    STUCK,
    Answered,
    Began,
    Effects,
    Fingerprint,
    Found,
    Instant,
    Method,
    Occupied,
    Row,
    State,
    like,
)
from clockify_cli.sync.model.rows import OutboxRow
from clockify_cli.sync.outbox import Apart, Outbox
from clockify_cli.sync.replica import EVER, TIMER, Replica
from clockify_cli.values import dataclass, field, replace

FORBIDDEN = 403
NOT_FOUND = 404
GONE = 501
"""Clockify's code for what is deleted or belongs elsewhere."""

LEAST_TOGETHER = 3
"""For fewer rows, reading and sending them together saves no request."""

MOST_TOGETHER = 100
"""The most rows sent with one request."""

LIVE = timedelta(seconds=60)
"""A change counts as live up to this age: what it says about now still holds."""


Settling = Proceed | Superseded | Undecided
"""Decisions that can be made about each part of a change."""


def _beside_the_end(row: Row, refused: Rejected) -> frozenset[str]:
    """Return what a stop sets besides the end, if Clockify may have *refused* it for that.

    A timer must not keep running because of a description that is too long.
    """
    if row.kind != "stop" or row.touches is None or refused.status == FORBIDDEN:
        return frozenset()
    return row.touches - {"end"}


class LostWorkspace(NotFound):
    """The account has lost access to the workspace: nothing in it can be read or sent."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The result of a request; *outcome* None: not made. *rerouted*: it is sent again."""

    outcome: Outcome | None
    effects: Effects
    rerouted: bool


@dataclass(slots=True)
class RowSender:
    """The state of one sending. *fresh*: the age up to which a copy is trusted.

    *change*: the change acknowledged by the sending command; *since*: the last row when it began.
    """

    db: StoreConnection
    remote: Remote
    account: Account
    clock: Clock
    outbox: Outbox
    fresh: timedelta
    eager: bool = False
    change: int | None = None
    since: int = 0
    notes: list[Note] = field(default_factory=list)
    occupied: set[int] = field(default_factory=set)
    """Rows that Clockify refused, perhaps because a timer runs; looked up once."""
    doubtful: set[int] = field(default_factory=set)
    """Rows whose target has to be read first, however fresh the copy is."""
    singly: set[int] = field(default_factory=set)
    """Rows that are sent singly, because sending them with others failed."""
    most_together: int = MOST_TOGETHER
    """The most rows sent with one request."""
    suspects: set[int] = field(default_factory=set)
    """Rows that were refused together, because of at least one of them."""
    together_works: bool = False
    together_clears: bool = True
    """Whether a request for several rows clears left-out fields, as far as known."""
    together_in_doubt: bool = False
    """Requests for several rows were refused, however few they were."""
    just_read: dict[str, tuple[RemoteEntry, Instant]] = field(default_factory=dict)
    """Entries read together, each with the moment of asking; each is used once."""
    set_apart: list[int] = field(default_factory=list)
    """Rows that were split off from others and need a decision."""

    def instant(self) -> Instant:
        """Return the current moment on the three clocks."""
        return instant(self.db, self.account.key, self.clock)

    def replica(self, workspace: str) -> Replica:
        """Return the copy of the row's workspace."""
        return Replica(self.db, workspace, self.account.user_id)

    # ── one request ──────────────────────────────────────────────────────────────────────────

    def send(
        self,
        row: Row,
        method: Method,
        call: Callable[[], Outcome],
        *,
        target: str | None = None,
        absorb: bool = True,
        body: EntryBody | None = None,
        reroute: Callable[[Outcome], str] = lambda _: "",
        apart: Callable[[Rejected], frozenset[str]] = lambda _: frozenset(),
    ) -> Sent:
        """Commit that *row* is sent, send it once, commit the outcome.

        *absorb*: the answer is the row's own entity; *body* is then the whole that was sent.
        *reroute* returns a reason if the outcome shows that the row has to be sent in another way,
        *apart* the units of its entry that have to be left out.
        """
        began = Began(row.seq, method, self.instant(), self._seen(row), target)
        if not self.outbox.begin(began, eager=self.eager):
            return Sent(None, (), False)
        outcome = call()
        if method == "post":
            outcome = self._plausible(row, outcome)
        reason, refused = reroute(outcome), frozenset[str]()
        if isinstance(outcome, Rejected) and not reason and (refused := apart(outcome)):
            reason = outcome.reason
        event = Occupied(row.seq, reason) if reason else Answered(row.seq, outcome, self.instant())
        with self.db.transaction():
            effects = self.outbox.step(event)
            if refused:
                self.set_apart += self.outbox.part(row.seq, [(refused, State.REJECTED, reason)])
            if absorb and not reason and isinstance(outcome, Applied):
                self.absorb(row.seq, outcome.entry, outcome.item, body)
        return Sent(outcome, effects, bool(reason))

    def _plausible(self, row: Row, outcome: Outcome) -> Outcome:
        """Return *outcome*, or Unknown if its entry is known to be another one."""
        entry = outcome.entry if isinstance(outcome, Applied) else None
        if entry is None:
            return outcome
        workspace = self.outbox.held(row.seq).stored.workspace
        known = replica.version_there(self.db, workspace, entry.id)
        another = known is not None and values_of(version_of(known)) != values_of(entry)
        if another or replica.made_here(self.db, workspace, "entry", entry.id):
            return Unknown("the answer speaks of another entry")
        return outcome

    def _seen(self, row: Row) -> frozenset[str]:
        if row.first_send is not None or not isinstance(row.fp, Fingerprint):
            return frozenset()
        start = datetime.fromtimestamp(row.fp.start, UTC)
        day = timedelta(days=1)
        held = self.outbox.held(row.seq).stored
        known = fetched.known_entries(
            self.db, held.workspace, self.account.user_id, start - day, start + day
        )
        return like(row.fp, [version_of(k.server) for k in known if k.server is not None])

    def settle(
        self, row: Row, verdict: str, entry: RemoteEntry | None = None, made: str | None = None
    ) -> bool:
        """Commit that a read settled *row*; False if the row has changed since.

        *entry*: Clockify's version, stored here too; *made*: the id that a create turns out to
        have.
        """
        stored = self.outbox.held(row.seq).stored
        with self.db.transaction():
            if not self.outbox.is_as_looked_at(row.seq):
                return False
            self.outbox.step(Found(row.seq, State.APPLIED, verdict, made))
            if entry is not None:
                self.replica(stored.workspace).take(entry, stored.local_id)
        return True

    def ask(self, row: Row, reason: str, entry: RemoteEntry | None = None) -> None:
        """Commit that only the person can decide on *row*, and store Clockify's *entry*."""
        stored = self.outbox.held(row.seq).stored
        with self.db.transaction():
            if not self.outbox.is_as_looked_at(row.seq):
                return
            self.outbox.step(Found(row.seq, State.REVIEW, reason))
            if entry is not None and stored.local_id is not None:
                self.replica(stored.workspace).take(entry, stored.local_id)
                self.outbox.reread()

    def carry_out(
        self, row: Row, held: OutboxRow, decided: Edited, entry: RemoteEntry | None
    ) -> Effects:
        """Carry out what was *decided* about a stop or an edit of *entry*."""
        if isinstance(decided, Review):
            self.ask(row, decided.reason, entry)
            return ()
        with self.db.transaction():
            rest = self._keep_apart(row, decided, entry)
            if rest is None:
                return ()
            held = self.outbox.held(row.seq)
            if isinstance(decided, Undecided):
                self.outbox.step(Found(row.seq, State.REVIEW, decided.held[0].reason))
                return ()
            if isinstance(decided, Superseded):
                self._overtake(rest, held, decided, entry)
                return ()
        if decided.body is not None and entry is not None:
            return self._replace(rest, held, entry.id, decided.body)
        return ()

    def _keep_apart(self, row: Row, decided: Settling, entry: RemoteEntry | None) -> Row | None:
        """Split off what is held of *row* as waiting rows, and return the rest.

        A row that is held as a whole keeps its first part. None: the row has changed since. Call it
        in a transaction.
        """
        if not self.outbox.is_as_looked_at(row.seq):
            return None
        if entry is None or not decided.held:
            return row
        parts: list[Apart] = [(e.units, State.REVIEW, e.reason) for e in parts_of(decided)]
        if parts:
            self.set_apart += self.outbox.part(row.seq, parts)
        stored = self.outbox.held(row.seq).stored
        self.replica(stored.workspace).take(entry, stored.local_id)
        self.outbox.reread()
        rest = self.outbox.look_again(row.seq)
        # A later change may have been merged into it, which was not decided about.
        as_decided = rest is not None and all(each in row.wanted for each in rest.wanted)
        return rest if as_decided else None

    def _overtake(
        self, row: Row, held: OutboxRow, decided: Superseded, entry: RemoteEntry | None
    ) -> None:
        if not self.settle(row, decided.verdict, decided.entry):
            return
        if decided.held:
            # Nothing of what it was to do needs to be undone.
            journal.write(
                self.db, replace(self.outbox.held(row.seq).stored, after=held.stored.before)
            )
        self.note_overtaken(row, held, decided.entry)
        if entry is None and held.stored.local_id is not None:
            self.gone(held.stored)

    def note_overtaken(self, row: Row, held: OutboxRow, there: RemoteEntry | None) -> None:
        """Note a stop that came too late."""
        if row.end is None or row.kind not in ("stop", "stop_any"):
            return
        here = datetime.fromtimestamp(row.end, UTC)
        if row.kind == "stop_any":
            self.notes.append(NothingToStop(here))
        elif there is not None and there.end is not None and there.end != here:
            self.notes.append(EndedThere(row.local_id, here, there.end))
        elif there is None and isinstance(held.body, EntryBody):
            self.notes.append(DeletedThere(held.body.description, held.body.start, here))

    def _replace(self, row: Row, held: OutboxRow, id_: str, body: EntryBody) -> Effects:
        workspace = held.stored.workspace
        target = id_ if row.kind == "stop_any" else None
        sent = self.send(
            row,
            "put",
            lambda: self.remote.replace_entry(workspace, id_, body),
            target=target,
            body=body,
            reroute=lambda outcome: self.reroute_gone(row, outcome),
            apart=lambda refused: _beside_the_end(row, refused),
        )
        return sent.effects

    def reroute_gone(self, row: Row, outcome: Outcome) -> str:
        """Return a reason to check once whether the target still exists, or ""."""
        gone = isinstance(outcome, Rejected) and (
            outcome.status == NOT_FOUND or outcome.code == GONE
        )
        if not gone or row.seq in self.doubtful:
            return ""
        self.doubtful.add(row.seq)
        return "perhaps it was deleted"

    def read_entry(self, row: Row, held: OutboxRow) -> RemoteEntry | None:
        """Return the row's entry as Clockify has it now; None if it is deleted."""
        try:
            return self.remote.entry(held.stored.workspace, row.server_id or "")
        except NotFound:
            self.check_gone(held.stored.workspace)
            return None

    def check_gone(self, workspace: str) -> None:
        """Make sure that "not found" means deleted: our user still has access to *workspace*.

        Raises KeyRefused if the key belongs to somebody else, LostWorkspace if the account has lost
        access to the workspace.
        """
        if self.remote.user().id != self.account.user_id:
            raise KeyRefused(
                "the API key belongs to a different user than the waiting changes",
                "`clockify login` signs in again; the changes stay with their account.",
            )
        if all(known.id != workspace for known in self.remote.workspaces()):
            raise LostWorkspace(
                "you no longer have access to the workspace",
                "`clockify workspaces` lists the workspaces you can use.",
            )

    def give_up(self, workspace: str) -> list[int]:
        """Put the rows about a lost *workspace* to REVIEW; return their numbers."""
        found = accounts.workspace(self.db, self.account.key, workspace)
        name = found.name if found else workspace
        given_up = []
        with self.db.transaction():
            for seq in self.outbox.of_workspaces((workspace,)):
                row = self.outbox.row(seq)
                if row is not None and row.state not in DONE and row.state not in STUCK:
                    verdict = f"you no longer have access to the workspace {name}"
                    self.outbox.step(Found(seq, State.REVIEW, verdict))
                    given_up.append(seq)
        return given_up

    def gone(self, stored: journal.JournalRow) -> None:
        """Delete the row's entity, which Clockify no longer has."""
        with self.db.transaction():
            if stored.local_id is not None and not journal.is_open(self.db, stored.local_id):
                fetched.drop_entry(self.db, stored.local_id)

    def version_seen(self, held: OutboxRow) -> RemoteEntry | None:
        """Return the last known version of the row's entry in Clockify."""
        local_id = held.stored.local_id
        text = None if local_id is None else replica.entry_version(self.db, local_id)
        return None if text is None else version_of(text)

    def base_of(self, held: OutboxRow) -> Values | None:
        """Return the version of the row's entry that the person saw."""
        return None if held.stored.base is None else values_of(version_of(held.stored.base))

    # ── what an answer says ──────────────────────────────────────────────────────────────────

    def absorb(
        self,
        seq: int,
        entry: RemoteEntry | None,
        item: RemoteItem | None,
        body: EntryBody | None = None,
    ) -> None:
        """Store Clockify's answer to row *seq* with *body*; call in a transaction."""
        held = self.outbox.held(seq)
        if item is not None:
            self._absorb_item(held, item)
        elif entry is not None:
            self._absorb_entry(held, entry, body)

    def _absorb_item(self, held: OutboxRow, item: RemoteItem) -> None:
        stored = held.stored
        if stored.local_id is None:
            return
        fetched.see_item(self.db, stored.local_id, item.id, item.extra)
        if journal.is_open(self.db, stored.local_id):
            return
        # Clockify may have filled in something, such as billable: the row then contains it too.
        self.replica(stored.workspace).learn(item, stored.local_id)
        held_now = stored_item(self.db, item.kind, stored.local_id)
        if held_now is not None:
            journal.write(self.db, replace(stored, after=item_text(held_now.item), payload=None))

    def _absorb_entry(self, held: OutboxRow, entry: RemoteEntry, body: EntryBody | None) -> None:
        stored = held.stored
        copy = self.replica(stored.workspace)
        if stored.local_id is None:
            copy.take(entry)
            return
        self._note_type(held, entry)
        if self._base_others(held, stored.local_id, entry, body):
            self.outbox.reread()
        if self._as_said(held, entry):
            fetched.see_entry(self.db, stored.local_id, copy.pulled(entry))
            return
        # Clockify filled something in, or somebody changed it there. Both sides of the row get it,
        # so that an undo takes back only our change.
        copy.take(entry, stored.local_id)
        after, before = entry_text(copy.fields(entry)), stored.before
        if before is not None and stored.after is not None:
            before = carried(after, stored.after, before)
        row = replace(stored, before=before, after=after, payload=None)
        journal.write(self.db, row)
        journal.reword(self.db, row)

    def _note_type(self, held: OutboxRow, entry: RemoteEntry) -> None:
        """Note if an entry did not get the type that was sent (a break or not)."""
        said = held.body.type if isinstance(held.body, EntryBody) else None
        sent = held.row.creates or "type" in dict(held.row.wanted)
        if sent and said is not None and entry.type != said:
            stored = held.stored
            self.notes.append(OtherType(stored.local_id or "", stored.change, said, entry.type))

    def _base_others(
        self, held: OutboxRow, local_id: str, entry: RemoteEntry, body: EntryBody | None
    ) -> bool:
        """Rebase other open rows of the entry on *entry*, for the fields that we changed.

        Fields that somebody else changed there were not seen here. Returns whether any row is open.
        """
        version, there = version_text(entry), values_of(entry)
        others = journal.open_rows_of(self.db, local_id)
        ours = {name for name, _ in held.row.wanted} | ({"end"} if held.row.end else set())
        ours |= set(differing(values_of(body), there)) if body is not None else set()
        for row in others:
            theirs = set[str]()
            if row.base is not None and not held.row.creates:
                theirs = set(differing(values_of(version_of(row.base)), there)) - ours
            base = merged_version(row.base, version, units_of(theirs))
            journal.reword(self.db, replace(row, base=base))
        return bool(others)

    def _as_said(self, held: OutboxRow, entry: RemoteEntry) -> bool:
        said = held.body
        return (
            isinstance(said, EntryBody)
            and values_of(said) == values_of(entry)
            and sorted(said.custom_fields, key=str) == sorted(entry.custom_fields, key=str)
        )

    # ── how fresh the copy is ────────────────────────────────────────────────────────────────

    def live(self, stored: journal.JournalRow, row: Row) -> bool:
        """Return whether *row* is about this very moment and was never sent.

        A change left by another command may have been overtaken in Clockify, unless it was made
        after this sending began.
        """
        if stored.change != self.change and row.seq <= self.since:
            return False
        made = journal.made_at(self.db, stored.change)
        return row.last_send is None and made is not None and abs(self.clock.now() - made) <= LIVE

    def timer_known(self, workspace: str) -> bool:
        """Return whether the copy knows what runs."""
        return self._is_fresh(
            fetched.fetched_at(self.db, workspace, self.account.user_id, TIMER, EVER)
        )

    def note_timer(self, workspace: str) -> None:
        """Note that the running timer is known as of now; call in a transaction."""
        now = self.clock.now()
        fetched.note_fetched(self.db, workspace, self.account.user_id, TIMER, EVER, now)

    def fresh_version(self, held: OutboxRow) -> RemoteEntry | None:
        """Return Clockify's version of the entry, if the copy is fresh enough to know it.

        For a change that waited no copy is fresh enough: it may be older than the change.
        """
        stored, row = held.stored, held.row
        known = self.live(stored, row) and row.seq not in self.doubtful
        if not known or stored.local_id is None:
            return None
        text = replica.entry_version(self.db, stored.local_id)
        if text is None:
            return None
        version = version_of(text)
        second = timedelta(seconds=1)
        seen = fetched.fetched_at(
            self.db,
            stored.workspace,
            self.account.user_id,
            "entries",
            (version.start, version.start + second),
        )
        return version if self._is_fresh(seen) or self._just_sent(stored.local_id) else None

    def _just_sent(self, local_id: str) -> bool:
        sent = journal.last_confirmed(self.db, local_id)
        return sent is not None and self._is_fresh(datetime.fromtimestamp(sent, UTC))

    def _is_fresh(self, moment: datetime | None) -> bool:
        if moment is None:
            return False
        return timedelta(seconds=-1) <= self.clock.now() - moment <= self.fresh
