"""The time due in a range of days, and how much of it has been worked.

Only working days up to today count. Time off and holidays count as worked, breaks do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from clockify_cli.domain.entry import BREAK, TypeSeconds
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """The *seconds* due on the working *days* of a range up to today, out of *all_days*.

    *given*: it was requested on the command line and does not come from the settings. *past*: the
    whole range is over.
    """

    seconds: int
    days: int
    all_days: int
    given: bool = False
    past: bool = False

    def average(self, counted: int) -> int:
        """Return *counted* seconds divided by the working days so far; 0 without working days."""
        return counted // self.days if self.days else 0


def target(
    days: Iterable[date], today: date, due_on: Callable[[date], int], *, given: bool = False
) -> Target:
    """Return the target of *days*; *due_on* gives the seconds of a day, 0 if none are due."""
    listed = list(days)
    due = [(day, seconds) for day in listed if (seconds := due_on(day))]
    come = [seconds for day, seconds in due if day <= today]
    past = bool(listed) and max(listed) < today
    return Target(sum(come), len(come), len(due), given, past)


def counted(seconds: int, of_types: TypeSeconds) -> int:
    """Return the part of *seconds*, which include *of_types*, that counts towards the target."""
    return seconds - of_types.get(BREAK, 0)
