"""Pytest fixtures; a conftest imports those that it wants to offer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fake_clockify import FakeClockify


@pytest.fixture
def fake() -> Iterator[FakeClockify]:
    """A Clockify with a free workspace and a user in Europe/Berlin."""
    with FakeClockify() as running:
        yield running


@pytest.fixture
def paid_fake() -> Iterator[FakeClockify]:
    """A Clockify with a paid workspace, where 50 requests a second are allowed."""
    with FakeClockify(plan="PRO") as running:
        yield running
