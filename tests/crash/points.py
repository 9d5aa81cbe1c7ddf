"""Takes a command through every moment at which it could be hit, and judges the result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.crash.timesheets import (
    SCENARIOS,
    Scenario,
    Seen,
    assert_private,
    files,
    prepare,
    seen,
)
from tests.crash.trace import Program, Run, calls_made

NEXT = ("add", "Afterwards", "2025-01-07", "9-10")
MOST_POINTS = 2_000
"""No command makes this many calls; one that seems to is stuck."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A command, its prepared timesheet, and the result of an undisturbed run."""

    program: Program
    scenario: Scenario
    prepared: Path
    before: Seen
    after: Seen

    def reset(self) -> None:
        """Restore the prepared timesheet."""
        shutil.rmtree(self.program.home, ignore_errors=True)
        if self.prepared.exists():
            shutil.copytree(self.prepared, self.program.home)

    def trace(self) -> list[str]:
        """Return strace's lines for an undisturbed run, one for each call."""
        self.reset()
        run, lines = self.program.traced(*self.scenario.command)
        assert run.code == 0, run
        return lines

    def points(self) -> list[tuple[str, int]]:
        """Return each call of an undisturbed run, by name and number."""
        return list(calls_made(self.trace()))

    def hit(self, call: str, number: int, fault: str) -> Run:
        """Run the command on the prepared timesheet; its *number*-th *call* meets *fault*."""
        self.reset()
        return self.program.injected(call, number, fault, *self.scenario.command)

    def kills(self, call: str, step: int = 1, most: int = MOST_POINTS) -> Iterator[tuple[int, Run]]:
        """Yield the runs killed at the first *call*, *step* later… until the command completes.

        At most *most* runs are tried.
        """
        for number in range(1, most + 1, step):
            run = self.hit(call, number, "signal=KILL")
            if not run.killed:
                return
            yield number, run
        assert most < MOST_POINTS, f"{call} does not end"

    def left(self) -> Seen:
        """Return what the command left, seen after another command, which has to cope with it."""
        home = self.program.home
        assert_private(home)
        following = self.program.run_here(*NEXT)
        assert following.code == 0, following
        # The next command cleans up whatever the killed one had begun.
        assert files(home) <= {"config/config.toml", "data/timesheet.db", "state/timer"}, files(
            home
        )
        assert_private(home)
        return _without_next(seen(home))


def set_stage(program: Program, name: str) -> Stage:
    """Return the scenario called *name*, after one run to its end."""
    scenario = SCENARIOS[name]
    program = replace(program, typed=scenario.typed)
    prepare(program, scenario)
    prepared = program.home.with_name("prepared")
    if program.home.exists():
        shutil.copytree(program.home, prepared)
    before = seen(program.home)
    run = program.run(*scenario.command)
    assert run.code == 0, run
    return Stage(program, scenario, prepared, before, seen(program.home))


def _without_next(found: Seen) -> Seen:
    """Return *found* as it was before `NEXT`, which must be there once."""
    added = (NEXT[1], "", False)
    detail = (NEXT[1], False, "2025-01-07 09:00:00 2025-01-07 10:00:00")
    change = ("do", NEXT[0], NEXT[1])
    assert found.entries.count(added) == 1
    assert found.changes[-1] == change
    entries = tuple(entry for entry in found.entries if entry != added)
    details = tuple(each for each in found.details if each != detail)
    return replace(found, entries=entries, changes=found.changes[:-1], details=details)
