"""Tests that invalid names, entries and descriptions are refused and change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify
from tests.cli.refusals import Bad, bad, check_refused, track
from tests.examples import thinned

LONG = "x" * 10_000
NO_TEXT = "caf\udce9"
"""How Python passes on an argument that is not UTF-8."""


TRACKED = (
    "projects add Acme/Website",
    "projects add Acme/Webshop",
    "projects add Cafe\u0301",
    "projects add Straße",
    "tasks add Webshop/Design",
    "tags add deep",
    "add Review 7-7:30 -p Acme/Website -g deep",
    "add Call 8-8:15",
    "start Write -p Webshop",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path) -> None:
    """Track names that resemble each other, some entries, and a running timer."""
    track(clockify, home, made, TRACKED)


ENTRIES = (
    *(
        Bad((command, word), f'no entry matches "{word}"', 3)
        for command in ("delete", "resume", "history")
        for word in ("../../user", "a?x=1", "a#b", "%2e%2e/x", "zz", "f" * 24, "0" * 32)
    ),
    bad("delete @x", "not the number of an entry"),
    bad("delete @", "not the number of an entry"),
    bad("delete @-1", "not the number of an entry"),
    bad("delete @1.5", "not the number of an entry"),
    bad("delete @٣", "not the number of an entry"),
    bad("delete @" + "9" * 400, "not the number of an entry"),
    bad("delete @0", "no @0", 3),
    bad("delete @99", "no @99", 3),
    bad("delete", "needs ENTRY"),
    Bad(("delete", ""), "no entry given"),
    Bad(("delete", " "), "no entry given"),
    Bad(("delete", LONG), "no entry matches", 3),
    Bad(("delete", "\x1b[31mred"), "^[[31mred", 3),
    Bad(("delete", NO_TEXT), "no entry matches", 3),
    bad("delete last current", "--yes"),
    bad("resume current", "is already running"),
)

NAMES = (
    bad("start X -p Webs", "matches two projects", 5),
    bad("log -p web", "matches two projects", 5),
    bad("start X -p Acme/Web", "matches two projects", 5),
    bad("start X -p Websiet", "Website", 3),
    bad("start X -p Acmee/Website", "Acme", 3),
    bad("start X -g depe", "deep", 3),
    bad("start X -p Webshop -k Desing", "Design", 3),
    bad("log -p Nowhere", "no project named", 3),
    bad("log -c Nobody", "no client named", 3),
    bad("log -g [red]", 'no tag named "[red]"', 3),
    bad("log -k !nothing", "no task named", 3),
    bad("report -p not:nothing", "no project named", 3),
    bad("timesheet -p nothing", "no project named", 3),
    bad("export -p nothing", "no project named", 3),
    bad("tasks list -p nothing", "no project named", 3),
    bad("start X -p " + "f" * 24, "no project has the id", 3),
    bad("start X -g " + "0" * 32, "no tag has the id", 3),
    *(Bad(("start", "X", "-p", name), "empty") for name in ("", " ", "\t")),
    *(Bad(("log", option, ""), "empty") for option in ("-p", "-c", "-k", "-g")),
    *(Bad(("log", "-p", name), "empty") for name in ("!", "not:", "! ")),
    Bad(("start", "X", "-k", ""), "empty"),
    bad("start X -p Acme/", "next to the slash"),
    bad("start X -p /Fresh", "next to the slash"),
    bad("start X -p /", "next to the slash"),
    bad("projects add Acme/", "next to the slash"),
    *(Bad((family, "add", ""), "is empty") for family in ("projects", "clients", "tags")),
    *(
        Bad((family, "add", *more, name), says)
        for family, more in (
            ("projects", ()),
            ("clients", ()),
            ("tags", ()),
            ("tasks", ("-p", "Webshop")),
        )
        for name, says in (
            ("x" * 251, "251 characters"),
            (LONG, "10000 characters"),
            ("a\nb", "line break"),
            ("a\u2028b", "line break"),
            ("\x1b[2J", "control character"),
            ("\x9b2J", "control character"),
            ("a\0b", "control character"),
            (NO_TEXT, "not valid UTF-8"),
        )
    ),
    *(
        Bad(("start", "X", option, name), says)
        for option in ("-p", "-g")
        for name, says in (
            (LONG, "10000 characters"),
            ("a\x07", "control"),
            (NO_TEXT, "not valid UTF-8"),
        )
    ),
    *(
        Bad((family, "add", *more, name), "cannot be the name of")
        for family, more in (
            ("projects", ()),
            ("clients", ()),
            ("tags", ()),
            ("tasks", ("-p", "Webshop")),
        )
        for name in ("none", "!", "!urgent", "not:urgent", "-", "@", "@-1", "@3")
    ),
    bad("projects add none/Fresh", "cannot be the name of a client"),
    bad("projects add Acme/none", "cannot be the name of a project"),
    *(
        Bad(("start", "X", option, name, "--create"), "cannot be the name of")
        for option in ("-p", "-g")
        for name in ("!", "!urgent", "-", "@-1")
    ),
    bad("start X -p Webshop -k !x --create", "cannot be the name of a task"),
    bad("start X -p Acme/none --create", "cannot be the name of a project"),
    bad("projects add website -c acme", "already"),
    bad("projects add Café", "already"),
    bad("projects add STRASSE", "already"),
    bad("tags add DEEP", "already"),
    bad("clients add Acme", "already"),
    bad("tasks add Webshop/design", "already"),
    bad("tasks add Design", "needs a project"),
    bad("tasks add " + LONG, "needs a project"),
    bad("start X -k Design", "needs a project"),
    bad("start X -p none -k Design", "needs a project"),
    bad("start X -p Website -k Webshop/Design", "belongs to another project"),
    Bad(("add", "X", "9-9:10", *(f"-gtag{n}" for n in range(51))), "51 tags"),
)

DESCRIPTIONS = (
    *(
        Bad((*command, text), says)
        for command in (("start",), ("stop", "-d"), ("add", "--for", "5m", "--overlap"))
        for text, says in (
            ("a\0b", "control character"),
            ("a\x1b]0;title\x07", "control character"),
            ("a\x9b31m", "control character"),
            ("a\x7f", "control character"),
            (NO_TEXT, "not valid UTF-8"),
            ("x" * 3001, "3001 characters"),
        )
    ),
    bad("start Words -d and", "-d"),
    bad("add Words --for 5m -d and", "-d"),
)


@pytest.mark.parametrize("wrong", thinned(ENTRIES), ids=str)
def test_an_entry_that_is_not_there_is_refused(clockify: Clockify, home: Path, wrong: Bad) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(NAMES), ids=str)
def test_a_name_that_cannot_be_meant_or_made_is_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)


@pytest.mark.parametrize("wrong", thinned(DESCRIPTIONS), ids=str)
def test_a_description_that_cannot_be_kept_is_refused(
    clockify: Clockify, home: Path, wrong: Bad
) -> None:
    check_refused(clockify, home, wrong)


def test_candidates_of_an_ambiguous_name_are_listed_with_whole_ids(clockify: Clockify) -> None:
    told = clockify("start", "X", "-p", "webs").err.splitlines()
    ids = {
        project["name"]: project["localId"]
        for project in json.loads(clockify("projects", "--json").out)
    }
    assert told[1].split() == ["Acme", "/", "Webshop", ids["Webshop"]]
    assert told[2].split() == ["Acme", "/", "Website", ids["Website"]]
    assert json.loads(clockify("start", "X", "-p", "webs", "--json").err)["error"]["details"]


def test_several_names_that_are_near_are_listed_with_or_and_each_once(clockify: Clockify) -> None:
    for name in ("Internal", "Acme/Interval", "Beta/Interval"):
        done = clockify("projects", "add", name)
        assert done.code == 0, done.err
    told = clockify("start", "X", "-p", "Interal").err
    near = ["Acme/Interval", "Beta/Interval", "Internal"]
    options = " or ".join(f"--project {name}" for name in near)
    assert f"Did you mean {options}? `clockify start X -p Interal --create`" in told


@pytest.mark.parametrize(
    "name",
    [
        "[red]",
        "[x",
        "[bold",
        "a\\",
        "\u202egnp",
        "🙂🏽",
        "日本",
        "$(touch x)",
        "`id`",
        "=cmd",
        "-x",
    ],
)
def test_an_odd_name_is_literal_text_everywhere(clockify: Clockify, home: Path, name: str) -> None:
    option = f"--tag={name}"
    added = clockify("add", "--from=9", "--for=9m", "-d", name, f"--project={name}", option)
    assert (added.code, added.err) == (0, "")
    entry = json.loads(clockify("log", "--json").out)[-2]
    assert (entry["projectName"], entry["tags"][0]["name"]) == (name, name)
    assert json.loads(clockify("log", "--json", f"-p{name}").out)[0]["projectName"] == name
    for line in ("log", "report --by project,tag", "projects", "tags", "timesheet", "history"):
        done = clockify(*line.split())
        assert done.code == 0
        assert done.out.replace("\n", "").replace("\t", "").isprintable()
    assert not (home / "x").exists()


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\rb", "a\u2028b", "a\u2029b", "\na\nb\n"])
def test_line_breaks_in_a_description_become_spaces_with_a_word_about_it(
    clockify: Clockify, text: str
) -> None:
    done = clockify("start", text)
    said = done.err.splitlines()[0]
    assert (done.code, said) == (0, "Line breaks in the description became spaces.")
    assert json.loads(clockify("status", "--json").out)["entry"]["description"] == "a b"


def test_a_name_written_in_another_composition_or_case_is_the_same_name(
    clockify: Clockify,
) -> None:
    for typed in ("Café", "CAFÉ", "strasse", "acme / WEBSITE"):
        assert "Created" not in clockify("start", "X", "-p", typed).out


def test_tags_named_twice_are_kept_once(clockify: Clockify) -> None:
    clockify("start", "X", "-g", "deep", "-g", "DEEP", "-g", "deep")
    tags = json.loads(clockify("status", "--json").out)["entry"]["tags"]
    assert [tag["name"] for tag in tags] == ["deep"]


def test_deleting_twice_says_that_it_is_gone(clockify: Clockify, home: Path) -> None:
    gone = json.loads(clockify("log", "--json").out)[0]["localId"]
    assert clockify("delete", gone).code == 0
    check_refused(clockify, home, Bad(("delete", gone), "no entry matches", 3))
    check_refused(clockify, home, Bad(("delete", "@3"), "@3 (Review) is already deleted", 3))
