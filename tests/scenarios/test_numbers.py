"""Tests of @1 and so on: a number means the entry that was last shown with it."""

from __future__ import annotations

import io
import os
import pty
import sys
from collections.abc import Callable, Iterator

import pytest

from clockify_cli.__main__ import main
from tests.cli.conftest import TEN, Clockify
from tests.run_at import SetClock
from tests.scenarios.test_screens import Terminal

Session = Callable[..., str]


@pytest.fixture
def session(clockify: Clockify, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Return a function that runs commands in one terminal session; output may be a *pipe*."""
    for line in ("add Old 6-7", "add Middle 7-8", "add New 8-9"):
        assert clockify(*line.split()).code == 0
    monkeypatch.setenv("PAGER", "cat")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as keyboard:

        def run(*args: str, pipe: bool = False) -> str:
            out = io.StringIO() if pipe else Terminal()
            with monkeypatch.context() as patch:
                patch.setattr(sys, "stdin", keyboard)
                patch.setattr(sys, "stdout", out)
                patch.setattr(sys, "stderr", io.StringIO())
                assert main(args, clock=SetClock(TEN)) == 0
            return out.getvalue()

        yield run
    os.close(ours)


def first(session: Session) -> str:
    """Return the entry that @1 means in the *session*."""
    return session("delete", "@1", "--dry-run", pipe=True)


@pytest.mark.parametrize(
    ("line", "pipe"),
    [
        ("log today", True),
        ("log today -q", True),
        ("log today --json", False),
        ("log today --format csv", False),
        ("log today --format markdown", False),
        ("log today --fields description", False),
    ],
)
def test_a_list_without_numbers_leaves_those_that_were_seen(
    session: Session, line: str, pipe: bool
) -> None:
    assert "@1" in session("log", "--search", "Old")
    assert "@1" not in session(*line.split(), pipe=pipe)
    assert "Old" in first(session)


@pytest.mark.parametrize(
    ("line", "pipe"),
    [
        ("log today", False),
        ("log today --format table", True),
        ("log today --fields number,description", True),
    ],
)
def test_a_list_with_numbers_renews_them(session: Session, line: str, pipe: bool) -> None:
    session("log", "--search", "Old")
    session(*line.split(), pipe=pipe)
    assert "New" in first(session)


def test_outside_a_terminal_the_last_list_of_the_profile_counts(clockify: Clockify) -> None:
    clockify("add", "Old", "6-7")
    clockify("add", "New", "7-8")
    clockify("log")
    clockify("log", "--search", "Old")
    assert "Old" in clockify("delete", "@1", "--dry-run").out
