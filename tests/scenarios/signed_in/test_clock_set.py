"""Tests with a machine whose clock is wrong and then set: nothing is lost or doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench


@pytest.fixture(autouse=True, params=["with boot ids", "without boot ids"])
def boots(request: pytest.FixtureRequest, clockify: Bench) -> None:
    """Let the machine have a name for each of its starts, or none as on macOS."""
    clockify.time.names_boots = request.param == "with boot ids"


def described(clockify: Bench) -> list[str]:
    return sorted(entry.description for entry in clockify.fake.entries())


def later_syncs(clockify: Bench) -> None:
    """Sync until no request can be under way any more."""
    for _ in range(2):
        clockify.time.passes(minutes=3)
        clockify.ok("sync")


def set_right(clockify: Bench, off: int) -> None:
    """Set the clock right, after Clockify was asked while it was *off* by this many seconds."""
    clockify.time.off = off
    clockify.ok("log", "--refresh")
    clockify.time.off = 0
    clockify.time.passes(minutes=10)


@pytest.mark.parametrize("off", [-120, -20])
def test_an_answer_lost_after_the_clock_was_set_doubles_nothing(clockify: Bench, off: int) -> None:
    set_right(clockify, off)
    clockify.fake.fault("S5", {"method": "POST"})
    clockify.ok("add", "Once", "7-8")
    assert clockify.ok("queue").out == ""
    later_syncs(clockify)
    assert described(clockify) == ["Once"]


def test_a_look_that_comes_late_after_the_clock_was_set_doubles_nothing(
    clockify: Bench,
) -> None:
    set_right(clockify, -120)
    clockify.fake.fault("S5", {"method": "POST"})
    clockify.fake.fault("S5", {"method": "GET"})
    clockify.ok("add", "Once", "7-8")
    later_syncs(clockify)
    assert described(clockify) == ["Once"]


def test_an_answer_lost_after_a_clock_of_clockifys_was_wrong_doubles_nothing(
    clockify: Bench,
) -> None:
    clockify.time.passes(minutes=10)
    clockify.fake.fault("S25", {"method": "GET"}, seconds=60)
    clockify.ok("log", "--refresh")
    clockify.fake.fault("S5", {"method": "POST"})
    clockify.ok("add", "Once", "7-8")
    later_syncs(clockify)
    assert described(clockify) == ["Once"]


def test_an_answer_lost_before_a_restart_with_a_clock_set_right_doubles_nothing(
    clockify: Bench,
) -> None:
    set_right(clockify, -120)
    clockify.fake.fault("S5", {"method": "POST"})
    clockify.fake.fault("S12", {"method": "GET"})
    clockify.ok("add", "Once", "7-8")
    clockify.time.restarts()
    later_syncs(clockify)
    assert described(clockify) == ["Once"]


def test_what_a_machine_whose_clock_is_ahead_sent_after_its_backup_is_found(
    clockify: Bench, tmp_path: Path
) -> None:
    clockify.ok("add", "Warm", "5-6")
    clockify.time.off = 25
    clockify.fake.refuse()
    clockify.ok("add", "Once", "7-8")
    clockify.ok("backup", str(tmp_path / "backup.db"))
    clockify.fake.accept_again()
    clockify.time.passes(seconds=5)
    clockify.ok("sync")
    clockify.time.passes(minutes=5)
    clockify.ok("restore", str(tmp_path / "backup.db"), "--yes")
    later_syncs(clockify)
    assert described(clockify) == ["Once", "Warm"]
