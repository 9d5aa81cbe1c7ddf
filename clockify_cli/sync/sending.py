"""How entries are added, edited and deleted in Clockify."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from clockify_cli.errors import ClockifyError, NotFound, Unreachable
from clockify_cli.store import journal, replica
from clockify_cli.store.entities import entry_of, entry_text, stored_entry, write_entry
from clockify_cli.sync.conflicts import (
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
from clockify_cli.sync.courier import GONE, LIVE, Courier
from clockify_cli.sync.engine import RETRY_REQUESTED
from clockify_cli.sync.events import Effects
from clockify_cli.sync.notes import EndedByLater, EndedForStart, FoundThere, StoppedOther
from clockify_cli.sync.remote import (
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
from clockify_cli.sync.row import Fingerprint, NameKey, Row, State
from clockify_cli.sync.rows import Sendable, content_of
from clockify_cli.values import replace


def send_add(courier: Courier, row: Row) -> Effects:
    """Record an entry that has ended."""
    held = courier.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    return courier.send(row, "post", lambda: courier.remote.create_entry(workspace, body)).effects


def send_edit(courier: Courier, row: Row) -> Effects:
    """Change fields of an entry; what else it holds at Clockify stays as it is there.

    It is read first, however fresh the copy: what is sent replaces all that is there.
    """
    held = courier.outbox.held(row.seq)
    if not isinstance(held.body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    fresh = courier.read_entry(row, held)
    decided = editing(courier.base_of(held), dict(row.wanted), held.body, fresh)
    if isinstance(decided, Proceed) and fresh is not None and _reopens(decided.body, fresh):
        decided = running_again(decided, fresh, _what_runs(courier, row, held))
    return courier.carry_out(row, held, decided, fresh)


def _reopens(body: EntryBody | None, fresh: RemoteEntry) -> bool:
    """Whether what has ended runs on: the undo of a stop."""
    return body is not None and body.end is None and fresh.end is not None


def _what_runs(courier: Courier, row: Row, held: Sendable) -> RemoteEntry | None:
    """The timer at Clockify, unless the copy is fresh: then nothing ran when this was asked for."""
    workspace = held.stored.workspace
    if courier.live(held.stored, row) and courier.timer_known(workspace):
        return None
    return courier.remote.running(workspace, courier.account.user_id)


def send_delete(courier: Courier, row: Row) -> Effects:
    """Delete an entry, unless it was changed since the person saw it.

    Who takes a change back means nothing but that change: then the entry is always read first.
    """
    held = courier.outbox.held(row.seq)
    undoing = journal.took_back(courier.db, held.stored.change) is not None
    fresh = None if undoing else courier.fresh_version(held)
    fresh = fresh or courier.read_entry(row, held)
    decided = deleting(courier.base_of(held), fresh)
    if isinstance(decided, Proceed):
        return _delete(courier, row, held.stored.workspace)
    return courier.carry_out(row, held, decided, fresh)


def _delete(courier: Courier, row: Row, workspace: str) -> Effects:
    id_ = row.server_id or ""
    sent = courier.send(
        row,
        "delete",
        lambda: courier.remote.delete_entry(workspace, id_),
        reroute=lambda outcome: courier.reroute_gone(row, outcome),
    )
    if isinstance(sent.outcome, Applied):
        courier.gone(courier.outbox.held(row.seq).stored)
    return sent.effects


def send_mark(courier: Courier, row: Row) -> Effects:
    """Mark the entries of a bill as invoiced, or not any more, with one request."""
    held = courier.outbox.held(row.seq)
    body, workspace = held.body, held.stored.workspace
    if not isinstance(body, MarkBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    if not body.ids:
        courier.settle(row, "superseded: none of the entries is at Clockify")
        return ()
    return courier.send(
        row, "put", lambda: courier.remote.mark_invoiced(workspace, body), absorb=False
    ).effects


RUNS = "something runs"

# ── start ────────────────────────────────────────────────────────────────────────────────────


def send_start(courier: Courier, row: Row) -> Effects:
    """Start a timer: alone where surely nothing runs, else after what runs was ended."""
    held = courier.outbox.held(row.seq)
    workspace = held.stored.workspace
    if row.cleared and _just_cleared(courier, row):
        return _post(courier, row, held)
    just_made = courier.live(held.stored, row)
    live = just_made and _is_now(courier, row)
    if row.seq in courier.occupied:
        surely = live and row.verdict == RUNS
        return _clear(courier, row, held) if surely else _replay_start(courier, row, held)
    if courier.timer_known(workspace) and just_made:
        user, key = courier.account.user_id, courier.account.key
        running = replica.running_elsewhere(courier.db, workspace, user, row.local_id)
        if running is None and not replica.still_runs(courier.db, key, workspace):
            return _post(courier, row, held)
    return _clear(courier, row, held) if live else _replay_start(courier, row, held)


def _is_now(courier: Courier, row: Row) -> bool:
    """Whether the timer starts or stops about now: else what runs may well have begun later."""
    return row.end is not None and abs(courier.clock.now().timestamp() - row.end) <= (
        LIVE.total_seconds()
    )


def _just_cleared(courier: Courier, row: Row) -> bool:
    return row.last_send is not None and (
        abs(courier.instant().wall - row.last_send.wall) <= LIVE.total_seconds()
    )


def _post(courier: Courier, row: Row, held: Sendable) -> Effects:
    body = held.body
    if not isinstance(body, EntryBody):
        raise ValueError(f"row {row.seq} has nothing to send")
    workspace = held.stored.workspace

    sent = courier.send(
        row,
        "post",
        lambda: courier.remote.create_entry(workspace, body),
        reroute=lambda outcome: _reroute_start(courier, row, outcome),
    )
    if sent.rerouted:
        courier.occupied.add(row.seq)
    if isinstance(sent.outcome, Applied):
        with courier.db.transaction():
            courier.note_timer(workspace)
    return sent.effects


def _reroute_start(courier: Courier, row: Row, outcome: Outcome) -> str:
    """Refused, and nobody looked before what runs: perhaps because something does."""
    if (
        row.cleared
        or row.seq in courier.occupied
        or not isinstance(outcome, Rejected)
        or _names_what_is_gone(outcome)
    ):
        return ""
    if outcome.status not in (400, 409):
        return ""
    return RUNS if _names_what_runs(outcome) else "perhaps something runs"


def _names_what_runs(refused: Rejected) -> bool:
    """Whether another timer is the reason. Nobody has written down how Clockify says it."""
    said = refused.reason.casefold().replace("-", " ")
    return "running" in said or "in progress" in said


def _names_what_is_gone(refused: Rejected) -> bool:
    """Whether a project, task or tag is the reason; the code alone tells other reasons too."""
    return refused.code == GONE and "belong" in refused.reason


def _clear(courier: Courier, row: Row, held: Sendable) -> Effects:
    """End whatever runs at the instant at which this one starts."""
    workspace = held.stored.workspace
    at = datetime.fromtimestamp(row.end or 0, UTC)
    user = courier.account.user_id

    sent = courier.send(
        row, "patch", lambda: courier.remote.stop_running(workspace, user, at), absorb=False
    )
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        _note_ended(courier, row, workspace, sent.outcome.entry)
    return sent.effects


def _note_ended(courier: Courier, row: Row, workspace: str, entry: RemoteEntry) -> None:
    with courier.db.transaction():
        ended = courier.replica(workspace).take(entry)
    if entry.end is not None and not _is_ours(courier, workspace, entry):
        courier.notes.append(EndedForStart(ended, row.local_id, entry.end))


def _is_ours(courier: Courier, workspace: str, entry: RemoteEntry) -> bool:
    return replica.made_here(courier.db, workspace, "entry", entry.id)


def _replay_start(courier: Courier, row: Row, held: Sendable) -> Effects:
    body, fp = held.body, row.fp
    if not isinstance(body, EntryBody) or not isinstance(fp, Fingerprint):
        raise ValueError(f"row {row.seq} has nothing to send")
    running = courier.remote.running(held.stored.workspace, courier.account.user_id)
    decided = starting(
        body,
        fp,
        running,
        courier.clock.now(),
        retry_requested=row.verdict == RETRY_REQUESTED,
        stopped=journal.has_later(courier.db, row.local_id, row.seq),
        ours=running is not None and _is_ours(courier, held.stored.workspace, running),
    )
    match decided:
        case Proceed():
            return _post(courier, row, held)
        case Adopt(entry):
            courier.settle(row, "found running", entry, entry.id)
        case EndFirst(entry, ending):
            return _end_first(courier, row, held, entry, ending)
        case EndItself(end):
            _end_itself(courier, row, held, end)
        case Review(reason):
            courier.ask(row, reason)
    return ()


def _end_first(
    courier: Courier, row: Row, held: Sendable, entry: RemoteEntry, ending: EntryBody
) -> Effects:
    workspace = held.stored.workspace

    sent = courier.send(
        row,
        "put",
        lambda: courier.remote.replace_entry(workspace, entry.id, ending),
        absorb=False,
    )
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        _note_ended(courier, row, workspace, sent.outcome.entry)
    return sent.effects


def _end_itself(courier: Courier, row: Row, held: Sendable, end: datetime) -> None:
    """A later timer runs at Clockify: this one ended when that began."""
    content = content_of(held.stored)
    if content is None or held.stored.local_id is None:
        raise ValueError(f"row {row.seq} has nothing to send")
    local_id = held.stored.local_id
    with courier.db.transaction():
        if not courier.outbox.is_as_looked_at(row.seq):
            return
        courier.outbox.reread()
        if journal.has_later(courier.db, local_id, row.seq):
            _as_stopped_here(courier, row, held.stored, end)
            return
        fields = replace(entry_of(content), end=end)
        write_entry(courier.db, local_id, fields)
        after = entry_text(fields)
        journal.write(courier.db, replace(held.stored, after=after, payload=None, fp=None))
    courier.notes.append(EndedByLater(local_id, end))


def _as_stopped_here(courier: Courier, row: Row, stored: journal.JournalRow, end: datetime) -> None:
    """It was stopped here meanwhile. Never sent, it goes out as a whole by itself.

    One that was sent before cannot take the stop in: it is made as ended, and the stop that
    follows finds it so.
    """
    here = stored_entry(courier.db, stored.local_id or "")
    content = content_of(stored)
    if row.attempts == 0 or content is None:
        return
    if here is not None and here.fields.end is not None:
        end = min(end, here.fields.end)
    payload = entry_text(replace(entry_of(content), end=end))
    journal.write(courier.db, replace(stored, payload=payload, fp=None))


# ── stop ─────────────────────────────────────────────────────────────────────────────────────


def send_stop(courier: Courier, row: Row) -> Effects:
    """Stop the timer that the row names."""
    held = courier.outbox.held(row.seq)
    plain = {name for name, _ in row.wanted} == {"end"}
    live = courier.live(held.stored, row) and _is_now(courier, row)
    if live and plain and row.seq not in courier.doubtful:
        return _stop_whatever_runs(courier, row, held)
    return _stop_by_id(courier, row, held, courier.read_entry(row, held))


def _stop_whatever_runs(courier: Courier, row: Row, held: Sendable) -> Effects:
    workspace = held.stored.workspace
    at = datetime.fromtimestamp(row.end or 0, UTC)
    user = courier.account.user_id

    sent = courier.send(
        row,
        "patch",
        lambda: courier.remote.stop_running(workspace, user, at),
        reroute=lambda outcome: _reroute_stop(row, outcome),
    )
    courier.doubtful.add(row.seq)
    if isinstance(sent.outcome, Applied) and sent.outcome.entry is not None:
        with courier.db.transaction():
            courier.note_timer(workspace)
            if sent.rerouted:
                stopped = courier.replica(workspace).take(sent.outcome.entry)
                courier.notes.append(StoppedOther(row.local_id, stopped))
    return sent.effects


def _reroute_stop(row: Row, outcome: Outcome) -> str:
    other = (
        isinstance(outcome, Applied)
        and outcome.entry is not None
        and outcome.entry.id != row.server_id
    )
    return "another timer ran" if other else ""


def _stop_by_id(courier: Courier, row: Row, held: Sendable, entry: RemoteEntry | None) -> Effects:
    at = datetime.fromtimestamp(row.end or 0, UTC)
    began = held.body.start if isinstance(held.body, EntryBody) else None
    decided = stopping(at, entry, began=began, cut=_is_cut(courier, held, entry))
    overtaken = isinstance(decided, Superseded)
    settling: Edited = decided
    if entry is not None and isinstance(held.body, EntryBody):
        wanted = dict(row.wanted)
        settling = editing(courier.base_of(held), wanted, held.body, entry, stop=decided)
    effects = courier.carry_out(row, held, settling, entry)
    sent = courier.outbox.row(row.seq) if overtaken and isinstance(settling, Proceed) else None
    if sent is not None and sent.state is State.APPLIED:
        # What it says besides went out; that it ended elsewhere is told all the same.
        courier.note_overtaken(row, held, entry)
    return effects


def _is_cut(courier: Courier, held: Sendable, entry: RemoteEntry | None) -> bool:
    """Whether the entry ended there because a timer began that was started here after the stop."""
    if entry is None or entry.end is None:
        return False
    return _starts_later(courier, held, entry.end)


def _starts_later(courier: Courier, held: Sendable, moment: datetime) -> bool:
    """Whether a timer that was started here after the row began at *moment*."""
    account, stored = courier.account.key, held.stored
    return journal.starts_later(courier.db, account, stored.workspace, stored.seq, moment)


def _started_after(courier: Courier, held: Sendable, running: RemoteEntry) -> bool:
    """Whether *running* was started from here after the row was asked for."""
    ours = _is_ours(courier, held.stored.workspace, running)
    return ours and _starts_later(courier, held, running.start)


def send_stop_any(courier: Courier, row: Row) -> Effects:
    """Stop whatever timer runs."""
    held = courier.outbox.held(row.seq)
    workspace, user = held.stored.workspace, courier.account.user_id
    at = datetime.fromtimestamp(row.end or 0, UTC)
    if courier.live(held.stored, row) and _is_now(courier, row):
        sent = courier.send(row, "patch", lambda: courier.remote.stop_running(workspace, user, at))
        if isinstance(sent.outcome, Applied | Rejected):
            with courier.db.transaction():
                courier.note_timer(workspace)
        return sent.effects
    running = courier.remote.running(workspace, user)
    after = running is not None and _started_after(courier, held, running)
    decided = stopping_any(at, running, started_after=after)
    return courier.carry_out(row, held, decided, running)


PAGE = 200
MOST_PAGES = 200


def send_create(courier: Courier, row: Row) -> Effects:
    """Create a name; one that exists there already is taken for it."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    body = _body(held)
    found: list[Outcome] = []

    def create() -> Outcome:
        outcome = courier.remote.create_item(workspace, kind, body, project_id=parent)
        if isinstance(outcome, Rejected) and "exist" in outcome.reason.lower():
            found.append(_existing(courier, row, held, outcome))
            return found[-1]
        return outcome

    sent = courier.send(row, "post", create)
    # One that was sent before may have been made by that.
    if row.attempts == 0 and found and isinstance(sent.outcome, Applied):
        courier.notes.append(FoundThere(held.stored.local_id or ""))
    return sent.effects


def _existing(courier: Courier, row: Row, held: Sendable, refused: Rejected) -> Outcome:
    """What became of a name that is there already, by itself or because an answer got lost."""
    try:
        found = find_name(courier, row, held)
    except ClockifyError as error:
        # Whether it is ours is asked again later: a person need not decide on that.
        return Unknown(f"{refused.reason} ({error.message})")
    return refused if found is None else Applied(item=found)


def send_update(courier: Courier, row: Row) -> Effects:
    """Rename a name, or archive it, or bring it back."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    body, id_ = _body(held), row.server_id or ""
    return courier.send(
        row,
        "put",
        lambda: courier.remote.replace_item(workspace, kind, id_, body, project_id=parent),
    ).effects


def send_delete_name(courier: Courier, row: Row) -> Effects:
    """Delete a name; Clockify wants it archived before."""
    held = courier.outbox.held(row.seq)
    kind, workspace, parent = held.kind, held.stored.workspace, parent_of(courier, held)
    id_ = row.server_id or ""
    if row.seq not in courier.occupied:
        try:
            there = courier.remote.item(workspace, kind, id_, project_id=parent)
        except NotFound:
            courier.check_gone(workspace)
            courier.settle(row, "superseded: deleted in Clockify")
            return ()
        if not there.archived:
            return _archive_first(courier, row, there, parent)
    return courier.send(
        row,
        "delete",
        lambda: courier.remote.delete_item(workspace, kind, id_, project_id=parent),
    ).effects


def _archive_first(courier: Courier, row: Row, there: RemoteItem, parent: str | None) -> Effects:
    workspace = courier.outbox.held(row.seq).stored.workspace
    sent = courier.send(
        row,
        "put",
        lambda: courier.remote.replace_item(
            workspace, there.kind, there.id, _archived(there), project_id=parent
        ),
        absorb=False,
        reroute=lambda outcome: "archived" if isinstance(outcome, Applied) else "",
    )
    if sent.rerouted:
        courier.occupied.add(row.seq)
    return sent.effects


def _archived(there: RemoteItem) -> ItemBody:
    client = None if there.client_id == UNKNOWN else there.client_id
    return ItemBody(name=there.name, client_id=client, archived=True, extra=json.loads(there.extra))


def find_name(courier: Courier, row: Row, held: Sendable) -> RemoteItem | None:
    """The name of the row as Clockify has it, spelt just so; None where there is none.

    What another row made is that row's, though it be called the same: it waits to be renamed or
    deleted.

    Raises Unreachable where the list does not end as it should: then it proves nothing.
    """
    key = row.fp
    if not isinstance(key, NameKey) or (key.kind == "task" and key.parent is None):
        # What belongs to something that Clockify does not have is not there either.
        return None
    client = held.body.client_id if isinstance(held.body, ItemBody) else None
    for page in range(1, MOST_PAGES + 1):
        listed = courier.remote.items(
            held.stored.workspace,
            held.kind,
            page=page,
            page_size=PAGE,
            project_id=key.parent,
            name=key.name,
        )
        for item in listed.items:
            if item.name == key.name and _same_client(item, client):
                taken = replica.made_here(courier.db, held.stored.workspace, held.kind, item.id)
                return None if taken else item
        if listed.last:
            return None
    raise Unreachable("Clockify's list of names does not end", "`clockify sync` tries again.")


def _same_client(item: RemoteItem, client: str | None) -> bool:
    return item.kind != "project" or item.client_id in (UNKNOWN, client)


def _body(held: Sendable) -> ItemBody:
    if not isinstance(held.body, ItemBody):
        raise ValueError(f"row {held.row.seq} has nothing to send")
    return held.body


def parent_of(courier: Courier, held: Sendable) -> str | None:
    """Clockify's id of the project that a task belongs to."""
    if held.stored.entity != "task":
        return None
    text = held.stored.payload or held.stored.after or held.stored.before or "{}"
    project = json.loads(text).get("project")
    return journal.name_ids(courier.db, [project])[project] if project else None
