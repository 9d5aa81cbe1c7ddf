"""The request limit of a workspace: 30 in a rolling hour if free, else 50 in a second."""

from __future__ import annotations

from collections import defaultdict, deque

from tests.fake_clockify import plans
from tests.fake_clockify.answers import Refusal
from tests.fake_clockify.records import Workspace


class Limit:
    """Counts the accepted requests; a refused one costs nothing."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = defaultdict(deque)

    def take(self, workspace: Workspace, now: float, *, says_when: bool) -> None:
        """Count one request, or refuse it with a 429."""
        allowed, span = plans.PAID_REQUESTS_A_SECOND, 1
        if plans.is_free(workspace):
            allowed, span = plans.FREE_REQUESTS_AN_HOUR, 3600
        times = self._times[workspace.id]
        while times and times[0] <= now - span:
            times.popleft()
        if len(times) >= allowed:
            wait = max(1, -int(-(times[0] + span - now) // 1))
            raise Refusal(429, 429, "Too many requests", retry_after=wait if says_when else None)
        times.append(now)

    def clear(self) -> None:
        self._times.clear()
