"""Tests that the reader without Typer understands each command line as Typer does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.cli.app import app
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.quick import read
from clockify_cli.cli.quick_table import DEFAULTS
from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.generated import commands
from tests.cli.parsing import by_quick, by_typer

TREE = dict(commands())
OWN = typer.main.get_command(app)
WORDS = ("Write", "spec", "", "9-10:30", "-2h..-1h", "-15m", "today", "Acme/Website", "3", "é")
ODD = ("-", "--", "-x", "--unknown", "-bq", "-pAcme", "--project=", "-p=Acme", "-V", "--help")


def beginnings() -> list[tuple[str, ...]]:
    """Return each command as it is typed, a family with and without its second word."""
    return [*((name,) for name in COMMANDS), *(tuple(path.split()) for path in TREE if " " in path)]


def tokens(beginning: tuple[str, ...]) -> list[str]:
    """Return options of the command and of the program, with and without values."""
    path = " ".join(beginning)
    command = TREE.get(path) or TREE[f"{path} {DEFAULTS[path]}"]
    names = [name for each in (*command.params, *OWN.params) for name in tree.names(each)]
    specs = [*tree.declared(command).values(), *tree.declared(OWN).values()]
    choices = [choice for spec in specs for choice in spec.choices]
    return [*names, *(f"{name}=9" for name in names), *choices]


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    beginning = draw(st.sampled_from(beginnings()))
    token = st.sampled_from([*tokens(beginning), *WORDS, *WORDS, *ODD])
    own = st.sampled_from(["-q", "--no-input", "--profile", "work", "--color", "never", "--debug"])
    before = draw(st.lists(own, max_size=2))
    return [*before, *beginning, *draw(st.lists(token, max_size=5))]


def assert_alike(args: list[str]) -> None:
    read_here = by_quick(args)
    if read_here is not None:
        assert read_here == by_typer(args)


@settings(max_examples=150, deadline=None)
@given(lines())
def test_what_the_reader_understands_typer_understands_alike(args: list[str]) -> None:
    assert_alike(args)


@pytest.mark.long
@settings(max_examples=50_000, deadline=None)
@given(lines())
def test_what_the_reader_understands_typer_understands_alike_many_times(args: list[str]) -> None:
    assert_alike(args)


@pytest.mark.parametrize(
    "line",
    [
        "start Write spec -p Acme/Website -g deep -g draft -b",
        "start -B --at -15m Standup",
        "--profile work -q stop --at 17:30 --color=never",
        "add Planning -2h..-1h --overlap --json",
        "status",
        "log last week --limit 5 --format json",
        "report 2026-11 --by client,project --no-billable",
        "projects",
        "projects list",
        "projects add Website -c Acme",
        "config get tz",
        "undo",
        "delete last",
    ],
)
def test_an_everyday_line_is_read_without_typer_and_alike(line: str) -> None:
    args = line.split()
    assert by_quick(args) is not None
    assert_alike(args)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "unknown",
        "start --unknown",
        "start -p",
        "start -p --json",
        "start -bq",
        "start -- -x",
        "log --limit 0",
        "log --format none",
        "projects unknown",
        "status more",
        "import",
        "-V start",
        "start --help",
        "--color start",
    ],
)
def test_what_is_odd_is_left_to_typer(line: str) -> None:
    assert read(line.split()) is None


def test_an_everyday_command_does_not_load_typer(tmp_path: Path) -> None:
    code = (
        "import sys; from clockify_cli.__main__ import main; main(sys.argv[1:]);"
        "sys.exit('typer' in sys.modules)"
    )
    environ = {"CLOCKIFY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    for line in ("start Write -p Acme/Website", "stop", "add Call 2025-01-06 9-10", "log", "undo"):
        done = subprocess.run([sys.executable, "-c", code, *line.split()], env=environ, check=False)
        assert done.returncode == 0, line
