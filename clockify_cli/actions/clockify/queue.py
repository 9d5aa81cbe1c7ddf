"""List changes that are waiting to be sent or need a decision, and carry out decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from clockify_cli.actions.clockify.duplicates import duplicate_text, duplicates
from clockify_cli.actions.clockify.identity import account_here, connect, signed_in
from clockify_cli.actions.clockify.other_accounts import waiting_of_other_accounts
from clockify_cli.actions.clockify.queue_sides import marked_text, sides_of
from clockify_cli.actions.clockify.refusals import reason_text
from clockify_cli.actions.clockify.sending import finished
from clockify_cli.actions.context import AppContext, describe, describe_span
from clockify_cli.actions.names.workspace_rules import know_fields
from clockify_cli.actions.tracking.entry_input import EntryInput, NameBook, fill
from clockify_cli.actions.tracking.recording import recorded
from clockify_cli.domain.entry import ChangeResult, EntryFields, TimeEntry
from clockify_cli.domain.queued import QueueRow
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import Ambiguous, NotFound, UsageError
from clockify_cli.store.sync import accounts, journal
from clockify_cli.store.sync.journal import JournalRow
from clockify_cli.store.timesheet import entries, undo
from clockify_cli.store.timesheet.entities import entry_of, item_of
from clockify_cli.sync import decide
from clockify_cli.sync.model.row import CREATES, PARTIAL, STUCK, State
from clockify_cli.values import dataclass, replace

NOTHING = EntryFields(start=datetime.fromtimestamp(0, UTC), end=None)


def may_decide(row: JournalRow) -> bool:
    """Return whether *row* needs a decision."""
    return State(row.state) in STUCK


@dataclass(frozen=True, slots=True)
class Queue:
    """The open *rows* of the account, oldest first; if signed out, of each account in turn.

    *others*: a sentence for each account not in use that changes wait for. *duplicates*: entries
    that may be in Clockify twice.
    """

    rows: tuple[QueueRow, ...]
    signed_in: bool
    others: tuple[str, ...] = ()
    duplicates: tuple[str, ...] = ()


def queue(ctx: AppContext) -> Queue:
    """Return the changes waiting to be sent or decided; sends no request.

    Raises NotSignedIn if nobody is signed in and nothing waits for anybody.
    """
    account = account_here(ctx)
    if account is None:
        others = journal.strangers(ctx.db, None)
        if not others:
            signed_in(ctx)
        rows = tuple(row for key in others for row in _queued_of(ctx, key))
        return Queue(rows, False, waiting_of_other_accounts(ctx))
    found = tuple(duplicate_text(ctx, duplicate) for duplicate in duplicates(ctx, account))
    return Queue(tuple(_queued_of(ctx, account.key)), True, waiting_of_other_accounts(ctx), found)


def _queued_of(ctx: AppContext, key: str) -> Iterator[QueueRow]:
    known = accounts.account(ctx.db, key)
    behind = decide.behind(ctx.db, key)
    rows = journal.open_rows(ctx.db, key)
    first: dict[str, JournalRow] = {}
    for row in rows:
        if row.local_id is not None:
            first.setdefault(row.local_id, row)
    for row in rows:
        before = behind.get(row.seq)
        waits = before is not None and not row.verdict
        yield QueueRow(
            number=row.seq,
            at=journal.made_at(ctx.db, row.change),
            local_id=row.local_id,
            verb=row.kind.replace("_", " "),
            what=_what(ctx, row),
            state="review" if may_decide(row) else "waiting",
            verdict=_waiting_behind(before)
            if before is not None and waits
            else reason_text(ctx, row.local_id if row.entity == "entry" else None, row.verdict),
            account=known.email if known else key,
            sides=sides_of(ctx, row, first, before),
        )


def _waiting_behind(row: int) -> str:
    return f"waiting behind row {row}, which needs your decision"


def _what(ctx: AppContext, row: JournalRow) -> str:
    if row.local_id is None:
        return "whatever runs"
    content = row.after or row.before
    if row.entity == "entry":
        if entry := entries.known(ctx.db, row.local_id):
            return f"{describe(entry)}, {describe_span(entry, ctx)}"
        return quoted(entry_of(content).description) if content else "an entry"
    if content is None:
        return row.entity
    if row.kind == "mark":
        return marked_text(content)
    kind = next(kind for kind in ("client", "project", "task", "tag") if kind == row.entity)
    return f"{kind} {item_of(content, kind, row.local_id, row.workspace, None).name}"


def find_row(ctx: AppContext, text: str) -> JournalRow:
    """Return the open row that *text* (its number, or the local id of its entry or name) means.

    Of several rows about one entry or name, the one that needs a decision comes first. Raises
    NotFound, and Ambiguous if several do.
    """
    rows = journal.open_rows(ctx.db, signed_in(ctx).key)
    if text.isascii() and text.isdecimal() and len(text) < 16:
        found = [row for row in rows if row.seq == int(text)]
    else:
        found = [row for row in rows if row.local_id is not None and row.local_id == text.lower()]
        found.sort(key=lambda row: (not may_decide(row), row.seq))
    if not found:
        hint = "`clockify queue` lists the rows."
        if (row := next((row for row in rows if str(row.change) == text), None)) is not None:
            hint = f"{text} is a number of `clockify undo --list`; that change has row {row.seq}."
        raise NotFound(f'no row "{quoted(text)}" in the queue', hint)
    if len(found) > 1 and may_decide(found[1]):
        due = "; ".join(f"{row.seq} ({row.verdict})" for row in found if may_decide(row))
        raise Ambiguous(
            f'several rows of "{quoted(text)}" need your decision: {due}',
            "Give the number of one row.",
        )
    return found[0]


def _to_decide(ctx: AppContext, text: str) -> JournalRow:
    """Like `find_row`; UsageError for a row that has not been sent to Clockify yet."""
    row = find_row(ctx, text)
    if may_decide(row):
        return row
    if State(row.state) is not State.PENDING:
        raise UsageError(
            f"row {row.seq} was sent, but Clockify did not answer",
            "`clockify sync` checks whether it arrived.",
        )
    first = decide.behind(ctx.db, row.account or "").get(row.seq)
    if first is not None:
        raise UsageError(
            f"row {row.seq} is {_waiting_behind(first)}", "`clockify queue` shows both."
        )
    undone = undo.get(ctx.db, row.workspace, row.change).kind == "undo"
    back = "redo" if undone else f"undo {row.change}"
    raise UsageError(
        f"row {row.seq} is waiting to be sent; there is nothing to decide",
        f"`clockify sync` sends it, `clockify {back}` undoes it.",
    )


def retry(ctx: AppContext, text: str) -> ChangeResult:
    """Send the row again. Like `drop`, raises UsageError if there is nothing to decide."""
    row = _to_decide(ctx, text)
    decide.retry(ctx.db, row.account or "", row.seq)
    return _decided(ctx, row, "retry")


def drop(ctx: AppContext, text: str, *, dry_run: bool = False) -> ChangeResult:
    """Drop the change; its entry or name becomes what Clockify has."""
    row = _to_decide(ctx, text)
    what = _what(ctx, row)
    if dry_run:
        summary = f"Would drop {_named(row, what)}."
        return ChangeResult(verb="decide", change_id=row.change, summary=summary, dry_run=True)
    decide.drop(ctx.db, row.account or "", row.seq)
    return _decided(ctx, row, "drop", what)


def adopt(ctx: AppContext, text: str, server_id: str) -> ChangeResult:
    """Accept Clockify's entry *server_id* as the one that the row was to make.

    For a row that changes an entry, it is the entry itself: Clockify's version is right. Raises
    UsageError if it is somebody else's entry.
    """
    row = _to_decide(ctx, text)
    from clockify_cli.sync.replica import Replica

    entry = connect(ctx).remote.entry(row.workspace, server_id) if row.entity == "entry" else None
    if entry is not None and entry.user_id != ctx.user:
        raise UsageError(
            f"{quoted(server_id)} is somebody else's entry",
            "`clockify queue adopt ROW ID` takes the id of one of your own entries.",
        )
    with ctx.db.transaction():
        if entry is not None:
            Replica(ctx.db, row.workspace, entry.user_id).take(entry)
        now = journal.get(ctx.db, row.seq)
        # Clockify may by now hold exactly what the row was to set.
        if now is not None and may_decide(now):
            decide.adopt(ctx.db, row.account or "", row.seq, server_id)
    return _decided(ctx, row, "adopt")


def edit(ctx: AppContext, text: str, given: EntryInput) -> ChangeResult:
    """Change the row's values of its entry, and send it again."""
    row = _to_decide(ctx, text)
    if given.empty:
        raise UsageError(
            "nothing to change was given",
            f"For example: `clockify queue edit {row.seq} -p PROJECT`; -d, -k, -g and -b work too.",
        )
    know_fields(ctx, given.custom)
    with recorded(ctx, "edit") as record:
        book = NameBook(ctx.db, row.workspace, record.change, given.making)
        before = entry_of(row.after) if row.entity == "entry" and row.after else NOTHING
        decide.edit(ctx.db, row.account or "", row.seq, fill(book, given, before))
        record.change.join(row.change)
    return _decided(ctx, row, "edit")


def _decided(ctx: AppContext, row: JournalRow, decision: str, what: str = "") -> ChangeResult:
    """Send what waits, and report what was decided about *what* and the result."""
    change = finished(ctx, ChangeResult(verb="decide", change_id=row.change))
    summary = _came_of_it(ctx, row, decision, _named(row, what or _what(ctx, row)))
    return replace(change, summary=summary, entries=_as_it_is(ctx, row))


def _named(row: JournalRow, what: str) -> str:
    return f"row {row.seq} ({row.kind.replace('_', ' ')} {what})"


def _came_of_it(ctx: AppContext, row: JournalRow, decision: str, named: str) -> str:
    """Return what the *decision* did to *row*, which is called *named* in the sentence."""
    now = journal.get(ctx.db, row.seq)
    state = State(now.state) if now else State.DROPPED
    match state:
        case State.APPLIED if row.kind in PARTIAL and now and now.verdict == "adopted":
            return f"Kept Clockify's version of {named}."
        case State.APPLIED:
            done = "Linked to Clockify's entry" if decision == "adopt" else "Sent to Clockify"
            return f"{done}: {named}."
        case State.DROPPED if row.kind in CREATES:
            return f"Dropped {named}; the entry is deleted here too."
        case State.DROPPED:
            return f"Dropped {named}; kept Clockify's version."
        case State.REJECTED:
            return f"Clockify refused {named} again."
        case State.REVIEW:
            return f"Still needs your decision: {named}."
        case _:
            return f"Waiting to be sent: {named}."


def _as_it_is(ctx: AppContext, row: JournalRow) -> tuple[TimeEntry, ...]:
    """Return the row's entry as it is now, if it exists."""
    found = entries.known(ctx.db, row.local_id) if row.entity == "entry" else None
    return (found,) if found else ()
