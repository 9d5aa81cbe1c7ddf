"""Somebody who types commands at random, and a small model of what they should result in.

The model knows nothing of journals, requests or ids: it is a list of entries, and the list before
each change.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.scenarios.signed_in.bench import Bench

BERLIN = ZoneInfo("Europe/Berlin")
PROJECTS = ("Website", "Mobile app", "Übersetzung", "計画")
TAGS = ("deep", "call", "at home")


@dataclass(frozen=True)
class Typed:
    """An entry as it was typed; *end* None while it runs."""

    start: int
    end: int | None
    description: str
    project: str = ""
    tags: frozenset[str] = frozenset()


@dataclass
class Model:
    """The expected contents of the timesheet, and the way back."""

    entries: tuple[Typed, ...] = ()
    before: list[tuple[Typed, ...]] = field(default_factory=list)
    undone: list[tuple[Typed, ...]] = field(default_factory=list)

    @property
    def running(self) -> Typed | None:
        return next((entry for entry in self.entries if entry.end is None), None)

    @property
    def finished(self) -> list[Typed]:
        return sorted((e for e in self.entries if e.end is not None), key=lambda e: e.start)

    def become(self, *entries: Typed) -> None:
        self.before.append(self.entries)
        self.undone.clear()
        self.entries = entries

    def without(self, gone: Typed | None) -> list[Typed]:
        left = list(self.entries)
        if gone is not None:
            left.remove(gone)
        return left

    def stopped(self, at: int) -> list[Typed]:
        """Return the entries with the running one ended."""
        return [e if e.end is not None else replace(e, end=at) for e in self.entries]

    def undo(self) -> None:
        self.undone.append(self.entries)
        self.entries = self.before.pop()

    def redo(self) -> None:
        self.before.append(self.entries)
        self.entries = self.undone.pop()


@dataclass
class Typist:
    """Types at *clockify*; *offline* is how requests are blocked for a while, if they are."""

    clockify: Bench
    chance: random.Random
    model: Model = field(default_factory=Model)
    offline: bool = False
    number: int = 0

    @property
    def now(self) -> int:
        return int(self.clockify.time.wall())

    def type(self, *words: str) -> None:
        self.clockify.ok(*words, *(("--offline",) if self.offline else ()))

    def command(self) -> None:
        """Type one command that is possible according to the model."""
        self.number += 1
        running = self.model.running
        if running is not None and self.now - running.start > 23 * 3600:
            # Over a day it needs confirmation: nothing else is done before it is stopped.
            return self.stop()
        able: list[Callable[[], None]] = [self.start, self.start, self.add, self.over_midnight]
        if self.model.running:
            able += [self.stop, self.stop, self.stop, self.complete, self.cancel]
        if len(self.model.finished) > 1:
            able += [self.delete, self.resume]
        able += [self.undo] if self.model.before else []
        able += [self.redo] * 3 if self.model.undone else []
        return self.chance.choice(able)()

    def fields(self) -> tuple[list[str], Typed]:
        """Return options for a new entry, and the resulting entry."""
        entry = Typed(self.now, None, f"Work {self.number}")
        words: list[str] = []
        if self.chance.random() < 0.5:
            entry = replace(entry, project=self.chance.choice(PROJECTS))
            words += ["-p", entry.project, "--create"]
        if self.chance.random() < 0.3:
            tags = self.chance.sample(TAGS, self.chance.randint(1, 2))
            entry = replace(entry, tags=frozenset(tags))
            words += [word for tag in tags for word in ("-g", tag)] + ["--create"]
        return words, entry

    def start(self) -> None:
        words, entry = self.fields()
        self.type("start", entry.description, *words)
        self.model.become(*self.model.stopped(self.now), entry)

    def resume(self) -> None:
        last = self.model.finished[-1]
        self.type("resume")
        new = replace(last, start=self.now, end=None)
        self.model.become(*self.model.stopped(self.now), new)

    def stop(self) -> None:
        self.type("stop", "--yes")
        self.model.become(*self.model.stopped(self.now))

    def complete(self) -> None:
        words, new = self.fields()
        running = self.model.running
        assert running is not None
        self.type("stop", "--yes", "-d", new.description, *words)
        ended = replace(
            running,
            end=self.now,
            description=new.description,
            project=new.project or running.project,
            tags=new.tags or running.tags,
        )
        self.model.become(*self.model.without(running), ended)

    def cancel(self) -> None:
        self.type("cancel")
        self.model.become(*self.model.without(self.model.running))

    def add(self) -> None:
        words, entry = self.fields()
        minutes = self.chance.randint(1, 120)
        self.type("add", entry.description, "--for", f"{minutes}m", "--overlap", *words)
        ended = replace(entry, start=self.now - 60 * minutes, end=self.now)
        self.model.become(*self.model.entries, ended)

    def over_midnight(self) -> None:
        words, entry = self.fields()
        today = datetime.fromtimestamp(self.now, BERLIN).date()
        day = today - timedelta(days=2)
        minute = self.chance.randrange(60)
        span = f"{day} 22:{minute:02}-3:30"
        self.type("add", entry.description, span, "--overlap", *words)
        begin = datetime(day.year, day.month, day.day, 22, minute, tzinfo=BERLIN)
        until = datetime.combine(day + timedelta(days=1), datetime.min.time(), BERLIN) + timedelta(
            hours=3, minutes=30
        )
        ended = replace(entry, start=int(begin.timestamp()), end=int(until.timestamp()))
        self.model.become(*self.model.entries, ended)

    def delete(self) -> None:
        last = self.model.finished[-1]
        if sum(entry.start == last.start for entry in self.model.finished) > 1:
            return
        self.type("delete", "last")
        self.model.become(*self.model.without(last))

    def undo(self) -> None:
        self.type("undo")
        self.model.undo()

    def redo(self) -> None:
        self.type("redo")
        self.model.redo()
