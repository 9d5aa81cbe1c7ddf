"""How many examples are tried for a property."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass
class Wanted:
    """Whether the marks that were chosen can want some examples; unknown outside pytest."""

    wanted: bool = True


LONG = Wanted()
EXPLORING = os.environ.get("HYPOTHESIS_PROFILE") == "random"


def some(count: int) -> int:
    """Return *count* if random examples are tried; a quarter in the quick suite."""
    return count if EXPLORING else count // 4


def thinned(cases: Iterable[Any], every: int = 3) -> list[Any]:
    """Return *cases*; all but each *every*-th are left to the long suite."""
    return [
        pytest.param(case, marks=pytest.mark.long if number % every else ())
        for number, case in enumerate(cases)
    ]


def long_only(cases: Iterable[Any]) -> list[Any]:
    """Return thousands of *cases*; none in the quick suite, which would only drop their objects."""
    return list(cases) if LONG.wanted else []
