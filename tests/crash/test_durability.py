"""Tests that changes are on the disk before they are acknowledged.

A kill cannot show this, but the order of flushes can.
"""

from __future__ import annotations

import pytest

from tests.crash.points import set_stage
from tests.crash.timesheets import SCENARIOS
from tests.crash.trace import Program


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "stop",
        *(pytest.param(n, marks=pytest.mark.long) for n in SCENARIOS if n not in ("add", "stop")),
    ],
)
def test_a_change_is_flushed_to_the_disk_before_it_is_acknowledged(
    name: str, program: Program
) -> None:
    lines = set_stage(program, name).trace()
    told = next(n for n, line in enumerate(lines) if " write(1," in line)
    log = _log_writes(lines[:told])
    assert log, "the change was not written before it was told"
    after_last_write = lines[log[-1] : told]
    assert any(" fdatasync(" in line or " fsync(" in line for line in after_last_write)


def _log_writes(lines: list[str]) -> list[int]:
    """Return the indexes of *lines* that write to the write-ahead log."""
    return [n for n, line in enumerate(lines) if " pwrite64(" in line and ", 4096, " in line]


def test_a_new_timesheet_is_flushed_before_it_has_its_name_and_then_its_folder(
    program: Program,
) -> None:
    lines = set_stage(program, "first").trace()
    named = next(n for n, line in enumerate(lines) if "rename" in line and "timesheet.db" in line)
    last_page = _log_writes(lines[:named])[-1]
    assert any(" fdatasync(" in line for line in lines[last_page:named])
    told = next(n for n, line in enumerate(lines) if " write(1," in line)
    assert any(" fsync(" in line for line in lines[named:told])
