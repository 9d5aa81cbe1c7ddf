"""The interface to Clockify that sync needs; implemented by ``api`` and an in-memory twin.

A write returns an :data:`Outcome`, never an exception, so that no failure can be overlooked: the
outcome of a request is a fact that the journal has to record. A read returns its value or raises
one of the errors of :mod:`clockify_cli.errors` (Unreachable, KeyRefused, LimitReached, NotFound,
Refused); a reply that is not a well-formed answer of Clockify counts as Unreachable.

All ids here are Clockify's own. All times are aware UTC in whole seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from clockify_cli.domain.entry import Kind, PlainFields
from clockify_cli.errors import Unreachable
from clockify_cli.values import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBody(PlainFields):
    """The fields of an entry on the wire. *custom_fields*: (custom field id, JSON value) pairs."""

    start: datetime
    end: datetime | None
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] = ()
    billable: bool | None = None
    custom_fields: tuple[tuple[str, object], ...] = ()
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEntry(EntryBody):
    """An entry as Clockify returns it."""

    id: str
    user_id: str
    workspace_id: str
    billable: bool = False
    type: str = "REGULAR"
    locked: bool = False
    hourly_rate: tuple[int, str] | None = None
    """Amount in cents and currency."""
    cost_rate: tuple[int, str] | None = None
    rated: bool = True
    """Whether the reply contained rates at all; some lists and writes do not."""
    items: tuple[RemoteItem, ...] = ()
    """The project, client, task and tags in a hydrated reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteItem:
    """A client, project, task or tag as Clockify returns it.

    *client_id* is None if none is set, and ``UNKNOWN`` if the reply does not say: project lists may
    leave the client out. *extra* is JSON text of other properties worth keeping.
    """

    kind: Kind
    id: str
    name: str
    archived: bool = False
    client_id: str | None = None
    client_name: str | None = None
    project_id: str | None = None
    billable: bool | None = None
    extra: str = "{}"


UNKNOWN = "?"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteUser:
    """The user that a key belongs to, with the relevant settings."""

    id: str
    name: str
    email: str
    active_workspace: str | None
    default_workspace: str | None
    time_zone: str | None
    week_start: str | None
    """MONDAY … SUNDAY."""
    time_format: str | None
    """HOUR12 or HOUR24."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteWorkspace:
    """A workspace; *plan* is ``featureSubscriptionType``, *settings* JSON text as sent."""

    id: str
    name: str
    plan: str | None
    settings: str = "{}"
    extra: str = "{}"
    """JSON text of rates (the workspace's and its members') and currencies, for amounts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteField:
    """A custom field that a workspace defines.

    *type* and *status* are Clockify's names (TXT, NUMBER, DROPDOWN_SINGLE …; VISIBLE …), *entity*
    is what it belongs to (TIMEENTRY, USER). *default* is a JSON value, None for none.
    """

    id: str
    name: str
    type: str | None
    status: str | None
    entity: str | None
    required: bool
    allowed: tuple[str, ...] = ()
    default: object = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; *last* if Clockify said so or the page was empty."""

    items: tuple[T, ...]
    last: bool


@dataclass(frozen=True, slots=True)
class Applied:
    """Clockify did it and the answer proves it. *entry* / *item*: the object as answered."""

    entry: RemoteEntry | None = None
    item: RemoteItem | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """It certainly never reached Clockify (name look-up, refused, connect timeout …)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Clockify answered that it will not do it. *status* HTTP, *code* Clockify's number."""

    status: int
    code: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The key or the account is refused (401, or a 403 that is not about this row)."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Limited:
    """429, or the session's rate limiter blocked it: certainly not done.

    *retry_after* is in seconds if Clockify gave it, already limited to 0..3600.
    """

    retry_after: int | None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else: Clockify may or may not have done it."""

    reason: str


class ReplyTooLarge(Unreachable):
    """A list is larger than a reply may be: ask for a smaller page."""

    code = "too-large"


Outcome = Applied | NotSent | Rejected | Paused | Limited | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The instants to look between; the caller widens it and filters the result."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemBody:
    """The properties of a client, project, task or tag to write; None means not sent.

    Clockify's PUT replaces: give every property that is to stay, and put the item's other
    properties into *extra*; only those that Clockify accepts are sent. An empty *client_id* removes
    the client.
    """

    name: str | None = None
    client_id: str | None = None
    billable: bool | None = None
    archived: bool | None = None
    extra: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarkBody:
    """The entries with *ids* are to be *invoiced*, or no longer."""

    ids: tuple[str, ...]
    invoiced: bool


class Remote(Protocol):
    """Clockify, as sync sees it."""

    def user(self) -> RemoteUser: ...
    def workspaces(self) -> tuple[RemoteWorkspace, ...]: ...
    def entries(
        self,
        workspace: str,
        user: str,
        window: Window | None,
        *,
        page: int,
        page_size: int,
        hydrated: bool = False,
    ) -> Page[RemoteEntry]: ...
    def running(self, workspace: str, user: str) -> RemoteEntry | None: ...
    def entry(self, workspace: str, entry_id: str) -> RemoteEntry: ...
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
    ) -> Page[RemoteItem]: ...
    def item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> RemoteItem: ...

    def create_entry(self, workspace: str, body: EntryBody) -> Outcome: ...
    def stop_running(self, workspace: str, user: str, end: datetime) -> Outcome: ...
    def replace_entry(self, workspace: str, entry_id: str, body: EntryBody) -> Outcome: ...
    def replace_entries(
        self, workspace: str, user: str, bodies: Mapping[str, EntryBody]
    ) -> Mapping[str, Outcome]: ...
    def delete_entry(self, workspace: str, entry_id: str) -> Outcome: ...
    def create_item(
        self, workspace: str, kind: Kind, body: ItemBody, *, project_id: str | None = None
    ) -> Outcome: ...
    def replace_item(
        self,
        workspace: str,
        kind: Kind,
        item_id: str,
        body: ItemBody,
        *,
        project_id: str | None = None,
    ) -> Outcome: ...
    def delete_item(
        self, workspace: str, kind: Kind, item_id: str, *, project_id: str | None = None
    ) -> Outcome: ...
    def mark_invoiced(self, workspace: str, body: MarkBody) -> Outcome: ...
