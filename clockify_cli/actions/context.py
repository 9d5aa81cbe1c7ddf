"""What every action has at hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from clockify_cli.actions.identity import Identity
from clockify_cli.domain.time.context import TimeContext
from clockify_cli.store import entries
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from clockify_cli.actions.connecting import Connection
    from clockify_cli.clock import Clock
    from clockify_cli.config import Settings
    from clockify_cli.domain.change import Changed
    from clockify_cli.paths import Paths
    from clockify_cli.store.accounts import Account
    from clockify_cli.store.database import Database

NOBODY = Identity()


@dataclass(slots=True)
class AppContext:
    """The store, the settings and the time of one run of the program.

    *now* is aware UTC in whole seconds and stays the same for the whole run, so that all a
    command says and writes is of one moment.
    """

    paths: Paths
    settings: Settings
    clock: Clock
    db: Database
    now: datetime
    zone: ZoneInfo
    session: str
    """Where numbered lists are remembered: this terminal session, or the profile."""
    environ: Mapping[str, str]
    warn: Callable[[str], None]
    """Takes a sentence about something odd that does not stop the command."""
    identity: Identity = NOBODY
    offline: bool = False
    """Nothing is asked of Clockify in this run."""
    refresh: bool = False
    """Clockify is asked even where the copy is fresh."""
    connection: Connection | None = None
    acknowledged: bool = False
    """A change of this run is committed: nothing may do it again."""
    announce: Callable[[Changed], None] | None = None
    """Shows a change that is committed before Clockify is asked; None where it is shown after."""

    @property
    def workspace(self) -> str:
        """``local``, or Clockify's id of the workspace."""
        return self.identity.workspace_id

    @property
    def account(self) -> Account | None:
        """Whose workspace it is; None in ``local``."""
        return self.identity.account

    @property
    def account_key(self) -> str | None:
        """How the store names the account."""
        return self.account.key if self.account else None

    @property
    def user(self) -> str | None:
        """The account's user, by Clockify's id."""
        return self.account.user_id if self.account else None

    def is_recent(self, at: datetime | None) -> bool:
        """Whether what was asked for *at* (aware UTC) is not older than names may be.

        A moment far ahead is none either: the clock was set back since.
        """
        return at is not None and abs(self.now - at) <= self.settings.fresh_names

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
