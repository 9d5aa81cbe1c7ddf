"""Tests of accounts and their workspaces."""

from __future__ import annotations

from dataclasses import replace

from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import accounts
from clockify_cli.store.sync.accounts import Account, Workspace
from tests.store.written import NOW, add, at

ADA = Account(
    base_url="https://api.clockify.me/api/v1",
    user_id="5f00000000000000000000aa",
    name="Ada",
    email="ada@example.org",
    settings='{"timeZone":"Europe/Berlin"}',
    fetched=NOW,
)
TEAM = Workspace(
    id="5f0000000000000000000002", name="Team", plan="PRO", settings="{}", extra="{}", fetched=NOW
)
HOME = replace(TEAM, id="5f0000000000000000000001", name="Home", plan=None)


def test_an_account_is_kept_and_replaced(db: Database) -> None:
    accounts.save_account(db, ADA)
    accounts.save_account(db, replace(ADA, name="Ada L."))
    assert accounts.account(db, ADA.key) == replace(ADA, name="Ada L.")
    assert accounts.account(db, "other") is None


def test_a_user_at_another_address_is_another_account() -> None:
    assert replace(ADA, base_url="http://localhost:1/api/v1").key != ADA.key
    assert replace(ADA, base_url=f"{ADA.base_url}/").key == ADA.key


def test_workspaces_are_exactly_those_that_were_told_last(db: Database) -> None:
    accounts.save_workspaces(db, ADA.key, [TEAM, HOME])
    assert accounts.workspaces(db, ADA.key) == [HOME, TEAM]
    accounts.save_workspaces(db, ADA.key, [TEAM])
    assert accounts.workspaces(db, ADA.key) == [TEAM]
    assert accounts.workspace(db, ADA.key, TEAM.id) == TEAM
    assert accounts.workspace(db, ADA.key, HOME.id) is None


def test_a_lost_workspace_is_known_while_something_here_belongs_to_it(db: Database) -> None:
    accounts.save_workspaces(db, ADA.key, [TEAM, HOME])
    local_id = add(db, at(8), at(9), workspace=TEAM.id)
    accounts.save_workspaces(db, ADA.key, [HOME])
    assert accounts.workspaces(db, ADA.key) == [HOME]
    assert accounts.lost_workspaces(db, ADA.key) == [TEAM]
    assert accounts.workspace(db, ADA.key, TEAM.id) == TEAM
    accounts.save_workspaces(db, ADA.key, [TEAM, HOME])
    assert accounts.workspaces(db, ADA.key) == [HOME, TEAM]
    assert accounts.lost_workspaces(db, ADA.key) == []
    db.run("UPDATE entry SET deleted = 1 WHERE local_id = ?", (local_id,))
    accounts.save_workspaces(db, ADA.key, [HOME])
    assert accounts.lost_workspaces(db, ADA.key) == [TEAM]
    db.run("UPDATE journal SET state = 'APPLIED' WHERE local_id = ?", (local_id,))
    accounts.save_workspaces(db, ADA.key, [HOME])
    assert accounts.workspace(db, ADA.key, TEAM.id) is None
