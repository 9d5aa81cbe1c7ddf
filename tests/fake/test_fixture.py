"""Tests of the fixtures that other tests import."""

from __future__ import annotations

from tests.fake.asking import Asking
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.fixture import (
    READINGS,
    fake,
    fake_of_each_reading,
    paid_fake,
    reading_id,
)
from tests.fake_clockify.switches import CHOICES, Switches

__all__ = ["fake", "fake_of_each_reading", "paid_fake"]


def test_every_reading_of_every_switch_is_run() -> None:
    seen = {(name, choice) for reading in READINGS for name, choice in reading.items()}
    usual = {(name, choices[0]) for name, choices in CHOICES.items()}
    assert seen | usual == {(name, each) for name, choices in CHOICES.items() for each in choices}
    assert not seen & usual
    assert len({reading_id(each) for each in READINGS}) == len(READINGS)


def test_a_test_under_each_reading_differs_in_one_switch(
    fake_of_each_reading: FakeClockify,
) -> None:
    usual, read = Switches(), fake_of_each_reading.switches
    assert sum(getattr(usual, name) != getattr(read, name) for name in CHOICES) <= 1


def test_the_paid_fake_is_not_limited_to_30_requests_and_the_free_one_is(
    paid_fake: FakeClockify, fake: FakeClockify
) -> None:
    def answered(running: FakeClockify) -> list[int]:
        return [Asking(running)("GET", "/user").status for _ in range(31)]

    assert answered(paid_fake)[-1] == 200
    assert answered(fake)[-2:] == [200, 429]
