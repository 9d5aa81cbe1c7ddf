"""Tests of starting and stopping timers at Clockify while others do the same there."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from tests.sync.household import Household, at
from tests.sync.twin import Second


@pytest.fixture(params=get_args(Second))
def each_reading(request: pytest.FixtureRequest, home: Household) -> Household:
    """Return the household, for each possible meaning of a second timer at Clockify."""
    home.twin.second = request.param
    return home


def test_a_stop_that_is_not_about_now_ends_its_own_timer_and_no_later_one(
    each_reading: Household,
) -> None:
    home = each_reading
    mine = home.start("Mine")
    home.push()
    home.clock.advance(2400)
    home.twin.web_edit(home.there(mine).id, lambda e: replace(e, end=at("09:40")))
    phone = home.twin.web_add(at("09:40"), None, "on the phone")
    home.clock.advance(600)
    home.stop(at=at("09:30"))
    assert "PATCH" not in home.spent(home.push)
    assert home.twin.held[phone].end is None
    assert home.there(mine).end == at("09:40")


def test_a_stop_of_whatever_runs_that_is_not_about_now_ends_no_timer_that_began_later(
    each_reading: Household,
) -> None:
    home = each_reading
    home.clock.advance(2400)
    phone = home.twin.web_add(at("09:40"), None, "on the phone")
    home.clock.advance(600)
    home.stop(at=at("09:30"))
    assert "PATCH" not in home.spent(home.push)
    assert home.twin.held[phone].end is None
    assert home.verdicts() == ['superseded: "on the phone" was started later']


def test_a_stop_about_now_is_still_one_request(home: Household) -> None:
    mine = home.start("Mine")
    home.push()
    home.clock.advance(2400)
    home.stop(at=at("2026-11-24 09:39:30"))
    assert home.spent(home.push) == ["PATCH"]
    assert home.there(mine).end == at("2026-11-24 09:39:30")


def test_a_start_does_not_take_an_entry_of_another_row_for_its_timer(home: Household) -> None:
    first = home.start("Mine")
    home.push()
    home.clock.advance(60)
    home.delete(first)
    home.twin.web_edit(home.there(first).id, lambda e: replace(e, billable=not e.billable))
    second = home.start("Mine", at=at("09:00"))
    home.clock.advance(300)
    home.push(waited=True)
    assert home.states() == ["APPLIED", "REVIEW", "APPLIED"]
    assert home.there(second).end is None
    assert home.there(first).end == at("09:00")
