"""Tests that `undo` restores the state before any command, and `redo` repeats the command."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clockify_cli.__main__ import main
from tests.cli.conftest import Terminal
from tests.run_at import SetClock

MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
NAMES = ("Website", "Intranet", "[red]", "日本語", "O'Brien", "$(touch x)")
WORDS = ("Write spec", "-h", "'quoted'", "=1+1", "", "🙂", "none")
# Each is one thing that a person may do; the numbers choose what it is done to.
STEPS = st.tuples(
    st.sampled_from(
        (
            *("start", "start", "stop", "stop with fields", "cancel", "add", "add", "resume"),
            *("delete", "delete two", "new name", "new task", "import", "undo", "undo", "redo"),
            *("edit", "edit", "edit current", "edit many", "split", "cut", "cut current", "join"),
            *("add adjusted", "start earlier", "start fav", "fav"),
            *("rename", "set up", "archive", "unarchive", "merge", "remove name"),
            *("start for", "edit day"),
        )
    ),
    st.integers(0, 999),
    st.integers(0, 999),
)

EDITS = (
    ("-d", "Draft"),
    ("-d", "none"),
    ("-p", "Website", "--create"),
    ("-p", "none"),
    ("-b",),
    ("-B", "--break"),
    ("--no-break", "--add-tag", "deep", "--create"),
    ("-g", "none"),
    ("--for", "50m", "--overlap", "--yes"),
    ("--shift", "-40m", "--overlap", "--yes"),
    ("--by", "+20m", "--adjust", "--yes"),
    ("--by", "-5m", "--overlap"),
    ("--start", "5:30", "--adjust", "--yes"),
)
IN_EDITOR = (
    "sed -i '$d' \"$1\"",
    "sed -i 's/^0.:..-/05:30-/' \"$1\"",
    "sed -i 's/ -[bB]  #/ -b -g day  #/' \"$1\"",
    "echo '4:10-4:40 New -p Website' >> \"$1\"",
    "sed -i '/#/!d; s/  # .*//' \"$1\"",
)
"""What a person does to the text of a day."""
FAMILIES = ("projects", "clients", "tags", "tasks")
SETTINGS = (
    ("projects", "--color", "#03A9F4"),
    ("projects", "-c", "none"),
    ("projects", "-b"),
    ("tasks", "--estimate", "3h"),
    ("tasks", "-B"),
)

Content = dict[str, list[tuple[object, ...]]]


class Household:
    """A timesheet for the program; each command runs a minute after the previous one."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.home.mkdir(0o700)
        self.now = MORNING
        self.done = 0

    def run(self, *args: str) -> tuple[int, str]:
        self.now += timedelta(minutes=1)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(args, clock=SetClock(self.now))
        assert "unexpected" not in err.getvalue()
        assert code in (0, 2, 3, 5), err.getvalue()
        return code, out.getvalue()

    def edit_day(self, one: int) -> tuple[int, str]:
        """Run `edit --day` with an editor that does one of `IN_EDITOR`."""
        editor = self.home.parent / "editor"
        editor.write_text(f"#!/bin/sh\n{IN_EDITOR[one % len(IN_EDITOR)]}\n")
        editor.chmod(0o755)
        self.now += timedelta(minutes=1)
        out, err = Terminal(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EDITOR", str(editor))
            patch.setattr(sys, "stdin", Terminal("n\n"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            line = ["edit", "--day", "today", "--overlap", "--yes", "--create"]
            code = main(line, clock=SetClock(self.now))
        assert "unexpected" not in err.getvalue()
        assert code in (0, 2, 3, 5), err.getvalue()
        return code, out.getvalue()

    def content(self) -> Content:
        """Return everything that is tracked: entries, their tags, names, and the prompt's line."""
        database = self.home / "data" / "timesheet.db"
        if not database.exists():
            return {"entry": [], "tags": [], "item": [], "prompt": [("",)]}
        prompt = self.home / "state" / "timer"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            return {
                "entry": db.execute(
                    "SELECT * FROM entry WHERE NOT deleted ORDER BY local_id"
                ).fetchall(),
                "tags": db.execute(
                    "SELECT * FROM entry_tag JOIN entry ON local_id = entry"
                    " WHERE NOT deleted ORDER BY entry, position"
                ).fetchall(),
                "item": db.execute(
                    "SELECT * FROM item WHERE NOT deleted ORDER BY local_id"
                ).fetchall(),
                "prompt": [(prompt.read_text().strip(),)] if prompt.exists() else [("",)],
            }

    def entries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("log", "all", "--json")[1])
        return found

    def ids(self) -> list[str]:
        return [entry["localId"] for entry in self.entries()]

    def step(self, kind: str, one: int, other: int) -> int:
        """Do *kind* and return the exit code."""
        self.done += 1
        if kind == "edit day":
            return self.edit_day(one)[0]
        words = ("-d", WORDS[one % len(WORDS)])
        fields = ("-p", NAMES[other % len(NAMES)], "--create", "-g", NAMES[one % len(NAMES)])
        match kind:
            case "start":
                args = ("start", *words, *fields[: one % 6])
            case "stop with fields":
                args = ("stop", *words, *fields)
            case "add":
                begin = (self.now - timedelta(minutes=one)).isoformat()
                length = f"{other % 300 + 1}m"
                args = ("add", "--from", begin, "--for", length, "--overlap", "--yes", *words)
                args += fields[: 3 * (other % 2)]
            case "new name":
                family = ("projects", "clients", "tags")[one % 3]
                args = (family, "add", f"{NAMES[other % len(NAMES)]}{one % 4}")
            case "new task":
                args = ("tasks", "add", WORDS[one % len(WORDS)], "-p", NAMES[other % len(NAMES)])
            case "import":
                args = ("import", str(self.file(one, other)))
            case _:
                args = self.of_what_is_there(kind, one, other)
        return self.run(*args)[0]

    def of_what_is_there(self, kind: str, one: int, other: int) -> tuple[str, ...]:
        match kind:
            case "resume" | "delete" | "delete two" | "edit" | "join":
                return self.with_entries(kind, one, other)
            case "split" | "cut":
                return self.within(kind, one, other)
            case "rename" | "set up" | "archive" | "unarchive" | "merge" | "remove name":
                return self.with_names(kind, one, other)
            case _:
                return self.of_timer(kind, one, other)

    def of_timer(self, kind: str, one: int, other: int) -> tuple[str, ...]:
        words = ("-d", WORDS[one % len(WORDS)])
        match kind:
            case "edit current":
                return ("edit", "current", *EDITS[one % len(EDITS)])
            case "edit many":
                return ("edit", "--range", "today", "--yes", *EDITS[one % 8])
            case "cut current":
                begin = self.now - timedelta(minutes=one % 10 + 1)
                return ("cut", "current", f"{begin:%H:%M}..{self.now:%H:%M}")
            case "add adjusted":
                since = (self.now - timedelta(minutes=one)).isoformat()
                line = ("add", "--from", since, "--for", f"{other % 90 + 1}m", "--adjust", *words)
                return (*line, "--yes")
            case "start earlier":
                return ("start", "--at", f"{one % 30}m ago", "--adjust", *words)
            case "start for":
                return ("start", "--for", "90h", *words)
            case "start fav":
                return ("start", "--fav", f"f{one % 2}")
            case "fav":
                return ("fav", "add", f"f{one % 2}", *words, "-p", NAMES[other % 3], "--create")
            case _:
                return (kind,)

    def with_names(self, kind: str, one: int, other: int) -> tuple[str, ...]:
        family, *options = SETTINGS[other % len(SETTINGS)]
        if kind != "set up":
            family = FAMILIES[one % len(FAMILIES)]
        listed = json.loads(self.run(family, "list", "--all", "--json")[1])
        ids = [item["localId"] for item in listed] or ["nobody"]
        chosen, into = ids[one % len(ids)], ids[other % len(ids)]
        match kind:
            case "set up":
                return (family, "rename", chosen, *options)
            case "rename":
                return (family, "rename", chosen, f"{NAMES[other % len(NAMES)]} {other % 5}")
            case "merge":
                return (family, "merge", chosen, into, "--yes", *(("--archive",) * (one % 2)))
            case "remove name":
                return (family, "delete", chosen, "--yes")
            case _:
                return (family, kind, chosen)

    def within(self, kind: str, one: int, other: int) -> tuple[str, ...]:
        found = [entry for entry in self.entries() if entry["timeInterval"]["end"]]
        if not found:
            return (kind, "last", *(("--at", "7:00") if kind == "split" else ("7:00-7:05",)))
        entry = found[one % len(found)]
        start = datetime.fromisoformat(entry["timeInterval"]["start"])
        length = entry["durationSeconds"] + 1
        first, second = sorted((one % length, (one + other) % length))
        points = [(start + timedelta(seconds=at)).isoformat() for at in (first, second)]
        if kind == "split":
            return ("split", entry["localId"], "--at", points[0])
        return ("cut", entry["localId"], "..".join(points))

    def file(self, one: int, other: int) -> Path:
        file = self.home / "rows.csv"
        rows = (
            f"2026-11-{day:02}T08:00:00Z,2026-11-{day:02}T0{9 - other % 2}:30:00Z,Row,"
            f"{NAMES[day % len(NAMES)]},{NAMES[other % len(NAMES)]}\n"
            for day in range(one % 5 + 1, one % 5 + 4)
        )
        file.write_text("start,end,description,projectName,tags\n" + "".join(rows))
        return file

    def with_entries(self, kind: str, one: int, other: int) -> tuple[str, ...]:
        ids = self.ids()
        chosen = [ids[number % len(ids)] for number in (one, other)] if ids else ["last", "last"]
        if kind == "delete two":
            return ("delete", "--yes", *chosen)
        if kind == "join":
            return ("join", "--yes", *chosen)
        if kind == "edit":
            return ("edit", chosen[0], *EDITS[other % len(EDITS)])
        return (kind, chosen[0])


def check_session(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        house = Household(Path(folder))
        for name, value in {
            "HOME": folder,
            "CLOCKIFY_HOME": str(house.home),
            "TZ": "UTC",
            "LANG": "C.UTF-8",
        }.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        patch.setattr(sys, "stdin", io.StringIO(""))
        check_steps(house, steps)


def check_steps(house: Household, steps: list[tuple[str, int, int]]) -> None:
    """Check after each step that the content equals what two stacks, of past and undone, expect."""
    past: list[Content] = []
    future: list[Content] = []
    now = house.content()
    for kind, one, other in steps:
        code = house.step(kind, one, other)
        found = house.content()
        if kind == "undo":
            assert code == (0 if past else 3)
            if past:
                future.append(now)
                now = past.pop()
        elif kind == "redo":
            assert code == (0 if future else 3)
            if future:
                past.append(now)
                now = future.pop()
        elif found != now:
            assert code == 0
            assert house.run("undo")[0] == 0
            assert house.content() == now
            assert house.run("redo")[0] == 0
            past.append(now)
            now, future = found, []
        assert house.content() == now
    for before in reversed(past):
        assert house.run("undo")[0] == 0
        assert house.content() == before
    assert house.run("undo")[0] == 3


SESSIONS = st.lists(STEPS, min_size=1, max_size=12)
AT_LEISURE = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@settings(AT_LEISURE, max_examples=15)
@given(SESSIONS)
def test_undo_restores_and_redo_repeats_after_any_command(
    steps: list[tuple[str, int, int]],
) -> None:
    check_session(steps)


@pytest.mark.long
@settings(AT_LEISURE, max_examples=1500)
@given(st.lists(STEPS, min_size=1, max_size=40))
def test_undo_restores_and_redo_repeats_over_long_sessions(
    steps: list[tuple[str, int, int]],
) -> None:
    check_session(steps)


def test_a_session_with_each_command_goes_back_to_nothing() -> None:
    kinds = ("new name", "start", "start", "stop with fields", "add", "resume", "cancel", "import")
    more = ("new task", "start", "undo", "redo", "stop", "delete", "delete two", "undo", "redo")
    check_session([(kind, number, number * 7) for number, kind in enumerate(kinds + more)])


def test_a_session_of_changes_to_what_is_there_goes_back_to_nothing() -> None:
    kinds = ("add", "add", "new name", "new name", "start", "edit", "edit current", "split", "cut")
    more = ("cut current", "join", "add adjusted", "start earlier", "fav", "start fav")
    last = ("rename", "archive", "unarchive", "merge", "remove name", "edit many", "undo", "redo")
    new = ("start for", "set up", "edit day", "edit day", "edit day", "edit day", "undo", "set up")
    check_session([(kind, 5 * n, n * 7) for n, kind in enumerate(kinds + more + last + new)])
