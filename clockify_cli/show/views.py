"""The running timer, and the header of a document, as values to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.values import dataclass, field, replace

if TYPE_CHECKING:
    from datetime import datetime

    from clockify_cli.domain.entry import TimeEntry, TypeSeconds


@dataclass(frozen=True, slots=True)
class StatusView:
    """The running timer, and today's total in seconds, counted up to *as_of*.

    *of_types* are the seconds in the total of each type other than REGULAR.
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

    @property
    def left(self) -> int | None:
        """The seconds until the planned end; None if there is none."""
        if self.planned_end is None:
            return None
        return max(0, int((self.planned_end - self.as_of).total_seconds()))

    def at(self, now: datetime) -> StatusView:
        """Return the same view at *now* (aware UTC, no earlier than before, on the same day)."""
        passed = int((now - self.as_of).total_seconds()) if self.entry else 0
        return replace(self, today_seconds=self.today_seconds + passed, as_of=now)


@dataclass(frozen=True, slots=True)
class Cover:
    """The header of a document: a *title*, the *period*, and *facts* with their names."""

    title: str
    period: str = ""
    facts: tuple[tuple[str, str], ...] = ()
