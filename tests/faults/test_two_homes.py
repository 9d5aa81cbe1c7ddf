"""Tests with two machines and the web on one account, partly offline: each action is done once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry
from tests.faults.oracle import entries_made, secrets, soundness
from tests.faults.person import SETTLE, Person, signed_in
from tests.faults.places import in_memory

LONG = pytest.mark.long
STEPS = 30
ROUNDS = 12
WEB = "Web"
MINUTE = 60


@dataclass
class Account:
    """Two homes of one person, who also uses the web.

    *erased*: tokens that the web deleted. *deletions*: tokens that a home deleted, by home and
    entry. *doubted*: how many changes of each kind the person had to decide on and dropped.
    """

    fake: FakeClockify
    homes: list[Person]
    chance: random.Random
    offline: list[bool] = field(default_factory=lambda: [False, False])
    made: list[str] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    deletions: dict[tuple[int, str], str] = field(default_factory=dict)
    doubted: Counter[str] = field(default_factory=Counter)

    def step(self) -> None:
        """Let somebody do something, a few minutes later."""
        self.homes[0].machine.skipped += self.chance.randint(1, 12) * MINUTE
        who = self.chance.choice((0, 0, 1, 1, 2))
        if who == 2:
            self.chance.choice(
                (self._web_adds, self._web_edits, self._web_deletes, self._web_starts)
            )()
        else:
            self._at_home(who)

    def _at_home(self, who: int) -> None:
        if self.chance.random() < 0.2:
            self.offline[who] = not self.offline[who]
        act = self.chance.choice(("start", "stop", "add", "delete", "sync"))
        person = self.homes[who]
        if act == "sync":
            person("sync", "--json") if not self.offline[who] else None
            return
        words = {"start": self._start, "stop": self._stop, "add": self._add, "delete": self._delete}
        args = words[act]()
        told = person(*args, "--json", *(("--offline",) if self.offline[who] else ()))
        assert told.run.code in (0, 2, 3, 9), told
        if act == "delete" and told.run.code in (0, 9):
            (entry,) = told.entries
            self.deletions[who, entry["localId"]] = _token(entry["description"])

    def _token(self) -> str:
        self.made.append(f"T{len(self.made)}.")
        return self.made[-1]

    def _start(self) -> tuple[str, ...]:
        return ("start", self._token())

    def _stop(self) -> tuple[str, ...]:
        return ("stop",)

    def _add(self) -> tuple[str, ...]:
        hour = self.chance.randint(0, 22)
        return ("add", self._token(), "yesterday", f"{hour}:00-{hour}:30", "--overlap")

    def _delete(self) -> tuple[str, ...]:
        return ("delete", "last")

    # ── on the web ───────────────────────────────────────────────────────────────────────────

    def _finished(self) -> Entry | None:
        found = [each for each in self.fake.entries() if each.end is not None]
        return self.chance.choice(found) if found else None

    def _web_adds(self) -> None:
        now = int(self.fake.clock.now())
        self.fake.add_entry(now - 7200, now - 3600, description=f"{WEB}{now}.")

    def _web_edits(self) -> None:
        entry = self._finished()
        if entry is not None:
            self.fake.change(entry, description=f"{entry.description} edited")

    def _web_deletes(self) -> None:
        entry = self._finished()
        if entry is not None:
            self.erased.add(_token(entry.description))
            self.fake.delete(entry)

    def _web_starts(self) -> None:
        now = int(self.fake.clock.now())
        for running in self.fake.running():
            self.fake.change(running, end=max(now, running.start))
        self.fake.add_entry(now, description=f"{WEB}{now}.")

    # ── the end ──────────────────────────────────────────────────────────────────────────────

    def settle(self) -> None:
        """Sync both homes until neither has anything to send or to fetch."""
        for _ in range(ROUNDS):
            codes = [person("sync", "--refresh", "--json").run.code for person in self.homes]
            for who, person in enumerate(self.homes):
                self._decide(who, person)
            if codes == [0, 0] and not any(person.queue() for person in self.homes):
                break
            self.homes[0].machine.skipped += SETTLE + 10
        else:
            raise AssertionError([person.queue() for person in self.homes])
        for person in self.homes:
            person.ok("sync", "--refresh", "--json")

    def _decide(self, who: int, person: Person) -> None:
        """Drop each change on which Clockify and this home do not agree."""
        for row in person.queue():
            if row["state"] == "review":
                assert person("queue", "drop", str(row["row"])).run.code == 0, row
                self.doubted[row["verb"]] += 1
                self.deletions.pop((who, row["localId"]), None)

    def violations(self) -> Iterator[str]:
        """Yield each rule that is broken at the end."""
        created: Counter[str] = Counter()
        for description, times in entries_made(self.fake).items():
            created[_token(description)] += times
        yield from (f"I1 {token} was made {n} times" for token, n in created.items() if n > 1)
        yield from (f"I2 {token} was never asked for" for token in set(created) - set(self.made))
        there = Counter(_token(each.description) for each in self.fake.entries())
        gone = self.erased.union(self.deletions.values())
        yield from (f"I4 {token} was deleted" for token in gone & set(there))
        lost = set(created) - gone - set(there)
        yield from (f"I1 {token} got lost" for token in lost)
        if len(self.fake.running()) > 1:
            yield "more than one timer runs"
        for person in self.homes:
            yield from self._differences(person)
            yield from secrets(person)
            yield from soundness(person.home)

    def _differences(self, person: Person) -> Iterator[str]:
        here = sorted((e["id"], e["description"]) for e in person.seen())
        held = sorted((e.id, e.description) for e in self.fake.entries())
        if here != held:
            yield f"{person.folder.name} shows {set(here) ^ set(held)} otherwise"


def _token(description: str) -> str:
    return description.partition(".")[0] + "."


@contextmanager
def _two_homes(seed: int) -> Iterator[Account]:
    with in_memory() as folder, signed_in(folder) as (first, fake):
        second = Person(folder / "second", first.machine)
        second.folder.mkdir(0o700)
        second.sign_in(fake)
        yield Account(fake, [first, second], random.Random(seed))


def _play(seed: int) -> Counter[str]:
    with _two_homes(seed) as account:
        for _ in range(STEPS):
            account.step()
        account.settle()
        assert list(account.violations()) == [], f"seed {seed}"
        return account.doubted


@pytest.mark.parametrize(
    "seeds", [range(1), pytest.param(range(1, 200), marks=LONG)], ids=["few", "many"]
)
def test_two_homes_and_the_web_end_alike_with_each_action_done_once(
    seeds: range, tell: Callable[[str], None]
) -> None:
    doubted: Counter[str] = Counter()
    for seed in seeds:
        doubted += _play(seed)
    tell(f"{len(seeds)} stories of {STEPS} steps; decided by a person: {dict(doubted)}")


def test_what_a_prompt_reads_follows_a_timer_that_was_ended_elsewhere() -> None:
    with _two_homes(0) as account:
        first, second = account.homes
        first.ok("start", "Kt elsewhere")
        prompt = first.home / "state" / "timer"
        assert "Kt elsewhere" in prompt.read_text("utf-8")
        first.machine.skipped += 600
        second.ok("stop")
        first.ok("sync", "--refresh")
        assert prompt.read_text("utf-8") == ""
        second.ok("start", "Kt there")
        first.ok("log", "--refresh")
        assert "Kt there" in prompt.read_text("utf-8")
