"""The answer for a prompt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clockify_cli.domain.entry import LOCAL
from clockify_cli.errors import StoreError
from clockify_cli.store import meta
from clockify_cli.store.database import Database
from clockify_cli.store.glance import glance
from tests.store.written import OTHER, PROJECT, WORKSPACE, add, at, fill_catalogue

NINE = int(at(9).timestamp())


def test_no_timesheet_is_no_timer_and_none_is_made(path: Path) -> None:
    assert glance(str(path)) is None
    assert not path.parent.exists()


def test_nothing_runs(db: Database) -> None:
    add(db, at(9), at(10))
    assert glance(str(db.path)) is None


@pytest.mark.parametrize(
    ("description", "project", "label"),
    [
        ("Write spec", PROJECT, "Write spec"),
        ("", PROJECT, "Acme / Website"),
        ("", OTHER, "Internal"),
        ("", None, ""),
    ],
)
def test_a_timer_is_called_by_its_description_or_project(
    db: Database, description: str, project: object, label: str
) -> None:
    fill_catalogue(db)
    add(db, at(9), None, description, project=getattr(project, "local_id", None))
    assert glance(str(db.path)) == (NINE, label)


def test_the_active_workspace_of_the_profile_counts(db: Database) -> None:
    add(db, at(9), None, "at work", workspace=WORKSPACE)
    assert glance(str(db.path)) is None
    meta.use_workspace(db, "default", WORKSPACE)
    assert glance(str(db.path)) == (NINE, "at work")
    assert glance(str(db.path), profile="other") is None
    assert glance(str(db.path), WORKSPACE, "other") == (NINE, "at work")


def test_nothing_is_left_behind(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), None)
    assert glance(str(path)) is not None
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]


def test_a_path_with_marks_of_an_address_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "50%3f?#a b" / "timesheet.db"
    with Database(path) as db:
        add(db, at(9), None, "x")
    assert glance(str(path)) == (NINE, "x")


@pytest.mark.parametrize("content", [b"", b"text\n" * 400], ids=["empty", "text"])
def test_damage_is_told_and_not_taken_for_no_timer(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=str(path)):
        glance(str(path))


@pytest.mark.parametrize("kind", ["dangling link", "link", "pipe", "folder"])
def test_what_is_no_regular_file_is_told_at_once(path: Path, kind: str) -> None:
    path.parent.mkdir(parents=True)
    match kind:
        case "dangling link":
            path.symlink_to("nowhere")
        case "link":
            path.with_name("other").write_text("x")
            path.symlink_to("other")
        case "pipe":
            os.mkfifo(path)
        case _:
            path.mkdir()
    with pytest.raises(StoreError, match="is no regular file"):
        glance(str(path))


def test_it_imports_little() -> None:
    code = (
        "import sys, sqlite3, os; before = set(sys.modules);"
        "import clockify_cli.store.glance; print(*sorted(set(sys.modules) - before))"
    )
    found = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, cwd=_root()
    )
    assert found.stdout.split() == [
        "__future__",
        "clockify_cli",
        "clockify_cli.errors",
        "clockify_cli.store",
        "clockify_cli.store.damage",
        "clockify_cli.store.glance",
    ]


def _root() -> Path:
    return Path(__file__).parents[2]


def test_facts_are_kept_replaced_and_removed(db: Database) -> None:
    assert meta.active_workspace(db, "default") == LOCAL
    assert meta.value(db, "machine") is None
    meta.put(db, "machine", "a")
    meta.put(db, "machine", "b")
    assert meta.value(db, "machine") == "b"
    meta.put(db, "machine", None)
    assert meta.value(db, "machine") is None
