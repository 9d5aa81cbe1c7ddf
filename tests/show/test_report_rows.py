from __future__ import annotations

from dataclasses import replace

from clockify_cli.show.formats.rows import OutputChoice, show_rows
from clockify_cli.show.rows.report_rows import (
    report_json,
    report_rows,
    report_schema,
    sheet_rows,
    timesheet_json,
    timesheet_schema,
)
from tests.show.samples import TIMES, WEBSITE, screen, shown, week_report, week_sheet


def piped(choice: OutputChoice) -> list[str]:
    """Return the lines of the week's report in a pipe."""
    report = week_report()
    on = screen(terminal=False)
    show_rows(on, TIMES, report_schema(report), list(report_rows(report.groups)), choice)
    return shown(on).splitlines()


def test_a_pipe_gets_each_innermost_group_once() -> None:
    assert piped(OutputChoice()) == [
        "Acme / Website\t2026-11-23\t9900\t9900\t1",
        "Acme / Website\t2026-11-24\t4380\t4380\t1",
        "Internal\t2026-11-23\t18000\t0\t1",
        "Internal\t2026-11-24\t240\t0\t1",
    ]


def test_the_rows_of_a_pipe_sum_to_the_total() -> None:
    seconds = [int(line) for line in piped(OutputChoice(fields="seconds"))]
    assert sum(seconds) == week_report().seconds


def test_csv_heads_are_the_dimensions() -> None:
    lines = piped(OutputChoice("csv", "project,day,duration"))
    assert lines[:2] == ["project,day,duration", "Acme / Website,2026-11-23,2:45"]


def test_none_is_an_empty_cell_for_scripts() -> None:
    report = week_report()
    none = replace(report.groups[0], key=None, name="(no project)", groups=())
    on = screen(terminal=False)
    show_rows(
        on,
        TIMES,
        report_schema(replace(report, by=("project",))),
        list(report_rows((none,))),
        OutputChoice(fields="project,key,name,seconds"),
    )
    assert shown(on) == "\t\t(no project)\t14280\n"


def test_the_whole_report_has_its_range_and_its_groups() -> None:
    document = report_json(week_report(), TIMES, TIMES.now)
    assert list(document) == [
        "range",
        "by",
        "totalSeconds",
        "billableSeconds",
        "entryCount",
        "groups",
        "asOf",
    ]
    assert document["range"] == {
        "start": "2026-11-23T00:00:00+01:00",
        "end": "2026-11-30T00:00:00+01:00",
        "timeZone": "Europe/Berlin",
    }
    assert (document["by"], document["totalSeconds"]) == (["project", "day"], 32520)
    groups = document["groups"]
    assert isinstance(groups, list)
    assert groups[0] == {
        "key": WEBSITE.server_id,
        "name": "Acme / Website",
        "seconds": 14280,
        "billableSeconds": 14280,
        "entryCount": 2,
        "groups": [
            {
                "key": "2026-11-23",
                "name": "Mon 23 Nov 2026",
                "seconds": 9900,
                "billableSeconds": 9900,
                "entryCount": 1,
                "groups": [],
            },
            {
                "key": "2026-11-24",
                "name": "Tue 24 Nov 2026",
                "seconds": 4380,
                "billableSeconds": 4380,
                "entryCount": 1,
                "groups": [],
            },
        ],
    }


def test_a_timesheet_in_a_pipe_has_a_column_for_each_day() -> None:
    sheet = week_sheet()
    on = screen(terminal=False)
    show_rows(on, TIMES, timesheet_schema(sheet), sheet_rows(sheet), OutputChoice())
    assert shown(on) == (
        "Acme / Website\t9900\t4380\t0\t0\t0\t0\t0\t14280\n"
        "Internal\t18000\t240\t0\t0\t0\t0\t0\t18240\n"
    )


def test_the_heads_of_a_timesheet_are_its_dates() -> None:
    sheet = week_sheet()
    on = screen(terminal=False)
    show_rows(on, TIMES, timesheet_schema(sheet), sheet_rows(sheet), OutputChoice("csv"))
    assert shown(on).startswith("project,2026-11-23,2026-11-24,")


def test_the_whole_timesheet_has_seconds_by_project_and_day() -> None:
    document = timesheet_json(week_sheet(), TIMES, None)
    assert document["days"] == [f"2026-11-{day}" for day in range(23, 30)]
    assert document["rows"] == [
        {
            "projectId": WEBSITE.server_id,
            "projectName": "Acme / Website",
            "seconds": [9900, 4380, 0, 0, 0, 0, 0],
            "totalSeconds": 14280,
        },
        {
            "projectId": "e" * 32,
            "projectName": "Internal",
            "seconds": [18000, 240, 0, 0, 0, 0, 0],
            "totalSeconds": 18240,
        },
    ]
    assert (document["totals"], document["totalSeconds"]) == ([27900, 4620, 0, 0, 0, 0, 0], 32520)
