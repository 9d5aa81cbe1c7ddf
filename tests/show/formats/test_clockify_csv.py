from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.exchange.lines import description
from clockify_cli.domain.exchange.reading import HowToRead, read_import
from clockify_cli.domain.terminal_text import clean
from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.show.formats.clockify_csv import report_lines
from clockify_cli.show.time_format import TimeFormat
from tests.show.samples import DESIGN, NOW, SPEC, TIMES, entry


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


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
CHANGES = tuple(
    datetime.fromisoformat(text)
    for text in (
        "2026-10-25T01:00:00+00:00",
        "2026-03-29T01:00:00+00:00",
        "2026-11-01T06:00:00+00:00",
        "2026-04-04T15:00:00+00:00",
        "2011-12-30T10:00:00+00:00",
        "2026-02-01T12:00:00+00:00",
    )
)
"""Moments near which clocks change, or a day is skipped."""


@settings(max_examples=40)
@given(
    st.sampled_from(ZONES),
    st.lists(
        st.tuples(
            st.sampled_from(CHANGES), st.integers(-9000, 9000), st.integers(0, 20_000), st.text()
        ),
        min_size=1,
        max_size=5,
    ),
)
def test_what_is_written_is_read_back_to_the_second_in_every_zone(
    zone: str, spans: list[tuple[datetime, int, int, str]]
) -> None:
    found = [
        replace(
            SPEC,
            local_id=f"{number:032x}",
            start=change + timedelta(seconds=after),
            end=change + timedelta(seconds=after + length),
            description=description(clean(text)[:200]),
        )
        for number, (change, after, length, text) in enumerate(spans)
    ]
    local = TimeFormat(now=NOW, zone=ZoneInfo(zone))

    data = "".join(report_lines(found, local)).encode()

    file = read_import(data, HowToRead(), TimeContext(now=NOW, zone=ZoneInfo(zone)))
    assert file.source == "clockify"
    assert file.notes == tuple(note for note in file.notes if "same time" in note)
    for row, written in zip(file.rows, found, strict=True):
        assert (row.start, row.end) == (written.start, written.end)
        assert row.description == written.description
        assert row.original == (written.local_id,)
        assert (row.client, row.project, row.tags) == ("Acme", "Website", ("deep",))
