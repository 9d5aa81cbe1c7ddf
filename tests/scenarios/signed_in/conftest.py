"""Benches with different Clockify accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_clockify.fixture import READINGS, reading_id
from tests.scenarios.signed_in.bench import Bench, FirstLogins, Preparations, bench


@pytest.fixture(scope="session")
def first_logins(tmp_path_factory: pytest.TempPathFactory) -> FirstLogins:
    """Return what signs in the benches of these tests."""
    return FirstLogins(tmp_path_factory.mktemp("first-logins"))


@pytest.fixture(scope="session")
def preparations(tmp_path_factory: pytest.TempPathFactory) -> Preparations:
    """Return what takes the steps that many tests begin with."""
    return Preparations(tmp_path_factory.mktemp("preparations"))


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[Bench]:
    """Yield a paid Clockify, and a home that has never signed in."""
    with bench(tmp_path) as found:
        yield found


@pytest.fixture
def clockify(stranger: Bench, first_logins: FirstLogins) -> Bench:
    """Return a home signed in to a paid Clockify, with a fresh copy."""
    first_logins.sign_in(stranger)
    return stranger


@pytest.fixture
def free(tmp_path: Path, first_logins: FirstLogins) -> Iterator[Bench]:
    """Yield a home signed in to a free Clockify an hour ago."""
    with bench(tmp_path, plan="FREE") as found:
        first_logins.sign_in(found)
        found.time.passes(hours=1)
        found.fake.forget_requests()
        yield found


# Only these uncertain points affect what a change costs; the long tests try the others.
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
def each_reading(
    request: pytest.FixtureRequest, tmp_path: Path, first_logins: FirstLogins
) -> Iterator[Bench]:
    """Yield a signed-in home, once with each reading of what is uncertain about Clockify."""
    with bench(tmp_path, **request.param) as found:
        first_logins.sign_in(found)
        yield found
