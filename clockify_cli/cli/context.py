"""Build the context of a run from the settings, and report the changes made with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from clockify_cli.cli import options as opt
from clockify_cli.cli.program import OutputFailed, Program
from clockify_cli.domain.terminal_text import capitalized
from clockify_cli.errors import ClockifyError, UsageError
from clockify_cli.show import screen
from clockify_cli.values import dataclass, replace

if TYPE_CHECKING:
    from typing import Literal

    from clockify_cli.actions.context import AppContext, Recovery, Result
    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.actions.viewing.filtering import FilterInput
    from clockify_cli.domain.entry import ChangeResult
    from clockify_cli.domain.time.durations import DurationStyle
    from clockify_cli.show.formats import rows as formats
    from clockify_cli.show.formats.rows import OutputFormat
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.time_format import TimeFormat


PLAIN = opt.ReadChoice()
_GONE = ("delete", "cancel")
"""Verbs after which no command can find the entries."""
NOTICEABLE = 2.0
"""Seconds after which a person wants to see progress."""


def open_context(
    program: Program,
    read: opt.ReadChoice = PLAIN,
    *,
    lost_too: bool = False,
    running_on: bool = False,
    silent: bool = False,
) -> AppContext:
    """Open the timesheet and account of this run, as *read* and the settings say.

    A timer whose planned end has passed is ended, unless *running_on* leaves that to the command.
    *silent*: without saying so. Raises as `identify`, which gets *lost_too*.
    """
    ctx = _opened(program, read, lost_too=lost_too)
    if not running_on:
        end_as_planned(program, ctx, silent=silent)
    return ctx


def end_as_planned(program: Program, ctx: AppContext, *, silent: bool = False) -> None:
    """End the running timer if its planned end has passed."""
    from clockify_cli.store.timesheet import entries

    running = entries.running(ctx.db, ctx.workspace, ctx.user)
    planned = None if running is None else entries.planned_end(ctx.db, running)
    if running is None or planned is None or planned > ctx.now:
        return
    from clockify_cli.actions.context import clock_text, describe
    from clockify_cli.actions.tracking.timer import end_planned

    announce, ctx.announce = ctx.announce, None
    try:
        done = end_planned(ctx)
    except ClockifyError as error:
        if not silent:
            program.warn(
                f"{describe(running)} was planned to end at {clock_text(ctx, planned)} but is "
                f"still running: {error.message}"
            )
        return
    finally:
        ctx.announce = announce
    if done is None:
        return
    if not silent:
        program.note(f"Ended {describe(running)} at {clock_text(ctx, planned)}, as planned.")
        program.note(*done.notes, *([done.problem.message] if done.problem else []))
    if program.settings.hooks:
        from clockify_cli.cli.hooks import after_change

        after_change(program, done)


def _opened(program: Program, read: opt.ReadChoice, *, lost_too: bool) -> AppContext:
    """Return the context of `open_context` without changing anything."""
    from clockify_cli.actions.clockify.identity import account_values, identify
    from clockify_cli.actions.context import AppContext
    from clockify_cli.domain.time.zones import load_zone
    from clockify_cli.store.db.changes import Database

    settings = program.settings
    db = Database(program.paths.database)
    program.at_end(db.close)
    identity = identify(db, settings, program.environ, read.workspace, lost_too=lost_too)
    if identity.owner is not None:
        settings = settings.with_account(account_values(identity.owner, identity.workspace))
    ctx = AppContext(
        paths=program.paths,
        settings=settings,
        clock=program.clock,
        db=db,
        now=program.clock.now(),
        zone=load_zone(read.tz) if read.tz is not None else settings.zone,
        session=_terminal_session(program) or f"profile {settings.profile}",
        environ=program.environ,
        warn=program.warn,
        identity=identity,
        offline=read.offline,
        refresh=read.refresh,
    )
    program.ctx, program.zone = ctx, ctx.zone
    ctx.inform = program.note_once
    if program.plain.is_terminal and not (program.quiet or program.json):
        ctx.announce = partial(_announce, program, ctx)
    if identity.unknown_key:
        return _with_owner(program, ctx, read, lost_too)
    if identity.account is not None:
        from clockify_cli.actions.tracking.recording import distrust_later, zone_notes

        distrust_later(ctx)
        if read.tz is None:
            _warn_of_unknown_zone(program, ctx)
            program.note(*zone_notes(ctx))
    return ctx


def follow_account(program: Program, ctx: AppContext, read: opt.ReadChoice) -> None:
    """Switch to the settings of the account as Clockify has just sent them."""
    from clockify_cli.actions.clockify.identity import account_values

    if ctx.account is None:
        return
    values = account_values(ctx.account, ctx.identity.workspace)
    warned = ctx.settings.origin("tz").layer == "machine"
    ctx.settings = ctx.settings.with_account(values)
    if read.tz is None:
        ctx.zone = program.zone = ctx.settings.zone
        if not warned:
            _warn_of_unknown_zone(program, ctx)


def _warn_of_unknown_zone(program: Program, ctx: AppContext) -> None:
    """Warn if the local zone replaces one of Clockify's that is unknown here."""
    from clockify_cli.actions.clockify.identity import unknown_zone_of

    if ctx.account is None or ctx.settings.origin("tz").layer != "machine":
        return
    if zone := unknown_zone_of(ctx.account):
        program.warn(
            f"your Clockify settings name the time zone {zone}, which is not in the time zone "
            f"database; using {ctx.zone.key} (`clockify config set tz ZONE` sets another)"
        )


def _with_owner(
    program: Program, ctx: AppContext, read: opt.ReadChoice, lost_too: bool
) -> AppContext:
    """Ask Clockify once whose the configured key is, and open the context again."""
    from clockify_cli.actions.clockify.key_owner import learn_owner
    from clockify_cli.actions.context import UnknownWorkspace

    # The reopened context checks the workspace.
    with suppress(UnknownWorkspace):
        learn_owner(ctx, read.workspace)
    return _opened(program, read, lost_too=lost_too)


def in_terminal(program: Program) -> bool:
    """Return whether the run belongs to a terminal session, wherever its output goes."""
    return _terminal_session(program) is not None


def _terminal_session(program: Program) -> str | None:
    for stream in (program.stdin, program.stdout, program.stderr):
        try:
            if stream.isatty():
                return f"{os.ttyname(stream.fileno())} {os.getsid(0)}"
        except (OSError, ValueError):
            continue
    return None


def time_format(ctx: AppContext, durations: str | None = None) -> TimeFormat:
    """Return how times are shown to this person."""
    from clockify_cli.show.time_format import TimeFormat

    style: DurationStyle = durations or ctx.settings.durations  # type: ignore[assignment]
    clock: Literal["12", "24"] = ctx.settings.clock
    return TimeFormat(ctx.now, ctx.zone, clock, style)


def input_of(
    fields: opt.EntryOptions,
    create: opt.Create | None = None,
    words: Sequence[str] | None = None,
    *,
    is_break: bool = False,
) -> EntryInput:
    """Return the fields as typed; *words*, if any, are the description."""
    from clockify_cli.actions.tracking.entry_input import EntryInput
    from clockify_cli.domain.entry import BREAK

    if words and fields.description is not None:
        raise UsageError(
            "the description is given twice: in words and with -d", "Give one of the two."
        )
    said = {name: getattr(fields, name) for name in opt.members(opt.EntryOptions)}
    said["description"] = " ".join(words) if words else fields.description
    said["tags"] = tuple(fields.tags) if fields.tags else None
    said["custom"] = tuple(fields.custom or ())
    return EntryInput(
        **said, type=BREAK if is_break else None, create=create is not None and create.create
    )


def _announce(program: Program, ctx: AppContext, change: ChangeResult) -> None:
    """Report a committed change before Clockify is asked about it.

    If that cannot be written, the change is sent anyway and the failure reported at the end.
    """
    program.announced = change
    from clockify_cli.show.messages import ended_lines

    try:
        _say_ended(
            program,
            ended_lines(change, time_format(ctx), program.out, _tails(program, ctx, change)),
        )
        program.stdout.flush()
    except OutputFailed as error:
        program.unwritten = error


def _say_change(program: Program, ctx: AppContext, change: ChangeResult) -> None:
    """Report what *change* did, except for what `_announce` has already said."""
    if program.unwritten is not None:
        raise program.unwritten
    from clockify_cli.show.messages import answer_lines, ended_lines

    said, tails = program.announced, _tails(program, ctx, change)
    if said is None or said.change_id != change.change_id:
        lines = ended_lines(change, time_format(ctx), program.out, tails)
    else:
        lines = answer_lines(said, change, time_format(ctx), program.out, tails)
    _say_ended(program, lines)


def _say_ended(program: Program, lines: Sequence[tuple[str, str]]) -> None:
    for line, end in lines:
        if end:
            program.out.say_ending(line, end)
        else:
            program.out.tell(line)


def _tails(program: Program, ctx: AppContext, change: ChangeResult) -> dict[str, str]:
    """Return the short ids that name the entries of *change*, by local id; only on a terminal."""
    if not program.out.is_terminal or change.dry_run or change.verb in _GONE:
        return {}
    from clockify_cli.store.timesheet.entries import tails

    stopped = (change.stopped,) if change.stopped else ()
    return tails(ctx.db, (*change.entries, *stopped))


def show_change(
    program: Program, ctx: AppContext, change: ChangeResult, output: opt.JsonChoice
) -> None:
    """Report what was done: as sentences, as JSON, or with ``--quiet`` only its id."""
    program.recorded = not change.dry_run
    if output.json:
        from clockify_cli.show.formats.json import changed_json

        program.out.write_json(changed_json(change, ctx.now), indent=2)
    elif program.quiet:
        made = (*change.created, *change.matched)
        for thing in change.items or (made if change.verb == "make" else change.entries):
            program.say(thing.key)
    else:
        _say_change(program, ctx, change)
    for note in change.notes:
        program.note(note)
    if program.settings.hooks:
        from clockify_cli.cli.hooks import after_change

        after_change(program, change)
    if change.problem is not None:
        raise change.problem


def filter_input(chosen: opt.Filter) -> FilterInput:
    """Return the FILTER as typed."""
    from clockify_cli.actions.viewing.filtering import FilterInput

    names = ("projects", "clients", "tasks", "tags", "types", "search")
    given = {name: tuple(getattr(chosen, name) or ()) for name in names}
    return FilterInput(**given, billable=chosen.billable)


def show_choice(output: opt.OutputChoice | opt.DocumentChoice) -> formats.OutputChoice:
    """Return the requested format and fields; ``--json`` is short for a format."""
    from clockify_cli.show.formats.rows import OutputChoice as Choice

    if output.is_template:
        return Choice("template", template=output.template or "")
    return Choice(cast("OutputFormat | None", output.named), output.fields)


def paged(program: Program, draw: Callable[[Screen], None]) -> Callable[[], None]:
    """Return *draw* through a pager, for output that does not fit the terminal."""
    return lambda: screen.paged(program.out, program.environ, draw)


@contextmanager
def progress_of(program: Program, what: str) -> Iterator[Callable[[int], None]]:
    """Show the progress of *what* on a terminal once it takes longer than two seconds."""
    began = program.clock.boottime()
    shown = False

    def show_count(count: int) -> None:
        nonlocal shown
        if program.err.is_terminal and program.clock.boottime() - began > NOTICEABLE:
            shown = True
            program.err.write(f"\r{what}: {count} ")
            program.stderr.flush()

    try:
        yield show_count
    finally:
        if shown:
            program.err.write("\n")


@dataclass(slots=True)
class Answers:
    """The fields *given*, completed by each answer of the person.

    *create*: the person has allowed creating names in advance. It is applied once a name is known
    neither here nor in Clockify. *whole*: required fields must be there; *optional*: the person may
    skip them.
    """

    program: Program
    given: EntryInput
    create: bool = False
    whole: bool = True
    optional: bool = False

    def unknown_name(self, error: ClockifyError) -> bool:
        """Ask whether to create an unknown name; UnknownName if not."""
        from clockify_cli.actions.tracking.entry_input import UnknownName

        if not isinstance(error, UnknownName):
            return False
        program, given = self.program, self.given
        if self.create:
            self.given = replace(given, create=True)
            return True
        if not error.key or not program.interactive:
            return False
        there = f" Similar: {', '.join(error.nearest)}." if error.nearest else ""
        program.note(f"{capitalized(error.message)}.{there}")
        if not program.agreed(f"Create the {error.label}?", instead="--create"):
            raise UnknownName("nothing was changed", error.hint, typed=error.typed)
        self.given = replace(given, agreed=given.agreed | {error.key})
        return True

    def several_names(self, error: ClockifyError) -> bool:
        """Let the person pick among several matching names."""
        from clockify_cli.domain.names import AmbiguousName

        if not isinstance(error, AmbiguousName):
            return False
        from collections import Counter

        from clockify_cli.cli.asking.picker import Choice, can_pick, pick

        if not can_pick(self.program):
            return False
        labels = Counter(each.label for each in error.candidates)
        choices = [
            Choice(each.label, each.local_id, each.key if labels[each.label] > 1 else "")
            for each in error.candidates
        ]
        question = f"{capitalized(error.message)}:"
        words, _ = pick(self.program, question, choices)
        if not words:
            return False
        meant = (error.candidates[0].kind, error.text, words[0])
        self.given = replace(self.given, meant=self.given.meant | {meant})
        return True

    def missing_field(self, error: ClockifyError) -> bool:
        """Let the person pick a missing required field, or skip it if it is *optional*."""
        from clockify_cli.actions.names.workspace_rules import Incomplete

        program = self.program
        if not isinstance(error, Incomplete) or not program.interactive or program.ctx is None:
            return False
        from clockify_cli.cli.asking.picking import picked

        more = picked(program, program.ctx, self.given, error)
        if more is not None:
            self.given = more
        elif self.optional:
            self.whole = False
        return more is not None or self.optional


def recording(
    program: Program,
    ctx: AppContext,
    given: EntryInput,
    act: Callable[[EntryInput, bool], ChangeResult],
    *,
    optional: bool = False,
    also: Recovery | None = None,
) -> ChangeResult:
    """Return the result of *act* on *given*; its second argument says if it must be complete.

    The person is asked about each unknown name, and picks the fields that the workspace requires.
    *optional*: *act* also works without required fields. *also*: another recovery to try.
    """
    answers = _answers(program, given, optional=optional)
    more = [answers.missing_field, *([also] if also else [])]
    return _attempted(ctx, answers, lambda: act(answers.given, answers.whole), *more)


def naming(
    program: Program, ctx: AppContext, given: EntryInput, act: Callable[[EntryInput], Result]
) -> Result:
    """Return the result of *act* on *given*, asking the person about each unknown name."""
    answers = _answers(program, given)
    return _attempted(ctx, answers, lambda: act(answers.given))


def _answers(program: Program, given: EntryInput, *, optional: bool = False) -> Answers:
    whole = program.interactive or not optional
    return Answers(program, replace(given, create=False), given.create, whole, optional)


def _attempted(
    ctx: AppContext, answers: Answers, act: Callable[[], Result], *more: Recovery
) -> Result:
    """Return the result of *act*, with outdated names and rules refetched and the person asked."""
    from clockify_cli.actions.context import attempt
    from clockify_cli.actions.names.workspace_rules import changed_role, changed_rules
    from clockify_cli.actions.tracking.entry_input import stale_names

    old = (stale_names(ctx), changed_rules(ctx), changed_role(ctx))
    return attempt(ctx, act, *old, answers.several_names, answers.unknown_name, *more)
