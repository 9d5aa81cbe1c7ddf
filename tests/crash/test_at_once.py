"""Tests with many processes at one timesheet: nothing acknowledged is lost, nobody fails."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.timesheets import SCENARIOS, assert_private, database, files, prepare, seen
from tests.crash.trace import Program, ended

EIGHT = range(8)
LONG = pytest.mark.long


def _adding(name: str, number: int) -> tuple[str, ...]:
    day, hour = divmod(number, 20)
    return ("add", name, f"2025-01-{day + 1:02}", f"{hour}:00-{hour}:30", "--overlap")


def _descriptions(home: Path) -> Counter[str]:
    return Counter(text for text, _, _ in seen(home).entries)


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=LONG)])
def test_eight_processes_adding_at_once_all_find_their_entry_there_once(
    program: Program, rounds: int
) -> None:
    for turn in range(rounds):
        names = [f"Task {turn}.{number}" for number in EIGHT]
        running = [program.start(*_adding(name, n)) for n, name in enumerate(names)]
        runs = [ended(process) for process in running]
        assert [run.code for run in runs] == [0] * len(names), runs
        found = _descriptions(program.home)
        assert [found[name] for name in names] == [1] * len(names)
    assert len(seen(program.home).changes) == rounds * len(EIGHT)


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=LONG)])
def test_the_first_command_run_by_eight_at_once_makes_one_timesheet_of_all(
    program: Program, rounds: int, tmp_path: Path
) -> None:
    for turn in range(rounds):
        new = Program(tmp_path / f"home{turn}", program.bytecode)
        running = [new.start(*_adding(f"Task {number}", number)) for number in EIGHT]
        runs = [ended(process) for process in running]
        assert [run.code for run in runs] == [0] * len(runs), runs
        assert _descriptions(new.home) == {f"Task {number}": 1 for number in EIGHT}
        assert_private(new.home)
        assert files(new.home) == {"data/timesheet.db", "state/timer"}


@pytest.mark.parametrize("rounds", [1, pytest.param(25, marks=LONG)])
def test_one_once_key_used_by_eight_at_once_records_once(program: Program, rounds: int) -> None:
    for turn in range(rounds):
        words = (*_adding(f"Task {turn}", turn), "--once", f"key-{turn}")
        running = [program.start(*words) for _ in EIGHT]
        runs = [ended(process) for process in running]
        assert [run.code for run in runs] == [0] * len(runs), runs
        assert _descriptions(program.home)[f"Task {turn}"] == 1


@pytest.mark.parametrize("writes", [2, pytest.param(200, marks=LONG)])
def test_prompts_never_fail_while_entries_are_written(
    program: Program, writes: int, tell: Callable[[str], None]
) -> None:
    assert program.run("start", "Write", "spec").code == 0
    spans = []
    for number in range(writes):
        writers = [program.start(*_adding(f"Task {number}.{n}", number)) for n in range(2)]
        writing = True
        while writing:
            writing = any(process.poll() is None for process in writers)
            begun = time.monotonic()
            prompt = program.run("status", "--short")
            spans.append(time.monotonic() - begun)
            assert (prompt.code, prompt.err) == (0, ""), prompt
            assert prompt.out.startswith("Write spec 0:0")
        assert [ended(process).code for process in writers] == [0, 0]
    spans.sort()
    slowest = spans[-1 - len(spans) // 100]
    tell(f"{len(spans)} prompts during {2 * writes} writes, p99 {slowest:.3f} s")
    assert len(spans) >= writes


def test_a_prompt_answers_while_a_writer_holds_the_lock(program: Program) -> None:
    assert program.run("start", "Write", "spec").code == 0
    with closing(sqlite3.connect(database(program.home), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE entry SET description = 'Not yet'")
        prompt = program.run("status", "--short")
        writer.execute("ROLLBACK")
    assert prompt.code == 0
    assert prompt.out.startswith("Write spec 0:0")


@LONG
def test_sixteen_processes_with_mixed_commands_leave_a_sound_timesheet(
    program: Program, tell: Callable[[str], None]
) -> None:
    commands = done = 0
    for turn in range(50):
        words: list[tuple[str, ...]] = [
            *(_adding(f"Task {turn}.{number}", turn) for number in range(10)),
            ("start", f"Timer {turn}.0", "-p", "Acme/Website"),
            ("start", f"Timer {turn}.1", "-g", "deep"),
            ("stop",),
            ("delete", "last"),
            ("undo",),
            ("log", "all", "--json"),
        ]
        running = [program.start(*command) for command in words]
        runs = [ended(process) for process in running]
        commands += len(runs)
        done += sum(run.code == 0 for run in runs[:-1])
        # What another process has just stopped, deleted or undone is gone: exit code 3; or 2 for a
        # change that another one depends on.
        assert {run.code for run in runs} <= {0, 2, 3}, runs
        assert [run.code for run in runs[:10]] == [0] * 10
        assert not any("locked" in run.err or "Traceback" in run.err for run in runs)
        assert len(seen(program.home).changes) == done
        assert sum(running for _, _, running in seen(program.home).entries) <= 1
    tell(f"{commands} commands, 16 at once")


@pytest.mark.parametrize("terminals", [2, pytest.param(8, marks=LONG)])
def test_a_timer_whose_planned_end_has_come_is_ended_once_by_several_at_once(
    program: Program, terminals: int
) -> None:
    prepare(program, SCENARIOS["planned-end"])
    running = [program.start("status") for _ in range(terminals)]
    runs = [ended(process) for process in running]
    assert [run.code for run in runs] == [0] * terminals, runs
    assert [verb for _, verb, _ in seen(program.home).changes] == ["start", "stop"]
    assert [running for _, _, running in seen(program.home).entries] == [False]
