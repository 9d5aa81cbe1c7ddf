"""Tests of the lists to pick from, which `start`, `edit` and ambiguous names show on a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clockify_cli.__main__ import main
from tests.cli.conftest import TEN, Clockify, Done, prepared
from tests.run_at import SetClock

DOWN, ESCAPE = "\x1b[B", "\x1b"

AtTerminal = Callable[..., Done]


@pytest.fixture
def at_terminal(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[AtTerminal]:
    """Return a function that runs a command line with *keys* typed; stderr is the same terminal."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PROMPT_TOOLKIT_NO_CPR", "1")

    def run(*args: str, keys: str) -> Done:
        os.write(master, keys.encode())
        capsys.readouterr()
        with (
            os.fdopen(os.dup(slave), "r") as stdin,
            os.fdopen(os.dup(slave), "w") as stderr,
            monkeypatch.context() as patch,
        ):
            patch.setattr(sys, "stdin", stdin)
            patch.setattr(sys, "stderr", stderr)
            code = main(list(args), clock=SetClock(TEN))
        try:
            drawn = os.read(master, 1 << 16).decode()
        except BlockingIOError:
            drawn = ""
        return Done(code, capsys.readouterr().out, drawn)

    yield run
    os.close(master)
    os.close(slave)


def running(clockify: Clockify) -> tuple[str, str | None] | None:
    entry = json.loads(clockify("status", "--json").out)["entry"]
    return entry and (entry["description"], entry["projectName"])


def changes(clockify: Clockify) -> int:
    return len(json.loads(clockify("history", "--json").out))


@prepared
def tracked(clockify: Clockify) -> Clockify:
    clockify("add", "Standup", "6-6:30", "-p", "Internal")
    clockify("add", "Write", "7-8", "-p", "Acme/Website", "-g", "deep")
    clockify("add", "Write", "8-9", "-p", "Beta/Website", "--create")
    return clockify


@pytest.mark.parametrize(
    ("keys", "begun"),
    [
        ("\r", ("Write", "Website")),
        ("stand\r", ("Standup", "Internal")),
        (f"{DOWN}{DOWN}\r", ("Standup", "Internal")),
        ("Something new\r", ("Something new", None)),
        ("no desc\r", ("", None)),
    ],
)
def test_start_alone_offers_what_was_worked_on_lately(
    tracked: Clockify, at_terminal: AtTerminal, keys: str, begun: tuple[str, str | None]
) -> None:
    assert at_terminal("start", keys=keys).code == 0
    assert running(tracked) == begun


@pytest.mark.parametrize("line", ["start", "edit", "edit -p Internal", "start Go -p Website"])
def test_escape_leaves_everything_as_it_was(
    tracked: Clockify, at_terminal: AtTerminal, line: str
) -> None:
    before = changes(tracked)
    done = at_terminal(*line.split(), keys=ESCAPE)
    assert done.code == (5 if "Website" in line else 2)
    assert (changes(tracked), running(tracked)) == (before, None)


@pytest.mark.parametrize("line", ["start --no-input", "start -d none", "start --break"])
def test_start_offers_nothing_where_it_was_said_or_nobody_is_to_be_asked(
    tracked: Clockify, at_terminal: AtTerminal, line: str
) -> None:
    done = at_terminal(*line.split(), keys=ESCAPE)
    assert (done.code, running(tracked)) == (0, ("", None))


def test_start_offers_nothing_where_nothing_was_tracked(
    clockify: Clockify, at_terminal: AtTerminal
) -> None:
    at_terminal("start", keys=ESCAPE)
    assert running(clockify) == ("", None)


def test_start_offers_nothing_where_the_folder_says_what_is_worked_on(
    tracked: Clockify, at_terminal: AtTerminal, home: Path
) -> None:
    (home / ".clockify.toml").write_text('description = "Spec"\n')
    at_terminal("start", keys=ESCAPE)
    assert running(tracked) == ("Spec", None)


def test_edit_alone_offers_the_last_entries(tracked: Clockify, at_terminal: AtTerminal) -> None:
    done = at_terminal("edit", "-d", "Talk", keys="06:00\r")
    assert (done.code, "Edit which entry?" in done.out + done.err) == (0, True)
    assert tracked("log", "--fields", "description").out.split() == ["Talk", "Write", "Write"]


def test_a_name_that_fits_several_is_picked(tracked: Clockify, at_terminal: AtTerminal) -> None:
    assert at_terminal("start", "Go", "-p", "Website", keys="beta\r").code == 0
    (entry,) = json.loads(tracked("log", "--json", "--search", "Go").out)
    assert (entry["clientName"], entry["projectName"]) == ("Beta", "Website")


def test_without_a_terminal_nothing_is_picked(tracked: Clockify) -> None:
    assert tracked("start", "Go", "-p", "Website").code == 5
    assert tracked("edit").code == 2
    assert tracked("start").code == 0
