"""Tests of the week as a grid."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from clockify_cli.domain.report import Contribution, Label, Part, build
from clockify_cli.domain.timesheet import TIMESHEET_BY, TimesheetRow, timesheet

MONDAY = date(2026, 11, 23)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
BOUNDS = (datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))
LABELS = {"p1": Label("64a6", "Acme / Website", "Website")}


def worked(project: str | None, *seconds: int) -> Contribution:
    """Return an entry with *seconds* on each day from Monday on."""
    parts = tuple(Part(day, some, 0) for day, some in zip(WEEK, seconds, strict=False))
    return Contribution(parts=parts, count=1, keys={"project": project})


def test_projects_are_rows_and_days_are_columns() -> None:
    report = build(BOUNDS, TIMESHEET_BY, [worked("p1", 60, 30), worked(None, 5)], LABELS)
    grid = timesheet(report, WEEK)
    assert grid.rows == (
        TimesheetRow(key="64a6", name="Acme / Website", seconds=(60, 30, 0, 0, 0, 0, 0), total=90),
        TimesheetRow(key=None, name="(no project)", seconds=(5, 0, 0, 0, 0, 0, 0), total=5),
    )
    assert grid.totals == (65, 30, 0, 0, 0, 0, 0)
    assert (grid.total, grid.days, grid.running) == (95, tuple(WEEK), False)


def test_a_week_without_work_has_columns_and_no_rows() -> None:
    grid = timesheet(build(BOUNDS, TIMESHEET_BY, [], LABELS), WEEK)
    assert (grid.rows, grid.totals, grid.total) == ((), (0,) * 7, 0)


def test_a_break_is_a_row_of_its_own_and_part_of_the_sums() -> None:
    lunch = replace(worked("p1", 0, 10), type="BREAK")
    grid = timesheet(build(BOUNDS, TIMESHEET_BY, [worked("p1", 60, 30), lunch], LABELS), WEEK)
    (row,) = grid.rows
    assert (row.total, row.of_types) == (100, {"BREAK": (0, 10, 0, 0, 0, 0, 0)})
    assert [(typed.name, typed.seconds[:2], typed.total) for typed in row.by_type()] == [
        ("Acme / Website", (60, 30), 90),
        ("Acme / Website (break)", (0, 10), 10),
    ]
    assert (grid.totals[:2], grid.of_types) == ((60, 40), {"BREAK": (0, 10, 0, 0, 0, 0, 0)})
    assert [
        typed.name
        for typed in timesheet(build(BOUNDS, TIMESHEET_BY, [lunch], LABELS), WEEK).rows[0].by_type()
    ] == ["Acme / Website (break)"]
