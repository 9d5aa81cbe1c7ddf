"""Tests of imports into an account's workspace: whose time, which names, and nothing twice."""

from __future__ import annotations

import json

import pytest

from tests.scenarios.signed_in.bench import Bench

from .conftest import SignedIn, at_terminal

HEAD = (
    "Project,Client,Description,Task,User,Email,Tags,Billable,Start Date,Start Time,Duration (h)\n"
)


def report(user: str, email: str, task: str = "Task") -> str:
    row = f"Website,Acme,Write spec,Draft,{user},{email},deep,No,2026-11-23,09:00,1:00\n"
    return HEAD.replace("Task", task) + row


def entry(clockify: Bench, **ids: object) -> dict[str, object]:
    """Return an entry as the API lists it, with ids only."""
    return {
        "id": "64c777ddd3fcab07cfbb2100",
        "description": "Write spec",
        "billable": False,
        "projectId": None,
        "taskId": None,
        "tagIds": [],
        "userId": clockify.fake.user_id,
        "timeInterval": {"start": "2026-11-23T08:00:00Z", "end": "2026-11-23T09:00:00Z"},
        "type": "REGULAR",
        **ids,
    }


def held(clockify: Bench) -> list[str]:
    return [entry.description for entry in clockify.fake.entries()]


def me(clockify: Bench) -> tuple[str, str]:
    """Return name and address of the signed-in person."""
    user = clockify.ok("whoami", "--json").json
    return user["name"], user["email"]


# ── whose time ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("by", ["name", "address", "upper case"])
def test_time_of_ones_own_is_taken_however_the_file_tells_it(signed_in: SignedIn, by: str) -> None:
    clockify = signed_in()
    name, email = me(clockify)
    user, address = {
        "name": (name, ""),
        "address": ("Somebody", email),
        "upper case": ("", email.upper()),
    }[by]

    clockify.ok("import", "-", typed=report(user, address))

    assert held(clockify) == ["Write spec"]


@pytest.mark.parametrize(
    ("user", "email"), [("Zoe", ""), ("", "zoe@example.com"), ("Zoe", "zoe@example.com")]
)
def test_somebody_elses_time_wants_a_yes(signed_in: SignedIn, user: str, email: str) -> None:
    clockify = signed_in()
    name, _ = me(clockify)

    done = clockify("import", "-", typed=report(user, email))

    assert done.code == 2
    assert (user or email) in done.err
    assert name in done.err
    assert "`clockify import - --yes`" in done.err
    assert held(clockify) == []
    clockify.ok("import", "-", "--yes", typed=report(user, email))
    assert held(clockify) == ["Write spec"]


def test_a_user_id_tells_whose_time_it_is(signed_in: SignedIn) -> None:
    clockify = signed_in()
    other = [entry(clockify, userId="5a0ab5acb07987125438b60f")]

    assert clockify("import", "-", typed=json.dumps(other)).code == 2
    clockify.ok("import", "-", typed=json.dumps([entry(clockify)]))

    assert held(clockify) == ["Write spec"]


def test_all_doubts_are_one_question(signed_in: SignedIn) -> None:
    clockify = signed_in()
    doubtful = entry(
        clockify,
        userId="5a0ab5acb07987125438b60f",
        projectId="25b687e29ae1f428e7ebe123",
        timeInterval={"start": "2026-11-23T08:00:00Z", "end": "2026-11-27T09:00:00Z"},
    )

    done = at_terminal(clockify, "import", "-", typed=json.dumps([doubtful]))

    assert done.code == 2
    for words in ("5a0ab5acb07987125438b60f", "25b687e29ae1f428e7ebe123", "in the future"):
        assert words in done.err
    assert held(clockify) == []


# ── names and ids ────────────────────────────────────────────────────────────────────────────


def test_ids_that_the_copy_knows_become_names(signed_in: SignedIn) -> None:
    clockify = signed_in()
    (project,) = clockify.ok("projects", "--json").json
    (task,) = clockify.ok("tasks", "list", "-p", "Website", "--json").json
    deep = next(tag for tag in clockify.ok("tags", "--json").json if tag["name"] == "deep")
    ids = {"projectId": project["id"], "taskId": task["id"], "tagIds": [deep["id"]]}

    clockify.ok("import", "-", typed=json.dumps([entry(clockify, **ids)]))

    (found,) = clockify.ok("log", "all", "--json").json
    assert (found["projectName"], found["taskName"]) == ("Website", "Draft")
    assert [tag["name"] for tag in found["tags"]] == ["deep"]
    assert clockify.local_copy() == clockify.server_copy()


def test_ids_that_the_copy_does_not_know_are_asked_for_once(signed_in: SignedIn) -> None:
    clockify = signed_in()
    clockify.ok("projects")
    project = clockify.fake.add_project("Newer", billable=False)
    task = clockify.fake.add_task("Paint", project.id)
    clockify.time.passes(hours=1)

    clockify.ok(
        "import",
        "-",
        typed=json.dumps([entry(clockify, projectId=project.id, taskId=task.id)]),
    )

    (found,) = clockify.ok("log", "all", "--json").json
    assert (found["projectName"], found["taskName"]) == ("Newer", "Paint")


def test_ids_of_nothing_want_a_yes_and_are_left_out(signed_in: SignedIn) -> None:
    clockify = signed_in()
    strange = [entry(clockify, projectId="25b687e29ae1f428e7ebe123", tagIds=["f" * 24])]

    done = clockify("import", "-", typed=json.dumps(strange))

    assert done.code == 2
    assert "project 25b687e29ae1f428e7ebe123 (1 entry)" in done.err
    assert f"tag {'f' * 24} (1 entry)" in done.err
    assert held(clockify) == []
    taken = clockify.ok("import", "-", "--yes", typed=json.dumps(strange))
    assert "25b687e29ae1f428e7ebe123" in taken.err
    assert held(clockify) == ["Write spec"]


def test_a_heading_is_what_the_workspace_calls_a_task(signed_in: SignedIn) -> None:
    clockify = signed_in(taskLabel="Activity", projectLabel="project")
    name, email = me(clockify)

    clockify.ok("import", "-", typed=report(name, email, task="Activity"))

    (found,) = clockify.ok("log", "all", "--json").json
    assert found["taskName"] == "Draft"


# ── nothing twice ────────────────────────────────────────────────────────────────────────────


def test_what_clockify_holds_already_is_not_made_there_again(signed_in: SignedIn) -> None:
    clockify = signed_in()
    name, email = me(clockify)
    (project,) = clockify.ok("projects", "--json").json
    row = f"Website,Acme,Long ago,,{name},{email},,No,2024-11-22,09:00,1:00\n"
    clockify.fake.add_entry(
        "2024-11-22T08:00:00Z",
        "2024-11-22T09:00:00Z",
        "Long ago",
        project_id=project["id"],
    )
    clockify.time.passes(minutes=6)

    done = clockify.ok("import", "-", typed=HEAD + row)

    assert "1 entry already in your timesheet." in done.out
    assert held(clockify) == ["Long ago"]


def test_without_a_network_it_is_said_that_nothing_was_compared(signed_in: SignedIn) -> None:
    clockify = signed_in()
    name, email = me(clockify)
    clockify.ok("projects")
    clockify.time.passes(minutes=6)
    clockify.fake.refuse()
    row = f"Website,Acme,Long ago,,{name},{email},,No,2024-11-22,09:00,1:00\n"

    done = clockify.ok("import", "-", typed=HEAD + row)

    assert "compared only with your local copy" in done.err


# ── new names in another tracker's file ──────────────────────────────────────────────────────

FRAMES = """[[1762070400, 1762074000, "garden", "6cfad4b8de1c4b5a8cd7a2d8f5f1d3f7", ["deep"], 0],
 [1762080000, 1762083600, "admin", "1f2d4b8de1c4b5a8cd7a2d8f5f1d3f77", [], 0]]"""


def test_a_person_agrees_to_new_names_with_the_import(signed_in: SignedIn) -> None:
    clockify = signed_in()
    (clockify.home / "frames").write_text(FRAMES)
    frames = str(clockify.home / "frames")

    refused = at_terminal(clockify, "import", frames, typed="n\n")
    assert "Import 2 entries? [y/N]" in refused.err
    assert (refused.code, held(clockify)) == (2, [])

    done = at_terminal(clockify, "import", frames, typed="y\n")
    assert 'project "admin" is new (1 entry)' in done.err
    assert (done.code, len(held(clockify))) == (0, 2)


def test_a_look_at_a_file_with_new_names_shows_them_and_a_script_names_them(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    (clockify.home / "frames").write_text(FRAMES)
    frames = str(clockify.home / "frames")

    looked = at_terminal(clockify, "import", frames, "--dry-run", typed="")
    assert 'project "admin" is new (1 entry)' in looked.err
    assert "Would import 2 entries" in looked.out + looked.err
    assert looked.code == 0
    assert clockify("import", frames, "--dry-run").code == 3
    assert clockify("import", frames, "--yes").code == 3
    assert held(clockify) == []
