from __future__ import annotations

import io
import json
import os
import shlex
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from clockify_cli.errors import ConfigError
from clockify_cli.show.screen import Screen, paged, pager_command, screen_for
from tests.show.samples import Terminal, screen, shown

UTF8 = {"LANG": "en_US.UTF-8"}


class Encoded(io.TextIOWrapper):
    """A stream with its own encoding that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.mark.parametrize(
    ("environ", "choice", "terminal", "colored"),
    [
        ({}, "auto", True, True),
        ({}, "auto", False, False),
        ({"NO_COLOR": "1"}, "auto", True, False),
        ({"NO_COLOR": ""}, "auto", True, True),
        ({"TERM": "dumb"}, "auto", True, False),
        ({"FORCE_COLOR": "1"}, "auto", False, True),
        ({"FORCE_COLOR": "0"}, "auto", True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "auto", True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, "auto", True, True),
        ({"NO_COLOR": "1"}, "always", False, True),
        ({"FORCE_COLOR": "1"}, "never", True, False),
    ],
)
def test_colour_goes_by_the_option_then_the_environment_then_the_stream(
    environ: dict[str, str], choice: str, terminal: bool, colored: bool
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    made = screen_for(stream, environ, choice)  # type: ignore[arg-type]  # from a table of words
    assert made.color is colored
    assert made.is_terminal is terminal


@pytest.mark.parametrize(
    ("columns", "width"),
    [
        ("100", 100),
        ("0", 80),
        ("abc", 80),
        ("-5", 80),
        ("", 80),
        ("1", 20),
        ("1000000", 1000),
        ("9" * 5000, 80),
        ("٤٠", 80),
    ],
)
def test_columns_is_followed_within_bounds(columns: str, width: int) -> None:
    assert screen_for(Terminal(), {"COLUMNS": columns}).width == width


@pytest.mark.parametrize(
    ("environ", "unicode"),
    [
        ({"LANG": "en_US.UTF-8"}, True),
        ({"LANG": "en_US.utf8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({}, False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
        ({"LC_CTYPE": "de_DE.UTF-8", "LANG": "C"}, True),
        # The interpreter itself sets this one if LANG is C.
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, False),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"LANG": "C.UTF-8"}, True),
    ],
)
def test_letters_beyond_ascii_need_a_locale_that_has_them(
    environ: dict[str, str], unicode: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert screen_for(Terminal(), environ).unicode is unicode


def test_on_a_mac_the_stream_alone_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert screen_for(Terminal(), {}).unicode


def test_a_stream_in_another_encoding_is_given_ascii() -> None:
    stream = Encoded(io.BytesIO(), encoding="latin-1")
    assert not screen_for(stream, UTF8).unicode


def test_a_terminal_that_cannot_tell_its_size_has_the_usual_one() -> None:
    made = screen_for(Terminal(), {})
    assert (made.width, made.height) == (80, 24)


def test_a_low_terminal_is_as_low_as_it_is() -> None:
    made = screen_for(Terminal(), {"LINES": "12", "COLUMNS": "12"})
    assert (made.width, made.height) == (20, 12)


def test_what_is_said_is_cleaned_and_ends_with_a_line_feed() -> None:
    on = screen()
    on.say("a\x1b[0m", "b · c")
    assert shown(on) == "a^[[0m\nb · c\n"


def test_what_is_said_without_utf8_is_ascii() -> None:
    on = screen(unicode=False)
    on.say("Zürich · 9–10")
    assert shown(on) == "Z\\xfcrich - 9-10\n"


def test_what_the_stream_cannot_encode_is_written_as_an_escape() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="latin-1")
    Screen(stream).write("Zürich 日本 \udc80")
    stream.flush()
    assert raw.getvalue() == b"Z\xfcrich \\u65e5\\u672c \\udc80"


def test_what_is_told_on_a_terminal_is_broken_at_words_and_in_a_pipe_is_not() -> None:
    line = "the request limit is reached; `clockify sync` goes on with it later"
    on = screen(width=40)
    on.tell(line)
    assert shown(on) == ("the request limit is reached;\n`clockify sync` goes on with it later\n")
    pipe = screen(terminal=False, width=40)
    pipe.tell(line)
    assert shown(pipe) == f"{line}\n"


SHORT, LONG = "one line\n", "line\n" * 30


@pytest.fixture
def pager(tmp_path: Path) -> Path:
    """Return a pager that saves its input and environment in files beside it."""
    script = tmp_path / "pager"
    interpreter = tmp_path / "python"
    # Text after #! cannot be quoted, whatever the name of this folder is.
    interpreter.symlink_to(sys.executable)
    script.write_text(
        f"#!{interpreter}\n"
        "import json, os, pathlib, sys\n"
        "here = pathlib.Path(__file__).parent\n"
        "(here / 'text').write_text(sys.stdin.read())\n"
        "(here / 'environ').write_text(json.dumps([sys.argv[1:], dict(os.environ)]))\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def page(text: str, environ: dict[str, str], on: Screen | None = None) -> str:
    """Return what is written to the screen itself when *text* is paged."""
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


@pytest.mark.parametrize(("own", "less"), [({}, "FRX"), ({"LESS": "-N"}, "-N"), ({"LESS": ""}, "")])
def test_less_shows_colours_unless_told_otherwise(
    pager: Path, own: dict[str, str], less: str
) -> None:
    page(LONG, {"PAGER": str(pager), **own})
    _, environ = json.loads((pager.parent / "environ").read_text())
    assert environ["LESS"] == less


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
    assert page("line\n" * 100_000, {"PAGER": f"{shlex.quote(sys.executable)} -c pass"}) == ""


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


def test_the_pager_gets_text_while_it_is_drawn_and_is_left_alone_once_it_is_closed(
    tmp_path: Path,
) -> None:
    reads_a_line = tmp_path / "one"
    reads_a_line.write_text("#!/bin/sh\nhead -n 1 > /dev/null\n")
    reads_a_line.chmod(0o755)
    drawn = 0

    def draw(on: Screen) -> None:
        nonlocal drawn
        for _ in range(10_000):
            on.write("a line of a long, long log\n" * 100)
            drawn += 1

    paged(replace(screen(), height=3), {"PAGER": str(reads_a_line)}, draw)
    assert drawn < 10_000


def test_what_fails_before_the_pager_is_called_shows_nothing(pager: Path) -> None:
    def draw(on: Screen) -> None:
        on.write("half\n")
        raise ValueError("half way")

    on = replace(screen(), height=3)
    with pytest.raises(ValueError, match="half way"):
        paged(on, {"PAGER": str(pager)}, draw)
    assert shown(on) == ""
    assert not (pager.parent / "text").exists()
