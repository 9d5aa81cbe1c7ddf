"""A log as values to show: entries by day, and their totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from clockify_cli.domain.entry import TimeEntry, TypeSeconds
    from clockify_cli.domain.targets import Target
    from clockify_cli.show.time_format import TimeFormat


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry in a list; *number* is what a person may type after ``@``.

    In a log of days it is the part of the entry on one day: *seconds* of the *whole*, both as
    displayed; None: all of it. *carried*: the entry is listed under an earlier day.
    """

    entry: TimeEntry
    number: int | None = None
    seconds: int | None = None
    whole: int | None = None
    carried: bool = False

    def length(self, times: TimeFormat) -> str:
        """Return ``1:00``, or ``1:00 of 2:30`` if the rest of the entry is on other days."""
        if self.seconds is None or self.whole is None:
            return times.length(self.entry.seconds(times.now))
        part, whole = times.length(self.seconds), times.length(self.whole)
        return part if part == whole else f"{part} of {whole}"


@dataclass(frozen=True, slots=True)
class LogDay:
    """The entries that have time on a local day, carried ones first, and their totals.

    *of_types* are the seconds in *seconds* of each type other than REGULAR.
    """

    day: date
    seconds: int
    rows: tuple[EntryRow, ...]
    of_types: TypeSeconds = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogView:
    """A log: its days in ascending order (a long log can be iterated only once), and totals.

    *name* is the range in words. *waiting* counts the changes that are not sent yet, *review* those
    that need a decision. *left_out* counts entries hidden by a limit. *of_types* as in `LogDay`.
    *target* is what is due in the range; None if nothing is.
    """

    name: str
    days: Iterable[LogDay]
    seconds: int
    billable_seconds: int
    waiting: int = 0
    review: int = 0
    left_out: int = 0
    of_types: TypeSeconds = field(default_factory=dict)
    target: Target | None = None

    @property
    def rows(self) -> tuple[EntryRow, ...]:
        """Every entry once, oldest first."""
        return tuple(row for day in self.days for row in day.rows if not row.carried)
