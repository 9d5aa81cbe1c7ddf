"""Tests that obstacles are removed one at a time, and that nothing is asked twice."""

from __future__ import annotations

import pytest

from tests.fake_clockify.records import Project
from tests.scenarios.rules.conftest import SignedIn, at_terminal
from tests.scenarios.signed_in.bench import Bench


def names(clockify: Bench, family: str) -> list[str]:
    return sorted(row["name"] for row in clockify.ok(family, "--offline", "--json").json)


def test_unknown_names_and_required_fields_are_each_asked_about_once(signed_in: SignedIn) -> None:
    clockify = signed_in(forceProjects=True, forceTags=True, forceDescription=True)
    line = ("add", "8-9", "-g", "fresh")
    done = at_terminal(clockify, *line, typed="y\nMobile\ny\nWrite spec\n")
    # The tag is new, a project is required and new too, and the description is missing.
    assert done.code == 0, done.err
    assert done.err.count("[y/N]") == 2
    for question in ('Create the project "Mobile"?', 'Create the tag "fresh"?', "Which project?"):
        assert done.err.count(question) == 1
    (entry,) = clockify.fake.entries()
    assert entry.description == "Write spec"
    assert names(clockify, "projects") == ["Mobile", "Website"]
    assert names(clockify, "tags") == ["admin", "deep", "fresh"]


def test_a_yes_to_one_name_makes_no_other_at_clockify(signed_in: SignedIn) -> None:
    clockify = signed_in()
    done = at_terminal(clockify, "add", "X", "8-9", "-p", "Mobile", "-g", "fresh", typed="y\nn\n")
    assert done.code == 3
    assert not [request for request in done.requests if request.method == "POST"]
    assert names(clockify, "projects") == ["Website"]
    assert names(clockify, "tags") == ["admin", "deep"]


@pytest.mark.parametrize(
    ("typed", "questions", "code"),
    [("n\n", 1, 3), ("y\nn\n", 2, 3), ("y\n", 2, 3), ("\n", 1, 3), ("y\ny\n", 2, 0)],
    ids=["no", "yes-no", "yes-end", "enter", "yes-yes"],
)
@pytest.mark.parametrize("words", [("start", "X"), ("add", "X", "8-9")], ids=["start", "add"])
def test_a_new_client_and_its_project_are_two_questions_and_made_both_or_not_at_all(
    signed_in: SignedIn, words: tuple[str, ...], typed: str, questions: int, code: int
) -> None:
    clockify = signed_in()
    before = (names(clockify, "clients"), names(clockify, "projects"))
    done = at_terminal(clockify, *words, "-p", "Initech/Mobile", typed=typed)
    assert done.err.count("[y/N]") == questions, done.err
    # The question about the project only follows a yes to its client.
    assert done.err.count("Create the project") == questions - 1
    assert done.code == code, done.err
    sent = [each for each in done.sent if each.startswith("POST")]
    if code == 0:
        assert sent == ["POST clients", "POST projects", "POST time-entries"]
        return
    assert sent == []
    assert (names(clockify, "clients"), names(clockify, "projects")) == before
    assert clockify.fake.entries() == []
    assert clockify.ok("queue", "--json", "--offline").json == []


def test_what_is_not_known_is_asked_for_once_however_many_names_are_not(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.time.passes(minutes=5)
    done = at_terminal(
        clockify, "add", "X", "8-9", "-p", "Mobile", "-g", "fresh", "-g", "other", typed="y\ny\ny\n"
    )
    assert done.code == 0
    reads = [sent for sent in done.sent if sent.startswith("GET")]
    assert sorted(reads) == ["GET clients", "GET projects", "GET tags"]


def test_a_task_that_is_not_known_is_looked_for_once(signed_in: SignedIn) -> None:
    clockify = signed_in()
    done = at_terminal(
        clockify, "add", "X", "8-9", "-p", "Website", "-k", "Other", "-g", "fresh", typed="y\ny\n"
    )
    assert done.code == 0
    assert done.sent.count("GET tasks") == 1


def test_a_task_whose_project_was_never_asked_for_its_tasks_is_not_called_unknown(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    for options in (("--offline",), ("--offline", "--json")):
        done = clockify("add", "X", "8-9", "-p", "Website", "-k", "Draft", *options)
        assert (done.code, done.out) == (3, "")
        assert "tasks of Acme / Website were never fetched" in done.err
        assert "`clockify tasks -p Acme/Website` fetches them" in done.err
        assert "--create" not in done.err
    asked = at_terminal(
        clockify, "add", "X", "8-9", "-p", "Website", "-k", "Draft", "--offline", typed="y\n"
    )
    assert (asked.code, asked.err.count("[y/N]")) == (3, 0)
    clockify.ok("tasks", "-p", "Acme/Website")
    clockify.ok("add", "X", "8-9", "-p", "Website", "-k", "Draft", "--offline")


def archive(clockify: Bench, name: str = "Website") -> None:
    rows = clockify.ok("projects", "--offline", "--json").json
    (id_,) = (row["id"] for row in rows if row["name"] == name)
    clockify.fake.change(clockify.fake.get(Project, id_), archived=True)
    clockify.ok("projects", "--refresh", "--all")


def test_a_resumed_entry_of_an_archived_project_is_refused_as_a_start_is(
    signed_in: SignedIn,
) -> None:
    clockify = signed_in()
    clockify.fake.add_project("Mobile")
    clockify.ok("add", "Old", "7-8", "-p", "Website")
    archive(clockify)
    started = clockify("start", "X", "-p", "Website")
    resumed = clockify("resume")
    assert (started.code, resumed.code) == (3, 3)
    assert 'project "Acme / Website" is archived' in started.err
    assert resumed.err == started.err
    assert clockify("status", "--check").code == 3
    assert clockify.ok("resume", "-p", "Mobile").code == 0


@pytest.mark.parametrize("place", ["config", "project file"])
def test_an_archived_default_is_told_as_the_setting_that_is_the_cause(
    signed_in: SignedIn, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clockify = signed_in()
    if place == "config":
        clockify.ok("config", "set", "default.project", "Website")
        where = "config.toml:"
    else:
        (clockify.home / ".clockify.toml").write_text('project = "Website"\n')
        monkeypatch.chdir(clockify.home)
        where = ".clockify.toml:1"
    archive(clockify)
    done = clockify("start", "X")
    assert done.code == 3
    assert "default.project (" in done.err
    assert where in done.err
    assert 'project "Acme / Website" is archived' in done.err
    assert "-p NAME" in done.err
    assert clockify.ok("start", "X", "-p", "none").code == 0


def test_create_makes_only_what_clockify_does_not_have_either(signed_in: SignedIn) -> None:
    clockify = signed_in()
    clockify.fake.add_tag("from the web")
    clockify.time.passes(minutes=5)
    done = clockify.ok("add", "X", "8-9", "-g", "from the web", "-g", "new", "--create")
    assert "Created tag new." in done.out
    assert sorted(sent for sent in done.sent if sent.endswith("tags")) == ["GET tags", "POST tags"]
