"""Tests of the man pages: one for each command and topic, with all that the help says."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from clockify_cli.cli.app import FamilyGroup, built
from clockify_cli.cli.commands import COMMANDS
from clockify_cli.cli.commands.help import TOPICS
from clockify_cli.cli.options import OWN
from clockify_cli.cli.reference import tree
from clockify_cli.cli.reference.man_pages import man_pages
from tests.cli.parsing import default_typer

MAN = Path(__file__).parents[2] / "man"
PAGES = man_pages()


def plain(page: str) -> str:
    """Return *page* as a reader sees it."""
    return re.sub(r"\\f[BIR]", "", page).replace(r"\-", "-").replace(r"\(aq", "'")


@default_typer
def test_the_pages_in_the_repository_are_those_of_the_program() -> None:
    kept = {str(path.relative_to(MAN)): path.read_text() for path in MAN.rglob("*.[17]")}
    assert kept == PAGES, "`python completions/generate.py` writes them anew"


def test_each_command_and_topic_has_a_page() -> None:
    names = {"clockify.1", *(f"clockify-{name}.1" for name in COMMANDS)}
    assert {Path(path).name for path in PAGES} == {*names, *(f"clockify-{t}.7" for t in TOPICS)}
    listed = plain(PAGES["man1/clockify.1"])
    assert all(f"clockify-{name}(1)" in listed for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_each_option_with_its_help(name: str) -> None:
    page = plain(PAGES[f"man1/clockify-{name}.1"])
    found = built(name, COMMANDS[name])
    commands = found.commands.values() if isinstance(found, FamilyGroup) else [found]
    for command in commands:
        for option in command.params:
            if option.name not in (*OWN, "version", "help"):
                assert all(each in page for each in tree.names(option))
                assert str(getattr(option, "help", "")).replace("`", "") in page


def test_what_is_typed_can_be_pasted_from_a_page() -> None:
    page = PAGES["man1/clockify-stop.1"]
    assert r"clockify stop \-d \(aqSpec, second draft\(aq \-g deep" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_groff_reads_each_page_without_a_warning(tmp_path: Path) -> None:
    # Only their names are passed: groff also warns of letters in a folder's name.
    done = subprocess.run(
        ["groff", "-Kutf8", "-Tutf8", "-man", "-ww", "-z", *PAGES],
        cwd=MAN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
