"""Tests of `start --at` while a timer runs, also one that began then or lasts under a second."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.cli.conftest import TEN, Clockify

LATER = TEN + timedelta(minutes=30)


def entries(clockify: Clockify) -> list[tuple[str, str, str | None]]:
    found = json.loads(clockify("log", "--json", now=LATER).out)
    spans = [(one["description"], one["timeInterval"]) for one in found]
    return [
        (text, span["start"][11:16], span["end"] and span["end"][11:16]) for text, span in spans
    ]


def test_a_person_is_asked_whether_the_running_timer_began_then(clockify: Clockify) -> None:
    clockify("start", "Write")
    done = clockify("start", "Write", "--at", "9:30", typed="y\n", person=True, now=LATER)
    assert "Move the start of Write to 09:30 instead of starting a new timer? [y/N]" in done.err
    assert (done.code, entries(clockify)) == (0, [("Write", "09:30", None)])
    clockify("undo", now=LATER)
    assert entries(clockify) == [("Write", "10:00", None)]


def test_a_no_leaves_everything_as_it_was(clockify: Clockify) -> None:
    clockify("start", "Write")
    done = clockify("start", "Review", "--at", "9:30", typed="n\n", person=True, now=LATER)
    assert (done.code, entries(clockify)) == (2, [("Write", "10:00", None)])


@pytest.mark.parametrize("time", ["9:30", "1h ago"])
def test_a_script_is_told_the_line_to_type(clockify: Clockify, time: str) -> None:
    clockify("start", "Write")
    done = clockify("start", "Review", "--at", time, now=LATER)
    assert (done.code, entries(clockify)) == (2, [("Write", "10:00", None)])
    line = done.err.partition("`clockify ")[2].partition("`")[0]
    assert line.startswith("edit current --start ")
    assert clockify(*[word.strip("'") for word in line.split(" ", 3)], now=LATER).code == 0
    assert entries(clockify) == [("Write", "09:30", None)]


def test_what_it_would_overlap_is_refused_or_trimmed(clockify: Clockify) -> None:
    clockify("add", "Call", "9-9:45")
    clockify("start", "Write")
    line = ("start", "Write", "--at", "9:30")
    assert clockify(*line, typed="y\n", person=True, now=LATER).code == 2
    assert clockify(*line, "--adjust", typed="y\n", person=True, now=LATER).code == 0
    assert entries(clockify) == [("Call", "09:00", "09:30"), ("Write", "09:30", None)]


@pytest.mark.parametrize("line", ["start Review", "start Review --at 10:00", "resume"])
def test_a_timer_without_a_second_is_removed_and_said_so(clockify: Clockify, line: str) -> None:
    clockify("add", "Call", "8-9")
    clockify("start", "Write")
    done = clockify(*line.split())
    assert "Removed  Write" in done.out
    assert "was removed: the new timer starts at the same time" in done.err
    assert [text for text, _, _ in entries(clockify)] == [
        "Call", "Call" if line == "resume" else "Review",
    ]  # fmt: skip
    clockify("undo")
    assert entries(clockify) == [("Call", "08:00", "09:00"), ("Write", "10:00", None)]
