"""What a sync has to tell the person, as values; the wording is elsewhere."""

from __future__ import annotations

from datetime import datetime

from clockify_cli.values import dataclass


@dataclass(frozen=True, slots=True)
class StoppedOther:
    """Another timer ran than was thought: entry *stopped* was stopped, not *meant* (local ids)."""

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
    """*entry* ends at *at*: a timer that was started elsewhere after it runs."""

    entry: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlsoThere:
    """Clockify holds entries *ids* that look just like *entry*: perhaps it was recorded twice."""

    entry: str | None
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndedThere:
    """*entry* had already ended in Clockify; that time is kept, not *here*, when it was stopped."""

    entry: str
    here: datetime
    there: datetime


@dataclass(frozen=True, slots=True)
class DeletedThere:
    """What was stopped here was deleted in Clockify before: nothing of it is recorded."""

    description: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class NothingToStop:
    """What was to be stopped at *at*, whatever it was: nothing ran then that is still running."""

    at: datetime


@dataclass(frozen=True, slots=True)
class OtherType:
    """Clockify took what *change* said of *entry*, but keeps it as *there*, not as *here*."""

    entry: str
    change: int
    here: str
    there: str


@dataclass(frozen=True, slots=True)
class FoundThere:
    """The name *item* (a local id) was to be created, and Clockify had it already."""

    item: str


Note = (
    StoppedOther
    | FoundThere
    | EndedForStart
    | EndedByLater
    | AlsoThere
    | EndedThere
    | DeletedThere
    | NothingToStop
    | OtherType
)
