"""Checks for every request: one sender at a time, an unchanged timesheet, the request limit.

The system holds the lock and frees it the moment its owner dies. Its file is never removed:
removing it while it is held would let a second sender in.
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
"""*busy*: another process is sending, also our rows. *unsupported*: nothing may be sent."""

_TRIES = 5


@contextmanager
def sole_sender(path: Path) -> Iterator[Held]:
    """Try to be the only sender while the block runs; never waits.

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
    # Somebody keeps replacing the file: a lock on any of the files proves nothing.
    return _open(path), "unsupported"


def _open(path: Path) -> int:
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.open(path, flags, 0o600)


def _is_still(path: Path, descriptor: int) -> bool:
    """Return whether the locked file is the one that others will lock."""
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

    # Imported by name, because type checkers do not know the module on every system.
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
"""The most characters read from the file."""


def machine_id() -> str:
    """Return an identifier of this machine (or container); empty if there is none."""
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
    """Make every open row UNKNOWN if this is not the timesheet last seen here; return whether.

    *note*: the file outside the database; *machine*: from `machine_id`; *own*: the change that this
    command has acknowledged, if any. Call it with the lock held, before anything is sent.
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
    """Change the mark, so that earlier copies of the database are recognized as copies.

    A kill at any point of this leaves a matching pair.
    """
    old, new = meta_value(db, _MARK), os.urandom(8).hex()
    file = _file_number(db.path)
    _write(note, [new, old or "", file])
    with db.transaction():
        put_meta(db, _MARK, new)
    _write(note, [new, file])


def _file_number(path: Path) -> str:
    """Return a number that a copy of the file at *path*, put in its place, usually does not share.

    Writing into the file, as `restore` does, keeps its inode number; a copy usually has another.
    """
    return f"{_FILE}{os.stat(path).st_ino}"


def _write(note: Path, marks: list[str]) -> None:
    private_folder(note.parent)
    fresh = note.with_name(f"{note.name}.new")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        # A file left there by a kill or by somebody else is not written to: it may be a link or
        # pipe.
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, flags, PRIVATE_FILE), "w", encoding="ascii") as file:
            json.dump(marks, file)
        os.replace(fresh, note)
    except OSError as error:
        raise StoreError(
            f"{note} cannot be written: {error.strerror or error}", "Move away what is there."
        ) from error


def _fits(mark: str | None, file: str, note: Path) -> bool:
    """Return whether the database with *mark*, in the *file* of that number, is the one last seen.

    A database without a mark has never sent anything, if the note is missing too. An unreadable
    note proves nothing.
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
    """Return the marks in the note; the database has one of them."""
    # Opening a pipe before its kind is known would block.
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
"""A change of the clock difference by this many seconds is noted."""


class LedgerLimiter:
    """Records the requests of *account* and enforces the limits; *plan_of* returns a plan.

    *serves* is the purpose of the requests: a read that decides what became of a write counts as
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
        """Record the request. Raises LimitReached, with the time, if it may not be sent."""
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
        """Wait if the limit is one of requests per second."""
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
        """Record the result; return until when requests are blocked, if this answer blocked them.

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
        # Clockify gives whole seconds: adding half a second gives the middle of the range.
        if abs(skew + 0.5 - skew_of(self._db, self._account)) > NOTICEABLE:
            put_meta(self._db, _skew_key(self._account), f"{skew + 0.5:.1f}")


def verdict_now(
    db: StoreConnection, workspace: str, plan: str | None, kind: Purpose, now: datetime
) -> Allowed | ClosedUntil:
    """Return whether a request for *workspace* may be sent: Allowed or ClosedUntil."""
    times = accounts.request_times(db, workspace, now - span_of(plan))
    return allowed(kind, times, accounts.closed_until(db, workspace), plan, now)


def is_short(closed: ClosedUntil, now: datetime) -> bool:
    """Return whether to wait for the limit instead of reporting it."""
    return closed.when - now <= SHORT


def left_now(db: StoreConnection, workspace: str, plan: str | None, now: datetime) -> int | None:
    """Return the most requests left in this hour; None if the plan has no such limit."""
    times = accounts.request_times(db, workspace, now - HOUR)
    return left(times, accounts.closed_until(db, workspace), plan, now)


def bulk_left_now(
    db: StoreConnection, workspace: str, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """Return how many writes of a large change may be sent, and when the next; see `bulk_now`."""
    times = accounts.request_times(db, workspace, now - HOUR)
    return bulk_now(times, accounts.closed_until(db, workspace), plan, now)


def limit_reached(until: datetime) -> LimitReached:
    """Return the error that says when the next request is possible."""
    return LimitReached(
        "the request limit is reached",
        "Until then your local copy is used, and your changes are sent later.",
        until=until,
    )


def skew_of(db: StoreConnection, account: str) -> float:
    """Return the seconds by which Clockify's clock was ahead when it last answered."""
    found = meta_value(db, _skew_key(account))
    return float(found) if found else 0.0


def instant(db: StoreConnection, account: str, clock: Clock) -> Instant:
    """Return the current moment on the three clocks."""
    wall = clock.wall()
    return Instant(wall + skew_of(db, account), wall, clock.boottime(), clock.boot_id())


WARN_SKEW = timedelta(seconds=30)
REFUSE_SKEW = timedelta(minutes=5)


def judge_skew(skew: float) -> Literal["fine", "warn", "refuse"]:
    """Judge a clock that differs by *skew* seconds, for a time that means now."""
    if abs(skew) > REFUSE_SKEW.total_seconds():
        return "refuse"
    return "warn" if abs(skew) > WARN_SKEW.total_seconds() else "fine"


def _skew_key(account: str) -> str:
    return f"skew:{account}"


Purpose = Literal["read", "write", "bulk"]
"""The purpose of a request; *bulk*: a write of a large change, for which no timer must wait."""

HOUR = timedelta(hours=1)
FREE_LIMIT = 30
KEPT_FOR_WRITES = 5
"""How many of the requests are reserved: reads leave these to writes, large changes to timers."""
PAID_LIMIT = 50
"""Requests per second."""

AHEAD = timedelta(minutes=1)
"""Tolerance for other processes that record a request at the same time. A request recorded further
in the future means that the clock was set back since."""

FREE_PLANS = frozenset({"FREE", "SELF_HOSTED_FREE"})


@dataclass(frozen=True, slots=True)
class Allowed:
    """The request may be sent."""


@dataclass(frozen=True, slots=True)
class ClosedUntil:
    """The request may not be sent before *when* (aware UTC)."""

    when: datetime


def is_free(plan: str | None) -> bool:
    """Return whether the plan allows only 30 requests an hour, as unknown plans are assumed to."""
    return plan is None or plan.upper() in FREE_PLANS


def span_of(plan: str | None) -> timedelta:
    """Return how far back requests count."""
    return HOUR if is_free(plan) else timedelta(seconds=1)


def allowed(
    kind: Purpose,
    times: Sequence[datetime],
    closed_until: datetime | None,
    plan: str | None,
    now: datetime,
) -> Allowed | ClosedUntil:
    """Return whether a request may be sent at *now*.

    *times*: when earlier ones were sent (ascending, aware UTC; an hour back is enough).
    *closed_until*: the result of an answer "too many requests".
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
    """Return the most requests left in this hour (others share the limit); None: no such limit."""
    if not is_free(plan):
        return None
    if closed_until is not None and _is_closed(closed_until, now):
        return 0
    return max(0, FREE_LIMIT - len(_recent(times, HOUR, now)))


def bulk_now(
    times: Sequence[datetime], closed_until: datetime | None, plan: str | None, now: datetime
) -> tuple[int, datetime] | None:
    """Return how many writes of a large change may be sent at *now*, and when the next one.

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
    """Return until when to send nothing after Clockify reported too many requests.

    *retry_after*: seconds, if Clockify gave them; an hour at most. Otherwise, until the oldest
    request of the last hour (on a paid plan: second) is that old.
    """
    if retry_after is not None:
        return now + min(max(timedelta(seconds=retry_after), timedelta(seconds=1)), HOUR)
    span = span_of(plan)
    recent = _recent(times, span, now)
    return (min(recent) if recent else now) + span


def _is_closed(until: datetime, now: datetime) -> bool:
    """Return whether requests are blocked; no block lasts longer than an hour."""
    return now < until <= now + HOUR + AHEAD


def _recent(times: Sequence[datetime], span: timedelta, now: datetime) -> list[datetime]:
    """Return the *times* that count towards a limit within *span*."""
    return [at for at in times if now - span < at <= now + min(span, AHEAD)]
