"""Tests of a phone's timers, the request limit and a missing network while signed in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest

from clockify_cli.errors import Unreachable
from tests.interleaving import meanwhile
from tests.scenarios.signed_in.bench import Bench, bench


def test_a_timer_of_the_phone_is_seen_when_asked_for_and_can_be_stopped(clockify: Bench) -> None:
    clockify.time.passes(minutes=10)
    clockify.fake.add_entry(clockify.time.now(), description="on the phone")
    clockify.time.passes(minutes=10)
    assert "No timer is running" in clockify.ok("status").out
    assert "on the phone" in clockify.ok("status", "--refresh").out
    done = clockify.ok("stop")
    assert "on the phone" in done.out
    assert [each.end for each in clockify.fake.entries()] == [int(clockify.time.wall())]


def test_a_timer_of_the_phone_that_nobody_knows_is_stopped_and_named(clockify: Bench) -> None:
    clockify.fake.add_entry(clockify.time.now(), description="on the phone")
    clockify.time.passes(minutes=10)
    done = clockify.ok("stop", "-d", "Call with Ada")
    assert "started elsewhere" in done.err
    assert "Call with Ada" in done.out
    (held,) = clockify.fake.entries()
    assert (held.description, held.end) == ("Call with Ada", int(clockify.time.wall()))
    assert clockify.local_copy() == clockify.server_copy()


def test_what_a_timer_of_the_phone_is_to_say_is_made_before_it_is_stopped(clockify: Bench) -> None:
    clockify.fake.add_entry(clockify.time.now(), description="on the phone")
    clockify.time.passes(minutes=10)
    words = ("stop", "-d", "Call", "-g", "deep")
    refused = clockify(*words)
    assert refused.code == 3
    assert "--create" in refused.err
    assert len(clockify.fake.running()) == 1
    clockify.ok(*words, "--create")
    (held,) = clockify.fake.entries()
    assert (held.description, held.end) == ("Call", int(clockify.time.wall()))
    assert held.tag_ids
    assert clockify.local_copy() == clockify.server_copy()
    clockify.ok("undo")
    assert [each.description for each in clockify.fake.running()] == ["on the phone"]


def test_a_timer_that_was_stopped_before_its_words_were_refused_is_not_stopped_again(
    clockify: Bench,
) -> None:
    clockify.fake.add_entry(clockify.time.now(), description="on the phone")
    clockify.time.passes(minutes=10)
    fresh = "clockify_cli.actions.clockify.freshness.fresh_timer"
    with mock.patch(fresh, side_effect=Unreachable("away")):
        done = clockify("stop", "-d", "Call", "-g", "deep", "--create")
    assert done.sent == ["PATCH time-entries"]
    assert done.code == 3
    assert "Stopped" in done.out
    assert 'no tag named "deep"' in done.err
    assert clockify.fake.running() == []


def test_a_stop_of_what_nobody_knows_says_what_it_cannot_record(clockify: Bench) -> None:
    done = clockify.ok("stop", "--offline", "-d", "Call")
    assert "The other fields you gave are not recorded" in done.err


def test_a_timer_that_ended_on_the_phone_is_not_ended_again(clockify: Bench) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    (held,) = clockify.fake.entries()
    clockify.fake.change(held, end=int(clockify.time.wall()))
    clockify.time.passes(minutes=10)
    done = clockify("stop")
    assert done.code in (0, 3)
    (now,) = clockify.fake.entries()
    assert now.end == held.start + 600
    assert "10:10" in done.out + done.err
    assert clockify.local_copy() == clockify.server_copy()


def test_a_timer_that_was_deleted_on_the_phone_cannot_be_stopped(clockify: Bench) -> None:
    clockify.ok("add", "Before", "8-9")
    clockify.ok("start", "Write spec")
    clockify.fake.delete(clockify.fake.running()[0])
    clockify.time.passes(minutes=10)
    done = clockify("stop")
    assert done.code == 3
    assert "Write spec, 2026-11-24 10:00–10:10, was deleted in Clockify" in done.err
    assert "`clockify add`" in done.err
    assert clockify.local_copy() == clockify.server_copy()
    assert "Write spec, which was deleted in Clockify" in clockify.ok("history").out


@pytest.mark.parametrize("words", [(), ("-d", "Written")])
def test_a_stop_that_waited_says_that_its_timer_was_deleted_meanwhile(
    clockify: Bench, words: tuple[str, ...]
) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    clockify.ok("stop", "--offline", *words)
    clockify.fake.delete(clockify.fake.running()[0])
    done = clockify.ok("sync")
    assert "10:00–10:10, was deleted in Clockify before it was stopped" in done.err
    assert clockify.local_copy() == clockify.server_copy()


def test_a_stop_that_waited_says_which_end_stands(clockify: Bench) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    (held,) = clockify.fake.running()
    clockify.fake.change(held, end=int(clockify.time.wall()))
    clockify.time.passes(minutes=10)
    clockify.ok("stop", "--offline")
    done = clockify.ok("sync")
    assert (
        "Write spec had already ended in Clockify, at 10:10; kept that time, not 10:20." in done.err
    )
    assert clockify.local_copy() == clockify.server_copy()


@pytest.mark.parametrize("when", ["at once", "later"])
def test_a_stop_that_says_more_says_which_end_stands(clockify: Bench, when: str) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    (held,) = clockify.fake.running()
    clockify.fake.change(held, end=int(clockify.time.wall()))
    clockify.time.passes(minutes=10)
    words = ("stop", "-d", "Written")
    if when == "later":
        clockify.ok(*words, "--offline")
    done = clockify.ok("sync") if when == "later" else clockify.ok(*words)
    assert "Written had already ended in Clockify, at 10:10; kept that time, not 10:20." in done.err
    (now,) = clockify.fake.entries()
    assert (now.description, now.end) == ("Written", held.start + 600)
    assert clockify.local_copy() == clockify.server_copy()


def test_a_stop_of_whatever_runs_that_waited_says_that_nothing_did(clockify: Bench) -> None:
    clockify.ok("stop", "--offline")
    assert (
        "No timer was running in Clockify at 10:00; nothing was stopped." in clockify.ok("sync").err
    )


def test_a_stop_that_says_more_keeps_what_the_phone_changed_a_moment_ago(
    clockify: Bench,
) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    (held,) = clockify.fake.running()
    clockify.fake.change(held, start=held.start - 300, billable=not held.billable)
    assert clockify.ok("stop", "-d", "Written").sent == [f"GET {held.id}", f"PUT {held.id}"]
    (now,) = clockify.fake.entries()
    assert (now.description, now.start, now.billable) == (
        "Written",
        held.start - 300,
        not held.billable,
    )
    assert clockify.local_copy() == clockify.server_copy()


def test_an_undo_keeps_what_the_phone_changed_a_moment_ago(clockify: Bench) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(minutes=10)
    clockify.ok("stop")
    (held,) = clockify.fake.entries()
    clockify.fake.change(held, start=held.start - 300)
    clockify.ok("undo")
    (now,) = clockify.fake.entries()
    assert (now.start, now.end) == (held.start - 300, None)
    assert clockify.local_copy() == clockify.server_copy()


def test_at_the_limit_changes_are_kept_and_reading_answers_from_the_copy(free: Bench) -> None:
    free.ok("log")
    for number in range(40):
        free.time.passes(seconds=20)
        done = free.ok("add", f"Work {number}", "--for", "1m", "--overlap")
    assert "request limit is reached; `clockify sync` after" in done.err
    free.time.passes(minutes=6)
    for words in (("start", "more"), ("stop",), ("log",), ("report",), ("status",)):
        done = free.ok(*words)
        assert done.requests == ()
        if words[0] in ("start", "stop"):
            assert "request limit" in done.err
    assert "From your local copy of 11:00" in free.ok("log").err
    assert free("log", "--refresh").code == 8
    free.time.passes(hours=1)
    free.ok("sync")
    assert free.local_copy() == free.server_copy()


def test_at_the_limit_of_others_a_429_says_when_it_goes_on(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE", retry_after=True) as clockify:
        clockify.login()
        clockify.time.passes(hours=1)
        clockify.fake.fault("S11", retry_after=1200)
        done = clockify.ok("add", "Work", "--for", "5m")
        assert "after 11:20" in done.err
        clockify.time.passes(minutes=10)
        assert clockify.ok("add", "More", "--for", "5m").requests == ()
        clockify.time.passes(minutes=11)
        clockify.ok("sync")
        assert len(clockify.fake.entries()) == 2


def test_without_a_network_the_copy_answers_and_says_how_old_it_is(clockify: Bench) -> None:
    clockify.ok("add", "Standup", "7-7:30")
    clockify.time.passes(minutes=20)
    clockify.fake.refuse()
    for words in (("log",), ("report",), ("report", "year"), ("timesheet",)):
        done = clockify.ok(*words)
        assert "From your local copy of 10:00" in done.err
        assert "can't be reached" in done.err
    for words in (("report",), ("report", "year"), ("timesheet",), ("status",)):
        assert clockify.ok(*words, "--json").json["asOf"] == "2026-11-24T09:00:00Z"
    assert "Standup" in clockify.ok("log").out
    clockify.time.passes(hours=30)
    done = clockify.ok("projects")
    assert "From your local copy of 2026-11-24 10:00" in done.err


def test_without_a_network_what_was_never_fetched_exits_7(clockify: Bench) -> None:
    clockify.fake.refuse()
    for words in (("log", "2029"), ("report", "2029"), ("log", "--refresh"), ("sync",)):
        done = clockify(*words)
        assert done.code == 7
        assert done.out == ""
    assert clockify("log", "2029", "--offline").code in (0, 7)


def test_without_a_network_every_change_is_kept_and_said_to_wait(clockify: Bench) -> None:
    clockify.fake.refuse()
    for words in (("start", "A"), ("stop",), ("add", "B", "7-8"), ("delete", "last"), ("undo",)):
        clockify.time.passes(minutes=3)
        done = clockify.ok(*words)
        # Deleting what was never sent leaves nothing to send.
        waits = "1 other change still waits" if words[0] == "delete" else "Saved. "
        assert waits in done.err
    clockify.fake.accept_again()
    clockify.time.passes(minutes=3)
    clockify.ok("sync")
    assert clockify.local_copy() == clockify.server_copy()
    assert len(clockify.fake.entries()) == 2


def test_a_stop_without_a_network_of_what_nobody_knows_is_said_and_done_later(
    clockify: Bench,
) -> None:
    started = clockify.time.now()
    clockify.fake.add_entry(started, description="on the phone")
    clockify.time.passes(minutes=10)
    clockify.fake.refuse()
    done = clockify.ok("stop")
    assert "any timer running in Clockify will be stopped as of 10:10" in done.err
    clockify.fake.accept_again()
    clockify.time.passes(minutes=10)
    clockify.ok("sync")
    (held,) = clockify.fake.entries()
    assert held.end == int((started + timedelta(minutes=10)).timestamp())


def test_a_name_that_stays_reserved_is_refused_with_what_waits_for_it(tmp_path: Path) -> None:
    with bench(tmp_path, deleted_name="reserved") as clockify:
        clockify.login()
        clockify.ok("projects", "add", "Website")
        clockify.ok("undo")
        done = clockify("add", "Work", "7-8", "-p", "Website", "--create")
        assert done.code == 6
        assert "already exists" in done.err
        assert "waiting behind another that needs your decision" in done.err


@pytest.mark.parametrize("moment", ["stop", "_stop_unknown", "recorded"])
def test_a_timer_that_another_terminal_starts_while_stop_looks_is_the_one_it_stops(
    clockify: Bench, moment: str
) -> None:
    with meanwhile(moment, lambda: clockify.ok("start", "Meanwhile")) as left:
        done = clockify.ok("stop")
    assert left == []
    assert "elsewhere" not in done.err
    assert clockify.fake.running() == []
    assert clockify.local_copy() == clockify.server_copy()
    assert clockify.ok("queue", "--json").json == []


def test_what_another_terminal_deletes_at_once_is_not_recorded_again(clockify: Bench) -> None:
    clockify.time.passes(days=2)
    with meanwhile("done", lambda: clockify.ok("delete", "last", "--offline")) as left:
        done = clockify.ok("add", "Once", "8-9")
    assert left == []
    assert "Once" in done.out
    assert clockify.fake.entries() == []
    assert len(clockify.ok("history", "--json").json) == 2


@pytest.mark.parametrize(
    ("begun", "ended"),
    [
        (("start", "A"), ("stop",)),
        (("start", "A"), ("start", "B")),
        (("start", "A"), ("stop", "-g", "mine", "--create")),
    ],
)
@pytest.mark.parametrize("offline", [(), ("--offline",)])
def test_undo_of_an_end_leaves_what_was_said_on_the_web(
    clockify: Bench, begun: tuple[str, ...], ended: tuple[str, ...], offline: tuple[str, ...]
) -> None:
    project = clockify.fake.add_project("Web")
    clockify.ok("sync", "--refresh")
    clockify.ok(*begun)
    clockify.time.passes(minutes=2)
    (entry,) = clockify.fake.entries()
    clockify.fake.change(entry, description="A on the web", project_id=project.id)
    clockify.ok(*ended, *offline)
    if offline:
        clockify("sync")
    clockify("undo")
    found = [each for each in clockify.fake.entries() if each.id == entry.id]
    assert [(each.description, each.project_id) for each in found] == [("A on the web", project.id)]
    clockify("redo")
    found = [each for each in clockify.fake.entries() if each.id == entry.id]
    assert [(each.description, each.project_id) for each in found] == [("A on the web", project.id)]
    assert clockify.local_copy() == clockify.server_copy()


def test_undo_of_a_stop_leaves_the_timer_that_runs_by_then(each_reading: Bench) -> None:
    each_reading.ok("start", "A")
    each_reading.time.passes(minutes=5)
    each_reading.ok("stop")
    each_reading.time.passes(minutes=6)
    each_reading.fake.add_entry(each_reading.time.now(), None, "on the web")
    each_reading.time.passes(seconds=30)
    done = each_reading("undo")
    assert done.code == 9
    assert '"on the web" is running' in done.err
    assert [each.description for each in each_reading.fake.running()] == ["on the web"]


def test_undo_of_an_add_does_not_delete_what_was_changed_on_the_web(clockify: Bench) -> None:
    clockify.ok("add", "Standup", "7-7:30")
    clockify.fake.change(clockify.fake.entries()[0], description="Planning")
    assert clockify("undo").code == 9
    assert [each.description for each in clockify.fake.entries()] == ["Planning"]
