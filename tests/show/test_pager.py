from __future__ import annotations

import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clockify_cli.errors import ConfigError
from clockify_cli.show.pager import paged, pager_command
from clockify_cli.show.screen import Screen
from tests.show.samples import screen, shown

SHORT, LONG = "one line\n", "line\n" * 30


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """A pager that keeps what it was given, and its environment, in files beside it."""
    script = tmp_path / "pager"
    script.write_text(
        f"#!{sys.executable}\n"
        "import json, os, pathlib, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "(here / 'text').write_text(sys.stdin.read())\n"
        "(here / 'environ').write_text(json.dumps([sys.argv[1:], dict(os.environ)]))\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def page(text: str, environ: dict[str, str], on: Screen | None = None) -> str:
    """What is left for the screen itself after paging *text*."""
    on = on or screen()
    paged(on, environ, lambda inner: inner.write(text))
    return shown(on)


def test_long_text_goes_to_the_pager_with_its_words_and_without_the_key(pager: Path) -> None:
    environ = {"PAGER": f"'{pager}' -a 'b c'", "CLOCKIFY_API_KEY": "secret", "HOME": "/"}
    assert page(LONG, environ) == ""
    assert (pager.parent / "text").read_text() == LONG
    told = (pager.parent / "environ").read_text()
    assert '["-a", "b c"]' in told
    assert '"HOME": "/"' in told
    assert "secret" not in told


def test_text_that_fits_is_not_paged(pager: Path) -> None:
    assert page(SHORT, {"PAGER": str(pager)}) == SHORT
    assert not (pager.parent / "text").exists()


def test_a_pipe_is_never_paged(pager: Path) -> None:
    assert page(LONG, {"PAGER": str(pager)}, screen(terminal=False)) == LONG
    assert not (pager.parent / "text").exists()


def test_the_height_of_the_screen_decides(pager: Path) -> None:
    assert page("a\nb\nc\n", {"PAGER": str(pager)}, replace(screen(), height=4)) == "a\nb\nc\n"
    assert page("a\nb\nc\n", {"PAGER": str(pager)}, replace(screen(), height=3)) == ""


@pytest.mark.parametrize("wanted", ["", "cat", " cat "])
def test_the_pager_is_switched_off_by_cat_or_nothing(wanted: str) -> None:
    assert page(LONG, {"PAGER": wanted}) == LONG


def test_a_pager_that_is_not_there_is_done_without() -> None:
    assert page(LONG, {"PAGER": "/nowhere/pager"}) == LONG


def test_a_pager_that_is_closed_before_the_end_is_no_error() -> None:
    assert page("line\n" * 100_000, {"PAGER": f"{sys.executable} -c pass"}) == ""


def test_quotes_that_do_not_close_are_told() -> None:
    with pytest.raises(ConfigError, match="cannot read PAGER"):
        pager_command({"PAGER": "less '"})


def test_no_shell_reads_the_pager(tmp_path: Path) -> None:
    target = tmp_path / "made"
    page(LONG, {"PAGER": f"true; touch {target}", "PATH": os.environ["PATH"]})
    page(LONG, {"PAGER": f"$(touch {target})", "PATH": os.environ["PATH"]})
    assert not target.exists()


def test_the_usual_pager_is_less_with_its_usual_options() -> None:
    assert pager_command({}) == ["less", "-FIRX"]
