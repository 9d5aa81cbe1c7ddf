"""Tests that a change in another terminal during sending is sent too, then or afterwards."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from clockify_cli.errors import NotFound
from clockify_cli.store.db.changes import Database
from clockify_cli.store.db.connection import put_meta
from clockify_cli.store.timesheet import entries, undo
from clockify_cli.sync import decide
from clockify_cli.sync.model.remote import Rejected
from tests.examples import thinned
from tests.interleaving import meanwhile
from tests.sync.household import KEY, Household, at
from tests.sync.twin import USER, WORKSPACE

Act = Callable[[Household, str], object]

MOMENTS = [
    "next",
    "next_row",
    "send_start",
    "live",
    "_clear",
    "running",
    "_replay_start",
    "starting",
    "_post",
    "_seen",
    "begin",
    "_end_itself",
    "stop_running",
    "create_entry",
    "replace_entry",
]
"""Functions that run while a start is sent, in one case or another."""

ACTS: dict[str, Act] = {
    "stop": lambda home, _: home.stop(),
    "delete": lambda home, mine: home.delete(mine),
    "edit": lambda home, mine: home.edit(mine, lambda f: replace(f, billable=True)),
    "start": lambda home, _: home.start("Another"),
}


def in_another_terminal(home: Household, act: Callable[[], object]) -> None:
    """Run *act* on another connection, as another process would."""
    own, home.db = home.db, Database(home.folder / "timesheet.db")
    try:
        act()
    finally:
        home.db.close()
        home.db = own


def on_the_phone(home: Household, timer: str) -> None:
    match timer:
        case "earlier":
            home.twin.web_add(at("08:00"), None, "on the phone")
        case "later":
            home.twin.web_add(at("2026-11-24 09:00:10"), None, "on the phone")
        case "alike":
            home.twin.web_add(at("09:00"), None, "Mine")
        case "ended":
            home.twin.web_add(at("08:00"), at("08:30"), "on the phone")


def all_or(few: set[str], names: list[str]) -> list[Any]:
    """Return *names* as parameters; those not in *few* are only for the long suite."""
    return [pytest.param(name, marks=() if name in few else pytest.mark.long) for name in names]


@pytest.mark.parametrize("timer", thinned(["none", "earlier", "later", "alike", "ended"], 2))
@pytest.mark.parametrize("waited", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("moment", all_or({"begin", "running", "_end_itself"}, MOMENTS))
def test_a_timer_that_changes_while_it_is_sent_ends_at_clockify_as_it_is_here(
    home: Household, moment: str, act: str, *, waited: bool, timer: str
) -> None:
    mine = home.start("Mine")
    home.clock.advance(20)
    on_the_phone(home, timer)
    there = set(home.twin.held)
    with meanwhile(moment, lambda: in_another_terminal(home, lambda: ACTS[act](home, mine))):
        home.push(waited=waited)
    for _ in range(3):
        result = home.push(waited=True, eager=True)
    assert (result.waiting, result.review) == (0, 0), home.verdicts()
    home.pull()
    kept = there & set(home.twin.held)
    assert kept == there or timer == "alike"
    assert_alike(home)
    made = [(e.start, e.description) for e in home.twin.held.values()]
    assert len(set(made)) == len(made) or timer == "alike"


SENT: dict[str, Act] = {
    "stop": lambda home, _: home.stop(),
    "complete": lambda home, _: home.stop(description="Completed"),
    "edit": lambda home, mine: home.edit(mine, lambda f: replace(f, description="Mine, too")),
    "delete": lambda home, mine: home.delete(mine),
}

ROADS = [
    "next_row",
    "live",
    "read_entry",
    "carry_out",
    "begin",
    "stop_running",
    "replace_entry",
    "delete_entry",
]
"""Functions that run while a change of an entry is sent, in one case or another."""


@pytest.mark.parametrize("waited", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.parametrize("act", list(ACTS))
@pytest.mark.parametrize("sent", list(SENT))
@pytest.mark.parametrize("moment", all_or({"read_entry", "begin", "stop_running"}, ROADS))
def test_a_change_of_what_is_being_changed_comes_after_it(
    home: Household, moment: str, sent: str, act: str, *, waited: bool
) -> None:
    mine = home.start("Mine")
    home.push()
    home.clock.advance(20)
    SENT[sent](home, mine)

    def change_it() -> None:
        with suppress(NotFound):
            ACTS[act](home, mine)

    settled = sent == "delete" or act == "stop"
    change: Callable[[], object] = partial(home.start, "Another") if settled else change_it
    with meanwhile(moment, lambda: in_another_terminal(home, change)):
        home.push(waited=waited)
    for _ in range(3):
        result = home.push(waited=True, eager=True)
    assert (result.waiting, result.review) == (0, 0), home.verdicts()
    home.pull()
    assert_alike(home)


@pytest.mark.parametrize("act", ["stop", "delete", "edit"])
def test_a_list_that_was_on_its_way_takes_nothing_back_that_was_sent_since(
    home: Household, act: str
) -> None:
    mine = home.start("Mine")
    home.push()
    home.clock.advance(20)

    def change() -> None:
        ACTS[act](home, mine)
        home.push()

    with meanwhile("_as_named", lambda: in_another_terminal(home, change)) as left:
        home.pull()
    assert left == []
    assert_alike(home)
    home.clock.advance(20)
    if act != "delete":
        home.delete(mine)
    home.push(waited=True)
    assert home.push(waited=True).review == 0, home.verdicts()
    assert_alike(home)


@pytest.mark.parametrize("made", ["add", "start"])
def test_a_list_that_was_on_its_way_buries_nothing_that_was_made_since(
    home: Household, made: str
) -> None:
    home.add(at("07:00"), at("07:30"), "Old")
    home.push()
    home.clock.advance(20)

    def make() -> None:
        home.start("New") if made == "start" else home.add(at("08:00"), at("08:30"), "New")
        home.push()

    with meanwhile("_as_named", lambda: in_another_terminal(home, make)) as left:
        assert home.pull().deleted == 0
    assert left == []
    assert_alike(home)


def test_a_list_asked_for_while_a_stop_is_under_way_does_not_start_the_timer_again(
    home: Household,
) -> None:
    mine = home.start("Mine")
    home.push()
    home.clock.advance(20)
    home.twin.faults.append("late")
    home.twin.lateness = 30.0
    home.stop()
    home.push()
    assert home.states() == ["APPLIED", "UNKNOWN"]
    home.clock.advance(5)

    def arrive() -> None:
        home.clock.advance(30)
        home.push(waited=True)

    with meanwhile("_as_named", lambda: in_another_terminal(home, arrive)) as left:
        home.pull()
    assert left == []
    assert home.states() == ["APPLIED", "APPLIED"]
    assert home.entry(mine).end == at("2026-11-24 09:00:20")


def test_a_list_takes_nothing_back_though_the_clock_was_set_back_since(home: Household) -> None:
    mine = home.add(at("07:00"), at("07:30"), "Mine")
    home.push()
    home.clock.advance(20)

    def change() -> None:
        home.clock.wall_seconds -= 3600
        home.edit(mine, lambda f: replace(f, description="Mine, too"))
        home.push()

    with meanwhile("_as_named", lambda: in_another_terminal(home, change)):
        home.pull()
    assert home.entry(mine).description == "Mine, too"


def test_what_was_sent_by_a_clock_that_was_ahead_is_still_brought_up_to_date(
    home: Household,
) -> None:
    home.clock.wall_seconds += 200
    mine = home.add(at("07:00"), at("07:30"), "Mine")
    home.push()
    home.clock.wall_seconds -= 200
    home.clock.advance(60)
    home.twin.web_edit(home.there(mine).id, lambda e: replace(e, description="said better"))
    home.pull()
    assert home.entry(mine).description == "said better"


def test_an_edit_that_went_with_a_deletion_holds_where_that_is_undone_while_it_is_sent(
    home: Household,
) -> None:
    mine = home.add(at("07:00"), at("07:30"), "Mine")
    home.push()
    home.edit(mine, lambda f: replace(f, description="Mine, too"))
    home.delete(mine)
    (deletion,) = home.db.one("SELECT max(id) FROM change") or (0,)
    home.twin.faults.append("offline")

    def take_back() -> None:
        undo.undo(home.db, WORKSPACE, deletion, at=home.now, account=KEY, user=USER)

    home.twin.meanwhile = lambda: in_another_terminal(home, take_back)
    home.push()
    home.twin.meanwhile = lambda: None
    home.push(waited=True, eager=True)
    assert home.there(mine).description == "Mine, too"
    assert_alike(home)


def assert_alike(home: Household) -> None:
    """Assert that Clockify has exactly what is here."""
    here = {
        (e.server_id, e.start, e.end, e.description, e.billable)
        for e in entries.newest(home.db, WORKSPACE, USER, 99)
    }
    held = {(e.id, e.start, e.end, e.description, e.billable) for e in home.twin.held.values()}
    assert here == held


def test_what_is_decided_as_the_sender_lets_go_is_sent_by_it(home: Household) -> None:
    home.twin.refusal = Rejected(400, 400, "tags are required")
    home.add(at("07:00"), at("07:30"), "Once")
    home.push()
    home.twin.refusal = None
    home.add(at("08:00"), at("08:30"), "Other")

    def retry() -> None:
        other = Database(home.db.path)
        decide.retry(other, KEY, 1)
        other.close()

    with meanwhile("_came_in", retry) as left:
        home.push()
    assert left == []
    assert home.states() == ["APPLIED", "APPLIED"]


def test_what_another_process_writes_meanwhile_is_no_reason_to_look_again(home: Household) -> None:
    home.twin.faults.append("lost")
    home.add(at("07:00"), at("07:30"), "Once")

    def note() -> None:
        other = Database(home.db.path)
        with other.transaction():
            put_meta(other, "note", "something")
        other.close()

    with meanwhile("_came_in", note) as left:
        spent = home.spent(home.push)
    assert left == []
    assert spent == ["POST", "GET", "GET"]
