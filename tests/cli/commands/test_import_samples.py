"""Tests with small versions of files that people have, and what each must give."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify, Done

SAMPLES = Path(__file__).parent / "samples"
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """A file, how it is imported, and the result.

    *entries* are written ``seconds client/project/task #tag $ TYPE description``; *said* are words
    of the messages.
    """

    file: str
    args: tuple[str, ...] = ()
    code: int = 0
    entries: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def sample(
    file: str, *args: str, code: int = 0, entries: tuple[str, ...] = (), said: tuple[str, ...] = ()
) -> Sample:
    return Sample(file, args, code, entries, said)


TABLE = (
    sample("task-renamed.csv", code=2, said=('"Activity"', "--column task=Activity")),
    sample(
        "task-renamed.csv",
        *("--column", "task=Activity"),
        entries=("3600 North/Site/Design Layout", "3600 North/Site/Coding Layout"),
    ),
    sample(
        "task-renamed.csv",
        *("--column", "skip=Activity"),
        entries=("3600 North/Site Layout",) * 2,
        said=('"Activity"',),
    ),
    sample(
        "custom-columns.csv",
        entries=("3600 North/Site Layout",),
        said=('"Ticket"', '"PO number"'),
    ),
    sample(
        "json-nested-project.json", code=2, said=("2 people", "Ada L", "Bo M", "--person 'Ada L'")
    ),
    sample(
        "json-nested-project.json",
        *("--person", "Ada L"),
        entries=("3600 North/Site/Design #deep $ Layout",),
        said=("Skipped 1 entry of other people: Bo M",),
    ),
    sample("json-nested-project.json", "--person", "bo", entries=("3600 South/Shop $ Layout",)),
    sample("json-report-envelope.json", entries=("3600 North/Site/Design #deep $ Layout",)),
    sample("go-client-dotted-columns.csv", entries=("3600 -/Site #deep Layout",)),
    sample("two-people-no-email.csv", code=2, said=("2 people", "Kiosk One", "Kiosk Two")),
    sample("two-people-no-email.csv", "--person", "kiosk two", entries=("7200 North/Site Gate",)),
    sample(
        "zero-length-generic.csv",
        code=2,
        said=("2 people", "Pit <pit@example.com>", "Bo <bo@example.com>"),
    ),
    sample(
        "zero-length-generic.csv",
        *("--person", "PIT@example.com"),
        entries=("3601 Big/For Big/T1 $ Hard", "0 -/Alone #Dev #Back "),
        said=("Starts and ends at the same time: line 2", "Skipped 1 line of other people: Bo"),
    ),
    sample("email-case.csv", entries=("3600 North/Site $ x", "3600 North/Site $ y")),
    sample("locale-de.csv", entries=("5400 North/Site/Copy #deep $ Review",)),
    sample("locale-fr.csv", entries=("5400 North/Site/Copy #deep $ Review",)),
    sample(
        "type-break-timeoff.csv",
        entries=("3600 North/Site $ Work", "1800 - BREAK Lunch", "28800 - TIME_OFF Leave"),
    ),
    sample(
        "breaks-in-totals.json",
        entries=("3600 - w", "1800 - BREAK lunch", "28800 - TIME_OFF leave"),
    ),
    sample(
        "clockify-template-no-end.csv",
        entries=("7200 Glob/GS-100/Support #€ $ Answering", "28800 Sol/PTO/Vacation Time off"),
    ),
    sample(
        "total-line.csv",
        entries=("7200 ACME/Alpha #backend $ API work",),
        said=("Skipped line 3: sums",),
    ),
    sample("equal-rows.csv", entries=("3600 North/Site $ Call",) * 2),
    sample("date-order-other-column.csv", entries=("28800 cuisine/Lin $ TASK 1",)),
    sample("excel-de-ja.csv", code=2, said=("--dates dmy",)),
    sample(
        "excel-de-ja.csv",
        *("--dates", "dmy"),
        entries=('5400 North/Site $ Bericht; "fertig" Größe', "5400 North/Site $ Zweite"),
    ),
    sample(
        "tag-exclaim-none.csv",
        entries=("2097 North/Site Door",),
        said=('Left out the tag "!urgent"', 'Left out the tag "none"'),
    ),
)


@pytest.mark.parametrize("one", TABLE, ids=[f"{one.file} {' '.join(one.args)}" for one in TABLE])
def test_a_file_gives_what_it_holds_or_says_why_not(clockify: Clockify, one: Sample) -> None:
    def run(*args: str) -> Done:
        return clockify(*args, "--tz", "Europe/Berlin", now=NOW)

    file = str(SAMPLES / one.file)
    done = run("import", file, *one.args)

    assert done.code == one.code, done.err
    assert written(run("log", "all", "--json")) == list(one.entries)
    for word in one.said:
        assert word in done.out + done.err
    if one.code == 0:
        again = run("import", file, *one.args)
        assert (again.code, again.out.splitlines()[0]) == (0, "Nothing new to import.")
        assert written(run("log", "all", "--json")) == list(one.entries)


def test_times_are_of_the_zone_and_the_day_that_the_file_means(clockify: Clockify) -> None:
    starts = {}
    for name in ("clockify-template-no-end.csv", "date-order-other-column.csv"):
        clockify("import", str(SAMPLES / name), "--tz", "Europe/Berlin", now=NOW)
    for entry in json.loads(clockify("log", "all", "--json").out):
        starts[entry["description"]] = entry["timeInterval"]["start"]

    assert starts == {
        "Time off": "2026-08-31T07:00:00Z",
        "Answering": "2026-08-30T12:00:00Z",
        "TASK 1": "2026-08-11T11:00:00Z",
    }


def written(done: Done) -> list[str]:
    """Return the entries that `log` lists, written like those of `Sample`; tags in any order."""
    return [_text(entry) for entry in json.loads(done.out)]


def _text(entry: dict[str, object]) -> str:
    client, project, task = (entry[f"{kind}Name"] for kind in ("client", "project", "task"))
    names = f"{client or '-'}/{project}" + (f"/{task}" if task else "") if project else "-"
    tags = [f"#{tag['name']}" for tag in entry["tags"]]  # type: ignore[attr-defined]
    marks = ["$"] if entry["billable"] else []
    kind = [] if entry["type"] == "REGULAR" else [str(entry["type"])]
    return " ".join(
        [str(entry["durationSeconds"]), names, *tags, *marks, *kind, str(entry["description"])]
    )
