"""Favorites by name, for each workspace."""

from __future__ import annotations

import json
from datetime import datetime

from clockify_cli.domain.entry import CONTENT, EntryFields
from clockify_cli.domain.names import fold
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import NotFound
from clockify_cli.store.db.connection import StoreConnection
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Favorite:
    """A *name* and its *fields*, by the names in `CONTENT`; names of projects are local ids."""

    name: str
    fields: dict[str, object]


def of_fields(name: str, fields: EntryFields) -> Favorite:
    """Return the favorite *name* that starts an entry with *fields*."""
    return Favorite(name, {key: getattr(fields, key) for key in CONTENT})


def fields_at(favorite: Favorite, start: datetime) -> EntryFields:
    """Return the fields of a timer from *favorite* that begins at *start* (aware UTC)."""
    return EntryFields(start=start, end=None, **favorite.fields)  # type: ignore[arg-type]


def every(db: StoreConnection, workspace: str) -> tuple[Favorite, ...]:
    """Return the favorites of *workspace*, by name."""
    rows = db.all(
        "SELECT name, fields FROM favorite WHERE workspace = ? ORDER BY folded", (workspace,)
    )
    return tuple(_favorite(name, text) for name, text in rows)


def get(db: StoreConnection, workspace: str, name: str) -> Favorite:
    """Return the favorite called *name*, ignoring case. Raises NotFound."""
    row = db.one(
        "SELECT name, fields FROM favorite WHERE workspace = ? AND folded = ?",
        (workspace, fold(name)),
    )
    if row is None:
        from clockify_cli.domain.names import near

        nearest = near(name, [each.name for each in every(db, workspace)])
        meant = f"Did you mean {' or '.join(nearest)}? " if nearest else ""
        raise NotFound(f'no favorite named "{quoted(name)}"', f"{meant}`clockify fav` lists them.")
    return _favorite(*row)


def put(db: StoreConnection, workspace: str, favorite: Favorite) -> None:
    """Store *favorite*, replacing one of the same name."""
    with db.transaction():
        db.run(
            """
            INSERT OR REPLACE INTO favorite (workspace, folded, name, fields) VALUES (?, ?, ?, ?)
            """,
            (workspace, fold(favorite.name), favorite.name, json.dumps(favorite.fields)),
        )


def remove(db: StoreConnection, workspace: str, name: str) -> Favorite:
    """Remove the favorite called *name* and return it. Raises NotFound."""
    found = get(db, workspace, name)
    with db.transaction():
        db.run("DELETE FROM favorite WHERE workspace = ? AND folded = ?", (workspace, fold(name)))
    return found


def _favorite(name: str, text: str) -> Favorite:
    fields = json.loads(text)
    return Favorite(name, {**fields, "tags": tuple(fields["tags"])})
