"""A child process is asked once, for so long and no longer."""

from __future__ import annotations

import os
import sys
import time

import pytest

from clockify_cli.child_process import MOST_OUTPUT, ChildFailed, output_of

PYTHON = sys.executable


def run(code: str, seconds: float = 60.0, given: str | None = None) -> bytes:
    return output_of([PYTHON, "-c", code], os.environ, seconds, given=given)


def test_what_it_prints_comes_back() -> None:
    assert run("print('key')") == b"key\n"


def test_it_reads_what_it_is_given_or_nothing() -> None:
    echo = "import sys; print(sys.stdin.read())"
    assert run(echo, given="secret") == b"secret\n"
    assert run(echo) == b"\n"


def test_one_that_does_not_read_what_it_is_given_still_counts() -> None:
    assert run("print(1)", given="x" * 1_000_000) == b"1\n"


def test_its_environment_is_the_one_named() -> None:
    code = "import os; print(sorted(os.environ))"
    printed = output_of([PYTHON, "-c", code], {"ONLY": "this"}, 60).decode()
    assert "ONLY" in printed
    assert "PATH" not in printed


def test_a_status_other_than_0_is_told() -> None:
    with pytest.raises(ChildFailed, match="status 3") as caught:
        run("raise SystemExit(3)")
    assert caught.value.status == 3


def test_a_program_that_is_not_there_is_told() -> None:
    with pytest.raises(ChildFailed, match="No such file"):
        output_of(["/no/such/program"], {}, 1)
    with pytest.raises(ChildFailed, match="bad words"):
        output_of(["echo", "\0"], {}, 1)


def test_one_that_hangs_is_killed_in_time() -> None:
    begun = time.monotonic()
    with pytest.raises(ChildFailed, match=r"no answer within 0\.3 seconds"):
        run("import time; time.sleep(60)", 0.3)
    assert time.monotonic() - begun < 30


def test_a_grandchild_that_holds_the_pipe_does_not_hold_us() -> None:
    code = (
        "import subprocess, sys;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(15)'])"
    )
    begun = time.monotonic()
    with pytest.raises(ChildFailed, match="no answer"):
        run(code, 0.5)
    assert time.monotonic() - begun < 10


def test_endless_output_is_cut() -> None:
    code = "import sys\nwhile True: sys.stdout.write('y' * 65536)"
    with pytest.raises(ChildFailed):
        run(code, 5)
    assert len(run(f"print('y' * {MOST_OUTPUT - 1})")) == MOST_OUTPUT
