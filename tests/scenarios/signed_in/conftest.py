"""Benches to sit down at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_clockify.fixture import READINGS, reading_id
from tests.scenarios.signed_in.bench import Bench, bench


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Bench]:
    """A paid Clockify, and a home that has never signed in."""
    with bench(tmp_path) as found:
        yield found


@pytest.fixture
def clockify(stranger: Bench) -> Bench:
    """A home signed in to a paid Clockify, its copy fresh."""
    stranger.login()
    return stranger


@pytest.fixture
def free(tmp_path: Path) -> Iterator[Bench]:
    """A home signed in to a free Clockify an hour ago."""
    with bench(tmp_path, plan="FREE") as found:
        found.login()
        found.time.passes(hours=1)
        found.fake.forget_requests()
        yield found


# What these leave open decides what a change costs; the others are tried with the long tests.
DECISIVE = {"second_running", "window"}


@pytest.fixture(
    params=[
        reading
        if not reading or DECISIVE & reading.keys()
        else pytest.param(reading, marks=pytest.mark.long)
        for reading in READINGS
    ],
    ids=reading_id,
)
def each_reading(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """A signed-in home, once under each reading of what is uncertain about Clockify."""
    with bench(tmp_path, **request.param) as found:
        found.login()
        yield found
