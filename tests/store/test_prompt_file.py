"""Tests of the line that a shell can read without a program."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clockify_cli.domain.terminal_text import PROMPT_COLUMNS, width
from clockify_cli.store.glance import write_prompt_file


def test_a_running_timer_is_one_private_line(tmp_path: Path) -> None:
    path = tmp_path / "state" / "timer"
    write_prompt_file(path, 1795510800, "Write spec")
    assert path.read_text() == "1795510800\tWrite spec\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["timer"]


def test_no_timer_is_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "timer"
    write_prompt_file(path, 1, "a")
    write_prompt_file(path, None)
    assert path.read_text() == ""


def test_it_is_written_only_where_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "timer"
    write_prompt_file(path, 1, "a")
    before = path.stat().st_ino
    write_prompt_file(path, 1, "a")
    assert path.stat().st_ino == before


def test_a_label_cannot_make_a_second_line_or_move_the_cursor(tmp_path: Path) -> None:
    path = tmp_path / "timer"
    write_prompt_file(path, 1, "a\n2\tb\x1b[2J\u202e\ud800")
    assert path.read_text() == "1\ta 2 b [2J  \n"


@pytest.mark.parametrize(
    ("label", "shown"),
    [("x" * 53, "x" * 53), ("x" * 54, "x" * 52 + "…"), ("日" * 40, "日" * 26 + "…")],
)
def test_a_label_and_its_hours_have_60_columns_at_most(
    label: str, shown: str, tmp_path: Path
) -> None:
    write_prompt_file(tmp_path / "timer", 1, label)
    assert (tmp_path / "timer").read_text() == f"1\t{shown}\n"
    assert width(f"{shown} 123:45") <= PROMPT_COLUMNS


def test_a_failure_leaves_the_old_line(tmp_path: Path) -> None:
    path = tmp_path / "timer"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        write_prompt_file(path, 1, "a")
    assert [found.name for found in tmp_path.iterdir()] == ["timer"]


def test_a_pipe_in_its_place_is_replaced_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "timer"
    os.mkfifo(path)
    write_prompt_file(path, 1, "a")
    assert path.read_text() == "1\ta\n"


def test_what_a_killed_process_left_is_cleared_and_what_a_living_one_writes_is_not(
    tmp_path: Path,
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    for name in (f"timer.{gone.pid}.new", f"timer.{os.getpid()}.new", f"timer.{os.getppid()}.new"):
        (tmp_path / name).touch()
    write_prompt_file(tmp_path / "timer", 1, "a")
    left = {found.name for found in tmp_path.iterdir()}
    assert left == {"timer", f"timer.{os.getppid()}.new"}
