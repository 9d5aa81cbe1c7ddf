"""Tests of `timesheet`: weeks and months, rounded and sorted, at any width."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.conftest import Clockify, prepared


@prepared
def tracked(clockify: Clockify) -> Clockify:
    """Track a little work in three weeks of November, and a break."""
    clockify("add", "Spec", "2026-11-02 9:00-10:10", "-p", "Acme/Website")
    clockify("add", "Code", "2026-11-23 9:00-11:05", "-p", "Acme/Website")
    clockify("add", "Rest", "2026-11-23 11:05-11:15", "-p", "Acme/Website", "--break")
    clockify("add", "Plan", "2026-11-24 6:00-9:20", "-p", "Beta/Site")
    return clockify


def table(clockify: Clockify, *args: str) -> list[str]:
    done = clockify("timesheet", *args, "--format", "table")
    assert done.code == 0, done.err
    return done.out.splitlines()


def test_a_month_that_is_too_wide_has_a_column_for_each_week(tracked: Clockify) -> None:
    assert table(tracked, "month") == [
        "November 2026           Sun 1   2–8  9–15  16–22  23–29  Mon 30   Sum",
        "Acme / Website                 1:10     ·      ·   2:05       ·  3:15",
        "Acme / Website (break)            ·     ·      ·   0:10       ·  0:10",
        "Beta / Site                       ·     ·      ·   3:20       ·  3:20",
        "Sum                            1:10     ·      ·   5:35       ·  6:45",
        "of it break                                        0:10          0:10",
    ]


def test_a_month_where_there_is_room_has_a_column_for_each_day(
    tracked: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    heads = re.findall(r"\b[A-Z][a-z]{2} \d+\b", table(tracked, "month")[0])
    assert (heads[0], heads[1], heads[-1], len(heads)) == ("Sun 1", "Mon 2", "Mon 30", 30)


def test_a_month_on_a_narrow_screen_is_a_list_of_its_weeks(
    tracked: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert table(tracked, "2026-11", "--round", "15m") == [
        "Rounded to the nearest 15m by entry",
        "November 2026            Rounded  Worked",
        "Acme / Website              3:15    3:15",
        "  2–8                       1:15",
        "  23–29                     2:00",
        "Acme / Website (break)      0:15    0:10",
        "  23–29                     0:15",
        "Beta / Site                 3:15    3:20",
        "  23–29                     3:15",
        "Sum                         6:45    6:45",
        "of it break                 0:15    0:10",
    ]


def test_weeks_begin_where_the_settings_say(tracked: Clockify) -> None:
    tracked("config", "set", "week-start", "sunday")
    assert table(tracked, "month")[0].split() == [
        *("November", "2026", "1–7", "8–14", "15–21", "22–28", "29–30", "Sum")
    ]


def test_time_is_rounded_and_worked_time_stands_beside_it(tracked: Clockify) -> None:
    assert table(tracked, "week", "--round", "15m:up", "--sort", "time") == [
        "Rounded up to 15m by entry",
        "Week 48             Mon 23 Tue 24 Wed 25 Thu 26 Fri 27 Sat 28 Sun 29  Sum Worked",
        "Beta / Site              ·   3:30      ·      ·      ·               3:30   3:20",
        "Acme / Website        2:15      ·      ·      ·      ·               2:15   2:05",
        "A… / Web…te (break)   0:15      ·      ·      ·      ·               0:15   0:10",
        "Sum                   2:30   3:30      ·      ·      ·               6:00   5:35",
        "of it break           0:15                                           0:15   0:10",
        "Worked                2:15   3:20                                    5:35",
    ]


def test_a_day_of_a_project_is_rounded_as_a_whole_by_day(clockify: Clockify) -> None:
    clockify("add", "One", "2026-11-23 9:00-9:07", "-p", "Website")
    clockify("add", "Two", "2026-11-23 10:00-10:07", "-p", "Website")
    for level, seconds in (("entry", 1800), ("day", 900), ("group", 900)):
        args = ("timesheet", "--json", "--round", "15m:up", "--round-by", level)
        document = json.loads(clockify(*args).out)
        assert document["roundedTotals"] == [seconds, *[0] * 6], level
        assert document["rows"][0]["roundedTotalSeconds"] == seconds
        assert document["rows"][0]["totalSeconds"] == 840
        assert document["rounding"] == f"up to 15m by {level}"


def test_scripts_get_worked_seconds_and_the_rounded_sum(tracked: Clockify) -> None:
    done = tracked("timesheet", "--round", "15m:up")
    assert done.out.splitlines() == [
        "Acme / Website\t8100\t0\t0\t0\t0\t0\t0\t8100\t9000",
        "Beta / Site\t0\t12000\t0\t0\t0\t0\t0\t12000\t12600",
    ]
    shaped = tracked("timesheet", "--round", "15m:up", "--format", "csv")
    assert shaped.err == "Rounded up to 15m by entry.\n"
    assert shaped.out.splitlines()[1:] == [
        "Acme / Website,2:30,0:00,0:00,0:00,0:00,0:00,0:00,2:30,2:15",
        "Beta / Site,0:00,3:30,0:00,0:00,0:00,0:00,0:00,3:30,3:20",
    ]


def test_without_rounding_nothing_is_said_of_it(tracked: Clockify) -> None:
    document = json.loads(tracked("timesheet", "--json").out)
    assert not {"rounding", "roundedTotals"} & set(document)
    assert len(tracked("timesheet").out.splitlines()[0].split("\t")) == 9


@pytest.mark.parametrize(
    "name", ["Extraordinarily long project name for all", "説明書の翻訳と校正と印刷" * 2]
)
def test_a_break_is_marked_however_long_the_name(clockify: Clockify, name: str) -> None:
    clockify("add", "Work", "2026-11-23 9-10", "-p", f"Acme Incorporated/{name}")
    clockify("add", "Rest", "2026-11-23 10-11", "-p", f"Acme Incorporated/{name}", "--break")
    rows = table(clockify, "week")
    (marked,) = [row for row in rows if "(break)" in row]
    assert marked.split("(break)")[0].strip()
    assert not rows[1].startswith(marked.split("(break)")[0])
