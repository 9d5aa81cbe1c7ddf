"""The time due in a range of days, and how much of it has been worked.

Every working day up to today has its time. Time off and holidays count towards it, breaks never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from clockify_cli.domain.entry import BREAK, TypeSeconds
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """The *seconds* that are due for the working *days* of a range up to today, of *all_days*.

    *asked*: it was asked for, and does not come from the settings.
    """

    seconds: int
    days: int
    all_days: int
    asked: bool = False

    def average(self, counted: int) -> int:
        """The seconds a working day of *counted* ones; 0 if no working day has come."""
        return counted // self.days if self.days else 0


def target(
    days: Iterable[date], today: date, due_on: Callable[[date], int], *, asked: bool = False
) -> Target:
    """What is due in *days*; *due_on* gives the seconds of a day, 0 for one without work."""
    due = [(day, seconds) for day in days if (seconds := due_on(day))]
    come = [seconds for day, seconds in due if day <= today]
    return Target(sum(come), len(come), len(due), asked)


def counted(seconds: int, of_types: TypeSeconds) -> int:
    """What of *seconds*, which contain *of_types*, counts towards what is due."""
    return seconds - of_types.get(BREAK, 0)
