"""The only place where the program reads the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The interface of a clock; tests pass in their own."""

    def now(self) -> datetime:
        """Return the current time, aware UTC, in whole seconds (the fraction cut off)."""
        ...

    def wall(self) -> float:
        """Return seconds since 1970, UTC; the user may set this back or forward."""
        ...

    def boottime(self) -> float:
        """Return seconds since the machine started, including sleep; never goes back."""
        ...

    def boot_id(self) -> str:
        """Return an identifier of this start of the machine; empty if there is none."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current time, aware UTC, in whole seconds (the fraction cut off)."""
        return datetime.fromtimestamp(int(self.wall()), UTC)

    def wall(self) -> float:
        """Return seconds since 1970, UTC."""
        return time.time()

    def boottime(self) -> float:
        """Return seconds since the machine started, including sleep if the system counts it."""
        clock = getattr(time, "CLOCK_BOOTTIME", None)
        return time.monotonic() if clock is None else time.clock_gettime(clock)

    def boot_id(self) -> str:
        """Return the kernel's identifier of this start of the machine; empty if there is none."""
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                return file.read().strip()
        except OSError:
            return ""

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)
