"""The only place where the program reads the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the program asks of a clock; tests hand in one of their own."""

    def now(self) -> datetime:
        """The instant, aware UTC, in whole seconds (the fraction cut off)."""
        ...

    def wall(self) -> float:
        """Seconds since 1970, UTC; may be set back or forward by the user."""
        ...

    def boottime(self) -> float:
        """Seconds since the machine started, sleep included; never goes back."""
        ...

    def boot_id(self) -> str:
        """What tells one start of the machine from another; empty if nothing does."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The instant, aware UTC, in whole seconds (the fraction cut off)."""
        return datetime.fromtimestamp(int(self.wall()), UTC)

    def wall(self) -> float:
        """Seconds since 1970, UTC."""
        return time.time()

    def boottime(self) -> float:
        """Seconds since the machine started, sleep included where the system counts it."""
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if clock is None else time.clock_gettime(clock)

    def boot_id(self) -> str:
        """The kernel's name for this start of the machine; empty if it gives none."""
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                return file.read().strip()
        except OSError:
            return ""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
