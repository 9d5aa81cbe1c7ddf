"""Tests of target hours: `hours`, `report --target`, and how much is left."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clockify_cli.domain.targets import counted, target
from tests.cli.conftest import Clockify

EIGHT = 8 * 3600


@pytest.fixture
def tracked(clockify: Clockify, home: Path) -> Clockify:
    """Track 7:00 and a break of 0:30 on Monday, 1:00 on Tuesday, a holiday the Monday before."""
    clockify("add", "Write", "2026-11-23 8:00-15:00", "-p", "Website", "-b")
    clockify("add", "Rest", "2026-11-23 15:00-15:30", "--break")
    clockify("add", "Read", "2026-11-24 8:00-9:00", "-p", "Website")
    off = {
        "description": "Off",
        "type": "HOLIDAY",
        "timeInterval": {"start": "2026-11-16T08:00:00Z", "end": "2026-11-16T16:00:00Z"},
    }
    (home / "off.json").write_text(json.dumps([off]))
    assert clockify("import", str(home / "off.json"), "--yes").code == 0
    return clockify


def report(clockify: Clockify, *args: str) -> list[str]:
    done = clockify("report", *args, "--format", "table")
    assert done.code == 0, done.err
    return done.out.splitlines()


def test_working_days_up_to_today_are_due() -> None:
    monday = datetime(2026, 11, 23, tzinfo=UTC).date()
    week = [monday + timedelta(days=number) for number in range(7)]
    found = target(week, week[1], lambda day: EIGHT if day.weekday() < 5 else 0)
    assert (found.seconds, found.days, found.all_days) == (2 * EIGHT, 2, 5)
    assert found.average(3601) == 1800
    assert target(week, monday - timedelta(days=1), lambda _: EIGHT).average(60) == 0


def test_time_off_and_holidays_count_and_breaks_do_not() -> None:
    types = {"BREAK": 100, "TIME_OFF": 200, "HOLIDAY": 400}
    assert counted(1000, types) == 900


def test_a_target_says_what_is_to_go_and_the_average(tracked: Clockify) -> None:
    assert report(tracked, "--target", "8h")[-3:] == [
        "Total           8:30  of it break 0:30  billable 7:00 (82 %)",
        "Target         16:00  8:00 to go (2 of 5 working days)",
        "Average         4:00  a working day",
    ]


def test_due_comes_from_the_hours_of_the_settings(tracked: Clockify) -> None:
    tracked("config", "set", "hours", "mon 7h, tue 4h, sat 2h")
    assert report(tracked)[-2] == "Due            11:00  3:00 to go (2 of 3 working days)"
    assert report(tracked, "--target", "1h30m")[-2].split("  ")[-1] == (
        "5:00 over (2 of 3 working days)"
    )
    assert report(tracked, "2026-11-23")[-1] == "Due            7:00  done (1 working day)"


def test_a_part_of_the_time_is_not_measured_by_all_that_is_due(tracked: Clockify) -> None:
    tracked("config", "set", "hours", "mon-fri 8h")
    for args in (("-p", "Website"), ("--billable",), ("--type", "!break")):
        assert not [line for line in report(tracked, *args) if line.startswith("Due")]
        assert [line for line in report(tracked, *args, "--target", "1h") if "Target" in line]
    assert " due " not in tracked("log", "-p", "Website", "--format", "table").out


def test_a_holiday_counts_as_worked(tracked: Clockify) -> None:
    tracked("config", "set", "hours", "mon 8h")
    assert report(tracked, "2026-11-16..2026-11-22")[-1].endswith("8:00  done (1 working day)")


def test_log_and_status_say_what_is_due_today(tracked: Clockify) -> None:
    assert " due " not in tracked("status").out
    tracked("config", "set", "hours", "mon-fri 8h")
    log = tracked("log", "--format", "table").out
    assert log.endswith("Tue 24 Nov 2026: 1:00 · due 8:00, 7:00 to go\n")
    assert tracked("status").out == "No timer is running.   today 1:00, due 8:00\n"
    assert json.loads(tracked("status", "--json").out)["dueSeconds"] == EIGHT
    saturday = datetime(2026, 11, 28, 10, tzinfo=UTC)
    assert tracked("status", now=saturday).out == "No timer is running.   today 0:00\n"
    assert json.loads(tracked("status", "--json", now=saturday).out)["dueSeconds"] == 0
    assert " due " not in tracked("log", "--format", "table", now=saturday).out


def test_nothing_is_due_in_the_future_nor_in_all_time(tracked: Clockify) -> None:
    tracked("config", "set", "hours", "mon-fri 8h")
    assert not [line for line in report(tracked, "2026-12") if "Due" in line]
    assert not [line for line in report(tracked, "all") if line.startswith("Due")]


def test_json_has_what_is_due_and_what_counts(tracked: Clockify) -> None:
    assert "dueSeconds" not in json.loads(tracked("report", "--json").out)
    document = json.loads(tracked("report", "--json", "--target", "8h").out)
    found = {key: value for key, value in document.items() if key not in ("groups", "range")}
    assert found["dueSeconds"] == 2 * EIGHT
    assert found["countedSeconds"] == EIGHT
    assert found["averageSeconds"] == EIGHT // 2
    assert (found["workingDays"], found["workingDaysInRange"]) == (2, 5)


def test_a_range_without_time_says_what_is_due(clockify: Clockify) -> None:
    assert report(clockify, "--target", "8h")[2:] == [
        "Nothing was tracked.",
        "Due 16:00, 16:00 to go (2 of 5 working days)",
    ]


@pytest.mark.parametrize("text", ["8", "25h", "often"])
def test_a_target_that_is_none_is_refused(clockify: Clockify, text: str) -> None:
    done = clockify("report", "--target", text)
    assert (done.code, done.out) == (2, "")
    assert text in done.err


def test_of_a_range_that_is_over_nothing_is_to_go(tracked: Clockify) -> None:
    short = tracked("report", "last week", "--target", "8h", "--format", "table").out
    assert "32:00 short (5 working days)" in short
    assert "to go" not in short
