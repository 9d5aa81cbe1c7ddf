"""Tests that each error is one clear line, a code and, if wanted, JSON; also for failed output."""

from __future__ import annotations

import io
import json
import os
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from clockify_cli import errors
from clockify_cli.cli.program import Program, Terminated, guarded, outlet
from tests.cli.conftest import TEN, Clockify
from tests.run_at import SetClock

KEY = "MTIzNDU2Nzg5MGFiY2RlZg"


class Run:
    """A program whose streams are kept in memory."""

    def __init__(self, home: Path) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.program = Program(
            stdin=io.StringIO(),
            stdout=outlet(self.out, vital=True),
            stderr=outlet(self.err, vital=False),
            environ={"CLOCKIFY_HOME": str(home / "clockify"), "CLOCKIFY_API_KEY": KEY},
            clock=SetClock(TEN),
        )

    def code(self, act: Callable[[], int | None]) -> int:
        return guarded(self.program, act)


@pytest.fixture
def run(home: Path) -> Run:
    return Run(home)


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ClockifyError("x"), 1),
        (errors.UsageError("x"), 2),
        (errors.NothingRuns("x"), 3),
        (errors.KeyRefused("x"), 4),
        (errors.Ambiguous("x"), 5),
        (errors.Refused("x"), 6),
        (errors.Unreachable("x"), 7),
        (errors.LimitReached("x"), 8),
        (errors.Waiting("x"), 9),
        (errors.StoreError("x"), 1),
        (KeyboardInterrupt(), 130),
        (Terminated(), 143),
        (ZeroDivisionError(), 1),
    ],
)
def test_each_error_has_its_exit_code(run: Run, error: BaseException, code: int) -> None:
    assert run.code(raising(error)) == code
    assert run.out.getvalue() == ""


def test_a_command_that_returns_nothing_is_done_and_a_code_is_passed_on(run: Run) -> None:
    assert run.code(lambda: None) == 0
    assert run.code(lambda: 9) == 9


def test_an_error_is_its_message_its_details_indented_and_its_hint(run: Run) -> None:
    run.code(raising(errors.Ambiguous("two fit", "Say more.\nOr less.", details=("one", "two"))))
    assert run.err.getvalue() == "error: two fit\n  one\n  two\nSay more.\nOr less.\n"


def test_an_error_is_clean_whatever_a_person_wrote(run: Run) -> None:
    run.code(raising(errors.NotFound("no \x1b]52;c;x\x07 \u202e", "h\x9bint", details=("\r\x00",))))
    assert run.err.getvalue().replace("\n", "").isprintable()


def test_an_error_as_json_is_one_object_with_a_stable_word(run: Run) -> None:
    run.program.json = True
    run.code(raising(errors.NothingRuns("no timer is running", "start one")))
    assert json.loads(run.err.getvalue()) == {
        "error": {
            "code": "nothing-runs",
            "message": "no timer is running",
            "hint": "start one",
            "exit": 3,
        }
    }


class TestUnexpected:
    def test_it_is_one_line_without_traceback_and_no_file(self, run: Run, home: Path) -> None:
        assert run.code(raising(ValueError(f"bad {KEY}"))) == 1
        assert run.err.getvalue() == (
            "error: unexpected: ValueError: bad ****\nRun the command again with --debug to get "
            "a log.\n"
        )
        assert not (home / "clockify").exists()

    def test_after_a_change_was_committed_nobody_is_told_to_run_it_again(self, run: Run) -> None:
        run.program.recorded = True
        assert run.code(raising(ValueError("bad"))) == 1
        assert run.err.getvalue() == (
            "error: unexpected: ValueError: bad; what was done is recorded\n"
            "Do not repeat the command; `clockify log` shows what was recorded.\n"
        )

    def test_under_debug_a_private_log_without_the_key_is_named(self, run: Run) -> None:
        run.program.debug = True
        run.code(raising(ValueError(f"bad {KEY}")))
        (log,) = run.program.paths.state.iterdir()
        assert str(log) in run.err.getvalue()
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert "Traceback" in log.read_text()
        assert KEY not in log.read_text() + run.err.getvalue()

    def test_a_clock_that_is_far_off_is_told(
        self, clockify: Clockify, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLOCKIFY_TZ", "Asia/Tokyo")
        last = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
        for command in (["status"], ["log"], ["start", "x"], ["report", "week"]):
            done = clockify(*command, now=last)
            assert done.code == 1
            assert done.err == (
                "error: this computer's clock is not between 1970 and 2100\nSet the clock, and "
                "try again.\n"
            )
        assert clockify("doctor", now=last).code == 0

    def test_a_log_that_cannot_be_written_is_shown_instead(self, run: Run, home: Path) -> None:
        run.program.debug = True
        (home / "clockify").write_text("in the way")
        assert run.code(raising(ValueError("bad"))) == 1
        assert "Traceback" in run.err.getvalue()


def test_sigterm_unwinds_and_the_old_handler_comes_back(run: Run) -> None:
    before = signal.getsignal(signal.SIGTERM)
    closed = []

    def act() -> None:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            closed.append(True)

    assert run.code(act) == 143
    assert closed == [True]
    assert signal.getsignal(signal.SIGTERM) is before


def clockify_process(
    *args: str, stdout: int, stderr: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "clockify_cli", *args]
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environ
    )


full_device = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")


@full_device
@pytest.mark.parametrize("args", [("help", "time"), ("config",), ("--version",), ("status",)])
def test_output_that_cannot_be_written_exits_1(home: Path, args: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full, clockify_process(*args, stdout=full.fileno()) as child:
        _, said = child.communicate()
    assert child.returncode == 1
    assert b"Traceback" not in said
    assert b"Exception ignored" not in said


@full_device
def test_a_change_whose_report_cannot_be_written_is_said_to_be_recorded(
    clockify: Clockify,
) -> None:
    args = ("start", "Write")
    with open("/dev/full", "wb") as full, clockify_process(*args, stdout=full.fileno()) as child:
        _, said = child.communicate()
    assert child.returncode == 1
    assert b"what was done is recorded" in said
    assert clockify("status", "--check").code == 0


def test_a_reader_that_has_gone_changes_neither_the_code_nor_says_anything(
    clockify: Clockify,
) -> None:
    for args, code in ((("help", "time"), 0), (("config", "get", "hours"), 3), (("-V",), 0)):
        reading, writing = os.pipe()
        os.close(reading)
        with clockify_process(*args, stdout=writing) as child:
            os.close(writing)
            _, said = child.communicate()
        assert child.returncode == code
        assert b"Traceback" not in said
        assert b"Broken" not in said


def test_closed_streams_are_no_crash(home: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m clockify_cli"
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    for line, code in (
        ("config path >&-", 1),
        ("config path <&-", 0),
        ("config path 2>&-", 0),
        ("strat 2>&-", 2),
        ("-V >&-", 1),
    ):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} {line}"], env=environ, capture_output=True, check=False
        )
        assert (line, done.returncode) == (line, code)
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("record", "line"),
    [
        ("pipx_metadata.json", "pipx inject clockify-cli XlsxWriter"),
        ("uv-receipt.toml", "uv pip install --python 'a b/python' XlsxWriter"),
        ("pyvenv.cfg", "'a b/python' -m pip install XlsxWriter"),
    ],
)
def test_a_missing_package_is_installed_where_the_program_is(
    record: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = tmp_path / "clockify-cli"
    environment.mkdir()
    (environment / record).touch()
    monkeypatch.setattr(sys, "prefix", str(environment))
    monkeypatch.setattr(sys, "executable", "a b/python")
    assert errors.install_command("XlsxWriter") == line
