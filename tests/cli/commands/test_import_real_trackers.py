"""Tests that import a month from real trackers; our totals must equal theirs.

These run where `watson`, `timew` and `hledger` are on the PATH: ``pip install td-watson``, ``apt
install timewarrior hledger``.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify

pytestmark = pytest.mark.long
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
# hledger prints hours in hundredths, so each session is a multiple of that.
STEP = 36


@dataclass(frozen=True)
class Session:
    """What is tracked in the other program, in UTC."""

    start: datetime
    end: datetime
    project: str
    tag: str

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


def a_month() -> list[Session]:
    """Return two or three sessions for each day of October, one of them over midnight."""
    chance = random.Random(15)
    sessions = []
    for day in range(1, 32):
        at = datetime(2026, 10, day, 7, chance.randrange(60), chance.randrange(60), tzinfo=UTC)
        for _ in range(2 + day % 2):
            end = at + timedelta(seconds=STEP * chance.randint(1, 400))
            project = chance.choice(("website", "north:site", "north:site:copy"))
            sessions.append(Session(at, end, project, chance.choice(("deep", "phone"))))
            at = end + timedelta(seconds=chance.randint(0, 3000))
    night = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    return [Session(night, night + timedelta(hours=3), "website", "deep"), *sessions]


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed: its own reports were NOT compared with ours")
    return found


def run(*command: str, typed: str = "", **environ: str) -> str:
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TZ": "UTC", **environ},
        input=typed,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def imported(clockify: Clockify, file: Path, key: str) -> Counter[str]:
    """Import *file* twice and return the seconds by *key*; the second import adds nothing."""
    done = clockify("import", str(file), now=NOW)
    assert done.code == 0, done.err
    again = clockify("import", str(file), now=NOW)
    assert again.out.splitlines()[0] == "Nothing new to import."
    totals: Counter[str] = Counter()
    for entry in json.loads(clockify("log", "all", "--json", now=NOW).out):
        names = [entry["clientName"], entry["projectName"], entry["taskName"]]
        work = ":".join(name for name in names if name)
        tags = [tag["name"] for tag in entry["tags"]]
        for one in tags if key == "tag" else [work]:
            totals[one] += entry["durationSeconds"]
    return totals


def by_project(sessions: list[Session]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for one in sessions:
        totals[one.project] += one.seconds
    return totals


def test_watson_reports_the_totals_that_were_imported(clockify: Clockify, home: Path) -> None:
    watson = needs("watson")
    folder = home / "watson"
    folder.mkdir()
    form = "%Y-%m-%d %H:%M:%S"
    for one in a_month():
        at = ("--from", one.start.strftime(form), "--to", one.end.strftime(form))
        run(watson, "add", *at, one.project, f"+{one.tag}", WATSON_DIR=str(folder))

    said = json.loads(run(watson, "report", "--json", "--all", WATSON_DIR=str(folder)))
    totals = imported(clockify, folder / "frames", "project")

    assert totals == {one["name"]: one["time"] for one in said["projects"]}
    assert totals.total() == said["time"]
    assert totals == by_project(a_month())


def test_timewarrior_reports_the_totals_that_were_imported(clockify: Clockify, home: Path) -> None:
    timew = needs("timew")
    folder = home / "timewarrior"
    folder.mkdir()
    (folder / "timewarrior.cfg").touch()
    form = "%Y-%m-%dT%H:%M:%SZ"
    for one in a_month():
        at = (one.start.strftime(form), "-", one.end.strftime(form))
        run(timew, "track", *at, one.tag, "with space", TIMEWARRIORDB=str(folder))
    run(timew, "start", "now", TIMEWARRIORDB=str(folder))
    run(timew, "cancel", TIMEWARRIORDB=str(folder))
    (home / "export.json").write_text(run(timew, "export", TIMEWARRIORDB=str(folder)), "utf-8")

    totals = imported(clockify, home / "export.json", "tag")

    for tag in ("deep", "phone", "with space"):
        said = run(timew, "summary", ":all", tag, TIMEWARRIORDB=str(folder))
        hours, minutes, seconds = map(int, said.split()[-1].split(":"))
        assert totals[tag] == hours * 3600 + minutes * 60 + seconds
    assert totals["with space"] == by_project(a_month()).total()


def test_hledger_reports_the_totals_that_were_imported(clockify: Clockify, home: Path) -> None:
    hledger = needs("hledger")
    form = "%Y/%m/%d %H:%M:%S"
    file = home / "x.timeclock"
    file.write_text(
        "; a month\n"
        + "".join(
            f"i {one.start.strftime(form)} {one.project}  Work ; {one.tag}:\n"
            f"o {one.end.strftime(form)}\n"
            for one in a_month()
        ),
        "utf-8",
    )
    said = run(hledger, "-f", str(file), "balance", "--flat", "-O", "csv")

    totals = imported(clockify, file, "project")

    hours = {row["account"]: row["balance"] for row in csv.DictReader(io.StringIO(said))}
    wanted = {name: round(float(one.rstrip("h")) * 3600) for name, one in hours.items()}
    assert totals.total() == wanted.pop("total")
    assert totals == wanted
    assert totals == by_project(a_month())
