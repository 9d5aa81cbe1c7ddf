"""Tests of what `clockify config` shows, changes and refuses."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify

KEY = "MTIzNDU2Nzg5MGFiY2RlZg"
ROOT = Path(__file__).parents[3]


def test_list_shows_each_value_and_where_it_comes_from(
    clockify: Clockify, config_file: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config_file.write_text("[default]\nclock = 12\n")
    (home / ".clockify.toml").write_text('project = "Acme"\n')
    monkeypatch.setenv("CLOCKIFY_TZ", "Europe/Berlin")
    rows = [line.split("\t") for line in clockify("config", "list").out.splitlines()]
    assert ["clock", "12", f"config file {config_file}:2"] in rows
    assert ["tz", "Europe/Berlin", "environment CLOCKIFY_TZ"] in rows
    assert ["default.project", "Acme", f"project file {home}/.clockify.toml:1"] in rows
    assert ["week-start", "monday", "default"] in rows
    told = json.loads(clockify("config", "list", "--json").out)
    assert {"key": "clock", "value": "12", "origin": f"config file {config_file}:2"} in told


@pytest.mark.parametrize("line", ["config list", "config list --json", "config get key", "doctor"])
def test_the_key_is_never_shown(
    clockify: Clockify, config_file: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    config_file.write_text(f'[default]\nkey = "{KEY}"\n')
    config_file.chmod(0o600)
    monkeypatch.setenv("CLOCKIFY_API_KEY", KEY + "2")
    done = clockify(*line.split(), "--debug")
    assert done.code == 0
    assert KEY not in done.out + done.err


def test_set_get_and_unset(clockify: Clockify, config_file: Path) -> None:
    config_file.write_text("# mine\n")
    done = clockify("config", "set", "hours", "mon-thu", "8h,", "fri", "6h")
    assert (done.code, done.out) == (0, "")
    assert "hours set to mon-thu 8h, fri 6h" in done.err
    assert clockify("config", "get", "hours").out == "mon 8h, tue 8h, wed 8h, thu 8h, fri 6h\n"
    assert json.loads(clockify("config", "get", "hours", "--json").out)["key"] == "hours"
    assert clockify("-q", "config", "unset", "hours").err == ""
    assert clockify("config", "get", "hours").code == 3
    assert clockify("config", "unset", "hours").code == 3
    assert config_file.read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    ("line", "code"), [("-V", 0), ("help", 0), ("log -h", 0), ("completion bash", 0), ("doctor", 9)]
)
def test_what_needs_no_settings_works_with_a_profile_that_is_not_there(
    clockify: Clockify, line: str, code: int
) -> None:
    assert clockify(*line.split(), "--profile", "wrok").code == code


def test_set_goes_to_the_profile_that_was_named(clockify: Clockify) -> None:
    clockify("config", "set", "clock", "12", "--profile", "work")
    assert clockify("config", "get", "clock").out == "24\n"
    assert clockify("--profile", "work", "config", "get", "clock").out == "12\n"


def test_set_says_when_the_environment_is_stronger(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOCKIFY_TZ", "Europe/Berlin")
    assert "CLOCKIFY_TZ" in clockify("config", "set", "tz", "UTC").err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["set"], "needs KEY VALUE"),
        (["set", "tz"], "a key and a value"),
        (["set", "tz", "Foo/Bar"], "is not a known time zone"),
        (["set", "weekstart", "monday"], "Did you mean week-start?"),
        (["set", "key", KEY], "must not be on the command line"),
        (["set", "key", KEY], "`clockify login` stores it."),
        (["set", "week-start", "funday\x1b[31m"], "is not a day of the week"),
        (["get", "weekstart"], "Did you mean week-start?"),
        (["get"], "needs KEY"),
        (["unset", "weekstart"], "Did you mean week-start?"),
        (["unset", "week-start"], "is not in"),
        (["edit"], "an editor needs a terminal"),
        (["--profile", "../x", "set", "tz", "UTC"], "is not a profile name"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    clockify: Clockify, home: Path, words: list[str], says: str
) -> None:
    done = clockify("config", *words)
    assert done.code == (3 if words == ["unset", "week-start"] else 2)
    assert says in done.err
    assert KEY not in done.err
    assert "\x1b" not in done.err
    assert not (home / "clockify").exists()


def test_a_bad_file_is_named_by_every_command_but_can_be_found_and_rerouted(
    clockify: Clockify, config_file: Path
) -> None:
    config_file.write_text('[default]\nclock = "13"\n')
    for line in ("log", "start X", "config list", "config get tz"):
        done = clockify(*line.split())
        assert done.code == 2
        assert f"{config_file}:2: clock" in done.err
    assert clockify("config", "path").out == f"{config_file}\n"
    assert clockify("help").code == clockify("start", "-h").code == 0
    assert clockify("config", "set", "clock", "24").code == 0
    assert clockify("log").code == 0


def test_warnings_go_to_standard_error_once_and_json_stays_json(
    clockify: Clockify, config_file: Path
) -> None:
    config_file.write_text('[default]\nweekstart = "monday"\n')
    done = clockify("log", "--json")
    assert json.loads(done.out) == []
    assert done.err.count("weekstart") == 1
    assert done.err.startswith("warning: ")


def editing(home: Path, script: str, typed: bytes = b"") -> tuple[int, str]:
    """Return the exit code of `config edit` and what a terminal shows; *script* is the editor."""
    editor = home / "editor.sh"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o700)
    ours, theirs = pty.openpty()
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "EDITOR": "false",
        "VISUAL": f"'{editor}' --wait",
        "CLOCKIFY_API_KEY": KEY,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "clockify_cli", "config", "edit"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environ,
    ) as child:
        os.write(ours, typed)
        _, said = child.communicate()
    os.close(theirs)
    os.close(ours)
    return child.returncode, said.decode()


class TestEdit:
    def test_what_the_editor_saves_is_taken_over(self, home: Path, config_file: Path) -> None:
        config_file.write_text("[default]\n")
        code, said = editing(home, 'test "$1" = --wait; echo "clock = 12" >> "$2"')
        assert (code, config_file.read_text()) == (0, "[default]\nclock = 12\n")
        assert f"Saved {config_file}" in said
        assert [path.name for path in config_file.parent.iterdir()] == ["config.toml"]

    @pytest.mark.parametrize("script", ["true", ': > "$2"'], ids=["unchanged", "emptied"])
    def test_unchanged_or_empty_text_changes_nothing(
        self, home: Path, config_file: Path, script: str
    ) -> None:
        config_file.write_text("[default]\nclock = 12\n")
        code, said = editing(home, script)
        assert (code, config_file.read_text()) == (0, "[default]\nclock = 12\n")
        assert "Nothing was changed" in said

    def test_a_mistake_is_shown_and_the_text_opened_again(
        self, home: Path, config_file: Path
    ) -> None:
        script = 'if grep -q 13 "$2"; then sed -i s/13/12/ "$2"; else echo "clock=13" >> "$2"; fi'
        code, said = editing(home, script, typed=b"y\n")
        assert "config.toml:2: clock" in said
        assert (code, config_file.read_text()) == (0, "[default]\nclock=12\n")

    def test_a_mistake_that_is_given_up_changes_nothing(
        self, home: Path, config_file: Path
    ) -> None:
        code, _ = editing(home, 'echo "clock=13" >> "$2"', typed=b"n\n")
        assert (code, config_file.exists()) == (0, False)

    @pytest.mark.parametrize("script", ["exit 3", "kill -9 $$"])
    def test_an_editor_that_fails_changes_nothing(
        self, home: Path, config_file: Path, script: str
    ) -> None:
        code, said = editing(home, f'echo "clock=12" >> "$2"; {script}')
        assert (code, config_file.exists()) == (2, False)
        assert "the editor e" in said

    def test_what_is_no_file_is_neither_waited_for_nor_replaced(
        self, home: Path, config_file: Path
    ) -> None:
        os.mkfifo(config_file)
        code, said = editing(home, 'echo "clock=12" >> "$2"')
        assert code == 2
        assert f"{config_file} is not a regular file" in said
        assert config_file.is_fifo()

    def test_the_editor_is_not_told_the_key(self, home: Path, config_file: Path) -> None:
        editing(home, f"env > '{home}/told'")
        told = (home / "told").read_text()
        assert "VISUAL" in told
        assert KEY not in told


def test_the_help_says_what_each_setting_is_for(clockify: Clockify) -> None:
    told = clockify("config", "--help").out
    assert "week-start           the day on which weeks begin" in told
    assert max(map(len, told.splitlines())) <= 80


def test_hours_make_the_time_due_today(clockify: Clockify) -> None:
    assert json.loads(clockify("status", "--json").out)["dueSeconds"] is None
    clockify("config", "set", "hours", "mon-fri 8h")
    assert json.loads(clockify("status", "--json").out)["dueSeconds"] == 8 * 3600
