"""A timesheet in a folder of its own, and short ways to write into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clockify_cli.store.db.changes import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the timesheet of a test is; nothing is there yet."""
    return tmp_path / "home" / "data" / "timesheet.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    """An empty timesheet."""
    with Database(path) as database:
        yield database
