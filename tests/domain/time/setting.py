"""The time and place of the tests of this folder: a Tuesday morning in Berlin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import TimeError

# These include changes at midnight, by half an hour, for Ramadan, and a skipped day (Apia 2011).
TEN_ZONES = (
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "UTC",
)

BERLIN = TimeContext(
    now=datetime(2026, 11, 24, 9, 19, 5, tzinfo=UTC),  # 10:19:05 on the wall
    zone=ZoneInfo("Europe/Berlin"),
    last_end=datetime(2026, 11, 24, 7, 45, 10, tzinfo=UTC),
)


Read = TypeVar("Read")


def instants(first: date, last: date) -> st.SearchStrategy[datetime]:
    """Generate whole seconds in UTC from the start of *first* to the start of *last*."""
    bounds = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (first, last))
    return st.integers(*bounds).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def unless_refused(act: Callable[[], Read]) -> Read | None:
    """Return the result of *act*; None if it raises a TimeError, the only allowed error."""
    try:
        return act()
    except TimeError:
        return None


def refusal(act: Callable[[], object]) -> TimeError:
    """Return the TimeError that *act* must raise."""
    with pytest.raises(TimeError) as caught:
        act()
    return caught.value


def in_full(error: TimeError) -> str:
    """Return message, details and hint as a person sees them."""
    return "\n".join((error.message, *error.details, error.hint))
