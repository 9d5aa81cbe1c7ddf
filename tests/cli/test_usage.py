"""Tests that an incomplete command line gets the usage and an example."""

from __future__ import annotations

import pytest

from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.generated import commands
from tests.cli.conftest import Clockify

WANTING = [
    path
    for path, command in commands()
    if any(each.required for each in command.params if not tree.names(each))
]


def test_most_commands_that_name_something_want_it() -> None:
    names = {
        f"{kind} {verb}" for kind in ("projects", "clients", "tasks", "tags") for verb in VERBS
    }
    assert {*names, "delete", "join", "cut", "split", "config set", "workspaces use"} <= {*WANTING}


VERBS = ("add", "rename", "archive", "unarchive", "delete", "merge")


@pytest.mark.parametrize("path", WANTING)
def test_a_missing_argument_shows_usage_and_an_example(clockify: Clockify, path: str) -> None:
    done = clockify(*path.split())
    assert (done.code, done.out) == (2, "")
    error, usage, example, more = done.err.splitlines()
    assert error.startswith(f"error: `clockify {path}` needs ")
    assert usage.startswith(f"Usage: clockify {path} [OPTIONS] ")
    assert example.startswith(f"For example: clockify {path.split()[0]}")
    assert more == f"`clockify {path} --help` shows more."


def test_add_without_a_time_shows_usage_and_examples(clockify: Clockify) -> None:
    for words in ([], ["Standup"]):
        done = clockify("add", *words)
        assert done.code == 2
        assert "Usage: clockify add" in done.err
        assert "9-9:15" in done.err
