"""`clockify add` and `clockify delete`."""

from __future__ import annotations

from clockify_cli.actions import entries
from clockify_cli.actions.asked import Asked
from clockify_cli.cli.choices import Confirm, Create, EntryFields, JsonChoice, Once, ReadChoice
from clockify_cli.cli.context import asked_of, open_context, tell, time_format
from clockify_cli.cli.options import flag, options, text, words
from clockify_cli.cli.program import Program
from clockify_cli.cli.required import recording
from clockify_cli.domain.change import Changed
from clockify_cli.errors import UsageError
from clockify_cli.show.messages import change_lines
from clockify_cli.values import dataclass


@dataclass(frozen=True)
class Add:
    """What was done, and when."""

    words: tuple[str, ...] = words("[WORDS…] SPAN", help="The description, then when it was.")
    start: str | None = text("--from", metavar="TIME", help="When it began.")
    end: str | None = text("--to", metavar="TIME", help="When it ended.")
    length: str | None = text(
        "--for", metavar="DURATION", help="How long, from --from on, or until now."
    )
    is_break: bool = flag("--break", help="Record a break, not work.")
    overlap: bool = flag("--overlap", help="Record it although it overlaps an entry.")
    yes: bool = flag("-y", "--yes", help="Accept a long span, or one in the future.")


@options(
    Add,
    EntryFields,
    Create,
    Once,
    ReadChoice,
    JsonChoice,
    examples=(
        "add Standup 9-9:15",
        "add Review yesterday 14:00..15:30 -p Acme/Website -g deep",
        "add Call --for 25m",
        "add Lunch 12-12:30 --break",
        "add --from 9 --for 1h30m -d Workshop -p Internal --once workshop-47",
    ),
)
def add(
    program: Program,
    asked: Add,
    fields: EntryFields,
    create: Create,
    once: Once,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Record past work. The last words that tell a time say when it was."""
    ctx = open_context(program, read)

    def record(said: Asked, _: bool) -> Changed:
        return entries.add(
            ctx,
            entries.AddEntry(
                asked=said,
                words=asked.words,
                start=asked.start,
                end=asked.end,
                length=asked.length,
                overlap=asked.overlap,
                yes=asked.yes,
                once=once.once,
            ),
        )

    said = asked_of(fields, create, is_break=asked.is_break)
    tell(program, ctx, recording(program, ctx, said, record), output)


@dataclass(frozen=True)
class Delete:
    """Which entries go."""

    entries: tuple[str, ...] = words(
        "ENTRY…", complete="entry", help="current, last, @1, or an id or its tail."
    )


@options(
    Delete,
    Confirm,
    ReadChoice,
    JsonChoice,
    examples=("delete last", "delete @2 @3 --yes", "delete @1 --dry-run"),
)
def delete(
    program: Program, asked: Delete, confirm: Confirm, read: ReadChoice, output: JsonChoice
) -> None:
    """Remove entries; `undo` brings them back."""
    ctx = open_context(program, read)
    chosen = entries.find_all(ctx, asked.entries)
    if confirm.dry_run:
        tell(program, ctx, Changed(verb="delete", entries=chosen, dry_run=True), output)
        return
    if len(chosen) > 1 and not confirm.yes:
        looked = Changed(verb="delete", entries=chosen, dry_run=True)
        if program.interactive:
            program.note(*change_lines(looked, time_format(ctx), program.err))
        if not program.agreed(f"Delete these {len(chosen)} entries?", instead="--yes"):
            raise UsageError("nothing was deleted")
    tell(program, ctx, entries.delete(ctx, chosen), output)
