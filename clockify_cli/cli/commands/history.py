"""`clockify undo`, `redo` and `history`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.tracking import entries
from clockify_cli.actions.viewing import history as actions
from clockify_cli.cli.context import open_context, show_change, show_choice, time_format
from clockify_cli.cli.options import Confirm, JsonChoice, OutputChoice, ReadChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult, word_of
from clockify_cli.errors import UsageError
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.rows.fields import CHANGES
from clockify_cli.show.rows.list_rows import ChangeRow
from clockify_cli.store.timesheet.records import ChangeRecord
from clockify_cli.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete


SHOWN = 20


@command(
    "undo",
    "undo --list",
    "undo 12",
    notes="If a timer would run again, undoing a change by its number asks first.",
)
def undo(
    program: Program,
    *,
    number: Annotated[
        str | None,
        typer.Argument(metavar="N", help="The number of a change; default: the last one."),
    ] = None,
    list: Annotated[
        bool, typer.Option("--list", help="List the changes that can be undone, with numbers.")
    ] = False,
    confirm: Confirm,
    read: ReadChoice,
    output: OutputChoice,
) -> None:
    """Undo the last change made on this computer, in Clockify too."""
    ctx = open_context(program, read, running_on=True)
    if list:
        _show(program, ctx, actions.undoable(ctx, SHOWN), output)
        return
    choice = show_choice(output)
    if choice.format not in (None, "json") or choice.fields is not None:
        raise UsageError(
            "--format, --fields and --template are for --list", "For example: clockify undo --list"
        )
    as_json = JsonChoice(choice.format == "json")
    wanted = actions.TakeBack(number=_number(number), yes=confirm.yes, dry_run=confirm.dry_run)
    show_change(program, ctx, _confirmed(program, ctx, actions.undo, wanted), as_json)


def _confirmed(
    program: Program,
    ctx: AppContext,
    act: Callable[[AppContext, actions.TakeBack], ChangeResult],
    wanted: actions.TakeBack,
) -> ChangeResult:
    """Do what is *wanted*; if that would restart a timer, ask first."""
    try:
        return act(ctx, wanted)
    except actions.RunsAgain as error:
        if not program.interactive:
            raise
        program.confirm(error.question, hint=actions.OTHERS)
        return act(ctx, replace(wanted, yes=True))


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > 12:
        raise UsageError(
            f'"{text[:80]}" is not the number of a change',
            "`clockify undo --list` lists the numbers.",
        )
    return int(text)


@command("redo", "redo --dry-run")
def redo(program: Program, *, confirm: Confirm, read: ReadChoice, output: JsonChoice) -> None:
    """Redo what the last undo took back."""
    ctx = open_context(program, read)
    wanted = actions.TakeBack(yes=confirm.yes, dry_run=confirm.dry_run)
    show_change(program, ctx, _confirmed(program, ctx, actions.redo, wanted), output)


@command("history", "history last", "history --limit 100 --json")
def history(
    program: Program,
    *,
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="ENTRY", autocompletion=complete.entry, help="Only changes of this entry."
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, max=100_000, help="The newest N; default: 20."),
    ] = None,
    read: ReadChoice,
    output: OutputChoice,
) -> None:
    """Show what was changed on this computer, when, and whether it was sent."""
    ctx = open_context(program, read)
    of = entries.find(ctx, entry) if entry else None
    _show(program, ctx, actions.history(ctx, of, limit or SHOWN), output)


def _show(
    program: Program, ctx: AppContext, changes: Sequence[ChangeRecord], output: OutputChoice
) -> None:
    times = time_format(ctx)
    rows = [
        ChangeRow(
            change.id, change.at, word_of(change.verb), change.summary, change.state, change.undone
        )
        for change in changes
    ]

    def draw() -> None:
        from clockify_cli.show.drawn.lists import changes_table

        if rows:
            changes_table(program.out, rows, times)
        else:
            program.note("Nothing has been changed here yet.")

    show_rows(program.out, times, CHANGES, rows, show_choice(output), draw)
