"""Tests of breaks, time off and holidays beside regular time: totals count them and say so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify

DAY = "2026-10-15"
ENTRIES = [
    ("Write spec", "REGULAR", f"{DAY}T09:00:00Z", f"{DAY}T10:00:00Z"),
    ("Lunch", "BREAK", f"{DAY}T10:00:00Z", f"{DAY}T10:30:00Z"),
    ("Leave", "TIME_OFF", "2026-10-16T07:00:00Z", "2026-10-16T15:00:00Z"),
    ("Feast", "HOLIDAY", "2026-10-17T07:00:00Z", "2026-10-17T15:00:00Z"),
]
RANGE = "2026-10-15..2026-10-17"


@pytest.fixture
def tracked(clockify: Clockify, home: Path) -> Clockify:
    file = home / "entries.json"
    file.write_text(
        json.dumps(
            [
                {"description": text, "type": type_, "timeInterval": {"start": start, "end": end}}
                for text, type_, start, end in ENTRIES
            ]
        )
    )
    done = clockify("import", str(file))
    assert done.code == 0, done.err
    return clockify


FILTERS = [
    (["regular"], ["Write spec"]),
    (["break"], ["Lunch"]),
    (["time-off"], ["Leave"]),
    (["TIME_OFF"], ["Leave"]),
    (["Time off", "holiday"], ["Leave", "Feast"]),
    (["!break"], ["Write spec", "Leave", "Feast"]),
    (["not:time-off", "!holiday"], ["Write spec", "Lunch"]),
    (["break", "!break"], []),
]


@pytest.mark.parametrize(("types", "texts"), FILTERS, ids=lambda value: "+".join(value) or "none")
@pytest.mark.parametrize("command", ["log", "export"])
def test_a_filter_by_type_lets_through_what_it_names(
    tracked: Clockify, command: str, types: list[str], texts: list[str]
) -> None:
    options = [word for type_ in types for word in ("--type", type_)]
    found = json.loads(tracked(command, RANGE, *options, "--json").out)
    assert [entry["description"] for entry in found] == texts


@pytest.mark.parametrize("command", ["report", "timesheet"])
def test_totals_are_of_the_types_asked_for(tracked: Clockify, command: str) -> None:
    def seconds(*types: str) -> int:
        options = [word for type_ in types for word in ("--type", type_)]
        found = json.loads(tracked(command, RANGE, *options, "--json").out)
        return int(found["totalSeconds"])

    assert [seconds(), seconds("regular"), seconds("!regular"), seconds("break", "holiday")] == [
        63000,
        3600,
        59400,
        30600,
    ]


def test_a_type_that_there_is_not_is_refused_with_those_that_there_are(clockify: Clockify) -> None:
    done = clockify("log", "--type", "brake")
    assert (done.code, done.out) == (2, "")
    assert '"brake" is not an entry type' in done.err
    assert "--type takes regular, break, time-off, holiday." in done.err


def test_json_keeps_the_type(tracked: Clockify) -> None:
    found = json.loads(tracked("log", RANGE, "--json").out)
    assert [entry["type"] for entry in found] == [type_ for _, type_, _, _ in ENTRIES]


def test_a_break_is_recorded_as_one_and_stays_one(clockify: Clockify) -> None:
    def types(*args: str) -> list[tuple[str, str]]:
        found = json.loads(clockify(*args, "--json").out)
        return [(entry["description"], entry["type"]) for entry in found]

    assert clockify("add", "Lunch", "8-8:30", "--break").code == 0
    assert clockify("start", "Tea", "--break", "--at", "9:50").code == 0
    assert types("log") == [("Lunch", "BREAK"), ("Tea", "BREAK")]
    assert clockify("stop", "-d", "Green tea").code == 0
    assert clockify("resume").code == 0
    assert types("log", "--type", "break") == [
        ("Lunch", "BREAK"),
        ("Green tea", "BREAK"),
        ("Green tea", "BREAK"),
    ]
    for _ in range(2):
        assert clockify("undo").code == 0
    assert clockify("redo").code == 0
    assert types("log")[1:] == [("Green tea", "BREAK")]


def test_a_break_takes_nothing_of_the_defaults_of_work(
    clockify: Clockify, config_file: Path
) -> None:
    config_file.write_text(
        '[default]\ndefault.project = "Acme/Website"\ndefault.tags = ["deep"]\n'
        "default.billable = true\n"
    )
    clockify("add", "Write spec", "8-9")
    clockify("add", "Lunch", "9-9:30", "--break")
    work, lunch = json.loads(clockify("log", "--json").out)
    assert (work["projectName"], len(work["tags"]), work["billable"]) == ("Website", 1, True)
    assert (lunch["projectName"], lunch["tags"], lunch["billable"]) == (None, [], False)
    clockify("start", "Tea", "--break", "--at", "9:40", "-p", "Acme/Website", "-b")
    tea = json.loads(clockify("status", "--json").out)["entry"]
    assert (tea["projectName"], tea["billable"], tea["type"]) == ("Website", True, "BREAK")


@pytest.mark.parametrize("text", ["Leave", "Feast"])
def test_there_is_no_timer_of_time_off(tracked: Clockify, text: str) -> None:
    found = json.loads(tracked("log", RANGE, "--json").out)
    id_ = next(entry["localId"] for entry in found if entry["description"] == text)
    done = tracked("resume", id_)
    assert (done.code, done.out) == (2, "")
    assert "which a timer cannot record" in done.err


def test_the_same_once_key_with_and_without_a_break_is_something_else(clockify: Clockify) -> None:
    assert clockify("start", "Tea", "--break", "--once", "tea").code == 0
    assert clockify("start", "Tea", "--break", "--once", "tea").code == 0
    assert clockify("start", "Tea", "--once", "tea").code == 2


def words(table: str) -> list[str]:
    """Return the lines of *table* that contain text, with one space between columns."""
    lines = (" ".join(line.split()) for line in table.splitlines())
    return [line for line in lines if line.strip("─ ")]


def test_the_log_marks_what_is_not_regular_and_says_how_much_it_is(tracked: Clockify) -> None:
    assert words(tracked("log", RANGE, "--format", "table").out) == [
        "Thu 15 Oct 2026 of it break 0:30 1:30",
        "@4 09:00–10:00 1:00 Write spec",
        "@3 10:00–10:30 0:30 Lunch break",
        "Fri 16 Oct 2026 of it time off 8:00 8:00",
        "@2 07:00–15:00 8:00 Leave time off",
        "Sat 17 Oct 2026 of it holiday 8:00 8:00",
        "@1 07:00–15:00 8:00 Feast holiday",
        "Thu 15 – Sat 17 Oct 2026: 17:30 · of it break 0:30, time off 8:00, holiday 8:00",
    ]


def test_each_total_of_a_report_says_how_much_of_it_is_not_regular(tracked: Clockify) -> None:
    done = tracked("report", RANGE, "--by", "month,day", "--format", "table")
    assert words(done.out)[1:] == [
        "Oct 2026 17:30 100 % of it break 0:30, time off 8:00, holiday 8:00",
        "Thu 15 Oct 1:30 of it break 0:30",
        "Fri 16 Oct 8:00 of it time off 8:00",
        "Sat 17 Oct 8:00 of it holiday 8:00",
        "Total 17:30 of it break 0:30, time off 8:00, holiday 8:00",
    ]


def test_a_report_by_type_sums_them(tracked: Clockify) -> None:
    assert tracked("report", RANGE, "--by", "type", "--sort", "name").out == (
        "REGULAR\t3600\t0\t1\nBREAK\t1800\t0\t1\nTIME_OFF\t28800\t0\t1\nHOLIDAY\t28800\t0\t1\n"
    )
    by_name = ("--by", "type", "--sort", "name", "--format", "table")
    assert words(tracked("report", RANGE, *by_name).out)[1:5] == [
        "regular 1:00 6 %",
        "break 0:30 3 %",
        "time off 8:00 46 %",
        "holiday 8:00 46 %",
    ]


def test_a_timesheet_has_rows_for_them_and_says_how_much_they_are(tracked: Clockify) -> None:
    assert words(tracked("timesheet", RANGE, "--format", "table").out)[1:] == [
        "(no project) 1:00 · 1:00",
        "(no project) (break) 0:30 · 0:30",
        "(no project) (time off) · 8:00 8:00",
        "(no project) (holiday) · · 8:00 8:00",
        "Sum 1:30 8:00 8:00 17:30",
        "of it break 0:30 0:30",
        "of it time off 8:00 8:00",
        "of it holiday 8:00 8:00",
    ]


def test_json_says_what_of_a_total_is_not_regular_where_there_is_any(tracked: Clockify) -> None:
    report = json.loads(tracked("report", RANGE, "--by", "day", "--json").out)
    assert report["typeSeconds"] == {"BREAK": 1800, "TIME_OFF": 28800, "HOLIDAY": 28800}
    assert report["groups"][0]["typeSeconds"] == {"BREAK": 1800}
    sheet = json.loads(tracked("timesheet", RANGE, "--json").out)
    assert sheet["typeSeconds"]["BREAK"] == [1800, 0, 0]
    assert sheet["rows"][0]["typeSeconds"]["HOLIDAY"] == [0, 0, 28800]
    regular = json.loads(tracked("report", RANGE, "--type", "regular", "--json").out)
    assert "typeSeconds" not in regular
    assert "typeSeconds" not in regular["groups"][0]


def test_status_says_what_of_today_is_a_break(clockify: Clockify) -> None:
    clockify("add", "Write spec", "8-9")
    clockify("add", "Lunch", "9-9:30", "--break")
    assert clockify("status").out == "No timer is running.   today 1:30, of it break 0:30\n"
    clockify("start", "Tea", "--break", "--at", "9:50")
    done = clockify("status")
    assert done.out == "Running  Tea · break   since 09:50 · 0:10   today 1:40, of it break 0:40\n"
    told = json.loads(clockify("status", "--json").out)
    assert (told["todaySeconds"], told["todayTypeSeconds"]) == (6000, {"BREAK": 2400})


def test_csv_and_markdown_of_the_log_have_the_type_at_the_end(tracked: Clockify) -> None:
    lines = tracked("log", RANGE, "--format", "csv").out.splitlines()
    assert [line.rpartition(",")[2] for line in lines] == [
        "type",
        "REGULAR",
        "BREAK",
        "TIME_OFF",
        "HOLIDAY",
    ]
    assert len(tracked("log", RANGE).out.splitlines()[0].split("\t")) == 10
