"""One row of the journal as the engine sees it: what is to be sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Literal

from clockify_cli.sync.fingerprint import Fingerprint, NameKey
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
