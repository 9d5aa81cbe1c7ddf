"""Rates from Clockify: of tasks, projects, members and the workspace.

A rate of 0 counts as none. A rate without a currency has that of the project's client, else the
workspace's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clockify_cli.domain.money import Rate, Rates
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.store.db.schema import OPEN

MOST = 10**11
"""The highest hourly rate in cents, so that amounts stay exact."""

_RATED = """
    SELECT i.local_id, i.kind, json_extract(i.extra, '$.hourlyRate', '$.memberships'),
           json_extract(c.extra, '$.currencyCode')
    FROM item i
    LEFT JOIN item p ON p.local_id = i.project
    LEFT JOIN item c ON c.local_id = coalesce(p.client, i.client)
    WHERE i.workspace = ? AND i.kind IN ('project', 'task') AND instr(i.extra, 'hourlyRate') > 0
"""


def known_rates(
    db: StoreConnection,
    workspace: str,
    *,
    account: str | None = None,
    user: str | None = None,
    settings: Mapping[str, Rate] | None = None,
    usual: Rate | None = None,
) -> Rates:
    """Return every rate for *user*'s time in *workspace*, as the copy has them.

    *account* is the key of the account that owns the workspace. *settings* (by the local ids of
    projects) and *usual* are the rates of the configuration.
    """
    with db.making_sense("a rate in it"):
        said = _workspace_extra(db, account, workspace)
        currency = _usual_currency(said)
        tasks, members, projects = dict[str, Rate](), dict[str, Rate](), dict[str, Rate]()
        for local_id, kind, rates, client_currency in db.each(_RATED, (workspace,)):
            hourly, memberships = json.loads(rates)
            money = client_currency or currency
            if rate := rate_of(hourly, money):
                (tasks if kind == "task" else projects)[local_id] = rate
            if rate := _own_rate(memberships, user, money):
                members[local_id] = rate
        return Rates(
            tasks=tasks,
            members=members,
            projects=projects,
            member=_own_rate(said.get("memberships"), user, currency),
            workspace=rate_of(said.get("hourlyRate"), currency),
            settings=settings or {},
            usual=usual,
        )


def own_rate(extra: str, currency: str = "") -> Rate | None:
    """Return an entry's own rate as sent by Clockify; *extra* is the entry's JSON text."""
    return None if extra == "{}" else rate_of(json.loads(extra).get("hourlyRate"), currency)


def usual_currency(db: StoreConnection, account: str | None, workspace: str) -> str:
    """Return the currency of the workspace; empty if unknown."""
    return _usual_currency(_workspace_extra(db, account, workspace))


def outdated(db: StoreConnection, workspace: str) -> list[str]:
    """Return the local ids of entries whose own rate is that of another project or task.

    They were moved here, and Clockify has not answered that yet.
    """
    rows = db.each(
        f"""
        SELECT e.local_id FROM entry e
        LEFT JOIN item p ON p.local_id = e.project LEFT JOIN item t ON t.local_id = e.task
        WHERE e.workspace = ? AND e.extra <> '{{}}' AND e.server IS NOT NULL
        AND e.local_id IN (SELECT local_id FROM journal WHERE {OPEN})
        AND (json_extract(e.server, '$.project') IS NOT p.server_id
             OR json_extract(e.server, '$.task') IS NOT t.server_id)
        """,
        (workspace,),
    )
    return [local_id for (local_id,) in rows]


def named_projects(db: StoreConnection, workspace: str) -> list[tuple[str, str, str | None]]:
    """Return every project, deleted or not: its local id, its name and its client's name."""
    return db.all(
        """
        SELECT p.local_id, p.name, c.name FROM item p LEFT JOIN item c ON c.local_id = p.client
        WHERE p.workspace = ? AND p.kind = 'project'
        """,
        (workspace,),
    )


def clients_of_projects(db: StoreConnection, workspace: str) -> dict[str | None, str | None]:
    """Return the client of each project, by local ids."""
    return dict(
        db.each(
            "SELECT local_id, client FROM item WHERE workspace = ? AND kind = 'project'",
            (workspace,),
        )
    )


def named_clients(db: StoreConnection, workspace: str) -> list[tuple[str, str]]:
    """Return every client, deleted or not: its local id and its name."""
    return db.all(
        "SELECT local_id, name FROM item WHERE workspace = ? AND kind = 'client'", (workspace,)
    )


def rate_of(said: object, currency: str) -> Rate | None:
    """Return the rate in Clockify's form (``{"amount", "currency"}``, in cents), or None."""
    amount = said.get("amount") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(amount, int) or isinstance(amount, bool):
        return None
    code = said.get("currency") or currency
    if not 0 < amount <= MOST or not isinstance(code, str) or not code:
        return None
    return Rate(amount, code.upper())


def _own_rate(memberships: object, user: str | None, currency: str) -> Rate | None:
    for member in _objects(memberships):
        if user is not None and member.get("userId") == user:
            return rate_of(member.get("hourlyRate"), currency)
    return None


def _objects(found: object) -> Iterator[dict[str, Any]]:
    if isinstance(found, list):
        yield from (each for each in found if isinstance(each, dict))


def _workspace_extra(db: StoreConnection, account: str | None, workspace: str) -> dict[str, Any]:
    sql = "SELECT extra FROM workspace WHERE account = ? AND id = ?"
    said = json.loads(db.text(sql, (account, workspace)) or "{}")
    return said if isinstance(said, dict) else {}


def _usual_currency(said: dict[str, Any]) -> str:
    named = [each for each in _objects(said.get("currencies")) if each.get("code")]
    usual = [each for each in named if each.get("isDefault")] or (named if len(named) == 1 else [])
    hourly = said.get("hourlyRate")
    code = usual[0]["code"] if usual else hourly.get("currency") if isinstance(hourly, dict) else ""
    return str(code or "")
