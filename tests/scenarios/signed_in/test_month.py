"""Tests with a month of random commands, judged by what the server has at the end."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fake_clockify.fixture import READINGS, reading_id
from tests.fake_clockify.records import Project, Tag
from tests.scenarios.signed_in.bench import Bench, bench
from tests.scenarios.signed_in.typist import PROJECTS, Typed, Typist

OCTOBER = datetime(2026, 10, 1, 6, tzinfo=UTC)
"""The month in which Berlin's clocks go back."""


def held(clockify: Bench) -> Counter[Typed]:
    """Return what the server has, in the form in which a person types it."""

    def named(entry: Any) -> Typed:
        project = clockify.fake.get(Project, entry.project_id).name if entry.project_id else ""
        tags = frozenset(clockify.fake.get(Tag, id_).name for id_ in entry.tag_ids or ())
        return Typed(entry.start, entry.end, entry.description, project, tags)

    return Counter(map(named, clockify.fake.entries()))


def a_month(typist: Typist, days: int, most_a_day: int) -> None:
    clockify, chance = typist.clockify, typist.chance
    for day in range(days):
        clockify.time.comes(OCTOBER.replace(day=1 + day, hour=chance.randint(4, 9)))
        typist.offline = chance.random() < 0.2
        cut = chance.random() < 0.2
        # A clock that is slightly wrong for a day.
        clockify.time.off = chance.choice((0.0, 0.0, 0.0, 45.0, -45.0))
        if cut:
            clockify.fake.refuse()
        for _ in range(chance.randint(1, most_a_day)):
            clockify.time.passes(minutes=chance.choice((2, 3, 7, 20, 60, 90)))
            typist.command()
            if chance.random() < 0.2:
                clockify.ok(chance.choice(("log", "status", "report", "projects", "history")))
        if cut:
            clockify.fake.accept_again()
    clockify.time.off = 0.0


def settle(clockify: Bench) -> None:
    """Sync as cron would until nothing waits."""
    for _ in range(8):
        clockify.time.passes(minutes=61)
        done = clockify("sync")
        assert done.code in (0, 8), done.err
        if done.code == 0:
            return


def live_through(clockify: Bench, seed: int, days: int, most_a_day: int) -> None:
    typist = Typist(clockify, random.Random(seed))
    a_month(typist, days, most_a_day)
    settle(clockify)
    assert held(clockify) == Counter(typist.model.entries)
    assert clockify.local_copy() == clockify.server_copy()
    assert clockify.ok("queue", "--json").json == []


def test_after_two_weeks_the_server_holds_what_was_typed(tmp_path: Path) -> None:
    with bench(tmp_path) as clockify:
        clockify.time.true = OCTOBER.timestamp()
        clockify.login()
        live_through(clockify, seed=1, days=14, most_a_day=5)


@pytest.mark.long
@pytest.mark.parametrize("reading", READINGS, ids=reading_id)
@pytest.mark.parametrize("seed", range(2, 6))
def test_after_a_busy_month_the_server_holds_what_was_typed(
    tmp_path: Path, seed: int, reading: dict[str, Any]
) -> None:
    with bench(tmp_path, **reading) as clockify:
        clockify.time.true = OCTOBER.timestamp()
        if clockify.fake.switches.deleted_name == "reserved":
            # What was created and undone can never be created again: that refusal is right.
            for name in PROJECTS:
                clockify.fake.add_project(name)
        clockify.login()
        live_through(clockify, seed, days=30, most_a_day=12)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 12))
def test_after_a_month_on_a_free_plan_the_server_holds_what_was_typed(
    tmp_path: Path, seed: int
) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        clockify.time.true = OCTOBER.timestamp()
        clockify.login()
        live_through(clockify, seed, days=30, most_a_day=12)
        assert [each.number for each in clockify.fake.requests if each.status == 429] == []
