"""Tests of names by kind, workspace and id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clockify_cli.domain.entry import LOCAL
from clockify_cli.errors import NotFound
from clockify_cli.store.db.changes import Database
from clockify_cli.store.timesheet import entities
from tests.store.written import DEEP, NOW, OTHER, PROJECT, SOON, TASK, WORKSPACE
from tests.store.written import fill_catalogue as fill


def test_items_are_listed_by_name(db: Database) -> None:
    fill(db)
    assert entities.items(db, LOCAL, "tag") == [DEEP, SOON]
    assert entities.items(db, LOCAL, "project") == [OTHER, PROJECT]
    assert entities.items(db, WORKSPACE, "tag") == []


def test_archived_items_can_be_left_out_or_asked_for(db: Database) -> None:
    fill(db)
    old = replace(SOON, archived=True)
    with db.change(LOCAL, verb="archive", at=NOW) as change:
        change.update_item(old)
    assert entities.items(db, LOCAL, "tag", archived=False) == [DEEP]
    assert entities.items(db, LOCAL, "tag", archived=True) == [old]
    assert entities.items(db, LOCAL, "tag") == [DEEP, old]


def test_tasks_can_be_those_of_a_project(db: Database) -> None:
    fill(db)
    assert entities.items(db, LOCAL, "task", project=PROJECT.local_id) == [TASK]
    assert entities.items(db, LOCAL, "task", project=OTHER.local_id) == []


@pytest.mark.parametrize("name", ["A%", "_", "'); DROP TABLE item; --", '"', "\\", "*"])
def test_quotes_and_wildcards_in_names_are_letters(db: Database, name: str) -> None:
    fill(db)
    kept = replace(SOON, name=name)
    with db.change(LOCAL, verb="rename", at=NOW) as change:
        change.update_item(kept)
    assert set(entities.items(db, LOCAL, "tag")) == {DEEP, kept}


def test_an_item_is_found_by_its_id(db: Database) -> None:
    fill(db)
    assert entities.get(db, TASK.local_id) == TASK
    with db.change(LOCAL, verb="delete", at=NOW) as change:
        change.delete_item("task", TASK.local_id)
    with pytest.raises(NotFound):
        entities.get(db, TASK.local_id)


def test_a_deleted_item_comes_back_under_its_id(db: Database) -> None:
    fill(db)
    with db.change(LOCAL, verb="delete", at=NOW) as change:
        change.delete_item("tag", DEEP.local_id)
        change.create_item(DEEP)
    assert entities.get(db, DEEP.local_id) == DEEP
