"""The accounts that were signed in to here, and their workspaces, as Clockify told them last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from clockify_cli.store.connection import Record, StoreConnection
from clockify_cli.store.instants import moment_of, seconds_of
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A user of Clockify at one base URL; *settings* is JSON text (zone, week start, clock).

    *fetched*: when Clockify said so, aware UTC.
    """

    base_url: str
    user_id: str
    name: str
    email: str
    settings: str
    fetched: datetime

    @property
    def key(self) -> str:
        """The text by which rows of the journal and the ledger name the account."""
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
    """The key of the account of *user_id* at *base_url*."""
    return f"{user_id} {base_url.rstrip('/')}"


def save_account(db: StoreConnection, account: Account) -> None:
    """Keep *account* in place of what was known of it."""
    db.run(
        """
        INSERT OR REPLACE INTO account (key, base_url, user_id, name, email, settings, fetched)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (
            account.key,
            account.base_url,
            account.user_id,
            account.name,
            account.email,
            account.settings,
            seconds_of(account.fetched),
        ),
    )


def account(db: StoreConnection, key: str) -> Account | None:
    """The account with that key."""
    found = db.one(
        "SELECT base_url, user_id, name, email, settings, fetched FROM account WHERE key = ?",
        (key,),
    )
    if found is None:
        return None
    base_url, user_id, name, email, settings, fetched = found
    return Account(
        base_url=base_url,
        user_id=user_id,
        name=name,
        email=email,
        settings=settings,
        fetched=moment_of(fetched),
    )


def save_workspaces(db: StoreConnection, account_key: str, workspaces: Iterable[Workspace]) -> None:
    """The account has exactly *workspaces* from now on."""
    with db.transaction():
        db.run("DELETE FROM workspace WHERE account = ?", (account_key,))
        db.run_many(
            """
            INSERT INTO workspace (account, id, name, plan, settings, extra, fetched)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                (account_key, w.id, w.name, w.plan, w.settings, w.extra, seconds_of(w.fetched))
                for w in workspaces
            ],
        )


_WORKSPACE = "SELECT id, name, plan, settings, extra, fetched FROM workspace WHERE account = ?"


def workspaces(db: StoreConnection, account_key: str) -> list[Workspace]:
    """The workspaces of the account, by name."""
    rows = db.each(f"{_WORKSPACE} ORDER BY name, id", (account_key,))
    return [_workspace(record) for record in rows]


def workspace(db: StoreConnection, account_key: str, workspace_id: str) -> Workspace | None:
    """One workspace of the account."""
    found = db.one(f"{_WORKSPACE} AND id = ?", (account_key, workspace_id))
    return None if found is None else _workspace(found)


def _workspace(record: Record) -> Workspace:
    id_, name, plan, settings, extra, fetched = record
    return Workspace(
        id=id_, name=name, plan=plan, settings=settings, extra=extra, fetched=moment_of(fetched)
    )
