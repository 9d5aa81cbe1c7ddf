"""What waits to be sent or decided, and the deciding."""

from __future__ import annotations

from datetime import datetime

from clockify_cli.actions.account import signed_in
from clockify_cli.actions.asked import Asked, NameBook, fill
from clockify_cli.actions.connecting import connect
from clockify_cli.actions.desk import Desk
from clockify_cli.actions.recording import recorded
from clockify_cli.actions.sending import finished
from clockify_cli.actions.wording import describe
from clockify_cli.domain.change import Changed
from clockify_cli.domain.names import quoted
from clockify_cli.errors import NotFound, UsageError
from clockify_cli.store import copying, entities, entries, journal, sending
from clockify_cli.store.journal import JournalRow
from clockify_cli.store.snapshots import entry_of, entry_text, item_of
from clockify_cli.sync.deciding import Decision, decided, may_decide
from clockify_cli.values import dataclass, replace


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
    row = _to_decide(desk, text)
    _write(desk, row, "retry")
    return _told(desk, row)


def drop(desk: Desk, text: str) -> Changed:
    """Give the change up: what it was about is here again as Clockify has it.

    Whatever waits behind it for the same entry or name is given up with it.
    """
    row = find_row(desk, text)
    if not may_decide(row) and (row.attempts or row.state != "PENDING"):
        raise UsageError(
            f"row {row.seq} may have been sent already", "`clockify sync` finds out first."
        )
    with desk.db.transaction():
        doomed = [
            other
            for other in journal.open_rows(desk.db, row.account or "")
            if other.seq == row.seq or (other.local_id == row.local_id and other.seq > row.seq)
        ]
        sending.drop(desk.db, [other.seq for other in doomed], "dropped")
        if row.local_id is not None:
            _as_at_clockify(desk, row, row.local_id)
    return _told(desk, row)


def adopt(desk: Desk, text: str, server_id: str) -> Changed:
    """Take the entry *server_id* of Clockify for the one that the row makes."""
    row = _to_decide(desk, text)
    if row.entity != "entry" or row.kind not in journal.CREATING or row.local_id is None:
        raise UsageError(
            f"row {row.seq} makes no entry", "`queue retry` or `queue drop` decides on it."
        )
    from clockify_cli.sync.replica import Replica

    entry = connect(desk).remote.entry(row.workspace, server_id)
    if journal.claimed(desk.db, row.workspace, [entry.id]):
        raise UsageError(f"{entry.id} is known here as another entry", "`clockify log` shows it.")
    with desk.db.transaction():
        _write(desk, row, "adopt", entry.id)
        copying.give_id(desk.db, row.workspace, "entry", row.local_id, entry.id)
        Replica(desk.db, row.workspace, desk.user or "").take(entry, row.local_id)
    return _told(desk, row)


def edit(desk: Desk, text: str, asked: Asked) -> Changed:
    """Change what the row says of its entry, and send it once more."""
    row = _to_decide(desk, text)
    if row.entity != "entry" or row.local_id is None or row.after is None:
        raise UsageError(f"row {row.seq} says nothing of an entry", "`queue drop` gives it up.")
    if asked.empty:
        raise UsageError("change what?", "Such as -p PROJECT, -d TEXT, -g TAG or -b.")
    with recorded(desk, "edit") as record:
        book = NameBook(desk.db, row.workspace, record.change, asked.create)
        fields = fill(book, asked, entry_of(row.after))
        entities.write_entry(desk.db, row.local_id, fields)
        journal.write(desk.db, replace(row, after=entry_text(fields), payload=None))
        _write(desk, replace(row, after=entry_text(fields), payload=None), "retry")
    return _told(desk, row)


def _to_decide(desk: Desk, text: str) -> JournalRow:
    row = find_row(desk, text)
    if not may_decide(row):
        raise UsageError(
            f"row {row.seq} waits to be sent; there is nothing to decide",
            "`clockify sync` sends it.",
        )
    return row


def _write(desk: Desk, row: JournalRow, decision: Decision, server_id: str | None = None) -> None:
    with desk.db.transaction():
        journal.write(desk.db, decided(row, decision, server_id))


def _as_at_clockify(desk: Desk, row: JournalRow, local_id: str) -> None:
    if row.entity != "entry":
        if row.kind in journal.CREATING and not entities.in_use(desk.db, local_id):
            entities.bury_item(desk.db, local_id)
        return
    from clockify_cli.sync.replica import Replica
    from clockify_cli.sync.versions import version_of

    version = copying.entry_version(desk.db, local_id)
    if version is None:
        entities.bury_entry(desk.db, local_id)
    else:
        Replica(desk.db, row.workspace, desk.user or "").take(version_of(version), local_id)


def _told(desk: Desk, row: JournalRow) -> Changed:
    change = Changed(verb="decide", change_id=row.change, summary=_what(desk, row))
    return finished(desk, change)
