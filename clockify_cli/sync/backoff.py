"""Retry a read that failed because of a momentary error."""

from __future__ import annotations

from collections.abc import Callable
from random import random
from typing import TypeVar

from clockify_cli.clock import Clock
from clockify_cli.errors import Unreachable
from clockify_cli.sync.model.remote import ReplyTooLarge

QUICK = 1.0
"""A failure that took longer than this many seconds is not retried."""
LONGEST_PAUSE = 5.0
T = TypeVar("T")


def with_backoff(
    ask: Callable[[], T], clock: Clock, tries: int, *, before: Callable[[], object]
) -> T:
    """Return what *ask* reads; retry up to *tries* times if it fails quickly.

    *before* is called before each try. Pauses are random, so that clients that failed together do
    not return together. Raises the error of the last try.
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
