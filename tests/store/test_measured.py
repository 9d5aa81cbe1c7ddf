"""Tests of rounded time and amounts in reports, against a simple calculation by entry."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest

from clockify_cli.domain.entry import LOCAL, TimeEntry
from clockify_cli.domain.measured import Measure
from clockify_cli.domain.money import Rate, Rates
from clockify_cli.domain.report import DIMENSIONS, Dimension, Group, Report
from clockify_cli.domain.rounding import LEVELS, MODES, Rounding, Roundings
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import entries, totals
from clockify_cli.store.timesheet.rates import named_projects
from clockify_cli.store.timesheet.totals import Measuring
from tests.examples import thinned
from tests.store.test_totals import Days, days, keys
from tests.store.written import (
    CLIENT,
    DEEP,
    NOW,
    OTHER,
    PROJECT,
    SOON,
    TASK,
    add,
    at,
    fill_catalogue,
    item,
)

BERLIN = ZoneInfo("Europe/Berlin")
CENT = Decimal("0.01")
EXACT = Roundings()
BETA = item("client", "Beta")
SITE = item("project", "Site", client=BETA.local_id)
RATES = Rates(
    tasks={TASK.local_id: Rate(10_000, "EUR")},
    projects={PROJECT.local_id: Rate(9550, "EUR"), SITE.local_id: Rate(3333, "USD")},
)
OWN = ("{}", '{"hourlyRate":{"amount":7777,"currency":"EUR"}}', '{"hourlyRate":{"amount":0}}')

Path = tuple[str | None, ...]
Shown = dict[Path, tuple[int, dict[str, Decimal]]]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Yield six weeks with a clock change: short and long entries, some over midnight."""
    dice = random.Random(11)
    with Database(tmp_path_factory.mktemp("month") / "timesheet.db") as db:
        fill_catalogue(db)
        with db.change(LOCAL, verb="make", at=NOW) as change:
            change.create_item(BETA)
            change.create_item(SITE)
        moment = at(0, day=1) - timedelta(days=20)
        while moment < NOW - timedelta(hours=20):
            length = dice.choice([1, 60, 450, 899, 3600, 7201, 30_000, 100_000])
            project = dice.choice([None, PROJECT, OTHER, SITE])
            entry = add(
                db,
                moment,
                moment + timedelta(seconds=length),
                dice.choice(["", "a", "b"]),
                project=project.local_id if project else None,
                task=TASK.local_id if project is PROJECT and dice.random() < 0.5 else None,
                tags=dice.choice([(), (DEEP.local_id,), (SOON.local_id, DEEP.local_id)]),
                billable=dice.random() < 0.7,
            )
            db.run("UPDATE entry SET extra = ? WHERE local_id = ?", (dice.choice(OWN), entry))
            moment += timedelta(seconds=dice.randrange(1, 40_000))
        add(db, at(11), None, "running", project=SITE.local_id, billable=True)
        yield db


@dataclass(frozen=True)
class Slice:
    """The part of an entry on a day, and its length if each entry is rounded."""

    entry: TimeEntry
    day: date
    seconds: int
    by_entry: int


def slices(db: Database, split: Days, roundings: Roundings) -> list[Slice]:
    found = []
    for entry in entries.in_range(db, LOCAL, None, split[0][1], split[-1][2]):
        lengths = {}
        for day, start, end in split:
            seconds = int((min(end, entry.end or NOW) - max(start, entry.start)).total_seconds())
            if seconds > 0:
                lengths[day] = seconds
        rounding = rounding_of(entry, roundings)
        shares = shared(lengths, rounding)
        found += [Slice(entry, day, lengths[day], shares[day]) for day in lengths]
    return found


def shared(lengths: dict[date, int], rounding: Rounding | None) -> dict[date, int]:
    """Return the days' shares of one entry that is rounded once, in whole steps."""
    if rounding is None or rounding.by != "entry":
        return lengths
    steps = rounding.rounded(sum(lengths.values())) // rounding.step
    exact = {
        day: Decimal(steps) * seconds / sum(lengths.values()) for day, seconds in lengths.items()
    }
    shares = {day: int(share) for day, share in exact.items()}
    for day in sorted(exact, key=lambda day: shares[day] - exact[day]):
        if sum(shares.values()) < steps:
            shares[day] += 1
    return {day: share * rounding.step for day, share in shares.items()}


def rounding_of(entry: TimeEntry, roundings: Roundings) -> Rounding | None:
    client = entry.project.client if entry.project else None
    return roundings.of(client.local_id if client else None)


def rate_of(db: Database, entry: TimeEntry) -> Rate | None:
    (extra,) = db.one("SELECT extra FROM entry WHERE local_id = ?", (entry.local_id,)) or ("{}",)
    own = json.loads(extra).get("hourlyRate")
    if own and own["amount"]:
        return Rate(own["amount"], own["currency"])
    if entry.task and entry.task.local_id in RATES.tasks:
        return RATES.tasks[entry.task.local_id]
    return RATES.projects.get(entry.project.local_id) if entry.project else None


def rounded(found: Sequence[Slice], roundings: Roundings) -> int:
    """Return the seconds of one innermost group, rounded as each client's setting says."""
    by_rounding: dict[Rounding | None, list[Slice]] = {}
    for one in found:
        by_rounding.setdefault(rounding_of(one.entry, roundings), []).append(one)
    return sum(_rounded(each, rounding) for rounding, each in by_rounding.items())


def _rounded(found: Sequence[Slice], rounding: Rounding | None) -> int:
    if rounding is None:
        return sum(one.seconds for one in found)
    if rounding.by == "entry":
        return sum(one.by_entry for one in found)
    if rounding.by == "group":
        return rounding.rounded(sum(one.seconds for one in found))
    by_day: dict[date, int] = {}
    for one in found:
        by_day[one.day] = by_day.get(one.day, 0) + one.seconds
    return sum(map(rounding.rounded, by_day.values()))


def amounts(db: Database, found: Sequence[Slice], roundings: Roundings) -> dict[str, Decimal]:
    lines: dict[Rate, list[Slice]] = {}
    for one in found:
        rate = rate_of(db, one.entry)
        if one.entry.billable and rate is not None:
            lines.setdefault(rate, []).append(one)
    sums: dict[str, Decimal] = {}
    for rate, each in lines.items():
        exact = Decimal(rounded(each, roundings)) * Decimal(rate.cents) / 100 / 3600
        amount = exact.quantize(CENT, ROUND_HALF_UP)
        sums[rate.currency] = sums.get(rate.currency, Decimal()) + amount
    return sums


def expected(
    db: Database, found: Sequence[Slice], by: Sequence[Dimension], roundings: Roundings
) -> Shown:
    """Return every group on every level by its path."""
    leaves = _leaves(found, by)
    shown: Shown = {}
    for depth in range(len(by) + 1):
        if "tag" in by[depth:]:
            # An entry with two tags counts once here.
            others = [dimension for dimension in by if dimension != "tag"]
            shown |= _sums(db, _leaves(found, others), depth, roundings)
        else:
            shown |= _sums(db, leaves, depth, roundings)
    return shown


def _leaves(found: Sequence[Slice], by: Sequence[Dimension]) -> dict[Path, list[Slice]]:
    leaves: dict[Path, list[Slice]] = {}
    for one in found:
        paths: list[Path] = [()]
        for dimension in by:
            level = keys(one.entry, dimension, one.day)
            paths = [(*path, key) for path in paths for key in level]
        for path in paths:
            leaves.setdefault(path, []).append(one)
    return leaves


def _sums(db: Database, leaves: dict[Path, list[Slice]], depth: int, roundings: Roundings) -> Shown:
    shown: Shown = {}
    for path, found in leaves.items():
        seconds, money = shown.get(path[:depth], (0, {}))
        money = dict(money)
        for currency, amount in amounts(db, found, roundings).items():
            money[currency] = money.get(currency, Decimal()) + amount
        shown[path[:depth]] = (seconds + rounded(found, roundings), money)
    return shown


def told(report: Report) -> Shown:
    found: Shown = {(): (report.sums.rounded, _money(report))}
    found.update(_told(report.groups, ()))
    return found


def _told(groups: Sequence[Group], above: Path) -> Shown:
    found: Shown = {}
    for group in groups:
        path = (*above, group.key)
        found[path] = (group.sums.rounded, _money(group))
        found.update(_told(group.groups, path))
    return found


def _money(group: Group | Report) -> dict[str, Decimal]:
    return {amount.currency: Decimal(amount.text) for amount in group.sums.amounts}


def measured(
    db: Database,
    split: Days,
    by: Sequence[Dimension],
    roundings: Roundings,
    measure: Measure = Measure(rounded=True, priced=True),  # noqa: B008
) -> Report:
    clients: dict[str | None, str | None] = dict.fromkeys(
        local_id for local_id, _, _ in named_projects(db, LOCAL)
    )
    return totals.report(
        db,
        LOCAL,
        split,
        by,
        now=NOW,
        measuring=Measuring(
            measure=measure,
            roundings=roundings,
            rates=RATES,
            clients={**clients, PROJECT.local_id: CLIENT.local_id, SITE.local_id: BETA.local_id},
        ),
    )


ALONE = [
    Roundings(Rounding(step, mode, by)) for step in (900, 7) for mode in MODES for by in LEVELS
]
BY_CLIENT = [
    Roundings(Rounding(900, "up"), {CLIENT.local_id: Rounding(360, "up", "day")}),
    Roundings(None, {BETA.local_id: Rounding(3600, "down", "group"), CLIENT.local_id: None}),
    Roundings(Rounding(600, by="group"), {BETA.local_id: None}),
]


@pytest.mark.parametrize(
    "roundings",
    [EXACT, *thinned(ALONE, 4), *BY_CLIENT],
    ids=lambda each: str(each.usual and each.usual.name),
)
def test_every_group_comes_to_what_a_straight_calculation_says(
    month: Database, roundings: Roundings
) -> None:
    dice = random.Random(5)
    split = days(date(2026, 10, 20), date(2026, 11, 24))
    found = slices(month, split, roundings)
    for _ in range(6):
        by = dice.sample(DIMENSIONS, dice.randrange(1, 4))
        assert told(measured(month, split, by, roundings)) == expected(
            month, found, by, roundings
        ), by


def test_part_of_the_days_is_measured_alone(month: Database) -> None:
    roundings = Roundings(Rounding(900, "up"))
    for first in range(1, 24, 5):
        split = days(date(2026, 11, first), date(2026, 11, first + 1))
        found = slices(month, split, roundings)
        nestings: list[list[Dimension]] = [
            ["project"],
            ["day"],
            ["project", "tag"],
            ["tag", "task"],
        ]
        for by in nestings:
            wanted = expected(month, found, by, roundings)
            assert told(measured(month, split, by, roundings)) == wanted


def test_what_is_rounded_does_not_depend_on_whether_it_is_priced(month: Database) -> None:
    split = days(date(2026, 10, 20), date(2026, 11, 24))
    for roundings in (*ALONE, *BY_CLIENT):
        both = measured(month, split, ("client", "project"), roundings)
        alone = measured(month, split, ("client", "project"), roundings, Measure(rounded=True))
        assert [group.sums.rounded for group in alone.groups] == [
            group.sums.rounded for group in both.groups
        ]
        assert alone.sums.amounts == ()


def test_worked_time_is_the_same_whatever_is_measured(month: Database) -> None:
    split = days(date(2026, 10, 20), date(2026, 11, 24))
    plain = totals.report(month, LOCAL, split, ("client", "task"), now=NOW)
    for roundings in (EXACT, *BY_CLIENT):
        found = measured(month, split, ("client", "task"), roundings)
        assert (found.seconds, found.billable_seconds, found.entry_count) == (
            plain.seconds,
            plain.billable_seconds,
            plain.entry_count,
        )
        assert [(g.key, g.seconds) for g in found.groups] == [
            (g.key, g.seconds) for g in plain.groups
        ]


def test_the_total_rounded_by_entry_is_the_same_however_it_is_divided(month: Database) -> None:
    split = days(date(2026, 10, 20), date(2026, 11, 24))
    roundings = Roundings(Rounding(900, "up"))
    sums = {measured(month, split, (by,), roundings).sums.rounded for by in DIMENSIONS}
    assert len(sums) == 1


def test_time_without_a_rate_is_counted(month: Database) -> None:
    split = days(date(2026, 10, 20), date(2026, 11, 24))
    unrated = [
        one
        for one in slices(month, split, EXACT)
        if one.entry.billable and rate_of(month, one.entry) is None
    ]
    report = measured(month, split, ("tag",), EXACT)
    assert report.unrated == (
        len({one.entry.local_id for one in unrated}),
        sum(one.seconds for one in unrated),
    )
    assert measured(month, split, ("tag",), EXACT, Measure(rounded=True)).unrated == (0, 0)


def test_an_own_rate_that_is_outdated_counts_no_more(month: Database) -> None:
    moment = datetime(2027, 1, 4, 9, tzinfo=BERLIN)
    with month.transaction():
        entry = add(
            month, moment, moment + timedelta(hours=1), project=SITE.local_id, billable=True
        )
        month.run("UPDATE entry SET extra = ? WHERE local_id = ?", (OWN[1], entry))
    split = days(date(2027, 1, 4), date(2027, 1, 4))
    measuring = Measuring(
        measure=Measure(priced=True), roundings=EXACT, rates=RATES, clients={}, outdated=(entry,)
    )
    found = totals.report(month, LOCAL, split, ("day",), now=NOW, measuring=measuring)
    assert list(map(str, found.sums.amounts)) == ["33.33 USD"]
    assert list(map(str, measured(month, split, ("day",), EXACT).sums.amounts)) == ["77.77 EUR"]
