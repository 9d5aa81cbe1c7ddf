"""Tests of the program as a Typer app, with Typer's own runner and documentation generator."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from clockify_cli.cli.app import app
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.reference.generated import commands
from clockify_cli.cli.reference.tree import names
from tests.cli.conftest import Clockify
from tests.cli.parsing import default_typer, every_command
from tests.examples import thinned

ROOT = Path(__file__).parents[2]
TREE = dict(commands())


@pytest.fixture
def runner(home: Path) -> CliRunner:
    return CliRunner()


def test_the_program_is_a_typer_app() -> None:
    assert isinstance(app, typer.Typer)


class TestRunner:
    def test_a_change_is_made_and_shown(self, runner: CliRunner) -> None:
        done = runner.invoke(app, ["start", "Write", "spec", "-p", "Acme/Website"])
        assert done.exit_code == 0
        assert "Started  Write spec · Acme / Website" in done.stdout
        shown = runner.invoke(app, ["log", "--json"])
        assert shown.exit_code == 0
        (entry,) = json.loads(shown.stdout)
        assert (entry["description"], entry["projectName"]) == ("Write spec", "Website")

    def test_a_wrong_option_is_refused(self, runner: CliRunner) -> None:
        done = runner.invoke(app, ["start", "--projcet", "x"])
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Did you mean --project?" in done.stderr

    def test_a_wrong_option_is_refused_as_json(self, runner: CliRunner) -> None:
        done = runner.invoke(app, ["start", "--projcet", "x", "--json"])
        error = json.loads(done.stderr)["error"]
        assert (done.exit_code, error["exit"], error["code"]) == (2, 2, "usage")

    def test_an_unknown_command_names_the_nearest(self, runner: CliRunner) -> None:
        done = runner.invoke(app, ["reprot", "x"])
        assert (done.exit_code, done.stdout) == (2, "")
        assert "Did you mean report" in done.stderr

    def test_a_code_of_its_own_is_passed_on(self, runner: CliRunner) -> None:
        assert runner.invoke(app, ["status", "--check"]).exit_code == 3

    @pytest.mark.parametrize("line", ["-h", "start -h", "help start", "projects add --help", "-V"])
    def test_help_and_version_are_no_errors(self, runner: CliRunner, line: str) -> None:
        done = runner.invoke(app, line)
        assert (done.exit_code, done.stderr) == (0, "")
        assert done.stdout.startswith(("Usage: clockify", "clockify 0."))

    def test_nothing_of_the_run_is_left_to_the_next(self, runner: CliRunner) -> None:
        quiet = runner.invoke(app, ["-q", "start", "Write"])
        assert re.fullmatch(r"[0-9a-f]{32}\n", quiet.stdout)
        assert "Stopped" in runner.invoke(app, ["stop"]).stdout

    def test_an_exit_code_is_returned_where_the_app_is_a_part_of_another(
        self, runner: CliRunner
    ) -> None:
        done = runner.invoke(app, ["status", "--check"], standalone_mode=False)
        assert (done.exit_code, done.return_value) == (0, 3)


def documented() -> str:
    """Return what Typer's own generator writes about the program."""
    command = [sys.executable, "-m", "typer", "clockify_cli.cli.app", "utils", "docs"]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout


def test_the_reference_lists_every_command_and_option() -> None:
    parts = re.split(r"^#+ `clockify(.*)`$", documented(), flags=re.MULTILINE)
    sections = {path.strip(): text for path, text in zip(parts[1::2], parts[2::2], strict=True)}
    assert set(sections) == {"", *COMMANDS, *TREE}
    for path, command in TREE.items():
        listed = "".join(re.findall(r"^\* `(-.*?)`", sections[path], re.MULTILINE))
        for option in command.params:
            assert all(name in listed for name in names(option)), path


@default_typer
def test_the_reference_in_the_repository_is_current() -> None:
    kept = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    anew = "python -m typer clockify_cli.cli.app utils docs > docs/commands.md"
    assert kept == documented(), f"`{anew}` writes it anew"


class TestPanels:
    """Tests of the help on a terminal."""

    @pytest.fixture(autouse=True)
    def on_terminal(self, clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr("clockify_cli.cli.app.draws_panels", lambda _context: True)

    def test_the_program_shows_its_commands_by_panel(self, clockify: Clockify) -> None:
        out = clockify("--help").out
        panels = dict.fromkeys(place.panel for place in COMMANDS.values())
        assert [title for title in panels if f"─ {title} ─" in out] == list(panels)
        for name, place in COMMANDS.items():
            assert re.search(rf"│ {name} +{re.escape(place.help)} +│", out), name

    @pytest.mark.parametrize("path", thinned(TREE))
    def test_a_command_says_all_that_it_says_in_a_pipe(self, clockify: Clockify, path: str) -> None:
        out = clockify(*path.split(), "--help").out
        assert max(map(len, out.splitlines())) <= 80
        assert "─ Everywhere ─" in out
        words = set(re.sub(r"[│\s]+", " ", out).split())
        for option in TREE[path].params:
            for name in names(option):
                assert name in out
            assert set(option.help.split()) <= words, name
        for example in every_command()[path].examples:
            assert example.split()[-1] in words


LATIN = frozenset(map(chr, range(0x300)))
"""Letters whose widths rich knows without its table of all widths, which is slow to load."""


@pytest.mark.parametrize("path", TREE)
def test_options_are_told_in_letters_that_are_quick_to_draw(path: str) -> None:
    for option in TREE[path].params:
        assert set(f"{option.metavar}{option.help}{names(option)}") <= LATIN, option.name


def test_panels_are_for_a_terminal_that_can_draw_them(clockify: Clockify) -> None:
    assert "─" not in clockify("start", "--help").out
