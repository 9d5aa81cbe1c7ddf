"""Tests of the queries in docs/dashboards.md and of the tables that docs/exports.md names."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify_cli.__main__ import main
from tests.run_at import SetClock

DOCS = Path(__file__).parents[1] / "docs"
NOW = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
QUERIES = re.findall(
    r"^```sql\n(.*?)^```$", (DOCS / "dashboards.md").read_text(), re.DOTALL | re.MULTILINE
)


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Yield the database that an export of two projects and a bill writes."""
    monkeypatch.setenv("CLOCKIFY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    for line in (
        ("config", "set", "rate", "95EUR"),
        ("add", "Spec", "2026-11-23 9:00..10:30", "-p", "Acme/Website", "-b", "-g", "deep,ai"),
        ("add", "Plan", "2026-11-24 9:00..10:00", "-p", "Internal"),
        ("bill", "new", "-c", "Acme", "--ref", "41"),
        ("export", "all", "-o", "timesheet.sqlite"),
    ):
        assert main(line, clock=SetClock(NOW)) == 0
    with closing(sqlite3.connect(tmp_path / "timesheet.sqlite")) as db:
        yield db


def test_each_query_says_what_its_text_says(exported: sqlite3.Connection) -> None:
    weeks, months, tags, billed, grafana = (exported.execute(query).fetchall() for query in QUERIES)

    assert weeks == [("2026-W47", "Website", 1.5), ("2026-W47", "Internal", 1.0)]
    assert months == [("2026-11", None, None, 1.0), ("2026-11", "Acme", 1.5, 1.5)]
    assert sorted(tags) == [("ai", 1.5), ("deep", 1.5)]
    assert billed == [("2026-11", "EUR", 142.5)]
    monday = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
    assert grafana == [(monday, "Website", 1.5), (monday + 86_400, "Internal", 1.0)]


def test_the_tables_have_the_columns_that_are_documented(exported: sqlite3.Connection) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", (DOCS / "exports.md").read_text(), re.MULTILINE)
    tables = {
        name for (name,) in exported.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    documented = {table: re.findall(r"`(\w+)`", text) for table, text in rows if table in tables}

    assert documented.keys() == tables
    for table, columns in documented.items():
        found = [row[1] for row in exported.execute(f"PRAGMA table_info({table})")]
        if table == "meta":
            found = [key for (key,) in exported.execute("SELECT key FROM meta ORDER BY rowid")]
        assert columns == found, table
