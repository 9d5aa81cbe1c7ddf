"""New timesheets as copies of one: its many tables and indexes are not made anew in each test."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from clockify_cli.store.db import file
from clockify_cli.store.db.schema import MIGRATIONS, Step

_make_new = file._write_new


@cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "timesheet.db"
        _make_new(path, MIGRATIONS)
        return path.read_bytes()


def copy_new_timesheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process copy each new timesheet during the test; how one is made is not tested."""
    content = _content()

    def write_new(path: Path, steps: Sequence[Step]) -> None:
        if steps is not MIGRATIONS:
            _make_new(path, steps)
            return
        file.create_private(path)
        path.write_bytes(content)

    monkeypatch.setattr(file, "_write_new", write_new)
