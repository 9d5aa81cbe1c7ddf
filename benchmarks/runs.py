"""Pairs of runs: a command, and a bare interpreter right before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.programs import Program
from benchmarks.rows import PEAK_BAR, Row

MEASURE = Path(__file__).with_name("measure.py")


@dataclass(frozen=True, slots=True)
class Measure:
    """One run: processor seconds of it and its children, and its peak of memory in MiB."""

    seconds: float
    peak: float


@dataclass(frozen=True, slots=True)
class Result:
    """*multiple*: the cost in interpreter starts; *peak*: the highest memory, in MiB."""

    program: str
    row: Row
    multiple: float
    milliseconds: float
    peak: float

    @property
    def verdict(self) -> str:
        """``ok`` or ``over`` the limits."""
        return "ok" if self.multiple <= self.row.bar and self.peak <= PEAK_BAR else "over"


class CommandFailed(Exception):
    """A measured command failed."""


class Bench:
    """Measures commands; *python* belongs to an empty virtual environment."""

    def __init__(self, python: Path, runs: int) -> None:
        self._python = python
        self._runs = runs

    def prepare(self, program: Program, row: str) -> None:
        """Run the command of *row* once, unmeasured."""
        self._measure((str(program.path), *program.rows[row].words(0)), program.environ)

    def result(self, program: Program, row: Row) -> Result | None:
        """Return the medians of all runs of *row*; None if *program* has no such command."""
        spoken = program.rows.get(row.key)
        if spoken is None:
            return None
        bare: list[Measure] = []
        own: list[Measure] = []
        # The first pair only fills caches.
        for n in range(self._runs + 1):
            if spoken.before:
                self._measure((str(program.path), *spoken.before(n)), program.environ)
            bare.append(self._measure((str(self._python), "-c", "pass"), program.environ))
            own.append(
                self._measure((str(program.path), *spoken.words(n)), program.environ, row.terminal)
            )
        seconds = median(run.seconds for run in own[1:])
        return Result(
            program=program.name,
            row=row,
            multiple=seconds / median(run.seconds for run in bare[1:]),
            milliseconds=seconds * 1000,
            peak=max(run.peak for run in own[1:]),
        )

    def _measure(
        self, command: tuple[str, ...], environ: Mapping[str, str], terminal: bool = False
    ) -> Measure:
        kind = "terminal" if terminal else "pipe"
        done = subprocess.run(
            [str(self._python), "-I", "-S", str(MEASURE), kind, *command],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        seconds, peak, code = done.stdout.split() if done.returncode == 0 else ("0", "0", "127")
        if code != "0":
            raise CommandFailed(f"{' '.join(command)}: exit code {code}\n{done.stderr}")
        return Measure(float(seconds), int(peak) / 1024)


def python_version() -> str:
    """Return the version of the Python used for all measurements."""
    return ".".join(map(str, sys.version_info[:3]))
