"""Tests that words and options of other programs get a hint and do nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.suggestions import ELSEWHERE
from tests.cli.conftest import TEN, Clockify


@pytest.mark.parametrize("word", [word for word in ELSEWHERE if word not in COMMANDS])
def test_a_command_of_another_program_is_told_what_there_is(clockify: Clockify, word: str) -> None:
    done = clockify(word, "x")
    assert (done.code, done.out) == (2, "")
    assert ELSEWHERE[word] in done.err


def test_what_there_is_instead_is_there() -> None:
    for line in ELSEWHERE.values():
        assert set(re.findall(r"`clockify ([a-z]+)", line)) <= set(COMMANDS)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("start X -t deep", "Use -g or --tag here."),
        ("start X -P Website", "Use -p or --project here."),
        ("start X --note more", "Use -d or --description here."),
        ("stop --note more", "Use -d or --description here."),
        ("add X --start 9", "Use --from here."),
        ("log --today", "Give the range as a plain word: `clockify log today`."),
        ("report --week", "Give the range as a plain word: `clockify report week`."),
        ("log --from 2026-11-01", "Give the range as a plain word: `clockify log 2026-11-01..`."),
        ("log --from=mon --to fri", "Give the range as a plain word: `clockify log mon..fri`."),
        (
            "report --until fri --since mon",
            "Give the range as a plain word: `clockify report mon..fri`.",
        ),
        (
            "export --from -o x.csv",
            "Give the range as a plain word: `clockify export 2026-11-01..2026-11-15`.",
        ),
        ("report --date yesterday", "Give the range as a plain word: `clockify report yesterday`."),
        ("log --to fri", "Give the range as a plain word: `clockify log 2026-11-01..fri`."),
        ("log -p X --total", "`clockify report --total` prints only the total."),
        ("timesheet --by day", "`clockify report --by` sums"),
        ("report --limit 3", "`clockify log --limit` lists"),
        ("start Standup -p", "`clockify start --help` lists"),
        ("status --today", "`clockify status --help` lists"),
        ("-w local log", "-w goes after the command: clockify log -w local"),
        ("--offline log today", "--offline goes after the command: clockify log today --offline"),
        ("--json projects list", "--json goes after the command: clockify projects list --json"),
        ("--workspace=local report week", "clockify report week --workspace=local"),
        ("-q -w local log", "clockify log -q -w local"),
        ("--json", "--json goes after a command: clockify status --json"),
        (
            "--with-key some-key login",
            "--with-key goes after the command: clockify login --with-key\n",
        ),
        ("-w local", "-w goes after a command: clockify status -w NAME"),
        ("log last 7d", "Did you mean `clockify log 7d`?"),
        ("log past 7 days", "Did you mean `clockify log 7d`?"),
        ("log november", "Did you mean `clockify log 2026-11`?"),
        ("log december", "Did you mean `clockify log 2025-12`?"),
        ("log Nov 2024", "Did you mean `clockify log 2024-11`?"),
        ("log this week", "Did you mean `clockify log week`?"),
        ("log last monday", "Did you mean `clockify log monday`?"),
        ("config edit", "`clockify config set KEY VALUE` changes a setting."),
        ("config set tz Los_Angeles", "did you mean America/Los_Angeles?"),
        ("config set tz Europe/Berlni", "did you mean Europe/Berlin?"),
        ("log --tz Los_Angeles", "Did you mean `clockify log --tz America/Los_Angeles`?"),
        ("add X 13-12", "from 13:00 to 12:00 the next day is 23 hours"),
        ("add X 13-12:30", "from 13:00 to 12:30 the next day is 23:30"),
    ],
)
def test_a_near_miss_is_answered_with_what_to_type(
    clockify: Clockify, line: str, told: str
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (2, "")
    assert told in done.err


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("start X --projct A", "--project"),
        ("start X --desc more", "--description"),
        ("log --serach x", "--search"),
        ("log --formt json", "--format"),
        ("projects --budget", ""),
        ("report --team", ""),
        ("log --at 9", ""),
        ("log --colour x", "--color"),
        ("add X --dryrun 9-10", "--dry-run"),
    ],
)
def test_only_an_option_that_is_near_is_proposed(clockify: Clockify, line: str, meant: str) -> None:
    told = clockify(*line.split()).err

    assert re.findall(r"Did you mean (\S+)\?", told) == ([meant] if meant else [])


def test_an_option_of_another_program_is_not_taken_for_a_near_one(clockify: Clockify) -> None:
    assert "Did you mean" not in clockify("log", "--from", "mon").err
    assert "plain word" not in clockify("edit", "last", "--today").err


@pytest.mark.parametrize("line", ["--jsn log", "--yes log", "--once X"])
def test_what_no_such_command_has_is_not_said_to_go_after_it(clockify: Clockify, line: str) -> None:
    done = clockify(*line.split())
    assert done.code == 2
    assert "unknown option" in done.err
    assert "goes after" not in done.err


@pytest.mark.parametrize("words", [("some-key",), ("--key", "some-key"), ("--api-key=some-key",)])
def test_a_key_among_the_words_is_not_repeated_and_login_says_where_it_goes(
    clockify: Clockify, words: tuple[str, ...]
) -> None:
    done = clockify("login", *words)
    assert done.code == 2
    assert "some-key" not in done.err
    for said in ("never given on the command line", "history of your shell", "--with-key"):
        assert said in done.err


def test_stop_proposes_no_time_before_the_timer_began(clockify: Clockify) -> None:
    clockify("start", "Standup")
    done = clockify("stop", "--at", "17:30", now=TEN + timedelta(minutes=5))
    assert done.code == 2
    assert "yesterday" not in done.err


def test_stop_proposes_yesterday_where_the_timer_ran_then(clockify: Clockify) -> None:
    clockify("start", "Standup", now=TEN - timedelta(hours=20))
    done = clockify("stop", "--at", "17:30")
    assert "Did you mean `clockify stop --at 'yesterday 17:30'`?" in done.err
