"""Tests of the tree of commands: help everywhere, near words named, options in any place."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.reference.generated import commands
from clockify_cli.cli.reference.tree import names
from tests.cli.conftest import Clockify
from tests.cli.parsing import every_command

ALL = every_command()
TREE = dict(commands())
each_path = pytest.mark.parametrize("path", ALL)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("-h", "Usage: clockify [OPTIONS] COMMAND"),
        ("--help", "Usage: clockify [OPTIONS] COMMAND"),
        ("help", "Usage: clockify [OPTIONS] COMMAND"),
        ("", "Usage: clockify [OPTIONS] COMMAND"),
        ("start -h", "Usage: clockify start"),
        ("-h start", "Usage: clockify start"),
        ("help start", "Usage: clockify start"),
        ("start --no-such-option -h", "Usage: clockify start"),
        ("--profile work start -h", "Usage: clockify start"),
        ("start -qh", "Usage: clockify start"),
        ("projects -h", "Usage: clockify projects [OPTIONS] COMMAND"),
        ("projects add --help", "Usage: clockify projects add"),
        ("help projects add", "Usage: clockify projects add"),
    ],
)
def test_help_can_be_asked_for_anywhere(clockify: Clockify, line: str, heading: str) -> None:
    done = clockify(*line.split())
    assert (done.code, done.err) == (0, "")
    assert heading in done.out


def test_a_help_option_after_two_dashes_is_a_word(clockify: Clockify) -> None:
    assert clockify("start", "--", "-h").code == 0
    assert json.loads(clockify("log", "--json").out)[0]["description"] == "-h"


@each_path
def test_help_of_a_command_has_examples_that_name_it_and_fits_80_columns(
    clockify: Clockify, path: str
) -> None:
    done = clockify(*path.split(), "--help")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 80
    first = path.partition(" ")[0]
    examples = ALL[path].examples
    assert examples
    assert all(example.split()[0] == first for example in examples)
    assert f"  clockify {examples[0]}\n" in done.out
    assert "\x1b" not in done.out


@each_path
def test_each_parameter_of_a_command_is_explained_and_no_name_has_two_meanings(path: str) -> None:
    known = [name for option in TREE[path].params for name in names(option)]
    assert len(known) == len(set(known))
    assert {"-q", "--quiet", "-V", "--version", "--profile", "--color", "--no-input"} < set(known)
    assert all(option.help and option.help.endswith(".") for option in TREE[path].params)


def test_the_help_lists_every_command_and_fits_80_columns(clockify: Clockify) -> None:
    out = clockify("--help").out
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("line", "near"),
    [("strat", "start"), ("reprot week", "report"), ("--quit start", "--quiet")],
)
def test_an_unknown_word_names_the_nearest_and_runs_nothing(
    clockify: Clockify, home: Path, line: str, near: str
) -> None:
    done = clockify(*line.split())
    assert done.code == 2
    assert near in done.err
    assert done.out == ""
    assert not (home / "clockify").exists()


@pytest.mark.parametrize("line", ["sta", "star", "start --descr X", "start --proj X", "proj list"])
def test_nothing_is_abbreviated(clockify: Clockify, home: Path, line: str) -> None:
    assert clockify(*line.split()).code == 2
    assert not (home / "clockify").exists()


def test_a_long_option_with_one_dash_is_not_taken_for_short_ones(clockify: Clockify) -> None:
    done = clockify("start", "Write", "-project", "Acme")
    assert done.code == 2
    assert "--project" in done.err


def test_an_unknown_second_word_lists_the_family(clockify: Clockify) -> None:
    done = clockify("projects", "lst")
    assert done.code == 2
    assert "Did you mean list?" in done.err


def test_a_family_without_second_word_runs_its_default(clockify: Clockify) -> None:
    assert clockify("config").out == clockify("config", "list").out != ""
    assert clockify("config", "--json").out == clockify("config", "list", "--json").out


@pytest.mark.parametrize(
    "line",
    [
        "--color never config path",
        "config --color never path",
        "config path --color never",
        "config path --color=never",
        "--no-input -q config path --debug",
    ],
)
def test_options_of_the_program_are_taken_before_and_after_the_command(
    clockify: Clockify, home: Path, line: str
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (0, f"{home}/clockify/config/config.toml\n")


@pytest.mark.parametrize("line", ["--color sometimes log", "log --color sometimes"])
def test_a_choice_that_there_is_not_lists_those_there_are(clockify: Clockify, line: str) -> None:
    done = clockify(*line.split())
    assert done.code == 2
    assert "auto, always or never" in done.err


@pytest.mark.parametrize("at", ["-15m", "-1h"])
def test_a_past_time_after_an_option_is_its_value(clockify: Clockify, at: str) -> None:
    assert clockify("start", "Late", "--at", at).code == 0


def test_a_past_time_is_a_word_and_no_option(clockify: Clockify) -> None:
    assert clockify("add", "Before", "-2h..-1h").code == 0
    entry = json.loads(clockify("log", "--json").out)[0]
    assert entry["timeInterval"]["start"] == "2026-11-24T08:00:00Z"
    assert clockify("-2h..-1h").code == 2


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("start -d", "-d needs a value"),
        ("log --limit 0", "--limit"),
        ("log --limit 1000000000000000", "--limit"),
        ("log --limit few", "whole number"),
        ("cancel now", 'unexpected argument "now"'),
        ("completion", "needs SHELL"),
        ("completion tcsh", "bash, zsh"),
        ("log --json=yes", "--json"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(
    clockify: Clockify, home: Path, line: str, says: str
) -> None:
    done = clockify(*line.split())
    assert done.code == 2
    assert says in done.err
    assert any(word in done.err for word in ("--help", "Give", "Choose"))
    assert not (home / "clockify").exists()


def test_wrong_usage_with_json_is_told_as_json(clockify: Clockify) -> None:
    done = clockify("start", "--bogus", "--json")
    error = json.loads(done.err)["error"]
    assert (done.code, error["exit"], error["code"]) == (2, 2, "usage")
    assert done.out == ""


def test_a_long_or_dangerous_word_is_quoted_cut_and_clean(clockify: Clockify) -> None:
    done = clockify("\x1b[31m" + "x" * 500)
    assert "\x1b" not in done.err
    assert max(map(len, done.err.splitlines())) < 120


def test_the_version_is_told_before_and_after_a_command(clockify: Clockify) -> None:
    told = [clockify(*line.split()).out for line in ("-V", "--version", "-q -V", "start -V")]
    assert told == [told[0]] * 4
    assert told[0].startswith("clockify 0.")


class TestAliases:
    def test_an_alias_is_a_command_line_with_more_words_after_it(self, clockify: Clockify) -> None:
        clockify("config", "set", "alias.daily", "start 'Stand up' -p Internal")
        assert clockify("daily", "-g", "team").code == 0
        entry = json.loads(clockify("log", "--json").out)[0]
        assert (entry["description"], entry["tags"][0]["name"]) == ("Stand up", "team")

    def test_an_alias_of_an_alias_is_followed(self, clockify: Clockify, home: Path) -> None:
        clockify("config", "set", "alias.one", "two --color never")
        clockify("config", "set", "alias.two", "config path")
        assert clockify("one").out == f"{home}/clockify/config/config.toml\n"

    def test_an_alias_that_leads_to_itself_is_refused(self, clockify: Clockify) -> None:
        clockify("config", "set", "alias.one", "two")
        clockify("config", "set", "alias.two", "one")
        done = clockify("one")
        assert done.code == 2
        assert "leads back to itself" in done.err

    def test_an_alias_never_hides_a_command(self, clockify: Clockify) -> None:
        clockify("config", "set", "alias.status", "config path")
        assert "config.toml" not in clockify("status").out

    def test_no_shell_reads_an_alias(self, clockify: Clockify, home: Path) -> None:
        clockify("config", "set", "alias.bad", "config path; touch broken $(touch broken)")
        assert clockify("bad").code == 2
        assert not (home / "broken").exists()

    def test_an_alias_with_an_open_quote_is_refused(self, clockify: Clockify) -> None:
        clockify("config", "set", "alias.bad", "start 'Stand up")
        assert clockify("bad").code == 2

    def test_the_help_of_an_alias_is_that_of_its_command(self, clockify: Clockify) -> None:
        clockify("config", "set", "alias.daily", "start Standup")
        assert "Usage: clockify start" in clockify("daily", "-h").out


class TestAlone:
    def on_terminal(self, *args: str) -> str:
        """Return what the program shows on a terminal."""
        ours, theirs = pty.openpty()
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [sys.executable, "-m", "clockify_cli", *args]
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ):
            os.close(theirs)
            shown = b""
            try:
                while part := os.read(ours, 65536):
                    shown += part
            except OSError:
                # Linux reports this if nobody reads the other end any more.
                os.close(ours)
        return shown.decode().replace("\r\n", "\n")

    def test_on_a_terminal_it_tells_what_runs_and_what_can_come_next(
        self, clockify: Clockify
    ) -> None:
        clockify("start", "Write")
        shown = self.on_terminal()
        assert shown.startswith("Running  Write")
        assert "\nNext: clockify stop" in shown

    def test_on_a_terminal_where_nothing_was_tracked_it_is_the_help(self, home: Path) -> None:
        shown = re.sub(r"\x1b\[[0-9;]*m", "", self.on_terminal())
        assert "Usage: clockify [OPTIONS] COMMAND" in shown
        assert not (home / "clockify").exists()

    def test_in_a_pipe_it_is_the_help(self, clockify: Clockify) -> None:
        clockify("start", "Write")
        assert "Usage: clockify [OPTIONS] COMMAND" in clockify().out


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        ("delete", "clockify delete [OPTIONS] {ENTRY...}"),
        ("config set", "clockify config set [OPTIONS] {KEY VALUE}"),
        ("import", "clockify import [OPTIONS] {FILE}"),
        ("start", "clockify start [OPTIONS] [WORDS...]"),
        ("help", "clockify help [OPTIONS] [COMMAND or TOPIC]"),
        ("undo", "clockify undo [OPTIONS] [N]"),
    ],
)
def test_the_synopsis_tells_what_can_be_left_out(
    clockify: Clockify, command: str, usage: str
) -> None:
    shown = clockify("-h", *command.split()).out.partition("\n")[0]
    # Newer versions of Typer mark what can be repeated.
    assert shown.removesuffix("...") == f"Usage: {usage}"
