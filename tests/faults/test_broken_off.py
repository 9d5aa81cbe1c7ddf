"""Tests of connections broken at any byte of a request or an answer: each change is made once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from tests.cut_line import HOWS, IN_TURN, LEFT_TO_THE_COLLECTOR, WAYS, CutLine, How, Way
from tests.fake_clockify import FakeClockify
from tests.faults.kills import ASKED, TARGETS, Round
from tests.faults.oracle import violations
from tests.faults.person import FAR, SETTLE, Machine, Person
from tests.faults.places import in_memory

pytestmark = LEFT_TO_THE_COLLECTOR
LONG = pytest.mark.long
ENDS = (0, 6, 7, 8)
KINDS = ("plain", "tls", "tls-proxy")
MOST = 60_000
ROUNDS = 4
RUNS_A_HOME = 12
"""A larger timesheet would take ever longer to check."""


@dataclass
class Broken:
    """The results of the commands whose connections broke."""

    runs: int = 0
    codes: dict[int, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.runs} broken off, exit codes {self.codes}, {len(self.wrong)} wrong"


@dataclass(frozen=True)
class Home:
    """A person signed in to *fake*, with all requests through *line*."""

    person: Person
    fake: FakeClockify
    line: CutLine

    def broken(self, name: str, way: Way, at: int, how: How, found: Broken) -> bool:
        """Run the target *name* on a line that breaks, and note errors; return whether it broke."""
        target = TARGETS[name]
        round_ = Round(self.person, f"{ASKED}{name}-{way}-{at}-{how}.")
        target.begin(round_)
        cut = self.line.cut(way, at, how)
        told = self.person(*target.words(round_), "--json")
        self.line.repair()
        found.runs += cut.struck
        found.codes[told.run.code] = found.codes.get(told.run.code, 0) + 1
        wrong = [] if told.run.code in ENDS else [f"ended with {told.run.code}: {told.run.err}"]
        wrong += self._settled()
        wrong += violations(self.person, self.fake, target.promises(round_, told.run), ASKED)
        found.wrong += [f"{round_.token} {each}" for each in wrong]
        self.person.told.clear()
        return cut.struck

    def _settled(self) -> Iterator[str]:
        for _ in range(ROUNDS):
            told = self.person("sync", "--json")
            if told.run.code not in ENDS:
                yield f"a sync ended with {told.run.code}: {told.run.err}"
            if told.run.code == 0 and not self.person.queue():
                return
            self.person.machine.skipped += SETTLE + 10
        yield f"not settled: {self.person.queue()}"


@contextmanager
def _home(kind: str) -> Iterator[Home]:
    """Yield a person whose connections are of *kind* and can be broken."""
    machine = Machine()
    with (
        in_memory() as folder,
        FakeClockify(plan="PRO", zone=FAR, clock=machine.true, tls=kind != "plain") as fake,
        CutLine(fake.port, proxy=kind == "tls-proxy") as line,
    ):
        folder.mkdir(mode=0o700)
        person = Person(folder, machine)
        if fake.ca_file is not None:
            person.environ["REQUESTS_CA_BUNDLE"] = str(fake.ca_file)
        if kind == "tls-proxy":
            person.environ["HTTPS_PROXY"] = f"http://127.0.0.1:{line.port}"
        person.sign_in(fake, url=_urls(line.port)[kind])
        yield Home(person, fake, line)


def _urls(port: int) -> dict[str, str]:
    return {
        "plain": f"http://127.0.0.1:{port}/api/v1",
        "tls": f"https://127.0.0.1:{port}/api/v1",
        "tls-proxy": "https://clockify.test/api/v1",
    }


def _broken_everywhere(kind: str, name: str, way: Way, how: str, step: int) -> Broken:
    found = Broken()
    places = zip(itertools.count(0, step), itertools.cycle(IN_TURN[how]), strict=False)
    while True:
        with _home(kind) as home:
            for at, each in itertools.islice(places, RUNS_A_HOME):
                assert at < MOST
                if not home.broken(name, way, at, each, found):
                    return found


QUICK = {"plain": 397, "tls": 1499, "tls-proxy": 1999}
BRIEF = {"plain": ("start", "stop", "add"), "tls": ("start", "stop"), "tls-proxy": ("add",)}
THOROUGH = ("stop", "add")
"""The commands that are broken off at every byte of TLS, including the handshake."""


def _cases() -> Iterator[object]:
    for kind, name, way in itertools.product(KINDS, TARGETS, WAYS):
        words = f"{kind}-{name}-{way}"
        if name in BRIEF[kind]:
            yield pytest.param(kind, name, way, "in turn", QUICK[kind], id=words)
        if kind == "plain":
            for how in HOWS:
                yield pytest.param(
                    kind, name, way, how, 1, marks=LONG, id=f"{words}-{how}-every-byte"
                )
        else:
            step = 1 if name in THOROUGH else 17
            yield pytest.param(
                kind, name, way, "in turn", step, marks=LONG, id=f"{words}-each-{step}"
            )


@pytest.mark.parametrize(("kind", "name", "way", "how", "step"), list(_cases()))
def test_a_line_that_breaks_at_any_byte_loses_and_doubles_nothing(
    kind: str, name: str, way: Way, how: str, step: int, tell: Callable[[str], None]
) -> None:
    found = _broken_everywhere(kind, name, way, how, step)
    tell(f"{name} on a {kind} line, {way}: {found}")
    assert found.wrong == []
    assert found.runs > 0
