"""Bills, bill lines, unbilled time and findings, as rows and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clockify_cli.domain.money import decimal_text
from clockify_cli.domain.time.zones import offset_text
from clockify_cli.show.formats.json import JsonObject, amounts_json, utc_text
from clockify_cli.show.rows.fields import Field, RowSchema, split_fields
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.domain.bill import Bill, ClientSum, Finding, Line
    from clockify_cli.show.time_format import TimeFormat

UNIT = "h"


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line, and the REF of the bill that it is on."""

    ref: str
    line: Line


def line_rows(bill: Bill) -> list[LineRow]:
    """Return the lines of *bill*."""
    return [LineRow(bill.ref, line) for line in bill.lines]


def line_json(line: Line) -> JsonObject:
    """Return one line; quantities, prices and amounts are decimals as text."""
    return {
        "description": line.description,
        "project": line.project,
        "task": line.task,
        "quantity": line.quantity_text,
        "unit": UNIT,
        "unitPrice": line.price_text,
        "amount": line.amount_text,
        "currency": line.rate.currency,
        "seconds": line.seconds,
        "serviceStart": line.first.isoformat(),
        "serviceEnd": line.last.isoformat(),
        "entryIds": list(line.entries),
    }


def bill_json(bill: Bill, times: TimeFormat) -> JsonObject:
    """Return the whole bill."""
    covered = bill.range
    start = offset_text(covered.start, times.zone) if covered.start else None
    return {
        "ref": bill.ref,
        "state": bill.state,
        "client": bill.client.name or None,
        "currency": bill.currency,
        "range": {
            "start": start,
            "end": offset_text(covered.end, times.zone),
            "timeZone": covered.time_zone,
        },
        "corrects": bill.corrects,
        "createdAt": utc_text(bill.created),
        "lines": [line_json(line) for line in bill.lines],
        "total": bill.total.text,
        **({"marked": bill.marked} if bill.marked else {}),
    }


LINES: RowSchema[LineRow] = RowSchema(
    fields=(
        Field("ref", "text", lambda row, _: row.ref),
        Field("description", "text", lambda row, _: row.line.description),
        Field("project", "text", lambda row, _: row.line.project),
        Field("task", "text", lambda row, _: row.line.task),
        Field("quantity", "number", lambda row, _: row.line.quantity_text),
        Field("unit", "text", lambda *_: UNIT),
        Field("unit_price", "number", lambda row, _: row.line.price_text),
        Field("unitPrice", "number", lambda row, _: row.line.price_text),
        Field("amount", "number", lambda row, _: row.line.amount_text),
        Field("currency", "text", lambda row, _: row.line.rate.currency),
        Field("seconds", "number", lambda row, _: row.line.seconds),
        Field("service_start", "text", lambda row, _: row.line.first.isoformat()),
        Field("serviceStart", "text", lambda row, _: row.line.first.isoformat()),
        Field("service_end", "text", lambda row, _: row.line.last.isoformat()),
        Field("serviceEnd", "text", lambda row, _: row.line.last.isoformat()),
        Field("entryIds", "names", lambda row, _: row.line.entries),
    ),
    columns=split_fields(
        "ref,description,project,task,quantity,unit,unit_price,amount,currency,"
        "service_start,service_end"
    ),
    document=lambda row, _: line_json(row.line),
)

SHOWN_OF_A_LINE = "description,quantity,unit,unitPrice,amount,serviceStart,serviceEnd"
"""The fields of a line shown to a person below the heading of its bill."""

SHOWN_OF_A_FINDING = "ref,finding,start,project,description,why"
"""The fields that a person sees of each finding of `bill check`."""

BILLS: RowSchema[Bill] = RowSchema(
    fields=(
        Field("ref", "text", lambda bill, _: bill.ref),
        Field("state", "text", lambda bill, _: bill.state),
        Field("client", "text", lambda bill, _: bill.client.name, missing=lambda _: "(no client)"),
        Field("quantity", "number", lambda bill, _: decimal_text(bill.quantity)),
        Field("total", "number", lambda bill, _: bill.total.text),
        Field("currency", "text", lambda bill, _: bill.currency),
        Field("createdAt", "moment", lambda bill, _: bill.created),
        Field("corrects", "text", lambda bill, _: bill.corrects),
        Field("marked", "text", lambda bill, _: bill.marked or None),
    ),
    columns=("ref", "state", "client", "quantity", "total", "currency", "createdAt", "corrects"),
    document=bill_json,
)


def _client_json(row: ClientSum, times: TimeFormat) -> JsonObject:
    return {
        "client": row.client.name or None,
        "seconds": row.seconds,
        "entryCount": row.count,
        "amounts": amounts_json(row.amounts),
        "unratedCount": row.unrated,
        "oldest": times.local(row.oldest).date().isoformat(),
    }


UNBILLED: RowSchema[ClientSum] = RowSchema(
    fields=(
        Field(
            "client",
            "text",
            lambda row, _: row.client.name or None,
            missing=lambda _: "(no client)",
        ),
        Field("seconds", "number", lambda row, _: row.seconds),
        Field("duration", "length", lambda row, _: row.seconds),
        Field("entryCount", "number", lambda row, _: row.count),
        Field("unratedCount", "number", lambda row, _: row.unrated),
        Field(
            "amounts",
            "names",
            lambda row, _: tuple(map(str, row.amounts)),
            lambda row, times: _client_json(row, times)["amounts"],
        ),
        Field("oldest", "text", lambda row, times: times.local(row.oldest).date().isoformat()),
    ),
    columns=("client", "duration", "amounts", "oldest"),
    document=_client_json,
)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding, and the command that corrects the bill."""

    finding: Finding

    @property
    def command(self) -> str:
        """The command as it can be typed, except for the REF of the correction."""
        from shlex import quote

        return f"clockify bill new --correct {quote(self.finding.ref)} --ref REF"


def _finding_json(row: FindingRow, times: TimeFormat) -> JsonObject:
    found = row.finding
    return {
        "ref": found.ref,
        "entryId": found.work.entry,
        "finding": found.what,
        "why": found.why,
        "start": offset_text(found.work.start, times.zone),
        "description": found.work.description,
        "project": found.work.project.name or None,
        "command": row.command,
    }


FINDINGS: RowSchema[FindingRow] = RowSchema(
    fields=(
        Field("ref", "text", lambda row, _: row.finding.ref),
        Field("finding", "text", lambda row, _: row.finding.what),
        Field("start", "moment", lambda row, _: row.finding.work.start),
        Field("description", "text", lambda row, _: row.finding.work.description),
        Field("project", "text", lambda row, _: row.finding.work.project.name or None),
        Field("why", "text", lambda row, _: row.finding.why),
        Field("entryId", "text", lambda row, _: row.finding.work.entry),
        Field("command", "text", lambda row, _: row.command),
    ),
    columns=("ref", "finding", "start", "why", "entryId"),
    document=_finding_json,
)
