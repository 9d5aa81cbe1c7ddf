"""Tests of whole days: a working day with thirty requests an hour, a day without a network."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench, bench


def busiest_hour(clockify: Bench) -> int:
    """Return the most requests that the server saw within any hour."""
    times = [request.time for request in clockify.fake.requests]
    return max(sum(at - 3600 < other <= at for other in times) for at in times)


def refused(clockify: Bench) -> list[int]:
    return [each.number for each in clockify.fake.requests if each.status == 429]


def working_day(clockify: Bench, seed: int, changes: int, reads: int) -> None:
    """Work for nine hours with *changes*, *reads* of an old copy, and a status now and then."""
    chance = random.Random(seed)
    kinds = ["change"] * changes + ["read"] * reads + ["status"] * 30
    chance.shuffle(kinds)
    pause = timedelta(hours=9) / len(kinds)
    running = False
    for number, kind in enumerate(kinds):
        clockify.time.sleep(pause.total_seconds())
        if kind == "status":
            assert clockify.ok("status").requests == ()
        elif kind == "read":
            clockify.ok(*chance.choice((("log",), ("report",), ("log", "week"), ("timesheet",))))
        else:
            running = one_change(clockify, chance, running, number)
    if running:
        clockify.ok("stop")


def one_change(clockify: Bench, chance: random.Random, running: bool, number: int) -> bool:
    word = chance.choice(("start", "start", "stop", "add", "delete", "undo", "resume"))
    if word == "stop" and running:
        clockify.ok("stop")
        return False
    if word in ("start", "stop"):
        clockify.ok("start", f"Work {number}")
        return True
    if word == "add":
        clockify.ok("add", f"Before {number}", "--for", "5m", "--overlap")
        return running
    clockify(word, *(("last",) if word in ("delete", "resume") else ()))
    return bool(clockify.fake.running())


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in (1, 2))])
def test_a_working_day_on_a_free_workspace_stays_under_thirty_requests_an_hour(
    free: Bench, seed: int
) -> None:
    working_day(free, seed, changes=20, reads=10)
    assert busiest_hour(free) < 30
    assert refused(free) == []
    assert free.ok("status", "--json").json["pending"] == 0
    assert free.local_copy() == free.server_copy()


@pytest.mark.long
@pytest.mark.parametrize("retry_after", [False, True])
def test_a_hectic_day_is_never_refused_by_the_server_and_loses_nothing(
    tmp_path: Path, retry_after: bool
) -> None:
    with bench(tmp_path, plan="FREE", retry_after=retry_after) as clockify:
        clockify.login()
        working_day(clockify, 7, changes=300, reads=100)
        assert refused(clockify) == []
        assert busiest_hour(clockify) <= 30
        clockify.time.passes(hours=2)
        clockify("sync")
        clockify.time.passes(hours=2)
        clockify.ok("sync")
        assert clockify.local_copy() == clockify.server_copy()


def forty_entries(clockify: Bench, *options: str) -> list[tuple[int, str]]:
    """Add forty entries, one every quarter of an hour; return starts and descriptions."""
    made = []
    for number in range(40):
        clockify.time.passes(minutes=15)
        made.append((int(clockify.time.wall()) - 600, f"Work {number}"))
        done = clockify.ok("add", f"Work {number}", "--for", "10m", *options)
        assert done.requests == ()
    return made


def on_server(clockify: Bench) -> list[tuple[int, str]]:
    return sorted((entry.start, entry.description) for entry in clockify.fake.entries())


LONG = pytest.mark.long


def offline_day(clockify: Bench, how: str) -> list[tuple[int, str]]:
    if how == "--offline":
        return forty_entries(clockify, "--offline")
    clockify.fake.refuse()
    made = forty_entries(clockify)
    clockify.fake.accept_again()
    return made


@pytest.mark.parametrize("cut_off", ["no network", pytest.param("--offline", marks=LONG)])
def test_a_day_offline_is_sent_by_one_sync_in_42_requests(clockify: Bench, cut_off: str) -> None:
    made = offline_day(clockify, cut_off)
    done = clockify.ok("sync")
    assert len(done.requests) <= 42
    assert on_server(clockify) == sorted(made)
    assert clockify.local_copy() == clockify.server_copy()


@pytest.mark.parametrize("cut_off", ["--offline", pytest.param("no network", marks=LONG)])
def test_a_day_offline_is_sent_window_by_window_on_a_free_plan(free: Bench, cut_off: str) -> None:
    made = offline_day(free, cut_off)
    first = free("sync", "--json")
    assert first.code == 8
    assert 20 <= len(on_server(free)) < 40
    # Winter time in Berlin is one hour ahead of UTC: the window opens one hour from now.
    opens = f"{free.time.now() + timedelta(hours=2):%H:%M}"
    assert opens in first.error["hint"]
    again = free("sync")
    assert (again.code, again.requests) == (8, ())
    assert opens in again.err
    free.time.passes(hours=1)
    second = free("sync")
    assert second.code == 0
    assert on_server(free) == sorted(made)
    assert free.local_copy() == free.server_copy()
    assert refused(free) == []


def test_starts_and_stops_of_a_day_offline_become_one_request_each(clockify: Bench) -> None:
    for number in range(20):
        clockify.time.passes(minutes=20)
        clockify.ok("start", f"Work {number}", "--offline")
    clockify.time.passes(minutes=20)
    clockify.ok("stop", "--offline")
    done = clockify.ok("sync")
    assert len(done.requests) <= 22
    assert [each.description for each in clockify.fake.running()] == []
    assert clockify.local_copy() == clockify.server_copy()


@pytest.fixture
def lossy(tmp_path: Path) -> Iterator[Bench]:
    with bench(tmp_path) as found:
        found.login()
        yield found


def test_a_lost_answer_in_the_middle_of_a_day_doubles_nothing(lossy: Bench) -> None:
    for number in range(6):
        lossy.time.passes(minutes=10)
        if number == 2:
            lossy.fake.fault("S5", match={"method": "POST", "path": "/time-entries$"})
        lossy.ok("add", f"Work {number}", "--for", "5m")
    lossy.time.passes(minutes=10)
    lossy.ok("sync")
    assert [name for _, name in on_server(lossy)] == [f"Work {number}" for number in range(6)]
    assert lossy.local_copy() == lossy.server_copy()


@pytest.mark.parametrize("words", ["stop", "start Next", "add Before --for 1m --overlap", "cancel"])
def test_a_night_slept_in_the_middle_of_a_command_changes_nothing_that_it_says(
    clockify: Bench, words: str
) -> None:
    clockify.ok("start", "Evening")
    clockify.time.passes(minutes=10)
    said = int(clockify.time.wall())
    clockify.time.asleep = 9 * 3600
    clockify.ok(*words.split())
    assert clockify.time.wall() > said + 3600
    for _ in range(2):
        clockify.time.passes(minutes=5)
        clockify.ok("sync")
    moments = {moment for entry in clockify.fake.entries() for moment in (entry.start, entry.end)}
    assert moments <= {said, said - 600, said - 60, None}
    assert clockify.local_copy() == clockify.server_copy()
