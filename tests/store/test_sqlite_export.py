from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockify_cli.domain.entry import ALL, LOCAL, EntryFields
from clockify_cli.domain.time.ranges import DayRange
from clockify_cli.domain.time.zones import day_start_utc
from clockify_cli.store.db import sqlite_export
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import totals

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
OCTOBER = DayRange(date(2026, 10, 20), date(2026, 10, 31), BERLIN)
"""The clocks go back on the 25th."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "timesheet.db") as found:
        yield found


def add(db: Database, *spans: tuple[datetime, datetime | None]) -> None:
    with db.change(LOCAL, verb="add", at=NOW) as change:
        for start, end in spans:
            change.create_entry(EntryFields(start=start, end=end, description="Work"))


def bounds(range_: DayRange) -> list[tuple[date, datetime, datetime]]:
    return [
        (
            day,
            day_start_utc(day, range_.zone, range_.day_start),
            day_start_utc(day + timedelta(days=1), range_.zone, range_.day_start),
        )
        for day in range_.days()
    ]


def contents(range_: DayRange) -> sqlite_export.Contents:
    return sqlite_export.Contents(
        workspace=LOCAL,
        user=None,
        start=range_.start,
        end=range_.end,
        chosen=ALL,
        days=bounds(range_),
        bills=(),
        about={"version": "1"},
    )


def written(db: Database, path: Path, range_: DayRange = OCTOBER) -> sqlite3.Connection:
    path.unlink(missing_ok=True)
    path.touch()
    sqlite_export.write(db, path, contents(range_))
    return sqlite3.connect(path)


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 10, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def test_an_entry_over_midnight_is_one_entry_and_a_row_for_each_day(
    db: Database, tmp_path: Path
) -> None:
    add(db, (berlin(24, 23), berlin(26, 1)))

    with closing(written(db, tmp_path / "x.sqlite")) as out:
        assert out.execute("SELECT date, started, ended, hours FROM entries").fetchall() == [
            ("2026-10-24", "2026-10-24T21:00:00Z", "2026-10-26T00:00:00Z", 27.0)
        ]
        assert out.execute("SELECT date, seconds, hours FROM days").fetchall() == [
            ("2026-10-24", 3600, 1.0),
            ("2026-10-25", 90_000, 25.0),
            ("2026-10-26", 3600, 1.0),
        ]


def test_what_began_before_the_range_stands_whole_under_its_first_day(
    db: Database, tmp_path: Path
) -> None:
    add(db, (berlin(19, 22), berlin(20, 2)), (berlin(31, 23), berlin(31, 23) + timedelta(hours=9)))

    with closing(written(db, tmp_path / "x.sqlite")) as out:
        assert out.execute("SELECT date, seconds FROM entries").fetchall() == [
            ("2026-10-20", 4 * 3600),
            ("2026-10-31", 9 * 3600),
        ]
        assert out.execute("SELECT date, seconds FROM days").fetchall() == [
            ("2026-10-20", 2 * 3600),
            ("2026-10-31", 3600),
        ]


def test_an_entry_without_length_has_a_day_and_a_running_timer_is_left_out(
    db: Database, tmp_path: Path
) -> None:
    add(db, (berlin(21, 9), berlin(21, 9)), (berlin(21, 10), None))

    path = tmp_path / "x.sqlite"
    path.touch()
    assert sqlite_export.write(db, path, contents(OCTOBER)) == (1, 1)
    with closing(sqlite3.connect(path)) as out:
        assert out.execute("SELECT date, seconds FROM days").fetchall() == [("2026-10-21", 0)]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 12 * 86_400), st.integers(1, 200_000)), min_size=1, max_size=8
    ),
    st.sampled_from([timedelta(), timedelta(hours=4)]),
)
def test_the_days_come_to_what_a_report_of_the_same_range_says(
    tmp_path: Path, spans: list[tuple[int, int]], day_start: timedelta
) -> None:
    range_ = DayRange(OCTOBER.first, OCTOBER.last, BERLIN, day_start)
    (tmp_path / "timesheet.db").unlink(missing_ok=True)
    with Database(tmp_path / "timesheet.db") as db:
        begin = berlin(19, 22)
        add(
            db,
            *(
                (begin + timedelta(seconds=after), begin + timedelta(seconds=after + length))
                for after, length in spans
            ),
        )
        report = totals.report(db, LOCAL, bounds(range_), ("day",), ALL, now=NOW)
        with closing(written(db, tmp_path / "x.sqlite", range_)) as out:
            found = dict(out.execute("SELECT date, sum(seconds) FROM days GROUP BY date"))
    (tmp_path / "timesheet.db").unlink()
    assert found == {group.key: group.seconds for group in report.groups}


def test_the_timesheet_is_as_it_was_and_can_be_exported_again(db: Database, tmp_path: Path) -> None:
    add(db, (berlin(21, 9), berlin(21, 10)))
    tables = db.all("SELECT name FROM sqlite_schema")

    for name in ("x.sqlite", "y.sqlite"):
        written(db, tmp_path / name).close()

    assert db.all("SELECT name FROM sqlite_schema") == tables
    assert db.all("SELECT name FROM temp.sqlite_schema") == []
    assert [name for _, name, _ in db.all("PRAGMA database_list") if name == "out"] == []


def test_a_file_that_cannot_be_written_is_the_systems_error(db: Database, tmp_path: Path) -> None:
    add(db, (berlin(21, 9), berlin(21, 10)))

    with pytest.raises(OSError, match="denied") as error:
        sqlite_export.write(db, tmp_path / "missing" / "x.sqlite", contents(OCTOBER))

    assert error.value.errno == errno.EACCES
    assert db.one("SELECT count(*) FROM entry") == (1,)
