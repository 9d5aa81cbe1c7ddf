"""What is running, and who is signed in, as values to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.values import dataclass, field, replace

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import TimeEntry, TypeSeconds


@dataclass(frozen=True, slots=True)
class Status:
    """The running timer, and today's total in seconds, counted up to *as_of*.

    *of_types* are the seconds in the total of each type other than REGULAR. *notes* are sentences
    about the local copy.
    """

    entry: TimeEntry | None
    today_seconds: int
    as_of: datetime
    due_seconds: int | None = None
    pending: int = 0
    review: int = 0
    copied: datetime | None = None
    """When the local copy was fetched; None if this is not from a copy."""
    planned_end: datetime | None = None
    of_types: TypeSeconds = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def left(self) -> int | None:
        """The seconds until the planned end; None if there is none."""
        if self.planned_end is None:
            return None
        return max(0, int((self.planned_end - self.as_of).total_seconds()))

    def at(self, now: datetime) -> Status:
        """Return the same status at *now* (aware UTC, no earlier than before, on the same day)."""
        passed = int((now - self.as_of).total_seconds()) if self.entry else 0
        return replace(self, today_seconds=self.today_seconds + passed, as_of=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The account in use. *key* is masked; *requests_left* None if the plan has no hourly limit.

    *more_at* (aware UTC): when reads may be sent again, if now only changes or nothing may be.
    *strangers*: open changes of other accounts. *as_of*: when Clockify sent all this, aware UTC.
    """

    user_id: str
    name: str
    email: str
    base_url: str
    workspace_id: str
    workspace: str
    plan: str
    zone: str
    key: str
    key_source: str
    requests_left: int | None
    waiting: int
    review: int
    strangers: int
    as_of: datetime
    more_at: datetime | None = None
