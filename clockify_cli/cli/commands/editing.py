"""`clockify edit`, `split`, `cut` and `join`."""

from __future__ import annotations

import shlex
from contextlib import suppress

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import (
    filter_input,
    input_of,
    open_context,
    recording,
    show_change,
    time_format,
)
from clockify_cli.cli.program import Program
from clockify_cli.errors import NotFound, TimeError, UsageError
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated, ClassVar

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.tracking import editing
    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.entry import ChangeResult, TimeEntry


@dataclass(frozen=True)
class NewTimes:
    """The requested changes of an entry's times."""

    start: Annotated[str | None, typer.Option("--start", metavar="TIME", help="The start.")] = None
    end: Annotated[str | None, typer.Option("--end", metavar="TIME", help="The end.")] = None
    length: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="How long it lasted.")
    ] = None
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="±DURATION", help="Make the entry longer or shorter."),
    ] = None
    shift: Annotated[
        str | None, typer.Option("--shift", metavar="±DURATION", help="Move its start and end.")
    ] = None


@dataclass(frozen=True)
class NewTags:
    """Single tags to add or remove; the others stay."""

    add_tags: Annotated[
        list[str] | None,
        typer.Option(
            "--add-tag",
            metavar="NAME",
            autocompletion=complete.tag,
            help="Add a tag; may be repeated.",
        ),
    ] = None
    remove_tags: Annotated[
        list[str] | None,
        typer.Option(
            "--remove-tag",
            metavar="NAME",
            autocompletion=complete.tag,
            help="Remove a tag; may be repeated.",
        ),
    ] = None


@dataclass(frozen=True)
class Where(opt.Filter):
    """Which entries of a range to change: the FILTER, as ``--where-project`` and so on."""

    panel: ClassVar[str] = "Many entries"
    prefix: ClassVar[str] = "where"


@opt.command(
    "edit last -p Acme/Website",
    "edit current --start 9:10",
    "edit @2 --for 1h30m --add-tag deep",
    "edit --range week --where-project Webiste -p Website",
    "edit --day yesterday",
    notes="""
    A field you do not give keeps its value; the word none clears it. Without any field, the entry
    opens in your editor (VISUAL or EDITOR); --day opens whole days. A time without a day is on the
    day on which the entry began.
    """,
)
def edit(
    program: Program,
    *,
    entries: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ENTRY...",
            autocompletion=complete.entry,
            help="current, last, @1, or an id or its tail.",
        ),
    ] = None,
    times: NewTimes,
    fields: opt.EntryOptions,
    is_break: Annotated[
        bool | None, typer.Option("--break/--no-break", help="Make it a break, or work.")
    ] = None,
    new_tags: NewTags,
    create: opt.Create,
    room: opt.Room,
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            metavar="RANGE",
            autocompletion=complete.range,
            help="Edit whole days as text in your editor.",
        ),
    ] = None,
    range: Annotated[
        str | None,
        typer.Option(
            "--range",
            metavar="RANGE",
            autocompletion=complete.range,
            help="Change the entries of this range.",
            rich_help_panel="Many entries",
        ),
    ] = None,
    where: Where,
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Change entries: their times, description, project and other fields.

    On a terminal, without an ENTRY, pick one of the latest.
    """
    from clockify_cli.actions.tracking import editing

    ctx = open_context(program, read)
    request = editing.EditEntries(
        given=replace(input_of(fields, create), type=_type(is_break)),
        start=times.start,
        end=times.end,
        length=times.length,
        by=times.by,
        shift=times.shift,
        add_tags=tuple(new_tags.add_tags or ()),
        remove_tags=tuple(new_tags.remove_tags or ()),
        overlap=room.overlap,
        adjust=room.adjust,
        yes=confirm.yes,
        dry_run=confirm.dry_run,
    )
    _refuse_two_ways(entries, range, where, day, request)
    if not entries and range is None and day is None:
        entries = _picked(program, ctx)
    if day is not None:
        from clockify_cli.cli.asking.edit_in_editor import edit_days

        done = edit_days(program, ctx, day, request)
    elif request.empty:
        from clockify_cli.cli.asking.edit_in_editor import edit_entry

        if range is not None or len(entries or ()) != 1:
            raise UsageError(
                "no field given", "Give a field, such as -p PROJECT; `clockify edit -h` lists them."
            )
        done = edit_entry(program, ctx, _named(ctx, entries)[0], request)
    else:
        chosen = (
            _named(ctx, entries)
            if range is None
            else editing.entries_of(ctx, range, filter_input(where))
        )
        confirmed = len(chosen) == 1 or confirm.yes or confirm.dry_run

        def act(said: EntryInput, _: bool) -> ChangeResult:
            nonlocal confirmed
            wanted = replace(request, given=said)
            if not confirmed:
                looked = editing.edit(ctx, chosen, replace(wanted, dry_run=True))
                if looked.already:
                    return looked
                _confirm(program, ctx, looked)
                confirmed = True
            return editing.edit(ctx, chosen, wanted)

        done = recording(program, ctx, request.given, act)
    if done is not None:
        show_change(program, ctx, done, output)


def _picked(program: Program, ctx: AppContext) -> list[str] | None:
    """Return the recent entry that the person picks, if a terminal allows it."""
    from clockify_cli.cli.asking.picker import can_pick

    if not can_pick(program):
        return None
    from clockify_cli.cli.asking.picking import last_entry

    picked = last_entry(program, ctx, time_format(ctx))
    return None if picked is None else [picked]


def _type(is_break: bool | None) -> str | None:
    from clockify_cli.domain.entry import BREAK, REGULAR

    if is_break is None:
        return None
    return BREAK if is_break else REGULAR


def _refuse_two_ways(
    entries: list[str] | None,
    range_: str | None,
    where: Where,
    day: str | None,
    request: editing.EditEntries,
) -> None:
    if sum([bool(entries), range_ is not None, day is not None]) > 1:
        hint = "Give one of the three."
        said = range_ or day
        if entries and said == "last":
            option = "--day" if day else "--range"
            hint = f'Quote a range of several words: {option} "{said} {entries[0]}"'
        raise UsageError("ENTRY, --range and --day cannot be combined", hint)
    if range_ is None and where != Where():
        raise UsageError("--where-… needs --range", "For example: --range week")
    if day is not None and not request.empty:
        raise UsageError(
            "--day cannot be combined with fields to change",
            "`clockify edit --range RANGE` changes a field of many entries.",
        )


def _named(ctx: AppContext, entries: list[str] | None) -> tuple[TimeEntry, ...]:
    """Return the named entries; a RANGE instead gets an error that explains editing days."""
    from clockify_cli.actions.tracking import entries as finding
    from clockify_cli.domain.time.ranges import parse_range

    try:
        return finding.find_all(ctx, entries or ())
    except NotFound as error:
        days = " ".join(entries or ())
        with suppress(TimeError):
            parse_range(days.split(), ctx.time_context(), default="today")
            error.hint = (
                f"`clockify edit --day {shlex.quote(days)}` edits those days as text, "
                "`--range` a field of their entries."
            )
        raise


def _confirm(program: Program, ctx: AppContext, looked: ChangeResult) -> None:
    """Ask before changing many entries as *looked* shows."""
    from clockify_cli.domain.entry import counted
    from clockify_cli.show.messages import change_lines

    if len(looked.entries) == 1:
        return
    if program.interactive:
        program.note(*change_lines(looked, time_format(ctx), program.err))
    program.confirm(f"Change these {counted(len(looked.entries), 'entry')}?")


@opt.command("split last --at 12:00", "split @3 --at 10:15 --at 11:00")
def split(
    program: Program,
    *,
    entry: Annotated[
        str,
        typer.Argument(
            metavar="ENTRY",
            autocompletion=complete.entry,
            help="current, last, @1, or an id or its tail.",
        ),
    ],
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="TIME", help="Where to split; may be repeated."),
    ] = None,
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Split an entry into two or more."""
    from clockify_cli.actions.tracking import editing
    from clockify_cli.actions.tracking import entries as finding

    ctx = open_context(program, read)
    found = finding.find(ctx, entry)
    done = editing.split_entry(ctx, found, at or (), dry_run=confirm.dry_run)
    show_change(program, ctx, done, output)


@opt.command("cut last 12-12:30", "cut current 12:00..12:45")
def cut(
    program: Program,
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="ENTRY SPAN",
            autocompletion=complete.entry,
            help="The entry, then the time to cut out of it.",
        ),
    ],
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Cut time out of an entry, such as a lunch break; also out of the running timer."""
    from clockify_cli.actions.tracking import editing
    from clockify_cli.actions.tracking import entries as finding

    given = words or []
    if len(given) < 2:
        raise UsageError(
            "`clockify cut` needs an entry and the time to cut out of it",
            "For example: clockify cut last 12-12:30",
        )
    ctx = open_context(program, read)
    found = finding.find(ctx, given[0])
    done = editing.cut_entry(ctx, found, " ".join(given[1:]), dry_run=confirm.dry_run)
    show_change(program, ctx, done, output)


@opt.command("join @2 @1", "join @3 @2 @1 --yes")
def join(
    program: Program,
    *,
    entries: Annotated[
        list[str],
        typer.Argument(
            metavar="ENTRY ENTRY...",
            autocompletion=complete.entry,
            help="current, last, @1, or an id or its tail.",
        ),
    ],
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Fill gaps and keep the fields of the first entry.")
    ] = False,
    preview: opt.Preview,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Join entries that follow each other into one."""
    from clockify_cli.actions.tracking import editing
    from clockify_cli.actions.tracking import entries as finding

    ctx = open_context(program, read)
    chosen = finding.find_all(ctx, entries or ())
    done = editing.join_entries(ctx, chosen, yes=yes, dry_run=preview.dry_run)
    show_change(program, ctx, done, output)
