from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from clockify_cli.show.drawn.log import log_table
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from tests.show.samples import (
    ACME,
    DAYS,
    DEEP,
    INTERNAL,
    SPEC,
    TIMES,
    WEBSITE,
    at,
    entry,
    screen,
    shown,
    week_log,
)

WIDE = """\
Mon 23 Nov 2026                                                             7:45
  @5  09:00–10:30  1:30  Acme / Website   Write spec                     #deep $
  @4  10:45–12:00  1:15  Acme / Website   Review                               $
  @3  13:00–18:00  5:00  Internal         Quarterly planning

Tue 24 Nov 2026                                                             1:17
  @2  09:02–10:15  1:13  Acme / Website   Write spec                     #deep $
  @1  10:15–…      0:04  Internal         Standup                      ● running

Week 48: 9:02 · billable 3:58 (44 %) · 1 waiting to be sent
"""

NARROW = """\
Mon 23 Nov 2026                     7:45
@5  09:00–10:30  1:30  Write spec
    Acme / Website               #deep $
@4  10:45–12:00  1:15  Review
    Acme / Website                     $
@3  13:00–18:00  5:00  Quarterly planni…
    Internal

Tue 24 Nov 2026                     1:17
@2  09:02–10:15  1:13  Write spec
    Acme / Website               #deep $
@1  10:15–…      0:04  Standup
    Internal                   ● running

Week 48: 9:02 · billable 3:58 (44 %)
1 waiting to be sent
"""

ASCII = """\
Mon 23 Nov 2026                                                             7:45
  @5  09:00-10:30  1:30  Acme / Website   Write spec                     #deep $
  @4  10:45-12:00  1:15  Acme / Website   Review                               $
  @3  13:00-18:00  5:00  Internal         Quarterly planning

Tue 24 Nov 2026                                                             1:17
  @2  09:02-10:15  1:13  Acme / Website   Write spec                     #deep $
  @1  10:15-...    0:04  Internal         Standup                      * running

Week 48: 9:02 - billable 3:58 (44 %) - 1 waiting to be sent
"""


def drawn(view: LogView, width: int = 80, *, unicode: bool = True) -> str:
    """Return the log on a screen without colour."""
    on = screen(width, unicode=unicode)
    log_table(on, view, TIMES)
    return shown(on)


def one_day(*rows: EntryRow) -> LogView:
    """Return a log of Tuesday only."""
    return LogView("Tue 24 Nov 2026", (LogDay(DAYS[1], 0, rows),), 0, 0)


@pytest.mark.parametrize("width", [80, 200])
def test_the_log_of_a_week(width: int) -> None:
    assert drawn(week_log(), width) == WIDE


def test_on_a_narrow_screen_an_entry_takes_two_lines() -> None:
    assert drawn(week_log(), 40) == NARROW


def test_without_utf8_the_log_is_ascii() -> None:
    assert drawn(week_log(), unicode=False) == ASCII


def test_colour_changes_no_letter() -> None:
    from rich.text import Text

    on = screen(80, color=True)
    log_table(on, week_log(), TIMES)
    assert "\x1b[" in shown(on)
    assert Text.from_ansi(shown(on)).plain == WIDE


def test_a_long_description_gives_way_to_the_rest() -> None:
    row = EntryRow(replace(SPEC, description="word " * 60), 1)
    line = drawn(one_day(row)).splitlines()[1]
    assert line == (
        "  @1  09:02–10:15  1:13  Acme / Website   word word word word word wor…  #deep $"
    )
    assert len(line) == 80


def test_two_projects_of_a_client_with_a_long_name_are_told_apart() -> None:
    client = replace(ACME, name="Westfälische Gesellschaft für angewandte Dokumentation")
    words = "A description of some length"
    rows = (
        EntryRow(entry(24, "09:00", "10:00", words, replace(WEBSITE, client=client)), 2),
        EntryRow(entry(24, "10:00", "11:00", words, replace(WEBSITE, name="Shop", client=client))),
    )
    assert drawn(one_day(*rows)).splitlines()[1:3] == [
        "  @2  09:00–10:00  1:00  Westfälische Gesellsc… / Website   A description of so…",
        "      10:00–11:00  1:00  Westfälische Gesellschaf… / Shop   A description of so…",
    ]
    assert "    Westfälische Gesellschaft für angewand… / Shop\n" in drawn(one_day(*rows), 50)


def test_nothing_is_cut_while_a_wide_screen_has_room() -> None:
    row = EntryRow(replace(SPEC, description="word " * 25 + "end"), 1)
    head, line, *_ = drawn(one_day(row), 200).splitlines()
    assert "word end  #deep $" in line
    assert len(head) < len(line) < 200
    assert " " * 90 not in head + line
    assert max(map(len, drawn(one_day(row), 150).splitlines())) == 150


def test_wide_letters_keep_the_columns_in_line() -> None:
    from rich.cells import cell_len

    rows = (
        EntryRow(entry(24, "09:00", "10:00", "日本語の仕事", tags=(DEEP,)), 2),
        EntryRow(entry(24, "10:00", "11:00", "Cafe\u0301", INTERNAL, tags=(DEEP,)), 1),
    )
    first, second = drawn(one_day(*rows)).splitlines()[1:3]
    assert cell_len(first) == cell_len(second) == 80


def test_an_entry_without_project_or_description_says_so_and_takes_no_column() -> None:
    row = EntryRow(replace(SPEC, description="", project=None, tags=(), billable=False), 1)
    assert drawn(one_day(row)).splitlines()[1] == ("  @1  09:02–10:15  1:13  (no description)")


def test_without_numbers_there_is_no_column_for_them() -> None:
    row = EntryRow(replace(SPEC, project=None, tags=(), billable=False))
    assert drawn(one_day(row)).splitlines()[1] == "  09:02–10:15  1:13  Write spec"


@pytest.mark.parametrize(
    ("hours", "end"),
    [
        (24, "Wed 25 10:00"),
        (24 * 7, "Tue 1 Dec 10:00"),
        (24 * 100, "Thu 4 Mar 2027 10:00"),
    ],
)
def test_an_end_in_another_month_or_year_says_which(hours: int, end: str) -> None:
    short = entry(24, "10:00", None)
    long = replace(short, end=short.start + timedelta(hours=hours))
    assert f"10:00–{end} " in drawn(one_day(EntryRow(long, 1)))


def test_ends_on_other_days_come_with_their_weekday() -> None:
    over = replace(SPEC, start=at(23, "23:00"), end=at(24, "01:30"), project=None)
    until = replace(SPEC, start=at(24, "23:00"), end=at(25, "01:30"), project=None)
    lines = drawn(one_day(EntryRow(over, 2), EntryRow(until, 1))).splitlines()
    assert lines[1].startswith("  @2  Mon 23 23:00–01:30  2:30")
    assert lines[2].startswith("  @1  23:00–Wed 25 01:30  2:30")


def test_a_twelve_hour_clock_stands_in_line() -> None:
    rows = (
        EntryRow(entry(24, "09:00", "10:00", project=None), 2),
        EntryRow(entry(24, "10:00", "13:00", project=None), 1),
    )
    on = screen()
    log_table(on, one_day(*rows), replace(TIMES, clock="12", durations="decimal"))
    assert shown(on).splitlines()[1:3] == [
        "  @2   9:00am–10:00am  1.00  Write spec",
        "  @1  10:00am–1:00pm   3.00  Write spec",
    ]


def test_an_entry_that_waits_for_a_decision_is_marked() -> None:
    row = EntryRow(replace(SPEC, sync_state="review"), 1)
    assert drawn(one_day(row)).splitlines()[1].endswith("#deep $ ! review")


def test_the_last_lines_say_what_was_left_out_and_what_waits() -> None:
    view = replace(week_log(), left_out=3, review=2, waiting=0)
    assert drawn(view).splitlines()[-2:] == [
        "3 earlier not shown (--limit) · the totals count them",
        "Week 48: 9:02 · billable 3:58 (44 %) · 2 needing your decision",
    ]


def test_many_tags_are_cut_before_the_marks_behind_them() -> None:
    tags = tuple(replace(DEEP, name=f"tag number {n}") for n in range(20))
    line = drawn(one_day(EntryRow(replace(SPEC, tags=tags), 1))).splitlines()[1]
    assert line.endswith("… $")
    assert len(line) == 80


def test_a_day_whose_entries_began_before_it_keeps_its_total() -> None:
    view = LogView("Tue 24 Nov 2026", (LogDay(DAYS[1], 3600, ()),), 3600, 0)
    assert drawn(view).splitlines() == [
        "Tue 24 Nov 2026" + " " * 61 + "1:00",
        "",
        "Tue 24 Nov 2026: 1:00",
    ]


def test_a_missing_description_gives_way_before_tags() -> None:
    tags = tuple(replace(DEEP, name=name) for name in ("backlog", "client", "deep"))
    over = replace(SPEC, start=at(23, "23:00"), end=at(24, "01:30"), description="", tags=tags)
    short = replace(SPEC, description="Mail", tags=())
    (line,) = (
        line
        for line in drawn(one_day(EntryRow(over, 2), EntryRow(short, 1))).splitlines()
        if "@2" in line
    )
    assert "#backlog #client #deep" in line
    assert "Acme / Website" in line
