"""Tests of child processes: each is asked once and stopped after its time limit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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
    with pytest.raises(ChildFailed, match=r"did not answer within 0\.3 seconds"):
        run("import time; time.sleep(10**6)", 0.3)


LEAVES_ONE_BEHIND = """
import subprocess, sys
left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
print(left.pid)
"""


def test_what_it_leaves_in_the_background_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clockify_cli.child_process._DRAINING", 0.4)
    left = int(run(LEAVES_ONE_BEHIND))
    os.kill(left, signal.SIGKILL)


def is_gone(process: int) -> bool:
    """Return whether *process* has ended, or ends within a few seconds."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        # Perhaps nobody has collected its exit status yet.
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no process groups to look at")
def test_what_it_has_started_is_killed_with_it_and_lets_our_streams_go(tmp_path: Path) -> None:
    script = tmp_path / "slow.sh"
    script.write_text(f"#!/bin/sh\nsleep 3600 & echo $! > {tmp_path}/number\nsleep 3600\n")
    script.chmod(0o700)
    code = (
        "import os; from clockify_cli.child_process import *\n"
        f"try: output_of([{str(script)!r}], os.environ, 3)\n"
        "except ChildFailed as failure: print(failure)\n"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("did not answer within 3 seconds\n", "")
    assert is_gone(int((tmp_path / "number").read_text()))


def test_what_it_complains_of_is_kept_for_the_one_who_asks(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code = "import sys; print('half'); print('why', 'x' * 200_000, file=sys.stderr); sys.exit(2)"
    with pytest.raises(ChildFailed, match="status 2") as caught:
        run(code)
    assert caught.value.printed == b"half\n"
    assert caught.value.complaints.startswith(b"why xxx")
    assert len(caught.value.complaints) == MOST_OUTPUT + 1
    assert capfd.readouterr().err == ""


def test_endless_output_is_cut() -> None:
    code = "import sys\nwhile True: sys.stdout.write('y' * 65536)"
    with pytest.raises(ChildFailed):
        run(code, 5)
    assert len(run(f"print('y' * {MOST_OUTPUT - 1})")) == MOST_OUTPUT
