"""`clockify sync` and `clockify queue`."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.actions import queue as actions
from clockify_cli.actions import syncing
from clockify_cli.actions.others import of_others
from clockify_cli.cli.command import Family, command
from clockify_cli.cli.context import (
    asked_of,
    open_context,
    progress_of,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.options import Create, EntryFields, JsonChoice, OutputChoice, ReadChoice
from clockify_cli.cli.program import Program
from clockify_cli.cli.recoveries import naming
from clockify_cli.domain.counting import counted
from clockify_cli.errors import LimitReached, Waiting
from clockify_cli.show.formats.json import Json, dumps
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.queue_rows import QUEUE
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer


@command(
    "sync",
    "sync -q",
    "sync --refresh",
    notes="Exit codes: 0 all is fetched, and sent but for what was sent already and got no answer\n"
    "(that is looked up later), 4 not signed in, 7 Clockify cannot be reached, 8 the request\n"
    "limit is reached (with -q and nothing waiting it says nothing), 9 something waits for your\n"
    "decision.",
)
def sync(
    program: Program,
    *,
    accept_empty: Annotated[
        bool,
        typer.Option(
            "--accept-empty", help="Believe Clockify when it lists no entry at all any more."
        ),
    ] = False,
    read: ReadChoice,
    output: JsonChoice,
) -> int:
    """Send what waits and fetch what changed. With -q it is silent unless something is wrong."""
    ctx = open_context(program, read)
    with progress_of(program, "Fetching entries") as progress:
        done = syncing.sync(ctx, accept_empty=accept_empty, progress=progress)
    program.recorded = True
    for note in done.notes:
        program.warn(note)
    counts: dict[str, Json] = {
        "sent": done.sent,
        "changed": done.changed,
        "deleted": done.deleted,
        "pending": done.waiting,
        "review": done.review,
    }
    if output.json:
        program.out.write(dumps({**counts, "complete": done.problem is None}) + "\n")
    elif not program.quiet:
        program.say(*_sentence(done))
    program.note(*of_others(ctx))
    if program.settings.hooks:
        from clockify_cli.cli.hooks import run_hooks

        run_hooks(program, ["sync"], dumps(counts))
    if (
        program.quiet
        and isinstance(done.problem, LimitReached)
        and not (done.waiting + done.review)
    ):
        # Nothing is the worse for it, and cron would send a mail each time.
        return LimitReached.exit_code
    if done.problem is not None:
        raise done.problem
    return 0


def _sentence(done: syncing.Synced) -> tuple[str, ...]:
    """What came of it; how much waits is said by the problem, where there is one."""
    parts = [
        f"{count} {what}"
        for count, what in (
            (done.sent, "sent"),
            (done.changed, "fetched"),
            (done.deleted, "gone at Clockify"),
            (0 if done.problem else done.waiting, "waiting"),
        )
        if count
    ]
    when = f"about {counted(-(-done.settle // timedelta(minutes=1)), 'minute')} later"
    if done.busy and done.waiting:
        parts.append("another clockify is sending and takes it along")
    elif done.lost and not done.problem:
        got = counted(done.lost, "answer")
        parts.append(f"{got} of Clockify got lost: {when} a sync looks what arrived")
    elif done.copied and not done.problem:
        what = f"{done.copied} perhaps sent before this timesheet was put back or copied"
        parts.append(f"{what}: {when} a sync looks what arrived")
    if parts:
        return (f"{', '.join(parts)}.",)
    return () if done.problem is not None else ("Nothing to do: all is sent and up to date.",)


@command(
    "queue",
    "queue --json",
    notes="Signed out, it lists what waits for each account. Exit code 9 while something\n"
    "waits for your decision.",
)
def list_queue(
    program: Program,
    *,
    read: ReadChoice,
    output: OutputChoice,
) -> int:
    """Show what waits to be sent, and what waits for your decision."""
    ctx = open_context(program, read)
    times = time_format(ctx)
    found = actions.queue(ctx)
    rows = found.rows

    def draw() -> None:
        from clockify_cli.show.lists import queue_table

        if rows:
            queue_table(program.out, rows, times)
        else:
            program.note("Nothing waits to be sent.")

    show_rows(program.out, times, QUEUE, rows, show_choice(output), draw)
    due = any(row.state == "review" for row in rows)
    program.note(*found.doubles, *found.others, *_what_to_do(found, due))
    return Waiting.exit_code if due else 0


def _what_to_do(found: actions.Queue, due: bool) -> tuple[str, ...]:
    if not due:
        return ()
    first = "" if found.signed_in else "Sign in, then "
    decide = "decide" if first else "Decide"
    return (f"{first}{decide} with `queue retry|edit|adopt|drop ROW`.",)


@dataclass(frozen=True)
class Row:
    """Which row."""

    row: Annotated[str, typer.Argument(metavar="ROW", help="Its number in `queue`, or a localId.")]


@command(
    "queue retry 12",
)
def retry(
    program: Program,
    *,
    asked: Row,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Send a refused change once more."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.retry(ctx, asked.row), output)


@command(
    "queue drop 12",
)
def drop(
    program: Program,
    *,
    asked: Row,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Give a change up: what it was about is here again as Clockify has it."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.drop(ctx, asked.row), output)


@command(
    "queue adopt 12 64a687e29ae1f428e7ebe303",
)
def adopt(
    program: Program,
    *,
    row: Annotated[str, typer.Argument(metavar="ROW", help="Its number in `queue`, or a localId.")],
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an entry at Clockify.")],
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Say that an entry at Clockify is the one that a row was to make."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.adopt(ctx, row, id), output)


@command(
    "queue edit 12 -p Acme/Website",
)
def edit(
    program: Program,
    *,
    asked: Row,
    fields: EntryFields,
    create: Create,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Change what a refused change says, and send it once more."""
    ctx = open_context(program, read)
    said = asked_of(fields, create)
    done = naming(program, ctx, said, lambda given: actions.edit(ctx, asked.row, given))
    show_change(program, ctx, done, output)


queue = Family(
    "Show what waits to be sent, and decide.",
    "list",
    {"list": list_queue, "retry": retry, "edit": edit, "adopt": adopt, "drop": drop},
)
