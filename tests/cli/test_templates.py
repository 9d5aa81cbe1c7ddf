"""Tests of `--template`: a person's own line for each row, for every command that shows data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.generated import commands
from tests.cli.conftest import TEN, Clockify, prepared

LATER = TEN + timedelta(hours=2)


@prepared
def tracked(clockify: Clockify) -> Clockify:
    clockify("start", "Write spec", "-p", "Acme/Website", "-k", "Build", "-g", "deep", "-b")
    clockify("start", "Call", "-p", "Internal", now=TEN + timedelta(hours=1))
    clockify("fav", "add", "standup", "-d", "Stand-up", "-p", "Internal", now=LATER)
    return clockify


@pytest.mark.parametrize(
    ("line", "template", "expected"),
    [
        ("log", "{start} {project:>15} {elapsed}", "10:00  Acme / Website 1:00\n11:00"),
        ("log", r"{description}\t{{}}", "Write spec\t{}\nCall\t{}\n"),
        ("log", "\x1b[31m\u202e{elapsed}", r"^[[31m\u202e1:00" + "\n"),
        ("report", "{name}: {seconds}", "Acme / Website: 3600\nInternal: 3600\n"),
        ("report --by client", "{client} {elapsed}", "Acme 1:00\n(no client) 1:00\n"),
        ("timesheet", "{2026-11-24:5}|{2026-11-23}", " 1:00|"),
        ("timesheet", "{project} {total}", "Acme / Website 1:00\nInternal 1:00\n"),
        ("projects", "{project}", "Acme / Website\nInternal\n"),
        ("clients list", "{name}", "Acme\n"),
        ("tasks", "{project} / {name}", "Acme / Website / Build\n"),
        ("tags", "#{name}", "#deep\n"),
        ("recent", "{number} {description}", "2 Write spec\n1 Call\n"),
        ("fav", "{name}={description}", "standup=Stand-up\n"),
        ("history", "{verb}", "start\nstart\n"),
        ("undo --list", "{number}", "2\n"),
        ("workspaces", "{name}", "local\n"),
        ("bill list", "{ref}", ""),
    ],
)
def test_each_row_is_a_line_of_ones_own(
    tracked: Clockify, line: str, template: str, expected: str
) -> None:
    done = tracked(*line.split(), "--template", template, now=LATER)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(expected)


def test_whatever_shows_fields_takes_a_template_too() -> None:
    for path, command in commands():
        names = {name for each in command.params for name in tree.names(each)}
        # Other programs read what an export writes.
        if "--fields" in names and path != "export":
            assert "--template" in names, path


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("log --template {nothing}", 'no field named "nothing"'),
        ("log --template {start.__class__}", "is not a field"),
        ("report --template {name", "a brace stands alone"),
        ("log --template {start} --json", "--template and --json"),
        ("log --template {start} --fields start", "--template and --fields"),
        ("projects --template {name} --format csv", "--template and --format csv"),
        ("log --template {start} --chart", "--chart cannot be combined with --template"),
        ("report --template {name} --total", "--total and --template"),
        ("undo --template {number}", "are for --list"),
        ("fav add x --template {name}", "a change has no other format than --json"),
    ],
)
def test_what_cannot_be_a_template_is_refused(tracked: Clockify, line: str, told: str) -> None:
    before = tracked("history").out
    done = tracked(*line.split(), now=LATER)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert tracked("history").out == before


def test_a_number_in_it_can_be_used_afterwards(tracked: Clockify) -> None:
    assert tracked("log", "--template", "{number} {description}", now=LATER).out.endswith(
        "1 Call\n"
    )
    assert tracked("edit", "@2", "-d", "Draft", now=LATER).code == 0
    assert tracked("log", "--template", "{description}", now=LATER).out == "Draft\nCall\n"


def test_it_goes_into_a_file_too(tracked: Clockify, tmp_path: Path) -> None:
    target = tmp_path / "list.txt"
    done = tracked("log", "--template", "{description}", "-o", str(target), now=LATER)
    assert (done.code, done.out) == (0, "")
    assert target.read_text() == "Write spec\nCall\n"
