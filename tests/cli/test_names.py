"""Tests of names that do not exist yet: what they resemble, what is asked, what is never made."""

from __future__ import annotations

import json
import shlex

import pytest

from tests.cli.conftest import Clockify, prepared


def names(clockify: Clockify, family: str) -> list[str]:
    """Return the names of *family* in order, each with its owners before it."""
    found = []
    for row in json.loads(clockify(family, "--json").out):
        owner = row.get("clientName") or row.get("projectName")
        found.append(f"{owner}/{row['name']}" if owner else row["name"])
    return found


@prepared
def known(clockify: Clockify) -> Clockify:
    """Track client Acme with Website, client Nordwind with Webshop, and a tag deep."""
    for words in ("projects add Acme/Website", "projects add Nordwind/Webshop", "tags add deep"):
        done = clockify(*words.split())
        assert done.code == 0, done.err
    return clockify


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nord", "Nordwind/Webshop"),
        ("shop", "Nordwind/Webshop"),
        ("Websites", "Acme/Website"),
        ("Acme:Website", "Acme/Website"),
        ("Acme", "Acme/Website"),
        ("Acme:Relaunch", "Acme/Relaunch"),
    ],
)
def test_no_stray_project_is_made_of_what_resembles_another_or_a_client(
    known: Clockify, typed: str, meant: str
) -> None:
    before = names(known, "projects")
    for words in (("start", "X"), ("add", "X", "8-9")):
        done = known(*words, "-p", typed)
        assert (done.code, done.out) == (3, "")
        assert f"--project {meant}" in done.err
        assert f"`clockify {shlex.join([*words, '-p', typed])} --create` creates the " in done.err
    assert names(known, "projects") == before
    assert known("start", "X", "-p", typed, "--create").code == 0
    assert len(names(known, "projects")) == len(before) + 1


@pytest.mark.parametrize(
    ("options", "meant"),
    [
        (("-p", "Acmes/Relaunch"), "--client Acme"),
        (("-p", "Acme/Web-site"), "--project Acme/Website"),
        (("-g", "deepest"), "--tag deep"),
        (("-p", "Acme/Website", "-k", "Drafts"), "--task Draft"),
    ],
)
def test_one_rule_holds_for_clients_projects_tasks_and_tags(
    known: Clockify, options: tuple[str, ...], meant: str
) -> None:
    known("tasks", "add", "Draft", "-p", "Acme/Website")
    done = known("start", "X", *options)
    assert (done.code, done.out) == (3, "")
    assert meant in done.err


def test_what_a_new_name_is_to_belong_to_is_not_made_of_a_slip(known: Clockify) -> None:
    for words in (("projects", "add", "Acmes/New"), ("projects", "add", "New", "-c", "Acmes")):
        done = known(*words)
        assert (done.code, done.out) == (3, "")
        assert "--client Acme" in done.err
    assert known("tasks", "add", "New", "-p", "Websitte").code == 3
    assert names(known, "projects") == ["Acme/Website", "Nordwind/Webshop"]
    assert known("projects", "add", "Acmes/New", "--create").code == 0
    assert "Acmes/New" in names(known, "projects")


def test_a_name_that_is_made_on_purpose_is_made_and_the_like_of_it_named(known: Clockify) -> None:
    done = known("tags", "add", "deeper")
    assert (done.code, done.err) == (0, "Similar names: deep.\n")
    assert names(known, "tags") == ["deep", "deeper"]


def test_a_name_that_its_client_has_is_refused_however_it_is_named(known: Clockify) -> None:
    for words in (
        "add Acme/Website",
        "add Website -c Acme",
        "add acme/website",
        "add WEBSITE -c ac",
    ):
        done = known("projects", *words.split())
        assert (done.code, done.out) == (2, "")
        assert 'project "Acme / Website" already exists' in done.err
    assert known("projects", "add", "Nordwind/Website").code == 0
    assert known("projects", "add", "Website").code == 0


@pytest.mark.parametrize("command", ["tasks add B/Ext/Wall", "add X 8-9 -k B/Ext/Wall --create"])
def test_a_task_may_be_named_behind_client_and_project(clockify: Clockify, command: str) -> None:
    clockify("projects", "add", "A/Ext")
    clockify("projects", "add", "B/Ext")
    done = clockify(*command.split())
    assert done.code == 0, done.err
    assert "task Wall for project B / Ext" in done.out
    (task,) = json.loads(clockify("tasks", "--json").out)
    assert (task["name"], task["projectName"]) == ("Wall", "Ext")
    assert names(clockify, "clients") == ["A", "B"]
    assert names(clockify, "projects") == ["A/Ext", "B/Ext"]


def test_the_slash_of_a_task_is_its_own_where_there_is_no_such_project(known: Clockify) -> None:
    assert known("tasks", "add", "Website/UI/UX").code == 0
    assert names(known, "tasks") == ["Website/UI/UX"]
    assert known("add", "X", "8-9", "-k", "Website/UI/UX").code == 0
    assert names(known, "tasks") == ["Website/UI/UX"]


def test_commas_part_tags_unless_a_tag_is_called_so(clockify: Clockify) -> None:
    clockify("add", "X", "7-8", "-g", "a,b", "-g", "c, d")
    assert names(clockify, "tags") == ["a", "b", "c", "d"]
    clockify("tags", "add", "a,b")
    done = clockify("add", "Y", "8-9", "-g", "a,b", "--json")
    assert [tag["name"] for tag in json.loads(done.out)["tags"]] == ["a,b"]
    assert clockify("log", "-g", "a,b", "--fields", "description").out == "Y\n"
    assert clockify("log", "-g", "c,zz").code == 3
    assert clockify("log", "-g", "c,d", "--fields", "description").out == "X\n"
    assert clockify("log", "-g", "!c,d", "--fields", "description").out == "Y\n"


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("start X -p Acme -p Nordwind", "--project"),
        ("start X --project=Acme -pNordwind", "--project"),
        ("add X 8-9 -d One -d Two", "--description"),
        ("log -w local --workspace local", "--workspace"),
    ],
)
def test_an_option_of_one_value_is_not_given_two(
    clockify: Clockify, line: str, option: str
) -> None:
    done = clockify(*line.split())
    assert (done.code, done.out) == (2, "")
    assert f"{option} takes one value, but was given twice" in done.err
    assert names(clockify, "projects") == []


def test_what_may_be_repeated_and_options_of_the_program_still_are(clockify: Clockify) -> None:
    assert (
        clockify("--color", "never", "start", "X", "-g", "a", "-g", "b", "--color", "auto").code
        == 0
    )
    assert clockify("log", "-g", "a", "-g", "b", "--fields", "description").out == "X\n"


def test_a_question_is_about_one_name_and_its_answer_about_that_alone(known: Clockify) -> None:
    line = ("start", "X", "-p", "Acmes/Relaunch", "-g", "deepest", "-g", "new")
    done = known(*line, typed="y\nn\n", person=True)
    assert (done.code, done.out) == (3, "")
    assert done.err.count("[y/N]") == 2
    assert 'Create the client "Acmes"? [y/N]' in done.err
    assert 'Create the tag "deepest"? [y/N]' in done.err
    assert names(known, "clients") == ["Acme", "Nordwind"]
    assert names(known, "tags") == ["deep"]
    done = known(*line, typed="y\ny\n", person=True)
    assert (done.code, done.err.count("[y/N]")) == (0, 2)
    assert names(known, "clients") == ["Acme", "Acmes", "Nordwind"]
    assert names(known, "tags") == ["deep", "deepest", "new"]


def test_no_question_is_asked_where_create_answers_it(known: Clockify) -> None:
    done = known("start", "X", "-p", "Websites", "-g", "deepest", "--create", person=True)
    assert (done.code, done.err) == (0, "")


def test_a_task_and_a_name_to_belong_to_are_two_questions(known: Clockify) -> None:
    done = known("tasks", "add", "Websites/Draft", typed="y\n", person=True)
    assert (done.code, done.err.count("[y/N]")) == (0, 1)
    assert 'Create the project "Websites"? [y/N]' in done.err
    assert names(known, "tasks") == ["Websites/Draft"]


def test_a_tag_that_is_taken_off_is_never_made(known: Clockify) -> None:
    known("add", "X", "8-9", "-g", "deep")
    assert known("edit", "last", "--remove-tag", "sleepy").code == 3
    assert names(known, "tags") == ["deep"]
    assert known("edit", "last", "--remove-tag", "deep").code == 0


def test_a_setting_that_names_what_cannot_be_is_the_cause_that_is_told(
    known: Clockify, config_file: object
) -> None:
    known("config", "set", "default.project", "Websitte")
    done = known("start", "X")
    assert (done.code, done.out) == (3, "")
    assert "default.project (" in done.err
    assert "config.toml:" in done.err
    assert 'no project named "Websitte"' in done.err
    assert known("start", "X", "-p", "Website").code == 0


@pytest.mark.parametrize("verb", ["rename shop Mobile", "archive shop", "delete shop --yes"])
def test_a_part_of_a_name_names_nothing_that_is_to_be_changed(known: Clockify, verb: str) -> None:
    done = known("projects", *verb.split())
    assert (done.code, done.out) == (3, "")
    assert "Webshop" in done.err
    assert names(known, "projects") == ["Acme/Website", "Nordwind/Webshop"]


def test_a_client_called_like_a_project_is_asked_about(known: Clockify) -> None:
    """`-p PROJECT/TASK` may have been meant."""
    done = known("start", "X", "-p", "Website/Design")
    assert done.code == 3
    assert "--project Acme/Website --task TASK" in done.err
    assert names(known, "projects") == ["Acme/Website", "Nordwind/Webshop"]
    assert known("start", "X", "-p", "Website/Design", "--create").code == 0
    assert "Website/Design" in names(known, "projects")
