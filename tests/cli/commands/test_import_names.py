"""Tests of how names in a file match existing ones: one rule of similarity, one question a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Clockify, Done

Import = Callable[..., Done]


@pytest.fixture
def importing(clockify: Clockify, home: Path) -> Import:
    """Return a function that imports rows written ``client/project/task/tag``, each an hour."""
    clockify("add", "Before", "8-9", "-p", "Acme/Website", "-k", "Draft", "-g", "deep")

    def run(*rows: str, args: tuple[str, ...] = (), typed: str | None = None) -> Done:
        lines = ["start,end,clientName,projectName,taskName,tags"]
        lines += [
            ",".join((f"2026-11-{day:02d} 09:00", f"2026-11-{day:02d} 10:00", *row.split("/")))
            for day, row in enumerate(rows, 1)
        ]
        (home / "x.csv").write_text("\n".join(lines) + "\n", "utf-8")
        return clockify("import", "x.csv", *args, typed=typed or "", person=typed is not None)

    return run


def count(clockify: Clockify) -> int:
    return len(json.loads(clockify("log", "all", "--json").out))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Acme/Websites//", 'project "Acme / Websites": similar to Acme / Website'),
        ("Acme/Web-Site//", 'project "Acme / Web-Site": similar to Acme / Website'),
        ("/Acme//", 'project "Acme": similar to client Acme'),
        ("/Acme:Website//", 'project "Acme:Website": similar to client Acme'),
        ("Acmee/Other//", 'client "Acmee": similar to client Acme'),
        (
            "Acme/Website/Drafts/",
            'task "Acme / Website / Drafts": similar to Acme / Website / Draft',
        ),
        ("Acme/Website//deeps", 'tag "deeps": similar to deep'),
    ],
)
def test_a_new_name_that_resembles_another_is_refused_without_a_word(
    clockify: Clockify, importing: Import, row: str, said: str
) -> None:
    done = importing("Acme/Website//deep", row)

    assert done.code == 3
    assert said in done.err
    assert "--create" in done.err
    assert count(clockify) == 1

    assert importing("Acme/Website//deep", row, args=("--create",)).code == 0
    assert count(clockify) == 3


def test_names_that_resemble_nothing_or_only_each_other_are_made(
    clockify: Clockify, importing: Import
) -> None:
    done = importing("North/Shop/Copy/phone", "North/Shops/Copy/phones", "acme/WEBSITE/draft/Deep")

    assert done.code == 0, done.err
    projects = json.loads(clockify("projects", "--json").out)
    assert [one["name"] for one in projects] == ["Website", "Shop", "Shops"]


def test_each_name_is_asked_about_once_and_by_itself(clockify: Clockify, importing: Import) -> None:
    done = importing("Acme/Websites//deeps", "Acme/Websites//deeps", typed="y\ny\n")

    assert done.code == 0, done.err
    assert done.err.count('Create the project "Acme / Websites"? [y/N]') == 1
    assert done.err.count('Create the tag "deeps"? [y/N]') == 1
    assert count(clockify) == 3


def test_a_no_to_one_name_changes_nothing(clockify: Clockify, importing: Import) -> None:
    done = importing("Acme/Websites//deeps", typed="y\nn\n")

    assert done.code == 3
    assert count(clockify) == 1
    assert [one["name"] for one in json.loads(clockify("projects", "--json").out)] == ["Website"]


@pytest.mark.parametrize(
    ("archived", "row", "said"),
    [
        (("projects", "archive", "Website"), "Acme/Website//", 'project "Acme / Website" is arch'),
        (("tasks", "archive", "Draft"), "Acme/Website/Draft/", '"Acme / Website / Draft" is arch'),
        (("tags", "archive", "deep"), "North/Shop//deep", 'tag "deep" is archived'),
    ],
)
def test_what_is_archived_is_refused_as_start_refuses_it(
    clockify: Clockify, importing: Import, archived: tuple[str, ...], row: str, said: str
) -> None:
    assert clockify(*archived).code == 0

    done = importing(row)

    assert (done.code, count(clockify)) == (3, 1)
    assert said in done.err
    kind = archived[0]
    assert f"clockify {kind} unarchive" in done.err
    assert clockify(kind, "unarchive", archived[2]).code == 0
    assert importing(row).code == 0


def test_what_is_here_already_may_have_been_archived_since(
    clockify: Clockify, importing: Import
) -> None:
    importing("Acme/Website//")
    clockify("projects", "archive", "Website")

    done = importing("Acme/Website//")

    assert (done.code, done.out.splitlines()[0]) == (0, "Nothing new to import.")
