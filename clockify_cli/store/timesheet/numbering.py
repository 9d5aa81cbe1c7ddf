"""Which entry a number such as ``@1`` means, in the last numbered list of a session."""

from __future__ import annotations

import json
from collections.abc import Sequence

from clockify_cli.errors import NotFound
from clockify_cli.store.db.connection import StoreConnection

KEPT_SESSIONS = 50


def remember(db: StoreConnection, session: str, local_ids: Sequence[str]) -> None:
    """Number *local_ids* in *session*: ``@1`` is the first, the newest entry, and so on."""
    ids = json.dumps(list(local_ids))
    if db.one("SELECT 1 FROM numbering WHERE session = ? AND ids = ?", (session, ids)):
        return
    with db.transaction():
        db.run(
            """
            INSERT OR REPLACE INTO numbering (session, made, ids)
            VALUES (?, (SELECT coalesce(max(made), 0) + 1 FROM numbering), ?)
            """,
            (session, ids),
        )
        db.run(
            "DELETE FROM numbering WHERE made <= (SELECT max(made) FROM numbering) - ?",
            (KEPT_SESSIONS,),
        )


def resolve(db: StoreConnection, session: str, number: int) -> str:
    """Return the local id of ``@number``. Raises NotFound if the last list had no such number."""
    found = db.one("SELECT ids FROM numbering WHERE session = ?", (session,))
    ids: list[str] = json.loads(found[0]) if found else []
    if not 1 <= number <= len(ids):
        raise NotFound(
            f"no @{number}: the last list had {len(ids)} {'entry' if len(ids) == 1 else 'entries'}"
            if ids
            else f"no @{number}: nothing has been listed in this terminal yet",
            "`clockify log` numbers the entries.",
        )
    return ids[number - 1]
