"""One connection to the timesheet: queries and transactions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from math import floor
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
"""One row as SQLite returns it; readers know the columns that they asked for."""

MANY = 2000
"""How many ids are looked up at once."""


class StoreConnection:
    """The database at *path*, opened at its first use.

    *create*: create it if it is missing. Every method raises StoreError if the file cannot be read
    or written; then nothing is changed.
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
        """Return every row of the answer."""
        return list(self.each(sql, parameters))

    def one(self, sql: str, parameters: Parameters = ()) -> Record | None:
        """Return the first row of the answer, or None."""
        with self._telling():
            found: Record | None = self.read.execute(sql, parameters).fetchone()
            return found

    def text(self, sql: str, parameters: Parameters = ()) -> str | None:
        """Return the only column of the first row as text; None without a row, or for NULL."""
        (found,) = self.one(sql, parameters) or (None,)
        return None if found is None else str(found)

    def number(self, sql: str, parameters: Parameters = ()) -> int | None:
        """Return the only column of the first row as a number; None without a row, or for NULL."""
        (found,) = self.one(sql, parameters) or (None,)
        return None if found is None else int(found)

    def each(self, sql: str, parameters: Parameters = ()) -> Iterator[Record]:
        """Yield the rows of the answer one by one, so that memory does not grow with them."""
        with self._telling():
            # `yield from` would close the cursor with the iterator, perhaps after the database.
            for record in self.read.execute(sql, parameters):  # noqa: UP028
                yield record

    def each_of(
        self, sql: str, ids: Iterable[str], parameters: Mapping[str, object] | None = None
    ) -> Iterator[Record]:
        """Like `each`, for `MANY` of *ids* at a time; *sql* reads them as a JSON list ``:ids``.

        One list of all ids may need more memory than the file that they come from.
        """
        left = iter(ids)
        while some := list(islice(left, MANY)):
            yield from self.each(sql, {**(parameters or {}), "ids": json.dumps(some)})

    def run(self, sql: str, parameters: Parameters = ()) -> int:
        """Run *sql*, which changes something; return the row id of its last insert."""
        with self._telling():
            return self.read.execute(sql, parameters).lastrowid or 0

    def run_many(self, sql: str, parameters: Iterator[Parameters] | Sequence[Parameters]) -> None:
        """Run *sql* once for each of *parameters*."""
        with self._telling():
            self.read.executemany(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything written in the block, or roll back if an error is raised.

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
        """Turn errors while converting database values in the block into a StoreError of damage.

        *what* is the subject of the sentence, such as ``an entry in it``.
        """
        try:
            yield
        except NONSENSE as error:
            raise damaged(self.path, f"{what} makes no sense") from error

    def version(self) -> int:
        """Return a number that changes once another connection has changed the database."""
        return self.number("PRAGMA data_version") or 0

    def close(self) -> None:
        """Close the file; the next use opens it again."""
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
            # Without shared memory SQLite may be able to read, and fail only when writing.
            if not no_shared_memory(error.__cause__):
                raise
            self.close()
            if not give_up_log(self.path):
                raise
            self.run("BEGIN IMMEDIATE")

    def _roll_back(self) -> None:
        # On a full disk SQLite may have rolled back by itself.
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
    """Return the aware *moment* as whole seconds since 1970."""
    return floor(moment.timestamp())


def moment_of(seconds: int) -> datetime:
    """Return the aware UTC datetime *seconds* after the beginning of 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_seconds(moment: datetime | None) -> int | None:
    """Like `seconds_of`; None stays None."""
    return None if moment is None else seconds_of(moment)


def maybe_moment(seconds: int | None) -> datetime | None:
    """Like `moment_of`; None stays None."""
    return None if seconds is None else moment_of(seconds)


def meta_value(db: StoreConnection, key: str) -> str | None:
    """Return the text stored under *key*, or None."""
    return db.text("SELECT value FROM meta WHERE key = ?", (key,))


def put_meta(db: StoreConnection, key: str, text: str | None) -> None:
    """Store *text* under *key*; None removes the key."""
    if text is None:
        db.run("DELETE FROM meta WHERE key = ?", (key,))
    elif meta_value(db, key) != text:
        db.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, text))
