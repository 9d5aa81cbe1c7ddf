"""Tests of the quick answer for a prompt."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clockify_cli.errors import StoreError
from clockify_cli.plain_settings import GLOBAL_BASE, PlainSettings
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import meta_value, put_meta
from clockify_cli.store.glance import Unsure, glance, key_mark, profile_mark
from clockify_cli.store.sync import accounts
from tests.store.written import (
    NOW,
    OTHER,
    PROJECT,
    USER,
    WORKSPACE,
    add,
    at,
    fill_catalogue,
)

PLAIN = PlainSettings({"CLOCKIFY_HOME": "/nonexistent"}, "default", None)
NINE = int(at(9).timestamp())


def test_no_timesheet_is_no_timer_and_none_is_made(path: Path) -> None:
    assert glance(str(path), PLAIN) is None
    assert not path.parent.exists()


def test_nothing_runs(db: Database) -> None:
    add(db, at(9), at(10))
    assert glance(str(db.path), PLAIN) is None


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
    assert glance(str(db.path), PLAIN) == (NINE, label)


class Said(PlainSettings):
    """Settings with the values that a test wants."""

    def __init__(self, profile: str = "default", named: str | None = None, key: str = "") -> None:
        super().__init__(
            {"CLOCKIFY_HOME": "/nonexistent", "CLOCKIFY_API_KEY": key}, "default", None
        )
        self.profile = profile
        self._named = named

    def workspace(self) -> str | None:
        return self._named


def sign_in(db: Database, mark: str, user: str = USER) -> None:
    """Give the account of *user* the key mark *mark* and the workspaces Club, Mine and Work."""
    account = accounts.Account(
        base_url=GLOBAL_BASE,
        user_id=user,
        name="",
        email="",
        settings=json.dumps({"activeWorkspace": WORKSPACE}),
        fetched=NOW,
    )
    accounts.save_account(db, account)
    ids = {"Work": WORKSPACE, "Club": WORKSPACE[:-1] + "2", "Mine": WORKSPACE[:-1] + "3"}
    accounts.save_workspaces(
        db,
        account.key,
        [
            accounts.Workspace(id=id_, name=name, plan=None, settings="{}", extra="{}", fetched=NOW)
            for name, id_ in ids.items()
        ],
    )
    put_meta(db, mark, account.key)


def test_the_active_workspace_of_the_profile_counts(db: Database) -> None:
    add(db, at(9), None, "at work", workspace=WORKSPACE)
    add(db, at(9), None, "at home")
    path = str(db.path)
    assert glance(path, PLAIN) == (NINE, "at home")
    sign_in(db, profile_mark("default"))
    assert glance(path, PLAIN) == (NINE, "at work")
    assert glance(path, Said("other")) == (NINE, "at home")
    assert glance(path, Said(named="local")) == (NINE, "at home")
    assert glance(path, Said(named="Work")) == (NINE, "at work")
    assert glance(path, Said(named=WORKSPACE)) == (NINE, "at work")
    assert glance(path, Said(named="Club")) is None


def test_the_timer_of_another_user_of_the_workspace_is_not_shown(db: Database) -> None:
    sign_in(db, profile_mark("default"))
    sign_in(db, profile_mark("other"), USER[:-1] + "b")
    add(db, at(9), None, "of the first", workspace=WORKSPACE)
    assert glance(str(db.path), PLAIN) == (NINE, "of the first")
    assert glance(str(db.path), Said("other")) is None


def test_the_user_of_the_key_in_the_environment_counts(db: Database) -> None:
    sign_in(db, key_mark(GLOBAL_BASE, "Abc"))
    add(db, at(9), None, "at work", workspace=WORKSPACE)
    assert glance(str(db.path), Said(key="Abc")) == (NINE, "at work")
    assert glance(str(db.path), PLAIN) is None


@pytest.mark.parametrize(("named", "key"), [("wor", ""), ("Gone", ""), (None, "unknown")])
def test_what_needs_more_than_a_look_is_not_guessed(
    db: Database, named: str | None, key: str
) -> None:
    sign_in(db, profile_mark("default"))
    with pytest.raises(Unsure):
        glance(str(db.path), Said(named=named, key=key))


def test_a_workspace_that_the_account_has_no_more_is_known_by_its_id_alone(db: Database) -> None:
    sign_in(db, profile_mark("default"))
    add(db, at(9), None, "at work", workspace=WORKSPACE)
    account = accounts.account_key(GLOBAL_BASE, USER)
    accounts.save_workspaces(db, account, accounts.workspaces(db, account)[:2])
    assert glance(str(db.path), Said(named=WORKSPACE)) == (NINE, "at work")
    assert glance(str(db.path), PLAIN) is None
    with pytest.raises(Unsure):
        glance(str(db.path), Said(named="Work"))


def test_nothing_is_left_behind(path: Path) -> None:
    with Database(path) as db:
        add(db, at(9), None)
    assert glance(str(path), PLAIN) is not None
    assert [found.name for found in path.parent.iterdir()] == ["timesheet.db"]


def test_a_path_with_marks_of_an_address_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "50%3f?#a b" / "timesheet.db"
    with Database(path) as db:
        add(db, at(9), None, "x")
    assert glance(str(path), PLAIN) == (NINE, "x")


@pytest.mark.parametrize("content", [b"", b"text\n" * 400], ids=["empty", "text"])
def test_damage_is_told_and_not_taken_for_no_timer(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=str(path)):
        glance(str(path), PLAIN)


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
    with pytest.raises(StoreError, match="is not a regular file"):
        glance(str(path), PLAIN)


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
        "clockify_cli.store.glance",
    ]


def _root() -> Path:
    return Path(__file__).parents[2]


def test_facts_are_kept_replaced_and_removed(db: Database) -> None:
    assert meta_value(db, "machine") is None
    put_meta(db, "machine", "a")
    put_meta(db, "machine", "b")
    assert meta_value(db, "machine") == "b"
    put_meta(db, "machine", None)
    assert meta_value(db, "machine") is None
