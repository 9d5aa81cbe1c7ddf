"""What can happen to a row, and what is to be done because of it: the engine's values."""

from __future__ import annotations

from typing import Literal

from clockify_cli.sync.matching import Listing
from clockify_cli.sync.remote import Outcome, RemoteEntry, RemoteItem, Window
from clockify_cli.sync.row import Instant, Method, State
from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class Began:
    """Row *seq* goes out now. *seen*: ids known here that look like it."""

    seq: int
    method: Method
    at: Instant
    seen: frozenset[str] = frozenset()
    target: str | None = None
    """What a stop of whatever runs turned out to mean."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of the request of row *seq*."""

    seq: int
    outcome: Outcome
    at: Instant


@dataclass(frozen=True, slots=True)
class OwnerDied:
    """The lock was free: nobody waits for the answer of any row that is SENDING."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The entries around row *seq*, running one included, read back."""

    seq: int
    listing: Listing
    claimed: frozenset[str] = frozenset()
    """Ids that belong to rows which are settled."""


@dataclass(frozen=True, slots=True)
class EntryRead:
    """The entry (or name) that row *seq* names, asked for at *asked*; None: it is gone."""

    seq: int
    entry: RemoteEntry | RemoteItem | None
    asked: Instant


@dataclass(frozen=True, slots=True)
class NameRead:
    """The name of row *seq* looked up, asked for at *asked*; None: there is none."""

    seq: int
    item: RemoteItem | None
    asked: Instant


@dataclass(frozen=True, slots=True)
class Decided:
    """The user's word on a row that is REJECTED or REVIEW; *server_id* is of ``adopt``."""

    seq: int
    decision: Literal["retry", "adopt", "drop"]
    server_id: str | None = None


@dataclass(frozen=True, slots=True)
class Occupied:
    """The answer to row *seq* shows that it has to go out again in another way."""

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
    """What a row would do to *units* of its entry, as a row of its own: *seq*.

    *state* is PENDING where it waits for another row, else it needs a decision; *verdict* says why.
    """

    seq: int
    units: frozenset[str]
    state: Literal[State.PENDING, State.REVIEW, State.REJECTED]
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Parted:
    """Row *seq* goes out without *parts*, which wait."""

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
    """Read the entry (or name) that row *seq* names, by its id."""

    seq: int


@dataclass(frozen=True, slots=True)
class ReadName:
    """Look up the name of row *seq*."""

    seq: int


@dataclass(frozen=True, slots=True)
class PauseAccount:
    """Clockify refuses the key, with an HTTP *status*: nothing of this account can be sent now.

    With 403 it may be the workspace alone that is not open to the account any more.
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
    """Entries *ids* fit row *seq* as well as the one taken for it."""

    seq: int
    ids: tuple[str, ...]


Effect = ReadBack | ReadEntry | ReadName | PauseAccount | CloseWindow | GoOffline | AlsoThere
Effects = tuple[Effect, ...]
