"""Tests of a timer with a planned end at Clockify: it runs there until then, one stop ends it."""

from __future__ import annotations

import pytest

from tests.scenarios.signed_in.bench import Bench


@pytest.fixture
def begun(clockify: Bench) -> Bench:
    clockify.ok("start", "Write", "--for", "25m")
    clockify.time.passes(minutes=10)
    return clockify


def lengths(clockify: Bench) -> list[int]:
    return [entry.end - entry.start for entry in clockify.fake.entries() if entry.end is not None]


def stops(clockify: Bench) -> int:
    return len([each for each in clockify.fake.requests if each.method in ("PATCH", "PUT")])


def test_it_runs_there_until_the_first_command_after_its_end(begun: Bench) -> None:
    begun.ok("log")
    assert len(begun.fake.running()) == 1
    begun.time.passes(minutes=30)
    begun.ok("log")
    assert lengths(begun) == [25 * 60]
    assert begun.local_copy() == begun.server_copy()
    assert stops(begun) == 1
    begun.ok("sync")
    begun.ok("status")
    assert stops(begun) == 1


def test_a_prompt_ends_it_without_a_request_and_the_next_command_sends_it(begun: Bench) -> None:
    begun.time.passes(minutes=30)
    assert begun.ok("status", "--short").requests == ()
    assert len(begun.fake.running()) == 1
    begun.ok("sync")
    assert (lengths(begun), stops(begun)) == ([25 * 60], 1)


def test_unreachable_it_ends_here_and_is_sent_once_later(begun: Bench) -> None:
    begun.time.passes(minutes=30)
    begun.fake.refuse()
    begun.ok("status")
    begun.fake.accept_again()
    begun.time.passes(minutes=5)
    begun.ok("sync")
    assert (lengths(begun), stops(begun)) == ([25 * 60], 1)
    assert begun.local_copy() == begun.server_copy()


def test_stopped_on_the_phone_before_it_keeps_that_end(begun: Bench) -> None:
    (running,) = begun.fake.running()
    begun.fake.change(running, end=running.start + 15 * 60)
    begun.time.passes(minutes=30)
    begun.ok("log", "--refresh")
    begun.ok("sync")
    assert lengths(begun) == [15 * 60]
    assert begun.local_copy() == begun.server_copy()


def test_what_the_workspace_requires_keeps_it_running_and_says_so(begun: Bench) -> None:
    begun.fake.set_settings(forceProjects=True)
    begun.ok("workspaces", "--refresh")
    begun.time.passes(minutes=30)
    done = begun.ok("log")
    assert "was planned to end at" in done.err
    assert len(begun.fake.running()) == 1
    begun.ok("stop", "-p", "Website", "--create")
    assert lengths(begun) == [25 * 60]


def test_undo_of_the_end_lets_it_run_on_there(begun: Bench) -> None:
    begun.time.passes(minutes=30)
    begun.ok("log")
    begun.ok("undo", "--yes")
    begun.ok("sync")
    assert begun.local_copy() == begun.server_copy()
    assert [entry.description for entry in begun.fake.running()] == ["Write"]


def test_a_timer_sent_from_this_computer_keeps_its_planned_end(stranger: Bench) -> None:
    stranger.ok("start", "Write", "--for", "25m")
    stranger.time.passes(minutes=10)
    plan = stranger.ok("status", "--json").json["plannedEnd"]
    stranger.login()
    looked = stranger.ok("login", "-n", "--send-local")
    assert "Write" in looked.out
    assert stranger.ok("status", "--json", "-w", "local").json["plannedEnd"] == plan
    stranger.ok("login", "--send-local")
    assert stranger.ok("status", "--json").json["plannedEnd"] == plan
    assert [entry.description for entry in stranger.fake.running()] == ["Write"]
    stranger.time.passes(minutes=30)
    stranger.ok("log")
    assert (lengths(stranger), stops(stranger)) == ([25 * 60], 1)
    assert stranger.local_copy() == stranger.server_copy()
