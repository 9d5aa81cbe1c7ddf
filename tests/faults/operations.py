"""The changes that a fault may hit, each with the request that carries it and its promises."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry
from tests.faults.oracle import Promise
from tests.faults.person import Person, Told

MINUTE = 60
POST = {"method": "POST", "path": "/time-entries$"}
PROJECT = "Lighthouse"


@dataclass
class Story:
    """A person who does one thing; *token* is in every description of theirs.

    *before* are the entries that they had before.
    """

    person: Person
    token: str
    before: list[dict[str, Any]] = field(default_factory=list)

    def first(self, *args: str) -> dict[str, Any]:
        """Run what happens successfully before the change in question."""
        told = self.person.ok(*args, "--json")
        self.before.extend(told.entries)
        self.person.machine.skipped += 2 * MINUTE
        return told.entries[-1]


def _all_said(story: Story, fake: FakeClockify) -> Iterator[str]:
    """Yield nothing: the entries show everything."""
    return iter(())


@dataclass(frozen=True)
class Operation:
    """*begin* prepares; *words* is the command line; *carried* matches its request.

    *promises* returns what has to hold after the command answered *told*. *again* matches the
    request that repeats it, if different. *beyond* yields what is wrong at the end that no entry
    shows.
    """

    begin: Callable[[Story], object]
    words: Callable[[Story], tuple[str, ...]]
    carried: dict[str, str]
    promises: Callable[[Story, Told], list[Promise]]
    again: dict[str, str] | None = None
    beyond: Callable[[Story, FakeClockify], Iterator[str]] = _all_said


def _nothing(story: Story) -> None:
    """Prepare nothing."""


def _running(story: Story) -> None:
    story.first("start", story.token, "A")


def _recorded(story: Story) -> None:
    story.first("add", story.token, "A", "yesterday", "9-10")


def _deleted(story: Story) -> None:
    _recorded(story)
    story.first("delete", story.before[-1]["localId"])


def _new(story: Story, told: Told) -> list[Promise]:
    """Promise one more entry."""
    kept = told.run.code == 0
    final = told.entries[-1] if kept else story.before[-1] if story.before else {"description": ""}
    return [Promise(story.token, final, kept=kept)]


def _changed(story: Story, told: Told) -> list[Promise]:
    """Promise the existing entry as it is now."""
    final = told.entries[-1] if told.entries else story.before[-1]
    return [Promise(f"{story.token} A", final, kept=told.run.code == 0)]


def _gone(story: Story, told: Told) -> list[Promise]:
    kept = told.run.code == 0
    return [Promise(f"{story.token} A", None if kept else story.before[-1], kept=kept)]


def _four(story: Story) -> None:
    """Prepare four entries, which a search for the token finds."""
    for number, letter in enumerate("ABCD"):
        story.first("add", story.token, letter, "yesterday", f"9:{number}0-9:{number}5")


def _all_changed(story: Story, told: Told) -> list[Promise]:
    """Promise each of the existing entries as it is now."""
    now = {entry["localId"]: entry for entry in told.entries}
    kept = told.run.code == 0
    return [
        Promise(was["description"], now.get(was["localId"], was), kept=kept)
        for was in story.before[-4:]
    ]


def _back(story: Story, told: Told) -> list[Promise]:
    kept = told.run.code == 0
    final = told.entries[-1] if kept else story.before[-1]
    return [Promise(f"{story.token} A", final, made=2, kept=kept)]


def _switched(story: Story, told: Told) -> list[Promise]:
    """Promise that the running timer ended when the new one began."""
    new = told.entries[-1] if told.entries else story.before[-1]
    ended = {**story.before[-1]}
    ended["timeInterval"] = {**ended["timeInterval"], "end": new["timeInterval"]["start"]}
    kept = told.run.code == 0
    return [
        Promise(f"{story.token} A", ended, kept=kept),
        Promise(f"{story.token} B", new, kept=kept),
    ]


def _billable(story: Story) -> None:
    story.person.ok("config", "set", "rate", "95EUR")
    story.first("add", story.token, "A", "yesterday", "9-10", "-b")


def _as_before(story: Story, told: Told) -> list[Promise]:
    """Promise that the existing entry is unchanged."""
    return [Promise(f"{story.token} A", story.before[-1])]


def _invoiced(story: Story, fake: FakeClockify) -> Iterator[str]:
    """Check that the bill exists, and that its entry was marked, repeats being harmless."""
    told = story.person("bill", "show", story.token, "--offline", "--json")
    bill = json.loads(told.run.out) if told.run.out else {}
    if (bill.get("state"), bill.get("marked")) != ("live", "yes"):
        yield f"I1 the bill is {bill.get('state')}, marked: {bill.get('marked')!r}"
    changed = [(each.before, each.after) for each in fake.committed("entry")]
    marks = [
        after.invoiced
        for before, after in changed
        if isinstance(before, Entry)
        and isinstance(after, Entry)
        and before.invoiced != after.invoiced
    ]
    if marks != [True]:
        yield f"I1 invoiced at Clockify: {marks}"


OPERATIONS: dict[str, Operation] = {
    "start": Operation(_nothing, lambda s: ("start", s.token, "A"), POST, _new),
    "stop": Operation(
        _running,
        lambda _: ("stop",),
        {"method": "PATCH", "path": "/time-entries$"},
        _changed,
        again={"method": "PUT", "path": "/time-entries/"},
    ),
    "edit": Operation(
        _running,
        lambda s: ("stop", "-d", f"{s.token} A, done"),
        {"method": "PUT", "path": "/time-entries/"},
        _changed,
    ),
    "many": Operation(
        _four,
        lambda s: ("edit", "--range", "yesterday", "--where-search", s.token, "-B", "--yes"),
        {"method": "PUT", "path": "/time-entries$"},
        _all_changed,
        again={"method": "PUT", "path": "/time-entries"},
    ),
    "switch": Operation(_running, lambda s: ("start", s.token, "B"), POST, _switched),
    "add": Operation(
        _nothing, lambda s: ("add", s.token, "A", "yesterday", "9-10", "--overlap"), POST, _new
    ),
    "delete": Operation(
        _recorded,
        lambda s: ("delete", s.before[-1]["localId"]),
        {"method": "DELETE", "path": "/time-entries/"},
        _gone,
    ),
    "undo": Operation(_deleted, lambda _: ("undo",), POST, _back),
    "mark": Operation(
        _billable,
        lambda s: ("bill", "new", "yesterday", "-c", "none", "--ref", s.token, "--mark"),
        {"method": "PATCH", "path": "/time-entries/invoiced$"},
        _as_before,
        beyond=_invoiced,
    ),
    "name": Operation(
        _nothing,
        lambda s: ("add", s.token, "A", "yesterday", "9-10", "-p", PROJECT, "--create"),
        {"method": "POST", "path": "/projects$"},
        _new,
    ),
}
