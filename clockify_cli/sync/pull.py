"""Bringing the copy up to what Clockify holds, in few requests.

What waits to be sent keeps its words; only the version seen is noted. A thing is gone only where
a list that is complete does not hold it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Literal, TypeVar

from clockify_cli.clock import Clock
from clockify_cli.domain.catalogue import Kind
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.store import copying, journal, replica
from clockify_cli.store.connection import StoreConnection
from clockify_cli.sync.courier import Account
from clockify_cli.sync.doubles import doubles_among
from clockify_cli.sync.fingerprint import Fingerprint, near, of_entry
from clockify_cli.sync.matching import window_around
from clockify_cli.sync.notes import AlsoThere
from clockify_cli.sync.patience import patiently
from clockify_cli.sync.remote import (
    Page,
    Remote,
    RemoteEntry,
    RemoteItem,
    ReplyTooLarge,
    Window,
)
from clockify_cli.sync.replica import EVER, TIMER, Replica
from clockify_cli.sync.row import UNRESOLVED, State
from clockify_cli.sync.rows import fingerprint_of
from clockify_cli.values import dataclass, field, replace

PAGE = 1000
SMALLEST_PAGE = 50
MOST_PAGES = 200
FEW = 3
"""So many entries may vanish at once before an empty list looks like a fault."""

What = Literal["entries", "names", "both"]
Why = Literal["offline", "limit", "paused", "deadline", "empty"]
"""Why a pull is not complete. *empty*: all entries known here are gone at once; nothing was
deleted here because of it."""

T = TypeVar("T", RemoteEntry, RemoteItem)
LISTED: tuple[Kind, ...] = ("client", "project", "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullResult:
    """What a pull came to. *changed* counts entries that are new here or say something else."""

    changed: int = 0
    deleted: int = 0
    complete: bool = True
    stopped_why: Why | None = None
    error: ClockifyError | None = None
    notes: tuple[AlsoThere, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """*deadline*: seconds for all of it. *tries*: how often a page is asked for that fails.

    *accept_empty*: the person says that all was deleted.
    """

    deadline: float = 60.0
    tries: int = 1
    page_size: int = PAGE
    accept_empty: bool = False


def refresh(
    db: StoreConnection,
    remote: Remote,
    account: Account,
    workspace: str,
    clock: Clock,
    what: What,
    window: Window | None = None,
    options: PullOptions | None = None,
    *,
    limit: Callable[[float], None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> PullResult:
    """Fetch the entries of *window* (aware UTC; needed for entries), the names, or both.

    *limit* is told, before each request, how many seconds it may take, *progress* how many entries
    have come in. No error of Clockify is raised: the result holds it.
    """
    options = options or PullOptions()
    run = _Pull(db, remote, account, workspace, clock, options, limit, progress)
    return run.result(what, window)


def refresh_names(
    db: StoreConnection,
    remote: Remote,
    account: Account,
    workspace: str,
    clock: Clock,
    kind: Kind,
    project: str | None = None,
) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (local id)."""
    run = _Pull(db, remote, account, workspace, clock, PullOptions(), None, None)
    return run.guarded(lambda: run.names_of(kind, project))


def refresh_timer(
    db: StoreConnection, remote: Remote, account: Account, workspace: str, clock: Clock
) -> PullResult:
    """Ask what runs now; the timer that the copy showed instead is looked at too."""
    run = _Pull(db, remote, account, workspace, clock, PullOptions(), None, None)
    return run.guarded(run.timer)


@dataclass(slots=True)
class _Pull:
    db: StoreConnection
    remote: Remote
    account: Account
    workspace: str
    clock: Clock
    options: PullOptions
    limit: Callable[[float], None] | None
    progress: Callable[[int], None] | None
    started: float = 0.0
    changed: int = 0
    deleted: int = 0
    why: Why | None = None
    notes: list[AlsoThere] = field(default_factory=list)

    def result(self, what: What, window: Window | None) -> PullResult:
        def run() -> None:
            if what != "entries":
                self.names()
            if what != "names" and window is not None:
                self.entries(window)

        return self.guarded(run)

    def guarded(self, run: Callable[[], None]) -> PullResult:
        self.started = self.clock.boottime()
        try:
            run()
        except ClockifyError as error:
            return self._so_far(_why(error), error)
        return self._so_far(self.why, None)

    def _so_far(self, why: Why | None, error: ClockifyError | None) -> PullResult:
        return PullResult(
            changed=self.changed,
            deleted=self.deleted,
            complete=why is None,
            stopped_why=why,
            error=error,
            notes=tuple(self.notes),
        )

    # ── entries ──────────────────────────────────────────────────────────────────────────────

    def entries(self, window: Window) -> None:
        asked = self.clock.now()
        user = self.account.user_id
        known = copying.starting_within(self.db, self.workspace, user, window.start, window.end)
        missing = dict(known)
        listed = self._take_all(window_around(window.start, window.end), missing)
        if known and not listed and self._looks_like_a_fault(known):
            self.why = "empty"
            return
        with self.db.transaction():
            self._bury(missing)
            self._note("entries", (window.start, window.end), asked)
            if window.start <= asked <= window.end:
                self._note(TIMER, EVER, asked)

    def _take_all(self, window: Window, missing: dict[str, str]) -> int:
        """How many entries are listed; those are taken out of *missing*."""
        copy = Replica(self.db, self.workspace, self.account.user_id)
        doubles = doubles_among(self.db, self.account.key, self.workspace, self.clock)
        listed = 0

        def page_of(page: int, size: int) -> Page[RemoteEntry]:
            return self.remote.entries(
                self.workspace,
                self.account.user_id,
                window,
                page=page,
                page_size=size,
                hydrated=True,
            )

        for items in self._pages(page_of):
            with self.db.transaction():
                open_fps = self._unresolved()
                for entry in items:
                    listed += 1
                    missing.pop(entry.id, None)
                    doubles.look_at(entry)
                    self._take(copy, entry, open_fps)
            if self.progress is not None:
                self.progress(listed)
        self.notes.extend(doubles.found())
        return listed

    def _take(self, copy: Replica, entry: RemoteEntry, open_fps: list[Fingerprint]) -> None:
        if entry.user_id != self.account.user_id or copy.is_as_known(entry):
            return
        if copy.is_new(entry) and any(near(fp, of_entry(entry)) for fp in open_fps):
            # Perhaps what one of our own requests made: reading back decides.
            return
        copy.take(entry)
        self.changed += 1

    def _unresolved(self) -> list[Fingerprint]:
        rows = journal.open_rows(self.db, self.account.key)
        return [
            fingerprint_of(row.fp)
            for row in rows
            if row.fp is not None and State(row.state) in UNRESOLVED
        ]

    def _bury(self, missing: dict[str, str]) -> None:
        for local_id in missing.values():
            if not journal.is_open(self.db, local_id):
                replica.drop_entry(self.db, local_id)
                self.deleted += 1

    def _looks_like_a_fault(self, known: dict[str, str]) -> bool:
        """Whether an empty list is more likely a fault than a person who deleted everything."""
        if self.options.accept_empty:
            return False
        self._tell_limit()
        any_at_all = self.remote.entries(
            self.workspace, self.account.user_id, None, page=1, page_size=SMALLEST_PAGE
        )
        if any_at_all.items:
            return False
        return len(known) > FEW or not all(map(self._is_gone, known))

    def _is_gone(self, server_id: str) -> bool:
        try:
            self.remote.entry(self.workspace, server_id)
        except NotFound:
            return True
        return False

    # ── the timer ────────────────────────────────────────────────────────────────────────────

    def timer(self) -> None:
        asked = self.clock.now()
        user = self.account.user_id
        running = self.remote.running(self.workspace, user)
        believed = copying.running_elsewhere(self.db, self.workspace, user, "")
        others = believed is not None and (running is None or running.id != believed)
        ended = self._entry(believed) if others and believed is not None else None
        copy = Replica(self.db, self.workspace, user)
        with self.db.transaction():
            open_fps = self._unresolved()
            for entry in (running, ended):
                if entry is not None:
                    self._take(copy, entry, open_fps)
            if others and believed is not None and ended is None:
                self._bury({believed: self._local(believed)})
            self._note(TIMER, EVER, asked)

    def _entry(self, server_id: str) -> RemoteEntry | None:
        try:
            return self.remote.entry(self.workspace, server_id)
        except NotFound:
            return None

    def _local(self, server_id: str) -> str:
        return replica.local_entry(self.db, self.workspace, server_id) or ""

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def names(self) -> None:
        for kind in LISTED:
            self.names_of(kind, None)

    def names_of(self, kind: Kind, project: str | None) -> None:
        asked = self.clock.now()
        parent = self._server_id(project)
        known = copying.names_there(self.db, self.workspace, kind, project)
        copy = Replica(self.db, self.workspace, self.account.user_id)
        listed: set[str] = set()

        def page_of(page: int, size: int) -> Page[RemoteItem]:
            return self.remote.items(
                self.workspace,
                kind,
                page=page,
                page_size=size,
                project_id=parent,
                hydrated=kind == "project",
            )

        for items in self._pages(page_of):
            with self.db.transaction():
                for item in items:
                    listed.add(item.id)
                    copy.learn(item if parent is None else replace(item, project_id=parent))
        with self.db.transaction():
            if listed or len(known) <= FEW:
                for server_id in known.keys() - listed:
                    replica.drop_item(self.db, known[server_id])
            self._note(kind if project is None else f"task {project}", EVER, asked)

    def _server_id(self, project: str | None) -> str | None:
        if project is None:
            return None
        found = copying.server_id_of(self.db, project)
        if found is None:
            raise NotFound("the project is not at Clockify yet")
        return found

    # ── pages ────────────────────────────────────────────────────────────────────────────────

    def _pages(self, page_of: Callable[[int, int], Page[T]]) -> Iterator[tuple[T, ...]]:
        """The pages of a list to its end; asks for smaller ones where they are too large."""
        size, page, last_ids = self.options.page_size, 1, frozenset[str]()
        for _ in range(MOST_PAGES):
            try:
                ask = partial(page_of, page, size)
                listed = patiently(ask, self.clock, self.options.tries, before=self._tell_limit)
            except ReplyTooLarge:
                if size <= SMALLEST_PAGE:
                    raise
                size, page = size // 2, 2 * page - 1
                continue
            ids = frozenset(item.id for item in listed.items)
            if ids and ids == last_ids:
                break
            yield listed.items
            # A short command looks for cycles seldom, and each answer is held by some.
            gc.collect(1)
            if listed.last:
                return
            last_ids, page = ids, page + 1
        raise Unreachable("Clockify's list does not end", "`clockify sync` tries again.")

    def _tell_limit(self) -> None:
        left = self.options.deadline - (self.clock.boottime() - self.started)
        if left <= 0:
            raise _OutOfTime("it takes longer than it may", "`clockify sync` goes on with it.")
        if self.limit is not None:
            self.limit(left)

    def _note(self, what: str, window: tuple[datetime, datetime], at: datetime) -> None:
        replica.note_fetched(self.db, self.workspace, self.account.user_id, what, window, at)


class _OutOfTime(Unreachable):
    """The deadline of the whole pull has passed."""


def _why(error: ClockifyError) -> Why:
    match error:
        case _OutOfTime():
            return "deadline"
        case LimitReached():
            return "limit"
        case KeyRefused() | Refused():
            return "paused"
        case Unreachable() | NotFound():
            return "offline"
        case _:
            raise error
