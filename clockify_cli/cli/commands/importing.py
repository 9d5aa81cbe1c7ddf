"""`clockify import`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, cast

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import Answers, open_context, time_format
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult, TimeEntry, counted
from clockify_cli.domain.exchange.rows import MOST_BYTES, DateOrder
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import ClockifyError, UsageError
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.data import importing
    from clockify_cli.actions.names.imported_names import NameMatch
    from clockify_cli.cli.reference import complete


ImportSource = Literal["clockify", "toggl", "watson", "timewarrior", "harvest", "timeclock"]
LARGE = 256 * 1024
"""From this many bytes on, an import shows a progress bar."""
SHOWN_FIELDS = ("start", "end", "duration", "project", "task", "description", "tags")
OFTEN_EMPTY = ("project", "task", "description", "tags")
MOST_ROWS = 30
"""The most entries shown on a terminal by a dry run."""
MOST_NAMES = 40
"""The most names of a file that are listed with what they become."""


@opt.command(
    "import entries.csv",
    "import Clockify_Time_Report_Detailed.csv --dates mdy --dry-run",
    "import report.csv --column task=Activity --column skip=Ticket",
    "import ~/.config/watson/frames --from watson",
    "import - < entries.json",
    notes="Reads csv, tsv and json as `clockify export` writes them, any csv with columns "
    "start\nand end, the csv of Clockify's detailed report in eight languages, and the "
    "json of its\nAPI. From other trackers: Toggl's csv, Watson's frames, timewarrior's "
    "export, Harvest's\ncsv and timeclock files of hledger. A file without times of day "
    "is laid out from 09:00.\nAll lines are checked first: if one is wrong, nothing is "
    "imported. Entries that\nare already here are not imported again. Columns that are "
    "not imported are named.",
)
def import_(
    program: Program,
    *,
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", autocompletion=complete.file, help="A file; - is standard input."
        ),
    ],
    source: Annotated[
        ImportSource | None,
        typer.Option(
            "--from",
            metavar="PROGRAM",
            help="clockify, toggl, watson, timewarrior, harvest or timeclock; else recognized.",
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="FIELD=HEADING",
            help="What a column is, such as task=Activity; skip=HEADING ignores it. May be"
            " repeated.",
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option(
            "--person",
            metavar="NAME",
            help="Whose time is imported, by name or e-mail, where a file holds several people's.",
        ),
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option(
            "--dates",
            metavar="ORDER",
            help="dmy (24/11/2026), mdy or ymd, where the dates of the file leave it open.",
        ),
    ] = None,
    confirm: opt.Confirm,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Record the entries of a file that are new. One `undo` undoes the whole import."""
    from clockify_cli.actions.data import importing
    from clockify_cli.domain.exchange.reading import HowToRead

    ctx = open_context(program, read)
    request = importing.ImportRequest(
        data=_data(program, file),
        name=_called(file),
        how=HowToRead(source=source, dates=dates, columns=tuple(columns or ()), person=person),
        create=create.create,
        yes=confirm.yes,
        unseen=program.interactive and not confirm.yes,
        dry_run=confirm.dry_run,
        once=once.once,
    )
    done = _imported(program, ctx, request)
    program.recorded = not done.dry_run
    _show(program, ctx, request, done, output)


def _imported(
    program: Program, ctx: AppContext, request: importing.ImportRequest
) -> importing.Imported:
    """Return the result of the import, after asking a person about anything doubtful."""
    from clockify_cli.actions.context import attempt
    from clockify_cli.actions.data import importing
    from clockify_cli.actions.tracking.entry_input import EntryInput

    answers = Answers(program, EntryInput(create=request.create))
    agreed = _Agreed(program, request)

    def act() -> importing.Imported:
        given = answers.given
        create = given.create or agreed.request.create
        request = replace(agreed.request, create=create, agreed=given.agreed)
        with _bar(program, request) as tell:
            return importing.import_entries(ctx, request, tell)

    return attempt(ctx, act, answers.unknown_name, agreed.to_doubts, agreed.to_names)


@dataclass(slots=True)
class _Agreed:
    """The *request* with what a person has agreed to."""

    program: Program
    request: importing.ImportRequest

    def to_doubts(self, error: ClockifyError) -> bool:
        """Ask the person about all doubtful entries at once; return whether *error* was handled."""
        from clockify_cli.actions.data import importing

        program = self.program
        if error.code not in importing.DOUBTS or not program.interactive:
            return False
        program.err.say(*(() if error.code == "doubtful" else (error.message,)), *error.details)
        program.confirm("Import anyway?", "nothing was imported")
        self.request = replace(self.request, yes=True)
        return True

    def to_names(self, error: ClockifyError) -> bool:
        """Show what the names of another tracker's file become, and ask before importing."""
        from clockify_cli.actions.data import importing

        if not isinstance(error, importing.ToConfirm):
            return False
        program = self.program
        for note in error.notes:
            program.note_once(note)
        program.err.say(*_name_lines(error.names))
        program.confirm(f"Import {counted(error.count, 'entry')}?", "nothing was imported")
        self.request = replace(self.request, unseen=False, create=True)
        return True


@contextmanager
def _bar(program: Program, request: importing.ImportRequest) -> Iterator[Callable[[float], None]]:
    """Yield a function that shows the progress of a large import to a person."""
    if program.quiet or not program.err.is_terminal or len(request.data) < LARGE:
        yield lambda _: None
        return
    from clockify_cli.show.drawn.progress import progress_bar

    with progress_bar(program.err, f"Importing {request.name}") as tell:
        yield tell


def _name_lines(names: Sequence[NameMatch]) -> Iterator[str]:
    """Yield a line for each name of the file and what it becomes here."""
    for one in names[:MOST_NAMES]:
        theirs, count = f'{one.kind} "{quoted(one.theirs)}"', counted(one.entries, "entry")
        yield f"{theirs} {'is new' if one.new else f'is {quoted(one.ours)} here'} ({count})"
    if len(names) > MOST_NAMES:
        yield f"and {len(names) - MOST_NAMES} more names"


def _data(program: Program, name: str) -> bytes:
    """Return the content of the file, up to one byte more than an import accepts."""
    try:
        if name == opt.STANDARD:
            return _standard_input(program)
        with open(name, "rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f'"{quoted(name)}" cannot be read: {error.strerror or error}', "Name another file."
        ) from error
    except ValueError as error:
        raise UsageError(
            f'"{quoted(name)}" is not a file name: {error}', "Name another file."
        ) from error


def _called(name: str) -> str:
    """Return the file's name for the history; it may contain bytes that are not text."""
    if name == opt.STANDARD:
        return "standard input"
    return os.fsencode(os.path.basename(name)).decode("utf-8", "replace")


def _standard_input(program: Program) -> bytes:
    binary = getattr(program.stdin, "buffer", None)
    if binary is None:
        return program.stdin.read(MOST_BYTES + 1).encode("utf-8", "surrogateescape")
    return cast(bytes, binary.read(MOST_BYTES + 1))


def _show(
    program: Program,
    ctx: AppContext,
    request: importing.ImportRequest,
    done: importing.Imported,
    output: opt.JsonChoice,
) -> None:
    change = ChangeResult(
        verb="import",
        created=done.created,
        matched=done.matched,
        change_id=done.change_id,
        summary=f"{counted(len(done.entries), 'entry')} from {request.name}",
        already=done.already,
        dry_run=done.dry_run,
    )
    _show_data(program, ctx, done, change, output)
    if done.dry_run or not request.unseen:
        program.note(*_name_lines(done.names))
    for line in _sentences(done, change):
        if output.json or done.dry_run:
            program.note(line)
        elif not program.quiet:
            program.plain.tell(line)
    for note in done.notes:
        program.note_once(note)
    if done.problem is not None:
        raise done.problem


def _show_data(
    program: Program,
    ctx: AppContext,
    done: importing.Imported,
    change: ChangeResult,
    output: opt.JsonChoice,
) -> None:
    if output.json:
        _tell_json(program, ctx, done, replace(change, entries=_as_now(ctx, done)))
    elif done.dry_run:
        _show_rows(program, ctx, done.entries)
    elif program.quiet:
        for entry in _as_now(ctx, done):
            program.say(entry.key)


def _as_now(ctx: AppContext, done: importing.Imported) -> tuple[TimeEntry, ...]:
    """Return the entries of *done* after Clockify's answer, with their ids there."""
    if ctx.account is None or done.dry_run:
        return tuple(done.entries)
    from clockify_cli.actions.clockify.sending import reload

    return reload(ctx, [entry.local_id for entry in done.entries])


def _tell_json(
    program: Program, ctx: AppContext, done: importing.Imported, change: ChangeResult
) -> None:
    from clockify_cli.show.formats.json import JsonObject, changed_json

    shown = cast(JsonObject, changed_json(change, ctx.now))
    counts: JsonObject = {"alreadyHere": done.here, "repeated": done.repeats}
    if done.names:
        counts["names"] = [
            {"kind": one.kind, "theirs": one.theirs, "ours": one.ours, "new": one.new}
            for one in done.names
        ]
    program.out.write_json({**shown, **counts}, indent=2)


def _show_rows(program: Program, ctx: AppContext, entries: Sequence[TimeEntry]) -> None:
    """Show what would be imported; on a terminal only the first rows, without ids."""
    from clockify_cli.show.formats.rows import OutputChoice, show_rows
    from clockify_cli.show.rows.fields import ENTRIES

    shown = entries[:MOST_ROWS] if program.out.is_terminal else entries
    fields = ",".join(_filled(shown)) if program.out.is_terminal else None
    rows = [EntryRow(entry) for entry in shown]
    show_rows(program.out, time_format(ctx), ENTRIES, rows, OutputChoice(fields=fields))
    if len(entries) > len(rows):
        program.note(f"and {len(entries) - len(rows)} more")


def _filled(entries: Sequence[TimeEntry]) -> Iterator[str]:
    """Yield the fields of *entries* to show on a terminal: those that are not always empty."""
    for name in SHOWN_FIELDS:
        if name not in OFTEN_EMPTY or any(getattr(entry, name) for entry in entries):
            yield name


def _sentences(done: importing.Imported, change: ChangeResult) -> Iterator[str]:
    from clockify_cli.show.messages import created_line, found_line

    if done.already:
        yield f"Already done: change {done.change_id}."
        return
    if done.created:
        yield created_line(change)
    if done.matched:
        yield found_line(change)
    if done.entries:
        yield f"{'Would import' if done.dry_run else 'Imported'} {change.summary}."
    else:
        yield "Nothing new to import."
    if done.here:
        yield f"{counted(done.here, 'entry')} already in your timesheet."
    if done.repeats:
        yield f"{done.repeats} repeated in the file, imported once."
