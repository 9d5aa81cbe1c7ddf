"""One connection to the timesheet: queries and transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from clockify_cli.errors import StoreError
from clockify_cli.store.db.file import (
    NONSENSE,
    UNUSABLE,
    damaged,
    give_up_log,
    no_shared_memory,
    open_database,
    store_error,
)

Parameters = Sequence[object] | Mapping[str, object]
Record = tuple[Any, ...]
"""One row as SQLite gives it; whoever reads it knows the columns that it asked for."""


class StoreConnection:
    """The database at *path*, opened when it is first used.

    *create*: make it where it is missing. Every method raises StoreError if the file cannot be
    read or written; nothing is then changed.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self._create = create
        self._connection: sqlite3.Connection | None = None

    @property
    def read(self) -> sqlite3.Connection:
        """The connection itself."""
        if self._connection is None:
            self._connection = open_database(self.path, create=self._create)
        return self._connection

    def all(self, sql: str, parameters: Parameters = ()) -> list[Record]:
        """Every row of the answer."""
        return list(self.each(sql, parameters))

    def one(self, sql: str, parameters: Parameters = ()) -> Record | None:
        """The first row of the answer; None if there is none."""
        with self._telling():
            found: Record | None = self.read.execute(sql, parameters).fetchone()
            return found

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Record]:
        """The rows of the answer one by one, in memory that does not grow with them."""
        with self._telling():
            # `yield from` would close the cursor with the iterator, perhaps after the database.
            for record in self.read.execute(sql, parameters):  # noqa: UP028
                yield record

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Do *sql*, which changes something; the row id of what it inserted last."""
        with self._telling():
            return self.read.execute(sql, parameters).lastrowid or 0

    def run_many(self, sql: str, parameters: Iterator[Parameters] | Sequence[Parameters]) -> None:
        """Do *sql* once for each of *parameters*."""
        with self._telling():
            self.read.executemany(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within is kept together, or none of it where something is raised.

        Within another transaction it is part of that one.
        """
        if self.read.in_transaction:
            yield
            return
        self._begin()
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    @contextmanager
    def making_sense(self, what: str) -> Iterator[None]:
        """Values of the database become values of ours within; what cannot is damage.

        *what* is the subject of the sentence, such as ``an entry in it``.
        """
        try:
            yield
        except NONSENSE as error:
            raise damaged(self.path, f"{what} makes no sense") from error

    def version(self) -> int:
        """A number that is another one once another connection has changed the database."""
        found = self.one("PRAGMA data_version")
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Give the file back; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self) -> None:
        try:
            self.run("BEGIN IMMEDIATE")
        except StoreError as error:
            # Without shared memory SQLite may read, and fail only where something is written.
            if not no_shared_memory(error.__cause__):
                raise
            self.close()
            if not give_up_log(self.path):
                raise
            self.run("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        # A full disk may have made SQLite roll back by itself.
        if self.read.in_transaction:
            self.read.execute("ROLLBACK")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except UNUSABLE as error:
            raise store_error(self.path, error) from error
        except (UnicodeEncodeError, OverflowError) as error:
            raise StoreError(f"the timesheet cannot hold this: {error}") from error


def seconds_of(moment: datetime) -> int:
    """The aware *moment* as whole seconds since 1970."""
    return int(moment.timestamp() // 1)


def moment_of(seconds: int) -> datetime:
    """The aware UTC datetime that is *seconds* after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_seconds(moment: datetime | None) -> int | None:
    """As `seconds_of`; None stays None."""
    return None if moment is None else seconds_of(moment)


def maybe_moment(seconds: int | None) -> datetime | None:
    """As `moment_of`; None stays None."""
    return None if seconds is None else moment_of(seconds)


def meta_value(db: StoreConnection, key: str) -> str | None:
    """What stands under *key*; None if nothing does."""
    found = db.one("SELECT value FROM meta WHERE key = ?", (key,))
    return None if found is None else str(found[0])


def put_meta(db: StoreConnection, key: str, text: str | None) -> None:
    """*text* stands under *key* from now on; None removes the key."""
    if text is None:
        db.run("DELETE FROM meta WHERE key = ?", (key,))
    elif meta_value(db, key) != text:
        db.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, text))
