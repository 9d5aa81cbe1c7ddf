"""Tests that messages say what really happened, to timers, to names and at the request limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fake_clockify.records import Entry
from tests.scenarios.signed_in.bench import Bench, bench


def _another_runs(clockify: Bench) -> Entry:
    """Let A seem to run, while a phone has ended it and started something else a minute later."""
    clockify.ok("start", "A")
    (a,) = clockify.fake.running()
    clockify.time.passes(minutes=10)
    now = int(clockify.time.true)
    clockify.fake.change(a, end=now - 60)
    other = clockify.fake.add_entry(now - 60, description="On the phone")
    clockify.time.passes(minutes=1)
    return other


def test_the_first_line_of_a_stop_names_the_timer_that_was_stopped(clockify: Bench) -> None:
    _another_runs(clockify)
    done = clockify.ok("stop")
    assert done.out.splitlines() == ["Stopped  On the phone   10:09–10:11 · 0:02"]
    assert "Stopped On the phone instead: it had been started elsewhere. A ended at 10:09" in (
        done.err
    )
    assert clockify.fake.running() == []


def test_the_json_and_the_id_of_a_stop_are_of_the_timer_that_was_stopped(clockify: Bench) -> None:
    other = _another_runs(clockify)
    told = clockify.ok("stop", "--json").json
    assert (told["id"], told["description"]) == (other.id, "On the phone")
    assert told["timeInterval"]["end"] == "2026-11-24T09:11:00Z"


def test_the_quiet_id_of_a_stop_is_of_the_timer_that_was_stopped(clockify: Bench) -> None:
    other = _another_runs(clockify)
    assert clockify.ok("stop", "-q").out == f"{other.id}\n"


def test_a_hook_is_given_the_timer_that_was_stopped(clockify: Bench) -> None:
    other = _another_runs(clockify)
    told = clockify.home / "told"
    clockify.ok("config", "set", "hook.stop", f"/bin/sh -c 'cat > {told}'")
    clockify.ok("stop")
    assert json.loads(told.read_text("utf-8"))["id"] == other.id


def test_a_start_tells_which_timer_it_stopped(clockify: Bench) -> None:
    _another_runs(clockify)
    done = clockify.ok("start", "B")
    first, second = done.out.splitlines()
    assert first == "Stopped  On the phone   10:09–10:11 · 0:02"
    assert second.startswith("Started  B")


def test_a_timer_that_had_ended_elsewhere_is_not_called_stopped(clockify: Bench) -> None:
    clockify.ok("start", "A")
    clockify.time.passes(minutes=10)
    (a,) = clockify.fake.running()
    clockify.fake.change(a, end=int(clockify.time.true) - 60)
    done = clockify.ok("stop")
    assert done.out.splitlines() == ["Had ended  A · billable   10:00–10:09 · 0:09"]
    assert "A had already ended in Clockify, at 10:09; kept that time, not 10:10." in done.err


def test_times_that_differ_by_seconds_are_told_with_them(clockify: Bench) -> None:
    clockify.ok("start", "A")
    clockify.time.passes(minutes=10, seconds=30)
    (a,) = clockify.fake.running()
    clockify.fake.change(a, end=int(clockify.time.true) - 10)
    done = clockify.ok("stop")
    assert (
        "A had already ended in Clockify, at 10:10:20; kept that time, not 10:10:30."
        in " ".join(done.err.split())
    )


def test_a_start_tells_that_the_timer_before_had_ended_elsewhere(clockify: Bench) -> None:
    clockify.ok("start", "A")
    clockify.time.passes(minutes=10)
    (a,) = clockify.fake.running()
    clockify.fake.change(a, end=int(clockify.time.true) - 60)
    first, second = clockify.ok("start", "B").out.splitlines()
    assert first == "Had ended  A · billable   10:00–10:09 · 0:09"
    assert second.startswith("Started    B")


@pytest.fixture
def limited(clockify: Bench) -> Bench:
    """Start A; from now on Clockify answers that there are too many requests, until 10:36."""
    clockify.ok("start", "A")
    clockify.time.passes(minutes=6)
    clockify.fake.fault("S11", times=None, retry_after=1800)
    return clockify


UNTIL = "request limit is reached; `clockify sync` after 10:36"


@pytest.mark.parametrize("words", [("stop",), ("cancel",), ("stop", "-d", "B"), ("start", "B")])
def test_a_change_at_the_limit_says_so_and_from_when_it_goes_on(
    limited: Bench, words: tuple[str, ...]
) -> None:
    assert UNTIL in limited.ok(*words).err
    # The limit is known now, so no request is sent.
    again = limited("stop")
    assert again.code == 0
    assert again.requests == ()
    assert UNTIL in again.err
    assert "could not be reached" not in again.err


def test_a_cancel_of_a_timer_that_is_not_known_here_says_the_limit_and_its_end(
    limited: Bench,
) -> None:
    limited.ok("cancel", "--offline")
    for _ in range(2):
        done = limited("cancel")
        assert done.code == 8
        assert "request limit" in done.err
        assert "10:36" in done.err


def test_a_limit_without_a_time_ends_when_the_next_request_may_be_made(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        clockify.login()
        clockify.time.passes(minutes=6)
        clockify.fake.fault("S11", times=None)
        first, second = clockify("cancel"), clockify("cancel")
    assert (first.code, second.code) == (8, 8)
    assert len(second.requests) == 0
    ends = [done.err.partition(" until ")[2][:5] for done in (first, second)]
    assert ends[0]
    assert ends[0] == ends[1]


ADDING = [
    ("projects", "project Web", "add_project"),
    ("clients", "client Web", "add_client"),
    ("tags", "tag Web", "add_tag"),
]


@pytest.mark.parametrize(("family", "named", "make"), ADDING)
def test_a_name_that_clockify_had_is_found_and_not_created(
    clockify: Bench, family: str, named: str, make: str
) -> None:
    there = getattr(clockify.fake, make)("Web")
    done = clockify.ok(family, "add", "Web")
    assert done.out == f"Found {named} in Clockify.\n"
    assert there.id in clockify.ok(family, "--offline").out
    assert f"Created {named.split()[0]} New" in clockify.ok(family, "add", "New").out


def test_the_json_of_a_name_that_clockify_had_is_what_clockify_has(clockify: Bench) -> None:
    there = clockify.fake.add_project("Web")
    told = clockify.ok("projects", "add", "Web", "--json").json
    assert (told["id"], told["name"], told["billable"]) == (there.id, "Web", there.billable)


def test_the_quiet_id_of_a_name_that_clockify_had_is_clockifys(clockify: Bench) -> None:
    there = clockify.fake.add_tag("deep")
    assert clockify.ok("tags", "add", "deep", "-q").out == f"{there.id}\n"


def test_the_json_of_a_new_name_says_what_it_belongs_to(clockify: Bench) -> None:
    client = clockify.fake.add_client("Acme")
    clockify.ok("sync", "--refresh")
    project = clockify.ok("projects", "add", "Web", "--client", "Acme", "--json").json
    assert project["id"]
    assert (project["clientId"], project["clientName"]) == (client.id, "Acme")
    task = clockify.ok("tasks", "add", "Plan", "-p", "Web", "--json").json
    assert (task["projectId"], task["projectName"]) == (project["id"], "Web")
    renamed = clockify.ok("projects", "rename", "Web", "Net", "--json").json
    assert (renamed["name"], renamed["clientName"]) == ("Net", "Acme")


def test_a_new_entry_tells_which_of_its_names_were_found(clockify: Bench) -> None:
    clockify.fake.add_tag("deep")
    clockify.time.passes(minutes=6)
    # Nobody can say beforehand which names exist.
    clockify.fake.fault("S3", {"method": "GET"})
    done = clockify.ok("start", "A", "-g", "deep", "-p", "Web", "--create")
    assert "Created project Web." in done.out
    assert "Found tag deep in Clockify." in done.out


def test_a_sync_tells_of_names_that_were_found(clockify: Bench) -> None:
    clockify.ok("tags", "add", "deep", "--offline")
    clockify.fake.add_tag("deep")
    assert "Found tag deep in Clockify, where it already existed." in clockify.ok("sync").err


def test_a_name_whose_answer_was_lost_is_not_called_found(clockify: Bench) -> None:
    clockify.fake.fault("S5", {"method": "POST", "path": "/tags$"})
    clockify.ok("tags", "add", "deep")
    clockify.time.passes(minutes=5)
    assert "Found" not in clockify.ok("sync").err
    assert clockify.ok("tags").out.count("deep") == 1


def test_a_key_that_clockify_accepts_is_not_called_rejected(clockify: Bench) -> None:
    clockify.fake.fault("S15", {"method": "POST"}, message="Access Denied")
    said = clockify.ok("start", "A").err
    assert "Clockify denied access: Access Denied (1 waiting" in said
    assert "login" not in said
    clockify.fake.fault("S14", {"method": "POST"})
    assert "Clockify rejected the API key" in clockify.ok("stop").err


def test_an_undo_is_not_told_to_undo_what_was_dropped(clockify: Bench) -> None:
    clockify.ok("add", "A", "7-8")
    clockify.ok("edit", "last", "-d", "Mine", "--offline")
    clockify.fake.change(clockify.fake.entries()[0], description="Theirs")
    assert clockify("sync").code == 9
    (row,) = clockify("queue", "--json").json
    clockify.ok("queue", "drop", str(row["row"]))
    refused = clockify("undo")
    assert refused.code == 2
    assert "has been changed since, in Clockify" in refused.err
