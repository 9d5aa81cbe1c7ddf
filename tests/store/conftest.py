"""A timesheet in its own folder, and short ways to write to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clockify_cli.store.db.changes import Database
from tests.new_timesheet import copy_new_timesheets


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a test's timesheet, which does not exist yet."""
    return tmp_path / "home" / "data" / "timesheet.db"


@pytest.fixture
def db(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Yield an empty timesheet."""
    copy_new_timesheets(monkeypatch)
    with Database(path) as database:
        yield database
