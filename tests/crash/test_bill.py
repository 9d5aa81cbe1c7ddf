"""Tests that a kill while a bill is created leaves nothing, or a bill that gives its file."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.crash.timesheets import seen
from tests.crash.trace import WRITES, Program, Run, ended

CALLS = (*WRITES, "link", "linkat")
SAMPLE = 90
"""The quick suite takes one in so many writes of pages, and half of the calls that make a file."""
QUICK_CALLS = ("pwrite64", "fsync", "link")

NEW = ("bill", "new", "2025-01", "-c", "Acme", "--ref", "41")
BEGUN = (
    ("config", "set", "rate", "95EUR"),
    ("add", "Spec", "2025-01-06", "8-9:20", "-p", "Acme/Website", "-b"),
    ("add", "Code", "2025-01-07", "10-12", "-p", "Acme/App", "-b"),
)


@dataclass(frozen=True)
class Desk:
    """A timesheet with work to bill, and the folder for bills."""

    program: Program
    prepared: Path
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "41.csv"

    def reset(self) -> None:
        for path, kept in ((self.program.home, self.prepared), (self.folder, None)):
            shutil.rmtree(path, ignore_errors=True)
            if kept:
                shutil.copytree(kept, path)
        self.folder.mkdir()

    def made(self, command: tuple[str, ...]) -> Counter[str]:
        """Return how often an undisturbed run makes each call."""
        self.reset()
        _, lines = self.program.traced(*command, calls=",".join(CALLS))
        return Counter(line.split(maxsplit=1)[1].partition("(")[0] for line in lines)

    def kills(
        self, command: tuple[str, ...], call: str, step: int, most: int
    ) -> Iterator[tuple[int, Run]]:
        for number in range(1, most + 1, step):
            self.reset()
            run = self.program.injected(call, number, "signal=KILL", *command)
            if not run.killed:
                return
            yield number, run

    def bills(self) -> Any:
        run = self.program.run_here("bill", "list", "--json")
        assert run.code == 0, run
        return json.loads(run.out)


@pytest.fixture
def desk(program: Program, tmp_path: Path) -> Desk:
    for words in BEGUN:
        run = program.run_here(*words)
        assert run.code == 0, run
    prepared = tmp_path / "prepared"
    shutil.copytree(program.home, prepared)
    return Desk(program, prepared, tmp_path / "out")


def _expected(desk: Desk) -> bytes:
    desk.reset()
    run = desk.program.run_here(*NEW, "-o", str(desk.file))
    assert run.code == 0, run
    return desk.file.read_bytes()


@pytest.mark.parametrize(
    ("to_file", "step", "calls"),
    [
        pytest.param(True, SAMPLE, QUICK_CALLS, id="file-sampled"),
        pytest.param(True, 1, CALLS, id="file", marks=pytest.mark.long),
        pytest.param(False, 1, CALLS, id="screen", marks=pytest.mark.long),
    ],
)
def test_a_bill_killed_at_any_write_is_whole_or_not_there(
    desk: Desk, to_file: bool, step: int, calls: tuple[str, ...], tell: Callable[[str], None]
) -> None:
    wanted = _expected(desk)
    command = (*NEW, "-o", str(desk.file)) if to_file else NEW
    kills = dict.fromkeys(CALLS, 0)
    made = 0
    counted = desk.made(command) if step > 1 else None
    for call in calls:
        each = step if call == "pwrite64" else min(step, 2)
        most = 2000 if counted is None else counted[call]
        for number, run in desk.kills(command, call, each, most):
            made += _judge(desk, wanted, run, f"{call} {number}")
            kills[call] += 1
    places = ", ".join(f"{call} {count}" for call, count in kills.items() if count)
    tell(f"bill new: {sum(kills.values())} kill points, all passed ({places})")
    assert kills["pwrite64"] > 0
    assert 0 < made < sum(kills.values())
    if to_file:
        assert kills["link"] + kills["linkat"] > 0


def _judge(desk: Desk, wanted: bytes, run: Run, where: str) -> bool:
    """Return whether the bill was created; asserts that everything is as it should be."""
    seen(desk.program.home)
    bills = desk.bills()
    if not bills:
        assert not desk.file.exists(), where
        assert run.code != 0, where
        assert not run.out, where
    elif desk.file.exists():
        assert desk.file.read_bytes() == wanted, where
    # The same command succeeds whatever was left; so does the one that shows the bill.
    again = desk.program.run_here(*NEW, "-o", str(desk.file))
    assert again.code == 0, (where, again)
    shown = desk.program.run_here("bill", "show", "41", "-o", str(desk.file))
    assert shown.code == 0, (where, shown)
    assert desk.file.read_bytes() == wanted, where
    assert [path.name for path in desk.folder.iterdir()] == ["41.csv"], where
    assert [bill["ref"] for bill in desk.bills()] == ["41"], where
    return bool(bills)


def test_processes_at_once_bill_each_hour_once(desk: Desk) -> None:
    desk.reset()
    refs = ("41", "41", "42", "43")
    commands = [(*NEW[:-1], ref, "--json") for ref in refs]
    runs = [ended(process) for process in [desk.program.start(*words) for words in commands]]
    assert sorted(run.code for run in runs) in ([0, 0, 2, 2], [0, 2, 2, 2])
    (bill,) = desk.bills()
    assert bill["total"] == "316.35"
    won = [run for run in runs if run.code == 0]
    assert {json.loads(run.out)["ref"] for run in won} == {bill["ref"]}
    for run in runs:
        assert "Traceback" not in run.err
