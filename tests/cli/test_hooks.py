"""The user's own commands after an event."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

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
    assert ("No shell reads hook.stop" in done.err) is said


def test_a_hook_that_fails_is_said_to_run_without_a_shell(clockify: Clockify) -> None:
    clockify("config", "set", "hook.change", "no-such-program | tee log")
    assert "No shell reads it; `sh -c '…'` is one." in clockify("add", "One", "8-9").err


def test_no_shell_reads_a_hook(clockify: Clockify, tmp_path: Path) -> None:
    file = tmp_path / "broken"
    clockify("config", "set", "hook.change", f"echo $(touch {file}); touch {file}")
    clockify("add", "One", "8-9")
    assert not file.exists()
