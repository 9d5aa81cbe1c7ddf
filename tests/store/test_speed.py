"""Tests that five years of work answer at once.

The bounds are several times what a small machine takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clockify_cli.domain.entry import LOCAL
from clockify_cli.domain.time.zones import local_days
from clockify_cli.store.db.changes import Database
from clockify_cli.store.glance import glance
from clockify_cli.store.timesheet import entries, totals
from tests.store.big import FIRST, LAST, fill
from tests.store.test_glance import PLAIN

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2025, 6, 3, tzinfo=BERLIN)
YEAR = list(
    local_days(datetime(2025, 1, 1, tzinfo=BERLIN), datetime(2026, 1, 1, tzinfo=BERLIN), BERLIN)
)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Yield 100,000 entries on 2,000 projects."""
    with Database(tmp_path_factory.mktemp("big") / "data" / "timesheet.db") as db:
        fill(db)
        yield db


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Yield a few entries: how a query is planned does not depend on how many there are."""
    with Database(tmp_path_factory.mktemp("few") / "data" / "timesheet.db") as db:
        fill(db, 1_000, 100)
        yield db


def milliseconds(act: Callable[[], object]) -> float:
    """Return the processor time of the fastest of five runs."""
    found = []
    for _ in range(5):
        before = time.process_time()
        act()
        found.append(time.process_time() - before)
    return min(found) * 1000


def opened(path: Path) -> None:
    with Database(path) as db:
        _ = db.read


@pytest.mark.long
def test_opening_takes_a_millisecond(big: Database) -> None:
    assert milliseconds(lambda: opened(big.path)) < 3


@pytest.mark.long
def test_a_day_is_read_without_the_rest(big: Database) -> None:
    day = DAY + timedelta(days=1)
    found = entries.in_range(big, LOCAL, None, DAY, day)
    assert len(found) > 50
    assert milliseconds(lambda: entries.in_range(big, LOCAL, None, DAY, day)) < 6
    assert milliseconds(lambda: totals.seconds_by_type(big, LOCAL, DAY, day, now=LAST)) < 2


@pytest.mark.long
def test_a_year_by_project_is_summed_from_the_index(big: Database) -> None:
    report = totals.report(big, LOCAL, YEAR, ("project",), now=LAST)
    assert report.entry_count > 19_000
    assert len(report.groups) > 1_900
    assert milliseconds(lambda: totals.report(big, LOCAL, YEAR, ("project",), now=LAST)) < 300


@pytest.mark.long
def test_the_moment_of_a_change_does_not_depend_on_what_is_there(big: Database) -> None:
    for act in (
        lambda: entries.running(big, LOCAL),
        lambda: entries.last_end(big, LOCAL, None, LAST),
        lambda: entries.overlapping(big, LOCAL, None, LAST, None),
        lambda: entries.newest(big, LOCAL, None, 10),
        lambda: glance(str(big.path), PLAIN),
    ):
        assert milliseconds(act) < 3


@pytest.mark.long
def test_entries_come_one_by_one(big: Database) -> None:
    found = entries.each_in_range(big, LOCAL, None, FIRST, LAST)
    assert milliseconds(lambda: next(found)) < 3


@pytest.mark.parametrize("index", ["entry_time", "entry_long", "entry_running"])
def test_no_sum_reads_the_whole_table(planned: Database, index: str) -> None:
    queries: list[str] = []
    planned.read.set_trace_callback(queries.append)
    totals.report(planned, LOCAL, YEAR, ("project",), now=LAST)
    planned.read.set_trace_callback(None)
    plans = [row[3] for sql in queries for row in planned.read.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert any(f"INDEX {index} " in plan for plan in plans)
    assert not any(plan.startswith(("SCAN e", "SCAN entry")) for plan in plans)
    assert any("COVERING INDEX entry_time" in plan for plan in plans)


def test_the_year_is_a_year() -> None:
    assert (YEAR[0][0], YEAR[-1][0], len(YEAR)) == (date(2025, 1, 1), date(2025, 12, 31), 365)
