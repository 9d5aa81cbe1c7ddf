"""A copied empty timesheet is as one that the program makes."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from clockify_cli.store.db.file import open_database
from tests.store.empty import put_empty


def content(path: Path) -> tuple[int, list[str], str]:
    """Return the mode of the file at *path*, all that it says, and how it is kept."""
    with closing(open_database(path, create=True)) as connection:
        (kept,) = connection.execute("PRAGMA journal_mode").fetchone()
        return path.stat().st_mode, list(connection.iterdump()), kept


def test_a_copied_empty_timesheet_is_as_a_new_one(tmp_path: Path) -> None:
    for name in ("new", "first", "second"):
        (tmp_path / name).mkdir(0o700)
    put_empty(tmp_path / "first" / "timesheet.db")
    put_empty(tmp_path / "second" / "timesheet.db")
    new = content(tmp_path / "new" / "timesheet.db")
    assert content(tmp_path / "first" / "timesheet.db") == new
    assert content(tmp_path / "second" / "timesheet.db") == new


def test_what_is_there_already_stays(tmp_path: Path) -> None:
    (tmp_path / "timesheet.db").write_text("mine")
    put_empty(tmp_path / "timesheet.db")
    assert (tmp_path / "timesheet.db").read_text() == "mine"
