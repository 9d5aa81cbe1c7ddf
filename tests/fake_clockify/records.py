"""What the fake stores: a frozen value for each kind of object; times are seconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rate:
    """An amount in hundredths of the currency, for one hour."""

    amount: int
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class User:
    id: str
    name: str
    email: str
    key: str
    zone: str
    week_start: str = "MONDAY"
    time_format: str = "HOUR24"
    date_format: str = "DD/MM/YYYY"
    active_workspace: str = ""
    default_workspace: str = ""
    status: str = "ACTIVE"


@dataclass(frozen=True, slots=True)
class Workspace:
    id: str
    name: str
    plan: str = "FREE"
    currency: str = "USD"
    settings: Mapping[str, Any] = field(default_factory=dict)
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """A user's membership in a workspace; its id consists of both ids."""

    id: str
    workspace_id: str
    user_id: str
    role: str = "MEMBER"
    status: str = "ACTIVE"
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Client:
    id: str
    workspace_id: str
    name: str
    archived: bool = False
    email: str | None = None
    address: str | None = None
    note: str | None = None
    currency_id: str | None = None
    cc_emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectMember:
    user_id: str
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A planned time in seconds, or with `money` a planned amount in hundredths."""

    amount: int
    type: str = "MANUAL"
    money: bool = False
    reset: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    id: str
    workspace_id: str
    name: str
    client_id: str | None = None
    archived: bool = False
    billable: bool = False
    public: bool = True
    template: bool = False
    color: str = "#03A9F4"
    note: str = ""
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None
    members: tuple[ProjectMember, ...] = ()
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    workspace_id: str
    project_id: str
    name: str
    status: str = "ACTIVE"
    billable: bool = False
    assignee_ids: tuple[str, ...] = ()
    group_ids: tuple[str, ...] = ()
    estimate: int = 0
    budget: int | None = None
    hourly_rate: Rate | None = None
    cost_rate: Rate | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    workspace_id: str
    name: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class CustomField:
    id: str
    workspace_id: str
    name: str
    type: str = "TXT"
    status: str = "VISIBLE"
    entity: str = "TIMEENTRY"
    required: bool = False
    only_admin: bool = False
    description: str | None = None
    placeholder: str | None = None
    allowed: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class FieldValue:
    field_id: str
    value: Any
    source: str = "TIMEENTRY"


@dataclass(frozen=True, slots=True)
class Entry:
    """A time entry; `end` is None while it runs. Its own rate is one that applied earlier."""

    id: str
    workspace_id: str
    user_id: str
    start: int
    end: int | None = None
    description: str = ""
    project_id: str | None = None
    task_id: str | None = None
    tag_ids: tuple[str, ...] | None = None
    billable: bool = False
    type: str = "REGULAR"
    values: tuple[FieldValue, ...] = ()
    hourly_rate: Rate | None = None
    invoiced: bool = False


Record = User | Workspace | Member | Client | Project | Task | Tag | CustomField | Entry


def plain(record: Record) -> dict[str, Any]:
    """Return *record* as JSON with its own field names; a user's key is left out."""
    fields = asdict(record)
    fields.pop("key", None)
    return fields


def kind(record: Record) -> str:
    """Return the commit log's word for this kind of object, such as `entry`."""
    return type(record).__name__.lower()
