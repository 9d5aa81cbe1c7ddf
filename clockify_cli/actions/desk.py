"""What every action has at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.time.context import TimeContext
from clockify_cli.store import entries

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    from clockify_cli.clock import Clock
    from clockify_cli.config import Settings
    from clockify_cli.paths import Paths
    from clockify_cli.store.database import Database


@dataclass(slots=True)
class Desk:
    """The store, the settings and the time of one run of the program.

    *now* is aware UTC in whole seconds and stays the same for the whole run, so that all a
    command says and writes is of one moment. *workspace* is ``local`` or a Clockify id; *user*
    and *account* are None in ``local``.
    """

    paths: Paths
    settings: Settings
    clock: Clock
    db: Database
    now: datetime
    zone: ZoneInfo
    session: str
    """Where numbered lists are remembered: this terminal session, or the profile."""
    workspace: str = LOCAL
    user: str | None = None
    account: str | None = None

    def time_context(self) -> TimeContext:
        """What words such as ``today``, ``mon 9:00`` and ``last`` mean in this run."""
        return TimeContext(
            now=self.now,
            zone=self.zone,
            week_start=self.settings.week_start,
            day_start=self.settings.day_start,
            workdays=self.settings.workdays,
            last_end=entries.last_end(self.db, self.workspace, self.user, self.now),
            is_workday=self._is_workday(),
        )

    def _is_workday(self) -> Callable[[date], bool] | None:
        hours = self.settings.hours
        if not hours:
            return None
        return lambda day: bool(hours.get(day.weekday(), timedelta()))
