"""Tests of what terminals, pipes and odd surroundings get: never too wide, bright or unclear."""

from __future__ import annotations

import io
import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from clockify_cli.__main__ import main
from clockify_cli.domain.terminal_text import width
from tests.cli.conftest import TEN, Clockify, Done
from tests.cli.refusals import track
from tests.run_at import SetClock

ESCAPE = "\x1b"
LONG = "A very long description that no line of eighty columns could ever hold whole " * 3
PATHS = ("config", "list")
"""This command shows the full names of files, however long."""
LOOKS = (
    ("log", "7d"),
    ("report", "week", "--by", "project,day"),
    ("timesheet",),
    ("status",),
    ("projects",),
    ("tags",),
    ("history",),
    ("undo", "--list"),
    PATHS,
    (),
)
CHANGES = (("start", "Go"), ("stop",), ("add", "X", "9-9:05", "--overlap"), ("undo",), ("redo",))
TRACKED = (
    "add Überprüfung 2026-11-23 9:00..10:30 -p Größe/日本語 -g ☕ -b",
    f"add --from 8 --for 45m -p Acme/Website -g deep -d {LONG.replace(' ', '_')}",
    "add [red]bold[/red] 9-9:15 -p Internal",
    "start 🙂🙂🙂 --at 9:30 -p Größe/日本語",
)

Shown = Callable[..., Done]


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and cannot tell its size."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "clockify"


@pytest.fixture(autouse=True)
def tracked(clockify: Clockify, home: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    track(clockify, home, made, TRACKED)
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.setenv("LINES", "1000")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Return a function that runs commands; output and errors are terminals, the input is not."""

    def run(*args: str) -> Done:
        out, err = Terminal(), Terminal()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.StringIO(""))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = main(args, clock=SetClock(TEN))
        return Done(code, out.getvalue(), err.getvalue())

    return run


def lines(done: Done) -> list[str]:
    return (done.out + done.err).splitlines()


@pytest.mark.parametrize("columns", ["40", "80", "200"])
@pytest.mark.parametrize("args", [a for a in LOOKS if a != PATHS], ids=" ".join)
def test_no_line_is_wider_than_the_terminal(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, columns: str, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = shown(*args, "--color", "never") if args else shown()
    assert done.code == 0
    # The sentence with the next steps may need two lines.
    told = [line for line in lines(done) if not line.startswith("Next: ")]
    assert all(width(line) <= int(columns) for line in told), done.out


def test_a_change_is_told_in_one_line_of_a_usual_terminal(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    for args in (("start", LONG), ("stop",), ("add", LONG, "yesterday", "8-9"), ("resume", "last")):
        done = shown(*args)
        assert done.code == 0
        assert all(width(line) <= 80 for line in lines(done)), done.out


@pytest.mark.parametrize(
    "columns", ["0", "-5", "abc", "1e6", "1000000", "99999999999", "", "1", "20"]
)
@pytest.mark.parametrize("args", LOOKS, ids=" ".join)
def test_a_width_that_cannot_be_is_bounded(
    shown: Shown, monkeypatch: pytest.MonkeyPatch, columns: str, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    done = shown(*args)
    assert (done.code, done.err) == (0, "")
    assert max(map(len, lines(done))) < 2000


@pytest.mark.parametrize("args", [*LOOKS, *CHANGES], ids=" ".join)
def test_without_utf8_every_letter_is_ascii(
    shown: Shown, clockify: Clockify, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    for variable, value in (("LANG", "C"), ("LC_ALL", "POSIX")):
        monkeypatch.setenv(variable, value)
    if args == ("redo",):
        clockify("undo")
    done = shown(*args)
    assert (done.code, (done.out + done.err).isascii()) == (0, True)


@pytest.mark.parametrize(
    ("variables", "option", "colored"),
    [
        ({}, None, True),
        ({}, "never", False),
        ({"NO_COLOR": "1"}, None, False),
        ({"NO_COLOR": ""}, None, True),
        ({"TERM": "dumb"}, None, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, None, False),
        ({"NO_COLOR": "1"}, "always", True),
        ({"TERM": "dumb"}, "always", True),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, None, True),
    ],
)
def test_a_terminal_is_coloured_as_the_person_wants(
    shown: Shown,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    option: str | None,
    colored: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    args = ("report", "week") if option is None else ("report", "week", "--color", option)
    assert (ESCAPE in shown(*args).out) is colored


def test_no_stream_but_a_terminal_gets_colour_and_each_is_judged_alone(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    for args in LOOKS:
        done = clockify(*args)
        assert ESCAPE not in done.out + done.err
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert ESCAPE not in clockify("log", "7d").out


@pytest.mark.parametrize("args", [a for a in LOOKS if a and a != PATHS], ids=" ".join)
def test_colour_adds_nothing_but_colour(shown: Shown, args: tuple[str, ...]) -> None:
    plain = shown(*args, "--color", "never").out
    colored = shown(*args, "--color", "always").out
    parts = itertools.accumulate(
        colored.split(ESCAPE), lambda text, part: text + part.partition("m")[2]
    )
    *_, bare = parts
    assert bare == plain


@pytest.mark.parametrize("args", [args for args in LOOKS if args], ids=" ".join)
def test_a_pipe_gets_one_record_a_line_with_tabs_and_nothing_cut(
    clockify: Clockify, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    narrow = clockify(*args)
    monkeypatch.setenv("COLUMNS", "200")
    assert clockify(*args) == narrow
    assert "…" not in narrow.out.replace("–…", "")
    assert ESCAPE not in narrow.out
    counts = {line.count("\t") for line in narrow.out.splitlines()}
    assert len(counts) == 1


@pytest.mark.parametrize("args", [args for args in LOOKS if args], ids=" ".join)
def test_json_is_one_document_on_a_terminal_and_in_a_pipe(
    shown: Shown, clockify: Clockify, args: tuple[str, ...]
) -> None:
    piped = clockify(*args, "--json")
    assert (piped.code, piped.err) == (0, "")
    assert piped.out.isascii()
    assert json.loads(piped.out) == json.loads(shown(*args, "--json").out)
