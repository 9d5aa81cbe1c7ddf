"""The signed-in program in this process, with a Clockify behind a socket and a simulated time.

Machine and server share one true time, which moves only when a test lets it pass or the program
waits. The machine's own clock may be set wrong.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from clockify_cli.__main__ import main
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry
from tests.fake_clockify.request import Request
from tests.fake_clockify.server import Seen

TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday, ten o'clock in Berlin."""


@dataclass
class Time:
    """The true time, and how far the machine's clock is *off*."""

    true: float
    off: float = 0.0
    boots: int = 1
    booted: float = 1_700_000_000.0
    names_boots: bool = True
    """Whether the system has a name for each boot."""
    asleep: float = 0.0
    """Seconds for which the machine sleeps as soon as a request is on its way."""
    on_request: Callable[[], object] = bool
    """Called when a request arrives."""

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.wall()), UTC)

    def wall(self) -> float:
        return self.true + self.off

    def boottime(self) -> float:
        return self.true - self.booted

    def boot_id(self) -> str:
        return f"boot {self.boots}" if self.names_boots else ""

    def restarts(self) -> None:
        """Restart the machine."""
        self.boots += 1
        self.booted = self.true

    def sleep(self, seconds: float) -> None:
        self.true += seconds

    def at_server(self) -> float:
        """Return the true time when a request arrives."""
        self.on_request()
        self.true, self.asleep = self.true + self.asleep, 0.0
        return self.true

    def passes(self, **span: float) -> None:
        """Let the `timedelta` of *span* pass."""
        self.true += timedelta(**span).total_seconds()

    def comes(self, moment: datetime) -> None:
        """Move the time forward to *moment*."""
        self.true = max(self.true, moment.timestamp())


@dataclass(frozen=True)
class Done:
    """The output of one run of the program, and what the server saw of it."""

    code: int
    out: str
    err: str
    requests: tuple[Request, ...]

    @property
    def sent(self) -> list[str]:
        """The methods and the last words of the requested paths."""
        return [f"{each.method} {each.path.rpartition('/')[2]}" for each in self.requests]

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """The error printed with ``--json``."""
        return json.loads(self.err)["error"]


@dataclass
class Bench:
    """A home, and the Clockify that it is signed in to."""

    fake: FakeClockify
    time: Time
    home: Path
    environ: dict[str, str] = field(default_factory=dict)
    strict: bool = True
    """Whether a command that fails unexpectedly (exit 1) fails the test at once."""
    typist: bool = False
    """Whether standard input is a terminal."""
    screen: bool = False
    """Whether standard output is a terminal."""
    shown: io.TextIOWrapper | None = None
    """The stream that the latest run writes to."""

    def __call__(self, *args: str, typed: str = "", **environ: str) -> Done:
        """Run one command line; *typed* is the standard input, which is not a terminal."""
        seen = len(self.fake.requests)
        out, err, stdin = _stream("", self.screen), _stream(), _stream(typed, self.typist)
        self.shown = out
        with (
            mock.patch.dict(os.environ, {**self._environment(), **environ}, clear=True),
            mock.patch.object(sys, "stdin", stdin),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main(list(args), clock=self.time)
        done = Done(code, _written(out), _written(err), tuple(self.fake.requests[seen:]))
        if self.strict:
            assert code != 1, f"{args}: {done.err}"
        return done

    def _environment(self) -> dict[str, str]:
        kept = {"PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE"}
        passed = {name: value for name, value in os.environ.items() if name in kept}
        own = {"HOME": str(self.home), "CLOCKIFY_HOME": str(self.home / "clockify")}
        return {**passed, **own, "TZ": "Europe/Berlin", "LANG": "C.UTF-8", **self.environ}

    def ok(self, *args: str, typed: str = "", **environ: str) -> Done:
        """Run a command that has to succeed."""
        done = self(*args, typed=typed, **environ)
        assert done.code == 0, f"{args}: exit {done.code}\n{done.err}"
        return done

    def login(self, *args: str) -> Done:
        return self.ok(
            "login", "--api-url", self.fake.url, "--with-key", *args, typed=self.fake.key
        )

    def config_file(self) -> Path:
        return self.home / "clockify" / "config" / "config.toml"

    def local_copy(self, *args: str) -> list[Comparable]:
        """Return every entry here, comparable to `server_copy`."""
        return sorted(map(_told, self.ok("log", "all", "--offline", "--json", *args).json))

    def server_copy(self) -> list[Comparable]:
        """Return every entry of the user on the server."""
        return sorted(map(_held, self.fake.entries()))


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def _stream(text: str = "", terminal: bool = False) -> io.TextIOWrapper:
    made = _Terminal if terminal else io.TextIOWrapper
    return made(io.BytesIO(text.encode()), encoding="utf-8", newline="")


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()


@dataclass(frozen=True)
class _Left:
    """The result of a first login: a home, what the server saw, and the time when it ended."""

    home: Path
    seen: Seen
    time: float


class FirstLogins:
    """Signs benches in: with `Bench.login` once for each kind of bench, later by copying.

    Copied are the home and what the server saw. Only for tests that are not about signing in.
    *folder* keeps the homes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left: dict[str, _Left] = {}

    def sign_in(self, clockify: Bench) -> None:
        """Sign *clockify* in; its home must be empty."""
        alike = _likeness(clockify)
        if alike in self._left:
            left = self._left[alike]
            shutil.copytree(left.home, clockify.home, dirs_exist_ok=True)
            clockify.fake.recall(left.seen)
            clockify.time.true = left.time
            return
        clockify.login()
        home = self._folder / str(len(self._left))
        shutil.copytree(clockify.home, home)
        self._left[alike] = _Left(home, clockify.fake.seen(), clockify.time.true)


@dataclass(frozen=True)
class _Prepared:
    """What steps have led to: a home, the state of the server, and the time when they ended."""

    home: Path
    state: bytes
    seen: Seen
    time: Time


class Preparations:
    """Takes the first steps of benches: once for each kind of bench, later by copying the result.

    Steps are a function of a module that changes the home, the server and the time, and nothing
    else. *folder* keeps the homes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[object, ...], _Prepared] = {}

    def take(self, clockify: Bench, steps: Callable[[Bench], object]) -> None:
        """Take *steps* with *clockify*, or let everything be as after them."""
        alike = (steps.__module__, steps.__qualname__, *_everything(clockify))
        if alike in self._made:
            made = self._made[alike]
            shutil.rmtree(clockify.home)
            shutil.copytree(made.home, clockify.home)
            _take_for_the_original(clockify.home / "clockify")
            clockify.fake.state.restore(made.state)
            clockify.fake.recall(made.seen)
            vars(clockify.time).update(vars(made.time), on_request=clockify.time.on_request)
            return
        steps(clockify)
        home = self._folder / str(len(self._made))
        shutil.copytree(clockify.home, home)
        state, seen = clockify.fake.state.saved(), clockify.fake.seen()
        self._made[alike] = _Prepared(home, state, seen, replace(clockify.time, on_request=bool))


def _take_for_the_original(home: Path) -> None:
    """Let the timesheet in *home* not be seen to be a copy, which is told by its inode number."""
    note = home / "state" / "sync.json"
    if note.exists():
        file = f"file {(home / 'data' / 'timesheet.db').stat().st_ino}"
        marks = [
            file if str(mark).startswith("file ") else mark for mark in json.loads(note.read_text())
        ]
        note.write_text(json.dumps(marks))


def _everything(clockify: Bench) -> tuple[object, ...]:
    """Return everything on which the effect of the next commands depends."""
    fake, time = clockify.fake, clockify.time
    files = sorted(path for path in clockify.home.rglob("*") if path.is_file())
    held = tuple((path.relative_to(clockify.home), path.read_bytes()) for path in files)
    server = (fake.url, fake.key, repr(fake.switches), fake.state.saved(), len(fake.requests))
    settings = (sorted(clockify.environ.items()), clockify.typist, clockify.screen)
    return (*server, held, repr(replace(time, on_request=bool)), repr(settings))


def _likeness(clockify: Bench) -> str:
    """Return everything that a first login depends on, as a text."""
    fake, time = clockify.fake, clockify.time
    assert not fake.requests
    assert not any(clockify.home.iterdir())
    server = (fake.url, fake.key, fake.switches, fake.state.everything(), fake.state.revoked)
    return repr((server, replace(time, on_request=bool), clockify.environ, clockify.typist))


Comparable = tuple[Any, ...]


def _told(entry: dict[str, Any]) -> Comparable:
    span = entry["timeInterval"]
    return (
        _seconds(span["start"]),
        _seconds(span["end"]) or 0,
        entry["description"],
        entry["projectId"] or "",
        entry["taskId"] or "",
        tuple(sorted(entry["tagIds"] or ())),
        entry["billable"],
        entry["id"] or "",
    )


def _seconds(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def _held(entry: Entry) -> Comparable:
    return (
        entry.start,
        entry.end or 0,
        entry.description,
        entry.project_id or "",
        entry.task_id or "",
        tuple(sorted(entry.tag_ids or ())),
        entry.billable,
        entry.id,
    )


@contextmanager
def bench(folder: Path, *, plan: str = "PRO", **switches: Any) -> Iterator[Bench]:
    """Yield a Clockify and an empty home, not yet signed in; it is ten o'clock in Berlin."""
    time = Time(TEN.timestamp())
    home = folder / "home"
    home.mkdir(0o700)
    with (
        _PLACE.port() as port,
        FakeClockify(plan=plan, clock=time.at_server, port=port, **switches) as fake,
    ):
        yield Bench(fake, time, home)


class _Place:
    """A port of this machine that stays reserved; one bench after the other uses it.

    So the address that a bench has stored is right for the next one.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._taken = False

    @contextmanager
    def port(self) -> Iterator[int]:
        """Yield the port; 0, which is any, while another bench uses it or where none can share."""
        if self._taken or sys.platform != "linux":
            yield 0
            return
        if self._socket is None:
            self._socket = socket.socket()
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.bind(("127.0.0.1", 0))
        self._taken = True
        try:
            yield self._socket.getsockname()[1]
        finally:
            self._taken = False


_PLACE = _Place()


def another(clockify: Bench) -> FakeClockify:
    """Return another Clockify, a few seconds ahead, so that its ids differ from the first's."""
    return FakeClockify(plan="PRO", clock=lambda: clockify.time.true + 7)


def sign_in(clockify: Bench, key: str, *options: str, url: str | None = None) -> Done:
    """Try to sign in with *key*, at *url* if it is not the bench's own Clockify."""
    where = ("--api-url", url or clockify.fake.url)
    return clockify("login", *where, "--with-key", *options, typed=key)
