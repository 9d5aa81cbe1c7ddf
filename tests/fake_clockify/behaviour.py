"""What a fault may do at each stage of a request; by default nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tests.fake_clockify.answers import Answer
from tests.fake_clockify.request import Head, Request
from tests.fake_clockify.service import Service
from tests.fake_clockify.wire import Connection, whole

if TYPE_CHECKING:
    import ssl

LONGEST_WAIT = 3600.0


@dataclass(slots=True)
class Turn:
    """One request on its connection; `elsewhere` is the origin of a second, foreign server."""

    connection: Connection
    head: Head
    request: Request
    service: Service
    origin: str
    elsewhere: str

    @property
    def now(self) -> float:
        return self.service.state.clock.now()

    def deliver(self, answer: Answer, *, date_off: float = 0) -> bool:
        """Send the whole *answer*; return True if the connection stays open."""
        self.request.status = answer.status
        zipped = self.service.switches.gzip and "gzip" in self.head.get("accept-encoding")
        keeps = self.head.keeps_alive
        self.connection.send(whole(answer, self.now + date_off, keeps=keeps, zipped=zipped))
        return keeps


@dataclass(kw_only=True)
class Behaviour:
    """The stages in order; a fault overrides those at which it strikes."""

    gate: threading.Event = field(default_factory=threading.Event, repr=False)
    silent: set[int] = field(default_factory=set, repr=False)
    """The clients' ports of the connections on which nothing comes before it is released."""

    def hold(self, turn: Turn, seconds: float | None) -> None:
        """Wait for the release, for at most *seconds* of real time."""
        peer = turn.connection.peer()
        if seconds is None and not self.gate.is_set():
            self.silent.add(peer)
        self.gate.wait(LONGEST_WAIT if seconds is None else seconds)
        self.silent.discard(peer)

    @property
    def at_accept(self) -> bool:
        """Whether it strikes a new connection instead of a request."""
        return False

    def wants(self, request: Request) -> bool:
        return True

    def on_accept(self, connection: Connection) -> bool:
        """Return True if nothing more is to happen on the connection."""
        return False

    def tls(self) -> ssl.SSLContext | None:
        """Return another certificate or protocol than the usual one for a new connection."""
        return None

    def on_head(self, turn: Turn) -> bool:
        """Called before the body is read; return True if the connection is finished."""
        return False

    def before(self, turn: Turn) -> Answer | None:
        """Called before anything is committed; an answer prevents the commit."""
        return None

    def answer(self, turn: Turn) -> Answer:
        return turn.service.answer(turn.request)

    def after(self, turn: Turn, answer: Answer) -> Answer:
        """Return the answer to send in place of the right one."""
        return answer

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        """Send it; return True if the connection stays open."""
        return turn.deliver(answer)


def relabelled(answer: Answer, content_type: str | None) -> Answer:
    return replace(answer, content_type=content_type)


def rebodied(answer: Answer, body: bytes) -> Answer:
    return replace(answer, body=body)
