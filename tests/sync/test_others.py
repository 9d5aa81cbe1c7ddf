"""Tests with two machines and the web app: each action is done once, and nothing silently."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from clockify_cli.domain.entry import TimeEntry
from clockify_cli.store.timesheet import entries
from clockify_cli.sync.pull import refresh_timer
from tests.sync.household import Household
from tests.sync.twin import USER, WORKSPACE, Killed
from tests.sync.two_machines import MACHINES, TwoMachines, explore

FAULT = st.sampled_from(["", "", "unanswered", "late", "lost", "offline", "killed"])


class Others(TwoMachines):
    """Each description is used once, so that each action can be told from every other."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, str] = {}
        """The author of each description."""
        self.touched: set[str] = set()
        """Descriptions of entries that somebody changed or deleted."""
        self.by_web: set[str] = set()

    def words(self, who: str) -> str:
        self.count += 1
        self.asked[f"{who} {self.count}"] = who
        return f"{who} {self.count}"

    # ── the two machines ─────────────────────────────────────────────────────────────────────

    @rule(machine=MACHINES)
    def start(self, machine: int) -> None:
        self.clock.advance(7)
        self.home(machine).start(self.words("start"))

    @rule(machine=MACHINES)
    def stop(self, machine: int) -> None:
        self.clock.advance(7)
        self.home(machine).stop()

    @rule(machine=MACHINES, ago=st.integers(1, 5))
    def add(self, machine: int, ago: int) -> None:
        home = self.home(machine)
        start = home.now - timedelta(hours=ago)
        home.add(start, start + timedelta(minutes=10), self.words("add"))

    @rule(machine=MACHINES, number=st.integers(0, 9))
    def edit(self, machine: int, number: int) -> None:
        home = self.home(machine)
        found = self.finished(home)
        if found:
            entry = found[number % len(found)]
            self.touched.add(entry.description)
            home.edit(entry.local_id, lambda f: replace(f, billable=not f.billable))

    @rule(machine=MACHINES, number=st.integers(0, 9))
    def delete(self, machine: int, number: int) -> None:
        home = self.home(machine)
        found = self.finished(home)
        if found:
            entry = found[number % len(found)]
            self.touched.add(entry.description)
            home.delete(entry.local_id)

    @rule(machine=MACHINES, fault=FAULT, other=FAULT, waited=st.booleans())
    def push(self, machine: int, fault: str, other: str, *, waited: bool) -> None:
        self.twin.faults.extend([fault, other])
        try:
            self.home(machine).push(eager=True, waited=waited)
        except Killed:
            pass
        finally:
            self.twin.faults.clear()

    @rule(machine=MACHINES)
    def pull(self, machine: int) -> None:
        self.home(machine).pull()

    @rule(machine=MACHINES)
    def look(self, machine: int) -> None:
        home = self.home(machine)
        refresh_timer(home.db, self.twin, home.account, WORKSPACE, self.clock)

    # ── the web app ──────────────────────────────────────────────────────────────────────────

    @rule(ago=st.integers(1, 5))
    def web_add(self, ago: int) -> None:
        start = self.clock.now() - timedelta(hours=ago)
        self.twin.web_add(start, start + timedelta(minutes=10), self.words("web"))

    @rule()
    def web_start(self) -> None:
        self.clock.advance(7)
        self.web_stop()
        self.twin.web_add(self.clock.now(), None, self.words("web"))

    @rule()
    def web_stop(self) -> None:
        for id_, entry in list(self.twin.held.items()):
            if entry.end is None and entry.start < self.clock.now():
                self.by_web.add(entry.description)
                self.twin.web_edit(id_, lambda e: replace(e, end=self.clock.now()))

    @rule(number=st.integers(0, 9), what=st.sampled_from(["edit", "delete"]))
    def web_change(self, number: int, what: str) -> None:
        ids = [id_ for id_, entry in self.twin.held.items() if entry.end is not None]
        if not ids:
            return
        id_ = ids[number % len(ids)]
        self.touched.add(self.twin.held[id_].description)
        self.by_web.add(self.twin.held[id_].description)
        if what == "delete":
            self.twin.web_delete(id_)
        else:
            self.twin.web_edit(id_, lambda e: replace(e, billable=True))

    @rule(seconds=st.sampled_from([1, 20, 90, 400, 4000]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    # ── what has to be so in the end ─────────────────────────────────────────────────────────

    def finished(self, home: Household) -> list[TimeEntry]:
        now = self.clock.now()
        found = entries.in_range(home.db, WORKSPACE, USER, now - timedelta(days=3), now)
        return [e for e in found if e.end is not None]

    def settle(self) -> None:
        for _ in range(6):
            self.clock.advance(121)
            for machine in (0, 1):
                result = self.home(machine).push(eager=True, deadline=1e6)
        for machine in (0, 1):
            home = self.home(machine)
            result = home.push(eager=True, deadline=1e6)
            stuck = self.stuck(home)
            assert result.waiting <= len(stuck) * 10, result
            if not stuck:
                assert result.waiting == 0, result
            now = self.clock.now()
            home.pull(now - timedelta(days=3), now + timedelta(days=1))

    def stuck(self, home: Household) -> set[str]:
        rows = home.db.all("SELECT local_id FROM journal WHERE state IN ('REJECTED', 'REVIEW')")
        return {local_id for (local_id,) in rows}

    def check(self) -> None:
        assert len(self.twin.requests) < 100 * (self.count + 10)
        there = Counter(e.description for e in self.twin.held.values())
        assert set(there) <= set(self.asked)
        doubled = {words for words, count in there.items() if count > 1}
        assert not doubled - self.by_web
        self.check_none_lost(there)
        assert sum(e.end is None for e in self.twin.held.values()) <= 1
        for home in self.homes:
            self.check_copy(home, there)

    def check_none_lost(self, there: Counter[str]) -> None:
        waiting = set()
        for home in self.homes:
            found = home.db.all(
                "SELECT json_extract(after, '$.description') FROM journal"
                " WHERE state IN ('REJECTED', 'REVIEW', 'PENDING', 'UNKNOWN')"
            )
            waiting |= {words for (words,) in found}
        assert set(self.asked) - set(there) <= self.touched | waiting

    def check_copy(self, home: Household, there: Counter[str]) -> None:
        """Check that all settled entries are the same here and at Clockify."""
        now = self.clock.now()
        found = entries.in_range(
            home.db, WORKSPACE, USER, now - timedelta(days=3), now + timedelta(days=1)
        )
        settled = [e for e in found if e.sync_state == "synced"]
        held = {e.id: e for e in self.twin.held.values()}
        for entry in settled:
            assert entry.server_id in held, entry
            assert entry.end == held[entry.server_id].end
            assert entry.start == held[entry.server_id].start


def test_two_machines_and_the_web_end_with_each_action_once() -> None:
    explore(Others, int(os.environ.get("SEQUENCES", "10")), 30)


@pytest.mark.long
def test_very_many_spells_of_two_machines_and_the_web_end_with_each_action_once() -> None:
    explore(Others, 5_000, 40)
