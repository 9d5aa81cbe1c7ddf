"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

BOTH_CLOCKS = pytest.mark.parametrize("clock", ["with boot ids", "without boot ids"], indirect=True)
"""For the `clock` of a test: nothing may depend on the system's name for each boot."""


class VirtualClock:
    """*wall* and *boot* go forward together, unless a test sets one of them.

    *names_boots*: whether the system has a name for each boot, as Linux has.
    """

    def __init__(
        self,
        at: datetime = datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        *,
        names_boots: bool = True,
    ) -> None:
        self.wall_seconds = at.timestamp()
        self.boot_seconds = 1000.0
        self.boot = "first" if names_boots else ""

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.wall_seconds), UTC)

    def wall(self) -> float:
        return self.wall_seconds

    def boottime(self) -> float:
        return self.boot_seconds

    def boot_id(self) -> str:
        return self.boot

    def sleep(self, seconds: float) -> None:
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        self.wall_seconds += seconds
        self.boot_seconds += seconds

    def reboot(self) -> None:
        """Restart the machine: the boot clock starts again, the wall clock continues."""
        self.boot += "+" if self.boot else ""
        self.boot_seconds = 5.0
