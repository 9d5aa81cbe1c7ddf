"""S3 to S10 and S26: connections that end, stall or drip at the wrong moment."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from tests.fake_clockify.answers import Answer
from tests.fake_clockify.behaviour import Behaviour, Turn
from tests.fake_clockify.wire import Connection, head_bytes, whole


@dataclass(kw_only=True)
class DropUnread(Behaviour):
    """S3: the connection is closed with the request unread; `connection`: already as it opens."""

    connection: bool = False

    @property
    def at_accept(self) -> bool:
        return self.connection

    def on_accept(self, connection: Connection) -> bool:
        return True

    def on_head(self, turn: Turn) -> bool:
        return True


@dataclass(kw_only=True)
class ResetMidRequest(Behaviour):
    """S4: half of the body is read, then RST."""

    def on_head(self, turn: Turn) -> bool:
        turn.connection.read_exactly(int(turn.head.get("content-length") or 0) // 2)
        turn.connection.reset()
        return True


@dataclass(kw_only=True)
class NoAnswer(Behaviour):
    """S5 and S6: committed, then FIN, or with `rst` RST, without a byte of an answer."""

    rst: bool = False

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        if self.rst:
            turn.connection.reset()
        return False


@dataclass(kw_only=True)
class LateAnswer(Behaviour):
    """S7: committed at once, answered after `seconds`, or without them when released."""

    seconds: float | None = None

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        self.hold(turn, self.seconds)
        return turn.deliver(answer)


@dataclass(kw_only=True)
class LateCommit(Behaviour):
    """S8: committed only after `seconds`, or when released; never answered."""

    seconds: float | None = None

    def before(self, turn: Turn) -> Answer | None:
        self.hold(turn, self.seconds)
        return None

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        return False


@dataclass(kw_only=True)
class CutBody(Behaviour):
    """S9: committed, half of the body sent; `kind`: length, chunked, bare or gzip.

    `length` and `chunked` break a promise that the client can see; `bare` ends an answer without a
    length; `gzip` has its promised length, but the compressed data ends early.
    """

    kind: str = "length"

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        turn.request.status = answer.status
        turn.connection.send(self._bytes(turn, answer))
        return False

    def _bytes(self, turn: Turn, answer: Answer) -> bytes:
        half = answer.body[: len(answer.body) // 2]
        if self.kind == "gzip":
            half = gzip.compress(answer.body)[:-12]
        headers = {
            "length": [("Content-Length", str(len(answer.body)))],
            "chunked": [("Transfer-Encoding", "chunked")],
            "bare": [("Connection", "close")],
            "gzip": [("Content-Encoding", "gzip"), ("Content-Length", str(len(half)))],
        }[self.kind]
        if self.kind == "chunked":
            half = b"%x\r\n" % len(answer.body) + half
        return head_bytes(answer, turn.now, headers) + half


@dataclass(kw_only=True)
class Drip(Behaviour):
    """S10: committed, then a byte each `interval` seconds: the `body`, or from the `headers` on.

    `outlasted`: somebody has read it to its end.
    """

    kind: str = "body"
    interval: float = 0.2
    outlasted: bool = False

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        turn.request.status = answer.status
        data = whole(answer, turn.now, keeps=False)
        quick = len(data) - len(answer.body) if self.kind == "body" else 0
        turn.connection.send(data[:quick])
        for place in range(quick, len(data)):
            if self.gate.wait(self.interval):
                turn.connection.send(data[place:])
                break
            turn.connection.send(data[place : place + 1])
        else:
            self.outlasted = quick < len(data)
        return False


@dataclass(kw_only=True)
class CloseAfterwards(Behaviour):
    """S26: a right answer that promises to keep the connection, which then ends at once."""

    rst: bool = False

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        turn.deliver(answer)
        if self.rst:
            turn.connection.reset()
        return False
