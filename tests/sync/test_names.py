"""Tests of sending clients, projects, tasks and tags to Clockify."""

from __future__ import annotations

import pytest

from clockify_cli.domain.entry import Kind
from clockify_cli.errors import UsageError
from clockify_cli.store.timesheet import entities
from clockify_cli.sync import decide
from clockify_cli.values import replace
from tests.sync.household import KEY, Household
from tests.sync.twin import REFUSED, USER, WORKSPACE


def there(home: Household) -> dict[str, bool]:
    """Return for each name at Clockify whether it is archived."""
    return {item.name: item.archived for item in home.twin.names.values()}


def archive(home: Household, local_id: str) -> None:
    with home.db.change(WORKSPACE, verb="archive", at=home.now, account=KEY, user=USER) as change:
        change.update_item(replace(entities.get(home.db, local_id), archived=True))


def delete(home: Household, kind: Kind, local_id: str) -> None:
    with home.db.change(WORKSPACE, verb="delete", at=home.now, account=KEY, user=USER) as change:
        change.delete_item(kind, local_id)


@pytest.mark.parametrize("kind", ["client", "project", "tag"])
def test_a_name_is_created_renamed_archived_and_deleted(home: Household, kind: Kind) -> None:
    local_id = home.name(kind, "one")
    assert home.spent(home.push) == ["POST"]
    home.rename(local_id, "two")
    assert home.spent(home.push) == ["PUT"]
    archive(home, local_id)
    assert home.spent(home.push) == ["PUT"]
    assert there(home) == {"two": True}
    delete(home, kind, local_id)
    assert home.spent(home.push) == ["GET", "DELETE"]
    assert there(home) == {}


def test_a_name_is_archived_before_it_is_deleted(home: Household) -> None:
    local_id = home.name("project", "Website")
    home.push()
    delete(home, "project", local_id)
    assert home.spent(home.push) == ["GET", "PUT", "DELETE"]
    assert home.states() == ["APPLIED", "APPLIED"]


def test_a_deleted_name_that_is_gone_already_is_settled(home: Household) -> None:
    local_id = home.name("tag", "deep")
    home.push()
    home.twin.names.clear()
    delete(home, "tag", local_id)
    home.push()
    assert home.verdicts()[1] == "superseded: deleted in Clockify"


def test_a_task_is_created_under_its_project_and_after_it(home: Household) -> None:
    project = home.name("project", "Website")
    task = home.name("task", "Design", project=project)
    home.push()
    ids = {item.name: item.id for item in home.twin.names.values()}
    assert home.twin.names[ids["Design"]].project_id == ids["Website"]
    home.rename(task, "Drawing")
    home.push()
    assert set(there(home)) == {"Website", "Drawing"}


def test_a_name_made_and_renamed_offline_is_one_request(home: Household) -> None:
    local_id = home.name("tag", "one")
    home.rename(local_id, "two")
    assert home.spent(home.push) == ["POST"]
    assert there(home) == {"two": False}


def test_a_name_made_and_deleted_offline_is_none(home: Household) -> None:
    delete(home, "tag", home.name("tag", "one"))
    assert home.spent(home.push) == []


def test_the_same_name_made_here_and_there_is_one(home: Household) -> None:
    tag = home.name("tag", "deep")
    theirs = home.twin.web_name("tag", "deep")
    home.pull(what="names")
    home.push()
    tags = entities.items(home.db, WORKSPACE, "tag")
    assert [(item.local_id, item.server_id) for item in tags] == [(tag, theirs)]


@pytest.mark.parametrize("fault", ["unanswered", "lost", "late"])
def test_a_deletion_whose_answer_got_lost_comes_to_its_end(home: Household, fault: str) -> None:
    home.twin.lateness = 50.0
    local_id = home.name("project", "Website")
    home.push()
    delete(home, "project", local_id)
    home.twin.faults.extend(["", fault])
    for _ in range(4):
        home.push()
        home.clock.advance(121)
    assert there(home) == {}
    assert home.states() == ["APPLIED", "APPLIED"]


def test_a_name_that_is_another_rows_by_now_is_not_taken_for_ours(home: Household) -> None:
    renamed = home.name("project", "Website")
    home.push()
    home.rename(renamed, "Site")
    home.name("project", "Website")
    home.twin.faults.append(REFUSED)
    home.push()
    assert home.states() == ["APPLIED", "REJECTED", "REJECTED"]
    for seq in (2, 3):
        decide.retry(home.db, KEY, seq)
    home.push()
    assert there(home) == {"Site": False, "Website": False}


def test_what_another_row_made_is_not_adopted_as_a_name(home: Household) -> None:
    local_id = home.name("tag", "deep")
    home.push()
    home.name("tag", "deeper")
    home.twin.faults.append(REFUSED)
    home.push()
    with pytest.raises(UsageError):
        decide.adopt(home.db, KEY, 2, entities.get(home.db, local_id).server_id or "")
