"""Marking entries as invoiced: whatever becomes of requests, the last that was asked for holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from clockify_cli.store.entities import Marking, mark_text
from tests.sync.household import Household, at
from tests.sync.twin import Killed, Twin
from tests.sync.virtual_clock import VirtualClock

SETTLED = 125
FAULTS = ("", "offline", "lost", "unanswered", "late", "limited", "killed", "killed-before")


def mark(home: Household, bill: str, entries: Iterable[str], *, invoiced: bool = True) -> None:
    named = tuple(sorted(entries))
    with home.change("bill") as change:
        before, after = (mark_text(Marking(bill, said, named)) for said in (not invoiced, invoiced))
        change.mark(bill, before, after)


def pushed(home: Household) -> None:
    """A command sends, and may die of it."""
    with suppress(Killed):
        home.push()


def settle(home: Household) -> None:
    for _ in range(8):
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


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
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
)
def test_whatever_becomes_of_requests_the_last_mark_of_each_entry_holds(
    steps: list[tuple[str, set[int], bool, str, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clock = VirtualClock()
        home = Household(Path(folder) / "data", clock, Twin(clock, plan="PRO"))
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
        home.twin.faults.clear()
        settle(home)
        assert home.twin.invoiced == {home.there(entry).id for entry in wanted}
        home.db.close()
