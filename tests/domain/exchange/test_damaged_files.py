"""Tests with files that are slightly damaged, or from other versions of their programs.

The rows that are read sum to the file's own durations, and everything left out is named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from clockify_cli.domain.exchange.rows import ImportedEntry
from clockify_cli.errors import UsageError
from tests.domain.exchange.files import CLOCKIFY, read, report

NINE_TO_TEN = ("2026-11-02", "09:00", "2026-11-02", "10:00")
SPAN = {"start": "2026-11-02T08:00:00Z", "end": "2026-11-02T09:00:00Z"}
LATER = {"start": "2026-11-03T08:00:00Z", "end": "2026-11-03T09:00:00Z"}
COMPACT = {"start": "20261102T080000Z", "end": "20261102T090000Z"}
HOUR = [1762070400, 1762074000]
FRAME = [*HOUR, "website", "6cfad4b8de1c4b5a8cd7a2d8f5f1d3f7"]
HARVEST = "Date,Client,Project,Task,Notes,Hours,Hours Rounded,Started At,Ended At,Billable?"


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


@dataclass(frozen=True)
class Sample:
    """A file and its rows, ``SECONDS client/project/task #tag description``; words of its notes."""

    text: str
    rows: tuple[str, ...]
    said: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


TAKEN = {
    "project as a name and as an object": Sample(
        json.dumps(
            [
                {"project": "Site", "description": "a", "timeInterval": SPAN},
                {"project": {"name": "Shop"}, "description": "b", "timeInterval": LATER},
                {"projectName": "Bar", "description": "c", "timeInterval": LATER},
            ]
        ),
        ("3600 Site a", "3600 Shop b", "3600 Bar c"),
    ),
    "two columns of tags": Sample(
        lines(
            f"{CLOCKIFY},Labels",
            *(
                f"Site,North,{tag},,Ada,,,{tag},No,2026-11-02,09:00,2026-11-02,10:00,1:00,,,,{label}"
                for tag, label in (("a", ""), ("", "b"))
            ),
        ),
        ("3600 North/Site #a a", "3600 North/Site #b"),
    ),
    "two columns that differ": Sample(
        lines("start,end,Description,Tags,Labels", f"{SPAN['start']},{SPAN['end']},x,a,b"),
        ("3600 #a x",),
        ('the column "Labels"',),
    ),
    "tags of another spelling": Sample(
        json.dumps([{"Tags": ["a", "b, c"], "description": "x", "timeInterval": SPAN}]),
        ("3600 #a #b, c x",),
    ),
    "headings once more": Sample(
        report(NINE_TO_TEN) + report(("2026-11-02", "10:00", "2026-11-02", "11:00")),
        ("3600 Acme/Website/Draft #deep #ai Write spec",) * 2,
        ("Skipped line 3: the headings once more.",),
    ),
    "sums above the headings": Sample(
        "Total,,,,,,,,,,,,,10:00:00,10.00\n" + report(NINE_TO_TEN),
        ("3600 Acme/Website/Draft #deep #ai Write spec",),
        ("1 line above the headings",),
    ),
    "a column that might be a task's": Sample(
        lines("Number,State,start,end", f"7,Bayern,{SPAN['start']},{SPAN['end']}"),
        ("3600",),
        ('the columns "Number", "State"',),
    ),
    "ids of another program": Sample(
        json.dumps([{"id": number, "description": "x", "timeInterval": SPAN} for number in (1, 2)]),
        ("3600 x", "3600 x"),
    ),
    "timewarrior, annotations as a list": Sample(
        json.dumps([{**COMPACT, "annotation": ["one", "two"]}]), ("3600 one; two",)
    ),
    "timewarrior, annotations as objects": Sample(
        json.dumps([{**COMPACT, "annotations": [{"entry": "x", "description": "one"}]}]),
        ("3600 one",),
    ),
    "timewarrior, a field of somebody's own": Sample(
        json.dumps([{**COMPACT, "mood": "good"}]), ("3600",), ('Not imported: the field "mood".',)
    ),
    "timewarrior, open as null": Sample(
        json.dumps([COMPACT, {**COMPACT, "end": None}]),
        ("3600",),
        ("Left out the running timer: entry 2.",),
    ),
    "Watson, tags as null": Sample(json.dumps([[*FRAME, None]]), ("3600 website",)),
    "Watson's log as CSV": Sample(
        lines("id,start,stop,project,tags", f"6cfad4b,{SPAN['start']},{SPAN['end']},website,deep"),
        ("3600 website #deep",),
    ),
    "Harvest with clock times": Sample(
        lines(HARVEST, "2026-11-02,North,Site,Design,Logo,1.50,2,9:00am,10:30am,Yes"),
        ("5400 North/Site/Design Logo",),
        ("Read as Harvest's time report.", 'Not imported: the column "Hours Rounded".'),
    ),
    "Harvest with some clock times": Sample(
        lines(
            HARVEST,
            "2026-11-02,North,Site,Design,Logo,1.50,1.5,,,Yes",
            "2026-11-02,North,Site,Design,Logo,1.00,1.0,9:00,10:00,Yes",
        ),
        ("5400 North/Site/Design Logo", "3600 North/Site/Design Logo"),
        ("laid out from 09:00",),
        ("skip=Started At", "skip=Ended At"),
    ),
    "Harvest with rounded hours alone": Sample(
        lines(
            "Date,Client,Project,Task,Notes,Hours Rounded", "2026-11-02,North,Site,Design,Logo,1.5"
        ),
        ("5400 North/Site/Design Logo",),
    ),
    "Toggl in German": Sample(
        lines(
            "Beschreibung;Projekt;Startdatum;Startzeit;Stoppdatum;Stoppzeit;Dauer",
            "Call;Site;24.11.2026;09:00:00;24.11.2026;09:15:00;00:15:00",
        ),
        ("900 Site Call",),
    ),
    "timeclock, capital letters and hours that are due": Sample(
        lines("; x", "  y", "h 2026/11/02 8", "I 2026-11-02 09:00 ACME", "O 2026-11-02 10:00"),
        ("3600 ACME",),
    ),
    "timeclock, why it was clocked out": Sample(
        lines("i 2026-11-02 09:00 acme:site", "o 2026-11-02 10:00 lunch with Bo"),
        ("3600 acme/site lunch with Bo",),
    ),
    "timeclock, a short offset": Sample(
        lines("i 2026-11-02 09:00+01 acme", "o 2026-11-02 10:00+0100"), ("3600 acme",)
    ),
}


def told(row: ImportedEntry) -> str:
    names = "/".join(filter(None, (row.client, row.project, row.task)))
    seconds = str(int((row.end - row.start).total_seconds()))
    tags = (f"#{tag}" for tag in row.tags)
    return " ".join(filter(None, (seconds, names, *tags, row.description)))


@pytest.mark.parametrize("sample", TAKEN.values(), ids=TAKEN)
def test_a_file_of_another_version_is_taken_whole_or_says_what_is_missing(sample: Sample) -> None:
    file = read(sample.text, columns=sample.columns)

    assert tuple(map(told, file.rows)) == sample.rows
    notes = "\n".join(file.notes)
    for words in sample.said:
        assert words in notes
    assert sample.said or "Not imported" not in notes


TEMPLATE = "Project,Client,Description,Task,User,Tags,Billable,Start Date,Start Time,Duration (h)"
ROW = "P,C,x,,Ada,,No,2026-11-02,09:00,"
REFUSED = {
    **{
        f"{word} is what tasks are called": (
            report(NINE_TO_TEN).replace("Task,", f"{word},"),
            f"--column task={word}",
        )
        for word in ("Date", "Number", "State", "Workspace", "Locked", "Elapsed", "Type")
    },
    "durations that do not agree and no end": (
        lines(f"{TEMPLATE},Duration (decimal)", f"{ROW}1:00,2.0"),
        'line 2: its durations do not agree: "1:00" and "2.0"',
    ),
    "one duration that cannot be read": (
        lines(f"{TEMPLATE},Duration (decimal)", f"{ROW}abc,2.0"),
        'line 2: its durations do not agree: "abc" and "2.0"',
    ),
    "days of which two lengths differ": (
        lines("Date,Duration,Hours", "2026-11-02,1:00,3.0"),
        "its durations do not agree",
    ),
    "a duration that is none": (
        lines(TEMPLATE, f"{ROW}-1:00"),
        'line 2: "-1:00" is not a length of time',
    ),
    "a spreadsheet's part of a day": (
        report(("2026-11-02", "0.25", "2026-11-02", "0.50")),
        '"0.25" is not a time of day',
    ),
    "people told by two fields": (
        json.dumps(
            [
                {"userName": "Ada", "timeInterval": SPAN},
                {"user": {"name": "Bo"}, "timeInterval": LATER},
            ]
        ),
        "the file holds the time of 2 people",
    ),
    "an entry above the headings": (
        "\n".join(sorted(report(NINE_TO_TEN).splitlines(), reverse=True)),
        "line 1 looks like an entry, and is above the headings",
    ),
    "a row that is cut off before the tags": (
        lines("id,start,end,tags...", f",{SPAN['start']},{SPAN['end']},a,b", "x"),
        "line 3: it has 1 cell, and the header has 4",
    ),
    "a column with a heading that only JSON is given": (
        lines("start,end,custom.values", f"{SPAN['start']},{SPAN['end']},PO 47"),
        'line 2: "PO 47" is not a list of custom fields',
    ),
    "timeclock in twelve hours": (
        lines("i 2026-11-02 09:00:00 PM acme", "o 2026-11-02 10:00:00 PM"),
        "without AM or PM",
    ),
    "timeclock, another account is clocked out": (
        lines(
            *("i 2026-11-02 09:00 a", "o 2026-11-02 10:00 b"),
            *("i 2026-11-02 11:00 b", "o 2026-11-02 12:00"),
        ),
        'it clocks out of "b", which is not clocked in; "a" is since line 1',
    ),
    "timewarrior whose first interval is damaged": (
        json.dumps([{"end": COMPACT["end"]}, COMPACT]),
        "entry 1: its start or end is not text",
    ),
    "Watson whose first frame is damaged": (
        json.dumps([[None, *FRAME[1:]], FRAME]),
        'entry 1: "None" is not a time in Unix seconds',
    ),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_might_be_taken_for_something_else_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)

    error = caught.value
    assert why in "\n".join((error.message, *error.details, error.hint or ""))
