"""By what a thing that we may have made is recognised when an answer got lost."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from clockify_cli.sync.remote import EntryBody, RemoteEntry
from clockify_cli.values import dataclass


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
