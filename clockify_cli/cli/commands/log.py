"""`clockify log`."""

from __future__ import annotations

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import filter_input, in_terminal, open_context, paged, time_format
from clockify_cli.cli.documents import (
    DOCUMENTS,
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
from clockify_cli.show.drawn.log_view import EntryRow, LogDay, LogView
from clockify_cli.show.formats.rows import OutputFormat, chosen_fields, show_rows
from clockify_cli.show.rows.fields import ENTRIES
from clockify_cli.show.screen import Screen

HELD = 2000
"""Up to this many entries are held in memory; for more, the timesheet is read a second time."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.viewing import listing
    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.day_log import LoggedDay
    from clockify_cli.domain.targets import Target
    from clockify_cli.domain.time.ranges import DayRange
    from clockify_cli.show.time_format import TimeFormat
    from clockify_cli.show.views import Cover


@opt.command(
    "log",
    "log last week -p Acme/Website",
    "log 2026-11 --billable --json",
    "log yesterday --chart",
    "log yesterday | cut -f 2-5",
    notes="In the table, $ marks what is billable.\n\n"
    "Columns in a pipe: id, start, end, seconds, project, task, description, tags,\n"
    "billable, state. CSV and Markdown have duration instead of seconds, and type.",
)
def log(
    program: Program,
    *,
    range: Annotated[
        list[str] | None,
        typer.Argument(metavar="RANGE", autocompletion=complete.range, help="Default: today."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, max=1_000_000, help="Only the newest N."),
    ] = None,
    chart: Annotated[bool, typer.Option("--chart", help="Draw each day on an hour axis.")] = False,
    chosen: opt.Filter,
    read: opt.ReadChoice,
    durations: opt.DurationChoice,
    file: opt.FileChoice,
    output: opt.DocumentChoice,
) -> None:
    """List the entries of a range by day, newest last."""
    from clockify_cli.actions.viewing import listing
    from clockify_cli.actions.viewing.filtering import EVERYTHING, filter_words

    choice = document_choice(program, output, file, what="`log`", formats=DOCUMENTS)
    ctx = open_context(program, read)
    times = time_format(ctx, durations.durations)
    choice = drawn(choice) if chart else choice
    note_durations(program, durations, choice)
    given = listing.LogInput(words=tuple(range or ()), chosen=filter_input(chosen), limit=limit)
    listed = choice.format_on(program.out) == "table" and not (chart or choice.fields)
    if listed and given.streams:
        with output_to(program, file):
            _log_in_pieces(program, ctx, given, times)
        return
    found = listing.log(ctx, given)
    program.note(*found.notes)
    numbers = {entry.local_id: n for n, entry in enumerate(reversed(found.log.entries), 1)}
    if choice.shows("number", program.out) or not in_terminal(program):
        # Check the fields first: if one is unknown, the remembered numbers must not change.
        chosen_fields(ENTRIES, choice)
        listing.number(ctx, found)

    def draw(screen: Screen) -> None:
        from clockify_cli.show.drawn.log import log_chart, log_table

        due = _due(ctx, found.range) if given.chosen == EVERYTHING else None
        colors = project_colors(ctx, screen)
        view = _view(found, numbers, times, due)
        if chart:
            log_chart(screen, view, times, found.range.bounds_of, colors)
        else:
            log_table(screen, view, times, colors)

    rows = [EntryRow(entry, numbers[entry.local_id]) for entry in found.log.entries]
    if choice.format in DOCUMENTS:
        view = _view(found, numbers, times, None)
        hidden = f"{found.left_out} earlier entries" if found.left_out else ""
        details = (("Filter", filter_words(filter_input(chosen))), ("Not shown", hidden))
        head = cover(ctx, "Time log", view.name, *details)
        write_document(program, file, choice.format, _documents(ctx, found, view, head, times))
        note_written(program, file)
        return
    with output_to(program, file):
        show_rows(program.out, times, ENTRIES, rows, choice, paged(program, draw))


def _log_in_pieces(
    program: Program, ctx: AppContext, given: listing.LogInput, times: TimeFormat
) -> None:
    """Draw the log as tables for a person, day by day, so that memory hardly grows with it."""
    from itertools import count

    from clockify_cli.actions.viewing import listing
    from clockify_cli.actions.viewing.filtering import EVERYTHING
    from clockify_cli.domain.day_log import each_day
    from clockify_cli.domain.displayed import LogPlan

    found = listing.log_stream(ctx, given)
    program.note(*found.notes)
    plan = LogPlan(times.durations)
    ids: list[str] = []
    held: list[LoggedDay] = []

    def worked() -> Iterator[LogDay]:
        for day in each_day(found.entries(), found.range, ctx.now):
            plan.count(day)
            first = len(ids)
            ids.extend(entry.local_id for entry in day.entries)
            if first <= HELD:
                held.append(day)
            else:
                held.clear()
            yield _log_day(day, count(first + 1))

    def shown() -> LogView:
        plan.settle()
        listing.remember_numbers(ctx, ids)
        days = held or each_day(found.entries(), found.range, ctx.now)
        return LogView(
            name=found.range.name(),
            days=numbered(map(plan.day, days)),
            seconds=plan.seconds,
            billable_seconds=plan.billable_seconds,
            waiting=found.pending,
            review=found.review,
            of_types=plan.of_types,
            target=_due(ctx, found.range) if given.chosen == EVERYTHING else None,
        )

    def numbered(days: Iterable[LoggedDay]) -> Iterator[LogDay]:
        at = 0
        for day in days:
            numbers: list[int | None] = []
            for entry in day.entries:
                # An entry that another process changed in between gets no number, to avoid a wrong
                # one.
                same = at < len(ids) and ids[at] == entry.local_id
                numbers.append(len(ids) - at if same else None)
                at += same
            yield _log_day(day, iter(numbers))

    def draw(screen: Screen) -> None:
        from clockify_cli.show.drawn.log import log_in_pieces

        log_in_pieces(screen, worked(), shown, times, project_colors(ctx, screen))

    paged(program, draw)()


def _log_day(day: LoggedDay, numbers: Iterator[int | None]) -> LogDay:
    """Return *day* to show; its entries get *numbers*, except those carried over."""
    rows = tuple(
        EntryRow(
            line.entry,
            None if line.carried else next(numbers),
            line.seconds,
            line.whole,
            line.carried,
        )
        for line in day.lines
    )
    return LogDay(day.day, day.seconds, rows, day.of_types)


def _documents(
    ctx: AppContext, found: listing.ListedLog, view: LogView, head: Cover, times: TimeFormat
) -> dict[OutputFormat, Callable[[], str | bytes]]:
    """Return a writer for each kind of document."""
    entries = found.log.entries

    def page() -> str:
        from clockify_cli.show.formats.page import log_page

        return log_page(view, head, times, project_colors(ctx))

    def sheet() -> bytes:
        from clockify_cli.show.formats.sheets import entries_sheet

        return entries_sheet(entries, head, times)

    def calendar() -> str:
        from clockify_cli.show.formats.ics import calendar_lines

        return "".join(calendar_lines(entries, times.now))

    return {"html": page, "xlsx": sheet, "ics": calendar}


def _due(ctx: AppContext, range_: DayRange) -> Target | None:
    """Return what is due on the listed days; None without such a setting."""
    if not ctx.settings.hours:
        return None
    from clockify_cli.actions.viewing.reports import due_in

    return due_in(ctx, range_)


def _view(
    found: listing.ListedLog, numbers: Mapping[str, int], times: TimeFormat, target: Target | None
) -> LogView:
    from clockify_cli.domain import displayed

    log = displayed.log(found.log, times.durations)
    days = tuple(
        _log_day(day, iter([numbers[entry.local_id] for entry in day.entries])) for day in log.days
    )
    return LogView(
        name=found.range.name(),
        days=days,
        seconds=log.seconds,
        billable_seconds=log.billable_seconds,
        left_out=found.left_out,
        waiting=found.pending,
        review=found.review,
        of_types=log.of_types,
        target=target,
    )
