"""How many examples are tried for a property."""

from __future__ import annotations

import os

EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "random"


def some(count: int) -> int:
    """Return *count* if random examples are tried; a quarter in the quick suite."""
    return count if EXPLORING else count // 4
