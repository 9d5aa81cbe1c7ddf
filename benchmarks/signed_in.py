"""``python -m benchmarks.signed_in``: the cost of being signed in, with its limits.

Clockify is a server on this computer, so no network is measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.environments import empty_environment
from benchmarks.runs import MEASURE
from clockify_cli.domain.entry import EntryFields
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import journal
from clockify_cli.values import replace
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry

START_BAR = 22.0
"""Interpreter starts that a signed-in ``start`` may cost."""
JOURNAL_BAR = 5.0
"""Milliseconds that a write may spend on its journal row, from PENDING to APPLIED."""
PULL_SECONDS_BAR = 60.0
PULL_PEAK_BAR = 60.0
"""MiB while 100,000 entries are fetched."""
ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A measurement in *unit*, and its limit (*bar*)."""

    title: str
    value: float
    bar: float
    unit: str

    @property
    def verdict(self) -> str:
        """``ok`` or ``over``."""
        return "ok" if self.value <= self.bar else "over"

    def __str__(self) -> str:
        return (
            f"{self.title:44} {self.value:7.1f} {self.unit:4} (bar {self.bar:.0f}) {self.verdict}"
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """One run: elapsed and processor seconds, and the peak of memory in MiB."""

    seconds: float
    processor: float
    peak: float


@contextmanager
def signed_in(folder: Path, entries: int = 0) -> Iterator[tuple[FakeClockify, Mapping[str, str]]]:
    """Yield a Clockify with *entries* of the last year, and a person's environment in *folder*."""
    with FakeClockify(plan="PRO") as fake:
        _fill(fake, entries)
        environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder),
            "CLOCKIFY_HOME": str(folder / "home"),
            "CLOCKIFY_API_KEY": fake.key,
            "CLOCKIFY_API_URL": fake.url,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }
        yield fake, environ


def _fill(fake: FakeClockify, entries: int) -> None:
    now = int(fake.clock.now())
    fake.state.by = "seed"
    step = 350 * 86_400 // max(entries, 1)
    for number in range(entries):
        start = now - (number + 1) * step
        entry = Entry(
            fake.state.new_id(), fake.workspace_id, fake.user_id, start, start + step - 2, "Work"
        )
        with fake.state.lock:
            fake.state.put(entry)


def spent(command: list[str], environ: Mapping[str, str]) -> Spent:
    """Return the cost of *command*, which has to succeed."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(MEASURE), "pipe", *command],
        env=dict(environ),
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - begun
    processor, peak, code = done.stdout.split()
    if code != "0":
        raise RuntimeError(f"{command} exited with {code}: {done.stderr}")
    return Spent(seconds, float(processor), int(peak) / 1024)


def start_figure(program: list[str], folder: Path, runs: int) -> Figure:
    """Return the processor time of a signed-in ``start``, in starts of a bare interpreter."""
    python = empty_environment(folder / "empty")
    bare, own = [], []
    with signed_in(folder) as (_, environ):
        spent([*program, "sync"], environ)
        for number in range(runs + 1):
            bare.append(spent([str(python), "-c", "pass"], environ).processor)
            own.append(spent([*program, "start", f"Work {number}"], environ).processor)
    # The first pair only fills caches.
    value = median(own[1:]) / median(bare[1:])
    return Figure("start signed in, bare starts of Python", value, START_BAR, "x")


def pull_figures(program: list[str], folder: Path, entries: int = ENTRIES) -> list[Figure]:
    """Return time and memory of the first copy of a year with *entries*."""
    with signed_in(folder, entries) as (_, environ):
        found = spent([*program, "sync"], environ)
    return [
        Figure(f"{entries:,} entries fetched, time", found.seconds, PULL_SECONDS_BAR, "s"),
        Figure(f"{entries:,} entries fetched, memory", found.peak, PULL_PEAK_BAR, "MiB"),
    ]


def journal_figure(folder: Path, writes: int = 200) -> Figure:
    """Return the milliseconds that the journal adds to a write: insert, mark as sent, settle."""
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    fields = EntryFields(start=moment, end=moment + timedelta(hours=1), description="Work")
    folder.mkdir(mode=0o700, exist_ok=True)
    spans = []
    for _ in range(writes):
        begun = time.perf_counter()
        db = Database(folder / "timesheet.db")
        with db.change("w" * 24, verb="add", at=moment, account="a", user="u") as change:
            change.create_entry(fields)
        (row,) = journal.open_rows(db, "a")
        for state in ("SENDING", "APPLIED"):
            with db.transaction():
                journal.write(db, replace(row, state=state))
        db.close()
        spans.append(time.perf_counter() - begun)
    return Figure("a write with its row in the journal", 1000 * median(spans), JOURNAL_BAR, "ms")


def shown(figures: Iterable[Figure]) -> int:
    """Print each figure as it comes; exit code 1 if something exceeds its limit."""
    over = False
    for figure in figures:
        print(figure)
        over = over or figure.verdict == "over"
    return int(over)


def main() -> int:
    """Measure all three; exit code 1 if something exceeds its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signed_in", description=__doc__)
    parser.add_argument("-n", "--runs", type=int, default=20, help="paired runs (default 20)")
    parser.add_argument("--entries", type=int, default=ENTRIES, help="default 100000")
    asked = parser.parse_args()
    program = [str(Path(sys.executable).with_name("clockify"))]
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        figures = [journal_figure(folder / "journal")]
        (folder / "start").mkdir()
        figures.append(start_figure(program, folder / "start", asked.runs))
        (folder / "pull").mkdir()
        figures += pull_figures(program, folder / "pull", asked.entries)
    return shown(figures)


if __name__ == "__main__":
    sys.exit(main())
