"""`clockify recent` and `clockify fav`."""

from __future__ import annotations

from clockify_cli.actions.tracking import favorites
from clockify_cli.cli import options as opt
from clockify_cli.cli.context import (
    input_of,
    naming,
    open_context,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import ChangeResult, TimeEntry
from clockify_cli.errors import UsageError
from clockify_cli.show.drawn.log_view import EntryRow
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.rows.fields import FAVORITES, RECENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.cli.reference import complete

MOST_RECENT = 10
"""The number of items listed by default."""


@opt.command(
    "recent",
    "recent 5 --json",
    notes="`clockify resume @2` starts number 2 again.\n\n"
    "Columns in a pipe: number, project, task, description, tags, billable, start.",
)
def recent(
    program: Program,
    *,
    count: Annotated[
        int | None, typer.Argument(metavar="N", min=1, max=1000, help="How many; default: 10.")
    ] = None,
    read: opt.ReadChoice,
    output: opt.OutputChoice,
) -> None:
    """List the different things you worked on lately, newest last.

    `clockify resume @N` starts one of them again.
    """
    ctx = open_context(program, read)
    found = favorites.recent(ctx, count or MOST_RECENT)
    program.note(*favorites.copy_of_recent(ctx).notes)
    if not found:
        program.note("Nothing tracked yet. `clockify start WORDS` starts a timer.")
    rows = [EntryRow(entry, len(found) - place) for place, entry in enumerate(found)]
    times = time_format(ctx)

    def draw() -> None:
        from clockify_cli.show.drawn.lists import recent_table

        recent_table(program.out, rows, times)

    show_rows(program.out, times, RECENT, rows, show_choice(output), draw)


@opt.command("fav", "fav list --json")
def list_favorites(program: Program, *, read: opt.ReadChoice, output: opt.OutputChoice) -> None:
    """List the favorites by name."""
    ctx = open_context(program, read)
    found = favorites.listed(ctx)
    if not found:
        program.note("No favorites yet. `clockify fav add NAME -p PROJECT` adds one.")
    rows = [EntryRow(entry, 0) for entry in found]

    def draw() -> None:
        from clockify_cli.show.drawn.lists import favorites_table

        favorites_table(program.out, rows)

    show_rows(program.out, time_format(ctx), FAVORITES, rows, show_choice(output), draw)


@opt.command("fav add standup -d Stand-up -p Internal", "fav add spec")
def add_favorite(
    program: Program,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the favorite.")],
    fields: opt.EntryOptions,
    create: opt.Create,
    read: opt.ReadChoice,
    output: opt.OutputChoice,
) -> None:
    """Keep what you often start under a name; `start --fav NAME` starts it.

    Without any field it saves the running timer, or the latest entry.
    """
    ctx = open_context(program, read)
    given = input_of(fields, create)
    favorite, made = naming(program, ctx, given, lambda said: favorites.add(ctx, name, said))
    _show_change(program, favorites.as_entry(ctx, favorite), "Saved favorite", output)
    if made is not None:
        _show_made(program, ctx, made, output)


@opt.command("fav remove standup")
def remove_favorite(
    program: Program,
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME", autocompletion=complete.favorite, help="The favorite.")
    ],
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.OutputChoice,
) -> None:
    """Remove a favorite."""
    ctx = open_context(program, read)
    remove, done = favorites.remove, "Removed favorite"
    if confirm.dry_run:
        remove, done = favorites.find, "Would remove favorite"
    _show_change(program, favorites.as_entry(ctx, remove(ctx, name)), done, output)


def _show_made(
    program: Program, ctx: AppContext, made: ChangeResult, output: opt.OutputChoice
) -> None:
    """Report the names that were made for a favorite, which is the result of the command."""
    if not program.quiet and show_choice(output).format != "json":
        show_change(program, ctx, made, opt.JsonChoice())
        return
    program.note(*made.notes)
    if made.problem is not None:
        raise made.problem


def _show_change(program: Program, entry: TimeEntry, done: str, output: opt.OutputChoice) -> None:
    choice = show_choice(output)
    if choice.format not in (None, "json") or choice.fields is not None:
        raise UsageError(
            "a change has no other format than --json",
            "Leave out --fields and --format, or use --json.",
        )
    if choice.format == "json":
        from clockify_cli.show.formats.json import favorite_json

        program.out.write_json(favorite_json(entry), indent=2)
    elif program.quiet:
        program.say(entry.local_id)
    else:
        from clockify_cli.show.messages import entry_label

        program.say(f"{done} {entry.local_id}: {entry_label(entry)}")


fav = opt.Family(
    "List your favorites, save one or remove one.",
    "list",
    {"list": list_favorites, "add": add_favorite, "remove": remove_favorite},
)
