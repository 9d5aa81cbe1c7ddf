"""A small world around the engine, explored breadth first over every order of events.

The world is a network that may lose, delay or deliver a request and lose its answer, a server that
keeps what was committed, a process that may be killed, a clock, and a person in the web app. Only
the engine decides what the process does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from clockify_cli.sync.model.engine import Rows, Rules, questions, step
from clockify_cli.sync.model.remote import Applied, Rejected, RemoteEntry, Unknown
from clockify_cli.sync.model.row import (
    Answered,
    Began,
    EntryRead,
    Fingerprint,
    Instant,
    Listed,
    Listing,
    Method,
    OwnerDied,
    ReadBack,
    ReadEntry,
    Row,
    State,
)
from clockify_cli.sync.outbox import next_row

TICK = 10
"""Seconds per tick; more than the tolerance of the matching."""
EPOCH = 0x69000000
BEFORE = -1000
"""The tick at which the machine was started long ago."""
START = datetime.fromtimestamp(EPOCH, UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """An entry on the server; *maker*: the row that made it, -1 for the web user."""

    number: int
    tick: int
    maker: int
    fp: Fingerprint
    deleted: bool = False

    @property
    def id(self) -> str:
        return f"{EPOCH + self.tick * TICK:08x}{self.number:016x}"

    def as_entry(self) -> RemoteEntry:
        end = None if self.fp.end is None else datetime.fromtimestamp(self.fp.end, UTC)
        return RemoteEntry(
            id=self.id,
            user_id="u",
            workspace_id="w",
            start=datetime.fromtimestamp(self.fp.start, UTC),
            end=end,
            description=self.fp.description,
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A request under way."""

    seq: int
    method: Method
    sent: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that can differ. *waiting*: the row whose answer the process waits for.

    *booted*: the tick at which the machine was started.
    """

    rows: Rows
    held: tuple[Held, ...] = ()
    flying: tuple[Request, ...] = ()
    waiting: int | None = None
    alive: bool = True
    tick: int = 0
    booted: int = BEFORE
    web: int = 0

    def __hash__(self) -> int:
        """Hash only what differs most: hashing every field of every row takes most of the time."""
        rows = tuple(
            (r.state, r.attempts, r.server_id, r.last_send and r.last_send.wall) for r in self.rows
        )
        firsts = tuple(r.first_send and r.first_send.wall for r in self.rows)
        held = tuple((h.number, h.tick, h.maker, h.deleted, h.fp.end) for h in self.held)
        flying = tuple((r.seq, r.method, r.sent) for r in self.flying)
        rest = (self.waiting, self.alive, self.tick, self.booted, self.web)
        return hash((rows, firsts, held, flying, *rest))


@dataclass(frozen=True, slots=True)
class Variant:
    """What may happen, how far, and under which rules.

    *settle* and *linger* are T and D in ticks. *forget*: what a naive client makes of rows unlike
    the protocol. *web*: what the person in the web app does, once. *restarts*: the machine may be
    restarted, once. *boots*: the system's name for its boots, or empty.
    """

    rows: Rows
    settle: int = 2
    linger: int = 2
    ticks: int = 6
    sends: int = 2
    one_per_fingerprint: bool = True
    no_start_while_stopping: bool = True
    review: bool = True
    forget: Callable[[Rows], Rows] | None = None
    web: str = ""
    held: tuple[Held, ...] = ()
    restarts: bool = False
    boots: str = "boot"

    @property
    def rules(self) -> Rules:
        return Rules(
            settle=self.settle * TICK,
            one_per_fingerprint=self.one_per_fingerprint,
            no_start_while_stopping=self.no_start_while_stopping,
            review=self.review,
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """How many states and final states there are, and how many final ones break a promise."""

    states: int
    final: int
    violations: int
    reviews: int


def _now(world: World, variant: Variant) -> Instant:
    at = float(EPOCH + world.tick * TICK)
    boot_id = variant.boots and f"{variant.boots} {world.booted}"
    return Instant(at, at, float((world.tick - world.booted) * TICK), boot_id)


def explore(
    variant: Variant, broken: Callable[[World], bool], *, most: int | None = None
) -> Findings:
    """Explore every state that *variant* can reach, and judge the final ones with *broken*.

    Stops after *most* states.
    """
    first = World(rows=variant.rows, held=variant.held)
    return search(first, lambda world: _following(world, variant), broken, most)


class Holding(Protocol):
    """A world with rows."""

    @property
    def rows(self) -> Rows: ...


Any = TypeVar("Any", bound=Holding)


def search(
    first: Any,
    following: Callable[[Any], Iterator[Any]],
    broken: Callable[[Any], bool],
    most: int | None = None,
) -> Findings:
    """Search every world that follows from *first*, breadth first; judge the final ones.

    Stops after *most* states.
    """
    seen, queue = {first}, deque([first])
    final = violations = reviews = 0
    while queue and violations != most:
        world = queue.popleft()
        after = list(following(world))
        if not after:
            final += 1
            violations += broken(world)
            reviews += any(row.state is State.REVIEW for row in world.rows)
        for each in after:
            if each not in seen:
                seen.add(each)
                queue.append(each)
    return Findings(len(seen), final, violations, reviews)


def _following(world: World, variant: Variant) -> Iterator[World]:
    yield from _network(world, variant)
    yield from _process(world, variant)
    yield from _web(world, variant)
    if world.tick < variant.ticks and all(
        world.tick + 1 - r.sent < variant.linger for r in world.flying
    ):
        yield replace(world, tick=world.tick + 1)


def _process(world: World, variant: Variant) -> Iterator[World]:
    if variant.restarts and world.booted == BEFORE:
        yield replace(world, alive=False, waiting=None, booted=world.tick)
    if not world.alive:
        rows, _ = step(world.rows, OwnerDied(), variant.rules)
        yield replace(world, rows=_forgotten(rows, variant), alive=True)
    elif world.waiting is None:
        yield from _send(world, variant)
        yield from _read(world, variant)
    else:
        yield replace(world, alive=False, waiting=None)


def _forgotten(rows: Rows, variant: Variant) -> Rows:
    return variant.forget(rows) if variant.forget else rows


def _send(world: World, variant: Variant) -> Iterator[World]:
    row = next_row(world.rows, _now(world, variant), variant.rules)
    if row is None or row.attempts >= variant.sends:
        return
    method = method_of(row)
    rows, _ = step(world.rows, Began(row.seq, method, _now(world, variant)), variant.rules)
    request = Request(row.seq, method, world.tick)
    yield replace(world, rows=rows, flying=(*world.flying, request), waiting=row.seq)


def method_of(row: Row) -> Method:
    """Return the method: a stop is first sent as PATCH, and names its target when repeated."""
    if row.kind == "stop":
        return "patch" if row.attempts == 0 else "put"
    return "post"


def _read(world: World, variant: Variant) -> Iterator[World]:
    for question in questions(world.rows):
        event: Listed | EntryRead
        if isinstance(question, ReadBack):
            entries = tuple(h.as_entry() for h in world.held if not h.deleted)
            event = Listed(question.seq, Listing(entries, True, _now(world, variant)))
        else:
            assert isinstance(question, ReadEntry)
            (row,) = (r for r in world.rows if r.seq == question.seq)
            found = [h.as_entry() for h in world.held if h.id == row.server_id]
            event = EntryRead(row.seq, found[0], _now(world, variant))
        rows, _ = step(world.rows, event, variant.rules)
        if rows != world.rows:
            yield replace(world, rows=rows)


def _network(world: World, variant: Variant) -> Iterator[World]:
    for request in world.flying:
        rest = tuple(r for r in world.flying if r is not request)
        lost = replace(world, flying=rest)
        held, outcome = _commit(world, request)
        there = replace(world, flying=rest, held=held)
        if world.waiting == request.seq:
            yield _answered(there, request, outcome, variant)
            yield _answered(there, request, Unknown("answer lost"), variant)
            yield _answered(lost, request, Unknown("lost"), variant)
            yield _answered(world, request, Unknown("timeout"), variant)
        else:
            yield lost
            yield there


def _answered(
    world: World, request: Request, outcome: Applied | Rejected | Unknown, variant: Variant
) -> World:
    event = Answered(request.seq, outcome, _now(world, variant))
    rows, _ = step(world.rows, event, variant.rules)
    return replace(world, rows=_forgotten(rows, variant), waiting=None)


def _commit(world: World, request: Request) -> tuple[tuple[Held, ...], Applied | Rejected]:
    (row,) = (r for r in world.rows if r.seq == request.seq)
    if request.method == "post":
        assert isinstance(row.fp, Fingerprint)
        made = Held(len(world.held), world.tick, row.seq, row.fp)
        before = world.held if row.fp.end is not None else _ended(world.held, row.fp.start)
        return (*before, made), Applied(entry=made.as_entry())
    return _stop(world, row, request)


def _ended(held: tuple[Held, ...], second: int) -> tuple[Held, ...]:
    """Return *held* with the running entry ended by a new timer."""
    return tuple(replace(h, fp=replace(h.fp, end=second)) if h.fp.end is None else h for h in held)


def _stop(world: World, row: Row, request: Request) -> tuple[tuple[Held, ...], Applied | Rejected]:
    for index, held in enumerate(world.held):
        meant = held.id == row.server_id if request.method == "put" else held.fp.end is None
        if meant:
            ended = replace(held, fp=replace(held.fp, end=row.end))
            rest = (*world.held[:index], ended, *world.held[index + 1 :])
            return rest, Applied(entry=ended.as_entry())
    return world.held, Rejected(404, 404, "nothing runs")


def _web(world: World, variant: Variant) -> Iterator[World]:
    if world.web or not variant.web:
        return
    if variant.web == "types":
        fp = variant.rows[0].fp
        assert isinstance(fp, Fingerprint)
        typed = Held(len(world.held), world.tick, -1, fp)
        yield replace(world, held=(*world.held, typed), web=1)
        return
    for index, held in enumerate(world.held):
        if held.maker < 0:
            continue
        changed = (
            replace(held, deleted=True)
            if variant.web == "deletes"
            else replace(held, fp=replace(held.fp, description="edited"))
        )
        yield replace(world, held=(*world.held[:index], changed, *world.held[index + 1 :]), web=1)


def adds(*descriptions: str) -> Rows:
    """Return rows that each add one entry; the same words make the same entry."""
    return tuple(
        Row(
            seq=seq,
            kind="add",
            local_id=str(seq),
            fp=Fingerprint(EPOCH, EPOCH + 60, words),
        )
        for seq, words in enumerate(descriptions)
    )


def doubled_or_lost(world: World) -> bool:
    """Return whether a row made two entries, or counts as applied without its own entry."""
    makers = [h.maker for h in world.held if h.maker >= 0]
    claimed = [r.server_id for r in world.rows if r.state is State.APPLIED]
    there = {h.id for h in world.held}
    return (
        len(makers) != len(set(makers))
        or len(claimed) != len(set(claimed))
        or not there.issuperset(filter(None, claimed))
    )
