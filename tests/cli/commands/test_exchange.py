from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clockify_cli.__main__ import main
from clockify_cli.domain.entry import LOCAL, EntryFields, Item, TimeEntry
from clockify_cli.domain.names import read_otherwise
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import entries
from tests.cli.conftest import TEN, Clockify, prepared
from tests.run_at import SetClock

REPORT = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,"
    "End Date,End Time,Duration (h),Duration (decimal)\r\n"
    'Website,Acme,Write spec,Draft,Ann,,ann@example.com,"deep, ai",Yes,'
    "11/23/2026,09:00:00 AM,11/23/2026,10:30:00 AM,01:30:00,1.50\r\n"
)


@prepared
def filled(clockify: Clockify) -> Clockify:
    clockify("add", "Write spec", "8-9", "-p", "Acme/Website", "-k", "Draft", "-g", "deep", "-b")
    clockify("add", "=1+1", "yesterday 9-10", "-p", "Internal")
    return clockify


def log(clockify: Clockify) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(clockify("log", "all", "--json").out)
    return found


def history(clockify: Clockify) -> int:
    return len(json.loads(clockify("history", "--json").out))


def test_an_export_is_csv_of_this_month_in_ascending_order(filled: Clockify) -> None:
    filled("add", "Long ago", "2026-10-30 9:00..10:00")

    done = filled("export")

    assert (done.code, done.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert [row["description"] for row in rows] == ["'=1+1", "Write spec"]
    assert rows[1]["start"] == "2026-11-24T08:00:00+00:00"
    assert (rows[1]["clientName"], rows[1]["projectName"]) == ("Acme", "Website")
    assert (rows[1]["seconds"], rows[1]["billable"]) == ("3600", "true")


def test_an_export_as_json_is_the_array_that_log_gives(filled: Clockify) -> None:
    assert json.loads(filled("export", "--json").out) == log(filled)
    assert json.loads(filled("export", "--format", "json").out) == log(filled)


def test_the_running_timer_is_left_out_and_said(filled: Clockify) -> None:
    filled("start", "Now")

    done = filled("export", "all", "--json")

    assert [entry["description"] for entry in json.loads(done.out)] == ["=1+1", "Write spec"]
    assert done.err == "The running timer was left out.\n"


def test_a_filter_and_fields_choose_what_is_exported(filled: Clockify) -> None:
    done = filled("export", "-p", "Website", "--fields", "description,seconds")

    assert done.out == "description,seconds\r\nWrite spec,3600\r\n"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("x.json", "["), ("x.CSV", "id,start"), ("x.md", "| id"), ("x.tsv", ""), ("x", "id,start")],
)
def test_the_ending_of_the_file_tells_the_format(
    filled: Clockify, home: Path, name: str, begins: str
) -> None:
    filled("export", "-o", name)

    text = (home / name).read_text()
    assert text.startswith(begins)
    assert ("\t" in text) == (name == "x.tsv")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("-o", "x.ods"), "ends in .ods"),
        (("-o", "x.CSV.gz"), "ends in .gz"),
        (("-o", "november.2026"), "ends in .2026"),
        (("--format", "csv", "-o", "x.json"), "--format csv contradicts"),
        (("--format", "csv", "-o", "x.xlsx"), "--format csv contradicts"),
        (("--json", "-o", "x.md"), "--format json contradicts"),
    ],
)
def test_an_ending_that_is_no_format_or_another_one_is_refused(
    filled: Clockify, home: Path, line: tuple[str, ...], said: str
) -> None:
    done = filled("export", *line)

    assert done.code == 2
    assert said in done.err
    assert [path.name for path in home.iterdir()] == ["clockify"]


@pytest.mark.parametrize(
    "line", [("-o", "x.markdown"), ("--format", "csv", "-o", "x.txt"), ("--json", "-o", "x")]
)
def test_an_ending_that_says_nothing_else_is_taken(filled: Clockify, line: tuple[str, ...]) -> None:
    assert filled("export", *line).code == 0


def test_a_file_for_a_spreadsheet_has_no_formula_in_tsv_either(
    filled: Clockify, home: Path
) -> None:
    filled("export", "-o", "x.tsv")

    assert "\t'=1+1\t" in (home / "x.tsv").read_text()
    assert "\t=1+1\t" in filled("export", "--format", "tsv").out


def test_an_empty_range_is_a_document_without_entries_and_said(clockify: Clockify) -> None:
    done = clockify("export", "2025", "--json")

    assert (done.code, done.out) == (0, "[]\n")
    assert done.err.startswith("No entries in")


def test_two_formats_at_once_are_refused(clockify: Clockify) -> None:
    assert clockify("export", "--json", "--format", "csv").code == 2


@pytest.mark.parametrize("format_", ["csv", "json", "tsv"])
def test_an_export_into_the_timesheet_that_it_came_from_adds_nothing(
    filled: Clockify, home: Path, format_: str
) -> None:
    before = log(filled)
    filled("export", "all", "--format", format_, "-o", "x")

    done = filled("import", "x")

    assert (done.code, done.out) == (
        0,
        "Nothing new to import.\n2 entries already in your timesheet.\n",
    )
    assert log(filled) == before
    assert history(filled) == 2


@pytest.mark.parametrize("line", [("export", "all", "--format", "tsv"), ("log", "all")])
def test_tab_separated_text_of_a_pipe_comes_back_with_its_quotes(
    filled: Clockify, home: Path, line: tuple[str, ...]
) -> None:
    filled("add", '"Draft" of a 5" pipe', "7-8", "-p", "Acme/Website", "-g", 'the "new" one')
    filled("add", '"half', "6-7")
    before = log(filled)
    (home / "x.tsv").write_text(filled(*line).out)
    filled("undo")
    filled("undo")

    done = filled("import", "x.tsv")

    assert "Imported 2 entries" in done.out
    assert "2 entries already in your timesheet." in done.out
    assert [said_of(one) for one in log(filled)] == [said_of(one) for one in before]


def said_of(entry: dict[str, object]) -> list[object]:
    """Return what a person sees of an entry in JSON."""
    names = ("description", "clientName", "projectName", "taskName", "billable", "type")
    tags = [tag["name"] for tag in entry["tags"]]  # type: ignore[attr-defined]
    return [*(entry[name] for name in names), entry["timeInterval"], tags]


def test_a_report_of_clockify_is_imported_once_with_its_names(
    clockify: Clockify, home: Path
) -> None:
    (home / "report.csv").write_text(REPORT)

    done = clockify("import", "report.csv")

    assert done.code == 0
    created, imported = done.out.splitlines()
    assert created == (
        "Created project Website for client Acme, task Draft for project Acme / Website, tag ai, "
        "tag deep (on this computer)."
    )
    assert imported == "Imported 1 entry from report.csv."
    (entry,) = log(clockify)
    assert entry["timeInterval"] == {
        "start": "2026-11-23T09:00:00Z",
        "end": "2026-11-23T10:30:00Z",
        "duration": "PT1H30M",
    }
    assert (entry["clientName"], entry["projectName"]) == ("Acme", "Website")
    assert (entry["taskName"], entry["billable"]) == ("Draft", True)
    assert clockify("import", "report.csv").out.startswith("Nothing new")
    assert clockify("import", "--from", "clockify", "report.csv").out.startswith("Nothing new")


def test_what_was_edited_since_its_import_is_not_imported_again(
    clockify: Clockify, home: Path
) -> None:
    (home / "report.csv").write_text(REPORT)
    clockify("import", "report.csv")
    with Database(home / "clockify" / "data" / "timesheet.db") as db:
        (entry,) = entries.newest(db, LOCAL, None, 2)
        with db.change(LOCAL, verb="edit", at=TEN) as change:
            change.update_entry(
                entry.local_id, EntryFields(start=entry.start, end=entry.end, description="Mine")
            )

    done = clockify("import", "report.csv")

    assert "1 entry already in your timesheet." in done.out
    assert [one["description"] for one in log(clockify)] == ["Mine"]


@pytest.mark.parametrize(
    ("header", "cells", "content"),
    [
        (
            "start,end,description,clientName,projectName,taskName,tags,billable",
            '2026-11-23T09:00:07Z,2026-11-23T10:00Z,"Wrïte ""it""",Acme,Website,Draft,"a, b",true',
            (
                datetime(2026, 11, 23, 9, 0, 7, tzinfo=UTC),
                datetime(2026, 11, 23, 10, tzinfo=UTC),
                *('Wrïte "it"', "Acme", "Website", "Draft", ("a", "b"), True),
            ),
        ),
        (
            "start,end,description,type",
            "2026-11-23T09:00Z,2026-11-23T10:00Z,Lunch,BREAK",
            (
                datetime(2026, 11, 23, 9, tzinfo=UTC),
                datetime(2026, 11, 23, 10, tzinfo=UTC),
                *("Lunch", "", "", "", (), None, "BREAK"),
            ),
        ),
    ],
    ids=["regular", "break"],
)
def test_an_imported_row_has_the_id_that_it_always_had(
    clockify: Clockify, home: Path, header: str, cells: str, content: tuple[object, ...]
) -> None:
    (home / "x.csv").write_text(f"{header}\n{cells}\n{cells}\n", "utf-8")

    clockify("import", "x.csv")

    # An import by an older version is recognized only by the same id.
    wanted = [
        hashlib.sha256(repr(("local", said)).encode()).hexdigest()[:32]
        for said in (content, (*content, 2))
    ]
    assert sorted(str(entry["localId"]) for entry in log(clockify)) == sorted(wanted)


def test_one_undo_takes_an_import_back_and_it_can_be_imported_again(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Before", "8-9")
    (home / "report.csv").write_text(REPORT)
    clockify("import", "report.csv")

    assert clockify("undo").code == 0

    assert [one["description"] for one in log(clockify)] == ["Before"]
    assert clockify("projects").out == ""
    assert "Imported 1 entry" in clockify("import", "report.csv").out
    assert len(log(clockify)) == 2


def test_names_that_differ_in_case_alone_are_the_ones_that_exist(
    filled: Clockify, home: Path
) -> None:
    (home / "report.csv").write_text(REPORT.replace("Website,Acme", "WEBSITE,acme"))

    done = filled("import", "report.csv")

    assert "project" not in done.out
    assert {one["projectName"] for one in log(filled)} == {"Internal", "Website"}


def test_a_dry_run_shows_the_entries_and_changes_nothing(clockify: Clockify, home: Path) -> None:
    (home / "report.csv").write_text(REPORT)

    done = clockify("import", "report.csv", "--dry-run")

    assert done.code == 0
    assert done.out.split("\t")[1:4] == [
        "2026-11-23T09:00:00+00:00",
        "2026-11-23T10:30:00+00:00",
        "5400",
    ]
    assert "Would import 1 entry from report.csv." in done.err
    assert log(clockify) == []
    assert clockify("projects").out == ""
    assert history(clockify) == 0


def test_an_import_as_json_gives_the_entries_and_counts(clockify: Clockify, home: Path) -> None:
    (home / "report.csv").write_text(REPORT)

    told = json.loads(clockify("import", "report.csv", "--json").out)

    assert told["verb"] == "import"
    assert told["entries"] == log(clockify)
    assert (told["alreadyHere"], told["repeated"]) == (0, 0)
    assert {item["name"] for item in told["created"]} == {"Acme", "Website", "Draft", "deep", "ai"}


def test_the_command_for_a_running_timer_starts_it_and_is_not_given_again(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Before", "7-8", "-p", "Acme/Website")
    clockify("start", "It's -d", "-p", "Acme/Website", "-g", "deep", "-b", "--at", "9:30")
    (home / "x.json").write_text(clockify("log", "--json").out)
    assert "clockify start" not in clockify("import", "x.json").err
    clockify("cancel")

    err = clockify("import", "x.json").err
    (line,) = [line for line in err.splitlines() if "clockify start" in line]
    done = clockify(*shlex.split(line.split("`")[1])[1:])

    assert (done.code, done.err) == (0, "")
    assert "It's -d · Acme / Website #deep · billable   since 09:30" in clockify("status").out


def test_a_quiet_import_prints_the_ids(clockify: Clockify, home: Path) -> None:
    (home / "report.csv").write_text(REPORT)

    done = clockify("import", "-q", "report.csv")

    assert done.out.split() == [entry["localId"] for entry in log(clockify)]


def test_wrong_lines_are_told_and_nothing_is_imported(clockify: Clockify, home: Path) -> None:
    (home / "x.csv").write_text(
        "start,end\n2026-11-23T08:00Z,2026-11-23T09:00Z\n2026-11-23T08:00Z,\nx,y\n"
    )

    done = clockify("import", "x.csv")

    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[:2] == [
        "error: 2 lines cannot be imported, so nothing was imported",
        "  line 3: it has no end: a running timer is not imported",
    ]
    assert log(clockify) == []


def test_a_wrong_time_is_told_in_the_zone_of_the_person(clockify: Clockify, home: Path) -> None:
    (home / "x.csv").write_text("start,end\n2026-11-24 09:00,2026-11-24 8:00\n")
    done = clockify("import", "x.csv", "--tz", "Europe/Berlin")
    assert done.err.splitlines()[1] == (
        "  line 2: it ends before it starts (2026-11-24T08:00+01:00 and 2026-11-24T09:00+01:00)"
    )
    (home / "y.csv").write_text("start,end\n2026-11-24 09:00,2026-12-01 8:00\n")
    done = clockify("import", "y.csv", "--tz", "Europe/Berlin")
    assert "line 2: it ends in the future, at 2026-12-01T08:00+01:00" in done.err


def test_entries_in_the_future_want_a_yes(clockify: Clockify, home: Path) -> None:
    (home / "x.csv").write_text("start,end\n2026-12-01T08:00Z,2026-12-01T09:00Z\n")

    done = clockify("import", "x.csv")

    assert done.code == 2
    assert "line 2: it ends in the future" in done.err
    assert "`clockify import x.csv --yes`" in done.err
    assert log(clockify) == []
    assert clockify("import", "x.csv", "--yes").code == 0
    assert clockify("import", "x.csv").out.startswith("Nothing new")


def test_an_order_of_dates_that_is_open_is_asked_for(clockify: Clockify, home: Path) -> None:
    (home / "x.csv").write_text(REPORT.replace("11/23", "11/02"))

    done = clockify("import", "x.csv")
    assert done.code == 2
    assert done.err.splitlines()[1:] == [
        "`clockify import x.csv --dates dmy` reads it as 11 February 2026.",
        "`clockify import x.csv --dates mdy` reads it as 2 November 2026.",
    ]

    clockify("import", "x.csv", "--dates", "mdy")
    assert "2026-11-02T09:00:00" in clockify("log", "all").out


def test_times_without_a_zone_are_of_the_zone_that_was_named(
    clockify: Clockify, home: Path
) -> None:
    (home / "x.csv").write_text(REPORT)

    clockify("import", "x.csv", "--tz", "Asia/Tokyo")

    assert "2026-11-23T00:00:00+00:00" in clockify("log", "all").out


def test_equal_lines_are_as_many_entries_and_the_same_file_again_adds_none(
    clockify: Clockify, home: Path
) -> None:
    line = REPORT.splitlines(keepends=True)[1]
    (home / "two.csv").write_text(REPORT + line)
    (home / "three.csv").write_text(REPORT + line * 2)

    assert "Imported 2 entries" in clockify("import", "two.csv").out
    assert "2 entries already in your timesheet." in clockify("import", "two.csv").out
    done = clockify("import", "three.csv")

    assert "Imported 1 entry from three.csv." in done.out
    assert "2 entries already in your timesheet." in done.out
    assert len(log(clockify)) == 3


def test_equal_lines_find_what_was_recorded_by_hand(clockify: Clockify, home: Path) -> None:
    clockify("add", "Call", "yesterday 9-10")
    row = "2026-11-23T09:00Z,2026-11-23T10:00Z,Call\n"
    (home / "x.csv").write_text("start,end,description\n" + row * 2)

    done = clockify("import", "x.csv")

    assert "Imported 1 entry" in done.out
    assert "1 entry already in your timesheet." in done.out
    assert len(log(clockify)) == 2


FIELDS_OF_A_REPORT = ("Project", "Client", "Description", "Task", "Tags", "Billable")


@pytest.mark.parametrize(
    "left_out",
    [
        (),
        *((one,) for one in FIELDS_OF_A_REPORT),
        ("Project", "Client", "Task"),
        FIELDS_OF_A_REPORT,
    ],
)
def test_a_report_without_some_columns_finds_what_is_here(
    clockify: Clockify, home: Path, left_out: tuple[str, ...]
) -> None:
    clockify("add", "Write", "8-9", "-p", "Acme/Website", "-k", "Draft", "-g", "deep", "-b")
    cells = ("Website", "Acme", "Write", "Draft", "deep", "Yes")
    said = dict(zip(FIELDS_OF_A_REPORT, cells, strict=True))
    times = {"Start Date": "2026-11-24", "Start Time": "08:00", "End Time": "09:00"}
    shown = {head: cell for head, cell in {**said, **times}.items() if head not in left_out}
    other = {**shown, "End Time": "09:01"}
    (home / "x.csv").write_text(
        "\n".join(",".join(line) for line in (shown, shown.values(), other.values()))
    )

    done = clockify("import", "x.csv")

    assert done.code == 0, done.err
    assert "Imported 1 entry" in done.out
    assert "1 entry already in your timesheet." in done.out


@pytest.mark.parametrize(("second", "here"), [("", 2), (":00", 1), (":36", 1)])
def test_a_report_in_minutes_finds_what_has_seconds_here(
    clockify: Clockify, home: Path, second: str, here: int
) -> None:
    clockify("add", "Write", "08:00:36-09:00:12")
    clockify("add", "Call", "09:30-09:45")
    (home / "x.csv").write_text(
        f"Description,Start Date,Start Time,End Time\nWrite,2026-11-24,08:00{second},09:00{second}"
        "\nCall,2026-11-24,09:30,09:45\n"
    )

    done = clockify("import", "x.csv")

    assert f"{here} entr" in done.out.partition("already")[0].splitlines()[-1]


def test_a_row_with_the_times_of_another_entry_is_imported_and_said(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Write", "8-9", "-p", "Website")
    clockify("add", "Call", "9-10")
    head = "Project,Description,Start Date,Start Time,End Time\n"
    rows = (
        "Website,Write,2026-11-24,08:00,09:00",
        "Shop,Read,2026-11-24,08:00,09:00",
        "Shop,Call,2026-11-24,09:00,10:00",
        "Shop,Mail,2026-11-24,07:00,08:00",
    )
    (home / "x.csv").write_text(head + "\n".join(rows) + "\n")

    done = clockify("import", "x.csv")

    assert "Imported 3 entries" in done.out
    said = "An entry with the same times but other details was already here: line 4.\n"
    assert done.err == said
    assert "same times" not in clockify("import", "x.csv").err


def test_an_id_that_stands_twice_with_other_words_wants_a_yes(
    clockify: Clockify, home: Path
) -> None:
    row = "64a687e29ae1f428e7ebe303,2026-11-23T09:00Z,2026-11-23T10:00Z,{}\n"
    head = "id,start,end,description\n"
    (home / "x.csv").write_text(head + row.format("Call") + row.format("Other"))
    (home / "same.csv").write_text(head + row.format("Call") * 2)

    done = clockify("import", "x.csv")

    assert done.code == 2
    assert "line 3: it has the id of line 2, and says something else" in done.err
    assert clockify("import", "x.csv", "--yes").code == 0
    assert [one["description"] for one in log(clockify)] == ["Call"]
    assert clockify("import", "x.csv").code == 0
    assert clockify("import", "same.csv").code == 0


def test_the_same_once_key_imports_once(clockify: Clockify, home: Path) -> None:
    (home / "x.csv").write_text(REPORT)
    clockify("import", "x.csv", "--once", "november")
    clockify("delete", "last")

    done = clockify("import", "x.csv", "--once", "november")

    assert done.code == 0
    assert done.out == "Already done: change 1.\n"
    assert log(clockify) == []


def test_many_new_names_are_counted(clockify: Clockify, home: Path) -> None:
    lines = [f"2026-11-23T08:0{n}Z,2026-11-23T09:00Z,Project {n},a{n}\n" for n in range(10)]
    (home / "x.csv").write_text("start,end,project,tags\n" + "".join(lines))

    done = clockify("import", "x.csv")

    assert (
        done.out
        == "Created 10 projects, 10 tags (on this computer).\nImported 10 entries from x.csv.\n"
    )


def test_new_names_that_options_and_filters_read_otherwise_are_told_line_by_line(
    clockify: Clockify, home: Path
) -> None:
    rows = "2026-11-02T09:00Z,2026-11-02T10:00Z,{}\n"
    (home / "in.csv").write_text(
        "start,end,client,project,tags\n"
        + rows.format("none,Website,")
        + rows.format("Acme,Website,deep")
        + rows.format("Acme,none,")
    )
    done = clockify("import", "in.csv")
    assert done.code == 2
    assert 'line 2: "none" cannot be the name of a client' in done.err
    assert "line 3" not in done.err
    assert 'line 4: "none" cannot be the name of a project' in done.err
    assert clockify("projects").out == ""


def test_a_name_that_two_projects_have_is_refused(clockify: Clockify, home: Path) -> None:
    clockify("add", "Before", "8-9")
    twins = [
        Item(kind="project", local_id=f"{number:032x}", workspace_id=LOCAL, name="Website")
        for number in (1, 2)
    ]
    with (
        Database(home / "clockify" / "data" / "timesheet.db") as db,
        db.change(LOCAL, verb="make", at=TEN) as change,
    ):
        for twin in twins:
            change.create_item(twin)
    (home / "x.csv").write_text("start,end,project\n2026-11-23T08:00Z,2026-11-23T09:00Z,Website\n")

    done = clockify("import", "x.csv")

    assert done.code == 5
    assert f"{1:032x}" in done.err
    assert len(log(clockify)) == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [("none.csv", "No such file"), (".", "Is a directory"), ("", "needs FILE")],
)
def test_a_file_that_cannot_be_read_is_said(clockify: Clockify, name: str, message: str) -> None:
    done = clockify("import", name)

    assert done.code == 2
    assert message in done.err


def test_a_name_of_a_file_that_is_no_text_is_kept_as_far_as_it_is(
    clockify: Clockify, home: Path
) -> None:
    name = os.fsdecode(b"caf\xe9.csv")
    (home / name).write_text(REPORT)

    assert "Imported 1 entry from caf\ufffd.csv." in clockify("import", name).out


class Keyboard(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "count"), [("y\n", 1), ("n\n", 0), ("", 0)])
def test_a_person_is_asked_about_entries_in_the_future(
    clockify: Clockify,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
    count: int,
) -> None:
    (home / "x.csv").write_text("start,end\n2026-12-01T08:00Z,2026-12-01T09:00Z\n")
    monkeypatch.setattr(sys, "stdin", Keyboard(answer))

    code = main(["import", "x.csv"], clock=SetClock(TEN))

    assert code == (0 if count else 2)
    assert "line 2: it ends in the future" in capsys.readouterr().err
    assert len(log(clockify)) == count


def test_a_source_that_is_not_built_is_no_choice(clockify: Clockify) -> None:
    assert clockify("import", "x.csv", "--from", "sundial").code == 2


def test_the_program_reads_bytes_from_its_standard_input(home: Path) -> None:
    def run(*args: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        launcher = [sys.executable, "-m", "tests.run_at", "--now", "2026-11-24T10:00:00Z", "--"]
        return subprocess.run(
            [*launcher, *args],
            input=given,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
            timeout=60,
        )

    done = run("import", "-", given=REPORT.replace("Write spec", "Café").encode("utf-16"))

    assert done.returncode == 0, done.stderr
    assert b"Imported 1 entry from standard input." in done.stdout
    assert "Café".encode() in run("export").stdout
    assert run("import", "-", given=b"").returncode == 2


# Characters that are removed from a cell cannot return: directions, zero widths, separators.
_KEPT = st.characters(
    exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], exclude_characters="\u200b\u2060\ufeff"
) | st.sampled_from("=+-@'\",;| ")
_OF_PROGRAMS = st.sampled_from(["null", "NaN", "None", "\\N", "[0]", "['a']", "true", "0"])
"""What other programs write where there is no name, or for lists and numbers."""
_NAMES = _OF_PROGRAMS | (
    st.text(_KEPT, min_size=1, max_size=8)
    .map(lambda text: normalize("NFC", text).strip())
    .filter(lambda name: bool(name) and not read_otherwise(name))
)
_TEXTS = st.text(_KEPT, max_size=20).map(str.strip)


@dataclass(frozen=True)
class Said:
    """What a person sees of an entry."""

    start: datetime
    end: datetime | None
    description: str
    client: str
    project: str
    task: str
    tags: tuple[str, ...]
    billable: bool


def said(entry: TimeEntry) -> Said:
    client = entry.project.client if entry.project else None
    return Said(
        entry.start,
        entry.end,
        entry.description,
        client.name if client else "",
        entry.project.name if entry.project else "",
        entry.task.name if entry.task else "",
        tuple(tag.name for tag in entry.tags),
        entry.billable,
    )


@st.composite
def _said(draw: st.DrawFn) -> Said:
    start = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 10**6)))
    project = draw(st.just("") | _NAMES)
    return Said(
        start=start,
        end=start + timedelta(seconds=draw(st.integers(0, 80_000))),
        description=draw(_TEXTS),
        client=draw(st.just("") | _NAMES) if project else "",
        project=project,
        task=draw(st.just("") | _NAMES) if project else "",
        tags=tuple(draw(st.lists(_NAMES, unique=True, max_size=3))),
        billable=draw(st.booleans()),
    )


def write(db: Database, things: list[Said]) -> None:
    """Record *things*, and create their names as they occur."""
    known: dict[tuple[str | None, ...], str] = {}
    with db.change(LOCAL, verb="add", at=TEN) as change:

        def make(kind: str, name: str, owner: str | None = None) -> str | None:
            if not name:
                return None
            key = (kind, name, owner)
            if key not in known:
                known[key] = os.urandom(16).hex()
                item = Item(
                    kind=kind,  # type: ignore[arg-type]  # a str literal of Kind each time
                    local_id=known[key],
                    workspace_id=LOCAL,
                    name=name,
                    client=owner if kind == "project" else None,
                    project=owner if kind == "task" else None,
                )
                change.create_item(item)
            return known[key]

        for one in things:
            project = make("project", one.project, make("client", one.client))
            change.create_entry(
                EntryFields(
                    start=one.start,
                    end=one.end,
                    description=one.description,
                    project=project,
                    task=make("task", one.task, project),
                    tags=tuple(id_ for tag in one.tags if (id_ := make("tag", tag))),
                    billable=one.billable,
                )
            )


def held(folder: Path) -> list[Said]:
    with Database(folder / "data" / "timesheet.db") as db:
        return sorted((said(entry) for entry in entries.newest(db, LOCAL, None, 100)), key=repr)


@pytest.mark.parametrize("format_", ["csv", "json", "tsv"])
@pytest.mark.parametrize("zone", [pytest.param("UTC", marks=pytest.mark.long), "Europe/Berlin"])
@settings(deadline=None, max_examples=8)
@given(things=st.lists(_said(), max_size=5))
def test_an_export_into_an_empty_timesheet_gives_equal_entries(
    zone: str, format_: str, things: list[Said]
) -> None:
    # No entries give no line of text, and an empty file is refused.
    assume(things or format_ != "tsv")
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        old, new, file = Path(folder, "old"), Path(folder, "new"), str(Path(folder, "file"))
        (old / "data").mkdir(0o700, parents=True)
        with Database(old / "data" / "timesheet.db") as db:
            write(db, things)
        patch.setenv("TZ", zone)
        patch.setenv("CLOCKIFY_HOME", str(old))
        assert run("export", "all", "--format", format_, "-o", file) == 0
        patch.setenv("CLOCKIFY_HOME", str(new))

        assert run("import", file) == 0
        once = held(new)
        assert run("import", file) == 0

        assert once == sorted(things, key=repr)
        assert held(new) == once


def run(*args: str) -> int:
    return main(["-q", *args], clock=SetClock(datetime(2027, 1, 1, tzinfo=UTC)))


def test_an_order_of_dates_says_for_which_files_it_counts(clockify: Clockify, home: Path) -> None:
    (home / "own.csv").write_text("start,end\n24.11.2026 8:00,24.11.2026 9:00\n")
    done = clockify("import", "own.csv", "--dates", "dmy")
    assert (done.code, done.err) == (0, "")
    (home / "own.csv").write_text("start,end\n2026-11-24 8:00,2026-11-24 9:00\n")
    done = clockify("import", "own.csv", "--dates", "dmy")
    assert done.code == 0
    assert "--dates is for dates such as 24/11/2026" in done.err
