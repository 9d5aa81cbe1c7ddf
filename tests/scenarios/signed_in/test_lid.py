"""Tests of a laptop whose lid is closed during a command: the process stops for a while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fake_clockify import FakeClockify

ROOT = Path(__file__).parents[3]
POST = {"method": "POST", "path": "/time-entries$"}


@pytest.fixture
def fake() -> Iterator[FakeClockify]:
    with FakeClockify(plan="PRO") as running:
        yield running


@pytest.fixture
def environ(tmp_path: Path, fake: FakeClockify) -> dict[str, str]:
    """Return the environment of a home that signs in by itself, with the key in a variable."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "CLOCKIFY_HOME": str(tmp_path / "clockify"),
        "CLOCKIFY_API_KEY": fake.key,
        "CLOCKIFY_API_URL": fake.url,
        "TZ": "Europe/Berlin",
        "LANG": "C.UTF-8",
    }


def begun(environ: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "clockify_cli", *words],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ran(environ: dict[str, str], *words: str) -> tuple[int, str, str]:
    return ended(begun(environ, *words))


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def until(true: Callable[[], bool]) -> None:
    """Wait until *true* returns true, which takes moments."""
    give_up = time.monotonic() + 120
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.01)


@pytest.mark.parametrize("fault", ["S7", pytest.param("S8", marks=pytest.mark.long)])
def test_a_lid_closed_while_an_entry_is_sent_records_it_once(
    fake: FakeClockify, environ: dict[str, str], fault: str
) -> None:
    assert ran(environ, "config", "set", "sync.settle", "1s")[0] == 0
    assert ran(environ, "sync")[0] == 0
    fake.fault(fault, match=POST, seconds=60)
    process = begun(environ, "add", "Work", "--for", "5m")
    until(lambda: any(each.method == "POST" for each in fake.requests))
    process.send_signal(signal.SIGSTOP)
    # Another terminal meanwhile: the sleeper still has the lock, and nothing is sent twice.
    code, _, err = ran(environ, "sync")
    assert code in (0, 7)
    fake.release()
    until(lambda: len(fake.entries()) == 1)
    process.send_signal(signal.SIGCONT)
    code, out, err = ended(process)
    assert code == 0, err
    assert out.startswith("Added")
    time.sleep(1.2)
    assert ran(environ, "sync")[0] == 0
    assert [each.description for each in fake.entries()] == ["Work"]
    assert "synced" in ran(environ, "log")[1]
