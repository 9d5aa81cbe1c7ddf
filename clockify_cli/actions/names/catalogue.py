"""List and add clients, projects, tasks and tags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.tracking.entry_input import NOTHING, Making, NameBook
from clockify_cli.actions.tracking.recording import once_of, recorded, unless_done
from clockify_cli.domain.entry import ChangeResult, Item, Kind, ProjectRef, Ref
from clockify_cli.domain.names import split_new
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError
from clockify_cli.store.timesheet import entities
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.actions.clockify.freshness import Copy


@dataclass(frozen=True, slots=True)
class Listed:
    """An item with the *client* or the *project* that it belongs to."""

    item: Item
    client: Ref | None = None
    project: ProjectRef | None = None

    @property
    def order(self) -> tuple[str, str]:
        """Return a sort key: the names shown before it, then its own, ignoring case."""
        parent = self.project.label if self.project else self.client.name if self.client else ""
        label = f"{parent} / {self.item.name}" if parent else self.item.name
        return label.casefold(), self.item.local_id


def listed(
    ctx: AppContext, kind: Kind, *, archived: bool | None = False, project: str | None = None
) -> tuple[Listed, ...]:
    """Return the items of *kind* in `Listed.order`; *archived* None means both.

    *project* (local id) restricts tasks to that project.
    """
    clients = _clients(ctx) if kind in ("project", "task") else {}
    projects = _projects(ctx, clients) if kind == "task" else {}
    found = [
        Listed(
            item,
            clients.get(item.client or "") if kind == "project" else None,
            projects.get(item.project or "") if kind == "task" else None,
        )
        for item in entities.items(ctx.db, ctx.workspace, kind, archived, project=project)
    ]
    return tuple(sorted(found, key=lambda one: one.order))


def _clients(ctx: AppContext) -> dict[str, Ref]:
    found = entities.items(ctx.db, ctx.workspace, "client")
    return {item.local_id: Ref(item.local_id, item.server_id, item.name) for item in found}


def _projects(ctx: AppContext, clients: dict[str, Ref]) -> dict[str, ProjectRef]:
    return {
        item.local_id: ProjectRef(
            item.local_id, item.server_id, item.name, clients.get(item.client or "")
        )
        for item in entities.items(ctx.db, ctx.workspace, "project")
    }


@dataclass(frozen=True, slots=True)
class Use:
    """How much a name is used: *seconds* of this month, and when its latest entry began."""

    seconds: int = 0
    last: datetime | None = None


def uses(ctx: AppContext, kind: Kind, found: Sequence[Listed]) -> tuple[list[Use], Copy]:
    """Return the use of each name in *found*, and the state of the copy it comes from.

    Sends no request. A running timer counts up to now.
    """
    from clockify_cli.actions.clockify.freshness import entries_copy
    from clockify_cli.actions.viewing.reports import report_of
    from clockify_cli.domain.entry import ALL
    from clockify_cli.domain.time.ranges import parse_range
    from clockify_cli.store.timesheet import totals

    month = parse_range(("month",), ctx.time_context(), default="month")
    seconds = {group.key: group.seconds for group in report_of(ctx, month, (kind,), ALL).groups}
    last = totals.last_used(ctx.db, ctx.workspace, kind, now=ctx.now, user=ctx.user)
    uses = [Use(seconds.get(one.item.key, 0), last.get(one.item.local_id)) for one in found]
    return uses, entries_copy(ctx, month.start, ctx.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddName:
    """A new name; *client* of a project, *project* of a task, *billable* by default or not.

    *extra* is JSON text of its other properties, as of an `Item`. *making*: whether its owner may
    be made too.
    """

    kind: Kind
    name: str
    client: str | None = None
    project: str | None = None
    billable: bool | None = None
    extra: str = "{}"
    making: Making = NOTHING
    once: str | None = None


def add(ctx: AppContext, request: AddName) -> ChangeResult:
    """Make a client, project, task or tag. Raises UsageError if it already exists."""
    return unless_done(ctx, "make", lambda: _make(ctx, request))


def _make(ctx: AppContext, request: AddName) -> ChangeResult:
    given = (request.name, request.client, request.project)
    once = once_of(request.once, request.kind, *given, request.billable, request.extra)
    with recorded(ctx, "make", once) as record:
        book = record.book(request.making)
        parent, name = _parent_and_name(book, request)
        owner = _owner(book, request.kind, parent)
        near = _near(book, request.kind, name, owner)
        book.make(request.kind, name, owner, billable=request.billable, extra=request.extra)
        record.change.summary = f"{request.kind} {name}"
    return record.done((), notes=near)


def _near(book: NameBook, kind: Kind, name: str, owner: str | None) -> tuple[str, ...]:
    """Return a note about names that the new one resembles; it is made anyway, as requested."""
    found = book.index.resembling(name, book.index.owned_by(kind, owner))
    labels = ", ".join(quoted(each.label) for each in found)
    return (f"Similar names: {labels}.",) if labels else ()


def _parent_and_name(book: NameBook, request: AddName) -> tuple[str | None, str]:
    given = request.client if request.kind == "project" else request.project
    if request.kind not in ("project", "task") or given is not None:
        return given, request.name
    if request.kind == "project":
        return split_new(request.name, "project")
    if "/" not in request.name:
        raise UsageError(
            f'task "{quoted(request.name)}" needs a project',
            "Give -p PROJECT, or write PROJECT/TASK, such as `clockify tasks add Website/Design`.",
        )
    return book.project_and_task(request.name)


def _owner(book: NameBook, kind: Kind, parent: str | None) -> str | None:
    if parent is None:
        return None
    found = book.client(parent) if kind == "project" else book.project(parent)
    return found.local_id
