"""Tests that the next step of an error is a whole line that can be typed."""

from __future__ import annotations

import shlex

import pytest

from clockify_cli.cli.next_steps import LONGEST_LINE, next_step
from clockify_cli.errors import NotFound, UsageError
from tests.cli.conftest import Clockify


@pytest.mark.parametrize(
    ("line", "hint", "told"),
    [
        ("add X -p A", "`--create` makes it.", "`clockify add X -p A --create` makes it."),
        ("add 'X Y'", "`--yes` adds it.", "`clockify add 'X Y' --yes` adds it."),
        ("start -- -p", "`--create` makes it.", "`clockify start --create -- -p` makes it."),
        (
            "add X 8-9",
            "`--overlap` keeps both; `--adjust` trims.",
            "`clockify add X 8-9 --overlap` keeps both; `--adjust` trims.",
        ),
        ("export", "Look.\n`--force` does it.", "Look.\n`clockify export --force` does it."),
        ("add X --yes", "`--yes` adds it.", "`--yes` adds it."),
        ("start --at 9", "`--at TIME` is a time.", "`--at TIME` is a time."),
        ("login --api-url u", "`--yes` does it.", "`--yes` does it."),
        (f"add {'X' * LONGEST_LINE}", "`--yes` adds it.", "`--yes` adds it."),
        ("add 'X\x1b'", "`--yes` adds it.", "`--yes` adds it."),
    ],
)
def test_an_option_that_is_missing_is_added_to_the_line(line: str, hint: str, told: str) -> None:
    assert next_step(shlex.split(line), UsageError("no", hint)) == told


@pytest.mark.parametrize(
    ("line", "near", "told"),
    [
        ("start X -p Webb", "--project Web", "`clockify start X --project Web`"),
        (
            "start X --project=Webb",
            "--project 'A/New web'",
            "`clockify start X '--project=A/New web'`",
        ),
        ("edit last --add-tag Webb", "--tag Web", "`clockify edit last --add-tag Web`"),
        ("start Webb", "--project Web", "--project Web"),
        ("start -p Webb -p Webb", "--project Web", "--project Web"),
        ("start -p Webb", "--project A or --project B", "--project A or --project B"),
        ("start -c Webb", "--client Web --task TASK", "--client Web --task TASK"),
    ],
)
def test_a_name_that_is_near_is_put_into_the_line(line: str, near: str, told: str) -> None:
    error = NotFound("no", f"Did you mean {near}?")
    error.typed = "Webb"  # type: ignore[attr-defined]
    assert next_step(shlex.split(line), error) == f"Did you mean {told}?"


def _run_of(clockify: Clockify, said: str) -> int:
    """Run the first line that *said* names; return its exit code."""
    line = next(part for part in said.split("`") if part.startswith("clockify "))
    return clockify(*shlex.split(line)[1:]).code


@pytest.mark.parametrize(
    "line",
    [
        "add New 8:30-9:30",
        "add New 6-6:30 -p Webb",
        "edit last -g depe",
        "split last --at 6",
        "join @1 @2",
        "edit current --by 5m",
        "edit current --end 9:50",
        "edit current --for 20m",
        "edit @2 @3 --start 8 --yes",
        "start Now --at 9:15",
        "export today -o out.csv",
    ],
)
def test_the_next_step_works_as_it_is_written(clockify: Clockify, line: str) -> None:
    for before in (
        "add Old 7-8 -p Web -g deep",
        "add Older 8-9",
        "start Running --at 9:30",
        "log",
        "export today -o out.csv",
    ):
        assert clockify(*before.split()).code == 0
    refused = clockify(*line.split())
    assert refused.code in (2, 3)
    assert _run_of(clockify, refused.err) == 0, refused.err
