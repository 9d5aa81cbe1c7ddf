"""An open change as shown for a decision: here, in Clockify, and what can be done."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from clockify_cli.domain.entry import Item, TimeEntry
from clockify_cli.values import dataclass

Thing = TimeEntry | Item
"""What a change is about."""

Sent = Literal["never", "unanswered", "refused"]
"""Whether the change went out: never in a way that counts, without an answer, or for nothing."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One outcome: its *name*, the *command* that brings it about, and what that does."""

    name: str
    command: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is *here* (None: deleted) and *there* (None: nothing, or unknown), each in words too.

    *decisions* are the outcomes that a person can choose.
    """

    sent: Sent
    here: Thing | None
    there: Thing | None
    here_text: str
    there_text: str
    decisions: tuple[Decision, ...]


UNKNOWN = Sides(sent="never", here=None, there=None, here_text="", there_text="", decisions=())


@dataclass(frozen=True, slots=True)
class QueueRow:
    """An open change: its *number*, when it was made (aware UTC), what it does to what.

    *state* is ``waiting`` or ``review``; *verdict* says why, where there is more to say. *account*
    is the e-mail address of the account that it waits for.
    """

    number: int
    at: datetime | None
    local_id: str | None
    verb: str
    what: str
    state: str
    verdict: str
    account: str = ""
    sides: Sides = UNKNOWN
