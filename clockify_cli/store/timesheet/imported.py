"""Find the ids in a file that the timesheet already knows.

CROSS JOIN makes SQLite look up each id in an index; otherwise it may scan all entries for each id.
"""

from __future__ import annotations

from collections.abc import Iterable

from clockify_cli.store.db.connection import StoreConnection


def is_empty(db: StoreConnection) -> bool:
    """Return whether the timesheet never had an entry, so that nothing needs to be looked up."""
    return db.one("SELECT 1 FROM entry LIMIT 1") is None


def known_ids(db: StoreConnection, workspace: str, ids: Iterable[str]) -> dict[str, str]:
    """Return the *ids*, Clockify's or local, that entries of *workspace* have, with local ids."""
    rows = db.each_of(
        """
        SELECT value, local_id FROM json_each(:ids) CROSS JOIN entry ON local_id = value
        WHERE workspace = :workspace AND deleted = 0
        UNION ALL
        SELECT value, local_id FROM json_each(:ids)
        CROSS JOIN entry ON workspace = :workspace AND server_id = value
        WHERE deleted = 0
        """,
        ids,
        {"workspace": workspace},
    )
    return dict(rows)


def ids_elsewhere(db: StoreConnection, workspace: str, ids: Iterable[str]) -> set[str]:
    """Return the *ids* that belong to entries of other workspaces, including deleted ones."""
    rows = db.each_of(
        """
        SELECT local_id FROM json_each(:ids) CROSS JOIN entry ON local_id = value
        WHERE workspace <> :workspace
        """,
        ids,
        {"workspace": workspace},
    )
    return {local_id for (local_id,) in rows}
