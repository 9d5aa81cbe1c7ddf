from __future__ import annotations

import csv
import io
from dataclasses import replace

from clockify_cli.show.formats.clockify_csv import report_lines
from tests.show.samples import DESIGN, SPEC, TIMES, entry


def test_a_row_is_what_clockify_writes_for_the_entry() -> None:
    lines = list(report_lines([replace(SPEC, task=DESIGN)], TIMES, ("Ann", "ann@example.com")))

    assert lines[0].startswith(
        "Project,Client,Description,Task,User,Group,Email,Tags,Type,Billable,Start Date,"
    )
    (row,) = csv.DictReader(io.StringIO("".join(lines), newline=""))
    assert row == {
        "Project": "Website",
        "Client": "Acme",
        "Description": "Write spec",
        "Task": "Design",
        "User": "Ann",
        "Group": "",
        "Email": "ann@example.com",
        "Tags": "deep",
        "Type": "Regular",
        "Billable": "Yes",
        "Start Date": "11/24/2026",
        "Start Time": "09:02:00 AM",
        "End Date": "11/24/2026",
        "End Time": "10:15:00 AM",
        "Duration (h)": "01:13:00",
        "Duration (decimal)": "1.22",
        "localId": SPEC.local_id,
    }


def test_noon_and_midnight_are_twelve_by_this_clock() -> None:
    noon = entry(24, "00:00", "12:00", project=None)

    (_, row) = report_lines([noon], TIMES)

    assert "12:00:00 AM" in row
    assert "12:00:00 PM" in row


def test_a_text_that_a_spreadsheet_would_compute_is_guarded() -> None:
    (_, row) = report_lines([entry(24, "9:00", "10:00", "=cmd|'/c calc'!A1")], TIMES)

    assert ",'=cmd|" in row
