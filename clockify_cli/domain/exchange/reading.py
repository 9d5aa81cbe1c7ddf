"""From the bytes of a file to its entries, whichever kind of file it is."""

from __future__ import annotations

from clockify_cli.domain.exchange.clockify_csv import is_clockify, read_clockify
from clockify_cli.domain.exchange.encoding import decode
from clockify_cli.domain.exchange.lines import doubtful_lines
from clockify_cli.domain.exchange.own_csv import is_own, read_own
from clockify_cli.domain.exchange.own_json import looks_like_json, read_json
from clockify_cli.domain.exchange.rows import (
    DateOrder,
    ImportedEntry,
    ImportFile,
    Source,
    WrongLine,
    refuse_lines,
)
from clockify_cli.domain.exchange.table import Table, read_table
from clockify_cli.domain.time.context import TimeContext
from clockify_cli.errors import UsageError

_MEND = "Mend them and import the file again."
_NO_ORDER = (
    "--dates is for Clockify's detailed report; in this file dates are written 2026-11-24 09:00."
)


def read_import(
    data: bytes, *, source: str | None, context: TimeContext, dates: DateOrder | None = None
) -> ImportFile:
    """The entries in *data*, all of its lines checked; UsageError names those that are wrong.

    *source* is ``clockify`` for its detailed report, or None to recognise the file by its
    beginning. Times without an offset are of the context's zone. *dates* is the order of day,
    month and year where the file leaves it open.
    """
    text, note = decode(data)
    if source is None and looks_like_json(text):
        kind: Source = "json"
        rows, wrong = read_json(text, context.zone)
    else:
        kind, rows, wrong = _read_csv(read_table(text), source, context, dates)
    unit = "entry" if kind == "json" else "line"
    idle = (_NO_ORDER,) if dates is not None and kind != "clockify" else ()
    if wrong:
        raise refuse_lines(wrong, unit, "\n".join((_MEND, *idle)))
    return ImportFile(
        rows=tuple(rows),
        source=kind,
        unit=unit,
        doubtful=doubtful_lines(rows, context.now, context.zone),
        notes=(*((note,) if note else ()), *idle),
    )


def _read_csv(
    table: Table, source: str | None, context: TimeContext, dates: DateOrder | None
) -> tuple[Source, list[ImportedEntry], list[WrongLine]]:
    if source == "clockify" or (source is None and is_clockify(table)):
        return "clockify", *read_clockify(table, context.zone, dates)
    if source is not None:
        raise UsageError(
            f'there is no import from "{source}"', "`--from clockify`, or leave it out."
        )
    if is_own(table):
        return "csv", *read_own(table, context.zone)
    raise UsageError(
        "the file is of no known kind: its first line names no columns start and end",
        "`clockify export` shows what can be imported; so can Clockify's detailed report.",
        details=(f"its first line: {', '.join(table.header)[:80]}",),
    )
