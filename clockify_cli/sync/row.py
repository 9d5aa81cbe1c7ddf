"""One row of the journal as the engine sees it: what is to be sent, and what became of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Literal

from clockify_cli.sync.remote import EntryBody, RemoteEntry
from clockify_cli.values import dataclass


class State(StrEnum):
    """Where a row stands. LOCAL rows are never sent; no row is ever deleted."""

    LOCAL = "LOCAL"
    PENDING = "PENDING"
    SENDING = "SENDING"
    UNKNOWN = "UNKNOWN"
    APPLIED = "APPLIED"
    REJECTED = "REJECTED"
    REVIEW = "REVIEW"
    DROPPED = "DROPPED"


UNRESOLVED = frozenset({State.SENDING, State.UNKNOWN})
"""A request of such a row may still be under way."""
DONE = frozenset({State.APPLIED, State.DROPPED})
STUCK = frozenset({State.REJECTED, State.REVIEW})
"""Waits for a decision of the user."""

Kind = Literal["start", "add", "stop", "stop_any", "edit", "create", "update", "delete", "mark"]
"""start, add, stop, stop_any and edit are of entries; create and update of names; delete of both.

``mark`` marks the entries of a bill as invoiced, or not any more.

``stop_any`` stops whatever runs: no entry was known here when it was asked for."""

Method = Literal["post", "patch", "put", "delete"]
"""How a row goes out. ``patch`` stops whatever runs and names no target."""

CREATES = frozenset({"start", "add", "create"})
PARTIAL = frozenset({"edit", "stop"})
"""Kinds that change some fields of an entry, and of which a part may go out without the rest."""


def kind_of_part(kind: str, units: Collection[str]) -> Kind:
    """What a change of *kind*, an edit or a stop, is as far as it is about *units* alone."""
    return "stop" if kind == "stop" and "end" in units else "edit"


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on three clocks.

    *server*: Clockify's time as far as its answers tell, *wall*: this machine's, both seconds
    since the epoch; *boot*: seconds since the boot called *boot_id*, sleep included. Where the
    system has no name for its boots, *boot_id* is empty.
    """

    server: float
    wall: float
    boot: float
    boot_id: str


def elapsed(since: Instant, now: Instant) -> float:
    """Seconds from *since* to *now*, never too many.

    The clock that runs on through sleep and cannot be set decides; after another boot only the
    wall clock is left: where that went back nothing counts as elapsed, and where it went ahead no
    more than that boot has lasted. Where boots have no names, a count of seconds that is lower
    than before proves another boot; one that is higher has grown by no more than has elapsed.
    """
    within = now.boot - since.boot
    if since.boot_id == now.boot_id and (now.boot_id or within >= 0):
        return max(0.0, within)
    return max(0.0, min(now.wall - since.wall, now.boot))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A change to be carried to Clockify.

    *entity*: ``entry`` or the kind of name. *server_id*: Clockify's id of what it changes or,
    for a create that was applied, made. *fp*: by what a create is recognised; None while a name
    in it has no id yet. *wanted*: the fields that it sets, as compared. *touches*: the units of an
    entry that it changes (`versions.unit_of`); None: all there is. *needs*: local ids of names
    without an id, each with the unit that it is of. *timeline*: it starts or stops the timer, or
    changes a running entry. *method*: how it went out last. *seen_before*: ids that looked like it
    before it was first sent. *not_before*: server seconds.
    """

    seq: int
    kind: Kind
    local_id: str
    entity: str = "entry"
    state: State = State.PENDING
    server_id: str | None = None
    fp: Fingerprint | NameKey | None = None
    end: int | None = None
    wanted: tuple[tuple[str, object], ...] = ()
    touches: frozenset[str] | None = None
    needs: frozenset[tuple[str, str]] = frozenset()
    timeline: bool = False
    method: Method | None = None
    attempts: int = 0
    first_send: Instant | None = None
    last_send: Instant | None = None
    seen_before: frozenset[str] = frozenset()
    not_before: float = 0.0
    cleared: bool = False
    verdict: str = ""

    @property
    def creates(self) -> bool:
        """Whether applying it gives the entity its id at Clockify."""
        return self.kind in CREATES

    @property
    def clearing(self) -> bool:
        """Whether its latest request was the stop that goes before a start."""
        return self.kind == "start" and self.method in ("patch", "put")

    @property
    def waits_for(self) -> frozenset[str]:
        """Local ids of the names in it that have no id at Clockify yet."""
        return frozenset(name for _, name in self.needs)

    def overlaps(self, other: Row) -> bool:
        """Whether both change something of the entry that they are about, or more than fields."""
        if self.touches is None or other.touches is None:
            return True
        return not self.touches.isdisjoint(other.touches)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fields of an entry that were sent, in the form in which they are compared.

    *start* and *end* are whole seconds since the epoch, *end* None while it runs; *project*,
    *task* and *tags* are Clockify's ids, *type* is its word. None and the empty set stand for "not
    sent": Clockify may have filled in a default.
    """

    start: int
    end: int | None
    description: str
    project: str | None = None
    task: str | None = None
    tags: frozenset[str] = frozenset()
    type: str | None = None


@dataclass(frozen=True, slots=True)
class NameKey:
    """A client, project, task or tag: its kind, its exact name, and the project of a task."""

    kind: str
    name: str
    parent: str | None = None


def whole_second(moment: datetime) -> int:
    """*moment* (aware) as seconds since the epoch, cut to the second as Clockify does."""
    return int(moment.timestamp() // 1)


def comparable(description: str) -> str:
    """*description* as it is compared: NFC, trimmed, each run of white space one space."""
    return " ".join(unicodedata.normalize("NFC", description).split())


def of_body(body: EntryBody) -> Fingerprint:
    """The fingerprint of what is about to be sent."""
    return Fingerprint(
        start=whole_second(body.start),
        end=None if body.end is None else whole_second(body.end),
        description=comparable(body.description),
        project=body.project_id,
        task=body.task_id,
        tags=frozenset(body.tag_ids),
        type=body.type,
    )


def of_entry(entry: RemoteEntry) -> Fingerprint:
    """The fingerprint of what Clockify holds."""
    return Fingerprint(
        start=whole_second(entry.start),
        end=None if entry.end is None else whole_second(entry.end),
        description=comparable(entry.description),
        project=entry.project_id,
        task=entry.task_id,
        tags=frozenset(entry.tag_ids),
        type=entry.type,
    )


def matches(sent: Fingerprint, held: Fingerprint) -> bool:
    """Whether *held* can be what came of *sent*; what was not sent may be anything."""
    return (
        sent.start == held.start
        and sent.end == held.end
        and sent.description == held.description
        and sent.project in (None, held.project)
        and sent.task in (None, held.task)
        and (not sent.tags or sent.tags == held.tags)
        and sent.type in (None, held.type)
    )


def clash(one: Fingerprint | NameKey, other: Fingerprint | NameKey) -> bool:
    """Whether one thing held by Clockify could be taken for either."""
    if isinstance(one, NameKey) or isinstance(other, NameKey):
        return one == other
    return (
        one.start == other.start
        and one.end == other.end
        and one.description == other.description
        and (one.project == other.project or None in (one.project, other.project))
        and (one.task == other.task or None in (one.task, other.task))
        and (one.tags == other.tags or not one.tags or not other.tags)
        and (one.type == other.type or None in (one.type, other.type))
    )


def near(sent: Fingerprint, held: Fingerprint) -> bool:
    """Whether *held* may be *sent* after somebody edited it: a second or the words agree."""
    return (
        sent.start == held.start
        or (sent.end is not None and sent.end == held.end)
        or (sent.description == held.description and sent.project in (None, held.project))
    )
