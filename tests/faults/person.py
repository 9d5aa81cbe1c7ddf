"""A signed-in person: a home, a clock, and the program run there, with a record of its output."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from clockify_cli.__main__ import main
from clockify_cli.api import session
from tests.crash.trace import Program, Run
from tests.fake_clockify import FakeClockify
from tests.waits import Silence, waits

DEADLINE = 1.0
"""Seconds that a command may spend on sending, if it is in a hurry."""
PATIENT = 300.0
"""The usual deadline: what the server answers at once must not fail on a busy machine."""
NORMAL = 20.0
"""Seconds of processor time, a hundred times a command's, that a machine shared with others may
report although it was not ours."""
SETTLE = 120.0
FAR = "America/Los_Angeles"


@dataclass
class Machine:
    """The time of a machine: it passes, and a test may let more of it pass.

    *off*: the error of the wall clock.
    """

    skipped: float = 0.0
    off: float = 0.0
    boots: int = 1
    booted: float = 1_700_000_000.0
    names_boots: bool = True
    """Whether the system has a name for each boot."""

    def true(self) -> float:
        """Return seconds since 1970 by a correct clock."""
        return time.time() + self.skipped

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.wall()), UTC)

    def wall(self) -> float:
        return self.true() + self.off

    def boottime(self) -> float:
        return self.true() - self.booted

    def boot_id(self) -> str:
        return f"boot {self.boots}" if self.names_boots else ""

    def restarts(self) -> None:
        """Restart the machine."""
        self.boots += 1
        self.booted = self.true()

    def sleep(self, seconds: float) -> None:
        self.skipped += max(0.0, seconds)


@dataclass
class Still(Machine):
    """A machine whose time passes only when a test says so."""

    at: float = field(default_factory=lambda: float(int(time.time())))

    def true(self) -> float:
        return self.at + self.skipped


@dataclass(frozen=True)
class Told:
    """One command, its answer, and how many seconds it cost.

    These are the seconds of waiting in vain plus what processor time exceeds `NORMAL`; a busy
    machine affects neither.
    """

    args: tuple[str, ...]
    run: Run
    seconds: float

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Return the entries in the output of ``--json``."""
        found = json.loads(self.run.out) if self.run.out else []
        rows = found if isinstance(found, list) else found.get("entries", [found])
        return [row for row in rows if "timeInterval" in row]


@dataclass
class Person:
    """A person at the machine *machine* whose state is under *folder*.

    *told* keeps every answer: what was acknowledged has to be found there.
    """

    folder: Path
    machine: Machine = field(default_factory=Machine)
    environ: dict[str, str] = field(default_factory=dict)
    bytecode: Path | None = None
    fake: FakeClockify | None = None
    told: list[Told] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def program(self) -> Program:
        """Return the same program in processes of its own."""
        return Program(self.home, self.bytecode)

    def __call__(self, *args: str, typed: str = "") -> Told:
        """Run a command in this process, on the person's own clock."""
        out, err = io.StringIO(), io.StringIO()
        stdin = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
        silence = Silence(self.fake.is_silent, self.machine.sleep) if self.fake else None
        begun = time.thread_time()
        with (
            waits(silence) as waited,
            patch.object(session, "Session", partial(session.Session, monotonic=waited.monotonic)),
            patch.dict(os.environ, {**self.program.environ, **self.environ}, clear=True),
            patch.object(sys, "stdin", stdin),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = main(list(args), clock=self.machine)
        spent = time.thread_time() - begun
        seconds = waited.in_vain + max(0.0, spent - NORMAL)
        if waited.longest > PATIENT:
            seconds = float("inf")
        return self.note(args, Run(code, out.getvalue(), err.getvalue()), seconds)

    def note(self, args: tuple[str, ...], run: Run, seconds: float = 0.0) -> Told:
        """Record the answer of a separate process."""
        self.told.append(Told(args, run, seconds))
        return self.told[-1]

    def run_with(self, variable: str, value: str, *args: str) -> int:
        """Return the exit code of a command with one more environment variable."""
        kept = dict(self.environ)
        self.environ[variable] = value
        try:
            return self(*args).run.code
        finally:
            self.environ = kept

    def ok(self, *args: str, typed: str = "") -> Told:
        """Run a command that has to succeed."""
        told = self(*args, typed=typed)
        assert told.run.code == 0, told
        return told

    def sign_in(self, fake: FakeClockify, settle: float = SETTLE, url: str = "") -> None:
        """Sign in to *fake*, at *url* if that differs from its own."""
        self.ok("login", "--with-key", "--api-url", url or fake.url, typed=fake.key)
        self.fake = fake
        text = self._config.read_text("utf-8").replace("[default]\n", '[default]\ntz = "UTC"\n', 1)
        times = f'deadline = "{PATIENT:.0f}s"\nsettle = "{settle:.0f}s"\n'
        self._config.write_text(f"{text}\n[default.sync]\n{times}", "utf-8")

    @property
    def _config(self) -> Path:
        return self.home / "config" / "config.toml"

    def hurry(self, seconds: float = DEADLINE) -> None:
        """Set the deadline for sending; by default a short one."""
        text = self._config.read_text("utf-8")
        deadline = f'deadline = "{seconds:.0f}s"\n'
        self._config.write_text(re.sub(r'deadline = "\d+s"\n', deadline, text), "utf-8")

    def seen(self) -> list[dict[str, Any]]:
        """Return every entry as the timesheet shows it, without asking Clockify."""
        shown: list[dict[str, Any]] = self.ok("log", "all", "--offline", "--json").entries
        return shown

    def queue(self) -> list[dict[str, Any]]:
        """Return what waits, and what needs a decision."""
        told = self("queue", "--offline", "--json")
        assert told.run.code in (0, 9), told
        rows: list[dict[str, Any]] = json.loads(told.run.out)
        return rows


@contextmanager
def signed_in(
    folder: Path, *, tls: bool = False, settle: float = SETTLE, bytecode: Path | None = None
) -> Iterator[tuple[Person, FakeClockify]]:
    """Yield a person signed in to a paid Clockify of their own, whose clock agrees with theirs.

    Their zone in Clockify is far from the machine's.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    machine = Machine()
    with FakeClockify(plan="PRO", zone=FAR, clock=machine.true, tls=tls) as fake:
        environ = {} if fake.ca_file is None else {"REQUESTS_CA_BUNDLE": str(fake.ca_file)}
        person = Person(folder, machine, environ, bytecode)
        person.sign_in(fake, settle)
        yield person, fake
