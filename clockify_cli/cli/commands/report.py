"""`clockify report` and `clockify timesheet`."""

from __future__ import annotations

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import filter_input, open_context, paged, time_format
from clockify_cli.cli.documents import (
    PAGES,
    cover,
    document_choice,
    drawn,
    note_durations,
    note_written,
    output_to,
    project_colors,
    write_document,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.report import DIMENSIONS
from clockify_cli.domain.terminal_text import capitalized
from clockify_cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Annotated, Literal

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.viewing import reports
    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.report import Report
    from clockify_cli.domain.targets import Target
    from clockify_cli.domain.timesheet import Timesheet
    from clockify_cli.show.formats.json import Json
    from clockify_cli.show.formats.rows import OutputChoice as Chosen
    from clockify_cli.show.formats.rows import OutputFormat
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat
    from clockify_cli.show.views import Cover

WORKED = ("tsv", "json")
"""The formats with exact seconds; in the others, times are rounded so that they add up."""


@opt.command(
    "report",
    "report last week --by client,project",
    "report 2026-11 --by day --empty -p Acme/Website",
    "report yesterday --if-any --format markdown",
    "report month --billable --total",
    "report last month -c Acme --round 15m:up --amounts -o acme.html",
    "report week --target 8h --chart",
    "report today --if-any --format table --durations hm",
    notes=f"Dimensions: {', '.join(DIMENSIONS[:6])},\n{', '.join(DIMENSIONS[6:])}.\n\n"
    "Columns in a pipe: one for each dimension, then seconds, billableSeconds,\n"
    "entryCount; with --round roundedSeconds, with --amounts one for each currency.\n"
    "CSV and Markdown: duration, billableDuration, entryCount and the same. Without a\n"
    "terminal, as in cron, --format table prints the table.",
)
def report(
    program: Program,
    *,
    range: Annotated[
        list[str] | None,
        typer.Argument(metavar="RANGE", autocompletion=complete.range, help="Default: week."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="A,B",
            autocompletion=complete.dimensions,
            help="Default: project; nested from left to right.",
        ),
    ] = None,
    if_any: Annotated[
        bool, typer.Option("--if-any", help="Print nothing if nothing was tracked.")
    ] = False,
    total: Annotated[bool, typer.Option("--total", help="Print only the total.")] = False,
    empty: Annotated[
        bool, typer.Option("--empty", help="Show days without entries too (with --by day).")
    ] = False,
    sort: Annotated[
        Literal["time", "name"] | None,
        typer.Option("--sort", metavar="HOW", help="time: the largest first (default), or name."),
    ] = None,
    rounded: opt.Rounded,
    amounts: Annotated[
        bool, typer.Option("--amounts", help="Show what billable time costs.")
    ] = False,
    target: Annotated[
        str | None,
        typer.Option(
            "--target", metavar="DURATION", help="Due each working day up to today, such as 8h."
        ),
    ] = None,
    chart: Annotated[
        bool, typer.Option("--chart", help="Draw bars; --by day of over 62 days: a calendar.")
    ] = False,
    chosen: opt.Filter,
    read: opt.ReadChoice,
    durations: opt.DurationChoice,
    file: opt.FileChoice,
    output: opt.DocumentChoice,
) -> None:
    """Sum up the time of a range by project, day, tag and more."""
    from clockify_cli.actions.viewing import reports

    choice = document_choice(program, output, file, what="`report`")
    ctx = open_context(program, read)
    times = time_format(ctx, durations.durations)
    given = reports.ReportInput(
        words=tuple(range or ()),
        by=by,
        chosen=filter_input(chosen),
        empty=empty,
        sort=sort or "time",
        round=rounded.round,
        round_by=rounded.round_by,
        amounts=amounts,
        target=target,
    )
    found = reports.report(ctx, given)
    program.note(*found.copy.notes, *found.notes)
    if ctx.account is not None and "user" in found.report.by:
        program.note("These are only your own entries: your local copy has nobody else's.")
    if if_any and not found.report.entry_count:
        return
    # A page has its charts anyway.
    choice = drawn(choice) if chart and choice.format != "html" else choice
    if choice.format in PAGES:
        if total:
            raise UsageError(
                f"--total cannot be combined with --format {choice.format}",
                "Pages and spreadsheets already show the total.",
            )
        write_document(program, file, choice.format, _documents(ctx, given, found, times))
        note_written(program, file)
        return
    with output_to(program, file):
        if total:
            _show_total(program, found.report, times, choice, durations.durations is not None)
            return
        note_durations(program, durations, choice)
        _show_report(program, ctx, found, times, choice, chart=chart)


def _documents(
    ctx: AppContext, given: reports.ReportInput, found: reports.RangeReport, times: TimeFormat
) -> dict[OutputFormat, Callable[[], str | bytes]]:
    """Return a writer for each kind of document."""
    from clockify_cli.actions.viewing import reports
    from clockify_cli.actions.viewing.filtering import filter_words
    from clockify_cli.domain import displayed

    shown = displayed.report(found.report, times.durations)
    due = ("Target", _target_text(found.target, shown, times))
    head = _cover(ctx, "Time report", found, filter_words(given.chosen), due)

    def page() -> str:
        from clockify_cli.show.formats.page import calendar_unit, report_page

        unit = calendar_unit(len(list(found.range.days())))
        by_unit, firsts = reports.lengths(ctx, given, found.range, unit)
        groups = displayed.report(by_unit, times.durations).groups
        seconds = {group.key: group.seconds for group in groups}
        lengths = [(day, seconds.get(day.isoformat(), 0)) for day in firsts]
        return report_page(shown, head, times, (unit, lengths), project_colors(ctx))

    def sheet() -> bytes:
        from clockify_cli.show.formats.sheets import report_sheet

        return report_sheet(shown, head, times)

    return {"html": page, "xlsx": sheet}


def _cover(
    ctx: AppContext,
    title: str,
    found: reports.RangeReport | reports.Grid,
    chosen: str,
    *more: tuple[str, str],
) -> Cover:
    details = (("Filter", chosen), ("Rounded", capitalized(found.rounding)))
    return cover(ctx, title, found.range.name(), *details, *more)


def _target_text(target: Target | None, report: Report, times: TimeFormat) -> str:
    """Return the target if it was requested: a page for others must not show one's settings."""
    from clockify_cli.show.target import rest_text

    if target is None or not target.given:
        return ""
    rest = rest_text(target, report.seconds, report.of_types, times)
    days = f"{target.days} of {target.all_days} working days"
    return f"{times.length(target.seconds)} for {days}, {rest}"


def _show_report(
    program: Program,
    ctx: AppContext,
    found: reports.RangeReport,
    times: TimeFormat,
    choice: Chosen,
    *,
    chart: bool,
) -> None:
    """Show the groups as a table for a person, else as rows."""
    from clockify_cli.actions.viewing import reports
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.report_rows import report_json, report_rows, report_schema

    shown, format_ = found.report, choice.format_on(program.out)
    if found.rounding and format_ in ("csv", "markdown"):
        program.note(f"Rounded {found.rounding}.")
    if format_ not in WORKED:
        from clockify_cli.domain import displayed

        shown = displayed.report(found.report, times.durations)

    def draw(screen: Screen) -> None:
        from clockify_cli.show.drawn.report import Chart, report_table

        full = reports.full_bar(ctx, found.range, found.report) if chart else 0
        report_table(
            screen,
            shown,
            found.range.name(),
            times,
            found.rounding,
            found.target,
            colors=project_colors(ctx, screen),
            chart=Chart(full, list(found.range.days()), ctx.settings.week_start) if chart else None,
        )

    def whole() -> Json:
        return report_json(found.report, times, found.copy.as_of, found.rounding, found.target)

    rows = list(report_rows(shown.groups, found.report.groups))
    show_rows(program.out, times, report_schema(shown), rows, choice, paged(program, draw), whole)


def _show_total(
    program: Program, found: Report, times: TimeFormat, choice: Chosen, shaped: bool
) -> None:
    """Show the total for a person, or in whole seconds for a script without a format."""
    from clockify_cli.show.rows.report_rows import total_cells, total_json, total_text

    if choice.format == "template":
        raise UsageError("--total and --template cannot be combined", "Give one of the two.")
    if choice.format == "json":
        program.out.write_json(total_json(found))
    elif shaped or choice.format_on(program.out) != "tsv":
        program.say(total_text(found, times))
        if found.of_types:
            program.note(f"{times.of_it(found.of_types).capitalize()}.")
    else:
        program.say("\t".join(total_cells(found)))


@opt.command(
    "timesheet",
    "timesheet last week",
    "timesheet month --round 15m:up",
    "timesheet 2026-W47 --format csv",
    notes="Columns in a pipe: the project, the seconds of each day, their sum; with --round\n"
    "roundedSeconds. CSV and Markdown have each day as it is rounded, then worked.\n"
    "A month that is wider than the terminal has a column for each week.",
)
def timesheet(
    program: Program,
    *,
    week: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WEEK|MONTH", autocompletion=complete.range, help="A RANGE; default: week."
        ),
    ] = None,
    sort: Annotated[
        Literal["time", "name"] | None,
        typer.Option("--sort", metavar="HOW", help="name (default), or time: the largest first."),
    ] = None,
    rounded: opt.Rounded,
    chosen: opt.Filter,
    read: opt.ReadChoice,
    durations: opt.DurationChoice,
    file: opt.FileChoice,
    output: opt.DocumentChoice,
) -> None:
    """Show a week or a month as a grid of projects and days."""
    from clockify_cli.actions.viewing import reports
    from clockify_cli.actions.viewing.filtering import filter_words

    choice = document_choice(program, output, file, what="`timesheet`")
    ctx = open_context(program, read)
    times = time_format(ctx, durations.durations)
    found = reports.timesheet(
        ctx,
        reports.TimesheetInput(
            words=tuple(week or ()),
            chosen=filter_input(chosen),
            sort=sort or "name",
            round=rounded.round,
            round_by=rounded.round_by,
        ),
    )
    program.note(*found.copy.notes)
    if choice.format in PAGES:
        head = _cover(ctx, "Timesheet", found, filter_words(filter_input(chosen)))
        write_document(program, file, choice.format, _timesheet_documents(ctx, found, head, times))
        note_written(program, file)
        return
    with output_to(program, file):
        note_durations(program, durations, choice)
        _show_timesheet(program, ctx, found, times, choice)


def _timesheet_documents(
    ctx: AppContext, found: reports.Grid, head: Cover, times: TimeFormat
) -> dict[OutputFormat, Callable[[], str | bytes]]:
    """Return a writer for each kind of document."""
    worked, rounded = _displayed(found, times)

    def page() -> str:
        from clockify_cli.show.formats.page import timesheet_page

        return timesheet_page(worked, rounded, head, times, project_colors(ctx))

    def sheet() -> bytes:
        from clockify_cli.show.formats.sheets import timesheet_sheet

        return timesheet_sheet(worked, rounded, head, times)

    return {"html": page, "xlsx": sheet}


def _displayed(found: reports.Grid, times: TimeFormat) -> tuple[Timesheet, Timesheet | None]:
    """Return the timesheet as worked and as rounded, both rounded for display."""
    from clockify_cli.domain import displayed

    worked = displayed.timesheet(found.timesheet, times.durations)
    return worked, found.rounded and displayed.timesheet(found.rounded, times.durations)


def _show_timesheet(
    program: Program, ctx: AppContext, found: reports.Grid, times: TimeFormat, choice: Chosen
) -> None:
    """Show the grid for a person, else a row for each project."""
    from clockify_cli.show.formats.rows import show_rows
    from clockify_cli.show.rows.report_rows import sheet_rows, timesheet_json, timesheet_schema

    worked, rounded, format_ = found.timesheet, found.rounded, choice.format_on(program.out)
    if rounded is not None and format_ in ("csv", "markdown"):
        program.note(f"Rounded {found.rounding}.")
    if format_ not in WORKED:
        worked, rounded = _displayed(found, times)

    def draw(screen: Screen) -> None:
        from clockify_cli.show.drawn.timesheet import Drawn, timesheet_table

        name = found.range.name().split(" · ")[0]
        sheet = Drawn(worked, rounded, found.rounding)
        timesheet_table(
            screen,
            sheet,
            name,
            times,
            ctx.settings.workdays,
            week_start=ctx.settings.week_start,
            colors=project_colors(ctx, screen),
        )

    def whole() -> Json:
        as_of = found.copy.as_of
        return timesheet_json(found.timesheet, times, as_of, found.rounded, found.rounding)

    schema = timesheet_schema(worked, rounded, shaped=format_ not in WORKED)
    rows = sheet_rows(worked, rounded)
    show_rows(program.out, times, schema, rows, choice, paged(program, draw), whole)
