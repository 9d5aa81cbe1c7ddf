"""Names for a shell's completion: one query, and nothing imported that it does not need."""

from __future__ import annotations

import os
import sqlite3

from clockify_cli.store.glance import active, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clockify_cli.plain_settings import PlainSettings
    from clockify_cli.store.glance import Ask

MOST = 1000

_QUERY = """
    SELECT i.name, o.name
    FROM item i LEFT JOIN item o ON o.local_id = coalesce(i.project, i.client)
    WHERE i.kind = ? AND i.deleted = 0 AND i.archived = 0 AND i.workspace = ?
    ORDER BY i.name LIMIT ?
"""


def offered_names(path: str, kind: str, active_one: PlainSettings | str) -> list[tuple[str, str]]:
    """Names of *kind* (client, project, task, tag) that are in use, with what each belongs to.

    The second is empty where it belongs to nothing. *active_one* is the workspace, or the settings
    that tell which it is; raises as `active`. A database that is not there or cannot be read
    offers nothing: a shell waiting for a key is not a place for an error.
    """
    if not os.path.isfile(path):
        return []
    try:
        connection = connect(path)
    except sqlite3.Error:
        return []
    ask: Ask = lambda sql, values: connection.execute(sql, values).fetchone()  # noqa: E731
    try:
        workspace = active_one if isinstance(active_one, str) else active(ask, active_one)[0]
        rows = connection.execute(_QUERY, (kind, workspace, MOST))
        return [(name, owner or "") for name, owner in rows]
    except sqlite3.Error:
        return []
    finally:
        connection.close()
