"""A signed-in person whose program also runs in separate processes, in real time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.conftest import bytecode
from tests.fake_clockify import FakeClockify
from tests.faults.kills import SETTLE
from tests.faults.person import Person, signed_in
from tests.faults.places import in_memory

__all__ = ["bytecode", "signed", "tell"]

Signed = tuple[Person, FakeClockify]


@pytest.fixture
def signed(bytecode: Path | None) -> Iterator[Signed]:
    """Yield a person and the Clockify they are signed in to; unknown rows settle in a second."""
    with in_memory() as folder, signed_in(folder, settle=SETTLE, bytecode=bytecode) as found:
        yield found


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Return a function that prints a figure even if the test passes."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", flush=True)

    return line
