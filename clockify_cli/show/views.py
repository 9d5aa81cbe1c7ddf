"""What the screens show, as values: made of the domain's, with what only a screen needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from clockify_cli.domain.catalogue import Item
from clockify_cli.domain.entry import ProjectRef, Ref, TimeEntry


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list; *number* is what a person may type behind ``@``."""

    entry: TimeEntry
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LogDay:
    """The entries listed under a local day, oldest first.

    *seconds* is the time that lies in the day, whichever day its entries are listed under.
    """

    day: date
    seconds: int
    rows: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True)
class LogView:
    """A log: its days in ascending order, and what they come to.

    *name* says the range as a person does. *waiting* counts the changes that are not sent yet,
    *review* those that wait for a decision. *left_out* counts entries that a limit hid.
    """

    name: str
    days: tuple[LogDay, ...]
    seconds: int
    billable_seconds: int
    waiting: int = 0
    review: int = 0
    left_out: int = 0

    @property
    def rows(self) -> tuple[EntryRow, ...]:
        """Every entry, each once, oldest first."""
        return tuple(row for day in self.days for row in day.rows)


@dataclass(frozen=True, slots=True)
class StatusView:
    """What runs, and today's total in seconds, the running timer counted up to *as_of*."""

    entry: TimeEntry | None
    today_seconds: int
    as_of: datetime
    due_seconds: int | None = None
    pending: int = 0
    review: int = 0


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A client, project, task or tag in a list, with what it belongs to."""

    item: Item
    client: Ref | None = None
    project: ProjectRef | None = None

    @property
    def label(self) -> str:
        """The name behind that of its client, or of its project and its client."""
        if self.project is not None:
            return f"{self.project.label} / {self.item.name}"
        return f"{self.client.name} / {self.item.name}" if self.client else self.item.name


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change made here. *state* is ``local``, ``sent``, ``waiting`` or ``review``."""

    number: int
    at: datetime
    verb: str
    summary: str
    state: str
    undone: bool = False


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting, its value as text, and where the value comes from."""

    key: str
    value: str
    origin: str
