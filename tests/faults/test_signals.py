"""Tests of signals and freezes during a request: the change is made once all the same."""

from __future__ import annotations

import random
import signal
import subprocess

import pytest

from tests.crash.trace import Run, ended
from tests.fake_clockify import FakeClockify
from tests.faults.conftest import Signed
from tests.faults.kills import ASKED, settled
from tests.faults.oracle import Promise, violations
from tests.faults.person import Told
from tests.faults.waiting import until

POST = {"method": "POST", "path": "/time-entries$"}
ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143}


def posts(fake: FakeClockify) -> int:
    return sum(r.method == "POST" and r.path.endswith("/time-entries") for r in fake.requests)


@pytest.mark.parametrize("number", ENDS, ids=["interrupted", "ended"])
def test_a_signal_while_an_answer_is_awaited_ends_it_and_keeps_what_is_unknown(
    number: signal.Signals, signed: Signed
) -> None:
    person, fake = signed
    fake.fault("S7", POST)
    process = person.program.start("start", f"{ASKED}signal", "--json")
    until(lambda: fake.committed("entry"))
    process.send_signal(number)
    run = ended(process)
    assert run.code == ENDS[number], run
    assert "Traceback" not in run.err
    assert [row["state"] for row in person.queue()] == ["waiting"]
    fake.clear_faults()
    assert list(settled(person)) == []
    assert posts(fake) == 1
    assert [entry.description for entry in fake.entries()] == [f"{ASKED}signal"]


def test_a_second_interrupt_changes_nothing_of_that(signed: Signed) -> None:
    person, fake = signed
    fake.fault("S7", POST)
    process = person.program.start("start", f"{ASKED}twice", "--json")
    until(lambda: fake.committed("entry"))
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert ended(process).code in (130, -signal.SIGINT)
    fake.clear_faults()
    assert list(settled(person)) == []
    assert [entry.description for entry in fake.entries()] == [f"{ASKED}twice"]


def test_while_one_is_frozen_in_a_request_nobody_else_sends(signed: Signed) -> None:
    person, fake = signed
    fault = fake.fault("S7", POST)
    frozen = person.program.start("start", f"{ASKED}frozen", "--json")
    until(lambda: fake.committed("entry"))
    frozen.send_signal(signal.SIGSTOP)
    try:
        asked = len(fake.requests)
        told = person("add", f"{ASKED}other", "yesterday", "9-10", "--json")
        assert told.run.code == 0
        assert "nother clockify process is sending" in told.run.err
        assert person("sync").run.code in (0, 7)
        writes = [r.method for r in fake.requests[asked:] if r.method != "GET"]
        assert writes == []
    finally:
        frozen.send_signal(signal.SIGCONT)
    fault.release()
    run = ended(frozen)
    assert run.code == 0, run
    # The process that slept also sends what came in meanwhile.
    assert posts(fake) == 2
    promises = [
        Promise(f"{ASKED}frozen", Told((), run, 0.0).entries[-1]),
        Promise(f"{ASKED}other", told.entries[-1]),
    ]
    assert list(settled(person)) == []
    assert violations(person, fake, promises, ASKED) == []


def _python_had_not_started(run: Run) -> bool:
    """Return whether Python was interrupted before our code ran; then it prints its own message."""
    told = "KeyboardInterrupt" in run.err and "clockify_cli" not in run.err
    return run.code == 1 and run.out == "" and told


@pytest.mark.parametrize(
    "times", [4, *(pytest.param(times, marks=pytest.mark.long) for times in (6, 50))]
)
def test_a_signal_at_any_time_leaves_each_start_done_once_or_not_at_all(
    times: int, signed: Signed
) -> None:
    person, fake = signed
    chance = random.Random(times)
    promises = []
    for turn in range(times):
        token = f"{ASKED}random{turn}."
        number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        process = person.program.start("add", token, "yesterday", "9-9:01", "--overlap", "--json")
        try:
            process.wait(chance.uniform(0.05, 0.5))
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        run = ended(process)
        # Before the program handles signals, a signal ends it as it does any other.
        early = run.code == -number or _python_had_not_started(run)
        assert early or run.code in (0, 130, 143), run
        assert early or "Traceback" not in run.err, run
        final = Told((), run, 0.0).entries if run.out else []
        promises.append(Promise(token, final[-1] if final else {}, kept=bool(final)))
    assert list(settled(person)) == []
    assert violations(person, fake, promises, ASKED) == []
