"""`clockify add` and `clockify delete`."""

from __future__ import annotations

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import input_of, open_context, recording, show_change, time_format
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult
from clockify_cli.show.messages import change_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, Literal

    import typer

    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.cli.reference import complete


@opt.command(
    "add Standup 9-9:15",
    "add Review yesterday 14:00..15:30 -p Acme/Website -g deep",
    "add Call --for 25m",
    "add Mail --gap last",
    "add Lunch 12-12:30 --break",
    "add --from 9 --for 1h30m -d Workshop -p Internal --once workshop-47",
)
def add(
    program: Program,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS... SPAN",
            autocompletion=complete.description,
            help="The description, then when it was.",
        ),
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="The start.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="The end.")] = None,
    length: Annotated[
        str | None,
        typer.Option("--for", metavar="DURATION", help="The length, from --from on or until now."),
    ] = None,
    gap: Annotated[
        Literal["last"] | None,
        typer.Option("--gap", metavar="last", help="Fill the latest gap of today."),
    ] = None,
    is_break: Annotated[
        bool, typer.Option("--break", help="Record a break instead of work.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Accept a long span, or one in the future.")
    ] = False,
    preview: opt.Preview,
    room: opt.Room,
    fields: opt.EntryOptions,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Record past work. The last words say when it was."""
    from clockify_cli.actions.tracking import entries

    ctx = open_context(program, read)

    def record(said: EntryInput, _: bool) -> ChangeResult:
        return entries.add(
            ctx,
            entries.AddEntry(
                given=said,
                words=tuple(words or ()),
                start=start,
                end=end,
                length=length,
                gap=gap is not None,
                overlap=room.overlap,
                adjust=room.adjust,
                yes=yes,
                once=once.once,
                dry_run=preview.dry_run,
            ),
        )

    said = input_of(fields, create, is_break=is_break)
    show_change(program, ctx, recording(program, ctx, said, record), output)


@opt.command("delete last", "delete @2 @3 --yes", "delete @1 --dry-run")
def delete(
    program: Program,
    *,
    which: Annotated[
        list[str],
        typer.Argument(
            metavar="ENTRY...",
            autocompletion=complete.entry,
            help="current, last, @1, or an id or its tail.",
        ),
    ],
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Delete entries; `undo` brings them back."""
    from clockify_cli.actions.tracking import entries

    ctx = open_context(program, read)
    chosen = entries.find_all(ctx, tuple(which or ()))
    if confirm.dry_run:
        show_change(program, ctx, ChangeResult(verb="delete", entries=chosen, dry_run=True), output)
        return
    if len(chosen) > 1 and not confirm.yes:
        looked = ChangeResult(verb="delete", entries=chosen, dry_run=True)
        if program.interactive:
            program.note(*change_lines(looked, time_format(ctx), program.err))
        program.confirm(f"Delete these {len(chosen)} entries?", "nothing was deleted")
    show_change(program, ctx, entries.delete(ctx, chosen), output)
