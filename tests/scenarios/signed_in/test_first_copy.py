"""Tests that the first copy is complete if that costs no more than four extra requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fake_clockify.records import Entry
from tests.scenarios.signed_in.bench import TEN, Bench, bench

HOUR = 3600
LISTS = {"method": "GET", "path": "/time-entries$"}
FIVE_YEARS = timedelta(days=5 * 365)


def fill(clockify: Bench, count: int, *, over: timedelta = FIVE_YEARS) -> None:
    """Add *count* entries of half an hour each, evenly over the time before now."""
    step = over.total_seconds() / count
    first = TEN - timedelta(hours=1)
    template = clockify.fake.add_entry(first - timedelta(minutes=30), first, "Work 0")
    with clockify.fake.state.lock:
        for number in range(1, count):
            start = template.start - int(number * step)
            fields = {"start": start, "end": start + HOUR // 2, "description": f"Work {number}"}
            clockify.fake.state.put(_like(template, number, fields))


def _like(template: Entry, number: int, fields: dict[str, object]) -> Entry:
    from dataclasses import replace

    return replace(template, id=f"{number:024x}", **fields)  # type: ignore[arg-type]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Bench]:
    """Not signed in yet, at a Clockify that returns twenty entries at once."""
    with bench(tmp_path, page_cap=20) as found:
        yield found


def lists(clockify: Bench, *args: str) -> int:
    done = clockify.login() if args == ("login",) else clockify(*args)
    return sum(each.path.endswith("/time-entries") for each in done.requests)


def test_signing_in_copies_all_where_that_costs_four_requests_more(office: Bench) -> None:
    fill(office, 120)
    year = 2
    assert lists(office, "login") <= year + 4
    office.fake.refuse()
    done = office.ok("log", "all", "--offline", "--json")
    assert len(done.json) == 120
    assert done.requests == ()
    assert done.err == ""
    total = office.ok("report", "all", "--offline", "--json").json["totalSeconds"]
    assert total == 120 * HOUR // 2


@pytest.mark.long
@pytest.mark.parametrize("page_cap", [5000, 1000])
def test_signing_in_to_6000_entries_of_five_years_copies_all_in_four_requests_more(
    tmp_path: Path, page_cap: int
) -> None:
    with bench(tmp_path, page_cap=page_cap) as office:
        fill(office, 6000)
        year = 2 if page_cap == 1000 else 1
        assert lists(office, "login") <= year + 4
        assert len(office.ok("log", "all", "--offline", "--json").json) == 6000


def test_all_is_answered_from_the_copy_at_the_limit_too(office: Bench) -> None:
    fill(office, 60)
    office.login()
    office.time.passes(hours=2)
    office.fake.refuse()
    done = office.ok("log", "all", "--json")
    assert len(done.json) == 60


def test_what_would_cost_more_is_left_and_the_year_is_whole(office: Bench) -> None:
    fill(office, 300)
    asked = lists(office, "login")
    assert asked <= 4 + 4
    assert office.ok("log", "year", "--offline").err == ""
    done = office.ok("log", "all", "--offline", "--limit", "1")
    assert "Not fetched from Clockify yet: before" in " ".join(done.err.split())


def test_a_list_that_breaks_off_behind_the_year_leaves_the_year_whole(office: Bench) -> None:
    fill(office, 80)
    office.fake.fault("S12", LISTS, nth=2, times=None)
    done = office.login()
    assert "did not finish" not in done.err
    assert "back to 202" in done.err
    assert office.ok("log", "year", "--offline").err == ""


def test_where_only_a_part_was_fetched_that_is_shown_with_a_warning(office: Bench) -> None:
    fill(office, 300)
    office.login()
    office.fake.refuse()
    done = office.ok("log", "all", "--json")
    assert 140 <= len(done.json) < 300
    said = " ".join(done.err.split())
    assert "can't be reached" in said
    assert "Not fetched from Clockify yet: before" in said
    assert office("log", "2022-01").code == 7


def test_what_was_recorded_here_is_shown_of_a_time_that_was_never_fetched(
    clockify: Bench,
) -> None:
    clockify.ok("add", "long ago", "2019-05-06 7:00..8:00", "--offline")
    clockify.fake.refuse()
    assert "long ago" in clockify.ok("log", "2019").out
