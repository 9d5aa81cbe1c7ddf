"""Tests that `undo` restores what Clockify had after any change, and `redo` repeats the change."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fake_clockify.records import Client, Project, Tag, Task
from tests.scenarios.signed_in.bench import Bench, Comparable, bench
from tests.scenarios.test_undo_everything import AT_LEISURE, Household

KINDS = (
    *("start", "stop", "stop with fields", "cancel", "add", "resume", "delete", "delete two"),
    *("edit", "edit", "edit current", "edit many", "split", "cut", "cut current", "join"),
    *("add adjusted", "start earlier", "fav", "start fav"),
)
OF_NAMES = ("rename", "set up", "archive", "unarchive", "merge")
STEPS = st.tuples(st.sampled_from((*KINDS, *OF_NAMES)), st.integers(0, 999), st.integers(0, 999))


class Account(Household):
    """A signed-in `Household`; each command runs two minutes after the previous one."""

    def __init__(self, clockify: Bench) -> None:
        self.clockify = clockify
        self.home = clockify.home / "clockify"
        self.done = 0
        for name in ("Website", "Intranet"):
            project = clockify.fake.add_project(name)
            clockify.fake.add_task(f"{name} task", project.id)
        for name in ("deep", "call"):
            clockify.fake.add_tag(name)
        clockify.login()
        for name in ("Website", "Intranet"):
            clockify.ok("tasks", "-p", name)

    @property
    def now(self) -> datetime:  # type: ignore[override]
        return self.clockify.time.now()

    def run(self, *args: str) -> tuple[int, str]:
        self.clockify.time.passes(minutes=2)
        done = self.clockify(*args)
        assert "unexpected" not in done.err
        assert done.code in (0, 2, 3, 5, 6), done.err
        return done.code, done.out

    def entries_there(self) -> list[Comparable]:
        """Return Clockify's entries, which must equal those here; restored ones have new ids."""
        assert self.clockify.local_copy() == self.clockify.server_copy()
        found = self.clockify.ok("log", "all", "--offline", "--json").json
        return sorted(
            (
                entry["timeInterval"]["start"],
                entry["timeInterval"]["end"] or "",
                entry["description"],
                entry["projectName"] or "",
                sorted(tag["name"] for tag in entry["tags"]),
                entry["billable"],
                entry["type"],
            )
            for entry in found
        )

    def names(self) -> list[Comparable]:
        """Return Clockify's names, which must equal those here."""
        state = self.clockify.fake.state
        owners = {each.id: each.name for each in state.all(Client)}
        owners |= {each.id: each.name for each in state.all(Project)}
        there = [
            *(("client", each.name, each.archived, "") for each in state.all(Client)),
            *(
                ("project", each.name, each.archived, owners.get(each.client_id or "", ""))
                for each in state.all(Project)
            ),
            *(
                ("task", each.name, each.status == "DONE", owners[each.project_id])
                for each in state.all(Task)
            ),
            *(("tag", each.name, each.archived, "") for each in state.all(Tag)),
        ]
        database = self.home / "data" / "timesheet.db"
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            here = db.execute(
                """
                SELECT i.kind, i.name, i.archived, coalesce(o.name, '')
                FROM item i LEFT JOIN item o ON o.local_id = coalesce(i.project, i.client)
                WHERE NOT i.deleted
                """
            ).fetchall()
        assert sorted(here) == sorted(there)
        return sorted(there)

    def seen(self, kind: str) -> tuple[list[Comparable], list[Comparable]]:
        """Return what a step of *kind* can change; names created for an entry are never removed."""
        return self.entries_there(), self.names() if kind in OF_NAMES else []


def check(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder)) as clockify:
        account = Account(clockify)
        for kind, one, other in steps:
            now = account.seen(kind)
            account.step(kind, one, other)
            found = account.seen(kind)
            if found != now:
                assert account.run("undo", "--yes")[0] == 0
                assert account.seen(kind) == now, kind
                assert account.run("redo", "--yes")[0] == 0
                assert account.seen(kind) == found, kind


def test_each_change_of_entries_goes_back_at_clockify() -> None:
    kinds = ("add", "edit", "split", "start", "cut current", "join")
    check([(kind, 3 * number + 1, number * 7 + 2) for number, kind in enumerate(kinds)])


def test_each_change_of_names_goes_back_at_clockify() -> None:
    kinds = ("add", "rename", "set up", "merge", "archive", "unarchive", "rename", "rename")
    check([(kind, 3 * number + 1, number * 7 + 2) for number, kind in enumerate(kinds)])


@pytest.mark.long
@settings(AT_LEISURE, max_examples=150)
@given(st.lists(STEPS, min_size=1, max_size=15))
def test_any_change_of_entries_goes_back_at_clockify(steps: list[tuple[str, int, int]]) -> None:
    check(steps)
