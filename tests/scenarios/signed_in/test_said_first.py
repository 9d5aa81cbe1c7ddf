"""Tests that a terminal shows a change before Clockify is asked; others see it afterwards."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, Done

ROOT = Path(__file__).parents[3]
POST = {"method": "POST", "path": "/time-entries$"}


@pytest.fixture
def person(clockify: Bench) -> Bench:
    """A signed-in home whose user is at a terminal."""
    clockify.screen = True
    return clockify


def watched(clockify: Bench, *args: str) -> tuple[list[str], Done]:
    """Return the lines on the screen when the first request arrives, and the whole run."""
    seen: list[str] = []

    def look() -> None:
        if clockify.shown is not None:
            raw = clockify.shown.buffer
            assert isinstance(raw, io.BytesIO)
            seen.append(raw.getvalue().decode())

    clockify.time.on_request = look
    done = clockify(*args)
    clockify.time.on_request = bool
    assert done.requests, args
    return seen[0].splitlines(), done


def running_here(clockify: Bench) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=20)


@pytest.mark.parametrize(
    "words",
    [
        ("start", "Next"),
        ("stop",),
        ("cancel",),
        ("add", "Call", "7-8"),
        ("edit", "current", "-d", "Other"),
        ("edit", "old", "--by", "15m"),
        ("delete", "old"),
        ("split", "old", "--at", "5:30"),
        ("cut", "old", "5:10-5:20"),
        ("undo",),
        ("clients", "add", "Acme"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_the_sentence_is_on_the_screen_before_clockify_is_asked(
    person: Bench, words: tuple[str, ...]
) -> None:
    person.ok("add", "Old", "5-6")
    old = person.ok("log", "--offline", "--json").json[0]["localId"]
    running_here(person)
    first, done = watched(person, *(old if word == "old" else word for word in words))
    assert done.code == 0
    assert first
    assert done.out.splitlines() == first


@pytest.mark.parametrize("options", [(), ("--json",), ("-q",)])
def test_without_a_terminal_or_for_a_script_all_is_said_after_the_answer(
    clockify: Bench, options: tuple[str, ...]
) -> None:
    clockify.screen = bool(options)
    first, done = watched(clockify, "start", "Write spec", *options)
    assert first == []
    assert done.out


def phone_timer(clockify: Bench) -> None:
    start = datetime.fromtimestamp(clockify.time.true, UTC) - timedelta(hours=1)
    clockify.fake.add_entry(start, None, "on the phone")
    clockify.ok("sync")


def test_a_stop_of_a_timer_started_elsewhere_waits_for_the_answer(person: Bench) -> None:
    phone_timer(person)
    person.time.passes(seconds=31)
    first, done = watched(person, "stop")
    assert first == []
    assert done.out.startswith("Stopped  on the phone")


def test_a_stop_of_a_timer_read_a_moment_ago_is_said_first(person: Bench) -> None:
    phone_timer(person)
    person.time.passes(seconds=30)
    first, done = watched(person, "stop")
    assert done.out.splitlines() == first


def test_a_stop_of_a_timer_that_had_ended_says_so_on_a_second_line(person: Bench) -> None:
    running_here(person)
    (entry,) = person.fake.running()
    person.fake.change(entry, end=entry.start + 300)
    first, done = watched(person, "stop")
    assert first[0].startswith("Stopped")
    assert "10:00–10:20" in first[0]
    (second,) = done.out.splitlines()[1:]
    assert second.startswith("Had ended")
    assert "10:00–10:05" in second
    assert person.local_copy() == person.server_copy()


def test_a_stop_that_stopped_another_timer_says_so_on_a_second_line(person: Bench) -> None:
    running_here(person)
    (entry,) = person.fake.running()
    ended = entry.start + 300
    person.fake.change(entry, end=ended)
    person.fake.add_entry(datetime.fromtimestamp(ended, UTC), None, "on the phone")
    first, done = watched(person, "stop")
    assert first[0].startswith("Stopped  Write spec")
    (second,) = done.out.splitlines()[1:]
    assert second.startswith("Stopped  on the phone")
    assert "Stopped on the phone instead" in done.err


def test_a_refusal_comes_after_the_sentence_with_exit_code_6(person: Bench) -> None:
    person.fake.add_custom_field("Ticket no", required=True)
    first, done = watched(person, "add", "refused", "7-8")
    assert first[0].startswith("Added  refused")
    assert done.out.splitlines() == first
    assert done.code == 6
    assert "Clockify refused" in done.err


def test_a_stop_of_a_deleted_timer_ends_in_exit_code_3(person: Bench) -> None:
    running_here(person)
    (entry,) = person.fake.running()
    person.fake.delete(entry)
    first, done = watched(person, "stop")
    assert first[0].startswith("Stopped")
    assert done.code == 3
    assert "was deleted in Clockify" in done.err


def test_a_change_made_offline_is_said_once(person: Bench) -> None:
    done = person.ok("start", "Write spec", "--offline")
    assert done.out.count("Started") == 1
    person.fake.refuse()
    done = person.ok("stop")
    assert done.out.count("Stopped") == 1
    assert "can't be reached" in done.err


CHILD = """
import errno, os, sys
from tests.scenarios.signed_in.bench import Time
from clockify_cli.__main__ import main

class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == "requests":
            os.read(int(os.environ["GATE"]), 1)
        return None

assert "requests" not in sys.modules
sys.meta_path.insert(0, Gate())
sys.exit(main(sys.argv[1:], clock=Time(float(os.environ["TRUE"]))))
"""


@dataclass
class AtTheGate:
    """A program at a terminal that is stopped just before it loads requests."""

    process: subprocess.Popen[bytes]
    screen: int
    gate: int

    def read_until(self, word: str) -> str:
        text = ""
        while word not in text:
            ready, _, _ = select.select([self.screen], [], [], 60)
            assert ready, f"nothing more on the screen after {text!r}"
            text += os.read(self.screen, 4096).decode()
        return text

    def rest(self) -> str:
        text = b""
        try:
            while part := os.read(self.screen, 4096):
                text += part
        except OSError:
            # The program has closed the other end.
            pass
        return text.decode()


@contextmanager
def at_the_gate(clockify: Bench, *args: str) -> Iterator[AtTheGate]:
    master, slave = pty.openpty()
    held, gate = os.pipe()
    own = {
        "HOME": str(clockify.home),
        "CLOCKIFY_HOME": str(clockify.home / "clockify"),
        "PYTHONPATH": str(ROOT),
        "TZ": "Europe/Berlin",
        "LANG": "C.UTF-8",
        "TERM": "xterm",
        "PATH": os.environ["PATH"],
        "GATE": str(held),
        "TRUE": str(clockify.time.true),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, *args],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=own,
        pass_fds=(held,),
    )
    os.close(slave)
    os.close(held)
    try:
        yield AtTheGate(process, master, gate)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(gate)


def test_a_start_is_on_the_screen_before_requests_is_loaded_and_a_kill_then_loses_nothing(
    clockify: Bench,
) -> None:
    clockify.fake.forget_requests()
    with at_the_gate(clockify, "start", "Write spec") as held:
        assert "Started  Write spec" in held.read_until("10:00")
        held.process.send_signal(signal.SIGKILL)
        assert held.process.wait() == -signal.SIGKILL
    assert list(clockify.fake.requests) == []
    assert clockify.ok("status", "--json").json["entry"]["description"] == "Write spec"
    clockify.ok("sync")
    assert [each.description for each in clockify.fake.entries()] == ["Write spec"]
    assert clockify.local_copy() == clockify.server_copy()


def test_what_was_said_first_is_neither_said_nor_sent_again(clockify: Bench) -> None:
    with at_the_gate(clockify, "start", "Write spec") as held:
        held.read_until("10:00")
        os.write(held.gate, b"x")
        assert "Started" not in held.rest()
        assert held.process.wait() == 0
    assert [each.description for each in clockify.fake.running()] == ["Write spec"]


def test_a_sentence_that_cannot_be_written_keeps_nothing_from_being_sent(
    clockify: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.scenarios.signed_in import bench

    class Full(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

        def fileno(self) -> int:
            return os.open(os.devnull, os.O_WRONLY)

    clockify.strict = False
    clockify.screen = True
    monkeypatch.setattr(bench, "_Terminal", Full)
    done = clockify("start", "Write spec")
    assert done.code == 1
    assert "what was done is recorded" in done.err
    assert [each.description for each in clockify.fake.running()] == ["Write spec"]
