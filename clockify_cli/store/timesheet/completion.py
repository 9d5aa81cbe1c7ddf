"""Names for shell completion: one query, and no unneeded imports."""

from __future__ import annotations

import os
import sqlite3

from clockify_cli.store.glance import active, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clockify_cli.plain_settings import PlainSettings
    from clockify_cli.store.glance import Ask

MOST = 1000

LOOKED_BACK = 2000
"""This many recent entries determine what was used last."""

_RECENT = f"""
    WITH recent AS (
        SELECT local_id, server_id, project, task, description, start, "end" FROM entry
        WHERE workspace = :workspace AND deleted = 0 ORDER BY start DESC LIMIT {LOOKED_BACK}
    )
"""
_USED = """
    , used (id, at) AS (
        SELECT project, max(start) FROM recent WHERE :kind = 'project' GROUP BY 1
        UNION ALL SELECT task, max(start) FROM recent WHERE :kind = 'task' GROUP BY 1
        UNION ALL SELECT p.client, max(r.start)
            FROM recent r JOIN item p ON p.local_id = r.project WHERE :kind = 'client' GROUP BY 1
        UNION ALL SELECT t.tag, max(r.start)
            FROM recent r JOIN entry_tag t ON t.entry = r.local_id WHERE :kind = 'tag' GROUP BY 1
    )
"""
_NAMES = f"""
    {_RECENT} {_USED}
    SELECT i.name, o.name
    FROM item i LEFT JOIN item o ON o.local_id = coalesce(i.project, i.client)
    LEFT JOIN used u ON u.id = i.local_id
    WHERE i.kind = :kind AND i.deleted = 0 AND i.workspace = :workspace
        AND (:archived IS NULL OR i.archived = :archived)
    ORDER BY u.at IS NULL, u.at DESC, i.name LIMIT {MOST}
"""
_PROJECT = """
    (SELECT CASE WHEN c.name IS NULL THEN p.name ELSE c.name || ' / ' || p.name END
     FROM item p LEFT JOIN item c ON c.local_id = p.client WHERE p.local_id = r.project)
"""
_DESCRIPTIONS = f"""
    {_RECENT}
    SELECT r.description, {_PROJECT}, max(r.start) FROM recent r WHERE r.description <> ''
    GROUP BY 1 ORDER BY 3 DESC LIMIT 200
"""
_ENTRIES = f"""
    {_RECENT}
    SELECT substr(coalesce(r.server_id, r.local_id), -8), r.description, {_PROJECT}, r."end" IS NULL
    FROM recent r LIMIT 30
"""
_ARCHIVED = {"archived": 1, "any": None}
_FAVORITES = "SELECT name, '' FROM favorite WHERE workspace = :workspace ORDER BY folded"
_BILLS = """
    SELECT ref, client_name FROM bills WHERE workspace = :workspace AND state <> 'undone'
    ORDER BY created DESC
"""
_WORKSPACES = "SELECT DISTINCT name, '' FROM workspace ORDER BY name"
_QUERIES = {
    "bill": _BILLS,
    "description": _DESCRIPTIONS,
    "entry": _ENTRIES,
    "favorite": _FAVORITES,
    "workspace": _WORKSPACES,
}


def offered_names(path: str, kind: str, active_one: PlainSettings | str) -> list[tuple[str, str]]:
    """Return names of *kind* with what each belongs to, the most recently used first.

    Kinds are client, project, task, tag, description, favorite, workspace, bill and entry: the last
    8 characters of each entry's id with its text, ``current`` and ``last`` first. For the first
    four, ``:archived`` gives archived names and ``:any`` all. The second value is empty if a name
    belongs to nothing. *active_one* is the workspace, or the settings that determine it; raises as
    `active`. A database that is missing or unreadable gives no names, because a shell waiting for a
    key should not show an error.
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
        kind, _, use = kind.partition(":")
        values = {"kind": kind, "workspace": workspace, "archived": _ARCHIVED.get(use, 0)}
        rows = connection.execute(_QUERIES.get(kind, _NAMES), values).fetchall()
    except sqlite3.Error:
        return []
    finally:
        connection.close()
    return _with_words(rows) if kind == "entry" else [(row[0], row[1] or "") for row in rows]


def _with_words(rows: list[tuple[str, str, str | None, int]]) -> list[tuple[str, str]]:
    """Return entries by id with their text; the running and the latest also by a keyword."""
    entries = [(tail, " · ".join(filter(None, (text, project)))) for tail, text, project, _ in rows]
    words = []
    for word, wanted in (("current", 1), ("last", 0)):
        found = next((entries[at][1] for at, row in enumerate(rows) if row[3] == wanted), None)
        words += [] if found is None else [(word, found)]
    return [*words, *entries]
