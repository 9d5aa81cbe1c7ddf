"""Tests that only one process on this computer sends at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clockify_cli.errors import StoreError
from clockify_cli.sync.guard import sole_sender

HOLDER = """
import sys, time
from pathlib import Path
from clockify_cli.sync.guard import sole_sender
with sole_sender(Path(sys.argv[1])) as held:
    print(held, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "sync.lock")],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_sender_is_turned_away_and_a_third_after_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "sync.lock"
    with sole_sender(path) as first, sole_sender(path) as second:
        assert (first, second) == ("held", "busy")
    with sole_sender(path) as third:
        assert third == "held"


def test_the_file_stays_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "sync.lock"
    with sole_sender(path):
        pass
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_killed_holder_frees_the_lock_and_a_stopped_one_keeps_it(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    path = tmp_path / "sync.lock"
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGSTOP)
        with sole_sender(path) as held:
            assert held == "busy"
        holder.kill()
        holder.wait()
        with sole_sender(path) as held:
            assert held == "held"


def test_the_lock_is_always_of_the_file_that_others_will_find(tmp_path: Path) -> None:
    path = tmp_path / "sync.lock"
    with sole_sender(path) as first:
        path.rename(tmp_path / "old")
        with sole_sender(path) as second:
            assert (first, second) == ("held", "held")
        assert not os.path.samestat(path.stat(), (tmp_path / "old").stat())


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_is_refused_and_left(tmp_path: Path, kind: str) -> None:
    lock = tmp_path / "sync.lock"
    lock.symlink_to(tmp_path / "elsewhere") if kind == "link" else lock.mkdir()
    with pytest.raises(StoreError, match=r"sync\.lock") as caught, sole_sender(lock):
        pass
    assert "Move away" in caught.value.hint
    assert not (tmp_path / "elsewhere").exists()
