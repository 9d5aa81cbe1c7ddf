"""Tests that `report` agrees with Clockify's own reports for the same range, zone and filters.

Durations are multiples of 36 seconds and rates are whole units, so that each entry comes to whole
cents and the order of rounding cannot matter. No entry extends over the end of a range: Clockify
counts such an entry on the day of its start, this program splits it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import (
    Client,
    Project,
    ProjectMember,
    Rate,
    Tag,
    Task,
    Workspace,
)
from tests.scenarios.signed_in.bench import Bench, bench

ZONES = ("Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC")
RANGES = {
    "2026-10": (date(2026, 10, 1), date(2026, 10, 31)),
    "2026-11": (date(2026, 11, 1), date(2026, 11, 30)),
    "2026-W44": (date(2026, 10, 26), date(2026, 11, 1)),
    "2026-11-01": (date(2026, 11, 1), date(2026, 11, 1)),
    "2026-10-20..2026-11-12": (date(2026, 10, 20), date(2026, 11, 12)),
    "2026-Q4": (date(2026, 10, 1), date(2026, 12, 31)),
}
"""What is typed, with its first and last day; clocks change on 25 October and 1 November."""
FIRST, LAST = datetime(2026, 9, 28, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
STEP = 36


@dataclass
class Office:
    """Two months of work, and the ids of the names that filters use."""

    clockify: Bench
    ids: dict[str, str] = field(default_factory=dict)

    def here(self, range_: str, zone: str, *args: str) -> Any:
        words = ("report", range_, "--tz", zone, "--json", "--amounts", "--offline")
        return self.clockify.ok(*words, *args).json

    def there(self, range_: str, zone: str, groups: Sequence[str], body: dict[str, Any]) -> Any:
        first, last = RANGES[range_]
        fake = self.clockify.fake
        # This many requests within a second would be too many.
        self.clockify.time.passes(seconds=1)
        reply = Asking(fake).report(
            "summary",
            {
                "dateRangeStart": f"{first}T00:00:00",
                "dateRangeEnd": f"{last}T23:59:59.999",
                "timeZone": zone,
                "users": {"ids": [fake.user_id]},
                "summaryFilter": {"groups": [*groups]},
                **body,
            },
        )
        assert reply.status == 200, reply.document
        return reply.document

    def chosen(self, *names: str, how: str = "CONTAINS") -> dict[str, Any]:
        """Return the filter of Clockify's reports for the things with *names*."""
        return {"ids": [self.ids[name] for name in names], "contains": how}


def furnished(fake: FakeClockify) -> dict[str, str]:
    """Create clients, projects, tasks and tags with rates on four levels; return ids by name."""
    me = fake.user_id
    fake.set_rate(fake.get(Workspace, fake.workspace_id), 3000)
    acme: Client = fake.add_client("Acme")
    nord: Client = fake.add_client("Nord")
    web: Project = fake.add_project("Web", client_id=acme.id, hourly_rate=Rate(9000))
    app = fake.add_project(
        "App", client_id=acme.id, members=(ProjectMember(me, hourly_rate=Rate(7500)),)
    )
    site = fake.add_project("Site", client_id=nord.id)
    home = fake.add_project("Internal")
    spec: Task = fake.add_task("Spec", web.id, hourly_rate=Rate(12_000))
    code = fake.add_task("Code", app.id)
    deep: Tag = fake.add_tag("deep")
    soon = fake.add_tag("soon")
    found = (acme, nord, web, app, site, home, spec, code, deep, soon)
    return {each.name: each.id for each in found}


def bounds() -> list[datetime]:
    """Return the moments at which a range begins or ends in one of the zones."""
    days = {day for first, last in RANGES.values() for day in (first, last + timedelta(days=1))}
    return sorted(
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        for day in days
        for zone in ZONES
    )


def work(fake: FakeClockify, ids: dict[str, str], own: Rate | None) -> None:
    """Create entries by day and night, some over midnight or overlapping; *own*: some have this
    rate."""
    dice = random.Random(16)
    kinds: list[dict[str, Any]] = [
        {"project_id": ids["Web"]},
        {"project_id": ids["Web"], "task_id": ids["Spec"]},
        {"project_id": ids["App"], "task_id": ids["Code"]},
        {"project_id": ids["Site"]},
        {"project_id": ids["Internal"]},
        {},
    ]
    ends, moment = bounds(), FIRST
    while moment < LAST:
        length = timedelta(seconds=STEP * dice.choice((1, 25, 100, 225, 400, 999)))
        end = min([moment + length, *(each for each in ends if each > moment)])
        is_break = dice.random() < 0.15
        fake.add_entry(
            moment,
            end,
            dice.choice(("", "Write spec", "Review", "write more")),
            **dice.choice(kinds),
            tag_ids=dice.choice(((), (ids["deep"],), (ids["soon"],), (ids["deep"], ids["soon"]))),
            billable=dice.random() < 0.6,
            type="BREAK" if is_break else "REGULAR",
            hourly_rate=own if dice.random() < 0.1 else None,
        )
        # Some begin before the previous one has ended.
        moment += timedelta(seconds=STEP * dice.randrange(1, 700))
    somebody = fake.add_user("Bob Beta")
    fake.add_entry("2026-11-03T09:00:00Z", "2026-11-03T17:00:00Z", "not mine", user=somebody.id)


@pytest.fixture(scope="module", params=["levels", "own"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Once with rates of tasks and so on, once with each entry's own rate from Clockify."""
    own = request.param == "own"
    with bench(tmp_path_factory.mktemp("office"), hydrated_rates=own) as clockify:
        ids = furnished(clockify.fake)
        work(clockify.fake, ids, Rate(20_000) if own else None)
        clockify.login()
        clockify.ok("sync")
        yield Office(clockify, ids)


def test_the_office_has_what_makes_sums_hard(office: Office) -> None:
    found = office.clockify.fake.entries()
    assert {each.type for each in found} == {"REGULAR", "BREAK"}
    nights = [
        each
        for each in found
        if each.end
        and datetime.fromtimestamp(each.start, ZoneInfo("Europe/Berlin")).date()
        != datetime.fromtimestamp(each.end - 1, ZoneInfo("Europe/Berlin")).date()
    ]
    assert len(found) > 300
    assert len(nights) > 20
    assert [each for each in found if each.type == "BREAK" and each.billable]


def sums(there: Any) -> tuple[int, int, int, float]:
    """Return time, billable time, entries and cents of a Clockify report."""
    if not there["totals"]:
        return 0, 0, 0, 0.0
    (total,) = there["totals"]
    (amount,) = (each["value"] for each in total["amounts"] if each["type"] == "EARNED")
    return total["totalTime"], total["totalBillableTime"], total["entriesCount"], amount


def cents(node: Any) -> float:
    return sum(round(float(each["amount"]) * 100) for each in node["amounts"])


def compare(office: Office, range_: str, zone: str, args: Sequence[str], body: Any) -> int:
    """Compare totals and the groups of each project; return the seconds of all."""
    here = office.here(range_, zone, "--by", "project", *args)
    there = office.there(range_, zone, ["PROJECT"], body)
    found = (here["totalSeconds"], here["billableSeconds"], here["entryCount"], cents(here))
    assert found == sums(there)
    assert {
        group["key"] or "none": (group["seconds"], cents(group)) for group in here["groups"]
    } == {group["id"]: (group["duration"], group["amount"]) for group in there["groupOne"]}
    return int(here["totalSeconds"])


FILTERS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "one project": (("-p", "Web"), {"projects": ("Web",)}),
    "two projects": (("-p", "Web", "-p", "Site"), {"projects": ("Web", "Site")}),
    "not a project": (("-p", "!App"), {"not projects": ("App",)}),
    "a client": (("-c", "Acme"), {"clients": ("Acme",)}),
    "not a client": (("-c", "not:Acme"), {"not clients": ("Acme",)}),
    "a task": (("-k", "Spec"), {"tasks": ("Spec",)}),
    "a tag": (("-g", "deep"), {"tags": ("deep",)}),
    "either tag": (("-g", "deep", "-g", "soon"), {"tags": ("deep", "soon")}),
    "not a tag": (("-g", "!soon"), {"not tags": ("soon",)}),
    "no project": (("-p", "none"), {"withoutProject": True}),
    "a text": (("--search", "WRITE"), {"description": "WRITE"}),
    "billable": (("--billable",), {"billable": True}),
    "not billable": (("--no-billable",), {"billable": False}),
    "several": (
        ("-c", "Acme", "-g", "!soon", "--billable", "--search", "e"),
        {"clients": ("Acme",), "not tags": ("soon",), "billable": True, "description": "e"},
    ),
}


def asked(office: Office, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the request body for *wanted*."""
    body: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "withoutProject":
            body["detailedFilter"] = {"auditFilter": {"withoutProject": value}}
        elif isinstance(value, tuple):
            how = "DOES_NOT_CONTAIN" if name.startswith("not ") else "CONTAINS"
            body[name.removeprefix("not ")] = office.chosen(*value, how=how)
        else:
            body[name] = value
    return body


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("range_", RANGES)
def test_totals_agree_in_every_range_and_zone(office: Office, range_: str, zone: str) -> None:
    assert compare(office, range_, zone, (), {}) > 0


@pytest.mark.parametrize("name", FILTERS)
def test_totals_agree_with_every_filter(office: Office, name: str) -> None:
    args, wanted = FILTERS[name]
    chance = random.Random(name)
    for range_ in ("2026-Q4", chance.choice([*RANGES])):
        zone = chance.choice(ZONES)
        seconds = compare(office, range_, zone, args, asked(office, wanted))
        assert seconds or range_ != "2026-Q4"


@pytest.mark.parametrize(
    ("by", "group"),
    [("client", "CLIENT"), ("task", "TASK"), ("description", "TIMEENTRY")],
)
def test_groups_agree(office: Office, by: str, group: str) -> None:
    for zone in ZONES[:2]:
        here = office.here("2026-10-20..2026-11-12", zone, "--by", by)
        there = office.there("2026-10-20..2026-11-12", zone, [group], {})
        assert {
            each["key"] or "none": (each["seconds"], cents(each)) for each in here["groups"]
        } == {each["id"]: (each["duration"], each["amount"]) for each in there["groupOne"]}


def test_two_dimensions_agree(office: Office) -> None:
    here = office.here("2026-11", "Europe/Berlin", "--by", "client,project")
    there = office.there("2026-11", "Europe/Berlin", ["CLIENT", "PROJECT"], {})

    def inner(groups: Any, key: str, within: str, seconds: str) -> Any:
        return {
            (outer[key] or "none", each[key] or "none"): each[seconds]
            for outer in groups
            for each in outer[within]
        }

    assert inner(here["groups"], "key", "groups", "seconds") == inner(
        there["groupOne"], "id", "children", "duration"
    )


def test_days_agree_where_no_entry_lies_over_midnight(office: Office) -> None:
    """On 1 November the clocks change in St John's: no hour may be lost or counted twice."""
    for zone in ZONES:
        here = office.here("2026-11-01", zone, "--by", "day")
        there = office.there("2026-11-01", zone, ["DATE"], {})
        assert {each["key"]: each["seconds"] for each in here["groups"]} == {
            each["id"]: each["duration"] for each in there["groupOne"]
        }


def test_breaks_are_part_of_the_totals_as_in_clockifys_reports(office: Office) -> None:
    whole = office.here("2026-11", "UTC")
    breaks = office.here("2026-11", "UTC", "--type", "break")
    work = office.here("2026-11", "UTC", "--type", "!break")
    assert breaks["totalSeconds"] > 0
    assert (
        breaks["totalSeconds"] + work["totalSeconds"]
        == sums(office.there("2026-11", "UTC", ["PROJECT"], {}))[0]
    )
    assert whole["totalSeconds"] == breaks["totalSeconds"] + work["totalSeconds"]


def test_rates_of_every_level_are_part_of_what_agrees(office: Office) -> None:
    """Rates of a task, a person in a project, a project, the workspace, and an entry itself."""
    rows = office.clockify.ok("log", "2026-Q4", "--tz", "UTC", "--json", "--billable").json
    rates = {"Spec": 12_000, "App": 7500, "Web": 9000, "Site": 3000}
    seconds = dict.fromkeys(rates, 0)
    for row in rows:
        name = row["taskName"] if row["taskName"] == "Spec" else row["projectName"]
        if name in rates:
            seconds[name] += row["durationSeconds"]
    assert all(seconds.values())
    whole = office.here("2026-Q4", "UTC", "--by", "project,task")
    found = {
        task["name"] if task["name"].endswith("Spec") else project["name"]: cents(task)
        for project in whole["groups"]
        for task in project["groups"]
    }
    told = {name.rpartition(" / ")[2]: amount for name, amount in found.items()}
    exact = {name: seconds[name] * rate / 3600 for name, rate in rates.items()}
    if office.clockify.fake.switches.hydrated_rates:
        assert all(told[name] > exact[name] for name in rates)
    else:
        assert {name: told[name] for name in rates} == exact
