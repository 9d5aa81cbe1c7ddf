"""Tests with two machines and the web app changing fields of the same entries."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from clockify_cli.domain.entry import EntryFields, TimeEntry
from clockify_cli.errors import ClockifyError
from clockify_cli.store.sync import journal
from clockify_cli.store.timesheet import entries
from clockify_cli.store.timesheet.undo import changes, undo
from clockify_cli.sync import decide
from clockify_cli.sync.model.conflicts import version_of
from clockify_cli.sync.model.remote import EntryBody, Outcome, RemoteEntry
from clockify_cli.sync.model.row import STUCK
from tests.sync.household import KEY, Household
from tests.sync.twin import REFUSED, USER, WORKSPACE, Killed, Twin
from tests.sync.two_machines import MACHINES, TwoMachines, explore

FAULT = st.sampled_from(["", "", "", REFUSED, "unanswered", "late", "lost", "offline", "killed"])
FIELDS = st.sampled_from(["description", "note"])
"""Fields that take any word; the note is a custom field."""

Word = tuple[str, str]
"""A field and a word in it."""


def here(fields: EntryFields, name: str) -> str:
    """Return the word that an entry has here in the field *name*."""
    notes = {one["customFieldId"]: one["value"] for one in json.loads(fields.custom_fields)}
    return fields.description if name == "description" else str(notes.get("note", ""))


def there(entry: RemoteEntry, name: str) -> str:
    """Return the word that an entry has at Clockify in the field *name*."""
    notes = dict(entry.custom_fields)
    return entry.description if name == "description" else str(notes.get("note", ""))


def saying(fields: EntryFields, words: dict[str, str]) -> EntryFields:
    """Return *fields* with new *words* in the fields that they name."""
    fields = replace(fields, description=words.get("description", fields.description))
    if "note" not in words:
        return fields
    noted = [{"customFieldId": "note", "value": words["note"]}]
    return replace(fields, custom_fields=json.dumps(noted, separators=(",", ":")))


@dataclass
class Watched(Twin):
    """A Clockify that records each word with which a request replaced another."""

    over: list[tuple[str, str, str]] = field(default_factory=list)
    """The field, the word that was there, and the new one."""

    def _put(self, entry_id: str, body: EntryBody) -> Outcome:
        was = self.held.get(entry_id)
        outcome = super()._put(entry_id, body)
        now = self.held.get(entry_id)
        if was is not None and now is not None:
            for name in ("description", "note"):
                if there(was, name) != there(now, name):
                    self.over.append((name, there(was, name), there(now, name)))
        return outcome


class BothSides(TwoMachines):
    """Both machines have the same two entries, one of them running."""

    twin: Watched

    def __init__(self) -> None:
        super().__init__()
        self.knew: dict[Word, set[str]] = {}
        """For each word of a machine, the words that its author knew; `undo` writes no new ones."""
        self.said_by: dict[Word, tuple[int, str]] = {}
        """For each word, its machine and entry."""
        self.given_up: set[Word] = set()
        self.undoes = False
        """Whether anybody ever undoes anything: that writes old words again."""
        self.undone = False
        self.sender = 0
        """The machine that sent last."""

    def new_twin(self) -> Watched:
        return Watched(self.clock, plan="PRO")

    @initialize(ran=st.booleans(), undoes=st.booleans())
    def begin(self, *, ran: bool, undoes: bool) -> None:
        self.undoes = undoes
        home = self.home(0)
        start = home.now - timedelta(hours=2)
        home.add(start, start + timedelta(minutes=10), "add")
        if ran:
            home.start("start", at=home.now - timedelta(hours=1))
        home.push()
        for number in (0, 1):
            self.home(number).pull()

    def word(self, who: str) -> str:
        self.count += 1
        return f"{who}{self.count}"

    # ── the machines ─────────────────────────────────────────────────────────────────────────

    def entries(self, home: Household) -> list[TimeEntry]:
        return entries.newest(home.db, WORKSPACE, USER, 9)

    @rule(machine=MACHINES, number=st.integers(0, 1), names=st.sets(FIELDS, min_size=1))
    def edit(self, machine: int, number: int, names: set[str]) -> None:
        home = self.home(machine)
        found = self.entries(home)
        if found:
            entry = found[number % len(found)]
            words = self.words(machine, entry, names)
            home.edit(entry.local_id, lambda fields: saying(fields, words))

    @rule(machine=MACHINES, names=st.sets(FIELDS))
    def stop(self, machine: int, names: set[str]) -> None:
        home = self.home(machine)
        self.clock.advance(7)
        running = entries.running(home.db, WORKSPACE, USER)
        if running is not None:
            words = self.words(machine, running, names)
            fields = replace(saying(running.fields, words), end=home.now)
            with home.change("stop") as change:
                change.update_entry(running.local_id, fields, kind="stop")

    def words(self, machine: int, entry: TimeEntry, names: set[str]) -> dict[str, str]:
        """Return a new word for each of *names*, by a person who knows what is shown there."""
        words = {name: self.word(f"machine {machine} ") for name in names}
        for name, word in words.items():
            shown = here(entry.fields, name)
            known = {shown, *self.told(machine, entry.local_id, name)}
            known |= self.knew.get((name, shown), set())
            self.knew[name, word] = known
            self.said_by[name, word] = (machine, entry.local_id)
        return words

    def told(self, machine: int, local_id: str, name: str) -> set[str]:
        """Return the words that the machine's queue shows as Clockify's beside its own."""
        home = self.homes[machine]
        stored = home.db.one("SELECT server FROM entry WHERE local_id = ?", (local_id,))
        rows = journal.open_rows_of(home.db, local_id)
        if stored is None or stored[0] is None or not any(r.state == "REVIEW" for r in rows):
            return set()
        return {there(version_of(stored[0]), name)}

    def stuck(self, machine: int) -> list[journal.JournalRow]:
        rows = journal.open_rows(self.homes[machine].db, KEY)
        return [row for row in rows if row.state in STUCK]

    @rule(machine=MACHINES, number=st.integers(0, 3), drops=st.booleans())
    def decide(self, machine: int, number: int, *, drops: bool) -> None:
        stuck = self.stuck(machine)
        if not stuck:
            return
        row = stuck[number % len(stuck)]
        db = self.homes[machine].db
        words = [w for w, who in self.said_by.items() if who == (machine, row.local_id)]
        if drops:
            decide.drop(db, KEY, row.seq)
            self.given_up |= set(words)
            return
        if row.state == "REVIEW":
            for name, word in words:
                self.knew[name, word] |= self.told(machine, row.local_id or "", name)
        decide.retry(db, KEY, row.seq)

    @rule(machine=MACHINES)
    def undo(self, machine: int) -> None:
        home = self.home(machine)
        made = [c for c in changes(home.db, WORKSPACE) if c.undone_by is None and c.kind == "do"]
        if not self.undoes or not made or made[-1].verb not in ("edit", "stop"):
            return
        with suppress(ClockifyError):
            undo(home.db, WORKSPACE, made[-1].id, at=home.now, account=KEY, user=USER)
            self.undone = True

    @rule(machine=MACHINES, faults=st.lists(FAULT, max_size=3), waited=st.booleans())
    def push(self, machine: int, faults: list[str], *, waited: bool) -> None:
        # What the other machine has under way may overwrite what this one sends meanwhile.
        self.twin.deliver()
        if self.twin.flying and self.sender != machine:
            return
        self.sender = machine
        self.twin.faults.extend(faults)
        try:
            self.home(machine).push(eager=True, waited=waited)
        except Killed:
            pass
        finally:
            self.twin.faults.clear()

    @rule(machine=MACHINES)
    def pull(self, machine: int) -> None:
        self.home(machine).pull()

    # ── the web app ──────────────────────────────────────────────────────────────────────────

    @rule(number=st.integers(0, 1), name=FIELDS)
    def web_edit(self, number: int, name: str) -> None:
        # A request of ours that is under way may overwrite what the web changes meanwhile.
        if self.twin.flying:
            return
        id_ = list(self.twin.held)[number % len(self.twin.held)]
        word = self.word("web ")
        if name == "description":
            self.twin.web_edit(id_, lambda entry: replace(entry, description=word))
        else:
            self.twin.web_edit(id_, lambda entry: replace(entry, custom_fields=(("note", word),)))

    @rule(seconds=st.sampled_from([1, 20, 90, 400]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    # ── what has to be so in the end ─────────────────────────────────────────────────────────

    def settle(self) -> None:
        for _ in range(6):
            self.clock.advance(121)
            for machine in (0, 1):
                self.home(machine).push(eager=True, deadline=1e6)
        for machine in (0, 1):
            self.home(machine).pull()

    def check(self) -> None:
        for name, was, now in self.twin.over:
            if not self.undone:
                assert self.may_go_over(name, was, now), (name, was, now)
        for word in self.said_by:
            assert word in self.given_up or self.undone or self.is_not_lost(word), word
        for machine in (0, 1):
            self.check_stops(machine)
            self.check_copy(machine)

    def may_go_over(self, name: str, was: str, now: str) -> bool:
        """Return whether the author of *now* knew *was*, or had written it."""
        if (name, now) not in self.said_by:
            # Only its own author ever writes a word that no machine wrote.
            return False
        own = self.said_by.get((name, was)) == self.said_by[name, now]
        return own or was in self.knew[name, now]

    def is_not_lost(self, word: Word) -> bool:
        """Return whether it was at Clockify, waits, or was replaced on the same machine."""
        machine, local_id = self.said_by[word]
        name = word[0]
        if any((name, now) == word for name, _, now in self.twin.over):
            return True
        rows = journal.open_rows_of(self.homes[machine].db, local_id)
        waits = any(word[1] in f"{row.after} {row.payload}" for row in rows)
        later = list(self.said_by)[list(self.said_by).index(word) + 1 :]
        said_again = any(
            each[0] == name and self.said_by[each] == (machine, local_id) for each in later
        )
        return waits or said_again

    def check_stops(self, machine: int) -> None:
        """Check that an unfinished stop was itself refused, and does not wait for another field."""
        home = self.homes[machine]
        for (local_id,) in home.db.all("SELECT DISTINCT local_id FROM journal WHERE kind = 'stop'"):
            ends = [
                row
                for row in journal.open_rows_of(home.db, local_id)
                if row.kind == "stop" or (row.before and '"end":null' in row.before)
            ]
            first = [row for row in ends if row.kind == "stop"][:1]
            assert all(row.state == "REJECTED" for row in first) or self.undone, home.verdicts()

    def check_copy(self, machine: int) -> None:
        """Check that all settled entries and fields are the same here and at Clockify."""
        home = self.homes[machine]
        for entry in self.entries(home):
            held = self.twin.held[entry.server_id or ""]
            if entry.sync_state == "synced":
                assert entry.end == held.end
                for name in ("description", "note"):
                    assert here(entry.fields, name) == there(held, name)


BOTH = {"note", "description"}


def decided_on_twice(state: BothSides) -> None:
    state.edit(machine=0, names=BOTH, number=0)
    state.web_edit(number=1, name="description")
    state.web_edit(number=1, name="note")
    state.push(machine=0, faults=[], waited=True)
    state.decide(machine=0, number=1, drops=False)
    state.decide(machine=0, number=2, drops=False)


def given_up_among_merged_edits(state: BothSides) -> None:
    for names in ({"description"}, BOTH, BOTH):
        state.edit(machine=0, names=names, number=0)
    state.edit(machine=1, names={"note"}, number=0)
    state.push(machine=1, faults=[""], waited=True)
    state.push(machine=0, faults=[REFUSED, "", REFUSED], waited=True)
    state.decide(machine=0, number=3, drops=True)
    state.decide(machine=0, number=0, drops=False)


def stopped_on_both_and_edited_again(state: BothSides) -> None:
    state.edit(machine=1, names=BOTH, number=0)
    state.stop(machine=1, names=BOTH)
    state.stop(machine=0, names=BOTH)
    state.edit(machine=1, names={"description"}, number=0)


def split_twice(state: BothSides) -> None:
    state.web_edit(number=1, name="description")
    state.edit(machine=1, names=BOTH, number=0)
    state.stop(machine=0, names={"note"})
    state.edit(machine=1, names=BOTH, number=1)
    state.web_edit(number=0, name="description")
    state.stop(machine=1, names=BOTH)


@pytest.mark.parametrize(
    "play",
    [
        decided_on_twice,
        given_up_among_merged_edits,
        stopped_on_both_and_edited_again,
        split_twice,
    ],
)
def test_sequences_that_random_ones_have_found_lose_no_word(
    play: Callable[[BothSides], None],
) -> None:
    state = BothSides()
    state.begin(ran=True, undoes=False)
    play(state)
    state.teardown()


def test_fields_that_both_sides_change_are_merged_or_asked_about() -> None:
    explore(BothSides, int(os.environ.get("SEQUENCES", "12")), 25)


@pytest.mark.long
def test_fields_that_both_sides_change_very_often_are_merged_or_asked_about() -> None:
    explore(BothSides, 10_000, 40)
