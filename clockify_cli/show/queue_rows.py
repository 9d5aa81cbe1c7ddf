"""What waits to be sent or decided, as a person and as a script reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from clockify_cli.domain.columns import cut, width
from clockify_cli.show.fields import Field, RowSchema
from clockify_cli.show.formats.json import Json, utc_text
from clockify_cli.show.terminal_text import left
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat


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


def queue_table(screen: Screen, rows: Sequence[QueueRow], times: TimeFormat) -> None:
    """Draw each open change with its number, when it was made, and below it why it waits.

    Where they wait for several accounts, each stands above its own.
    """
    from clockify_cli.show.paint import Line, cell, paint
    from clockify_cli.show.tables import column_lines
    from clockify_cli.show.terminal_text import wrapped

    firsts = column_lines(
        screen,
        [
            [
                (str(row.number), "faint"),
                (times.list_moment(row.at) if row.at else "", ""),
                (row.verb, "head"),
                (row.what, ""),
                (row.state, "warning" if row.state == "review" else "faint"),
            ]
            for row in rows
        ],
        to_right={0, 1},
        fits={3: _fitted_what},
    )
    lines: list[Line] = []
    several = len({row.account for row in rows}) > 1
    above = ""
    for first, row in zip(firsts, rows, strict=True):
        if several and row.account != above:
            above = row.account
            lines.append([(cell(screen, above), "head")])
        lines.append(first)
        if row.verdict:
            why = wrapped(_INDENT + cell(screen, row.verdict), screen.width)
            lines.extend([(part, "")] for part in why)
    paint(screen, lines)


def _fitted_what(screen: Screen, text: str, columns: int) -> str:
    """*text* in *columns*: of ``Review · Acme / Website, 2026-11-23 09:00–10:30`` the time stays.

    A decision is about one entry, and several may begin with the same words.
    """
    from clockify_cli.show.paint import fitted

    name, comma, when = text.rpartition(", ")
    room = columns - width(comma + when)
    if room < min(width(name), _LEAST_NAME) or not (when[:4].isdecimal() and when[4:5] == "-"):
        return fitted(screen, text, columns)
    return left(cut(name, room, mark=screen.letters("…")) + comma + when, columns)
