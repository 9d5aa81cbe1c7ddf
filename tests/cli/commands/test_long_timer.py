"""Tests of a timer over 12 hours: `status` warns, the prompt marks it, `stop` asks for the end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cli.conftest import TEN, Clockify, prepared

LATER = TEN + timedelta(hours=13)
NEXT_DAY = TEN + timedelta(hours=25)
EVENING = TEN + timedelta(hours=33)


def ended(clockify: Clockify, now: datetime = LATER) -> str | None:
    (entry,) = [
        e
        for e in json.loads(clockify("log", "2d", "--json", now=now).out)
        if e["description"] == "Draft"
    ]
    end: str | None = entry["timeInterval"]["end"]
    return end


@prepared
def forgotten(clockify: Clockify) -> Clockify:
    """Start Draft at ten; at noon, record an entry that ended at 11:30."""
    clockify("start", "Draft")
    clockify("add", "Call", "11-11:30", "--overlap", now=TEN + timedelta(hours=2))
    return clockify


def test_status_warns_of_it(forgotten: Clockify) -> None:
    for args in (["status"], ["status", "--json"]):
        assert "over 12 hours" in forgotten(*args, now=LATER).err
    assert "over 12 hours" not in forgotten("status", now=TEN + timedelta(hours=12)).err


def test_the_prompt_marks_it(forgotten: Clockify, monkeypatch: pytest.MonkeyPatch) -> None:
    assert forgotten("status", "--short", now=LATER).out == "Draft 13:00 (long)\n"
    assert forgotten("status", "--short", now=TEN + timedelta(hours=12)).out == "Draft 12:00\n"
    assert forgotten("status", "--short", "--refresh", now=LATER).out == "Draft 13:00 (long)\n"


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("\n", "2026-11-24T12:00:00Z"),
        ("17:30\n", "2026-11-24T17:30:00Z"),
        ("now\n", "2026-11-24T23:00:00Z"),
        ("9:00\n18\n", "2026-11-24T18:00:00Z"),
        ("soon\n18\n", "2026-11-24T18:00:00Z"),
    ],
)
def test_a_person_says_when_it_ended(forgotten: Clockify, typed: str, end: str) -> None:
    done = forgotten("stop", typed=typed, person=True, now=LATER)
    assert done.code == 0, done.err
    assert "When did it end? [12:00]" in done.err
    assert ended(forgotten) == end


def test_over_a_day_a_person_is_asked_too(forgotten: Clockify) -> None:
    done = forgotten("stop", typed="\n", person=True, now=NEXT_DAY)
    assert (done.code, ended(forgotten, NEXT_DAY)) == (0, "2026-11-24T12:00:00Z")


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("17:30\n", "2026-11-24T17:30:00Z"),
        ("9:30\n", "2026-11-25T09:30:00Z"),
        ("today 17:30\n", "2026-11-25T17:30:00Z"),
    ],
)
def test_an_answer_without_a_day_is_the_first_such_time_after_the_start(
    forgotten: Clockify, typed: str, end: str
) -> None:
    done = forgotten("stop", typed=typed, person=True, now=EVENING)
    assert (done.code, ended(forgotten, EVENING)) == (0, end), done.err


def test_without_anything_known_now_is_proposed(clockify: Clockify) -> None:
    clockify("start", "Draft")
    done = clockify("stop", typed="\n", person=True, now=LATER)
    assert "[now]" in done.err
    assert ended(clockify) == "2026-11-24T23:00:00Z"


def test_a_wrong_answer_without_another_changes_nothing(forgotten: Clockify) -> None:
    done = forgotten("stop", typed="soon\n", person=True, now=LATER)
    assert done.code == 2
    assert ended(forgotten) is None


@pytest.mark.parametrize("options", [["--yes"], ["--at", "23:00"]], ids=" ".join)
def test_what_is_said_beforehand_is_not_asked(forgotten: Clockify, options: list[str]) -> None:
    done = forgotten("stop", *options, person=True, now=LATER)
    assert (done.code, "When did it end" in done.err) == (0, False)
    assert ended(forgotten) == "2026-11-24T23:00:00Z"


def test_a_script_stops_it_and_is_warned(forgotten: Clockify) -> None:
    for args, person in ((["stop"], False), (["stop", "--no-input"], True)):
        done = forgotten(*args, person=person, now=LATER)
        assert done.code == 0
        assert "over 12 hours" in done.err
        assert ended(forgotten) == "2026-11-24T23:00:00Z"
        forgotten("undo", now=LATER)
    refused = forgotten("stop", now=datetime(2026, 11, 26, tzinfo=UTC))
    assert refused.code == 2
    assert "over 24 hours" in refused.err


OTHERS = [["start", "Review"], ["start", "Review", "--for", "25m"], ["resume"]]


@pytest.mark.parametrize("args", OTHERS, ids=" ".join)
@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ("\n", "2026-11-24T12:00:00Z"),
        ("17:30\n", "2026-11-24T17:30:00Z"),
        ("now\n", "2026-11-24T23:00:00Z"),
        ("9:00\n18\n", "2026-11-24T18:00:00Z"),
    ],
)
def test_another_start_asks_a_person_when_it_ended(
    forgotten: Clockify, args: list[str], typed: str, end: str
) -> None:
    done = forgotten(*args, typed=typed, person=True, now=LATER)
    assert done.code == 0, done.err
    assert "When did it end? [12:00]" in done.err
    assert ended(forgotten) == end
    running = json.loads(forgotten("status", "--json", now=LATER).out)["entry"]
    assert running["timeInterval"]["start"] == "2026-11-24T23:00:00Z"
    assert forgotten("undo", now=LATER).code == 0
    assert ended(forgotten) is None


@pytest.mark.parametrize("args", OTHERS, ids=" ".join)
def test_another_start_in_a_script_is_warned_and_after_a_day_refused(
    forgotten: Clockify, args: list[str]
) -> None:
    done = forgotten(*args, now=LATER)
    assert done.code == 0
    assert "Draft ran for over 12 hours. `clockify edit last --end TIME`" in done.err
    assert ended(forgotten) == "2026-11-24T23:00:00Z"
    forgotten("undo", now=LATER)
    refused = forgotten(*args, now=NEXT_DAY)
    assert (refused.code, ended(forgotten)) == (2, None)
    assert "has been running for over 24 hours" in refused.err
    assert "`clockify stop --at TIME`" in refused.err


def test_a_start_at_a_time_asks_nothing_but_warns(forgotten: Clockify) -> None:
    done = forgotten("start", "Review", "--at", "22:30", person=True, now=LATER)
    assert (done.code, "When did it end" in done.err) == (0, False)
    assert "over 12 hours" in done.err
    assert ended(forgotten) == "2026-11-24T22:30:00Z"


def test_after_a_wrong_name_the_end_is_not_asked_again(forgotten: Clockify) -> None:
    forgotten("projects", "add", "Old", now=LATER)
    forgotten("projects", "archive", "Old", now=LATER)
    done = forgotten("start", "Review", "-p", "Old", typed="17:30\n", person=True, now=LATER)
    assert done.code != 0
    assert done.err.count("When did it end?") == 1
    assert ended(forgotten) is None
