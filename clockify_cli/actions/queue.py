"""What waits to be sent or decided, and the deciding."""

from __future__ import annotations

from datetime import UTC, datetime

from clockify_cli.actions.account import signed_in
from clockify_cli.actions.asked import Asked, NameBook, fill
from clockify_cli.actions.connecting import connect
from clockify_cli.actions.custom_fields import know_fields
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.recording import recorded
from clockify_cli.actions.sending import finished
from clockify_cli.actions.wording import describe
from clockify_cli.domain.change import Changed
from clockify_cli.domain.entry import EntryFields
from clockify_cli.domain.names import quoted
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store import entries, journal, sending
from clockify_cli.store.journal import JournalRow
from clockify_cli.store.snapshots import entry_of, item_of
from clockify_cli.sync import decide
from clockify_cli.sync.row import STUCK, State
from clockify_cli.values import dataclass

NOTHING = EntryFields(start=datetime.fromtimestamp(0, UTC), end=None)


def may_decide(row: JournalRow) -> bool:
    """Whether *row* waits for a decision."""
    return State(row.state) in STUCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An open row: its *number*, when it was made (aware UTC), what it does to what, and its state.

    *verdict* says why it waits, where there is more to say than its *state*.
    """

    number: int
    at: datetime | None
    workspace: str
    local_id: str | None
    verb: str
    what: str
    state: str
    verdict: str


def queue(desk: Desk) -> list[Queued]:
    """The open rows of the account, oldest first. Raises NotSignedIn."""
    account = signed_in(desk)
    return [_queued(desk, row) for row in journal.open_rows(desk.db, account.key)]


def strangers(desk: Desk) -> int:
    """How many open rows belong to other accounts; they stay with theirs."""
    return sum(journal.strangers(desk.db, signed_in(desk).key).values())


def _queued(desk: Desk, row: JournalRow) -> Queued:
    return Queued(
        number=row.seq,
        at=sending.made_at(desk.db, row.change),
        workspace=row.workspace,
        local_id=row.local_id,
        verb=row.kind.replace("_", " "),
        what=_what(desk, row),
        state="review" if may_decide(row) else "waiting",
        verdict=row.verdict,
    )


def _what(desk: Desk, row: JournalRow) -> str:
    if row.local_id is None:
        return "whatever runs"
    content = row.after or row.before
    if row.entity == "entry":
        try:
            return describe(entries.get(desk.db, row.local_id))
        except NotFound:
            return quoted(entry_of(content).description) if content else "an entry"
    if content is None:
        return row.entity
    kind = next(kind for kind in ("client", "project", "task", "tag") if kind == row.entity)
    return f"{kind} {item_of(content, kind, row.local_id, row.workspace, None).name}"


def find_row(desk: Desk, text: str) -> JournalRow:
    """The open row that *text* (its number, or the local id of its entry or name) means.

    Of several rows of one thing that which is to be decided comes first. Raises NotFound.
    """
    rows = journal.open_rows(desk.db, signed_in(desk).key)
    if text.isascii() and text.isdecimal() and len(text) < 16:
        found = [row for row in rows if row.seq == int(text)]
    else:
        found = [row for row in rows if row.local_id is not None and row.local_id == text.lower()]
        found.sort(key=lambda row: (not may_decide(row), row.seq))
    if not found:
        raise NotFound(f'nothing in the queue is "{quoted(text)}"', "`clockify queue` lists it.")
    return found[0]


def retry(desk: Desk, text: str) -> Changed:
    """Send the row once more."""
    row = find_row(desk, text)
    decide.retry(desk.db, row.account or "", row.seq)
    return _told(desk, row)


def drop(desk: Desk, text: str) -> Changed:
    """Give the change up: what it was about is here again as Clockify has it."""
    row = find_row(desk, text)
    decide.drop(desk.db, row.account or "", row.seq)
    return _told(desk, row)


def adopt(desk: Desk, text: str, server_id: str) -> Changed:
    """Take the entry *server_id* of Clockify for the one that the row makes."""
    row = find_row(desk, text)
    from clockify_cli.sync.replica import Replica

    entry = connect(desk).remote.entry(row.workspace, server_id) if row.entity == "entry" else None
    with desk.db.transaction():
        decide.adopt(desk.db, row.account or "", row.seq, server_id)
        if entry is not None:
            Replica(desk.db, row.workspace, entry.user_id).take(entry, row.local_id)
    return _told(desk, row)


def edit(desk: Desk, text: str, asked: Asked) -> Changed:
    """Change what the row says of its entry, and send it once more."""
    row = find_row(desk, text)
    if asked.empty:
        raise UsageError("change what?", "Such as -p PROJECT, -d TEXT, -g TAG or -b.")
    know_fields(desk, asked.custom)
    with recorded(desk, "edit") as record:
        book = NameBook(desk.db, row.workspace, record.change, asked.create)
        before = entry_of(row.after) if row.entity == "entry" and row.after else NOTHING
        decide.edit(desk.db, row.account or "", row.seq, fill(book, asked, before))
    return _told(desk, row)


def _told(desk: Desk, row: JournalRow) -> Changed:
    change = Changed(verb="decide", change_id=row.change, summary=_what(desk, row))
    return finished(desk, change)
