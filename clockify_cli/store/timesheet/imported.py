"""Which ids in a file the timesheet already knows.

CROSS JOIN makes SQLite look up each id in an index; by itself it may go through all entries for
each id.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from clockify_cli.store.db.connection import StoreConnection


def known_ids(db: StoreConnection, workspace: str, ids: Collection[str]) -> dict[str, str]:
    """Those of *ids*, Clockify's or ours, that entries of *workspace* have, each to our own."""
    rows = db.each(
        """
        SELECT value, local_id FROM json_each(:ids) CROSS JOIN entry ON local_id = value
        WHERE workspace = :workspace AND deleted = 0
        UNION ALL
        SELECT value, local_id FROM json_each(:ids)
        CROSS JOIN entry ON workspace = :workspace AND server_id = value
        WHERE deleted = 0
        """,
        {"ids": json.dumps(list(ids)), "workspace": workspace},
    )
    return dict(rows)


def ids_elsewhere(db: StoreConnection, workspace: str, ids: Collection[str]) -> set[str]:
    """Those of *ids* by which we know an entry of another workspace, deleted ones too."""
    rows = db.each(
        """
        SELECT local_id FROM json_each(:ids) CROSS JOIN entry ON local_id = value
        WHERE workspace <> :workspace
        """,
        {"ids": json.dumps(list(ids)), "workspace": workspace},
    )
    return {local_id for (local_id,) in rows}
