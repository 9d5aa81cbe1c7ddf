"""Pytest fixtures; a conftest imports those that it wants to offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fake_clockify import FakeClockify
from tests.fake_clockify.switches import CHOICES

# The usual reading of everything uncertain, and each other reading of one thing.
READINGS: tuple[dict[str, Any], ...] = (
    {},
    *({name: choice} for name, choices in CHOICES.items() for choice in choices[1:]),
)


def reading_id(reading: dict[str, Any]) -> str:
    """Return the id of a test with that reading, such as `window=instant`."""
    return ",".join(f"{name}={choice}" for name, choice in reading.items()) or "usual"


@pytest.fixture
def fake() -> Iterator[FakeClockify]:
    """Yield a Clockify with a free workspace and a user in Europe/Berlin."""
    with FakeClockify() as running:
        yield running


@pytest.fixture
def paid_fake() -> Iterator[FakeClockify]:
    """Yield a Clockify with a paid workspace, where 50 requests a second are allowed."""
    with FakeClockify(plan="PRO") as running:
        yield running


@pytest.fixture(params=READINGS, ids=reading_id)
def fake_of_each_reading(request: pytest.FixtureRequest) -> Iterator[FakeClockify]:
    """Yield a paid Clockify, once with the usual reading and once with each other one."""
    with FakeClockify(plan="PRO", **request.param) as running:
        yield running
