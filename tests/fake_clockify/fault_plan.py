"""Which fault meets which request: armed by name, matched, counted, used up."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fake_clockify.behaviour import Behaviour
from tests.fake_clockify.request import Request


@dataclass(slots=True)
class Fault:
    """An armed fault: it strikes from the *nth* match on, *times* times (None: for ever).

    *after*: only requests after that fault has struck count.
    """

    name: str
    behaviour: Behaviour
    match: Mapping[str, Any]
    nth: int = 1
    times: int | None = 1
    seen: int = 0
    struck: int = 0
    after: Fault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def takes(self, request: Request) -> bool:
        """Return whether it strikes *request*; count the request if it matches."""
        is_early = self.after is not None and not self.after.struck
        return not is_early and self._matches(request) and self._count()

    def takes_connection(self) -> bool:
        return self._count()

    @property
    def spent(self) -> bool:
        return self.times is not None and self.struck >= self.times

    def release(self) -> None:
        """End every wait of this fault at once."""
        self.behaviour.gate.set()

    def _matches(self, request: Request) -> bool:
        method, path = self.match.get("method"), self.match.get("path")
        query = dict(request.query)
        return (
            (method is None or request.method == method)
            and (path is None or re.search(path, request.path) is not None)
            and all(query.get(name) == value for name, value in self.match.get("query", {}).items())
            and self.behaviour.wants(request)
        )

    def _count(self) -> bool:
        with self._lock:
            self.seen += 1
            if self.seen < self.nth or self.spent:
                return False
            self.struck += 1
            return True


class FaultPlan:
    """The armed faults in order; the first that takes a request strikes it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def arm(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        self.release()
        self._faults.clear()

    def release(self) -> None:
        for each in self._faults:
            each.release()

    def is_silent(self, port: int) -> bool:
        """Return whether the client at *port* gets nothing before a release."""
        return any(port in each.behaviour.silent for each in self._faults)

    def for_request(self, request: Request) -> Fault | None:
        found = [each for each in self._faults if not each.behaviour.at_accept]
        return next((each for each in found if each.takes(request)), None)

    def for_connection(self) -> Fault | None:
        found = [each for each in self._faults if each.behaviour.at_accept]
        return next((each for each in found if each.takes_connection()), None)
