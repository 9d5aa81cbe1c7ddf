"""Time entries and what they refer to, as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from clockify_cli.values import dataclass

LOCAL = "local"
"""The workspace of everything tracked without an account."""

REGULAR, BREAK = "REGULAR", "BREAK"
TYPES = (REGULAR, BREAK, "TIME_OFF", "HOLIDAY")
"""Clockify's words for the types of an entry."""

SENDABLE = frozenset({REGULAR, BREAK})
"""The types that Clockify's API takes; an entry of another type is never sent to it."""

TypeSeconds = Mapping[str, int]
"""Seconds by Clockify's word for a type."""

SyncState = Literal["local", "review", "pending", "synced"]


def type_name(type_: str) -> str:
    """Clockify's word *type_* as people read it: ``break``, ``time off``."""
    return type_.replace("_", " ").lower()


def read_type(text: str) -> str | None:
    """Clockify's word for the type that *text* names in any spelling, such as ``Time off``."""
    word = "".join(letter for letter in text if letter not in " _-").upper()
    return next((type_ for type_ in TYPES if type_.replace("_", "") == word), None)


def irregular(by_type: TypeSeconds) -> TypeSeconds:
    """Of seconds by type, those that are not regular and of which there are any, in order."""
    there = (type_ for type_, seconds in by_type.items() if seconds and type_ != REGULAR)
    return {type_: by_type[type_] for type_ in sorted(there, key=type_place)}


def type_place(type_: str) -> tuple[int, str]:
    """What *type_* is sorted by: Clockify's own words come first, in their order."""
    return (TYPES.index(type_) if type_ in TYPES else len(TYPES), type_)


@dataclass(frozen=True, slots=True)
class Ref:
    """A client, task or tag that an entry or project refers to.

    *local_id* never changes; *server_id* is None until Clockify has it.
    """

    local_id: str
    server_id: str | None
    name: str

    @property
    def key(self) -> str:
        """The id to show: Clockify's where there is one, else ours."""
        return self.server_id or self.local_id


@dataclass(frozen=True, slots=True)
class ProjectRef(Ref):
    """A project with the client it belongs to."""

    client: Ref | None = None

    @property
    def label(self) -> str:
        """``Client / Project``, or the project alone."""
        return f"{self.client.name} / {self.name}" if self.client else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFields:
    """What an entry says: the part that a person sets, by our own ids.

    *start* and *end* are aware UTC in whole seconds; *end* is None while the timer runs.
    *project*, *task* and *tags* are local ids. *custom_fields* is JSON text: a list of
    ``{"customFieldId", "value"}``. *type* is Clockify's word (REGULAR, BREAK …).
    """

    start: datetime
    end: datetime | None
    description: str = ""
    project: str | None = None
    task: str | None = None
    tags: tuple[str, ...] = ()
    billable: bool = False
    custom_fields: str = "[]"
    type: str = "REGULAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry:
    """One time entry as the store gives it, its names filled in.

    *start* and *end* are aware UTC in whole seconds; *end* is None while the timer runs.
    """

    local_id: str
    server_id: str | None
    workspace_id: str
    user_id: str | None
    start: datetime
    end: datetime | None
    description: str
    project: ProjectRef | None
    task: Ref | None
    tags: tuple[Ref, ...]
    billable: bool
    type: str = "REGULAR"
    locked: bool = False
    custom_fields: str = "[]"
    sync_state: SyncState = "local"

    @property
    def key(self) -> str:
        """The id to show: Clockify's where there is one, else ours."""
        return self.server_id or self.local_id

    @property
    def running(self) -> bool:
        """Whether this is a timer that has not been stopped."""
        return self.end is None

    def seconds(self, now: datetime) -> int:
        """Whole seconds from start to end, or to *now* (aware UTC) while it runs; at least 0."""
        until = now if self.end is None else self.end
        return max(0, int((until - self.start).total_seconds()))

    @property
    def fields(self) -> EntryFields:
        """The part that a person sets."""
        return EntryFields(
            start=self.start,
            end=self.end,
            description=self.description,
            project=self.project.local_id if self.project else None,
            task=self.task.local_id if self.task else None,
            tags=tuple(tag.local_id for tag in self.tags),
            billable=self.billable,
            custom_fields=self.custom_fields,
            type=self.type,
        )
