"""How many examples a property is tried with."""

from __future__ import annotations

import os

EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "random"


def some(count: int) -> int:
    """*count* where other examples than the usual are tried; a quarter in the quick suite."""
    return count if EXPLORING else count // 4
