"""`clockify start`, `stop`, `cancel`, `resume` and `status`."""

from __future__ import annotations

from collections.abc import Sequence

from clockify_cli.cli import options as opt
from clockify_cli.cli.context import (
    end_as_planned,
    input_of,
    open_context,
    recording,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.terminal_text import capitalized
from clockify_cli.errors import ClockifyError, UsageError
from clockify_cli.values import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime
    from typing import Annotated, Literal, NoReturn

    import typer

    from clockify_cli.actions.context import AppContext
    from clockify_cli.actions.tracking import timer
    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.cli.reference import complete
    from clockify_cli.domain.entry import ChangeResult, TimeEntry
    from clockify_cli.domain.status import Status
    from clockify_cli.show.time_format import TimeFormat


@opt.command(
    "start Write spec -p Acme/Website -g deep",
    'start Standup --at "15m ago"',
    "start --at last -p Internal",
    "start Review --for 25m",
    "start --fav standup",
    "start Lunch --break",
)
def start(
    program: Program,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORDS...", autocompletion=complete.description, help="What you work on."
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The start; default: now.")
    ] = None,
    length: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="DURATION",
            help="Stop after this long: done by the first command after that.",
        ),
    ] = None,
    fav: Annotated[
        str | None,
        typer.Option(
            "--fav", metavar="NAME", autocompletion=complete.favorite, help="Start this favorite."
        ),
    ] = None,
    is_break: Annotated[
        bool, typer.Option("--break", help="Record a break instead of work.")
    ] = False,
    room: opt.Room,
    fields: opt.EntryOptions,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Start a timer. A running one is stopped at the same instant.

    On a terminal, without words or options, pick from what you worked on lately.
    """
    from clockify_cli.actions.tracking import timer

    ctx = open_context(program, read)
    said = input_of(fields, create, words, is_break=is_break)
    like: TimeEntry | None = None
    if said.empty and fav is None and once.once is None and program.interactive:
        said, like = _offered(program, ctx, said)
    wanted = timer.StartTimer(
        given=said,
        at=at,
        length=length,
        overlap=room.overlap,
        adjust=room.adjust,
        once=once.once,
        fav=fav,
    )
    try:
        change = _begun(program, ctx, wanted, like)
    except timer.BeganLater as error:
        change = _begun_earlier(program, ctx, error, at or "now", room)
    if at is None:
        program.note(*_words_note(ctx, words or ()))
    show_change(program, ctx, change, output)


def _begun(
    program: Program, ctx: AppContext, wanted: timer.StartTimer, like: TimeEntry | None
) -> ChangeResult:
    """Start the *wanted* timer, with the fields of the entry *like* if there is one."""
    from clockify_cli.actions.tracking import timer

    answer = LongTimer(program, ctx)

    def begin(said: EntryInput, whole: bool) -> ChangeResult:
        request = replace(
            wanted, given=said, whole=whole, ended=answer.ended, asking=answer.can_ask
        )
        return timer.start(ctx, request) if like is None else timer.resume(ctx, like, request)

    return recording(program, ctx, wanted.given, begin, optional=True, also=answer.recover)


def _begun_earlier(
    program: Program, ctx: AppContext, error: timer.BeganLater, at: str, room: opt.Room
) -> ChangeResult:
    """Move the running timer's start to the TIME *at* if the person agrees; else raise *error*."""
    from clockify_cli.actions.context import clock_text, describe
    from clockify_cli.actions.tracking.entry_input import EntryInput

    if not program.interactive:
        raise error
    program.note(f"{capitalized(error.message)}.")
    name, time = describe(error.running), clock_text(ctx, error.at)
    if not program.agreed(
        f"Move the start of {name} to {time} instead of starting a new timer?",
        instead="a later --at",
    ):
        raise error
    from clockify_cli.actions.tracking import editing

    request = editing.EditEntries(
        given=EntryInput(), start=at, overlap=room.overlap, adjust=room.adjust
    )
    return editing.edit(ctx, (error.running,), request)


def _offered(
    program: Program, ctx: AppContext, said: EntryInput
) -> tuple[EntryInput, TimeEntry | None]:
    """Let the person pick recent work: return a description, or an entry to repeat."""
    from clockify_cli.cli.asking.picker import can_pick

    if ctx.settings.default_description is not None or not can_pick(program):
        return said, None
    from clockify_cli.cli.asking.picking import recent_thing

    picked = recent_thing(program, ctx, time_format(ctx))
    if isinstance(picked, str):
        return replace(said, description=picked or None), None
    return said, picked


def _words_note(ctx: AppContext, typed: Sequence[str]) -> tuple[str, ...]:
    """Return a note about a description that ends in a time, perhaps meant for `--at`."""
    if not any(char.isdecimal() for word in typed for char in word):
        return ()
    from clockify_cli.domain.time.trailing import past_time

    if not (time := past_time(typed, ctx.time_context())):
        return ()
    return (f'"{time}" is part of the description; `start --at "{time}"` begins earlier.',)


@opt.command("resume", "resume @3", "resume last -d Review")
def resume(
    program: Program,
    *,
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="ENTRY",
            autocompletion=complete.entry,
            help="current, last (default), @1 or an id.",
        ),
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The start; default: now.")
    ] = None,
    room: opt.Room,
    fields: opt.EntryOptions,
    create: opt.Create,
    once: opt.Once,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Start a timer with the fields of an earlier entry."""
    from clockify_cli.actions.tracking import entries, timer

    ctx = open_context(program, read)
    found = entries.find(ctx, entry or "last")
    wanted = timer.StartTimer(
        given=input_of(fields, create),
        at=at,
        overlap=room.overlap,
        adjust=room.adjust,
        once=once.once,
    )
    show_change(program, ctx, _begun(program, ctx, wanted, found), output)


@opt.command("stop", "stop --at 17:30", "stop -d 'Spec, second draft' -g deep")
def stop(
    program: Program,
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="The end; default: now.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("-y", "--yes", help="Stop even a timer of over 24 hours.")
    ] = False,
    fields: opt.EntryOptions,
    create: opt.Create,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Stop the running timer; its fields can be completed in the same step."""
    from clockify_cli.actions.tracking import timer

    ctx = open_context(program, read, running_on=True)
    answer = LongTimer(program, ctx)

    def end(said: EntryInput, _: bool) -> ChangeResult:
        request = timer.StopTimer(
            given=said, at=at, ended=answer.ended, yes=yes, asking=answer.can_ask
        )
        return timer.stop(ctx, request)

    said = input_of(fields, create)
    show_change(program, ctx, recording(program, ctx, said, end, also=answer.recover), output)


class LongTimer:
    """Asks a person when a timer of over 12 hours ended; *ended* is the TIME in the answer."""

    def __init__(self, program: Program, ctx: AppContext) -> None:
        self.program, self.ctx = program, ctx
        self.ended: str | None = None
        self._proposed: datetime | None = None

    @property
    def can_ask(self) -> bool:
        """Whether there is a person who has not been asked yet."""
        return self.program.interactive and self.ended is None

    def recover(self, error: ClockifyError) -> bool:
        """Ask the person if *error* requires it; return whether they answered."""
        from clockify_cli.actions.context import clock_text
        from clockify_cli.actions.tracking import timer
        from clockify_cli.domain.time.zones import offset_text

        if not isinstance(error, timer.EndWanted) or not self.program.interactive:
            return False
        first = self.ended is None
        if first:
            self._proposed = error.proposed
        self.program.note(f"{capitalized(error.message)}.")
        proposed = self._proposed
        text = "now" if proposed is None else clock_text(self.ctx, proposed)
        answer = self.program.ask(f"When did it end? [{text}]", instead="--at TIME")
        if not answer and not first:
            return False
        if answer or proposed is None:
            self.ended = answer or "now"
        else:
            self.ended = offset_text(proposed, self.ctx.zone)
        return True


@opt.command("cancel", "cancel --dry-run")
def cancel(
    program: Program, *, confirm: opt.Confirm, read: opt.ReadChoice, output: opt.JsonChoice
) -> None:
    """Discard the running timer; `undo` brings it back."""
    from clockify_cli.actions.tracking import timer

    ctx = open_context(program, read, running_on=True)
    show_change(program, ctx, timer.cancel(ctx, dry_run=confirm.dry_run), output)


@dataclass(frozen=True)
class StatusOutput(opt.RowsChoice):
    """How the status is written; None if not given."""

    format: Annotated[
        Literal["table", "json", "csv", "tsv", "markdown", "waybar"] | None,
        typer.Option(
            "--format", metavar="FORMAT", help="table, json, csv, tsv, markdown or waybar."
        ),
    ] = None
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="TEXT",
            help="For example '{project} {elapsed}'; prints nothing while idle.",
        ),
    ] = None


@opt.command(
    "status",
    "status --short",
    "status --check && echo busy",
    "status --template '{project} {elapsed}'",
    "status --watch",
)
def status(
    program: Program,
    *,
    short: Annotated[
        bool, typer.Option("--short", help="One line for a prompt; empty if no timer is running.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="No output: exit 0 if a timer is running, else 3.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it live until Ctrl-C; sends no request.")
    ] = False,
    read: opt.ReadChoice,
    output: StatusOutput,
) -> int:
    """Show what is running, for how long, and today's total."""
    from clockify_cli.actions.viewing import listing
    from clockify_cli.show.formats.rows import show_one
    from clockify_cli.show.messages import status_lines
    from clockify_cli.show.rows.fields import STATUS

    way = _way(output, short=short, check=check, watch=watch)
    if way is not None and not read.refresh:
        # Prompts and bars wait for these, so they show what is known here and send no request.
        read = replace(read, offline=True)
    ctx = open_context(program, read, silent=way is not None)
    if way == "--watch":
        _watch(program, ctx)
    view = listing.now(ctx)
    if way is None:
        program.note(*view.notes)
    if way == "--check":
        return 0 if view.entry else 3
    if way is not None:
        _show_line(program, time_format(ctx), view, output)
        return 0
    times = time_format(ctx)
    show_one(
        program.out,
        times,
        STATUS,
        view,
        show_choice(_usual(output)),
        lambda: program.say(*status_lines(view, times, program.out)),
    )
    program.note(*_long_note(ctx, view), *listing.unsent(ctx))
    return 0


def _usual(output: StatusOutput) -> opt.OutputChoice:
    """Return *output* in the form that other commands use."""
    format_ = None if output.format == "waybar" else output.format
    return opt.OutputChoice(format_, output.json, output.fields)


def _way(output: StatusOutput, *, short: bool, check: bool, watch: bool) -> str | None:
    """Return the option that requests a special form instead of the usual one, if any."""
    ways = {
        "--check": check,
        "--watch": watch,
        "--short": short,
        "--template": output.template is not None,
        "--format waybar": output.format == "waybar",
    }
    given = [way for way, wanted in ways.items() if wanted]
    others = output.json or output.fields is not None or output.format not in (None, "waybar")
    if len(given) > 1 and given != ["--check", "--short"]:
        raise UsageError(f"{given[0]} and {given[1]} cannot be combined", "Give one of the two.")
    if given and others:
        what = "a live screen" if watch else "one line of text"
        raise UsageError(f"{given[-1]} is {what}", f"Leave out {given[-1]} or the other format.")
    return given[0] if given else None


def _show_line(program: Program, times: TimeFormat, view: Status, output: StatusOutput) -> None:
    """Write the line of a prompt or bar for *view*; it is empty without a timer."""
    from clockify_cli.show.messages import status_short

    if output.template is not None:
        from clockify_cli.show.templates import status_text

        program.say(status_text(output.template, view, times))
    elif output.format == "waybar":
        from clockify_cli.show.formats.waybar import waybar_line

        program.out.write(waybar_line(view, times, program.out))
    else:
        program.say(status_short(view.entry, times))


WATCHED = 60
"""Seconds after which a live screen reopens the timesheet, which may have been replaced.

Each period begins on a full minute, as days do.
"""


def _watch(program: Program, ctx: AppContext) -> NoReturn:
    """Show the timer until the person interrupts; no request is sent."""
    if not program.out.is_terminal:
        raise UsageError(
            "--watch needs a terminal", "`clockify status --short` prints one line instead."
        )
    from clockify_cli.actions.viewing import listing
    from clockify_cli.show.drawn.live import live_screen, watch_lines
    from clockify_cli.show.screen import screen_for

    with live_screen(program.out) as draw:
        view = listing.now(ctx)
        version = ctx.db.version()
        while True:
            screen = screen_for(program.stdout, program.environ)
            draw(screen, watch_lines(view.at(ctx.now), time_format(ctx)))
            program.clock.sleep(1 - program.clock.wall() % 1)
            ctx.now = program.clock.now()
            stale = ctx.now.timestamp() // WATCHED != view.as_of.timestamp() // WATCHED
            if stale:
                ctx.db.close()
            if stale or ctx.db.version() != version or view.at(ctx.now).left == 0:
                end_as_planned(program, ctx, silent=True)
                view = listing.now(ctx)
                version = ctx.db.version()


def overview(program: Program) -> bool:
    """Show the timer and what can come next; if nothing is tracked, return False silently."""
    from clockify_cli.actions.viewing import listing
    from clockify_cli.show.messages import next_line, status_lines

    ctx = open_context(program)
    view = listing.now(ctx)
    program.note(*view.notes)
    if view.entry is None and ctx.account is None and not listing.anything(ctx):
        return False
    program.say(*status_lines(view, time_format(ctx), program.out))
    first = "stop" if view.entry else "start"
    others = ("start", "log", "report") if view.entry else ("add", "log", "report")
    program.say(next_line(program.out, first, *others, "--help"))
    program.note(*_long_note(ctx, view), *listing.unsent(ctx))
    return True


def _long_note(ctx: AppContext, view: Status) -> tuple[str, ...]:
    """Return a note about a timer that was probably forgotten."""
    from clockify_cli.actions.tracking import timer

    if view.entry is None or ctx.now - view.entry.start <= timer.LONG:
        return ()
    return (
        "This timer has been running for over 12 hours. `clockify stop --at TIME` stops it at the"
        " time you finished.",
    )
