"""Tests with terminals, prompts and cron at once: nothing is lost or doubled, nobody fails."""

from __future__ import annotations

import itertools
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.crash.trace import ended
from tests.faults.conftest import Signed
from tests.faults.kills import ASKED, settled
from tests.faults.oracle import Promise, entries_made, violations
from tests.faults.person import Person, Told

LONG = pytest.mark.long
Words = tuple[str, ...]
REMOVED = re.compile(r"^(\S+) was removed: the new timer starts", re.MULTILINE)
GOOD_ENDS = {0, 2, 3, 7, 8}
"""An entry may be gone because others changed it, and Clockify may be busy with another sender."""


def _terminal(number: int) -> Words:
    """Return what one of many processes is to do; every fourth adds, so that losses would show."""
    day, hour = 1 + number // 20 % 28, number % 20
    month = 1 + number // 560 % 12
    span = ("add", f"{ASKED}{number}.", f"2025-{month:02}-{day:02}", f"{hour}:00-{hour}:30")
    return [
        (*span, "--overlap", "--json"),
        ("start", f"{ASKED}{number}.", "--json"),
        (*span, "--overlap", "--json"),
        [("stop", "--json"), ("sync", "--json"), ("delete", "last", "--json")][number // 4 % 3],
    ][number % 4]


def _run_all(person: Person, words: Iterator[Words], at_once: int) -> list[tuple[Words, Told]]:
    """Run *words*, no more than *at_once* at any time."""
    told: list[tuple[Words, Told]] = []
    running: list[tuple[Words, subprocess.Popen[str]]] = []
    for each in itertools.chain(words, [None] * at_once):
        if each is not None:
            running.append((each, person.program.start(*each)))
        if len(running) >= at_once or each is None:
            if not running:
                break
            done, process = running.pop(0)
            told.append((done, Told(done, ended(process), 0.0)))
    return told


def _promises(told: list[tuple[Words, Told]]) -> list[Promise]:
    """Each acknowledged entry was created once; others may have changed it afterwards."""
    return [
        Promise(words[1], {}, kept=each.run.code == 0)
        for words, each in told
        if words[0] in ("add", "start")
    ]


def _crowd(signed: Signed, count: int, at_once: int) -> str:
    person, fake = signed
    begun = time.monotonic()
    told = _run_all(person, map(_terminal, range(count)), at_once)
    took = time.monotonic() - begun
    for words, each in told:
        assert each.run.code in GOOD_ENDS, (words, each.run)
        assert "locked" not in each.run.err, each.run
        assert "Traceback" not in each.run.err, each.run
    assert list(settled(person)) == []
    deleted = {e["description"] for _, t in told if t.args[0] == "delete" for e in t.entries}
    # A timer is removed, with a message, if another one began in the same second.
    deleted |= {name for _, t in told for name in REMOVED.findall(t.run.err)}
    made, held = entries_made(fake), Counter(entry.description for entry in fake.entries())
    for promise in _promises(told):
        # An entry that is deleted before it is sent never reaches Clockify.
        wanted = (0, 1) if promise.token in deleted or not promise.kept else (1,)
        assert made[promise.token] in wanted, promise
        assert held[promise.token] == int(made[promise.token] == 1 and promise.token not in deleted)
    assert violations(person, fake, (), ASKED) == []
    assert len(fake.running()) <= 1
    return f"{count} processes, {at_once} at once, in {took:.0f} s; {made.total()} entries made"


# On a bad network the same is tried in the quick suite too.
@LONG
@pytest.mark.parametrize("count", [8, 2_000])
def test_many_processes_at_once_lose_and_double_nothing(
    count: int, signed: Signed, tell: Callable[[str], None]
) -> None:
    tell(_crowd(signed, count, 16))


@pytest.mark.parametrize("count", [12, pytest.param(800, marks=LONG)])
def test_many_processes_at_once_on_a_bad_network_lose_and_double_nothing(
    count: int, signed: Signed, tell: Callable[[str], None]
) -> None:
    _, fake = signed
    for name, every in (("S5", 5), ("S13", 7), ("S12", 11)):
        for strike in range(1, count // every + 1):
            fake.fault(name, {"method": "POST", "path": "/time-entries$"}, nth=strike * every)
    tell(_crowd(signed, count, 16))


@pytest.mark.parametrize("pairs", [1, pytest.param(200, marks=LONG)])
def test_one_key_of_once_used_twice_at_the_same_time_makes_one_entry(
    pairs: int, signed: Signed
) -> None:
    person, fake = signed
    for turn in range(pairs):
        token = f"{ASKED}once{turn}."
        words = (
            "add",
            token,
            "yesterday",
            "9-9:01",
            "--overlap",
            "--once",
            f"key {turn}",
            "--json",
        )
        runs = [ended(each) for each in [person.program.start(*words) for _ in range(2)]]
        assert [run.code for run in runs] == [0, 0], runs
    assert list(settled(person)) == []
    assert entries_made(fake) == {f"{ASKED}once{turn}.": 1 for turn in range(pairs)}


@pytest.mark.parametrize("seconds", [0.5, pytest.param(60.0, marks=LONG)])
def test_prompts_ask_nobody_and_answer_while_others_send(
    seconds: float, signed: Signed, tell: Callable[[str], None]
) -> None:
    person, fake = signed
    person.ok("start", f"{ASKED}prompt", "--json")
    spans: list[float] = []
    until = time.monotonic() + seconds
    writers: list[subprocess.Popen[str]] = []
    for number in itertools.count():
        if time.monotonic() > until:
            break
        if len(writers) < 2:
            word = ("sync",) if number % 5 == 4 else _terminal(4 * number)
            writers.append(person.program.start(*word))
        begun = time.monotonic()
        prompt = person.program.run("status", "--short")
        spans.append(time.monotonic() - begun)
        assert (prompt.code, prompt.err) == (0, ""), prompt
        assert prompt.out.startswith(f"{ASKED}prompt")
        over = [each for each in writers if each.poll() is not None]
        writers = [each for each in writers if each not in over]
        assert {ended(each).code for each in over} <= {0, 7}
    assert {ended(each).code for each in writers} <= {0, 7}
    spans.sort()
    tell(f"{len(spans)} prompts, p50 {spans[len(spans) // 2]:.3f} s, worst {spans[-1]:.3f} s")
    assert list(settled(person)) == []
    assert violations(person, fake, (), ASKED) == []
