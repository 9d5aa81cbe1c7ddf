"""Tests of the user's own commands after an event."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from clockify_cli.child_process import ChildFailed, output_of
from tests.cli.conftest import Clockify

KEEP = (
    "import os, sys; file = open(sys.argv[1], 'a'); "
    "file.write(sys.stdin.read() + str(os.environ.get('CLOCKIFY_API_KEY')))"
)


def hook(clockify: Clockify, event: str, file: Path, script: str = KEEP) -> None:
    command = shlex.join([sys.executable, "-c", script, str(file)])
    assert clockify("config", "set", f"hook.{event}", command).code == 0


def test_a_hook_gets_the_entry_after_it_was_recorded(clockify: Clockify, tmp_path: Path) -> None:
    file = tmp_path / "started"
    hook(clockify, "start", file)
    clockify("start", "Write")
    clockify("stop")
    told, _ = json.JSONDecoder().raw_decode(file.read_text())
    assert told["description"] == "Write"
    assert told["timeInterval"]["end"] is None
    assert file.read_text().count('"description"') == 1


def test_stop_and_every_change_have_hooks_of_their_own(clockify: Clockify, tmp_path: Path) -> None:
    stopped, changed = tmp_path / "stopped", tmp_path / "changed"
    hook(clockify, "stop", stopped)
    hook(clockify, "change", changed)
    clockify("start", "Write")
    clockify("stop")
    clockify("undo")
    assert stopped.read_text().count('"description"') == 1
    assert changed.read_text().count('"localId"') == 3


def test_a_dry_run_runs_no_hook(clockify: Clockify, tmp_path: Path) -> None:
    file = tmp_path / "changed"
    clockify("add", "One", "8-9")
    hook(clockify, "change", file)
    clockify("delete", "last", "--dry-run")
    assert not file.exists()


def test_a_hook_never_sees_the_key(
    clockify: Clockify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "started"
    hook(clockify, "start", file)
    monkeypatch.setenv("CLOCKIFY_API_KEY", "")
    clockify("start", "Write")
    assert file.read_text().endswith("None")


@pytest.mark.parametrize(
    ("command", "says"),
    [("false", "ended with status 1"), ("/no/such/program", "cannot be run"), ("a 'b", "be read")],
)
def test_a_hook_that_fails_only_warns(clockify: Clockify, command: str, says: str) -> None:
    clockify("config", "set", "hook.change", command)
    done = clockify("add", "One", "8-9")
    assert done.code == 0
    assert done.out.startswith("Added")
    assert says in done.err


SLEEP = shlex.join([sys.executable, "-c", "import time; time.sleep(10**6)"])


@dataclass
class Hanging:
    """A clock, and programs of which `SLEEP` uses all the time that it is given."""

    now: float = 0.0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("clockify_cli.cli.hooks.time", SimpleNamespace(monotonic=self.read))
        monkeypatch.setattr("clockify_cli.child_process.output_of", self.output_of)

    def read(self) -> float:
        return self.now

    def output_of(
        self, command: list[str], environ: Mapping[str, str], seconds: float, **more: str
    ) -> bytes:
        if shlex.join(command) != SLEEP:
            assert seconds > 0
            return output_of(command, environ, 600, given=more["given"])
        self.now += seconds
        raise ChildFailed(f"did not answer within {seconds:g} seconds")


def test_hooks_that_hang_share_the_time_of_one(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = Hanging()
    hanging.install(monkeypatch)
    monkeypatch.setattr("clockify_cli.cli.hooks.SECONDS", 2.0)
    clockify("config", "set", "hook.start", SLEEP)
    clockify("config", "set", "hook.change", SLEEP)
    done = clockify("start", "Write")
    assert hanging.now == 2.0
    assert done.code == 0
    assert "hook.start did not answer within 1 seconds" in done.err
    assert "hook.change did not answer within 1 seconds" in done.err


def test_a_hook_that_is_slow_leaves_time_for_the_next(
    clockify: Clockify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Hanging().install(monkeypatch)
    monkeypatch.setattr("clockify_cli.cli.hooks.SECONDS", 4.0)
    file = tmp_path / "changed"
    clockify("config", "set", "hook.start", SLEEP)
    hook(clockify, "change", file)
    clockify("start", "Write")
    assert "Write" in file.read_text()


def test_a_hook_alone_has_all_the_time(clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clockify_cli.cli.hooks.SECONDS", 1.0)
    clockify("config", "set", "hook.start", SLEEP)
    assert "hook.start did not answer within 1 seconds" in clockify("start", "Write").err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("notify-send started && date", True),
        ("cat > log", True),
        ("ls ~/x", True),
        ("echo $HOME", True),
        ("notify-send 'a && b'", False),
        ("sh -c 'cat > log'", False),
        ("say 'it", False),
    ],
)
def test_what_is_meant_for_a_shell_is_told_that_there_is_none(
    clockify: Clockify, command: str, said: bool
) -> None:
    done = clockify("config", "set", "hook.stop", command)
    assert done.code == 0
    assert ("hook.stop is run without a shell" in done.err) is said


def test_a_hook_that_fails_is_said_to_run_without_a_shell(clockify: Clockify) -> None:
    clockify("config", "set", "hook.change", "no-such-program | tee log")
    assert "It is run without a shell; `sh -c '…'` starts one." in clockify("add", "One", "8-9").err


def test_no_shell_reads_a_hook(clockify: Clockify, tmp_path: Path) -> None:
    file = tmp_path / "broken"
    clockify("config", "set", "hook.change", f"echo $(touch {file}); touch {file}")
    clockify("add", "One", "8-9")
    assert not file.exists()
