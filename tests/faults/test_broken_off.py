"""Tests that a connection broken at any byte of a request or an answer makes each change once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cut_line import WAYS
from tests.faults.breaking import COMMANDS, ENDS, KINDS, SLACK, Broken, Case

LONG = pytest.mark.long
TOP = Path(__file__).parents[2]
SELDOM = 100
"""One in this many broken commands runs in a process of its own."""
SHORTEST = 80
"""The length of the shortest answer, in bytes."""
QUICK = [
    Case(kind, name, way, step=step, apart=2)
    for kind, name, step in (
        ("plain", "start", 241),
        ("plain", "split", 800),
        ("tls", "stop", 499),
        ("tls-proxy", "add", 599),
    )
    for way in WAYS
]


def _broken(cases: list[Case]) -> dict[Case, Broken]:
    """Return the results of *cases*, which run in a process without threads."""
    environ = {**os.environ, "TZ": "UTC"}
    command = [sys.executable, "-m", "tests.faults.breaking", *map(str, cases)]
    run = subprocess.run(
        command, cwd=TOP, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    found = {Case.of(row.pop("case")): Broken(**row) for row in rows}
    assert [*found] == cases, run.stderr
    return found


def _judge(case: Case, found: Broken, tell: Callable[[str], None]) -> None:
    tell(f"{case.name} on a {case.kind} line, {case.way}: {found}")
    assert found.wrong == []
    assert {int(code) for code in found.codes} <= set(ENDS)
    assert found.total > SHORTEST
    assert found.runs > (found.total - SLACK) // case.step
    assert found.apart > (found.runs - 1) // case.apart


def test_a_line_that_breaks_at_any_byte_loses_and_doubles_nothing(
    tell: Callable[[str], None],
) -> None:
    for case, found in _broken(QUICK).items():
        _judge(case, found, tell)


@LONG
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_line_that_breaks_at_each_byte_loses_and_doubles_nothing(
    kind: str, name: str, tell: Callable[[str], None]
) -> None:
    for case, found in _broken([Case(kind, name, way, apart=SELDOM) for way in WAYS]).items():
        _judge(case, found, tell)
