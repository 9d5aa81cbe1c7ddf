"""Tests that entries at the ends of the calendar are shown, and fast enough."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from tests.scenarios.signed_in.bench import Bench

SPANS = {
    "to the last year": ("2026-11-20T00:00:00", "9999-12-31T23:59:59"),
    "from the first year": ("0001-01-01T00:00:00", "2026-11-24T08:00:00"),
    "from end to end": ("0001-01-01T00:00:00", "9999-12-31T23:59:59"),
}
COMMANDS = (
    "log week",
    "log all",
    "log all --json",
    "log week --format table",
    "report all --by day",
    "report all --by week,project",
    "report week --by day --empty",
    "timesheet",
    "status",
    "export all",
)
QUICK = ("log all", "report all --by week,project", "report week --by day --empty", "status")


def seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("zone", "span", "commands"),
    [
        ("Pacific/Kiritimati", "from the first year", QUICK),
        *(
            pytest.param(zone, span, COMMANDS, marks=pytest.mark.long)
            for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
            for span in SPANS
        ),
    ],
)
def test_they_stop_no_command(
    clockify: Bench, zone: str, span: str, commands: tuple[str, ...]
) -> None:
    clockify.fake.add_entry("2026-11-20T00:00:00Z", "9999-12-31T23:59:59Z", "endless")
    clockify.ok("sync")
    reach(clockify, *map(seconds, SPANS[span]))
    clockify.environ["CLOCKIFY_TZ"] = zone
    shown = {line: clockify.ok(*line.split()) for line in commands}
    weeks = shown["report all --by week,project"].out.splitlines()
    assert 2900 < len(weeks) < 6900
    days = shown["report week --by day --empty"].out.splitlines()
    assert len(days) == 7
    assert int(days[0].split("\t")[1]) > 60_000


def reach(clockify: Bench, start: int, end: int) -> None:
    """Let the entry last from *start* to *end*, as another server may have sent it."""
    database = clockify.home / "clockify" / "data" / "timesheet.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        found = connection.execute('UPDATE entry SET start = ?, "end" = ?', (start, end))
        assert found.rowcount == 1
