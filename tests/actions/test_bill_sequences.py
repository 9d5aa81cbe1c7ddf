"""Tests with random sequences of entries and bills: no hour is billed twice or lost.

A small model runs beside the program: the fields of each entry, and for each bill what it and its
corrections bill. Two processes take turns.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from clockify_cli.actions.billing.bill_drafts import BillInput, plan
from clockify_cli.actions.billing.bills import check, every, make, outstanding, void
from clockify_cli.errors import UsageError
from clockify_cli.store.db.changes import Database
from tests.actions.office import HOUR, Office, at, given, on_bills

PROJECTS = ("Acme/Website", "Acme/App", "Beta/Site")
PRICES = (Decimal("95"), Decimal("33.33"), Decimal("80.01"))
CENT = Decimal("0.01")

starts = st.builds(at, st.integers(0, 23), st.integers(1, 22))
lengths = st.sampled_from([HOUR / 7, HOUR / 4, HOUR, HOUR / 3600 * 17])
numbers = st.integers(0, 1000)


@dataclass(frozen=True)
class Said:
    """The fields of an entry that matter to a bill."""

    start: datetime
    seconds: int
    label: str
    billable: bool = True

    @property
    def client(self) -> str:
        return self.label.partition("/")[0]


@dataclass
class Chain:
    """A bill and its corrections: what was billed after each of them, the latest last."""

    client: str
    refs: list[str] = field(default_factory=list)
    billed: list[dict[str, tuple[Said, Decimal]]] = field(default_factory=list)

    @property
    def now(self) -> dict[str, tuple[Said, Decimal]]:
        return self.billed[-1] if self.billed else {}


class Billing(RuleBasedStateMachine):
    """The program and the model."""

    def __init__(self) -> None:
        super().__init__()
        root = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
        self.folder = Path(tempfile.mkdtemp(dir=root))
        self.office = Office(self.folder)
        for label in PROJECTS:
            self.office.named(label)
        self.second = Database(self.office.paths.database)
        self.turn = False
        self.entries: dict[str, Said] = {}
        self.chains: list[Chain] = []
        self.prices = dict(zip(PROJECTS, PRICES, strict=True))
        self.count = 0
        self._configure()

    def teardown(self) -> None:
        self.office.db.close()
        self.second.close()
        shutil.rmtree(self.folder)

    def _configure(self) -> None:
        lines = [f'"rate.{label}" = "{price}EUR"' for label, price in self.prices.items()]
        self.office.configure("\n".join(lines))

    def _ctx(self) -> Any:
        self.turn = not self.turn
        return self.office.ctx(self.second if self.turn else None)

    def _ref(self) -> str:
        self.count += 1
        return f"R{self.count}"

    @initialize(client=st.sampled_from(["Acme", "Beta"]))
    def begin_with_a_bill(self, client: str) -> None:
        """Make a bill first, so that short sequences have something to correct, too."""
        for number, label in enumerate(PROJECTS):
            self.add(at(9 + number, 2), HOUR, label, True)
            self.add(at(9 + number, 3), HOUR / 7, label, True)
        self.bill(client)

    # ── entries ──────────────────────────────────────────────────────────────────────────────

    @rule(start=starts, length=lengths, label=st.sampled_from(PROJECTS), billable=st.booleans())
    def add(self, start: datetime, length: Any, label: str, billable: bool) -> None:
        entry = self.office.add(start, start + length, label, billable=billable)
        self.entries[entry] = Said(start, int(length.total_seconds()), label, billable)

    @precondition(lambda self: self.entries)
    @rule(which=numbers, length=lengths)
    def longer_or_shorter(self, which: int, length: Any) -> None:
        entry = self._entry(which)
        self.office.edit(entry, end=self.entries[entry].start + length)
        seconds = int(length.total_seconds())
        self.entries[entry] = replace(self.entries[entry], seconds=seconds)

    @precondition(lambda self: self.entries)
    @rule(which=numbers, label=st.sampled_from(PROJECTS), billable=st.booleans())
    def move(self, which: int, label: str, billable: bool) -> None:
        entry = self._entry(which)
        self.office.edit(entry, project=self.office.named(label), billable=billable)
        self.entries[entry] = replace(self.entries[entry], label=label, billable=billable)

    @precondition(lambda self: self.entries)
    @rule(which=numbers, text=st.sampled_from(["a", "b"]))
    def say_otherwise(self, which: int, text: str) -> None:
        self.office.edit(self._entry(which), description=text)

    @precondition(lambda self: self.entries)
    @rule(which=numbers)
    def delete(self, which: int) -> None:
        entry = self._entry(which)
        self.office.delete(entry)
        del self.entries[entry]

    def _entry(self, which: int) -> str:
        return list(self.entries)[which % len(self.entries)]

    @rule()
    def cost_more(self) -> None:
        self.prices = {label: price + Decimal("1.01") for label, price in self.prices.items()}
        self._configure()

    # ── bills ────────────────────────────────────────────────────────────────────────────────

    def _free(self, client: str) -> dict[str, tuple[Said, Decimal]]:
        taken = {entry for chain in self.chains for entry in chain.now}
        return {
            entry: (said, self.prices[said.label])
            for entry, said in self.entries.items()
            if said.client == client and said.billable and entry not in taken
        }

    def _corrected(self, chain: Chain) -> dict[str, tuple[Said, Decimal]]:
        found = self._free(chain.client)
        for entry, (then, price) in chain.now.items():
            now = self.entries.get(entry)
            if now and now.billable and now.client == chain.client:
                found[entry] = (now, price if now.label == then.label else self.prices[now.label])
        return found

    @rule(client=st.sampled_from(["Acme", "Beta"]))
    def bill(self, client: str) -> None:
        free, ctx, ref = self._free(client), self._ctx(), self._ref()
        try:
            make(ctx, plan(ctx, given(ref, client=client)))
        except UsageError as error:
            assert error.code == "nothing-to-bill", error.message  # noqa: PT017
            assert not free
        else:
            self.chains.append(Chain(client, [ref], [free]))

    @precondition(lambda self: self.chains)
    @rule(which=numbers)
    def correct(self, which: int) -> None:
        chain = self.chains[which % len(self.chains)]
        then, wanted, ctx, ref = chain.now, self._corrected(chain), self._ctx(), self._ref()
        try:
            make(ctx, plan(ctx, BillInput(ref=ref, correct=chain.refs[-1])))
        except UsageError as error:
            assert error.code == "nothing-to-bill", error.message  # noqa: PT017
            assert _sums(wanted) == _sums(then)
        else:
            chain.refs.append(ref)
            chain.billed.append(wanted)

    @precondition(lambda self: self.chains)
    @rule(which=numbers, length=lengths)
    def change_what_is_billed_and_correct_it(self, which: int, length: Any) -> None:
        chain = self.chains[which % len(self.chains)]
        entry = next((entry for entry in chain.now if entry in self.entries), None)
        if entry is not None:
            self.office.edit(entry, end=self.entries[entry].start + length)
            seconds = int(length.total_seconds())
            self.entries[entry] = replace(self.entries[entry], seconds=seconds)
            self.correct(which)

    @precondition(lambda self: self.chains)
    @rule(which=numbers)
    def void_the_last(self, which: int) -> None:
        chain = self.chains[which % len(self.chains)]
        before = chain.billed[-2] if len(chain.billed) > 1 else {}
        lost = set(before) - set(chain.now)
        elsewhere = {entry for other in self.chains if other is not chain for entry in other.now}
        try:
            void(self._ctx(), chain.refs[-1])
        except UsageError as error:
            assert error.code == "billed", error.message  # noqa: PT017
            assert lost & elsewhere
        else:
            assert not lost & elsewhere
            self._forget(chain)

    @precondition(lambda self: self.chains)
    @rule(which=numbers)
    def void_one_that_is_corrected(self, which: int) -> None:
        chain = self.chains[which % len(self.chains)]
        if len(chain.refs) > 1:
            try:
                void(self._ctx(), chain.refs[0])
            except UsageError as error:
                assert error.code == "corrected"  # noqa: PT017
            else:
                raise AssertionError("a bill with a correction was voided")

    def _forget(self, chain: Chain) -> None:
        chain.refs.pop()
        chain.billed.pop()
        if not chain.refs:
            self.chains.remove(chain)

    @rule(client=st.sampled_from(["Acme", "Beta"]))
    def bill_and_undo_and_redo_and_undo(self, client: str) -> None:
        free, ctx = self._free(client), self._ctx()
        if free:
            make(ctx, plan(ctx, given(self._ref(), client=client)))
            self.office.undo()
            self._as_modelled()
            self.office.redo()
            self.office.undo()

    @precondition(lambda self: self.chains)
    @rule(which=numbers)
    def void_and_undo(self, which: int) -> None:
        chain = self.chains[which % len(self.chains)]
        try:
            void(self._ctx(), chain.refs[-1])
        except UsageError as error:
            assert error.code == "billed"  # noqa: PT017
        else:
            self.office.undo()

    # ── what holds at any time ───────────────────────────────────────────────────────────────

    @invariant()
    def _as_modelled(self) -> None:
        ctx = self.office.ctx()
        live = [bill for bill in every(ctx) if bill.state == "live"]
        on: Counter[str] = Counter()
        for bill in live:
            for line in bill.lines:
                on.update(dict.fromkeys(line.entries, -1 if line.takes_off else 1))
        assert set(on.values()) <= {0, 1}
        assert {entry for entry, count in on.items() if count} == {
            entry for chain in self.chains for entry in chain.now
        }
        claimed = on_bills(ctx.db, self.entries)
        for chain in self.chains:
            total = sum(bill.total.cents for bill in live if bill.ref in chain.refs)
            assert total == sum(cents for _, cents in _sums(chain.now).values())
            assert all(claimed.get(entry) in chain.refs for entry in chain.now.keys() & claimed)
        for client in ("Acme", "Beta"):
            free = sum(said.seconds for said, _ in self._free(client).values())
            sums = {one.client.name: one.seconds for one in outstanding(ctx).clients}
            assert sums.get(client, 0) == free

    @invariant()
    def _checked(self) -> None:
        for chain in self.chains:
            checked = check(self.office.ctx(), chain.refs[-1])
            wanted = self._corrected(chain)
            touched = {
                entry
                for entry in {*chain.now, *wanted}
                if _then(chain.now, entry) != _then(wanted, entry)
            }
            assert {one.work.entry for one in checked.findings} == touched


def _then(said: dict[str, tuple[Said, Decimal]], entry: str) -> Said | None:
    return said[entry][0] if entry in said else None


Sums = dict[tuple[str, Decimal], tuple[tuple[str, ...], int]]


def _sums(billed: dict[str, tuple[Said, Decimal]]) -> Sums:
    """Return the entries and cents of each line, by project and price, computed simply."""
    found: dict[tuple[str, Decimal], list[tuple[str, int]]] = {}
    for entry, (said, price) in billed.items():
        found.setdefault((said.label, price), []).append((entry, said.seconds))
    sums: Sums = {}
    for (label, price), parts in found.items():
        hours = Decimal(sum(seconds for _, seconds in parts)) / 3600
        quantity = hours.quantize(CENT, ROUND_HALF_UP)
        cents = int((quantity * price).quantize(CENT, ROUND_HALF_UP) * 100)
        sums[label, price] = (tuple(sorted(entry for entry, _ in parts)), cents)
    return sums


TestSequences = Billing.TestCase
TestSequences.settings = settings(max_examples=10, stateful_step_count=20)


@pytest.mark.long
def test_many_sequences() -> None:
    run_state_machine_as_test(Billing, settings=settings(max_examples=300, stateful_step_count=50))
