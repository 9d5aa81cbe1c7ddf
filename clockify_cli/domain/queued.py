"""An open change as shown for a decision: the versions here and in Clockify, and the options."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from clockify_cli.domain.entry import Item, TimeEntry
from clockify_cli.values import dataclass

Thing = TimeEntry | Item
"""The entry or name that a change is about."""

Sent = Literal["never", "unanswered", "refused"]
"""Whether the change was sent: not in a way that counts, without an answer, or refused."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One option: its *name*, the *command* that chooses it, and what that does."""

    name: str
    command: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The version *here* (None: deleted) and *there* (None: nothing or unknown), also as text.

    *decisions* are the options that a person can choose.
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
    """An open change: its *number*, when it was made (aware UTC), its *verb* and what it is about.

    *state* is ``waiting`` or ``review``; *verdict* gives the reason, if there is one. *account* is
    the e-mail address of the account that it waits for.
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
