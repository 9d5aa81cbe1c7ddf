"""The timesheet as the rest of the program holds it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime

from clockify_cli.store.changes import Change, Maker, changing
from clockify_cli.store.connection import StoreConnection


class Database(StoreConnection):
    """The timesheet at a path: queries and transactions, and changes that the journal keeps."""

    def change(
        self,
        workspace: str,
        *,
        verb: str,
        at: datetime,
        account: str | None = None,
        user: str | None = None,
        once: tuple[str, str] | None = None,
        clock: str | None = None,
    ) -> AbstractContextManager[Change]:
        """A change of *workspace* as one transaction; see `changing` and `Maker`."""
        return changing(
            self,
            Maker(workspace=workspace, account=account, user=user, at=at, clock=clock),
            verb,
            once=once,
        )
