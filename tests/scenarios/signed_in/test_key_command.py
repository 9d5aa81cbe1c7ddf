"""Tests of a key from a command, which may be as slow as a password store or give none."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench


def test_the_time_that_a_key_takes_is_part_of_the_deadline(stranger: Bench, tmp_path: Path) -> None:
    script = tmp_path / "key.sh"
    script.write_text(f"#!/bin/sh\ncat {shlex.quote(str(tmp_path / 'config.toml'))}\n")
    (tmp_path / "config.toml").write_text(stranger.fake.key)
    script.chmod(0o700)
    stranger.ok("login", "--api-url", stranger.fake.url, "--key-command", str(script))
    stranger.ok("config", "set", "sync.deadline", "2s")
    script.write_text(script.read_text().replace("cat", "sleep 2; cat"))
    done = stranger("log", "--refresh")
    assert done.requests == ()
    assert "took too long" in done.err


NO_KEYS = [
    ("/no/such/program --of hunter2", '{} cannot be run: "/no/such/program": No such file'),
    ("true", "{} printed nothing"),
    ("echo", "{} printed nothing"),
    ("echo hunter2 is no key", "what {} printed is not a Clockify key"),
    ("false", "{} ended with status 1"),
]


@pytest.mark.parametrize(("command", "why"), NO_KEYS)
def test_a_command_that_gives_no_key_is_named_and_signs_nobody_in(
    stranger: Bench, command: str, why: str
) -> None:
    done = stranger("login", "--api-url", stranger.fake.url, "--key-command", command)
    assert done.code == 4
    assert why.format("--key-command") in done.err
    assert "clockify login --key-command CMD" in done.err
    assert "hunter2" not in done.err
    assert stranger("whoami").code == 4
    assert done.requests == ()


@pytest.mark.parametrize(("command", "why"), NO_KEYS)
def test_a_setting_whose_command_gives_no_key_is_named_and_nothing_is_lost(
    clockify: Bench, command: str, why: str
) -> None:
    clockify.ok("config", "set", "key-command", command)
    started = clockify.ok("start", "Write spec")
    assert why.format("key-command") in started.err
    done = clockify("sync")
    assert done.code == 4
    assert why.format("key-command") in done.err
    assert "clockify config set key-command CMD" in done.err
    assert "hunter2" not in done.err + started.err
    clockify.ok("config", "unset", "key-command")
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.running()] == ["Write spec"]


def test_a_key_that_clockify_does_not_know_is_said_to_be_what_the_setting_prints(
    clockify: Bench,
) -> None:
    clockify.ok("config", "set", "key-command", "echo junk")
    for words in (("log", "--refresh"), ("sync",)):
        done = clockify(*words)
        assert done.code == 4
        assert "key-command" in done.err.splitlines()[0]
        assert "`clockify config set key-command CMD`" in done.err
        assert "junk" not in done.err
