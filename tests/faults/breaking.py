"""``python -m tests.faults.breaking CASE…``: break the line of a command at every byte.

A line is a network connection, and a case is ``KIND:NAME:WAY:HOW:STEP:APART``. A home and a fake
Clockify are prepared once for each kind of line and command. For each byte, both are restored, the
command runs on a line that breaks there, and everything that must hold afterwards is checked.
Prints one line of JSON for each case.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from tests.crash.trace import Run
from tests.cut_line import IN_TURN, Cut, How, Way
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.certificates import Authority
from tests.faults.forks import Forked, Kept, Line
from tests.faults.kills import ASKED, TARGETS, Round, Target, all_or_none, changed, recorded
from tests.faults.oracle import violations
from tests.faults.person import FAR, SETTLE, Still
from tests.faults.places import in_memory

COMMANDS = {
    **TARGETS,
    "edit": Target(
        recorded, lambda r: ("edit", r.held["localId"], "-d", f"{r.token} anew"), changed
    ),
}
KINDS = ("plain", "plain-proxy", "tls", "tls-proxy")
ENDS = (0, 6, 7, 8)
ROUNDS = 4
SLACK = 4
"""A handshake is a few bytes longer or shorter each time."""


@dataclass(frozen=True)
class Case:
    """The command *name* on a line of *kind* that breaks after every *step* bytes of its *way*.

    *how*: with a reset, with a close, or each in turn. *apart*: one in this many commands
    gets a process of its own, which takes longer.
    """

    kind: str
    name: str
    way: Way
    how: str = "in turn"
    step: int = 1
    apart: int = 1

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}:{self.way}:{self.how}:{self.step}:{self.apart}"

    @classmethod
    def of(cls, text: str) -> Case:
        kind, name, way, how, step, apart = text.split(":")
        return cls(kind, name, "up" if way == "up" else "down", how, int(step), int(apart))

    def points(self, total: int) -> Iterator[tuple[int, How]]:
        """Yield where and how to break a line of about *total* bytes, and a little beyond."""
        places = range(0, total + SLACK + 1, self.step)
        return zip(places, itertools.cycle(IN_TURN[self.how]), strict=False)


@dataclass
class Broken:
    """The results of a case: *runs* commands whose line broke, *apart* of them in own processes.

    *total*: the bytes that an undisturbed command sends that way. *states*: how many different
    states the commands left. *seconds*: processor time.
    """

    total: int = 0
    runs: int = 0
    apart: int = 0
    states: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.total} bytes, {self.runs} broken off ({self.apart} apart), exit codes "
            f"{self.codes}, {self.states} states, {len(self.wrong)} wrong, {self.seconds:.0f} s"
        )


@dataclass
class Stage:
    """A home and a Clockify before the command *words* of *round_*.

    *known*: what was wrong after each state that a command has left. Because time stands still and
    random numbers repeat, many commands leave exactly the same state. What follows depends only on
    that state, so each state is checked once.
    """

    person: Forked
    fake: FakeClockify
    target: Target
    round_: Round
    words: tuple[str, ...]
    known: dict[object, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.fake.forget_requests()
        self._state, self._seen = self.fake.state.saved(), self.fake.seen()
        self._kept = Kept(self.person.home)
        self._skipped = self.person.machine.skipped

    def point(self, cut: Cut, *, apart: bool = False) -> tuple[int, list[str]]:
        """Run the command on a line that breaks; return its exit code, and what is wrong.

        *apart*: the command gets a process of its own.
        """
        self._kept.put_back()
        self.fake.state.restore(self._state)
        self.fake.recall(self._seen)
        self.person.machine.skipped = self._skipped
        self.person.told.clear()
        self.person.line.cut = cut
        run_ = self.person.apart if apart else self.person
        run = run_(*self.words, steady=True).run
        self.person.line.cut = None
        left = (run, self._kept.digest(), self.fake.state.saved())
        if left not in self.known:
            self.known[left] = list(self._afterwards(run))
        return run.code, self.known[left]

    def _afterwards(self, run: Run) -> Iterator[str]:
        if run.code not in ENDS:
            yield f"ended with {run.code}: {run.err}"
        yield from _settled(self.person)
        promises = self.target.promises(self.round_, run)
        yield from violations(self.person, self.fake, promises, ASKED)
        yield from all_or_none(self.target, self.round_, run, self.fake)

    def spent(self) -> float:
        """Return the processor time of all processes so far, in seconds."""
        own = sum(os.times()[:4])
        return own if self.person.companion is None else own + self.person.companion.spent


def _settled(person: Forked) -> Iterator[str]:
    for _ in range(ROUNDS):
        told = person("sync", "--json")
        if told.run.code not in ENDS:
            yield f"a sync ended with {told.run.code}: {told.run.err}"
        if told.run.code == 0 and not person.queue():
            return
        person.machine.skipped += SETTLE + 10
    yield f"not settled: {person.queue()}"


@contextmanager
def staged(kind: str, name: str) -> Iterator[Stage]:
    """Yield the moment before the command *name* of a person whose line is of *kind*."""
    machine = Still()
    with in_memory() as folder, FakeClockify(plan="PRO", zone=FAR, clock=machine.true) as fake:
        folder.mkdir(mode=0o700)
        authority = Authority(folder)
        tls = _context(authority) if kind.startswith("tls") else None
        with Line(fake, tls, proxy=kind.endswith("proxy")) as line:
            person = Forked(folder, machine, line=line, through=kind == "plain-proxy")
            person.environ["REQUESTS_CA_BUNDLE"] = str(authority.file)
            if kind.endswith("proxy"):
                proxy = f"http://127.0.0.1:{line.port}"
                person.environ |= {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy}
            person.sign_in(fake, url=_urls(line.port)[kind])
            person.ok("sync")
            target = COMMANDS[name]
            round_ = Round(person, f"{ASKED}{name}.")
            target.begin(round_)
            words = (*target.words(round_), "--json")
            machine.skipped += 60
            try:
                yield Stage(person, fake, target, round_, words)
            finally:
                if person.companion is not None:
                    person.companion.close()


def _context(authority: Authority) -> ssl.SSLContext:
    context = authority.context()
    # Tickets are for later connections, and a command has only one connection.
    context.num_tickets = 0
    return context


def _urls(port: int) -> dict[str, str]:
    return {
        "plain": f"http://127.0.0.1:{port}/api/v1",
        "plain-proxy": f"http://127.0.0.1:{port}/api/v1",
        "tls": f"https://127.0.0.1:{port}/api/v1",
        "tls-proxy": "https://clockify.test/api/v1",
    }


def broken_everywhere(cases: list[Case]) -> Iterator[tuple[Case, Broken]]:
    """Yield each of *cases* with its results."""
    for (kind, name), some in itertools.groupby(cases, lambda case: (case.kind, case.name)):
        with staged(kind, name) as stage:
            for case in some:
                yield case, _broken(stage, case)


def _broken(stage: Stage, case: Case) -> Broken:
    whole = Cut(case.way, sys.maxsize, "close")
    assert stage.point(whole) == (0, []), stage.known
    # A process of its own is a fork of this one, and its garbage collector would visit all objects.
    gc.collect()
    gc.freeze()
    found = Broken(whole.gone[case.way])
    begun, known = stage.spent(), len(stage.known)
    for number, (at, how) in enumerate(case.points(found.total)):
        cut = Cut(case.way, at, how)
        apart = number % case.apart == 0
        code, wrong = stage.point(cut, apart=apart)
        found.runs += cut.struck
        found.apart += cut.struck and apart
        found.codes[str(code)] = found.codes.get(str(code), 0) + 1
        found.wrong += [f"{case} at {at}, {how}: {each}" for each in wrong]
    found.states = len(stage.known) - known
    found.seconds = stage.spent() - begun
    return found


def main(words: list[str]) -> int:
    """Print the results; return exit code 1 if anything is wrong."""
    wrong = 0
    for case, found in broken_everywhere(list(map(Case.of, words))):
        wrong += len(found.wrong)
        print(json.dumps({"case": str(case), **asdict(found)}), flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
