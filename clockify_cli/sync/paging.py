"""Read a list from Clockify page by page, within one deadline."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, TypeVar

from clockify_cli.clock import Clock
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.sync.backoff import with_backoff
from clockify_cli.sync.model.remote import Page, RemoteEntry, RemoteItem, ReplyTooLarge
from clockify_cli.values import dataclass

SMALLEST_PAGE = 50
MOST_PAGES = 200

Why = Literal["offline", "limit", "paused", "deadline", "empty"]
"""Why a pull is not complete. *empty*: all entries known here are suddenly gone, so nothing was
deleted here."""

T = TypeVar("T", RemoteEntry, RemoteItem)


class OutOfTime(Unreachable):
    """The deadline has passed. *came*: some pages came before, and are kept."""

    def __init__(self, came: bool) -> None:
        if came:
            message = "Clockify has more than could be fetched in time"
            super().__init__(message, "Run the same command again to continue.")
        else:
            super().__init__("Clockify took too long", "Try again later.")


@dataclass(slots=True)
class Paging:
    """Reads pages until *until* (a boottime), each retried up to *tries* times.

    *limit* is called before each request with the seconds it may take.
    """

    clock: Clock
    until: float
    tries: int
    size: int
    limit: Callable[[float], None] | None
    came: bool = False

    def pages(self, page_of: Callable[[int, int], Page[T]]) -> Iterator[Page[T]]:
        """Yield the pages of a list to its end; ask for smaller ones if they are too large.

        *page_of* reads the page with a number, from 1, and a size. Raises OutOfTime, and
        Unreachable if the list does not end.
        """
        size, page, last_ids = self.size, 1, frozenset[str]()
        for _ in range(MOST_PAGES):
            try:
                listed = self._fetched(partial(page_of, page, size))
            except ReplyTooLarge:
                if size <= SMALLEST_PAGE:
                    raise
                size, page = size // 2, 2 * page - 1
                continue
            ids = frozenset(item.id for item in listed.items)
            if ids and ids == last_ids:
                raise Unreachable("Clockify's list never ended", "Try again later.")
            self.came = True
            yield listed
            # Reference cycles keep each answer alive, and a short command seldom collects them.
            gc.collect(1)
            if listed.last:
                return
            last_ids, page = ids, page + 1
        raise OutOfTime(self.came)

    def _fetched(self, ask: Callable[[], Page[T]]) -> Page[T]:
        try:
            return with_backoff(ask, self.clock, self.tries, before=self.tell_limit)
        except Unreachable as error:
            if not self.came or self._left() > 0:
                raise
            # The deadline, used up by the pages before, cut it short.
            raise OutOfTime(self.came) from error

    def _left(self) -> float:
        return self.until - self.clock.boottime()

    def tell_limit(self) -> None:
        """Report how long the next request may take. Raises OutOfTime if it may not be sent."""
        left = self._left()
        if left <= 0:
            raise OutOfTime(self.came)
        if self.limit is not None:
            self.limit(left)


def why_stopped(error: ClockifyError) -> Why:
    """Return why *error* ends a fetch; raise it again if it has another cause."""
    match error:
        case OutOfTime():
            return "deadline"
        case LimitReached():
            return "limit"
        case KeyRefused() | Refused():
            return "paused"
        case Unreachable() | NotFound():
            return "offline"
        case _:
            raise error
