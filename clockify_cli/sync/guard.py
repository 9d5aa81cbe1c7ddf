"""What every request passes: one sender at a time, a timesheet known here, and the hour's limit.

The lock is held by the system and freed the moment its owner dies. Its file is never removed:
whoever removed it while it is held would let a second sender in.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from clockify_cli.clock import Clock
from clockify_cli.errors import LimitReached, StoreError
from clockify_cli.paths import PRIVATE_FILE, private_folder
from clockify_cli.store.db.connection import StoreConnection, meta_value, put_meta
from clockify_cli.store.sync import accounts, journal, replica
from clockify_cli.sync.model.row import Instant
from clockify_cli.values import dataclass

Held = Literal["held", "busy", "unsupported"]
"""*busy*: another process sends, and drains the journal. *unsupported*: nothing may be sent."""

_TRIES = 5


@contextmanager
def sole_sender(path: Path) -> Iterator[Held]:
    """Try to be the one sender while the block runs; never waits.

    Raises StoreError if the file at *path* cannot be opened.
    """
    try:
        descriptor, held = _acquire(path)
    except OSError as error:
        raise StoreError(
            f"the lock {path} cannot be used: {error.strerror or error}",
            "Move away what is there; nothing is sent before that.",
        ) from error
    try:
        yield held
    finally:
        os.close(descriptor)


def _acquire(path: Path) -> tuple[int, Held]:
    for _ in range(_TRIES):
        descriptor = _open(path)
        held = _lock(descriptor)
        if held != "held" or _is_still(path, descriptor):
            return descriptor, held
        os.close(descriptor)
    # Somebody keeps replacing the file: a lock on any of them proves nothing.
    return _open(path), "unsupported"


def _open(path: Path) -> int:
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.open(path, flags, 0o600)


def _is_still(path: Path, descriptor: int) -> bool:
    """Whether the locked file is the one that others will lock."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(descriptor))


def _lock(descriptor: int) -> Held:
    return _lock_windows(descriptor) if os.name == "nt" else _lock_posix(descriptor)


def _lock_posix(descriptor: int) -> Held:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return "busy"
    except OSError:
        return "unsupported"
    return "held"


def _lock_windows(descriptor: int) -> Held:
    import importlib

    # Looked up by name: where there is no such module, a type checker knows none either.
    msvcrt = importlib.import_module("msvcrt")
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return "busy"
    return "held"


_MACHINE = "machine"
_MARK = "mark"
_FILE = "file "
_MOST = 1000
"""Characters that are read of the file."""


def machine_id() -> str:
    """What tells this machine (or container) from another; empty if nothing does."""
    for path in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            with open(path, encoding="ascii") as file:
                return file.read(64).strip()
        except (OSError, ValueError):
            continue
    return ""


def distrust_foreign(
    db: StoreConnection, note: Path, machine: str, now: Instant, own: int | None = None
) -> bool:
    """Make every open row UNKNOWN where this is not the timesheet last seen here.

    *note*: the file outside of the database; *machine*: as `machine_id` gives it; *own*: the change
    that this very command has acknowledged, if any. Whether it was so. Call it with the lock held,
    before anything is sent.
    """
    with db.transaction():
        known = meta_value(db, _MACHINE)
        moved = known is not None and known != machine
        other = not _fits(meta_value(db, _MARK), _file_number(db.path), note)
        if moved or other:
            journal.unsent_become_unknown(db, json.dumps(asdict(now)), own)
            replica.forget_all_fetched(db)
        if known != machine:
            put_meta(db, _MACHINE, machine)
    if moved or other:
        renew_mark(db, note)
    return moved or other


def renew_mark(db: StoreConnection, note: Path) -> None:
    """From now on a copy of the database made before is known as one.

    A kill at any point of this leaves a pair that still fits.
    """
    old, new = meta_value(db, _MARK), os.urandom(8).hex()
    file = _file_number(db.path)
    _write(note, [new, old or "", file])
    with db.transaction():
        put_meta(db, _MARK, new)
    _write(note, [new, file])


def _file_number(path: Path) -> str:
    """What tells the file at *path* from a copy of it that was put in its place with the note.

    Writing into a file, as `restore` does, leaves its number; a copy has another one, as a rule.
    """
    return f"{_FILE}{os.stat(path).st_ino}"


def _write(note: Path, marks: list[str]) -> None:
    private_folder(note.parent)
    fresh = note.with_name(f"{note.name}.new")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        # What a kill, or somebody else, left there is not written into: it may be no file.
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, flags, PRIVATE_FILE), "w", encoding="ascii") as file:
            json.dump(marks, file)
        os.replace(fresh, note)
    except OSError as error:
        raise StoreError(
            f"{note} cannot be written: {error.strerror or error}", "Move away what is there."
        ) from error


def _fits(mark: str | None, file: str, note: Path) -> bool:
    """Whether the database with *mark*, in the *file* of that number, is the one last seen here.

    One without a mark has never sent anything, if the file is missing too. A file that cannot
    be understood proves nothing.
    """
    try:
        marks = _marks(note)
    except FileNotFoundError:
        return mark is None
    except (OSError, ValueError, RecursionError):
        return False
    files = [each for each in marks if each is not None and each.startswith(_FILE)]
    return mark in marks and (not files or file in files)


def _marks(note: Path) -> list[str | None]:
    """The marks in the file, one of which the database has."""
    # A pipe must not keep us waiting before its kind is known.
    number = os.open(note, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(number, encoding="ascii") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise ValueError(f"{note} is not a regular file")
        found = json.loads(file.read(_MOST))
    if not isinstance(found, list):
        raise ValueError(f"{note} holds no marks")
    return [mark or None for mark in found if isinstance(mark, str)]


TOO_MANY = 429
SHORT = timedelta(seconds=1)
NOTICEABLE = 2.0
"""Seconds by which this computer's clock has to differ before it is noted."""


class LedgerLimiter:
    """Requests of *account* in the workspaces whose plan *plan_of* tells.

    *serves* says what the requests are for: a read that decides what became of a write serves
    that write. *workspace* is charged with requests that concern none.
    """

    def __init__(
        self,
        db: StoreConnection,
        clock: Clock,
        *,
        account: str,
        workspace: str,
        plan_of: Callable[[str], str | None],
    ) -> None:
        self._db = db
        self._clock = clock
        self._account = account
        self._workspace = workspace
        self._plan_of = plan_of
        self._number = 0
        self._charged = workspace
        self.serves: Purpose = "read"

    def before(self, method: str, path: str, workspace: str | None) -> None:
        """Note the request. Raises LimitReached, with the time, where it may not be made."""
        self._charged = workspace or self._workspace
        kind: Purpose = "read" if method == "GET" and self.serves == "read" else "write"
        self._pause(kind)
        now = self._clock.now()
        with self._db.transaction():
            verdict = verdict_now(self._db, self._charged, self._plan_of(self._charged), kind, now)
            if isinstance(verdict, ClosedUntil):
                raise limit_reached(verdict.when)
            self._number = accounts.record_request(
                self._db, now, self._account, self._charged, method, path
            )

    def _pause(self, kind: Purpose) -> None:
        """Wait where the limit is one of requests a second."""
        plan = self._plan_of(self._charged)
        verdict = verdict_now(self._db, self._charged, plan, kind, self._clock.now())
        if isinstance(verdict, ClosedUntil) and is_short(verdict, self._clock.now()):
            self._clock.sleep(verdict.when.timestamp() - self._clock.wall())

    def after(
        self,
        method: str,  # noqa: ARG002 (the ledger has it from before)
        path: str,  # noqa: ARG002
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None:
        """Note the result, and until when nothing passes where it closed the window.

        Status 0: it never left.
        """
        until = None
        with self._db.transaction():
            if status == 0:
                accounts.forget_request(self._db, self._number)
            elif status is not None:
                accounts.request_answered(self._db, self._number, status)
            if status == TOO_MANY:
                until = self._close(retry_after)
            if server_time is not None:
                self._compare(server_time)
        return until

    def _close(self, retry_after: int | None) -> datetime:
        now = self._clock.now()
        times = accounts.request_times(self._db, self._charged, now - HOUR)
        until = closes_until(retry_after, times, self._plan_of(self._charged), now)
        accounts.close_window(self._db, self._charged, until)
        return until

    def _compare(self, server_time: datetime) -> None:
        skew = server_time.timestamp() - self._clock.wall()
        # Clockify tells whole seconds: half a second is the middle of what it can mean.
        if abs(skew + 0.5 - skew_of(self._db, self._account)) > NOTICEABLE:
            put_meta(self._db, _skew_key(self._account), f"{skew + 0.5:.1f}")


def verdict_now(
    db: StoreConnection,
    workspace: str,
    plan: str | None,
    kind: Purpose,
    now: datetime,
) -> Allowed | ClosedUntil:
    """Whether a request for *workspace* may be made: Allowed or ClosedUntil."""
    times = accounts.request_times(db, workspace, now - span_of(plan))
    return allowed(kind, times, accounts.closed_until(db, workspace), plan, now)


def is_short(closed: ClosedUntil, now: datetime) -> bool:
    """Whether it is sooner waited for than said."""
    return closed.when - now <= SHORT


def left_now(db: StoreConnection, workspace: str, plan: str | None, now: datetime) -> int | None:
    """Requests left in this hour, at most; None if the plan has no such limit."""
    times = accounts.request_times(db, workspace, now - HOUR)
    return left(times, accounts.closed_until(db, workspace), plan, now)


def bulk_left_now(
    db: StoreConnection, workspace: str, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """How many writes of a change of many may be made, and from when on the next; `bulk_now`."""
    times = accounts.request_times(db, workspace, now - HOUR)
    return bulk_now(times, accounts.closed_until(db, workspace), plan, now)


def limit_reached(until: datetime) -> LimitReached:
    """The error that says when the next request is possible."""
    return LimitReached(
        "the request limit is reached",
        "Until then your local copy is used, and your changes are sent later.",
        until=until,
    )


def skew_of(db: StoreConnection, account: str) -> float:
    """Seconds by which Clockify's clock was ahead of this computer's when it last answered."""
    found = meta_value(db, _skew_key(account))
    return float(found) if found else 0.0


def instant(db: StoreConnection, account: str, clock: Clock) -> Instant:
    """This moment, on the three clocks."""
    wall = clock.wall()
    return Instant(wall + skew_of(db, account), wall, clock.boottime(), clock.boot_id())


WARN_SKEW = timedelta(seconds=30)
REFUSE_SKEW = timedelta(minutes=5)


def judge_skew(skew: float) -> Literal["fine", "warn", "refuse"]:
    """What to make of a clock that differs by *skew* seconds, for a time that is meant as now."""
    if abs(skew) > REFUSE_SKEW.total_seconds():
        return "refuse"
    return "warn" if abs(skew) > WARN_SKEW.total_seconds() else "fine"


def _skew_key(account: str) -> str:
    return f"skew:{account}"


Purpose = Literal["read", "write", "bulk"]
"""What a request is for; *bulk*: one of the many writes of one change, which no timer waits for."""

HOUR = timedelta(hours=1)
FREE_LIMIT = 30
KEPT_FOR_WRITES = 5
"""What reads leave of the thirty, and changes of many entries leave to timers."""
PAID_LIMIT = 50
"""A second."""

AHEAD = timedelta(minutes=1)
"""By so much others may be ahead that note a request at once; later than that lies no request:
the clock was set back since."""

FREE_PLANS = frozenset({"FREE", "SELF_HOSTED_FREE"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """The request may be made."""


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """The request may not be made before *when* (aware UTC)."""

    when: datetime


def is_free(plan: str | None) -> bool:
    """Whether the plan allows 30 requests an hour only; a plan that is not known counts as such."""
    return plan is None or plan.upper() in FREE_PLANS


def span_of(plan: str | None) -> timedelta:
    """How far back requests count."""
    return HOUR if is_free(plan) else timedelta(seconds=1)


def allowed(
    kind: Purpose,
    times: Sequence[datetime],
    closed_until: datetime | None,
    plan: str | None,
    now: datetime,
) -> Allowed | ClosedUntil:
    """Whether a request may be made at *now*.

    *times*: when those before were made (ascending, aware UTC; an hour back is enough).
    *closed_until*: what an answer "too many requests" led to.
    """
    if closed_until is not None and _is_closed(closed_until, now):
        return ClosedUntil(closed_until)
    span, limit = span_of(plan), FREE_LIMIT if is_free(plan) else PAID_LIMIT
    if is_free(plan) and kind != "write":
        limit -= KEPT_FOR_WRITES
    recent = _recent(times, span, now)
    if len(recent) < limit:
        return Allowed()
    return ClosedUntil(recent[-limit] + span)


def left(
    times: Sequence[datetime], closed_until: datetime | None, plan: str | None, now: datetime
) -> int | None:
    """Requests left in this hour, at most (others share the same thirty); None: no such limit."""
    if not is_free(plan):
        return None
    if closed_until is not None and _is_closed(closed_until, now):
        return 0
    return max(0, FREE_LIMIT - len(_recent(times, HOUR, now)))


def bulk_now(
    times: Sequence[datetime], closed_until: datetime | None, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """How many writes of a change of many may be made at *now*, and from when on the next one.

    None: the plan has no such limit.
    """
    there = left(times, closed_until, plan, now)
    if there is None:
        return None
    count = max(0, there - KEPT_FOR_WRITES)
    after = allowed("bulk", [*times, *([now] * count)], closed_until, plan, now)
    return count, after.when if isinstance(after, ClosedUntil) else now


def closes_until(
    retry_after: int | None, times: Sequence[datetime], plan: str | None, now: datetime
) -> datetime:
    """Until when to ask nothing after Clockify said that it was too much.

    *retry_after*: seconds, where it said; an hour at most. Where it did not say: until the
    oldest request of the last hour (of a paid plan: second) is that old.
    """
    if retry_after is not None:
        return now + min(max(timedelta(seconds=retry_after), timedelta(seconds=1)), HOUR)
    span = span_of(plan)
    recent = _recent(times, span, now)
    return (min(recent) if recent else now) + span


def _is_closed(until: datetime, now: datetime) -> bool:
    """Whether nothing may be asked; nobody closes a window for over an hour."""
    return now < until <= now + HOUR + AHEAD


def _recent(times: Sequence[datetime], span: timedelta, now: datetime) -> list[datetime]:
    """Those of *times* that count towards a limit in *span*."""
    return [at for at in times if now - span < at <= now + min(span, AHEAD)]
