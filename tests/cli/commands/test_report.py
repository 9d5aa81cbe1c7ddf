"""Tests of `clockify report` and `timesheet` without a terminal."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Clockify, Done


@pytest.fixture
def tracked(clockify: Clockify) -> Clockify:
    clockify("add", "Write spec", "8-9:30", "-p", "Acme/Website", "-b")
    clockify("add", "Reading", "9:30-9:45")
    return clockify


def test_a_table_without_a_terminal_is_plain_and_80_columns_wide_at_most(tracked: Clockify) -> None:
    done = tracked("report", "today", "--if-any", "--format", "table", "--durations", "hm")
    assert done == Done(
        0,
        "Tue 24 Nov 2026 · UTC\n"
        "\n"
        "Acme / Website   1h 30m   86 %\n"
        "(no project)        15m   14 %\n"
        "───────────────────────\n"
        "Total            1h 45m  billable 1h 30m (86 %)\n",
        "",
    )


@pytest.mark.parametrize(
    ("style", "website", "none"),
    [("clock", "1:30,1:30", "0:15,0:00"), ("decimal", "1.50,1.50", "0.25,0.00")],
)
def test_csv_has_durations_as_asked_and_a_name_for_none(
    tracked: Clockify, style: str, website: str, none: str
) -> None:
    done = tracked("report", "today", "--format", "csv", "--durations", style)
    assert done.out.splitlines() == [
        "project,duration,billableDuration,entryCount",
        f"Acme / Website,{website},1",
        f"(no project),{none},1",
    ]


def test_markdown_has_durations_and_a_name_for_none(tracked: Clockify) -> None:
    done = tracked("report", "today", "--format", "markdown")
    assert done.out.splitlines() == [
        "| project | duration | billableDuration | entryCount |",
        "| --- | ---: | ---: | ---: |",
        "| Acme / Website | 1:30 | 1:30 | 1 |",
        "| (no project) | 0:15 | 0:00 | 1 |",
    ]


def test_a_pipe_has_seconds_and_no_name_for_none(tracked: Clockify) -> None:
    done = tracked("report", "today")
    assert done.out == "Acme / Website\t5400\t5400\t1\n\t900\t0\t1\n"


def test_a_timesheet_in_markdown_names_time_without_a_project(tracked: Clockify) -> None:
    done = tracked("timesheet", "--format", "markdown", "--fields", "project,total")
    assert done.out.splitlines()[-1] == "| (no project) | 0:15 |"
    assert tracked("timesheet", "--fields", "project,total").out.endswith("\t900\n")


@pytest.mark.parametrize("command", ["log", "report", "timesheet"])
@pytest.mark.parametrize("format_", ["tsv", "json"])
def test_durations_that_have_no_say_are_noted(
    tracked: Clockify, command: str, format_: str
) -> None:
    done = tracked(command, "--durations", "hm", "--format", format_)
    assert (done.code, "--format table, csv and markdown" in done.err) == (0, True)


def test_log_in_csv_has_durations(tracked: Clockify) -> None:
    done = tracked("log", "--format", "csv", "--durations", "decimal")
    assert done.out.splitlines()[0].startswith("id,start,end,duration,project")
    assert ",1.50,Acme / Website," in done.out


def test_the_largest_group_comes_first_and_days_come_in_their_order(tracked: Clockify) -> None:
    tracked("add", "Long", "yesterday 8-16", "-p", "Beta/Zoo")
    tracked("add", "Short", "yesterday 16-16:05", "-p", "Acme/App")

    def groups(*args: str) -> list[str]:
        return [line.split("\t")[0] for line in tracked("report", "week", *args).out.splitlines()]

    assert groups() == ["Beta / Zoo", "Acme / Website", "", "Acme / App"]
    assert groups("--sort", "time") == groups()
    assert groups("--sort", "name") == ["Acme / App", "Acme / Website", "Beta / Zoo", ""]
    assert groups("--by", "day") == ["2026-11-23", "2026-11-24"]
    assert groups("--by", "client,project")[:2] == ["Beta", "Acme"]
    document = json.loads(tracked("report", "week", "--json").out)
    assert [group["name"] for group in document["groups"]][:2] == ["Beta / Zoo", "Acme / Website"]
    assert tracked("report", "--sort", "size").code == 2


def test_a_project_has_its_client_in_the_name_that_scripts_read(tracked: Clockify) -> None:
    document = json.loads(tracked("report", "week", "--by", "client,project", "--json").out)

    inner = [group["name"] for outer in document["groups"] for group in outer["groups"]]
    assert inner == ["Acme / Website", "(no project)"]
    fields = ("--fields", "client,project,name")
    rows = tracked("report", "week", "--by", "client,project", *fields).out.splitlines()
    assert rows[0] == "Acme\tWebsite\tAcme / Website"


def test_a_day_without_entries_is_called_as_the_others(tracked: Clockify) -> None:
    document = json.loads(tracked("report", "week", "--by", "day", "--empty", "--json").out)

    assert [group["name"] for group in document["groups"]][-1] == "Sun 29 Nov 2026"


def test_where_time_is_rounded_the_largest_rounded_group_comes_first(clockify: Clockify) -> None:
    for minute in range(4):
        clockify("add", "Call", f"8:{minute:02}-8:{minute + 1:02}", "-p", "Calls")
    clockify("add", "Work", "9-9:30", "-p", "Work")
    done = clockify("report", "today", "--round", "15m:up")
    assert [line.split("\t")[0] for line in done.out.splitlines()] == ["Calls", "Work"]


@pytest.mark.parametrize("command", ["log", "report"])
def test_billable_time_that_shows_as_nothing_is_left_out(clockify: Clockify, command: str) -> None:
    clockify("add", "Quick", "8:00:00-8:00:20", "-b")
    done = clockify(command, "today", "--format", "table")
    assert done.code == 0
    assert "billable" not in done.out
