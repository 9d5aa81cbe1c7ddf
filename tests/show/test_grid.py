from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.domain.timesheet import Timesheet
from clockify_cli.show.grid import timesheet_grid
from tests.show.samples import TIMES, screen, shown, week_sheet

WIDE = """\
Week 48         Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum
Acme / Website    2:45    1:13       ·       ·       ·                  3:58
Internal          5:00    0:04       ·       ·       ·                  5:04
Sum               7:45    1:17       ·       ·       ·                  9:02
Counts the running timer up to 10:19.
"""

NARROW = """\
Week 48
Acme / Website                      3:58
  Mon 23                            2:45
  Tue 24                            1:13
Internal                            5:04
  Mon 23                            5:00
  Tue 24                            0:04
Sum                                 9:02
Counts the running timer up to 10:19.
"""

ASCII = """\
Week 48         Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum
Acme / Website    2:45    1:13       -       -       -                  3:58
Internal          5:00    0:04       -       -       -                  5:04
Sum               7:45    1:17       -       -       -                  9:02
Counts the running timer up to 10:19.
"""


def drawn(sheet: Timesheet, width: int = 80, *, unicode: bool = True) -> str:
    """The grid as a screen without colour shows it."""
    on = screen(width, unicode=unicode)
    timesheet_grid(on, sheet, "Week 48", TIMES, frozenset(range(5)))
    return shown(on)


@pytest.mark.parametrize("width", [80, 200])
def test_the_timesheet_of_a_week(width: int) -> None:
    assert drawn(week_sheet(), width) == WIDE


def test_a_screen_too_narrow_for_a_grid_gets_a_list() -> None:
    assert drawn(week_sheet(), 40) == NARROW


def test_without_utf8_the_grid_is_ascii() -> None:
    assert drawn(week_sheet(), unicode=False) == ASCII


def test_longer_names_bring_the_days_closer_before_they_are_cut() -> None:
    made = week_sheet()
    rows = (replace(made.rows[0], name="Acme and Partners / Website"), made.rows[1])
    lines = drawn(replace(made, rows=rows)).splitlines()
    assert lines[1].startswith("Acme and Partne… / Website   2:45   1:13")
    assert max(map(len, lines)) <= 80


def test_two_projects_of_a_client_with_a_long_name_are_told_apart() -> None:
    made = week_sheet()
    client = "Westfälische Gesellschaft für angewandte Dokumentation"
    names = [f"{client} / Website", f"{client} / 製品紹介"]
    rows = [replace(row, name=name) for row, name in zip(made.rows, names, strict=True)]
    sheet = replace(made, rows=tuple(rows))
    first, second = drawn(sheet).splitlines()[1:3]
    assert first.startswith("Westfälische Ge… / Website   2:45   1:13 ")
    assert second.startswith("Westfälische G… / 製品紹介   5:00   0:04 ")
    heads = [line for line in drawn(sheet, 50).splitlines() if line.startswith("West")]
    assert heads == [
        "Westfälische Gesellschaft für ange… / Website 3:58",
        "Westfälische Gesellschaft für ang… / 製品紹介 5:04",
    ]


def test_a_week_without_time_has_its_days_and_a_sum_of_nothing() -> None:
    empty = replace(week_sheet(), rows=(), totals=(0,) * 7, total=0, running=False)
    assert drawn(empty).splitlines() == [
        "Week 48  Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum",
        "Sum           ·       ·       ·       ·       ·                  0:00",
    ]
