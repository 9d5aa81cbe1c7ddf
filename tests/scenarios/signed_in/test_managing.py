"""Tests of names that are renamed, archived, deleted and merged at Clockify."""

from __future__ import annotations

from tests.scenarios.signed_in.bench import Bench


def test_a_rename_and_an_archive_cost_one_request_each(clockify: Bench) -> None:
    clockify.ok("projects", "add", "Webiste")
    done = clockify.ok("projects", "rename", "Webiste", "Website", "--color", "#03A9F4")
    assert [request.split()[0] for request in done.sent] == ["PUT"]
    assert [
        request.split()[0] for request in clockify.ok("projects", "archive", "Website").sent
    ] == ["PUT"]
    assert clockify.local_copy() == clockify.server_copy()


def test_a_deleted_name_is_gone_for_good_and_undo_says_so(clockify: Bench) -> None:
    clockify.ok("tags", "add", "deep")
    assert clockify("tags", "delete", "deep").code == 2
    clockify.ok("tags", "delete", "deep", "--yes")
    assert clockify("undo").code == 2
    assert "deep" not in clockify.ok("tags", "--all").out


def test_a_merge_moves_entries_at_clockify_and_undo_moves_them_back(clockify: Bench) -> None:
    for name in ("Webiste", "Website"):
        clockify.ok("projects", "add", name)
    clockify.ok("add", "One", "7-8", "-p", "Webiste")
    clockify.ok("add", "Two", "8-9", "-p", "Webiste")
    before = clockify.server_copy()
    clockify.ok("projects", "merge", "Webiste", "Website", "--yes")
    assert clockify.server_copy() != before
    assert clockify.local_copy() == clockify.server_copy()
    clockify.ok("undo")
    assert clockify.server_copy() == before


def test_a_project_whose_client_was_deleted_can_still_be_changed(clockify: Bench) -> None:
    clockify.ok("projects", "add", "Website", "-c", "Acme", "--create")
    clockify.ok("projects", "add", "Shop")
    clockify.ok("clients", "delete", "Acme", "--yes")

    clockify.ok("projects", "rename", "Website", "Site")
    clockify.ok("projects", "archive", "Site")
    clockify.ok("projects", "unarchive", "Site")
    clockify.ok("projects", "merge", "Site", "Shop", "--archive", "--yes")

    assert clockify.ok("queue", "--json").json == []
    assert clockify.local_copy() == clockify.server_copy()
