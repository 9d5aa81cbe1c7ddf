"""What waits to be sent or decided, as a person and as a script reads it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from clockify_cli.show.fields import Field, RowSchema
from clockify_cli.show.formats.json import Json, utc_text
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    pass


_INDENT = "    "
_LEAST_NAME = 8


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An open change; *state* is ``waiting`` or ``review``, *verdict* why.

    *account* is the e-mail address of the account that it waits for.
    """

    number: int
    at: datetime | None
    local_id: str | None
    verb: str
    what: str
    state: str
    verdict: str
    account: str = ""


def _document(row: QueueRow) -> Json:
    return {
        "row": row.number,
        "at": utc_text(row.at) if row.at else None,
        "localId": row.local_id,
        "verb": row.verb,
        "what": row.what,
        "state": row.state,
        "verdict": row.verdict,
        "account": row.account,
    }


QUEUE: RowSchema[QueueRow] = RowSchema(
    fields=(
        Field("row", "number", lambda row, _: row.number),
        Field("at", "moment", lambda row, _: row.at),
        Field("localId", "text", lambda row, _: row.local_id),
        Field("verb", "text", lambda row, _: row.verb),
        Field("what", "text", lambda row, _: row.what),
        Field("state", "text", lambda row, _: row.state),
        Field("verdict", "text", lambda row, _: row.verdict),
        Field("account", "text", lambda row, _: row.account),
    ),
    columns=("row", "at", "localId", "verb", "what", "state", "verdict"),
    document=lambda row, _: _document(row),
)
