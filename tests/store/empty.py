"""An empty timesheet, made by the program once and copied from then on."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from clockify_cli.store.db.file import create_private, open_database


def put_empty(path: Path) -> None:
    """Put an empty timesheet at *path*, unless there is one.

    For tests of what is done to a timesheet: how it is made is tested in `tests.store.test_file`.
    """
    if not path.exists():
        create_private(path)
        path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data" / "timesheet.db"
        open_database(path, create=True).close()
        return path.read_bytes()
