"""Small facts about the database itself, by key."""

from __future__ import annotations

from clockify_cli.store.connection import StoreConnection


def value(db: StoreConnection, key: str) -> str | None:
    """What stands under *key*; None where nothing does."""
    found = db.one("SELECT value FROM meta WHERE key = ?", (key,))
    return None if found is None else str(found[0])


def put(db: StoreConnection, key: str, text: str | None) -> None:
    """*text* stands under *key* from now on; None removes the key."""
    if text is None:
        db.run("DELETE FROM meta WHERE key = ?", (key,))
    elif value(db, key) != text:
        db.run("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, text))
