"""Tests of the rates that Clockify sent, as the copy has them."""

from __future__ import annotations

import json

import pytest

from clockify_cli.domain.entry import EntryFields, Item, Kind
from clockify_cli.domain.money import NO_RATES, Rate, Rates
from clockify_cli.errors import StoreError
from clockify_cli.store.db.changes import Database
from clockify_cli.store.sync import accounts, replica
from clockify_cli.store.sync.replica import PulledEntry
from clockify_cli.store.timesheet.entities import new_local_id
from clockify_cli.store.timesheet.rates import (
    known_rates,
    outdated,
    own_rate,
    rate_of,
    usual_currency,
)
from clockify_cli.values import replace
from tests.store.written import ACCOUNT, NOW, USER, WORKSPACE, at

OTHER_USER = "5f00000000000000000000bb"


def euro(cents: int) -> dict[str, object]:
    return {"amount": cents, "currency": "EUR"}


def member(user: str, cents: int) -> dict[str, object]:
    return {"userId": user, "hourlyRate": euro(cents)}


def workspace(db: Database, **extra: object) -> None:
    known = accounts.Workspace(
        id=WORKSPACE, name="Work", plan="PRO", settings="{}", extra=json.dumps(extra), fetched=NOW
    )
    accounts.save_workspaces(db, ACCOUNT, [known])


def put(db: Database, kind: Kind, name: str, of: str | None = None, **extra: object) -> str:
    item = Item(
        kind=kind,
        local_id=new_local_id(),
        workspace_id=WORKSPACE,
        server_id=f"{kind[0]}{name}".encode().hex().ljust(24, "0"),
        name=name,
        client=of if kind == "project" else None,
        project=of if kind == "task" else None,
        extra=json.dumps(extra),
    )
    return replica.put_item(db, item, "{}")


def rates(db: Database, user: str | None = USER) -> Rates:
    return known_rates(db, WORKSPACE, account=ACCOUNT, user=user)


def test_where_nothing_is_known_there_is_no_rate(db: Database) -> None:
    assert rates(db) == NO_RATES
    assert known_rates(db, "local") == NO_RATES
    workspace(db, hourlyRate={"amount": 0, "currency": "USD"})
    put(db, "project", "Site", color="#000", hourlyRate=None)
    assert rates(db) == NO_RATES


def test_the_rates_of_every_level_are_found(db: Database) -> None:
    workspace(db, hourlyRate=euro(1), memberships=[member(OTHER_USER, 98), member(USER, 2)])
    client = put(db, "client", "Acme")
    site = put(
        db,
        "project",
        "Site",
        client,
        hourlyRate=euro(3),
        memberships=[member(OTHER_USER, 99), member(USER, 4)],
    )
    task = put(db, "task", "Draft", site, hourlyRate=euro(5))
    found = rates(db)
    assert found == Rates(
        tasks={task: Rate(5, "EUR")},
        members={site: Rate(4, "EUR")},
        projects={site: Rate(3, "EUR")},
        member=Rate(2, "EUR"),
        workspace=Rate(1, "EUR"),
    )
    assert rates(db, None) == replace(found, members={}, member=None)


def test_settings_come_with_them(db: Database) -> None:
    found = known_rates(db, WORKSPACE, settings={"p": Rate(1, "USD")}, usual=Rate(2, "USD"))
    assert found.of(None, None, "p") == Rate(1, "USD")
    assert found.of(None, None, None) == Rate(2, "USD")


def test_a_rate_without_a_currency_has_that_of_the_client_else_of_the_workspace(
    db: Database,
) -> None:
    workspace(db, currencies=[{"code": "CHF", "isDefault": True}, {"code": "USD"}])
    client = put(db, "client", "Acme", currencyCode="GBP")
    ours = put(db, "project", "Ours", hourlyRate={"amount": 1})
    theirs = put(db, "project", "Theirs", client, hourlyRate={"amount": 2, "currency": ""})
    task = put(db, "task", "Draft", theirs, hourlyRate={"amount": 3})
    assert rates(db).projects == {ours: Rate(1, "CHF"), theirs: Rate(2, "GBP")}
    assert rates(db).tasks == {task: Rate(3, "GBP")}


@pytest.mark.parametrize(
    ("extra", "currency"),
    [
        ({}, ""),
        ({"currencies": [{"code": "USD"}]}, "USD"),
        ({"currencies": [{"code": "USD"}, {"code": "EUR"}]}, ""),
        ({"currencies": [{"code": "USD"}, {"code": "EUR"}], "hourlyRate": euro(0)}, "EUR"),
        ({"currencies": "nonsense", "hourlyRate": 5}, ""),
    ],
)
def test_the_usual_currency_is_known_or_not(
    db: Database, extra: dict[str, object], currency: str
) -> None:
    workspace(db, **extra)
    assert usual_currency(db, ACCOUNT, WORKSPACE) == currency


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        (euro(9500), Rate(9500, "EUR")),
        ({"amount": 9500, "currency": "eur"}, Rate(9500, "EUR")),
        ({"amount": 9500}, Rate(9500, "USD")),
        (euro(0), None),
        (euro(-5), None),
        ({"amount": "5", "currency": "EUR"}, None),
        ({"currency": "EUR"}, None),
        (None, None),
        ([], None),
    ],
)
def test_a_rate_of_nothing_is_none(said: object, rate: Rate | None) -> None:
    assert rate_of(said, "USD") == rate


def test_an_entrys_own_rate_is_the_one_sent_with_it() -> None:
    assert own_rate("{}") is None
    assert own_rate('{"hourlyRate":{"amount":9500,"currency":"EUR"}}') == Rate(9500, "EUR")
    assert own_rate('{"hourlyRate":{"amount":0,"currency":"EUR"}}') is None
    assert own_rate('{"costRate":{"amount":5,"currency":"EUR"}}') is None


def test_an_entry_that_was_moved_here_has_no_rate_of_its_own_until_clockify_answers(
    db: Database,
) -> None:
    site, other = put(db, "project", "Site"), put(db, "project", "Other")
    server = {"project": f"{b'pSite'.hex():0<24}", "task": None}
    fields = EntryFields(start=at(9), end=at(10), project=site, billable=True)
    entry = replica.put_entry(
        db,
        PulledEntry(
            workspace_id=WORKSPACE,
            user_id=USER,
            server_id="e" * 24,
            fields=fields,
            server=json.dumps(server),
            extra=json.dumps({"hourlyRate": euro(9500)}),
        ),
    )
    assert outdated(db, WORKSPACE) == []
    for project, found in ((site, []), (other, [entry])):
        with db.change(WORKSPACE, verb="edit", at=NOW, account=ACCOUNT, user=USER) as change:
            change.update_entry(entry, replace(fields, project=project, description=project))
        assert outdated(db, WORKSPACE) == found


@pytest.mark.parametrize("extra", ["[]", "5", '{"hourlyRate"', '{"hourlyRate":5,"currencies":5}'])
def test_nonsense_is_damage_or_no_rate_and_no_failure(db: Database, extra: str) -> None:
    workspace(db)
    put(db, "project", "Site", hourlyRate=euro(1))
    db.run("UPDATE workspace SET extra = ?", (extra,))
    db.run("UPDATE item SET extra = ?", (extra,))
    try:
        assert rates(db) == NO_RATES
    except StoreError as error:
        assert "damaged" in error.message  # noqa: PT017 (either is well)
