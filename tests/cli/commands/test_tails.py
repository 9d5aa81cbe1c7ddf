"""Tests that on a terminal each line about a change ends with what names its entry."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable

import pytest

from clockify_cli.__main__ import main
from clockify_cli.domain.terminal_text import width
from tests.cli.conftest import TEN, Clockify, Done
from tests.run_at import SetClock

TAIL = re.compile(r"  \x1b\[2m([0-9a-f]{4,})\x1b\[0m$")
LONG = "A description that no line could ever hold whole, however wide it is"

Shown = Callable[..., Done]


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def shown(clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Return a function that runs a command line on a terminal with this number of *columns*."""
    monkeypatch.setenv("TERM", "xterm-256color")

    def run(*args: str, columns: int = 80) -> Done:
        out = Terminal()
        with monkeypatch.context() as patch:
            patch.setenv("COLUMNS", str(columns))
            patch.setattr(sys, "stdin", io.StringIO(""))
            patch.setattr(sys, "stdout", out)
            code = main(list(args), clock=SetClock(TEN))
        return Done(code, out.getvalue(), "")

    return run


def tails(done: Done) -> list[str]:
    return [found[1] for line in done.out.splitlines() if (found := TAIL.search(line))]


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("start Review", 2),
        ("stop", 1),
        ("resume", 2),
        ("add Call 6-7", 1),
        ("edit last -b", 1),
        ("edit current -d Draft", 1),
        ("split last --at 8:30", 2),
        ("cut last 8:20-8:30", 2),
        ("undo", 1),
    ],
)
def test_each_line_of_a_change_ends_with_a_tail_that_names_its_entry(
    clockify: Clockify, shown: Shown, line: str, count: int
) -> None:
    clockify("add", "Earlier", "8-9", "-p", "Acme/Website")
    clockify("start", "Write", "-p", "Acme/Website", "--at", "9:30")
    clockify("edit", "current", "-g", "deep")
    found = tails(shown(*line.split()))
    assert len(found) == len(set(found)) == count
    named = [json.loads(clockify("edit", tail, "-g", "named", "--json").out) for tail in found]
    assert [one["localId"][-4:] for one in named] == found


@pytest.mark.parametrize("line", ["delete last --yes", "cancel", "edit last -b --dry-run"])
def test_what_is_gone_or_was_not_done_has_no_tail(
    clockify: Clockify, shown: Shown, line: str
) -> None:
    clockify("add", "Earlier", "8-9")
    clockify("start", "Write")
    assert tails(shown(*line.split())) == []


@pytest.mark.parametrize("options", [("-q",), ("--json",)], ids=" ".join)
def test_a_script_is_given_no_tail(
    clockify: Clockify, shown: Shown, options: tuple[str, ...]
) -> None:
    assert "\x1b" not in shown("start", "Write", *options).out
    piped = clockify("start", "Review").out
    assert [line.rpartition(" ")[2] for line in piped.splitlines()] == ["10:00", "0:00"]


def test_a_tail_is_plain_without_colour(clockify: Clockify, shown: Shown) -> None:
    out = shown("start", "Write", "--color", "never").out
    assert re.fullmatch(r"Started  Write   at 10:00  [0-9a-f]{4}\n", out)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_no_line_with_a_tail_is_wider_than_the_screen(
    clockify: Clockify, shown: Shown, columns: int
) -> None:
    clockify("add", LONG, "8-9", "-p", "Acme/Website")
    clockify("start", LONG, "-p", "Größe/日本語", "--at", "9:30")
    for line in ("start Next", "stop", "undo", "split last --at 9:45", "edit last -b"):
        done = shown(*line.split(), columns=columns)
        bare = re.sub(r"\x1b\[\d*m", "", done.out)
        told = [part for part in bare.splitlines() if not part.startswith(("Undone", "Created"))]
        assert max(map(width, told)) <= columns, line
