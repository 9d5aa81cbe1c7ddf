"""Waiting for an expected event, however long the machine takes."""

from __future__ import annotations

import time
from collections.abc import Callable


def until(seen: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait until *seen* returns something true."""
    limit = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < limit, "it never came to that"
        time.sleep(0.002)
