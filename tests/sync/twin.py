"""Clockify in memory, with its oddities, its limits and an unreliable connection.

It records what was committed and by whom as ground truth. Faults are given by name, one for each
coming request; see :data:`FAULTS`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from clockify_cli.domain.entry import Kind
from clockify_cli.errors import KeyRefused, LimitReached, NotFound, Unreachable, UsageError
from clockify_cli.sync.model.remote import (
    UNKNOWN,
    Applied,
    EntryBody,
    ItemBody,
    Limited,
    MarkBody,
    NotSent,
    Outcome,
    Page,
    Paused,
    Rejected,
    RemoteEntry,
    RemoteItem,
    RemoteUser,
    RemoteWorkspace,
    ReplyTooLarge,
    Unknown,
    Window,
)
from tests.sync.virtual_clock import VirtualClock

WORKSPACE = "64a000000000000000000001"
USER = "64b000000000000000000001"
HOUR = 3600.0

FAULTS = frozenset(
    {
        "offline",  # never leaves
        "lost",  # leaves, never arrives
        "unanswered",  # arrives, the answer is lost
        "late",  # arrives after `lateness` seconds, no answer
        "limited",  # 429
        "refused",  # 401
        "killed",  # arrives, and this process dies
        "killed-before",  # this process dies before anything leaves
    }
)

REFUSED = "not taken"
"""Arrives, and Clockify refuses it (400): a fault that needs a person's decision."""


class Killed(BaseException):
    """The process is dead: none of its code runs any more."""


class Limiter(Protocol):
    def before(self, method: str, path: str, workspace: str | None) -> None: ...
    def after(
        self,
        method: str,
        path: str,
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Commit:
    """Something that Clockify did: *maker* is ``client`` or ``web``."""

    operation: str
    id: str
    maker: str
    at: datetime


Second = Literal["stops", "refused", "allowed"]


@dataclass
class Twin:
    """*second*: what a second running entry does. *zone*: of the account, for windows."""

    clock: VirtualClock
    limiter: Limiter | None = None
    zone: timedelta = timedelta(hours=2)
    plan: str = "FREE"
    limit: int | None = None
    page_cap: int = 1000
    largest_page: int = 10_000
    """A page requested with more entries than this exceeds the size of a reply."""
    second: Second = "stops"
    clients_in_lists: bool = False
    breaks: bool = True
    """Whether the workspace has breaks; else every entry is a regular one."""
    lateness: float = 60.0
    user_id: str = USER
    held: dict[str, RemoteEntry] = field(default_factory=dict)
    names: dict[str, RemoteItem] = field(default_factory=dict)
    invoiced: set[str] = field(default_factory=set)
    commits: list[Commit] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    read_faults: deque[str] = field(default_factory=deque)
    flying: list[tuple[float, Callable[[], Outcome]]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    count: int = 0
    refusal: Rejected | None = None
    put_refusal: Rejected | None = None
    bulk_merges: bool = False
    """Whether a request for many entries keeps left-out fields, which is not documented."""
    meanwhile: Callable[[], object] = lambda: None
    """Called while a write is under way."""

    # ── what a person does in the web app ────────────────────────────────────────────────────

    def web_add(
        self,
        start: datetime,
        end: datetime | None,
        description: str = "",
        *,
        type: str = "REGULAR",
    ) -> str:
        made = self._entry_made(EntryBody(start=start, end=end, description=description), "web")
        self.held[made.id] = replace(made, type=type)
        return made.id

    def web_edit(self, entry_id: str, edited: Callable[[RemoteEntry], RemoteEntry]) -> None:
        self.held[entry_id] = edited(self.held[entry_id])
        self._log("edit", entry_id, "web")

    def web_delete(self, entry_id: str) -> None:
        del self.held[entry_id]
        self._log("delete", entry_id, "web")

    def web_name(self, kind: Kind, name: str, **more: str) -> str:
        item = RemoteItem(
            kind=kind,
            id=self._new_id(),
            name=name,
            client_id=more.get("client"),
            project_id=more.get("project"),
        )
        self.names[item.id] = item
        return item.id

    def deliver(self) -> None:
        """Deliver requests under way that are due."""
        due = [f for f in self.flying if f[0] <= self.clock.wall()]
        self.flying = [f for f in self.flying if f[0] > self.clock.wall()]
        for _, commit in due:
            commit()

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def user(self) -> RemoteUser:
        self._reading("/user", None)
        return RemoteUser(
            id=self.user_id,
            name="Ada",
            email="ada@example.com",
            active_workspace=WORKSPACE,
            default_workspace=WORKSPACE,
            time_zone="Europe/Berlin",
            week_start="MONDAY",
            time_format="HOUR24",
        )

    def workspaces(self) -> tuple[RemoteWorkspace, ...]:
        self._reading("/workspaces", None)
        return (RemoteWorkspace(id=WORKSPACE, name="Work", plan=self.plan),)

    def entries(
        self,
        workspace: str,
        user: str,
        window: Window | None,
        *,
        page: int,
        page_size: int,
        hydrated: bool = False,
    ) -> Page[RemoteEntry]:
        self._reading("/time-entries", workspace)
        if page_size > self.largest_page:
            raise ReplyTooLarge("too large")
        found = [e for e in self.held.values() if e.user_id == user and self._within(e, window)]
        found.sort(key=lambda e: (e.start, e.id), reverse=True)
        size = min(page_size, self.page_cap)
        shown = found[(page - 1) * size : page * size]
        items = tuple(self._hydrated(e) if hydrated else e for e in shown)
        return Page(items, page * size >= len(found))

    def running(self, workspace: str, user: str) -> RemoteEntry | None:
        self._reading("/in-progress", workspace)
        return self._running()

    def entry(self, workspace: str, entry_id: str) -> RemoteEntry:
        self._reading(f"/time-entries/{entry_id}", workspace)
        return self._found(entry_id)

    def items(
        self,
        workspace: str,
        kind: Kind,
        *,
        page: int,
        page_size: int,
        project_id: str | None = None,
        name: str | None = None,
        hydrated: bool = False,
    ) -> Page[RemoteItem]:
        if kind == "task" and project_id is None:
            raise UsageError("a task is known by its project")
        self._reading(f"/{kind}s", workspace)
        found = [
            self._with_client(i) if hydrated else self._listed(i)
            for i in self.names.values()
            if i.kind == kind
            and (project_id is None or i.project_id == project_id)
            and (name is None or i.name == name)
        ]
        size = min(page_size, self.page_cap)
        shown = found[(page - 1) * size : page * size]
        return Page(tuple(shown), page * size >= len(found))

    def item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> RemoteItem:
        self._reading(f"/{kind}s/{item_id}", workspace)
        if item_id not in self.names:
            raise NotFound(f"no {kind}")
        return self._with_client(self.names[item_id])

    # ── writing ──────────────────────────────────────────────────────────────────────────────

    def create_entry(self, workspace: str, body: EntryBody) -> Outcome:
        return self._write("POST", "/time-entries", lambda: self._post(body))

    def stop_running(self, workspace: str, user: str, end: datetime) -> Outcome:
        return self._write("PATCH", "/time-entries", lambda: self._patch(end))

    def replace_entry(self, workspace: str, entry_id: str, body: EntryBody) -> Outcome:
        return self._write("PUT", f"/time-entries/{entry_id}", lambda: self._put(entry_id, body))

    def replace_entries(
        self, workspace: str, user: str, bodies: Mapping[str, EntryBody]
    ) -> Mapping[str, Outcome]:
        found: dict[str, Outcome] = {}

        def commit() -> Outcome:
            refused = self.refusal or self.put_refusal
            if refused is not None or bodies.keys() - self.held.keys():
                return refused or Rejected(400, 501, "an entry doesn't belong to Workspace")
            found.update((id_, self._put(id_, self._of_many(id_, b))) for id_, b in bodies.items())
            return Applied()

        outcome = self._write("PUT", "/time-entries", commit)
        return found if isinstance(outcome, Applied) else dict.fromkeys(bodies, outcome)

    def _of_many(self, entry_id: str, body: EntryBody) -> EntryBody:
        """Return the effect of *body* in a request for many entries."""
        if not self.bulk_merges:
            return body
        old = self.held[entry_id]
        return replace(
            body,
            project_id=body.project_id or old.project_id,
            task_id=body.task_id or old.task_id,
        )

    def delete_entry(self, workspace: str, entry_id: str) -> Outcome:
        return self._write("DELETE", f"/time-entries/{entry_id}", lambda: self._delete(entry_id))

    def create_item(
        self, workspace: str, kind: Kind, body: ItemBody, *, project_id: str | None = None
    ) -> Outcome:
        return self._write("POST", f"/{kind}s", lambda: self._post_name(kind, body, project_id))

    def replace_item(
        self,
        workspace: str,
        kind: Kind,
        item_id: str,
        body: ItemBody,
        *,
        project_id: str | None = None,
    ) -> Outcome:
        return self._write("PUT", f"/{kind}s/{item_id}", lambda: self._put_name(item_id, body))

    def delete_item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> Outcome:
        return self._write("DELETE", f"/{kind}s/{item_id}", lambda: self._delete_name(item_id))

    def mark_invoiced(self, workspace: str, body: MarkBody) -> Outcome:
        return self._write("PATCH", "/time-entries/invoiced", lambda: self._mark(body))

    # ── behind the door ──────────────────────────────────────────────────────────────────────

    def _reading(self, path: str, workspace: str | None) -> None:
        self.deliver()
        if self.limiter:
            self.limiter.before("GET", path, workspace)
        fault = self.read_faults.popleft() if self.read_faults else ""
        if fault == "offline":
            self._after("GET", path, 0)
            raise Unreachable("no network")
        self.requests.append(("GET", path))
        if fault == "lost":
            self._after("GET", path, None)
            raise Unreachable("broken off")
        if fault == "refused":
            self._after("GET", path, 401)
            raise KeyRefused("the key was refused")
        if fault == "limited" or self._over_limit():
            self._after("GET", path, 429)
            raise LimitReached("too many requests")
        self._after("GET", path, 200)

    def _write(self, method: str, path: str, commit: Callable[[], Outcome]) -> Outcome:
        self.deliver()
        try:
            if self.limiter:
                self.limiter.before(method, path, WORKSPACE)
        except LimitReached:
            return Limited(None)
        self.meanwhile()
        fault = self.faults.popleft() if self.faults else ""
        assert not fault or fault in FAULTS or fault == REFUSED
        if fault == "killed-before":
            raise Killed
        if fault == "offline":
            self._after(method, path, 0)
            return NotSent("no network")
        self.requests.append((method, path))
        outcome, status = self._outcome(fault, commit)
        self._after(method, path, status)
        return outcome

    def _outcome(self, fault: str, commit: Callable[[], Outcome]) -> tuple[Outcome, int | None]:
        if fault == "limited" or self._over_limit():
            return Limited(None), 429
        if fault == "refused":
            return Paused(401, "the key was refused"), 401
        if fault == "late":
            self.flying.append((self.clock.wall() + self.lateness, commit))
            return Unknown("no answer in time"), None
        if fault == "lost":
            return Unknown("broken off"), None
        if fault == REFUSED:
            return Rejected(400, 400, "not allowed here"), 400
        outcome = commit()
        if fault == "killed":
            raise Killed
        if fault == "unanswered":
            return Unknown("broken off"), None
        return outcome, 200 if isinstance(outcome, Applied) else 400

    def _over_limit(self) -> bool:
        now = self.clock.wall()
        self.times = [at for at in self.times if at > now - HOUR]
        if self.limit is not None and len(self.times) >= self.limit:
            return True
        self.times.append(now)
        return False

    def _after(self, method: str, path: str, status: int | None) -> None:
        if self.limiter:
            time = self.clock.now() if status else None
            self.limiter.after(method, path, status, None, time)

    def _within(self, entry: RemoteEntry, window: Window | None) -> bool:
        # The instants of the window are read as wall clock in the account's zone.
        if window is None:
            return True
        return window.start <= entry.start + self.zone < window.end

    def _running(self) -> RemoteEntry | None:
        return next((e for e in self.held.values() if e.end is None), None)

    def _found(self, entry_id: str) -> RemoteEntry:
        if entry_id not in self.held:
            raise NotFound("no such entry")
        return self.held[entry_id]

    def _post(self, body: EntryBody) -> Outcome:
        if self.refusal is not None:
            return self.refusal
        running = self._running() if body.end is None else None
        if running is not None and self.second == "refused":
            return Rejected(400, 400, "an entry is in progress")
        if running is not None and self.second == "stops":
            self.held[running.id] = replace(running, end=body.start)
        return Applied(entry=self._entry_made(body, "client"))

    def _patch(self, end: datetime) -> Outcome:
        running = self._running()
        if running is None:
            return Rejected(404, 404, "nothing runs")
        self.held[running.id] = replace(running, end=end)
        self._log("stop", running.id, "client")
        return Applied(entry=self.held[running.id])

    def _put(self, entry_id: str, body: EntryBody) -> Outcome:
        if entry_id not in self.held:
            return Rejected(400, 501, "entry doesn't belong to Workspace")
        if self.put_refusal is not None:
            return self.put_refusal
        old = self.held[entry_id]
        self.held[entry_id] = replace(
            self._entry_from(entry_id, body), hourly_rate=old.hourly_rate, locked=old.locked
        )
        self._log("edit", entry_id, "client")
        return Applied(entry=self.held[entry_id])

    def _delete(self, entry_id: str) -> Outcome:
        if entry_id not in self.held:
            return Rejected(400, 501, "entry doesn't belong to Workspace")
        del self.held[entry_id]
        self._log("delete", entry_id, "client")
        return Applied()

    def _post_name(self, kind: Kind, body: ItemBody, project_id: str | None) -> Outcome:
        name = body.name or ""
        same = (kind, name, project_id)
        if any((i.kind, i.name, i.project_id) == same for i in self.names.values()):
            return Rejected(400, 501, f"{kind} with name '{name}' already exists")
        made = RemoteItem(
            kind=kind,
            id=self._new_id(),
            name=name,
            client_id=body.client_id,
            project_id=project_id,
            billable=body.billable,
        )
        self.names[made.id] = made
        self._log("create", made.id, "client")
        return Applied(item=made)

    def _put_name(self, item_id: str, body: ItemBody) -> Outcome:
        if item_id not in self.names:
            return Rejected(400, 501, "doesn't belong to Workspace")
        old = self.names[item_id]
        self.names[item_id] = replace(
            old,
            name=body.name or old.name,
            archived=old.archived if body.archived is None else body.archived,
        )
        self._log("edit", item_id, "client")
        return Applied(item=self.names[item_id])

    def _delete_name(self, item_id: str) -> Outcome:
        if item_id not in self.names:
            return Rejected(400, 501, "doesn't belong to Workspace")
        if not self.names[item_id].archived and self.names[item_id].kind != "tag":
            return Rejected(400, 501, "archive it first")
        del self.names[item_id]
        self._log("delete", item_id, "client")
        return Applied()

    def _mark(self, body: MarkBody) -> Outcome:
        if self.plan == "FREE":
            return Rejected(403, 403, "Access Denied")
        if not self.held.keys() >= set(body.ids):
            return Rejected(400, 501, "entry doesn't belong to Workspace")
        if body.invoiced:
            self.invoiced |= set(body.ids)
        else:
            self.invoiced -= set(body.ids)
        for id_ in body.ids:
            self._log(f"invoiced {body.invoiced}", id_, "client")
        return Applied()

    def _entry_made(self, body: EntryBody, maker: str) -> RemoteEntry:
        entry = self._entry_from(self._new_id(), body)
        self.held[entry.id] = entry
        self._log("create", entry.id, maker)
        return entry

    def _entry_from(self, entry_id: str, body: EntryBody) -> RemoteEntry:
        assert body.type in (None, "REGULAR", "BREAK"), "Clockify takes no other type"
        return RemoteEntry(
            id=entry_id,
            user_id=self.user_id,
            workspace_id=WORKSPACE,
            start=body.start,
            end=body.end,
            description=body.description.strip(),
            project_id=body.project_id,
            task_id=body.task_id,
            tag_ids=tuple(sorted(body.tag_ids)),
            billable=bool(body.billable),
            custom_fields=body.custom_fields,
            type=body.type if self.breaks and body.type else "REGULAR",
        )

    def _hydrated(self, entry: RemoteEntry) -> RemoteEntry:
        wanted = [entry.project_id, entry.task_id, *entry.tag_ids]
        items = [self._with_client(self.names[i]) for i in wanted if i in self.names]
        return replace(entry, items=tuple(items))

    def _listed(self, item: RemoteItem) -> RemoteItem:
        if item.kind != "project":
            return item
        return (
            self._with_client(item) if self.clients_in_lists else replace(item, client_id=UNKNOWN)
        )

    def _with_client(self, item: RemoteItem) -> RemoteItem:
        client = self.names.get(item.client_id or "")
        return replace(item, client_name=client.name if client else None)

    def _new_id(self) -> str:
        self.count += 1
        return f"{int(self.clock.wall()):08x}{self.count:016x}"

    def _log(self, operation: str, id_: str, maker: str) -> None:
        self.commits.append(Commit(operation, id_, maker, self.clock.now()))
