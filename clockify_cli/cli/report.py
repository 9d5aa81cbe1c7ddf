"""`clockify report` and `clockify timesheet`."""

from __future__ import annotations

from clockify_cli.actions import reports
from clockify_cli.cli.choices import DurationChoice, Filter, OutputChoice, ReadChoice
from clockify_cli.cli.context import open_context, paged, show_choice, time_format
from clockify_cli.cli.log import asked_filter, note_durations
from clockify_cli.cli.options import flag, options, text, words
from clockify_cli.cli.program import Program
from clockify_cli.domain.report import DIMENSIONS, Report
from clockify_cli.show.formats.json import dumps
from clockify_cli.show.formats.rows import OutputChoice as Chosen
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.report_rows import (
    report_json,
    report_rows,
    report_schema,
    timesheet_json,
    timesheet_schema,
)
from clockify_cli.show.screen import Screen
from clockify_cli.show.time_format import TimeFormat
from clockify_cli.values import dataclass


@dataclass(frozen=True)
class AskedReport:
    """Which days, and how their time is divided."""

    range: tuple[str, ...] = words("[RANGE]", complete="range", help="Default: week.")
    by: str | None = text(
        "--by", metavar="A,B", help="Default: project; nested from left to right."
    )
    if_any: bool = flag("--if-any", help="Print nothing where nothing was tracked.")
    total: bool = flag("--total", help="Print the total alone.")
    empty: bool = flag("--empty", help="Show days without entries too (with --by day).")


@options(
    AskedReport,
    Filter,
    ReadChoice,
    DurationChoice,
    OutputChoice,
    examples=(
        "report",
        "report last week --by client,project",
        "report 2026-11 --by day --empty -p Acme/Website",
        "report yesterday --if-any --format markdown",
        "report month --billable --total",
        "report today --if-any --format table --durations hm",
    ),
    notes=f"Dimensions: {', '.join(DIMENSIONS[:6])},\n{', '.join(DIMENSIONS[6:])}.\n\n"
    "Columns in a pipe: one for each dimension, then seconds, billableSeconds,\n"
    "entryCount. CSV and Markdown: duration, billableDuration, entryCount. From cron,\n"
    "where there is no terminal, --format table prints what a person reads.",
)
def report(
    program: Program,
    asked: AskedReport,
    chosen: Filter,
    read: ReadChoice,
    durations: DurationChoice,
    output: OutputChoice,
) -> None:
    """Sum up the time of a range, by project or otherwise."""
    ctx = open_context(program, read)
    times = time_format(ctx, durations.durations)
    found = reports.report(
        ctx,
        reports.AskedReport(
            words=asked.range, by=asked.by, chosen=asked_filter(chosen), empty=asked.empty
        ),
    )
    program.note(*found.copy.notes)
    if asked.if_any and not found.report.entry_count:
        return
    choice = show_choice(output)
    if asked.total:
        _show_total(program, found.report, times, choice, durations.durations is not None)
        return
    note_durations(program, durations, choice)
    if choice.format == "json" and choice.fields is None:
        program.out.write(
            dumps(report_json(found.report, times, found.copy.as_of), indent=2) + "\n"
        )
        return

    def draw(screen: Screen) -> None:
        from clockify_cli.show.report_table import report_table

        report_table(screen, found.report, found.range.name(), times)

    rows = list(report_rows(found.report.groups))
    schema = report_schema(found.report.by)
    show_rows(program.out, times, schema, rows, choice, paged(program, draw))


def _show_total(
    program: Program, found: Report, times: TimeFormat, choice: Chosen, shaped: bool
) -> None:
    """The total for a person, or in whole seconds for a script that names no other shape."""
    if choice.format == "json":
        sums = {"totalSeconds": found.seconds, "billableSeconds": found.billable_seconds}
        program.out.write(dumps({**sums, "entryCount": found.entry_count}) + "\n")
    elif shaped or choice.format_on(program.out) != "tsv":
        program.say(times.length(found.seconds))
    else:
        program.say(str(found.seconds))


@dataclass(frozen=True)
class Week:
    """Which week."""

    week: tuple[str, ...] = words("[WEEK]", complete="range", help="A RANGE; default: week.")


@options(
    Week,
    Filter,
    ReadChoice,
    DurationChoice,
    OutputChoice,
    examples=("timesheet", "timesheet last week", "timesheet 2026-W47 --format csv"),
    notes="Columns in a pipe: the project, the seconds of each day, their sum.",
)
def timesheet(
    program: Program,
    asked: Week,
    chosen: Filter,
    read: ReadChoice,
    durations: DurationChoice,
    output: OutputChoice,
) -> None:
    """Show a week as a grid of projects and days."""
    ctx = open_context(program, read)
    times = time_format(ctx, durations.durations)
    found = reports.timesheet(ctx, asked.week, asked_filter(chosen))
    sheet = found.timesheet
    program.note(*found.copy.notes)
    choice = show_choice(output)
    note_durations(program, durations, choice)
    if choice.format == "json" and choice.fields is None:
        program.out.write(dumps(timesheet_json(sheet, times, found.copy.as_of), indent=2) + "\n")
        return

    def draw(screen: Screen) -> None:
        from clockify_cli.show.grid import timesheet_grid

        name = found.range.name().split(" · ")[0]
        timesheet_grid(screen, sheet, name, times, ctx.settings.workdays)

    schema = timesheet_schema(sheet)
    show_rows(program.out, times, schema, sheet.rows, choice, paged(program, draw))
