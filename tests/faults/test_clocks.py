"""Tests with a clock that is set, or a machine that sleeps or restarts: nothing is resent early."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.fake_clockify import FakeClockify
from tests.faults.conftest import Signed
from tests.faults.kills import ASKED
from tests.faults.person import SETTLE, Machine, signed_in
from tests.faults.places import in_memory
from tests.faults.waiting import until

POST = {"method": "POST", "path": "/time-entries$"}
HOUR = 3600.0
DAY = 24 * HOUR


WITH, WITHOUT = "with boot ids", "without boot ids"
LONG = pytest.mark.long


@pytest.fixture(params=[WITH, WITHOUT])
def patient(request: pytest.FixtureRequest) -> Iterator[Signed]:
    """A person whose requests may linger for two minutes."""
    with in_memory() as folder, signed_in(folder) as found:
        found[0].machine.names_boots = request.param == "with boot ids"
        yield found


def _posts(fake: FakeClockify) -> int:
    return sum(r.method == "POST" and r.path.endswith("/time-entries") for r in fake.requests)


def _ahead(machine: Machine) -> None:
    machine.off += DAY


def _back(machine: Machine) -> None:
    machine.off -= HOUR


def _restart(machine: Machine) -> None:
    machine.restarts()


def _restart_and_back(machine: Machine) -> None:
    machine.restarts()
    machine.off -= HOUR


@pytest.mark.parametrize(
    ("happens", "patient"),
    [
        (_ahead, WITH),
        (_back, WITHOUT),
        (_restart, WITH),
        (_restart_and_back, WITHOUT),
        pytest.param(_ahead, WITHOUT, marks=LONG),
        pytest.param(_back, WITH, marks=LONG),
        pytest.param(_restart, WITHOUT, marks=LONG),
        pytest.param(_restart_and_back, WITH, marks=LONG),
    ],
    indirect=["patient"],
)
def test_nothing_is_sent_again_before_it_is_settled_whatever_the_clock_says(
    happens: Callable[[Machine], None], patient: Signed
) -> None:
    person, fake = patient
    late = fake.fault("S8", POST)
    person.hurry()
    person.ok("add", f"{ASKED}clock", "yesterday", "9-10", "--json")
    happens(person.machine)
    for _ in range(3):
        person.machine.skipped += SETTLE / 4
        person("sync")
        assert _posts(fake) == 1
    late.release()
    until(lambda: fake.committed("entry"))
    person.machine.off = 0.0
    person.machine.skipped += SETTLE
    person.ok("sync")
    assert person.queue() == []
    assert [entry.description for entry in fake.entries()] == [f"{ASKED}clock"]


def test_what_did_not_arrive_goes_out_again_after_a_restart(patient: Signed) -> None:
    person, fake = patient
    fake.fault("S12", POST)
    person.ok("add", f"{ASKED}again", "yesterday", "9-10", "--json")
    person.machine.restarts()
    person.machine.skipped += SETTLE + 5
    person.ok("sync")
    assert [entry.description for entry in fake.entries()] == [f"{ASKED}again"]


@pytest.mark.parametrize("back", [60.0, HOUR])
def test_a_timer_never_ends_before_it_began_though_the_clock_was_set_back(
    back: float, patient: Signed
) -> None:
    person, fake = patient
    person.ok("start", f"{ASKED}back", "--json")
    person.machine.skipped += 20.0
    person.machine.off -= back
    told = person("stop", "--json")
    assert told.run.code in (2, 9), told
    person("sync")
    (entry,) = fake.entries()
    assert entry.end is None or entry.end >= entry.start


def test_a_lid_that_is_closed_while_an_answer_is_on_its_way_loses_and_doubles_nothing(
    patient: Signed,
) -> None:
    person, fake = patient
    fake.fault("S5", POST)
    fake.fault("S3", {"method": "GET"}, times=None)
    person.ok("start", f"{ASKED}lid", "--json")
    fake.clear_faults()
    person.machine.skipped += 9 * HOUR
    person.ok("sync")
    assert person.queue() == []
    assert [entry.description for entry in fake.entries()] == [f"{ASKED}lid"]
    assert _posts(fake) == 1
