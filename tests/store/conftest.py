"""A timesheet in its own folder, and short ways to write to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clockify_cli.store.db.changes import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the path of a test's timesheet, which does not exist yet."""
    return tmp_path / "home" / "data" / "timesheet.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    """Yield an empty timesheet."""
    with Database(path) as database:
        yield database
