"""Terminal sessions in documents: run them again, and compare or rewrite their output.

A fenced block of the language ``console`` is a session: lines that begin with ``$ `` are typed into
bash, a line such as ``# 10:15`` sets the clock, everything else is terminal output. ``no network``
may follow the time, and applies until the next time that is set. An HTML comment ``<!-- session
2026-11-24 09:02 -->`` sets date and time; ``<!-- fresh session … -->`` begins with an empty home,
``<!-- fresh session … with Clockify -->`` with one beside its own Clockify, whose key is in
``key.txt``. The terminal has 80 columns and no color; the zone is Europe/Berlin.

``python -m tests.transcripts README.md`` writes the current output into the document.
"""

from __future__ import annotations

import atexit
import json
import os
import pty
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from tests.fake_clockify import FakeClockify
from tests.typist import END

ZONE = ZoneInfo("Europe/Berlin")
ROOT = Path(__file__).parent.parent
_COMMENT = re.compile(r"<!-- (fresh )?session (\d{4}-\d\d-\d\d \d\d:\d\d)( with Clockify)? -->")
_CLOCK = re.compile(r"# (\d\d):(\d\d)(, no network)?$")
_ID = re.compile(r"\b([0-9a-f]{32}|[0-9a-f]{24})\b|(?<=  )[0-9a-f]{8}$")
_MASKED = re.compile(r"\*{4}\w{4}")
_TAIL = re.compile(
    r"^((?:Started|Stopped|Resumed|Added|Changed|Unchanged|Split|Kept|Joined|Now|Had ended"
    r"|Already done:)  .*\S) +[0-9a-f]{4,}$"
)
"""The short id after a line that reports a change; it differs each time."""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
REAL = "https://api.clockify.me"


@dataclass(slots=True)
class Step:
    """A command typed at *now*, on line *line* of the document, and its documented output."""

    line: int
    command: str
    now: datetime
    fresh: bool
    clockify: bool
    network: bool
    shown: list[str] = field(default_factory=list)


def steps(document: str) -> Iterator[Step]:
    """Yield the commands of every session in *document*, in order."""
    now, fresh, inside = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE), True, False
    clockify, network = False, True
    step: Step | None = None
    for number, line in enumerate(document.splitlines()):
        comment = _COMMENT.search(line)
        if comment:
            now = datetime.fromisoformat(comment[2]).replace(tzinfo=ZONE)
            fresh, network = fresh or bool(comment[1]), True
            clockify = bool(comment[3]) if comment[1] else clockify
        elif line.startswith("```"):
            inside = line == "```console"
            if step is not None:
                yield step
            step = None
        elif inside and (line.startswith("$ ") or _CLOCK.match(line)):
            if step is not None:
                yield step
            step = None
            if clock := _CLOCK.match(line):
                now = now.replace(hour=int(clock[1]), minute=int(clock[2]))
                network = clock[3] is None
            else:
                step, fresh = Step(number, line[2:], now, fresh, clockify, network), False
        elif inside and step is not None:
            step.shown.append(line)


class _Typist:
    """A process on its own terminal, where all commands of a session are typed."""

    def __init__(self) -> None:
        self.screen, theirs = pty.openpty()
        asking, asked = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.typist", str(asking)],
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env={**os.environ, "LANG": "C.UTF-8", "TZ": ZONE.key, "PYTHONPATH": str(ROOT)},
            pass_fds=[asking],
            start_new_session=True,
        )
        os.close(theirs)
        os.close(asking)
        self.asked = os.fdopen(asked, "w")

    def type(self, step: Step, environ: dict[str, str], folder: Path) -> str:
        """Return the terminal output after *step* was typed."""
        asking = {
            "command": step.command,
            "now": step.now.isoformat(),
            "env": environ,
            "folder": str(folder),
        }
        self.asked.write(json.dumps(asking) + "\n")
        self.asked.flush()
        shown = b""
        while not shown.endswith(END):
            shown += os.read(self.screen, 65536)
        return shown.removesuffix(END).decode()

    def close(self) -> None:
        """Leave the terminal."""
        self.asked.close()
        self.process.wait()
        os.close(self.screen)


@cache
def _typist() -> _Typist:
    """Return the typist of this process: importing the whole program takes long."""
    typist = _Typist()
    atexit.register(typist.close)
    return typist


@dataclass(slots=True)
class Terminal:
    """Runs the steps of a document; its home is removed with the folder."""

    folder: Path
    homes: int = 0
    clockify: FakeClockify | None = None
    reachable: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def show(self, step: Step) -> list[str]:
        """Return the current output lines of *step*."""
        if step.fresh or not self.homes:
            self._begin(step)
        home = self.folder / f"home{self.homes}"
        if self.clockify is not None:
            self.clockify.clock.set(step.now)
            if step.network != self.reachable:
                (self.clockify.accept_again if step.network else self.clockify.refuse)()
                self.reachable = step.network
        text = _typist().type(step, self._environment(step, home), home)
        text = _ADDRESS.sub(REAL, text.replace("\r\n", "\n").replace(str(home), "~"))
        return [_TAIL.sub(r"\1", line.rstrip()) for line in text.splitlines()]

    def _begin(self, step: Step) -> None:
        self._leave()
        self.homes += 1
        home = self.folder / f"home{self.homes}"
        home.mkdir()
        if step.clockify:
            # Its clock stands still where a step sets it, however long the machine takes.
            self.clockify = FakeClockify(plan="FREE", zone=ZONE.key, clock=lambda: 0.0).__enter__()
            self.clockify.clock.set(step.now)
            client = self.clockify.add_client("Acme")
            self.clockify.add_project("Website", client_id=client.id, billable=True)
            (home / "key.txt").write_text(self.clockify.key + "\n")

    def _leave(self) -> None:
        if self.clockify is not None:
            self.clockify.__exit__(None, None, None)
            # Leave no key behind.
            (self.folder / f"home{self.homes}" / "key.txt").unlink()
        self.clockify, self.reachable = None, True

    def _environment(self, step: Step, home: Path) -> dict[str, str]:
        bin_ = self.folder / "bin"
        bin_.mkdir(exist_ok=True)
        program = bin_ / "clockify"
        words = [sys.executable, "-m", "tests.run_at", "--now", step.now.isoformat(), "--"]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
        program.chmod(0o755)
        passed = {"COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE"}
        return {
            **{name: value for name, value in os.environ.items() if name in passed},
            "PATH": f"{bin_}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            "TZ": ZONE.key,
            "LANG": "C.UTF-8",
            "TERM": "xterm",
            "NO_COLOR": "1",
            "COLUMNS": "80",
            "LINES": "100",
            **({"CLOCKIFY_API_URL": self.clockify.url} if self.clockify else {}),
        }


def comparable(lines: list[str]) -> list[str]:
    """Return *lines* without what differs from run to run: ids, masked keys, trailing space."""
    kept = [_MASKED.sub("****", _ID.sub("<id>", line.rstrip())) for line in lines]
    while kept and not kept[-1]:
        kept.pop()
    return kept


def rewrite(path: Path) -> None:
    """Rewrite the document at *path* with the current output of each command."""
    lines = path.read_text().splitlines()
    with tempfile.TemporaryDirectory() as folder, Terminal(Path(folder)) as terminal:
        done = [(step, terminal.show(step)) for step in steps(path.read_text())]
    for step, shown in reversed(done):
        start = step.line + 1
        old = lines[start : start + len(step.shown)]
        if comparable(old) != comparable(shown):
            gap = [""] if step.shown and not step.shown[-1] else []
            lines[start : start + len(step.shown)] = [*shown, *gap]
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        rewrite(Path(name))
