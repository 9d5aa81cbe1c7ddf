"""The signed-in program, hit at every system call that changes a file or sends something."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from tests.crash.trace import WRITES, Run
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.records import Entry, Tag
from tests.faults.oracle import Promise, soundness, violations
from tests.faults.person import Person

SPEAKING = ("connect", "sendto", "recvfrom")
CALLS = (*SPEAKING, *WRITES)
FREQUENT = ("pwrite64", "fdatasync", "recvfrom", "sendto")
SETTLE = 1.0
MOST = 2_000
ROUNDS = 6
ASKED = "Kt"
"""Every description begins with this."""


FIRST = date(2020, 1, 1)
_DAYS = count()


@dataclass
class Round:
    """One command to hit, with its own *token*. *held*: the entry it is about.

    *day*: a day on which nothing was tracked before.
    """

    person: Person
    token: str
    held: dict[str, Any] = field(default_factory=dict)
    day: str = field(default_factory=lambda: f"{FIRST + timedelta(days=next(_DAYS))}")

    def first(self, *args: str) -> None:
        told = self.person.ok(*args, "--json")
        self.held = told.entries[-1] if told.entries else self.held


Spans = list[tuple[str, str, list[str], bool]]
"""For each entry its times of day, its tags, and whether it is invoiced."""


def _nothing_more(round_: Round, run: Run) -> list[Promise]:
    return []


@dataclass(frozen=True)
class Target:
    """A command to hit, what comes before it, and what it promises once it is acknowledged."""

    begin: Callable[[Round], object]
    words: Callable[[Round], tuple[str, ...]]
    promises: Callable[[Round, Run], list[Promise]] = _nothing_more
    outcomes: Callable[[Round], tuple[Spans, Spans]] | None = None
    """For a command about several entries: their content before it and after it."""


def _idle(round_: Round) -> None:
    """Make sure that no timer runs and nothing waits."""
    round_.person("stop", "--json")


def _running(round_: Round) -> None:
    _idle(round_)
    round_.first("start", round_.token, "--at", "10m ago", "--overlap")


def recorded(round_: Round) -> None:
    """Record the entry that the command is about."""
    _idle(round_)
    round_.first("add", round_.token, "--for", "5m", "--overlap")


def _waiting(round_: Round) -> None:
    recorded(round_)
    round_.first("add", f"{round_.token} too", "yesterday", "8-9", "--overlap", "--offline")


def _made(round_: Round, run: Run) -> list[Promise]:
    return [Promise(round_.token, _last(run) or {"description": ""}, kept=bool(_last(run)))]


def changed(round_: Round, run: Run) -> list[Promise]:
    """Promise the entry as the command shows it."""
    return [Promise(round_.token, _last(run) or round_.held, kept=bool(_last(run)))]


def _deleted(round_: Round, run: Run) -> list[Promise]:
    kept = bool(_last(run))
    return [Promise(round_.token, None if kept else round_.held, kept=kept)]


def _sent(round_: Round, run: Run) -> list[Promise]:
    return [Promise(f"{round_.token} too", round_.held)]


def _last(run: Run) -> dict[str, Any]:
    from tests.faults.person import Told

    try:
        found = Told((), run, 0.0).entries
    except ValueError:
        # Killed while writing its answer: that acknowledges nothing.
        return {}
    return found[-1] if found else {}


def _answered(run: Run) -> bool:
    """Return whether the command has written its whole answer."""
    try:
        json.loads(run.out)
    except ValueError:
        return False
    return True


def _hour(round_: Round, *more: str) -> None:
    """Add adjacent entries of twenty minutes, from nine o'clock on."""
    for one, other in zip(("00", "20", "40"), ("20", "40", "59"), strict=True):
        span = f"9:{one}..9:{other}"
        round_.person.ok("add", round_.token, round_.day, span, *more)


def _three(round_: Round) -> None:
    _hour(round_)


def _one(round_: Round) -> None:
    round_.first("add", round_.token, round_.day, "9-9:59")


def _tagged(round_: Round) -> None:
    _hour(round_, "-g", f"{round_.token} old", "--create")
    round_.person.ok("tags", "add", f"{round_.token} new")


def _billable(round_: Round) -> None:
    round_.person.ok("config", "set", "rate", "95EUR")
    _hour(round_, "-b")


def _marked(round_: Round) -> None:
    _billable(round_)
    round_.person.ok(*_bill(round_))


def _bill(round_: Round) -> tuple[str, ...]:
    search = ("--search", round_.token, "-c", "none")
    return ("bill", "new", round_.day, *search, "--ref", round_.token, "--mark")


def _ids(round_: Round) -> list[str]:
    rows = round_.person.ok("log", round_.day, "--search", round_.token, "--json").entries
    return [row["localId"] for row in rows]


THREE = ("09:00-09:20", "09:20-09:40", "09:40-09:59")
WHOLE = ("09:00-09:59",)


def _spans(
    times: tuple[str, ...], tags: list[str] | None = None, *, invoiced: bool = False
) -> Spans:
    pairs = (each.split("-") for each in times)
    return [(start, end, tags or [], invoiced) for start, end in pairs]


def _there(fake: FakeClockify, token: str) -> Spans:
    """Return Clockify's entries with *token*."""
    names = {each.id: each.name for each in fake.state.all(Tag)}

    def tags(entry: Entry) -> list[str]:
        return [names[tag] for tag in entry.tag_ids or ()]

    def clock(second: int | None) -> str:
        return "" if second is None else f"{datetime.fromtimestamp(second, UTC):%H:%M}"

    return sorted(
        (
            clock(each.start),
            clock(each.end),
            [names[tag] for tag in each.tag_ids or ()],
            each.invoiced,
        )
        for each in fake.entries()
        if token in each.description
    )


def all_or_none(target: Target, round_: Round, run: Run, fake: FakeClockify) -> Iterator[str]:
    """Check that a command about several entries changed all of them or none."""
    if target.outcomes is not None:
        before, after = target.outcomes(round_)
        there = _there(fake, round_.token)
        if there != after and (_answered(run) or there != before):
            yield f"I4 the entries are {there}"


TARGETS: dict[str, Target] = {
    "start": Target(_idle, lambda r: ("start", r.token), _made),
    "stop": Target(_running, lambda r: ("stop",), changed),
    "add": Target(_idle, lambda r: ("add", r.token, "yesterday", "9-9:01", "--overlap"), _made),
    "delete": Target(recorded, lambda r: ("delete", r.held["localId"]), _deleted),
    "sync": Target(_waiting, lambda r: ("sync",), _sent),
    "edit-many": Target(
        _three,
        lambda r: (
            *("edit", "--range", r.day, "--where-search", r.token),
            *("--shift", "1h", "--yes"),
        ),
        outcomes=lambda r: (
            _spans(THREE),
            _spans(tuple(each.replace("09:", "10:") for each in THREE)),
        ),
    ),
    "split": Target(
        _one,
        lambda r: ("split", r.held["localId"], "--at", "9:20", "--at", "9:40"),
        outcomes=lambda r: (_spans(WHOLE), _spans(THREE)),
    ),
    "cut": Target(
        _one,
        lambda r: ("cut", r.held["localId"], "9:20..9:40"),
        outcomes=lambda r: (_spans(WHOLE), _spans(THREE[::2])),
    ),
    "join": Target(
        _three,
        lambda r: ("join", *_ids(r)),
        outcomes=lambda r: (_spans(THREE), _spans(WHOLE)),
    ),
    "merge": Target(
        _tagged,
        lambda r: ("tags", "merge", f"{r.token} old", f"{r.token} new", "--yes"),
        outcomes=lambda r: (_spans(THREE, [f"{r.token} old"]), _spans(THREE, [f"{r.token} new"])),
    ),
    "bill": Target(
        _billable,
        _bill,
        outcomes=lambda r: (_spans(THREE), _spans(THREE, invoiced=True)),
    ),
    "bill-void": Target(
        _marked,
        lambda r: ("bill", "void", r.token),
        outcomes=lambda r: (_spans(THREE, invoiced=True), _spans(THREE)),
    ),
}


@dataclass
class Figures:
    """How often a command was hit at each call, and what was wrong afterwards."""

    hits: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        places = ", ".join(f"{call} {count}" for call, count in self.hits.items() if count)
        return f"{sum(self.hits.values())} hits ({places}), {len(self.wrong)} wrong"


def killed_everywhere(
    person: Person,
    fake: FakeClockify,
    name: str,
    *,
    calls: tuple[str, ...] = CALLS,
    step: int = 1,
) -> Figures:
    """Run the target *name* repeatedly, killed at its first *call*, *step* later… to its end.

    Rare calls are all tried. With a *step* over 1, calls that an unharmed run does not make are
    skipped.
    """
    figures = Figures()
    made = _counted(person, name, calls) if step > 1 else {}
    for call in calls:
        figures.hits[call] = 0
        for number in range(1, made.get(call, MOST - 1) + 1, step if call in FREQUENT else 1):
            run, wrong = _hit(person, fake, name, call, number, "signal=KILL")
            figures.wrong += wrong
            if not run.killed:
                break
            figures.hits[call] += 1
    return figures


def _counted(person: Person, name: str, calls: tuple[str, ...]) -> dict[str, int]:
    """Return how often an unharmed run of the target *name* makes each of *calls*."""
    unharmed = Round(person, f"{ASKED}{name}-counted")
    TARGETS[name].begin(unharmed)
    words = TARGETS[name].words(unharmed)
    _, lines = person.program.traced(*words, "--json", calls=",".join(calls))
    return {call: sum(f" {call}(" in line for line in lines) for call in calls}


def failed_everywhere(
    person: Person, fake: FakeClockify, name: str, error: str, *, step: int = 1
) -> Figures:
    """Run the target *name* with *error* at its first page write, *step* later… to its end."""
    figures = Figures()
    target = TARGETS[name]
    unharmed = Round(person, f"{ASKED}{name}-unharmed")
    target.begin(unharmed)
    _, lines = person.program.traced(*target.words(unharmed), "--json", calls="pwrite64")
    for number in range(1, 1 + sum("pwrite64(" in line for line in lines), step):
        run, wrong = _hit(person, fake, name, "pwrite64", number, f"error={error}")
        outcome = "harmless" if run.code == 0 else "told"
        figures.hits[outcome] = figures.hits.get(outcome, 0) + 1
        figures.wrong += wrong
        if "Traceback" in run.err or (run.code and '"error"' not in run.err):
            figures.wrong.append(f"I7 {name} with {error} at {number}: {run}")
    return figures


def _hit(
    person: Person, fake: FakeClockify, name: str, call: str, number: int, fault: str
) -> tuple[Run, list[str]]:
    target = TARGETS[name]
    round_ = Round(person, f"{ASKED}{name}-{call}-{number}-{int(time.monotonic() * 1000)}")
    target.begin(round_)
    where = f"{name} {fault} at {call} {number}"
    run = person.program.injected(call, number, fault, *target.words(round_), "--json")
    wrong = list(settled(person))
    # The next command cleans up whatever the killed one had begun.
    person.ok("add", f"{ASKED}next", "yesterday", "7-8", "--overlap")
    wrong += violations(person, fake, target.promises(round_, run), ASKED)
    wrong += all_or_none(target, round_, run, fake)
    person.told.clear()
    return run, [f"{where}: {each} {run}" for each in wrong]


def settled(person: Person) -> Iterator[str]:
    """Sync until nothing waits; yield what goes wrong."""
    for _ in range(ROUNDS):
        told = person("sync", "--json")
        if told.run.code == 0 and not person.queue():
            return
        time.sleep(SETTLE + 0.05)
    yield f"G2 not settled: {person.queue()}"


def log_in_killed(
    person: Person, fake: FakeClockify, calls: tuple[str, ...] = CALLS, step: int = 1
) -> Figures:
    """Kill a first ``login`` at each call; afterwards a second one has to work."""
    figures = Figures()
    words = ("login", "--with-key", "--api-url", fake.url)
    for call in calls:
        figures.hits[call] = 0
        for number in range(1, MOST, step):
            new = Person(person.folder / f"{call}-{number}", bytecode=person.bytecode)
            new.folder.mkdir(mode=0o700)
            program = replace(new.program, typed=fake.key)
            run = program.injected(call, number, "signal=KILL", *words)
            if not run.killed:
                break
            figures.hits[call] += 1
            figures.wrong += [f"login at {call} {number}: {each}" for each in _signed_in(new, fake)]
    return figures


def _signed_in(person: Person, fake: FakeClockify) -> Iterator[str]:
    config = person.home / "config" / "config.toml"
    if config.exists() and fake.key not in config.read_text(encoding="utf-8"):
        yield "I6 the configuration is half written"
    person.sign_in(fake, SETTLE)
    person.ok("whoami", "--json")
    person.ok("add", f"{ASKED}next", "yesterday", "7-8", "--overlap")
    fake.forget_requests()
    yield from soundness(person.home)
