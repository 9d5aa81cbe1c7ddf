"""The protocol as a state machine: rows and an event in, rows and effects out.

It uses no clock, file or HTTP. The caller commits the returned rows before carrying out the
effects; a request leaves only after :class:`Began` was committed, and once. Notes are what a sync
reports to the person, as values: actions put them into words.
"""

from __future__ import annotations

from datetime import datetime

from clockify_cli.sync.model.conflicts import item_values, unit_of, values_of
from clockify_cli.sync.model.remote import (
    Applied,
    Limited,
    NotSent,
    Paused,
    Rejected,
    RemoteEntry,
    RemoteItem,
    Unknown,
)
from clockify_cli.sync.model.row import (
    STUCK,
    UNRESOLVED,
    AlsoThere,
    Answered,
    Began,
    CloseWindow,
    Decided,
    Effect,
    Effects,
    EntryRead,
    Event,
    Fingerprint,
    Found,
    GoOffline,
    Instant,
    Listed,
    Listing,
    NameKey,
    NameRead,
    Occupied,
    OwnerDied,
    Parted,
    PauseAccount,
    ReadBack,
    ReadEntry,
    ReadName,
    Row,
    State,
    candidates,
    elapsed,
    kind_of_part,
    unexplained,
    whole_second,
    window_of,
)
from clockify_cli.values import dataclass, replace

Rows = tuple[Row, ...]

BACKOFF = 30.0
"""Seconds before a row whose request never left is tried again by itself."""


PERHAPS_SENT = "perhaps sent: "
"""The beginning of the verdict on a create with similar entries in Clockify; ids follow."""

RETRY_REQUESTED = "retry requested"
"""The verdict of a row that a person sent again after a review."""


@dataclass(frozen=True, slots=True)
class Rules:
    """*settle*: seconds after which a request can no longer reach Clockify."""

    settle: float = 120.0
    one_per_fingerprint: bool = True
    no_start_while_stopping: bool = True
    review: bool = True


RULES = Rules()


def step(rows: Rows, event: Event, rules: Rules = RULES) -> tuple[Rows, Effects]:
    """Return the rows after *event*, and what to do because of it."""
    if isinstance(event, OwnerDied):
        return tuple(map(_orphan, rows)), ()
    index = next(i for i, row in enumerate(rows) if row.seq == event.seq)
    if isinstance(event, Parted):
        return (*rows[:index], *_parted(rows[index], event), *rows[index + 1 :]), ()
    row, effects = _advance(rows, rows[index], event, rules)
    return (*rows[:index], row, *rows[index + 1 :]), effects


def _orphan(row: Row) -> Row:
    return replace(row, state=State.UNKNOWN) if row.state is State.SENDING else row


def _advance(rows: Rows, row: Row, event: Event, rules: Rules) -> tuple[Row, Effects]:
    match event:
        case Began():
            return _begin(row, event), ()
        case Answered():
            return _answer(row, event)
        case Listed():
            return _read_back(rows, row, event, rules)
        case EntryRead():
            return _entry_read(row, event, rules), ()
        case NameRead():
            return _name_read(row, event, rules), ()
        case Decided():
            return _decide(row, event), ()
        case Occupied():
            return _rerouted(row, event.reason), ()
        case Found():
            made = event.server_id or row.server_id
            return replace(row, state=event.state, verdict=event.verdict, server_id=made), ()
        case OwnerDied() | Parted():
            return row, ()


def _parted(row: Row, event: Parted) -> Rows:
    """Return *row* without the parts, which were never sent, and then the parts."""
    if row.touches is None or row.state in UNRESOLVED:
        raise ValueError(f"row {row.seq} is one whole, or under way")
    rest = row.touches.difference(*(part.units for part in event.parts))
    parts = (
        replace(
            _limited(row, part.units),
            seq=part.seq,
            state=part.state,
            verdict=part.verdict,
            method=None,
            attempts=0,
            first_send=None,
            last_send=None,
            not_before=0.0,
        )
        for part in event.parts
    )
    return (_limited(row, rest), *parts)


def _limited(row: Row, units: frozenset[str]) -> Row:
    """Restrict *row* to *units*; a stop without the end is an edit."""
    return replace(
        row,
        kind=kind_of_part(row.kind, units),
        touches=units & (row.touches or frozenset()),
        wanted=tuple((name, value) for name, value in row.wanted if unit_of(name) in units),
        needs=frozenset((unit, name) for unit, name in row.needs if unit in units),
    )


def settled(row: Row, now: Instant, rules: Rules = RULES) -> bool:
    """Return whether no request of *row* can still be under way at *now*."""
    return row.last_send is None or elapsed(row.last_send, now) >= rules.settle


def _begin(row: Row, event: Began) -> Row:
    clearing = row.kind == "start" and event.method != "post"
    first = row.first_send is None and not clearing
    return replace(
        row,
        state=State.SENDING,
        method=event.method,
        server_id=event.target or row.server_id,
        attempts=row.attempts if clearing else row.attempts + 1,
        first_send=event.at if first else row.first_send,
        last_send=event.at,
        seen_before=event.seen if first else row.seen_before,
    )


def _answer(row: Row, event: Answered) -> tuple[Row, Effects]:
    if row.state is not State.SENDING:
        raise ValueError(f"row {row.seq} is {row.state}: nothing was sent")
    match event.outcome:
        case Applied():
            return _applied(row, event.outcome), ()
        case Rejected():
            return _rejected(row, event.outcome), ()
        case Unknown(reason):
            return replace(row, state=State.UNKNOWN, verdict=reason), ()
        case NotSent(reason):
            back = _never_left(row, reason)
            return replace(back, not_before=event.at.server + BACKOFF), (GoOffline(reason),)
        case Paused(status, reason):
            return _never_left(row, reason), (PauseAccount(reason, status),)
        case Limited(after):
            wait = event.at.server + (after or 0)
            return replace(_never_left(row, ""), not_before=wait), (CloseWindow(after),)


def _applied(row: Row, outcome: Applied) -> Row:
    if row.clearing:
        return replace(row, state=State.PENDING, cleared=True, verdict=_still(row, ""))
    answered = outcome.entry or outcome.item
    made = answered.id if answered and (row.creates or row.kind == "stop_any") else None
    return replace(row, state=State.APPLIED, server_id=made or row.server_id, verdict="")


def _rejected(row: Row, outcome: Rejected) -> Row:
    if outcome.status == 404 and row.kind == "stop" and row.method == "patch":
        # Nothing ran: the entry was ended elsewhere, so it is read next.
        return replace(row, state=State.PENDING, verdict="nothing ran")
    if outcome.status == 404 and row.clearing:
        return replace(row, state=State.PENDING, cleared=True, verdict=_still(row, ""))
    if outcome.status == 404 and row.kind == "stop_any":
        return replace(row, state=State.APPLIED, verdict="superseded: nothing ran")
    if row.kind == "mark":
        # The remaining attempts are requests that may have marked something.
        row = replace(row, attempts=row.attempts - 1)
    return replace(row, state=State.REJECTED, verdict=outcome.reason)


def _never_left(row: Row, reason: str) -> Row:
    """Return *row* as if this request had never been made: Clockify did nothing."""
    verdict = _still(row, reason)
    if row.clearing:
        last = row.last_send if row.attempts else None
        return replace(row, state=State.PENDING, method=None, last_send=last, verdict=verdict)
    first = row.attempts == 1
    return replace(
        row,
        state=State.PENDING,
        attempts=row.attempts - 1,
        first_send=None if first else row.first_send,
        last_send=None if first else row.last_send,
        seen_before=frozenset() if first else row.seen_before,
        verdict=verdict,
    )


def _still(row: Row, verdict: str) -> str:
    """Return *verdict*, but keep a requested retry until the row is sent."""
    return RETRY_REQUESTED if row.verdict == RETRY_REQUESTED else verdict


def _rerouted(row: Row, reason: str) -> Row:
    """A refused create made nothing; other rows may have left traces."""
    if row.creates:
        return replace(_never_left(row, reason), cleared=False)
    return replace(row, state=State.PENDING, verdict=reason)


def _read_back(rows: Rows, row: Row, event: Listed, rules: Rules) -> tuple[Row, Effects]:
    listing = event.listing
    if row.state is not State.UNKNOWN or not listing.complete:
        return row, ()
    if row.clearing or row.method == "patch":
        return _patch_read(row, listing, rules), ()
    claimed = event.claimed | {r.server_id for r in rows if r.server_id is not None}
    found = candidates(row, listing, claimed)
    if found:
        also = tuple(e.id for e in found[1:])
        taken = replace(row, state=State.APPLIED, server_id=found[0].id, verdict="read back")
        return taken, ((AlsoThere(row.seq, also),) if also else ())
    if not settled(row, listing.read_at, rules):
        return row, ()
    strange = _strange(rows, row, listing, claimed) if rules.review else []
    if strange:
        why = f"{PERHAPS_SENT}{', '.join(e.id for e in strange)} may be this entry"
        return replace(row, state=State.REVIEW, verdict=why), ()
    return replace(row, state=State.PENDING, verdict="not arrived"), ()


def _strange(rows: Rows, row: Row, listing: Listing, claimed: frozenset[str]) -> list[RemoteEntry]:
    """Return new entries that *row* may have made, edited since, and that no other row made."""
    others = [r for r in rows if r.seq != row.seq and r.state in UNRESOLVED]
    own = {entry.id for r in others for entry in candidates(r, listing, claimed)}
    return [e for e in unexplained(row, listing, claimed) if e.id not in own]


def _patch_read(row: Row, listing: Listing, rules: Rules) -> Row:
    """Settle a stop without a target, once its request can no longer arrive.

    That some entry ended in this second proves nothing: it may already have ended then.
    """
    if not settled(row, listing.read_at, rules):
        return row
    runs = any(e.end is None for e in listing.entries)
    if row.clearing:
        return replace(row, state=State.PENDING, cleared=not runs, method=None, verdict="")
    if runs:
        return replace(row, state=State.PENDING, verdict="not arrived")
    ended = [e for e in listing.entries if e.end is not None and whole_second(e.end) == row.end]
    verdict = "read back" if ended else "superseded: nothing ran"
    return replace(
        row, state=State.APPLIED, server_id=ended[0].id if ended else None, verdict=verdict
    )


def _entry_read(row: Row, event: EntryRead, rules: Rules) -> Row:
    if row.state is not State.UNKNOWN:
        return row
    if _took_effect(row, event.entry):
        return replace(row, state=State.APPLIED, verdict="read back")
    # It names its target, so sending it again is harmless; but until it has settled, it might
    # overwrite a later change of the same entry.
    if not settled(row, event.read_at, rules):
        return row
    return replace(row, state=State.PENDING, verdict="not arrived")


def _took_effect(row: Row, entry: RemoteEntry | RemoteItem | None) -> bool:
    if row.waits_for:
        return False
    if row.kind == "delete" or entry is None:
        return row.kind == "delete" and entry is None
    there = item_values(entry) if isinstance(entry, RemoteItem) else values_of(entry)
    if row.kind in ("stop", "stop_any") and there["end"] != row.end:
        return False
    return all(there.get(name) == value for name, value in row.wanted)


def _name_read(row: Row, event: NameRead, rules: Rules) -> Row:
    if row.state not in (State.UNKNOWN, State.REJECTED):
        return row
    if event.item is not None and _is_ours(row, event.item):
        return replace(row, state=State.APPLIED, server_id=event.item.id, verdict="read back")
    if row.state is State.REJECTED or not settled(row, event.read_at, rules):
        return row
    return replace(row, state=State.PENDING, verdict="not arrived")


def _is_ours(row: Row, item: RemoteItem) -> bool:
    """Names are compared exactly: another spelling is another name."""
    return isinstance(row.fp, NameKey) and (item.kind, item.name) == (row.fp.kind, row.fp.name)


def _decide(row: Row, event: Decided) -> Row:
    if row.state not in STUCK:
        raise ValueError(f"row {row.seq} is {row.state}: there is nothing to decide")
    if event.decision == "retry":
        return replace(row, state=State.PENDING, not_before=0.0, verdict=RETRY_REQUESTED)
    if event.decision == "drop":
        return replace(row, state=State.DROPPED, verdict="dropped")
    return replace(row, state=State.APPLIED, server_id=event.server_id, verdict="adopted")


def questions(rows: Rows) -> Effects:
    """Return what has to be read to settle the UNKNOWN rows, oldest first."""
    return tuple(_question(row) for row in rows if row.state is State.UNKNOWN)


def _question(row: Row) -> Effect:
    if isinstance(row.fp, NameKey):
        return ReadName(row.seq)
    if row.kind == "mark":
        return ReadEntry(row.seq)
    if isinstance(row.fp, Fingerprint) or row.server_id is None:
        return ReadBack(row.seq, window_of(row))
    return ReadEntry(row.seq)


@dataclass(frozen=True, slots=True)
class StoppedOther:
    """Another timer ran than was known: *stopped* was stopped instead of *meant* (local ids)."""

    meant: str
    stopped: str


@dataclass(frozen=True, slots=True)
class EndedForStart:
    """The timer *ended*, started elsewhere, was ended at *at* because *started* began then."""

    ended: str
    started: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EndedByLater:
    """*entry* ends at *at*, because a later timer, started elsewhere, runs."""

    entry: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Clockify has entries *ids* identical to *entry*: perhaps it was recorded twice."""

    entry: str | None
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndedThere:
    """*entry* had already ended in Clockify; that time is kept instead of *here*, the stop's."""

    entry: str
    here: datetime
    there: datetime


@dataclass(frozen=True, slots=True)
class DeletedThere:
    """The entry stopped here had been deleted in Clockify: nothing is recorded."""

    description: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class NothingToStop:
    """Whatever ran was to be stopped at *at*, but no timer from before then is running."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OtherType:
    """Clockify accepted *entry* of *change*, but stores the type *there* instead of *here*."""

    entry: str
    change: int
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class FoundThere:
    """The name *item* (a local id) was to be created, but Clockify already had it."""

    item: str


Note = (
    StoppedOther
    | FoundThere
    | EndedForStart
    | EndedByLater
    | PossibleDuplicate
    | EndedThere
    | DeletedThere
    | NothingToStop
    | OtherType
)
