"""Tests of reports in ten zones with clock changes, breaks, two currencies and rates by level.

Each group is compared with a simple calculation, entry by entry, to the second and the cent; and
what is displayed adds up in every style.
"""

from __future__ import annotations

import json
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from clockify_cli.domain import displayed
from clockify_cli.domain.entry import BREAK, LOCAL, REGULAR, EntryFields, TimeEntry
from clockify_cli.domain.measured import Measure
from clockify_cli.domain.money import Rate, Rates
from clockify_cli.domain.report import DIMENSIONS, Dimension, Group, Report
from clockify_cli.domain.rounding import Rounding, Roundings
from clockify_cli.domain.time.durations import DISPLAY_UNITS, DurationStyle
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import entries, totals
from clockify_cli.store.timesheet.totals import Measuring
from tests.examples import thinned
from tests.store import test_measured as straight
from tests.store.test_measured import Slice
from tests.store.test_totals import Days, days
from tests.store.written import CLIENT, DEEP, NOW, OTHER, PROJECT, SOON, TASK, fill_catalogue

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Chatham",
    "UTC",
)
FIRST, LAST = date(2026, 10, 20), date(2026, 11, 12)
RATES = Rates(
    tasks={TASK.local_id: Rate(10_001, "EUR")},
    members={OTHER.local_id: Rate(8333, "USD")},
    projects={PROJECT.local_id: Rate(9550, "EUR"), OTHER.local_id: Rate(1, "EUR")},
    member=None,
    workspace=Rate(4747, "USD"),
)
"""Rates of a task, of the person in a project, of a project, and of the workspace."""
OWN = ("{}", "{}", '{"hourlyRate":{"amount":7777,"currency":"EUR"}}')
CASES = [
    Roundings(),
    Roundings(Rounding(900, "up")),
    Roundings(Rounding(360, "nearest", "day"), {CLIENT.local_id: Rounding(900, "up", "group")}),
]


def filled(path: Path, count: int, since: datetime) -> Database:
    """Create *count* entries from *since* on, some over midnight, overlapping, or breaks."""
    dice = random.Random(count)
    db = Database(path)
    fill_catalogue(db)
    moment, made = since, 0
    while made < count:
        with db.change(LOCAL, verb="add", at=NOW) as change:
            for _ in range(min(1000, count - made)):
                length = dice.choice([1, 59, 450, 899, 3600, 7201, 30_000])
                project = dice.choice([None, PROJECT, OTHER])
                fields = EntryFields(
                    start=moment,
                    end=moment + timedelta(seconds=length),
                    description=dice.choice(["", "a", "b"]),
                    project=project.local_id if project else None,
                    task=TASK.local_id if project is PROJECT and dice.random() < 0.5 else None,
                    tags=dice.choice([(), (DEEP.local_id,), (SOON.local_id, DEEP.local_id)]),
                    billable=dice.random() < 0.7,
                    type=dice.choice([REGULAR, REGULAR, REGULAR, BREAK]),
                )
                change.create_entry(fields)
                moment += timedelta(seconds=dice.randrange(1, 15_000))
                made += 1
            change.summary = "entries"
    with db.transaction():
        for (local_id,) in db.all("SELECT local_id FROM entry"):
            db.run("UPDATE entry SET extra = ? WHERE local_id = ?", (dice.choice(OWN), local_id))
    return db


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Yield three weeks in which clocks change in most of the zones."""
    path = tmp_path_factory.mktemp("autumn") / "timesheet.db"
    with filled(path, 200, datetime(2026, 10, 20, 3, 0, 7, tzinfo=UTC)) as db:
        yield db


def rates_of(db: Database, found: Sequence[TimeEntry]) -> dict[str, Rate | None]:
    """Return the rate of each entry: its own, else of task, person, project or workspace."""
    own: dict[str, str] = dict(db.all("SELECT local_id, extra FROM entry"))
    rates: dict[str, Rate | None] = {}
    for entry in found:
        said = json.loads(own[entry.local_id]).get("hourlyRate")
        task = entry.task.local_id if entry.task else ""
        project = entry.project.local_id if entry.project else ""
        rates[entry.local_id] = (
            Rate(said["amount"], said["currency"])
            if said
            else RATES.tasks.get(task)
            or RATES.members.get(project)
            or RATES.projects.get(project)
            or RATES.workspace
        )
    return rates


def slices(found: Sequence[TimeEntry], split: Days, roundings: Roundings) -> list[Slice]:
    """Return the part of each entry on each day, as worked and with each entry rounded."""
    starts = [start for _, start, _ in split]
    cut = []
    for entry in found:
        assert entry.end is not None
        lengths = {}
        for day, start, end in split[max(bisect_right(starts, entry.start) - 1, 0) :]:
            if start >= entry.end:
                break
            seconds = int((min(end, entry.end) - max(start, entry.start)).total_seconds())
            if seconds > 0:
                lengths[day] = seconds
        shares = straight.shared(lengths, straight.rounding_of(entry, roundings))
        cut += [Slice(entry, day, lengths[day], shares[day]) for day in lengths]
    return cut


def report(db: Database, split: Days, by: Sequence[Dimension], roundings: Roundings) -> Report:
    clients: dict[str | None, str | None] = {
        PROJECT.local_id: CLIENT.local_id,
        OTHER.local_id: None,
    }
    measuring = Measuring(
        measure=Measure(rounded=True, priced=True),
        roundings=roundings,
        rates=RATES,
        clients=clients,
    )
    return totals.report(db, LOCAL, split, by, now=NOW, measuring=measuring)


def adds_up(node: Report | Group, unit: int) -> bool:
    """Return whether the displayed groups of *node* sum to it on all levels."""
    if not node.groups:
        return node.seconds % unit == 0
    whole = sum(group.seconds for group in node.groups)
    rounded = sum(group.sums.rounded for group in node.groups)
    within = all(adds_up(group, unit) for group in node.groups)
    return within and (whole, rounded) == (node.seconds, node.sums.rounded)


def compare(
    db: Database,
    found: Sequence[TimeEntry],
    split: Days,
    nestings: Sequence[Sequence[Dimension]],
    monkeypatch: pytest.MonkeyPatch,
    cases: Sequence[Roundings] = CASES,
) -> None:
    """Compare reports of *found* with the simple calculation, and check that they add up."""
    rates = rates_of(db, found)
    monkeypatch.setattr(straight, "rate_of", lambda _, entry: rates[entry.local_id])
    for roundings in cases:
        cut = slices(found, split, roundings)
        for by in nestings:
            made = report(db, split, by, roundings)
            assert straight.told(made) == straight.expected(db, cut, by, roundings), by
            assert made.seconds == sum(one.seconds for one in cut)
            for style in get_args(DurationStyle):
                if "tag" not in by:
                    assert adds_up(displayed.report(made, style), DISPLAY_UNITS[style]), (by, style)


@pytest.mark.parametrize("zone", thinned(ZONES))
def test_every_group_is_right_to_the_second_and_the_cent(
    autumn: Database, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = days(FIRST, LAST, ZoneInfo(zone))
    found = entries.in_range(autumn, LOCAL, None, split[0][1], split[-1][2])
    dice = random.Random(zone)
    nestings: list[Sequence[Dimension]] = [
        ("day",),
        dice.sample(DIMENSIONS, 2),
        dice.sample(DIMENSIONS, 3),
    ]
    compare(autumn, found, split, nestings, monkeypatch)


@pytest.mark.long
def test_100_000_entries_are_right_to_the_second_and_the_cent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    with filled(tmp_path / "timesheet.db", 100_000, begin) as db:
        found = entries.in_range(db, LOCAL, None, begin, datetime(2026, 1, 1, tzinfo=UTC))
        assert len(found) == 100_000
        last = found[-1].start.date() + timedelta(days=2)
        for number, zone in enumerate(ZONES):
            case = CASES[number % len(CASES)]
            split = days(date(1999, 12, 31), last, ZoneInfo(zone))
            dice = random.Random(zone)
            nestings: list[Sequence[Dimension]] = [("month",), dice.sample(DIMENSIONS, 2)]
            compare(db, found, split, nestings, monkeypatch, [case])
