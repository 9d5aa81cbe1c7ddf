"""Tests with small files of other time trackers, made from their documented formats."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify, Done

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)

TOGGL = """\
User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,\
Duration,Tags,Amount ()
Ada L,ada@example.com,North,Site,Copy,"Write, then read",Yes,2026-11-02,09:00:00,2026-11-02,\
10:30:05,01:30:05,"deep, ai",
Ada L,ada@example.com,,Admin,,Timesheets,No,2026-11-02,23:50:00,2026-11-03,00:10:00,00:20:00,,
"""
TOGGL_OF_TODAY = """\
"Description","Billable","Duration","Member","Email","Project","Tags","Start date","Start time",\
"Stop date","Stop time"
"Call","No","0:15:00","Ada L","ada@example.com","Site","-","2026-11-02","09:00:00","2026-11-02",\
"09:15:00"
"Mail","No","2:00:00","Ada L","ada@example.com","-","deep","2026-11-02","10:00:00","2026-11-02",\
"12:00:00"
"""
WATSON = """\
[
 [1762070400, 1762075805, "website", "6cfad4b8de1c4b5a8cd7a2d8f5f1d3f7",
  ["deep", "ai"], 1762075805],
 [1762080000, 1762083600, "admin", "1f2d4b8de1c4b5a8cd7a2d8f5f1d3f77", [], 1762083600]
]
"""
WATSON_LOG = """\
[
 {"id": "6cfad4b8de1c4b5a8cd7a2d8f5f1d3f7", "project": "website",
  "start": "2025-11-02T09:00:00+01:00", "stop": "2025-11-02T10:30:05+01:00", "tags": ["deep"]}
]
"""
TIMEWARRIOR = """\
[
{"id":3,"start":"20261102T080000Z","end":"20261102T093005Z","tags":["Write spec","acme"],\
"annotation":"first draft"},
{"id":2,"start":"20261102T100000Z","end":"20261102T103000Z"},
{"id":1,"start":"20261103T080000Z","tags":["now"]}
]
"""
HARVEST = """\
Date,Client,Project,Project Code,Task,Notes,Hours,Hours Rounded,Billable?,Invoiced?,Approved?,\
First Name,Last Name,Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,\
External Reference URL
2026-11-02,North,Site,N-1,Design,Logo,1.50,1.5,Yes,No,No,Ada,L,Dev,Yes,100,150,,,EUR,
2026-11-02,North,Site,N-1,Design,Logo,1.50,1.5,Yes,No,No,Ada,L,Dev,Yes,100,150,,,EUR,
2026-11-03,South,Shop,,Admin,"Two
lines",0.33,0.5,No,No,No,Ada,L,Dev,Yes,,,,,EUR,
"""
HARVEST_DE = """\
Datum;Kunde;Projekt;Aufgabe;Notizen;Stunden;Abrechenbar?
14.11.2026;North;Site;Design;Logo;7,5;Ja
15.11.2026;North;Site;Admin;;0:45;Nein
"""
HARVEST_TEAM = """\
Date,Client,Project,Task,Notes,Hours,Billable?,First Name,Last Name
2026-11-02,North,Site,Design,Logo,1.5,Yes,Ada,L
2026-11-02,North,Site,Design,Logo,2.5,Yes,Bo,M
2026-11-02,North,Site,Design,Form,0.5,Yes,Ada,L
"""
TIMECLOCK = """\
; north's clock
i 2026/11/02 09:00:00 north:site:copy  Write spec  ; deep:, phase:two
o 2026/11/02 10:30:05

i 2026-11-02 11:00 admin
O 2026-11-02 12:00
i 2026-11-02 13:00:00 north:site
o 2026-11-02 13:30:00
i 2026-11-03 09:00:00 north:site
"""


@dataclass(frozen=True)
class Sample:
    """A file, how it is imported, and the result.

    *entries* are written ``START+SECONDS client/project/task #tag $ description``; *said* are words
    of the messages.
    """

    text: str
    args: tuple[str, ...] = ()
    code: int = 0
    entries: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


TABLE = {
    "toggl": Sample(
        TOGGL,
        entries=(
            "2026-11-02T08:00:00Z+5405 North/Site/Copy #deep #ai $ Write, then read",
            "2026-11-02T22:50:00Z+1200 -/Admin Timesheets",
        ),
        said=(
            "Read as Toggl's detailed report.",
            'project "North / Site" is new (1 entry)',
            'task "North / Site / Copy" is new',
        ),
    ),
    "toggl of today": Sample(
        TOGGL_OF_TODAY,
        entries=("2026-11-02T08:00:00Z+900 -/Site Call", "2026-11-02T09:00:00Z+7200 - #deep Mail"),
        said=("Read as Toggl's detailed report.",),
    ),
    "toggl, named": Sample(
        TOGGL_OF_TODAY,
        ("--from", "toggl"),
        entries=("2026-11-02T08:00:00Z+900 -/Site Call", "2026-11-02T09:00:00Z+7200 - #deep Mail"),
    ),
    "watson": Sample(
        WATSON,
        entries=(
            "2025-11-02T08:00:00Z+5405 -/website #deep #ai ",
            "2025-11-02T10:40:00Z+3600 -/admin ",
        ),
        said=("Read as Watson's frames.", 'project "website" is new', 'tag "deep" is new'),
    ),
    "watson log": Sample(WATSON_LOG, entries=("2025-11-02T08:00:00Z+5405 -/website #deep ",)),
    "timewarrior": Sample(
        TIMEWARRIOR,
        entries=(
            "2026-11-02T08:00:00Z+5405 - #Write spec #acme first draft",
            "2026-11-02T10:00:00Z+1800 - ",
        ),
        said=("Read as timewarrior's export.", "Left out the running timer: entry 3."),
    ),
    "harvest": Sample(
        HARVEST,
        entries=(
            "2026-11-02T08:00:00Z+5400 North/Site/Design $ Logo",
            "2026-11-02T09:30:00Z+5400 North/Site/Design $ Logo",
            "2026-11-03T08:00:00Z+1188 South/Shop/Admin Two lines",
        ),
        said=(
            "Read as Harvest's time report.",
            "laid out from 09:00 on, one after the other",
            '"Project Code"',
        ),
    ),
    "harvest in German": Sample(
        HARVEST_DE,
        entries=(
            "2026-11-14T08:00:00Z+27000 North/Site/Design $ Logo",
            "2026-11-15T08:00:00Z+2700 North/Site/Admin ",
        ),
        said=("laid out from 09:00 on",),
    ),
    "harvest, of two": Sample(HARVEST_TEAM, code=2, said=("2 people", "Ada L", "Bo M")),
    "harvest, of one of two": Sample(
        HARVEST_TEAM,
        ("--person", "Ada L"),
        entries=(
            "2026-11-02T08:00:00Z+5400 North/Site/Design $ Logo",
            "2026-11-02T09:30:00Z+1800 North/Site/Design $ Form",
        ),
        said=("Skipped 1 line of other people: Bo M",),
    ),
    "timeclock": Sample(
        TIMECLOCK,
        entries=(
            "2026-11-02T08:00:00Z+5405 north/site/copy #deep #phase:two Write spec",
            "2026-11-02T10:00:00Z+3600 -/admin ",
            "2026-11-02T12:00:00Z+1800 north/site ",
        ),
        said=("Read as a timeclock file.", "Left out the running timer: line 9."),
    ),
    "days and lengths of any program": Sample(
        "Day,Project,Duration\n2026-11-02,Site,1:30\n2026-11-02,Shop,0:15:30\n",
        entries=("2026-11-02T08:00:00Z+5400 -/Site ", "2026-11-02T09:30:00Z+930 -/Shop "),
        said=("laid out from 09:00 on",),
    ),
    "a report without its times of day": Sample(
        "Project,Start Date,Duration (h)\nSite,14/11/2026,01:30:00\nSite,14/11/2026,00:30:00\n",
        entries=("2026-11-14T08:00:00Z+5400 -/Site ", "2026-11-14T09:30:00Z+1800 -/Site "),
        said=("laid out from 09:00 on",),
    ),
    "a report without its times of day, with both its days": Sample(
        "Project,Start Date,End Date,Duration (h)\nSite,14/11/2026,14/11/2026,01:30:00\n",
        entries=("2026-11-14T08:00:00Z+5400 -/Site ",),
    ),
    "clock times under headings that have to be named": Sample(
        "Date,From,To,Duration,Customer,Project,Activity\n"
        "2026-11-13,09:00,10:30,1:30,North,Site,Copy\n",
        tuple(
            word
            for said in ("start-time=From", "end-time=To", "client=Customer", "task=Activity")
            for word in ("--column", said)
        ),
        entries=("2026-11-13T08:00:00Z+5400 North/Site/Copy ",),
    ),
    "not watson": Sample(
        "[1, 2]", ("--from", "watson"), 2, said=("does not hold Watson's frames",)
    ),
    "no JSON": Sample(TOGGL, ("--from", "watson"), 2, said=("it is not JSON",)),
    "not timewarrior": Sample(
        WATSON, ("--from", "timewarrior"), 2, said=("`timew export > FILE` writes one",)
    ),
    "not harvest": Sample(TOGGL, ("--from", "harvest"), 2, said=("not Harvest's time report",)),
    "not toggl": Sample(HARVEST, ("--from", "toggl"), 2, said=("not a detailed report of Toggl",)),
    "not timeclock": Sample(TOGGL, ("--from", "timeclock"), 2, said=("line 1", "i 2026-11-24")),
    "a wrong frame": Sample(
        '[[1762070400, 1762075805, "a", "", []], [1762080000, "x", "b", "", []], [3, 4, 5]]',
        code=2,
        said=("2 entries cannot", 'entry 2: "x" is not a time', "entry 3: its project"),
    ),
    "a frame that ends before it starts": Sample(
        '[[1762075805, 1762070400, "a", "", []]]', code=2, said=("entry 1: it ends before",)
    ),
    "a wrong interval": Sample(
        '[{"id":1,"start":"20261102T080000Z","end":"20261102T093005Z","tags":"a"}]',
        code=2,
        said=("entry 1: its tags are not a list",),
    ),
    "a day without hours": Sample(
        HARVEST_TEAM.replace("0.5", ""), ("--person", "Ada"), 2, said=("line 4", "how long")
    ),
    "a day of negative hours": Sample(
        HARVEST_TEAM.replace("0.5", "-0.5"), ("--person", "Ada"), 2, said=('line 4: "-0.5" is not',)
    ),
    "frames among other things": Sample(
        '[[1762070400, 1762075805, "a", "", []], {"a": 1}]', code=2, said=("entry 2: it is not a",)
    ),
    "clocked out twice": Sample(
        "i 2026-11-02 09:00 a\no 2026-11-02 10:00\no 2026-11-02 11:00\n",
        code=2,
        said=("line 3: it clocks out, but nothing was clocked in",),
    ),
    "clocked in twice": Sample(
        "i 2026-11-02 09:00 a\ni 2026-11-02 10:00 a\no 2026-11-02 11:00\n",
        code=2,
        said=('line 2: it clocks in to "a", which is clocked in since line 1',),
    ),
    "clocked out before in": Sample(
        "i 2026-11-02 09:00 a\no 2026-11-02 08:00\n", code=2, said=("line 1: it ends before",)
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_file_of_another_tracker_gives_its_time_once_and_one_undo_takes_it_back(
    clockify: Clockify, home: Path, name: str
) -> None:
    def run(*args: str) -> Done:
        return clockify(*args, "--tz", "Europe/Berlin", now=NOW)

    one = TABLE[name]
    (home / "file").write_text(one.text, "utf-8")

    done = run("import", "file", *one.args)

    assert done.code == one.code, done.err
    assert written(run("log", "all", "--json")) == list(one.entries)
    for word in one.said:
        assert word in done.out + done.err
    if one.code == 0:
        again = run("import", "file", *one.args)
        assert (again.code, again.out.splitlines()[0]) == (0, "Nothing new to import.")
        assert run("undo").code == 0
        assert written(run("log", "all", "--json")) == []


def written(done: Done) -> list[str]:
    return [_text(entry) for entry in json.loads(done.out)]


def _text(entry: dict[str, object]) -> str:
    client, project, task = (entry[f"{kind}Name"] for kind in ("client", "project", "task"))
    names = f"{client or '-'}/{project}" + (f"/{task}" if task else "") if project else "-"
    tags = [f"#{tag['name']}" for tag in entry["tags"]]  # type: ignore[attr-defined]
    start = entry["timeInterval"]["start"]  # type: ignore[index]
    marks = ["$"] if entry["billable"] else []
    return " ".join(
        [f"{start}+{entry['durationSeconds']}", names, *tags, *marks, str(entry["description"])]
    )


def test_rows_that_were_added_to_a_sheet_of_days_are_the_only_new_ones(
    clockify: Clockify, home: Path
) -> None:
    (home / "sheet.csv").write_text(HARVEST, "utf-8")
    clockify("import", "sheet.csv", now=NOW)
    clockify("edit", "last", "--shift", "1h", now=NOW)
    head, first, *rest = HARVEST.splitlines()
    more = first.replace("Logo,1.50", "Early,0.25")
    (home / "sheet.csv").write_text("\n".join((head, more, first, *rest, "")), "utf-8")

    done = clockify("import", "sheet.csv", now=NOW)

    assert done.out.splitlines() == [
        "Imported 1 entry from sheet.csv.",
        "3 entries already in your timesheet.",
    ]


def test_what_the_names_become_is_shown_first_and_a_no_changes_nothing(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Before", "8-9", "-p", "North/Site", "-g", "Deep", now=NOW)
    (home / "toggl.csv").write_text(TOGGL, "utf-8")

    no = clockify("import", "toggl.csv", typed="n\n", person=True, now=NOW)

    assert no.code == 2
    assert 'project "North / Site" is North / Site here (1 entry)' in no.err
    assert 'tag "deep" is Deep here (1 entry)' in no.err
    assert 'project "Admin" is new (1 entry)' in no.err
    assert no.err.index("is new") < no.err.index("Import 2 entries? [y/N]")
    assert len(json.loads(clockify("log", "all", "--json", now=NOW).out)) == 1

    yes = clockify("import", "toggl.csv", typed="y\n", person=True, now=NOW)

    assert yes.code == 0
    assert "Imported 2 entries from toggl.csv." in yes.out


def test_how_the_file_was_read_is_said_before_the_question_and_once(
    clockify: Clockify, home: Path
) -> None:
    (home / "harvest.csv").write_text(HARVEST, "utf-8")

    done = clockify("import", "harvest.csv", typed="y\n", person=True, now=NOW)

    question = done.err.index("Import 3 entries? [y/N]")
    for said in ("Read as Harvest's time report.", "laid out from 09:00 on", '"Project Code"'):
        assert done.err.index(said) < question
        assert done.err.count(said) == 1


def test_what_the_names_become_is_in_the_json_and_in_a_dry_run(
    clockify: Clockify, home: Path
) -> None:
    (home / "frames").write_text(WATSON, "utf-8")

    dry = clockify("import", "frames", "--dry-run", now=NOW)
    done = clockify("import", "frames", "--json", now=NOW)

    assert 'project "website" is new (1 entry)' in dry.err
    assert json.loads(done.out)["names"][0] == {
        "kind": "project",
        "theirs": "admin",
        "ours": "admin",
        "new": True,
    }


def test_a_dry_run_asks_nothing_about_a_name_that_resembles_another(
    clockify: Clockify, home: Path
) -> None:
    clockify("projects", "add", "Acme/Websites", now=NOW)
    (home / "frames").write_text(WATSON, "utf-8")

    seen = clockify("import", "frames", "--dry-run", typed="", person=True, now=NOW)
    unseen = clockify("import", "frames", "--dry-run", now=NOW)

    assert seen.code == 0
    assert "[y/N]" not in seen.err
    assert "similar to Acme / Websites" in seen.err
    assert unseen.code == 3
    assert json.loads(clockify("log", "all", "--json", now=NOW).out) == []


def test_a_sheet_of_days_that_leaves_the_order_of_dates_open_asks_for_it(
    clockify: Clockify, home: Path
) -> None:
    (home / "sheet.csv").write_text("Date,Project,Hours\n02/03/2026,Site,1.5\n", "utf-8")

    assert "--dates dmy" in clockify("import", "sheet.csv", now=NOW).err
    assert clockify("import", "sheet.csv", "--dates", "dmy", now=NOW).code == 0
    (entry,) = json.loads(clockify("log", "all", "--json", now=NOW).out)
    assert entry["timeInterval"]["start"] == "2026-03-02T09:00:00Z"


def test_a_project_without_a_client_is_the_only_one_so_called(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Before", "8-9", "-p", "Acme/Website")
    (home / "frames").write_text(WATSON)

    done = clockify("import", "frames", typed="y\n", person=True)

    assert done.code == 0, done.err
    assert 'project "website" is Acme / Website here (1 entry)' in done.err
    projects = json.loads(clockify("projects", "--json").out)
    assert sorted(one["name"] for one in projects) == ["Website", "admin"]


def test_a_project_without_a_client_that_several_have_is_asked_about(
    clockify: Clockify, home: Path
) -> None:
    clockify("add", "Before", "8-9", "-p", "Acme/Website")
    clockify("add", "Then", "9-10", "-p", "North/Website", "--create")
    (home / "frames").write_text(WATSON)

    done = clockify("import", "frames")

    assert done.code == 3
    assert "similar to Acme / Website, North / Website" in done.err
