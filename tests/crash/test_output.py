"""Tests that a change whose output fails is recorded once, and that the exit code says so."""

from __future__ import annotations

from contextlib import closing

import pytest

from clockify_cli.store.db.changes import Database
from tests.crash.timesheets import database, seen
from tests.crash.trace import Program, Run
from tests.store.big import fill

ADD = ("add", "Review", "2025-01-06", "10-11")
JSON = (*ADD, "--json")


def assert_recorded_once(program: Program) -> None:
    assert seen(program.home).entries == (("Review", "", False),)
    assert seen(program.home).changes == (("do", "add", "Review"),)


def assert_says_recorded(run: Run) -> None:
    assert run.code == 1, run
    assert run.out == ""
    assert "could not be written" in run.err
    assert "recorded" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("command", [ADD, JSON], ids=["sentence", "json"])
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_a_change_that_cannot_be_shown_exits_1_and_says_that_it_is_recorded(
    program: Program, redirection: str, command: tuple[str, ...]
) -> None:
    run = program.run_in_shell(f'exec "$@" {redirection}', *command)
    assert_says_recorded(run)
    assert_recorded_once(program)


@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "<&-"])
def test_a_change_is_done_although_nothing_can_be_said_beside_it(
    program: Program, redirection: str
) -> None:
    run = program.run_in_shell(f'exec "$@" {redirection}', *ADD)
    assert run.code == 0, run
    assert_recorded_once(program)


def test_a_change_with_every_stream_closed_is_done_once(program: Program) -> None:
    run = program.run_in_shell('exec "$@" <&- >&- 2>&-', *ADD)
    assert run.code == 1, run
    assert_recorded_once(program)


@pytest.mark.parametrize(
    "command",
    [
        *(("status", "--short"), ("--version",), ("log", "all")),
        *(pytest.param(words, marks=pytest.mark.long) for words in (("status",), ("--help",))),
    ],
    ids=" ".join,
)
def test_an_answer_that_cannot_be_shown_exits_1_without_a_traceback(
    program: Program, command: tuple[str, ...]
) -> None:
    program.run_here(*ADD)
    run = program.run_in_shell('exec "$@" >/dev/full', *command)
    assert run.code == 1, run
    assert "recorded" not in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("form", "reader"),
    [
        ((), "head -n 1"),
        (("--json",), "true"),
        pytest.param((), "true", marks=pytest.mark.long),
        pytest.param(("--json",), "head -n 1", marks=pytest.mark.long),
    ],
)
def test_a_reader_that_leaves_early_changes_neither_code_nor_peace(
    program: Program, form: tuple[str, ...], reader: str
) -> None:
    program.run(*ADD)
    with closing(Database(database(program.home))) as db:
        fill(db, entries=2_000, projects=20)
    script = f'{{ "$@"; echo "code $?" >&2; }} | {reader}'
    run = program.run_in_shell(script, "log", "all", *form)
    assert run.err == "code 0\n"


def test_a_change_whose_reader_has_left_is_done(program: Program) -> None:
    run = program.run_in_shell('{ "$@"; echo "code $?" >&2; } | true', *ADD)
    assert run.err == "code 0\n"
    assert_recorded_once(program)
