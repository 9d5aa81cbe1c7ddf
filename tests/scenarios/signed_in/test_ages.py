"""Tests that a copy older than allowed is shown with its age."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, Preparations, bench
from tests.scenarios.signed_in.test_first_copy import fill


@pytest.fixture
def stale(clockify: Bench, preparations: Preparations) -> Bench:
    """Signed in yesterday at ten and worked on a project with a task; Clockify is unreachable."""
    preparations.take(clockify, work)
    clockify.fake.stop()
    return clockify


def work(clockify: Bench) -> None:
    clockify.ok("projects", "add", "Website", "--create")
    clockify.ok("tasks", "add", "Design", "-p", "Website", "--create")
    clockify.ok("add", "Draft", "9-9:30", "-p", "Website")
    clockify.ok("tasks", "-p", "Website")
    clockify.ok("sync")
    clockify.time.passes(hours=25)


COMMANDS = (
    "log week",
    "report month",
    "timesheet",
    "export month -o - --format csv",
    "recent",
    "projects",
    "clients",
    "tags",
    "tasks",
    "tasks -p Website",
    "status",
)


@pytest.mark.parametrize(
    ("args", "form"),
    [
        *((line.split(), ["--json"] if number % 2 else []) for number, line in enumerate(COMMANDS)),
        *(
            pytest.param(line.split(), [] if number % 2 else ["--json"], marks=pytest.mark.long)
            for number, line in enumerate(COMMANDS)
        ),
    ],
    ids=" ".join,
)
def test_a_copy_over_its_limit_is_told(stale: Bench, args: list[str], form: list[str]) -> None:
    done = stale.ok(*args, *([] if "--format" in args else form), "--offline")
    assert "copy of 2026-11-24 10:00" in done.err
    assert "copy of" not in done.out
    if form and "--format" not in args:
        json.loads(done.out)


@pytest.fixture
def partial(tmp_path: Path, preparations: Preparations) -> Iterator[Bench]:
    """Signed in yesterday at ten to an account with more than the first copy fetches."""
    with bench(tmp_path, page_cap=20) as clockify:
        preparations.take(clockify, fetch_a_part)
        clockify.fake.stop()
        yield clockify


def fetch_a_part(clockify: Bench) -> None:
    fill(clockify, 600)
    clockify.login()
    clockify.time.passes(hours=25)


@pytest.mark.parametrize("command", ["log", "report", "timesheet"])
def test_age_is_told_beside_what_was_never_fetched(partial: Bench, command: str) -> None:
    range_ = "2023-01" if command == "timesheet" else "2023-01-01.."
    done = partial(command, range_, "--offline")
    assert "Not fetched from Clockify yet" in done.err
    if command != "timesheet":
        assert "copy of 2026-11-24 10:00" in done.err


def test_a_fresh_copy_says_nothing_of_its_age(clockify: Bench) -> None:
    clockify.ok("add", "Draft", "9-9:30")
    for command in ("log", "recent", "projects", "report"):
        assert "copy of" not in clockify.ok(command, "--offline").err


def test_on_a_terminal_names_are_shown_with_this_months_time_and_their_last_use(
    stale: Bench,
) -> None:
    piped = stale.ok("projects", "--offline")
    stale.screen = True
    shown = stale.ok("projects", "--offline", NO_COLOR="1").out
    (website,) = [line for line in shown.splitlines() if line.startswith("Website")]
    assert website.split() == ["Website", "0:30", "Tue", "24", "Nov"]
    id_ = piped.out.split("\t")[0]
    assert id_ not in shown
    assert id_ in stale.ok("projects", "--offline", "--fields", "id").out
