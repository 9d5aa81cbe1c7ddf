"""Tests of a workspace that the person can no longer use, and of another one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_clockify.records import Member, Workspace
from tests.scenarios.signed_in.bench import Bench, bench


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Bench]:
    """Signed in to Acme, with a second workspace named Second."""
    with bench(tmp_path) as found:
        second = found.fake.add_workspace("Second", plan="PRO")
        found.fake.add_member(found.fake.user_id, second.id, "OWNER")
        found.login("--workspace", "Acme")
        yield found


def lose(clockify: Bench) -> None:
    """Remove the person from Acme."""
    fake = clockify.fake
    fake.delete(fake.get(Member, f"{fake.workspace_id}:{fake.user_id}"))


def in_second(clockify: Bench) -> list[str]:
    """Return what is recorded in the workspace Second."""
    fake = clockify.fake
    known = clockify.ok("workspaces", "--json").json
    (second,) = (found["id"] for found in known if found["name"] == "Second")
    return [entry.description for entry in fake.entries(second)]


@pytest.mark.parametrize("lost_answer", [False, True])
def test_what_waits_for_a_lost_workspace_is_the_persons_to_decide_and_holds_nothing_up(
    two: Bench, lost_answer: bool
) -> None:
    if lost_answer:
        two.fake.fault("S3", {"method": "POST"})
        two.fake.fault("S12", {"method": "GET"})
        two("add", "lost", "5-6")
        two.fake.clear_faults()
    else:
        two.ok("add", "lost", "5-6", "--offline")
    lose(two)
    two.ok("workspaces", "use", "Second")
    two.time.passes(minutes=5)
    two.ok("add", "kept", "6-7")
    assert in_second(two) == ["kept"]
    queue = two("queue", "--json")
    assert queue.code == 9
    (row,) = queue.json
    assert row["verdict"] == "you no longer have access to the workspace Acme"
    two.ok("queue", "drop", str(row["row"]))
    assert two.ok("queue").out == ""
    assert two.ok("sync").code == 0


def test_a_workspace_that_is_gone_does_not_take_the_running_time_along(two: Bench) -> None:
    two.ok("start", "long work")
    two.time.passes(hours=3)
    lose(two)
    two.fake.delete(two.fake.get(Workspace, two.fake.workspace_id))
    done = two("stop")
    assert done.code == 9
    assert "you no longer have access to the workspace Acme" in done.err
    (entry,) = two.ok("log", "--offline", "--json").json
    assert entry["timeInterval"]["duration"] == "PT3H"


def test_the_copy_of_a_lost_workspace_can_be_read_and_another_chosen(two: Bench) -> None:
    two.ok("add", "Standup", "7-7:30")
    lose(two)
    listed = two.ok("workspaces", "--refresh")
    assert "Acme" not in listed.out
    assert "you no longer have access to the workspace in use, Acme" in listed.err
    assert "Standup" in two.ok("log", "--offline").out
    assert two("status").code == 0
    two.ok("workspaces", "use", "Second")
    assert "Standup" in two.ok("log", "-w", "Acme", "--offline").out
    assert "Standup" not in two.ok("log").out


def test_the_limit_of_one_workspace_holds_up_no_other(tmp_path: Path) -> None:
    with bench(tmp_path, plan="FREE") as clockify:
        second = clockify.fake.add_workspace("Second", plan="PRO")
        clockify.fake.add_member(clockify.fake.user_id, second.id, "OWNER")
        clockify.login("--workspace", "Acme")
        for number in range(30):
            clockify("add", f"e{number}", "5-6", "--overlap")
        assert clockify.ok("queue").out
        clockify.ok("workspaces", "use", "Second")
        done = clockify.ok("add", "kept", "6-7")
        assert in_second(clockify) == ["kept"]
        assert "other changes still wait" in done.err
        assert "limit" in done.err


def test_a_limit_met_while_it_is_asked_for_what_is_lost_is_told_as_a_limit(two: Bench) -> None:
    two.ok("start", "long work")
    two.time.passes(hours=3)
    lose(two)
    two.fake.fault("S11", {"path": "/user$"}, retry_after="600")
    done = two.ok("stop")
    assert "request limit is reached; `clockify sync` after" in done.err
    assert "`clockify queue`" in done.err
