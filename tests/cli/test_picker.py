"""Tests of the list to pick from: its keys, and how it is drawn."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from clockify_cli.cli.asking.picker import Choice, can_pick, pick
from clockify_cli.cli.program import Program
from clockify_cli.domain.terminal_text import width
from tests.cli.conftest import TEN
from tests.run_at import SetClock

NAMES = ("Alpha", "Beta", "Größe / 日本語", "Gamma", "Delta")
UP, DOWN, PAGE_DOWN, END, ESCAPE = "\x1b[A", "\x1b[B", "\x1b[6~", "\x1b[1;5F", "\x1b"

Picked = tuple[tuple[str, ...], str]


def program(**environ: str) -> Program:
    return Program(
        stdin=sys.stdin,
        stdout=io.StringIO(),
        stderr=io.StringIO(),
        environ={"LANG": "C.UTF-8", **environ},
        clock=SetClock(TEN),
    )


def choices(names: tuple[str, ...] = NAMES) -> list[Choice]:
    return [Choice(name, name.lower(), f"number {at}") for at, name in enumerate(names)]


def typed(
    keys: str,
    offered: list[Choice] | None = None,
    *,
    free: str = "",
    several: bool = False,
    size: tuple[int, int] = (24, 80),
) -> tuple[Picked, str]:
    """Return what *keys* pick, and all that was drawn."""
    drawn = io.StringIO()
    screen = Vt100_Output(drawn, lambda: Size(*size), term="xterm", enable_cpr=False)
    with create_pipe_input() as pipe:
        pipe.send_text(keys)
        found = pick(
            program(), "Which?", offered or choices(), free=free, several=several,
            keys=pipe, screen=screen,
        )  # fmt: skip
    return found, drawn.getvalue()


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("\r", "alpha"),
        (f"{DOWN}\r", "beta"),
        (f"{UP}\r", "delta"),
        (f"{DOWN}{DOWN}{UP}\r", "beta"),
        (f"{PAGE_DOWN}\r", "delta"),
        (f"{END}\r", "delta"),
        ("gam\r", "gamma"),
        ("GROSSE\r", None),
        ("größe\r", "größe / 日本語"),
        ("日本\r", "größe / 日本語"),
        ("a number 1\r", "beta"),
        (f"a{DOWN}\r", "beta"),
        ("zz\x7f\x7f\r", "alpha"),
    ],
)
def test_keys_move_and_typing_filters(keys: str, word: str | None) -> None:
    ending = "" if word else ESCAPE
    (words, _), _ = typed(keys + ending)
    assert words == ((word,) if word else ())


@pytest.mark.parametrize("keys", [ESCAPE, f"gam{ESCAPE}", "\x04", f"{DOWN}{ESCAPE}"])
def test_escape_leaves_with_nothing(keys: str) -> None:
    assert typed(keys)[0] == ((), "")


def test_ctrl_c_interrupts() -> None:
    with pytest.raises(KeyboardInterrupt):
        typed("\x03")


def test_enter_takes_nothing_where_nothing_fits() -> None:
    assert typed(f"zzz\r{ESCAPE}")[0] == ((), "")


def test_a_free_text_is_the_last_choice() -> None:
    assert typed("Write it\r", free="New:")[0] == (("",), "Write it")
    assert typed(f"gam{DOWN}\r", free="New:")[0] == (("",), "gam")
    assert typed("gam\r", free="New:")[0] == (("gamma",), "gam")


def test_tab_marks_several() -> None:
    assert typed(f"\t{DOWN}\t\r", several=True)[0][0] == ("alpha", "größe / 日本語")
    assert typed("gam\tbet\t\r", several=True)[0][0] == ("gamma", "beta")
    assert typed(f"\t{UP}\t\r", several=True)[0][0] == ("beta",)
    assert typed("\t\r")[0][0] == ("alpha",)


@pytest.mark.parametrize("size", [(24, 80), (12, 40), (5, 20), (3, 10)])
def test_nothing_is_drawn_wider_or_higher_than_the_screen(size: tuple[int, int]) -> None:
    names = tuple(f"日本語プロジェクトのとても長い名前 {number}" for number in range(5000))
    (words, _), drawn = typed(f"{END}4321\r", choices(names), size=size)
    assert words == (names[4321].lower(),)
    rows = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", row) for row in re.split(r"[\r\n]+", drawn)]
    assert max(map(width, rows)) <= size[1]


def test_what_is_listed_acts_on_no_terminal() -> None:
    _, drawn = typed("\r", [Choice("\x1b[31mred\x07\u202e", "red", "\x9b2J")])
    assert "^[[31mred^G\\u202e" in drawn
    assert "\x07" not in drawn
    assert "\x9b" not in drawn


class Pseudo:
    """A standard stream that only `isatty` calls a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.mark.parametrize(
    ("term", "no_input", "open_stream", "expected"),
    [
        ("xterm", False, True, True),
        ("dumb", False, True, False),
        ("", False, True, False),
        ("xterm", True, True, False),
        ("xterm", False, False, False),
    ],
)
def test_a_list_wants_a_terminal_that_can_draw_it(
    term: str, no_input: bool, open_stream: bool, expected: bool
) -> None:
    master, slave = os.openpty()
    try:
        run = program(TERM=term)
        run.no_input = no_input
        opened: Callable[[str], object] = lambda mode: os.fdopen(os.dup(slave), mode)  # noqa: E731
        run.stdin = opened("r") if open_stream else Pseudo()  # type: ignore[assignment]
        run.stderr = opened("w")  # type: ignore[assignment]
        assert can_pick(run) is expected
        run.stderr.close()
        if open_stream:
            run.stdin.close()
    finally:
        os.close(master)
        os.close(slave)
