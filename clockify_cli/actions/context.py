"""The context that every action receives, and how actions name entries and times in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.actions.clockify.identity import Identity
from clockify_cli.domain.entry import (
    LOCAL,
    SENDABLE,
    EntryFields,
    TimeEntry,
    agreeing,
    counted,
    type_name,
)
from clockify_cli.domain.names import quoted
from clockify_cli.domain.time.zones import TimeContext, offset_text
from clockify_cli.errors import ClockifyError, LimitReached, NotFound, NothingRuns
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


def stale_names(ctx: AppContext) -> Recovery:
    """Recover from a name that is not known here by asking Clockify: once, and once a project.

    Where Clockify cannot be asked, the error says how old the copy is that does not hold the name.
    """
    asked: set[str | None] = set()

    def recover(error: ClockifyError) -> bool:
        if not isinstance(error, NotFound) or isinstance(error, NothingRuns):
            return False
        from clockify_cli.actions.clockify import freshness
        from clockify_cli.actions.tracking.entry_input import UnknownName

        project = error.project if isinstance(error, UnknownName) else None
        worth = project is not None or freshness.names_worth_asking(ctx)
        if project in asked or not worth or not freshness.learn_names(ctx, project):
            freshness.say_age_of_names(ctx, error)
            return False
        asked.add(project)
        return True

    return recover


def describe(entry: TimeEntry) -> str:
    """What *entry* is called in a sentence."""
    project = entry.project.label if entry.project else ""
    return " · ".join(part for part in (quoted(entry.description), project) if part) or "the entry"


def describe_span(entry: TimeEntry, ctx: AppContext, *, exact: bool = False) -> str:
    """``2026-11-24 09:00–10:30`` in the user's zone; the end left open while it runs.

    *exact*: with the seconds, where there are any.
    """
    start = offset_text(entry.start, ctx.zone)
    if entry.end is None:
        length = 19 if exact and entry.start.second else 16
        return f"{start[:10]} {start[11:length]}–…"
    end = offset_text(entry.end, ctx.zone)
    length = 19 if exact and (entry.start.second or entry.end.second) else 16
    last = end[11:length] if end[:10] == start[:10] else f"{end[:10]} {end[11:length]}"
    return f"{start[:10]} {start[11:length]}–{last}"


def clock_text(ctx: AppContext, at: datetime, *, exact: bool = False) -> str:
    """``10:30`` today, else with the date before it; in the user's zone. *exact*: with seconds."""
    return _clock_text(at, ctx.zone, ctx.now, exact=exact)


def _clock_text(at: datetime, zone: tzinfo, now: datetime, *, exact: bool = False) -> str:
    local = at.astimezone(zone)
    clock = local.time().isoformat("seconds" if exact else "minutes")
    is_today = local.date() == now.astimezone(zone).date()
    return clock if is_today else f"{local:%Y-%m-%d} {clock}"


def until_text(at: datetime, zone: tzinfo, now: datetime) -> str:
    """As `clock_text`, of the next whole minute: by then *at* is past."""
    return _clock_text(at + timedelta(seconds=-at.timestamp() % 60), zone, now)


def message_of(error: ClockifyError, zone: tzinfo, now: datetime) -> str:
    """What *error* says, and until when the limit is reached where it is about that."""
    if isinstance(error, LimitReached) and error.until is not None:
        return f"{error.message} until {until_text(error.until, zone, now)}"
    return error.message


def kept_notes(
    workspace: str, entries: Iterable[TimeEntry] | Iterable[EntryFields]
) -> tuple[str, ...]:
    """That some of *entries*, new in *workspace*, are never sent, if there are any such."""
    kept = [entry.type for entry in entries if entry.type not in SENDABLE]
    if not kept or workspace == LOCAL:
        return ()
    types = " or ".join(dict.fromkeys(map(type_name, kept)))
    stay = f"{counted(len(kept), 'entry')} {agreeing(len(kept), 'stays', 'stay')}"
    return (f"{stay} on this computer: Clockify's API does not accept {types}.",)


def unsent_text(count: int) -> str:
    """That *count* changes wait for an account that is not in use; empty for none."""
    if not count:
        return ""
    waits = agreeing(count, "waits", "wait")
    return f"{counted(count, 'change')} for Clockify still {waits} (`clockify queue`)."


def unreachable_text(reason: str) -> str:
    """That Clockify cannot be reached and why: *reason* may be such a sentence itself."""
    told = "Clockify can't be reached: "
    return told + reason.removeprefix(told).rstrip(".")
