"""The server's clock: it runs steadily from where it was set, and may be moved by hand."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

Source = Callable[[], datetime | float]


class Clock:
    """Seconds since 1970, from *source* or else from a monotonic counter, plus what was added."""

    def __init__(self, source: Source | None = None) -> None:
        self._source = source
        self._base = time.time() - time.monotonic()
        self._added = 0.0

    def _reading(self) -> float:
        if self._source is None:
            return self._base + time.monotonic()
        told = self._source()
        return told.timestamp() if isinstance(told, datetime) else float(told)

    def now(self) -> float:
        return self._reading() + self._added

    def advance(self, seconds: float) -> None:
        """Move the clock by *seconds*, backwards if negative."""
        self._added += seconds

    def set(self, moment: datetime) -> None:
        """Set the clock to *moment* (aware)."""
        self._added += moment.timestamp() - self.now()


def iso(seconds: float) -> str:
    """Return `2024-05-01T09:00:00Z` for seconds since 1970."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: str) -> int:
    """Return whole seconds since 1970 of an RFC 3339 instant; fractions are cut off."""
    return int(datetime.fromisoformat(text).timestamp() // 1)
