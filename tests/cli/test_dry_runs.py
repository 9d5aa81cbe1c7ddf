"""Tests that `--dry-run` of destructive or large changes reports them and keeps nothing."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from clockify_cli.cli.quick_table import LINES
from tests.cli.conftest import Clockify, prepared

DESTROYS = (
    "cancel",
    "edit",
    "split",
    "cut",
    "join",
    "delete",
    "undo",
    "redo",
    "add",
    "fav remove",
    "bill new",
    "bill void",
    "import",
    "restore",
    "queue drop",
    *(
        f"{kind} {verb}"
        for kind in ("projects", "clients", "tasks", "tags")
        for verb in ("delete", "merge")
    ),
)


@prepared
def tracked(clockify: Clockify) -> Clockify:
    clockify("config", "set", "rate", "60EUR")
    clockify("add", "Spec", "6-7", "-p", "Acme/Website", "-b")
    clockify("add", "Mail", "7-8", "-p", "Acme/Website", "-b")
    clockify("fav", "add", "spec", "-d", "Spec")
    clockify("bill", "new", "-c", "Acme", "--ref", "41", "-q")
    clockify("start", "Call", "--at", "9")
    clockify("log", "--fields", "number")
    return clockify


def content(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return everything in the database."""
    with sqlite3.connect(home / "clockify" / "data" / "timesheet.db") as db:
        names = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("cancel", ["Would cancel  Call   since 09:00 · 1:00"]),
        ("split @3 --at 6:20", ["Would split  Spec", "06:00–06:20 · 0:20", "06:20–07:00 · 0:40"]),
        ("cut @3 6:20-6:30", ["Would cut  Spec", "06:00–06:20", "06:30–07:00"]),
        ("cut current 9:20-9:30", ["Would cut  Call", "09:00–09:20", "since 09:30"]),
        ("join @3 @2 --yes", ["Would join", "06:00–08:00 · 2:00", "Would remove", "Mail"]),
        (
            "add New 7:30-8:30 -p Fresh --adjust",
            ["Would create project Fresh", "Would add  New", "Would trim Mail"],
        ),
        ("edit @3 --end 7:30 --adjust", ["Would edit  Spec", "Would trim Mail", "07:30–08:00"]),
        ("delete @3", ["Would delete  Spec"]),
        ("bill void 41", ["Would void bill 41"]),
        ("fav remove spec", ["Would remove favorite spec"]),
    ],
)  # fmt: skip
def test_it_says_what_would_be_and_keeps_nothing(
    tracked: Clockify, home: Path, line: str, told: list[str]
) -> None:
    before = content(home)

    done = tracked(*line.split(), "-n")

    assert (done.code, content(home)) == (0, before)
    for text in told:
        assert text in done.out + done.err
    assert tracked(*line.split(), "--dry-run", "--yes", "--json").code == 0
    assert content(home) == before


@pytest.mark.parametrize("line", ["split @3 --at 12", "cut @3 8-9", "bill void 42", "fav remove x"])
def test_what_could_not_be_done_is_refused_all_the_same(tracked: Clockify, line: str) -> None:
    done, dry = tracked(*line.split()), tracked(*line.split(), "-n")

    assert done.code in (2, 3)
    assert (dry.code, dry.err) == (done.code, done.err)


@pytest.mark.parametrize("line", ["add New 6-7", "start New --at 6", "edit @3 --end 7:30"])
def test_an_overlap_cannot_be_left_and_trimmed(tracked: Clockify, home: Path, line: str) -> None:
    before = content(home)

    done = tracked(*line.split(), "--overlap", "--adjust")

    assert (done.code, content(home)) == (2, before)
    assert "--overlap and --adjust" in done.err


def test_what_was_looked_at_is_done_without_it(tracked: Clockify) -> None:
    looked = json.loads(tracked("split", "@3", "--at", "6:20", "-n", "--json").out)
    done = json.loads(tracked("split", "@3", "--at", "6:20", "--json").out)

    assert [one["timeInterval"] for one in looked] == [one["timeInterval"] for one in done]


@pytest.mark.parametrize("name", DESTROYS)
def test_whatever_destroys_can_be_looked_at_and_be_agreed_to_first(name: str) -> None:
    options = LINES[name][1]

    assert {"-n", "--dry-run", "-y", "--yes"} <= options.keys()
