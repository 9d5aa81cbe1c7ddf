"""Every request made to Clockify, by workspace, shared by all processes.

To ask and to note in one go, so that two processes cannot take the last request both, call
`times` and `record` within one ``db.transaction()``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clockify_cli.store.db.connection import StoreConnection

KEPT = timedelta(days=7)


def record(
    db: StoreConnection, at: datetime, account: str | None, workspace: str, method: str, path: str
) -> int:
    """Note a request that leaves at *at* (aware UTC); its number, for `answered`."""
    with db.transaction():
        db.run("DELETE FROM ledger WHERE at < ?", ((at - KEPT).timestamp(),))
        return db.run(
            "INSERT INTO ledger (at, account, workspace, method, path) VALUES (?, ?, ?, ?, ?)",
            (at.timestamp(), account, workspace, method, path),
        )


def answered(db: StoreConnection, number: int, status: int) -> None:
    """Request *number* was answered with the HTTP *status*."""
    db.run("UPDATE ledger SET status = ? WHERE id = ?", (status, number))


def last_status(db: StoreConnection, account: str) -> int | None:
    """The HTTP status of the latest request of *account* that was answered; None without one."""
    found = db.one(
        """
        SELECT status FROM ledger WHERE account = ? AND status IS NOT NULL ORDER BY id DESC LIMIT 1
        """,
        (account,),
    )
    return None if found is None else int(found[0])


def forget(db: StoreConnection, number: int) -> None:
    """Request *number* surely never left: Clockify has not counted it."""
    db.run("DELETE FROM ledger WHERE id = ?", (number,))


def charge(db: StoreConnection, placeholder: str, account: str, workspace: str) -> None:
    """Requests that were noted for *placeholder*, before anybody knew whose they are, are theirs.

    Both the account and the workspace of such a request are called *placeholder*.
    """
    db.run(
        "UPDATE ledger SET account = ?, workspace = ? WHERE workspace = ?",
        (account, workspace, placeholder),
    )


def times(db: StoreConnection, workspace: str, since: datetime) -> list[datetime]:
    """When requests for *workspace* were made after *since*, ascending, aware UTC."""
    rows = db.all(
        "SELECT at FROM ledger WHERE workspace = ? AND at > ? ORDER BY at, id",
        (workspace, since.timestamp()),
    )
    return [datetime.fromtimestamp(at, UTC) for (at,) in rows]


def close_window(db: StoreConnection, workspace: str, until: datetime) -> None:
    """Clockify said that it was too much: no request for *workspace* before *until*."""
    db.run(
        "INSERT OR REPLACE INTO closed_window (workspace, until) VALUES (?, ?)",
        (workspace, until.timestamp()),
    )


def closed_until(db: StoreConnection, workspace: str) -> datetime | None:
    """Until when no request for *workspace* may be made; it may lie in the past."""
    found = db.one("SELECT until FROM closed_window WHERE workspace = ?", (workspace,))
    return None if found is None else datetime.fromtimestamp(found[0], UTC)
