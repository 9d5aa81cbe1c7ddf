"""Tests that any sequence of changes, faults, kills and waits ends with Clockify as typed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)

from clockify_cli.domain.entry import EntryFields
from clockify_cli.errors import ClockifyError
from clockify_cli.store.timesheet import entities, entries
from clockify_cli.store.timesheet.undo import redo, undo
from clockify_cli.sync import push
from clockify_cli.sync.model import conflicts, engine, row
from clockify_cli.sync.model.engine import Rules
from clockify_cli.sync.model.remote import Unknown
from clockify_cli.sync.model.row import Answered, Effects, Row, State
from tests.faults.places import MEMORY
from tests.sync.household import KEY, Household
from tests.sync.twin import FAULTS, USER, WORKSPACE, Killed, Twin
from tests.sync.two_machines import explore
from tests.sync.virtual_clock import VirtualClock

WORDS = st.sampled_from(["write", "review", "call"])
MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)
TYPES = st.sampled_from(["REGULAR", "BREAK"])
Said = tuple[int, int | None, str, str | None, str]


def said(fields: EntryFields, project: str | None) -> Said:
    end = None if fields.end is None else int(fields.end.timestamp())
    return int(fields.start.timestamp()), end, fields.description, project, fields.type


class Sequences(RuleBasedStateMachine):
    """One machine, a bad network, and nobody in the web app."""

    second: str = "stops"

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        clock = VirtualClock()
        self.twin = Twin(clock, plan="PRO")
        self.home = Household(self.folder / "data", clock, self.twin)
        self.expected: dict[str, Said | None] = {}
        self.names = 0

    def teardown(self) -> None:
        try:
            self.settle()
            self.check()
        finally:
            self.home.db.close()
            shutil.rmtree(self.folder)

    @initialize(boots=st.sampled_from(["first", ""]))
    def machine(self, boots: str) -> None:
        """Choose whether the system names each start of the machine, as Linux does."""
        self.home.clock.boot = boots

    # ── what a person does ───────────────────────────────────────────────────────────────────

    def note(self, *local_ids: str) -> None:
        """Remember what the timesheet says right after a change: that is what was acknowledged."""
        for local_id in local_ids:
            try:
                entry = self.home.entry(local_id)
            except ClockifyError:
                self.expected[local_id] = None
            else:
                name = entry.project.name if entry.project else None
                self.expected[local_id] = said(entry.fields, name)

    def finished(self) -> list[str]:
        return [k for k, v in self.expected.items() if v is not None and v[1] is not None]

    def chosen(self, number: int) -> str:
        finished = self.finished()
        return finished[number % len(finished)]

    @rule(words=WORDS)
    def start(self, words: str) -> None:
        self.home.clock.advance(1)
        running = entries.running(self.home.db, WORKSPACE, USER)
        new = self.home.start(words)
        self.note(new, *([running.local_id] if running else []))

    @precondition(lambda self: entries.running(self.home.db, WORKSPACE, USER) is not None)
    @rule()
    def stop(self) -> None:
        self.home.clock.advance(1)
        self.note(self.home.stop())

    @rule(words=WORDS, ago=st.integers(1, 3), named=st.booleans(), type_=TYPES)
    def add(self, words: str, ago: int, named: bool, type_: str) -> None:
        start = self.home.now.replace(second=0) - timedelta(hours=ago)
        projects = self.projects()
        project = projects[-1] if named and projects else None
        end = start + timedelta(minutes=30)
        self.note(self.home.add(start, end, words, project=project, type=type_))

    @rule()
    def name(self) -> None:
        self.names += 1
        self.home.name("project", f"project {self.names}")

    def projects(self) -> list[str]:
        """Return them in order of creation: ids are random, and names may be equal."""
        live = {item.local_id for item in entities.items(self.home.db, WORKSPACE, "project")}
        rows = self.home.db.all("SELECT local_id FROM item ORDER BY rowid")
        return [local_id for (local_id,) in rows if local_id in live]

    @precondition(lambda self: self.finished())
    @rule(number=st.integers(0, 20), words=WORDS, type_=TYPES)
    def edit(self, number: int, words: str, type_: str) -> None:
        local_id = self.chosen(number)
        self.home.edit(local_id, lambda f: replace(f, description=words, type=type_))
        self.note(local_id)

    @precondition(lambda self: self.finished())
    @rule(number=st.integers(0, 20))
    def delete(self, number: int) -> None:
        local_id = self.chosen(number)
        self.home.delete(local_id)
        self.note(local_id)

    @rule(back=st.booleans())
    def undo_or_redo(self, back: bool) -> None:
        act = undo if back else redo
        try:
            taken = act(self.home.db, WORKSPACE, at=self.home.now, account=KEY, user=USER)
        except ClockifyError:
            return
        self.note(*taken.change.entries)

    # ── what happens to the machine and the network ──────────────────────────────────────────

    @rule(
        faults=st.lists(st.sampled_from(["", *sorted(FAULTS - {"limited"})]), max_size=3),
        reads=st.lists(st.sampled_from(["", "lost", "offline"]), max_size=2),
        lateness=st.integers(1, 115),
        waited=st.booleans(),
    )
    def push(self, faults: list[str], reads: list[str], lateness: int, *, waited: bool) -> None:
        self.twin.faults.extend(faults)
        self.twin.read_faults.extend(reads)
        self.twin.lateness = float(lateness)
        try:
            self.home.push(eager=True, waited=waited)
        except Killed:
            self.twin.limiter = self.home.limiter
        self.twin.faults.clear()
        self.twin.read_faults.clear()

    @rule()
    def pull(self) -> None:
        self.home.pull()

    @rule(seconds=st.sampled_from([1, 20, 60, 121, 400]))
    def wait(self, seconds: int) -> None:
        self.home.clock.advance(seconds)

    @rule()
    def restart(self) -> None:
        self.home.clock.advance(30)
        self.home.clock.reboot()

    # ── what has to be so in the end ─────────────────────────────────────────────────────────

    def settle(self) -> None:
        for _ in range(8):
            self.home.clock.advance(121)
            result = self.home.push(eager=True, deadline=1e6)
            assert result.review == 0, result
        assert result.waiting == 0, result

    def check(self) -> None:
        wanted = Counter(v for v in self.expected.values() if v is not None)
        assert self.there() == wanted
        assert self.here() == wanted
        self.home.pull()
        assert self.here() == wanted
        made = Counter(c.id for c in self.twin.commits if c.operation == "create")
        assert set(made.values()) <= {1}
        assert self.home.db.one("PRAGMA integrity_check") == ("ok",)

    def there(self) -> Counter[Said]:
        return Counter(
            (
                int(e.start.timestamp()),
                None if e.end is None else int(e.end.timestamp()),
                e.description,
                self.name_there(e.project_id) if e.project_id else None,
                e.type,
            )
            for e in self.twin.held.values()
        )

    def name_there(self, project_id: str) -> str:
        return self.twin.names[project_id].name

    def here(self) -> Counter[Said]:
        found = entries.in_range(
            self.home.db,
            WORKSPACE,
            USER,
            self.home.now - timedelta(days=5),
            self.home.now + timedelta(days=1),
        )
        return Counter(said(e.fields, e.project.name if e.project else None) for e in found)


class Alike(Sequences):
    """The same is recorded again and again, at once sent over a bad network."""

    @rule(
        fault=st.sampled_from(sorted(FAULTS - {"limited"})),
        reads=st.lists(st.sampled_from(["", "lost", "offline"]), max_size=2),
        lateness=st.integers(60, 115),
        pause=st.sampled_from([1, 20, 60, 121]),
    )
    def add_alike(self, fault: str, reads: list[str], lateness: int, pause: int) -> None:
        self.note(self.home.add(MORNING, MORNING + timedelta(hours=1), "write"))
        self.push([fault], reads, lateness, waited=False)
        self.wait(pause)


def run(
    examples: int,
    steps: int,
    phases: tuple[Phase, ...] = tuple(Phase),
    machine: type[Sequences] = Sequences,
) -> None:
    explore(machine, examples, steps, phases)


def test_any_sequence_ends_with_clockify_holding_what_was_typed() -> None:
    run(int(os.environ.get("SEQUENCES", "12")), 30)


@pytest.mark.long
def test_any_of_very_many_sequences_ends_with_clockify_holding_what_was_typed() -> None:
    run(20_000, 40)


@pytest.mark.long
def test_what_is_recorded_again_and_again_over_a_bad_network_is_there_as_often() -> None:
    run(500, 30, machine=Alike)


def settle_at_once(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(push, "Rules", lambda settle: Rules(settle=0.0))


def a_window_without_margin(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(row, "MARGIN", timedelta())


def send_again_when_no_answer_came(patch: pytest.MonkeyPatch) -> None:

    def careless(row: Row, event: Answered) -> tuple[Row, Effects]:
        if isinstance(event.outcome, Unknown):
            return replace(row, state=State.PENDING), ()
        return answer(row, event)

    answer = engine._answer
    patch.setattr(engine, "_answer", careless)


def take_a_dead_owner_for_one_that_never_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        engine,
        "_orphan",
        lambda row: replace(row, state=State.PENDING) if row.state is State.SENDING else row,
    )


def leave_the_end_out_of_a_whole_entry(patch: pytest.MonkeyPatch) -> None:
    whole = conflicts.body_of
    patch.setattr(conflicts, "body_of", lambda entry: replace(whole(entry), end=None))


MUTANTS = [
    settle_at_once,
    pytest.param(leave_the_end_out_of_a_whole_entry, marks=pytest.mark.long),
    pytest.param(a_window_without_margin, marks=pytest.mark.long),
    pytest.param(send_again_when_no_answer_came, marks=pytest.mark.long),
    pytest.param(take_a_dead_owner_for_one_that_never_sent, marks=pytest.mark.long),
]


@pytest.mark.parametrize("mutate", MUTANTS)
def test_sequences_find_a_client_that_does_it_wrong(
    mutate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        run(2000, 30, (Phase.generate,))
