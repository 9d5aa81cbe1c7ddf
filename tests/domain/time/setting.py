"""The time and place in which the tests of this folder happen: a Tuesday morning in Berlin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from clockify_cli.domain.time.zones import TimeContext
from clockify_cli.errors import TimeError

# Among them changes at midnight, by half an hour, by Ramadan, and a day that never was (Apia 2011).
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
    """Whole seconds in UTC from the start of *first* to the start of *last*."""
    bounds = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (first, last))
    return st.integers(*bounds).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def unless_refused(act: Callable[[], Read]) -> Read | None:
    """What *act* gives; None if it raises a TimeError. Nothing else may be raised."""
    try:
        return act()
    except TimeError:
        return None


def refusal(act: Callable[[], object]) -> TimeError:
    """The TimeError that *act* must raise."""
    with pytest.raises(TimeError) as caught:
        act()
    return caught.value


def in_full(error: TimeError) -> str:
    """Message, details and hint as a person sees them."""
    return "\n".join((error.message, *error.details, error.hint))
