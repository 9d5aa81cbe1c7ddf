"""Seconds since 1970, as the tables keep them, and aware UTC datetimes, as the code has them."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds_of(moment: datetime) -> int:
    """The aware *moment* as whole seconds since 1970."""
    return int(moment.timestamp() // 1)


def moment_of(seconds: int) -> datetime:
    """The aware UTC datetime that is *seconds* after 1970 began."""
    return datetime.fromtimestamp(seconds, UTC)


def maybe_seconds(moment: datetime | None) -> int | None:
    """As `seconds_of`; None stays None."""
    return None if moment is None else seconds_of(moment)


def maybe_moment(seconds: int | None) -> datetime | None:
    """As `moment_of`; None stays None."""
    return None if seconds is None else moment_of(seconds)
