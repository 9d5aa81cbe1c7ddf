"""Accounts that have signed in here, their workspaces, and the ledger of requests made to them.

All processes share the ledger. To check the limit and record a request in one step, so that two
processes cannot both take the last one, call `request_times` and `record_request` within one
``db.transaction()``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from clockify_cli.store.db.connection import (
    Record,
    StoreConnection,
    meta_value,
    moment_of,
    put_meta,
    seconds_of,
)
from clockify_cli.store.db.schema import OPEN
from clockify_cli.store.glance import lost_key
from clockify_cli.values import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of Clockify at one base URL; *settings* is JSON text (zone, week start, clock).

    *fetched*: when Clockify sent it, aware UTC.
    """

    base_url: str
    user_id: str
    name: str
    email: str
    settings: str
    fetched: datetime

    @property
    def key(self) -> str:
        """The text that identifies the account in the journal and the ledger."""
        return account_key(self.base_url, self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace of an account; *settings* and *extra* are JSON text as Clockify sent it."""

    id: str
    name: str
    plan: str | None
    settings: str
    extra: str
    fetched: datetime


def account_key(base_url: str, user_id: str) -> str:
    """Return the key of the account of *user_id* at *base_url*."""
    return f"{user_id} {base_url.rstrip('/')}"


_ACCOUNT = tuple(column.name for column in fields(Account))


def save_account(db: StoreConnection, account: Account) -> None:
    """Store *account*, replacing what was known of it."""
    said = [getattr(account, name) for name in _ACCOUNT[:-1]]
    db.run(
        f"INSERT OR REPLACE INTO account (key, {', '.join(_ACCOUNT)}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (account.key, *said, seconds_of(account.fetched)),
    )


def account(db: StoreConnection, key: str) -> Account | None:
    """Return the account with that key, or None."""
    found = db.one(f"SELECT {', '.join(_ACCOUNT)} FROM account WHERE key = ?", (key,))
    if found is None:
        return None
    *said, fetched = found
    return Account(**dict(zip(_ACCOUNT, said, strict=False)), fetched=moment_of(fetched))


def save_workspaces(db: StoreConnection, account_key: str, workspaces: Iterable[Workspace]) -> None:
    """Replace the account's workspaces by *workspaces*.

    Others are remembered as long as entries or open changes here belong to them: see
    `lost_workspaces`.
    """
    rows = [
        (account_key, w.id, w.name, w.plan, w.settings, w.extra, seconds_of(w.fetched))
        for w in workspaces
    ]
    there = json.dumps([row[1] for row in rows])
    with db.transaction():
        db.run(
            f"""
            DELETE FROM workspace WHERE account = :account
            AND (id IN (SELECT value FROM json_each(:there)) OR NOT (
                EXISTS (
                    SELECT 1 FROM entry WHERE entry.workspace = workspace.id AND entry.deleted = 0)
                OR EXISTS (
                    SELECT 1 FROM journal WHERE journal.workspace = workspace.id
                    AND journal.account = :account AND {OPEN})))
            """,
            {"account": account_key, "there": there},
        )
        lost = db.all("SELECT id FROM workspace WHERE account = ?", (account_key,))
        put_meta(db, lost_key(account_key), json.dumps([id_ for (id_,) in lost]) if lost else None)
        db.run_many(
            """
            INSERT INTO workspace (account, id, name, plan, settings, extra, fetched)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            rows,
        )


_WORKSPACE = tuple(column.name for column in fields(Workspace))
_SELECT = f"SELECT {', '.join(_WORKSPACE)} FROM workspace WHERE account = ?"


def workspaces(db: StoreConnection, account_key: str) -> list[Workspace]:
    """Return the workspaces that the account has, by name."""
    lost = _lost_ids(db, account_key)
    return [found for found in _all_workspaces(db, account_key) if found.id not in lost]


def lost_workspaces(db: StoreConnection, account_key: str) -> list[Workspace]:
    """Return the workspaces that the account once had and that have data here, by name."""
    lost = _lost_ids(db, account_key)
    return [found for found in _all_workspaces(db, account_key) if found.id in lost]


def _all_workspaces(db: StoreConnection, account_key: str) -> list[Workspace]:
    rows = db.each(f"{_SELECT} ORDER BY name, id", (account_key,))
    return [_workspace(record) for record in rows]


def _lost_ids(db: StoreConnection, account_key: str) -> frozenset[str]:
    said = meta_value(db, lost_key(account_key))
    return frozenset(json.loads(said)) if said else frozenset()


def workspace(db: StoreConnection, account_key: str, workspace_id: str) -> Workspace | None:
    """Return one workspace that the account has, or once had."""
    found = db.one(f"{_SELECT} AND id = ?", (account_key, workspace_id))
    return None if found is None else _workspace(found)


def _workspace(record: Record) -> Workspace:
    *said, fetched = record
    return Workspace(**dict(zip(_WORKSPACE, said, strict=False)), fetched=moment_of(fetched))


KEPT = timedelta(days=7)


def record_request(
    db: StoreConnection, at: datetime, account: str | None, workspace: str, method: str, path: str
) -> int:
    """Record a request sent at *at* (aware UTC); return its number, for `request_answered`."""
    with db.transaction():
        db.run("DELETE FROM ledger WHERE at < ?", ((at - KEPT).timestamp(),))
        return db.run(
            "INSERT INTO ledger (at, account, workspace, method, path) VALUES (?, ?, ?, ?, ?)",
            (at.timestamp(), account, workspace, method, path),
        )


def request_answered(db: StoreConnection, number: int, status: int) -> None:
    """Record that request *number* was answered with the HTTP *status*."""
    db.run("UPDATE ledger SET status = ? WHERE id = ?", (status, number))


def last_status(db: StoreConnection, account: str) -> int | None:
    """Return the HTTP status of the last answered request of *account*, or None."""
    return db.number(
        """
        SELECT status FROM ledger WHERE account = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1
        """,
        (account,),
    )


def forget_request(db: StoreConnection, number: int) -> None:
    """Remove request *number*, which certainly never left and was not counted by Clockify."""
    db.run("DELETE FROM ledger WHERE id = ?", (number,))


def charge_requests(db: StoreConnection, placeholder: str, account: str, workspace: str) -> None:
    """Move requests recorded for *placeholder* to the account they turned out to belong to.

    Both the account and the workspace of such a request are called *placeholder*.
    """
    db.run(
        "UPDATE ledger SET account = ?, workspace = ? WHERE workspace = ?",
        (account, workspace, placeholder),
    )


def request_times(db: StoreConnection, workspace: str, since: datetime) -> list[datetime]:
    """Return when requests for *workspace* were made after *since*, ascending, aware UTC."""
    rows = db.all(
        "SELECT at FROM ledger WHERE workspace = ? AND at > ? ORDER BY at, id",
        (workspace, since.timestamp()),
    )
    return [datetime.fromtimestamp(at, UTC) for (at,) in rows]


def close_window(db: StoreConnection, workspace: str, until: datetime) -> None:
    """Block requests for *workspace* until *until*, after Clockify reported its limit."""
    db.run(
        "INSERT OR REPLACE INTO closed_window (workspace, until) VALUES (?, ?)",
        (workspace, until.timestamp()),
    )


def closed_until(db: StoreConnection, workspace: str) -> datetime | None:
    """Return until when requests for *workspace* are blocked; it may be in the past."""
    found = db.one("SELECT until FROM closed_window WHERE workspace = ?", (workspace,))
    return None if found is None else datetime.fromtimestamp(found[0], UTC)
