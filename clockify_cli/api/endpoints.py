"""Clockify's endpoints, one method each: the real ``Remote``.

A read returns its value or raises one of our errors; a write returns its Outcome. An id that is not
one of Clockify's never becomes part of a path: it raises UsageError, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

from clockify_cli.api.outcomes import Lost, Reply, unwanted, written
from clockify_cli.api.session import Session
from clockify_cli.api.wire import (
    Malformed,
    as_object,
    each,
    id_of,
    is_id,
    of_workspace,
    read_entry,
    read_field,
    read_item,
    read_report,
    read_user,
    read_workspace,
    same_text,
    write_invoiced_report,
    write_item,
    write_new_entry,
    write_time,
    write_whole_entry,
)
from clockify_cli.domain.entry import Kind
from clockify_cli.errors import LimitReached, Unreachable, UsageError
from clockify_cli.sync.model.remote import (
    Applied,
    EntryBody,
    ItemBody,
    Limited,
    MarkBody,
    Outcome,
    Page,
    Paused,
    Rejected,
    Remote,
    RemoteEntry,
    RemoteField,
    RemoteItem,
    RemoteUser,
    RemoteWorkspace,
    Window,
)
from clockify_cli.values import dataclass, replace

EARLIEST = datetime(1970, 1, 3, tzinfo=UTC)
"""A window that begins before this has no lower bound."""

T = TypeVar("T")

FORBIDDEN = 403
MOST_REPORT_PAGES = 200

_LISTED_BY: dict[Kind, str] = {
    "client": "clockify clients",
    "project": "clockify projects",
    "task": "clockify tasks",
    "tag": "clockify tags",
}
_ENTRIES = "clockify log all --refresh"
_WORKSPACES = "clockify workspaces"


@dataclass(frozen=True, slots=True)
class _Target:
    """What a request is about: its path, its workspace, and the command that lists such things."""

    path: str
    what: str
    listed_by: str
    workspace: str | None = None


class Clockify(Remote):
    """The Clockify behind a session."""

    def __init__(
        self, session: Session, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._session = session
        self._now = now

    # --- reading -----------------------------------------------------------------------------

    def user(self) -> RemoteUser:
        """Return the user that the key belongs to."""
        return self._read(_Target("/user", "the user", _WORKSPACES), read_user)

    def workspaces(self, *, role: str | None = None) -> tuple[RemoteWorkspace, ...]:
        """Return the user's workspaces; with *role*, those where the user has this role."""
        target = _Target("/workspaces", "the workspaces", _WORKSPACES)
        reply = self._wanted(target, {} if role is None else {"roles": role})
        return self._understood(reply, lambda document: each(document, read_workspace))

    def custom_fields(self, workspace: str) -> tuple[RemoteField, ...]:
        """Return the custom fields that a workspace defines."""
        target = _below(workspace, "/custom-fields", "the custom fields", _WORKSPACES)
        return self._read(target, lambda document: each(document, read_field))

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
        """Return one page of a user's entries, newest first.

        Clockify reads the window as wall clock in the account's zone, whatever zone is sent: ask
        wider and filter. ReplyTooLarge: ask again with a smaller *page_size*.
        """
        query = {"hydrated": "true"} if hydrated else {}
        if window is not None:
            query["end"] = write_time(window.end)
            if window.start >= EARLIEST:
                query["start"] = write_time(window.start)
        target = _entries_of(workspace, user)
        read = of_workspace(workspace, read_entry)
        return self._page(target, read, _paged(page, page_size, query))

    def running(self, workspace: str, user: str) -> RemoteEntry | None:
        """Return the running timer of *user*, or None."""
        target = _entries_of(workspace, user)
        read = of_workspace(workspace, read_entry)
        listed = self._page(target, read, {"in-progress": "true"})
        mine = (entry for entry in listed.items if entry.end is None and entry.user_id == user)
        return max(mine, key=lambda entry: entry.start, default=None)

    def entry(self, workspace: str, entry_id: str) -> RemoteEntry:
        """Return one entry; NotFound if it is deleted or in another workspace."""
        return self._read(_entry(workspace, entry_id), of_workspace(workspace, read_entry))

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
        """Return one page of a kind's names, including archived and finished ones.

        *name* asks only for that name; for clients, which have no strict search, the page contains
        the names that include it. *hydrated* adds their clients to projects.
        """
        query: dict[str, str] = {"hydrated": "true"} if hydrated and kind == "project" else {}
        if name is not None:
            query["name"] = name
            if kind != "client":
                query["strict-name-search"] = "true"
        target = _items(workspace, kind, project_id)
        read = of_workspace(workspace, read_item(kind))
        return self._page(target, read, _paged(page, page_size, query))

    def item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> RemoteItem:
        """Return one client, project (with its client), task or tag."""
        target = _item(workspace, kind, item_id, project_id)
        return self._read(target, of_workspace(workspace, read_item(kind)))

    def invoiced(self, workspace: str, user: str, window: Window) -> frozenset[str]:
        """Return the ids of *user*'s entries within *window* that are marked as invoiced.

        Entries near the ends of the window may be missing: ask wider. Only the reports API knows
        this, and for more than 31 days only on paid plans.
        """
        path = f"/workspaces/{_segment(workspace)}/reports/detailed"
        target = _Target(path, "the detailed report", _WORKSPACES, workspace)
        found: set[str] = set()
        for page in range(1, MOST_REPORT_PAGES + 1):
            body = write_invoiced_report(user, window, page)
            reply = self._wanted(target, {}, report=body)
            rows, count = self._understood(reply, read_report)
            if rows and rows <= found:
                break
            found |= rows
            if not rows or (count is not None and len(found) >= count):
                return frozenset(found)
        raise Unreachable("Clockify's report never ended", "Try again later.")

    # --- writing -----------------------------------------------------------------------------

    def create_entry(self, workspace: str, body: EntryBody) -> Outcome:
        """Record an entry; without an end it runs, and Clockify may stop the previous timer."""
        target = _below(workspace, "/time-entries", "entries", _ENTRIES)
        return self._write("POST", target, write_new_entry(body), created(workspace, body))

    def stop_running(self, workspace: str, user: str, end: datetime) -> Outcome:
        """Stop whatever timer of *user* runs; Applied contains the stopped entry.

        If none runs: Rejected with status 404 and code 404.
        """
        target = _entries_of(workspace, user)
        return self._write("PATCH", target, {"end": write_time(end)}, stopped(user, end))

    def replace_entry(self, workspace: str, entry_id: str, body: EntryBody) -> Outcome:
        """Replace every field of an entry with those of *body*."""
        target = _entry(workspace, entry_id)
        return self._write("PUT", target, write_whole_entry(body), replaced(entry_id, body))

    def replace_entries(
        self, workspace: str, user: str, bodies: Mapping[str, EntryBody]
    ) -> Mapping[str, Outcome]:
        """Replace every field of *user*'s entries with the ids in *bodies*, in one request.

        Returns an outcome for each entry; an answer that is not a list is the outcome of all.
        """
        target = _entries_of(workspace, user)
        body: list[object] = [{"id": id_, **write_whole_entry(one)} for id_, one in bodies.items()]
        try:
            answer = self._session.exchange(
                "PUT", target.path, body=body, workspace=target.workspace
            )
        except LimitReached:
            return dict.fromkeys(bodies, Limited(None))
        return {id_: written(answer, replaced_in(id_, one)) for id_, one in bodies.items()}

    def delete_entry(self, workspace: str, entry_id: str) -> Outcome:
        """Delete an entry; an already deleted one is Rejected with 404, or 400 and code 501."""
        return self._write("DELETE", _entry(workspace, entry_id), None, deleted(entry_id))

    def create_item(
        self, workspace: str, kind: Kind, body: ItemBody, *, project_id: str | None = None
    ) -> Outcome:
        """Create a client, project, task or tag."""
        target = _items(workspace, kind, project_id)
        return self._write(
            "POST", target, write_item(kind, body, new=True), item_created(kind, body, project_id)
        )

    def replace_item(
        self,
        workspace: str,
        kind: Kind,
        item_id: str,
        body: ItemBody,
        *,
        project_id: str | None = None,
    ) -> Outcome:
        """Replace an item by *body*; its other properties belong in ``body.extra``."""
        target = _item(workspace, kind, item_id, project_id)
        return self._write(
            "PUT", target, write_item(kind, body, new=False), item_replaced(kind, item_id, body)
        )

    def delete_item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> Outcome:
        """Delete an item, which Clockify allows once it is archived or finished."""
        target = _item(workspace, kind, item_id, project_id)
        return self._write("DELETE", target, None, deleted(item_id))

    def mark_invoiced(self, workspace: str, body: MarkBody) -> Outcome:
        """Mark entries as invoiced or not invoiced; repeating it has the same result.

        Only paid plans allow this; a 403 from others says nothing about the account as a whole.
        """
        target = _below(workspace, "/time-entries/invoiced", "the entries", _ENTRIES)
        said: dict[str, object] = {"timeEntryIds": list(body.ids), "invoiced": body.invoiced}
        outcome = self._write("PATCH", target, said, marked)
        if isinstance(outcome, Paused) and outcome.status == FORBIDDEN:
            return Rejected(outcome.status, None, outcome.reason)
        return outcome

    # --- one request -------------------------------------------------------------------------

    def _read(self, target: _Target, read: Callable[[object], T]) -> T:
        reply = self._wanted(target, {})
        return self._understood(reply, read)

    def _page(
        self, target: _Target, read: Callable[[object], T], query: Mapping[str, str]
    ) -> Page[T]:
        reply = self._wanted(target, query)
        items = self._understood(reply, lambda document: each(document, read))
        return Page(items, reply.last_page is True or not items)

    def _wanted(self, target: _Target, query: Mapping[str, str], *, report: object = None) -> Reply:
        """Return a successful reply, else raise; *report* is the body of a report request."""
        answer = self._session.exchange(
            "GET" if report is None else "POST",
            target.path,
            query=query,
            body=report,
            workspace=target.workspace,
            reports=report is not None,
        )
        if isinstance(answer, Lost) or not answer.ok:
            host = self._session.address.host
            raise unwanted(answer, host, target.what, target.listed_by, self._now())
        return answer

    def _understood(self, reply: Reply, read: Callable[[object], T]) -> T:
        try:
            return read(reply.document)
        except Malformed as error:
            raise Unreachable(
                f"{self._session.address.host} sent an answer that Clockify would not send: "
                f"{error}",
                "`clockify doctor` checks the setup.",
            ) from None

    def _write(
        self,
        method: str,
        target: _Target,
        body: dict[str, object] | None,
        prove: Callable[[Reply], Applied],
    ) -> Outcome:
        try:
            answer = self._session.exchange(
                method, target.path, body=body, workspace=target.workspace
            )
        except LimitReached:
            return Limited(None)
        return written(answer, prove)


def _paged(page: int, page_size: int, query: Mapping[str, str]) -> dict[str, str]:
    return {**query, "page": str(page), "page-size": str(page_size)}


def _segment(text: str) -> str:
    """Return an id as a path segment; UsageError if it is not an id."""
    if not is_id(text):
        raise UsageError(
            f'"{text[:80]}" is not a Clockify id', "An id has 24 characters: 0-9 and a-f."
        )
    return quote(text, safe="")


def _below(workspace: str, rest: str, what: str, listed_by: str) -> _Target:
    return _Target(f"/workspaces/{_segment(workspace)}{rest}", what, listed_by, workspace)


def _entries_of(workspace: str, user: str) -> _Target:
    return _below(workspace, f"/user/{_segment(user)}/time-entries", "the entries", _WORKSPACES)


def _entry(workspace: str, entry_id: str) -> _Target:
    what = f"the entry {entry_id}"
    return _below(workspace, f"/time-entries/{_segment(entry_id)}", what, _ENTRIES)


def _items(workspace: str, kind: Kind, project_id: str | None) -> _Target:
    if kind == "task":
        if project_id is None:
            raise UsageError("a task needs its project: name that too")
        what = f"the tasks of the project {project_id}"
        rest = f"/projects/{_segment(project_id)}/tasks"
        return _below(workspace, rest, what, _LISTED_BY["project"])
    return _below(workspace, f"/{kind}s", f"the {kind}s of the workspace", _WORKSPACES)


def _item(workspace: str, kind: Kind, item_id: str, project_id: str | None) -> _Target:
    parent = _items(workspace, kind, project_id)
    path = f"{parent.path}/{_segment(item_id)}"
    return _Target(path, f"the {kind} {item_id}", _LISTED_BY[kind], workspace)


Proof = Callable[[Reply], Applied]


def created(workspace: str, body: EntryBody) -> Proof:
    """Prove that the reply is an entry of *workspace* with the start, end and description sent.

    Other fields may differ: Clockify fills in projects, tags and billable itself.
    """

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.workspace_id == workspace, "the entry is of another workspace")
        _same_content(entry, body)
        _require(body.end is None or _same_moment(entry.end, body.end), "the end is another")
        return Applied(entry=entry)

    return prove


def replaced(entry_id: str, body: EntryBody) -> Proof:
    """Prove that the reply is this entry with the start, end (or none) and description sent."""

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.id == entry_id, "the entry is another")
        _same_content(entry, body)
        _require(_same_moment(entry.end, body.end), "the end is another")
        return Applied(entry=entry)

    return prove


def replaced_in(entry_id: str, body: EntryBody) -> Proof:
    """Prove that the reply is a list containing this entry once, as `replaced` requires it."""

    def prove(reply: Reply) -> Applied:
        listed = reply.document if isinstance(reply.document, list) else []
        mine = [one for one in listed if isinstance(one, dict) and one.get("id") == entry_id]
        _require(len(mine) == 1, "the entry is not in the list")
        return replaced(entry_id, body)(replace(reply, document=mine[0]))

    return prove


def stopped(user: str, end: datetime) -> Proof:
    """Prove that the reply is an entry of *user* that ends at *end*."""

    def prove(reply: Reply) -> Applied:
        entry = read_entry(reply.document)
        _require(entry.user_id == user, "the entry is somebody else's")
        _require(_same_moment(entry.end, end), "the end is another")
        return Applied(entry=entry)

    return prove


def deleted(deleted_id: str) -> Proof:
    """Prove a deletion: no content, as for entries, or the deleted item itself, as for names."""

    def prove(reply: Reply) -> Applied:
        if reply.status != 204:
            found = id_of(as_object(reply.document), "id")
            _require(found == deleted_id, "another thing was deleted")
        return Applied()

    return prove


def marked(reply: Reply) -> Applied:
    """Accept any reply: Clockify's is empty, and its content is not documented."""
    held = isinstance(reply.document, dict | list) and reply.document
    _require(reply.empty or bool(held), "it holds nothing")
    return Applied()


def item_created(kind: Kind, body: ItemBody, project_id: str | None) -> Proof:
    """Prove that the reply is an item with the name sent; for a task also with its project."""

    def prove(reply: Reply) -> Applied:
        item = read_item(kind)(reply.document)
        _require(same_text(item.name, body.name or ""), "the name is another")
        _require(item.project_id in (None, project_id), "the task is of another project")
        return Applied(item=item)

    return prove


def item_replaced(kind: Kind, item_id: str, body: ItemBody) -> Proof:
    """Prove that the reply is this item, with the name and the archived state sent."""

    def prove(reply: Reply) -> Applied:
        item = read_item(kind)(reply.document)
        _require(item.id == item_id, "the thing is another")
        _require(body.name is None or same_text(item.name, body.name), "the name is another")
        _require(body.archived in (None, item.archived), "it is not archived as asked")
        return Applied(item=item)

    return prove


def _same_content(entry: RemoteEntry, body: EntryBody) -> None:
    _require(_same_moment(entry.start, body.start), "the start is another")
    _require(same_text(entry.description, body.description), "the description is another")


def _same_moment(one: datetime | None, other: datetime | None) -> bool:
    """Return whether two instants are the same second; two missing ones are."""
    if one is None or other is None:
        return one is other
    return one == other.astimezone(UTC).replace(microsecond=0)


def _require(shown: bool, otherwise: str) -> None:
    if not shown:
        raise Malformed(otherwise)
