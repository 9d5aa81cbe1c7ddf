"""Tests of `--chart`, and of the colours that projects have in Clockify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clockify_cli.show.drawn.charts import bar
from tests.cli.conftest import Clockify, prepared
from tests.show.samples import screen

BLUE, CYAN = "\x1b[38;2;3;169;244m", "\x1b[36m"
SHOWN = ("log", "report", "timesheet", "report --chart", "log --chart")


@prepared
def tracked(clockify: Clockify) -> Clockify:
    clockify("projects", "add", "Website", "--color", "#03A9F4")
    clockify("add", "Write", "6:00-8:00", "-p", "Website")
    clockify("add", "Talk", "8:30-9:00", "-p", "Internal", "--create")
    return clockify


@pytest.mark.parametrize("line", SHOWN)
@pytest.mark.parametrize("terminal", ["truecolor", "24bit", ""])
def test_a_project_wears_its_own_colour_where_the_terminal_has_it(
    tracked: Clockify, line: str, terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", terminal)
    shown = tracked(*line.split(), "--format", "table", "--color", "always").out
    assert (BLUE in shown) == bool(terminal)
    assert CYAN in shown, "a project without a colour of its own"
    assert "\x1b[" not in tracked(*line.split(), "--format", "table").out


def test_the_scale_is_the_same_whatever_was_tracked(tracked: Clockify) -> None:
    def scale(*args: str) -> str:
        (line,) = [
            line for line in tracked("report", "--chart", *args).out.splitlines() if "full" in line
        ]
        return line

    before = scale()
    assert before == "A full bar is 20:00."
    tracked("add", "More", "9:00-10:00", "-p", "Website")
    assert scale() == scale("-p", "Internal") == before
    assert scale("today") == "A full bar is 4:00."
    assert scale("--by", "day") == "A full bar is 12:00."
    assert scale("--by", "week") == "A full bar is 60:00."
    tracked("config", "set", "hours", "mon-thu 6h, sat 2h")
    assert scale() == "A full bar is 13:00."
    assert scale("--by", "day") == "A full bar is 9:00."


def test_what_is_longer_than_the_scale_doubles_it(clockify: Clockify) -> None:
    clockify("add", "Long", "0:30-9:30", "-p", "Website")
    shown = clockify("report", "today", "--chart").out
    assert "A full bar is 16:00." in shown
    assert "█" * 5 in shown


@pytest.mark.parametrize("command", ["report", "log"])
@pytest.mark.parametrize("other", [("--format", "csv"), ("--json",), ("--fields", "project")])
def test_a_chart_is_not_another_format(
    tracked: Clockify, command: str, other: tuple[str, ...]
) -> None:
    done = tracked(command, "--chart", *other)
    assert (done.code, done.out) == (2, "")
    assert "--chart cannot be combined with --" in done.err


def test_a_chart_of_nothing_says_so(clockify: Clockify) -> None:
    assert "Nothing was tracked." in clockify("report", "--chart").out
    assert clockify("report", "--chart", "--if-any").out == ""
    assert clockify("log", "--chart").out == clockify("log", "--format", "table").out


def test_a_day_that_begins_late_and_one_with_a_clock_change_have_their_hours(
    clockify: Clockify, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    clockify("config", "set", "tz", "Europe/Berlin")
    entries = [
        {
            "description": "Night",
            "timeInterval": {"start": f"2026-10-{start}:00Z", "end": f"2026-10-{end}:00Z"},
        }
        for start, end in (("24T23:00", "25T03:00"), ("25T09:00", "25T10:00"))
    ]
    (home / "night.json").write_text(json.dumps(entries))
    assert clockify("import", str(home / "night.json"), "--yes").code == 0
    lines = clockify("log", "2026-10-25", "--chart").out.splitlines()
    assert lines[1].split()[:5] == ["1", "2", "2", "3", "4"]
    clockify("config", "set", "day-start", "04:00")
    lines = clockify("log", "2026-10-25", "--chart").out.splitlines()
    assert lines[1].split()[0] == "8"
    lines = clockify("log", "2026-10-24", "--chart").out.splitlines()
    assert lines[1].split()[-1] == "3"


def test_bars_grow_with_time() -> None:
    lengths = [len(bar(screen(80), seconds, 3600, 20)) for seconds in range(0, 3601, 60)]
    assert lengths == sorted(lengths)
