"""Tests of bars, a calendar of days, and the day on an hour axis."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from clockify_cli.domain.entry import BREAK
from clockify_cli.domain.report import Group, Report, calendar_name
from clockify_cli.domain.time.zones import day_start_utc
from clockify_cli.show.drawn.charts import bar
from clockify_cli.show.drawn.log import log_chart
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.drawn.report import Chart, report_table
from tests.show.samples import (
    BERLIN,
    DAYS,
    INTERNAL,
    TIMES,
    WEBSITE,
    entry,
    screen,
    shown,
    week_log,
    week_report,
)

NAME = "Week 48 · Mon 23 – Sun 29 Nov 2026"
HOUR = 3600


def bounds(day: date) -> tuple[datetime, datetime]:
    return day_start_utc(day, BERLIN), day_start_utc(day + timedelta(days=1), BERLIN)


def charted(report: Report, width: int = 80, full: int = 20 * HOUR, *, unicode: bool = True) -> str:
    on = screen(width, unicode=unicode)
    report_table(on, report, NAME, TIMES, chart=Chart(full, DAYS))
    return shown(on)


def days_charted(view: LogView, width: int = 80, *, unicode: bool = True) -> list[str]:
    on = screen(width, unicode=unicode)
    log_chart(on, view, TIMES, bounds, {})
    return shown(on).splitlines()


@pytest.mark.parametrize(
    ("seconds", "blocks", "plain"),
    [
        (0, "", ""),
        (1, "▌", "#"),
        (100, "█", "#"),
        (149, "█▌", "#"),
        (1000, "█" * 10, "#" * 10),
        (5000, "█" * 10, "#" * 10),
    ],
)
def test_a_bar_has_full_and_half_blocks_only(seconds: int, blocks: str, plain: str) -> None:
    assert bar(screen(80), seconds, 1000, 10) == blocks
    assert bar(screen(80, unicode=False), seconds, 1000, 10) == plain


def test_each_group_has_its_bar_in_one_scale() -> None:
    assert charted(week_report()) == (
        "Week 48 · Mon 23 – Sun 29 Nov 2026 · Europe/Berlin\n"
        "\n"
        "Acme / Website   3:58  ██████████                                           44 %\n"
        "  Mon 23 Nov     2:45  ███████\n"
        "  Tue 24 Nov     1:13  ███\n"
        "Internal         5:04  ████████████▌                                        56 %\n"
        "  Mon 23 Nov     5:00  ████████████▌\n"
        "  Tue 24 Nov     0:04  ▌\n"
        "─────────────────────\n"
        "Total            9:02  billable 3:58 (44 %)\n"
        "A full bar is 20:00.\n"
        "Counts the running timer up to 10:19.\n"
    )


@pytest.mark.parametrize("width", [40, 60, 200])
def test_bars_fit_on_the_screen_and_names_are_told_apart(width: int) -> None:
    made = week_report()
    names = ("Agency and Partners / New site", "Agency and Partners / Old site")
    groups = [replace(g, name=name, groups=()) for g, name in zip(made.groups, names, strict=True)]
    text = charted(replace(made, groups=tuple(groups)), width)
    assert max(map(len, text.splitlines())) <= width
    assert "New" in text
    assert "Old" in text
    assert "█" in text


def test_in_ascii_a_bar_is_drawn_in_ascii() -> None:
    text = charted(week_report(), 60, unicode=False)
    assert text.isascii()
    assert "Internal         5:04  #######" in text


def day_report(first: date, seconds: dict[int, int]) -> Report:
    """Return a report by day: *seconds* by the number of days since *first*."""
    groups = tuple(
        Group(
            dimension="day",
            key=(first + timedelta(days=number)).isoformat(),
            name=calendar_name("day", first + timedelta(days=number)),
            seconds=length,
            billable_seconds=0,
            entry_count=1,
        )
        for number, length in seconds.items()
    )
    total = sum(seconds.values())
    made = replace(week_report(), by=("day",), groups=groups, seconds=total, billable_seconds=0)
    return replace(made, running=False)


def calendar_of(
    first: date, last: date, seconds: dict[int, int], width: int = 60, *, unicode: bool = True
) -> list[str]:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    on = screen(width, unicode=unicode)
    made = day_report(first, seconds)
    report_table(on, made, "2026", TIMES, chart=Chart(12 * HOUR, days))
    return shown(on).splitlines()


def test_more_than_62_days_are_a_calendar_with_the_totals_of_its_months() -> None:
    lines = calendar_of(date(2026, 9, 1), date(2026, 11, 30), {0: HOUR, 1: 6 * HOUR, 80: 60})
    assert lines[2:11] == [
        "2026 Sep     Oct     Nov",
        "Mon    · · · · · · · · · · · ·",
        "Tue  ▌ · · · · · · · · · · · ·",
        "Wed  █ · · · · · · · · · · ·",
        "Thu  · · · · · · · · · · · ·",
        "Fri  · · · · · · · · · · · ▌",
        "Sat  · · · · · · · · · · · ·",
        "Sun  · · · · · · · · · · · ·",
        "",
    ]
    assert lines[11] == "▌ less than 6:00  █ 6:00 or more  · nothing"
    assert lines[13:] == [
        "Sep 2026   7:00  100 %",
        "Nov 2026   0:01    0 %",
        "───────────────",
        "Total      7:01",
    ]


def test_days_to_come_are_no_days_without_work() -> None:
    lines = calendar_of(date(2026, 11, 1), date(2027, 2, 28), {0: HOUR})
    tuesday, wednesday = lines[4], lines[5]
    assert tuesday == "Tue    · · · ·"
    assert wednesday == "Wed    · · ·"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_year_and_more_fits_on_the_screen(width: int) -> None:
    lines = calendar_of(date(2025, 3, 1), date(2026, 11, 30), {0: HOUR, 600: HOUR}, width)
    assert max(map(len, lines)) <= width
    assert sum(line.count("▌") for line in lines) == 3
    assert {"2025", "2026"} <= {line[:4] for line in lines}


def test_a_calendar_in_ascii_tells_as_much() -> None:
    lines = calendar_of(date(2026, 9, 1), date(2026, 11, 30), {0: HOUR, 1: 6 * HOUR}, unicode=False)
    text = "\n".join(lines)
    assert text.isascii()
    assert "Tue  + . . " in text
    assert "Wed  # . . " in text
    assert "+ less than 6:00  # 6:00 or more  . nothing" in text


def test_a_day_has_a_lane_for_each_project_and_says_where_now_is() -> None:
    assert days_charted(replace(week_log(), days=tuple(week_log().days)[1:])) == [
        "Tue 24 Nov 2026                                           1:17",
        "                8   9   10  11  12  13  14  15  16  17",
        "Acme / Website      █████│                                1:13",
        "Internal                 ▌                                0:04 ●",
        "                         ^ now 10:19",
        "",
        "Week 48: 9:02 · billable 3:58 (44 %) · 1 waiting to be sent",
    ]


def test_what_is_empty_between_entries_is_drawn_and_summed() -> None:
    rows = tuple(
        EntryRow(one)
        for one in (
            entry(23, "09:00", "10:30"),
            entry(23, "10:00", "11:00", project=INTERNAL),
            entry(23, "12:00", "13:00"),
            entry(23, "13:45", "14:00", project=None),
        )
    )
    view = LogView("Monday", (LogDay(DAYS[0], 13500, rows),), 13500, 0)
    lines = days_charted(view)
    (empty,) = [line for line in lines if line.startswith("no entry")]
    assert empty.endswith("1:45")
    assert empty.count("·") > 4
    assert [line.split("  ")[0] for line in lines[2:5]] == [
        "Acme / Website",
        "Internal",
        "(no project)",
    ]
    full = replace(view, days=(LogDay(DAYS[0], 13500, rows[:2]),))
    assert not [line for line in days_charted(full) if "no entry" in line]


def test_a_break_has_a_lane_of_its_own_and_keeps_its_mark() -> None:
    project = replace(WEBSITE, name="Website with a long, long name")
    rows = tuple(
        EntryRow(replace(entry(23, start, end), project=project, type=type_))
        for start, end, type_ in (("09:00", "10:00", "REGULAR"), ("10:00", "10:30", BREAK))
    )
    view = LogView("Monday", (LogDay(DAYS[0], 5400, rows),), 5400, 0)
    for width in (40, 60, 80, 200):
        lines = days_charted(view, width)
        assert "(break)" in lines[3]
        assert max(map(len, lines)) <= width


def test_an_entry_over_midnight_is_in_both_days_and_the_axis_holds_it() -> None:
    night = entry(23, "22:00", "23:00")
    night = replace(night, end=datetime(2026, 11, 24, 0, 30, tzinfo=UTC))
    view = LogView(
        "Night",
        (
            LogDay(DAYS[0], 7200, (EntryRow(night, 1, 7200, 12600),)),
            LogDay(DAYS[1], 5400, (EntryRow(night, None, 5400, 12600, carried=True),)),
        ),
        12600,
        0,
    )
    lines = days_charted(view)
    hours = lines[1].split()
    assert (hours[0], hours[-1]) == ("0", "22")
    monday, tuesday = lines[2], [line for line in lines if line.startswith("Acme")][1]
    assert monday.rstrip().endswith("2:00")
    assert tuesday.index("█") < monday.index("█")


def test_a_day_in_ascii_tells_as_much() -> None:
    lines = days_charted(week_log(), 60, unicode=False)
    assert all(line.isascii() for line in lines)
    assert [line for line in lines if re.match(r"Acme / Website +#+ ", line)]
    assert [line for line in lines if line.startswith("no entry") and "--" in line]


def test_lengths_stand_below_each_other_however_long_the_gap() -> None:
    rows = tuple(
        EntryRow(one) for one in (entry(23, "07:00", "08:00"), entry(23, "21:00", "22:00"))
    )
    view = LogView("Monday", (LogDay(DAYS[0], 7200, rows),), 7200, 0)
    head, _, lane, empty = days_charted(view)[:4]
    assert empty.endswith(" 13:00")
    assert len(head) == len(lane) == len(empty)
