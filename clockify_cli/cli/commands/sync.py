"""`clockify sync` and `clockify queue`."""

from __future__ import annotations

from datetime import timedelta

from clockify_cli.actions.clockify import queue as actions
from clockify_cli.actions.clockify import syncing
from clockify_cli.actions.clockify.other_accounts import waiting_of_other_accounts
from clockify_cli.cli import options as opt
from clockify_cli.cli.context import (
    input_of,
    naming,
    open_context,
    progress_of,
    show_change,
    show_choice,
    time_format,
)
from clockify_cli.cli.program import Program
from clockify_cli.domain.entry import counted
from clockify_cli.errors import LimitReached, Waiting
from clockify_cli.show.formats.json import dumps
from clockify_cli.show.formats.rows import show_rows
from clockify_cli.show.rows.queue_rows import QUEUE
from clockify_cli.values import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer


@opt.command(
    "sync",
    "sync -q",
    "sync --refresh",
    notes="Exit codes: 0 everything is fetched and sent (a change whose answer was lost is "
    "checked\nlater), 4 not signed in, 7 Clockify can't be reached, 8 the request limit "
    "is reached (with\n-q and nothing waiting, nothing is printed), 9 something needs "
    "your decision.",
)
def sync(
    program: Program,
    *,
    accept_empty: Annotated[
        bool, typer.Option("--accept-empty", help="Accept that Clockify no longer lists any entry.")
    ] = False,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> int:
    """Send your changes to Clockify and fetch new ones. Silent with -q unless something fails."""
    ctx = open_context(program, read)
    with progress_of(program, "Fetching entries") as progress:
        done = syncing.sync(ctx, accept_empty=accept_empty, progress=progress)
    program.recorded = True
    for note in done.notes:
        program.warn(note)
    counts = {
        "sent": done.sent,
        "changed": done.changed,
        "deleted": done.deleted,
        "pending": done.waiting,
        "review": done.review,
    }
    if output.json:
        program.out.write_json({**counts, "complete": done.problem is None})
    elif not program.quiet:
        program.say(*_sentence(done))
    program.note(*waiting_of_other_accounts(ctx))
    if program.settings.hooks:
        from clockify_cli.cli.hooks import run_hooks

        run_hooks(program, ["sync"], dumps(counts))
    if (
        program.quiet
        and isinstance(done.problem, LimitReached)
        and not (done.waiting + done.review)
    ):
        # No change is waiting, and cron would send a mail every time.
        return LimitReached.exit_code
    if done.problem is not None:
        raise done.problem
    return 0


def _sentence(done: syncing.Synced) -> tuple[str, ...]:
    """Return the result in words; if there is a problem, it says how much waits."""
    details = (
        (done.sent, "change", "sent"),
        (done.changed, "change", "fetched"),
        (done.deleted, "entry", "deleted in Clockify"),
        (0 if done.problem else done.waiting, "change", "waiting to be sent"),
    )
    parts: list[str] = []
    for count, noun, what in details:
        if count:
            parts.append(f"{count if parts else counted(count, noun)} {what}")
    if done.busy and done.waiting:
        parts.append("another clockify process is sending, and will send this too")
    sentences = [f"{', '.join(parts)}."] if parts else []
    if unsure := _unsure(done):
        sentences.append(unsure)
    if not sentences and done.problem is None:
        sentences.append("Nothing to do: everything is sent and up to date.")
    return tuple(sentences)


def _unsure(done: syncing.Synced) -> str:
    """Return a sentence on changes that may have arrived; empty if there are none."""
    if done.problem or (done.busy and done.waiting) or not (done.lost or done.copied):
        return ""
    minutes = counted(-(-done.settle // timedelta(minutes=1)), "minute")
    if done.lost:
        why = "Clockify did not answer"
        what = "the change" if done.lost == 1 else f"{done.lost} changes"
    else:
        why = "Some changes may have been sent before this timesheet was restored or copied"
        what = counted(done.copied, "change")
    return f"{why}. `clockify sync` in {minutes} checks whether {what} arrived."


@opt.command(
    "queue",
    "queue --json",
    notes="Signed out, it lists what is waiting for each account. Exits with 9 while something\n"
    "needs your decision.",
)
def list_queue(program: Program, *, read: opt.ReadChoice, output: opt.OutputChoice) -> int:
    """Show which changes are waiting to be sent or need your decision."""
    ctx = open_context(program, read)
    times = time_format(ctx)
    found = actions.queue(ctx)
    rows = found.rows

    def draw() -> None:
        from clockify_cli.show.drawn.lists import queue_table

        if rows:
            queue_table(program.out, rows, times)
        else:
            program.note("Nothing is waiting to be sent.")

    show_rows(program.out, times, QUEUE, rows, show_choice(output), draw)
    due = [row.number for row in rows if row.state == "review"]
    program.note(*found.duplicates, *found.others, *_what_to_do(found, due))
    return Waiting.exit_code if due else 0


def _what_to_do(found: actions.Queue, due: list[int]) -> tuple[str, ...]:
    """Return which command takes the numbers of these rows, and which one takes other numbers."""
    if not due:
        return ()
    example = f"such as `clockify queue retry {due[0]}`"
    decide = f"`clockify queue retry|edit|adopt|drop ROW` decides, {example}."
    return (
        decide if found.signed_in else f"Sign in first: `clockify login`. {decide}",
        "The numbers for `clockify undo` are different: `clockify undo --list` shows them.",
    )


@dataclass(frozen=True)
class QueueRow:
    """The row to decide."""

    row: Annotated[
        str,
        typer.Argument(metavar="ROW", help="The number that `clockify queue` shows, or a localId."),
    ]


@opt.command("queue retry 12")
def retry(
    program: Program, *, options: QueueRow, read: opt.ReadChoice, output: opt.JsonChoice
) -> None:
    """Send a refused change again."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.retry(ctx, options.row), output)


@opt.command("queue drop 12")
def drop(
    program: Program,
    *,
    options: QueueRow,
    confirm: opt.Confirm,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Drop a change and keep Clockify's version."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.drop(ctx, options.row, dry_run=confirm.dry_run), output)


@opt.command("queue adopt 12 64a687e29ae1f428e7ebe303")
def adopt(
    program: Program,
    *,
    options: QueueRow,
    id: Annotated[str, typer.Argument(metavar="ID", help="The id of an entry in Clockify.")],
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Link a row to the entry in Clockify that it was to create."""
    ctx = open_context(program, read)
    show_change(program, ctx, actions.adopt(ctx, options.row, id), output)


@opt.command("queue edit 12 -p Acme/Website")
def edit(
    program: Program,
    *,
    options: QueueRow,
    fields: opt.EntryOptions,
    create: opt.Create,
    read: opt.ReadChoice,
    output: opt.JsonChoice,
) -> None:
    """Correct a refused change and send it again."""
    ctx = open_context(program, read)
    said = input_of(fields, create)
    done = naming(program, ctx, said, lambda given: actions.edit(ctx, options.row, given))
    show_change(program, ctx, done, output)


queue = opt.Family(
    "Show changes that are not sent yet, and decide about them.",
    "list",
    {"list": list_queue, "retry": retry, "edit": edit, "adopt": adopt, "drop": drop},
)
