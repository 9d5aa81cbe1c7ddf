"""Tests of how many requests each command sends."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.fake_clockify import worlds
from tests.scenarios.signed_in.bench import Bench, bench


@pytest.mark.parametrize(
    ("page_cap", "client_in_list"),
    [
        (1000, False),
        pytest.param(1000, True, marks=pytest.mark.long),
        pytest.param(5000, False, marks=pytest.mark.long),
        pytest.param(5000, True, marks=pytest.mark.long),
    ],
)
def test_signing_in_copies_a_year_of_2000_entries_in_8_requests(
    tmp_path: Path, page_cap: int, client_in_list: bool
) -> None:
    with bench(tmp_path, page_cap=page_cap, client_in_list=client_in_list) as clockify:
        clockify.time.true = datetime(2024, 12, 20, 18, tzinfo=UTC).timestamp()
        worlds.fill(clockify.fake, 2000)
        done = clockify.login()
        assert len(done.requests) <= 8
        assert clockify.local_copy() == clockify.server_copy()
        assert clockify("projects", "list").requests == ()
        assert clockify("log").requests == ()


def test_start_costs_one_request_while_the_copy_is_fresh_and_idle(each_reading: Bench) -> None:
    assert each_reading.ok("start", "Write spec").sent == ["POST time-entries"]
    assert_same(each_reading, ["Write spec"], running="Write spec")


def test_start_costs_two_requests_while_the_copy_shows_a_timer(each_reading: Bench) -> None:
    each_reading.ok("start", "First")
    each_reading.time.passes(minutes=2)
    assert each_reading.ok("start", "Second").sent == ["PATCH time-entries", "POST time-entries"]
    assert_same(each_reading, ["First", "Second"], running="Second")


def test_start_costs_two_requests_while_the_copy_is_stale(each_reading: Bench) -> None:
    each_reading.time.passes(minutes=6)
    done = each_reading.ok("start", "Write spec")
    assert done.sent == ["PATCH time-entries", "POST time-entries"]
    assert_same(each_reading, ["Write spec"], running="Write spec")


def test_a_timer_that_the_fresh_copy_does_not_know_ends_as_another_starts(
    each_reading: Bench,
) -> None:
    clockify = each_reading
    started = clockify.time.now()
    clockify.time.passes(minutes=1)
    clockify.fake.add_entry(started, description="on the phone")
    done = clockify.ok("start", "here")
    assert len(done.requests) <= 3
    held = {entry.description: entry for entry in clockify.fake.entries()}
    assert held["here"].end is None
    if clockify.fake.switches.second_running != "allowed":
        assert held["on the phone"].end == int(clockify.time.wall())


def test_a_plain_stop_costs_one_request(each_reading: Bench) -> None:
    each_reading.ok("start", "Write spec")
    each_reading.time.passes(minutes=50)
    assert each_reading.ok("stop").sent == ["PATCH time-entries"]
    assert_same(each_reading, ["Write spec"])


@pytest.mark.parametrize("minutes", [2, 50])
def test_a_stop_that_completes_the_entry_asks_before(each_reading: Bench, minutes: int) -> None:
    each_reading.ok("start", "Write")
    each_reading.time.passes(minutes=minutes)
    done = each_reading.ok("stop", "-d", "Write spec")
    assert [sent[:4] for sent in done.sent] == ["GET ", "PUT "]
    assert_same(each_reading, ["Write spec"])


def test_add_costs_one_request_however_old_the_copy_is(each_reading: Bench) -> None:
    each_reading.time.passes(hours=3)
    assert each_reading.ok("add", "Standup", "7-7:30").sent == ["POST time-entries"]
    assert_same(each_reading, ["Standup"])


def test_delete_costs_one_request_while_the_copy_is_fresh(each_reading: Bench) -> None:
    each_reading.ok("add", "Standup", "7-7:30")
    assert [sent[:6] for sent in each_reading.ok("delete", "last").sent] == ["DELETE"]
    assert_same(each_reading, [])


def test_delete_asks_first_where_the_copy_is_stale(each_reading: Bench) -> None:
    each_reading.ok("add", "Standup", "7-7:30")
    each_reading.time.passes(minutes=30)
    done = each_reading.ok("delete", "last")
    assert [request.method for request in done.requests] == ["GET", "DELETE"]
    assert_same(each_reading, [])


def test_resume_costs_what_a_start_costs(each_reading: Bench) -> None:
    each_reading.ok("add", "Standup", "7-7:30")
    assert each_reading.ok("resume").sent == ["POST time-entries"]
    assert_same(each_reading, ["Standup", "Standup"], running="Standup")


def test_cancel_costs_one_request_while_the_copy_is_fresh(each_reading: Bench) -> None:
    each_reading.ok("start", "By mistake")
    each_reading.time.passes(minutes=1)
    assert [request.method for request in each_reading.ok("cancel").requests] == ["DELETE"]
    assert_same(each_reading, [])


def test_undo_looks_at_what_it_takes_away_and_redo_costs_one_request(each_reading: Bench) -> None:
    each_reading.ok("add", "Standup", "7-7:30")
    assert [each.method for each in each_reading.ok("undo").requests] == ["GET", "DELETE"]
    assert_same(each_reading, [])
    assert [each.method for each in each_reading.ok("redo").requests] == ["POST"]
    assert_same(each_reading, ["Standup"])


def test_undoing_a_start_over_a_timer_costs_four_requests_and_lets_that_go_on(
    each_reading: Bench,
) -> None:
    each_reading.ok("start", "First")
    each_reading.time.passes(minutes=2)
    each_reading.ok("start", "By mistake")
    assert len(each_reading.ok("undo").requests) == 4
    assert_same(each_reading, ["First"], running="First")


def test_undoing_a_stop_costs_two_requests(each_reading: Bench) -> None:
    each_reading.ok("start", "First")
    each_reading.time.passes(minutes=2)
    each_reading.ok("stop")
    assert len(each_reading.ok("undo").requests) == 2
    assert_same(each_reading, ["First"], running="First")


def test_undoing_a_stop_on_an_old_copy_asks_what_runs_too(each_reading: Bench) -> None:
    each_reading.ok("start", "First")
    each_reading.time.passes(minutes=2)
    each_reading.ok("stop")
    each_reading.time.passes(minutes=6)
    assert len(each_reading.ok("undo").requests) == 3
    assert_same(each_reading, ["First"], running="First")


def test_a_stop_of_nothing_costs_one_request_however_old_the_names_are(
    each_reading: Bench,
) -> None:
    each_reading.time.passes(days=3)
    done = each_reading("stop")
    assert (done.code, done.sent) == (3, ["PATCH time-entries"])


@pytest.mark.parametrize(
    "words",
    [
        "status",
        "status --short",
        "status --check",
        "status --json",
        "status --template {project}",
        "status --format waybar",
        "whoami",
        "history",
        "queue",
    ],
)
def test_what_is_known_here_asks_nothing_however_old_the_copy_is(
    clockify: Bench, words: str
) -> None:
    clockify.ok("start", "Write spec")
    clockify.time.passes(hours=30)
    assert clockify.ok(*words.split()).requests == ()


@pytest.mark.parametrize("words", ["", "-p ", "-g "])
def test_completing_a_word_asks_nothing_however_old_the_copy_is(
    clockify: Bench, words: str
) -> None:
    clockify.fake.add_project("Website")
    clockify.time.passes(hours=30)
    before, _, typed = f"start {words}".rpartition(" ")
    done = clockify.ok("__complete", str(len(before.split())), *before.split(), typed)
    assert done.requests == ()
    assert ("Website" in done.out) is False


@pytest.mark.parametrize(
    "words", ["log", "report", "report year", "timesheet", "projects", "clients", "tags", "export"]
)
def test_reading_a_fresh_copy_asks_nothing(clockify: Bench, words: str) -> None:
    clockify.ok("add", "Standup", "7-7:30")
    clockify.time.passes(minutes=4)
    assert clockify.ok(*words.split()).requests == ()


READS = ("log", "log week", "report", "report year", "report all", "timesheet", "export")


@pytest.mark.parametrize("words", READS)
def test_reading_a_stale_copy_asks_once(clockify: Bench, words: str) -> None:
    assert_asks_once(clockify, words)


@pytest.mark.parametrize(
    "words", ["log", *(pytest.param(words, marks=pytest.mark.long) for words in READS[1:])]
)
def test_reading_a_stale_copy_asks_once_whatever_is_uncertain(
    each_reading: Bench, words: str
) -> None:
    assert_asks_once(each_reading, words)


def assert_asks_once(clockify: Bench, words: str) -> None:
    """Assert that the command *words* costs one request on an old copy, and then none."""
    clockify.ok("add", "Standup", "7-7:30")
    clockify.time.passes(minutes=6)
    clockify.fake.add_entry("2026-11-24T07:00:00Z", "2026-11-24T08:00:00Z", "on the web")
    done = clockify.ok(*words.split())
    assert done.sent == ["GET time-entries"]
    assert_same(clockify, ["Standup", "on the web"])
    assert clockify.ok(*words.split()).requests == ()


def test_on_a_free_plan_what_one_command_fetched_serves_the_next_ones(free: Bench) -> None:
    asked = [free.ok(*words) for words in (("log",), ("report",), ("report", "month"))]
    assert [len(done.requests) for done in asked] == [1, 0, 0]


def test_names_that_are_a_day_old_cost_one_request_a_kind(clockify: Bench) -> None:
    clockify.fake.add_project("Website")
    clockify.time.passes(hours=25)
    done = clockify.ok("projects")
    assert done.sent == ["GET projects"]
    assert "Website" in done.out
    assert clockify.ok("projects").requests == ()


def test_sync_with_nothing_to_do_costs_one_request(each_reading: Bench) -> None:
    each_reading.ok("add", "Standup", "7-7:30")
    each_reading.time.passes(minutes=30)
    assert each_reading.ok("sync").sent == ["GET time-entries"]


def test_an_unknown_name_is_asked_about_once_a_minute(clockify: Bench) -> None:
    clockify.time.passes(minutes=2)
    clockify.fake.add_project("Website")
    assert len(clockify.ok("start", "x", "-p", "Website").requests) <= 4
    assert clockify("start", "x", "-p", "Nowhere").requests == ()
    clockify.time.passes(minutes=2)
    assert 1 <= len(clockify("start", "x", "-p", "Nowhere").requests) <= 3


def assert_same(clockify: Bench, described: list[str], running: str | None = None) -> None:
    """Assert that server and copy have exactly these entries, with *running* as the timer."""
    held = clockify.fake.entries()
    assert sorted(entry.description for entry in held) == sorted(described)
    runs = [entry.description for entry in held if entry.end is None]
    assert runs == ([running] if running else [])
    assert clockify.local_copy() == clockify.server_copy()


@pytest.mark.parametrize(
    "words", [("projects", "add", "Website"), ("clients", "add", "Acme"), ("tags", "add", "deep")]
)
def test_a_name_that_is_archived_and_deleted_says_nothing_that_clockify_does_not_know(
    clockify: Bench, words: tuple[str, ...]
) -> None:
    clockify.ok(*words)
    done = clockify.ok("undo")
    assert done.requests[-1].method == "DELETE"
    assert [each.unknown for each in done.requests if each.unknown] == []
