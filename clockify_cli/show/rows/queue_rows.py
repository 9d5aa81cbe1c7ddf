"""Rows of the queue, for scripts."""

from __future__ import annotations

from clockify_cli.domain.entry import TimeEntry
from clockify_cli.domain.queued import QueueRow, Thing
from clockify_cli.show.formats.json import Json, entry_json, item_json, utc_text
from clockify_cli.show.rows.fields import Field, RowSchema
from clockify_cli.show.rows.list_rows import ItemRow
from clockify_cli.show.time_format import TimeFormat


def _thing(thing: Thing | None, times: TimeFormat) -> Json:
    if thing is None:
        return None
    if isinstance(thing, TimeEntry):
        return entry_json(thing, times.now)
    return item_json(ItemRow(thing))


def _decisions(row: QueueRow) -> Json:
    return [
        {"name": each.name, "command": each.command, "effect": each.effect}
        for each in row.sides.decisions
    ]


def _document(row: QueueRow, times: TimeFormat) -> Json:
    return {
        "row": row.number,
        "at": utc_text(row.at) if row.at else None,
        "localId": row.local_id,
        "verb": row.verb,
        "what": row.what,
        "state": row.state,
        "verdict": row.verdict,
        "account": row.account,
        "sent": row.sides.sent,
        "here": _thing(row.sides.here, times),
        "clockify": _thing(row.sides.there, times),
        "decisions": _decisions(row),
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
        Field("sent", "text", lambda row, _: row.sides.sent),
        Field(
            "here",
            "text",
            lambda row, _: row.sides.here_text,
            lambda row, times: _thing(row.sides.here, times),
        ),
        Field(
            "clockify",
            "text",
            lambda row, _: row.sides.there_text,
            lambda row, times: _thing(row.sides.there, times),
        ),
        Field(
            "decisions",
            "text",
            lambda row, _: "; ".join(each.command for each in row.sides.decisions),
            lambda row, _: _decisions(row),
        ),
    ),
    columns=("row", "at", "localId", "verb", "what", "state", "verdict"),
    document=_document,
)
