"""Tests that entries of a project deleted in Clockify keep the names that they had there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fake_clockify.records import Project, Tag
from tests.scenarios.signed_in.bench import Bench, Preparations


def deleted_project(clockify: Bench) -> None:
    """Track two entries, one in a project that Clockify then archives and deletes."""
    project = clockify.fake.add_project("Website", billable=False)
    tag = clockify.fake.add_tag("deep")
    clockify.ok("sync", "--refresh")
    clockify.ok("add", "x", "6-7", "-p", "Website", "-g", "deep")
    clockify.ok("add", "y", "7-8")
    clockify.fake.state.put(replace(clockify.fake.get(Project, project.id), archived=True))
    clockify.fake.delete(clockify.fake.get(Project, project.id))
    clockify.fake.delete(clockify.fake.get(Tag, tag.id))


@pytest.mark.parametrize("words", ["sync --refresh", "projects --refresh"])
def test_entries_keep_a_project_that_clockify_still_names(
    clockify: Bench, preparations: Preparations, words: str
) -> None:
    preparations.take(clockify, deleted_project)
    clockify.ok(*words.split())
    clockify.ok("log", "--refresh")
    assert clockify.local_copy() == clockify.server_copy()
    named = {e["description"]: e["projectName"] for e in clockify.ok("log", "--json").json}
    assert named == {"x": "Website", "y": None}
    assert "Website" in clockify.ok("report", "today").out
    assert "Website" not in clockify.ok("projects").out


def test_a_project_that_is_gone_is_not_chosen_any_more(
    clockify: Bench, preparations: Preparations
) -> None:
    preparations.take(clockify, deleted_project)
    clockify.ok("sync", "--refresh")
    assert clockify("add", "z", "8-9", "-p", "Website").code == 3


def test_what_waits_for_a_project_that_is_gone_is_refused_and_not_stuck(clockify: Bench) -> None:
    project = clockify.fake.add_project("Website", billable=False)
    clockify.ok("sync", "--refresh")
    clockify.ok("add", "x", "6-7", "-p", "Website", "--offline")
    clockify.fake.delete(clockify.fake.get(Project, project.id))
    clockify.ok("projects", "--refresh")
    done = clockify("sync")
    assert done.code == 9
    (row,) = clockify("queue", "--json").json
    assert row["state"] == "review"


@pytest.mark.parametrize("words", ["edit ID -d X", "split ID --at 6:30", "cut ID 6:20-6:40",
                                   "join ID OTHER --yes", "resume ID"])  # fmt: skip
def test_a_change_of_an_entry_whose_project_is_gone_says_so_and_how_to_send_it(
    clockify: Bench, preparations: Preparations, words: str
) -> None:
    preparations.take(clockify, deleted_project)
    ids = {e["description"]: e["localId"] for e in clockify.ok("log", "--json", "--offline").json}

    done = clockify(*words.replace("ID", ids["x"]).replace("OTHER", ids["y"]).split())

    assert done.code == 6
    reason = 'project "Website" was deleted in Clockify, or you no longer have access to it'
    assert reason in done.err
    assert "· Website, 2026-11-24" in done.err
    assert "belong" not in done.err
    assert "-p NAME gives it another project" in done.err
    rows = clockify("queue", "--json").json
    assert {row["verdict"] for row in rows} == {reason}
    for row in rows:
        sent = clockify("queue", "edit", str(row["row"]), "-p", "none")
        if sent.code == 6:
            assert 'tag "deep" was deleted in Clockify' in sent.err
            assert f"`clockify queue edit {row['row']} -g none` sends it without" in sent.err
            clockify.ok("queue", "edit", str(row["row"]), "-g", "none")
    assert clockify.ok("queue", "--json").json == []
    assert clockify.local_copy() == clockify.server_copy()


def test_the_line_that_is_offered_takes_out_all_that_is_known_to_be_gone(
    clockify: Bench, preparations: Preparations
) -> None:
    preparations.take(clockify, deleted_project)
    clockify.ok("sync", "--refresh")
    clockify.ok("tags", "--refresh")
    (entry,) = [e for e in clockify.ok("log", "--json").json if e["description"] == "x"]

    done = clockify("edit", entry["localId"], "-d", "X")

    (row,) = clockify("queue", "--json").json
    line = f"clockify queue edit {row['row']} -p none -g none"
    assert f"`{line}` sends it without" in done.err
    clockify.ok(*line.split()[1:])
    assert clockify.local_copy() == clockify.server_copy()
