"""Tests that refusals, decisions and undo in any order leave both sides in agreement."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from clockify_cli.errors import ClockifyError
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet.entities import entry_of, stored_entry, stored_item
from clockify_cli.store.timesheet.held import as_held
from clockify_cli.store.timesheet.undo import undo
from clockify_cli.sync import decide
from clockify_cli.sync.model.row import STUCK
from tests.sync.household import KEY
from tests.sync.test_sequences import WORDS, Said, Sequences, run
from tests.sync.twin import FAULTS, REFUSED, USER, WORKSPACE, Killed

ANSWERS = ["", "", *[REFUSED] * 4, *sorted(FAULTS - {"limited"})]


class Decisions(Sequences):
    """Clockify refuses some changes, and a person decides on them or undoes them."""

    def __init__(self) -> None:
        super().__init__()
        self.given_up: set[str] = set()
        """Entries with a dropped change: they have the values that Clockify holds."""

    @rule(faults=st.lists(st.sampled_from(ANSWERS), max_size=4), lateness=st.integers(1, 115))
    def push(self, faults: list[str], lateness: int) -> None:
        self.twin.faults.extend(faults)
        self.twin.lateness = float(lateness)
        try:
            self.home.push(eager=True)
        except Killed:
            self.twin.limiter = self.home.limiter
        self.twin.faults.clear()

    def stuck(self) -> list[journal.JournalRow]:
        return [row for row in journal.open_rows(self.home.db, KEY) if row.state in STUCK]

    @precondition(lambda self: self.stuck())
    @rule(number=st.integers(0, 5))
    def retry(self, number: int) -> None:
        stuck = self.stuck()
        decide.retry(self.home.db, KEY, stuck[number % len(stuck)].seq)

    @precondition(lambda self: self.stuck())
    @rule(number=st.integers(0, 5))
    def drop(self, number: int) -> None:
        stuck = self.stuck()
        self.let_go(stuck[number % len(stuck)])

    def let_go(self, row: journal.JournalRow) -> None:
        decide.drop(self.home.db, KEY, row.seq)
        if row.entity == "entry" and row.local_id is not None:
            self.given_up.add(row.local_id)

    def finished(self) -> list[str]:
        said = {local_id: self.now_said(local_id) for local_id in self.expected}
        return [k for k, v in said.items() if v is not None and v[1] is not None]

    @precondition(lambda self: self.stuck())
    @rule(number=st.integers(0, 5), words=WORDS)
    def say_otherwise(self, number: int, words: str) -> None:
        stuck = self.stuck()
        row = stuck[number % len(stuck)]
        if row.entity != "entry" or row.after is None or row.local_id is None:
            return
        fields = replace(entry_of(row.after), description=words)
        decide.edit(self.home.db, KEY, row.seq, fields)
        self.note(row.local_id)

    @rule(number=st.integers(1, 12))
    def undo_one(self, number: int) -> None:
        try:
            taken = undo(self.home.db, WORKSPACE, number, at=self.home.now, account=KEY, user=USER)
        except ClockifyError:
            return
        self.note(*taken.change.entries)

    @rule(number=st.integers(0, 5))
    def undo_waiting(self, number: int) -> None:
        """Undo a change that waits: its conditions may have changed."""
        waiting = [r for r in journal.open_rows(self.home.db, KEY) if r not in self.stuck()]
        if waiting:
            self.undo_one(waiting[number % len(waiting)].change)

    @precondition(lambda self: self.finished())
    @rule(number=st.integers(0, 20))
    def bill(self, number: int) -> None:
        local_id = self.chosen(number)
        self.home.edit(local_id, lambda f: replace(f, billable=not f.billable))
        self.note(local_id)

    @precondition(lambda self: self.projects())
    @rule(number=st.integers(0, 5))
    def rename(self, number: int) -> None:
        projects = self.projects()
        self.names += 1
        self.home.rename(projects[number % len(projects)], f"project {self.names}")

    @precondition(lambda self: self.projects())
    @rule(number=st.integers(0, 5))
    def name_alike(self, number: int) -> None:
        """Create a project with the name of one that Clockify has or had."""
        names = sorted(item.name for item in self.twin.names.values())
        if names:
            self.home.name("project", names[number % len(names)])

    def settle(self) -> None:
        for turn in range(12):
            self.home.clock.advance(121)
            result = self.home.push(eager=True, deadline=1e6)
            for row in self.stuck():
                if turn < 6 and row.state == "REJECTED":
                    decide.retry(self.home.db, KEY, row.seq)
                else:
                    self.settle_stuck(row)
        assert result.waiting == result.review == 0, result

    def settle_stuck(self, row: journal.JournalRow) -> None:
        current = journal.get(self.home.db, row.seq)
        if current is not None and current.state in STUCK:
            self.let_go(current)

    @invariant()
    def settled_as_seen(self) -> None:
        """Check that entries with no change waiting equal what Clockify was seen to hold."""
        for local_id in self.expected:
            entry = stored_entry(self.home.db, local_id)
            if entry is None or entry.deleted or journal.is_open(self.home.db, local_id):
                continue
            assert entry.fields == as_held(self.home.db, entry, entry.fields)

    def check(self) -> None:
        self.home.pull()
        self.kept()
        self.expected = {k: self.now_said(k) for k in self.expected}
        super().check()
        self.billed_alike()

    def billed_alike(self) -> None:
        found = [self.home.entry(k) for k, v in self.expected.items() if v is not None]
        for entry in found:
            assert entry.billable == self.twin.held[entry.server_id or ""].billable

    def kept(self) -> None:
        """Check that all but dropped changes are as acknowledged, whatever the project's name is
        now."""
        for local_id, said in self.expected.items():
            if local_id not in self.given_up:
                now = self.now_said(local_id)
                assert said == now if said is None or now is None else said[:3] == now[:3]

    def name_there(self, project_id: str) -> str:
        """Return the name here: entries keep the id of a project that was deleted."""
        if project_id in self.twin.names:
            return super().name_there(project_id)
        made = self.home.db.one(
            "SELECT local_id FROM journal WHERE server_id = ? AND kind = 'create'", (project_id,)
        )
        stored = stored_item(self.home.db, "project", made[0] if made else "")
        assert stored is not None
        return stored.item.name

    def now_said(self, local_id: str) -> Said | None:
        before = self.expected.copy()
        self.note(local_id)
        found, self.expected = self.expected[local_id], before
        return found


def test_refusals_and_decisions_end_with_both_sides_agreeing() -> None:
    run(int(os.environ.get("SEQUENCES", "15")), 30, machine=Decisions)


@pytest.mark.long
def test_very_many_refusals_and_decisions_end_with_both_sides_agreeing() -> None:
    run(1_000, 30, machine=Decisions)
