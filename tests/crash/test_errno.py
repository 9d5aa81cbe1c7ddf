"""Tests of disk errors: a command reports them and does nothing, or has done what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle

import pytest

from tests.crash.points import Stage, set_stage
from tests.crash.timesheets import SCENARIOS
from tests.crash.trace import Program, Run

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EROFS")
SAMPLE = 4


def assert_told(run: Run) -> None:
    """Assert that the failure is one clear line, with the next step below it."""
    assert run.code == 1, run
    lines = run.err.splitlines()
    assert lines[0].startswith("error: "), run
    assert 1 <= len(lines) <= 3, run
    assert "Traceback" not in run.err


def _judge(stage: Stage, run: Run, where: str) -> None:
    left = stage.left()
    assert "Traceback" not in run.err, where
    if run.code == 0 or "is recorded" in run.err:
        assert left == stage.after, f"{where}: {run}"
    elif "othing was changed" in run.err:
        assert left == stage.before, f"{where}: {run}"
    assert left in (stage.before, stage.after), f"{where}: {run}"
    if run.code:
        assert_told(run)


def _sampled(stage: Stage) -> Iterator[tuple[str, int, str]]:
    """Yield half of the calls and some of the many writes, with one error each, errors in turn."""
    errors = cycle(ERRORS)
    for call, number in stage.points():
        if number % (SAMPLE if call == "pwrite64" else 2) == 1:
            yield call, number, next(errors)


def _all(stage: Stage) -> Iterator[tuple[str, int, str]]:
    for call, number in stage.points():
        for error in ERRORS:
            yield call, number, error


@pytest.mark.parametrize(
    ("name", "points"),
    [
        pytest.param("add", _sampled, id="add-sampled"),
        *(pytest.param(name, _all, marks=pytest.mark.long, id=name) for name in SCENARIOS),
    ],
)
def test_an_error_of_the_disk_at_any_write_is_told_and_leaves_no_half(
    name: str,
    points: Callable[[Stage], Iterator[tuple[str, int, str]]],
    program: Program,
    tell: Callable[[str], None],
) -> None:
    stage = set_stage(program, name)
    codes = {0: 0, 1: 0}
    for call, number, error in points(stage):
        run = stage.hit(call, number, f"error={error}")
        _judge(stage, run, f"{error} at {call} {number}")
        codes[run.code] += 1
    tell(f"{name}: {sum(codes.values())} errors, all passed ({codes[1]} told, {codes[0]} harmless)")
    assert codes[1] > 10


def test_a_limit_on_the_size_of_files_loses_nothing_that_was_told(program: Program) -> None:
    stage = set_stage(program, "add")
    codes = []
    for blocks in range(0, 400, 80):
        stage.reset()
        # A block is 512 bytes for a POSIX shell.
        run = program.run_in_shell(f'ulimit -f {blocks}; exec "$@"', *stage.scenario.command)
        _judge(stage, run, f"no file over {blocks} blocks")
        codes.append(run.code)
    assert set(codes) == {0, 1}
