"""Send the journal to Clockify: in order, each row once, by one process at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sized
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal

from clockify_cli.clock import Clock
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.sync.accounts import Account
from clockify_cli.sync.guard import (
    KEPT_FOR_WRITES,
    Allowed,
    ClosedUntil,
    LedgerLimiter,
    Purpose,
    distrust_foreign,
    is_short,
    machine_id,
    renew_mark,
    sole_sender,
    verdict_now,
)
from clockify_cli.sync.model.engine import Note, Rules, questions
from clockify_cli.sync.model.remote import Remote
from clockify_cli.sync.model.row import (
    CloseWindow,
    Effects,
    GoOffline,
    PauseAccount,
    ReadBack,
    ReadEntry,
    ReadName,
    Row,
    State,
)
from clockify_cli.sync.outbox import Outbox
from clockify_cli.sync.row_sender import LEAST_TOGETHER, LostWorkspace, RowSender
from clockify_cli.sync.sending import (
    send_add,
    send_create,
    send_delete,
    send_delete_name,
    send_edit,
    send_mark,
    send_start,
    send_stop,
    send_stop_any,
    send_update,
)
from clockify_cli.values import dataclass, field

MOST_TRIES = 8
MANY = KEPT_FOR_WRITES
"""A change with more rows is large: it leaves some requests to timers, and goes after them."""
FORBIDDEN = 403

Why = Literal["offline", "limit", "locked", "paused", "deadline", "unsupported"]
"""Why rows wait. *locked*: another process is sending them. *unsupported*: this file system has no
locks, so nothing is ever sent from here."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A row that was settled or needs a decision. *local_id* None: no entity was known."""

    seq: int
    change: int
    entity: str
    kind: str
    local_id: str | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """The result of a push. *waiting* and *review* count the rows that are open after it.

    *denied*: Clockify accepts the key but denies access. *kept*: the rest of the request limit is
    kept for timers.
    """

    applied: tuple[Settled, ...] = ()
    rejected: tuple[Settled, ...] = ()
    reviewed: tuple[Settled, ...] = ()
    waiting: int = 0
    review: int = 0
    stopped_why: Why | None = None
    reason: str = ""
    denied: bool = False
    until: datetime | None = None
    kept: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOptions:
    """*deadline*: seconds for all of it. *settle*: seconds after which a request is dead.

    *fresh*: the age up to which a copy is trusted. *eager*: a person asked for it. *change*: the
    change that the sending command has just acknowledged, if any; its "now" is trusted.
    """

    deadline: float = 10.0
    settle: float = 120.0
    fresh: timedelta = timedelta(minutes=5)
    eager: bool = False
    change: int | None = None


def push(
    db: StoreConnection,
    remote: Remote,
    account: Account,
    clock: Clock,
    lock: Path,
    options: PushOptions | None = None,
    *,
    note: Path | None = None,
    limiter: LedgerLimiter | None = None,
    limit: Callable[[float], None] | None = None,
) -> PushResult:
    """Send what waits of *account*, within one deadline and the request limit.

    *note*: a file outside the database that reveals a restored or copied database. *limiter*: the
    limiter of *remote*, told that reads now serve writes. *limit* is called before each request
    with the seconds it may take.
    """
    options = options or PushOptions()
    run = _Run(db, remote, account, clock, options, note, limit)
    if limiter is not None:
        limiter.serves = "write"
    try:
        run.until_empty(lock)
    finally:
        if limiter is not None:
            limiter.serves = "read"
    return run.result()


@dataclass(slots=True)
class _Run:
    db: StoreConnection
    remote: Remote
    account: Account
    clock: Clock
    options: PushOptions
    note: Path | None
    limit: Callable[[float], None] | None
    started: float = 0.0
    since: int = 0
    why: Why | None = None
    reason: str = ""
    denied: bool = False
    until: datetime | None = None
    notes: list[Note] = field(default_factory=list)
    touched: dict[int, Settled] = field(default_factory=dict)
    states: dict[int, State] = field(default_factory=dict)
    checked: set[int] = field(default_factory=set)
    newest: int = 0
    version: int = 0
    tries: dict[int, int] = field(default_factory=dict)
    full: set[str] = field(default_factory=set)
    """Workspaces whose request limit is reached; each workspace has its own limit."""
    kept: set[str] = field(default_factory=set)
    """Workspaces whose remaining requests are reserved for timers."""
    many: dict[int, bool] = field(default_factory=dict)
    """For each change seen so far, whether it is large."""

    def until_empty(self, lock: Path) -> None:
        self.started = self.clock.boottime()
        self.since = journal.last_seq(self.db)
        while True:
            with sole_sender(lock) as held:
                if held != "held":
                    self.why = "locked" if held == "busy" else "unsupported"
                    return
                self._drain()
            # Rows that arrived while we still held the lock were left to us.
            if self.why is not None or not self._came_in():
                return

    def _came_in(self) -> bool:
        """Return whether there is something to send since the last look: new, or decided on."""
        if journal.last_seq(self.db) != self.newest:
            return True
        if self.db.version() == self.version:
            return False
        rows = journal.open_rows(self.db, self.account.key)
        return any(row.state == State.PENDING for row in rows)

    def result(self) -> PushResult:
        waiting = journal.waiting(self.db, self.account.key)

        def in_state(state: State) -> tuple[Settled, ...]:
            return tuple(s for q, s in self.touched.items() if self.states[q] is state)

        return PushResult(
            applied=in_state(State.APPLIED),
            rejected=in_state(State.REJECTED),
            reviewed=in_state(State.REVIEW),
            waiting=waiting.pending,
            review=waiting.review,
            stopped_why=self.why,
            reason=self.reason,
            denied=self.denied,
            until=self.until,
            kept=bool(self.kept) and not self.full,
            notes=tuple(self.notes),
        )

    def _sender(self) -> RowSender:
        rules = Rules(settle=self.options.settle)
        return RowSender(
            db=self.db,
            remote=self.remote,
            account=self.account,
            clock=self.clock,
            outbox=Outbox(self.db, self.account.key, rules),
            fresh=self.options.fresh,
            eager=self.options.eager,
            change=self.options.change,
            since=self.since,
            notes=self.notes,
        )

    def _drain(self) -> None:
        sender = self._sender()
        self._check_origin(sender)
        for seq in sender.outbox.take_over():
            self._remember(seq)
        self._mark(sender.outbox.rows)
        try:
            self._resolve(sender)
            while self.why is None:
                self.newest = journal.last_seq(self.db)
                self.version = self.db.version()
                row = self._next(sender)
                if row is None or self._in_a_circle(row) or self._out_of_time():
                    break
                if not self._out_of_budget(sender, row):
                    self._one(sender, row)
        except ClockifyError as error:
            self._stopped(error)
        finally:
            self._mark(self.touched)
        self._tell_full(sender)

    def _next(self, sender: RowSender) -> Row | None:
        """Return the next row to send; rows of large changes come last."""
        many = self._of_many(sender)
        rows = sender.outbox.rows
        if not many or any(row.state is State.PENDING and row.seq not in many for row in rows):
            row = self._first(sender, many)
            if row is not None or not many:
                return row
            # Newly arrived changes may have replaced the rows.
            many = self._of_many(sender)
        return self._first(sender, [q for q in many if self._workspace_of(sender, q) in self.kept])

    def _first(self, sender: RowSender, passed_over: Collection[int]) -> Row | None:
        return sender.outbox.next(
            sender.instant(), eager=self.options.eager, shut=self.full, passed_over=passed_over
        )

    def _of_many(self, sender: RowSender) -> frozenset[int]:
        """Return the numbers of the rows that belong to large changes."""
        change_of = {
            row.seq: sender.outbox.held(row.seq).stored.change for row in sender.outbox.rows
        }
        if met := set(change_of.values()) - self.many.keys():
            large = journal.large_changes(self.db, met, MANY)
            self.many |= {change: change in large for change in met}
        return frozenset(seq for seq, change in change_of.items() if self.many[change])

    def _check_origin(self, sender: RowSender) -> None:
        if self.note is not None:
            now = sender.instant()
            distrust_foreign(self.db, self.note, machine_id(), now, self.options.change)

    def _mark(self, work: Sized) -> None:
        """Renew the mark: earlier copies of the database lack what is sent now."""
        if self.note is not None and len(work):
            renew_mark(self.db, self.note)

    def _resolve(self, sender: RowSender) -> None:
        open_questions = questions(sender.outbox.rows)
        sender.just_read.clear()
        if not open_questions:
            return
        from clockify_cli.sync.read_back import ask

        if len(open_questions) >= LEAST_TOGETHER:
            self._resolve_together(sender, open_questions)
        for question in open_questions:
            if self._out_of_time():
                return
            if isinstance(question, ReadBack | ReadEntry | ReadName) and self._may_ask(
                sender, question.seq
            ):
                self._tell_limit()
                workspace = self._workspace_of(sender, question.seq)
                self._about(sender, workspace, partial(ask, sender, question))
                self._remember(question.seq)

    def _resolve_together(self, sender: RowSender, open_questions: Effects) -> None:
        from clockify_cli.sync.bulk_sending import entries_to_read, read_together

        together = entries_to_read(sender, open_questions)
        if not together or self._out_of_time():
            return
        workspace = together[0].stored.workspace
        if workspace not in self.full:
            self._tell_limit()
            self._about(sender, workspace, partial(read_together, sender, together))

    def _may_ask(self, sender: RowSender, seq: int) -> bool:
        """Return whether row *seq* is still UNKNOWN and its workspace's limit is not reached."""
        row = sender.outbox.row(seq)
        if row is None or row.state is not State.UNKNOWN:
            return False
        return self._workspace_of(sender, seq) not in self.full

    def _workspace_of(self, sender: RowSender, seq: int) -> str:
        return sender.outbox.held(seq).stored.workspace

    def _about(self, sender: RowSender, workspace: str, act: Callable[[], object]) -> None:
        """Do *act* about *workspace*; a problem of that workspace does not hold up others."""
        try:
            act()
        except LimitReached:
            self.full.add(workspace)
        except LostWorkspace:
            self._give_up(sender, workspace)
        except (NotFound, Refused):
            if not self._is_lost(sender, workspace):
                raise

    def _is_lost(self, sender: RowSender, workspace: str) -> bool:
        """Return whether the account has lost access to *workspace*, so that its rows are stuck."""
        try:
            sender.check_gone(workspace)
        except LostWorkspace:
            self._give_up(sender, workspace)
            return True
        return False

    def _give_up(self, sender: RowSender, workspace: str) -> None:
        for seq in sender.give_up(workspace):
            self._remember(seq)

    def _one(self, sender: RowSender, row: Row) -> None:
        self._tell_limit()
        workspace = self._workspace_of(sender, row.seq)
        if self._is_one_of_many(sender, row):
            self._about(sender, workspace, partial(self._send_many, sender, row, workspace))
            return
        self._about(sender, workspace, partial(self._send, sender, row, workspace))
        while sender.set_apart:
            self._remember(sender.set_apart.pop())
        if (
            self._remember(row.seq) is State.UNKNOWN
            and row.seq not in self.checked
            and not self.why
        ):
            # The answer was lost a moment ago: perhaps Clockify already shows the result.
            self.checked.add(row.seq)
            self._resolve(sender)

    def _is_one_of_many(self, sender: RowSender, row: Row) -> bool:
        # Most runs send one or two rows and do not need the module for many.
        if len(sender.outbox.rows) < LEAST_TOGETHER:
            return False
        from clockify_cli.sync.bulk_sending import is_one_of_many

        return is_one_of_many(sender, row)

    def _send(self, sender: RowSender, row: Row, workspace: str) -> None:
        self._heed(sender, workspace, _SENDERS[row.entity == "entry", row.kind](sender, row))

    def _send_many(self, sender: RowSender, row: Row, workspace: str) -> None:
        """Send *row* together with other edits in one request."""
        from clockify_cli.sync.bulk_sending import send_edits

        sent, effects = send_edits(sender, row)
        self._heed(sender, workspace, effects)
        lost = [seq for seq in sent if self._remember(seq) is State.UNKNOWN]
        if lost and not self.why:
            self.checked.update(lost)
            self._resolve(sender)

    def _remember(self, seq: int) -> State | None:
        stored = journal.get(self.db, seq)
        if stored is None:
            return None
        self.touched[seq] = Settled(
            seq, stored.change, stored.entity, stored.kind, stored.local_id, stored.verdict
        )
        self.states[seq] = State(stored.state)
        return self.states[seq]

    def _heed(self, sender: RowSender, workspace: str, effects: Effects) -> None:
        for effect in effects:
            match effect:
                case GoOffline(reason):
                    self.why, self.reason = "offline", reason
                case PauseAccount(reason, status):
                    if status != FORBIDDEN or not self._is_lost(sender, workspace):
                        self.why, self.reason = "paused", reason
                        self.denied = status == FORBIDDEN
                case CloseWindow():
                    self.full.add(workspace)
                case _:
                    pass

    def _stopped(self, error: ClockifyError) -> None:
        match error:
            case LimitReached():
                self.why, self.until = "limit", self._closed_until()
            case KeyRefused() | Refused():
                self.why, self.denied = "paused", isinstance(error, Refused)
            case Unreachable():
                self.why = "offline"
            case _:
                raise error
        self.reason = error.message

    def _closed_until(self) -> datetime | None:
        found = None
        waits = {(r.workspace, r.change) for r in journal.open_rows(self.db, self.account.key)}
        for workspace, kind in {(one, self._kind(change)) for one, change in waits}:
            verdict = self._budget(workspace, kind)
            if isinstance(verdict, ClosedUntil):
                found = max(found or verdict.when, verdict.when)
        return found

    def _kind(self, change: int) -> Purpose:
        return "bulk" if self.many.get(change) else "write"

    def _budget(self, workspace: str, kind: Purpose) -> Allowed | ClosedUntil:
        known = accounts.workspace(self.db, self.account.key, workspace)
        plan = None if known is None else known.plan
        return verdict_now(self.db, workspace, plan, kind, self.clock.now())

    def _out_of_budget(self, sender: RowSender, row: Row) -> bool:
        stored = sender.outbox.held(row.seq).stored
        kind = self._kind(stored.change)
        verdict = self._budget(stored.workspace, kind)
        if isinstance(verdict, Allowed) or is_short(verdict, self.clock.now()):
            return False
        timers = kind == "bulk" and isinstance(self._budget(stored.workspace, "write"), Allowed)
        (self.kept if timers else self.full).add(stored.workspace)
        return True

    def _tell_full(self, sender: RowSender) -> None:
        """Set the limit as the reason why rows wait, if nothing else stopped the sending."""
        if self.why is None and sender.outbox.of_workspaces(self.full | self.kept):
            self.why, self.until = "limit", self._closed_until()

    def _in_a_circle(self, row: Row) -> bool:
        """Return whether a row came back more often than any way of sending needs."""
        self.tries[row.seq] = self.tries.get(row.seq, 0) + 1
        return self.tries[row.seq] > MOST_TRIES

    def _left(self) -> float:
        return self.options.deadline - (self.clock.boottime() - self.started)

    def _out_of_time(self) -> bool:
        if self._left() <= 0:
            self.why = "deadline"
        return self._left() <= 0

    def _tell_limit(self) -> None:
        if self.limit is not None:
            self.limit(max(0.1, self._left()))


_SENDERS: dict[tuple[bool, str], Callable[[RowSender, Row], Effects]] = {
    (True, "start"): send_start,
    (True, "add"): send_add,
    (True, "stop"): send_stop,
    (True, "stop_any"): send_stop_any,
    (True, "edit"): send_edit,
    (True, "delete"): send_delete,
    (False, "create"): send_create,
    (False, "update"): send_update,
    (False, "delete"): send_delete_name,
    (False, "mark"): send_mark,
}
