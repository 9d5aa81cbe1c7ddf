"""Tests of marking entries as invoiced: whatever happens to requests, the last mark counts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.domain.bill import Bill, BillRange, Named, Terms
from clockify_cli.store.timesheet import bills, undo
from clockify_cli.store.timesheet.entities import Marking, mark_text
from clockify_cli.sync import decide
from tests.faults.places import in_memory
from tests.sync.household import KEY, Household, at
from tests.sync.twin import REFUSED, USER, WORKSPACE, Killed, Twin
from tests.sync.virtual_clock import VirtualClock

SETTLED = 125
FAULTS = (
    "",
    REFUSED,
    "offline",
    "lost",
    "unanswered",
    "late",
    "limited",
    "killed",
    "killed-before",
)


def mark(home: Household, bill: str, entries: Iterable[str], *, invoiced: bool = True) -> None:
    named = tuple(sorted(entries))
    with home.change("bill") as change:
        before, after = (mark_text(Marking(bill, said, named)) for said in (not invoiced, invoiced))
        change.mark(bill, before, after)


def pushed(home: Household) -> None:
    """Send as a command does; it may be killed."""
    with suppress(Killed):
        home.push()


def refused(home: Household) -> list[int]:
    """Return the numbers of the rows that need a decision."""
    return [seq for (seq,) in home.db.all("SELECT seq FROM journal WHERE state = 'REJECTED'")]


def retry(home: Household, seq: int) -> None:
    decide.retry(home.db, KEY, seq)


def settle(home: Household, *, newest_first: bool = False) -> None:
    """Push until nothing waits; send refused rows again, one at a time."""
    for _ in range(20):
        if found := refused(home):
            retry(home, max(found) if newest_first else min(found))
        home.clock.advance(SETTLED)
        home.twin.deliver()
        home.push(eager=True, waited=True)
        if not home.db.one("SELECT 1 FROM journal WHERE state NOT IN ('APPLIED', 'DROPPED')"):
            return
    raise AssertionError(home.db.all("SELECT seq, state, verdict FROM journal"))


def test_a_lost_answer_is_not_looked_up_and_the_mark_goes_out_again(home: Household) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    mark(home, "41", [entry])
    home.twin.faults.append("unanswered")
    assert home.spent(home.push) == ["PATCH"]
    home.clock.advance(60)
    assert home.spent(lambda: home.push(waited=True)) == []
    home.clock.advance(SETTLED)
    assert home.spent(lambda: home.push(waited=True)) == ["PATCH"]
    assert home.twin.invoiced == {home.there(entry).id}


def test_a_lost_mark_does_not_hold_up_a_start(home: Household) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    mark(home, "41", [entry])
    home.twin.faults.append("late")
    home.push()
    home.start("Write")
    home.push()
    assert any(each.end is None for each in home.twin.held.values())


def test_a_mark_that_arrives_late_does_not_undo_what_was_asked_for_after_it(
    home: Household,
) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    mark(home, "41", [entry])
    home.twin.faults.append("late")
    home.push()
    mark(home, "41", [entry], invoiced=False)
    home.push()
    settle(home)
    assert home.twin.invoiced == set()


def test_an_older_unmark_that_is_retried_does_not_undo_the_mark_of_another_bill(
    home: Household,
) -> None:
    both = [home.add(at(f"0{hour}:00"), at(f"0{hour}:30")) for hour in (7, 8)]
    home.push()
    mark(home, "41", both)
    home.push()
    home.twin.faults.append(REFUSED)
    mark(home, "41", both, invoiced=False)
    home.push()
    mark(home, "42", both[:1])
    home.push()
    (unmark,) = refused(home)
    retry(home, unmark)
    assert home.spent(home.push) == ["PATCH"]
    assert home.twin.invoiced == {home.there(both[0]).id}
    assert refused(home) == []


def test_nothing_is_sent_of_a_mark_that_later_ones_replaced_as_a_whole(home: Household) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    home.twin.faults.append(REFUSED)
    mark(home, "41", [entry])
    home.push()
    mark(home, "42", [entry], invoiced=False)
    home.push()
    retry(home, refused(home)[0])
    assert home.spent(home.push) == []
    assert home.twin.invoiced == set()
    assert home.states()[1:] == ["APPLIED", "APPLIED"]
    assert home.verdicts()[1] == "superseded: a later bill decides about its entries"


def test_a_later_mark_that_was_refused_too_replaces_nothing(home: Household) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    for bill, invoiced in (("41", True), ("42", False)):
        home.twin.faults.append(REFUSED)
        mark(home, bill, [entry], invoiced=invoiced)
        home.push()
    first, second = refused(home)
    retry(home, first)
    home.push()
    assert home.twin.invoiced == {home.there(entry).id}
    decide.drop(home.db, KEY, second)
    settle(home)
    assert home.twin.invoiced == {home.there(entry).id}


def test_a_mark_behind_a_refused_entry_holds_up_no_other_bill(home: Household) -> None:
    home.twin.faults.append(REFUSED)
    refused_entry, entry = (home.add(at(f"0{hour}:00"), at(f"0{hour}:30")) for hour in (7, 8))
    home.push()
    mark(home, "41", [refused_entry, entry])
    mark(home, "42", [entry])
    home.push()
    assert home.twin.invoiced == {home.there(entry).id}
    assert decide.behind(home.db, KEY) == {3: 1}
    mark(home, "42", [entry], invoiced=False)
    home.push()
    retry(home, refused(home)[0])
    settle(home)
    # The newest mark of each entry counts.
    assert home.twin.invoiced == {home.there(refused_entry).id}


def a_bill(home: Household, ref: str) -> Bill:
    return Bill(
        id=ref,
        ref=ref,
        state="live",
        client=Named(),
        currency="EUR",
        range=BillRange(start=None, end=home.now, time_zone="UTC"),
        terms=Terms(),
        created=home.now,
        lines=(),
    )


def void(home: Household, bill: Bill) -> None:
    with home.change("void") as change:
        bills.unmark(home.db, change, bill)


def test_a_mark_refused_after_an_answer_got_lost_is_taken_back_there_too(home: Household) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    bill = a_bill(home, "41")
    with home.change("bill") as change:
        bills.mark(change, bill, [entry], invoiced=True)
    home.twin.faults.extend(["unanswered", REFUSED])
    home.push()
    home.clock.advance(SETTLED)
    home.push(waited=True)
    assert home.states()[-1] == "REJECTED"
    void(home, bill)
    settle(home)
    assert home.twin.invoiced == set()


def test_a_void_that_clockify_refused_is_undone_there_too_after_another_bill(
    home: Household,
) -> None:
    entry = home.add(at("08:00"), at("08:30"))
    home.push()
    bills_ = {ref: a_bill(home, ref) for ref in ("41", "42")}

    def undo_last() -> None:
        undo.undo(home.db, WORKSPACE, at=home.now, account=KEY, user=USER)
        home.push()

    with home.change("bill") as change:
        bills.mark(change, bills_["41"], [entry], invoiced=True)
    home.push()
    home.twin.faults.append(REFUSED)
    void(home, bills_["41"])
    home.push()
    assert home.states()[-1] == "REJECTED"
    with home.change("bill") as change:
        bills.mark(change, bills_["42"], [entry], invoiced=True)
    home.push()
    undo_last()
    assert home.twin.invoiced == set()

    undo_last()

    assert home.twin.invoiced == {home.there(entry).id}


MARKS = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sets(st.integers(0, 2), min_size=1),
        st.booleans(),
        st.sampled_from(FAULTS),
        st.sampled_from((0, 50, SETTLED)),
    ),
    min_size=1,
    max_size=6,
)


def _the_last_mark_holds(
    steps: list[tuple[str, set[int], bool, str, int]], early: bool, newest_first: bool
) -> None:
    """Check it; *early*: refused rows are sent again with the next step, else after all steps."""
    with in_memory() as folder:
        clock = VirtualClock()
        home = Household(folder, clock, Twin(clock, plan="PRO"))
        entries = [home.add(at(f"0{hour}:00"), at(f"0{hour}:30")) for hour in (6, 7, 8)]
        home.push()
        wanted: set[str] = set()
        for bill, which, invoiced, fault, passes in steps:
            named = {entries[number] for number in which}
            mark(home, bill, named, invoiced=invoiced)
            wanted = wanted | named if invoiced else wanted - named
            home.twin.faults.clear()
            home.twin.faults.extend([fault] if fault else [])
            pushed(home)
            clock.advance(passes)
            home.twin.deliver()
            if early and (found := refused(home)):
                retry(home, max(found) if newest_first else min(found))
        home.twin.faults.clear()
        settle(home, newest_first=newest_first)
        assert home.twin.invoiced == {home.there(entry).id for entry in wanted}
        home.db.close()


@settings(max_examples=10, deadline=None)
@given(MARKS, st.booleans(), st.booleans())
def test_whatever_becomes_of_requests_the_last_mark_of_each_entry_holds(
    steps: list[tuple[str, set[int], bool, str, int]], early: bool, newest_first: bool
) -> None:
    _the_last_mark_holds(steps, early, newest_first)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(MARKS, st.booleans(), st.booleans())
def test_the_last_mark_of_each_entry_holds_at_length(
    steps: list[tuple[str, set[int], bool, str, int]], early: bool, newest_first: bool
) -> None:
    _the_last_mark_holds(steps, early, newest_first)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("new", "new", "void", "undo")),
        st.sets(st.integers(0, 2), min_size=1),
        st.sampled_from(FAULTS),
        st.sampled_from((0, 50, SETTLED)),
    ),
    min_size=2,
    max_size=8,
)


class Billing:
    """Bills that are created, voided and undone, and the entries that are billed then."""

    def __init__(self, folder: Path) -> None:
        clock = VirtualClock()
        self.home = Household(folder, clock, Twin(clock, plan="PRO"))
        hours = (6, 7, 8)
        self.entries = [self.home.add(at(f"0{hour}:00"), at(f"0{hour}:30")) for hour in hours]
        self.home.push()
        self.live: dict[str, set[str]] = {}
        self.done: list[tuple[str, str, set[str]]] = []

    def new(self, which: set[int]) -> None:
        free = {self.entries[number] for number in which} - self.billed()
        if free:
            ref = str(len(self.done))
            with self.home.change("bill") as change:
                bills.mark(change, a_bill(self.home, ref), free, invoiced=True)
            self.live[ref] = free
            self.done.append(("new", ref, free))

    def void(self, which: set[int]) -> None:
        if self.live:
            ref = sorted(self.live)[min(which) % len(self.live)]
            void(self.home, a_bill(self.home, ref))
            self.done.append(("void", ref, self.live.pop(ref)))

    def undo(self, _: set[int]) -> None:
        if self.done:
            undo.undo(self.home.db, WORKSPACE, at=self.home.now, account=KEY, user=USER)
            how, ref, entries = self.done.pop()
            if how == "new":
                del self.live[ref]
            else:
                self.live[ref] = entries

    def billed(self) -> set[str]:
        return set[str]().union(*self.live.values())


def _billed_is_invoiced(
    steps: list[tuple[str, set[int], str, int]], early: bool, newest_first: bool
) -> None:
    with in_memory() as folder:
        world = Billing(folder)
        home = world.home
        for act, which, fault, passes in steps:
            getattr(world, act)(which)
            home.twin.faults.clear()
            home.twin.faults.extend([fault] if fault else [])
            pushed(home)
            home.clock.advance(passes)
            home.twin.deliver()
            if early and (found := refused(home)):
                retry(home, max(found) if newest_first else min(found))
        home.twin.faults.clear()
        settle(home, newest_first=newest_first)
        assert home.twin.invoiced == {home.there(entry).id for entry in world.billed()}
        home.db.close()


@settings(max_examples=10, deadline=None)
@given(STEPS, st.booleans(), st.booleans())
def test_what_is_billed_is_what_is_invoiced_whatever_becomes_of_requests(
    steps: list[tuple[str, set[int], str, int]], early: bool, newest_first: bool
) -> None:
    _billed_is_invoiced(steps, early, newest_first)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(STEPS, st.booleans(), st.booleans())
def test_what_is_billed_is_what_is_invoiced_at_length(
    steps: list[tuple[str, set[int], str, int]], early: bool, newest_first: bool
) -> None:
    _billed_is_invoiced(steps, early, newest_first)
