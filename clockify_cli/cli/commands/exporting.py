"""`clockify export`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from clockify_cli.cli.context import filter_input, open_context, time_format
from clockify_cli.cli.documents import cover, write_document
from clockify_cli.cli.file_formats import format_of
from clockify_cli.cli.options import FieldsChoice, FileChoice, Filter, ReadChoice, command
from clockify_cli.cli.output_file import aside, destination
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import TimeEntry, counted
from clockify_cli.errors import UsageError
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.data import exporting
    from clockify_cli.cli.reference import complete

ExportFormat = Literal[
    "csv", "json", "ndjson", "tsv", "markdown", "ics", "clockify", "xlsx", "sqlite"
]
FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
WHOLE = ("ics", "clockify", "xlsx", "sqlite")
"""The formats with fixed content: no fields can be chosen."""


@dataclass(frozen=True)
class ExportOutput(FieldsChoice):
    """How entries are written."""

    format: Annotated[
        ExportFormat | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="csv, json, ndjson, tsv, markdown, ics, clockify, xlsx or sqlite; else by FILE's"
            " ending, else csv.",
        ),
    ] = None


@command(
    "export",
    "export last month -o november.csv",
    "export all --json -o - | jq length",
    "export 2026 --format clockify -o for-another-tracker.csv",
    "export all -o timesheet.sqlite --force",
    notes="clockify is the csv of Clockify's detailed report, for programs that import it; "
    "sqlite\nis a database for SQL and dashboards. `clockify import` reads csv, json and "
    "clockify\nagain. In csv, text that a spreadsheet would take for a formula begins "
    "with '. The\npermissions of a file follow your umask.",
)
def export(
    program: Program,
    range: Annotated[
        list[str] | None,
        typer.Argument(metavar="RANGE", autocompletion=complete.range, help="Default: month."),
    ] = None,
    *,
    output: ExportOutput,
    chosen: Filter,
    file: FileChoice,
    read: ReadChoice,
) -> None:
    """Write the entries of a range to a file. The running timer is left out."""
    from clockify_cli.actions.data import exporting

    format_ = format_of(program, output.named, file, FORMATS, what="`export`") or "csv"
    if output.fields is not None and format_ in WHOLE:
        raise UsageError(
            f"--fields cannot be combined with --format {format_}",
            "Choose fields of csv, json, tsv or markdown.",
        )
    ctx = open_context(program, read)
    found = exporting.export(ctx, tuple(range or ()), filter_input(chosen))
    program.note(*found.notes)
    count = _Count()
    if format_ == "sqlite":
        with aside(program, file) as path:
            count.entries, count.running = exporting.write_database(ctx, found, path)
    elif format_ == "xlsx":
        write_document(program, file, "xlsx", {"xlsx": lambda: _sheet(ctx, found, count)})
    else:
        with destination(program, file) as screen:
            rows = count.finished(found.entries)
            for line in _lines(ctx, output, format_, rows, file.to_file):
                screen.write(line)
    if file.to_file:
        program.note(f"Exported {counted(count.entries, 'entry')} to {file.output}.")
    elif not count.entries:
        program.note(f"No entries in {found.range.name()}.")
    if count.running:
        program.note("The running timer was left out.")


@dataclass(slots=True)
class _Count:
    """Counts the entries that pass through; running timers are left out."""

    entries: int = 0
    running: int = 0

    def finished(self, entries: Iterable[TimeEntry]) -> Iterator[EntryRow]:
        """Yield the rows of the *entries* that have ended."""
        for entry in entries:
            if entry.running:
                self.running += 1
            else:
                self.entries += 1
                yield EntryRow(entry)


def _sheet(ctx: AppContext, found: exporting.Export, count: _Count) -> bytes:
    from clockify_cli.show.formats.sheets import entries_sheet

    entries = [row.entry for row in count.finished(found.entries)]
    head = cover(ctx, "Time entries", found.range.name())
    return entries_sheet(entries, head, time_format(ctx))


def _lines(
    ctx: AppContext,
    output: ExportOutput,
    format_: ExportFormat,
    rows: Iterable[EntryRow],
    own_file: bool,
) -> Iterable[str]:
    """Return the lines of *rows* in a text *format_*."""
    # The file may be read again, so lengths have one form, whatever the person's setting.
    times = replace(time_format(ctx), durations="clock")
    if format_ == "ics":
        from clockify_cli.show.formats.ics import calendar_lines

        return calendar_lines((row.entry for row in rows), ctx.now)
    if format_ == "clockify":
        from clockify_cli.show.formats.clockify_csv import report_lines

        owner = ctx.account
        person = (owner.name, owner.email) if owner else ("", "")
        return report_lines((row.entry for row in rows), times, person)
    from clockify_cli.show.formats.json import array_lines, object_lines
    from clockify_cli.show.formats.rows import text_lines
    from clockify_cli.show.rows.fields import ENTRIES, EXPORT_COLUMNS, split_fields

    picked = ENTRIES.pick(split_fields(output.fields)) if output.fields is not None else None
    if format_ == "csv" or format_ == "tsv" or format_ == "markdown":
        fields = picked or ENTRIES.pick(EXPORT_COLUMNS)
        return text_lines(fields, rows, times, format_, own_file)
    documents = (ENTRIES.as_json(row, times, picked) for row in rows)
    return array_lines(documents) if format_ == "json" else object_lines(documents)
