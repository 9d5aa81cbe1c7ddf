"""The context that every action receives, and how actions name entries and times in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, TypeVar

from clockify_cli.domain.entry import (
    LOCAL,
    NO_DESCRIPTION,
    SENT_TYPES,
    EntryFields,
    TimeEntry,
    agreeing,
    counted,
    type_name,
)
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.domain.time.zones import TimeContext, offset_text
from clockify_cli.errors import ClockifyError, LimitReached, NotFound
from clockify_cli.store.timesheet import entries
from clockify_cli.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from clockify_cli.api.endpoints import Clockify
    from clockify_cli.api.session import Session
    from clockify_cli.clock import Clock
    from clockify_cli.config.settings import Settings
    from clockify_cli.credentials import Key
    from clockify_cli.domain.entry import ChangeResult, TimeEntry
    from clockify_cli.domain.time.points import Stretch
    from clockify_cli.paths import Paths
    from clockify_cli.store.db.changes import Database
    from clockify_cli.store.sync.accounts import Account, Workspace
    from clockify_cli.sync.guard import LedgerLimiter


class UnknownWorkspace(NotFound):
    """The settings name a workspace that the account does not have."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The *account* of a run, None without one, and its *workspace*.

    *unknown_key*: a key is configured, but Clockify was never asked whose it is. *lost*: the
    settings name a workspace that the account does not have, so there is none. *owner*: the
    account, even if the run uses ``local``: a person has one zone and one week start.
    """

    account: Account | None = None
    workspace: Workspace | None = None
    unknown_key: bool = False
    lost: UnknownWorkspace | None = None
    owner: Account | None = None

    @property
    def workspace_id(self) -> str:
        """``local``, or Clockify's id."""
        return self.workspace.id if self.workspace else LOCAL


@dataclass(slots=True)
class Connection:
    """The connection of one run to Clockify; no request takes longer than *longest* seconds.

    Nor do all requests of the run together, unless the person waits.
    """

    remote: Clockify
    session: Session
    limiter: LedgerLimiter
    key: Key
    longest: float

    def limit(self, seconds: float) -> None:
        """Limit the next request to *seconds*."""
        self.session.deadline = min(seconds, self.longest)

    def left(self) -> float:
        """Return the seconds that requests may still take."""
        return self.session.left()

    def wait(self, times: float) -> None:
        """Allow further requests *times* times the usual time, because the person waits."""
        self.session.budget = self.session.spent + times * self.longest


NOBODY = Identity()


def _unsaid(_: str) -> None:
    """Discard a sentence."""


@dataclass(slots=True)
class AppContext:
    """The store, the settings and the time of one run of the program.

    *now* is aware UTC in whole seconds and stays the same for the whole run, so that everything a
    command prints and writes is of one moment.
    """

    paths: Paths
    settings: Settings
    clock: Clock
    db: Database
    now: datetime
    zone: ZoneInfo
    session: str
    """The key of numbered lists: this terminal session, or the profile."""
    environ: Mapping[str, str]
    warn: Callable[[str], None]
    """Called with a sentence about something odd that does not stop the command."""
    identity: Identity = NOBODY
    offline: bool = False
    """No request is sent in this run."""
    refresh: bool = False
    """Clockify is asked even if the copy is fresh."""
    connection: Connection | None = None
    acknowledged: bool = False
    """A change of this run is committed, so nothing may repeat it."""
    announce: Callable[[ChangeResult], None] | None = None
    """Shows a committed change before Clockify is asked; None if it is shown afterwards."""
    inform: Callable[[str], None] = _unsaid
    """Prints a sentence for the person at once."""
    reported: set[str] = field(default_factory=set)
    """The codes of errors that notes of this run have explained."""

    @property
    def workspace(self) -> str:
        """``local``, or Clockify's id of the workspace."""
        return self.identity.workspace_id

    @property
    def account(self) -> Account | None:
        """The account that owns the workspace; None in ``local``."""
        return self.identity.account

    @property
    def account_key(self) -> str | None:
        """The account's key in the store."""
        return self.account.key if self.account else None

    @property
    def user(self) -> str | None:
        """Clockify's id of the account's user."""
        return self.account.user_id if self.account else None

    def is_recent(self, at: datetime | None) -> bool:
        """Return whether something fetched *at* (aware UTC) is not older than names may be.

        A moment far in the future does not count: the clock has been set back since.
        """
        return at is not None and abs(self.now - at) <= self.settings.fresh_names

    def time_context(
        self, edited: TimeEntry | None = None, without: Sequence[str] = ()
    ) -> TimeContext:
        """Return what words such as ``today``, ``mon 9:00`` and ``last`` mean in this run.

        For an *edited* entry, a time typed as it is shown stays unchanged. Entries with local ids
        in *without* are ignored when a time without seconds is resolved.
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
        """Return the entries with time in the minute of *at*, except local ids in *without*."""
        from clockify_cli.domain.time.points import MINUTE, minute_of

        minute = minute_of(at)
        found = entries.overlapping(
            self.db, self.workspace, self.user, minute, minute + MINUTE, without
        )
        return [(entry.start, entry.end) for entry in found]

    def due_on(self, day: date) -> int:
        """Return the seconds that the settings require on *day*; 0 without such a setting."""
        due = self.settings.hours.get(day.weekday())
        return int(due.total_seconds()) if due else 0

    def _is_workday(self) -> Callable[[date], bool] | None:
        hours = self.settings.hours
        if not hours:
            return None
        return lambda day: bool(hours.get(day.weekday(), timedelta()))


Result = TypeVar("Result")


Recovery = Callable[[ClockifyError], bool]
"""Fixes the cause of an error; returns whether it did, so that the action can be retried.

It keeps what it learns, so that neither Clockify nor a person is asked twice.
"""


def attempt(ctx: AppContext, act: Callable[[], Result], *recoveries: Recovery) -> Result:
    """Return the result of *act*, repeated after each error that one of *recoveries* fixes.

    A committed change is never repeated.
    """
    while True:
        try:
            return act()
        except ClockifyError as error:
            if ctx.acknowledged or not any(recover(error) for recover in recoveries):
                raise


def describe(entry: TimeEntry) -> str:
    """Return the name of *entry* in a sentence."""
    project = entry.project.label if entry.project else ""
    return (
        " · ".join(part for part in (quoted(entry.description), project) if part) or NO_DESCRIPTION
    )


def describe_span(entry: TimeEntry, ctx: AppContext, *, exact: bool = False) -> str:
    """Return ``2026-11-24 09:00–10:30`` in the user's zone; without an end while it runs.

    *exact*: with seconds, if they are not zero.
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
    """Return ``10:30`` for today, else with the date; in the user's zone. *exact*: with seconds."""
    return _clock_text(at, ctx.zone, ctx.now, exact=exact)


def _clock_text(at: datetime, zone: tzinfo, now: datetime, *, exact: bool = False) -> str:
    local = at.astimezone(zone)
    clock = local.time().isoformat("seconds" if exact else "minutes")
    is_today = local.date() == now.astimezone(zone).date()
    return clock if is_today else f"{local:%Y-%m-%d} {clock}"


def until_text(at: datetime, zone: tzinfo, now: datetime) -> str:
    """Like `clock_text`, for the next whole minute, when *at* has passed."""
    return _clock_text(at + timedelta(seconds=-at.timestamp() % 60), zone, now)


def message_of(error: ClockifyError, zone: tzinfo, now: datetime) -> str:
    """Return the message of *error*, and for a request limit also until when it holds."""
    if isinstance(error, LimitReached) and error.until is not None:
        return f"{error.message} until {until_text(error.until, zone, now)}"
    return error.message


def kept_notes(
    workspace: str, entries: Iterable[TimeEntry] | Iterable[EntryFields]
) -> tuple[str, ...]:
    """Return a note that some of *entries*, new in *workspace*, are never sent; else empty."""
    kept = [entry.type for entry in entries if entry.type not in SENT_TYPES]
    if not kept or workspace == LOCAL:
        return ()
    types = " or ".join(dict.fromkeys(map(type_name, kept)))
    stay = f"{counted(len(kept), 'entry')} {agreeing(len(kept), 'stays', 'stay')}"
    return (f"{stay} on this computer: Clockify's API does not accept {types}.",)


def unsent_text(count: int) -> str:
    """Return that *count* changes wait for an account that is not in use; empty for none."""
    if not count:
        return ""
    waits = agreeing(count, "waits", "wait")
    return f"{counted(count, 'change')} for Clockify still {waits} (`clockify queue`)."


def unreachable_text(reason: str) -> str:
    """Return that Clockify cannot be reached and why; *reason* may already be such a sentence."""
    beginning = "Clockify can't be reached: "
    return beginning + reason.removeprefix(beginning).rstrip(".")
