"""Tests of what surprised a new user: numbers, stops and words that affected too much."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fake_clockify import FakeClockify
from tests.faults.person import Person

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


@pytest.fixture
def fake() -> Iterator[FakeClockify]:
    with FakeClockify(plan="PRO") as server:
        yield server


@pytest.fixture
def run(tmp_path: Path) -> Run:
    person = Person(tmp_path, environ={"CLOCKIFY_TZ": "UTC"})

    def run_it(*args: str, given: str = "") -> Done:
        done = person(*args, typed=given).run
        return Done(args, done.code, done.out, done.err)

    return run_it


def sign_in(run: Run, fake: FakeClockify) -> None:
    assert run("login", "--with-key", "--api-url", fake.url, given=fake.key).returncode == 0


def test_a_number_does_not_reach_into_another_workspace(run: Run, fake: FakeClockify) -> None:
    run("add", "Local one", "--for", "10m")
    run("log", "all")
    sign_in(run, fake)
    done = run("delete", "@1")
    assert done.returncode == 3
    assert "an entry of another workspace" in done.stderr
    assert "Local one" in run("log", "all", "-w", "local").stdout


def test_a_stop_that_stopped_nothing_is_nothing_to_undo(run: Run, fake: FakeClockify) -> None:
    sign_in(run, fake)
    run("add", "Before", "--for", "10m")
    assert run("stop").returncode == 3
    done = run("undo")
    assert "add Before" in done.stdout
    assert not fake.entries(fake.workspace_id, fake.user_id)


def test_an_undone_stop_of_a_timer_from_the_phone_lets_it_run_again(
    run: Run, fake: FakeClockify
) -> None:
    sign_in(run, fake)
    yesterday = datetime.fromtimestamp(int(fake.clock.now()) - 26 * 3600, UTC)
    fake.add_entry(yesterday.isoformat(), None, "on the phone")
    assert "on the phone" in run("stop", "--yes").stdout
    assert fake.running() == []
    assert run("undo").returncode == 0
    assert [entry.description for entry in fake.running()] == ["on the phone"]


def test_what_was_never_sent_is_not_called_lost_nor_sent(run: Run, fake: FakeClockify) -> None:
    sign_in(run, fake)
    fake.refuse()
    run("start", "Off the grid")
    told = [run("stop"), run("delete", "last"), run("undo")]
    assert not any("did not answer" in done.stderr for done in told)
    states = [line.split("\t")[4] for line in run("history").stdout.splitlines()]
    assert "sent" not in states


def test_a_refused_key_moves_nothing_out_of_local(run: Run, fake: FakeClockify) -> None:
    run("add", "Local one", "--for", "10m")
    sign_in(run, fake)
    fake.revoke_key(fake.key)
    assert run("login", "--send-local").returncode == 4
    assert "Local one" in run("log", "all", "-w", "local").stdout


def test_a_timer_started_later_elsewhere_is_not_cut_by_one_that_waited(
    run: Run, fake: FakeClockify
) -> None:
    sign_in(run, fake)
    run("start", "Waited", "--offline")
    later = datetime.fromtimestamp(fake.clock.now() + 2, UTC)
    fake.add_entry(later.isoformat(), None, "On the web")
    run("sync")
    assert [entry.description for entry in fake.running()] == ["On the web"]


def test_a_stop_that_waited_stops_no_timer_that_began_since(run: Run, fake: FakeClockify) -> None:
    sign_in(run, fake)
    run("start", "Mine", "--at", "-5m")
    run("stop", "--offline")
    (mine,) = fake.running()
    now = fake.clock.now()
    fake.change(mine, end=int(now) - 60)
    fake.add_entry(datetime.fromtimestamp(now, UTC).isoformat(), None, "On the web")
    assert run("sync").returncode == 0
    assert [entry.description for entry in fake.running()] == ["On the web"]
    assert [e.end for e in fake.entries(fake.workspace_id, fake.user_id) if e.id == mine.id] == [
        int(now) - 60
    ]
