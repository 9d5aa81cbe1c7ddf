"""Tests of the program as a process: odd arguments, streams, homes and signals."""

from __future__ import annotations

import io
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from clockify_cli.__main__ import main
from tests.run_at import SetClock

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "clockify_cli"]
AT_TEN = [sys.executable, "-m", "tests.run_at", "--now", "2026-11-24T10:00:00Z", "--"]
NOBODY = 65534
PATIENCE = 120.0
"""Seconds after which a run counts as hanging, even on a busy machine."""
PASSED = ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG", "COVERAGE_FILE")

AS_NOBODY = """
import contextlib, io, os, sys
from datetime import UTC, datetime
import clockify_cli.cli.next_steps
from clockify_cli.__main__ import main
from tests.run_at import SetClock
scratch, args = sys.argv[1], sys.argv[2:]
def run(): return main(args, clock=SetClock(datetime(2026, 11, 24, 10, tzinfo=UTC)))
# Once before, so that all is imported: the interpreter may lie where nobody else may read.
there = dict(os.environ)
os.environ.update(HOME=scratch, CLOCKIFY_HOME=scratch + "/clockify")
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    run()
os.environ.clear()
os.environ.update(there)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
sys.exit(run())
"""
"""Runs as a user without rights, because nothing is read-only or another's for root."""

Run = Callable[..., subprocess.CompletedProcess[bytes]]
Begun = Callable[..., list[str]]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir(0o700)
    return folder


@pytest.fixture
def environment(house: Path) -> dict[str, str]:
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    return {
        **passed,
        "PYTHONPATH": str(ROOT),
        "HOME": str(house),
        "CLOCKIFY_HOME": str(house / "clockify"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


@pytest.fixture
def run(environment: dict[str, str], house: Path) -> Run:
    def run_it(
        *args: str | bytes,
        env: Mapping[str, str] | None = None,
        by: Sequence[str] = AT_TEN,
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*by, *args],
            env=environment if env is None else env,
            cwd=house.parent if by is AT_TEN else Path(by[-1]).parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )

    return run_it


@pytest.fixture
def begun(environment: dict[str, str]) -> Begun:
    """Return a function that runs lines before the program, in the same process."""

    def run_them(*lines: str) -> list[str]:
        printed = []
        clock = SetClock(datetime(2026, 11, 24, 10, tzinfo=UTC))
        for line in lines:
            out = io.StringIO()
            with mock.patch.dict(os.environ, environment, clear=True), redirect_stdout(out):
                assert main(line.split(), clock=clock) == 0
            printed.append(out.getvalue().strip())
        return printed

    return run_them


LONG = pytest.mark.long


def refused(done: subprocess.CompletedProcess[bytes], code: int, says: bytes) -> None:
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.startswith(b"error: ")
    assert done.stderr.count(b"error: ") == 1
    assert says in done.stderr
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) > 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((b"start", b"caf\xe9"), b"not valid UTF-8"),
        pytest.param((b"start", b"X", b"-p", b"\xff"), b"not valid UTF-8", marks=LONG),
        ((b"caf\xe9",), b"unknown command"),
        pytest.param((b"log", b"--search", b"\xff\xfe"), b"not valid UTF-8", marks=LONG),
    ],
)
def test_arguments_that_are_no_utf8_are_refused_and_shown_as_escapes(
    run: Run, house: Path, args: tuple[bytes, ...], says: bytes
) -> None:
    refused(run(*args), 2, says)
    refused(run(*args), 2, says)


def test_in_a_locale_of_ascii_letters_come_in_whole_and_go_out_as_escapes(
    run: Run, environment: dict[str, str]
) -> None:
    done = run("start", "Überprüfung", env={**environment, "LANG": "C", "LC_ALL": "C"})
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert json.loads(run("status", "--json").stdout)["entry"]["description"] == "Überprüfung"


@pytest.mark.parametrize(
    ("args", "names"),
    [
        (("delete", "last", "@2"), b"--yes"),
        (("start", "X", "-p", "Websiet"), b"--create"),
        pytest.param(("completion", "install", "bash"), b"--yes", marks=pytest.mark.long),
        pytest.param(("config", "edit"), b"terminal", marks=pytest.mark.long),
        pytest.param(("delete", "last", "@2", "--no-input"), b"--yes", marks=pytest.mark.long),
    ],
)
def test_nobody_to_ask_fails_at_once_and_names_the_option(
    run: Run, begun: Begun, house: Path, args: tuple[str, ...], names: bytes
) -> None:
    begun("add A 8-8:10 -p Website --create", "add B 9-9:10", "log")
    done = run(*args)
    assert done.returncode in (2, 3)
    assert names in done.stderr
    assert not (house / ".bashrc").exists()


def two_entries(begun: Begun) -> list[str]:
    return begun("add X 8-8:10 -q", "add X 9-9:10 -q")


def test_a_terminal_for_the_output_alone_is_nobody_to_ask(
    environment: dict[str, str], begun: Begun
) -> None:
    ids = two_entries(begun)
    own, theirs = pty.openpty()
    with subprocess.Popen(
        [*AT_TEN, "delete", *ids],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as child:
        os.close(theirs)
        assert child.wait(PATIENCE) == 2
    os.close(own)


@pytest.fixture
def street() -> Iterator[Path]:
    """Yield a folder that other users may enter, outside those that pytest closes to them."""
    with tempfile.TemporaryDirectory(prefix="street-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if not folder.parent.stat().st_mode & 0o001:
            pytest.skip(f"NO WAY for another user through {folder.parent}")
        yield folder


@pytest.fixture
def nobody(street: Path) -> list[str]:
    """Return how to run a program as another user in that folder."""
    scratch = street / "scratch"
    scratch.mkdir(0o700)
    return [sys.executable, "-c", AS_NOBODY, str(scratch)]


root_alone = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user"
)


@root_alone
@pytest.mark.parametrize(
    "line",
    [
        *("start X", "config set tz UTC"),
        *(pytest.param(line, marks=LONG) for line in ("log", "status", "projects")),
    ],
)
def test_a_home_that_is_not_ones_own_is_named_and_stays_as_it_is(
    run: Run, environment: dict[str, str], nobody: list[str], street: Path, line: str
) -> None:
    home = street / "theirs"
    home.mkdir()
    home.chmod(0o755)
    without = {name: text for name, text in environment.items() if name != "CLOCKIFY_HOME"}
    done = run(*line.split(), env={**without, "HOME": str(home)}, by=nobody)
    refused(done, 1, str(home).encode())
    assert not list(home.iterdir())


@root_alone
def test_without_home_a_user_whose_home_is_missing_is_told(
    run: Run, environment: dict[str, str], nobody: list[str]
) -> None:
    hidden = ("HOME", "CLOCKIFY_HOME")
    without = {name: text for name, text in environment.items() if name not in hidden}
    refused(run("start", "X", env=without, by=nobody), 1, b"CLOCKIFY_HOME=DIR")


@root_alone
def test_a_timesheet_that_may_only_be_read_is_named_and_stays_as_it_is(
    run: Run, environment: dict[str, str], nobody: list[str], street: Path
) -> None:
    home = street / "mine"
    home.mkdir(0o700)
    os.chown(home, NOBODY, NOBODY)
    env = {**environment, "CLOCKIFY_HOME": str(home / "clockify")}
    assert run("start", "Write", env=env, by=nobody).returncode == 0
    for path in (home / "clockify").rglob("*"):
        os.chmod(path, 0o500 if path.is_dir() else 0o400)
    for line in ("stop", "add X 8-9", "status", "log"):
        refused(run(*line.split(), env=env, by=nobody), 1, str(home / "clockify").encode())


@pytest.mark.parametrize(
    "line",
    [
        *("start X", "status --short", "config set tz UTC"),
        *(pytest.param(line, marks=LONG) for line in ("log", "status")),
    ],
)
def test_a_file_where_the_folders_should_be_is_named(
    run: Run, environment: dict[str, str], house: Path, line: str
) -> None:
    file = house / "file"
    file.write_text("mine")
    refused(run(*line.split(), env={**environment, "CLOCKIFY_HOME": str(file)}), 1, b"file")
    assert file.read_text() == "mine"


def test_relative_folders_of_the_desktop_are_ignored(
    run: Run, environment: dict[str, str], house: Path
) -> None:
    names = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
    env = {**environment, **dict.fromkeys(names, "relative")}
    del env["CLOCKIFY_HOME"]
    assert run("start", "X", env=env).returncode == 0
    assert not (house.parent / "relative").exists()
    told = run("doctor", env=env).stdout.decode()
    assert all(f"{name} is relative and ignored" in told for name in names)


def test_nothing_else_is_made_in_the_home(
    run: Run, environment: dict[str, str], house: Path
) -> None:
    del environment["CLOCKIFY_HOME"]
    for line in ("start X -p P", "stop", "log", "report", "config set tz UTC", "doctor", "undo"):
        assert run(*line.split()).returncode == 0
    made = {path.relative_to(house).as_posix() for path in house.rglob("*") if path.is_file()}
    assert made == {
        ".config/clockify_cli/config.toml",
        ".local/share/clockify_cli/timesheet.db",
        ".local/state/clockify_cli/timer",
    }


def test_a_reader_who_leaves_early_is_no_mishap(environment: dict[str, str], begun: Begun) -> None:
    begun("add X 9-9:10")
    line = f"{shlex.join(AT_TEN)} log --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=environment,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"[", b"")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"]
)
def test_a_question_that_is_interrupted_ends_at_once_and_changes_nothing(
    environment: dict[str, str], begun: Begun, number: int, code: int
) -> None:
    ids = two_entries(begun)
    own, theirs = pty.openpty()
    with subprocess.Popen(
        [*AT_TEN, "delete", *ids],
        env=environment,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        assert child.stderr is not None
        said = b""
        while b"[y/N]" not in said and child.poll() is None:
            said += os.read(child.stderr.fileno(), 1000)
        child.send_signal(number)
        assert child.wait(PATIENCE) == code, said
        assert b"Traceback" not in child.stderr.read()
    os.close(theirs)
    os.close(own)
    assert len(json.loads(begun("log --json")[0])) == 2
