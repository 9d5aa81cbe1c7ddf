"""Tests of a timer that Clockify refuses to start while none is known to run."""

from __future__ import annotations

import pytest

from tests.sync.household import Household, at
from tests.sync.twin import REFUSED


@pytest.fixture
def idle(home: Household) -> Household:
    """A household whose copy knows that nothing runs."""
    home.start("One")
    home.push()
    home.clock.advance(60)
    home.stop()
    home.push()
    return home


def test_a_start_refused_because_something_runs_ends_that_and_starts(idle: Household) -> None:
    idle.twin.second = "refused"
    other = idle.twin.web_add(at("09:01"), None, "on the phone")
    idle.clock.advance(60)
    local_id = idle.start("Two")
    assert idle.spent(idle.push) == ["POST", "PATCH", "POST"]
    assert idle.twin.held[other].end == at("09:02")
    assert idle.there(local_id).end is None


def test_a_start_refused_for_another_reason_ends_no_timer_and_stays_refused(
    idle: Household,
) -> None:
    idle.twin.faults.extend([REFUSED, REFUSED])
    idle.clock.advance(60)
    idle.start("Two")
    assert idle.spent(idle.push) == ["POST", "GET", "POST"]
    assert idle.states()[-1] == "REJECTED"


def test_a_start_refused_without_a_clear_reason_ends_by_its_id_what_is_found_to_run(
    idle: Household,
) -> None:
    other = idle.twin.web_add(at("09:01"), None, "on the phone")
    idle.twin.faults.append(REFUSED)
    idle.clock.advance(60)
    idle.start("Two")
    assert idle.spent(idle.push) == ["POST", "GET", "PUT", "POST"]
    assert idle.twin.held[other].end == at("09:02")
