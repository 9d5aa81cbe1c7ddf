"""Read and send many edits with one request each; every row gets its own verdict.

The engine sees the same as for one row: `Began`, and the result. A lost answer makes all rows
UNKNOWN, and each is then read by its id. If Clockify refuses the request, it is unknown which entry
is at fault: halves are sent, and in the end single rows. If its answer shows that a field that was
left out was not cleared, those rows are sent singly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from clockify_cli.sync.model.conflicts import Proceed, editing
from clockify_cli.sync.model.remote import (
    Applied,
    EntryBody,
    Outcome,
    Paused,
    Rejected,
    RemoteEntry,
)
from clockify_cli.sync.model.row import (
    Answered,
    Began,
    Effect,
    Effects,
    Occupied,
    ReadEntry,
    Row,
    window_around,
)
from clockify_cli.sync.model.rows import OutboxRow
from clockify_cli.sync.row_sender import LEAST_TOGETHER, MOST_TOGETHER, RowSender

PAGE = 1000
FORBIDDEN = 403


def is_one_of_many(sender: RowSender, row: Row) -> bool:
    """Return whether *row* is an edit that can be sent together with others."""
    if sender.most_together < LEAST_TOGETHER or not _fits(sender, row):
        return False
    return len(_others(sender, row)) >= LEAST_TOGETHER


def send_edits(sender: RowSender, row: Row) -> tuple[list[int], Effects]:
    """Send *row* and the edits that can go with it; return the sent rows and the effects.

    Rows that cannot be decided here are sent singly later.
    """
    rows = _others(sender, row)[: sender.most_together]
    held = {each.seq: sender.outbox.held(each.seq) for each in rows}
    there = _read(sender, held.values())
    bodies: dict[int, EntryBody] = {}
    for each in rows:
        body = _body(sender, each, held[each.seq], there.get(each.server_id or ""))
        if body is None:
            sender.singly.add(each.seq)
        else:
            bodies[each.seq] = body
    if len(bodies) < LEAST_TOGETHER:
        sender.singly.update(held)
        return [], ()
    return _send(sender, [each for each in rows if each.seq in bodies], held, bodies)


def _fits(sender: RowSender, row: Row) -> bool:
    held = sender.outbox.held(row.seq)
    return (
        row.kind == "edit"
        and row.entity == "entry"
        and not row.timeline
        and row.seq not in sender.singly
        and isinstance(held.body, EntryBody)
    )


def _others(sender: RowSender, row: Row) -> list[Row]:
    """Return *row* and similar rows of the same workspace that may be sent now."""
    workspace = sender.outbox.held(row.seq).stored.workspace
    free = sender.outbox.free(sender.instant(), eager=sender.eager)
    fitting = (each for each in free if _fits(sender, each))
    return [each for each in fitting if sender.outbox.held(each.seq).stored.workspace == workspace]


def entries_to_read(sender: RowSender, questions: Iterable[Effect]) -> list[OutboxRow]:
    """Return edits of one workspace with lost answers, if reading them together saves requests."""
    numbers = {question.seq for question in questions if isinstance(question, ReadEntry)}
    rows = [row for row in sender.outbox.rows if row.seq in numbers and row.kind == "edit"]
    held = [sender.outbox.held(row.seq) for row in rows if row.entity == "entry"]
    if not held:
        return []
    workspace = held[0].stored.workspace
    found = [each for each in held if each.stored.workspace == workspace]
    return found if len(found) >= LEAST_TOGETHER else []


def read_together(sender: RowSender, held: Collection[OutboxRow]) -> None:
    """Read the entries of *held* with one request; each answers one question."""
    at = sender.instant()
    wanted = {each.row.server_id for each in held}
    there = _read(sender, held)
    sender.just_read = {id_: (entry, at) for id_, entry in there.items() if id_ in wanted}


def _read(sender: RowSender, held: Collection[OutboxRow]) -> dict[str, RemoteEntry]:
    """Return the rows' entries in Clockify, as far as one page of a list shows them."""
    workspaces = {each.stored.workspace for each in held}
    seen = [version.start for each in held if (version := sender.version_seen(each)) is not None]
    if not seen:
        return {}
    (workspace,) = workspaces
    user = sender.account.user_id
    window = window_around(min(seen), max(seen))
    listed = sender.remote.entries(workspace, user, window, page=1, page_size=PAGE)
    return {entry.id: entry for entry in listed.items if entry.user_id == user}


def _body(
    sender: RowSender, row: Row, held: OutboxRow, fresh: RemoteEntry | None
) -> EntryBody | None:
    """Return what to send for *row*; None if it needs more than replacing an ended entry."""
    if fresh is None or fresh.end is None or not isinstance(held.body, EntryBody):
        return None
    decided = editing(sender.base_of(held), dict(row.wanted), held.body, fresh)
    if not isinstance(decided, Proceed) or decided.held or decided.body is None:
        return None
    body = decided.body
    if _keeps(fresh, body) and not sender.together_clears:
        return None
    return None if body.end is None else body


def _keeps(there: RemoteEntry, body: EntryBody) -> bool:
    """Return whether *there* has a project or task that *body* leaves out to clear it."""
    project = there.project_id is not None and body.project_id is None
    return project or (there.task_id is not None and body.task_id is None)


def _send(
    sender: RowSender,
    rows: list[Row],
    held: Mapping[int, OutboxRow],
    bodies: Mapping[int, EntryBody],
) -> tuple[list[int], Effects]:
    at = sender.instant()
    began = [Began(row.seq, "put", at) for row in rows]
    begun = sender.outbox.begin_together(began, held, eager=sender.eager)
    ids = {row.server_id or "": row.seq for row in rows if row.seq in begun}
    if not ids:
        sender.singly.update(held)
        return [], ()
    workspace = held[rows[0].seq].stored.workspace
    wanted = {id_: bodies[seq] for id_, seq in ids.items()}
    outcomes = sender.remote.replace_entries(workspace, sender.account.user_id, wanted)
    effects: Effects = ()
    for id_, seq in ids.items():
        effects += _commit(sender, seq, outcomes[id_], bodies[seq])
    _learn(sender, begun, outcomes.values())
    return begun, tuple(dict.fromkeys(effects))


def _learn(sender: RowSender, begun: Collection[int], outcomes: Iterable[Outcome]) -> None:
    """Decide how many rows to send together next, from the outcomes of the rows *begun*.

    Half of the rows that were refused together are tried next, then half of those that must contain
    the cause, until they are so few that each is sent singly.
    """
    found = list(outcomes)
    if any(map(_is_refused, found)):
        sender.suspects = set(begun)
    elif any(isinstance(outcome, Applied) for outcome in found):
        sender.suspects -= set(begun)
        sender.together_works = True
    if not sender.suspects:
        sender.most_together = MOST_TOGETHER
    elif len(sender.suspects) >= 2 * LEAST_TOGETHER:
        sender.most_together = len(sender.suspects) // 2
    else:
        sender.singly |= sender.suspects
        sender.suspects = set()
        if sender.together_works:
            sender.most_together = MOST_TOGETHER
        else:
            # It may never work with this Clockify: try once more with few rows.
            sender.most_together = 0 if sender.together_in_doubt else 2 * LEAST_TOGETHER
            sender.together_in_doubt = True


def _commit(sender: RowSender, seq: int, outcome: Outcome, body: EntryBody) -> Effects:
    if _is_refused(outcome):
        return sender.outbox.step(Occupied(seq, "refused together with others"))
    entry = outcome.entry if isinstance(outcome, Applied) else None
    if entry is not None and _keeps(entry, body):
        # It is not documented whether a list request replaces entries or only changes them.
        sender.together_clears = False
        sender.singly.add(seq)
        return sender.outbox.step(Occupied(seq, "a request for many entries cleared nothing"))
    with sender.db.transaction():
        effects = sender.outbox.step(Answered(seq, outcome, sender.instant()))
        if isinstance(outcome, Applied):
            sender.absorb(seq, outcome.entry, None, body)
    return effects


def _is_refused(outcome: Outcome) -> bool:
    """Return whether Clockify refused it, because of one entry or of the list request itself."""
    if isinstance(outcome, Paused):
        return outcome.status == FORBIDDEN
    return isinstance(outcome, Rejected)
