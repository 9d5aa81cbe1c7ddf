"""Add, edit and delete entries and names in Clockify."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from clockify_cli.errors import ClockifyError, NotFound, Unreachable
from clockify_cli.store.sync import journal, replica
from clockify_cli.store.timesheet.entities import entry_of, entry_text, stored_entry, write_entry
from clockify_cli.sync.model.conflicts import (
    Adopt,
    Edited,
    EndFirst,
    EndItself,
    Proceed,
    Review,
    Superseded,
    deleting,
    editing,
    running_again,
    starting,
    stopping,
    stopping_any,
)
from clockify_cli.sync.model.engine import (
    RETRY_REQUESTED,
    EndedByLater,
    EndedForStart,
    FoundThere,
    StoppedOther,
)
from clockify_cli.sync.model.remote import (
    UNKNOWN,
    Applied,
    EntryBody,
    ItemBody,
    MarkBody,
    Outcome,
    Rejected,
    RemoteEntry,
    RemoteItem,
    Unknown,
)
from clockify_cli.sync.model.row import Effects, Fingerprint, NameKey, Row, State
from clockify_cli.sync.model.rows import OutboxRow, content_of
from clockify_cli.sync.row_sender import GONE, LIVE, RowSender
from clockify_cli.values import replace


def send_add(sender: RowSender, row: Row) -> Effects:
    """Record an entry that has ended."""
    held = sender.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    return sender.send(row, "post", lambda: sender.remote.create_entry(workspace, body)).effects


def send_edit(sender: RowSender, row: Row) -> Effects:
    """Change fields of an entry; its other fields in Clockify stay as they are there.

    The entry is read first, however fresh the copy, because the request replaces everything.
    """
    held = sender.outbox.held(row.seq)
    if not isinstance(held.body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    fresh = sender.read_entry(row, held)
    decided = editing(sender.base_of(held), dict(row.wanted), held.body, fresh)
    if isinstance(decided, Proceed) and fresh is not None and _reopens(decided.body, fresh):
        decided = running_again(decided, fresh, _what_runs(sender, row, held))
    return sender.carry_out(row, held, decided, fresh)


def _reopens(body: EntryBody | None, fresh: RemoteEntry) -> bool:
    """Return whether an ended entry would run again: the undo of a stop."""
    return body is not None and body.end is None and fresh.end is not None


def _what_runs(sender: RowSender, row: Row, held: OutboxRow) -> RemoteEntry | None:
    """Return Clockify's timer; None if the copy is fresh, as nothing ran at that time."""
    workspace = held.stored.workspace
    if sender.live(held.stored, row) and sender.timer_known(workspace):
        return None
    return sender.remote.running(workspace, sender.account.user_id)


def send_delete(sender: RowSender, row: Row) -> Effects:
    """Delete an entry, unless it was changed since the person saw it.

    For an undo the entry is always read first: it must take back only that change.
    """
    held = sender.outbox.held(row.seq)
    undoing = journal.took_back(sender.db, held.stored.change) is not None
    fresh = None if undoing else sender.fresh_version(held)
    fresh = fresh or sender.read_entry(row, held)
    decided = deleting(sender.base_of(held), fresh)
    if isinstance(decided, Proceed):
        return _delete(sender, row, held.stored.workspace)
    return sender.carry_out(row, held, decided, fresh)


def _delete(sender: RowSender, row: Row, workspace: str) -> Effects:
    id_ = row.server_id or ""
    sent = sender.send(
        row,
        "delete",
        lambda: sender.remote.delete_entry(workspace, id_),
        reroute=lambda outcome: sender.reroute_gone(row, outcome),
    )
    if isinstance(sent.outcome, Applied):
        sender.gone(sender.outbox.held(row.seq).stored)
    return sent.effects


def send_mark(sender: RowSender, row: Row) -> Effects:
    """Mark the entries of a bill as invoiced, or no longer, with one request.

    A refused or repeated row may be sent after newer marks: it leaves out the entries that those
    decided about.
    """
    held = sender.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, MarkBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    if not body.ids:
        sender.settle(row, "superseded: none of the entries is at Clockify")
        return ()
    decided = journal.marked_since(sender.db, held.stored)
    body = replace(body, ids=tuple(id_ for id_ in body.ids if id_ not in decided))
    if not body.ids:
        sender.settle(row, "superseded: a later bill decides about its entries")
        return ()
    return sender.send(
        row, "put", lambda: sender.remote.mark_invoiced(workspace, body), absorb=False
    ).effects


RUNS = "something runs"

# ── start ────────────────────────────────────────────────────────────────────────────────────


def send_start(sender: RowSender, row: Row) -> Effects:
    """Start a timer: directly if certainly none runs, else after ending the running one."""
    held = sender.outbox.held(row.seq)
    workspace = held.stored.workspace
    if row.cleared and _just_cleared(sender, row):
        return _post(sender, row, held)
    just_made = sender.live(held.stored, row)
    live = just_made and _is_now(sender, row)
    if row.seq in sender.occupied:
        surely = live and row.verdict == RUNS
        return _clear(sender, row, held) if surely else _replay_start(sender, row, held)
    if sender.timer_known(workspace) and just_made:
        user, key = sender.account.user_id, sender.account.key
        running = replica.running_elsewhere(sender.db, workspace, user, row.local_id)
        if running is None and not replica.still_runs(sender.db, key, workspace):
            return _post(sender, row, held)
    return _clear(sender, row, held) if live else _replay_start(sender, row, held)


def _is_now(sender: RowSender, row: Row) -> bool:
    """Return whether it starts or stops about now; otherwise the timer may have begun later."""
    return row.end is not None and abs(sender.clock.now().timestamp() - row.end) <= (
        LIVE.total_seconds()
    )


def _just_cleared(sender: RowSender, row: Row) -> bool:
    return row.last_send is not None and (
        abs(sender.instant().wall - row.last_send.wall) <= LIVE.total_seconds()
    )


def _post(sender: RowSender, row: Row, held: OutboxRow) -> Effects:
    body = held.body
    if not isinstance(body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    workspace = held.stored.workspace

    sent = sender.send(
        row,
        "post",
        lambda: sender.remote.create_entry(workspace, body),
        reroute=lambda outcome: _reroute_start(sender, row, outcome),
    )
    if sent.rerouted:
        sender.occupied.add(row.seq)
    if isinstance(sent.outcome, Applied):
        with sender.db.transaction():
            sender.note_timer(workspace)
    return sent.effects


def _reroute_start(sender: RowSender, row: Row, outcome: Outcome) -> str:
    """Return a reason to look up what runs, if that may explain the refusal; else ""."""
    if (
        row.cleared
        or row.seq in sender.occupied
        or not isinstance(outcome, Rejected)
        or _names_what_is_gone(outcome)
    ):
        return ""
    if outcome.status not in (400, 409):
        return ""
    return RUNS if _names_what_runs(outcome) else "perhaps something runs"


def _names_what_runs(refused: Rejected) -> bool:
    """Return whether another timer is the reason. Clockify's wording is not documented."""
    said = refused.reason.casefold().replace("-", " ")
    return "running" in said or "in progress" in said


def _names_what_is_gone(refused: Rejected) -> bool:
    """Return whether a project, task or tag is the reason; the code has other meanings too."""
    return refused.code == GONE and "belong" in refused.reason


def _clear(sender: RowSender, row: Row, held: OutboxRow) -> Effects:
    """End whatever runs at the instant at which this timer starts."""
    workspace = held.stored.workspace
    at = datetime.fromtimestamp(row.end or 0, UTC)
    user = sender.account.user_id

    sent = sender.send(
        row, "patch", lambda: sender.remote.stop_running(workspace, user, at), absorb=False
    )
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        _note_ended(sender, row, workspace, sent.outcome.entry)
    return sent.effects


def _note_ended(sender: RowSender, row: Row, workspace: str, entry: RemoteEntry) -> None:
    with sender.db.transaction():
        ended = sender.replica(workspace).take(entry)
    if entry.end is not None and not _is_ours(sender, workspace, entry):
        sender.notes.append(EndedForStart(ended, row.local_id, entry.end))


def _is_ours(sender: RowSender, workspace: str, entry: RemoteEntry) -> bool:
    return replica.made_here(sender.db, workspace, "entry", entry.id)


def _replay_start(sender: RowSender, row: Row, held: OutboxRow) -> Effects:
    body, fp = held.body, row.fp
    if not isinstance(body, EntryBody) or not isinstance(fp, Fingerprint):
        raise ValueError(f"row {row.seq} has nothing to send")
    running = sender.remote.running(held.stored.workspace, sender.account.user_id)
    decided = starting(
        body,
        fp,
        running,
        sender.clock.now(),
        retry_requested=row.verdict == RETRY_REQUESTED,
        stopped=journal.has_later(sender.db, row.local_id, row.seq),
        ours=running is not None and _is_ours(sender, held.stored.workspace, running),
    )
    match decided:
        case Proceed():
            return _post(sender, row, held)
        case Adopt(entry):
            sender.settle(row, "found running", entry, entry.id)
        case EndFirst(entry, ending):
            return _end_first(sender, row, held, entry, ending)
        case EndItself(end):
            _end_itself(sender, row, held, end)
        case Review(reason):
            sender.ask(row, reason)
    return ()


def _end_first(
    sender: RowSender, row: Row, held: OutboxRow, entry: RemoteEntry, ending: EntryBody
) -> Effects:
    workspace = held.stored.workspace

    sent = sender.send(
        row, "put", lambda: sender.remote.replace_entry(workspace, entry.id, ending), absorb=False
    )
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        _note_ended(sender, row, workspace, sent.outcome.entry)
    return sent.effects


def _end_itself(sender: RowSender, row: Row, held: OutboxRow, end: datetime) -> None:
    """Record this timer as ended when a later one in Clockify began."""
    content = content_of(held.stored)
    if content is None or held.stored.local_id is None:
        raise ValueError(f"row {row.seq} has nothing to send")
    local_id = held.stored.local_id
    with sender.db.transaction():
        if not sender.outbox.is_as_looked_at(row.seq):
            return
        sender.outbox.reread()
        if journal.has_later(sender.db, local_id, row.seq):
            _as_stopped_here(sender, row, held.stored, end)
            return
        fields = replace(entry_of(content), end=end)
        write_entry(sender.db, local_id, fields)
        after = entry_text(fields)
        journal.write(sender.db, replace(held.stored, after=after, payload=None, fp=None))
    sender.notes.append(EndedByLater(local_id, end))


def _as_stopped_here(
    sender: RowSender, row: Row, stored: journal.JournalRow, end: datetime
) -> None:
    """Handle a timer that was also stopped here. If never sent, it is sent as a whole entry.

    If it was sent before, the stop cannot be merged into it: it is made as ended, and the stop then
    finds it so.
    """
    here = stored_entry(sender.db, stored.local_id or "")
    content = content_of(stored)
    if row.attempts == 0 or content is None:
        return
    if here is not None and here.fields.end is not None:
        end = min(end, here.fields.end)
    payload = entry_text(replace(entry_of(content), end=end))
    journal.write(sender.db, replace(stored, payload=payload, fp=None))


# ── stop ─────────────────────────────────────────────────────────────────────────────────────


def send_stop(sender: RowSender, row: Row) -> Effects:
    """Stop the timer that the row names."""
    held = sender.outbox.held(row.seq)
    plain = {name for name, _ in row.wanted} == {"end"}
    live = sender.live(held.stored, row) and _is_now(sender, row)
    if live and plain and row.seq not in sender.doubtful:
        return _stop_whatever_runs(sender, row, held)
    return _stop_by_id(sender, row, held, sender.read_entry(row, held))


def _stop_whatever_runs(sender: RowSender, row: Row, held: OutboxRow) -> Effects:
    workspace = held.stored.workspace
    at = datetime.fromtimestamp(row.end or 0, UTC)
    user = sender.account.user_id

    sent = sender.send(
        row,
        "patch",
        lambda: sender.remote.stop_running(workspace, user, at),
        reroute=lambda outcome: _reroute_stop(row, outcome),
    )
    sender.doubtful.add(row.seq)
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        with sender.db.transaction():
            sender.note_timer(workspace)
            if sent.rerouted:
                stopped = sender.replica(workspace).take(sent.outcome.entry)
                sender.notes.append(StoppedOther(row.local_id, stopped))
    return sent.effects


def _reroute_stop(row: Row, outcome: Outcome) -> str:
    other = (
        isinstance(outcome, Applied)
        and outcome.entry is not None
        and outcome.entry.id != row.server_id
    )
    return "another timer ran" if other else ""


def _stop_by_id(sender: RowSender, row: Row, held: OutboxRow, entry: RemoteEntry | None) -> Effects:
    at = datetime.fromtimestamp(row.end or 0, UTC)
    began = held.body.start if isinstance(held.body, EntryBody) else None
    decided = stopping(at, entry, began=began, cut=_is_cut(sender, held, entry))
    overtaken = isinstance(decided, Superseded)
    settling: Edited = decided
    if entry is not None and isinstance(held.body, EntryBody):
        wanted = dict(row.wanted)
        settling = editing(sender.base_of(held), wanted, held.body, entry, stop=decided)
    effects = sender.carry_out(row, held, settling, entry)
    sent = sender.outbox.row(row.seq) if overtaken and isinstance(settling, Proceed) else None
    if sent is not None and sent.state is State.APPLIED:
        # Its other fields were sent; that it had ended elsewhere is reported anyway.
        sender.note_overtaken(row, held, entry)
    return effects


def _is_cut(sender: RowSender, held: OutboxRow, entry: RemoteEntry | None) -> bool:
    """Return whether the entry ended because of a timer started here after the stop."""
    if entry is None or entry.end is None:
        return False
    return _starts_later(sender, held, entry.end)


def _starts_later(sender: RowSender, held: OutboxRow, moment: datetime) -> bool:
    """Return whether a timer that was started here after the row began at *moment*."""
    account, stored = sender.account.key, held.stored
    return journal.starts_later(sender.db, account, stored.workspace, stored.seq, moment)


def _started_after(sender: RowSender, held: OutboxRow, running: RemoteEntry) -> bool:
    """Return whether *running* was started here after the row."""
    ours = _is_ours(sender, held.stored.workspace, running)
    return ours and _starts_later(sender, held, running.start)


def send_stop_any(sender: RowSender, row: Row) -> Effects:
    """Stop whatever timer runs."""
    held = sender.outbox.held(row.seq)
    workspace, user = held.stored.workspace, sender.account.user_id
    at = datetime.fromtimestamp(row.end or 0, UTC)
    if sender.live(held.stored, row) and _is_now(sender, row):
        sent = sender.send(row, "patch", lambda: sender.remote.stop_running(workspace, user, at))
        if isinstance(sent.outcome, Applied | Rejected):
            with sender.db.transaction():
                sender.note_timer(workspace)
        return sent.effects
    running = sender.remote.running(workspace, user)
    after = running is not None and _started_after(sender, held, running)
    decided = stopping_any(at, running, started_after=after)
    return sender.carry_out(row, held, decided, running)


PAGE = 200
MOST_PAGES = 200


def send_create(sender: RowSender, row: Row) -> Effects:
    """Create a name; if it already exists in Clockify, adopt it."""
    held = sender.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(sender, held)
    body = _body(held)
    found: list[Outcome] = []

    def create() -> Outcome:
        outcome = sender.remote.create_item(workspace, kind, body, project_id=parent)
        if isinstance(outcome, Rejected) and "exist" in outcome.reason.lower():
            found.append(_existing(sender, row, held, outcome))
            return found[-1]
        return outcome

    sent = sender.send(row, "post", create)
    # If the row was sent before, that request may have made the name.
    if row.attempts == 0 and found and isinstance(sent.outcome, Applied):
        sender.notes.append(FoundThere(held.stored.local_id or ""))
    return sent.effects


def _existing(sender: RowSender, row: Row, held: OutboxRow, refused: Rejected) -> Outcome:
    """Return the outcome for a name that already exists, perhaps due to a lost answer."""
    try:
        found = find_name(sender, row, held)
    except ClockifyError as error:
        # Whether it is ours is asked again later: no decision of the person is needed.
        return Unknown(f"{refused.reason} ({error.message})")
    return refused if found is None else Applied(item=found)


def send_update(sender: RowSender, row: Row) -> Effects:
    """Rename, archive or unarchive a name."""
    held = sender.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(sender, held)
    body, id_ = _body(held), row.server_id or ""
    return sender.send(
        row,
        "put",
        lambda: sender.remote.replace_item(workspace, kind, id_, body, project_id=parent),
    ).effects


def send_delete_name(sender: RowSender, row: Row) -> Effects:
    """Delete a name; Clockify requires archiving it first."""
    held = sender.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(sender, held)
    id_ = row.server_id or ""
    if row.seq not in sender.occupied:
        try:
            there = sender.remote.item(workspace, kind, id_, project_id=parent)
        except NotFound:
            sender.check_gone(workspace)
            sender.settle(row, "superseded: deleted in Clockify")
            return ()
        if not there.archived:
            return _archive_first(sender, row, there, parent)
    return sender.send(
        row, "delete", lambda: sender.remote.delete_item(workspace, kind, id_, project_id=parent)
    ).effects


def _archive_first(sender: RowSender, row: Row, there: RemoteItem, parent: str | None) -> Effects:
    workspace = sender.outbox.held(row.seq).stored.workspace
    sent = sender.send(
        row,
        "put",
        lambda: sender.remote.replace_item(
            workspace, there.kind, there.id, _archived(there), project_id=parent
        ),
        absorb=False,
        reroute=lambda outcome: "archived" if isinstance(outcome, Applied) else "",
    )
    if sent.rerouted:
        sender.occupied.add(row.seq)
    return sent.effects


def _archived(there: RemoteItem) -> ItemBody:
    client = None if there.client_id == UNKNOWN else there.client_id
    return ItemBody(name=there.name, client_id=client, archived=True, extra=json.loads(there.extra))


def find_name(sender: RowSender, row: Row, held: OutboxRow) -> RemoteItem | None:
    """Return the row's name in Clockify, with exactly this spelling; None if there is none.

    A name that another row made belongs to that row, even with this spelling: it waits to be
    renamed or deleted.

    Raises Unreachable if the list does not end as it should: then it proves nothing.
    """
    key = row.fp
    if not isinstance(key, NameKey) or (key.kind == "task" and key.parent is None):
        # If Clockify does not have the owner, it does not have the name either.
        return None
    client = held.body.client_id if isinstance(held.body, ItemBody) else None
    for page in range(1, MOST_PAGES + 1):
        listed = sender.remote.items(
            held.stored.workspace,
            held.kind,
            page=page,
            page_size=PAGE,
            project_id=key.parent,
            name=key.name,
        )
        for item in listed.items:
            if item.name == key.name and _same_client(item, client):
                taken = replica.made_here(sender.db, held.stored.workspace, held.kind, item.id)
                return None if taken else item
        if listed.last:
            return None
    raise Unreachable("Clockify's list of names never ended", "`clockify sync` tries again.")


def _same_client(item: RemoteItem, client: str | None) -> bool:
    return item.kind != "project" or item.client_id in (UNKNOWN, client)


def _body(held: OutboxRow) -> ItemBody:
    if not isinstance(held.body, ItemBody):
        raise ValueError(f"row {held.row.seq} has nothing to send")
    return held.body


def parent_of(sender: RowSender, held: OutboxRow) -> str | None:
    """Return Clockify's id of the project that a task belongs to."""
    if held.stored.entity != "task":
        return None
    text = held.stored.payload or held.stored.after or held.stored.before or "{}"
    project = json.loads(text).get("project")
    return journal.name_ids(sender.db, [project])[project] if project else None
