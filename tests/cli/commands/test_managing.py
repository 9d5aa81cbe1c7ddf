"""Tests of `rename`, `archive`, `unarchive`, `delete` and `merge` of names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import Clockify, prepared


@prepared
def named(clockify: Clockify) -> Clockify:
    """Track a project with a task, and one with a typing mistake; each with a tag."""
    clockify("add", "A", "6-7", "-p", "Acme/Website", "-k", "Design", "-g", "deep", "--create")
    clockify("add", "B", "7-8", "-p", "Webiste", "-k", "Design", "-g", "deeep", "--create")
    clockify("add", "C", "8-9", "-p", "Webiste", "-g", "deep", "-g", "deeep", "--create")
    return clockify


def rows(clockify: Clockify, kind: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(clockify(kind, "list", "--json", *options).out)
    return found


def entries(clockify: Clockify) -> list[tuple[str, str | None, str | None, list[str]]]:
    found = json.loads(clockify("log", "--json").out)
    return [
        (e["description"], e["projectName"], e["taskName"], [tag["name"] for tag in e["tags"]])
        for e in found
    ]


def state(clockify: Clockify) -> object:
    kinds = ("projects", "clients", "tasks", "tags")
    return [rows(clockify, kind, "--all") for kind in kinds], entries(clockify)


@pytest.mark.parametrize(
    "line",
    [
        "projects rename Webiste Shop",
        "projects rename Website -c none --billable --color #03A9F4",
        "tasks rename Website/Design Layout --estimate 40h",
        "clients rename Acme Apex",
        "tags rename deeep shallow",
        "projects archive Webiste",
        "tasks archive Website/Design",
        "clients archive Acme",
        "tags archive deep",
        "projects delete Webiste --yes",
        "tags delete deeep --yes",
        "projects merge Webiste Acme/Website --yes --archive",
        "tags merge deeep deep --yes",
    ],
)
def test_each_change_of_a_name_is_taken_back_by_one_undo_and_redone(
    named: Clockify, line: str
) -> None:
    before = state(named)
    done = named(*line.split())
    assert done.code == 0, done.err
    after = state(named)
    assert after != before
    assert named("undo").code == 0
    assert state(named) == before
    assert named("redo").code == 0
    assert state(named) == after


def test_a_renamed_name_stays_what_its_entries_name(named: Clockify) -> None:
    assert named("projects", "rename", "Webiste", "Shop floor").code == 0
    assert [entry[1] for entry in entries(named)] == ["Website", "Shop floor", "Shop floor"]


def test_a_look_at_a_merge_counts_what_would_change(named: Clockify) -> None:
    before = state(named)
    done = named("tags", "merge", "deeep", "deep", "-n")
    assert "would change." in done.out
    assert "changed" not in done.out
    assert state(named) == before


def test_a_merge_keeps_tasks_by_name_and_each_tag_once(named: Clockify) -> None:
    assert named("projects", "merge", "Webiste", "Acme/Website", "--yes").code == 0
    assert named("tags", "merge", "deeep", "deep", "--yes", "--archive").code == 0
    assert entries(named) == [
        ("A", "Website", "Design", ["deep"]),
        ("B", "Website", "Design", ["deep"]),
        ("C", "Website", None, ["deep"]),
    ]
    assert [row["name"] for row in rows(named, "tags", "--archived")] == ["deeep"]


def test_an_archived_name_is_left_out_and_comes_back(named: Clockify) -> None:
    assert named("projects", "archive", "Webiste").code == 0
    assert [row["name"] for row in rows(named, "projects")] == ["Website"]
    assert named("start", "x", "-p", "Webiste").code == 3
    assert named("projects", "archive", "Webiste").code == 2
    assert named("projects", "unarchive", "Webiste").code == 0
    assert named("projects", "unarchive", "Webiste").code == 2
    assert len(rows(named, "projects")) == 2


def test_what_is_used_is_not_deleted_unasked_and_a_look_changes_nothing(named: Clockify) -> None:
    before = state(named)
    refused = named("projects", "delete", "Webiste")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert named("projects", "delete", "Webiste", "-n").code == 0
    assert named("projects", "merge", "Webiste", "Acme/Website", "-n").code == 0
    assert named("projects", "merge", "Webiste", "Acme/Website").code == 2
    assert state(named) == before


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("projects rename Webiste", 2),
        ("projects rename", 2),
        ("projects rename Nowhere Somewhere", 3),
        ("projects rename Website --color red", 2),
        ("projects rename Website --color #12345", 2),
        ("tasks rename Website/Design --estimate soon", 2),
        ("tags rename deeep deep", 2),
        ("tags rename deep @1", 2),
        ("projects merge Website Website", 2),
        ("projects merge Website", 2),
        ("tags archive", 2),
        ("clients delete Nobody", 3),
    ],
)
def test_what_cannot_be_changes_nothing(named: Clockify, line: str, code: int) -> None:
    before = state(named)
    done = named(*line.split())
    assert (done.code, done.out) == (code, "")
    assert state(named) == before


def test_a_project_that_is_added_wears_its_colour(clockify: Clockify) -> None:
    assert clockify("projects", "add", "Shop", "--color", "#03a9f4").code == 0
    assert clockify("projects", "add", "Other", "--color", "never").code == 0
    assert clockify("projects", "add", "Third", "--color", "blue").code == 2


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("projects rename Website -c none", "Changed project Website: client none\n"),
        (
            "projects rename Website Site -c none --billable --color #03a9f4",
            "Renamed project Website to Site, client none, color #03A9F4, billable\n",
        ),
        (
            "tasks rename Website/Design --estimate 40h",
            "Changed task Design: estimate 40h\n",
        ),
        ("projects rename Website Website", "Unchanged project Website\n"),
        ("projects rename Website -c Acme", "Unchanged project Website: client Acme\n"),
    ],
)
def test_what_was_set_about_a_name_is_said(named: Clockify, line: str, told: str) -> None:
    assert named(*line.split()).out == told


@pytest.mark.parametrize("option", ["--dry-run", "--yes"])
def test_a_task_that_a_merge_leaves_behind_is_named(clockify: Clockify, option: str) -> None:
    clockify("add", "One", "6-7", "-p", "Web", "-k", "Draft")
    clockify("add", "Two", "7-8", "-p", "Web", "-k", "Final")
    clockify("add", "Three", "8-9", "-p", "Shop", "-k", "final")

    done = clockify("projects", "merge", "Web", "Shop", option)

    assert done.code == 0
    assert "Without task Draft (1 entry): Shop has no task called that." in done.err
    assert "Final" not in done.err


def test_a_client_that_is_not_there_is_made_as_the_error_says(named: Clockify) -> None:
    done = named("projects", "rename", "Webiste", "-c", "Globex Inc")
    assert done.code == 3
    assert "`clockify clients add 'Globex Inc'`" in done.err
    assert "clients add" not in named("projects", "rename", "Webiste", "-c", "").err
    named("clients", "add", "Globex Inc")
    assert named("projects", "rename", "Webiste", "-c", "Globex Inc").code == 0
    assert [row["clientName"] for row in rows(named, "projects")] == ["Acme", "Globex Inc"]


def test_a_name_that_is_taken_is_refused_with_the_merge_that_was_meant(clockify: Clockify) -> None:
    for name in ("Webiste", "Website"):
        clockify("add", "Spec", "--for", "5m", "--overlap", "--create", "-p", f"Acme/{name}")

    refused = clockify("projects", "rename", "Webiste", "Website")

    command = "projects merge Acme/Webiste Acme/Website"
    assert (refused.code, f"`clockify {command}` moves" in refused.err) == (2, True)
    merged = clockify(*command.split(), "--yes")
    assert merged.code == 0
    assert "`clockify projects archive Acme/Webiste` hides the old name." in merged.err
    assert clockify("projects", "archive", "Acme/Webiste").code == 0
    assert clockify("projects").out.count("Web") == 1


@pytest.mark.parametrize(
    ("key", "line", "says"),
    [
        (
            "rate.Webiste",
            "projects rename Webiste -c Acme",
            "rate.Webiste (80EUR) no longer applies to Acme/Webiste. "
            "`clockify config set rate.Acme/Webiste 80EUR` sets it again.",
        ),
        (
            "rate.none/Webiste",
            "projects rename Webiste Shop",
            "`clockify config set rate.Shop 80EUR` sets it again.",
        ),
        (
            "rate.Acme/Website",
            "projects rename Website -c none",
            "`clockify config set rate.Website 80EUR` sets it again.",
        ),
        (
            "rate.Acme",
            "clients rename Acme Apex",
            "`clockify config set rate.Apex 80EUR` sets it again.",
        ),
        (
            "rate.acme/website",
            "clients rename Acme Apex",
            "`clockify config set rate.Apex/Website 80EUR` sets it again.",
        ),
        (
            "round.Acme",
            "clients rename Acme Apex",
            "`clockify config set round.Apex 15m` sets it again.",
        ),
        (
            "rate.Acme/Website",
            "clients merge Acme Other --yes",
            "`clockify config set rate.Other/Website 80EUR` sets it again.",
        ),
    ],
)
def test_a_setting_under_the_old_name_is_told_with_the_line_that_sets_it_again(
    named: Clockify, key: str, line: str, says: str
) -> None:
    named("clients", "add", "Other")
    assert named("config", "set", key, "15m" if key.startswith("round") else "80EUR").code == 0

    done = named(*line.split())

    assert done.code == 0, done.err
    assert says in " ".join(done.err.split())


def test_a_setting_that_still_applies_is_not_told(named: Clockify) -> None:
    named("config", "set", "rate.Webiste", "80EUR")
    for line in (
        "projects rename Webiste webiste",
        "projects rename Website Site",
        "tags rename deep d",
    ):
        done = named(*line.split())
        assert done.code == 0, done.err
        assert "no longer applies" not in done.err


def test_a_project_whose_client_was_deleted_can_still_be_renamed(named: Clockify) -> None:
    assert named("clients", "delete", "Acme", "--yes").code == 0
    done = named("projects", "rename", "Website", "Site", "-c", "none")
    assert done.code == 0, done.err
