"""Tests that a command killed at any moment is done once or not at all, and the next works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from tests.crash.points import MOST_POINTS, Stage, set_stage
from tests.crash.timesheets import SCENARIOS
from tests.crash.trace import WRITES, Program

SAMPLE = 5
"""The quick suite takes every fifth of the many writes of pages, and half of the other calls."""


def _kill_everywhere(stage: Stage, step: int) -> dict[str, int]:
    """Return how often the command was killed, by call; asserts what was left each time.

    With a *step* over 1, only every second one of the other calls is tried.
    """
    kills = {}
    made = Counter(call for call, _ in stage.points()) if step > 1 else {}
    for call in WRITES:
        kills[call] = 0
        each = step if call == "pwrite64" else min(step, 2)
        most = made[call] if step > 1 else MOST_POINTS
        for number, run in stage.kills(call, each, most):
            left = stage.left()
            wanted = [stage.after] if run.acknowledged else [stage.before, stage.after]
            assert left in wanted, f"killed at {call} {number}: {run}"
            kills[call] += 1
    return kills


@pytest.mark.parametrize(
    ("name", "step"),
    [
        pytest.param("start", SAMPLE, id="start-sampled", marks=pytest.mark.long),
        pytest.param("add", SAMPLE, id="add-sampled"),
        *(pytest.param(name, 1, marks=pytest.mark.long, id=name) for name in SCENARIOS),
    ],
)
def test_a_command_killed_at_any_write_is_done_once_or_not_at_all(
    name: str, step: int, program: Program, tell: Callable[[str], None]
) -> None:
    kills = _kill_everywhere(set_stage(program, name), step)
    places = ", ".join(f"{call} {count}" for call, count in kills.items() if count)
    tell(f"{name}: {sum(kills.values())} kill points, all passed ({places})")
    assert kills["pwrite64"] > 10
    assert kills["fdatasync"] > 0
    assert kills["write"] > 0
