"""Retry a read that failed because of a momentary error."""

from __future__ import annotations

from collections.abc import Callable
from random import random
from typing import TypeVar

from clockify_cli.clock import Clock
from clockify_cli.errors import Unreachable
from clockify_cli.sync.model.remote import ReplyTooLarge

QUICK = 1.0
"""Seconds after which a failure is not one of the moment."""
LONGEST_PAUSE = 5.0
T = TypeVar("T")


def with_backoff(
    ask: Callable[[], T], clock: Clock, tries: int, *, before: Callable[[], object]
) -> T:
    """What *ask* reads, asked for up to *tries* times where it fails at once.

    *before* is called before each. The pauses are by chance, so that many who fail together do
    not come back together. Raises what the last try raises.
    """
    for attempt in range(1, tries):
        before()
        begun = clock.boottime()
        try:
            return ask()
        except ReplyTooLarge:
            raise
        except Unreachable:
            if clock.boottime() - begun > QUICK:
                raise
            clock.sleep(random() * min(LONGEST_PAUSE, 0.2 * 2**attempt))  # noqa: S311 (no secret)
    before()
    return ask()
