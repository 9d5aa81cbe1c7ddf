"""A small world around changes of one timer in Clockify, explored as in `model`.

The rows change its fields, and so may a person in the web app, once. The network loses, delays or
delivers, the process may be killed, and a person may decide on waiting rows, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from clockify_cli.sync.model.conflicts import (
    Edited,
    Proceed,
    Review,
    Superseded,
    Undecided,
    Values,
    body_of,
    editing,
    parts_of,
    stopping,
    unit_of,
    values_of,
    with_fields,
)
from clockify_cli.sync.model.engine import Rows, Rules, questions, step
from clockify_cli.sync.model.remote import Applied, EntryBody, RemoteEntry, Unknown
from clockify_cli.sync.model.row import (
    CREATES,
    DONE,
    STUCK,
    Answered,
    Began,
    Decided,
    EntryRead,
    Found,
    Instant,
    Method,
    OwnerDied,
    Part,
    Parted,
    ReadEntry,
    Row,
    State,
)
from clockify_cli.sync.outbox import held_parts, next_row
from tests.sync.model import EPOCH, TICK, Findings, search

ID = "e" * 24
START = datetime.fromtimestamp(EPOCH, UTC)
STOPPED = EPOCH + 600
TIMER = RemoteEntry(
    id=ID, user_id="u", workspace_id="w", start=START, end=None, description="first"
)
OURS = "ours"
THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Request:
    """A request under way, and its effect: the whole entry, or (None) only its end."""

    seq: int
    method: Method
    sent: int
    body: EntryBody | None


@dataclass(frozen=True, slots=True)
class World:
    """Everything that can differ. *bases*: what the person saw, for each row.

    *typed*: the person in the web app has acted; *decided*: somebody has decided on waiting rows;
    *overwrote*: our values replaced the web's although nobody had agreed.
    """

    rows: Rows
    bases: tuple[tuple[int, RemoteEntry], ...]
    entry: RemoteEntry = TIMER
    flying: tuple[Request, ...] = ()
    waiting: int | None = None
    alive: bool = True
    tick: int = 0
    typed: bool = False
    decided: bool = False
    overwrote: bool = False

    def base(self, seq: int) -> RemoteEntry:
        return dict(self.bases)[seq]

    def __hash__(self) -> int:
        """Hash only what differs most."""
        rows = tuple(
            (r.seq, r.state, r.attempts, r.touches, r.last_send and r.last_send.wall)
            for r in self.rows
        )
        said = (self.entry.end, self.entry.description, self.entry.billable)
        flying = tuple((r.seq, r.method, r.sent) for r in self.flying)
        rest = (self.waiting, self.alive, self.tick, self.typed, self.decided, self.overwrote)
        return hash((rows, said, flying, rest))


def whole(decided: Edited) -> Edited:
    """Return the decision of a naive client that holds a whole change because of one field."""
    held = () if isinstance(decided, Review) else decided.held
    return Review(held[0].reason) if held else decided


@dataclass(frozen=True, slots=True)
class Variant:
    """What may happen, and how far; *settle* and *linger* are T and D in ticks.

    *theirs*: what the person in the web app does to the entry. *settles*: how the client changes a
    decision. *blind*: it compares with nothing.
    """

    rows: Rows
    settle: int = 2
    linger: int = 2
    ticks: int = 5
    sends: int = 2
    theirs: Mapping[str, object] | None = None
    decides: str = ""
    settles: Callable[[Edited], Edited] = lambda decided: decided
    blind: bool = False
    in_order: bool = False

    @property
    def rules(self) -> Rules:
        return Rules(settle=self.settle * TICK)


def changes(*wanted: Mapping[str, object]) -> Rows:
    """Return rows that each set those fields of the timer; a row that sets its end is a stop."""
    return tuple(
        Row(
            seq=seq,
            kind="stop" if "end" in fields else "edit",
            local_id="timer",
            server_id=ID,
            end=STOPPED if "end" in fields else None,
            wanted=tuple(fields.items()),
            touches=frozenset(map(unit_of, fields)),
            timeline=True,
        )
        for seq, fields in enumerate(wanted)
    )


Wanted = dict[str, object]

STOP: Wanted = {"end": STOPPED}
CALL: Wanted = {"description": OURS}
BILL: Wanted = {"billable": True}


def explore(variant: Variant, broken: Callable[[World], bool]) -> Findings:
    """Explore every state that *variant* can reach, and judge the final ones with *broken*."""
    first = World(variant.rows, tuple((row.seq, TIMER) for row in variant.rows))
    return search(first, lambda world: _following(world, variant), broken)


def _following(world: World, variant: Variant) -> Iterator[World]:
    yield from _network(world, variant)
    yield from _process(world, variant)
    yield from _people(world, variant)
    if world.tick < variant.ticks and all(
        world.tick + 1 - r.sent < variant.linger for r in world.flying
    ):
        yield replace(world, tick=world.tick + 1)


def _now(world: World) -> Instant:
    at = float(EPOCH + world.tick * TICK)
    return Instant(at, at, float(world.tick * TICK), "boot")


# ── the process ──────────────────────────────────────────────────────────────────────────────


def _process(world: World, variant: Variant) -> Iterator[World]:
    if not world.alive:
        rows, _ = step(world.rows, OwnerDied(), variant.rules)
        yield replace(world, rows=rows, alive=True)
    elif world.waiting is None:
        yield from _send(world, variant)
        yield from _read(world, variant)
    else:
        yield replace(world, alive=False, waiting=None)


def _send(world: World, variant: Variant) -> Iterator[World]:
    for seq, units in held_parts(world.rows).items():
        yield _apart(world, seq, [(units, State.PENDING)])
        return
    row = next_row(world.rows, _now(world), variant.rules)
    if row is None or row.attempts >= variant.sends or _overtakes(world, row, variant):
        return
    if row.kind == "stop" and row.touches == frozenset({"end"}) and row.attempts == 0:
        yield _begun(world, row, "patch", None)
        return
    yield from _settled(world, row, variant.settles(_decided(world, row, variant)), variant)


def _overtakes(world: World, row: Row, variant: Variant) -> bool:
    """Return whether an earlier row of the entry is open: a naive client waits for all."""
    earlier = (r for r in world.rows if r.seq < row.seq and r.state not in DONE)
    return variant.in_order and next(earlier, None) is not None


def _decided(world: World, row: Row, variant: Variant) -> Edited:
    base: Values | None = None if variant.blind else values_of(world.base(row.seq))
    ours = _said(row)
    stop = None
    if row.kind == "stop":
        end = datetime.fromtimestamp(row.end or 0, UTC)
        stop = stopping(end, world.entry, began=ours.start)
    return editing(base, dict(row.wanted), ours, world.entry, stop=stop)


def _said(row: Row) -> EntryBody:
    wanted = dict(row.wanted)
    end = datetime.fromtimestamp(STOPPED, UTC) if "end" in wanted else None
    return replace(
        body_of(TIMER),
        end=end,
        description=str(wanted.get("description", TIMER.description)),
        billable=bool(wanted.get("billable", False)),
    )


def _settled(world: World, row: Row, decided: Edited, variant: Variant) -> Iterator[World]:
    if isinstance(decided, Review):
        yield _found(world, row, State.REVIEW, decided.reason)
        return
    parts = [(each.units, State.REVIEW) for each in parts_of(decided)]
    world = _apart(world, row.seq, parts) if parts else world
    (row,) = (r for r in world.rows if r.seq == row.seq)
    match decided:
        case Undecided(held):
            yield _found(world, row, State.REVIEW, held[0].reason)
        case Superseded(verdict):
            yield _found(world, row, State.APPLIED, verdict)
        case Proceed(body) if body is not None:
            yield _begun(world, row, "put", body)
        case _:
            raise AssertionError(decided)


def _apart(world: World, seq: int, parts: list[tuple[frozenset[str], State]]) -> World:
    first = 10 * (1 + max(r.seq for r in world.rows) // 10)
    made = tuple(
        Part(first + n, units, state)  # type: ignore[arg-type]
        for n, (units, state) in enumerate(parts)
    )
    rows, _ = step(world.rows, Parted(seq, made))
    bases = (*world.bases, *((part.seq, world.base(seq)) for part in made))
    return replace(world, rows=rows, bases=bases)


def _found(world: World, row: Row, state: State, verdict: str) -> World:
    rows, _ = step(world.rows, Found(row.seq, state, verdict))  # type: ignore[arg-type]
    return replace(world, rows=rows)


def _begun(world: World, row: Row, method: Method, body: EntryBody | None) -> World:
    rows, _ = step(world.rows, Began(row.seq, method, _now(world)))
    request = Request(row.seq, method, world.tick, body)
    return replace(world, rows=rows, flying=(*world.flying, request), waiting=row.seq)


def _read(world: World, variant: Variant) -> Iterator[World]:
    for question in questions(world.rows):
        assert isinstance(question, ReadEntry)
        event = EntryRead(question.seq, world.entry, _now(world))
        rows, _ = step(world.rows, event, variant.rules)
        if rows != world.rows:
            yield _based(replace(world, rows=rows), question.seq)


def _based(world: World, seq: int) -> World:
    """Rebase the waiting rows on Clockify's values, for the fields that row *seq* set."""
    (row,) = (r for r in world.rows if r.seq == seq)
    if row.state is not State.APPLIED:
        return world
    ours = [name for name, _ in row.wanted]
    bases = tuple(
        (other, with_fields(base, world.entry, ours) if other != seq else base)
        for other, base in world.bases
    )
    return replace(world, bases=bases)


# ── the network, and Clockify ────────────────────────────────────────────────────────────────


def _network(world: World, variant: Variant) -> Iterator[World]:
    for request in world.flying:
        rest = tuple(r for r in world.flying if r is not request)
        lost = replace(world, flying=rest)
        there = _arrived(lost, request)
        if world.waiting == request.seq:
            yield _based(_answered(there, request, Applied(entry=there.entry)), request.seq)
            yield _answered(there, request, Unknown("answer lost"))
            yield _answered(lost, request, Unknown("lost"))
            yield _answered(world, request, Unknown("timeout"))
        else:
            yield lost
            yield there


def _arrived(world: World, request: Request) -> World:
    if request.body is None:
        end = world.entry.end or datetime.fromtimestamp(STOPPED, UTC)
        return replace(world, entry=replace(world.entry, end=end))
    body = request.body
    (row,) = (r for r in world.rows if r.seq == request.seq)
    over = world.entry.description == THEIRS and body.description != THEIRS
    entry = replace(
        world.entry, end=body.end, description=body.description, billable=bool(body.billable)
    )
    retry_requested = world.decided and "description" in (row.touches or ())
    return replace(world, entry=entry, overwrote=world.overwrote or (over and not retry_requested))


def _answered(world: World, request: Request, outcome: Applied | Unknown) -> World:
    rows, _ = step(world.rows, Answered(request.seq, outcome, _now(world)))
    return replace(world, rows=rows, waiting=None)


# ── people ───────────────────────────────────────────────────────────────────────────────────


def _people(world: World, variant: Variant) -> Iterator[World]:
    # A change there while our request is on its way may be overwritten by it.
    if variant.theirs is not None and not world.typed and not world.flying:
        entry = replace(world.entry, **variant.theirs)  # type: ignore[arg-type]
        yield replace(world, entry=entry, typed=True)
    if not variant.decides or world.decided:
        return
    for row in world.rows:
        if row.state in STUCK and row.kind not in CREATES:
            rows, _ = step(world.rows, Decided(row.seq, variant.decides))  # type: ignore[arg-type]
            seen = [n for n, _ in row.wanted]
            bases = tuple(
                (seq, with_fields(base, world.entry, seen) if seq == row.seq else base)
                for seq, base in world.bases
            )
            yield replace(world, rows=rows, bases=bases, decided=True)


# ── what is promised ─────────────────────────────────────────────────────────────────────────


def stop_is_held(world: World) -> bool:
    """Return whether the end waits for a person."""
    return any(
        row.state not in DONE and "end" in (row.touches or ()) and _waits_for_a_person(world, row)
        for row in world.rows
    )


def _waits_for_a_person(world: World, row: Row) -> bool:
    stuck = any(each.state in STUCK for each in world.rows)
    return row.state in STUCK or (row.state is State.PENDING and row.attempts == 0 and stuck)


def overwritten_or_lost(world: World) -> bool:
    """Return whether web values were overwritten unasked, or ours are neither there nor asked
    about."""
    there = values_of(world.entry)
    done = [pair for row in world.rows if row.state is State.APPLIED for pair in row.wanted]
    if any(there[name] != value for name, value in done if name != "description"):
        return True
    said = [row for row in world.rows if "description" in (row.touches or ())]
    silent = bool(said) and not world.typed and all(row.state in DONE for row in said)
    return world.overwrote or (silent and world.entry.description != OURS)
