"""Update the replica from Clockify, in few requests.

Entries with waiting changes keep their values; only the version seen is noted. An entry or name is
deleted only if a complete list lacks it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from clockify_cli.clock import Clock
from clockify_cli.domain.entry import Kind
from clockify_cli.errors import ClockifyError, NotFound
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.sync.accounts import Account
from clockify_cli.store.timesheet.entities import stored_item
from clockify_cli.sync.coverage import Coverage
from clockify_cli.sync.duplicates import Duplicates, duplicates_among
from clockify_cli.sync.guard import instant
from clockify_cli.sync.model.conflicts import version_of
from clockify_cli.sync.model.engine import PossibleDuplicate
from clockify_cli.sync.model.remote import Page, Remote, RemoteEntry, RemoteItem, Window
from clockify_cli.sync.model.row import Row, may_be_of, window_around
from clockify_cli.sync.model.rows import names_in, outbox_row
from clockify_cli.sync.paging import SMALLEST_PAGE, Paging, Why, why_stopped
from clockify_cli.sync.replica import EVER, TIMER, Replica
from clockify_cli.values import dataclass, field, replace

PAGE = 1000
MORE_PAGES = 4
"""The most pages of entries older than wanted."""
FEW = 3
"""If more entries vanish at once than this, an empty list looks wrong."""

What = Literal["entries", "names", "both"]
LISTED: tuple[Kind, ...] = ("client", "project", "tag")


@dataclass(frozen=True, slots=True, kw_only=True)
class PullResult:
    """The result of a pull. *changed* counts entries that are new here or differ."""

    changed: int = 0
    deleted: int = 0
    complete: bool = True
    stopped_why: Why | None = None
    error: ClockifyError | None = None
    notes: tuple[PossibleDuplicate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PullOptions:
    """*deadline*: seconds for all of it. *tries*: how often a failing page is tried.

    *accept_empty*: the person says that everything was deleted. *enough*: how far back entries are
    needed, in a window that begins long before: the older part is read completely if that takes no
    more than `MORE_PAGES`, and otherwise left out, also if it cannot be read.
    """

    deadline: float = 60.0
    tries: int = 1
    page_size: int = PAGE
    accept_empty: bool = False
    enough: datetime | None = None


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

    *limit* is called before each request with the seconds it may take, *progress* with the number
    of entries received. Errors of Clockify are not raised: the result contains them.
    """
    options = options or PullOptions()
    paging = _paging(clock, options, limit)
    run = _Pull(db, remote, account, workspace, clock, options, paging, progress)
    return run.result(what, window)


def refresh_names(
    db: StoreConnection,
    remote: Remote,
    account: Account,
    workspace: str,
    clock: Clock,
    kind: Kind,
    project: str | None = None,
    options: PullOptions | None = None,
    *,
    limit: Callable[[float], None] | None = None,
) -> PullResult:
    """Fetch the names of *kind*; tasks are those of *project* (local id). *limit* as above."""
    options = options or PullOptions()
    paging = _paging(clock, options, limit)
    run = _Pull(db, remote, account, workspace, clock, options, paging)
    return run.guarded(lambda: run.names_of(kind, project))


def refresh_timer(
    db: StoreConnection, remote: Remote, account: Account, workspace: str, clock: Clock
) -> PullResult:
    """Ask what runs now; if the copy showed another timer, that is read too."""
    options = PullOptions()
    paging = _paging(clock, options, None)
    run = _Pull(db, remote, account, workspace, clock, options, paging)
    return run.guarded(run.timer)


def _paging(clock: Clock, options: PullOptions, limit: Callable[[float], None] | None) -> Paging:
    until = clock.boottime() + options.deadline
    return Paging(clock, until, options.tries, options.page_size, limit)


@dataclass(slots=True)
class _Pull:
    db: StoreConnection
    remote: Remote
    account: Account
    workspace: str
    clock: Clock
    options: PullOptions
    paging: Paging
    progress: Callable[[int], None] | None = None
    changed: int = 0
    deleted: int = 0
    why: Why | None = None
    notes: list[PossibleDuplicate] = field(default_factory=list)
    gone: dict[tuple[Kind, str], bool] = field(default_factory=dict)

    def result(self, what: What, window: Window | None) -> PullResult:
        def run() -> None:
            if what != "entries":
                self.names()
            if what != "names" and window is not None:
                self.entries(window)

        return self.guarded(run)

    def guarded(self, run: Callable[[], None]) -> PullResult:
        try:
            run()
        except ClockifyError as error:
            return self._so_far(why_stopped(error), error)
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
        user = self.account.user_id
        covered = Coverage(
            db=self.db,
            workspace=self.workspace,
            user=user,
            window=window,
            read_at=self.clock.now(),
            reached=window.end,
        )
        duplicates = duplicates_among(self.db, self.account.key, self.workspace, self.clock)
        enough = self.options.enough
        try:
            self._take_all(covered, duplicates)
        except ClockifyError:
            if enough is None or covered.reached > enough:
                raise
        finally:
            self.deleted += covered.deleted
            self.notes.extend(duplicates.found())
        start = max(window.start, self.options.enough or window.start)
        if covered.reached <= start <= covered.read_at <= window.end:
            self._note(TIMER, covered.read_at)

    def _take_all(self, covered: Coverage, duplicates: Duplicates) -> None:
        copy = self._asking()
        window = covered.window

        def page_of(page: int, size: int) -> Page[RemoteEntry]:
            return self.remote.entries(
                self.workspace,
                self.account.user_id,
                window_around(window.start, window.end),
                page=page,
                page_size=size,
                hydrated=True,
            )

        older_pages = 0
        for listed in self.paging.pages(page_of):
            if not covered.listed and not listed.items and self._looks_like_a_fault(window):
                self.why = "empty"
                return
            items = [self._as_named(entry) for entry in listed.items]
            with self.db.transaction():
                unresolved = self._unresolved()
                for entry in items:
                    duplicates.look_at(entry)
                    if not self._take(copy, entry, unresolved, covered.back(entry.id)):
                        covered.lacking = True
                covered.came(listed.items, last=listed.last, spare=copy.has_moved)
            if self.progress is not None:
                self.progress(covered.listed)
            if self.options.enough is not None and covered.reached <= self.options.enough:
                older_pages += 1
                if older_pages > MORE_PAGES:
                    return

    def _take(
        self, copy: Replica, entry: RemoteEntry, unresolved: list[Row], known: str | None = None
    ) -> bool:
        """Store *entry* in the copy, as *known* if that is its local id; False if left out."""
        ours = entry.user_id == self.account.user_id
        if not ours or copy.is_as_known(entry) or copy.is_older(entry):
            return True
        if unresolved and copy.is_new(entry):
            now = instant(self.db, self.account.key, self.clock)
            if any(may_be_of(row, entry, now) for row in unresolved):
                # It may be the result of one of our own requests: read-back decides.
                return False
        copy.take(entry, known)
        self.changed += 1
        return True

    def _asking(self) -> Replica:
        account = self.account
        return Replica.asking(self.db, account.key, self.workspace, account.user_id)

    def _as_named(self, entry: RemoteEntry) -> RemoteEntry:
        """Return *entry* with names deleted in Clockify, which a list no longer shows.

        The entry itself still refers to them.
        """
        text = replica.version_there(self.db, self.workspace, entry.id)
        was = entry if text is None else version_of(text)
        if entry.project_id is None and was.project_id and self._gone("project", was.project_id):
            entry = replace(entry, project_id=was.project_id, task_id=was.task_id)
        lost = [tag for tag in was.tag_ids if tag not in entry.tag_ids and self._gone("tag", tag)]
        return replace(entry, tag_ids=(*entry.tag_ids, *lost)) if lost else entry

    def _gone(self, kind: Kind, server_id: str) -> bool:
        """Return whether Clockify has deleted a name in the copy; asked once per pull."""
        if (kind, server_id) not in self.gone:
            local_id = replica.local_id_of(self.db, self.workspace, kind, server_id)
            known = None if local_id is None else stored_item(self.db, kind, local_id)
            gone = known is not None and known.deleted
            if known is not None and not gone and not self._is_there(kind, server_id):
                with self.db.transaction():
                    replica.drop_item(self.db, known.item.local_id)
                gone = True
            self.gone[kind, server_id] = gone
        return self.gone[kind, server_id]

    def _is_there(self, kind: Kind, server_id: str) -> bool:
        self.paging.tell_limit()
        try:
            self.remote.item(self.workspace, kind, server_id)
        except NotFound:
            return False
        return True

    def _unresolved(self) -> list[Row]:
        rows = journal.unresolved(self.db, self.workspace)
        names = journal.name_ids(self.db, names_in(rows))
        return [outbox_row(row, names).row for row in rows]

    def _looks_like_a_fault(self, window: Window) -> bool:
        """Return whether an empty list is probably wrong, rather than everything deleted."""
        user = self.account.user_id
        known = replica.starting_within(self.db, self.workspace, user, window.start, window.end)
        if not known or self.options.accept_empty:
            return False
        self.paging.tell_limit()
        any_at_all = self.remote.entries(
            self.workspace, self.account.user_id, None, page=1, page_size=SMALLEST_PAGE
        )
        if any_at_all.items:
            within = (window.start, window.end)
            return any(within[0] <= entry.start < within[1] for entry in any_at_all.items)
        return len(known) > FEW or not all(map(self._is_gone, known))

    def _is_gone(self, server_id: str) -> bool:
        try:
            self.remote.entry(self.workspace, server_id)
        except NotFound:
            return True
        return False

    # ── the timer ────────────────────────────────────────────────────────────────────────────

    def timer(self) -> None:
        read_at = self.clock.now()
        user = self.account.user_id
        copy = self._asking()
        running = self.remote.running(self.workspace, user)
        believed = replica.running_elsewhere(self.db, self.workspace, user, "")
        others = believed is not None and (running is None or running.id != believed)
        ended = self._entry(believed) if others and believed is not None else None
        with self.db.transaction():
            unresolved = self._unresolved()
            for entry in (running, ended):
                if entry is not None:
                    self._take(copy, entry, unresolved)
            if others and believed is not None and ended is None:
                self._mark_deleted(believed)
            self._note(TIMER, read_at)

    def _entry(self, server_id: str) -> RemoteEntry | None:
        try:
            return self.remote.entry(self.workspace, server_id)
        except NotFound:
            return None

    def _mark_deleted(self, server_id: str) -> None:
        local_id = replica.local_entry(self.db, self.workspace, server_id)
        if local_id is not None and not journal.is_open(self.db, local_id):
            replica.drop_entry(self.db, local_id)
            self.deleted += 1

    # ── names ────────────────────────────────────────────────────────────────────────────────

    def names(self) -> None:
        for kind in LISTED:
            self.names_of(kind, None)

    def names_of(self, kind: Kind, project: str | None) -> None:
        read_at = self.clock.now()
        parent = self._server_id(project)
        known = replica.names_there(self.db, self.workspace, kind, project)
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

        for page in self.paging.pages(page_of):
            with self.db.transaction():
                for item in page.items:
                    listed.add(item.id)
                    copy.learn(item if parent is None else replace(item, project_id=parent))
        with self.db.transaction():
            if listed or len(known) <= FEW:
                for server_id in known.keys() - listed:
                    replica.drop_item(self.db, known[server_id])
            self._note(kind if project is None else f"task {project}", read_at)

    def _server_id(self, project: str | None) -> str | None:
        if project is None:
            return None
        found = replica.server_id_of(self.db, project)
        if found is None:
            raise NotFound("the project is not in Clockify yet")
        return found

    def _note(self, what: str, at: datetime) -> None:
        replica.note_fetched(self.db, self.workspace, self.account.user_id, what, EVER, at)
