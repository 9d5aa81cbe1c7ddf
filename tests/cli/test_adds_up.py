"""Tests that tables add up as displayed, although they cut or round every duration."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify
from tests.examples import thinned

LENGTH = {
    "clock": r"(?<![\d:])\d+:\d\d(?![\d:])",
    "hm": r"(?<!\d)(?:\d+h \d\dm|\d+m)(?!\w)",
    "decimal": r"(?<![\d.:])\d+\.\d\d(?![\d.])",
}
SPAN = r"(?:\w{3} \d+ )?\d\d:\d\d–(?:\w{3} \d+ )?\d\d:\d\d"
RANGE = "2026-11-16..2026-11-22"
BY = ["project", "day", "client,project", "week,day,project", "billable", "type,project"]


def units(text: str, style: str) -> int:
    """Return the minutes or hundredths of hours that *text* states."""
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if len(numbers) == 1:
        return numbers[0]
    return numbers[0] * (100 if style == "decimal" else 60) + numbers[1]


def lengths(line: str, style: str) -> list[int]:
    """Return the durations in *line*, without spans of time."""
    without = re.sub(SPAN, "", line)
    return [units(found, style) for found in re.findall(LENGTH[style], without)]


@pytest.fixture(params=[1, 2])
def tracked(request: pytest.FixtureRequest, clockify: Clockify, home: Path) -> Clockify:
    """Track a week of entries with odd seconds, some of them over midnight, some breaks."""
    dice = random.Random(request.param)
    moment = datetime(2026, 11, 16, 6, 0, 11, tzinfo=UTC)
    made = []
    while moment < datetime(2026, 11, 22, 12, tzinfo=UTC):
        end = moment + timedelta(seconds=dice.choice([77, 1201, 3559, 7283, 20_017]))
        project = dice.choice([None, "Website", "Shop"])
        made.append(
            {
                "description": dice.choice(["Write", "Call"]),
                "projectName": project,
                "clientName": {"Website": "Acme", "Shop": "Nord"}.get(project or ""),
                "billable": dice.random() < 0.5,
                "type": dice.choice(["REGULAR", "REGULAR", "REGULAR", "BREAK", "HOLIDAY"]),
                "timeInterval": {"start": f"{moment:%FT%TZ}", "end": f"{end:%FT%TZ}"},
            }
        )
        moment = end + timedelta(seconds=dice.randrange(9000))
    file = home / "week.json"
    file.write_text(json.dumps(made))
    done = clockify("import", str(file), "--yes")
    assert done.code == 0, done.err
    return clockify


@pytest.mark.parametrize("style", LENGTH)
@pytest.mark.parametrize("by", thinned(BY, 2))
def test_each_group_of_a_report_is_the_sum_of_what_stands_under_it(
    tracked: Clockify, by: str, style: str
) -> None:
    table = tracked("report", RANGE, "--by", by, "--format", "table", "--durations", style).out
    shown, _, foot = table.rpartition("─")
    rows = [
        ((len(line) - len(line.lstrip())) // 2 + 1, lengths(line, style)[0])
        for line in shown.splitlines()[2:]
        if lengths(line, style) and not line.strip().startswith("of it")
    ]
    rows.insert(0, (0, lengths(foot, style)[0]))
    leaf = max(depth for depth, _ in rows)
    assert leaf == by.count(",") + 1
    for number, (depth, whole) in enumerate(rows):
        if depth < leaf:
            below = takewhile(lambda row: row[0] > depth, rows[number + 1 :])  # noqa: B023
            assert sum(part for inner, part in below if inner == depth + 1) == whole


@pytest.mark.parametrize("style", LENGTH)
def test_a_timesheet_sums_to_its_rows_its_columns_and_all(tracked: Clockify, style: str) -> None:
    done = tracked("timesheet", RANGE, "--format", "csv", "--durations", style)
    rows = list(csv.reader(io.StringIO(done.out)))[1:]
    for row in rows:
        assert sum(units(cell, style) for cell in row[1:-1]) == units(row[-1], style)
    table = tracked("timesheet", RANGE, "--format", "table", "--durations", style).out
    lines = [line for line in table.splitlines()[1:] if lengths(line, style)]
    (total,) = (line for line in lines if line.startswith("Sum"))
    above = lines[: lines.index(total)]
    below = lines[lines.index(total) + 1 :]
    whole = lengths(total, style)
    assert sum(whole[:-1]) == whole[-1]
    assert sum(lengths(line, style)[-1] for line in above) == whole[-1]
    assert sum(units(row[-1], style) for row in rows) == whole[-1]
    for line in [*above, *below]:
        assert sum(lengths(line, style)[:-1]) == lengths(line, style)[-1], line
    for line in below:
        kind = line.removeprefix("of it ").split()[0]
        mine = [one for one in above if f"({kind})" in one]
        # Labels are cut where the columns are wide.
        assert (
            style == "hm"
            or sum(lengths(one, style)[-1] for one in mine) == lengths(line, style)[-1]
        )


@pytest.mark.parametrize("style", LENGTH)
def test_the_lines_of_each_day_of_a_log_sum_to_its_head(tracked: Clockify, style: str) -> None:
    table = tracked("log", RANGE, "--format", "table", "--durations", style).out
    *days, foot = [part for part in table.split("\n\n") if part.strip()]
    total = 0
    for day in days:
        head, *lines = day.splitlines()
        parts = [lengths(line, style)[0] for line in lines]
        assert sum(parts) == lengths(head, style)[-1], day
        total += sum(parts)
        if "of it break" in head:
            breaks = [part for part, line in zip(parts, lines, strict=True) if "break" in line]
            assert sum(breaks) == lengths(head.partition("of it break")[2], style)[0]
    assert total == lengths(foot, style)[0]


def test_tables_agree_with_each_other_and_scripts_get_what_was_worked(tracked: Clockify) -> None:
    worked = json.loads(tracked("report", RANGE, "--json").out)["totalSeconds"]
    tsv = tracked("report", RANGE, "--by", "day,project").out.splitlines()
    assert sum(int(line.split("\t")[2]) for line in tsv) == worked
    sheet = json.loads(tracked("timesheet", RANGE, "--json").out)
    assert sum(sheet["totals"]) == sheet["totalSeconds"] == worked
    totals = set()
    for command in ("log", "report", "timesheet"):
        table = tracked(command, RANGE, "--format", "table").out
        totals.add(f"{worked // 3600}:{worked % 3600 // 60:02}" in table)
    assert totals == {True}


# ── over midnight ────────────────────────────────────────────────────────────────────────────

MONDAY = datetime(2026, 11, 23, 22, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def late(clockify: Clockify) -> Clockify:
    clockify("add", "Deploy", "mon 22:30..1:00", "-p", "Acme/Website", now=WEDNESDAY)
    clockify("add", "Mail", "2026-11-24 9..9:15", now=WEDNESDAY)
    return lambda *args, **more: clockify(*args, now=WEDNESDAY, **more)


def words(table: str) -> list[str]:
    return [" ".join(line.split()) for line in table.splitlines() if line.strip()]


def test_the_log_shows_what_lies_in_each_day_beside_the_whole(late: Clockify) -> None:
    assert words(late("log", "2026-11-23..2026-11-24", "--format", "table").out) == [
        "Mon 23 Nov 2026 1:30",
        "@2 22:30–Tue 24 01:00 1:30 of 2:30 Acme / Website Deploy",
        "Tue 24 Nov 2026 1:15",
        "Mon 23 22:30–01:00 1:00 of 2:30 Acme / Website Deploy",
        "@1 09:00–09:15 0:15 Mail",
        "Mon 23 – Tue 24 Nov 2026: 2:45",
    ]


def test_an_entry_that_began_before_the_range_stands_under_its_first_day(late: Clockify) -> None:
    assert words(late("log", "2026-11-24", "--format", "table").out) == [
        "Tue 24 Nov 2026 1:15",
        "@2 Mon 23 22:30–01:00 1:00 of 2:30 Acme / Website Deploy",
        "@1 09:00–09:15 0:15 Mail",
        "Tue 24 Nov 2026: 1:15",
    ]


def test_scripts_get_an_entry_over_midnight_whole_and_once(late: Clockify) -> None:
    rows = [line.split("\t") for line in late("log", "2026-11-23..2026-11-24").out.splitlines()]
    assert [(row[3], row[6]) for row in rows] == [("9000", "Deploy"), ("900", "Mail")]
    found = json.loads(late("log", "2026-11-23..2026-11-24", "--json").out)
    assert [entry["durationSeconds"] for entry in found] == [9000, 900]


def test_a_search_lists_no_day_without_a_row(late: Clockify) -> None:
    found = words(late("log", "week", "--search", "mail", "--format", "table").out)
    assert [line for line in found if line.startswith(("Mon", "Tue", "Wed"))] == [
        "Tue 24 Nov 2026 0:15"
    ]
    both = late("log", "week", "--search", "deploy", "--format", "table").out
    days = [part.splitlines() for part in both.split("\n\n") if part.strip()][:-1]
    assert [len(lines) for lines in days] == [2, 2]
    limited = words(late("log", "week", "--limit", "1", "--format", "table").out)
    assert limited[:2] == ["Tue 24 Nov 2026 1:15", "@1 09:00–09:15 0:15 Mail"]


def test_it_counts_once_in_each_group_and_once_in_the_total(late: Clockify) -> None:
    found = json.loads(late("report", "week", "--by", "day", "--json").out)
    assert [(group["key"], group["entryCount"]) for group in found["groups"]] == [
        ("2026-11-23", 1),
        ("2026-11-24", 2),
    ]
    assert found["entryCount"] == 2


@pytest.mark.parametrize("style", LENGTH)
def test_several_tags_come_to_more_and_the_table_says_so(clockify: Clockify, style: str) -> None:
    clockify("add", "a", "06:00:00..07:00:50", "-g", "x")
    clockify("add", "b", "07:01:00..07:01:40", "-g", "x", "-g", "y")
    clockify("add", "c", "07:02:00..08:01:50", "-g", "y")
    args = ("report", "today", "--by", "tag", "--format", "table", "--durations", style)
    table = clockify(*args).out
    rows = [lengths(line, style)[0] for line in table.splitlines() if lengths(line, style)]
    assert sum(rows[:-1]) == rows[-1] or "several tags" in table
