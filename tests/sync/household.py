"""A person's machine around the twin: a timesheet, a clock, and the effects of commands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clockify_cli.domain.entry import EntryFields, Item, Kind, TimeEntry
from clockify_cli.store.db.changes import Change, Database
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.store.timesheet.entities import new_local_id, stored_entry
from clockify_cli.sync.guard import LedgerLimiter
from clockify_cli.sync.model.remote import RemoteEntry, Window
from clockify_cli.sync.pull import PullOptions, PullResult, What, refresh
from clockify_cli.sync.push import PushOptions, PushResult, push
from tests.store.empty import put_empty
from tests.sync.twin import USER, WORKSPACE, Twin
from tests.sync.virtual_clock import VirtualClock

BASE = "https://api.clockify.me/api/v1"
KEY = accounts.account_key(BASE, USER)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Household:
    """One machine. *options*: how it pushes. *pushed*: the last change known to a push."""

    folder: Path
    clock: VirtualClock
    twin: Twin
    options: PushOptions = field(default_factory=PushOptions)
    pushed: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        put_empty(self.folder / "timesheet.db")
        self.db = Database(self.folder / "timesheet.db")
        self.account = accounts.Account(
            base_url=BASE, user_id=USER, name="", email="", settings="{}", fetched=self.clock.now()
        )
        self.limiter = LedgerLimiter(
            self.db,
            self.clock,
            account=KEY,
            workspace=WORKSPACE,
            plan_of=lambda _: self.twin.plan,
        )
        self.twin.limiter = self.limiter
        self.know_workspace()

    def know_workspace(self) -> None:
        known = accounts.Workspace(
            id=WORKSPACE,
            name="Work",
            plan=self.twin.plan,
            settings="{}",
            extra="{}",
            fetched=self.clock.now(),
        )
        accounts.save_workspaces(self.db, KEY, [known])

    @property
    def now(self) -> datetime:
        return self.clock.now()

    # ── what commands do ─────────────────────────────────────────────────────────────────────

    def start(self, description: str = "", *, at: datetime | None = None) -> str:
        """Start a timer; a timer running here is stopped; if none is known, whatever runs."""
        at = at or self.now
        fields = EntryFields(start=at, end=None, description=description)
        with self.change("start") as change:
            running = entries.running(self.db, WORKSPACE, USER)
            if running is not None:
                change.update_entry(running.local_id, replace(running.fields, end=at), kind="stop")
            return change.create_entry(fields)

    def stop(self, *, at: datetime | None = None, description: str | None = None) -> str:
        running = entries.running(self.db, WORKSPACE, USER)
        with self.change("stop") as change:
            if running is None:
                change.stop_any(at or self.now)
                return ""
            fields = replace(running.fields, end=at or self.now)
            if description is not None:
                fields = replace(fields, description=description)
            change.update_entry(running.local_id, fields, kind="stop")
            return running.local_id

    def add(
        self,
        start: datetime,
        end: datetime,
        description: str = "",
        *,
        project: str | None = None,
        tags: tuple[str, ...] = (),
        type: str = "REGULAR",
    ) -> str:
        fields = EntryFields(
            start=start, end=end, description=description, project=project, tags=tags, type=type
        )
        with self.change("add") as change:
            return change.create_entry(fields)

    def edit(self, local_id: str, edited: Callable[[EntryFields], EntryFields]) -> None:
        with self.change("edit") as change:
            change.update_entry(local_id, edited(entries.get(self.db, local_id).fields))

    def delete(self, local_id: str) -> None:
        with self.change("delete") as change:
            change.delete_entry(local_id)

    def name(
        self, kind: Kind, name: str, *, client: str | None = None, project: str | None = None
    ) -> str:
        item = Item(
            kind=kind,
            local_id=new_local_id(),
            workspace_id=WORKSPACE,
            name=name,
            client=client,
            project=project,
        )
        with self.change("add") as change:
            change.create_item(item)
        return item.local_id

    def rename(self, local_id: str, name: str) -> None:
        with self.change("rename") as change:
            change.update_item(replace(entities.get(self.db, local_id), name=name))

    def push(
        self, *, deadline: float = 10.0, eager: bool = False, waited: bool = False
    ) -> PushResult:
        """Push as the command of the last change does; *waited*: as a later command does."""
        (newest,) = self.db.one("SELECT ifnull(max(id), 0) FROM change") or (0,)
        own = None if waited or newest == self.pushed else newest
        self.pushed = newest
        return push(
            self.db,
            self.twin,
            self.account,
            self.clock,
            self.folder / "sync.lock",
            replace(self.options, deadline=deadline, eager=eager, change=own),
            note=self.folder.with_name(f"{self.folder.name}-state") / "sync.json",
            limiter=self.limiter,
        )

    def pull(
        self,
        start: datetime | None = None,
        end: datetime | None = None,
        what: What = "entries",
        options: PullOptions | None = None,
    ) -> PullResult:
        """Pull today, or from *start* to *end*."""
        midnight = self.now.replace(hour=0, minute=0, second=0)
        window = Window(start=start or midnight, end=end or midnight + timedelta(days=1))
        return refresh(
            self.db, self.twin, self.account, WORKSPACE, self.clock, what, window, options
        )

    def copied(self, to: Path) -> None:
        """Copy the timesheet as `backup` does."""
        self.db.read.execute("VACUUM INTO ?", (str(to),))

    def restored(self, backup: Path) -> None:
        """Replace the timesheet by *backup*."""
        self.db.close()
        for ending in ("", "-wal", "-shm"):
            self.db.path.with_name(self.db.path.name + ending).unlink(missing_ok=True)
        backup.rename(self.db.path)

    # ── what is to be seen ───────────────────────────────────────────────────────────────────

    def entry(self, local_id: str) -> TimeEntry:
        return entries.get(self.db, local_id)

    def there(self, local_id: str) -> RemoteEntry:
        stored = stored_entry(self.db, local_id)
        assert stored is not None
        assert stored.server_id is not None
        return self.twin.held[stored.server_id]

    def described(self) -> list[str]:
        """Return the descriptions of the entries in Clockify, sorted."""
        return sorted(entry.description for entry in self.twin.held.values())

    def states(self) -> list[str]:
        rows = self.db.all("SELECT state FROM journal ORDER BY seq")
        return [state for (state,) in rows]

    def verdicts(self) -> list[str]:
        rows = self.db.all("SELECT verdict FROM journal ORDER BY seq")
        return [verdict for (verdict,) in rows]

    def row(self, seq: int) -> journal.JournalRow:
        found = journal.get(self.db, seq)
        assert found is not None
        return found

    def spent(self, act: Callable[[], object]) -> list[str]:
        """Return the methods of the requests that *act* sends."""
        before = len(self.twin.requests)
        act()
        return [method for method, _ in self.twin.requests[before:]]

    def change(self, verb: str) -> AbstractContextManager[Change]:
        return self.db.change(WORKSPACE, verb=verb, at=self.now, account=KEY, user=USER)


def at(text: str) -> datetime:
    """Return ``2026-11-24 09:00`` in UTC; the day may be left out."""
    day = "" if len(text) > 5 else "2026-11-24 "
    return datetime.fromisoformat(day + text).replace(tzinfo=UTC)
