"""Tests that names are fetched when they are needed, and that the age of old ones is shown."""

from __future__ import annotations

import pytest

from tests.scenarios.signed_in.bench import Bench


@pytest.fixture
def clockify(workspace: Bench) -> Bench:
    workspace.login()
    return workspace


def test_the_tasks_of_a_project_cost_one_request_a_day(clockify: Bench) -> None:
    first = clockify.ok("tasks", "list", "-p", "Website", "--json")
    second = clockify.ok("tasks", "list", "-p", "Website", "--json")
    clockify.time.passes(hours=25)
    old = clockify.ok("tasks", "list", "-p", "Website", "--offline")
    third = clockify.ok("tasks", "list", "-p", "Website")

    assert [task["name"] for task in first.json] == ["Draft"]
    assert (first.sent, second.sent, third.sent) == (["GET tasks"], [], ["GET tasks"])
    assert second.json == first.json
    assert old.requests == ()
    assert "From your local copy of 2026-11-24 10:00" in old.err


def test_it_is_said_of_how_many_projects_the_tasks_were_never_fetched(clockify: Bench) -> None:
    clockify.fake.add_project("Webshop")
    clockify.ok("projects", "--refresh")
    none_yet = clockify.ok("tasks")
    clockify.ok("tasks", "-p", "Website")
    one_left = clockify.ok("tasks")
    clockify.ok("tasks", "-p", "Webshop")
    all_here = clockify.ok("tasks")

    assert "tasks of 2 projects were never fetched" in " ".join(none_yet.err.split())
    assert "tasks of 1 project were never fetched" in " ".join(one_left.err.split())
    assert "Draft" in one_left.out
    assert all_here.err == ""
    assert clockify.ok("tasks", "-w", "local").err == ""
    assert clockify.ok("tasks", "-q").err == ""


@pytest.mark.parametrize(
    "line",
    [
        ("tasks", "archive", "Website/Draft"),
        ("tasks", "rename", "Website/Draft", "Text"),
        ("log", "today", "-k", "Website/Draft"),
        ("report", "today", "-k", "!Website/Draft"),
    ],
    ids=" ".join,
)
def test_a_task_is_fetched_where_it_is_named_in_a_filter_or_a_change(
    clockify: Bench, line: tuple[str, ...]
) -> None:
    offline = clockify(*line, "--offline")
    assert offline.code == 3
    assert "tasks of Acme / Website were never fetched" in offline.err
    assert "`clockify tasks -p Acme/Website` fetches them" in offline.err
    done = clockify.ok(*line)
    assert done.sent.count("GET tasks") == 1


def test_a_task_without_its_project_may_be_one_that_was_not_fetched(clockify: Bench) -> None:
    before = clockify("log", "today", "-k", "Draft")
    clockify.ok("tasks", "-p", "Website")
    unknown = clockify("log", "today", "-k", "Drift")
    clockify.ok("log", "today", "-k", "Draft")

    assert before.code == unknown.code == 3
    assert "the tasks of 1 project were never fetched from Clockify" in before.err
    assert "`clockify tasks -p Acme/Website` fetches" in before.err
    assert "never fetched" not in unknown.err


def test_a_task_is_learnt_when_it_is_first_named(clockify: Bench) -> None:
    first = clockify.ok("add", "7-8", "-p", "Website", "-k", "Draft")
    second = clockify.ok("add", "8-9", "-p", "Website", "-k", "Draft")

    assert first.sent == ["GET tasks", "POST time-entries"]
    assert second.sent == ["POST time-entries"]


@pytest.mark.parametrize("kind", ["projects", "clients", "tags"])
def test_a_list_is_answered_from_the_copy_for_a_day(clockify: Bench, kind: str) -> None:
    fresh = clockify.ok(kind)
    asked = clockify.ok(kind, "--refresh")
    clockify.time.passes(hours=25)
    stale = clockify.ok(kind)

    assert (fresh.sent, asked.sent, stale.sent) == ([], [f"GET {kind}"], [f"GET {kind}"])


def test_a_name_has_no_id_until_clockify_has_it(clockify: Bench) -> None:
    made = clockify.ok("projects", "add", "New", "--offline", "--json").json

    assert (made["id"], len(made["localId"])) == (None, 32)
    assert clockify.ok("add", "8-9", "-p", "New", "--offline", "--json").json["projectId"] is None
