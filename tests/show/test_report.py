from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.domain.measured import Measure, Sums
from clockify_cli.domain.money import Amount
from clockify_cli.domain.report import Group, Report
from clockify_cli.domain.timesheet import Timesheet
from clockify_cli.show.drawn.report import report_table
from clockify_cli.show.drawn.timesheet import Drawn, timesheet_table
from tests.show.samples import TIMES, screen, shown, week_report, week_sheet

NAME = "Week 48 · Mon 23 – Sun 29 Nov 2026"

WIDE = """\
Week 48 · Mon 23 – Sun 29 Nov 2026 · Europe/Berlin

Acme / Website   3:58   44 %
  Mon 23 Nov     2:45
  Tue 24 Nov     1:13
Internal         5:04   56 %
  Mon 23 Nov     5:00
  Tue 24 Nov     0:04
─────────────────────
Total            9:02  billable 3:58 (44 %)
Counts the running timer up to 10:19.
"""

NARROW = """\
Week 48 · Mon 23 – Sun 29 Nov 2026
Europe/Berlin

Acme / Website   3:58   44 %
  Mon 23 Nov     2:45
  Tue 24 Nov     1:13
Internal         5:04   56 %
  Mon 23 Nov     5:00
  Tue 24 Nov     0:04
─────────────────────
Total            9:02
billable 3:58 (44 %)
Counts the running timer up to 10:19.
"""

ASCII = """\
Week 48 - Mon 23 - Sun 29 Nov 2026 - Europe/Berlin

Acme / Website   3:58   44 %
  Mon 23 Nov     2:45
  Tue 24 Nov     1:13
Internal         5:04   56 %
  Mon 23 Nov     5:00
  Tue 24 Nov     0:04
---------------------
Total            9:02  billable 3:58 (44 %)
Counts the running timer up to 10:19.
"""


def drawn(report: Report, width: int = 80, *, unicode: bool = True) -> str:
    """Return the report on a screen without colour."""
    on = screen(width, unicode=unicode)
    report_table(on, report, NAME, TIMES)
    return shown(on)


@pytest.mark.parametrize("width", [80, 200])
def test_the_report_of_a_week_by_project_and_day(width: int) -> None:
    assert drawn(week_report(), width) == WIDE


def test_on_a_narrow_screen_the_title_takes_two_lines() -> None:
    assert drawn(week_report(), 40) == NARROW


def test_without_utf8_the_report_is_ascii() -> None:
    assert drawn(week_report(), unicode=False) == ASCII


def test_a_report_of_nothing_says_so() -> None:
    empty = replace(week_report(), groups=(), seconds=0, billable_seconds=0, running=False)
    assert drawn(empty).splitlines() == [
        "Week 48 · Mon 23 – Sun 29 Nov 2026 · Europe/Berlin",
        "",
        "Nothing was tracked.",
    ]


def test_long_names_are_cut_so_that_the_numbers_stay() -> None:
    made = week_report()
    long = replace(made, groups=(replace(made.groups[0], name="n" * 200),))
    line = drawn(long, 40).splitlines()[3]
    assert line == "n" * 13 + "…" + "n" * 12 + "   3:58   44 %"


def test_two_projects_of_a_client_with_a_long_name_are_told_apart() -> None:
    made = week_report()
    names = ("Agency and Partners / New", "Agency and Partners / Old")
    groups = [replace(made.groups[0], name=name, groups=()) for name in names]
    lines = drawn(replace(made, groups=tuple(groups)), 31).splitlines()
    assert "Agency and… / New   3:58   44 %" in lines
    assert "Agency and… / Old   3:58   44 %" in lines
    inner = replace(made.groups[1], groups=tuple(groups))
    assert "  Agency a… / New   3:58" in drawn(replace(made, groups=(inner,)), 31)


def test_a_long_name_is_whole_and_opens_no_gap_where_the_screen_has_room() -> None:
    made = week_report()
    long = replace(made, groups=(replace(made.groups[0], name="n" * 150), made.groups[1]))
    lines = drawn(long, 200).splitlines()[2:]
    assert lines[0].split() == ["n" * 50, "3:58", "44", "%"]
    assert lines[1] == "  " + "n" * 50
    assert "".join(line.split()[0] for line in lines[:3]) == "n" * 150
    assert lines[3] == "  Mon 23 Nov" + " " * 43 + "2:45"


def of_tag(name: str, seconds: int, groups: tuple[Group, ...] = ()) -> Group:
    return Group(
        dimension="tag",
        key=name,
        name=name,
        seconds=seconds,
        billable_seconds=0,
        entry_count=1,
        groups=groups,
    )


def test_tags_that_come_to_more_than_the_whole_are_explained() -> None:
    tags = (of_tag("deep", 3600), of_tag("team", 1800))
    made = replace(week_report(), by=("tag",), groups=tags, seconds=3600)
    note = "An entry with several tags counts for each of them."
    assert drawn(made).splitlines()[-2] == note
    assert note not in drawn(replace(made, seconds=5400))
    within = replace(made.groups[0], dimension="project", seconds=3600, groups=tags)
    assert note in drawn(replace(made, by=("project", "tag"), groups=(within,)))


def test_days_of_another_year_are_named_with_it() -> None:
    made = week_report()
    day = Group(
        dimension="day",
        key="2025-11-23",
        name="Sun 23 Nov 2025",
        seconds=60,
        billable_seconds=0,
        entry_count=1,
    )
    assert "\nSun 23 Nov 2025   0:01" in drawn(replace(made, groups=(day,), by=("day",)))


def test_nothing_billable_is_not_mentioned() -> None:
    assert "billable" not in drawn(replace(week_report(), billable_seconds=0))


def test_time_without_a_project_has_its_group() -> None:
    made = week_report()
    group = replace(made.groups[0], key=None, name="(no project)", groups=())
    assert "\n(no project)   3:58" in drawn(replace(made, groups=(group,)))


MEASURED = """\
Week 48 · Mon 23 – Sun 29 Nov 2026 · Europe/Berlin
Rounded up to 15m by entry

                 Rounded  Worked            EUR    USD
Acme / Website      4:00    3:58   43 %  380.00
  Mon 23 Nov        2:45    2:45         261.25
  Tue 24 Nov        1:15    1:13         118.75
Internal            5:15    5:04   57 %          42.00
  Mon 23 Nov        5:00    5:00                 40.00
  Tue 24 Nov        0:15    0:04                  2.00
──────────────────────────────────────────────────────
Total               9:15    9:02         380.00  42.00
billable 3:58 of 9:02 worked (44 %)
Counts the running timer up to 10:19.
"""

MEASURED_NARROW = """\
Week 48
Mon 23 – Sun 29 Nov 2026
Europe/Berlin
Rounded up to 15m by entry

  Rounded  Worked     EUR    USD
Acme / Website
     4:00    3:58  380.00
  Mon 23 Nov
     2:45    2:45  261.25
  Tue 24 Nov
     1:15    1:13  118.75
Internal
     5:15    5:04          42.00
  Mon 23 Nov
     5:00    5:00          40.00
  Tue 24 Nov
     0:15    0:04           2.00
────────────────────────────────
Total
     9:15    9:02  380.00  42.00
billable 3:58 of 9:02 worked (44 %)
Counts the running timer up to 10:19.
"""


def measured_week() -> Report:
    """Return the week rounded up to 15 minutes, at 95 EUR and 8 USD."""
    made = week_report()
    rates = {"Acme / Website": ("EUR", 9500), "Internal": ("USD", 800)}
    groups: list[Group] = []
    amounts: list[Amount] = []
    whole = 0
    for group in made.groups:
        currency, rate = rates[group.name]
        days = []
        for day in group.groups:
            rounded = -(-day.seconds // 900) * 900
            money = (Amount(rounded * rate // 3600, currency),)
            days.append(replace(day, sums=Sums(rounded, money)))
        rounded = sum(day.sums.rounded for day in days)
        money = (Amount(sum(day.sums.amounts[0].cents for day in days), currency),)
        groups.append(replace(group, groups=tuple(days), sums=Sums(rounded, money)))
        amounts += money
        whole += rounded
    return replace(
        made,
        groups=tuple(groups),
        sums=Sums(whole, tuple(amounts)),
        measure=Measure(rounded=True, priced=True),
    )


@pytest.mark.parametrize(
    ("width", "text"), [(80, MEASURED), (200, MEASURED), (32, MEASURED_NARROW)]
)
def test_worked_time_and_amounts_stand_beside_rounded_time(width: int, text: str) -> None:
    on = screen(width)
    report_table(on, measured_week(), NAME, TIMES, "up to 15m by entry")
    beside = text.replace("42.00\nbillable", "42.00  billable")
    assert shown(on) == (beside if width > 80 else text)


def test_the_share_gives_way_before_a_name_is_cut() -> None:
    on = screen(50)
    report_table(on, measured_week(), NAME, TIMES, "up to 15m by entry")
    assert "\nAcme / Website      4:00    3:58  380.00\n" in shown(on)


def test_amounts_of_time_that_is_not_rounded_stand_beside_it() -> None:
    on = screen(80)
    priced = replace(measured_week(), measure=Measure(priced=True))
    report_table(on, priced, NAME, TIMES)
    lines = shown(on).splitlines()
    assert lines[1:4] == [
        "",
        "                 Time            EUR    USD",
        "Acme / Website   3:58   44 %  380.00",
    ]


GRID = """\
Week 48         Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum
Acme / Website    2:45    1:13       ·       ·       ·                  3:58
Internal          5:00    0:04       ·       ·       ·                  5:04
Sum               7:45    1:17       ·       ·       ·                  9:02
Counts the running timer up to 10:19.
"""

LIST = """\
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

GRID_IN_ASCII = """\
Week 48         Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum
Acme / Website    2:45    1:13       -       -       -                  3:58
Internal          5:00    0:04       -       -       -                  5:04
Sum               7:45    1:17       -       -       -                  9:02
Counts the running timer up to 10:19.
"""


def gridded(sheet: Timesheet, width: int = 80, *, unicode: bool = True) -> str:
    """Return the grid on a screen without colour."""
    on = screen(width, unicode=unicode)
    timesheet_table(on, Drawn(sheet), "Week 48", TIMES, frozenset(range(5)))
    return shown(on)


@pytest.mark.parametrize("width", [80, 200])
def test_the_timesheet_of_a_week(width: int) -> None:
    assert gridded(week_sheet(), width) == GRID


def test_a_screen_too_narrow_for_a_grid_gets_a_list() -> None:
    assert gridded(week_sheet(), 40) == LIST


def test_without_utf8_the_grid_is_ascii() -> None:
    assert gridded(week_sheet(), unicode=False) == GRID_IN_ASCII


def test_longer_names_bring_the_days_closer_before_they_are_cut() -> None:
    made = week_sheet()
    rows = (replace(made.rows[0], name="Acme and Partners / Website"), made.rows[1])
    lines = gridded(replace(made, rows=rows)).splitlines()
    assert lines[1].startswith("Acme and Partne… / Website   2:45   1:13")
    assert max(map(len, lines)) <= 80


def test_in_the_grid_two_projects_of_a_client_with_a_long_name_are_told_apart() -> None:
    made = week_sheet()
    client = "Westfälische Gesellschaft für angewandte Dokumentation"
    names = [f"{client} / Website", f"{client} / 製品紹介"]
    rows = [replace(row, name=name) for row, name in zip(made.rows, names, strict=True)]
    sheet = replace(made, rows=tuple(rows))
    first, second = gridded(sheet).splitlines()[1:3]
    assert first.startswith("Westfälische Ge… / Website   2:45   1:13 ")
    assert second.startswith("Westfälische G… / 製品紹介   5:00   0:04 ")
    heads = [line for line in gridded(sheet, 50).splitlines() if line.startswith("West")]
    assert heads == [
        "Westfälische Gesellschaft für ange… / Website 3:58",
        "Westfälische Gesellschaft für ang… / 製品紹介 5:04",
    ]


def test_a_week_without_time_has_its_days_and_a_sum_of_nothing() -> None:
    empty = replace(week_sheet(), rows=(), totals=(0,) * 7, total=0, running=False)
    assert gridded(empty).splitlines() == [
        "Week 48  Mon 23  Tue 24  Wed 25  Thu 26  Fri 27  Sat 28  Sun 29   Sum",
        "Sum           ·       ·       ·       ·       ·                  0:00",
    ]
