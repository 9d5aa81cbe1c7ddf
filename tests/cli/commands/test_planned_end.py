"""Tests of `start --for`: the first command after the planned end stops the timer there, once."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.cli.conftest import TEN, Clockify, Done

MIDWAY, AFTER = TEN + timedelta(minutes=10), TEN + timedelta(minutes=40)


def entries(clockify: Clockify) -> list[tuple[str, str | None]]:
    """Return what the log shows at the start of the timer, when no command can stop it."""
    found: list[Any] = json.loads(clockify("log", "--json").out)
    return [(one["description"], one["timeInterval"]["duration"]) for one in found]


def verbs(clockify: Clockify) -> list[str]:
    return [one["verb"] for one in json.loads(clockify("history", "--json").out)]


@pytest.fixture
def begun(clockify: Clockify) -> Clockify:
    """Start a timer at ten that is to end at 10:25."""
    done = clockify("start", "Write", "--for", "25m")
    assert (done.code, done.out) == (0, "Started  Write   at 10:00\n")
    assert "10:25" in done.err
    return clockify


def test_until_then_it_runs_and_status_says_what_is_left(begun: Clockify) -> None:
    assert "0:10 · 0:15 left" in begun("status", now=MIDWAY).out
    told = json.loads(begun("status", "--json", now=MIDWAY).out)
    assert told["plannedEnd"] == "2026-11-24T10:25:00Z"
    assert begun("status", "--template", "{left}", now=MIDWAY).out == "0:15\n"
    assert begun("status", "--short", now=MIDWAY).out == "Write 0:10\n"
    assert entries(begun) == [("Write", None)]


@pytest.mark.parametrize(
    "line",
    [
        "status",
        "status --short",
        "status --check",
        "status --template {description}",
        "status --format waybar",
        "log",
        "report",
        "projects",
        "history",
        "sync",
        "stop",
        "start Next",
        "add Call 9-9:30",
        "export",
    ],
)
def test_the_first_command_after_its_end_ends_it_there_once(begun: Clockify, line: str) -> None:
    begun(*line.split(), now=AFTER)
    assert ("Write", "PT25M") in entries(begun)
    begun(*line.split(), now=AFTER)
    assert verbs(begun).count("stop") == 1


@pytest.mark.parametrize("line", ["status --short", "status --template x{description}"])
def test_a_prompt_is_told_nothing_of_a_timer_that_has_ended(begun: Clockify, line: str) -> None:
    done = begun(*line.split(), now=AFTER)
    assert (done.code, done.out, done.err) == (0, "\n", "")


def test_it_is_said_that_it_ended(begun: Clockify) -> None:
    done = begun("status", now=AFTER)
    assert "Ended Write at 10:25, as planned." in done.err
    assert "No timer is running." in done.out
    assert begun("status", "--check", now=AFTER).code == 3


def test_stop_after_its_end_stops_it_there_and_may_complete_it(begun: Clockify) -> None:
    done = begun("stop", "-p", "Internal", now=AFTER)
    assert (done.code, verbs(begun)) == (0, ["start", "stop"])
    (entry,) = json.loads(begun("log", "--json").out)
    assert (entry["timeInterval"]["duration"], entry["projectName"]) == ("PT25M", "Internal")


def test_stop_at_a_time_is_believed(begun: Clockify) -> None:
    begun("stop", "--at", "10:35", now=AFTER)
    assert entries(begun) == [("Write", "PT35M")]


def test_a_timer_that_was_stopped_before_is_not_ended_again(begun: Clockify) -> None:
    begun("stop", now=MIDWAY)
    begun("status", now=AFTER)
    assert entries(begun) == [("Write", "PT10M")]
    assert verbs(begun) == ["start", "stop"]


def test_cancel_after_its_end_throws_it_away(begun: Clockify) -> None:
    assert begun("cancel", now=AFTER).code == 0
    assert (entries(begun), verbs(begun)) == ([], ["start", "cancel"])


def test_another_start_before_its_end_stops_it_then(begun: Clockify) -> None:
    begun("start", "Next", now=MIDWAY)
    begun("status", now=AFTER)
    assert entries(begun) == [("Write", "PT10M"), ("Next", None)]


def test_undo_after_it_ended_lets_it_run_on(begun: Clockify) -> None:
    begun("status", now=AFTER)
    begun("undo", now=AFTER)
    for _ in range(2):
        begun("status", now=AFTER + timedelta(hours=1))
    assert entries(begun) == [("Write", None)]
    begun("redo", now=AFTER)
    assert entries(begun) == [("Write", "PT25M")]


def test_undo_of_the_start_takes_it_away_and_redo_brings_it_with_its_end(begun: Clockify) -> None:
    assert "Undone: start Write" in begun("undo", now=AFTER).out
    begun("redo", now=MIDWAY)
    begun("status", now=AFTER)
    assert entries(begun) == [("Write", "PT25M")]


@pytest.mark.parametrize("line", ["cut current 10:05-10:08", "split current --at 10:05"])
def test_what_runs_on_after_a_cut_ends_as_planned(begun: Clockify, line: str) -> None:
    begun(*line.split(), now=MIDWAY)
    begun("status", now=AFTER)
    assert sum(int(str(length)[2:-1]) for _, length in entries(begun)) in (22, 25)


def test_an_edit_of_the_start_leaves_the_end(begun: Clockify) -> None:
    begun("edit", "current", "--start", "9:50", now=MIDWAY)
    begun("status", now=AFTER)
    assert entries(begun) == [("Write", "PT35M")]


def test_an_end_that_is_over_is_refused(clockify: Clockify) -> None:
    done = clockify("start", "Write", "--at", "9:00", "--for", "25m")
    assert (done.code, entries(clockify)) == (2, [])
    assert "`clockify add WORDS --from 09:00 --for 25m`" in done.err


@pytest.mark.parametrize("length", ["0m", "soon", "-5m"])
def test_a_length_that_is_none_is_refused(clockify: Clockify, length: str) -> None:
    assert clockify("start", "Write", "--for", length).code == 2
    assert entries(clockify) == []


def test_the_same_once_key_with_another_length_is_another_content(clockify: Clockify) -> None:
    def begin(*more: str) -> Done:
        return clockify("start", "Write", "--once", "k", *more)

    assert [begin("--for", "25m").code, begin("--for", "25m").code] == [0, 0]
    assert begin("--for", "50m").code == 2


def test_what_is_over_is_refused_with_a_line_that_can_be_typed(clockify: Clockify) -> None:
    done = clockify("start", "Call", "--at", "yesterday 23:50", "--for", "5m")

    assert done.code == 2
    assert "`clockify add WORDS --from '2026-11-23 23:50' --for 5m`" in done.err
