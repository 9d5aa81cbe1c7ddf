"""The context that every action receives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.actions.clockify.identity import Identity
from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import ClockifyError
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from clockify_cli.actions.clockify.identity import Connection
    from clockify_cli.clock import Clock
    from clockify_cli.config.settings import Settings
    from clockify_cli.domain.entry import Changed, TimeEntry
    from clockify_cli.domain.time.points import Stretch
    from clockify_cli.paths import Paths
    from clockify_cli.store.db.changes import Database
    from clockify_cli.store.sync.accounts import Account

NOBODY = Identity()


def _unsaid(_: str) -> None:
    """Where nobody listens."""


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
    """Shows a change that is committed before Clockify is asked; None if it is shown after."""
    inform: Callable[[str], None] = _unsaid
    """Says a sentence to the person at once."""

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

    def time_context(
        self, edited: TimeEntry | None = None, without: Sequence[str] = ()
    ) -> TimeContext:
        """What words such as ``today``, ``mon 9:00`` and ``last`` mean in this run.

        Of an *edited* entry a time that is typed as it is shown stays as it is. Entries with local
        ids in *without* do not say what a time typed without seconds means.
        """
        return TimeContext(
            now=self.now,
            zone=self.zone,
            week_start=self.settings.week_start,
            day_start=self.settings.day_start,
            workdays=self.settings.workdays,
            last_end=entries.last_end(self.db, self.workspace, self.user, self.now),
            is_workday=self._is_workday(),
            meant=lambda at, as_end: self._meant(at, as_end, edited, without),
        )

    def _meant(
        self, at: datetime, as_end: bool, edited: TimeEntry | None, without: Sequence[str]
    ) -> datetime:
        from clockify_cli.domain.time.points import meant_end, meant_start, same_minute

        nearby = self.nearby(at, without if edited is None else (edited.local_id,))
        found = (meant_end if as_end else meant_start)(at, nearby)
        own = edited and (edited.end if as_end else edited.start)
        return own if own and found == at and same_minute(own, at) else found

    def nearby(self, at: datetime, without: Sequence[str] = ()) -> list[Stretch]:
        """The entries with time in the minute of *at*, but those with local ids in *without*."""
        from clockify_cli.domain.time.points import MINUTE, minute_of

        minute = minute_of(at)
        found = entries.overlapping(
            self.db, self.workspace, self.user, minute, minute + MINUTE, without
        )
        return [(entry.start, entry.end) for entry in found]

    def due_on(self, day: date) -> int:
        """The seconds that the settings want worked on *day*; 0 if they say nothing of it."""
        due = self.settings.hours.get(day.weekday())
        return int(due.total_seconds()) if due else 0

    def _is_workday(self) -> Callable[[date], bool] | None:
        hours = self.settings.hours
        if not hours:
            return None
        return lambda day: bool(hours.get(day.weekday(), timedelta()))


Result = TypeVar("Result")


Recovery = Callable[[ClockifyError], bool]
"""Puts right what an error is about; whether it did, so that the action is worth another try.

It keeps what it learns, so that nothing is asked twice, of Clockify or of a person.
"""


def attempt(ctx: AppContext, act: Callable[[], Result], *recoveries: Recovery) -> Result:
    """The result of *act*, repeated after each error that one of *recoveries* resolves.

    What is committed is never done again.
    """
    while True:
        try:
            return act()
        except ClockifyError as error:
            if ctx.acknowledged or not any(recover(error) for recover in recoveries):
                raise
