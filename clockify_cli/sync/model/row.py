"""A row as the engine sees it, the events about it, and their effects."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal

from clockify_cli.sync.model.remote import EntryBody, Outcome, RemoteEntry, RemoteItem, Window
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Began:
    """Row *seq* is sent now. *seen*: ids of known entries that resemble it."""

    seq: int
    method: Method
    at: Instant
    seen: frozenset[str] = frozenset()
    target: str | None = None
    """The entry that a stop of whatever runs turned out to mean."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcome of the request of row *seq*."""

    seq: int
    outcome: Outcome
    at: Instant


@dataclass(frozen=True, slots=True)
class OwnerDied:
    """The lock was free: nobody waits for the answer of any SENDING row."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries around row *seq*, including the running one, were read."""

    seq: int
    listing: Listing
    claimed: frozenset[str] = frozenset()
    """Ids that belong to settled rows."""


@dataclass(frozen=True, slots=True)
class EntryRead:
    """The entry (or name) of row *seq*, as read at *read_at*; None: it is deleted."""

    seq: int
    entry: RemoteEntry | RemoteItem | None
    read_at: Instant


@dataclass(frozen=True, slots=True)
class NameRead:
    """The name of row *seq*, looked up at *read_at*; None: it does not exist."""

    seq: int
    item: RemoteItem | None
    read_at: Instant


@dataclass(frozen=True, slots=True)
class Decided:
    """The user's decision on a REJECTED or REVIEW row; *server_id* is for ``adopt``."""

    seq: int
    decision: Literal["retry", "adopt", "drop"]
    server_id: str | None = None


@dataclass(frozen=True, slots=True)
class Occupied:
    """The answer to row *seq* shows that it has to be sent in another way."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was read before sending row *seq* settles it."""

    seq: int
    state: Literal[State.APPLIED, State.REVIEW]
    verdict: str
    server_id: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a row about *units* of its entry, as a row of its own: *seq*.

    *state* is PENDING if it waits for another row, else it needs a decision; *verdict* says why.
    """

    seq: int
    units: frozenset[str]
    state: Literal[State.PENDING, State.REVIEW, State.REJECTED]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Parted:
    """Row *seq* is sent without *parts*, which wait."""

    seq: int
    parts: tuple[Part, ...]


Event = (
    Parted
    | Occupied
    | Found
    | Began
    | Answered
    | OwnerDied
    | Listed
    | EntryRead
    | NameRead
    | Decided
)


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Read all entries of *window*, and the running one, for row *seq*."""

    seq: int
    window: Window


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """Read the entry (or name) of row *seq*, by its id."""

    seq: int


@dataclass(frozen=True, slots=True)
class ReadName:
    """Look up the name of row *seq*."""

    seq: int


@dataclass(frozen=True, slots=True)
class PauseAccount:
    """Clockify refuses the key, with an HTTP *status*: nothing of this account can be sent now.

    With 403, perhaps the account has only lost access to the workspace.
    """

    reason: str
    status: int


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """The request limit is reached for *seconds*; None: Clockify did not say how long."""

    seconds: int | None


@dataclass(frozen=True, slots=True)
class GoOffline:
    """Clockify cannot be reached."""

    reason: str


@dataclass(frozen=True, slots=True)
class AlsoThere:
    """Entries *ids* match row *seq* as well as the one taken for it."""

    seq: int
    ids: tuple[str, ...]


Effect = ReadBack | ReadEntry | ReadName | PauseAccount | CloseWindow | GoOffline | AlsoThere
Effects = tuple[Effect, ...]


class State(StrEnum):
    """The state of a row. LOCAL rows are never sent; no row is ever deleted."""

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
"""Such a row needs a decision of the user."""

Kind = Literal["start", "add", "stop", "stop_any", "edit", "create", "update", "delete", "mark"]
"""start, add, stop, stop_any and edit are of entries; create and update of names; delete of both.

``mark`` marks the entries of a bill as invoiced, or no longer.

``stop_any`` stops whatever runs: no running entry was known here.
"""

Method = Literal["post", "patch", "put", "delete"]
"""How a row is sent. ``patch`` stops whatever runs and names no target."""

CREATES = frozenset({"start", "add", "create"})
PARTIAL = frozenset({"edit", "stop"})
"""Kinds that change some fields of an entry, and that may be sent in parts."""


def kind_of_part(kind: str, units: Collection[str]) -> Kind:
    """Return the kind of the part of an edit or a stop that is about *units*."""
    return "stop" if kind == "stop" and "end" in units else "edit"


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on three clocks.

    *server*: Clockify's time as far as its answers show, *wall*: this machine's, both seconds since
    the epoch; *boot*: seconds since the boot called *boot_id*, including sleep. If the system has
    no name for its boots, *boot_id* is empty.
    """

    server: float
    wall: float
    boot: float
    boot_id: str


def elapsed(since: Instant, now: Instant) -> float:
    """Return the seconds from *since* to *now*, never too many.

    The boot clock, which includes sleep and cannot be set, decides. After another boot only the
    wall clock is left: if it went back, no time counts as elapsed, and if it went forward, no more
    than that boot has lasted. If boots have no names, a lower count of seconds proves another boot;
    a higher one has grown by no more than has elapsed.
    """
    within = now.boot - since.boot
    if since.boot_id == now.boot_id and (now.boot_id or within >= 0):
        return max(0.0, within)
    return max(0.0, min(now.wall - since.wall, now.boot))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A change to be sent to Clockify.

    *entity*: ``entry`` or the kind of name. *server_id*: Clockify's id of what it changes or, for
    an applied create, has made. *fp*: identifies the result of a create; None while a name in it
    has no id yet. *wanted*: the fields that it sets, for comparison. *touches*: the units of an
    entry that it changes (`conflicts.unit_of`); None: everything. *needs*: local ids of names
    without an id, each with its unit. *timeline*: it starts or stops the timer, or changes a
    running entry. *method*: how it was last sent. *seen_before*: ids that resembled it before it
    was first sent. *not_before*: server seconds.
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
        """Whether applying it gives the entity its id in Clockify."""
        return self.kind in CREATES

    @property
    def clearing(self) -> bool:
        """Whether its latest request was the stop before a start."""
        return self.kind == "start" and self.method in ("patch", "put")

    @property
    def waits_for(self) -> frozenset[str]:
        """Local ids of its names that have no id in Clockify yet."""
        return frozenset(name for _, name in self.needs)

    def overlaps(self, other: Row) -> bool:
        """Return whether both change a common unit of their entry, or are not limited to units."""
        if self.touches is None or other.touches is None:
            return True
        return not self.touches.isdisjoint(other.touches)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The fields of an entry that were sent, in a form for comparison.

    *start* and *end* are whole seconds since the epoch, *end* None while it runs; *project*, *task*
    and *tags* are Clockify's ids, *type* its name. None and the empty set mean "not sent": Clockify
    may have filled in a default.
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
    """Return *moment* (aware) as seconds since the epoch, cut to the second as Clockify does."""
    return int(moment.timestamp() // 1)


def comparable(description: str) -> str:
    """Return *description* for comparison: NFC, trimmed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", description).split())


def of_entry(entry: EntryBody) -> Fingerprint:
    """Return the fingerprint of an entry in Clockify, or about to be sent."""
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
    """Return whether *held* can be the result of *sent*; fields not sent match anything."""
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
    """Return whether one entry or name in Clockify could be taken for either."""
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
    """Return whether *held* may be *sent* after an edit: a time or the description matches."""
    return (
        sent.start == held.start
        or (sent.end is not None and sent.end == held.end)
        or (sent.description == held.description and sent.project in (None, held.project))
    )


TOLERANCE = 5.0
"""Seconds by which an id may be older than the first send, as clocks differ a little."""

# Clockify reads a window as wall clock in the account's zone: a day and more on both sides.
MARGIN = timedelta(hours=26)

DOUBT = 3600.0
"""Seconds by which an id must be older than the first send while a row is unsettled.

The estimated clock difference may turn out to be wrong before the row is looked up.
"""

_OLDEST_ID = 1_262_304_000.0  # 2010: an id that decodes to less carries no time
_AHEAD = 86_400.0


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a window; *complete* if every page was a well-formed list.

    *read_at*: the moment before the first page was asked for.
    """

    entries: tuple[RemoteEntry, ...]
    complete: bool
    read_at: Instant


def window_around(start: datetime, end: datetime | None = None) -> Window:
    """Return the window to ask for so that an entry from *start* to *end* is surely included."""
    return Window(start=start - MARGIN, end=(end or start) + MARGIN)


def window_of(row: Row) -> Window:
    """Return the window that surely contains what *row* made, or what its stop stopped."""
    second = row.fp.start if isinstance(row.fp, Fingerprint) else row.end
    last = row.fp.end if isinstance(row.fp, Fingerprint) else row.end
    if second is None:
        raise ValueError(f"row {row.seq} has no time to look around")
    at = datetime.fromtimestamp(second, UTC)
    return window_around(at, None if last is None else datetime.fromtimestamp(last, UTC))


def made_at(entry_id: str, now: Instant) -> float | None:
    """Return the second in which Clockify made the id, or None if the id does not contain it.

    Undocumented. It excludes entries made before a row was first sent, and puts the others in
    order.
    """
    try:
        second = float(int(entry_id[:8], 16)) if len(entry_id) == 24 else 0.0
    except ValueError:
        return None
    return second if _OLDEST_ID <= second <= now.server + _AHEAD else None


def _not_before(row: Row, read_at: Instant) -> float:
    """Return the second on Clockify's clock before which *row* was surely not sent.

    The estimate made at that time may be wrong, because this machine's clock may have been set
    since. Within one boot the elapsed time is known whatever was set; if boots have no names, it
    may or may not be the same boot.
    """
    sent = row.first_send
    if sent is None:
        return 0.0
    otherwise = min(sent.server, sent.wall)
    if sent.boot_id != read_at.boot_id:
        return otherwise
    within = min(sent.server, read_at.server - max(0.0, read_at.boot - sent.boot))
    return within if read_at.boot_id else min(within, otherwise)


def _new(row: Row, listing: Listing, claimed: frozenset[str]) -> Iterator[RemoteEntry]:
    since = _not_before(row, listing.read_at) - TOLERANCE
    for entry in listing.entries:
        if entry.id in claimed or entry.id in row.seen_before:
            continue
        made = made_at(entry.id, listing.read_at)
        if made is None or made >= since:
            yield entry


def candidates(row: Row, listing: Listing, claimed: frozenset[str]) -> list[RemoteEntry]:
    """Return the entries that *row* may have made, nearest to its first send first."""
    if not isinstance(row.fp, Fingerprint):
        return []
    fp, first = row.fp, row.first_send.server if row.first_send else 0.0

    def distance(entry: RemoteEntry) -> tuple[float, str]:
        made = made_at(entry.id, listing.read_at)
        return (float("inf") if made is None else abs(made - first), entry.id)

    found = [e for e in _new(row, listing, claimed) if matches(fp, of_entry(e))]
    return sorted(found, key=distance)


def unexplained(row: Row, listing: Listing, claimed: frozenset[str]) -> list[RemoteEntry]:
    """Return new entries without an explanation that *row* may have made, edited since."""
    if not isinstance(row.fp, Fingerprint):
        return []
    fp = row.fp
    return [e for e in _new(row, listing, claimed) if near(fp, of_entry(e))]


def may_be_of(row: Row, entry: RemoteEntry, now: Instant) -> bool:
    """Return whether read-back could still find that *row* made *entry*, perhaps edited."""
    if not isinstance(row.fp, Fingerprint) or not near(row.fp, of_entry(entry)):
        return False
    made = made_at(entry.id, now)
    return made is None or made >= _not_before(row, now) - DOUBT


def like(fp: Fingerprint, entries: Iterable[RemoteEntry]) -> frozenset[str]:
    """Return the ids in *entries* that could later be taken for the result of *fp*."""
    return frozenset(e.id for e in entries if near(fp, of_entry(e)))
