"""Tests of a backup restored into an account's workspace, and of undoing that."""

from __future__ import annotations

from pathlib import Path

from tests.scenarios.signed_in.bench import Bench


def described(clockify: Bench) -> list[str]:
    return sorted(each.description for each in clockify.fake.entries())


def test_what_waited_comes_back_with_the_undo_of_a_restore_and_is_sent_once(
    clockify: Bench, tmp_path: Path
) -> None:
    copy = str(tmp_path / "copy.db")
    clockify.ok("add", "Sent", "7-8")
    clockify.ok("backup", copy)
    clockify.ok("add", "Waits", "8-9", "--offline")
    clockify.ok("restore", copy, "--yes")
    assert clockify.ok("log", "--offline").out.count("\n") == 1
    done = clockify.ok("undo")
    assert done.out.startswith("Undone: restore")
    assert done.requests == ()
    clockify.ok("sync")
    clockify.time.passes(minutes=3)
    clockify.ok("sync")
    assert described(clockify) == ["Sent", "Waits"]
    assert clockify.local_copy() == clockify.server_copy()


def test_a_restore_is_not_taken_back_while_later_changes_have_to_be_sent(
    clockify: Bench, tmp_path: Path
) -> None:
    copy = str(tmp_path / "copy.db")
    clockify.ok("add", "Before", "7-8")
    clockify.ok("backup", copy)
    clockify.ok("restore", copy, "--yes")
    clockify.ok("add", "After", "8-9")
    clockify.ok("undo", "--offline")
    refused = clockify("undo", "--offline")
    assert refused.code == 2
    assert "`clockify sync`" in refused.err
    assert clockify("sync").code == 0
    assert clockify.ok("undo").out.startswith("Undone: restore")
    clockify.ok("sync")
    assert described(clockify) == ["Before"]
    assert clockify.local_copy() == clockify.server_copy()


def test_a_restore_is_the_latest_change_in_each_workspace(clockify: Bench, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    clockify.ok("add", "Here", "7-8")
    clockify.ok("add", "Home", "7-8", "-w", "local")
    clockify.ok("backup", copy)
    clockify.ok("add", "Lost", "8-9", "-w", "local")
    clockify.ok("restore", copy, "--yes")
    for workspace in ((), ("-w", "local")):
        assert "restore" in clockify.ok("undo", "--list", *workspace).out.splitlines()[-1]
    clockify.ok("undo")
    assert "Lost" in clockify.ok("log", "all", "-w", "local").out


def test_a_refused_undo_of_what_changed_on_the_web_names_the_way_out(clockify: Bench) -> None:
    clockify.ok("add", "First", "6-7")
    clockify.ok("add", "Second", "7-8")
    (second,) = (each for each in clockify.fake.entries() if each.description == "Second")
    clockify.fake.change(second, description="On the web")
    clockify.ok("log", "--refresh")
    done = clockify("undo")
    assert done.code == 2
    assert "(add Second) cannot be undone" in done.err
    assert "in Clockify" in done.err
    assert "`clockify undo --list`" in done.err
    (row,) = clockify.ok("undo", "--list").out.splitlines()
    number, _, verb, summary, *_ = row.split("\t")
    assert (verb, summary) == ("add", "First")
    assert clockify.ok("undo", number).out.startswith("Undone: add First")
